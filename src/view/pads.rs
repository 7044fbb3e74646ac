//! The gamepads: which are there, what is held on them, and what is felt on them. [`Pads`] is
//! pure state that is told what happened; [`Motors`] is all that touches a device.
//!
//! What was held on a gamepad that goes away is let go of with it.

use ggez::Context;
use ggez::event::{Axis, Button as PadButton};
use ggez::input::gamepad::gilrs::ff::{
    BaseEffect, BaseEffectType, Effect, EffectBuilder, Repeat, Replay, Ticks,
};
use ggez::input::gamepad::gilrs::{EventType, Gilrs};
use ggez::input::gamepad::{Event as PadEvent, GamepadContext};

use super::keys::Sticks;
use super::rumble::Shake;

/// Names one gamepad while it is plugged in.
pub type PadId = usize;

/// Something that happened on or to a gamepad.
#[derive(Clone, Debug, PartialEq)]
pub enum PadNews {
    /// It was plugged in; with its name.
    Came(PadId, String),
    /// It went away.
    Went(PadId),
    /// A button went down.
    Pressed(PadId, PadButton),
    /// A button went up.
    Released(PadId, PadButton),
    /// An axis is here now, -1..=1, right and up positive.
    Moved(PadId, Axis, f32),
}

/// What follows from something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A gamepad of this name is there now.
    Came(String),
    /// The gamepad of this name is gone.
    Went(String),
    /// A button that was up is down.
    Pressed(PadButton),
    /// The left stick was pushed all the way in the direction of this button of the cross.
    Leaned(PadButton),
}

#[derive(Debug, Default)]
struct Pad {
    id: PadId,
    name: String,
    held: Vec<PadButton>,
    sticks: Sticks,
    leaning: Option<PadButton>,
}

/// All gamepads that are plugged in.
#[derive(Debug, Default)]
pub struct Pads {
    list: Vec<Pad>,
}

/// So far a stick is pushed to move the focus of a menu, and so far it comes back before the
/// next push counts.
const LEANS: (f32, f32) = (0.6, 0.4);

impl Pads {
    /// Takes notice; what of it matters at once comes back.
    pub fn handle(&mut self, news: PadNews) -> Option<Outcome> {
        match news {
            PadNews::Came(id, name) => {
                self.list.retain(|pad| pad.id != id);
                self.list.push(Pad { id, name: name.clone(), ..Pad::default() });
                Some(Outcome::Came(name))
            }
            PadNews::Went(id) => {
                let at = self.list.iter().position(|pad| pad.id == id)?;
                Some(Outcome::Went(self.list.remove(at).name))
            }
            PadNews::Pressed(id, button) => {
                let pad = self.get(id)?;
                if pad.held.contains(&button) {
                    return None;
                }
                pad.held.push(button);
                Some(Outcome::Pressed(button))
            }
            PadNews::Released(id, button) => {
                self.get(id)?.held.retain(|held| *held != button);
                None
            }
            PadNews::Moved(id, axis, value) => {
                let value = if value.is_finite() { value.clamp(-1.0, 1.0) } else { 0.0 };
                let pad = self.get(id)?;
                match axis {
                    Axis::LeftStickX => pad.sticks.drive.0 = value,
                    Axis::LeftStickY => pad.sticks.drive.1 = value,
                    Axis::RightStickX => pad.sticks.aim.0 = value,
                    Axis::RightStickY => pad.sticks.aim.1 = value,
                    _ => return None,
                }
                pad.lean().map(Outcome::Leaned)
            }
        }
    }

    /// Whether a button is held on one of these gamepads, or on any.
    pub fn is_held(&self, which: Option<&[PadId]>, button: PadButton) -> bool {
        self.of(which).any(|pad| pad.held.contains(&button))
    }

    /// The button of the cross that is held, or the way in which the left stick is pushed, on
    /// any of the gamepads.
    pub fn direction(&self) -> Option<PadButton> {
        let is_cross = |button: &PadButton| {
            use PadButton::{DPadDown, DPadLeft, DPadRight, DPadUp};
            matches!(button, DPadUp | DPadDown | DPadLeft | DPadRight)
        };
        let of = |pad: &Pad| pad.held.iter().copied().rev().find(is_cross).or(pad.leaning);
        self.list.iter().find_map(of)
    }

    /// The sticks of these gamepads, or of all: of each stick the one that is pushed farthest.
    pub fn sticks(&self, which: Option<&[PadId]>) -> Sticks {
        let farther = |a: (f32, f32), b: (f32, f32)| {
            if b.0.hypot(b.1) > a.0.hypot(a.1) { b } else { a }
        };
        self.of(which).fold(Sticks::default(), |sticks, pad| Sticks {
            drive: farther(sticks.drive, pad.sticks.drive),
            aim: farther(sticks.aim, pad.sticks.aim),
        })
    }

    /// The gamepads, in the order in which they were plugged in.
    pub fn ids(&self) -> impl Iterator<Item = PadId> {
        self.list.iter().map(|pad| pad.id)
    }

    fn of<'a>(&'a self, which: Option<&'a [PadId]>) -> impl Iterator<Item = &'a Pad> {
        self.list.iter().filter(move |pad| which.is_none_or(|ids| ids.contains(&pad.id)))
    }

    fn get(&mut self, id: PadId) -> Option<&mut Pad> {
        self.list.iter_mut().find(|pad| pad.id == id)
    }
}

impl Pad {
    /// The direction of a fresh push of the left stick.
    fn lean(&mut self) -> Option<PadButton> {
        let (x, y) = self.sticks.drive;
        let way = match (x.abs() > y.abs(), x > 0.0, y > 0.0) {
            (true, true, _) => PadButton::DPadRight,
            (true, false, _) => PadButton::DPadLeft,
            (false, _, true) => PadButton::DPadUp,
            (false, _, false) => PadButton::DPadDown,
        };
        let far = x.abs().max(y.abs());
        if far < LEANS.1 {
            self.leaning = None;
        }
        if far < LEANS.0 || self.leaning == Some(way) {
            return None;
        }
        self.leaning = Some(way);
        Some(way)
    }
}

/// Everything that happened on and to the gamepads since the previous call.
pub fn poll_news(ctx: &mut Context) -> Vec<PadNews> {
    let mut news = Vec::new();
    while let Some(PadEvent { id, event, .. }) = ctx.gamepad.next_event() {
        let pad = usize::from(id);
        news.push(match event {
            EventType::Connected => match name_of(ctx, pad) {
                Some(name) => PadNews::Came(pad, name),
                None => continue,
            },
            EventType::Disconnected => PadNews::Went(pad),
            EventType::ButtonPressed(button, _) => PadNews::Pressed(pad, button),
            EventType::ButtonReleased(button, _) => PadNews::Released(pad, button),
            EventType::AxisChanged(axis, value, _) => PadNews::Moved(pad, axis, value),
            _ => continue,
        });
    }
    news
}

/// The gamepads that are plugged in already.
pub fn present(ctx: &Context) -> Vec<PadNews> {
    let pads = ctx.gamepad.gamepads();
    pads.map(|(_, pad)| PadNews::Came(pad.id().into(), pad.name().to_owned())).collect()
}

fn name_of(ctx: &Context, id: PadId) -> Option<String> {
    let mut pads = ctx.gamepad.gamepads();
    pads.find_map(|(_, pad)| (usize::from(pad.id()) == id).then(|| pad.name().to_owned()))
}

/// What shakes the gamepads. Silent where there is nothing that can.
#[derive(Default)]
pub struct Motors {
    /// For each gamepad and length: whose it is, how many milliseconds, and what lasts so long. An
    /// effect shakes every gamepad that it was ever given, so that none can be for two.
    effects: Vec<(usize, u32, Effect)>,
}

/// Gamepads that shake each for itself; of more, two and two do together.
const MOTORS: usize = 4;

impl Motors {
    /// Takes the gamepads over from ggez, which does not let anybody shake them.
    pub fn new(ctx: &mut Context) -> Motors {
        let Ok(mut gilrs) = Gilrs::new() else { return Motors::default() };
        let mut effects = Vec::new();
        let all = (0..MOTORS).flat_map(|pad| Shake::LENGTHS.map(|millis| (pad, millis)));
        for (pad, millis) in all {
            let length = Ticks::from_ms(millis);
            let scheduling = Replay { play_for: length, ..Replay::default() };
            let effect = EffectBuilder::new()
                .add_effect(BaseEffect {
                    kind: BaseEffectType::Strong { magnitude: u16::MAX },
                    scheduling,
                    ..BaseEffect::default()
                })
                .add_effect(BaseEffect {
                    kind: BaseEffectType::Weak { magnitude: u16::MAX / 2 },
                    scheduling,
                    ..BaseEffect::default()
                })
                .repeat(Repeat::For(length))
                .finish(&mut gilrs);
            match effect {
                Ok(effect) => effects.push((pad, millis, effect)),
                Err(error) => tracing::debug!("gamepads will not shake: {error}"),
            }
        }
        ctx.gamepad = GamepadContext::from(gilrs);
        Motors { effects }
    }

    /// Shakes those of these gamepads that can.
    pub fn shake(&self, ctx: &Context, which: &[PadId], shake: Shake) {
        for (_, pad) in ctx.gamepad.gamepads() {
            let id = usize::from(pad.id());
            if !which.contains(&id) || !pad.is_ff_supported() {
                continue;
            }
            let mut own = self.effects.iter().filter(|(of, ..)| *of == id % MOTORS);
            if let Some((.., effect)) = own.find(|(_, millis, _)| *millis >= shake.millis)
                && effect.add_gamepad(&pad).is_ok()
            {
                // An effect that cannot be played is no reason to stop playing.
                let _ = effect.set_gain(f32::from(shake.percent) / 100.0);
                let _ = effect.play();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(news: &[PadNews]) -> Pads {
        let mut pads = Pads::default();
        for one in news {
            pads.handle(one.clone());
        }
        pads
    }

    fn came(id: PadId) -> PadNews {
        PadNews::Came(id, format!("Pad {id}"))
    }

    #[test]
    fn a_gamepad_that_vanishes_lets_go_of_everything() {
        let mut pads = with(&[
            came(3),
            PadNews::Pressed(3, PadButton::South),
            PadNews::Moved(3, Axis::LeftStickY, 1.0),
            PadNews::Moved(3, Axis::RightStickX, -1.0),
        ]);
        assert!(pads.is_held(None, PadButton::South));
        assert_eq!(pads.sticks(None), Sticks { drive: (0.0, 1.0), aim: (-1.0, 0.0) });
        assert_eq!(pads.handle(PadNews::Went(3)), Some(Outcome::Went("Pad 3".into())));
        assert!(!pads.is_held(None, PadButton::South));
        assert_eq!(pads.sticks(None), Sticks::default());
        // back again it holds nothing, and late news of it do no harm meanwhile
        assert_eq!(pads.handle(PadNews::Pressed(3, PadButton::East)), None);
        pads.handle(came(3));
        assert!(!pads.is_held(None, PadButton::South) && !pads.is_held(None, PadButton::East));
        assert_eq!(pads.handle(PadNews::Went(9)), None);
    }

    #[test]
    fn any_gamepad_plays_and_one_can_be_asked_for() {
        let mut pads = with(&[came(0), came(1), PadNews::Pressed(1, PadButton::West)]);
        assert!(pads.is_held(None, PadButton::West) && pads.is_held(Some(&[1]), PadButton::West));
        assert!(!pads.is_held(Some(&[0]), PadButton::West));
        pads.handle(PadNews::Moved(0, Axis::LeftStickX, 0.3));
        pads.handle(PadNews::Moved(1, Axis::LeftStickX, -0.8));
        assert_eq!(pads.sticks(None).drive, (-0.8, 0.0), "the one that is pushed farther");
        assert_eq!(pads.sticks(Some(&[0])).drive, (0.3, 0.0));
        assert_eq!(pads.ids().collect::<Vec<_>>(), [0, 1]);
        pads.handle(PadNews::Went(1));
        assert!(!pads.is_held(None, PadButton::West));
        assert_eq!(pads.sticks(None).drive, (0.3, 0.0), "the other plays on");
    }

    #[test]
    fn a_button_is_pressed_once_and_a_push_of_the_stick_moves_once() {
        let mut pads = with(&[came(0)]);
        let press = PadNews::Pressed(0, PadButton::South);
        assert_eq!(pads.handle(press.clone()), Some(Outcome::Pressed(PadButton::South)));
        assert_eq!(pads.handle(press), None);
        let mut push = |value| pads.handle(PadNews::Moved(0, Axis::LeftStickY, value));
        assert_eq!(push(0.3), None);
        assert_eq!(push(0.7), Some(Outcome::Leaned(PadButton::DPadUp)));
        assert_eq!((push(1.0), push(0.5), push(0.7)), (None, None, None));
        assert_eq!(push(0.1), None);
        assert_eq!(push(-0.9), Some(Outcome::Leaned(PadButton::DPadDown)));
        assert_eq!(push(f32::NAN), None);
    }
}
