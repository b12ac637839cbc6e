//! Which model to take, by how likely each held what came after a cut-off.

use dangol_models::lifetime::TimeUnit;
use dangol_models::lifetime::judging::{Candidate, Choice, Exclusion, Reason, choose};
use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::params::{ModelChoice, Spend};
use super::purchase::PurchaseFit;
use super::result::ComparedModel;
use super::split::{SplitShop, default_cutoff, fit_and_foretell};
use crate::error::AnalysisError;
use crate::words::{Words, grouped};

/// What the automatic choice is made from: models that may say of a one-time buyer that they have left.
const CANDIDATES: [ModelChoice; 3] = [ModelChoice::MbgNbd, ModelChoice::ParetoNbd, ModelChoice::MbgCnbd];

/// With fewer customers or repeat purchases in either time, a comparison is chance.
const LEAST_CUSTOMERS: usize = 100;
const LEAST_PURCHASES: u32 = 30;

/// So many customers tell models apart as well as all.
const SAMPLE: usize = 20_000;

/// The model taken, and why.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) model: ModelChoice,
    pub(crate) reason: Words,
    pub(crate) compared: Vec<ComparedModel>,
}

impl Chosen {
    /// The model that a person asked for.
    pub(crate) fn given(model: ModelChoice) -> Self {
        let reason = Words::new("Chosen in the parameters.", "매개변수에서 직접 골랐어요.");
        Self { model, reason, compared: Vec::new() }
    }

    /// The simplest that may be used for churn, where nothing can be compared.
    fn without_comparison(why: &Words) -> Self {
        let reason = Words::new(
            format!("{} So MBG/NBD is used, the simplest model in which one-time buyers can leave.", why.en),
            format!("{} 그래서 한 번만 산 고객의 이탈도 다루는 가장 단순한 모델인 MBG/NBD를 썼어요.", why.ko),
        );
        Self { model: ModelChoice::MbgNbd, reason, compared: Vec::new() }
    }
}

/// Compares the candidates after two thirds of the time.
pub(crate) async fn automatic(
    shop: &Shop,
    scope: &Scope,
    unit: TimeUnit,
    first_on: Option<i32>,
    until: i32,
) -> Result<Chosen, AnalysisError> {
    let Some(cutoff) = first_on.and_then(|first_on| default_cutoff(first_on, until)) else {
        return Ok(Chosen::without_comparison(&Words::new(
            "There are fewer than 84 days to compare models on.",
            "모델을 견줘 볼 기간이 84일보다 짧아요.",
        )));
    };
    let split = SplitShop::of(shop, scope, cutoff, unit, Spend::RepeatDays).await?;
    let repeats: u32 = split.before.shop.repeats.iter().sum();
    if split.after.len() < LEAST_CUSTOMERS
        || repeats < LEAST_PURCHASES
        || split.bought.iter().sum::<u32>() < LEAST_PURCHASES
    {
        return Ok(Chosen::without_comparison(&Words::new(
            format!(
                "Up to {} there are too few customers or repeat purchases to compare models.",
                date_of(cutoff)
            ),
            format!("{}까지의 고객이나 재구매가 너무 적어 모델을 견줄 수 없어요.", date_of(cutoff)),
        )));
    }
    let (before, after) = split.sampled(SAMPLE);
    let mut fits = Vec::new();
    for choice in CANDIDATES {
        fits.push(fit_and_foretell(choice, unit, &before, &after)?);
    }
    let customers = before.len();
    let (choice, compared) = compare(fits)?;
    let Some(model) = choice.chosen else {
        return Ok(Chosen {
            compared,
            ..Chosen::without_comparison(&Words::new(
                "The parameters of every model ran to a limit.",
                "모든 모델의 매개변수가 극한값에 닿았어요.",
            ))
        });
    };
    let words = reason_words(&choice, cutoff, customers);
    Ok(Chosen { model, reason: words, compared })
}

/// Ranks fitted models by the likelihood of what came after.
pub(crate) fn compare(
    fits: Vec<(PurchaseFit, Vec<f64>)>,
) -> Result<(Choice<ModelChoice>, Vec<ComparedModel>), AnalysisError> {
    let candidates: Vec<Candidate<ModelChoice>> = fits
        .into_iter()
        // A regular model of one stage is the random one.
        .filter(|(fit, _)| {
            fit.stages > 1 || !matches!(fit.choice, ModelChoice::MbgCnbd | ModelChoice::BgCnbd)
        })
        .map(|(fit, held_out)| Candidate {
            name: fit.choice,
            parameters: fit.free + usize::from(fit.stages > 1),
            aic: Some(2.0 * ((fit.free + usize::from(fit.stages > 1)) as f64 - fit.log_likelihood)),
            exclusion: exclusion(&fit, &held_out),
            // Nothing can be compared with what a model held impossible.
            held_out: if held_out.iter().all(|value| value.is_finite()) { held_out } else { Vec::new() },
        })
        .collect();
    let choice = choose(&candidates)?;
    let compared = choice
        .ranking
        .iter()
        .filter_map(|ranked| {
            let customers = candidates.iter().map(|candidate| candidate.held_out.len()).max()?;
            Some(ComparedModel {
                model: ranked.name.key().to_owned(),
                held_out_log_likelihood: ranked.held_out?.log_likelihood / customers as f64,
                chosen: choice.chosen == Some(ranked.name),
            })
        })
        .collect();
    Ok((choice, compared))
}

fn exclusion(fit: &PurchaseFit, held_out: &[f64]) -> Option<Exclusion> {
    if held_out.iter().any(|value| !value.is_finite()) {
        Some(Exclusion::NotFitted)
    } else if !fit.boundaries.is_empty() {
        Some(Exclusion::AtBoundary)
    } else if fit.keeps_one_time_buyers() {
        Some(Exclusion::OneTimeBuyersForeverAlive)
    } else {
        None
    }
}

/// Why the model was taken.
pub(crate) fn reason_words(choice: &Choice<ModelChoice>, cutoff: i32, customers: usize) -> Words {
    let day = date_of(cutoff);
    let people = grouped(customers as u64);
    let basis = Words::new(
        format!(
            "Models were fitted on the purchases of {people} customers up to {day} and compared by how likely each held what came after."
        ),
        format!(
            "고객 {people}명의 {day}까지 구매로 모델을 적합하고, 그 뒤의 구매를 얼마나 잘 맞혔는지(우도)로 견줬어요."
        ),
    );
    let said = match choice.reasons.last() {
        Some(Reason::SimplerAndAsGood { model, likeliest, .. }) => Words::new(
            format!(
                "{} was taken: it is simpler than {}, fits the time before about as well, and the difference after it may be chance.",
                title(*model),
                title(*likeliest)
            ),
            format!(
                "{} 모델이 더 단순하고 그전 구매에도 비슷하게 맞으며, 그 뒤 {} 모델과의 차이는 우연일 수 있어서 골랐어요.",
                title(*model),
                title(*likeliest)
            ),
        ),
        Some(Reason::OnlyOne { model }) => {
            let left_out: Vec<Words> = choice.reasons.iter().filter_map(left_out).collect();
            let list = |of: fn(&Words) -> &str| left_out.iter().map(of).collect::<Vec<_>>().join("");
            Words::new(
                format!(
                    "{} is the only one that the data support.{}",
                    title(*model),
                    list(|words| &words.en)
                ),
                format!(
                    "데이터가 뒷받침하는 것은 {} 모델뿐이에요.{}",
                    title(*model),
                    list(|words| &words.ko)
                ),
            )
        }
        Some(Reason::Likeliest { model, .. }) => Words::new(
            format!("{} foretold it best.", title(*model)),
            format!("{} 모델이 가장 잘 맞혔어요.", title(*model)),
        ),
        Some(Reason::Excluded { .. }) | None => {
            Words::new("The data support none of them.", "데이터가 뒷받침하는 모델이 없어요.")
        }
    };
    Words::new(format!("{} {}", basis.en, said.en), format!("{} {}", basis.ko, said.ko))
}

/// Why a model was not compared, which its likelihood alone does not tell.
fn left_out(reason: &Reason<ModelChoice>) -> Option<Words> {
    let Reason::Excluded { model, exclusion } = reason else { return None };
    let name = title(*model);
    Some(match exclusion {
        Exclusion::NotFitted => Words::new(
            format!(" {name} held some of what came after for impossible."),
            format!(" {name} 모델은 실제로 일어난 구매를 불가능하다고 봤어요."),
        ),
        Exclusion::AtBoundary => Words::new(
            format!(" The parameters of {name} ran to a limit."),
            format!(" {name} 모델은 매개변수가 극한값에 닿았어요."),
        ),
        Exclusion::OneTimeBuyersForeverAlive => Words::new(
            format!(" {name} takes everybody who bought once for a customer for good."),
            format!(" {name} 모델은 한 번만 산 고객을 모두 영원한 고객으로 봐요."),
        ),
    })
}

/// The name of a model in the literature.
pub(crate) fn title(choice: ModelChoice) -> &'static str {
    match choice {
        ModelChoice::Auto => "auto",
        ModelChoice::BgNbd => "BG/NBD",
        ModelChoice::MbgNbd => "MBG/NBD",
        ModelChoice::ParetoNbd => "Pareto/NBD",
        ModelChoice::BgCnbd => "BG/CNBD-k",
        ModelChoice::MbgCnbd => "MBG/CNBD-k",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_left_out_are_named_with_the_reason() {
        let choice = Choice {
            chosen: Some(ModelChoice::MbgNbd),
            ranking: Vec::new(),
            reasons: vec![
                Reason::Excluded { model: ModelChoice::ParetoNbd, exclusion: Exclusion::AtBoundary },
                Reason::OnlyOne { model: ModelChoice::MbgNbd },
            ],
        };
        let words = reason_words(&choice, 0, 1000);
        assert!(
            words.en.ends_with(
                "MBG/NBD is the only one that the data support. The parameters of Pareto/NBD ran to a limit."
            ),
            "{}",
            words.en
        );
        assert!(words.ko.ends_with("Pareto/NBD 모델은 매개변수가 극한값에 닿았어요."), "{}", words.ko);
    }
}
