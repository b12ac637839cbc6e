//! Whole folders, with their own headers and with others: what each file is and which header feeds which column.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::{Guess, guess, render_shop_toml};
use crate::config::Config;
use crate::sources::{ReadHints, open};

/// Table → column → header.
type Mapping = BTreeMap<&'static str, BTreeMap<String, String>>;

fn mapping(guess: &Guess) -> Mapping {
    let mut mapping = Mapping::new();
    let lines = guess.columns.iter().map(|one| (one.canonical.name().to_owned(), one.header.clone()));
    mapping.insert("order_lines", lines.collect());
    for table in &guess.further {
        let columns = table.columns.iter().map(|one| (one.name.to_owned(), one.header.clone()));
        let expressions = table.expressions.iter().map(|(name, ..)| ((*name).to_owned(), "=".to_owned()));
        let attributes = table.attributes.iter().map(|header| (format!("+{header}"), header.clone()));
        mapping.insert(table.spec.name, columns.chain(expressions).chain(attributes).collect());
    }
    mapping
}

/// The mapping that the example of a folder has, which people have corrected.
fn example(name: &str) -> Mapping {
    let folder = dangol_trial_data::repository().join("examples").join(name);
    let config = Config::read(&folder, &["rfm"]).expect("an example");
    let mut mapping = Mapping::new();
    let lines = config.sources.order_lines.as_ref().expect("order lines");
    let columns = lines.columns.iter().map(|(column, header)| (column.name().to_owned(), header.clone()));
    mapping.insert("order_lines", columns.collect());
    for (spec, source) in config.sources.further() {
        let columns = source.columns.iter().map(|(name, header)| (name.clone(), header.clone()));
        let expressions = source.expressions.keys().map(|name| (name.clone(), "=".to_owned()));
        let attributes = source.attributes.values().map(|header| (format!("+{header}"), header.clone()));
        mapping.insert(spec.name, columns.chain(expressions).chain(attributes).collect());
    }
    mapping
}

/// What `init` writes can be read again.
pub(super) fn is_valid(guess: &Guess) {
    let text = render_shop_toml(guess, "shop", &|file| file.display().to_string());
    Config::parse(Path::new("/nowhere"), text.clone(), &[]).unwrap_or_else(|error| panic!("{error}\n{text}"));
}

const FOLDERS: [&str; 4] = ["kpi-lab", "baby-shop", "thelook-like", "ga-merch"];

#[test]
fn whole_folders_are_mapped_as_their_examples() {
    for name in FOLDERS {
        let Some(folder) = dangol_trial_data::file(name) else { return };
        let guess = guess(&[folder]).expect(name);
        is_valid(&guess);
        assert_eq!(mapping(&guess), example(name), "{name}");
    }
    let Some(folder) = dangol_trial_data::file("ga-merch") else { return };
    let guess = guess(&[folder]).expect("ga-merch");
    assert_eq!(guess.currency.as_deref(), Some("USD"));
    assert_eq!(guess.joins.len(), 1, "the tax rates");
    assert_eq!(guess.joins[0].on, ("Product_Category".into(), "Product_Category".into()));
}

#[test]
fn cdnow_and_apparel() {
    let Some(folder) = dangol_trial_data::file("cdnow") else { return };
    let found = guess(&[folder]).expect("cdnow");
    assert_eq!(found.files.len(), 1);
    assert!(found.files[0].ends_with("CDNOW_master.txt") && found.further.is_empty());
    let Some(folder) = dangol_trial_data::file("apparel") else { return };
    let found = guess(&[folder]).expect("apparel");
    assert_eq!(found.further.len(), 1);
    assert_eq!(found.further[0].attributes, ["Gender", "Channel"], "covariates are numbers");
    is_valid(&found);
}

#[test]
fn products_with_a_rate_are_products_and_rates_alone_are_joined() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("written");
    let mut lines = "order_id,customer_id,date,sku,category,quantity,price\n".to_owned();
    for n in 0..60 {
        let (order, customer, product) = (n / 2, n % 7, n % 5);
        let kind = product % 2;
        writeln!(lines, "O{order},C{customer},2024-01-05,P{product},K{kind},1,9.5").expect("text grows");
    }
    write("lines.csv", lines);
    write(
        "products.csv",
        "sku,name,brand,vat\nP0,Cup,A,0.1\nP1,Pan,A,0.1\nP2,Pot,B,0.2\nP3,Jar,B,0.2\nP4,Lid,C,0.1\n"
            .to_owned(),
    );
    let found = guess(&[folder.path().to_owned()]).expect("a guess");
    assert!(mapping(&found).contains_key("products") && found.joins.is_empty(), "{:?}", found.joins);
    std::fs::remove_file(folder.path().join("products.csv")).expect("removed");
    write("rates.csv", "category,vat\nK0,10\nK1,20\n".to_owned());
    let found = guess(&[folder.path().to_owned()]).expect("a guess");
    is_valid(&found);
    assert!(found.further.is_empty() && found.joins.len() == 1, "{:?}", found.ignored);
    assert_eq!(found.expressions[0].1, "\"quantity\" * \"price\" * \"vat\" / 100");
}

/// The other name of a header: by file and header, or by header alone.
fn other_name<'a>(names: &[(&str, &'a str)], file: &Path, header: &str) -> &'a str {
    let stem = file.file_stem().expect("a name").to_string_lossy();
    let whole = format!("{stem}.{header}");
    let found = names
        .iter()
        .find(|(from, _)| *from == whole)
        .or_else(|| names.iter().find(|(from, _)| *from == header));
    found.unwrap_or_else(|| panic!("no other name for {whole}")).1
}

/// Writes the files of a folder as CSV with other headers, and names that say nothing.
fn write_renamed(folder: &Path, to: &Path, names: &[(&str, &str)]) {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for (at, file) in files.iter().enumerate() {
        let table = open(file, &ReadHints::default()).expect("a table").tables.remove(0);
        let new: Vec<&str> = table.headers().iter().map(|header| other_name(names, file, header)).collect();
        let mut text = new.join(",") + "\n";
        for batch in table.read().expect("readable") {
            let batch = batch.expect("rows").rows;
            let columns: Vec<_> =
                batch.columns().iter().map(|column| cast(column, &DataType::Utf8).expect("text")).collect();
            for row in 0..batch.num_rows() {
                let cell = |column: &ArrayRef| {
                    let column = column.as_string::<i32>();
                    let text = if column.is_null(row) { "" } else { column.value(row) };
                    format!("\"{}\"", text.replace('"', "\"\""))
                };
                text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
            }
        }
        std::fs::write(to.join(format!("{at}.csv")), text).expect("written");
    }
}

/// The example's mapping with the other names.
fn renamed_example(name: &str, names: &[(&str, &str)]) -> Mapping {
    let folder = dangol_trial_data::repository().join("examples").join(name);
    let config = Config::read(&folder, &["rfm"]).expect("an example");
    let file_of = |table: &str| {
        let further =
            config.sources.further().find(|(spec, _)| spec.name == table).map(|(_, source)| &source.path);
        let path = further.or(config.sources.order_lines.as_ref().map(|source| &source.path));
        PathBuf::from(path.expect("a path").as_slice()[0].clone())
    };
    example(name)
        .into_iter()
        .map(|(table, columns)| {
            let file = file_of(table);
            // Computed columns and those of an unpivot have the names that they are given.
            let given = |header: &str| {
                header == "=" || (table == "marketing_spend" && name == "ga-merch" && header != "Date")
            };
            let columns = columns.into_iter().map(|(column, header)| {
                let new = if given(&header) { header } else { other_name(names, &file, &header).to_owned() };
                (if column.starts_with('+') { format!("+{new}") } else { column }, new)
            });
            (table, columns.collect())
        })
        .collect()
}

pub(super) fn holds_with(name: &str, names: &[(&str, &str)]) {
    let Some(folder) = dangol_trial_data::file(name) else { return };
    let to = tempfile::TempDir::new().expect("a folder");
    write_renamed(&folder, to.path(), names);
    let guess = guess(&[to.path().to_owned()]).expect(name);
    is_valid(&guess);
    let mut expected = renamed_example(name, names);
    // Only a known export tells that a price is the whole line's.
    if name == "thelook-like" {
        let lines = expected.get_mut("order_lines").expect("order lines");
        let price = lines.remove("amount").expect("an amount");
        lines.insert("unit_price".to_owned(), price);
    }
    assert_eq!(mapping(&guess), expected, "{name} with {names:?}: {:?}", guess.ignored);
}

#[test]
fn the_kpi_exercise_under_other_names() {
    holds_with(
        "kpi-lab",
        &[
            ("customer_id", "Client No"),
            ("registration_date", "Signup Date"),
            ("acquisition_channel", "Signup Channel"),
            ("customer_segment", "Tier"),
            ("transaction_date", "Purchase Date"),
            ("order_value", "Amount Paid"),
            ("product_category", "Category"),
            ("month", "Report Month"),
            ("channel", "Platform"),
            ("marketing_spend", "Ad Spend"),
            ("impressions", "Impr."),
            ("clicks", "Link Clicks"),
            ("conversions", "New Customers"),
            ("contact_date", "Ticket Date"),
            ("contact_reason", "Issue Type"),
            ("satisfaction_score", "CSAT"),
            ("resolution_time_hours", "Time to resolve (h)"),
            ("repeat_contact", "Reopened"),
        ],
    );
    holds_with(
        "kpi-lab",
        &[
            ("customer_id", "고객번호"),
            ("registration_date", "가입일"),
            ("acquisition_channel", "유입채널"),
            ("customer_segment", "고객등급"),
            ("transaction_date", "결제일"),
            ("order_value", "결제금액"),
            ("product_category", "상품군"),
            ("month", "기준월"),
            ("channel", "광고매체"),
            ("marketing_spend", "광고비"),
            ("impressions", "노출수"),
            ("clicks", "클릭수"),
            ("conversions", "전환수"),
            ("contact_date", "상담일"),
            ("contact_reason", "문의유형"),
            ("satisfaction_score", "만족도"),
            ("resolution_time_hours", "처리시간"),
            ("repeat_contact", "재문의여부"),
        ],
    );
}

#[test]
fn the_baby_shop_under_other_names() {
    holds_with(
        "baby-shop",
        &[
            ("주문번호", "Order No"),
            ("회원번호", "Member ID"),
            ("주문일시", "Ordered at"),
            ("상품코드", "SKU"),
            ("상품명", "Product name"),
            ("카테고리", "Category"),
            ("수량", "Qty"),
            ("판매가", "Price"),
            ("쿠폰명", "Coupon"),
            ("할인금액", "Discount"),
            ("주문상태", "Status"),
            ("가입일", "Joined"),
            ("생년월", "Birth month"),
            ("성별", "Sex"),
            ("아이생년월일", "Baby due"),
            ("회원등급", "Grade"),
            ("지역", "City"),
            ("리뷰번호", "Review no"),
            ("평점", "Stars"),
            ("작성일", "Review date"),
            ("내용", "Comment"),
            ("이벤트명", "Event"),
            ("시작일", "From"),
            ("종료일", "Until"),
            ("할인유형", "Type"),
            ("할인값", "Discount value"),
        ],
    );
    holds_with(
        "baby-shop",
        &[
            ("주문번호", "주문코드"),
            ("회원번호", "아이디"),
            ("주문일시", "결제일시"),
            ("상품코드", "품번"),
            ("상품명", "제품명"),
            ("카테고리", "대분류"),
            ("수량", "주문수량"),
            ("판매가", "단가"),
            ("쿠폰명", "사용쿠폰"),
            ("할인금액", "할인액"),
            ("주문상태", "진행상태"),
            ("가입일", "회원가입일"),
            ("생년월", "생일"),
            ("성별", "고객성별"),
            ("아이생년월일", "자녀 출산예정"),
            ("회원등급", "멤버십"),
            ("지역", "거주지역"),
            ("리뷰번호", "후기번호"),
            ("평점", "별점"),
            ("작성일", "후기작성일"),
            ("내용", "후기내용"),
            ("이벤트명", "행사명"),
            ("시작일", "행사시작일"),
            ("종료일", "행사종료일"),
            ("할인유형", "할인종류"),
            ("할인값", "할인율"),
        ],
    );
}

#[test]
fn thelook_under_other_names() {
    holds_with(
        "thelook-like",
        &[
            ("order_items.id", "line_no"),
            ("order_id", "order_number"),
            ("user_id", "customer_no"),
            ("product_id", "item_code"),
            ("status", "order_state"),
            ("order_items.created_at", "purchased_at"),
            ("sale_price", "selling_price"),
            ("orders.created_at", "placed_on"),
            ("num_of_item", "item_count"),
            ("users.id", "customer_no"),
            ("age", "customer_age"),
            ("gender", "sex"),
            ("country", "nation"),
            ("users.traffic_source", "signup_source"),
            ("users.created_at", "signed_up_at"),
            ("products.id", "item_code"),
            ("category", "product_type"),
            ("retail_price", "list_price"),
            ("cost", "unit_cost"),
            ("name", "title"),
            ("brand", "maker"),
            ("department", "subcategory"),
            ("sku", "ean"),
            ("events.id", "row"),
            ("session_id", "visit_id"),
            ("event_type", "action"),
            ("events.created_at", "occurred_at"),
            ("events.traffic_source", "utm_source"),
        ],
    );
    holds_with(
        "thelook-like",
        &[
            ("order_items.id", "주문상품번호"),
            ("order_id", "주문번호"),
            ("user_id", "회원번호"),
            ("product_id", "상품번호"),
            ("status", "처리상태"),
            ("order_items.created_at", "주문일시"),
            ("sale_price", "판매가"),
            ("orders.created_at", "주문일시"),
            ("num_of_item", "품목수"),
            ("users.id", "회원번호"),
            ("age", "나이"),
            ("gender", "성별"),
            ("country", "국적"),
            ("users.traffic_source", "가입경로"),
            ("users.created_at", "가입일시"),
            ("products.id", "상품번호"),
            ("category", "카테고리"),
            ("retail_price", "정가"),
            ("cost", "원가"),
            ("name", "상품명"),
            ("brand", "브랜드"),
            ("department", "중분류"),
            ("sku", "자체코드"),
            ("events.id", "로그번호"),
            ("session_id", "세션번호"),
            ("event_type", "이벤트유형"),
            ("events.created_at", "발생일시"),
            ("events.traffic_source", "유입경로"),
        ],
    );
}

#[test]
fn the_merchandise_shop_under_other_names() {
    holds_with(
        "ga-merch",
        &[
            ("CustomerID", "shopper"),
            ("Transaction_ID", "Receipt No"),
            ("Transaction_Date", "Sale Date"),
            ("Product_SKU", "Article"),
            ("Product_Description", "Title"),
            ("Product_Category", "Product Group"),
            ("Quantity", "Units"),
            ("Avg_Price", "Unit Price"),
            ("Delivery_Charges", "Freight"),
            ("Coupon_Status", "Coupon used"),
            ("Gender", "Sex"),
            ("Location", "State"),
            ("Tenure_Months", "Loyal for"),
            ("Month", "Valid in"),
            ("Coupon_Code", "Voucher"),
            ("Discount_pct", "Percent off"),
            ("Date", "Day"),
            ("Offline_Spend", "Offline Budget"),
            ("Online_Spend", "Online Budget"),
            ("GST", "VAT"),
        ],
    );
    holds_with(
        "ga-merch",
        &[
            ("CustomerID", "고객ID"),
            ("Transaction_ID", "거래번호"),
            ("Transaction_Date", "거래일"),
            ("Product_SKU", "상품코드"),
            ("Product_Description", "상품명"),
            ("Product_Category", "상품분류"),
            ("Quantity", "수량"),
            ("Avg_Price", "단가"),
            ("Delivery_Charges", "배송비"),
            ("Coupon_Status", "쿠폰상태"),
            ("Gender", "성별"),
            ("Location", "지역"),
            ("Tenure_Months", "가입개월"),
            ("Month", "적용월"),
            ("Coupon_Code", "쿠폰코드"),
            ("Discount_pct", "할인율"),
            ("Date", "일자"),
            ("Offline_Spend", "오프라인 광고비"),
            ("Online_Spend", "온라인 광고비"),
            ("GST", "세율"),
        ],
    );
}
