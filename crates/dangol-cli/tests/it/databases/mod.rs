//! Tables and queries of databases in place of files.

mod adbc;
mod mariadb;
mod postgres;
mod servers;
mod silent;
mod sqlite;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use dangol_shop::config::Connections;
use dangol_shop::sources::SourceTable;
use dangol_shop::sources::database::{Projection, Told, What, open_database};
use serde_json::Value;

use self::servers::{PASSWORD, Server};
use crate::support::{Answer, COLUMNS, Shop, good_orders, rows_of, rows_read, source};

/// A shop whose imports know the password of the servers.
impl Shop {
    fn with_password(&self, arguments: &[&str]) -> Answer {
        let mut command = self.command(arguments);
        command.env("SHOP_DB_PASSWORD", PASSWORD);
        Answer::of(command)
    }

    fn import_database(&self, source: &str, sections: &str) -> Answer {
        self.configure(source, sections);
        self.with_password(&["import", "--format", "json"])
    }
}

/// `good_orders` as statements: a table `orders` with types, a key that nobody maps, and a column that nobody maps.
fn orders_as_sql() -> String {
    let mut sql =
        "create table orders (id integer primary key, \"order\" varchar(20), customer varchar(20), \
        \"date\" timestamp, product varchar(20), quantity integer, price numeric(10, 2), note text);\n"
            .to_owned();
    for (at, line) in good_orders().lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let [order, customer, date, product, quantity, price] = cells.as_slice() else { panic!("{line}") };
        writeln!(
            sql,
            "insert into orders values ({at}, '{order}', '{customer}', '{date}', '{product}', {quantity}, \
             {price}, 'n{at}');"
        )
        .expect("text grows");
    }
    sql
}

fn told<'a>(connection: &'a str, folder: &'a Path, what: What<'a>) -> Told<'a> {
    Told {
        feeds: "order_lines",
        connection,
        password_file: Some("password"),
        folder,
        what,
        decimal_comma: false,
        patience: Connections::default(),
    }
}

/// A table opened in this process, with the password from a file.
fn opened(connection: &str, folder: &Path, table: &str) -> SourceTable {
    let names = [table.to_owned()];
    let what = What::Tables { names: &names, filter: None, projection: Projection::default() };
    fs::write(folder.join("password"), PASSWORD).expect("written");
    let mut tables = open_database(&told(connection, folder, what)).expect("opened");
    tables.pop().expect("a table")
}

/// All rows of a short table.
fn rows(table: &SourceTable) -> RecordBatch {
    let batches: Vec<_> = table.read().expect("a reader").map(|batch| batch.expect("rows").rows).collect();
    arrow::compute::concat_batches(&table.columns, &batches).expect("alike")
}

/// Columns as `name: type`, and each row as its cells.
fn shown(table: &SourceTable) -> Vec<Vec<String>> {
    let rows = rows(table);
    let mut shown = vec![
        table
            .columns
            .fields()
            .iter()
            .map(|field| format!("{}: {}", field.name(), field.data_type()))
            .collect(),
    ];
    for row in 0..rows.num_rows() {
        let cells = rows.columns().iter().map(|column| {
            if column.is_null(row) {
                "-".to_owned()
            } else {
                arrow::util::display::array_value_to_string(column, row).expect("text")
            }
        });
        shown.push(cells.collect());
    }
    shown
}

/// Imports the same orders from CSV and from a database, as a table and as a query; every answer is the same.
fn same_as_csv(connection: &str) {
    let csv = Shop::with_orders().answers();
    let shop = Shop::new();
    for source in [
        format!("connection = \"{connection}\"\ntable = \"orders\""),
        format!("connection = \"{connection}\"\nquery = 'select * from orders order by id'"),
    ] {
        let report = shop.import_database(&source, COLUMNS).json();
        assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72), "{report:#}");
        assert_eq!(shop.answers(), csv, "{source}");
        shop.is_tidy();
    }
    // Half of the rows, in one import without and in one with the condition.
    let half =
        format!("connection = \"{connection}\"\ntable = \"orders\"\nwhere = \"id < 36 -- the first half\"");
    let report = shop.import_database(&half, COLUMNS).json();
    assert_eq!(rows_read(&report), 36, "{report:#}");
    let file = &source(&report)["files"][0];
    let query = file["query"].as_str().expect("the statement");
    // A driver that tells no keys gives every column: rows are told apart by all of them.
    let only_mapped = !query.contains("note") || connection.starts_with("adbc:");
    assert!(query.contains("WHERE (id < 36") && only_mapped, "{query}");
    assert!(query.contains("quantity"), "only what is mapped is asked for: {query}");
}

/// The record of an import says what was read, the same for the same rows in another order, and no password.
fn traced(connection: &str) {
    let shop = Shop::new();
    let hash = |order: &str| {
        let source =
            format!("connection = \"{connection}\"\nquery = \"select * from orders order by {order}\"");
        let report = shop.import_database(&source, COLUMNS).json();
        let file = source_file(&report);
        assert_eq!(file["rows_read"], 72, "{file}");
        assert!(file["bytes"].as_u64().is_some_and(|bytes| bytes > 1_000), "{file}");
        file["blake3"].as_str().expect("a hash").to_owned()
    };
    let (up, down) = (hash("id"), hash("id desc"));
    assert!(up.len() == 64 && up == down, "{up} {down}");
    let source = format!("connection = \"{connection}\"\nquery = \"select * from orders where id < 71\"");
    let report = shop.import_database(&source, COLUMNS).json();
    assert_ne!(source_file(&report)["blake3"], up.as_str(), "other rows, another hash");
    // Nothing has changed, and it is read again all the same.
    let again = shop.with_password(&["import"]).succeeds().out;
    assert!(again.contains("Imported in"), "{again}");
    nothing_secret_in(&shop.folder());
    let runs = fs::read(shop.folder().join("store/dangol.sqlite")).expect("the record");
    assert!(!runs.is_empty());
}

fn source_file(report: &Value) -> Value {
    source(report)["files"][0].clone()
}

/// The password stands nowhere below a folder, in whatever file.
fn nothing_secret_in(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            nothing_secret_in(&path);
        } else {
            let bytes = fs::read(&path).expect("a file");
            assert!(
                !bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()),
                "{}",
                path.display()
            );
        }
    }
}

#[track_caller]
fn no_secret(answer: &Answer, secret: &str) {
    let encoded = secret
        .replace('%', "%25")
        .replace(':', "%3A")
        .replace('/', "%2F")
        .replace('@', "%40")
        .replace('#', "%23");
    for secret in [secret, &encoded] {
        assert!(
            !answer.err.contains(secret) && !answer.out.contains(secret),
            "the password is told: {answer}"
        );
    }
}

/// Wrong passwords, users, databases, tables and columns: each is said, none tells a password.
fn refusals(server: &Server) {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let connection = server.connection();
    let try_with = |source: &str, password: &str| {
        shop.configure(source, COLUMNS);
        let mut command = shop.command(&["import"]);
        command.env("SHOP_DB_PASSWORD", password).env("DANGOL_LOG", "trace");
        let began = Instant::now();
        let answer = Answer::of(command);
        no_secret(&answer, password);
        (answer.without_log(), began.elapsed())
    };
    let table = |connection: &str| format!("connection = \"{connection}\"\ntable = \"orders\"");

    let (answer, took) = try_with(&table(&connection), "wr0ng+pass word");
    answer
        .refuses(&["the server refuses the user or the password"], &["password_file", "${SHOP_DB_PASSWORD}"]);
    assert!(took < Duration::from_secs(20), "no is no: {took:?}");

    let unknown = server.connection_as("shop", "${SHOP_DB_PASSWORD}", "shopp");
    try_with(&table(&unknown), PASSWORD).0.refuses(&["no such database", "shopp"], &["the database's name"]);

    let table = |name: &str| format!("connection = \"{connection}\"\ntable = \"{name}\"");
    try_with(&table("ordrs"), PASSWORD).0.refuses(&["no table ‘ordrs’"], &["did you mean `orders`?"]);
    try_with(&table("xyz"), PASSWORD).0.refuses(&["no table ‘xyz’"], &["its tables are: ", "orders"]);

    let query = |sql: &str| format!("connection = \"{connection}\"\nquery = \"{sql}\"");
    let (answer, _) = try_with(&query("select buyer from orders"), PASSWORD);
    answer.refuses(&["refuses the query", "buyer"], &["orders: id, order, customer, date, product"]);
    let (answer, _) = try_with(&query("select * from ordrs"), PASSWORD);
    answer.refuses(&["no table ‘ordrs’"], &["did you mean `orders`?"]);
    let (answer, _) = try_with(&query("select * from"), PASSWORD);
    answer.refuses(&["refuses the query", "syntax"], &["query"]);

    // A server repeats what it does not know: here the password of a user.
    let spy = server.connection_as("spy", "${SHOP_DB_PASSWORD}", "shop");
    let source = format!("connection = \"{spy}\"\nquery = \"select geheimnis from orders\"");
    try_with(&source, "geheimnis").0.refuses(&["refuses the query", "***"], &["orders: id, order"]);

    // One statement, which reads.
    let (answer, _) = try_with(&query("select 1; delete from orders"), PASSWORD);
    let said = "shop.toml:6:1: `query` takes a single select: there is a second statement after `;`";
    assert!(answer.code == 1 && answer.err.contains(said), "{answer}");

    // A column that is not there.
    shop.configure(
        &format!("connection = \"{connection}\"\ntable = \"orders\""),
        &COLUMNS.replace("\"customer\"", "\"custmer\""),
    );
    let answer = shop.with_password(&["import"]);
    answer.refuses(&["has no column `custmer`", "127.0.0.1"], &["did you mean `customer`?"]);
    shop.is_whole(&before);
}

impl Answer {
    /// What a person sees who has not asked for the log.
    fn without_log(mut self) -> Self {
        if let Some(at) = self.err.rfind("\nerror: ") {
            self.err = self.err.split_off(at + 1);
        }
        self
    }
}

/// Nobody answers: it is tried three times, then said.
fn nobody_answers(mut server: Server) {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let connection = server.connection();
    server.stop();
    let began = Instant::now();
    let answer = shop.import_database(&format!("connection = \"{connection}\"\ntable = \"orders\""), COLUMNS);
    answer.refuses(&["no connection after 3 tries", "refused"], &["that the database runs"]);
    assert!(began.elapsed() > Duration::from_millis(900), "with a while in between");
    shop.is_whole(&before);
}

/// The server ends while rows are on their way: the store stays as it was.
fn lost_in_mid_query(mut server: Server, slow_query: &str, reads: impl Fn(&Server) -> bool) {
    let shop = Shop::with_orders();
    let before = shop.answers();
    shop.configure(&format!("connection = \"{}\"\nquery = '{slow_query}'", server.connection()), COLUMNS);
    let mut command = shop.command(&["import"]);
    command.env("SHOP_DB_PASSWORD", PASSWORD).stdout(Stdio::piped()).stderr(Stdio::piped());
    let described = format!("{command:?}");
    let import = command.spawn().expect("an import");
    let began = Instant::now();
    while !reads(&server) {
        assert!(began.elapsed() < Duration::from_mins(1), "the query runs");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Some rows have been sent by then.
    std::thread::sleep(Duration::from_millis(500));
    server.stop();
    let output = import.wait_with_output().expect("it ends");
    let answer = Answer::from_output(described, &output);
    answer.refuses(&["the connection was lost after"], &["the store is as it was before"]);
    shop.is_whole(&before);
}

/// Looks at a database with orders and other tables, and imports what it proposes.
fn guessed(connection: &str) {
    let shop = Shop::new();
    let told = shop.with_password(&["init", connection]).succeeds();
    no_secret(&told, PASSWORD);
    assert!(told.out.contains("#orders"), "{told}");
    assert!(told.out.contains("left aside") && told.out.contains("#members"), "{told}");
    let slow = told.out.lines().find(|line| line.contains("#slow"));
    assert!(slow.is_some_and(|line| line.contains("the query took too long")), "{told}");
    let text = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(text.contains("table = \"orders\"") && text.contains("connection = \""), "{text}");
    assert!(text.contains("customer_id = \"customer\""), "{text}");
    let report = shop.with_password(&["import", "--format", "json"]).json();
    assert_eq!(rows_read(&report), 72);
    assert_eq!(shop.count("select count(distinct customer_id) from order_lines"), 12);
}

/// Reads a wide query of `rows` rows and says how far the memory of this process grew, in megabytes.
fn memory_of_reading(connection: &str, folder: &Path, query: &str, rows: usize) -> u64 {
    fs::write(folder.join("password"), PASSWORD).expect("written");
    let before = peak_memory();
    let mut told = told(connection, folder, What::Query(query));
    if connection.starts_with("sqlite") {
        told.password_file = None;
    }
    let table = open_database(&told).expect("opened").pop().expect("a table");
    let mut seen = 0;
    let mut last = 0;
    for batch in table.read().expect("a reader") {
        let batch = batch.expect("rows");
        if last == 0 {
            // Meanwhile nothing may pile up: the database has to wait.
            std::thread::sleep(Duration::from_secs(3));
        }
        assert!(batch.rows.num_rows() <= dangol_shop::sources::BATCH_ROWS);
        assert_eq!(batch.lines.first(), Some(&(last + 1)), "no row is left out");
        last = *batch.lines.last().expect("a row");
        seen += batch.rows.num_rows();
    }
    assert_eq!(seen, rows);
    assert_eq!(table.read_from_database().expect("read whole").rows, rows as u64);
    peak_memory() - before
}

/// The most memory that this process ever had, in megabytes.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).expect("a number")
        / 1024
}
