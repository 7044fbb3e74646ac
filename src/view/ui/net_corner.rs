//! The corner of the HUD that is about the line to the others.

use ggez::graphics::{Color, Rect};

use super::paint::{Align, Paint, Style};
use super::text::Face;
use crate::view::stage::NetCorner;
use crate::view::theme::{self, GRID, MARGIN, size};

/// The line to the others; gives where the next thing below it may begin.
pub(super) fn draw(paint: &mut Paint<'_>, net: &NetCorner) -> f32 {
    if !net.is_online {
        return MARGIN;
    }
    let style = Style::new(Face::Body, size::SMALL, theme::INK);
    let mut words = format!("{} ms   delay {}   rollback {}", net.ping_ms, net.delay, net.rollback);
    if net.refused_percent > 0 {
        words.push_str(&format!("   refused {} %", net.refused_percent));
    }
    // as wide as the longest usual text, so that it does not tremble
    let w = paint.width(&words, style).max(168.0) + 40.0;
    let rect = Rect::new(paint.units().w - MARGIN - w, MARGIN, w, 28.0);
    paint.plate(rect, 6.0, theme::PLATE);
    let (color, bars) = quality(net);
    for bar in 0..3 {
        let h = 5.0 + bar as f32 * 4.0;
        let color = if bar < bars { color } else { theme::EDGE };
        let x = rect.x + 9.0 + bar as f32 * 6.0;
        paint.plate(Rect::new(x, rect.y + 21.0 - h, 4.0, h), 0.0, color);
    }
    let text = Rect::new(rect.x + 32.0, rect.y, rect.w - 40.0, rect.h);
    paint.text(&words, style, text, Align::Left);
    rect.bottom() + GRID
}

/// How good the line is: a colour and 1 to 3 bars.
fn quality(net: &NetCorner) -> (Color, usize) {
    match (net.ping_ms, net.refused_percent) {
        (0..=90, 0..=2) => (theme::GOOD, 3),
        (0..=200, 0..=8) => (theme::ACCENT, 2),
        _ => (theme::BAD, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_or_lossy_line_looks_bad() {
        let net =
            |ping_ms, refused_percent| NetCorner { ping_ms, refused_percent, ..Default::default() };
        assert_eq!(quality(&net(40, 0)).1, 3);
        assert_eq!(quality(&net(140, 0)).1, 2);
        assert_eq!(quality(&net(40, 20)).1, 1);
        assert_eq!(quality(&net(400, 0)).1, 1);
    }
}
