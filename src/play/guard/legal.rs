//! Honest sessions over bad links: nothing they send may be refused.

#![cfg(test)]

use std::sync::atomic::{AtomicU32, Ordering};

use crate::play::testing::{Room, Setup};

/// Runs one room past 620 frames while the input delays change.
fn play(setup: Setup) {
    let name = format!("{setup:?}");
    let (latest, delay_max) = (620, setup.delay_max as u64);
    let mut room = Room::new(setup);
    // More frames than the largest delay pass between two changes; why is told
    // by the tests at the end of this file.
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

/// Plays a room for each seed, all at the same time: a room in which nothing advances waits
/// for the timers of ggrs, which read the real clock.
fn rooms(seeds: std::ops::Range<u64>, play: impl Fn(u64) + Sync) {
    let play = &play;
    std::thread::scope(|scope| {
        for seed in seeds {
            let thread = std::thread::Builder::new().name(format!("seed {seed}"));
            thread.spawn_scoped(scope, move || play(seed)).unwrap();
        }
    });
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
    rooms(0..12, |seed| play(drawn(seed, &[1, 1])));
}

#[test]
fn three_honest_peers_are_never_refused() {
    rooms(20..26, |seed| play(drawn(seed, &[1, 2, 1])));
}

#[test]
fn four_honest_peers_are_never_refused() {
    rooms(40..44, |seed| play(drawn(seed, &[1, 1, 1, 1])));
}

#[test]
fn long_round_trips_and_much_loss_are_never_refused() {
    rooms(60..64, |seed| {
        play(Setup { latency: 9, jitter: 12, loss: 250, ..drawn(seed, &[1, 1]) });
    });
}

#[test]
fn nothing_is_refused_after_an_outage() {
    rooms(80..83, |seed| {
        let mut room = Room::new(drawn(seed, &[1, 1, 1]));
        for outage in 1..4 {
            room.run_to(100 * outage);
            let loss = std::mem::replace(&mut room.setup.loss, 1000);
            let frame = room.frame();
            for _ in 0..300 {
                room.turn();
            }
            assert!(room.frame() < frame + 40, "an outage stops the match");
            room.setup.loss = loss;
        }
        room.run_to(400);
        assert_eq!(room.refused, []);
        assert!(room.stations.iter().all(|s| s.desyncs == 0));
    });
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
    // Two directions, ten seconds of play, inputs that change eight times a second.
    assert!(datagrams <= 2 * 600 + 50, "{datagrams} datagrams");
    assert!(bytes / 20 <= 2560, "{} bytes a second and direction", bytes / 20);
}

/// Why a match may change its input delay again only once as many frames have
/// been played as the delay was before: ggrs sends other inputs than it plays.
#[test]
fn ggrs_diverges_if_a_lowered_delay_is_raised_at_once() {
    let mut room = Room::new(Setup { delay: 6, ..drawn(3, &[1, 1]) });
    room.run_to(100);
    room.stations[0].set_delay(0);
    room.turn();
    room.stations[0].set_delay(6);
    room.run_to(300);
    assert!(room.stations.iter().all(|s| s.desyncs > 0));
    assert_eq!(room.refused, []);
}

/// Why a match may change its input delay only once between two frames: ggrs
/// sends the inputs that fill the first gap again, and never those of the second.
#[test]
fn ggrs_hangs_if_the_delay_is_raised_twice_between_two_frames() {
    let mut room = Room::new(Setup { delay: 0, loss: 0, ..drawn(3, &[1, 1]) });
    room.run_to(100);
    room.stations[0].set_delay(2);
    room.stations[0].set_delay(4);
    for _ in 0..400 {
        room.turn();
    }
    assert!(room.frame() < 130, "ggrs got to {}", room.frame());
    assert_eq!(room.refused, []);
}

/// The remedy for both: the previous delay has run out before the next change.
#[test]
fn delay_may_change_once_the_one_before_has_run_out() {
    let mut room = Room::new(Setup { delay: 6, ..drawn(3, &[1, 1]) });
    room.run_to(50);
    let mut old = 6;
    for delay in [0, 6, 1, 2, 3, 0, 5, 4, 6, 0, 0, 6] {
        let changed = room.stations[0].frame();
        room.stations[0].set_delay(delay);
        while room.stations[0].frame() <= changed + old {
            room.turn();
        }
        old = delay as i32;
    }
    let frame = room.frame();
    room.run_to(frame + 100);
    assert!(room.stations.iter().all(|s| s.desyncs == 0));
    assert_eq!(room.refused, []);
}

/// The rule itself, at every moment: whatever is asked for and whenever, what the gate lets
/// through makes no difference between the peers, and nothing of it is refused.
#[test]
fn what_the_gate_lets_through_never_diverges() {
    let changed = [AtomicU32::new(0), AtomicU32::new(0)];
    rooms(0..24, |seed| {
        let players: &[usize] = [&[1, 1][..], &[2, 1], &[1, 1, 1], &[3, 1]][seed as usize % 4];
        let mut room = Room::new(drawn(seed, players));
        room.run_to(20);
        let start = std::time::Instant::now();
        while room.frame() < 240 {
            assert!(start.elapsed().as_secs() < 60, "seed {seed} is stuck at {}", room.frame());
            for index in 0..room.stations.len() {
                // In some rooms now and then, in others before every frame, even twice.
                for _ in 0..2 {
                    if room.chance([40, 300, 1000][seed as usize % 3]) {
                        let delay = room.below(7) as usize;
                        let done = room.stations[index].change_delay(delay);
                        changed[usize::from(done)].fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            room.turn();
        }
        assert!(room.stations.iter().all(|s| s.desyncs == 0), "seed {seed}");
        assert_eq!(room.refused, [], "seed {seed}");
    });
    assert!(changed.iter().all(|n| n.load(Ordering::Relaxed) > 1000), "{changed:?}");
}

/// Every three delays in a row, each at the first moment the gate allows.
#[test]
fn every_change_is_legal_as_soon_as_the_gate_opens() {
    rooms(0..7, |via| {
        let mut room = Room::new(drawn(via, &[1, 1]));
        room.run_to(10);
        for delay in (0..49).flat_map(|pair| [pair / 7, via as usize, pair % 7]) {
            for index in 0..room.stations.len() {
                let frame = room.stations[index].frame();
                while !room.stations[index].change_delay(delay) {
                    room.turn();
                }
                let waited = room.stations[index].frame() - frame;
                assert!(waited <= 7, "the gate was shut for {waited} frames");
            }
        }
        let frame = room.frame();
        room.run_to(frame + 30);
        assert!(room.stations.iter().all(|s| s.desyncs == 0), "over {via}");
        assert_eq!(room.refused, [], "over {via}");
    });
}
