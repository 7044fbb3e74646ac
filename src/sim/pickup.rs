//! One tick of the crates: lying, taken, waiting, appearing again.

use super::event::{Crate, Event, Events};
use super::map::Map;
use super::random;
use super::rules::{
    Ammo, CRATE_DELAY, CRATE_PIERCING, CRATE_REGULAR, CRATE_REPAIR, FULL_HP, MAX_SEATS,
    PICKUP_RADIUS,
};
use super::world::{Pickup, Tank, World};

/// The random stream of crate place 0; the others follow.
const STREAM: u32 = 0x100;

/// Every place begins empty, its first crate at a seeded time.
pub(super) fn begin(world: &mut World, map: &Map) {
    for spot in 0..map.crates().len() {
        world.pickups[spot] = waiting(world, spot, 1);
    }
}

/// Tanks take crates they touch and have a use for; empty places count down.
pub(super) fn take_and_appear(world: &mut World, map: &Map, events: &mut Events) {
    for (spot, tile) in map.crates().iter().enumerate() {
        match world.pickups[spot].lying() {
            None => appear(world, spot, events),
            Some(lying) => {
                let centre = tile.centre();
                for seat in 0..MAX_SEATS {
                    let tank = &mut world.tanks[seat];
                    let gap = tank.at - centre;
                    let near = gap.x.abs() < PICKUP_RADIUS && gap.y.abs() < PICKUP_RADIUS;
                    if near
                        && tank.is_alive()
                        && gap.length() < PICKUP_RADIUS
                        && use_crate(tank, lying)
                    {
                        world.pickups[spot] = waiting(world, spot, CRATE_DELAY);
                        events.push(Event::Taken {
                            seat: seat as u8,
                            spot: spot as u8,
                            crate_kind: lying,
                        });
                        break;
                    }
                }
            }
        }
    }
}

fn appear(world: &mut World, spot: usize, events: &mut Events) {
    let place = &mut world.pickups[spot];
    place.wait = place.wait.saturating_sub(1);
    if place.wait > 0 {
        return;
    }
    let mut rng = random::stream(world.seeds, world.tick, STREAM + spot as u32);
    let crate_kind = if random::below(&mut rng, 5) < 3 { Crate::Ammo } else { Crate::Repair };
    place.kind = crate_kind as u8;
    events.push(Event::Appeared { spot: spot as u8, crate_kind });
}

/// An empty place whose next crate comes after `least` to `least + CRATE_DELAY` ticks.
fn waiting(world: &World, spot: usize, least: u16) -> Pickup {
    let mut rng = random::stream(world.seeds, world.tick, STREAM + spot as u32);
    let wait = least + random::below(&mut rng, u32::from(CRATE_DELAY)) as u16;
    Pickup { wait, kind: 0, unused: 0 }
}

/// Gives the tank what is in the crate, never above the maximum; false if it has no use for it.
fn use_crate(tank: &mut Tank, lying: Crate) -> bool {
    match lying {
        Crate::Repair if tank.hp < FULL_HP => {
            tank.hp = tank.hp.saturating_add(CRATE_REPAIR).min(FULL_HP);
            true
        }
        Crate::Ammo if Ammo::ALL.iter().any(|&a| tank.rounds(a) < a.rounds()) => {
            for (ammo, more) in [(Ammo::Regular, CRATE_REGULAR), (Ammo::Piercing, CRATE_PIERCING)] {
                let rounds = &mut tank.ammo[ammo as usize];
                *rounds = rounds.saturating_add(more).min(ammo.rounds());
            }
            true
        }
        _ => false,
    }
}
