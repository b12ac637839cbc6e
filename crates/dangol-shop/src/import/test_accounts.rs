//! Who is a test account: `[cleaning.test_accounts]`.
//!
//! Order lines go to their buckets before the table `customers` is imported, and what is known of members must be known
//! by then. Where a rule looks into that table, its file is therefore read once more, before everything else;
//! only the ids that were found are kept.

use std::collections::{HashMap, HashSet};

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, not};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::DFSchema;

use super::further::rows_of_table;
use super::mapping::first_line;
use crate::config::{Config, TestAccounts as Told};
use crate::error::{MappingError, ShopError};
use crate::order_lines::Canonical;
use crate::sources::matches;

/// The test accounts of a shop, and what tells a test product.
#[derive(Debug, Default)]
pub(super) struct TestAccounts {
    customers: HashSet<String>,
    product_like: Vec<String>,
}

impl TestAccounts {
    /// Finds them; none where no rule is set.
    pub(super) fn find(config: &Config) -> Result<Self, ShopError> {
        let Some(told) = &config.cleaning.test_accounts else { return Ok(Self::default()) };
        if !told.product_like.is_empty() {
            let source = config.sources.order_lines.as_ref();
            let named = [Canonical::ProductId, Canonical::ProductName];
            if !source.is_some_and(|source| named.iter().any(|column| source.feeds(column))) {
                return Err(needs_column(config, "product_like", "order_lines", "product_id").into());
            }
        }
        let mut customers: HashSet<String> = told.customer_ids.iter().cloned().collect();
        if let Some(key) = told.reads_customers() {
            let Some((spec, source)) = config.sources.further().find(|(spec, _)| spec.name == "customers")
            else {
                let (config, line, rule) = (config.path(), config.line_of(key), key.to_owned());
                return Err(MappingError::RuleNeedsTable { config, line, rule, table: "customers" }.into());
            };
            for (told, key, column) in [
                (told.shared_signup.is_some(), "shared_signup", "joined_at"),
                (!told.name_like.is_empty(), "name_like", "name"),
            ] {
                if told && !source.feeds(&column.to_owned()) {
                    return Err(needs_column(config, key, "customers", column).into());
                }
            }
            let rows = rows_of_table(config, spec, source)?;
            let ids = rows.column_by_name("customer_id").map(AsArray::as_string::<i32>);
            let found = found(config, told, &rows)?;
            for (id, found) in ids.into_iter().flatten().zip(found) {
                customers.extend(id.filter(|_| found).map(str::to_owned));
            }
        }
        let product_like = told.product_like.iter().map(|pattern| pattern.to_lowercase()).collect();
        Ok(Self { customers, product_like })
    }

    /// Whether nothing can be one.
    pub(super) fn is_empty(&self) -> bool {
        self.customers.is_empty() && self.product_like.is_empty()
    }

    pub(super) fn has_customer(&self, id: Option<&str>) -> bool {
        id.is_some_and(|id| self.customers.contains(id))
    }

    pub(super) fn has_product(&self, id_or_name: Option<&str>) -> bool {
        !self.product_like.is_empty() && id_or_name.is_some_and(|text| like(&self.product_like, text))
    }

    /// The rows of a table without those of test accounts, and those.
    pub(super) fn split(&self, rows: &RecordBatch) -> Result<(RecordBatch, RecordBatch), ShopError> {
        let Some(ids) = rows.column_by_name("customer_id").filter(|_| !self.customers.is_empty()) else {
            return Ok((rows.clone(), rows.slice(0, 0)));
        };
        let keep: BooleanArray =
            ids.as_string::<i32>().iter().map(|id| Some(!self.has_customer(id))).collect();
        Ok((filter_record_batch(rows, &keep)?, filter_record_batch(rows, &not(&keep)?)?))
    }
}

/// `patterns` are in lower case.
fn like(patterns: &[String], text: &str) -> bool {
    let text = text.to_lowercase();
    patterns.iter().any(|pattern| matches(pattern, &text))
}

/// Which rows of `customers`, one for each, are test accounts by the rules that look into it.
fn found(config: &Config, told: &Told, rows: &RecordBatch) -> Result<Vec<bool>, ShopError> {
    let mut found = vec![false; rows.num_rows()];
    let values = |name: &str| rows.column_by_name(name);
    if let Some((most, joined_at)) = told.shared_signup.zip(values("joined_at")) {
        // A moment in any zone is a number here, and equal numbers are equal times in the file.
        let at: ArrayRef = arrow::compute::cast(joined_at, &DataType::Int64)?;
        let at = at.as_primitive::<Int64Type>();
        let mut members: HashMap<i64, u64> = HashMap::new();
        for at in at.iter().flatten() {
            *members.entry(at).or_insert(0) += 1;
        }
        for (found, at) in found.iter_mut().zip(at) {
            *found |= at.is_some_and(|at| members[&at] > most.get());
        }
    }
    if let Some(names) = values("name").filter(|_| !told.name_like.is_empty()) {
        let patterns: Vec<String> = told.name_like.iter().map(|pattern| pattern.to_lowercase()).collect();
        for (found, name) in found.iter_mut().zip(names.as_string::<i32>()) {
            *found |= name.is_some_and(|name| like(&patterns, name.trim()));
        }
    }
    let session = crate::engine::expression_session();
    let schema = DFSchema::try_from(rows.schema().as_ref().clone())?;
    for text in &told.customers {
        let bad = |detail: String| MappingError::BadExpression {
            config: config.path(),
            line: config.line_of("customers"),
            text: text.clone(),
            detail: first_line(&detail),
        };
        let condition = session
            .parse_sql_expr(text, &schema)
            .and_then(|parsed| session.create_physical_expr(parsed, &schema))
            .map_err(|error| bad(error.to_string()))?;
        if condition.data_type(rows.schema().as_ref()).map_err(|error| bad(error.to_string()))?
            != DataType::Boolean
        {
            return Err(bad("it is no condition (a condition is true or false)".into()).into());
        }
        let met = condition.evaluate(rows)?.into_array(rows.num_rows())?;
        for (found, met) in found.iter_mut().zip(met.as_boolean()) {
            // Unknown is not yes.
            *found |= met == Some(true);
        }
    }
    Ok(found)
}

fn needs_column(config: &Config, key: &str, table: &'static str, column: &'static str) -> MappingError {
    MappingError::RuleNeedsColumn {
        config: config.path(),
        line: config.line_of(key),
        rule: key.to_owned(),
        table,
        column: column.to_owned(),
    }
}

#[cfg(test)]
mod tests;
