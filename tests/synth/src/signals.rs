//! What tells the player something: crates, countdown, win, loss, draw, menus.

use crate::dsp::{Filter, Noise, Phase, RATE, decay, pitch, render, rise, sine, soft};

/// A wooden bar struck softly, `t` seconds ago.
fn mallet(t: f64, note: f64, life: f64) -> f64 {
    if t < 0.0 {
        return 0.0;
    }
    let hertz = pitch(note);
    let bar = sine(hertz * t) * decay(t, life)
        + 0.28 * sine(hertz * 3.93 * t) * decay(t, life * 0.28)
        + 0.10 * sine(hertz * 9.2 * t) * decay(t, life * 0.1);
    bar * rise(t, 0.002)
}

/// A small brass section holding a note from 0 to `long`.
fn brass(t: f64, note: f64, long: f64) -> f64 {
    if t < 0.0 {
        return 0.0;
    }
    let hold = rise(t, 0.035) * if t > long { decay(t - long, 0.07) } else { 1.0 };
    let bright = 0.35 + 0.65 * rise(t, 0.09) * (0.6 + 0.4 * decay(t, 0.5));
    let vibrato = 0.003 * rise(t - 0.2, 0.3) * sine(5.2 * t);
    let player = |detune: f64| -> f64 {
        let turns = pitch(note + detune) * (t + vibrato * 0.16);
        (1..=12)
            .map(|h| {
                let h = f64::from(h);
                sine(turns * h) / h * libm::pow(bright, h * 0.45)
            })
            .sum()
    };
    hold * 0.33 * (player(-0.05) + player(0.04) + 0.5 * player(-12.02))
}

/// A crate was taken: two bright notes up.
pub fn pickup() -> Vec<f64> {
    render(0.6, |t| {
        soft(
            0.7 * (mallet(t, 76.0, 0.16)
                + mallet(t - 0.075, 83.0, 0.22)
                + 0.35 * mallet(t - 0.15, 88.0, 0.22)),
        )
    })
}

/// A second of the countdown.
pub fn countdown() -> Vec<f64> {
    let mut noise = Noise::new(101);
    let mut stick = Filter::default();
    render(0.4, |t| {
        let stick = stick.band(noise.next(), 1800.0, 2.0) * decay(t, 0.006);
        soft(0.9 * mallet(t, 69.0, 0.12) + 0.3 * mallet(t, 57.0, 0.14) + 0.5 * stick)
    })
}

/// The countdown is over.
pub fn start() -> Vec<f64> {
    let mut noise = Noise::new(103);
    let mut drum = Filter::default();
    render(1.0, |t| {
        let skin = drum.band(noise.next(), 1500.0, 0.7) * decay(t, 0.09);
        let chord = brass(t, 69.0, 0.4) + 0.8 * brass(t, 73.0, 0.4) + 0.8 * brass(t, 76.0, 0.4);
        soft(0.55 * chord + 0.45 * skin + 0.4 * mallet(t, 81.0, 0.2))
    })
}

/// The time is up: a low horn.
pub fn finish() -> Vec<f64> {
    render(1.3, |t| soft(0.8 * (brass(t, 50.0, 0.75) + 0.7 * brass(t, 57.0, 0.75))))
}

/// The match is won: a short fanfare in F.
pub fn win() -> Vec<f64> {
    let tune = [
        (0.0, 65.0, 0.13),
        (0.18, 65.0, 0.13),
        (0.36, 69.0, 0.13),
        (0.54, 72.0, 0.40),
        (1.08, 70.0, 0.14),
        (1.26, 72.0, 1.1),
    ];
    let below = [
        (0.54, 65.0, 0.40),
        (0.54, 57.0, 0.40),
        (1.08, 62.0, 0.14),
        (1.26, 65.0, 1.1),
        (1.26, 69.0, 1.1),
        (1.26, 53.0, 1.1),
    ];
    jingle(3.0, &tune, &below, 1.26)
}

/// The match is lost: down in d minor, and no drum at the end.
pub fn loss() -> Vec<f64> {
    let tune = [
        (0.0, 69.0, 0.30),
        (0.40, 67.0, 0.30),
        (0.80, 65.0, 0.30),
        (1.20, 64.0, 0.34),
        (1.62, 62.0, 0.95),
    ];
    let below = [
        (0.0, 57.0, 0.7),
        (0.80, 58.0, 0.7),
        (1.62, 50.0, 0.95),
        (1.62, 57.0, 0.9),
        (1.62, 53.0, 0.9),
    ];
    jingle(3.2, &tune, &below, 99.0)
}

/// Nobody has won: two steps up, the same two back to the note where it began, over a fifth
/// that is neither bright nor sad, and a drum that says it is over.
pub fn draw() -> Vec<f64> {
    let tune = [
        (0.0, 67.0, 0.16),
        (0.22, 69.0, 0.16),
        (0.44, 72.0, 0.34),
        (0.88, 69.0, 0.16),
        (1.10, 67.0, 1.0),
    ];
    let below = [
        (0.0, 55.0, 0.38),
        (0.44, 62.0, 0.34),
        (0.44, 55.0, 0.34),
        (1.10, 62.0, 1.0),
        (1.10, 55.0, 1.0),
        (1.10, 50.0, 1.0),
    ];
    jingle(2.6, &tune, &below, 1.10)
}

fn jingle(
    seconds: f64,
    tune: &[(f64, f64, f64)],
    below: &[(f64, f64, f64)],
    drum: f64,
) -> Vec<f64> {
    let mut noise = Noise::new(107);
    let mut skin = Filter::default();
    render(seconds, |t| {
        let voices = |notes: &[(f64, f64, f64)]| -> f64 {
            notes.iter().map(|(at, note, long)| brass(t - at, *note, *long)).sum()
        };
        let since = t - drum;
        let beat = if since > 0.0 { decay(since, 0.16) } else { 0.0 };
        let skin = skin.band(noise.next(), 1300.0, 0.6) * beat;
        let boom = sine(61.0 * since.max(0.0)) * beat;
        soft(0.62 * voices(tune) + 0.34 * voices(below) + 0.3 * skin + 0.5 * boom)
    })
}

/// The focus of a menu moves.
pub fn menu_move() -> Vec<f64> {
    render(0.14, |t| soft(0.6 * mallet(t, 74.0, 0.03) + 0.25 * mallet(t, 86.0, 0.015)))
}

/// Something was chosen.
pub fn menu_choose() -> Vec<f64> {
    render(0.34, |t| soft(0.6 * (mallet(t, 74.0, 0.05) + mallet(t - 0.06, 81.0, 0.09))))
}

/// A step back.
pub fn menu_back() -> Vec<f64> {
    let mut slide = Phase::default();
    render(0.34, |t| {
        let low = sine(slide.turn(330.0 - 120.0 * rise(t, 0.2), RATE)) * decay(t, 0.05);
        soft(0.6 * (mallet(t, 76.0, 0.05) + mallet(t - 0.06, 69.0, 0.09)) + 0.15 * low)
    })
}
