//! How each thing looks when it happens: which particles, how many, how fast.

use super::*;
use crate::view::actors::{Stand, stand, tree};

/// Seconds for which a fallen tree lies there before it is only a stump.
const FALLEN: f32 = 1.3;

impl Particle {
    /// A still puff of a tile's size that lives for a second; recipes change what differs.
    fn puff(at: (f32, f32)) -> Self {
        Self {
            sprite: Sprite::Smoke,
            at,
            velocity: (0.0, 0.0),
            drag: 0.0,
            angle: 0.0,
            spin: 0.0,
            born: 0.0,
            life: 1.0,
            size: (1.0, 1.0),
            stretch: 1.0,
            colour: Color::WHITE,
            alpha: 1.0,
            haste: 1.3,
            bright: false,
            show: 0,
        }
    }

    /// Whether it is a flash of light, and not smoke, dust or debris.
    pub(super) fn is_flash(&self) -> bool {
        self.bright && matches!(self.sprite, Sprite::Glow) || self.sprite == Sprite::Flash
    }

    fn light(at: (f32, f32), rgb: u32, size: f32, ticks: f32) -> Self {
        Self {
            sprite: Sprite::Glow,
            life: ticks * TICK,
            size: (size, size * 0.7),
            colour: Color::from_rgb_u32(rgb),
            bright: true,
            ..Self::puff(at)
        }
    }
}

impl Effects {
    pub(super) fn muzzle(&mut self, at: (f32, f32), way: f32, ammo: Ammo) {
        let strong = if ammo == Ammo::Piercing { 1.25 } else { 1.0 };
        let ahead = (way.cos(), way.sin());
        self.add(Particle::light(at, 0xFFD27A, 2.4 * strong, 5.0));
        self.add(Particle {
            sprite: Sprite::Flash,
            angle: way,
            life: 5.0 * TICK,
            size: (0.95 * strong, 1.15 * strong),
            ..Particle::puff(at)
        });
        for _ in 0..7 {
            let speed = self.between(0.4, 3.2) * strong;
            let side = self.between(-0.5, 0.5);
            let grey = self.between(0.78, 0.95);
            let angle = self.between(0.0, TAU);
            self.add(Particle {
                velocity: (
                    ahead.0 * speed - ahead.1 * side + 0.15,
                    ahead.1 * speed + ahead.0 * side - 0.1,
                ),
                drag: 0.97,
                angle,
                spin: side,
                life: 40.0 * TICK * (0.7 + side.abs()),
                size: (0.25, 0.8 * strong),
                colour: Color::new(grey, grey, grey * 0.97, 1.0),
                alpha: 0.55,
                ..Particle::puff(at)
            });
        }
    }

    pub(super) fn sparks(&mut self, at: (f32, f32), count: u32, strong: f32) {
        self.add(Particle::light(at, 0xFFC46B, 1.5 * strong, 6.0));
        let angle = self.between(0.0, TAU);
        self.add(Particle {
            sprite: Sprite::Spark,
            angle,
            life: 6.0 * TICK,
            size: (1.9 * strong, 1.2 * strong),
            ..Particle::puff(at)
        });
        for _ in 0..count {
            let (angle, speed) = (self.between(0.0, TAU), self.between(2.0, 6.5) * strong);
            let life = self.between(8.0, 16.0) * TICK;
            self.add(Particle {
                sprite: Sprite::Streak,
                velocity: (angle.cos() * speed, angle.sin() * speed),
                drag: 0.94,
                angle,
                life,
                size: (1.0, 0.4),
                colour: Color::from_rgb_u32(0xFFDF9A),
                bright: true,
                ..Particle::puff(at)
            });
        }
        self.smoke(at, 3, 0x4A4743, 0.6);
    }

    pub(super) fn impact(&mut self, at: (f32, f32), by: Stop, ammo: Ammo) {
        let strong = if ammo == Ammo::Piercing { 1.3 } else { 1.0 };
        match by {
            Stop::Wall => {
                self.sparks(at, 5, strong * 0.8);
                self.smoke(at, 6, 0xC9B389, 0.9);
            }
            Stop::Rock => {
                self.sparks(at, 7, strong);
                self.smoke(at, 5, 0xA9A79F, 0.8);
            }
            Stop::Tree => {
                self.leaves(at, 7);
                self.smoke(at, 2, 0x8C7A5B, 0.5);
            }
            Stop::Shield => {
                self.ring(at, Color::from_rgb_u32(0x9BD8FF), 0.1, 0.6, 0.3);
                self.add(Particle::light(at, 0x9BD8FF, 1.6, 8.0));
            }
        }
    }

    pub(super) fn explosion(&mut self, at: (f32, f32)) {
        let (angle, size) = (self.between(0.0, TAU), self.between(0.95, 1.2));
        if self.scorches.len() >= MAX_SCORCHES {
            self.scorches.remove(0);
        }
        self.scorches.push((at, angle, size));
        for _ in 0..12 {
            let (angle, speed) = (self.between(0.0, TAU), self.between(0.3, 1.6));
            let (grey, life) = (self.between(0.12, 0.3), self.between(60.0, 110.0) * TICK);
            self.add(Particle {
                velocity: (angle.cos() * speed + 0.2, angle.sin() * speed - 0.15),
                drag: 0.85,
                angle,
                spin: speed - 0.9,
                life,
                size: (0.7, 2.1),
                colour: Color::new(grey, grey, grey, 1.0),
                alpha: 0.85,
                ..Particle::puff(at)
            });
        }
        for _ in 0..10 {
            let (angle, speed) = (self.between(0.0, TAU), self.between(0.4, 2.4));
            let (green, life) = (self.between(0.35, 0.75), self.between(14.0, 30.0) * TICK);
            self.add(Particle {
                velocity: (angle.cos() * speed, angle.sin() * speed),
                drag: 0.93,
                angle,
                spin: 1.0,
                life,
                size: (0.7, 1.5),
                colour: Color::new(1.0, green, 0.16, 1.0),
                alpha: 0.85,
                bright: true,
                ..Particle::puff(at)
            });
        }
        self.add(Particle {
            sprite: Sprite::Fireball,
            angle,
            spin: 0.6,
            life: 26.0 * TICK,
            size: (0.5, 1.25),
            ..Particle::puff(at)
        });
        self.add(Particle::light(at, 0xFFE2A0, 5.5, 14.0));
        self.add(Particle::light(at, 0xFFFFFF, 3.0, 6.0));
        self.ring(at, Color::from_rgb_u32(0xFFE9C0), 0.4, 2.0, 0.4);
        for shape in 0..14 {
            let (angle, speed) = (self.between(0.0, TAU), self.between(1.5, 5.5));
            let (size, life) = (self.between(0.4, 0.9), self.between(25.0, 60.0) * TICK);
            let spin = self.between(-14.0, 14.0);
            self.add(Particle {
                sprite: Sprite::Debris(shape % 2),
                velocity: (angle.cos() * speed, angle.sin() * speed),
                drag: 0.9,
                angle,
                spin,
                life,
                size: (size, size * 0.8),
                ..Particle::puff(at)
            });
        }
        self.sparks(at, 18, 1.5);
    }

    pub(super) fn wreck_smoke(&mut self, at: (f32, f32)) {
        let (x, y, angle) =
            (self.between(-0.25, 0.25), self.between(-0.25, 0.25), self.between(0.0, TAU));
        let grey = self.between(0.06, 0.16);
        // Dark smoke is mixed in linear light: it takes nearly all of it to be seen on grass.
        self.add(Particle {
            velocity: (0.5 + x, -0.68 + y),
            drag: 0.3,
            angle,
            spin: x * 3.0,
            life: 1.9,
            size: (0.45, 1.5),
            colour: Color::new(grey, grey, grey, 1.0),
            alpha: 0.95,
            haste: 0.9,
            ..Particle::puff((at.0 + x, at.1 + y))
        });
        for (rgb, size, up) in [(0xFF5A12, 0.95, 0.75), (0xFF6A1A, 0.7, 0.6), (0xFFC24A, 0.5, 0.45)]
        {
            let (off, life) = (self.between(-0.26, 0.26), self.between(0.35, 0.65));
            let aside = self.between(-0.22, 0.22);
            self.add(Particle {
                velocity: (0.25 + off, -up),
                drag: 0.2,
                angle,
                spin: off * 8.0,
                life,
                size: (size, size * 0.3),
                colour: Color::from_rgb_u32(rgb),
                alpha: 0.9,
                bright: true,
                ..Particle::puff((at.0 + off, at.1 + aside))
            });
        }
        self.add(Particle {
            alpha: 0.45,
            ..Particle::light((at.0 + y, at.1 + x), 0xFF8A2A, 2.2, 14.0)
        });
    }

    /// A tree tips over, away from the nearest tank, and its leaves fly.
    pub(super) fn fall(&mut self, tile: Tile, moment: &Moment) {
        let Stand { at, angle, .. } = stand(tile);
        let distance = |from: (f32, f32)| (at.0 - from.0).hypot(at.1 - from.1);
        let nearest = moment
            .tanks()
            .filter(|(_, tank, _)| tank.is_alive())
            .map(|(.., pose)| pose.at)
            .min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        let by_chance = self.between(0.0, TAU);
        let way = match nearest {
            Some(from) if (0.1..4.0).contains(&distance(from)) => {
                ((at.0 - from.0) / distance(from), (at.1 - from.1) / distance(from))
            }
            _ => (by_chance.cos(), by_chance.sin()),
        };
        // The trunk lies where the crown falls past.
        self.add(Particle {
            sprite: Sprite::White,
            angle: way.1.atan2(way.0),
            life: FALLEN,
            size: (1.3, 1.3),
            stretch: 5.0,
            colour: Color::from_rgb_u32(0x5A3C22),
            haste: 0.3,
            ..Particle::puff((at.0 + way.0 * 0.4, at.1 + way.1 * 0.4))
        });
        for (sprite, speed, size, alpha) in [
            (Sprite::ShadowRound, 1.9, (1.15, 0.9), 0.7),
            (tree(&moment.scene.map, tile), 2.4, (1.12, 0.96), 1.0),
        ] {
            self.add(Particle {
                sprite,
                velocity: (way.0 * speed, way.1 * speed),
                angle,
                drag: 0.92,
                life: FALLEN,
                size,
                alpha,
                haste: 0.3,
                ..Particle::puff((at.0 + way.0 * 0.1, at.1 + way.1 * 0.1))
            });
        }
        let foot = (at.0 + way.0 * 0.6, at.1 + way.1 * 0.6);
        self.smoke(foot, 5, 0xB7A27C, 0.9);
        self.leaves(foot, 16);
    }

    pub(super) fn leaves(&mut self, at: (f32, f32), count: u32) {
        for _ in 0..count {
            let (angle, speed) = (self.between(0.0, TAU), self.between(0.6, 2.6));
            let (size, life) = (self.between(0.5, 1.1), self.between(25.0, 55.0) * TICK);
            let (spin, green) = (self.between(-9.0, 9.0), self.between(0.36, 0.58));
            self.add(Particle {
                sprite: Sprite::White,
                velocity: (angle.cos() * speed, angle.sin() * speed),
                drag: 0.93,
                angle,
                spin,
                life,
                size: (size, size * 0.9),
                stretch: 1.7,
                colour: Color::new(green * 0.7, green, green * 0.45, 1.0),
                ..Particle::puff(at)
            });
        }
    }

    pub(super) fn smoke(&mut self, at: (f32, f32), count: u32, rgb: u32, size: f32) {
        for _ in 0..count {
            let (angle, speed) = (self.between(0.0, TAU), self.between(0.2, 1.1));
            let life = self.between(20.0, 40.0) * TICK;
            self.add(Particle {
                velocity: (angle.cos() * speed, angle.sin() * speed),
                drag: 0.85,
                angle,
                spin: speed,
                life,
                size: (0.25, size),
                colour: Color::from_rgb_u32(rgb),
                alpha: 0.55,
                ..Particle::puff(at)
            });
        }
    }

    pub(super) fn ring(&mut self, at: (f32, f32), colour: Color, from: f32, to: f32, life: f32) {
        self.add(Particle {
            sprite: Sprite::Ring,
            life,
            size: (from, to),
            colour,
            alpha: 0.8,
            bright: true,
            ..Particle::puff(at)
        });
    }

    pub(super) fn arrival(&mut self, at: Vec2, colour: Color) {
        let at = point(at);
        self.ring(at, colour, 1.6, 0.6, 0.5);
        self.ring(at, Color::WHITE, 0.3, 1.2, 0.4);
        self.add(Particle::light(at, 0xFFFFFF, 2.6, 16.0));
    }

    /// What the tracks throw up behind a tank that drives `way`.
    pub(super) fn dust(&mut self, at: (f32, f32), way: (f32, f32), colour: Color) {
        for side in [-0.5, 0.5] {
            let (jitter, angle) = (self.between(-0.15, 0.15), self.between(0.0, TAU));
            let from = (
                at.0 - way.0 * 0.62 - way.1 * (side + jitter),
                at.1 - way.1 * 0.62 + way.0 * (side + jitter),
            );
            self.add(Particle {
                velocity: (-way.0 * 0.4 + 0.1, -way.1 * 0.4 + jitter),
                drag: 0.7,
                angle,
                spin: jitter * 4.0,
                life: 0.7,
                size: (0.2, 0.75),
                colour,
                alpha: 0.6,
                ..Particle::puff(from)
            });
        }
    }

    /// The same in water.
    pub(super) fn spray(&mut self, at: (f32, f32), way: (f32, f32)) {
        self.dust(at, way, Color::from_rgb_u32(0xE4F2F4));
        self.add(Particle {
            sprite: Sprite::Ring,
            life: 0.9,
            size: (0.5, 1.1),
            colour: Color::from_rgb_u32(0xD8EEF4),
            alpha: 0.25,
            ..Particle::puff((at.0 - way.0 * 0.3, at.1 - way.1 * 0.3))
        });
    }
}
