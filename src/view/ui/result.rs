//! The end of a match: who won, and everyone's numbers.

use ggez::graphics::Rect;

use super::menu::{Menu, Situation};
use super::paint::{Align, Paint, Style};
use super::panel::{Column, Look, Target};
use super::text::Face;
use crate::sim::{Tank, World};
use crate::view::stage::{Frame, Scene};
use crate::view::theme::{self, size};
use crate::words::{say, say_with};

/// Left edge and heading of the columns of numbers.
const COLUMNS: [(f32, &str); 4] = [
    (392.0, "result-points"),
    (488.0, "result-kills"),
    (576.0, "result-deaths"),
    (672.0, "result-accuracy"),
];
const WIDTH: f32 = 800.0;
const ROW: f32 = 40.0;

/// Paints the result over the middle of the match and says where it can be clicked.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    menu: &Menu,
    scene: &Scene,
    frame: &Frame,
    look: Look,
) -> Vec<Target> {
    let units = paint.units();
    let order = frame.now.standings();
    let is_guest = matches!(menu.situation(), Situation::Over { is_host: false });
    let buttons = menu.items().len() as f32 * 56.0 + if is_guest { 32.0 } else { 0.0 };
    let h = 112.0 + 32.0 + order.len() as f32 * ROW + 24.0 + buttons + 8.0;
    let plate =
        Rect::new(((units.w - WIDTH) / 2.0).round(), ((units.h - h) * 0.5).round(), WIDTH, h);
    paint.plate(Rect::new(0.0, 0.0, units.w, units.h), 0.0, theme::alpha(theme::DARK, 0.45));
    paint.plate(plate, 8.0, theme::PLATE);
    paint.plate(Rect::new(plate.x, plate.y, plate.w, 4.0), 0.0, theme::ACCENT);

    let head = Rect::new(plate.x + 32.0, plate.y + 20.0, plate.w - 64.0, 72.0);
    let words = headline(&frame.now, scene);
    // the display face has only Latin letters
    let face = if words.chars().all(|c| c < '\u{180}') { Face::Display } else { Face::Bold };
    paint.text(&words, Style::new(face, size::HUGE, theme::INK), head, Align::Centre);

    let mut y = plate.y + 104.0;
    let small = Style::new(Face::Body, size::SMALL, theme::FAINT);
    for (x, word) in COLUMNS {
        paint.text(&say(word), small, Rect::new(plate.x + x, y, 96.0, 24.0), Align::Right);
    }
    y += 28.0;
    for (place, seat) in order.iter().enumerate() {
        let Some(tank) = frame.now.tanks.get(usize::from(*seat)) else { continue };
        row(paint, scene, place + 1, *seat, tank, Rect::new(plate.x + 16.0, y, WIDTH - 32.0, ROW));
        y += ROW;
    }

    let inner = Rect::new(plate.x + WIDTH / 2.0 - 180.0, y + 24.0, 360.0, 0.0);
    let mut column = Column::new(menu, look, inner);
    if is_guest {
        column.text(paint, &say("result-wait"), theme::FAINT);
    }
    column.items(paint, |_| true);
    column.targets
}

fn row(paint: &mut Paint<'_>, scene: &Scene, place: usize, seat: u8, tank: &Tank, rect: Rect) {
    let is_own = scene.owns(seat);
    let inner = Rect::new(rect.x, rect.y + 2.0, rect.w, rect.h - 4.0);
    if is_own {
        paint.plate(inner, 6.0, theme::RAISED);
        paint.frame(inner, 6.0, 2.0, theme::INK);
    }
    let face = if is_own { Face::Bold } else { Face::Body };
    let style = Style::new(face, size::LARGE, theme::INK);
    let cell = |x: f32, w: f32| Rect::new(rect.x - 16.0 + x, rect.y, w, rect.h);
    paint.text(&format!("{place}"), style, cell(24.0, 28.0), Align::Right);
    let middle = rect.y + rect.h / 2.0;
    paint.plate(
        Rect::new(rect.x + 52.0, middle - 11.0, 22.0, 22.0),
        5.0,
        theme::player(scene.colour(seat)),
    );
    paint.text(name(scene, seat), style, cell(104.0, 290.0), Align::Left);
    let numbers = [
        tank.score.to_string(),
        tank.kills.to_string(),
        tank.deaths.to_string(),
        accuracy(tank.hits, tank.shots),
    ];
    for ((x, _), number) in COLUMNS.into_iter().zip(numbers) {
        paint.text(&number, style, cell(x, 96.0), Align::Right);
    }
}

/// The name in a seat.
pub(super) fn name(scene: &Scene, seat: u8) -> &str {
    match scene.seats.get(usize::from(seat)) {
        Some(label) if !label.name.is_empty() => &label.name,
        _ => "–",
    }
}

/// Who won, in a few words.
fn headline(world: &World, scene: &Scene) -> String {
    match world.winner() {
        Some(seat) if seat == scene.own && scene.second.is_none() => say("result-you-win"),
        Some(seat) => say_with("result-wins", &[("name", name(scene, seat).into())]),
        None => say("result-draw"),
    }
}

/// Hits of shots in percent; a dash for nobody who fired.
fn accuracy(hits: u16, shots: u16) -> String {
    match (u32::from(hits) * 200 + u32::from(shots)).checked_div(u32::from(shots) * 2) {
        Some(percent) => say_with("percent", &[("percent", percent.into())]),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_rounded_and_needs_a_shot() {
        assert_eq!(accuracy(0, 0), "–");
        assert_eq!(accuracy(0, 9), "0%");
        assert_eq!(accuracy(2, 3), "67%");
        assert_eq!(accuracy(65535, 65535), "100%");
    }
}
