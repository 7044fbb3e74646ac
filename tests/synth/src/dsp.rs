//! What every sound is made of: noise, sines, envelopes, filters. Pure arithmetic on
//! samples; sines and powers come from `libm`, so that every machine makes the same file.

use std::f64::consts::TAU;

/// Samples per second of the effects.
pub const RATE: f64 = 44_100.0;

/// The sine of so many turns.
pub fn sine(turns: f64) -> f64 {
    libm::sin(turns * TAU)
}

/// e to the power of minus `t / life`: a decay.
pub fn decay(t: f64, life: f64) -> f64 {
    libm::exp(-t / life)
}

/// Soft clipping: never beyond 1, nearly straight for small values.
pub fn soft(x: f64) -> f64 {
    libm::tanh(x)
}

/// From 0 to 1 in `rise` seconds, without a corner.
pub fn rise(t: f64, rise: f64) -> f64 {
    let part = (t / rise).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// The frequency of a note; 69 is the A of 440 Hz.
pub fn pitch(note: f64) -> f64 {
    440.0 * libm::exp2((note - 69.0) / 12.0)
}

/// White noise from a seed (splitmix64).
pub struct Noise(u64);

impl Noise {
    /// The noise of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next sample, -1..1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((b ^ (b >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    /// A number in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() * 0.5 + 0.5)
    }
}

/// A phase that goes on at a changing frequency.
#[derive(Default)]
pub struct Phase(f64);

impl Phase {
    /// One sample on at `hertz`; the phase in turns, 0..1.
    pub fn turn(&mut self, hertz: f64, rate: f64) -> f64 {
        self.0 = (self.0 + hertz / rate).fract();
        self.0
    }
}

/// A state variable filter (trapezoidal, so that its frequency may sweep).
#[derive(Default)]
pub struct Filter {
    first: f64,
    second: f64,
}

/// What a [`Filter`] lets through.
pub struct Parts {
    /// Below its frequency.
    pub low: f64,
    /// Around it.
    pub band: f64,
    /// Above it.
    pub high: f64,
}

impl Filter {
    /// One sample through the filter at `hertz`; `q` is how sharp it is, 0.5 and up.
    pub fn pass(&mut self, x: f64, hertz: f64, q: f64, rate: f64) -> Parts {
        let g = libm::tan(TAU / 2.0 * (hertz / rate).min(0.45));
        let k = 1.0 / q;
        let a = 1.0 / (1.0 + g * (g + k));
        let v3 = x - self.second;
        let v1 = a * self.first + g * a * v3;
        let v2 = self.second + g * v1;
        self.first = 2.0 * v1 - self.first;
        self.second = 2.0 * v2 - self.second;
        Parts { low: v2, band: v1 * k, high: x - k * v1 - v2 }
    }

    /// Only what is below `hertz`.
    pub fn low(&mut self, x: f64, hertz: f64) -> f64 {
        self.pass(x, hertz, 0.7, RATE).low
    }

    /// Only what is above `hertz`.
    pub fn high(&mut self, x: f64, hertz: f64) -> f64 {
        self.pass(x, hertz, 0.7, RATE).high
    }

    /// Only what is around `hertz`.
    pub fn band(&mut self, x: f64, hertz: f64, q: f64) -> f64 {
        self.pass(x, hertz, q, RATE).band
    }
}

/// Struck metal: partials of frequency, strength and seconds of decay.
pub fn metal(t: f64, partials: &[(f64, f64, f64)]) -> f64 {
    if t < 0.0 {
        return 0.0;
    }
    partials
        .iter()
        .map(|(hertz, strength, life)| sine(hertz * t) * strength * decay(t, *life))
        .sum()
}

/// So many seconds of a function of time, begun and ended without a click.
pub fn render(seconds: f64, mut sample: impl FnMut(f64) -> f64) -> Vec<f64> {
    let count = (seconds * RATE) as usize;
    let ease = |t: f64| rise(t, 0.0008) * rise(seconds - t, (seconds * 0.25).min(0.06));
    (0..count).map(|i| i as f64 / RATE).map(|t| sample(t) * ease(t)).collect()
}

/// So many whole seconds of a function of time that is made periodic: `sample` is asked
/// twice for the whole loop, and what filters remember of the first is in the second.
/// It must itself repeat after the loop, noise included.
pub fn looped(seconds: f64, mut sample: impl FnMut(f64, usize) -> f64) -> Vec<f64> {
    let count = (seconds * RATE) as usize;
    let mut pass = || (0..count).map(|i| sample(i as f64 / RATE, i)).collect::<Vec<f64>>();
    pass();
    pass()
}
