//! What stands in the settings file, can be read and makes no sense all the same: a name that
//! nobody can have, an input delay that there is not. The game plays without it.

use super::store::Store;
use crate::cli::DelayArg;
use crate::config::file::{Fault, Place};
use crate::session::Name;

/// Takes such settings out; says what was wrong with the first of them. The file is kept
/// beside before anything is written over it.
pub(super) fn judge(store: &Store) -> Option<Fault> {
    let config = store.config();
    let name = config.name.as_deref().and_then(|name| Name::new(name).err());
    let delay = config.input_delay.as_deref().and_then(|delay| delay.parse::<DelayArg>().err());
    let (key, cause) = match (&name, &delay) {
        (Some(error), _) => ("name", error.to_string()),
        (None, Some(error)) => ("input-delay", error.clone()),
        (None, None) => return None,
    };
    let forget = |config: &mut crate::config::Config| {
        if name.is_some() {
            config.name = None;
        }
        if delay.is_some() {
            config.input_delay = None;
        }
    };
    let words = store.words();
    let place = line_of(key, &words).map(|line| Place::of(&words, line, 1));
    store.refuse(forget, place, cause)
}

/// The line of a key that stands in no table, from 1.
fn line_of(key: &str, text: &str) -> Option<usize> {
    let before_tables = text.lines().take_while(|line| !line.trim_start().starts_with('['));
    let mut keys = before_tables.map(|line| line.split('=').next().unwrap_or_default().trim());
    keys.position(|found| found.trim_matches(['"', '\'']) == key).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_delay_that_make_no_sense_cost_neither_the_game_nor_the_file() {
        let folder = std::env::temp_dir().join(format!("tankwarz-sense-{}", std::process::id()));
        let path = folder.join("tankwarz.toml");
        for (bad, line, said) in [
            ("name = \"\"\n", 3, "visible"),
            ("input-delay = \"soon\"\n", 3, "auto"),
            ("\n\"input-delay\" = '9'\n", 4, "auto"),
        ] {
            std::fs::create_dir_all(&folder).unwrap();
            let text = format!("# mine\ncolour = 3\n{bad}[sound]\nmusic = 7\n");
            std::fs::write(&path, &text).unwrap();
            let (store, fault) = Store::open(Some(&path));
            assert_eq!(fault, None);
            let fault = judge(&store).unwrap();
            assert_eq!(fault.place.as_ref().map(|place| place.line), Some(line), "{fault}");
            assert!(fault.to_string().contains(said), "{fault}");
            let config = store.config();
            assert_eq!((config.name, config.input_delay), (None, None));
            assert_eq!((config.colour, config.sound.music), (Some(3), 7), "all else is used");

            store.change(|config| config.hints_seen = true);
            store.write();
            assert_eq!(std::fs::read_to_string(fault.kept.unwrap()).unwrap(), text);
            let (again, fault) = Store::open(Some(&path));
            assert_eq!((fault, judge(&again)), (None, None));
            std::fs::remove_dir_all(&folder).unwrap();
        }
        assert_eq!(judge(&Store::default()), None);
    }
}
