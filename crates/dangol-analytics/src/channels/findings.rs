//! What to know before money is moved between channels.

use dangol_shop::time::date_of;
use dangol_shop::{Scope, Shop};

use super::guard::swaps;
use super::params::ChannelsParams;
use super::result::{ChannelCost, ChannelRow, ChannelsResult};
use super::spend::Spending;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, money, share};

pub(super) fn find(
    shop: &Shop,
    scope: &Scope,
    result: &ChannelsResult,
    params: &ChannelsParams,
    spending: Option<&Spending>,
) -> Vec<Finding> {
    let currency = &shop.config.shop.currency;
    let mut findings: Vec<Finding> = [
        no_spend_table(result),
        nobody_knows_channels(result),
        filtered(scope, result),
        outside(shop, scope, result, spending, currency),
        without_channel(result),
        no_rows(result, spending),
        margin_not_set(params),
        guard_touches(result, params),
        guard_decides(result, params),
        model_missing(shop, result),
        unlike(result),
    ]
    .into_iter()
    .flatten()
    .collect();
    if scope.members.is_none() {
        findings.extend(result.channels.iter().filter_map(|row| brought_nobody(row, currency)));
    }
    findings.extend(result.channels.iter().filter_map(|row| costs_more(row, currency)));
    findings
}

fn no_spend_table(result: &ChannelsResult) -> Option<Finding> {
    (!result.spend_known).then(|| {
        Finding::new(
            "spend_unknown",
            Severity::Warning,
            Words::new(
                "Nothing is known of what was spent on channels in this period, so there is no cost of a new customer and no payback. Map the table marketing_spend in shop.toml.",
                "이 기간의 채널별 광고비를 알 수 없어서 신규 고객 획득 비용(CAC)과 회수 기간을 계산하지 못했어요. shop.toml에 marketing_spend 표를 연결해 주세요.",
            ),
        )
        .about("spend")
    })
}

fn nobody_knows_channels(result: &ChannelsResult) -> Option<Finding> {
    (!result.channels_known).then(|| {
        let spend = result.spend_known;
        Finding::new(
            "channels_unknown",
            Severity::Warning,
            Words::new(
                if spend {
                    "The shop does not know by which channel its customers came, so what was spent on each channel cannot be set against the customers it brought: there is one cost for all. Map acquisition_channel of the table customers."
                } else {
                    "The shop does not know by which channel its customers came. Map acquisition_channel of the table customers."
                },
                if spend {
                    "고객이 어떤 채널로 들어왔는지 알 수 없어서 채널별 광고비를 그 채널이 데려온 고객과 비교할 수 없어요. 그래서 전체 기준 비용만 보여드려요. customers 표의 acquisition_channel을 연결해 주세요."
                } else {
                    "고객이 어떤 채널로 들어왔는지 알 수 없어요. customers 표의 acquisition_channel을 연결해 주세요."
                },
            ),
        )
        .about("channels")
    })
}

/// Filters take customers away, but not what was spent to win them.
fn filtered(scope: &Scope, result: &ChannelsResult) -> Option<Finding> {
    let narrow = scope.members.is_some() || !scope.dimensions.is_empty();
    (narrow && result.spend_known).then(|| {
        Finding::new(
            "spend_is_not_filtered",
            Severity::Serious,
            Words::new(
                "Filters leave customers or order lines out, but the spend is that for everybody: cost of a new customer and payback come out too high. Clear the filters to read them.",
                "필터 때문에 일부 고객이나 주문이 빠졌지만 광고비는 전체 금액이에요. 그래서 CAC와 회수 기간이 실제보다 높게 나와요. 필터를 지우고 확인하세요.",
            ),
        )
        .about("spend")
    })
}

/// Spend and orders may cover different times.
fn outside(
    shop: &Shop,
    scope: &Scope,
    result: &ChannelsResult,
    spending: Option<&Spending>,
    currency: &str,
) -> Option<Finding> {
    /// A share of the spend below this is a matter of a few days.
    const LEAST_SHARE: f64 = 0.01;
    let spending = spending?;
    let covered = spending.covered();
    let total: f64 = spending
        .rows
        .iter()
        .filter(|row| scope.from.is_none_or(|from| spending.of_row(row).until >= from))
        .map(|row| row.spend)
        .sum();
    let used = result.total.spend?;
    let left_out = total - used;
    let first_order = shop.manifest.totals.first_at.map(|at| shop.clock().day_of(at))?;
    let today = scope.as_of.day(shop.clock());
    // Customers of a time without spend are not counted as new, nor is spend of a time without orders.
    let from = scope.from.map_or(first_order, |from| from.max(first_order));
    let orders_before = covered.from > from + 31 || covered.until + 31 < today;
    (orders_before || left_out > LEAST_SHARE * total).then(|| {
        let (first, last) = (date_of(covered.from).to_string(), date_of(covered.until).to_string());
        let (begin, end) = (result.from.clone().unwrap_or_default(), result.until.clone().unwrap_or_default());
        let amount = money(left_out.max(0.0), currency);
        Finding::new(
            "spend_covers_part",
            Severity::Warning,
            Words::new(
                format!("Spend is known from {first} to {last}. Costs and new customers are counted from {begin} to {end}, where orders are known as well; spend of {} lies outside.", amount.en),
                format!("광고비는 {first}부터 {last}까지 있어요. 비용과 신규 고객은 주문도 함께 있는 {begin}~{end}에서만 셌고, 광고비 {}은 그 밖에 있어요.", amount.ko),
            ),
        )
        .value("left_out", left_out.max(0.0))
        .about("spend")
    })
}

fn without_channel(result: &ChannelsResult) -> Option<Finding> {
    let unknown = result.channels.iter().find(|row| row.channel.is_empty())?;
    let part = unknown.customers as f64 / result.total.customers.max(1) as f64;
    (result.channels_known && unknown.customers > 0).then(|| {
        let (customers, part) = (grouped(unknown.customers), share(part));
        Finding::new(
            "customers_without_channel",
            Severity::Warning,
            Words::new(
                format!("Of {customers} customers ({}) the channel is not known. If some of them came by paid channels, those cost less than it says here.", part.en),
                format!("고객 {customers}명({})은 유입 채널을 알 수 없어요. 이 중에 광고로 들어온 고객이 있다면 실제 비용은 여기 나온 값보다 낮아요.", part.ko),
            ),
        )
        .value("customers", unknown.customers)
        .about("channels")
    })
}

/// Channels of customers that the table of spend does not name are taken to cost nothing.
fn no_rows(result: &ChannelsResult, spending: Option<&Spending>) -> Option<Finding> {
    let spending = spending?;
    let named = |channel: &str| {
        spending
            .rows
            .iter()
            .any(|row| super::spend::same_name(&row.channel) == super::spend::same_name(channel))
    };
    let missing: Vec<&str> = result
        .channels
        .iter()
        .filter(|row| row.cost == ChannelCost::NoSpend && !row.channel.is_empty() && !named(&row.channel))
        .map(|row| row.channel.as_str())
        .collect();
    (!missing.is_empty()).then(|| {
        let names = missing.join(", ");
        Finding::new(
            "no_rows_of_spend",
            Severity::Warning,
            Words::new(
                format!("The table of spend does not name these channels, so they are taken to cost nothing: {names}. If they do cost something, or are written differently there, say so in shop.toml."),
                format!("광고비 표에 없는 채널은 비용이 없는 것으로 봤어요: {names}. 비용이 있거나 이름이 다르게 적혀 있다면 shop.toml에서 맞춰 주세요."),
            ),
        )
        .about("spend")
    })
}

fn margin_not_set(params: &ChannelsParams) -> Option<Finding> {
    (params.margin >= 1.0).then(|| {
        Finding::new(
            "margin_not_set",
            Severity::Warning,
            Words::new(
                "Margin is 100%: value is revenue, not profit. With the shop's real margin LTV:CAC is lower and payback takes longer; set margin.",
                "마진율이 100%라서 가치가 이익이 아니라 매출이에요. 실제 마진율을 넣으면 LTV:CAC는 낮아지고 회수 기간은 길어져요. margin을 설정해 주세요.",
            ),
        )
        .about("ltv")
    })
}

fn guard_touches(result: &ChannelsResult, params: &ChannelsParams) -> Option<Finding> {
    let raised = result.total.raised;
    (raised > 0).then(|| {
        let (count, part) = (grouped(raised), share(raised as f64 / result.total.customers.max(1) as f64));
        let days = params.least_active_days;
        Finding::new(
            "active_days_raised",
            Severity::Info,
            Words::new(
                format!("{count} customers ({}) have been here for fewer than {days} days; the historical LTV counts {days} days for them.", part.en),
                format!("고객 {count}명({})은 활동 일수가 {days}일보다 짧아서, 과거 기준 LTV에서 {days}일로 계산했어요.", part.ko),
            ),
        )
        .value("customers", raised)
        .about("guard")
    })
}

/// Whether another minimum would turn the order of channels round.
fn guard_decides(result: &ChannelsResult, params: &ChannelsParams) -> Option<Finding> {
    let in_force = params.least_active_days;
    let turned = swaps(&result.guard, in_force);
    let now: Vec<&str> = result
        .guard
        .iter()
        .filter(|row| row.least_active_days == in_force)
        .map(|row| row.channel.as_str())
        .collect();
    let pairs = now.len() * now.len().saturating_sub(1) / 2;
    if pairs == 0 {
        return None;
    }
    let mut minimums: Vec<u32> = result.guard.iter().map(|row| row.least_active_days).collect();
    minimums.dedup();
    let others: Vec<String> =
        minimums.iter().filter(|days| **days != in_force).map(ToString::to_string).collect();
    let others = others.join(", ");
    if turned.is_empty() {
        let text = Words::new(
            format!(
                "The order of the channels by historical LTV is the same with a minimum of {others} active days instead of {in_force}."
            ),
            format!(
                "최소 활동 일수를 {in_force}일 대신 {others}일로 바꿔도 과거 기준 LTV의 채널 순서는 그대로예요."
            ),
        );
        return Some(Finding::new("guard_decides_nothing", Severity::Info, text).about("guard"));
    }
    let (least, better, worse) = &turned[0];
    let name = |channel: &str| super::channel_name(channel);
    let (better, worse) = (name(better), name(worse));
    // The same pair may turn round under several minimums.
    let mut different: Vec<(&str, &str)> = turned.iter().map(|(_, a, b)| (a.as_str(), b.as_str())).collect();
    different.sort_unstable();
    different.dedup();
    let count = different.len();
    Some(
        Finding::new(
            "guard_decides_order",
            Severity::Warning,
            Words::new(
                format!("The minimum of active days decides a part of the order by historical LTV: with {others} days instead of {in_force}, {count} of {pairs} pairs of channels change places. A minimum of {least}, for instance, puts {} before {}.", worse.en, better.en),
                format!("최소 활동 일수가 과거 기준 LTV의 채널 순서를 일부 좌우해요. {in_force}일 대신 {others}일로 하면 채널 {pairs}쌍 중 {count}쌍의 순서가 바뀌어요. 예를 들어 {least}일이면 {} 채널이 {} 채널보다 앞서요.", worse.ko, better.ko),
            ),
        )
        .value("pairs", count)
        .value("of", pairs)
        .about("guard"),
    )
}

fn model_missing(shop: &Shop, result: &ChannelsResult) -> Option<Finding> {
    (shop.manifest.totals.has_amounts && result.total.ltv_model.is_none()).then(|| {
        Finding::new(
            "no_model_value",
            Severity::Warning,
            Words::new(
                "There is no LTV by the model: too few customers have bought again with a positive amount to know what a purchase brings.",
                "모델 LTV를 계산하지 못했어요. 다시 구매해서 금액을 알 수 있는 고객이 너무 적어요.",
            ),
        )
        .about("ltv")
    })
}

/// Both values are estimates of one thing; where they lie far apart, a decision rests on the choice.
fn unlike(result: &ChannelsResult) -> Option<Finding> {
    const FAR: f64 = 1.5;
    let (historical, model) = (result.total.ltv_historical?, result.total.ltv_model?);
    let apart = historical / model;
    (model > 0.0 && !(1.0 / FAR..=FAR).contains(&apart)).then(|| {
        let times = if apart > 1.0 { apart } else { 1.0 / apart };
        let higher = apart > 1.0;
        Finding::new(
            "values_differ",
            Severity::Warning,
            Words::new(
                format!("The {} LTV is {times:.1} times the {} one: the historical formula takes everybody to go on buying at the same pace for its assumed life, the model lets customers leave. Look at both before deciding.", if higher { "historical" } else { "model's" }, if higher { "model's" } else { "historical" }),
                format!("{} LTV가 {} LTV의 {times:.1}배예요. 과거 기준은 모든 고객이 가정한 기간 동안 같은 속도로 산다고 보고, 모델은 이탈을 반영해요. 결정하기 전에 둘 다 확인하세요.", if higher { "과거 기준" } else { "모델" }, if higher { "모델" } else { "과거 기준" }),
            ),
        )
        .value("times", apart)
        .about("ltv")
    })
}

fn brought_nobody(row: &ChannelRow, currency: &str) -> Option<Finding> {
    (row.cost == ChannelCost::NoCustomers).then(|| {
        let spend = money(row.spend.unwrap_or(0.0), currency);
        Finding::new(
            "spend_without_customers",
            Severity::Warning,
            Words::new(
                format!(
                    "{} took {} and brought no new customer in this period, so it has no CAC.",
                    row.name.en, spend.en
                ),
                format!(
                    "{} 채널은 광고비 {}을 썼지만 이 기간에 신규 고객이 없어서 CAC를 계산할 수 없어요.",
                    row.name.ko, spend.ko
                ),
            ),
        )
        .value("channel", row.channel.as_str())
        .value("spend", row.spend.unwrap_or(0.0))
        .about("cac")
    })
}

/// A channel whose customers cost more than they are worth, as sure as the interval is.
fn costs_more(row: &ChannelRow, currency: &str) -> Option<Finding> {
    let high = row.ltv_to_cac_high?;
    let (cac, ratio) = (row.cac?, row.ltv_to_cac?);
    (high < 1.0).then(|| {
        let cost = money(cac, currency);
        Finding::new(
            "costs_more_than_worth",
            Severity::Serious,
            Words::new(
                format!("A new customer through {} costs {} and is worth {ratio:.2} times that, at most {high:.2} times: the channel loses money.", row.name.en, cost.en),
                format!("{} 채널은 신규 고객 한 명에 {}이 드는데 가치는 그 {ratio:.2}배(최대 {high:.2}배)예요. 손해를 보는 채널이에요.", row.name.ko, cost.ko),
            ),
        )
        .value("channel", row.channel.as_str())
        .value("ltv_to_cac", ratio)
        .about("ratio")
    })
}
