//! How sure a quantity of a fitted gamma-gamma model is: the delta method.

use super::GammaGamma;
use crate::lifetime::fit::Fitted;

impl Fitted<GammaGamma, ()> {
    /// The standard error of the logarithm of a positive quantity, by the delta method; none where it depends on what
    /// the data do not identify, or is not positive.
    ///
    /// ```
    /// use dangol_models::lifetime::gamma_gamma::{Spend, Spends, fit};
    /// let customers = [(1, 12.0), (3, 40.5), (2, 22.0), (5, 9.9), (1, 35.0), (2, 18.0)];
    /// let fitted = fit(&Spends::new(customers.map(|(purchases, mean)| Spend { purchases, mean }))?);
    /// let of_somebody = Spend { purchases: 2, mean: 20.0 };
    /// let error = fitted.relative_error(|model| model.expected_spend(of_somebody).unwrap_or(f64::NAN));
    /// assert!(error.is_none_or(|error| error > 0.0));
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    #[must_use]
    pub fn relative_error(&self, quantity: impl Fn(&GammaGamma) -> f64) -> Option<f64> {
        const WIDTH: f64 = 1e-4;
        // The coordinates of the fit: ln s with s = p γ / q, ln p, ln q.
        let moved = |coordinate: usize, step: f64| {
            let by = |at: usize| if at == coordinate { step.exp() } else { 1.0 };
            let (p, q) = (self.model.p * by(1), self.model.q * by(2));
            GammaGamma { p, q, gamma: self.model.gamma * by(0) * by(2) / by(1) }
        };
        let slope = |coordinate: usize| {
            let at = |step: f64| quantity(&moved(coordinate, step)).ln();
            (at(WIDTH) - at(-WIDTH)) / (2.0 * WIDTH)
        };
        let slopes: Vec<f64> =
            (0..3).map(|at| if self.coordinates[at].is_some() { slope(at) } else { 0.0 }).collect();
        let known = &self.covariance.coordinates;
        if (0..3).any(|at| !known.contains(&at) && slopes[at].abs() > 1e-6) {
            return None;
        }
        let mut variance = 0.0;
        for (row, &i) in self.covariance.matrix.iter().zip(known) {
            for (entry, &j) in row.iter().zip(known) {
                variance += slopes[i] * slopes[j] * entry;
            }
        }
        Some(variance.sqrt()).filter(|error| error.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spend, Spends, fit};

    /// Where p, q and γ are known, their own errors are those of the fit.
    #[test]
    fn of_the_parameters_themselves() {
        let customers = (1..400_u32).map(|at| {
            let wave = f64::from(at * 7919 % 101) / 101.0;
            Spend { purchases: 1 + at % 4, mean: 20.0 * (2.0 * wave).exp() }
        });
        let fitted = fit(&Spends::new(customers).unwrap());
        for (name, value) in [("p", fitted.model.p), ("q", fitted.model.q), ("gamma", fitted.model.gamma)] {
            let estimate = fitted.parameters.iter().find(|estimate| estimate.name == name).unwrap();
            let wanted = estimate.standard_error.unwrap() / value;
            let found = fitted
                .relative_error(|model| match name {
                    "p" => model.p,
                    "q" => model.q,
                    _ => model.gamma,
                })
                .unwrap();
            assert!((found / wanted - 1.0).abs() < 1e-5, "{name}: {found} and {wanted}");
        }
        assert_eq!(fitted.relative_error(|_| -1.0), None);
    }
}
