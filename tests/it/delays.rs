//! Whole matches on lines that get worse and better while they are played: the input delay
//! of each player follows its own line, and the match stays the same for all.

use tankwarz::play::Delay;

use crate::fleet::{Fleet, Plan, bad_line, side_by_side, slow_line};
use crate::script::Draw;

#[test]
fn delay_follows_the_line_while_playing() {
    side_by_side(&[
        ("worse and better", &a_line_gets_worse_and_better),
        ("one of three", &one_bad_line_of_three_raises_one_delay),
        ("weather 1", &|| changing_lines_never_cause_a_difference(91)),
        ("weather 2", &|| changing_lines_never_cause_a_difference(92)),
        ("pinned", &a_fixed_delay_stays),
    ]);
}

fn delays(fleet: &Fleet) -> Vec<usize> {
    fleet.peers.iter().map(|peer| peer.game.input_delay()).collect()
}

/// Ticks rolled back for each second played, of all peers together.
fn rolled_back(fleet: &mut Fleet, seconds: u64) -> u64 {
    let count = |f: &Fleet| f.peers.iter().map(|p| p.game.stats().rollback_ticks).sum::<u64>();
    let before = count(fleet);
    fleet.play(seconds);
    (count(fleet) - before) / seconds
}

fn a_line_gets_worse_and_better() {
    let mut fleet = Fleet::running(Plan::new(81, slow_line(20)), 2);
    fleet.play(3);
    assert_eq!(delays(&fleet), [1, 1]);
    assert_eq!(fleet.peers[0].game.stats().delay_changes, 0);

    fleet.worsen_line(1, slow_line(80));
    // Nothing is known of it yet.
    let before = rolled_back(&mut fleet, 1);
    let took = fleet.until(4, "longer delays", |f| delays(f).iter().all(|d| *d >= 3));
    let raised = delays(&fleet);
    fleet.play(1);
    let after = rolled_back(&mut fleet, 4);
    println!("raised to {raised:?} after {} ms, rolled back {before}, then {after}", took + 1000);
    assert!(after * 5 < before * 4, "{before} ticks a second were rolled back, then {after}");

    fleet.worsen_line(1, slow_line(0));
    fleet.play(2);
    assert!(delays(&fleet).iter().zip(raised).all(|(now, then)| *now >= then), "it falls slowly");
    fleet.until(25, "short delays again", |f| delays(f) == [1, 1]);
    fleet.play(1);
    for peer in &fleet.peers {
        let stats = peer.game.stats();
        assert_eq!(stats.epochs.len(), 1, "no epoch is needed for it");
        assert!((3..12).contains(&stats.delay_changes), "{} changes", stats.delay_changes);
        assert_eq!(stats.dropped_datagrams.values().sum::<u64>(), 0, "nothing honest is refused");
    }
    fleet.assert_played_as_one();
}

fn one_bad_line_of_three_raises_one_delay() {
    let mut fleet = Fleet::running(Plan::new(82, slow_line(20)), 3);
    fleet.play(2);
    assert_eq!(delays(&fleet), [1, 1, 1]);
    fleet.worsen_line(1, slow_line(90));
    fleet.until(5, "a longer delay of one", |f| delays(f)[1] >= 4);
    fleet.play(8);
    let delays = delays(&fleet);
    println!("delays {delays:?}");
    assert_eq!((delays[0], delays[2]), (1, 1));
    assert!(delays[1] >= 4);
    assert_eq!([0, 2].map(|i| fleet.peers[i].game.stats().delay_changes), [0, 0]);
    fleet.assert_played_as_one();
}

/// Lines change faster than a delay can follow, and much gets lost.
fn changing_lines_never_cause_a_difference(seed: u64) {
    let bots = vec![tankwarz::session::BotLevel::Normal];
    let mut fleet = Fleet::running(Plan { bots, ..Plan::new(seed, bad_line()) }, 3);
    let mut draw = Draw(seed);
    for _ in 0..8 {
        let index = draw.below(3) as usize;
        fleet.worsen_line(index, slow_line(draw.below(3) as u32 * 40));
        fleet.run(1500 + draw.below(3000));
    }
    for index in 0..3 {
        fleet.worsen_line(index, slow_line(0));
    }
    fleet.play(3);
    let changes: u64 = fleet.peers.iter().map(|p| p.game.stats().delay_changes).sum();
    println!("{changes} changes");
    assert!(changes >= 3, "{changes} changes");
    assert!(delays(&fleet).iter().all(|delay| (1..=6).contains(delay)));
    assert!(fleet.peers.iter().all(|p| p.game.stats().epochs.len() == 1), "no epoch for it");
    fleet.assert_played_as_one();
}

fn a_fixed_delay_stays() {
    let plan = Plan { delay: Delay::Fixed(2), ..Plan::new(83, slow_line(60)) };
    let mut fleet = Fleet::running(plan, 2);
    fleet.worsen_line(1, slow_line(40));
    fleet.play(6);
    assert_eq!(delays(&fleet), [2, 2]);
    assert!(fleet.peers.iter().all(|p| p.game.stats().delay_changes == 0));
    fleet.assert_played_as_one();
}
