//! The ear: which event sounds how (`cue`), which of the sounds there is a voice for
//! (`board`), what a rollback changes about that (`listen`), how a match ends (`finale`), and
//! the way to the loudspeaker (`player`). Everything but the player is arithmetic, without a
//! device. Sounds are of no consequence for the game.

pub mod board;
pub mod cue;
#[cfg(feature = "window")]
mod ear;
pub mod finale;
pub mod listen;
#[cfg(feature = "window")]
mod player;

#[cfg(feature = "window")]
pub(super) use ear::Audio;

/// How loud the player wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volumes {
    /// Of everything, 0..=100.
    pub master: u8,
    /// Of the music, 0..=100.
    pub music: u8,
    /// Of the effects, 0..=100.
    pub effects: u8,
    /// Silent while the window does not have the focus.
    pub mute_unfocused: bool,
}

impl Default for Volumes {
    fn default() -> Self {
        Self { master: 80, music: 60, effects: 90, mute_unfocused: true }
    }
}

/// A share of 0..=100 as decibels; -60 is silence. Half of the way sounds half as loud.
pub fn decibels(percent: u8) -> f32 {
    match percent.min(100) {
        0 => -60.0,
        percent => (40.0 * (f32::from(percent) / 100.0).log10()).max(-60.0),
    }
}
