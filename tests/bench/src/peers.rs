//! Figures of two whole peers, without a socket: the cost of a tick, and what goes over the wire.

use std::time::{Duration, Instant};

use tankwarz::bot::{Bot, Level};
use tankwarz::net::Lane;
use tankwarz::net::fakelag::{FakeLag, FakeLagConfig};
use tankwarz::play::clock::TICK;
use tankwarz::play::{Authority, Delay, Match, Packet};
use tankwarz::session::{Build, Guest, GuestConfig, Host, HostConfig, In, Name, PeerId, State};
use tankwarz::sim::{Input, MAX_SEATS, RuleSet, fingerprint};

use crate::script;
use crate::timer::Bench;

/// Real seconds for which the wire is watched.
const WATCH: u64 = 15;

/// Name of the only benchmark here.
pub const TICK_NAME: &str = "peer tick without rollback, 2 peers";

/// A host and a guest, and the line between them.
struct Pair {
    peers: [Match; 2],
    /// Of each peer's way out.
    lines: [FakeLag; 2],
    /// Virtual microseconds.
    now: u64,
    /// Ticks of both together.
    ticks: u32,
}

impl Pair {
    /// Both in a running match; a line takes `lag` one way.
    fn running(lag: FakeLagConfig) -> Pair {
        let ids = [PeerId(1), PeerId(2)];
        let (fingerprint, build) = (fingerprint(), Build::new("bench"));
        let name = |name| Name::new(name).expect("a legal name");
        let host = HostConfig {
            me: ids[0],
            name: name("Host"),
            second: None,
            seats: 2,
            bots: Vec::new(),
            set: RuleSet::Modern,
            seconds: 3600,
            side: None,
            fingerprint,
            build: build.clone(),
            seed: 3,
            key: None,
            secret: [3; 32],
            auto_start: None,
            late_join: false,
            token: None,
            own_relay: false,
            fill: None,
        };
        let guest = GuestConfig {
            me: ids[1],
            name: name("Guest"),
            second: None,
            fingerprint,
            build,
            key: None,
            token: None,
            secret: [4; 32],
        };
        let host = Authority::Host(Box::new(Host::new(host, 0)));
        let guest = Authority::Guest(Box::new(Guest::new(guest, 0)));
        let mut pair = Pair {
            peers: [
                Match::new(ids[0], host, Delay::Auto, 0),
                Match::new(ids[1], guest, Delay::Auto, 0),
            ],
            lines: [FakeLag::new(lag, 1), FakeLag::new(lag, 2)],
            now: 0,
            ticks: 0,
        };
        for i in 0..2 {
            pair.peers[i].handle(0, In::Connected(ids[1 - i]));
        }
        pair.wait("both in the lobby", |p| p.peers[0].lobby().roster.peers().len() == 2);
        // Some heartbeats, so that the round trip is known.
        let second = pair.now + 1_000_000;
        pair.wait("a second", |p| p.now >= second);
        pair.peers[0].handle(pair.now, In::Start);
        let is_playing =
            |m: &Match| matches!(m.state(), State::Running(_)) && m.settled().tick > 200;
        pair.wait("a running match", |p| p.peers.iter().all(is_playing));
        pair
    }

    /// Turns in real time until `done`.
    fn wait(&mut self, what: &str, done: impl Fn(&Pair) -> bool) {
        let (start, begin) = (Instant::now(), self.now);
        while !done(self) {
            assert!(
                start.elapsed().as_secs() < 20,
                "no {what}: {:?}",
                self.peers.each_ref().map(Match::state)
            );
            let due = Duration::from_micros(self.now - begin);
            std::thread::sleep(due.saturating_sub(start.elapsed()));
            self.turn(|m| script::all_held(m.predicted().tick));
        }
    }

    /// A tick's time passes; both peers tick and what has arrived is handed over.
    fn turn(&mut self, mut inputs: impl FnMut(&Match) -> [Input; MAX_SEATS]) {
        self.now += TICK;
        for i in 0..2 {
            let held = inputs(&self.peers[i]);
            self.ticks += self.peers[i].update(self.now, &held);
            self.peers[i].poll_predicted_events(|_, _| {});
            self.peers[i].poll_settled_events(|_, _| {});
            self.exchange();
        }
    }

    /// Whatever can be handed over now, and the answers to it.
    fn exchange(&mut self) {
        loop {
            let mut idle = true;
            for i in 0..2 {
                while let Some(packet) = self.peers[i].poll_send() {
                    let (to, lane, bytes) = match packet {
                        Packet::Datagram { to, bytes } => (to, Lane::Unreliable, bytes),
                        Packet::Control { to, bytes } => (to, Lane::Reliable, bytes),
                    };
                    self.lines[i].push(self.now / 1000, to, lane, bytes.into());
                }
                while let Some((_, lane, bytes)) = self.lines[i].poll(self.now / 1000) {
                    idle = false;
                    let (from, there) = (self.peers[i].me(), &mut self.peers[1 - i]);
                    match lane {
                        Lane::Unreliable => there.handle_datagram(self.now, from, &bytes),
                        Lane::Reliable => there.handle_control(self.now, from, &bytes),
                    }
                }
            }
            if idle {
                return;
            }
        }
    }
}

/// One peer's tick with everything in it: machine, guard, ggrs, both worlds, its packets.
/// The line is perfect, so nothing is ever rolled back.
pub fn tick_without_rollback() -> Bench {
    let mut pair = Pair::running(FakeLagConfig::default());
    let work = move |times: u32| {
        let before = pair.ticks;
        while pair.ticks - before < times {
            pair.turn(|m| script::all_held(m.predicted().tick));
        }
        for peer in &pair.peers {
            let stats = peer.stats();
            assert_eq!((stats.rollbacks, stats.stalled_ticks, stats.desyncs), (0, 0, 0));
            assert!(stats.dropped_datagrams.is_empty() && stats.self_checks > 0);
        }
        pair.ticks - before
    };
    Bench { name: TICK_NAME, goal: Some(12.0), work: Box::new(work) }
}

/// What two peers send each other, played by the busiest bots for some seconds of real time.
pub fn print_wire() {
    println!(
        "\n| line, one way | datagrams/tick | payload KiB/s | bytes/datagram | ticks | rollbacks |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    let lag = |lag_ms| FakeLagConfig { lag_ms, ..FakeLagConfig::default() };
    for (name, line) in [
        ("0 ms", lag(0)),
        ("25 ms", lag(25)),
        ("50 ms", lag(50)),
        ("50 ms, 5 % lost", FakeLagConfig { loss_pct: 5.0, ..lag(50) }),
    ] {
        print_line(name, line);
    }
    println!("goals: 1.1 datagrams per tick, 2.5 KiB/s, on each way of a link");
}

fn print_line(name: &str, line: FakeLagConfig) {
    let mut pair = Pair::running(line);
    let mut bots = [0, 1].map(|seat| Bot::new(Level::Hard, seat));
    let before = pair.peers.each_ref().map(|m| m.stats().clone());
    let start = Instant::now();
    let turns = WATCH * 1_000_000 / TICK;
    let ticks = pair.ticks;
    for turn in 0..turns {
        std::thread::sleep(Duration::from_micros(turn * TICK).saturating_sub(start.elapsed()));
        pair.turn(|m| {
            let mut inputs = [Input::default(); MAX_SEATS];
            // A bot that looks at two different worlds is confused: each peer asks its own.
            let seat = usize::from(!m.is_host());
            if let Some(map) = m.map() {
                inputs[seat] = bots[seat].input(m.predicted(), map, seat as u8);
            }
            inputs
        });
    }
    let ticks = f64::from(pair.ticks - ticks) / 2.0;
    let seconds = start.elapsed().as_secs_f64();
    for (peer, before) in pair.peers.iter().zip(before) {
        let after = peer.stats();
        let datagrams = (after.datagrams_sent - before.datagrams_sent) as f64;
        let bytes = (after.bytes_sent - before.bytes_sent) as f64;
        let who = if peer.is_host() { "host" } else { "guest" };
        println!(
            "| {name}, {who} | {:.3} | {:.2} | {:.1} | {ticks} | {} |",
            datagrams / ticks,
            bytes / seconds / 1024.0,
            bytes / datagrams,
            after.rollbacks - before.rollbacks,
        );
    }
}
