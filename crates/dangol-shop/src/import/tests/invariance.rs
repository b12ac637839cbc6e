//! What memory and threads there are changes nothing of what an import finds.

use super::*;

/// Beyond 50,000 rows there are several buckets.
const ROWS: usize = 52_000;

fn lines() -> String {
    let mut rows = String::new();
    for at in 0..ROWS {
        // Orders of three lines; customers far apart in the file; now and then no customer, a copy, a return.
        let order = at / 3;
        let customer = if order % 50 == 0 { String::new() } else { format!("c{}", order * 7_919 % 4_001) };
        let minute = order % 1_440;
        writeln!(
            rows,
            "o{order},{customer},2024-{:02}-11 {:02}:{:02},p{},{},{}.37,{}",
            1 + order % 12,
            minute / 60,
            minute % 60,
            at % 41,
            if at % 23 == 0 { "-1" } else { ["1", "2", "3"][at % 3] },
            at % 997,
            if at % 29 == 0 { "cancelled" } else { "completed" }
        )
        .unwrap();
        if at % 101 == 0 {
            let line = rows.lines().next_back().unwrap_or_default().to_owned();
            rows.push_str(&line);
            rows.push('\n');
        }
    }
    rows
}

#[tokio::test]
async fn memory_and_threads_change_nothing() {
    let lines = lines();
    let mut found: Vec<String> = Vec::new();
    // With four threads there are four buckets; with the memory of none, all rows go to files.
    for (threads, memory) in [(4, 1_024), (4, 0), (4, 1)] {
        let more = format!("[engine]\nthreads = {threads}\nmemory_mb = {memory}\n");
        let (folder, outcome) = import_files(&[("lines.csv", &lines)], &more);
        let outcome = outcome.unwrap();
        assert!(fates(&outcome)["duplicates"] > 500);
        let manifest = outcome.manifest();
        assert_eq!(manifest.parts.len(), 4);
        let left: Vec<_> = fs::read_dir(folder.path().join("store/snapshots/000001"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("bucket"))
            .collect();
        assert!(left.is_empty(), "temporary files are gone: {left:?}");
        let config = Config::parse(folder.path(), format!("{MAPPING}{more}"), &[]).unwrap();
        let by = "customer_key, ordered_at, order_key, product_id, quantity, unit_price, status";
        let query = format!("SELECT * FROM order_lines ORDER BY {by}");
        let rows = Shop::with_config(config).unwrap().sql(&query).await;
        let rows = arrow::util::pretty::pretty_format_batches(&rows.unwrap()).unwrap().to_string();
        let sources = serde_json::json!([manifest.totals, manifest.report.sources]).to_string();
        // The folder's name is another each time.
        let sources = sources.replace(&*folder.path().to_string_lossy(), "");
        found.push(format!("{sources}\n{}", blake3::hash(rows.as_bytes())));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);

    let one = import_files(&[("lines.csv", &lines)], "[engine]\nthreads = 1\n").1.unwrap();
    let sources =
        serde_json::json!([one.manifest().totals.orders, one.manifest().totals.customers]).to_string();
    assert_eq!(sources, serde_json::json!([of(&found[0], "orders"), of(&found[0], "customers")]).to_string());
}

/// A number among the totals.
fn of(found: &str, name: &str) -> serde_json::Value {
    let json = found.lines().next().unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(json).unwrap()[0][name].clone()
}
