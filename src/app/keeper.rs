//! Between the window and the settings file: what the file says in the window's words, and
//! what the window wants kept in the file's.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::store::Store;
use crate::config::file::{self, Fault};
use crate::config::{self, Config, ReducedMotion, WindowMode};
use crate::view::Strength;
use crate::view::audio::Volumes;
use crate::view::keys::{self, Bindings, Second};
use crate::view::settings::{Access, Keep, Mode, Motion, Settings, Shape};
use crate::words::{self, Language};

/// How long nothing must change before the disk is troubled.
const CALM: Duration = Duration::from_millis(500);

/// Keeps what the window says until it is gone; then everything is in the file.
pub fn run(store: &Store, kept: &Receiver<Keep>) {
    loop {
        match kept.recv_timeout(CALM) {
            Ok(what) => store.change(|config| keep(config, what)),
            // Others than the window change settings too.
            Err(RecvTimeoutError::Timeout) => store.write(),
            Err(RecvTimeoutError::Disconnected) => return store.write(),
        }
    }
}

/// What keys, mouse and gamepad are bound to, for the first and the second player; and what is
/// wrong with that in the file at `path`, where the defaults take its place.
pub fn bindings(config: &Config, path: Option<&Path>) -> ((Bindings, Second), Option<Fault>) {
    let one = config.keys.clone().map(toml::Value::try_into::<Bindings>).transpose();
    let two = config.keys_2.clone().map(toml::Value::try_into::<Second>).transpose();
    match (one, two) {
        (Ok(one), Ok(two)) => ((one.unwrap_or_default(), two.unwrap_or_default()), None),
        (one, two) => {
            // the values alone do not know in which line they stood
            let path = path.unwrap_or(Path::new("")).to_owned();
            let wrong = keys::in_file(&file::words(&path)).err();
            let line = wrong.as_ref().map(|wrong| wrong.line);
            let cause = wrong.map_or_else(|| "[keys]".to_owned(), |wrong| wrong.cause);
            let one = one.ok().flatten().unwrap_or_default();
            let two = two.ok().flatten().unwrap_or_default();
            ((one, two), Some(Fault { path, line, cause, kept: None }))
        }
    }
}

/// The settings of the window, as the file has them.
pub fn settings_of(config: &Config) -> Settings {
    let config::Sound { master, music, effects, mute_unfocused } = config.sound;
    let config::Picture { shake, flash, particles, reduced_motion } = config.picture;
    let config::Window { mode, size, scale, vsync, frame_cap } = config.window;
    let config::Access { text_size, fire, sound_cues, bot_speed } = config.access;
    Settings {
        volumes: Volumes { master, music, effects, mute_unfocused },
        strength: Strength { shake, flash, particles },
        motion: match reduced_motion {
            ReducedMotion::Auto => Motion::Auto,
            ReducedMotion::On => Motion::Reduced,
            ReducedMotion::Off => Motion::Full,
        },
        window: Shape {
            mode: match mode {
                WindowMode::Windowed => Mode::Windowed,
                WindowMode::Borderless => Mode::Borderless,
                WindowMode::Fullscreen => Mode::Fullscreen,
            },
            size,
            scale,
            vsync,
            frame_cap,
        },
        access: Access {
            text_size,
            fire_toggles: fire == config::Fire::Toggle,
            sound_cues,
            bot_speed,
        },
        language: config.language.as_deref().and_then(Language::of),
    }
}

/// What was wrong with the settings file, for the window.
pub fn sentence(fault: &Fault) -> String {
    let name = |path: &std::path::Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let (file, cause) = (name(&fault.path), fault.cause.clone());
    let wrong = match fault.line {
        Some(line) => {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let values = [("line", line.into()), ("file", file.into()), ("cause", cause.into())];
            words::say_with("settings-bad-line", &values)
        }
        None => {
            words::say_with("settings-bad-file", &[("file", file.into()), ("cause", cause.into())])
        }
    };
    match &fault.kept {
        Some(kept) => {
            let values = [("file", name(kept).into())];
            format!("{wrong} {}", words::say_with("settings-bad-kept", &values))
        }
        None => wrong,
    }
}

fn keep(config: &mut Config, what: Keep) {
    match what {
        Keep::Settings(settings) => keep_settings(config, &settings),
        Keep::HintsSeen => config.hints_seen = true,
        Keep::Bindings { second, bindings } => match toml::Value::try_from(&bindings) {
            Ok(keys) if second => {
                // The usual keys need no words.
                config.keys_2 = (Second(bindings) != Second::default()).then_some(keys);
            }
            Ok(keys) => config.keys = Some(keys),
            Err(error) => tracing::warn!("the keys are not kept: {error}"),
        },
    }
}

fn keep_settings(config: &mut Config, settings: &Settings) {
    let Volumes { master, music, effects, mute_unfocused } = settings.volumes;
    config.sound = config::Sound { master, music, effects, mute_unfocused };
    let Strength { shake, flash, particles } = settings.strength;
    let reduced_motion = match settings.motion {
        Motion::Auto => ReducedMotion::Auto,
        Motion::Reduced => ReducedMotion::On,
        Motion::Full => ReducedMotion::Off,
    };
    config.picture = config::Picture { shake, flash, particles, reduced_motion };
    let Shape { mode, size, scale, vsync, frame_cap } = settings.window;
    let mode = match mode {
        Mode::Windowed => WindowMode::Windowed,
        Mode::Borderless => WindowMode::Borderless,
        Mode::Fullscreen => WindowMode::Fullscreen,
    };
    config.window = config::Window { mode, size, scale, vsync, frame_cap };
    let Access { text_size, fire_toggles, sound_cues, bot_speed } = settings.access;
    let fire = if fire_toggles { config::Fire::Toggle } else { config::Fire::Hold };
    config.access = config::Access { text_size, fire, sound_cues, bot_speed };
    // Whatever else stands there is as good as `auto`, and stays.
    if config.language.as_deref().and_then(Language::of) != settings.language {
        config.language = settings.language.map(|language| language.code().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn unlike_the_defaults() -> Settings {
        Settings {
            volumes: Volumes { master: 1, music: 2, effects: 3, mute_unfocused: false },
            strength: Strength { shake: 4, flash: 5, particles: 6 },
            motion: Motion::Full,
            window: Shape {
                mode: Mode::Borderless,
                size: [800, 600],
                scale: 50,
                vsync: false,
                frame_cap: 90,
            },
            access: Access { text_size: 150, fire_toggles: true, sound_cues: true, bot_speed: 60 },
            language: Some(Language::German),
        }
    }

    #[test]
    fn every_setting_of_the_window_comes_back_as_it_was_kept() {
        for settings in [unlike_the_defaults(), Settings::default()] {
            let mut config = Config { name: Some("Ann".into()), ..Config::default() };
            keep(&mut config, Keep::Settings(settings));
            let text = toml::to_string(&config).unwrap();
            let config: Config = toml::from_str(&text).unwrap();
            assert_eq!(settings_of(&config), settings);
            assert_eq!(config.name.as_deref(), Some("Ann"));
        }
    }

    #[test]
    fn a_new_game_has_the_same_defaults_in_window_and_file() {
        assert_eq!(settings_of(&Config::default()), Settings::default());
    }

    #[test]
    fn what_the_window_says_is_in_the_file_once_it_is_gone() {
        let folder = std::env::temp_dir().join(format!("tankwarz-keeper-{}", std::process::id()));
        let path = folder.join("tankwarz.toml");
        let (store, _) = Store::open(Some(&path));
        let (send, kept) = mpsc::channel();
        send.send(Keep::Settings(unlike_the_defaults())).unwrap();
        send.send(Keep::Bindings { second: false, bindings: Bindings::classic() }).unwrap();
        let mut second = Second::default().0;
        second.bind(keys::Action::Fire, Some(0), keys::Source::from_name("P").unwrap());
        send.send(Keep::Bindings { second: true, bindings: second.clone() }).unwrap();
        assert!(!store.config().hints_seen);
        send.send(Keep::HintsSeen).unwrap();
        drop(send);
        run(&store, &kept);
        let (again, fault) = Store::open(Some(&path));
        assert_eq!(fault, None);
        assert_eq!(settings_of(&again.config()), unlike_the_defaults());
        assert!(again.config().hints_seen);
        let ((one, two), _) = bindings(&again.config(), Some(&path));
        assert_eq!((one, two.0), (Bindings::classic(), second));
        let mut config = again.config();
        keep(&mut config, Keep::Bindings { second: true, bindings: Second::default().0 });
        assert_eq!(config.keys_2, None, "the usual keys need no words");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_fault_of_the_file_names_line_and_copy() {
        let fault = Fault {
            path: "/home/ann/tankwarz.toml".into(),
            line: Some(3),
            cause: "oh".into(),
            kept: Some("/home/ann/tankwarz.toml.bad".into()),
        };
        let text = sentence(&fault);
        for part in ["3", "tankwarz.toml", "oh", "tankwarz.toml.bad"] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn bad_keys_are_the_defaults_and_their_line_is_named() {
        let folder = std::env::temp_dir().join(format!("tankwarz-keys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("tankwarz.toml");
        let text = "[keys]\nfire = [\"K\", \"Any key\"]\n\n[keys-2]\nscheme = \"classic\"\n";
        std::fs::write(&path, text).unwrap();
        let config = Store::open(Some(&path)).0.config();
        let ((one, two), fault) = bindings(&config, Some(&path));
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(one, Bindings::default());
        assert_eq!(two.0, Bindings::classic(), "what is not wrong is in force");
        let fault = fault.unwrap();
        assert_eq!(fault.line, Some(2));
        assert!(fault.to_string().contains("Any key"), "{fault}");
        assert!(bindings(&Config::default(), None).1.is_none());
    }
}
