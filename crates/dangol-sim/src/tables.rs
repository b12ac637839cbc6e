//! The tables of the export and of the truth, as Arrow record batches.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{
        ArrayRef, BooleanArray, Date32Array, FixedSizeListArray, Float64Array, Int32Array, RecordBatch,
        StringArray, StringBuilder, TimestampMicrosecondArray, UInt32Array,
    },
    datatypes::{DataType, Field, Schema, SchemaRef},
};

use crate::{
    Format, Options,
    customer::{TEST_ACCOUNTS, Traits, test_account},
    line::{Dirt, Line},
    process::Dropout,
    shop::Shop,
    words::{BROKEN_AMOUNTS, BROKEN_DATES, CATEGORIES, CHANNELS, COUNTRIES, PLATFORMS, REGIONS},
};

/// A table's columns: name, values, whether values may be missing.
pub(crate) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    pub(crate) fn new() -> Self {
        Self { fields: Vec::new(), arrays: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, array: impl arrow::array::Array + 'static) -> Self {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(Arc::new(array));
        self
    }

    pub(crate) fn batch(self) -> RecordBatch {
        // Each table makes its columns from one slice of rows, so that their lengths agree.
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays).expect("equal lengths")
    }
}

/// Schema of the order lines. Money and times are text in CSV, where they can be broken.
pub(crate) fn order_line_schema(shop: &Shop, format: Format) -> SchemaRef {
    order_lines(shop, format, &[], &mut OrderNumbers::after(0)).schema()
}

/// Numbers orders in order of time.
pub(crate) struct OrderNumbers {
    number: u64,
    current: Option<(u32, u32)>,
}

impl OrderNumbers {
    pub(crate) fn after(orders_before: u64) -> Self {
        Self { number: orders_before, current: None }
    }

    fn number(&mut self, line: &Line) -> u64 {
        if self.current != Some(line.order_key()) {
            self.current = Some(line.order_key());
            self.number += 1;
        }
        self.number
    }
}

/// Order lines in the given order, which must keep the lines of an order together.
pub(crate) fn order_lines(
    shop: &Shop,
    format: Format,
    lines: &[Line],
    numbers: &mut OrderNumbers,
) -> RecordBatch {
    let product = |line: &Line| &shop.products[usize::from(line.product)];
    let columns = Columns::new()
        .with("order_id", written(lines, |line, text| write!(text, "O{:09}", numbers.number(line))))
        .with("customer_id", customer_ids(lines));
    let columns = match format {
        Format::Parquet => columns.with("ordered_at", ordered_at(shop, lines)),
        Format::Csv => columns.with("ordered_at", ordered_at_text(shop, lines)),
    };
    let columns = columns
        .with("product_id", text(lines, |line| &product(line).id))
        .with("product_name", text(lines, |line| &product(line).name))
        .with("category", text(lines, |line| product(line).category))
        .with("quantity", Int32Array::from_iter_values(lines.iter().map(|line| i32::from(line.quantity))));
    let shipping = |line: &Line| i32::from(line.shipping);
    let columns = match format {
        Format::Parquet => columns
            .with("unit_price", money(lines, |line| line.unit_price))
            .with("discount", money(lines, |line| line.discount)),
        Format::Csv => columns
            .with("unit_price", unit_price_text(lines))
            .with("discount", money_text(lines, |line| line.discount)),
    };
    let columns = columns.with("coupon_code", coupon_codes(shop, lines));
    let columns = match format {
        Format::Parquet => columns.with("shipping", money(lines, shipping)),
        Format::Csv => columns.with("shipping", money_text(lines, shipping)),
    };
    columns
        .with("status", text(lines, |line| line.status.code()))
        .with("sales_platform", text(lines, |line| PLATFORMS[usize::from(line.platform)].0))
        .with("country", text(lines, |line| COUNTRIES[usize::from(line.country)].0))
        .batch()
}

fn customer_ids(lines: &[Line]) -> StringArray {
    let mut ids = StringBuilder::with_capacity(lines.len(), lines.len() * 9);
    for line in lines {
        match line.dirt {
            Dirt::MissingCustomer => ids.append_null(),
            // Writing to memory does not fail, here and below.
            Dirt::TestAccount => {
                let _ = write!(ids, "TEST{:04}", test_account(line.customer));
                ids.append_value("");
            }
            _ => {
                let _ = write!(ids, "M{:08}", u64::from(line.customer) + 1);
                ids.append_value("");
            }
        }
    }
    ids.finish()
}

fn coupon_codes(shop: &Shop, lines: &[Line]) -> StringArray {
    lines
        .iter()
        .map(|line| {
            let index = usize::from(line.promotion).checked_sub(1)?;
            Some(shop.promotions[index].code.as_str())
        })
        .collect()
}

fn ordered_at(shop: &Shop, lines: &[Line]) -> TimestampMicrosecondArray {
    let seconds = lines.iter().map(|line| line.second);
    seconds.map(|second| Some(shop.calendar.microseconds(second))).collect()
}

fn ordered_at_text(shop: &Shop, lines: &[Line]) -> StringArray {
    let mut date = (u32::MAX, String::new());
    written(lines, |line, text| {
        if line.dirt == Dirt::UnparsableDate {
            return text.write_str(BROKEN_DATES[line.order as usize % BROKEN_DATES.len()]);
        }
        let day = line.second / crate::calendar::DAY;
        if date.0 != day {
            date = (day, shop.calendar.date(day).to_string());
        }
        let second = line.second % crate::calendar::DAY;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(text, "{} {hour:02}:{minute:02}:{second:02}", date.1)
    })
}

fn unit_price_text(lines: &[Line]) -> StringArray {
    written(lines, |line, text| {
        if line.dirt == Dirt::UnparsableAmount {
            return text.write_str(BROKEN_AMOUNTS[line.order as usize % BROKEN_AMOUNTS.len()]);
        }
        write!(text, "{}", line.unit_price)
    })
}

fn money(lines: &[Line], won: impl Fn(&Line) -> i32) -> Float64Array {
    Float64Array::from_iter_values(lines.iter().map(|line| f64::from(won(line))))
}

fn money_text(lines: &[Line], won: impl Fn(&Line) -> i32) -> StringArray {
    written(lines, |line, text| write!(text, "{}", won(line)))
}

fn text<'a, T>(rows: &'a [T], value: impl Fn(&'a T) -> &'a str) -> StringArray {
    StringArray::from_iter_values(rows.iter().map(value))
}

fn written<T>(rows: &[T], mut write: impl FnMut(&T, &mut StringBuilder) -> std::fmt::Result) -> StringArray {
    let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 12);
    for row in rows {
        let _ = write(row, &mut builder);
        builder.append_value("");
    }
    builder.finish()
}

/// Schema of the customers table.
pub(crate) fn customer_schema(shop: &Shop) -> SchemaRef {
    customers(shop, &[]).schema()
}

/// Customers as the shop knows them.
pub(crate) fn customers(shop: &Shop, rows: &[Traits]) -> RecordBatch {
    let joined_at: TimestampMicrosecondArray = rows
        .iter()
        .map(|row| {
            let second = row.first_purchase.saturating_sub(row.signed_up_before);
            Some(shop.calendar.microseconds(second))
        })
        .collect();
    let language = shop.options.language;
    Columns::new()
        .with("customer_id", traits_ids(rows))
        .with("joined_at", joined_at)
        .with("gender", text(rows, |row| if row.female { "F" } else { "M" }))
        .with("birth_year", Int32Array::from_iter_values(rows.iter().map(|row| i32::from(row.birth_year))))
        .with("country", text(rows, |row| COUNTRIES[usize::from(row.country)].0))
        .with(
            "region",
            rows.iter()
                .map(|row| {
                    let region = REGIONS[usize::from(row.region)].0;
                    (row.country == 0).then(|| region.in_language(language))
                })
                .collect::<StringArray>(),
        )
        .with("acquisition_channel", text(rows, |row| CHANNELS[usize::from(row.channel)].code))
        .with("email_consent", rows.iter().map(|row| Some(row.email_consent)).collect::<BooleanArray>())
        .batch()
}

/// The test accounts as rows of the customers table: one sign-up in the first second, and nothing else known.
pub(crate) fn test_accounts(shop: &Shop) -> RecordBatch {
    let count = TEST_ACCOUNTS as usize;
    let none: [Option<&str>; TEST_ACCOUNTS as usize] = [None; TEST_ACCOUNTS as usize];
    Columns::new()
        .with(
            "customer_id",
            StringArray::from_iter_values((1..=TEST_ACCOUNTS).map(|n| format!("TEST{n:04}"))),
        )
        .with("joined_at", TimestampMicrosecondArray::from(vec![shop.calendar.microseconds(0); count]))
        .with("gender", StringArray::from(none.to_vec()))
        .with("birth_year", Int32Array::from(vec![None; count]))
        .with("country", StringArray::from(vec!["KR"; count]))
        .with("region", StringArray::from(none.to_vec()))
        .with("acquisition_channel", StringArray::from(none.to_vec()))
        .with("email_consent", BooleanArray::from(vec![None; count]))
        .batch()
}

/// The products table.
pub(crate) fn products(shop: &Shop) -> RecordBatch {
    let rows = &shop.products;
    Columns::new()
        .with("product_id", text(rows, |row| &row.id))
        .with("name", text(rows, |row| &row.name))
        .with("category", text(rows, |row| row.category))
        .with("list_price", Float64Array::from_iter_values(rows.iter().map(|row| f64::from(row.price))))
        .with("cost", Float64Array::from_iter_values(rows.iter().map(|row| f64::from(row.cost))))
        .with("stock", Int32Array::from_iter_values(rows.iter().map(|row| row.stock)))
        .batch()
}

/// The promotions table. Both days belong to the promotion.
pub(crate) fn promotions(shop: &Shop) -> RecordBatch {
    let rows = &shop.promotions;
    let Options { language, .. } = shop.options;
    let date = |day: u32| {
        let days = shop.calendar.microseconds(day * crate::calendar::DAY) / 86_400_000_000;
        Some(days as i32)
    };
    Columns::new()
        .with("promotion_id", text(rows, |row| &row.code))
        .with("coupon_code", text(rows, |row| &row.code))
        .with("name", text(rows, |row| &row.name))
        .with("starts_at", rows.iter().map(|row| date(row.first_day)).collect::<Date32Array>())
        .with("ends_at", rows.iter().map(|row| date(row.last_day)).collect::<Date32Array>())
        .with("kind", text(rows, |_| "percent"))
        .with("value", Float64Array::from_iter_values(rows.iter().map(|row| f64::from(row.percent))))
        .with(
            "category",
            rows.iter()
                .map(|row| Some(CATEGORIES[row.category?].name.in_language(language)))
                .collect::<StringArray>(),
        )
        .batch()
}

/// Schema of the truth table.
pub(crate) fn truth_schema(shop: &Shop, with_contacts: bool) -> SchemaRef {
    truth(shop, &[], with_contacts.then(Vec::new)).schema()
}

/// What is true of each customer. Rates per day; `mu` is missing under BG/NBD, `dropout_probability` under
/// Pareto/NBD; `alive_until` is missing for those alive at the end of the span. In a shop with contacts
/// `response_probability` is the probability with which each responds to one.
pub(crate) fn truth(shop: &Shop, rows: &[Traits], responses: Option<Vec<f64>>) -> RecordBatch {
    let moments = |second: fn(&Traits) -> Option<u32>| -> TimestampMicrosecondArray {
        rows.iter().map(|row| second(row).map(|second| shop.calendar.microseconds(second))).collect()
    };
    let numbers = |value: fn(&Traits) -> Option<f64>| -> Float64Array { rows.iter().map(value).collect() };
    let affinities = Float64Array::from_iter_values(rows.iter().flat_map(|row| row.affinities));
    let item = Arc::new(Field::new("item", DataType::Float64, true));
    let affinities = FixedSizeListArray::new(item, CATEGORIES.len() as i32, Arc::new(affinities), None);
    let columns = Columns::new()
        .with("customer_id", traits_ids(rows))
        .with("lambda", numbers(|row| Some(row.lambda)))
        .with(
            "mu",
            numbers(|row| match row.dropout {
                Dropout::Rate(mu) => Some(mu),
                Dropout::Chance(_) => None,
            }),
        )
        .with(
            "dropout_probability",
            numbers(|row| match row.dropout {
                Dropout::Rate(_) => None,
                Dropout::Chance(p) => Some(p),
            }),
        )
        .with("lifetime_days", numbers(|row| row.lifetime))
        .with("alive_until", moments(|row| row.dies_at))
        .with("first_purchase_at", moments(|row| Some(row.first_purchase)))
        .with("last_purchase_at", moments(|row| Some(row.last_purchase)))
        .with("purchases", UInt32Array::from_iter_values(rows.iter().map(|row| row.purchases)))
        .with("revenue", numbers(|row| Some(row.revenue as f64)))
        .with("mean_spend", numbers(|row| Some(row.mean_spend)))
        .with("channel", text(rows, |row| CHANNELS[usize::from(row.channel)].code))
        .with("coupon_driven", rows.iter().map(|row| Some(row.coupon_driven)).collect::<BooleanArray>())
        .with("affinities", affinities);
    match responses {
        Some(responses) => columns.with("response_probability", Float64Array::from(responses)).batch(),
        None => columns.batch(),
    }
}

pub(crate) fn traits_ids(rows: &[Traits]) -> StringArray {
    written(rows, |row, text| write!(text, "M{:08}", u64::from(row.number) + 1))
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn tables_agree_with_their_schemas() {
        let shop = Shop::new(&Options::default());
        let schema = order_line_schema(&shop, Format::Parquet);
        let ordered_at = schema.field_with_name("ordered_at").expect("the column");
        let naive = DataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(ordered_at.data_type(), &naive);
        assert_eq!(test_accounts(&shop).schema(), customer_schema(&shop));
    }
}
