//! How much of the revenue comes from how few customers.
//!
//! The curve runs over customers from best to worst: at customer share p it gives the share of the
//! revenue that the best p of the customers bring. This is the Lorenz curve seen from the other
//! end. The Gini coefficient is twice the area between the curve and the diagonal: 0 if all bring
//! the same, towards 1 if one customer brings all. Source: C. Gini, "Variabilità e mutabilità"
//! (1912); M. O. Lorenz, "Methods of measuring the concentration of wealth", Publications of the
//! American Statistical Association 9 (1905), 209–219.
//!
//! **Negative totals** (customers who were refunded more than they paid in the period) count as
//! zero: otherwise the curve would rise above 1 and the coefficient lose its meaning. How many
//! there are is reported. If nobody has a positive total, there are no shares to speak of, and the
//! answer is `None`.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_count, check_finite};
use crate::quantile::{from_key, to_key};
use crate::sum::Sum;

/// The concentration of revenue.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Concentration {
    /// Number of customers.
    pub customers: u64,
    /// Customers whose negative total counts as zero.
    pub negative: u64,
    /// Sum of the positive totals.
    pub total: f64,
    /// The curve, from (0, 0) to (1, 1), at equal steps of the customer share.
    pub points: Vec<Point>,
    /// Share of the revenue that the best 20 % of the customers bring.
    pub top20_share: f64,
    /// Gini coefficient, 0 to 1.
    pub gini: f64,
}

/// A point of the concentration curve; both shares from 0 to 1.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Point {
    /// Share of the customers, best first.
    pub customer_share: f64,
    /// Share of the revenue that they bring.
    pub revenue_share: f64,
}

/// The concentration of `totals`, one per customer, with a curve of `steps` + 1 points.
///
/// Where a step falls between two customers, the curve is interpolated linearly. `None` if no
/// total is positive.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::CountOutOfRange`] unless `1 <= steps <= 10000`.
///
/// ```
/// use dangol_models::concentration::concentrate;
/// let one_of_five = concentrate(&[10.0, 0.0, 0.0, 0.0, 0.0], 100)?.unwrap();
/// assert_eq!((one_of_five.top20_share, one_of_five.gini), (1.0, 0.8));
/// let all_equal = concentrate(&[3.0; 5], 100)?.unwrap();
/// assert_eq!((all_equal.top20_share, all_equal.gini), (0.2, 0.0));
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn concentrate(totals: &[f64], steps: usize) -> Result<Option<Concentration>> {
    check_count("steps", steps, 1, 10_000)?;
    check_finite(totals)?;
    // Descending: the complement of a key turns the order round.
    let mut keys: Vec<u64> = totals.iter().map(|&total| !to_key(total.max(0.0))).collect();
    keys.sort_unstable();

    let mut cumulative = Vec::with_capacity(keys.len() + 1);
    cumulative.push(0.0);
    let (mut so_far, mut ranked) = (Sum::default(), Sum::default());
    for (place, &key) in keys.iter().enumerate() {
        let total = from_key(!key);
        so_far.add(total);
        ranked.add(total * (place + 1) as f64);
        cumulative.push(so_far.value());
    }
    let total = so_far.value();
    // Clipped totals cannot sum to less than zero.
    if total == 0.0 {
        return Ok(None);
    }
    if !total.is_finite() {
        let index = totals.iter().position(|&t| t == from_key(!keys[0])).unwrap_or(0);
        return Err(Error::NotFinite { index, value: total });
    }

    let customers = totals.len() as f64;
    let share_at = |customer_share: f64| {
        let place = customer_share * customers;
        let index = (place.floor() as usize).min(totals.len() - 1);
        let (low, high) = (cumulative[index], cumulative[index + 1]);
        ((low + (high - low) * (place - index as f64)) / total).clamp(0.0, 1.0)
    };
    let points = (0..=steps)
        .map(|step| {
            let customer_share = step as f64 / steps as f64;
            Point { customer_share, revenue_share: share_at(customer_share) }
        })
        .collect();
    let gini = (customers + 1.0 - 2.0 * ranked.value() / total) / customers;
    Ok(Some(Concentration {
        customers: totals.len() as u64,
        negative: totals.iter().filter(|&&total| total < 0.0).count() as u64,
        total,
        points,
        top20_share: share_at(0.2),
        gini: gini.clamp(0.0, 1.0),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_between_customers_are_interpolated() {
        // The best 20 % of three customers are six tenths of the best one.
        let found = concentrate(&[1.0, 2.0, 7.0], 10).unwrap().unwrap();
        assert!((found.top20_share - 0.42).abs() < 1e-15);
        assert_eq!(found.points.len(), 11);
        assert_eq!(found.points[0], Point { customer_share: 0.0, revenue_share: 0.0 });
        assert_eq!(found.points[10], Point { customer_share: 1.0, revenue_share: 1.0 });
    }

    /// Mean absolute difference over twice the mean, from the definition.
    fn gini_by_definition(totals: &[f64]) -> f64 {
        let n = totals.len() as f64;
        let differences: f64 = totals.iter().flat_map(|x| totals.iter().map(move |y| (x - y).abs())).sum();
        differences / (2.0 * n * totals.iter().sum::<f64>())
    }

    #[test]
    fn negative_totals_count_as_zero() {
        let found = concentrate(&[-5.0, 5.0, 5.0, 0.0], 4).unwrap().unwrap();
        assert_eq!((found.negative, found.total, found.gini), (1, 10.0, 0.5));
        assert!(found.points.windows(2).all(|pair| pair[0].revenue_share <= pair[1].revenue_share));
    }

    #[test]
    fn without_revenue_there_are_no_shares() {
        assert_eq!(concentrate(&[], 100).unwrap(), None);
        assert_eq!(concentrate(&[0.0, 0.0], 100).unwrap(), None);
        assert_eq!(concentrate(&[-1.0], 100).unwrap(), None);
    }

    proptest! {
        #[test]
        fn gini_equals_its_definition(totals in prop::collection::vec(0.01_f64..1e4, 1..40)) {
            let found = concentrate(&totals, 100).unwrap().unwrap();
            prop_assert!((found.gini - gini_by_definition(&totals)).abs() < 1e-9);
            // Best first, so the curve lies on or above the diagonal.
            prop_assert!(found.points.iter().all(|p| p.revenue_share >= p.customer_share - 1e-12));
        }
    }
}
