//! One pattern for several files, so that the file of next month is read, too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::sources::{expand, is_remote, matches, plain};

/// The pattern that means just these files: one of those `written` by hand, else one in their folder that cuts no word,
/// number or date in two. `known` are all files that were looked at.
pub(super) fn pattern_of(
    files: &[PathBuf],
    written: &[PathBuf],
    known: &BTreeSet<PathBuf>,
) -> Option<PathBuf> {
    let wanted: BTreeSet<PathBuf> = files.iter().cloned().collect();
    let is_exact = |pattern: &Path| meant(pattern, known) == wanted;
    let by_hand = written.iter().find(|path| path.to_string_lossy().contains(['*', '?']) && is_exact(path));
    if let Some(pattern) = by_hand {
        return Some(pattern.clone());
    }
    let folder = files.first()?.parent()?;
    let is_folder = |one: &PathBuf| {
        let text = one.to_string_lossy();
        Path::new(text.trim_end_matches('/')) == folder || plain(&text, Path::new("")) == folder
    };
    if wanted.len() == 1 && written.iter().any(is_folder) {
        // Who names the folder of a file that is called after its month expects the next one there.
        let name = without_date(files[0].file_name()?.to_str()?)?;
        return Some(folder.join(name)).filter(|pattern| is_exact(pattern));
    }
    if wanted.len() < 2 || wanted.iter().any(|file| file.parent() != Some(folder)) {
        return None;
    }
    // What else lies in a folder of a store is known only where all of it was looked at.
    if is_remote(&folder.to_string_lossy()) && !written.iter().any(is_folder) {
        return None;
    }
    let names: Vec<Vec<char>> =
        wanted.iter().filter_map(|file| Some(file.file_name()?.to_str()?.chars().collect())).collect();
    if names.len() < wanted.len() {
        return None;
    }
    patterns(&names).into_iter().map(|name| folder.join(name)).find(|pattern| is_exact(pattern))
}

/// The files that a pattern means now.
fn meant(pattern: &Path, known: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let text = pattern.to_string_lossy();
    if is_remote(&text) {
        // The store need not be asked twice.
        let is_meant = |file: &&PathBuf| matches(&text, &file.to_string_lossy());
        return known.iter().filter(is_meant).cloned().collect();
    }
    expand(&text, Path::new("")).unwrap_or_default().into_iter().collect()
}

/// Patterns that match all of these names, the wider first: `orders_*.csv` before `orders_2024-*.csv`.
fn patterns(names: &[Vec<char>]) -> Vec<String> {
    let Some((first, others)) = names.split_first() else { return Vec::new() };
    let shared = |one: &mut dyn Iterator<Item = &char>, two: &mut dyn Iterator<Item = &char>| {
        one.zip(two).take_while(|(a, b)| a == b).count()
    };
    let least = |lengths: Vec<usize>| lengths.into_iter().min().unwrap_or(0);
    let start = least(others.iter().map(|other| shared(&mut first.iter(), &mut other.iter())).collect());
    let end = least(
        others
            .iter()
            .map(|other| shared(&mut first[start..].iter().rev(), &mut other[start..].iter().rev()))
            .collect(),
    );
    let ending = ending(first);
    if end < ending {
        return Vec::new();
    }
    let (before, after) = (&first[..start], &first[first.len() - end..]);
    let body: Vec<char> = after[..end - ending].iter().rev().copied().collect();
    let is_letter = |at: Option<&char>| at.is_some_and(|char| char.is_alphabetic());
    let letter_follows = names.iter().any(|name| is_letter(name.get(start)));
    let letter_precedes =
        names.iter().any(|name| (name.len() - end).checked_sub(1).is_some_and(|at| is_letter(name.get(at))));
    let text = |before: &[char], after: &[char]| {
        format!("{}*{}", before.iter().collect::<String>(), after.iter().collect::<String>())
    };
    let cut = |at: fn(&[char], bool) -> usize| {
        text(&before[..at(before, letter_follows)], &after[end - ending - at(&body, letter_precedes)..])
    };
    let mut found = vec![cut(before_date), cut(before_number)];
    found.dedup();
    // Names with signs of patterns are named one by one.
    found.retain(|pattern| pattern.matches(['*', '?']).count() == 1);
    found
}

/// A name with `*` in the place of the day, month or year in it; none where there is none.
fn without_date(name: &str) -> Option<String> {
    let is_sign = |char: char| matches!(char, '-' | '_' | '.' | ' ');
    let body = &name[..name.find('.').unwrap_or(name.len())];
    let year = body.match_indices("20").find(|(at, _)| {
        let before = body[..*at].chars().next_back();
        let digits = body[*at..].chars().take_while(char::is_ascii_digit).count();
        !before.is_some_and(|char| char.is_ascii_digit()) && [4, 6, 8].contains(&digits)
    });
    let (start, _) = year?;
    let date = body[start..]
        .find(|char: char| !char.is_ascii_digit() && !is_sign(char))
        .unwrap_or(body.len() - start);
    let date = body[start..start + date].trim_end_matches(is_sign);
    let after = &name[start + date.len()..];
    (!name.contains(['*', '?'])).then(|| format!("{}*{after}", &name[..start]))
}

/// How many characters at the end are the ending: `.csv`, `.csv.gz`.
fn ending(name: &[char]) -> usize {
    let from_dot = |name: &[char]| name.iter().rev().position(|char| *char == '.').map_or(0, |at| at + 1);
    let last = from_dot(name);
    let packed: String = name[name.len() - last..].iter().collect();
    let inner =
        if matches!(packed.as_str(), ".gz" | ".zst") { from_dot(&name[..name.len() - last]) } else { 0 };
    last + inner
}

/// How much of the shared beginning stands before a word, number or date that goes on behind it.
fn before_date(shared: &[char], letter_goes_on: bool) -> usize {
    let end = before_word(shared, letter_goes_on);
    let is_sign = |char: &char| matches!(char, '-' | '_' | '.' | ' ');
    let of_date = |char: &char| char.is_ascii_digit() || is_sign(char);
    let word = shared[..end].iter().rposition(|char| !of_date(char)).map_or(0, |at| at + 1);
    word + shared[word..end].iter().take_while(|char| is_sign(char)).count()
}

/// The same before a word or number only: `2024-` of `2024-01` and `2024-02`.
fn before_number(shared: &[char], letter_goes_on: bool) -> usize {
    let end = before_word(shared, letter_goes_on);
    shared[..end].iter().rposition(|char| !char.is_ascii_digit()).map_or(0, |at| at + 1)
}

fn before_word(shared: &[char], letter_goes_on: bool) -> usize {
    let end = shared.iter().rposition(|char| !char.is_alphabetic()).map_or(0, |at| at + 1);
    if letter_goes_on { end } else { shared.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_of(names: &[&str]) -> Option<String> {
        patterns(&names.iter().map(|name| name.chars().collect()).collect::<Vec<_>>()).into_iter().next()
    }

    #[test]
    fn words_numbers_and_dates_are_not_cut() {
        for (names, pattern) in [
            (["orders_2024-01.csv", "orders_2024-02.csv"], "orders_*.csv"),
            (["2024-01.csv", "2024-02.csv"], "*.csv"),
            (["2024-01-orders.csv.gz", "2024-02-orders.csv.gz"], "*-orders.csv.gz"),
            (["orders-jan.csv", "orders-jun.csv"], "orders-*.csv"),
            (["orders-may.csv", "orders-day.csv"], "orders-*.csv"),
            (["주문1월.xlsx", "주문12월.xlsx"], "주문*월.xlsx"),
            (["orders.csv", "orders 2.csv"], "orders*.csv"),
        ] {
            assert_eq!(first_of(&names).as_deref(), Some(pattern), "{names:?}");
        }
        assert_eq!(first_of(&["a.csv", "b.parquet"]), None);
        assert_eq!(first_of(&["a*1.csv", "a*2.csv"]), None);
    }

    #[test]
    fn a_date_alone_may_be_another_next_month() {
        for (name, pattern) in [
            ("orders_2024-01.csv", Some("orders_*.csv")),
            ("2024.csv.gz", Some("*.csv.gz")),
            ("2024-01-orders.csv", Some("*-orders.csv")),
            ("주문 20240131.xlsx", Some("주문 *.xlsx")),
            ("orders202401.csv", Some("orders*.csv")),
            ("orders.csv", None),
            ("orders 2.csv", None),
            ("sku-12024.csv", None),
            ("area2051234.csv", None),
        ] {
            assert_eq!(without_date(name).as_deref(), pattern, "{name}");
        }
    }

    #[test]
    fn a_pattern_means_just_the_files_that_are_meant() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let orders = [at("orders_2024-01.csv"), at("orders_2024-02.csv")];
        for file in orders.iter().chain(&[at("members.csv")]) {
            std::fs::write(file, "a\n1\n").expect("written");
        }
        let known = BTreeSet::new();
        let of = |files: &[PathBuf], written: &[PathBuf]| pattern_of(files, written, &known);
        assert_eq!(of(&orders, &[folder.path().into()]), Some(at("orders_*.csv")));
        assert_eq!(of(&orders, &[at("*.csv")]), Some(at("orders_*.csv")), "members are another kind");
        assert_eq!(of(&orders, &[at("*_*.csv")]), Some(at("*_*.csv")), "as it was written");
        assert_eq!(of(&orders[..1], &[at("orders*")]), None, "it means more");
        assert_eq!(of(&[at("members.csv")], &[folder.path().into()]), None, "a file alone is named");
        std::fs::write(at("visits_2024-01.csv"), "a\n1\n").expect("written");
        let visits = [at("visits_2024-01.csv")];
        assert_eq!(of(&visits, &[folder.path().into()]), Some(at("visits_*.csv")));
        assert_eq!(of(&visits, &visits), None, "as it was written");
        assert_eq!(of(&orders[..1], &[folder.path().into()]), None, "it means more");
        std::fs::write(at("orders_items.csv"), "a\n1\n").expect("written");
        assert_eq!(of(&orders, &[]), Some(at("orders_2024-*.csv")));
        std::fs::write(at("orders_2024-03.csv"), "a\n1\n").expect("written");
        assert_eq!(of(&orders, &[]), None);
        let far: Vec<PathBuf> = ["s3://b/x/1.csv", "s3://b/x/2.csv"].map(PathBuf::from).to_vec();
        let known = far.iter().cloned().collect();
        for written in ["s3://b/x/*.csv", "s3://b/x/"] {
            assert_eq!(pattern_of(&far, &[written.into()], &known), Some("s3://b/x/*.csv".into()));
        }
        assert_eq!(pattern_of(&far, &far, &known), None, "nobody knows what else is there");
    }
}
