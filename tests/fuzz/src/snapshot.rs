//! Worlds from outside: any bytes, and real Worlds with any change.
//!
//! What is taken for legal has to be playable: two seconds with any inputs, without a panic, and
//! with a World at the end that is legal as well, because a host sends such a one to newcomers.

use std::sync::LazyLock;

use tankwarz::sim::{Events, Input, MAX_SEATS, Map, RuleSet, Rules, World, snapshot, step};

use super::script::Script;

/// Ticks a World that was taken is played on.
const TICKS: u32 = 120;

/// Maps, and Worlds of them at several moments of a match.
static WORLDS: LazyLock<Vec<(Map, Vec<World>)>> = LazyLock::new(|| {
    let of = |(set, side)| {
        let map = Map::generate([3, 4], &Rules::new(set, 60, side));
        let mut world = World::create(&map, &[0, 1, 3, 7]);
        let mut moments = vec![world];
        for tick in 0..1200 {
            step(&mut world, &map, &inputs(tick, 0x5eed), &mut Events::new());
            if [200, 500, 1199].contains(&tick) {
                moments.push(world);
            }
        }
        (map, moments)
    };
    [(RuleSet::Classic, 24), (RuleSet::Modern, 24), (RuleSet::Modern, 40)].map(of).into()
});

/// Plays a script: which World, its changes, and the seed of the inputs.
pub fn run(bytes: &[u8]) {
    let mut script = Script(bytes);
    let (order, salt) = (script.byte(), script.word());
    let (map, moments) = &WORLDS[usize::from(order) % WORLDS.len()];
    let moment = &moments[usize::from(order >> 2) % moments.len()];
    let mut world = bytemuck::bytes_of(moment).to_vec();
    if order & 0x80 == 0 {
        while !script.is_empty() {
            let (at, value) = (usize::from(script.word()), script.byte());
            let length = world.len();
            world[at % length] = value;
        }
    } else {
        world = script.0.to_vec();
    }
    let Ok(mut world) = snapshot::decode(&world, map) else { return };
    for tick in 0..TICKS {
        step(&mut world, map, &inputs(tick, salt), &mut Events::new());
    }
    // A World at the end of the day may be refused for its clock alone.
    if world.tick < 23 * 3600 * 60 {
        let again = snapshot::decode(bytemuck::bytes_of(&world), map);
        assert!(again.is_ok(), "{:?}", again.err());
    }
}

/// Inputs that change a few times a second, by a rule.
fn inputs(tick: u32, salt: u16) -> [Input; MAX_SEATS] {
    std::array::from_fn(|seat| {
        let draw = (tick / 16 + 1)
            .wrapping_mul(0x9e37_79b9 ^ u32::from(salt))
            .wrapping_add((seat as u32).wrapping_mul(0x85eb_ca6b))
            .wrapping_mul(0xc2b2_ae35);
        Input { held: (draw >> 7) as u16, aim: (draw >> 16) as u16 }
    })
}
