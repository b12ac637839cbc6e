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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self)).into_response()
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
