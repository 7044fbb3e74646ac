//! Which events were already shown. A rollback reports the same event again,
//! perhaps some ticks earlier or later; the eye must see it once.

use std::collections::VecDeque;

use crate::sim::Event;

/// Two reports of the same thing this many ticks apart are one event. Nothing in
/// the game happens to the same shell, crate or tank twice in so short a time.
const TOLERANCE: u32 = 12;
/// Reports remembered.
const MEMORY: usize = 512;

/// What an event is about, without its details.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(std::mem::Discriminant<Event>, u32);

/// The latest events.
#[derive(Default)]
pub(in crate::view) struct Reports {
    seen: VecDeque<(u32, Key)>,
}

impl Reports {
    /// Whether an event of the World of this tick is new; then it is remembered.
    pub(in crate::view) fn is_new(&mut self, tick: u32, event: &Event) -> bool {
        let key = Key(std::mem::discriminant(event), entity(event));
        if self.seen.iter().any(|(t, k)| *k == key && t.abs_diff(tick) <= TOLERANCE) {
            return false;
        }
        if self.seen.len() >= MEMORY {
            self.seen.pop_front();
        }
        self.seen.push_back((tick, key));
        true
    }

    /// Forgets everything; another match begins.
    pub(in crate::view) fn clear(&mut self) {
        self.seen.clear();
    }
}

/// A number that tells apart what happens at the same time to different things.
fn entity(event: &Event) -> u32 {
    match *event {
        Event::Started | Event::Ended => 0,
        Event::Fired { seat, .. }
        | Event::Dry { seat }
        | Event::Reloaded { seat }
        | Event::Destroyed { seat, .. }
        | Event::Spawned { seat, .. } => seat.into(),
        Event::Selected { seat, ammo } => u32::from(seat) * 2 + ammo as u32,
        Event::Stopped { shell, .. } | Event::Hit { shell, .. } => shell.into(),
        Event::Felled { tile } => u32::from(tile.x) << 8 | u32::from(tile.y),
        Event::Appeared { spot, .. } | Event::Taken { spot, .. } => spot.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_or_slightly_moved_event_is_shown_once() {
        let mut reports = Reports::default();
        assert!(reports.is_new(100, &Event::Reloaded { seat: 1 }));
        assert!(!reports.is_new(100, &Event::Reloaded { seat: 1 }));
        assert!(!reports.is_new(97, &Event::Reloaded { seat: 1 }));
    }

    #[test]
    fn other_seat_other_kind_and_later_event_are_shown() {
        let mut reports = Reports::default();
        assert!(reports.is_new(100, &Event::Reloaded { seat: 1 }));
        assert!(reports.is_new(100, &Event::Reloaded { seat: 2 }));
        assert!(reports.is_new(100, &Event::Dry { seat: 1 }));
        assert!(reports.is_new(220, &Event::Reloaded { seat: 1 }));
    }
}
