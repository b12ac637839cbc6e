//! Conditions on customers: SQL over `customer_profile` that is true, false or unknown of each.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, DataFusionError, SchemaError};
use datafusion::logical_expr::{Expr, ExprSchemable, Volatility};
use datafusion::prelude::SessionContext;

use super::profile_table::profile_schema;
use super::{Feature, FeatureKind, Features};
use crate::config::nearest;
use crate::engine;
use crate::error::ShopError;
use crate::frame::column;
use crate::scope::Scope;
use crate::shop::Shop;

/// Why a condition cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It is empty.
    #[error("the condition is empty")]
    Empty,
    /// It names a feature that the shop has not.
    #[error("there is no column `{column}` in customer_profile")]
    UnknownColumn {
        /// The name given.
        column: String,
        /// The one that was probably meant.
        nearest: Option<String>,
        /// Those there are.
        known: Vec<String>,
    },
    /// It is no condition: it cannot be read, or is a query, or is neither true nor false.
    #[error("the condition `{text}` cannot be used: {detail}")]
    NotUnderstood {
        /// The condition.
        text: String,
        /// What is wrong.
        detail: String,
    },
}

impl ConditionError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownColumn { nearest: Some(word), .. } => format!("did you mean `{word}`?"),
            Self::UnknownColumn { known, .. } => format!("its columns are: {}", known.join(", ")),
            Self::Empty | Self::NotUnderstood { .. } => {
                "write what is true of each customer, such as `gender = 'female' and age between 20 and 39`"
                    .into()
            }
        }
    }
}

impl Shop {
    /// Keys, ascending, of the customers in scope of whom a condition is true. Whom it cannot be said of is not
    /// among them. `further` are columns besides the shop's own features, of everybody with a purchase in scope.
    ///
    /// # Errors
    /// [`ShopError::Condition`] for what is no condition, [`ShopError::Query`].
    pub async fn customers_where(
        &self,
        scope: &Scope,
        condition: &str,
        further: &[Feature],
    ) -> Result<Vec<i32>, ShopError> {
        let session = engine::session(&self.config.engine, self.runtime());
        let columns: Vec<(&str, FeatureKind)> =
            further.iter().map(|feature| (feature.name.as_str(), feature.kind())).collect();
        let parsed = self.parsed_condition(&session, condition, &columns)?;
        let everybody = Scope { members: None, population: None, ..scope.clone() };
        let known = self.known_features();
        let table = self.profile_table(&everybody, &Features::mentioned(&known, condition), further).await?;
        let frame = session.read_table(Arc::new(table))?.filter(parsed)?.select_columns(&["customer_key"])?;
        let batches: Vec<RecordBatch> =
            frame.collect().await.map_err(|error| of_condition(condition, error))?;
        let mut keys = column::<Int32Type>(&batches, "customer_key", 0)?;
        keys.sort_unstable();
        if let Some(among) = scope.members.as_ref().or(scope.population.as_ref()) {
            keys.retain(|key| among.binary_search(key).is_ok());
        }
        Ok(keys)
    }

    /// Whether a text is a condition on customers of this shop; nothing is computed.
    ///
    /// # Errors
    /// [`ConditionError`].
    pub fn check_condition(
        &self,
        condition: &str,
        further: &[(&str, FeatureKind)],
    ) -> Result<(), ConditionError> {
        let session = engine::session(&self.config.engine, self.runtime());
        self.parsed_condition(&session, condition, further).map(|_| ())
    }

    fn parsed_condition(
        &self,
        session: &SessionContext,
        condition: &str,
        further: &[(&str, FeatureKind)],
    ) -> Result<Expr, ConditionError> {
        if condition.trim().is_empty() {
            return Err(ConditionError::Empty);
        }
        let schema = profile_schema(&self.known_features(), further);
        let fault = |detail: String| ConditionError::NotUnderstood { text: condition.to_owned(), detail };
        let of = DFSchema::try_from(schema.clone()).map_err(|error| fault(error.to_string()))?;
        let parsed = session.parse_sql_expr(condition, &of).map_err(|error| {
            if let Some(given) = unknown_column(&error) {
                let known: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
                return ConditionError::UnknownColumn {
                    nearest: nearest(&given, known.iter().map(String::as_str)),
                    column: given,
                    known,
                };
            }
            fault(first_line(&error))
        })?;
        let changes = |part: &Expr| match part {
            Expr::ScalarFunction(call) => call.func.signature().volatility != Volatility::Immutable,
            _ => false,
        };
        if parsed.exists(|part| Ok(changes(part))).unwrap_or(true) {
            return Err(fault("it says the same whenever it is asked: no clock, no chance".to_owned()));
        }
        let is_query = |part: &Expr| {
            matches!(
                part,
                Expr::AggregateFunction(_)
                    | Expr::WindowFunction(_)
                    | Expr::ScalarSubquery(_)
                    | Expr::InSubquery(_)
                    | Expr::Exists(_)
                    | Expr::Placeholder(_)
            )
        };
        if parsed.exists(|part| Ok(is_query(part))).unwrap_or(true) {
            return Err(fault("it looks at one customer at a time: no sums, no queries".to_owned()));
        }
        match parsed.get_type(&of) {
            Ok(DataType::Boolean) => Ok(parsed),
            Ok(_) => Err(fault("it is neither true nor false".to_owned())),
            Err(error) => Err(fault(first_line(&error))),
        }
    }
}

fn unknown_column(error: &DataFusionError) -> Option<String> {
    match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Some(field.flat_name()),
            _ => None,
        },
        _ => None,
    }
}

/// What only the values show, such as a text that is no number, is the condition's fault; a full disk is not.
fn of_condition(condition: &str, error: DataFusionError) -> ShopError {
    match error.find_root() {
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) | DataFusionError::Plan(_) => {
            ConditionError::NotUnderstood { text: condition.to_owned(), detail: first_line(&error) }.into()
        }
        _ => error.into(),
    }
}

fn first_line(error: &DataFusionError) -> String {
    error.find_root().to_string().lines().next().unwrap_or_default().to_owned()
}
