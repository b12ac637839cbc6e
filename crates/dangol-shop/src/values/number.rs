//! Numbers with thousands separators, currency signs and accountants' minus signs.

use serde::{Deserialize, Serialize};

/// Which character parts the whole from the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum NumberStyle {
    /// `1,234.56`
    #[default]
    #[serde(rename = ".")]
    Point,
    /// `1.234,56`
    #[serde(rename = ",")]
    Comma,
}

impl NumberStyle {
    /// The style with this decimal mark, `.` or `,`.
    #[must_use]
    pub fn from_decimal(mark: char) -> Option<Self> {
        match mark {
            '.' => Some(Self::Point),
            ',' => Some(Self::Comma),
            _ => None,
        }
    }

    /// The decimal mark.
    #[must_use]
    pub fn decimal(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// Signs and words for currencies, with the ISO code where it is certain. Longer ones first, so
/// that `US$` is not taken for `$`.
///
/// A backslash is the won sign in CP949 and the yen sign in Shift-JIS.
pub const CURRENCY_SIGNS: &[(&str, Option<&str>)] = &[
    ("US$", Some("USD")),
    ("KRW", Some("KRW")),
    ("USD", Some("USD")),
    ("EUR", Some("EUR")),
    ("GBP", Some("GBP")),
    ("JPY", Some("JPY")),
    ("CNY", Some("CNY")),
    ("CHF", Some("CHF")),
    ("₩", Some("KRW")),
    ("￦", Some("KRW")),
    ("원", Some("KRW")),
    ("£", Some("GBP")),
    ("€", Some("EUR")),
    ("円", Some("JPY")),
    ("元", Some("CNY")),
    ("¥", None),
    ("￥", None),
    ("$", None),
    ("＄", None),
    ("\\", None),
];

/// Longer texts are no numbers.
const LONGEST: usize = 64;

/// Powers of ten that a 64-bit float holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Reads a number as shops write it.
///
/// Understood are currency signs and words before or after (`₩1,234`, `1,234원`, `£12.50`), minus
/// signs before or after, `△` and `▲`, parentheses for negative amounts (`(12.50)`), thousands
/// separated in groups of three by the mark that is not the decimal one, by blanks or
/// apostrophes, exponents (`1.5E+3`), and full-width digits. Percentages, `NaN` and infinities
/// are not numbers.
#[must_use]
#[inline]
pub fn parse_number(text: &str, style: NumberStyle) -> Option<f64> {
    plain(text.as_bytes(), style.decimal() as u8).or_else(|| decorated(text, style))
}

/// Digits with at most a leading minus and one decimal mark: nearly every value there is.
///
/// A whole number below 2^53 divided by an exact power of ten is the float nearest to the decimal
/// (Clinger's fast path), so the result equals that of the standard parser.
#[inline]
fn plain(bytes: &[u8], mark: u8) -> Option<f64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 17 {
        return None;
    }
    let mut whole = 0_u64;
    let mut fraction = None;
    for (at, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            whole = whole * 10 + u64::from(digit);
        } else if byte == mark && fraction.is_none() && digits.len() > 1 {
            fraction = Some(at);
        } else {
            return None;
        }
    }
    if whole > 1 << 53 {
        return None;
    }
    let places = fraction.map_or(0, |at| digits.len() - 1 - at);
    let value = whole as f64 / EXACT_POWERS[places];
    Some(if negative { -value } else { value })
}

/// The currency that a number is written with: its ISO code where the sign leaves no doubt, else the sign; none where there
/// is no sign. Of a text that is no number it says nothing of use.
#[must_use]
pub fn currency_of(number: &str) -> Option<&'static str> {
    let (sign, code) = CURRENCY_SIGNS.iter().find(|(sign, _)| number.contains(sign))?;
    Some(code.unwrap_or(match *sign {
        "￥" => "¥",
        "＄" => "$",
        sign => sign,
    }))
}

#[cold]
fn decorated(text: &str, style: NumberStyle) -> Option<f64> {
    if text.len() > 4 * LONGEST {
        return None;
    }
    let (body, negative) = strip(text)?;
    let mut digits = [0_u8; LONGEST];
    let length = normalise(body, style, &mut digits)?;
    let ascii = std::str::from_utf8(&digits[..length]).ok()?;
    let value: f64 = ascii.parse().ok()?;
    value.is_finite().then_some(if negative { -value } else { value })
}

/// Takes sign, currency and parentheses off, each at most once and in any order.
fn strip(text: &str) -> Option<(&str, bool)> {
    let mut rest = text.trim();
    let (mut minus, mut signed, mut currency, mut bracketed) = (false, false, false, false);
    loop {
        let before = rest.len();
        if !bracketed && let Some(inner) = rest.strip_prefix('(').and_then(|s| s.strip_suffix(')')) {
            bracketed = true;
            rest = inner.trim();
        }
        if !signed {
            let leading = rest.strip_prefix(['-', '−', '－', '△', '▲']);
            if let Some(inner) = leading.or_else(|| rest.strip_suffix(['-', '−', '－'])) {
                (minus, signed) = (true, true);
                rest = inner.trim();
            } else if let Some(inner) = rest.strip_prefix(['+', '＋']) {
                signed = true;
                rest = inner.trim();
            }
        }
        if !currency {
            let inner = CURRENCY_SIGNS
                .iter()
                .find_map(|(sign, _)| rest.strip_prefix(sign).or_else(|| rest.strip_suffix(sign)));
            if let Some(inner) = inner {
                currency = true;
                rest = inner.trim();
            }
        }
        if rest.len() == before {
            break;
        }
    }
    // "(-5)" is either, so it is neither.
    (!(bracketed && signed)).then_some((rest, minus || bracketed))
}

/// Writes the number as ASCII with a point into `out` and returns its length, if its thousands
/// are well grouped.
fn normalise(body: &str, style: NumberStyle, out: &mut [u8; LONGEST]) -> Option<usize> {
    let mut length = 0;
    let mut push = |byte: u8| {
        *out.get_mut(length)? = byte;
        length += 1;
        Some(())
    };
    let mut separator = None;
    // Digits since the start or the last separator.
    let mut group = 0;
    let (mut mark, mut digits) = (false, 0);
    let mut chars = body.chars().peekable();
    while let Some(char) = chars.next() {
        let char = half_width(char);
        if let Some(digit) = char.to_digit(10) {
            push(b'0' + digit as u8)?;
            group += 1;
            digits += 1;
        } else if char == style.decimal() && !mark {
            if separator.is_some() && group != 3 {
                return None;
            }
            mark = true;
            push(b'.')?;
        } else if separates_thousands(char, style) && !mark {
            let well_placed = match separator {
                None => (1..=3).contains(&group),
                Some(earlier) => earlier == char && group == 3,
            };
            if !well_placed {
                return None;
            }
            separator = Some(char);
            group = 0;
        } else if (char == 'e' || char == 'E') && digits > 0 && separator.is_none() {
            push(b'e')?;
            if let Some(sign) = chars.next_if(|c| matches!(c, '+' | '-')) {
                push(sign as u8)?;
            }
            let mut any = false;
            for char in chars.by_ref() {
                push(b'0' + char.to_digit(10)? as u8)?;
                any = true;
            }
            return any.then_some(length);
        } else {
            return None;
        }
    }
    let grouped = mark || separator.is_none() || group == 3;
    (digits > 0 && grouped).then_some(length)
}

fn half_width(char: char) -> char {
    match char {
        '０'..='９' => char::from(b'0' + (char as u32 - '０' as u32) as u8),
        '，' => ',',
        '．' => '.',
        other => other,
    }
}

fn separates_thousands(char: char, style: NumberStyle) -> bool {
    match char {
        ',' => style == NumberStyle::Point,
        '.' => style == NumberStyle::Comma,
        ' ' | '\'' | '’' | '\u{a0}' | '\u{2009}' | '\u{202f}' => true,
        _ => false,
    }
}
