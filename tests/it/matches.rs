//! Whole matches of several peers in memory: over a bad network, with peers that come,
//! go and vanish, and with strangers who send rubbish.

use tankwarz::play::wire::put_varint;
use tankwarz::session::message::VERSION;
use tankwarz::session::{BotLevel, In, Message, PeerId};
use tankwarz::sim::{Phase, RuleSet, TankState};

use crate::fleet::{Fleet, Plan, bad_line, driven, side_by_side, slow_line};
use crate::script::Draw;

#[test]
fn all_peers_play_the_same_match() {
    side_by_side(&[
        ("two", &|| a_match_of(2, RuleSet::Modern)),
        ("three", &|| a_match_of(3, RuleSet::Classic)),
        ("four", &|| a_match_of(4, RuleSet::Modern)),
        ("eight", &|| a_match_of(8, RuleSet::Modern)),
        ("bots of the host", &bots_of_the_host_play_in_everyones_match),
        ("host alone", &host_alone_with_bots_plays_without_a_network),
    ]);
}

#[test]
fn others_go_on_within_seven_seconds_when_peers_vanish() {
    side_by_side(&[
        ("one of three", &|| others_go_on_without(&[1], 3, 11)),
        ("the newest of four", &|| others_go_on_without(&[3], 4, 12)),
        ("two of five at once", &|| others_go_on_without(&[1, 3], 5, 13)),
        ("the only guest", &|| others_go_on_without(&[1], 2, 14)),
    ]);
}

#[test]
fn matches_survive_newcomers_rematches_and_rubbish() {
    side_by_side(&[
        ("newcomers", &newcomers_enter_a_running_match),
        ("rematch", &rematch_after_the_end_is_a_new_match_for_all),
        ("rubbish", &strangers_and_rubbish_do_not_disturb_a_match),
        ("storm 1", &|| a_stormy_match(101, 8)),
        ("storm 2", &|| a_stormy_match(102, 8)),
    ]);
}

#[test]
fn matches_keep_to_their_budgets_of_time_and_traffic() {
    side_by_side(&[
        ("time", &goodbye_and_arrival_stop_play_for_less_than_a_second),
        ("traffic", &two_peers_need_one_datagram_a_tick_and_little_more),
    ]);
}

/// Plays ten seconds and fails unless they were a real match in which everyone drove.
fn play_ten_seconds(fleet: &mut Fleet) {
    let before = *fleet.peers[0].game.settled();
    fleet.play(10);
    fleet.assert_played_as_one();
    let seats = fleet.peers[0].game.roster().unwrap().handles();
    let ways = driven(&before, fleet.peers[0].game.settled(), &seats);
    assert!(ways.iter().all(|way| *way > 0.2), "{ways:?}");
}

fn a_match_of(count: usize, set: RuleSet) {
    let plan = Plan { set, ..Plan::new(count as u64, bad_line()) };
    let mut fleet = Fleet::running(plan, count);
    assert_eq!(fleet.peers[0].game.roster().unwrap().handles().len(), count);
    play_ten_seconds(&mut fleet);
}

fn bots_of_the_host_play_in_everyones_match() {
    let bots = vec![BotLevel::Easy, BotLevel::Hard];
    let mut fleet = Fleet::running(Plan { bots, ..Plan::new(5, bad_line()) }, 2);
    let roster = fleet.peers[1].game.roster().unwrap();
    assert_eq!(roster.local_seats(fleet.peers[0].game.me()).len(), 3);
    assert_eq!(roster.handles().len(), 4);
    play_ten_seconds(&mut fleet);
}

fn host_alone_with_bots_plays_without_a_network() {
    let bots = vec![BotLevel::Normal; 3];
    let mut fleet = Fleet::running(Plan { bots, ..Plan::new(6, bad_line()) }, 1);
    play_ten_seconds(&mut fleet);
    let stats = fleet.peers[0].game.stats();
    assert_eq!((stats.rollbacks, stats.stalled_ticks, stats.datagrams_sent), (0, 0, 0));
}

/// Some peers of `count` vanish in mid-match; the others have to go on.
fn others_go_on_without(gone: &[usize], count: usize, seed: u64) {
    let mut fleet = Fleet::running(Plan::new(seed, bad_line()), count);
    fleet.play(5);
    let seats = |fleet: &Fleet| fleet.peers[0].game.roster().unwrap().handles().len();
    for &index in gone {
        fleet.vanish(index);
    }
    let took = fleet.until(8, "match without them", |f| {
        f.all_run(|why| why == "leave") && seats(f) == count - gone.len()
    });
    assert!(took <= 7000, "{took} ms");
    for &index in gone {
        let seat =
            fleet.peers[index].game.roster().unwrap().local_seats(fleet.peers[index].game.me());
        let tank = fleet.peers[0].game.settled().tanks[usize::from(seat[0])];
        assert_eq!(tank.state(), TankState::Absent);
    }
    play_ten_seconds(&mut fleet);
}

/// Peers come, leave, vanish and start again, sometimes two at once and while an epoch begins.
fn a_stormy_match(seed: u64, seconds: u64) {
    let mut fleet = Fleet::running(Plan::new(seed, bad_line()), 4);
    let mut draw = Draw(seed);
    let end = fleet.now_ms() + seconds * 1000;
    while fleet.now_ms() < end {
        let here: Vec<usize> = (1..fleet.peers.len()).filter(|i| !fleet.is_gone(*i)).collect();
        let who = here.get(draw.below(here.len().max(1) as u64) as usize);
        match (draw.below(8), who) {
            (0..=2, _) | (_, None) if here.len() < 6 => drop(fleet.join()),
            (3 | 4, Some(&index)) => fleet.leave(index),
            (5 | 6, Some(&index)) => fleet.vanish(index),
            _ => fleet.tell(0, In::Rematch { seeds: None }),
        }
        fleet.run(if draw.below(3) == 0 { draw.below(300) } else { 300 + draw.below(2500) });
    }
    // A guest may have been sent away, because someone vanished while it came.
    fleet.until(20, "calm after the storm", |f| f.all_run(|_| true));
    fleet.play(5);
    for (index, peer) in fleet.peers.iter().enumerate().filter(|(i, _)| !fleet.is_gone(*i)) {
        assert_eq!(peer.game.stats().desyncs, 0, "peer {index}");
        assert_eq!(peer.game.settled().seeds, fleet.peers[0].game.settled().seeds);
    }
}

fn goodbye_and_arrival_stop_play_for_less_than_a_second() {
    // Two tenths of a second there and back would be a bad line; one is usual.
    let plan = Plan { pace: 1, ..Plan::new(21, slow_line(50)) };
    let mut fleet = Fleet::running(plan, 3);

    fleet.leave(1);
    let took = fleet.until(3, "match without them", |f| f.all_run(|why| why == "leave"));
    let frozen = [0, 2].map(|index| fleet.peers[index].frozen_ms());
    println!("goodbye: {took} ms until ten ticks later, frozen {frozen:?} ms");
    assert!(frozen.iter().all(|ms| *ms <= 1000), "{frozen:?}");

    let guest = fleet.join();
    fleet.until(5, "match with them", |f| f.all_run(|why| why == "join"));
    let frozen = [0, 2].map(|index| fleet.peers[index].frozen_ms());
    println!("arrival: frozen {frozen:?} ms");
    assert!(frozen.iter().all(|ms| *ms <= 1000), "{frozen:?}");
    assert_eq!(fleet.peers[guest].game.stats().desyncs, 0);
}

fn newcomers_enter_a_running_match() {
    let mut fleet = Fleet::running(Plan::new(22, bad_line()), 2);
    fleet.play(4);
    let tick = fleet.peers[0].game.settled().tick;
    let (first, second) = (fleet.join(), fleet.join());
    fleet.until(12, "match of four", |f| {
        f.all_run(|why| why == "join") && f.peers[0].game.roster().unwrap().handles().len() == 4
    });
    assert!(fleet.peers[0].game.settled().tick > tick, "the match went on, not back");
    for guest in [first, second] {
        let stats = fleet.peers[guest].game.stats();
        assert!(stats.epochs[0].tick >= tick, "{:?}", stats.epochs);
    }
    play_ten_seconds(&mut fleet);
}

fn rematch_after_the_end_is_a_new_match_for_all() {
    let mut fleet = Fleet::running(Plan { seconds: 10, ..Plan::new(23, bad_line()) }, 3);
    fleet.until(15, "end of the match", |f| {
        f.peers.iter().all(|p| p.game.settled().phase() == Phase::Over)
    });
    fleet.assert_played_as_one();
    let worlds: Vec<_> = fleet.peers.iter().map(|p| p.game.settled().standings()).collect();
    assert!(worlds.iter().all(|standings| *standings == worlds[0] && !standings.is_empty()));
    let seeds = fleet.peers[0].game.settled().seeds;

    fleet.tell(0, In::Rematch { seeds: None });
    fleet.until(8, "rematch", |f| f.all_run(|why| why == "rematch"));
    assert_ne!(fleet.peers[2].game.settled().seeds, seeds);
    assert!(fleet.peers[2].game.settled().tick < 300);
    play_ten_seconds(&mut fleet);
}

fn strangers_and_rubbish_do_not_disturb_a_match() {
    let mut fleet = Fleet::running(Plan::new(31, bad_line()), 2);
    let (old, friend) = (fleet.peers[1].last_datagram.clone(), fleet.peers[1].game.me());
    fleet.tell(0, In::Rematch { seeds: Some([5, 6]) });
    fleet.until(8, "rematch", |f| f.all_run(|why| why == "rematch"));

    let mut draw = Draw(31);
    let stranger = PeerId(9999);
    for _ in 0..100 {
        let epoch = fleet.peers[0].game.stats().epochs.last().unwrap().id;
        let mut rubbish: Vec<u8> = (0..draw.below(80)).map(|_| draw.next() as u8).collect();
        fleet.inject_datagram(0, friend, &rubbish);
        let mut head = Vec::new();
        put_varint(&mut head, epoch);
        rubbish.splice(0..0, head);
        fleet.inject_datagram(0, friend, &rubbish);
        fleet.inject_datagram(0, friend, &old);
        let mut damaged = fleet.peers[1].last_datagram.clone();
        let at = draw.below(damaged.len() as u64 - 4) as usize + 4;
        damaged[at] ^= 1 << draw.below(8);
        fleet.inject_datagram(0, stranger, &damaged);
        fleet.inject_control(0, stranger, &rubbish);
        rubbish[0] = VERSION;
        if Message::decode(&rubbish).is_err() {
            fleet.inject_control(0, friend, &rubbish);
        }
        fleet.inject_control(0, stranger, &Message::Bye.encode());
        fleet.inject_control(1, stranger, &Message::Bye.encode());
        fleet.run(50);
    }
    let dropped = &fleet.peers[0].game.stats().dropped_datagrams;
    println!("dropped: {dropped:?}");
    for (reason, least) in [("stale_epoch", 100), ("unknown_peer", 100), ("malformed", 50)] {
        assert!(dropped.get(reason).is_some_and(|n| *n >= least), "{reason}: {dropped:?}");
    }
    play_ten_seconds(&mut fleet);
}

fn two_peers_need_one_datagram_a_tick_and_little_more() {
    // In real time, because some of ggrs's messages leave by the real clock.
    let mut fleet = Fleet::running(Plan { pace: 1, ..Plan::new(41, slow_line(0)) }, 2);
    let count = |fleet: &Fleet, index: usize| {
        let game = &fleet.peers[index].game;
        let stats = game.stats();
        (game.predicted().tick, stats.datagrams_sent, stats.bytes_sent)
    };
    for (index, before) in [0, 1].map(|index| (index, count(&fleet, index))) {
        if index == 0 {
            fleet.play(5);
        }
        let after = count(&fleet, index);
        let ticks = f64::from(after.0 - before.0);
        let per_tick = (after.1 - before.1) as f64 / ticks;
        let per_second = (after.2 - before.2) as f64 / ticks * 60.0;
        println!("peer {index}: {per_tick:.3} datagrams a tick, {per_second:.0} bytes a second");
        assert!(per_tick <= 1.15, "{per_tick}");
        assert!(per_second <= 2560.0, "{per_second}");
    }
}
