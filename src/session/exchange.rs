//! What goes into the machines of [`session`](super) and what comes out.

use std::fmt;

use super::{Account, BotLevel, Colour, Epoch, Exhibit, Message, Name, PeerId, Refusal};
use crate::sim::RuleSet;

/// Something that happened, or that the player wants.
#[derive(Clone, Copy, Debug)]
pub enum In<'a> {
    /// Somebody is in the room; the line to them is still being set up.
    Seen(PeerId),
    /// The data channels to a peer are open.
    Connected(PeerId),
    /// A control message (lane 1) arrived.
    Control {
        /// Who sent it.
        from: PeerId,
        /// As it came.
        bytes: &'a [u8],
    },
    /// A datagram of a peer arrived that makes sense.
    Heard(PeerId),
    /// The signalling server says that a peer is gone; a hint, no verdict.
    SignallingLeft(PeerId),
    /// Our own connection to the relay is gone, while the lines to peers carry on.
    RelayLost,
    /// Our own rollback session of this epoch has shaken hands with a peer. Tells
    /// whose fault it is when an epoch does not come up.
    PeerSynchronized {
        /// The epoch of that session.
        epoch: u32,
        /// With whom.
        peer: PeerId,
    },
    /// Our own rollback session of this epoch has shaken hands with everyone in it.
    Synchronized {
        /// The epoch of that session.
        epoch: u32,
    },
    /// Two settled Worlds of one tick differ.
    Desync {
        /// Whose differs from ours; ourselves if our own rollback session disagrees with it.
        peer: PeerId,
        /// The epoch it was seen in.
        epoch: u32,
        /// Our settled tick when it was seen.
        tick: u32,
    },
    /// A peer sends more than anybody should; nothing of it is read any more.
    Floods(PeerId),
    /// Play has stood for seconds because a peer's inputs do not come, although it is heard.
    HoldsUp {
        /// The epoch it was seen in.
        epoch: u32,
        /// Whose inputs are missing.
        peer: PeerId,
        /// Whose inputs it says it waits for itself.
        waits_for: Option<PeerId>,
    },
    /// Time went by; due about every 16 ms.
    Tick,
    /// Begin the first match (host).
    Start,
    /// Begin another match with whoever is there (host).
    Rematch {
        /// Of the new map; `None` draws them.
        seeds: Option<[u64; 2]>,
    },
    /// The player is ready, or not yet.
    SetReady(bool),
    /// One more bot in the lobby (host).
    AddBot(BotLevel),
    /// One bot less in the lobby (host).
    RemoveBot,
    /// A bot in the lobby plays better or worse; without a level it goes (host).
    SetBot {
        /// Whose.
        seat: u8,
        /// Its new level.
        level: Option<BotLevel>,
    },
    /// The rules of the next match (host).
    SetRules {
        /// The rule set.
        set: RuleSet,
        /// Length of the match; brought into its range.
        seconds: u16,
    },
    /// A person wants to be seen in this colour, also one whose seat is still to come.
    SetColour {
        /// The second person at this machine, and not the first.
        second: bool,
        /// Which.
        colour: Colour,
    },
    /// In the lobby: a person wants to be called this.
    SetName {
        /// The second person at this machine, and not the first.
        second: bool,
        /// What.
        name: &'a Name,
    },
    /// The player leaves.
    Leave,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// Send a control message (lane 1).
    Send {
        /// To whom.
        to: PeerId,
        /// At most [`message::MAX_BYTES`](super::message::MAX_BYTES).
        bytes: Vec<u8>,
    },
    /// Drop the running rollback session and begin this epoch. From the next call
    /// on `settled` is the settled World of this epoch.
    Begin(Box<Epoch>),
    /// A peer of the match says what it settled in an epoch that went wrong.
    Account {
        /// Who.
        from: PeerId,
        /// What.
        account: Box<Account>,
    },
    /// A peer of the match shows a World of such an epoch.
    Exhibit {
        /// Who.
        from: PeerId,
        /// What.
        exhibit: Box<Exhibit>,
    },
    /// The lobby looks different now.
    LobbyChanged,
    /// Something for the player to read.
    Notice(Notice),
    /// Close the link to this peer: nothing of it is wanted any more.
    Shut(PeerId),
    /// It is over; the machine takes nothing any more.
    Ended(EndReason),
}

/// Something for the player to read; the text is made where it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Somebody took a seat.
    Joined(Name),
    /// The second player at this machine got no seat: there was only one.
    NoSecondSeat(Name),
    /// Somebody said goodbye.
    Left(Name),
    /// Somebody fell silent.
    TimedOut(Name),
    /// Somebody was sent away.
    Refused {
        /// Who asked.
        name: Name,
        /// What they were told.
        why: Refusal,
    },
    /// The Worlds differed, and everyone goes on from the host's. With whose, if that
    /// is known here.
    Healed(Option<Name>),
    /// The host is another one now.
    NewHost(Name),
    /// A player was taken out because they could not play with the others.
    Dropped {
        /// Who.
        name: Name,
        /// What they were told.
        why: Refusal,
    },
}

/// Where a machine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A guest looks for the host.
    Joining,
    /// In the room, no match yet (a guest: accepted, waiting for the first epoch).
    Lobby,
    /// This epoch was announced; not everyone plays it yet.
    Starting(u32),
    /// This epoch is being played.
    Running(u32),
    /// Nothing more will come.
    Ended,
}

/// Why a machine came to its end. Its text tells the player what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The player wanted it.
    Left,
    /// The host said no.
    Refused(Refusal),
    /// Nobody who hosts was heard of in time.
    RoomNotFound,
    /// Somebody hosts, but no line to them came up in time.
    HostUnreachable,
    /// The host fell silent.
    HostGone,
    /// The host said goodbye.
    HostLeft,
    /// The host plays on without this peer.
    Removed,
    /// The host sent an epoch that cannot be played.
    BadEpoch,
    /// Somebody else hosts this room.
    RoomTaken,
    /// The host's own session did not come up.
    CannotStart,
}

/// Puts a message on its way.
pub(super) fn send(to: PeerId, message: &Message, out: &mut Vec<Out>) {
    out.push(Out::Send { to, bytes: message.encode() });
}

/// Whether an epoch begins with these.
pub(super) fn begins(out: &[Out]) -> bool {
    out.iter().any(|out| matches!(out, Out::Begin(_)))
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "you left the match",
            Self::Refused(why) => return write!(f, "the host refused: {why}"),
            Self::RoomNotFound => {
                "room not found: nobody hosts it, check the code with your friend and try again"
            }
            Self::HostUnreachable => {
                "the room is there but its host cannot be reached: both of you may need a STUN or TURN server (--ice)"
            }
            Self::HostGone => "the host is gone: host a room yourself, or join again later",
            Self::HostLeft => "the host ended the match: host a room yourself to play on",
            Self::Removed => "the match went on without you: join again to take a new seat",
            Self::BadEpoch => {
                "the host sent a match this build cannot play: update both programs to the same build"
            }
            Self::RoomTaken => {
                "somebody else already hosts this room: join it, or host with another code"
            }
            Self::CannotStart => "the match did not start: leave the room and host it again",
        })
    }
}

impl std::error::Error for EndReason {}
