//! SQLite, which is always there.

use std::fs;
use std::path::Path;

use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::servers::blocking;
use dangol_shop::sources::database::{Told, What, open_database};

use super::{guessed, memory_of_reading, opened, orders_as_sql, same_as_csv, shown, told, traced};
use crate::support::{COLUMNS, Shop, rows_of, rows_read};

pub(super) fn database(path: &Path, sql: &str) {
    blocking(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let mut connection = options.connect().await.expect("a database");
        sqlx::raw_sql(AssertSqlSafe(format!("begin; {sql} commit;")))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        connection.close().await.expect("closed");
    });
}

#[test]
fn the_same_orders_from_csv_and_from_sqlite_make_the_same_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    database(&path, &orders_as_sql());
    let connection = format!("sqlite:{}", path.display());
    same_as_csv(&connection);
    traced(&connection);
}

#[test]
fn a_connection_counts_from_the_folder_of_the_shop() {
    let shop = Shop::new();
    database(&shop.root().join("shop.db"), &orders_as_sql());
    let report =
        shop.import_database("connection = \"sqlite:../shop.db\"\ntable = \"main.Orders\"", COLUMNS).json();
    assert_eq!(rows_read(&report), 72);
    let tables = "connection = \"sqlite:../shop.db\"\ntable = [\"orders\", \"orders\"]";
    let report = shop.import_database(tables, COLUMNS).json();
    assert_eq!((rows_read(&report), rows_of(&report, "already_present")), (144, 72), "like two files");
}

#[test]
fn lines_that_differ_in_an_unmapped_column_are_two_lines() {
    let shop = Shop::new();
    let rows = "insert into o values (1, 'A1', 'C1', '2024-05-01 10:00:00', 'P', 1, 5.0), \
        (2, 'A1', 'C1', '2024-05-01 10:00:00', 'P', 1, 5.0);";
    let columns = "\"order\", customer, date, product, quantity, price";
    database(
        &shop.root().join("shop.db"),
        &format!(
            "create table o (id integer primary key, {columns}); {rows} \
             create table keyless (id, {columns}); insert into keyless select * from o;\
             create view mapped as select {columns} from o;"
        ),
    );
    for (table, kept) in [("o", 2), ("keyless", 2), ("mapped", 1)] {
        let source = format!("connection = \"sqlite:../shop.db\"\ntable = \"{table}\"");
        let report = shop.import_database(&source, COLUMNS).json();
        assert_eq!((rows_read(&report), rows_of(&report, "kept")), (2, kept), "{table}: {report:#}");
    }
}

#[test]
fn values_of_sqlite_are_read_as_they_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    database(
        &folder.path().join("t.db"),
        "create table t (a integer, b real, c text, d blob, e); \
         insert into t values (17850, 17850.0, '007', x'00ff', '2024-05-01'), (null, 0.1, '', null, 12), \
         ('many', 1e20, '김', x'', 2.5);",
    );
    assert_eq!(
        shown(&opened("sqlite:t.db", folder.path(), "t")),
        [
            ["a: Utf8", "b: Utf8", "c: Utf8", "d: Utf8", "e: Utf8"],
            ["17850", "17850", "007", "00ff", "2024-05-01"],
            ["-", "0.1", "", "-", "12"],
            ["many", "100000000000000000000", "김", "", "2.5"],
        ]
    );
}

#[test]
fn text_that_is_no_utf8_goes_to_the_quarantine() {
    let shop = Shop::new();
    let sql = orders_as_sql() + "update orders set customer = cast(x'b1e8' as text) where id = 3;";
    database(&shop.root().join("shop.db"), &sql);
    let report =
        shop.import_database("connection = \"sqlite:../shop.db\"\ntable = \"orders\"", COLUMNS).json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept"), rows_of(&report, "quarantined")), (72, 71, 1));
    let bad = shop.sql("select reason, line from quarantine");
    assert_eq!(bad, [json!({ "reason": "bad_encoding", "line": 4 })]);
}

#[test]
fn numbers_and_texts_follow_the_decimal_mark() {
    let shop = Shop::new();
    database(
        &shop.root().join("shop.db"),
        "create table o (o, c, d, p, q, price); \
         insert into o values ('1', 'A', '2024-05-01 10:00:00', 'P', 1, '1.234,50'), \
         ('2', 'B', '2024-05-02 10:00:00', 'P', 2, 7.25);",
    );
    let columns = "[sources.order_lines.columns]\norder_id = \"o\"\ncustomer_id = \"c\"\nordered_at = \"d\"\n\
        quantity = \"q\"\nunit_price = \"price\"\n";
    let source = "connection = \"sqlite:../shop.db\"\ntable = \"o\"\ndecimal = \",\"";
    assert_eq!(rows_of(&shop.import_database(source, columns).json(), "kept"), 2);
    assert_eq!(shop.value("select sum(net_revenue) from order_lines"), json!(1249.0));
}

#[test]
fn further_tables_come_from_databases_too() {
    let shop = Shop::with_orders();
    database(
        &shop.root().join("crm.db"),
        "create table people (id, born, boots, extra, shoe); \
         insert into people values ('C01', '1990-04-01', 41, 'x', 1), ('C02', null, 38.5, 'y', 2); \
         create table ads (month, Offline, Online); insert into ads values ('2024-01', 10, 20.5);",
    );
    let sections = format!(
        "{COLUMNS}\n[sources.customers]\nconnection = \"sqlite:../crm.db\"\ntable = \"people\"\n\
         attributes = {{ boots = \"boots\" }}\ncolumns = {{ customer_id = \"id\", birth_date = \"born\" }}\n\
         expressions = {{ region = \"upper(extra)\" }}\n\
         [sources.marketing_spend]\nconnection = \"sqlite:../crm.db\"\nquery = \"select * from ads\"\n\
         columns = {{ period = \"month\", channel = \"channel\", spend = \"spend\" }}\n\
         unpivot = {{ columns = [\"Offline\", \"Online\"], name = \"channel\", value = \"spend\" }}\n"
    );
    shop.configure("path = \"../good.csv\"", &sections);
    let report = shop.import().json();
    let files: Vec<_> =
        report["sources"].as_array().expect("sources").iter().map(|it| &it["files"][0]).collect();
    assert_eq!(files[1]["query"], "SELECT \"id\", \"born\", \"boots\", \"extra\" FROM \"main\".\"people\"");
    assert_eq!((&files[2]["query"], &files[2]["format"]), (&json!("select * from ads"), &json!("sqlite")));
    assert_eq!(files[0]["query"], json!(null));
    assert_eq!(
        shop.sql("select customer_id, birth_date, region, boots from customers order by 1"),
        [
            json!({ "customer_id": "C01", "birth_date": "1990-04-01", "region": "X", "boots": 41.0 }),
            json!({ "customer_id": "C02", "birth_date": null, "region": "Y", "boots": 38.5 })
        ]
    );
    assert_eq!(shop.value("select sum(spend) from marketing_spend"), json!(30.5));
    // The record names all three, each with its hash.
    let manifest = shop.folder().join("store");
    let current = fs::read_to_string(manifest.join("CURRENT")).expect("a snapshot");
    let manifest =
        fs::read(manifest.join("snapshots").join(current.trim()).join("manifest.json")).expect("it");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let inputs = manifest["inputs"].as_array().expect("inputs");
    assert!(
        inputs.len() == 3 && inputs.iter().all(|it| it["blake3"].as_str().is_some_and(|it| it.len() == 64))
    );
}

#[test]
fn init_finds_the_orders_among_the_tables() {
    let shop = Shop::new();
    // A view that asks for a table which is gone, and one that never ends.
    let members = "create table members (customer, joined); insert into members values ('C01', '2024-01-01'), \
        ('C02', '2024-01-02'); create view broken as select id from members_old; \
        create view slow as with recursive n(i) as (select 1 union all select i + 1 from n) \
        select count(*) as customer from n;";
    database(&shop.root().join("shop.db"), &(orders_as_sql() + members));
    guessed(&format!("sqlite:{}", shop.root().join("shop.db").display()));
    // Files may stand beside it; what holds most of an order line is taken.
    shop.write("few.csv", "customer,date\nC01,2024-01-01\nC01,2024-01-02\n");
    let both = shop.dangol(&["init", "few.csv", "sqlite:shop.db", "--force"]).succeeds().out;
    assert!(both.contains("shop.db#orders: SQLite") && both.contains("left aside: few.csv"), "{both}");
    // Relative paths are written as seen from the shop's folder.
    shop.init("sqlite:shop.db").succeeds();
    let text = fs::read_to_string(shop.toml()).expect("shop.toml");
    assert!(text.contains("connection = \"sqlite:../shop.db\""), "{text}");
    assert_eq!(rows_read(&shop.import().json()), 72);
}

#[test]
fn init_looks_at_fifty_tables() {
    let shop = Shop::new();
    let more: String = (0..60).map(|at| format!("create table z{at:02} (a); ")).collect();
    database(&shop.root().join("shop.db"), &(orders_as_sql() + &more));
    let told = shop.init("sqlite:shop.db").succeeds().out;
    assert_eq!(told.matches("left aside").count(), 60, "{told}");
    assert!(told.contains("#z59 (") && told.contains("only the first 50 tables are looked at"), "{told}");
    assert_eq!(told.matches("only the first 50").count(), 11, "{told}");
}

#[test]
fn init_refuses_a_password_and_does_not_repeat_it() {
    let shop = Shop::new();
    for written in ["postgres://shop:geheim@127.0.0.1/shop", "mysql://127.0.0.1/shop?password=geheim"] {
        let answer = shop.init(written);
        answer.refuses(&["the connection holds a password"], &["${SHOP_DB_PASSWORD}"]);
        super::no_secret(&answer, "geheim");
    }
    shop.init("postgre://shop@127.0.0.1/shop")
        .refuses(&["its scheme is not known"], &["postgres://user@host"]);
    assert!(!shop.toml().exists());
}

#[test]
fn it_does_not_matter_whether_the_caller_is_within_a_runtime() {
    let folder = tempfile::tempdir().expect("a folder");
    database(&folder.path().join("t.db"), "create table t (a); insert into t values (1);");
    let seen = blocking(async { shown(&opened("sqlite:t.db", folder.path(), "t")) });
    assert_eq!(seen, [["a: Utf8"], ["1"]]);
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    database(&folder.path().join("t.db"), "create table t (a, b); insert into t values (1, 2);");
    let told = Told {
        password_file: None,
        ..told("sqlite:t.db", folder.path(), What::Query("select a, b as a, a from t"))
    };
    let table = open_database(&told).expect("opened").pop().expect("a result");
    assert_eq!(shown(&table), [["a: Utf8", "a_2: Utf8", "a_3: Utf8"], ["1", "2", "1"]]);
    // Some of the columns, in another order.
    let batch = table.read_columns(&[2, 1]).expect("a reader").next().expect("rows").expect("rows").rows;
    assert_eq!(
        batch.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(),
        ["a_3", "a_2"]
    );
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    database(&shop.root().join("shop.db"), &orders_as_sql());
    shop.write(
        "text.db",
        "order,customer\nsome,text that is long enough to be no header of a database at all\n",
    );
    let refused = |source: &str| shop.import_database(source, COLUMNS);
    refused("connection = \"sqlite:../shp.db\"\ntable = \"orders\"")
        .refuses(&["no such file", "shp.db"], &["did you mean", "shop.db"]);
    refused("connection = \"sqlite:../text.db\"\ntable = \"orders\"")
        .refuses(&["it is not a SQLite database"], &["`path`"]);
    refused("connection = \"sqlite:../shop.db\"\ntable = \"order\"")
        .refuses(&["no table ‘order’"], &["did you mean `orders`?"]);
    refused("connection = \"sqlite:../shop.db\"\nquery = \"select buyer from orders\"")
        .refuses(&["no such column: buyer"], &["orders: id, order, customer"]);
    refused("connection = \"sqlite:../shop.db\"\nquery = \"select * from ordrs\"")
        .refuses(&["no table ‘ordrs’"], &["did you mean `orders`?"]);
    refused("connection = \"sqlite:../shop.db\"\ntable = \"orders\"\nwhere = \"id <\"")
        .refuses(&["refuses the query", "syntax"], &[""]);
    refused("path = \"../shop.db\"").refuses(&["looks like a SQLite database"], &["`connection = \"sqlite:"]);
    shop.is_whole(&before);
}

#[test]
fn reading_takes_bounded_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    database(&folder.path().join("t.db"), "create table t (a);");
    let rows = 300_000;
    let query = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) \
         select i, printf('%.1000c', 'x') as wide from n"
    );
    // 300 MB of text.
    let grew = memory_of_reading("sqlite:t.db", folder.path(), &query, rows);
    assert!(grew < 200, "{grew} MB");
}

#[test]
fn init_joins_lines_with_their_orders_in_a_query() {
    let shop = Shop::new();
    database(
        &shop.root().join("shop.db"),
        &(orders_as_sql()
            + "create table \"order items\" as select id as id, \"order\" as order_id, product as product_id, quantity, \
               price as unit_price, 'paid' as status, 'as usual' as remark from orders; \
               create table sales as select \"order\" as order_id, customer as customer_id, \"date\" as created_at, \
               'completed' as status from orders group by \"order\"; drop table orders; \
               alter table sales rename to \"orders\";"),
    );
    let told = shop.dangol(&["init", "sqlite:shop.db"]).succeeds();
    let text = std::fs::read_to_string(shop.toml()).expect("it is written");
    // What is mapped, and what tells the lines apart.
    let of_lines = ["id", "order_id", "product_id", "quantity", "unit_price", "status"];
    let query = text.lines().find(|line| line.contains("SELECT ")).unwrap_or_default();
    assert!(of_lines.iter().all(|column| query.contains(&format!("l.\"{column}\""))), "{query}");
    assert!(!query.contains("l.*") && !query.contains("remark"), "{query}");
    assert!(
        query.contains("o.\"customer_id\", o.\"created_at\"")
            && text.contains("FROM \"order items\" l LEFT JOIN \"orders\" o"),
        "{told}\n{text}"
    );
    assert!(!text.contains("[[sources.order_lines.joins]]"), "{text}");
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72), "{text}");
    assert_eq!(shop.count("select count(distinct customer_id) from order_lines"), 12);
}
