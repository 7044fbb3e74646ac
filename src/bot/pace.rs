//! An aid for people who need more time: a bot that drives, turns its gun and thinks at a
//! share of its speed. What a tank can do stays the same for everybody; the bot only holds
//! its keys for a part of the time.

use crate::sim::Input;

/// The slowest share, in percent.
const LEAST: u8 = 40;
/// Ticks more that a bot at the slowest share hesitates before it fires.
const HESITATION: u32 = 25;

/// At which share of its speed a bot plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace(u8);

impl Default for Pace {
    fn default() -> Self {
        Self(100)
    }
}

impl Pace {
    /// A share in percent; what is not in 40..=100 counts as the nearest in it.
    pub(super) fn of(percent: u8) -> Self {
        Self(percent.clamp(LEAST, 100))
    }

    /// What takes so many ticks at full speed.
    pub(super) fn slowed(self, ticks: u32) -> u32 {
        ticks * 100 / u32::from(self.0)
    }

    /// An error of the aim that is this large at full speed, in angle units.
    pub(super) fn blurred(self, error: u32) -> u32 {
        error * (200 - u32::from(self.0)) / 100
    }

    /// Ticks of hesitation in the place of these.
    pub(super) fn hesitation(self, ticks: u32) -> u32 {
        let lost = u32::from(100 - self.0);
        ticks + HESITATION * lost / u32::from(100 - LEAST)
    }

    /// What of an input is held at this tick: of what moves the tank and its gun only the
    /// share, spread evenly over time.
    pub(super) fn held(self, tick: u32, input: Input) -> Input {
        let (tick, share) = (u64::from(tick), u64::from(self.0));
        if (tick + 1) * share / 100 > tick * share / 100 {
            return input;
        }
        let moves = Input::FORWARD | Input::BACK | Input::LEFT | Input::RIGHT | Input::AIM;
        Input { held: input.held & !moves, aim: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_full_speed_nothing_is_changed() {
        let input = Input { held: u16::MAX, aim: 7 };
        let pace = Pace::of(100);
        assert!((0..500).all(|tick| pace.held(tick, input) == input));
        assert_eq!((pace.slowed(10), pace.blurred(60), pace.hesitation(0)), (10, 60, 0));
    }

    #[test]
    fn keys_are_held_for_the_share_of_the_time_and_fire_always() {
        let input = Input { held: Input::FORWARD | Input::AIM | Input::FIRE, aim: 7 };
        for percent in [40u8, 50, 70, 90] {
            let held: Vec<_> = (0..1000).map(|tick| Pace::of(percent).held(tick, input)).collect();
            let driven = held.iter().filter(|i| i.has(Input::FORWARD)).count();
            assert_eq!(driven, usize::from(percent) * 10);
            assert!(held.iter().all(|i| i.has(Input::FIRE)));
            let longest = held.chunk_by(|a, b| a == b).map(<[_]>::len).max();
            assert!(longest.is_some_and(|n| n <= 9), "{longest:?}");
        }
        assert_eq!(Pace::of(0), Pace::of(40));
    }
}
