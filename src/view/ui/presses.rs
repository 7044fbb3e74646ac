//! What keys and the buttons of mouse and gamepad mean when they go down: to a cell that waits
//! for one, to the menus, or to the screen of a match. What is held is another matter, see
//! [`Ui::input`].

use ggez::event::Button as PadButton;
use ggez::input::keyboard::{Key, KeyCode, KeyInput};
use ggez::winit::keyboard::{ModifiersState, NamedKey, PhysicalKey};
use ggez::winit::platform::modifier_supplement::KeyEventExtModifierSupplement;

use super::Ui;
use super::menu::Press;
use crate::view::audio::cue::Sound;
use crate::view::keys::{Action, Device, Source};
use crate::view::pads::{Outcome, PadNews};
use crate::view::stage::Screen;
use crate::words::say_with;

impl Ui {
    /// A key was pressed. Characters come through [`Ui::text_input`]: call that for each
    /// character of the key event's text, after this.
    pub fn key_down(&mut self, key: KeyInput, repeated: bool, screen: &Screen) {
        self.is_command = is_command(key.mods);
        self.device = Device::Keyboard;
        let source = match key.event.physical_key {
            PhysicalKey::Code(code) => Some(Source::Key(code)),
            PhysicalKey::Unidentified(_) => None,
        };
        if let (PhysicalKey::Code(code), Key::Character(typed)) =
            (key.event.physical_key, key.event.key_without_modifiers())
        {
            self.menu.labels_mut().learn(code, &typed);
        }
        if self.menu.is_waiting() {
            match source {
                _ if repeated => {}
                Some(Source::Key(KeyCode::Escape)) => self.press(Press::Escape),
                Some(Source::Key(KeyCode::Backspace | KeyCode::Delete)) => {
                    self.press(Press::Delete);
                }
                Some(source) => self.capture(source),
                None => {}
            }
            return;
        }
        if let Some(press) = press_of(&key, repeated, *screen == Screen::Match) {
            self.press(press);
        } else if let Some(source) = source.filter(|_| !repeated) {
            self.screen_action(source, screen);
        }
    }

    /// Gamepads that were there before the window are no news.
    pub(in crate::view) fn set_pads(&mut self, present: Vec<PadNews>) {
        for news in present {
            self.pads.handle(news);
        }
    }

    /// Something happened on or to a gamepad. What is pressed for another program, while the
    /// window has no focus, is none of ours.
    pub(in crate::view) fn pad(&mut self, news: PadNews, screen: &Screen, has_focus: bool) {
        match self.pads.handle(news) {
            Some(Outcome::Came(name)) => self.notice("pads-came", name, screen),
            Some(Outcome::Went(name)) => self.notice("pads-went", name, screen),
            Some(Outcome::Pressed(button)) if has_focus => {
                self.device = Device::Pad;
                self.pad_pressed(button, screen);
            }
            Some(Outcome::Leaned(way)) if has_focus => {
                self.device = Device::Pad;
                if self.menu.is_open() && !self.menu.is_waiting() {
                    self.pad_pressed(way, screen);
                }
            }
            _ => {}
        }
    }

    fn pad_pressed(&mut self, button: PadButton, screen: &Screen) {
        if self.menu.is_waiting() {
            return self.capture(Source::Pad(button));
        }
        match press_of_pad(button) {
            // in a match the pad's buttons belong to the tank, but for the one of the menu
            Some(press) if self.menu.is_open() || press == Press::Menu => self.press(press),
            _ => self.screen_action(Source::Pad(button), screen),
        }
    }

    /// Does what a source is bound to that is done to the screen and not to the tank.
    pub(super) fn screen_action(&mut self, source: Source, screen: &Screen) {
        let [first, second] = self.bindings();
        // what the second player plays with does nothing to the screen
        let is_seconds =
            self.is_shared && !matches!(source, Source::Pad(_)) && !second.users(source).is_empty();
        let is_bound = |action| !is_seconds && first.of(action).contains(&source);
        if *screen != Screen::Match || self.menu.is_open() {
        } else if is_bound(Action::Menu) {
            self.press(Press::Menu);
        } else if is_bound(Action::NetGraph) {
            self.hud.graph.toggle();
        }
    }

    pub(super) fn capture(&mut self, source: Source) {
        self.menu.capture(source);
        self.sounds.push_back(Sound::MenuChoose);
        self.touched = self.now;
    }

    fn notice(&mut self, key: &str, name: String, screen: &Screen) {
        let words = say_with(key, &[("name", name.into())]);
        match screen {
            Screen::Match => self.notify(words),
            _ => self.pad_notice = Some((words, self.now)),
        }
    }
}

/// Whether these modifiers make a command of a key. Control and alt together are
/// how some systems report AltGr, which makes ordinary characters.
fn is_command(mods: ModifiersState) -> bool {
    let (control, alt) =
        (mods.contains(ModifiersState::CONTROL), mods.contains(ModifiersState::ALT));
    control != alt || mods.contains(ModifiersState::SUPER)
}

/// What a key means in the menus.
fn press_of(key: &KeyInput, repeated: bool, in_match: bool) -> Option<Press> {
    let (control, shift) =
        (key.mods.contains(ModifiersState::CONTROL), key.mods.contains(ModifiersState::SHIFT));
    if let Key::Character(c) = &key.event.logical_key {
        return match c.to_lowercase().as_str() {
            _ if !control => None,
            "v" => Some(Press::Paste),
            "c" => Some(Press::Copy),
            "u" => Some(Press::Clear),
            _ => None,
        };
    }
    let Key::Named(named) = &key.event.logical_key else { return None };
    let press = match named {
        NamedKey::ArrowUp => Press::Up,
        NamedKey::ArrowDown => Press::Down,
        NamedKey::ArrowLeft => Press::Left,
        NamedKey::ArrowRight => Press::Right,
        NamedKey::Tab if shift => Press::Previous,
        NamedKey::Tab => Press::Next,
        NamedKey::Home => Press::Home,
        NamedKey::End => Press::End,
        NamedKey::Backspace if control => Press::Clear,
        NamedKey::Backspace => Press::Backspace,
        NamedKey::Delete => Press::Delete,
        NamedKey::Insert if shift => Press::Paste,
        NamedKey::Insert if control => Press::Copy,
        NamedKey::Paste => Press::Paste,
        // what opens, closes or confirms must not do so again while it is held
        _ if repeated => return None,
        NamedKey::Enter => Press::Confirm,
        NamedKey::Escape => Press::Escape,
        NamedKey::F1 if in_match => Press::Menu,
        _ => return None,
    };
    Some(press)
}

/// What a button of a gamepad means in the menus, whatever it is bound to.
fn press_of_pad(button: PadButton) -> Option<Press> {
    Some(match button {
        PadButton::DPadUp => Press::Up,
        PadButton::DPadDown => Press::Down,
        PadButton::DPadLeft => Press::Left,
        PadButton::DPadRight => Press::Right,
        PadButton::South => Press::Confirm,
        PadButton::East => Press::Escape,
        PadButton::West => Press::Delete,
        PadButton::Start => Press::Menu,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_not_text_but_altgr_is() {
        let (control, alt) = (ModifiersState::CONTROL, ModifiersState::ALT);
        assert!(is_command(control) && is_command(alt) && is_command(ModifiersState::SUPER));
        assert!(!is_command(control | alt) && !is_command(ModifiersState::SHIFT));
    }
}
