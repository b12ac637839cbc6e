//! `dangol simulate`: a shop whose truth is known.

use dangol_sim::{Format, Language as Names, Mailings, Options, simulate};
use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::{Language, SimulateArguments, SimulatedFormat};
use crate::failure::Failure;

pub(crate) fn run(arguments: &SimulateArguments) -> Result<(), Failure> {
    let options = Options {
        lines: arguments.lines,
        seed: arguments.seed,
        dirt: arguments.dirt,
        mailings: (arguments.campaigns > 0)
            .then(|| Mailings { per_year: arguments.campaigns, ..Mailings::default() }),
        language: match arguments.language {
            Language::En => Names::En,
            Language::Ko => Names::Ko,
        },
        ..Options::default()
    };
    let options = options.check().map_err(|error| Failure::usage(error.to_string(), ""))?;
    let format = match arguments.format {
        SimulatedFormat::Csv => Format::Csv,
        SimulatedFormat::Parquet => Format::Parquet,
    };
    let bar = ProgressBar::new(arguments.lines);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30.cyan/blue} {percent:>3} %  {human_pos} lines  {elapsed}")
    {
        bar.set_style(style);
    }
    let summary = simulate(&options, &arguments.out, format, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let summary =
        summary.map_err(|error| Failure::new(error.to_string(), "check the folder and the disk"))?;
    let done = format!("Wrote {} order lines to {}\n", summary.counts.lines, arguments.out.display());
    crate::output::write_text(&done, None)
}
