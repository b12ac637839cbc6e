//! Memory: who hands it out, and when it goes back to the system.
//!
//! The one place of the program that is not checked by the compiler: the allocator's options can only be set through its
//! C interface.

use std::ffi::{c_int, c_long};

/// Allocation is a good part of import and aggregation; this allocator halves it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of `mimalloc.h`: after how many milliseconds memory that was freed goes back to the system.
const PURGE_DELAY: c_int = 15;

/// Never.
const KEEP: c_long = -1;

#[expect(unsafe_code, reason = "functions of the allocator above, which is always linked; see `mimalloc.h`")]
mod option {
    use super::{c_int, c_long};

    unsafe extern "C" {
        // Both take any number: one that is no option is ignored, and its value is 0.
        safe fn mi_option_set(option: c_int, value: c_long);
        #[cfg(test)]
        safe fn mi_option_get(option: c_int) -> c_long;
    }

    pub(super) fn set(option: c_int, value: c_long) {
        mi_option_set(option, value);
    }

    #[cfg(test)]
    pub(super) fn get(option: c_int) -> c_long {
        mi_option_get(option)
    }
}

/// Keeps freed memory for what comes next: for a command that does one thing and ends.
///
/// Given back and taken again, each page has to be cleared by the system first; that was a tenth of an import. What runs
/// on, such as the server, gives memory back.
pub(crate) fn keep_freed_memory() {
    option::set(PURGE_DELAY, KEEP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_the_one_that_is_meant() {
        // Its default in this version; another number here means that the options were renumbered.
        assert_eq!(option::get(PURGE_DELAY), 1_000);
        keep_freed_memory();
        assert_eq!(option::get(PURGE_DELAY), KEEP);
    }
}
