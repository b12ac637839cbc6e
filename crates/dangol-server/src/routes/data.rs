//! What lies behind the numbers: quality report, quarantine, mapping, runs.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Int64Type;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dangol_analytics::{Language, Words, quality};
use dangol_shop::ShopError;
use dangol_shop::frame::{column, texts};
use dangol_shop::import::{Reason, quarantine_schema};
use dangol_shop::runs::Run;
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::respond;
use crate::app::{Answer, App};
use crate::problem::Problem;

pub(crate) async fn quality_report(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    const KEY: &str = "quality";
    let shop = app.shop()?;
    if let Some(answer) = app.kept(KEY) {
        return Ok(respond(&headers, &answer));
    }
    let answer = Answer::of(&quality::quality(&shop).await?)?;
    app.keep(KEY.into(), &answer);
    Ok(respond(&headers, &answer))
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

/// The whole quarantine goes out as it is read: it may be larger than the memory.
pub(crate) async fn quarantine_csv(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let rows = app.shop()?.quarantined().await?;
    let schema = quarantine_schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    // A byte-order mark tells spreadsheets that this is UTF-8.
    let head = format!("\u{feff}{}\n", names.join(","));
    let rows = rows.map(|batch| -> Result<Vec<u8>, ShopError> {
        let mut bytes = Vec::new();
        let mut writer = arrow::csv::WriterBuilder::new().with_header(false).build(&mut bytes);
        writer.write(&batch?)?;
        drop(writer);
        Ok(bytes)
    });
    let body = stream::once(async move { Ok(head.into_bytes()) }).chain(rows);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"quarantine.csv\""),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Language of the page; default English.
    #[serde(default)]
    language: Language,
}

/// The quality report as a page that needs nothing but itself.
pub(crate) async fn quality_page(
    State(app): State<Arc<App>>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let found = quality::quality(&shop).await?;
    let name = &shop.config.shop.name;
    let text = quality::page::page(name, &shop.manifest.totals, &found, query.language);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"quality.html\""),
    ];
    Ok((headers, text).into_response())
}

/// The quality report as a workbook.
pub(crate) async fn quality_workbook(
    State(app): State<Arc<App>>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let found = quality::quality(&shop).await?;
    let (name, totals) = (&shop.config.shop.name, &shop.manifest.totals);
    let book = quality::sheets::workbook(name, totals, &found, query.language);
    let book = book.map_err(|error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "workbook", error.to_string(), "")
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"quality.xlsx\""),
    ];
    Ok((headers, book).into_response())
}

/// The quality report as CSV.
pub(crate) async fn quality_csv(
    State(app): State<Arc<App>>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let found = quality::quality(&shop).await?;
    let text = quality::sheets::csv(&shop.config.shop.name, &shop.manifest.totals, &found, query.language);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"quality.csv\""),
    ];
    Ok((headers, text).into_response())
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
