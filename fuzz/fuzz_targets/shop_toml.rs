//! `dangol_shop::fuzzing`: the target `shop_toml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dangol_shop::fuzzing::run("shop_toml", bytes));
