//! What lies behind the numbers: quality report, quarantine, mapping, runs.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Int64Type;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dangol_analytics::{Finding, Words};
use dangol_shop::ShopError;
use dangol_shop::frame::{column, texts};
use dangol_shop::import::{QualityReport, Reason};
use dangol_shop::runs::Run;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::respond;
use crate::app::{Answer, App};
use crate::problem::Problem;

/// The quality report and what is worth saying of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quality {
    #[serde(flatten)]
    report: QualityReport,
    /// Warnings and insights.
    findings: Vec<Finding>,
}

pub(crate) async fn quality(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let report = shop.manifest.report.clone();
    let findings = dangol_analytics::quality::findings(&report);
    Ok(respond(&headers, &Answer::of(&Quality { report, findings })?))
}

/// Which part of the quarantine.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuarantineQuery {
    /// Only rows with this reason.
    reason: Option<String>,
    /// Rows at most; default 50, at most 1,000.
    limit: Option<u32>,
    /// Rows to pass over.
    offset: Option<u32>,
}

/// A page of the quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantinePage {
    /// Rows with the reason, or all.
    total: i64,
    /// The page.
    rows: Vec<QuarantinedRow>,
}

/// A row that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantinedRow {
    /// The canonical table.
    source: String,
    /// The file.
    file: String,
    /// Line in it, from 1.
    line: i64,
    /// The canonical column; empty where the whole row is malformed.
    column: String,
    /// The value.
    value: String,
    /// Why, as a name.
    reason: String,
    /// Why, in words.
    text: Words,
    /// The row's cells by header.
    #[schema(value_type = Object)]
    row: serde_json::Value,
}

pub(crate) async fn quarantine(
    State(app): State<Arc<App>>,
    Query(query): Query<QuarantineQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let only = match query.reason.as_deref().filter(|reason| !reason.is_empty()) {
        None => String::new(),
        Some(code) => match Reason::from_code(code) {
            Some(reason) => format!("WHERE reason = '{}'", reason.code()),
            None => {
                return Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    "unknown_reason",
                    format!("there is no reason `{code}`"),
                    "take one from the quality report",
                ));
            }
        },
    };
    let (limit, offset) = (query.limit.unwrap_or(50).min(1_000), query.offset.unwrap_or(0));
    let batches = shop
        .sql(&format!(
            "SELECT * FROM quarantine {only} ORDER BY file, line, \"column\" LIMIT {limit} OFFSET {offset}"
        ))
        .await?;
    let counted = shop.sql(&format!("SELECT count(*) AS total FROM quarantine {only}")).await?;
    let total = column::<Int64Type>(&counted, "total", 0)?.first().copied().unwrap_or(0);
    let page = QuarantinePage { total, rows: rows(&batches)? };
    Ok(respond(&headers, &Answer::of(&page)?))
}

fn rows(batches: &[RecordBatch]) -> Result<Vec<QuarantinedRow>, ShopError> {
    let text = |name| -> Result<Vec<String>, ShopError> {
        Ok(texts(batches, name)?.into_iter().map(Option::unwrap_or_default).collect())
    };
    let (source, file, names) = (text("source")?, text("file")?, text("column")?);
    let (value, reason, row) = (text("value")?, text("reason")?, text("row")?);
    let line = column::<Int64Type>(batches, "line", 0)?;
    Ok((0..line.len())
        .map(|at| {
            let (en, ko) = Reason::from_code(&reason[at]).map_or(("", ""), Reason::words);
            QuarantinedRow {
                source: source[at].clone(),
                file: file[at].clone(),
                line: line[at],
                column: names[at].clone(),
                value: value[at].clone(),
                reason: reason[at].clone(),
                text: Words::new(en, ko),
                row: serde_json::from_str(&row[at]).unwrap_or_default(),
            }
        })
        .collect())
}

pub(crate) async fn quarantine_csv(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let batches = shop.sql("SELECT * FROM quarantine ORDER BY file, line").await?;
    // A byte-order mark tells spreadsheets that this is UTF-8.
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = arrow::csv::Writer::new(&mut bytes);
    for batch in &batches {
        writer.write(batch).map_err(ShopError::from)?;
    }
    drop(writer);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"quarantine.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// The shop's configuration as written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mapping {
    /// Its file name.
    path: String,
    /// Its text.
    toml: String,
}

pub(crate) async fn mapping(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let config = app.config()?;
    let mapping = Mapping { path: dangol_shop::config::FILE_NAME.into(), toml: config.text };
    Ok(respond(&headers, &Answer::of(&mapping)?))
}

/// How many runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunsQuery {
    /// Runs at most; default 50, at most 1,000.
    limit: Option<u32>,
}

/// The latest runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunList {
    /// Newest first.
    runs: Vec<Run>,
}

pub(crate) async fn runs(
    State(app): State<Arc<App>>,
    Query(query): Query<RunsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.shop()?;
    let runs = app.runs().await?.latest(query.limit.unwrap_or(50).min(1_000)).await?;
    Ok(respond(&headers, &Answer::of(&RunList { runs })?))
}
