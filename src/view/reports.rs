//! Which events are on show. A rollback takes back what was told of the latest ticks and
//! tells it again, perhaps a little different; the eye and the ear must meet each thing once.
//!
//! Pure: no clock, no pictures, no sound. Whoever shows something asks here first.

use std::collections::VecDeque;

use crate::sim::Event;
use crate::view::interpolate::point;

/// An event told again is the one that is on show if it moved by at most so many ticks.
pub const TICKS: u32 = 12;
/// ... and by at most so many tiles; what moved farther is shown where it is now.
pub const TILES: f32 = 0.75;
/// Reports remembered: more than the ticks that can be rolled back ever bring.
const MEMORY: usize = 512;

/// Names what is shown of one event, for as long as it is remembered.
pub type Show = u64;

/// What to do about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Show it, under this name.
    Begin(Show),
    /// It is on show under this name: leave that alone, or bring it back if it was fading.
    Same(Show),
}

/// One event that was told.
#[derive(Clone, Copy, Debug)]
struct Report {
    show: Show,
    tick: u32,
    event: Event,
    /// Taken back by a rollback, and not told again so far.
    is_doubtful: bool,
}

/// The latest events that were told.
#[derive(Default)]
pub struct Reports {
    list: VecDeque<Report>,
    next: Show,
}

impl Reports {
    /// Everything after this tick is taken back: what is still true of it will be told again.
    pub fn rewind(&mut self, tick: u32) {
        for report in self.list.iter_mut().filter(|report| report.tick > tick) {
            report.is_doubtful = true;
        }
    }

    /// An event of the World of this tick. Each event that was taken back answers for one.
    pub fn tell(&mut self, tick: u32, event: &Event) -> Verdict {
        let again = self
            .list
            .iter_mut()
            .filter(|known| known.is_doubtful && is_same(known, tick, event))
            .min_by_key(|known| known.tick.abs_diff(tick));
        if let Some(known) = again {
            known.is_doubtful = false;
            (known.tick, known.event) = (tick, *event);
            return Verdict::Same(known.show);
        }
        if self.list.len() >= MEMORY {
            self.list.pop_front();
        }
        self.next += 1;
        let report = Report { show: self.next, tick, event: *event, is_doubtful: false };
        self.list.push_back(report);
        Verdict::Begin(self.next)
    }

    /// What was taken back and is not told again so far: it fades while it is named here.
    /// `now` is the newest tick that was told; what it left behind comes with `true`, for
    /// the last time: it will not be told again and must be gone.
    pub fn doubtful(&mut self, now: u32, mut fade: impl FnMut(Show, bool)) {
        self.list.retain(|report| {
            let is_over = now >= report.tick.saturating_add(TICKS);
            if report.is_doubtful {
                fade(report.show, is_over);
            }
            !(report.is_doubtful && is_over)
        });
    }

    /// Forgets everything; another match begins.
    pub fn clear(&mut self) {
        self.list.clear();
    }
}

/// Whether an event is what was told before, perhaps a little later or elsewhere.
fn is_same(known: &Report, tick: u32, event: &Event) -> bool {
    let near = || match (place(&known.event), place(event)) {
        (Some(a), Some(b)) => (a.0 - b.0).hypot(a.1 - b.1) <= TILES,
        _ => true,
    };
    known.tick.abs_diff(tick) <= TICKS
        && std::mem::discriminant(&known.event) == std::mem::discriminant(event)
        && entity(&known.event) == entity(event)
        && near()
}

/// A number that tells apart what happens at the same time to different things.
fn entity(event: &Event) -> u32 {
    match *event {
        Event::Started | Event::Ended => 0,
        Event::Fired { seat, ammo, .. } | Event::Selected { seat, ammo } => {
            u32::from(seat) * 4 + ammo as u32
        }
        Event::Dry { seat }
        | Event::Reloaded { seat }
        | Event::Destroyed { seat, .. }
        | Event::Spawned { seat, .. } => seat.into(),
        Event::Stopped { ammo, by, .. } => ammo as u32 * 8 + by as u32,
        Event::Hit { seat, ammo, .. } => u32::from(seat) * 4 + ammo as u32,
        Event::Felled { tile } => u32::from(tile.x) << 8 | u32::from(tile.y),
        Event::Appeared { spot, crate_kind } => u32::from(spot) * 4 + crate_kind as u32,
        Event::Taken { spot, seat, .. } => u32::from(spot) * 8 + u32::from(seat),
    }
}

/// Where an event is seen, in tiles, if it is in a place of its own.
fn place(event: &Event) -> Option<(f32, f32)> {
    match *event {
        Event::Fired { at, .. }
        | Event::Stopped { at, .. }
        | Event::Hit { at, .. }
        | Event::Destroyed { at, .. }
        | Event::Spawned { at, .. } => Some(point(at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::math::ratio;
    use crate::sim::{Ammo, Stop, Vec2};

    const RELOADED: Event = Event::Reloaded { seat: 1 };

    fn stopped(x: i32) -> Event {
        let at = Vec2::new(ratio(x, 10), ratio(5, 1));
        Event::Stopped { shell: 0, ammo: Ammo::Regular, at, by: Stop::Rock }
    }

    fn fading(reports: &mut Reports, now: u32) -> Vec<(Show, bool)> {
        let mut list = Vec::new();
        reports.doubtful(now, |show, is_over| list.push((show, is_over)));
        list
    }

    #[test]
    fn event_told_again_after_a_rollback_is_the_same() {
        let mut reports = Reports::default();
        let Verdict::Begin(show) = reports.tell(100, &RELOADED) else { panic!() };
        reports.rewind(95);
        assert_eq!(reports.tell(103, &RELOADED), Verdict::Same(show));
        assert!(fading(&mut reports, 103).is_empty());
    }

    #[test]
    fn without_a_rollback_nothing_is_a_repetition() {
        let mut reports = Reports::default();
        assert_eq!(reports.tell(100, &RELOADED), Verdict::Begin(1));
        assert_eq!(reports.tell(101, &RELOADED), Verdict::Begin(2));
        reports.rewind(101); // neither is taken back
        assert_eq!(reports.tell(102, &RELOADED), Verdict::Begin(3));
    }

    #[test]
    fn event_that_a_rollback_unmade_fades_and_comes_back_when_told_in_time() {
        let mut reports = Reports::default();
        reports.tell(100, &RELOADED);
        reports.rewind(98);
        assert_eq!(fading(&mut reports, 104), [(1, false)]);
        assert_eq!(reports.tell(105, &RELOADED), Verdict::Same(1));
        assert!(fading(&mut reports, 105).is_empty());
    }

    #[test]
    fn event_that_is_not_told_again_is_given_up() {
        let mut reports = Reports::default();
        reports.tell(100, &RELOADED);
        reports.rewind(98);
        assert_eq!(fading(&mut reports, 100 + TICKS), [(1, true)]);
        assert!(fading(&mut reports, 101 + TICKS).is_empty());
        assert_eq!(reports.tell(102 + TICKS, &RELOADED), Verdict::Begin(2));
    }

    #[test]
    fn spark_that_moved_far_is_another_one() {
        let mut reports = Reports::default();
        reports.tell(100, &stopped(50));
        reports.rewind(99);
        assert_eq!(reports.tell(100, &stopped(55)), Verdict::Same(1));
        reports.rewind(99);
        assert_eq!(reports.tell(100, &stopped(90)), Verdict::Begin(2));
        assert_eq!(fading(&mut reports, 100), [(1, false)]);
    }
}
