//! Numbered tasks on several threads, whose results arrive in the order of their numbers.

use std::{num::NonZeroUsize, ops::ControlFlow, sync::mpsc::sync_channel, thread};

/// Runs `work(0)`, `work(1)`, … on `threads` threads until it returns `None`, and hands each result to
/// `consume` in order, so that the outcome does not depend on the number of threads. A thread
/// waits with its result until it is asked for, which bounds memory. Ends early when `consume` breaks.
///
/// # Errors
/// Those of `consume`.
pub(crate) fn ordered<T: Send, E>(
    threads: NonZeroUsize,
    work: impl Fn(u64) -> Option<T> + Sync,
    mut consume: impl FnMut(T) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let step = threads.get() as u64;
    thread::scope(|scope| {
        let results: Vec<_> = (0..step)
            .map(|first| {
                let (sender, receiver) = sync_channel(0);
                let work = &work;
                scope.spawn(move || {
                    let mut task = first;
                    while let Some(result) = work(task) {
                        if sender.send(result).is_err() {
                            return; // The consumer has what it wanted.
                        }
                        task += step;
                    }
                });
                receiver
            })
            .collect();
        // The first thread without a result has reached the end; all later tasks lie beyond it.
        for receiver in results.iter().cycle() {
            let Ok(result) = receiver.recv() else { break };
            if consume(result)?.is_break() {
                break;
            }
        }
        Ok(())
    })
}
