//! A new web bundle makes a new binary.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
