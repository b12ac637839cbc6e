//! What is said of a maximum: the model with standard errors, and what there is to say against it.

use super::search::Search;
use super::{Covariance, Estimate, Fitted, Natural, Problem, Rows, Warning};
use crate::math::{short, solve_symmetric};

impl<P: Problem> Search<'_, P> {
    /// The fit at the end of the search, with this model.
    pub(super) fn finish<M, U>(mut self, model: M, rows: Rows<U>) -> Fitted<M, U> {
        let theta = self.best.theta.clone();
        let mut free: Vec<usize> = (0..theta.len()).filter(|&i| !self.fixed[i]).collect();
        let information = match self.information.take() {
            Some(known) => known,
            None => self.information(&free),
        };
        let mut places: Vec<usize> = (0..free.len()).collect();
        let mut flat = Vec::new();
        let matrix = loop {
            let part: Vec<Vec<f64>> =
                places.iter().map(|&i| places.iter().map(|&j| information[i][j]).collect()).collect();
            if let Some(inverse) = solve_symmetric(&part) {
                break inverse;
            }
            // The coordinate with the least information is the one that is not identified.
            let least = (0..places.len()).min_by(|&i, &j| part[i][i].total_cmp(&part[j][j])).unwrap_or(0);
            flat.push(free[places[least]]);
            places.remove(least);
        };
        free = places.iter().map(|&place| free[place]).collect();
        flat.extend(
            free.iter().enumerate().filter(|&(place, _)| matrix[place][place] > 1.0).map(|(_, &i)| i),
        );
        flat.sort_unstable();
        let matrix: Vec<Vec<f64>> =
            matrix.iter().map(|row| row.iter().map(|&entry| short(entry)).collect()).collect();
        let gradient_norm = self.best.gradient.iter().map(|g| g.abs()).fold(0.0, f64::max);
        let gradient_norm = short(gradient_norm);
        let mut warnings = Vec::new();
        if !flat.is_empty() {
            let names = self.problem.coordinates();
            let effects = self.problem.effects();
            let name =
                |i: usize| names.get(i).map_or_else(|| effects[i - names.len()].clone(), |n| (*n).to_owned());
            let coordinates = flat.iter().map(|&i| name(i)).collect();
            warnings.push(Warning::FlatLikelihood { coordinates });
        }
        if !self.best.converged {
            warnings.push(Warning::NotConverged { gradient: gradient_norm });
        }
        let covariance = Covariance { coordinates: free, matrix };
        Fitted {
            model,
            unit: rows.unit,
            parameters: self.estimates(&covariance),
            log_likelihood: short(self.best.value),
            customers: rows.customers,
            distinct: rows.distinct,
            coordinates: (0..theta.len())
                .map(|i| (theta[i].is_finite() && !self.void[i]).then(|| short(theta[i])))
                .collect(),
            covariance,
            boundaries: self.taken.iter().map(|limit| limit.boundary).collect(),
            warnings,
            iterations: self.iterations,
            evaluations: self.evaluations,
            gradient_norm,
        }
    }

    fn estimates(&self, covariance: &Covariance) -> Vec<Estimate> {
        let estimate = |natural: Natural| {
            let uses = |i: usize| natural.log_slope[i] != 0.0;
            let known = (0..natural.log_slope.len()).all(|i| !uses(i) || !self.void[i]);
            let value =
                (known && natural.value.is_finite() && natural.value > 0.0).then(|| short(natural.value));
            let identified =
                (0..natural.log_slope.len()).all(|i| !uses(i) || covariance.coordinates.contains(&i));
            let variance: f64 = covariance
                .coordinates
                .iter()
                .enumerate()
                .flat_map(|(row, &i)| {
                    let slopes = &natural.log_slope;
                    let places = covariance.coordinates.iter().enumerate();
                    places.map(move |(column, &j)| slopes[i] * slopes[j] * covariance.matrix[row][column])
                })
                .sum();
            Estimate {
                name: natural.name.to_owned(),
                value,
                standard_error: value
                    .filter(|_| identified)
                    .map(|value| short(value * variance.max(0.0).sqrt())),
            }
        };
        let mut estimates: Vec<Estimate> =
            self.problem.naturals(&self.best.theta).into_iter().map(estimate).collect();
        let before = self.problem.coordinates().len();
        for (place, name) in (before..).zip(self.problem.effects()) {
            let known = covariance.coordinates.iter().position(|&i| i == place);
            estimates.push(Estimate {
                name: name.clone(),
                value: (!self.void[place]).then(|| short(self.best.theta[place])),
                standard_error: known.map(|row| short(covariance.matrix[row][row].max(0.0).sqrt())),
            });
        }
        estimates
    }
}
