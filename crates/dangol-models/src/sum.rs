//! Sums that keep their digits.
//!
//! Neumaier's compensated summation: the rounding error of each addition is kept apart and
//! added at the end, so that the error does not grow with the number of values.
//! Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
//! Summen", ZAMM 54 (1974), 39–51.

/// A running compensated sum.
///
/// ```
/// use dangol_models::sum::Sum;
/// let sum: Sum = [1e16, 1.0, -1e16].into_iter().collect();
/// assert_eq!(sum.value(), 1.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds one value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let total = self.total + value;
        self.lost += if self.total.abs() >= value.abs() {
            (self.total - total) + value
        } else {
            (value - total) + self.total
        };
        self.total = total;
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: Self) {
        self.add(other.total);
        self.lost += other.lost;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(self) -> f64 {
        self.total + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        for value in values {
            sum.add(value);
        }
        sum
    }
}

/// The compensated sum of the values; 0 for none.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    values.iter().copied().collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_tenths_are_a_hundred_thousand() {
        assert_eq!(sum(&vec![0.1; 1_000_000]), 100_000.0);
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let values = [1e16, 3.0, -1e16, 0.25, 7.0];
        let mut left: Sum = values[..2].iter().copied().collect();
        left.merge(values[2..].iter().copied().collect());
        assert_eq!(left.value(), 10.25);
    }
}
