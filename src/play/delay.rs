//! The input delay that is chosen while playing: from the round trips to the others and how
//! much they vary, up quickly, down slowly, 1 to 6 ticks. And [`Gate`], which knows when ggrs
//! can take a change.
//!
//! Pure: time and measurements are arguments. It must never follow one line alone where there
//! are others, so that one player's bad line raises nobody else's delay.

use std::collections::{BTreeMap, VecDeque};

use super::clock::TICK;
use super::rollback::MAX_DELAY;
use crate::session::{Millis, PeerId};

/// How many ticks a local input waits before it counts, so that it reaches the others in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Delay {
    /// Chosen from the lines, again and again.
    #[default]
    Auto,
    /// Always so many, 0..=6.
    Fixed(usize),
}

/// Between two looks at the lines: a little longer than between two heartbeats, so that
/// each look finds another measurement.
pub const LOOK_EVERY: Millis = 300;
/// Ticks of the way that prediction hides well.
const HIDDEN: u64 = 2;
/// Measurements of a line that count: 2.7 s.
const WINDOW: usize = 9;
/// With no more measurements, one late message would count as jitter.
const FEW: usize = 5;
/// Looks in a row that have to want more before the delay rises.
const RISE_AFTER: u32 = 2;
/// Looks in a row that have to want less before it falls, by one tick: 3 s.
const FALL_AFTER: u32 = 10;
/// By so much the way must be shorter than the lower delay needs, in microseconds.
const FALL_MARGIN: u64 = 5_000;
/// Between two changes at least.
const CHANGE_EVERY: Millis = 1000;
/// A line not measured yet: this round trip in milliseconds.
const UNKNOWN: u32 = 60;

/// Chooses this peer's delay.
#[derive(Clone, Debug, Default)]
pub struct Chooser {
    lines: BTreeMap<PeerId, Line>,
    delay: usize,
    changed: Millis,
    next_look: Millis,
    /// Looks in a row that wanted more, and that wanted less.
    more: u32,
    less: u32,
}

impl Chooser {
    /// The delay chosen last: 1..=6, or 0 without other peers.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// Whether [`Chooser::look`] should be called.
    pub fn is_due(&self, now: Millis) -> bool {
        self.next_look <= now
    }

    /// An epoch begins with these peers and their newest round trips in milliseconds. What was
    /// chosen before still counts; otherwise the delay is taken from what is known now.
    pub fn begin(
        &mut self,
        now: Millis,
        others: impl Iterator<Item = (PeerId, Option<u32>)>,
    ) -> usize {
        self.note(now, others);
        if self.delay == 0 || self.lines.is_empty() {
            self.change(now, if self.lines.is_empty() { 0 } else { needed(self.way()) });
        }
        self.delay
    }

    /// Takes the newest round trips in milliseconds, and chooses.
    pub fn look(
        &mut self,
        now: Millis,
        others: impl Iterator<Item = (PeerId, Option<u32>)>,
    ) -> usize {
        self.note(now, others);
        if self.delay == 0 {
            return 0;
        }
        let way = self.way();
        let (wanted, at_most) = (needed(way), needed(way + FALL_MARGIN));
        self.more = if wanted > self.delay { self.more + 1 } else { 0 };
        self.less = if at_most < self.delay { self.less + 1 } else { 0 };
        if now.saturating_sub(self.changed) >= CHANGE_EVERY {
            if self.more >= RISE_AFTER {
                self.change(now, wanted);
            } else if self.less >= FALL_AFTER {
                self.change(now, self.delay - 1);
            }
        }
        self.delay
    }

    fn note(&mut self, now: Millis, others: impl Iterator<Item = (PeerId, Option<u32>)>) {
        self.next_look = now + LOOK_EVERY;
        let mut before = std::mem::take(&mut self.lines);
        for (peer, round_trip) in others {
            let mut line = before.remove(&peer).unwrap_or_default();
            if let Some(ms) = round_trip {
                line.note(ms);
            }
            self.lines.insert(peer, line);
        }
    }

    fn change(&mut self, now: Millis, delay: usize) {
        (self.delay, self.changed) = (delay, now);
        (self.more, self.less) = (0, 0);
    }

    /// The way to the others in microseconds: the lower median of all lines. So more than half
    /// of them must be bad before a player counts as the one whose line is bad, and a second
    /// player behind the same bad line hides nothing.
    fn way(&self) -> u64 {
        let mut ways: Vec<u64> = self.lines.values().filter_map(Line::way).collect();
        ways.sort_unstable();
        let middle = ways.len().saturating_sub(1) / 2;
        ways.get(middle).copied().unwrap_or(u64::from(UNKNOWN) * 500)
    }
}

/// The ticks of delay that a way of so many microseconds needs.
fn needed(way: u64) -> usize {
    let ticks = way.div_ceil(TICK).saturating_sub(HIDDEN);
    usize::try_from(ticks).unwrap_or(MAX_DELAY).clamp(1, MAX_DELAY)
}

/// The newest round trips to one peer in milliseconds.
#[derive(Clone, Debug, Default)]
struct Line {
    trips: VecDeque<u32>,
}

impl Line {
    fn note(&mut self, ms: u32) {
        if self.trips.len() == WINDOW {
            self.trips.pop_front();
        }
        self.trips.push_back(ms);
    }

    /// How long most datagrams need one way, in microseconds: half the median of the round
    /// trips, and the median of what lies between two in a row. Medians, because a message of
    /// lane 1 that was lost comes a quarter of a second late and says nothing about datagrams.
    fn way(&self) -> Option<u64> {
        let trip = median(self.trips.iter().copied())?;
        let steps = self.trips.iter().zip(self.trips.iter().skip(1)).map(|(a, b)| a.abs_diff(*b));
        let known = self.trips.len() > FEW;
        let jitter = median(steps).filter(|_| known).unwrap_or(0);
        Some(u64::from(trip) * 500 + u64::from(jitter) * 1000)
    }
}

fn median(values: impl Iterator<Item = u32>) -> Option<u32> {
    let mut values: Vec<u32> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// When ggrs can take another delay. It keeps local inputs in a queue by the frame they count
/// in. A longer delay fills the gap with copies of the last input and sends them at once; while
/// the queue reaches further than the delay does (after it fell), or not yet as far (after it
/// rose), ggrs sends other inputs than it plays, or some never. So a change has to wait until
/// the queue ends where the delay leads: after a fall by n for n new frames, after a rise for one.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    delay: usize,
    /// The frame an input was given for last, and the one that the queue ends with; -1: none.
    given: i32,
    last: i32,
}

impl Gate {
    /// For a session that begins with this delay.
    pub fn new(delay: usize) -> Self {
        Self { delay, given: ggrs::NULL_FRAME, last: ggrs::NULL_FRAME }
    }

    /// The delay that holds now.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// ggrs was given the local inputs of `frame`; again at the prediction limit, which changes
    /// nothing.
    pub fn give(&mut self, frame: i32) {
        if frame > self.given {
            self.given = frame;
            self.last = self.last.max(self.end());
        }
    }

    /// Whether the delay may change now. Then ggrs has to be told before the next frame.
    pub fn change(&mut self, delay: usize) -> bool {
        let may = self.given == ggrs::NULL_FRAME || self.last == self.end();
        if may {
            self.delay = delay;
        }
        may
    }

    fn end(&self) -> i32 {
        self.given.saturating_add(i32::try_from(self.delay).unwrap_or(i32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    use super::*;

    /// A chooser that looks at its lines as a match does, and when its delay changed.
    struct Player {
        chooser: Chooser,
        now: Millis,
        changes: Vec<(Millis, usize)>,
    }

    impl Player {
        fn new(trips: &[u32]) -> Self {
            let mut chooser = Chooser::default();
            chooser.begin(0, lines(trips));
            Self { chooser, now: 0, changes: Vec::new() }
        }

        fn look(&mut self, trips: &[u32]) -> usize {
            self.now += LOOK_EVERY;
            let before = self.chooser.delay();
            let delay = self.chooser.look(self.now, lines(trips));
            if delay != before {
                self.changes.push((self.now, delay));
            }
            delay
        }

        fn play(&mut self, seconds: u64, trips: &[u32]) -> usize {
            for _ in 0..seconds * 1000 / LOOK_EVERY {
                self.look(trips);
            }
            self.chooser.delay()
        }
    }

    fn lines(trips: &[u32]) -> impl Iterator<Item = (PeerId, Option<u32>)> {
        trips.iter().enumerate().map(|(i, ms)| (PeerId(i as u128), Some(*ms)))
    }

    #[test]
    fn delay_is_the_way_there_less_what_prediction_hides() {
        let delay = |trips: &[u32]| Player::new(trips).chooser.delay();
        assert_eq!(delay(&[]), 0, "alone nobody waits");
        for (ms, ticks) in [(0, 1), (100, 1), (101, 2), (160, 3), (200, 4), (266, 6), (9999, 6)] {
            assert_eq!(delay(&[ms]), ticks, "{ms} ms");
        }
        let mut unknown = Chooser::default();
        assert_eq!(unknown.begin(0, [(PeerId(1), None)].into_iter()), 1);
    }

    #[test]
    fn jitter_raises_the_delay() {
        assert_eq!(Player::new(&[100]).play(30, &[100]), 1);
        let mut player = Player::new(&[100]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for _ in 0..100 {
            player.look(&[60 + (rng.next_u64() % 81) as u32]);
        }
        assert!((3..=4).contains(&player.chooser.delay()), "{:?}", player.changes);
    }

    #[test]
    fn delay_rises_within_three_seconds_at_once_to_what_is_needed() {
        let mut player = Player::new(&[40]);
        player.play(5, &[40]);
        let worse = player.now;
        player.play(3, &[230]);
        assert_eq!(player.changes.len(), 1);
        assert!(player.changes[0].0 - worse <= 3000 && player.changes[0].1 == 5);
    }

    #[test]
    fn delay_falls_tick_by_tick_three_seconds_each() {
        let mut player = Player::new(&[230]);
        player.play(20, &[40]);
        let delays: Vec<usize> = player.changes.iter().map(|c| c.1).collect();
        assert_eq!(delays, [4, 3, 2, 1]);
        assert!(player.changes[0].0 >= 3000);
        assert!(player.changes.windows(2).all(|c| c[1].0 - c[0].0 >= 3000));
    }

    #[test]
    fn a_line_between_two_delays_does_not_make_it_tremble() {
        // 100 ms need one tick, 101 two, and five ms one way less bring it down again.
        let mut player = Player::new(&[100]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        for _ in 0..1000 {
            player.look(&[98 + (rng.next_u64() % 6) as u32]);
        }
        assert!(player.changes.len() <= 1, "{:?}", player.changes);
    }

    #[test]
    fn late_messages_now_and_then_change_nothing() {
        let mut player = Player::new(&[60]);
        for turn in 0..200 {
            player.look(&[if turn % 5 == 0 { 900 } else { 60 }]);
        }
        assert_eq!(player.changes, []);
    }

    #[test]
    fn whatever_is_measured_delay_stays_in_bounds_and_changes_once_a_second_at_most() {
        for seed in 0..200 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let count = 1 + seed as usize % 7;
            let mut player = Player::new(&vec![50; count]);
            let mut level = 50;
            for _ in 0..300 {
                if rng.next_u64() % 20 == 0 {
                    level = 1 | (rng.next_u64() as u32 >> (rng.next_u64() % 32));
                }
                let trips: Vec<u32> = (0..count).map(|_| rng.next_u64() as u32 % level).collect();
                let before = player.chooser.delay();
                let delay = player.look(&trips);
                assert!((1..=MAX_DELAY).contains(&delay), "seed {seed}: {delay}");
                assert!(delay + 1 >= before, "seed {seed}: from {before} to {delay}");
            }
            let apart = player.changes.windows(2).all(|c| c[1].0 - c[0].0 >= CHANGE_EVERY);
            assert!(apart, "seed {seed}: {:?}", player.changes);
        }
    }

    #[test]
    fn one_bad_line_raises_nobody_elses_delay() {
        for others in 2..=7 {
            let mut trips = vec![50; others];
            trips[0] = 250;
            assert_eq!(Player::new(&trips).play(30, &trips), 1, "{others} others");
            // Whose line it is has it to everyone.
            let bad = vec![250; others];
            assert_eq!(Player::new(&trips).play(30, &bad), 6, "{others} others");
        }
    }

    #[test]
    fn two_players_behind_one_bad_line_wait_both() {
        assert_eq!(Player::new(&[2, 220, 220]).chooser.delay(), 5);
    }

    #[test]
    fn chosen_delay_outlives_an_epoch_but_not_the_others() {
        let mut player = Player::new(&[230]);
        assert_eq!(player.chooser.begin(100, lines(&[230, 40])), 5);
        assert_eq!(player.chooser.begin(200, lines(&[])), 0);
        assert_eq!(player.chooser.begin(300, lines(&[40])), 1);
    }

    #[test]
    fn gate_opens_when_the_queue_ends_where_the_delay_leads() {
        let mut gate = Gate::new(3);
        assert!(gate.change(6), "nothing was given yet");
        gate.give(0);
        assert!(gate.change(2));
        for frame in 1..=3 {
            gate.give(frame);
            assert!(!gate.change(6), "frame {frame} was dropped: the queue reaches further");
        }
        gate.give(3);
        assert!(!gate.change(6), "the same frame again counts for nothing");
        gate.give(4);
        assert!(gate.change(6));
        assert!(!gate.change(1), "the gap is filled with the next frame only");
        gate.give(5);
        assert!(gate.change(1));
    }
}
