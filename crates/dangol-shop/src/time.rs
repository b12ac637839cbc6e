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
    /// For each stretch of [`STRETCH`] microseconds since 1900 the offset in force at its beginning.
    at_stretch: Vec<u16>,
}

/// About 25 days: hardly a zone changes its clocks twice in it.
const STRETCH_BITS: u32 = 41;
const STRETCH: i64 = 1 << STRETCH_BITS;
/// 1900-01-01 and 2100-01-01: between them changes of clocks are known.
const START: i64 = -25_567 * DAY_MICROS;
const END: i64 = 47_482 * DAY_MICROS;

impl LocalClock {
    /// The offsets of a zone between 1900 and 2100.
    #[must_use]
    pub fn new(zone: &TimeZone) -> Self {
        let offset = |at: Timestamp| i64::from(zone.to_offset(at).seconds()) * 1_000_000;
        let first = Timestamp::from_microsecond(START).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut offsets = vec![(i64::MIN, offset(first))];
        for transition in zone.following(first) {
            let at = transition.timestamp();
            if at.as_microsecond() > END {
                break;
            }
            offsets.push((at.as_microsecond(), i64::from(transition.offset().seconds()) * 1_000_000));
        }
        let at_stretch = (0..=(END - START) / STRETCH)
            .map(|stretch| {
                let begin = START + stretch * STRETCH;
                (offsets.partition_point(|(from, _)| *from <= begin) - 1) as u16
            })
            .collect();
        Self { offsets, at_stretch }
    }

    #[inline]
    fn offset_at(&self, utc_micros: i64) -> i64 {
        let stretch = utc_micros.saturating_sub(START).max(0) >> STRETCH_BITS;
        let mut at = match self.at_stretch.get(stretch as usize) {
            Some(at) => usize::from(*at),
            None => self.offsets.len() - 1,
        };
        while self.offsets.get(at + 1).is_some_and(|(from, _)| *from <= utc_micros) {
            at += 1;
        }
        self.offsets[at].1
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

/// Days from 1970-01-01 to a date. After Howard Hinnant, "chrono-compatible low-level date algorithms": called for each
/// row, and several times as fast as a span of dates.
#[must_use]
pub fn days_since_epoch(date: Date) -> i32 {
    // The year begins in March, so that the leap day is its last.
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
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
    fn days_agree_with_the_calendar() {
        let epoch = date(1970, 1, 1);
        assert_eq!(i64::from(days_since_epoch(date(1900, 1, 1))) * DAY_MICROS, START);
        assert_eq!(i64::from(days_since_epoch(date(2100, 1, 1))) * DAY_MICROS, END);
        for day in [Date::MIN, Date::MAX, date(2000, 2, 29), date(1900, 3, 1), date(-1, 12, 31), epoch] {
            assert_eq!(days_since_epoch(day), day.since(epoch).unwrap().get_days(), "{day}");
        }
        let mut day = date(1599, 1, 1);
        for _ in 0..160_000 {
            assert_eq!(date_of(days_since_epoch(day)), day);
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn offsets_are_those_of_the_zone_far_from_today_and_beside_changes() {
        for name in ["Asia/Seoul", "Europe/London", "America/New_York", "Africa/Casablanca"] {
            let zone = TimeZone::get(name).unwrap();
            let clock = LocalClock::new(&zone);
            let changes = clock.offsets.iter().skip(1).flat_map(|(at, _)| [at - 1, *at, at + 1]);
            let grid = (START / DAY_MICROS..END / DAY_MICROS).map(|day| day * DAY_MICROS);
            for at in changes.chain(grid) {
                let offset = zone.to_offset(Timestamp::from_microsecond(at).unwrap()).seconds();
                assert_eq!(clock.offset_at(at), i64::from(offset) * 1_000_000, "{name} {at}");
            }
            assert_eq!(clock.offset_at(i64::MIN), clock.offsets[0].1);
            assert_eq!(clock.offset_at(i64::MAX), clock.offsets[clock.offsets.len() - 1].1);
        }
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
