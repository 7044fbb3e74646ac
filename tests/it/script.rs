//! What scripted players hold down: a pure function of seed, seat and tick.
//!
//! `tests/golden/worlds.txt` depends on it, so it may not change by accident.

use tankwarz::sim::{Input, MAX_SEATS};

/// What a seat holds in a tick: mostly driving, turning and firing, something else every 10 to 38 ticks.
pub(crate) fn held(seed: u64, seat: usize, tick: u32) -> Input {
    let length = 10 + seat as u32 * 4;
    let mut draw = Draw(seed ^ (u64::from(tick / length) << 8 | seat as u64));
    let mut held = 0;
    held |= match draw.below(10) {
        0..=6 => Input::FORWARD,
        7 => Input::BACK,
        _ => 0,
    };
    held |= match draw.below(6) {
        0 => Input::LEFT,
        1 => Input::RIGHT,
        _ => 0,
    };
    held |= match draw.below(5) {
        0 => Input::TURRET_LEFT,
        1 => Input::TURRET_RIGHT,
        2 | 3 => Input::AIM,
        _ => 0,
    };
    held |= if draw.below(4) == 0 { 0 } else { Input::FIRE };
    held |= match draw.below(12) {
        0 => Input::PIERCING,
        1 | 2 => Input::REGULAR,
        _ => 0,
    };
    Input { held, aim: draw.next() as u16 }
}

/// What all seats hold in a tick.
pub(crate) fn all_held(seed: u64, tick: u32) -> [Input; MAX_SEATS] {
    std::array::from_fn(|seat| held(seed, seat, tick))
}

/// Seeded chance without a crate whose next version may draw otherwise (splitmix64).
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ (b >> 31)
    }

    /// A number in `0..n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}
