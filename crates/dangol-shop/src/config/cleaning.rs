//! The larger rules of `[cleaning]`.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

/// `[cleaning.test_accounts]`: who is no customer, and what is no product. Their rows leave every table that
/// names a customer; lines of test products leave `order_lines`. An account is one if any of the rules says so.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TestAccounts {
    /// Their ids.
    pub customer_ids: Vec<String>,
    /// Patterns of names in the table `customers`: `*` stands for any text, `?` for one character. Upper and lower case are the
    /// same.
    pub name_like: Vec<String>,
    /// Members whose `joined_at` is that of more than so many members in all.
    pub shared_signup: Option<NonZeroU64>,
    /// Conditions over the columns of the table `customers`.
    pub customers: Vec<String>,
    /// Patterns of product ids and names on order lines.
    pub product_like: Vec<String>,
}

impl TestAccounts {
    /// The first key that looks into the table `customers`, if any does.
    #[must_use]
    pub fn reads_customers(&self) -> Option<&'static str> {
        let keys = [
            ("shared_signup", self.shared_signup.is_some()),
            ("name_like", !self.name_like.is_empty()),
            ("customers", !self.customers.is_empty()),
        ];
        keys.into_iter().find(|(_, told)| *told).map(|(key, _)| key)
    }
}
