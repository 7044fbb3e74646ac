//! A player's badge: the colour with its pattern, the same as on the deck of the tank, so that
//! colour is never the only difference. Only paints.

use ggez::graphics::{Color, Rect};

use super::paint::Paint;
use crate::view::theme;

/// Paints the badge of a colour into a rectangle with round corners; `fade` is its opacity.
pub(super) fn draw(paint: &mut Paint<'_>, colour: u8, rect: Rect, radius: f32, fade: f32) {
    let color = theme::player(colour);
    paint.plate(rect, radius, theme::alpha(color, fade));
    let side = rect.w.min(rect.h);
    let middle = (rect.x + rect.w / 2.0, rect.y + rect.h / 2.0);
    pattern(paint, colour, middle, side / 2.0, theme::alpha(ink_on(color), fade * 0.85));
}

/// Paints a round badge.
pub(super) fn round(paint: &mut Paint<'_>, colour: u8, (x, y): (f32, f32), radius: f32, fade: f32) {
    let color = theme::player(colour);
    paint.dot(x, y, radius, theme::alpha(color, fade));
    pattern(paint, colour, (x, y), radius * 0.82, theme::alpha(ink_on(color), fade * 0.85));
}

/// The pattern of a colour in a square of half the side `r`.
fn pattern(paint: &mut Paint<'_>, colour: u8, (x, y): (f32, f32), r: f32, ink: Color) {
    let at = |u: f32, v: f32| (x + u * r, y + v * r);
    let mut shape = |corners: &[(f32, f32)]| {
        let corners: Vec<_> = corners.iter().map(|&(u, v)| at(u, v)).collect();
        paint.convex(&corners, ink);
    };
    let bar = |u0: f32, v0: f32, u1: f32, v1: f32| [(u0, v0), (u1, v0), (u1, v1), (u0, v1)];
    match colour {
        1 => shape(&bar(-0.25, -0.9, 0.25, 0.9)),
        2 => {
            shape(&[(0.0, -0.6), (0.8, 0.2), (0.8, 0.75), (0.0, -0.05)]);
            shape(&[(0.0, -0.6), (0.0, -0.05), (-0.8, 0.75), (-0.8, 0.2)]);
        }
        3 => {
            for (u, v) in [(-0.42, -0.42), (0.42, -0.42), (-0.42, 0.42), (0.42, 0.42)] {
                let (px, py) = at(u, v);
                paint.dot(px, py, r * 0.27, ink);
            }
        }
        4 => shape(&bar(-0.9, -0.25, 0.9, 0.25)),
        5 => {
            shape(&bar(-0.75, -0.75, 0.0, 0.0));
            shape(&bar(0.0, 0.0, 0.75, 0.75));
        }
        6 => {
            shape(&bar(-0.2, -0.8, 0.2, 0.8));
            shape(&bar(-0.8, -0.2, -0.2, 0.2));
            shape(&bar(0.2, -0.2, 0.8, 0.2));
        }
        7 => {
            shape(&[(0.0, -0.85), (0.74, 0.43), (-0.74, 0.43)]);
            shape(&[(0.0, 0.85), (-0.74, -0.43), (0.74, -0.43)]);
        }
        _ => {}
    }
}

/// What is seen on a colour: dark ink on a light one, light ink on a dark one.
fn ink_on(color: Color) -> Color {
    let light = 0.3 * color.r + 0.6 * color.g + 0.1 * color.b;
    if light > 0.42 { theme::DARK } else { theme::INK }
}
