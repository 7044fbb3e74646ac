//! The menus: a sparse, good-humoured march in F, 96 beats a minute, 16 bars of four.
//! A bass on one and three, muffled horns between, a soft snare, and a whistle that
//! takes its time.

use super::band::{bass, drum, horn, rim, shaker, snare, whistle};
use super::score::{number, read};
use super::{Ring, Stereo};

const BARS: usize = 16;
/// 96 beats a minute at 32 kHz.
const BEAT: usize = 20_000;

/// Of each bar: root, fifth, and the tones of the horns.
const CHORDS: [(&str, &str, [&str; 3]); BARS] = [
    ("F2", "C2", ["A3", "C4", "F4"]),
    ("F2", "C2", ["A3", "C4", "F4"]),
    ("Bb1", "F2", ["Bb3", "D4", "F4"]),
    ("C2", "G2", ["Bb3", "C4", "E4"]),
    ("F2", "C2", ["A3", "C4", "F4"]),
    ("D2", "A2", ["A3", "D4", "F4"]),
    ("G2", "D2", ["Bb3", "D4", "G4"]),
    ("C2", "G2", ["Bb3", "C4", "E4"]),
    ("D2", "A2", ["A3", "D4", "F4"]),
    ("A1", "E2", ["A3", "C4", "E4"]),
    ("Bb1", "F2", ["Bb3", "D4", "F4"]),
    ("F2", "C2", ["A3", "C4", "F4"]),
    ("G2", "D2", ["Bb3", "D4", "G4"]),
    ("Bb1", "F2", ["Bb3", "D4", "G4"]),
    ("C2", "G2", ["Bb3", "C4", "E4"]),
    ("F2", "C2", ["A3", "C4", "F4"]),
];

const TUNE: &str = "
    C5/1.5 A4/0.5 F4/1 A4/1 | C5/2 -/2 | D5/1.5 C5/0.5 Bb4/1 D5/1 | C5/3 -/1 |
    C5/1.5 A4/0.5 F4/1 A4/1 | D5/2 -/1 D5/1 | F5/1.5 D5/0.5 Bb4/1 G4/1 | C5/3 -/1 |
    A4/1 D5/1 F5/2 | E5/1.5 D5/0.5 C5/2 | D5/1 Bb4/1 D5/1 F5/1 | C5/3 -/1 |
    Bb4/1 D5/1 G5/2 | F5/1.5 D5/0.5 Bb4/2 | C5/1.5 Bb4/0.5 G4/1 E4/1 | F4/2 -/2";

/// Off the beat, in the fourth bar of each line: an answer of the low horns.
const ANSWER: &str = "
    -/4 | -/2 F3/0.5 G3/0.5 A3/1 | -/4 | -/1 C4/0.5 Bb3/0.5 A3/0.5 G3/0.5 F3/0.5 E3/0.5 |
    -/4 | -/2 A3/0.5 G3/0.5 F3/1 | -/4 | -/1 C4/0.5 D4/0.5 E4/1 -/1 |
    -/4 | -/4 | -/4 | -/1 F3/0.5 G3/0.5 A3/0.5 G3/0.5 F3/1 |
    -/4 | -/4 | -/4 | -/2 C4/1 C3/1";

/// The whole loop.
pub fn play() -> Stereo {
    let mut ring = Ring::new(BARS * 4, BEAT);
    for (bar, (root, fifth, tones)) in CHORDS.iter().enumerate() {
        let at = (bar * 4) as f64;
        ring.add(at, &bass(number(root), ring.seconds(0.75)), 0.52, 0.0, 0.05);
        ring.add(at + 2.0, &bass(number(fifth), ring.seconds(0.75)), 0.46, 0.0, 0.05);
        if bar % 4 == 3 {
            ring.add(at + 3.5, &bass(number(root) + 2.0, ring.seconds(0.4)), 0.34, 0.0, 0.05);
        }
        for (i, tone) in tones.iter().enumerate() {
            let side = -0.45 + 0.3 * i as f64;
            for beat in [1.0, 3.0] {
                ring.add(at + beat, &horn(number(tone), ring.seconds(0.32)), 0.105, side, 0.35);
            }
            // The second half breathes: a quiet long chord under it.
            if bar >= 8 {
                ring.add(at, &horn(number(tone), ring.seconds(3.7)), 0.05, -side, 0.5);
            }
        }
        percussion(&mut ring, bar);
    }
    for (at, note, long) in whole(TUNE) {
        ring.add(at, &whistle(note, ring.seconds(long * 0.88)), 0.16, 0.18, 0.55);
    }
    for (at, note, long) in whole(ANSWER) {
        ring.add(at, &horn(note, ring.seconds(long * 0.8)), 0.15, -0.35, 0.4);
    }
    ring.finish()
}

fn percussion(ring: &mut Ring, bar: usize) {
    let at = (bar * 4) as f64;
    let seed = bar as u64 * 16;
    ring.add(at, &drum(95.0, 52.0, 0.16), 0.34, 0.0, 0.1);
    ring.add(at + 2.0, &drum(90.0, 50.0, 0.12), 0.24, 0.0, 0.1);
    // Beats and loudness of the snare; the last bar of four rolls.
    let plain: &[(f64, f64)] =
        &[(1.0, 0.5), (1.75, 0.16), (2.5, 0.22), (3.0, 0.5), (3.5, 0.2), (3.75, 0.26)];
    let roll: &[(f64, f64)] = &[
        (1.0, 0.5),
        (2.0, 0.2),
        (2.25, 0.16),
        (2.5, 0.24),
        (2.75, 0.18),
        (3.0, 0.34),
        (3.25, 0.26),
        (3.5, 0.38),
        (3.75, 0.46),
    ];
    let strokes = if bar % 4 == 3 { roll } else { plain };
    for (i, (beat, hard)) in strokes.iter().enumerate() {
        ring.add(at + beat, &snare(seed + i as u64, *hard), 0.19 * hard, 0.12, 0.3);
    }
    for eighth in 0..8_u32 {
        let loud = if eighth % 2 == 1 { 0.045 } else { 0.022 };
        ring.add(
            at + f64::from(eighth) * 0.5,
            &shaker(900 + seed + u64::from(eighth), 0.022),
            loud,
            0.5,
            0.1,
        );
    }
    if bar % 2 == 1 {
        ring.add(at + 3.5, &rim(), 0.06, -0.5, 0.4);
    }
}

/// A line of exactly the whole loop.
fn whole(line: &str) -> Vec<super::score::Note> {
    let (notes, beats) = read(line);
    assert_eq!(beats, (BARS * 4) as f64, "a line of the march has another length");
    notes
}
