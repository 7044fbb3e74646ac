//! Short notices at the bottom of the window: what happened is said once and goes after a
//! while, what lasts stands there as long as it is true. Never more than a few, never over
//! the field. Pure but for the painting; time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ggez::graphics::{Color, Rect};

use super::paint::{Align, Paint, Style};
use super::text::Face;
use crate::view::stage::NetCorner;
use crate::view::theme::{self, GRID, size};
use crate::words::{say, say_with};

/// How long something that happened is shown.
const SHOWN: Duration = Duration::from_millis(4500);
/// Lines at a time, but one where text is large: more would reach up to the own tank.
const MOST: usize = 3;
/// What waits for room; more is forgotten, oldest first.
const WAITING: usize = 16;
/// What lasts is shown once it has lasted so long ...
const PATIENCE: Duration = Duration::from_millis(300);
/// ... a slow line once it was slow for so long ...
const SLOW_FOR: Duration = Duration::from_millis(1500);
/// ... and at least so long, so that it can be read.
const READABLE: Duration = Duration::from_millis(1500);
/// A round trip from here on is worth a notice, in milliseconds.
const SLOW: u32 = 250;

/// What there is to tell.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: VecDeque<String>,
    shown: VecDeque<(String, Instant)>,
    stall: Lasting,
    frozen: Lasting,
    lag: Lasting,
}

/// Something that is true for a while.
#[derive(Debug, Default)]
struct Lasting {
    words: String,
    since: Option<Instant>,
    shown: Option<Instant>,
}

impl Lasting {
    /// It is true now, in these words, or not. Whether it is to be shown.
    fn is(&mut self, words: Option<String>, patience: Duration, now: Instant) -> bool {
        match words {
            Some(words) => {
                let since = *self.since.get_or_insert(now);
                if now.saturating_duration_since(since) >= patience {
                    self.words = words;
                    self.shown.get_or_insert(now);
                }
            }
            None => {
                self.since = None;
                if self.shown.is_some_and(|at| now.saturating_duration_since(at) >= READABLE) {
                    self.shown = None;
                }
            }
        }
        self.shown.is_some()
    }
}

impl Notices {
    /// Something happened. What is told already is not told twice.
    pub(super) fn tell(&mut self, words: String) {
        let known = |line: &String| *line == words;
        if words.is_empty()
            || self.waiting.iter().any(known)
            || self.shown.iter().any(|(line, _)| known(line))
        {
            return;
        }
        if self.waiting.len() >= WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(words);
    }

    /// Forgets everything: the match was left.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The lines of now from top to bottom, and whether each is a warning.
    fn lines(&mut self, net: &NetCorner, most: usize, now: Instant) -> Vec<(String, bool)> {
        let mut lines = Vec::new();
        let stall = net
            .waiting_for
            .as_ref()
            .filter(|_| !net.frozen)
            .map(|name| say_with("hud-waiting-for", &[("name", name.as_str().into())]));
        if self.stall.is(stall, PATIENCE, now) {
            lines.push((self.stall.words.clone(), true));
        }
        let frozen = net.frozen.then(|| say("hud-frozen"));
        if self.frozen.is(frozen, PATIENCE, now) {
            lines.push((self.frozen.words.clone(), true));
        }
        let lag = (net.is_online && net.ping_ms >= SLOW)
            .then(|| say_with("notice-lag", &[("ms", net.ping_ms.into())]));
        if self.lag.is(lag, SLOW_FOR, now) {
            lines.push((self.lag.words.clone(), true));
        }
        lines.extend(net.standing.iter().map(|words| (words.clone(), true)));
        self.shown.retain(|(_, at)| now.saturating_duration_since(*at) < SHOWN);
        let room = most.saturating_sub(lines.len()).max(1);
        while self.shown.len() < room
            && let Some(words) = self.waiting.pop_front()
        {
            self.shown.push_back((words, now));
        }
        lines.extend(self.shown.iter().map(|(words, _)| (words.clone(), false)));
        lines
    }

    /// Paints the lines upward from `bottom` into `room`, the place between the corners;
    /// gives where the topmost begins.
    pub(super) fn draw(
        &mut self,
        paint: &mut Paint<'_>,
        net: &NetCorner,
        room: Rect,
        now: Instant,
    ) -> f32 {
        let mut bottom = room.bottom();
        let most = if paint.units().is_narrow() { 1 } else { MOST };
        for (line, is_warning) in self.lines(net, most, now).iter().rev() {
            let ink = if *is_warning { theme::ACCENT } else { theme::INK };
            bottom = plate(paint, line, ink, room, bottom) - GRID;
        }
        bottom
    }
}

/// One notice whose plate ends at `bottom`; gives where it begins.
fn plate(paint: &mut Paint<'_>, line: &str, ink: Color, room: Rect, bottom: f32) -> f32 {
    let style = Style::new(Face::Body, size::TEXT, ink);
    let row = (size::TEXT * 1.4).round();
    let broken = paint.broken(line, style, room.w - 32.0);
    let widest = broken.iter().map(|l| paint.width(l, style)).fold(0.0, f32::max);
    let (w, h) = (widest.min(room.w - 32.0) + 32.0, broken.len() as f32 * row + 12.0);
    let rect = Rect::new(room.x + (room.w - w) / 2.0, bottom - h, w, h);
    paint.plate(rect, 8.0, theme::PLATE);
    for (index, words) in broken.iter().enumerate() {
        let inner = Rect::new(rect.x + 16.0, rect.y + 6.0 + index as f32 * row, rect.w - 32.0, row);
        paint.text(words, style, inner, Align::Centre);
    }
    rect.y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notices: &mut Notices, net: &NetCorner, now: Instant) -> Vec<String> {
        notices.lines(net, MOST, now).into_iter().map(|(words, _)| words).collect()
    }

    #[test]
    fn several_notices_are_each_told_once_and_in_turn() {
        let (mut notices, net, now) = (Notices::default(), NetCorner::default(), Instant::now());
        for words in ["a", "b", "a", "c", "d", "b"] {
            notices.tell(words.to_owned());
        }
        assert_eq!(told(&mut notices, &net, now), ["a", "b", "c"]);
        notices.tell("a".to_owned());
        assert_eq!(told(&mut notices, &net, now + SHOWN / 2), ["a", "b", "c"]);
        assert_eq!(told(&mut notices, &net, now + SHOWN), ["d"], "and the others are gone");
        assert!(told(&mut notices, &net, now + SHOWN * 2).is_empty());
    }

    #[test]
    fn what_waits_is_bounded_and_the_newest_is_kept() {
        let (mut notices, net, mut now) =
            (Notices::default(), NetCorner::default(), Instant::now());
        (0..1000).for_each(|n| notices.tell(n.to_string()));
        let mut all = Vec::new();
        for _ in 0..20 {
            all.extend(told(&mut notices, &net, now));
            now += SHOWN;
        }
        assert_eq!(all.len(), WAITING);
        assert_eq!(all.last().map(String::as_str), Some("999"));
    }

    #[test]
    fn short_stall_is_not_worth_a_notice_and_a_long_one_stays_readable() {
        let (mut notices, now) = (Notices::default(), Instant::now());
        let well = NetCorner::default();
        let stands = NetCorner { waiting_for: Some("Ann".to_owned()), ..NetCorner::default() };
        assert!(told(&mut notices, &stands, now).is_empty());
        assert!(told(&mut notices, &well, now + PATIENCE / 2).is_empty());
        assert!(told(&mut notices, &stands, now + PATIENCE).is_empty(), "it begins anew");
        let shown = now + PATIENCE * 2;
        assert_eq!(told(&mut notices, &stands, shown).len(), 1);
        assert_eq!(told(&mut notices, &well, shown + READABLE / 2).len(), 1);
        assert!(told(&mut notices, &well, shown + READABLE).is_empty());
    }

    #[test]
    fn slow_line_is_told_after_a_while() {
        let (mut notices, now) = (Notices::default(), Instant::now());
        let slow = NetCorner { is_online: true, ping_ms: SLOW, ..NetCorner::default() };
        assert!(told(&mut notices, &slow, now).is_empty());
        let lines = told(&mut notices, &slow, now + SLOW_FOR);
        assert!(lines.len() == 1 && lines[0].contains("250"), "{lines:?}");
    }
}
