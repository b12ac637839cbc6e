//! Which analyses the data allow, and what each table or column that is not there would add.
//!
//! Every analysis says itself what it needs ([`crate::catalogue::Analysis::NEEDS`]); nothing is listed that is not in
//! the catalogue.

use dangol_shop::Shop;
use serde::Serialize;
use utoipa::ToSchema;

use super::has;
use crate::catalogue::{CATALOGUE, Need};
use crate::words::Words;

/// How much of an analysis the data allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All of it.
    Whole,
    /// A part of it.
    Partly,
    /// Nothing.
    No,
}

/// An analysis, and what it has of what it needs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ability {
    /// The analysis.
    pub analysis: String,
    /// Its title.
    pub title: Words,
    /// How much of it the data allow.
    pub state: State,
    /// What it needs, what it cannot do without first.
    pub needs: Vec<NeedMet>,
}

/// A table or column that an analysis needs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeedMet {
    /// The canonical table.
    pub table: String,
    /// The column; empty where any of the table will do.
    pub column: String,
    /// Whether there is nothing without it.
    pub required: bool,
    /// Whether the data have it.
    pub present: bool,
    /// What it adds.
    pub adds: Words,
}

/// A table or column that is not there, and what would come with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Switch {
    /// The canonical table.
    pub table: String,
    /// The column; empty for a whole table.
    pub column: String,
    /// What it would add to which analysis.
    pub adds: Vec<Addition>,
}

/// What an analysis would have more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Addition {
    /// The analysis.
    pub analysis: String,
    /// Its title.
    pub title: Words,
    /// Whether the analysis is not possible at all without it.
    pub required: bool,
    /// What would come with it.
    pub adds: Words,
}

/// The analyses of the catalogue, in its order.
pub(super) fn abilities(shop: &Shop) -> Vec<Ability> {
    CATALOGUE
        .iter()
        .map(|entry| {
            let mut needs: Vec<NeedMet> = entry.needs.iter().map(|need| met(shop, need)).collect();
            needs.sort_by_key(|need| !need.required);
            let lacks = |required: bool| needs.iter().any(|need| need.required == required && !need.present);
            let state = match (lacks(true), lacks(false)) {
                (true, _) => State::No,
                (false, true) => State::Partly,
                (false, false) => State::Whole,
            };
            Ability { analysis: entry.name.to_owned(), title: (entry.about)().title, state, needs }
        })
        .collect()
}

/// What the shop does not have of what an analysis could use.
pub(crate) fn unmet(shop: &Shop, needs: &[Need]) -> Vec<NeedMet> {
    needs.iter().map(|need| met(shop, need)).filter(|need| !need.present).collect()
}

fn met(shop: &Shop, need: &Need) -> NeedMet {
    let present = if need.column.is_empty() {
        shop.manifest.tables.iter().any(|table| table.name == need.table && table.rows > 0)
    } else {
        has(shop, need.table, need.column)
    };
    NeedMet {
        table: need.table.to_owned(),
        column: need.column.to_owned(),
        required: need.required,
        present,
        adds: Words::new(need.adds.0, need.adds.1),
    }
}

/// What is not there, each once; what analyses cannot do without first.
pub(super) fn switches(abilities: &[Ability]) -> Vec<Switch> {
    let mut switches: Vec<Switch> = Vec::new();
    for ability in abilities {
        for need in ability.needs.iter().filter(|need| !need.present) {
            let known = switches.iter().position(|one| one.table == need.table && one.column == need.column);
            let at = known.unwrap_or_else(|| {
                let (table, column) = (need.table.clone(), need.column.clone());
                switches.push(Switch { table, column, adds: Vec::new() });
                switches.len() - 1
            });
            switches[at].adds.push(Addition {
                analysis: ability.analysis.clone(),
                title: ability.title.clone(),
                required: need.required,
                adds: need.adds.clone(),
            });
        }
    }
    switches.sort_by_key(|one| std::cmp::Reverse(one.adds.iter().filter(|add| add.required).count()));
    switches
}
