//! Compressed files and archives.

use std::fs;
use std::io::{Cursor, Write as _};

use serde_json::Value;

use crate::support::{COLUMNS, HEADER, Shop, good_orders, quarantined, rows_of, rows_read, source};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("packed");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Names, packings and rows of the files that were read.
fn files(report: &Value) -> Vec<(&str, &str, u64)> {
    let files = source(report)["files"].as_array().expect("files").iter();
    files
        .map(|file| {
            let text = |key: &str| file[key].as_str().unwrap_or_default();
            assert!(text("path").ends_with(text("name")), "{file}");
            assert_eq!(text("blake3").len(), 64, "{file}");
            (text("name"), text("packing"), file["rows_read"].as_u64().expect("rows"))
        })
        .collect()
}

/// The good orders, three thousand times over with other order ids: too much for one read.
fn many_orders() -> String {
    let mut text = format!("{HEADER}\n");
    for copy in 0..300 {
        for line in good_orders().lines().skip(1) {
            text.push_str(&format!("{copy}-{line}\n"));
        }
    }
    text
}

#[test]
fn packed_orders_are_the_orders() {
    let plain = Shop::with_orders().answers();
    let orders = good_orders();
    let korean = encoding_rs::EUC_KR.encode(&orders.replace("P1,", "기저귀,")).0.into_owned();
    for (name, bytes, packing) in [
        ("orders.csv.gz", gzip(orders.as_bytes()), "gzip"),
        ("orders.csv", gzip(orders.as_bytes()), "gzip"),
        ("orders.csv.zst", zstd::encode_all(orders.as_bytes(), 3).expect("packed"), "zstd"),
        ("orders.tsv.gz", gzip(orders.replace(',', "\t").as_bytes()), "gzip"),
        ("orders.zip", zip(&[("orders.csv", orders.as_bytes())]), "zip"),
        ("korean.gz", gzip(&korean), "gzip"),
    ] {
        let shop = Shop::new();
        shop.write(name, bytes);
        shop.configure(&format!("path = \"../{name}\""), COLUMNS);
        let report = shop.import().json();
        assert_eq!((rows_read(&report), rows_of(&report, "kept")), (72, 72), "{name}");
        let read = files(&report);
        let wanted = if packing == "zip" { "orders.zip/orders.csv" } else { name };
        assert_eq!(read, [(wanted, packing, 72)]);
        if name != "korean.gz" {
            assert_eq!(shop.answers(), plain, "{name}");
        }
        let again = shop.dangol(&["import"]).succeeds();
        assert!(again.out.contains("changed"), "the same file again: {again}");
        let printed = shop.dangol(&["quality"]).succeeds().out;
        assert!(printed.contains(packing), "{printed}");
    }
}

#[test]
fn init_proposes_packed_files() {
    let orders = good_orders();
    let customers = "customer,name,joined\nC00,Kim,2024-01-01\nC01,Lee,2024-01-02\nC02,Ahn,2024-01-03\n";
    let archive = |members: &[(&str, &[u8])]| zip(members);
    for (name, bytes, path) in [
        ("orders.csv.gz", gzip(orders.as_bytes()), "path = \"../orders.csv.gz\""),
        (
            "all.zip",
            archive(&[("a.csv", orders.as_bytes()), ("b.csv", orders.replace("O0", "N0").as_bytes())]),
            "path = \"../all.zip\"",
        ),
        (
            "mixed.zip",
            archive(&[
                ("2024/orders.csv", orders.as_bytes()),
                ("customers.csv", customers.as_bytes()),
                ("read.pdf", b"%PDF"),
            ]),
            "path = \"../mixed.zip/2024/orders.csv\"",
        ),
    ] {
        let shop = Shop::new();
        shop.write(name, bytes);
        let printed = shop.init(name).succeeds().out;
        let toml = fs::read_to_string(shop.toml()).expect("shop.toml");
        assert!(toml.contains(path) && toml.contains("customer_id = \"customer\""), "{toml}");
        let report = shop.import().json();
        let kept = rows_of(&report, "kept");
        assert_eq!(kept, if name == "all.zip" { 144 } else { 72 }, "{name}");
        if name == "mixed.zip" {
            assert!(
                printed.contains("customers.csv") && printed.contains("read.pdf"),
                "left aside: {printed}"
            );
            assert_eq!(source(&report)["left_out"], serde_json::json!([]), "only what is named is looked at");
        }
    }
}

#[test]
fn an_archive_of_several_months() {
    let shop = Shop::new();
    let months: Vec<String> = (1..=3)
        .map(|month| {
            let lines: String =
                (1..=9).map(|n| format!("{month}-{n},C{n},2024-0{month}-0{n} 10:00,P1,1,5\n")).collect();
            format!("{HEADER}\n{lines}")
        })
        .collect();
    let broken = format!("{}3-10,C1,someday,P1,1,5\n3-11,C1\n", months[2]);
    let member = |name: &'static str, text: &'static str| (name, text.as_bytes());
    let archive = zip(&[
        ("2024/01.csv", months[0].as_bytes()),
        ("2024/02.csv", months[1].replace(',', ";").as_bytes()),
        ("2024/03.csv", broken.as_bytes()),
        member("2024/readme.txt", "These are the orders of the shop.\nAsk Kim about them.\n"),
        member("__MACOSX/2024/._01.csv", "\u{0}\u{5}\u{16}\u{7}"),
    ]);
    shop.write("export.zip", archive);
    shop.configure("path = \"../export.zip\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept"), rows_of(&report, "quarantined")), (29, 27, 2));
    let name = |month: u8| format!("export.zip/2024/0{month}.csv");
    assert_eq!(files(&report), [(&*name(1), "zip", 9), (&*name(2), "zip", 9), (&*name(3), "zip", 11)]);
    assert_eq!((quarantined(&report, "not_a_date"), quarantined(&report, "too_few_fields")), (1, 1));
    let lines = shop.sql("select file, line from quarantine order by line");
    assert_eq!(lines[0]["file"], name(3).as_str());
    let left_out = source(&report)["left_out"].as_array().expect("left out").clone();
    assert_eq!((left_out.len(), &left_out[0]["why"]), (1, &Value::from("not_a_table")));
    let printed = shop.dangol(&["quality"]).succeeds().out;
    assert!(printed.contains("not read:") && printed.contains("readme.txt"), "{printed}");

    // A table of something else.
    shop.write("all.zip", zip(&[("a.csv", months[0].as_bytes()), ("b.csv", b"id,email\nC1,x@y.z\n")]));
    shop.configure("path = \"../all.zip\"", COLUMNS);
    shop.import().refuses(
        &["all.zip/b.csv", "no column `customer`"],
        &["its columns are: id, email", "path = \"all.zip/…\""],
    );
    // One file of the archive, and those that match.
    shop.configure("path = \"../export.zip/2024/01.csv\"", COLUMNS);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 9);
    shop.configure("path = [\"../export.zip/2024/01.csv\", \"../export.zip/*/02.csv\"]", COLUMNS);
    assert_eq!(rows_of(&shop.import().json(), "kept"), 18);
    let before = shop.answers();
    shop.configure("path = \"../export.zip/2024/04.csv\"", COLUMNS);
    shop.import().refuses(&["export.zip", "holds no file ‘2024/04.csv’"], &["did you mean ‘2024/0"]);
    shop.is_whole(&before);
}

#[test]
fn each_file_of_an_archive_has_an_encoding_of_its_own() {
    let line = |order: &str, product: &str| {
        format!("주문번호,고객,일시,상품,가격\n{order},김,2024-01-05 10:00,{product},5\n")
    };
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(line("O3", "기저귀 특대형").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let korean = encoding_rs::EUC_KR.encode(&line("O2", "기저귀 대형")).0.into_owned();
    let archive =
        zip(&[("1.csv", line("O1", "기저귀 소형").as_bytes()), ("2.csv", &korean), ("3.csv", &utf16)]);
    let shop = Shop::new();
    shop.write("export.zip", archive);
    shop.configure(
        "path = \"../export.zip\"",
        "[sources.order_lines.columns]\norder_id = \"주문번호\"\ncustomer_id = \"고객\"\nordered_at = \"일시\"\n\
         product_name = \"상품\"\namount = \"가격\"\n",
    );
    let report = shop.import().json();
    assert_eq!((rows_read(&report), rows_of(&report, "kept")), (3, 3));
    let files = source(&report)["files"].as_array().expect("files").iter();
    let encodings: Vec<&Value> = files.map(|file| &file["encoding"]).collect();
    assert_eq!(encodings, ["UTF-8", "CP949", "UTF-16LE"]);
    let names = shop.sql("select product_name as name from order_lines order by order_id");
    let names: Vec<&Value> = names.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["기저귀 소형", "기저귀 대형", "기저귀 특대형"]);
}

#[test]
fn a_folder_of_packed_and_plain_files() {
    let shop = Shop::new();
    fs::create_dir(shop.root().join("exports")).expect("a folder");
    let month = |month: u8| format!("{HEADER}\nO{month},C{month},2024-0{month}-05 10:00,P1,1,5\n");
    shop.write("exports/1.csv", month(1));
    shop.write("exports/2.csv.gz", gzip(month(2).as_bytes()));
    shop.write(
        "exports/3.zip",
        zip(&[("a.csv", month(3).as_bytes()), ("b.tsv", month(4).replace(',', "\t").as_bytes())]),
    );
    shop.write("exports/4.csv.zst", zstd::encode_all(month(5).as_bytes(), 3).expect("packed"));
    shop.write("exports/backup.sql.gz", gzip(b"drop table orders"));
    shop.configure("path = \"../exports\"", COLUMNS);
    let report = shop.import().json();
    assert_eq!(rows_of(&report, "kept"), 5, "backup.sql.gz is no table by its name");
    let names: Vec<&str> = files(&report).into_iter().map(|file| file.0).collect();
    assert_eq!(names, ["1.csv", "2.csv.gz", "3.zip/a.csv", "3.zip/b.tsv", "4.csv.zst"]);
}

#[test]
fn damaged_archives_and_worse() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let many = many_orders();
    let packed = gzip(many.as_bytes());
    let mut broken = packed.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 60].fill(0xa5);
    let good = good_orders();
    let mut unsafe_name = zip(&[("a.csv", good.as_bytes()), ("bb/x.csv", good.as_bytes())]);
    while let Some(at) = memchr::memmem::find(&unsafe_name, b"bb/x.csv") {
        unsafe_name[at..at + 8].copy_from_slice(b"../x.csv");
    }
    let much = std::io::Read::take(std::io::repeat(b'\n'), 300 << 20);
    let bomb = zstd::encode_all(much, 3).expect("packed");
    let nested = zip(&[("inner.zip", &zip(&[("a.csv", good.as_bytes())]))]);
    let pdf = zip(&[("scan.pdf", b"%PDF-1.7")]);
    let cases: [(&str, &[u8], &[&str], &str); 8] = [
        ("broken.csv.gz", &broken, &["damaged", "gzip"], "nothing of it was imported"),
        ("short.csv.gz", &packed[..packed.len() / 2], &["cut short"], "copy or download it again"),
        (
            "short.zip",
            &zip(&[("a.csv", many.as_bytes())])[..5_000],
            &["damaged", "zip"],
            "copy or download it again",
        ),
        ("climbs.zip", &unsafe_name, &["leads out of it", "../x.csv"], "do not trust"),
        ("bomb.csv.zst", &bomb, &["unpacks to more than 256 MB and 200 times"], "unpack it yourself"),
        ("nested.zip", &nested, &["inner.zip", "packed within a packed file"], "unpack the outer one"),
        ("pdf.zip", &pdf, &["looks like a PDF"], "export the orders"),
        ("orders.7z", b"7z\xbc\xaf\x27\x1c\0\x04....", &["a packed file"], "unpack it first"),
    ];
    for (name, bytes, what, hint) in cases {
        shop.write(name, bytes);
        shop.configure(&format!("path = \"../{name}\""), COLUMNS);
        let what: Vec<&str> = what.iter().copied().chain([name]).collect();
        shop.import().refuses(&what, &[hint]);
        shop.is_whole(&before);
    }
    // A damaged file is the last of several: nothing of the others stays.
    shop.configure("path = [\"../good.csv\", \"../broken.csv.gz\"]", COLUMNS);
    shop.import().refuses(&["broken.csv.gz"], &["nothing of it was imported"]);
    shop.is_whole(&before);
    shop.write("whole.csv.gz", packed);
    shop.configure("path = \"../whole.csv.gz\"", COLUMNS);
    assert_eq!(rows_read(&shop.import().json()), 300 * 72, "the whole file is good");
}

#[test]
fn an_excel_bomb() {
    let shop = Shop::with_orders();
    let before = shop.answers();
    let path = shop.root().join("bomb.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in HEADER.split(',').enumerate() {
        sheet.write(0, column as u16, name).expect("a cell");
    }
    sheet.write(1_048_575, 16_383, "far away").expect("a cell");
    book.save(&path).expect("saved");
    shop.configure("path = \"../bomb.xlsx\"", COLUMNS);
    shop.import().refuses(&["bomb.xlsx", "too large", "million cells"], &["CSV or Parquet"]);
    shop.is_whole(&before);
    shop.dangol(&["init", "bomb.xlsx", "--force"]).refuses(&["bomb.xlsx", "too large"], &["CSV or Parquet"]);
}
