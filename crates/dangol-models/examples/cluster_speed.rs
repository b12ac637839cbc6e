//! Times the search for groups on rows from a file: the part of `bench/` that measures this library alone.
//!
//! `cluster_speed ROWS RUNS SETTINGS`: ROWS are little-endian floats, one row after the other; SETTINGS is a JSON file
//! with `width`, `least`, `most`, `restarts`, `silhouette_rows` and `seed`. Each run begins with the rows as given
//! (sorting and joining equal ones included). Prints JSON: seconds of each run; inertia and silhouette of each number.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use dangol_models::cluster::Rows;
use dangol_models::cluster::search::{Search, SearchParams, search};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, runs, settings] = arguments.as_slice() else {
        return Err("usage: cluster_speed ROWS RUNS SETTINGS".into());
    };
    let bytes = fs::read(rows)?;
    let (numbers, []) = bytes.as_chunks::<8>() else {
        return Err(format!("{rows}: not a whole number of floats").into());
    };
    let values: Vec<f64> = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let settings: Value = serde_json::from_slice(&fs::read(settings)?)?;
    let whole = |name: &str| settings[name].as_u64().ok_or_else(|| format!("no {name} in the settings"));
    let params = SearchParams {
        least: whole("least")? as usize,
        most: whole("most")? as usize,
        restarts: whole("restarts")? as usize,
        silhouette_rows: whole("silhouette_rows")? as usize,
        gap: None,
        seed: whole("seed")?,
        threads: 0,
    };
    let width = whole("width")? as usize;
    let mut seconds = Vec::new();
    let mut found: Option<Search> = None;
    for _ in 0..runs.parse::<usize>()?.max(1) {
        let started = Instant::now();
        found = Some(black_box(search(&Rows::new(width, &values)?, &params)?));
        seconds.push(started.elapsed().as_secs_f64());
    }
    let candidates = found.into_iter().flat_map(|found| found.candidates);
    let numbers: Vec<Value> = candidates
        .map(|candidate| {
            json!({
                "clusters": candidate.fit.clusters(),
                "inertia": candidate.fit.inertia,
                "silhouette": candidate.silhouette.mean,
                "interval": candidate.silhouette.interval,
            })
        })
        .collect();
    println!("{}", json!({ "seconds": seconds, "numbers": numbers }));
    Ok(())
}
