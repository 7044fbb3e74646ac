//! The network: peers are linked by WebRTC data channels, and find each other through a
//! signalling relay. This is the only place that knows matchbox.
//!
//! Bytes go in and bytes come out. What they mean, who is in the match and who is gone is decided
//! elsewhere; this module must never look inside a message.
//!
//! - [`address`]: room codes, and what a player types to name a room
//! - [`fakelag`]: latency, jitter, loss and duplication made on purpose
//! - `webrtc`: the links to the peers of a room (feature `webrtc`)
//! - `signal`: our end of the connection to the relay, used by `webrtc`
//! - `sdp`: the greetings of strangers, made harmless
//! - `relay`: the relay itself, a signalling server (feature `webrtc`)
//! - `stun` and `probe`: what a relay, a STUN and a TURN server answer, for whoever looks for a
//!   fault (feature `webrtc`)
//! - `portmap`: a port of the home's router that leads to the relay (feature `webrtc`)
//! - `lan`: rooms announced on the local network, and found there (feature `webrtc`)

use std::fmt;

use crate::session::PeerId;

pub mod address;
pub mod fakelag;
#[cfg(feature = "webrtc")]
pub mod lan;
#[cfg(feature = "webrtc")]
pub mod portmap;
#[cfg(feature = "webrtc")]
pub mod probe;
#[cfg(feature = "webrtc")]
pub mod relay;
#[cfg(feature = "webrtc")]
mod sdp;
#[cfg(feature = "webrtc")]
mod signal;
#[cfg(feature = "webrtc")]
pub mod stun;
#[cfg(feature = "webrtc")]
pub mod webrtc;

/// The two ways a message can travel to a peer. Each peer has both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lane {
    /// Lane 0: may be lost, doubled or overtaken, but is never held up by an older message.
    Unreliable,
    /// Lane 1: arrives once and in order, or the link is dead.
    Reliable,
}

impl Lane {
    /// The lane's number, which is also its data channel's: 0 or 1.
    pub const fn index(self) -> usize {
        match self {
            Lane::Unreliable => 0,
            Lane::Reliable => 1,
        }
    }
}

/// The way a link takes to a peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Route {
    /// From one machine to the other, without a router that changes addresses in between.
    Lan,
    /// Through such a router at one end or both, but straight.
    Direct,
    /// Over a TURN server.
    Relayed,
}

impl Route {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lan => "lan",
            Self::Direct => "direct",
            Self::Relayed => "relayed",
        }
    }
}

/// Something that happened on the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetEvent {
    /// The relay let us into the room; this is our own name there.
    Ready(PeerId),
    /// Another peer is in the room and a link to it is being set up. If no
    /// [`Connected`](NetEvent::Connected) follows, the networks of the two do not let them meet.
    Seen(PeerId),
    /// Both lanes to this peer are open.
    Connected(PeerId),
    /// The way to a linked peer is known now, or has become another; about a second after
    /// [`Connected`](NetEvent::Connected).
    Route(PeerId, Route),
    /// The peer left the relay, or its link closed. Only a hint: a peer that merely lost the relay
    /// is reported too while its link still carries messages.
    SignallingLeft(PeerId),
    /// The connection to the relay is gone. The links carry on, but nobody new can come.
    RelayLost,
    /// A message from a peer. Its bytes are not checked in any way.
    Received {
        /// Who sent it.
        from: PeerId,
        /// How it travelled.
        lane: Lane,
        /// The message.
        bytes: Box<[u8]>,
    },
    /// The network has ended and nothing follows; the socket has to be made anew.
    Closed(NetError),
}

/// Why the network could not be used. `Display` is one sentence that tells a player what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetError {
    /// What was typed as the room, the relay or an ICE server does not make sense.
    BadAddress(String),
    /// No relay answered at this address.
    RelayUnreachable {
        /// The relay's URL without the room.
        relay: String,
        /// What went wrong, from the operating system or the websocket.
        cause: String,
    },
    /// The relay answered, but did not let us in.
    RelayRefused {
        /// The relay's URL without the room.
        relay: String,
        /// Its reason.
        cause: String,
    },
    /// The connection to the relay ended while no peer was linked.
    RelayLost {
        /// The relay's URL without the room.
        relay: String,
    },
    /// This machine has no network on which peers could be found.
    NoNetwork(String),
    /// The relay cannot listen at this address.
    Bind {
        /// The address asked for.
        addr: String,
        /// What the operating system said, and what to do about it.
        cause: String,
    },
    /// The router did not open a port for the relay.
    PortMap {
        /// The relay's port on this machine.
        port: u16,
        /// Why not.
        cause: String,
    },
    /// The network code itself failed.
    Broken(String),
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NetError::BadAddress(sentence) => f.write_str(sentence),
            NetError::RelayUnreachable { relay, cause } => write!(
                f,
                "cannot reach the relay at {relay}: {cause}; check the address, or that the host is running"
            ),
            NetError::RelayRefused { relay, cause } => {
                write!(f, "the relay at {relay} did not let us in: {cause}")
            }
            NetError::RelayLost { relay } => write!(
                f,
                "the relay at {relay} closed the connection; join again, or check that the host is running"
            ),
            NetError::NoNetwork(cause) => write!(
                f,
                "this machine has no network to play on ({cause}); connect it to a network and try again"
            ),
            NetError::Bind { addr, cause } => write!(f, "cannot listen on {addr}: {cause}"),
            NetError::PortMap { port, cause } => write!(
                f,
                "no port of the router leads here: {cause}; forward TCP port {port} to this machine on the router's own pages, or meet at a relay on the internet with --relay"
            ),
            NetError::Broken(cause) => write!(
                f,
                "the network stopped unexpectedly ({cause}); join again, and report it if it happens twice"
            ),
        }
    }
}

impl std::error::Error for NetError {}
