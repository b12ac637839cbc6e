//! What scipy and statsmodels compute of the tests of hypotheses: `fixtures/hypothesis.json`, written by the script of
//! that name, which says where each number comes from.

use dangol_models::hypothesis::{
    Estimate, Moments, Proportion, Ranked, Share, Test, benjamini_hochberg, chi_square, cochran_armitage,
    difference_of_means, difference_of_proportions, fisher_exact, jonckheere_terpstra, kruskal_wallis,
    mann_whitney, rao_scott, ratio_of_means, ratio_of_proportions, ratio_of_shares, two_proportions,
    two_shares, welch,
};
use serde_json::Value;

const LEVEL: f64 = 0.95;
const SAME: f64 = 1e-8;

fn fixtures() -> Value {
    serde_json::from_str(include_str!("fixtures/hypothesis.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn counts(value: &Value) -> Vec<u64> {
    list(value).iter().map(|count| count.as_u64().unwrap()).collect()
}

#[track_caller]
fn same(ours: f64, theirs: &Value, what: &str) {
    let theirs = number(theirs);
    let difference = (ours - theirs).abs();
    assert!(difference <= SAME * theirs.abs(), "{what}: {ours} and {theirs}, apart by {difference:.1e}");
}

#[track_caller]
fn same_test(ours: &Test, theirs: &Value, what: &str) {
    if let Some(statistic) = theirs.get("statistic") {
        same(ours.statistic, statistic, &format!("{what}, statistic"));
    }
    if let Some(degrees) = theirs.get("degrees") {
        same(ours.degrees_of_freedom.unwrap(), degrees, &format!("{what}, degrees of freedom"));
    }
    same(ours.p_value, &theirs["p"], &format!("{what}, p"));
    same(ours.effect, &theirs["effect"], &format!("{what}, effect"));
}

#[track_caller]
fn same_estimate(ours: &Estimate, theirs: &Value, what: &str) {
    let theirs = list(theirs);
    same(ours.value, &theirs[0], what);
    same(ours.low, &theirs[1], &format!("{what}, low"));
    same(ours.high, &theirs[2], &format!("{what}, high"));
}

#[test]
fn tables_of_counts() {
    for case in list(&fixtures()["chi_square"]) {
        let table: Vec<Vec<u64>> = list(&case["table"]).iter().map(counts).collect();
        let found = chi_square(&table).unwrap().unwrap();
        same_test(&found.test, case, "chi-square");
        same(found.least_expected, &case["least_expected"], "least expected");
        same(found.below_five, &case["below_five"], "below five");
    }
    for case in list(&fixtures()["fisher"]) {
        let table: Vec<Vec<u64>> = list(&case["table"]).iter().map(counts).collect();
        let found = fisher_exact([[table[0][0], table[0][1]], [table[1][0], table[1][1]]]).unwrap();
        same(found.p_value, &case["p"], &format!("Fisher of {table:?}"));
        match found.odds_ratio {
            Some(odds_ratio) => same(odds_ratio, &case["odds_ratio"], "odds ratio"),
            None => assert!(case["odds_ratio"].is_null()),
        }
    }
}

#[test]
fn ranks() {
    for case in list(&fixtures()["ranks"]) {
        let groups: Vec<Vec<f64>> = list(&case["groups"]).iter().map(numbers).collect();
        let values = groups.iter().enumerate();
        let values = values.flat_map(|(group, values)| values.iter().map(move |value| (group, *value, 1)));
        let ranked = Ranked::collect(groups.len(), values).unwrap();
        same_test(&kruskal_wallis(&ranked).unwrap(), &case["kruskal"], "Kruskal-Wallis");
        same_test(&mann_whitney(&ranked, 0).unwrap(), &case["mann"], "Mann-Whitney");
        same_test(&jonckheere_terpstra(&ranked).unwrap(), &case["jonckheere"], "Jonckheere-Terpstra");
    }
}

#[test]
fn means() {
    for case in list(&fixtures()["means"]) {
        let [a, b] = ["a", "b"].map(|name| Moments::of(&numbers(&case[name])).unwrap());
        same_test(&welch(a, b).unwrap(), case, "Welch");
        same_estimate(
            &difference_of_means(a, b, LEVEL).unwrap().unwrap(),
            &case["difference"],
            "difference of means",
        );
        same_estimate(&ratio_of_means(a, b, LEVEL).unwrap().unwrap(), &case["ratio"], "ratio of means");
    }
}

#[test]
fn proportions_and_trends() {
    let all = fixtures();
    for case in list(&all["proportions"]) {
        let given = counts(&case["counts"]);
        let a = Proportion::new(given[0], given[1]).unwrap();
        let b = Proportion::new(given[2], given[3]).unwrap();
        let difference = difference_of_proportions(a, b, LEVEL).unwrap().unwrap();
        same_estimate(&difference, &case["difference"], &format!("Newcombe of {given:?}"));
        let ratio = ratio_of_proportions(a, b, LEVEL).unwrap().unwrap();
        same_estimate(&ratio, &case["ratio"], &format!("Koopman of {given:?}"));
        let tested = two_proportions(a, b).unwrap().unwrap();
        if !tested.exact {
            same(tested.p_value, &case["p"], "two proportions");
        }
    }
    for case in list(&all["trends"]) {
        let groups: Vec<Proportion> = counts(&case["yes"])
            .into_iter()
            .zip(counts(&case["sizes"]))
            .map(|(yes, size)| Proportion::new(yes, size).unwrap())
            .collect();
        let found = cochran_armitage(&groups, &numbers(&case["scores"])).unwrap().unwrap();
        same_test(&found, case, "Cochran-Armitage");
    }
}

#[test]
fn shares_of_events() {
    for case in list(&fixtures()["shares"]) {
        let table: Vec<Vec<Share>> = list(&case["events"])
            .iter()
            .map(|customers| {
                let customers: Vec<Vec<f64>> = list(customers).iter().map(numbers).collect();
                let mut shares = vec![Share::default(); customers[0].len()];
                for events in &customers {
                    let all = events.iter().sum();
                    shares.iter_mut().zip(events).for_each(|(share, of_kind)| share.add(*of_kind, all));
                }
                shares
            })
            .collect();
        same_test(&rao_scott(&table).unwrap().unwrap(), &case["all"], "Rao-Scott");
        let (a, b) = (&table[0][0], &table[1][0]);
        same_test(&two_shares(a, b).unwrap(), &case["two"], "two shares");
        same_estimate(&ratio_of_shares(a, b, LEVEL).unwrap().unwrap(), &case["ratio"], "ratio of shares");
    }
}

#[test]
fn many_tests() {
    let all = fixtures();
    let case = &all["adjusted"];
    let found = benjamini_hochberg(&numbers(&case["p"])).unwrap();
    for (ours, theirs) in found.iter().zip(list(&case["adjusted"])) {
        same(*ours, theirs, "adjusted");
    }
}
