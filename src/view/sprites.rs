//! Which pictures there are: every sprite with its SVG text, in the colours of
//! its seat. Knows no pixels.
//!
//! One tile is 64 SVG units, the pivot is the middle of the picture, and +x is
//! where an angle of 0 points.

use super::theme;
use crate::sim::{Ground, MAX_SEATS};

macro_rules! svg {
    ($name:literal) => {
        include_str!(concat!("../../assets/sprites/", $name, ".svg"))
    };
}

/// Variants of each kind of ground.
pub(super) const GROUND_VARIANTS: usize = 3;
/// Frames after which the tracks look the same again.
pub(super) const TRACK_FRAMES: u8 = 4;
/// Tiles that a track moves from one frame to the next.
pub(super) const TRACK_STEP: f32 = 2.5 / 64.0;

/// A picture in the atlas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it; a number is a seat, a frame or a variant
pub(super) enum Sprite {
    White,
    Smoke,
    Glow,
    Ring,
    Streak,
    Spark,
    Flash,
    Fireball,
    Debris(u8),
    Scorch,
    Rut,
    OwnRing,
    Silhouette,
    Shield,
    Hull(u8),
    Turret(u8),
    Tracks(u8),
    Barrel,
    Wreck,
    ShadowBox,
    ShadowRound,
    Regular,
    Piercing,
    Trail,
    CrateAmmo,
    CrateRepair,
    Tree(u8),
    Stump,
    Rock(u8),
    Wall,
    Crack,
    Flower,
    Pebbles,
    Reed,
    Tuft,
}

/// Every sprite with its picture.
pub(super) fn all() -> Vec<(Sprite, String)> {
    let mut list: Vec<(Sprite, String)> = PLAIN.iter().map(|(s, t)| (*s, (*t).into())).collect();
    for colour in 0..MAX_SEATS as u8 {
        list.push((Sprite::Hull(colour), painted(svg!("hull"), colour)));
        list.push((Sprite::Turret(colour), painted(svg!("turret"), colour)));
    }
    list
}

/// The pictures of a kind of ground: opaque, and each continues every other.
pub(super) fn ground(kind: Ground) -> [&'static str; GROUND_VARIANTS] {
    match kind {
        Ground::Water => [svg!("ground_water_0"), svg!("ground_water_1"), svg!("ground_water_2")],
        Ground::Sand => [svg!("ground_sand_0"), svg!("ground_sand_1"), svg!("ground_sand_2")],
        Ground::DarkSand => {
            [svg!("ground_dark_sand_0"), svg!("ground_dark_sand_1"), svg!("ground_dark_sand_2")]
        }
        Ground::Dirt => [svg!("ground_dirt_0"), svg!("ground_dirt_1"), svg!("ground_dirt_2")],
        Ground::Grass => [svg!("ground_grass_0"), svg!("ground_grass_1"), svg!("ground_grass_2")],
        Ground::Shrub => [svg!("ground_shrub_0"), svg!("ground_shrub_1"), svg!("ground_shrub_2")],
        Ground::Temperate => {
            [svg!("ground_temperate_0"), svg!("ground_temperate_1"), svg!("ground_temperate_2")]
        }
    }
}

/// The seats' patterns, so that colour is never the only difference.
const PATTERNS: [&str; MAX_SEATS] = [
    svg!("patterns/plain"),
    svg!("patterns/stripe"),
    svg!("patterns/chevron"),
    svg!("patterns/dots"),
    svg!("patterns/band"),
    svg!("patterns/checks"),
    svg!("patterns/cross"),
    svg!("patterns/star"),
];

/// Pictures that are the same for everyone.
const PLAIN: &[(Sprite, &str)] = &[
    (Sprite::White, svg!("white")),
    (Sprite::Smoke, svg!("smoke")),
    (Sprite::Glow, GLOW),
    (Sprite::Ring, svg!("ring")),
    (Sprite::Streak, STREAK),
    (Sprite::Spark, svg!("spark")),
    (Sprite::Flash, svg!("flash")),
    (Sprite::Fireball, svg!("fireball")),
    (Sprite::Debris(0), svg!("debris_0")),
    (Sprite::Debris(1), svg!("debris_1")),
    (Sprite::Scorch, svg!("scorch")),
    (Sprite::Rut, RUT),
    (Sprite::Silhouette, SILHOUETTE),
    (Sprite::OwnRing, svg!("own_ring")),
    (Sprite::Shield, svg!("shield")),
    (Sprite::Tracks(0), svg!("tracks_0")),
    (Sprite::Tracks(1), svg!("tracks_1")),
    (Sprite::Tracks(2), svg!("tracks_2")),
    (Sprite::Tracks(3), svg!("tracks_3")),
    (Sprite::Barrel, svg!("barrel")),
    (Sprite::Wreck, svg!("wreck")),
    (Sprite::ShadowBox, svg!("shadow_box")),
    (Sprite::ShadowRound, svg!("shadow_round")),
    (Sprite::Regular, svg!("shell_regular")),
    (Sprite::Piercing, svg!("shell_ap")),
    (Sprite::Trail, svg!("trail")),
    (Sprite::CrateAmmo, svg!("crate_ammo")),
    (Sprite::CrateRepair, svg!("crate_repair")),
    (Sprite::Tree(0), svg!("tree_0")),
    (Sprite::Tree(1), svg!("tree_1")),
    (Sprite::Tree(2), svg!("tree_2")),
    (Sprite::Stump, svg!("tree_stump")),
    (Sprite::Rock(0), svg!("rock_0")),
    (Sprite::Rock(1), svg!("rock_1")),
    (Sprite::Rock(2), svg!("rock_2")),
    (Sprite::Wall, svg!("wall")),
    (Sprite::Crack, svg!("decal_crack")),
    (Sprite::Flower, svg!("decal_flower")),
    (Sprite::Pebbles, svg!("decal_pebbles")),
    (Sprite::Reed, svg!("decal_reed")),
    (Sprite::Tuft, svg!("decal_tuft")),
];

// Shapes without an outline that are only ever tinted.

/// A light, one tile across.
const GLOW: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-32 -32 64 64" width="64" height="64"><defs><radialGradient id="g"><stop offset="0" stop-color="#FFF"/><stop offset=".25" stop-color="#FFF" stop-opacity=".72"/><stop offset=".6" stop-color="#FFF" stop-opacity=".2"/><stop offset="1" stop-color="#FFF" stop-opacity="0"/></radialGradient></defs><circle r="32" fill="url(#g)"/></svg>"##;
/// A spark in flight, half a tile long, bright at its right end.
const STREAK: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -4 32 8" width="32" height="8"><defs><linearGradient id="g"><stop offset="0" stop-color="#FFF" stop-opacity="0"/><stop offset="1" stop-color="#FFF"/></linearGradient></defs><path d="M-16 0L12 -2.6Q16 0 12 2.6Z" fill="url(#g)"/></svg>"##;
/// What one pair of track links leaves behind; the way it drove is +x.
const RUT: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -48 24 96" width="24" height="96"><g fill="#2A2014" fill-opacity=".34"><rect x="-9" y="-38" width="7" height="11" rx="2"/><rect x="2" y="-38" width="7" height="11" rx="2"/><rect x="-9" y="27" width="7" height="11" rx="2"/><rect x="2" y="27" width="7" height="11" rx="2"/></g></svg>"##;

/// The shape of a hull, for the flash of a hit.
const SILHOUETTE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-48 -48 96 96" width="96" height="96"><g fill="#FFF"><rect x="-42" y="-39" width="84" height="17" rx="6"/><rect x="-42" y="22" width="84" height="17" rx="6"/><rect x="-38" y="-24" width="76" height="48" rx="7"/></g></svg>"##;

/// A picture in a player's colour and with its pattern.
fn painted(svg: &str, colour: u8) -> String {
    let index = usize::from(colour);
    let base = theme::player(colour).to_rgb_u32();
    let pattern = PATTERNS.get(index).copied().unwrap_or_default();
    svg.replace("<!--PATTERN-->", pattern)
        .replace("#C0FFEE", &hex(base))
        .replace("#C0FFE1", &hex(mix(base, 0xFFFFFF, 0.35)))
        .replace("#C0FFE2", &hex(mix(base, 0x101010, 0.45)))
}

fn hex(rgb: u32) -> String {
    format!("#{rgb:06X}")
}

/// `part` of the way from one `0xRRGGBB` to another.
fn mix(from: u32, to: u32, part: f32) -> u32 {
    [16, 8, 0].into_iter().fold(0, |rgb, shift| {
        let (a, b) = ((from >> shift & 0xFF) as f32, (to >> shift & 0xFF) as f32);
        rgb | ((a + (b - a) * part).round() as u32) << shift
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_have_different_pictures_without_tokens_left() {
        let hulls: Vec<String> = (0..MAX_SEATS as u8).map(|s| painted(svg!("hull"), s)).collect();
        for (seat, hull) in hulls.iter().enumerate() {
            assert!(!hull.contains("C0FFE") && !hull.contains("PATTERN"), "seat {seat}");
            assert!(hulls.iter().skip(seat + 1).all(|other| other != hull), "seat {seat}");
        }
    }

    #[test]
    fn mix_ends_at_its_colours() {
        assert_eq!(mix(0x123456, 0xABCDEF, 0.0), 0x123456);
        assert_eq!(mix(0x123456, 0xABCDEF, 1.0), 0xABCDEF);
    }
}
