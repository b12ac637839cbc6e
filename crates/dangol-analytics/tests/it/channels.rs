//! Channels: figures of a second implementation, states of cost, sums, invariance.

use dangol_shop::{Filters, Shop};
use serde_json::Value;

use crate::shops::{analyse, example, result, shop_of};

fn row<'a>(rows: &'a Value, channel: &str) -> &'a Value {
    rows.as_array().unwrap().iter().find(|row| row["channel"] == channel).unwrap()
}

fn close(found: &Value, expected: f64, what: &str) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-9), "{what}: {found}, not {expected}");
}

/// Computed from the two files by a script of a few lines that shares nothing with this code: channel, customers,
/// spend, CAC, historical LTV to the as-of date and to the last purchase, payback in months, customers under 30 days.
struct Expected(&'static str, u64, f64, f64, f64, f64, Option<f64>, u64);

const KPI_LAB: [Expected; 5] = [
    Expected(
        "email",
        131,
        6_327.30,
        48.3,
        922.863_888_003_531_1,
        1_595.534_478_997_158_9,
        Some(1.748_503_091_395_069_7),
        6,
    ),
    Expected("organic", 284, 0.0, 0.0, 828.733_199_409_564, 1_407.316_135_009_664_3, None, 16),
    Expected(
        "paid_search",
        265,
        19_157.25,
        72.291_509_433_962_23,
        835.895_865_992_233_3,
        1_382.912_579_153_551,
        Some(2.631_402_698_298_157),
        11,
    ),
    Expected("referral", 111, 0.0, 0.0, 1_033.731_644_799_672_5, 1_651.358_594_435_502_3, None, 5),
    Expected(
        "social_media",
        193,
        12_325.67,
        63.863_575_129_533_68,
        664.316_828_562_077_4,
        1_134.699_989_019_107_8,
        Some(3.030_566_834_262_573),
        11,
    ),
];

#[test]
fn kpi_lab_agrees_with_a_second_implementation() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let report = analyse(&shop, "channels", &Filters::default(), &[]);
    let found = result(&report);
    let last =
        result(&analyse(&shop, "channels", &Filters::default(), &[("active_days", "to_last_purchase")]));
    assert_eq!(found["channels"].as_array().unwrap().len(), KPI_LAB.len());
    for Expected(channel, customers, spend, cac, ltv, ltv_to_last, payback, raised) in KPI_LAB {
        let of = row(&found["channels"], channel);
        assert_eq!(of["new_customers"], customers, "{channel}");
        assert_eq!(of["raised"], raised, "{channel}");
        close(&of["spend"], spend, channel);
        close(&of["cac"], cac, channel);
        close(&of["ltv_historical"], ltv, channel);
        close(&row(&last["channels"], channel)["ltv_historical"], ltv_to_last, channel);
        if let Some(payback) = payback {
            assert_eq!(of["cost"], "paid");
            close(&of["ltv_to_cac"], ltv / cac, channel);
            close(&of["roi"], ltv / cac - 1.0, channel);
            close(&of["payback_months"], payback, channel);
            for name in ["cac", "ltv_historical", "ltv_model", "ltv_to_cac", "payback_months", "vip_share"] {
                let end = |which: &str| of[format!("{name}_{which}")].as_f64().unwrap();
                let value = of[name].as_f64().unwrap();
                assert!(end("low") < value && value < end("high"), "{channel} {name}");
            }
        } else {
            assert_eq!(of["cost"], "no_spend");
            assert!(of["ltv_to_cac"].is_null() && of["roi"].is_null() && of["payback_months"].is_null());
        }
    }
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_ref()).collect();
    for code in ["margin_not_set", "active_days_raised"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(codes.iter().any(|code| code.starts_with("guard_decides")), "{codes:?}");
    assert!(!codes.contains(&"spend_covers_part"), "{codes:?}");
    assert!(!codes.contains(&"no_rows_of_spend"), "referral has its rows, with nothing spent");
}

#[test]
fn margin_and_the_model_carry_over() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let whole = result(&analyse(&shop, "channels", &Filters::default(), &[]));
    let report = analyse(&shop, "channels", &Filters::default(), &[("margin", "0.4"), ("ltv", "model")]);
    let part = result(&report);
    let values = result(&analyse(&shop, "value", &Filters::default(), &[("margin", "0.4")]));
    for of_value in values["channels"].as_array().unwrap() {
        let channel = of_value["key"].as_str().unwrap();
        let (full, less) = (row(&whole["channels"], channel), row(&part["channels"], channel));
        close(&less["ltv_historical"], 0.4 * full["ltv_historical"].as_f64().unwrap(), channel);
        close(&less["expected_value"], of_value["mean_value"].as_f64().unwrap(), channel);
        let so_far = 0.4 * of_value["revenue"].as_f64().unwrap() / of_value["customers"].as_f64().unwrap();
        close(&less["ltv_model"], so_far + of_value["mean_value"].as_f64().unwrap(), channel);
        if !less["ltv_to_cac"].is_null() {
            close(
                &less["ltv_to_cac"],
                less["ltv_model"].as_f64().unwrap() / less["cac"].as_f64().unwrap(),
                channel,
            );
        }
    }
    assert!(report.findings.iter().all(|finding| finding.code != "margin_not_set"));
}

/// A shop of six customers: `ads` brings two for 30, `fairs` nobody for 50, `friends` two for nothing.
const ORDERS: &str = "order,customer,at,amount\n\
    1,a,2024-01-05,10\n2,b,2024-02-06,20\n3,c,2024-02-07,30\n4,d,2024-03-08,40\n5,a,2024-03-09,50\n\
    6,e,2024-03-10,60\n7,f,2024-04-20,5\n";
const CUSTOMERS: &str = "customer,channel\na,ads\nb,ADS\nc,friends\nd,friends\nf,ads\n";
const TOML: &str = "[shop]\nname = \"Six\"\ncurrency = \"EUR\"\ntime_zone = \"UTC\"\n\
    [sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\norder_id = \"order\"\n\
    customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n\
    [sources.customers]\npath = \"customers.csv\"\n[sources.customers.columns]\ncustomer_id = \"customer\"\n\
    acquisition_channel = \"channel\"\n";
const SPEND_TOML: &str = "[sources.marketing_spend]\npath = \"spend.csv\"\n[sources.marketing_spend.columns]\n\
    period = \"month\"\nchannel = \"channel\"\nspend = \"spend\"\n";

fn six(folder: &std::path::Path, spend: Option<&str>) -> Shop {
    std::fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    std::fs::write(folder.join("customers.csv"), CUSTOMERS).unwrap();
    let mut toml = TOML.to_owned();
    if let Some(spend) = spend {
        std::fs::write(folder.join("spend.csv"), spend).unwrap();
        toml.push_str(SPEND_TOML);
    }
    shop_of(folder, &toml)
}

#[test]
fn costs_have_their_states() {
    let folder = tempfile::tempdir().unwrap();
    // Spend of December lies before the first order; April has none, so that f is not counted as new.
    let spend = "month,channel,spend\n2023-12,ads,1000\n2024-01,Ads,10\n2024-02,Ads,20\n2024-02,fairs,50\n2024-03,Ads,0\n";
    let shop = six(folder.path(), Some(spend));
    let report = analyse(&shop, "channels", &Filters::default(), &[]);
    let found = result(&report);
    assert_eq!((&found["from"], &found["until"]), (&"2024-01-01".into(), &"2024-03-31".into()));
    let ads = row(&found["channels"], "ADS");
    assert_eq!(
        (&ads["cost"], &ads["new_customers"], &ads["customers"]),
        (&"paid".into(), &2.into(), &3.into())
    );
    close(&ads["cac"], 15.0, "ads");
    let fairs = row(&found["channels"], "fairs");
    assert_eq!(fairs["cost"], "no_customers");
    assert!(fairs["cac"].is_null() && fairs["ltv_to_cac"].is_null());
    let friends = row(&found["channels"], "friends");
    assert_eq!(friends["cost"], "no_spend");
    close(&friends["cac"], 0.0, "friends");
    let unknown = row(&found["channels"], "");
    assert_eq!((&unknown["cost"], &unknown["customers"]), (&"unknown".into(), &1.into()));
    close(&found["total"]["cac"], 80.0 / 5.0, "all");
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_ref()).collect();
    for code in
        ["spend_without_customers", "spend_covers_part", "no_rows_of_spend", "customers_without_channel"]
    {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    // A month cut by the as-of date counts by its days, and so do its customers.
    let earlier = Filters { as_of: Some("2024-02-06".into()), ..Filters::default() };
    let found = result(&analyse(&shop, "channels", &earlier, &[]));
    let ads = row(&found["channels"], "ADS");
    close(&ads["spend"], 10.0 + 20.0 * 6.0 / 29.0, "part of February");
    assert_eq!(ads["new_customers"], 2);
}

#[test]
fn without_spend_or_channels_there_is_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let report = analyse(&six(folder.path(), None), "channels", &Filters::default(), &[]);
    let found = result(&report);
    assert_eq!(found["spend_known"], false);
    assert!(
        found["channels"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["cost"] == "unknown" && row["cac"].is_null())
    );
    assert!(report.findings.iter().any(|finding| finding.code == "spend_unknown"));

    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("ga-merch", folder.path()) else { return };
    let report = analyse(&shop, "channels", &Filters::default(), &[]);
    let found = result(&report);
    assert_eq!(found["channels_known"], false);
    for channel in ["online", "offline"] {
        let row = row(&found["channels"], channel);
        assert_eq!(row["cost"], "not_attributable");
        assert!(
            row["cac"].is_null() && row["new_customers"].is_null() && row["spend"].as_f64().unwrap() > 0.0
        );
    }
    // 1,468 customers, all of whom bought first in 2019, and both columns of the file.
    let total = &found["total"];
    assert_eq!(total["new_customers"], 1_468);
    close(&total["cac"], total["spend"].as_f64().unwrap() / 1_468.0, "all");
    assert!(report.findings.iter().any(|finding| finding.code == "channels_unknown"));
}

#[test]
fn filters_say_that_spend_is_not_filtered() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = example("kpi-lab", folder.path()) else { return };
    let filters = Filters { segment: Some("class:platinum".into()), ..Filters::default() };
    let report = analyse(&shop, "channels", &filters, &[]);
    assert!(report.findings.iter().any(|finding| finding.code == "spend_is_not_filtered"));
    let found = result(&report);
    // All of them are of the best class, whatever the channel.
    assert!(found["channels"].as_array().unwrap().iter().all(|row| row["vips"] == row["active"]));
}
