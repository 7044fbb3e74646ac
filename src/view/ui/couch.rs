//! What two players at one machine see beside the HUD of one: a corner for each with
//! health, weapons and name, and over it who destroyed them. Paints, and decides nothing.

use ggez::graphics::Rect;

use super::hud::{self, KillFeed};
use super::paint::{Align, Paint, Style};
use super::result::name;
use super::text::Face;
use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Phase, Tank, TankState, World};
use crate::view::keys::{Bindings, Source};
use crate::view::split;
use crate::view::stage::Scene;
use crate::view::theme::{self, GRID, MARGIN, size};
use crate::words::{say, say_with};

/// Height of the line with the name above the weapons.
const NAME: f32 = 32.0;

/// Paints both corners: the first player's at the left, the second's at the right.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    scene: &Scene,
    world: &World,
    feed: &KillFeed,
    bindings: [&Bindings; 2],
) {
    let [one, two] = split::split(bindings[0], bindings[1]);
    let units = paint.units();
    let (w, h) = hud::WEAPONS;
    let sides = [MARGIN, units.w - MARGIN - w];
    for ((seat, x), keys) in scene.own_seats().zip(sides).zip([one, two]) {
        let Some(tank) = world.tanks.get(usize::from(seat)) else { continue };
        let plate = Rect::new(x, units.h - MARGIN - h, w, h);
        let head = Rect::new(plate.x, plate.y - NAME - GRID / 2.0, plate.w, NAME);
        heading(paint, scene, seat, tank, head);
        let choose = [&keys.regular, &keys.piercing].map(|sources| key(sources));
        hud::weapons(paint, tank, choose, plate);
        let above = head.y - GRID / 2.0;
        match world.phase() {
            Phase::Countdown(_) => hint(paint, &keys, (plate.x, above, plate.w)),
            Phase::Playing(_) if tank.state() == TankState::Destroyed => {
                fallen(paint, scene, seat, tank, feed, Rect::new(plate.x, above - 60.0, w, 60.0));
            }
            _ => {}
        }
    }
}

/// Whose corner it is: colour, name and points.
fn heading(paint: &mut Paint<'_>, scene: &Scene, seat: u8, tank: &Tank, rect: Rect) {
    paint.plate(rect, 6.0, theme::PLATE);
    paint.frame(rect, 6.0, 2.0, ring(scene, seat));
    let swatch = Rect::new(rect.x + 6.0, rect.y + 6.0, 20.0, rect.h - 12.0);
    paint.plate(swatch, 4.0, theme::seat(seat));
    let style = Style::new(Face::Bold, size::TEXT, theme::INK);
    let inner = Rect::new(rect.x + 36.0, rect.y, rect.w - 48.0, rect.h);
    let score = tank.score.to_string();
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
    paint.text(&words, style, line, Align::Centre);
    let seconds = u32::from(tank.respawn).div_ceil(TICKS_PER_SECOND);
    let style = Style::new(Face::Body, size::TEXT, theme::ACCENT);
    let back = say_with("couch-back-in", &[("seconds", seconds.into())]);
    paint.text(&back, style, Rect { y: line.y + 26.0, ..line }, Align::Centre);
}

/// The keys of one player, above their corner.
fn hint(paint: &mut Paint<'_>, keys: &Bindings, (x, bottom, w): (f32, f32, f32)) {
    let style = Style::new(Face::Body, size::TEXT, theme::INK);
    let lines = paint.broken(&keys_line(keys), style, w - 24.0);
    let h = lines.len() as f32 * 24.0 + 12.0;
    let rect = Rect::new(x, bottom - h, w, h);
    paint.plate(rect, 8.0, theme::PLATE);
    for (row, words) in lines.iter().enumerate() {
        let y = rect.y + 6.0 + row as f32 * 24.0;
        paint.text(words, style, Rect::new(x + 12.0, y, w - 24.0, 24.0), Align::Left);
    }
}

fn keys_line(keys: &Bindings) -> String {
    let names = keys.actions().map(|(_, _, sources)| key(sources));
    let [forward, back, left, right, turret_left, turret_right, fire, regular, piercing] = names;
    let key = if keys.mouse_aim { "couch-keys-mouse" } else { "couch-keys" };
    say_with(
        key,
        &[
            ("drive", format!("{forward} {back} {left} {right}").into()),
            ("turret", format!("{turret_left} {turret_right}").into()),
            ("fire", fire.into()),
            ("shells", format!("{regular} {piercing}").into()),
        ],
    )
}

/// What is written on the first key of an action.
fn key(sources: &[Source]) -> &'static str {
    match sources.iter().find_map(|source| source.name()) {
        Some("Comma") => ",",
        Some("Period") => ".",
        Some("Minus") => "-",
        Some("Equal") => "=",
        Some("Slash") => "/",
        Some(name) => name,
        None => "?",
    }
}

/// The colour of the ring that marks a player's own tank.
fn ring(scene: &Scene, seat: u8) -> ggez::graphics::Color {
    if seat == scene.own { theme::INK } else { theme::ACCENT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_player_is_told_the_keys_that_are_theirs() {
        let [one, two] = split::split(&Bindings::modern(), &split::second()).map(|b| keys_line(&b));
        assert!(one.contains("W S A D") && one.contains("Q E") && one.contains("Space"), "{one}");
        assert!(two.contains("Up Down Left Right") && two.contains(", ."), "{two}");
    }
}
