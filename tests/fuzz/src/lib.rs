//! What strangers can send, in every form chance can give it.
//!
//! Each module has one function that takes any bytes, reads them as a script of hostile moves and
//! plays it against the game. It panics when the game has a fault, and else returns.
//!
//! - Looking for new faults: `cargo +nightly fuzz run --fuzz-dir tests/fuzz guard`
//!   (or `control`, `evidence`, `snapshot`), from the root of the repository
//! - What was found on the way lies in `corpus` and is played again by every `cargo test`
//!   (`tests/it/corpus.rs`), which compiles these very files.

pub mod control;
pub mod evidence;
pub mod guard;
mod script;
pub mod snapshot;
