//! TankWarz: a top-down tank game that friends play peer to peer, with rollback.
//!
//! Every peer runs the same fixed-point simulation; GGRS exchanges only inputs;
//! one peer is the *host*, which hands out the map seeds and decides conflicts.

pub mod app;
pub mod bot;
pub mod cli;
pub mod config;
pub mod net;
pub mod play;
pub mod session;
pub mod sim;
pub mod view;
