//! The `dangol` command.
fn main() {}
