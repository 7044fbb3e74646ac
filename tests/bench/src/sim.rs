//! The simulation's figures: copy, hash, step, rollback, map generation.

use std::hint::black_box;

use tankwarz::bot::{Bot, Level};
use tankwarz::sim::{
    Angle, Event, Events, Input, MAX_SEATS, Map, RuleSet, Rules, Shell, Tile, World, snapshot, step,
};

use crate::script;
use crate::timer::Bench;

/// Steps from one reset of the scene to the next: few enough that no shell arrives anywhere.
const STEPS: usize = 16;
/// Frames of the deepest rollback.
const DEPTH: usize = 8;
/// Random places tried for a scene's shells.
const MOST_TRIES: u64 = 1_000_000;

/// All of them; the first is the copy of a World.
pub fn benches() -> Vec<Bench> {
    let world = Scene::new(4, 8).world;
    let mut cell = world;
    let copy = Bench::new("World copy", None, move || {
        black_box(&mut cell).clone_from(black_box(&world));
    });
    let mut cell = world;
    let save = Bench::new("snapshot and checksum", Some(0.4), move || {
        black_box(&mut cell).clone_from(black_box(&world));
        black_box(cell.hash());
    });
    vec![
        copy,
        save,
        steps("step, 8 tanks and 32 shells", 1.0, Scene::new(8, 32)),
        steps("step, 2 tanks and 8 shells", 0.4, Scene::new(2, 8)),
        rollback("load and 8 x (step, save, hash), 4 tanks", 8.0, Scene::new(4, 8)),
        maps("map generation, 60 x 60", 3000.0),
    ]
}

/// A match in progress, played by bots, in which as many shells fly as wanted, and the same number
/// still after [`STEPS`] steps.
struct Scene {
    map: Map,
    world: World,
    /// What the players hold in the steps to come.
    inputs: [[Input; MAX_SEATS]; STEPS],
}

impl Scene {
    fn new(tanks: u8, shells: usize) -> Scene {
        let side = Rules::default_side(RuleSet::Modern, tanks.into());
        let map = Map::generate([7, 11], &Rules::new(RuleSet::Modern, 120, side));
        let seats: Vec<u8> = (0..tanks).collect();
        let mut world = World::create(&map, &seats);
        let mut bots: Vec<Bot> = seats.iter().map(|&s| Bot::new(Level::Hard, s.into())).collect();
        let mut play = |world: &World| {
            let mut inputs = [Input::default(); MAX_SEATS];
            for ((input, bot), &seat) in inputs.iter_mut().zip(&mut bots).zip(&seats) {
                *input = bot.input(world, &map, seat);
            }
            inputs
        };
        let mut template = None;
        let mut events = Events::new();
        // Until all are alive in mid-match and none has a shell in flight.
        while world.tick < 1500 || seats.iter().any(|&s| !world.tanks[usize::from(s)].is_alive()) {
            let inputs = play(&world);
            step(&mut world, &map, &inputs, &mut events);
            template = template.or(flying(&world).next().copied());
        }
        world.shells.fill(bytemuck::Zeroable::zeroed());
        let mut future = world;
        let inputs = std::array::from_fn(|_| {
            let inputs = hold_fire(play(&future));
            step(&mut future, &map, &inputs, &mut events);
            inputs
        });
        let mut scene = Scene { map, world, inputs };
        scene.launch(shells, template.expect("somebody fired"));
        scene
    }

    /// Puts shells over the whole map, those of a real match in all but their number.
    fn launch(&mut self, shells: usize, template: Shell) {
        let speed = template.velocity.length();
        let mut tries = 0;
        while flying(&self.world).count() < shells {
            tries += 1;
            assert!(tries < MOST_TRIES, "no room for {shells} shells");
            let draw = script::mix(tries);
            let tile =
                Tile { x: draw as u8 % self.map.side(), y: (draw >> 8) as u8 % self.map.side() };
            let slot = flying(&self.world).count();
            let before = self.world;
            let mut shell = template;
            shell.at = tile.centre();
            shell.direction = Angle((draw >> 16) as u16);
            shell.velocity = shell.direction.direction().scale(speed);
            shell.owner = slot as u8 % self.tanks();
            self.world.shells[slot] = shell;
            let legal = snapshot::decode(bytemuck::bytes_of(&self.world), &self.map).is_ok();
            if !legal || !self.is_constant(slot + 1) {
                self.world = before;
            }
        }
    }

    /// Whether `shells` fly now and in each of the steps to come, with the tanks at work.
    fn is_constant(&self, shells: usize) -> bool {
        let (mut world, mut events) = (self.world, Events::new());
        let constant = self.inputs.iter().all(|inputs| {
            step(&mut world, &self.map, inputs, &mut events);
            flying(&world).count() == shells
        });
        constant && !events.iter().any(|(_, e)| matches!(e, Event::Fired { .. }))
    }

    fn tanks(&self) -> u8 {
        self.world.tanks.iter().filter(|t| t.is_alive()).count() as u8
    }
}

/// The scene's steps, back to its beginning after [`STEPS`] of them; that copy is included.
fn steps(name: &'static str, goal: f64, scene: Scene) -> Bench {
    let (mut world, mut events) = (scene.world, Events::new());
    let work = move |times: u32| {
        let rounds = times.div_ceil(STEPS as u32);
        for _ in 0..rounds {
            world.clone_from(black_box(&scene.world));
            for inputs in &scene.inputs {
                step(&mut world, &scene.map, black_box(inputs), &mut events);
            }
            black_box(&world);
            events.clear();
        }
        rounds * STEPS as u32
    };
    Bench { name, goal: Some(goal), work: Box::new(work) }
}

/// What the deepest rollback asks for: one load, then for each frame step, copy and hash.
fn rollback(name: &'static str, goal: f64, scene: Scene) -> Bench {
    let (mut world, mut events) = (scene.world, Events::new());
    let mut saved = vec![scene.world; DEPTH];
    Bench::new(name, Some(goal), move || {
        world.clone_from(black_box(&scene.world));
        for (inputs, cell) in scene.inputs.iter().zip(&mut saved) {
            step(&mut world, &scene.map, black_box(inputs), &mut events);
            black_box(cell).clone_from(&world);
            black_box(world.hash());
        }
        events.clear();
    })
}

/// Another map every time.
fn maps(name: &'static str, goal: f64) -> Bench {
    let rules = Rules::new(RuleSet::Modern, 120, 60);
    let mut seed = 0;
    Bench::new(name, Some(goal), move || {
        seed += 1;
        black_box(Map::generate([seed % 16, 3], black_box(&rules)));
    })
}

fn flying(world: &World) -> impl Iterator<Item = &Shell> {
    world.shells.iter().filter(|s| s.ammo().is_some())
}

fn hold_fire(mut inputs: [Input; MAX_SEATS]) -> [Input; MAX_SEATS] {
    for input in &mut inputs {
        input.held &= !Input::FIRE;
    }
    inputs
}
