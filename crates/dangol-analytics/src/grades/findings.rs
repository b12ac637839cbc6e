//! What a person must know before treating customers by their grade.

use super::graded::{GRADES, Graded};
use super::result::GradesResult;
use crate::finding::{Finding, Severity};
use crate::words::{Words, share};

pub(super) fn find(graded: &Graded, result: &GradesResult) -> Vec<Finding> {
    [
        relearns(graded),
        no_clusters(graded),
        merged(graded),
        constant(graded),
        one_factor(graded),
        empty(result),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A classifier that does not find the clusters again weighs something else.
fn relearns(graded: &Graded) -> Option<Finding> {
    const POOR: f64 = 0.6;
    let learnt = graded.learnt.as_ref()?;
    (learnt.f1 < POOR).then(|| {
        Finding::new(
            "poor_classifier",
            Severity::Warning,
            Words::new(
                format!("From these factors the clusters can hardly be told apart (F1 {:.2}): they rest on other features, so the weights say little. Choose weights by hand, or cluster by these factors.", learnt.f1),
                format!("이 요소들로는 군집을 잘 구분하지 못해요(F1 {:.2}). 군집이 다른 특성으로 나뉘었다는 뜻이라 가중치에 큰 의미가 없어요. 가중치를 직접 정하거나 이 요소들로 군집을 나눠 보세요.", learnt.f1),
            ),
        )
        .value("f1", learnt.f1)
        .about("classifier")
    })
}

fn no_clusters(graded: &Graded) -> Option<Finding> {
    (graded.weights_from == "equal").then(|| {
        Finding::new(
            "equal_weights",
            Severity::Warning,
            Words::new(
                "There are no clusters to learn from (see the analysis `clusters`), so that all factors weigh the same. Set `weights` by hand under [grades] in shop.toml.",
                "배울 군집이 없어서(clusters 분석을 보세요) 모든 요소의 가중치를 같게 두었어요. shop.toml의 [grades]에 `weights`를 직접 적어 주세요.",
            ),
        )
        .about("weights")
    })
}

fn merged(graded: &Graded) -> Option<Finding> {
    let merged: Vec<_> = graded
        .factors
        .columns
        .iter()
        .filter(|column| (1..3).contains(&column.edges.len()))
        .map(|column| column.factor.title())
        .collect();
    let join = |of: fn(&Words) -> &str| merged.iter().map(of).collect::<Vec<_>>().join(", ");
    (!merged.is_empty()).then(|| {
        Finding::new(
            "merged_quartiles",
            Severity::Info,
            Words::new(
                format!("So many customers are alike that quartiles coincide: {} has fewer than four scores, spread from 1 to 4.", join(|words| &words.en)),
                format!("같은 값인 고객이 많아 사분위수가 겹쳐요. {}는 점수가 네 가지보다 적고, 1점부터 4점까지 고르게 벌려 매겼어요.", join(|words| &words.ko)),
            ),
        )
        .about("factors")
    })
}

fn constant(graded: &Graded) -> Option<Finding> {
    let same: Vec<_> = graded
        .factors
        .columns
        .iter()
        .filter(|column| column.scores.is_none())
        .map(|column| column.factor.title())
        .collect();
    let join = |of: fn(&Words) -> &str| same.iter().map(of).collect::<Vec<_>>().join(", ");
    (!same.is_empty()).then(|| {
        Finding::new(
            "constant_factor",
            Severity::Info,
            Words::new(
                format!(
                    "Nearly the same for all customers, and so without weight: {}.",
                    join(|words| &words.en)
                ),
                format!("거의 모든 고객이 같아서 가중치를 두지 않은 요소예요: {}.", join(|words| &words.ko)),
            ),
        )
        .about("factors")
    })
}

fn one_factor(graded: &Graded) -> Option<Finding> {
    /// Above, the grade is that factor under another name.
    const MOST: f64 = 0.7;
    let pairs = graded.factors.columns.iter().zip(&graded.weights);
    let (column, weight) = pairs.max_by(|left, right| left.1.total_cmp(right.1))?;
    (*weight > MOST).then(|| {
        let part = share(*weight);
        let title = column.factor.title();
        Finding::new(
            "one_factor",
            Severity::Warning,
            Words::new(
                format!("“{}” has {} of the weight: the grade is hardly more than that.", title.en, part.en),
                format!("‘{}’의 가중치가 {}라 등급이 사실상 이 요소 하나로 정해져요.", title.ko, part.ko),
            ),
        )
        .value("weight", *weight)
        .about("weights")
    })
}

fn empty(result: &GradesResult) -> Option<Finding> {
    let empty: Vec<_> = result.grades.iter().filter(|grade| grade.customers == 0).collect();
    let join =
        |of: fn(&Words) -> &str| empty.iter().map(|grade| of(&grade.name)).collect::<Vec<_>>().join(", ");
    (!empty.is_empty() && empty.len() < GRADES.len()).then(|| {
        Finding::new(
            "empty_grades",
            Severity::Info,
            Words::new(
                format!(
                    "Nobody is in these grades: {}. Move their edges if you want them filled.",
                    join(|words| &words.en)
                ),
                format!(
                    "고객이 없는 등급이 있어요: {}. 채우고 싶다면 등급 기준 점수를 옮겨 보세요.",
                    join(|words| &words.ko)
                ),
            ),
        )
        .about("grades")
    })
}
