//! Findings: a warning or an insight in one sentence, with its numbers and its severity.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::words::Words;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The result needs care.
    Warning,
    /// The result, or a part of it, should not be used.
    Serious,
}

/// One finding of an analysis.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// What kind of finding this is, for programs: `merged_groups`.
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// The finding in a sentence or two, with its numbers.
    pub text: Words,
    /// The numbers of the text by name.
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// The part of the result that it speaks of, such as a factor or a class.
    pub about: Option<String>,
}

impl Finding {
    /// A finding without numbers that speaks of the whole result.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, text: Words) -> Self {
        Self { code: Cow::Borrowed(code), severity, text, values: Map::new(), about: None }
    }

    /// Adds a number (or another value) of the text.
    #[must_use]
    pub fn value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Says which part of the result the finding speaks of.
    #[must_use]
    pub fn about(mut self, part: impl Into<String>) -> Self {
        self.about = Some(part.into());
        self
    }
}
