//! Text for people, in both languages beside each other.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The same text in English and in Korean.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Words {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Words {
    /// Both texts.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            ko: ko.into(),
        }
    }

    /// One text for both languages, for names that people gave themselves.
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { ko: en.clone(), en }
    }
}
