//! The helper of the simulation's tests: a match on a map without obstacles,
//! with tanks where the test wants them.

use tankwarz::sim::math::ratio;
use tankwarz::sim::rules::COUNTDOWN;
use tankwarz::sim::{
    Angle, Event, Events, Fx, Input, MAX_SEATS, Map, RuleSet, Rules, Vec2, World, step,
};

/// A running match and everything that happened in it.
pub(crate) struct Arena {
    pub(crate) map: Map,
    pub(crate) world: World,
    pub(crate) events: Vec<(u32, Event)>,
}

impl Arena {
    /// A `classic` match (no obstacles) with a tank for each of `seats`, just after the countdown.
    pub(crate) fn classic(seats: &[u8]) -> Self {
        Self::of(Rules::new(RuleSet::Classic, 120, 32), [1, 2], seats)
    }

    /// A `modern` match with a tank for each of `seats`, just after the countdown.
    pub(crate) fn modern(seeds: [u64; 2], side: u8, seats: &[u8]) -> Self {
        Self::of(Rules::new(RuleSet::Modern, 120, side), seeds, seats)
    }

    /// A match by these rules, just after the countdown.
    pub(crate) fn of(rules: Rules, seeds: [u64; 2], seats: &[u8]) -> Self {
        let map = Map::generate(seeds, &rules);
        let world = World::create(&map, seats);
        let mut arena = Self { map, world, events: Vec::new() };
        arena.run(COUNTDOWN, |_| Input::default());
        arena.events.clear();
        arena
    }

    /// Puts a tank at a point (in hundredths of a tile), hull and turret toward `heading`.
    pub(crate) fn put(&mut self, seat: usize, x: i32, y: i32, heading: Angle) {
        let tank = &mut self.world.tanks[seat];
        tank.at = Vec2::new(ratio(x, 100), ratio(y, 100));
        (tank.hull, tank.turret) = (heading, heading);
    }

    /// Steps `ticks` times; `input` says what each seat holds.
    pub(crate) fn run(&mut self, ticks: u32, mut input: impl FnMut(usize) -> Input) {
        let mut events = Events::new();
        for _ in 0..ticks {
            let mut inputs = [Input::default(); MAX_SEATS];
            for (seat, slot) in inputs.iter_mut().enumerate() {
                *slot = input(seat);
            }
            step(&mut self.world, &self.map, &inputs, &mut events);
        }
        self.events.extend(events.iter().copied());
    }

    /// Steps `ticks` times with one seat holding `held` and the others nothing.
    pub(crate) fn hold(&mut self, seat: usize, held: u16, ticks: u32) {
        self.run(ticks, |s| if s == seat { press(held) } else { Input::default() });
    }

    /// How many events satisfy `test`.
    pub(crate) fn count(&self, test: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, e)| test(e)).count()
    }
}

/// An input with these actions held.
pub(crate) fn press(held: u16) -> Input {
    Input { held, aim: 0 }
}

/// A number in hundredths.
pub(crate) fn hundredths(v: Fx) -> i32 {
    ((i64::from(v.to_bits()) * 100 + 32768) >> 16) as i32
}
