//! What can go wrong with an analysis.

use std::path::PathBuf;

use dangol_shop::{Config, ShopError};

use crate::rfm::RfmError;

/// Why an analysis gave no result.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// No analysis has this name.
    #[error("there is no analysis `{name}`")]
    UnknownAnalysis {
        /// The name given.
        name: String,
        /// The nearest of the names.
        nearest: Option<String>,
    },
    /// The analysis has no such parameter.
    #[error("{analysis} has no parameter `{parameter}`")]
    UnknownParameter {
        /// The analysis.
        analysis: &'static str,
        /// The parameter given.
        parameter: String,
        /// The nearest of its parameters.
        nearest: Option<String>,
        /// All of them.
        known: Vec<String>,
    },
    /// A section of `shop.toml` has a key that is no parameter.
    #[error("{}:{line}: [{analysis}] has no parameter `{key}`", config.display())]
    UnknownKey {
        /// `shop.toml`
        config: PathBuf,
        /// Line of the key, from 1.
        line: usize,
        /// The analysis.
        analysis: &'static str,
        /// The key.
        key: String,
        /// The nearest of its parameters.
        nearest: Option<String>,
        /// All of them.
        known: Vec<String>,
    },
    /// A parameter's value is not possible.
    #[error("{analysis}: {detail}")]
    BadParameter {
        /// The analysis.
        analysis: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// RFM cannot be computed so.
    #[error(transparent)]
    Rfm(#[from] RfmError),
    /// A rule of `shop.toml` cannot be used.
    #[error("{}:{line}: {source}", config.display())]
    Rule {
        /// `shop.toml`
        config: PathBuf,
        /// Line of the rule, or of the first of its set, from 1.
        line: usize,
        /// What is wrong with it.
        source: RfmError,
    },
    /// The shop's data are not there or cannot be read.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// The order lines name no customers.
    #[error("the order lines of this shop name no customers, and {analysis} is about customers")]
    NoCustomers {
        /// The analysis.
        analysis: &'static str,
    },
    /// The order lines have no amounts.
    #[error("the order lines of this shop have no amounts, and {analysis} is about money")]
    NoAmounts {
        /// The analysis.
        analysis: &'static str,
    },
    /// The order lines name neither products nor categories (or not those that were asked for).
    #[error(
        "the order lines of this shop do not say what was bought, and {analysis} is about products or categories"
    )]
    NoProducts {
        /// The analysis.
        analysis: &'static str,
    },
    /// The shop does not have a table that the analysis is about.
    #[error("this shop has no table `{table}`, and {analysis} is about it")]
    NoTable {
        /// The analysis.
        analysis: &'static str,
        /// The table.
        table: &'static str,
    },
    /// A table has no value in a column that the analysis was asked to use.
    #[error("`{table}` has no value in `{column}`, which {analysis} is about")]
    NoColumn {
        /// The analysis.
        analysis: &'static str,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What could be done without it.
        instead: &'static str,
    },
    /// The filters leave no customer with a purchase.
    #[error("no customer in this scope has bought anything, and {analysis} is about customers")]
    NobodyInScope {
        /// The analysis.
        analysis: &'static str,
    },
    /// Nobody in scope has bought on a second day.
    #[error(
        "none of the {customers} customers in this scope has bought on a second day, and {analysis} learns from those who came back"
    )]
    NobodyRepeated {
        /// The analysis.
        analysis: &'static str,
        /// Customers in scope.
        customers: usize,
    },
    /// Nobody has this id.
    #[error("there is no customer `{id}` in this scope")]
    UnknownCustomer {
        /// The id given.
        id: String,
    },
    /// A segment filter that names no segment.
    #[error("segment `{given}` is not understood")]
    UnknownSegment {
        /// The filter given.
        given: String,
        /// The valid one that is most like it.
        nearest: Option<String>,
        /// Valid ones.
        known: Vec<String>,
    },
    /// A filter or command that names no audience.
    #[error("there is no audience `{name}`")]
    UnknownAudience {
        /// The name given.
        name: String,
        /// The one that is most like it.
        nearest: Option<String>,
        /// Those there are.
        known: Vec<String>,
    },
    /// A name that an audience cannot have.
    #[error("`{name}` cannot be the name of an audience: {detail}")]
    BadAudienceName {
        /// The name given.
        name: String,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// Statistics could not be computed from these numbers.
    #[error("{0}")]
    Statistics(#[from] dangol_models::Error),
    /// A result that cannot be written as JSON.
    #[error("writing the result failed: {0}")]
    Json(#[from] serde_json::Error),
}

impl AnalysisError {
    /// The same with the place in `shop.toml`, where it speaks of a rule that stands there.
    pub(crate) fn in_config(self, config: &Config) -> Self {
        let line = match &self {
            Self::Rfm(source) => {
                source.rule().and_then(|(scheme, segment)| config.line_of_rule(scheme, segment))
            }
            _ => None,
        };
        match (self, line) {
            (Self::Rfm(source), Some(line)) => Self::Rule { config: config.path(), line, source },
            (error, _) => error,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownAnalysis { nearest: Some(word), .. } => format!("did you mean `{word}`?"),
            Self::UnknownAnalysis { .. } => {
                format!("the analyses are: {}", crate::catalogue::names().join(", "))
            }
            Self::UnknownParameter { nearest: Some(word), .. }
            | Self::UnknownKey { nearest: Some(word), .. }
            | Self::UnknownAudience { nearest: Some(word), .. }
            | Self::UnknownSegment { nearest: Some(word), .. } => {
                format!("did you mean `{word}`?")
            }
            Self::UnknownParameter { known, .. } | Self::UnknownKey { known, .. } => {
                format!("its parameters are: {}", known.join(", "))
            }
            Self::Shop(error) => error.hint(),
            Self::NoCustomers { .. } => {
                "map customer_id under [sources.order_lines.columns] if the files have it; `dangol quality` and `dangol sql` work without"
                    .into()
            }
            Self::NoAmounts { .. } => {
                "map amount or unit_price under [sources.order_lines.columns] if the files have them".into()
            }
            Self::NoProducts { .. } => {
                "map product_id or category under [sources.order_lines.columns] if the files have them".into()
            }
            Self::NoTable { table, .. } => {
                format!("map it under [sources.{table}] in shop.toml if there are files of it (docs/shop-toml.md), and import again")
            }
            Self::NoColumn { table, column, instead, .. } => {
                format!("map {column} under [sources.{table}.columns] if the files have it, {instead}")
            }
            Self::NobodyInScope { .. } => "widen the filters or choose a later as-of date".into(),
            Self::NobodyRepeated { .. } => "choose a later as-of date or a longer period".into(),
            Self::UnknownCustomer { .. } => "check the id, or widen the filters".into(),
            Self::UnknownSegment { known, .. } => format!("write one of: {}", known.join(", ")),
            Self::UnknownAudience { known, .. } if known.is_empty() => {
                "save one with `dangol audience save NAME --where CONDITION`".into()
            }
            Self::UnknownAudience { known, .. } => format!("the audiences are: {}", known.join(", ")),
            Self::BadAudienceName { .. } => "take a short name, such as `regulars` or `30대 여성`".into(),
            Self::Rule { .. } => {
                "docs/how-to/segment-rules.md shows how rules are written and checked".into()
            }
            Self::BadParameter { .. }
            | Self::Rfm(_)
            | Self::Statistics(_)
            | Self::Json(_) => String::new(),
        }
    }

    /// A short stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAnalysis { .. } => "unknown_analysis",
            Self::UnknownParameter { .. } | Self::UnknownKey { .. } => "unknown_parameter",
            Self::BadParameter { .. } | Self::Rfm(_) | Self::Rule { .. } => "bad_parameter",
            Self::Shop(error) => error.code(),
            Self::NoCustomers { .. } => "no_customers",
            Self::NoAmounts { .. } => "no_amounts",
            Self::NoProducts { .. } => "no_products",
            Self::NoTable { .. } => "no_table",
            Self::NoColumn { .. } => "no_column",
            Self::NobodyInScope { .. } => "nobody_in_scope",
            Self::NobodyRepeated { .. } => "nobody_repeated",
            Self::UnknownCustomer { .. } => "unknown_customer",
            Self::UnknownSegment { .. } => "unknown_segment",
            Self::UnknownAudience { .. } => "unknown_audience",
            Self::BadAudienceName { .. } => "bad_audience_name",
            Self::Statistics(_) => "statistics",
            Self::Json(_) => "json",
        }
    }
}
