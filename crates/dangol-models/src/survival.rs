//! Kaplan–Meier: the share of lives that have not ended by a time, where many have not ended yet.
//!
//! Lives without an end by the last look at them are *censored*: they count among those at risk until then and say
//! nothing afterwards. A plain share of ended lives among all would take them for lives that never end.
//!
//! Sources: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the American
//! Statistical Association 53 (1958), 457–481; variance: M. Greenwood (1926); interval on the scale of log(−log S):
//! J. D. Kalbfleisch and R. L. Prentice, "The Statistical Analysis of Failure Time Data" (1980).

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::error::Result;
use crate::proportion::upper_tail_point;

/// A life: how long it was seen, and whether it ended then.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Life {
    /// Time from its beginning to its end, or to the last look at it; in any unit.
    pub time: u32,
    /// Whether it ended at that time; else it is censored.
    pub ended: bool,
}

/// What the curve is from a time on, until the next step.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Step {
    /// When lives ended.
    pub time: u32,
    /// Lives seen until then and not ended before.
    pub at_risk: u64,
    /// Lives that ended at that time.
    pub ended: u64,
    /// S(t): probability of not having ended by then, the ends at this very time included.
    pub survival: f64,
    /// Standard error of S(t) after Greenwood.
    pub standard_error: f64,
    /// Lower end of the interval of S(t); equal to it where S is 0 or 1.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The Kaplan–Meier curve: one step for each time at which a life ended, ascending.
///
/// S(t) = ∏ (1 − dᵢ / nᵢ) over the times tᵢ ≤ t, with dᵢ ends among nᵢ at risk; lives censored at tᵢ are at risk at tᵢ.
/// Greenwood: Var S = S² Σ dᵢ / (nᵢ (nᵢ − dᵢ)); the interval is S^exp(± z √(Σ …) / ln S), which stays within 0 to 1.
///
/// # Errors
/// [`crate::Error::NotALevel`].
///
/// ```
/// use dangol_models::survival::{Life, kaplan_meier};
/// let lives = [Life { time: 1, ended: true }, Life { time: 2, ended: false }, Life { time: 3, ended: true }];
/// let curve = kaplan_meier(&lives, 0.95)?;
/// assert_eq!(curve.len(), 2);
/// assert!((curve[0].survival - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), dangol_models::Error>(())
/// ```
pub fn kaplan_meier(lives: &[Life], level: f64) -> Result<Vec<Step>> {
    let z = Normal::standard().inverse_cdf(upper_tail_point(level)?);
    let mut lives = lives.to_vec();
    lives.sort_unstable_by_key(|life| life.time);
    let mut curve = Vec::new();
    let mut at_risk = lives.len() as u64;
    let (mut survival, mut greenwood) = (1.0_f64, 0.0_f64);
    for same in lives.chunk_by(|left, right| left.time == right.time) {
        let ended = same.iter().filter(|life| life.ended).count() as u64;
        if ended > 0 {
            survival *= (at_risk - ended) as f64 / at_risk as f64;
            if ended < at_risk {
                greenwood += ended as f64 / (at_risk as f64 * (at_risk - ended) as f64);
            }
            let inside = survival > 0.0 && survival < 1.0;
            let wide = if inside { (z * greenwood.sqrt() / -survival.ln()).exp() } else { 1.0 };
            curve.push(Step {
                time: same[0].time,
                at_risk,
                ended,
                survival,
                standard_error: survival * greenwood.sqrt(),
                low: survival.powf(wide),
                high: survival.powf(1.0 / wide),
            });
        }
        at_risk -= same.len() as u64;
    }
    Ok(curve)
}

/// The last step at or before a time; `None` before the first, where S is 1.
#[must_use]
pub fn at(curve: &[Step], time: u32) -> Option<&Step> {
    curve[..curve.partition_point(|step| step.time <= time)].last()
}

/// The first time at which S is `survival` or less; `None` where the curve does not come down to it. The median is
/// `time_at(curve, 0.5)`.
#[must_use]
pub fn time_at(curve: &[Step], survival: f64) -> Option<u32> {
    // What is 0.5 on paper may be a hair above it as a product.
    curve.iter().find(|step| step.survival <= survival * (1.0 + 1e-12)).map(|step| step.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives(of: &[(u32, bool)]) -> Vec<Life> {
        of.iter().map(|&(time, ended)| Life { time, ended }).collect()
    }

    /// Weeks of remission under 6-mercaptopurine: Freireich et al., Blood 21 (1963), as in Kleinbaum and Klein,
    /// "Survival Analysis", table 2.1.
    #[test]
    fn published_remission_times() {
        let curve = kaplan_meier(
            &lives(&[
                (6, true),
                (6, true),
                (6, true),
                (6, false),
                (7, true),
                (9, false),
                (10, true),
                (10, false),
                (11, false),
                (13, true),
                (16, true),
                (17, false),
                (19, false),
                (20, false),
                (22, true),
                (23, true),
                (25, false),
                (32, false),
                (32, false),
                (34, false),
                (35, false),
            ]),
            0.95,
        )
        .unwrap();
        let published = [
            (6, 21, 0.8571, 0.0764),
            (7, 17, 0.8067, 0.0869),
            (10, 15, 0.7529, 0.0963),
            (13, 12, 0.6902, 0.1068),
            (16, 11, 0.6275, 0.1141),
            (22, 7, 0.5378, 0.1282),
            (23, 6, 0.4482, 0.1346),
        ];
        assert_eq!(curve.len(), published.len());
        for (step, (time, at_risk, survival, error)) in curve.iter().zip(published) {
            assert_eq!((step.time, step.at_risk), (time, at_risk));
            assert!((step.survival - survival).abs() < 6e-5, "{step:?}");
            assert!((step.standard_error - error).abs() < 6e-5, "{step:?}");
        }
        // SAS, PROC LIFETEST, conftype = loglog.
        assert!(
            (curve[0].low - 0.6197).abs() < 6e-5 && (curve[0].high - 0.9516).abs() < 6e-5,
            "{:?}",
            curve[0]
        );
        assert_eq!(time_at(&curve, 0.5), Some(23));
        assert_eq!(time_at(&curve, 0.4), None);
        assert_eq!(at(&curve, 5), None);
        assert_eq!(at(&curve, 12).map(|step| step.time), Some(10));
    }

    #[test]
    fn without_censoring_it_is_the_share_left() {
        let curve = kaplan_meier(&lives(&[(0, true), (2, true), (2, true), (5, true)]), 0.95).unwrap();
        let shares: Vec<f64> = curve.iter().map(|step| step.survival).collect();
        assert_eq!(shares, [0.75, 0.25, 0.0]);
        let last = curve[2];
        assert_eq!((last.low, last.high, last.standard_error), (0.0, 0.0, 0.0));
        assert_eq!(time_at(&curve, 0.25), Some(2));
    }

    #[test]
    fn nobody_and_nobody_ended() {
        assert!(kaplan_meier(&[], 0.95).unwrap().is_empty());
        assert!(kaplan_meier(&lives(&[(3, false); 4]), 0.95).unwrap().is_empty());
        assert!(kaplan_meier(&lives(&[(3, true)]), 1.0).is_err());
    }
}
