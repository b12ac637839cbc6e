//! Customers left out of one analysis.

use std::fmt::Write as _;

use dangol_analytics::{AnalysisError, run};
use dangol_shop::{Config, Filters, Shop};
use serde_json::{Map, Value};

use crate::shops::{analyse, result, shop_of_csv};

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n\
    [sources.order_lines.columns]\norder_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"time\"\n\
    amount = \"paid\"\ncountry = \"country\"\n[sources.customers]\npath = \"members.csv\"\n\
    [sources.customers.columns]\ncustomer_id = \"customer\"\nmembership = \"level\"\n";

/// Of 40 customers every fifth is a VIP, of whom the shop knows; every eighth has ordered from Jersey once.
fn csv(keep: impl Fn(usize) -> bool) -> String {
    let mut text = String::from("order,customer,time,paid,country\n");
    for n in (0..400).filter(|n| keep(n % 40)) {
        let country = if n % 40 % 8 == 0 && n < 40 { "Jersey" } else { "France" };
        let (month, day) = (1 + n / 40, 1 + n * 7 % 28);
        writeln!(text, "o{n},c{},2024-{month:02}-{day:02} 10:00,{},{country}", n % 40, 5 + n * 13 % 97)
            .unwrap();
    }
    // Everybody knows when it ended, whoever is left out.
    text + "last,c1,2024-12-01 10:00,5,France\n"
}

fn shop(folder: &std::path::Path, csv: &str, more: &str) -> Shop {
    let mut members = String::from("customer,level\n");
    for n in (0..40).filter(|n| n % 3 > 0 || n % 5 == 0) {
        writeln!(members, "c{n},{}", if n % 5 == 0 { "VIP" } else { "plain" }).unwrap();
    }
    std::fs::write(folder.join("members.csv"), members).unwrap();
    shop_of_csv(folder, csv, &format!("{TOML}{more}"))
}

const EXCLUDE: &str = "exclude = [\"membership = 'VIP'\", \"country = 'Jersey'\"]\n";

#[test]
fn an_analysis_is_as_if_they_had_never_bought() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let excluding = shop(
        one.path(),
        &csv(|_| true),
        &format!("[rfm]\n{EXCLUDE}[cohorts]\n{EXCLUDE}[overview]\n{EXCLUDE}"),
    );
    let without = shop(two.path(), &csv(|c| c % 5 > 0 && c % 8 > 0), "");
    let everybody = Filters::default();
    for name in ["rfm", "cohorts", "overview", "customers"] {
        let report = analyse(&excluding, name, &everybody, &[]);
        let finding = report.findings.iter().find(|finding| finding.code == "excluded").expect("a finding");
        // Eight VIPs, five with an order from Jersey, and one who is both.
        assert_eq!(finding.values["customers"], 12, "{name}");
        assert_eq!(report.params["exclude"][0], "membership = 'VIP'");
        assert_eq!(result(&report), result(&analyse(&without, name, &everybody, &[])), "{name}");
    }
    // A segment as a filter is that of the page RFM.
    let of_class = Filters { segment: Some("class:gold".into()), ..Filters::default() };
    for name in ["overview", "customers"] {
        let ours = result(&analyse(&excluding, name, &of_class, &[]));
        assert_eq!(ours, result(&analyse(&without, name, &of_class, &[])), "{name}");
    }
    // A person's page shows that person.
    let vip = analyse(&excluding, "customer", &everybody, &[("id", "c5")]);
    assert_eq!(result(&vip)["orders"], 10);
}

#[test]
fn an_analysis_without_it_sees_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), &csv(|_| true), &format!("[cohorts]\n{EXCLUDE}"));
    let report = analyse(&shop, "overview", &Filters::default(), &[]);
    assert_eq!(result(&report)["totals"]["customers"], 40);
    assert!(report.params.get("exclude").is_none());
}

#[tokio::test]
async fn what_cannot_be_understood_names_its_line() {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), &csv(|_| true), "");
    for (more, name, what) in [
        (
            "[rfm]\nexclude = [\"colour = 1\"]\n",
            "rfm",
            "shop.toml:17: the expression `colour = 1` cannot be used",
        ),
        ("[customer]\nexclude = [\"country = 'x'\"]\n", "customer", "exclude"),
    ] {
        let config =
            Config::parse(folder.path(), format!("{TOML}{more}"), &dangol_analytics::names()).unwrap();
        let shop = Shop::with_config(config).unwrap();
        let given = Map::from_iter([("id".to_owned(), Value::from("c1"))]);
        let given = if name == "customer" { given } else { Map::new() };
        let error: AnalysisError = run(&shop, name, &Filters::default(), given).await.unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
    let error = Config::parse(folder.path(), format!("{TOML}[rfm]\nexclude = 3\n"), &["rfm"]).unwrap_err();
    assert!(error.to_string().contains("shop.toml:17:1: `exclude` takes a list"), "{error}");
}
