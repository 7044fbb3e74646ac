//! Measures the figures of docs/performance.md and prints them beside their goals.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml [PART OF A NAME]`
//!
//! It never fails because of a time: a busy machine is no bug. All timings are taken in
//! turns within one run, and each is also given as a multiple of copying one World,
//! which can be compared between machines.

mod peers;
mod script;
mod sim;
mod timer;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut benches = sim::benches();
    benches.extend(words::benches());
    // The first is the measure of the others.
    let mut first = true;
    benches.retain(|b| std::mem::take(&mut first) || b.name.contains(&wanted));
    if peers::TICK_NAME.contains(&wanted) {
        benches.push(peers::tick_without_rollback());
    }
    timer::print_sizes();
    timer::run(benches);
    if "wire".contains(&wanted) {
        peers::print_wire();
    }
    ExitCode::SUCCESS
}
