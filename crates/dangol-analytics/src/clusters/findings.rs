//! What a person must know before naming customers after a cluster.

use dangol_models::correlation::pearson;

use super::columns::Says;
use super::found::Found;
use super::params::ClustersParams;
use super::result::ClustersResult;
use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, share};

pub(super) fn find(found: &Found, result: &ClustersResult, params: &ClustersParams) -> Vec<Finding> {
    let findings = [
        no_structure(found, params),
        unstable(result),
        one_giant(result),
        collinear(found),
        constant(found),
        unknown(found),
        one_feature(result),
        few(result),
    ];
    findings.into_iter().flatten().collect()
}

fn no_structure(found: &Found, params: &ClustersParams) -> Option<Finding> {
    (found.search.groups == 1).then(|| {
        let forced = params.clusters > 1;
        let best = found.search.candidate(found.search.by_silhouette)?.silhouette.mean;
        let words = if forced {
            Words::new(
                format!("These customers show no groups: the gap statistic says one, and the largest silhouette is {best:.2}. The {} clusters asked for cut an even cloud into pieces; names for them would be made up.", params.clusters),
                format!("이 고객들에게는 뚜렷한 그룹이 없어요. 갭 통계량은 1개라고 하고, 가장 큰 실루엣도 {best:.2}예요. 요청한 군집 {}개는 고른 구름을 자른 조각이라 이름을 붙여도 뜻이 없어요.", params.clusters),
            )
        } else {
            Words::new(
                format!("These customers show no groups: the gap statistic says one, and the largest silhouette is {best:.2} (below 0.25). Choose other features, or work with segments by rules."),
                format!("이 고객들에게는 뚜렷한 그룹이 없어요. 갭 통계량은 1개라고 하고, 가장 큰 실루엣도 {best:.2}로 0.25보다 작아요. 다른 특성을 고르거나 규칙으로 나눈 세그먼트를 쓰세요."),
            )
        };
        Some(Finding::new("no_structure", Severity::Serious, words).value("silhouette", best).about("criteria"))
    })?
}

/// Hennig's readings of the adjusted Rand index over replicates.
fn unstable(result: &ClustersResult) -> Option<Finding> {
    let stability = result.stability.as_ref()?;
    let mean = stability.mean;
    (mean < 0.75).then(|| {
        Finding::new(
            "unstable",
            if mean < 0.5 { Severity::Serious } else { Severity::Warning },
            Words::new(
                format!("With other customers of the same shop the clusters would have come out differently: drawn anew {} times, they agree with these by {mean:.2} on average (adjusted Rand index; 1 is the same, 0 is chance). Try fewer clusters or other features.", stability.replicates),
                format!("고객이 조금만 달랐어도 군집이 다르게 나왔을 거예요. {}번 다시 뽑아 나눠 보니 지금 군집과의 일치도가 평균 {mean:.2}예요(수정 랜드 지수, 1이면 같고 0이면 우연). 군집 수를 줄이거나 다른 특성을 써 보세요.", stability.replicates),
            ),
        )
        .value("adjusted_rand", mean)
        .about("stability")
    })
}

fn one_giant(result: &ClustersResult) -> Option<Finding> {
    /// One group with nearly everybody says little about most customers.
    const GIANT: f64 = 0.85;
    let largest = result.clusters.iter().max_by(|left, right| left.share.total_cmp(&right.share))?;
    (result.groups > 1 && largest.share > GIANT).then(|| {
        let part = share(largest.share);
        Finding::new(
            "one_giant",
            Severity::Warning,
            Words::new(
                format!("One cluster holds {} of the customers; the others are exceptions rather than groups. Logarithms or robust scaling, or fewer features, may divide them better.", part.en),
                format!("한 군집에 고객의 {}가 몰려 있어요. 나머지는 그룹이라기보다 예외예요. 로그나 로버스트 척도를 쓰거나 특성을 줄이면 더 잘 나뉠 수 있어요.", part.ko),
            ),
        )
        .value("share", largest.share)
        .about("clusters")
    })
}

/// Two columns that say the same count twice.
fn collinear(found: &Found) -> Option<Finding> {
    const SAME: f64 = 0.9;
    let numbers: Vec<_> = found.columns.columns.iter().filter(|column| column.says == Says::Number).collect();
    let mut strongest: Option<(f64, Words)> = None;
    for (at, left) in numbers.iter().enumerate() {
        for right in &numbers[at + 1..] {
            let Ok(Some(r)) = pearson(&left.scaled, &right.scaled) else { continue };
            if r.abs() >= SAME && strongest.as_ref().is_none_or(|(most, _)| r.abs() > most.abs()) {
                let pair = |left: &str, right: &str, and: &str| format!("“{left}” {and} “{right}”");
                let words = Words::new(
                    pair(&left.title.en, &right.title.en, "and"),
                    pair(&left.title.ko, &right.title.ko, "·"),
                );
                strongest = Some((r, words));
            }
        }
    }
    strongest.map(|(r, pair)| {
        Finding::new(
            "collinear",
            Severity::Warning,
            Words::new(
                format!("{} say nearly the same (correlation {r:.2}), so that it counts twice in every distance. Leave one out.", pair.en),
                format!("{}는 거의 같은 내용이라(상관 {r:.2}) 거리에 두 번 들어가요. 하나를 빼 보세요.", pair.ko),
            ),
        )
        .value("correlation", r)
        .about("features")
    })
}

fn constant(found: &Found) -> Option<Finding> {
    let constant = &found.columns.constant;
    (!constant.is_empty()).then(|| {
        let join = |of: fn(&Words) -> &str| constant.iter().map(of).collect::<Vec<_>>().join(", ");
        Finding::new(
            "constant_feature",
            Severity::Info,
            Words::new(
                format!(
                    "The same for all customers, or known of nobody, and so left out: {}.",
                    join(|words| &words.en)
                ),
                format!("모든 고객이 같거나 아무도 값이 없어서 뺀 특성이에요: {}.", join(|words| &words.ko)),
            ),
        )
        .about("features")
    })
}

fn unknown(found: &Found) -> Option<Finding> {
    /// Above, the state "not known" makes clusters of its own.
    const MANY: f64 = 0.05;
    let count = found.labels.len() as f64;
    let unknown = found.columns.columns.iter().filter(|column| column.says == Says::Unknown);
    let most = unknown
        .map(|column| (column.values.iter().flatten().sum::<f64>() / count, &column.title))
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .filter(|(part, _)| *part > MANY)?;
    let part = share(most.0);
    Some(
        Finding::new(
            "unknown_values",
            Severity::Info,
            Words::new(
                format!("“{}” is not known of {} of the customers. That is a state of its own here, not a zero, and can set clusters apart.", most.1.en, part.en),
                format!("고객의 {}는 ‘{}’ 값이 없어요. 0으로 보지 않고 ‘모름’이라는 별도 상태로 다루며, 이것만으로 군집이 갈릴 수 있어요.", part.ko, most.1.ko),
            ),
        )
        .value("share", most.0)
        .about("features"),
    )
}

/// One column that makes nearly all of the distances.
fn one_feature(result: &ClustersResult) -> Option<Finding> {
    const MOST: f64 = 0.6;
    let strongest = result.features.iter().max_by(|left, right| left.weight.total_cmp(&right.weight))?;
    (result.features.len() > 2 && strongest.weight > MOST).then(|| {
        let part = share(strongest.weight);
        Finding::new(
            "one_feature",
            Severity::Warning,
            Words::new(
                format!(
                    "“{}” alone makes {} of the differences between customers: these are clusters of it.",
                    strongest.title.en, part.en
                ),
                format!(
                    "고객 차이의 {}가 ‘{}’ 하나에서 와요. 사실상 그 특성으로 나눈 군집이에요.",
                    part.ko, strongest.title.ko
                ),
            ),
        )
        .value("share", strongest.weight)
        .about("features")
    })
}

fn few(result: &ClustersResult) -> Option<Finding> {
    /// Below, a mean of the cluster says little.
    const LEAST: u64 = 30;
    let small: Vec<_> = result.clusters.iter().filter(|card| card.customers < LEAST).collect();
    let smallest = small.iter().map(|card| card.customers).min()?;
    (result.groups > 1).then(|| {
        Finding::new(
            "small_clusters",
            Severity::Info,
            Words::new(
                format!("{} of the clusters have fewer than {LEAST} customers (the smallest {}): their means say little.", small.len(), grouped(smallest)),
                format!("고객이 {LEAST}명보다 적은 군집이 {}개예요(가장 작은 것은 {}명). 평균값에 큰 뜻을 두지 마세요.", small.len(), grouped(smallest)),
            ),
        )
        .value("clusters", small.len() as u64)
        .about("clusters")
    })
}
