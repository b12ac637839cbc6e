//! Demand by calendar month: a seasonal index, a recent level, and how far forecasts were from what came.
//!
//! What is sold in a month is taken as level × index of the calendar month × days (the multiplicative decomposition).
//! Months are numbered from January 1970, so that `month.rem_euclid(12)` is the calendar month, 0 for January.
//! The index of a slow seller is drawn towards that of what it belongs to (its category, the shop): the
//! gamma-Poisson estimate, in which the prior weighs as much as so many sales in each calendar month.
//!
//! Sources: S. Makridakis, S. Wheelwright and R. Hyndman, "Forecasting" (1998), chapter 3 (decomposition) and 2
//! (errors); H. Robbins, "An empirical Bayes approach to statistics" (1956), for the shrinkage.

/// Months of a year.
pub const YEAR: usize = 12;

/// What was sold in consecutive months.
#[derive(Clone, Copy, Debug)]
pub struct Monthly<'a> {
    /// The first month, counted from January 1970.
    pub first: i32,
    /// Sold in each.
    pub sold: &'a [f64],
    /// Days in which it could be sold, times anything else that is not its season; 0 for a month that does not count.
    pub days: &'a [f64],
}

impl Monthly<'_> {
    /// The calendar month of a place, 0 for January.
    fn calendar(&self, at: usize) -> usize {
        (self.first + at as i32).rem_euclid(YEAR as i32) as usize
    }

    /// The seasonal index of each calendar month, January first: 1 is the mean of the year.
    ///
    /// Years are blocks of twelve months counted back from the last one, each compared with its own mean, so that
    /// growth from year to year is no season; growth within a year is, unless `days` grow with it
    /// ([`Monthly::trend`]). A beginning that makes no whole block is left out, unless there is no whole block. `prior` is the index of what this belongs to (all 1: no season), `weight`
    /// how many sales in each calendar month it weighs.
    ///
    /// index = prior × (sold + weight) ÷ (expected by the prior + weight), with a mean of 1.
    ///
    /// ```
    /// use dangol_models::season::Monthly;
    /// // Twice as much in December as in other months.
    /// let sold: Vec<f64> = (0..24).map(|at| if at % 12 == 11 { 62.0 } else { 31.0 }).collect();
    /// let index = Monthly { first: 0, sold: &sold, days: &[31.0; 24] }.index(&[1.0; 12], 0.0);
    /// assert!((index[11] / index[0] - 2.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn index(&self, prior: &[f64; YEAR], weight: f64) -> [f64; YEAR] {
        let length = self.sold.len();
        let from = if length < YEAR { 0 } else { length % YEAR };
        let (mut sold, mut expected) = ([0.0; YEAR], [0.0; YEAR]);
        for block in (from..length).collect::<Vec<_>>().chunks(YEAR) {
            let by_prior = |at: usize| self.days[at] * prior[self.calendar(at)];
            let counted = block.iter().filter(|&&at| self.days[at] > 0.0);
            let (total, exposure) =
                counted.clone().fold((0.0, 0.0), |(a, b), &at| (a + self.sold[at], b + by_prior(at)));
            if exposure > 0.0 {
                for &at in counted {
                    sold[self.calendar(at)] += self.sold[at];
                    expected[self.calendar(at)] += total / exposure * by_prior(at);
                }
            }
        }
        let mut index = [0.0; YEAR];
        for (month, value) in index.iter_mut().enumerate() {
            let below = expected[month] + weight;
            *value = if below > 0.0 { prior[month] * (sold[month] + weight) / below } else { prior[month] };
        }
        let mean = index.iter().sum::<f64>() / YEAR as f64;
        if mean > 0.0 { index.map(|value| value / mean) } else { *prior }
    }

    /// Sold by day over the last `months`, with the season taken out: Σ sold ÷ Σ days × index. None where none of them
    /// counts.
    #[must_use]
    pub fn level(&self, index: &[f64; YEAR], months: usize) -> Option<f64> {
        let (mut sold, mut exposure) = (0.0, 0.0);
        for at in self.sold.len().saturating_sub(months)..self.sold.len() {
            if self.days[at] > 0.0 {
                sold += self.sold[at];
                exposure += self.days[at] * index[self.calendar(at)];
            }
        }
        (exposure > 0.0).then(|| sold / exposure)
    }

    /// The trend: sold by day, averaged over the twelve months around each month (centred 2 × 12 moving average), for
    /// the months that have six on each side. Empty with fewer than thirteen.
    #[must_use]
    pub fn trend(&self) -> Vec<f64> {
        let rates: Vec<f64> = self.sold.iter().zip(self.days).map(|(sold, days)| sold / days).collect();
        rates
            .windows(YEAR + 1)
            .map(|around| (around.iter().sum::<f64>() - 0.5 * (around[0] + around[YEAR])) / YEAR as f64)
            .collect()
    }

    /// Sold by day in the latest month that has the calendar month of `month`; none where there is none.
    #[must_use]
    pub fn same_month(&self, month: i32) -> Option<f64> {
        let wanted = month.rem_euclid(YEAR as i32) as usize;
        (0..self.sold.len())
            .rev()
            .find(|&at| self.calendar(at) == wanted && self.days[at] > 0.0)
            .map(|at| self.sold[at] / self.days[at])
    }
}

/// How far forecasts were from what came, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ForecastErrors {
    /// Forecasts that were judged.
    pub count: u64,
    absolute: f64,
    actual: f64,
    forecast: f64,
}

impl ForecastErrors {
    /// Adds one forecast and what came.
    pub fn add(&mut self, forecast: f64, actual: f64) {
        self.count += 1;
        self.absolute += (forecast - actual).abs();
        self.actual += actual;
        self.forecast += forecast;
    }

    /// Σ |forecast − actual| ÷ Σ actual; none where nothing came.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.absolute / self.actual)
    }

    /// Σ forecast ÷ Σ actual − 1: above 0, too much was expected; none where nothing came.
    #[must_use]
    pub fn bias(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.forecast / self.actual - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAT: [f64; YEAR] = [1.0; YEAR];

    /// Sales by a season, growing by year.
    fn planted(first: i32, months: usize, season: &[f64; YEAR], growth: f64) -> Vec<f64> {
        (0..months)
            .map(|at| {
                let month = (first + at as i32).rem_euclid(12) as usize;
                // Years are counted back from the last month.
                300.0 * season[month] * growth.powi(-((months - 1 - at) as i32 / 12))
            })
            .collect()
    }

    fn season() -> [f64; YEAR] {
        let raw = [0.6, 0.7, 0.9, 1.0, 1.1, 1.0, 0.8, 0.8, 1.0, 1.2, 1.3, 1.6];
        let mean = raw.iter().sum::<f64>() / 12.0;
        raw.map(|value| value / mean)
    }

    #[test]
    fn a_planted_season_comes_back_through_growth_from_year_to_year() {
        for first in [0, 5, -3] {
            for months in [12, 24, 31] {
                let sold = planted(first, months, &season(), 1.7);
                let days = vec![1.0; months];
                let of = Monthly { first, sold: &sold, days: &days };
                let index = of.index(&FLAT, 0.0);
                for (found, truth) in index.iter().zip(season()) {
                    assert!((found / truth - 1.0).abs() < 1e-9, "{first} {months}: {index:?}");
                }
                assert!((of.level(&index, 3).unwrap() - 300.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn growth_within_the_years_is_no_season_once_days_grow_with_it() {
        // Growth that slows down: from 40 to 100 in the first year, hardly any in the third.
        let level = |at: usize| 100.0 - 60.0 * (-(at as f64) / 9.0).exp();
        let sold: Vec<f64> = (0..36).map(|at| level(at) * season()[at % 12]).collect();
        let flat = [1.0; 36];
        let trend = Monthly { first: 0, sold: &sold, days: &flat }.trend();
        assert_eq!(trend.len(), 24);
        let days: Vec<f64> = trend.iter().map(|trend| 1.0 * trend).collect();
        let index = Monthly { first: 6, sold: &sold[6..30], days: &days }.index(&FLAT, 0.0);
        for (found, truth) in index.iter().zip(season()) {
            assert!((found / truth - 1.0).abs() < 0.04, "{index:?}");
        }
        let plain = Monthly { first: 0, sold: &sold, days: &flat }.index(&FLAT, 0.0);
        assert!(plain[0] / season()[0] < 0.9, "taken for a season otherwise: {plain:?}");
        assert!(Monthly { first: 0, sold: &sold[..12], days: &flat[..12] }.trend().is_empty());
    }

    #[test]
    fn few_sales_follow_the_prior_and_many_their_own() {
        let prior = season();
        let days = [30.0; 12];
        let few: Vec<f64> = (0..12).map(|at| f64::from(u8::from(at == 6))).collect();
        let index = Monthly { first: 0, sold: &few, days: &days }.index(&prior, 20.0);
        assert!((index[6] / prior[6] - 1.0).abs() < 0.06, "one sale in July is no season: {index:?}");
        let many: Vec<f64> = few.iter().map(|sold| 1000.0 * sold).collect();
        let index = Monthly { first: 0, sold: &many, days: &days }.index(&prior, 20.0);
        assert!(index[6] > 4.0, "{index:?}");
    }

    #[test]
    fn months_before_the_first_sale_do_not_count() {
        let prior = season();
        let sold: Vec<f64> = (0..12).map(|at| if at < 6 { 0.0 } else { 40.0 * prior[at] }).collect();
        let days: Vec<f64> = (0..12).map(|at| if at < 6 { 0.0 } else { 1.0 }).collect();
        let of = Monthly { first: 0, sold: &sold, days: &days };
        let index = of.index(&prior, 20.0);
        for (found, truth) in index.iter().zip(prior) {
            assert!((found / truth - 1.0).abs() < 1e-9, "{index:?}");
        }
        assert!((of.level(&index, 12).unwrap() - 40.0).abs() < 1e-9);
        assert_eq!(of.same_month(12), None, "January was before it");
        assert_eq!(of.same_month(18), Some(40.0 * prior[6]));
    }

    #[test]
    fn nothing_sold_and_nothing_known() {
        let of = Monthly { first: 0, sold: &[0.0; 12], days: &[0.0; 12] };
        assert_eq!(of.index(&FLAT, 0.0), FLAT);
        assert_eq!(of.level(&FLAT, 3), None);
        let empty = Monthly { first: 0, sold: &[], days: &[] };
        assert_eq!((empty.level(&FLAT, 3), empty.same_month(3)), (None, None));
        assert_eq!((ForecastErrors::default().error(), ForecastErrors::default().bias()), (None, None));
    }

    #[test]
    fn errors_add_up() {
        let mut errors = ForecastErrors::default();
        errors.add(8.0, 10.0);
        errors.add(7.0, 0.0);
        assert_eq!((errors.count, errors.error(), errors.bias()), (2, Some(0.9), Some(0.5)));
    }
}
