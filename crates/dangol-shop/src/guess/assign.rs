//! Which header feeds which column.

use super::GuessedColumn;
use super::cleaning::tells_coupon_use;
use super::column::{Column, Native};
use super::order_level::{is_one, orders_of_several_lines};
use super::presets::Preset;
use super::synonyms::{fit, normalise, not_about_orders, words};
use crate::order_lines::Canonical;

/// Below this, a header is not used.
const LEAST: f64 = 0.4;

/// The columns found in a file, and the headers left over with the reason.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignment {
    pub(super) columns: Vec<GuessedColumn>,
    pub(super) unmapped: Vec<(String, String)>,
}

impl Assignment {
    pub(super) fn of<'a>(&self, canonical: Canonical, columns: &'a [Column]) -> Option<&'a Column> {
        let header = &self.columns.iter().find(|c| c.canonical == canonical)?.header;
        columns.iter().find(|column| column.header == *header)
    }

    fn has(&self, canonical: Canonical) -> bool {
        self.columns.iter().any(|column| column.canonical == canonical)
    }

    fn add(&mut self, canonical: Canonical, header: &str, confidence: f64, why: String) {
        let header = header.to_owned();
        self.columns.push(GuessedColumn { canonical, header, confidence, why });
    }

    fn is_used(&self, header: &str) -> bool {
        self.columns.iter().any(|column| column.header == header)
    }

    /// How much of an order line is there; the table with most is the one of order lines.
    pub(super) fn worth(&self) -> f64 {
        self.columns
            .iter()
            .map(|column| {
                column.confidence
                    * match column.canonical {
                        Canonical::CustomerId | Canonical::OrderedAt => 2.0,
                        Canonical::UnitPrice | Canonical::Amount | Canonical::OrderId => 1.5,
                        Canonical::ProductId | Canonical::Quantity => 1.0,
                        _ => 0.3,
                    }
            })
            .sum()
    }
}

struct Candidate {
    canonical: Canonical,
    column: usize,
    score: f64,
    why: String,
}

/// Assigns headers by a preset, then by names that the values bear out, then by values alone.
pub(super) fn assign(columns: &[Column], preset: Option<Preset>) -> Assignment {
    let mut found = Assignment::default();
    if let Some(preset) = preset {
        for (canonical, header) in preset.columns(columns) {
            found.add(canonical, header, 1.0, format!("known column of {preset}"));
        }
    }
    let mut refuted: Vec<(usize, String)> = Vec::new();
    let mut candidates = Vec::new();
    for canonical in Canonical::ALL {
        for (at, column) in columns.iter().enumerate() {
            let (named, name_says) = named(canonical, column);
            if named == 0.0 {
                continue;
            }
            match bears_out(canonical, column) {
                Ok(values_say) => candidates.push(Candidate {
                    canonical,
                    column: at,
                    // A blank column comes after any that is filled.
                    score: if column.filled == 0 { named * 0.5 } else { named },
                    why: format!("{name_says}; {values_say}"),
                }),
                Err(why_not) => {
                    refuted.push((at, format!("named like {}, but {why_not}", canonical.name())));
                }
            }
        }
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut second: Vec<(usize, String)> = Vec::new();
    for candidate in candidates.into_iter().filter(|candidate| candidate.score >= LEAST) {
        let header = &columns[candidate.column].header;
        if found.is_used(header) {
            continue;
        }
        if found.has(candidate.canonical) {
            let name = candidate.canonical.name();
            second.push((candidate.column, format!("another column is more likely {name}")));
        } else {
            found.add(candidate.canonical, header, candidate.score, candidate.why);
        }
    }
    by_values(columns, &mut found);
    name_beside_code(columns, &mut found);
    items_of_baskets(columns, &mut found);
    price_or_amount(&mut found);
    amount_of_order(columns, &mut found);
    found.columns.sort_by_key(|column| column.canonical);
    for (at, column) in columns.iter().enumerate() {
        if found.is_used(&column.header) || found.unmapped.iter().any(|(header, _)| *header == column.header)
        {
            continue;
        }
        let why = second.iter().chain(&refuted).find(|(of, _)| *of == at).map_or_else(
            || "no column of order_lines has a name like this".to_owned(),
            |(_, why)| why.clone(),
        );
        found.unmapped.push((column.header.clone(), why));
    }
    found
}

/// How well the header names the column, and how to say so.
fn named(canonical: Canonical, column: &Column) -> (f64, String) {
    // "Id" alone is the line's where it never repeats, and the customer's where it does.
    if normalise(column.name()) == "id" {
        let unique = column.distinct_share() > 0.999;
        return match canonical {
            Canonical::LineId if unique => (0.8, "an id that never repeats".to_owned()),
            Canonical::CustomerId if !unique => (0.7, "an id that repeats".to_owned()),
            _ => (0.0, String::new()),
        };
    }
    let names_coupons = fit(column.name(), Canonical::CouponCode) > 0.0;
    if tells_coupon_use(column, names_coupons) {
        return match canonical {
            Canonical::CouponStatus => (0.95, "by its words".to_owned()),
            Canonical::CouponCode | Canonical::Status => (0.0, String::new()),
            _ => (fit(column.name(), canonical), "by its name".to_owned()),
        };
    }
    let fit = fit(column.name(), canonical);
    // `고객구분` holds the customer's name, but says which kind they are.
    let few = column.distinct <= 5 && column.filled >= 50;
    if canonical == Canonical::CustomerId && fit < 0.9 && few {
        return (0.0, String::new());
    }
    let says = match &column.known_as {
        Some(name) => format!("its values are those that another table calls ‘{name}’"),
        None if fit >= 0.9 => "by its name".to_owned(),
        None => "by a part of its name".to_owned(),
    };
    (fit, says)
}

/// Whether the values may be what the name says: how they look, or why not.
fn bears_out(canonical: Canonical, column: &Column) -> Result<String, String> {
    if column.filled == 0 {
        // Without these there is nothing at all, and the others may well be blank for long.
        let may_be_blank = matches!(
            canonical,
            Canonical::CustomerId
                | Canonical::OrderedAt
                | Canonical::CancelledAt
                | Canonical::ReturnedAt
                | Canonical::CouponCode
        );
        return if may_be_blank {
            Ok("blank in the rows looked at".to_owned())
        } else {
            Err("it is blank in all rows looked at".to_owned())
        };
    }
    let values = format!("{} different values in {} rows", column.distinct, column.filled);
    let fractions = column.number_share() > 0.9 && column.whole_share() < 0.9;
    let clock = matches!(column.native, Native::Time { .. })
        || column.date_share() > 0.9
            && column.dates.forms.iter().any(|d| d.form.has_clock() && d.form.to_string().contains(':'));
    match canonical {
        Canonical::OrderId | Canonical::CustomerId | Canonical::ProductId if fractions => {
            Err("it holds numbers with fractions".to_owned())
        }
        Canonical::OrderId | Canonical::CustomerId | Canonical::ProductId if clock => {
            Err("it holds times".to_owned())
        }
        Canonical::OrderId | Canonical::CustomerId | Canonical::ProductId if column.is_written_as_dates() => {
            Err("it holds dates".to_owned())
        }
        Canonical::LineId if column.distinct_share() < 0.999 => Err(format!("it repeats: {values}")),
        Canonical::LineId => Ok("it never repeats".to_owned()),
        Canonical::OrderedAt | Canonical::CancelledAt | Canonical::ReturnedAt => {
            if column.date_share() < 0.6 {
                return Err("its values are not dates".to_owned());
            }
            let form = column.dates.forms.first();
            Ok(form.map_or("dates".to_owned(), |found| format!("dates as {}", found.form)))
        }
        Canonical::Quantity
        | Canonical::UnitPrice
        | Canonical::Amount
        | Canonical::Discount
        | Canonical::Shipping
        | Canonical::Tax => {
            let numbers = column.as_numbers().map_err(str::to_owned)?;
            if canonical == Canonical::Quantity && column.number_share() == 1.0 && column.whole_share() > 0.99
            {
                return Ok(format!("whole numbers, usually about {}", column.median_size()));
            }
            Ok(numbers)
        }
        Canonical::ProductName if column.number_share() > 0.9 => Err("it holds numbers".to_owned()),
        Canonical::Status | Canonical::CouponStatus if column.distinct > 40 => {
            Err(format!("it has too many: {values}"))
        }
        Canonical::Category | Canonical::SalesPlatform | Canonical::Country
            if column.filled > 100 && column.distinct_share() > 0.8 =>
        {
            Err(format!("it hardly repeats: {values}"))
        }
        _ => Ok(values),
    }
}

/// Whether a header says nothing: `column_1`, `V1`, `x`, `Unnamed: 0`.
pub(super) fn is_mute(header: &str) -> bool {
    let letters: String = header.chars().filter(|c| c.is_alphabetic()).collect();
    let letters = letters.to_lowercase();
    letters.chars().count() <= 1
        || matches!(letters.as_str(), "column" | "col" | "field" | "var" | "unnamed" | "열" | "컬럼")
}

/// Columns that only their values tell: the only dates under any name; the others where the
/// headers say nothing.
fn by_values(columns: &[Column], found: &mut Assignment) {
    let free = |found: &Assignment| -> Vec<usize> {
        (0..columns.len()).filter(|&at| !found.is_used(&columns[at].header)).collect()
    };
    if !found.has(Canonical::OrderedAt) {
        let dates: Vec<usize> = free(found)
            .into_iter()
            .filter(|&at| {
                let column = &columns[at];
                let certain = column.dates.forms.iter().all(|d| d.form.to_string().contains('D'));
                column.filled > 0
                    && column.date_share() > 0.95
                    && certain
                    && !not_about_orders(&column.header)
            })
            .collect();
        let clocked = dates.iter().find(|&&at| columns[at].has_clock());
        if let (Some(&at), true) = (clocked.or(dates.first()), dates.len() == 1 || clocked.is_some()) {
            let why = "by its values: the only column of dates".to_owned();
            found.add(Canonical::OrderedAt, &columns[at].header, 0.6, why);
        }
    }
    let mute = |found: &Assignment| -> Vec<usize> {
        free(found).into_iter().filter(|&at| is_mute(&columns[at].header)).collect()
    };
    let prices = |at: &usize| columns[*at].number_share() > 0.9 && columns[*at].whole_share() < 0.9;
    if !found.has(Canonical::Amount)
        && !found.has(Canonical::UnitPrice)
        && let Some(at) = mute(found).into_iter().find(prices)
    {
        let why = "by its values: numbers with fractions, like money".to_owned();
        found.add(Canonical::Amount, &columns[at].header, 0.5, why);
    }
    let identifies = |at: &usize| {
        let column = &columns[*at];
        let codes = column.values.iter().flatten().all(|v| !v.contains(char::is_whitespace));
        let digits = column.values.iter().flatten().any(|v| v.bytes().any(|b| b.is_ascii_digit()));
        let zeros = column.values.iter().flatten().any(|v| v.len() > 1 && v.starts_with('0'));
        codes
            && digits
            && !prices(at)
            && column.distinct > 20.min(column.filled / 4)
            && column.distinct_share() < 0.95
            && (zeros || column.number_share() < 0.9 || column.median_size() > 100.0)
    };
    if !found.has(Canonical::CustomerId)
        && let Some(at) = mute(found).into_iter().find(identifies)
    {
        let why = "by its values: codes that repeat, as customers do".to_owned();
        found.add(Canonical::CustomerId, &columns[at].header, 0.5, why);
    }
    let counts = |at: &usize| {
        let column = &columns[*at];
        column.number_share() > 0.95
            && column.whole_share() > 0.99
            && column.median_size() <= 20.0
            && column.distinct > 1
            && !column.values.iter().flatten().any(|v| v.len() > 1 && v.starts_with('0'))
    };
    if !found.has(Canonical::Quantity)
        && let Some(at) = mute(found).into_iter().find(counts)
    {
        let why = "by its values: small whole numbers".to_owned();
        found.add(Canonical::Quantity, &columns[at].header, 0.5, why);
    }
}

/// A second column named like the product, whose words follow the code, is its name: `Product` beside `Product Code`.
fn name_beside_code(columns: &[Column], found: &mut Assignment) {
    let Some(code) = found.of(Canonical::ProductId, columns) else { return };
    if found.has(Canonical::ProductName) {
        return;
    }
    let named = columns.iter().find(|column| {
        !found.is_used(&column.header)
            && fit(column.name(), Canonical::ProductId) >= LEAST
            && column.number_share() < 0.1
            && code.decides(column)
    });
    if let Some(column) = named {
        let why = format!("named like the product; each ‘{}’ has one", code.header);
        found.add(Canonical::ProductName, &column.header, 0.8, why);
    }
}

/// Two columns, a number that repeats and an item: what was in each basket.
fn items_of_baskets(columns: &[Column], found: &mut Assignment) {
    let [one, two] = columns else { return };
    let of_others = |one: &GuessedColumn| {
        !matches!(one.canonical, Canonical::OrderId | Canonical::ProductId | Canonical::ProductName)
    };
    let is_item = |column: &Column| column.number_share() < 0.5 && !column.is_written_as_dates();
    let is_basket = |column: &Column| {
        let code = column.values.iter().flatten().all(|value| !value.contains(char::is_whitespace));
        let digits = column.values.iter().flatten().all(|value| value.bytes().any(|b| b.is_ascii_digit()));
        // More baskets than there are items in one.
        code && digits
            && column.whole_share() >= column.number_share()
            && column.distinct_share() < 0.9
            && column.distinct > 1
    };
    let (basket, item) = match (is_basket(one) && is_item(two), is_basket(two) && is_item(one)) {
        (true, false) => (one, two),
        (false, true) => (two, one),
        _ => return,
    };
    if found.columns.iter().any(of_others) {
        return;
    }
    let says = |canonical: Canonical, column: &Column| {
        let named =
            found.columns.iter().find(|one| one.canonical == canonical && one.header == column.header);
        named.map(|one| (one.confidence, one.why.clone()))
    };
    let why = "by the shape: two columns, a number that repeats and an item".to_owned();
    let order = says(Canonical::OrderId, basket).unwrap_or((0.7, why.clone()));
    let product = says(Canonical::ProductId, item).unwrap_or((0.7, why));
    found.columns.clear();
    found.add(Canonical::OrderId, &basket.header, order.0, order.1);
    found.add(Canonical::ProductId, &item.header, product.0, product.1);
}

/// A price in a table without products and quantities is what was paid.
fn price_or_amount(found: &mut Assignment) {
    let lines = [Canonical::Quantity, Canonical::ProductId, Canonical::ProductName];
    if found.has(Canonical::Amount) || lines.iter().any(|canonical| found.has(*canonical)) {
        return;
    }
    let plain = |c: &&mut GuessedColumn| c.canonical == Canonical::UnitPrice;
    if let Some(price) = found.columns.iter_mut().find(plain) {
        price.canonical = Canonical::Amount;
        price.confidence = price.confidence.min(0.8);
        price.why.push_str("; without products and quantities it is the amount paid");
    }
}

/// An amount that is the same on all lines of an order, where prices and quantities say what each
/// line costs, is the order's: it would be counted once per line.
fn amount_of_order(columns: &[Column], found: &mut Assignment) {
    let of = |canonical| found.of(canonical, columns);
    let (Some(order), Some(amount)) = (of(Canonical::OrderId), of(Canonical::Amount)) else {
        return;
    };
    let price = of(Canonical::UnitPrice);
    let several = orders_of_several_lines(order);
    let constant = |column: &Column| {
        let same = several.iter().filter(|rows| is_one(column, rows)).count();
        same * 100 >= several.len() * 98
    };
    if several.len() < 5 || price.is_none_or(constant) || !constant(amount) {
        return;
    }
    let header = amount.header.clone();
    found.columns.retain(|column| column.header != header);
    let why = "it is the same on all lines of an order: the order's total, not the line's";
    found.unmapped.push((header, why.to_owned()));
}

/// Whether a header holds this word.
pub(super) fn has_word(header: &str, word: &str) -> bool {
    words(header).iter().any(|w| w == word)
}
