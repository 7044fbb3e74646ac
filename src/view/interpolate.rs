//! Where things are between two worlds. `Fx` and `Angle` become `f32` here and
//! in the drawing code, and nowhere else.

use std::f32::consts::TAU;

use crate::sim::{Angle, Fx, MAX_SEATS, Shell, Tank, Vec2, World};

/// Seconds of one tick.
pub(super) const TICK: f32 = 1.0 / 60.0;
/// A tank that moved farther than this in one tick has come back somewhere else.
const JUMP: f32 = 1.0;
/// Corrections of remote tanks fade by half in this many seconds.
const HALF_LIFE: f32 = 0.05;
/// Corrections larger than this are shown at once, in tiles.
const LARGEST: f32 = 2.0;

/// A number of the simulation for drawing.
pub(super) fn float(v: Fx) -> f32 {
    v.to_bits() as f32 / 65536.0
}

/// A point of the simulation for drawing, in tiles.
pub(super) fn point(v: Vec2) -> (f32, f32) {
    (float(v.x), float(v.y))
}

/// An angle of the simulation for drawing, in radians, clockwise from +x.
pub(super) fn radians(angle: Angle) -> f32 {
    f32::from(angle.0) / 65536.0 * TAU
}

/// A tank as it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pose {
    /// Centre in tiles.
    pub(super) at: (f32, f32),
    /// Where the hull points, in radians.
    pub(super) hull: f32,
    /// Where the turret points, in radians.
    pub(super) turret: f32,
}

/// A tank at `part` (0..=1) of the way from one world to the next. A tank that
/// came back somewhere else is already there.
pub(super) fn pose(before: &Tank, now: &Tank, part: f32) -> Pose {
    let (from, to) = (point(before.at), point(now.at));
    let jumped = before.state() != now.state() || (to.0 - from.0).hypot(to.1 - from.1) > JUMP;
    let part = if jumped { 1.0 } else { part };
    Pose {
        at: (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part),
        hull: turn(before.hull, now.hull, part),
        turret: turn(before.turret, now.turret, part),
    }
}

/// A shell of the newest world at `part` of the way to it. Shells fly straight,
/// so one world is enough.
pub(super) fn shell(now: &Shell, tick: u32, part: f32) -> (f32, f32) {
    let (at, velocity) = (point(now.at), point(now.velocity));
    let back = if now.born >= tick { 0.0 } else { 1.0 - part };
    (at.0 - velocity.0 * back, at.1 - velocity.1 * back)
}

/// The angle between two, the shorter way round.
fn turn(from: Angle, to: Angle, part: f32) -> f32 {
    radians(from) + f32::from(from.toward(to)) / 65536.0 * TAU * part
}

/// Hides what a rollback corrected: a tank that turns out to be elsewhere glides
/// there instead of jumping.
#[derive(Default)]
pub(super) struct Corrections {
    last: Option<(u32, [(f32, f32); MAX_SEATS])>,
    offset: [(f32, f32); MAX_SEATS],
}

impl Corrections {
    /// A new pair of worlds is about to be drawn.
    pub(super) fn take(&mut self, before: &World, now: &World) {
        if let Some((tick, shown)) = self.last
            && tick == before.tick
        {
            for ((offset, shown), tank) in self.offset.iter_mut().zip(shown).zip(&before.tanks) {
                let at = point(tank.at);
                let off = (offset.0 + shown.0 - at.0, offset.1 + shown.1 - at.1);
                *offset = if off.0.hypot(off.1) > LARGEST { (0.0, 0.0) } else { off };
            }
        }
        self.last = Some((now.tick, now.tanks.map(|tank| point(tank.at))));
    }

    /// Time goes by.
    pub(super) fn fade(&mut self, seconds: f32) {
        let keep = 0.5_f32.powf(seconds / HALF_LIFE);
        for offset in &mut self.offset {
            *offset = (offset.0 * keep, offset.1 * keep);
        }
    }

    /// What to add to a tank's position, in tiles.
    pub(super) fn offset(&self, seat: usize) -> (f32, f32) {
        self.offset.get(seat).copied().unwrap_or_default()
    }

    /// Forgets everything; the next worlds have nothing to do with these.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::math::ratio;
    use bytemuck::Zeroable;

    fn tank(x: i32, hull: u16) -> Tank {
        let mut tank: Tank = Zeroable::zeroed();
        tank.at = Vec2::new(ratio(x, 10), ratio(5, 1));
        tank.hull = Angle(hull);
        tank
    }

    #[test]
    fn tank_is_half_way_at_half_time() {
        let pose = pose(&tank(100, 0), &tank(104, 0), 0.5);
        assert!((pose.at.0 - 10.2).abs() < 1e-3);
    }

    #[test]
    fn hull_turns_the_shorter_way() {
        let angle = pose(&tank(0, 65_000), &tank(0, 536), 0.5).hull;
        assert!((angle - radians(Angle(65_000)) - 536.0 / 65536.0 * TAU).abs() < 1e-4);
    }

    #[test]
    fn respawned_tank_does_not_fly_across_the_map() {
        let pose = pose(&tank(100, 0), &tank(400, 0), 0.1);
        assert!((pose.at.0 - 40.0).abs() < 1e-3);
    }

    #[test]
    fn corrected_tank_glides_instead_of_jumping() {
        let mut corrections = Corrections::default();
        let mut before: World = Zeroable::zeroed();
        let mut now = before;
        now.tick = 1;
        now.tanks[2].at.x = ratio(10, 1);
        corrections.take(&before, &now);
        before = now;
        before.tanks[2].at.x = ratio(21, 2); // the rollback moved it by half a tile
        now = before;
        now.tick = 2;
        corrections.take(&before, &now);
        assert!((corrections.offset(2).0 + 0.5).abs() < 1e-3);
        corrections.fade(0.5);
        assert!(corrections.offset(2).0.abs() < 0.01);
    }
}
