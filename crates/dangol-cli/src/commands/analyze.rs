//! `dangol analyze`: run analyses, print what they found.

use std::time::Instant;

use dangol_analytics::table::tables_of;
use dangol_analytics::{Report, names};
use dangol_shop::runs::Run;
use dangol_shop::{Config, Shop};
use futures::future::try_join_all;
use serde_json::{Map, Value};

use crate::arguments::{AnalyzeArguments, Format};
use crate::failure::Failure;
use crate::output;

pub(crate) async fn run(arguments: &AnalyzeArguments) -> Result<(), Failure> {
    for name in &arguments.analyses {
        dangol_analytics::catalogue::find(name)?;
    }
    let config = Config::read(&arguments.shop.shop, &names())?;
    let shop = Shop::with_config(config)?;
    // Side by side: where one waits for a last partition or sorts what it has, another goes on.
    let reports = try_join_all(arguments.analyses.iter().map(|name| analyse(&shop, arguments, name))).await?;
    print(reports, arguments)
}

async fn analyse(shop: &Shop, arguments: &AnalyzeArguments, name: &str) -> Result<Report, Failure> {
    let started = Instant::now();
    let mut run = Run::begin("analysis", name);
    let params = parameters(arguments, name)?;
    let report = dangol_analytics::run(shop, name, &arguments.filters.filters(), params).await?;
    run.seconds = started.elapsed().as_secs_f64();
    run.snapshot = Some(shop.snapshot.clone());
    run.params = report.params.clone();
    super::record(&arguments.shop.shop, &run).await;
    Ok(report)
}

/// `--set NAME=VALUE`; with several analyses, `--set rfm.frequency=lines` is for one of them.
fn parameters(arguments: &AnalyzeArguments, analysis: &str) -> Result<Map<String, Value>, Failure> {
    let mut params = Map::new();
    for set in &arguments.set {
        let Some((name, value)) = set.split_once('=') else {
            return Err(Failure::usage(format!("--set {set}: there is no `=`"), "write --set NAME=VALUE"));
        };
        match name.split_once('.') {
            Some((of, name)) if of == analysis => params.insert(name.to_owned(), value.into()),
            Some(_) => None,
            None => params.insert(name.to_owned(), value.into()),
        };
    }
    if analysis == "rfm" && arguments.customers || analysis == "value" && lists_everybody(arguments) {
        params.insert("customers".into(), Value::Bool(true));
    }
    Ok(params)
}

/// Files of lifetime values are of all customers, if they are not of another table.
fn lists_everybody(arguments: &AnalyzeArguments) -> bool {
    let file = matches!(arguments.output.format, Format::Csv | Format::Parquet);
    arguments.customers || file && arguments.table.as_deref().is_none_or(|table| table == "customers")
}

fn print(mut reports: Vec<Report>, arguments: &AnalyzeArguments) -> Result<(), Failure> {
    let out = arguments.output.out.as_deref();
    match arguments.output.format {
        Format::Json => {
            let text = match reports.as_slice() {
                [report] => serde_json::to_string_pretty(report),
                reports => serde_json::to_string_pretty(reports),
            };
            let text = text.map_err(|error| Failure::new(error.to_string(), ""))?;
            output::write_text(&(text + "\n"), out)
        }
        Format::Table => {
            let mut text = String::new();
            for report in &reports {
                text +=
                    &output::table::report(report, arguments.table.as_deref(), arguments.language.into())?;
            }
            output::write_text(&text, out)
        }
        Format::Csv | Format::Parquet => {
            let (Some(report), true) = (reports.pop(), reports.is_empty()) else {
                return Err(Failure::usage("csv and parquet hold one table", "run one analysis at a time"));
            };
            let tables = tables_of(&report.result, arguments.language.into());
            let wanted = arguments.table.as_deref().unwrap_or(match report.analysis {
                "rfm" if arguments.customers => "customers",
                "value" => "customers",
                "rfm" => "segments",
                "overview" => "periods",
                "customer" => "history",
                "explore" => "columns",
                other => other,
            });
            let table = output::pick(tables, wanted)?;
            // The table alone holds its rows then, and hands them over.
            drop(report);
            output::write_table(table, arguments.output.format, out)
        }
    }
}
