//! How well a bot plays: every number in which the levels differ.

use crate::sim::Fx;
use crate::sim::math::ratio;

/// How well a bot plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Slow to aim, slow to fire.
    Easy,
    /// A fair opponent.
    #[default]
    Normal,
    /// Wastes nothing.
    Hard,
}

impl Level {
    /// All levels, the easiest first.
    pub const ALL: [Level; 3] = [Level::Easy, Level::Normal, Level::Hard];

    pub(super) fn skill(self) -> &'static Skill {
        match self {
            Level::Easy => &EASY,
            Level::Normal => &NORMAL,
            Level::Hard => &HARD,
        }
    }
}

/// The numbers of one level.
#[derive(Debug)]
pub(super) struct Skill {
    /// Ticks between two thoughts about whom to fight.
    pub(super) reaction: u32,
    /// Ticks the gun points right before it fires.
    pub(super) hesitation: u32,
    /// Largest error of the aim, in angle units.
    pub(super) error: u32,
    /// Least and most of the right lead, in percent.
    pub(super) lead: [u32; 2],
    /// Whether it sees that a target drives along a curve.
    pub(super) sees_turns: bool,
    /// Whether it gets out of the way of shells.
    pub(super) dodges: bool,
    /// Whether it keeps moving while it fights.
    pub(super) strafes: bool,
    /// Whether it hides while it is hurt and reloads.
    pub(super) hides: bool,
    /// Whether it goes nearer when its shells miss.
    pub(super) adapts: bool,
    /// The distance it fights at.
    pub(super) range: Fx,
    /// Beyond this it does not fire.
    pub(super) farthest_shot: Fx,
    /// Up to this distance a shot is sure enough for an armour-piercing shell.
    pub(super) sure_shot: Fx,
    /// With no more hit points than this it looks for repair.
    pub(super) hurt: u8,
}

const EASY: Skill = Skill {
    reaction: 60,
    hesitation: 35,
    error: 1500,
    lead: [0, 0],
    sees_turns: false,
    dodges: false,
    strafes: false,
    hides: false,
    adapts: false,
    range: ratio(6, 1),
    farthest_shot: ratio(10, 1),
    sure_shot: ratio(4, 1),
    hurt: 30,
};

const NORMAL: Skill = Skill {
    reaction: 30,
    hesitation: 15,
    error: 1000,
    lead: [30, 110],
    sees_turns: false,
    dodges: false,
    strafes: true,
    hides: true,
    adapts: false,
    range: ratio(7, 1),
    farthest_shot: ratio(13, 1),
    sure_shot: ratio(6, 1),
    hurt: 40,
};

const HARD: Skill = Skill {
    reaction: 10,
    hesitation: 0,
    error: 60,
    lead: [95, 105],
    sees_turns: true,
    dodges: true,
    strafes: true,
    hides: true,
    adapts: true,
    range: ratio(8, 1),
    farthest_shot: ratio(15, 1),
    sure_shot: ratio(8, 1),
    hurt: 60,
};
