//! `dangol quality`: how far the data can be trusted, on the terminal or as a file.

use std::path::Path;

use arrow::array::RecordBatch;
use dangol_analytics::quality::{Quality, page, quality, sheets};
use dangol_shop::Shop;
use dangol_shop::import::quarantine_schema;
use futures::StreamExt;

use crate::arguments::{QualityArguments, QualityFormat};
use crate::failure::Failure;
use crate::output;

pub(crate) async fn run(arguments: &QualityArguments) -> Result<(), Failure> {
    let shop = Shop::open(&arguments.shop.shop, &dangol_analytics::names())?;
    let format = format(arguments)?;
    if let Some(path) = &arguments.quarantine {
        quarantine(&shop, path).await?;
        if arguments.out.is_none() && arguments.format.is_none() {
            return Ok(());
        }
    }
    let found = quality(&shop).await?;
    let language = arguments.language.into();
    let text = match format {
        QualityFormat::Table => output::quality::whole(&shop.manifest, &found, language),
        QualityFormat::Json => json(&found)?,
        QualityFormat::Csv => sheets::csv(&shop.config.shop.name, &shop.manifest.totals, &found, language),
        QualityFormat::Xlsx => {
            let Some(path) = &arguments.out else {
                return Err(Failure::usage("a workbook is no text", "name a file: --out report.xlsx"));
            };
            let book = sheets::workbook(&shop.config.shop.name, &shop.manifest.totals, &found, language);
            let book = book.map_err(|error| Failure::new(format!("the workbook: {error}"), ""))?;
            return output::write_bytes(&book, Some(path));
        }
        QualityFormat::Html => page::page(&shop.config.shop.name, &shop.manifest.totals, &found, language),
    };
    output::write_text(&text, arguments.out.as_deref())
}

/// As told, else by the ending of the file.
fn format(arguments: &QualityArguments) -> Result<QualityFormat, Failure> {
    if let Some(format) = arguments.format {
        return Ok(format);
    }
    let Some(path) = &arguments.out else { return Ok(QualityFormat::Table) };
    match ending(path).as_str() {
        "html" | "htm" => Ok(QualityFormat::Html),
        "json" => Ok(QualityFormat::Json),
        "csv" => Ok(QualityFormat::Csv),
        "xlsx" => Ok(QualityFormat::Xlsx),
        "txt" => Ok(QualityFormat::Table),
        _ => Err(Failure::usage(
            format!("--out {}: nobody knows the form of such a file", path.display()),
            "end it in .html, .xlsx, .csv, .json or .txt, or name a --format",
        )),
    }
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn json(quality: &Quality) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(quality);
    Ok(text.map_err(|error| Failure::new(error.to_string(), ""))? + "\n")
}

/// The whole quarantine, batch by batch, whatever its size.
async fn quarantine(shop: &Shop, path: &Path) -> Result<(), Failure> {
    let mut rows = shop.quarantined().await?;
    let mut file = match ending(path).as_str() {
        "csv" => output::TableFile::csv(path)?,
        "parquet" => output::TableFile::parquet(path, quarantine_schema())?,
        _ => {
            return Err(Failure::usage(
                format!("--quarantine {}: nobody knows the form of such a file", path.display()),
                "end it in .csv or .parquet",
            ));
        }
    };
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        count += batch.num_rows();
        file.write(&batch)?;
    }
    if count == 0 {
        // A file without rows names its columns all the same.
        file.write(&RecordBatch::new_empty(quarantine_schema()))?;
    }
    file.close()?;
    let rows = output::table::grouped(&count.to_string());
    output::write_text(&format!("{rows} rows in quarantine are in {}.\n", path.display()), None)
}
