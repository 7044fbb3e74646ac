//! The control messages of lane 1: what they say and how they look on the wire.
//!
//! A message is one byte [`VERSION`] and then the postcard form of [`Message`].
//! Decoding takes bytes from strangers: it never panics and never allocates more
//! than the message is long.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::password::Proof;
use super::{
    Account, BotLevel, Build, Colour, Exhibit, Millis, Name, PeerId, Roster, SealedEpoch, Token,
};
use crate::sim::Rules;

/// Version of the whole protocol; the first byte of every message.
pub const VERSION: u8 = 6;

/// Longest message. The longest there is, an epoch with its World, is shorter.
pub const MAX_BYTES: usize = 4096;

/// What peers say to each other.
///
/// In every version of the protocol a refusal because of the version is the bytes
/// `[version, 0, 0, host's version, guest's version]`, so that the two can tell
/// each other. New kinds go to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// You cannot come in, or cannot stay.
    Refuse(Refusal),
    /// I want to play; to everyone, as it is not known who hosts.
    Hello(Hello),
    /// You are in. The token proves later that a seat is yours.
    Accept {
        /// `None` from a host that keeps no seats.
        token: Option<Token>,
        /// What whoever takes over from this host has to go on with.
        terms: Terms,
    },
    /// Who is in the room.
    Lobby(Box<Lobby>),
    /// I am ready, or not yet.
    SetReady(bool),
    /// Play this.
    Begin(Box<SealedEpoch>),
    /// My session of this epoch runs.
    Ready {
        /// Its number.
        epoch: u32,
    },
    /// I am here.
    Heartbeat(Heartbeat),
    /// I host this room; to every newcomer, so that two hosts find each other.
    Hosting(Hosting),
    /// I leave.
    Bye,
    /// My World differs from the host's, or from itself.
    Desync {
        /// In this epoch.
        epoch: u32,
        /// My settled tick when I saw it.
        tick: u32,
    },
    /// The room has a password: answer this.
    Challenge {
        /// Never used before.
        nonce: [u8; 16],
    },
    /// The proof that I know the password.
    Answer {
        /// See [`Key`](super::Key).
        proof: Proof,
    },
    /// After a desync: what I settled. To everyone in the roster.
    Account(Box<Account>),
    /// After a desync: my World of the tick since which we differ.
    Exhibit(Box<Exhibit>),
    /// I want to be seen in this colour, also while my seat is still to come.
    SetColour {
        /// It is the second person at my machine who wants it, and not the first.
        second: bool,
        /// Which.
        colour: Colour,
    },
    /// I want to be called this.
    SetName {
        /// It is the second person at my machine who wants it, and not the first.
        second: bool,
        /// What.
        name: Name,
    },
}

/// What a guest says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Of its simulation: peers with different ones would disagree about the World.
    pub fingerprint: u64,
    /// Its build, to be named in a refusal.
    pub build: Build,
    /// What it wants to be called.
    pub name: Name,
    /// From an earlier [`Message::Accept`].
    pub token: Option<Token>,
    /// What the second person at the machine wants to be called, if there is one.
    pub second: Option<Name>,
    /// In which colours the first and the second person want to be seen, if they chose any.
    pub colours: [Option<Colour>; 2],
}

/// The room as a player sees it before and beside the match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lobby {
    /// Who is here.
    pub roster: Roster,
    /// What the host chose; the side can still change with the number of tanks.
    pub rules: Rules,
    /// One bit a seat: ready. Bots always are.
    pub ready: u8,
    /// Seconds left of the match that runs; `None` before the first one.
    pub seconds: Option<u16>,
    /// Seats of the room, 1 to 8 from an honest host.
    pub seats: u8,
}

/// What the host decided about its room and no epoch tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Seats of the room; brought into 1 to 8 by whoever uses it.
    pub seats: u8,
    /// Side of every map, also brought into its range; `None` follows the number of tanks.
    pub side: Option<u8>,
    /// Newcomers may enter a match that runs.
    pub late_join: bool,
    /// The room has a password.
    pub locked: bool,
    /// The relay runs in the host's program, and ends with it.
    pub own_relay: bool,
    /// How well bots play that stand in for players who are away; `None` parks their seats.
    pub fill: Option<BotLevel>,
}

/// Sent to every peer of the room a few times a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The epoch the sender is in, 0 before the first.
    pub epoch: u32,
    /// Of the sender's newest settled World.
    pub tick: u32,
    /// Of the same World.
    pub hash: u64,
    /// Whom the sender takes for the host.
    pub host: Option<PeerId>,
    /// One bit a seat of the sender's roster: it was heard within the last second.
    pub hears: u8,
    /// One bit a seat: the sender's session of this epoch has shaken hands with it.
    pub shaken: u8,
    /// The sender's clock.
    pub sent_at: Millis,
    /// The receiver's own `sent_at` that came last.
    pub echo: Option<Echo>,
}

/// Brings a peer's own time back to it: its clock now, less both numbers, is the round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The time as it came.
    pub sent_at: Millis,
    /// Milliseconds between its coming and this message.
    pub held: u32,
}

/// How much right to the room a host has; of two hosts the greater one stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hosting {
    /// It has guests.
    pub guests: bool,
    /// Its newest epoch, 0 before the first.
    pub epoch: u32,
    /// Milliseconds since it began to host.
    pub age: u32,
}

/// Why a peer cannot come in, or cannot stay. Its text tells the player what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Another version of the protocol.
    Version {
        /// The version of who refuses.
        host: u8,
        /// The version of who asked.
        guest: u8,
    },
    /// Another simulation.
    Build {
        /// The build of who refuses.
        host: Build,
        /// The build of who asked.
        guest: Build,
    },
    /// Every seat is taken.
    RoomFull,
    /// The match runs and takes nobody.
    MatchClosed,
    /// Somebody else decides; `None` if nobody is known who does.
    NotHost(Option<PeerId>),
    /// Came and went too often.
    Barred,
    /// Was not ready in time.
    NotReady,
    /// Has no line to this player.
    NoLink(Name),
    /// Was not heard for too long.
    Silent,
    /// Its World differed from the host's again and again.
    Desync,
    /// The room has a password, and none was given.
    PasswordNeeded,
    /// The password is another.
    WrongPassword,
    /// Too many wrong passwords.
    DoorShut,
    /// Sent far more than a match takes.
    Flood,
    /// Kept its inputs back while everybody waited.
    HoldsUp,
}

/// Why bytes are no [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Longer than [`MAX_BYTES`], or nothing at all.
    Length(usize),
    /// From another version of the protocol.
    Version(u8),
    /// Not what a message looks like.
    Malformed,
    /// Something follows the message.
    Trailing,
}

impl Message {
    /// The bytes on the wire.
    pub fn encode(&self) -> Vec<u8> {
        // Writing these types into memory has no way to fail.
        let bytes = postcard::to_extend(self, vec![VERSION]).unwrap_or_default();
        debug_assert!((2..=MAX_BYTES).contains(&bytes.len()), "{} bytes", bytes.len());
        bytes
    }

    /// A message from the bytes of a peer.
    ///
    /// # Errors
    /// See [`DecodeError`]; a refusal because of the version is read in every version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (version, body) = match bytes {
            [version, body @ ..] if bytes.len() <= MAX_BYTES => (*version, body),
            _ => return Err(DecodeError::Length(bytes.len())),
        };
        if version != VERSION {
            return match body {
                [0, 0, host, guest] => {
                    Ok(Self::Refuse(Refusal::Version { host: *host, guest: *guest }))
                }
                _ => Err(DecodeError::Version(version)),
            };
        }
        match postcard::take_from_bytes(body) {
            Ok((message, [])) => Ok(message),
            Ok(_) => Err(DecodeError::Trailing),
            Err(_) => Err(DecodeError::Malformed),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "a message of {length} bytes"),
            Self::Version(version) => write!(f, "protocol version {version}, ours is {VERSION}"),
            Self::Malformed => f.write_str("a malformed message"),
            Self::Trailing => f.write_str("bytes after a message"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { host, guest } if host > guest => write!(
                f,
                "it speaks protocol version {host} and your TankWarz the older {guest}, update yours"
            ),
            Self::Version { host, guest } => write!(
                f,
                "it speaks protocol version {host} and your TankWarz the newer {guest}, \
                 ask the host to update"
            ),
            Self::Build { host, guest } => write!(
                f,
                "it plays TankWarz {host} and you play {guest}, install the same build on both \
                 machines (`tankwarz --version` tells which one is there)"
            ),
            Self::RoomFull => f.write_str("every seat is taken, try again when somebody has left"),
            Self::MatchClosed => {
                f.write_str("the match has begun and takes nobody, try again after it")
            }
            Self::NotHost(_) => f.write_str("that player is not the host, join again"),
            Self::Barred => f.write_str("you came and went too often, try again in a minute"),
            Self::NotReady => {
                f.write_str("your program was not ready in time, check your network and join again")
            }
            Self::NoLink(name) => write!(
                f,
                "no line between you and {name} came up, one of you may need a TURN server (--ice)"
            ),
            Self::Silent => f.write_str(
                "nothing was heard of you for too long, check your network and join again",
            ),
            Self::PasswordNeeded => f.write_str(
                "the room has a password, ask the host for it and join with it (--password)",
            ),
            Self::WrongPassword => {
                f.write_str("the password is wrong, ask the host for it and try again")
            }
            Self::DoorShut => {
                f.write_str("too many wrong passwords came from you, try again in a minute")
            }
            Self::Flood => f.write_str(
                "the program sent far more than a match takes, \
                 install the same build as the host's and join again in a minute",
            ),
            Self::HoldsUp => f.write_str(
                "everybody waited for inputs that did not come, \
                 check network and machine and join again in a minute",
            ),
            Self::Desync => f.write_str(
                "your program played another match than the others three times within a minute, \
                 install the same build as theirs and, if it is the same, test your machine's memory",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{BotLevel, Epoch, Kind, Owner, Why, testimony};
    use crate::sim::World;

    /// A full room with the longest names, and a World.
    fn largest_epoch() -> Epoch {
        let mut roster = Roster::default();
        let name = Name::new(&"\u{10FFF}".repeat(16)).unwrap();
        for n in 0..8 {
            let seat = roster.add(PeerId(u128::MAX - n), &name, Kind::Human);
            roster.give(seat.unwrap(), Owner([0xFF; 16]));
            roster.stand_in(PeerId(u128::MAX - n), PeerId(u128::MAX - 9), BotLevel::Hard);
        }
        assert_eq!(roster.players().count(), 8);
        Epoch {
            id: u32::MAX,
            why: Why::Migration,
            host: PeerId(u128::MAX),
            seeds: [u64::MAX; 2],
            rules: Rules::default(),
            roster,
            world: Some(Box::new(bytemuck::Zeroable::zeroed())),
        }
    }

    fn one_of_each() -> Vec<Message> {
        vec![
            Message::Refuse(Refusal::NoLink(Name::new("Ann").unwrap())),
            Message::Hello(Hello {
                fingerprint: 7,
                build: Build::new("0.1.0"),
                name: Name::new("Ann").unwrap(),
                token: Some(Token([9; 16])),
                second: Some(Name::new("Eve").unwrap()),
                colours: [Colour::new(7), None],
            }),
            Message::Accept { token: None, terms: Terms::default() },
            Message::Lobby(Box::new(Lobby { roster: largest_epoch().roster, ..Lobby::default() })),
            Message::SetReady(true),
            Message::Begin(Box::new(largest_epoch().seal())),
            Message::Ready { epoch: 3 },
            Message::Heartbeat(Heartbeat {
                echo: Some(Echo { sent_at: 5, held: 6 }),
                ..Heartbeat::default()
            }),
            Message::Hosting(Hosting { guests: true, epoch: 3, age: 9 }),
            Message::Bye,
            Message::Desync { epoch: 3, tick: 600 },
            Message::Challenge { nonce: [3; 16] },
            Message::Answer { proof: [4; 32] },
            Message::Account(Box::new(largest_account())),
            Message::Exhibit(Box::new(largest_exhibit())),
            Message::SetColour { second: true, colour: Colour::new(7).unwrap() },
            Message::SetName { second: false, name: Name::new("Ann").unwrap() },
        ]
    }

    fn largest_account() -> Account {
        let page = crate::session::Page { world: u64::MAX, inputs: u64::MAX };
        let pages = vec![page; testimony::ACCOUNT_TICKS];
        Account { epoch: u32::MAX, first: u32::MAX, pages, torn: Some(u32::MAX) }
    }

    fn largest_exhibit() -> Exhibit {
        let mut world: World = bytemuck::Zeroable::zeroed();
        world.tick = u32::MAX;
        let inputs = vec![Default::default(); testimony::EXHIBIT_TICKS];
        Exhibit::new(u32::MAX, crate::session::Source::Predicted, &world, u32::MAX, inputs)
    }

    #[test]
    fn every_kind_survives_the_wire() {
        for message in one_of_each() {
            assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
    }

    #[test]
    fn largest_epoch_fits_one_piece() {
        let length = Message::Begin(Box::new(largest_epoch().seal())).encode().len();
        assert!((size_of::<World>()..=MAX_BYTES).contains(&length), "{length}");
        let length = Message::Exhibit(Box::new(largest_exhibit())).encode().len();
        assert!((size_of::<World>() + 512..=MAX_BYTES).contains(&length), "{length}");
    }

    #[test]
    fn truncated_and_extended_messages_are_refused() {
        for message in one_of_each() {
            let bytes = message.encode();
            for cut in 0..bytes.len() {
                assert!(Message::decode(&bytes[..cut]).is_err(), "{message:?} cut at {cut}");
            }
            let mut longer = bytes.clone();
            longer.push(0);
            assert_eq!(Message::decode(&longer), Err(DecodeError::Trailing), "{message:?}");
        }
    }

    #[test]
    fn oversized_messages_are_refused() {
        assert_eq!(Message::decode(&[VERSION; MAX_BYTES + 1]), Err(DecodeError::Length(4097)));
        assert_eq!(Message::decode(&[]), Err(DecodeError::Length(0)));
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        // A name of four thousand million bytes, and a World of as many.
        let name = [&[VERSION, 0, 7][..], &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]].concat();
        assert_eq!(Message::decode(&name), Err(DecodeError::Malformed));
        let mut epoch = Message::Begin(Box::new(largest_epoch().seal())).encode();
        let world = epoch.len() - size_of::<World>() - 2;
        epoch[world..world + 2].copy_from_slice(&[0xFF, 0x7F]);
        assert_eq!(Message::decode(&epoch), Err(DecodeError::Malformed));
    }

    #[test]
    fn garbage_is_never_more_than_an_error() {
        use rand_xoshiro::{
            Xoshiro256PlusPlus,
            rand_core::{Rng, SeedableRng},
        };
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let samples: Vec<Vec<u8>> = one_of_each().iter().map(Message::encode).collect();
        let mut understood = 0;
        for round in 0..20_000 {
            let bytes = if round % 2 == 0 {
                let mut noise = vec![0; (rng.next_u32() % 64) as usize];
                rng.fill_bytes(&mut noise);
                if let [version, kind, ..] = noise.as_mut_slice() {
                    *version = VERSION;
                    *kind %= 19;
                }
                noise
            } else {
                let mut bytes = samples[rng.next_u32() as usize % samples.len()].clone();
                for _ in 0..1 + rng.next_u32() % 3 {
                    let at = rng.next_u32() as usize % bytes.len();
                    bytes[at] = rng.next_u32() as u8;
                }
                bytes
            };
            if let Ok(message) = Message::decode(&bytes) {
                understood += 1;
                assert_eq!(Message::decode(&message.encode()), Ok(message));
            }
        }
        assert!(understood > 1000, "the noise is too far from messages: {understood}");
    }

    #[test]
    fn another_version_is_named() {
        let mut hello = one_of_each()[1].encode();
        hello[0] = VERSION + 1;
        assert_eq!(Message::decode(&hello), Err(DecodeError::Version(VERSION + 1)));
    }

    #[test]
    fn refusal_because_of_the_version_is_read_in_every_version() {
        let refusal = Message::Refuse(Refusal::Version { host: 9, guest: VERSION });
        let mut bytes = refusal.encode();
        assert_eq!(bytes, [VERSION, 0, 0, 9, VERSION]);
        bytes[0] = 9;
        assert_eq!(Message::decode(&bytes), Ok(refusal));
    }

    #[test]
    fn rules_and_names_out_of_range_are_refused() {
        let bytes = Message::Lobby(Box::default()).encode();
        let side = bytes.len() - 4;
        assert_eq!(bytes[side], Rules::default().side());
        let mut wide = bytes;
        wide[side] = 65;
        assert_eq!(Message::decode(&wide), Err(DecodeError::Malformed));
        let hello = one_of_each()[1].encode();
        let at = hello.windows(3).position(|w| w == b"Ann").unwrap();
        let mut hidden = hello;
        hidden[at] = 7;
        assert_eq!(Message::decode(&hidden), Err(DecodeError::Malformed));
    }
}
