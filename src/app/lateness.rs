//! How late ticks start after their deadline, counted in steps of 50 microseconds.

/// Width of one step in microseconds.
const STEP: u64 = 50;
/// Steps counted singly; what is later counts as the last.
const STEPS: usize = 400;

/// A histogram of delays.
#[derive(Clone, Debug)]
pub struct Lateness {
    counts: [u64; STEPS],
    total: u64,
    worst: u64,
}

impl Default for Lateness {
    fn default() -> Self {
        Self { counts: [0; STEPS], total: 0, worst: 0 }
    }
}

impl Lateness {
    /// A tick started so many microseconds after its deadline.
    pub fn add(&mut self, late: u64) {
        let step = usize::try_from(late / STEP).unwrap_or(STEPS).min(STEPS - 1);
        if let Some(count) = self.counts.get_mut(step) {
            *count += 1;
        }
        self.total += 1;
        self.worst = self.worst.max(late);
    }

    /// The delay in microseconds that `percent` of the ticks did not exceed, rounded up to a step.
    pub fn percentile(&self, percent: u64) -> u64 {
        let wanted = (self.total * percent).div_ceil(100);
        let mut seen = 0;
        for (step, count) in (1..).zip(&self.counts) {
            seen += count;
            if seen >= wanted {
                return step * STEP;
            }
        }
        self.worst
    }

    /// The worst delay in microseconds.
    pub fn worst(&self) -> u64 {
        self.worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_delays() {
        let mut lateness = Lateness::default();
        for late in 0..100 {
            lateness.add(late * 10);
        }
        lateness.add(90_000);
        assert_eq!(lateness.percentile(50), 550);
        assert_eq!(lateness.percentile(99), 1000);
        assert_eq!(lateness.worst(), 90_000);
    }
}
