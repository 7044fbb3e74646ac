//! Shapes against shapes: hulls are oriented boxes, trees and rocks are circles,
//! water is squares, shells are swept segments. Answers are penetrations and
//! times of impact; nothing here changes a World.

use super::map::{Map, Obstacle, Tile};
use super::math::{Angle, Fx, Vec2, div, mul, ratio};
use super::rules::{HULL_HALF_LENGTH, HULL_HALF_WIDTH, HULL_RADIUS, OBSTACLE_RADIUS};
use super::world::World;

/// Added to every push, so that rounding leaves no contact behind.
pub(super) const SLOP: Fx = Fx::from_bits(64);
/// A push-out that moves a hull further than this is refused.
const FARTHEST_PUSH: Fx = ratio(1, 4);
/// Rounds of pushing out before a pose is refused.
const PUSH_ROUNDS: usize = 6;

const HALF: Fx = ratio(1, 2);

/// A hull on the ground.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hull {
    pub(super) at: Vec2,
    /// Unit vector of the tracks.
    forward: Vec2,
}

/// How deep two shapes are in each other, and the way out for the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    pub(super) depth: Fx,
    /// Unit vector.
    pub(super) out: Vec2,
}

impl Hull {
    pub(super) fn new(at: Vec2, hull: Angle) -> Self {
        Self { at, forward: hull.direction() }
    }

    /// Half of the hull's extent along the axis `n` (a unit vector).
    fn reach(&self, n: Vec2) -> Fx {
        let side = self.forward.quarter_turn();
        mul(self.forward.dot(n).abs(), HULL_HALF_LENGTH) + mul(side.dot(n).abs(), HULL_HALF_WIDTH)
    }

    /// `v` in the hull's own axes: x along the tracks, y across.
    fn local(&self, v: Vec2) -> Vec2 {
        Vec2::new(v.dot(self.forward), v.dot(self.forward.quarter_turn()))
    }

    /// The contact with another hull.
    pub(super) fn contact(&self, other: &Hull) -> Option<Contact> {
        let gap = self.at - other.at;
        let axes = [
            self.forward,
            self.forward.quarter_turn(),
            other.forward,
            other.forward.quarter_turn(),
        ];
        shallowest(axes.map(|n| {
            let distance = gap.dot(n);
            let depth = self.reach(n) + other.reach(n) - distance.abs();
            Contact { depth, out: if distance < 0 { -n } else { n } }
        }))
    }

    /// The time (0..=1) at which the segment from `from` along `path` enters the hull.
    pub(super) fn entry(&self, from: Vec2, path: Vec2) -> Option<Fx> {
        let start = self.local(from - self.at);
        let step = self.local(path);
        let (a0, a1) = slab(start.x, step.x, HULL_HALF_LENGTH)?;
        let (b0, b1) = slab(start.y, step.y, HULL_HALF_WIDTH)?;
        let (enter, leave) = (a0.max(b0).max(Fx::ZERO), a1.min(b1));
        (enter <= leave && enter <= Fx::ONE).then_some(enter)
    }

    fn contact_with_circle(&self, centre: Vec2, radius: Fx) -> Option<Contact> {
        let gap = centre - self.at;
        if !gap.is_shorter_than(HULL_RADIUS + radius) {
            return None;
        }
        let p = self.local(gap);
        let nearest = Vec2::new(
            p.x.clamp(-HULL_HALF_LENGTH, HULL_HALF_LENGTH),
            p.y.clamp(-HULL_HALF_WIDTH, HULL_HALF_WIDTH),
        );
        let gap = p - nearest;
        if !gap.is_shorter_than(radius) {
            return None;
        }
        let distance = gap.length();
        let (depth, out) = if distance > 0 {
            (radius - distance, Vec2::new(-div(gap.x, distance), -div(gap.y, distance)))
        } else {
            // The centre is inside the hull: leave by the nearer side.
            let (x, y) = (HULL_HALF_LENGTH - p.x.abs(), HULL_HALF_WIDTH - p.y.abs());
            let away = |v: Fx| if v < 0 { Fx::ONE } else { -Fx::ONE };
            if x < y {
                (x + radius, Vec2::new(away(p.x), Fx::ZERO))
            } else {
                (y + radius, Vec2::new(Fx::ZERO, away(p.y)))
            }
        };
        let side = self.forward.quarter_turn();
        Some(Contact { depth, out: self.forward.scale(out.x) + side.scale(out.y) })
    }

    fn contact_with_water(&self, map: &Map, tile: Tile) -> Option<Contact> {
        let gap = self.at - tile.centre();
        let (east, south) = (Vec2::new(Fx::ONE, Fx::ZERO), Vec2::new(Fx::ZERO, Fx::ONE));
        let side = self.forward.quarter_turn();
        // A face toward more water is no way out.
        let exit = |n: Vec2, open: bool| {
            let distance = gap.dot(n);
            let square = mul(n.x.abs() + n.y.abs(), HALF);
            let depth = self.reach(n) + square - distance.abs();
            let blocked = depth > 0 && !open;
            Contact {
                depth: if blocked { Fx::MAX } else { depth },
                out: if distance < 0 { -n } else { n },
            }
        };
        let beside = |dx: i16, dy: i16| {
            let x = (i16::from(tile.x) + dx).max(0) as u8;
            let y = (i16::from(tile.y) + dy).max(0) as u8;
            !map.is_deep(Tile { x, y })
        };
        let open_x = beside(if gap.x < 0 { -1 } else { 1 }, 0);
        let open_y = beside(0, if gap.y < 0 { -1 } else { 1 });
        let found = shallowest([
            exit(east, open_x),
            exit(south, open_y),
            exit(self.forward, true),
            exit(side, true),
        ])?;
        Some(found)
    }

    /// The contact with the wall around the map.
    fn contact_with_wall(&self, side: u8) -> Option<Contact> {
        let (low, high) = (Fx::ONE, Fx::from_bits((i32::from(side) - 1) << 16));
        let reach_x = self.reach(Vec2::new(Fx::ONE, Fx::ZERO));
        let reach_y = self.reach(Vec2::new(Fx::ZERO, Fx::ONE));
        let one = |depth: Fx, x: Fx, y: Fx| Contact { depth, out: Vec2::new(x, y) };
        [
            one(low - (self.at.x - reach_x), Fx::ONE, Fx::ZERO),
            one(self.at.x + reach_x - high, -Fx::ONE, Fx::ZERO),
            one(low - (self.at.y - reach_y), Fx::ZERO, Fx::ONE),
            one(self.at.y + reach_y - high, Fx::ZERO, -Fx::ONE),
        ]
        .into_iter()
        .max_by_key(|c| c.depth)
        .filter(|c| c.depth > 0)
    }

    /// The deepest contact with anything that never moves.
    pub(super) fn deepest(&self, world: &World, map: &Map) -> Option<Contact> {
        let here = Tile::under(self.at);
        let near = map.near(here);
        if near.is_clear() {
            return None;
        }
        let mut worst = if near.has_wall() { self.contact_with_wall(map.side()) } else { None };
        let mut consider = |found: Option<Contact>| {
            if let Some(c) = found
                && worst.is_none_or(|w| c.depth > w.depth)
            {
                worst = Some(c);
            }
        };
        for tile in near.tiles(here) {
            if map.is_deep(tile) {
                consider(self.contact_with_water(map, tile));
            }
            // Whether it stands is the rarer question: most beside a tank are not touched.
            let contact = self.contact_with_circle(tile.centre(), OBSTACLE_RADIUS);
            if contact.is_some() && stands(world, map, tile).is_some() {
                consider(contact);
            }
        }
        worst
    }
}

/// What stands on a tile now: a rock, or a tree that has not fallen.
#[inline]
pub(super) fn stands(world: &World, map: &Map, tile: Tile) -> Option<Obstacle> {
    match map.obstacle(tile) {
        Some(Obstacle::Tree(n)) if world.is_felled(n) => None,
        other => other,
    }
}

/// The nearest place to `at` where a hull with this heading touches nothing that
/// never moves; `None` when there is none close by.
pub(super) fn free_place(world: &World, map: &Map, at: Vec2, heading: Angle) -> Option<Vec2> {
    if map.near(Tile::under(at)).is_clear() {
        return Some(at);
    }
    let mut hull = Hull::new(at, heading);
    for _ in 0..PUSH_ROUNDS {
        let Some(contact) = hull.deepest(world, map) else {
            let moved = hull.at - at;
            let near = moved.x.abs() <= FARTHEST_PUSH && moved.y.abs() <= FARTHEST_PUSH;
            return near.then_some(hull.at);
        };
        if contact.depth > FARTHEST_PUSH {
            return None;
        }
        hull.at += contact.out.scale(contact.depth + SLOP);
    }
    None
}

/// Whether a segment along `path` cannot touch a shape of this radius; `gap` is from
/// its beginning to the shape's middle. Much cheaper than a time, and usually so.
#[inline]
pub(super) fn is_out_of_reach(gap: Vec2, path: Vec2, radius: Fx) -> bool {
    let far = radius + SLOP;
    (gap.x.abs() > far + path.x.abs()) | (gap.y.abs() > far + path.y.abs())
}

/// The time (0..=1) at which the segment from `from` along `path` enters a circle.
pub(super) fn circle_entry(from: Vec2, path: Vec2, centre: Vec2, radius: Fx) -> Option<Fx> {
    let wide = |v: Fx| i128::from(v.to_bits());
    let d = from - centre;
    if is_out_of_reach(d, path, radius) {
        return None;
    }
    let (dx, dy, px, py) = (wide(d.x), wide(d.y), wide(path.x), wide(path.y));
    let c = dx * dx + dy * dy - wide(radius) * wide(radius);
    if c <= 0 {
        return Some(Fx::ZERO);
    }
    let a = px * px + py * py;
    let b = dx * px + dy * py;
    let square = b * b - a * c;
    if a == 0 || b >= 0 || square < 0 {
        return None;
    }
    let root = square.unsigned_abs().isqrt() as i128;
    let t = ((-b - root) << 16) / a;
    (t <= 1 << 16).then(|| Fx::from_bits(t.max(0) as i32))
}

/// The time (0..=1) at which the segment leaves the square between `low` and `high`.
pub(super) fn exit_from_square(from: Vec2, path: Vec2, low: Fx, high: Fx) -> Option<Fx> {
    let axis = |p: Fx, v: Fx| {
        let end = p + v;
        if end < low && v < 0 {
            Some(div(low - p, v).clamp(Fx::ZERO, Fx::ONE))
        } else if end > high && v > 0 {
            Some(div(high - p, v).clamp(Fx::ZERO, Fx::ONE))
        } else {
            None
        }
    };
    match (axis(from.x, path.x), axis(from.y, path.y)) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn shallowest<const N: usize>(contacts: [Contact; N]) -> Option<Contact> {
    let found = contacts.into_iter().min_by_key(|c| c.depth)?;
    (found.depth > 0).then_some(found)
}

/// Times at which `start + t * step` is inside `-half..=half`.
fn slab(start: Fx, step: Fx, half: Fx) -> Option<(Fx, Fx)> {
    if step == 0 {
        return (start.abs() <= half).then_some((Fx::MIN, Fx::MAX));
    }
    let (a, b) = (div(-half - start, step), div(half - start, step));
    Some((a.min(b), a.max(b)))
}
