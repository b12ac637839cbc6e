//! What an analysis may see: the as-of moment, the period and the filters.

use datafusion::prelude::{Expr, col, lit};
use datafusion::scalar::ScalarValue;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::error::ShopError;
use crate::time::{DAY_MICROS, LocalClock, date_of, days_since_epoch};

/// The moment at which an analysis looks at the shop; nothing after it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AsOf {
    /// A calendar day, taken in whole; differences in days count from this date.
    Day(i32),
    /// A moment, in microseconds UTC; differences are whole days elapsed.
    Moment(i64),
}

impl AsOf {
    /// The moment after the last order: 24 hours later.
    #[must_use]
    pub fn after(last_at: i64) -> Self {
        Self::Moment(last_at + DAY_MICROS)
    }

    /// Reads `2011-12-09` or `2011-12-10T12:50:00Z`.
    ///
    /// # Errors
    /// [`ShopError::BadScope`].
    pub fn parse(text: &str) -> Result<Self, ShopError> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Self::Moment(at.as_microsecond()));
        }
        Ok(Self::Day(parse_day("as_of", text)?))
    }

    /// Whole days from a purchase to this moment.
    #[must_use]
    pub fn days_since(self, purchase_at: i64, purchase_on: i32) -> i64 {
        match self {
            Self::Day(day) => i64::from(day - purchase_on),
            Self::Moment(at) => (at - purchase_at).div_euclid(DAY_MICROS),
        }
    }

    /// The calendar day in which it lies.
    #[must_use]
    pub fn day(self, clock: &LocalClock) -> i32 {
        match self {
            Self::Day(day) => day,
            Self::Moment(at) => clock.day_of(at),
        }
    }

    /// Whether a calendar day lies wholly before its end.
    #[must_use]
    pub fn has_whole_day(self, day: i32, clock: &LocalClock) -> bool {
        match self {
            Self::Day(last) => day <= last,
            Self::Moment(at) => clock.start_of_day(day + 1) <= at,
        }
    }

    fn condition(self) -> Expr {
        match self {
            Self::Day(day) => col("ordered_on").lt_eq(lit(ScalarValue::Date32(Some(day)))),
            Self::Moment(at) => {
                col("ordered_at").lt_eq(lit(ScalarValue::TimestampMicrosecond(Some(at), Some("UTC".into()))))
            }
        }
    }

    /// Whether purchases until `last_at` all lie before it.
    #[must_use]
    pub fn includes(self, last_at: i64, last_on: i32) -> bool {
        match self {
            Self::Day(day) => last_on <= day,
            Self::Moment(at) => last_at <= at,
        }
    }
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => date_of(*day).fmt(f),
            Self::Moment(at) => match Timestamp::from_microsecond(*at) {
                Ok(at) => at.fmt(f),
                Err(_) => write!(f, "{at} µs"),
            },
        }
    }
}

fn parse_day(what: &'static str, text: &str) -> Result<i32, ShopError> {
    text.parse::<Date>().map(days_since_epoch).map_err(|_| ShopError::BadScope {
        what,
        value: text.to_owned(),
        hint: "write a date such as 2011-12-09, or a moment such as 2011-12-09T12:50:00Z".into(),
    })
}

/// What a person asks to see, as written in a URL or on a command line.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema, utoipa::IntoParams,
)]
#[serde(default)]
pub struct Filters {
    /// Date (that whole day) or moment; default: the last order plus 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// First day of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Countries, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Sales platforms, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales_platform: Option<String>,
    /// Categories, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Segments of one scheme, qualified and separated by commas: `nine:at_risk,nine:lost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Acquisition channels of customers, separated by commas; `not_known` stands for those of whom it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Regions of customers, separated by commas, or `not_known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Age bands of customers, separated by commas: `20s,30s`, `50+`, or `not_known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_band: Option<String>,
    /// Genders of customers, separated by commas: `female`, `male`, or `not_known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// Audiences by name, separated by commas; who is in any of them is let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

/// The filters that restrict order lines by the value of a column.
pub const DIMENSIONS: [&str; 3] = ["country", "sales_platform", "category"];

/// The filters that restrict customers by what is known of them, named as the features of `customer_profile`.
pub const CUSTOMER_FILTERS: [&str; 4] = ["channel", "region", "age_band", "gender"];

impl Filters {
    /// The filter of a name.
    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "as_of" => &mut self.as_of,
            "from" => &mut self.from,
            "country" => &mut self.country,
            "sales_platform" => &mut self.sales_platform,
            "category" => &mut self.category,
            "segment" => &mut self.segment,
            "channel" => &mut self.channel,
            "region" => &mut self.region,
            "age_band" => &mut self.age_band,
            "gender" => &mut self.gender,
            "audience" => &mut self.audience,
            _ => return None,
        })
    }

    /// Sets a filter by its name; false where there is none of that name.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let Some(place) = self.place(name) else { return false };
        *place = Some(value.to_owned());
        true
    }

    /// The value given for one of [`CUSTOMER_FILTERS`].
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "channel" => self.channel.as_deref(),
            "region" => self.region.as_deref(),
            "age_band" => self.age_band.as_deref(),
            "gender" => self.gender.as_deref(),
            _ => None,
        }
        .filter(|value| !value.is_empty())
    }

    /// The value given for one of [`DIMENSIONS`].
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&str> {
        match name {
            "country" => self.country.as_deref(),
            "sales_platform" => self.sales_platform.as_deref(),
            "category" => self.category.as_deref(),
            _ => None,
        }
        .filter(|value| !value.is_empty())
    }
}

/// Values of a list written with commas; a comma within a value is written `\,`.
#[must_use]
pub fn split_list(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&',') => {
                characters.next();
                if let Some(last) = values.last_mut() {
                    last.push(',');
                }
            }
            ',' => values.push(String::new()),
            other => {
                if let Some(last) = values.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

/// The filters, understood.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The moment of the analysis.
    pub as_of: AsOf,
    /// First day of the period, from 1970-01-01.
    pub from: Option<i32>,
    /// Column and the values let through.
    pub dimensions: Vec<(&'static str, Vec<String>)>,
    /// Keys of the customers that there are for an analysis that leaves some out, ascending; else there are all.
    pub population: Option<Arc<Vec<i32>>>,
    /// Keys of the customers let through, ascending; among the population.
    pub members: Option<Arc<Vec<i32>>>,
}

impl Scope {
    /// Everything up to a moment.
    #[must_use]
    pub fn until(as_of: AsOf) -> Self {
        Self { as_of, from: None, dimensions: Vec::new(), population: None, members: None }
    }

    /// Reads the filters; `default` is the as-of moment where none is given. A segment is not
    /// resolved here: that takes an analysis, which then sets `members`.
    ///
    /// # Errors
    /// [`ShopError::BadScope`] for what is no date, or a period that ends before it begins.
    pub fn parse(filters: &Filters, default: AsOf, clock: &LocalClock) -> Result<Self, ShopError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let as_of = given(&filters.as_of).map_or(Ok(default), |text| AsOf::parse(&text))?;
        let from = given(&filters.from).map(|text| parse_day("from", &text)).transpose()?;
        if let Some(from) = from
            && from > as_of.day(clock)
        {
            return Err(ShopError::BadScope {
                what: "from",
                value: date_of(from).to_string(),
                hint: format!("the period must begin before the as-of date {}", date_of(as_of.day(clock))),
            });
        }
        let dimensions = DIMENSIONS
            .into_iter()
            .filter_map(|name| {
                let values = split_list(filters.dimension(name)?);
                (!values.is_empty()).then_some((name, values))
            })
            .collect();
        Ok(Self { as_of, from, dimensions, population: None, members: None })
    }

    /// Whether lines are left out other than by the as-of moment, so that the store's
    /// "first of …" flags no longer hold.
    #[must_use]
    pub fn restricts_lines(&self) -> bool {
        self.from.is_some() || !self.dimensions.is_empty()
    }

    /// The same scope without the beginning of the period.
    #[must_use]
    pub fn without_from(&self) -> Self {
        Self { from: None, ..self.clone() }
    }

    /// Conditions on order lines, without the beginning of the period (see
    /// `crate::store::PartsTable`) and without members.
    pub(crate) fn conditions(&self, last: Option<(i64, i32)>) -> Option<Expr> {
        let mut conditions = Vec::new();
        if !last.is_some_and(|(last_at, last_on)| self.as_of.includes(last_at, last_on)) {
            conditions.push(self.as_of.condition());
        }
        for (column, values) in &self.dimensions {
            conditions
                .push(col(*column).in_list(values.iter().map(|value| lit(value.as_str())).collect(), false));
        }
        conditions.into_iter().reduce(Expr::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_at_commas_that_are_not_escaped() {
        assert_eq!(split_list("a,b"), ["a", "b"]);
        assert_eq!(split_list("Korea\\, Republic of,France"), ["Korea, Republic of", "France"]);
        assert!(split_list("").is_empty());
    }

    #[test]
    fn a_bare_date_takes_in_its_whole_day() {
        let clock = LocalClock::new(&jiff::tz::TimeZone::get("Asia/Seoul").unwrap());
        let day = AsOf::parse("2024-03-10").unwrap();
        let AsOf::Day(number) = day else { panic!() };
        let evening = clock.start_of_day(number) + DAY_MICROS - 1;
        assert!(day.includes(evening, clock.day_of(evening)));
        assert_eq!(day.days_since(evening, clock.day_of(evening)), 0);
        assert_eq!(day.days_since(evening - DAY_MICROS, number - 1), 1);
        let moment = AsOf::after(evening);
        assert_eq!(moment.days_since(evening, number), 1);
        assert_eq!(moment.days_since(evening + 1, number + 1), 0);
    }

    #[test]
    fn nonsense_is_refused_with_a_hint() {
        let error = AsOf::parse("yesterday").unwrap_err();
        assert_eq!(error.to_string(), "as_of `yesterday` is not understood");
        assert!(error.hint().contains("2011-12-09"));
        let clock = LocalClock::new(&jiff::tz::TimeZone::UTC);
        let filters = Filters {
            from: Some("2024-02-01".into()),
            as_of: Some("2024-01-01".into()),
            ..Filters::default()
        };
        assert!(Scope::parse(&filters, AsOf::Day(0), &clock).is_err());
    }
}
