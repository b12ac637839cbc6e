//! Importing again, and files that overlap.

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    Answer, COLUMNS, DANGOL, HEADER, Shop, dropped_by, good_orders, rows_of, rows_read, source, tidy,
};

fn current(shop: &Shop) -> String {
    fs::read_to_string(shop.folder().join("store/CURRENT")).expect("a current snapshot")
}

#[test]
fn twice_is_unchanged() {
    let shop = Shop::with_orders();
    let (before, snapshot) = (shop.answers(), current(&shop));
    let told = shop.dangol(&["import"]).succeeds().out;
    assert!(told.contains("Nothing has changed"), "{told}");
    assert_eq!(current(&shop), snapshot, "no new snapshot");
    // Written again with the same content: only its time has changed.
    shop.write("good.csv", good_orders());
    assert!(shop.dangol(&["import"]).succeeds().out.contains("Nothing has changed"));
    assert_eq!(current(&shop), snapshot);
    shop.is_whole(&before);
    // Another rule is another store.
    shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}\n[cleaning]\nkeep = [\"quantity < 3\"]\n"));
    let report = shop.import().json();
    assert_ne!(current(&shop), snapshot);
    assert_eq!((rows_read(&report), dropped_by(&report, "keep: quantity < 3")), (72, 24));
    shop.is_tidy();
}

#[test]
fn a_changed_file_is_imported() {
    let shop = Shop::with_orders();
    let text = good_orders();
    let changed = text.replacen("P0,1,", "P0,9,", 1);
    assert_eq!(changed.len(), text.len(), "of the same size");
    shop.write("good.csv", changed);
    let told = shop.dangol(&["import"]).succeeds().out;
    assert!(told.contains("Imported"), "{told}");
    assert_eq!(shop.count("select count(*) from order_lines where quantity = 9"), 1);
    for _ in 0..4 {
        shop.write("good.csv", good_orders() + "X1,C1,2024-12-01 10:00:00,P1,1,5\n");
        shop.import().succeeds();
        shop.write("good.csv", good_orders());
        shop.import().succeeds();
    }
    shop.is_tidy();
}

#[test]
fn runs_are_recorded_as_they_ended() {
    let shop = Shop::with_orders();
    shop.import().succeeds();
    shop.configure("path = \"../missing.csv\"", COLUMNS);
    shop.import().refuses(&["missing.csv"], &["check the path"]);
    assert!(shop.folder().join("store/dangol.sqlite").exists());
    tidy(&shop.folder().join("store"));
}

/// Lines `from..to` of an export in which order `n` has two lines, on day `n`.
fn month(from: usize, to: usize, price: u32) -> String {
    let lines = (from..to).map(|n| {
        let day = 1 + n % 28;
        format!(
            "O{n},C{},2024-01-{day:02} 10:00:00,P1,1,{price}\nO{n},C{},2024-01-{day:02} 10:00:00,P2,1,{price}\n",
            n % 5,
            n % 5
        )
    });
    format!("{HEADER}\n{}", lines.collect::<String>())
}

/// How the order lines compare with those before: new, changed, unchanged, gone.
fn since(report: &Value) -> [u64; 4] {
    let since = &source(report)["since"];
    ["new", "changed", "unchanged", "gone"].map(|count| since[count].as_u64().expect("a count"))
}

#[test]
fn a_file_under_another_name_or_from_another_folder_is_not_gone() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.configure("path = \"../exports\"", COLUMNS);
    shop.write("exports/a.csv", month(0, 20, 10));
    shop.write("exports/b.csv", month(20, 25, 10));
    assert_eq!(source(&shop.import().json())["since"], Value::Null, "there was no store");
    fs::rename(shop.root().join("exports/b.csv"), shop.root().join("exports/c.csv")).expect("renamed");
    assert_eq!(since(&shop.import().json()), [0, 0, 50, 0]);
    // Called from within the shop's folder, paths are others and files the same.
    shop.write("exports/a.csv", month(0, 21, 10));
    let mut command = std::process::Command::new(DANGOL);
    command.args(["import", "--format", "json"]).current_dir(shop.folder());
    assert_eq!(since(&Answer::of(command).json()), [0, 0, 50, 0], "one order came twice");
    // Taken out of shop.toml, but still there: somebody has decided so.
    shop.configure("path = \"../exports/a.csv\"", COLUMNS);
    assert_eq!(since(&shop.import().json()), [0, 0, 42, 8]);
}

#[test]
fn a_dry_run_says_what_an_import_would_do_and_writes_nothing() {
    let rules = "[cleaning]\ncancellations = \"net\"\nkeep = [\"quantity < 3\"]\n";
    let shop = Shop::new();
    let lines = good_orders() + "X1,C1,2024-12-01 10:00:00,P9,-1,5\n";
    shop.write("good.csv", &lines);
    shop.configure("path = \"../good.csv\"", &format!("{COLUMNS}{rules}"));
    let report = shop.dangol(&["import", "--dry-run", "--format", "json"]).json();
    assert_eq!((rows_read(&report), dropped_by(&report, "keep: quantity < 3")), (73, 24));
    assert_eq!(report["snapshot"], "");
    let dropped = source(&report)["fates"].as_array().expect("fates").iter();
    let dropped = dropped.clone().find(|fate| fate["fate"] == "dropped").expect("the rule");
    assert_eq!(
        dropped["examples"][0],
        json!({ "file": "good.csv", "line": 4, "value": "O001-2 · C02 · 2024-01-03 · P2 · × 3 · = 73.5" })
    );
    assert_eq!(dropped["examples"].as_array().expect("examples").len(), 3);
    assert!(!shop.folder().join("store").exists(), "no store, no record of runs");

    let told = shop.dangol(&["import", "--dry-run"]).succeeds().out;
    for part in
        ["dropped: keep: quantity < 3, for example", "good.csv:4  O001-2 · C02", "nothing was written"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Beside a store it says what would be new, also what would be gone; and an import then does the same.
    shop.import().succeeds();
    let before = shop.answers();
    let runs = fs::read(shop.folder().join("store/dangol.sqlite")).expect("the record");
    shop.write("good.csv", lines + "X2,C1,2024-12-02 10:00:00,P1,1,5\n");
    let dry = shop.dangol(&["import", "--dry-run", "--format", "json"]).json();
    assert_eq!(since(&dry), [1, 0, 49, 0]);
    assert_eq!(shop.answers(), before);
    assert_eq!(fs::read(shop.folder().join("store/dangol.sqlite")).expect("the record").len(), runs.len());
    let report = shop.import().json();
    for key in ["fates", "since", "flags", "columns", "files"] {
        assert_eq!(source(&dry)[key], source(&report)[key], "{key}");
    }
    assert_eq!(shop.dangol(&["import", "--dry-run", "--watch"]).code, 2, "it is the one or the other");
}

#[test]
fn overlapping_files_bring_each_line_once() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.configure("path = \"../exports\"", COLUMNS);
    shop.write("exports/2024-01.csv", month(0, 20, 10));
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (40, 40));

    // The next export begins with the last ten orders of the one before.
    shop.write("exports/2024-02.csv", month(10, 25, 10));
    let report = shop.import().json();
    assert_eq!(rows_read(&report), 70);
    assert_eq!(since(&report), [10, 0, 40, 0]);
    assert_eq!(
        (rows_of(&report, "kept"), rows_of(&report, "already_present"), rows_of(&report, "replaced")),
        (50, 20, 0)
    );
    assert_eq!(shop.count("select count(*) from order_lines"), 50);

    // The last one knows better what five of them cost.
    shop.write("exports/2024-03.csv", month(20, 25, 99));
    let report = shop.import().json();
    assert_eq!(rows_read(&report), 80);
    assert_eq!(since(&report), [0, 10, 40, 0]);
    assert_eq!(
        (rows_of(&report, "kept"), rows_of(&report, "already_present"), rows_of(&report, "replaced")),
        (50, 20, 10)
    );
    assert_eq!(shop.count("select count(*) from order_lines where unit_price = 99"), 10);
    assert_eq!(shop.value("select sum(net_revenue) from order_lines").as_f64(), Some(400.0 + 990.0));

    // Gone again: that is no accident if it is said to be none, and the store is that of the first two.
    fs::remove_file(shop.root().join("exports/2024-03.csv")).expect("removed");
    let before = shop.answers();
    shop.import().refuses(
        &["not there any more since the last import: ../exports/2024-03.csv (its rows in the store: 10)"],
        &["put it back", "--allow-missing"],
    );
    shop.is_whole(&before);
    let report = shop.dangol(&["import", "--format", "json", "--allow-missing"]).json();
    let gone = &source(&report)["gone_files"];
    assert_eq!(gone, &json!([{ "path": "../exports/2024-03.csv", "rows_kept": 10 }]));
    assert_eq!(since(&report), [0, 10, 40, 0], "ten lines have their old prices again");
    assert_eq!((rows_of(&report, "kept"), rows_of(&report, "replaced")), (50, 0));
    assert_eq!(shop.value("select sum(net_revenue) from order_lines").as_f64(), Some(500.0));
    shop.is_tidy();
}

#[test]
fn a_file_of_a_list_that_is_gone_is_told_of_as_one_of_a_folder() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.configure("path = [\"../exports/1.csv\", \"../exports/2.csv\"]", COLUMNS);
    shop.write("exports/1.csv", month(0, 15, 5));
    // A name that was never there is a mistake, whatever is allowed.
    shop.dangol(&["import", "--allow-missing"]).refuses(&["2.csv"], &["did you mean"]);
    shop.write("exports/2.csv", month(15, 25, 5));
    shop.import().json();
    fs::remove_file(shop.root().join("exports/2.csv")).expect("removed");
    let before = shop.answers();
    shop.import().refuses(
        &["not there any more since the last import: ../exports/2.csv (its rows in the store: 20)"],
        &["put it back", "--allow-missing"],
    );
    shop.is_whole(&before);
    let report = shop.dangol(&["import", "--format", "json", "--allow-missing"]).json();
    assert_eq!(source(&report)["gone_files"], json!([{ "path": "../exports/2.csv", "rows_kept": 20 }]));
    assert_eq!(rows_of(&report, "kept"), 30);
    // The next import finds it neither there nor among those of the last; it says what to do.
    shop.configure("path = [\"../exports/1.csv\"]", COLUMNS);
    shop.import().json();
    fs::remove_file(shop.root().join("exports/1.csv")).expect("removed");
    shop.dangol(&["import", "--allow-missing"]).refuses(&["1.csv"], &["check the path"]);
}

#[test]
fn a_product_twice_in_an_order_stays_twice() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    shop.configure("path = \"../exports\"", COLUMNS);
    // The same product twice at two prices: two occurrences, in both files.
    let lines = format!("{HEADER}\nO1,C1,2024-01-01 10:00:00,P1,1,10\nO1,C1,2024-01-01 10:00:00,P1,2,9\n");
    shop.write("exports/a.csv", &lines);
    shop.write("exports/b.csv", lines + "O2,C1,2024-01-02 10:00:00,P1,1,10\n");
    let report = shop.import().json();
    assert_eq!(rows_read(&report), 5);
    assert_eq!((rows_of(&report, "kept"), rows_of(&report, "already_present")), (3, 2), "{report:#}");
    assert_eq!(shop.value("select sum(net_revenue) from order_lines").as_f64(), Some(38.0));
}

#[test]
fn files_in_one_list_twice_are_read_once() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.configure("path = [\"../good.csv\", \"../good.csv\", \"../g*.csv\"]", COLUMNS);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72));
    shop.is_whole(&before);
}

/// What happens to a file of the store.
type Damage = fn(&std::path::Path);

#[test]
fn a_damaged_store_is_told_and_mended_by_an_import() {
    let parts = |shop: &Shop| shop.folder().join("store/snapshots").join(current(shop).trim());
    let damages: [(&str, Damage); 4] = [
        ("manifest.json", |file| fs::write(file, "{").expect("written")),
        ("manifest.json", |file| fs::remove_file(file).expect("removed")),
        ("order_lines/part-0000.parquet", |file| fs::remove_file(file).expect("removed")),
        ("order_lines/part-0000.parquet", |file| {
            let bytes = fs::read(file).expect("read");
            fs::write(file, &bytes[..bytes.len() / 2]).expect("written");
        }),
    ];
    for (file, damage) in damages {
        let shop = Shop::with_orders();
        let before = shop.answers();
        damage(&parts(&shop).join(file));
        let answer = shop.dangol(&["analyze", "rfm", "--format", "json"]);
        answer.refuses(&["damaged", file.rsplit('/').next().expect("a name")], &["dangol import"]);
        let report: Value = shop.import().json();
        assert_eq!(rows_of(&report, "kept"), 72);
        shop.is_whole(&before);
    }
}
