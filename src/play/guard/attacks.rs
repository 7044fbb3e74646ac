//! Hostile packets sent into running matches: each is refused for the right
//! reason, and the match goes on. Comments say what ggrs 0.13 alone would do.

#![cfg(test)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::{ANSWERED, DATAGRAMS, MAX_RECEIVED, PENDING, Reject};
use crate::play::testing::{EPOCH, INTERVAL, Room};
use crate::play::wire::{WireBody, WireInput, WireMessage, WireStatus, put_varint};
use crate::session::PeerId;

/// A match of two peers, of which the second turns hostile.
struct Duel {
    room: Room,
}

impl Duel {
    fn new(seed: u64) -> Self {
        let mut room = Room::pair(seed);
        room.run_to(60);
        Self { room }
    }

    fn victim_frame(&self) -> i32 {
        self.room.stations[0].frame()
    }

    /// An Input message the victim accepts, and which changes nothing.
    fn input(&self) -> WireInput {
        let status = WireStatus { disconnected: false, last_frame: -1 };
        WireInput {
            statuses: vec![status; 2],
            disconnect_requested: false,
            start_frame: self.victim_frame() - 6,
            ack_frame: self.victim_frame() - 6,
            bytes: inputs(2),
        }
    }

    fn datagram(&self, body: WireBody) -> Vec<u8> {
        datagram(EPOCH, &WireMessage { magic: self.room.magic(1, 0), body })
    }

    fn receive(&mut self, datagram: &[u8]) -> Result<(), Reject> {
        let from = self.room.stations[1].id;
        self.room.stations[0].receive(from, datagram)
    }

    fn send(&mut self, body: WireBody) -> Result<(), Reject> {
        let datagram = self.datagram(body);
        self.receive(&datagram)
    }

    /// Sends a legal input spoilt by `spoil`, and plays on.
    fn refuses_input(&mut self, reason: Reject, spoil: impl Fn(&mut WireInput)) {
        let mut input = self.input();
        spoil(&mut input);
        self.refuses(reason, WireBody::Input(input));
    }

    fn refuses(&mut self, reason: Reject, body: WireBody) {
        let text = format!("{body:?}");
        assert_eq!(self.send(body), Err(reason), "{text}");
        self.goes_on();
    }

    /// Both peers get 30 frames further, agree, and are refused nothing.
    fn goes_on(&mut self) {
        let frame = self.room.stations.iter().map(|s| s.frame()).max().unwrap();
        self.room.run_to(frame + 30);
        assert_eq!(self.room.refused, []);
        assert!(self.room.stations.iter().all(|s| s.desyncs == 0));
    }
}

/// So many inputs of one player, unchanged from the one before.
fn inputs(count: usize) -> Vec<u8> {
    run(count * 4)
}

/// So many zero bytes, run-length coded.
fn run(len: usize) -> Vec<u8> {
    let mut packed = Vec::new();
    put_varint(&mut packed, (len as u32) << 2 | 1);
    packed
}

fn datagram(epoch: u32, message: &WireMessage) -> Vec<u8> {
    let bytes = message.encode().unwrap();
    let mut datagram = Vec::new();
    put_varint(&mut datagram, epoch);
    put_varint(&mut datagram, bytes.len() as u32);
    datagram.extend(bytes);
    datagram
}

#[test]
fn the_unspoilt_input_is_accepted() {
    let mut duel = Duel::new(1);
    assert_eq!(duel.send(WireBody::Input(duel.input())), Ok(()));
    duel.goes_on();
}

/// ggrs alone allocates what the runs add up to, and aborts.
#[test]
fn run_length_bomb_is_refused() {
    let mut duel = Duel::new(2);
    let mut bomb = Vec::new();
    put_varint(&mut bomb, u32::MAX);
    duel.refuses_input(Reject::RunLength, |input| input.bytes = bomb.clone());
    duel.refuses_input(Reject::RunLength, |input| input.bytes = bomb.repeat(200));
    duel.refuses_input(Reject::RunLength, |input| input.bytes = run(PENDING * 4 + 1));
}

/// ggrs alone reads behind the end of the data and panics, or overflows.
#[test]
fn unterminated_varint_is_refused() {
    let mut duel = Duel::new(3);
    duel.refuses_input(Reject::Varint, |input| input.bytes = vec![0x80]);
    duel.refuses_input(Reject::Varint, |input| input.bytes = vec![0xff; 30]);
    duel.refuses_input(Reject::Varint, |input| input.bytes.push(0xff));
}

/// ggrs alone adds up until a frame number overflows, or asserts on a gap.
#[test]
fn start_frame_far_ahead_or_long_gone_is_refused() {
    let mut duel = Duel::new(4);
    for start in [i32::MAX, i32::MAX - 1, 100_000, -1, i32::MIN] {
        duel.refuses_input(Reject::StartFrame, |input| input.start_frame = start);
    }
    duel.refuses_input(Reject::StartFrame, |input| input.start_frame += 30);
    // 150 s later even the first frames are ancient.
    duel.room.run_to(400);
    duel.refuses_input(Reject::StartFrame, |input| input.start_frame = 0);
}

/// A first packet decides where a player's inputs begin; ggrs alone fills the
/// queue with blanks up to there, and asserts once it is full.
#[test]
fn first_input_beyond_the_largest_delay_is_refused() {
    let first = |start_frame| {
        let mut duel = Duel { room: Room::pair(5) };
        let input = WireInput { start_frame, ack_frame: -1, ..duel.input() };
        let message = WireMessage { magic: 5, body: WireBody::Input(input) };
        let result = duel.receive(&datagram(EPOCH, &message));
        if result.is_err() {
            duel.goes_on();
        }
        result
    };
    for start_frame in [-1, 7, 8, 100, i32::MAX] {
        assert_eq!(first(start_frame), Err(Reject::StartFrame));
    }
    assert_eq!(first(6), Ok(()));
}

/// ggrs alone asserts that an input queue holds at most 128.
#[test]
fn more_inputs_than_a_queue_holds_are_refused() {
    let mut duel = Duel::new(6);
    duel.refuses_input(Reject::StartFrame, |input| input.bytes = inputs(PENDING));
    duel.refuses_input(Reject::RunLength, |input| input.bytes = inputs(PENDING + 1));
    // Also when they come bit by bit, each within the rules of a single packet.
    let mut accepted = 0;
    let mut last = Ok(());
    for _ in 0..40 {
        let mut input = duel.input();
        input.start_frame += accepted;
        input.bytes = inputs(10);
        last = duel.send(WireBody::Input(input));
        if last.is_err() {
            break;
        }
        accepted += 4;
    }
    assert_eq!(last, Err(Reject::StartFrame));
    assert!((12..60).contains(&accepted), "{accepted} frames ahead");
    for _ in 0..100 {
        duel.room.turn();
    }
}

/// ggrs alone disconnects the player at frame -1 and then loads a frame
/// outside of its window, which is an assertion.
#[test]
fn status_of_a_disconnected_player_is_refused() {
    let mut duel = Duel::new(7);
    for player in [0, 1] {
        duel.refuses_input(Reject::ConnectStatus, |input| {
            input.statuses[player].disconnected = true
        });
        for frame in [100_000, i32::MAX, -2, i32::MIN] {
            duel.refuses_input(Reject::ConnectStatus, |input| {
                input.statuses[player].last_frame = frame;
            });
        }
    }
    for count in [0, 1, 3, 900] {
        let status = duel.input().statuses[0];
        duel.refuses_input(Reject::ConnectStatus, |input| input.statuses = vec![status; count]);
    }
}

/// ggrs alone disconnects the peer, which is unsafe with three or more.
#[test]
fn request_to_disconnect_is_refused() {
    let mut duel = Duel::new(8);
    duel.refuses_input(Reject::DisconnectRequested, |input| input.disconnect_requested = true);
    duel.refuses_input(Reject::DisconnectRequested, |input| {
        input.disconnect_requested = true;
        input.statuses.clear();
    });
}

/// ggrs alone asserts that inputs never come from a spectator.
#[test]
fn input_of_a_spectator_or_a_stranger_is_refused() {
    let mut duel = Duel::new(9);
    let bytes = duel.datagram(WireBody::Input(duel.input()));
    let victim = &mut duel.room.stations[0];
    assert_eq!(victim.receive(PeerId(999), &bytes), Err(Reject::UnknownPeer));
    duel.goes_on();

    let mut guard = super::Guard::new(super::GuardConfig {
        epoch: EPOCH,
        peers: [(PeerId(5), 0)].into(),
        num_players: 2,
        max_prediction: 8,
        input_delay_max: 6,
        checksum_interval: INTERVAL,
    });
    let view = super::SessionView { current_frame: 60 };
    assert_eq!(guard.check(PeerId(5), &bytes, view), Err(Reject::Spectator));
}

/// ggrs alone keeps every report newer than the window below the last one, so
/// that falling frame numbers grow its map without bound.
#[test]
fn descending_checksums_cannot_grow_a_map() {
    let mut duel = Duel::new(10);
    duel.room.run_to(800);
    let report = |frame| WireBody::ChecksumReport { checksum: 1, frame };
    for step in 0..200 {
        let frame = 1_000_000 - step * INTERVAL as i32;
        assert_eq!(duel.send(report(frame)), Err(Reject::Checksum), "{frame}");
    }
    duel.goes_on();
    let victim = duel.victim_frame();
    for frame in [0, -10, i32::MIN, i32::MAX, victim / 10 * 10 - 5, victim / 10 * 10 - 500] {
        duel.refuses(Reject::Checksum, report(frame));
    }
    let mut distinct = 0;
    for frame in (1..victim / 10 + 100).rev() {
        distinct += u32::from(duel.send(report(frame * 10)).is_ok());
    }
    assert!((20..=40).contains(&distinct), "{distinct} reports accepted");
}

/// Until its handshake fixes the peer's magic number, ggrs alone accepts the
/// packets of the session before.
#[test]
fn packets_of_another_epoch_are_refused_before_and_after_the_handshake() {
    let old = Duel::new(11);
    let input = old.input();
    let message = WireMessage { magic: old.room.magic(1, 0), body: WireBody::Input(input) };
    let mut young = Duel { room: Room::pair(12) };
    assert_eq!(young.receive(&datagram(EPOCH - 1, &message)), Err(Reject::StaleEpoch));
    assert_eq!(young.receive(&datagram(EPOCH + 1, &message)), Err(Reject::StaleEpoch));
    young.goes_on();
    assert_eq!(young.receive(&datagram(EPOCH - 1, &message)), Err(Reject::StaleEpoch));
    young.goes_on();
}

/// ggrs alone takes any magic number until the handshake ends, and ignores others after.
#[test]
fn another_magic_number_is_refused() {
    let mut duel = Duel::new(13);
    let magic = duel.room.magic(1, 0);
    for magic in [0, magic ^ 1] {
        let bytes = datagram(EPOCH, &WireMessage { magic, body: WireBody::KeepAlive });
        assert_eq!(duel.receive(&bytes), Err(Reject::Magic));
    }
    duel.goes_on();
}

/// ggrs alone forgets inputs that never arrived, and the match hangs for both.
#[test]
fn acknowledging_frames_never_sent_is_refused() {
    let mut duel = Duel::new(14);
    for frame in [i32::MAX, 100_000, -2, i32::MIN] {
        duel.refuses_input(Reject::AckFrame, |input| input.ack_frame = frame);
        duel.refuses(Reject::AckFrame, WireBody::InputAck { frame });
    }
    // One more than was sent: the input delay is 2.
    duel.refuses(Reject::AckFrame, WireBody::InputAck { frame: duel.victim_frame() + 2 });
}

/// ggrs alone logs and drops most of these, after having read the acknowledgement.
#[test]
fn inputs_of_another_size_are_refused() {
    let mut duel = Duel::new(15);
    for len in [0, 1, 3, 5, 9, 511] {
        duel.refuses_input(Reject::InputShape, |input| input.bytes = run(len));
    }
    for bytes in [vec![], vec![0], vec![5], vec![4, 4, 0], vec![40, 4, 0], vec![2, 4]] {
        duel.refuses_input(Reject::InputShape, |input| input.bytes = bytes.clone());
    }
}

/// ggrs alone multiplies the invented round trip by 60 and overflows.
#[test]
fn invented_clock_readings_are_refused() {
    let mut duel = Duel::new(16);
    for pong in [0, 1, u128::MAX] {
        duel.refuses(Reject::Quality, WireBody::QualityReply { pong });
    }
    let report = |frame_advantage, ping| WireBody::QualityReport { frame_advantage, ping };
    duel.refuses(Reject::Quality, report(0, u128::MAX));
    duel.refuses(Reject::Quality, report(i16::MIN, 1));
    duel.refuses(Reject::Quality, report(i16::MAX, 1));
}

/// ggrs alone answers each request, without limit.
#[test]
fn floods_end_at_a_budget_that_refills() {
    let mut duel = Duel::new(17);
    let results: Vec<_> =
        (0..300).map(|random| duel.send(WireBody::SyncRequest { random })).collect();
    let accepted = results.iter().filter(|r| r.is_ok()).count();
    assert!((100..=ANSWERED.0 as usize).contains(&accepted), "{accepted}");
    assert_eq!(results[299], Err(Reject::SyncFlood));
    let results: Vec<_> = (0..300).map(|_| duel.send(WireBody::KeepAlive)).collect();
    let accepted = results.iter().filter(|r| r.is_ok()).count() + 300;
    assert!((400..=DATAGRAMS.0 as usize).contains(&accepted), "{accepted}");
    assert_eq!(results[299], Err(Reject::Budget));
    // The flood costs its sender's own packets, until it stops.
    let frame = duel.room.frame();
    duel.room.run_to(frame + 100);
    assert_eq!(duel.send(WireBody::SyncRequest { random: 1 }), Ok(()));
    duel.room.refused.clear();
    duel.goes_on();
}

#[test]
fn datagrams_cut_short_or_too_long_are_refused() {
    let mut duel = Duel::new(18);
    let bytes = duel.datagram(WireBody::Input(duel.input()));
    for len in 0..bytes.len() {
        let expected = if len < 2 { Reject::Short } else { Reject::Malformed };
        assert_eq!(duel.receive(&bytes[..len]), Err(expected), "cut to {len}");
    }
    assert_eq!(duel.receive(&[&bytes[..], &[0]].concat()), Err(Reject::Malformed));
    assert_eq!(duel.receive(&[EPOCH as u8].repeat(MAX_RECEIVED + 1)), Err(Reject::TooLarge));
    duel.goes_on();
}

/// A bad message spoils its whole datagram: nothing of it reaches ggrs.
#[test]
fn good_message_beside_a_bad_one_is_refused_too() {
    let mut duel = Duel::new(19);
    let mut bytes = duel.datagram(WireBody::Input(duel.input()));
    let bad = duel.datagram(WireBody::QualityReply { pong: 0 });
    bytes.extend(&bad[1..]);
    assert_eq!(duel.receive(&bytes), Err(Reject::Quality));
    duel.goes_on();
}

#[test]
fn hundred_thousand_pieces_of_garbage_do_no_harm() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20);
    let mut duel = Duel::new(20);
    for case in 0..60_000 {
        let len = rng.next_u32() as usize % 120;
        let mut bytes: Vec<u8> = (0..len).map(|_| rng.next_u32() as u8).collect();
        // Half of them know the epoch.
        if case % 2 == 0 && len > 0 {
            bytes[0] = EPOCH as u8;
        }
        assert!(duel.receive(&bytes).is_err(), "case {case}: {bytes:?}");
        if case % 2 == 0 {
            duel.room.stations[0].guard.tick();
        }
    }
    duel.goes_on();
}

/// Spoilt copies of real packets: some are accepted, as a peer may lie about
/// its own inputs, but none may bring the victim down.
#[test]
fn spoilt_real_packets_never_panic() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(21);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..40 {
        let mut duel = Duel::new(100 + round);
        duel.room.capture = Some(Vec::new());
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..10 {
                duel.room.turn();
                let captured = duel.room.capture.replace(Vec::new()).unwrap();
                for case in 0..100 {
                    let index = rng.next_u32() as usize % captured.len().max(1);
                    let Some(message) = captured.get(index) else { break };
                    let mut message = WireMessage::from_ggrs(message).unwrap();
                    message.magic = duel.room.magic(1, 0);
                    let mut bytes = datagram(EPOCH, &message);
                    for _ in 0..=case % 3 {
                        let at = 1 + rng.next_u32() as usize % (bytes.len() - 1);
                        bytes[at] ^= 1 << (rng.next_u32() % 8);
                    }
                    duel.room.stations[0].guard.tick();
                    match duel.receive(&bytes) {
                        Ok(()) => accepted += 1,
                        Err(_) => refused += 1,
                    }
                }
            }
        }));
        assert!(outcome.is_ok(), "round {round}");
    }
    assert!(accepted + refused > 39_000, "{accepted} accepted, {refused} refused");
    assert!(accepted > 1000 && refused > 1000, "{accepted} accepted, {refused} refused");
}
