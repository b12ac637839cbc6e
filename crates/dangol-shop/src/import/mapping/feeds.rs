//! Canonical columns out of a source's batches: which header or expression feeds which, and how values are read.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Float64Builder, PrimitiveArray,
    RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::DFSchema;
use datafusion::physical_expr::PhysicalExpr;

use super::first_line;
use crate::config::{Config, DecimalMark, nearest};
use crate::error::{MappingError, ShopError};
use crate::import::quarantine::Reason;
use crate::order_lines::Kind;
use crate::sources::{SourceBatch, SourceTable};
use crate::time::{LocalClock, local_micros};
use crate::values::{
    DateForm, NumberStyle, ParsedTime, currency_of, detect_date_forms, identifier_column, is_missing,
    parse_flag, parse_month, parse_number, trimmed,
};

/// A canonical column that `shop.toml` maps.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct Wanted<'a> {
    pub(in crate::import) name: &'static str,
    pub(in crate::import) kind: Kind,
    pub(in crate::import) from: Origin<'a>,
    /// Whether every file must have it.
    pub(in crate::import) required: bool,
}

/// What `shop.toml` says a column is read from.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) enum Origin<'a> {
    Header(&'a str),
    Expression(&'a str),
}

/// How a source writes its values.
pub(in crate::import) struct Writing<'a> {
    /// The canonical table, for messages.
    pub(in crate::import) table: &'static str,
    pub(in crate::import) decimal: Option<DecimalMark>,
    pub(in crate::import) date_forms: &'a [String],
    /// Words in the file → canonical words, by column.
    pub(in crate::import) words: HashMap<&'static str, HashMap<String, String>>,
    /// The column without whose dates nothing can be done.
    pub(in crate::import) vital_time: Option<&'static str>,
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

/// Reads canonical columns from the batches of one file.
pub(in crate::import) struct Feeds {
    by_column: HashMap<&'static str, Feed>,
    /// Columns that this file lacks and another has, and what should feed them.
    absent: Vec<(String, String)>,
    date_forms: HashMap<&'static str, Vec<DateForm>>,
    words: HashMap<&'static str, HashMap<String, String>>,
    number_style: NumberStyle,
    clock: LocalClock,
    /// Currencies that numbers were written with, by column.
    signs: Mutex<BTreeMap<String, Signs>>,
}

impl Feeds {
    /// `columns` are those of the batches that will come, which are the file's unless they were turned into others;
    /// `all` are those of all files: what only this one lacks is missing in its rows.
    pub(in crate::import) fn new(
        config: &Config,
        table: &SourceTable,
        columns: &SchemaRef,
        all: &Schema,
        wanted: &[Wanted<'_>],
        writing: Writing<'_>,
    ) -> Result<Self, ShopError> {
        let mut by_column = HashMap::new();
        let mut absent = Vec::new();
        for one in wanted {
            let feed = match one.from {
                Origin::Header(header) if !one.required && lacks(columns, all, header) => {
                    absent.push((one.name.to_owned(), header.to_owned()));
                    continue;
                }
                Origin::Expression(text)
                    if !one.required && lacks_inputs(config, columns, all, text, one.kind) =>
                {
                    absent.push((one.name.to_owned(), text.to_owned()));
                    continue;
                }
                Origin::Header(header) => {
                    Feed::Column(find_header(config, table, columns, header, one.name, writing.table)?)
                }
                Origin::Expression(text) => {
                    Feed::Expression(parse_expression(config, columns, text, one.kind)?)
                }
            };
            by_column.insert(one.name, feed);
        }
        let date_forms = date_forms(config, table, columns, wanted, &writing)?;
        let number_style = match writing.decimal {
            Some(DecimalMark::Comma) => NumberStyle::Comma,
            Some(DecimalMark::Point) | None => NumberStyle::Point,
        };
        let clock = LocalClock::new(&config.time_zone());
        Ok(Self {
            by_column,
            absent,
            date_forms,
            words: writing.words,
            number_style,
            clock,
            signs: Mutex::default(),
        })
    }

    pub(in crate::import) fn absent(&self) -> &[(String, String)] {
        &self.absent
    }

    fn note(&self, column: &str, signs: &Signs) {
        if *signs != Signs::default() {
            let mut all = self.signs.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(column.to_owned()).or_default().merge(signs);
        }
    }

    /// Currencies that numbers were written with, by column.
    pub(in crate::import) fn signs(&self) -> BTreeMap<String, Signs> {
        self.signs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::import) fn has(&self, column: &str) -> bool {
        self.by_column.contains_key(column)
    }

    /// A column of any kind in the type of the store; null throughout where nothing feeds it.
    pub(in crate::import) fn column(
        &self,
        column: &'static str,
        kind: Kind,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<ArrayRef, ShopError> {
        let rows = batch.rows.num_rows();
        Ok(match kind {
            Kind::Identifier => {
                Arc::new(self.identifiers(column, batch)?.unwrap_or_else(|| StringArray::new_null(rows)))
            }
            Kind::Text => Arc::new(self.texts(column, batch)?),
            Kind::Number => {
                Arc::new(self.numbers(column, batch, faults)?.unwrap_or_else(|| Float64Array::new_null(rows)))
            }
            Kind::Time => Arc::new(
                self.times(column, batch, faults)?
                    .unwrap_or_else(|| TimestampMicrosecondArray::new_null(rows))
                    .with_timezone("UTC"),
            ),
            Kind::Date => Arc::new(self.days(column, batch, faults)?),
            Kind::Flag => Arc::new(self.flags(column, batch, faults)?),
        })
    }

    /// The source's values for a column, before they are parsed.
    fn feed(&self, column: &str, batch: &SourceBatch) -> Result<Option<ArrayRef>, ShopError> {
        Ok(match self.by_column.get(column) {
            None => None,
            Some(Feed::Column(index)) => Some(batch.rows.column(*index).clone()),
            Some(Feed::Expression(expression)) => Some(self.evaluate(column, expression, batch)?),
        })
    }

    fn evaluate(
        &self,
        column: &str,
        expression: &Expression,
        batch: &SourceBatch,
    ) -> Result<ArrayRef, ShopError> {
        let mut signs = Signs::default();
        let inputs = expression
            .inputs
            .iter()
            .zip(expression.schema.fields())
            .map(|(index, field)| {
                let values = batch.rows.column(*index);
                if field.data_type() == &DataType::Float64 && is_text(values.data_type()) {
                    // Text that is no number becomes null: the result is then missing, which
                    // is counted, rather than wrong.
                    let numbers = parse_numbers(values, self.number_style, &mut signs, |_, _| {})?;
                    Ok(Arc::new(numbers) as ArrayRef)
                } else {
                    Ok(values.clone())
                }
            })
            .collect::<Result<Vec<_>, ShopError>>()?;
        self.note(column, &signs);
        let input = RecordBatch::try_new_with_options(
            expression.schema.clone(),
            inputs,
            &arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.rows.num_rows())),
        )?;
        Ok(expression.expr.evaluate(&input)?.into_array(batch.rows.num_rows())?)
    }

    pub(in crate::import) fn identifiers(
        &self,
        column: &str,
        batch: &SourceBatch,
    ) -> Result<Option<StringArray>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        Ok(Some(identifier_column(&values)?))
    }

    /// Texts without blanks around them, in the canonical words where the source explains its own.
    pub(in crate::import) fn texts(
        &self,
        column: &str,
        batch: &SourceBatch,
    ) -> Result<StringArray, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(StringArray::new_null(batch.rows.num_rows()));
        };
        let words = self.words.get(column);
        let values = cast(&values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        if words.is_none()
            && let Some(texts) = with_nothing_to_clean(values)
        {
            return Ok(texts);
        }
        let mut out = StringBuilder::with_capacity(values.len(), values.value_data().len());
        for value in values {
            let text = value.map(trimmed).filter(|text| !is_missing(text));
            out.append_option(
                text.map(|text| words.and_then(|words| words.get(text)).map_or(text, |word| word)),
            );
        }
        Ok(out.finish())
    }

    pub(in crate::import) fn numbers(
        &self,
        column: &'static str,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<Option<Float64Array>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        let mut signs = Signs::default();
        let numbers = parse_numbers(&values, self.number_style, &mut signs, |row, text| {
            faults.add(row, column, Reason::NotANumber, || text.to_owned());
        })?;
        self.note(column, &signs);
        Ok(Some(numbers))
    }

    pub(in crate::import) fn times(
        &self,
        column: &'static str,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<Option<TimestampMicrosecondArray>, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(None);
        };
        let untyped = is_text(values.data_type())
            || values.data_type().is_integer()
            || values.data_type().is_floating();
        let times = if untyped {
            self.parse_times(column, &values, false, faults)?
        } else {
            self.cast_times(&values)?
        };
        let (earliest, latest) = (-631_152_000_000_000, 4_102_444_800_000_000); // 1950 … 2100
        reject_outside(column, &values, &times, earliest..latest, faults);
        Ok(Some(times))
    }

    /// Calendar days of the shop; a month stands for its first day.
    fn days(
        &self,
        column: &'static str,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<Date32Array, ShopError> {
        let Some(values) = self.feed(column, batch)? else {
            return Ok(Date32Array::new_null(batch.rows.num_rows()));
        };
        let untyped = is_text(values.data_type())
            || values.data_type().is_integer()
            || values.data_type().is_floating();
        let times = if untyped {
            self.parse_times(column, &values, true, faults)?
        } else {
            self.cast_times(&values)?
        };
        // From 1900 in every zone: people are older than shops.
        let (earliest, latest) = (-2_209_075_200_000_000, 4_102_444_800_000_000);
        reject_outside(column, &values, &times, earliest..latest, faults);
        Ok(times.iter().map(|at| at.map(|at| self.clock.day_of(at))).collect())
    }

    fn parse_times(
        &self,
        column: &'static str,
        values: &ArrayRef,
        months: bool,
        faults: &mut Faults,
    ) -> Result<TimestampMicrosecondArray, ShopError> {
        let values = cast(values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        let forms = self.date_forms.get(column).map_or(&[][..], Vec::as_slice);
        let mut out = PrimitiveArray::<TimestampMicrosecondType>::builder(values.len());
        // The lines of an order stand together and are of one moment.
        let mut last: Option<(&str, i64)> = None;
        for (row, text) in values.iter().enumerate() {
            let Some(text) = text.map(trimmed).filter(|text| !is_missing(text)) else {
                out.append_null();
                continue;
            };
            if let Some((of, at)) = last
                && of == text
            {
                out.append_value(at);
                continue;
            }
            let month = || if months { parse_month(text) } else { None };
            let at = match forms.iter().find_map(|form| form.parse(text)).or_else(month) {
                Some(ParsedTime::Local { at, .. }) => Some(self.clock.to_utc(local_micros(at))),
                Some(ParsedTime::Absolute(at)) => Some(at.as_microsecond()),
                None => None,
            };
            if let Some(at) = at {
                out.append_value(at);
                last = Some((text, at));
                continue;
            }
            out.append_null();
            // 2024-02-30, not 12/31/2024 among days first: that is a day in another form.
            let no_such_day = forms.iter().any(|form| form.is_layout_of(text))
                && detect_date_forms(&[text]).forms.is_empty();
            let reason = if no_such_day { Reason::ImpossibleDate } else { Reason::NotADate };
            faults.add(row, column, reason, || text.to_owned());
        }
        Ok(out.finish())
    }

    fn cast_times(&self, values: &ArrayRef) -> Result<TimestampMicrosecondArray, ShopError> {
        let local = !matches!(values.data_type(), DataType::Timestamp(_, Some(_)));
        let micros = cast(values, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let micros = micros.as_primitive::<TimestampMicrosecondType>();
        Ok(if local { micros.unary(|at| self.clock.to_utc(at)) } else { micros.clone() })
    }

    fn flags(
        &self,
        column: &'static str,
        batch: &SourceBatch,
        faults: &mut Faults,
    ) -> Result<BooleanArray, ShopError> {
        let texts = self.texts(column, batch)?;
        Ok(texts
            .iter()
            .enumerate()
            .map(|(row, text)| {
                let flag = parse_flag(text?);
                if flag.is_none() {
                    faults.add(row, column, Reason::NotYesOrNo, || text.unwrap_or_default().to_owned());
                }
                flag
            })
            .collect())
    }
}

fn reject_outside(
    column: &'static str,
    values: &ArrayRef,
    times: &TimestampMicrosecondArray,
    inside: std::ops::Range<i64>,
    faults: &mut Faults,
) {
    if times.values().iter().all(|at| inside.contains(at)) {
        return;
    }
    for row in 0..times.len() {
        if times.is_valid(row) && !inside.contains(&times.value(row)) {
            faults.add(row, column, Reason::ImpossibleDate, || text_of(values, row));
        }
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, value) => is_text(value),
        other => matches!(other, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// The texts themselves, empty ones as missing, where that is all there is to do to them: nothing is copied.
fn with_nothing_to_clean(texts: &StringArray) -> Option<StringArray> {
    let clean = |text: &str| text.is_empty() || trimmed(text).len() == text.len() && !is_missing(text);
    if !texts.iter().flatten().all(clean) {
        return None;
    }
    let present = texts.offsets().windows(2).map(|ends| ends[0] < ends[1]);
    let present = NullBuffer::from(present.collect::<BooleanBuffer>());
    let present = NullBuffer::union(texts.nulls(), Some(&present)).filter(|nulls| nulls.null_count() > 0);
    Some(StringArray::new(texts.offsets().clone(), texts.values().clone(), present))
}

fn text_of(values: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(values, row).unwrap_or_default()
}

/// Text is parsed as people write numbers; typed columns are cast. `fault` hears of text
/// that is no number.
pub(super) fn parse_numbers(
    values: &ArrayRef,
    style: NumberStyle,
    signs: &mut Signs,
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
        let number = match value.map(trimmed) {
            None => None,
            Some(value) if is_missing(value) => None,
            Some(value) => {
                let number = parse_number(value, style);
                match number {
                    None => fault(row, value),
                    Some(_) if is_signed(value) => signs.note(value),
                    Some(_) => {}
                }
                number
            }
        };
        out.append_option(number);
    }
    Ok(out.finish())
}

/// Whether a number may be written with a currency: it begins or ends with something else than a digit.
fn is_signed(number: &str) -> bool {
    let ends = [number.as_bytes().first(), number.as_bytes().last()];
    !ends.into_iter().flatten().all(u8::is_ascii_digit)
}

/// How many numbers are written with which currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::import) struct Signs(Vec<(&'static str, u64)>);

impl Signs {
    #[cold]
    fn note(&mut self, number: &str) {
        if let Some(currency) = currency_of(number) {
            self.add(currency, 1);
        }
    }

    fn add(&mut self, currency: &'static str, numbers: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, count)) => *count += numbers,
            None => self.0.push((currency, numbers)),
        }
    }

    pub(in crate::import) fn merge(&mut self, other: &Self) {
        for (currency, numbers) in &other.0 {
            self.add(currency, *numbers);
        }
    }

    /// The currencies with their numbers, the commonest first, if there are several. A sign that several currencies share
    /// may be that of one that is named otherwise, too.
    pub(in crate::import) fn mixed(&self) -> Option<Vec<(&'static str, u64)>> {
        let named = |codes: &[&str]| self.0.iter().any(|(known, _)| codes.contains(known));
        let mut found = self.0.clone();
        found.retain(|(currency, _)| match *currency {
            "$" => !named(&["USD"]),
            "¥" => !named(&["JPY", "CNY"]),
            "\\" => !named(&["KRW", "JPY"]),
            _ => true,
        });
        found.sort_by_key(|(currency, numbers)| (std::cmp::Reverse(*numbers), *currency));
        (found.len() > 1).then_some(found)
    }
}

/// The first fault of each row.
#[derive(Default)]
pub(in crate::import) struct Faults {
    faulty: HashMap<usize, Fault>,
}

pub(in crate::import) struct Fault {
    pub(in crate::import) column: &'static str,
    pub(in crate::import) reason: Reason,
    pub(in crate::import) value: String,
}

impl Faults {
    pub(in crate::import) fn add(
        &mut self,
        row: usize,
        column: &'static str,
        reason: Reason,
        value: impl FnOnce() -> String,
    ) {
        self.faulty.entry(row).or_insert_with(|| Fault { column, reason, value: value() });
    }

    pub(in crate::import) fn is_empty(&self) -> bool {
        self.faulty.is_empty()
    }

    /// Which of a number of rows are without fault.
    pub(in crate::import) fn faultless(&self, rows: usize) -> BooleanArray {
        (0..rows).map(|row| Some(!self.faulty.contains_key(&row))).collect()
    }

    pub(in crate::import) fn sorted(self) -> Vec<(usize, Fault)> {
        let mut faults: Vec<_> = self.faulty.into_iter().collect();
        faults.sort_unstable_by_key(|(row, _)| *row);
        faults
    }
}

/// Whether a file lacks a header that another file has.
pub(super) fn lacks(columns: &SchemaRef, all: &Schema, header: &str) -> bool {
    columns.index_of(header).is_err() && all.index_of(header).is_ok()
}

/// Whether an expression can be computed from the columns of all files, but not from this one's.
fn lacks_inputs(config: &Config, columns: &SchemaRef, all: &Schema, text: &str, kind: Kind) -> bool {
    parse_expression(config, columns, text, kind).is_err()
        && parse_expression(config, &Arc::new(all.clone()), text, kind).is_ok()
}

pub(super) fn find_header(
    config: &Config,
    table: &SourceTable,
    columns: &SchemaRef,
    header: &str,
    column: &'static str,
    of: &'static str,
) -> Result<usize, ShopError> {
    let headers: Vec<&str> = columns.fields().iter().map(|field| field.name().as_str()).collect();
    headers.iter().position(|found| *found == header).ok_or_else(|| {
        MappingError::MissingHeader {
            config: config.path(),
            line: config.line_in_source(of, column),
            file: table.path.clone(),
            header: header.to_owned(),
            column,
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
    columns: &SchemaRef,
    text: &str,
    kind: Kind,
) -> Result<Expression, ShopError> {
    let typed: Vec<Field> = columns
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

/// The date forms of each column of times: those of `shop.toml`, else detected from the head of the file.
fn date_forms(
    config: &Config,
    table: &SourceTable,
    columns: &SchemaRef,
    wanted: &[Wanted<'_>],
    writing: &Writing<'_>,
) -> Result<HashMap<&'static str, Vec<DateForm>>, ShopError> {
    let mut told = Vec::new();
    for form in writing.date_forms {
        told.push(form.parse::<DateForm>().map_err(|_| MappingError::UnknownDateForm {
            config: config.path(),
            line: config.line_in_source(writing.table, "date_forms"),
            form: form.clone(),
        })?);
    }
    let mut forms = HashMap::new();
    for one in wanted.iter().filter(|one| matches!(one.kind, Kind::Time | Kind::Date)) {
        let Origin::Header(header) = one.from else { continue };
        let Ok(field) = columns.field_with_name(header) else { continue };
        let untyped =
            is_text(field.data_type()) || field.data_type().is_integer() || field.data_type().is_floating();
        if !untyped {
            continue;
        }
        if !told.is_empty() {
            forms.insert(one.name, told.clone());
            continue;
        }
        let Some(index) = table.headers().iter().position(|found| *found == header) else { continue };
        let samples = sample_column(table, index)?;
        let detected = detect_date_forms(&samples);
        let found: Vec<DateForm> = detected.forms.into_iter().map(|found| found.form).collect();
        if found.is_empty()
            && writing.vital_time == Some(one.name)
            && let Some(sample) = samples.iter().find(|text| !is_missing(text))
        {
            return Err(MappingError::NoDates {
                file: table.path.clone(),
                header: header.to_owned(),
                sample: sample.clone(),
            }
            .into());
        }
        forms.insert(one.name, found);
    }
    Ok(forms)
}

/// Up to 20,000 values from the head of a file.
pub(super) fn sample_column(table: &SourceTable, index: usize) -> Result<Vec<String>, ShopError> {
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
