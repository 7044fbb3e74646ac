//! From keys, mouse and gamepad to [`Input`](crate::sim::Input): what can be held, the
//! [`Bindings`] that give it a meaning, and the [`Hands`] that hold it.
//!
//! Everything is plain data and asks no device; the caller says what is held.

mod bindings;
mod hands;

use ggez::event::Button as PadButton;
use ggez::input::keyboard::KeyCode;
use ggez::input::mouse::MouseButton;
use serde::{Deserialize, Serialize};

use crate::words;

pub use bindings::{Action, Bindings, Device, MOST_DEAD, SLOTS, Scheme, Second, Wrong, in_file};
pub use hands::{Hands, Heading, Sticks, screen_angle};

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

impl Source {
    /// The device that it belongs to.
    pub fn device(self) -> Device {
        match self {
            Self::Key(_) => Device::Keyboard,
            Self::Mouse(_) => Device::Mouse,
            Self::Pad(_) => Device::Pad,
        }
    }

    /// Whether it opens or operates the menus whatever is bound, and so cannot be bound.
    pub fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::Key(KeyCode::Escape | KeyCode::F1)
                | Self::Pad(PadButton::Start | PadButton::Mode)
        )
    }

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

/// What a person's keyboard has on its keys, learned from what they press; a key that was
/// never pressed is called after its place on an American keyboard.
#[derive(Clone, Debug, Default)]
pub struct Labels(Vec<(KeyCode, String)>);

impl Labels {
    /// A key that types this was pressed; whatever is not one visible character is no label.
    pub fn learn(&mut self, code: KeyCode, typed: &str) {
        let label = typed.to_uppercase();
        let mut characters = label.chars();
        let is_label = characters.next().is_some_and(|c| !c.is_whitespace() && !c.is_control());
        if !is_label || characters.next().is_some() || Source::Key(code).name().is_none() {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == code) {
            Some((_, known)) => *known = label,
            None => self.0.push((code, label)),
        }
    }

    /// What a source is called on the screen.
    pub fn name(&self, source: Source) -> String {
        let learned = self.0.iter().find(|(code, _)| Source::Key(*code) == source);
        // a digit of the number block looks like any other
        let is_block = source.name().is_some_and(|name| name.starts_with("Numpad"));
        match learned.filter(|_| !is_block) {
            Some((_, label)) => label.clone(),
            None => source.shown().unwrap_or_default(),
        }
    }
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

/// Everything that can be bound; see also [`Source::is_fixed`].
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
        KeyCode::F2 => "F2", KeyCode::F3 => "F3", KeyCode::F4 => "F4", KeyCode::F5 => "F5",
        KeyCode::F6 => "F6", KeyCode::F7 => "F7", KeyCode::F8 => "F8", KeyCode::F9 => "F9",
        KeyCode::F10 => "F10", KeyCode::F11 => "F11", KeyCode::F12 => "F12",
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

    #[test]
    fn keys_are_called_what_the_persons_keyboard_has_on_them() {
        let mut labels = Labels::default();
        let y = Source::Key(KeyCode::KeyY);
        assert_eq!(labels.name(y), "Y");
        labels.learn(KeyCode::KeyY, "z");
        labels.learn(KeyCode::KeyX, "\r");
        labels.learn(KeyCode::Space, " ");
        labels.learn(KeyCode::Numpad1, "1");
        assert_eq!(
            (labels.name(y).as_str(), labels.name(Source::Key(KeyCode::KeyX)).as_str()),
            ("Z", "X")
        );
        assert_ne!(labels.name(Source::Key(KeyCode::Numpad1)), "1");
        assert_eq!(y.name(), Some("Y"), "settings keep the place");
    }

    #[test]
    fn every_source_has_a_name_in_every_language() {
        for language in words::Language::ALL {
            words::speak(language);
            for (source, name) in NAMES {
                let shown = source.shown().unwrap();
                let is_the_key_itself = name.chars().count() == 1
                    || name.strip_prefix('F').is_some_and(|rest| rest.parse::<u8>().is_ok());
                assert_eq!(words::find(&text_key(name)).is_none(), is_the_key_itself, "{name}");
                assert!(!shown.is_empty() && shown.len() < 24, "{shown}");
            }
        }
        words::speak(words::Language::German);
        assert_eq!(Source::Key(KeyCode::Space).shown().as_deref(), Some("Leertaste"));
    }

    #[test]
    fn every_name_means_one_thing() {
        for (i, (source, name)) in NAMES.iter().enumerate() {
            assert_eq!(Source::from_name(name), Some(*source), "{name}");
            assert!(!source.is_fixed(), "{name} is the menus'");
            assert!(NAMES.iter().skip(i + 1).all(|(s, _)| s != source), "{name}");
        }
    }
}
