//! A player made of code: looks at a World as a human looks at the screen, and says
//! what to hold.
//!
//! Deterministic: its randomness comes from its own seed, its time from the tick.
//! It never changes a World, and knows nothing of peers, epochs or clocks.

#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod dodge;
mod drive;
mod ground;
mod gun;
mod pace;
mod skill;

pub use skill::Level;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::sim::event::Crate;
use crate::sim::math::ratio;
use crate::sim::rules::{DRIVE, MAX_SEATS};
use crate::sim::{Ammo, Angle, Fx, Input, Map, Phase, Tank, Tile, Vec2, World};
use drive::{Driver, Memory};
use ground::Terrain;
use gun::Motion;
use pace::Pace;
use skill::Skill;

/// Ticks between two looks for something better to do than to fight.
const ERRAND_EVERY: u32 = 30;
/// A crate is worth a way of so many tiles when it is needed.
const FAR_CRATE: Fx = ratio(22, 1);
/// And of so many when it happens to lie near.
const NEAR_CRATE: Fx = ratio(5, 1);
/// With less than this much of its magazine a bot looks for ammunition.
const FEW_ROUNDS: u8 = 8;
/// Half of what a gun must meet of a hull.
const AIM_WIDTH: Fx = ratio(45, 100);

/// A bot and its memory. One bot plays one seat.
#[derive(Clone, Debug)]
pub struct Bot {
    skill: &'static Skill,
    pace: Pace,
    rng: Xoshiro256PlusPlus,
    /// The tick last looked at and what was decided then.
    last: Option<(u32, Input)>,
    seen: Seen,
    target: Option<u8>,
    target_until: u32,
    /// The crate to fetch, by its number.
    errand: Option<usize>,
    errand_until: u32,
    /// What the aim is off by, in angle units, and how much of the lead is seen, in percent.
    error: i16,
    lead: i32,
    error_until: u32,
    /// Since when the gun has pointed at something worth a shell.
    ready_since: Option<u32>,
    memory: Memory,
}

/// What was seen of the tanks at the last look.
#[derive(Clone, Debug, Default)]
struct Seen {
    at: [Vec2; MAX_SEATS],
    velocity: [Vec2; MAX_SEATS],
}

impl Bot {
    /// A bot that plays this well; the same seed plays the same.
    pub fn new(level: Level, seed: u64) -> Bot {
        Bot {
            skill: level.skill(),
            pace: Pace::default(),
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            last: None,
            seen: Seen::default(),
            target: None,
            target_until: 0,
            errand: None,
            errand_until: 0,
            error: 0,
            lead: 100,
            error_until: 0,
            ready_since: None,
            memory: Memory::default(),
        }
    }

    /// From now on it drives, aims and thinks at this share of its speed, 40..=100 percent.
    pub fn set_pace(&mut self, percent: u8) {
        self.pace = Pace::of(percent);
    }

    /// What the bot holds in the tick after `world`. Asked again for the same tick it
    /// gives the same answer; a tick far from the last one begins a new memory.
    ///
    /// A seat that is absent, destroyed or does not exist holds nothing.
    pub fn input(&mut self, world: &World, map: &Map, seat: u8) -> Input {
        if let Some((tick, input)) = self.last {
            if tick == world.tick {
                return input;
            }
            if world.tick < tick || world.tick - tick > 60 {
                self.forget();
            }
        }
        let input = self.think(Terrain { world, map }, seat).unwrap_or_default();
        self.last = Some((world.tick, input));
        input
    }

    /// Everything but the seed's sequence and the level.
    fn forget(&mut self) {
        let rng = self.rng.clone();
        *self = Bot { skill: self.skill, pace: self.pace, rng, ..Bot::new(Level::Normal, 0) };
    }

    fn think(&mut self, terrain: Terrain<'_>, seat: u8) -> Option<Input> {
        let world = terrain.world;
        let me = world.tanks.get(usize::from(seat)).filter(|t| t.is_alive())?;
        if !matches!(world.phase(), Phase::Playing(_)) {
            return None;
        }
        self.look(world);
        self.choose_target(terrain, seat, me);
        self.choose_errand(terrain, me);
        let mut input = self.drive(terrain, seat, me);
        self.aim_and_fire(terrain, me, &mut input);
        if self.skill.dodges
            && let Some(escape) = dodge::escape(terrain, seat, me, input.held)
        {
            let drives = Input::FORWARD | Input::BACK | Input::LEFT | Input::RIGHT;
            input.held = input.held & !drives | escape;
        }
        Some(self.pace.held(world.tick, input))
    }

    /// Measures how everyone moves.
    fn look(&mut self, world: &World) {
        let since = self.last.map_or(0, |(tick, _)| world.tick - tick);
        let seen = self.seen.at.iter_mut().zip(&mut self.seen.velocity);
        for (tank, (at, velocity)) in world.tanks.iter().zip(seen) {
            let moved = tank.at - *at;
            // Faster than a tank drives: it was not there a moment ago.
            let known = (1..=4).contains(&since) && moved.length() <= DRIVE * 8;
            *velocity = if known { moved.scale(ratio(1, since as i32)) } else { Vec2::ZERO };
            *at = tank.at;
        }
    }

    fn choose_target(&mut self, terrain: Terrain<'_>, seat: u8, me: &Tank) {
        let world = terrain.world;
        let alive = |s: u8| world.tanks.get(usize::from(s)).is_some_and(Tank::is_alive);
        if world.tick < self.target_until && self.target.is_some_and(alive) {
            return;
        }
        self.target_until = world.tick + self.pace.slowed(self.skill.reaction);
        let before = self.target;
        let enemies = (0..MAX_SEATS as u8).zip(&world.tanks);
        self.target = enemies
            .filter(|(s, tank)| *s != seat && tank.is_alive())
            .min_by_key(|(s, tank)| {
                let distance = (tank.at - me.at).length().to_bits() >> 12;
                let hidden = i32::from(!terrain.shell_flies(me.at, tank.at)) * 80;
                let shielded = i32::from(tank.protection > 0) * 60;
                let other = i32::from(before != Some(*s)) * 30;
                distance + hidden + shielded + other + i32::from(tank.hp) / 2
            })
            .map(|(s, _)| s);
    }

    /// Whether to fetch a crate.
    fn choose_errand(&mut self, terrain: Terrain<'_>, me: &Tank) {
        let world = terrain.world;
        let lying = |spot: usize| world.pickups.get(spot).and_then(|p| p.lying());
        let gone = self.errand.is_some_and(|spot| lying(spot).is_none());
        if world.tick < self.errand_until && !gone {
            return;
        }
        self.errand_until = world.tick + ERRAND_EVERY;
        let places = terrain.map.crates().iter().enumerate();
        self.errand = places
            .filter_map(|(spot, tile)| {
                let distance = (tile.centre() - me.at).length();
                let needed = match lying(spot)? {
                    Crate::Repair => me.hp <= self.skill.hurt,
                    Crate::Ammo => me.rounds(Ammo::Regular) < FEW_ROUNDS,
                };
                let useful = match lying(spot)? {
                    Crate::Repair => me.hp <= 80,
                    Crate::Ammo => me.rounds(Ammo::Regular) <= 30 || me.rounds(Ammo::Piercing) < 4,
                };
                let worth = distance < FAR_CRATE && needed || distance < NEAR_CRATE && useful;
                worth.then_some((distance, spot))
            })
            .min()
            .map(|(_, spot)| spot);
    }

    fn drive(&mut self, terrain: Terrain<'_>, seat: u8, me: &Tank) -> Input {
        let place = self.errand.and_then(|spot| terrain.map.crates().get(spot).copied());
        let enemy = self.target.and_then(|s| terrain.world.tanks.get(usize::from(s)));
        let mut driver = Driver {
            terrain,
            seat,
            me,
            skill: self.skill,
            memory: &mut self.memory,
            rng: &mut self.rng,
        };
        let held = match (place, enemy) {
            (Some(place), _) => driver.go(place, Fx::ZERO),
            (None, Some(enemy)) => driver.fight(enemy),
            (None, None) => driver.wander(),
        };
        Input { held, aim: 0 }
    }

    /// Turns the gun to where the target will be, and fires when that is worth a shell.
    fn aim_and_fire(&mut self, terrain: Terrain<'_>, me: &Tank, input: &mut Input) {
        let world = terrain.world;
        let Some(seat) = self.target.map(usize::from) else { return };
        let Some(enemy) = world.tanks.get(seat) else { return };
        let distance = (enemy.at - me.at).length();
        let ammo = self.load(me, enemy, distance, input);
        if world.tick >= self.error_until {
            let spread = self.pace.blurred(self.skill.error);
            self.error = (below(&mut self.rng, 2 * spread + 1) as i16) - spread as i16;
            let [least, most] = self.skill.lead;
            self.lead = (least + below(&mut self.rng, most - least + 1)) as i32;
            self.error_until = world.tick + 40 + below(&mut self.rng, 40);
        }
        let velocity = self.seen.velocity.get(seat).copied().unwrap_or_default();
        let mut motion = Motion::of(enemy, velocity.scale(ratio(self.lead, 100)));
        if !self.skill.sees_turns {
            motion.turn = 0;
        }
        let point = gun::meet(me.at, motion, ammo);
        let aim = Angle::of(point - me.at).turned(self.error);
        input.held |= Input::AIM;
        input.aim = aim.0;

        let off = me.turret.toward(aim).unsigned_abs();
        let shielded = i32::from(enemy.protection) > gun::flight(distance, ammo);
        let good = me.reload <= 1
            && !shielded
            && me.rounds(ammo) > 0
            && distance <= self.farthest_shot(me)
            && off <= gun::width_at(AIM_WIDTH, distance)
            && terrain.shell_flies(me.at, point);
        if !good {
            self.ready_since = None;
            return;
        }
        let since = *self.ready_since.get_or_insert(world.tick);
        if world.tick - since >= self.pace.hesitation(self.skill.hesitation) {
            input.held |= Input::FIRE;
        }
    }

    /// With few rounds left, only the surer shots.
    fn farthest_shot(&self, me: &Tank) -> Fx {
        if me.rounds(Ammo::Regular) < FEW_ROUNDS {
            self.skill.farthest_shot / 2
        } else {
            self.skill.farthest_shot
        }
    }

    /// Presses the key for the ammunition the next shell should be; returns what is loaded.
    fn load(&self, me: &Tank, enemy: &Tank, distance: Fx, input: &mut Input) -> Ammo {
        let (regular, piercing) = (me.rounds(Ammo::Regular), me.rounds(Ammo::Piercing));
        let sure = distance <= self.skill.sure_shot;
        let kill = enemy.hp <= Ammo::Piercing.damage() && enemy.hp > Ammo::Regular.damage();
        let worth = sure && (kill || enemy.hp > 20);
        let wanted = match (regular, piercing) {
            (0, 0) => me.selected(),
            (0, _) => Ammo::Piercing,
            (_, 0) => Ammo::Regular,
            _ if worth => Ammo::Piercing,
            _ => Ammo::Regular,
        };
        let key = match wanted {
            Ammo::Regular => Input::REGULAR,
            Ammo::Piercing => Input::PIERCING,
        };
        // A key that is held already does nothing: let go of it for a tick.
        if me.selected() != wanted && !me.held.has(key) {
            input.held |= key;
            return wanted;
        }
        me.selected()
    }
}

/// A number of 0..`n`; 0 if `n` is 0.
fn below(rng: &mut Xoshiro256PlusPlus, n: u32) -> u32 {
    (((rng.next_u64() >> 32) * u64::from(n)) >> 32) as u32
}

/// The tile a tank stands on.
fn tile_of(tank: &Tank) -> Tile {
    Tile::under(tank.at)
}
