//! The sound of a match's end. It is told from the settled World alone, so that nobody hears
//! a victory that a rollback takes back, and once for each match. Plays nothing itself.

use super::cue::Sound;
use crate::sim::{Phase, World};

/// What was told of the end of the newest match.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finale {
    told: Option<[u64; 2]>,
}

impl Finale {
    /// The newest settled World; what is heard of it now, where `owns` says whose the seats
    /// are. A match that several tanks have won, or none, has no victory in it.
    pub fn look(&mut self, settled: &World, owns: impl FnOnce(u8) -> bool) -> Option<Sound> {
        if settled.phase() != Phase::Over || self.told == Some(settled.seeds) {
            return None;
        }
        self.told = Some(settled.seeds);
        Some(if settled.winner().is_some_and(owns) { Sound::Win } else { Sound::Loss })
    }
}
