//! Histories on discrete occasions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_count};

/// The most occasions that are computed with: formulas take a time in proportion to them.
pub(crate) const MOST_OCCASIONS: usize = 100_000;

/// What one customer did on past occasions: x purchases, the last of them on occasion t_x, of n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Occasions {
    periods: u32,
    purchases: u32,
    last: u32,
}

/// The fields before they are checked.
#[derive(Deserialize)]
struct Unchecked {
    purchases: u32,
    last: u32,
    periods: u32,
}

impl TryFrom<Unchecked> for Occasions {
    type Error = Error;

    fn try_from(unchecked: Unchecked) -> Result<Self> {
        Self::new(unchecked.purchases, unchecked.last, unchecked.periods)
    }
}

impl Occasions {
    /// A customer about whom nothing is known yet.
    pub const NONE: Self = Self { periods: 0, purchases: 0, last: 0 };

    /// So many `purchases`, the last on the occasion of number `last` (0 without purchases), of
    /// `periods` occasions. The occasion on which somebody became a customer is not counted.
    ///
    /// # Errors
    /// [`Error::BadOccasions`] unless x ≤ t_x ≤ n, and t_x = 0 only for x = 0;
    /// [`Error::CountOutOfRange`] for more than 100,000 occasions.
    pub fn new(purchases: u32, last: u32, periods: u32) -> Result<Self> {
        check_count("occasions", periods as usize, 0, MOST_OCCASIONS)?;
        if purchases <= last && last <= periods && (purchases == 0) == (last == 0) {
            Ok(Self { periods, purchases, last })
        } else {
            Err(Error::BadOccasions { purchases, last, periods })
        }
    }

    /// x, the number of purchases.
    #[must_use]
    pub fn purchases(self) -> usize {
        self.purchases as usize
    }

    /// t_x, the occasion of the last purchase.
    #[must_use]
    pub fn last(self) -> usize {
        self.last as usize
    }

    /// n, the number of occasions.
    #[must_use]
    pub fn periods(self) -> usize {
        self.periods as usize
    }
}

/// Customers by what they did: distinct histories with their number of customers, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccasionTable {
    pub(super) rows: Vec<(Occasions, u64)>,
    customers: u64,
}

impl OccasionTable {
    /// Counts histories, each with its number of customers; rows of the same history are joined.
    ///
    /// # Errors
    /// [`Error::Empty`] without a customer.
    pub fn new(counts: impl IntoIterator<Item = (Occasions, u64)>) -> Result<Self> {
        let mut joined = BTreeMap::new();
        for (history, customers) in counts {
            *joined.entry(history).or_insert(0_u64) += customers;
        }
        joined.retain(|_, customers| *customers > 0);
        let customers = joined.values().sum();
        if customers == 0 {
            return Err(Error::Empty { what: "a BG/BB model" });
        }
        Ok(Self { rows: joined.into_iter().collect(), customers })
    }

    /// Number of customers.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// Distinct histories with their number of customers.
    #[must_use]
    pub fn rows(&self) -> &[(Occasions, u64)] {
        &self.rows
    }
}
