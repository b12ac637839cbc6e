//! What values look like: the form of an identifier, the order of magnitude of an amount.

use std::sync::Arc;

use arrow::array::{AsArray, Int32Array, StringArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// `id_shape(text)` and `magnitude_index(number)`.
pub(super) fn functions() -> [ScalarUDF; 2] {
    let shape = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let ids = ColumnarValue::values_to_arrays(arguments)?.remove(0);
        let mut last: Option<(&str, String)> = None;
        let shapes: StringArray = ids
            .as_string::<i32>()
            .iter()
            .map(|id| {
                let id = id?;
                // Sorted tables repeat ids; one look for each run.
                if last.as_ref().is_none_or(|(before, _)| *before != id) {
                    last = Some((id, id_shape(id)));
                }
                last.as_ref().map(|(_, shape)| shape.clone())
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(shapes)))
    };
    let magnitude = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let numbers = ColumnarValue::values_to_arrays(arguments)?.remove(0);
        let indices: Int32Array =
            numbers.as_primitive::<Float64Type>().iter().map(|number| magnitude_index(number?)).collect();
        Ok(ColumnarValue::Array(Arc::new(indices)))
    };
    [
        create_udf("id_shape", vec![DataType::Utf8], DataType::Utf8, Volatility::Immutable, Arc::new(shape)),
        create_udf(
            "magnitude_index",
            vec![DataType::Float64],
            DataType::Int32,
            Volatility::Immutable,
            Arc::new(magnitude),
        ),
    ]
}

/// Which kinds of characters an identifier has, whatever their order: `A` Latin letters, `9` digits, `가` other
/// letters, `-` anything else. Of digits alone also how many: `9x6`.
fn id_shape(id: &str) -> String {
    let (mut latin, mut digits, mut letters, mut others) = (false, 0_usize, false, false);
    for character in id.chars() {
        match character {
            'a'..='z' | 'A'..='Z' => latin = true,
            '0'..='9' => digits += 1,
            other if other.is_alphabetic() => letters = true,
            _ => others = true,
        }
    }
    if digits > 0 && !latin && !letters && !others {
        return format!("9x{digits}");
    }
    let parts = [(latin, "A"), (digits > 0, "9"), (letters, "가"), (others, "-")];
    parts.into_iter().filter(|(has, _)| *has).map(|(_, part)| part).collect()
}

/// Quarters of a power of ten: 4 × log₁₀ of the number, rounded down; none for what is not above zero.
fn magnitude_index(number: f64) -> Option<i32> {
    (number.is_finite() && number > 0.0).then(|| (number.log10() * 4.0).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_identifiers() {
        for (id, shape) in [
            ("17850", "9x5"),
            ("C536379", "A9"),
            ("85123A", "A9"),
            ("GGOENEBQ078999", "A9"),
            ("2024-03/17", "9-"),
            ("상품12", "9가"),
            ("", ""),
        ] {
            assert_eq!(id_shape(id), shape, "{id}");
        }
    }

    #[test]
    fn quarters_of_a_power_of_ten() {
        assert_eq!(magnitude_index(1.0), Some(0));
        assert_eq!(magnitude_index(1.7), Some(0));
        assert_eq!(magnitude_index(1.8), Some(1));
        assert_eq!(magnitude_index(100.0), Some(8));
        assert_eq!(magnitude_index(0.01), Some(-8));
        assert_eq!([0.0, -1.0, f64::NAN, f64::INFINITY].map(magnitude_index), [None; 4]);
    }
}
