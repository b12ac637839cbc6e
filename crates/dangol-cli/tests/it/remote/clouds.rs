//! The stores of Google and Azure, and what stores have in common, against a small server in their place.

use super::site::{Site, Wrong};
use super::{command, files, import, is_invalid, run, stands_nowhere};
use crate::support::{Answer, COLUMNS, Shop, good_orders, rows_of, rows_read};

/// Scheme, where the server keeps its buckets, and how `shop.toml` says so.
fn stores(site: &Site) -> [(&'static str, &'static str, String); 2] {
    let endpoint = site.address("");
    [
        ("gs", "", format!("[storage.gs]\nanonymous = true\nendpoint = \"{endpoint}\"\n")),
        (
            "az",
            "/shopdata",
            format!(
                "[storage.az]\nanonymous = true\naccount = \"shopdata\"\nendpoint = \"{endpoint}/shopdata\"\n"
            ),
        ),
    ]
}

fn halves() -> (String, String) {
    let good = good_orders();
    let lines: Vec<&str> = good.lines().collect();
    let of = |part: &[&str]| format!("{}\n{}\n", lines[0], part.join("\n"));
    (of(&lines[1..37]), of(&lines[37..]))
}

#[test]
fn objects_folders_and_patterns_of_google_and_azure() {
    let site = Site::new();
    let (one, two) = halves();
    for (scheme, root, storage) in stores(&site) {
        let put = |key: &str, text: &str| site.put(&format!("{root}/exports/{key}"), text);
        put("2024/01/orders.csv", &one);
        put("2024/02/orders.csv", &two);
        put("2024/02/notes.md", "no table");
        put("flat/a.csv", &one);
        put("flat/b.csv", &two);
        put("flat/.hidden.csv", "x");
        put("flat/readme.md", "no table");
        put("flat/deeper/c.csv", &one);
        let shop = Shop::new();
        let read = |path: &str| {
            shop.configure(&format!("path = \"{scheme}://exports/{path}\""), &format!("{COLUMNS}{storage}"));
            let report = run(&shop, &["import", "--allow-missing", "--format", "json"]).json();
            let files: Vec<String> = files(&report).into_iter().map(|(_, path)| path).collect();
            (rows_read(&report), files)
        };
        let named = |keys: &[&str]| -> Vec<String> {
            keys.iter().map(|key| format!("{scheme}://exports/{key}")).collect()
        };
        assert_eq!(read("flat/a.csv"), (36, named(&["flat/a.csv"])));
        assert_eq!(read("flat/"), (72, named(&["flat/a.csv", "flat/b.csv"])));
        assert_eq!(read("flat"), (72, named(&["flat/a.csv", "flat/b.csv"])), "a folder without its slash");
        assert_eq!(read("flat/?.csv"), (72, named(&["flat/a.csv", "flat/b.csv"])));
        let months = named(&["2024/01/orders.csv", "2024/02/orders.csv"]);
        assert_eq!(read("2024/*/orders.csv"), (72, months.clone()));
        assert_eq!(read("20*/0*/*.csv"), (72, months));
        let again = run(&shop, &["import"]).succeeds().out;
        assert!(again.contains("Nothing has changed"), "{again}");
        // A month more is read with the others; one that changed is read again.
        put("2024/03/orders.csv", &one.replace("2024-", "2025-").replace('O', "Q"));
        let report = import(&shop).json();
        assert_eq!((rows_read(&report), &report["sources"][0]["since"]["new"]), (108, &36.into()));
        shop.is_tidy();

        let refused = |path: &str, what: &[&str], hint: &str| {
            shop.configure(&format!("path = \"{scheme}://exports/{path}\""), &format!("{COLUMNS}{storage}"));
            import(&shop).refuses(what, &[hint]);
        };
        refused("flat/aa.csv", &["no such object", "aa.csv"], "did you mean a.csv?");
        refused("nowhere/*.csv", &["no such object"], "check bucket and name");
        refused("empty/", &["no tables there (0 objects with other endings)"], "put CSV");
        put("docs/a.md", "x");
        refused("docs/", &["no tables there (1 objects with other endings)"], "put CSV");
        refused("flat//a.csv", &["can't be used"], "write it like");
    }
}

#[test]
fn failing_stores_are_tried_again_and_named() {
    let site = Site::new();
    for (scheme, root, storage) in stores(&site) {
        let path = format!("{root}/exports/orders.csv");
        site.put(&path, good_orders());
        let shop = Shop::new();
        let storage = format!("{storage}[storage]\ntimeout_seconds = 1\n");
        shop.configure(&format!("path = \"{scheme}://exports/orders.csv\""), &format!("{COLUMNS}{storage}"));
        for wrong in [Wrong::Status(503), Wrong::Cut(500), Wrong::Silent, Wrong::Stalls(500)] {
            site.put(&path, good_orders());
            site.is_wrong(&path, wrong, 2);
            let report = import(&shop).json();
            assert_eq!(rows_read(&report), 72, "{scheme} {wrong:?}");
        }
        let before = shop.answers();
        for (wrong, what) in [
            (Wrong::Status(503), "failed 4 times in a row: 503"),
            (Wrong::Status(403), "the store refuses: 403"),
            (Wrong::Silent, "silent for 1 seconds, 4 times in a row"),
        ] {
            site.put(&path, good_orders() + "O9,C99,2024-09-01 10:00:00,P1,1,5\n");
            site.is_wrong(&path, wrong, 9);
            import(&shop).refuses(&[&format!("{scheme}://exports/orders.csv"), what], &[]);
            shop.is_whole(&before);
        }
        // The object is known to be there when its connection begins to break.
        site.put(&path, good_orders() + "O9,C99,2024-09-01 10:00:00,P1,1,5\n");
        site.is_wrong(&path, Wrong::Whole, 1);
        site.is_wrong(&path, Wrong::Cut(100), 9);
        import(&shop).refuses(&["cut off after", "4 times"], &["try again later"]);
    }
}

#[test]
fn another_region_and_no_credentials() {
    let site = Site::new();
    site.put("/exports/orders.csv", good_orders());
    let shop = Shop::new();
    let storage = format!("[storage.s3]\nendpoint = \"{}\"\n", site.address(""));
    shop.configure("path = \"s3://exports/orders.csv\"", &format!("{COLUMNS}{storage}"));
    site.is_wrong("/exports/orders.csv", Wrong::Status(301), 1);
    import(&shop).refuses(&["s3://exports/orders.csv", "another region"], &["set `region`"]);
    assert_eq!(rows_of(&import(&shop).json(), "kept"), 72);
    stands_nowhere(super::SECRET, &shop.folder());
    let mut nobody = command(&shop, &["import"]);
    nobody.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    nobody.env("AWS_EC2_METADATA_DISABLED", "true");
    Answer::of(nobody).refuses(&["no credentials"], &["AWS_ACCESS_KEY_ID", "anonymous = true"]);
    // As Amazon's own tools keep them.
    std::fs::create_dir(shop.root().join(".aws")).expect("a folder");
    let keys =
        "[shop]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = geheim\nregion = eu-north-1\n";
    std::fs::write(shop.root().join(".aws/credentials"), keys).expect("written");
    site.requests();
    let mut profile = command(&shop, &["import"]);
    profile.env("AWS_PROFILE", "shop");
    Answer::of(profile).succeeds();
    let asked = site.requests();
    assert!(
        asked[0].contains("Credential=AKIAPROFILE/") && asked[0].contains("/eu-north-1/s3/"),
        "{asked:?}"
    );
}

#[test]
fn what_storage_says_is_checked() {
    let shop = Shop::new();
    for (storage, what) in [
        ("[storage]\ntimeout_seconds = 0\n", "`timeout_seconds` is at least 1"),
        ("[storage]\nmax_gb = -1\n", "`max_gb` is a number above 0"),
        ("[storage.s3]\nendpoint = \"minio:9000\"\n", "an `endpoint` begins with `https://`"),
        ("[storage.s3]\nendpoint = \"https://a:b@minio\"\n", "an `endpoint` holds no password"),
        ("[storage.s3]\nsecret_access_key = \"x\"\n", "secret_access_key"),
    ] {
        shop.configure("path = \"s3://exports/orders.csv\"", &format!("{COLUMNS}{storage}"));
        is_invalid(&import(&shop), &["shop.toml:", what]);
    }
}
