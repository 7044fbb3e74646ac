//! The figures of the page on how to play, put together from the sprites of the game. Text
//! in, text out: SVG of one picture, two tiles wide.

use crate::sim::Ground;
use crate::view::sprites::{self, Sprite};

/// What a figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Figure {
    Drive,
    Aim,
    Regular,
    Piercing,
    Cover,
    Crates,
    Hit,
    Respawn,
    Together,
}

/// A sprite, where its middle is in SVG units (64 to a tile), how it is turned in degrees
/// and how large it is.
type Part = (Sprite, (f32, f32), f32, f32);

impl Figure {
    /// Every figure.
    #[cfg(test)]
    const ALL: [Figure; 9] = [
        Figure::Drive,
        Figure::Aim,
        Figure::Regular,
        Figure::Piercing,
        Figure::Cover,
        Figure::Crates,
        Figure::Hit,
        Figure::Respawn,
        Figure::Together,
    ];

    /// What it stands on.
    pub(super) fn ground(self) -> Ground {
        match self {
            Figure::Drive => Ground::Sand,
            Figure::Aim | Figure::Hit | Figure::Together => Ground::Grass,
            Figure::Regular | Figure::Piercing => Ground::Dirt,
            Figure::Cover => Ground::Temperate,
            Figure::Crates => Ground::Shrub,
            Figure::Respawn => Ground::DarkSand,
        }
    }

    /// The picture.
    pub(super) fn svg(self) -> String {
        let all = sprites::all();
        let mut svg = String::from(concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-64 -64 128 128" "#,
            r#"width="128" height="128">"#
        ));
        for (place, (sprite, (x, y), angle, large)) in self.parts().into_iter().enumerate() {
            let Some((_, text)) = all.iter().find(|(known, _)| *known == sprite) else { continue };
            svg.push_str(&format!(
                r#"<g transform="translate({x} {y}) rotate({angle}) scale({large})">{}</g>"#,
                named_apart(inside(text), place)
            ));
        }
        svg.push_str("</svg>");
        svg
    }

    fn parts(self) -> Vec<Part> {
        match self {
            Figure::Drive => tank(0, (0.0, 0.0), -90.0, -90.0, 0.8),
            Figure::Aim => {
                let mut parts = tank(0, (-14.0, 22.0), -90.0, -40.0, 0.7);
                parts.push((Sprite::Regular, (44.0, -26.0), -40.0, 1.2));
                parts
            }
            Figure::Regular => vec![(Sprite::Regular, (0.0, 0.0), -30.0, 4.2)],
            Figure::Piercing => vec![(Sprite::Piercing, (0.0, 0.0), -30.0, 2.8)],
            Figure::Cover => vec![
                (Sprite::Rock(1), (-26.0, 22.0), 0.0, 0.8),
                (Sprite::Tree(0), (20.0, -14.0), 0.0, 0.9),
            ],
            Figure::Crates => vec![
                (Sprite::CrateAmmo, (-27.0, 0.0), 0.0, 1.15),
                (Sprite::CrateRepair, (27.0, 0.0), 0.0, 1.15),
            ],
            Figure::Hit => {
                let mut parts = tank(1, (0.0, 8.0), -60.0, -120.0, 0.75);
                parts.push((Sprite::Fireball, (12.0, -8.0), 0.0, 0.4));
                parts
            }
            Figure::Respawn => {
                let mut parts = tank(0, (0.0, 0.0), -60.0, -30.0, 0.72);
                parts.push((Sprite::Shield, (0.0, 0.0), 0.0, 0.86));
                parts
            }
            Figure::Together => {
                let mut parts = tank(0, (-30.0, 6.0), -90.0, -60.0, 0.62);
                parts.extend(tank(1, (30.0, 6.0), -90.0, -120.0, 0.62));
                parts
            }
        }
    }
}

/// A tank as the match shows it.
fn tank(seat: u8, at: (f32, f32), hull: f32, turret: f32, large: f32) -> Vec<Part> {
    vec![
        (Sprite::Hull(seat), at, hull, large),
        (Sprite::Tracks(0), at, hull, large),
        (Sprite::Barrel, at, turret, large),
        (Sprite::Turret(seat), at, turret, large),
    ]
}

/// What is inside of an SVG picture whose middle is its origin.
fn inside(svg: &str) -> &str {
    let from = svg.find("<svg").and_then(|at| svg.get(at..)?.find('>').map(|end| at + end + 1));
    let to = svg.rfind("</svg>");
    from.zip(to).and_then(|(from, to)| svg.get(from..to)).unwrap_or_default()
}

/// The same with names of its own, for two pictures may call different things the same.
fn named_apart(svg: &str, place: usize) -> String {
    svg.replace(r#" id=""#, &format!(r#" id="p{place}"#))
        .replace("url(#", &format!("url(#p{place}"))
        .replace(r##"href="#"##, &format!(r##"href="#p{place}"##))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::atlas::rasterise;

    #[test]
    fn every_figure_is_a_picture_with_something_on_it() {
        let mut seen = Vec::new();
        for figure in Figure::ALL {
            let picture = rasterise(&figure.svg(), 32.0).unwrap();
            assert_eq!((picture.width, picture.height), (64, 64), "{figure:?}");
            let solid = picture.pixels.chunks(4).filter(|pixel| pixel[3] > 200).count();
            assert!(solid > 120, "{figure:?} has {solid} solid pixels");
            assert!(!seen.contains(&picture.pixels), "{figure:?} looks like another");
            seen.push(picture.pixels);
        }
    }

    #[test]
    fn every_sprite_of_a_figure_has_its_middle_at_its_origin() {
        for (sprite, text) in sprites::all() {
            if !Figure::ALL.iter().any(|f| f.parts().iter().any(|(s, ..)| *s == sprite)) {
                continue;
            }
            let view = text.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next());
            let numbers: Vec<f32> =
                view.unwrap().split_whitespace().map(|n| n.parse().unwrap()).collect();
            assert_eq!(numbers[0] * -2.0, numbers[2], "{sprite:?}");
            assert_eq!(numbers[1] * -2.0, numbers[3], "{sprite:?}");
        }
    }
}
