//! The page on which every action is bound: the table, what belongs to the devices beside it
//! (or below it where there is no room), and the question over it while a cell waits.

use ggez::graphics::Rect;

use super::menu::{Cell, Item, Menu, Part, Situation, cells_of};
use super::paint::{Align, Paint, Style};
use super::panel::{Column, Look, Target};
use super::text::Face;
use crate::view::keys::{Action, Device, SLOTS};
use crate::view::theme::{self, size};
use crate::words::{say, say_with};

const ROW: f32 = 44.0;
const LABEL: f32 = 170.0;
/// Least and largest width of the table.
const TABLE: (f32, f32) = (760.0, 880.0);
const BESIDE: f32 = 360.0;
const GAP: f32 = 16.0;
/// Least size of what is written on a key, so that it is the whole of it.
const LEAST: f32 = 10.0;

/// Paints the page and says where it can be clicked.
pub(super) fn draw(paint: &mut Paint<'_>, menu: &Menu, look: Look) -> Vec<Target> {
    let units = paint.units();
    let in_match = *menu.situation() == Situation::Match;
    // over a match it also hides what the HUD has there
    let ground = if in_match { theme::DARK } else { theme::PLATE };
    paint.still(|paint| {
        paint.plate(Rect::new(0.0, 0.0, units.w, units.h), 0.0, ground);
        paint.plate(Rect::new(0.0, 0.0, 4.0, units.h), 0.0, theme::ACCENT);
    });
    let is_wide = units.w >= TABLE.0 + BESIDE + 3.0 * GAP + 8.0;
    let room = units.w - if is_wide { BESIDE + GAP } else { 0.0 } - 2.0 * GAP - 8.0;
    let x = GAP + 8.0;
    let heading = Rect::new(x, 24.0, room, 48.0);
    let style = Style::new(Face::Display, size::HUGE, theme::INK);
    paint.text(&say("pause-controls"), style, heading, Align::Left);

    let mut table = Rect::new(x, 84.0, room.min(TABLE.1), 0.0);
    let mut targets = Vec::new();
    if !is_wide {
        // the line that has the focus first is seen first
        let mut above = Column::new(menu, look, Rect { w: table.w.min(480.0), ..table });
        above.items(paint, |item| matches!(item, Item::Whose | Item::Scheme));
        table.y = above.y + GAP / 2.0;
        targets.append(&mut above.targets);
    }
    let (mut cells, bottom) = draw_table(paint, menu, table);
    targets.append(&mut cells);
    let side = if is_wide {
        Rect::new(table.right() + GAP, 24.0, (units.w - table.right() - 2.0 * GAP).min(480.0), 0.0)
    } else {
        Rect::new(x, bottom + GAP, table.w.min(480.0), 0.0)
    };
    let mut column = Column::new(menu, look, side);
    let is_above = |item| matches!(item, Item::Whose | Item::Scheme);
    column.items(paint, |item| item == Item::MouseAim || is_above(item) && is_wide);
    column.items(paint, |item| matches!(item, Item::DeadZone | Item::Rumble));
    if let Some(sentence) = menu.controls().sentence() {
        column.trouble(paint, &sentence);
    }
    column.items(paint, |item| matches!(item, Item::Resolve));
    column.items(paint, |item| matches!(item, Item::ResetKeys | Item::Back));
    if menu.controls().is_other_seen() {
        column.note(paint, &say("couch-keys-note"), theme::FAINT);
    }
    column.note(paint, &say("controls-help"), theme::FAINT);
    targets.append(&mut column.targets);
    if let Some((action, ..)) = menu.controls().waiting() {
        // whatever is below must not take the click that is to be bound
        targets.clear();
        paint.next_layer();
        paint.still(|paint| targets = draw_question(paint, menu, look, action));
    }
    targets
}

fn draw_table(paint: &mut Paint<'_>, menu: &Menu, table: Rect) -> (Vec<Target>, f32) {
    let mut targets = Vec::new();
    let count = (Device::ALL.len() * SLOTS) as f32;
    let w = (table.w - LABEL) / count;
    let small = Style::new(Face::Bold, size::SMALL, theme::FAINT);
    let heads = ["controls-keyboard", "controls-device-mouse", "controls-pad"];
    for (place, word) in heads.into_iter().enumerate() {
        let left = table.x + LABEL + place as f32 * w * SLOTS as f32;
        let rect = Rect::new(left, table.y, w * SLOTS as f32 - 8.0, 24.0);
        paint.text(&say(word), small, rect, Align::Left);
    }
    let mut y = table.y + 28.0;
    for action in menu.controls().actions() {
        let is_here = matches!(menu.focus(), Item::Cell((focused, ..)) if focused == action);
        let face = if is_here { Face::Bold } else { Face::Body };
        let ink = if is_here { theme::ACCENT } else { theme::INK };
        let label = Rect::new(table.x, y, LABEL - 8.0, ROW - 4.0);
        paint.text(&say(action.word()), Style::new(face, size::TEXT, ink), label, Align::Left);
        for (column, cell) in cells_of(action).into_iter().enumerate() {
            let gap = if cell.2 == 0 { 4.0 } else { 0.0 };
            let x = table.x + LABEL + column as f32 * w + gap;
            let rect = Rect::new(x, y, w - 4.0 - gap, ROW - 4.0);
            draw_cell(paint, menu, cell, rect);
            targets.push(Target { item: Item::Cell(cell), part: Part::Whole, rect });
        }
        y += ROW;
    }
    (targets, y)
}

fn draw_cell(paint: &mut Paint<'_>, menu: &Menu, cell: Cell, rect: Rect) {
    let controls = menu.controls();
    let is_focused = menu.focus() == Item::Cell(cell);
    let is_shared = controls.is_shared(cell);
    let (ground, ink) = match is_focused {
        true => (theme::ACCENT, theme::ON_ACCENT),
        false => (theme::RAISED, theme::INK),
    };
    paint.plate(rect, 6.0, ground);
    if is_shared {
        // a colour alone would not be seen by everybody
        paint.frame(rect, 6.0, 3.0, theme::BAD);
        paint.dot(rect.right() - 9.0, rect.y + 9.0, 4.0, theme::BAD);
    }
    if let Some(number) = controls.other_user(cell) {
        // in the corner where the dot of a conflict is not
        let corner = Rect::new(rect.x + 3.0, rect.y + 3.0, 15.0, 15.0);
        paint.plate(corner, 4.0, theme::EDGE);
        let style = Style::new(Face::Bold, size::SMALL - 2.0, theme::INK);
        paint.text(number, style, corner, Align::Centre);
    }
    let inner = Rect::new(rect.x + 6.0, rect.y, rect.w - 12.0, rect.h);
    let Some(source) = controls.source(cell) else {
        let style = Style::new(Face::Body, size::TEXT, if is_focused { ink } else { theme::OFF });
        return paint.text("+", style, inner, Align::Centre);
    };
    let name = controls.labels().name(source);
    let mut style = Style::new(Face::Bold, size::TEXT, ink);
    if paint.width(&name, style) <= inner.w {
        return paint.text(&name, style, inner, Align::Centre);
    }
    style.size = size::SMALL;
    let lines = paint.broken(&name, style, inner.w);
    let height = 17.0;
    let mut y = rect.y + (rect.h - height * lines.len().min(2) as f32) / 2.0;
    for line in lines.iter().take(2) {
        let style = paint.fitted(line, style, inner.w, LEAST);
        paint.text(line, style, Rect::new(inner.x, y, inner.w, height), Align::Centre);
        y += height;
    }
}

/// A gamepad came or went: one line under the top of the window.
pub(super) fn draw_notice(paint: &mut Paint<'_>, words: &str) {
    let units = paint.units();
    let style = Style::new(Face::Body, size::TEXT, theme::INK);
    let w = (paint.width(words, style) + 32.0).min(units.w - 2.0 * GAP);
    let rect = Rect::new((units.w - w) / 2.0, 112.0, w, 38.0);
    paint.plate(rect, 8.0, theme::PLATE);
    paint.text(words, style, Rect::new(rect.x + 16.0, rect.y, w - 32.0, rect.h), Align::Centre);
}

/// The question over everything: what shall it be?
fn draw_question(paint: &mut Paint<'_>, menu: &Menu, look: Look, action: Action) -> Vec<Target> {
    let units = paint.units();
    paint.plate(Rect::new(0.0, 0.0, units.w, units.h), 0.0, theme::alpha(theme::DARK, 0.75));
    let w = (units.w - 2.0 * GAP).min(560.0);
    let h = 290.0;
    let plate = Rect::new((units.w - w) / 2.0, (units.h - h) / 2.0, w, h);
    paint.plate(plate, 8.0, theme::DARK);
    paint.frame(plate, 8.0, 3.0, theme::ACCENT);
    let inner = Rect::new(plate.x + 32.0, plate.y + 24.0, plate.w - 64.0, 0.0);
    let mut column = Column::new(menu, look, inner);
    let words = say_with("controls-question", &[("action", say(action.word()).into())]);
    column.text(paint, &words, theme::INK);
    column.note(paint, &say("controls-question-note"), theme::FAINT);
    column.y = plate.bottom() - 128.0;
    column.items(paint, |item| matches!(item, Item::Unbind | Item::Cancel));
    column.targets
}
