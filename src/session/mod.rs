//! Who plays, and from which World: pure state machines without I/O or clock.
//!
//! [`Host`] has the authority, [`Guest`] follows one host, and [`Authority`] is
//! whichever of them a peer is now.
//! Both take something that happened ([`In`]) and the time, and return what is to
//! be done ([`Out`]). Whatever the host decides reaches everyone as an [`Epoch`].
//!
//! Never here: a socket, a clock, a thread, a float, or trust in a byte from a peer.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

pub mod allowance;
mod authority;
pub mod colour;
pub mod epoch;
pub mod exchange;
pub mod guest;
pub mod host;
mod links;
pub mod message;
pub mod name;
mod order;
pub mod password;
pub mod roster;
pub mod testimony;
pub mod token;

pub use authority::Authority;
pub use colour::Colour;
pub use epoch::{Epoch, EpochError, SealedEpoch, Why, WorldBytes};
pub use exchange::{EndReason, In, Notice, Out, State};
pub use guest::{Guest, GuestConfig};
pub use host::{Host, HostConfig};
pub use links::{HEARTBEAT_EVERY, Ignored, SILENT_GONE, SILENT_WAITING};
pub use message::{Heartbeat, Lobby, Message, Refusal, Terms};
pub use name::{Build, Name, NameError};
pub use password::Key;
pub use roster::{Kind, Player, Roster, Seat};
pub use testimony::{Account, Exhibit, Page, Source};
pub use token::{Owner, Token};

use serde::{Deserialize, Serialize};

/// Milliseconds since some fixed moment, given as an argument.
pub type Millis = u64;

/// A machine in the room, named by its signalling server.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct PeerId(pub u128);

impl std::fmt::Display for PeerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", (self.0 >> 96) as u32)
    }
}

/// How well a bot plays.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum BotLevel {
    /// Slow to aim, slow to fire.
    Easy,
    /// A fair opponent.
    #[default]
    Normal,
    /// Wastes nothing.
    Hard,
}
