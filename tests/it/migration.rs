//! Whole matches whose host goes: with real rollback sessions, the others play on from
//! the new host's settled World, on the same clock and with all scores.

use tankwarz::session::{BotLevel, In, State};
use tankwarz::sim::TankState;

use crate::fleet::{Fleet, Plan, bad_line, side_by_side, slow_line};
use crate::script::Draw;

/// How a host goes, and how long play may stand still for it.
#[derive(Clone, Copy)]
enum Fall {
    Goodbye,
    Killed,
    Cut,
}

impl Fall {
    fn bound(self) -> u64 {
        match self {
            Self::Goodbye => 1000,
            Self::Killed => 2500,
            Self::Cut => 7000,
        }
    }

    fn happens(self, fleet: &mut Fleet, index: usize) {
        match self {
            Self::Goodbye => fleet.leave(index),
            Self::Killed => fleet.kill(index),
            Self::Cut => fleet.peers[index].is_cut = true,
        }
    }
}

#[test]
fn play_goes_on_within_the_bounds_when_the_host_goes() {
    side_by_side(&[
        ("goodbye", &|| goes_on(Fall::Goodbye, 3, 81)),
        ("goodbye of one of four", &|| goes_on(Fall::Goodbye, 4, 82)),
        ("killed", &|| goes_on(Fall::Killed, 3, 83)),
        ("killed, of five", &|| goes_on(Fall::Killed, 5, 84)),
        ("cut", &|| goes_on(Fall::Cut, 3, 85)),
        ("cut, the only guest", &|| goes_on(Fall::Cut, 2, 86)),
        ("killed, the only guest", &|| goes_on(Fall::Killed, 2, 87)),
    ]);
}

#[test]
fn hosts_come_and_go_on_a_bad_line() {
    side_by_side(&[
        ("one after the other", &every_host_goes_in_turn),
        ("bots", &bots_go_on_driving),
        ("back", &the_old_host_comes_back_into_its_seat),
        ("cut off and back", &a_host_that_was_cut_off_comes_back_by_itself),
        ("broken twice", &a_new_host_heals_and_has_rematches),
    ]);
}

fn scores(fleet: &Fleet, index: usize) -> [u32; 8] {
    fleet.peers[index].game.settled().tanks.map(|tank| tank.score)
}

fn here(fleet: &Fleet) -> Vec<usize> {
    (0..fleet.peers.len()).filter(|i| !fleet.is_gone(*i) && !fleet.peers[*i].is_cut).collect()
}

/// Waits until everyone left plays under one of them; fails unless that was one epoch.
fn until_taken_over(fleet: &mut Fleet) -> u64 {
    let took = fleet.until(9, "new host", |f| {
        let leader = &f.peers[f.leader()].game;
        leader.is_host() && f.all_run(|why| why == "migration")
    });
    let leader = fleet.leader();
    for index in here(fleet) {
        let game = &fleet.peers[index].game;
        assert_eq!(game.host(), Some(fleet.peers[leader].game.me()), "peer {index}");
    }
    took
}

fn goes_on(fall: Fall, count: usize, seed: u64) {
    let mut fleet = Fleet::running(Plan::new(seed, slow_line(50)), count);
    fleet.play(3);
    let roster = fleet.peers[0].game.roster().unwrap().clone();
    let heir = roster.peers()[1];
    let heir = fleet.peers.iter().position(|p| p.game.me() == heir).unwrap();
    let before = (fleet.peers[heir].game.settled().tick, scores(&fleet, heir));
    let same = fleet.same_hashes;
    fall.happens(&mut fleet, 0);
    let took = until_taken_over(&mut fleet);
    assert_eq!(fleet.leader(), heir, "the lowest seat hosts");
    let frozen: Vec<u64> = here(&fleet).iter().map(|&i| fleet.peers[i].frozen_ms()).collect();
    println!("{took} ms until ten ticks later, frozen {frozen:?} ms");
    for index in here(&fleet) {
        let game = &fleet.peers[index].game;
        let epochs = &game.stats().epochs;
        let newest = epochs.last().unwrap();
        assert!(newest.frozen_ms <= fall.bound(), "peer {index}: {newest:?}");
        assert!(newest.tick >= before.0, "peer {index}: the clock went back, {newest:?}");
        assert_eq!(epochs.iter().filter(|e| e.why == "migration").count(), 1, "{epochs:?}");
        assert_eq!(game.settled().tanks[0].state(), TankState::Absent);
    }
    fleet.play(4);
    let after = scores(&fleet, heir);
    assert!(before.1.iter().zip(after).all(|(b, a)| a >= *b), "{before:?}, then {after:?}");
    assert!(count_alone(&fleet) || fleet.same_hashes > same + 150, "hashes were compared");
    for index in here(&fleet) {
        assert_eq!(fleet.peers[index].game.stats().desyncs, 0, "peer {index}");
    }
}

fn count_alone(fleet: &Fleet) -> bool {
    here(fleet).len() == 1
}

fn every_host_goes_in_turn() {
    let mut fleet = Fleet::running(Plan::new(91, bad_line()), 4);
    let mut tick = 0;
    for fall in [Fall::Goodbye, Fall::Killed, Fall::Cut] {
        fleet.play(2);
        let leader = fleet.leader();
        let before = scores(&fleet, leader);
        fall.happens(&mut fleet, leader);
        until_taken_over(&mut fleet);
        let leader = fleet.leader();
        let newest = fleet.peers[leader].game.stats().epochs.last().unwrap();
        assert!(newest.tick > tick + 60, "{newest:?}");
        tick = newest.tick;
        // On a bad line the new host may be some ticks behind the old one.
        let after = scores(&fleet, leader);
        println!("{before:?}, then {after:?}");
    }
    fleet.play(3);
    assert!(count_alone(&fleet));
}

fn bots_go_on_driving() {
    let bots = vec![BotLevel::Easy, BotLevel::Hard];
    let mut fleet = Fleet::running(Plan { bots, ..Plan::new(92, bad_line()) }, 3);
    fleet.play(2);
    fleet.leave(0);
    until_taken_over(&mut fleet);
    let leader = fleet.leader();
    let game = &fleet.peers[leader].game;
    assert_eq!(game.roster().unwrap().local_seats(game.me()).len(), 3);
    let driven =
        |fleet: &Fleet| [1, 2].map(|seat| fleet.peers[leader].game.settled().tanks[seat].shots);
    let before = driven(&fleet);
    fleet.play(6);
    let after = driven(&fleet);
    assert!(before.iter().zip(after).all(|(b, a)| a > *b), "{before:?}, then {after:?}");
}

fn the_old_host_comes_back_into_its_seat() {
    let mut fleet = Fleet::running(Plan::new(93, bad_line()), 3);
    fleet.play(3);
    let token = fleet.peers[0].game.token();
    fleet.kill(0);
    until_taken_over(&mut fleet);
    fleet.play(2);
    let leader = fleet.leader();
    let before = scores(&fleet, leader);
    let back = fleet.join_with(token);
    fleet.until(6, "match with it", |f| f.all_run(|why| why == "rejoin"));
    let game = &fleet.peers[back].game;
    let roster = game.roster().unwrap();
    assert_eq!(roster.seat_of(game.me()), Some(0));
    assert_eq!(roster.name_of(game.me()).unwrap().as_str(), "Host");
    fleet.play(3);
    let after = scores(&fleet, leader);
    assert!(before.iter().zip(after).all(|(b, a)| a >= *b), "{before:?}, then {after:?}");
    for index in here(&fleet) {
        assert_eq!(fleet.peers[index].game.stats().desyncs, 0);
    }
}

fn a_host_that_was_cut_off_comes_back_by_itself() {
    let mut fleet = Fleet::running(Plan::new(94, bad_line()), 3);
    fleet.play(2);
    fleet.peers[0].is_cut = true;
    until_taken_over(&mut fleet);
    fleet.play(3);
    assert!(fleet.peers[0].game.is_host(), "it plays on, alone");
    let tick = fleet.peers[1].game.settled().tick;
    fleet.peers[0].is_cut = false;
    fleet.until(8, "one match", |f| !f.peers[0].game.is_host() && f.all_run(|why| why == "rejoin"));
    assert!(fleet.peers[0].game.settled().tick > tick, "in the match that was not interrupted");
    let [own, theirs] = [0, 1].map(|index| &fleet.peers[index].game.stats().hashes);
    assert!(
        own.iter().all(|(tick, hash)| theirs.get(tick).is_none_or(|same| same == hash)),
        "what it played alone"
    );
    let game = &fleet.peers[0].game;
    assert_eq!(game.roster().unwrap().seat_of(game.me()), Some(0));
    assert!(matches!(game.state(), State::Running(_)));
    fleet.play(3);
}

fn a_new_host_heals_and_has_rematches() {
    let mut fleet = Fleet::running(Plan::new(95, bad_line()), 3);
    fleet.play(1);
    fleet.leave(0);
    until_taken_over(&mut fleet);
    for settled in [false, true] {
        let leader = fleet.leader();
        let broken = fleet.break_world(leader, settled);
        fleet.until(6, "healed match", |f| {
            f.all_run(|why| why == "desync")
                && f.peers[leader].game.stats().epochs.last().unwrap().id > broken
        });
    }
    let leader = fleet.leader();
    let seeds = fleet.peers[leader].game.settled().seeds;
    fleet.tell(leader, In::Rematch { seeds: None });
    fleet.until(8, "rematch", |f| f.all_run(|why| why == "rematch"));
    assert_ne!(fleet.peers[leader].game.settled().seeds, seeds);
    fleet.play(3);
}

/// Everyone of four is killed at many moments, and comes back.
#[test]
fn any_seat_may_fall_at_any_moment() {
    for seat in 0..4 {
        let fall =
            |moment: u64| move || falls_and_comes_back(seat, 1000 + seat as u64 * 100 + moment);
        let falls: Vec<_> = (0..13).map(fall).collect();
        let names: Vec<String> = (0..13).map(|n| format!("seat {seat}, moment {n}")).collect();
        let tests: Vec<(&str, &(dyn Fn() + Sync))> = names
            .iter()
            .zip(&falls)
            .map(|(name, test)| (name.as_str(), test as &(dyn Fn() + Sync)))
            .collect();
        side_by_side(&tests);
    }
}

fn falls_and_comes_back(seat: usize, seed: u64) {
    let mut draw = Draw(seed);
    let mut fleet = Fleet::running(Plan::new(seed, slow_line(20 + draw.below(31) as u32)), 4);
    fleet.run(draw.below(2500));
    let victim = fleet.peers[0].game.roster().unwrap().peers()[seat];
    let victim = fleet.peers.iter().position(|p| p.game.me() == victim).unwrap();
    // Whoever hosts afterwards: its World is the one that goes on.
    let heir = fleet.peers[0].game.roster().unwrap().peers()[usize::from(seat == 0)];
    let witness = fleet.peers.iter().position(|p| p.game.me() == heir).unwrap();
    let (token, before) = (fleet.peers[victim].game.token(), scores(&fleet, witness));
    let tick = fleet.peers[witness].game.settled().tick;
    fleet.kill(victim);
    let why = if seat == 0 { "migration" } else { "leave" };
    fleet.until(8, "match without it", |f| f.all_run(|w| w == why));
    for index in here(&fleet) {
        let newest = fleet.peers[index].game.stats().epochs.last().unwrap();
        assert!(newest.frozen_ms <= 2500, "peer {index}: {newest:?}");
        assert!(newest.tick >= tick, "peer {index}: {newest:?} after {tick}");
    }
    fleet.run(300);
    let back = fleet.join_with(token);
    fleet.until(8, "match with it", |f| f.all_run(|w| w == "rejoin"));
    let game = &fleet.peers[back].game;
    assert_eq!(game.roster().unwrap().seat_of(game.me()), Some(seat as u8));
    fleet.play(2);
    let after = scores(&fleet, witness);
    assert!(before.iter().zip(after).all(|(b, a)| a >= *b), "{before:?}, then {after:?}");
    assert!(fleet.same_hashes > 100);
    for index in here(&fleet) {
        assert_eq!(fleet.peers[index].game.stats().desyncs, 0, "peer {index}");
    }
}
