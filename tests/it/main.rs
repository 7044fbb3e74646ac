//! The one integration-test binary: a file per area.
//!
//! Nothing here sends a byte outside this machine: network tests make a namespace of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test's panic is its report, in helpers as well"
)]

mod arena;
mod bless;
mod bot;
mod corpus;
mod couch;
mod deeds;
mod delays;
#[cfg(feature = "webrtc")]
mod doctor;
mod effects;
mod evidence;
mod fleet;
mod flood;
mod golden;
mod healing;
mod heard;
#[cfg(feature = "webrtc")]
mod home;
#[cfg(all(feature = "webrtc", target_os = "linux"))]
mod hostile;
#[cfg(feature = "webrtc")]
mod lan;
mod map;
mod matches;
mod migration;
#[cfg(all(feature = "webrtc", target_os = "linux"))]
mod migrations;
#[cfg(all(feature = "webrtc", target_os = "linux"))]
mod nat;
#[cfg(feature = "webrtc")]
mod net;
#[cfg(feature = "webrtc")]
mod netns;
#[cfg(all(feature = "webrtc", target_os = "linux"))]
mod nginx;
#[cfg(all(feature = "window", feature = "webrtc", target_os = "linux"))]
mod pictures;
#[cfg(all(feature = "webrtc", target_os = "linux"))]
mod portmap;
#[cfg(feature = "webrtc")]
mod processes;
mod properties;
mod rules;
mod script;
mod session;
#[cfg(feature = "window")]
mod sounds;
mod tidy;
#[cfg(all(feature = "window", feature = "webrtc", target_os = "linux"))]
mod window;
mod wishes;
