//! JSON whose objects keep the order of their fields, as the result types declare them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::making::Maker;
use super::rows::Rows;
use crate::words::Language;

/// A JSON value with ordered fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A string.
    Text(String),
    /// `[…]`
    List(Vec<Json>),
    /// `[{…}, …]`: objects of scalars with the same fields.
    Rows(Arc<Rows>),
    /// `{…}`
    Object(Vec<(Cow<'static, str>, Json)>),
}

impl Json {
    /// Whatever serialises to JSON, with its fields in order.
    ///
    /// # Errors
    /// Where the value does not serialise.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        value.serialize(Maker)
    }

    /// Whether it is neither list nor object.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Rows(_) | Self::Object(_))
    }

    /// The same, with the texts of one language in place of those of both ([`Words`](crate::Words)).
    #[must_use]
    pub(super) fn told(&self, language: Language) -> Self {
        match self {
            Self::Object(fields) => match fields.as_slice() {
                [(en, Self::Text(english)), (ko, Self::Text(korean))] if en == "en" && ko == "ko" => {
                    Self::Text(if language == Language::En { english.clone() } else { korean.clone() })
                }
                fields => Self::Object(
                    fields.iter().map(|(name, value)| (name.clone(), value.told(language))).collect(),
                ),
            },
            Self::List(items) => Self::List(items.iter().map(|item| item.told(language)).collect()),
            other => other.clone(),
        }
    }

    /// The fields of an object; none of anything else.
    #[must_use]
    pub fn fields(&self) -> &[(Cow<'static, str>, Json)] {
        match self {
            Self::Object(fields) => fields,
            _ => &[],
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Rows(rows) => {
                let mut list = serializer.serialize_seq(Some(rows.len()))?;
                for row in 0..rows.len() {
                    list.serialize_element(&Row { rows, row })?;
                }
                list.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// One of the rows, as an object.
struct Row<'a> {
    rows: &'a Rows,
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.rows.columns().len()))?;
        for column in self.rows.columns() {
            map.serialize_entry(&column.name, &column.values.get(self.row))?;
        }
        map.end()
    }
}
