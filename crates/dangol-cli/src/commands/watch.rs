//! `dangol import --watch`: imports whenever `shop.toml` or a file of its sources has changed.
//!
//! The files' sizes and times are looked at again and again rather than waited for by the system's notices: those do
//! not come from network folders, nor for folders that appear later, and a look costs a millisecond. Files of
//! which nothing has changed for a few seconds count as written.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use dangol_shop::Config;
use dangol_shop::import::{object_version, source_paths};

use crate::arguments::ImportArguments;
use crate::failure::Failure;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Between two looks at objects of stores, which are asked each time.
const PAUSE_OF_STORES: Duration = Duration::from_secs(30);

/// What a watch sees.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    /// `shop.toml` and the files that it names, with size and time.
    files: Vec<(PathBuf, u64, Option<SystemTime>)>,
    /// The objects of stores that it names, with their versions.
    objects: Vec<(PathBuf, String)>,
    /// Whether stores have to be asked.
    asks_stores: bool,
    /// Why it cannot be told which files there are.
    fault: Option<String>,
}

/// Whom Ctrl-C stops.
#[derive(Debug, Default)]
struct Stop {
    asked: AtomicBool,
    importing: AtomicBool,
}

pub(crate) fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    let settle = Duration::try_from_secs_f64(arguments.settle)
        .map_err(|_| Failure::usage("--settle must be a number of seconds", "for example --settle 3"))?;
    let folder = &arguments.shop.shop;
    let stop = Arc::new(Stop::default());
    listen(&stop)?;
    eprintln!("watching the sources of {}; Ctrl-C ends it", folder.display());
    let mut imported: Option<Seen> = None;
    let (mut last, mut since) = (look(folder), Instant::now());
    while !stop.asked.load(Ordering::SeqCst) {
        let seen = look(folder);
        if seen != last {
            (last, since) = (seen, Instant::now());
        } else if imported.as_ref() != Some(&last) && since.elapsed() >= settle {
            stop.importing.store(true, Ordering::SeqCst);
            // What fails now may be right once something has changed.
            if let Err(failure) = super::import::once(arguments) {
                failure.print();
            }
            stop.importing.store(false, Ordering::SeqCst);
            // What changed while it was read counts as not imported.
            imported = Some(last.clone());
        }
        let looked = Instant::now();
        let pause = if last.asks_stores { PAUSE_OF_STORES } else { PAUSE };
        while !stop.asked.load(Ordering::SeqCst) && looked.elapsed() < pause {
            std::thread::sleep(PAUSE);
        }
    }
    eprintln!("the watch has ended");
    Ok(())
}

fn look(folder: &Path) -> Seen {
    let config = Config::read(folder, &dangol_analytics::names());
    let asks_stores = config.as_ref().is_ok_and(|config| config.sources.name_objects());
    let found = config.and_then(|config| {
        let (mut sources, mut objects) = (Vec::new(), Vec::new());
        for path in source_paths(&config)? {
            match object_version(&config, &path)? {
                Some(version) => objects.push((path, version)),
                None => sources.push(path),
            }
        }
        Ok((sources, objects))
    });
    let ((sources, objects), fault) = match found {
        Ok(found) => (found, None),
        Err(error) => ((Vec::new(), Vec::new()), Some(error.to_string())),
    };
    let of_file = |path: PathBuf| match std::fs::metadata(&path) {
        Ok(found) => (path, found.len(), found.modified().ok()),
        Err(_) => (path, 0, None),
    };
    let own = folder.join(dangol_shop::config::FILE_NAME);
    let files = std::iter::once(own).chain(sources).map(of_file).collect();
    Seen { files, objects, asks_stores, fault }
}

/// The first Ctrl-C ends the watch, after an import that is under way; the second ends all at once, which the store
/// survives.
fn listen(stop: &Arc<Stop>) -> Result<(), Failure> {
    let runtime = crate::runtime()?;
    let stop = stop.clone();
    std::thread::spawn(move || {
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            if stop.asked.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            if stop.importing.load(Ordering::SeqCst) {
                eprintln!("stopping when this import has finished; Ctrl-C once more stops at once");
            }
        }
    });
    Ok(())
}
