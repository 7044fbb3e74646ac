//! All sprites in one texture, rasterised for the display's scale, and the
//! brush that puts them into the world. Knows nothing of tanks or trees.

use std::collections::HashMap;

use ggez::graphics::{Color, DrawParam, Image, ImageFormat, InstanceArray, Rect};
use ggez::{Context, GameError, GameResult};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg;

use super::camera::Camera;
use super::sprites::{self, Sprite};

/// SVG units to a tile.
const UNITS: f32 = 64.0;
/// Free pixels around each sprite, so that filtering never fetches a neighbour.
const PADDING: u32 = 2;
/// Width of the texture, and the most it may be high.
const WIDTHS: [u32; 4] = [1024, 2048, 4096, 8192];

/// Where a sprite is in the texture.
#[derive(Clone, Copy, Debug)]
struct Cell {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// All sprites for one scale.
pub(super) struct Atlas {
    image: Image,
    /// Pixels to a tile.
    scale: f32,
    cells: HashMap<Sprite, Cell>,
}

impl Atlas {
    /// Rasterises every sprite for `scale` pixels to a tile.
    ///
    /// # Errors
    /// A broken picture, or more pixels than a texture can hold.
    pub(super) fn new(ctx: &Context, scale: f32) -> GameResult<Self> {
        let mut pictures = Vec::new();
        for (sprite, svg) in sprites::all() {
            pictures.push((sprite, rasterise(&svg, scale)?));
        }
        // Highest first: shelves then waste little.
        pictures.sort_by_key(|(_, picture)| std::cmp::Reverse(picture.height));
        let sizes: Vec<(u32, u32)> = pictures.iter().map(|(_, p)| (p.width, p.height)).collect();
        let (width, height, places) = WIDTHS
            .into_iter()
            .find_map(|width| shelves(&sizes, width).map(|(h, places)| (width, h, places)))
            .ok_or_else(|| GameError::RenderError("the window is too large to draw".into()))?;
        let mut pixels = vec![0; width as usize * height as usize * 4];
        let mut cells = HashMap::new();
        for ((sprite, picture), (x, y)) in pictures.iter().zip(places) {
            blit(&mut pixels, width, picture, x, y);
            let cell = Cell { x, y, width: picture.width, height: picture.height };
            cells.insert(*sprite, cell);
        }
        let image = Image::from_pixels(ctx, &pixels, ImageFormat::Rgba8UnormSrgb, width, height);
        Ok(Self { image, scale, cells })
    }

    /// The texture.
    pub(super) fn image(&self) -> Image {
        self.image.clone()
    }

    /// Pixels to a tile.
    pub(super) fn scale(&self) -> f32 {
        self.scale
    }

    /// How to draw a sprite around a point in pixels; `size` 1 is as it was rasterised.
    pub(super) fn place(
        &self,
        sprite: Sprite,
        at: (f32, f32),
        angle: f32,
        size: (f32, f32),
        colour: Color,
    ) -> DrawParam {
        let (width, height) = (self.image.width() as f32, self.image.height() as f32);
        let Some(cell) = self.cells.get(&sprite) else {
            return DrawParam::new().scale([0.0, 0.0]);
        };
        let (w, h) = (cell.width as f32, cell.height as f32);
        DrawParam::new()
            .src(Rect::new(cell.x as f32 / width, cell.y as f32 / height, w / width, h / height))
            .offset([w / 2.0, h / 2.0])
            .dest([at.0, at.1])
            .rotation(angle)
            .scale([size.0, size.1])
            .color(colour)
    }
}

/// Puts sprites at places of the world, in the order they are drawn.
pub(super) struct Brush<'a> {
    atlas: &'a Atlas,
    camera: &'a Camera,
    list: &'a mut InstanceArray,
    zoom: f32,
}

impl<'a> Brush<'a> {
    /// A brush over an empty list.
    pub(super) fn new(atlas: &'a Atlas, camera: &'a Camera, list: &'a mut InstanceArray) -> Self {
        list.clear();
        Self { atlas, camera, list, zoom: camera.scale() / atlas.scale() }
    }

    /// The view that is painted.
    pub(super) fn camera(&self) -> &Camera {
        self.camera
    }

    /// A sprite in its own size. `at` is in tiles, `angle` in radians.
    pub(super) fn put(&mut self, sprite: Sprite, at: (f32, f32), angle: f32, colour: Color) {
        self.stretch(sprite, at, angle, (1.0, 1.0), colour);
    }

    /// A sprite that many times as large as its own size.
    pub(super) fn stretch(
        &mut self,
        sprite: Sprite,
        at: (f32, f32),
        angle: f32,
        size: (f32, f32),
        colour: Color,
    ) {
        let at = self.camera.to_screen(at.0, at.1);
        let size = (size.0 * self.zoom, size.1 * self.zoom);
        self.list.push(self.atlas.place(sprite, at, angle, size, colour));
    }

    /// A plain rectangle in pixels of the window.
    pub(super) fn plate(&mut self, area: Rect, colour: Color) {
        let Some(cell) = self.atlas.cells.get(&Sprite::White) else { return };
        // The middle of the cell, so that filtering sees only white.
        let (w, h) = ((cell.width / 2).max(1), (cell.height / 2).max(1));
        let src = self.atlas.image.uv_rect(cell.x + w / 2, cell.y + h / 2, w, h);
        let scale = [area.w / w as f32, area.h / h as f32];
        let param = DrawParam::new().src(src).dest([area.x, area.y]).scale(scale);
        self.list.push(param.color(colour));
    }
}

/// A rasterised picture: RGBA, sRGB-encoded, premultiplied in linear light.
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u8>,
}

/// A picture for `scale` pixels to a tile, its middle in the middle of the pixels.
///
/// # Errors
/// Text that is not an SVG picture.
pub(super) fn rasterise(svg: &str, scale: f32) -> GameResult<Picture> {
    let broken = |why: String| GameError::ResourceLoadError(format!("broken sprite: {why}"));
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|error| broken(error.to_string()))?;
    let zoom = scale / UNITS;
    let (w, h) = (tree.size().width() * zoom, tree.size().height() * zoom);
    let (width, height) = (w.ceil().max(1.0), h.ceil().max(1.0));
    let mut picture =
        Pixmap::new(width as u32, height as u32).ok_or_else(|| broken("it has no size".into()))?;
    let middle = Transform::from_row(zoom, 0.0, 0.0, zoom, (width - w) / 2.0, (height - h) / 2.0);
    resvg::render(&tree, middle, &mut picture.as_mut());
    let pixels = picture.pixels().iter().flat_map(|pixel| premultiplied(*pixel)).collect();
    Ok(Picture { width: width as u32, height: height as u32, pixels })
}

/// SVG premultiplies the encoded colour, but the graphics card blends in linear
/// light: the colour has to be multiplied there and encoded afterwards.
fn premultiplied(pixel: PremultipliedColorU8) -> [u8; 4] {
    let plain = pixel.demultiply();
    if pixel.alpha() == 0 || pixel.alpha() == 255 {
        return [plain.red(), plain.green(), plain.blue(), plain.alpha()];
    }
    let alpha = f32::from(plain.alpha()) / 255.0;
    let channel = |v: u8| encode(decode(f32::from(v) / 255.0) * alpha);
    [channel(plain.red()), channel(plain.green()), channel(plain.blue()), plain.alpha()]
}

fn decode(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode(v: f32) -> u8 {
    let v = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (v * 255.0).round() as u8
}

/// A place for each size on shelves of this width: the height needed, a power of
/// two, and the places in order; `None` where that would be higher than wide.
fn shelves(sizes: &[(u32, u32)], width: u32) -> Option<(u32, Vec<(u32, u32)>)> {
    let mut places = Vec::with_capacity(sizes.len());
    let (mut x, mut y, mut shelf) = (PADDING, PADDING, 0);
    for &(w, h) in sizes {
        if x + w + PADDING > width {
            (x, y, shelf) = (PADDING, y + shelf + PADDING, 0);
        }
        if x + w + PADDING > width {
            return None;
        }
        places.push((x, y));
        x += w + PADDING;
        shelf = shelf.max(h);
    }
    let height = (y + shelf + PADDING).next_power_of_two();
    (height <= width).then_some((height, places))
}

/// Copies a picture into the pixels of a texture of this width.
fn blit(pixels: &mut [u8], width: u32, picture: &Picture, x: u32, y: u32) {
    let row = picture.width as usize * 4;
    for (line, from) in picture.pixels.chunks_exact(row).enumerate() {
        let start = ((y as usize + line) * width as usize + x as usize) * 4;
        if let Some(to) = pixels.get_mut(start..start + row) {
            to.copy_from_slice(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shelves_do_not_overlap() {
        let sizes = [(50, 40), (30, 40), (60, 20), (70, 10), (10, 10)];
        let (height, places) = shelves(&sizes, 128).unwrap();
        let boxes: Vec<_> = places.iter().zip(sizes).map(|(p, s)| (p.0, p.1, s.0, s.1)).collect();
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.0 + a.2 <= 128 && a.1 + a.3 <= height, "{a:?}");
            for b in &boxes[i + 1..] {
                let apart =
                    a.0 + a.2 <= b.0 || b.0 + b.2 <= a.0 || a.1 + a.3 <= b.1 || b.1 + b.3 <= a.1;
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn too_much_for_the_width_is_refused() {
        assert!(shelves(&[(200, 10)], 128).is_none());
        assert!(shelves(&[(100, 100), (100, 100)], 128).is_none());
    }

    #[test]
    fn every_sprite_is_a_picture_that_shows_something() {
        for (sprite, svg) in sprites::all() {
            let picture = rasterise(&svg, 20.0).unwrap();
            assert!(picture.pixels.chunks(4).any(|p| p[3] > 40), "{sprite:?}");
        }
    }

    #[test]
    fn half_transparent_white_is_half_the_light() {
        let half = PremultipliedColorU8::from_rgba(128, 128, 128, 128).unwrap();
        let [red, .., alpha] = premultiplied(half);
        assert_eq!(alpha, 128);
        assert!((i32::from(red) - 188).abs() <= 1, "{red}");
    }
}
