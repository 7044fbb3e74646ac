//! The end of a match: who won, everyone's numbers, and who may play again. Shown once the
//! end is settled, and from settled ticks only.

use ggez::graphics::{Color, Rect};

use super::emblem;
use super::menu::{Menu, Situation};
use super::paint::{Align, Paint, Style, Units};
use super::panel::{Column, Look, Target};
use super::statistics::{self, Column as Number};
use super::text::Face;
use crate::sim::World;
use crate::view::stage::{Frame, Scene};
use crate::view::theme::{self, MARGIN, size};
use crate::words::{say, say_with};

/// Widest and narrowest the table gets.
const WIDTH: f32 = 1040.0;
/// Place, badge and name.
const NAMES: f32 = 280.0;
/// Least width of a column of numbers.
const CELL: f32 = 68.0;
/// Least width of a heading: numbers need it.
const LEAST: f32 = 40.0;
/// Height of a menu line, and of the one row of them where the window is low.
const LINE: f32 = 56.0;
/// Units of height below which a window is low: then everything is closer together.
const LOW: f32 = 560.0;
/// Least distance of the plate to the upper and lower edge of a low window.
const EDGE: f32 = 12.0;

/// The sizes of the table in one window.
#[derive(Clone, Copy, Debug)]
struct Table {
    plate: Rect,
    head: f32,
    /// Height of the headings of the columns, of a row and of a note.
    heading: f32,
    row: f32,
    note: f32,
    names: f32,
    columns: usize,
    is_low: bool,
}

impl Table {
    /// A table of so many rows above so many menu lines, with so many notes.
    fn of(units: Units, rows: usize, lines: usize, notes: usize) -> Table {
        let w = (units.w - MARGIN * 2.0).min(WIDTH);
        let names = NAMES.min(w * 0.4);
        let columns = (((w - 32.0 - names) / CELL) as usize).clamp(1, Number::ALL.len());
        let is_low = units.h < LOW;
        let (head, heading, note, least, space) =
            if is_low { (38.0, 20.0, 22.0, 20.0, 16.0) } else { (96.0, 28.0, 30.0, 24.0, 32.0) };
        // Side by side where the window is low.
        let buttons = if is_low { LINE * lines.min(1) as f32 } else { LINE * lines as f32 };
        let rest = head + heading + notes as f32 * note + buttons + space;
        let room = units.h - if is_low { EDGE * 2.0 } else { MARGIN };
        let row = ((room - rest) / rows.max(1) as f32).floor().clamp(least, 40.0);
        let h = rest + rows as f32 * row;
        let y = ((units.h - h) / 2.0).round().max(0.0);
        let plate = Rect::new(((units.w - w) / 2.0).round(), y, w, h);
        Table { plate, head, heading, row, note, names, columns, is_low }
    }

    /// The columns that fit, each with its place; `width` says how wide a heading is, and every
    /// column has as much room beside its own.
    fn columns(&self, mut width: impl FnMut(Number) -> f32) -> Vec<(Number, f32, f32)> {
        let shown = statistics::most_important(self.columns);
        let widths: Vec<f32> = shown.iter().map(|column| width(*column)).collect();
        let room = self.plate.w - 40.0 - self.names - widths.iter().sum::<f32>();
        let gap = room / self.columns as f32;
        let mut x = self.plate.x + 16.0 + self.names;
        let place = |(column, width): (Number, f32)| {
            x += gap + width;
            (column, x - gap - width, gap + width)
        };
        shown.into_iter().zip(widths).map(place).collect()
    }
}

/// Paints the result over the middle of the match and says where it can be clicked.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    menu: &Menu,
    scene: &Scene,
    frame: &Frame,
    look: Look,
) -> Vec<Target> {
    let units = paint.units();
    let order = frame.settled.standings();
    let mut notes = Vec::new();
    notes.extend(statistics::footnote(&frame.deeds));
    if matches!(menu.situation(), Situation::Over { is_host: false }) {
        notes.push(match scene.host {
            Some(host) => say_with("result-may-rematch", &[("name", name(scene, host).into())]),
            None => say("result-wait"),
        });
    }
    let table = Table::of(units, order.len(), menu.items().len(), notes.len());
    let plate = table.plate;
    let (words, color) = headline(&frame.settled, scene);
    let window = Rect::new(0.0, 0.0, units.w, units.h);
    paint.still(|paint| paint.plate(window, 0.0, theme::SHADE));
    paint.plate(plate, 8.0, theme::DENSE);
    paint.plate(Rect::new(plate.x, plate.y, plate.w, 5.0), 0.0, color);

    let head = Rect::new(plate.x + 16.0, plate.y + 6.0, plate.w - 32.0, table.head - 8.0);
    let large = if table.is_low { size::LARGE } else { size::HUGE };
    paint.text(&words, Style::new(Face::Display, large, color), head, Align::Centre);

    let mut y = plate.y + table.head;
    let small = Style::new(Face::Body, size::SMALL, theme::FAINT);
    let columns = table.columns(|column| paint.width(&column.heading(), small).max(LEAST));
    for &(column, x, w) in &columns {
        paint.text(&column.heading(), small, Rect::new(x, y, w, 20.0), Align::Right);
    }
    y += table.heading;
    for (place, seat) in places(&frame.settled, &order) {
        row(paint, scene, frame, (&table, &columns), (place, seat), y);
        y += table.row;
    }
    y += if table.is_low { 4.0 } else { 12.0 };
    let small = if table.is_low { size::SMALL } else { size::TEXT };
    for note in &notes {
        let line = Rect::new(plate.x + 16.0, y, plate.w - 32.0, table.note - 4.0);
        paint.text(note, Style::new(Face::Body, small, theme::FAINT), line, Align::Centre);
        y += table.note;
    }
    buttons(paint, menu, look, &table, y)
}

/// The lines of the menu: below each other, or side by side where the window is low.
fn buttons(paint: &mut Paint<'_>, menu: &Menu, look: Look, table: &Table, y: f32) -> Vec<Target> {
    let plate = table.plate;
    if !table.is_low {
        let w = (plate.w - 64.0).min(360.0);
        let inner = Rect::new(plate.x + (plate.w - w) / 2.0, y, w, 0.0);
        let mut column = Column::new(menu, look, inner);
        column.items(paint, |_| true);
        return column.targets;
    }
    let items = menu.items();
    let count = items.len().max(1) as f32;
    let w = ((plate.w - 32.0 - 12.0 * (count - 1.0)) / count).min(280.0);
    let mut x = plate.x + (plate.w - (w + 12.0) * count + 12.0) / 2.0;
    let mut targets = Vec::new();
    for item in items {
        let mut column = Column::new(menu, look, Rect::new(x, y, w, 0.0));
        column.items(paint, |other| other == item);
        targets.append(&mut column.targets);
        x += w + 12.0;
    }
    targets
}

fn row(
    paint: &mut Paint<'_>,
    scene: &Scene,
    frame: &Frame,
    (table, columns): (&Table, &[(Number, f32, f32)]),
    (place, seat): (usize, u8),
    y: f32,
) {
    let rect = Rect::new(table.plate.x + 16.0, y, table.plate.w - 32.0, table.row);
    let is_own = scene.owns(seat);
    let gap = if table.is_low { 0.0 } else { 2.0 };
    let inner = Rect::new(rect.x - 4.0, rect.y + gap, rect.w + 8.0, rect.h - gap * 2.0);
    if is_own {
        paint.plate(inner, 6.0, theme::RAISED);
        if table.is_low {
            // A line above and below would touch the accents of capitals.
            paint.plate(Rect { w: 5.0, ..inner }, 2.5, theme::INK);
        } else {
            paint.frame(inner, 6.0, 2.0, theme::INK);
        }
    }
    let face = if is_own { Face::Bold } else { Face::Body };
    let large = if table.row < 34.0 { size::TEXT } else { size::LARGE };
    let style = Style::new(face, large, theme::INK);
    let cell = |x: f32, w: f32| Rect::new(rect.x + x, rect.y, w, rect.h);
    paint.text(&format!("{place}"), style, cell(0.0, 26.0), Align::Right);
    let side = (table.row - if table.is_low { 6.0 } else { 12.0 }).min(24.0);
    let badge = Rect::new(rect.x + 38.0, rect.y + (rect.h - side) / 2.0, side, side);
    emblem::draw(paint, scene.colour(seat), badge, 5.0, 1.0);
    let called = cell(72.0, table.names - 76.0);
    let fitted = paint.fitted(name(scene, seat), style, called.w, size::SMALL);
    paint.text(name(scene, seat), fitted, called, Align::Left);
    let numbers = Style::new(face, if table.columns > 5 { size::TEXT } else { large }, theme::INK);
    for &(column, x, w) in columns {
        let number = statistics::number(column, &frame.settled, &frame.deeds, seat);
        paint.text(&number, numbers, Rect::new(x, rect.y, w, rect.h), Align::Right);
    }
}

/// The seats in their order, each with its place; who are equally good share one.
fn places(world: &World, order: &[u8]) -> Vec<(usize, u8)> {
    let deserved = |seat: u8| {
        world.tanks.get(usize::from(seat)).map(|tank| (tank.score, tank.kills, tank.deaths))
    };
    let first = |seat: u8| order.iter().position(|other| deserved(*other) == deserved(seat));
    order.iter().map(|seat| (first(*seat).map_or(1, |place| place + 1), *seat)).collect()
}

/// The name in a seat.
pub(super) fn name(scene: &Scene, seat: u8) -> &str {
    match scene.seats.get(usize::from(seat)) {
        Some(label) if !label.name.is_empty() => &label.name,
        _ => "–",
    }
}

/// Who won, in a few words and a colour.
fn headline(world: &World, scene: &Scene) -> (String, Color) {
    match world.winner() {
        Some(seat) if seat == scene.own && scene.second.is_none() => {
            (say("result-you-win"), theme::ACCENT)
        }
        Some(seat) => {
            let ink = if scene.owns(seat) { theme::ACCENT } else { theme::INK };
            (say_with("result-wins", &[("name", name(scene, seat).into())]), ink)
        }
        None => (say("result-draw"), theme::FAINT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Map, Rules};

    #[test]
    fn who_are_equally_good_share_a_place_and_the_next_one_is_left_out() {
        let mut world = World::create(&Map::generate([1, 2], &Rules::default()), &[0, 1, 2, 3]);
        for (tank, (score, kills)) in
            world.tanks.iter_mut().zip([(30, 1), (40, 2), (40, 2), (30, 0)])
        {
            (tank.score, tank.kills) = (score, kills);
        }
        let order = world.standings();
        assert_eq!(places(&world, &order), [(1, 1), (1, 2), (3, 0), (4, 3)]);
        assert_eq!(world.winner(), None, "as the first place is shared");
    }

    #[test]
    fn table_fits_into_every_window_with_as_many_columns_as_there_is_room_for() {
        let windows = [(1280.0, 720.0, 9), (960.0, 720.0, 9), (640.0, 480.0, 4), (640.0, 360.0, 4)];
        for (w, h, columns) in windows {
            let units = Units { scale: 1.0, w, h };
            for rows in 0..=8 {
                let table = Table::of(units, rows, 2, 2);
                assert!(table.plate.x >= 0.0 && table.plate.right() <= w, "{w}x{h}");
                let places = table.columns(|_| 60.0);
                assert_eq!(places.len(), columns, "{w}x{h}");
                let last = places.last().map_or(0.0, |(_, x, w)| x + w);
                assert!(last <= table.plate.right() - 15.0, "{w}x{h}: {last}");
                assert!(table.plate.bottom() <= h - 4.0, "{rows} rows in {w}x{h}");
            }
        }
    }
}
