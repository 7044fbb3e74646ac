//! The messages of ggrs as they travel, with readable fields: ggrs keeps its
//! own private, so this is a mirror with the same serde layout.
//!
//! It only reads and writes bytes. It must never decide what is legal; that is
//! [`super::guard`]'s work.

use serde::{Deserialize, Serialize};

/// One message between two ggrs endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireMessage {
    /// Number the sending endpoint drew for its session, never 0.
    pub magic: u16,
    /// What it says.
    pub body: WireBody,
}

/// The eight kinds of message, in the order that is their number on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireBody {
    /// Handshake: please send this number back.
    SyncRequest {
        /// The number to echo.
        random: u32,
    },
    /// Handshake: here is your number.
    SyncReply {
        /// The number echoed.
        random: u32,
    },
    /// Every input the receiver has not acknowledged yet.
    Input(WireInput),
    /// Inputs up to this frame have arrived.
    InputAck {
        /// Newest frame received, -1 for none.
        frame: i32,
    },
    /// How far ahead the sender feels, and a clock reading to echo.
    QualityReport {
        /// Frames the sender is behind the receiver; negative if ahead.
        frame_advantage: i16,
        /// The sender's wall clock in milliseconds.
        ping: u128,
    },
    /// The echo of a quality report's clock reading.
    QualityReply {
        /// The receiver's own clock reading, in milliseconds.
        pong: u128,
    },
    /// The checksum of the sender's state at a confirmed frame.
    ChecksumReport {
        /// The checksum.
        checksum: u128,
        /// The frame it belongs to, a multiple of the detection interval.
        frame: i32,
    },
    /// Nothing to say, still there.
    KeepAlive,
}

/// The inputs of all players of one peer, for a run of frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireInput {
    /// What the sender has received of each player, by handle.
    pub statuses: Vec<WireStatus>,
    /// The sender is leaving this session.
    pub disconnect_requested: bool,
    /// Frame of the first input in `bytes`.
    pub start_frame: i32,
    /// Newest frame the sender received from the receiver, -1 for none.
    pub ack_frame: i32,
    /// The inputs: length and difference to the one before, run-length coded.
    pub bytes: Vec<u8>,
}

/// What a peer knows about one player.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireStatus {
    /// The player left at `last_frame`.
    pub disconnected: bool,
    /// Newest frame received of this player, -1 for none.
    pub last_frame: i32,
}

impl WireMessage {
    /// The readable form of a message of ggrs.
    ///
    /// # Errors
    /// Only if ggrs changed its message layout; a test guards against that.
    pub fn from_ggrs(message: &ggrs::Message) -> Result<Self, postcard::Error> {
        postcard::from_bytes(&postcard::to_allocvec(message)?)
    }

    /// The bytes of this message on the wire.
    ///
    /// # Errors
    /// None in practice: every value of this type has an encoding.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(self)
    }

    /// Reads exactly one message from `bytes`.
    ///
    /// # Errors
    /// If the bytes are cut short, are no message, or go on behind it.
    pub fn decode(bytes: &[u8]) -> Result<Self, postcard::Error> {
        match postcard::take_from_bytes(bytes)? {
            (message, []) => Ok(message),
            _ => Err(postcard::Error::DeserializeBadEncoding),
        }
    }
}

/// Why packed inputs cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackError {
    /// A length that never ends or is absurdly long.
    Varint,
    /// The unpacked bytes would be more than the given limit.
    RunLength,
    /// A piece reaches beyond the end of the data.
    Shape,
}

/// The length in bytes of each input in [`WireInput::bytes`], in order.
///
/// Nothing is allocated before the unpacked size is known to be at most `limit` bytes.
///
/// # Errors
/// See [`PackError`]. An `Ok` means ggrs can unpack the same bytes.
pub fn input_lengths(packed: &[u8], limit: usize) -> Result<Vec<usize>, PackError> {
    let unpacked = unpack(packed, limit)?;
    let mut rest = unpacked.as_slice();
    let mut lengths = Vec::new();
    while !rest.is_empty() {
        let (prefix, after) = rest.split_first_chunk::<2>().ok_or(PackError::Shape)?;
        let length = usize::from(u16::from_le_bytes(*prefix));
        rest = after.get(length..).ok_or(PackError::Shape)?;
        lengths.push(length);
    }
    Ok(lengths)
}

/// Undoes the run-length coding of at most `limit` bytes.
fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, PackError> {
    let mut total = 0u64;
    for piece in Pieces(packed) {
        total += piece?.len();
        if total > limit as u64 {
            return Err(PackError::RunLength);
        }
    }
    let mut unpacked = Vec::with_capacity(total as usize);
    for piece in Pieces(packed) {
        match piece? {
            Piece::Run { byte, len } => unpacked.resize(unpacked.len() + len as usize, byte),
            Piece::Copy(bytes) => unpacked.extend_from_slice(bytes),
        }
    }
    Ok(unpacked)
}

/// One piece of run-length coded data.
enum Piece<'a> {
    Run { byte: u8, len: u64 },
    Copy(&'a [u8]),
}

impl Piece<'_> {
    fn len(&self) -> u64 {
        match self {
            Self::Run { len, .. } => *len,
            Self::Copy(bytes) => bytes.len() as u64,
        }
    }
}

/// The pieces of run-length coded data. After an error it must not be asked again.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, PackError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| self.piece())
    }
}

impl<'a> Pieces<'a> {
    fn piece(&mut self) -> Result<Piece<'a>, PackError> {
        let head = take_varint(&mut self.0).ok_or(PackError::Varint)?;
        if head & 1 == 1 {
            return Ok(Piece::Run { byte: if head & 2 == 2 { 255 } else { 0 }, len: head >> 2 });
        }
        let len = usize::try_from(head >> 1).map_err(|_| PackError::Shape)?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(PackError::Shape)?;
        self.0 = rest;
        Ok(Piece::Copy(bytes))
    }
}

/// Takes a number of seven bits per byte, lowest first, from the front of
/// `bytes`. `None` if it does not end within five bytes, which is far more than
/// any number of these protocols needs.
pub fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Appends a number in the form [`take_varint`] reads.
pub fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::testing::{Room, to_ggrs};

    fn kind(body: &WireBody) -> usize {
        match body {
            WireBody::SyncRequest { .. } => 0,
            WireBody::SyncReply { .. } => 1,
            WireBody::Input(_) => 2,
            WireBody::InputAck { .. } => 3,
            WireBody::QualityReport { .. } => 4,
            WireBody::QualityReply { .. } => 5,
            WireBody::ChecksumReport { .. } => 6,
            WireBody::KeepAlive => 7,
        }
    }

    #[test]
    fn mirror_and_ggrs_read_each_others_bytes_for_all_eight_kinds() {
        let mut room = Room::pair(1);
        room.capture = Some(Vec::new());
        let mut seen = [0; 8];
        let start = std::time::Instant::now();
        while seen[..7].contains(&0) {
            assert!(start.elapsed().as_secs() < 20, "kinds seen: {seen:?}");
            room.turn();
            for message in room.capture.replace(Vec::new()).unwrap() {
                let mirror = WireMessage::from_ggrs(&message).unwrap();
                let bytes = mirror.encode().unwrap();
                assert_eq!(bytes, postcard::to_allocvec(&message).unwrap());
                assert_eq!(postcard::from_bytes::<ggrs::Message>(&bytes).unwrap(), message);
                assert_eq!(WireMessage::decode(&bytes).unwrap(), mirror);
                seen[kind(&mirror.body)] += 1;
            }
        }
        // ggrs 0.13 sends no keep alive while it sends quality reports, which
        // it always does, so this one begins on our side.
        let mirror = WireMessage { magic: 77, body: WireBody::KeepAlive };
        let message = to_ggrs(&mirror);
        assert!(format!("{message:?}").contains("KeepAlive"), "{message:?}");
        assert_eq!(WireMessage::from_ggrs(&message).unwrap(), mirror);
    }

    #[test]
    fn ggrs_understands_the_fields_the_way_the_mirror_names_them() {
        let status = WireStatus { disconnected: true, last_frame: 4_001 };
        let input = WireInput {
            statuses: vec![status],
            disconnect_requested: true,
            start_frame: 4_002,
            ack_frame: 4_003,
            bytes: vec![0xab],
        };
        let text =
            format!("{:?}", to_ggrs(&WireMessage { magic: 4_004, body: WireBody::Input(input) }));
        for part in [
            "disconnected: true",
            "last_frame: 4001",
            "disconnect_requested: true",
            "start_frame: 4002",
            "ack_frame: 4003",
            "bytes: 0xab",
            "magic: 4004",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn run_beyond_the_limit_is_refused_before_allocating() {
        let mut bomb = Vec::new();
        put_varint(&mut bomb, (u32::MAX << 2) | 1);
        assert_eq!(input_lengths(&bomb, 4096), Err(PackError::RunLength));
    }

    #[test]
    fn number_without_an_end_is_refused() {
        assert_eq!(input_lengths(&[0x80], 4096), Err(PackError::Varint));
        assert_eq!(input_lengths(&[0xff; 40], 4096), Err(PackError::Varint));
    }

    #[test]
    fn copy_beyond_the_end_is_refused() {
        assert_eq!(input_lengths(&[20, 1, 2], 4096), Err(PackError::Shape));
    }

    #[test]
    fn varint_survives_the_round_trip() {
        for value in [0, 1, 127, 128, 300, 16_384, u32::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            assert_eq!(take_varint(&mut bytes.as_slice()), Some(u64::from(value)));
        }
    }
}
