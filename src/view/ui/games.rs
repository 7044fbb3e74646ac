//! The games of the local network, beside the form that joins one.

use ggez::graphics::{Color, Rect};

use super::lobby::taken;
use super::menu::{Item, Menu, Part, Situation, rules_name};
use super::paint::{Align, Paint, Style};
use super::panel::{Look, Target, beside, triangle};
use super::recent;
use super::text::Face;
use crate::sim::RuleSet;
use crate::view::stage::{Game, Games};
use crate::view::theme::{self, size};
use crate::words::{say, say_with};

const ROW: f32 = 60.0;
const HEAD: f32 = 72.0;

/// Paints what can be joined: the games of the network, and below them the rooms of earlier times.
pub(super) fn draw(paint: &mut Paint<'_>, menu: &Menu, look: Look) -> Vec<Target> {
    let (mut targets, bottom) = games(paint, menu);
    targets.extend(recent::draw(paint, menu, look, bottom + 16.0));
    targets
}

/// Paints the list and says where it can be clicked, and where it ends.
fn games(paint: &mut Paint<'_>, menu: &Menu) -> (Vec<Target>, f32) {
    let Rect { x: left, y: top, w, .. } = beside(paint);
    let list = menu.games();
    let shown = list.visible().count();
    let (above, below) = list.hidden();
    let body = if shown == 0 { 88.0 } else { shown as f32 * ROW + 8.0 };
    let foot = if above + below > 0 { 36.0 } else { 0.0 };
    let plate = Rect::new(left, top, w, HEAD + body + foot);
    paint.plate(plate, 8.0, theme::PLATE);
    let head = Rect::new(plate.x + 24.0, plate.y + 8.0, plate.w - 48.0, 56.0);
    let style = Style::new(Face::Display, size::LARGE, theme::INK);
    paint.text(&say("games-heading"), style, head, Align::Left);

    let inner = Rect::new(plate.x + 24.0, plate.y + HEAD, plate.w - 48.0, 0.0);
    if shown == 0 {
        let style = Style::new(Face::Body, size::TEXT, theme::FAINT);
        paint.paragraph(&nothing(menu), style, inner, Align::Left);
        return (Vec::new(), plate.bottom());
    }
    let mut targets = Vec::new();
    let mut y = inner.y;
    for (place, game) in list.visible() {
        let item = Item::Game(place);
        let rect = Rect::new(plate.x + 16.0, y, plate.w - 32.0, ROW - 6.0);
        row(paint, game, rect, menu.focus() == item, menu.is_enabled(item));
        targets.push(Target { item, part: Part::Whole, rect });
        y += ROW;
    }
    if foot > 0.0 {
        let words = match (above, below) {
            (0, below) => say_with("games-below", &[("below", (below as u32).into())]),
            (above, 0) => say_with("games-above", &[("above", (above as u32).into())]),
            (above, below) => say_with(
                "games-around",
                &[("above", (above as u32).into()), ("below", (below as u32).into())],
            ),
        };
        let rect = Rect::new(inner.x, y, inner.w, 32.0);
        let style = Style::new(Face::Body, size::SMALL, theme::FAINT);
        paint.text(&words, style, rect, Align::Left);
    }
    (targets, plate.bottom())
}

/// What stands where no game is.
fn nothing(menu: &Menu) -> String {
    match menu.situation() {
        Situation::Title(title) => match &title.games {
            Games::Failed(why) => why.clone(),
            Games::Unwatched | Games::Listed(_) => say("games-none"),
        },
        _ => String::new(),
    }
}

fn row(paint: &mut Paint<'_>, game: &Game, rect: Rect, focused: bool, enabled: bool) {
    let (ink, faint) = match (focused, enabled) {
        (true, true) => (theme::ON_ACCENT, theme::ON_ACCENT),
        (_, true) => (theme::INK, theme::FAINT),
        _ => (theme::OFF, theme::OFF),
    };
    if focused && enabled {
        paint.plate(rect, 8.0, theme::ACCENT);
        triangle(paint, rect.x + 14.0, rect.y + rect.h / 2.0, 9.0, theme::ON_ACCENT);
    } else {
        paint.plate(rect, 8.0, theme::RAISED);
    }
    let upper = Rect::new(rect.x + 32.0, rect.y + 3.0, rect.w - 44.0, 28.0);
    let lower = Rect::new(upper.x, rect.y + 30.0, upper.w, 20.0);
    let bold = Style::new(Face::Bold, size::LARGE, ink);
    // thin strokes are hard to read on the accent
    let face = if focused && enabled { Face::Bold } else { Face::Body };
    let small = Style::new(face, size::SMALL, faint);

    let count = taken(game.players.into(), game.seats.into());
    let count_w = paint.width(&count, Style { size: size::TEXT, ..bold });
    paint.text(&count, Style { size: size::TEXT, ..bold }, upper, Align::Right);
    let room = Rect::new(upper.x, upper.y, upper.w - count_w - 12.0, upper.h);
    paint.text(&game.room, bold, room, Align::Left);

    let mut left = lower;
    if game.is_locked {
        let word = say("games-locked");
        let w = paint.width(&word, small);
        paint.text(&word, small, lower, Align::Right);
        lock(paint, lower.right() - w - 12.0, lower.y + lower.h / 2.0, faint);
        left.w -= w + 32.0;
    }
    paint.text(&details(game), small, left, Align::Left);
}

/// What is played there, and what stands in the way.
fn details(game: &Game) -> String {
    let rules = match game.rules.as_str() {
        "classic" => rules_name(RuleSet::Classic),
        "modern" => rules_name(RuleSet::Modern),
        other => other.to_owned(),
    };
    let mut words = vec![say_with("games-rules", &[("rules", rules.into())])];
    if game.players >= game.seats {
        words.push(say("games-full"));
    }
    if let Some(version) = &game.other_version {
        words.push(say_with("games-version", &[("version", version.as_str().into())]));
    }
    words.join(", ")
}

/// A closed padlock.
fn lock(paint: &mut Paint<'_>, x: f32, y: f32, color: Color) {
    paint.arc((x, y - 2.0), (2.5, 4.5), (0.0, 1.0), color);
    paint.plate(Rect::new(x - 6.0, y - 2.0, 12.0, 9.0), 2.0, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_stands_in_the_way() {
        let mut game = Game { rules: "modern".into(), players: 2, seats: 4, ..Game::default() };
        assert_eq!(details(&game), "Modern rules");
        game.players = 4;
        game.other_version = Some("9.9.9".into());
        assert_eq!(details(&game), "Modern rules, full, version 9.9.9: yours is another");
    }
}
