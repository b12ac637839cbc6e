//! A shop in a temporary folder, the binary, and what it answered.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub(crate) const DANGOL: &str = env!("CARGO_BIN_EXE_dangol");

/// The mapping of [`good_orders`].
pub(crate) const COLUMNS: &str = r#"
[sources.order_lines.columns]
order_id = "order"
customer_id = "customer"
ordered_at = "date"
product_id = "product"
quantity = "quantity"
unit_price = "price"
"#;

/// The header of [`good_orders`].
pub(crate) const HEADER: &str = "order,customer,date,product,quantity,price";

/// 72 order lines of 12 customers over eight months.
pub(crate) fn good_orders() -> String {
    let mut text = format!("{HEADER}\n");
    for line in 0..72_u32 {
        let (customer, order) = (line % 12, line / 2);
        let (month, day, hour) = (1 + line / 9, 1 + line % 28, 8 + line % 12);
        let price = 10 + (line * 7) % 90;
        writeln!(
            text,
            "O{order:03}-{customer},C{customer:02},2024-{month:02}-{day:02} {hour:02}:15:00,P{},{},{price}.50",
            line % 5,
            1 + line % 3
        )
        .expect("text grows");
    }
    text
}

/// A folder with data files and, in `shop/`, the shop.
pub(crate) struct Shop {
    root: TempDir,
}

impl Shop {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        let root = TempDir::new().expect("a temporary folder");
        fs::create_dir(root.path().join("shop")).expect("the shop's folder");
        Self { root }
    }

    /// A shop with [`good_orders`] imported.
    pub(crate) fn with_orders() -> Self {
        let shop = Self::new();
        shop.write("good.csv", good_orders());
        shop.configure("path = \"../good.csv\"", COLUMNS);
        let report = shop.import().json();
        assert_eq!(rows_of(&report, "kept"), 72, "the good orders are good: {report:#}");
        shop
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.root().join("shop")
    }

    pub(crate) fn toml(&self) -> PathBuf {
        self.folder().join("shop.toml")
    }

    /// Writes a data file beside the shop.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    /// Writes `shop.toml`: the keys of `[sources.order_lines]`, then further sections. Its name is that which `init` gives.
    pub(crate) fn configure(&self, source: &str, sections: &str) {
        let text = format!("[shop]\nname = \"shop\"\n\n[sources.order_lines]\n{source}\n{sections}");
        fs::write(self.toml(), text).expect("written");
    }

    /// `dangol ARGUMENTS --shop FOLDER`
    pub(crate) fn dangol(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments))
    }

    /// The same, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(DANGOL);
        command.args(arguments).arg("--shop").arg(self.folder()).current_dir(self.root());
        command
    }

    pub(crate) fn import(&self) -> Answer {
        self.dangol(&["import", "--format", "json"])
    }

    /// `dangol init FILE` for a file in the root, in place of any `shop.toml`.
    pub(crate) fn init(&self, file: &str) -> Answer {
        self.dangol(&["init", file, "--force"])
    }

    /// Rows of a query, as JSON objects.
    pub(crate) fn sql(&self, query: &str) -> Vec<Value> {
        let answer = self.dangol(&["sql", query, "--format", "json"]).json();
        answer.as_array().expect("a list of rows").clone()
    }

    /// The one value of a query with one row and one column.
    pub(crate) fn value(&self, query: &str) -> Value {
        let rows = self.sql(query);
        assert_eq!(rows.len(), 1, "{query}: {rows:?}");
        let row = rows[0].as_object().expect("a row");
        assert_eq!(row.len(), 1, "{query}: {rows:?}");
        row.values().next().expect("a value").clone()
    }

    pub(crate) fn count(&self, query: &str) -> u64 {
        let value = self.value(query);
        value.as_u64().unwrap_or_else(|| panic!("{query}: {value} is no count"))
    }

    /// What the store says: the results of the analyses, and the lines by SQL.
    pub(crate) fn answers(&self) -> Answers {
        let reports = self.dangol(&["analyze", "overview", "rfm", "cohorts", "--format", "json"]).json();
        let results =
            reports.as_array().expect("three reports").iter().map(|report| report["result"].clone());
        let results: Vec<Value> = results.collect();
        assert!(results.len() == 3 && results.iter().all(Value::is_object), "{reports}");
        Answers { results, lines: self.count("select count(*) from order_lines") }
    }

    /// After a refusal: what was there before still answers, and nothing else lies about.
    pub(crate) fn is_whole(&self, before: &Answers) {
        assert_eq!(self.answers(), *before, "the store answers as before");
        self.is_tidy();
    }

    /// The store holds its current snapshot, at most the one before, and no left-overs.
    pub(crate) fn is_tidy(&self) {
        tidy(&self.folder().join("store"));
    }
}

/// What the store says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    pub(crate) results: Vec<Value>,
    pub(crate) lines: u64,
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
        .collect()
}

/// Asserts that a store's folder holds what it should and nothing else.
pub(crate) fn tidy(store: &Path) {
    const KNOWN: [&str; 6] =
        ["CURRENT", "dangol.sqlite", "dangol.sqlite-shm", "dangol.sqlite-wal", "lock", "snapshots"];
    let found = names_in(store);
    let strange: Vec<_> = found.iter().filter(|name| !KNOWN.contains(&name.as_str())).collect();
    assert!(strange.is_empty(), "left-overs in the store: {strange:?}");
    let current = fs::read_to_string(store.join("CURRENT")).expect("a current snapshot");
    let snapshots = names_in(&store.join("snapshots"));
    assert!(snapshots.contains(current.trim()), "{current} among {snapshots:?}");
    assert!(snapshots.len() <= 2, "the current snapshot and the one before: {snapshots:?}");
    assert!(snapshots.iter().all(|name| name.bytes().all(|b| b.is_ascii_digit())), "{snapshots:?}");
    let snapshot = store.join("snapshots").join(current.trim());
    let manifest = fs::read(snapshot.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let tables: BTreeSet<String> = manifest["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .map(|table| format!("{}.parquet", table["name"].as_str().expect("a name")))
        .collect();
    let mut wanted = BTreeSet::from(
        ["customers", "manifest.json", "order_lines", "quarantine.parquet"].map(str::to_owned),
    );
    if !tables.is_empty() {
        wanted.insert("tables".to_owned());
        assert_eq!(names_in(&snapshot.join("tables")), tables, "the tables that the manifest names");
    }
    assert_eq!(names_in(&snapshot), wanted, "the current snapshot");
    for (folder, keys) in [("order_lines", &["parts", "unknown_parts"][..]), ("customers", &["customers"])] {
        let parts = keys.iter().flat_map(|key| manifest[key].as_array().expect("parts").clone());
        let parts: BTreeSet<String> =
            parts.map(|part| part["name"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(names_in(&snapshot.join(folder)), parts, "the parts that the manifest names");
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    command: String,
}

impl Answer {
    /// Runs a command to its end.
    pub(crate) fn of(mut command: Command) -> Self {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self::from_output(format!("{command:?}"), &output)
    }

    pub(crate) fn from_output(command: String, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let answer = Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
            command,
        };
        assert!(!answer.err.contains("panicked"), "no panic reaches a person: {answer}");
        answer
    }

    /// It ended well, without a word on stderr.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert!(self.code == 0 && self.err.is_empty(), "should succeed: {self}");
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let answer = self.succeeds();
        serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("no JSON ({error}): {answer}"))
    }

    /// It failed with exit code 1 (or `code`), printed no result, and said what and where
    /// (`what`) and what to do (`hint`).
    #[track_caller]
    pub(crate) fn refuses_with(&self, code: i32, what: &[&str], hint: &[&str]) {
        assert_eq!(self.code, code, "exit code: {self}");
        assert!(self.out.is_empty(), "no result on stdout: {self}");
        let (message, told) = self.err.split_once("\n hint: ").unwrap_or_else(|| panic!("no hint: {self}"));
        let message = message.strip_prefix("error: ").unwrap_or_else(|| panic!("no error: {self}"));
        for part in what {
            assert!(message.contains(part), "the message lacks `{part}`: {self}");
        }
        for part in hint {
            assert!(told.contains(part), "the hint lacks `{part}`: {self}");
        }
    }

    #[track_caller]
    pub(crate) fn refuses(&self, what: &[&str], hint: &[&str]) {
        self.refuses_with(1, what, hint);
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let head: String = self.out.chars().take(2_000).collect();
        write!(f, "{}\nexit code {}\nstdout: {head}\nstderr: {}", self.command, self.code, self.err)
    }
}

/// The report of the order lines.
#[track_caller]
pub(crate) fn source(report: &Value) -> &Value {
    let sources = report["sources"].as_array().expect("sources");
    sources.iter().find(|source| source["source"] == "order_lines").expect("order lines")
}

/// Rows that met a fate, over all rules.
#[track_caller]
pub(crate) fn rows_of(report: &Value, fate: &str) -> u64 {
    let fates = source(report)["fates"].as_array().expect("fates");
    fates.iter().filter(|one| one["fate"] == fate).map(|one| one["rows"].as_u64().expect("rows")).sum()
}

/// Rows that a cleaning rule dropped.
#[track_caller]
pub(crate) fn dropped_by(report: &Value, rule: &str) -> u64 {
    let fates = source(report)["fates"].as_array().expect("fates");
    fates.iter().filter(|one| one["rule"] == rule).map(|one| one["rows"].as_u64().expect("rows")).sum()
}

/// Rows with a flag.
#[track_caller]
pub(crate) fn flagged(report: &Value, flag: &str) -> u64 {
    let flags = source(report)["flags"].as_array().expect("flags");
    flags.iter().filter(|one| one["flag"] == flag).map(|one| one["rows"].as_u64().expect("rows")).sum()
}

/// Rows in quarantine for a reason.
#[track_caller]
pub(crate) fn quarantined(report: &Value, reason: &str) -> u64 {
    let counts = source(report)["quarantine"].as_array().expect("quarantine");
    counts.iter().filter(|one| one["reason"] == reason).map(|one| one["rows"].as_u64().expect("rows")).sum()
}

/// Rows read; asserts on the way that every one of them has a fate.
#[track_caller]
pub(crate) fn rows_read(report: &Value) -> u64 {
    let source = source(report);
    let read = source["rows_read"].as_u64().expect("rows read");
    let sum = |list: &str, count: &str| -> u64 {
        let list = source[list].as_array().unwrap_or_else(|| panic!("no {list}"));
        list.iter().map(|one| one[count].as_u64().expect("a count")).sum()
    };
    assert_eq!(read, sum("fates", "rows"), "rows read are the sum of their fates: {source:#}");
    assert_eq!(read, sum("files", "rows_read"), "rows read are the sum over the files");
    assert_eq!(rows_of(report, "quarantined"), sum("quarantine", "rows"), "quarantine by reason adds up");
    read
}
