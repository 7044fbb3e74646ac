//! Tanks, shells, crates, trees and rocks, as the worlds say they are. Keeps
//! only what a single world cannot tell: how far the tracks have run.

use ggez::Context;
use ggez::graphics::{Canvas, Color, DrawParam, Drawable, Rect, Text, TextFragment};

use super::atlas::Brush;
use super::interpolate::{Pose, TICK, point, radians, shell};
use super::sprites::{Sprite, TRACK_FRAMES, TRACK_STEP};
use super::stage::Scene;
use super::terrain::noise;
use super::theme;
use super::tint::{fade, glow, tint};
use crate::sim::rules::{FULL_HP, PROTECTION, RELOAD};
use crate::sim::{Ammo, Crate, Ground, MAX_SEATS, Map, Obstacle, Tank, TankState, Tile, World};

/// Where the sun throws the shadow of a low thing, in tiles.
const SHADOW: (f32, f32) = (0.08, 0.10);
/// How far the barrel runs back on firing, in tiles.
const RECOIL: f32 = 0.12;
/// How far trees and rocks stand from the middle of their tiles at most, across and down, in tiles.
const ASIDE: f32 = 0.08;
/// How far they are turned at most, in radians: no more, as the light comes from the top left.
const LEAN: f32 = 0.1;
/// What is left of a tree above a tank.
const THIN: f32 = 0.65;
/// Height of a line of names in a window 720 pixels high: 14 pixels of letters.
const NAME_SIZE: f32 = 18.0;
/// Where the clock and the scores end, in a picture 720 high.
const UNDER_SCORES: f32 = 104.0;

/// Ticks after which a tank that was seen destroyed is drawn so, settled or not.
const MOURNING: u32 = 12;

/// One drawn moment of a match.
pub(super) struct Moment<'a> {
    pub(super) scene: &'a Scene,
    pub(super) now: &'a World,
    /// Progress from the world before to this one, 0..=1.
    pub(super) part: f32,
    pub(super) poses: [Pose; MAX_SEATS],
    /// Tanks whose end is only predicted and so not shown yet, a bit for each seat.
    pub(super) spared: u8,
    /// Seconds since the window opened.
    pub(super) clock: f32,
}

impl<'a> Moment<'a> {
    /// Every tank with its seat and where it is drawn.
    pub(super) fn tanks(&self) -> impl Iterator<Item = (u8, &'a Tank, Pose)> {
        (0_u8..).zip(&self.now.tanks).zip(self.poses).map(|((seat, tank), pose)| (seat, tank, pose))
    }

    /// Whether a tank stands there to be seen.
    fn stands(&self, seat: u8, tank: &Tank) -> bool {
        tank.is_alive() || self.spared & (1 << seat.min(7)) != 0
    }

    fn is_known(&self, seat: u8) -> bool {
        self.scene.seats.get(usize::from(seat)).is_some_and(|label| !label.name.is_empty())
    }
}

/// What the tanks remember between two drawings.
#[derive(Default)]
pub(super) struct Actors {
    /// Tiles that the tracks have run, by seat.
    run: [f32; MAX_SEATS],
    last: [Pose; MAX_SEATS],
    /// When each tank was last hit, as the clock of the moments has it.
    hit: [f32; MAX_SEATS],
    /// The tick at which each tank was first seen destroyed.
    fell: [Option<u32>; MAX_SEATS],
    /// The tick at which the end of each tank was last settled.
    mourned: [u32; MAX_SEATS],
    names: Names,
}

impl Actors {
    /// A shell hit the tank of this seat.
    pub(super) fn flash(&mut self, seat: u8, clock: f32) {
        if let Some(hit) = self.hit.get_mut(usize::from(seat)) {
            *hit = clock;
        }
    }

    /// It is settled that the tank of this seat was destroyed at this tick.
    pub(super) fn mourn(&mut self, seat: u8, tick: u32) {
        if let Some(mourned) = self.mourned.get_mut(usize::from(seat)) {
            *mourned = tick;
        }
    }

    /// Which destroyed tanks are still to be drawn whole, a bit for each seat: those whose
    /// end a rollback may yet take back.
    pub(super) fn spared(&self, tick: u32) -> u8 {
        (0_u8..).zip(self.fell.iter().zip(self.mourned)).fold(0, |mask, (seat, (fell, mourned))| {
            let waits = fell.is_some_and(|at| {
                mourned.abs_diff(at) > 2 * MOURNING && tick.abs_diff(at) < MOURNING
            });
            mask | u8::from(waits) << seat
        })
    }

    /// Lets the tracks run along with the tanks.
    pub(super) fn update(&mut self, moment: &Moment) {
        for (seat, tank, pose) in moment.tanks() {
            let seat = usize::from(seat);
            if let Some(fell) = self.fell.get_mut(seat) {
                let is_out = tank.state() == TankState::Destroyed;
                *fell = is_out.then(|| fell.unwrap_or(moment.now.tick));
            }
            let (Some(run), Some(last)) = (self.run.get_mut(seat), self.last.get_mut(seat)) else {
                continue;
            };
            let (dx, dy) = (pose.at.0 - last.at.0, pose.at.1 - last.at.1);
            if tank.is_alive() && dx.hypot(dy) < 1.0 {
                *run += dx * pose.hull.cos() + dy * pose.hull.sin();
                let turned = (pose.hull - last.hull).abs();
                *run += if turned < 1.0 { turned * 0.5 } else { 0.0 };
            }
            *last = pose;
        }
    }

    /// Everything that lies flat or is driven over: below the tanks.
    pub(super) fn draw_flat(&self, brush: &mut Brush, moment: &Moment) {
        let map = &*moment.scene.map;
        for_visible_tiles(brush, map, |brush, tile| {
            if is_open_water(map, tile) {
                glint(brush, point(tile.centre()), moment.clock);
            }
            if let Some(Obstacle::Tree(number)) = map.obstacle(tile)
                && moment.now.is_felled(number)
            {
                let Stand { at, angle, size } = stand(tile);
                brush.stretch(Sprite::Stump, at, angle, (size, size), fade(1.0));
            }
        });
        for (seat, tank, pose) in moment.tanks() {
            if tank.state() == TankState::Destroyed && !moment.stands(seat, tank) {
                brush.put(Sprite::Wreck, pose.at, pose.hull, fade(1.0));
            }
        }
    }

    /// The shadows of all that stands.
    pub(super) fn draw_shadows(&self, brush: &mut Brush, moment: &Moment) {
        let map = &*moment.scene.map;
        for_visible_tiles(brush, map, |brush, tile| match standing(map, moment.now, tile) {
            Some(Obstacle::Rock) => {
                let Stand { at, size, .. } = stand(tile);
                let at = moved(at, SHADOW, 1.0);
                brush.stretch(Sprite::ShadowRound, at, 0.0, (size, size), fade(0.9));
            }
            Some(Obstacle::Tree(_)) => {
                let Stand { at, size, .. } = stand(tile);
                let (at, size) = (moved(at, SHADOW, 2.0), 1.12 * size);
                brush.stretch(Sprite::ShadowRound, at, 0.0, (size, size), fade(0.9));
            }
            None => {}
        });
        for (at, _) in crates(moment) {
            let at = moved(at, SHADOW, 0.8);
            brush.stretch(Sprite::ShadowBox, at, 0.0, (0.56, 0.58), fade(0.9));
        }
        for (seat, tank, pose) in moment.tanks() {
            if moment.stands(seat, tank) {
                let at = moved(pose.at, SHADOW, 1.0);
                brush.put(Sprite::ShadowBox, at, pose.hull, fade(1.0));
            }
        }
    }

    /// Crates and the rings under the own tanks.
    pub(super) fn draw_low(&self, brush: &mut Brush, moment: &Moment) {
        for (at, kind) in crates(moment) {
            let sprite = match kind {
                Crate::Ammo => Sprite::CrateAmmo,
                Crate::Repair => Sprite::CrateRepair,
            };
            let size = 1.0 + 0.03 * (moment.clock * 3.0 + at.0).sin();
            brush.stretch(sprite, at, 0.0, (size, size), fade(1.0));
        }
        for (seat, tank, pose) in moment.tanks() {
            if tank.is_alive() && seat == moment.scene.own {
                brush.put(Sprite::OwnRing, pose.at, 0.0, fade(0.8));
            } else if tank.is_alive() && moment.scene.owns(seat) {
                brush.put(Sprite::OwnRing, pose.at, 0.0, tint(theme::ACCENT, 0.9));
            }
        }
    }

    /// Tanks, and the faded ones of absent players.
    pub(super) fn draw_tanks(&self, brush: &mut Brush, moment: &Moment, flash: f32) {
        for (seat, tank, pose) in moment.tanks() {
            let solid = match tank.state() {
                TankState::Alive => 1.0,
                TankState::Destroyed if moment.stands(seat, tank) => 1.0,
                TankState::Absent if moment.is_known(seat) => 0.35,
                _ => continue,
            };
            if !brush.camera().sees(pose.at.0, pose.at.1, 1.5) {
                continue;
            }
            let run = self.run.get(usize::from(seat)).copied().unwrap_or_default();
            let frame = (run / TRACK_STEP).floor().rem_euclid(f32::from(TRACK_FRAMES)) as u8;
            let back = RECOIL * recoil(f32::from(RELOAD - tank.reload.min(RELOAD)) + moment.part);
            let barrel = moved(pose.at, (pose.turret.cos(), pose.turret.sin()), -back);
            let colour = moment.scene.colour(seat);
            brush.put(Sprite::Hull(colour), pose.at, pose.hull, fade(solid));
            brush.put(Sprite::Tracks(frame), pose.at, pose.hull, fade(solid));
            brush.put(Sprite::ShadowRound, moved(pose.at, SHADOW, 0.5), 0.0, fade(0.45 * solid));
            brush.put(Sprite::Barrel, barrel, pose.turret, fade(solid));
            brush.put(Sprite::Turret(colour), pose.at, pose.turret, fade(solid));
            let since = self.hit.get(usize::from(seat)).map_or(1.0, |at| moment.clock - at);
            let lit = flash * 0.85 * (1.0 - (since / TICK - 2.0) / 8.0).clamp(0.0, 1.0);
            if lit > 0.0 && since >= 0.0 {
                brush.put(Sprite::Silhouette, pose.at, pose.hull, glow(Color::WHITE, lit));
            }
            if tank.protection > 0 {
                shimmer(brush, pose.at, tank.protection, moment.clock);
            }
        }
    }

    /// Shells in flight.
    pub(super) fn draw_shells(&self, brush: &mut Brush, moment: &Moment) {
        for flying in &moment.now.shells {
            let Some(ammo) = flying.ammo() else { continue };
            let at = shell(flying, moment.now.tick, moment.part);
            let angle = radians(flying.direction);
            let ahead = (angle.cos(), angle.sin());
            let age = (moment.now.tick.saturating_sub(flying.born) as f32 + moment.part) * TICK;
            match ammo {
                Ammo::Regular => {
                    let length = (age * 20.0).min(0.7);
                    let tail = moved(at, ahead, -length / 2.0);
                    let colour = tint(Color::from_rgb_u32(0xFFE7B0), 0.35);
                    brush.stretch(Sprite::Trail, tail, angle, (length, 0.8), colour);
                    brush.put(Sprite::Regular, at, angle, fade(1.0));
                }
                Ammo::Piercing => {
                    let length = (age * 30.0).min(2.6);
                    let tail = moved(at, ahead, -length / 2.0);
                    brush.stretch(Sprite::Trail, tail, angle, (length, 1.0), fade(0.8));
                    brush.put(Sprite::Piercing, at, angle, fade(1.0));
                }
            }
        }
    }

    /// Rocks and trees; a tree over a living tank is thin.
    pub(super) fn draw_tall(&self, brush: &mut Brush, moment: &Moment) {
        let map = &*moment.scene.map;
        for_visible_tiles(brush, map, |brush, tile| {
            let Stand { at, angle, size } = stand(tile);
            match standing(map, moment.now, tile) {
                Some(Obstacle::Rock) => {
                    brush.stretch(Sprite::Rock(variant(tile)), at, angle, (size, size), fade(1.0));
                }
                Some(Obstacle::Tree(_)) => {
                    let nearest = moment
                        .tanks()
                        .filter(|(_, tank, _)| tank.is_alive())
                        .map(|(.., pose)| (pose.at.0 - at.0).hypot(pose.at.1 - at.1))
                        .fold(f32::INFINITY, f32::min);
                    let solid = THIN + (1.0 - THIN) * ((nearest - 1.2) / 0.4).clamp(0.0, 1.0);
                    let size = size * (1.08 + 0.05 * f32::from(variant(tile)));
                    brush.stretch(tree(map, tile), at, angle, (size, size), fade(solid));
                }
                None => {}
            }
        });
    }

    /// Health bars, and the plates for the names: above the tanks, and below those that are at the
    /// top of the picture, where both would lie under the clock and the scores.
    pub(super) fn draw_bars(&mut self, ctx: &Context, brush: &mut Brush, moment: &Moment) {
        let (_, high) = brush.camera().screen();
        self.names.refresh(ctx, moment.scene, (NAME_SIZE * high / 720.0).round());
        for (seat, tank, pose) in moment.tanks() {
            if !tank.is_alive() || !brush.camera().sees(pose.at.0, pose.at.1, 2.0) {
                continue;
            }
            let tile = brush.camera().scale();
            let (wide, thick) = ((1.2 * tile).round(), (0.11 * tile).round().max(3.0));
            let (x, y) = brush.camera().to_screen(pose.at.0, pose.at.1);
            let name = self.names.height();
            let is_below = y > 0.0 && y - 1.12 * tile - name < UNDER_SCORES * high / 720.0;
            let y = (if is_below { y + 1.12 * tile - thick } else { y - 1.12 * tile }).round();
            let (x, under_name) =
                (x.round(), if is_below { y + thick + 3.0 + name } else { y - 3.0 });
            let left = (x - wide / 2.0).round();
            let frame = Rect::new(left - 1.0, y - 1.0, wide + 2.0, thick + 2.0);
            brush.plate(frame, tint(theme::DARK, theme::PLATE.a));
            let part = f32::from(tank.hp.min(FULL_HP)) / f32::from(FULL_HP);
            let bar = Rect::new(left, y, (wide * part).round(), thick);
            brush.plate(bar, tint(theme::health(part), 1.0));
            let light = Rect::new(left, y, bar.w, (thick / 3.0).floor());
            brush.plate(light, glow(Color::WHITE, 0.22));
            // Of two players at one machine each looks for their own name.
            if (seat != moment.scene.own || moment.scene.second.is_some())
                && let Some(plate) = self.names.put(seat, (x, under_name))
            {
                brush.plate(plate, tint(theme::DARK, theme::PLATE.a));
            }
        }
    }

    /// No names are drawn until the next bars.
    pub(super) fn hide_names(&mut self) {
        self.names.places.clear();
    }

    /// The names that were drawn last, as they are laid out.
    pub(super) fn names(&self) -> impl Iterator<Item = &Text> {
        let tag = |(seat, ..): &(usize, f32, f32)| self.names.tags.get(*seat);
        self.names.places.iter().filter_map(tag).map(|(_, text, _)| text)
    }

    /// The names, after their plates. Whether there are any.
    pub(super) fn draw_names(&mut self, canvas: &mut Canvas) -> bool {
        self.names.draw(canvas);
        !self.names.places.is_empty()
    }
}

/// The names above the tanks, laid out once.
#[derive(Default)]
struct Names {
    size: f32,
    tags: Vec<(String, Text, f32)>,
    places: Vec<(usize, f32, f32)>,
}

impl Names {
    fn refresh(&mut self, ctx: &Context, scene: &Scene, size: f32) {
        self.places.clear();
        let names = scene.seats.iter().map(|label| &label.name);
        if self.size == size && self.tags.iter().map(|tag| &tag.0).eq(names.clone()) {
            return;
        }
        self.size = size;
        self.tags = names
            .map(|name| {
                let mut text = Text::new(TextFragment::new(name.as_str()).scale(size));
                if ctx.gfx.has_font(FONT) {
                    text.set_font(FONT);
                }
                let width = text.dimensions(ctx).w;
                (name.clone(), text, width)
            })
            .collect();
    }

    /// Puts a name above a point in pixels and says where its plate must be.
    fn put(&mut self, seat: u8, above: (f32, f32)) -> Option<Rect> {
        let (name, _, width) = self.tags.get(usize::from(seat))?;
        if name.is_empty() {
            return None;
        }
        let (x, y) = ((above.0 - width / 2.0).round(), (above.1 - self.height()).round());
        self.places.push((usize::from(seat), x, y));
        let pad = (self.size * 0.3).round();
        Some(Rect::new(x - pad, y - 1.0, width + 2.0 * pad, self.height()))
    }

    /// How high a plate is.
    fn height(&self) -> f32 {
        self.size * 1.1
    }

    fn draw(&self, canvas: &mut Canvas) {
        for (seat, x, y) in &self.places {
            if let Some((_, text, _)) = self.tags.get(*seat) {
                canvas.draw(text, DrawParam::new().dest([*x, *y]));
            }
        }
    }
}

/// The face of the names, registered by the user interface.
const FONT: &str = "tankwarz-body";

/// Whether the barrel is back, 0..=1, so many ticks after firing.
fn recoil(ticks: f32) -> f32 {
    if ticks < 3.0 {
        ticks / 3.0
    } else if ticks < 23.0 {
        let left = 1.0 - (ticks - 3.0) / 20.0;
        left * left * (3.0 - 2.0 * left)
    } else {
        0.0
    }
}

/// The light around a tank that cannot be hurt yet.
fn shimmer(brush: &mut Brush, at: (f32, f32), left: u8, clock: f32) {
    let end = (f32::from(left) / (f32::from(PROTECTION) * 0.25)).min(1.0);
    let beat = 0.5 + 0.5 * (clock * 9.0).sin();
    let blue = Color::from_rgb_u32(0x9BD8FF);
    brush.stretch(Sprite::Glow, at, 0.0, (2.6, 2.6), glow(blue, end * (0.10 + 0.08 * beat)));
    let size = 0.98 + 0.03 * beat;
    brush.stretch(Sprite::Shield, at, clock * 0.9, (size, size), fade(end * (0.7 + 0.3 * beat)));
}

/// Whether there is water as far as a wave's light reaches.
fn is_open_water(map: &Map, tile: Tile) -> bool {
    let near = |v: u8| v.saturating_sub(1)..=v.saturating_add(1);
    let mut around = near(tile.y).flat_map(|y| near(tile.x).map(move |x| Tile { x, y }));
    !map.is_wall(tile) && around.all(|tile| map.ground(tile) == Ground::Water)
}

/// A band of light that comes and goes on the water.
fn glint(brush: &mut Brush, at: (f32, f32), clock: f32) {
    let phase = at.0 * 1.7 + at.1 * 2.9;
    let light = (clock * 0.7 + phase).sin();
    if light > 0.0 {
        let drift = (clock * 0.23 + phase * 0.5).sin() * 0.35;
        let at = (at.0 + drift, at.1 + (phase * 3.1).sin() * 0.3);
        let pale = Color::from_rgb_u32(0xBFE3F2);
        brush.stretch(Sprite::Glow, at, 0.0, (1.5, 0.22), glow(pale, light * 0.22));
    }
}

fn moved(at: (f32, f32), way: (f32, f32), far: f32) -> (f32, f32) {
    (at.0 + way.0 * far, at.1 + way.1 * far)
}

fn crates<'a>(moment: &Moment<'a>) -> impl Iterator<Item = ((f32, f32), Crate)> + use<'a> {
    let places = moment.scene.map.crates().iter();
    places
        .zip(&moment.now.pickups)
        .filter_map(|(tile, pickup)| Some((point(tile.centre()), pickup.lying()?)))
}

/// What stands on a tile now.
fn standing(map: &Map, now: &World, tile: Tile) -> Option<Obstacle> {
    map.obstacle(tile).filter(|obstacle| match obstacle {
        Obstacle::Rock => true,
        Obstacle::Tree(number) => !now.is_felled(*number),
    })
}

/// How a tree or rock stands on its tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// Its middle, in tiles.
    pub(super) at: (f32, f32),
    /// In radians.
    pub(super) angle: f32,
    /// A factor.
    pub(super) size: f32,
}

/// A little beside the middle of the tile, turned and larger or smaller, the same always: in
/// rank and file they would look built. What shells and tanks meet stays in the middle.
pub(super) fn stand(tile: Tile) -> Stand {
    let draw = |channel| noise::hash(tile.x.into(), tile.y.into(), channel);
    let (x, y) = point(tile.centre());
    Stand {
        at: (x + draw(11) * ASIDE, y + draw(12) * ASIDE),
        angle: draw(13) * LEAN,
        size: 1.0 + draw(14) * 0.06,
    }
}

fn variant(tile: Tile) -> u8 {
    ((u32::from(tile.x) * 0x9E37 + u32::from(tile.y) * 0x85EB) >> 5) as u8 % 3
}

/// The picture of the tree on a tile.
pub(super) fn tree(map: &Map, tile: Tile) -> Sprite {
    Sprite::Tree(tree_variant(map, tile))
}

/// Conifers in the north of the moist lands, broad trees elsewhere.
fn tree_variant(map: &Map, tile: Tile) -> u8 {
    match map.ground(tile) {
        Ground::Temperate if variant(tile) > 0 => 2,
        Ground::Shrub if variant(tile) > 0 => 1,
        _ => variant(tile),
    }
}

fn for_visible_tiles(brush: &mut Brush, map: &Map, mut draw: impl FnMut(&mut Brush, Tile)) {
    let view = brush.camera().viewport();
    let last = f32::from(map.side()) - 1.0;
    let clamp = |v: f32| v.clamp(0.0, last) as u8;
    for y in clamp(view.y - 1.0)..=clamp(view.y + view.h + 1.0) {
        for x in clamp(view.x - 1.0)..=clamp(view.x + view.w + 1.0) {
            draw(brush, Tile { x, y });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barrel_is_fully_back_after_three_ticks_and_home_after_twenty_three() {
        assert_eq!(recoil(3.0), 1.0);
        assert_eq!(recoil(23.0), 0.0);
        assert!(recoil(1.0) < recoil(2.0) && recoil(10.0) > recoil(15.0));
    }

    #[test]
    fn trees_and_rocks_stand_where_shells_and_tanks_meet_them_but_not_in_rank_and_file() {
        let tiles = || (0..60).flat_map(|y| (0..60).map(move |x| Tile { x, y }));
        let aside = |tile: Tile| {
            let (x, y) = point(tile.centre());
            (stand(tile).at.0 - x, stand(tile).at.1 - y)
        };
        assert!(tiles().map(aside).all(|(x, y)| x.abs() <= ASIDE && y.abs() <= ASIDE));
        assert!(tiles().all(|tile| (0.9..1.1).contains(&stand(tile).size)));
        let moved = tiles().filter(|tile| aside(*tile).0.hypot(aside(*tile).1) > ASIDE / 2.0);
        assert!(moved.count() > 2000, "of 3600");
    }
}
