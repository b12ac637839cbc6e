//! One batch of a source's rows as canonical columns, and the rows that do not parse.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Float64Builder, Int64Array, PrimitiveArray,
    RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray, UInt8Array, UInt16Array, UInt64Array,
};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{DFSchema, hash_utils::create_hashes};
use datafusion::physical_expr::PhysicalExpr;

use super::cleaning::Rules;
use super::quarantine::{Reason, Rejected, row_as_json};
use crate::config::{Config, DecimalMark, TableSource, nearest};
use crate::error::{MappingError, ShopError};
use crate::order_lines::{CARRIED, Canonical, Kind, Status, arrow_type, moment_type};
use crate::sources::{SourceBatch, SourceTable};
use crate::time::{DAY_MICROS, LocalClock, local_micros};
use crate::values::{
    DateForm, NumberStyle, ParsedTime, detect_date_forms, identifier_column, is_missing, parse_number,
};

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

/// Where a canonical column's values come from in one file.
enum Feed {
    Column(usize),
    Expression(Expression),
}

struct Expression {
    expr: Arc<dyn PhysicalExpr>,
    /// The source columns that the expression reads.
    inputs: Vec<usize>,
    schema: SchemaRef,
}

/// Maps the batches of one file.
pub(super) struct Mapper {
    file: u16,
    feeds: HashMap<Canonical, Feed>,
    date_forms: HashMap<Canonical, Vec<DateForm>>,
    number_style: NumberStyle,
    status_words: HashMap<String, Status>,
    clock: LocalClock,
    headers: Vec<String>,
    carried: Vec<Canonical>,
    schema: SchemaRef,
    rules: Arc<Rules>,
}

/// Rows that parsed, and those that did not.
pub(super) struct Mapped {
    pub(super) rows: RecordBatch,
    pub(super) rejected: Vec<Rejected>,
}

/// Which carried columns `shop.toml` maps, in the store's order.
pub(super) fn carried_columns(source: &TableSource) -> Vec<Canonical> {
    CARRIED
        .into_iter()
        .filter(|column| source.columns.contains_key(column) || source.expressions.contains_key(column))
        .collect()
}

impl Mapper {
    pub(super) fn new(
        config: &Config,
        source: &TableSource,
        table: &SourceTable,
        file: u16,
        rules: Arc<Rules>,
    ) -> Result<Self, ShopError> {
        let mut feeds = HashMap::new();
        for (column, header) in &source.columns {
            let index = find_header(config, table, header, *column)?;
            feeds.insert(*column, Feed::Column(index));
        }
        for (column, text) in &source.expressions {
            let expression = parse_expression(config, table, text, column.kind())?;
            feeds.insert(*column, Feed::Expression(expression));
        }
        for required in [Canonical::CustomerId, Canonical::OrderedAt] {
            if !feeds.contains_key(&required) {
                return Err(
                    MappingError::MissingColumn { config: config.path(), column: required.name() }.into()
                );
            }
        }
        let number_style = match source.decimal {
            Some(DecimalMark::Comma) => NumberStyle::Comma,
            Some(DecimalMark::Point) | None => NumberStyle::Point,
        };
        let date_forms = date_forms(config, source, table, &feeds)?;
        let carried = carried_columns(source);
        Ok(Self {
            file,
            date_forms,
            number_style,
            status_words: status_words(config, source)?,
            clock: LocalClock::new(&config.time_zone()),
            headers: table.headers().into_iter().map(str::to_owned).collect(),
            schema: staged_schema(&carried),
            carried,
            feeds,
            rules,
        })
    }

    /// Maps a batch. Every row of it comes out either in `rows` or in `rejected`.
    pub(super) fn map(&self, batch: &SourceBatch) -> Result<Mapped, ShopError> {
        let rows = batch.rows.num_rows();
        let mut faults = Faults::new();

        let customer_id = self.identifiers(Canonical::CustomerId, batch)?;
        let ordered_at = self.times(Canonical::OrderedAt, batch, &mut faults)?;
        let ordered_at = match ordered_at {
            Some(times) => times,
            None => TimestampMicrosecondArray::new_null(rows),
        };
        for row in 0..rows {
            if ordered_at.is_null(row) {
                faults.add(row, Canonical::OrderedAt, Reason::Missing, String::new);
            }
        }
        let order_id = self.order_ids(batch, customer_id.as_ref(), &ordered_at)?;

        let mut carried: HashMap<Canonical, ArrayRef> = HashMap::new();
        for column in &self.carried {
            let values: ArrayRef = match column.kind() {
                Kind::Identifier => {
                    Arc::new(self.identifiers(*column, batch)?.unwrap_or_else(|| nulls(rows)))
                }
                Kind::Text if *column == Canonical::Status => Arc::new(self.statuses(batch, &mut faults)?),
                Kind::Text => Arc::new(self.texts(*column, batch)?),
                Kind::Number => Arc::new(
                    self.numbers(*column, batch, &mut faults)?
                        .unwrap_or_else(|| Float64Array::new_null(rows)),
                ),
                Kind::Time => Arc::new(
                    self.times(*column, batch, &mut faults)?
                        .unwrap_or_else(|| TimestampMicrosecondArray::new_null(rows))
                        .with_timezone("UTC"),
                ),
            };
            carried.insert(*column, values);
        }
        let amount = self.numbers(Canonical::Amount, batch, &mut faults)?;
        reject_negative_prices(carried.get(&Canonical::UnitPrice), &mut faults);

        let is_cancelled = self.cancelled(&order_id, &carried, amount.as_ref());
        let net_revenue = net_revenue(rows, amount.as_ref(), &carried);
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
            Arc::new(batch.lines.iter().map(|line| *line as i64).collect::<Int64Array>()),
            Arc::new(fingerprints(&batch.rows)?),
        ];
        for column in &self.carried {
            if let Some(values) = carried.remove(column) {
                columns.push(values);
            }
        }
        let rule = self.rules.first_rule(&self.schema, &columns)?;
        columns[staged::RULE] = Arc::new(rule);
        let staged = RecordBatch::try_new(self.schema.clone(), columns)?;

        if faults.faulty.is_empty() {
            return Ok(Mapped { rows: staged, rejected: Vec::new() });
        }
        let keep = (0..rows).map(|row| Some(!faults.faulty.contains_key(&row))).collect();
        let rejected = faults
            .sorted()
            .into_iter()
            .map(|(row, fault)| Rejected {
                file: self.file,
                line: batch.lines[row],
                column: fault.column.name(),
                value: fault.value,
                reason: fault.reason,
                row: row_as_json(&batch.rows, &self.headers, row),
            })
            .collect();
        Ok(Mapped { rows: filter_record_batch(&staged, &keep)?, rejected })
    }

    /// The source's values for a column, before they are parsed.
    fn feed(&self, column: Canonical, batch: &SourceBatch) -> Result<Option<ArrayRef>, ShopError> {
        Ok(match self.feeds.get(&column) {
            None => None,
            Some(Feed::Column(index)) => Some(batch.rows.column(*index).clone()),
            Some(Feed::Expression(expression)) => Some(self.evaluate(expression, batch)?),
        })
    }

    fn evaluate(&self, expression: &Expression, batch: &SourceBatch) -> Result<ArrayRef, ShopError> {
        let inputs = expression
            .inputs
            .iter()
            .zip(expression.schema.fields())
            .map(|(index, field)| {
                let values = batch.rows.column(*index);
                if field.data_type() == &DataType::Float64 && is_text(values.data_type()) {
                    // Text that is no number becomes null: the result is then missing, which
                    // is counted, rather than wrong.
                    Ok(Arc::new(parse_numbers(values, self.number_style, |_, _| {})?) as ArrayRef)
                } else {
                    Ok(values.clone())
                }
            })
            .collect::<Result<Vec<_>, ShopError>>()?;
        let input = RecordBatch::try_new_with_options(
            expression.schema.clone(),
            inputs,
            &arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.rows.num_rows())),
        )?;
        Ok(expression.expr.evaluate(&input)?.into_array(batch.rows.num_rows())?)
    }

    fn identifiers(&self, column: Canonical, batch: &SourceBatch) -> Result<Option<StringArray>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        Ok(Some(identifier_column(&values)?))
    }

    fn texts(&self, column: Canonical, batch: &SourceBatch) -> Result<StringArray, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(nulls(batch.rows.num_rows()));
        };
        let values = cast(&values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        let mut out = StringBuilder::with_capacity(values.len(), values.value_data().len());
        for value in values {
            out.append_option(value.map(str::trim).filter(|text| !is_missing(text)));
        }
        Ok(out.finish())
    }

    fn statuses(&self, batch: &SourceBatch, faults: &mut Faults) -> Result<StringArray, ShopError> {
        let words = self.texts(Canonical::Status, batch)?;
        let mut out = StringBuilder::with_capacity(words.len(), words.len() * 9);
        for (row, word) in words.iter().enumerate() {
            let Some(word) = word else {
                out.append_null();
                continue;
            };
            let status = self.status_words.get(word).copied().or_else(|| Status::read(word));
            if let Some(status) = status {
                out.append_value(status.word());
            } else {
                out.append_null();
                faults.add(row, Canonical::Status, Reason::UnknownStatus, || word.to_owned());
            }
        }
        Ok(out.finish())
    }

    fn numbers(
        &self,
        column: Canonical,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<Option<Float64Array>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        let numbers = parse_numbers(&values, self.number_style, |row, text| {
            faults.add(row, column, Reason::NotANumber, || text.to_owned());
        })?;
        Ok(Some(numbers))
    }

    fn times(
        &self,
        column: Canonical,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<Option<TimestampMicrosecondArray>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        let times = if is_text(values.data_type())
            || values.data_type().is_integer()
            || values.data_type().is_floating()
        {
            self.parse_times(column, &values, faults)?
        } else {
            self.cast_times(&values)?
        };
        let (earliest, latest) = (-631_152_000_000_000, 4_102_444_800_000_000); // 1950 … 2100
        let outside = |at: i64| at < earliest || at >= latest;
        if times.values().iter().any(|at| outside(*at)) {
            for row in 0..times.len() {
                if times.is_valid(row) && outside(times.value(row)) {
                    faults.add(row, column, Reason::ImpossibleDate, || text_of(&values, row));
                }
            }
        }
        Ok(Some(times))
    }

    fn parse_times(
        &self,
        column: Canonical,
        values: &ArrayRef,
        faults: &mut Faults,
    ) -> Result<TimestampMicrosecondArray, ShopError> {
        let values = cast(values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        let forms = self.date_forms.get(&column).map_or(&[][..], Vec::as_slice);
        let mut out = PrimitiveArray::<TimestampMicrosecondType>::builder(values.len());
        for (row, text) in values.iter().enumerate() {
            let Some(text) = text.map(str::trim).filter(|text| !is_missing(text)) else {
                out.append_null();
                continue;
            };
            match forms.iter().find_map(|form| form.parse(text)) {
                Some(ParsedTime::Local { at, .. }) => {
                    out.append_value(self.clock.to_utc(local_micros(at)));
                }
                Some(ParsedTime::Absolute(at)) => out.append_value(at.as_microsecond()),
                None => {
                    out.append_null();
                    // 2024-02-30, not 12/31/2024 among days first: that is a day in another form.
                    let no_such_day = forms.iter().any(|form| form.is_layout_of(text))
                        && detect_date_forms(&[text]).forms.is_empty();
                    let reason = if no_such_day { Reason::ImpossibleDate } else { Reason::NotADate };
                    faults.add(row, column, reason, || text.to_owned());
                }
            }
        }
        Ok(out.finish())
    }

    fn cast_times(&self, values: &ArrayRef) -> Result<TimestampMicrosecondArray, ShopError> {
        let local = !matches!(values.data_type(), DataType::Timestamp(_, Some(_)));
        let micros = cast(values, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let micros = micros.as_primitive::<TimestampMicrosecondType>();
        Ok(if local { micros.unary(|at| self.clock.to_utc(at)) } else { micros.clone() })
    }

    /// The order's id; where the source has none, customer and moment make the order.
    fn order_ids(
        &self,
        batch: &SourceBatch,
        customer_id: Option<&StringArray>,
        ordered_at: &TimestampMicrosecondArray,
    ) -> Result<StringArray, ShopError> {
        let ids = self.identifiers(Canonical::OrderId, batch)?;
        if let Some(ids) = &ids
            && ids.null_count() == 0
        {
            return Ok(ids.clone());
        }
        let mut out = StringBuilder::new();
        for row in 0..ordered_at.len() {
            if let Some(ids) = ids.as_ref().filter(|ids| ids.is_valid(row)) {
                out.append_value(ids.value(row))
            } else {
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
        (0..order_id.len())
            .map(|row| {
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
            })
            .collect()
    }
}

/// What the customer pays for the line: `amount`, else quantity × price − discount.
fn net_revenue(
    rows: usize,
    amount: Option<&Float64Array>,
    carried: &HashMap<Canonical, ArrayRef>,
) -> Float64Array {
    if let Some(amount) = amount {
        return amount.clone();
    }
    let column = |name| carried.get(&name).map(|values: &ArrayRef| values.as_primitive::<Float64Type>());
    let Some(price) = column(Canonical::UnitPrice) else {
        return Float64Array::new_null(rows);
    };
    let (quantity, discount) = (column(Canonical::Quantity), column(Canonical::Discount));
    let or = |values: Option<&Float64Array>, row: usize, default: f64| {
        values.filter(|v| v.is_valid(row)).map_or(default, |v| v.value(row))
    };
    (0..rows)
        .map(|row| {
            price.is_valid(row).then(|| or(quantity, row, 1.0) * price.value(row) - or(discount, row, 0.0))
        })
        .collect()
}

fn reject_negative_prices(price: Option<&ArrayRef>, faults: &mut Faults) {
    let Some(price) = price.map(arrow::array::AsArray::as_primitive::<Float64Type>) else {
        return;
    };
    for row in 0..price.len() {
        if price.is_valid(row) && price.value(row) < 0.0 {
            faults.add(row, Canonical::UnitPrice, Reason::NegativePrice, || price.value(row).to_string());
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

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, value) => is_text(value),
        other => matches!(other, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

fn text_of(values: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(values, row).unwrap_or_default()
}

/// Text is parsed as people write numbers; typed columns are cast. `fault` hears of text
/// that is no number.
fn parse_numbers(
    values: &ArrayRef,
    style: NumberStyle,
    mut fault: impl FnMut(usize, &str),
) -> Result<Float64Array, ShopError> {
    if !is_text(values.data_type()) {
        let numbers = cast(values, &DataType::Float64)?;
        let numbers = numbers.as_primitive::<Float64Type>();
        if numbers.values().iter().all(|x| x.is_finite()) {
            return Ok(numbers.clone());
        }
        return Ok(numbers
            .iter()
            .enumerate()
            .map(|(row, x)| {
                let x = x?;
                // NaN is how spreadsheets and pandas write "missing".
                if x.is_infinite() {
                    fault(row, &x.to_string());
                }
                x.is_finite().then_some(x)
            })
            .collect());
    }
    let text = cast(values, &DataType::Utf8)?;
    let text = text.as_string::<i32>();
    let mut out = Float64Builder::with_capacity(text.len());
    for (row, value) in text.iter().enumerate() {
        let number = match value.map(str::trim) {
            None => None,
            Some(value) if is_missing(value) => None,
            Some(value) => {
                let number = parse_number(value, style);
                if number.is_none() {
                    fault(row, value);
                }
                number
            }
        };
        out.append_option(number);
    }
    Ok(out.finish())
}

/// The first fault of each row.
struct Faults {
    faulty: HashMap<usize, Fault>,
}

struct Fault {
    column: Canonical,
    reason: Reason,
    value: String,
}

impl Faults {
    fn new() -> Self {
        Self { faulty: HashMap::new() }
    }

    fn add(&mut self, row: usize, column: Canonical, reason: Reason, value: impl FnOnce() -> String) {
        self.faulty.entry(row).or_insert_with(|| Fault { column, reason, value: value() });
    }

    fn sorted(self) -> Vec<(usize, Fault)> {
        let mut faults: Vec<_> = self.faulty.into_iter().collect();
        faults.sort_unstable_by_key(|(row, _)| *row);
        faults
    }
}

fn find_header(
    config: &Config,
    table: &SourceTable,
    header: &str,
    column: Canonical,
) -> Result<usize, ShopError> {
    let headers = table.headers();
    headers.iter().position(|found| *found == header).ok_or_else(|| {
        MappingError::MissingHeader {
            config: config.path(),
            line: config.line_of(column.name()),
            file: table.path.clone(),
            header: header.to_owned(),
            column: column.name(),
            nearest: nearest(header, headers.iter().copied()),
            headers: headers.iter().map(|&header| header.to_owned()).collect(),
        }
        .into()
    })
}

/// An expression over the file's headers. Columns that a number-valued expression reads from
/// text are parsed as numbers.
fn parse_expression(
    config: &Config,
    table: &SourceTable,
    text: &str,
    kind: Kind,
) -> Result<Expression, ShopError> {
    let typed: Vec<Field> = table
        .columns
        .fields()
        .iter()
        .map(|field| {
            let number = kind == Kind::Number && is_text(field.data_type());
            let data_type = if number { DataType::Float64 } else { field.data_type().clone() };
            Field::new(field.name(), data_type, true)
        })
        .collect();
    let bad = |detail: String| MappingError::BadExpression {
        config: config.path(),
        line: config.text.lines().position(|line| line.contains(text)).map_or(1, |at| at + 1),
        text: text.to_owned(),
        detail,
    };
    let session = crate::engine::expression_session();
    let all = DFSchema::try_from(Schema::new(typed.clone()))?;
    let parsed = session.parse_sql_expr(text, &all).map_err(|error| bad(first_line(&error.to_string())))?;
    let names: Vec<String> = parsed.column_refs().iter().map(|column| column.name.clone()).collect();
    let mut inputs = Vec::new();
    let mut fields = Vec::new();
    for (index, field) in typed.into_iter().enumerate() {
        if names.contains(field.name()) {
            inputs.push(index);
            fields.push(field);
        }
    }
    let schema = Arc::new(Schema::new(fields));
    let narrow = DFSchema::try_from(schema.as_ref().clone())?;
    let expr =
        session.create_physical_expr(parsed, &narrow).map_err(|error| bad(first_line(&error.to_string())))?;
    Ok(Expression { expr, inputs, schema })
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn status_words(config: &Config, source: &TableSource) -> Result<HashMap<String, Status>, ShopError> {
    let mut words = HashMap::new();
    for (word, canonical) in &source.values.status {
        let status = [Status::Completed, Status::Pending, Status::Cancelled, Status::Returned]
            .into_iter()
            .find(|status| status.word() == canonical)
            .ok_or_else(|| MappingError::UnknownStatus { config: config.path(), word: canonical.clone() })?;
        words.insert(word.clone(), status);
    }
    Ok(words)
}

/// The date forms of each time column: those of `shop.toml`, else detected from the head of
/// the file.
fn date_forms(
    config: &Config,
    source: &TableSource,
    table: &SourceTable,
    feeds: &HashMap<Canonical, Feed>,
) -> Result<HashMap<Canonical, Vec<DateForm>>, ShopError> {
    let mut told = Vec::new();
    for form in &source.date_forms {
        told.push(form.parse::<DateForm>().map_err(|_| MappingError::UnknownDateForm {
            config: config.path(),
            line: config.line_of("date_forms"),
            form: form.clone(),
        })?);
    }
    let mut forms = HashMap::new();
    for (column, feed) in feeds {
        let Feed::Column(index) = feed else { continue };
        if column.kind() != Kind::Time {
            continue;
        }
        let field = table.columns.field(*index);
        let untyped =
            is_text(field.data_type()) || field.data_type().is_integer() || field.data_type().is_floating();
        if !untyped {
            continue;
        }
        if !told.is_empty() {
            forms.insert(*column, told.clone());
            continue;
        }
        let samples = sample_column(table, *index)?;
        let detected = detect_date_forms(&samples);
        let found: Vec<DateForm> = detected.forms.into_iter().map(|found| found.form).collect();
        if found.is_empty()
            && *column == Canonical::OrderedAt
            && let Some(sample) = samples.iter().find(|text| !is_missing(text))
        {
            return Err(MappingError::NoDates {
                file: table.path.clone(),
                header: field.name().clone(),
                sample: sample.clone(),
            }
            .into());
        }
        forms.insert(*column, found);
    }
    Ok(forms)
}

/// Whether the values mapped to `ordered_at` carry a clock time.
pub(super) fn has_clock(source: &TableSource, table: &SourceTable) -> Result<bool, ShopError> {
    let Some(header) = source.columns.get(&Canonical::OrderedAt) else {
        return Ok(true);
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

/// Up to 20,000 values from the head of a file.
fn sample_column(table: &SourceTable, index: usize) -> Result<Vec<String>, ShopError> {
    const SAMPLES: usize = 20_000;
    let mut samples = Vec::new();
    for batch in table.read_columns(&[index])? {
        let batch = batch?;
        let values = cast(batch.rows.column(0), &DataType::Utf8)?;
        samples.extend(values.as_string::<i32>().iter().flatten().map(str::to_owned));
        if samples.len() >= SAMPLES {
            samples.truncate(SAMPLES);
            break;
        }
    }
    Ok(samples)
}

/// Only for messages: the file's name without its folders.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
