//! Databases that go silent: behind a network that is gone without a word.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::servers::{Server, mariadb, postgres};
use super::{PASSWORD, adbc, no_secret};
use crate::support::{Answer, COLUMNS, Shop, rows_read};

/// Stands before a server and passes on what goes back and forth, until so many bytes have come back; then it holds its
/// peace, and both connections. Of no server it only ever accepts.
fn quiet_after(server: Option<u16>, bytes: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let passed = Arc::new(AtomicU64::new(0));
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for client in listener.incoming().flatten() {
            let Some(server) = server else {
                held.push(client);
                continue;
            };
            let server = TcpStream::connect(("127.0.0.1", server)).expect("the server");
            let (from, to) = (client.try_clone().expect("it"), server.try_clone().expect("it"));
            std::thread::spawn(move || pass_on(from, to, &AtomicU64::new(0), u64::MAX));
            let passed = passed.clone();
            std::thread::spawn(move || pass_on(server, client, &passed, bytes));
        }
    });
    port
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, passed: &AtomicU64, most: u64) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        if passed.fetch_add(read as u64, Ordering::Relaxed) + read as u64 > most {
            std::thread::sleep(Duration::from_mins(5));
        }
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// An import that is refused, and how long that took.
#[track_caller]
fn refused(shop: &Shop, source: &str, patience: &str, what: &[&str], hint: &str) -> Duration {
    let before = shop.answers();
    shop.configure(source, &format!("{COLUMNS}\n[connections]\n{patience}\n"));
    let began = Instant::now();
    let mut command = shop.command(&["import"]);
    command.env("SHOP_DB_PASSWORD", PASSWORD);
    let answer = Answer::of(command);
    let took = began.elapsed();
    no_secret(&answer, PASSWORD);
    answer.refuses(what, &[hint]);
    shop.is_whole(&before);
    took
}

#[test]
fn a_server_that_accepts_and_never_answers() {
    let shop = Shop::with_orders();
    let port = quiet_after(None, 0);
    for scheme in ["postgres", "mysql"] {
        let source = format!("connection = \"{scheme}://shop@127.0.0.1:{port}/shop\"\ntable = \"orders\"");
        let what = ["no connection after 3 tries", "no answer within 1 seconds"];
        let took = refused(&shop, &source, "connect_seconds = 1", &what, "that the database runs");
        assert!((3..20).contains(&took.as_secs()), "{took:?}");
    }
    if let Some(driver) = adbc::driver("postgresql") {
        let uri = format!("adbc:{}?uri=postgresql://shop@127.0.0.1:{port}/shop", driver.display());
        let source = format!("connection = \"{uri}\"\ntable = \"orders\"");
        let what = ["no connection", "no answer within 1 seconds"];
        refused(&shop, &source, "silence_seconds = 1", &what, "that the database runs");
    }
}

/// A query whose rows fill more than a megabyte, and one that takes its time.
fn goes_silent(server: &Server, many: &str, slow: &str) {
    let shop = Shop::with_orders();
    let connection = |port: u16| server.connection().replace(&server.port.to_string(), &port.to_string());
    let source = |port: u16, query: &str| format!("connection = \"{}\"\nquery = '{query}'", connection(port));
    let quiet = quiet_after(Some(server.port), 1 << 20);
    let what = ["the database was silent for 2 seconds after ", "rows"];
    let took = refused(
        &shop,
        &source(quiet, many),
        "silence_seconds = 2",
        &what,
        "`silence_seconds` under [connections]",
    );
    assert!((2..30).contains(&took.as_secs()), "{took:?}");
    // In the midst of being asked what there is.
    let quiet = quiet_after(Some(server.port), 2000);
    refused(&shop, &source(quiet, many), "silence_seconds = 2\nconnect_seconds = 2", &["2 seconds"], "");
    // Slow is not silent: all of it takes longer than any silence may.
    shop.configure(
        &source(quiet_after(Some(server.port), u64::MAX), slow),
        &format!("{COLUMNS}\n[connections]\nsilence_seconds = 2\n"),
    );
    let began = Instant::now();
    let report = shop.with_password(&["import", "--format", "json"]).json();
    assert_eq!(rows_read(&report), 8);
    assert!(began.elapsed() > Duration::from_secs(4));
}

#[test]
fn a_postgresql_that_goes_silent() {
    let Some(server) = postgres() else { return };
    let query = |rows: u32, more: &str| {
        format!(
            "select i as \"order\", i as customer, timestamp $$2024-05-01$$ + i * interval $$1 second$$ as \"date\", \
             1 as product, 1 as quantity, 1 as price, repeat(i::text || $$ $$, 5000) as note {more} \
             from generate_series(1, {rows}) i"
        )
    };
    // Rows of this size are not held back until there are more.
    let (many, slow) = (query(2_000, ""), query(8, ", pg_sleep(0.6)"));
    goes_silent(&server, &many, &slow);
    if let Some(driver) = adbc::driver("postgresql") {
        let shop = Shop::with_orders();
        let quiet = quiet_after(Some(server.port), 1 << 20);
        let uri = format!(
            "adbc:{}?uri=postgresql://shop:${{SHOP_DB_PASSWORD}}@127.0.0.1:{quiet}/shop",
            driver.display()
        );
        let source = format!("connection = \"{uri}\"\nquery = '{many}'");
        let what = ["the database was silent for 2 seconds after ", "rows"];
        refused(&shop, &source, "silence_seconds = 2", &what, "`silence_seconds` under [connections]");
    }
}

#[test]
fn a_mariadb_that_goes_silent() {
    let Some(server) = mariadb() else { return };
    let query = |rows: u32, more: &str| {
        format!(
            "select seq as `order`, seq as customer, timestamp(\"2024-05-01\") + interval seq second as `date`, \
             1 as product, 1 as quantity, 1 as price, repeat(concat(seq, \" \"), 9000) as note {more} \
             from seq_1_to_{rows}"
        )
    };
    goes_silent(&server, &query(2_000, ""), &query(8, ", sleep(0.6)"));
}
