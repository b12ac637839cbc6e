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
        Self { en: en.into(), ko: ko.into() }
    }

    /// One text for both languages, for names that people gave themselves.
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { ko: en.clone(), en }
    }
}

/// A count as people write it: `132,186`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as people write it: `14%`, `2.5%`, and `under 0.1%` in English and Korean.
pub(crate) fn share(share: f64) -> Words {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        Words::new("under 0.1%", "0.1% 미만")
    } else if percent < 10.0 && percent > 0.0 {
        Words::same(format!("{percent:.1}%"))
    } else {
        Words::same(format!("{percent:.0}%"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_shares() {
        assert_eq!(grouped(132_186), "132,186");
        assert_eq!(grouped(999), "999");
        assert_eq!(share(0.000_1).en, "under 0.1%");
        assert_eq!(share(0.025).ko, "2.5%");
        assert_eq!(share(0.141).en, "14%");
    }
}
