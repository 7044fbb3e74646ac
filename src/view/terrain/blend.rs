//! The pixels of the ground: each kind's own picture, and between two kinds an
//! irregular, soft border instead of a grid of squares.

use ggez::GameResult;

use super::BEYOND;
use super::noise::{Field, KNOTS, hash, mix, smooth};
use crate::sim::{Ground, Map, Tile};
use crate::view::atlas;
use crate::view::sprites::{self, GROUND_VARIANTS};

/// All kinds, in the order of their numbers.
const KINDS: [Ground; 7] = [
    Ground::Water,
    Ground::Sand,
    Ground::DarkSand,
    Ground::Dirt,
    Ground::Grass,
    Ground::Shrub,
    Ground::Temperate,
];
const WATER: usize = Ground::Water as usize;
/// How far borders stray from the edges of the tiles, at most, in tiles.
const STRAY: f32 = 0.5;
/// How soft a border is: the difference in weight below which two kinds mix.
const SOFT: f32 = 0.16;

/// How much lighter or darker whole stretches of land are than their pictures.
const RELIEF: f32 = 0.09;
/// Knots of the noise to a tile of that: the largest stretches are five tiles wide.
const RELIEF_KNOTS: usize = 2;
/// The pictures of a kind: its own, and the same seen in a mirror.
const PICTURES: usize = GROUND_VARIANTS * 2;

type Rgb = [f32; 3];
const SHALLOWS: Rgb = [126.0, 184.0, 200.0];
const FOAM: Rgb = [214.0, 232.0, 228.0];
const BEACH: Rgb = [233.0, 219.0, 176.0];
const DEEP: Rgb = [38.0, 92.0, 138.0];

/// The ground of a map with `margin` tiles around it, `px` pixels to a tile, as
/// opaque RGBA rows.
///
/// # Errors
/// A picture of the ground that cannot be read.
pub(super) fn compose(map: &Map, px: usize, margin: usize) -> GameResult<Vec<u8>> {
    let land = Land::new(map, px, margin)?;
    let row = land.tiles * px * 4;
    let mut pixels = vec![255; row * land.tiles * px];
    for (ty, band) in pixels.chunks_exact_mut(row * px).enumerate() {
        for tx in 0..land.tiles {
            if let Some((kind, variant)) = land.uniform(tx, ty) {
                land.copy(band, row, tx, kind, variant);
            } else {
                land.blend(band, row, tx, ty);
            }
            land.lighten(band, row, tx, ty);
        }
    }
    Ok(pixels)
}

/// What the pixels are made from.
struct Land {
    px: usize,
    margin: usize,
    side: usize,
    /// Tiles to a side, margins included.
    tiles: usize,
    /// Number of the kind, row by row, margins included.
    kinds: Vec<usize>,
    /// How much of the surroundings of a tile is water, 0..=1, row by row.
    wetness: Vec<f32>,
    textures: Vec<[Vec<u8>; PICTURES]>,
    average: Vec<Rgb>,
    stray: [Field; 2],
    relief: Field,
}

impl Land {
    fn new(map: &Map, px: usize, margin: usize) -> GameResult<Self> {
        let side = usize::from(map.side());
        let tiles = side + 2 * margin;
        // Beyond its edge the land is its own mirror image.
        let inside = |v: usize| {
            let v = if v < margin { margin - 1 - v } else { v - margin };
            (if v < side { v } else { (2 * side).saturating_sub(v + 1) }) as u8
        };
        let kinds: Vec<usize> = (0..tiles * tiles)
            .map(|i| map.ground(Tile { x: inside(i % tiles), y: inside(i / tiles) }) as usize)
            .collect();
        let mut textures = Vec::with_capacity(KINDS.len());
        for kind in KINDS {
            let mut pictures: [Vec<u8>; PICTURES] = Default::default();
            let (own, mirrored) = pictures.split_at_mut(GROUND_VARIANTS);
            for ((own, mirrored), svg) in own.iter_mut().zip(mirrored).zip(sprites::ground(kind)) {
                *own = atlas::rasterise(svg, px as f32)?.pixels;
                *mirrored = mirror(own, px);
            }
            textures.push(pictures);
        }
        let average = textures.iter().map(|pictures| average(&pictures[0])).collect();
        let mut land = Self {
            px,
            margin,
            side,
            tiles,
            kinds,
            wetness: Vec::new(),
            textures,
            average,
            stray: [Field::new(1), Field::new(2)],
            relief: Field::new(3),
        };
        land.wetness = (0..tiles * tiles).map(|i| land.wet(i % tiles, i / tiles)).collect();
        Ok(land)
    }

    fn kind(&self, x: i32, y: i32) -> usize {
        let clamp = |v: i32| v.clamp(0, self.tiles as i32 - 1) as usize;
        self.kinds.get(clamp(y) * self.tiles + clamp(x)).copied().unwrap_or_default()
    }

    /// Share of water among the 5 x 5 tiles around one.
    fn wet(&self, x: usize, y: usize) -> f32 {
        let around = (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (dx, dy)));
        let water =
            around.filter(|(dx, dy)| self.kind(x as i32 + dx, y as i32 + dy) == WATER).count();
        water as f32 / 25.0
    }

    fn is_inside(&self, tx: usize, ty: usize) -> bool {
        let range = self.margin..self.margin + self.side;
        range.contains(&tx) && range.contains(&ty)
    }

    /// Kind and variant of a tile whose whole surroundings are of one dry kind.
    fn uniform(&self, tx: usize, ty: usize) -> Option<(usize, usize)> {
        let kind = self.kind(tx as i32, ty as i32);
        let alike = (-1..=1)
            .flat_map(|dy| (-1..=1).map(move |dx| (dx, dy)))
            .all(|(dx, dy)| self.kind(tx as i32 + dx, ty as i32 + dy) == kind);
        let by_wall =
            !self.is_inside(tx.wrapping_sub(2), ty.wrapping_sub(2)) || !self.is_inside(tx, ty);
        (alike && kind != WATER && !by_wall).then(|| (kind, self.variant(tx, ty)))
    }

    /// Which of the pictures of its kind a tile has.
    fn variant(&self, tx: usize, ty: usize) -> usize {
        let draw = (hash(tx as i32, ty as i32, 9) + 1.0) / 2.0;
        (draw * PICTURES as f32) as usize % PICTURES
    }

    fn texture(&self, kind: usize, variant: usize) -> &[u8] {
        // Waves go on from tile to tile, and would not in a mirror.
        let variant = if kind == WATER { variant % GROUND_VARIANTS } else { variant };
        self.textures.get(kind).and_then(|v| v.get(variant)).map_or(&[], Vec::as_slice)
    }

    /// A tile as its picture is.
    fn copy(&self, band: &mut [u8], row: usize, tx: usize, kind: usize, variant: usize) {
        let (width, start) = (self.px * 4, tx * self.px * 4);
        let lines = self.texture(kind, variant).chunks_exact(width);
        for (to, from) in band.chunks_exact_mut(row).zip(lines) {
            if let Some(to) = to.get_mut(start..start + width) {
                to.copy_from_slice(from);
            }
        }
    }

    /// A tile pixel by pixel.
    fn blend(&self, band: &mut [u8], row: usize, tx: usize, ty: usize) {
        let (width, start) = (self.px * 4, tx * self.px * 4);
        let variant = self.variant(tx, ty);
        let corners = self.corners(tx, ty);
        let by_wall = !(self.is_inside(tx.wrapping_sub(2), ty.wrapping_sub(2))
            && self.is_inside(tx + 2, ty + 2));
        for (v, line) in band.chunks_exact_mut(row).enumerate() {
            let Some(line) = line.get_mut(start..start + width) else { return };
            let y = (v as f32 + 0.5) / self.px as f32;
            let stray = self.stray(tx, ty, y);
            for (u, pixel) in line.chunks_exact_mut(4).enumerate() {
                let x = (u as f32 + 0.5) / self.px as f32;
                let (sx, sy) = strayed(&stray, x, y);
                let (right, below) = (sx >= 0.0, sy >= 0.0);
                let Some(around) = corners.get(usize::from(below) * 2 + usize::from(right)) else {
                    continue;
                };
                let place = (sx - sx.floor(), sy - sy.floor());
                let texel = (v * self.px + u) * 4;
                let mut colour = if by_wall && self.beyond(tx as f32 + x, ty as f32 + y) > 0.0 {
                    around.colour(place, |kind| self.average.get(kind).copied())
                } else {
                    around.colour(place, |kind| {
                        let texture = self.texture(kind, variant).get(texel..texel + 3)?;
                        let [r, g, b] = texture else { return None };
                        Some([f32::from(*r), f32::from(*g), f32::from(*b)])
                    })
                };
                if by_wall {
                    colour = self.walled(colour, tx as f32 + x, ty as f32 + y);
                }
                for (to, from) in pixel.iter_mut().zip(colour) {
                    *to = from as u8;
                }
            }
        }
    }

    /// Makes a tile a little lighter or darker, smoothly from one to the next, so that a wide
    /// stretch of one kind does not look like a carpet of equal squares.
    fn lighten(&self, band: &mut [u8], row: usize, tx: usize, ty: usize) {
        let corner = |dx: usize, dy: usize| {
            let knot = self.relief.knot((tx + dx) * RELIEF_KNOTS, (ty + dy) * RELIEF_KNOTS);
            1.0 + knot * RELIEF
        };
        let sides = [(corner(0, 0), corner(0, 1)), (corner(1, 0), corner(1, 1))];
        let (width, start) = (self.px * 4, tx * self.px * 4);
        for (v, line) in band.chunks_exact_mut(row).enumerate() {
            let Some(line) = line.get_mut(start..start + width) else { return };
            let down = v as f32 / self.px as f32;
            let [left, right] = sides.map(|(top, bottom)| mix(top, bottom, down));
            for (u, pixel) in line.chunks_exact_mut(4).enumerate() {
                let light = mix(left, right, u as f32 / self.px as f32);
                for channel in pixel.iter_mut().take(3) {
                    *channel = (f32::from(*channel) * light) as u8;
                }
            }
        }
    }

    /// What is at the corners around each quarter of a tile.
    fn corners(&self, tx: usize, ty: usize) -> [Corners; 4] {
        std::array::from_fn(|quarter| {
            let (right, below) = (quarter as i32 % 2, quarter as i32 / 2);
            let tile = |i: usize| {
                let (dx, dy) = (i as i32 % 2 + right - 1, i as i32 / 2 + below - 1);
                (tx as i32 + dx, ty as i32 + dy)
            };
            let kinds: [usize; 4] = std::array::from_fn(|i| self.kind(tile(i).0, tile(i).1));
            let wetness = std::array::from_fn(|i| {
                let clamp = |v: i32| v.clamp(0, self.tiles as i32 - 1) as usize;
                let (x, y) = tile(i);
                self.wetness.get(clamp(y) * self.tiles + clamp(x)).copied().unwrap_or_default()
            });
            Corners::new(kinds, wetness)
        })
    }

    /// How far borders stray along a line of a tile, at the knots of the noise.
    fn stray(&self, tx: usize, ty: usize, y: f32) -> [(f32, f32); KNOTS + 1] {
        let down = y * KNOTS as f32;
        let (line, part) = (down as usize, down.fract());
        std::array::from_fn(|i| {
            let at = |field: &Field| {
                let (x, y) = (tx * KNOTS + i, ty * KNOTS + line);
                let value = mix(field.knot(x, y), field.knot(x, y + 1), part);
                (value * 1.1).clamp(-STRAY, STRAY)
            };
            let [across, down] = &self.stray;
            (at(across), at(down))
        })
    }

    /// The land at the edge of the map: in the wall's shadow, or fading beyond it.
    fn walled(&self, colour: Rgb, x: f32, y: f32) -> Rgb {
        let far = self.beyond(x, y);
        let shade = self.wall_shadow(x, y);
        let mut colour = colour;
        if far > 0.0 {
            let end = [BEYOND.r * 255.0, BEYOND.g * 255.0, BEYOND.b * 255.0];
            colour = toward(colour.map(|c| c * 0.5), end, smooth(0.0, self.margin as f32, far));
        }
        colour.map(|c| c * shade)
    }

    /// Tiles beyond the outer edge of the wall, 0 inside.
    fn beyond(&self, x: f32, y: f32) -> f32 {
        let (low, high) = (self.margin as f32, (self.margin + self.side) as f32);
        (low - x).max(x - high).max(low - y).max(y - high).max(0.0)
    }

    /// The wall's shadow falls to the lower right: on the ground inside along
    /// the upper and left wall, outside along the others.
    fn wall_shadow(&self, x: f32, y: f32) -> f32 {
        let (low, high) = (self.margin as f32, (self.margin + self.side) as f32);
        let reach = |d: f32, length: f32| {
            if d < 0.0 { 0.0 } else { 1.0 - smooth(length * 0.55, length, d) }
        };
        let within = x > low && y > low && x < high && y < high;
        let dark = if within {
            reach(x - low - 1.0, 0.16).max(reach(y - low - 1.0, 0.2))
        } else if x > low + 0.1 && y > low + 0.1 {
            reach(x - high, 0.16).max(reach(y - high, 0.2))
        } else {
            0.0
        };
        1.0 - 0.38 * dark
    }
}

/// Where a point of a tile has strayed to, from the middle of the tile.
fn strayed(stray: &[(f32, f32)], x: f32, y: f32) -> (f32, f32) {
    let across = x * KNOTS as f32;
    let (i, part) = (across as usize, across.fract());
    let at = |i: usize| stray.get(i).copied().unwrap_or_default();
    let ((ax, ay), (bx, by)) = (at(i), at(i + 1));
    (x - 0.5 + mix(ax, bx, part), y - 0.5 + mix(ay, by, part))
}

/// The kinds of ground at four neighbouring middles of tiles, row by row.
struct Corners {
    kinds: [usize; 4],
    /// For each corner the first one of the same kind.
    first: [usize; 4],
    wetness: [f32; 4],
    has_water: bool,
}

impl Corners {
    fn new(kinds: [usize; 4], wetness: [f32; 4]) -> Self {
        let first = kinds.map(|kind| kinds.iter().position(|k| *k == kind).unwrap_or_default());
        Self { kinds, first, wetness, has_water: kinds.contains(&WATER) }
    }

    /// The colour at a place between the corners (0..1 each way): the kinds' own,
    /// mixed where their weights are nearly the same.
    fn colour(&self, (u, v): (f32, f32), own: impl Fn(usize) -> Option<Rgb>) -> Rgb {
        if self.first == [0; 4] && !self.has_water {
            return own(self.kinds[0]).unwrap_or_default();
        }
        let weights = [(1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v];
        let mut sums = [0.0; 4];
        for (first, weight) in self.first.iter().zip(weights) {
            if let Some(sum) = sums.get_mut(*first) {
                *sum += weight;
            }
        }
        let most = sums.iter().copied().fold(0.0, f32::max);
        let (mut colour, mut total, mut water) = ([0.0; 3], 0.0, 0.0);
        for (kind, sum) in self.kinds.iter().zip(sums) {
            if *kind == WATER {
                water += sum;
            }
            let share = sum - (most - SOFT);
            if sum > 0.0 && share > 0.0 {
                total += share;
                let own = own(*kind).unwrap_or_default();
                for (c, own) in colour.iter_mut().zip(own) {
                    *c += own * share;
                }
            }
        }
        let colour = colour.map(|c| c / f32::max(total, 1e-6));
        if !self.has_water {
            return colour;
        }
        let wetness = self.wetness.iter().zip(weights).map(|(wet, weight)| wet * weight).sum();
        shore(colour, water, wetness)
    }
}

/// Paints the beach, the foam and the depth of the water.
fn shore(colour: Rgb, water: f32, wetness: f32) -> Rgb {
    if water <= 0.0 {
        return colour;
    }
    if water >= 1.0 {
        return toward(colour, DEEP, smooth(0.5, 1.0, wetness) * 0.6);
    }
    let beach = smooth(0.2, 0.47, water) * (1.0 - smooth(0.5, 0.56, water)) * 0.7;
    let shallows = smooth(0.46, 0.54, water) * (1.0 - smooth(0.55, 1.0, water)) * 0.6;
    let foam = smooth(0.49, 0.52, water) * (1.0 - smooth(0.53, 0.57, water)) * 0.55;
    let deep = smooth(0.6, 1.0, water) * smooth(0.5, 1.0, wetness) * 0.6;
    let colour = toward(colour, DEEP, deep);
    let colour = toward(colour, SHALLOWS, shallows);
    toward(toward(colour, BEACH, beach), FOAM, foam)
}

fn toward(from: Rgb, to: Rgb, part: f32) -> Rgb {
    let [r, g, b] = from;
    [mix(r, to[0], part), mix(g, to[1], part), mix(b, to[2], part)]
}

/// A picture of so many pixels to a side with left and right exchanged.
fn mirror(pixels: &[u8], side: usize) -> Vec<u8> {
    let lines = pixels.chunks_exact(side * 4);
    lines.flat_map(|line| line.chunks_exact(4).rev().flatten().copied()).collect()
}

fn average(pixels: &[u8]) -> Rgb {
    let mut sum = [0.0; 3];
    for pixel in pixels.chunks_exact(4) {
        for (sum, c) in sum.iter_mut().zip(pixel) {
            *sum += f32::from(*c);
        }
    }
    sum.map(|c| c / (pixels.len() / 4).max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{RuleSet, Rules};

    const PX: usize = 8;
    const AROUND: usize = 4;

    fn ground() -> (Vec<u8>, usize) {
        let map = Map::generate([5, 9], &Rules::new(RuleSet::Modern, 60, 24));
        (compose(&map, PX, AROUND).unwrap(), (24 + 2 * AROUND) * PX)
    }

    fn light(pixel: &[u8]) -> u32 {
        pixel.iter().take(3).map(|c| u32::from(*c)).sum()
    }

    #[test]
    fn ground_covers_everything_and_is_never_black() {
        let (pixels, width) = ground();
        assert_eq!(pixels.len(), width * width * 4);
        for pixel in pixels.chunks_exact(4) {
            assert_eq!(pixel[3], 255);
            assert!(light(pixel) > 45, "{pixel:?}");
        }
    }

    #[test]
    fn land_beyond_the_wall_is_darker_than_the_land_inside() {
        let (pixels, width) = ground();
        let mean = |x: usize| {
            let column = (0..width).map(|y| light(&pixels[(y * width + x) * 4..][..4]));
            column.sum::<u32>() / width as u32
        };
        assert!(mean(2) * 2 < mean(width / 2), "{} {}", mean(2), mean(width / 2));
    }

    #[test]
    fn mirror_exchanges_left_and_right_and_nothing_else() {
        let pixel = |n: u8| [n, n, n, 255];
        let picture = [1, 2, 3, 4].map(pixel).concat();
        assert_eq!(mirror(&picture, 2), [2, 1, 4, 3].map(pixel).concat());
    }

    #[test]
    fn wide_land_is_not_a_carpet_of_equal_squares() {
        let map = Map::generate([5, 9], &Rules::new(RuleSet::Modern, 60, 24));
        let land = Land::new(&map, PX, AROUND).unwrap();
        let lights = (0..land.tiles).flat_map(|ty| (0..land.tiles).map(move |tx| (tx, ty)));
        let lights: Vec<f32> =
            lights.map(|(tx, ty)| land.relief.knot(tx * RELIEF_KNOTS, ty * RELIEF_KNOTS)).collect();
        let (least, most) =
            lights.iter().fold((1.0_f32, -1.0_f32), |(a, b), v| (a.min(*v), b.max(*v)));
        assert!(most - least > 0.5 && least >= -1.0 && most <= 1.0, "{least} to {most}");
        let used: std::collections::BTreeSet<_> =
            (0..64).map(|i| land.variant(i % 8, i / 8)).collect();
        assert_eq!(used.len(), PICTURES);
    }

    #[test]
    fn place_amid_one_kind_has_the_colour_of_its_picture() {
        let corners = Corners::new([3; 4], [0.0; 4]);
        let colour = corners.colour((0.3, 0.8), |kind| (kind == 3).then_some([1.0, 2.0, 3.0]));
        assert_eq!(colour, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn border_mixes_only_where_both_kinds_are_near() {
        let corners = Corners::new([1, 4, 1, 4], [0.0; 4]);
        let own = |kind| Some(if kind == 1 { [0.0; 3] } else { [100.0; 3] });
        for (x, light) in [(0.3, 0.0), (0.5, 50.0), (0.7, 100.0)] {
            let [red, ..] = corners.colour((x, 0.5), own);
            assert!((red - light).abs() < 1.0, "{x}: {red}");
        }
    }
}
