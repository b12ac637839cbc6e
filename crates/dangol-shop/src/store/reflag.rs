//! "First of its order, day, month …" set anew where filters took lines away.
//!
//! The stored flags mark a customer's first purchase line in each order, day, week, month
//! and quarter over all lines. Once lines are left out by category, platform or the
//! beginning of a period, another line is the first. Rows come sorted by customer and time,
//! so one pass with the state of one customer sets the flags again, and every analysis
//! counts by them whether there are filters or not.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Date32Type, Int32Type, Int64Type, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{Stream, StreamExt};

use crate::order_lines::FIRST_FLAGS;
use crate::time::Period;

/// What is set anew, over which lines.
#[derive(Debug, Clone)]
pub struct Reflag {
    /// Lines before this day set `customer_first_on` and go no further.
    pub from: Option<i32>,
    /// Keys of the customers let through, ascending.
    pub members: Option<Arc<Vec<i32>>>,
    /// Whether lines were left out, so that flags must be set.
    pub flags: bool,
}

impl Reflag {
    /// The columns it needs to see.
    pub(super) fn reads(&self) -> &'static [&'static str] {
        if self.flags {
            &["customer_key", "order_key", "ordered_on", "is_purchase"]
        } else {
            &["customer_key"]
        }
    }
}

/// Sets the flags of a sorted input.
#[derive(Debug)]
pub(super) struct ReflagExec {
    reflag: Reflag,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl ReflagExec {
    pub(super) fn new(reflag: Reflag, input: Arc<dyn ExecutionPlan>) -> Self {
        let from = input.properties();
        let ordering = from.output_ordering().cloned();
        let equivalence = EquivalenceProperties::new_with_orderings(input.schema(), ordering);
        let properties = Arc::new(PlanProperties::new(
            equivalence,
            from.output_partitioning().clone(),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { reflag, input, properties }
    }
}

impl DisplayAs for ReflagExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReflagExec: from={:?}, members={}", self.reflag.from, self.reflag.members.is_some())
    }
}

impl ExecutionPlan for ReflagExec {
    fn name(&self) -> &'static str {
        "ReflagExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self::new(self.reflag.clone(), input))),
            _ => Err(DataFusionError::Internal("ReflagExec has one input".into())),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        Ok(Box::pin(ReflagStream {
            state: State::new(self.reflag.clone(), &input.schema())?,
            schema: input.schema(),
            input,
        }))
    }
}

struct ReflagStream {
    input: SendableRecordBatchStream,
    schema: SchemaRef,
    state: State,
}

impl Stream for ReflagStream {
    type Item = Result<RecordBatch>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.input.poll_next_unpin(cx).map(|next| next.map(|batch| self.state.batch(&batch?)))
    }
}

impl RecordBatchStream for ReflagStream {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// Where the columns are, and what is known of the current customer.
struct State {
    reflag: Reflag,
    key: usize,
    order: usize,
    on: usize,
    purchase: usize,
    /// Position of each of [`FIRST_FLAGS`] and of `customer_first_on`, where wanted.
    flags: [Option<usize>; 5],
    first_on: Option<usize>,
    customer: Option<i32>,
    customer_first_on: Option<i32>,
    last: [Option<i32>; 4],
    orders: Vec<i64>,
    member_at: usize,
}

impl State {
    fn new(reflag: Reflag, schema: &SchemaRef) -> Result<Self> {
        let optional = |name: &str| schema.index_of(name).ok();
        let needed = |name: &str| if reflag.flags { schema.index_of(name) } else { Ok(0) };
        Ok(Self {
            key: schema.index_of("customer_key")?,
            order: needed("order_key")?,
            on: needed("ordered_on")?,
            purchase: needed("is_purchase")?,
            flags: FIRST_FLAGS.map(optional),
            first_on: optional("customer_first_on"),
            reflag,
            customer: None,
            customer_first_on: None,
            last: [None; 4],
            orders: Vec::new(),
            member_at: 0,
        })
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let keep = self.members(batch);
        let batch = match keep {
            Some(keep) => filter_record_batch(batch, &keep)?,
            None => batch.clone(),
        };
        if self.reflag.flags { self.set_flags(&batch) } else { Ok(batch) }
    }

    /// Which rows are of members. Both sides ascend, so the place in the list moves on.
    fn members(&mut self, batch: &RecordBatch) -> Option<BooleanArray> {
        let members = self.reflag.members.as_deref()?;
        let keys = batch.column(self.key).as_primitive::<Int32Type>();
        let mut at = self.member_at;
        let keep = keys
            .values()
            .iter()
            .map(|key| {
                while members.get(at).is_some_and(|member| member < key) {
                    at += 1;
                }
                Some(members.get(at) == Some(key))
            })
            .collect();
        self.member_at = at;
        Some(keep)
    }

    fn set_flags(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let keys = batch.column(self.key).as_primitive::<Int32Type>();
        let orders = batch.column(self.order).as_primitive::<Int64Type>();
        let days = batch.column(self.on).as_primitive::<Date32Type>();
        let purchases = batch.column(self.purchase).as_boolean();
        let rows = batch.num_rows();
        let mut keep = Vec::with_capacity(rows);
        let mut flags: [Vec<bool>; 5] = std::array::from_fn(|_| Vec::with_capacity(rows));
        let mut first_on = Vec::with_capacity(rows);
        for row in 0..rows {
            let key = keys.is_valid(row).then(|| keys.value(row));
            if row == 0 && self.customer.is_none() || key != self.customer {
                self.customer = key;
                self.customer_first_on = None;
                self.last = [None; 4];
                self.orders.clear();
            }
            let (day, purchase) = (days.value(row), purchases.value(row));
            if purchase && self.customer_first_on.is_none() {
                self.customer_first_on = Some(day);
            }
            first_on.push(self.customer_first_on);
            let inside = self.reflag.from.is_none_or(|from| day >= from);
            keep.push(inside);
            let counts = inside && purchase;
            let order = orders.value(row);
            // Lines of one order mostly follow each other: look from the end.
            let new_order = counts && !self.orders.iter().rev().any(|seen| *seen == order);
            if new_order {
                self.orders.push(order);
            }
            flags[0].push(new_order);
            for (slot, period) in
                [Period::Day, Period::Week, Period::Month, Period::Quarter].into_iter().enumerate()
            {
                let index = period.index_of(day);
                let first = counts && self.last[slot] != Some(index);
                if first {
                    self.last[slot] = Some(index);
                }
                flags[slot + 1].push(first);
            }
        }
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        for (position, values) in self.flags.into_iter().zip(flags) {
            if let Some(position) = position {
                columns[position] = Arc::new(BooleanArray::from(values));
            }
        }
        if let Some(position) = self.first_on {
            columns[position] = Arc::new(Date32Array::from(first_on));
        }
        let flagged = RecordBatch::try_new(batch.schema(), columns)?;
        if self.reflag.from.is_none() {
            return Ok(flagged);
        }
        Ok(filter_record_batch(&flagged, &BooleanArray::from(keep))?)
    }
}
