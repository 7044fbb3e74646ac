//! Smoke, fire, dust and marks on the ground: what events and driving leave
//! behind for the eye. Of no consequence for the game, and random.

mod recipes;

use std::f32::consts::TAU;

use ggez::graphics::Color;

use super::actors::Moment;
use super::atlas::Brush;
use super::interpolate::{TICK, point, radians};
use super::reports::Show;
use super::sprites::Sprite;
use super::theme;
use super::tint::{fade, glow, tint};
use crate::sim::{Ammo, Event, Ground, MAX_SEATS, Stop, TankState, Tile, Vec2};

/// How strong the effects are, each 0 (none) to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// How far the picture moves.
    pub shake: u8,
    /// How bright flashes of light are.
    pub flash: u8,
    /// How much smoke, dust and debris there is.
    pub particles: u8,
}

impl Default for Strength {
    fn default() -> Self {
        Self { shake: 100, flash: 100, particles: 100 }
    }
}

/// The most particles at once; more are not begun.
const MAX_PARTICLES: usize = 700;
/// The most marks of burnt ground.
const MAX_SCORCHES: usize = 48;
/// The most marks of tracks.
const MAX_RUTS: usize = 500;
/// Seconds until the mark of a track is gone.
const RUT_LIFE: f32 = 14.0;
/// Tiles between two marks of a track.
const RUT_STEP: f32 = 0.29;
/// Events farther than this from the own tank do not shake the picture, in tiles.
const SHAKE_RANGE: f32 = 6.0;
/// Seconds until the picture is at rest.
const SHAKE_LIFE: f32 = 12.0 * TICK;
/// Seconds in which the effects of an unmade event are gone.
const UNMAKING: f32 = 0.08;
/// The most the picture moves, in pixels of a 720 pixel high window.
const SHAKE: f32 = 6.0;

/// One piece of smoke, fire or debris.
#[derive(Clone, Copy)]
struct Particle {
    sprite: Sprite,
    at: (f32, f32),
    /// Tiles per second.
    velocity: (f32, f32),
    /// Share of the velocity lost in a second.
    drag: f32,
    angle: f32,
    spin: f32,
    born: f32,
    life: f32,
    /// Times its own size, at birth and at death.
    size: (f32, f32),
    /// Length over width.
    stretch: f32,
    colour: Color,
    alpha: f32,
    /// How soon it pales: 1 evenly, more sooner, less only at the end.
    haste: f32,
    /// Adds light instead of covering.
    bright: bool,
    /// The event it belongs to; 0 for what no rollback can unmake.
    show: Show,
}

/// An event that was taken back: what it began is going, or coming back.
#[derive(Clone, Copy)]
struct Fading {
    show: Show,
    /// What is left, 0..=1.
    left: f32,
    is_doubtful: bool,
}

/// Everything that events and driving left behind.
#[derive(Default)]
pub(super) struct Effects {
    clock: f32,
    particles: Vec<Particle>,
    scorches: Vec<((f32, f32), f32, f32)>,
    ruts: std::collections::VecDeque<((f32, f32), f32, f32)>,
    /// Where each tank last left a mark.
    marked: [(f32, f32); MAX_SEATS],
    /// When each wreck last smoked.
    smoked: [f32; MAX_SEATS],
    /// Since when and how much the picture of the first and of the second player at this
    /// machine shakes.
    shakes: [Option<(f32, f32)>; 2],
    /// The event whose effects are just begun.
    show: Show,
    fading: Vec<Fading>,
    strength: Strength,
    random: u32,
}

impl Effects {
    /// Forgets everything; another match begins.
    pub(super) fn clear(&mut self) {
        let Self { clock, random, strength, .. } = *self;
        *self = Self { clock, random, strength, ..Self::default() };
    }

    /// How many pieces of smoke, fire and debris there are.
    pub(super) fn particles(&self) -> usize {
        self.particles.len()
    }

    /// Forgets everything, the time as well.
    pub(super) fn forget(&mut self) {
        *self = Self { strength: self.strength, ..Self::default() };
    }

    /// From now on, how strong everything is.
    pub(super) fn set_strength(&mut self, strength: Strength) {
        self.strength = strength;
    }

    /// How bright flashes are, 0..=1.
    pub(super) fn flash(&self) -> f32 {
        share(self.strength.flash)
    }

    /// Whether everything that an event began is gone, because a rollback unmade it.
    pub(super) fn is_gone(&self, show: Show) -> bool {
        self.fading.iter().any(|fading| fading.show == show && fading.left <= 0.0)
    }

    /// What an event began must go now, unless the next call does not say so again.
    pub(super) fn doubt(&mut self, show: Show, is_over: bool) {
        if is_over {
            self.particles.retain(|p| p.show != show);
            self.fading.retain(|fading| fading.show != show);
            return;
        }
        match self.fading.iter_mut().find(|fading| fading.show == show) {
            Some(fading) => fading.is_doubtful = true,
            None => self.fading.push(Fading { show, left: 1.0, is_doubtful: true }),
        }
    }

    /// An event that is not on show.
    pub(super) fn begin(&mut self, show: Show, event: &Event, moment: &Moment) {
        self.fading.retain(|fading| fading.show != show);
        self.show = show;
        self.happen(event, moment);
        self.show = 0;
    }

    fn happen(&mut self, event: &Event, moment: &Moment) {
        let player = |of: u8| moment.scene.own_seats().position(|seat| seat == of);
        match *event {
            Event::Fired { seat, ammo, at, direction, .. } => {
                self.muzzle(point(at), radians(direction), ammo);
                if let Some(player) = player(seat) {
                    self.shake(player, 0.35);
                }
            }
            Event::Stopped { at, by, ammo, .. } => self.impact(point(at), by, ammo),
            Event::Felled { tile } => self.fall(tile, moment),
            Event::Hit { at, seat, ammo, .. } => {
                self.sparks(point(at), 12, if ammo == Ammo::Piercing { 1.4 } else { 1.0 });
                if let Some(player) = player(seat) {
                    self.shake(player, if ammo == Ammo::Piercing { 1.0 } else { 0.7 });
                }
            }
            Event::Destroyed { at, .. } => {
                let (x, y) = point(at);
                self.explosion((x, y));
                for (player, seat) in moment.scene.own_seats().enumerate() {
                    let Some(own) = moment.poses.get(usize::from(seat)) else { continue };
                    let away = (own.at.0 - x).hypot(own.at.1 - y);
                    self.shake(player, 1.0 - (away / SHAKE_RANGE).min(1.0));
                }
            }
            Event::Spawned { at, seat } => {
                self.arrival(at, theme::player(moment.scene.colour(seat)))
            }
            Event::Taken { seat, spot, .. } => {
                let place = moment.scene.map.crates().get(usize::from(spot));
                if let Some(tile) = place {
                    self.ring(
                        point(tile.centre()),
                        theme::player(moment.scene.colour(seat)),
                        0.3,
                        0.9,
                        0.35,
                    );
                }
            }
            Event::Appeared { spot, .. } => {
                let place = moment.scene.map.crates().get(usize::from(spot));
                if let Some(tile) = place {
                    self.ring(point(tile.centre()), Color::WHITE, 0.7, 0.35, 0.3);
                }
            }
            Event::Started
            | Event::Ended
            | Event::Dry { .. }
            | Event::Reloaded { .. }
            | Event::Selected { .. } => {}
        }
    }

    /// Time goes by, tanks drive, wrecks burn.
    pub(super) fn update(&mut self, moment: Option<&Moment>, seconds: f32) {
        self.clock += seconds;
        let clock = self.clock;
        for fading in &mut self.fading {
            let way = if fading.is_doubtful { -1.0 } else { 1.0 };
            fading.left = (fading.left + way * seconds / UNMAKING).clamp(0.0, 1.0);
        }
        let fading = &self.fading;
        self.particles.retain(|p| clock - p.born < p.life && left(fading, p.show) > 0.0);
        // What is gone stays on the list as long as it may be told again.
        self.fading.retain(|fading| fading.is_doubtful || fading.left < 1.0);
        self.fading.iter_mut().for_each(|fading| fading.is_doubtful = false);
        for p in &mut self.particles {
            let keep = (1.0 - p.drag).max(0.0).powf(seconds);
            p.velocity = (p.velocity.0 * keep, p.velocity.1 * keep);
            p.at = (p.at.0 + p.velocity.0 * seconds, p.at.1 + p.velocity.1 * seconds);
            p.angle += p.spin * seconds;
        }
        while self.ruts.front().is_some_and(|rut| clock - rut.2 > RUT_LIFE) {
            self.ruts.pop_front();
        }
        if let Some(moment) = moment {
            self.trails(moment);
        }
    }

    /// How far the picture of a player is off its place, in pixels; `None` is a picture of all
    /// who play at this machine.
    pub(super) fn shaken(&self, player: Option<usize>, window_height: f32) -> (f32, f32) {
        let of = (0..).zip(&self.shakes).filter(|(of, _)| player.is_none_or(|one| one == *of));
        let strong = of.map(|(_, shake)| {
            let (began, strength) = shake.unwrap_or_default();
            let left = (1.0 - (self.clock - began) / SHAKE_LIFE).max(0.0);
            strength * left * left
        });
        let strong = strong.fold(0.0, f32::max);
        if strong <= 0.0 {
            return (0.0, 0.0);
        }
        let far = SHAKE * share(self.strength.shake) * strong * window_height / 720.0;
        let (x, y) = ((self.clock * 83.0).sin(), (self.clock * 71.0 + 1.0).sin());
        ((x * far).round(), (y * far).round())
    }

    /// Marks on the ground.
    pub(super) fn draw_marks(&self, brush: &mut Brush) {
        for (at, angle, born) in &self.ruts {
            let left = 1.0 - (self.clock - born) / RUT_LIFE;
            if brush.camera().sees(at.0, at.1, 1.0) {
                brush.put(Sprite::Rut, *at, *angle, fade(left.min(0.6) / 0.6 * 0.65));
            }
        }
        for (at, angle, size) in &self.scorches {
            if brush.camera().sees(at.0, at.1, 2.0) {
                brush.stretch(Sprite::Scorch, *at, *angle, (*size, *size), fade(0.85));
            }
        }
    }

    /// Everything in the air.
    pub(super) fn draw_air(&self, brush: &mut Brush) {
        for p in &self.particles {
            let part = ((self.clock - p.born) / p.life).clamp(0.0, 1.0);
            let grown = 1.0 - (1.0 - part) * (1.0 - part);
            let size = p.size.0 + (p.size.1 - p.size.0) * grown;
            if !brush.camera().sees(p.at.0, p.at.1, size.max(1.0) * 2.0) {
                continue;
            }
            // Fast in, slow out.
            let kept = left(&self.fading, p.show) * if p.is_flash() { self.flash() } else { 1.0 };
            let alpha = kept * p.alpha * (part * 12.0).min(1.0) * (1.0 - part).powf(p.haste);
            let colour = if p.bright { glow(p.colour, alpha) } else { tint(p.colour, alpha) };
            brush.stretch(p.sprite, p.at, p.angle, (size * p.stretch, size), colour);
        }
    }

    fn shake(&mut self, player: usize, strength: f32) {
        let Some(shake) = self.shakes.get_mut(player) else { return };
        let left = shake.map_or(0.0, |(began, strength)| {
            strength * (1.0 - (self.clock - began) / SHAKE_LIFE).max(0.0)
        });
        if strength > left {
            *shake = Some((self.clock, strength.min(1.0)));
        }
    }

    /// Marks and dust behind driving tanks, smoke over wrecks.
    fn trails(&mut self, moment: &Moment) {
        let map = &*moment.scene.map;
        for (seat, tank, pose) in moment.tanks() {
            let index = usize::from(seat);
            let marked = self.marked.get(index).copied().unwrap_or_default();
            let smoked = self.smoked.get(index).copied().unwrap_or_default();
            if tank.state() == TankState::Destroyed && self.clock - smoked > 0.12 {
                if let Some(smoked) = self.smoked.get_mut(index) {
                    *smoked = self.clock;
                }
                self.wreck_smoke(pose.at);
            }
            let far = (pose.at.0 - marked.0).hypot(pose.at.1 - marked.1);
            if !tank.is_alive() || far < RUT_STEP {
                continue;
            }
            if let Some(marked) = self.marked.get_mut(index) {
                *marked = pose.at;
            }
            if far > 1.0 {
                continue;
            }
            let tile = Tile { x: pose.at.0.max(0.0) as u8, y: pose.at.1.max(0.0) as u8 };
            let way = ((pose.at.0 - marked.0) / far, (pose.at.1 - marked.1) / far);
            match map.ground(tile) {
                Ground::Water => self.spray(pose.at, way),
                kind => {
                    if self.ruts.len() >= MAX_RUTS {
                        self.ruts.pop_front();
                    }
                    self.ruts.push_back((pose.at, pose.hull, self.clock));
                    if let Some(dust) = dust(kind) {
                        self.dust(pose.at, way, dust);
                    }
                }
            }
        }
    }

    /// A number in `low..high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        low + (high - low) * ((self.random >> 8) as f32 / 16_777_216.0)
    }

    fn add(&mut self, particle: Particle) {
        let wanted = particle.is_flash() || self.between(0.0, 1.0) < share(self.strength.particles);
        if wanted && self.particles.len() < MAX_PARTICLES {
            self.particles.push(Particle { born: self.clock, show: self.show, ..particle });
        }
    }
}

/// What is left of the effects of an event, 0..=1.
fn left(fading: &[Fading], show: Show) -> f32 {
    let mut known = fading.iter().filter(|fading| show != 0 && fading.show == show);
    known.next().map_or(1.0, |fading| fading.left)
}

/// 0..=1 of a setting of 0 to 100.
fn share(setting: u8) -> f32 {
    f32::from(setting.min(100)) / 100.0
}

/// The colour of the dust that a kind of ground gives.
fn dust(kind: Ground) -> Option<Color> {
    match kind {
        Ground::Sand => Some(Color::from_rgb_u32(0xF2E6C2)),
        Ground::DarkSand => Some(Color::from_rgb_u32(0xDCC699)),
        Ground::Dirt => Some(Color::from_rgb_u32(0xC0A585)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(shake: u8, flash: u8, particles: u8) -> Effects {
        let mut effects = Effects::default();
        effects.set_strength(Strength { shake, flash, particles });
        effects
    }

    #[test]
    fn nothing_shakes_flashes_or_smokes_at_a_strength_of_none() {
        let mut effects = effects(0, 0, 0);
        effects.explosion((5.0, 5.0));
        effects.shake(0, 1.0);
        effects.update(None, TICK);
        assert!(effects.particles.iter().all(Particle::is_flash));
        assert_eq!((effects.flash(), effects.shaken(None, 720.0)), (0.0, (0.0, 0.0)));
    }

    #[test]
    fn full_strength_shakes_flashes_and_smokes() {
        let mut effects = effects(100, 100, 100);
        effects.explosion((5.0, 5.0));
        effects.shake(0, 1.0);
        effects.update(None, TICK);
        assert!(effects.particles.iter().filter(|p| !p.is_flash()).count() > 30);
        assert_eq!(effects.flash(), 1.0);
        assert_ne!(effects.shaken(None, 720.0), (0.0, 0.0));
    }

    #[test]
    fn only_the_picture_of_who_was_hit_shakes() {
        let mut effects = effects(100, 100, 100);
        effects.shake(1, 1.0);
        effects.update(None, TICK);
        assert_eq!(effects.shaken(Some(0), 720.0), (0.0, 0.0));
        assert_ne!(effects.shaken(Some(1), 720.0), (0.0, 0.0));
        assert_eq!(effects.shaken(Some(1), 720.0), effects.shaken(None, 720.0), "a shared one");
    }

    #[test]
    fn effects_of_an_unmade_event_fade_and_others_stay() {
        let mut effects = effects(100, 100, 100);
        for show in [1, 2] {
            effects.show = show;
            effects.explosion((5.0, 5.0));
        }
        for _ in 0..8 {
            effects.doubt(1, false);
            effects.update(None, TICK);
        }
        assert!(effects.is_gone(1) && !effects.is_gone(2));
        assert!(!effects.particles.is_empty());
        assert!(effects.particles.iter().all(|p| p.show == 2));
    }
}
