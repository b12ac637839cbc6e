use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray, UInt16Array,
    new_null_array,
};
use arrow::datatypes::{DataType, Field, Float64Type, TimestampMicrosecondType};

use super::one_per_key::Chunk;
use super::*;
use crate::tables::{STAGES, TABLES};

fn spec(name: &str) -> &'static TableSpec {
    TABLES.iter().find(|spec| spec.name == name).unwrap()
}

/// Staged rows of a table: its columns by name, null where none are given.
fn staged(spec: &TableSpec, first: usize, columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let rows = columns[0].1.len();
    let mut fields: Vec<Field> =
        spec.schema(&[]).fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let mut values: Vec<ArrayRef> = fields
        .iter()
        .map(|field| {
            let given = columns.iter().find(|(name, _)| name == field.name());
            given.map_or_else(|| new_null_array(field.data_type(), rows), |(_, values)| values.clone())
        })
        .collect();
    fields.push(Field::new(FURTHER_STAGED[0], DataType::UInt16, false));
    fields.push(Field::new(FURTHER_STAGED[1], DataType::Int64, false));
    values.push(Arc::new(UInt16Array::from(vec![0; rows])));
    values.push(Arc::new((first..first + rows).map(|row| row as i64 + 2).collect::<Int64Array>()));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), values).unwrap()
}

/// An event of a session: its id, time, pages (null: the row is one) and stage.
type Event = (String, i64, Option<f64>, Option<usize>);

/// Events as a generator of the simplest kind draws them.
fn events(count: usize, sessions: u64) -> Vec<Event> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut draw = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..count)
        .map(|_| {
            let session = format!("session-{:05}", draw() % sessions);
            let at = (draw() % 1_000_000_000) as i64;
            let pages = (draw() % 3 == 0).then(|| (draw() % 9) as f64);
            (session, at, pages, Some((draw() % 5) as usize).filter(|stage| *stage < STAGES.len()))
        })
        .collect()
}

fn batch(first: usize, events: &[Event]) -> RecordBatch {
    let sessions: StringArray = events.iter().map(|event| Some(event.0.as_str())).collect();
    let at: TimestampMicrosecondArray = events.iter().map(|event| Some(event.1)).collect();
    let pages: Float64Array = events.iter().map(|event| event.2).collect();
    let reached: StringArray = events.iter().map(|event| Some(STAGES[event.3?])).collect();
    // Long texts, so that few rows fill the memory.
    let source: StringArray = (0..events.len()).map(|row| Some(format!("{:0>200}", first + row))).collect();
    staged(
        spec("sessions"),
        first,
        &[
            ("session_id", Arc::new(sessions)),
            ("started_at", Arc::new(at.with_timezone("UTC"))),
            ("page_views", Arc::new(pages)),
            ("reached", Arc::new(reached)),
            ("source", Arc::new(source)),
        ],
    )
}

/// What comes of events, by other means: a table of sessions.
fn by_hand(events: &[Event]) -> BTreeMap<String, (i64, f64, Option<usize>, usize)> {
    let mut sessions = BTreeMap::new();
    for (row, (session, at, pages, stage)) in events.iter().enumerate() {
        let one = sessions.entry(session.clone()).or_insert((*at, 0.0, None, row));
        one.0 = one.0.min(*at);
        one.1 += pages.unwrap_or(1.0);
        one.2 = one.2.max(*stage);
        one.3 = row;
    }
    sessions
}

/// Sorts and merges events in batches of so many; how many rows were merged, and whether anything lay on the disk.
fn merged(events: &[Event], rows: usize) -> (RecordBatch, usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let first = batch(0, &events[..1]);
    let mut in_order = InOrder::new(spec("sessions"), &first.schema(), folder.path(), 0).unwrap();
    for (at, part) in events.chunks(rows).enumerate() {
        in_order.push(&batch(at * rows, part)).unwrap();
    }
    let spilled = has_files(folder.path());
    let chunks = OnePerKey::new(spec("sessions"), in_order.sorted());
    let chunks: Vec<_> = chunks.collect::<Result<_, _>>().unwrap();
    let gone = chunks.iter().map(|chunk| chunk.merged.len()).sum();
    let rows: Vec<RecordBatch> = chunks.into_iter().map(|chunk| chunk.rows).collect();
    (concat_batches(&rows[0].schema(), &rows).unwrap(), gone, spilled)
}

fn has_files(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() { has_files(&path) } else { path.metadata().unwrap().len() > 0 }
    })
}

fn check(events: &[Event], (rows, gone, _): &(RecordBatch, usize, bool)) {
    let sessions = by_hand(events);
    assert_eq!((rows.num_rows(), rows.num_rows() + gone), (sessions.len(), events.len()));
    let text = |name: &str| rows.column_by_name(name).unwrap().as_string::<i32>();
    let at = rows.column_by_name("started_at").unwrap().as_primitive::<TimestampMicrosecondType>();
    let pages = rows.column_by_name("page_views").unwrap().as_primitive::<Float64Type>();
    let line = places(rows).1;
    for (row, (session, (first, views, stage, last))) in sessions.into_iter().enumerate() {
        assert_eq!(text("session_id").value(row), session, "in the order of the key");
        assert_eq!((at.value(row), pages.value(row)), (first, views), "{session}");
        let reached = text("reached");
        let reached = (!reached.is_null(row)).then(|| reached.value(row));
        assert_eq!(reached, stage.map(|stage| STAGES[stage]), "{session}");
        assert_eq!(text("source").value(row), format!("{last:0>200}"), "the last value read stands");
        assert_eq!(line.value(row), last as i64 + 2);
    }
}

#[test]
fn more_rows_than_memory_has_room_for() {
    let events = events(90_000, 7_000);
    let merged = merged(&events, 10_000);
    assert!(merged.2, "they were too many for the memory");
    check(&events, &merged);
}

#[test]
fn a_session_of_nearly_all_rows() {
    // Longer than what is held of a key before it is made one.
    let mut events = events(80_000, 5);
    for event in events.iter_mut().filter(|event| event.0 != "session-00004") {
        event.0 = "session-00002".to_owned();
    }
    check(&events, &merged(&events, 3_000));
    let few = &events[..3];
    check(few, &merged(few, 2));
}

#[test]
fn rows_without_a_key_are_one_where_they_are_equal_throughout() {
    let folder = tempfile::tempdir().unwrap();
    let texts =
        |texts: &[Option<&str>]| -> ArrayRef { Arc::new(texts.iter().copied().collect::<StringArray>()) };
    let reviews = staged(
        spec("reviews"),
        0,
        &[
            ("review_id", texts(&[None, Some("r1"), None, Some("r1"), None])),
            ("customer_id", texts(&[Some("b"), Some("a"), Some("b"), Some("c"), Some("a")])),
            ("text", texts(&[Some("good"), Some("first"), Some("good"), None, Some("bad")])),
        ],
    );
    let mut in_order = InOrder::new(spec("reviews"), &reviews.schema(), folder.path(), 0).unwrap();
    in_order.push(&reviews).unwrap();
    let chunks = OnePerKey::new(spec("reviews"), in_order.sorted());
    let chunks: Vec<Chunk> = chunks.collect::<Result<_, _>>().unwrap();
    let (mut seen, mut merged, mut duplicates) = (Vec::new(), Taken::default(), Taken::default());
    for chunk in &chunks {
        merged.add(spec("reviews"), &chunk.staged, chunk.merged.iter().copied());
        duplicates.add(spec("reviews"), &chunk.staged, chunk.duplicates.iter().copied());
        let text = |name: &str, row: usize| {
            let values = chunk.rows.column_by_name(name).unwrap().as_string::<i32>();
            if values.is_null(row) { "-".to_owned() } else { values.value(row).to_owned() }
        };
        let rows = 0..chunk.rows.num_rows();
        seen.extend(rows.map(|row| ["review_id", "customer_id", "text"].map(|name| text(name, row))));
    }
    // Of the two with a key the later customer stands, and the earlier text where the later has none.
    assert_eq!(seen, [["-", "a", "bad"], ["-", "b", "good"], ["r1", "c", "first"]]);
    assert_eq!((merged.rows, duplicates.rows), (1, 1));
    let names = ["reviews.csv".to_owned()];
    assert_eq!((merged.samples(&names)[0].line, duplicates.samples(&names)[0].line), (3, 4));
}

#[test]
fn a_sort_that_fails_is_no_end_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    let events = events(90_000, 10);
    let first = batch(0, &events[..1]);
    std::fs::write(&gone, "a file in the folder's place").unwrap();
    let mut in_order = InOrder::new(spec("sessions"), &first.schema(), &gone, 0).unwrap();
    let pushed = events.chunks(10_000).try_for_each(|part| in_order.push(&batch(0, part)));
    let sorted = pushed.and_then(|()| in_order.sorted().try_for_each(|rows| rows.map(drop)));
    assert!(sorted.is_err(), "there is nowhere to put them");
}
