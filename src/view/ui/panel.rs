//! The column of a menu: the band at the left, its headings, buttons, steppers and
//! fields, and where each of them can be clicked.

mod foot;
mod knobs;

use ggez::Context;
use ggez::graphics::{Color, Image, ImageFormat, Rect};

use super::menu::{Item, Kind, Menu, Page, Part, Situation};
use super::paint::{Align, Paint, Style, Units};
use super::text::Face;
use crate::view::atlas::rasterise;
use crate::view::keys::Device;
use crate::view::theme::{self, size};
use crate::words::say;

/// A place that the mouse can press.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) item: Item,
    pub(super) part: Part,
    /// In units.
    pub(super) rect: Rect,
}

impl Target {
    /// The topmost target under a point in units.
    pub(super) fn at(targets: &[Target], x: f32, y: f32) -> Option<Target> {
        targets.iter().rev().find(|t| t.rect.contains([x, y])).copied()
    }
}

/// What changes how a menu looks without being part of its state.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Whether a caret is visible right now.
    pub(super) caret: bool,
    /// What was copied a moment ago.
    pub(super) copied: Option<Item>,
    /// What was used last: its keys are told.
    pub(super) device: Device,
}

/// Items that lead on from their page stand out.
const PRIMARY: [Item; 6] =
    [Item::Begin, Item::Open, Item::Enter, Item::Ready, Item::Start, Item::Rematch];

const BUTTON: f32 = 48.0;
const GAP: f32 = 8.0;
const CORNER: f32 = 8.0;

/// The least width of what stands beside the band.
const BESIDE: f32 = 360.0;

/// The band at the left in which the menus are; where nothing has room beside it, and the text
/// is large, it takes the whole width.
pub(super) fn band(units: Units) -> Rect {
    let x = if units.w < 1120.0 { 24.0 } else { 64.0 };
    if x + 480.0 + 24.0 + BESIDE > units.w {
        return Rect::new(0.0, 0.0, units.w, units.h);
    }
    Rect::new(x, 0.0, 480.0, units.h)
}

/// Where something belongs that stands beside the band, its height left open: there, or below
/// everything that was painted so far.
pub(super) fn beside(paint: &Paint<'_>) -> Rect {
    let (units, band) = (paint.units(), band(paint.units()));
    let left = band.right() + 24.0;
    if left + BESIDE > units.w {
        return Rect::new(band.x + 24.0, paint.lowest() + 24.0, band.w - 48.0, 0.0);
    }
    Rect::new(left, 40.0, (units.w - left - 24.0).min(640.0), 0.0)
}

/// A column of things, filled from top to bottom.
pub(super) struct Column<'m> {
    menu: &'m Menu,
    look: Look,
    x: f32,
    w: f32,
    /// Where the next thing goes.
    pub(super) y: f32,
    pub(super) targets: Vec<Target>,
}

impl<'m> Column<'m> {
    pub(super) fn new(menu: &'m Menu, look: Look, rect: Rect) -> Column<'m> {
        Column { menu, look, x: rect.x, w: rect.w, y: rect.y, targets: Vec::new() }
    }

    /// The column inside of the menu band, which it paints.
    pub(super) fn in_band(paint: &mut Paint<'_>, menu: &'m Menu, look: Look) -> Column<'m> {
        let band = band(paint.units());
        // over a match the band also hides what the HUD has there
        let over_hud =
            matches!(menu.page(), Page::Pause | Page::Controls | Page::Settings | Page::Section(_))
                && *menu.situation() == Situation::Match;
        paint.still(|paint| {
            let (left, ground) = if over_hud { (0.0, theme::DARK) } else { (band.x, theme::PLATE) };
            paint.plate(Rect::new(left, 0.0, band.right() - left, band.h), 0.0, ground);
            paint.plate(Rect::new(left, 0.0, 4.0, band.h), 0.0, theme::ACCENT);
        });
        let inner = Rect::new(band.x + 40.0, 40.0, band.w - 80.0, band.h);
        Column::new(menu, look, inner)
    }

    pub(super) fn heading(&mut self, paint: &mut Paint<'_>, s: &str) {
        let style = Style::new(Face::Display, size::HUGE, theme::INK);
        paint.text(s, style, Rect::new(self.x, self.y, self.w, 48.0), Align::Left);
        self.y += 48.0 + GAP;
    }

    /// Lines of small text.
    pub(super) fn note(&mut self, paint: &mut Paint<'_>, s: &str, color: Color) {
        let style = Style::new(Face::Body, size::SMALL, color);
        self.y += paint.paragraph(s, style, Rect::new(self.x, self.y, self.w, 0.0), Align::Left);
        self.y += GAP;
    }

    /// Lines of running text.
    pub(super) fn text(&mut self, paint: &mut Paint<'_>, s: &str, color: Color) {
        let style = Style::new(Face::Body, size::TEXT, color);
        self.y += paint.paragraph(s, style, Rect::new(self.x, self.y, self.w, 0.0), Align::Left);
        self.y += GAP;
    }

    /// Something went wrong: the text with a bar beside it.
    pub(super) fn trouble(&mut self, paint: &mut Paint<'_>, s: &str) {
        let mut style = Style::new(Face::Body, size::TEXT, theme::INK);
        let inner = Rect::new(self.x + 20.0, self.y + 12.0, self.w - 36.0, 0.0);
        if paint.broken(s, style, inner.w).len() > 3 {
            style.size = size::SMALL;
        }
        let height = paint.broken(s, style, inner.w).len() as f32 * (style.size * 1.4).round();
        let plate = Rect::new(self.x, self.y, self.w, height + 24.0);
        paint.plate(plate, 0.0, theme::RAISED);
        paint.plate(Rect::new(plate.x, plate.y, 6.0, plate.h), 0.0, theme::BAD);
        paint.paragraph(s, style, inner, Align::Left);
        self.y += plate.h + 2.0 * GAP;
    }

    /// All lines of the menu that `wanted` picks.
    pub(super) fn items(&mut self, paint: &mut Paint<'_>, wanted: impl Fn(Item) -> bool) {
        for item in self.menu.items().into_iter().filter(|i| wanted(*i)) {
            self.item(paint, item);
        }
    }

    fn item(&mut self, paint: &mut Paint<'_>, item: Item) {
        let (focused, kind) = (self.menu.focus() == item, self.menu.kind(item));
        match kind {
            Kind::Button => self.button(paint, item, focused),
            Kind::Stepper(value) => self.stepper(paint, item, &value, focused),
            Kind::Choice(value) => self.choice(paint, item, &value, focused),
            Kind::Switch(is_on) => self.switch(paint, item, is_on, focused),
            Kind::Slider(value, place) => self.slider(paint, item, (&value, place), focused),
            Kind::Field => self.field(paint, item, focused),
            Kind::Copy(text) if item == Item::CopyCode => self.code(paint, &text, focused),
            Kind::Copy(text) => self.line(paint, item, &text, focused),
        }
    }

    /// The height of a line: pages with many have lower ones.
    fn row_height(&self) -> f32 {
        match self.menu.page() {
            Page::Host if self.menu.trouble().is_some() || self.has_many() => 36.0,
            Page::Lobby if self.has_many() => 36.0,
            Page::Host | Page::Lobby => 42.0,
            // so that all of it is seen without scrolling
            Page::Title if self.menu.trouble().is_some() => 38.0,
            Page::Join if self.has_many() => 42.0,
            _ => BUTTON,
        }
    }

    /// Whether a second player makes a form longer than it is otherwise.
    fn has_many(&self) -> bool {
        self.menu.forms().has_second
    }

    /// Whether the labels of fields are beside them and not above.
    fn is_dense(&self) -> bool {
        match self.menu.page() {
            Page::Practice | Page::Host | Page::Lobby => true,
            Page::Join => self.has_many(),
            _ => false,
        }
    }

    fn button(&mut self, paint: &mut Paint<'_>, item: Item, focused: bool) {
        let rect = self.take(self.row_height());
        let enabled = self.menu.is_enabled(item);
        let ink = self.row(paint, rect, focused && enabled, PRIMARY.contains(&item) && enabled);
        let ink = if enabled { ink } else { theme::OFF };
        let style = Style::new(Face::Bold, size::LARGE, ink);
        let label = Rect::new(rect.x + 32.0, rect.y, rect.w - 40.0, rect.h);
        paint.text(&self.menu.label(item), style, label, Align::Left);
        if let Some(room) = self.menu.room_to_rejoin().filter(|_| item == Item::Rejoin) {
            let face = if focused { Face::Bold } else { Face::Body };
            let style = Style::new(face, size::TEXT, ink);
            let right = Rect::new(rect.x + 160.0, rect.y, rect.w - 176.0, rect.h);
            paint.text(room, style, right, Align::Right);
        }
        self.target(item, Part::Whole, rect);
    }

    fn stepper(&mut self, paint: &mut Paint<'_>, item: Item, value: &str, focused: bool) {
        let rect = self.take(self.row_height());
        let ink = self.row(paint, rect, focused, false);
        let room = Rect::new(rect.x + 32.0, rect.y, 160.0, rect.h);
        let label = self.menu.label(item);
        let style = Style::new(Face::Bold, size::LARGE, ink);
        let smaller = paint.fitted(&label, style, room.w, size::TEXT - 2.0);
        paint.text(&label, smaller, room, Align::Left);
        let box_w = 192.0;
        let value_box = Rect::new(rect.right() - box_w - 4.0, rect.y + 4.0, box_w, rect.h - 8.0);
        if !focused {
            paint.plate(value_box, CORNER - 2.0, theme::RAISED);
        }
        let mut inner = Rect::new(value_box.x + 34.0, value_box.y, value_box.w - 68.0, value_box.h);
        if matches!(item, Item::Colour | Item::SecondColour) {
            let side = 22.0;
            let middle = value_box.y + value_box.h / 2.0;
            let swatch = Rect::new(inner.x, middle - side / 2.0, side, side);
            paint.plate(swatch, 5.0, theme::player(self.menu.colour(item == Item::SecondColour)));
            paint.frame(swatch, 5.0, 2.0, theme::DARK);
            (inner.x, inner.w) = (inner.x + side + 6.0, inner.w - side - 6.0);
        }
        let style = paint.fitted(value, style, inner.w, size::SMALL);
        paint.text(value, style, inner, Align::Centre);
        let (middle, left, right) =
            (value_box.y + value_box.h / 2.0, value_box.x + 20.0, value_box.right() - 20.0);
        triangle(paint, left, middle, -8.0, ink);
        triangle(paint, right, middle, 8.0, ink);
        self.target(item, Part::More, rect);
        let left_half = Rect::new(value_box.x, rect.y, box_w / 2.0, rect.h);
        self.target(item, Part::Less, left_half);
    }

    fn field(&mut self, paint: &mut Paint<'_>, item: Item, focused: bool) {
        let ink = if focused { theme::ACCENT } else { theme::FAINT };
        let label = self.menu.label(item);
        let style = Style::new(Face::Body, size::SMALL, ink);
        let rect = if self.is_dense() {
            let row = self.take(self.row_height());
            let left = Rect::new(row.x + 32.0, row.y, 124.0, row.h);
            self::label(paint, &label, style, left);
            Rect::new(row.x + 160.0, row.y, row.w - 164.0, row.h)
        } else {
            let above = Rect::new(self.x, self.y, self.w, 22.0);
            paint.text(&label, style, above, Align::Left);
            self.y += 24.0;
            self.take(BUTTON)
        };
        paint.plate(rect, CORNER, theme::RAISED);
        let edge = if focused { (theme::ACCENT, 3.0) } else { (theme::EDGE, 1.0) };
        paint.frame(rect, CORNER, edge.1, edge.0);

        let forms = self.menu.forms();
        let field = match (item, self.menu.page()) {
            (Item::Name, _) => &forms.name,
            (Item::SecondName, _) => &forms.second,
            (Item::Password, Page::Host) => &forms.own_password,
            (Item::Password, _) => &forms.password,
            _ => &forms.target,
        };
        let style = Style::new(Face::Body, size::LARGE, theme::INK);
        let inner = Rect::new(rect.x + 12.0, rect.y, rect.w - 24.0, rect.h);
        // a text that is wider than its field shows the end that is being edited
        let (mut shown, mut before) = (field.text(), field.before_caret());
        if item == Item::Password {
            shown = hidden(&shown);
            before = hidden(&before);
        }
        while focused && paint.width(&before, style) > inner.w - 4.0 && !before.is_empty() {
            before.remove(0);
            shown.remove(0);
        }
        while focused && paint.width(&shown, style) > inner.w && shown.len() > before.len() {
            shown.pop();
        }
        let hint = match (item, self.menu.page()) {
            (Item::Target, _) => Some("form-target-hint"),
            (Item::Password, Page::Host) => Some("lobby-form-no-password"),
            (Item::Password, _) => Some("form-password-hint"),
            _ => None,
        };
        if let Some(hint) = hint.filter(|_| shown.is_empty()) {
            let hint = say(hint);
            let faint = Style::new(Face::Body, size::TEXT, theme::FAINT);
            let faint = paint.fitted(&hint, faint, inner.w - 6.0, size::SMALL);
            // beside the caret
            let x = inner.x + if focused { 6.0 } else { 0.0 };
            paint.text(&hint, faint, Rect { x, ..inner }, Align::Left);
        }
        paint.text(&shown, style, inner, Align::Left);
        if focused && self.look.caret {
            let x = inner.x + caret_offset(paint, &before, style);
            paint.plate(Rect::new(x, rect.y + 10.0, 2.0, rect.h - 20.0), 0.0, theme::ACCENT);
        }
        self.target(item, Part::Whole, rect);
        if !self.is_dense() {
            self.y += GAP / 2.0;
        }
    }

    fn code(&mut self, paint: &mut Paint<'_>, code: &str, focused: bool) {
        let rect = self.take(64.0);
        let ink = self.row(paint, rect, focused, false);
        let ink = if focused { ink } else { theme::ACCENT };
        let inner = Rect::new(rect.x + 32.0, rect.y, rect.w - 128.0, rect.h);
        let mut style = Style::new(Face::Display, size::GIANT, ink);
        style.size = (style.size * inner.w / paint.width(code, style).max(inner.w)).floor();
        paint.text(code, style, inner, Align::Left);
        self.copy_tag(paint, Item::CopyCode, rect, focused);
    }

    /// What a friend types: somebody reads it out, so that all of it must be there.
    fn line(&mut self, paint: &mut Paint<'_>, item: Item, line: &str, focused: bool) {
        let room = self.w - 128.0;
        let style = Style::new(Face::Body, size::TEXT, theme::INK);
        let mut style = paint.fitted(line, style, room, size::SMALL);
        let parts = paint.parted(line, style, room);
        let part_h = (style.size * 1.3).round();
        let rect = self.take((parts.len() as f32 * part_h + 8.0).max(36.0));
        self.y -= GAP / 2.0;
        style.color = self.row(paint, rect, focused, false);
        let mut y = rect.y + (rect.h - parts.len() as f32 * part_h) / 2.0;
        for part in parts {
            paint.text(&part, style, Rect::new(rect.x + 32.0, y, room, part_h), Align::Left);
            y += part_h;
        }
        self.copy_tag(paint, item, rect, focused);
    }

    fn copy_tag(&mut self, paint: &mut Paint<'_>, item: Item, rect: Rect, focused: bool) {
        let copied = self.look.copied == Some(item);
        let ink = match (focused, copied) {
            (true, _) => theme::ON_ACCENT,
            (_, true) => theme::GOOD,
            _ => theme::FAINT,
        };
        let tag = Rect::new(rect.right() - 92.0, rect.y, 80.0, rect.h);
        let style = Style::new(Face::Bold, size::SMALL, ink);
        let word = say(if copied { "menu-copied" } else { "menu-copy" });
        paint.text(&word, style, tag, Align::Right);
        self.target(item, Part::Whole, rect);
    }

    /// The ground of a line; gives the colour of what is written on it.
    fn row(&self, paint: &mut Paint<'_>, rect: Rect, focused: bool, primary: bool) -> Color {
        if focused {
            paint.plate(rect, CORNER, theme::ACCENT);
            triangle(paint, rect.x + 18.0, rect.y + rect.h / 2.0, 9.0, theme::ON_ACCENT);
            theme::ON_ACCENT
        } else {
            if primary {
                paint.plate(rect, CORNER, theme::RAISED);
                paint.frame(rect, CORNER, 1.0, theme::EDGE);
            }
            theme::INK
        }
    }

    fn take(&mut self, height: f32) -> Rect {
        let rect = Rect::new(self.x, self.y, self.w, height);
        self.y += height + GAP;
        rect
    }

    fn target(&mut self, item: Item, part: Part, rect: Rect) {
        self.targets.push(Target { item, part, rect });
    }
}

/// A triangle that points right (`reach` positive) or left.
pub(super) fn triangle(paint: &mut Paint<'_>, x: f32, y: f32, reach: f32, color: Color) {
    let half = reach.abs() * 0.75;
    let tip = (x + reach * 0.6, y);
    let back = x - reach * 0.6;
    if reach > 0.0 {
        paint.convex(&[(back, y - half), tip, (back, y + half)], color);
    } else {
        paint.convex(&[tip, (back, y - half), (back, y + half)], color);
    }
}

/// A label beside its field, in two lines if it takes two.
fn label(paint: &mut Paint<'_>, text: &str, style: Style, rect: Rect) {
    let lines = paint.broken(text, style, rect.w).len().min(2) as f32;
    let height = lines * (style.size * 1.4).round();
    let top = rect.y + (rect.h - height) / 2.0;
    paint.paragraph(text, style, Rect::new(rect.x, top, rect.w, 0.0), Align::Left);
}

/// A text that nobody beside the player shall read.
fn hidden(text: &str) -> String {
    "\u{2022}".repeat(text.chars().count())
}

fn caret_offset(paint: &mut Paint<'_>, before: &str, style: Style) -> f32 {
    // a blank at the end has no ink, and layouts differ in whether they count it
    let bar = paint.width("|", style);
    (paint.width(&format!("{before}|"), style) - bar).max(0.0)
}

/// Everything of the title menu, its forms, the pause menu and the waiting screen.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    menu: &Menu,
    look: Look,
    picture: Option<&Image>,
) -> Vec<Target> {
    let mut column = Column::in_band(paint, menu, look);
    let bottom = paint.units().h;
    let trouble = menu.trouble();
    match menu.page() {
        Page::Title => {
            logo(paint, &mut column, picture);
            if let Some(trouble) = trouble {
                column.trouble(paint, trouble);
            }
            // lower than the middle where there is room, and never over the logo
            let lines = menu.items().len() as f32 * (BUTTON + GAP);
            column.y = column.y.max((bottom * 0.4).min(bottom - 60.0 - lines));
        }
        Page::Practice | Page::Host | Page::Join => {
            let heading = match menu.page() {
                Page::Practice => "form-practice",
                Page::Host => "title-host",
                _ => "title-join",
            };
            column.heading(paint, &say(heading));
            if let Some(trouble) = trouble {
                column.trouble(paint, trouble);
                column.y -= GAP;
            }
        }
        Page::Connecting => {
            column.heading(paint, &say("connecting-heading"));
            if let Situation::Connecting(what) = menu.situation() {
                column.text(paint, what, theme::INK);
            }
        }
        Page::Pause => {
            column.heading(paint, &say("pause-heading"));
            column.text(paint, &say("pause-goes-on"), theme::FAINT);
        }
        Page::Settings => column.heading(paint, &say("settings-title")),
        Page::Section(section) => column.heading(paint, &section.label()),
        _ => {}
    }
    column.y += GAP;
    column.items(paint, |item| !matches!(item, Item::Game(_) | Item::Recent(_)));
    column.y += GAP;
    // what went wrong is of more use than a hint
    let of_page = menu.page_note().filter(|_| trouble.is_none());
    column.foot(paint, menu.note(), of_page);
    column.targets
}

/// The game's name, the same in every language.
const GAME: &str = "TANKWARZ";

/// The logo in the width of the column, or the name where there is no picture of it.
fn logo(paint: &mut Paint<'_>, column: &mut Column<'_>, picture: Option<&Image>) {
    // where lines of large text need the height, it is smaller
    let share = (paint.units().h / 560.0).min(1.0);
    let rect = Rect::new(column.x, column.y + 24.0 * share, column.w * share, 80.0 * share);
    if let Some(picture) = picture {
        let h = rect.w * picture.height() as f32 / picture.width().max(1) as f32;
        paint.picture(picture, Rect::new(rect.x, rect.y, rect.w, h));
    } else {
        let mut style = Style::new(Face::Display, size::GIANT, theme::INK);
        style.size = (style.size * rect.w / paint.width(GAME, style)).floor();
        paint.text(GAME, style, rect, Align::Left);
    }
    column.y = rect.bottom() + if column.menu.trouble().is_some() { 16.0 } else { 40.0 } * share;
}

/// The logo's picture for this scale; a broken one is left out.
pub(super) fn logo_picture(ctx: &Context, scale: f32) -> Option<Image> {
    let svg = include_str!("../../../assets/sprites/logo.svg");
    // the drawing is 978 units wide, of which the rasteriser takes 64 for a tile
    let picture = rasterise(svg, 64.0 * 400.0 * scale / 978.0).ok()?;
    let format = ImageFormat::Rgba8UnormSrgb;
    Some(Image::from_pixels(ctx, &picture.pixels, format, picture.width, picture.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_leaves_room_beside_it_in_every_window() {
        for (w, h) in [(960.0, 540.0), (1280.0, 720.0), (800.0, 600.0), (3440.0, 1440.0)] {
            let units = Units::of(w, h);
            assert!(units.w - band(units).right() >= 360.0, "{w} x {h}");
        }
    }

    #[test]
    fn the_part_painted_last_takes_the_click() {
        let whole = Rect::new(0.0, 0.0, 100.0, 40.0);
        let left = Rect::new(0.0, 0.0, 50.0, 40.0);
        let targets = [
            Target { item: Item::Bots, part: Part::More, rect: whole },
            Target { item: Item::Bots, part: Part::Less, rect: left },
        ];
        let part = |x| Target::at(&targets, x, 20.0).map(|t| t.part);
        assert_eq!(
            (part(20.0), part(80.0), part(120.0)),
            (Some(Part::Less), Some(Part::More), None)
        );
    }
}
