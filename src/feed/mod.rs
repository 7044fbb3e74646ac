//! What was played, as a record that can be kept and played again: pure, without I/O.
//!
//! - [`tape`]: the inputs of every tick since an epoch began
//! - [`evidence`]: the file of an epoch that went wrong, with the Worlds of two peers
//! - [`diff`]: plays an evidence file again and says what differs first, and whose World it is
//!
//! Whatever is decoded here may come from a stranger's file: it is bounded in size and time, and
//! a World in it is stepped only after it was found legal.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

pub mod diff;
pub mod evidence;
pub mod tape;

pub use diff::{Findings, explain};
pub use evidence::{Evidence, EvidenceError, Testimony};
pub use tape::{Recorder, Tape};
