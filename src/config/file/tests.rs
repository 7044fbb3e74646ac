//! What a settings file survives: people, crashes of theirs and of ours, other programs.

use super::*;

/// A folder of its own, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = format!("tankwarz-settings-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(fs::canonicalize(folder).unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.join("tankwarz.toml")
    }

    fn with(name: &str, text: &str) -> Self {
        let folder = Self::new(name);
        fs::write(folder.file(), text).unwrap();
        folder
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Changes one thing as the game does.
fn change(folder: &Folder, edit: impl FnOnce(&mut Config)) {
    let (mut file, loaded) = SettingsFile::open(&folder.file());
    let mut config = loaded.config;
    edit(&mut config);
    file.write(&config).unwrap();
}

const OF_A_PERSON: &str = "\
# my own file
relay = \"wss://relay.example\" # at work
ice = [
    \"stun:a\", # the near one
]
name = \"Ann\"

# not so loud
[sound]
music = 10 # at night
effects = 70

[keys]
fire = [\"KeyK\"]
";

#[test]
fn only_what_was_changed_is_written_and_comments_stay() {
    let folder = Folder::with("comments", OF_A_PERSON);
    change(&folder, |config| {
        config.sound.music = 35;
        config.window.mode = super::super::WindowMode::Borderless;
    });
    let wanted = OF_A_PERSON.replace("music = 10", "music = 35");
    assert_eq!(folder.text(), format!("{wanted}\n[window]\nmode = \"borderless\"\n"));
    let (_, loaded) = SettingsFile::open(&folder.file());
    assert_eq!(loaded.fault, None);
    assert_eq!(loaded.config.relay.as_deref(), Some("wss://relay.example"));
    assert_eq!((loaded.config.sound.music, loaded.config.sound.effects), (35, 70));
    assert_eq!(folder.names(), ["tankwarz.toml"], "nothing is left beside it");
}

#[test]
fn tables_of_one_line_stay_so_and_what_is_unset_goes() {
    let folder = Folder::with("inline", "sound = { music = 1 } # so\nname = \"Ann\"\n");
    change(&folder, |config| {
        config.sound.master = 3;
        config.name = None;
    });
    assert_eq!(folder.text(), "sound = { music = 1 , master = 3 } # so\n");
}

#[test]
fn a_missing_file_is_the_defaults_and_is_made_by_the_first_change() {
    let folder = Folder::new("missing");
    let (mut file, loaded) = SettingsFile::open(&folder.0.join("sub").join("tankwarz.toml"));
    assert_eq!(loaded, Loaded::default());
    file.write(&loaded.config).unwrap();
    assert_eq!(folder.names(), Vec::<String>::new(), "nothing was changed");
    let mut config = loaded.config;
    config.access.text_size = 150;
    file.write(&config).unwrap();
    let text = fs::read_to_string(folder.0.join("sub").join("tankwarz.toml")).unwrap();
    assert_eq!(text, format!("{HEAD}[access]\ntext-size = 150\n"));
}

#[test]
fn bad_line_is_named_and_the_file_is_kept() {
    let bad = "name = \"Ann\"\nrelay = = 3\n";
    let folder = Folder::with("bad", bad);
    let (mut file, loaded) = SettingsFile::open(&folder.file());
    assert_eq!(loaded.config, Config::default());
    let fault = loaded.fault.unwrap();
    assert_eq!(
        (fault.place.clone(), fault.kept.clone()),
        (
            Some(Place { line: 2, column: 9, text: "relay = = 3".into() }),
            Some(folder.0.join("tankwarz.toml.bad"))
        )
    );
    assert!(fault.to_string().starts_with("line 2 of "), "{fault}");
    assert_eq!(folder.text(), bad, "nothing is written before something is changed");

    let mut config = loaded.config;
    config.sound.master = 5;
    file.write(&config).unwrap();
    assert_eq!(fs::read_to_string(fault.kept.unwrap()).unwrap(), bad);
    let (_, loaded) = SettingsFile::open(&folder.file());
    assert_eq!((loaded.fault, loaded.config), (None, config));
    assert_eq!(folder.names(), ["tankwarz.toml", "tankwarz.toml.bad"]);
}

#[test]
fn unknown_names_wrong_kinds_and_strange_bytes_are_named_by_line() {
    for (bad, line) in [
        (&b"\n\ntint = 3\n"[..], Some(3)),
        (b"[sound]\nmaster = \"loud\"\n", Some(2)),
        (b"[window]\n\nmode = \"huge\"\n", Some(3)),
        (b"name = \"A\xff\"\n", Some(1)),
    ] {
        let folder = Folder::new("kinds");
        fs::write(folder.file(), bad).unwrap();
        let fault = SettingsFile::open(&folder.file()).1.fault.unwrap();
        assert_eq!(fault.place.as_ref().map(|place| place.line), line, "{fault}");
        assert_eq!(fs::read(fault.kept.unwrap()).unwrap(), bad);
    }
    let large = Folder::with("large", &"#\n".repeat(MAX_BYTES as usize / 2 + 1));
    let fault = SettingsFile::open(&large.file()).1.fault.unwrap();
    assert_eq!((&fault.place, fault.is_too_long), (&None, true), "{fault}");
    assert_eq!(fs::metadata(fault.kept.unwrap()).unwrap().len(), MAX_BYTES + 2);
}

#[test]
fn a_wrong_line_is_shown_as_it_stands_but_short_and_without_a_password() {
    let place = |text: &str, byte| Place::at(text.as_bytes(), byte);
    let umlaut = place("a = 1\n\n  name = \"Jürgen\" 3 # x\n", 25);
    assert_eq!((umlaut.line, umlaut.column), (3, 18));
    assert_eq!(umlaut.text, "name = \"Jürgen\" 3 # x");
    assert_eq!(place("", 9), Place { line: 1, column: 1, text: String::new() });
    let secret = place("ice-credential = \"hunter2\" 3", 27).text;
    assert_eq!(secret, "ice-credential = …");
    let long = place(&format!("name = {}\tx", "ü".repeat(90)), 5).text;
    assert_eq!(long.chars().count(), SHOWN + 1, "{long}");
    assert_eq!(place("a\u{7}b = 1", 0).text, "a b = 1");
}

#[test]
fn no_bad_file_is_lost_for_a_newer_one() {
    let folder = Folder::new("many");
    for number in 0..u16::from(MOST_BAD) {
        fs::write(folder.file(), format!("bad {number}")).unwrap();
        for _ in 0..2 {
            assert!(SettingsFile::open(&folder.file()).1.fault.unwrap().kept.is_some());
        }
    }
    assert_eq!(folder.names().len(), 1 + usize::from(MOST_BAD), "the same one is kept once");
    fs::write(folder.file(), "bad too").unwrap();
    let (mut file, loaded) = SettingsFile::open(&folder.file());
    assert_eq!(loaded.fault.unwrap().kept, None);
    let mut config = loaded.config;
    config.sound.master = 5;
    assert!(file.write(&config).unwrap_err().contains("remove some"));
    assert_eq!(folder.text(), "bad too", "what is kept nowhere is not written over");
}

#[test]
fn two_programs_keep_each_others_changes() {
    let folder = Folder::with("two", "name = \"Ann\"\n");
    let (mut one, loaded) = SettingsFile::open(&folder.file());
    let (mut other, _) = SettingsFile::open(&folder.file());
    let (mut a, mut b) = (loaded.config.clone(), loaded.config);
    a.sound.master = 1;
    b.sound.music = 2;
    one.write(&a).unwrap();
    other.write(&b).unwrap();
    let sound = SettingsFile::open(&folder.file()).1.config.sound;
    assert_eq!((sound.master, sound.music), (1, 2));
}

#[test]
fn a_file_that_went_bad_meanwhile_is_kept_as_well() {
    let folder = Folder::with("meanwhile", "name = \"Ann\"\n");
    let (mut file, loaded) = SettingsFile::open(&folder.file());
    fs::write(folder.file(), "name = = 1\n").unwrap();
    let mut config = loaded.config;
    config.sound.master = 1;
    file.write(&config).unwrap();
    assert_eq!(SettingsFile::open(&folder.file()).1.config, config, "the name is not lost");
    assert_eq!(folder.names(), ["tankwarz.toml", "tankwarz.toml.bad"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_survive_a_change() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("links");
    let real = folder.0.join("dotfiles.toml");
    fs::write(&real, "name = \"Ann\"\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&real, folder.file()).unwrap();
    change(&folder, |config| config.sound.master = 9);
    assert!(fs::symlink_metadata(folder.file()).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("master = 9"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
}
