//! Where more groups stop explaining much: the elbow of the inertia's curve.
//!
//! Satopää, V., Albrecht, J., Irwin, D. and Raghavan, B. (2011), "Finding a 'kneedle' in a haystack: detecting knee
//! points in system behavior", ICDCS workshops: the point farthest below the straight line from the first to the last,
//! both axes stretched to 0…1.

/// The number of groups at the elbow of (groups, inertia) in ascending order of groups; `None` with fewer than three
/// points, or where no point lies below the line.
///
/// ```
/// use dangol_models::cluster::elbow::elbow;
/// assert_eq!(elbow(&[(1, 100.0), (2, 60.0), (3, 12.0), (4, 10.0), (5, 9.0)]), Some(3));
/// assert_eq!(elbow(&[(1, 3.0), (2, 2.0), (3, 1.0)]), None);
/// ```
#[must_use]
pub fn elbow(curve: &[(usize, f64)]) -> Option<usize> {
    let (first, last) = (curve.first()?, curve.last()?);
    let (wide, high) = (last.0 as f64 - first.0 as f64, first.1 - last.1);
    if curve.len() < 3 || !(high > 0.0 && high.is_finite()) {
        return None;
    }
    let below = |&(groups, inertia): &(usize, f64)| {
        let along = (groups - first.0) as f64 / wide;
        (first.1 - inertia) / high - along
    };
    let mut best = None;
    for point in curve {
        let depth = below(point);
        // A curve that is straight but for rounding has no elbow.
        if depth > best.map_or(1e-9, |(_, depth)| depth) {
            best = Some((point.0, depth));
        }
    }
    best.map(|(groups, _)| groups)
}
