//! `GET /api/analyses/{name}`

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use dangol_analytics::audiences;
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
