//! Yes and no, and months, as shops write them.

use jiff::civil::date;

use super::date::ParsedTime;

/// Reads yes or no: `true`, `Y`, `1`, `예`, `동의`, `O`, and their opposites.
#[must_use]
pub fn parse_flag(text: &str) -> Option<bool> {
    Some(match text.trim().to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "1.0" | "o" | "on" | "예" | "네" | "동의" | "수신동의"
        | "있음" => true,
        "false" | "f" | "no" | "n" | "0" | "0.0" | "x" | "off" | "아니오" | "아니요" | "미동의" | "거부"
        | "수신거부" | "없음" => false,
        _ => return None,
    })
}

/// Reads a month, which stands for its first day: `2024-03`, `2024/3`, `2024.03`, `202403`, `2024년 3월`.
#[must_use]
pub fn parse_month(text: &str) -> Option<ParsedTime> {
    let text = text.trim().trim_end_matches('월').replace("년", "-").replace([' ', '/', '.'], "-");
    let (year, month) = match text.split_once('-') {
        Some((year, month)) => (year, month.trim_start_matches('-')),
        None if text.len() == 6 && text.is_ascii() => text.split_at(4),
        None => return None,
    };
    let digits = |text: &str, most: usize| {
        (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    let (year, month) = (digits(year, 4).filter(|_| year.len() == 4)?, digits(month, 2)?);
    if !(1..=12).contains(&month) {
        return None;
    }
    Some(ParsedTime::Local { at: date(year, month as i8, 1).at(0, 0, 0, 0), has_clock: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no() {
        for (text, flag) in [("True", Some(true)), ("n", Some(false)), ("동의", Some(true)), ("maybe", None)]
        {
            assert_eq!(parse_flag(text), flag, "{text}");
        }
    }

    #[test]
    fn months() {
        let march = Some(ParsedTime::Local { at: date(2024, 3, 1).at(0, 0, 0, 0), has_clock: false });
        for text in ["2024-03", "2024/3", "2024.03", "202403", "2024년 3월"] {
            assert_eq!(parse_month(text), march, "{text}");
        }
        for text in ["2024-13", "2024", "2024-03-01", "03-2024", "Jan", "2024-"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
    }
}
