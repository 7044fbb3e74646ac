//! What a relay allows, and in which words it refuses and sends away. Numbers and names only: it
//! never counts anything itself.

use std::time::Duration;

use axum::extract::ws::close_code;
use axum::http::StatusCode;

/// The most peers in one room, unless another number is asked for.
pub const MAX_PEERS: usize = 16;
/// The longest message, in bytes.
pub const MAX_MESSAGE: usize = 16 * 1024;
/// Seconds' worth of messages that a peer may send at once: enough to greet a full room.
const BURST_SECONDS: u32 = 20;

/// What a relay allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rooms at a time; one that is left by everybody is forgotten.
    pub rooms: usize,
    /// Peers in one room.
    pub peers: usize,
    /// Connections at a time, those that have not yet said what they want included.
    pub connections: usize,
    /// Connections at a time from one address. An IPv6 network of 64 bits counts as one address.
    pub per_address: usize,
    /// Messages a peer may send in a second; twenty times as many at once after a silence.
    pub messages_per_second: u32,
    /// How long a connection may take to say what it wants and to take the answer.
    pub handshake: Duration,
    /// How long a peer may be silent. The game and matchbox's sockets send something every 10 s.
    pub idle: Duration,
    /// How long the peers have to take leave when the relay ends.
    pub farewell: Duration,
    /// The address of a client is what the proxy in front says it is. Only for a relay that nobody
    /// reaches but through that proxy: whoever does can give any address as his own.
    pub trust_proxy: bool,
}

impl Default for Limits {
    /// For a relay on the open internet.
    fn default() -> Self {
        Self {
            rooms: 1024,
            peers: MAX_PEERS,
            connections: 4096,
            per_address: 64,
            messages_per_second: 50,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(45),
            farewell: Duration::from_secs(3),
            trust_proxy: false,
        }
    }
}

impl Limits {
    /// For the relay inside a game, which has one room to serve.
    pub fn embedded() -> Self {
        Self {
            rooms: 16,
            connections: 256,
            per_address: 64,
            farewell: Duration::from_millis(500),
            ..Self::default()
        }
    }

    /// How many messages a peer may send at once.
    pub(super) fn burst(&self) -> u32 {
        self.messages_per_second.saturating_mul(BURST_SECONDS)
    }
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    RoomFull,
    NoRoomLeft,
    NoConnectionLeft,
    AddressFull,
    TooSlow,
    BadRoom,
    Closing,
}

impl Refusal {
    pub(super) const ALL: [Self; 7] = [
        Self::RoomFull,
        Self::NoRoomLeft,
        Self::NoConnectionLeft,
        Self::AddressFull,
        Self::TooSlow,
        Self::BadRoom,
        Self::Closing,
    ];

    /// The name in the metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::RoomFull => "room_full",
            Self::NoRoomLeft => "rooms",
            Self::NoConnectionLeft => "connections",
            Self::AddressFull => "address",
            Self::TooSlow => "handshake",
            Self::BadRoom => "bad_room",
            Self::Closing => "closing",
        }
    }

    /// What the player reads after "the relay did not let us in".
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::RoomFull => "this room is full",
            Self::NoRoomLeft => "this relay has no room left",
            Self::NoConnectionLeft => "this relay is full; try again in a minute",
            Self::AddressFull => "there are too many connections from your network",
            Self::TooSlow => "the request took too long",
            Self::BadRoom => "this is not a room name",
            Self::Closing => "this relay is closing; try again in a minute",
        }
    }

    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::AddressFull => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadRoom => StatusCode::BAD_REQUEST,
            Self::RoomFull | Self::NoRoomLeft | Self::NoConnectionLeft | Self::Closing => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

/// Why a peer's stay in its room has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Departure {
    /// It said so, or its connection is gone.
    Left,
    Idle,
    Flood,
    TooLong,
    SlowReader,
    Closing,
}

impl Departure {
    pub(super) const ALL: [Self; 6] =
        [Self::Left, Self::Idle, Self::Flood, Self::TooLong, Self::SlowReader, Self::Closing];

    /// The name in the metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Idle => "idle",
            Self::Flood => "rate",
            Self::TooLong => "size",
            Self::SlowReader => "slow_reader",
            Self::Closing => "closing",
        }
    }

    /// What the close frame says; `None` when there is nobody to read it.
    pub(super) const fn last_words(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Left => None,
            Self::Idle => Some((close_code::POLICY, "it was silent for too long")),
            Self::Flood => Some((close_code::POLICY, "it sent too many messages")),
            Self::TooLong => Some((close_code::SIZE, "its message was too long")),
            Self::SlowReader => Some((close_code::POLICY, "it did not read what it was sent")),
            Self::Closing => Some((close_code::AWAY, "the relay is closing")),
        }
    }
}
