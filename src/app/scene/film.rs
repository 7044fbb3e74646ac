//! A match of bots on a certain map, for a camera that follows one of them. The same every
//! time: no clock, no chance.

#![allow(clippy::needless_update, reason = "what is added to the stage need not be told here")]

use std::sync::Arc;

use crate::bot::{Bot, Level};
use crate::sim::{
    Deeds, Event, Events, Ground, Input, MAX_SEATS, Map, RuleSet, Rules, Tile, World, step,
};
use crate::view::stage::{Scene, SeatLabel};

/// Who plays.
const NAMES: [&str; MAX_SEATS] =
    ["Ada", "Björn", "Chiara", "Dmitri", "Eve", "Maximilian", "Grace Hopper", "Ho"];
/// Half of what the window shows around a tank, in tiles.
const VIEW: (u8, u8) = (12, 7);
/// Maps among which the one with most of a kind of ground is chosen.
const MAPS: u64 = 12;

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
}

impl Film {
    /// The countdown of a match for eight, seen by the tank of `own`.
    pub(super) fn of_eight(seed: u64, seconds: u16, own: u8) -> Self {
        let side = Rules::default_side(RuleSet::Modern, MAX_SEATS);
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

    /// A match `ticks` after the first end of a tank, but for the last `before` ticks, seen by
    /// the nearest who is still there.
    pub(super) fn of_an_end(seed: u64, ticks: u32, before: u32) -> Self {
        let mut film = Self::of_eight(seed, 120, 0);
        let mut own = 0;
        let mut end = None;
        while end.is_none() && film.now.tick < 7200 {
            film.step();
            let destroyed = film.events.iter().find_map(|(_, event)| match event {
                Event::Destroyed { at, by, .. } => Some((*at, *by)),
                _ => None,
            });
            if let Some((_, by)) = destroyed {
                (own, end) = (by, Some(film.now.tick));
            }
        }
        let mut film = Self::of_eight(seed, 120, own);
        film.run_to((end.unwrap_or(1200) + ticks).saturating_sub(before));
        film
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
        }
        self.before = self.now;
        self.events.clear();
        step(&mut self.now, &self.scene.map, &inputs, &mut self.events);
        let events = self.events.iter().map(|(_, event)| event);
        self.deeds.follow(&self.before, &self.now, events);
    }
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
    fn an_end_is_there_after_the_film() {
        let mut film = Film::of_an_end(7, 8, 20);
        let mut ends = Vec::new();
        for _ in 0..20 {
            film.step();
            ends.extend(film.events.iter().filter_map(|(tick, event)| {
                matches!(event, Event::Destroyed { .. }).then_some(*tick)
            }));
        }
        assert_eq!(ends.first().map(|tick| film.now.tick - tick), Some(8));
    }
}
