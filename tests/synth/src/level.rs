//! Brings a sound to its loudness (EBU R 128) without clipping a sample.

use std::fmt;

use ebur128::{EbuR128, Mode};

use crate::dsp::soft;

/// No sample is beyond this: -1 dB of full scale, room for what a resampler adds.
const CEILING: f64 = 0.891;

/// How loud a sound is to be, in LUFS.
#[derive(Clone, Copy)]
pub enum Target {
    /// Its loudest 400 ms: for what is short.
    Moment(f64),
    /// All of it: for loops and music.
    Whole(f64),
}

/// What came out.
pub struct Levels {
    lufs: f64,
    peak: f64,
    reached: bool,
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let note = if self.reached { "" } else { " TOO QUIET" };
        write!(f, "{:6.1} LUFS, peak {:5.1} dB{note}", self.lufs, 20.0 * self.peak.log10())
    }
}

/// Changes the gain until the target is met; what would stick out is rounded off.
pub fn bring_to(channels: &mut [Vec<f64>], rate: f64, target: Target) -> Levels {
    let wanted = match target {
        Target::Moment(lufs) | Target::Whole(lufs) => lufs,
    };
    // Rounding off lowers the loudness, so that a few rounds are needed. The gain is in
    // hundredths of a decibel, so that it does not depend on the last bit of a logarithm.
    for _ in 0..6 {
        let off = wanted - loudness(channels, rate, target);
        let gain = libm::pow(10.0, (off * 100.0).round() / 2000.0);
        for sample in channels.iter_mut().flatten() {
            *sample = rounded_off(*sample * gain);
        }
    }
    let lufs = loudness(channels, rate, target);
    let peak = channels.iter().flatten().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    Levels { lufs, peak, reached: (lufs - wanted).abs() < 0.3 }
}

/// Straight up to half of the ceiling, then ever flatter.
fn rounded_off(x: f64) -> f64 {
    let knee = CEILING * 0.5;
    let over = x.abs() - knee;
    if over <= 0.0 {
        x
    } else {
        x.signum() * (knee + (CEILING - knee) * soft(over / (CEILING - knee)))
    }
}

/// As it is heard: a single channel comes out of both loudspeakers.
fn loudness(channels: &[Vec<f64>], rate: f64, target: Target) -> f64 {
    let (left, right) = (&channels[0], channels.last().expect("a channel"));
    let mut meter = EbuR128::new(2, rate as u32, Mode::I | Mode::M).expect("a meter");
    match target {
        Target::Whole(_) => {
            for _ in 0..2 {
                meter.add_frames_planar_f64(&[left, right]).expect("samples");
            }
            meter.loudness_global().expect("a loudness")
        }
        Target::Moment(_) => {
            let quiet = vec![0.0; (rate * 0.4) as usize];
            let padded = |side: &[f64]| [side, &quiet].concat();
            let (left, right) = (padded(left), padded(right));
            let step = (rate * 0.01) as usize;
            let mut loudest = f64::NEG_INFINITY;
            for (l, r) in left.chunks(step).zip(right.chunks(step)) {
                meter.add_frames_planar_f64(&[l, r]).expect("samples");
                loudest = loudest.max(meter.loudness_momentary().expect("a loudness"));
            }
            loudest
        }
    }
}
