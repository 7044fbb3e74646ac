//! What keys and the buttons of mouse and gamepad mean when they go down: to a cell that waits
//! for one, to the menus, or to the screen of a match. What is held is another matter, see
//! [`Ui::input`].

use std::time::{Duration, Instant};

use ggez::event::Button as PadButton;
use ggez::input::keyboard::{Key, KeyCode, KeyInput};
use ggez::winit::keyboard::{ModifiersState, NamedKey, PhysicalKey};
use ggez::winit::platform::modifier_supplement::KeyEventExtModifierSupplement;

use super::Ui;
use super::menu::Press;
use super::scroll::lead;
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
            Some(press) if self.menu.is_open() || press == Press::Menu => {
                self.repeat.begin(button, self.now);
                self.press(press);
            }
            _ => self.screen_action(Source::Pad(button), screen),
        }
    }

    /// What is held on a gamepad moves on and on, as keys do by themselves; once a frame.
    pub(super) fn repeat(&mut self) {
        let held = self.pads.direction().filter(|_| self.menu.is_open() && !self.menu.is_waiting());
        let press = self.repeat.poll(held, self.now).and_then(press_of_pad);
        if let Some(press) = press.filter(|press| self.menu.repeats(*press)) {
            self.press(press);
        }
    }

    /// The window is no longer the one that is played in.
    pub(in crate::view) fn let_go(&mut self) {
        self.repeat = Repeat::default();
    }

    /// Does what the key of this name does; a cell that waits gets it. Whether there is one.
    pub(in crate::view) fn press_named(&mut self, key: &str) -> bool {
        let source = Source::from_name(key).filter(|_| self.menu.is_waiting());
        let press = match key {
            "Up" => Some(Press::Up),
            "Down" => Some(Press::Down),
            "Left" => Some(Press::Left),
            "Right" => Some(Press::Right),
            "Enter" => Some(Press::Confirm),
            "End" => Some(Press::End),
            _ => None,
        };
        match (source, press) {
            (Some(source), _) => self.capture(source),
            (None, Some(press)) => self.press(press),
            (None, None) => return false,
        }
        true
    }

    fn press(&mut self, press: Press) {
        let (was_open, focus) = (self.menu.is_open(), self.menu.focus());
        if !lead(&mut self.menu, &mut self.scroll, press) {
            return;
        }
        match press {
            Press::Escape | Press::Menu => self.sounds.push_back(Sound::MenuBack),
            Press::Confirm if was_open => self.sounds.push_back(Sound::MenuChoose),
            _ if was_open && self.menu.focus() != focus => self.sounds.push_back(Sound::MenuMove),
            _ => {}
        }
        self.touched = self.now;
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

/// For so long a direction is held on a gamepad before it counts again.
const PAUSE: Duration = Duration::from_millis(400);
/// And then once in so long: a slider of twenty steps takes two seconds.
const EVERY: Duration = Duration::from_millis(100);

/// A direction that is held on a gamepad, and when it counts next.
#[derive(Debug, Default)]
pub(super) struct Repeat(Option<(PadButton, Instant)>);

impl Repeat {
    /// A button of the cross went down, or the stick was pushed its way.
    fn begin(&mut self, button: PadButton, now: Instant) {
        self.0 = Some((button, now + PAUSE));
    }

    /// The direction that counts once more, while it is the one that is `held`.
    fn poll(&mut self, held: Option<PadButton>, now: Instant) -> Option<PadButton> {
        let (button, due) = self.0.filter(|(button, _)| held == Some(*button)).or_else(|| {
            self.0 = None;
            None
        })?;
        if now < due {
            return None;
        }
        // a picture that was late is no reason to hurry
        let next = if now < due + EVERY { due } else { now };
        self.0 = Some((button, next + EVERY));
        Some(button)
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
    use ggez::event::Axis;

    use super::*;
    use crate::view::pads::Pads;
    use crate::view::stage::Title;
    use crate::view::ui::menu::{Menu, Situation};

    /// Presses that holding this makes within so many pictures, on a page of settings.
    fn hold(menu: &mut Menu, pads: &mut Pads, news: PadNews, pictures: u32) -> u32 {
        let (mut repeat, mut now, mut count) = (Repeat::default(), Instant::now(), 0);
        let mut press = |button| {
            let press = press_of_pad(button).unwrap();
            if count == 0 || menu.repeats(press) {
                menu.press(press);
                count += 1;
            }
        };
        if let Some(Outcome::Pressed(way) | Outcome::Leaned(way)) = pads.handle(news) {
            repeat.begin(way, now);
            press(way);
        }
        for _ in 0..pictures {
            now += Duration::from_nanos(1_000_000_000 / 60);
            repeat.poll(pads.direction(), now).into_iter().for_each(&mut press);
        }
        count
    }

    #[test]
    fn a_direction_that_is_held_on_a_gamepad_moves_a_slider_on_and_on() {
        let left =
            [PadNews::Pressed(0, PadButton::DPadLeft), PadNews::Moved(0, Axis::LeftStickX, -1.0)];
        for news in left {
            let mut menu = Menu::new();
            menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
            menu.turn_to("Section(Sound)");
            let mut pads = Pads::default();
            pads.handle(PadNews::Came(0, "Pad".into()));
            let before = menu.settings().volumes.master;
            assert_eq!(hold(&mut menu, &mut pads, news.clone(), 23), 1, "not before the pause");
            pads.handle(PadNews::Released(0, PadButton::DPadLeft));
            pads.handle(PadNews::Moved(0, Axis::LeftStickX, 0.0));
            let count = hold(&mut menu, &mut pads, news, 84);
            assert!((10..=12).contains(&count), "{count} in 1.4 s");
            assert_eq!(menu.settings().volumes.master, before - 5 * (1 + count as u8));
            // Up and down go on, too, but what is one of a few values takes a press each.
            pads.handle(PadNews::Released(0, PadButton::DPadLeft));
            pads.handle(PadNews::Moved(0, Axis::LeftStickX, 0.0));
            let down = PadNews::Pressed(0, PadButton::DPadDown);
            assert!(hold(&mut menu, &mut pads, down, 60) > 5);
            pads.handle(PadNews::Released(0, PadButton::DPadDown));
            menu.turn_to("Section(Window)");
            let right = PadNews::Pressed(0, PadButton::DPadRight);
            assert_eq!(hold(&mut menu, &mut pads, right, 60), 1, "{:?}", menu.focus());
        }
    }

    #[test]
    fn a_gamepad_has_every_press_that_a_page_needs() {
        use PadButton::{DPadDown, DPadLeft, DPadRight, DPadUp, East, South, Start, West};
        let buttons = [DPadUp, DPadDown, DPadLeft, DPadRight, South, East, West, Start];
        let presses = [
            Press::Up,
            Press::Down,
            Press::Left,
            Press::Right,
            Press::Confirm,
            Press::Escape,
            Press::Delete,
            Press::Menu,
        ];
        assert_eq!(buttons.map(press_of_pad), presses.map(Some));
    }

    #[test]
    fn what_is_let_go_of_or_lasts_from_a_match_does_not_repeat() {
        let (mut repeat, now) = (Repeat::default(), Instant::now());
        let later = |millis| now + Duration::from_millis(millis);
        let (left, up) = (PadButton::DPadLeft, PadButton::DPadUp);
        assert_eq!(repeat.poll(Some(up), later(900)), None, "it began before the menu");
        repeat.begin(left, now);
        assert_eq!(repeat.poll(Some(left), later(390)), None);
        assert_eq!(repeat.poll(Some(left), later(400)), Some(left));
        assert_eq!(repeat.poll(Some(left), later(450)), None);
        assert_eq!(repeat.poll(Some(left), later(5000)), Some(left));
        assert_eq!(repeat.poll(Some(left), later(5090)), None, "once, however late");
        assert_eq!(repeat.poll(None, later(5200)), None);
        assert_eq!(repeat.poll(Some(left), later(5400)), None, "let go of");
    }

    #[test]
    fn commands_are_not_text_but_altgr_is() {
        let (control, alt) = (ModifiersState::CONTROL, ModifiersState::ALT);
        assert!(is_command(control) && is_command(alt) && is_command(ModifiersState::SUPER));
        assert!(!is_command(control | alt) && !is_command(ModifiersState::SHIFT));
    }
}
