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

/// One of `[[cleaning.outliers]]`: lines whose value in a column lies outside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outliers {
    /// The column looked at.
    pub column: OutlierColumn,
    /// Where outside begins.
    pub limit: OutlierLimit,
    /// What becomes of the lines.
    pub action: OutlierAction,
}

/// The columns of order lines that can have outliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierColumn {
    /// How many.
    Quantity,
    /// Price of one.
    UnitPrice,
    /// What the customer pays for the line; also called `amount`.
    #[serde(alias = "amount")]
    NetRevenue,
    /// Discount on the line.
    Discount,
    /// Shipping fee.
    Shipping,
    /// Tax.
    Tax,
}

impl OutlierColumn {
    /// Its name in `shop.toml` and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::UnitPrice => "unit_price",
            Self::NetRevenue => "net_revenue",
            Self::Discount => "discount",
            Self::Shipping => "shipping",
            Self::Tax => "tax",
        }
    }
}

/// Where outside begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum OutlierLimit {
    /// More than `k` standard deviations from the mean.
    Sigma {
        /// How many.
        k: f64,
    },
    /// Below the lower or above the upper quantile.
    Quantile {
        /// Its probability.
        lower: Option<f64>,
        /// Its probability.
        upper: Option<f64>,
    },
    /// Below `min` or above `max`.
    Bounds {
        /// The smallest value that is none.
        min: Option<f64>,
        /// The largest value that is none.
        max: Option<f64>,
    },
}

/// What becomes of outliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutlierAction {
    /// They leave the table.
    Drop,
    /// They stay and are counted.
    Flag,
}

impl Outliers {
    /// What the report calls it.
    #[must_use]
    pub fn name(&self) -> String {
        let column = self.column.name();
        let between = |low: Option<f64>, high: Option<f64>| {
            let end = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
            format!("{}..{}", end(low), end(high))
        };
        match self.limit {
            OutlierLimit::Sigma { k } => format!("outliers: {column} sigma {k}"),
            OutlierLimit::Quantile { lower, upper } => {
                format!("outliers: {column} quantile {}", between(lower, upper))
            }
            OutlierLimit::Bounds { min, max } => format!("outliers: {column} bounds {}", between(min, max)),
        }
    }
}

/// As it is written: each method has keys of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOutliers {
    column: OutlierColumn,
    method: Method,
    k: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    action: OutlierAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    Sigma,
    Quantile,
    Bounds,
}

impl<'de> Deserialize<'de> for Outliers {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let told = WrittenOutliers::deserialize(from)?;
        let (method, own) = match told.method {
            Method::Sigma => ("sigma", &["k"][..]),
            Method::Quantile => ("quantile", &["lower", "upper"][..]),
            Method::Bounds => ("bounds", &["min", "max"][..]),
        };
        let given = [
            ("k", told.k),
            ("lower", told.lower),
            ("upper", told.upper),
            ("min", told.min),
            ("max", told.max),
        ];
        for (key, value) in given {
            if let Some(value) = value {
                if !own.contains(&key) {
                    return Err(Error::custom(format!(
                        "method `{method}` takes no `{key}`, but `{}`",
                        own.join("` and `")
                    )));
                }
                if !value.is_finite() {
                    return Err(Error::custom(format!("`{key}` must be a number")));
                }
            }
        }
        let none = |low: Option<f64>, high: Option<f64>| low.is_none() && high.is_none();
        let ascending =
            |low: Option<f64>, high: Option<f64>| low.zip(high).is_none_or(|(low, high)| low < high);
        let limit = match told.method {
            Method::Sigma => {
                let k = told.k.unwrap_or(3.0);
                if k <= 0.0 {
                    return Err(Error::custom("`k` must be above 0"));
                }
                OutlierLimit::Sigma { k }
            }
            Method::Quantile => {
                let (lower, upper) = (told.lower, told.upper);
                let inside = |p: Option<f64>| p.is_none_or(|p| p > 0.0 && p < 1.0);
                if none(lower, upper) || !inside(lower) || !inside(upper) || !ascending(lower, upper) {
                    return Err(Error::custom(
                        "method `quantile` takes `lower`, `upper` or both, between 0 and 1: `upper = 0.995`",
                    ));
                }
                OutlierLimit::Quantile { lower, upper }
            }
            Method::Bounds => {
                let (min, max) = (told.min, told.max);
                if none(min, max) || !ascending(min, max) {
                    return Err(Error::custom("method `bounds` takes `min`, a larger `max`, or both"));
                }
                OutlierLimit::Bounds { min, max }
            }
        };
        Ok(Self { column: told.column, limit, action: told.action })
    }
}
