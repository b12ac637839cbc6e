//! MariaDB, which speaks MySQL's protocol, on a server of the test's own.

use super::servers::mariadb;
use super::{
    guessed, lost_in_mid_query, memory_of_reading, nobody_answers, opened, orders_as_sql, refusals,
    same_as_csv, shown, traced,
};
use crate::support::{COLUMNS, Shop};

const ANSI: &str = "set sql_mode = 'ANSI_QUOTES'; ";

#[test]
fn the_same_orders_from_csv_and_from_mariadb_make_the_same_store() {
    let Some(server) = mariadb() else { return };
    server.run(&(ANSI.to_owned() + &orders_as_sql()));
    server.run(
        "create table members (customer varchar(9), joined date); \
         insert into members values ('C01', '2024-01-01'), ('C02', '2024-01-02'); \
         create view slow as select count(*) as customer from seq_1_to_1000000 a, seq_1_to_1000000 b \
           where a.seq % 7 = b.seq % 11",
    );
    let connection = server.connection();
    same_as_csv(&connection);
    traced(&connection);
    guessed(&connection);
}

#[test]
fn types_of_mariadb() {
    let Some(server) = mariadb() else { return };
    server.run(
        "set sql_mode = ''; set time_zone = '+09:00'; \
         create table t (i1 tinyint(1), i8 bigint, u8 bigint unsigned, f float, d double, n decimal(30, 10), y year, \
           b bit(10), t datetime(2), tz timestamp, day date, clock time, s varchar(20), \
           bin varchar(20) collate utf8mb4_bin, e enum('gut', '좋아'), st set('a', 'b'), j json, raw varbinary(4), \
           txt longtext, nothing int); \
         insert into t values (9, -5, 18446744073709551615, 1.5, 0.1, 12345678901234567890.1234567890, 2024, b'1000000001', \
           '2024-05-01 09:30:00.25', '2024-05-01 09:30:00', '2024-02-29', '09:30:00', '김', 'aB', '좋아', 'a,b', \
           '{\"a\": 1}', x'00ff', 'long', null), \
           (null, null, null, null, null, null, null, null, '0000-00-00', null, '2024-00-15', null, '', null, null, \
           null, null, null, null, null)",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let connection = format!("mariadb://shop@127.0.0.1:{}/shop", server.port);
    let seen = shown(&opened(&connection, folder.path(), "t"));
    assert_eq!(
        seen[0],
        [
            "i1: Int64",
            "i8: Int64",
            "u8: UInt64",
            "f: Float64",
            "d: Float64",
            "n: Utf8",
            "y: Int64",
            "b: UInt64",
            "t: Timestamp(µs)",
            "tz: Timestamp(µs, \"UTC\")",
            "day: Date32",
            "clock: Utf8",
            "s: Utf8",
            "bin: Utf8",
            "e: Utf8",
            "st: Utf8",
            "j: Utf8",
            "raw: Utf8",
            "txt: Utf8",
            "nothing: Int64",
        ]
    );
    assert_eq!(
        seen[1],
        [
            "9",
            "-5",
            "18446744073709551615",
            "1.5",
            "0.1",
            "12345678901234567890.1234567890",
            "2024",
            "513",
            "2024-05-01T09:30:00.250",
            "2024-05-01T00:30:00Z",
            "2024-02-29",
            "09:30:00",
            "김",
            "aB",
            "좋아",
            "a,b",
            "{\"a\": 1}",
            "00ff",
            "long",
            "-",
        ]
    );
    // No date is missing; a day that no calendar has is an impossible one.
    assert_eq!(seen[2][8..12], ["-", "-", "0001-01-01", "-"]);
}

#[test]
fn mariadb_refuses() {
    let Some(server) = mariadb() else { return };
    server.run(&(ANSI.to_owned() + &orders_as_sql()));
    server.run("create user spy@'%' identified by 'geheimnis'; grant select on shop.* to spy@'%'");
    refusals(&server);

    // What the check of the text lets through, the transaction does not.
    server.run("create function spoil() returns int begin delete from orders; return 1; end");
    server.run("grant execute on shop.* to shop@'%'");
    let shop = Shop::new();
    let source =
        format!("connection = \"{}\"\nquery = \"select spoil(), o.* from orders o\"", server.connection());
    let answer = shop.import_database(&source, COLUMNS);
    answer.refuses(&["READ ONLY transaction"], &[""]);

    nobody_answers(server);
}

#[test]
fn a_mariadb_that_goes_away() {
    let Some(server) = mariadb() else { return };
    let slow = "select seq as `order`, seq as customer, now() as `date`, 1 as product, 1 as quantity, \
        repeat(seq, 100) as price, sleep(0.002) from seq_1_to_1000000";
    let runs = "begin not atomic if not exists (select 1 from information_schema.processlist where user = 'shop' \
        and info like 'select seq as%') then signal sqlstate '45000'; end if; end";
    lost_in_mid_query(server, slow, move |server| server.try_run(runs).is_ok());
}

#[test]
fn reading_mariadb_takes_bounded_memory() {
    let Some(server) = mariadb() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let connection = format!("mysql://shop@127.0.0.1:{}/shop", server.port);
    let rows = 300_000;
    let query = format!("select seq, repeat('x', 1000) as wide from seq_1_to_{rows}");
    let grew = memory_of_reading(&connection, folder.path(), &query, rows);
    assert!(grew < 200, "{grew} MB");
}
