use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Counts by a map of what is there, key by key.
fn naive(before: &[(u64, u64)], now: &[(u64, u64)]) -> (u64, u64, u64, u64) {
    let mut keys: BTreeMap<u64, BTreeMap<u64, (i64, i64)>> = BTreeMap::new();
    for (key, content) in before {
        keys.entry(*key).or_default().entry(*content).or_default().0 += 1;
    }
    for (key, content) in now {
        keys.entry(*key).or_default().entry(*content).or_default().1 += 1;
    }
    let (mut new, mut unchanged, mut changed, mut gone) = (0, 0, 0, 0);
    for contents in keys.values() {
        let same: i64 = contents.values().map(|(a, b)| a.min(b)).sum();
        let old: i64 = contents.values().map(|(a, _)| a).sum::<i64>() - same;
        let fresh: i64 = contents.values().map(|(_, b)| b).sum::<i64>() - same;
        unchanged += same;
        changed += old.min(fresh);
        gone += old - old.min(fresh);
        new += fresh - old.min(fresh);
    }
    (new as u64, unchanged as u64, changed as u64, gone as u64)
}

proptest! {
    #[test]
    fn rows_of_a_key_are_matched_by_content_first(
        before in prop::collection::vec((0..6_u64, 0..4_u64), 0..40),
        now in prop::collection::vec((0..6_u64, 0..4_u64), 0..40),
    ) {
        let expected = naive(&before, &now);
        let (mut a, mut b) = (before.clone(), now.clone());
        a.sort_unstable();
        b.sort_unstable();
        let mut since = Since { snapshot: String::new(), new: 0, unchanged: 0, changed: 0, gone: 0 };
        count(&a, &b, &mut since);
        prop_assert_eq!((since.new, since.unchanged, since.changed, since.gone), expected);
        prop_assert_eq!(since.new + since.unchanged + since.changed, now.len() as u64);
        prop_assert_eq!(since.gone + since.unchanged + since.changed, before.len() as u64);
    }
}

#[test]
fn many_rows_go_through_files() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |range: std::ops::Range<u64>, price: f64| -> RecordBatch {
        let ids: ArrayRef = std::sync::Arc::new(
            range.clone().map(|n| Some(format!("O{n}"))).collect::<arrow::array::StringArray>(),
        );
        let revenue: ArrayRef = std::sync::Arc::new(
            range.map(|n| Some(n as f64 * price)).collect::<arrow::array::Float64Array>(),
        );
        RecordBatch::try_from_iter([
            ("customer_id", ids.clone()),
            ("order_id", ids),
            ("net_revenue", revenue),
        ])
        .unwrap()
    };
    // Three files a side, each more than is kept before it is written.
    let comparison = Comparison::new(folder.path(), 3_000_000);
    for start in (0..300_000).step_by(50_000) {
        comparison.add_lines(Side::Before, &rows(start..start + 50_000, 1.0)).unwrap();
    }
    for start in (100_000..400_000).step_by(50_000) {
        let price = if start == 100_000 { 2.0 } else { 1.0 };
        comparison.add_lines(Side::Now, &rows(start..start + 50_000, price)).unwrap();
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6, "they are on the disk");
    let since = comparison.finish("000007").unwrap();
    assert_eq!((since.new, since.changed, since.unchanged, since.gone), (100_000, 50_000, 150_000, 100_000));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and gone");

    let left = Comparison::new(folder.path(), 1);
    left.add_lines(Side::Before, &rows(0..100_000, 1.0)).unwrap();
    left.discard().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
