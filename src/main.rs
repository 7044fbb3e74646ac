//! The binary: parse arguments, start the log, run, exit code. Nothing else.
fn main() {}
