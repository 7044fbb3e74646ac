//! The living scene behind the title: bots fighting on a small map, for nobody.

use std::sync::Arc;
use std::time::Instant;

use crate::bot::{Bot, Level};
use crate::play::clock::{Clock, Micros};
use crate::sim::rules::COUNTDOWN;
use crate::sim::{Deeds, Events, Input, MAX_SEATS, Map, Phase, RuleSet, Rules, Told, World, step};
use crate::view::stage::{Backstage, Frame, NetCorner, Scene};

/// Tanks of the scene.
const TANKS: u8 = 6;
/// Side of its map.
const SIDE: u8 = 32;
/// No seat: the camera follows nobody.
const NOBODY: u8 = u8::MAX;

/// A match that only the eye takes part in.
pub struct Backdrop {
    seed: u64,
    clock: Clock,
    scene: Arc<Scene>,
    bots: Vec<Bot>,
    before: World,
    now: World,
    events: Events,
}

impl Backdrop {
    /// A scene that begins at `now`.
    pub fn new(seed: u64, now: Micros) -> Self {
        let rules = Rules::new(RuleSet::Modern, 120, SIDE);
        let map = Arc::new(Map::generate([seed, seed.rotate_left(32)], &rules));
        let seats: Vec<u8> = (0..TANKS).collect();
        let mut world = World::create(&map, &seats);
        // Nobody waits for a countdown here.
        let mut events = Events::new();
        for _ in 0..COUNTDOWN {
            step(&mut world, &map, &[Input::default(); MAX_SEATS], &mut events);
        }
        events.clear();
        Self {
            seed,
            clock: Clock::new(now),
            bots: seats.iter().map(|&s| Bot::new(Level::Normal, seed ^ u64::from(s))).collect(),
            scene: Arc::new(Scene {
                map,
                seats: Default::default(),
                own: NOBODY,
                second: None,
                is_host: false,
                host: None,
            }),
            before: world,
            now: world,
            events,
        }
    }

    /// Goes on by the time that has passed and shows it. After the end another match begins.
    pub fn turn(&mut self, now: Micros, stage: &mut Backstage) {
        let due = self.clock.due(now, false);
        for _ in 0..due {
            let mut inputs = [Input::default(); MAX_SEATS];
            for ((seat, bot), input) in (0u8..).zip(&mut self.bots).zip(&mut inputs) {
                *input = bot.input(&self.now, &self.scene.map, seat);
            }
            self.before = self.now;
            step(&mut self.now, &self.scene.map, &inputs, &mut self.events);
        }
        if self.now.phase() == Phase::Over {
            *self = Self::new(self.seed.wrapping_add(1), now);
        }
        if due > 0 {
            for (tick, event) in self.events.iter() {
                // A window that takes nothing for seconds misses effects, nothing else.
                let _ = stage.events.push(Told::Happened(*tick, *event));
                let _ = stage.events.push(Told::Settled(*tick, *event));
            }
            self.events.clear();
            stage.frames.write(Frame {
                scene: Some(Arc::clone(&self.scene)),
                before: self.before,
                now: self.now,
                settled: self.now,
                deeds: Deeds::default(),
                stepped_at: Instant::now(),
                net: NetCorner::default(),
            });
        }
    }
}
