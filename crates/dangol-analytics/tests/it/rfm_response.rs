//! The response model: counted by hand on a small shop, found again in simulated ones, and silent where there is nothing to
//! tell.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use arrow::datatypes::Float64Type;
use dangol_analytics::{AnalysisError, Report};
use dangol_models::lifetime::beta_binomial::BetaBinomial;
use dangol_models::lifetime::gamma_gamma::GammaGamma;
use dangol_shop::frame::{column, texts};
use dangol_shop::{Filters, Shop};
use dangol_sim::{Format, Mailings, Options, Response, simulate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::shops::{analyse, assert_within, result, shop_of, shop_of_csv};

const ORDERS: &str = "[shop]\nname = \"Post\"\ncurrency = \"KRW\"\ntime_zone = \"Asia/Seoul\"\n\
    [engine]\nthreads = THREADS\n[sources.order_lines]\npath = \"orders.csv\"\n\
    columns = { order_id = \"order\", customer_id = \"who\", ordered_at = \"at\", amount = \"paid\" }\n";
const CONTACTS: &str = "[sources.contacts]\npath = \"contacts.csv\"\n[sources.contacts.columns]\n\
    customer_id = \"who\"\nsent_at = \"sent\"\ncampaign = \"campaign\"\nholdout = \"holdout\"\n\
    clicked_at = \"clicked\"\nresponded_at = \"responded\"\nunsubscribed_at = \"unsubscribed\"\n";

fn shop(folder: &Path, orders: &str, contacts: &str) -> Shop {
    std::fs::write(folder.join("contacts.csv"), contacts).unwrap();
    shop_of_csv(folder, orders, &format!("{}{CONTACTS}", ORDERS.replace("THREADS", "2")))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn codes(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.as_ref()).collect()
}

fn until(day: &str) -> Filters {
    Filters { as_of: Some(day.into()), ..Filters::default() }
}

fn refused(shop: &Shop, filters: &Filters, params: &[(&str, &str)]) -> AnalysisError {
    let params =
        params.iter().map(|(name, value)| ((*name).to_owned(), Value::String((*value).to_owned()))).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(dangol_analytics::run(shop, "rfm-response", filters, params)).expect_err("refused")
}

const FEW_ORDERS: &str = "order,who,at,paid\n\
    o1,ann,2024-01-02 09:00,10\no2,bob,2024-01-03 09:00,20\no3,cat,2024-01-04 09:00,30\no4,dan,2024-01-04 09:00,5\n\
    o5,ann,2024-02-20 09:00,40\no6,bob,2024-03-05 09:00,7\no7,ann,2024-03-20 12:00,60\no8,cat,2024-03-12 12:00,3\n\
    o9,dan,2024-06-30 12:00,1\n";
/// Campaigns of 10 February, 1 March, 15 March (ten days for what was left open by the second) and 20 June.
const FEW_CONTACTS: &str = "who,sent,campaign,holdout,clicked,responded,unsubscribed\n\
    ann,2024-02-10 10:00,feb,no,2024-02-10 11:00,2024-02-12,\n\
    bob,2024-02-10 10:00,feb,no,,2024-03-11 11:00,\n\
    cat,2024-02-10 10:00,feb,yes,,,\n\
    zoe,2024-02-10 10:00,feb,no,,2024-02-11,\n\
    ann,2024-03-01 10:00,mar,no,,,\n\
    bob,2024-03-01 10:00,mar,no,2024-03-01 12:00,2024-03-01 12:00,2024-03-02 10:00\n\
    ann,2024-03-15 10:00,ides,no,,2024-03-15,\n\
    cat,2024-03-10 10:00,mar2,no,,,\n\
    ann,2024-06-20 10:00,jun,no,,,\n";

/// All that counts, by hand: a response within 30 days, not on the thirty-first; nothing held out, nothing whose days are
/// not over, nobody who has bought nothing.
#[test]
fn contacts_and_responses_are_those_counted_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), FEW_ORDERS, FEW_CONTACTS);
    let report = analyse(&shop, "rfm-response", &until("2024-06-30"), &[]);
    let found = result(&report);
    let totals = &found["contacts"];
    // ann 3 (two answered), bob 2 (the first answered a day late), cat 1.
    assert_eq!(
        (&totals["customers"], &totals["contacts"], &totals["responses"]),
        (&3.into(), &6.into(), &3.into())
    );
    assert_eq!(
        (&totals["held_out"], &totals["open"], &totals["of_others"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(
        (&totals["unsubscribed"], &totals["reachable"], &totals["never_contacted"]),
        (&1.into(), &2.into(), &1.into())
    );
    for code in
        ["not_checked", "response_is_not_uplift", "unsubscribed", "windows_open", "contacts_of_others"]
    {
        assert!(codes(&report).contains(&code), "{code}: {:?}", codes(&report));
    }
    // A day before bob's first contact is over, and with a window that takes his answer in.
    let totals = |day: &str, params: &[(&str, &str)]| {
        let found = result(&analyse(&shop, "rfm-response", &until(day), params));
        ["contacts", "responses", "open", "unsubscribed"]
            .map(|name| found["contacts"][name].as_u64().unwrap())
    };
    let too_early = refused(&shop, &until("2024-03-10"), &[]);
    assert!(too_early.to_string().contains("no contact with a customer was sent at least 30 days before"));
    assert_eq!(totals("2024-03-11", &[]), [2, 1, 3, 1]);
    assert_eq!(totals("2024-06-30", &[("window_days", "32")])[1], 4);
}

/// Orders stand for responses only if asked for; each belongs to the last contact before it.
#[test]
fn orders_belong_to_the_last_contact_before_them() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(folder.path(), FEW_ORDERS, FEW_CONTACTS);
    let report = analyse(&shop, "rfm-response", &until("2024-06-30"), &[("response", "ordered")]);
    let found = result(&report);
    // ann: o5 on feb, o7 on ides, not on mar; bob: o6 on mar, not on feb; cat: o8 on mar2.
    assert_eq!(found["contacts"]["responses"], 4);
    let by_campaign: BTreeMap<&str, u64> = found["campaigns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["campaign"].as_str().unwrap(), row["responses"].as_u64().unwrap()))
        .collect();
    let expected = [("feb", 1), ("ides", 1), ("mar", 1), ("mar2", 1)];
    assert_eq!(by_campaign, BTreeMap::from(expected));
    let clicks = result(&analyse(&shop, "rfm-response", &until("2024-06-30"), &[("response", "clicked")]));
    assert_eq!(clicks["contacts"]["responses"], 2);
}

#[test]
fn what_is_not_mapped_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let none = shop_of_csv(folder.path(), FEW_ORDERS, &ORDERS.replace("THREADS", "2"));
    let error = refused(&none, &Filters::default(), &[]);
    assert_eq!((error.code(), error.to_string().contains("no table `contacts`")), ("no_table", true));
    assert!(error.hint().contains("[sources.contacts]"), "{}", error.hint());

    let without = FEW_CONTACTS.replace("responded", "other");
    std::fs::write(folder.path().join("contacts.csv"), without).unwrap();
    let toml =
        format!("{}{CONTACTS}", ORDERS.replace("THREADS", "2")).replace("responded_at = \"responded\"\n", "");
    let shop = shop_of(folder.path(), &toml);
    let error = refused(&shop, &Filters::default(), &[]);
    assert!(
        error.code() == "no_column" && error.hint().contains("responded_at under [sources.contacts.columns]")
    );
    assert!(error.hint().contains("response = \"ordered\""), "{}", error.hint());
    // Asked for, it works.
    analyse(&shop, "rfm-response", &until("2024-06-30"), &[("response", "ordered")]);
    assert_eq!(refused(&shop, &Filters::default(), &[("window_days", "0")]).code(), "bad_parameter");
    assert_eq!(refused(&shop, &Filters::default(), &[("margin", "0")]).code(), "bad_parameter");
}

/// Nobody responds; everybody is contacted once; everybody as often.
#[test]
fn data_that_cannot_tell_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut orders = "order,who,at,paid\n".to_owned();
    for who in 0..200 {
        writeln!(orders, "o{who},c{who},2024-01-02 09:00,10").unwrap();
    }
    writeln!(orders, "last,c0,2024-12-30 09:00,10").unwrap();
    let contacts = |campaigns: &[&str], responds: &dyn Fn(usize, usize) -> bool| {
        let mut csv = "who,sent,campaign,holdout,clicked,responded,unsubscribed\n".to_owned();
        for who in 0..200 {
            for (at, day) in campaigns.iter().enumerate() {
                let answer = if responds(who, at) { format!("{day} 12:00") } else { String::new() };
                writeln!(csv, "c{who},{day} 10:00,{day},no,,{answer},").unwrap();
            }
        }
        csv
    };
    let days = ["2024-02-01", "2024-03-05", "2024-04-10", "2024-05-15"];
    let run = |csv: &str| {
        let shop = shop(folder.path(), &orders, csv);
        let report = analyse(&shop, "rfm-response", &until("2024-12-31"), &[]);
        let found = result(&report);
        let codes: Vec<String> = codes(&report).into_iter().map(str::to_owned).collect();
        (codes, found)
    };
    // Only somebody who is no customer has answered.
    let stranger = "zoe,2024-02-01 10:00,x,no,,2024-02-01 12:00,\n";
    let (nobody, found) = run(&format!("{}{stranger}", contacts(&days, &|_, _| false)));
    assert!(
        nobody.contains(&"nobody_responds".to_owned()) && found["groups"] == Value::Array(vec![]),
        "{nobody:?}"
    );
    let (everybody, _) = run(&contacts(&days, &|_, _| true));
    assert!(everybody.contains(&"everybody_responds".to_owned()), "{everybody:?}");
    let (once, found) = run(&contacts(&days[..1], &|who, _| who % 4 == 0));
    assert!(
        once.contains(&"one_contact_each".to_owned()) && found["customers"] == Value::Array(vec![]),
        "{once:?}"
    );
    // A quarter of the customers answer all the time, the others never.
    let (same, found) = run(&contacts(&days, &|who, _| who % 4 == 0));
    assert!(same.contains(&"same_number_of_contacts".to_owned()), "{same:?}");
    let rows = found["customers"].as_array().unwrap();
    assert!(number(&rows[0]["probability"]) > 0.9 && number(&rows[99]["probability"]) < 0.1, "{}", rows[0]);
    // Too few orders with money for any value: ranked by the probability alone.
    assert!(same.contains(&"no_value_of_response".to_owned()) == found["worth"].is_null(), "{same:?}");
    // All answer the first two and none the others: the probability is not that of all contacts.
    let (tired, _) = run(&contacts(&days, &|who, at| at < 2 && (who + at) % 3 > 0));
    assert!(tired.contains(&"response_drifts".to_owned()), "{tired:?}");
}

/// Who answered is written to again, the others hardly ever.
#[test]
fn contacts_that_follow_responses_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (orders, contacts) = post(|who, at, answered| at < 4 || answered > 0 || (who + at) % 3 == 0, 1.0);
    let report = analyse(&shop(folder.path(), &orders, &contacts), "rfm-response", &until("2025-01-20"), &[]);
    assert!(codes(&report).contains(&"contacts_follow_responses"), "{:?}", codes(&report));
    let (orders, contacts) = post(|who, at, _| (who + at) % 3 > 0, 1.0);
    let report = analyse(&shop(folder.path(), &orders, &contacts), "rfm-response", &until("2025-01-20"), &[]);
    assert!(!codes(&report).contains(&"contacts_follow_responses"), "{:?}", codes(&report));
}

/// Responses of which seven in ten lead to an order, of 50,000 on average: the value of a response is found again, and
/// with it what the next contact with everybody brings.
#[test]
fn the_value_of_a_response_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let (orders, contacts) = post(|_, _, _| true, 0.7);
    let shop = shop(folder.path(), &orders, &contacts);
    let params = [("margin", "0.4"), ("cost", "2500"), ("limit", "10000")];
    let report = analyse(&shop, "rfm-response", &until("2025-01-20"), &params);
    let found = result(&report);
    let spend = &found["spend"];
    assert_eq!(spend["basis"], "responses");
    assert!((number(&spend["conversion"]) - 0.7).abs() < 0.02, "{spend}");
    let value = number(&spend["value_of_response"]);
    assert!((value / 35_000.0 - 1.0).abs() < 0.05, "{spend}");
    assert!((number(&spend["break_even"]) - 2_500.0 / (value * 0.4)).abs() < 1e-9);
    let each = number(&found["worth"]["everybody"]) / number(&found["worth"]["customers"]);
    assert!((each - (0.2 * 35_000.0 * 0.4 - 2_500.0)).abs() < 150.0, "{each}");
    for row in found["customers"].as_array().unwrap() {
        let expected = number(&row["probability"]) * number(&row["value_of_response"]) * 0.4 - 2_500.0;
        assert!((number(&row["expected_value"]) - expected).abs() < 1e-6);
        assert_eq!(row["worth_contacting"].as_bool(), Some(expected > 0.0));
    }
    assert!(codes(&report).contains(&"not_worth_contacting") && !codes(&report).contains(&"cost_not_set"));
    let saved = number(&found["worth"]["only_worth"]) - number(&found["worth"]["everybody"]);
    assert!(saved > 0.0);

    // Where hardly any response leads to an order, ordinary orders stand for it, and that is said.
    let (orders, contacts) = post(|_, _, _| true, 0.005);
    let report =
        analyse(&self::shop(folder.path(), &orders, &contacts), "rfm-response", &until("2025-01-20"), &[]);
    let spend = result(&report)["spend"].clone();
    assert_eq!((&spend["basis"], &spend["conversion"]), (&"orders".into(), &Value::Null));
    assert!(codes(&report).contains(&"ordinary_orders"), "{:?}", codes(&report));
}

/// 1,500 customers and a campaign a month, of which each is sent those that `sent` picks by customer, campaign and answers so
/// far; probabilities are Beta(1, 4), and `orders` of the answers lead to an order of gamma-gamma spend.
fn post(sent: impl Fn(usize, usize, usize) -> bool, orders: f64) -> (String, String) {
    let (responses, spend) =
        (BetaBinomial::new(1.0, 4.0).unwrap(), GammaGamma::new(5.0, 4.0, 30_000.0).unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(17);
    let mut lines = "order,who,at,paid\n".to_owned();
    let mut contacts = "who,sent,campaign,holdout,clicked,responded,unsubscribed\n".to_owned();
    for who in 0..1_500 {
        writeln!(lines, "first{who},c{who},2023-12-{:02} 09:00,1000", 1 + who % 28).unwrap();
        let chance = responses.response.mean;
        // A chance of the customer's own: Beta(1, β) by its inverse.
        let own = 1.0 - random.random::<f64>().powf(1.0 / (1.0 / chance - 1.0));
        let amount = spend.simulate(12, &mut random).mean;
        let mut answered = 0;
        for at in 0..12 {
            let (responds, buys) = (random.random_bool(own), random.random_bool(orders));
            if !sent(who, at, answered) {
                continue;
            }
            let month = at + 1;
            let answer = if responds { format!("2024-{month:02}-06 12:00") } else { String::new() };
            writeln!(contacts, "c{who},2024-{month:02}-05 10:00,C{month},no,,{answer},").unwrap();
            answered += usize::from(responds);
            if responds && buys {
                writeln!(lines, "o{who}x{at},c{who},2024-{month:02}-07 12:00,{amount}").unwrap();
            }
        }
    }
    (lines, contacts)
}

/// What was put in is found again: α and β within their intervals, customers' own probabilities as often within theirs as
/// these say, the ranking better than the others, probabilities as they come out. Shops of several seeds.
#[test]
fn a_shop_that_follows_the_model_is_recognised() {
    let (mut parameters_held, mut customers_held, mut customers) = (0, 0, 0);
    let seeds = 5;
    for seed in 1..=seeds {
        let folder = tempfile::tempdir().unwrap();
        let mailings = Mailings { response: Response::Beta { alpha: 0.6, beta: 6.0 }, ..Mailings::default() };
        let (shop, truth) = simulated(folder.path(), seed, mailings);
        let report =
            analyse(&shop, "rfm-response", &Filters::default(), &[("cost", "300"), ("limit", "100000")]);
        let found = result(&report);
        let model = &found["model"];
        let within = |name: &str, put_in: f64| {
            let (low, high) = (number(&model[format!("{name}_low")]), number(&model[format!("{name}_high")]));
            assert!(high / low < 2.0, "{model}");
            usize::from(low < put_in && put_in < high)
        };
        parameters_held += within("alpha", 0.6) + within("beta", 6.0) + within("mean", 0.6 / 6.6);
        assert!(model["differ"].as_bool().unwrap() && number(&model["p_value"]) < 1e-6);
        assert!(codes(&report).contains(&"customers_differ") && codes(&report).contains(&"ranking_held"));
        assert!(!codes(&report).contains(&"response_drifts"), "{:?}", codes(&report));
        for row in found["customers"].as_array().unwrap() {
            let own = truth[row["customer_id"].as_str().unwrap()];
            customers += 1;
            customers_held += usize::from(number(&row["low"]) < own && own < number(&row["high"]));
        }

        let check = &found["check"];
        let ranking = |key: &str| {
            check["rankings"].as_array().unwrap().iter().find(|row| row["ranking"] == key).unwrap().clone()
        };
        assert!((number(&ranking("chance")["caught"]) - 0.2).abs() < 1e-9);
        // Purchases have nothing to do with responses here, so that RFM knows nothing.
        for other in ["chance", "rfm"] {
            assert!(number(&ranking(other)["model_catches_more_low"]) > 0.1, "{other}: {check}");
        }
        let ratio = ["", "_low", "_high"].map(|end| number(&check[format!("actual_to_expected{end}")]));
        assert!(ratio[1] < 1.0 + 0.06 && ratio[2] > 1.0 - 0.06, "{ratio:?}");
        // Responses bring no orders here: those that came after one came by chance, as after any other contact.
        let held_out =
            report.findings.iter().find(|finding| finding.code == "response_is_not_uplift").unwrap();
        let rate = |name: &str| number(&held_out.values[name]);
        assert!((rate("held_out_rate") - rate("sent_rate")).abs() < 0.02, "{:?}", held_out.values);
        assert!(
            (number(&found["spend"]["conversion"]) - rate("sent_rate")).abs() < 0.03,
            "{}",
            found["spend"]
        );
        let rows = found["groups"].as_array().unwrap();
        let means: Vec<f64> = rows.iter().map(|row| number(&row["expected_value"])).collect();
        assert!(means.len() > 2 && means.is_sorted_by(|a, b| a > b), "{means:?}");
        let sum: u64 = rows.iter().map(|row| row["customers"].as_u64().unwrap()).sum();
        assert_eq!(Some(sum), found["contacts"]["reachable"].as_u64());
    }
    // Of 15 intervals of 90 % fewer than 11 hold once in eighty times.
    assert!(parameters_held >= 11, "{parameters_held} of {}", 3 * seeds);
    let share = f64::from(customers_held as u32) / f64::from(customers);
    println!("{parameters_held} of {} parameters, {share:.3} of {customers} customers", 3 * seeds);
    assert!((share - 0.9).abs() < 0.01, "{share}");
}

/// With one probability for all there is nothing to rank by, and nobody is ranked.
#[test]
fn where_all_are_alike_nobody_is_ranked() {
    for seed in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let mailings = Mailings { response: Response::Equal { probability: 0.09 }, ..Mailings::default() };
        let (shop, _) = simulated(folder.path(), seed, mailings);
        let report = analyse(&shop, "rfm-response", &Filters::default(), &[]);
        let found = result(&report);
        assert_eq!(found["model"]["differ"], false, "{}", found["model"]);
        assert!(codes(&report).contains(&"customers_do_not_differ"), "{:?}", codes(&report));
        assert!(codes(&report).contains(&"no_better_than_chance"), "{:?}", codes(&report));
        assert_eq!((&found["groups"], &found["customers"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    }
}

#[test]
fn threads_row_order_and_later_rows_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (shop, _) = simulated(folder.path(), 9, Mailings::default());
    let filters = until("2025-03-31");
    let params = [("limit", "100000"), ("cost", "300")];
    let sorted = |shop: &Shop| {
        let mut found = result(&analyse(shop, "rfm-response", &filters, &params));
        let rows = found["customers"].as_array_mut().unwrap();
        rows.sort_by_key(|row| row["customer_id"].as_str().unwrap().to_owned());
        found
    };
    let expected = sorted(&shop);
    for file in ["orders.csv", "contacts.csv"] {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let time = header.split(',').position(|name| name == "at" || name == "sent").unwrap();
        // What came after the as-of date is not there, and what a contact led to after it is not known.
        let known = |cell: &str| cell < "2025-04-01" || !cell.contains('-');
        let mut rows: Vec<String> = rows
            .lines()
            .filter(|row| row.split(',').nth(time).unwrap() < "2025-04-01")
            .map(|row| {
                row.split(',').map(|cell| if known(cell) { cell } else { "" }).collect::<Vec<_>>().join(",")
            })
            .collect();
        rows.reverse();
        std::fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    }
    let toml = format!("{}{CONTACTS}", ORDERS.replace("THREADS", "7"));
    let other = shop_of(folder.path(), &toml);
    // Models are fitted until the likelihood no longer rises, which last digits of sums decide.
    assert_within(&expected, &sorted(&other), 1e-6, "result");
}

/// A simulated shop with its customers' probabilities, brought into the form of the small one.
fn simulated(folder: &Path, seed: u64, mailings: Mailings) -> (Shop, BTreeMap<String, f64>) {
    let options = Options {
        lines: 60_000,
        seed,
        dirt: 0.0,
        cancelled: 0.0,
        returned: 0.0,
        mailings: Some(mailings),
        ..Options::default()
    };
    simulate(&options.check().unwrap(), folder, Format::Csv, &mut |_, _| {}).unwrap();
    let lines = std::fs::read_to_string(folder.join("order_lines.csv")).unwrap();
    let mut orders = "order,who,at,paid\n".to_owned();
    for line in lines.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let paid = cells[6].parse::<f64>().unwrap() * cells[7].parse::<f64>().unwrap()
            - cells[8].parse::<f64>().unwrap();
        writeln!(orders, "{},{},{},{paid}", cells[0], cells[1], cells[2]).unwrap();
    }
    std::fs::write(folder.join("orders.csv"), orders).unwrap();
    let contacts = std::fs::read_to_string(folder.join("contacts.csv")).unwrap();
    let contacts = contacts.replacen(
        "customer_id,sent_at,campaign,channel,offer,holdout,opened_at,clicked_at,responded_at,unsubscribed_at",
        "who,sent,campaign,channel,offer,holdout,opened,clicked,responded,unsubscribed",
        1,
    );
    std::fs::write(folder.join("contacts.csv"), contacts).unwrap();
    let truth = "[sources.customers]\npath = \"truth.parquet\"\ncolumns = { customer_id = \"customer_id\" }\n\
        attributes = { response_probability = \"response_probability\" }\n";
    let shop = shop_of(folder, &format!("{}{CONTACTS}{truth}", ORDERS.replace("THREADS", "1")));
    let probabilities = probabilities(&shop);
    (shop, probabilities)
}

/// As the simulator's truth has them.
fn probabilities(shop: &Shop) -> BTreeMap<String, f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(shop.sql("SELECT customer_id, response_probability FROM customers")).unwrap();
    let values = column::<Float64Type>(&rows, "response_probability", f64::NAN).unwrap();
    texts(&rows, "customer_id").unwrap().into_iter().map(Option::unwrap).zip(values).collect()
}
