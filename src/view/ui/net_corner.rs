//! The corner of the HUD that is about the line to the others.

use ggez::graphics::{Color, Rect};

use super::emblem;
use super::lobby::{ping_words, route_name};
use super::paint::{Align, Paint, Style};
use super::text::Face;
use crate::view::stage::{Line, NetCorner};
use crate::view::theme::{self, GRID, MARGIN, size};
use crate::words::say_with;

/// The line to the others from `top` on, at most `room` units wide; gives where the next thing
/// below it may begin. Without the single lines they are left to the graph.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    net: &NetCorner,
    (top, room): (f32, f32),
    with_lines: bool,
) -> f32 {
    if !net.is_online {
        return top;
    }
    let style = Style::new(Face::Body, size::SMALL, theme::INK);
    let mut words = say_with(
        "net-numbers",
        &[
            ("ms", net.ping_ms.into()),
            ("delay", net.delay.into()),
            ("rollback", net.rollback.into()),
        ],
    );
    if net.refused_percent > 0 {
        words.push_str("   ");
        words.push_str(&say_with("net-refused", &[("percent", net.refused_percent.into())]));
    }
    // as wide as the longest usual text, so that it does not tremble
    let mut least = 168.0;
    if paint.width(&words, style).max(least) + 40.0 > room {
        words = ping_words(net.ping_ms);
        least = 64.0;
    }
    let w = (paint.width(&words, style).max(least) + 40.0).min(room);
    let rect = Rect::new(paint.units().w - MARGIN - w, top, w, 28.0);
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
    if with_lines { lines(paint, net, rect) } else { rect.bottom() + GRID }
}

/// Height of it all, without the margin above.
pub(super) fn height(net: &NetCorner, with_lines: bool) -> f32 {
    let rows = if with_lines { net.lines.iter().filter_map(words).count() } else { 0 };
    let lines = if rows == 0 { 0.0 } else { rows as f32 * ROW + 10.0 };
    28.0 + lines
}

/// Room that the single lines take across.
pub(super) const LINES: f32 = 176.0;
/// Height of a line.
const ROW: f32 = 20.0;

/// The way to each other player, below the numbers of the worst; gives where it ends.
fn lines(paint: &mut Paint<'_>, net: &NetCorner, above: Rect) -> f32 {
    let shown: Vec<(u8, String)> =
        net.lines.iter().filter_map(|line| Some((line.colour, words(line)?))).collect();
    if shown.is_empty() {
        return above.bottom() + GRID;
    }
    let style = Style::new(Face::Body, size::SMALL, theme::INK);
    let widest = shown.iter().map(|(_, words)| paint.width(words, style)).fold(96.0, f32::max);
    let (w, h) = (widest + 36.0, shown.len() as f32 * ROW + 8.0);
    let plate = Rect::new(above.right() - w, above.bottom() + 2.0, w, h);
    paint.plate(plate, 6.0, theme::PLATE);
    for (row, (colour, words)) in shown.iter().enumerate() {
        let y = plate.y + 4.0 + row as f32 * ROW;
        emblem::draw(paint, *colour, Rect::new(plate.x + 8.0, y + 3.0, 14.0, 14.0), 3.0, 1.0);
        let text = Rect::new(plate.x + 28.0, y, w - 36.0, ROW);
        paint.text(words, style, text, Align::Left);
    }
    plate.bottom() + GRID
}

/// What is known of a line, if anything.
fn words(line: &Line) -> Option<String> {
    match (line.route, line.ping_ms) {
        (Some(route), Some(ping)) => Some(format!("{}   {}", route_name(route), ping_words(ping))),
        (Some(route), None) => Some(route_name(route)),
        (None, Some(ping)) => Some(ping_words(ping)),
        (None, None) => None,
    }
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
    fn a_line_says_what_is_known_of_it() {
        let words = |route, ping_ms| super::words(&Line { route, ping_ms, ..Line::default() });
        assert_eq!(words(Some("relayed"), Some(120)).as_deref(), Some("relayed   120 ms"));
        assert_eq!(words(Some("lan"), None).as_deref(), Some("LAN"));
        assert_eq!(words(None, Some(7)).as_deref(), Some("7 ms"));
        assert_eq!(words(None, None), None);
    }

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
