//! Rows that could not be used, kept whole with file, line, column, value and reason.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use serde::{Deserialize, Serialize};

use super::report::{QuarantineCount, Sample};
use crate::error::ShopError;
use crate::store::parquet_error;

/// The file of a snapshot that holds its quarantine.
pub const QUARANTINE_FILE: &str = "quarantine.parquet";

/// Why a row went to the quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Text where a number should be.
    NotANumber,
    /// No date in any of the source's forms.
    NotADate,
    /// A day that no calendar has, or one before 1950 or after 2099.
    ImpossibleDate,
    /// A required value is empty.
    Missing,
    /// A price below zero.
    NegativePrice,
    /// Neither yes nor no.
    NotYesOrNo,
    /// A status word that no value map explains.
    UnknownStatus,
    /// Fewer fields than columns.
    TooFewFields,
    /// More fields than columns.
    TooManyFields,
    /// Bytes that are not valid in the file's encoding.
    BadEncoding,
    /// A quote that is not closed.
    UnbalancedQuote,
    /// A NUL byte.
    NulByte,
    /// A row of more than a million bytes.
    TooLong,
    /// A line that is no JSON object.
    BadJson,
    /// A key that stands twice in a JSON object.
    RepeatedKey,
}

impl Reason {
    /// The name used in files and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::NotADate => "not_a_date",
            Self::ImpossibleDate => "impossible_date",
            Self::Missing => "missing",
            Self::NegativePrice => "negative_price",
            Self::NotYesOrNo => "not_yes_or_no",
            Self::UnknownStatus => "unknown_status",
            Self::TooFewFields => "too_few_fields",
            Self::TooManyFields => "too_many_fields",
            Self::BadEncoding => "bad_encoding",
            Self::UnbalancedQuote => "unbalanced_quote",
            Self::NulByte => "nul_byte",
            Self::TooLong => "too_long",
            Self::BadJson => "bad_json",
            Self::RepeatedKey => "repeated_key",
        }
    }

    /// In words: what is wrong and what to do, English and Korean.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotANumber => (
                "is not a number; correct it in the file, or set `decimal` if the shop writes 1.234,56",
                "숫자가 아니에요. 파일에서 고치거나, 1.234,56처럼 쓴다면 `decimal`을 설정해 주세요",
            ),
            Self::NotADate => (
                "is not a date in the form of the other rows; add its form to `date_forms`",
                "다른 행과 날짜 형식이 달라요. 그 형식을 `date_forms`에 추가해 주세요",
            ),
            Self::ImpossibleDate => (
                "is no day of the calendar, or lies before 1950 or after 2099",
                "달력에 없는 날짜이거나 1950년 이전, 2099년 이후의 날짜예요",
            ),
            Self::Missing => ("is empty, and a line needs it", "꼭 필요한 값이 비어 있어요"),
            Self::NegativePrice => (
                "is a price below zero: a correction in the books, not a sale",
                "0보다 작은 가격이에요. 판매가 아니라 장부 정정으로 보여요",
            ),
            Self::NotYesOrNo => (
                "is neither yes nor no; explain it under `values` of its source",
                "예/아니오가 아니에요. 해당 소스의 `values`에 뜻을 적어 주세요",
            ),
            Self::UnknownStatus => (
                "is not a known status; explain it under [sources.order_lines.values.status]",
                "알 수 없는 주문 상태예요. [sources.order_lines.values.status]에 뜻을 적어 주세요",
            ),
            Self::TooFewFields => ("the row has fewer fields than the header", "열 수가 머리글보다 적어요"),
            Self::TooManyFields => ("the row has more fields than the header", "열 수가 머리글보다 많아요"),
            Self::BadEncoding => (
                "the row holds bytes that are not valid in the file's encoding; set `encoding`",
                "파일 인코딩에 맞지 않는 글자가 있어요. `encoding`을 설정해 주세요",
            ),
            Self::UnbalancedQuote => ("a quote is opened and not closed", "따옴표가 닫히지 않았어요"),
            Self::NulByte => ("the row holds a NUL byte", "행에 NUL 바이트가 있어요"),
            Self::TooLong => ("the row is longer than a million bytes", "행이 백만 바이트를 넘어요"),
            Self::BadJson => ("the line is not a JSON object", "이 줄은 JSON 객체가 아니에요"),
            Self::RepeatedKey => (
                "a key stands twice in one record, and nobody knows which value is meant",
                "한 레코드에 같은 키가 두 번 있어 어느 값이 맞는지 알 수 없어요",
            ),
        }
    }

    /// The reason of a given name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
    }
}

/// One row in quarantine.
#[derive(Debug, Clone)]
pub(super) struct Rejected {
    pub(super) file: u16,
    pub(super) line: u64,
    pub(super) column: &'static str,
    pub(super) value: String,
    pub(super) reason: Reason,
    /// The row's cells by header, as a JSON object.
    pub(super) row: String,
}

/// A row's cells by header, as a JSON object.
pub(super) fn row_as_json(rows: &RecordBatch, headers: &[String], row: usize) -> String {
    let options = FormatOptions::default();
    let mut object = serde_json::Map::new();
    for (column, header) in rows.columns().iter().zip(headers) {
        let text = ArrayFormatter::try_new(column.as_ref(), &options)
            .map(|format| format.value(row).to_string())
            .unwrap_or_default();
        object.insert(header.clone(), text.into());
    }
    serde_json::Value::Object(object).to_string()
}

/// The columns of the quarantine.
#[must_use]
pub fn quarantine_schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("source"),
        text("file"),
        Field::new("line", DataType::Int64, false),
        text("column"),
        text("value"),
        text("reason"),
        text("row"),
    ]))
}

/// Writes the quarantine of an import as it goes.
pub(super) struct QuarantineWriter {
    writer: ArrowWriter<File>,
    path: std::path::PathBuf,
    schema: SchemaRef,
    files: Vec<String>,
    source: &'static str,
    counts: BTreeMap<(Reason, String), (u64, Sample)>,
    rows: u64,
}

impl QuarantineWriter {
    pub(super) fn create(folder: &Path) -> Result<Self, ShopError> {
        let path = folder.join(QUARANTINE_FILE);
        let schema = quarantine_schema();
        let file = File::create(&path).map_err(ShopError::io("writing", &path))?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(crate::store::writer_properties()))
            .map_err(parquet_error(&path))?;
        Ok(Self { writer, path, schema, files: Vec::new(), source: "", counts: BTreeMap::new(), rows: 0 })
    }

    /// What comes from now on is of this source and these files.
    pub(super) fn begin(&mut self, source: &'static str, files: Vec<String>) {
        (self.source, self.files) = (source, files);
    }

    /// How many rows of the source there were, and the counts by reason and column, most frequent first.
    pub(super) fn end(&mut self) -> (u64, Vec<QuarantineCount>) {
        let mut counts: Vec<QuarantineCount> = std::mem::take(&mut self.counts)
            .into_iter()
            .map(|((reason, column), (rows, sample))| QuarantineCount { reason, column, rows, sample })
            .collect();
        counts.sort_by(|a, b| b.rows.cmp(&a.rows).then(a.reason.cmp(&b.reason)));
        (std::mem::take(&mut self.rows), counts)
    }

    pub(super) fn write(&mut self, rejected: &[Rejected]) -> Result<(), ShopError> {
        if rejected.is_empty() {
            return Ok(());
        }
        for one in rejected {
            let file = &self.files[usize::from(one.file)];
            let sample = || Sample { file: file.clone(), line: one.line, value: one.value.clone() };
            let entry =
                self.counts.entry((one.reason, one.column.to_owned())).or_insert_with(|| (0, sample()));
            entry.0 += 1;
            // The earliest row is the sample, in whatever order the threads deliver.
            if (file.as_str(), one.line) < (entry.1.file.as_str(), entry.1.line) {
                entry.1 = sample();
            }
        }
        self.rows += rejected.len() as u64;
        let (source, files) = (self.source, &self.files);
        let names: StringArray =
            rejected.iter().map(|one| Some(files[usize::from(one.file)].as_str())).collect();
        let batch = RecordBatch::try_new(
            self.schema.clone(),
            vec![
                text(rejected, |_| source),
                Arc::new(names),
                Arc::new(rejected.iter().map(|one| one.line as i64).collect::<Int64Array>()),
                text(rejected, |one| one.column),
                text(rejected, |one| &one.value),
                text(rejected, |one| one.reason.code()),
                text(rejected, |one| &one.row),
            ],
        )?;
        self.writer.write(&batch).map_err(parquet_error(&self.path))
    }

    /// Closes the file.
    pub(super) fn finish(self) -> Result<(), ShopError> {
        let file = self.writer.into_inner().map_err(parquet_error(&self.path))?;
        file.sync_all().map_err(ShopError::io("writing", &self.path))
    }
}

fn text<'a>(rejected: &'a [Rejected], of: impl Fn(&'a Rejected) -> &'a str) -> Arc<StringArray> {
    Arc::new(rejected.iter().map(|one| Some(of(one))).collect())
}
