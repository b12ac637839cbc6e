//! Which date forms a column is written in.
//!
//! Samples are grouped by their shape (digits, words and what stands between them). What each
//! place of a shape holds over all its samples then says which is year, month and day: a place
//! that once exceeds 12 is no month. Where that leaves day and month open, the reading under which
//! the samples are in better order wins, and the other is reported beside it.

use std::collections::{BTreeMap, HashSet};

use super::date::MONTHS;
use super::{DateForm, is_missing};

/// A form found in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedForm {
    /// The form.
    pub form: DateForm,
    /// How many of the samples are written in it.
    pub matches: usize,
    /// Another reading that fits the same samples as well, where day and month can't be told
    /// apart for certain.
    pub or: Option<DateForm>,
}

/// What a column's samples say about its dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateDetection {
    /// The forms, the most frequent first. More than one: the column mixes forms.
    pub forms: Vec<DetectedForm>,
    /// Samples that are not blank.
    pub samples: usize,
    /// Samples that no form reads.
    pub unmatched: usize,
}

/// Finds the forms in which the samples (best in the file's order) are written.
#[must_use]
pub fn detect_date_forms<S: AsRef<str>>(samples: &[S]) -> DateDetection {
    let mut found = DateDetection::default();
    let mut shapes: BTreeMap<String, Vec<Sample<'_>>> = BTreeMap::new();
    let mut simple: BTreeMap<String, (DateForm, usize)> = BTreeMap::new();
    for text in samples.iter().map(|sample| sample.as_ref().trim()) {
        if is_missing(text) {
            continue;
        }
        found.samples += 1;
        if let Some(form) = special(text) {
            simple.entry(form.to_string()).or_insert((form, 0)).1 += 1;
        } else if let Some((shape, tokens)) = tokens(text) {
            shapes.entry(shape).or_default().push(Sample { text, tokens });
        }
    }
    found.forms.extend(simple.into_values().map(|(form, matches)| DetectedForm { form, matches, or: None }));
    for group in shapes.values() {
        found.forms.extend(read_group(group));
    }
    found.forms.sort_by_key(|detected| std::cmp::Reverse(detected.matches));
    let matched: usize = found.forms.iter().map(|detected| detected.matches).sum();
    found.unmatched = found.samples.saturating_sub(matched);
    found
}

struct Sample<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Digits { length: usize, value: u32, zero: bool },
    Month,
    Meridiem,
    Offset,
    Literal(char),
}

/// Forms that are known from a single value.
fn special(text: &str) -> Option<DateForm> {
    if DateForm::rfc3339().parse(text).is_some() {
        return Some(DateForm::rfc3339());
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let fraction = rest.strip_prefix('.').is_some_and(|f| f.bytes().all(|b| b.is_ascii_digit()));
    if !rest.is_empty() && !fraction {
        return None;
    }
    let whole: u64 = text[..digits].parse().ok()?;
    let (plausible, form) = match digits {
        5 => ((20_000..80_000).contains(&whole), DateForm::excel_serial()),
        10 => ((600_000_000..4_000_000_000).contains(&whole), DateForm::unix_seconds()),
        13 => ((600_000_000_000..4_000_000_000_000).contains(&whole), DateForm::unix_milliseconds()),
        8 | 12 | 14 if rest.is_empty() => {
            let name = &"YYYYMMDDHHmmss"[..digits];
            let form: DateForm = name.parse().ok()?;
            let year: u32 = text[..4].parse().ok()?;
            ((1900..2100).contains(&year) && form.parse(text).is_some(), form)
        }
        _ => return None,
    };
    plausible.then_some(form)
}

/// Cuts a text into tokens and names its shape; `None` where no date has such parts.
fn tokens(text: &str) -> Option<(String, Vec<Token>)> {
    const LONGEST: usize = 48;
    if text.len() > LONGEST || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let (mut shape, mut tokens) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let clock = shape.contains(':');
        let (token, length) = if char.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            let fraction = clock && matches!(tokens.last(), Some(Token::Literal('.' | ',')));
            if length > 9 || !(fraction || matches!(length, 1 | 2 | 4)) {
                return None;
            }
            let value = rest[..length].parse().ok()?;
            shape.push(if fraction {
                'S'
            } else if length == 4 {
                'Y'
            } else {
                '9'
            });
            (Token::Digits { length, value, zero: char == '0' }, length)
        } else if char.is_ascii_alphabetic() {
            let length = run(|c| c.is_ascii_alphabetic());
            let token = match rest[..length].to_ascii_lowercase().as_str() {
                "t" => Token::Literal('T'),
                "z" | "utc" | "gmt" => Token::Offset,
                "am" | "pm" => Token::Meridiem,
                word => {
                    is_month(word).then_some(())?;
                    Token::Month
                }
            };
            (token, length)
        } else if rest.starts_with("오전") || rest.starts_with("오후") {
            (Token::Meridiem, "오전".len())
        } else if clock && matches!(char, '+' | '-') {
            (Token::Offset, rest.len())
        } else if char.is_whitespace() {
            (Token::Literal(' '), run(char::is_whitespace))
        } else if "-/.,:()'년월일시분초年月日時分秒".contains(char) {
            (Token::Literal(char), char.len_utf8())
        } else {
            return None;
        };
        match &token {
            Token::Digits { .. } => {}
            Token::Month => shape.push('B'),
            Token::Meridiem => shape.push('A'),
            Token::Offset => shape.push('Z'),
            Token::Literal(literal) => shape.push(*literal),
        }
        tokens.push(token);
        rest = &rest[length..];
    }
    Some((shape, tokens))
}

fn is_month(word: &str) -> bool {
    word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(word))
}

/// What a place of digits holds over a group of samples.
#[derive(Debug, Default)]
struct Place {
    longest: usize,
    shortest: usize,
    most: u32,
    least: u32,
    zero: bool,
    distinct: usize,
}

fn places(group: &[Sample<'_>]) -> Vec<Place> {
    let digits = |sample: &Sample<'_>| -> Vec<(usize, u32, bool)> {
        let of = |token: &Token| match token {
            Token::Digits { length, value, zero } => Some((*length, *value, *zero)),
            _ => None,
        };
        sample.tokens.iter().filter_map(of).collect()
    };
    let rows: Vec<_> = group.iter().map(digits).collect();
    let width = rows.first().map_or(0, Vec::len);
    (0..width)
        .map(|at| {
            let column = || rows.iter().filter_map(|row| row.get(at));
            Place {
                longest: column().map(|c| c.0).max().unwrap_or(0),
                shortest: column().map(|c| c.0).min().unwrap_or(0),
                most: column().map(|c| c.1).max().unwrap_or(0),
                least: column().map(|c| c.1).min().unwrap_or(0),
                zero: column().any(|c| c.2),
                distinct: column().map(|c| c.1).collect::<HashSet<_>>().len(),
            }
        })
        .collect()
}

const YEAR_MONTH_DAY: &str = "YMD";
const YEAR_DAY_MONTH: &str = "YDM";
const DAY_MONTH_YEAR: &str = "DMY";
const MONTH_DAY_YEAR: &str = "MDY";

/// The forms that read a group of samples of one shape.
fn read_group(group: &[Sample<'_>]) -> Vec<DetectedForm> {
    let places = places(group);
    let first = &group[0].tokens;
    let orders = orders(&places, first);
    let forms: Vec<DateForm> =
        orders.iter().filter_map(|order| pattern(first, &places, order)?.parse().ok()).collect();
    let reads = |form: &DateForm| group.iter().filter(|s| form.parse(s.text).is_some()).count();
    match forms.as_slice() {
        [] => Vec::new(),
        [form] => detected(form, reads(form), None),
        [a, b, ..] => {
            let (count_a, count_b) = (reads(a), reads(b));
            if count_a == group.len() && count_b == group.len() {
                let a_is_first = disorder(a, group) <= disorder(b, group);
                let (form, or) = if a_is_first { (a, b) } else { (b, a) };
                return detected(form, count_a, Some(or.clone()));
            }
            let (form, other, most) = if count_a >= count_b { (a, b, count_a) } else { (b, a, count_b) };
            let mut all = detected(form, most, None);
            let rest = group
                .iter()
                .filter(|s| form.parse(s.text).is_none() && other.parse(s.text).is_some())
                .count();
            all.extend(detected(other, rest, None));
            all
        }
    }
}

fn detected(form: &DateForm, matches: usize, or: Option<DateForm>) -> Vec<DetectedForm> {
    if matches == 0 { Vec::new() } else { vec![DetectedForm { form: form.clone(), matches, or }] }
}

/// How often the samples step back in time, as exports rarely do much.
fn disorder(form: &DateForm, group: &[Sample<'_>]) -> usize {
    use super::ParsedTime;
    let times: Vec<_> = group
        .iter()
        .filter_map(|sample| match form.parse(sample.text)? {
            ParsedTime::Local { at, .. } => Some(at),
            ParsedTime::Absolute(at) => Some(jiff::tz::Offset::UTC.to_datetime(at)),
        })
        .collect();
    let back = times.windows(2).filter(|pair| pair[1] < pair[0]).count();
    let forth = times.windows(2).filter(|pair| pair[1] > pair[0]).count();
    // Newest first is an order, too.
    back.min(forth)
}

/// In which order year, month and day may stand; the likelier first.
fn orders(places: &[Place], tokens: &[Token]) -> Vec<&'static str> {
    let separator = tokens.iter().find_map(|t| match t {
        Token::Literal(literal) => Some(*literal),
        _ => None,
    });
    let year = |place: &Place| place.longest == 4;
    let month = |place: &Place| place.most <= 12 && place.least >= 1;
    let day = |place: &Place| place.most <= 31 && place.least >= 1;
    if tokens.contains(&Token::Month) {
        return match places {
            [a, ..] if year(a) => vec!["YD"],
            [_, _, ..] => vec!["DY"],
            _ => Vec::new(),
        };
    }
    match places {
        [a, b, c, ..] if year(a) => {
            let clock = matches!(tokens.get(3), Some(Token::Literal(':')));
            if clock || year(c) {
                Vec::new()
            } else if !month(b) && month(c) && day(b) {
                vec![YEAR_DAY_MONTH]
            } else {
                vec![YEAR_MONTH_DAY]
            }
        }
        // "1576.38" is an amount.
        [_, _] if separator == Some('.') => Vec::new(),
        [a, b] if year(a) && !year(b) => vec!["YM"],
        [a, b] if year(b) && !year(a) => vec!["MY"],
        [a, b, c, ..] if year(c) => match (month(a), month(b)) {
            (true, false) => vec![MONTH_DAY_YEAR],
            (false, true) => vec![DAY_MONTH_YEAR],
            // A place that is always 1 is the day of monthly figures.
            (true, true) if a.most == 1 && b.most > 1 => vec![DAY_MONTH_YEAR, MONTH_DAY_YEAR],
            (true, true) if b.most == 1 && a.most > 1 => vec![MONTH_DAY_YEAR, DAY_MONTH_YEAR],
            _ if separator == Some('/') => vec![MONTH_DAY_YEAR, DAY_MONTH_YEAR],
            _ => vec![DAY_MONTH_YEAR, MONTH_DAY_YEAR],
        },
        [a, b, c, ..] if [a, b, c].iter().all(|p| p.longest <= 2) => {
            let usual: [(&str, [&Place; 3]); 3] =
                [(YEAR_MONTH_DAY, [a, b, c]), (DAY_MONTH_YEAR, [c, b, a]), (MONTH_DAY_YEAR, [c, a, b])];
            let favourite = match separator {
                Some('/') => MONTH_DAY_YEAR,
                Some('.') => DAY_MONTH_YEAR,
                _ => YEAR_MONTH_DAY,
            };
            let mut possible: Vec<_> =
                usual.into_iter().filter(|(_, [y, m, d])| y.shortest == 2 && month(m) && day(d)).collect();
            // Days vary more than years do.
            possible.sort_by_key(|(name, [y, _, d])| {
                (std::cmp::Reverse(d.distinct as i64 - y.distinct as i64), *name != favourite)
            });
            possible.into_iter().map(|(name, _)| name).take(2).collect()
        }
        _ => Vec::new(),
    }
}

/// The pattern of a shape, its date places named in this order and the others as a time of day.
fn pattern(tokens: &[Token], places: &[Place], order: &str) -> Option<String> {
    let half_day = tokens.contains(&Token::Meridiem);
    let mut names = order.chars().chain(if half_day { "hms".chars() } else { "Hms".chars() });
    let mut name = String::new();
    let zeros = places.iter().any(|place| place.zero && place.longest <= 2);
    let mut places = places.iter();
    let mut clock = false;
    for token in tokens {
        match token {
            Token::Literal(':') => {
                clock = true;
                name.push(':');
            }
            Token::Literal(literal) => name.push(*literal),
            Token::Month => name.push_str("MMM"),
            Token::Meridiem => name.push('A'),
            Token::Offset => name.push('Z'),
            Token::Digits { .. } => {
                let place = places.next()?;
                if clock && name.ends_with(['.', ',']) {
                    name.push_str("SSS");
                    continue;
                }
                match names.next()? {
                    'Y' if place.longest == 4 => name.push_str("YYYY"),
                    'Y' => name.push_str("YY"),
                    letter => {
                        name.push(letter);
                        // Two letters where zeros are written in front.
                        if place.shortest == 2 && (zeros || matches!(letter, 'm' | 's')) {
                            name.push(letter);
                        }
                    }
                }
            }
        }
    }
    // A date is complete, and so is a time as far as it goes.
    let open = names.next();
    (open.is_none() || matches!(open, Some('H' | 'h' | 's'))).then_some(name)
}
