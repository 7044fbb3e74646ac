//! Moments that are worth a picture, looked for in real matches: nothing is put there that was
//! not played. The same every time, because the matches are.

use std::collections::VecDeque;
use std::ops::Range;

use super::film::Film;
use crate::sim::rules::{PROTECTION, RESPAWN};
use crate::sim::{Ammo, Event, MAX_SEATS, Phase, TankState, Tile, Vec2};

/// What happens in a moment, seen by one of those who play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Another tank has just been destroyed.
    Explosion,
    /// The same while others fight around it.
    Melee,
    /// The wreck of another tank burns.
    Wreck,
    /// The own tank is destroyed and waits to come back.
    Destroyed,
    /// The own tank has just come back and cannot be hurt.
    Protected,
    /// The own gun clicks, because nothing is left of the selected shells.
    Dry,
    /// An armour-piercing shell flies, best beside an ordinary one.
    Piercing,
    /// A tree falls.
    Felled,
    /// As many ends of tanks as the list of them shows at once.
    Kills,
    /// The own tank was hit, and another one was destroyed out of sight.
    Pointers,
}

/// One tick of a match, and who sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub(super) seed: u64,
    pub(super) tick: u32,
    pub(super) own: u8,
    /// The less the better.
    worth: f32,
}

/// Matches that are looked through until one has the moment.
const SEEDS: Range<u64> = 7..47;
/// Ticks of one of them.
const LENGTH: u32 = 180 + 120 * 60;
/// Half of what the window shows, in tiles.
const VIEW: (f32, f32) = (12.4, 7.0);
/// What is in the middle of the view: off the clock, the corners and the edges.
const MIDDLE: (f32, f32) = (8.0, 3.6);
/// How far the view reaches over the edge of the map, in tiles: at the sides, above.
const MARGIN: (f32, f32) = (2.75, 2.25);
/// How far the view is ahead of the own tank, in tiles.
const AHEAD: f32 = 2.1;
/// What is nearer to the own tank than this is hard to tell from it, in tiles.
const APART: f32 = 2.6;
/// What is farther than this from the middle of the view is not heard, in tiles.
const HEARD: f32 = 24.0;
/// What is in the picture of a melee at least: a tank counts twice, a shell once.
const FIGHT: usize = 6;
/// Lines in the list of ends, and for how many ticks one stays.
const LINES: usize = 5;
const LINE_TICKS: u32 = 330;

/// The best moment of this kind in the first match that has one.
pub(super) fn find(subject: Subject) -> Option<Moment> {
    SEEDS.into_iter().find_map(|seed| {
        let mut film = Film::of_subject(subject, seed, 0);
        let mut lately = Lately::default();
        let mut best: Option<Moment> = None;
        while film.now.tick < LENGTH {
            film.step();
            lately.follow(&film);
            if !matches!(film.now.phase(), Phase::Playing(_)) {
                continue;
            }
            for own in 0..MAX_SEATS as u8 {
                let Some(worth) = worth(subject, &film, own, &lately) else { continue };
                if best.is_none_or(|best| worth < best.worth) {
                    best = Some(Moment { seed, tick: film.now.tick, own, worth });
                }
            }
        }
        best
    })
}

impl Subject {
    /// Ticks from the moment that is looked for to the picture.
    pub(super) fn after(self) -> u32 {
        match self {
            Subject::Felled => 14,
            Subject::Dry => 8,
            _ => 0,
        }
    }
}

/// What happened in the ticks before.
#[derive(Default)]
struct Lately {
    /// Ends of tanks: tick, place, who did it.
    ends: VecDeque<(u32, Vec2, u8)>,
    /// When each tank was last hit and lived on.
    hits: [Option<u32>; MAX_SEATS],
}

impl Lately {
    fn follow(&mut self, film: &Film) {
        let now = film.now.tick;
        self.ends.retain(|(tick, ..)| now - tick < LINE_TICKS);
        for (tick, event) in film.events.iter() {
            match *event {
                Event::Destroyed { at, by, .. } => self.ends.push_back((*tick, at, by)),
                Event::Hit { seat, left: 1.., .. } => {
                    if let Some(hit) = self.hits.get_mut(usize::from(seat)) {
                        *hit = Some(*tick);
                    }
                }
                _ => {}
            }
        }
    }
}

/// How good this tick of a film is for a picture as this seat sees it, the less the better;
/// nothing if it is not what is looked for.
fn worth(subject: Subject, film: &Film, own: u8, lately: &Lately) -> Option<f32> {
    let world = &film.now;
    let tank = world.tanks.get(usize::from(own))?;
    let is_new =
        |ticks: u8| tank.state() == TankState::Destroyed && tank.respawn == RESPAWN - ticks;
    if subject == Subject::Destroyed {
        // Whoever did it is still there to be seen.
        return is_new(70).then(|| nearest(film, own));
    }
    if !tank.is_alive() {
        return None;
    }
    let seen = |at: Vec2| in_the_middle(film, own, at);
    let happened = |wanted: &dyn Fn(&Event) -> Option<f32>| {
        film.events.iter().filter_map(|(_, event)| wanted(event)).reduce(f32::min)
    };
    match subject {
        Subject::Melee => {
            let far = worth(Subject::Explosion, film, own, lately)?;
            let others = (0_u8..).zip(&world.tanks).filter(|(seat, _)| *seat != own);
            let others = others.filter(|(_, tank)| tank.is_alive());
            let seen = |at: Vec2| place(film, own, at).filter(|at| is_in_view(*at));
            let tanks = others.filter_map(|(_, tank)| seen(tank.at)).count();
            let shells = world.shells.iter().filter(|shell| shell.ammo().is_some());
            let shells = shells.filter_map(|shell| seen(shell.at)).count();
            let fight = tanks * 2 + shells;
            (tanks > 1 && fight >= FIGHT).then(|| far - (fight * 2) as f32)
        }
        Subject::Explosion | Subject::Wreck => {
            let age = if subject == Subject::Wreck { 100 } else { 7 };
            let ends = world.tanks.iter().filter(|tank| {
                tank.state() == TankState::Destroyed && tank.respawn == RESPAWN - age
            });
            ends.filter_map(|tank| seen(tank.at)).reduce(f32::min)
        }
        Subject::Protected => {
            (tank.deaths > 0 && tank.protection == PROTECTION - 30).then(|| nearest(film, own))
        }
        Subject::Dry => happened(&|event| match event {
            Event::Dry { seat } if *seat == own => Some(0.0),
            _ => None,
        }),
        Subject::Piercing => {
            let flying = |ammo: Ammo| {
                let kind = world.shells.iter().filter(move |shell| shell.ammo() == Some(ammo));
                kind.filter(|shell| (5..30).contains(&(world.tick - shell.born)))
                    .filter_map(|shell| seen(shell.at))
                    .reduce(f32::min)
            };
            flying(Ammo::Piercing).map(|far| far + flying(Ammo::Regular).unwrap_or(100.0))
        }
        Subject::Felled => happened(&|event| match event {
            Event::Felled { tile } => seen(tile.centre()).map(|far| far + crowd(film, *tile)),
            _ => None,
        }),
        Subject::Kills => {
            let is_last = lately.ends.back().is_some_and(|(_, _, by)| *by == own);
            let age = |(tick, ..): &(u32, Vec2, u8)| (world.tick - tick) as f32;
            (is_last && lately.ends.len() >= LINES).then(|| lately.ends.back().map_or(0.0, age))
        }
        Subject::Pointers => {
            let hit = lately.hits.get(usize::from(own)).copied().flatten()?;
            let age = |tick: u32| Some(world.tick - tick).filter(|age| (3..30).contains(age));
            let outside = lately.ends.iter().filter(|(_, at, _)| is_only_heard(film, own, *at));
            let end = outside.filter_map(|(tick, ..)| age(*tick)).min()?;
            Some((age(hit)? + end) as f32)
        }
        Subject::Destroyed => None,
    }
}

/// Where something is from the middle of the view that a seat has, in tiles.
fn place(film: &Film, own: u8, at: Vec2) -> Option<(f32, f32)> {
    let tank = film.now.tanks.get(usize::from(own))?;
    let ahead = tank.turret.direction();
    let side = f32::from(film.scene.map.side());
    let middle = |at: f32, way: f32, half: f32, before: f32| {
        let (low, high) = (half - before, side + MARGIN.0 - half);
        if low >= high { side / 2.0 } else { (at + way * AHEAD).clamp(low, high) }
    };
    let x = middle(tank.at.x.to_num(), ahead.x.to_num(), VIEW.0, MARGIN.0);
    let y = middle(tank.at.y.to_num(), ahead.y.to_num(), VIEW.1, MARGIN.1);
    Some((at.x.to_num::<f32>() - x, at.y.to_num::<f32>() - y))
}

/// How far something is from the middle of the view, if it is well to be seen there.
fn in_the_middle(film: &Film, own: u8, at: Vec2) -> Option<f32> {
    let (x, y) = place(film, own, at)?;
    let tank = film.now.tanks.get(usize::from(own))?;
    let apart: f32 = (at - tank.at).length().to_num();
    let is_there = x.abs() < MIDDLE.0 && y.abs() < MIDDLE.1 && apart > APART;
    is_there.then(|| x.hypot(y))
}

/// Whether something so far from the middle of the view is well inside it, under no clock, no
/// scores and no corner.
fn is_in_view((x, y): (f32, f32)) -> bool {
    let is_in_a_corner = x.abs() > VIEW.0 - 5.5 && y > 2.0;
    x.abs() < VIEW.0 - 1.5 && y > 3.0 - VIEW.1 && y < VIEW.1 - 1.5 && !is_in_a_corner
}

/// Whether something is outside of the view, but near enough to be heard.
fn is_only_heard(film: &Film, own: u8, at: Vec2) -> bool {
    place(film, own, at).is_some_and(|(x, y)| {
        (x.abs() > VIEW.0 + 1.0 || y.abs() > VIEW.1 + 1.0) && x.hypot(y) < HEARD
    })
}

/// How many trees and rocks hide what falls on a tile, each as bad as two tiles of distance.
fn crowd(film: &Film, tile: Tile) -> f32 {
    let near = |at: u8| at.saturating_sub(1)..=at.saturating_add(1);
    let around = near(tile.y).flat_map(|y| near(tile.x).map(move |x| Tile { x, y }));
    let map = &film.scene.map;
    let inside = around.filter(|at| at.x < map.side() && at.y < map.side() && *at != tile);
    inside.filter(|at| map.obstacle(*at).is_some()).count() as f32 * 2.0
}

/// How far the nearest other tank is, in tiles.
fn nearest(film: &Film, own: u8) -> f32 {
    let Some(tank) = film.now.tanks.get(usize::from(own)) else { return f32::MAX };
    let others =
        (0_u8..).zip(&film.now.tanks).filter(|(seat, other)| *seat != own && other.is_alive());
    others.map(|(_, other)| (other.at - tank.at).length().to_num()).fold(f32::MAX, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_is_found_and_is_there_at_the_end_of_its_film() {
        use Subject::*;
        for subject in
            [Explosion, Melee, Wreck, Destroyed, Protected, Dry, Piercing, Felled, Kills, Pointers]
        {
            let found = find(subject).unwrap_or_else(|| panic!("{subject:?} never happens"));
            let mut film = Film::of_a_moment(subject, Some(found), 60);
            let mut lately = Lately::default();
            for _ in 0..60 - subject.after() {
                film.step();
                lately.follow(&film);
            }
            assert_eq!((film.now.tick, film.scene.own), (found.tick, found.own), "{subject:?}");
            // The list of ends reaches farther back than this.
            if subject != Kills {
                let again = worth(subject, &film, found.own, &lately);
                assert_eq!(again, Some(found.worth), "{subject:?}");
            }
        }
    }
}
