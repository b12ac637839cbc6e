//! Audiences: what there is, what a condition catches, saving and removing, the list of customers.

use std::sync::Arc;

use arrow::array::RecordBatch;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dangol_analytics::audiences::columns::{self, Column};
use dangol_analytics::audiences::{self, Audience, Preview};
use dangol_shop::{Filters, Scope, Shop, ShopError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::respond;
use crate::app::{Answer, App};
use crate::problem::Problem;

/// The shop's audiences.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AudienceList {
    /// Saved ones, those of shop.toml, ready-made ones.
    audiences: Vec<ListedAudience>,
}

/// An audience with its size.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedAudience {
    /// Name, title, condition, where it comes from.
    #[serde(flatten)]
    audience: Audience,
    /// Its figures after the last order; null where its condition cannot be asked any more.
    figures: Option<Preview>,
    /// Why its condition cannot be asked.
    problem: Option<String>,
}

/// The columns that conditions can name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AudienceColumns {
    /// In the order of the reference.
    columns: Vec<Column>,
}

/// A condition to be tried.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewQuery {
    /// The condition.
    rule: String,
    /// Date (that whole day) or moment; default: the last order plus 24 hours.
    as_of: Option<String>,
}

/// An audience to be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAudience {
    /// Its name, which filters and commands use.
    name: String,
    /// What people call it; its name where absent.
    #[serde(default)]
    title: String,
    /// The condition.
    rule: String,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Removed {
    /// The audience that is not there any more.
    name: String,
}

fn scope(shop: &Shop, as_of: Option<String>) -> Result<Scope, ShopError> {
    Scope::parse(&Filters { as_of, ..Filters::default() }, shop.default_as_of(), shop.clock())
}

pub(crate) async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let everything = scope(&shop, None)?;
    let mut listed = Vec::new();
    for audience in audiences::list(&shop).await? {
        let (figures, problem) = match audiences::preview(&shop, &everything, &audience.rule).await {
            Ok(figures) => (Some(figures), None),
            Err(error) => (None, Some(format!("{error}; {}", error.hint()))),
        };
        listed.push(ListedAudience { audience, figures, problem });
    }
    Ok(respond(&headers, &Answer::of(&AudienceList { audiences: listed })?))
}

pub(crate) async fn columns(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    const KEY: &str = "audience columns";
    let shop = app.shop()?;
    if let Some(answer) = app.kept(KEY) {
        return Ok(respond(&headers, &answer));
    }
    let columns = columns::columns(&shop, &scope(&shop, None)?).await?;
    let answer = Answer::of(&AudienceColumns { columns })?;
    app.keep(KEY.into(), &answer);
    Ok(respond(&headers, &answer))
}

pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Query(query): Query<PreviewQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let figures = audiences::preview(&shop, &scope(&shop, query.as_of)?, &query.rule).await?;
    Ok(respond(&headers, &Answer::of(&figures)?))
}

/// Counts first: what cannot be counted is not saved.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Json<NewAudience>, JsonRejection>,
) -> Result<Response, Problem> {
    from_here(&headers)?;
    let Json(wanted) = body.map_err(|refused| {
        Problem::new(
            refused.status(),
            "bad_request",
            refused.body_text(),
            "send JSON: {\"name\": …, \"rule\": …} with the content type application/json",
        )
    })?;
    let shop = app.shop()?;
    let figures = audiences::preview(&shop, &scope(&shop, None)?, &wanted.rule).await?;
    let audience = audiences::save(&shop, &wanted.name, &wanted.title, &wanted.rule).await?;
    let saved = ListedAudience { audience, figures: Some(figures), problem: None };
    Ok(respond(&headers, &Answer::of(&saved)?))
}

pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    from_here(&headers)?;
    audiences::remove(app.shop()?.as_ref(), &name).await?;
    Ok(respond(&headers, &Answer::of(&Removed { name })?))
}

/// Another site's page may make a browser send requests, but not say that they come from here: what changes something
/// is taken only from the dashboard's own pages, or from programs, which name no site.
fn from_here(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let ours = match text(header::HeaderName::from_static("sec-fetch-site")) {
        // What the browser itself says holds also behind a proxy, which sees the server under another name.
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
            (Some(_), None) => false,
            (None, _) => true,
        },
    };
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "a page of another site asked for a change",
        "use the dashboard, or a program that sends no Origin",
    ))
}

/// The customers of an audience, as a file for a spreadsheet.
pub(crate) async fn customers(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let shop = app.shop()?;
    let audience = audiences::find(&shop, &name).await?;
    csv(&shop, &audience.rule, None).await
}

/// The customers that a condition catches, without saving it.
pub(crate) async fn preview_customers(
    State(app): State<Arc<App>>,
    Query(query): Query<PreviewQuery>,
) -> Result<Response, Problem> {
    csv(app.shop()?.as_ref(), &query.rule, query.as_of).await
}

async fn csv(shop: &Shop, rule: &str, as_of: Option<String>) -> Result<Response, Problem> {
    let exported = audiences::export(shop, &scope(shop, as_of)?, rule).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audience.csv\""),
    ];
    Ok((headers, as_csv(&exported.rows)?).into_response())
}

fn as_csv(rows: &RecordBatch) -> Result<Vec<u8>, ShopError> {
    // A byte-order mark tells spreadsheets that this is UTF-8.
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = arrow::csv::Writer::new(&mut bytes);
    writer.write(rows)?;
    drop(writer);
    Ok(bytes)
}
