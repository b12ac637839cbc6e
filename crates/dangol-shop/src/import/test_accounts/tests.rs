use std::collections::BTreeMap;
use std::fs;

use crate::import::{Outcome, import};
use crate::{Config, ShopError};

const MAPPING: &str = "[shop]\nname = \"T\"\ntime_zone = \"Asia/Seoul\"\n[sources.order_lines]\npath = \"lines.csv\"\n\
    [sources.order_lines.columns]\ncustomer_id = \"customer\"\nordered_at = \"time\"\nproduct_id = \"product\"\n\
    product_name = \"title\"\namount = \"paid\"\n[sources.customers]\npath = \"members.csv\"\n\
    attributes = { shoe = \"shoe\" }\n[sources.customers.columns]\ncustomer_id = \"id\"\njoined_at = \"joined\"\n\
    name = \"name\"\nbirth_date = \"born\"\n";

const LINES: &str = "customer,time,product,title,paid\n\
    a,2024-01-05 10:00,p1,Milk,5\n\
    b,2024-01-05 11:00,p1,Milk,5\n\
    c,2024-01-05 12:00,TEST-1,Milk,5\n\
    d,2024-01-05 13:00,p2,테스트 상품,5\n\
    e,2024-01-05 14:00,p2,Bread,5\n\
    ,2024-01-05 15:00,p2,Bread,5\n";

const MEMBERS: &str = "id,joined,name,born,shoe\n\
    a,2023-01-01 09:00,Kim,1990-01-01,40\n\
    b,2023-01-01 09:00,Lee,1900-01-01,41\n\
    c,2023-01-01 09:00,Tester Park,,42\n\
    c,2023-01-01 09:00,Park,,42\n\
    d,2023-01-01 09:01,테스트,1990-01-01,\n\
    e,2023-01-02 09:00,Contest winner,1990-01-01,99\n";

fn imported(rules: &str, mapping: &str) -> Result<Outcome, ShopError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines.csv"), LINES).unwrap();
    fs::write(folder.path().join("members.csv"), MEMBERS).unwrap();
    let text = format!("{mapping}[cleaning.test_accounts]\n{rules}\n");
    import(&Config::parse(folder.path(), text, &[]).unwrap(), &|_| {})
}

/// Rows dropped as of test accounts: order lines, members.
fn dropped(rules: &str) -> (u64, u64) {
    let outcome = imported(rules, MAPPING).unwrap();
    let sources = &outcome.manifest().report.sources;
    let by_source: BTreeMap<&str, u64> = sources
        .iter()
        .map(|source| {
            let sum: u64 = source.fates.iter().map(|fate| fate.rows).sum();
            assert_eq!(sum, source.rows_read, "{rules}: {:?}", source.fates);
            let ours = source.fates.iter().filter(|fate| fate.rule.as_deref() == Some("test_accounts"));
            (source.source.as_str(), ours.map(|fate| fate.rows).sum())
        })
        .collect();
    (by_source["order_lines"], by_source["customers"])
}

#[test]
fn each_rule_finds_its_accounts() {
    assert_eq!(dropped("customer_ids = [\"a\", \"e\", \"nobody\"]"), (2, 2));
    // The name that stands is the last one: c is no Tester any more.
    assert_eq!(dropped("name_like = [\"테스트\", \"test*\"]"), (1, 1));
    assert_eq!(dropped("name_like = [\"*test*\"]"), (1, 1), "of the Contest winner");
    assert_eq!(dropped("name_like = [\"?ee\"]"), (1, 1));
    // Three joined at 09:00:00 and one a minute later; two rows of c are one member.
    assert_eq!(dropped("shared_signup = 2"), (3, 4));
    assert_eq!(dropped("shared_signup = 3"), (0, 0));
    assert_eq!(dropped("customers = [\"birth_date = DATE '1900-01-01'\"]"), (1, 1));
    assert_eq!(dropped("customers = [\"birth_date < '1950-01-01'\", \"shoe > 90\"]"), (2, 2));
    assert_eq!(dropped("product_like = [\"test-*\", \"테스트*\"]"), (2, 0), "its buyers are real");
    assert_eq!(dropped("customer_ids = [\"c\"]\nproduct_like = [\"*test*\"]"), (1, 2), "each line once");
    assert_eq!(dropped(""), (0, 0));
}

#[test]
fn what_they_did_leaves_every_table() {
    let reviews = "[sources.reviews]\npath = \"members.csv\"\n[sources.reviews.columns]\ncustomer_id = \"id\"\n\
        rating = \"shoe\"\n";
    let outcome = imported("customer_ids = [\"c\"]", &format!("{MAPPING}{reviews}")).unwrap();
    let source = &outcome.manifest().report.sources[2];
    let fates: Vec<(Option<&str>, u64)> =
        source.fates.iter().map(|fate| (fate.rule.as_deref(), fate.rows)).collect();
    // Member d has no rating and lies in quarantine.
    assert_eq!(fates, [(None, 3), (Some("test_accounts"), 2), (None, 1)]);
    assert_eq!(outcome.manifest().tables[1].rows, 3);
}

#[test]
fn what_cannot_be_looked_up_is_told() {
    let without_customers = MAPPING.split("[sources.customers]").next().unwrap();
    let without_name = MAPPING.replace("name = \"name\"\n", "");
    let without_products = MAPPING.replace("product_id = \"product\"\nproduct_name = \"title\"\n", "");
    for (rules, mapping, what) in [
        (
            "shared_signup = 3",
            without_customers,
            "shared_signup needs the table customers, which has no source",
        ),
        ("name_like = [\"x\"]", &without_name, "name_like needs the column name of customers"),
        (
            "product_like = [\"x\"]",
            &without_products,
            "product_like needs the column product_id of order_lines",
        ),
        ("customers = [\"born = 3\"]", MAPPING, "the expression `born = 3` cannot be used"),
        ("customers = [\"shoe + 1\"]", MAPPING, "it is no condition"),
    ] {
        let error = imported(rules, mapping).unwrap_err();
        let at = mapping.lines().count() + 2;
        assert!(error.to_string().contains(what), "{rules}: {error}");
        assert!(error.to_string().contains(&format!("shop.toml:{at}: ")), "{rules}: {error}");
        assert!(!error.hint().is_empty(), "{rules}");
    }
    let nobody = Config::parse(
        std::path::Path::new("shop"),
        format!("{MAPPING}[cleaning.test_accounts]\nshared_signup = 0\n"),
        &[],
    );
    assert!(nobody.unwrap_err().to_string().contains("nonzero"));
}
