//! Many tests together.

use crate::error::{Error, Result};

/// p-values adjusted so that calling all those up to α true keeps the expected share of false ones among them at α:
/// the smallest over j ≥ i of m p₍ⱼ₎ / j, in the order of the input.
///
/// Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57
/// (1995), 289–300.
///
/// # Errors
/// [`Error::NotAProbability`].
///
/// ```
/// use dangol_models::hypothesis::benjamini_hochberg;
/// assert_eq!(benjamini_hochberg(&[0.01, 0.5, 0.02])?, [0.03, 0.5, 0.03]);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>> {
    if let Some(&value) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Error::NotAProbability { value });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let tests = p_values.len() as f64;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut least = 1.0_f64;
    for (place, at) in order.into_iter().enumerate() {
        let rank = tests - place as f64;
        least = least.min(p_values[at] * tests / rank);
        adjusted[at] = least;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_one_test_is_not_changed() {
        assert_eq!(benjamini_hochberg(&[0.04]).unwrap(), [0.04]);
        assert!(benjamini_hochberg(&[]).unwrap().is_empty());
        assert!(benjamini_hochberg(&[0.1, f64::NAN]).is_err());
    }
}
