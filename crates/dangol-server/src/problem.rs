//! The one form of errors: problem details (RFC 9457).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use dangol_analytics::AnalysisError;
use dangol_shop::ShopError;
use serde::Serialize;
use utoipa::ToSchema;

/// What was wrong, and what to do about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A short stable name for programs.
    pub code: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, and where.
    pub detail: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// A problem of a status.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        let title = code.replace('_', " ");
        let mut characters = title.chars();
        let title = characters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect());
        Self {
            code: code.to_owned(),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            hint: hint.into(),
        }
    }

    /// A route that is not there.
    #[must_use]
    pub fn no_route(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_route",
            format!("there is nothing at {path}"),
            "see /api/openapi.json",
        )
    }
}

/// Gives what the framework refuses by itself (a query string that does not read, a method that a route does not know) the one
/// form of errors, whatever the route.
pub(crate) async fn in_one_form(response: Response) -> Response {
    /// Such a refusal is a sentence.
    const LONGEST: usize = 1 << 16;
    let status = response.status();
    let is_one = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if is_one || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = axum::body::to_bytes(body, LONGEST).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let reason = status.canonical_reason().unwrap_or("refused");
    let code = match status {
        StatusCode::BAD_REQUEST => "bad_query".to_owned(),
        _ => reason.to_lowercase().replace(' ', "_"),
    };
    let detail = if said.trim().is_empty() { reason } else { said.trim() };
    let mut answer = Problem::new(status, &code, detail, "see /api/openapi.json").into_response();
    // Which methods there are, for example.
    for (name, value) in &parts.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

const PROBLEM_JSON: &str = "application/problem+json";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], Json(self)).into_response()
    }
}

impl From<ShopError> for Problem {
    fn from(error: ShopError) -> Self {
        let status = match error {
            ShopError::NothingImported { .. } => StatusCode::NOT_FOUND,
            ShopError::BadScope { .. } | ShopError::Condition(_) => StatusCode::BAD_REQUEST,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!("{error}");
        }
        Self::new(status, error.code(), error.to_string(), error.hint())
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        let status = match error {
            AnalysisError::Shop(error) => return error.into(),
            AnalysisError::UnknownAnalysis { .. }
            | AnalysisError::UnknownAudience { .. }
            | AnalysisError::UnknownCustomer { .. } => StatusCode::NOT_FOUND,
            AnalysisError::Statistics(_) | AnalysisError::Json(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.code(), error.to_string(), error.hint())
    }
}
