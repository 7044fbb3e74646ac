//! The keys that matter, shown for ten seconds of the first match ever and then never again.
//! Which keys those are is the bindings' word; the gamepad's are named if one is used.

use std::time::{Duration, Instant};

use ggez::graphics::Rect;

use super::paint::{Align, Paint, Style};
use super::text::Face;
use crate::view::keys::{Action, Bindings, Source};
use crate::view::theme::{self, size};
use crate::words::say;

/// How long they are shown.
const SHOWN: Duration = Duration::from_secs(10);

/// Whether the hints are still to be shown, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hints {
    is_wanted: bool,
    left: Duration,
    seen: Option<Instant>,
    is_news: bool,
}

impl Hints {
    /// Hints for somebody who has seen them, or never has.
    pub(super) fn set_wanted(&mut self, is_wanted: bool) {
        *self = Self { is_wanted, left: SHOWN, seen: None, is_news: false };
    }

    /// Whether they are still to be seen at some time.
    pub(super) fn are_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Whether they are to be seen; call once a drawn frame. Time counts only while they are.
    pub(super) fn are_shown(&mut self, in_match: bool, now: Instant) -> bool {
        if !self.is_wanted || !in_match {
            self.seen = None;
            return false;
        }
        let since = self.seen.replace(now).map_or(Duration::ZERO, |then| now.duration_since(then));
        self.left = self.left.saturating_sub(since);
        if self.left.is_zero() {
            (self.is_wanted, self.is_news) = (false, true);
        }
        self.is_wanted
    }

    /// Whether they have been seen to the end just now: said once, to be remembered.
    pub(super) fn poll_seen(&mut self) -> bool {
        std::mem::take(&mut self.is_news)
    }
}

/// What can be done, each with the names of its keys.
fn rows(bindings: &Bindings, by_pad: bool) -> Vec<(String, Vec<String>)> {
    use Action::*;
    let key = |action| first(bindings.of(action), by_pad);
    let [forward, back, left, right] = [Forward, Back, Left, Right].map(key);
    let [turret_left, turret_right] = [TurretLeft, TurretRight].map(key);
    let [fire, regular, piercing] = [Fire, Regular, Piercing].map(key);
    let keys = |sources: &[&Option<String>]| sources.iter().copied().flatten().cloned().collect();
    let (mut drive, mut aim): (Vec<_>, Vec<_>) =
        (keys(&[&forward, &left, &back, &right]), keys(&[&turret_left, &turret_right]));
    let mut fire: Vec<_> = keys(&[&fire]);
    if by_pad {
        (drive, aim) = (vec![say("hints-left-stick")], vec![say("hints-right-stick")]);
    } else if bindings.mouse_aim {
        aim.push(say("hints-mouse"));
        // Whose hand is on the mouse fires with it.
        fire.extend(button(bindings.of(Fire)).filter(|button| !fire.contains(button)));
    }
    vec![
        (say("hints-drive"), drive),
        (say("hints-aim"), aim),
        (say("hints-fire"), fire),
        (say("hints-shells"), keys(&[&regular, &piercing])),
    ]
}

/// The first key of an action, or the first button of the gamepad.
fn first(sources: &[Source], by_pad: bool) -> Option<String> {
    let is_meant = |source: &&Source| matches!(source, Source::Pad(_)) == by_pad;
    sources.iter().filter(is_meant).find_map(|source| source.shown())
}

/// The first mouse button of an action.
fn button(sources: &[Source]) -> Option<String> {
    sources
        .iter()
        .filter(|source| matches!(source, Source::Mouse(_)))
        .find_map(|source| source.shown())
}

/// Paints them upward from `bottom` into `room`, the place between the corners.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    bindings: &Bindings,
    by_pad: bool,
    room: Rect,
    bottom: f32,
) {
    const ROW: f32 = 32.0;
    let rows = rows(bindings, by_pad);
    let label = Style::new(Face::Body, size::TEXT, theme::INK);
    let labels = rows.iter().map(|(words, _)| paint.width(words, label)).fold(0.0, f32::max);
    let caps = |paint: &mut Paint<'_>, keys: &[String]| {
        keys.iter().map(|key| cap_width(paint, key) + 6.0).sum::<f32>()
    };
    let widest = rows.iter().map(|(_, keys)| caps(paint, keys)).fold(0.0, f32::max);
    let w = (labels + widest + 56.0).min(room.w);
    let h = rows.len() as f32 * ROW + 16.0;
    let plate = Rect::new(room.x + (room.w - w) / 2.0, bottom - h, w, h);
    paint.plate(plate, 8.0, theme::PLATE);
    paint.plate(Rect::new(plate.x, plate.y, plate.w, 3.0), 0.0, theme::ACCENT);
    for (index, (words, keys)) in rows.iter().enumerate() {
        let y = plate.y + 8.0 + index as f32 * ROW;
        paint.text(words, label, Rect::new(plate.x + 16.0, y, labels, ROW), Align::Left);
        let mut x = plate.x + 16.0 + labels + 18.0;
        for key in keys {
            let cap = Rect::new(x, y + 3.0, cap_width(paint, key), ROW - 6.0);
            paint.plate(cap, 5.0, theme::RAISED);
            paint.frame(cap, 5.0, 1.5, theme::EDGE);
            paint.text(key, Style::new(Face::Bold, size::TEXT, theme::ACCENT), cap, Align::Centre);
            x = cap.right() + 6.0;
        }
    }
}

fn cap_width(paint: &mut Paint<'_>, key: &str) -> f32 {
    (paint.width(key, Style::new(Face::Bold, size::TEXT, theme::ACCENT)) + 16.0).max(30.0)
}

#[cfg(test)]
mod tests {
    use ggez::input::keyboard::KeyCode;

    use super::*;
    use crate::view::keys::Device;

    #[test]
    fn hints_are_seen_for_ten_seconds_of_play_and_never_again() {
        let (mut hints, mut now) = (Hints::default(), Instant::now());
        assert!(!hints.are_shown(true, now), "who was not asked has seen them");
        hints.set_wanted(true);
        let (mut shown, step) = (0, Duration::from_millis(100));
        for turn in 0..400 {
            now += step;
            // Menus in between do not count.
            shown += u32::from(hints.are_shown(turn % 40 < 20, now));
        }
        assert!((98..=106).contains(&shown), "{shown} tenths of a second");
        assert!(hints.poll_seen() && !hints.poll_seen(), "said once");
        assert!(!hints.are_shown(true, now));
    }

    #[test]
    fn hints_name_the_keys_that_are_bound_and_the_pads_if_it_is_used() {
        let keys = |bindings: &Bindings, by_pad| {
            rows(bindings, by_pad).into_iter().map(|(_, keys)| keys).collect::<Vec<_>>()
        };
        let classic = keys(&Bindings::classic(), false);
        assert_eq!(classic, [vec!["W", "A", "S", "D"], vec!["J", "L"], vec!["K"], vec!["1", "2"]]);
        let mut bindings = Bindings::modern();
        while bindings.of(Action::Fire).first() != Some(&Source::Key(KeyCode::Space)) {
            assert!(bindings.unbind(Action::Fire, Device::Keyboard, 0));
        }
        let modern = keys(&bindings, false);
        assert_eq!(modern[2], ["Space", "Left mouse"]);
        assert_eq!(modern[1].len(), 3, "the mouse aims too");
        assert!(bindings.unbind(Action::Fire, Device::Keyboard, 0));
        assert_eq!(keys(&bindings, false)[2], ["Left mouse"], "named once");
        let pad = keys(&bindings, true);
        assert!(pad.iter().all(|keys| !keys.is_empty()), "{pad:?}");
        assert!(!pad.concat().iter().any(|key| modern.concat().contains(key)), "{pad:?}");
    }
}
