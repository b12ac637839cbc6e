//! JSON lines and lists of JSON records.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn reasons(table: &SourceTable) -> Vec<(u64, &'static str, String)> {
    malformed(table).into_iter().map(|row| (row.line, row.reason.code(), row.raw)).collect()
}

#[test]
fn lines_with_keys_of_their_own() {
    let folder = Folder::new();
    let mut text = "{\"id\":\"001\",\"who\":{\"id\":17850.0,\"tags\":[1, 2]}}\n\n".to_owned();
    for row in 0..70_000 {
        let _ = writeln!(text, "{{\"id\":{row},\"who\":null}}");
    }
    text.push_str("{\"late\":true,\"who\":{\"id\":20241231000000000001}}\n");
    let table = folder.table(&text);
    assert_eq!(table.format.to_string(), "JSON lines, UTF-8");
    assert_eq!(
        table.headers(),
        ["id", "who.id", "who.tags", "who", "late"],
        "a key first seen at the end is a column"
    );
    assert_eq!(table.rows_hint, Some(70_002));
    let all = rows(&table);
    assert_eq!(all.len(), 70_002);
    assert_eq!(all[0], (1, texts(&["001", "17850.0", "[1, 2]", "∅", "∅"])));
    assert_eq!(all[1], (3, texts(&["0", "∅", "∅", "∅", "∅"])));
    assert_eq!(all[70_001], (70_003, texts(&["∅", "20241231000000000001", "∅", "∅", "true"])));
    let chosen = table.read_columns(&[4, 0]).expect("rows").next().expect("a batch").expect("read");
    assert_eq!(chosen.rows.schema().field(0).name(), "late");
    assert_eq!(table.sample(100).expect("a sample").num_rows(), 300);
}

#[test]
fn broken_lines_cost_themselves_only() {
    let folder = Folder::new();
    let mut bytes =
        b"{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\n[1,2]\n{\"a\":3,\"a\":4}\n{\"a\":5,\"b\":\"\xff\"}\n".to_vec();
    bytes = [bytes, "{\"a\":\"물티슈 신생아 기저귀 대형\"}\n".into()].concat();
    bytes.extend(format!("{{\"a\":\"{}\"}}\n", "x".repeat(2_000_000)).bytes());
    bytes.extend(b"{\"a\":6,\"x\":{\"y\":1},\"x.y\":2}\n{\"a\":7,\"b\":\"y\"}");
    let table = folder.table(&bytes);
    assert_eq!(rows(&table).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 6, 9]);
    let found = reasons(&table);
    let codes: Vec<(u64, &str)> = found.iter().map(|(line, code, _)| (*line, *code)).collect();
    assert_eq!(
        codes,
        [
            (2, "bad_json"),
            (3, "bad_json"),
            (4, "repeated_key"),
            (5, "bad_encoding"),
            (7, "too_long"),
            (8, "repeated_key")
        ]
    );
    assert_eq!((found[0].2.as_str(), found[2].2.as_str()), ("{\"a\":2,", "{\"a\":3,\"a\":4}"));
    assert_eq!(table.rows_hint, Some(9));
}

#[test]
fn encodings() {
    let folder = Folder::new();
    let text = "{\"상품\":\"물티슈 신생아\"}\r\n{\"상품\":\"기저귀 대형\"}\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe".as_slice(), &utf16].concat(),
        encoding_rs::EUC_KR.encode(text).0.into_owned(),
        super::packed::gzip(text.as_bytes()),
    ] {
        let table = folder.table(bytes);
        assert_eq!(table.headers(), ["상품"]);
        assert_eq!(rows(&table), [(1, texts(&["물티슈 신생아"])), (2, texts(&["기저귀 대형"]))]);
    }
}

#[test]
fn lists_of_records() {
    let folder = Folder::new();
    let pretty =
        "\n[\n  {\n    \"a\": 1,\n    \"b\": {\"c\": \"},{\\\"\"}\n  },\n  {\"a\": 2}, 5,\n  {\"a\" 3}\n]\n";
    let table = folder.table(pretty);
    assert_eq!(table.format.to_string(), "a list of JSON records, UTF-8");
    assert_eq!(table.headers(), ["a", "b.c"]);
    assert_eq!(rows(&table), [(3, texts(&["1", "},{\""])), (7, texts(&["2", "∅"]))]);
    assert_eq!(reasons(&table), [(7, "bad_json", "5".to_owned()), (8, "bad_json", "{\"a\" 3}".to_owned())]);

    // All on one line, and longer than what is read at once.
    let records: Vec<String> = (0..60_000).map(|row| format!("{{\"a\":{row},\"t\":\"[x\\\\\"}}")).collect();
    let table = folder.table(format!("[{}]", records.join(",")));
    let all = rows(&table);
    assert_eq!((all.len(), all[59_999].clone()), (60_000, (1, texts(&["59999", "[x\\"]))));

    let long = format!("[{{\"a\":1}},\n{{\"a\":\"{}\"}},\n{{\"a\":2}}]", "x".repeat(2_500_000));
    let table = folder.table(long);
    assert_eq!(rows(&table).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3]);
    let found = malformed(&table);
    assert_eq!((found.len(), found[0].line, found[0].reason), (1, 2, MalformedReason::TooLong));
    assert_eq!(found[0].raw.len(), RAW_CHARS);
}

#[test]
fn lists_that_are_broken_and_what_is_no_list_of_records() {
    let folder = Folder::new();
    for (text, line, part) in [
        ("[{\"a\":1},\n{\"a\":2}", 2, "ends before its list"),
        ("[{\"a\":1},\n{\"a\":2", 2, "within a record"),
        ("[{\"a\":1},\n{\"a\":2}\n{\"a\":3}]", 3, "a comma is missing"),
        ("[{\"a\":1},\n,{\"a\":2}]", 2, "a record is missing"),
        ("[{\"a\":1},\n]", 2, "a record is missing"),
        ("[{\"a\":1}]\n{\"a\":2}", 2, "beside the list"),
        ("[{\"a\":1},\n{\"a\":\"open\n}]", 2, "not closed"),
    ] {
        let error = folder.error("a.json", text);
        assert!(
            error.to_string().contains(&format!("line {line}: ")) && error.to_string().contains(part),
            "{error}"
        );
        assert!(error.hint().contains("export it again"));
    }
    for text in ["{\"orders\":[{\"a\":1}]", "[[1,2],[3,4]]", "{\"a\":1,\n\"b\":2}", "[{}]"] {
        let error = folder.error("a.json", text);
        assert!(
            matches!(error, SourceError::NotATable { looks_like: LooksLike::Json, .. }),
            "{text}: {error}"
        );
        assert!(error.hint().contains("one record per line"), "{}", error.hint());
    }
    let keys: Vec<String> = (0..5_000).map(|key| format!("\"day{key}\":1")).collect();
    let error = folder.error("a.jsonl", format!("{{\"a\":1}}\n{{{}}}\n", keys.join(",")));
    assert!(error.to_string().contains("4096 different keys up to line 2"), "{error}");
}

#[test]
fn a_file_that_changes_while_it_is_read() {
    let folder = Folder::new();
    let table = folder.table("{\"a\":1}\n");
    folder.write("table.csv", "{\"a\":1}\n{\"b\":2}\n");
    let error = table.read().expect("rows").find_map(Result::err).expect("an error");
    assert!(error.to_string().contains("changed while it was being read (line 2)"), "{error}");
}

/// All cells, whatever line they are from.
fn cells(table: &SourceTable) -> Vec<Vec<String>> {
    rows(table).into_iter().map(|(_, row)| row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_line_is_a_row_or_malformed(lines in proptest::collection::vec(
        prop_oneof![
            "[a-c]".prop_map(|key| format!("{{\"{key}\":1,\"x\":{{\"{key}\":\"y\"}}}}")),
            "[{}\\[\\]\",:a1 \\\\]{0,12}",
        ], 0..40)
    ) {
        let folder = Folder::new();
        let text = format!("{{\"first\":0}}\n{}\n", lines.join("\n"));
        let table = folder.table(&text);
        let mut found: Vec<u64> = rows(&table).into_iter().map(|(line, _)| line).collect();
        found.extend(malformed(&table).iter().map(|row| row.line));
        found.sort_unstable();
        let filled = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        let wanted: Vec<u64> = filled.map(|(_, number)| number).collect();
        prop_assert_eq!(&found, &wanted);
        let of_lines = cells(&table);
        // The same records as a list, where each of them is one.
        let good: Vec<&str> = text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|v| v.is_object())).collect();
        let list = folder.table(format!("[{}]", good.join(",\n")));
        prop_assert_eq!(cells(&list), of_lines);
    }
}
