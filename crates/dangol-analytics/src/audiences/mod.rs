//! Audiences: customers of whom a condition is true, under a name.
//!
//! A condition is SQL over what is known of each customer ([`columns`] lists it): features of `customer_profile`, and
//! the segments and scores of RFM. It is asked at the as-of moment over all that was bought up to it, so that an
//! audience is the same on every page. A customer of whom it cannot be said is not in the audience.

pub mod columns;
mod export;
mod preview;
mod ready;

use dangol_shop::audiences::{Audiences, SavedAudience};
use dangol_shop::config::{AudienceSection, nearest};
use dangol_shop::{Scope, Shop};
use serde::Serialize;
use utoipa::ToSchema;

pub use export::{Exported, export};
pub use preview::{Consent, Preview, preview};

use crate::error::AnalysisError;
use crate::groups::{AUDIENCE, Grouping, SegmentName};
use crate::words::Words;

/// An audience: a name and a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Audience {
    /// Its name, which filters and commands use.
    pub name: String,
    /// What people call it.
    pub title: Words,
    /// The condition.
    pub rule: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an audience comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Somebody saved it.
    Saved,
    /// `[audiences.NAME]` of `shop.toml`.
    File,
    /// Dangol brings it along.
    Ready,
}

/// All audiences of a shop: saved ones, those of `shop.toml`, ready-made ones as far as its data allow them. Of one
/// name the first stands.
///
/// # Errors
/// [`dangol_shop::ShopError::Runs`].
pub async fn list(shop: &Shop) -> Result<Vec<Audience>, AnalysisError> {
    let mut all = saved(shop).await?;
    let others = of_file(shop).into_iter().chain(ready::ready_made(shop, |_| true)?);
    for audience in others {
        if !all.iter().any(|found| found.name == audience.name) {
            all.push(audience);
        }
    }
    Ok(all)
}

async fn saved(shop: &Shop) -> Result<Vec<Audience>, AnalysisError> {
    let saved = Audiences::open(shop.store().folder()).await?.all().await?;
    Ok(saved.into_iter().map(of_saved).collect())
}

fn of_saved(saved: SavedAudience) -> Audience {
    Audience {
        title: Words::same(if saved.title.is_empty() { saved.name.clone() } else { saved.title }),
        name: saved.name,
        rule: saved.rule,
        origin: Origin::Saved,
    }
}

fn of_file(shop: &Shop) -> Vec<Audience> {
    let audience = |(name, section): (&String, &AudienceSection)| Audience {
        name: name.clone(),
        title: Words::same(section.title.clone().unwrap_or_else(|| name.clone())),
        rule: section.rule.clone(),
        origin: Origin::File,
    };
    shop.config.audiences.iter().map(audience).collect()
}

/// The audience of a name.
///
/// # Errors
/// [`AnalysisError::UnknownAudience`] with the nearest name.
pub async fn find(shop: &Shop, name: &str) -> Result<Audience, AnalysisError> {
    let of_name = |audience: &Audience| audience.name == name;
    let known = saved(shop).await?.into_iter().chain(of_file(shop)).find(of_name);
    // Ready-made ones are tried before they are offered, which takes a while: only this one.
    let found = if known.is_some() { known } else { ready::ready_made(shop, |one| one == name)?.pop() };
    if let Some(found) = found {
        return Ok(found);
    }
    let known: Vec<String> = list(shop).await?.into_iter().map(|audience| audience.name).collect();
    Err(AnalysisError::UnknownAudience {
        name: name.to_owned(),
        nearest: nearest(name, known.iter().map(String::as_str)),
        known,
    })
}

/// Saves an audience whose condition holds water; one of the same name that was saved before is replaced.
///
/// # Errors
/// [`AnalysisError::BadAudienceName`], [`dangol_shop::ShopError::Condition`].
pub async fn save(shop: &Shop, name: &str, title: &str, rule: &str) -> Result<Audience, AnalysisError> {
    /// A name stands in addresses and in lists.
    const LONGEST: usize = 60;
    let name = name.trim();
    let bad = |detail| Err(AnalysisError::BadAudienceName { name: name.to_owned(), detail });
    if name.is_empty() {
        return bad("it is empty");
    }
    if name.chars().count() > LONGEST {
        return bad("it is longer than 60 characters");
    }
    if name.contains([',', ':', '/', '\\', '?', '#', '%']) || name.chars().any(char::is_control) {
        return bad("commas, colons, slashes, `?`, `#` and `%` have a meaning in filters and addresses");
    }
    let of_others = |audience: &Audience| audience.origin != Origin::Saved && audience.name == name;
    if list(shop).await?.iter().any(of_others) {
        return bad("an audience of shop.toml or of Dangol has it");
    }
    check(shop, rule)?;
    let store = Audiences::open(shop.store().folder()).await?;
    Ok(of_saved(store.save(name, title.trim(), rule.trim()).await?))
}

/// Removes a saved audience.
///
/// # Errors
/// [`AnalysisError::UnknownAudience`]; [`AnalysisError::BadAudienceName`] for one that nobody saved.
pub async fn remove(shop: &Shop, name: &str) -> Result<(), AnalysisError> {
    if find(shop, name).await?.origin != Origin::Saved {
        return Err(AnalysisError::BadAudienceName {
            name: name.to_owned(),
            detail: "it was not saved: it stands in shop.toml or comes with Dangol",
        });
    }
    Audiences::open(shop.store().folder()).await?.remove(name).await?;
    Ok(())
}

/// Whether a condition can be asked of this shop's customers.
///
/// # Errors
/// [`dangol_shop::ShopError::Condition`].
pub fn check(shop: &Shop, rule: &str) -> Result<(), AnalysisError> {
    let scored = columns::scored(shop)?;
    let further: Vec<_> = scored.iter().map(|column| (column.name.as_str(), column.kind)).collect();
    Ok(shop.check_condition(rule, &further).map_err(dangol_shop::ShopError::from)?)
}

/// Keys, ascending, of the customers in scope of whom a condition is true.
///
/// # Errors
/// [`dangol_shop::ShopError::Condition`], [`dangol_shop::ShopError::Query`].
pub async fn members(shop: &Shop, scope: &Scope, rule: &str) -> Result<Vec<i32>, AnalysisError> {
    check(shop, rule)?;
    if shop.manifest.totals.customers == 0 {
        return Ok(Vec::new());
    }
    let further = columns::compute_scored(shop, scope, rule).await?;
    Ok(shop.customers_where(scope, rule, &further).await?)
}

/// Who is in an audience, and everybody else with a purchase in scope.
pub(crate) async fn grouping(shop: &Shop, scope: &Scope, name: &str) -> Result<Grouping, AnalysisError> {
    let audience = find(shop, name).await?;
    let inside = members(shop, &Scope::until(scope.as_of), &audience.rule).await?;
    let everybody = Scope { members: None, population: None, ..scope.clone() };
    let customer_key = shop.profiles(&everybody).await?.customer_key.clone();
    let group = customer_key.iter().map(|key| u16::from(inside.binary_search(key).is_err())).collect();
    let named = |key: &str, name: Words, rule: &str| SegmentName {
        key: key.to_owned(),
        name,
        rule: rule.to_owned(),
        about: Words::default(),
    };
    Ok(Grouping {
        scheme: format!("{AUDIENCE}:{name}"),
        title: audience.title.clone(),
        groups: vec![
            named("in", audience.title, &audience.rule),
            named("out", Words::new("Everybody else", "그 외 고객"), ""),
        ],
        customer_key,
        group,
    })
}
