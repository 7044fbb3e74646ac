//! So much of something a second, and so much at once: a bucket that time drains.
//!
//! The one mechanism behind every budget of a peer. It must never cost more than a few
//! sums, and never overflow, whatever a peer sends and whatever the time is.

use super::Millis;

/// How much of something is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Comes back within a second.
    pub per_second: u32,
    /// Most in no time.
    pub at_once: u32,
}

/// How much of an [`Allowance`] is used up; in thousandths, drained by time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    used: u64,
    at: Millis,
}

impl Spent {
    /// Whether so much more is within the allowance; then it is used up as well.
    pub fn take(&mut self, now: Millis, cost: u32, allowance: Allowance) -> bool {
        let passed = now.saturating_sub(self.at);
        self.at = self.at.max(now);
        let drained = passed.saturating_mul(allowance.per_second.into());
        self.used = self.used.saturating_sub(drained);
        let used = self.used + u64::from(cost) * 1000;
        let fits = used <= u64::from(allowance.at_once) * 1000;
        if fits {
            self.used = used;
        }
        fits
    }
}
