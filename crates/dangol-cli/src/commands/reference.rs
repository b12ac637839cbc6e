//! `dangol reference`: the book's page of each analysis, from the catalogue.

use std::fmt::Write;

use dangol_analytics::catalogue;

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
    Ok(())
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
