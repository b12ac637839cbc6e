//! Who the customers of a group are: what sets it apart from everybody else, with tests and intervals.
//!
//! Tests are those of [`dangol_models::hypothesis`]; customers are counted, not order lines. An index is the group's figure
//! over that of all customers in scope who are not in it: 100 is the average of those.

mod compare;
pub(crate) mod dimensions;
mod findings;
pub(crate) mod labels;
mod personas;
pub(crate) mod population;
mod result;
mod review_words;
pub(crate) mod verdicts;

pub(crate) use compare::STANDS;

pub use result::{
    Measure, Persona, ProfileCell, ProfileDimension, ProfileGroup, ProfileValue, SegmentProfileResult, Trait,
};

use dangol_models::concentration::concentrate;
use dangol_shop::{Scope, Shop};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::rfm::parameters;
use crate::words::Words;
use population::Population;

/// The analysis `segment-profile`.
#[derive(Debug)]
pub struct SegmentProfile;

/// Which groups are compared, and how finely.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentProfileParams {
    /// One group against everybody else: `nine:at_risk`. Empty: all groups of the scheme.
    pub group: String,
    /// How customers are grouped; empty as `[rfm]` has it.
    pub scheme: String,
    /// How many values of a text (categories, regions) are told apart, the commonest first.
    pub top: usize,
}

impl Default for SegmentProfileParams {
    fn default() -> Self {
        Self { group: String::new(), scheme: String::new(), top: 15 }
    }
}

impl SegmentProfileParams {
    fn check(&self) -> Result<(), AnalysisError> {
        let bad =
            |detail: String| Err(AnalysisError::BadParameter { analysis: SegmentProfile::NAME, detail });
        if !(2..=50).contains(&self.top) {
            return bad(format!("top {} is not possible; use 2 to 50", self.top));
        }
        if !(self.group.is_empty() || self.scheme.is_empty()) {
            return bad("give either a group or a scheme; a group names its scheme itself".into());
        }
        Ok(())
    }
}

pub(crate) const NEEDS: &[Need] = &[
    needs::CUSTOMER,
    needs::WHEN,
    needs::AMOUNT,
    Need::optional("order_lines", "coupon_code", "coupon use of each group", "그룹별 쿠폰 사용"),
    Need::optional("products", "category", "what each group buys, by category", "그룹별 카테고리 구성"),
    Need::optional("order_lines", "sales_platform", "where each group buys", "그룹별 판매처"),
    Need::optional("customers", "birth_date", "ages of each group", "그룹별 연령대"),
    Need::optional("customers", "gender", "women and men of each group", "그룹별 성별"),
    Need::optional("customers", "region", "where each group lives", "그룹별 지역"),
    Need::optional(
        "customers",
        "acquisition_channel",
        "by which channel each group came",
        "그룹별 유입 채널",
    ),
    Need::optional("reviews", "", "ratings of each group", "그룹별 리뷰 평점"),
    Need::optional("reviews", "text", "the words that each group writes", "그룹별 리뷰 단어"),
    Need::optional("support_contacts", "", "service contacts of each group", "그룹별 고객 문의"),
    Need::optional(
        "sessions",
        "",
        "visits of each group, from a page seen to a purchase",
        "그룹별 방문과 구매 전환",
    ),
];

impl Analysis for SegmentProfile {
    type Params = SegmentProfileParams;
    type Output = SegmentProfileResult;

    const NAME: &'static str = "segment-profile";
    const NEEDS: &'static [Need] = NEEDS;

    fn about() -> About {
        About {
            title: Words::new("Segment profile", "세그먼트 프로필"),
            definition: Words::new(
                "Each group is compared with all customers in scope who are not in it. The index is the group's figure over theirs, times 100: 100 is the average, 180 is 1.8 times as much. Figures are shares of customers (age, gender, region, channel), numbers per customer (units, ratings), shares of orders (month, weekday, hour, coupon) and shares of units (category mix). Intervals are for 95 %: Koopman's score interval for shares of customers, the delta method on the logarithm for means and for shares of orders and units. Tests count customers, not order lines: what several orders of one customer have in common is taken into account (ratios of sums by customer; Rao and Scott's corrected χ²). A difference is called one where its p-value, adjusted by Benjamini and Hochberg for everything on the page, is at most 0.05. Over all groups: χ² with Cramér's V, Kruskal–Wallis with ε², and where groups have an order Cochran–Armitage and Jonckheere–Terpstra for a trend. Values that differ by how the groups are made are marked. Pareto: the share of a group's revenue that its best 20 % bring, and the Gini coefficient.",
                "그룹마다 조건에 맞는 나머지 고객 전체와 비교해요. 지수는 그룹의 값을 나머지의 값으로 나눠 100을 곱한 것이라 100이면 평균, 180이면 1.8배예요. 고객 비율(연령, 성별, 지역, 유입 채널), 1인당 값(수량, 평점), 주문 비중(월, 요일, 시간대, 쿠폰), 수량 비중(카테고리 구성)을 비교해요. 95% 구간은 고객 비율은 쿠프만 점수 구간, 평균과 비중은 로그에 델타 방법을 써서 계산해요. 검정은 주문 상품이 아니라 고객을 세고, 한 고객의 주문이 서로 비슷한 점을 반영해요(고객별 합의 비율, 라오-스콧 보정 카이제곱). 화면의 모든 비교를 함께 보정한(벤저미니-호크버그) p값이 0.05 이하일 때만 차이가 있다고 해요. 전체 그룹은 카이제곱(크라메르 V), 크루스칼-월리스(ε²)로 검정하고, 순서가 있는 그룹은 코크런-아미티지와 존키어-테르프스트라 추세 검정을 더해요. 그룹을 나눈 방식 때문에 당연히 다른 값은 따로 표시해요. 파레토는 그룹 매출에서 상위 20% 고객이 차지하는 비중과 지니 계수예요.",
            ),
            source: "Pearson (1900); Kruskal and Wallis (1952); Welch (1947); Koopman (1984); Rao and Scott (1981); Cochran (1954) and Armitage (1955); Jonckheere (1954); Benjamini and Hochberg (1995).".into(),
            parameters: vec![
                Parameter::new(
                    "group",
                    "One group against everybody else: `nine:at_risk`, `class:gold`, `by:gender:female`. Empty: all groups of the scheme beside each other.",
                    "나머지와 비교할 그룹 하나예요: `nine:at_risk`, `class:gold`, `by:gender:female`. 비우면 기준의 모든 그룹을 나란히 보여줘요.",
                ),
                Parameter::new(
                    "scheme",
                    "How customers are grouped: a scheme (`nine`, `class`, …), or `by:` and a feature (`by:gender`, `by:sales_platform`, `by:age:20,40`: a number in bands). Empty: the scheme of `[rfm]`.",
                    "고객을 나누는 기준이에요. 분류 기준(`nine`, `class` 등)이나 `by:`와 특성(`by:gender`, `by:sales_platform`, 숫자는 구간으로 `by:age:20,40`)을 써요. 비우면 `[rfm]`의 기준이에요.",
                ),
                Parameter::new(
                    "top",
                    "How many values of a text (categories, regions) are told apart, the commonest first; the rest are one.",
                    "카테고리나 지역처럼 값이 많은 항목에서 따로 보여줄 개수예요. 많은 순서로 보여주고 나머지는 기타로 묶어요.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: SegmentProfileParams,
    ) -> Result<(SegmentProfileResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let scheme = if params.scheme.is_empty() { parameters(shop)?.scheme } else { params.scheme };
        let population = Population::of(shop, &scope, &scheme, &params.group).await?;
        if population.keys.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let dimensions = dimensions::dimensions(shop, &scope, &population, params.top).await?;
        let mut compared = compare::compare(&population, &dimensions)?;
        verdicts::add(&mut compared);
        let personas = personas::personas(&population, &compared);
        let groups = groups(shop, &scope, &population).await?;
        let mut result = SegmentProfileResult {
            scheme: population.scheme.clone(),
            title: population.title.clone(),
            ordered: population.order.is_some(),
            groups,
            dimensions: Vec::new(),
            values: Vec::new(),
            cells: Vec::new(),
            personas,
            missing: crate::quality::unmet(shop, Self::NEEDS),
        };
        std::mem::swap(&mut result.values, &mut compared.values);
        let findings = findings::find(&population, &compared, &result);
        result.dimensions = compared.dimensions;
        result.cells = compared.cells;
        Ok((result, findings))
    }
}

/// How many customers each group has and what they bring.
async fn groups(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
) -> Result<Vec<ProfileGroup>, AnalysisError> {
    let profiles = shop.profiles(scope).await?;
    let has_amounts = shop.manifest.totals.has_amounts;
    let mut revenues = vec![Vec::new(); population.groups.len()];
    for (revenue, group) in profiles.revenue.iter().zip(&population.group) {
        if let Some(group) = group {
            revenues[usize::from(*group)].push(*revenue);
        }
    }
    let total = dangol_models::sum::sum(&profiles.revenue);
    population
        .groups
        .iter()
        .zip(revenues.iter().zip(population.sizes()))
        .map(|(group, (revenues, customers))| {
            let concentration = if has_amounts { concentrate(revenues, 5)? } else { None };
            let revenue = has_amounts.then(|| dangol_models::sum::sum(revenues));
            Ok(ProfileGroup {
                group: group.key.clone(),
                name: group.name.clone(),
                about: group.about.clone(),
                customers,
                customer_share: customers as f64 / population.keys.len() as f64,
                revenue,
                revenue_share: revenue.filter(|_| total > 0.0).map(|revenue| revenue / total),
                top20_share: concentration.as_ref().map(|found| found.top20_share),
                gini: concentration.map(|found| found.gini),
            })
        })
        .collect()
}
