//! A page that is read: articles with a figure beside each, in as many columns as there is
//! room for. Knows nothing of what they say.

use std::collections::HashMap;

use ggez::Context;
use ggez::graphics::{Image, ImageFormat, Rect};

use super::figure::Figure;
use super::menu::{Item, Menu};
use super::paint::{Align, Paint, Style, Units};
use super::panel::{Column, Look, Target};
use super::text::Face;
use crate::view::atlas::rasterise;
use crate::view::theme::{self, size};

/// One thing that is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Article {
    pub(super) figure: Option<Figure>,
    pub(super) heading: String,
    pub(super) text: String,
}

/// The figures as they were rasterised for one scale.
#[derive(Default)]
pub(super) struct Figures {
    scale: f32,
    images: HashMap<Figure, Option<Image>>,
}

/// Side of the plate that a figure is on.
const FIGURE: f32 = 104.0;
/// Free room between columns and sides.
const GAP: f32 = 24.0;
/// Free room between rows: five of them with figures fit into the smallest window.
const BETWEEN: f32 = 16.0;
/// Columns are not narrower, unless there is only one.
const NARROWEST: f32 = 420.0;

impl Figures {
    /// The picture, made when it is first wanted; a broken one is left out.
    fn image(&mut self, ctx: &Context, figure: Figure, scale: f32) -> Option<&Image> {
        if self.scale != scale {
            self.images.clear();
            self.scale = scale;
        }
        let make = || {
            // a figure is two tiles wide, and the rasteriser is told the pixels of one
            let picture = rasterise(&figure.svg(), FIGURE * scale / 2.0).ok()?;
            let format = ImageFormat::Rgba8UnormSrgb;
            Some(Image::from_pixels(ctx, &picture.pixels, format, picture.width, picture.height))
        };
        self.images.entry(figure).or_insert_with(make).as_ref()
    }
}

/// Paints the page and says where it can be clicked.
pub(super) fn draw(
    (ctx, figures): (&Context, &mut Figures),
    paint: &mut Paint<'_>,
    menu: &Menu,
    look: Look,
    (title, articles): (&str, &[Article]),
) -> Vec<Target> {
    let sheet = sheet(paint.units());
    paint.still(|paint| {
        paint.plate(sheet, 0.0, theme::alpha(theme::PLATE, 0.95));
        paint.plate(Rect::new(sheet.x, 0.0, 4.0, sheet.h), 0.0, theme::ACCENT);
    });
    let inner = Rect::new(sheet.x + 40.0, 40.0, sheet.w - 80.0, 0.0);
    // beside the title, where it is seen before anything is read
    let back = Rect::new(inner.right() - 168.0, inner.y, 168.0, 0.0);
    let mut column = Column::new(menu, look, back);
    column.items(paint, |item| item == Item::Back);
    let style = Style::new(Face::Display, size::HUGE, theme::INK);
    let head = Rect::new(inner.x, inner.y, inner.w - 192.0, 48.0);
    paint.text(title, style, head, Align::Left);

    let columns = if inner.w >= 2.0 * NARROWEST + GAP { 2 } else { 1 };
    let w = (inner.w - GAP * (columns - 1) as f32) / columns as f32;
    let mut y = head.bottom() + BETWEEN;
    for row in articles.chunks(columns) {
        // one that is alone in its row has all of it
        let w = if row.len() < columns { inner.w } else { w };
        let mut highest = 0.0_f32;
        for (place, told) in row.iter().enumerate() {
            let x = inner.x + place as f32 * (w + GAP);
            highest = highest.max(article((ctx, figures), paint, told, Rect::new(x, y, w, 0.0)));
        }
        y += highest + BETWEEN;
    }
    column.targets
}

/// Where the page is in the window.
fn sheet(units: Units) -> Rect {
    let side = if units.w < 1120.0 { 0.0 } else { 64.0 };
    Rect::new(side, 0.0, (units.w - 2.0 * side).min(1280.0), units.h)
}

/// Paints one article; gives its height.
fn article(
    (ctx, figures): (&Context, &mut Figures),
    paint: &mut Paint<'_>,
    told: &Article,
    rect: Rect,
) -> f32 {
    let mut inner = rect;
    if let Some(figure) = told.figure {
        let frame = Rect::new(rect.x, rect.y, FIGURE, FIGURE);
        paint.plate(frame, 8.0, theme::ground(figure.ground()));
        paint.frame(frame, 8.0, 2.0, theme::EDGE);
        if let Some(image) = figures.image(ctx, figure, paint.units().scale) {
            paint.picture(image, frame);
        }
        inner.x += FIGURE + 16.0;
        inner.w -= FIGURE + 16.0;
    }
    let bold = Style::new(Face::Bold, size::TEXT, theme::ACCENT);
    let mut y = inner.y;
    y += paint.paragraph(&told.heading, bold, Rect::new(inner.x, y, inner.w, 0.0), Align::Left);
    let plain = Style::new(Face::Body, size::TEXT - 1.0, theme::INK);
    y += paint.paragraph(&told.text, plain, Rect::new(inner.x, y, inner.w, 0.0), Align::Left);
    let least = if told.figure.is_some() { FIGURE } else { 0.0 };
    (y - rect.y).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stays_inside_of_every_window() {
        for (w, h) in [(960.0, 540.0), (1280.0, 720.0), (800.0, 600.0), (3440.0, 1440.0)] {
            let units = Units::of(w, h);
            let sheet = sheet(units);
            assert!(sheet.x >= 0.0 && sheet.right() <= units.w + 0.01, "{w} x {h}");
            assert!(sheet.w >= NARROWEST, "{w} x {h}");
        }
    }
}
