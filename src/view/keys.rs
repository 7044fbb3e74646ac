//! From keys, mouse and gamepad to [`Input`]: the bindings, and who steers the turret.
//!
//! Bindings are plain data, so that settings can hold them. Nothing here asks a
//! device; the caller says what is held.

use ggez::event::Button as PadButton;
use ggez::input::keyboard::KeyCode;
use ggez::input::mouse::MouseButton;
use serde::{Deserialize, Serialize};

use crate::sim::Input;
use crate::words;

/// Something that can be held down. Keys are named after their place on an
/// American keyboard, so that W S A D is the same block on every keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A key.
    Key(KeyCode),
    /// A mouse button.
    Mouse(MouseButton),
    /// A gamepad button.
    Pad(PadButton),
}

/// What each action is bound to. In settings every source is its [`Source::name`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bindings {
    /// Drive forward.
    pub forward: Vec<Source>,
    /// Drive back.
    pub back: Vec<Source>,
    /// Turn the hull left.
    pub left: Vec<Source>,
    /// Turn the hull right.
    pub right: Vec<Source>,
    /// Turn the turret left.
    pub turret_left: Vec<Source>,
    /// Turn the turret right.
    pub turret_right: Vec<Source>,
    /// Fire.
    pub fire: Vec<Source>,
    /// Load regular shells.
    pub regular: Vec<Source>,
    /// Load armour-piercing shells.
    pub piercing: Vec<Source>,
    /// Whether the turret follows the mouse.
    pub mouse_aim: bool,
    /// How far a stick must be moved before it counts, in percent of its way.
    pub dead_zone: u8,
}

/// Both sticks of a gamepad, each axis -1..=1, right and up positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sticks {
    /// The left stick.
    pub drive: (f32, f32),
    /// The right stick.
    pub aim: (f32, f32),
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

impl Bindings {
    /// The keys of the original game.
    pub fn classic() -> Self {
        use KeyCode::*;
        let keys = |codes: &[KeyCode]| codes.iter().copied().map(Source::Key).collect();
        Self {
            forward: keys(&[KeyW]),
            back: keys(&[KeyS]),
            left: keys(&[KeyA]),
            right: keys(&[KeyD]),
            turret_left: keys(&[KeyJ]),
            turret_right: keys(&[KeyL]),
            fire: keys(&[KeyK]),
            regular: keys(&[Digit1]),
            piercing: keys(&[Digit2]),
            mouse_aim: false,
            dead_zone: 25,
        }
    }

    /// The original's keys plus arrows, space, mouse and gamepad.
    pub fn modern() -> Self {
        let mut b = Self::classic();
        let key = Source::Key;
        b.forward.extend([key(KeyCode::ArrowUp), Source::Pad(PadButton::DPadUp)]);
        b.back.extend([key(KeyCode::ArrowDown), Source::Pad(PadButton::DPadDown)]);
        b.left.extend([key(KeyCode::ArrowLeft), Source::Pad(PadButton::DPadLeft)]);
        b.right.extend([key(KeyCode::ArrowRight), Source::Pad(PadButton::DPadRight)]);
        b.fire.extend([
            key(KeyCode::Space),
            Source::Mouse(MouseButton::Left),
            Source::Pad(PadButton::LeftTrigger2),
            Source::Pad(PadButton::RightTrigger2),
        ]);
        b.regular.push(Source::Pad(PadButton::LeftTrigger));
        b.piercing.push(Source::Pad(PadButton::RightTrigger));
        b.mouse_aim = true;
        b
    }

    /// Every action: the key of what a person calls it, its bit in [`Input::held`], what it is bound to.
    pub fn actions(&self) -> [(&'static str, u16, &[Source]); 9] {
        [
            ("action-forward", Input::FORWARD, &self.forward),
            ("action-back", Input::BACK, &self.back),
            ("action-left", Input::LEFT, &self.left),
            ("action-right", Input::RIGHT, &self.right),
            ("action-turret-left", Input::TURRET_LEFT, &self.turret_left),
            ("action-turret-right", Input::TURRET_RIGHT, &self.turret_right),
            ("action-fire", Input::FIRE, &self.fire),
            ("action-regular", Input::REGULAR, &self.regular),
            ("action-piercing", Input::PIERCING, &self.piercing),
        ]
    }
}

impl Default for Bindings {
    fn default() -> Self {
        Self::modern()
    }
}

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

    /// Folds everything held into one Input. `toward_mouse` is the direction from
    /// the own tank to the mouse, in binary angle units, if both exist.
    pub fn fold(
        &mut self,
        bindings: &Bindings,
        is_held: impl Fn(Source) -> bool,
        sticks: Sticks,
        toward_mouse: Option<u16>,
    ) -> Input {
        let mut held = 0;
        for (_, bit, sources) in bindings.actions() {
            if sources.iter().any(|&s| is_held(s)) {
                held |= bit;
            }
        }
        let dead = f32::from(bindings.dead_zone.min(90)) / 100.0;
        held |= stick_actions(sticks.drive, dead);

        if held & Input::FIRE == 0 {
            self.fire_blocked = false;
        } else if self.fire_blocked {
            held &= !Input::FIRE;
        }
        if self.fire_toggles {
            let fires = self.trigger.pull(held & Input::FIRE != 0);
            held = held & !Input::FIRE | if fires { Input::FIRE } else { 0 };
        }

        let by_stick = stick_angle(sticks.aim, dead);
        if by_stick.is_some() || held & (Input::TURRET_LEFT | Input::TURRET_RIGHT) != 0 {
            self.by_mouse = false;
        }
        let by_mouse = toward_mouse.filter(|_| bindings.mouse_aim && self.by_mouse);
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

/// A stick that drives: each axis counts for itself beyond the dead zone, but a
/// push that is mostly forward shall not also turn.
fn stick_actions((x, y): (f32, f32), dead: f32) -> u16 {
    if x.hypot(y) < dead {
        return 0;
    }
    let slope = 0.4;
    let mut held = 0;
    if y.abs() >= x.abs() * slope {
        held |= if y > 0.0 { Input::FORWARD } else { Input::BACK };
    }
    if x.abs() >= y.abs() * slope {
        held |= if x > 0.0 { Input::RIGHT } else { Input::LEFT };
    }
    held
}

fn stick_angle((x, y): (f32, f32), dead: f32) -> Option<u16> {
    // a resting finger must not swing the turret: aiming takes twice the dead zone
    if x.hypot(y) < (dead * 2.0).min(0.9) { None } else { screen_angle(x, -y) }
}

impl Source {
    /// The name on the screen, in the spoken language; `None` for what cannot be bound.
    pub fn shown(self) -> Option<String> {
        let name = self.name()?;
        Some(words::find(&text_key(name)).unwrap_or_else(|| name.to_owned()))
    }

    /// The name in settings; `None` for what cannot be bound.
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(source, _)| *source == self).map(|(_, name)| *name)
    }

    /// The source of this name, upper and lower case being the same.
    pub fn from_name(name: &str) -> Option<Source> {
        NAMES.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(source, _)| *source)
    }
}

/// The key of the text that is shown for a name; letters and digits have none.
fn text_key(name: &str) -> String {
    format!("key-{}", name.to_lowercase().replace(' ', "-"))
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.name() {
            Some(name) => serializer.serialize_str(name),
            None => Err(serde::ser::Error::custom("this key has no name")),
        }
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Source::from_name(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("no key is called \"{name}\"")))
    }
}

macro_rules! names {
    ($($kind:ident { $($code:path => $name:literal),* $(,)? })*) => {
        &[$($((Source::$kind($code), $name),)*)*]
    };
}

/// Everything that can be bound. Escape and F1 open the menu and are not here.
#[rustfmt::skip]
const NAMES: &[(Source, &str)] = names! {
    Key {
        KeyCode::KeyA => "A", KeyCode::KeyB => "B", KeyCode::KeyC => "C", KeyCode::KeyD => "D",
        KeyCode::KeyE => "E", KeyCode::KeyF => "F", KeyCode::KeyG => "G", KeyCode::KeyH => "H",
        KeyCode::KeyI => "I", KeyCode::KeyJ => "J", KeyCode::KeyK => "K", KeyCode::KeyL => "L",
        KeyCode::KeyM => "M", KeyCode::KeyN => "N", KeyCode::KeyO => "O", KeyCode::KeyP => "P",
        KeyCode::KeyQ => "Q", KeyCode::KeyR => "R", KeyCode::KeyS => "S", KeyCode::KeyT => "T",
        KeyCode::KeyU => "U", KeyCode::KeyV => "V", KeyCode::KeyW => "W", KeyCode::KeyX => "X",
        KeyCode::KeyY => "Y", KeyCode::KeyZ => "Z",
        KeyCode::Digit0 => "0", KeyCode::Digit1 => "1", KeyCode::Digit2 => "2",
        KeyCode::Digit3 => "3", KeyCode::Digit4 => "4", KeyCode::Digit5 => "5",
        KeyCode::Digit6 => "6", KeyCode::Digit7 => "7", KeyCode::Digit8 => "8",
        KeyCode::Digit9 => "9",
        KeyCode::ArrowUp => "Up", KeyCode::ArrowDown => "Down",
        KeyCode::ArrowLeft => "Left", KeyCode::ArrowRight => "Right",
        KeyCode::Space => "Space", KeyCode::Enter => "Enter", KeyCode::Tab => "Tab",
        KeyCode::Backspace => "Backspace", KeyCode::Delete => "Delete", KeyCode::Insert => "Insert",
        KeyCode::Home => "Home", KeyCode::End => "End",
        KeyCode::PageUp => "Page up", KeyCode::PageDown => "Page down",
        KeyCode::ShiftLeft => "Left shift", KeyCode::ShiftRight => "Right shift",
        KeyCode::ControlLeft => "Left control", KeyCode::ControlRight => "Right control",
        KeyCode::AltLeft => "Left alt", KeyCode::AltRight => "Right alt",
        KeyCode::Minus => "Minus", KeyCode::Equal => "Equal", KeyCode::Comma => "Comma",
        KeyCode::Period => "Period", KeyCode::Slash => "Slash", KeyCode::Semicolon => "Semicolon",
        KeyCode::Quote => "Quote", KeyCode::Backquote => "Backquote",
        KeyCode::BracketLeft => "Left bracket", KeyCode::BracketRight => "Right bracket",
        KeyCode::Backslash => "Backslash", KeyCode::IntlBackslash => "International backslash",
        KeyCode::Numpad0 => "Numpad 0", KeyCode::Numpad1 => "Numpad 1",
        KeyCode::Numpad2 => "Numpad 2", KeyCode::Numpad3 => "Numpad 3",
        KeyCode::Numpad4 => "Numpad 4", KeyCode::Numpad5 => "Numpad 5",
        KeyCode::Numpad6 => "Numpad 6", KeyCode::Numpad7 => "Numpad 7",
        KeyCode::Numpad8 => "Numpad 8", KeyCode::Numpad9 => "Numpad 9",
        KeyCode::NumpadAdd => "Numpad plus", KeyCode::NumpadSubtract => "Numpad minus",
        KeyCode::NumpadMultiply => "Numpad times", KeyCode::NumpadDivide => "Numpad slash",
        KeyCode::NumpadDecimal => "Numpad point", KeyCode::NumpadEnter => "Numpad enter",
    }
    Mouse {
        MouseButton::Left => "Left mouse", MouseButton::Right => "Right mouse",
        MouseButton::Middle => "Middle mouse",
        MouseButton::Back => "Mouse back", MouseButton::Forward => "Mouse forward",
    }
    Pad {
        PadButton::South => "Pad A", PadButton::East => "Pad B",
        PadButton::West => "Pad X", PadButton::North => "Pad Y",
        PadButton::LeftTrigger => "Left shoulder", PadButton::RightTrigger => "Right shoulder",
        PadButton::LeftTrigger2 => "Left trigger", PadButton::RightTrigger2 => "Right trigger",
        PadButton::LeftThumb => "Left stick press", PadButton::RightThumb => "Right stick press",
        PadButton::DPadUp => "Pad up", PadButton::DPadDown => "Pad down",
        PadButton::DPadLeft => "Pad left", PadButton::DPadRight => "Pad right",
        PadButton::Select => "Pad select",
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(sources: &[Source]) -> impl Fn(Source) -> bool + '_ {
        |s| sources.contains(&s)
    }

    fn key(code: KeyCode) -> Source {
        Source::Key(code)
    }

    fn fold(hands: &mut Hands, b: &Bindings, held: &[Source], mouse: Option<u16>) -> Input {
        hands.fold(b, holding(held), Sticks::default(), mouse)
    }

    #[test]
    fn the_keys_of_the_original_drive_turn_fire_and_select() {
        let b = Bindings::classic();
        use KeyCode::*;
        let all = [KeyW, KeyS, KeyA, KeyD, KeyJ, KeyL, KeyK, Digit1, Digit2].map(key);
        let bits = b.actions().map(|(_, bit, _)| bit);
        for (source, bit) in all.into_iter().zip(bits) {
            assert_eq!(fold(&mut Hands::default(), &b, &[source], None).held, bit, "{source:?}");
        }
        let both = fold(&mut Hands::default(), &b, &[key(KeyW), key(KeyK)], None);
        assert_eq!(both.held, Input::FORWARD | Input::FIRE);
    }

    #[test]
    fn every_source_has_a_name_in_every_language() {
        for language in words::Language::ALL {
            words::speak(language);
            for (source, name) in NAMES {
                let shown = source.shown().unwrap();
                let is_the_key_itself = name.chars().count() == 1;
                assert_eq!(words::find(&text_key(name)).is_none(), is_the_key_itself, "{name}");
                assert!(!shown.is_empty() && shown.len() < 24, "{shown}");
            }
        }
        words::speak(words::Language::German);
        assert_eq!(key(KeyCode::Space).shown().as_deref(), Some("Leertaste"));
    }

    #[test]
    fn mouse_steers_the_turret_only_after_it_moved_and_until_keys_do() {
        let b = Bindings::modern();
        let mut hands = Hands::default();
        hands.mouse_at(100.0, 100.0);
        assert_eq!(fold(&mut hands, &b, &[], Some(9)).aim(), None);
        hands.mouse_at(130.0, 100.0);
        assert_eq!(fold(&mut hands, &b, &[], Some(9)).held, Input::AIM);
        let keys = fold(&mut hands, &b, &[key(KeyCode::KeyJ)], Some(9));
        assert_eq!(keys.held, Input::TURRET_LEFT);
        hands.mouse_at(133.0, 100.0);
        assert_eq!(fold(&mut hands, &b, &[], Some(9)).aim(), None, "a nudge of the table");
        hands.mouse_at(150.0, 100.0);
        assert_eq!(fold(&mut hands, &b, &[], Some(9)).held, Input::AIM);
    }

    #[test]
    fn classic_bindings_ignore_the_mouse() {
        let mut hands = Hands::default();
        hands.mouse_at(0.0, 0.0);
        hands.mouse_at(300.0, 0.0);
        let click = [Source::Mouse(MouseButton::Left)];
        let input = fold(&mut hands, &Bindings::classic(), &click, Some(1));
        assert_eq!(input, Input::default());
    }

    #[test]
    fn a_click_on_a_menu_does_not_fire_once_the_menu_closes() {
        let b = Bindings::modern();
        let mut hands = Hands::default();
        let click = [Source::Mouse(MouseButton::Left)];
        hands.menu_is_open();
        assert!(!fold(&mut hands, &b, &click, None).has(Input::FIRE));
        assert!(!fold(&mut hands, &b, &[], None).has(Input::FIRE));
        assert!(fold(&mut hands, &b, &click, None).has(Input::FIRE));
    }

    #[test]
    fn toggled_fire_goes_on_until_pressed_again_or_a_menu_opens() {
        let b = Bindings::classic();
        let mut hands = Hands::default();
        hands.set_fire_toggles(true);
        let key = [Source::Key(KeyCode::KeyK)];
        let fires =
            |hands: &mut Hands, held: &[Source]| fold(hands, &b, held, None).has(Input::FIRE);
        assert!(fires(&mut hands, &key) && fires(&mut hands, &key), "held, it is one press");
        assert!(fires(&mut hands, &[]), "it goes on by itself");
        assert!(!fires(&mut hands, &key) && !fires(&mut hands, &[]));
        assert!(fires(&mut hands, &key));
        hands.menu_is_open();
        assert!(!fires(&mut hands, &key), "the key that closes the menu does not fire");
        assert!(!fires(&mut hands, &[]) && fires(&mut hands, &key));
        hands.set_fire_toggles(false);
        assert!(!fires(&mut hands, &[]), "held again");
    }

    #[test]
    fn sticks_count_only_beyond_the_dead_zone() {
        let b = Bindings::modern();
        let mut hands = Hands::default();
        let mut with = |drive, aim| hands.fold(&b, |_| false, Sticks { drive, aim }, None);
        assert_eq!(with((0.1, 0.1), (0.2, 0.2)), Input::default());
        assert_eq!(with((0.0, 1.0), (0.0, 0.0)).held, Input::FORWARD);
        assert_eq!(with((0.1, -1.0), (0.0, 0.0)).held, Input::BACK);
        assert_eq!(with((-0.7, 0.7), (0.0, 0.0)).held, Input::FORWARD | Input::LEFT);
        let up = with((0.0, 0.0), (0.0, 1.0));
        assert_eq!((up.held, up.aim), (Input::AIM, 49152), "up is three quarters of a turn");
    }

    #[test]
    fn angles_run_clockwise_from_east() {
        assert_eq!(screen_angle(1.0, 0.0), Some(0));
        assert_eq!(screen_angle(0.0, 5.0), Some(16384));
        assert_eq!(screen_angle(-1.0, 0.0), Some(32768));
        assert_eq!(screen_angle(0.0, -0.1), Some(49152));
        assert_eq!(screen_angle(0.0, 0.0), None);
        assert_eq!(screen_angle(f32::NAN, 0.0), None);
    }

    #[test]
    fn bindings_survive_the_settings_file() {
        for b in [Bindings::classic(), Bindings::modern()] {
            let text = toml::to_string(&b).unwrap();
            assert_eq!(toml::from_str::<Bindings>(&text).unwrap(), b, "{text}");
        }
        let one: Bindings = toml::from_str("fire = [\"left MOUSE\"]").unwrap();
        assert_eq!(one.fire, [Source::Mouse(MouseButton::Left)]);
        assert_eq!(one.forward, Bindings::modern().forward, "what is not said stays default");
        let error = toml::from_str::<Bindings>("fire = [\"Any key\"]").unwrap_err();
        assert!(error.to_string().contains("Any key"), "{error}");
    }

    #[test]
    fn every_name_means_one_thing() {
        for (i, (source, name)) in NAMES.iter().enumerate() {
            assert_eq!(Source::from_name(name), Some(*source), "{name}");
            assert!(NAMES.iter().skip(i + 1).all(|(s, _)| s != source), "{name}");
        }
    }
}
