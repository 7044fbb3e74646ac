//! Colours that more than one part of the picture uses. Numbers only.

use ggez::graphics::Color;

use crate::sim::MAX_SEATS;

/// The colour of each seat as `0xRRGGBB`; told apart with any colour vision.
pub const SEAT_COLOURS: [u32; MAX_SEATS] =
    [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7, 0xF2F2F2];

/// The colour of a seat for drawing; any number is legal.
pub fn seat_colour(seat: u8) -> Color {
    let rgb = SEAT_COLOURS.get(usize::from(seat)).copied().unwrap_or(0x808080);
    Color::from_rgb_u32(rgb)
}

/// Multiplies a sprite of the atlas: `rgb` is sRGB, `alpha` 0 is invisible and 1 solid.
///
/// The atlas is premultiplied in linear light, so fading has to fade all four channels there.
pub(super) fn tint(rgb: Color, alpha: f32) -> Color {
    let linear = ggez::graphics::LinearColor::from(rgb);
    let faded = ggez::graphics::LinearColor {
        r: linear.r * alpha,
        g: linear.g * alpha,
        b: linear.b * alpha,
        a: alpha,
    };
    Color::from(faded)
}

/// Like [`tint`], but the sprite adds light instead of covering what is below.
pub(super) fn glow(rgb: Color, alpha: f32) -> Color {
    let mut colour = tint(rgb, alpha);
    colour.a = 0.0;
    colour
}

/// Only fades.
pub(super) fn fade(alpha: f32) -> Color {
    tint(Color::WHITE, alpha)
}
