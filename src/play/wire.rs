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
    /// The inputs, each as difference to the one before, run-length coded.
    /// ggrs puts a length before each; on our wire they look otherwise, see [`WireInput::compact`].
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

    /// The message as ggrs takes it.
    ///
    /// # Errors
    /// Only if ggrs changed its message layout; a test guards against that.
    pub fn to_ggrs(&self) -> Result<ggrs::Message, postcard::Error> {
        postcard::from_bytes(&self.encode()?)
    }

    /// The bytes of this message.
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

impl WireInput {
    /// Turns inputs as ggrs packs them into the form of our wire: without the
    /// lengths, which are all the same and would be most of a datagram, and with the
    /// first bytes of all inputs first: what is held hardly ever changes, where the
    /// gun is aimed at always does, and so the zeros of the former come in one run.
    ///
    /// # Errors
    /// If ggrs's inputs cannot be unpacked, or are not all of one size.
    pub fn compact(&mut self) -> Result<(), PackError> {
        let unpacked = unpack(&self.bytes, OWN_LIMIT)?;
        let inputs = split_inputs(&unpacked)?;
        let size = inputs.first().map_or(0, |input| input.len());
        if size == 0 || inputs.iter().any(|input| input.len() != size) {
            return Err(PackError::Shape);
        }
        self.bytes = pack(&transposed(&inputs.concat(), size));
        Ok(())
    }

    /// Turns at most `most` inputs of `size` bytes, in the form of our wire, into
    /// the form ggrs unpacks, and tells how many there are: at least one.
    ///
    /// # Errors
    /// See [`PackError`]; nothing is allocated for inputs beyond `most`.
    pub fn expand(&mut self, size: usize, most: usize) -> Result<usize, PackError> {
        let prefix = u16::try_from(size).map_err(|_| PackError::Shape)?.to_le_bytes();
        let unpacked = unpack(&self.bytes, size.saturating_mul(most))?;
        if size == 0 || unpacked.is_empty() || !unpacked.len().is_multiple_of(size) {
            return Err(PackError::Shape);
        }
        let count = unpacked.len() / size;
        let inputs = transposed(&unpacked, count);
        let expanded: Vec<u8> = inputs
            .chunks_exact(size)
            .flat_map(|input| prefix.iter().chain(input))
            .copied()
            .collect();
        self.bytes = pack(&expanded);
        Ok(count)
    }

    /// How many inputs there are, in ggrs's form; 0 if that cannot be told.
    pub fn count(&self) -> usize {
        unpack(&self.bytes, OWN_LIMIT)
            .and_then(|unpacked| split_inputs(&unpacked).map(|inputs| inputs.len()))
            .unwrap_or(0)
    }
}

/// Bound for unpacking what our own session packed.
const OWN_LIMIT: usize = u16::MAX as usize;

/// The inputs in ggrs's unpacked form: a length of two bytes before each.
fn split_inputs(mut rest: &[u8]) -> Result<Vec<&[u8]>, PackError> {
    let mut inputs = Vec::new();
    while !rest.is_empty() {
        let (prefix, after) = rest.split_first_chunk::<2>().ok_or(PackError::Shape)?;
        let length = usize::from(u16::from_le_bytes(*prefix));
        let (input, after) = after.split_at_checked(length).ok_or(PackError::Shape)?;
        inputs.push(input);
        rest = after;
    }
    Ok(inputs)
}

/// The bytes of rows of `width`, column by column; with the number of rows as
/// `width` it undoes itself.
fn transposed(bytes: &[u8], width: usize) -> Vec<u8> {
    let column = |first| bytes.iter().skip(first).step_by(width);
    (0..width).flat_map(column).copied().collect()
}

/// Run-length codes `bytes`; ggrs and [`unpack`] undo it.
fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut copied: Vec<u8> = Vec::new();
    for run in bytes.chunk_by(|a, b| a == b) {
        let worth_it = run.len() > 2 || (copied.is_empty() && run.len() == bytes.len());
        match run.first() {
            Some(&byte @ (0 | 255)) if worth_it => {
                put_copy(&mut packed, &mut copied);
                put_varint(&mut packed, (run.len() as u32) << 2 | u32::from(byte & 2) | 1);
            }
            _ => copied.extend_from_slice(run),
        }
    }
    put_copy(&mut packed, &mut copied);
    packed
}

/// Appends what was gathered for copying, if anything, and empties it.
fn put_copy(packed: &mut Vec<u8>, copied: &mut Vec<u8>) {
    if !copied.is_empty() {
        put_varint(packed, (copied.len() as u32) << 1);
        packed.append(copied);
    }
}

/// Undoes the run-length coding. Nothing is allocated before the unpacked size
/// is known to be at most `limit` bytes.
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
    use crate::play::testing::Room;

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
        let message = mirror.to_ggrs().unwrap();
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
        let message = WireMessage { magic: 4_004, body: WireBody::Input(input) };
        let text = format!("{:?}", message.to_ggrs().unwrap());
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
        assert_eq!(unpack(&bomb, 4096), Err(PackError::RunLength));
    }

    #[test]
    fn number_without_an_end_is_refused() {
        assert_eq!(unpack(&[0x80], 4096), Err(PackError::Varint));
        assert_eq!(unpack(&[0xff; 40], 4096), Err(PackError::Varint));
    }

    #[test]
    fn copy_beyond_the_end_is_refused() {
        assert_eq!(unpack(&[20, 1, 2], 4096), Err(PackError::Shape));
    }

    #[test]
    fn packing_is_undone_by_us_and_by_ggrs() {
        let mut room = Room::pair(2);
        room.capture = Some(Vec::new());
        room.run_to(100);
        let mut inputs = 0;
        for message in room.capture.take().unwrap() {
            let WireBody::Input(input) = WireMessage::from_ggrs(&message).unwrap().body else {
                continue;
            };
            let mut travelled = input.clone();
            travelled.compact().unwrap();
            assert!(travelled.bytes.len() <= input.bytes.len() + 1);
            assert_eq!(travelled.expand(4, 128).unwrap(), input.count());
            assert_eq!(unpack(&travelled.bytes, 4096), unpack(&input.bytes, 4096));
            inputs += 1;
        }
        assert!(inputs > 150);
        for bytes in
            [&[0u8; 40][..], &[255; 7], &[0, 0], &[1, 0, 0, 0, 255, 255, 255, 9], &[0, 255]]
        {
            assert_eq!(unpack(&pack(bytes), 40).unwrap(), bytes);
        }
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
