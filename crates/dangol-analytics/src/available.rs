//! Features that an analysis lets one choose.

use dangol_shop::features::KnownFeature;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Words;

/// A feature that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AvailableFeature {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: Words,
}

impl AvailableFeature {
    pub(crate) fn new(known: &KnownFeature) -> Self {
        let (en, ko) = &known.title;
        Self { name: known.name.clone(), title: Words::new(en, ko) }
    }
}
