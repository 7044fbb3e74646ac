//! Whole matches of several peers over a bad network, in memory.

use crate::fleet::{Fleet, Plan, bad_line, driven};

fn a_match_of(count: usize, pace: u64) {
    let mut fleet = Fleet::running(Plan { pace, ..Plan::new(count as u64, bad_line()) }, count);
    let before = *fleet.peers[0].game.settled();
    fleet.play(10);
    fleet.assert_played_as_one();
    let seats = fleet.peers[0].game.roster().unwrap().handles();
    assert_eq!(seats.len(), count);
    let ways = driven(&before, fleet.peers[0].game.settled(), &seats);
    assert!(ways.iter().all(|way| *way > 0.5), "{ways:?}");
}

#[test]
fn two_peers_play_the_same_match() {
    a_match_of(2, 4);
}

#[test]
fn three_peers_play_the_same_match() {
    a_match_of(3, 4);
}

#[test]
fn four_peers_play_the_same_match() {
    a_match_of(4, 4);
}

#[test]
fn eight_peers_play_the_same_match() {
    a_match_of(8, 3);
}
