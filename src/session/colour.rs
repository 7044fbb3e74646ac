//! What tells the players of a room apart: one of eight colours each, with its pattern.
//! A number only: which colour that is, the window decides, and the World never knows.

use serde::{Deserialize, Serialize};

use crate::sim::MAX_SEATS;

/// One of the eight colours, 0 to 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Colour(u8);

impl Colour {
    /// How many there are: one for each seat.
    pub const COUNT: u8 = MAX_SEATS as u8;

    /// The colour of this number; `None` beyond the last one.
    pub const fn new(number: u8) -> Option<Self> {
        if number < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// Its number, 0 to 7.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Colour {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("there are eight colours, 0 to 7")
    }
}

impl From<Colour> for u8 {
    fn from(colour: Colour) -> u8 {
        colour.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_beyond_the_eighth_is_refused() {
        assert_eq!(Colour::all().count(), 8);
        assert_eq!(postcard::from_bytes(&[7]), Ok(Colour(7)));
        for number in [8, 127, 200, 255] {
            assert_eq!(Colour::new(number), None);
            assert!(postcard::from_bytes::<Colour>(&[number]).is_err(), "{number}");
        }
    }
}
