//! Promotions: who responds to offers, what promotions sell, and who came for one and left.
//!
//! Customers and their orders with offers ([`people`]) → response by segment, who came for an offer; promotions and the
//! days around them ([`events`]) → lift during and after.

mod ages;
mod events;
mod findings;
mod people;
mod result;

pub use result::{
    AgeOfferRow, CameRow, CouponState, NotCompared, PromotionRow, PromotionsParams, PromotionsResult,
    ResponseRow, SalesPoint, WhyNot,
};

use arrow::datatypes::{Float64Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::{Scope, Shop};

pub(crate) use self::people::OFFER;
use self::people::{Person, came, people, response};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::groups::grouping;
use crate::needs;
use crate::words::Words;

/// The analysis `promotions`.
#[derive(Debug)]
pub struct Promotions;

impl Analysis for Promotions {
    type Params = PromotionsParams;
    type Output = PromotionsResult;

    const NAME: &'static str = "promotions";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        needs::AMOUNT,
        Need::optional("order_lines", "coupon_code", "orders with a coupon", "쿠폰을 쓴 주문"),
        Need::optional(
            "order_lines",
            "coupon_status",
            "coupons used, clicked and not used",
            "쿠폰 사용·클릭·미사용",
        ),
        Need::optional("order_lines", "discount", "what offers cost", "할인 비용"),
        Need::optional("customers", "birth_date", "response by age", "연령대별 반응"),
        Need::optional(
            "promotions",
            "starts_at",
            "promotions beside the sales, and what they lift",
            "프로모션 일정과 매출 변화",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Promotions", "프로모션"),
            definition: Words::new(
                "An order line was bought with an offer if it has a discount or a coupon that was used (any coupon, where its state is not known). Response by segment and by age band: customers who ever bought with an offer, and orders with one, as counts and shares; intervals are Wilson's for customers, and from customers drawn anew for orders. Lift: sales by day during a promotion over those of the days before it, weekday by weekday (Mantel-Haenszel ratio of means), and the same for the days after; a promotion for one category is measured by the sales of that category. Intervals come from how much days differ. Promotions that run for half of the time or more have no time to be compared with. Came for an offer: the first purchase was made with an offer, within a promotion if their dates are known; never again at full price: no later purchase without an offer, of customers whose first purchase is long enough ago. Intervals are at 90%.",
                "할인이 있거나 쿠폰을 사용한 주문 상품을 혜택 구매로 봐요(쿠폰 상태를 모르면 쿠폰이 있는 것 모두). 세그먼트별·연령대별 반응은 혜택으로 산 적이 있는 고객과 혜택 주문을 수와 비율로 보여줘요. 구간은 고객은 윌슨, 주문은 고객을 다시 뽑아 구해요. 매출 배율은 프로모션 기간의 하루 매출을 직전 기간과 요일을 맞춰 비교한 값이고(맨텔-헨젤 평균비), 끝난 뒤도 같은 방식으로 비교해요. 카테고리 프로모션은 그 카테고리 매출로 재요. 구간은 날마다 매출이 얼마나 다른지에서 나와요. 전체 기간의 절반 이상 이어진 프로모션은 비교할 기간이 없어 빼요. 혜택 유입은 첫 구매를 혜택으로 한 고객이고(프로모션 날짜를 알면 그 기간 안), 정가 재구매 없음은 첫 구매 뒤 충분히 지났는데 혜택 없이 산 적이 없는 고객이에요. 구간은 90%예요.",
            ),
            source: "Blattberg and Neslin (1990), Sales Promotion; Rothman, Greenland and Lash (2008), chapter 15; Wilson, E. B. (1927).".into(),
            parameters: vec![
                Parameter::new("scheme", "The segment scheme of the response by segment.", "세그먼트별 반응의 분류 기준이에요."),
                Parameter::new(
                    "compare_days",
                    "Days before a promotion that its sales are set against, and as many after it.",
                    "프로모션 전후 며칠과 비교할지예요.",
                ),
                Parameter::new(
                    "follow_days",
                    "Days that must have passed since a first purchase before it is said that somebody did not come back.",
                    "첫 구매 뒤 며칠이 지나야 다시 오지 않았다고 볼지예요.",
                ),
                Parameter::new(
                    "least_customers",
                    "Customers of a segment or an age band behind a share; of fewer, counts are shown and no share.",
                    "비율을 보여주려면 세그먼트나 연령대에 고객이 몇 명 있어야 하는지예요. 그보다 적으면 수만 보여줘요.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: PromotionsParams,
    ) -> Result<(PromotionsResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let everybody = people(shop, &scope).await?;
        if everybody.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let today = scope.as_of.day(shop.clock());
        let tables = shop.tables_in_scope(&scope)?;
        let states = states(&tables).await?;
        let total = response("total", Words::new("All", "전체"), &everybody)?;
        let offers_known = total.customers_with_offer > 0;
        let discounts_known = total.discount > 0.0;
        let events = events::events(&tables).await?;
        let sales = events::sales(&tables, today).await?;
        let (rows, not_compared) = events::compare(&tables, &sales, &events, params.compare_days).await?;
        let dated: Vec<&events::Event> = events.iter().filter(|event| sales.is_event(event)).collect();
        let in_event = |day: i32| dated.is_empty() || dated.iter().any(|event| event.overlaps(day, day));
        let follow_from = today - params.follow_days as i32;
        let (for_offer, otherwise) = came(&everybody, follow_from, in_event, discounts_known)?;
        let ages = if offers_known {
            ages::by_age(shop, &scope, &everybody, &params, follow_from, in_event).await?
        } else {
            Vec::new()
        };
        let (points, by) = sales.points(&events);
        let result = PromotionsResult {
            offers_known,
            discounts_known,
            goods_known: shop.manifest.totals.has_amounts && goods_known(&tables).await?,
            segments: by_segment(shop, &scope, &params, &everybody).await?,
            total,
            ages,
            states,
            promotions: rows,
            not_compared,
            came_for_offer: offers_known.then_some(for_offer),
            came_otherwise: offers_known.then_some(otherwise),
            sales: points,
            sales_by: by.to_owned(),
        };
        let findings = findings::find(shop, &result, &params);
        Ok((result, findings))
    }
}

/// Response by the groups of a scheme, in its order; groups that hold somebody.
async fn by_segment(
    shop: &Shop,
    scope: &Scope,
    params: &PromotionsParams,
    everybody: &[Person],
) -> Result<Vec<ResponseRow>, AnalysisError> {
    let groups = grouping(shop, scope, &params.scheme).await?;
    let mut members: Vec<Vec<Person>> = vec![Vec::new(); groups.groups.len()];
    for person in everybody {
        if let Some(at) = groups.of(person.key) {
            members[at].push(*person);
        }
    }
    groups
        .groups
        .iter()
        .zip(&members)
        .filter(|(_, members)| !members.is_empty())
        .map(|(group, members)| {
            Ok(response(&group.key, group.name.clone(), members)?
                .without_shares_of_few(params.least_customers))
        })
        .collect()
}

/// Whether any order line says what was bought.
async fn goods_known(tables: &TablesInScope) -> Result<bool, AnalysisError> {
    let found = tables.ask("SELECT count(product_id) + count(category) AS named FROM order_lines").await?;
    Ok(column::<Int64Type>(&found, "named", 0)?.first().is_some_and(|named| *named > 0))
}

/// Order lines by the state of their coupon: as the shop has it, else with and without an offer.
async fn states(tables: &TablesInScope) -> Result<Vec<CouponState>, AnalysisError> {
    let found = tables
        .ask(&format!(
            "SELECT coalesce(coupon_status, CASE WHEN {OFFER} THEN 'with' ELSE 'without' END) AS state, \
             count(*) AS order_lines, sum(net_revenue) AS revenue FROM order_lines GROUP BY 1 ORDER BY 2 DESC, 1"
        ))
        .await?;
    let lines = column::<Int64Type>(&found, "order_lines", 0)?;
    let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
    let all: i64 = lines.iter().sum();
    Ok(texts(&found, "state")?
        .into_iter()
        .zip(lines.iter().zip(revenue))
        .map(|(state, (lines, revenue))| CouponState {
            state: state.unwrap_or_default(),
            order_lines: *lines as u64,
            share: *lines as f64 / all.max(1) as f64,
            revenue,
        })
        .collect())
}
