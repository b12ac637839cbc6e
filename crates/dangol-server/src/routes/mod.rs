//! One function a route.

pub(crate) mod analyses;
pub(crate) mod audiences;
pub(crate) mod data;
pub(crate) mod shop;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use serde::Serialize;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::app::{Answer, App};
use crate::assets;
use crate::problem::{Problem, in_one_form};

/// All routes: the API under `/api`, the dashboard everywhere else.
pub fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .route("/shop", get(shop::shop))
        .route("/catalogue", get(shop::catalogue))
        .route("/analyses/{name}", get(analyses::analysis))
        .route("/analyses/{name}/{file}", get(analyses::table))
        .route("/audiences", get(audiences::list).post(audiences::save))
        .route("/audiences/{name}", delete(audiences::remove))
        .route("/audiences/{name}/customers.csv", get(audiences::customers))
        .route("/audience-columns", get(audiences::columns))
        .route("/audience-preview", get(audiences::preview))
        .route("/audience-preview.csv", get(audiences::preview_customers))
        .route("/quality", get(data::quality_report))
        .route("/quality.html", get(data::quality_page))
        .route("/quality.xlsx", get(data::quality_workbook))
        .route("/quality.csv", get(data::quality_csv))
        .route("/quarantine", get(data::quarantine))
        .route("/quarantine.csv", get(data::quarantine_csv))
        .route("/mapping", get(data::mapping))
        .route("/runs", get(data::runs))
        .route("/openapi.json", get(openapi))
        .fallback(|request: Request| async move { Problem::no_route(request.uri().path()) })
        .layer(map_response(in_one_form))
        .with_state(app);
    Router::new()
        .nest("/api", api)
        .fallback(assets::serve)
        .layer(CompressionLayer::new().gzip(true).br(true).quality(CompressionLevel::Fastest))
}

async fn openapi(headers: HeaderMap) -> Result<Response, Problem> {
    let body = crate::openapi::json().map_err(|error| internal(&error))?;
    Ok(respond(&headers, &Answer::new(body)))
}

fn internal(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "json", error.to_string(), "")
}

impl Answer {
    fn new(body: String) -> Self {
        let tag = format!("\"{}\"", &blake3::hash(body.as_bytes()).to_hex()[..24]);
        Self { tag, body: body.into() }
    }

    fn of(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::new(serde_json::to_string(value).map_err(|error| internal(&error))?))
    }
}

/// An answer, or 304 to a reader who has it already.
fn respond(headers: &HeaderMap, answer: &Answer) -> Response {
    let has_it = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == answer.tag));
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], answer.body.to_string()).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&answer.tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}
