//! The inputs of every tick since an epoch began, in as few bytes as they need.
//!
//! ```text
//! tape = per tick  [seats: one bit each that holds something else than before]
//!                  0: [more: varint] so many more ticks without a change
//!                  else for each of the seats  [held ^ before: varint][aim - before: zigzag varint]
//! ```
//! Before the first tick nobody holds anything. What nobody changes costs nothing; somebody who
//! aims with the mouse costs about three bytes a tick.

use std::fmt;

use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Input, MAX_SEATS, World};

/// What all seats hold in one tick.
pub type Inputs = [Input; MAX_SEATS];

/// Most ticks of a tape: the longest match, its countdown and a minute of result.
pub const MAX_TICKS: u32 = TICKS_PER_SECOND * 3720;
/// Bytes after which a [`Recorder`] takes the next tape. It keeps two.
const FULL: usize = 1 << 20;

/// Recorded inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tape {
    ticks: u32,
    bytes: Vec<u8>,
}

/// Why bytes are no [`Tape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapeError;

impl Tape {
    /// A tape from outside: its ticks, and the bytes of [`Tape::bytes`].
    ///
    /// # Errors
    /// When the bytes are not exactly so many ticks, or more than [`MAX_TICKS`].
    pub fn decode(ticks: u32, bytes: &[u8]) -> Result<Self, TapeError> {
        let mut reader = Reader::new(bytes);
        let mut left = ticks;
        if ticks > MAX_TICKS {
            return Err(TapeError);
        }
        while left > 0 {
            left = left.checked_sub(reader.item().ok_or(TapeError)?).ok_or(TapeError)?;
        }
        if !reader.bytes.is_empty() {
            return Err(TapeError);
        }
        Ok(Self { ticks, bytes: bytes.to_vec() })
    }

    /// How many ticks it has.
    pub fn ticks(&self) -> u32 {
        self.ticks
    }

    /// As they are written to a file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The inputs of each tick in turn.
    pub fn iter(&self) -> impl Iterator<Item = Inputs> {
        let mut reader = Reader::new(&self.bytes);
        let mut repeat = 0;
        (0..self.ticks).map(move |_| {
            if repeat == 0 {
                // A tape was decoded or recorded: it has as many items as it says.
                repeat = reader.item().unwrap_or(1);
            }
            repeat -= 1;
            reader.inputs
        })
    }
}

/// Writes a tape while the match goes on. When it has become long the oldest part is let go.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// What came before `now`, with the World it begins from.
    older: Option<(World, Tape)>,
    start: World,
    now: Tape,
    inputs: Inputs,
    /// Ticks without a change that are not written yet.
    still: u32,
    hash: u64,
    full: usize,
}

impl Recorder {
    /// Begins with an epoch from its first World.
    pub fn new(start: World) -> Self {
        Self {
            older: None,
            start,
            now: Tape::default(),
            inputs: Inputs::default(),
            still: 0,
            hash: 0,
            full: FULL,
        }
    }

    /// The settled World `before` is stepped with `inputs`.
    pub fn push(&mut self, before: &World, inputs: &Inputs) {
        if self.now.bytes.len() >= self.full || self.now.ticks >= MAX_TICKS {
            let mut tape = std::mem::take(&mut self.now);
            flush(&mut tape.bytes, &mut self.still);
            self.older = Some((self.start, tape));
            (self.start, self.inputs) = (*before, Inputs::default());
        }
        self.hash = chain(self.hash, inputs);
        self.now.ticks += 1;
        if *inputs == self.inputs {
            self.still += 1;
            return;
        }
        flush(&mut self.now.bytes, &mut self.still);
        write_change(&self.inputs, inputs, &mut self.now.bytes);
        self.inputs = *inputs;
    }

    /// Hash of all inputs so far, also of those that were let go.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The World that what was kept begins from, and one or two tapes, one after the other.
    pub fn finish(self) -> (World, Vec<Tape>) {
        let Self { older, start, mut now, mut still, .. } = self;
        flush(&mut now.bytes, &mut still);
        match older {
            Some((first, tape)) => (first, vec![tape, now]),
            None => (start, vec![now]),
        }
    }
}

/// The hash of inputs that end with these, from that of all before.
pub fn chain(before: u64, inputs: &Inputs) -> u64 {
    let mut bytes = before.to_le_bytes().to_vec();
    bytes.extend_from_slice(bytemuck::bytes_of(inputs));
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

fn flush(bytes: &mut Vec<u8>, still: &mut u32) {
    if let Some(more) = std::mem::take(still).checked_sub(1) {
        bytes.push(0);
        write_number(more, bytes);
    }
}

fn write_change(before: &Inputs, after: &Inputs, bytes: &mut Vec<u8>) {
    let changed = |(a, b): &(&Input, &Input)| a != b;
    let pairs = || before.iter().zip(after);
    let seats = (0..).zip(pairs()).filter(|(_, pair)| changed(pair));
    bytes.push(seats.fold(0, |mask, (seat, _)| mask | 1 << seat));
    for (a, b) in pairs().filter(changed) {
        write_number(u32::from(a.held ^ b.held), bytes);
        let turn = b.aim.wrapping_sub(a.aim).cast_signed();
        write_number(u32::from(((turn << 1) ^ (turn >> 15)).cast_unsigned()), bytes);
    }
}

/// Seven bits a byte, lowest first; the top bit says that more follow.
fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    inputs: Inputs,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, inputs: Inputs::default() }
    }

    /// Reads on; for how many ticks the inputs hold. `None` where nothing sensible follows.
    fn item(&mut self) -> Option<u32> {
        let seats = self.byte()?;
        if seats == 0 {
            return self.number()?.checked_add(1);
        }
        for seat in 0..MAX_SEATS {
            if seats >> seat & 1 == 1 {
                let held = u16::try_from(self.number()?).ok()?;
                let turn = u16::try_from(self.number()?).ok()?;
                let turn = turn >> 1 ^ (turn & 1).wrapping_neg();
                let input = self.inputs.get_mut(seat)?;
                input.held ^= held;
                input.aim = input.aim.wrapping_add(turn);
            }
        }
        Some(1)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its inputs cannot be read")
    }
}

impl std::error::Error for TapeError {}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    /// A mouse, a keyboard, and somebody who sleeps.
    fn inputs(tick: u32) -> Inputs {
        let mut inputs = Inputs::default();
        inputs[1] = Input { held: Input::AIM, aim: (tick * 40_503) as u16 };
        inputs[6] = Input { held: (tick / 30 * 0x0333) as u16, aim: 0 };
        inputs
    }

    fn record(ticks: std::ops::Range<u32>, inputs: impl Fn(u32) -> Inputs) -> Recorder {
        let mut world = World::zeroed();
        let mut recorder = Recorder::new(world);
        for tick in ticks {
            world.tick = tick;
            recorder.push(&world, &inputs(tick));
        }
        recorder
    }

    #[test]
    fn tape_says_what_was_recorded() {
        let (_, tapes) = record(0..5000, inputs).finish();
        assert!(tapes[0].iter().eq((0..5000).map(inputs)));
        assert_eq!(Tape::decode(5000, tapes[0].bytes()), Ok(tapes[0].clone()));
    }

    #[test]
    fn hour_in_which_nobody_moves_is_a_few_bytes() {
        let (_, tapes) = record(0..216_000, |_| Inputs::default()).finish();
        assert!(tapes[0].bytes().len() <= 4, "{} bytes", tapes[0].bytes().len());
        assert_eq!(tapes[0].iter().count(), 216_000);
    }

    #[test]
    fn full_recorder_lets_the_oldest_go_and_keeps_the_rest() {
        let mut recorder = Recorder { full: 1000, ..Recorder::new(World::zeroed()) };
        let mut world = World::zeroed();
        for tick in 0..2000 {
            world.tick = tick;
            recorder.push(&world, &inputs(tick));
        }
        assert_eq!(recorder.hash(), record(0..2000, inputs).hash());
        let (start, tapes) = recorder.finish();
        let kept: Vec<_> = tapes.iter().flat_map(Tape::iter).collect();
        assert!(start.tick > 0 && kept.len() > 200, "{} from {}", kept.len(), start.tick);
        assert!(kept.into_iter().eq((start.tick..2000).map(inputs)));
        assert!(tapes.iter().all(|tape| tape.bytes().len() < 1010));
    }

    #[test]
    fn bytes_that_are_no_tape_are_refused() {
        let (_, tapes) = record(0..300, inputs).finish();
        let bytes = tapes[0].bytes();
        for (ticks, bytes) in [
            (299, bytes),
            (301, bytes),
            (300, &bytes[..bytes.len() - 1]),
            (MAX_TICKS + 1, &[0, 0xFF, 0xFF, 0x7F]),
            (1, &[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            (1, &[1, 0xFF, 0xFF, 0x7F, 0]),
            (0, &[0]),
        ] {
            assert!(Tape::decode(ticks, bytes).is_err(), "{ticks} of {}", bytes.len());
        }
        assert!(Tape::decode(0, &[]).is_ok());
    }
}
