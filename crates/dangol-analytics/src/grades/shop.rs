//! The grades of the shop's own settings, as filters and comparisons take them.

use dangol_shop::{Scope, Shop};
use serde_json::{Map, Value};

use super::Grades;
use super::graded::{GRADES, Graded, grade_name};
use super::params::GradesParams;
use crate::catalogue::Analysis;
use crate::error::AnalysisError;
use crate::groups::{Grouping, NO_GROUP, Scheme, SegmentName};
use crate::words::Words;

/// The scheme's name: a grade is `grade:gold`, which is not the class `class:gold`.
pub(crate) const SCHEME: &str = "grade";

/// The scheme with its segments, which no data decide.
pub(crate) fn scheme() -> Scheme {
    let segments = GRADES.iter().map(|grade| SegmentName {
        key: (*grade).to_owned(),
        name: grade_name(grade),
        rule: String::new(),
        about: Words::new(
            "By the weighted score of the analysis grades.",
            "등급 분석의 가중 점수로 나눴어요.",
        ),
    });
    Scheme {
        scheme: SCHEME.to_owned(),
        title: Words::new("Grades", "고객 등급"),
        segments: segments.collect(),
        rfm: false,
    }
}

/// The grades of everybody in scope but those whom `[grades]` leaves out.
pub(crate) async fn grouping(shop: &Shop, scope: &Scope) -> Result<Grouping, AnalysisError> {
    let section = match shop.config.analyses.get(Grades::NAME) {
        Some(Value::Object(section)) => section.clone(),
        _ => Map::new(),
    };
    let params: GradesParams = serde_json::from_value(Value::Object(section))
        .map_err(|error| AnalysisError::BadParameter { analysis: Grades::NAME, detail: error.to_string() })?;
    let mut everybody = Scope { members: None, population: None, ..scope.clone() };
    let customer_key = shop.profiles(&everybody).await?.customer_key.clone();
    everybody.population =
        shop.remaining(&everybody, Grades::NAME).await?.map(|remaining| remaining.population);
    let graded = Graded::of(shop, &everybody, &params).await?;
    let Scheme { title, segments: groups, .. } = scheme();
    let place = |key: &i32| match graded.factors.customer_key().binary_search(key) {
        Ok(at) => graded.grades[at] as u16,
        Err(_) => NO_GROUP,
    };
    Ok(Grouping {
        scheme: SCHEME.to_owned(),
        title,
        groups,
        group: customer_key.iter().map(place).collect(),
        customer_key,
    })
}
