//! Whole matches whose Worlds are broken on purpose: everyone plays on from the host's.

use tankwarz::play::Happening;
use tankwarz::session::{BotLevel, EndReason, Kind, Refusal};

use crate::fleet::{Fleet, Plan, bad_line, driven, side_by_side, slow_line};

#[test]
fn a_desync_of_any_seat_is_healed_within_a_second() {
    side_by_side(&[
        ("host, predicted", &|| heals(0, false, 61)),
        ("host, settled", &|| heals(0, true, 62)),
        ("first guest, predicted", &|| heals(1, false, 63)),
        ("first guest, settled", &|| heals(1, true, 64)),
        ("last guest, predicted", &|| heals(2, false, 65)),
        ("last guest, settled", &|| heals(2, true, 66)),
        ("again and again", &a_peer_that_breaks_three_times_is_sent_away),
        ("bad line", &a_desync_on_a_bad_line_is_healed),
    ]);
}

#[test]
fn every_owner_comes_back_to_the_same_seat() {
    side_by_side(&[
        ("goodbye", &|| comes_back(1, false, None, 71)),
        ("crash", &|| comes_back(2, true, None, 72)),
        ("crash of the last", &|| comes_back(3, true, None, 73)),
        ("goodbye, a bot stands in", &|| comes_back(2, false, Some(BotLevel::Normal), 74)),
        ("crash, a bot stands in", &|| comes_back(1, true, Some(BotLevel::Hard), 75)),
    ]);
}

fn comes_back(index: usize, crash: bool, fill: Option<BotLevel>, seed: u64) {
    let mut fleet = Fleet::running(Plan { fill, ..Plan::new(seed, slow_line(50)) }, 4);
    fleet.play(4);
    let gone = &fleet.peers[index].game;
    let (token, seat) = (gone.token().unwrap(), gone.roster().unwrap().seat_of(gone.me()).unwrap());
    if crash {
        fleet.vanish(index);
    } else {
        fleet.leave(index);
    }
    fleet.until(8, "match without them", |f| f.all_run(|why| why == "leave"));
    let parked = *fleet.peers[0].game.settled();
    fleet.play(1);
    for peer in fleet.peers.iter().filter(|peer| !peer.is_gone) {
        let player = peer.game.roster().unwrap().player(seat).unwrap();
        assert_eq!(player.parked, fill.is_none());
        let kind = fill.map_or(Kind::Human, Kind::Bot);
        assert_eq!((player.kind, player.name.as_str()), (kind, format!("Guest {index}").as_str()));
    }
    if fill.is_some() {
        let now = fleet.peers[0].game.settled();
        let steered = now.tanks[usize::from(seat)].turret != parked.tanks[usize::from(seat)].turret;
        assert!(steered || driven(&parked, now, &[seat])[0] > 0.1, "nobody drives the tank");
    }
    let before = scores(&fleet);
    let back = fleet.join_with(Some(token));
    fleet.until(5, "match with them", |f| f.all_run(|why| why == "rejoin"));
    let game = &fleet.peers[back].game;
    let roster = game.roster().unwrap();
    assert_eq!(roster.seat_of(game.me()), Some(seat));
    assert_eq!(roster.name_of(game.me()).unwrap().as_str(), format!("Guest {index}"));
    for peer in fleet.peers.iter().filter(|p| !p.is_gone && p.game.me() != game.me()) {
        assert!(peer.frozen_ms() <= 1000, "{} ms", peer.frozen_ms());
    }
    fleet.play(3);
    let after = scores(&fleet);
    assert!(before.iter().zip(after).all(|(b, a)| a >= *b), "{before:?}, then {after:?}");
    for peer in fleet.peers.iter().filter(|p| !p.is_gone) {
        assert_eq!(peer.game.stats().desyncs, 0);
    }
}

fn scores(fleet: &Fleet) -> [u32; 8] {
    fleet.peers[0].game.settled().tanks.map(|tank| tank.score)
}

/// Breaks a World of one of three peers, at 100 ms round trip.
fn heals(index: usize, settled: bool, seed: u64) {
    let mut fleet = Fleet::running(Plan::new(seed, slow_line(50)), 3);
    fleet.play(3);
    let before = scores(&fleet);
    let broken = fleet.break_world(index, settled);
    fleet.until(4, "healed match", |f| f.all_run(|why| why == "desync"));
    let healed = fleet.same_hashes;
    fleet.play(3);
    assert!(fleet.same_hashes > healed + 100, "{} hashes are the same", fleet.same_hashes);
    for (index, peer) in fleet.peers.iter().enumerate() {
        let epochs = &peer.game.stats().epochs;
        let newest = epochs.last().unwrap();
        assert_eq!((newest.id, newest.why), (broken + 1, "desync"), "peer {index}: one epoch");
        assert!(newest.tick > 200 && newest.frozen_ms <= 1000, "peer {index}: {newest:?}");
    }
    assert!(fleet.peers.iter().any(|p| p.game.stats().desyncs > 0), "nobody counted it");
    let after = scores(&fleet);
    assert!(before.iter().zip(after).all(|(b, a)| a >= *b), "{before:?}, then {after:?}");
}

fn a_desync_on_a_bad_line_is_healed() {
    let mut fleet = Fleet::running(Plan::new(67, bad_line()), 4);
    for (index, settled) in [(2, true), (3, false), (0, true)] {
        fleet.play(2);
        let broken = fleet.break_world(index, settled);
        fleet.until(6, "healed match", |f| {
            f.all_run(|why| why == "desync")
                && f.peers[0].game.stats().epochs.last().unwrap().id > broken
        });
    }
    fleet.play(3);
}

fn a_peer_that_breaks_three_times_is_sent_away() {
    let mut fleet = Fleet::running(Plan::new(68, slow_line(20)), 3);
    for _ in 0..2 {
        let broken = fleet.break_world(1, true);
        fleet.until(4, "healed match", |f| {
            f.all_run(|why| why == "desync")
                && f.peers[0].game.stats().epochs.last().unwrap().id > broken
        });
    }
    fleet.break_world(1, false);
    fleet.until(4, "match without it", |f| f.all_run(|why| why == "leave"));
    fleet.until(2, "answer", |f| f.is_gone(1));
    fleet.run(50);
    let told = Happening::Ended(EndReason::Refused(Refusal::Desync));
    assert!(fleet.peers[1].happenings.contains(&told), "{:?}", fleet.peers[1].happenings);
    fleet.play(2);
}
