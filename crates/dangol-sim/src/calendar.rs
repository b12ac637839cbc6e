//! From the process's even clock to the shop's: weekdays, hours, months.
//!
//! The process runs on a clock on which every hour is alike. Shops sell more on Mondays and at ten in the
//! evening. Each week of the even clock is therefore stretched and squeezed within itself, which
//! moves purchases by hours or days but keeps their order and their number per week: rates and lifetimes remain
//! what the truth says.

use jiff::{ToSpan, civil::Date};

pub(crate) const DAY: u32 = 86_400;
const HOUR: f64 = 3_600.0;

/// Sales by hour of day, relative: a low at five, peaks at eleven and twenty-two.
const HOURS: [f64; 24] = [
    0.9, 0.5, 0.3, 0.2, 0.15, 0.15, 0.25, 0.45, 0.8, 1.15, 1.35, 1.4, 1.2, 1.2, 1.25, 1.2, 1.15, 1.05, 1.0,
    1.15, 1.4, 1.65, 1.75, 1.4,
];
/// Sales by weekday from Monday, relative.
const WEEKDAYS: [f64; 7] = [1.2, 1.12, 1.08, 1.05, 0.95, 0.75, 0.85];

/// The simulated span and its weekly rhythm.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    starts_on: Date,
    days: u32,
    /// Weight of the hours of a week up to each hour, beginning with the weekday of the first day.
    cumulative: Vec<f64>,
    /// Month (0 = January) of each day of the span.
    months: Vec<u8>,
}

impl Calendar {
    pub(crate) fn new(starts_on: Date, days: u32) -> Self {
        let first_weekday = starts_on.weekday().to_monday_zero_offset() as usize;
        let mut cumulative = vec![0.0];
        let mut total = 0.0;
        for weekday in (0..7).map(|day| WEEKDAYS[(first_weekday + day) % 7]) {
            for hour in HOURS {
                total += weekday * hour;
                cumulative.push(total);
            }
        }
        let mut calendar = Self { starts_on, days, cumulative, months: Vec::new() };
        calendar.months = (0..days).map(|day| calendar.date(day).month() as u8 - 1).collect();
        calendar
    }

    pub(crate) fn days(&self) -> u32 {
        self.days
    }

    /// Seconds in the span. 20 years fit into 32 bits six times over.
    pub(crate) fn seconds(&self) -> u32 {
        self.days * DAY
    }

    pub(crate) fn date(&self, day: u32) -> Date {
        // The options bound the span to 20 years from at most 2200, far within the calendar's range.
        self.starts_on + i64::from(day).days()
    }

    pub(crate) fn first_date(&self) -> Date {
        self.starts_on
    }

    /// Month (0 = January) in which a second of the span lies.
    pub(crate) fn month(&self, second: u32) -> usize {
        usize::from(self.months[(second / DAY) as usize])
    }

    /// Days on the even clock → seconds on the shop's clock. Monotone; keeps whole weeks.
    /// The last, incomplete week is stretched within itself.
    pub(crate) fn clock(&self, moment: f64) -> u32 {
        let week = (moment / 7.0).floor();
        let days_in_week = (f64::from(self.days) - week * 7.0).clamp(1.0, 7.0);
        let hours = days_in_week as usize * 24;
        let share = ((moment - week * 7.0) / days_in_week).clamp(0.0, 1.0);
        let target = share * self.cumulative[hours];
        let hour = self.cumulative[1..hours].partition_point(|&weight| weight <= target);
        let (low, high) = (self.cumulative[hour], self.cumulative[hour + 1]);
        let within = ((target - low) / (high - low)).clamp(0.0, 1.0);
        let second = week * 7.0 * f64::from(DAY) + (hour as f64 + within) * HOUR;
        (second as u32).min(self.seconds() - 1)
    }

    /// Microseconds from 1970 to a second of the span, both without zone.
    pub(crate) fn microseconds(&self, second: u32) -> i64 {
        let start = self.starts_on.duration_since(Date::constant(1970, 1, 1)).as_secs();
        (start + i64::from(second)) * 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_is_monotone_and_keeps_weeks() {
        for days in [1, 6, 7, 8, 1_096] {
            let calendar = Calendar::new(Date::constant(2023, 1, 1), days);
            let mut before = 0;
            for step in 0..days * 100 {
                let moment = f64::from(step) / 100.0;
                let second = calendar.clock(moment);
                assert!(second >= before && second < calendar.seconds());
                assert_eq!(second / (7 * DAY), (moment / 7.0) as u32, "same week");
                before = second;
            }
        }
    }

    #[test]
    fn months_follow_the_calendar() {
        let calendar = Calendar::new(Date::constant(2023, 12, 31), 3);
        assert_eq!((calendar.month(0), calendar.month(DAY)), (11, 0));
        assert_eq!(calendar.microseconds(0), 1_703_980_800_000_000);
    }
}
