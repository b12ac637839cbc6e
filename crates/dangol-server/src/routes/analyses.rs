//! `GET /api/analyses/{name}`

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use dangol_shop::Filters;
use dangol_shop::runs::Run;
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
    let key = format!("{name} {filters:?} {params:?}");
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

/// What is a filter, and what a parameter of the analysis.
fn split(query: Vec<(String, String)>) -> (Filters, Map<String, Value>) {
    let mut filters = Filters::default();
    let mut params = Map::new();
    for (name, value) in query {
        match name.as_str() {
            "as_of" => filters.as_of = Some(value),
            "from" => filters.from = Some(value),
            "country" => filters.country = Some(value),
            "sales_platform" => filters.sales_platform = Some(value),
            "category" => filters.category = Some(value),
            "segment" => filters.segment = Some(value),
            _ => {
                params.insert(name, Value::String(value));
            }
        }
    }
    (filters, params)
}
