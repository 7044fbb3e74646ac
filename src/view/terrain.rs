//! The ground: blended once for a map and a scale into one opaque picture that
//! is then only copied. Draws nothing that can change during a match.

mod blend;
pub(super) mod noise;

use ggez::graphics::{
    BlendMode, Canvas, Color, DrawParam, Image, ImageFormat, InstanceArray, Rect, Sampler,
};
use ggez::{Context, GameResult};

use super::atlas::Atlas;
use super::camera::Camera;
use super::sprites::Sprite;
use super::tint::fade;
use crate::sim::{Ground, Map, Tile};

/// What is behind everything: the colour that the land beyond the wall fades to.
pub(super) const BEYOND: Color = Color::new(0.106, 0.125, 0.118, 1.0);
/// Tiles of land painted beyond the wall.
const MARGIN: usize = 4;
/// The picture has at most this many pixels to a side.
const LARGEST: usize = 6144;
/// The ground has no detail finer than this many pixels to a tile.
const DETAIL: usize = 32;

/// The painted ground of one map at one scale.
pub(super) struct Terrain {
    picture: Image,
    /// Pixels of the picture to a tile.
    scale: usize,
}

impl Terrain {
    /// Paints the ground of a map. Only inside a frame.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub(super) fn new(ctx: &mut Context, map: &Map, atlas: &Atlas) -> GameResult<Self> {
        let tiles = usize::from(map.side()) + 2 * MARGIN;
        let scale = (atlas.scale() as usize).min(LARGEST / tiles).max(1);
        let detail = scale.min(DETAIL);
        let pixels = blend::compose(map, detail, MARGIN)?;
        let size = (tiles * detail) as u32;
        let ground = Image::from_pixels(ctx, &pixels, ImageFormat::Rgba8UnormSrgb, size, size);
        let size = (tiles * scale) as u32;
        let picture = Image::new_canvas_image(ctx, size, size, 1);
        let mut canvas = Canvas::from_image(ctx, picture.clone(), BEYOND);
        canvas.set_screen_coordinates(Rect::new(0.0, 0.0, size as f32, size as f32));
        canvas.set_blend_mode(BlendMode::REPLACE);
        let zoom = scale as f32 / detail as f32;
        canvas.draw(&ground, DrawParam::new().scale([zoom, zoom]));
        canvas.set_blend_mode(BlendMode::PREMULTIPLIED);
        let mut things = InstanceArray::new(ctx, atlas.image());
        paint_things(&mut things, map, atlas, scale as f32);
        canvas.draw(&things, DrawParam::new());
        canvas.finish(ctx)?;
        Ok(Self { picture, scale })
    }

    /// Copies the visible part to the window.
    pub(super) fn draw(&self, canvas: &mut Canvas, camera: &Camera) {
        let zoom = camera.scale() / self.scale as f32;
        let (x, y) = camera.to_screen(-(MARGIN as f32), -(MARGIN as f32));
        canvas.set_blend_mode(BlendMode::REPLACE);
        if zoom == 1.0 {
            canvas.set_sampler(Sampler::nearest_clamp());
        }
        canvas.draw(&self.picture, DrawParam::new().dest([x, y]).scale([zoom, zoom]));
        canvas.set_default_sampler();
        canvas.set_blend_mode(BlendMode::ALPHA);
    }
}

/// The wall and the small things that lie about.
fn paint_things(things: &mut InstanceArray, map: &Map, atlas: &Atlas, scale: f32) {
    let zoom = scale / atlas.scale();
    let mut put = |sprite, tile: Tile, off: (f32, f32), angle, size: f32| {
        let middle = |v: u8, off: f32| (f32::from(v) + 0.5 + MARGIN as f32 + off) * scale;
        let at = (middle(tile.x, off.0), middle(tile.y, off.1));
        things.push(atlas.place(sprite, at, angle, (size * zoom, size * zoom), fade(1.0)));
    };
    for (x, y) in (0..map.side()).flat_map(|y| (0..map.side()).map(move |x| (x, y))) {
        let tile = Tile { x, y };
        if map.is_wall(tile) {
            put(Sprite::Wall, tile, (0.0, 0.0), 0.0, 1.0);
        } else if map.obstacle(tile).is_none()
            && let Some((sprite, turns)) = decal(map, tile)
        {
            let draw = |channel| noise::hash(x.into(), y.into(), channel);
            let angle = if turns { draw(3) * std::f32::consts::PI } else { 0.0 };
            put(sprite, tile, (draw(4) * 0.3, draw(5) * 0.3), angle, 0.75 + 0.2 * draw(6));
        }
    }
}

/// What lies on a tile, if anything, and whether it looks well from every side.
fn decal(map: &Map, tile: Tile) -> Option<(Sprite, bool)> {
    let luck = (noise::hash(tile.x.into(), tile.y.into(), 1) + 1.0) / 2.0;
    let kind = noise::hash(tile.x.into(), tile.y.into(), 2);
    let near_water = || {
        let (x, y) = (i32::from(tile.x), i32::from(tile.y));
        [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)].into_iter().any(|(x, y)| {
            let clamp = |v: i32| v.clamp(0, i32::from(map.side()) - 1) as u8;
            map.ground(Tile { x: clamp(x), y: clamp(y) }) == Ground::Water
        })
    };
    let (chance, sprite, turns) = match map.ground(tile) {
        Ground::Water => return None,
        Ground::Sand | Ground::DarkSand if kind > 0.2 && near_water() => (0.5, Sprite::Reed, false),
        Ground::Sand => (0.1, Sprite::Pebbles, true),
        Ground::DarkSand if kind > 0.0 => (0.14, Sprite::Crack, true),
        Ground::DarkSand => (0.16, Sprite::Pebbles, true),
        Ground::Dirt if kind > 0.3 => (0.2, Sprite::Tuft, false),
        Ground::Dirt if kind > -0.3 => (0.2, Sprite::Crack, true),
        Ground::Dirt => (0.2, Sprite::Pebbles, true),
        Ground::Grass | Ground::Temperate if kind > 0.55 => (0.25, Sprite::Flower, false),
        Ground::Grass | Ground::Temperate => (0.22, Sprite::Tuft, false),
        Ground::Shrub => (0.3, Sprite::Tuft, false),
    };
    (luck < chance).then_some((sprite, turns))
}
