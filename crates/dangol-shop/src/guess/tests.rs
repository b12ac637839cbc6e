//! Mappings that need no correction, and why some can't be.

use std::fmt::Write as _;
use std::path::PathBuf;

mod folders;
mod renamed;
mod schemas;

use super::*;
use crate::sources::SourceError;

fn guessed(folder: &tempfile::TempDir, name: &str, text: &str) -> Result<Guess, SourceError> {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    guess(&[path])
}

/// Canonical name and header, in order.
type Columns = &'static [(&'static str, &'static str)];

fn folder() -> tempfile::TempDir {
    tempfile::TempDir::new().expect("a folder")
}

fn mapping(guess: &Guess) -> Vec<(&'static str, &str)> {
    guess.columns.iter().map(|c| (c.canonical.name(), c.header.as_str())).collect()
}

/// Forty rows of this form; `{n}` is the row, `{c}` a customer, `{d}` a day.
fn orders(header: &str, row: &str) -> String {
    let mut text = format!("{header}\n");
    for n in 0..40 {
        let line = row
            .replace("{n}", &n.to_string())
            .replace("{c}", &format!("{:03}", n * 7 % 13))
            .replace("{d}", &format!("{:02}", n % 28 + 1));
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[test]
fn trial_data_need_no_correction() {
    let cases: [(&str, Columns, Option<&str>, &str); 8] = [
        (
            "online-retail",
            &[
                ("order_id", "InvoiceNo"),
                ("customer_id", "CustomerID"),
                ("ordered_at", "InvoiceDate"),
                ("product_id", "StockCode"),
                ("product_name", "Description"),
                ("quantity", "Quantity"),
                ("unit_price", "UnitPrice"),
                ("country", "Country"),
            ],
            Some("GBP"),
            "UTC",
        ),
        (
            "cdnow/CDNOW_master.txt",
            &[
                ("customer_id", "customer_id"),
                ("ordered_at", "date"),
                ("quantity", "number_of_cds"),
                ("amount", "dollar_value"),
            ],
            Some("USD"),
            "UTC",
        ),
        (
            "cdnow/CDNOW_sample.txt",
            &[
                ("customer_id", "column_1"),
                ("ordered_at", "column_3"),
                ("quantity", "column_4"),
                ("amount", "column_5"),
            ],
            None,
            "UTC",
        ),
        ("grocery", &[("customer_id", "cust"), ("ordered_at", "date")], None, "UTC"),
        ("apparel", &[("customer_id", "Id"), ("ordered_at", "Date"), ("amount", "Price")], None, "UTC"),
        (
            "kpi-lab",
            &[
                ("customer_id", "customer_id"),
                ("ordered_at", "transaction_date"),
                ("category", "product_category"),
                ("amount", "order_value"),
            ],
            Some("USD"),
            "UTC",
        ),
        (
            "baby-shop",
            &[
                ("order_id", "주문번호"),
                ("customer_id", "회원번호"),
                ("ordered_at", "주문일시"),
                ("product_id", "상품코드"),
                ("product_name", "상품명"),
                ("category", "카테고리"),
                ("quantity", "수량"),
                ("unit_price", "판매가"),
                ("discount", "할인금액"),
                ("coupon_code", "쿠폰명"),
                ("status", "주문상태"),
            ],
            Some("KRW"),
            "Asia/Seoul",
        ),
        (
            "ga-merch",
            &[
                ("order_id", "Transaction_ID"),
                ("customer_id", "CustomerID"),
                ("ordered_at", "Transaction_Date"),
                ("product_id", "Product_SKU"),
                ("product_name", "Product_Description"),
                ("category", "Product_Category"),
                ("quantity", "Quantity"),
                ("unit_price", "Avg_Price"),
                ("coupon_status", "Coupon_Status"),
                ("shipping", "Delivery_Charges"),
            ],
            Some("USD"),
            "UTC",
        ),
    ];
    for (file, wanted, currency, zone) in cases {
        let Some(path) = dangol_trial_data::file(file) else { return };
        let guess = guess(&[path]).expect("a guess");
        assert_eq!(mapping(&guess), wanted, "{file}");
        assert_eq!(guess.currency.as_deref(), currency, "{file}");
        assert_eq!(guess.time_zone, zone, "{file}");
        assert_eq!(guess.files.len(), 1, "{file}");
    }
}

#[test]
fn warehouse_tables_as_far_as_one_file_goes() {
    let Some(path) = dangol_trial_data::file("thelook-like") else {
        return;
    };
    let guess = guess(&[path]).expect("a guess");
    assert_eq!(
        mapping(&guess),
        [
            ("order_id", "order_id"),
            ("customer_id", "user_id"),
            ("ordered_at", "created_at"),
            ("product_id", "product_id"),
            ("amount", "sale_price"),
            ("status", "status"),
            ("line_id", "id"),
        ]
    );
    assert!(guess.files[0].ends_with("order_items.parquet"));
    let ignored: Vec<_> = guess.ignored.iter().filter_map(|(file, _)| file.file_name()).collect();
    assert_eq!(ignored, ["orders.parquet"], "the order items tell what it tells");
    assert!(guess.time_has_clock);
}

#[test]
fn other_sensible_names() {
    let folder = folder();
    let row = "T{n},{c},2024-01-{d} 10:00:00,P{n},Thing {n},2,9.90";
    let canonical =
        ["order_id", "customer_id", "ordered_at", "product_id", "product_name", "quantity", "unit_price"];
    for header in [
        "orderNumber,clientId,orderDate,sku,itemName,qty,unitPrice",
        "Order No.,Customer No.,Purchase Date,Item Code,Item Description,Units,Price per unit",
        "TRANSACTION_ID,MEMBER_ID,TRANSACTION_DATE,PRODUCT_CODE,PRODUCT_NAME,QTY,SELLING_PRICE",
        "receipt id,shopper,created at,article no,title,pieces,price (EUR)",
        "invoice number,user,sold on,stock id,product title,number of items,item price",
        "order ref,buyer id,order timestamp,barcode,description,quantity sold,net unit price",
        "주문번호,고객ID,결제일시,상품번호,제품명,주문수량,단가",
        "주문 번호,회원ID,주문일,상품코드,상품명(옵션포함),구매수량,판매단가(원)",
        "거래번호,구매자ID,구매일시,품목코드,품목명,판매수량,상품가격",
        "최종 주문번호,쇼핑몰 회원번호,최초 주문일시,대표 상품코드,노출 상품명,최종 수량,옵션 판매가",
    ] {
        let guess = guessed(&folder, "orders.csv", &orders(header, row)).expect(header);
        let found: Vec<&str> = mapping(&guess).iter().map(|(canonical, _)| *canonical).collect();
        assert_eq!(found, canonical, "{header}: {:?} {:?}", guess.columns, guess.unmapped);
        let in_order: Vec<&str> = header.split(',').collect();
        let mapped: Vec<&str> = guess.columns.iter().map(|c| c.header.as_str()).collect();
        assert_eq!(mapped, in_order);
        assert!(guess.columns.iter().all(|column| !column.why.is_empty()));
    }
}

#[test]
fn one_bad_value_does_not_unmap_a_column_of_numbers() {
    let folder = folder();
    for (file, prices, why) in [
        (
            "3.csv",
            &["12.5", "abc", "7"][..],
            "numbers, usually about 12.5; 1 of 3 are not, such as ‘abc’: their rows go to quarantine",
        ),
        ("4.csv", &["1", "2", "x", "y"], "named like unit_price, but its values are not numbers"),
    ] {
        let mut text = "order_id,customer_id,date,product,price\n".to_owned();
        for (at, price) in prices.iter().enumerate() {
            writeln!(text, "o{at},c{at},2024-01-0{},p{at},{price}", at + 1).expect("text grows");
        }
        let guess = guessed(&folder, file, &text).expect("a guess");
        let price = guess.columns.iter().find(|column| column.header == "price");
        let found = price.map(|column| column.why.clone()).or_else(|| {
            guess.unmapped.iter().find(|(header, _)| header == "price").map(|(_, why)| why.clone())
        });
        let found = found.expect("price is mentioned");
        assert!(found.contains(why), "{found}");
        assert_eq!(price.is_some(), file == "3.csv");
    }
}

#[test]
fn names_that_only_sound_right_are_refuted() {
    let folder = folder();
    let text = orders("customer_id,date,amount,order_status", "{c},2024-01-{d},hello,note {n}");
    let guess = guessed(&folder, "orders.csv", &text).expect("a guess");
    assert_eq!(mapping(&guess)[..2], [("customer_id", "customer_id"), ("ordered_at", "date")]);
    let amount = guess.unmapped.iter().find(|(header, _)| header == "amount").expect("left out");
    assert_eq!(amount.1, "named like amount, but its values are not numbers");
}

#[test]
fn a_total_of_the_order_is_not_the_lines_amount() {
    let folder = folder();
    let mut text = "order_id,customer_id,date,sku,quantity,price,order total\n".to_owned();
    for order in 0..20 {
        for line in 0..3 {
            let _ = writeln!(text, "{order},{},2024-01-05,P{line},1,{}.5,99", order % 7, line + 1);
        }
    }
    let guess = guessed(&folder, "orders.csv", &text).expect("a guess");
    assert_eq!(guess.header(Canonical::Amount), None);
    assert!(guess.unmapped[0].1.contains("same on all lines"), "{:?}", guess.unmapped);
}

#[test]
fn known_exports() {
    let folder = folder();
    let shopify = orders(
        "Name,Email,Financial Status,Currency,Shipping,Discount Code,Created at,Lineitem quantity,\
         Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Country",
        "#{n},a{c}@example.com,paid,USD,5.00,HELLO,2024-01-{d} 10:00:00 +0900,1,Mug,12.00,MUG-{n},0.00,US",
    );
    let guess = guessed(&folder, "shopify.csv", &shopify).expect("a guess");
    assert_eq!(guess.preset, Some(Preset::Shopify));
    assert_eq!(guess.header(Canonical::CustomerId), Some("Email"));
    assert_eq!(guess.header(Canonical::UnitPrice), Some("Lineitem price"));
    assert_eq!(guess.currency.as_deref(), Some("USD"));
    assert_eq!(guess.date_forms[0].to_string(), "RFC 3339");

    let woo = orders(
        "Order Number,Order Status,Order Date,Email (Billing),SKU,Item Name,Quantity,Item Cost",
        "{n},wc-completed,2024-01-{d} 10:00,a{c}@example.com,MUG,Mug,1,12.00",
    );
    let guess = guessed(&folder, "woo.csv", &woo).expect("a guess");
    assert_eq!(guess.preset, Some(Preset::WooCommerce));
    assert_eq!(guess.header(Canonical::CustomerId), Some("Email (Billing)"));
    assert_eq!(guess.statuses, [("wc-completed".to_owned(), "completed")]);

    let cafe24 = orders(
        "주문번호,품목별 주문번호,주문자ID,주문일시,상품코드,상품명(한국어 쇼핑몰),수량,판매가,총 배송비,주문 상태",
        "20240101-{n},20240101-{n}-01,user{c},2024-01-{d} 10:00:00,P{n},컵,1,\"12,000\",\"3,000\",배송완료",
    );
    let guess = guessed(&folder, "cafe24.csv", &cafe24).expect("a guess");
    assert_eq!(guess.preset, Some(Preset::Cafe24));
    assert_eq!(guess.header(Canonical::LineId), Some("품목별 주문번호"));
    assert_eq!((guess.currency.as_deref(), guess.time_zone.as_str()), (Some("KRW"), "Asia/Seoul"));

    let second = orders(
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
        "5363{n},P{n},Mug,1,2010-12-{d} 08:26:00,2.55,178{c}.0,United Kingdom",
    );
    let guess = guessed(&folder, "retail2.csv", &second).expect("a guess");
    assert_eq!(guess.preset, Some(Preset::OnlineRetail));
    assert_eq!(guess.cleaning.cancelled_order_prefix.as_ref().map(|p| p.rule.as_str()), Some("C"));
}

#[test]
fn no_customer_or_no_time_is_an_error_that_lists_the_headers() {
    let folder = folder();
    let text = orders("order_id,item,price,day", "{n},mug,2.5,2024-01-{d}");
    let error = guessed(&folder, "baskets.csv", &text).expect_err("no customer");
    assert!(matches!(error, SourceError::NoCustomerColumn { .. }));
    assert!(error.to_string().contains("order_id, item, price, day"), "{error}");
    assert!(error.hint().contains("customer_id = \"…\""));
    let text = orders("customer_id,item,price", "{c},mug,2.5");
    let error = guessed(&folder, "times.csv", &text).expect_err("no time");
    assert!(matches!(error, SourceError::NoTimeColumn { .. }), "{error}");
}

#[test]
fn columns_of_only_nulls_are_noted() {
    let folder = folder();
    let text = format!("customer_id,date,amount\n{}", ",,\n".repeat(20));
    let guess = guessed(&folder, "nulls.csv", &text).expect("a guess");
    assert_eq!(mapping(&guess), [("customer_id", "customer_id"), ("ordered_at", "date")]);
    assert!(guess.columns.iter().all(|column| column.confidence < 0.7));
    assert!(guess.notes.iter().any(|note| note.contains("‘customer_id’ is blank")));
    // A filled column goes before.
    let text = orders("customer_id,user_id,date,amount", ",{c},2024-01-{d},5");
    let guess = guessed(&folder, "user.csv", &text).expect("a guess");
    assert_eq!(guess.header(Canonical::CustomerId), Some("user_id"));
}

#[test]
fn dates_in_two_forms_and_dates_that_read_both_ways_are_noted() {
    let folder = folder();
    let mut text = orders("customer_id,date,amount", "{c},2024-01-{d},9.5");
    text.push_str("001,31/12/2024,5\n002,30/12/2024,5\n");
    let guess = guessed(&folder, "two.csv", &text).expect("a guess");
    let forms: Vec<String> = guess.date_forms.iter().map(ToString::to_string).collect();
    assert_eq!(forms, ["YYYY-MM-DD", "D/M/YYYY"]);
    assert!(guess.notes.iter().any(|note| note.contains("mixes dates")), "{:?}", guess.notes);

    let text = "customer_id,date,amount\n1,01/02/2024,5\n2,02/02/2024,5\n1,03/02/2024,6\n";
    let guess = guessed(&folder, "open.csv", text).expect("a guess");
    assert!(guess.notes.iter().any(|note| note.contains("read both as")), "{:?}", guess.notes);
}

#[test]
fn commas_currencies_and_cancellations_are_seen() {
    let folder = folder();
    let text = orders("Kunde customer id;order date;amount", "{c};{d}.01.2024;\"1.212,50 €\"");
    let guess = guessed(&folder, "komma.csv", &text).expect("a guess");
    assert_eq!(guess.decimal, NumberStyle::Comma);
    assert_eq!(guess.currency.as_deref(), Some("EUR"));

    let mut text = orders("order_id,customer_id,date,quantity,price", "5363{n},{c},2024-01-{d},2,2.5");
    for n in 0..4 {
        let _ = writeln!(text, "X9{n},001,2024-01-05,-1,2.5");
    }
    let guess = guessed(&folder, "cancelled.csv", &text).expect("a guess");
    assert_eq!(guess.cleaning.cancelled_order_prefix.map(|p| p.rule), Some("X".to_owned()));
    assert!(!guess.cleaning.drop_duplicates.expect("a rule").rule, "no time of day");
}

#[test]
fn files_with_the_same_headers_go_together() {
    let folder = folder();
    let header = "customer_id,date,amount";
    for month in ["01", "02"] {
        let text = orders(header, &format!("{{c}},2024-{month}-{{d}},9.5"));
        std::fs::write(folder.path().join(format!("{month}.csv")), text).expect("written");
    }
    std::fs::write(folder.path().join("broken.parquet"), b"PAR1").expect("written");
    let members = orders("customer_id,joined_at,gender", "{n},2020-01-{d},F");
    std::fs::write(folder.path().join("members.csv"), members).expect("written");
    let guess = guess(&[folder.path().to_owned()]).expect("a guess");
    let names: Vec<PathBuf> = guess.files.iter().filter_map(|f| f.file_name().map(Into::into)).collect();
    assert_eq!(names, [PathBuf::from("01.csv"), PathBuf::from("02.csv")]);
    let why: Vec<&str> = guess.ignored.iter().map(|(_, why)| why.as_str()).collect();
    assert!(why.len() == 1 && why[0].contains("cut short"), "{why:?}");
    let beside: Vec<&str> = guess.further.iter().map(|table| table.spec.name).collect();
    assert_eq!(beside, ["customers"]);
}

#[test]
fn the_file_written_is_toml_with_reasons() {
    let folder = folder();
    let text = orders(
        "주문번호,회원번호,주문일시,\"상품명\"\"\",수량,판매가,상태",
        "O{n},{c},2024-01-{d} 10:00,컵,1,\"12,000원\",취소",
    );
    let guess = guessed(&folder, "주문.csv", &text).expect("a guess");
    let written = render_shop_toml(&guess, "my \"shop\"", &|_| "../a.csv".to_owned());
    let parsed: toml::Table = written.parse().expect("toml");
    assert_eq!(parsed["shop"]["name"].as_str(), Some("my \"shop\""));
    assert_eq!(parsed["shop"]["currency"].as_str(), Some("KRW"));
    let source = &parsed["sources"]["order_lines"];
    assert_eq!(source["path"].as_str(), Some("../a.csv"));
    assert_eq!(source["columns"]["customer_id"].as_str(), Some("회원번호"));
    assert_eq!(source["columns"]["product_name"].as_str(), Some("상품명\""));
    assert_eq!(source["values"]["status"]["취소"].as_str(), Some("cancelled"));
    assert_eq!(source["date_forms"][0].as_str(), Some("YYYY-MM-DD HH:mm"));
    assert_eq!(parsed["cleaning"]["duplicates"].as_str(), Some("drop"));
    assert!(written.contains("# by its name"));
    let mut guess = guess;
    guess.files.push("b.csv".into());
    let several = render_shop_toml(&guess, "s", &|file| file.display().to_string());
    let parsed: toml::Table = several.parse().expect("toml");
    assert_eq!(parsed["sources"]["order_lines"]["path"].as_array().map(Vec::len), Some(2));
}
