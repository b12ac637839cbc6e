//! Stores that belong to another shop.

use std::fs;

use serde_json::Value;

use crate::support::{Answer, COLUMNS, Shop, good_orders, rows_of, source};

/// `shop.toml` of a shop with a name and a path.
fn configure(shop: &Shop, name: &str, path: &str) {
    let text = format!("[shop]\nname = \"{name}\"\n\n[sources.order_lines]\npath = \"{path}\"\n{COLUMNS}");
    fs::write(shop.toml(), text).expect("written");
}

fn import(shop: &Shop, more: &[&str]) -> Answer {
    shop.dangol(&[&["import", "--format", "json"], more].concat())
}

/// Half of the good orders: another shop's.
fn other_orders() -> String {
    good_orders().lines().take(37).map(|line| format!("{line}\n")).collect()
}

#[test]
fn another_shop_does_not_take_the_place_of_the_first() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.write("other.csv", other_orders());
    configure(&shop, "Other", "../other.csv");
    for more in [&[][..], &["--allow-missing"], &["--dry-run"]] {
        import(&shop, more).refuses(
            &["store holds the shop ‘shop’ (../good.csv)", "shop.toml is of ‘Other’"],
            &["--shop FOLDER", "under a new name", "--replace-shop"],
        );
    }
    // What was removed would otherwise be asked about first.
    fs::rename(shop.root().join("good.csv"), shop.root().join("away")).expect("renamed");
    import(&shop, &[]).refuses(&["‘shop’", "‘Other’"], &["--replace-shop"]);
    configure(&shop, "shop", "../away");
    assert_eq!(source(&import(&shop, &[]).json())["since"]["unchanged"], 72);
    shop.is_whole(&before);

    configure(&shop, "Other", "../other.csv");
    let report = import(&shop, &["--replace-shop"]).json();
    assert_eq!(rows_of(&report, "kept"), 36);
    assert_eq!(source(&report)["since"], Value::Null, "there is nothing to compare with");
    assert_eq!(source(&report)["gone_files"], serde_json::json!([]));
    // It is this shop's from now on.
    shop.write("other.csv", good_orders());
    assert_eq!(source(&import(&shop, &[]).json())["since"]["new"], 36);
    shop.is_tidy();
}

#[test]
fn a_shop_may_change_its_name_or_its_sources() {
    let shop = Shop::with_orders();
    configure(&shop, "Renamed", "../good.csv");
    assert_eq!(source(&import(&shop, &[]).json())["since"]["unchanged"], 72);
    assert!(shop.dangol(&["import"]).succeeds().out.contains("Nothing has changed"), "the name is known now");
    shop.write("more.csv", other_orders());
    configure(&shop, "Renamed", "../more.csv");
    assert_eq!(rows_of(&import(&shop, &[]).json(), "kept"), 36, "other sources under its name");
    // New content under the old name of the file, and the old content under a new one.
    shop.write("more.csv", good_orders());
    configure(&shop, "Again", "../more.csv");
    assert_eq!(rows_of(&import(&shop, &[]).json(), "kept"), 72);
    fs::copy(shop.root().join("more.csv"), shop.root().join("copy.csv")).expect("copied");
    configure(&shop, "Once more", "../copy.csv");
    assert_eq!(source(&import(&shop, &[]).json())["since"]["unchanged"], 72);
}

#[test]
fn a_snapshot_that_does_not_say_whose_it_is_is_anybodys() {
    let shop = Shop::with_orders();
    let current = fs::read_to_string(shop.folder().join("store/CURRENT")).expect("a snapshot");
    let path = shop.folder().join("store/snapshots").join(current.trim()).join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    assert_eq!(manifest["owner"]["name"], "shop");
    manifest.as_object_mut().expect("an object").remove("owner");
    fs::write(&path, manifest.to_string()).expect("written");
    shop.write("other.csv", other_orders());
    configure(&shop, "Other", "../other.csv");
    assert_eq!(rows_of(&import(&shop, &[]).json(), "kept"), 36);
}

#[cfg(unix)]
#[test]
fn two_folders_with_one_store() {
    let first = Shop::with_orders();
    let second = Shop::new();
    second.write("good.csv", other_orders());
    configure(&second, "Second", "../good.csv");
    let store = first.folder().join("store");
    std::os::unix::fs::symlink(&store, second.folder().join("store")).expect("a link");
    // The file has the same name, but in another folder.
    import(&second, &[]).refuses(&["‘shop’", "‘Second’"], &["--replace-shop"]);
    let lock = fs::File::options().write(true).open(store.join("lock")).expect("a lock");
    lock.try_lock().expect("nobody imports");
    import(&second, &["--replace-shop"]).refuses(&["another import", "is running"], &["wait"]);
    drop(lock);
    assert_eq!(rows_of(&import(&second, &["--replace-shop"]).json(), "kept"), 36);
    import(&first, &[]).refuses(&["‘Second’", "‘shop’"], &["--replace-shop"]);
}
