//! `dangol_shop::fuzzing`: the target `json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dangol_shop::fuzzing::run("json", bytes));
