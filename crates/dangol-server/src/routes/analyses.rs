//! `GET /api/analyses/{name}`, and its tables as files.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dangol_analytics::table::tables_of;
use dangol_analytics::{Language, audiences};
use dangol_shop::runs::Run;
use dangol_shop::scope::split_list;
use dangol_shop::{Filters, Shop};
use serde_json::{Map, Value};

use super::respond;
use crate::app::{Answer, App};
use crate::problem::Problem;

/// Runs an analysis; filters and parameters come in the query. The answer is kept until the
/// shop's data change.
pub(crate) async fn analysis(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let (filters, params) = split(query);
    // A saved audience may change, by the dashboard or by a command beside it.
    let rules = audience_rules(&shop, &filters).await?;
    let key = format!("{name} {filters:?} {params:?} {rules:?}");
    if let Some(answer) = app.kept(&key) {
        return Ok(respond(&headers, &answer));
    }
    let started = Instant::now();
    let mut run = Run::begin("analysis", &name);
    let report = dangol_analytics::run(&shop, &name, &filters, params).await?;
    let answer = Answer::of(&report)?;
    run.seconds = started.elapsed().as_secs_f64();
    run.snapshot = Some(shop.snapshot.clone());
    run.params = report.params;
    app.record(run);
    app.keep(key, &answer);
    Ok(respond(&headers, &answer))
}

/// The conditions behind the audiences that a filter names.
async fn audience_rules(shop: &Shop, filters: &Filters) -> Result<Vec<String>, Problem> {
    let mut rules = Vec::new();
    for name in split_list(filters.audience.as_deref().unwrap_or_default()) {
        rules.push(audiences::find(shop, &name).await?.rule);
    }
    Ok(rules)
}

/// `GET /api/analyses/{name}/{table}.csv`: a table of a result for a spreadsheet, with texts in English. It is made anew each time, since such
/// tables may have a row for each customer.
pub(crate) async fn table(
    State(app): State<Arc<App>>,
    Path((name, file)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let Some(wanted) = file.strip_suffix(".csv") else {
        return Err(Problem::no_route(&format!("/api/analyses/{name}/{file}")));
    };
    let shop = app.shop()?;
    let (filters, params) = split(query);
    let report = dangol_analytics::run(&shop, &name, &filters, params).await?;
    let tables = tables_of(&report.result, Language::En);
    drop(report);
    let known: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    let Some(table) = tables.into_iter().find(|table| table.name == wanted) else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "no_such_table",
            format!("the result of {name} has no table `{wanted}`"),
            format!("its tables are: {}", known.join(", ")),
        ));
    };
    // A byte-order mark tells spreadsheets that this is UTF-8.
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let written = table.into_batch().and_then(|batch| arrow::csv::Writer::new(&mut bytes).write(&batch));
    if let Err(error) = written {
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "csv", error.to_string(), ""));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{wanted}.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// What is a filter, and what a parameter of the analysis.
fn split(query: Vec<(String, String)>) -> (Filters, Map<String, Value>) {
    let mut filters = Filters::default();
    let mut params = Map::new();
    for (name, value) in query {
        if !filters.set(&name, &value) {
            params.insert(name, Value::String(value));
        }
    }
    (filters, params)
}
