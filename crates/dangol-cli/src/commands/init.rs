//! `dangol init`: look at a shop's exports, write a shop.toml that a person can correct.

use std::path::{Path, PathBuf};

use dangol_shop::guess::{guess, render_shop_toml};
use dangol_shop::sources::database::{is_connection, sqlite_file};
use dangol_shop::sources::{address_shown, is_remote};
use dangol_shop::{Config, ShopError};

use crate::arguments::InitArguments;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &InitArguments) -> Result<(), Failure> {
    let target = arguments.shop.join(dangol_shop::config::FILE_NAME);
    if target.exists() && !arguments.force {
        return Err(Failure::new(
            format!("{} is there already", target.display()),
            "correct it by hand, or replace it with --force",
        ));
    }
    let found = guess(&arguments.files).map_err(ShopError::from)?;
    std::fs::create_dir_all(&arguments.shop).map_err(|error| {
        Failure::new(format!("creating {}: {error}", arguments.shop.display()), "check the path")
    })?;
    let written = |file: &Path| {
        let place = file.to_string_lossy();
        let address =
            arguments.files.iter().find(|it| address_shown(&it.to_string_lossy()).as_deref() == Some(file));
        match address {
            // What people get to see of an address may be less than leads there.
            Some(address) => address.to_string_lossy().into_owned(),
            None if is_connection(&place) => written(&place, &arguments.shop),
            None if is_remote(&place) => place.into_owned(),
            None => relative(file, &arguments.shop),
        }
    };
    let text = render_shop_toml(&found, &shop_name(&arguments.shop), &written);
    // What init writes, import must be able to read.
    Config::parse(&arguments.shop, text.clone(), &dangol_analytics::names())?;
    output::write_text(&text, Some(&target))?;
    let next = format!(
        "\nWrote {}. Look it over, then: dangol import --shop {}\n",
        target.display(),
        arguments.shop.display()
    );
    output::write_text(&(output::guess::explain(&found) + &next), None)
}

fn shop_name(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    absolute.file_name().map_or_else(|| "My shop".into(), |name| name.to_string_lossy().into_owned())
}

/// A connection as it is written in a shop.toml in `folder`.
fn written(connection: &str, folder: &Path) -> String {
    match sqlite_file(connection) {
        Some(file) => format!("sqlite:{}", relative(Path::new(file), folder)),
        None => connection.to_owned(),
    }
}

/// A path as it is written in a shop.toml in `folder`: relative where both share a beginning.
fn relative(file: &Path, folder: &Path) -> String {
    let clean = |path: &Path| {
        // A path may go on within an archive, or to a folder that is not there yet.
        let there = path.ancestors().find_map(|above| {
            let rest = path.strip_prefix(above).ok()?;
            let above = std::fs::canonicalize(above).ok()?;
            Some(if rest.as_os_str().is_empty() { above } else { above.join(rest) })
        });
        there.or_else(|| std::path::absolute(path).ok()).unwrap_or_else(|| path.to_path_buf())
    };
    let (file, folder) = (clean(file), clean(folder));
    let shared = file.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    if shared <= 1 {
        return file.display().to_string();
    }
    let up = folder.components().skip(shared).map(|_| Path::new(".."));
    let down = file.components().skip(shared).map(|part| Path::new(part.as_os_str()));
    up.chain(down).collect::<PathBuf>().display().to_string()
}
