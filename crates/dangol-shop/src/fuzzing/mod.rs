//! What fuzzing tries: the readers, the mapping and the parsers of single values.
//!
//! Each target is a function of bytes that panics where a promise is broken. Two things call them: `cargo fuzz`
//! (`fuzz/` of the repository), which searches for days if it is let, and the tests, which try the seeds in
//! `fuzz/seeds` and a bounded number of mutations of them.

mod mapping;
mod readers;
mod values;

#[cfg(test)]
mod tests;

/// A promise to break.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its folder of seeds and of its program.
    pub name: &'static str,
    /// Panics if the bytes break it. Gives how much was got out of them: rows, values; 0 for what is refused.
    pub run: fn(&[u8]) -> u64,
}

/// All there are.
pub const TARGETS: [Target; 10] = [
    Target { name: "text", run: readers::text },
    Target { name: "json", run: readers::json },
    Target { name: "workbook", run: readers::workbook },
    Target { name: "sheet", run: readers::sheet },
    Target { name: "packed", run: readers::packed },
    Target { name: "import", run: mapping::import },
    Target { name: "shop_toml", run: mapping::shop_toml },
    Target { name: "expression", run: mapping::expression },
    Target { name: "number", run: values::number },
    Target { name: "date", run: values::date },
];

/// Runs the target of a name.
///
/// # Panics
/// If the bytes break its promise, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of that name");
    let _ = (target.run)(bytes);
}
