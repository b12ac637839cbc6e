//! The models whose posterior can be sampled, with their parameters and default priors.

use super::prior::Prior;
use crate::lifetime::bg::{BgFamily, BgModel};
use crate::lifetime::compress::Histories;
use crate::lifetime::fit::{Family, Problem as Likelihood};
use crate::lifetime::gamma_gamma::{GammaGamma, Spends};
use crate::lifetime::pareto_nbd::{ParetoNbd, ParetoNbdFamily};

/// A likelihood with the parameters that have priors.
pub trait Problem: Sync {
    /// The model with its parameters.
    type Model: Send;

    /// The parameters that have priors.
    fn quantities(&self) -> Vec<Quantity>;

    /// The coordinates of the likelihood from the transformed parameters: each is a sum of some of these,
    /// with the signs given, and a constant.
    fn coordinates(&self) -> Vec<(Vec<f64>, f64)>;

    /// The total log-likelihood and its gradient at coordinates.
    fn log_likelihood(&self, coordinates: &[f64], gradient: &mut [f64]) -> f64;

    /// The model at coordinates.
    fn model(&self, coordinates: &[f64]) -> Self::Model;

    /// The literature's parameters of a model with their symbols.
    fn parameters(model: &Self::Model) -> Vec<(&'static str, f64)>;
}

/// A parameter that has a prior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// Its symbol.
    pub name: &'static str,
    /// Which values it can have.
    pub kind: Kind,
    /// The prior by default.
    pub prior: Prior,
}

/// Which values a parameter can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All positive numbers; transformed by the logarithm.
    Positive,
    /// Numbers between 0 and 1; transformed by the logit.
    Share,
}

/// A weak prior of a positive parameter.
fn weak(name: &'static str, median: f64, sigma: f64) -> Quantity {
    Quantity { name, kind: Kind::Positive, prior: Prior::LogNormal { median, sigma } }
}

/// A family of purchase models with the histories to learn from.
#[derive(Clone, Debug, PartialEq)]
pub struct OnHistories<F> {
    family: F,
    data: Histories,
}

impl<F: Family> OnHistories<F> {
    /// The family on these histories.
    #[must_use]
    pub fn new(family: F, data: &Histories) -> Self {
        // Chains run beside each other: more threads within each would only get in their way.
        Self { family, data: data.clone().with_threads(1) }
    }

    /// The mean age of customers, which sets the scale of times; 1 where all came today.
    fn mean_age(&self) -> f64 {
        let mean = self.data.total_age() / self.data.customers() as f64;
        if mean > 0.0 { mean } else { 1.0 }
    }
}

/// Two coordinates from two transformed parameters of four: ln(shape / rate) and ln shape.
fn rates_of(place: usize) -> [(Vec<f64>, f64); 2] {
    let mut signs = vec![0.0; 4];
    signs[place] = 1.0;
    let shape = signs.clone();
    signs[place + 1] = -1.0;
    [(signs, 0.0), (shape, 0.0)]
}

impl Problem for OnHistories<BgFamily> {
    type Model = BgModel;

    fn quantities(&self) -> Vec<Quantity> {
        // With more stages than one, α is a rate of stages.
        let scale = self.mean_age() / f64::from(self.family.stages());
        vec![
            weak("r", 1.0, 1.5),
            weak("alpha", scale, 1.5),
            Quantity { name: "dropout", kind: Kind::Share, prior: Prior::Beta { a: 1.0, b: 1.0 } },
            weak("size", 2.0, 1.5),
        ]
    }

    fn coordinates(&self) -> Vec<(Vec<f64>, f64)> {
        // ln(r / α), ln r, logit(a / (a + b)), ln(a + b).
        let dropout = [(vec![0.0, 0.0, 1.0, 0.0], 0.0), (vec![0.0, 0.0, 0.0, 1.0], 0.0)];
        [rates_of(0), dropout].concat()
    }

    fn log_likelihood(&self, coordinates: &[f64], gradient: &mut [f64]) -> f64 {
        self.family.evaluate(&self.data, coordinates, gradient)
    }

    fn model(&self, coordinates: &[f64]) -> BgModel {
        self.family.model(coordinates)
    }

    fn parameters(model: &BgModel) -> Vec<(&'static str, f64)> {
        vec![
            ("r", model.rates.shape()),
            ("alpha", model.rates.rate()),
            ("a", model.dropout.a()),
            ("b", model.dropout.b()),
            ("dropout", model.dropout.mean),
            ("size", model.dropout.size()),
        ]
    }
}

impl Problem for OnHistories<ParetoNbdFamily> {
    type Model = ParetoNbd;

    fn quantities(&self) -> Vec<Quantity> {
        let scale = self.mean_age();
        vec![weak("r", 1.0, 1.5), weak("alpha", scale, 1.5), weak("s", 1.0, 1.5), weak("beta", scale, 1.5)]
    }

    fn coordinates(&self) -> Vec<(Vec<f64>, f64)> {
        // ln(r / α), ln r, ln(s / β), ln s.
        [rates_of(0), rates_of(2)].concat()
    }

    fn log_likelihood(&self, coordinates: &[f64], gradient: &mut [f64]) -> f64 {
        self.family.evaluate(&self.data, coordinates, gradient)
    }

    fn model(&self, coordinates: &[f64]) -> ParetoNbd {
        self.family.model(coordinates)
    }

    fn parameters(model: &ParetoNbd) -> Vec<(&'static str, f64)> {
        vec![
            ("r", model.rates.shape()),
            ("alpha", model.rates.rate()),
            ("s", model.deaths.shape()),
            ("beta", model.deaths.rate()),
        ]
    }
}

impl Problem for Spends {
    type Model = GammaGamma;

    fn quantities(&self) -> Vec<Quantity> {
        vec![weak("p", 4.0, 1.5), weak("q", 4.0, 1.5), weak("spend", self.scale(), 1.0)]
    }

    fn coordinates(&self) -> Vec<(Vec<f64>, f64)> {
        // ln s in units of the data's scale, ln p, ln q.
        vec![
            (vec![0.0, 0.0, 1.0], -self.scale().ln()),
            (vec![1.0, 0.0, 0.0], 0.0),
            (vec![0.0, 1.0, 0.0], 0.0),
        ]
    }

    fn log_likelihood(&self, coordinates: &[f64], gradient: &mut [f64]) -> f64 {
        self.evaluate(coordinates, gradient)
    }

    fn model(&self, coordinates: &[f64]) -> GammaGamma {
        self.model_at(coordinates)
    }

    fn parameters(model: &GammaGamma) -> Vec<(&'static str, f64)> {
        let (p, q, gamma) = (model.p(), model.q(), model.gamma());
        vec![("p", p), ("q", q), ("gamma", gamma), ("spend", p * gamma / q)]
    }
}
