//! What conditions on customers can be about, and how it is spread.

use std::collections::BTreeMap;

use dangol_models::histogram::histogram;
use dangol_shop::features::Part;
use dangol_shop::time::date_of;
use dangol_shop::{Feature, FeatureKind, FeatureValues, Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AnalysisError;
use crate::grades;
use crate::groups::{NO_GROUP, Scheme, SegmentName, by_segment, schemes};
use crate::rfm::{Scored, parameters};
use crate::words::Words;

/// A column that a condition can name, and its values among all customers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Column {
    /// Its name in conditions.
    pub name: String,
    /// What it is about: `purchases`, `customer`, `behaviour`, `segments`.
    pub topic: String,
    /// The kind of its values.
    pub kind: FeatureKind,
    /// What people call it.
    pub title: Words,
    /// How it is computed.
    pub meaning: Words,
    /// Customers of whom it is known.
    pub known: u64,
    /// Texts (and `true`, `false`) with their customers, the commonest first; segments and age bands in their order.
    pub values: Vec<ColumnValue>,
    /// Numbers in bins.
    pub bins: Vec<ColumnBin>,
    /// The earliest of the days.
    pub first: Option<String>,
    /// The latest of the days.
    pub last: Option<String>,
}

/// A value of a column.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ColumnValue {
    /// As conditions write it.
    pub value: String,
    /// As people read it.
    pub name: Words,
    /// Customers with it; none where they are not counted before a condition asks.
    pub customers: Option<u64>,
}

/// Customers whose number is at least `from` and below `to`.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ColumnBin {
    /// Lower edge.
    pub from: f64,
    /// Upper edge.
    pub to: f64,
    /// Customers.
    pub customers: u64,
}

/// Values of a text listed; a product of the long tail can still be written.
const MOST_VALUES: usize = 60;
/// Bins of a number.
const MOST_BINS: usize = 24;
/// Before the name of a scheme: `segment_nine`.
const SEGMENT: &str = "segment_";
/// Scores of RFM.
const SCORES: [(&str, &str, &str); 3] = [
    ("r_score", "Recency score", "최근성 점수"),
    ("f_score", "Frequency score", "빈도 점수"),
    ("m_score", "Monetary score", "금액 점수"),
];

/// A column that RFM or the grades give.
#[derive(Debug, Clone)]
pub struct ScoredColumn {
    /// Its name in conditions.
    pub name: String,
    /// The kind of its values.
    pub kind: FeatureKind,
    title: Words,
    scheme: Option<Scheme>,
}

/// The columns that conditions have besides `customer_profile`: a segment of each scheme, the grade, and the scores.
///
/// # Errors
/// [`AnalysisError`] where `[rfm]` is not possible.
pub fn scored(shop: &Shop) -> Result<Vec<ScoredColumn>, AnalysisError> {
    let of_scheme = |scheme: Scheme| ScoredColumn {
        name: format!("{SEGMENT}{}", scheme.scheme),
        kind: FeatureKind::Text,
        title: scheme.title.clone(),
        scheme: Some(scheme),
    };
    let of_score = |(name, en, ko): (&str, &str, &str)| ScoredColumn {
        name: name.to_owned(),
        kind: FeatureKind::Number,
        title: Words::new(en, ko),
        scheme: None,
    };
    // Clusters are left out: their keys stand for other people after each import.
    let by_scheme = schemes(shop)?.into_iter().chain([grades::scheme()]).map(of_scheme);
    Ok(by_scheme.chain(SCORES.into_iter().map(of_score)).collect())
}

/// The scored columns that a text mentions, of everybody with a purchase in scope.
///
/// # Errors
/// [`AnalysisError`].
pub async fn compute_scored(shop: &Shop, scope: &Scope, rule: &str) -> Result<Vec<Feature>, AnalysisError> {
    let words: Vec<String> = rule
        .split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .map(str::to_lowercase)
        .collect();
    let everybody = Scope { members: None, population: None, ..scope.clone() };
    let mut computed = Vec::new();
    let mut scores: Option<Vec<Feature>> = None;
    for column in scored(shop)?.into_iter().filter(|column| words.contains(&column.name.to_lowercase())) {
        if let Some(scheme) = &column.scheme {
            let grouping = if scheme.scheme == grades::SCHEME {
                // Boxed, since it holds the work of several queries.
                Box::pin(grades::grouping(shop, &everybody)).await?
            } else {
                by_segment(shop, &everybody, &scheme.scheme).await?
            };
            let key =
                |group: &u16| (*group != NO_GROUP).then(|| grouping.groups[usize::from(*group)].key.clone());
            let values = FeatureValues::Text(grouping.group.iter().map(key).collect());
            computed.push(Feature { name: column.name, values });
        } else {
            if scores.is_none() {
                scores = Some(of_scores(shop, &everybody).await?);
            }
            let found = scores.iter().flatten().find(|feature| feature.name == column.name);
            computed.extend(found.cloned());
        }
    }
    Ok(computed)
}

/// The scores of the page RFM, in the order of the profiles; not known of whom RFM leaves out.
async fn of_scores(shop: &Shop, everybody: &Scope) -> Result<Vec<Feature>, AnalysisError> {
    let keys = shop.profiles(everybody).await?;
    let population = shop.remaining(everybody, "rfm").await?.map(|remaining| remaining.population);
    let among = Scope { population, ..everybody.clone() };
    let scored = Scored::of(shop, &among, &parameters(shop)?.check()?).await?;
    let mut columns = [(); 3].map(|()| vec![None; keys.len()]);
    let scores = [&scored.rfm.scores.r, &scored.rfm.scores.f, &scored.rfm.scores.m];
    for at in 0..scored.totals.len() {
        let key = scored.profiles.customer_key[scored.position(at)];
        let Ok(place) = keys.customer_key.binary_search(&key) else { continue };
        for (column, scores) in columns.iter_mut().zip(scores) {
            column[place] = Some(f64::from(scores[at]));
        }
    }
    let named = SCORES.iter().zip(columns);
    Ok(named
        .map(|((name, ..), values)| Feature {
            name: (*name).to_owned(),
            values: FeatureValues::Number(values),
        })
        .collect())
}

/// Every column with its values among the customers in scope.
///
/// # Errors
/// [`AnalysisError::NoCustomers`]; else as the analyses.
pub async fn columns(shop: &Shop, scope: &Scope) -> Result<Vec<Column>, AnalysisError> {
    if shop.manifest.totals.customers == 0 {
        return Err(AnalysisError::NoCustomers { analysis: "the page of audiences" });
    }
    let features = shop.features(scope).await?;
    let mut all = Vec::new();
    for known in shop.known_features() {
        let Some(feature) = features.column(&known.name) else { continue };
        let words = |(en, ko): (String, String)| Words::new(en, ko);
        let mut described = described(feature, &|value| name_of_value(&known.name, value))?;
        if known.name == "age_band" {
            described.values.sort_by(|left, right| left.value.cmp(&right.value));
        }
        all.push(Column {
            topic: topic(known.part).to_owned(),
            title: words(known.title),
            meaning: words(known.meaning),
            ..described
        });
    }
    let scored = scored(shop)?;
    let of_rfm = |column: &&ScoredColumn| column.scheme.as_ref().is_none_or(|scheme| scheme.rfm);
    let names: Vec<&str> = scored.iter().filter(of_rfm).map(|column| column.name.as_str()).collect();
    for feature in compute_scored(shop, scope, &names.join(" ")).await? {
        let Some(column) = scored.iter().find(|column| column.name == feature.name) else { continue };
        let segments = column.scheme.iter().flat_map(|scheme| &scheme.segments);
        let names: BTreeMap<&str, &Words> =
            segments.map(|segment| (segment.key.as_str(), &segment.name)).collect();
        let name = |value: &str| names.get(value).map_or_else(|| Words::same(value), |name| (*name).clone());
        let mut described = described(&feature, &name)?;
        if let Some(scheme) = &column.scheme {
            let place = |value: &ColumnValue| scheme.segments.iter().position(|one| one.key == value.value);
            described.values.sort_by_key(place);
        }
        all.push(Column {
            topic: "segments".to_owned(),
            title: column.title.clone(),
            meaning: meaning(column),
            ..described
        });
    }
    // Grades take clusters and lifetimes: they are computed when a condition asks for them, not to be listed.
    let customers = shop.profiles(scope).await?.len() as u64;
    for column in scored.iter().filter(|column| !of_rfm(column)) {
        let segments = column.scheme.iter().flat_map(|scheme| &scheme.segments);
        let value = |segment: &SegmentName| ColumnValue {
            value: segment.key.clone(),
            name: segment.name.clone(),
            customers: None,
        };
        all.push(Column {
            topic: "segments".to_owned(),
            title: column.title.clone(),
            meaning: meaning(column),
            known: customers,
            values: segments.map(value).collect(),
            ..empty(&column.name, column.kind)
        });
    }
    Ok(all)
}

fn meaning(column: &ScoredColumn) -> Words {
    if column.scheme.as_ref().is_some_and(|scheme| !scheme.rfm) {
        return Words::new(
            "As on the page Clusters, among all customers.",
            "군집 페이지의 고객 등급과 같은 기준으로, 전체 고객 가운데 매긴 값이에요.",
        );
    }
    Words::new(
        "As on the page Segments, among all customers.",
        "세그먼트 페이지와 같은 기준으로, 전체 고객 가운데 매긴 값이에요.",
    )
}

fn topic(part: Part) -> &'static str {
    match part {
        Part::Purchases | Part::Baskets => "purchases",
        Part::Customers => "customer",
        Part::Reviews | Part::SupportContacts | Part::Sessions => "behaviour",
    }
}

/// What people call a value of a column; itself where it has no name of ours.
#[must_use]
pub fn name_of_value(column: &str, value: &str) -> Words {
    let (en, ko) = match (column, value) {
        ("gender", "female") => ("Women", "여성"),
        ("gender", "male") => ("Men", "남성"),
        ("age_band", "50+") => ("50+", "50대 이상"),
        ("age_band", band) => return Words::new(band, format!("{}대", band.trim_end_matches('s'))),
        (_, "true") => ("Yes", "예"),
        (_, "false") => ("No", "아니요"),
        _ => return Words::same(value),
    };
    Words::new(en, ko)
}

fn empty(name: &str, kind: FeatureKind) -> Column {
    Column {
        name: name.to_owned(),
        topic: String::new(),
        kind,
        title: Words::default(),
        meaning: Words::default(),
        known: 0,
        values: Vec::new(),
        bins: Vec::new(),
        first: None,
        last: None,
    }
}

fn described(feature: &Feature, name: &dyn Fn(&str) -> Words) -> Result<Column, AnalysisError> {
    let mut column = empty(&feature.name, feature.kind());
    match &feature.values {
        FeatureValues::Number(values) => {
            let known: Vec<f64> =
                values.iter().copied().flatten().filter(|value| value.is_finite()).collect();
            column.known = known.len() as u64;
            column.bins = histogram(&known, MOST_BINS)?
                .into_iter()
                .map(|bin| ColumnBin { from: bin.from, to: bin.to, customers: bin.count })
                .collect();
        }
        FeatureValues::Flag(values) => {
            let words = values.iter().flatten().map(|value| if *value { "true" } else { "false" });
            column.values = counted(words, name);
        }
        FeatureValues::Text(values) => {
            column.values = counted(values.iter().flatten().map(String::as_str), name);
        }
        FeatureValues::Date(values) => {
            column.known = values.iter().flatten().count() as u64;
            column.first = values.iter().flatten().min().map(|day| date_of(*day).to_string());
            column.last = values.iter().flatten().max().map(|day| date_of(*day).to_string());
        }
    }
    if matches!(feature.values, FeatureValues::Flag(_) | FeatureValues::Text(_)) {
        column.known = column.values.iter().filter_map(|value| value.customers).sum();
        column.values.truncate(MOST_VALUES);
    }
    Ok(column)
}

fn counted<'a>(texts: impl Iterator<Item = &'a str>, name: &dyn Fn(&str) -> Words) -> Vec<ColumnValue> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut values: Vec<ColumnValue> = counts
        .into_iter()
        .map(|(value, customers)| ColumnValue {
            value: value.to_owned(),
            name: name(value),
            customers: Some(customers),
        })
        .collect();
    values.sort_by(|left, right| right.customers.cmp(&left.customers).then(left.value.cmp(&right.value)));
    values
}
