//! Conditions cut into words, numbers and signs, each with its column.

use std::fmt;

use super::{Operator, Problem, SyntaxError};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(f64, String),
    Operator(Operator, &'static str),
    Open,
    Close,
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) | Self::Number(_, text) => write!(formatter, "{text:?}"),
            Self::Operator(_, text) => write!(formatter, "{text:?}"),
            Self::Open => formatter.write_str("\"(\""),
            Self::Close => formatter.write_str("\")\""),
            Self::End => formatter.write_str("the end"),
        }
    }
}

/// Longer operators first, so that `<=` is not read as `<`.
const OPERATORS: [(&str, Operator); 11] = [
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("<>", Operator::Unequal),
    ("!=", Operator::Unequal),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
    ("<", Operator::Below),
    (">", Operator::Above),
    ("≤", Operator::AtMost),
    ("≥", Operator::AtLeast),
    ("≠", Operator::Unequal),
];

pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, SyntaxError> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut column = 1;
    loop {
        let trimmed = rest.trim_start();
        column += rest[..rest.len() - trimmed.len()].chars().count();
        rest = trimmed;
        let Some(first) = rest.chars().next() else {
            found.push((column, Token::End));
            return Ok(found);
        };
        let fail = |problem| Err(SyntaxError { column, problem });
        let (token, length) =
            if let Some((sign, operator)) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) {
                (Token::Operator(*operator, sign), sign.len())
            } else if first == '(' {
                (Token::Open, 1)
            } else if first == ')' {
                (Token::Close, 1)
            } else if first.is_ascii_digit() || matches!(first, '-' | '+' | '.') {
                let signed = usize::from(matches!(first, '-' | '+'));
                let length = signed
                    + leading(&rest[signed..], |c| c.is_alphanumeric() || matches!(c, '.' | '_' | ','));
                let number = &rest[..length];
                match number.parse::<f64>() {
                    Ok(value) if value.is_finite() => (Token::Number(value, number.to_owned()), length),
                    _ => {
                        return fail(Problem::Number { found: number.to_owned() });
                    }
                }
            } else if first.is_alphabetic() || first == '_' {
                let length = leading(rest, |c| c.is_alphanumeric() || c == '_');
                (Token::Word(rest[..length].to_owned()), length)
            } else {
                let hint = match first {
                    '&' => "write and",
                    '|' => "write or",
                    '!' => "write not",
                    '%' => "write shares as plain numbers",
                    _ => "conditions consist of words, numbers, comparisons and parentheses",
                };
                return fail(Problem::Character { character: first, hint });
            };
        found.push((column, token));
        column += rest[..length].chars().count();
        rest = &rest[length..];
    }
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}
