//! `dangol sql`: ask the store.

use dangol_shop::Shop;

use crate::arguments::{Format, SqlArguments};
use crate::failure::Failure;
use crate::output;

pub(crate) async fn run(arguments: &SqlArguments) -> Result<(), Failure> {
    let shop = Shop::open(&arguments.shop.shop, &dangol_analytics::names())?;
    let batches = shop.sql(&arguments.query).await.map_err(|error| {
        let detail = error.to_string();
        // The cause comes last, after the steps on which it was met.
        let (what, cause) = detail.rsplit_once("caused by\n").unwrap_or(("", &detail));
        let cause = cause.lines().next().unwrap_or_default();
        let detail = if what.is_empty() { cause.to_owned() } else { format!("the query failed: {cause}") };
        Failure::usage(
            detail,
            "the tables are order_lines, customer_profile and quarantine; try \"describe order_lines\"",
        )
    })?;
    let out = arguments.output.out.as_deref();
    match arguments.output.format {
        Format::Parquet => output::write_parquet(&batches, out),
        Format::Csv => output::write_csv(&batches, out),
        format => {
            let table = output::table_of(&batches)?;
            match format {
                Format::Json => output::write_text(&output::rows_as_json(&table)?, out),
                _ => output::write_text(&output::table::plain(&table), out),
            }
        }
    }
}
