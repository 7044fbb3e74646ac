//! The pixels of the ground: each kind's own picture, and between two kinds an
//! irregular, soft border instead of a grid of squares.

use ggez::GameResult;

use super::BEYOND;
use super::noise::{Field, hash, mix, smooth};
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
    textures: Vec<[Vec<u8>; GROUND_VARIANTS]>,
    average: Vec<Rgb>,
    stray: [Field; 2],
}

impl Land {
    fn new(map: &Map, px: usize, margin: usize) -> GameResult<Self> {
        let side = usize::from(map.side());
        let tiles = side + 2 * margin;
        let inside = |v: usize| v.saturating_sub(margin).min(side - 1) as u8;
        let kinds: Vec<usize> = (0..tiles * tiles)
            .map(|i| map.ground(Tile { x: inside(i % tiles), y: inside(i / tiles) }) as usize)
            .collect();
        let mut textures = Vec::with_capacity(KINDS.len());
        for kind in KINDS {
            let mut variants: [Vec<u8>; GROUND_VARIANTS] = Default::default();
            for (pixels, svg) in variants.iter_mut().zip(sprites::ground(kind)) {
                *pixels = atlas::rasterise(svg, px as f32)?.pixels;
            }
            textures.push(variants);
        }
        let average = textures.iter().map(|variants| average(&variants[0])).collect();
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

    fn variant(&self, tx: usize, ty: usize) -> usize {
        ((hash(tx as i32, ty as i32, 9) + 1.0) * 1.499) as usize % GROUND_VARIANTS
    }

    fn texture(&self, kind: usize, variant: usize) -> &[u8] {
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
        for (v, line) in band.chunks_exact_mut(row).enumerate() {
            let Some(line) = line.get_mut(start..start + width) else { return };
            let y = ty as f32 + (v as f32 + 0.5) / self.px as f32;
            for (u, pixel) in line.chunks_exact_mut(4).enumerate() {
                let x = tx as f32 + (u as f32 + 0.5) / self.px as f32;
                let colour = self.colour(x, y, variant, (v * self.px + u) * 4);
                for (to, from) in pixel.iter_mut().zip(colour) {
                    *to = from as u8;
                }
            }
        }
    }

    /// The colour at a place in tiles; `texel` is its place in a tile's picture.
    fn colour(&self, x: f32, y: f32, variant: usize, texel: usize) -> Rgb {
        let stray = |field: &Field| (field.at(x, y) * 1.1).clamp(-STRAY, STRAY);
        let [across, down] = &self.stray;
        let (sx, sy) = (x - 0.5 + stray(across), y - 0.5 + stray(down));
        let (column, line) = (sx.floor(), sy.floor());
        let (u, v) = (sx - column, sy - line);
        let (column, line) = (column as i32, line as i32);
        let mut weights = [0.0; KINDS.len()];
        let mut wetness = 0.0;
        for (dx, dy, weight) in [
            (0, 0, (1.0 - u) * (1.0 - v)),
            (1, 0, u * (1.0 - v)),
            (0, 1, (1.0 - u) * v),
            (1, 1, u * v),
        ] {
            if let Some(sum) = weights.get_mut(self.kind(column + dx, line + dy)) {
                *sum += weight;
            }
            let clamp = |v: i32| v.clamp(0, self.tiles as i32 - 1) as usize;
            let place = clamp(line + dy) * self.tiles + clamp(column + dx);
            wetness += self.wetness.get(place).copied().unwrap_or_default() * weight;
        }
        let far = self.beyond(x, y);
        let mut colour = self.mixed(&weights, variant, texel, far > 0.0);
        colour = shore(colour, weights.first().copied().unwrap_or_default(), wetness);
        if far > 0.0 {
            let end = [BEYOND.r * 255.0, BEYOND.g * 255.0, BEYOND.b * 255.0];
            colour = toward(colour.map(|c| c * 0.5), end, smooth(0.0, self.margin as f32, far));
        }
        let shade = self.wall_shadow(x, y);
        colour.map(|c| c * shade)
    }

    /// The pictures of the kinds, mixed where their weights are nearly the same.
    fn mixed(&self, weights: &[f32; 7], variant: usize, texel: usize, plain: bool) -> Rgb {
        let most = weights.iter().copied().fold(0.0, f32::max);
        let (mut colour, mut total) = ([0.0; 3], 0.0);
        for (kind, weight) in weights.iter().enumerate() {
            let share = weight - (most - SOFT);
            if *weight <= 0.0 || share <= 0.0 {
                continue;
            }
            let texture = self.texture(kind, variant).get(texel..texel + 3);
            let own = match texture {
                Some(&[r, g, b]) if !plain => [f32::from(r), f32::from(g), f32::from(b)],
                _ => self.average.get(kind).copied().unwrap_or_default(),
            };
            total += share;
            for (sum, c) in colour.iter_mut().zip(own) {
                *sum += c * share;
            }
        }
        colour.map(|c| c / total.max(1e-6))
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

/// Paints the beach, the foam and the depth of the water.
fn shore(colour: Rgb, water: f32, wetness: f32) -> Rgb {
    if water <= 0.0 {
        return colour;
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

fn average(pixels: &[u8]) -> Rgb {
    let mut sum = [0.0; 3];
    for pixel in pixels.chunks_exact(4) {
        for (sum, c) in sum.iter_mut().zip(pixel) {
            *sum += f32::from(*c);
        }
    }
    sum.map(|c| c / (pixels.len() / 4).max(1) as f32)
}
