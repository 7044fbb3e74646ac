//! The table of the result: the same numbers on every peer, and points that never go back.

use tankwarz::net::fakelag::FakeLagConfig;
use tankwarz::sim::Phase;

use crate::fleet::{Fleet, Plan};

#[test]
fn everyone_has_the_same_deeds_after_a_match_on_a_bad_line() {
    let line = FakeLagConfig { lag_ms: 60, jitter_ms: 20, loss_pct: 5.0, dup_pct: 1.0 };
    let mut fleet = Fleet::new(Plan { seconds: 15, ..Plan::new(11, line) });
    for _ in 1..3 {
        fleet.join();
    }
    fleet.start();
    let mut best = [(0, [0; 8]); 3];
    let over = |f: &Fleet| f.peers.iter().all(|p| p.game.settled().phase() == Phase::Over);
    while !over(&fleet) {
        fleet.run(50);
        for (peer, (tick, scores)) in fleet.peers.iter().zip(&mut best) {
            let settled = peer.game.settled();
            let now = settled.tanks.map(|tank| tank.score);
            assert!(
                settled.tick >= *tick && now.iter().zip(&*scores).all(|(now, then)| now >= then)
            );
            (*tick, *scores) = (settled.tick, now);
        }
        assert!(fleet.now_ms() < 90_000, "the match does not end");
    }
    let deeds = *fleet.peers[0].game.deeds();
    let sum = |of: fn(&tankwarz::sim::Deed) -> u32| deeds.seats.iter().map(of).sum::<u32>();
    assert!(sum(|d| d.dealt) > 0 && sum(|d| d.dealt) == sum(|d| d.taken), "{deeds:?}");
    assert!(deeds.seats[..3].iter().all(|d| d.tenths() > 20 && d.longest <= d.alive));
    for peer in &fleet.peers {
        assert!(peer.game.stats().rollbacks > 50, "{}", peer.game.stats().rollbacks);
        assert_eq!(peer.game.deeds(), &deeds);
    }
}

#[test]
fn loss_of_a_line_is_measured_where_it_arrives() {
    let line = FakeLagConfig { lag_ms: 20, loss_pct: 10.0, ..FakeLagConfig::default() };
    let mut fleet = Fleet::running(Plan::new(4, line), 2);
    fleet.play(8);
    let (mut sum, mut count) = (0, 0);
    for _ in 0..20 {
        fleet.run(500);
        for (at, from) in [(0, 1), (1, 0)] {
            let from = fleet.peers[from].game.me();
            sum += u32::from(fleet.peers[at].game.quality(from).unwrap().loss_percent);
            count += 1;
        }
    }
    let mean = sum / count;
    assert!((6..=14).contains(&mean), "{mean} % instead of 10 %");
}
