//! What a sample says about a column.

use std::collections::{HashMap, HashSet};

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use jiff::civil::DateTime;

use crate::values::{
    CURRENCY_SIGNS, DateDetection, DateForm, NumberStyle, ParsedTime, detect_date_forms, identifier_column,
    is_missing, parse_number,
};

/// A column's sample, looked at from all sides.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) header: String,
    /// What other tables call it, where its own header says less: `order_id` for the `id` of orders.
    pub(super) known_as: Option<String>,
    /// The values as text, identifiers without `.0`; `None` where missing.
    pub(super) values: Vec<Option<String>>,
    /// How many are not missing.
    pub(super) filled: usize,
    /// How many different ones there are.
    pub(super) distinct: usize,
    /// The values that are numbers.
    pub(super) numbers: Vec<f64>,
    /// How many of the numbers are whole.
    pub(super) whole: usize,
    /// Whether the file itself says that these are times or numbers.
    pub(super) native: Native,
    pub(super) dates: DateDetection,
    /// How they are written.
    pub(super) style: NumberStyle,
    /// How many values read as numbers only with a decimal comma, and only with a point.
    pub(super) comma_only: usize,
    pub(super) point_only: usize,
}

/// The file's own type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Native {
    Text,
    Number,
    /// A date or, with a clock, a moment.
    Time {
        clock: bool,
    },
    Other,
}

impl Column {
    pub(super) fn all(sample: &RecordBatch) -> Vec<Self> {
        let fields = sample.schema();
        let mut columns: Vec<Self> = fields
            .fields()
            .iter()
            .zip(sample.columns())
            .map(|(field, values)| Self::new(field.name(), values))
            .collect();
        let style = decimal(&columns);
        for column in &mut columns {
            column.read_numbers(style);
        }
        columns
    }

    fn new(header: &str, values: &ArrayRef) -> Self {
        let native = match values.data_type() {
            DataType::Timestamp(..) => Native::Time { clock: true },
            DataType::Date32 | DataType::Date64 => Native::Time { clock: false },
            kind if kind.is_numeric() => Native::Number,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Native::Text,
            DataType::Dictionary(_, value) if value.is_string() => Native::Text,
            _ => Native::Other,
        };
        let values: Vec<Option<String>> = texts(values, native)
            .map(|texts| texts.iter().map(|t| t.map(|t| t.trim().to_owned())).collect())
            .unwrap_or_default();
        let filled: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
        let distinct = filled.iter().collect::<HashSet<_>>().len();
        let dates = match native {
            // Fractions of numbers are not dates, whatever they look like.
            Native::Number if filled.iter().any(|text| text.contains('.')) => DateDetection::default(),
            Native::Text | Native::Number => detect_date_forms(&filled),
            Native::Time { .. } | Native::Other => DateDetection::default(),
        };
        let reads = |text: &str, style| parse_number(text, style).is_some();
        let only =
            |this, other| filled.iter().filter(|text| reads(text, this) && !reads(text, other)).count();
        Self {
            header: header.to_owned(),
            known_as: None,
            filled: filled.len(),
            distinct,
            numbers: Vec::new(),
            whole: 0,
            style: NumberStyle::Point,
            native,
            dates,
            comma_only: only(NumberStyle::Comma, NumberStyle::Point),
            point_only: only(NumberStyle::Point, NumberStyle::Comma),
            values,
        }
    }

    fn read_numbers(&mut self, style: NumberStyle) {
        let style = if self.native == Native::Number { NumberStyle::Point } else { style };
        self.style = style;
        self.numbers = self.values.iter().flatten().filter_map(|text| parse_number(text, style)).collect();
        self.whole = self.numbers.iter().filter(|number| number.fract() == 0.0).count();
    }

    /// The header, or what other tables call the column.
    pub(super) fn name(&self) -> &str {
        self.known_as.as_deref().unwrap_or(&self.header)
    }

    /// The share of values that are numbers.
    pub(super) fn number_share(&self) -> f64 {
        share(self.numbers.len(), self.filled)
    }

    /// Why the values are numbers though some are not, or that too few are: half of them must be.
    pub(super) fn as_numbers(&self) -> Result<String, &'static str> {
        if self.number_share() <= 0.5 {
            return Err("its values are not numbers");
        }
        let usual = format!("numbers, usually about {}", self.median_size());
        let other = self.values.iter().flatten().find(|text| !self.is_number(text));
        Ok(match other {
            None => usual,
            Some(other) => {
                let others = self.filled - self.numbers.len();
                let shown: String = other.chars().take(20).collect();
                format!(
                    "{usual}; {others} of {} are not, such as ‘{shown}’: their rows go to quarantine",
                    self.filled
                )
            }
        })
    }

    fn is_number(&self, text: &str) -> bool {
        parse_number(text, self.style).is_some()
    }

    /// The share of numbers that are whole.
    pub(super) fn whole_share(&self) -> f64 {
        share(self.whole, self.numbers.len())
    }

    /// The share of values that are dates.
    pub(super) fn date_share(&self) -> f64 {
        match self.native {
            Native::Time { .. } => 1.0,
            _ => share(self.dates.samples - self.dates.unmatched, self.dates.samples),
        }
    }

    /// The share of different values.
    pub(super) fn distinct_share(&self) -> f64 {
        share(self.distinct, self.filled)
    }

    /// Whether the dates have a time of day that is not always midnight.
    pub(super) fn has_clock(&self) -> bool {
        match self.native {
            Native::Time { clock } => {
                clock
                    && self.values.iter().flatten().any(|text| {
                        text.split_once('T').is_some_and(|(_, time)| !time.starts_with("00:00:00"))
                    })
            }
            _ => self.dates.forms.iter().any(|detected| detected.form.has_clock()),
        }
    }

    /// The forms of the dates; none where the file has a type for them.
    pub(super) fn forms(&self) -> Vec<DateForm> {
        let enough = self.dates.samples.div_ceil(200);
        self.dates
            .forms
            .iter()
            .filter(|detected| detected.matches >= enough.min(2))
            .map(|detected| detected.form.clone())
            .collect()
    }

    /// Whether all values are dates that can't be codes: with signs between day, month and year.
    pub(super) fn is_written_as_dates(&self) -> bool {
        match self.native {
            Native::Time { .. } => true,
            Native::Text => {
                let parted = |text: &String| text.contains(|c: char| !c.is_ascii_digit());
                self.filled > 0 && self.date_share() > 0.98 && self.values.iter().flatten().all(parted)
            }
            Native::Number | Native::Other => false,
        }
    }

    /// The years of the dates.
    pub(super) fn years(&self) -> Vec<i16> {
        self.times().into_iter().flatten().map(DateTime::year).collect()
    }

    /// Each value as a time, as it is written; those with an offset in UTC.
    pub(super) fn times(&self) -> Vec<Option<DateTime>> {
        let forms = self.forms();
        let read = |text: &String| match self.native {
            // Times are rendered in ISO form.
            Native::Time { .. } => text.get(..19).unwrap_or(text).parse().ok(),
            _ => match forms.iter().find_map(|form| form.parse(text))? {
                ParsedTime::Local { at, .. } => Some(at),
                ParsedTime::Absolute(at) => Some(at.to_zoned(jiff::tz::TimeZone::UTC).datetime()),
            },
        };
        self.values.iter().map(|text| text.as_ref().and_then(read)).collect()
    }

    /// Whether rows with one value have one of another column, too, in nearly all cases where values repeat.
    pub(super) fn decides(&self, other: &Self) -> bool {
        let mut of: HashMap<&str, &str> = HashMap::new();
        let (mut repeated, mut same) = (0_usize, 0_usize);
        for (value, theirs) in self.values.iter().zip(&other.values) {
            let (Some(value), Some(theirs)) = (value, theirs) else { continue };
            match of.get(value.as_str()) {
                None => {
                    of.insert(value, theirs);
                }
                Some(before) => {
                    repeated += 1;
                    same += usize::from(before == theirs);
                }
            }
        }
        same * 100 >= repeated * 98
    }

    /// The size in the middle of the numbers' sizes.
    pub(super) fn median_size(&self) -> f64 {
        let mut sizes: Vec<f64> = self.numbers.iter().map(|number| number.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
    }

    /// The values by how often they occur, most frequent first.
    pub(super) fn counts(&self) -> Vec<(&str, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for value in self.values.iter().flatten() {
            *counts.entry(value).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// A currency that signs among the values tell.
    pub(super) fn currency(&self) -> Option<&'static str> {
        self.values.iter().flatten().filter(|_| self.number_share() > 0.5).find_map(|text| {
            CURRENCY_SIGNS.iter().find(|(sign, _)| text.contains(sign)).and_then(|(_, code)| *code)
        })
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The values as text: identifiers without `.0`, times in ISO form.
fn texts(values: &ArrayRef, native: Native) -> Option<StringArray> {
    match native {
        Native::Text => {
            let texts = cast(values, &DataType::Utf8).ok()?;
            Some(texts.as_string::<i32>().iter().map(|t| t.filter(|t| !is_missing(t))).collect())
        }
        _ => identifier_column(values).ok(),
    }
}

/// The decimal mark that more of the values need.
pub(super) fn decimal(columns: &[Column]) -> NumberStyle {
    let texts = || columns.iter().filter(|column| column.native == Native::Text);
    let comma: usize = texts().map(|column| column.comma_only).sum();
    let point: usize = texts().map(|column| column.point_only).sum();
    if comma > point { NumberStyle::Comma } else { NumberStyle::Point }
}
