//! Whole matches with a player who floods, keeps inputs back or lies: that one goes, the
//! others play on. And honest players whose lines stall, whom nobody may take for one.

use tankwarz::play::Happening;
use tankwarz::session::{EndReason, Notice, Refusal};

use crate::fleet::{Fleet, Mischief, Plan, bad_line, side_by_side, slow_line};

#[test]
fn a_player_who_floods_is_dropped_and_nobody_else_notices() {
    side_by_side(&[
        ("valid datagrams", &|| floods(Flood::Replayed, 81)),
        ("garbage", &|| floods(Flood::Garbage, 82)),
        ("control messages", &|| floods(Flood::Controls, 83)),
        ("large datagrams", &|| floods(Flood::Large, 84)),
    ]);
}

#[test]
fn a_player_who_holds_the_others_up_is_dropped() {
    side_by_side(&[
        ("from everybody", &who_keeps_inputs_back_goes),
        ("from one", &of_two_without_each_others_inputs_one_goes),
    ]);
}

#[test]
fn a_player_who_lies_about_its_world_goes_after_two_heals() {
    let mut fleet = Fleet::running(Plan { pace: 2, ..Plan::new(87, slow_line(20)) }, 4);
    fleet.peers[2].mischief = Mischief::LiesAboutItsWorld;
    fleet.until(12, "match without the liar", |f| f.is_gone(2) && f.all_run(|why| why == "leave"));
    let why: Vec<_> = fleet.peers[0].game.stats().epochs.iter().map(|e| e.why).collect();
    assert_eq!(why, ["start", "desync", "desync", "leave"]);
    let told = Happening::Ended(EndReason::Refused(Refusal::Desync));
    assert!(fleet.peers[2].happenings.contains(&told));
    fleet.play(3);
    assert_eq!(fleet.peers[0].game.roster().unwrap().peers().len(), 3);
    assert_eq!(fleet.peers[0].game.stats().epochs.len(), 4, "and nobody else");
}

#[test]
fn honest_players_stay_within_their_budgets() {
    side_by_side(&[
        ("eight on bad lines", &|| lines_stall_and_catch_up(8, bad_line(), 88)),
        ("three on good lines", &|| lines_stall_and_catch_up(3, slow_line(15), 89)),
    ]);
}

#[derive(Clone, Copy, PartialEq)]
enum Flood {
    Replayed,
    Garbage,
    Controls,
    Large,
}

/// One of four sends everybody ten thousand messages a second.
fn floods(kind: Flood, seed: u64) {
    let mut fleet = Fleet::running(Plan { pace: 1, ..Plan::new(seed, slow_line(20)) }, 4);
    fleet.play(2);
    let flooder = fleet.peers[2].game.me();
    let before = fleet.now_ms();
    let mut said = 0;
    while fleet.now_ms() < before + 1500 {
        for victim in [0, 1, 3] {
            for _ in 0..10 {
                let bytes = match kind {
                    Flood::Replayed => fleet.peers[2].last_datagram.clone(),
                    Flood::Garbage | Flood::Controls => vec![1, 2, 3, 4],
                    Flood::Large => vec![7; 16 << 10],
                };
                match kind {
                    Flood::Controls => fleet.inject_control(victim, flooder, &bytes),
                    _ => fleet.inject_datagram(victim, flooder, &bytes),
                }
                said += 1;
            }
        }
        fleet.run(1);
    }
    assert!(said >= 44_000, "{said}");
    fleet.until(2, "match without it", |f| f.is_gone(2) && f.all_run(|why| why == "dropped"));
    let told =
        |h: &Happening| matches!(h, Happening::Notice(Notice::Dropped { why: Refusal::Flood, .. }));
    assert!(fleet.peers[0].happenings.iter().any(told));
    assert!(fleet.peers[0].happenings.contains(&Happening::Shut(flooder)));
    for peer in fleet.peers.iter().filter(|p| p.game.me() != flooder) {
        let (stats, frozen) = (peer.game.stats(), peer.frozen_ms());
        assert!(stats.dropped_datagrams["flood"] > 5000, "{:?}", stats.dropped_datagrams);
        assert!(frozen <= 1000, "play stood for {frozen} ms");
    }
    let same = fleet.same_hashes;
    fleet.play(3);
    assert!(fleet.same_hashes > same + 100);
    assert_eq!(fleet.peers[0].game.stats().epochs.len(), 2, "one epoch was enough");
    assert_eq!(fleet.peers[0].game.roster().unwrap().peers().len(), 3);
}

fn who_keeps_inputs_back_goes() {
    let mut fleet = Fleet::running(Plan { pace: 2, ..Plan::new(85, slow_line(20)) }, 3);
    fleet.play(2);
    fleet.peers[1].mischief = Mischief::Withholds;
    let took =
        fleet.until(9, "match without it", |f| f.is_gone(1) && f.all_run(|why| why == "dropped"));
    assert!((4500..7500).contains(&took), "{took} ms");
    let told = Happening::Ended(EndReason::Refused(Refusal::HoldsUp));
    assert!(fleet.peers[1].happenings.contains(&told), "{:?}", fleet.peers[1].happenings);
    fleet.play(3);
    assert_eq!(fleet.peers[0].game.stats().epochs.len(), 2);
}

fn of_two_without_each_others_inputs_one_goes() {
    let mut fleet = Fleet::running(Plan { pace: 2, ..Plan::new(86, slow_line(20)) }, 4);
    fleet.play(2);
    let victim = fleet.peers[1].game.me();
    fleet.peers[3].mischief = Mischief::WithholdsFrom(victim);
    let took = fleet.until(9, "match without one of the two", |f| {
        (f.is_gone(1) || f.is_gone(3)) && f.all_run(|why| why == "dropped")
    });
    assert!((4500..7500).contains(&took), "{took} ms");
    assert!(fleet.is_gone(3) && !fleet.is_gone(1), "who came last");
    fleet.play(3);
    assert_eq!(fleet.peers[0].game.stats().epochs.len(), 2);
}

/// The line of one after the other stalls for nearly as long as nobody is gone, then
/// everything that waited arrives at once.
fn lines_stall_and_catch_up(count: usize, line: tankwarz::net::fakelag::FakeLagConfig, seed: u64) {
    let mut fleet = Fleet::running(Plan::new(seed, line), count);
    for index in [0, 1, count - 1] {
        fleet.play(2);
        fleet.stall(index, 4500);
        fleet.run(6000);
        fleet.until(4, "play again", |f| f.all_run(|why| why == "start"));
    }
    fleet.play(3);
    for peer in &fleet.peers {
        let stats = peer.game.stats();
        assert_eq!(stats.epochs.len(), 1, "{:?}", stats.epochs);
        assert!(!stats.dropped_datagrams.contains_key("flood"), "{:?}", stats.dropped_datagrams);
        assert!(stats.stalled_ticks > 300, "the lines did stall");
        assert_eq!(stats.desyncs, 0);
    }
}
