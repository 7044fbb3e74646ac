//! A match of bots on a certain map, for a camera that follows one of them. The same every
//! time: no clock, no chance.

#![allow(clippy::needless_update, reason = "what is added to the stage need not be told here")]

use std::sync::Arc;

use super::moment::{Moment, Subject};
use crate::bot::{Bot, Level};
use crate::sim::{
    Deeds, Events, Ground, Input, MAX_SEATS, Map, RuleSet, Rules, TankState, Tile, World, step,
};
use crate::view::stage::{Scene, SeatLabel};

/// Who plays.
const NAMES: [&str; MAX_SEATS] =
    ["Ada", "Björn", "Chiara", "Dmitri", "Eve", "Maximilian", "Grace Hopper", "Ho"];
/// Half of what the window shows around a tank, in tiles.
const VIEW: (u8, u8) = (12, 7);
/// Side of a map on which eight meet all the time.
const CROWDED: u8 = 32;
/// Maps among which the one with most of a kind of ground is chosen.
const MAPS: u64 = 12;
/// Length of a match that is likely to end in a draw, in seconds.
pub(super) const DRAW_SECONDS: u16 = 20;

/// How far two are from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Span {
    /// As near as any two.
    Near,
    /// One view of both has to be zoomed out.
    Between,
    /// As far as any two: they have a view each.
    Far,
}

/// How much of a view two need who are in one that is zoomed out, in percent.
const BETWEEN: u32 = 160;

/// A match in progress.
#[derive(Clone)]
pub(super) struct Film {
    pub(super) scene: Arc<Scene>,
    pub(super) before: World,
    pub(super) now: World,
    /// What everyone did up to now.
    pub(super) deeds: Deeds,
    /// What happened in the newest tick.
    pub(super) events: Events,
    bots: Vec<Bot>,
    /// The seat of somebody who fires nothing but armour-piercing shells, and all the time.
    hand: Option<u8>,
}

impl Film {
    /// The countdown of a match for eight, seen by the tank of `own`.
    pub(super) fn of_eight(seed: u64, seconds: u16, own: u8) -> Self {
        Self::of_eight_on(Rules::default_side(RuleSet::Modern, MAX_SEATS), seed, seconds, own)
    }

    /// The same on a map of this side.
    fn of_eight_on(side: u8, seed: u64, seconds: u16, own: u8) -> Self {
        let mut film = Self::new(seed, &Rules::new(RuleSet::Modern, seconds, side), 8, own);
        let mut scene = Scene::clone(&film.scene);
        for (seat, (label, name)) in scene.seats.iter_mut().zip(NAMES).enumerate() {
            *label = SeatLabel {
                name: name.to_owned(),
                is_bot: seat >= 6,
                is_local: seat == usize::from(own),
                ..SeatLabel::default()
            };
        }
        film.scene = Arc::new(scene);
        film
    }

    /// What is behind the title: nobody's match.
    pub(super) fn of_nobody(seed: u64) -> Self {
        Self::new(seed, &Rules::new(RuleSet::Modern, 120, 32), 6, u8::MAX)
    }

    /// The match in which somebody sees most of a kind of ground at the start.
    pub(super) fn on(ground: Ground) -> Self {
        let films = (1..=MAPS).flat_map(|seed| {
            let film = Self::of_eight(seed, 120, 0);
            let count = |seat: u8| {
                let tank = film.now.tanks.get(usize::from(seat));
                tank.map_or(0, |tank| around(&film.scene.map, Tile::under(tank.at), ground))
            };
            let best = (0..MAX_SEATS as u8).map(|seat| (count(seat), seat)).max();
            best.map(|(count, seat)| (count, seed, seat))
        });
        let (_, seed, own) = films.max().unwrap_or((0, 1, 0));
        Self::of_eight(seed, 120, own)
    }

    /// The countdown of the match in which something may happen, seen by the tank of `own`.
    pub(super) fn of_subject(subject: Subject, seed: u64, own: u8) -> Self {
        let mut film = match subject {
            Subject::Melee => Self::of_eight_on(CROWDED, seed, 120, own),
            _ => Self::of_eight(seed, 120, own),
        };
        film.hand = (subject == Subject::Dry).then_some(0);
        film
    }

    /// The match of a moment up to its picture, but for the last `before` ticks.
    pub(super) fn of_a_moment(subject: Subject, moment: Option<Moment>, before: u32) -> Self {
        let (seed, tick, own) = moment.map_or((7, 900, 0), |at| (at.seed, at.tick, at.own));
        let mut film = Self::of_subject(subject, seed, own);
        film.run_to((tick + subject.after()).saturating_sub(before));
        film
    }

    /// The end of the first match in which nobody is better than everybody else.
    pub(super) fn of_a_draw(tick: u32, before: u32) -> Self {
        let start = |seed| Self::of_eight(seed, DRAW_SECONDS, 0);
        let is_draw = |seed: &u64| {
            let mut film = start(*seed);
            film.run_to(180 + u32::from(DRAW_SECONDS) * 60);
            let best = film.now.tanks.iter().map(|tank| tank.score).max();
            film.now.winner().is_none() && best > Some(0)
        };
        let mut film = start((1..=MAPS * 8).find(is_draw).unwrap_or(1));
        film.run_to(tick.saturating_sub(before));
        film
    }

    /// A match of two at one machine: those two who are so far from each other at this tick;
    /// but for the last `before` ticks.
    pub(super) fn of_two(seed: u64, span: Span, tick: u32, before: u32) -> Self {
        let mut film = Self::of_eight(seed, 120, 0);
        film.run_to(tick);
        let pairs =
            (0..MAX_SEATS as u8).flat_map(|a| (a + 1..MAX_SEATS as u8).map(move |b| (a, b)));
        let apart = |&(a, b): &(u8, u8)| film.apart(a, b);
        let pairs = pairs.filter(|pair| apart(pair).is_some());
        let pair = match span {
            Span::Near => pairs.min_by_key(apart),
            Span::Between => {
                pairs.min_by_key(|&(a, b)| film.views_between(a, b).map(|v| v.abs_diff(BETWEEN)))
            }
            Span::Far => pairs.max_by_key(apart),
        };
        let (own, second) = pair.unwrap_or((0, 1));
        let mut film = Self::of_eight(seed, 120, own);
        let mut scene = Scene::clone(&film.scene);
        scene.second = Some(second);
        if let Some(label) = scene.seats.get_mut(usize::from(second)) {
            (label.is_local, label.is_bot) = (true, false);
        }
        film.scene = Arc::new(scene);
        film.run_to(tick.saturating_sub(before));
        film
    }

    /// The same, seen by a guest in the second seat who came in late, with these names.
    pub(super) fn for_a_guest(mut self, names: &[&str]) -> Self {
        let mut scene = Scene::clone(&self.scene);
        (scene.own, scene.is_host) = (1, false);
        for (label, name) in scene.seats.iter_mut().zip(names) {
            (*name).clone_into(&mut label.name);
        }
        self.scene = Arc::new(scene);
        self.deeds = Deeds::since(180 + 25 * 60);
        self
    }

    /// How far the tanks of two seats are from each other, in tiles; nothing if one is not there.
    fn apart(&self, a: u8, b: u8) -> Option<u32> {
        self.between(a, b).map(|(x, y)| x + y)
    }

    /// How much of what the window shows around a tank those of two seats need to be both in it,
    /// in percent.
    fn views_between(&self, a: u8, b: u8) -> Option<u32> {
        // The HUD leaves less of the height than of the width.
        let share = |tiles: u32, half: u8, usable: u32| tiles * 5000 / (u32::from(half) * usable);
        self.between(a, b).map(|(x, y)| share(x, VIEW.0, 72).max(share(y, VIEW.1, 56)))
    }

    /// How far the tanks of two seats are from each other across and down, in tiles.
    fn between(&self, a: u8, b: u8) -> Option<(u32, u32)> {
        let at = |seat: u8| {
            let tank = self.now.tanks.get(usize::from(seat));
            tank.filter(|tank| tank.state() == TankState::Alive).map(|tank| Tile::under(tank.at))
        };
        let (a, b) = (at(a)?, at(b)?);
        Some((u32::from(a.x.abs_diff(b.x)), u32::from(a.y.abs_diff(b.y))))
    }

    fn new(seed: u64, rules: &Rules, tanks: u8, own: u8) -> Self {
        let map = Arc::new(Map::generate([seed, seed.rotate_left(32)], rules));
        let seats: Vec<u8> = (0..tanks).collect();
        let world = World::create(&map, &seats);
        Self {
            bots: seats.iter().map(|&s| Bot::new(Level::Hard, seed ^ u64::from(s))).collect(),
            scene: Arc::new(Scene {
                map,
                own,
                host: Some(0),
                second: None,
                is_host: true,
                seats: Default::default(),
            }),
            before: world,
            now: world,
            deeds: Deeds::default(),
            events: Events::new(),
            hand: None,
        }
    }

    /// Goes on to this tick.
    pub(super) fn run_to(&mut self, tick: u32) {
        while self.now.tick < tick {
            self.step();
        }
    }

    /// One tick.
    pub(super) fn step(&mut self) {
        let mut inputs = [Input::default(); MAX_SEATS];
        for ((seat, bot), input) in (0u8..).zip(&mut self.bots).zip(&mut inputs) {
            *input = bot.input(&self.now, &self.scene.map, seat);
            if self.hand == Some(seat) {
                *input = impatient(*input, self.now.tick);
            }
        }
        self.before = self.now;
        self.events.clear();
        step(&mut self.now, &self.scene.map, &inputs, &mut self.events);
        let events = self.events.iter().map(|(_, event)| event);
        self.deeds.follow(&self.before, &self.now, events);
    }
}

/// What somebody holds who drives and aims like this, but fires whatever there is to be fired.
fn impatient(mut input: Input, tick: u32) -> Input {
    input.held &= !(Input::REGULAR | Input::PIERCING | Input::FIRE);
    // Keys are hit again and again: only that selects, and only that makes an empty gun click.
    input.held |= if tick % 20 < 10 { Input::FIRE } else { Input::PIERCING };
    input
}

/// How many tiles of a kind there are around one.
fn around(map: &Map, middle: Tile, ground: Ground) -> usize {
    let span = |at: u8, half: u8| at.saturating_sub(half)..at.saturating_add(half).min(map.side());
    let tiles =
        span(middle.y, VIEW.1).flat_map(|y| span(middle.x, VIEW.0).map(move |x| Tile { x, y }));
    tiles.filter(|tile| map.ground(*tile) == ground).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Phase;

    #[test]
    fn the_same_film_is_the_same_match() {
        let mut films = [Film::of_eight(7, 120, 0), Film::of_eight(7, 120, 0)];
        films.iter_mut().for_each(|film| film.run_to(600));
        assert_eq!(films[0].now.hash(), films[1].now.hash());
        assert!(films[0].now.tanks.iter().any(|tank| tank.shots > 0));
    }

    #[test]
    fn each_ground_fills_much_of_its_film() {
        use Ground::*;
        for ground in [Water, Sand, DarkSand, Dirt, Grass, Shrub, Temperate] {
            let film = Film::on(ground);
            let at = film.now.tanks[usize::from(film.scene.own)].at;
            let seen = around(&film.scene.map, Tile::under(at), ground);
            assert!(seen > 60, "{ground:?}: {seen} tiles");
        }
    }

    #[test]
    fn two_of_one_machine_are_near_each_other_or_far_apart() {
        let apart = |span| {
            let film = Film::of_two(5, span, 900, 0);
            film.apart(film.scene.own, film.scene.second.unwrap()).unwrap()
        };
        assert!(apart(Span::Near) * 3 < apart(Span::Far));
        let film = Film::of_two(5, Span::Between, 900, 0);
        let views = film.views_between(film.scene.own, film.scene.second.unwrap()).unwrap();
        assert!((120..180).contains(&views), "{views}");
    }

    #[test]
    fn the_film_of_a_draw_ends_in_one() {
        let film = Film::of_a_draw(180 + u32::from(DRAW_SECONDS) * 60 + 90, 0);
        assert_eq!(film.now.phase(), Phase::Over);
        assert_eq!(film.now.winner(), None);
        assert!(film.now.tanks.iter().any(|tank| tank.score > 0));
    }
}
