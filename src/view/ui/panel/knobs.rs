//! The lines of the settings: what can be set above, what it is set to below, so that both
//! have room in every language.

use ggez::graphics::{Color, Rect};

use super::{CORNER, Column, triangle};
use crate::view::theme::{self, size};
use crate::view::ui::menu::{Item, Part};
use crate::view::ui::paint::{Align, Paint, Style};
use crate::view::ui::text::Face;
use crate::words::say;

/// Height of a line.
const ROW: f32 = 64.0;
/// Distance of what is in it from its sides.
const INSET: f32 = 32.0;

impl Column<'_> {
    /// A number between two others.
    pub(super) fn slider(
        &mut self,
        paint: &mut Paint<'_>,
        item: Item,
        (value, place): (&str, u16),
        focused: bool,
    ) {
        let (rect, ink) = self.knob(paint, item, focused);
        let style = Style::new(Face::Bold, size::TEXT, ink);
        let lower = Rect::new(rect.x + INSET, rect.y + 34.0, rect.w - INSET - 16.0, 24.0);
        paint.text(value, style, lower, Align::Right);
        let track = Rect::new(lower.x, lower.y + 9.0, lower.w - 80.0, 6.0);
        let ground = if focused { theme::alpha(theme::ON_ACCENT, 0.35) } else { theme::EDGE };
        paint.plate(track, 3.0, ground);
        let x = track.x + track.w * f32::from(place) / 1000.0;
        paint.plate(Rect::new(track.x, track.y, x - track.x, track.h), 3.0, ink);
        paint.dot(x, track.y + 3.0, 9.0, ink);
        self.target(item, Part::Whole, rect);
        self.target(item, Part::Slide, Rect::new(track.x, rect.y + 30.0, track.w, 32.0));
    }

    /// One of a few values.
    pub(super) fn choice(&mut self, paint: &mut Paint<'_>, item: Item, value: &str, focused: bool) {
        let (rect, ink) = self.knob(paint, item, focused);
        let lower = Rect::new(rect.x + INSET, rect.y + 32.0, rect.w - INSET - 16.0, 28.0);
        if !focused {
            paint.plate(lower, CORNER - 2.0, theme::RAISED);
        }
        let middle = lower.y + lower.h / 2.0;
        triangle(paint, lower.x + 16.0, middle, -8.0, ink);
        triangle(paint, lower.right() - 16.0, middle, 8.0, ink);
        let inner = Rect::new(lower.x + 32.0, lower.y, lower.w - 64.0, lower.h);
        paint.text(value, Style::new(Face::Bold, size::TEXT, ink), inner, Align::Centre);
        self.target(item, Part::More, rect);
        self.target(item, Part::Less, Rect::new(lower.x, lower.y, lower.w / 2.0, lower.h));
    }

    /// On or off.
    pub(super) fn switch(&mut self, paint: &mut Paint<'_>, item: Item, is_on: bool, focused: bool) {
        let (rect, ink) = self.knob(paint, item, focused);
        let lower = Rect::new(rect.x + INSET, rect.y + 32.0, rect.w - INSET - 16.0, 28.0);
        let case = Rect::new(lower.x, lower.y + 3.0, 44.0, 22.0);
        let (ground, knob) = switch_colors(is_on, focused);
        paint.plate(case, 11.0, ground);
        let x = if is_on { case.right() - 11.0 } else { case.x + 11.0 };
        paint.dot(x, case.y + 11.0, 8.0, knob);
        let word = say(match is_on {
            true => "settings-on",
            false if item == Item::MouseAim && self.menu.controls().is_mouse_away() => {
                "couch-keys-mouse-away"
            }
            false => "settings-off",
        });
        let beside = Rect::new(case.right() + 12.0, lower.y, lower.w - 56.0, lower.h);
        let style = Style::new(Face::Bold, size::TEXT, ink);
        let style = paint.fitted(&word, style, beside.w, size::SMALL);
        paint.text(&word, style, beside, Align::Left);
        self.target(item, Part::Whole, rect);
    }

    /// The ground of a line and what it is called.
    fn knob(&mut self, paint: &mut Paint<'_>, item: Item, focused: bool) -> (Rect, Color) {
        let rect = self.take(ROW);
        let ink = self.row(paint, rect, focused, false);
        let upper = Rect::new(rect.x + INSET, rect.y + 5.0, rect.w - INSET - 16.0, 26.0);
        // thin strokes are hard to read on the accent
        let face = if focused { Face::Bold } else { Face::Body };
        paint.text(&self.menu.label(item), Style::new(face, size::TEXT, ink), upper, Align::Left);
        (rect, ink)
    }
}

/// The case of a switch and what moves in it.
fn switch_colors(is_on: bool, focused: bool) -> (Color, Color) {
    match (is_on, focused) {
        (true, true) => (theme::ON_ACCENT, theme::ACCENT),
        (true, false) => (theme::ACCENT, theme::ON_ACCENT),
        (false, true) => (theme::alpha(theme::ON_ACCENT, 0.35), theme::ON_ACCENT),
        (false, false) => (theme::EDGE, theme::FAINT),
    }
}
