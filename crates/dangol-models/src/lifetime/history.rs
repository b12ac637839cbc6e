//! What is known of a customer's purchases: how many, when the last, how long ago the first.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The unit in which times are counted, chosen once for a fit and everything that comes of it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Days.
    Day,
    /// Weeks of 7 days, as in the published examples.
    #[default]
    Week,
    /// Months of 30.4375 days: a twelfth of 365.25.
    Month,
}

impl TimeUnit {
    /// Days in one of it.
    #[must_use]
    pub fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 30.4375,
        }
    }

    /// How many of these are in so many of another unit.
    ///
    /// ```
    /// use dangol_models::lifetime::TimeUnit;
    /// assert_eq!(TimeUnit::Week.from(12.0, TimeUnit::Month), 365.25 / 7.0);
    /// ```
    #[must_use]
    pub fn from(self, time: f64, unit: Self) -> f64 {
        if self == unit { time } else { time * unit.days() / self.days() }
    }
}

/// The most repeat purchases of one customer: more than anybody makes, and few enough for tables.
pub const MOST_REPEATS: u32 = 1_000_000;

/// t_x, the time from a customer's first purchase to the last one: what these models call
/// recency. It is *not* the time since the last purchase; the two are apart by type.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct TimeOfLastPurchase(pub f64);

/// Time from the last purchase to the as-of moment: what RFM calls recency.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct TimeSinceLastPurchase(pub f64);

impl TimeSinceLastPurchase {
    /// t_x of a customer whose first purchase was `age` ago.
    #[must_use]
    pub fn at_age(self, age: f64) -> TimeOfLastPurchase {
        TimeOfLastPurchase(age - self.0)
    }
}

/// One customer's purchases: x, t_x and T, in one unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct History {
    repeats: u32,
    last: f64,
    age: f64,
    log_gaps: Option<f64>,
}

impl History {
    /// A history of `repeats` purchases after the first one (x), the last of them at `last` (t_x),
    /// known up to `age` (T), both counted from the first purchase.
    ///
    /// # Errors
    /// [`Error::BadHistory`] unless 0 ≤ t_x ≤ T, both finite, and t_x = 0 exactly where x = 0;
    /// or x above [`MOST_REPEATS`].
    ///
    /// ```
    /// use dangol_models::lifetime::{History, TimeOfLastPurchase};
    /// let history = History::new(2, TimeOfLastPurchase(30.43), 38.86)?;
    /// assert_eq!(history.age() - history.last(), 8.43);
    /// // No repeat purchase, and yet one at 30.43: that is somebody's days since the last purchase.
    /// assert!(History::new(0, TimeOfLastPurchase(30.43), 38.86).is_err());
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn new(repeats: u32, last: TimeOfLastPurchase, age: f64) -> Result<Self> {
        let last = last.0;
        let right = age.is_finite() && last >= 0.0 && last <= age && (repeats == 0) == (last == 0.0);
        if right && repeats <= MOST_REPEATS {
            // −0.0 is 0.0, so that equal histories are equal in every bit.
            Ok(Self { repeats, last: last + 0.0, age: age + 0.0, log_gaps: None })
        } else {
            Err(Error::BadHistory { repeats, last, age })
        }
    }

    /// Adds Σ ln(gap) over the gaps between successive purchases, in the same unit of time: what
    /// the models of regular purchasing ([`super::Cnbd`]) need besides.
    ///
    /// # Errors
    /// [`Error::BadHistory`] unless it is finite and possible: at most x ln(t_x / x), and 0 for x = 0.
    pub fn with_log_gaps(self, log_gaps: f64) -> Result<Self> {
        let most = if self.repeats == 0 { 0.0 } else { self.x() * (self.last / self.x()).ln() };
        // Room for rounding in a sum of that many terms.
        if log_gaps.is_finite()
            && log_gaps <= most + 1e-9 * (1.0 + most.abs())
            && (self.repeats > 0 || log_gaps == 0.0)
        {
            Ok(Self { log_gaps: Some(log_gaps), ..self })
        } else {
            Err(Error::BadHistory { repeats: self.repeats, last: self.last, age: self.age })
        }
    }

    /// x, the number of purchases after the first.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// t_x, the time from the first purchase to the last.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.last
    }

    /// T, the time from the first purchase to the as-of moment.
    #[must_use]
    pub fn age(&self) -> f64 {
        self.age
    }

    /// Σ ln(gap) between purchases, where it was given.
    #[must_use]
    pub fn log_gaps(&self) -> Option<f64> {
        self.log_gaps
    }

    pub(crate) fn x(&self) -> f64 {
        f64::from(self.repeats)
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Given {
            repeats: u32,
            last: TimeOfLastPurchase,
            age: f64,
            #[serde(default)]
            log_gaps: Option<f64>,
        }
        let given = Given::deserialize(deserializer)?;
        Self::new(given.repeats, given.last, given.age)
            .and_then(|history| given.log_gaps.map_or(Ok(history), |sum| history.with_log_gaps(sum)))
            .map_err(serde::de::Error::custom)
    }
}
