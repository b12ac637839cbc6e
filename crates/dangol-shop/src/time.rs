//! The shop's clock: between its calendar and moments in UTC.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// Converts between local times and moments by a table of the zone's offsets, so that
/// millions of rows cost a comparison each.
#[derive(Debug, Clone)]
pub struct LocalClock {
    /// (first moment in microseconds UTC, offset in microseconds), ascending.
    offsets: Vec<(i64, i64)>,
}

impl LocalClock {
    /// The offsets of a zone between 1900 and 2100.
    #[must_use]
    pub fn new(zone: &TimeZone) -> Self {
        let start = moment_of(Date::constant(1900, 1, 1));
        let end = moment_of(Date::constant(2100, 1, 1));
        let offset = |at: Timestamp| i64::from(zone.to_offset(at).seconds()) * 1_000_000;
        let first = Timestamp::from_microsecond(start).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut offsets = vec![(i64::MIN, offset(first))];
        for transition in zone.following(first) {
            let at = transition.timestamp();
            if at.as_microsecond() > end {
                break;
            }
            offsets.push((at.as_microsecond(), i64::from(transition.offset().seconds()) * 1_000_000));
        }
        Self { offsets }
    }

    fn offset_at(&self, utc_micros: i64) -> i64 {
        let after = self.offsets.partition_point(|(from, _)| *from <= utc_micros);
        self.offsets[after.saturating_sub(1)].1
    }

    /// The moment of a local time. A time that the clocks skip is read as if they had not
    /// been changed yet; one that occurs twice is its first occurrence.
    #[must_use]
    pub fn to_utc(&self, local_micros: i64) -> i64 {
        // The offset in force before any nearby change: exact away from changes, and the
        // "compatible" reading (RFC 5545) at them.
        let early = self.offset_at(local_micros.saturating_sub(DAY_MICROS));
        let candidate = local_micros.saturating_sub(early);
        let offset = self.offset_at(candidate);
        let shifted = local_micros.saturating_sub(offset);
        if offset == early || self.offset_at(shifted) != offset { candidate } else { shifted }
    }

    /// The local time, in microseconds since the local 1970-01-01T00:00, of a moment.
    #[must_use]
    pub fn to_local(&self, utc_micros: i64) -> i64 {
        utc_micros.saturating_add(self.offset_at(utc_micros))
    }

    /// The local calendar day, counted from 1970-01-01, of a moment.
    #[must_use]
    pub fn day_of(&self, utc_micros: i64) -> i32 {
        self.to_local(utc_micros).div_euclid(DAY_MICROS) as i32
    }

    /// The moment at which a local calendar day begins.
    #[must_use]
    pub fn start_of_day(&self, day: i32) -> i64 {
        self.to_utc(i64::from(day) * DAY_MICROS)
    }
}

fn moment_of(date: Date) -> i64 {
    i64::from(days_since_epoch(date)) * DAY_MICROS
}

/// Days from 1970-01-01 to a date.
#[must_use]
pub fn days_since_epoch(date: Date) -> i32 {
    // The span between two dates of jiff's range (years ±9999) fits i32 days.
    date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// The date that lies `days` after 1970-01-01.
#[must_use]
pub fn date_of(days: i32) -> Date {
    Date::constant(1970, 1, 1).checked_add(days.days()).unwrap_or(if days < 0 {
        Date::MIN
    } else {
        Date::MAX
    })
}

/// A civil time as microseconds since the local 1970-01-01T00:00.
#[must_use]
pub fn local_micros(time: DateTime) -> i64 {
    let clock = time.time();
    i64::from(days_since_epoch(time.date())) * DAY_MICROS
        + i64::from(clock.hour()) * 3_600_000_000
        + i64::from(clock.minute()) * 60_000_000
        + i64::from(clock.second()) * 1_000_000
        + i64::from(clock.subsec_nanosecond() / 1_000)
}

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A calendar day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// January to March, and so on.
    Quarter,
}

impl Period {
    /// The number of the period in which a day (from 1970-01-01) lies; consecutive periods
    /// have consecutive numbers, and 1970-01-01 lies in period 0.
    #[must_use]
    pub fn index_of(self, day: i32) -> i32 {
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday.
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => month_of(day),
            Self::Quarter => month_of(day).div_euclid(3),
        }
    }

    /// The first day of a period, counted from 1970-01-01.
    #[must_use]
    pub fn start(self, index: i32) -> i32 {
        match self {
            Self::Day => index,
            Self::Week => index * 7 - 3,
            Self::Month => start_of_month(index),
            Self::Quarter => start_of_month(index * 3),
        }
    }
}

/// Months from January 1970 to the month of a day. Days to civil date after Howard Hinnant,
/// "chrono-compatible low-level date algorithms".
fn month_of(day: i32) -> i32 {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    // March is month 0 of the shifted year.
    ((year_of_era + era * 400 - 1970) * 12 + shifted_month + 2) as i32
}

fn start_of_month(index: i32) -> i32 {
    let year = 1970 + index.div_euclid(12);
    let month = index.rem_euclid(12) + 1;
    Date::new(year as i16, month as i8, 1).map_or(0, days_since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn periods_agree_with_the_calendar() {
        for day in (-40_000..60_000).step_by(7).chain(-800..800) {
            let d = date_of(day);
            let months = (i32::from(d.year()) - 1970) * 12 + i32::from(d.month()) - 1;
            assert_eq!(Period::Month.index_of(day), months, "{d}");
            assert_eq!(Period::Quarter.index_of(day), months.div_euclid(3), "{d}");
            for period in [Period::Day, Period::Week, Period::Month, Period::Quarter] {
                let index = period.index_of(day);
                assert!(period.start(index) <= day && day < period.start(index + 1));
                assert_eq!(period.index_of(period.start(index)), index);
            }
        }
        assert_eq!(date_of(Period::Week.start(0)), date(1969, 12, 29));
    }

    #[test]
    fn local_times_agree_with_the_zone_database() {
        for name in ["Asia/Seoul", "Europe/London", "America/New_York", "UTC"] {
            let zone = TimeZone::get(name).unwrap();
            let clock = LocalClock::new(&zone);
            let mut local = datetime(2010, 12, 1, 8, 26, 0, 0);
            for _ in 0..4_000 {
                let expected = local.to_zoned(zone.clone()).unwrap().timestamp();
                let utc = clock.to_utc(local_micros(local));
                assert_eq!(utc, expected.as_microsecond(), "{name} {local}");
                if local.to_zoned(zone.clone()).unwrap().datetime() == local {
                    assert_eq!(clock.to_local(utc), local_micros(local));
                }
                local = local.checked_add(97.minutes()).unwrap();
            }
        }
    }
}
