//! What the gamepads say: their sticks, and which buttons of the menus were pressed.

use ggez::Context;
use ggez::event::{Axis, Button as PadButton};
use ggez::input::gamepad::Gamepad;

use super::menu::Press;
use crate::view::keys::Sticks;

/// Of the sticks of some gamepads those that are moved farthest.
pub(super) fn sticks<'a>(pads: impl Iterator<Item = Gamepad<'a>>) -> Sticks {
    let mut sticks = Sticks::default();
    for pad in pads {
        let pair = |x, y| (pad.value(x), pad.value(y));
        let farther = |a: (f32, f32), b: (f32, f32)| {
            if b.0.hypot(b.1) > a.0.hypot(a.1) { b } else { a }
        };
        sticks.drive = farther(sticks.drive, pair(Axis::LeftStickX, Axis::LeftStickY));
        sticks.aim = farther(sticks.aim, pair(Axis::RightStickX, Axis::RightStickY));
    }
    sticks
}

/// Which menu buttons of the gamepads were held in the previous frame.
#[derive(Default)]
pub(super) struct PadState {
    held: Vec<Press>,
}

impl PadState {
    /// What was pressed since the previous call.
    pub(super) fn presses(&mut self, ctx: &Context) -> Vec<Press> {
        const BUTTONS: [(PadButton, Press); 8] = [
            (PadButton::DPadUp, Press::Up),
            (PadButton::DPadDown, Press::Down),
            (PadButton::DPadLeft, Press::Left),
            (PadButton::DPadRight, Press::Right),
            (PadButton::South, Press::Confirm),
            (PadButton::East, Press::Escape),
            (PadButton::West, Press::Delete),
            (PadButton::Start, Press::Menu),
        ];
        let mut held = Vec::new();
        for (_, pad) in ctx.gamepad.gamepads() {
            held.extend(BUTTONS.iter().filter(|(b, _)| pad.is_pressed(*b)).map(|(_, p)| *p));
        }
        let fresh = held.iter().copied().filter(|p| !self.held.contains(p)).collect();
        self.held = held;
        fresh
    }
}
