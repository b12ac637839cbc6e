//! What the quality report says of data in which something is planted, and that it says nothing where nothing is.

use std::fmt::Write as _;
use std::path::Path;

use dangol_analytics::quality::{Link, Quality, State, page, quality};
use dangol_analytics::{Finding, Language, Severity};
use dangol_shop::Shop;

use crate::shops::shop_of;

/// A line of the export.
#[derive(Clone)]
struct Line {
    /// From 2023-01-02.
    day: i32,
    order: String,
    customer: String,
    product: String,
    name: String,
    quantity: i32,
    price: f64,
    country: &'static str,
    coupon: String,
}

/// 240 days with four orders of two lines each; 60 customers, 12 products, two countries.
fn clean() -> Vec<Line> {
    (0..1_920)
        .map(|line: i32| {
            let (order, product) = (line / 2, (line * 7 + line / 12) % 12);
            Line {
                day: line / 8,
                order: format!("{}", 10_000 + order),
                customer: format!("{}", 500 + (order * 17 + order / 60) % 60),
                product: format!("P{product:02}"),
                name: format!("Product {product}"),
                quantity: 1 + line % 3,
                price: 4.0 + f64::from(product) * 1.5,
                country: if order % 3 == 0 { "DE" } else { "AT" },
                coupon: if order % 20 == 0 { "SPRING".into() } else { String::new() },
            }
        })
        .collect()
}

const TOML: &str = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
    order_id = \"order\"\ncustomer_id = \"customer\"\nordered_at = \"at\"\nproduct_id = \"product\"\n\
    product_name = \"name\"\nquantity = \"quantity\"\nunit_price = \"price\"\ncountry = \"country\"\ncoupon_code = \"coupon\"\n";

/// A shop of these lines and further files, each with its section.
fn shop(folder: &Path, lines: &[Line], further: &[(&str, &str, &str)]) -> Shop {
    let mut csv = "order,customer,at,product,name,quantity,price,country,coupon\n".to_owned();
    let start = jiff::civil::date(2023, 1, 2);
    for (at, line) in lines.iter().enumerate() {
        let on = start + jiff::ToSpan::days(line.day);
        let hour = 8 + at % 12;
        let Line { order, customer, product, name, quantity, price, country, coupon, .. } = line;
        writeln!(
            csv,
            "{order},{customer},{on} {hour:02}:15,{product},{name},{quantity},{price},{country},{coupon}"
        )
        .unwrap();
    }
    std::fs::write(folder.join("orders.csv"), csv).unwrap();
    let mut toml = TOML.to_owned();
    for (table, rows, columns) in further {
        std::fs::write(folder.join(format!("{table}.csv")), rows).unwrap();
        write!(toml, "[sources.{table}]\npath = \"{table}.csv\"\n[sources.{table}.columns]\n{columns}\n")
            .unwrap();
    }
    shop_of(folder, &toml)
}

fn look(shop: &Shop) -> Quality {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(quality(shop)).unwrap()
}

/// The report of lines in which something was changed.
fn planted(change: impl FnOnce(&mut Vec<Line>)) -> Quality {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = clean();
    change(&mut lines);
    look(&shop(folder.path(), &lines, &[]))
}

fn codes(quality: &Quality) -> Vec<&str> {
    quality.findings.iter().map(|finding| finding.code.as_ref()).collect()
}

/// The one finding, which has both languages and no word of the other.
#[track_caller]
fn only<'a>(quality: &'a Quality, code: &str) -> &'a Finding {
    assert_eq!(codes(quality), [code], "{:#?}", quality.findings);
    let finding = &quality.findings[0];
    let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    assert!(!korean(&finding.text.en) && korean(&finding.text.ko), "{finding:?}");
    finding
}

#[test]
fn clean_data_have_no_findings() {
    let quality = planted(|_| {});
    assert!(quality.findings.is_empty(), "{:#?}", quality.findings);
    assert!(quality.links.is_empty());
}

#[test]
fn another_currency_from_a_day_on() {
    let quality = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.day >= 150) {
            line.price *= 1_330.0;
        }
    });
    // Every product has lines at prices far from its usual one, too.
    assert!(codes(&quality).contains(&"currency_change"), "{:#?}", quality.findings);
    let finding = &quality.findings[0];
    assert_eq!((finding.code.as_ref(), finding.severity), ("currency_change", Severity::Serious));
    // Day 150 is 2023-06-01.
    assert_eq!(finding.values["from"], "2023-06-01");
    assert!((finding.values["ratio"].as_f64().unwrap() - 1_330.0).abs() < 1.0);
    assert!(finding.text.ko.starts_with("2023-06부터"), "{}", finding.text.ko);
}

#[test]
fn another_currency_without_products() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = "customer,at,amount\n".to_owned();
    for line in 0..2_000_i32 {
        let on = jiff::civil::date(2023, 1, 2) + jiff::ToSpan::days(line / 8);
        let amount = f64::from(20 + line * 7 % 30) * if line / 8 >= 120 { 0.01 } else { 1.0 };
        writeln!(csv, "C{},{on},{amount:.2}", line % 60).unwrap();
    }
    std::fs::write(folder.path().join("orders.csv"), csv).unwrap();
    let toml = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
        customer_id = \"customer\"\nordered_at = \"at\"\namount = \"amount\"\n";
    let quality = look(&shop_of(folder.path(), toml));
    let finding = only(&quality, "currency_change");
    assert_eq!(finding.values["from"], "2023-05-01");
    assert!(finding.text.en.contains("th as high as before"), "{}", finding.text.en);
}

#[test]
fn another_currency_in_one_country() {
    let quality = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.country == "AT" && line.order.ends_with('7')) {
            line.country = "JP";
            line.price *= 20.0;
        }
    });
    let finding = only(&quality, "currency_differs");
    assert_eq!(finding.values["place"], "JP");
}

#[test]
fn a_price_in_another_unit() {
    let quality = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.product == "P03").take(3) {
            line.price *= 100.0;
        }
    });
    let finding = only(&quality, "price_jump");
    assert_eq!((&finding.values["products"], &finding.values["rows"]), (&1.into(), &3.into()));
    assert!(finding.text.en.contains("P03: 850 instead of 8.50"), "{}", finding.text.en);
}

#[test]
fn prices_of_zero() {
    let all = planted(|lines| lines.iter_mut().for_each(|line| line.price = 0.0));
    let finding = only(&all, "prices_all_zero");
    assert_eq!((finding.severity, &finding.values["rows"]), (Severity::Serious, &1_920.into()));
    let some = planted(|lines| lines.iter_mut().step_by(10).for_each(|line| line.price = 0.0));
    assert_eq!(only(&some, "prices_zero").values["rows"], 192);
    let gifts = planted(|lines| lines.iter_mut().step_by(50).for_each(|line| line.price = 0.0));
    assert!(gifts.findings.is_empty(), "{:#?}", gifts.findings);
}

/// Adds orders of all customers, each with an order id of its own.
fn add(lines: &mut Vec<Line>, orders: usize, day: i32) {
    for order in 0..orders {
        let mut line = lines[order * 2].clone();
        (line.day, line.order) = (day, format!("{}", 50_000 + order));
        lines.push(line);
    }
}

#[test]
fn a_day_with_ten_times_the_orders() {
    let quality = planted(|lines| add(lines, 40, 100));
    let finding = only(&quality, "burst");
    assert_eq!((&finding.values["grain"], &finding.values["at"]), (&"day".into(), &"2023-04-12".into()));
    assert_eq!((&finding.values["orders"], &finding.values["usual"]), (&44.into(), &4.0.into()));
    let campaign = planted(|lines| add(lines, 30, 100));
    assert!(campaign.findings.is_empty(), "{:#?}", campaign.findings);
}

#[test]
fn one_customer_with_two_fifths_of_the_revenue() {
    let quality = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.order.ends_with(['1', '3', '5', '7'])) {
            line.customer = "501".into();
        }
    });
    let finding = only(&quality, "dominant_customer");
    assert_eq!(finding.values["customer"], "501");
    assert!(finding.text.en.contains("exclude = [\"customer_id = '501'\"]"), "{}", finding.text.en);
}

#[test]
fn identifiers_that_change_their_form() {
    let quality = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.day >= 120) {
            line.customer = format!("MEM-{}", line.customer);
        }
    });
    let finding = only(&quality, "id_form_changed");
    assert_eq!((&finding.values["column"], finding.severity), (&"customer_id".into(), Severity::Serious));
    assert_eq!(finding.values["from"], "2023-05-02");
    assert!(
        finding.text.en.contains("like 5") && finding.text.en.contains("like MEM-5"),
        "{}",
        finding.text.en
    );
    let orders = planted(|lines| {
        for line in lines.iter_mut().filter(|line| line.day >= 120) {
            line.order = format!("W{}", line.order);
        }
    });
    assert_eq!(only(&orders, "id_form_changed").severity, Severity::Info);
}

#[test]
fn names_of_tests() {
    let quality = planted(|lines| {
        lines[10].product = "TEST-1".into();
        lines[10].name = "test product".into();
        for line in lines.iter_mut().filter(|line| line.order == "10030") {
            line.customer = "test_03".into();
        }
    });
    assert_eq!(codes(&quality), ["test_like"; 3]);
    let columns: Vec<&str> =
        quality.findings.iter().map(|finding| finding.values["column"].as_str().unwrap()).collect();
    assert_eq!(columns, ["customer_id", "product_id", "product_name"]);
    // A test for sale, and a person called Tester.
    let real = planted(|lines| {
        lines[10].name = "임신테스트기".into();
        lines[12].name = "Contest Kit 2".into();
        lines[14].customer = "testarossa".into();
    });
    assert!(real.findings.is_empty(), "{:#?}", real.findings);
}

#[test]
fn orders_in_the_future() {
    let quality = planted(|lines| lines[5].day = 20_000);
    assert!(codes(&quality).contains(&"future_dates"), "{:#?}", quality.findings);
}

#[test]
fn members_of_tests_and_dates_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let mut members = "id,name,mail,joined,born\n".to_owned();
    for id in 500..560 {
        writeln!(members, "{id},Kim {id},k{id}@x.kr,2022-12-01,1980-05-05").unwrap();
    }
    let columns = "customer_id = \"id\"\nname = \"name\"\nemail = \"mail\"\njoined_at = \"joined\"\nbirth_date = \"born\"";
    let whole = look(&shop(folder.path(), &clean(), &[("customers", &members, columns)]));
    assert!(whole.findings.is_empty(), "{:#?}", whole.findings);

    let folder = tempfile::tempdir().unwrap();
    members = members.replace("Kim 505", "테스트").replace("k510@x.kr", "test@x.kr");
    members =
        members.replace("500,Kim 500,k500@x.kr,2022-12-01,1980", "500,Kim 500,k500@x.kr,2022-12-01,2080");
    let quality = look(&shop(folder.path(), &clean(), &[("customers", &members, columns)]));
    assert_eq!(codes(&quality), ["test_like", "test_like", "future_dates"], "{:#?}", quality.findings);
    assert!(
        quality.findings.iter().all(|finding| !finding.text.en.contains("테스트")),
        "names stay in the table"
    );
    assert_eq!(quality.findings[2].values["latest"], "2080-05-05");
}

/// Members with a name, an address and a day of birth each.
fn of_members(members: impl Iterator<Item = (String, String, String)>) -> Quality {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = "id,name,mail,joined,born\n".to_owned();
    let rest = (0..60)
        .map(|n| (format!("Kim {n}"), format!("k{n}@x.kr"), format!("19{}-0{}-11", 60 + n % 40, 1 + n % 9)));
    for (id, (name, mail, born)) in (500..).zip(members.chain(rest)) {
        writeln!(rows, "{id},{name},{mail},2022-12-01,{born}").unwrap();
    }
    let columns = "customer_id = \"id\"\nname = \"name\"\nemail = \"mail\"\njoined_at = \"joined\"\nbirth_date = \"born\"";
    look(&shop(folder.path(), &clean(), &[("customers", &rows, columns)]))
}

#[test]
fn names_and_addresses_of_which_every_word_is_of_a_test() {
    let names = [
        "test",
        "TEST_01",
        "tester3",
        "Test Customer",
        "테스트 계정",
        "테스트계정2",
        "qa test 2",
        "asdf asdf",
        "test@shop.kr",
        "testuser",
        "Dummy (2)",
        "QA-Test",
        "test.user+1@x.com",
    ];
    let people = [
        "Testa",
        "Tester-Müller",
        "Contest",
        "Anna Test",
        "Contest winner",
        "Ernest",
        "Asdrubal",
        "테스",
        "Test Kim",
        "contest@x.kr",
        "Dummyer",
        "Tester Park",
    ];
    let mails = ["test@x.kr", "qa.test2@x.kr", "kim+test1@x.kr", "test-user@x.kr", "testuser3@x.kr"];
    let others = ["tester.mueller@x.kr", "testa@x.kr", "contest@x.kr", "kim@test.kr", "kim+shop@x.kr"];
    let member = |name: &str, mail: &str| (name.to_owned(), mail.to_owned(), "1980-05-05".to_owned());
    let all = (0..60).map(|at| {
        let (name, mail) = (names.iter().chain(&people).nth(at), mails.iter().chain(&others).nth(at));
        let other = format!("m{at}@x.kr");
        member(name.unwrap_or(&"Lee"), mail.unwrap_or(&other.as_str()))
    });
    let quality = of_members(all);
    let found: Vec<(&str, u64)> = quality
        .findings
        .iter()
        .filter(|finding| finding.code == "test_like")
        .map(|finding| {
            (finding.values["column"].as_str().unwrap(), finding.values["values"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(found, [("name", 13), ("email", 5)], "{:#?}", quality.findings);
}

#[test]
fn days_that_stand_for_none() {
    let born = |day: &'static str, times: usize| {
        (0..times).map(move |n| (format!("Lee {n}"), format!("m{n}@x.kr"), day.to_owned()))
    };
    let found = |quality: &Quality| -> Vec<(String, u64)> {
        let theirs = quality.findings.iter().filter(|finding| finding.code == "placeholder_dates");
        theirs
            .map(|finding| {
                (finding.values["day"].as_str().unwrap().to_owned(), finding.values["rows"].as_u64().unwrap())
            })
            .collect()
    };
    let quality = of_members(born("1900-01-01", 18).chain(born("1970-01-01", 30)));
    assert_eq!(found(&quality), [("1900-01-01".to_owned(), 18), ("1970-01-01".to_owned(), 30)]);
    assert!(quality.findings.iter().any(|finding| finding.text.ko.contains("1900-01-01이에요")));
    // Somebody was born on that day in 1970, and two on the other by mistake.
    let quality = of_members(born("1900-01-01", 2).chain(born("1970-01-01", 4)));
    assert_eq!(found(&quality), []);
    // The end of time lies in quarantine.
    let quality = of_members(born("9999-12-31", 7));
    let finding = only_of(&quality, "placeholder_dates");
    assert_eq!((&finding.values["rows"], &finding.values["column"]), (&7.into(), &"birth_date".into()));
    assert!(finding.text.en.contains("9999-12-31 (customers.csv:2)"), "{}", finding.text.en);
}

fn only_of<'a>(quality: &'a Quality, code: &str) -> &'a Finding {
    let mut found = quality.findings.iter().filter(|finding| finding.code == code);
    let first = found.next().unwrap_or_else(|| panic!("no {code}: {:#?}", quality.findings));
    assert!(found.next().is_none(), "{code} twice");
    first
}

fn link<'a>(quality: &'a Quality, table: &str, column: &str, to: &str) -> &'a Link {
    let found =
        quality.links.iter().find(|one| one.table == table && one.column == column && one.to_table == to);
    found.unwrap_or_else(|| panic!("{table}.{column} → {to}: {:#?}", quality.links))
}

#[test]
fn identifiers_that_find_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = clean();
    for line in lines.iter_mut().filter(|line| line.product == "P11") {
        line.product = "p-11".into();
    }
    let mut products = "sku,title\n".to_owned();
    for product in 0..15 {
        writeln!(products, "P{product:02},Product {product}").unwrap();
    }
    // Members without the last three who bought, and with five who did not.
    let members: String = (495..557).fold("id,region\n".to_owned(), |text, id| format!("{text}{id},Seoul\n"));
    let reviews = "who,what,stars\n500,P01,5\n558,P02,4\n999,P99,1\n999,P03,2\n";
    let promotions = "code,title\nSPRING,Spring\nSUMMER,Summer\n";
    let shop = shop(
        folder.path(),
        &lines,
        &[
            ("customers", &members, "customer_id = \"id\"\nregion = \"region\""),
            ("products", &products, "product_id = \"sku\"\nname = \"title\""),
            ("reviews", reviews, "customer_id = \"who\"\nproduct_id = \"what\"\nrating = \"stars\""),
            ("promotions", promotions, "coupon_code = \"code\"\nname = \"title\""),
        ],
    );
    let quality = look(&shop);
    let buyers = link(&quality, "order_lines", "customer_id", "customers");
    assert_eq!((buyers.keys, buyers.unmatched_keys, buyers.rows), (60, 3, 1_920));
    let theirs =
        clean().iter().filter(|line| ["557", "558", "559"].contains(&line.customer.as_str())).count();
    assert_eq!(buyers.unmatched_rows, theirs as u64);
    assert!((buyers.unmatched_share - theirs as f64 / 1_920.0).abs() < 1e-12);
    let members = link(&quality, "customers", "customer_id", "order_lines");
    assert_eq!((members.keys, members.unmatched_keys, members.expected), (62, 5, false));
    assert_eq!(members.samples, ["495", "496", "497", "498", "499"]);
    let sold = link(&quality, "order_lines", "product_id", "products");
    assert_eq!((sold.unmatched_keys, sold.alike, sold.samples.as_slice()), (1, 1, &["p-11".to_owned()][..]));
    let unsold = link(&quality, "products", "product_id", "order_lines");
    assert_eq!(unsold.samples, ["P11", "P12", "P13", "P14"]);
    let reviewers = link(&quality, "reviews", "customer_id", "customers");
    assert_eq!((reviewers.keys, reviewers.unmatched_keys, reviewers.unmatched_rows), (3, 2, 3));
    assert_eq!(reviewers.samples, ["999", "558"], "those with the most rows first");
    assert_eq!(link(&quality, "reviews", "customer_id", "order_lines").samples, ["999"]);
    assert_eq!(link(&quality, "order_lines", "coupon_code", "promotions").unmatched_keys, 0);
    assert_eq!(link(&quality, "promotions", "coupon_code", "order_lines").samples, ["SUMMER"]);

    let told: Vec<&Finding> =
        quality.findings.iter().filter(|finding| finding.code == "not_joined").collect();
    let of = |table: &str| told.iter().find(|one| one.values["table"] == table).unwrap();
    assert_eq!(of("reviews").severity, Severity::Serious, "three rows of four");
    assert!(told.iter().any(|one| one.text.en.contains("1 of them differ only in case")), "{told:#?}");
    // What need not be known is a number, not a finding.
    assert_eq!(told.len(), 4, "{told:#?}");
}

#[test]
fn tables_of_another_time() {
    let folder = tempfile::tempdir().unwrap();
    // A month of spend is missing, and it ends in June; the orders go on to the end of August.
    let spend =
        "month,channel,cost\n2023-01-01,ads,10\n2023-02-01,ads,10\n2023-04-01,ads,10\n2023-05-01,ads,10\n";
    let columns = "period = \"month\"\nchannel = \"channel\"\nspend = \"cost\"";
    let quality = look(&shop(folder.path(), &clean(), &[("marketing_spend", spend, columns)]));
    assert_eq!(codes(&quality), ["table_gap", "partial_table"], "{:#?}", quality.findings);
    assert_eq!(quality.findings[0].values["from"], "2023-03-01");
    // 150 of 240 days, from 2 January to 31 May.
    assert!((quality.findings[1].values["share"].as_f64().unwrap() - 150.0 / 240.0).abs() < 1e-9);
}

#[test]
fn what_the_data_allow() {
    let quality = planted(|_| {});
    assert_eq!(quality.analyses.len(), dangol_analytics::names().len(), "what exists, and nothing else");
    let state = |name: &str| quality.analyses.iter().find(|one| one.analysis == name).unwrap().state;
    assert_eq!((state("rfm"), state("explore")), (State::Whole, State::Partly));
    let adds = |column: &str| {
        let switch = quality.switches.iter().find(|one| one.table == "customers" && one.column == column);
        switch.unwrap().adds.iter().map(|add| add.analysis.as_str()).collect::<Vec<_>>()
    };
    assert!(adds("").contains(&"explore"));
    assert_eq!(
        adds("acquisition_channel"),
        ["segment-profile", "hypotheses", "value", "channels", "gateway", "budget"]
    );

    // Baskets: items without customers, days and amounts.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("orders.csv"), "basket,item\n1,milk\n1,bread\n2,milk\n").unwrap();
    let toml = "[shop]\nname = \"T\"\n[sources.order_lines]\npath = \"orders.csv\"\n[sources.order_lines.columns]\n\
        order_id = \"basket\"\nproduct_id = \"item\"\n";
    let baskets = look(&shop_of(folder.path(), toml));
    let rfm = baskets.analyses.iter().find(|one| one.analysis == "rfm").unwrap();
    assert_eq!(rfm.state, State::No);
    assert!(rfm.needs[0].required && !rfm.needs[0].present && rfm.needs[0].column == "customer_id");
    // What most analyses cannot do without comes first: a plan of coupons needs days, and no customers.
    let first: Vec<&str> = baskets.switches.iter().take(2).map(|switch| switch.column.as_str()).collect();
    assert_eq!(first, ["ordered_at", "customer_id"]);
}

/// What is told of the trial data is true of them.
#[test]
fn online_retail_has_a_price_in_another_unit() {
    let folder = tempfile::tempdir().unwrap();
    let Some(shop) = crate::shops::online_retail(folder.path()) else { return };
    let quality = look(&shop);
    let codes = codes(&quality);
    assert_eq!(codes, ["missing_customer", "gap", "quarantine", "price_jump"], "{:#?}", quality.findings);
    // True of this set: under the number of a small picnic basket, "60 pieces" were sold at 649.50 twice.
    assert_eq!(
        (&quality.findings[3].values["product"], &quality.findings[3].values["rows"]),
        (&"22502".into(), &2.into())
    );
}

#[test]
fn the_page_holds_what_the_report_does_and_no_markup_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = clean();
    lines[0].name = "<script>alert(1)</script>".into();
    lines[3].customer = "test".into();
    let shop = shop(folder.path(), &lines, &[]);
    let quality = look(&shop);
    let page = |language| page::page("A & <B>", &shop.manifest.totals, &quality, language);
    let (english, korean) = (page(Language::En), page(Language::Ko));
    for text in [&english, &korean] {
        assert!(text.contains("A &amp; &lt;B&gt;") && !text.contains("<script"), "escaped");
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "it is the least of the names");
        assert!(!text.contains("http://") && !text.contains("https://"), "it needs nothing but itself");
        assert_eq!(text.matches("<table>").count(), text.matches("</table>").count());
        assert_eq!(text.matches("<div").count(), text.matches("</div>").count());
    }
    assert!(english.contains("look like tests: test.") && english.contains("lang=\"en\""));
    assert!(
        korean.contains("테스트처럼 보이는") && korean.contains("1,920") && korean.contains("lang=\"ko\"")
    );
}

#[test]
fn every_example_of_the_trial_data_can_be_looked_at() {
    let Some(data) = dangol_trial_data::folder() else { return };
    let examples = dangol_trial_data::repository().join("examples");
    for (name, expected) in [
        ("kpi-lab", &["gap", "not_joined", "partial_table"][..]),
        ("ga-merch", &[]),
        ("thelook-like", &[]),
        ("grocery", &[]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let text = std::fs::read_to_string(examples.join(name).join("shop.toml")).unwrap();
        let text = text.replace("${DANGOL_TEST_DATA:-../../../shared/data}", &data.to_string_lossy());
        let quality = look(&shop_of(folder.path(), &text));
        assert_eq!(codes(&quality), expected, "{name}: {:#?}", quality.findings);
    }
}
