//! Fixed-point numbers, vectors and binary angles.
//!
//! Everything is integer arithmetic on committed tables, so that every machine
//! computes the same bits. Ranges: coordinates stay within 0..=64 tiles, so
//! squares of distances stay below 8192 and fit [`Fx`]. Never a float here.

use bytemuck::{Pod, Zeroable};
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use super::tables::{ARCTAN, SINE};

/// The number type of the game: 16 integer bits, 16 fraction bits, unit one tile.
pub type Fx = fixed::types::I16F16;

/// `numerator / denominator` as a constant [`Fx`], rounded toward zero.
pub const fn ratio(numerator: i32, denominator: i32) -> Fx {
    Fx::from_bits(((numerator as i64 * 65536) / denominator as i64) as i32)
}

/// A point or a displacement in tiles; x to the east, y to the south.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Vec2 {
    /// East, in tiles.
    pub x: Fx,
    /// South, in tiles.
    pub y: Fx,
}

impl Vec2 {
    /// The origin, or no displacement.
    pub const ZERO: Vec2 = Vec2 { x: Fx::ZERO, y: Fx::ZERO };

    /// A vector from its parts.
    pub const fn new(x: Fx, y: Fx) -> Self {
        Self { x, y }
    }

    /// The centre of the tile in column `x` and row `y`.
    pub fn tile_centre(x: u8, y: u8) -> Self {
        let half = 1 << 15;
        Self::new(
            Fx::from_bits((i32::from(x) << 16) + half),
            Fx::from_bits((i32::from(y) << 16) + half),
        )
    }

    /// Scalar product. Both vectors must be shorter than 90 tiles.
    pub fn dot(self, other: Vec2) -> Fx {
        let sum = i64::from(self.x.to_bits()) * i64::from(other.x.to_bits())
            + i64::from(self.y.to_bits()) * i64::from(other.y.to_bits());
        Fx::from_bits((sum >> 16) as i32)
    }

    /// Every part times `factor`.
    pub fn scale(self, factor: Fx) -> Vec2 {
        Vec2::new(mul(self.x, factor), mul(self.y, factor))
    }

    /// Square of the length in tiles; the length must be below 181.
    pub fn length_squared(self) -> Fx {
        self.dot(self)
    }

    /// Length in tiles, rounded down to the grid of [`Fx`].
    pub fn length(self) -> Fx {
        let (x, y) = (i64::from(self.x.to_bits()), i64::from(self.y.to_bits()));
        Fx::from_bits((x * x + y * y).unsigned_abs().isqrt() as i32)
    }

    /// Whether [`Vec2::length`] is below `limit`, which must not be negative.
    #[inline]
    pub fn is_shorter_than(self, limit: Fx) -> bool {
        let wide = |v: Fx| i64::from(v.to_bits());
        let (x, y, limit) = (wide(self.x), wide(self.y), wide(limit));
        x * x + y * y < limit * limit
    }

    /// This vector turned a quarter turn (east becomes south).
    pub fn quarter_turn(self) -> Vec2 {
        Vec2::new(-self.y, self.x)
    }
}

/// Product of two numbers whose product fits [`Fx`], rounded toward minus infinity.
#[inline]
pub fn mul(a: Fx, b: Fx) -> Fx {
    Fx::from_bits(((i64::from(a.to_bits()) * i64::from(b.to_bits())) >> 16) as i32)
}

/// Quotient that saturates where it does not fit; `b` must not be zero.
#[inline]
pub fn div(a: Fx, b: Fx) -> Fx {
    let wide = (i64::from(a.to_bits()) << 16) / i64::from(b.to_bits());
    Fx::from_bits(wide.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
}

impl Add for Vec2 {
    type Output = Vec2;
    #[inline]
    fn add(self, o: Vec2) -> Vec2 {
        Vec2::new(self.x + o.x, self.y + o.y)
    }
}

impl Sub for Vec2 {
    type Output = Vec2;
    #[inline]
    fn sub(self, o: Vec2) -> Vec2 {
        Vec2::new(self.x - o.x, self.y - o.y)
    }
}

impl Neg for Vec2 {
    type Output = Vec2;
    #[inline]
    fn neg(self) -> Vec2 {
        Vec2::new(-self.x, -self.y)
    }
}

impl AddAssign for Vec2 {
    #[inline]
    fn add_assign(&mut self, o: Vec2) {
        *self = *self + o;
    }
}

impl SubAssign for Vec2 {
    #[inline]
    fn sub_assign(&mut self, o: Vec2) {
        *self = *self - o;
    }
}

/// A binary angle: 65536 is a full turn, 0 is east, 16384 is south (clockwise on the screen).
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
pub struct Angle(pub u16);

impl Angle {
    /// The direction of `v`; east for the zero vector. Exact to about 1/65536 turn.
    pub fn of(v: Vec2) -> Angle {
        let (x, y) = (i64::from(v.x.to_bits()), i64::from(v.y.to_bits()));
        if x == 0 && y == 0 {
            return Angle(0);
        }
        let (ax, ay) = (x.abs(), y.abs());
        let steep = ay > ax;
        let (low, high) = if steep { (ax, ay) } else { (ay, ax) };
        // low/high as 10 bits of table index and 10 bits between the entries
        let r = (low << 20) / high;
        let (i, part) = ((r >> 10) as usize, r & 1023);
        let a = i64::from(ARCTAN[i]);
        let b = i64::from(ARCTAN[(i + 1).min(1024)]);
        let eighth = (a + (((b - a) * part + 512) >> 10)) as u16;
        let quarter = if steep { 16384 - eighth } else { eighth };
        let half = if x < 0 { 32768 - quarter } else { quarter };
        Angle(if y < 0 { half.wrapping_neg() } else { half })
    }

    /// Sine: the y part of the unit vector in this direction.
    #[inline]
    pub fn sin(self) -> Fx {
        let quadrant = self.0 >> 14;
        let within = usize::from(self.0 & 0x3fff);
        let x = if quadrant & 1 == 0 { within } else { 0x4000 - within };
        let (i, part) = (x >> 4, (x & 15) as i32);
        let a = SINE[i];
        let b = SINE[(i + 1).min(1024)];
        let v = a + (((b - a) * part + 8) >> 4);
        Fx::from_bits(if quadrant & 2 == 0 { v } else { -v })
    }

    /// Cosine: the x part of the unit vector in this direction.
    #[inline]
    pub fn cos(self) -> Fx {
        Angle(self.0.wrapping_add(0x4000)).sin()
    }

    /// The unit vector in this direction.
    #[inline]
    pub fn direction(self) -> Vec2 {
        Vec2::new(self.cos(), self.sin())
    }

    /// The shorter way from this angle to `target`, in angle units, -32768..=32767;
    /// positive is clockwise.
    #[inline]
    pub fn toward(self, target: Angle) -> i16 {
        target.0.wrapping_sub(self.0) as i16
    }

    /// This angle turned by `units` (clockwise if positive).
    #[inline]
    pub fn turned(self, units: i16) -> Angle {
        Angle(self.0.wrapping_add(units as u16))
    }

    /// Turned toward `target` by at most `step` units.
    pub fn approach(self, target: Angle, step: u16) -> Angle {
        let gap = self.toward(target);
        if gap.unsigned_abs() <= step {
            target
        } else if gap > 0 {
            Angle(self.0.wrapping_add(step))
        } else {
            Angle(self.0.wrapping_sub(step))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_the_committed_ones() {
        let sine = xxhash_rust::xxh3::xxh3_64(bytemuck::cast_slice(&SINE));
        let arctan = xxhash_rust::xxh3::xxh3_64(bytemuck::cast_slice(&ARCTAN));
        assert_eq!((sine, arctan), (SINE_HASH, ARCTAN_HASH), "{sine:#x} {arctan:#x}");
    }
    const SINE_HASH: u64 = 0x1acee34b19bd99a0;
    const ARCTAN_HASH: u64 = 0xdb278548bddcff78;

    #[test]
    fn unit_vectors_have_length_one_in_every_direction() {
        for a in 0..=u16::MAX {
            let l = Angle(a).direction().length_squared().to_bits();
            assert!((l - 65536).abs() <= 8, "angle {a}: {l}");
        }
    }

    #[test]
    fn direction_and_angle_are_inverse() {
        for a in (0..=u16::MAX).step_by(7) {
            let v = Angle(a).direction().scale(ratio(30, 1));
            let back = Angle::of(v);
            assert!(Angle(a).toward(back).abs() <= 2, "{a} -> {}", back.0);
        }
    }

    #[test]
    fn length_is_exact_at_the_far_corner_of_the_map() {
        let v = Vec2::new(ratio(64, 1), ratio(64, 1));
        assert_eq!(v.length_squared(), ratio(8192, 1));
        assert_eq!(v.length().to_bits(), 5931641);
    }

    #[test]
    fn approach_takes_the_shorter_way_across_zero() {
        assert_eq!(Angle(10).approach(Angle(65500), 20), Angle(65526));
        assert_eq!(Angle(65526).approach(Angle(10), 20), Angle(10));
    }
}
