//! How good the line from one peer is: how evenly its datagrams arrive, and how many of them
//! do not. Counted from what ggrs sends anyway, without a byte more on the wire.
//!
//! A peer sends its newest inputs once per frame, so the frame that a datagram ends with is its
//! number. The frames that no datagram ended with were lost (and came with a later one).

use super::clock::{Micros, TICK};

/// Frames that are looked at: 128, about two seconds.
const WINDOW: u32 = u128::BITS;
/// The newest frames may still be on their way, overtaken by others.
const UNDECIDED: u32 = 8;

/// How what a peer sent arrived lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// By how much the times between two datagrams differ from a tick, in microseconds: the
    /// mean of about 16. Datagrams are taken once a tick, which adds up to a tick.
    pub jitter_us: u32,
    /// Lost of the last two seconds, in percent.
    pub loss_percent: u8,
}

/// The line from one peer in one epoch.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// The newest frame a datagram ended with, and when it came.
    newest: Option<(i32, Micros)>,
    /// Whether a datagram ended with a frame; the lowest bit is the newest.
    seen: u128,
    /// Frames up to the newest, as far as they are looked at.
    frames: u32,
    /// In sixteenths of a microsecond.
    jitter: u64,
}

impl Meter {
    /// A datagram came whose inputs end with this frame.
    pub fn arrived(&mut self, now: Micros, frame: i32) {
        let Some((newest, at)) = self.newest else {
            (self.newest, self.seen, self.frames) = (Some((frame, now)), 1, 1);
            return;
        };
        let Ok(age) = u32::try_from(newest.saturating_sub(frame)) else {
            let on = frame.saturating_sub(newest).unsigned_abs();
            self.seen = self.seen.checked_shl(on).unwrap_or(0) | 1;
            self.frames = self.frames.saturating_add(on).min(WINDOW);
            let away = now.saturating_sub(at).abs_diff(u64::from(on) * TICK);
            self.jitter = self.jitter - self.jitter / 16 + away;
            self.newest = Some((frame, now));
            return;
        };
        // It was overtaken, or is said again.
        self.seen |= 1_u128.checked_shl(age).unwrap_or(0);
    }

    /// How what this peer sent arrived lately.
    pub fn quality(&self) -> Quality {
        let decided = self.frames.saturating_sub(UNDECIDED);
        let known = (self.seen >> UNDECIDED).count_ones().min(decided);
        let lost = (decided - known) * 100;
        Quality {
            jitter_us: u32::try_from(self.jitter / 16).unwrap_or(u32::MAX),
            loss_percent: lost.checked_div(decided).unwrap_or(0) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_line_has_neither_loss_nor_jitter() {
        let mut meter = Meter::default();
        assert_eq!(meter.quality(), Quality::default());
        for frame in 0..400 {
            meter.arrived(frame as u64 * TICK, frame);
        }
        assert_eq!(meter.quality(), Quality::default());
    }

    #[test]
    fn frames_that_no_datagram_ended_with_are_lost() {
        let mut meter = Meter::default();
        for frame in (0..400).filter(|frame| frame % 4 != 0) {
            meter.arrived(frame as u64 * TICK, frame);
        }
        assert_eq!(meter.quality().loss_percent, 25);
    }

    #[test]
    fn what_is_overtaken_or_comes_twice_is_not_lost() {
        let mut meter = Meter::default();
        for pair in 0..200 {
            for frame in [pair * 2 + 1, pair * 2, pair * 2] {
                meter.arrived(pair as u64 * 2 * TICK, frame);
            }
        }
        assert_eq!(meter.quality().loss_percent, 0);
    }

    #[test]
    fn jitter_is_how_far_arrivals_are_off() {
        let mut meter = Meter::default();
        for frame in 0..400 {
            meter.arrived(frame as u64 * TICK + (frame as u64 % 2) * 4000, frame);
        }
        let jitter = meter.quality().jitter_us;
        assert!((3600..=4000).contains(&jitter), "{jitter}");
    }

    #[test]
    fn wild_frames_and_times_do_no_harm() {
        let mut meter = Meter::default();
        for (now, frame) in [(5, i32::MAX), (0, i32::MIN), (9, 0), (u64::MAX, i32::MAX), (1, 7)] {
            meter.arrived(now, frame);
            assert!(meter.quality().loss_percent <= 100);
        }
        let mut meter = Meter::default();
        meter.arrived(0, i32::MIN);
        meter.arrived(u64::MAX, i32::MAX);
        meter.arrived(0, i32::MAX);
        assert!(meter.quality().loss_percent <= 100);
    }
}
