//! What to know before a category is put on the landing page.

use dangol_shop::Shop;

use super::result::{GatewayParams, GatewayResult, GatewayRow, GatewayVerdict};
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, money, share};

/// With fewer customers hardly any difference can be seen.
const LEAST_FOLLOWED: u64 = 300;

pub(super) fn find(shop: &Shop, result: &GatewayResult, params: &GatewayParams) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        [few(result), nothing_to_compare(result, params), too_recent(result), not_adjusted(result)]
            .into_iter()
            .flatten()
            .collect();
    for (what, rows) in [("categories", &result.categories), ("products", &result.products)] {
        findings.extend(standing_out(shop, result, what, rows));
    }
    findings
}

fn few(result: &GatewayResult) -> Option<Finding> {
    (result.customers < LEAST_FOLLOWED).then(|| {
        let customers = grouped(result.customers);
        Finding::new(
            "few_followed",
            Severity::Warning,
            Words::new(
                format!("Only {customers} customers could be followed: with so few, only very large differences show."),
                format!("지켜본 고객이 {customers}명뿐이라 아주 큰 차이만 드러나요."),
            ),
        )
        .value("customers", result.customers)
        .about("categories")
    })
}

fn nothing_to_compare(result: &GatewayResult, params: &GatewayParams) -> Option<Finding> {
    (result.categories.is_empty() && result.products.is_empty()).then(|| {
        let least = params.least_customers;
        Finding::new(
            "nothing_to_compare",
            Severity::Warning,
            Words::new(
                format!("No category and no product has {least} customers who began with it and {least} who did not."),
                format!("첫 주문에 있는 고객과 없는 고객이 각각 {least}명 이상인 카테고리나 상품이 없어요."),
            ),
        )
        .about("categories")
    })
}

fn too_recent(result: &GatewayResult) -> Option<Finding> {
    (result.too_recent > 0).then(|| {
        let all = (result.customers + result.too_recent) as f64;
        let (count, part) = (grouped(result.too_recent), share(result.too_recent as f64 / all));
        let days = result.days;
        Finding::new(
            "not_followed_for_long_enough",
            Severity::Info,
            Words::new(
                format!("{count} customers ({}) bought first within the last {days} days and are left out: what they will bring is not known yet.", part.en),
                format!("최근 {days}일 안에 처음 산 고객 {count}명({})은 아직 이후 가치를 알 수 없어서 뺐어요.", part.ko),
            ),
        )
        .value("customers", result.too_recent)
        .about("categories")
    })
}

fn not_adjusted(result: &GatewayResult) -> Option<Finding> {
    (!result.adjusted_for.iter().any(|what| what == "channel")).then(|| {
        Finding::new(
            "not_adjusted_for_channel",
            Severity::Info,
            Words::new(
                "The channels of customers are not known: if one channel brings better customers and sells one category, that category looks like a gateway.",
                "고객의 유입 채널을 몰라서 채널을 맞춰 비교하지 못했어요. 좋은 고객을 데려오는 채널이 특정 카테고리를 많이 판다면 그 카테고리가 좋아 보일 수 있어요.",
            ),
        )
        .about("categories")
    })
}

fn standing_out(
    shop: &Shop,
    result: &GatewayResult,
    what: &'static str,
    rows: &[GatewayRow],
) -> Option<Finding> {
    if rows.is_empty() {
        return None;
    }
    let more: Vec<&GatewayRow> = rows.iter().filter(|row| row.verdict == GatewayVerdict::More).collect();
    let count = rows.len();
    let (en, ko) = if what == "categories" { ("categories", "카테고리") } else { ("products", "상품") };
    let less: Vec<&GatewayRow> = rows.iter().filter(|row| row.verdict == GatewayVerdict::Less).collect();
    let Some(best) = more.first() else {
        if let Some(worst) = less.iter().min_by(|a, b| a.ratio.total_cmp(&b.ratio)) {
            let text = Words::new(
                format!(
                    "Customers who begin with {} bring {:.2} times as much as comparable ones. Of {count} {en}, {} differ by more than chance, none of them upwards.",
                    worst.name,
                    worst.ratio,
                    less.len()
                ),
                format!(
                    "‘{}’부터 산 고객은 비슷한 고객의 {:.2}배만 써요. {ko} {count}개 중 우연보다 크게 다른 것은 {}개이고, 더 높은 쪽은 없어요.",
                    worst.name,
                    worst.ratio,
                    less.len()
                ),
            );
            let finding = Finding::new("gateway_below", Severity::Info, text).about(what);
            return Some(
                finding.value("compared", count).value("found", less.len()).value("ratio", worst.ratio),
            );
        }
        let text = Words::new(
            format!(
                "Of {count} {en}, none stands out: what customers begin with does not tell what they bring later, as far as these data show."
            ),
            format!(
                "{ko} {count}개 중 눈에 띄는 것은 없어요. 이 데이터로는 무엇을 먼저 샀는지에 따라 이후 가치가 다르다고 할 수 없어요."
            ),
        );
        return Some(Finding::new("no_gateway", Severity::Info, text).value("compared", count).about(what));
    };
    let (low, high) = (best.ratio_low?, best.ratio_high?);
    let worth = money(best.later_value - best.expected_value, &shop.config.shop.currency);
    let span = match result.days {
        0 => Words::new("up to the as-of date", "기준일까지"),
        days => Words::new(format!("within {days} days"), format!("{days}일 동안")),
    };
    Some(
        Finding::new(
            "gateway",
            Severity::Info,
            Words::new(
                format!("Customers who begin with {} bring {:.2} times as much {} as comparable ones ({low:.2} to {high:.2}), {} more each. Of {count} {en}, {} differ by more than chance, {} of them upwards.", best.name, best.ratio, span.en, worth.en, more.len() + less.len(), more.len()),
                format!("‘{}’부터 산 고객은 비슷한 고객보다 {} {:.2}배({low:.2}~{high:.2}) 쓰고, 한 명당 {} 더 써요. {ko} {count}개 중 우연보다 크게 다른 것은 {}개, 그중 더 높은 것은 {}개예요.", best.name, span.ko, best.ratio, worth.ko, more.len() + less.len(), more.len()),
            ),
        )
        .value("key", best.key.as_str())
        .value("ratio", best.ratio)
        .value("found", more.len())
        .about(what),
    )
}
