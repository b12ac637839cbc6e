//! `dangol reference`: the book's page of each analysis, from the catalogue, and that of the features.

use std::fmt::Write;

use dangol_analytics::catalogue;
use dangol_shop::features::{FEATURES, FeatureKind};

use crate::arguments::ReferenceArguments;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &ReferenceArguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.out).map_err(|error| {
        Failure::new(format!("creating {}: {error}", arguments.out.display()), "check the path")
    })?;
    for entry in catalogue::CATALOGUE {
        let path = arguments.out.join(format!("{}.md", entry.name));
        output::write_text(&page(entry), Some(&path))?;
    }
    output::write_text(&features(), Some(&arguments.out.join("features.md")))
}

/// What is known of each customer, feature by feature.
fn features() -> String {
    let mut text = String::from(
        "# Features of customers · 고객 속성\n\n\
         One row a customer with a purchase, as of a moment: what models learn from, what conditions of audiences and of \
         `exclude` name, and what `dangol sql \"select * from customer_profile\"` shows (beside `customer_key` and \
         `customer_id`). Nothing after the as-of moment is used; what is not known is null, never zero. A shop has those \
         that its tables can give.\n\n\
         구매한 고객마다 한 행이고, 기준 시점까지 알려진 것만 써요. 모르는 값은 0이 아니라 빈 값(null)이에요.\n\n\
         | feature | takes | English | 한국어 |\n|---|---|---|---|\n",
    );
    for feature in FEATURES {
        let kind = match feature.kind {
            FeatureKind::Number => "number",
            FeatureKind::Flag => "true, false",
            FeatureKind::Text => "text",
            FeatureKind::Date => "date",
        };
        let ((en, ko), (how, so)) = (feature.title, feature.meaning);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{}` | {kind} | **{en}.** {how} | **{ko}.** {so} |", feature.name);
    }
    text + "\nAttributes of the shop's own (`attributes` of `[sources.customers]`) stand under their names: numbers, texts and \
        flags as they are, a date as `NAME_age_months`, full months from it to the as-of day. One that has the name of a \
        feature stands as `customer_NAME`.\n\n\
        Conditions of audiences may also name segments and scores: `segment_nine`, `segment_class`, `segment_` and the \
        name of a rule set of shop.toml, `r_score`, `f_score`, `m_score`, among all customers as on the page Segments; and \
        `segment_grade`, the grade on the page Clusters.\n"
}

fn page(entry: &catalogue::Entry) -> String {
    let about = (entry.about)();
    let name = entry.name;
    let mut text = format!(
        "# {} · {}\n\n{}\n\n{}\n\n*Source:* {}\n\n```\ndangol analyze {name} --shop my-shop\nGET /api/analyses/{name}\n```\n\n| parameter | takes | default | |\n|---|---|---|---|\n",
        about.title.en, about.title.ko, about.definition.en, about.definition.ko, about.source
    );
    for parameter in about.parameters {
        let takes = if parameter.choices.is_empty() { parameter.kind } else { parameter.choices.join(", ") };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {takes} | `{}` | {} |",
            parameter.name, parameter.default, parameter.description.en
        );
    }
    text
}
