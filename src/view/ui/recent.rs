//! The rooms of earlier times, below the games of the local network.

use ggez::graphics::Rect;

use super::menu::{Item, Menu, Part};
use super::paint::{Align, Paint, Style};
use super::panel::{Look, Target, beside, triangle};
use super::text::Face;
use crate::view::keys::Device;
use crate::view::stage::Recent;
use crate::view::theme::{self, size};
use crate::words::{say, say_with};

const ROW: f32 = 40.0;
const HEAD: f32 = 48.0;

/// Paints the list from `top` on, if there is one, and says where it can be clicked.
pub(super) fn draw(paint: &mut Paint<'_>, menu: &Menu, look: Look, top: f32) -> Vec<Target> {
    let rooms = menu.recent();
    if rooms.is_empty() {
        return Vec::new();
    }
    let Rect { x: left, w, .. } = beside(paint);
    let plate = Rect::new(left, top, w, HEAD + rooms.len() as f32 * ROW + 6.0);
    paint.plate(plate, 8.0, theme::PLATE);
    let head = Rect::new(plate.x + 24.0, plate.y, plate.w - 48.0, HEAD);
    let style = Style::new(Face::Display, size::LARGE, theme::INK);
    paint.text(&say("lobby-recent"), style, head, Align::Left);
    let style = Style::new(Face::Body, size::SMALL, theme::FAINT);
    let hint = match look.device {
        Device::Pad => "lobby-recent-forget-pad",
        _ => "lobby-recent-forget",
    };
    paint.text(&say(hint), style, head, Align::Right);

    let mut targets = Vec::new();
    for (index, room) in (0u8..).zip(rooms) {
        let item = Item::Recent(index);
        let y = plate.y + HEAD + f32::from(index) * ROW;
        let rect = Rect::new(plate.x + 16.0, y, plate.w - 32.0, ROW - 4.0);
        let is_focused = menu.focus() == item && menu.is_enabled(item);
        row(paint, room, rect, is_focused);
        targets.push(Target { item, part: Part::Whole, rect });
        let away = Rect::new(rect.right() - 36.0, rect.y, 36.0, rect.h);
        targets.push(Target { item, part: Part::Away, rect: away });
    }
    targets
}

fn row(paint: &mut Paint<'_>, room: &Recent, rect: Rect, focused: bool) {
    let (ink, faint) = if focused {
        paint.plate(rect, 8.0, theme::ACCENT);
        triangle(paint, rect.x + 14.0, rect.y + rect.h / 2.0, 9.0, theme::ON_ACCENT);
        (theme::ON_ACCENT, theme::ON_ACCENT)
    } else {
        paint.plate(rect, 8.0, theme::RAISED);
        (theme::INK, theme::FAINT)
    };
    let bold = Style::new(Face::Bold, size::TEXT, ink);
    let small = Style::new(if focused { Face::Bold } else { Face::Body }, size::SMALL, faint);
    let ago = ago(room.minutes);
    let ago_w = paint.width(&ago, small);
    let end = rect.right() - 40.0;
    paint.text(&ago, small, Rect::new(end - ago_w, rect.y, ago_w, rect.h), Align::Right);
    let code = Rect::new(rect.x + 32.0, rect.y, (rect.w * 0.3).min(150.0), rect.h);
    paint.text(&room.room, bold, code, Align::Left);
    let host = Rect::new(code.right() + 12.0, rect.y, end - ago_w - code.right() - 24.0, rect.h);
    paint.text(&room.host, small, host, Align::Left);
    cross(paint, rect.right() - 18.0, rect.y + rect.h / 2.0, faint);
}

/// What a click takes the room off the list with.
fn cross(paint: &mut Paint<'_>, x: f32, y: f32, color: ggez::graphics::Color) {
    for way in [-1.0, 1.0] {
        let stroke = [
            (x - 5.5, y - 4.5 * way),
            (x - 4.5, y - 5.5 * way),
            (x + 5.5, y + 4.5 * way),
            (x + 4.5, y + 5.5 * way),
        ];
        paint.convex(&stroke, color);
    }
}

/// How long ago something was.
fn ago(minutes: u32) -> String {
    match minutes {
        0..=1 => say("lobby-ago-now"),
        2..=59 => say_with("lobby-ago-minutes", &[("minutes", minutes.into())]),
        60..=1439 => say_with("lobby-ago-hours", &[("hours", (minutes / 60).into())]),
        _ => say_with("lobby-ago-days", &[("days", (minutes / 1440).into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_the_largest_whole_unit() {
        let told = [0, 2, 59, 60, 119, 1439, 1440, 3000].map(ago);
        assert_eq!(
            told,
            [
                "just now",
                "2 min ago",
                "59 min ago",
                "1 h ago",
                "1 h ago",
                "23 h ago",
                "1 d ago",
                "2 d ago"
            ]
        );
    }
}
