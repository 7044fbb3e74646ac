//! From what is held to [`Input`]: who steers the turret, where a stick wants to go, and
//! which presses belonged to a menu.

use super::bindings::MOST_DEAD;
use super::{Action, Bindings, Source};
use crate::sim::Input;
use crate::sim::rules::TURN;

/// Both sticks of a gamepad, each axis -1..=1, right and up positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sticks {
    /// The left stick.
    pub drive: (f32, f32),
    /// The right stick.
    pub aim: (f32, f32),
}

/// Where the own tank is turned to, as far as hands have to know it. Angles are in binary
/// angle units; what is `None` is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heading {
    /// The tank's front.
    pub hull: Option<u16>,
    /// The tick of the World that says so.
    pub tick: u32,
    /// Ticks until what is held now moves the tank.
    pub delay: u32,
    /// From the tank to the mouse.
    pub toward_mouse: Option<u16>,
}

/// What the hands were doing: who steers the turret, and whether a button that
/// was pressed for a menu is still down.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    by_mouse: bool,
    /// Where the mouse lay when keys or stick took the turret.
    rest: Option<(f32, f32)>,
    fire_blocked: bool,
    fire_toggles: bool,
    trigger: Trigger,
    steering: Steering,
}

/// Fire that is pressed once to begin and once more to end.
#[derive(Clone, Copy, Debug, Default)]
struct Trigger {
    was_held: bool,
    fires: bool,
}

impl Trigger {
    /// Whether it fires, after the key was seen held or not.
    fn pull(&mut self, is_held: bool) -> bool {
        self.fires ^= is_held && !self.was_held;
        self.was_held = is_held;
        self.fires
    }
}

/// How far the mouse must move to take the turret from keys or stick, in pixels.
const MOUSE_TAKES_OVER: f32 = 12.0;

impl Hands {
    /// The mouse is at this place of the window.
    pub fn mouse_at(&mut self, x: f32, y: f32) {
        match self.rest {
            None => self.rest = Some((x, y)),
            Some((from_x, from_y)) => {
                self.by_mouse |= (x - from_x).hypot(y - from_y) > MOUSE_TAKES_OVER;
            }
        }
        if self.by_mouse {
            self.rest = Some((x, y));
        }
    }

    /// A menu has the keys: what is held now does not fire once it closes.
    pub fn menu_is_open(&mut self) {
        self.fire_blocked = true;
        self.trigger = Trigger::default();
    }

    /// Whether fire is pressed once to begin and once more to end, instead of held.
    pub fn set_fire_toggles(&mut self, toggles: bool) {
        if toggles != self.fire_toggles {
            self.fire_toggles = toggles;
            self.trigger = Trigger::default();
        }
    }

    /// Folds everything held into one Input.
    pub fn fold(
        &mut self,
        bindings: &Bindings,
        is_held: impl Fn(Source) -> bool,
        sticks: Sticks,
        heading: Heading,
    ) -> Input {
        let mut held = 0;
        for action in Action::ALL {
            if bindings.of(action).iter().any(|&s| is_held(s)) {
                held |= action.bit();
            }
        }
        let dead = f32::from(bindings.dead_zone.min(MOST_DEAD)) / 100.0;
        let (x, y) = beyond(dead, sticks.drive);
        held |= self.steering.toward(screen_angle(x, -y), heading);

        if held & Input::FIRE == 0 {
            self.fire_blocked = false;
        } else if self.fire_blocked {
            held &= !Input::FIRE;
        }
        if self.fire_toggles {
            let fires = self.trigger.pull(held & Input::FIRE != 0);
            held = held & !Input::FIRE | if fires { Input::FIRE } else { 0 };
        }

        let by_stick = aim(dead, sticks.aim);
        if by_stick.is_some() || held & (Input::TURRET_LEFT | Input::TURRET_RIGHT) != 0 {
            self.by_mouse = false;
        }
        let by_mouse = heading.toward_mouse.filter(|_| bindings.mouse_aim && self.by_mouse);
        match by_stick.or(by_mouse) {
            Some(aim) => Input { held: held | Input::AIM, aim },
            None => Input { held, aim: 0 },
        }
    }
}

/// A direction on the screen (x right, y down) in binary angle units; `None` for no direction.
pub fn screen_angle(x: f32, y: f32) -> Option<u16> {
    if !x.is_finite() || !y.is_finite() || x.hypot(y) < 1e-6 {
        return None;
    }
    // through i32: a negative float would be cut to 0 in u16
    Some((y.atan2(x) / std::f32::consts::TAU * 65536.0).round() as i32 as u16)
}

/// A stick without its dead zone, which is round: nothing inside of it, and from its edge on
/// the same direction with a length that grows from 0 to 1.
fn beyond(dead: f32, (x, y): (f32, f32)) -> (f32, f32) {
    let length = x.hypot(y);
    if !length.is_finite() || length <= dead || length < 1e-6 {
        return (0.0, 0.0);
    }
    let left = ((length - dead) / (1.0 - dead).max(0.01)).min(1.0);
    (x / length * left, y / length * left)
}

/// Where the stick of the turret points. A resting finger must not swing the turret, so it
/// has to be pushed farther than the one that drives.
fn aim(dead: f32, stick: (f32, f32)) -> Option<u16> {
    let (x, y) = beyond((dead * 2.0).min(0.9), stick);
    screen_angle(x, -y)
}

/// Driving where a stick points on the screen. The end of the tank that is nearer to that
/// direction leads: pulled back, the stick drives back and does not turn the tank around.
#[derive(Clone, Debug, Default)]
struct Steering {
    is_reversing: Option<bool>,
    /// Which way the hull was made to turn in the latest ticks: 1 is clockwise.
    turns: [i8; MEMORY],
    tick: u32,
}

/// Ticks of turning that are remembered; the longest input delay fits in.
const MEMORY: usize = 16;
/// An end leads until the stick is so far from it: a little more than a right angle, so that
/// a stick at the side does not flip the tank to and fro.
const LEADS: i32 = 105 * 65536 / 360;
/// Farther off than this the tank turns on the spot first.
const ON_THE_SPOT: i32 = 50 * 65536 / 360;

impl Steering {
    /// The held actions that bring the tank there.
    fn toward(&mut self, wanted: Option<u16>, heading: Heading) -> u16 {
        let (Some(wanted), Some(hull)) = (wanted, heading.hull) else {
            self.is_reversing = None;
            self.remember(heading.tick, 0);
            return 0;
        };
        // the hull as it will be once what is held already has had its effect
        let hull = hull.wrapping_add_signed((self.pending(heading) * TURN as i32) as i16);
        let off = |rear: bool| {
            let end = if rear { hull.wrapping_add(1 << 15) } else { hull };
            i32::from(wanted.wrapping_sub(end) as i16)
        };
        let mut is_reversing = self.is_reversing.unwrap_or(false);
        if off(is_reversing).abs() > LEADS {
            is_reversing = !is_reversing;
        }
        self.is_reversing = Some(is_reversing);
        let off = off(is_reversing);
        let mut held = 0;
        let turn = if off.abs() <= i32::from(TURN) { 0 } else { off.signum() as i8 };
        match turn {
            1 => held |= Input::RIGHT,
            -1 => held |= Input::LEFT,
            _ => {}
        }
        if off.abs() <= ON_THE_SPOT {
            held |= if is_reversing { Input::BACK } else { Input::FORWARD };
        }
        self.remember(heading.tick, turn);
        held
    }

    /// Turns that were held and have not reached the World yet.
    fn pending(&self, heading: Heading) -> i32 {
        let first = heading.tick.saturating_sub(heading.delay.min(MEMORY as u32 - 1));
        let known = self.tick.saturating_sub(MEMORY as u32 - 1);
        (first.max(known)..heading.tick.min(self.tick + 1))
            .filter_map(|tick| self.turns.get(tick as usize % MEMORY))
            .map(|turn| i32::from(*turn))
            .sum()
    }

    fn remember(&mut self, tick: u32, turn: i8) {
        if tick < self.tick || tick - self.tick >= MEMORY as u32 {
            self.turns = [0; MEMORY];
            self.tick = tick;
        }
        while self.tick < tick {
            // what was held stays held until it is looked at again
            let last = self.turns.get(self.tick as usize % MEMORY).copied().unwrap_or(0);
            self.tick += 1;
            if let Some(slot) = self.turns.get_mut(self.tick as usize % MEMORY) {
                *slot = last;
            }
        }
        if let Some(slot) = self.turns.get_mut(tick as usize % MEMORY) {
            *slot = turn;
        }
    }
}

#[cfg(test)]
#[path = "hands_tests.rs"]
mod tests;
