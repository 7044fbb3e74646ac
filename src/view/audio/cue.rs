//! Which sound an event makes, where, and how high. Pure.

use crate::sim::{Event, Map, Stop, Vec2};

/// Seconds that the sounds of others wait: most wrong predictions are found out in that time,
/// and nobody hears it.
const WAIT: f32 = 0.05;

/// A sound that plays once. [`Sound::file`] is its name in assets/sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names say it
pub enum Sound {
    FireRegular,
    FirePiercing,
    Explosion,
    Hit,
    Ricochet,
    Thud,
    Felled,
    Reload,
    Dry,
    Select,
    Pickup,
    Countdown,
    Start,
    Finish,
    Win,
    Loss,
    Draw,
    MenuMove,
    MenuChoose,
    MenuBack,
}

impl Sound {
    /// Every sound.
    pub const ALL: [Self; 20] = [
        Self::FireRegular,
        Self::FirePiercing,
        Self::Explosion,
        Self::Hit,
        Self::Ricochet,
        Self::Thud,
        Self::Felled,
        Self::Reload,
        Self::Dry,
        Self::Select,
        Self::Pickup,
        Self::Countdown,
        Self::Start,
        Self::Finish,
        Self::Win,
        Self::Loss,
        Self::Draw,
        Self::MenuMove,
        Self::MenuChoose,
        Self::MenuBack,
    ];

    /// The name of its file, without the ending, and how long it lasts in seconds.
    pub fn file(self) -> (&'static str, f32) {
        match self {
            Self::FireRegular => ("fire_regular", 0.75),
            Self::FirePiercing => ("fire_piercing", 0.85),
            Self::Explosion => ("explosion", 2.3),
            Self::Hit => ("hit", 0.6),
            Self::Ricochet => ("ricochet", 0.6),
            Self::Thud => ("thud", 0.45),
            Self::Felled => ("felled", 1.0),
            Self::Reload => ("reload", 0.5),
            Self::Dry => ("dry", 0.2),
            Self::Select => ("select", 0.28),
            Self::Pickup => ("pickup", 0.6),
            Self::Countdown => ("countdown", 0.4),
            Self::Start => ("start", 1.0),
            Self::Finish => ("finish", 1.3),
            Self::Win => ("win", 3.0),
            Self::Loss => ("loss", 3.2),
            Self::Draw => ("draw", 2.6),
            Self::MenuMove => ("menu_move", 0.14),
            Self::MenuChoose => ("menu_choose", 0.34),
            Self::MenuBack => ("menu_back", 0.34),
        }
    }

    /// By how many semitones its pitch may be off, either way.
    fn spread(self) -> f32 {
        match self {
            Self::Ricochet => 3.0,
            Self::FireRegular | Self::FirePiercing | Self::Explosion | Self::Thud => 0.7,
            Self::Hit | Self::Felled => 1.2,
            _ => 0.0,
        }
    }
}

/// A sound to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// Which.
    pub sound: Sound,
    /// Where in the world, in tiles; `None` is in the player's own head.
    pub at: Option<(f32, f32)>,
    /// How much higher than recorded, in semitones.
    pub semitones: f32,
    /// Seconds before it begins: what others do may still be unmade.
    pub wait: f32,
}

impl Cue {
    /// A sound without a place, as recorded.
    pub fn plain(sound: Sound) -> Self {
        Self { sound, at: None, semitones: 0.0, wait: 0.0 }
    }

    /// How fast it is played; 1 is as recorded.
    pub fn rate(&self) -> f32 {
        (self.semitones / 12.0).exp2()
    }

    /// How long it lasts.
    pub fn seconds(&self) -> f32 {
        self.sound.file().1 / self.rate()
    }
}

/// What is heard of an event by the player of the seat `own`; nothing of some. `chance` is any
/// number, for the pitch of what should not sound the same twice.
pub fn cue(event: &Event, own: u8, map: &Map, chance: u64) -> Option<Cue> {
    let (sound, at) = match *event {
        Event::Fired { ammo, at, .. } => match ammo {
            crate::sim::Ammo::Regular => (Sound::FireRegular, Some(at)),
            crate::sim::Ammo::Piercing => (Sound::FirePiercing, Some(at)),
        },
        Event::Stopped { at, by: Stop::Wall | Stop::Rock, .. } => (Sound::Ricochet, Some(at)),
        Event::Stopped { at, .. } => (Sound::Thud, Some(at)),
        Event::Felled { tile } => (Sound::Felled, Some(tile.centre())),
        Event::Hit { at, .. } => (Sound::Hit, Some(at)),
        Event::Destroyed { at, .. } => (Sound::Explosion, Some(at)),
        Event::Taken { seat, .. } if seat == own => (Sound::Pickup, None),
        Event::Taken { spot, .. } => {
            (Sound::Pickup, Some(map.crates().get(usize::from(spot))?.centre()))
        }
        // What only the crew hears.
        Event::Dry { seat } if seat == own => (Sound::Dry, None),
        Event::Reloaded { seat } if seat == own => (Sound::Reload, None),
        Event::Selected { seat, .. } if seat == own => (Sound::Select, None),
        Event::Started => (Sound::Start, None),
        Event::Ended => (Sound::Finish, None),
        Event::Dry { .. }
        | Event::Reloaded { .. }
        | Event::Selected { .. }
        | Event::Spawned { .. }
        | Event::Appeared { .. } => return None,
    };
    let part = (chance.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / (1_u32 << 24) as f32;
    let semitones = sound.spread() * (part * 2.0 - 1.0);
    let is_own = matches!(*event, Event::Fired { seat, .. } if seat == own);
    // What is settled cannot be unmade.
    let is_firm = is_own || at.is_none() || sound == Sound::Explosion;
    Some(Cue { sound, at: at.map(tiles), semitones, wait: if is_firm { 0.0 } else { WAIT } })
}

/// A point of the simulation in tiles.
fn tiles(v: Vec2) -> (f32, f32) {
    (v.x.to_num(), v.y.to_num())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Rules;

    #[test]
    fn only_the_own_crew_hears_its_gun_being_loaded() {
        let map = Map::generate([1, 2], &Rules::default());
        let reloaded = Event::Reloaded { seat: 3 };
        assert_eq!(cue(&reloaded, 3, &map, 0), Some(Cue::plain(Sound::Reload)));
        assert_eq!(cue(&reloaded, 2, &map, 0), None);
    }

    #[test]
    fn ricochets_differ_by_three_semitones_at_most() {
        let map = Map::generate([1, 2], &Rules::default());
        let (at, ammo) = (Vec2::default(), crate::sim::Ammo::Regular);
        let event = Event::Stopped { shell: 0, ammo, at, by: Stop::Rock };
        let heights = (0..200).filter_map(|n| cue(&event, 0, &map, n)).map(|cue| cue.semitones);
        let (low, high) = heights.fold((9.0_f32, -9.0_f32), |(l, h), x| (l.min(x), h.max(x)));
        assert!((-3.0..-2.0).contains(&low) && (2.0..=3.0).contains(&high), "{low} to {high}");
    }
}
