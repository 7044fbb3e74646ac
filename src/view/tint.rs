//! How a sprite of the atlas is coloured, faded or made to shine. Numbers only.

use ggez::graphics::{Color, LinearColor};

/// Multiplies a sprite of the atlas: `rgb` is sRGB, `alpha` 0 is invisible and 1 solid.
///
/// The atlas is premultiplied in linear light, so fading has to fade all four channels there.
pub(super) fn tint(rgb: Color, alpha: f32) -> Color {
    let linear = LinearColor::from(rgb);
    let faded =
        LinearColor { r: linear.r * alpha, g: linear.g * alpha, b: linear.b * alpha, a: alpha };
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
