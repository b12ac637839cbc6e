//! Rows of the tables beside `order_lines`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray, UInt16Array, UInt32Array,
    new_null_array,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::feeds::{
    Faults, Feeds, Origin, Signs, Wanted, Writing, find_header, lacks, parse_numbers, sample_column,
};
use super::{Mapped, ToldCurrencies};
use crate::config::{Config, TableSource, Unpivot};
use crate::error::{MappingError, ShopError};
use crate::import::quarantine::Reason;
use crate::sources::{SourceBatch, SourceTable};
use crate::tables::TableSpec;
use crate::values::{NumberStyle, ParsedTime, detect_date_forms, is_missing, parse_number};

/// Columns that mapped rows have behind those of their table: the file's number and the line in it.
pub(in crate::import) const FURTHER_STAGED: [&str; 2] = ["__file", "__line"];

/// Maps the batches of one file.
pub(in crate::import) struct FurtherMapper {
    spec: &'static TableSpec,
    file: u16,
    feeds: Feeds,
    pub(in crate::import) told_currencies: ToldCurrencies,
    attributes: Vec<Attribute>,
    absent: Vec<(String, String)>,
    unpivot: Option<Pivoted>,
    /// Headers of the batches as they are mapped.
    headers: Vec<String>,
    schema: SchemaRef,
}

/// A column that only this shop has.
struct Attribute {
    name: String,
    /// Its place in the file; nothing where only other files have it.
    column: Option<usize>,
    kind: DataType,
    forms: Vec<crate::values::DateForm>,
    /// Values that were there and did not read as the kind.
    unreadable: AtomicU64,
}

/// Tables with amounts of the shop. What a customer pays in elsewhere is no amount of it.
const WITH_AMOUNTS: [&str; 3] = ["products", "promotions", "marketing_spend"];

/// Columns that become rows.
struct Pivoted {
    kept: Vec<usize>,
    columns: Vec<usize>,
    names: Vec<String>,
    schema: SchemaRef,
}

impl FurtherMapper {
    pub(in crate::import) fn new(
        config: &Config,
        spec: &'static TableSpec,
        source: &TableSource<String>,
        table: &SourceTable,
        all: &Schema,
        file: u16,
    ) -> Result<Self, ShopError> {
        let unpivot =
            source.unpivot.as_ref().map(|told| Pivoted::new(config, spec, told, table)).transpose()?;
        let columns = unpivot.as_ref().map_or_else(|| table.columns.clone(), |told| told.schema.clone());
        let all = Schema::try_merge([all.clone(), Schema::clone(&columns)]).unwrap_or_else(|_| all.clone());
        let headers = source.columns.iter().map(|(column, header)| (column, Origin::Header(header)));
        let expressions = source.expressions.iter().map(|(column, text)| (column, Origin::Expression(text)));
        // Names were checked when `shop.toml` was read.
        let wanted: Vec<Wanted<'_>> = headers
            .chain(expressions)
            .filter_map(|(name, from)| {
                spec.column(name).map(|column| Wanted {
                    name: column.name,
                    kind: column.kind,
                    from,
                    required: column.required,
                })
            })
            .collect();
        let words = source.values.iter().filter_map(|(name, words)| {
            spec.column(name)
                .map(|column| (column.name, words.clone().into_iter().collect::<HashMap<_, _>>()))
        });
        let writing = Writing {
            table: spec.name,
            decimal: source.decimal,
            date_forms: &source.date_forms,
            words: words.collect(),
            vital_time: None,
        };
        let feeds = Feeds::new(config, table, &columns, &all, &wanted, writing)?;
        for column in spec.columns.iter().filter(|column| column.required) {
            if !feeds.has(column.name) {
                return Err(MappingError::MissingColumn {
                    config: config.path(),
                    table: spec.name,
                    column: column.name,
                }
                .into());
            }
        }
        let attributes = source
            .attributes
            .iter()
            .map(|(name, header)| Attribute::new(config, spec, table, &columns, &all, name, header))
            .collect::<Result<Vec<_>, _>>()?;
        let mut absent = feeds.absent().to_vec();
        let lacking = source.attributes.iter().zip(&attributes).filter(|(_, one)| one.column.is_none());
        absent.extend(lacking.map(|((name, header), _)| (name.clone(), header.clone())));
        let kinds: Vec<(String, DataType)> =
            attributes.iter().map(|one| (one.name.clone(), one.kind.clone())).collect();
        let mut fields: Vec<Arc<Field>> = spec.schema(&kinds).fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(FURTHER_STAGED[0], DataType::UInt16, false)));
        fields.push(Arc::new(Field::new(FURTHER_STAGED[1], DataType::Int64, false)));
        Ok(Self {
            spec,
            file,
            feeds,
            told_currencies: if WITH_AMOUNTS.contains(&spec.name) {
                ToldCurrencies::of(&table.columns)
            } else {
                ToldCurrencies::default()
            },
            attributes,
            absent,
            unpivot,
            headers: columns.fields().iter().map(|field| field.name().clone()).collect(),
            // Required columns hold nulls until the faulty rows are out.
            schema: Arc::new(Schema::new(
                fields.iter().map(|field| field.as_ref().clone().with_nullable(true)).collect::<Vec<_>>(),
            )),
        })
    }

    /// Canonical columns and attributes that this file lacks and another has, each with what should feed it.
    pub(in crate::import) fn absent(&self) -> &[(String, String)] {
        &self.absent
    }

    /// Currencies that numbers were written with, by column.
    pub(in crate::import) fn signs(&self) -> BTreeMap<String, Signs> {
        self.feeds.signs()
    }

    /// Values of an attribute that were there and could not be read.
    pub(in crate::import) fn unreadable(&self, attribute: &str) -> u64 {
        let found = self.attributes.iter().find(|one| one.name == attribute);
        found.map_or(0, |one| one.unreadable.load(Ordering::Relaxed))
    }

    /// An attribute that files hold in different kinds is text in all of them; a file that lacks it
    /// goes by the others.
    pub(in crate::import) fn agree(mappers: &mut [Self]) {
        let attributes = mappers.first().map_or(0, |mapper| mapper.attributes.len());
        for at in 0..attributes {
            let attributes = mappers.iter().map(|mapper| &mapper.attributes[at]);
            let present: Vec<DataType> =
                attributes.filter(|one| one.column.is_some()).map(|one| one.kind.clone()).collect();
            let alike = present.windows(2).all(|pair| pair[0] == pair[1]);
            let agreed = present.first().filter(|_| alike).cloned().unwrap_or(DataType::Utf8);
            for mapper in mappers.iter_mut().filter(|mapper| mapper.attributes[at].kind != agreed) {
                mapper.attributes[at].kind = agreed.clone();
                let column = mapper.spec.columns.len() + at;
                let mut fields: Vec<Field> =
                    mapper.schema.fields().iter().map(|field| field.as_ref().clone()).collect();
                fields[column] = fields[column].clone().with_data_type(agreed.clone());
                mapper.schema = Arc::new(Schema::new(fields));
            }
        }
    }

    /// The schema of mapped rows.
    pub(in crate::import) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// How many rows of the table one row of the file stands for.
    pub(in crate::import) fn rows_per_row(&self) -> u64 {
        self.unpivot.as_ref().map_or(1, |told| told.columns.len() as u64)
    }

    /// Maps a batch. Every row comes out either in `rows` or in `rejected`.
    pub(in crate::import) fn map(&self, batch: &SourceBatch) -> Result<Mapped, ShopError> {
        self.told_currencies.note(batch)?;
        let pivoted;
        let batch = match &self.unpivot {
            None => batch,
            Some(told) => {
                pivoted = told.apply(batch)?;
                &pivoted
            }
        };
        let rows = batch.rows.num_rows();
        let mut faults = Faults::default();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for column in self.spec.columns {
            let values = self.feeds.column(column.name, column.kind, batch, &mut faults)?;
            if column.required && values.null_count() > 0 {
                for row in (0..rows).filter(|row| values.is_null(*row)) {
                    faults.add(row, column.name, Reason::Missing, String::new);
                }
            }
            columns.push(values);
        }
        for attribute in &self.attributes {
            columns.push(match attribute.column {
                Some(at) => attribute.read(batch.rows.column(at))?,
                None => new_null_array(&attribute.kind, rows),
            });
        }
        columns.push(Arc::new(UInt16Array::from(vec![self.file; rows])));
        columns.push(Arc::new(batch.lines.iter().map(|line| *line as i64).collect::<Int64Array>()));
        let staged = RecordBatch::try_new(self.schema.clone(), columns)?;
        Mapped::without(&staged, faults, batch, &self.headers, self.file)
    }
}

impl Attribute {
    /// Numbers and days are told from the head of the file; everything else is text.
    fn new(
        config: &Config,
        spec: &'static TableSpec,
        table: &SourceTable,
        columns: &SchemaRef,
        all: &Schema,
        name: &str,
        header: &str,
    ) -> Result<Self, ShopError> {
        if lacks(columns, all, header) {
            return Ok(Self {
                name: name.to_owned(),
                column: None,
                kind: DataType::Utf8,
                forms: Vec::new(),
                unreadable: AtomicU64::new(0),
            });
        }
        let column = find_header(config, table, columns, header, "attributes", spec.name)?;
        let typed = columns.field(column).data_type().clone();
        let (kind, forms) = match typed {
            DataType::Boolean | DataType::Date32 => (typed, Vec::new()),
            _ if typed.is_numeric() => (DataType::Float64, Vec::new()),
            DataType::Timestamp(..) | DataType::Date64 => (DataType::Date32, Vec::new()),
            _ => {
                let at = table.headers().iter().position(|found| *found == header).unwrap_or(column);
                let samples = sample_column(table, at)?;
                let filled: Vec<&str> =
                    samples.iter().map(|text| text.trim()).filter(|text| !is_missing(text)).collect();
                let numbers = filled.iter().all(|text| parse_number(text, NumberStyle::Point).is_some());
                let zeros =
                    filled.iter().any(|text| text.len() > 1 && text.starts_with('0') && !text.contains('.'));
                let dates = detect_date_forms(&filled);
                let dated: usize = dates.forms.iter().map(|found| found.matches).sum();
                if filled.is_empty() {
                    (DataType::Utf8, Vec::new())
                } else if numbers && !zeros {
                    (DataType::Float64, Vec::new())
                } else if dated * 100 >= filled.len() * 98 {
                    (DataType::Date32, dates.forms.into_iter().map(|found| found.form).collect())
                } else {
                    (DataType::Utf8, Vec::new())
                }
            }
        };
        let unreadable = AtomicU64::new(0);
        Ok(Self { name: name.to_owned(), column: Some(column), kind, forms, unreadable })
    }

    /// What does not read as the attribute's kind is missing, and counted: no row is lost for an attribute.
    fn read(&self, values: &ArrayRef) -> Result<ArrayRef, ShopError> {
        let is_text = matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let fault = || self.unreadable.fetch_add(1, Ordering::Relaxed);
        if self.kind == DataType::Float64 {
            let numbers = parse_numbers(values, NumberStyle::Point, &mut Signs::default(), |_, _| {
                fault();
            })?;
            return Ok(Arc::new(numbers));
        }
        if self.kind == DataType::Date32 && is_text {
            let text = cast(values, &DataType::Utf8)?;
            let days = text.as_string::<i32>().iter().map(|text| {
                let text = text.map(str::trim).filter(|text| !is_missing(text))?;
                match self.forms.iter().find_map(|form| form.parse(text)) {
                    Some(ParsedTime::Local { at, .. }) => Some(crate::time::days_since_epoch(at.date())),
                    Some(ParsedTime::Absolute(at)) => Some(at.as_second().div_euclid(86_400) as i32),
                    None => {
                        fault();
                        None
                    }
                }
            });
            return Ok(Arc::new(days.collect::<Date32Array>()));
        }
        if self.kind == DataType::Utf8 {
            let text = cast(values, &DataType::Utf8)?;
            let text = text.as_string::<i32>().iter();
            return Ok(Arc::new(
                text.map(|text| text.map(str::trim).filter(|text| !is_missing(text)))
                    .collect::<StringArray>(),
            ));
        }
        Ok(cast(values, &self.kind)?)
    }
}

impl Pivoted {
    fn new(
        config: &Config,
        spec: &'static TableSpec,
        told: &Unpivot,
        table: &SourceTable,
    ) -> Result<Self, ShopError> {
        let columns = told
            .columns
            .iter()
            .map(|header| find_header(config, table, &table.columns, header, "unpivot", spec.name))
            .collect::<Result<Vec<_>, _>>()?;
        let kept: Vec<usize> = (0..table.columns.fields().len()).filter(|at| !columns.contains(at)).collect();
        let mut fields: Vec<Field> = kept.iter().map(|at| table.columns.field(*at).clone()).collect();
        fields.push(Field::new(&told.name, DataType::Utf8, false));
        fields.push(Field::new(&told.value, DataType::Utf8, true));
        let names = if told.names.is_empty() { &told.columns } else { &told.names };
        Ok(Self { kept, columns, names: names.clone(), schema: Arc::new(Schema::new(fields)) })
    }

    /// Each row once per column, in the order of the file.
    fn apply(&self, batch: &SourceBatch) -> Result<SourceBatch, ShopError> {
        let (rows, times) = (batch.rows.num_rows(), self.columns.len());
        let repeated: UInt32Array = (0..rows * times).map(|at| Some((at / times) as u32)).collect();
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for at in &self.kept {
            columns.push(take(batch.rows.column(*at), &repeated, None)?);
        }
        let names: StringArray = (0..rows * times).map(|at| Some(self.names[at % times].as_str())).collect();
        columns.push(Arc::new(names));
        let texts = self
            .columns
            .iter()
            .map(|at| cast(batch.rows.column(*at), &DataType::Utf8))
            .collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<&StringArray> = texts.iter().map(AsArray::as_string::<i32>).collect();
        let values: StringArray = (0..rows * times)
            .map(|at| {
                let (values, row) = (texts[at % times], at / times);
                values.is_valid(row).then(|| values.value(row))
            })
            .collect();
        columns.push(Arc::new(values));
        Ok(SourceBatch {
            rows: RecordBatch::try_new(self.schema.clone(), columns)?,
            lines: repeated.values().iter().map(|row| batch.lines[*row as usize]).collect(),
            malformed: Vec::new(),
            bytes_read: batch.bytes_read,
        })
    }
}
