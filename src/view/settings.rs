//! Everything that a player can set in the menus, as plain data, and what of it the desktop
//! decides. Does nothing by itself: the window looks at it and does as it says.

use std::sync::mpsc;

use super::audio::Volumes;
use super::effects::Strength;
use super::keys::Bindings;
use crate::words::Language;

/// Everything that a player can set in the menus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How loud the game is.
    pub volumes: Volumes,
    /// How much the picture shakes, flashes and smokes, as the sliders stand.
    pub strength: Strength,
    /// Whether nothing moves that need not.
    pub motion: Motion,
    /// How the window is shown.
    pub window: Shape,
    /// What makes the game easier to see, to hear and to handle.
    pub access: Access,
    /// The language; `None` for the desktop's.
    pub language: Option<Language>,
}

/// Whether nothing moves that need not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// As the desktop has it.
    #[default]
    Auto,
    /// Only what must move does.
    Reduced,
    /// Everything moves.
    Full,
}

/// How the window is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How much of the screen it takes.
    pub mode: Mode,
    /// Width and height of a window, in units that the desktop scales.
    pub size: [u32; 2],
    /// The share of the window's pixels that the field is drawn with, 25..=100 percent.
    pub scale: u8,
    /// Whether a picture waits for the display.
    pub vsync: bool,
    /// Pictures a second at most; 0 for what the display shows.
    pub frame_cap: u16,
}

impl Default for Shape {
    fn default() -> Self {
        Self { mode: Mode::Windowed, size: [1280, 720], scale: 100, vsync: true, frame_cap: 0 }
    }
}

/// How much of the screen the window takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A window among others.
    #[default]
    Windowed,
    /// A window without a frame over the whole screen.
    Borderless,
    /// The screen for itself; where the desktop allows no such thing, as `Borderless`.
    Fullscreen,
}

/// What makes the game easier to see, to hear and to handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Size of menus and head-up display, 80..=200 percent.
    pub text_size: u8,
    /// Whether the fire key is pressed once to fire and once more to stop, instead of held.
    pub fire_toggles: bool,
    /// Whether important sounds can be seen.
    pub sound_cues: bool,
    /// How fast bots think and aim in practice, 40..=100 percent.
    pub bot_speed: u8,
}

impl Default for Access {
    fn default() -> Self {
        Self { text_size: 100, fire_toggles: false, sound_cues: false, bot_speed: 100 }
    }
}

/// What the desktop wishes, for whatever is set to follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Desktop {
    /// Its language.
    pub language: Language,
    /// Whether it does without animations.
    pub reduced_motion: bool,
}

/// A line to whoever asks the desktop while the game runs.
#[derive(Debug)]
pub struct Inquiry {
    /// Has it asked.
    pub ask: mpsc::Sender<()>,
    /// What it answered, sooner or later: whether it does without animations.
    pub told: mpsc::Receiver<bool>,
}

/// Something that shall still be so when the program starts again.
#[derive(Clone, Debug, PartialEq)]
pub enum Keep {
    /// What the menus have set.
    Settings(Settings),
    /// What keys, mouse and gamepad are bound to.
    Bindings {
        /// For the second player at this machine, and not the first.
        second: bool,
        /// To what.
        bindings: Bindings,
    },
    /// The hints for the keys have been seen to the end.
    HintsSeen,
}

impl Settings {
    /// The language that the window speaks.
    pub fn language(&self, desktop: Desktop) -> Language {
        self.language.unwrap_or(desktop.language)
    }

    /// Whether nothing moves that need not.
    pub fn is_calm(&self, desktop: Desktop) -> bool {
        match self.motion {
            Motion::Auto => desktop.reduced_motion,
            Motion::Reduced => true,
            Motion::Full => false,
        }
    }

    /// How much the picture really shakes, flashes and smokes.
    pub fn strength(&self, desktop: Desktop) -> Strength {
        if self.is_calm(desktop) {
            let Strength { flash, particles, .. } = self.strength;
            Strength { shake: 0, flash: flash.min(CALM_FLASH), particles }
        } else {
            self.strength
        }
    }
}

/// How bright flashes are at most where motion is reduced, in percent.
const CALM_FLASH: u8 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motion_follows_the_desktop_unless_the_player_says_otherwise() {
        let desktop = |reduced_motion| Desktop { reduced_motion, ..Desktop::default() };
        let with = |motion| Settings { motion, ..Settings::default() };
        assert!(with(Motion::Auto).is_calm(desktop(true)));
        assert!(!with(Motion::Auto).is_calm(desktop(false)));
        assert!(with(Motion::Reduced).is_calm(desktop(false)));
        assert!(!with(Motion::Full).is_calm(desktop(true)));
        let calm = with(Motion::Reduced).strength(desktop(false));
        assert_eq!(calm, Strength { shake: 0, flash: CALM_FLASH, particles: 100 });
        assert_eq!(with(Motion::Full).strength(desktop(true)), Strength::default());
    }

    #[test]
    fn language_follows_the_desktop_unless_the_player_says_otherwise() {
        let desktop = Desktop { language: Language::German, ..Desktop::default() };
        assert_eq!(Settings::default().language(desktop), Language::German);
        let english = Settings { language: Some(Language::English), ..Settings::default() };
        assert_eq!(english.language(desktop), Language::English);
    }
}
