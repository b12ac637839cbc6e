//! Rows to be grouped: equal ones joined, in ascending order.

use rand::seq::index;

use super::stream;
use crate::error::{Error, Result, check_finite};

/// Distinct rows with how often each occurs, in ascending order of their columns, and where each row given went.
///
/// Many customers are alike (one order of the same kind), so that there are fewer distinct rows than customers; and an
/// order of their own makes random draws, sums and ties independent of the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    width: usize,
    values: Vec<f64>,
    weights: Vec<f64>,
    /// Ends of the runs of equal rows: the sums of the weights so far.
    ends: Vec<u64>,
    place: Vec<u32>,
}

impl Rows {
    /// Takes rows of `width` columns, one after the other.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows or columns, [`Error::NotFinite`], [`Error::UnequalLengths`] where the last row is
    /// not complete, [`Error::CountOutOfRange`] above 4 billion rows.
    ///
    /// ```
    /// use dangol_models::cluster::Rows;
    /// let rows = Rows::new(2, &[5.0, 1.0, 0.0, 0.0, 5.0, 1.0])?;
    /// assert_eq!((rows.given(), rows.distinct()), (3, 2));
    /// assert_eq!(rows.row(1), [5.0, 1.0]);
    /// assert_eq!(rows.weights(), [1.0, 2.0]);
    /// assert_eq!(rows.spread(&["zero", "one"]), ["one", "zero", "one"]);
    /// # Ok::<(), dangol_models::Error>(())
    /// ```
    pub fn new(width: usize, values: &[f64]) -> Result<Self> {
        check_finite(values)?;
        if width == 0 || values.is_empty() {
            return Err(Error::Empty { what: "groups" });
        }
        if !values.len().is_multiple_of(width) {
            return Err(Error::UnequalLengths { what: "columns", left: values.len(), right: width });
        }
        let count = values.len() / width;
        crate::error::check_count("rows", count, 1, u32::MAX as usize)?;
        let row = |at: u32| &values[at as usize * width..(at as usize + 1) * width];
        let compare = |left: &u32, right: &u32| {
            let pairs = row(*left).iter().zip(row(*right));
            // `+ 0.0` makes one of the two zeros.
            pairs.map(|(left, right)| (left + 0.0).total_cmp(&(right + 0.0))).find(|order| order.is_ne())
        };
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_unstable_by(|left, right| compare(left, right).unwrap_or(std::cmp::Ordering::Equal));
        let mut made = Self {
            width,
            values: Vec::with_capacity(values.len()),
            weights: Vec::new(),
            ends: Vec::new(),
            place: vec![0; count],
        };
        for equal in order.chunk_by(|left, right| compare(left, right).is_none()) {
            for &at in equal {
                made.place[at as usize] = made.weights.len() as u32;
            }
            made.values.extend(row(equal[0]).iter().map(|value| value + 0.0));
            made.weights.push(equal.len() as f64);
        }
        made.count_ends();
        Ok(made)
    }

    fn count_ends(&mut self) {
        let mut end = 0;
        self.ends = self
            .weights
            .iter()
            .map(|weight| {
                end += *weight as u64;
                end
            })
            .collect();
    }

    /// Columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows given, or drawn.
    #[must_use]
    pub fn given(&self) -> usize {
        self.place.len()
    }

    /// Distinct rows.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.weights.len()
    }

    /// The distinct rows one after the other.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// A distinct row.
    #[must_use]
    pub fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    /// How often each distinct row occurs.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What is known of each distinct row, for each row in the order given.
    #[must_use]
    pub fn spread<T: Clone>(&self, of_distinct: &[T]) -> Vec<T> {
        self.place.iter().map(|place| of_distinct[*place as usize].clone()).collect()
    }

    /// All rows given, one after the other.
    #[must_use]
    pub fn spread_rows(&self) -> Vec<f64> {
        self.place.iter().flat_map(|place| self.row(*place as usize).iter().copied()).collect()
    }

    /// The place among the distinct rows of each row given.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.place
    }

    /// `count` of the rows given, at random and without repeating one; all where there are no more.
    #[must_use]
    pub fn sample(&self, count: usize, seed: u64) -> Self {
        if count >= self.given() { self.clone() } else { self.weighted(&self.draw(count, seed)) }
    }

    /// How often each distinct row is among `count` of the rows given, drawn without repeating one.
    pub(crate) fn draw(&self, count: usize, seed: u64) -> Vec<f64> {
        if count >= self.given() {
            return self.weights.clone();
        }
        let mut drawn = index::sample(&mut stream(seed, 0), self.given(), count).into_vec();
        drawn.sort_unstable();
        let mut times = vec![0.0; self.distinct()];
        let mut at = 0;
        for position in drawn {
            while self.ends[at] <= position as u64 {
                at += 1;
            }
            times[at] += 1.0;
        }
        times
    }

    /// The same rows with other weights, whole numbers; those of weight 0 are left out.
    pub(crate) fn weighted(&self, weights: &[f64]) -> Self {
        let mut made = Self {
            width: self.width,
            values: Vec::new(),
            weights: Vec::new(),
            ends: Vec::new(),
            place: Vec::new(),
        };
        for (at, &weight) in weights.iter().enumerate() {
            if weight > 0.0 {
                let place = made.weights.len() as u32;
                made.place.extend(std::iter::repeat_n(place, weight as usize));
                made.values.extend_from_slice(self.row(at));
                made.weights.push(weight);
            }
        }
        made.count_ends();
        made
    }

    /// The place of the row at a position of the whole, equal rows counted as often as they occur.
    pub(crate) fn at_position(&self, position: u64) -> usize {
        self.ends.partition_point(|end| *end <= position)
    }

    /// The mean of each column.
    #[must_use]
    pub fn means(&self) -> Vec<f64> {
        let total = self.given() as f64;
        (0..self.width)
            .map(|column| {
                let terms = self.values.iter().skip(column).step_by(self.width).zip(&self.weights);
                terms.map(|(value, weight)| value * weight).collect::<crate::sum::Sum>().value() / total
            })
            .collect()
    }

    /// The sum of squared distances to the mean: what one group leaves unexplained.
    #[must_use]
    pub fn total_squares(&self) -> f64 {
        let means = self.means();
        let rows = self.values.chunks_exact(self.width).zip(&self.weights);
        rows.map(|(row, weight)| weight * super::squared(row, &means)).collect::<crate::sum::Sum>().value()
    }
}
