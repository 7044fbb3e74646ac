//! What a player is called, and what a build calls itself: short text from
//! strangers that is safe to show. Never longer, and never invisible.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::fingerprint;

/// A player's name: 1 to 16 visible characters, words separated by single spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Why a text is no [`Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing to see in it.
    Empty,
    /// More than [`Name::MAX_CHARS`] characters.
    TooLong,
    /// A character that cannot be seen or that turns the text around it.
    Hidden(char),
    /// From a peer: spaces a name of ours would not have.
    Untidy,
}

impl Name {
    /// Most characters of a name.
    pub const MAX_CHARS: usize = 16;

    /// A name from what somebody typed; spaces around and between words are tidied.
    ///
    /// # Errors
    /// See [`NameError`].
    pub fn new(text: &str) -> Result<Self, NameError> {
        if let Some(c) = text.chars().find(|&c| is_hidden(c)) {
            return Err(NameError::Hidden(c));
        }
        let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match tidy.chars().count() {
            0 => Err(NameError::Empty),
            1..=Self::MAX_CHARS => Ok(Self(tidy)),
            _ => Err(NameError::TooLong),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the `n`th player who asked for this one: "Ann 2", shortened where it must be.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let suffix = format!(" {n}");
        let room = Self::MAX_CHARS.saturating_sub(suffix.chars().count());
        let head: String = self.0.chars().take(room).collect();
        Self(format!("{}{suffix}", head.trim_end()))
    }

    /// The name of the `n`th bot of a host, counted from 1.
    #[must_use]
    pub fn bot(n: u32) -> Self {
        Self(format!("Bot {n}"))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let name = Self::new(&text)?;
        if name.0 == text { Ok(name) } else { Err(NameError::Untidy) }
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name needs at least one visible character"),
            Self::TooLong => {
                write!(f, "a name has at most {} characters, choose a shorter one", Name::MAX_CHARS)
            }
            Self::Hidden(c) => write!(
                f,
                "a name cannot contain the invisible character U+{:04X}, type it again without it",
                u32::from(*c)
            ),
            Self::Untidy => f.write_str("a name has single spaces between its words only"),
        }
    }
}

impl std::error::Error for NameError {}

/// Whether a character cannot be seen by itself or changes how others are drawn.
fn is_hidden(c: char) -> bool {
    let invisible = matches!(u32::from(c),
        0xAD | 0x34F | 0x61C                    // soft hyphen, joiner, Arabic letter mark
        | 0x115F | 0x1160 | 0x3164 | 0xFFA0     // Hangul fillers
        | 0x17B4 | 0x17B5 | 0x180B..=0x180F     // Khmer and Mongolian fillers
        | 0x200B..=0x200F | 0x2028..=0x202E     // zero width, direction marks, separators
        | 0x2060..=0x206F | 0x2800              // word joiner, isolates, blank braille
        | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF0..=0xFFFB
        | 0xE000..=0xF8FF                       // private use
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A // shorthand and music controls
        | 0xE0000..=0x10FFFF); // tags, private use
    // The last two code points of every plane are no characters at all.
    let unassigned = u32::from(c) & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&u32::from(c));
    c.is_control() || invisible || unassigned
}

/// What a build calls itself in a refusal: at most 32 printable ASCII characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Build(String);

impl Build {
    /// Most characters.
    pub const MAX_CHARS: usize = 32;

    /// From any text; what does not fit or is not printable ASCII is left out.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| Self::fits(*c)).take(Self::MAX_CHARS).collect())
    }

    /// Of this program: its version, and what tells its simulation from others of the same.
    /// Takes as long as [`fingerprint`] does.
    pub fn own() -> Self {
        let short = fingerprint() >> 32;
        Self::new(&format!("{} ({short:08x})", env!("CARGO_PKG_VERSION")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fits(c: char) -> bool {
        c.is_ascii_graphic() || c == ' '
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Build {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() <= Self::MAX_CHARS && text.chars().all(Self::fits) {
            Ok(Self(text))
        } else {
            Err("a build is named by at most 32 printable ASCII characters")
        }
    }
}

impl From<Build> for String {
    fn from(build: Build) -> String {
        build.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied() {
        assert_eq!(Name::new("  Ann \u{3000} Lee ").unwrap().as_str(), "Ann Lee");
        assert_eq!(Name::new("Łukasz 🚜").unwrap().as_str(), "Łukasz 🚜");
    }

    #[test]
    fn length_is_one_to_sixteen_characters() {
        assert_eq!(Name::new(""), Err(NameError::Empty));
        assert_eq!(Name::new("   "), Err(NameError::Empty));
        assert!(Name::new(&"é".repeat(16)).is_ok());
        assert_eq!(Name::new(&"é".repeat(17)), Err(NameError::TooLong));
    }

    #[test]
    fn invisible_and_turning_characters_are_refused() {
        for c in "\u{0}\n\t\u{7f}\u{85}\u{ad}\u{200b}\u{200d}\u{200f}\u{202e}\u{2066}\u{2069}\u{feff}\u{fe0f}\u{e0041}\u{2800}\u{ffff}"
            .chars()
        {
            assert_eq!(Name::new(&format!("A{c}nn")), Err(NameError::Hidden(c)), "{c:?}");
        }
    }

    #[test]
    fn numbering_stays_within_the_length() {
        assert_eq!(Name::new("Ann").unwrap().numbered(2).as_str(), "Ann 2");
        let long = Name::new("Sixteen letters!").unwrap().numbered(12);
        assert_eq!(long.as_str(), "Sixteen lette 12");
        assert_eq!(Name::new(long.as_str()).unwrap(), long);
        let spaced = Name::new("Thirteen chrs ab").unwrap().numbered(2);
        assert_eq!(Name::new(spaced.as_str()).unwrap(), spaced);
    }

    #[test]
    fn untidy_names_from_a_peer_are_refused() {
        assert_eq!(Name::try_from(" Ann".to_owned()), Err(NameError::Untidy));
        assert!(Name::try_from("Ann".to_owned()).is_ok());
    }

    #[test]
    fn build_keeps_printable_ascii_only() {
        assert_eq!(Build::new("0.1.0\n(é)").as_str(), "0.1.0()");
        assert_eq!(Build::new(&"x".repeat(99)).as_str().len(), 32);
        assert!(Build::try_from("a\u{7}".to_owned()).is_err());
        assert!(Build::try_from("x".repeat(33)).is_err());
    }
}
