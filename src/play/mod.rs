//! One peer's running match: the only user of ggrs, itself without I/O.
//!
//! Bytes go in, bytes come out, time is an argument. Nothing from the network
//! may reach ggrs except through [`guard`].

pub mod bundle;
pub mod guard;
#[cfg(test)]
pub(crate) mod testing;
pub mod wire;
