//! Headers that say little or mislead, where the values or the shape of the file decide.

use std::fmt::Write as _;

use super::folders::{holds_with, is_valid};
use super::*;

/// A guess from these files.
fn files(files: &[(&str, String)]) -> Guess {
    let folder = folder();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let found = guess(&[folder.path().to_owned()]).expect("a guess");
    is_valid(&found);
    found
}

/// Lines of customers 000 to 012, as a file.
fn lines() -> (&'static str, String) {
    ("lines.csv", orders("order_id,customer_id,date,amount", "O{n},{c},2024-01-{d} 10:00:00,9.5"))
}

fn table<'a>(found: &'a Guess, name: &str) -> Option<&'a GuessedTable> {
    found.further.iter().find(|table| table.spec.name == name)
}

/// Column → header of a further table.
fn columns<'a>(found: &'a Guess, name: &str) -> Vec<(&'static str, &'a str)> {
    let table = table(found, name).unwrap_or_else(|| panic!("no {name}: {:?}", found.ignored));
    table.columns.iter().map(|one| (one.name, one.header.as_str())).collect()
}

#[test]
fn a_column_of_money_for_each_medium_is_marketing_spend_by_its_shape() {
    for (header, day) in [
        ("Date,Offline,Online", "1/{n}/2019"),
        ("날짜,오프라인,온라인", "2019-01-{n}"),
        ("Month,TV,Radio,Online", "2019-{n}"),
        ("Date,Google Ads,Meta Ads", "2019-01-{n}"),
    ] {
        let media: Vec<&str> = header.split(',').skip(1).collect();
        let mut text = format!("{header}\n");
        for n in 1..=12 {
            let amounts: Vec<String> = (0..media.len()).map(|at| format!("{}.5", 100 + n * at)).collect();
            let _ = writeln!(text, "{},{}", day.replace("{n}", &format!("{n:02}")), amounts.join(","));
        }
        let found = files(&[lines(), ("b.csv", text)]);
        let spend =
            table(&found, "marketing_spend").unwrap_or_else(|| panic!("{header}: {:?}", found.ignored));
        assert_eq!(spend.unpivot.as_ref().expect("columns to rows").columns, media);
        assert_eq!(spend.columns[0].header, header.split(',').next().expect("a date"));
    }
    for header in ["date,orders,revenue", "date,visits,bounces", "date,clicks,conversions", "date,id,cups"] {
        let mut text = format!("{header}\n");
        for n in 1..=12 {
            let _ = writeln!(text, "2019-01-{n:02},{},{}", 40 + n, 3 * n % 7);
        }
        let found = files(&[lines(), ("b.csv", text)]);
        assert!(table(&found, "marketing_spend").is_none(), "{header}");
    }
}

#[test]
fn words_of_use_are_a_coupon_status_under_any_name() {
    for header in ["Voucher Status", "Coupon", "Promo", "Offer result", "Status"] {
        let mut text = format!("order_id,customer_id,date,amount,{header}\n");
        for n in 0..40 {
            let word = ["Used", "Not Used", "Clicked"][n % 3];
            let _ = writeln!(text, "O{n},C{},2024-01-05,9.5,{word}", n % 7);
        }
        let found = files(&[("lines.csv", text)]);
        assert_eq!(found.header(Canonical::CouponStatus), Some(header));
        assert_eq!((found.header(Canonical::Status), found.header(Canonical::CouponCode)), (None, None));
        assert_eq!(found.coupon_statuses.len(), 3);
    }
    let coupon = |values: [&str; 2]| {
        let mut text = "order_id,customer_id,date,amount,coupon,gift\n".to_owned();
        for n in 0..40 {
            let _ = writeln!(text, "O{n},C{},2024-01-05,9.5,{},{}", n % 7, values[n % 2], ["Y", "N"][n % 2]);
        }
        let found = files(&[("lines.csv", text)]);
        found.columns.iter().find(|one| one.header == "coupon").map(|one| one.canonical)
    };
    assert_eq!(coupon(["Y", "N"]), Some(Canonical::CouponStatus));
    assert_eq!(coupon(["SPRING", "HELLO"]), Some(Canonical::CouponCode));
}

#[test]
fn names_of_places_and_companies_are_no_persons_name() {
    let row = "{n},Acme {n},Land {c},North,2020-01-{d}";
    for place in ["region_name", "state_name", "city_name", "Region Name"] {
        let header = format!("customer_id,company_name,country_name,{place},Date of Registration");
        let found = files(&[lines(), ("b.csv", orders(&header, row))]);
        let told = columns(&found, "customers");
        assert_eq!(
            told,
            [("customer_id", "customer_id"), ("joined_at", "Date of Registration"), ("region", place)]
        );
    }
    let found = files(&[lines(), ("b.csv", orders("customer_id,first name,city", "{n},Kim {n},Seoul"))]);
    assert!(columns(&found, "customers").contains(&("name", "first name")));
}

#[test]
fn contacts_with_support_are_no_reviews() {
    let wanted =
        ["customer_id", "contacted_at", "reason", "satisfaction", "resolution_hours", "repeat_contact"];
    for header in [
        "customer_id,Case Opened,Topic,Happiness Score,Hours to Close,Is Repeat",
        "고객ID,문의날짜,문의 사유,만족도 점수,해결 소요시간(시간),재문의 여부",
        "customer_id,Raised,Topic,Happiness Score,Hours to Close,Is Repeat",
    ] {
        let text = orders(header, "{c},2024-01-{d},billing,3.{n},10.5,False");
        let found = files(&[lines(), ("b.csv", text)]);
        assert_eq!(
            columns(&found, "support_contacts"),
            wanted.into_iter().zip(header.split(',')).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_file_left_aside_is_told_what_it_lacks() {
    for (text, why) in [
        ("stars,comment\n5,good\n4,nice\n", "no order lines, and for reviews no column says customer_id"),
        ("step,how\nmix,well\nbake,long\n", "its columns are those of no table"),
    ] {
        let found = files(&[lines(), ("b.csv", text.to_owned())]);
        assert_eq!(found.ignored[0].1, why);
    }
}

#[test]
fn a_product_beside_its_code_is_its_name() {
    let text = orders(
        "Order No,Customer No,Date,Product Code,Product,Price",
        "{n},{c},2024-01-{d},P{c},Cup {c},9.5",
    );
    let found =
        files(&[("lines.csv", text), ("b.csv", orders("Product Code,Product,Cost", "P0{n},Cup {n},3.5"))]);
    assert_eq!(found.header(Canonical::ProductId), Some("Product Code"));
    assert_eq!(found.header(Canonical::ProductName), Some("Product"));
    assert!(columns(&found, "products").contains(&("name", "Product")));
}

#[test]
fn reviews_with_other_words() {
    let text =
        orders("후기번호,고객ID,상품코드,별점,작성 날짜,contents", "R{n},{c},P{c},4,2024-01-{d},좋아요 {n}");
    let found = files(&[lines(), ("b.csv", text)]);
    assert_eq!(columns(&found, "reviews")[4..], [("written_at", "작성 날짜"), ("text", "contents")]);
}

#[test]
fn two_columns_are_baskets() {
    for header in [
        "basket,product",
        "transaction,items",
        "order_id,items",
        "order_id,item",
        "장바구니번호,상품",
        "주문번호,상품",
    ] {
        let mut text = format!("{header}\n");
        for n in 0..90 {
            let _ =
                writeln!(text, "{},{}", n / 3 + 1, ["whole milk", "rolls/buns", "soda", "tea"][n * n % 4]);
        }
        let found = files(&[("a.csv", text)]);
        let (order, item) = header.split_once(',').expect("two");
        assert_eq!(mapping(&found), [("order_id", order), ("product_id", item)]);
    }
}

#[test]
fn the_only_dates_are_the_date() {
    let text = r#"{"order": {"at": "2024-01-05"}, "customer": {"id": 7}, "total": 12.5}
{"order": {"at": "2024-01-06"}, "customer": {"id": 8}, "total": 3.5}
{"order": {"at": "2024-02-06"}, "customer": {"id": 7}, "total": 4.5}
"#;
    let found = files(&[("a.jsonl", text.to_owned())]);
    assert_eq!(
        mapping(&found),
        [("customer_id", "customer.id"), ("ordered_at", "order.at"), ("amount", "total")]
    );
    let text = text.replace("\"at\"", "\"id\": \"A-1\", \"at\"");
    let found = files(&[("a.jsonl", text)]);
    assert_eq!(found.header(Canonical::OrderedAt), Some("order.at"));
    assert_eq!(found.header(Canonical::OrderId), Some("order.id"));
}

#[test]
fn the_kpi_exercise_with_words_of_its_own() {
    let lines = [
        ("customer_id", "Client"),
        ("transaction_date", "Bought on"),
        ("order_value", "Total"),
        ("product_category", "Department"),
        ("month", "Month"),
        ("channel", "Medium"),
        ("marketing_spend", "Cost"),
        ("impressions", "Views"),
        ("clicks", "Clicks"),
        ("conversions", "Orders"),
    ];
    let english = [
        ("registration_date", "Date of Registration"),
        ("acquisition_channel", "Sign up channel"),
        ("customer_segment", "Tier"),
        ("contact_date", "Case Opened"),
        ("contact_reason", "Topic"),
        ("satisfaction_score", "Happiness Score"),
        ("resolution_time_hours", "Hours to Close"),
        ("repeat_contact", "Is Repeat"),
    ];
    let korean = [
        ("registration_date", "가입일"),
        ("acquisition_channel", "유입 매체"),
        ("customer_segment", "고객 구분"),
        ("contact_date", "문의날짜"),
        ("contact_reason", "문의 사유"),
        ("satisfaction_score", "만족도 점수"),
        ("resolution_time_hours", "해결 소요시간(시간)"),
        ("repeat_contact", "재문의 여부"),
    ];
    for names in [english, korean] {
        holds_with("kpi-lab", &[&lines[..], &names].concat());
    }
}
