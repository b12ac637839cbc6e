//! `dangol import`: fill the store.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use dangol_shop::import::{Allowed, Outcome, Progress, dry_run, import_with};
use dangol_shop::runs::Run;
use dangol_shop::store::{Manifest, Store};
use dangol_shop::{Config, ShopError};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::{ImportArguments, ReportFormat};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    if arguments.dry_run {
        return dry(arguments);
    }
    if arguments.watch {
        return super::watch::run(arguments);
    }
    once(arguments)
}

fn allowed(arguments: &ImportArguments) -> Allowed {
    Allowed { missing_files: arguments.allow_missing, other_shop: arguments.replace_shop }
}

/// What an import would do.
fn dry(arguments: &ImportArguments) -> Result<(), Failure> {
    let config = Config::read(&arguments.shop.shop, &dangol_analytics::names())?;
    let bar = Bar::new();
    let built = dry_run(&config, allowed(arguments), &|progress| bar.show(progress));
    bar.finish();
    let manifest = built?;
    let text = match arguments.format {
        ReportFormat::Json => json(&manifest)?,
        ReportFormat::Table => {
            output::quality::with_examples(&manifest)
                + "Dry run: nothing was written. The store is as it was before.\n"
        }
    };
    output::write_text(&text, None)
}

/// One import, with a line in the record of runs.
pub(crate) fn once(arguments: &ImportArguments) -> Result<(), Failure> {
    let folder = &arguments.shop.shop;
    let config = Config::read(folder, &dangol_analytics::names())?;
    let started = Instant::now();
    let mut run = Run::begin("import", "order_lines");
    run.params = serde_json::json!({ "sources": config.sources, "cleaning": config.cleaning });
    let bar = Bar::new();
    let imported = import_with(&config, allowed(arguments), &|progress| bar.show(progress));
    bar.finish();
    run.seconds = started.elapsed().as_secs_f64();
    describe(&mut run, &imported);
    // A store that could not even be begun has no place for a record.
    let runtime = super::super::runtime()?;
    let begun = Store::of_shop(folder).folder().is_dir();
    if begun && !matches!(imported, Err(ShopError::Config(_) | ShopError::Busy { .. })) {
        runtime.block_on(super::record(folder, &run));
    }
    let outcome = imported?;
    print(outcome.manifest(), arguments.format)?;
    if arguments.format == ReportFormat::Table {
        let how = match outcome {
            Outcome::Imported(_) => format!("Imported in {:.1} s.", started.elapsed().as_secs_f64()),
            Outcome::Unchanged(_) => {
                "Nothing has changed since the last import; the store is as it was.".into()
            }
        };
        let shop = folder.display();
        let next = format!(
            "Next: dangol quality --shop {shop} (findings, what the data allow), dangol serve --shop {shop}"
        );
        output::write_text(&format!("{how}\n{next}\n"), None)?;
    }
    Ok(())
}

fn print(manifest: &Manifest, format: ReportFormat) -> Result<(), Failure> {
    let text = match format {
        ReportFormat::Json => json(manifest)?,
        ReportFormat::Table => output::quality::report(manifest),
    };
    output::write_text(&text, None)
}

fn json(manifest: &Manifest) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&manifest.report);
    Ok(text.map_err(|error| Failure::new(error.to_string(), ""))? + "\n")
}

fn describe(run: &mut Run, imported: &Result<Outcome, ShopError>) {
    match imported {
        Err(error) => {
            run.outcome = "failed".into();
            run.counts = serde_json::json!({ "error": error.to_string() });
        }
        Ok(outcome) => {
            if matches!(outcome, Outcome::Unchanged(_)) {
                run.outcome = "unchanged".into();
            }
            let manifest = outcome.manifest();
            run.snapshot = Some(manifest.report.snapshot.clone());
            run.inputs = serde_json::json!(
                manifest
                    .inputs
                    .iter()
                    .map(|input| serde_json::json!({ "path": input.path, "bytes": input.bytes, "blake3": input.blake3 }))
                    .collect::<Vec<_>>()
            );
            let source = manifest.report.sources.first();
            run.counts = serde_json::json!({
                "rows_read": source.map(|source| source.rows_read),
                "fates": source.map(|source| &source.fates),
                "since": source.map(|source| &source.since),
                "customers": manifest.totals.customers,
                "orders": manifest.totals.orders,
                "orders_without_customer": manifest.totals.orders_without_customer,
            });
        }
    }
}

/// A progress bar that appears only on a terminal, and only if there is something to wait for.
struct Bar {
    shown: ProgressBar,
    began: Instant,
    stage: Mutex<&'static str>,
}

impl Bar {
    fn new() -> Self {
        Self {
            shown: ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10)),
            began: Instant::now(),
            stage: Mutex::new(""),
        }
    }

    fn show(&self, progress: Progress) {
        if self.began.elapsed() < Duration::from_millis(300) {
            return;
        }
        let (stage, done, total, message) = match progress {
            Progress::Fetching { done, total } => {
                ("fetching", done, total, format!("fetching  {} of {}", HumanBytes(done), HumanBytes(total)))
            }
            // How much a database holds is known when it is read.
            Progress::Reading { done, total: 0 } => {
                ("reading", done, 0, format!("reading  {}", HumanBytes(done)))
            }
            Progress::Reading { done, total } => {
                ("reading", done, total, format!("reading  {} of {}", HumanBytes(done), HumanBytes(total)))
            }
            Progress::Sorting { done, total } => {
                ("sorting", done, total, format!("sorting  part {done} of {total}"))
            }
        };
        if let Ok(mut current) = self.stage.lock()
            && *current != stage
        {
            *current = stage;
            self.shown.set_length(total);
            let template = match total {
                0 => "{msg}  {elapsed}",
                _ => "{bar:30.cyan/blue} {percent:>3} %  {msg}  {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.shown.set_style(style);
            }
        }
        self.shown.set_position(done);
        self.shown.set_message(message);
    }

    fn finish(&self) {
        self.shown.finish_and_clear();
    }
}
