//! A peer of the match that sends any datagram it likes, to a guard with a real session behind it.
//!
//! Three sessions play honestly until the third turns hostile. What the guard lets through goes to
//! ggrs, and the victim plays on: nothing may panic, and no memory may be asked for out of measure.

use std::sync::LazyLock;

use tankwarz::play::bundle::Bundler;
use tankwarz::play::guard::{Guard, GuardConfig, SessionView};
use tankwarz::play::rollback::{CHECKSUM_INTERVAL, MAX_DELAY, MAX_PREDICTION, Rollback};
use tankwarz::play::settle::Settle;
use tankwarz::play::wire::{WireBody, WireMessage, put_varint};
use tankwarz::session::{Kind, Name, PeerId, Roster};
use tankwarz::sim::{Events, Input, MAX_SEATS, Map, RuleSet, Rules, World};

use super::script::Script;

/// Below 128, so that it is one byte of a datagram.
const EPOCH: u32 = 7;
/// Frames of honest play before the attack.
const HONEST: i32 = 20;
/// Most moves of one script.
const MOVES: usize = 48;
const HOSTILE: usize = 2;

static MAP: LazyLock<Map> =
    LazyLock::new(|| Map::generate([5, 6], &Rules::new(RuleSet::Modern, 60, 24)));

/// Plays a script.
pub fn run(bytes: &[u8]) {
    let mut room = Room::new();
    room.play_to(HONEST);
    let mut script = Script(bytes);
    let mut bundle = Vec::new();
    let mut last = Vec::new();
    for _ in 0..MOVES {
        if script.is_empty() {
            break;
        }
        let order = script.byte();
        match order % 8 {
            0 => room.attack(script.bytes()),
            1 | 2 | 6 | 7 => {
                let message = room.message(script.bytes(), order & 0x40 == 0);
                put_varint(&mut bundle, message.len() as u32);
                bundle.extend(message);
                if order & 0x80 == 0 {
                    last = [&[EPOCH as u8][..], &std::mem::take(&mut bundle)].concat();
                    room.attack(&last);
                }
            }
            3 => (0..=order >> 6).for_each(|_| room.turn(true)),
            4 => (0..=order >> 5).for_each(|_| room.turn(false)),
            _ => (0..=order >> 3).for_each(|_| room.attack(&last)),
        }
    }
    (0..12).for_each(|_| room.turn(false));
}

/// One peer, as `play` has it.
struct Station {
    id: PeerId,
    guard: Guard,
    rollback: Rollback,
    settle: Settle,
    bundler: Bundler,
    /// What the hostile peer knows: the magic numbers of its own endpoints, and the victim's clock readings.
    magic: u16,
    pings: Vec<u128>,
}

impl Station {
    fn new(id: PeerId, roster: &Roster) -> Self {
        let world = World::create(&MAP, &roster.handles());
        let others = roster.peers().into_iter().filter(|peer| *peer != id);
        let guard = Guard::new(GuardConfig {
            epoch: EPOCH,
            peers: others.map(|peer| (peer, roster.local_seats(peer).len())).collect(),
            num_players: roster.handles().len(),
            max_prediction: MAX_PREDICTION,
            input_delay_max: MAX_DELAY,
            checksum_interval: CHECKSUM_INTERVAL,
        });
        Self {
            id,
            guard,
            rollback: Rollback::new(id, roster, world, 2).expect("the roster can be played"),
            settle: Settle::new(world),
            bundler: Bundler::new(EPOCH),
            magic: 0,
            pings: Vec::new(),
        }
    }

    fn receive(&mut self, from: PeerId, datagram: &[u8]) {
        let view = SessionView { current_frame: self.rollback.frame() };
        for message in self.guard.check(from, datagram, view).unwrap_or_default() {
            self.rollback.handle_message(from, message);
        }
    }

    /// One tick, and what leaves with it.
    fn tick(&mut self) -> Vec<(PeerId, Vec<u8>)> {
        self.guard.tick();
        if self.rollback.is_running() {
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[..3].fill(Input { held: self.rollback.frame() as u16 >> 2, aim: 0 });
            let (mut predicted, mut settled) = (Events::new(), Events::new());
            // Refused by ggrs is a tick that was skipped.
            let _ = self.rollback.advance(&inputs, &MAP, &mut predicted);
            self.settle.follow(&self.rollback, &MAP, &mut settled, |_, _| {});
        } else {
            self.rollback.poll();
        }
        while let Some((to, message)) = self.rollback.poll_message() {
            let mirror = WireMessage::from_ggrs(&message).expect("the mirror fits");
            if to == PeerId(0) {
                self.magic = mirror.magic;
            }
            if let (PeerId(HOSTILE_ID), WireBody::QualityReport { ping, .. }) = (to, &mirror.body) {
                self.pings.push(*ping);
            }
            self.guard.handle_sent(to, &message);
            self.bundler.push(to, &message);
        }
        std::iter::from_fn(|| self.bundler.poll_send()).collect()
    }
}

const HOSTILE_ID: u128 = HOSTILE as u128;

/// The victim, another honest peer, and the hostile one.
struct Room {
    stations: Vec<Station>,
    flying: Vec<(PeerId, PeerId, Vec<u8>)>,
}

impl Room {
    fn new() -> Self {
        let mut roster = Roster::default();
        for number in 0..3 {
            let name = Name::new(&format!("P{number}")).expect("a name");
            roster.add(PeerId(number), &name, Kind::Human);
        }
        let stations = (0..3).map(|number| Station::new(PeerId(number), &roster)).collect();
        Self { stations, flying: Vec::new() }
    }

    fn play_to(&mut self, frame: i32) {
        for _ in 0..10_000 {
            if self.stations.iter().all(|station| station.rollback.frame() >= frame) {
                return;
            }
            self.turn(true);
        }
        panic!("honest sessions do not play");
    }

    /// One tick of everyone; what the hostile peer would say honestly is left out if it is not `honest`.
    fn turn(&mut self, honest: bool) {
        for (from, to, bytes) in std::mem::take(&mut self.flying) {
            self.stations[to.0 as usize].receive(from, &bytes);
        }
        for station in &mut self.stations {
            let from = station.id;
            let silent = !honest && from.0 == HOSTILE_ID;
            let sent = station.tick().into_iter().filter(|_| !silent);
            self.flying.extend(sent.map(|(to, bytes)| (from, to, bytes)));
        }
    }

    fn attack(&mut self, datagram: &[u8]) {
        self.stations[0].receive(PeerId(HOSTILE_ID), datagram);
    }

    /// The bytes of a message with the right magic number, which chance would never find, and with
    /// frames counted from the victim's own.
    fn message(&self, bytes: &[u8], relative: bool) -> Vec<u8> {
        let Ok(mut message) = WireMessage::decode(bytes) else { return bytes.to_vec() };
        let (victim, hostile) = (&self.stations[0], &self.stations[HOSTILE]);
        message.magic = hostile.magic;
        let base = if relative { victim.rollback.frame() } else { 0 };
        let shift = |frame: &mut i32| *frame = frame.wrapping_add(base);
        match &mut message.body {
            WireBody::Input(input) => {
                shift(&mut input.start_frame);
                shift(&mut input.ack_frame);
                input.statuses.iter_mut().for_each(|status| shift(&mut status.last_frame));
            }
            WireBody::InputAck { frame } => shift(frame),
            WireBody::ChecksumReport { frame, .. } => {
                *frame = frame.wrapping_add(base / 10 * 10);
            }
            WireBody::QualityReply { pong } => {
                let known = usize::try_from(*pong).ok().and_then(|nth| victim.pings.get(nth));
                *pong = known.copied().unwrap_or(*pong);
            }
            _ => {}
        }
        message.encode().expect("every message has an encoding")
    }
}
