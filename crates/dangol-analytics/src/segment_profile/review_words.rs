//! Words that customers write in reviews, in Korean and in languages that put blanks between words.
//!
//! Korean words carry particles and endings. Common ones are taken off by a list (`배송이`, `배송은` → `배송`; `빨라요`, `빨랐어요` →
//! `빨라`), which tells most words of reviews together and needs no dictionary; what it cannot do is in decision 37.

use std::collections::{BTreeSet, HashMap};

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dangol_shop::frame::{column, texts};
use dangol_shop::{Scope, Shop, ShopError};

use super::dimensions::{Data, Dimension, Value, until};
use super::labels;
use super::population::Population;
use super::result::Measure;
use crate::words::Words;

/// Words shown of reviews of a kind, the commonest first.
const SHOWN: usize = 15;
/// A word that fewer customers wrote says nothing of a group.
const LEAST_CUSTOMERS: u64 = 10;
/// Reviews that are read; of more, those of a part of the customers, the same at each run.
const MOST_REVIEWS: u64 = 300_000;
/// Stars from which on a review is a good one, of five.
const GOOD: f64 = 4.0;

/// Particles after nouns, the longest first.
const PARTICLES: [&str; 34] = [
    "에서는",
    "에게서",
    "으로는",
    "이라고",
    "이랑은",
    "까지는",
    "에서도",
    "에서",
    "에게",
    "한테",
    "으로",
    "까지",
    "부터",
    "보다",
    "처럼",
    "이랑",
    "하고",
    "이나",
    "라고",
    "마다",
    "밖에",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "의",
    "도",
    "만",
    "로",
    "와",
    "과",
];

/// Endings of verbs and adjectives, the longest first.
const ENDINGS: [&str; 20] = [
    "었습니다",
    "았습니다",
    "였습니다",
    "했습니다",
    "었어요",
    "았어요",
    "였어요",
    "했어요",
    "습니다",
    "합니다",
    "입니다",
    "네요",
    "군요",
    "는데",
    "지만",
    "어요",
    "아요",
    "에요",
    "예요",
    "요",
];

/// Words that say nothing on their own.
const EMPTY: [&str; 44] = [
    "너무",
    "정말",
    "아주",
    "진짜",
    "그리고",
    "그런데",
    "근데",
    "그냥",
    "제가",
    "저는",
    "이거",
    "그거",
    "있어",
    "있",
    "없어",
    "같아",
    "것",
    "수",
    "더",
    "잘",
    "the",
    "a",
    "an",
    "and",
    "or",
    "but",
    "is",
    "it",
    "its",
    "was",
    "to",
    "of",
    "for",
    "in",
    "on",
    "i",
    "my",
    "we",
    "this",
    "that",
    "with",
    "so",
    "very",
    "are",
];

/// The words of a text, without particles and endings, each once.
fn words_of(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| stem(&word.to_lowercase()))
        .filter(|word| word.chars().count() > 1 && !EMPTY.contains(&word.as_str()))
        .filter(|word| !word.chars().all(|letter| letter.is_ascii_digit()))
        .collect()
}

fn is_korean(word: &str) -> bool {
    word.chars().all(|letter| ('가'..='힣').contains(&letter))
}

/// A word without what is attached to it. At least two syllables stay, or what is left would be no word.
fn stem(word: &str) -> String {
    if !is_korean(word) {
        return word.to_owned();
    }
    let without = |suffixes: &[&str]| {
        suffixes.iter().find_map(|suffix| {
            let rest = word.strip_suffix(suffix)?;
            (rest.chars().count() >= 2).then(|| past(rest))
        })
    };
    without(&ENDINGS).or_else(|| without(&PARTICLES)).unwrap_or_else(|| word.to_owned())
}

/// `빨랐` is `빨라`, `샀` is `사`: the sign of the past goes.
fn past(stem: &str) -> String {
    /// The final consonant ㅆ, by its number in a syllable.
    const DOUBLE_S: u32 = 20;
    let mut letters: Vec<char> = stem.chars().collect();
    if let Some(last) = letters.last_mut() {
        let code = *last as u32 - '가' as u32;
        if code % 28 == DOUBLE_S {
            *last = char::from_u32(*last as u32 - DOUBLE_S).unwrap_or(*last);
        }
    }
    letters.into_iter().collect()
}

/// Who wrote which words, in good reviews and in the others.
pub(super) async fn review_words(
    shop: &Shop,
    scope: &Scope,
    population: &Population,
) -> Result<Vec<Dimension>, ShopError> {
    let tables = shop.tables_in_scope(scope)?;
    let has_text =
        tables.columns("reviews").await?.is_some_and(|schema| schema.field_with_name("text").is_ok());
    if !has_text {
        return Ok(Vec::new());
    }
    let written = until(shop, scope, "written_at");
    let reviews = format!(
        "reviews JOIN (SELECT DISTINCT customer_key, customer_id FROM order_lines WHERE customer_key IS NOT NULL) \
           AS buyers USING (customer_id) WHERE reviews.text IS NOT NULL AND {written}"
    );
    let counted = tables.ask(&format!("SELECT count(*) AS reviews FROM {reviews}")).await?;
    let count = column::<Int64Type>(&counted, "reviews", 0)?.first().copied().unwrap_or(0) as u64;
    let every = count.div_ceil(MOST_REVIEWS).max(1);
    let part = if every > 1 { format!("AND text_number(customer_id) % {every} = 0") } else { String::new() };
    let rows = tables
        .ask(&format!("SELECT customer_key, rating, reviews.text AS text FROM {reviews} {part}"))
        .await?;
    let keys = column::<Int32Type>(&rows, "customer_key", 0)?;
    let ratings = column::<Float64Type>(&rows, "rating", f64::NAN)?;
    let texts = texts(&rows, "text")?;
    let mut good: HashMap<usize, BTreeSet<String>> = HashMap::new();
    let mut bad = good.clone();
    for ((key, rating), text) in keys.iter().zip(ratings).zip(texts) {
        let (Ok(at), Some(text)) = (population.keys.binary_search(key), text) else { continue };
        let of = if rating >= GOOD { &mut good } else { &mut bad };
        of.entry(at).or_default().extend(words_of(&text));
    }
    let dimensions = [("review_words_good", good), ("review_words_bad", bad)];
    Ok(dimensions.into_iter().filter_map(|(name, by)| dimension(name, &by, population.keys.len())).collect())
}

/// Customers with reviews of a kind, and which of the commonest words they wrote.
fn dimension(name: &str, by: &HashMap<usize, BTreeSet<String>>, customers: usize) -> Option<Dimension> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for word in by.values().flatten() {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut counts: Vec<(&str, u64)> =
        counts.into_iter().filter(|(_, count)| *count >= LEAST_CUSTOMERS).collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.truncate(SHOWN);
    let columns = counts
        .iter()
        .map(|(word, _)| {
            let mut column = vec![f64::NAN; customers];
            for (at, words) in by {
                column[*at] = f64::from(u8::from(words.contains(*word)));
            }
            column
        })
        .collect();
    (counts.len() > 1).then(|| Dimension {
        name: name.to_owned(),
        title: labels::dimension(name),
        measure: Measure::ShareOfCustomers,
        values: counts
            .iter()
            .map(|(word, _)| Value {
                key: (*word).to_owned(),
                label: Words::same(*word),
                by_construction: false,
            })
            .collect(),
        data: Data::Numbers(columns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        words_of(text).into_iter().collect()
    }

    #[test]
    fn particles_and_endings_go() {
        assert_eq!(found("배송이 빨라요"), found("배송은 정말 빨랐어요!"));
        assert_eq!(found("배송이 빨라요"), ["배송", "빨라"]);
        assert_eq!(found("아기가 좋아해요."), ["아기", "좋아해"]);
        assert_eq!(found("조카 선물로 샀어요"), ["샀어", "선물", "조카"]);
    }

    #[test]
    fn other_languages_keep_their_words() {
        assert_eq!(found("The colour is GREAT, 100 points"), ["colour", "great", "points"]);
        assert!(found("!!! 5 …").is_empty());
    }
}
