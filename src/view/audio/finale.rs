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
    /// are. Where several tanks lead, nobody has won or lost: a draw, as the result says to all.
    pub fn look(&mut self, settled: &World, owns: impl FnOnce(u8) -> bool) -> Option<Sound> {
        if settled.phase() != Phase::Over || self.told == Some(settled.seeds) {
            return None;
        }
        self.told = Some(settled.seeds);
        Some(match settled.winner() {
            Some(seat) if owns(seat) => Sound::Win,
            Some(_) => Sound::Loss,
            None => Sound::Draw,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Map, Rules};

    /// A match of two that is over, with these points.
    fn over(points: [u32; 2]) -> World {
        let mut world = World::create(&Map::generate([1, 2], &Rules::default()), &[0, 1]);
        for (tank, score) in world.tanks.iter_mut().zip(points) {
            tank.score = score;
        }
        world.tick = COUNTDOWN + world.rules.match_ticks();
        world
    }

    #[test]
    fn a_match_without_a_winner_ends_with_a_sound_of_its_own() {
        for own in 0..2 {
            let heard = |points| Finale::default().look(&over(points), |seat| seat == own);
            assert_eq!(heard([5, 5]), Some(Sound::Draw));
            assert_eq!(heard([5, 0]), Some(if own == 0 { Sound::Win } else { Sound::Loss }));
        }
    }
}
