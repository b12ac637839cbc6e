//! Who is compared with whom.

use dangol_shop::{FeatureKind, FeatureValues, Scope, Shop};

use super::SegmentProfile;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::groups::{AUDIENCE, NO_GROUP, SegmentName, grouping};
use crate::words::Words;

/// Groups by a text with more values are cut there; the rest are in none.
const MOST_VALUES: usize = 12;
/// The text whose values have an order.
const AGE_BAND: &str = "age_band";
/// Numbers are cut into so many bands where no limits are given.
const BANDS: usize = 4;

/// The customers in scope, each in one group or in none.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    /// How they are grouped.
    pub(crate) scheme: String,
    /// In words.
    pub(crate) title: Words,
    /// The groups.
    pub(crate) groups: Vec<SegmentName>,
    /// The place of each group in their order, from the lowest; none where they have no order.
    pub(crate) order: Option<Vec<usize>>,
    /// Whether the groups are made of when, how often and for how much was bought.
    pub(crate) of_purchases: bool,
    /// Keys of all customers with a purchase in scope, ascending.
    pub(crate) keys: Vec<i32>,
    /// Their groups.
    pub(crate) group: Vec<Option<u16>>,
}

impl Population {
    /// All groups of a scheme, or one group (`nine:at_risk`) and everybody else.
    pub(crate) async fn of(
        shop: &Shop,
        scope: &Scope,
        scheme: &str,
        group: &str,
    ) -> Result<Self, AnalysisError> {
        if group.is_empty() {
            return Self::of_scheme(shop, scope, scheme).await;
        }
        let unknown = |given: &str, known: Vec<String>| AnalysisError::UnknownSegment {
            given: given.to_owned(),
            nearest: None,
            known,
        };
        // The key comes last: `by:gender:female`.
        let Some((of, key)) = group.rsplit_once(':') else {
            return Err(unknown(group, vec!["nine:at_risk".into(), "class:gold".into()]));
        };
        let all = Self::of_scheme(shop, scope, of).await?;
        let Some(place) = all.groups.iter().position(|one| one.key == key) else {
            return Err(unknown(group, all.groups.iter().map(|one| format!("{of}:{}", one.key)).collect()));
        };
        let others = SegmentName {
            key: "others".into(),
            name: Words::new("Everybody else", "나머지 고객"),
            rule: String::new(),
            about: Words::new("All other customers in scope.", "조건에 맞는 나머지 고객이에요."),
        };
        let name = all.groups[place].clone();
        Ok(Self {
            scheme: group.to_owned(),
            title: name.name.clone(),
            groups: vec![name, others],
            order: None,
            group: all.group.iter().map(|one| Some(u16::from(*one != Some(place as u16)))).collect(),
            ..all
        })
    }

    async fn of_scheme(shop: &Shop, scope: &Scope, scheme: &str) -> Result<Self, AnalysisError> {
        if let Some(feature) = scheme.strip_prefix("by:") {
            return Self::by_feature(shop, scope, scheme, feature).await;
        }
        let found = grouping(shop, scope, scheme).await?;
        Ok(Self {
            group: found.group.iter().map(|group| (*group != NO_GROUP).then_some(*group)).collect(),
            order: order_of(scheme, found.groups.len()),
            of_purchases: !scheme.starts_with(AUDIENCE),
            scheme: scheme.to_owned(),
            title: found.title,
            groups: found.groups,
            keys: found.customer_key,
        })
    }

    /// Groups by a feature: its values, or bands of a number (`by:age:20,40`).
    async fn by_feature(
        shop: &Shop,
        scope: &Scope,
        scheme: &str,
        feature: &str,
    ) -> Result<Self, AnalysisError> {
        let bad = |detail: String| AnalysisError::BadParameter { analysis: SegmentProfile::NAME, detail };
        let (name, limits) = feature.split_once(':').unwrap_or((feature, ""));
        let known = shop.known_features();
        let Some(spec) = known.iter().find(|one| one.name == name && one.kind != FeatureKind::Date) else {
            let names: Vec<&str> = known
                .iter()
                .filter(|one| one.kind != FeatureKind::Date)
                .map(|one| one.name.as_str())
                .collect();
            return Err(bad(format!(
                "customers cannot be grouped by `{name}`; take one of {}",
                names.join(", ")
            )));
        };
        let features = shop.features_of(scope, &[name]).await?;
        let values = features.column(name).map(|column| &column.values);
        let (groups, group, ordered) = match values {
            Some(FeatureValues::Number(values)) => {
                let limits = if limits.is_empty() {
                    let known: Vec<f64> = values.iter().flatten().copied().collect();
                    let least = known.iter().copied().fold(f64::INFINITY, f64::min);
                    let mut edges = if known.is_empty() {
                        Vec::new()
                    } else {
                        dangol_models::quantile::equal_count_edges(&known, BANDS)?
                    };
                    // A band begins at its limit: one at the least value would leave nobody below.
                    edges.retain(|edge| *edge > least);
                    edges
                } else {
                    numbers(limits).ok_or_else(|| {
                        bad(format!("`{limits}` are no limits; write rising numbers such as by:age:20,40"))
                    })?
                };
                let of = |value: &f64| limits.iter().filter(|limit| *value >= **limit).count() as u16;
                let group = values.iter().map(|value| value.as_ref().map(of)).collect();
                (bands(&limits), group, true)
            }
            Some(FeatureValues::Text(values)) => {
                let (groups, group) = by_text(name, values);
                (groups, group, name == AGE_BAND)
            }
            Some(FeatureValues::Flag(values)) => {
                let text = |value: &Option<bool>| value.map(|yes| if yes { "yes" } else { "no" }.to_owned());
                let (groups, group) = by_text(name, &values.iter().map(text).collect::<Vec<_>>());
                (groups, group, false)
            }
            Some(FeatureValues::Date(_)) | None => (Vec::new(), vec![None; features.len()], false),
        };
        let purchases = ["orders", "revenue", "units", "recency_days", "purchase_days", "order_lines"];
        let grows =
            ["mean_order_value", "mean_day_value", "tenure_days", "mean_gap_days", "products", "categories"];
        Ok(Self {
            scheme: scheme.to_owned(),
            title: Words::new(spec.title.0.clone(), spec.title.1.clone()),
            order: ordered.then(|| (0..groups.len()).collect()),
            of_purchases: purchases.contains(&name) || grows.contains(&name),
            groups,
            keys: features.customer_key.clone(),
            group,
        })
    }

    /// Customers in each group.
    pub(crate) fn sizes(&self) -> Vec<u64> {
        let mut sizes = vec![0; self.groups.len()];
        self.group.iter().flatten().for_each(|group| sizes[usize::from(*group)] += 1);
        sizes
    }
}

/// The places of a scheme's groups from the lowest to the highest. Classes and grades are listed from the best.
fn order_of(scheme: &str, groups: usize) -> Option<Vec<usize>> {
    match scheme {
        "class" | "grades" => Some((0..groups).rev().collect()),
        "bands" => Some((0..groups).collect()),
        _ => None,
    }
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    let numbers: Vec<f64> =
        text.split(',').map(|one| one.trim().parse().ok()).collect::<Option<Vec<f64>>>()?;
    let rising = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    (rising && numbers.iter().all(|number| number.is_finite()) && numbers.len() < MOST_VALUES)
        .then_some(numbers)
}

fn bands(limits: &[f64]) -> Vec<SegmentName> {
    let text = crate::words::number;
    let mut names = Vec::new();
    for place in 0..=limits.len() {
        let (key, en, ko) = match (place.checked_sub(1).map(|at| limits[at]), limits.get(place)) {
            (None, None) => ("all".to_owned(), "All".to_owned(), "전체".to_owned()),
            (None, Some(to)) => {
                (format!("under_{to}"), format!("under {}", text(*to)), format!("{} 미만", text(*to)))
            }
            (Some(from), Some(to)) => (
                format!("{from}_to_{to}"),
                format!("{} to under {}", text(from), text(*to)),
                format!("{} 이상 {} 미만", text(from), text(*to)),
            ),
            (Some(from), None) => {
                (format!("from_{from}"), format!("{} and more", text(from)), format!("{} 이상", text(from)))
            }
        };
        names.push(plain(key, Words::new(en, ko)));
    }
    names
}

fn by_text(feature: &str, values: &[Option<String>]) -> (Vec<SegmentName>, Vec<Option<u16>>) {
    let mut common = super::dimensions::commonest(values.iter().flatten().map(String::as_str), MOST_VALUES);
    if feature == AGE_BAND {
        common.sort();
    }
    let place = |value: &String| common.iter().position(|one| one == value).map(|at| at as u16);
    let group = values.iter().map(|value| value.as_ref().and_then(place)).collect();
    let names = common.iter().map(|value| plain(value.clone(), super::labels::value(feature, value)));
    (names.collect(), group)
}

fn plain(key: String, name: Words) -> SegmentName {
    SegmentName { key, name, rule: String::new(), about: Words::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_rising_numbers() {
        assert_eq!(numbers("20, 40"), Some(vec![20.0, 40.0]));
        assert_eq!(numbers("40,20"), None);
        assert_eq!(numbers("x"), None);
        let names: Vec<String> = bands(&[20.0, 40.0]).into_iter().map(|band| band.name.en).collect();
        assert_eq!(names, ["under 20", "20 to under 40", "40 and more"]);
    }

    #[test]
    fn the_best_class_comes_last_in_the_order() {
        assert_eq!(order_of("class", 3), Some(vec![2, 1, 0]));
        assert_eq!(order_of("nine", 9), None);
    }

    #[test]
    fn texts_make_groups_the_commonest_first() {
        let values = ["b", "a", "b"].map(|text| Some(text.to_owned()));
        let (groups, group) = by_text("region", &values.into_iter().chain([None]).collect::<Vec<_>>());
        assert_eq!(groups.iter().map(|group| group.key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(group, [Some(0), Some(1), Some(0), None]);
    }
}
