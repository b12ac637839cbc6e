//! Distinct histories with the number of customers that have each.
//!
//! A likelihood depends on a customer only through x, t_x and T, and many share them: shops of
//! any size have few distinct rows when days are the grain. Rows come sorted, so that sums over
//! them do not depend on the order in which customers were given.

use super::history::{History, MOST_REPEATS, TimeUnit};
use crate::error::{Error, Result};

/// The histories of a group of customers, ready for a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Histories {
    unit: TimeUnit,
    /// Distinct times, ascending; rows refer to them by place.
    times: Vec<f64>,
    rows: Vec<Row>,
    groups: Vec<Group>,
    customers: u64,
    log_gaps: Option<f64>,
    longest: f64,
    total_age: f64,
    total_repeats: f64,
    threads: usize,
}

/// Rows that one thread takes at a time: of one x, and no more than [`LONGEST_BLOCK`].
pub(crate) struct Block<'a> {
    pub(crate) repeats: u32,
    pub(crate) rows: &'a [Row],
}

/// Rows of a block at most. Sums over blocks are added in the blocks' order, so that a result does
/// not depend on the number of threads.
const LONGEST_BLOCK: usize = 2048;

/// A distinct history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    /// Place of t_x among the times.
    pub(crate) last: u32,
    /// Place of T among the times.
    pub(crate) age: u32,
    /// Customers with this history.
    pub(crate) weight: f64,
}

/// The rows with one x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) repeats: u32,
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Customers in it.
    pub(crate) weight: f64,
}

impl Group {
    pub(crate) fn x(&self) -> f64 {
        f64::from(self.repeats)
    }
}

impl Histories {
    /// Compresses histories whose times are in `unit`.
    ///
    /// # Errors
    /// [`Error::Empty`] without any customer.
    pub fn new(unit: TimeUnit, customers: impl IntoIterator<Item = History>) -> Result<Self> {
        let customers: Vec<History> = customers.into_iter().collect();
        if customers.is_empty() {
            return Err(Error::Empty { what: "lifetime models" });
        }
        let keys = DayKeys::of(unit, &customers);
        let mut made = match keys {
            Some(keys) => keys.compressed(unit),
            None => compressed(unit, &customers),
        };
        made.customers = customers.len() as u64;
        made.log_gaps = log_gaps(&customers);
        Ok(made)
    }

    /// Compresses histories given in whole days, as they come from a calendar: repeat purchase
    /// days, days from the first purchase to the last, days from the first purchase to the as-of
    /// date. Times are then in `unit`.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::UnequalLengths`], [`Error::BadHistory`] as [`History::new`] has it.
    pub fn from_days(unit: TimeUnit, repeats: &[u32], last: &[u32], age: &[u32]) -> Result<Self> {
        for (what, other) in [("times of last purchase", last), ("ages", age)] {
            if other.len() != repeats.len() {
                return Err(Error::UnequalLengths { what, left: repeats.len(), right: other.len() });
            }
        }
        if repeats.is_empty() {
            return Err(Error::Empty { what: "lifetime models" });
        }
        let mut keys = Vec::with_capacity(repeats.len());
        let mut narrow = true;
        for ((&x, &last), &age) in repeats.iter().zip(last).zip(age) {
            if last > age || (x == 0) != (last == 0) || x > MOST_REPEATS {
                return Err(Error::BadHistory { repeats: x, last: f64::from(last), age: f64::from(age) });
            }
            narrow &= age < 1 << 16;
            keys.push(u64::from(x) << 32 | u64::from(age & 0xFFFF) << 16 | u64::from(last & 0xFFFF));
        }
        if narrow {
            let mut made = DayKeys(keys).compressed(unit);
            made.customers = repeats.len() as u64;
            return Ok(made);
        }
        let time = |days: u32| f64::from(days) / unit.days();
        let histories: Result<Vec<History>> = repeats
            .iter()
            .zip(last.iter().zip(age))
            .map(|(&x, (&last, &age))| History::new(x, super::TimeOfLastPurchase(time(last)), time(age)))
            .collect();
        Self::new(unit, histories?)
    }

    /// The unit of all times.
    #[must_use]
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// Customers.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// Distinct histories.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.rows.len()
    }

    /// The longest T.
    #[must_use]
    pub fn longest(&self) -> f64 {
        self.longest
    }

    /// Σ x over all customers.
    #[must_use]
    pub fn total_repeats(&self) -> f64 {
        self.total_repeats
    }

    /// Σ T over all customers.
    #[must_use]
    pub fn total_age(&self) -> f64 {
        self.total_age
    }

    /// Σ ln(gap) over all gaps between purchases, where every history has it.
    #[must_use]
    pub fn log_gaps(&self) -> Option<f64> {
        self.log_gaps
    }

    /// Each distinct history with its number of customers, sorted by x, T, t_x; without the gaps,
    /// of which only the total is kept.
    pub fn iter(&self) -> impl Iterator<Item = (History, f64)> + '_ {
        self.groups.iter().flat_map(move |group| {
            self.rows[group.from..group.to].iter().filter_map(move |row| {
                let (last, age) = (self.times[row.last as usize], self.times[row.age as usize]);
                let history = History::new(group.repeats, super::TimeOfLastPurchase(last), age);
                // They were histories when they came.
                Some((history.ok()?, row.weight))
            })
        })
    }

    /// Lets fits use so many threads, at least one; without this, as many as there are processors.
    /// Results are the same with any number.
    #[must_use]
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    /// How many threads fits may use.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// Applies a function to every block, on several threads where there are more than `few` blocks
    /// for each; in the order of the blocks.
    pub(crate) fn map_blocks<T: Send>(
        &self,
        few: usize,
        f: impl Fn(&Block<'_>) -> T + Sync,
    ) -> Vec<(Block<'_>, T)> {
        let blocks: Vec<Block<'_>> = self
            .groups
            .iter()
            .flat_map(|group| {
                let rows = self.rows[group.from..group.to].chunks(LONGEST_BLOCK);
                rows.map(|rows| Block { repeats: group.repeats, rows })
            })
            .collect();
        let threads = self.threads.min(self.rows.len() / LONGEST_BLOCK / few.max(1)).max(1);
        if threads == 1 {
            return blocks
                .into_iter()
                .map(|block| {
                    let found = f(&block);
                    (block, found)
                })
                .collect();
        }
        // Shares of about as many rows each.
        let share = self.rows.len().div_ceil(threads);
        let mut shares: Vec<Vec<Block<'_>>> = (0..threads).map(|_| Vec::new()).collect();
        let mut seen = 0;
        for block in blocks {
            let place = seen / share;
            seen += block.rows.len();
            shares[place].push(block);
        }
        std::thread::scope(|scope| {
            let workers: Vec<_> = shares
                .into_iter()
                .map(|share| {
                    let f = &f;
                    scope.spawn(move || {
                        share
                            .into_iter()
                            .map(|block| {
                                let found = f(&block);
                                (block, found)
                            })
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut found = Vec::new();
            for worker in workers {
                match worker.join() {
                    Ok(part) => found.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            found
        })
    }

    pub(crate) fn times(&self) -> &[f64] {
        &self.times
    }

    /// Groups of one x, ascending.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The largest x.
    pub(crate) fn most_repeats(&self) -> u32 {
        self.groups.last().map_or(0, |group| group.repeats)
    }

    /// About `most` of the distinct histories, evenly from all kinds; none where there are no more.
    pub(crate) fn thinned(&self, most: usize) -> Option<Self> {
        if self.rows.len() <= most {
            return None;
        }
        let every = self.rows.len().div_ceil(most);
        let all = self
            .groups
            .iter()
            .flat_map(|group| self.rows[group.from..group.to].iter().map(|row| (group.repeats, *row)));
        let mut rows: Vec<(u32, Row)> = all.step_by(every).collect();
        // Tables are made of the times that are left only.
        let mut used: Vec<u32> = rows.iter().flat_map(|(_, row)| [row.last, row.age]).collect();
        used.sort_unstable();
        used.dedup();
        let mut place_of = vec![0; self.times.len()];
        for (place, old) in used.iter().enumerate() {
            place_of[*old as usize] = place as u32;
        }
        for (_, row) in &mut rows {
            (row.last, row.age) = (place_of[row.last as usize], place_of[row.age as usize]);
        }
        let times = used.iter().map(|old| self.times[*old as usize]).collect();
        let mut made = Self::assemble(self.unit, times, rows.into_iter());
        made.threads = self.threads;
        made.customers = made.rows.iter().map(|row| row.weight).sum::<f64>() as u64;
        // The gaps' total is known of all customers only; it does not move a maximum.
        Some(made)
    }

    /// From distinct rows in order with their times' places.
    fn assemble(unit: TimeUnit, times: Vec<f64>, sorted: impl Iterator<Item = (u32, Row)>) -> Self {
        let mut made = Self {
            unit,
            times,
            rows: Vec::new(),
            groups: Vec::new(),
            customers: 0,
            log_gaps: None,
            longest: 0.0,
            total_age: 0.0,
            total_repeats: 0.0,
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        };
        for (repeats, row) in sorted {
            let place = made.rows.len();
            let age = made.times[row.age as usize];
            made.longest = made.longest.max(age);
            made.total_age += row.weight * age;
            made.total_repeats += row.weight * f64::from(repeats);
            made.rows.push(row);
            match made.groups.last_mut() {
                Some(group) if group.repeats == repeats => {
                    group.to = place + 1;
                    group.weight += row.weight;
                }
                _ => made.groups.push(Group { repeats, from: place, to: place + 1, weight: row.weight }),
            }
        }
        made
    }
}

/// x, T, t_x in one integer that sorts as they do, times in days; only where each time is a
/// whole number of days below 2¹⁶, which is nearly always and several times faster.
struct DayKeys(Vec<u64>);

impl DayKeys {
    fn of(unit: TimeUnit, customers: &[History]) -> Option<Self> {
        let days = unit.days();
        let whole = |time: f64| {
            let day = (time * days).round();
            // Bit for bit the same time, or compressing would change it.
            (day < 65536.0 && day / days == time).then_some(day as u64)
        };
        customers
            .iter()
            .map(|history| {
                Some(
                    u64::from(history.repeats()) << 32 | whole(history.age())? << 16 | whole(history.last())?,
                )
            })
            .collect::<Option<Vec<u64>>>()
            .map(Self)
    }

    fn compressed(mut self, unit: TimeUnit) -> Histories {
        self.0.sort_unstable();
        let mut seen = vec![false; 1 << 16];
        for key in &self.0 {
            seen[(key >> 16 & 0xFFFF) as usize] = true;
            seen[(key & 0xFFFF) as usize] = true;
        }
        let mut places = vec![0_u32; 1 << 16];
        let mut times = Vec::new();
        for (day, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
            places[day] = times.len() as u32;
            times.push(day as f64 / unit.days());
        }
        let runs = self.0.chunk_by(|left, right| left == right).map(|run| {
            let key = run[0];
            let age = places[(key >> 16 & 0xFFFF) as usize];
            let last = places[(key & 0xFFFF) as usize];
            ((key >> 32) as u32, Row { last, age, weight: run.len() as f64 })
        });
        Histories::assemble(unit, times, runs)
    }
}

/// For times of any kind.
fn compressed(unit: TimeUnit, customers: &[History]) -> Histories {
    // Positive finite numbers sort as their bits do.
    let mut keys: Vec<(u32, u64, u64)> =
        customers.iter().map(|h| (h.repeats(), h.age().to_bits(), h.last().to_bits())).collect();
    keys.sort_unstable();
    let mut bits: Vec<u64> = keys.iter().flat_map(|&(_, age, last)| [age, last]).collect();
    bits.sort_unstable();
    bits.dedup();
    let place = |time: u64| bits.partition_point(|&other| other < time) as u32;
    let runs = keys.chunk_by(|left, right| left == right).map(|run| {
        let (repeats, age, last) = run[0];
        (repeats, Row { last: place(last), age: place(age), weight: run.len() as f64 })
    });
    let times = bits.iter().map(|&bits| f64::from_bits(bits)).collect();
    Histories::assemble(unit, times, runs)
}

/// The total, summed in an order that does not depend on the customers' order.
fn log_gaps(customers: &[History]) -> Option<f64> {
    let mut sums: Vec<f64> = customers.iter().map(History::log_gaps).collect::<Option<_>>()?;
    sums.sort_unstable_by(f64::total_cmp);
    Some(crate::sum::sum(&sums))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::TimeOfLastPurchase;

    fn history(x: u32, last: f64, age: f64) -> History {
        History::new(x, TimeOfLastPurchase(last), age).unwrap()
    }

    #[test]
    fn equal_histories_become_one_row() {
        let days = [(0, 0, 10), (2, 7, 9), (0, 0, 10), (1, 3, 9), (2, 7, 9), (0, 0, 12)];
        let given = days.map(|(x, last, age)| history(x, f64::from(last) / 7.0, f64::from(age) / 7.0));
        let made = Histories::new(TimeUnit::Week, given).unwrap();
        assert_eq!((made.customers(), made.distinct(), made.total_repeats()), (6, 4, 5.0));
        assert_eq!(made.longest(), 12.0 / 7.0);
        let rows: Vec<(u32, f64)> =
            made.iter().map(|(history, weight)| (history.repeats(), weight)).collect();
        assert_eq!(rows, [(0, 2.0), (0, 1.0), (1, 1.0), (2, 2.0)]);

        let columns = |pick: fn(&(u32, u32, u32)) -> u32| days.iter().map(pick).collect::<Vec<_>>();
        let from_days =
            Histories::from_days(TimeUnit::Week, &columns(|d| d.0), &columns(|d| d.1), &columns(|d| d.2));
        assert_eq!(from_days.unwrap(), made);
    }

    #[test]
    fn times_off_the_calendar_are_kept_as_they_are() {
        let given = [history(1, 0.1, 0.7), history(1, 0.1, 0.7), history(1, 0.300_000_000_000_000_04, 0.7)];
        let made = Histories::new(TimeUnit::Day, given).unwrap();
        let rows: Vec<(f64, f64)> = made.iter().map(|(h, w)| (h.last(), w)).collect();
        assert_eq!(rows, [(0.1, 2.0), (0.300_000_000_000_000_04, 1.0)]);
    }

    #[test]
    fn days_beyond_the_narrow_key_are_compressed_as_well() {
        let made =
            Histories::from_days(TimeUnit::Day, &[1, 1], &[70_000, 70_000], &[90_000, 90_000]).unwrap();
        assert_eq!((made.distinct(), made.longest(), made.customers()), (1, 90_000.0, 2));
    }

    #[test]
    fn order_does_not_matter() {
        let mut given: Vec<History> = (0..50_u32)
            .map(|i| {
                let x = i % 4;
                let last = if x == 0 { 0.0 } else { 0.37 * f64::from(i) };
                history(x, last, 20.0 + 0.1 * f64::from(i % 7))
                    .with_log_gaps(if x == 0 { 0.0 } else { -f64::from(i) })
                    .unwrap()
            })
            .collect();
        let forwards = Histories::new(TimeUnit::Week, given.clone()).unwrap();
        given.reverse();
        assert_eq!(Histories::new(TimeUnit::Week, given).unwrap(), forwards);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(Histories::new(TimeUnit::Day, []), Err(Error::Empty { .. })));
        assert!(matches!(
            Histories::from_days(TimeUnit::Day, &[1], &[1, 2], &[3]),
            Err(Error::UnequalLengths { .. })
        ));
        for (x, last, age) in [(0, 1, 2), (1, 0, 2), (1, 3, 2)] {
            let given = Histories::from_days(TimeUnit::Day, &[x], &[last], &[age]);
            assert!(matches!(given, Err(Error::BadHistory { .. })), "{x} {last} {age}");
        }
        for (last, age) in [(f64::NAN, 1.0), (1.0, f64::NAN), (1.0, f64::INFINITY), (-1.0, 1.0)] {
            assert!(History::new(1, TimeOfLastPurchase(last), age).is_err());
        }
        assert!(history(2, 4.0, 5.0).with_log_gaps(2.0 * 2.1_f64.ln()).is_err(), "more than two equal gaps");
        assert!(history(0, 0.0, 5.0).with_log_gaps(1.0).is_err());
    }
}
