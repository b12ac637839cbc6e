//! Weights of R, F and M by regression: what customers spent in a later period says how much each score is worth.
//!
//! Scores of two cut-offs ([`periods`]) → weights by three methods (`dangol_models::score_weights`) → judged on the period after
//! the later cut-off, beside equal weights and M alone → fitted anew on that period → the weighted score and its classes.
//! Bult and Wansbeek (1995), "Optimal selection for direct mail".

mod findings;
mod params;
mod periods;
mod result;

pub use params::{RfmWeightsParams, WeightMethod};
pub use result::{RfmWeightsResult, UsedWeights, WeightInterval, WeightQuality, WeightRow, WeightSplit};

use dangol_models::score_weights::{
    Candidate, FitSettings, Fitted, JudgeSettings, Judged, Outcomes, fit, judge,
};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value};

use self::periods::Periods;
use self::result::{FACTORS, ends};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::rfm::{RfmParams, Scored};
use crate::value::base::everybody;
use crate::words::Words;

/// Level of the intervals.
const LEVEL: f64 = 0.9;

/// Weights that nobody fitted.
const EQUAL: [f64; 3] = [1.0 / 3.0; 3];

/// The analysis `rfm-weights`.
#[derive(Debug)]
pub struct RfmWeights;

impl Analysis for RfmWeights {
    type Params = RfmWeightsParams;
    type Output = RfmWeightsResult;

    const NAME: &'static str = "rfm-weights";
    const FILE_ONLY: &'static [&'static str] = &["rules", "thresholds", "scheme"];
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        Need::required(
            "order_lines",
            "net_revenue",
            "what was spent, from an amount or a unit price",
            "얼마를 썼는지 (금액 또는 단가)",
        ),
    ];

    fn about() -> About {
        let mut parameters = vec![
            Parameter::choice(
                "method",
                &["linear", "logistic", "boosting"],
                "Whose weights make the score: linear regression of spend, logistic regression of buying again, or boosted trees of spend. All three are fitted and judged.",
                "어느 방법의 가중치로 점수를 낼지예요: 구매 금액의 선형 회귀, 재구매 여부의 로지스틱 회귀, 구매 금액의 그래디언트 부스팅. 계산과 검증은 세 가지 모두 해요.",
            ),
            Parameter::new(
                "period_days",
                "Days of a period; 0 takes the fewest of 90, 180 and 365 in which enough customers bought.",
                "한 기간의 날수예요. 0이면 90·180·365일 가운데 산 고객이 충분한 가장 짧은 기간을 써요.",
            ),
            Parameter::new(
                "top_share",
                "Share of the customers with the highest scores whose share of the later revenue is told.",
                "점수가 높은 고객 몇 %가 이후 매출의 얼마를 가져왔는지 볼지예요(0.2 = 20%).",
            ),
            Parameter::new(
                "draws",
                "Customers drawn anew so many times, for intervals.",
                "구간을 구하려고 고객을 다시 뽑는 횟수예요.",
            ),
            Parameter::new("seed", "Seed of the draws.", "다시 뽑기의 시드예요."),
        ];
        parameters
            .extend(crate::rfm::parameter_list().into_iter().filter(|parameter| parameter.name != "scheme"));
        About {
            title: Words::new("RFM weights by regression", "회귀로 정한 RFM 가중치"),
            definition: Words::new(
                "How much R, F and M should count, learnt from what customers did next. Everybody is scored as at a past day; their spend in the period after it (or whether they bought) is regressed on the three scores. The coefficients, brought to the sum 1, are the weights; one below 0 counts as 0 and is said. Of boosted trees a weight is the share of the trees' gain. Spend above the 99th percentile of the buyers' counts as that percentile when weights are fitted. Weights fitted on the period before the last are judged on the last one: the share of its revenue that the customers with the highest scores brought, the rank correlation of score and spend, the chance that a buyer had the higher score (AUC), and R². Equal weights and M alone are judged beside them. The score uses the same method fitted on the last period. Nothing after the as-of date is used.",
                "R, F, M을 각각 얼마나 쳐 줄지, 고객이 그다음에 한 행동에서 배워요. 과거 어느 날 기준으로 모두의 점수를 매기고, 그 뒤 한 기간의 구매 금액(또는 구매 여부)을 세 점수에 회귀해요. 계수를 합이 1이 되게 맞춘 값이 가중치예요. 0보다 작은 계수는 0으로 두고 따로 알려요. 부스팅의 가중치는 트리의 이득에서 차지하는 몫이에요. 적합할 때 구매자 99백분위수를 넘는 금액은 그 값으로 봐요. 마지막 기간의 바로 앞 기간으로 적합한 가중치를 마지막 기간으로 검증해요: 점수 상위 고객이 가져온 매출 비중, 점수와 금액의 순위상관, 구매한 고객의 점수가 더 높을 확률(AUC), R². 똑같은 가중치와 M만 쓴 점수도 함께 견줘요. 실제 점수에는 같은 방법을 마지막 기간으로 다시 적합한 가중치를 써요. 기준 시점 이후의 자료는 쓰지 않아요.",
            ),
            source: "Bult and Wansbeek (1995), Optimal selection for direct mail, Marketing Science 14; Lawson and Hanson (1974), Solving least squares problems, chapter 23 (weights not below 0); Friedman (2001), Greedy function approximation."
                .into(),
            parameters,
        }
    }

    fn exclusions(shop: &Shop) -> Option<&'static str> {
        Some(if shop.config.analyses.contains_key(Self::NAME) { Self::NAME } else { "rfm" })
    }

    fn inherited(shop: &Shop) -> Map<String, Value> {
        crate::rfm::inherited(shop)
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: RfmWeightsParams,
    ) -> Result<(RfmWeightsResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let scoring = params.rfm.clone().check()?;
        let all = everybody(&scope).without_from();
        let Periods { days, before, last, earlier, later } =
            Periods::of(shop, &all, params.period_days, &scoring).await?;
        let study = Study::of(&earlier, &later, &params)?;
        let used = study.used(params.method);
        let weighted = RfmParams { weights: used.1, ..params.rfm.clone() }.check()?;
        let mut scored = Scored::of(shop, &scope, &weighted).await?;
        let customers = if params.rfm.customers {
            let everyone: Vec<usize> = (0..scored.totals.len()).collect();
            Some(scored.rows(shop, &everyone).await?)
        } else {
            None
        };
        let [recency, frequency, monetary] = used.1;
        let result = RfmWeightsResult {
            split: WeightSplit {
                period_days: days,
                fitted_from: date_of(before + 1).to_string(),
                judged_from: date_of(last + 1).to_string(),
                until: date_of(all.as_of.day(shop.clock())).to_string(),
                fitted_customers: earlier.customers() as u64,
                fitted_buyers: earlier.buyers() as u64,
                judged_customers: later.customers() as u64,
                judged_buyers: later.buyers() as u64,
                judged_revenue: later.revenue(),
            },
            used: UsedWeights { method: used.0.0.to_owned(), name: used.0.1, recency, frequency, monetary },
            weights: study.weight_rows(),
            quality: study.quality_rows(),
            intervals: study.intervals(),
            classes: std::mem::take(&mut scored.rfm.result.classes),
            customers,
        };
        let findings = findings::find(&study, &params);
        Ok((result, findings))
    }
}

/// The fits on both periods, and how the earlier ones did in the last.
struct Study {
    /// By method: fitted on the period before the last.
    tried: Vec<Option<Fitted>>,
    /// By method: fitted on the last period.
    latest: Vec<Option<Fitted>>,
    ways: Vec<Way>,
    judged: Vec<Judged>,
}

/// A way of scoring that is judged.
struct Way {
    key: &'static str,
    name: Words,
    baseline: bool,
    weights: Option<[f64; 3]>,
}

impl Study {
    fn of(earlier: &Outcomes, later: &Outcomes, params: &RfmWeightsParams) -> Result<Self, AnalysisError> {
        let settings = FitSettings { draws: params.draws, level: LEVEL, seed: params.seed, threads: 0 };
        let all = |outcomes: &Outcomes| -> Result<Vec<Option<Fitted>>, AnalysisError> {
            WeightMethod::ALL.iter().map(|method| Ok(fit(outcomes, method.form(), &settings)?)).collect()
        };
        let (tried, latest) = (all(earlier)?, all(later)?);

        // What the others are compared with comes first.
        let mut ways = vec![Way::baseline("equal", Words::new("Equal weights", "같은 가중치"), EQUAL)];
        let mut candidates = vec![Candidate::Weighted(EQUAL)];
        for (method, fitted) in WeightMethod::ALL.iter().zip(&tried) {
            let Some(fitted) = fitted else { continue };
            let weights = fitted.weights();
            ways.push(Way {
                key: method.key(),
                name: method.name(),
                baseline: false,
                weights: Some(weights),
            });
            candidates.push(Candidate::Weighted(weights));
            let expected: Option<Vec<f64>> = later.scores().iter().map(|x| fitted.expected(x)).collect();
            if let Some(expected) = expected {
                let name = Words::new("Boosted trees themselves", "부스팅 모델의 예측값 그대로");
                ways.push(Way { key: "trees", name, baseline: false, weights: None });
                candidates.push(Candidate::Expected(expected));
            }
        }
        let alone = [0.0, 0.0, 1.0];
        ways.push(Way::baseline("monetary", Words::new("M alone", "M만"), alone));
        candidates.push(Candidate::Weighted(alone));
        let own = params.rfm.weights;
        if own.windows(2).any(|pair| pair[0] != pair[1]) {
            let total: f64 = own.iter().sum();
            let own = own.map(|weight| weight / total);
            ways.push(Way::baseline("own", Words::new("The weights now set", "지금 설정한 가중치"), own));
            candidates.push(Candidate::Weighted(own));
        }
        let settings = JudgeSettings {
            top_share: params.top_share,
            draws: params.draws,
            level: LEVEL,
            seed: params.seed,
            threads: 0,
        };
        let judged = judge(earlier, later, &candidates, &settings)?;
        Ok(Self { tried, latest, ways, judged })
    }

    /// Key, name and weights that make the score.
    fn used(&self, method: WeightMethod) -> ((&'static str, Words), [f64; 3]) {
        match &self.latest[place(method)] {
            Some(fitted) => ((method.key(), method.name()), in_thousandths(fitted.weights())),
            None => (("equal", self.ways[0].name.clone()), EQUAL),
        }
    }

    /// Key, judged: of a way of scoring.
    fn judged(&self, key: &str) -> Option<&Judged> {
        self.ways.iter().position(|way| way.key == key).map(|at| &self.judged[at])
    }

    fn weight_rows(&self) -> Vec<WeightRow> {
        let mut rows = Vec::new();
        for method in WeightMethod::ALL {
            let (tried, latest) = (&self.tried[place(method)], &self.latest[place(method)]);
            for (at, factor) in FACTORS.iter().enumerate() {
                let latest = latest.as_ref().map(|fitted| fitted.factors[at]);
                let (weight, low, high) = ends(latest.map(|factor| factor.weight).unwrap_or_default());
                let (coefficient, coefficient_low, coefficient_high) =
                    ends(latest.map(|factor| factor.coefficient).unwrap_or_default());
                rows.push(WeightRow {
                    method: method.key().to_owned(),
                    factor: (*factor).to_owned(),
                    weight,
                    low,
                    high,
                    weight_before: tried.as_ref().and_then(|fitted| fitted.factors[at].weight.value),
                    coefficient,
                    coefficient_low,
                    coefficient_high,
                });
            }
        }
        rows
    }

    fn quality_rows(&self) -> Vec<WeightQuality> {
        let row = |(way, judged): (&Way, &Judged)| {
            let weight = |at: usize| way.weights.map(|weights| weights[at]);
            let (own, better) = (&judged.quality, &judged.better);
            WeightQuality {
                score: way.key.to_owned(),
                name: way.name.clone(),
                baseline: way.baseline,
                recency: weight(0),
                frequency: weight(1),
                monetary: weight(2),
                caught: own.caught.value,
                caught_more: better.caught.value.filter(|_| way.key != "equal"),
                rank_correlation: own.rank_correlation.value,
                area_under_curve: own.area_under_curve.value,
                r_squared: own.r_squared.value,
            }
        };
        let mut rows: Vec<WeightQuality> = self.ways.iter().zip(&self.judged).map(row).collect();
        rows.sort_by_key(|row| row.baseline);
        rows
    }

    fn intervals(&self) -> Vec<WeightInterval> {
        let of_way = |(way, judged): (&Way, &Judged)| {
            let (own, better) = (judged.quality, judged.better);
            [
                ("caught", own.caught, better.caught),
                ("rank_correlation", own.rank_correlation, better.rank_correlation),
                ("area_under_curve", own.area_under_curve, better.area_under_curve),
                ("r_squared", own.r_squared, better.r_squared),
            ]
            .map(|(measure, own, better)| {
                let (_, low, high) = ends(own);
                let (more, more_low, more_high) =
                    if way.key == "equal" { (None, None, None) } else { ends(better) };
                let (score, measure) = (way.key.to_owned(), measure.to_owned());
                WeightInterval { score, measure, low, high, more, more_low, more_high }
            })
        };
        self.ways.iter().zip(&self.judged).flat_map(of_way).collect()
    }
}

impl Way {
    fn baseline(key: &'static str, name: Words, weights: [f64; 3]) -> Self {
        Self { key, name, baseline: true, weights: Some(weights) }
    }
}

fn place(method: WeightMethod) -> usize {
    method as usize
}

/// Rounded to thousandths that sum to 1, the largest remainders up: what is shown is what is used.
fn in_thousandths(weights: [f64; 3]) -> [f64; 3] {
    let mut whole = weights.map(|weight| (weight * 1000.0).floor());
    let mut order = [0, 1, 2];
    order.sort_by(|&a, &b| (weights[b] * 1000.0 - whole[b]).total_cmp(&(weights[a] * 1000.0 - whole[a])));
    let missing = (1000.0 - whole.iter().sum::<f64>()).round() as usize;
    for &at in order.iter().take(missing) {
        whole[at] += 1.0;
    }
    whole.map(|weight| weight / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::in_thousandths;

    #[test]
    fn thousandths_sum_to_one() {
        assert_eq!(in_thousandths([1.0 / 3.0; 3]), [0.334, 0.333, 0.333]);
        assert_eq!(in_thousandths([0.0, 0.123_6, 0.876_4]), [0.0, 0.124, 0.876]);
        assert_eq!(in_thousandths([0.0, 0.0, 1.0]), [0.0, 0.0, 1.0]);
        assert_eq!(in_thousandths([0.000_4, 0.000_4, 0.999_2]), [0.001, 0.0, 0.999]);
    }
}
