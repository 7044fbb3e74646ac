//! Random numbers for the eye: the same for the same place, and of no
//! consequence for the game.

/// Entries of a [`Field`] to a side.
const SIZE: usize = 256;
/// Values of a [`Field`] to a tile; it repeats after 32 tiles.
pub(super) const KNOTS: usize = 8;

/// A number in -1..1 for a place.
pub(in crate::view) fn hash(x: i32, y: i32, channel: u32) -> f32 {
    let mut v = (x as u32).wrapping_mul(0x9E37_79B1)
        ^ (y as u32).wrapping_mul(0x85EB_CA77)
        ^ channel.wrapping_mul(0xC2B2_AE3D);
    v = (v ^ v >> 15).wrapping_mul(0x2C1B_3C6D);
    v = (v ^ v >> 12).wrapping_mul(0x297A_2D39);
    (v ^ v >> 15) as f32 / u32::MAX as f32 * 2.0 - 1.0
}

/// Smooth noise in -1..1 over the tiles.
pub(super) struct Field(Vec<f32>);

impl Field {
    /// A field of its own for each channel.
    pub(super) fn new(channel: u32) -> Self {
        let mut values = vec![0.0; SIZE * SIZE];
        for (octave, (cells, strength)) in [(24, 0.5), (56, 0.32), (128, 0.18)].iter().enumerate() {
            let knot = |x: i32, y: i32| {
                hash(x.rem_euclid(*cells), y.rem_euclid(*cells), channel * 8 + octave as u32)
            };
            for (i, value) in values.iter_mut().enumerate() {
                let at = |v: usize| v as f32 * *cells as f32 / SIZE as f32;
                let (x, y) = (at(i % SIZE), at(i / SIZE));
                let (column, row) = (x.floor() as i32, y.floor() as i32);
                let (u, v) = (smooth(0.0, 1.0, x.fract()), smooth(0.0, 1.0, y.fract()));
                let top = mix(knot(column, row), knot(column + 1, row), u);
                let bottom = mix(knot(column, row + 1), knot(column + 1, row + 1), u);
                *value += mix(top, bottom, v) * strength;
            }
        }
        Self(values)
    }

    /// The value at a knot; there are [`KNOTS`] of them to a tile, and between two
    /// neighbours the noise goes straight.
    pub(super) fn knot(&self, x: usize, y: usize) -> f32 {
        self.0.get((y % SIZE) * SIZE + x % SIZE).copied().unwrap_or_default()
    }
}

/// `part` of the way from one number to another.
pub(super) fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// 0 below `low`, 1 above `high`, and smooth between.
pub(super) fn smooth(low: f32, high: f32, v: f32) -> f32 {
    let part = ((v - low) / (high - low)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_smooth_and_repeats_without_a_seam() {
        let field = Field::new(1);
        let values: Vec<f32> = (0..2 * SIZE).map(|x| field.knot(x, 3)).collect();
        assert!(values.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.6));
        assert!(values.iter().any(|v| *v > 0.3) && values.iter().any(|v| *v < -0.3));
        assert_eq!(values[0], values[SIZE]);
    }
}
