//! What stands in the corners during a match: clock and scores, weapons and health,
//! the line to the others, who destroyed whom, and short notices.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ggez::graphics::{Color, Rect};

use super::couch;
use super::minimap;
use super::net_corner;
use super::paint::{Align, Paint, Style};
use super::result::name;
use super::text::Face;
use crate::sim::rules::{FULL_HP, RELOAD, TICKS_PER_SECOND};
use crate::sim::{Ammo, Event, Phase, Tank, TankState, World};
use crate::view::keys::{Bindings, Source};
use crate::view::stage::{Frame, Scene};
use crate::view::theme::{self, GRID, MARGIN, size};
use crate::words::{say, say_with};

/// Who destroyed whom lately.
#[derive(Default)]
pub(super) struct KillFeed {
    kills: VecDeque<Kill>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Kill {
    tick: u32,
    seat: u8,
    by: u8,
    seen: Instant,
}

/// How long a line of the kill feed stays.
const FEED_TIME: Duration = Duration::from_secs(6);
/// Lines of the kill feed at once.
const FEED_LINES: usize = 5;

impl KillFeed {
    /// Takes notice of an event; a rollback may bring the same one again, or shift it a little.
    pub(super) fn event(&mut self, tick: u32, event: &Event, now: Instant) {
        match *event {
            // a destroyed tank is out for longer than any rollback reaches
            Event::Destroyed { seat, by, .. } => {
                let known =
                    self.kills.iter_mut().find(|k| k.seat == seat && k.tick.abs_diff(tick) < 60);
                match known {
                    Some(kill) => kill.by = by,
                    None => self.kills.push_back(Kill { tick, seat, by, seen: now }),
                }
            }
            Event::Started => self.kills.clear(),
            _ => {}
        }
    }

    /// Forgets everything, for another match.
    pub(super) fn clear(&mut self) {
        self.kills.clear();
    }

    fn lines(&mut self, now: Instant) -> impl Iterator<Item = &Kill> {
        self.kills.retain(|k| now.saturating_duration_since(k.seen) < FEED_TIME);
        let hidden = self.kills.len().saturating_sub(FEED_LINES);
        self.kills.iter().skip(hidden)
    }

    /// Who destroyed the tank of this seat last.
    pub(super) fn last_against(&self, seat: u8) -> Option<u8> {
        self.kills.iter().rev().find(|k| k.seat == seat).map(|k| k.by)
    }
}

/// Paints everything but the minimap; once the match is over, only what is about the line.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    scene: &Scene,
    frame: &Frame,
    feed: &mut KillFeed,
    [bindings, second]: [&Bindings; 2],
    now: Instant,
) {
    let world = &frame.now;
    let below = net_corner::draw(paint, &frame.net);
    notices(paint, frame, scene.second.is_none().then_some(bindings));
    if world.phase() == Phase::Over {
        return;
    }
    clock(paint, world);
    scores(paint, scene, world);
    kill_feed(paint, scene, feed, now, below);
    if let Some(tank) = world.tanks.get(usize::from(scene.own)) {
        if scene.second.is_some() {
            couch::draw(paint, scene, world, feed, [bindings, second]);
        } else {
            let (units, (w, h)) = (paint.units(), WEAPONS);
            let corner = Rect::new(units.w - MARGIN - w, units.h - MARGIN - h, w, h);
            weapons(paint, tank, ["1", "2"], corner);
        }
        middle(paint, scene, world, tank, feed);
    }
}

fn clock(paint: &mut Paint<'_>, world: &World) {
    let ticks = match world.phase() {
        Phase::Countdown(_) => world.rules.match_ticks(),
        Phase::Playing(left) => left,
        Phase::Over => 0,
    };
    let ink = if ticks <= 10 * TICKS_PER_SECOND { theme::ACCENT } else { theme::INK };
    let rect = Rect::new(paint.units().w / 2.0 - 64.0, MARGIN, 128.0, 48.0);
    paint.plate(rect, 8.0, theme::PLATE);
    paint.text(&clock_text(ticks), Style::new(Face::Bold, size::HUGE, ink), rect, Align::Centre);
}

/// Minutes and seconds; a begun second counts whole.
fn clock_text(ticks: u32) -> String {
    let seconds = ticks.div_ceil(TICKS_PER_SECOND);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn scores(paint: &mut Paint<'_>, scene: &Scene, world: &World) {
    let order = world.standings();
    // names only while there is room for them
    let w = if order.len() <= 4 { 136.0 } else { 72.0 };
    let total = order.len() as f32 * (w + GRID) - GRID;
    let mut x = (paint.units().w - total) / 2.0;
    for seat in &order {
        let Some(tank) = world.tanks.get(usize::from(*seat)) else { continue };
        let rect = Rect::new(x, MARGIN + 48.0 + GRID, w, 30.0);
        let is_there = tank.state() != TankState::Absent;
        chip(paint, scene, *seat, tank.score, is_there, rect);
        x += w + GRID;
    }
}

fn chip(paint: &mut Paint<'_>, scene: &Scene, seat: u8, score: u32, is_there: bool, rect: Rect) {
    paint.plate(rect, 6.0, theme::PLATE);
    let color = theme::seat(seat);
    let fade = if is_there { 1.0 } else { 0.35 };
    let swatch = Rect::new(rect.x + 4.0, rect.y + 4.0, 14.0, rect.h - 8.0);
    paint.plate(swatch, 4.0, theme::alpha(color, fade));
    let is_own = scene.owns(seat);
    if is_own {
        paint.frame(rect, 6.0, 2.0, theme::INK);
    }
    let ink = if is_there { theme::INK } else { theme::FAINT };
    let points = Style::new(Face::Bold, size::TEXT, ink);
    let inner = Rect::new(rect.x + 26.0, rect.y, rect.w - 34.0, rect.h);
    let score = score.to_string();
    paint.text(&score, points, inner, Align::Right);
    let room = inner.w - paint.width(&score, points) - 6.0;
    if rect.w > 100.0 {
        let style = Style::new(Face::Body, size::SMALL, ink);
        let left = Rect::new(inner.x, rect.y, room, rect.h);
        paint.text(name(scene, seat), style, left, Align::Left);
    }
}

fn kill_feed(paint: &mut Paint<'_>, scene: &Scene, feed: &mut KillFeed, now: Instant, top: f32) {
    // below the row of scores, which may be wide
    let mut y = top.max(MARGIN + 48.0 + GRID + 30.0 + GRID);
    for kill in feed.lines(now) {
        let words = Style::new(Face::Bold, size::TEXT, theme::INK);
        let (by, seat) = (name(scene, kill.by), name(scene, kill.seat));
        let room = 150.0;
        let (by_w, seat_w) = (paint.width(by, words).min(room), paint.width(seat, words).min(room));
        let w = by_w + seat_w + 100.0;
        let rect = Rect::new(paint.units().w - MARGIN - w, y, w, 32.0);
        paint.plate(rect, 6.0, theme::PLATE);
        if scene.owns(kill.by) || scene.owns(kill.seat) {
            paint.frame(rect, 6.0, 2.0, theme::INK);
        }
        let middle = rect.y + rect.h / 2.0;
        let mut x = rect.x + 8.0;
        paint.plate(Rect::new(x, middle - 7.0, 14.0, 14.0), 4.0, theme::seat(kill.by));
        x += 20.0;
        paint.text(by, words, Rect::new(x, rect.y, by_w, rect.h), Align::Left);
        x += by_w + 10.0;
        shell_icon(paint, (x + 12.0, middle), theme::ACCENT, false);
        x += 34.0;
        paint.plate(Rect::new(x, middle - 7.0, 14.0, 14.0), 4.0, theme::seat(kill.seat));
        x += 20.0;
        paint.text(seat, words, Rect::new(x, rect.y, seat_w, rect.h), Align::Left);
        y += rect.h + 4.0;
    }
}

/// A shell that flies to the right.
fn shell_icon(paint: &mut Paint<'_>, (x, y): (f32, f32), color: Color, is_long: bool) {
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

/// Width and height of the plate with health and weapons.
pub(super) const WEAPONS: (f32, f32) = (288.0, 144.0);

/// Health, weapons with the keys that choose them, and reload ring of a tank, on a plate of
/// the size of [`WEAPONS`].
pub(super) fn weapons(paint: &mut Paint<'_>, tank: &Tank, keys: [&str; 2], plate: Rect) {
    let w = plate.w;
    paint.plate(plate, 8.0, theme::PLATE);

    let bar = Rect::new(plate.x + 76.0, plate.y + 16.0, w - 88.0, 18.0);
    paint.plate(bar, 5.0, theme::RAISED);
    let part = f32::from(tank.hp.min(FULL_HP)) / f32::from(FULL_HP);
    let color = match tank.hp {
        51.. => theme::GOOD,
        26..=50 => theme::ACCENT,
        _ => theme::BAD,
    };
    if tank.hp > 0 {
        paint.plate(Rect::new(bar.x, bar.y, (bar.w * part).max(8.0), bar.h), 5.0, color);
    }
    let ink = if tank.hp > 25 { theme::INK } else { theme::BAD };
    let number = Rect::new(plate.x + 8.0, bar.y - 6.0, 60.0, bar.h + 12.0);
    let style = Style::new(Face::Bold, size::LARGE, ink);
    paint.text(&tank.hp.to_string(), style, number, Align::Right);

    for (row, (ammo, key)) in Ammo::ALL.into_iter().zip(keys).enumerate() {
        let y = plate.y + 46.0 + row as f32 * 44.0;
        slot(paint, tank, ammo, key, Rect::new(plate.x + 12.0, y, w - 108.0, 40.0));
    }
    let centre = (plate.right() - 50.0, plate.y + 46.0 + 42.0);
    reload_ring(paint, tank, centre);
}

fn slot(paint: &mut Paint<'_>, tank: &Tank, ammo: Ammo, key: &str, rect: Rect) {
    let is_selected = tank.selected() == ammo;
    let rounds = tank.rounds(ammo);
    paint.plate(rect, 6.0, theme::RAISED);
    if is_selected {
        paint.frame(rect, 6.0, 3.0, theme::ACCENT);
    }
    let faint = Style::new(Face::Body, size::SMALL, theme::FAINT);
    paint.text(key, faint, Rect::new(rect.x + 12.0, rect.y, 16.0, rect.h), Align::Left);
    let metal = match ammo {
        Ammo::Regular => theme::rgb(0xD9A441),
        Ammo::Piercing => theme::rgb(0xD5DEE6),
    };
    let metal = if rounds == 0 { theme::EDGE } else { metal };
    shell_icon(paint, (rect.x + 60.0, rect.y + rect.h / 2.0), metal, ammo == Ammo::Piercing);
    let ink = match rounds {
        0 => theme::BAD,
        _ if is_selected => theme::INK,
        _ => theme::FAINT,
    };
    let style = Style::new(Face::Bold, size::LARGE, ink);
    let number = Rect::new(rect.x + 90.0, rect.y, rect.w - 104.0, rect.h);
    paint.text(&rounds.to_string(), style, number, Align::Right);
}

fn reload_ring(paint: &mut Paint<'_>, tank: &Tank, (x, y): (f32, f32)) {
    let is_empty = tank.rounds(tank.selected()) == 0;
    paint.arc((x, y), (28.0, 37.0), (0.0, 1.0), theme::RAISED);
    let style = |color| Style::new(Face::Bold, size::SMALL, color);
    let label = Rect::new(x - 28.0, y - 14.0, 56.0, 28.0);
    if is_empty {
        paint.text(&say("hud-empty"), style(theme::BAD), label, Align::Centre);
    } else if tank.reload == 0 {
        paint.arc((x, y), (28.0, 37.0), (0.0, 1.0), theme::GOOD);
        paint.text(&say("hud-loaded"), style(theme::INK), label, Align::Centre);
    } else {
        let done = 1.0 - f32::from(tank.reload) / f32::from(RELOAD);
        paint.arc((x, y), (28.0, 37.0), (0.0, done.max(0.01)), theme::ACCENT);
        let tenths = u32::from(tank.reload) * 10 / TICKS_PER_SECOND;
        let left = format!("{}.{}", tenths / 10, tenths % 10);
        let style = Style::new(Face::Bold, size::LARGE, theme::INK);
        paint.text(&left, style, label, Align::Centre);
    }
}

/// The few things that may stand in the upper third: countdown and respawn.
fn middle(paint: &mut Paint<'_>, scene: &Scene, world: &World, tank: &Tank, feed: &KillFeed) {
    let units = paint.units();
    let top = (units.h * 0.22).round();
    match world.phase() {
        Phase::Countdown(ticks) => {
            let rect = Rect::new(units.w / 2.0 - 88.0, top, 176.0, 144.0);
            paint.plate(rect, 12.0, theme::PLATE);
            let label = Rect::new(rect.x, rect.y + 10.0, rect.w, 26.0);
            paint.text(
                &say("hud-get-ready"),
                Style::new(Face::Body, size::TEXT, theme::INK),
                label,
                Align::Centre,
            );
            let number = ticks.div_ceil(TICKS_PER_SECOND).to_string();
            let style = Style::new(Face::Display, size::GIANT, theme::ACCENT);
            let below = Rect::new(rect.x, rect.y + 40.0, rect.w, rect.h - 52.0);
            paint.text(&number, style, below, Align::Centre);
        }
        Phase::Playing(_) if tank.state() == TankState::Destroyed && scene.second.is_none() => {
            let words = match feed.last_against(scene.own) {
                Some(by) => say_with("hud-destroyed-by", &[("name", name(scene, by).into())]),
                None => say("hud-destroyed"),
            };
            let style = Style::new(Face::Bold, size::LARGE, theme::INK);
            let w = (paint.width(&words, style) + 64.0).clamp(280.0, 560.0);
            let rect = Rect::new((units.w - w) / 2.0, top, w, 96.0);
            paint.plate(rect, 12.0, theme::PLATE);
            let line = Rect::new(rect.x + 16.0, rect.y + 12.0, rect.w - 32.0, 36.0);
            paint.text(&words, style, line, Align::Centre);
            let seconds = u32::from(tank.respawn).div_ceil(TICKS_PER_SECOND);
            let below = Rect::new(rect.x, rect.y + 50.0, rect.w, 32.0);
            let style = Style::new(Face::Body, size::TEXT, theme::ACCENT);
            let words = say_with("hud-back-in", &[("seconds", seconds.into())]);
            paint.text(&words, style, below, Align::Centre);
        }
        _ => {}
    }
}

/// Short lines at the bottom; the keys among them if there is nothing else to say.
fn notices(paint: &mut Paint<'_>, frame: &Frame, bindings: Option<&Bindings>) {
    let mut lines: Vec<(String, Color)> = Vec::new();
    if let Some(name) = &frame.net.waiting_for {
        let words = say_with("hud-waiting-for", &[("name", name.as_str().into())]);
        lines.push((words, theme::ACCENT));
    }
    if frame.net.frozen {
        lines.push((say("hud-frozen"), theme::ACCENT));
    }
    if let Some(notice) = &frame.net.notice {
        lines.push((notice.clone(), theme::INK));
    }
    if let (Phase::Countdown(_), true, Some(keys)) = (frame.now.phase(), lines.is_empty(), bindings)
    {
        lines.push((hint(keys), theme::INK));
    }
    let units = paint.units();
    let left = MARGIN + minimap::SIDE + MARGIN;
    let room = (units.w - 2.0 * (left.max(MARGIN * 2.0 + WEAPONS.0))).max(240.0);
    let mut bottom = units.h - MARGIN;
    for (line, ink) in lines.iter().rev() {
        let style = Style::new(Face::Body, size::TEXT, *ink);
        let broken = paint.broken(line, style, room - 32.0);
        let widest = broken.iter().map(|l| paint.width(l, style)).fold(0.0, f32::max);
        let (w, h) = (widest.min(room - 32.0) + 32.0, broken.len() as f32 * 26.0 + 12.0);
        let rect = Rect::new((units.w - w) / 2.0, bottom - h, w, h);
        paint.plate(rect, 8.0, theme::PLATE);
        for (row, words) in broken.iter().enumerate() {
            let y = rect.y + 6.0 + row as f32 * 26.0;
            let inner = Rect::new(rect.x + 16.0, y, rect.w - 32.0, 26.0);
            paint.text(words, style, inner, Align::Centre);
        }
        bottom = rect.y - GRID;
    }
}

/// The keys that matter, in one line.
fn hint(bindings: &Bindings) -> String {
    let first = |sources: &[Source]| {
        sources.iter().find_map(|s| s.shown()).unwrap_or_else(|| "–".to_owned())
    };
    let [forward, back, left, right, turret_left, turret_right, fire, regular, piercing] =
        bindings.actions().map(|(_, _, sources)| first(sources));
    let or_mouse = |keys: String| match bindings.mouse_aim {
        true => say_with("hud-hint-or-mouse", &[("keys", keys.into())]),
        false => keys,
    };
    say_with(
        "hud-hint",
        &[
            ("drive", format!("{forward} {left} {back} {right}").into()),
            ("aim", or_mouse(format!("{turret_left} {turret_right}")).into()),
            ("fire", or_mouse(fire).into()),
            ("shells", format!("{regular} {piercing}").into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Vec2;
    use crate::view::keys::{Action, Device};

    fn death(seat: u8, by: u8) -> Event {
        Event::Destroyed { seat, by, at: Vec2::ZERO }
    }

    fn shown(feed: &mut KillFeed, now: Instant) -> Vec<(u8, u8)> {
        feed.lines(now).map(|k| (k.by, k.seat)).collect()
    }

    #[test]
    fn the_clock_ends_at_zero_and_begins_at_the_full_time() {
        assert_eq!(clock_text(7200), "2:00");
        assert_eq!(clock_text(7199), "2:00");
        assert_eq!(clock_text(7140), "1:59");
        assert_eq!(clock_text(1), "0:01");
        assert_eq!(clock_text(0), "0:00");
    }

    #[test]
    fn a_death_that_a_rollback_repeats_or_shifts_is_told_once() {
        let (mut feed, now) = (KillFeed::default(), Instant::now());
        feed.event(500, &death(1, 0), now);
        feed.event(500, &death(1, 0), now);
        feed.event(503, &death(1, 2), now);
        assert_eq!(shown(&mut feed, now), [(2, 1)], "the newest word on who did it counts");
        feed.event(760, &death(1, 0), now);
        feed.event(760, &death(0, 1), now);
        assert_eq!(shown(&mut feed, now), [(2, 1), (0, 1), (1, 0)]);
        assert_eq!(feed.last_against(0), Some(1));
    }

    #[test]
    fn deaths_are_forgotten_after_a_while_and_with_a_new_match() {
        let (mut feed, now) = (KillFeed::default(), Instant::now());
        feed.event(500, &death(1, 0), now);
        assert_eq!(shown(&mut feed, now + FEED_TIME), []);
        for seat in 0..8 {
            feed.event(900, &death(seat, 7), now);
        }
        assert_eq!(shown(&mut feed, now).len(), FEED_LINES);
        feed.event(180, &Event::Started, now);
        assert_eq!(shown(&mut feed, now), []);
    }

    #[test]
    fn the_hint_names_the_keys_that_are_bound() {
        let classic = hint(&Bindings::classic());
        assert_eq!(classic, "W A S D drive, J L aim, K fires, 1 2 choose shells");
        let mut bindings = Bindings::modern();
        while bindings.unbind(Action::Fire, Device::Keyboard, 0) {}
        bindings.unbind(Action::Fire, Device::Mouse, 0);
        while bindings.unbind(Action::Fire, Device::Pad, 0) {}
        assert!(hint(&bindings).contains("J L or mouse aim, – or mouse fires"));
    }
}
