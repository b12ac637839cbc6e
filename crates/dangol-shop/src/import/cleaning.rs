//! Which rule, if any, drops a line: the row-wise part of `[cleaning]`.
//!
//! Rules are numbered in the order in which they are applied; a row is counted under the
//! first that takes it. Exact duplicates come before all of them (see `bucket`), since they
//! can only be told once rows are sorted.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt8Array};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, UInt8Type};
use datafusion::common::DFSchema;
use datafusion::physical_expr::PhysicalExpr;

use super::mapping::{first_line, staged};
use super::outliers::Outliers;
use super::test_accounts::TestAccounts;
use crate::config::{Cancellations, Config, Duplicates, ZeroPrice};
use crate::error::{MappingError, ShopError};
use crate::order_lines::Canonical;

/// The rules of `[cleaning]`, compiled.
pub(super) struct Rules {
    pub(super) cancelled_order_prefix: Option<String>,
    pub(super) drop_duplicates: bool,
    pub(super) cancellations: Cancellations,
    names: Vec<String>,
    test_accounts: Arc<TestAccounts>,
    pub(super) order_level: OrderLevel,
    pub(super) outliers: Outliers,
    /// The number of the first rule on outliers; they come last.
    pub(super) first_outlier: usize,
    drop_zero_price: bool,
    keep: Vec<Arc<dyn PhysicalExpr>>,
}

/// Which amounts are the order's and not the line's.
#[derive(Debug, Default)]
pub(super) struct OrderLevel {
    pub(super) columns: Vec<Canonical>,
    /// Whether net revenue is computed, and the order's discount comes off it.
    pub(super) discount_reduces_revenue: bool,
}

impl OrderLevel {
    fn new(config: &Config) -> Self {
        let Some(source) = &config.sources.order_lines else { return Self::default() };
        Self {
            columns: source.order_level.clone(),
            discount_reduces_revenue: !source.feeds(&Canonical::Amount),
        }
    }

    pub(super) fn has(&self, column: Canonical) -> bool {
        self.columns.contains(&column)
    }
}

/// The number of the rule that drops test accounts; 0 stands for "kept".
const TEST_ACCOUNTS: u8 = 1;
const CANCELLATIONS: u8 = 2;
const ZERO_PRICE: u8 = 3;
const FIRST_CONDITION: u8 = 4;
const MOST_CONDITIONS: usize = 200;

impl Rules {
    /// `staged` is the schema of mapped rows; conditions may name its columns.
    pub(super) fn new(
        config: &Config,
        staged: &SchemaRef,
        has_clock: bool,
        test_accounts: Arc<TestAccounts>,
    ) -> Result<Self, ShopError> {
        let cleaning = &config.cleaning;
        check_netting(config, staged)?;
        let mut names =
            vec![String::new(), "test_accounts".into(), "cancellations".into(), "zero_price".into()];
        let mut keep = Vec::new();
        let session = crate::engine::expression_session();
        let schema = DFSchema::try_from(condition_schema(staged))?;
        for (number, text) in cleaning.keep.iter().enumerate() {
            let bad = |detail: String| MappingError::BadExpression {
                config: config.path(),
                line: config.line_of("keep"),
                text: text.clone(),
                detail: first_line(&detail),
            };
            if number >= MOST_CONDITIONS {
                return Err(bad(format!("at most {MOST_CONDITIONS} conditions are possible")).into());
            }
            let expr = session
                .parse_sql_expr(text, &schema)
                .and_then(|parsed| session.create_physical_expr(parsed, &schema))
                .map_err(|error| bad(error.to_string()))?;
            let kind = expr.data_type(&condition_schema(staged)).map_err(|error| bad(error.to_string()))?;
            if kind != DataType::Boolean {
                return Err(bad("it is no condition (a condition is true or false)".into()).into());
            }
            keep.push(expr);
            names.push(format!("keep: {text}"));
        }
        let outliers = Outliers::new(config, staged)?;
        let first_outlier = names.len();
        names.extend(outliers.names());
        Ok(Self {
            order_level: OrderLevel::new(config),
            outliers,
            first_outlier,
            cancelled_order_prefix: cleaning
                .cancelled_order_prefix
                .clone()
                .filter(|prefix| !prefix.is_empty()),
            drop_duplicates: match cleaning.duplicates {
                Some(choice) => choice == Duplicates::Drop,
                None => has_clock,
            },
            cancellations: cleaning.cancellations,
            names,
            test_accounts,
            drop_zero_price: cleaning.zero_price == ZeroPrice::Drop,
            keep,
        })
    }

    /// The rules' names by number; 0 is empty.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// For each row the number of the first rule that drops it, 0 for none.
    pub(super) fn first_rule(
        &self,
        schema: &SchemaRef,
        columns: &[ArrayRef],
    ) -> Result<UInt8Array, ShopError> {
        let rows = columns[staged::ORDER_ID].len();
        let mut rule = vec![0_u8; rows];
        for (condition, expr) in self.keep.iter().enumerate().rev() {
            let batch = RecordBatch::try_new(Arc::new(condition_schema(schema)), columns.to_vec())?;
            let met = expr.evaluate(&batch)?.into_array(rows)?;
            let met: &BooleanArray = met.as_boolean();
            for (rule, met) in rule.iter_mut().zip(met) {
                // A condition over an empty value is unknown; the line stays.
                if met == Some(false) {
                    *rule = FIRST_CONDITION + condition as u8;
                }
            }
        }
        if self.drop_zero_price {
            let zero = zero_price(schema, columns);
            for (rule, zero) in rule.iter_mut().zip(zero) {
                if zero {
                    *rule = ZERO_PRICE;
                }
            }
        }
        if self.cancellations == Cancellations::Drop {
            let cancelled = columns[staged::IS_CANCELLED].as_primitive::<UInt8Type>();
            for (rule, cancelled) in rule.iter_mut().zip(cancelled.values()) {
                if *cancelled != 0 {
                    *rule = CANCELLATIONS;
                }
            }
        }
        if !self.test_accounts.is_empty() {
            let text = |name| {
                let values = schema.index_of(name).ok().map(|at| columns[at].as_string::<i32>());
                move |row: usize| values.filter(|values| values.is_valid(row)).map(|values| values.value(row))
            };
            let (customer, product, name) = (text("customer_id"), text("product_id"), text("product_name"));
            for (row, rule) in rule.iter_mut().enumerate() {
                if self.test_accounts.has_customer(customer(row))
                    || self.test_accounts.has_product(product(row))
                    || self.test_accounts.has_product(name(row))
                {
                    *rule = TEST_ACCOUNTS;
                }
            }
        }
        Ok(UInt8Array::from(rule))
    }
}

/// A return can only be told from a purchase, and found its purchase, by product and quantity or amount.
fn check_netting(config: &Config, staged: &SchemaRef) -> Result<(), ShopError> {
    if config.cleaning.cancellations != Cancellations::Net {
        return Ok(());
    }
    let sources = config.sources.order_lines.as_ref();
    let has_amount = sources
        .is_some_and(|source| [Canonical::Amount, Canonical::UnitPrice].iter().any(|one| source.feeds(one)));
    let missing = if staged.index_of("product_id").is_err() {
        "product_id"
    } else if staged.index_of("quantity").is_err() && !has_amount {
        "quantity"
    } else {
        return Ok(());
    };
    let missing = MappingError::RuleNeedsColumn {
        config: config.path(),
        line: config.line_of("cancellations"),
        rule: "cancellations = \"net\"".into(),
        table: "order_lines",
        column: missing.into(),
    };
    Err(missing.into())
}

/// Which rows have a price (or, without prices, an amount) of zero.
pub(super) fn zero_price(schema: &SchemaRef, columns: &[ArrayRef]) -> Vec<bool> {
    let index = schema.index_of("unit_price").unwrap_or(staged::NET_REVENUE);
    let price = columns[index].as_primitive::<Float64Type>();
    (0..price.len()).map(|row| price.is_valid(row) && price.value(row) == 0.0).collect()
}

/// Staged columns under nullable fields, so that conditions may meet missing values.
fn condition_schema(staged: &SchemaRef) -> Schema {
    Schema::new(
        staged
            .fields()
            .iter()
            .map(|field| Field::new(field.name(), field.data_type().clone(), true))
            .collect::<Vec<_>>(),
    )
}
