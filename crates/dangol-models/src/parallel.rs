//! The same work on many inputs, on several threads, with answers in the order of the inputs.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As many threads as there are processors, where none are asked for.
pub(crate) fn threads_or_all(threads: usize) -> usize {
    if threads > 0 { threads } else { std::thread::available_parallelism().map_or(1, NonZero::get) }
}

/// `work(0)`, `work(1)`, …: each input is worked on by one thread alone, so that answers do not depend on their number.
pub(crate) fn map<T: Send>(threads: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads_or_all(threads).min(count);
    if threads <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= count {
                            return mine;
                        }
                        mine.push((at, work(at)));
                    }
                })
            })
            .collect();
        let parts = workers.into_iter().map(|worker| match worker.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        parts.flatten().collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_come_in_the_order_of_inputs() {
        for threads in [1, 2, 8] {
            assert_eq!(
                super::map(threads, 100, |at| at * at),
                (0..100).map(|at| at * at).collect::<Vec<_>>()
            );
        }
        assert_eq!(super::map(4, 0, |at| at), Vec::<usize>::new());
    }
}
