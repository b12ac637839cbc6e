//! What became of the rows of all buckets together.

use super::bucket::Counts;
use super::examples::Took;
use super::report::{Fate, FateKind};

/// Adds the counts of a bucket to those of the ones before it.
pub(super) fn add_up(sum: &mut Counts, part: Counts) {
    sum.kept += part.kept;
    sum.duplicates_dropped += part.duplicates_dropped;
    sum.already_present += part.already_present;
    sum.replaced += part.replaced;
    sum.netted += part.netted;
    for (to, from) in sum.dropped.iter_mut().zip(&part.dropped) {
        *to += from;
    }
    for (to, from) in sum.outliers.iter_mut().zip(&part.outliers) {
        *to += from;
    }
    for (flag, rows) in part.flags {
        *sum.flags.entry(flag).or_insert(0) += rows;
    }
    for (to, from) in sum.kept_by_file.iter_mut().zip(&part.kept_by_file) {
        *to += from;
    }
    sum.examples.merge(part.examples);
    sum.customers += part.customers;
    sum.orders += part.orders;
    sum.orders_without_customer += part.orders_without_customer;
    sum.customer_revenue += part.customer_revenue;
    sum.not_purchases += part.not_purchases;
    sum.first_at = [sum.first_at, part.first_at].into_iter().flatten().min();
    sum.last_at = [sum.last_at, part.last_at].into_iter().flatten().max();
    for (to, from) in sum.profiles.iter_mut().zip(part.profiles) {
        to.merge(from);
    }
    sum.days.merge(&part.days);
}

/// The fates of the rows of a source; together they are all that were read.
pub(super) fn fates(sum: &Counts, rules: &[String], quarantined: u64, files: &[String]) -> Vec<Fate> {
    let mut fates = vec![Fate::kept(sum.kept)];
    let mut add = |fate, rule: Option<&str>, rows, took: Option<Took>| {
        if rows > 0 {
            let examples = took.map_or_else(Vec::new, |took| sum.examples.samples(took, files));
            fates.push(Fate { fate, rule: rule.map(str::to_owned), rows, examples });
        }
    };
    add(FateKind::Dropped, Some("duplicates"), sum.duplicates_dropped, Some(Took::Duplicates));
    for (number, (rule, rows)) in rules.iter().zip(&sum.dropped).enumerate() {
        add(FateKind::Dropped, Some(rule), *rows, Some(Took::Rule(number)));
    }
    add(FateKind::Netted, None, sum.netted, Some(Took::Netting));
    add(FateKind::AlreadyPresent, None, sum.already_present, Some(Took::AlreadyPresent));
    add(FateKind::Replaced, None, sum.replaced, Some(Took::Replaced));
    // Those in quarantine are shown by their reasons.
    add(FateKind::Quarantined, None, quarantined, None);
    fates
}
