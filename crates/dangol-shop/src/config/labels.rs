//! `[labels]`: what people call the attributes that only this shop has.

use serde::{Deserialize, Serialize};

use super::Config;

/// What an attribute is called: one text, or one for each language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "a label is a text, or one for each language: { en = \"Child\", ko = \"아이\" }"
)]
pub enum Label {
    /// In both languages.
    Same(String),
    /// In one of them or in each.
    Each(LabelWords),
}

/// An attribute's label by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LabelWords {
    /// In English.
    pub en: Option<String>,
    /// In Korean.
    pub ko: Option<String>,
}

impl Config {
    /// What people call an attribute of the shop's own, in English and in Korean: as `[labels]` says; else in Korean the
    /// file's header if it is Korean; else the attribute's name with blanks.
    #[must_use]
    pub fn label_of(&self, attribute: &str) -> (String, String) {
        let (en, ko) = match self.labels.get(attribute) {
            Some(Label::Same(text)) => return (text.clone(), text.clone()),
            Some(Label::Each(words)) => (words.en.clone(), words.ko.clone()),
            None => (None, None),
        };
        let header = self.sources.customers.as_ref().and_then(|source| source.attributes.get(attribute));
        let korean = header.filter(|header| header.chars().any(|letter| ('가'..='힣').contains(&letter)));
        (
            en.unwrap_or_else(|| with_blanks(attribute)),
            ko.unwrap_or_else(|| korean.map_or_else(|| with_blanks(attribute), |header| plain(header))),
        )
    }

    /// A label of what is no attribute, and the names there are.
    pub(super) fn stray_label(&self) -> Option<(&String, Vec<&str>)> {
        let known: Vec<&str> = self
            .sources
            .customers
            .iter()
            .flat_map(|source| source.attributes.keys())
            .map(String::as_str)
            .collect();
        let stray = self.labels.keys().find(|name| !known.contains(&name.as_str()))?;
        Some((stray, known))
    }
}

/// `tenure_months` → `Tenure months`.
fn with_blanks(name: &str) -> String {
    let text = plain(name);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn plain(name: &str) -> String {
    name.split(['_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
