//! How well chances came true.

use crate::error::{Error, Result, check_finite};
use crate::sum::Sum;

/// The area under the ROC curve: the chance that a row with the event was given a higher value than one without it,
/// equal values counting half (Mann and Whitney); `None` where all rows have the event or none has.
///
/// # Errors
/// [`Error::UnequalLengths`], [`Error::NotFinite`].
///
/// ```
/// use dangol_models::regression::area_under_curve;
/// assert_eq!(area_under_curve(&[0.1, 0.4, 0.4, 0.8], &[false, false, true, true])?, Some(0.875));
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn area_under_curve(values: &[f64], events: &[bool]) -> Result<Option<f64>> {
    check(values, events)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&left, &right| values[left].total_cmp(&values[right]));
    let happened = events.iter().filter(|event| **event).count();
    let others = events.len() - happened;
    if happened == 0 || others == 0 {
        return Ok(None);
    }
    // Pairs won, in halves, so that the count is exact.
    let (mut won, mut below) = (0_u64, 0_u64);
    for equal in order.chunk_by(|&left, &right| values[left] == values[right]) {
        let with = equal.iter().filter(|&&at| events[at]).count() as u64;
        let without = equal.len() as u64 - with;
        won += with * (2 * below + without);
        below += without;
    }
    Ok(Some(won as f64 / (2.0 * happened as f64 * others as f64)))
}

/// The Brier score: the mean squared difference of a chance and what happened (1 or 0); lower is better, and always
/// saying the true share p gives p (1 − p).
///
/// # Errors
/// [`Error::UnequalLengths`], [`Error::NotFinite`], [`Error::Empty`].
pub fn brier(chances: &[f64], events: &[bool]) -> Result<f64> {
    check(chances, events)?;
    if chances.is_empty() {
        return Err(Error::Empty { what: "a Brier score" });
    }
    let squares = chances.iter().zip(events).map(|(chance, event)| {
        let error = chance - f64::from(u8::from(*event));
        error * error
    });
    Ok(squares.collect::<Sum>().value() / chances.len() as f64)
}

fn check(values: &[f64], events: &[bool]) -> Result<()> {
    if values.len() != events.len() {
        return Err(Error::UnequalLengths { what: "events", left: values.len(), right: events.len() });
    }
    check_finite(values)
}
