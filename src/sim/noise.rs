//! Smooth noise over the map, in whole numbers.
//!
//! Gradient noise: every lattice point has a slope that follows from a hash of
//! its place, and between the points the slopes are blended. Octaves of half the
//! wavelength and half the height each are laid over one another.

use super::reach::{ROW, TILES};

/// One in the fixed-point numbers of this module (16 fraction bits).
const ONE: i64 = 1 << 16;

/// Sixteen directions, all about equally long, so that no axis is preferred.
const SLOPES: [(i64, i64); 16] = [
    (65, 0),
    (60, 25),
    (46, 46),
    (25, 60),
    (0, 65),
    (-25, 60),
    (-46, 46),
    (-60, 25),
    (-65, 0),
    (-60, -25),
    (-46, -46),
    (-25, -60),
    (0, -65),
    (25, -60),
    (46, -46),
    (60, -25),
];

/// One field of noise.
pub(super) struct Noise {
    /// What makes this field differ from others.
    pub(super) key: u64,
    /// Tiles from one lattice point of the first octave to the next, at least 1.
    pub(super) wavelength: u16,
    /// How many octaves, 1..=6.
    pub(super) octaves: u8,
}

impl Noise {
    /// The heights in the middles of a map's tiles, about -60000..=60000; row by row,
    /// `MAX_SIDE` to a row, 0 outside the map.
    pub(super) fn field(&self, side: usize) -> Vec<i32> {
        let mut heights = vec![0; TILES];
        for octave in 0..self.octaves {
            self.add_octave(octave, side, &mut heights);
        }
        heights
    }

    fn add_octave(&self, octave: u8, side: usize, heights: &mut [i32]) {
        let places: Vec<Place> = (0..side).map(|tile| self.place(octave, tile)).collect();
        let lattice = places.last().map_or(0, |p| p.cell) + 2;
        let slopes: Vec<(i64, i64)> =
            (0..lattice * lattice).map(|i| self.slope(octave, i % lattice, i / lattice)).collect();
        for (y, py) in places.iter().enumerate() {
            for (x, px) in places.iter().enumerate() {
                let north_west = py.cell * lattice + px.cell;
                let corner = |dx: usize, dy: usize| {
                    let (sx, sy) = slopes[north_west + dy * lattice + dx];
                    (sx * (px.past - dx as i64 * ONE) + sy * (py.past - dy as i64 * ONE)) >> 6
                };
                let north = blend(corner(0, 0), corner(1, 0), px.weight);
                let south = blend(corner(0, 1), corner(1, 1), px.weight);
                heights[y * ROW + x] += (blend(north, south, py.weight) >> octave) as i32;
            }
        }
    }

    /// Where the middle of a tile lies in the lattice of an octave, on either axis.
    fn place(&self, octave: u8, tile: usize) -> Place {
        // The odd shift keeps the lattices of the octaves from meeting in one
        // corner of the map, where all are 0.
        let at = (((2 * tile as i64 + 1) * ONE) << octave) / (2 * i64::from(self.wavelength))
            + i64::from(octave) * 23_456;
        let past = at % ONE;
        Place { cell: (at / ONE) as usize, past, weight: ease(past) }
    }

    fn slope(&self, octave: u8, x: usize, y: usize) -> (i64, i64) {
        let point = (u64::from(octave) << 48) | ((x as u64) << 24) | y as u64;
        SLOPES[(mix(self.key ^ mix(point)) >> 60) as usize]
    }
}

/// A place along one axis of a lattice.
struct Place {
    cell: usize,
    /// How far past the cell's first point, 0..[`ONE`].
    past: i64,
    /// How much the next point counts, 0..=[`ONE`].
    weight: i64,
}

/// A well-mixed number for a number (the finaliser of SplitMix64).
pub(super) fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// 6t^5 - 15t^4 + 10t^3: from 0 to [`ONE`] without a kink at either end.
fn ease(t: i64) -> i64 {
    let inner = (((((6 * t - 15 * ONE) * t) >> 16) + 10 * ONE) * t) >> 16;
    (((inner * t) >> 16) * t) >> 16
}

fn blend(a: i64, b: i64, weight: i64) -> i64 {
    a + (((b - a) * weight) >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Noise = Noise { key: 5, wavelength: 16, octaves: 6 };

    #[test]
    fn ease_goes_from_zero_to_one_and_never_back() {
        assert_eq!((ease(0), ease(ONE / 2), ease(ONE)), (0, ONE / 2, ONE));
        let steps: Vec<i64> = (0..=256).map(|t| ease(t * 256)).collect();
        assert!(steps.windows(2).all(|w| w[0] <= w[1] + 1));
    }

    #[test]
    fn noise_varies_stays_in_its_range_and_depends_on_the_key() {
        let a = FIELD.field(64);
        assert!(a.iter().all(|h| h.abs() < 100_000));
        assert!(*a.iter().max().unwrap() > 20_000 && *a.iter().min().unwrap() < -20_000);
        let b = Noise { key: 6, ..FIELD }.field(64);
        let same = a.iter().zip(&b).filter(|(a, b)| a == b).count();
        assert!(same < 20, "{same} equal heights");
    }

    #[test]
    fn single_octave_is_smooth() {
        let field = Noise { octaves: 1, ..FIELD }.field(64);
        for row in field.chunks(ROW) {
            assert!(row.windows(2).all(|w| (w[0] - w[1]).abs() < 12_000), "{row:?}");
        }
    }

    #[test]
    fn smaller_map_has_the_same_field() {
        let (small, large) = (FIELD.field(24), FIELD.field(64));
        for y in 0..24 {
            assert_eq!(small[y * ROW..y * ROW + 24], large[y * ROW..y * ROW + 24]);
            assert!(small[y * ROW + 24..(y + 1) * ROW].iter().all(|&h| h == 0));
        }
    }
}
