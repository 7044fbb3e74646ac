//! Rollback is never heard: what is finally played is what a match without rollbacks plays,
//! and hardly a sound is cut off on a bad line.

use std::collections::{BTreeMap, BTreeSet};

use tankwarz::net::fakelag::FakeLagConfig;
use tankwarz::sim::rules::COUNTDOWN;
use tankwarz::sim::{Events, MAX_SEATS, Map, Phase, Told, World};
use tankwarz::view::audio::board::{Ear, Order};
use tankwarz::view::audio::cue::{Sound, cue};
use tankwarz::view::audio::finale::Finale;
use tankwarz::view::audio::listen::Listener;
use tankwarz::view::reports::Show;

use crate::effects::Scripted;
use crate::fleet::{Fleet, Plan};

/// In the middle of a small map everything is within earshot.
const EAR: Ear = Ear { at: (12.0, 12.0), half_width: 12.0 };
const OWN: u8 = 0;

/// What comes out of the loudspeaker.
#[derive(Default)]
struct Speaker {
    listener: Listener,
    begun: BTreeMap<Show, Sound>,
    fading: BTreeSet<Show>,
}

impl Speaker {
    fn tick(&mut self, told: &[Told], now: u32, own: u8, map: &Map) {
        for one in told {
            self.listener.hear(*one, now, own, map);
        }
        let (begun, fading) = (&mut self.begun, &mut self.fading);
        self.listener.settle(now).update(1.0 / 60.0, &[EAR], &[], |order| match order {
            Order::Start(show, cue, _) => {
                begun.insert(show, cue.sound);
                fading.remove(&show);
            }
            Order::Fade(show) => {
                fading.insert(show);
            }
            Order::Swell(show, _) => {
                fading.remove(&show);
            }
            Order::Stop(_) | Order::Hum(..) | Order::Hush(_) => {}
        });
    }

    /// How often each sound was played and not taken back.
    fn played(&self) -> BTreeMap<Sound, usize> {
        let stands = self.begun.iter().filter(|(show, _)| !self.fading.contains(show));
        count(stands.map(|(_, sound)| *sound))
    }
}

fn count(sounds: impl Iterator<Item = Sound>) -> BTreeMap<Sound, usize> {
    let mut counts = BTreeMap::new();
    sounds.for_each(|sound| *counts.entry(sound).or_default() += 1);
    counts
}

#[test]
fn what_is_finally_played_is_what_a_match_without_rollbacks_plays() {
    let (mut cut, mut total) = (0, 0);
    for seed in 1..=12 {
        let game = Scripted::new(seed);
        let mut speaker = Speaker::default();
        game.rolled_back(1500, |events: &mut Events, now| {
            let told: Vec<Told> = events.told().collect();
            events.clear();
            speaker.tick(&told, now, OWN, &game.map);
        });
        let straight = game.straight(1500);
        let wanted = straight.iter().filter_map(|(_, event)| cue(event, OWN, &game.map, 0));
        // Ends of tanks come from the settled World, which this schedule does not have.
        let wanted = count(wanted.map(|cue| cue.sound).filter(|s| *s != Sound::Explosion));
        assert_eq!(speaker.played(), wanted, "seed {seed}");
        total += wanted.values().sum::<usize>();
        cut += speaker.fading.len();
    }
    println!("{total} sounds, {cut} cut off");
    assert!(total > 500 && cut > 0, "{total} sounds, {cut} cut off");
}

#[test]
fn end_that_is_rolled_away_is_never_heard() {
    const FRAMES: usize = 1500;
    let (mut ends, mut wrong) = (0, 0);
    for seed in 1..=12 {
        let game = Scripted::new(seed);
        let straight = game.straight_worlds(FRAMES);
        // A match may end with any tick in which a wrong player was thought to lead.
        let mut doubtful = BTreeSet::new();
        game.rolled_back_worlds(FRAMES, |events, worlds, _| {
            events.clear();
            let frame = worlds.len() - 1;
            if worlds[frame].winner() != straight[frame].winner() {
                doubtful.insert(frame);
            }
        });
        for end in doubtful {
            // After the end nothing moves any more, and only the tick goes on.
            let at = |worlds: &[World], frame: usize| {
                let mut world = worlds[frame.min(end)];
                let last = COUNTDOWN + world.rules.match_ticks();
                world.tick = last + frame as u32 - end as u32;
                world
            };
            let victor = straight[end].winner();
            let mut finales = [Finale::default(); MAX_SEATS];
            let mut heard: [Vec<Sound>; MAX_SEATS] = Default::default();
            let mut is_wrong = false;
            game.rolled_back_worlds(end + 30, |events, worlds, known| {
                events.clear();
                let (predicted, settled) = (at(worlds, worlds.len() - 1), at(worlds, known));
                is_wrong |= predicted.phase() == Phase::Over && predicted.winner() != victor;
                for (own, (finale, heard)) in (0..).zip(finales.iter_mut().zip(&mut heard)) {
                    heard.extend(finale.look(&settled, |seat| seat == own));
                }
            });
            for (own, heard) in (0..).zip(heard) {
                let wanted = match victor {
                    Some(seat) if seat == own => Sound::Win,
                    Some(_) => Sound::Loss,
                    None => Sound::Draw,
                };
                assert_eq!(heard, [wanted], "seed {seed}, end {end}, seat {own}");
            }
            ends += 1;
            wrong += u32::from(is_wrong);
        }
    }
    println!("{ends} ends, of which {wrong} named another winner for a while");
    assert!(ends > 5 && wrong == ends, "{ends} ends, {wrong} of them rolled away");
}

#[test]
fn hardly_a_sound_is_cut_off_at_150_ms_with_5_percent_loss() {
    let line = FakeLagConfig { lag_ms: 75, loss_pct: 5.0, ..FakeLagConfig::default() };
    let mut fleet = Fleet::running(Plan::new(5, line), 3);
    fleet.peers[1].told = Some(Vec::new());
    fleet.play(60);
    let told = fleet.peers[1].told.take().unwrap();
    let game = &fleet.peers[1].game;
    let (own, map) = (game.roster().unwrap().seat_of(game.me()).unwrap(), game.map().unwrap());
    let mut speaker = Speaker::default();
    let mut rest = told.as_slice();
    while let Some((_, now)) = rest.first() {
        let same = rest.iter().take_while(|(_, tick)| tick == now).count();
        let list: Vec<Told> = rest[..same].iter().map(|(told, _)| *told).collect();
        speaker.tick(&list, *now, own, map);
        rest = &rest[same..];
    }
    let (all, cut) = (speaker.begun.len(), speaker.fading.len());
    println!("{all} sounds, {cut} cut off");
    assert!(game.stats().rollbacks > 100 && all > 50, "{all} sounds");
    assert!(cut * 100 < all, "{cut} of {all} sounds were cut off");
}
