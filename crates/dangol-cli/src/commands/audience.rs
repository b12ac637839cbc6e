//! `dangol audience`: customers of whom a condition is true, under a name.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use dangol_analytics::audiences::{self, Audience, Consent, Origin, Preview};
use dangol_analytics::table::{Json, Rows, Table};
use dangol_shop::{Filters, Scope, Shop};

use crate::arguments::{AudienceAction, Format, OutputArguments};
use crate::failure::Failure;
use crate::output;
use crate::output::table::grouped;

pub(crate) async fn run(action: &AudienceAction) -> Result<(), Failure> {
    match action {
        AudienceAction::List(arguments) => {
            let shop = open(&arguments.shop.shop)?;
            let mut rows = Vec::new();
            for audience in audiences::list(&shop).await? {
                let figures = audiences::preview(&shop, &scope(&shop, None)?, &audience.rule).await;
                let title = audience.title.of(arguments.language.into()).to_owned();
                rows.push(row(&audience, title, figures.as_ref().ok()));
            }
            print(rows, &arguments.output)
        }
        AudienceAction::Show(arguments) => {
            let shop = open(&arguments.shop.shop)?;
            let audience = audiences::find(&shop, &arguments.name).await?;
            let scope = scope(&shop, arguments.as_of.clone())?;
            let figures = audiences::preview(&shop, &scope, &audience.rule).await?;
            let title = audience.title.of(arguments.language.into()).to_owned();
            print(vec![row(&audience, title, Some(&figures))], &arguments.output)
        }
        AudienceAction::Save(arguments) => {
            let shop = open(&arguments.shop.shop)?;
            let figures = audiences::preview(&shop, &scope(&shop, None)?, &arguments.rule).await?;
            let saved = audiences::save(&shop, &arguments.name, &arguments.title, &arguments.rule).await?;
            output::write_text(&format!("{}: {}.\n", saved.name, in_words(&figures)), None)
        }
        AudienceAction::Export(arguments) => {
            let shop = open(&arguments.shop.shop)?;
            let audience = audiences::find(&shop, &arguments.name).await?;
            let scope = scope(&shop, arguments.as_of.clone())?;
            let exported = audiences::export(&shop, &scope, &audience.rule).await?;
            let mut file = output::TableFile::csv(&arguments.out)?;
            file.write(&exported.rows)?;
            file.close()?;
            let rows = grouped(&exported.rows.num_rows().to_string());
            let path = arguments.out.display();
            let text = format!("{rows} customers are in {path}.\n{}", consent(&exported.consent));
            output::write_text(&text, None)
        }
        AudienceAction::Remove(arguments) => {
            audiences::remove(&open(&arguments.shop.shop)?, &arguments.name).await?;
            output::write_text(&format!("{} is removed.\n", arguments.name), None)
        }
    }
}

fn open(folder: &Path) -> Result<Shop, Failure> {
    Ok(Shop::open(folder, &dangol_analytics::names())?)
}

fn scope(shop: &Shop, as_of: Option<String>) -> Result<Scope, Failure> {
    let filters = Filters { as_of, ..Filters::default() };
    Ok(Scope::parse(&filters, shop.default_as_of(), shop.clock())?)
}

fn row(audience: &Audience, title: String, figures: Option<&Preview>) -> Vec<Json> {
    let origin = match audience.origin {
        Origin::Saved => "saved",
        Origin::File => "shop.toml",
        Origin::Ready => "ready-made",
    };
    let float = |value: Option<f64>| value.map_or(Json::Null, Json::Float);
    vec![
        Json::Text(audience.name.clone()),
        Json::Text(title),
        Json::Text(origin.to_owned()),
        figures.map_or(Json::Null, |figures| Json::Int(figures.customers as i64)),
        float(figures.map(|figures| figures.customer_share)),
        float(figures.and_then(|figures| figures.revenue)),
        float(figures.and_then(|figures| figures.revenue_share)),
        Json::Text(audience.rule.clone()),
    ]
}

fn print(rows: Vec<Vec<Json>>, to: &OutputArguments) -> Result<(), Failure> {
    let columns =
        ["audience", "title", "origin", "customers", "customer_share", "revenue", "revenue_share", "rule"];
    let mut table = Rows::named(columns);
    for row in rows {
        table.push(row);
    }
    let table = Table { name: "audiences".into(), rows: Arc::new(table) };
    match to.format {
        Format::Csv | Format::Parquet => output::write_table(table, to.format, to.out.as_deref()),
        Format::Json => output::write_text(&output::rows_as_json(&table)?, to.out.as_deref()),
        Format::Table => output::write_text(&output::table::plain(&table), to.out.as_deref()),
    }
}

fn in_words(figures: &Preview) -> String {
    let customers = grouped(&figures.customers.to_string());
    let share = |share: f64| format!("{:.1} %", 100.0 * share);
    let mut text = format!("{customers} customers, {} of all", share(figures.customer_share));
    if let Some(revenue) = figures.revenue_share {
        text = format!("{text}, {} of revenue", share(revenue));
    }
    if figures.not_known > 0 {
        let rows = grouped(&figures.not_known.to_string());
        text = format!("{text}; of {rows} the condition cannot be said");
    }
    text
}

/// How many may not be written to: a list is soon sent.
fn consent(consents: &[Consent]) -> String {
    if consents.is_empty() {
        return "The shop's tables hold no consents: check who may be written to.\n".to_owned();
    }
    let mut text = String::new();
    for consent in consents {
        let count = |count: u64| grouped(&count.to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "Consent to {}: {} gave it, {} did not, of {} it is not known.",
            consent.channel,
            count(consent.given),
            count(consent.refused),
            count(consent.not_known)
        );
    }
    text
}
