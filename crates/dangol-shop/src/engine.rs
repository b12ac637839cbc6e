//! `DataFusion` sessions, and the functions of ours that queries may call.

mod shapes;
mod tally;
mod text_number;

pub(crate) use tally::tally;

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int32Array};
use arrow::datatypes::{DataType, Date32Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::config::Engine;
use crate::time::Period;

/// Memory and caches that the sessions of one shop share.
///
/// # Errors
/// `DataFusion`'s, if the temporary folder for spilling cannot be used.
pub fn runtime(engine: &Engine) -> Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(engine.memory_mb.max(64) * 1_048_576)))
        .build_arc()
}

/// A session for queries over the store. The store's tables come in as many partitions as
/// there are threads, each holding its customers whole, so that plans need no exchange of rows.
#[must_use]
pub fn session(engine: &Engine, runtime: &Arc<RuntimeEnv>) -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(engine.threads())
        .with_batch_size(8_192)
        .with_repartition_file_scans(false)
        .with_repartition_aggregations(false)
        .with_repartition_joins(false)
        .with_round_robin_repartition(false)
        .with_information_schema(true);
    config.options_mut().execution.parquet.pushdown_filters = false;
    config.options_mut().optimizer.prefer_existing_sort = true;
    let session = SessionContext::new_with_config_rt(config, runtime.clone());
    register_functions(&session);
    session
}

/// A session in which column names are taken as they are written, for expressions over a
/// source's headers.
#[must_use]
pub fn expression_session() -> SessionContext {
    let mut config = SessionConfig::new();
    config.options_mut().sql_parser.enable_ident_normalization = false;
    SessionContext::new_with_config(config)
}

/// Registers every function of ours; whoever makes a session calls this.
pub fn register_functions(session: &SessionContext) {
    for period in [Period::Day, Period::Week, Period::Month, Period::Quarter] {
        session.register_udf(ScalarUDF::from(PeriodIndex::new(period)));
    }
    session.register_udf(ScalarUDF::from(text_number::TextNumber::new()));
    for function in shapes::functions() {
        session.register_udf(function);
    }
}

/// `month_index(date)` and its like: the number of the period in which a date lies (see
/// [`Period::index_of`]); consecutive periods have consecutive numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct PeriodIndex {
    period: Period,
    signature: Signature,
}

/// The SQL function that numbers periods.
#[must_use]
pub fn period_function(period: Period) -> &'static str {
    match period {
        Period::Day => "day_index",
        Period::Week => "week_index",
        Period::Month => "month_index",
        Period::Quarter => "quarter_index",
    }
}

impl PeriodIndex {
    fn new(period: Period) -> Self {
        Self { period, signature: Signature::exact(vec![DataType::Date32], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for PeriodIndex {
    fn name(&self) -> &str {
        period_function(self.period)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let period = self.period;
        let days = args
            .args
            .first()
            .ok_or_else(|| DataFusionError::Plan(format!("{} takes a date", self.name())))?
            .to_array(args.number_rows)?;
        let days = days.as_primitive::<Date32Type>();
        // Sorted tables repeat days; one calculation for each run.
        let mut last = (i32::MIN, 0);
        let mut index = |day: i32| {
            if day != last.0 {
                last = (day, period.index_of(day));
            }
            last.1
        };
        let values: Vec<i32> = days.values().iter().map(|day| index(*day)).collect();
        let indices = Int32Array::new(values.into(), days.nulls().cloned());
        Ok(ColumnarValue::Array(Arc::new(indices)))
    }
}
