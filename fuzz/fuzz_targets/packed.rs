//! `dangol_shop::fuzzing`: the target `packed`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dangol_shop::fuzzing::run("packed", bytes));
