//! The map in the corner: a picture of the ground made once a map, and what moves on it.

use ggez::Context;
use ggez::graphics::{Color, Image, ImageFormat, Rect};

use super::paint::{Paint, Units};
use crate::sim::{Crate, Ground, Map, Obstacle, Tile, World};
use crate::view::eyes::Eyes;
use crate::view::stage::{Frame, Scene};
use crate::view::theme;

/// Side of the plate in units.
const SIDE: f32 = 208.0;
/// And no larger than this share of the window's height: large text leaves little room for it, and
/// it has no text of its own.
const SHARE: f32 = 0.365;

/// Width and height of the map with its frame.
pub(super) fn side(units: Units) -> f32 {
    SIDE.min((units.h * SHARE).floor())
}

/// Pixels of the picture to a tile.
const FINE: usize = 6;

/// The picture of the ground and which ground it shows.
#[derive(Default)]
pub(super) struct Minimap {
    picture: Option<(Key, Image)>,
}

/// What the picture depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    seeds: [u64; 2],
    rules: crate::sim::Rules,
    felled: u16,
}

impl Key {
    fn of(map: &Map, world: &World) -> Key {
        let trees = 0..map.trees().len() as u16;
        let felled = trees.filter(|&t| world.is_felled(t)).count() as u16;
        Key { seeds: map.seeds(), rules: *map.rules(), felled }
    }
}

impl Minimap {
    /// Paints the map of a match into the corner.
    pub(super) fn draw(
        &mut self,
        ctx: &Context,
        paint: &mut Paint<'_>,
        scene: &Scene,
        frame: &Frame,
        eyes: &Eyes,
    ) {
        let key = Key::of(&scene.map, &frame.now);
        if self.picture.as_ref().is_none_or(|(known, _)| *known != key) {
            let (pixels, side) = picture(&scene.map, &frame.now);
            let format = ImageFormat::Rgba8UnormSrgb;
            self.picture = Some((key, Image::from_pixels(ctx, &pixels, format, side, side)));
        }
        let units = paint.units();
        let side = side(units);
        // Two players have both lower corners for themselves.
        let y = match scene.second {
            Some(_) => theme::MARGIN,
            None => units.h - theme::MARGIN - side,
        };
        let plate = Rect::new(theme::MARGIN, y, side, side);
        paint.plate(plate, 8.0, theme::PLATE);
        let place = Place {
            rect: Rect::new(plate.x + 6.0, plate.y + 6.0, plate.w - 12.0, plate.h - 12.0),
            side: f32::from(scene.map.side()),
        };
        if let Some((_, image)) = &self.picture {
            paint.picture(image, place.rect);
        }
        paint.over_pictures();
        for view in eyes.views() {
            view_frame(paint, &place, view.viewport());
        }
        crates(paint, &place, scene, &frame.now);
        tanks(paint, &place, scene, &frame.now);
        for shell in frame.now.shells.iter().filter(|s| s.ammo().is_some()) {
            let (x, y) = place.at(shell.at.x.to_num(), shell.at.y.to_num());
            paint.dot(x, y, 2.4, theme::DARK);
            paint.dot(x, y, 1.6, theme::INK);
        }
    }
}

/// Where on the screen the map lies.
struct Place {
    rect: Rect,
    side: f32,
}

impl Place {
    /// A point of the world on the minimap; outside of the map counts as its edge.
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let part = |v: f32| (v / self.side).clamp(0.0, 1.0);
        (self.rect.x + part(x) * self.rect.w, self.rect.y + part(y) * self.rect.h)
    }
}

fn view_frame(paint: &mut Paint<'_>, place: &Place, view: Rect) {
    let (x0, y0) = place.at(view.x, view.y);
    let (x1, y1) = place.at(view.right(), view.bottom());
    let rect = Rect::new(x0, y0, x1 - x0, y1 - y0);
    paint.frame(rect, 2.0, 3.0, theme::alpha(theme::DARK, 0.55));
    paint.frame(rect, 2.0, 1.5, theme::INK);
}

fn crates(paint: &mut Paint<'_>, place: &Place, scene: &Scene, world: &World) {
    for (tile, pickup) in scene.map.crates().iter().zip(&world.pickups) {
        let Some(kind) = pickup.lying() else { continue };
        let color = match kind {
            Crate::Ammo => theme::ACCENT,
            Crate::Repair => theme::GOOD,
        };
        let (x, y) = place.at(f32::from(tile.x) + 0.5, f32::from(tile.y) + 0.5);
        paint.plate(Rect::new(x - 3.5, y - 3.5, 7.0, 7.0), 1.0, theme::DARK);
        paint.plate(Rect::new(x - 2.5, y - 2.5, 5.0, 5.0), 0.0, color);
    }
}

fn tanks(paint: &mut Paint<'_>, place: &Place, scene: &Scene, world: &World) {
    // the own tanks last, above the others
    let is_own = |seat: &usize| scene.own_seats().any(|own| usize::from(own) == *seat);
    let own = scene.own_seats().map(usize::from);
    let order = (0..world.tanks.len()).filter(|s| !is_own(s)).chain(own);
    for seat in order {
        let Some(tank) = world.tanks.get(seat).filter(|t| t.is_alive()) else { continue };
        let (x, y) = place.at(tank.at.x.to_num(), tank.at.y.to_num());
        let (dx, dy): (f32, f32) =
            (tank.turret.cos().to_num::<f32>(), tank.turret.sin().to_num::<f32>());
        if is_own(&seat) {
            paint.dot(x, y, 8.0, theme::alpha(theme::DARK, 0.8));
            paint.arc((x, y), (5.5, 7.5), (0.0, 1.0), Color::WHITE);
        } else {
            paint.dot(x, y, 6.0, theme::DARK);
        }
        let color = theme::player(scene.colour(seat as u8));
        barrel(paint, (x, y), (dx, dy), color);
        paint.dot(x, y, 4.6, color);
    }
}

fn barrel(paint: &mut Paint<'_>, (x, y): (f32, f32), (dx, dy): (f32, f32), color: Color) {
    let mut quad = |length: f32, half: f32, color| {
        let (tx, ty) = (x + dx * length, y + dy * length);
        let (nx, ny) = (dy * half, -dx * half);
        paint.convex(
            &[(x + nx, y + ny), (tx + nx, ty + ny), (tx - nx, ty - ny), (x - nx, y - ny)],
            color,
        );
    };
    quad(11.0, 2.2, theme::DARK);
    quad(10.0, 1.2, color);
}

/// The ground as pixels, with their side.
fn picture(map: &Map, world: &World) -> (Vec<u8>, u32) {
    let tiles = usize::from(map.side());
    let side = tiles * FINE;
    let mut pixels = Vec::with_capacity(side * side * 4);
    for py in 0..side {
        for px in 0..side {
            let tile = Tile { x: (px / FINE) as u8, y: (py / FINE) as u8 };
            let color = if map.is_wall(tile) {
                theme::WALL
            } else {
                ground(map, world, tile, px % FINE, py % FINE)
            };
            let (r, g, b, _) = color.to_rgba();
            pixels.extend([r, g, b, 255]);
        }
    }
    (pixels, side as u32)
}

fn ground(map: &Map, world: &World, tile: Tile, x: usize, y: usize) -> Color {
    let from_centre = |v: usize| (v as f32 + 0.5) / FINE as f32 - 0.5;
    let (dx, dy) = (from_centre(x), from_centre(y));
    let distance = dx.hypot(dy);
    match map.obstacle(tile) {
        Some(Obstacle::Rock) if distance < 0.42 => return theme::ROCK,
        Some(Obstacle::Tree(n)) if distance < 0.46 && !world.is_felled(n) => return theme::TREE,
        _ => {}
    }
    let base = map.ground(tile);
    let color = theme::ground(base);
    // a pale shore tells water from land where the colours are near
    let is_shore = base == Ground::Water && near_land(map, tile, dx, dy);
    let light = if is_shore { 1.18 } else { 0.96 };
    Color::new(
        (color.r * light).min(1.0),
        (color.g * light).min(1.0),
        (color.b * light).min(1.0),
        1.0,
    )
}

/// Whether the neighbour on whose side this part of a water tile lies is land.
fn near_land(map: &Map, tile: Tile, dx: f32, dy: f32) -> bool {
    let toward = |v: u8, d: f32| match d {
        d if d > 0.3 => v.saturating_add(1),
        d if d < -0.3 => v.saturating_sub(1),
        _ => v,
    };
    let is_land = |tile| map.ground(tile) != Ground::Water && !map.is_wall(tile);
    is_land(Tile { x: toward(tile.x, dx), y: tile.y })
        || is_land(Tile { x: tile.x, y: toward(tile.y, dy) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_outside_of_the_map_stay_on_the_picture() {
        let place = Place { rect: Rect::new(16.0, 500.0, 200.0, 200.0), side: 32.0 };
        assert_eq!(place.at(16.0, 16.0), (116.0, 600.0));
        assert_eq!(place.at(-3.0, 99.0), (16.0, 700.0));
    }
}
