//! Turns elapsed time into ticks: sixty a second, a tenth slower while this peer
//! is ahead of the others, never more than four at once. Time is an argument.

/// Microseconds since some fixed moment, given as an argument.
pub type Micros = u64;

/// Length of a tick at full speed.
pub const TICK: Micros = 16_667;
/// Ticks that are made up for after a hang; what is older is forgotten.
pub const MOST_AT_ONCE: u32 = 4;

/// Says when the next tick is due.
#[derive(Clone, Debug)]
pub struct Clock {
    next: Micros,
}

impl Clock {
    /// A clock whose first tick is due at once.
    pub fn new(now: Micros) -> Self {
        Self { next: now }
    }

    /// How many ticks are due, 0..=4. With `slow` each takes a tenth longer.
    pub fn due(&mut self, now: Micros, slow: bool) -> u32 {
        let period = if slow { TICK + TICK / 10 } else { TICK };
        let mut due = 0;
        while self.next <= now && due < MOST_AT_ONCE {
            self.next += period;
            due += 1;
        }
        if self.next <= now {
            self.next = now + period;
        }
        due
    }

    /// When the next tick is due: sleep until then.
    pub fn deadline(&self) -> Micros {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_in_ten_seconds(step: Micros, slow: bool) -> u32 {
        let mut clock = Clock::new(0);
        (0..10_000_000 / step).map(|i| clock.due(i * step, slow)).sum()
    }

    #[test]
    fn sixty_ticks_a_second_however_often_it_is_asked() {
        for step in [500, 4_000, 16_667, 40_000] {
            let ticks = ticks_in_ten_seconds(step, false);
            assert!((598..=601).contains(&ticks), "{step} us: {ticks}");
        }
    }

    #[test]
    fn a_tenth_slower_while_ahead() {
        let ticks = ticks_in_ten_seconds(1_000, true);
        assert!((544..=547).contains(&ticks), "{ticks}");
    }

    #[test]
    fn a_hang_is_not_made_up_for_beyond_four_ticks() {
        let mut clock = Clock::new(0);
        assert_eq!(clock.due(0, false), 1);
        assert_eq!(clock.due(5_000_000, false), MOST_AT_ONCE);
        assert_eq!(clock.due(5_000_001, false), 0);
        assert!(clock.deadline() > 5_000_000);
    }
}
