//! One batch of a source's rows as canonical columns, and the rows that do not parse.

mod feeds;
mod further;
mod told_currencies;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray, UInt8Array, UInt16Array, UInt64Array,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use datafusion::common::hash_utils::create_hashes;

pub(super) use self::feeds::Signs;
use self::feeds::{Faults, Feeds, Origin, Wanted, Writing, sample_column};
pub(super) use self::further::{FURTHER_STAGED, FurtherMapper};
pub(super) use self::told_currencies::ToldCurrencies;
use super::cleaning::Rules;
use super::quarantine::{Reason, Rejected, row_as_json};
use crate::config::{Config, TableSource};
use crate::error::{MappingError, ShopError};
use crate::order_lines::{CARRIED, Canonical, Status, arrow_type, moment_type};
use crate::sources::{SourceBatch, SourceTable};
use crate::texts::same;
use crate::time::{DAY_MICROS, LocalClock};
use crate::values::{DateForm, detect_date_forms};

/// Positions of the columns that every staged batch has; the carried ones follow.
pub(super) mod staged {
    pub(in crate::import) const CUSTOMER_ID: usize = 0;
    pub(in crate::import) const ORDER_ID: usize = 1;
    pub(in crate::import) const ORDERED_AT: usize = 2;
    pub(in crate::import) const ORDERED_ON: usize = 3;
    pub(in crate::import) const NET_REVENUE: usize = 4;
    pub(in crate::import) const IS_CANCELLED: usize = 5;
    pub(in crate::import) const RULE: usize = 6;
    pub(in crate::import) const FILE: usize = 7;
    pub(in crate::import) const LINE: usize = 8;
    pub(in crate::import) const FINGERPRINT: usize = 9;
    pub(in crate::import) const CARRIED_FROM: usize = 10;
}

/// Columns that every file must have.
const REQUIRED: [&str; 2] = ["customer_id", "ordered_at"];

/// The schema of mapped rows, for the carried columns that a source feeds.
pub(super) fn staged_schema(carried: &[Canonical]) -> SchemaRef {
    let mut fields = vec![
        Field::new("customer_id", DataType::Utf8, true),
        Field::new("order_id", DataType::Utf8, false),
        Field::new("ordered_at", moment_type(), false),
        Field::new("ordered_on", DataType::Date32, false),
        Field::new("net_revenue", DataType::Float64, true),
        Field::new("is_cancelled", DataType::UInt8, false),
        Field::new("rule", DataType::UInt8, false),
        Field::new("file", DataType::UInt16, false),
        Field::new("line", DataType::Int64, false),
        Field::new("fingerprint", DataType::UInt64, false),
    ];
    for column in carried {
        fields.push(Field::new(column.name(), arrow_type(*column), true));
    }
    Arc::new(Schema::new(fields))
}

/// Maps the batches of one file.
pub(super) struct Mapper {
    file: u16,
    feeds: Feeds,
    pub(super) told_currencies: ToldCurrencies,
    status_words: HashMap<String, Status>,
    clock: LocalClock,
    headers: Vec<String>,
    /// The file's columns in the order of their names: files may have them in any.
    by_name: Vec<usize>,
    carried: Vec<Canonical>,
    schema: SchemaRef,
    rules: Arc<Rules>,
}

/// Rows that parsed, and those that did not.
pub(super) struct Mapped {
    pub(super) rows: RecordBatch,
    pub(super) rejected: Vec<Rejected>,
}

impl Mapped {
    /// The rows without those that have a fault, which come out as rejected.
    fn without(
        rows: &RecordBatch,
        faults: Faults,
        batch: &SourceBatch,
        headers: &[String],
        file: u16,
    ) -> Result<Self, ShopError> {
        if faults.is_empty() {
            return Ok(Self { rows: rows.clone(), rejected: Vec::new() });
        }
        let keep = faults.faultless(rows.num_rows());
        let rejected = faults
            .sorted()
            .into_iter()
            .map(|(row, fault)| Rejected {
                file,
                line: batch.lines[row],
                column: fault.column,
                value: fault.value,
                reason: fault.reason,
                row: row_as_json(&batch.rows, headers, row),
            })
            .collect();
        Ok(Self { rows: filter_record_batch(rows, &keep)?, rejected })
    }
}

/// Which carried columns `shop.toml` maps, in the store's order.
pub(super) fn carried_columns(source: &TableSource<Canonical>) -> Vec<Canonical> {
    CARRIED
        .into_iter()
        .filter(|column| source.columns.contains_key(column) || source.expressions.contains_key(column))
        .collect()
}

impl Mapper {
    pub(super) fn new(
        config: &Config,
        source: &TableSource<Canonical>,
        table: &SourceTable,
        all: &Schema,
        file: u16,
        rules: Arc<Rules>,
    ) -> Result<Self, ShopError> {
        let headers = source.columns.iter().map(|(column, header)| (column, Origin::Header(header)));
        let expressions = source.expressions.iter().map(|(column, text)| (column, Origin::Expression(text)));
        let wanted: Vec<Wanted<'_>> = headers
            .chain(expressions)
            .map(|(column, from)| Wanted {
                name: column.name(),
                kind: column.kind(),
                from,
                required: REQUIRED.contains(&column.name()),
            })
            .collect();
        let words = source.values.iter().filter(|(column, _)| **column != Canonical::Status);
        let writing = Writing {
            table: "order_lines",
            decimal: source.decimal,
            date_forms: &source.date_forms,
            words: words
                .map(|(column, words)| (column.name(), words.clone().into_iter().collect()))
                .collect(),
            vital_time: Some("ordered_at"),
        };
        let feeds = Feeds::new(config, table, &table.columns, all, &wanted, writing)?;
        // Baskets need neither: their order id holds them together.
        let baskets = feeds.has("order_id");
        for (required, may_lack) in
            [("customer_id", baskets), ("ordered_at", baskets && !feeds.has("customer_id"))]
        {
            if !feeds.has(required) && !may_lack {
                return Err(MappingError::MissingColumn {
                    config: config.path(),
                    table: "order_lines",
                    column: required,
                }
                .into());
            }
        }
        let carried = carried_columns(source);
        let mut by_name: Vec<usize> = (0..table.columns.fields().len()).collect();
        by_name.sort_by_key(|at| table.columns.field(*at).name());
        Ok(Self {
            file,
            told_currencies: ToldCurrencies::of(&table.columns),
            by_name,
            status_words: status_words(config, source)?,
            clock: LocalClock::new(&config.time_zone()),
            headers: table.headers().into_iter().map(str::to_owned).collect(),
            schema: staged_schema(&carried),
            carried,
            feeds,
            rules,
        })
    }

    /// Canonical columns that this file lacks and another has, each with what should feed it.
    pub(super) fn absent(&self) -> &[(String, String)] {
        self.feeds.absent()
    }

    /// Currencies that numbers were written with, by column.
    pub(super) fn signs(&self) -> BTreeMap<String, Signs> {
        self.feeds.signs()
    }

    /// Maps a batch. Every row of it comes out either in `rows` or in `rejected`.
    pub(super) fn map(&self, batch: &SourceBatch) -> Result<Mapped, ShopError> {
        let rows = batch.rows.num_rows();
        let mut faults = Faults::default();
        self.told_currencies.note(batch)?;

        let customer_id = self.feeds.identifiers("customer_id", batch)?;
        let ordered_at = self.feeds.times("ordered_at", batch, &mut faults)?;
        // Without dates all lines are of one moment; the totals say that it means nothing.
        let ordered_at = ordered_at.unwrap_or_else(|| TimestampMicrosecondArray::from(vec![0; rows]));
        if ordered_at.null_count() > 0 {
            for row in (0..rows).filter(|row| ordered_at.is_null(*row)) {
                faults.add(row, "ordered_at", Reason::Missing, String::new);
            }
        }
        let order_id = self.order_ids(batch, customer_id.as_ref(), &ordered_at, &mut faults)?;

        let mut carried: HashMap<Canonical, ArrayRef> = HashMap::new();
        for column in &self.carried {
            let values: ArrayRef = if *column == Canonical::Status {
                Arc::new(self.statuses(batch, &mut faults)?)
            } else {
                self.feeds.column(column.name(), column.kind(), batch, &mut faults)?
            };
            carried.insert(*column, values);
        }
        let amount = self.feeds.numbers("amount", batch, &mut faults)?;
        reject_negative_prices(carried.get(&Canonical::UnitPrice), &mut faults);

        let is_cancelled = self.cancelled(&order_id, &carried, amount.as_ref());
        // An order's discount comes off once its first line is known, in its bucket.
        let discounts = !self.rules.order_level.has(Canonical::Discount);
        let net_revenue = net_revenue(rows, amount.as_ref(), &carried, discounts);
        let ordered_on =
            Date32Array::from_iter_values(ordered_at.values().iter().map(|at| self.clock.day_of(*at)));

        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(customer_id.unwrap_or_else(|| nulls(rows))),
            Arc::new(order_id),
            Arc::new(TimestampMicrosecondArray::new(ordered_at.values().clone(), None).with_timezone("UTC")),
            Arc::new(ordered_on),
            Arc::new(net_revenue),
            Arc::new(is_cancelled),
            Arc::new(UInt8Array::from(vec![0; rows])),
            Arc::new(UInt16Array::from(vec![self.file; rows])),
            Arc::new(Int64Array::from_iter_values(batch.lines.iter().map(|line| *line as i64))),
            Arc::new(fingerprints(&batch.rows.project(&self.by_name)?)?),
        ];
        for column in &self.carried {
            if let Some(values) = carried.remove(column) {
                columns.push(values);
            }
        }
        let rule = self.rules.first_rule(&self.schema, &columns)?;
        columns[staged::RULE] = Arc::new(rule);
        let staged = RecordBatch::try_new(self.schema.clone(), columns)?;

        Mapped::without(&staged, faults, batch, &self.headers, self.file)
    }

    fn statuses(&self, batch: &SourceBatch, faults: &mut Faults) -> Result<StringArray, ShopError> {
        let words = self.feeds.texts("status", batch)?;
        let mut out = StringBuilder::with_capacity(words.len(), words.len() * 9);
        // There are a handful of words, and one of them stands in most rows.
        let mut last: Option<(&str, Option<Status>)> = None;
        for (row, word) in words.iter().enumerate() {
            let Some(word) = word else {
                out.append_null();
                continue;
            };
            let known = last.filter(|(of, _)| same(of, word)).map(|(_, status)| status);
            let status =
                known.unwrap_or_else(|| self.status_words.get(word).copied().or_else(|| Status::read(word)));
            last = Some((word, status));
            if let Some(status) = status {
                out.append_value(status.word());
            } else {
                out.append_null();
                faults.add(row, "status", Reason::UnknownStatus, || word.to_owned());
            }
        }
        Ok(out.finish())
    }

    /// The order's id; where the source has none, customer and moment make the order.
    fn order_ids(
        &self,
        batch: &SourceBatch,
        customer_id: Option<&StringArray>,
        ordered_at: &TimestampMicrosecondArray,
        faults: &mut Faults,
    ) -> Result<StringArray, ShopError> {
        let ids = self.feeds.identifiers("order_id", batch)?;
        if let Some(ids) = &ids
            && ids.null_count() == 0
        {
            return Ok(ids.clone());
        }
        let mut out = StringBuilder::new();
        for row in 0..ordered_at.len() {
            if let Some(ids) = ids.as_ref().filter(|ids| ids.is_valid(row)) {
                out.append_value(ids.value(row));
            } else {
                if customer_id.is_none() {
                    faults.add(row, "order_id", Reason::Missing, String::new);
                }
                let customer = customer_id.filter(|ids| ids.is_valid(row)).map_or("?", |ids| ids.value(row));
                let local = self.clock.to_local(ordered_at.value(row));
                let (day, seconds) = (local.div_euclid(DAY_MICROS), local.rem_euclid(DAY_MICROS) / 1_000_000);
                out.append_value(format!("{customer}@{}+{seconds}", crate::time::date_of(day as i32)));
            }
        }
        Ok(out.finish())
    }

    fn cancelled(
        &self,
        order_id: &StringArray,
        carried: &HashMap<Canonical, ArrayRef>,
        amount: Option<&Float64Array>,
    ) -> UInt8Array {
        let quantity =
            carried.get(&Canonical::Quantity).map(arrow::array::AsArray::as_primitive::<Float64Type>);
        let status = carried.get(&Canonical::Status).map(arrow::array::AsArray::as_string::<i32>);
        let prefix = self.rules.cancelled_order_prefix.as_deref();
        let of_row = |row| {
            let by_status = status.is_some_and(|words| {
                words.is_valid(row) && matches!(words.value(row), "cancelled" | "returned")
            });
            let by_prefix = prefix.is_some_and(|prefix| order_id.value(row).starts_with(prefix));
            let negative = match quantity {
                Some(numbers) => numbers.is_valid(row) && numbers.value(row) < 0.0,
                None => amount.is_some_and(|numbers| numbers.is_valid(row) && numbers.value(row) < 0.0),
            };
            // 2: by status, so that its amount was never paid or was paid back.
            if by_status { 2 } else { u8::from(by_prefix || negative) }
        };
        UInt8Array::from_iter_values((0..order_id.len()).map(of_row))
    }
}

/// What the customer pays for the line: `amount`, else quantity × price − discount.
fn net_revenue(
    rows: usize,
    amount: Option<&Float64Array>,
    carried: &HashMap<Canonical, ArrayRef>,
    discounts: bool,
) -> Float64Array {
    if let Some(amount) = amount {
        return amount.clone();
    }
    let column = |name| carried.get(&name).map(|values: &ArrayRef| values.as_primitive::<Float64Type>());
    let Some(price) = column(Canonical::UnitPrice) else {
        return Float64Array::new_null(rows);
    };
    let (quantity, discount) =
        (column(Canonical::Quantity), column(Canonical::Discount).filter(|_| discounts));
    let or = |values: Option<&Float64Array>, row: usize, default: f64| {
        values.filter(|v| v.is_valid(row)).map_or(default, |v| v.value(row))
    };
    let revenue = (0..rows)
        .map(|row| or(quantity, row, 1.0) * price.value(row) - or(discount, row, 0.0))
        .collect::<Vec<f64>>();
    Float64Array::new(revenue.into(), price.nulls().cloned())
}

fn reject_negative_prices(price: Option<&ArrayRef>, faults: &mut Faults) {
    let Some(price) = price.map(arrow::array::AsArray::as_primitive::<Float64Type>) else {
        return;
    };
    for row in 0..price.len() {
        if price.is_valid(row) && price.value(row) < 0.0 {
            faults.add(row, "unit_price", Reason::NegativePrice, || price.value(row).to_string());
        }
    }
}

/// A number that is the same for rows whose every cell is the same.
fn fingerprints(rows: &RecordBatch) -> Result<UInt64Array, ShopError> {
    let mut hashes = vec![0; rows.num_rows()];
    create_hashes(rows.columns(), &datafusion::common::hash_utils::RandomState::with_seed(0), &mut hashes)?;
    Ok(UInt64Array::from(hashes))
}

fn nulls(rows: usize) -> StringArray {
    StringArray::new_null(rows)
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn status_words(
    config: &Config,
    source: &TableSource<Canonical>,
) -> Result<HashMap<String, Status>, ShopError> {
    let mut words = HashMap::new();
    for (word, canonical) in source.values.get(&Canonical::Status).into_iter().flatten() {
        let status = [Status::Completed, Status::Pending, Status::Cancelled, Status::Returned]
            .into_iter()
            .find(|status| status.word() == canonical)
            .ok_or_else(|| MappingError::UnknownStatus { config: config.path(), word: canonical.clone() })?;
        words.insert(word.clone(), status);
    }
    Ok(words)
}

/// Whether the values mapped to `ordered_at` carry a clock time.
pub(super) fn has_clock(source: &TableSource<Canonical>, table: &SourceTable) -> Result<bool, ShopError> {
    let Some(header) = source.columns.get(&Canonical::OrderedAt) else {
        return Ok(source.expressions.contains_key(&Canonical::OrderedAt));
    };
    let Some(index) = table.headers().iter().position(|found| found == header) else {
        return Ok(true);
    };
    let told: Vec<DateForm> = source.date_forms.iter().filter_map(|form| form.parse().ok()).collect();
    Ok(match table.columns.field(index).data_type() {
        _ if !told.is_empty() => told.iter().any(DateForm::has_clock),
        DataType::Date32 | DataType::Date64 => false,
        DataType::Timestamp(..) => true,
        _ => {
            let samples = sample_column(table, index)?;
            let detected = detect_date_forms(&samples);
            detected.forms.iter().any(|found| found.form.has_clock())
        }
    })
}
