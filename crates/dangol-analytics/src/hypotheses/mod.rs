//! Stated hypotheses, tested: "coupons are used more by higher grades", "one season is high for all".
//!
//! Tests are those of [`dangol_models::hypothesis`]; customers are counted, not order lines. A statement that is true by
//! the way the groups are made is flagged.

mod calendar;
mod judge;
mod measures;
mod params;
mod result;
mod words;

pub use params::{Direction, HypothesesParams, Hypothesis};
pub use result::{Holds, HypothesesResult, HypothesisVerdict, MeasureChoice, VerdictFigure};

use dangol_models::hypothesis::Test;
use dangol_models::hypothesis::benjamini_hochberg;
use dangol_shop::config::nearest;
use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value};

use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::{Finding, Severity};
use crate::segment_profile::population::Population;
use crate::segment_profile::{NEEDS as OF_PROFILE, STANDS, SegmentProfile};
use crate::words::{Words, share};
use calendar::Days;
use measures::{Measures, SEASON, WEEKEND};

/// The analysis `hypotheses`.
#[derive(Debug)]
pub struct Hypotheses;

/// Smaller groups have no best season.
const FEW: u64 = 30;

impl Analysis for Hypotheses {
    type Params = HypothesesParams;
    type Output = HypothesesResult;

    const NAME: &'static str = "hypotheses";
    const FILE_ONLY: &'static [&'static str] = &["list"];
    const NEEDS: &'static [Need] = OF_PROFILE;

    fn about() -> About {
        About {
            title: Words::new("Hypotheses", "가설 검정"),
            definition: Words::new(
                "A statement names a measure, a direction and groups: `coupon_share rises class`. Rises and falls are tested over the order of the groups (numbers: Jonckheere–Terpstra, yes or no: Cochran–Armitage); higher and lower for one group against everybody else (Welch's t, χ² or Fisher's exact test, shares of orders with variances over customers); differs over all groups (Kruskal–Wallis, χ², Rao–Scott). Weekends and seasons are set against the days between the first and the last order. p-values are adjusted for all statements together (Benjamini–Hochberg); a statement holds where its p-value is at most 0.05 and the direction is right. Customers are counted, not order lines. Where the groups are made of what is measured (grades by spend, and the price of what is bought), the verdict says that it follows from that.",
                "가설은 측정값, 방향, 그룹으로 써요: `coupon_share rises class`. 올라간다·내려간다는 그룹 순서에 따른 추세로(수치는 존키어-테르프스트라, 예·아니요는 코크런-아미티지), 높다·낮다는 한 그룹과 나머지의 비교로(웰치 t, 카이제곱 또는 피셔 정확 검정, 주문 비중은 고객별 분산), 다르다는 전체 그룹 비교로(크루스칼-월리스, 카이제곱, 라오-스콧) 검정해요. 주말과 계절은 첫 주문일과 마지막 주문일 사이의 날수와 비교해요. p값은 모든 가설을 함께 보정하고(벤저미니-호크버그), 0.05 이하이면서 방향이 맞으면 성립한다고 해요. 주문 상품이 아니라 고객을 세요. 구매 금액으로 나눈 등급과 구매 상품의 가격처럼 그룹을 나눈 기준과 겹치면 당연한 결과라고 알려줘요.",
            ),
            source: "As of the analysis `segment-profile`; Fisher (1935); Welch (1947).".into(),
            parameters: vec![
                Parameter::new(
                    "stated",
                    "Statements `MEASURE DIRECTION [GROUPS]`, separated by semicolons: `coupon_share rises class; gender:female higher nine:at_risk`. Directions: rises, falls, higher, lower, differs; `season same_for_all` and `weekend_orders higher` are about the calendar. Statements of [[hypotheses]] in shop.toml come first; without any, four usual ones are tested.",
                    "가설을 `측정값 방향 [그룹]` 형태로 쓰고 세미콜론으로 구분해요: `coupon_share rises class; gender:female higher nine:at_risk`. 방향은 rises, falls, higher, lower, differs이고, 달력 가설은 `season same_for_all`, `weekend_orders higher`예요. shop.toml의 [[hypotheses]]가 먼저 오고, 아무것도 없으면 흔히 묻는 가설 네 가지를 검정해요.",
                ),
                Parameter::new(
                    "scheme",
                    "How customers are grouped where a statement does not say it; empty: the classes of RFM.",
                    "가설에 그룹이 없을 때 쓰는 기준이에요. 비우면 RFM 클래스예요.",
                ),
            ],
        }
    }

    fn exclusions(_shop: &Shop) -> Option<&'static str> {
        Some(SegmentProfile::NAME)
    }

    /// `[[hypotheses]]` is a list, and not a section of parameters.
    fn inherited(shop: &Shop) -> Map<String, Value> {
        let stated = shop.config.analyses.get(Self::NAME).filter(|stated| stated.is_array());
        stated.map(|list| Map::from_iter([("list".to_owned(), list.clone())])).unwrap_or_default()
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: HypothesesParams,
    ) -> Result<(HypothesesResult, Vec<Finding>), AnalysisError> {
        let statements = params.statements()?;
        let scheme = if params.scheme.is_empty() { "class" } else { &params.scheme };
        let days = Days::of(shop, &scope).await?;
        let mut known: Vec<(String, Population, Measures)> = Vec::new();
        let mut verdicts = Vec::new();
        for one in statements {
            let groups = if one.groups.is_empty() { scheme.to_owned() } else { one.groups.clone() };
            if !known.iter().any(|(name, ..)| *name == groups) {
                let population = population(shop, &scope, &groups, one.direction, &one.measure).await?;
                if population.keys.is_empty() {
                    return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
                }
                let measures = Measures::of(shop, &scope, &population).await?;
                known.push((groups.clone(), population, measures));
            }
            let Some((_, population, measures)) = known.iter().find(|(name, ..)| *name == groups) else {
                continue;
            };
            if params.is_usual() && !measures.has(&one.measure) {
                continue;
            }
            verdicts.push(tested(population, measures, &days, &one, groups)?);
        }
        adjust(&mut verdicts)?;
        let measures = known.first().map(|(_, _, measures)| measures.choices()).unwrap_or_default();
        let result = HypothesesResult {
            scheme: scheme.to_owned(),
            verdicts: verdicts.into_iter().map(|(verdict, _)| verdict).collect(),
            measures,
        };
        let findings = find(&result);
        Ok((result, findings))
    }
}

/// The groups of a statement: a scheme, or one group against everybody else.
async fn population(
    shop: &Shop,
    scope: &Scope,
    groups: &str,
    direction: Direction,
    measure: &str,
) -> Result<Population, AnalysisError> {
    if matches!(direction, Direction::Higher | Direction::Lower) && measure != WEEKEND {
        return Population::of(shop, scope, "", groups).await;
    }
    Population::of(shop, scope, groups, "").await
}

/// What a verdict's words need once its p-value is adjusted.
enum Said {
    Groups,
    Weekend { expected: f64 },
    Seasons { seasons: Vec<Option<(usize, bool, u64)>>, agree: bool },
    Nothing,
}

fn tested(
    population: &Population,
    measures: &Measures,
    days: &Days,
    one: &Hypothesis,
    groups: String,
) -> Result<(HypothesisVerdict, Said), AnalysisError> {
    let mut verdict = HypothesisVerdict {
        measure: one.measure.clone(),
        direction: one.direction,
        groups,
        statement: Words::default(),
        holds: Holds::Undecided,
        sentence: Words::default(),
        by_construction: false,
        method: None,
        statistic: None,
        p_value: None,
        adjusted_p: None,
        effect: None,
        figures: Vec::new(),
    };
    let dimension = |name: &str| measures.dimensions.iter().find(|one| one.name == name);
    match (one.measure.as_str(), one.direction) {
        (WEEKEND, _) => {
            verdict.statement = weekend_statement(one.direction);
            let Some(weekday) = dimension("weekday") else { return Ok((verdict, Said::Nothing)) };
            let Some((shares, expected, test)) = calendar::weekend(population, weekday, days)? else {
                return Ok((verdict, Said::Nothing));
            };
            verdict.figures = figures(population, shares.iter().map(|one| (one.customers, one.rate())));
            fill(&mut verdict, Some(("share_against", test)));
            Ok((verdict, Said::Weekend { expected }))
        }
        (SEASON, _) => {
            verdict.statement =
                words::statement(&measures::season_label(), Direction::SameForAll, population);
            let month = dimension("month").filter(|_| days.is_a_year());
            let Some(month) = month else { return Ok((verdict, Said::Nothing)) };
            let best = calendar::seasons(population, month, days)?;
            let large: Vec<_> = best.iter().flatten().filter(|one| one.customers >= FEW).collect();
            let Some(first) = large.first() else { return Ok((verdict, Said::Nothing)) };
            let agree = large.iter().all(|one| one.season == first.season);
            // All groups must stand: the weakest decides.
            let weakest = large.iter().max_by(|a, b| a.test.p_value.total_cmp(&b.test.p_value));
            fill(&mut verdict, weakest.map(|one| ("share_against", one.test)));
            verdict.by_construction = population.of_purchases;
            verdict.figures = figures(
                population,
                best.iter().map(|one| one.as_ref().map_or((0, None), |one| (one.customers, Some(one.share)))),
            );
            let seasons = best
                .iter()
                .map(|one| one.as_ref().map(|one| (one.season, one.test.effect > 0.0, one.customers)))
                .collect();
            Ok((verdict, Said::Seasons { seasons, agree }))
        }
        (measure, direction) => {
            let Some(measured) = measures.find(measure) else {
                let names: Vec<String> = measures.choices().into_iter().map(|one| one.measure).collect();
                let near = nearest(measure, names.iter().map(String::as_str));
                let hint = near.map_or_else(
                    || format!("there are {}", names.iter().take(12).cloned().collect::<Vec<_>>().join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(params::bad(format!("nothing is measured under `{measure}`; {hint}")));
            };
            if matches!(direction, Direction::Rises | Direction::Falls) && population.order.is_none() {
                return Err(params::bad(format!(
                    "the groups of `{}` have no order in which `{measure}` could rise or fall; take classes, bands or a number (`by:age:20,40`), or state `differs`",
                    verdict.groups
                )));
            }
            if direction == Direction::SameForAll {
                return Err(params::bad(format!("`same_for_all` is for `{SEASON}`, not for `{measure}`")));
            }
            verdict.statement = words::statement(&measured.label, direction, population);
            verdict.by_construction = measured.by_construction;
            let found = judge::test(population, &measured, direction)?;
            verdict.figures = found.figures;
            fill(&mut verdict, found.test);
            Ok((verdict, Said::Groups))
        }
    }
}

fn fill(verdict: &mut HypothesisVerdict, test: Option<(&'static str, Test)>) {
    verdict.method = test.map(|(name, _)| name.to_owned());
    verdict.statistic = test.map(|(_, test)| test.statistic);
    verdict.p_value = test.map(|(_, test)| test.p_value);
    verdict.effect = test.map(|(_, test)| test.effect);
}

fn figures(population: &Population, amounts: impl Iterator<Item = (u64, Option<f64>)>) -> Vec<VerdictFigure> {
    let groups = population.groups.iter().map(|group| (group.key.clone(), group.name.clone()));
    let everybody = ("everybody".to_owned(), Words::new("Everybody", "전체"));
    groups
        .chain([everybody])
        .zip(amounts)
        .map(|((group, name), (customers, amount))| VerdictFigure {
            group,
            name,
            customers,
            amount,
            is_share: true,
        })
        .collect()
}

/// Adjusts the p-values of all statements together, and says what they come to.
fn adjust(verdicts: &mut [(HypothesisVerdict, Said)]) -> Result<(), AnalysisError> {
    let p_values: Vec<f64> = verdicts.iter().filter_map(|(verdict, _)| verdict.p_value).collect();
    let mut adjusted = benjamini_hochberg(&p_values)?.into_iter();
    for (verdict, said) in verdicts {
        verdict.adjusted_p = verdict.p_value.and_then(|_| adjusted.next());
        let stands = verdict.adjusted_p.is_some_and(|p| p <= STANDS);
        let (p, effect) = (verdict.adjusted_p.unwrap_or(1.0), verdict.effect.unwrap_or(0.0));
        verdict.holds = match (verdict.p_value, verdict.direction, &*said) {
            (None, ..) | (_, _, Said::Nothing) => Holds::Undecided,
            (_, _, Said::Seasons { seasons, agree }) => {
                let above = seasons.iter().flatten().all(|(_, above, customers)| *above || *customers < FEW);
                if *agree && above && stands { Holds::Yes } else { Holds::NotShown }
            }
            _ if !stands => Holds::NotShown,
            (_, Direction::Differs | Direction::SameForAll, _) => Holds::Yes,
            (_, Direction::Rises | Direction::Higher, _) if effect > 0.0 => Holds::Yes,
            (_, Direction::Falls | Direction::Lower, _) if effect < 0.0 => Holds::Yes,
            _ => Holds::Opposite,
        };
        verdict.sentence = match said {
            Said::Weekend { expected } => weekend_sentence(verdict, *expected, p),
            Said::Seasons { seasons, agree } => season_sentence(verdict, seasons, *agree),
            Said::Nothing if verdict.measure == SEASON => Words::new(
                "The data cannot say: seasons need a year of orders.",
                "판단할 수 없어요. 계절을 비교하려면 1년 이상의 주문이 필요해요.",
            ),
            Said::Groups | Said::Nothing => {
                words::verdict(verdict.holds, &verdict.figures, p, effect, verdict.by_construction)
            }
        };
    }
    Ok(())
}

fn weekend_statement(direction: Direction) -> Words {
    if direction == Direction::Lower {
        Words::new("Weekends sell less than other days", "주말은 평일보다 덜 팔린다")
    } else {
        Words::new("Weekends sell more than other days", "주말은 평일보다 더 팔린다")
    }
}

fn weekend_sentence(verdict: &HypothesisVerdict, expected: f64, p: f64) -> Words {
    use crate::segment_profile::verdicts::p_text;
    let own = share(verdict.figures.last().and_then(|one| one.amount).unwrap_or(0.0));
    let (days, p) = (share(expected), p_text(p));
    let (en, ko) = match verdict.holds {
        Holds::Yes => ("Yes", "네, 그래요"),
        Holds::Opposite => ("No, the other way round", "아니요, 반대예요"),
        Holds::NotShown => ("Not shown", "그렇다고 할 수 없어요"),
        Holds::Undecided => ("The data cannot say", "판단할 수 없어요"),
    };
    Words::new(
        format!(
            "{en}: {} of the orders are placed on Saturdays and Sundays, which are {} of the days ({p}).",
            own.en, days.en
        ),
        format!("{ko}. 날짜의 {}를 차지하는 토·일요일에 주문의 {}가 들어와요({p}).", days.ko, own.ko),
    )
}

fn season_sentence(
    verdict: &HypothesisVerdict,
    seasons: &[Option<(usize, bool, u64)>],
    agree: bool,
) -> Words {
    use calendar::SEASONS;
    let named: Vec<(&Words, usize)> = verdict
        .figures
        .iter()
        .zip(seasons)
        .filter_map(|(figure, season)| {
            let (season, _, customers) = (*season)?;
            (customers >= FEW).then_some((&figure.name, season))
        })
        .collect();
    if let (true, Holds::Yes, Some((_, season))) = (agree, verdict.holds, named.first()) {
        let (en, ko, _) = SEASONS[*season];
        return Words::new(
            format!("Yes: {en} is the strongest season in all groups."),
            format!("네, 모든 그룹에서 {ko} 주문이 가장 많아요."),
        );
    }
    let list = |of: &dyn Fn(&Words) -> String, korean: bool| {
        let season = |season: usize| if korean { SEASONS[season].1 } else { SEASONS[season].0 };
        named
            .iter()
            .take(5)
            .map(|(name, place)| format!("{} {}", of(name), season(*place)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Words::new(
        format!("Not shown: the strongest season is {}.", list(&|name| name.en.clone(), false)),
        format!(
            "그렇다고 할 수 없어요. 주문이 가장 많은 계절은 {}예요.",
            list(&|name| name.ko.clone(), true)
        ),
    )
}

fn find(result: &HypothesesResult) -> Vec<Finding> {
    let built = result.verdicts.iter().filter(|one| one.by_construction).count();
    if built == 0 {
        return Vec::new();
    }
    vec![
        Finding::new(
            "by_construction",
            Severity::Warning,
            Words::new(
                format!("{built} of the statements are about groups that are made of what is measured: they would hold whatever customers like. Take groups that are not made of purchases, such as `by:gender` or `by:channel`."),
                format!("가설 {built}개는 그룹을 나눈 기준과 측정값이 겹쳐서 당연히 나오는 결과예요. `by:gender`나 `by:channel`처럼 구매 실적으로 나누지 않은 그룹으로 확인해 보세요."),
            ),
        )
        .value("statements", built),
    ]
}
