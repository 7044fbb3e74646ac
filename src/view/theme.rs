//! The palette and the sizes that everything drawn over the world shares.
//! Constants only; nothing here draws.

use ggez::graphics::Color;

use crate::sim::{Ground, MAX_SEATS};

/// A colour from its `0xRRGGBB` notation, opaque.
pub const fn rgb(hex: u32) -> Color {
    const fn part(hex: u32, shift: u32) -> f32 {
        ((hex >> shift) & 0xff) as f32 / 255.0
    }
    Color::new(part(hex, 16), part(hex, 8), part(hex, 0), 1.0)
}

/// The same colour with another opacity, 0..=1.
pub const fn alpha(color: Color, a: f32) -> Color {
    Color::new(color.r, color.g, color.b, a)
}

/// The eight colours of players, told apart with any colour vision: any two are at least 0.12
/// apart in OKLab, also as people see them who lack one kind of cone.
pub const SEATS: [Color; MAX_SEATS] = [
    rgb(0xF4A605),
    rgb(0x43C4FF),
    rgb(0x1B9B68),
    rgb(0xFFE025),
    rgb(0x0E53A8),
    rgb(0xFD4214),
    rgb(0xA66DBE),
    rgb(0xEAFFFA),
];

/// The player colour of this number, 0 to 7 (see `Scene::colour`); grey beyond the last one.
pub fn player(number: u8) -> Color {
    SEATS.get(usize::from(number)).copied().unwrap_or(FAINT)
}

/// The colour of plates, opaque.
pub const DARK: Color = rgb(0x14181C);
/// The plate under every text. It shall look like 70 % of [`DARK`]; the window
/// mixes colours in linear light, where that takes a higher number.
pub const PLATE: Color = alpha(DARK, 0.88);
/// The plate under a table: small numbers need more rest than a word or two.
pub const DENSE: Color = alpha(DARK, 0.985);
/// What lies over the field where a page takes its place.
pub const SHADE: Color = alpha(DARK, 0.72);
/// A plate on a plate: slots, chips and fields.
pub const RAISED: Color = rgb(0x2A3138);
/// The line around a raised plate.
pub const EDGE: Color = rgb(0x46505A);
/// The one accent: focus, selection, what is loading.
pub const ACCENT: Color = rgb(0xFFB000);
/// Text.
pub const INK: Color = rgb(0xF4F1EA);
/// Text that explains, at least 4.5 : 1 on a plate.
pub const FAINT: Color = rgb(0xA9B2BA);
/// What cannot be used now.
pub const OFF: Color = rgb(0x727D86);
/// Text on the accent colour.
pub const ON_ACCENT: Color = rgb(0x14181C);
/// Health, ready, a good line.
pub const GOOD: Color = rgb(0x6CC067);
/// Low health, an error, a bad line.
pub const BAD: Color = rgb(0xF0604D);

/// The colour of a bar that shows this part, 0..=1, of full health: the same over a tank and in
/// the corner.
pub fn health(part: f32) -> Color {
    match part {
        part if part > 0.5 => GOOD,
        part if part > 0.25 => ACCENT,
        _ => BAD,
    }
}

/// The colour of a kind of ground.
pub const fn ground(ground: Ground) -> Color {
    match ground {
        Ground::Water => rgb(0x3E7CA6),
        Ground::Sand => rgb(0xD9C48F),
        Ground::DarkSand => rgb(0xB89B62),
        Ground::Dirt => rgb(0x96754F),
        Ground::Grass => rgb(0x7FA05A),
        Ground::Shrub => rgb(0x6B8B4E),
        Ground::Temperate => rgb(0x5E8A5B),
    }
}

/// The wall around the map on the minimap.
pub const WALL: Color = rgb(0x3A3632);
/// Rocks on the minimap.
pub const ROCK: Color = rgb(0x77746E);
/// Trees on the minimap.
pub const TREE: Color = rgb(0x38592F);

/// Text sizes at 720p.
pub mod size {
    /// Hints and the net corner.
    pub const SMALL: f32 = 14.0;
    /// Running text.
    pub const TEXT: f32 = 18.0;
    /// Menu lines and numbers of the HUD.
    pub const LARGE: f32 = 24.0;
    /// Headings and the clock.
    pub const HUGE: f32 = 40.0;
    /// The logo, the room code and the countdown.
    pub const GIANT: f32 = 72.0;
}

/// Distance of everything from the window's edge, at 720p.
pub const MARGIN: f32 = 16.0;
/// The grid of everything, at 720p.
pub const GRID: f32 = 8.0;

#[cfg(test)]
mod tests {
    use super::super::vision::{Vision, times};
    use super::*;

    fn luminance(c: Color) -> f32 {
        let linear =
            |v: f32| if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b)
    }

    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        if a > b { a / b } else { b / a }
    }

    #[test]
    fn text_is_readable_on_a_plate_over_the_brightest_ground() {
        let under = luminance(ground(Ground::Sand));
        let plate = luminance(PLATE) * PLATE.a + under * (1.0 - PLATE.a) + 0.05;
        for ink in [INK, ACCENT] {
            let ratio = (luminance(ink) + 0.05) / plate;
            assert!(ratio >= 4.5, "{ink:?}: {ratio}");
        }
        assert!((luminance(FAINT) + 0.05) / plate >= 3.0);
        assert!(contrast(FAINT, RAISED) >= 4.5, "{}", contrast(FAINT, RAISED));
        assert!(contrast(ON_ACCENT, ACCENT) >= 4.5);
    }

    /// The least distance of two seats in OKLab; 0.02 is about what can just be noticed side
    /// by side.
    const APART: f32 = 0.12;

    /// A colour in OKLab (Ottosson 2020), as seen with this vision.
    fn seen(colour: Color, vision: Vision) -> [f32; 3] {
        let light = ggez::graphics::LinearColor::from(colour);
        let light = vision.seen([light.r, light.g, light.b]);
        let cones = times(
            &[
                [0.412_221_46, 0.536_332_55, 0.051_445_995],
                [0.211_903_5, 0.680_699_5, 0.107_396_96],
                [0.088_302_46, 0.281_718_85, 0.629_978_7],
            ],
            light,
        );
        times(
            &[
                [0.210_454_26, 0.793_617_8, -0.004_072_047],
                [1.977_998_5, -2.428_592_2, 0.450_593_7],
                [0.025_904_037, 0.782_771_77, -0.808_675_77],
            ],
            cones.map(f32::cbrt),
        )
    }

    #[test]
    fn seats_are_told_apart_with_any_colour_vision() {
        for vision in Vision::ALL {
            for (i, a) in SEATS.iter().enumerate() {
                for (j, b) in SEATS.iter().enumerate().skip(i + 1) {
                    let (a, b) = (seen(*a, vision), seen(*b, vision));
                    let far = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
                    assert!(far >= APART, "seats {i} and {j} with {vision:?}: {far}");
                }
            }
        }
    }

    #[test]
    fn distance_of_colours_is_that_of_oklab() {
        let (common, protan) = (Vision::Common, Vision::Protanopia);
        let white = seen(Color::WHITE, common);
        assert!((white[0] - 1.0).abs() < 1e-3 && white[1].abs() < 1e-3, "{white:?}");
        // Without the long cones red is a dark yellow.
        assert!(seen(rgb(0xFF0000), protan)[0] < seen(rgb(0xFF0000), common)[0] - 0.1);
    }
}
