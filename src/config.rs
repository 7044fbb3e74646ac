//! The player's settings file (TOML) and what wins: command line, then
//! environment (both through `cli`), then the file, then the default.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A settings file larger than this is not read.
const MAX_BYTES: u64 = 256 * 1024;
/// The server that tells peers their public addresses when a relay on the
/// internet is used and nothing else is configured.
pub const DEFAULT_STUN: &str = "stun:stun.l.google.com:19302";

/// The settings file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The player's name.
    pub name: Option<String>,
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
    /// How loud the game is.
    pub sound: Sound,
    /// How strong shake, flashes and particles are.
    pub picture: Picture,
    /// What keys, mouse and gamepad are bound to; the window knows what this means.
    pub keys: Option<toml::Value>,
}

/// `[sound]`: volumes in percent; more than 100 is 100.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sound {
    /// Of everything.
    pub master: u8,
    /// Of the music.
    pub music: u8,
    /// Of the effects.
    pub effects: u8,
    /// Silent while the window does not have the focus.
    pub mute_unfocused: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Self { master: 80, music: 60, effects: 90, mute_unfocused: true }
    }
}

/// The `[picture]` part of the settings file: each 0 (none) to 100; more counts as 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Picture {
    /// How far the picture moves when the own tank is hit or something explodes near it.
    pub shake: u8,
    /// How bright flashes of light are.
    pub flash: u8,
    /// How much smoke, dust and debris there is.
    pub particles: u8,
}

impl Default for Picture {
    fn default() -> Self {
        Self { shake: 100, flash: 100, particles: 100 }
    }
}

/// The settings, and what was wrong with the file if anything was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The settings; the defaults if the file could not be used.
    pub config: Config,
    /// One sentence for the player.
    pub warning: Option<String>,
}

impl Config {
    /// Where the settings file lives on this desktop.
    pub fn path() -> Option<PathBuf> {
        let dirs = directories::ProjectDirs::from("", "", "tankwarz")?;
        Some(dirs.config_dir().join("tankwarz.toml"))
    }

    /// Reads the settings file; a missing one is the defaults, a bad one is the
    /// defaults and a warning.
    pub fn load(path: &Path) -> Loaded {
        match read(path) {
            Ok(None) => Loaded::default(),
            Ok(Some(text)) => parse(&text, path),
            Err(error) => Loaded {
                config: Config::default(),
                warning: Some(format!(
                    "cannot read the settings in {}: {error}; playing with the defaults",
                    path.display()
                )),
            },
        }
    }
}

fn read(path: &Path) -> std::io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(Some(text))
}

fn parse(text: &str, path: &Path) -> Loaded {
    match toml::from_str(text) {
        Ok(config) => Loaded { config, warning: None },
        Err(error) => {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            let cause = error.message().lines().next().unwrap_or("not TOML").to_owned();
            Loaded {
                config: Config::default(),
                warning: Some(format!(
                    "line {line} of {} is wrong ({cause}); playing with the defaults",
                    path.display()
                )),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Loaded {
        parse(text, Path::new("tankwarz.toml"))
    }

    #[test]
    fn settings_are_read_by_their_names() {
        let loaded = parsed("name = \"Ann\"\nice = [\"stun:a\"]\ninput-delay = \"3\"\n");
        assert_eq!(loaded.warning, None);
        assert_eq!(loaded.config.name.as_deref(), Some("Ann"));
        assert_eq!(loaded.config.ice, Some(vec!["stun:a".to_owned()]));
        assert_eq!(loaded.config.input_delay.as_deref(), Some("3"));
    }

    #[test]
    fn volumes_are_read_and_what_is_left_out_keeps_its_default() {
        let loaded = parsed("[sound]\nmusic = 0\nmute-unfocused = false\n");
        assert_eq!(loaded.warning, None);
        let wanted = Sound { music: 0, mute_unfocused: false, ..Sound::default() };
        assert_eq!(loaded.config.sound, wanted);
    }

    #[test]
    fn strengths_of_the_picture_default_to_all_of_it() {
        let loaded = parsed("[picture]\nshake = 0\n");
        assert_eq!(loaded.warning, None);
        assert_eq!(loaded.config.picture, Picture { shake: 0, flash: 100, particles: 100 });
        assert!(parsed("[picture]\nflash = -1\n").warning.is_some());
    }

    #[test]
    fn bad_line_is_named_and_the_game_plays_on() {
        let loaded = parsed("name = \"Ann\"\nrelay = = 3\n");
        assert_eq!(loaded.config, Config::default());
        assert!(loaded.warning.is_some_and(|w| w.starts_with("line 2 of tankwarz.toml")));
        let unknown = parsed("\n\ncolour = 3\n").warning;
        assert!(unknown.as_ref().is_some_and(|w| w.starts_with("line 3")), "{unknown:?}");
    }

    #[test]
    fn missing_file_is_the_defaults() {
        assert_eq!(Config::load(Path::new("/nowhere/at/all.toml")), Loaded::default());
    }
}
