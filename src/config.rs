//! The player's settings (TOML) and what wins: command line, then environment (both
//! through `cli`), then the file, then the default.
//!
//! Here is what can be set, as plain data; `file` reads and writes it. Never knows what a
//! setting does: `app` carries it to where it matters.

pub mod file;

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};

/// The server that tells peers their public addresses when a relay on the
/// internet is used and nothing else is configured.
pub const DEFAULT_STUN: &str = "stun:stun.l.google.com:19302";

/// The settings file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The player's name.
    pub name: Option<String>,
    /// The number of the player's colour, 0 to 7; whatever else counts as none.
    #[serde(deserialize_with = "colour")]
    pub colour: Option<u8>,
    /// Whether a second player was at this machine the last time.
    pub second_player: bool,
    /// What the second player is called.
    pub name_2: Option<String>,
    /// The number of the second player's colour, as `colour`.
    #[serde(deserialize_with = "colour")]
    pub colour_2: Option<u8>,
    /// The relay of bare room codes.
    pub relay: Option<String>,
    /// ICE servers.
    pub ice: Option<Vec<String>>,
    /// User name for the turn: servers.
    pub ice_user: Option<String>,
    /// Password for the turn: servers.
    pub ice_credential: Option<String>,
    /// `auto` or a number of ticks.
    pub input_delay: Option<String>,
    /// `auto`, `en` or `de`; whatever else counts as `auto`.
    pub language: Option<String>,
    /// Whether the hints for the keys have been seen; they are shown in the first match only.
    pub hints_seen: bool,
    /// How loud the game is.
    pub sound: Sound,
    /// How strong shake, flashes and particles are.
    pub picture: Picture,
    /// How the window is shown.
    pub window: Window,
    /// What makes the game easier to see, to hear and to handle.
    pub access: Access,
    /// What keys, mouse and gamepad are bound to; the window knows what this means.
    pub keys: Option<toml::Value>,
    /// The same for the second player at this machine.
    pub keys_2: Option<toml::Value>,
}

impl Config {
    /// Where the settings file lives on this desktop.
    pub fn path() -> Option<PathBuf> {
        let dirs = directories::ProjectDirs::from("", "", "tankwarz")?;
        Some(dirs.config_dir().join("tankwarz.toml"))
    }
}

/// `[sound]`: volumes in percent, 0..=100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sound {
    /// Of everything.
    #[serde(deserialize_with = "percent")]
    pub master: u8,
    /// Of the music.
    #[serde(deserialize_with = "percent")]
    pub music: u8,
    /// Of the effects.
    #[serde(deserialize_with = "percent")]
    pub effects: u8,
    /// Silent while the window does not have the focus.
    pub mute_unfocused: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Self { master: 80, music: 60, effects: 90, mute_unfocused: true }
    }
}

/// `[picture]`: strengths in percent, 0 (none) to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Picture {
    /// How far the picture moves when the own tank is hit or something explodes near it.
    #[serde(deserialize_with = "percent")]
    pub shake: u8,
    /// How bright flashes of light are.
    #[serde(deserialize_with = "percent")]
    pub flash: u8,
    /// How much smoke, dust and debris there is.
    #[serde(deserialize_with = "percent")]
    pub particles: u8,
    /// Whether nothing moves that need not.
    pub reduced_motion: ReducedMotion,
}

impl Default for Picture {
    fn default() -> Self {
        Self { shake: 100, flash: 100, particles: 100, reduced_motion: ReducedMotion::Auto }
    }
}

/// Whether nothing moves that need not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReducedMotion {
    /// As the desktop has it.
    #[default]
    Auto,
    /// Whatever the desktop says.
    On,
    /// Whatever the desktop says.
    Off,
}

/// `[window]`: how the window is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Window {
    /// How much of the screen it takes.
    pub mode: WindowMode,
    /// Width and height of a window, in units that the desktop scales; 480..=16384.
    #[serde(deserialize_with = "size")]
    pub size: [u32; 2],
    /// The share of the window's pixels that the field is drawn with, 25..=100 percent.
    #[serde(deserialize_with = "render_scale")]
    pub scale: u8,
    /// Whether a picture waits for the display.
    pub vsync: bool,
    /// Pictures a second at most, 30..=500; 0 is what the display shows.
    #[serde(deserialize_with = "frame_cap")]
    pub frame_cap: u16,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            mode: WindowMode::Windowed,
            size: [1280, 720],
            scale: 100,
            vsync: true,
            frame_cap: 0,
        }
    }
}

/// How much of the screen the window takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowMode {
    /// A window among others.
    #[default]
    Windowed,
    /// A window without a frame over the whole screen.
    Borderless,
    /// The screen for itself, in the display's largest mode.
    Fullscreen,
}

/// `[access]`: what makes the game easier to see, to hear and to handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Access {
    /// Size of menus and head-up display, 80..=200 percent.
    #[serde(deserialize_with = "text_size")]
    pub text_size: u8,
    /// What the fire key does.
    pub fire: Fire,
    /// Whether important sounds can be seen.
    pub sound_cues: bool,
    /// How fast bots think and aim in practice, 40..=100 percent.
    #[serde(deserialize_with = "bot_speed")]
    pub bot_speed: u8,
}

impl Default for Access {
    fn default() -> Self {
        Self { text_size: 100, fire: Fire::Hold, sound_cues: false, bot_speed: 100 }
    }
}

/// What the fire key does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fire {
    /// The tank fires while it is held.
    #[default]
    Hold,
    /// Pressed once the tank fires, pressed again it stops.
    Toggle,
}

/// A whole number, as near to the wanted one as the range allows.
fn within<'de, D: Deserializer<'de>, const LEAST: i64, const MOST: i64>(
    deserializer: D,
) -> Result<i64, D::Error> {
    Ok(i64::deserialize(deserializer)?.clamp(LEAST, MOST))
}

fn colour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    let number = i64::deserialize(deserializer)?;
    Ok(u8::try_from(number).ok().filter(|number| *number < 8))
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    within::<D, 0, 100>(deserializer).map(|number| number as u8)
}

fn render_scale<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    within::<D, 25, 100>(deserializer).map(|number| number as u8)
}

fn text_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    within::<D, 80, 200>(deserializer).map(|number| number as u8)
}

fn bot_speed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    within::<D, 40, 100>(deserializer).map(|number| number as u8)
}

fn frame_cap<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let cap = i64::deserialize(deserializer)?;
    Ok(if cap <= 0 { 0 } else { cap.clamp(30, 500) as u16 })
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u32; 2], D::Error> {
    let [width, height] = <[i64; 2]>::deserialize(deserializer)?;
    Ok([width.clamp(480, 16_384) as u32, height.clamp(270, 16_384) as u32])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Config {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn settings_are_read_by_their_names() {
        let config = parsed("name = \"Ann\"\nice = [\"stun:a\"]\ninput-delay = \"3\"\n");
        assert_eq!(config.name.as_deref(), Some("Ann"));
        assert_eq!(config.ice, Some(vec!["stun:a".to_owned()]));
        assert_eq!(config.input_delay.as_deref(), Some("3"));
        let text = "[window]\nmode = \"borderless\"\nsize = [800, 600]\nframe-cap = 120\n\
                    [access]\nfire = \"toggle\"\n[picture]\nreduced-motion = \"on\"\n";
        let config = parsed(text);
        let window = Window {
            mode: WindowMode::Borderless,
            size: [800, 600],
            frame_cap: 120,
            ..Window::default()
        };
        assert_eq!((config.window, config.access.fire), (window, Fire::Toggle));
        assert_eq!(config.picture.reduced_motion, ReducedMotion::On);
    }

    #[test]
    fn what_is_left_out_keeps_its_default() {
        let config = parsed("[sound]\nmusic = 0\nmute-unfocused = false\n[picture]\nshake = 0\n");
        let wanted = Sound { music: 0, mute_unfocused: false, ..Sound::default() };
        assert_eq!(config.sound, wanted);
        assert_eq!(config.picture, Picture { shake: 0, ..Picture::default() });
    }

    #[test]
    fn a_colour_that_is_none_counts_as_none() {
        for (text, colour) in [("7", Some(7)), ("8", None), ("-1", None), ("900", None)] {
            assert_eq!(parsed(&format!("colour = {text}\n")).colour, colour);
            assert_eq!(parsed(&format!("colour-2 = {text}\n")).colour_2, colour);
        }
    }

    #[test]
    fn values_out_of_range_count_as_the_nearest_in_it() {
        let low = parsed(
            "[sound]\nmaster = -1\n[window]\nscale = 1\nsize = [1, 1]\nframe-cap = 3\n\
             [access]\ntext-size = 0\nbot-speed = 0\n",
        );
        assert_eq!((low.sound.master, low.window.scale, low.window.frame_cap), (0, 25, 30));
        assert_eq!(low.window.size, [480, 270]);
        assert_eq!((low.access.text_size, low.access.bot_speed), (80, 40));
        let high = parsed(
            "[picture]\nflash = 900\n[window]\nscale = 900\nsize = [99999999, 99999999]\n\
             frame-cap = 99999999\n[access]\ntext-size = 999\nbot-speed = 999\n",
        );
        assert_eq!((high.picture.flash, high.window.scale, high.window.frame_cap), (100, 100, 500));
        assert_eq!(high.window.size, [16_384, 16_384]);
        assert_eq!((high.access.text_size, high.access.bot_speed), (200, 100));
        assert_eq!(parsed("[window]\nframe-cap = -1\n").window.frame_cap, 0, "no cap");
    }

    #[test]
    fn everything_that_is_written_is_read_as_it_was() {
        let mut config = Config { name: Some("Ann".into()), ..Config::default() };
        (config.second_player, config.name_2) = (true, Some("Eve".into()));
        (config.colour, config.colour_2) = (Some(3), Some(5));
        config.window.mode = WindowMode::Fullscreen;
        config.picture.reduced_motion = ReducedMotion::Off;
        config.access =
            Access { text_size: 140, fire: Fire::Toggle, sound_cues: true, bot_speed: 60 };
        let text = toml::to_string(&config).unwrap();
        assert_eq!(parsed(&text), config);
    }
}
