//! Where things are between two worlds. `Fx` and `Angle` become `f32` here and
//! in the drawing code, and nowhere else.

use std::f32::consts::TAU;

use crate::sim::{Angle, Fx, MAX_SEATS, Shell, Tank, TankState, Vec2, World};

/// Seconds of one tick.
pub const TICK: f32 = 1.0 / 60.0;
/// A tank that moved farther than this in one tick has come back somewhere else.
const JUMP: f32 = 1.0;
/// Corrections of remote tanks fade by half in this many seconds.
const HALF_LIFE: f32 = 0.05;
/// A correction of so many tiles fades twice as fast as a small one.
const LARGE: f32 = 0.5;
/// The same for turns, in radians.
const LARGE_TURN: f32 = 0.5;
/// Worlds so many ticks apart have nothing to do with each other.
const LONGEST: u32 = 12;
/// Corrections larger than this are shown at once, in tiles.
const LARGEST: f32 = 2.0;

/// A number of the simulation for drawing.
pub fn float(v: Fx) -> f32 {
    v.to_bits() as f32 / 65536.0
}

/// A point of the simulation for drawing, in tiles.
pub fn point(v: Vec2) -> (f32, f32) {
    (float(v.x), float(v.y))
}

/// An angle of the simulation for drawing, in radians, clockwise from +x.
pub fn radians(angle: Angle) -> f32 {
    f32::from(angle.0) / 65536.0 * TAU
}

/// A tank as it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Centre in tiles.
    pub at: (f32, f32),
    /// Where the hull points, in radians.
    pub hull: f32,
    /// Where the turret points, in radians.
    pub turret: f32,
}

/// A tank at `part` (0..=1) of the way from one world to the next. A tank that
/// came back somewhere else is already there.
pub fn pose(before: &Tank, now: &Tank, part: f32) -> Pose {
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
pub fn shell(now: &Shell, tick: u32, part: f32) -> (f32, f32) {
    let (at, velocity) = (point(now.at), point(now.velocity));
    let back = if now.born >= tick { 0.0 } else { 1.0 - part };
    (at.0 - velocity.0 * back, at.1 - velocity.1 * back)
}

/// The angle between two, the shorter way round.
fn turn(from: Angle, to: Angle, part: f32) -> f32 {
    radians(from) + f32::from(from.toward(to)) / 65536.0 * TAU * part
}

/// Hides what a rollback corrected: a tank of somebody else that turns out to be elsewhere,
/// or to point elsewhere, glides there instead of jumping.
#[derive(Default)]
pub struct Corrections {
    last: Option<Last>,
    /// What to add to the pose of each tank.
    offset: [Pose; MAX_SEATS],
}

/// The pair of worlds that was drawn last.
struct Last {
    tick: u32,
    /// Each tank at the newest tick, and what it did in that tick.
    tanks: [(TankState, Pose, Pose); MAX_SEATS],
}

impl Corrections {
    /// A new pair of worlds is about to be drawn. The tanks of the seats that are `own` are
    /// never off their place.
    pub fn take(&mut self, before: &World, now: &World, own: impl Fn(u8) -> bool) {
        let pairs = before.tanks.iter().zip(&now.tanks);
        for (seat, (offset, (from, to))) in self.offset.iter_mut().zip(pairs).enumerate() {
            let known = self.last.as_ref().and_then(|last| Some((last, last.tanks.get(seat)?)));
            *offset = match known {
                Some((last, (state, shown, step)))
                    if !u8::try_from(seat).is_ok_and(&own)
                        && *state == to.state()
                        && *state == from.state()
                        && now.tick.abs_diff(last.tick) <= LONGEST =>
                {
                    // At the same tick the two can be compared; between them the tank went on.
                    let (at, ticks) = match now.tick.checked_sub(last.tick) {
                        Some(ticks @ 1..) => (pose(from, from, 1.0), ticks - 1),
                        _ => (pose(to, to, 1.0), 0),
                    };
                    let expected = shown.plus(step, ticks as f32);
                    bounded(offset.plus(&expected.minus(&at), 1.0))
                }
                _ => Pose::default(),
            };
        }
        let mut tanks = [(TankState::Absent, Pose::default(), Pose::default()); MAX_SEATS];
        for (seen, (from, to)) in tanks.iter_mut().zip(before.tanks.iter().zip(&now.tanks)) {
            let at = pose(to, to, 1.0);
            *seen = (to.state(), at, at.minus(&pose(from, from, 1.0)));
        }
        self.last = Some(Last { tick: now.tick, tanks });
    }

    /// Time goes by. Position, hull and turret fade each for itself, what is large faster.
    pub fn fade(&mut self, seconds: f32) {
        let keep = |size: f32, large: f32| 0.5_f32.powf(seconds / HALF_LIFE * (1.0 + size / large));
        for offset in &mut self.offset {
            let kept = keep(offset.at.0.hypot(offset.at.1), LARGE);
            offset.at = (offset.at.0 * kept, offset.at.1 * kept);
            offset.hull *= keep(offset.hull.abs(), LARGE_TURN);
            offset.turret *= keep(offset.turret.abs(), LARGE_TURN);
        }
    }

    /// A tank as it is shown.
    pub fn shown(&self, seat: usize, pose: Pose) -> Pose {
        self.offset.get(seat).map_or(pose, |offset| pose.plus(offset, 1.0))
    }

    /// Forgets everything; the next worlds have nothing to do with these.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Pose {
    /// This pose, moved on by another so many times.
    fn plus(&self, way: &Self, times: f32) -> Self {
        Self {
            at: (self.at.0 + way.at.0 * times, self.at.1 + way.at.1 * times),
            hull: self.hull + way.hull * times,
            turret: self.turret + way.turret * times,
        }
    }

    /// The way from another pose to this one, angles the shorter way round.
    fn minus(&self, from: &Self) -> Self {
        Self {
            at: (self.at.0 - from.at.0, self.at.1 - from.at.1),
            hull: around(self.hull - from.hull),
            turret: around(self.turret - from.turret),
        }
    }
}

/// An angle in -half a turn..=half a turn.
fn around(angle: f32) -> f32 {
    angle - TAU * (angle / TAU).round()
}

/// An offset without what is so large that it is shown at once.
fn bounded(offset: Pose) -> Pose {
    let Pose { at, hull, turret } = offset;
    if at.0.hypot(at.1) > LARGEST {
        return Pose::default();
    }
    Pose { at, hull: around(hull), turret: around(turret) }
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

    /// Two worlds in which the tank of seat 2 is at these tenths of a tile.
    fn worlds(tick: u32, from: i32, to: i32) -> (World, World) {
        let mut before: World = Zeroable::zeroed();
        before.tick = tick - 1;
        before.tanks[2] = tank(from, 0);
        let mut now = before;
        now.tick = tick;
        now.tanks[2] = tank(to, 0);
        (before, now)
    }

    fn off(corrections: &Corrections) -> f32 {
        corrections.shown(2, Pose::default()).at.0
    }

    #[test]
    fn corrected_tank_glides_instead_of_jumping() {
        let mut corrections = Corrections::default();
        let (before, now) = worlds(1, 100, 100);
        corrections.take(&before, &now, |seat| seat == 0);
        let (before, now) = worlds(2, 105, 105); // the rollback moved it by half a tile
        corrections.take(&before, &now, |seat| seat == 0);
        assert!((off(&corrections) + 0.5).abs() < 1e-3);
        corrections.fade(0.5);
        assert!(off(&corrections).abs() < 0.01);
    }

    #[test]
    fn own_tank_is_never_off_its_place() {
        let mut corrections = Corrections::default();
        let (before, now) = worlds(1, 100, 100);
        corrections.take(&before, &now, |seat| seat == 2);
        let (before, now) = worlds(2, 105, 105);
        corrections.take(&before, &now, |seat| seat == 2);
        assert_eq!(off(&corrections), 0.0);
    }

    #[test]
    fn slow_window_that_misses_ticks_takes_driving_for_no_correction() {
        let mut corrections = Corrections::default();
        let (before, now) = worlds(1, 100, 101);
        corrections.take(&before, &now, |seat| seat == 0);
        let (before, now) = worlds(4, 103, 104);
        corrections.take(&before, &now, |seat| seat == 0);
        assert!(off(&corrections).abs() < 1e-3, "{}", off(&corrections));
        let (before, now) = worlds(7, 103, 104); // and a correction by three tenths
        corrections.take(&before, &now, |seat| seat == 0);
        assert!((off(&corrections) - 0.3).abs() < 1e-3, "{}", off(&corrections));
    }

    #[test]
    fn large_correction_fades_faster_than_a_small_one() {
        let left = |tenths: i32| {
            let mut corrections = Corrections::default();
            let (before, now) = worlds(1, 100, 100);
            corrections.take(&before, &now, |seat| seat == 0);
            let (before, now) = worlds(2, 100 + tenths, 100 + tenths);
            corrections.take(&before, &now, |seat| seat == 0);
            let start = off(&corrections);
            corrections.fade(TICK);
            off(&corrections) / start
        };
        assert!(left(10) < left(1) - 0.1, "{} {}", left(10), left(1));
    }

    #[test]
    fn turret_is_corrected_the_shorter_way_and_by_itself() {
        let mut corrections = Corrections::default();
        let (before, now) = worlds(1, 100, 100);
        corrections.take(&before, &now, |seat| seat == 0);
        let (mut before, mut now) = worlds(2, 100, 100);
        before.tanks[2].turret = Angle(65_000);
        now.tanks[2].turret = Angle(65_000);
        corrections.take(&before, &now, |seat| seat == 0);
        let shown = corrections.shown(2, Pose::default());
        assert!((shown.turret - 536.0 / 65536.0 * TAU).abs() < 1e-4, "{shown:?}");
        assert_eq!((shown.at, shown.hull), ((0.0, 0.0), 0.0));
    }
}
