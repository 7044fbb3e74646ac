//! The helper of the tests of whole matches: some peers, each a real [`Match`] with real
//! ggrs sessions, and a bad network between them, in one thread and in virtual time.
//!
//! ggrs reads the real clock for its 200 ms timers, so virtual time runs at most
//! `pace` times as fast as the real one, not faster than it while an epoch begins
//! (a lost handshake is repeated by such a timer), and slower where the machine is
//! busy: no peer ever sees a hang that the test did not ask for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tankwarz::net::Lane;
use tankwarz::net::fakelag::{FakeLag, FakeLagConfig};
use tankwarz::play::fault::Fault;
use tankwarz::play::{Authority, Delay, Happening, Match, Packet};
use tankwarz::session::{
    BotLevel, Build, Guest, GuestConfig, Heartbeat, Host, HostConfig, In, Message, Name, PeerId,
    State, Token,
};
use tankwarz::sim::{Event, RuleSet, Told, World, fingerprint};

use crate::script;

/// How often the network delivers, in microseconds of virtual time.
const STEP: u64 = 1000;
/// Real time the fleet may be late before it takes its pace from there.
const LATE: Duration = Duration::from_millis(20);

/// What all peers of a fleet have in common.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Of each peer's way out; half a round trip.
    pub(crate) line: FakeLagConfig,
    /// Virtual seconds in one real second, at most.
    pub(crate) pace: u64,
    pub(crate) set: RuleSet,
    /// Length of the match.
    pub(crate) seconds: u16,
    pub(crate) bots: Vec<BotLevel>,
    pub(crate) delay: Delay,
    /// Bots stand in for who is away.
    pub(crate) fill: Option<BotLevel>,
    /// Two people play at the machines of these indices.
    pub(crate) couches: Vec<usize>,
}

/// 50 ms one way, up to 30 ms more, 5 of 100 lost, 3 of 100 doubled, many overtaken.
pub(crate) fn bad_line() -> FakeLagConfig {
    FakeLagConfig { lag_ms: 50, jitter_ms: 30, loss_pct: 5.0, dup_pct: 3.0 }
}

/// A line that only takes its time: so many milliseconds one way.
pub(crate) fn slow_line(lag_ms: u32) -> FakeLagConfig {
    FakeLagConfig { lag_ms, ..FakeLagConfig::default() }
}

impl Plan {
    pub(crate) fn new(seed: u64, line: FakeLagConfig) -> Self {
        let (set, delay) = (RuleSet::Modern, Delay::Auto);
        let (bots, couches) = (Vec::new(), Vec::new());
        Self { seed, line, pace: 4, set, seconds: 120, bots, delay, fill: None, couches }
    }

    /// Who plays beside the first person of a machine.
    fn second(&self, index: usize) -> Option<Name> {
        self.couches.contains(&index).then(|| Name::new(&format!("Second {index}")).unwrap())
    }
}

/// Some peers and the network between them.
pub(crate) struct Fleet {
    /// The first is the host in the beginning.
    pub(crate) peers: Vec<Station>,
    /// Settled worlds that were found the same as another peer's of the same epoch and tick.
    pub(crate) same_hashes: u64,
    plan: Plan,
    now: u64,
    pace: u64,
    /// Real and virtual time of the same moment.
    base: (Instant, u64),
    /// The hash of every settled world seen, by epoch and tick.
    ledger: BTreeMap<(u32, u32), u64>,
}

/// One peer.
pub(crate) struct Station {
    pub(crate) game: Match,
    pub(crate) happenings: Vec<Happening>,
    /// All settled events, by epoch.
    pub(crate) events: BTreeMap<u32, Vec<(u32, Event)>>,
    /// Whether it stopped: its machine is off.
    pub(crate) is_gone: bool,
    /// The epoch in which its Worlds are broken on purpose.
    pub(crate) broken: Option<u32>,
    /// All that a window would be told, with the newest tick, if anybody wants to know.
    pub(crate) told: Option<Vec<(Told, u32)>>,
    /// Each pair of Worlds that a window would draw, if anybody wants to know.
    pub(crate) drawn: Option<Vec<(World, World)>>,
    /// The newest datagram of lane 0 it sent.
    pub(crate) last_datagram: Vec<u8>,
    /// Its line carries nothing, both ways.
    pub(crate) is_cut: bool,
    /// What it does to the others on purpose.
    pub(crate) mischief: Mischief,
    /// Until then nothing of it arrives; then everything at once.
    stalled_until: u64,
    /// Its way out, and its way in.
    line: [FakeLag; 2],
}

/// What a peer does to the others on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// Nothing.
    #[default]
    None,
    /// It sends inputs to nobody.
    Withholds,
    /// It sends inputs to everybody but this one.
    WithholdsFrom(PeerId),
    /// Its heartbeats tell of another World than the one it has.
    LiesAboutItsWorld,
}

impl Fleet {
    /// A host alone in its lobby.
    pub(crate) fn new(plan: Plan) -> Self {
        let me = PeerId(100);
        let host = Host::new(
            HostConfig {
                me,
                name: Name::new("Host").unwrap(),
                second: plan.second(0),
                seats: 8,
                bots: plan.bots.clone(),
                set: plan.set,
                seconds: plan.seconds,
                // Small, so that tanks meet.
                side: Some(24),
                fingerprint: fingerprint(),
                build: Build::new("test"),
                seed: plan.seed,
                key: None,
                secret: [9; 32],
                auto_start: None,
                late_join: true,
                token: None,
                own_relay: false,
                fill: plan.fill,
            },
            0,
        );
        let mut fleet = Self {
            peers: Vec::new(),
            same_hashes: 0,
            now: 0,
            pace: 1,
            base: (Instant::now(), 0),
            ledger: BTreeMap::new(),
            plan,
        };
        fleet.add(me, Authority::Host(Box::new(host)));
        fleet
    }

    /// `count` peers in a running match, the first ticks of it settled everywhere.
    pub(crate) fn running(plan: Plan, count: usize) -> Self {
        let mut fleet = Self::new(plan);
        for _ in 1..count {
            fleet.join();
        }
        fleet.start();
        fleet.play(1);
        fleet
    }

    /// One more peer connects to everyone and asks for a seat; its index.
    pub(crate) fn join(&mut self) -> usize {
        self.join_with(None)
    }

    /// The same, with a token of an earlier visit.
    pub(crate) fn join_with(&mut self, token: Option<Token>) -> usize {
        let index = self.peers.len();
        // Names of peers do not follow the order in which they come.
        let me = PeerId(100 + (index as u128 * 7) % 31);
        let name = Name::new(&format!("Guest {index}")).unwrap();
        let (fingerprint, build) = (fingerprint(), Build::new("test"));
        let (key, secret) = (None, [index as u8; 32]);
        let second = self.plan.second(index);
        let config = GuestConfig { me, name, second, fingerprint, build, key, token, secret };
        let guest = Guest::new(config, self.now / 1000);
        self.add(me, Authority::Guest(Box::new(guest)));
        for other in 0..index {
            if !self.peers[other].is_gone {
                let other_id = self.peers[other].game.me();
                self.tell(other, In::Connected(me));
                self.tell(index, In::Connected(other_id));
            }
        }
        index
    }

    /// Waits until the host has everyone in its lobby and starts the match; until it runs.
    pub(crate) fn start(&mut self) {
        let count = self.peers.len();
        self.until(5, "everyone in the lobby", |f| {
            f.peers[0].game.lobby().roster.peers().len() == count
        });
        // Some heartbeats, so that round trips are known.
        self.run(700);
        self.tell(0, In::Start);
        self.until(8, "a running match", |f| f.all_run(|_| true));
    }

    /// Whether a peer takes no part any more: its machine is off, or it was sent away.
    pub(crate) fn is_gone(&self, index: usize) -> bool {
        self.peers[index].is_gone || self.peers[index].game.state() == State::Ended
    }

    /// Virtual milliseconds since the fleet began.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now / 1000
    }

    /// Something happens at one peer.
    pub(crate) fn tell(&mut self, index: usize, input: In<'_>) {
        self.peers[index].game.handle(self.now, input);
        self.send(index);
    }

    /// Goodbye, and the machine is off.
    pub(crate) fn leave(&mut self, index: usize) {
        self.tell(index, In::Leave);
        self.peers[index].is_gone = true;
    }

    /// The machine is off, without goodbye.
    pub(crate) fn vanish(&mut self, index: usize) {
        self.peers[index].is_gone = true;
    }

    /// The machine is off; the relay tells the others a moment later.
    pub(crate) fn kill(&mut self, index: usize) {
        self.vanish(index);
        self.run(50);
        let gone = self.peers[index].game.me();
        for other in 0..self.peers.len() {
            if !self.peers[other].is_gone {
                self.tell(other, In::SignallingLeft(gone));
            }
        }
    }

    /// Who hosts: of the peers that are there, the first that says so.
    pub(crate) fn leader(&self) -> usize {
        let leads = |i: &usize| !self.is_gone(*i) && !self.peers[*i].is_cut;
        (0..self.peers.len()).filter(leads).find(|i| self.peers[*i].game.is_host()).unwrap_or(0)
    }

    /// Runs for so many virtual seconds and fails unless the settled world of every peer
    /// went on nearly all the time.
    pub(crate) fn play(&mut self, seconds: u64) {
        let before = self.settled_ticks();
        self.run(seconds * 1000);
        for ((index, before), (_, after)) in before.into_iter().zip(self.settled_ticks()) {
            let ticks = after.saturating_sub(before);
            // A peer that is ahead runs a tenth slower, and a bad line costs ticks as well.
            let expected = seconds as u32 * 50 - 10;
            assert!(ticks >= expected, "peer {index} settled {ticks} ticks in {seconds} s");
        }
    }

    /// From now on everything to and from this peer takes so much longer than others' takes.
    pub(crate) fn worsen_line(&mut self, index: usize, by: FakeLagConfig) {
        self.peers[index].line[1].change(by);
        let out = self.plan.line;
        self.peers[index].line[0].change(FakeLagConfig {
            lag_ms: out.lag_ms + by.lag_ms,
            jitter_ms: out.jitter_ms + by.jitter_ms,
            ..out
        });
    }

    /// Runs for so many virtual milliseconds.
    pub(crate) fn run(&mut self, ms: u64) {
        let end = self.now + ms * 1000;
        while self.now < end {
            self.step();
        }
    }

    /// Runs until `done`; fails after so many virtual seconds. Returns how many
    /// virtual milliseconds it took.
    pub(crate) fn until(&mut self, seconds: u64, what: &str, done: impl Fn(&Fleet) -> bool) -> u64 {
        let start = self.now;
        while !done(self) {
            let states: Vec<_> = self.peers.iter().map(Station::summary).collect();
            assert!(
                self.now < start + seconds * 1_000_000,
                "no {what} in {seconds} s: {states:#?}"
            );
            self.step();
        }
        (self.now - start) / 1000
    }

    /// Whether every peer that is there and not cut off plays the host's epoch, that epoch
    /// passes `test` (given its reason) and has settled its first ticks.
    pub(crate) fn all_run(&self, test: impl Fn(&str) -> bool) -> bool {
        let leader = &self.peers[self.leader()];
        let Some(epoch) = leader.game.stats().epochs.last() else { return false };
        let here = (0..self.peers.len()).filter(|i| !self.is_gone(*i)).map(|i| &self.peers[i]);
        let mut here = here.filter(|peer| !peer.is_cut);
        test(epoch.why)
            && here.all(|p| {
                let last = p.game.stats().epochs.last();
                p.game.state() == State::Running(epoch.id)
                    && last.is_some_and(|e| e.id == epoch.id)
                    && p.game.settled().tick >= epoch.tick + 10
            })
    }

    /// Fails unless every peer that is there had a real match without a difference:
    /// rollbacks, checksums compared, the same settled events, tanks that drove and fired.
    pub(crate) fn assert_played_as_one(&self) {
        let here = || self.peers.iter().enumerate().filter(|(_, p)| !p.is_gone && !p.is_cut);
        let remote = here().count() > 1;
        for (index, peer) in here() {
            let stats = peer.game.stats();
            let context = format!("peer {index}: {:#?}", peer.summary());
            assert_eq!(stats.desyncs, 0, "{context}");
            assert!(stats.self_checks > 100, "{context}");
            assert!(!stats.dropped_datagrams.contains_key("flood"), "{context}");
            assert!(!remote || stats.checksums_compared > 10, "{context}");
            assert!(!remote || stats.rollbacks > 0, "{context}");
            assert!(peer.count(|e| matches!(e, Event::Fired { .. })) > 0, "{context}");
        }
        assert!(!remote || self.same_hashes > 100, "{} hashes compared", self.same_hashes);
        let leader = self.leader();
        for (index, peer) in here().filter(|(index, _)| *index != leader) {
            self.assert_same_events(index, peer);
            let host = self.peers[leader].game.stats();
            let stats = peer.game.stats();
            let common = stats.hashes.iter().filter(|(t, _)| host.hashes.contains_key(t)).count();
            assert!(common > 0, "peer {index} has no hash in common with the host");
            for (tick, hash) in &stats.hashes {
                assert_eq!(hash, host.hashes.get(tick).unwrap_or(hash), "peer {index}, {tick}");
            }
        }
    }

    /// What was settled is the same list of events on every peer, each exactly once.
    fn assert_same_events(&self, index: usize, peer: &Station) {
        let host = &self.peers[self.leader()];
        for (epoch, events) in &peer.events {
            let Some(known) = host.events.get(epoch) else { continue };
            let newest = |s: &Station| s.game.stats().epochs.last().unwrap().id;
            // An epoch that ended may have ended earlier for one of them.
            let both = events.iter().zip(known);
            assert!(both.clone().all(|(a, b)| a == b), "peer {index}, epoch {epoch}");
            if newest(peer) == *epoch && newest(host) == *epoch {
                let upto = peer.game.settled().tick.min(host.game.settled().tick);
                let count = |list: &[(u32, Event)]| list.iter().filter(|e| e.0 <= upto).count();
                assert_eq!(count(events), count(known), "peer {index}, epoch {epoch}");
            }
        }
    }

    /// Breaks the predicted or the settled World of a peer half a second from now; the epoch.
    pub(crate) fn break_world(&mut self, index: usize, settled: bool) -> u32 {
        let peer = &mut self.peers[index];
        let tick = Some(peer.game.settled().tick + 30);
        peer.game.inject(match settled {
            true => Fault { settled: tick, predicted: None },
            false => Fault { predicted: tick, settled: None },
        });
        peer.broken = peer.game.stats().epochs.last().map(|epoch| epoch.id);
        peer.broken.unwrap()
    }

    /// For so many milliseconds nothing of a peer arrives; then everything at once.
    pub(crate) fn stall(&mut self, index: usize, ms: u64) {
        self.peers[index].stalled_until = self.now + ms * 1000;
    }

    /// A datagram reaches a peer now, as if `from` had sent it.
    pub(crate) fn inject_datagram(&mut self, index: usize, from: PeerId, bytes: &[u8]) {
        self.peers[index].game.handle_datagram(self.now, from, bytes);
        self.send(index);
    }

    /// A control message reaches a peer now, as if `from` had sent it.
    pub(crate) fn inject_control(&mut self, index: usize, from: PeerId, bytes: &[u8]) {
        self.peers[index].game.handle_control(self.now, from, bytes);
        self.send(index);
    }

    // --- what follows ---

    fn add(&mut self, me: PeerId, authority: Authority) {
        let index = self.peers.len() as u64;
        self.peers.push(Station {
            // Nobody ticks at the same moment as another.
            game: Match::new(me, authority, self.plan.delay, self.now + index * 5_300),
            happenings: Vec::new(),
            events: BTreeMap::new(),
            is_gone: false,
            broken: None,
            told: None,
            drawn: None,
            is_cut: false,
            last_datagram: Vec::new(),
            mischief: Mischief::None,
            stalled_until: 0,
            line: [
                FakeLag::new(self.plan.line, self.plan.seed + index),
                FakeLag::new(FakeLagConfig::default(), self.plan.seed + index),
            ],
        });
    }

    /// One step of virtual time: what is due arrives, and who is due ticks.
    fn step(&mut self) {
        self.now += STEP;
        self.keep_pace();
        for sender in 0..self.peers.len() {
            let from = self.peers[sender].game.me();
            if self.now < self.peers[sender].stalled_until {
                continue;
            }
            while let Some((to, lane, bytes)) = self.peers[sender].line[0].poll(self.now / 1000) {
                let Some(bytes) = self.peers[sender].mischief.alter(to, lane, bytes) else {
                    continue;
                };
                let there = |p: &&mut Station| p.game.me() == to && !p.is_gone && !p.is_cut;
                if !self.peers[sender].is_cut
                    && let Some(peer) = self.peers.iter_mut().find(there)
                {
                    peer.line[1].push(self.now / 1000, from, lane, bytes);
                }
            }
        }
        for index in 0..self.peers.len() {
            while let Some((from, lane, bytes)) = self.peers[index].line[1].poll(self.now / 1000) {
                match lane {
                    _ if self.peers[index].is_gone || self.peers[index].is_cut => {}
                    Lane::Unreliable => self.inject_datagram(index, from, &bytes),
                    Lane::Reliable => self.inject_control(index, from, &bytes),
                }
            }
        }
        for index in 0..self.peers.len() {
            let peer = &mut self.peers[index];
            if !peer.is_gone && peer.game.deadline() <= self.now {
                let inputs = script::all_held(self.plan.seed, peer.game.predicted().tick);
                peer.game.update(self.now, &inputs);
                self.send(index);
                self.note(index);
            }
        }
    }

    fn keep_pace(&mut self) {
        let begins = self.peers.iter().any(|p| !p.is_gone && p.game.is_frozen());
        let pace = if begins { 1 } else { self.plan.pace };
        if pace != self.pace {
            self.pace = pace;
            self.base = (Instant::now(), self.now);
        }
        let due = Duration::from_micros((self.now - self.base.1) / pace);
        let real = self.base.0.elapsed();
        if due > real + Duration::from_millis(1) {
            std::thread::sleep(due - real);
        } else if real > due + LATE {
            self.base = (Instant::now(), self.now);
        }
    }

    fn send(&mut self, index: usize) {
        let peer = &mut self.peers[index];
        while let Some(packet) = peer.game.poll_send() {
            let (to, lane, bytes) = match packet {
                Packet::Datagram { to, bytes } => {
                    peer.last_datagram.clone_from(&bytes);
                    (to, Lane::Unreliable, bytes)
                }
                Packet::Control { to, bytes } => (to, Lane::Reliable, bytes),
            };
            peer.line[0].push(self.now / 1000, to, lane, bytes.into());
        }
    }

    /// Keeps what a tick of a peer said, and compares its settled world with the others'.
    fn note(&mut self, index: usize) {
        let peer = &mut self.peers[index];
        while let Some(happening) = peer.game.poll_happening() {
            peer.happenings.push(happening);
        }
        if let Some(told) = &mut peer.told {
            let (now, from) = (peer.game.predicted().tick, told.len());
            let mut settled = Vec::new();
            peer.game.poll_told(|one| {
                told.push((one, now));
                if let Told::Settled(tick, event) = one {
                    settled.push((tick, event));
                }
            });
            if told.len() > from
                && let Some(epoch) = peer.game.stats().epochs.last()
            {
                peer.events.entry(epoch.id).or_default().extend(settled);
            }
        }
        peer.game.poll_predicted_events(|_, _| {});
        if let Some(drawn) = &mut peer.drawn {
            drawn.push((*peer.game.before(), *peer.game.predicted()));
        }
        let stats = peer.game.stats();
        let Some(epoch) = stats.epochs.last().map(|e| e.id) else { return };
        let (tick, hash) = (stats.settled_tick, stats.settled_hash);
        let list = peer.events.entry(epoch).or_default();
        peer.game.poll_settled_events(|tick, event| list.push((tick, *event)));
        if peer.game.is_frozen() {
            let world = peer.game.settled();
            assert_eq!((tick, hash), (world.tick, world.hash()), "the report is of this epoch");
        }
        if peer.broken == Some(epoch) {
            return;
        }
        if let Some(known) = self.ledger.insert((epoch, tick), hash) {
            assert_eq!(known, hash, "peer {index} differs in epoch {epoch}, tick {tick}");
            self.same_hashes += 1;
        }
    }

    fn settled_ticks(&self) -> Vec<(usize, u32)> {
        let here = (0..self.peers.len()).filter(|i| !self.is_gone(*i));
        here.map(|index| (index, self.peers[index].game.settled().tick)).collect()
    }
}

impl Mischief {
    /// What becomes of something its peer sends.
    fn alter(self, to: PeerId, lane: Lane, bytes: Box<[u8]>) -> Option<Box<[u8]>> {
        match (self, lane) {
            (Self::Withholds, Lane::Unreliable) => None,
            (Self::WithholdsFrom(peer), Lane::Unreliable) if peer == to => None,
            (Self::LiesAboutItsWorld, Lane::Reliable) => match Message::decode(&bytes) {
                Ok(Message::Heartbeat(beat)) => {
                    let lie = Heartbeat { hash: !beat.hash, ..beat };
                    Some(Message::Heartbeat(lie).encode().into())
                }
                _ => Some(bytes),
            },
            _ => Some(bytes),
        }
    }
}

impl Station {
    /// How many settled events pass `test`.
    pub(crate) fn count(&self, test: impl Fn(&Event) -> bool) -> usize {
        self.events.values().flatten().filter(|(_, event)| test(event)).count()
    }

    /// How long play stood still for the newest epoch, in virtual milliseconds.
    pub(crate) fn frozen_ms(&self) -> u64 {
        self.game.stats().epochs.last().unwrap().frozen_ms
    }

    fn summary(&self) -> (State, u32, &tankwarz::play::stats::Stats) {
        (self.game.state(), self.game.settled().tick, self.game.stats())
    }
}

/// How far the tanks of the seats have driven between two worlds, at least, in tiles.
pub(crate) fn driven(before: &World, after: &World, seats: &[u8]) -> Vec<f64> {
    let between = |seat: &u8| {
        let (a, b) = (&before.tanks[usize::from(*seat)], &after.tanks[usize::from(*seat)]);
        (b.at - a.at).length().to_num::<f64>()
    };
    seats.iter().map(between).collect()
}

/// Runs some tests at the same time: fleets mostly wait for the real clock.
pub(crate) fn side_by_side(tests: &[(&str, &(dyn Fn() + Sync))]) {
    std::thread::scope(|scope| {
        for (name, test) in tests {
            // A panic carries the thread's name, and the scope hands it on.
            std::thread::Builder::new().name((*name).to_owned()).spawn_scoped(scope, test).unwrap();
        }
    });
}
