//! The corner of the HUD with health, both kinds of shells and the reload ring.

use std::time::Instant;

use ggez::graphics::{Color, Rect};

use super::cues::Crew;
use super::paint::{Align, Paint, Style, Units};
use super::text::Face;
use crate::sim::rules::{FULL_HP, RELOAD, TICKS_PER_SECOND};
use crate::sim::{Ammo, Tank};
use crate::view::theme::{self, MARGIN, size};
use crate::words::say;

/// Width and height of the plate.
const SIZE: (f32, f32) = (288.0, 144.0);

/// The same where text is large: the chosen shells only.
const COMPACT: (f32, f32) = (204.0, 112.0);

/// Where the plate is.
pub(super) fn place(units: Units) -> Rect {
    let (w, h) = if units.is_narrow() { COMPACT } else { SIZE };
    Rect::new(units.w - MARGIN - w, units.h - MARGIN - h, w, h)
}

/// Paints the plate of a tank at this place, with the keys that choose its shells, and what its
/// crew hears.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    plate: Rect,
    tank: &Tank,
    keys: [&str; 2],
    (crew, now): (&Crew, Instant),
) {
    paint.plate(plate, 8.0, theme::PLATE);
    health(paint, plate, tank.hp);
    let is_dry = crew.is_dry(now);
    let is_compact = plate.h < SIZE.1;
    let shown = Ammo::ALL.into_iter().zip(keys);
    let shown = shown.filter(|(ammo, _)| !is_compact || *ammo == tank.selected());
    for (row, (ammo, key)) in shown.enumerate() {
        let y = plate.y + if is_compact { 50.0 } else { 46.0 } + row as f32 * 44.0;
        let rect = Rect::new(plate.x + 12.0, y, plate.w - 108.0, 40.0);
        slot(paint, tank, ammo, key, is_dry, rect);
    }
    let middle = if is_compact { 70.0 } else { 88.0 };
    let centre = (plate.right() - 50.0, plate.y + middle);
    ring(paint, Ring::of(tank), crew.loaded(now), centre);
}

fn health(paint: &mut Paint<'_>, plate: Rect, hp: u8) {
    let bar = Rect::new(plate.x + 76.0, plate.y + 16.0, plate.w - 88.0, 18.0);
    paint.plate(bar, 5.0, theme::RAISED);
    let part = f32::from(hp.min(FULL_HP)) / f32::from(FULL_HP);
    let color = theme::health(part);
    if hp > 0 {
        paint.plate(Rect::new(bar.x, bar.y, (bar.w * part).max(8.0), bar.h), 5.0, color);
    }
    let ink = if hp > 25 { theme::INK } else { theme::BAD };
    let number = Rect::new(plate.x + 8.0, bar.y - 6.0, 60.0, bar.h + 12.0);
    let style = Style::new(Face::Bold, size::LARGE, ink);
    paint.text(&hp.to_string(), style, number, Align::Right);
}

fn slot(paint: &mut Paint<'_>, tank: &Tank, ammo: Ammo, key: &str, is_dry: bool, rect: Rect) {
    let is_selected = tank.selected() == ammo && tank.is_alive();
    let rounds = tank.rounds(ammo);
    paint.plate(rect, 6.0, theme::RAISED);
    if is_selected {
        let (width, color) = if is_dry { (5.0, theme::BAD) } else { (3.0, theme::ACCENT) };
        paint.frame(rect, 6.0, width, color);
    }
    // Alone it needs no key to tell it from the other, and has no room for one.
    let is_alone = rect.w < 120.0;
    let (icon, left) = if is_alone { (28.0, 44.0) } else { (60.0, 90.0) };
    if !is_alone {
        let faint = Style::new(Face::Body, size::SMALL, theme::FAINT);
        paint.text(key, faint, Rect::new(rect.x + 12.0, rect.y, 16.0, rect.h), Align::Left);
    }
    let metal = match ammo {
        Ammo::Regular => theme::rgb(0xD9A441),
        Ammo::Piercing => theme::rgb(0xD5DEE6),
    };
    let metal = if rounds == 0 { theme::EDGE } else { metal };
    shell_icon(paint, (rect.x + icon, rect.y + rect.h / 2.0), metal, ammo == Ammo::Piercing);
    let ink = match rounds {
        0 => theme::BAD,
        _ if is_selected => theme::INK,
        _ => theme::FAINT,
    };
    let style = Style::new(Face::Bold, size::LARGE, ink);
    let number = Rect::new(rect.x + left, rect.y, rect.w - left - 14.0, rect.h);
    paint.text(&rounds.to_string(), style, number, Align::Right);
}

/// What the reload ring says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ring {
    /// The tank is destroyed: there is no gun.
    Out,
    /// Nothing is left of the selected shells.
    Empty,
    /// The gun can fire.
    Ready,
    /// So much of the time is over, 0..=1, and so many tenths of a second are left.
    Loading(f32, u32),
}

impl Ring {
    fn of(tank: &Tank) -> Ring {
        if !tank.is_alive() {
            Ring::Out
        } else if tank.rounds(tank.selected()) == 0 {
            Ring::Empty
        } else if tank.reload == 0 {
            Ring::Ready
        } else {
            let done = 1.0 - f32::from(tank.reload.min(RELOAD)) / f32::from(RELOAD);
            Ring::Loading(done, (u32::from(tank.reload) * 10).div_ceil(TICKS_PER_SECOND))
        }
    }
}

/// `glow` is how much is left of the moment in which the gun was loaded.
fn ring(paint: &mut Paint<'_>, ring: Ring, glow: f32, (x, y): (f32, f32)) {
    paint.arc((x, y), (28.0, 37.0), (0.0, 1.0), theme::RAISED);
    let style = |color| Style::new(Face::Bold, size::SMALL, color);
    let label = Rect::new(x - 28.0, y - 14.0, 56.0, 28.0);
    match ring {
        Ring::Out => {}
        Ring::Empty => {
            paint.arc((x, y), (28.0, 37.0), (0.0, 1.0), theme::alpha(theme::BAD, 0.45));
            let words =
                fitting(paint, say("hud-empty"), style(theme::BAD), label.w).unwrap_or("0".into());
            paint.text(&words, style(theme::BAD), label, Align::Centre);
        }
        Ring::Ready => {
            paint.arc((x, y), (28.0, 37.0), (0.0, 1.0), theme::GOOD);
            if glow > 0.0 {
                paint.arc((x, y), (37.0, 43.0), (0.0, 1.0), theme::alpha(theme::INK, glow));
            }
            // A closed ring says it, too.
            if let Some(words) = fitting(paint, say("hud-loaded"), style(theme::INK), label.w) {
                paint.text(&words, style(theme::INK), label, Align::Centre);
            }
        }
        Ring::Loading(done, tenths) => {
            paint.arc((x, y), (28.0, 37.0), (0.0, done.max(0.01)), theme::ACCENT);
            let left = format!("{}.{}", tenths / 10, tenths % 10);
            let style = Style::new(Face::Bold, size::LARGE, theme::INK);
            paint.text(&left, style, label, Align::Centre);
        }
    }
}

/// A word if there is room for all of it: in a tiny window letters do not get as small.
fn fitting(paint: &mut Paint<'_>, words: String, style: Style, room: f32) -> Option<String> {
    (paint.width(&words, style) <= room).then_some(words)
}

/// A shell that flies to the right.
pub(super) fn shell_icon(paint: &mut Paint<'_>, (x, y): (f32, f32), color: Color, is_long: bool) {
    let (back, nose, tip) = if is_long { (-14.0, 4.0, 15.0) } else { (-9.0, 2.0, 10.0) };
    let half = if is_long { 3.5 } else { 5.0 };
    paint.convex(
        &[
            (x + back, y - half),
            (x + nose, y - half),
            (x + nose + (tip - nose) * 0.6, y - half * 0.6),
            (x + tip, y),
            (x + nose + (tip - nose) * 0.6, y + half * 0.6),
            (x + nose, y + half),
            (x + back, y + half),
        ],
        color,
    );
    paint.plate(Rect::new(x + back - 3.0, y - half - 1.0, 3.0, half * 2.0 + 2.0), 0.0, color);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rules::COUNTDOWN;
    use crate::sim::{Events, Input, MAX_SEATS, Map, Rules, World, step};

    #[test]
    fn ring_follows_the_gun_with_both_shells_and_while_switching() {
        let map = Map::generate([1, 2], &Rules::default());
        for ammo in Ammo::ALL {
            let mut world = World::create(&map, &[0, 1]);
            let mut hold = |held: u16, ticks: u32| {
                let mut inputs = [Input::default(); MAX_SEATS];
                inputs[0].held = held;
                (0..ticks).for_each(|_| step(&mut world, &map, &inputs, &mut Events::new()));
                world.tanks[0]
            };
            hold(0, COUNTDOWN);
            let keys = [Input::REGULAR, Input::PIERCING];
            let (own, other) = (keys[ammo as usize], keys[1 - ammo as usize]);
            let tank = hold(own, 1);
            assert_eq!((tank.selected(), Ring::of(&tank)), (ammo, Ring::Ready));
            let fired = hold(Input::FIRE, 1);
            assert_eq!(fired.rounds(ammo), ammo.rounds() - 1);
            assert_eq!(Ring::of(&fired), Ring::Loading(0.0, 20), "{ammo:?}");
            // Another shell is loaded in the same time: switching neither helps nor hurts.
            let half = hold(other, u32::from(RELOAD) / 2);
            assert_ne!(half.selected(), ammo);
            assert_eq!(Ring::of(&half), Ring::Loading(0.5, 10));
            assert_eq!(
                Ring::of(&hold(own, u32::from(RELOAD) / 2 - 1)),
                Ring::Loading(119.0 / 120.0, 1)
            );
            let mut tank = hold(0, 1);
            assert_eq!(Ring::of(&tank), Ring::Ready);
            tank.ammo[ammo as usize] = 0;
            assert_eq!(Ring::of(&tank), Ring::Empty, "whatever the other kind has");
            let nothing: Tank = bytemuck::Zeroable::zeroed();
            assert_eq!(Ring::of(&nothing), Ring::Out, "a tank that is not there is never ready");
        }
    }
}
