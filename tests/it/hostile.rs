//! A player of the match who sends whatever harms and then floods, and a stranger who floods: whole
//! programs play with both over real WebRTC, in a network namespace, and must not be bothered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tankwarz::net::address::parse_target;
use tankwarz::net::webrtc::{IceConfig, MAX_MESSAGE, Socket, SocketConfig};
use tankwarz::net::{Lane, NetEvent};
use tankwarz::play::bundle::split;
use tankwarz::play::wire::{WireBody, WireInput, WireMessage, WireStatus, put_varint, take_varint};
use tankwarz::play::{Authority, Delay, Happening, Match, Packet};
use tankwarz::session::guest::{Guest, GuestConfig};
use tankwarz::session::message::{Hosting, MAX_BYTES, VERSION};
use tankwarz::session::{Build, Epoch, In, Message, Name, PeerId, Refusal, Terms, Token, Why};
use tankwarz::sim::{Input, MAX_SEATS, fingerprint};

use crate::netns;
use crate::processes::{Program, same_hashes, wait_for_port};

const ROOM: &str = "127.0.0.1:3536/HOSTIL";
const LIMIT: Duration = Duration::from_secs(40);
/// Ticks played before the attack begins; the second half is what its rate is compared with.
const PEACE: u32 = 360;
/// The attack lasts so long.
const ATTACK: Duration = Duration::from_secs(8);
const ATTACK_EVERY: Duration = Duration::from_millis(80);
/// When the honest programs end.
const TICKS: u32 = 1620;
/// What the stranger, and then the player, sends within a second.
const FLOOD: u32 = 10_000;

fn join() -> Socket {
    let room_url = parse_target(ROOM, None).unwrap();
    Socket::connect(SocketConfig { room_url, ice: IceConfig::default() })
}

/// A guest like any other, until it attacks.
struct Hostile {
    socket: Socket,
    game: Match,
    began: Instant,
    /// The number of the epoch, and its own magic number for each peer.
    epoch: u32,
    magics: BTreeMap<PeerId, u16>,
    ended: bool,
}

impl Hostile {
    fn join() -> Self {
        let (mut socket, began) = (join(), Instant::now());
        let me = loop {
            let ready = |event: &NetEvent| match event {
                NetEvent::Ready(me) => Some(*me),
                _ => None,
            };
            if let Some(me) = socket.poll().iter().find_map(ready) {
                break me;
            }
            assert!(began.elapsed() < LIMIT, "the relay gives no name");
            std::thread::sleep(Duration::from_millis(2));
        };
        let name = Name::new("Mallory").unwrap();
        let build = Build::new(env!("CARGO_PKG_VERSION"));
        let (fingerprint, secret) = (fingerprint(), [1; 32]);
        let (token, key, second) = (None, None, None);
        let config = GuestConfig { me, name, second, fingerprint, build, token, key, secret };
        let authority = Authority::Guest(Box::new(Guest::new(config, 0)));
        let game = Match::new(me, authority, Delay::Auto, 0);
        Self { socket, game, began, epoch: 0, magics: BTreeMap::new(), ended: false }
    }

    /// One turn of honest play.
    fn turn(&mut self) {
        let now = self.began.elapsed().as_micros() as u64;
        for event in self.socket.poll() {
            match event {
                NetEvent::Connected(peer) => self.game.handle(now, In::Connected(peer)),
                NetEvent::Received { from, lane: Lane::Unreliable, bytes } => {
                    self.game.handle_datagram(now, from, &bytes);
                }
                // It does not take a no for an answer.
                NetEvent::Received { from, lane: Lane::Reliable, bytes }
                    if !matches!(
                        Message::decode(&bytes),
                        Ok(Message::Refuse(_) | Message::Bye)
                    ) =>
                {
                    self.game.handle_control(now, from, &bytes);
                }
                _ => {}
            }
        }
        self.game.update(now, &[Input { held: Input::FORWARD, aim: 0 }; MAX_SEATS]);
        while let Some(packet) = self.game.poll_send() {
            match packet {
                Packet::Control { to, bytes } => self.socket.send(to, Lane::Reliable, &bytes),
                Packet::Datagram { to, bytes } => {
                    self.learn(to, &bytes);
                    self.socket.send(to, Lane::Unreliable, &bytes)
                }
            };
        }
        while let Some(happening) = self.game.poll_happening() {
            self.ended |= matches!(happening, Happening::Ended(_));
        }
        self.game.poll_settled_events(|_, _| {});
        self.game.poll_predicted_events(|_, _| {});
        std::thread::sleep(Duration::from_millis(2));
    }

    fn learn(&mut self, to: PeerId, mut datagram: &[u8]) {
        self.epoch = take_varint(&mut datagram).unwrap() as u32;
        let message = WireMessage::decode(split(datagram).unwrap()[0]).unwrap();
        self.magics.insert(to, message.magic);
    }

    /// Sends everybody in the match more than anybody could want, for as long as the others take it
    /// for a player and a little longer; how much.
    fn flood_as_a_player(&mut self) -> u32 {
        let (start, victims) = (Instant::now(), self.victims());
        let (mut tried, mut sent) = (0, 0);
        while start.elapsed() < Duration::from_secs(3) {
            let due = (f64::from(FLOOD) * start.elapsed().as_secs_f64()) as u32;
            for number in tried..due {
                let victim = victims[number as usize % victims.len()];
                let bytes = [self.epoch as u8, 2, 1, 7];
                sent += u32::from(self.socket.send(victim, Lane::Unreliable, &bytes));
            }
            tried = due;
            self.turn();
        }
        sent
    }

    /// The others of the match.
    fn victims(&self) -> Vec<PeerId> {
        let peers = self.game.roster().map(|roster| roster.peers()).unwrap_or_default();
        peers.into_iter().filter(|peer| *peer != self.game.me()).collect()
    }

    /// The attack of this number, to every victim.
    fn attack(&mut self, number: usize) {
        let (bodies, controls) = (self.bodies(number), self.controls());
        for victim in self.victims() {
            let Some(&magic) = self.magics.get(&victim) else { continue };
            let message = WireMessage { magic, body: bodies[number % bodies.len()].clone() };
            let message = message.encode().unwrap();
            let mut datagram = Vec::new();
            put_varint(&mut datagram, self.epoch);
            put_varint(&mut datagram, message.len() as u32);
            datagram.extend(message);
            let cut = &datagram[..1 + number % (datagram.len() - 1)];
            let noise: &[u8] =
                if number.is_multiple_of(8) { &[7; MAX_MESSAGE] } else { &[0xff; 64] };
            for bytes in [&datagram, cut, noise] {
                self.socket.send(victim, Lane::Unreliable, bytes);
            }
            self.socket.send(victim, Lane::Reliable, &controls[number % controls.len()]);
        }
    }

    /// What ends the process of a peer that hands it to ggrs (netcode.md, fact 4).
    fn bodies(&self, number: usize) -> Vec<WireBody> {
        let frame = self.game.predicted().tick as i32;
        let status = WireStatus { disconnected: false, last_frame: -1 };
        let input = WireInput {
            statuses: vec![status; 3],
            disconnect_requested: false,
            start_frame: frame,
            ack_frame: -1,
            bytes: vec![8, 1, 0, 0, 0],
        };
        let run = |code: u32| {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, code);
            bytes
        };
        let gone = WireStatus { disconnected: true, last_frame: -1 };
        let falling = 10_000_000 - 10 * number as i32;
        vec![
            WireBody::Input(WireInput { bytes: run(u32::MAX), ..input.clone() }),
            WireBody::Input(WireInput { bytes: vec![0xff; 40], ..input.clone() }),
            WireBody::Input(WireInput { bytes: run((4 * 200) << 2 | 1), ..input.clone() }),
            WireBody::Input(WireInput { bytes: vec![6, 1, 0, 0], ..input.clone() }),
            WireBody::Input(WireInput { start_frame: 1_000_000, ..input.clone() }),
            WireBody::Input(WireInput { ack_frame: i32::MAX, ..input.clone() }),
            WireBody::Input(WireInput { statuses: vec![gone; 3], ..input.clone() }),
            WireBody::Input(WireInput { statuses: vec![status; 900], ..input.clone() }),
            WireBody::Input(WireInput { disconnect_requested: true, ..input }),
            WireBody::ChecksumReport { checksum: 1, frame: falling },
            WireBody::QualityReply { pong: 0 },
            WireBody::QualityReport { frame_advantage: i16::MIN, ping: u128::MAX },
        ]
    }

    /// What a guest has no right to say, or nobody can.
    fn controls(&self) -> Vec<Vec<u8>> {
        let me = self.game.me();
        let (Some(map), Some(roster)) = (self.game.map(), self.game.roster()) else {
            return vec![Vec::new()];
        };
        let epoch = Epoch {
            id: 99,
            why: Why::Leave,
            host: me,
            seeds: map.seeds(),
            rules: *map.rules(),
            roster: roster.clone(),
            world: Some(Box::new(*self.game.settled())),
        };
        let forged = Message::Begin(Box::new(epoch.seal())).encode();
        let honest_host = self.game.host().unwrap_or(me);
        let stolen = Message::Begin(Box::new(Epoch { host: honest_host, ..epoch }.seal()));
        vec![
            forged[..forged.len() - 7].to_vec(),
            forged,
            stolen.encode(),
            vec![VERSION; MAX_MESSAGE],
            vec![VERSION; MAX_BYTES + 1],
            Vec::new(),
            vec![VERSION + 1; 9],
            Message::Refuse(Refusal::NotReady).encode(),
            Message::Accept { token: Some(Token([7; 16])), terms: Terms::default() }.encode(),
            Message::Ready { epoch: 99 }.encode(),
            Message::Hosting(Hosting { guests: true, epoch: u32::MAX, age: u32::MAX }).encode(),
            Message::Lobby(Box::default()).encode(),
        ]
    }
}

/// Memory of a running program, in KiB.
fn memory(program: &Program) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn attacks_and_floods_bother_nobody_in_netns() {
    netns::alone_inside("hostile::attacks_and_floods_bother_nobody_in_netns", || {
        let ticks = TICKS.to_string();
        let seconds = (TICKS / 60 + 10).to_string();
        let host = Program::game(&[
            "host",
            "--headless",
            "--room",
            "HOSTIL",
            "--players",
            "3",
            "--seconds",
            &seconds,
            "--ticks",
            &ticks,
        ]);
        wait_for_port(3536);
        let guest = Program::game(&["join", ROOM, "--headless", "--ticks", &ticks]);
        let mut hostile = Hostile::join();
        let mut peace = 0.0;
        for end in [PEACE / 2, PEACE] {
            let (start, tick) = (Instant::now(), hostile.game.settled().tick);
            while hostile.game.settled().tick < end {
                assert!(hostile.began.elapsed() < LIMIT, "no match: {:?}", hostile.game.state());
                hostile.turn();
            }
            peace = f64::from(hostile.game.settled().tick - tick) / start.elapsed().as_secs_f64();
        }
        assert_eq!(hostile.victims().len(), 2);
        let before = [&host, &guest].map(memory);

        let (start, tick) = (Instant::now(), hostile.game.settled().tick);
        // Few enough for the budget of a peer: what the hostile player has to send as a player shall
        // come through as well, because everybody waits for it.
        let mut number = 0;
        while start.elapsed() < ATTACK {
            if start.elapsed() > ATTACK_EVERY * number {
                hostile.attack(number as usize);
                number += 1;
            }
            hostile.turn();
        }
        let rate = f64::from(hostile.game.settled().tick - tick) / start.elapsed().as_secs_f64();
        println!("{peace:.1} ticks a second in peace, {rate:.1} under attack");
        assert!(
            rate > 0.8 * peace,
            "{rate:.1} ticks a second under attack, {peace:.1} before: {:?}, dropped here {:?}, ended {}",
            hostile.game.state(),
            hostile.game.stats().dropped_datagrams,
            hostile.ended
        );

        let (sent, rate) = flood(&mut hostile);
        assert!(sent > FLOOD / 2, "only {sent} datagrams were sent");
        println!("{rate:.1} ticks a second in a flood");
        assert!(rate > 0.8 * peace, "{rate:.1} ticks a second in a flood, {peace:.1} before");
        let grown = [&host, &guest].map(memory);
        for (before, after) in before.iter().zip(grown) {
            assert!(after - before < 10 * 1024, "memory grew from {before} to {after} KiB");
        }

        let tick = hostile.game.settled().tick;
        assert!(tick + 180 < TICKS, "the match is nearly over, at tick {tick}");
        let sent = hostile.flood_as_a_player();
        assert!(sent > FLOOD / 2, "only {sent} datagrams were sent");
        let reports = [host.report(), guest.report()];
        for report in &reports {
            assert_eq!(report["end"], "done", "{report:#}");
            assert_eq!(report["desyncs"], 0, "{report:#}");
            let epochs = report["epochs"].as_array().unwrap();
            let why: Vec<_> = epochs.iter().map(|epoch| epoch["why"].as_str().unwrap()).collect();
            assert_eq!(why, ["start", "dropped"], "{report:#}");
            // 1 s is the goal; here two programs and the flood share two slow cores.
            let frozen = epochs[1]["frozen_ms"].as_u64().unwrap();
            println!("play stood for {frozen} ms when the flooding player was dropped");
            assert!(frozen < 3000, "play stood for {frozen} ms");
            let dropped = &report["dropped_datagrams"];
            for reason in [
                "run_length",
                "varint",
                "start_frame",
                "connect_status",
                "disconnect_requested",
                "checksum",
                "quality",
                "ack_frame",
                "input_shape",
                "malformed",
            ] {
                assert!(dropped[reason].as_u64() > Some(0), "no {reason}: {report:#}");
            }
        }
        let of_host = &reports[0]["dropped_datagrams"];
        assert!(of_host["unknown_peer"].as_u64() > Some(1000), "{of_host:#}");
        assert!(of_host["flood"].as_u64() > Some(0), "{of_host:#}");
        let common = same_hashes(&reports[0]["hashes"], &reports[1]["hashes"]);
        assert!(common >= 18, "only {common} seconds in common");
    });
}

/// A stranger links to everyone and sends the host more than anybody could want, within a second:
/// how much, and the ticks a second meanwhile.
fn flood(hostile: &mut Hostile) -> (u32, f64) {
    let host = hostile.game.host().unwrap();
    let mut stranger = join();
    let began = Instant::now();
    let linked = |event: &NetEvent| *event == NetEvent::Connected(host);
    while !stranger.poll().iter().any(linked) {
        assert!(began.elapsed() < LIMIT, "the stranger gets no link");
        hostile.turn();
    }
    let (start, tick) = (Instant::now(), hostile.game.settled().tick);
    let mut sent = 0;
    while start.elapsed() < Duration::from_secs(3) {
        let due = (f64::from(FLOOD) * start.elapsed().as_secs_f64()) as u32;
        let missing = due.min(FLOOD).saturating_sub(sent);
        for _ in 0..missing {
            let bytes = [hostile.epoch as u8, 2, 1, 7];
            sent += u32::from(stranger.send(host, Lane::Unreliable, &bytes));
        }
        stranger.poll();
        hostile.turn();
    }
    let rate = f64::from(hostile.game.settled().tick - tick) / start.elapsed().as_secs_f64();
    (sent, rate)
}
