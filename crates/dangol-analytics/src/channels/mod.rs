//! Channels: what a new customer costs through each, what they are worth, and how soon that is paid back.
//!
//! Customers with their value by channel ([`people`]), what was spent ([`spend`]) → one row for each channel
//! ([`figures`]) → months, and what the minimum of active days does to the order ([`guard`]).

mod figures;
mod findings;
mod guard;
mod params;
pub(crate) mod people;
mod result;
pub(crate) mod spend;

pub(crate) use figures::LEVEL;
pub use params::{ActiveDays, ChannelsParams, Ltv};
pub use result::{ChannelCost, ChannelMonth, ChannelRow, ChannelsResult, GuardRow};

use std::collections::{BTreeMap, BTreeSet};

use dangol_shop::time::{Period, date_of};
use dangol_shop::{Filters, Scope, Shop};
use serde_json::{Map, Value};

use self::figures::Figures;
use self::people::People;
use self::spend::{Spending, Window, month, same_name};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::groups::{members, schemes};
use crate::needs;
use crate::value::base::everybody;
use crate::words::Words;

/// The analysis `channels`.
#[derive(Debug)]
pub struct Channels;

/// The customers' channel.
pub(crate) const CHANNEL: Need = Need::optional(
    "customers",
    "acquisition_channel",
    "by which channel customers came: value, cost and maturity of each",
    "고객이 어떤 채널로 들어왔는지: 채널별 가치, 유입 비용, 성숙도",
);

/// What was spent.
pub(crate) const SPEND: Need = Need::optional(
    "marketing_spend",
    "spend",
    "what was spent on channels: cost of a new customer, payback",
    "채널별 광고비: 신규 고객 획득 비용(CAC)과 회수 기간",
);

impl Analysis for Channels {
    type Params = ChannelsParams;
    type Output = ChannelsResult;

    const NAME: &'static str = "channels";
    const NEEDS: &'static [Need] = &[needs::CUSTOMER, needs::WHEN, needs::AMOUNT, CHANNEL, SPEND];

    fn about() -> About {
        About {
            title: Words::new("Channels", "유입 채널"),
            definition: Words::new(
                "CAC = spend / new customers (those whose first order lies in the period), by acquisition channel. A channel that took no money has CAC 0 and no LTV:CAC; one that took money and brought nobody has no CAC. LTV, historical: revenue × 365 / active days (from the first purchase to the as-of date, at least 30) × assumed life, averaged over customers. LTV, model: revenue so far + what the models of the analysis `value` expect within the horizon. Both × margin. LTV:CAC = LTV / CAC; ROI = (LTV − CAC) / CAC. Payback = CAC / monthly margin, where monthly margin = margin × revenue / months since the first purchase, over all customers of the channel. Maturity: share of the best segment among customers with a purchase in the last year. Intervals are at 90%: customers drawn anew 1,000 times, their number being Poisson; Wilson's for shares. The model's interval is that of the mix of customers, not of the model's parameters.",
                "CAC = 광고비 / 신규 고객 수(기간 안에 첫 주문을 한 고객)를 유입 채널별로 계산해요. 광고비가 없는 채널은 CAC가 0이고 LTV:CAC는 없어요. 광고비는 썼는데 신규 고객이 없으면 CAC를 계산하지 않아요. 과거 기준 LTV는 매출 × 365 / 활동 일수(첫 구매부터 기준일까지, 최소 30일) × 가정한 기간의 고객 평균이고, 모델 LTV는 지금까지의 매출에 ‘생애 가치’ 모델이 예상하는 금액을 더한 값이에요. 둘 다 마진을 곱해요. LTV:CAC = LTV / CAC, ROI = (LTV − CAC) / CAC예요. 회수 기간 = CAC / 월 마진이고, 월 마진은 채널 고객 전체의 매출 × 마진을 첫 구매 뒤 지난 개월 수로 나눈 값이에요. 성숙도는 최근 1년 안에 구매한 고객 중 최상위 세그먼트의 비율이에요. 구간은 90%이고, 고객을 1,000번 다시 뽑아 구해요(고객 수는 푸아송, 비율은 윌슨 구간). 모델 LTV의 구간은 고객 구성의 불확실성이고, 모델 매개변수의 불확실성은 들어 있지 않아요.",
            ),
            source: "Gupta, S. and Lehmann, D. R. (2003), Journal of Interactive Marketing 17, on customers as assets; intervals: Efron and Tibshirani (1993), chapters 6 and 13; Wilson, E. B. (1927)."
                .into(),
            parameters: vec![
                Parameter::choice(
                    "ltv",
                    &["historical", "model"],
                    "Which lifetime value is set against the cost.",
                    "비용과 비교할 생애 가치(LTV)예요.",
                ),
                Parameter::new("margin", "Share of revenue that remains after costs.", "매출에서 비용을 빼고 남는 비율이에요."),
                Parameter::choice(
                    "active_days",
                    &["to_as_of", "to_last_purchase"],
                    "Up to when the historical value counts active days.",
                    "과거 기준 LTV에서 활동 일수를 언제까지 셀지예요.",
                ),
                Parameter::new("least_active_days", "Days of activity that the historical value counts at least.", "과거 기준 LTV의 최소 활동 일수예요."),
                Parameter::new("assumed_life_years", "Years of life that the historical value assumes.", "과거 기준 LTV가 가정하는 기간(년)이에요."),
                Parameter::new("horizon_days", "Days ahead over which the model looks.", "모델이 앞으로 며칠을 볼지예요."),
                Parameter::new("discount_rate", "Discount by year, such as 0.1.", "연 할인율이에요(예: 0.1)."),
                Parameter::new(
                    "vip",
                    "Whom the maturity counts: segments as in the filter, such as class:platinum; empty for the best class.",
                    "성숙도에서 셀 세그먼트예요(필터와 같은 형식, 예: class:platinum). 비우면 가장 높은 등급이에요.",
                ),
                Parameter::new("active_within_days", "Customers with a purchase within so many days are active.", "며칠 안에 구매한 고객을 활동 고객으로 볼지예요."),
                Parameter::new("seed", "Seed of the resamples that intervals come from.", "구간을 구할 때 쓰는 난수 시드예요."),
            ],
        }
    }

    /// What the shop says of margin and lifetimes holds for its channels, too.
    fn inherited(shop: &Shop) -> Map<String, Value> {
        inherited(shop)
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ChannelsParams,
    ) -> Result<(ChannelsResult, Vec<Finding>), AnalysisError> {
        let people = People::of(shop, &scope, &params).await?;
        let spending = Spending::read(shop, &scope).await?;
        let (vip, vips) = best_customers(shop, &scope, &params.vip).await?;
        let window = spending.as_ref().and_then(|spending| window(shop, &scope, &people, spending));
        let figures = Figures {
            people: &people,
            params: &params,
            window,
            vips: &vips,
            has_amounts: shop.manifest.totals.has_amounts,
        };
        let sums = spending.as_ref().zip(window).map(|(spending, window)| spending.within(window));

        let spent = sums.as_ref().map(|sums| sums.values().map(|(_, spend)| spend).sum());
        let total = figures.row(None, "total", Words::new("All", "전체"), spent)?;
        let mut channels = Vec::new();
        for (at, name) in people.channels.iter().enumerate() {
            let spend = sums.as_ref().map(|sums| sums.get(&same_name(name)).map_or(0.0, |(_, spend)| *spend));
            // Of customers without a channel there is no saying what they cost.
            let spend = spend.filter(|_| !name.is_empty());
            channels.push(figures.row(Some(at), name, channel_name(name), spend)?);
        }
        let known: BTreeSet<String> = people.channels.iter().map(|name| same_name(name)).collect();
        for (key, (name, spend)) in sums.iter().flatten() {
            // Under a filter a channel may be without customers because they are filtered out.
            if !known.contains(key) && scope.members.is_none() {
                channels.push(figures.spend_alone(name, *spend, !people.channels.is_empty())?);
            }
        }
        let value = |row: &ChannelRow| match params.ltv {
            Ltv::Historical => row.ltv_historical,
            Ltv::Model => row.ltv_model,
        };
        channels.sort_by(|left, right| {
            let key = |row: &ChannelRow| value(row).or(row.spend.map(|spend| -1.0 / (1.0 + spend)));
            key(right)
                .partial_cmp(&key(left))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then(left.channel.cmp(&right.channel))
        });
        let result = ChannelsResult {
            from: window.map(|window| date_of(window.from).to_string()),
            until: window.map(|window| date_of(window.until).to_string()),
            channels_known: !people.channels.is_empty(),
            spend_known: window.is_some(),
            ltv: params.ltv,
            model: people.model().clone(),
            vip,
            months: months(&people, spending.as_ref(), window),
            guard: guard::guard(&people, params.least_active_days)?,
            total,
            channels,
        };
        let findings = findings::find(shop, &scope, &result, &params, spending.as_ref());
        Ok((result, findings))
    }
}

/// Parameters of `[value]` in `shop.toml` that mean the same here.
pub(crate) fn inherited(shop: &Shop) -> Map<String, Value> {
    const SHARED: [&str; 5] =
        ["margin", "least_active_days", "assumed_life_years", "horizon_days", "discount_rate"];
    match shop.config.analyses.get("value") {
        Some(Value::Object(section)) => section
            .iter()
            .filter(|(name, _)| SHARED.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        _ => Map::new(),
    }
}

/// What people call a channel.
pub(crate) fn channel_name(name: &str) -> Words {
    if name.is_empty() { Words::new("unknown", "알 수 없음") } else { Words::same(name) }
}

/// The time in which both spend and first orders are known: from the month of the first order at the earliest, to the
/// as-of date. Where the store holds nothing later, the last month of spend counts whole.
pub(crate) fn window(shop: &Shop, scope: &Scope, people: &People, spending: &Spending) -> Option<Window> {
    let first_order = shop.manifest.totals.first_at.map(|at| shop.clock().day_of(at));
    let first_on = first_order.or_else(|| people.in_channel(None).map(|person| person.first_on).min())?;
    let begins = if spending.monthly { month(first_on).from } else { first_on };
    let today = scope.as_of.day(shop.clock());
    let last = shop.manifest.totals.last_at?;
    let is_latest = scope.as_of.includes(last, shop.clock().day_of(last));
    let until =
        if spending.monthly && is_latest { month(shop.clock().day_of(last)).until.max(today) } else { today };
    spending.covered().and(Window { from: scope.from.map_or(begins, |from| from.max(begins)), until })
}

/// Who the best customers are, in words and by key.
async fn best_customers(shop: &Shop, scope: &Scope, vip: &str) -> Result<(Words, Vec<i32>), AnalysisError> {
    let known = schemes(shop)?;
    let best = known
        .iter()
        .find(|scheme| scheme.scheme == "class")
        .and_then(|scheme| Some(format!("class:{}", scheme.segments.first()?.key)));
    let filter = if vip.is_empty() { best.unwrap_or_default() } else { vip.to_owned() };
    let filters = Filters { segment: Some(filter.clone()), ..Filters::default() };
    let keys = members(shop, &everybody(scope), &filters).await?.map_or_else(Vec::new, |keys| keys.to_vec());
    let names: Vec<&Words> = dangol_shop::scope::split_list(&filter)
        .iter()
        .filter_map(|one| {
            let (scheme, key) = one.split_once(':')?;
            let found = known.iter().find(|known| known.scheme == scheme)?;
            Some(&found.segments.iter().find(|segment| segment.key == key)?.name)
        })
        .collect();
    let joined =
        |pick: fn(&Words) -> &str| names.iter().map(|name| pick(name)).collect::<Vec<_>>().join(", ");
    Ok((Words::new(joined(|words| &words.en), joined(|words| &words.ko)), keys))
}

/// Spend and new customers of each channel by month, within the time in which both are known.
pub(crate) fn months(
    people: &People,
    spending: Option<&Spending>,
    window: Option<Window>,
) -> Vec<ChannelMonth> {
    let Some((spending, window)) = spending.zip(window) else { return Vec::new() };
    let mut cells: BTreeMap<(i32, String), (Option<f64>, Option<u64>)> = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for row in &spending.rows {
        names.entry(same_name(&row.channel)).or_insert_with(|| row.channel.clone());
    }
    for name in people.channels.iter().filter(|name| !name.is_empty()) {
        names.insert(same_name(name), name.clone());
    }
    let (first, last) = (Period::Month.index_of(window.from), Period::Month.index_of(window.until));
    for index in first..=last {
        let month = Window { from: Period::Month.start(index), until: Period::Month.start(index + 1) - 1 };
        let Some(seen) = month.and(window) else { continue };
        for (key, (_, spend)) in spending.within(seen) {
            cells.entry((index, key)).or_default().0 = Some(spend);
        }
    }
    for (at, name) in people.channels.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        for index in first..=last {
            cells.entry((index, same_name(name))).or_default().1 = Some(0);
        }
        for person in people.in_channel(Some(at)).filter(|person| window.has(person.first_on)) {
            let cell = cells.entry((Period::Month.index_of(person.first_on), same_name(name))).or_default();
            cell.1 = cell.1.map(|count| count + 1);
        }
    }
    cells
        .into_iter()
        .map(|((index, key), (spend, new_customers))| ChannelMonth {
            month: date_of(Period::Month.start(index)).to_string(),
            channel: names.get(&key).cloned().unwrap_or(key),
            spend,
            new_customers,
        })
        .collect()
}
