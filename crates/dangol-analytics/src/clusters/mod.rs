//! Clusters: groups of alike customers that nobody defined beforehand.
//!
//! Features → columns of comparable numbers ([`columns`]) → several numbers of clusters, the one taken and why
//! ([`found`]) → cards with names in words ([`cards`], [`words`]) → pictures. The methods live in
//! `dangol_models::cluster`, with their sources.

mod cards;
mod columns;
mod findings;
mod found;
mod params;
mod pictures;
mod result;
mod shop;
#[cfg(test)]
mod tests;
mod words;

pub use params::{ClustersParams, FeatureScaling, Method};
pub use result::{
    AssignedCustomer, ClusterCard, ClusterComponent, ClusterCriteria, ClusterFeature, ClusterJoin,
    ClusterLeaf, ClusterLoading, ClusterNumber, ClusterPoint, ClusterTree, ClustersResult,
    StabilityOfClusters, UsedColumn,
};

use dangol_models::cluster::search::{Reason, Search};
use dangol_shop::{Scope, Shop};

pub(crate) use shop::{SCHEME, grouping, labels, scheme};

use self::found::Found;
use crate::available::AvailableFeature;
use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `clusters`.
#[derive(Debug)]
pub struct Clusters;

impl Analysis for Clusters {
    type Params = ClustersParams;
    type Output = ClustersResult;

    const NAME: &'static str = "clusters";
    const NEEDS: &'static [Need] = &[
        needs::CUSTOMER,
        needs::WHEN,
        needs::AMOUNT,
        Need::optional(
            "order_lines",
            "coupon_code",
            "who buys with coupons, as a feature",
            "쿠폰을 쓰는 고객인지(특성)",
        ),
        Need::optional(
            "customers",
            "joined_at",
            "who joined during a promotion, as a feature",
            "이벤트 때 가입한 고객인지(특성)",
        ),
    ];

    fn about() -> About {
        About {
            title: Words::new("Clusters", "고객 군집"),
            definition: Words::new(
                "Features of each customer are made comparable: numbers by their spread (both ends drawn in by half a percent, and after a logarithm where the tail is long), a flag as one column and a text as one for each of its commonest values, with two customers who differ as far apart as in a flag that half of all have. What is not known is a state of its own: the number is put at the mean and a further column says so. k-means then looks for groups whose members lie near their mean, from several starts. Three criteria say how many: the elbow (where more groups stop explaining much), the silhouette (how much nearer customers are to their own group than to the next; −1 to 1) and the gap statistic (against customers without any structure; it may say one). Names are made of what differs most from everybody else, in standard deviations. Stability: customers are drawn anew with replacement and grouped again; the adjusted Rand index says how far both groupings agree (1 the same, 0 chance).",
                "고객마다 특성을 견줄 수 있게 맞춰요. 숫자는 퍼진 정도로 나누고(양 끝 0.5%는 안쪽 값으로 당기고, 꼬리가 길면 로그를 먼저 취해요), 예/아니요는 한 열, 글자는 흔한 값마다 한 열로 바꾸며, 값이 다른 두 고객의 거리는 절반이 해당하는 예/아니요 특성만큼이에요. 값이 없으면 0이 아니라 ‘모름’이라는 별도 상태로 다뤄요. 그런 다음 k-평균이 여러 출발점에서 시작해 서로 가까운 고객끼리 묶어요. 몇 개로 나눌지는 세 기준으로 봐요: 엘보(더 나눠도 설명이 늘지 않는 지점), 실루엣(다음 군집보다 자기 군집에 얼마나 가까운지, −1~1), 갭 통계량(구조가 없는 고객과 비교하며 1개라고 답할 수도 있어요). 이름은 나머지 고객과 가장 다른 점(표준편차 기준)으로 지어요. 안정성은 고객을 복원추출로 다시 뽑아 나눴을 때 얼마나 일치하는지(수정 랜드 지수, 1이면 같고 0이면 우연)예요.",
            ),
            source: "Arthur and Vassilvitskii (2007), k-means++; Rousseeuw (1987), silhouettes; Tibshirani, Walther and Hastie (2001), gap statistic; Ward (1963); Hubert and Arabie (1985); Hennig (2007)."
                .into(),
            parameters: vec![
                Parameter::new(
                    "features",
                    "Names of features, separated by commas (docs/reference/features.md); empty for recency, orders, order value, coupons or discounts, and whether they joined during a promotion, as far as the shop has them.",
                    "쉼표로 나눈 특성 이름이에요(docs/reference/features.md). 비우면 쇼핑몰에 있는 만큼 최근성, 주문 수, 객단가, 쿠폰 또는 할인, 이벤트 기간 가입을 써요.",
                ),
                Parameter::choice(
                    "scaling",
                    &["standard", "min_max", "robust"],
                    "How numbers are made comparable: by standard deviation, from 0 to 1, or by the width of the middle half.",
                    "숫자를 견주는 방법이에요: 표준편차, 0~1, 가운데 절반의 폭.",
                ),
                Parameter::new(
                    "logarithms",
                    "Takes logarithms of numbers with a long tail (skewness above 1).",
                    "꼬리가 긴 숫자(왜도 1 초과)는 로그를 취해요.",
                ),
                Parameter::choice(
                    "method",
                    &["kmeans", "ward", "average", "complete"],
                    "k-means, or a tree of 1,000 customers that is cut; everybody then belongs to the nearest mean.",
                    "k-평균, 또는 고객 1,000명의 계층 트리를 잘라서 나눠요. 나머지는 가장 가까운 평균에 속해요.",
                ),
                Parameter::new(
                    "clusters",
                    "How many clusters; 0 for as many as the criteria say.",
                    "군집 수예요. 0이면 기준에 따라 정해요.",
                ),
                Parameter::new("most", "The most clusters that are tried.", "시험해 볼 최대 군집 수예요."),
                Parameter::new(
                    "restarts",
                    "Starts of k-means for each number of clusters; the best is kept.",
                    "군집 수마다 k-평균을 몇 번 새로 시작할지예요. 가장 좋은 결과를 써요.",
                ),
                Parameter::new("seed", "Where random draws come from.", "무작위 추출의 시드예요."),
                Parameter::new("customers", "Adds one row per customer.", "고객별 행을 덧붙여요."),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ClustersParams,
    ) -> Result<(ClustersResult, Vec<Finding>), AnalysisError> {
        params.check()?;
        let found = Found::of(shop, &scope, &params).await?;
        let members = found.members(&scope);
        if members.is_empty() {
            return Err(AnalysisError::NobodyInScope { analysis: Self::NAME });
        }
        let currency = &shop.config.shop.currency;
        let mut result = described(&found, &params, &members, currency);
        result.available = shop
            .known_features()
            .iter()
            .map(|known| AvailableFeature { name: known.name.clone(), title: words::title(known) })
            .collect();
        if params.customers {
            result.assigned = Some(assigned(shop, &found, &members).await?);
        }
        let findings = findings::find(&found, &result, &params);
        Ok((result, findings))
    }
}

impl Found {
    /// Places of the customers that a scope lets through.
    fn members(&self, scope: &Scope) -> Vec<usize> {
        let keys = &self.columns.customer_key;
        match &scope.members {
            None => (0..keys.len()).collect(),
            Some(members) => members.iter().filter_map(|key| keys.binary_search(key).ok()).collect(),
        }
    }
}

fn described(found: &Found, params: &ClustersParams, members: &[usize], currency: &str) -> ClustersResult {
    let profile = cards::profile(found, currency);
    let names = cards::names(found, &profile);
    let search = &found.search;
    ClustersResult {
        customers: members.len() as u64,
        groups: found.groups(),
        proposed: search.groups,
        choice: choice(search),
        criteria: ClusterCriteria {
            decided: search.reason,
            elbow: search.elbow,
            silhouette: search.by_silhouette,
            gap: search.gap.as_ref().and_then(|gap| gap.groups),
            silhouette_customers: search.candidates.first().map_or(0, |found| found.silhouette.rows),
            gap_customers: search.gap.as_ref().map_or(0, |gap| gap.rows),
        },
        numbers: pictures::numbers(found),
        clusters: cards::cards(found, &names, members),
        profile,
        features: pictures::features(found),
        available: Vec::new(),
        components: pictures::components(found),
        loadings: pictures::loadings(found),
        points: pictures::points(found, params, members),
        dendrogram: pictures::tree(found, params),
        stability: found.stability.as_ref().map(|stability| StabilityOfClusters {
            mean: stability.mean,
            low: stability.range.0,
            high: stability.range.1,
            replicates: stability.replicates,
        }),
        assigned: None,
    }
}

/// Why so many are proposed.
fn choice(search: &Search) -> Words {
    let silhouette = |groups: usize| search.candidate(groups).map_or(0.0, |found| found.silhouette.mean);
    let best = silhouette(search.by_silhouette);
    let groups = search.groups;
    match search.reason {
        Reason::NoStructure => Words::new(
            format!(
                "One: the gap statistic finds no groups, and no silhouette reaches 0.25 (the largest is {best:.2})."
            ),
            format!(
                "1개예요. 갭 통계량이 그룹을 찾지 못했고, 실루엣도 0.25에 못 미쳐요(가장 큰 값 {best:.2})."
            ),
        ),
        Reason::Silhouette if search.elbow == Some(groups) => Words::new(
            format!(
                "{groups}: the silhouette is largest there ({best:.2}), and so is the bend of the inertia's curve."
            ),
            format!("{groups}개예요. 실루엣이 가장 크고({best:.2}) 관성 곡선도 여기서 꺾여요."),
        ),
        Reason::Silhouette => Words::new(
            format!("{groups}: the silhouette is largest there ({best:.2})."),
            format!("{groups}개예요. 실루엣이 가장 커요({best:.2})."),
        ),
        Reason::Elbow => Words::new(
            format!(
                "{groups}: the curve of the inertia bends there, and the silhouette ({:.2}) still shows groups. {} would be clearer ({best:.2}) and say less.",
                silhouette(groups),
                search.by_silhouette
            ),
            format!(
                "{groups}개예요. 관성 곡선이 여기서 꺾이고 실루엣({:.2})도 구조가 있음을 보여줘요. {}개로 나누면 더 뚜렷하지만({best:.2}) 알 수 있는 것이 줄어요.",
                silhouette(groups),
                search.by_silhouette
            ),
        ),
    }
}

async fn assigned(
    shop: &Shop,
    found: &Found,
    members: &[usize],
) -> Result<Vec<AssignedCustomer>, AnalysisError> {
    let keys: Vec<i32> = members.iter().map(|&at| found.columns.customer_key[at]).collect();
    let ids = shop.customer_ids(&keys).await?;
    let labels = members.iter().map(|&at| cards::key(found.labels[at] as usize));
    Ok(ids
        .into_iter()
        .zip(labels)
        .map(|(customer_id, cluster)| AssignedCustomer { customer_id, cluster })
        .collect())
}
