//! What everyone did, kept over the epochs of a match: each settled tick is counted once, and
//! what an epoch unmakes is taken out again.
//!
//! A peer that comes in later counts from there; what it missed nobody tells it.

use std::collections::VecDeque;

use super::settle::{KEPT, Kept};
use crate::sim::{Deeds, Events, World};

/// Ticks whose deeds are remembered: several epochs in a row may each go back a little.
const REMEMBERED: usize = KEPT * 4;

/// The deeds of a match up to its newest settled tick.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The match, by its map's seeds.
    seeds: [u64; 2],
    deeds: Deeds,
    tick: u32,
    /// The deeds at the latest ticks, oldest first, the newest included.
    past: VecDeque<(u32, Deeds)>,
}

impl Ledger {
    /// What everyone did up to the newest settled tick.
    pub fn deeds(&self) -> &Deeds {
        &self.deeds
    }

    /// An epoch begins with this World: what was counted after its tick did not happen.
    pub fn begin(&mut self, world: &World) {
        if world.seeds != self.seeds || self.past.is_empty() {
            *self = Self { seeds: world.seeds, ..Self::default() };
            self.deeds = Deeds::since(world.tick);
        } else if world.tick < self.tick {
            self.past.retain(|(tick, _)| *tick <= world.tick);
            // Longer ago than is remembered only if a peer was away.
            self.deeds = self.past.back().map_or(Deeds::since(world.tick), |(_, deeds)| *deeds);
        }
        // Ticks that this peer has not settled and the host has are not counted.
        self.note(world.tick);
    }

    /// Counts the settled worlds that are new; `events` are at least those that led to them.
    pub fn follow<'a>(&mut self, kept: impl Iterator<Item = &'a Kept>, events: &Events) {
        let mut before: Option<&World> = None;
        for Kept { world, .. } in kept {
            if let Some(before) = before
                && world.tick > self.tick
            {
                let now = events.iter().filter(|(tick, _)| *tick == world.tick);
                self.deeds.follow(before, world, now.map(|(_, event)| event));
                self.note(world.tick);
            }
            before = Some(world);
        }
    }

    fn note(&mut self, tick: u32) {
        self.tick = tick;
        self.past.pop_back_if(|(known, _)| *known == tick);
        if self.past.len() == REMEMBERED {
            self.past.pop_front();
        }
        self.past.push_back((tick, self.deeds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Page;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Input, MAX_SEATS, Map, Rules, step};

    const TICKS: usize = 1500;

    fn chance(seed: &mut u64) -> u64 {
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    /// The worlds of a match in which everybody drives about and fires, and all its events.
    fn played(mut seed: u64) -> (Vec<Kept>, Events) {
        let map = Map::generate([seed, 2], &Rules::new(Default::default(), 20, 24));
        let mut world = World::create(&map, &[0, 1, 2, 3, 4, 5, 6, 7]);
        let mut events = Events::new();
        for _ in 0..COUNTDOWN {
            step(&mut world, &map, &[Input::default(); MAX_SEATS], &mut events);
        }
        let page = Page { world: 0, inputs: 0 };
        let mut worlds = vec![Kept { world, page, inputs: None }];
        let mut inputs = [Input::default(); MAX_SEATS];
        for _ in 0..TICKS {
            for input in &mut inputs {
                if chance(&mut seed).is_multiple_of(20) {
                    let drive = [Input::FORWARD, Input::FORWARD | Input::LEFT, Input::RIGHT, 0];
                    let held = drive[chance(&mut seed) as usize % 4] | Input::FIRE | Input::AIM;
                    *input = Input { held, aim: chance(&mut seed) as u16 };
                }
            }
            step(&mut world, &map, &inputs, &mut events);
            worlds.push(Kept { world, page, inputs: None });
        }
        (worlds, events)
    }

    fn straight(worlds: &[Kept], events: &Events) -> Deeds {
        let mut ledger = Ledger::default();
        ledger.begin(&worlds[0].world);
        ledger.follow(worlds.iter(), events);
        *ledger.deeds()
    }

    #[test]
    fn deeds_equal_a_straight_run_whatever_epochs_take_back() {
        for seed in 1..=20 {
            let (worlds, events) = played(seed);
            let wanted = straight(&worlds, &events);
            let dealt: u32 = wanted.seats.iter().map(|deed| deed.dealt).sum();
            let taken: u32 = wanted.seats.iter().map(|deed| deed.taken).sum();
            assert!(dealt > 0 && dealt == taken, "seed {seed}: {dealt} dealt, {taken} taken");

            let (mut ledger, mut draw) = (Ledger::default(), seed);
            ledger.begin(&worlds[0].world);
            let mut at = 0;
            while at < TICKS {
                let next = (at + 1 + chance(&mut draw) as usize % 12).min(TICKS);
                // What is kept reaches back over what is counted already.
                let from = at.saturating_sub(chance(&mut draw) as usize % 30);
                ledger.follow(worlds[from..=next].iter(), &events);
                at = next;
                if chance(&mut draw).is_multiple_of(5) {
                    at = at.saturating_sub(chance(&mut draw) as usize % 25);
                    ledger.begin(&worlds[at].world);
                }
            }
            assert_eq!(ledger.deeds(), &wanted, "seed {seed}");
        }
    }

    #[test]
    fn who_comes_later_counts_from_there_and_a_rematch_from_the_start() {
        let (worlds, events) = played(3);
        let mut late = Ledger::default();
        late.begin(&worlds[600].world);
        late.follow(worlds[600..].iter(), &events);
        assert_eq!(late.deeds().since, COUNTDOWN + 600);
        let all = straight(&worlds, &events);
        let way = |deeds: &Deeds| deeds.seats.iter().map(|deed| deed.way).sum::<u64>();
        assert!(way(late.deeds()) < way(&all) && way(late.deeds()) > 0);

        let map = Map::generate([9, 9], &Rules::default());
        late.begin(&World::create(&map, &[0, 1]));
        assert_eq!(late.deeds(), &Deeds::default());
    }
}
