//! Lifetime value: how likely each customer is still one, how often they will buy, and what that is worth.
//!
//! Histories from the store → a model of purchases ([`purchase`]) and one of spend ([`spend`]) → every customer's
//! outlook ([`predict`]) → totals, segments, channels, a surface, the most valuable. The models themselves live in
//! `dangol_models::lifetime`; whether they foretell what happens is the analysis `value-check`.

pub(crate) mod base;
pub(crate) mod choice;
mod covariates;
mod findings;
mod groups;
mod interval;
mod params;
mod posterior;
pub(crate) mod predict;
pub(crate) mod purchase;
mod result;
pub(crate) mod spend;
pub(crate) mod split;
mod surface;

pub use covariates::{CovariateCoefficient, CovariateFit, HeldOutCovariates};
pub(crate) use findings::LEAST_REPEATERS;
pub(crate) use interval::futures;
pub use params::{Intervals, ModelChoice, Names, Spend, Unit, ValueParams};
pub use result::{
    AllCustomers, ComparedModel, CustomerValue, GroupValue, HistoryCounts, ModelFit, ParameterEstimate,
    PeopleCell, PosteriorFit, PosteriorParameter, SpendFit, Surface, SurfaceCell, ValueBin,
    ValueConcentration, ValuePoint, ValueResult, ValueTotals,
};

use std::sync::Arc;

use dangol_models::concentration::concentrate;
use dangol_models::histogram::histogram;
use dangol_models::quantile::quantiles;
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use self::base::Base;
use self::choice::Chosen;
use self::covariates::Covered;
use self::predict::{Valued, sum_over};
use self::purchase::{Models, PurchaseFit};
use self::spend::Spending;
use crate::available::AvailableFeature;
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `value`.
#[derive(Debug)]
pub struct Value;

impl Analysis for Value {
    type Params = ValueParams;
    type Output = ValueResult;

    const NAME: &'static str = "value";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        needs::AMOUNT,
        Need::optional(
            "customers",
            "acquisition_channel",
            "what the customers of each channel are worth",
            "유입 채널별 고객 가치",
        ),
        Need::optional(
            "customers",
            "",
            "attributes of customers in the model of purchases (`covariates`)",
            "구매 모델에 쓰는 고객 속성(`covariates`)",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Lifetime value", "고객 생애 가치"),
            definition: Words::new(
                "A purchase is a day on which a customer bought; returns are taken off its revenue. From how often and when somebody bought, a model of purchases (BG/NBD and its kin) says how likely they still are a customer and how many purchases to expect within the horizon; the gamma-gamma model says what they will spend by purchase. With `covariates`, rates of buying and of leaving differ by customers' attributes; spend does not. Value = expected purchases, each discounted from its own moment × expected spend × margin. Its interval covers the uncertainty of the models' parameters. The historical value is revenue × 365 / days since the first purchase (at least 30) × assumed life × margin: it knows nothing of leaving.",
                "구매는 고객이 산 날을 한 번으로 세고, 반품은 그 매출에서 빼요. 얼마나 자주, 언제 샀는지를 보고 구매 모델(BG/NBD 계열)이 아직 고객일 확률과 앞으로의 예상 구매 수를, 감마-감마 모델이 구매당 예상 금액을 알려줘요. `covariates`를 쓰면 구매 속도와 이탈이 고객 속성에 따라 달라져요(금액은 그대로예요). 가치 = 예상 구매(각 시점만큼 할인) × 예상 금액 × 마진이에요. 구간은 모델 매개변수의 불확실성을 담아요. 과거 기준 가치는 매출 × 365 / 첫 구매 뒤 지난 날수(최소 30일) × 가정한 기간 × 마진이고, 이탈은 따지지 않아요.",
            ),
            source: "Fader, Hardie and Lee (2005), Marketing Science 24; Batislam, Denizel and Filiztekin (2007); Schmittlein, Morrison and Colombo (1987); Platzer and Reutterer (2016); Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value."
                .into(),
            parameters: vec![
                Parameter::choice(
                    "model",
                    &["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "bg_cnbd", "mbg_cnbd"],
                    "The model of purchases; auto takes the one that best foretells the last third of the time, of those that may be used for churn.",
                    "구매 모델이에요. auto는 이탈 판단에 쓸 수 있는 모델 가운데 마지막 3분의 1 기간을 가장 잘 맞히는 것을 골라요.",
                ),
                Parameter::choice(
                    "unit",
                    &["day", "week", "month"],
                    "The unit in which the model's parameters count time; predictions do not depend on it.",
                    "모델 매개변수의 시간 단위예요. 예측은 달라지지 않아요.",
                ),
                Parameter::new("horizon_days", "Days ahead over which value is summed.", "앞으로 며칠의 가치를 더할지 정해요."),
                Parameter::new("discount_rate", "Discount by year, such as 0.1.", "연 할인율이에요(예: 0.1)."),
                Parameter::new("margin", "Share of revenue that remains after costs.", "매출에서 비용을 빼고 남는 비율이에요."),
                Parameter::choice(
                    "spend",
                    &["repeat_days", "all_days"],
                    "Which purchase days tell what a customer spends: those after the first, or all.",
                    "구매당 금액을 어느 구매일로 볼지예요: 첫 구매 뒤만, 또는 모두.",
                ),
                Parameter::choice(
                    "intervals",
                    &["likelihood", "posterior"],
                    "Where intervals of totals come from: the curvature of the likelihood, at once; or a Bayesian posterior (NUTS, 4 × 1,000 draws), slower and right where the likelihood is flat.",
                    "합계의 구간을 어디서 얻을지예요: 우도의 곡률(바로), 또는 베이즈 사후분포(NUTS, 4 × 1,000회; 느리지만 우도가 평평할 때도 맞아요).",
                ),
                Parameter::new(
                    "covariates",
                    "Attributes of customers that may bear on how often they buy and how soon they go, such as `channel, gender`; the result says whether they do. Empty for none.",
                    "구매 빈도와 이탈에 영향을 줄 수 있는 고객 속성이에요(예: `channel, gender`). 정말 도움이 되는지도 함께 알려줘요. 비우면 쓰지 않아요.",
                ),
                Parameter::new("scheme", "Segment scheme of the table by segment; none leaves the table out.", "세그먼트별 표의 분류 기준이에요. none이면 표를 만들지 않아요."),
                Parameter::new("assumed_life_years", "Years of life that the historical formula assumes.", "과거 기준 가치가 가정하는 기간(년)이에요."),
                Parameter::new("least_active_days", "Days of activity that the historical formula counts at least.", "과거 기준 가치의 최소 활동 일수예요."),
                Parameter::new("top", "Rows in the list of the most valuable customers.", "가치가 높은 고객 목록의 행 수예요."),
                Parameter::new("customers", "Adds one row per customer.", "고객별 행을 덧붙여요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ValueParams,
    ) -> Result<(ValueResult, Vec<Finding>), AnalysisError> {
        params.check(Self::NAME)?;
        let fitted = Fitted::of(shop, &scope, &params).await?;
        fitted.check_repeated(Self::NAME)?;
        let Fitted { valued, fit, spending, chosen, covered } = fitted.as_ref();
        let members = fitted.members(&scope);
        let posteriors = match params.intervals {
            Intervals::Likelihood => None,
            Intervals::Posterior => Some(posterior::draw(&fitted)?),
        };
        let result = ValueResult {
            histories: counts(valued, spending.as_ref()),
            model: model_fit(fit, covered.as_ref(), chosen, &params),
            covariates: covered.as_ref().map(|covered| covered.fit.clone()),
            available: covariates::possible(shop).iter().map(AvailableFeature::new).collect(),
            spend: spending.as_ref().map(|spending| spending.fit.clone()),
            totals: totals(&fitted, posteriors.as_ref(), &members, &params)?,
            posterior: posteriors.map(|posteriors| posteriors.fit),
            distribution: distribution(valued, &members)?,
            concentration: concentration(valued, &members)?,
            surface: surface::surface(&valued.base, fit, horizon(&params)),
            segments: groups::by_segment(shop, &scope, &params.scheme, valued, &members).await?,
            channels: groups::by_channel(shop, valued, &members).await?,
            top: rows(shop, &fitted, &best(valued, &members, params.top), horizon(&params)).await?,
            customers: if params.customers {
                let customers = Arc::new(with_ids(shop, &fitted, &members).await?);
                Some(AllCustomers { fitted: fitted.clone(), customers })
            } else {
                None
            },
        };
        let findings = findings::find(shop, &scope, &fitted, &result, &params);
        Ok((result, findings))
    }
}

/// Everybody in scope, valued, with the models behind it.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) valued: Valued,
    pub(crate) fit: PurchaseFit,
    pub(crate) spending: Option<Spending>,
    pub(crate) chosen: Chosen,
    /// The model with attributes, by which customers are valued if it is the better one.
    pub(crate) covered: Option<Covered>,
}

impl Fitted {
    /// Reads the histories of a scope, fits the models and values everybody; or gives what was kept of that.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        params: &ValueParams,
    ) -> Result<Arc<Self>, AnalysisError> {
        // Lists and tables are made from it and change nothing.
        let of_fit = ValueParams {
            intervals: Intervals::Likelihood,
            scheme: String::new(),
            top: 0,
            customers: false,
            ..params.clone()
        };
        let key = format!("value {:?} {of_fit:?}", base::everybody(scope));
        // Boxed, since it holds the work of several queries.
        match shop.kept_fit(key, Box::pin(Self::anew(shop, scope, params))).await? {
            Some(fitted) => Ok(fitted),
            None => Ok(Arc::new(Box::pin(Self::anew(shop, scope, params)).await?)),
        }
    }

    async fn anew(shop: &Shop, scope: &Scope, params: &ValueParams) -> Result<Self, AnalysisError> {
        let unit = params.unit.time();
        let mut base = Base::of(shop, scope, unit, params.spend).await?;
        if base.len() == 0 {
            return Err(AnalysisError::NobodyInScope { analysis: Value::NAME });
        }
        let chosen = match params.model {
            ModelChoice::Auto => {
                let first_on = base.shop.first_on.iter().min().copied();
                choice::automatic(shop, scope, unit, first_on, base.until).await?
            }
            given => Chosen::given(given),
        };
        if matches!(chosen.model, ModelChoice::BgCnbd | ModelChoice::MbgCnbd) {
            base.add_gaps(&shop.log_gaps(&base::everybody(scope), None).await?)?;
        }
        let fit = PurchaseFit::of(chosen.model, &base.compressed()?);
        let spending = if shop.manifest.totals.has_amounts { spend::spending(&base)? } else { None };
        let covered = if params.covariates.is_empty() {
            None
        } else {
            Some(Box::pin(Covered::of(shop, scope, params, &base, &fit)).await?)
        };
        let models = models_of(&fit, covered.as_ref());
        let valued = predict::value(base, &models, spending.as_ref(), params)?;
        Ok(Self { valued, fit, spending, chosen, covered })
    }

    /// Whether somebody who bought once is still a customer, only those who came back can tell.
    pub(crate) fn check_repeated(&self, analysis: &'static str) -> Result<(), AnalysisError> {
        if self.has_repeated() {
            return Ok(());
        }
        Err(AnalysisError::NobodyRepeated { analysis, customers: self.valued.base.len() })
    }

    /// Whether anybody has bought on a second day.
    pub(crate) fn has_repeated(&self) -> bool {
        self.valued.base.shop.repeats.iter().any(|repeats| *repeats > 0)
    }

    /// The models by which customers are valued.
    pub(crate) fn models(&self) -> Models<'_> {
        models_of(&self.fit, self.covered.as_ref())
    }

    /// The standard errors of the logarithms of positive quantities that the models give; none where that is not known.
    pub(crate) fn relative_errors<const N: usize>(
        &self,
        quantities: impl Fn(&Models<'_>) -> [f64; N],
    ) -> Result<[Option<f64>; N], AnalysisError> {
        match &self.covered {
            Some(covered) if covered.fit.used => covered.relative_errors(quantities),
            _ => self.fit.relative_errors(|model| quantities(&Models::one(model.clone()))),
        }
    }

    /// Places of the customers that a scope lets through.
    pub(crate) fn members(&self, scope: &Scope) -> Vec<usize> {
        let keys = &self.valued.base.shop.customer_key;
        match &scope.members {
            None => (0..keys.len()).collect(),
            Some(members) => members.iter().filter_map(|key| keys.binary_search(key).ok()).collect(),
        }
    }
}

fn models_of<'a>(fit: &PurchaseFit, covered: Option<&'a Covered>) -> Models<'a> {
    covered.filter(|covered| covered.fit.used).map_or_else(|| Models::one(fit.model.clone()), Covered::models)
}

fn horizon(params: &ValueParams) -> f64 {
    f64::from(params.horizon_days) / params.unit.time().days()
}

fn counts(valued: &Valued, spending: Option<&Spending>) -> HistoryCounts {
    let shop = &valued.base.shop;
    HistoryCounts {
        customers: valued.base.len() as u64,
        repeaters: shop.repeats.iter().filter(|repeats| **repeats > 0).count() as u64,
        repeat_purchases: shop.repeats.iter().map(|repeats| u64::from(*repeats)).sum(),
        first_on: shop.first_on.iter().min().map(|day| date_of(*day).to_string()),
        until: date_of(valued.base.until).to_string(),
        without_positive_spend: spending.map_or(0, |spending| spending.not_positive),
    }
}

fn model_fit(
    fit: &PurchaseFit,
    covered: Option<&Covered>,
    chosen: &Chosen,
    params: &ValueParams,
) -> ModelFit {
    // What customers are valued by.
    let used = covered.filter(|covered| covered.fit.used);
    ModelFit {
        model: fit.key().to_owned(),
        name: fit.name.clone(),
        reason: chosen.reason.clone(),
        unit: params.unit,
        parameters: used.map_or(&fit.parameters, |covered| &covered.base).clone(),
        log_likelihood: used.map_or(fit.log_likelihood, |covered| covered.fit.log_likelihood),
        boundary: fit.boundary(),
        compared: chosen.compared.clone(),
    }
}

fn totals(
    fitted: &Fitted,
    posteriors: Option<&posterior::Posteriors>,
    members: &[usize],
    params: &ValueParams,
) -> Result<ValueTotals, AnalysisError> {
    let valued = &fitted.valued;
    let value = valued.total_value(members);
    let values: Vec<f64> = members.iter().filter_map(|&at| valued.values[at]).collect();
    let purchases = sum_over(members, |at| valued.outlooks[at].purchases);
    let sums = (purchases, value);
    let intervals = match posteriors {
        None => interval::of_totals(fitted, members, params, sums)?,
        Some(posteriors) => posterior::of_totals(fitted, posteriors, members, params, sums)?,
    };
    Ok(ValueTotals {
        customers: members.len() as u64,
        alive: sum_over(members, |at| valued.outlooks[at].alive),
        expected_purchases: purchases,
        expected_purchases_low: intervals.purchases.map(|(low, _)| low),
        expected_purchases_high: intervals.purchases.map(|(_, high)| high),
        value,
        value_low: intervals.value.map(|(low, _)| low),
        value_high: intervals.value.map(|(_, high)| high),
        mean_value: value.map(|value| value / members.len().max(1) as f64),
        median_value: (values.len() == members.len() && !values.is_empty())
            .then(|| quantiles(&values, &[0.5]).ok()?.first().copied())
            .flatten(),
        revenue: sum_over(members, |at| valued.base.shop.revenue[at]),
        historical_value: sum_over(members, |at| valued.historical[at]),
        raised_to_least_active_days: members.iter().filter(|&&at| valued.raised[at]).count() as u64,
    })
}

fn distribution(valued: &Valued, members: &[usize]) -> Result<Vec<ValueBin>, AnalysisError> {
    /// The most bins in a picture.
    const MOST_BINS: usize = 30;
    let values: Vec<f64> = members.iter().filter_map(|&at| valued.values[at]).collect();
    let mut bins: Vec<ValueBin> = histogram(&values, MOST_BINS)?
        .into_iter()
        .map(|bin| ValueBin { from: bin.from, to: bin.to, customers: 0, value: 0.0 })
        .collect();
    for value in values {
        let place = bins.partition_point(|bin| bin.to <= value).min(bins.len().saturating_sub(1));
        if let Some(bin) = bins.get_mut(place) {
            bin.customers += 1;
            bin.value += value;
        }
    }
    Ok(bins)
}

fn concentration(valued: &Valued, members: &[usize]) -> Result<Option<ValueConcentration>, AnalysisError> {
    let values: Vec<f64> = members.iter().filter_map(|&at| valued.values[at]).collect();
    Ok(concentrate(&values, 100)?.map(|found| ValueConcentration {
        points: found.points.into_iter().map(ValuePoint::from).collect(),
        top20_share: found.top20_share,
        gini: found.gini,
    }))
}

/// Places of the most valuable; by expected purchases where there is no value.
fn best(valued: &Valued, members: &[usize], most: usize) -> Vec<usize> {
    let worth = |at: usize| valued.values[at].unwrap_or(valued.outlooks[at].purchases);
    let order = |left: &usize, right: &usize| worth(*right).total_cmp(&worth(*left)).then(left.cmp(right));
    let mut places = members.to_vec();
    if most < places.len() {
        places.select_nth_unstable_by(most, order);
        places.truncate(most);
    }
    places.sort_unstable_by(order);
    places
}

/// Rows of some customers; with a time ahead, the range of their purchases within it, which is dear.
async fn rows(
    shop: &Shop,
    fitted: &Fitted,
    places: &[usize],
    ahead: f64,
) -> Result<Vec<CustomerValue>, AnalysisError> {
    let customers = with_ids(shop, fitted, places).await?.into_iter();
    Ok(customers
        .map(|(at, id)| {
            let range = futures(fitted, at, &id, &[ahead]).first().copied();
            fitted.valued.row(at, id, range)
        })
        .collect())
}

/// Places of customers with their ids.
async fn with_ids(
    shop: &Shop,
    fitted: &Fitted,
    places: &[usize],
) -> Result<Vec<(usize, String)>, AnalysisError> {
    let key_of = |at: usize| fitted.valued.base.shop.customer_key[at];
    let mut keys: Vec<i32> = places.iter().map(|&at| key_of(at)).collect();
    keys.sort_unstable();
    let mut ids = shop.customer_ids(&keys).await?;
    // Nobody is named twice.
    let mut id_of = |at: usize| keys.binary_search(&key_of(at)).map(|place| std::mem::take(&mut ids[place]));
    Ok(places.iter().filter_map(|&at| Some((at, id_of(at).ok()?))).collect())
}
