//! Every text of the window, in one catalogue for each language (`assets/words/*.ftl`, Fluent).
//!
//! A text is asked for by its key with [`say`], or with [`say_with`] where something is put
//! into it. Never decides anything by what a text says. What goes to a terminal or a log is
//! English and does not come from here.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A language that the window speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, also for whoever speaks none of the others.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language, in the order in which the settings offer them.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its code, as settings and desktops write it: `en`, `de`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a code or of a desktop's locale, such as `de_AT.UTF-8`; `None` for one
    /// that the window does not speak.
    pub fn of(locale: &str) -> Option<Language> {
        let code = locale.split(['_', '-', '.', '@']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// A text in this language; the key itself where there is none.
    pub fn say(self, key: &str, values: &[(&'static str, Value)]) -> String {
        self.find(key, values).unwrap_or_else(|| {
            tracing::debug!("no text for {key}");
            key.to_owned()
        })
    }

    /// A text in this language, if there is one of this key.
    pub fn find(self, key: &str, values: &[(&'static str, Value)]) -> Option<String> {
        let bundle = match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        };
        let pattern = bundle.get_message(key)?.value()?;
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, value.0.clone());
        }
        Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }

    /// The whole catalogue of this language.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../assets/words/en.ftl"),
            Self::German => include_str!("../assets/words/de.ftl"),
        }
    }
}

/// Something that is put into a text: a number or a word.
#[derive(Clone, Debug)]
pub struct Value(FluentValue<'static>);

impl From<u8> for Value {
    fn from(number: u8) -> Self {
        Self(number.into())
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl From<&str> for Value {
    fn from(word: &str) -> Self {
        Self(word.to_owned().into())
    }
}

impl From<String> for Value {
    fn from(word: String) -> Self {
        Self(word.into())
    }
}

/// From now on the window speaks this language.
pub fn speak(language: Language) {
    let index = Language::ALL.iter().position(|l| *l == language).unwrap_or(0);
    spoken_index(|spoken| spoken.store(index, Ordering::Relaxed));
}

/// The language that the window speaks.
pub fn spoken() -> Language {
    let index = spoken_index(|spoken| spoken.load(Ordering::Relaxed));
    Language::ALL.get(index).copied().unwrap_or_default()
}

/// The text of a key in the spoken language.
pub fn say(key: &str) -> String {
    spoken().say(key, &[])
}

/// The text of a key in the spoken language, with values put in by their names.
pub fn say_with(key: &str, values: &[(&'static str, Value)]) -> String {
    spoken().say(key, values)
}

/// The text of a key in the spoken language, if there is one.
pub fn find(key: &str) -> Option<String> {
    spoken().find(key, &[])
}

/// Looks at the place in [`Language::ALL`] of the spoken language.
#[cfg(not(test))]
fn spoken_index<R>(look: impl FnOnce(&AtomicUsize) -> R) -> R {
    static SPOKEN: AtomicUsize = AtomicUsize::new(0);
    look(&SPOKEN)
}

/// The same, for each test on its own: tests run beside one another, and each speaks what it likes.
#[cfg(test)]
fn spoken_index<R>(look: impl FnOnce(&AtomicUsize) -> R) -> R {
    thread_local!(static SPOKEN: AtomicUsize = const { AtomicUsize::new(0) });
    SPOKEN.with(look)
}

static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Language::English));
static GERMAN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::German));

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    // A test reads both catalogues strictly; here whatever can be read of one is better than none.
    let resource = match FluentResource::try_new(language.source().to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let locale = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Both languages run from left to right, and the fonts have no marks of direction.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// The keys of a catalogue, each with the names of what is put into it.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        for line in language.source().lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =")
                && !line.starts_with([' ', '}'])
            {
                key = name.to_owned();
                assert!(!keys.contains_key(&key), "{key} is there twice");
            }
            let values = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
            });
            keys.entry(key.clone()).or_default().extend(values);
        }
        keys.remove("");
        keys
    }

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("app/scene") {
                // Scenes have names of their own, which look like keys.
            } else if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs")
                && !["src/words.rs", "fit.rs", "tests.rs"].iter().any(|other| path.ends_with(other))
            {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn catalogues_can_be_read_without_an_error() {
        for language in Language::ALL {
            let read = FluentResource::try_new(language.source().to_owned());
            assert!(read.is_ok(), "{language:?}: {:?}", read.err().map(|(_, errors)| errors));
        }
    }

    #[test]
    fn every_language_says_the_same_with_the_same_values() {
        let english = keys(Language::English);
        assert!(english.len() > 3);
        assert_eq!(english, keys(Language::German));
    }

    #[test]
    fn every_key_that_is_asked_for_exists_and_every_text_is_asked_for() {
        let mut texts = Vec::new();
        sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut texts);
        let known = keys(Language::English);
        let areas: BTreeSet<&str> = known.keys().filter_map(|key| key.split('-').next()).collect();
        // Whatever is quoted and looks like a key of one of the areas is asked for: many keys
        // are chosen first and said later.
        let asked: BTreeSet<&str> = texts
            .iter()
            .flat_map(|text| text.split('"'))
            .filter(|word| {
                let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                let (area, rest) = word.split_once('-').unwrap_or((word, ""));
                areas.contains(area) && !rest.is_empty() && word.chars().all(is_key)
            })
            .collect();
        assert!(asked.len() > 20, "{asked:?}");
        let missing: Vec<_> = asked.iter().filter(|key| !known.contains_key(**key)).collect();
        assert!(missing.is_empty(), "no text for {missing:?}");
        let quoted = |key: &String| texts.iter().any(|text| text.contains(&format!("\"{key}\"")));
        // The names of keys, mouse and pad are made from those in the settings; `keys` tests them.
        let unused: Vec<_> =
            known.keys().filter(|key| !key.starts_with("key-") && !quoted(key)).collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
    }

    #[test]
    fn values_are_put_in_and_a_missing_text_is_its_key() {
        assert_eq!(Language::German.say("title-quit", &[]), "Beenden");
        assert_eq!(Language::English.say("no-such-text", &[]), "no-such-text");
    }

    #[test]
    fn locales_of_desktops_are_understood() {
        assert_eq!(Language::of("de_AT.UTF-8"), Some(Language::German));
        assert_eq!(Language::of("en-GB"), Some(Language::English));
        assert_eq!(Language::of("C"), None);
        assert_eq!(Language::of(""), None);
    }

    #[test]
    fn what_is_counted_has_its_plural() {
        let minutes =
            |language: Language, n: u16| language.say("length-minutes", &[("minutes", n.into())]);
        assert_eq!(minutes(Language::English, 1), "1 minute");
        assert_eq!(minutes(Language::English, 2), "2 minutes");
        assert_eq!(minutes(Language::German, 1), "1 Minute");
        assert_eq!(minutes(Language::German, 60), "60 Minuten");
    }
}
