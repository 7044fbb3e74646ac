//! TankWarz: a top-down tank game that friends play peer to peer, with rollback.
//!
//! Every peer runs the same fixed-point simulation; GGRS exchanges only inputs;
//! one peer is the *host*, which hands out the map seeds and decides conflicts.
//!
//! The map of the crate, from the inside out:
//! - [`sim`]: the rules of the game; [`sim::step`] is all of it
//! - [`bot`]: a player made of code
//! - [`session`]: who plays, and from which World ([`session::Host`], [`session::Guest`])
//! - [`feed`]: what was played, to be played again ([`feed::Evidence`])
//! - [`play`]: one peer's running match ([`play::Match`]), the only user of ggrs
//! - [`net`]: WebRTC links and the relay, the only user of matchbox
//! - [`view`]: the window, the only user of ggez, kira and resvg
//! - [`words`]: every text of the window, in each language
//! - [`app`]: clocks, sockets, threads and files; with [`cli`] and [`config`] around it
//!
//! Words, one each:
//! - *tick*: one step of the simulation, 1/60 s, counted from the match's start
//! - *frame*: GGRS's count of ticks inside one epoch
//! - *epoch*: a stretch of a match played from one agreed World by one roster
//! - *seat*: a place in the match; the roster maps seats with a player to GGRS's handles
//! - *peer*: a machine; *host*: the peer that arbitrates, *guest*: any other
//! - *predicted*: may still be rolled back
//! - *settled*: every input is known; will not change inside this epoch

pub mod app;
pub mod bot;
pub mod cli;
pub mod config;
pub mod feed;
pub mod net;
pub mod play;
pub mod session;
pub mod sim;
pub mod view;
pub mod words;
