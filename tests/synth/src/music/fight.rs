//! The match: low percussion and a walking bass in d minor, 120 beats a minute, 20 bars
//! of four, under everything else. A plucked figure comes and goes.

use super::band::{bass, drum, horn, pluck, rim, shaker, snare};
use super::score::{Note, number, read};
use super::{Ring, Stereo};

const BARS: usize = 20;
/// 120 beats a minute at 32 kHz.
const BEAT: usize = 16_000;

/// The bass, two bars to a line.
const BASS: [&str; 10] = [
    "D2/1 -/0.5 D2/0.5 F2/1 D2/1 | D2/1 -/0.5 D2/0.5 A1/1 C2/1",
    "D2/1 -/0.5 D2/0.5 F2/1 D2/1 | G2/1 -/0.5 F2/0.5 E2/1 C2/1",
    "D2/1 -/0.5 D2/0.5 F2/1 D2/1 | D2/1 -/0.5 D2/0.5 A1/1 C2/1",
    "Bb1/1 -/0.5 Bb1/0.5 D2/1 F2/1 | A1/1 -/0.5 A1/0.5 C2/1 E2/1",
    "G1/1 -/0.5 G1/0.5 Bb1/1 G1/1 | G1/1 -/0.5 G1/0.5 D2/1 Bb1/1",
    "D2/1 -/0.5 D2/0.5 F2/1 D2/1 | D2/1 -/0.5 D2/0.5 A1/1 C2/1",
    "Bb1/1 -/0.5 Bb1/0.5 D2/1 Bb1/1 | C2/1 -/0.5 C2/0.5 E2/1 G2/1",
    "D2/1 -/0.5 D2/0.5 F2/1 D2/1 | D2/1 -/0.5 D2/0.5 A1/1 C2/1",
    "G1/1 -/0.5 G1/0.5 Bb1/1 D2/1 | Bb1/1 -/0.5 Bb1/0.5 D2/1 F2/1",
    "A1/1 -/0.5 A1/0.5 C2/1 E2/1 | A1/0.5 A1/0.5 B1/0.5 C2/0.5 -/2",
];

/// The plucked figure: two bars to a line, silent where the drums have the floor.
const FIGURE: [&str; 10] = [
    "-/8",
    "-/8",
    "D4/0.5 -/0.5 A3/0.5 D4/0.5 F4/1 E4/0.5 C4/0.5 | D4/1 -/3",
    "D4/0.5 -/0.5 Bb3/0.5 D4/0.5 F4/1 D4/1 | E4/0.5 -/0.5 C4/0.5 A3/0.5 -/2",
    "-/8",
    "D4/0.5 -/0.5 A3/0.5 D4/0.5 G4/1 F4/0.5 E4/0.5 | D4/1 -/3",
    "F4/0.5 -/0.5 D4/0.5 F4/0.5 A4/1 F4/1 | G4/0.5 -/0.5 E4/0.5 C4/0.5 -/2",
    "-/8",
    "Bb3/0.5 -/0.5 D4/0.5 G4/0.5 F4/1 D4/1 | F4/0.5 -/0.5 D4/0.5 Bb3/0.5 -/2",
    "E4/0.5 -/0.5 C4/0.5 A3/0.5 C4/1 E4/1 | -/4",
];

/// Long low chords under the middle and the end.
const PAD: &str = "
    -/16 D3/8 Bb2/4 A2/4 G2/8 D3/8 Bb2/4 C3/4 D3/8 G2/4 Bb2/4 A2/8";

/// The whole loop.
pub fn play() -> Stereo {
    let mut ring = Ring::new(BARS * 4, BEAT);
    for (at, note, long) in whole(&BASS.join(" ")) {
        ring.add(at, &bass(note, ring.seconds(long * 0.72)), 0.42, 0.0, 0.04);
    }
    for (at, note, long) in whole(&FIGURE.join(" ")) {
        let _ = long;
        ring.add(at, &pluck(note, 0.17), 0.17, 0.28, 0.5);
        // An echo three quarters of a beat later, on the other side.
        ring.add(at + 0.75, &pluck(note, 0.13), 0.06, -0.5, 0.6);
    }
    for (at, note, long) in whole(PAD) {
        for (tone, side) in [(note, -0.4), (note + 7.0, 0.4), (note + 12.0, 0.0)] {
            ring.add(at, &horn(tone, ring.seconds(long * 0.9)), 0.045, side, 0.5);
        }
    }
    for bar in 0..BARS {
        drums(&mut ring, bar);
    }
    ring.finish()
}

fn drums(ring: &mut Ring, bar: usize) {
    let at = (bar * 4) as f64;
    let seed = 4000 + bar as u64 * 32;
    let kick = drum(120.0, 46.0, 0.13);
    for (beat, loud) in [(0.0, 0.5), (1.5, 0.26), (2.0, 0.42)] {
        ring.add(at + beat, &kick, loud, 0.0, 0.05);
    }
    let (high, middle, low) =
        (drum(210.0, 128.0, 0.13), drum(160.0, 96.0, 0.16), drum(125.0, 74.0, 0.2));
    // The toms answer the kick, another way in every second bar, and roll in the fourth.
    let plain: &[(f64, u8, f64)] =
        &[(1.0, 1, 0.20), (2.75, 1, 0.12), (3.0, 0, 0.20), (3.5, 2, 0.16)];
    let other: &[(f64, u8, f64)] =
        &[(1.0, 1, 0.20), (2.5, 0, 0.13), (3.0, 1, 0.20), (3.75, 2, 0.12)];
    let roll: &[(f64, u8, f64)] = &[
        (1.0, 0, 0.18),
        (2.0, 0, 0.16),
        (2.25, 0, 0.12),
        (2.5, 1, 0.18),
        (2.75, 1, 0.14),
        (3.0, 2, 0.22),
        (3.25, 2, 0.16),
        (3.5, 2, 0.24),
    ];
    let strokes = match bar % 4 {
        3 => roll,
        1 => other,
        _ => plain,
    };
    for (beat, which, loud) in strokes {
        let (sound, side) = match which {
            0 => (&high, 0.35),
            1 => (&middle, 0.0),
            _ => (&low, -0.35),
        };
        ring.add(at + beat, sound, *loud, side, 0.3);
    }
    if bar >= 4 {
        for beat in [1.0, 3.0] {
            ring.add(at + beat, &snare(seed + beat as u64, 0.35), 0.055, 0.1, 0.3);
        }
    }
    for sixteenth in 0..16_u64 {
        let loud = match sixteenth % 4 {
            0 => 0.018,
            2 => 0.042,
            _ => 0.012,
        };
        ring.add(at + sixteenth as f64 * 0.25, &shaker(seed + sixteenth, 0.016), loud, 0.45, 0.1);
    }
    if bar % 2 == 1 {
        ring.add(at + 2.25, &rim(), 0.05, -0.55, 0.4);
    }
    if bar == BARS - 1 {
        ring.add(at + 2.0, &drum(90.0, number("D1") + 14.0, 0.35), 0.35, 0.0, 0.3);
    }
}

/// A line of exactly the whole loop.
fn whole(line: &str) -> Vec<Note> {
    let (notes, beats) = read(line);
    assert_eq!(beats, (BARS * 4) as f64, "a line of the match has another length");
    notes
}
