//! What to know before a coupon is sent.

use dangol_models::season::YEAR;

use super::demand::{LEAST_CUT_OFFS, TWO_YEARS};
use super::params::{CouponPlanParams, PlanMethod};
use super::result::CouponPlanResult;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped};

/// Why the stock is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stock {
    Used,
    /// The shop's data have none.
    Unknown,
    /// It is that of today, and the as-of moment lies before.
    OfLater,
    /// It is for everybody, and filters leave some out.
    OfEverybody,
}

/// Above this error, forecasts tell little more than the order of size.
const LARGE_ERROR: f64 = 0.5;

pub(super) fn find(result: &CouponPlanResult, stock: Stock, params: &CouponPlanParams) -> Vec<Finding> {
    [
        stock_not_used(stock),
        season(result),
        Some(judged(result)),
        limited(result, params),
        margin_not_set(result, params),
        too_few(result, params),
        past(result),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn stock_not_used(stock: Stock) -> Option<Finding> {
    let (code, en, ko) = match stock {
        Stock::Used => return None,
        Stock::Unknown => (
            "stock_unknown",
            "The shop's data have no stock, so coupons are planned by demand alone and go half as deep at most. Map stock of the table products to move what is left over.",
            "재고 데이터가 없어서 수요만 보고 계획했어요. 할인은 최대치의 절반까지만 권해요. products 표의 stock을 연결하면 남는 재고도 볼 수 있어요.",
        ),
        Stock::OfLater => (
            "stock_of_later",
            "The stock is that of the last import, and the as-of date lies before: coupons are planned by demand alone.",
            "재고는 마지막으로 가져온 시점의 값이고 기준일은 그 전이에요. 그래서 수요만 보고 계획했어요.",
        ),
        Stock::OfEverybody => (
            "stock_is_not_filtered",
            "Filters leave customers or order lines out, but the stock is there for everybody: coupons are planned by demand alone. Clear the filters to use the stock.",
            "필터 때문에 일부 주문만 보고 있지만 재고는 전체 몫이에요. 그래서 수요만 보고 계획했어요. 필터를 지우면 재고까지 반영해요.",
        ),
    };
    Some(Finding::new(code, Severity::Warning, Words::new(en, ko)).about("plan"))
}

/// The rule finds a reason for more coupons than a shop should pay for.
fn limited(result: &CouponPlanResult, params: &CouponPlanParams) -> Option<Finding> {
    let (due, chosen, planned) = (result.due, result.chosen, result.planned);
    let (en, ko) =
        if result.by == "product" { ("products", "상품") } else { ("categories", "카테고리") };
    let mostly = 2 * due > planned;
    (due > chosen).then(|| {
        let [due, chosen, planned] = [due, chosen, planned].map(grouped);
        let (why_en, why_ko) = if mostly {
            (
                " When most sell less at the same time it is the shop's own season: a coupon on everything goes to people who buy anyway.",
                " 대부분이 함께 덜 팔리는 때는 쇼핑몰 전체의 비수기예요. 모두에 쿠폰을 주면 어차피 살 고객에게 할인해 주는 셈이에요.",
            )
        } else {
            ("", "")
        };
        Finding::new(
            "coupons_limited",
            Severity::Info,
            Words::new(
                format!(
                    "{due} of {planned} {en} have a weak month or too much stock ahead; the {chosen} with most money at stake get a coupon (most_share).{why_en}"
                ),
                format!(
                    "{ko} {planned}개 중 {due}개에서 덜 팔리는 달이나 남는 재고가 예상돼요. 걸린 금액이 큰 {chosen}개에만 쿠폰을 권해요(most_share).{why_ko}"
                ),
            ),
        )
        .value("due", result.due)
        .value("chosen", result.chosen)
        .value("most_share", params.most_share)
        .about("plan")
    })
}

/// What the months known cannot tell.
fn season(result: &CouponPlanResult) -> Option<Finding> {
    let months = result.months_known;
    let finding = if months < YEAR as u32 {
        Finding::new(
            "no_season_yet",
            Severity::Warning,
            Words::new(
                format!(
                    "Only {months} whole months of sales are known, less than a year: which months are weak cannot be said, so all are taken alike."
                ),
                format!(
                    "온전한 달이 {months}개월뿐이라 1년이 안 돼요. 어느 달이 약한지 알 수 없어서 모든 달을 같게 봤어요."
                ),
            ),
        )
    } else if result.method == PlanMethod::Season && months < TWO_YEARS as u32 {
        Finding::new(
            "season_of_one_year",
            Severity::Warning,
            Words::new(
                format!(
                    "The season comes from {months} months: a shop that grew looks as if early months were weak, and a promotion of that year looks like a season."
                ),
                format!(
                    "계절 지수를 {months}개월 매출로만 구했어요. 그사이 매출이 늘었다면 앞쪽 달이 약해 보이고, 그해 행사도 계절처럼 보일 수 있어요."
                ),
            ),
        )
    } else if !matches!(result.method, PlanMethod::Season | PlanMethod::LastYear) {
        Finding::new(
            "season_not_used",
            Severity::Info,
            Words::new(
                "Forecasts with a season were further from what came than without, so all months are taken alike and none is called weak or strong.",
                "지난 데이터로 맞혀 보니 계절을 넣은 예측이 더 많이 빗나갔어요. 그래서 모든 달을 같게 보고, 강한 달과 약한 달을 나누지 않았어요.",
            ),
        )
    } else {
        return None;
    };
    Some(finding.value("months", months).about("plan"))
}

fn judged(result: &CouponPlanResult) -> Finding {
    let used = result.judged.iter().find(|row| row.used);
    let Some((used, error)) = used.and_then(|row| Some((row, row.error?))) else {
        return Finding::new(
            "forecast_not_judged",
            Severity::Warning,
            Words::new(
                "The history is too short to try the forecast out on months after those it was told: take expected units as a rough idea.",
                "기간이 짧아서 예측이 얼마나 맞는지 확인하지 못했어요. 예상 수량은 대략적인 값으로만 보세요.",
            ),
        )
        .about("judged");
    };
    let plain = [PlanMethod::LastMonth, PlanMethod::LastYear].into_iter().filter_map(|method| {
        let row = result.judged.iter().find(|row| row.method == method && !row.used)?;
        Some((&row.name, 100.0 * row.error?))
    });
    let against: Vec<Words> = plain
        .map(|(name, error)| {
            Words::new(format!(", {error:.0}% by “{}”", name.en), format!(", ‘{}’ {error:.0}%", name.ko))
        })
        .collect();
    let against = Words::new(
        against.iter().map(|words| words.en.as_str()).collect::<String>(),
        against.iter().map(|words| words.ko.as_str()).collect::<String>(),
    );
    let nearer =
        result.judged.iter().filter(|row| !row.used).any(|row| row.error.is_some_and(|of| of < error));
    let few = used.cut_offs < LEAST_CUT_OFFS;
    let severity = if nearer || few || error > LARGE_ERROR { Severity::Warning } else { Severity::Info };
    let more = if few {
        Words::new(" That is too few months to rely on.", " 확인한 달이 적어서 믿을 만한 값은 아니에요.")
    } else if error > LARGE_ERROR {
        Words::new(
            " So expected units are a rough idea; few large orders may be the reason.",
            " 오차가 커서 예상 수량은 대략적인 값으로만 보세요. 대량 주문이 섞여 있으면 이럴 수 있어요.",
        )
    } else if nearer {
        Words::new(" A plainer forecast was somewhat nearer.", " 더 단순한 예측이 조금 더 정확했어요.")
    } else {
        Words::default()
    };
    let off = format!("{:.0}%", 100.0 * error);
    let cut_offs = used.cut_offs;
    let text = Words::new(
        format!(
            "Tried out from the ends of {cut_offs} past months, “{}” missed what was sold by {off}{}.{}",
            used.name.en, against.en, more.en
        ),
        format!(
            "지난 월말 {cut_offs}번의 시점에서 예측해 보니 실제 판매량과의 오차가 ‘{}’ {off}{}예요.{}",
            used.name.ko, against.ko, more.ko
        ),
    );
    Finding::new("forecast_error", severity, text).value("error", error).about("judged")
}

fn margin_not_set(result: &CouponPlanResult, params: &CouponPlanParams) -> Option<Finding> {
    let without = result.items.iter().filter(|item| !item.cost_known).count();
    (without > 0 && params.margin >= 1.0).then(|| {
        let all = result.items.len();
        let (en, ko) = nouns(result);
        Finding::new(
            "margin_not_set",
            Severity::Warning,
            Words::new(
                format!("The margin is taken as 100% for {without} of {all} {en}, whose cost is not known: what a coupon must sell to pay for itself comes out too low. Set margin, or map cost of the table products."),
                format!("{ko} {all}개 중 {without}개는 원가를 몰라서 마진을 100%로 봤어요. 본전 판매량이 실제보다 적게 나와요. margin을 정하거나 products 표의 cost를 연결해 주세요."),
            ),
        )
        .value("without_cost", without)
        .about("plan")
    })
}

fn too_few(result: &CouponPlanResult, params: &CouponPlanParams) -> Option<Finding> {
    (result.too_few > 0).then(|| {
        let (few, all) = (grouped(result.too_few), grouped(result.too_few + result.planned));
        let least = params.least_lines;
        let (en, ko) = nouns(result);
        Finding::new(
            "sold_too_seldom",
            Severity::Info,
            Words::new(
                format!("{few} of {all} {en} have fewer than {least} order lines in the last twelve months and are left out."),
                format!("{ko} {all}개 중 {few}개는 최근 1년 동안 주문이 {least}건이 안 돼서 뺐어요."),
            ),
        )
        .value("left_out", result.too_few)
        .about("plan")
    })
}

fn nouns(result: &CouponPlanResult) -> (&'static str, &'static str) {
    if result.by == "product" { ("products", "상품") } else { ("categories", "카테고리") }
}

fn past(result: &CouponPlanResult) -> Option<Finding> {
    let offers = result.items.iter().any(|item| item.offer_share > 0.0);
    let ratios = || result.past.iter().map(|row| row.ratio);
    let least_and_most = ratios().min_by(f64::total_cmp).zip(ratios().max_by(f64::total_cmp));
    let finding = if let Some((least, most)) = least_and_most {
        let count = result.past.len();
        let (en, ko) = if count == 1 {
            (format!("{most:.1} times"), format!("{most:.1}배"))
        } else {
            (format!("{least:.1} to {most:.1} times"), format!("{least:.1}~{most:.1}배"))
        };
        Finding::new(
            "past_discounts_are_no_experiment",
            Severity::Info,
            Words::new(
                format!("Past discounts went with {en} the units a day. That is no experiment: discounts were given on days that sell well, and a part was only bought earlier. The plan does not count on it."),
                format!("지난 할인 때 하루 판매량은 정가일 때의 {ko}였어요. 다만 실험이 아니에요. 원래 잘 팔리는 때에 할인했을 수 있고, 앞당겨 산 몫도 있어요. 그래서 계획에는 반영하지 않았어요."),
            ),
        )
        .value("compared", count)
    } else if offers {
        Finding::new(
            "past_discounts_not_comparable",
            Severity::Info,
            Words::new(
                "Coupons and discounts were used, but at no time apart: no product and no category has enough days at a discount and at full price to compare.",
                "쿠폰과 할인 기록은 있지만 할인한 때와 정가로 판 때가 나뉘지 않아서 비교할 수 있는 상품이나 카테고리가 없어요.",
            ),
        )
    } else {
        Finding::new(
            "no_past_discounts",
            Severity::Info,
            Words::new(
                "No order line of these carries a discount or a used coupon: how they sell at a discount is not known.",
                "할인이나 쿠폰으로 판 기록이 없어서 할인하면 얼마나 더 팔리는지는 알 수 없어요.",
            ),
        )
    };
    (!result.items.is_empty()).then(|| finding.about("past"))
}
