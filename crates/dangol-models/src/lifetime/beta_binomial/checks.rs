//! What the model of responses takes for granted, where the data can tell: that customers differ, and that each has one
//! probability for all of their contacts.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

use super::{BetaBinomial, ContactTable, Contacts};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::lifetime::fit::Fitted;
use crate::lifetime::mixing::BetaMixing;

/// Whether customers differ in their probability of a response: the likelihood ratio of the fitted model against one
/// probability for all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Twice the difference of the log-likelihoods; at least 0.
    pub statistic: f64,
    /// How probable so large a statistic is where all customers have one probability. One probability is the edge of what
    /// the model can be, where half of the time the statistic is 0 and otherwise χ² with one degree of freedom
    /// (S. Self and K. Liang, 1987).
    pub p_value: f64,
}

/// Tests whether customers differ. Who got a single contact says nothing of it: with nobody contacted twice the
/// statistic is 0.
#[must_use]
pub fn difference(fitted: &Fitted<BetaBinomial, ()>, table: &ContactTable) -> Difference {
    let total = |count: fn(Contacts) -> u32| -> f64 {
        table.rows().iter().map(|(row, customers)| f64::from(count(*row)) * *customers as f64).sum()
    };
    let (responses, contacts) = (total(Contacts::responses), total(Contacts::contacts));
    if responses <= 0.0 || responses >= contacts {
        return Difference { statistic: 0.0, p_value: 1.0 };
    }
    let alike = BetaMixing::of_logs((responses / (contacts - responses)).ln(), f64::INFINITY);
    let lost = fitted.log_likelihood - BetaBinomial { response: alike }.log_likelihood(table);
    // What is left of equal likelihoods after rounding is no difference.
    let statistic = if lost > 1e-9 * fitted.log_likelihood.abs() { 2.0 * lost } else { 0.0 };
    let p_value = match ChiSquared::new(1.0) {
        Ok(chi_squared) if statistic > 0.0 => 0.5 * chi_squared.sf(statistic),
        _ => 1.0,
    };
    Difference { statistic, p_value }
}

/// How many customers are expected to respond 0, 1, … times to as many contacts as each got, up to the largest number
/// seen; to be laid beside how many did.
///
/// # Errors
/// [`Error::CountOutOfRange`] for a customer with more than 10,000 contacts.
pub fn expected_customers(model: &BetaBinomial, table: &ContactTable) -> Result<Vec<f64>> {
    let most = table.rows().iter().map(|row| row.0.responses()).max().unwrap_or(0) as usize;
    let mut expected = vec![0.0; most + 1];
    let nothing_known = Contacts::new(0, 0)?;
    for of_equal in table.rows().chunk_by(|left, right| left.0.contacts() == right.0.contacts()) {
        let customers: u64 = of_equal.iter().map(|row| row.1).sum();
        let contacts = of_equal[0].0.contacts() as usize;
        let probabilities = model.response_probabilities(nothing_known, contacts)?;
        for (sum, probability) in expected.iter_mut().zip(probabilities) {
            *sum += customers as f64 * probability;
        }
    }
    Ok(expected)
}

/// Whether customers respond rather to their earlier or to their later contacts.
///
/// With one probability for all contacts of a customer, each order of x responses among n contacts is as likely as any
/// other: the places of the responses, counted from 1, then sum to x (n + 1) / 2 on average, with the variance
/// x (n − x) (n + 1) / 12. Summed over customers and set against the normal distribution it is Wilcoxon's test, stratified by
/// customer (P. van Elteren, 1960). Campaigns that differ much in what they bring move it as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Customers who responded to some of their contacts and not to others.
    pub customers: u64,
    /// Responses in the first halves of the customers' contacts.
    pub earlier: u64,
    /// Responses in the second halves.
    pub later: u64,
    /// Contacts in the first halves, and as many in the second; of an odd number the middle one is in neither.
    pub contacts_each: u64,
    above: f64,
    variance: f64,
}

impl Drift {
    /// Takes in one customer: whether each of their contacts was answered, in the order of time.
    pub fn add(&mut self, answered: impl ExactSizeIterator<Item = bool>) {
        let n = answered.len();
        let (mut responses, mut places) = (0.0, 0.0);
        for (at, _) in answered.enumerate().filter(|(_, answered)| *answered) {
            responses += 1.0;
            places += (at + 1) as f64;
            self.earlier += u64::from(at < n / 2);
            self.later += u64::from(at >= n - n / 2);
        }
        self.contacts_each += (n / 2) as u64;
        let contacts = n as f64;
        if responses > 0.0 && responses < contacts {
            self.customers += 1;
            self.above += places - responses * (contacts + 1.0) / 2.0;
            self.variance += responses * (contacts - responses) * (contacts + 1.0) / 12.0;
        }
    }

    /// The normal deviate: above 0 where responses come rather late, below where they come rather early. None where nobody
    /// responded to some contacts and not to others.
    #[must_use]
    pub fn deviate(&self) -> Option<f64> {
        (self.variance > 0.0).then(|| self.above / self.variance.sqrt())
    }

    /// How probable so large a deviate, in either direction, is without a drift.
    #[must_use]
    pub fn p_value(&self) -> Option<f64> {
        self.deviate().map(|deviate| 2.0 * Normal::standard().sf(deviate.abs()))
    }

    /// The rates of the first and of the second halves.
    #[must_use]
    pub fn rates(&self) -> Option<(f64, f64)> {
        let each = self.contacts_each as f64;
        (each > 0.0).then(|| (self.earlier as f64 / each, self.later as f64 / each))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::lifetime::beta_binomial::fit;

    fn simulated(model: &BetaBinomial, contacts: u32, customers: u64, seed: u64) -> ContactTable {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let rows = (0..customers).map(|_| (model.simulate(contacts, &mut random).unwrap(), 1));
        ContactTable::new(rows).unwrap()
    }

    /// Where all have one probability, a p-value below 0.05 comes about once in twenty, and half of them are 1.
    #[test]
    fn equal_chances_are_rarely_taken_for_different_ones() {
        let alike = BetaBinomial { response: BetaMixing::of_logs(-1.5, f64::INFINITY) };
        let found: Vec<f64> = (0..400)
            .map(|seed| {
                let table = simulated(&alike, 6, 400, seed);
                difference(&fit(&table), &table).p_value
            })
            .collect();
        let share = |test: fn(f64) -> bool| found.iter().filter(|p| test(**p)).count() as f64 / 400.0;
        assert!((share(|p| p < 0.05) - 0.05).abs() < 0.033, "{}", share(|p| p < 0.05));
        assert!((share(|p| p > 0.5) - 0.5).abs() < 0.08, "{}", share(|p| p > 0.5));
    }

    #[test]
    fn differences_are_seen_and_one_contact_each_tells_nothing() {
        let differ = BetaBinomial::new(0.6, 6.0).unwrap();
        let table = simulated(&differ, 6, 400, 1);
        assert!(difference(&fit(&table), &table).p_value < 1e-6);
        let table = simulated(&differ, 1, 4_000, 1);
        assert_eq!(difference(&fit(&table), &table), Difference { statistic: 0.0, p_value: 1.0 });
        let nobody = ContactTable::new([(Contacts::new(0, 3).unwrap(), 9)]).unwrap();
        assert_eq!(difference(&fit(&nobody), &nobody).p_value, 1.0);
    }

    #[test]
    fn expected_customers_sum_to_all_and_meet_what_was_simulated() {
        let model = BetaBinomial::new(0.6, 6.0).unwrap();
        let (few, many) = (simulated(&model, 3, 4_000, 2), simulated(&model, 9, 6_000, 3));
        let table = ContactTable::new(few.rows().iter().chain(many.rows()).copied()).unwrap();
        let expected = expected_customers(&model, &table).unwrap();
        assert!((expected.iter().sum::<f64>() - 10_000.0).abs() < 1.0);
        for (responses, expected) in expected.iter().enumerate() {
            let with = |row: &&(Contacts, u64)| row.0.responses() as usize == responses;
            let seen: u64 = table.rows().iter().filter(with).map(|row| row.1).sum();
            assert!(
                (seen as f64 - expected).abs() < 4.0 * expected.sqrt() + 1.0,
                "{responses}: {seen} {expected}"
            );
        }
    }

    /// All orders of two responses among four contacts, each once, have no drift and the variance that is said.
    #[test]
    fn every_order_once_has_the_mean_and_the_variance() {
        let mut drift = Drift::default();
        let (mut count, mut squares) = (0.0, 0.0);
        for bits in 0_u8..16 {
            if bits.count_ones() == 2 {
                let answered = (0..4).map(|at| bits >> at & 1 == 1);
                let mut one = Drift::default();
                one.add(answered.clone());
                squares += one.above * one.above;
                count += 1.0;
                drift.add(answered);
            }
        }
        assert_eq!(drift.deviate(), Some(0.0));
        assert!((drift.variance - squares).abs() < 1e-12, "{} {}", drift.variance, squares);
        assert_eq!(
            (drift.earlier, drift.later, drift.contacts_each, drift.customers),
            (6, 6, 12, count as u64)
        );
    }

    #[test]
    fn responses_that_die_down_are_seen() {
        let mut drift = Drift::default();
        for _ in 0..60 {
            drift.add([true, true, false, false, false].into_iter());
        }
        assert!(drift.deviate().unwrap() < -5.0 && drift.p_value().unwrap() < 1e-6);
        assert_eq!(drift.rates(), Some((1.0, 0.0)));
        assert_eq!(Drift::default().deviate(), None);
        let mut always = Drift::default();
        always.add([true, true].into_iter());
        assert_eq!(always.p_value(), None);
    }
}
