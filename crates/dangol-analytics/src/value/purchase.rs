//! The models of purchases as one kind of thing: fitted, named, and asked the same questions.

use dangol_models::lifetime::clv::{Outlook, Schedule, outlooks};
use dangol_models::lifetime::intervals::{Interval, Scale, deltas};
use dangol_models::lifetime::{
    BgFamily, BgModel, Boundary, Fitted, Histories, History, ParetoNbd, ParetoNbdFamily, PurchaseModel,
    Warning, fit,
};
use rand::Rng;

use super::params::ModelChoice;
use super::result::{NINETY, ParameterEstimate};
use crate::error::AnalysisError;
use crate::words::Words;

/// The most stages of a regular model that are tried: beyond, gaps hardly vary.
const MOST_STAGES: u32 = 6;

/// A model of purchases with its parameters.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    /// With beta-geometric dropout.
    Bg(BgModel),
    /// Pareto/NBD.
    Pareto(ParetoNbd),
}

impl Model {
    fn as_dyn(&self) -> &dyn PurchaseModel {
        match self {
            Self::Bg(model) => model,
            Self::Pareto(model) => model,
        }
    }
}

impl PurchaseModel for Model {
    fn log_likelihood(&self, history: &History) -> f64 {
        self.as_dyn().log_likelihood(history)
    }

    fn probability_alive(&self, history: &History) -> f64 {
        self.as_dyn().probability_alive(history)
    }

    fn expected_purchases(&self, time: f64) -> f64 {
        self.as_dyn().expected_purchases(time)
    }

    fn conditional_expected_purchases(&self, history: &History, time: f64) -> f64 {
        self.as_dyn().conditional_expected_purchases(history, time)
    }

    fn purchase_probability(&self, count: u32, time: f64) -> f64 {
        self.as_dyn().purchase_probability(count, time)
    }

    fn probability_of_silence(&self, history: &History, time: f64) -> f64 {
        self.as_dyn().probability_of_silence(history, time)
    }

    fn forgets_last_purchase(&self) -> bool {
        self.as_dyn().forgets_last_purchase()
    }

    fn simulate_future(&self, history: &History, time: f64, rng: &mut dyn Rng) -> Vec<f64> {
        self.as_dyn().simulate_future(history, time, rng)
    }

    fn simulate(&self, age: f64, rng: &mut dyn Rng) -> History {
        self.as_dyn().simulate(age, rng)
    }
}

/// The models of all customers: one for all, or one for each group of customers with the same attributes.
#[derive(Debug)]
pub(crate) struct Models<'a> {
    models: Vec<Model>,
    /// The group of each customer, by place; none with one for all.
    of: Option<&'a [u32]>,
}

impl<'a> Models<'a> {
    /// One for all.
    pub(crate) fn one(model: Model) -> Self {
        Self { models: vec![model], of: None }
    }

    /// One for each group, and the group of each customer by place.
    pub(crate) fn grouped(models: Vec<Model>, of: &'a [u32]) -> Self {
        Self { models, of: Some(of) }
    }

    fn group(&self, at: usize) -> usize {
        self.of.map_or(0, |of| of[at] as usize)
    }

    /// The model of a customer, by place.
    pub(crate) fn of(&self, at: usize) -> &Model {
        &self.models[self.group(at)]
    }

    /// The outlooks of some customers, given by their places and their histories.
    pub(crate) fn outlooks(
        &self,
        places: &[usize],
        histories: &[History],
        schedule: &Schedule,
    ) -> Vec<Outlook> {
        if self.of.is_none() {
            return outlooks(&self.models[0], histories, schedule);
        }
        let mut all = vec![Outlook { alive: 0.0, purchases: 0.0, discounted: 0.0 }; places.len()];
        for (group, model) in self.models.iter().enumerate() {
            let rows: Vec<usize> =
                (0..places.len()).filter(|&row| self.group(places[row]) == group).collect();
            let own: Vec<History> = rows.iter().map(|&row| histories[row]).collect();
            for (row, outlook) in rows.into_iter().zip(outlooks(model, &own, schedule)) {
                all[row] = outlook;
            }
        }
        all
    }
}

/// The standard error of a logarithm, from its interval of [`LEVEL`].
pub(crate) fn log_error(interval: Interval) -> f64 {
    (interval.high / interval.low).ln() / (2.0 * NINETY)
}

/// A fitted model of purchases.
#[derive(Clone, Debug)]
pub(crate) struct PurchaseFit {
    /// Which model was asked for.
    pub(crate) choice: ModelChoice,
    /// What people call it.
    pub(crate) name: Words,
    /// With the estimated parameters.
    pub(crate) model: Model,
    /// k of the regular models; 1 else.
    pub(crate) stages: u32,
    pub(crate) parameters: Vec<ParameterEstimate>,
    /// Parameters that were free.
    pub(crate) free: usize,
    pub(crate) log_likelihood: f64,
    pub(crate) boundaries: Vec<Boundary>,
    pub(crate) warnings: Vec<Warning>,
    source: Source,
}

/// What intervals are made from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Bg(BgFamily, Fitted<BgModel>),
    Pareto(Fitted<ParetoNbd>),
}

/// The level of all intervals of this analysis.
pub(crate) const LEVEL: f64 = 0.9;

impl PurchaseFit {
    /// Fits a model; k of a regular one is chosen by likelihood. The automatic choice is made elsewhere: here
    /// it is the simplest model that may be used for churn.
    pub(crate) fn of(choice: ModelChoice, data: &Histories) -> Self {
        match choice {
            ModelChoice::BgNbd => Self::bg(choice, BgFamily::BG_NBD, data),
            ModelChoice::Auto | ModelChoice::MbgNbd => Self::bg(ModelChoice::MbgNbd, BgFamily::MBG_NBD, data),
            ModelChoice::ParetoNbd => {
                let fitted = fit(&ParetoNbdFamily::default(), data);
                let model = Model::Pareto(fitted.model);
                Self::new(
                    choice,
                    Words::same("Pareto/NBD"),
                    1,
                    &fitted,
                    model,
                    Source::Pareto(fitted.clone()),
                )
            }
            ModelChoice::BgCnbd => Self::regular(choice, BgFamily::bg_cnbd, data),
            ModelChoice::MbgCnbd => Self::regular(choice, BgFamily::mbg_cnbd, data),
        }
    }

    fn regular(
        choice: ModelChoice,
        family: fn(u32) -> dangol_models::Result<BgFamily>,
        data: &Histories,
    ) -> Self {
        let mut best: Option<Self> = None;
        for k in 1..=MOST_STAGES {
            let Ok(family) = family(k) else { break };
            let next = Self::bg(choice, family, data);
            // The likelihood rises to one best k and falls.
            if best.as_ref().is_some_and(|best| best.log_likelihood >= next.log_likelihood) {
                break;
            }
            best = Some(next);
        }
        best.unwrap_or_else(|| Self::of(ModelChoice::MbgNbd, data))
    }

    fn bg(choice: ModelChoice, family: BgFamily, data: &Histories) -> Self {
        let fitted = fit(&family, data);
        let (name, model) = (Words::same(family.name()), Model::Bg(fitted.model));
        Self::new(choice, name, family.stages(), &fitted, model, Source::Bg(family, fitted.clone()))
    }

    fn new<M>(
        choice: ModelChoice,
        name: Words,
        stages: u32,
        fitted: &Fitted<M>,
        model: Model,
        source: Source,
    ) -> Self {
        let parameters = fitted
            .parameters
            .iter()
            .map(|estimate| ParameterEstimate::new(&estimate.name, estimate.value, estimate.standard_error))
            .collect();
        Self {
            choice,
            name,
            stages,
            parameters,
            free: fitted.coordinates.iter().flatten().count(),
            log_likelihood: fitted.log_likelihood,
            boundaries: fitted.boundaries.clone(),
            warnings: fitted.warnings.clone(),
            model,
            source,
        }
    }

    /// The standard errors of the logarithms of positive quantities that the model gives, from the uncertainty of its
    /// parameters; none where that is not known.
    pub(crate) fn relative_errors<const N: usize>(
        &self,
        quantities: impl Fn(&Model) -> [f64; N],
    ) -> Result<[Option<f64>; N], AnalysisError> {
        let scale = Scale::Positive;
        let intervals = match &self.source {
            Source::Bg(family, fitted) => {
                deltas(family, fitted, LEVEL, scale, |model| quantities(&Model::Bg(*model)))?
            }
            Source::Pareto(fitted) => deltas(&ParetoNbdFamily::default(), fitted, LEVEL, scale, |model| {
                quantities(&Model::Pareto(*model))
            })?,
        };
        Ok(intervals.map(|interval| interval.map(log_error)))
    }

    /// The fit behind it.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Its name in parameters and results.
    pub(crate) fn key(&self) -> &'static str {
        self.choice.key()
    }

    /// Whether the model takes everybody who bought once for alive.
    pub(crate) fn keeps_one_time_buyers(&self) -> bool {
        matches!(self.choice, ModelChoice::BgNbd | ModelChoice::BgCnbd)
    }

    /// The limits that the fit lies on, in words.
    pub(crate) fn boundary(&self) -> Option<Words> {
        let texts: Vec<Words> = self.boundaries.iter().map(|boundary| boundary_words(*boundary)).collect();
        (!texts.is_empty()).then(|| {
            let join = |pick: fn(&Words) -> &str| texts.iter().map(pick).collect::<Vec<_>>().join("; ");
            Words::new(join(|words| &words.en), join(|words| &words.ko))
        })
    }
}

fn boundary_words(boundary: Boundary) -> Words {
    match boundary {
        Boundary::NoRepeats => Words::new("nobody has bought again", "재구매한 고객이 없음"),
        Boundary::EqualRates => {
            Words::new("all customers buy at the same rate", "모든 고객의 구매 속도가 같음")
        }
        Boundary::NoDropout => Words::new("nobody leaves", "이탈하는 고객이 없음"),
        Boundary::DropoutAtOnce => {
            Words::new("everybody leaves at the first chance", "모두 첫 기회에 이탈함")
        }
        Boundary::EqualDropout => {
            Words::new("all customers are equally likely to leave", "모든 고객의 이탈 확률이 같음")
        }
        Boundary::AllOrNothingDropout => Words::new(
            "customers leave at the first chance or never",
            "고객은 첫 기회에 이탈하거나 영영 이탈하지 않음",
        ),
        _ => Words::new("a limit of the model", "모델의 극한"),
    }
}
