//! Documents of web servers, good and bad.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use super::site::{Site, Wrong};
use super::{command, files, import, is_invalid, run, stands_nowhere};
use crate::support::{Answer, COLUMNS, Shop, good_orders, rows_of, rows_read};

const PATH: &str = "/exports/orders.csv";

/// A site with the good orders, and a shop whose source they are.
fn shop_of(site: &Site, storage: &str) -> Shop {
    site.put(PATH, good_orders());
    let shop = Shop::new();
    shop.configure(&format!("path = \"{}\"", site.address(PATH)), &format!("{COLUMNS}{storage}"));
    shop
}

/// Orders of some megabytes.
fn many_orders() -> String {
    let good = good_orders();
    let (header, lines) = good.split_once('\n').expect("a header");
    let mut text = format!("{header}\n");
    for copy in 0..900 {
        text += &lines.replace(",C", &format!(",K{copy:03}"));
    }
    text
}

#[test]
fn a_document_is_read_like_a_file_and_named_by_its_address() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    let report = import(&shop).json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72));
    assert_eq!(files(&report), [("orders.csv".to_owned(), site.address(PATH))]);
    assert_eq!(site.requests(), [format!("GET {PATH}")], "fetched once");
    shop.is_tidy();
    // Nothing has changed, and it is not fetched again.
    let again = run(&shop, &["import"]).succeeds().out;
    assert!(again.contains("Nothing has changed"), "{again}");
    assert_eq!(site.requests(), [format!("GET {PATH} bytes=0-0")]);
    site.put(PATH, good_orders() + "O9,C99,2024-09-01 10:00:00,P1,1,5\n");
    let report = import(&shop).json();
    assert_eq!((rows_read(&report), &report["sources"][0]["since"]["new"]), (73, &json!(1)));
    // The same content under another tag is the same.
    site.put(PATH, good_orders() + "O9,C99,2024-09-01 10:00:00,P1,1,5\n");
    assert!(run(&shop, &["import"]).succeeds().out.contains("Nothing has changed"));
    shop.is_tidy();
}

#[test]
fn without_a_tag_the_content_decides() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    site.is_wrong(PATH, Wrong::Anonymous, 100);
    import(&shop).json();
    site.requests();
    assert!(run(&shop, &["import"]).succeeds().out.contains("Nothing has changed"));
    assert_eq!(site.requests().len(), 2, "asked, and fetched since nothing was told");
    site.put(PATH, good_orders().replace("10.50", "11.50"));
    site.is_wrong(PATH, Wrong::Anonymous, 100);
    assert!(run(&shop, &["import"]).succeeds().out.contains("Imported in"));
}

#[test]
fn a_broken_connection_goes_on_where_it_broke() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    site.put(PATH, many_orders());
    site.is_wrong(PATH, Wrong::Cut(1_000_000), 1);
    site.is_wrong(PATH, Wrong::Status(503), 1);
    site.is_wrong(PATH, Wrong::Cut(500_000), 1);
    let report = import(&shop).json();
    assert_eq!(rows_read(&report), 72 * 900);
    let requests = site.requests();
    assert_eq!(requests.len(), 4, "{requests:?}");
    let from: Vec<u64> = requests[1..]
        .iter()
        .map(|request| {
            let from = request.strip_prefix(&format!("GET {PATH} bytes=")).expect("a range");
            from.strip_suffix('-').expect("to the end").parse().expect("a number")
        })
        .collect();
    assert!(from[0] > 0 && from[0] == from[1] && from[2] > from[1], "{from:?}");
    // A server that gives no parts begins again.
    site.put(PATH, many_orders() + "O9,C99,2024-09-01 10:00:00,P1,1,5\n");
    site.is_wrong(PATH, Wrong::Cut(1_000_000), 1);
    site.is_wrong(PATH, Wrong::Whole, 1);
    assert_eq!(rows_read(&import(&shop).json()), 72 * 900 + 1);
}

#[test]
fn trying_again_is_said() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    site.is_wrong(PATH, Wrong::Status(503), 2);
    let mut told = command(&shop, &["import"]);
    told.env_remove("DANGOL_LOG");
    let answer = Answer::of(told);
    assert_eq!(answer.code, 0, "{answer}");
    let tries: Vec<&str> = answer.err.lines().collect();
    assert_eq!(tries.len(), 2, "{answer}");
    assert!(tries[1].contains(&site.address(PATH)) && tries[1].contains("503"), "{answer}");
}

#[test]
fn what_a_server_does_wrong_is_said_and_the_store_stays_as_it_was() {
    let site = Site::new();
    let shop = shop_of(&site, "[storage]\ntimeout_seconds = 1\n");
    import(&shop).json();
    let before = shop.answers();
    let address = site.address(PATH);
    let cut = format!("cut off after 400 bytes of {}, 4 times", many_orders().len());
    let cases: [(Wrong, usize, &[&str], &str); 9] = [
        (Wrong::Status(404), 9, &["there is no such object"], "check bucket and name"),
        (Wrong::Status(403), 9, &["the store refuses: 403 Forbidden"], "check the credentials"),
        (Wrong::Status(401), 9, &["the store refuses: 401"], "check the credentials"),
        (Wrong::Status(500), 9, &["failed 4 times in a row: 500 Internal Server Error"], "try again later"),
        (Wrong::Silent, 9, &["silent for 1 seconds, 4 times in a row"], "`timeout_seconds`"),
        (Wrong::Stalls(100), 9, &["silent for 1 seconds, 4 times in a row"], "`timeout_seconds`"),
        (Wrong::Drips, 9, &["silent for 1 seconds"], "`timeout_seconds`"),
        (Wrong::Cut(100), 9, &[&cut], "try again later"),
        (Wrong::Changes(100), 9, &["the object changes while it is read"], "when it is written completely"),
    ];
    for (wrong, times, what, hint) in cases {
        site.put(PATH, many_orders());
        site.is_wrong(PATH, wrong, times);
        let began = Instant::now();
        let answer = import(&shop);
        let what: Vec<&str> = what.iter().copied().chain([address.as_str()]).collect();
        answer.refuses(&what, &[hint]);
        assert!(began.elapsed() < Duration::from_secs(40), "{wrong:?}: {:?}", began.elapsed());
        shop.is_whole(&before);
    }
}

#[test]
fn an_object_that_changes_once_is_begun_again() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    site.put(PATH, many_orders());
    site.is_wrong(PATH, Wrong::Changes(2_000_000), 1);
    let report = import(&shop).json();
    assert_eq!(rows_read(&report), 72 * 900, "one version of it");
    site.put(PATH, good_orders());
    site.is_wrong(PATH, Wrong::Unmeasured, 9);
    assert_eq!(rows_read(&import(&shop).json()), 72, "of no length that is told");
}

#[test]
fn nobody_there_no_certificate_no_name() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    let refused = |address: &str, what: &[&str], hint: &str| {
        shop.configure(&format!("path = \"{address}\""), COLUMNS);
        import(&shop).refuses(what, &[hint]);
    };
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it").port();
    refused(
        &format!("http://127.0.0.1:{closed}/a.csv"),
        &["no connection after 4 tries", "Connection refused"],
        "check the address",
    );
    refused("http://dangol.invalid/a.csv", &["no connection after 4 tries"], "the name of the host");
    let secure = site.address(PATH).replace("http://", "https://");
    refused(&secure, &["no secure connection"], "certificate");
    refused("s4://bucket/a.csv", &["`s4://` is not known; did you mean `s3://`?"], "write it like");
    refused(&site.address("/*.csv"), &["can't be asked for its files"], "write it like");
    refused("https://h/${DANGOL_TEST_NOT_SET}", &["is not set"], "set it");
}

/// A folder's files over `https://`, with a certificate that nobody knows: OpenSSL's own small server.
struct Secure {
    process: std::process::Child,
    port: u16,
}

impl Secure {
    fn start(folder: &std::path::Path) -> Self {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it").port();
        let openssl = |arguments: &[&str]| {
            let mut command = std::process::Command::new("openssl");
            command.args(arguments).current_dir(folder).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("openssl")
        };
        let made = openssl(&[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "key",
            "-out",
            "certificate",
        ])
        .wait();
        assert!(made.expect("an end").success(), "a certificate");
        let accept = format!("127.0.0.1:{port}");
        let process = openssl(&[
            "s_server",
            "-accept",
            &accept,
            "-cert",
            "certificate",
            "-key",
            "key",
            "-WWW",
            "-quiet",
        ]);
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "the server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, port }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn over_https_the_certificate_must_be_one_that_is_trusted() {
    let shop = Shop::new();
    shop.write("orders.csv", good_orders());
    let server = Secure::start(shop.root());
    let address = format!("https://127.0.0.1:{}/orders.csv", server.port);
    shop.configure(&format!("path = \"{address}\""), COLUMNS);
    import(&shop).refuses(&[&address, "no secure connection", "invalid peer certificate"], &["certificate"]);
    let mut trusting = command(&shop, &["import", "--format", "json"]);
    trusting.env("SSL_CERT_FILE", shop.root().join("certificate"));
    let report = Answer::of(trusting).json();
    assert_eq!((rows_of(&report, "kept"), &files(&report)[0].1), (72, &address));
}

#[test]
fn what_is_too_large_is_not_fetched() {
    let site = Site::new();
    let shop = shop_of(&site, "[storage]\nmax_gb = 0.001\n");
    site.put(PATH, many_orders());
    import(&shop).refuses(&["an import may fetch 1000000 bytes"], &["raise `max_gb`"]);
    // Nor if the server does not say how large it is.
    site.is_wrong(PATH, Wrong::Unmeasured, 9);
    import(&shop).refuses(&["an import may fetch 1000000 bytes"], &["raise `max_gb`"]);
}

#[test]
fn secrets_of_an_address_are_seen_nowhere() {
    let site = Site::new();
    site.put(PATH, good_orders() + "O9,,never,P1,1,5\n");
    let (password, signature) = ("geheim/p@ss", "SIGNED0123456789");
    let address = site.address(PATH).replace("http://", "http://me:${SHOP_PASSWORD}@");
    let shop = Shop::new();
    shop.configure(&format!("path = \"{address}?month=5&sig=${{SHOP_SIGNATURE}}\""), COLUMNS);
    let with_secrets = |arguments: &[&str]| {
        let mut command = command(&shop, arguments);
        command.env("SHOP_PASSWORD", password).env("SHOP_SIGNATURE", signature).env("DANGOL_LOG", "trace");
        Answer::of(command)
    };
    let hidden = |answer: &Answer| {
        for secret in [password, "geheim", signature] {
            assert!(!answer.out.contains(secret) && !answer.err.contains(secret), "{secret}: {answer}");
        }
    };
    let answer = with_secrets(&["import", "--format", "json"]);
    hidden(&answer);
    assert_eq!(answer.code, 0, "{answer}");
    let asked = site.requests();
    assert!(asked[0].contains("Basic bWU6Z2VoZWltL3BAc3M="), "as whom: {asked:?}");
    assert!(asked[0].contains("month=5") && asked[0].contains(signature), "{asked:?}");
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("a report");
    let shown = format!("{}?month=5&sig=${{SHOP_SIGNATURE}}", site.address(PATH));
    assert_eq!(files(&report)[0].1, shown);
    assert_eq!(rows_of(&report, "quarantined"), 1);
    for wrong in [Wrong::Status(500), Wrong::Cut(10), Wrong::Status(403)] {
        site.put(PATH, good_orders());
        site.is_wrong(PATH, wrong, 9);
        let answer = with_secrets(&["import"]);
        assert_eq!(answer.code, 1, "{answer}");
        hidden(&answer);
    }
    for secret in [password, signature] {
        stands_nowhere(secret, &shop.folder());
    }
    // Written plainly they are refused, and not repeated.
    for plain in [
        format!("path = \"{}\"", address.replace("${SHOP_PASSWORD}", "geheim")),
        format!("path = \"{}?sig={signature}\"", site.address(PATH)),
    ] {
        shop.configure(&plain, COLUMNS);
        let answer = import(&shop);
        is_invalid(&answer, &["shop.toml:5:", "the address holds a password or a signature"]);
        assert!(!answer.err.contains("geheim") && !answer.err.contains(signature), "{answer}");
    }
    let answer = run(&shop, &["init", &format!("{}?sig={signature}", site.address(PATH)), "--force"]);
    answer.refuses(&["the address holds a password or a signature"], &["${EXPORT_URL}"]);
    assert!(!answer.err.contains(signature), "{answer}");
}

#[test]
fn packed_documents_and_parts_of_archives() {
    let site = Site::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(good_orders().as_bytes()).expect("packed");
    site.put("/export", gzip.finish().expect("packed"));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("may/orders.csv", good_orders()), ("note.txt", "Just a note.".into())] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("packed");
    }
    site.put("/all.zip", archive.finish().expect("packed").into_inner());
    let shop = Shop::new();
    for (path, name) in [
        ("/export", "export"),
        ("/all.zip", "all.zip/may/orders.csv"),
        ("/all.zip/may/*.csv", "all.zip/may/orders.csv"),
    ] {
        shop.configure(&format!("path = \"{}\"", site.address(path)), COLUMNS);
        let report = import(&shop).json();
        assert_eq!(rows_read(&report), 72, "{path}");
        assert_eq!(files(&report)[0].0, name);
    }
    shop.configure(&format!("path = \"{}\"", site.address("/all.zip/june.csv")), COLUMNS);
    import(&shop).refuses(&["all.zip", "june.csv"], &[]);
}

#[test]
fn joins_and_further_tables_and_quarantine_name_their_addresses() {
    let site = Site::new();
    site.put(PATH, good_orders() + "O9,C99,never,P1,1,5\n");
    site.put("/products.csv", "id,kind\nP0,tea\nP1,tea\nP2,cup\nP3,cup\nP4,pot\n");
    site.put("/people.csv", "id,name\nC01,Kim\nC02,Lee\n");
    let shop = Shop::new();
    let sections = format!(
        "{COLUMNS}category = \"kind\"\n\n[[sources.order_lines.joins]]\npath = \"{}\"\non = {{ product = \"id\" }}\n\
         [sources.customers]\npath = \"{}\"\ncolumns = {{ customer_id = \"id\", name = \"name\" }}\n",
        site.address("/products.csv"),
        site.address("/people.csv")
    );
    shop.configure(&format!("path = \"{}\"", site.address(PATH)), &sections);
    let report = import(&shop).json();
    assert_eq!(report["sources"][0]["joins"][0]["files"][0], json!(site.address("/products.csv")));
    assert_eq!(report["sources"][1]["files"][0]["path"], json!(site.address("/people.csv")));
    assert_eq!(shop.count("select count(*) from order_lines where category = 'cup'"), 28);
    assert_eq!(shop.sql("select file, line from quarantine"), [json!({ "file": "orders.csv", "line": 74 })]);
    assert_eq!(site.requests().len(), 3, "each once");
    // A source that is gone is reported by its address.
    site.remove("/people.csv");
    let text = std::fs::read_to_string(shop.toml()).expect("it");
    let cut = text.find("[sources.customers]").expect("the section");
    std::fs::write(shop.toml(), &text[..cut]).expect("written");
    import(&shop).refuses(&["not there any more", &site.address("/people.csv")], &["--allow-missing"]);
}

#[test]
fn init_writes_the_address_and_import_reads_it() {
    let site = Site::new();
    site.put(PATH, good_orders());
    let shop = Shop::new();
    let address = format!("{}?month=5", site.address(PATH));
    run(&shop, &["init", &address]).succeeds();
    let text = std::fs::read_to_string(shop.toml()).expect("it is written");
    assert!(text.contains(&format!("path = \"{address}\"")), "{text}");
    assert_eq!(rows_of(&import(&shop).json(), "kept"), 72);
    // The whole address in a variable: it is written, not its value.
    let mut init = command(&shop, &["init", "${EXPORT_URL}", "--force"]);
    init.env("EXPORT_URL", format!("{address}&sig=GEHEIM99"));
    let answer = Answer::of(init).succeeds();
    assert!(!answer.out.contains("GEHEIM99"), "{answer}");
    let text = std::fs::read_to_string(shop.toml()).expect("it is written");
    assert!(text.contains("path = \"${EXPORT_URL}\"") && !text.contains("GEHEIM99"), "{text}");
    let mut again = command(&shop, &["import", "--format", "json"]);
    again.env("EXPORT_URL", format!("{address}&sig=GEHEIM99"));
    let report = Answer::of(again).json();
    assert_eq!(files(&report)[0].1, format!("{}?${{EXPORT_URL}}", site.address(PATH)));
}

#[test]
fn a_dry_run_fetches_and_leaves_nothing() {
    let site = Site::new();
    let shop = shop_of(&site, "");
    let report = run(&shop, &["import", "--dry-run", "--format", "json"]).json();
    assert_eq!(rows_read(&report), 72);
    assert!(!shop.folder().join("store").exists());
}

#[test]
fn what_a_killed_import_has_fetched_goes_with_the_next() {
    let site = Site::new();
    let shop = shop_of(&site, "[storage]\ntimeout_seconds = 20\n");
    site.put(PATH, many_orders());
    site.is_wrong(PATH, Wrong::Stalls(1_000_000), 1);
    let mut import = command(&shop, &["import"]);
    let mut child = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("an import");
    let spool = || {
        let entries = std::fs::read_dir(shop.folder().join("store/snapshots")).ok()?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.into_iter().find(|name| name.starts_with("incoming-spool-"))
    };
    let began = Instant::now();
    while (spool().is_none() || site.requests().is_empty()) && began.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("an end");
    assert!(spool().is_some(), "the kill leaves what was fetched");
    assert_eq!(rows_read(&super::import(&shop).json()), 72 * 900);
    shop.is_tidy();
}
