//! Where a tank of one's own was hit from: an arc around it on the side of whoever fired, gone
//! after a moment. From settled hits only, so that none of them has to be taken back.

use std::time::{Duration, Instant};

use super::arrows::on_screen;
use super::paint::Paint;
use super::pane::Pane;
use crate::sim::{Event, Tank, TankState};
use crate::view::stage::{Frame, Scene};
use crate::view::theme;

/// How long an arc is seen.
const SHOWN: Duration = Duration::from_millis(1400);
/// Arcs around a tank at a time.
const MOST: usize = 8;
/// Half an arc, in turns.
const HALF: f32 = 0.07;
/// Radius of the arcs in tiles: outside of the tank and its bar.
const RADIUS: f32 = 1.9;

/// The latest hits.
#[derive(Debug, Default)]
pub(super) struct Damage {
    hits: Vec<Hit>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Hit {
    /// Whose tank it was.
    seat: u8,
    /// Toward whoever fired, in turns clockwise from the top.
    turn: f32,
    /// Hit points that a shell of its kind takes.
    power: f32,
    at: Instant,
}

impl Damage {
    /// Something happened for certain.
    pub(super) fn event(&mut self, event: &Event, scene: &Scene, frame: &Frame, now: Instant) {
        match *event {
            Event::Hit { seat, by, ammo, .. } if scene.owns(seat) => {
                let tank = |seat: u8| frame.now.tanks.get(usize::from(seat));
                let (Some(from), Some(to)) = (tank(by), tank(seat)) else { return };
                if from.state() == TankState::Absent {
                    return;
                }
                let same = |hit: &Hit| hit.seat == seat;
                if self.hits.iter().filter(|hit| same(hit)).count() >= MOST
                    && let Some(oldest) = self.hits.iter().position(same)
                {
                    self.hits.remove(oldest);
                }
                let (dx, dy) = between(to, from);
                self.hits.push(Hit {
                    seat,
                    turn: turn(dx, dy),
                    power: f32::from(ammo.damage()),
                    at: now,
                });
            }
            Event::Spawned { seat, .. } => self.hits.retain(|hit| hit.seat != seat),
            Event::Started => self.hits.clear(),
            _ => {}
        }
    }

    /// Paints what is left of the arcs around the tanks whose view it is.
    pub(super) fn draw(
        &mut self,
        paint: &mut Paint<'_>,
        frame: &Frame,
        pane: &Pane<'_>,
        now: Instant,
    ) {
        self.hits.retain(|hit| now.saturating_duration_since(hit.at) < SHOWN);
        let scale = paint.units().scale;
        let radius = RADIUS * pane.camera.scale() / scale;
        for hit in self.hits.iter().filter(|hit| pane.is_of(hit.seat)) {
            let Some(tank) = frame.now.tanks.get(usize::from(hit.seat)) else { continue };
            let at = on_screen(pane.camera, scale, (tank.at.x.to_num(), tank.at.y.to_num()));
            let left =
                1.0 - now.saturating_duration_since(hit.at).as_secs_f32() / SHOWN.as_secs_f32();
            let width = 6.0 + hit.power / 5.0;
            let (from, to) = (hit.turn - HALF, hit.turn + HALF);
            let edge = 0.006;
            paint.arc(
                at,
                (radius - 2.0, radius + width + 2.0),
                (from - edge, to + edge),
                theme::alpha(theme::DARK, 0.6 * left),
            );
            paint.arc(at, (radius, radius + width), (from, to), theme::alpha(theme::BAD, left));
        }
    }
}

/// From one tank to another, in tiles.
fn between(from: &Tank, to: &Tank) -> (f32, f32) {
    ((to.at.x - from.at.x).to_num(), (to.at.y - from.at.y).to_num())
}

/// A direction on the screen in turns clockwise from the top.
fn turn(dx: f32, dy: f32) -> f32 {
    (dx.atan2(-dy) / std::f32::consts::TAU).rem_euclid(1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sim::math::ratio;
    use crate::sim::{Ammo, Map, Rules, Vec2, World};
    use crate::view::stage;

    fn hit(seat: u8, by: u8) -> Event {
        Event::Hit { shell: 0, ammo: Ammo::Regular, by, seat, at: Vec2::ZERO, left: 50 }
    }

    #[test]
    fn directions_go_clockwise_from_the_top() {
        for (dx, dy, wanted) in
            [(0.0, -1.0, 0.0), (1.0, 0.0, 0.25), (0.0, 1.0, 0.5), (-1.0, 0.0, 0.75)]
        {
            assert!((turn(dx, dy) - wanted).abs() < 1e-6, "{dx} {dy}");
        }
    }

    #[test]
    fn arc_is_on_the_side_of_who_fired_and_only_for_a_tank_of_ones_own() {
        let (mut stage, _backstage) = stage::stage();
        let mut frame = stage.frames.read().clone();
        let map = Arc::new(Map::generate([1, 2], &Rules::default()));
        frame.now = World::create(&map, &[0, 1, 2]);
        let seats = Default::default();
        let alone = Scene { map, seats, own: 0, second: None, is_host: true, host: None };
        frame.now.tanks[0].at = Vec2::new(ratio(10, 1), ratio(10, 1));
        frame.now.tanks[1].at = Vec2::new(ratio(10, 1), ratio(15, 1));
        let (mut damage, now) = (Damage::default(), Instant::now());
        damage.event(&hit(1, 0), &alone, &frame, now);
        assert!(damage.hits.is_empty());
        damage.event(&hit(0, 1), &alone, &frame, now);
        assert_eq!(damage.hits.len(), 1);
        assert!((damage.hits[0].turn - 0.5).abs() < 1e-4, "from below: {}", damage.hits[0].turn);
        for _ in 0..50 {
            damage.event(&hit(0, 1), &alone, &frame, now);
        }
        assert_eq!(damage.hits.len(), MOST);
        let spawned = |seat| Event::Spawned { seat, at: Vec2::ZERO };
        damage.event(&spawned(2), &alone, &frame, now);
        assert_eq!(damage.hits.len(), MOST, "another's tank is new");
        // With a second player each has arcs of their own.
        let two = Scene { second: Some(2), ..alone };
        for _ in 0..50 {
            damage.event(&hit(2, 1), &two, &frame, now);
        }
        let of = |damage: &Damage, seat| damage.hits.iter().filter(|hit| hit.seat == seat).count();
        assert_eq!((of(&damage, 0), of(&damage, 2)), (MOST, MOST));
        damage.event(&spawned(0), &two, &frame, now);
        assert_eq!((of(&damage, 0), of(&damage, 2)), (0, MOST), "a new tank was not hit");
    }
}
