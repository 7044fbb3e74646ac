//! What two players at one machine see beside the HUD of one: a corner for each with
//! health, weapons and name, and over it who destroyed them. Paints, and decides nothing.

use ggez::graphics::Rect;

use super::cues::Crew;
use super::emblem;
use super::hud::{Sight, is_certainly_out};
use super::kills::KillFeed;
use super::paint::{Align, Paint, Style};
use super::result::name;
use super::text::Face;
use super::weapons;
use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Phase, Tank};
use crate::view::keys::{Action, Bindings, Source};
use crate::view::split;
use crate::view::stage::{Frame, Scene};
use crate::view::theme::{self, GRID, MARGIN, size};
use crate::words::{say, say_with};

/// Height of the line with the name above the weapons.
const NAME: f32 = 32.0;

/// Paints both corners: the first player's at the left, the second's at the right.
pub(super) fn draw(paint: &mut Paint<'_>, sight: Sight<'_>, feed: &KillFeed, crews: &[Crew; 2]) {
    let Sight { scene, frame, bindings, now, .. } = sight;
    let [one, two] = split::split(bindings[0], bindings[1]);
    let units = paint.units();
    let Rect { w, h, .. } = weapons::place(units);
    let sides = [MARGIN, units.w - MARGIN - w];
    let players = scene.own_seats().zip(sides).zip([one, two]).zip(crews);
    for (((seat, x), keys), crew) in players {
        let Some(tank) = frame.now.tanks.get(usize::from(seat)) else { continue };
        let plate = Rect::new(x, units.h - MARGIN - h, w, h);
        let head = Rect::new(plate.x, plate.y - NAME - GRID / 2.0, plate.w, NAME);
        heading(paint, scene, frame, seat, head);
        let [regular, piercing] =
            [Action::Regular, Action::Piercing].map(|action| key(keys.of(action)));
        weapons::draw(paint, plate, tank, [&regular, &piercing], (crew, now));
        crew.draw_taken(paint, Rect { y: head.y, ..plate }, now);
        let above = head.y - GRID / 2.0;
        match frame.now.phase() {
            Phase::Countdown(_) => hint(paint, &keys, (plate.x, above, plate.w)),
            Phase::Playing(_) if is_certainly_out(frame, seat) => {
                fallen(paint, scene, seat, tank, feed, Rect::new(plate.x, above - 60.0, w, 60.0));
            }
            _ => {}
        }
    }
}

/// Whose corner it is: colour, name and points.
fn heading(paint: &mut Paint<'_>, scene: &Scene, frame: &Frame, seat: u8, rect: Rect) {
    paint.plate(rect, 6.0, theme::PLATE);
    paint.frame(rect, 6.0, 2.0, ring(scene, seat));
    let swatch = Rect::new(rect.x + 6.0, rect.y + 6.0, 20.0, rect.h - 12.0);
    emblem::draw(paint, scene.colour(seat), swatch, 4.0, 1.0);
    let style = Style::new(Face::Bold, size::TEXT, theme::INK);
    let inner = Rect::new(rect.x + 36.0, rect.y, rect.w - 48.0, rect.h);
    let score = frame.settled.tanks.get(usize::from(seat)).map_or(0, |tank| tank.score);
    let score = score.to_string();
    let room = inner.w - paint.width(&score, style) - GRID;
    paint.text(name(scene, seat), style, Rect { w: room, ..inner }, Align::Left);
    paint.text(&score, style, inner, Align::Right);
}

/// Who destroyed a player's tank, and when it is back.
fn fallen(
    paint: &mut Paint<'_>,
    scene: &Scene,
    seat: u8,
    tank: &Tank,
    feed: &KillFeed,
    rect: Rect,
) {
    let words = match feed.last_against(seat) {
        Some(by) => say_with("couch-destroyed-by", &[("name", name(scene, by).into())]),
        None => say("couch-destroyed"),
    };
    paint.plate(rect, 8.0, theme::PLATE);
    let style = Style::new(Face::Bold, size::TEXT, theme::INK);
    let line = Rect::new(rect.x + 12.0, rect.y + 4.0, rect.w - 24.0, 26.0);
    let fitted = paint.fitted(&words, style, line.w, size::SMALL);
    paint.text(&words, fitted, line, Align::Centre);
    let seconds = u32::from(tank.respawn).div_ceil(TICKS_PER_SECOND);
    let style = Style::new(Face::Body, size::TEXT, theme::ACCENT);
    let back = say_with("couch-back-in", &[("seconds", seconds.into())]);
    paint.text(&back, style, Rect { y: line.y + 26.0, ..line }, Align::Centre);
}

/// The keys of one player, above their corner.
fn hint(paint: &mut Paint<'_>, keys: &Bindings, (x, bottom, w): (f32, f32, f32)) {
    let rows = rows(keys);
    let (line, gap) = (24.0, 8.0);
    let h = rows.len() as f32 * line + 2.0 * gap;
    let rect = Rect::new(x, bottom - h, w, h);
    paint.plate(rect, 8.0, theme::PLATE);
    let faint = Style::new(Face::Body, size::SMALL, theme::FAINT);
    let style = Style::new(Face::Bold, size::SMALL, theme::INK);
    for (row, (label, keys)) in rows.iter().enumerate() {
        let y = rect.y + gap + row as f32 * line;
        paint.text(label, faint, Rect::new(x + 12.0, y, 84.0, line), Align::Left);
        paint.text(keys, style, Rect::new(x + 100.0, y, w - 112.0, line), Align::Left);
    }
}

/// What a player can do, and with which keys.
fn rows(keys: &Bindings) -> [(String, String); 4] {
    let names = keys.actions().map(|(_, _, sources)| key(sources));
    let [forward, back, left, right, turret_left, turret_right, fire, regular, piercing] = names;
    let aim = match keys.mouse_aim {
        true => format!("{turret_left} {turret_right} + {}", say("couch-mouse")),
        false => format!("{turret_left} {turret_right}"),
    };
    [
        (say("couch-drive"), format!("{forward} {left} {back} {right}")),
        (say("couch-aim"), aim),
        (say("couch-fire"), fire),
        (say("couch-shells"), format!("{regular} {piercing}")),
    ]
}

/// What is written on the first key of an action.
fn key(sources: &[Source]) -> String {
    let Some(source) = sources.first() else { return "–".to_owned() };
    let sign = match source.name() {
        Some("Comma") => ",",
        Some("Period") => ".",
        Some("Minus") => "-",
        Some("Equal") => "=",
        Some("Slash") => "/",
        _ => return source.shown().unwrap_or_else(|| "–".to_owned()),
    };
    sign.to_owned()
}

/// The colour of the ring that marks a player's own tank.
fn ring(scene: &Scene, seat: u8) -> ggez::graphics::Color {
    if seat == scene.own { theme::INK } else { theme::ACCENT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::keys::Scheme;
    use ggez::input::keyboard::KeyCode;

    #[test]
    fn each_player_is_told_the_keys_that_are_theirs() {
        let [one, two] = split::split(&Bindings::modern(), &Scheme::Second.bindings())
            .map(|b| rows(&b).map(|(_, keys)| keys));
        assert_eq!(one[0], "W A S D");
        assert!(one[1].starts_with("Q E + "), "{one:?}");
        assert_eq!(one[2], Source::Key(KeyCode::Space).shown().unwrap());
        assert_eq!(
            (two[0].as_str(), two[1].as_str(), two[3].as_str()),
            ("Up Left Down Right", ", .", "- =")
        );
    }
}
