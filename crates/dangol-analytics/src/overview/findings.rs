//! What is worth saying at a glance, with its numbers.

use dangol_shop::Shop;

use super::result::{OverviewResult, PeriodRow};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share as share_in_words};

pub(super) fn find(shop: &Shop, result: &OverviewResult) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(concentration(result));
    findings.extend(development(result));
    findings.extend(one_time_buyers(result));
    findings.extend(unknown_customers(result));
    if !shop.manifest.totals.has_amounts {
        findings.push(Finding::new(
            "no_amounts",
            Severity::Warning,
            Words::new(
                "No price or amount is mapped: revenue is 0 everywhere; only orders and customers mean something.",
                "가격이나 금액이 연결되지 않아 매출이 모두 0이에요. 주문과 고객 수만 의미가 있어요.",
            ),
        ));
    }
    findings
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn concentration(result: &OverviewResult) -> Option<Finding> {
    let pareto = result.pareto.as_ref()?;
    let share = percent(pareto.top20_revenue_share);
    Some(
        Finding::new(
            "concentration",
            Severity::Info,
            Words::new(
                format!("The best 20% of customers bring {share} of the revenue of known customers."),
                format!("상위 20% 고객이 매출의 {share}를 차지해요."),
            ),
        )
        .value("top20_revenue_share", pareto.top20_revenue_share)
        .value("gini", pareto.gini)
        .about("pareto"),
    )
}

/// The last whole period against the one before.
fn development(result: &OverviewResult) -> Option<Finding> {
    let whole: Vec<&PeriodRow> = result.periods.iter().filter(|period| !period.incomplete).collect();
    let [.., before, last] = whole.as_slice() else { return None };
    if before.revenue <= 0.0 {
        return None;
    }
    let change = last.revenue / before.revenue - 1.0;
    if change.abs() < 0.2 {
        return None;
    }
    let (severity, en, ko) = if change < 0.0 {
        (Severity::Warning, "fell", "줄었어요")
    } else {
        (Severity::Info, "rose", "늘었어요")
    };
    let by = percent(change.abs());
    Some(
        Finding::new(
            "revenue_change",
            severity,
            Words::new(
                format!(
                    "Revenue {en} by {by} from the period of {} to that of {}.",
                    before.period, last.period
                ),
                format!("{} 기간 매출이 {} 기간보다 {by} {ko}.", last.period, before.period),
            ),
        )
        .value("change", change)
        .value("period", last.period.clone())
        .about("periods"),
    )
}

fn one_time_buyers(result: &OverviewResult) -> Option<Finding> {
    let rate = result.totals.repeat_rate?;
    let once = percent(1.0 - rate);
    Some(
        Finding::new(
            "one_time_buyers",
            if rate < 0.2 { Severity::Warning } else { Severity::Info },
            Words::new(
                format!("{once} of customers have ordered only once: the second order is where most of them are lost."),
                format!("고객의 {once}가 한 번만 주문했어요. 두 번째 주문에서 가장 많이 떠나요."),
            ),
        )
        .value("repeat_rate", rate)
        .about("totals"),
    )
}

fn unknown_customers(result: &OverviewResult) -> Option<Finding> {
    let totals = &result.totals;
    if totals.order_lines_without_customer == 0 || totals.revenue <= 0.0 {
        return None;
    }
    let share = totals.revenue_without_customer / totals.revenue;
    let (lines, of_revenue) = (grouped(totals.order_lines_without_customer), share_in_words(share));
    Some(
        Finding::new(
            "revenue_without_customer",
            if share > 0.1 { Severity::Warning } else { Severity::Info },
            Words::new(
                format!(
                    "{} of revenue ({lines} order lines) has no customer: it counts in revenue, but not in anything said of customers.",
                    of_revenue.en
                ),
                format!(
                    "매출의 {}(주문 상품 {lines}건)에 고객 정보가 없어요. 매출에는 들어가지만 고객 분석에서는 빠져요.",
                    of_revenue.ko
                ),
            ),
        )
        .value("share", share)
        .value("order_lines", totals.order_lines_without_customer)
        .about("totals"),
    )
}
