//! Rollback never shows: what is finally shown is what a match without rollbacks shows, and
//! tanks of others do not jump when a prediction was wrong.

use std::collections::BTreeMap;

use tankwarz::net::fakelag::FakeLagConfig;
use tankwarz::sim::{Event, Events, Input, MAX_SEATS, Map, RuleSet, Rules, Told, World, step};
use tankwarz::view::interpolate::{Corrections, Pose, TICK, pose};
use tankwarz::view::reports::{Reports, Show, TICKS, Verdict};

use crate::fleet::{Fleet, Plan};
use crate::script;

/// Frames that may be predicted.
const WINDOW: usize = 8;
/// Pixels to a tile in a window 720 pixels high.
const PIXELS: f32 = 51.0;

/// A small xorshift: which inputs come when.
struct Luck(u64);

impl Luck {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// A match on a small map with the tanks of these seats, played by a script.
pub(crate) struct Scripted {
    seed: u64,
    pub(crate) map: Map,
}

impl Scripted {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, map: Map::generate([seed, 3], &Rules::new(RuleSet::Modern, 60, 24)) }
    }

    fn start(&self) -> World {
        World::create(&self.map, &[0, 1, 2, 3, 4, 5])
    }

    fn inputs(&self, frame: usize) -> [Input; MAX_SEATS] {
        script::all_held(self.seed, frame as u32)
    }

    /// A peer whose inputs from others come late and in bursts: after each tick `see` takes
    /// what there is to tell, and the newest tick. In the end every input is known.
    pub(crate) fn rolled_back(&self, frames: usize, mut see: impl FnMut(&mut Events, u32)) {
        self.rolled_back_worlds(frames, |events, worlds, _| {
            see(events, worlds.last().unwrap().tick)
        });
    }

    /// The same; `see` takes all Worlds as they are then, and for how many frames every input
    /// is known.
    pub(crate) fn rolled_back_worlds(
        &self,
        frames: usize,
        mut see: impl FnMut(&mut Events, &[World], usize),
    ) {
        let mut luck = Luck(self.seed * 0x9E37_79B9);
        let mut worlds = vec![self.start()];
        let mut used: Vec<[Input; MAX_SEATS]> = Vec::new();
        let mut known = 0_usize; // frames whose inputs have all come
        let mut events = Events::new();
        for now in 0..frames {
            // What a predicting peer takes for the inputs of a frame: seat 0 is its own.
            let guess = |frame: usize, known: usize| {
                let mut inputs = self.inputs(frame);
                if frame >= known && known > 0 {
                    inputs[1..].copy_from_slice(&self.inputs(known - 1)[1..]);
                }
                inputs
            };
            let most = now + 1;
            let least = known.max(most.saturating_sub(WINDOW));
            // Often nothing comes for a while, and then all of it at once.
            known = if luck.below(4) == 0 { least + luck.below(most - least + 1) } else { least };
            if now + 1 == frames {
                known = frames;
            }
            let mut late = now.saturating_sub(2 * WINDOW)..now;
            if let Some(wrong) = late.find(|frame| used[*frame] != guess(*frame, known)) {
                worlds.truncate(wrong + 1);
                used.truncate(wrong);
                events.rewind(worlds[wrong].tick);
            }
            while used.len() <= now {
                let inputs = guess(used.len(), known);
                let mut world = *worlds.last().unwrap();
                step(&mut world, &self.map, &inputs, &mut events);
                worlds.push(world);
                used.push(inputs);
            }
            see(&mut events, &worlds, known.min(now + 1));
        }
    }

    /// Without rollbacks, the Worlds before and after so many frames.
    pub(crate) fn straight_worlds(&self, frames: usize) -> Vec<World> {
        let mut events = Events::new();
        let mut worlds = vec![self.start()];
        for frame in 0..frames {
            let mut world = worlds[frame];
            step(&mut world, &self.map, &self.inputs(frame), &mut events);
            events.clear();
            worlds.push(world);
        }
        worlds
    }

    /// What a peer without rollbacks tells.
    pub(crate) fn straight(&self, frames: usize) -> Vec<(u32, Event)> {
        let (mut world, mut events) = (self.start(), Events::new());
        for frame in 0..frames {
            step(&mut world, &self.map, &self.inputs(frame), &mut events);
        }
        events.iter().copied().collect()
    }
}

/// What the window makes of what it is told.
#[derive(Default)]
struct Eye {
    reports: Reports,
    shown: BTreeMap<Show, (u32, Event)>,
    /// How often something that was on show turned out not to have happened.
    unmade: usize,
    repeated: usize,
}

impl Eye {
    fn see(&mut self, events: &mut Events, now: u32) {
        for told in events.told() {
            match told {
                Told::Rewound(tick) => self.reports.rewind(tick),
                Told::Happened(tick, event) => match self.reports.tell(tick, &event) {
                    Verdict::Begin(show) => {
                        assert!(self.shown.insert(show, (tick, event)).is_none());
                    }
                    Verdict::Same(show) => {
                        self.repeated += 1;
                        let known = self.shown.insert(show, (tick, event)).expect("on show");
                        assert!(known.0.abs_diff(tick) <= TICKS);
                    }
                },
                Told::Settled(..) => unreachable!("nothing is settled here"),
            }
        }
        events.clear();
        let (shown, unmade) = (&mut self.shown, &mut self.unmade);
        self.reports.doubtful(now, |show, is_over| {
            if is_over {
                shown.remove(&show);
                *unmade += 1;
            }
        });
    }
}

#[test]
fn what_is_finally_shown_is_what_a_match_without_rollbacks_shows() {
    let (mut unmade, mut repeated, mut total) = (0, 0, 0);
    for seed in 1..=12 {
        let game = Scripted::new(seed);
        let frames = 1500_usize;
        let mut eye = Eye::default();
        game.rolled_back(frames, |events, now| eye.see(events, now));
        eye.see(&mut Events::new(), u32::MAX);
        let mut shown: Vec<_> = eye.shown.into_values().map(|e| format!("{e:?}")).collect();
        let mut straight: Vec<_> = game.straight(frames).iter().map(|e| format!("{e:?}")).collect();
        shown.sort();
        straight.sort();
        assert_eq!(shown, straight, "seed {seed}");
        total += straight.len();
        unmade += eye.unmade;
        repeated += eye.repeated;
    }
    assert!(total > 500 && repeated > 500 && unmade > 20, "{total} {repeated} {unmade}");
    println!("{total} events, {repeated} told again, {unmade} unmade");
}

/// How far a tank is, when the next tick is drawn, from where the last picture led the eye to
/// expect it, in pixels: as predicted, and as shown with the correction.
type Step = (f32, f32);

/// What peer 1 of three sees of the other two in 40 s, by seat.
fn steps(round_trip: u32) -> Vec<Vec<Step>> {
    let line = FakeLagConfig {
        lag_ms: round_trip / 2,
        jitter_ms: 10,
        loss_pct: 1.0,
        ..FakeLagConfig::default()
    };
    let mut fleet = Fleet::running(Plan::new(11, line), 3);
    fleet.peers[1].drawn = Some(Vec::new());
    fleet.play(40);
    let drawn = fleet.peers[1].drawn.take().unwrap();
    let game = &fleet.peers[1].game;
    let own = game.roster().unwrap().seat_of(game.me()).unwrap();
    let mut corrections = Corrections::default();
    let mut last: Option<(u32, [[Pose; 2]; MAX_SEATS])> = None;
    let mut list = vec![Vec::new(); MAX_SEATS];
    for (before, now) in &drawn {
        corrections.fade(TICK);
        corrections.take(before, now, |seat| seat == own);
        for seat in (0..MAX_SEATS).filter(|seat| *seat != usize::from(own)) {
            let plain = pose(&before.tanks[seat], &now.tanks[seat], 0.0);
            if let Some((tick, expected)) = last
                && tick == before.tick
                && before.tanks[seat].is_alive()
                && now.tanks[seat].is_alive()
            {
                let off = |is: Pose, expected: Pose| {
                    let (a, b) = (is.at, expected.at);
                    (a.0 - b.0).hypot(a.1 - b.1) * PIXELS
                };
                let shown = corrections.shown(seat, plain);
                list[seat].push((off(plain, expected[seat][0]), off(shown, expected[seat][1])));
            }
        }
        let poses = std::array::from_fn(|seat| {
            let plain = pose(&before.tanks[seat], &now.tanks[seat], 1.0);
            [plain, corrections.shown(seat, plain)]
        });
        last = Some((now.tick, poses));
    }
    list
}

/// Every pop of at least half a pixel, and the largest step that was made of it.
fn pops(round_trip: u32) -> (Vec<f32>, Vec<f32>) {
    let steps = steps(round_trip);
    let windows = steps.iter().flat_map(|steps| steps.windows(6));
    let pops = windows.filter(|window| window[0].0 >= 0.5);
    let (mut plain, mut shown): (Vec<f32>, Vec<f32>) = pops
        .map(|window| (window[0].0, window.iter().map(|step| step.1).fold(0.0, f32::max)))
        .unzip();
    plain.sort_by(f32::total_cmp);
    shown.sort_by(f32::total_cmp);
    (plain, shown)
}

fn mean_and_p99(sorted: &[f32]) -> (f32, f32) {
    let mean = sorted.iter().sum::<f32>() / sorted.len() as f32;
    (mean, sorted[sorted.len() * 99 / 100])
}

/// Prints the table of docs/netcode.md.
#[test]
fn corrected_tanks_pop_less() {
    let measure = |round_trip| move || (round_trip, pops(round_trip));
    let rows = std::thread::scope(|scope| {
        let runs = [50, 100, 150].map(|round_trip| scope.spawn(measure(round_trip)));
        runs.map(|run| run.join().unwrap())
    });
    for (round_trip, (plain, shown)) in rows {
        let count = plain.len();
        assert!(count >= 10, "{count} pops");
        let (plain, shown) = (mean_and_p99(&plain), mean_and_p99(&shown));
        println!(
            "| {round_trip} ms | {count} | {:.1} | {:.1} | {:.1} | {:.1} |",
            plain.0, plain.1, shown.0, shown.1
        );
        assert!(shown.0 < plain.0 * 0.7 && shown.1 <= plain.1, "{shown:?} {plain:?}");
    }
}
