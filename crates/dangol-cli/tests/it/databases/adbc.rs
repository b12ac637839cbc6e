//! ADBC drivers: those of SQLite and PostgreSQL, from their Python wheels, stand for the others.

use std::path::{Path, PathBuf};

use dangol_shop::sources::database::{What, open_database};

use super::servers::{PASSWORD, postgres};
use super::{no_secret, nothing_secret_in, orders_as_sql, same_as_csv, shown, sqlite, told, traced};
use crate::support::{Answer, COLUMNS, Shop, rows_of, rows_read};

/// A driver's library; none where the packages are not installed.
pub(super) fn driver(name: &str) -> Option<PathBuf> {
    let packages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../test-python/lib");
    let versions = std::fs::read_dir(&packages).into_iter().flatten().flatten();
    let library = format!("site-packages/adbc_driver_{name}/libadbc_driver_{name}.so");
    let found = versions.map(|version| version.path().join(&library)).find(|path| path.exists());
    if found.is_none() {
        let required = std::env::var_os("DANGOL_TEST_PYTHON").is_some_and(|value| value == "required");
        assert!(!required, "no ADBC drivers installed: `make setup-python`");
        println!("skipped: no ADBC drivers installed");
    }
    found.map(|path| path.canonicalize().expect("its path"))
}

#[test]
fn the_same_orders_by_the_driver_of_sqlite() {
    let Some(driver) = driver("sqlite") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    sqlite::database(&path, &orders_as_sql());
    let connection = format!("adbc:{}?uri=file:{}", driver.display(), path.display());
    same_as_csv(&connection);
    traced(&connection);
    // By the name of its library, where the system finds it; and what init makes of it.
    let shop = Shop::new();
    let by_name = format!("adbc:adbc_driver_sqlite?uri=file:{}", path.display());
    let with_path = |arguments: &[&str]| {
        let mut command = shop.command(arguments);
        command.env("LD_LIBRARY_PATH", driver.parent().expect("its folder"));
        Answer::of(command)
    };
    with_path(&["init", &by_name]).succeeds();
    let text = std::fs::read_to_string(shop.toml()).expect("it is written");
    assert!(
        text.contains(&format!("connection = \"{by_name}\"")) && text.contains("table = \"orders\""),
        "{text}"
    );
    let report = with_path(&["import", "--format", "json"]).json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72));
    assert_eq!(report["sources"][0]["files"][0]["format"], "adbc");
    // The next table has 200,000 rows: more than one batch.
    sqlite::database(
        &path,
        "create table many as with recursive n (i) as (select 1 union all select i + 1 from n where i < 200000) \
         select i, 'x' || i as t from n;",
    );
    let mut one = told(&connection, folder.path(), What::Query("select * from many"));
    one.password_file = None;
    let table = open_database(&one).expect("opened").pop().expect("a table");
    let batches: Vec<_> = table.read().expect("a reader").map(|batch| batch.expect("rows")).collect();
    assert!(batches.iter().all(|batch| batch.rows.num_rows() <= dangol_shop::sources::BATCH_ROWS));
    let lines: Vec<u64> = batches.iter().flat_map(|batch| batch.lines.clone()).collect();
    assert!(lines.iter().copied().eq(1..=200_000), "each row once, in order");
}

#[test]
fn values_of_the_driver_of_postgresql_and_no_password() {
    let Some(driver) = driver("postgresql") else { return };
    let Some(server) = postgres() else { return };
    server.run(&orders_as_sql());
    server.run("create user reader password 'x'; grant select on orders to shop;");
    server.run(
        "create table t (a bigint, b double precision, c numeric(20, 5), d date, e timestamp, f timestamptz, \
         g boolean, h bytea, i text[], j jsonb); insert into t values (1, 0.5, 12345678901234.5, '2024-05-01', \
         '2024-05-01 10:00', '2024-05-01 10:00+02', true, '\\x00ff', '{a,b}', '{\"k\": 1}'), (null, null, null, null, \
         null, null, null, null, null, null); grant select on t to shop;",
    );
    let address = |password: &str, user: &str| {
        format!("adbc:{}?uri=postgresql://{user}:{password}@127.0.0.1:{}/shop", driver.display(), server.port)
    };
    let connection = address("${SHOP_DB_PASSWORD}", "shop");
    same_as_csv(&connection);
    traced(&connection);

    let folder = tempfile::tempdir().expect("a folder");
    let passwords = folder.path().join("pgpass");
    std::fs::write(&passwords, "*:*:*:reader:x\n").expect("written");
    std::fs::set_permissions(&passwords, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("only mine");
    let plain = format!(
        "adbc:{}?uri=postgresql://reader@127.0.0.1:{}/shop%3Fpassfile={}",
        driver.display(),
        server.port,
        passwords.display()
    );
    server.run("grant select on t to reader");
    let mut one =
        told(&plain, folder.path(), What::Query("select a, b, c, d, e, f, g, i, j from t order by a"));
    one.password_file = None;
    let table = open_database(&one).expect("opened").pop().expect("a table");
    let shown = shown(&table);
    assert_eq!(shown[0][..2], ["a: Int64", "b: Float64"]);
    assert_eq!(shown[1][..4], ["1", "0.5", "12345678901234.50000", "2024-05-01"]);
    assert!(
        shown[1][4].starts_with("2024-05-01T10:00:00") && shown[1][5].starts_with("2024-05-01T08:00:00"),
        "{shown:?}"
    );
    assert!(shown[2].iter().all(|cell| cell == "-"), "{shown:?}");
    // Bytes that are no text come in hexadecimal, those that are one as it.
    let query = "select h from t union all select '김'::bytea order by h";
    let mut bytes = told(&plain, folder.path(), What::Query(query));
    bytes.password_file = None;
    let table = open_database(&bytes).expect("opened").pop().expect("a table");
    assert_eq!(super::shown(&table), [["h: Utf8"], ["00ff"], ["김"], ["-"]]);

    let shop = Shop::with_orders();
    let before = shop.answers();
    let refused = |source: &str, password: &str, what: &[&str], hint: &str| {
        shop.configure(source, COLUMNS);
        let mut command = shop.command(&["import"]);
        command.env("SHOP_DB_PASSWORD", password);
        let answer = Answer::of(command);
        no_secret(&answer, password);
        answer.refuses(what, &[hint]);
        shop.is_whole(&before);
    };
    let table = |name: &str| format!("connection = \"{connection}\"\ntable = \"{name}\"");
    let query = |sql: &str| format!("connection = \"{connection}\"\nquery = \"{sql}\"");
    refused(&table("orders"), "wr0ng+pass word", &["password authentication failed"], "");
    refused(&table("ordrs"), PASSWORD, &["no table ‘ordrs’"], "did you mean `orders`?");
    refused(&query("select buyer from orders"), PASSWORD, &["refuses the query", "buyer"], "query");
    nothing_secret_in(&shop.folder());
}

#[test]
fn a_driver_that_is_not_there() {
    let shop = Shop::new();
    for (name, told) in [("nosuchdriver", "nosuchdriver"), ("/nowhere/libx.so", "/nowhere/libx.so")] {
        shop.configure(&format!("connection = \"adbc:{name}?uri=x\"\ntable = \"orders\""), COLUMNS);
        shop.dangol(&["import"]).refuses(&["the ADBC driver", told, "can't be loaded"], &["pip install"]);
    }
    shop.configure(
        "connection = \"adbc:snowflake?username=me&password=geheim\"\ntable = \"orders\"",
        COLUMNS,
    );
    let answer = shop.dangol(&["import"]);
    assert!(
        answer.code == 1 && answer.err.contains("holds a password") && !answer.err.contains("geheim"),
        "{answer}"
    );
}
