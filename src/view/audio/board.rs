//! The mixing desk without a device: which sounds there are, which of them have a voice,
//! how loud and from which side they come. Pure: time is an argument, orders come out.
//!
//! A sound belongs to a *show*, the name under which the reconciliation of rollbacks knows
//! its event. A show that a rollback took back fades; told again in time it swells again.

use std::collections::{BTreeSet, VecDeque};

use super::super::reports::Show;
use super::cue::Cue;

/// The most voices at once, music included.
pub const MAX_VOICES: usize = 24;
/// Voices kept for the music: one track fades out while the other comes in.
pub const MUSIC_VOICES: usize = 2;
/// What is farther from the middle of the view than this is not heard, in tiles.
pub const RANGE: f32 = 26.0;
/// Within this distance everything is as loud as recorded, in tiles.
const NEAR: f32 = 4.0;
/// Decibels lost at the edge of hearing.
const FAR_LOSS: f32 = 30.0;
/// How much of a loudspeaker's side a sound at the edge of the view takes.
const WIDTH: f32 = 0.7;
/// Seconds in which a sound that a rollback took back fades away.
pub const FADE: f32 = 0.08;

/// Faded shows that are remembered, longer than a rollback can bring them back.
const MEMORY: usize = 256;

/// Where a listener is.
#[derive(Clone, Copy, Debug)]
pub struct Ear {
    /// The middle of the view, in tiles.
    pub at: (f32, f32),
    /// Half the width of the view, in tiles.
    pub half_width: f32,
}

/// How a sound arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// In tiles.
    pub distance: f32,
    /// In decibels, 0 or less.
    pub gain: f32,
    /// From -1 (left) to 1.
    pub side: f32,
}

impl Ear {
    /// How a sound at a place arrives; `None` is a sound without a place.
    pub fn hear(&self, at: Option<(f32, f32)>) -> Heard {
        let Some(at) = at else { return Heard { distance: 0.0, gain: 0.0, side: 0.0 } };
        let (dx, dy) = (at.0 - self.at.0, at.1 - self.at.1);
        let distance = dx.hypot(dy);
        let part = ((distance - NEAR) / (RANGE - NEAR)).clamp(0.0, 1.0);
        let gain = -FAR_LOSS * part;
        let side = (dx / self.half_width.max(1.0)).clamp(-1.0, 1.0) * WIDTH;
        Heard { distance, gain, side }
    }
}

/// How a sound at a place arrives at the nearest of those who listen.
pub fn nearest(ears: &[Ear], at: Option<(f32, f32)>) -> Heard {
    let all = ears.iter().map(|ear| ear.hear(at));
    let nearest = all.min_by(|a, b| a.distance.total_cmp(&b.distance));
    nearest.unwrap_or(Heard { distance: f32::INFINITY, gain: -FAR_LOSS, side: 0.0 })
}

/// A loop that could be heard: the engine or the tracks of a tank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hum {
    /// Which: the caller's number.
    pub id: u8,
    /// Where, in tiles; `None` for the own tank.
    pub at: Option<(f32, f32)>,
    /// In decibels, on top of what the distance takes.
    pub gain: f32,
    /// How fast it is played, 1 is as recorded.
    pub rate: f32,
}

/// What the player has to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// A sound begins.
    Start(Show, Cue, Heard),
    /// A sound that a rollback took back: fade it, in [`FADE`] seconds.
    Fade(Show),
    /// It was told again: bring it back.
    Swell(Show, Heard),
    /// There is no voice for it any more, or it is over: silence, and forget it.
    Stop(Show),
    /// A loop sounds like this, begun if it was silent.
    Hum(Hum, Heard),
    /// A loop is silent.
    Hush(u8),
}

/// A sound on the board.
#[derive(Clone, Copy, Debug)]
struct Shot {
    show: Show,
    cue: Cue,
    began: f32,
    sounds: bool,
    /// When it was taken back.
    fading: Option<f32>,
    /// Told again after it faded.
    swells: bool,
}

/// Every sound that is to be heard now.
#[derive(Debug, Default)]
pub struct Board {
    clock: f32,
    shots: Vec<Shot>,
    hums: BTreeSet<u8>,
    /// The latest shows that were taken back and faded.
    faded: VecDeque<Show>,
}

impl Board {
    /// A sound is wanted; it starts with the next [`Board::update`], if there is a voice.
    pub fn begin(&mut self, show: Show, cue: Cue) {
        self.faded.retain(|known| *known != show);
        let (began, sounds) = (self.clock, false);
        self.shots.push(Shot { show, cue, began, sounds, fading: None, swells: false });
    }

    /// A rollback took it back; may be said again and again.
    pub fn take_back(&mut self, show: Show) {
        let clock = self.clock;
        if let Some(shot) = self.find(show) {
            shot.fading.get_or_insert(clock);
        }
    }

    /// It was told again. Whether it is still on the board; otherwise it must begin anew.
    pub fn keep(&mut self, show: Show) -> bool {
        let Some(shot) = self.find(show) else { return false };
        shot.swells |= shot.fading.take().is_some();
        true
    }

    /// Time goes by: gives a voice to what is nearest to one of the ears and says what has to
    /// be done.
    pub fn update(
        &mut self,
        seconds: f32,
        ears: &[Ear],
        hums: &[Hum],
        mut order: impl FnMut(Order),
    ) {
        let fresh = self.clock;
        self.clock += seconds;
        let clock = self.clock;
        let gone = &mut self.faded;
        self.shots.retain(|shot| {
            // What never sounded and is taken back was never heard.
            let faded = shot.fading.is_some_and(|at| !shot.sounds || clock - at > FADE);
            let over = shot.began < fresh && clock - shot.began > shot.cue.seconds();
            if (faded || over) && shot.sounds {
                order(Order::Stop(shot.show));
            }
            if faded {
                gone.push_back(shot.show);
            }
            !faded && !over
        });
        while self.faded.len() > MEMORY {
            self.faded.pop_front();
        }
        let chosen = self.choose(ears, hums);
        self.shots.retain_mut(|shot| {
            let heard = nearest(ears, shot.cue.at);
            if !chosen.contains(&Voice::Shot(shot.show)) {
                if shot.sounds {
                    order(Order::Stop(shot.show));
                }
                return false;
            }
            if !shot.sounds {
                if clock - shot.began < shot.cue.wait {
                    return true;
                }
                shot.sounds = true;
                order(Order::Start(shot.show, shot.cue, heard));
            } else if shot.fading == Some(fresh) {
                order(Order::Fade(shot.show));
            } else if shot.swells {
                order(Order::Swell(shot.show, heard));
            }
            shot.swells = false;
            true
        });
        for hum in hums {
            if chosen.contains(&Voice::Hum(hum.id)) {
                self.hums.insert(hum.id);
                order(Order::Hum(*hum, nearest(ears, hum.at)));
            }
        }
        self.hums.retain(|id| {
            let sounds = chosen.contains(&Voice::Hum(*id));
            if !sounds {
                order(Order::Hush(*id));
            }
            sounds
        });
    }

    /// Whether it was taken back and has faded by now.
    pub fn has_faded(&self, show: Show) -> bool {
        self.faded.contains(&show)
    }

    /// The shows that have a voice and were not taken back, in the order they began.
    pub fn sounding(&self) -> impl Iterator<Item = Show> {
        self.shots.iter().filter(|s| s.sounds && s.fading.is_none()).map(|s| s.show)
    }

    /// How many voices are in use, music apart.
    pub fn voices(&self) -> usize {
        self.shots.iter().filter(|shot| shot.sounds).count() + self.hums.len()
    }

    /// Another match: forgets what has not sounded yet; the rest sounds on to its end.
    pub fn clear(&mut self) {
        self.shots.retain(|shot| shot.sounds);
    }

    fn find(&mut self, show: Show) -> Option<&mut Shot> {
        self.shots.iter_mut().find(|shot| shot.show == show)
    }

    /// The nearest of all that can be heard; of two equally near the newer.
    fn choose(&self, ears: &[Ear], hums: &[Hum]) -> BTreeSet<Voice> {
        let away = |at| nearest(ears, at).distance;
        let shots = self.shots.iter().rev().map(|s| (away(s.cue.at), Voice::Shot(s.show)));
        let hums = hums.iter().map(|hum| (away(hum.at), Voice::Hum(hum.id)));
        let mut all: Vec<(f32, Voice)> =
            shots.chain(hums).filter(|(distance, _)| *distance <= RANGE).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.into_iter().take(MAX_VOICES - MUSIC_VOICES).map(|(_, voice)| voice).collect()
    }
}

/// What a voice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Voice {
    Shot(Show),
    Hum(u8),
}

#[cfg(test)]
mod tests {
    use super::super::cue::Sound;
    use super::*;

    const EAR: Ear = Ear { at: (30.0, 30.0), half_width: 12.0 };

    fn shot(distance: f32) -> Cue {
        Cue { sound: Sound::Hit, at: Some((30.0 + distance, 30.0)), semitones: 0.0, wait: 0.0 }
    }

    fn hum(id: u8, distance: f32) -> Hum {
        Hum { id, at: Some((30.0, 30.0 + distance)), gain: 0.0, rate: 1.0 }
    }

    fn orders(board: &mut Board, seconds: f32, hums: &[Hum]) -> Vec<Order> {
        let mut list = Vec::new();
        board.update(seconds, &[EAR], hums, |order| list.push(order));
        list
    }

    #[test]
    fn the_nearest_get_the_voices() {
        let mut board = Board::default();
        for show in 0..40 {
            // Not in the order of their distance.
            board.begin(show, shot((show * 7 % 40) as f32 * 0.5));
        }
        let hums: Vec<Hum> = (0..16).map(|id| hum(id, f32::from(id) + 0.25)).collect();
        orders(&mut board, 0.01, &hums);
        assert_eq!(board.voices(), MAX_VOICES - MUSIC_VOICES);
        let nearest: Vec<u64> = board.sounding().map(|show| show * 7 % 40).collect();
        let farthest = nearest.iter().max().copied().unwrap();
        assert_eq!(nearest.len(), farthest as usize + 1, "{nearest:?}");
        let near_hums = board.hums.len();
        assert!(near_hums > 4 && board.hums.iter().copied().eq(0..near_hums as u8));
    }

    #[test]
    fn never_more_than_24_voices_whatever_happens() {
        let mut board = Board::default();
        let mut chance = 1_u64;
        let mut next = move |n: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (chance >> 33) % n
        };
        let mut most = 0;
        for show in 0..3000 {
            for i in 0..next(4) {
                board.begin(show * 4 + i, shot(next(400) as f32 * 0.1));
            }
            let hums: Vec<Hum> =
                (0..next(17) as u8).map(|id| hum(id, next(300) as f32 * 0.1)).collect();
            board.take_back(show * 4 + next(8));
            board.keep(show * 4 + next(8));
            orders(&mut board, 0.016, &hums);
            most = most.max(board.voices());
        }
        assert_eq!(most + MUSIC_VOICES, MAX_VOICES);
    }

    #[test]
    fn a_near_sound_takes_the_voice_of_a_far_one() {
        let mut board = Board::default();
        (0..22).for_each(|show| board.begin(show, shot(10.0 + show as f32 * 0.1)));
        orders(&mut board, 0.01, &[]);
        board.begin(99, shot(1.0));
        let list = orders(&mut board, 0.01, &[]);
        assert!(list.contains(&Order::Stop(21)), "{list:?}");
        assert!(board.sounding().any(|show| show == 99));
    }

    #[test]
    fn what_is_taken_back_fades_and_what_is_told_again_comes_back() {
        let mut board = Board::default();
        board.begin(1, shot(1.0));
        orders(&mut board, 0.01, &[]);
        board.take_back(1);
        assert_eq!(orders(&mut board, 0.01, &[]), [Order::Fade(1)]);
        assert!(board.keep(1));
        assert!(matches!(orders(&mut board, 0.01, &[])[..], [Order::Swell(1, _)]));
        board.take_back(1);
        assert_eq!(orders(&mut board, 0.01, &[]), [Order::Fade(1)]);
        assert_eq!(orders(&mut board, FADE + 0.01, &[]), [Order::Stop(1)]);
        assert!(!board.keep(1), "it is gone and has to begin anew");
    }

    #[test]
    fn what_is_taken_back_at_once_is_never_heard() {
        let mut board = Board::default();
        board.begin(1, shot(1.0));
        board.take_back(1);
        assert_eq!(orders(&mut board, 0.01, &[]), []);
    }

    #[test]
    fn sounds_come_from_their_side_and_fade_with_the_distance() {
        let (left, near, far) = (
            EAR.hear(Some((20.0, 30.0))),
            EAR.hear(Some((31.0, 30.0))),
            EAR.hear(Some((54.0, 30.0))),
        );
        assert!(left.side < -0.5 && near.side > 0.0 && near.side < 0.1);
        assert!(near.gain == 0.0 && left.gain < -3.0 && far.gain < -25.0, "{left:?} {far:?}");
        assert_eq!(EAR.hear(None), Heard { distance: 0.0, gain: 0.0, side: 0.0 });
    }

    #[test]
    fn two_who_look_at_different_places_hear_as_the_nearer_one() {
        let ears = [EAR, Ear { at: (60.0, 30.0), half_width: 6.0 }];
        assert_eq!(nearest(&ears, Some((27.0, 30.0))), EAR.hear(Some((27.0, 30.0))));
        assert_eq!(nearest(&ears, Some((57.0, 30.0))), ears[1].hear(Some((57.0, 30.0))));
        assert!(nearest(&ears, Some((57.0, 30.0))).side < 0.0, "left of the second");
        assert_eq!(nearest(&ears, None).gain, 0.0);
        let mut board = Board::default();
        board.begin(1, shot(29.0));
        assert_eq!(orders(&mut board, 0.01, &[]), [], "too far from the first");
        board.begin(2, shot(29.0));
        board.update(0.01, &ears, &[], |order| assert!(matches!(order, Order::Start(2, ..))));
        assert_eq!(board.voices(), 1);
    }

    #[test]
    fn a_tank_out_of_earshot_is_hushed() {
        let mut board = Board::default();
        assert!(matches!(orders(&mut board, 0.01, &[hum(3, 5.0)])[..], [Order::Hum(..)]));
        assert_eq!(orders(&mut board, 0.01, &[hum(3, RANGE + 1.0)]), [Order::Hush(3)]);
    }
}
