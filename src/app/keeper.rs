//! Between the window and the settings file: what the file says in the window's words, and
//! what the window wants kept in the file's.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::store::Store;
use crate::config::file::{Fault, MAX_BYTES, Place};
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
/// wrong with that in the settings file. There the defaults take its place, and the file is kept
/// as it is before anything is written over it.
pub fn bindings(store: &Store) -> ((Bindings, Second), Option<Fault>) {
    let Config { keys, keys_2, .. } = store.config();
    let one = keys.map(toml::Value::try_into::<Bindings>).transpose();
    let two = keys_2.map(toml::Value::try_into::<Second>).transpose();
    let fault = if let Some(error) = one.as_ref().err().or(two.as_ref().err()) {
        // The values alone do not know in which line they stood.
        let words = store.words();
        let (place, cause) = match keys::in_file(&words) {
            Err(wrong) => (Some(Place::at(words.as_bytes(), wrong.byte)), wrong.cause),
            Ok(_) => (None, error.message().to_owned()),
        };
        let forget = |config: &mut Config| {
            if one.is_err() {
                config.keys = None;
            }
            if two.is_err() {
                config.keys_2 = None;
            }
        };
        store.refuse(forget, place, cause)
    } else {
        None
    };
    let one = one.ok().flatten().unwrap_or_default();
    ((one, two.ok().flatten().unwrap_or_default()), fault)
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

/// What was wrong with the settings file, for the window: where, and what stands there. What a
/// library has to say of it speaks no other language than its own, and is for terminal and log.
pub fn sentence(fault: &Fault) -> String {
    let name = |path: &std::path::Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let file = ("file", name(&fault.path).into());
    let wrong = match &fault.place {
        Some(place) => {
            // As words: thousands have no dots here.
            let (line, column) = (place.line.to_string(), place.column.to_string());
            let values = [
                file,
                ("line", line.into()),
                ("column", column.into()),
                ("text", place.text.as_str().into()),
            ];
            let is = if fault.in_part { "settings-bad-line-part" } else { "settings-bad-line" };
            words::say_with(is, &values)
        }
        None if fault.is_too_long => {
            let most = u32::try_from(MAX_BYTES / 1024).unwrap_or(u32::MAX);
            words::say_with("settings-bad-length", &[file, ("most", most.into())])
        }
        None => {
            let is = if fault.in_part { "settings-bad-part" } else { "settings-bad-file" };
            words::say_with(is, &[file])
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
        let ((one, two), _) = bindings(&again);
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
            place: Some(Place::of("\n\nrelay = = 3\n", 3, 9)),
            is_too_long: false,
            cause: "oh".into(),
            kept: Some("/home/ann/tankwarz.toml.bad".into()),
            in_part: false,
        };
        let of_part = Fault { in_part: true, ..fault.clone() };
        for language in Language::ALL {
            words::speak(language);
            let text = sentence(&fault);
            for part in ["3", "9", "tankwarz.toml", "relay = = 3", "tankwarz.toml.bad"] {
                assert!(text.contains(part) && sentence(&of_part).contains(part), "{text}");
            }
            assert_ne!(sentence(&of_part), text);
            assert!(!text.contains("oh"), "that is for the log: {text}");
            let long = sentence(&Fault { place: None, is_too_long: true, ..fault.clone() });
            assert!(long.contains("256"), "{long}");
            let shut = sentence(&Fault { place: None, kept: None, ..fault.clone() });
            assert!(shut.contains("tankwarz.toml") && shut != long, "{shut}");
        }
        assert!(fault.to_string().contains("oh"), "{fault}");
    }

    #[test]
    fn bad_keys_are_the_defaults_their_line_is_named_and_the_file_is_kept() {
        let folder = std::env::temp_dir().join(format!("tankwarz-keys-{}", std::process::id()));
        let path = folder.join("tankwarz.toml");
        let good = "name = \"Ann\"\n\n[sound]\nmusic = 7 # at night\n";
        let bad = "[keys]\nfire = [\"K\", \"Any key\"]\n";
        let bad_second = "[keys-2]\nscheme = \"classic\"\ndead-zone = \"much\"\n";
        for (keys, line, said) in [(bad, 6, "Any key"), (bad_second, 7, "much")] {
            std::fs::create_dir_all(&folder).unwrap();
            let text = format!("{good}{keys}");
            std::fs::write(&path, &text).unwrap();
            let (store, fault) = Store::open(Some(&path));
            assert_eq!(fault, None, "the rest of the file is used");
            let ((one, two), fault) = bindings(&store);
            assert_eq!((one, two), (Bindings::default(), Second::default()));
            let fault = fault.unwrap();
            assert_eq!(fault.place.as_ref().map(|place| place.line), Some(line), "{fault}");
            assert!(fault.to_string().contains(said), "{fault}");
            store.write();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "nothing was changed yet");

            store.change(|config| config.hints_seen = true);
            store.write();
            assert_eq!(std::fs::read_to_string(fault.kept.unwrap()).unwrap(), text);
            let (again, fault) = Store::open(Some(&path));
            assert_eq!((fault, bindings(&again).1), (None, None));
            assert_eq!((again.config().sound.music, again.config().hints_seen), (7, true));
            assert!(std::fs::read_to_string(&path).unwrap().contains("# at night"));
            std::fs::remove_dir_all(&folder).unwrap();
        }
        assert!(bindings(&Store::default()).1.is_none());
    }

    #[test]
    fn keys_that_were_mended_meanwhile_stay() {
        let folder = std::env::temp_dir().join(format!("tankwarz-mended-{}", std::process::id()));
        let path = folder.join("tankwarz.toml");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, "[keys]\nfire = [\"Any key\"]\n").unwrap();
        let (store, _) = Store::open(Some(&path));
        assert!(bindings(&store).1.is_some());
        std::fs::write(&path, "[keys]\nfire = [\"K\"]\n").unwrap();
        store.change(|config| config.hints_seen = true);
        store.write();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(text.contains("fire = [\"K\"]") && text.contains("hints-seen = true"), "{text}");
    }

    #[test]
    fn readme_has_every_setting_and_nothing_else() {
        let readme = include_str!("../../README.md");
        let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let example = example.unwrap();
        let config: Config = toml::from_str(example).unwrap();
        assert_eq!(keys::in_file(example).map_err(|wrong| wrong.cause).map(drop), Ok(()));
        let known = toml::Table::try_from(Config {
            name: Some(String::new()),
            colour: Some(0),
            name_2: Some(String::new()),
            colour_2: Some(0),
            relay: Some(String::new()),
            ice: Some(Vec::new()),
            ice_user: Some(String::new()),
            ice_credential: Some(String::new()),
            input_delay: Some(String::new()),
            language: Some(String::new()),
            keys: config.keys.clone(),
            ..Config::default()
        });
        let settings = |table: &toml::Table| -> Vec<String> {
            let of = |(name, value): (&String, &toml::Value)| match value {
                toml::Value::Table(inner) => {
                    inner.keys().map(|key| format!("{name}.{key}")).collect()
                }
                _ => vec![name.clone()],
            };
            table.iter().flat_map(of).collect()
        };
        assert_eq!(settings(&toml::from_str(example).unwrap()), settings(&known.unwrap()));
        assert_eq!(settings_of(&config), Settings::default(), "it shows the defaults");
    }
}
