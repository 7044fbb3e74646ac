//! Who destroyed whom lately, under the corner of the line. Told from settled ticks.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ggez::graphics::Rect;

use super::emblem;
use super::paint::{Align, Paint, Style};
use super::result::name;
use super::text::Face;
use super::weapons::shell_icon;
use crate::sim::Event;
use crate::view::stage::Scene;
use crate::view::theme::{self, MARGIN, size};

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
/// Height of a line.
const ROW: f32 = 32.0;

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

    /// Paints the lines into `room` at its right edge, as many as it has place for.
    pub(super) fn draw(
        &mut self,
        paint: &mut Paint<'_>,
        scene: &Scene,
        now: Instant,
        top: f32,
        bottom: f32,
    ) {
        let mut y = top;
        for kill in self.lines(now) {
            if y + ROW > bottom {
                return;
            }
            line(paint, scene, kill, y);
            y += ROW + 4.0;
        }
    }
}

fn line(paint: &mut Paint<'_>, scene: &Scene, kill: &Kill, y: f32) {
    let words = Style::new(Face::Bold, size::TEXT, theme::INK);
    let (by, seat) = (name(scene, kill.by), name(scene, kill.seat));
    let room = 150.0;
    let (by_w, seat_w) = (paint.width(by, words).min(room), paint.width(seat, words).min(room));
    let w = by_w + seat_w + 104.0;
    let rect = Rect::new(paint.units().w - MARGIN - w, y, w, ROW);
    paint.plate(rect, 6.0, theme::PLATE);
    if scene.owns(kill.by) || scene.owns(kill.seat) {
        paint.frame(rect, 6.0, 2.0, theme::INK);
    }
    let middle = rect.y + rect.h / 2.0;
    let mut x = rect.x + 8.0;
    emblem::draw(paint, scene.colour(kill.by), Rect::new(x, middle - 8.0, 16.0, 16.0), 4.0, 1.0);
    x += 22.0;
    paint.text(by, words, Rect::new(x, rect.y, by_w, rect.h), Align::Left);
    x += by_w + 10.0;
    shell_icon(paint, (x + 12.0, middle), theme::ACCENT, false);
    x += 34.0;
    emblem::draw(paint, scene.colour(kill.seat), Rect::new(x, middle - 8.0, 16.0, 16.0), 4.0, 1.0);
    x += 22.0;
    paint.text(seat, words, Rect::new(x, rect.y, seat_w, rect.h), Align::Left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Vec2;

    fn death(seat: u8, by: u8) -> Event {
        Event::Destroyed { seat, by, at: Vec2::ZERO }
    }

    fn shown(feed: &mut KillFeed, now: Instant) -> Vec<(u8, u8)> {
        feed.lines(now).map(|k| (k.by, k.seat)).collect()
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
}
