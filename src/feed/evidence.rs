//! The evidence file of an epoch that went wrong: how it began, every input, and what its peers
//! settled, with their Worlds of the tick since which they differ.
//!
//! `TWEV`, the byte [`FORM`], then the postcard form of what is in [`Evidence`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::tape::{Tape, TapeError};
use crate::session::{Account, Build, Epoch, EpochError, Exhibit, PeerId, SealedEpoch, WorldBytes};
use crate::sim::snapshot::SnapshotError;
use crate::sim::{MAX_SEATS, Map, World};

/// Most bytes of a file.
pub const MAX_BYTES: usize = 4 << 20;
/// The first bytes of every file.
pub const MAGIC: [u8; 4] = *b"TWEV";
/// The form of what follows them; raised with every change.
pub const FORM: u8 = 1;
/// Most Worlds of one peer: three for each of the others, and its own two of a torn tick.
pub const MAX_EXHIBITS: usize = 3 * MAX_SEATS;

/// Everything that tells why Worlds differed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The build that wrote it.
    pub build: Build,
    /// Of its simulation.
    pub fingerprint: u64,
    /// Who wrote it.
    pub me: PeerId,
    /// How it began.
    pub epoch: Epoch,
    /// The World the tapes begin from: the epoch's first, unless it went on for very long.
    pub start: World,
    /// The inputs from there on, one or two tapes.
    pub tapes: Vec<Tape>,
    /// What is known of each peer; who wrote it first.
    pub testimonies: Vec<Testimony>,
}

/// What is known of one peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// Who.
    pub peer: PeerId,
    /// What it settled.
    pub account: Account,
    /// Its Worlds, at most [`MAX_EXHIBITS`].
    pub exhibits: Vec<Exhibit>,
}

/// Why bytes are no [`Evidence`]. Its text goes on after the name of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceError {
    /// Another kind of file.
    Other,
    /// Longer than [`MAX_BYTES`].
    TooLong,
    /// Of another form.
    Form(u8),
    /// Cut short, or not what such a file looks like.
    Malformed,
    /// The epoch cannot be played.
    Epoch(EpochError),
    /// The World of the tapes cannot be played.
    Start(SnapshotError),
    /// The inputs cannot be read.
    Tape(TapeError),
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    build: Build,
    fingerprint: u64,
    me: PeerId,
    epoch: SealedEpoch,
    start: WorldBytes,
    tapes: Vec<SealedTape>,
    testimonies: Vec<Testimony>,
}

#[derive(Serialize, Deserialize)]
struct SealedTape {
    ticks: u32,
    #[serde(with = "serde_bytes_of")]
    bytes: Vec<u8>,
}

impl Evidence {
    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let tape = |tape: &Tape| SealedTape { ticks: tape.ticks(), bytes: tape.bytes().to_vec() };
        let sealed = Sealed {
            build: self.build.clone(),
            fingerprint: self.fingerprint,
            me: self.me,
            epoch: self.epoch.seal(),
            start: WorldBytes::of(&self.start),
            tapes: self.tapes.iter().map(tape).collect(),
            testimonies: self.testimonies.clone(),
        };
        let mut head = MAGIC.to_vec();
        head.push(FORM);
        // Writing these types into memory has no way to fail.
        let bytes = postcard::to_extend(&sealed, head).unwrap_or_default();
        debug_assert!(bytes.len() <= MAX_BYTES, "{} bytes", bytes.len());
        bytes
    }

    /// Evidence from the bytes of a file, and the map of its epoch.
    ///
    /// # Errors
    /// See [`EvidenceError`]. The Worlds of testimonies may be of any content.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Map), EvidenceError> {
        let body = bytes.strip_prefix(&MAGIC).ok_or(EvidenceError::Other)?;
        if bytes.len() > MAX_BYTES {
            return Err(EvidenceError::TooLong);
        }
        let sealed: Sealed = match body {
            [FORM, body @ ..] => match postcard::take_from_bytes(body) {
                Ok((sealed, [])) => sealed,
                _ => return Err(EvidenceError::Malformed),
            },
            [form, ..] => return Err(EvidenceError::Form(*form)),
            [] => return Err(EvidenceError::Malformed),
        };
        sealed.open()
    }

    /// The first tick that any two of its peers differ at; the last one settled if no account
    /// of another says more.
    pub fn first_tick(&self) -> u32 {
        let accounts = || self.testimonies.iter().map(|testimony| &testimony.account);
        let pairs = accounts().flat_map(|a| accounts().filter_map(|b| a.first_world(b)));
        let torn = accounts().filter_map(|account| account.torn);
        let last = || self.testimonies.first()?.account.ticks().last().map(|(tick, _)| tick);
        pairs.chain(torn).min().or_else(last).unwrap_or_default()
    }
}

impl Sealed {
    fn open(self) -> Result<(Evidence, Map), EvidenceError> {
        let fits = |t: &Testimony| {
            t.exhibits.len() <= MAX_EXHIBITS
                && t.account.epoch == self.epoch.id
                && t.exhibits.iter().all(|exhibit| exhibit.epoch == self.epoch.id)
        };
        let own = self.testimonies.first().is_some_and(|first| first.peer == self.me);
        let few = self.testimonies.len() <= MAX_SEATS && (1..=2).contains(&self.tapes.len());
        if !own || !few || !self.testimonies.iter().all(fits) {
            return Err(EvidenceError::Malformed);
        }
        let map = Map::generate(self.epoch.seeds, &self.epoch.rules);
        let epoch = self.epoch.open(&map).map_err(EvidenceError::Epoch)?;
        let start = self.start.open(&map).map_err(EvidenceError::Start)?;
        let tape = |tape: &SealedTape| Tape::decode(tape.ticks, &tape.bytes);
        let tapes: Result<_, _> = self.tapes.iter().map(tape).collect();
        let evidence = Evidence {
            build: self.build,
            fingerprint: self.fingerprint,
            me: self.me,
            epoch,
            start,
            tapes: tapes.map_err(EvidenceError::Tape)?,
            testimonies: self.testimonies,
        };
        Ok((evidence, map))
    }
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other => {
                f.write_str("is no evidence of a desync: give the file that the log named")
            }
            Self::TooLong => write!(f, "is longer than the {} MiB of evidence", MAX_BYTES >> 20),
            Self::Form(form) => {
                write!(f, "has form {form} and this build reads {FORM}: use the build it is from")
            }
            Self::Malformed => f.write_str("is damaged: copy it again from where it was written"),
            Self::Epoch(error) => write!(f, "has an epoch that cannot be played: {error}"),
            Self::Start(error) => write!(f, "has a World that cannot be played: {error}"),
            Self::Tape(error) => write!(f, "is damaged, {error}: copy it again"),
        }
    }
}

impl std::error::Error for EvidenceError {}

/// Bytes as a block: serde would take them one by one.
mod serde_bytes_of {
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        d.deserialize_bytes(Visitor)
    }
}
