//! Proposing a mapping for files never seen before.
