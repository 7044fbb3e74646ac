//! The players: each makes one note as samples, which begins and ends at nothing.

use super::RATE;
use crate::dsp::{Filter, Noise, Phase, decay, pitch, rise, sine, soft};

fn play(seconds: f64, mut sample: impl FnMut(f64) -> f64) -> Vec<f64> {
    let count = (seconds * RATE) as usize;
    let times = (0..count).map(|i| i as f64 / RATE);
    times.map(|t| sample(t) * rise(seconds - t, 0.03)).collect()
}

/// A bass between tuba and plucked string; `long` in seconds.
pub fn bass(note: f64, long: f64) -> Vec<f64> {
    let hertz = pitch(note);
    play(long + 0.25, |t| {
        let hold = rise(t, 0.012) * if t > long { decay(t - long, 0.06) } else { 1.0 };
        let bright = 0.30 + 0.32 * decay(t, 0.12);
        let tone: f64 = (1..=9)
            .map(f64::from)
            .map(|h| sine(hertz * h * t) * libm::pow(bright, h - 1.0) / libm::sqrt(h))
            .sum();
        soft(tone * 0.9) * hold * (0.55 + 0.45 * decay(t, 0.35))
    })
}

/// A short muffled horn chord tone for the off-beats, or a long one as a pad.
pub fn horn(note: f64, long: f64) -> Vec<f64> {
    let hertz = pitch(note);
    let attack = (long * 0.3).min(0.12);
    play(long + 0.35, |t| {
        let hold = rise(t, attack) * if t > long { decay(t - long, 0.09) } else { 1.0 };
        let player = |detune: f64| -> f64 {
            (1..=7)
                .map(f64::from)
                .map(|h| sine(hertz * detune * h * t + 0.1 * h) * libm::pow(0.42, h - 1.0))
                .sum()
        };
        0.5 * (player(0.9982) + player(1.0021)) * hold
    })
}

/// A whistle: nearly a sine, with breath and a late vibrato.
pub fn whistle(note: f64, long: f64) -> Vec<f64> {
    let hertz = pitch(note);
    let (mut noise, mut breath) = (Noise::new(note as u64 + 7), Filter::default());
    let mut phase = Phase::default();
    play(long + 0.3, |t| {
        let hold = rise(t, 0.05) * if t > long { decay(t - long, 0.07) } else { 1.0 };
        let vibrato = 1.0 + 0.006 * rise(t - 0.22, 0.3) * sine(5.1 * t) - 0.025 * decay(t, 0.03);
        let turns = phase.turn(hertz * vibrato, RATE);
        let air = breath.pass(noise.next(), hertz * 2.0, 6.0, RATE).band;
        (sine(turns) + 0.16 * sine(turns * 2.0) + 0.05 * sine(turns * 3.0) + 0.10 * air) * hold
    })
}

/// A plucked string, dry and wooden.
pub fn pluck(note: f64, life: f64) -> Vec<f64> {
    let hertz = pitch(note);
    play(life * 5.0, |t| {
        let string: f64 = (1..=8)
            .map(f64::from)
            .map(|h| {
                sine(hertz * h * t * (1.0 + 0.0004 * h * h)) * decay(t, life / libm::sqrt(h)) / h
            })
            .sum();
        string * rise(t, 0.003)
    })
}

/// A marching snare; `hard` makes it brighter and longer.
pub fn snare(seed: u64, hard: f64) -> Vec<f64> {
    let (mut noise, mut wires, mut skin) = (Noise::new(seed), Filter::default(), Filter::default());
    play(0.28, |t| {
        let n = noise.next();
        let wires = wires.pass(n, 3400.0, 0.6, RATE).band * decay(t, 0.03 + 0.05 * hard);
        let body = skin.pass(n, 420.0, 1.0, RATE).band * decay(t, 0.03);
        (wires + 0.9 * body + 0.5 * sine(186.0 * t) * decay(t, 0.045)) * rise(t, 0.001)
    })
}

/// A drum whose pitch falls from `high` to `low` hertz.
pub fn drum(high: f64, low: f64, life: f64) -> Vec<f64> {
    let (mut phase, mut noise, mut stick) =
        (Phase::default(), Noise::new(high as u64), Filter::default());
    play(life * 5.0, |t| {
        let tone = sine(phase.turn(low + (high - low) * decay(t, 0.03), RATE)) * decay(t, life);
        let stick = stick.pass(noise.next(), 1200.0, 0.7, RATE).low * decay(t, 0.008);
        soft(1.5 * tone + 0.5 * stick) * rise(t, 0.001)
    })
}

/// A shaker or a closed hat.
pub fn shaker(seed: u64, life: f64) -> Vec<f64> {
    let (mut noise, mut beads) = (Noise::new(seed), Filter::default());
    play(life * 6.0, |t| {
        beads.pass(noise.next(), 6800.0, 1.0, RATE).band * rise(t, life * 0.4) * decay(t, life)
    })
}

/// A stick on a rim.
pub fn rim() -> Vec<f64> {
    play(0.12, |t| {
        (sine(1710.0 * t) * 0.6 + sine(2470.0 * t) * 0.35 + sine(523.0 * t) * 0.5)
            * decay(t, 0.012)
            * rise(t, 0.0006)
    })
}
