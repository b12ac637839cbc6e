//! A JSON object as keys and texts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::sources::MalformedReason;

/// The separator between the keys of objects within objects.
const STEP: char = '.';

/// Says which error of parsing stands for [`MalformedReason::RepeatedKey`].
const REPEATED: &str = "repeated key";

/// Hands each key of a record and its value to `sink`: objects within it with their path
/// (`customer.id`), lists as they are written, numbers digit by digit, `null` and empty objects as
/// `None`.
///
/// # Errors
/// If the text is no JSON object, or has a key twice. Some keys may have been handed out by then.
pub(super) fn flatten(
    text: &str,
    sink: &mut dyn FnMut(&str, Option<Cow<'_, str>>),
) -> Result<(), MalformedReason> {
    let mut path = String::new();
    object(text, &mut path, sink).map_err(|error| {
        if error.to_string().starts_with(REPEATED) {
            MalformedReason::RepeatedKey
        } else {
            MalformedReason::BadJson
        }
    })
}

type Sink<'s> = dyn FnMut(&str, Option<Cow<'_, str>>) + 's;

/// Reads one object; its keys stand behind `path`.
fn object(text: &str, path: &mut String, sink: &mut Sink<'_>) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(Object { path, sink })?;
    json.end()
}

struct Object<'p, 's, 'f> {
    path: &'p mut String,
    sink: &'s mut Sink<'f>,
}

impl<'de> Visitor<'de> for Object<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, sink } = self;
        let above = path.len();
        let mut seen: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            if above > 0 {
                path.push(STEP);
            }
            path.push_str(&key);
            value_of(value.get(), path, sink).map_err(A::Error::custom)?;
            path.truncate(above);
            seen.push(key);
        }
        if seen.is_empty() && above > 0 {
            sink(path, None);
        }
        seen.sort_unstable();
        if seen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(A::Error::custom(REPEATED));
        }
        Ok(())
    }
}

fn value_of(raw: &str, path: &mut String, sink: &mut Sink<'_>) -> Result<(), serde_json::Error> {
    match raw.as_bytes().first() {
        Some(b'{') => object(raw, path, sink)?,
        Some(b'"') => {
            let Text(text) = serde_json::from_str(raw)?;
            sink(path, Some(text));
        }
        Some(b'n') => sink(path, None),
        _ => sink(path, Some(Cow::Borrowed(raw))),
    }
    Ok(())
}

/// A JSON text, copied only where it holds escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AsText;
        impl<'de> Visitor<'de> for AsText {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(AsText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> Result<Vec<(String, Option<String>)>, MalformedReason> {
        let mut all = Vec::new();
        flatten(text, &mut |key, value| all.push((key.to_owned(), value.map(Cow::into_owned))))?;
        Ok(all)
    }

    #[test]
    fn objects_lists_and_digits() {
        let text = r#"{"id":"00123","n":17850.0,"big":20241231000000000001,"who":{"name":"김\n","at":{"x":1}},
            "tags":["a", {"b":1}],"none":null,"empty":{},"yes":true}"#;
        let wanted = [
            ("id", Some("00123")),
            ("n", Some("17850.0")),
            ("big", Some("20241231000000000001")),
            ("who.name", Some("김\n")),
            ("who.at.x", Some("1")),
            ("tags", Some(r#"["a", {"b":1}]"#)),
            ("none", None),
            ("empty", None),
            ("yes", Some("true")),
        ];
        let wanted = wanted.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        assert_eq!(flat(text), Ok(wanted.to_vec()));
    }

    #[test]
    fn what_is_no_record() {
        for text in [
            "",
            "5",
            "[1]",
            "\"x\"",
            "{\"a\":1",
            "{\"a\":1} x",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":\"\\ud800\"}",
        ] {
            assert_eq!(flat(text), Err(MalformedReason::BadJson), "{text}");
        }
        for text in [r#"{"a":1,"b":2,"a":3}"#, r#"{"o":{"a":1,"a":2}}"#] {
            assert_eq!(flat(text), Err(MalformedReason::RepeatedKey), "{text}");
        }
    }
}
