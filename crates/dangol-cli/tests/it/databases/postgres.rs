//! PostgreSQL, on a server of the test's own.

use super::servers::postgres;
use super::{
    guessed, lost_in_mid_query, memory_of_reading, nobody_answers, opened, orders_as_sql, refusals,
    same_as_csv, shown, traced,
};
use crate::support::{Answer, COLUMNS, Shop, rows_read};

const MEMBERS: &str = "create table members (customer text, joined date); \
    insert into members values ('C01', '2024-01-01'), ('C02', '2024-01-02'); \
    create view slow as select pg_sleep(60)::text as customer;";

#[test]
fn the_same_orders_from_csv_and_from_postgresql_make_the_same_store() {
    let Some(server) = postgres() else { return };
    server.run(&orders_as_sql());
    server.run(MEMBERS);
    let connection = server.connection();
    // The password comes from the environment, here also to this process.
    same_as_csv(&connection);
    traced(&connection);
    guessed(&connection);

    // PostgreSQL's own variable.
    let shop = Shop::new();
    let source =
        format!("connection = \"postgres://shop@127.0.0.1:{}/shop\"\ntable = \"public.orders\"", server.port);
    shop.configure(&source, COLUMNS);
    let mut command = shop.command(&["import", "--format", "json"]);
    command.env("PGPASSWORD", super::PASSWORD);
    assert_eq!(rows_read(&Answer::of(command).json()), 72);
}

#[test]
fn types_of_postgresql() {
    let Some(server) = postgres() else { return };
    server.run(
        "create type mood as enum ('gut', '좋아'); create domain won as numeric(20, 0); \
         create table t (i2 smallint, i8 bigint, f4 real, f8 double precision, n numeric, w won, b boolean, \
           t timestamp, tz timestamptz, d date, s text, c char(3), u uuid, j jsonb, m mood, y bytea, a int[], \
           iv interval, ip inet, nothing text); \
         insert into t values (-7, 9223372036854775807, 1.5, 0.1, 12345678901234567890.1234567890, \
           12345678901234567890, true, '2024-05-01 09:30:00.25', '2024-05-01 09:30:00+09', '2024-02-29', '김', 'a', \
           'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"a\": 1}', '좋아', '\\x00ff', '{1,2}', '1 day', '10.0.0.1', null), \
           (null, null, 'NaN', 'Infinity', 'NaN', null, false, 'infinity', '-infinity', '0044-03-15 BC', '', null, \
           null, null, null, null, null, null, null, null)",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let connection = format!("postgres://shop@127.0.0.1:{}/shop", server.port);
    let seen = shown(&opened(&connection, folder.path(), "t"));
    assert_eq!(
        seen[0],
        [
            "i2: Int64",
            "i8: Int64",
            "f4: Float64",
            "f8: Float64",
            "n: Utf8",
            "w: Utf8",
            "b: Boolean",
            "t: Timestamp(µs)",
            "tz: Timestamp(µs, \"UTC\")",
            "d: Date32",
            "s: Utf8",
            "c: Utf8",
            "u: Utf8",
            "j: Utf8",
            "m: Utf8",
            "y: Utf8",
            "a: Utf8",
            "iv: Utf8",
            "ip: Utf8",
            "nothing: Utf8",
        ]
    );
    assert_eq!(
        seen[1],
        [
            "-7",
            "9223372036854775807",
            "1.5",
            "0.1",
            "12345678901234567890.1234567890",
            "12345678901234567890",
            "true",
            "2024-05-01T09:30:00.250",
            "2024-05-01T00:30:00Z",
            "2024-02-29",
            "김",
            "a  ",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "{\"a\": 1}",
            "좋아",
            "\\x00ff",
            "{1,2}",
            "1 day",
            "10.0.0.1",
            "-",
        ]
    );
    // What no shop's calendar has comes out as a day that the import calls impossible.
    assert_eq!(
        seen[2][..10],
        [
            "-",
            "-",
            "NaN",
            "inf",
            "NaN",
            "-",
            "false",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01"
        ]
    );
}

#[test]
fn postgresql_refuses() {
    let Some(server) = postgres() else { return };
    server.run(&orders_as_sql());
    server.run("create user spy password 'geheimnis'; grant select on orders to spy");
    refusals(&server);

    // What the check of the text lets through, the transaction does not.
    server.run("create function spoil() returns int language sql as 'delete from orders returning 1'");
    server.run("grant delete on orders to shop");
    let shop = Shop::new();
    let source =
        format!("connection = \"{}\"\nquery = \"select spoil(), o.* from orders o\"", server.connection());
    let answer = shop.import_database(&source, COLUMNS);
    answer.refuses(&["read-only transaction"], &[""]);
    server
        .run("do $$ begin if (select count(*) from orders) <> 72 then raise 'rows are gone'; end if; end $$");

    // A table that is there, and not for everybody.
    server.run("create schema inner_life; create table inner_life.notes (a int)");
    let table = |name: &str| format!("connection = \"{}\"\ntable = \"{name}\"", server.connection());
    let answer = shop.import_database(&table("inner_life.notes"), COLUMNS);
    answer.refuses(&["no table ‘inner_life.notes’"], &["its tables are"]);
    server.run("grant usage on schema inner_life to shop; grant select on inner_life.notes to shop");
    let answer = shop.import_database(&table("notes"), COLUMNS);
    answer.refuses(&["no table ‘notes’"], &["did you mean `inner_life.notes`?"]);

    // The server's certificate is its own: encryption is there, trust is not, unless it is named.
    let encrypted = |parameters: &str| {
        format!("connection = \"{}?{parameters}\"\ntable = \"orders\"", server.connection())
    };
    assert_eq!(rows_read(&shop.import_database(&encrypted("sslmode=require"), COLUMNS).json()), 72);
    let answer = shop.import_database(&encrypted("sslmode=verify-full"), COLUMNS);
    answer.refuses(&["no secure connection", "certificate"], &["sslrootcert"]);
    let trusted = encrypted(&format!("sslmode=verify-full&sslrootcert={}", server.certificate().display()));
    assert_eq!(rows_read(&shop.import_database(&trusted, COLUMNS).json()), 72);

    nobody_answers(server);
}

#[test]
fn a_postgresql_that_goes_away() {
    let Some(server) = postgres() else { return };
    let slow = "select i as \"order\", i as customer, now() as \"date\", 1 as product, 1 as quantity, \
        repeat(i::text, 100) as price, pg_sleep(0.002) from generate_series(1, 1000000) i";
    let runs = "do $$ begin if not exists (select 1 from pg_stat_activity where usename = ''shop'' \
        and query like ''select i as%'') then raise ''not yet''; end if; end $$"
        .replace("''", "'");
    lost_in_mid_query(server, slow, move |server| server.try_run(&runs).is_ok());
}

#[test]
fn reading_postgresql_takes_bounded_memory() {
    let Some(server) = postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let connection = format!("postgres://shop@127.0.0.1:{}/shop", server.port);
    let rows = 300_000;
    let query = format!("select i, repeat('x', 1000) as wide from generate_series(1, {rows}) i");
    let grew = memory_of_reading(&connection, folder.path(), &query, rows);
    assert!(grew < 200, "{grew} MB");
}
