//! What busy players hold down: a pure function of seat and tick.

use tankwarz::sim::{Input, MAX_SEATS};

/// What all seats hold in a tick: driving, turning, aiming at something that moves, firing.
pub fn all_held(tick: u32) -> [Input; MAX_SEATS] {
    std::array::from_fn(|seat| held(seat as u32, tick))
}

fn held(seat: u32, tick: u32) -> Input {
    let draw = mix(u64::from(seat) << 32 | u64::from(tick / (10 + 4 * seat)));
    let pick = |shift: u32, choices: &[u16]| choices[(draw >> shift) as usize % choices.len()];
    let held = pick(0, &[Input::FORWARD, Input::FORWARD, Input::FORWARD, Input::BACK])
        | pick(8, &[0, 0, Input::LEFT, Input::RIGHT])
        | pick(16, &[0, Input::FIRE, Input::FIRE])
        | pick(24, &[0, 0, 0, Input::REGULAR, Input::PIERCING])
        | Input::AIM;
    Input { held, aim: ((draw >> 32) as u16).wrapping_add(40 * tick as u16) }
}

/// A well-mixed number for a number.
pub fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}
