//! The coupon planner: which product deserves a coupon in which month ahead, of what size, and why.
//!
//! What was sold by month ([`sales`]) → demand expected, judged out of time ([`demand`]) → a stated rule from demand,
//! stock and limits ([`rule`], [`plan`]); beside it, what sold at a discount before ([`past`]).

mod demand;
mod findings;
mod params;
mod past;
mod plan;
mod result;
mod rule;
mod sales;
mod words;

use std::collections::BTreeMap;

use dangol_shop::{Scope, Shop};

pub use self::params::{CouponPlanParams, PlanBy, PlanMethod};
pub use self::result::{CouponPlanResult, JudgedMethod, PastDiscount, PlanCell, PlanItem, PlanReason};

use self::demand::{Judged, Sales};
use self::findings::Stock;
use self::sales::{Goods, Series, What};
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `coupon-plan`.
#[derive(Debug)]
pub struct CouponPlan;

impl Analysis for CouponPlan {
    type Params = CouponPlanParams;
    type Output = CouponPlanResult;

    const NAME: &'static str = "coupon-plan";
    const NEEDS: &'static [Need] = &[
        needs::WHEN,
        Need::required("order_lines", "net_revenue", "what a coupon costs", "쿠폰 비용"),
        Need::optional("order_lines", "product_id", "coupons by product", "상품별 쿠폰 계획"),
        Need::optional("order_lines", "category", "coupons by category", "카테고리별 쿠폰 계획"),
        Need::optional("products", "stock", "coupons for what is left over", "남는 재고에 맞춘 쿠폰"),
        Need::optional("products", "cost", "what a coupon must sell to pay for itself", "본전 판매량"),
        Need::optional("order_lines", "discount", "what sold at a discount before", "지난 할인 때의 판매량"),
    ];

    fn about() -> About {
        About {
            title: Words::new("Coupon planner", "쿠폰 계획"),
            definition: Words::new(
                "Demand of a month = recent level × index of the calendar month. The level is units by day over the last whole months, with the season taken out. The index counts order lines by calendar month against the mean of their year (the trend of the shop, a centred twelve-month average, taken out where two years are known) and is drawn towards that of the category and the shop, the more the fewer lines there are. All order lines up to the as-of date count, whatever the period. Forecasts are made from the ends of past months as well and set against what came, beside the plain ones (same as last month, same month last year); another way is used where it was clearly nearer. Intervals (90%) are quantiles of what came over what was expected. Coupon = deepest discount × (½ × weakness of the month + ½ × excess of stock), rounded to steps. Weakness: how far the month lies below the average month, whole at half of it. Excess: stock at the beginning of the month beyond what the target cover needs, whole at as much again. Without stock only the first half counts. No coupon in strong months, where stock does not last the month, or where the margin leaves no room. Months are planned as if coupons before them sold nothing more. Cost: all units expected, at the discount. Break-even: units × margin ÷ (margin − discount). No price elasticity is assumed. Past discounts: units by day in dated promotions against other days of the same quarter (weekends apart), else weeks in which at least 80% of units had an offer against weeks with at most 20%; no experiment.",
                "한 달 수요 = 최근 수준 × 그달의 계절 지수예요. 최근 수준은 최근 몇 달의 하루 판매량에서 계절 영향을 뺀 값이에요. 계절 지수는 그해 평균과 비교한 달별 주문 건수로 구하고(2년 치가 있으면 12개월 이동평균 추세는 빼요), 주문이 적은 상품일수록 카테고리와 전체의 계절을 따라요. 조회 기간과 상관없이 기준일까지의 모든 주문을 써요. 지난 달들의 말일 시점에서도 같은 방법으로 예측해 실제와 비교하고, 단순한 예측(지난달과 같음, 작년 같은 달과 같음)과 견줘요. 다른 방법이 뚜렷이 더 정확했다면 그 방법을 써요. 구간(90%)은 지난 예측에서 실제가 예상의 몇 배였는지로 구해요. 할인 폭 = 최대 할인 × (½ × 약한 정도 + ½ × 재고 초과 정도)를 할인 단위로 맞춘 값이에요. 약한 정도는 평균적인 달보다 얼마나 덜 팔리는지로, 절반 이하로 팔리면 최대예요. 재고 초과 정도는 그달 초 재고가 목표 재고 개월에 필요한 양을 넘는 정도로, 두 배면 최대예요. 재고를 모르면 앞의 절반만 써요. 잘 팔리는 달, 재고가 그달도 못 버티는 상품, 마진이 부족한 상품에는 쿠폰을 권하지 않아요. 앞 달의 쿠폰이 더 판 몫은 계산하지 않아요. 비용은 예상 수량이 모두 할인받는다고 본 금액이고, 본전 판매량 = 예상 수량 × 마진 ÷ (마진 − 할인)이에요. 가격 탄력성은 가정하지 않아요. 지난 할인은 날짜가 있는 프로모션 기간과 같은 분기의 다른 날(주말은 따로)의 하루 판매량을 비교하고, 날짜가 없으면 혜택 판매가 80% 이상인 주와 20% 이하인 주를 비교해요. 실험은 아니에요.",
            ),
            source: "Makridakis, Wheelwright and Hyndman (1998), Forecasting, chapters 2 and 3; Robbins (1956), An empirical Bayes approach to statistics; Blattberg and Neslin (1990), Sales Promotion; Rothman, Greenland and Lash (2008), chapter 15.".into(),
            parameters: vec![
                Parameter::choice("by", &["auto", "product", "category"], "What coupons are planned for; auto: products, if those that sell often enough make half of what is sold, else categories.", "무엇별로 계획할지예요. auto면 자주 팔리는 상품이 판매량의 절반을 넘을 때 상품별, 아니면 카테고리별이에요."),
                Parameter::new("months", "Calendar months ahead, 1 to 12.", "앞으로 몇 달을 계획할지예요(1~12)."),
                Parameter::new("items", "Products (or categories) that are shown.", "상품(카테고리)을 몇 개까지 보여줄지예요."),
                Parameter::new("least_lines", "Order lines in the last twelve months that a product must have.", "최근 1년 주문이 몇 건 이상인 상품만 계획할지예요."),
                Parameter::choice("method", &["auto", "season", "level", "last_year", "last_month"], "How demand is forecast; auto: with the season, unless another way was clearly nearer out of time.", "수요 예측 방법이에요. auto면 계절을 반영하되, 지난 데이터에서 다른 방법이 뚜렷이 정확했으면 그 방법을 써요."),
                Parameter::new("level_months", "Whole months that the recent level is taken from.", "최근 수준을 몇 달로 구할지예요."),
                Parameter::new("season_weight", "How many order lines in each calendar month the season of the category (or shop) weighs in that of a product.", "카테고리(전체)의 계절을 달마다 주문 몇 건만큼 믿을지예요."),
                Parameter::new("max_discount", "The deepest discount, a share of the full price.", "최대 할인율이에요."),
                Parameter::new("step", "Discounts are multiples of this.", "할인율의 단위예요."),
                Parameter::new("margin", "Share of revenue that remains after costs, for products whose cost is not known.", "원가를 모르는 상품의 마진율이에요."),
                Parameter::new("least_margin", "What must remain of the full price after coupon and cost.", "할인과 원가를 빼고 정가의 얼마가 남아야 하는지예요."),
                Parameter::new("most_share", "Share of the products (or categories) that get a coupon at most, those with most money at stake; never fewer than three.", "쿠폰을 쓸 상품(카테고리)의 최대 비율이에요. 걸린 금액이 큰 순서로 고르고, 3개보다 적게 고르지는 않아요."),
                Parameter::new("target_cover_months", "Months of demand that the stock should cover.", "재고로 몇 달 치 수요를 감당할지예요(목표 재고)."),
                Parameter::new("strong_from", "A month with so many times the average month, or more, sells at full price anyway.", "평균적인 달의 몇 배 이상이면 할인 없이도 팔린다고 볼지예요."),
                Parameter::new("weak_below", "A month with less than so many times the average month is weak.", "평균적인 달의 몇 배보다 적으면 약한 달로 볼지예요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: CouponPlanParams,
    ) -> Result<(CouponPlanResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let Some(goods) = Goods::of(shop, &scope).await? else {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        };
        let what = goods.planned(&params).await?.ok_or(AnalysisError::NoProducts { analysis: Self::NAME })?;
        let sales = sales(&goods, what, &params).await?;
        let judged = Judged::of(&sales, &params)?;
        let (stock, stock_use) = stock(shop, &scope, &goods, what).await?;
        let mut planned = plan::plan(&sales, &judged, &stock, &params);
        let due = plan::choose(&mut planned, &params);
        plan::tell_apart(&mut planned);
        let start = goods.calendar.start;
        let told_apart =
            stock_use == Stock::Used || matches!(judged.used, PlanMethod::Season | PlanMethod::LastYear);
        let answer = words::answer(&planned, start, what == What::Product, told_apart);
        let count = planned.len() as u64;
        let chosen = planned.iter().filter(|one| one.item.deepest.is_some()).count() as u64;
        planned.truncate(params.items);

        let shown: Vec<Series> = planned
            .iter()
            .filter_map(|one| sales.items.iter().find(|series| series.key == one.item.key).cloned())
            .collect();
        let past = past::past(&goods, what, &shown, &sales.categories).await?;
        let result = CouponPlanResult {
            answer,
            by: what.name().to_owned(),
            products_known: goods.has_products,
            categories_known: goods.has_categories,
            months: (start..start + params.months as i32).map(plan::text_of).collect(),
            months_known: goods.calendar.known() as u32,
            planned: count,
            due,
            chosen,
            too_few: goods.count(what).await?.saturating_sub(count),
            method: judged.used,
            stock_used: stock_use == Stock::Used,
            cells: planned.iter().flat_map(|one| one.cells.clone()).collect(),
            items: planned.into_iter().map(|one| one.item).collect(),
            judged: judged.methods,
            past,
        };
        let findings = findings::find(&result, stock_use, &params);
        Ok((result, findings))
    }
}

async fn sales(goods: &Goods, what: What, params: &CouponPlanParams) -> Result<Sales, AnalysisError> {
    let all = goods.series(What::Shop, 0).await?.into_iter().next();
    let categories = goods.series(What::Category, 0).await?;
    let items = if what == What::Product {
        goods.series(what, params.least_lines).await?
    } else {
        categories.clone()
    };
    Ok(Sales {
        calendar: goods.calendar.clone(),
        shop: all.ok_or(AnalysisError::NobodyInScope { analysis: CouponPlan::NAME })?,
        categories: categories.into_iter().map(|series| (series.key.clone(), series)).collect(),
        items,
    })
}

/// The stock, if it is that of the as-of moment and of everybody in the scope.
async fn stock(
    shop: &Shop,
    scope: &Scope,
    goods: &Goods,
    what: What,
) -> Result<(BTreeMap<String, f64>, Stock), AnalysisError> {
    let stock = goods.stock(what).await?;
    if stock.is_empty() {
        return Ok((stock, Stock::Unknown));
    }
    let last = shop.manifest.totals.last_at.unwrap_or(0);
    if !scope.as_of.includes(last, shop.clock().day_of(last)) {
        return Ok((BTreeMap::new(), Stock::OfLater));
    }
    if !scope.dimensions.is_empty() || scope.members.is_some() || scope.population.is_some() {
        return Ok((BTreeMap::new(), Stock::OfEverybody));
    }
    Ok((stock, Stock::Used))
}
