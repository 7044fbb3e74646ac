//! Honest sessions over bad links: nothing they send may be refused.

use crate::play::testing::{Room, Setup};

/// Runs one room past 620 frames while the input delays change.
fn play(setup: Setup) {
    let name = format!("{setup:?}");
    let (latest, delay_max) = (620, setup.delay_max as u64);
    let mut room = Room::new(setup);
    // A raise before a lowered delay has run out makes ggrs itself diverge, so
    // many more frames than the largest delay pass between two changes.
    let mut next_change = 60;
    let start = std::time::Instant::now();
    while room.frame() < latest {
        assert!(start.elapsed().as_secs() < 60, "stuck at {}: {name}", room.frame());
        if room.frame() > next_change {
            next_change = room.frame() + 40;
            for index in 0..room.stations.len() {
                let delay = room.below(delay_max + 1) as usize;
                room.stations[index].set_delay(delay);
            }
        }
        room.turn();
    }
    assert_eq!(room.refused, [], "{name}");
    // A peer that runs behind the others never predicts, so only the sum counts.
    let rollbacks: u32 = room.stations.iter().map(|s| s.rollbacks).sum();
    assert!(rollbacks > 20, "{rollbacks} rollbacks, {name}");
    assert!(room.stations.iter().all(|s| s.desyncs == 0), "{name}");
}

/// A setup drawn from `seed` with so many players at each peer.
fn drawn(seed: u64, players: &[usize]) -> Setup {
    Setup {
        seed,
        players: players.to_vec(),
        max_prediction: 8 + seed as usize % 5,
        delay: seed as usize % 7,
        delay_max: 6,
        latency: 3 + seed % 4,
        jitter: 1 + seed % 5,
        loss: 20 * (seed % 6),
        duplicates: 150,
    }
}

#[test]
fn two_honest_peers_are_never_refused() {
    for seed in 0..12 {
        play(drawn(seed, &[1, 1]));
    }
}

#[test]
fn three_honest_peers_are_never_refused() {
    for seed in 20..26 {
        play(drawn(seed, &[1, 2, 1]));
    }
}

#[test]
fn four_honest_peers_are_never_refused() {
    for seed in 40..44 {
        play(drawn(seed, &[1, 1, 1, 1]));
    }
}

#[test]
fn long_round_trips_and_much_loss_are_never_refused() {
    for seed in 60..64 {
        play(Setup { latency: 9, jitter: 12, loss: 250, ..drawn(seed, &[1, 1]) });
    }
}

#[test]
fn a_link_costs_little() {
    let mut room = Room::new(Setup { latency: 3, jitter: 1, loss: 10, ..drawn(3, &[1, 1]) });
    room.run_to(100);
    let before = room.sent;
    let frame = room.frame();
    room.run_to(frame + 600);
    let datagrams = room.sent.0 - before.0;
    let bytes = room.sent.1 - before.1;
    // Two directions, ten seconds of play.
    println!("{datagrams} datagrams, {bytes} bytes, {} a second and link", bytes / 20);
    assert!(datagrams <= 2 * 600 + 200, "{datagrams} datagrams");
    assert!(bytes / 20 <= 2560 + 512, "{} bytes a second", bytes / 20);
}
