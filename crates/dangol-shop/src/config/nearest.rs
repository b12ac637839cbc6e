//! "Did you mean …?": the nearest of the valid words.

/// The candidate with the fewest changes from `word` (a letter added, dropped, replaced, or two exchanged),
/// if they are few enough for it to be meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(changes, candidate)| *changes <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, candidate)| candidate.to_owned())
}
