//! A room in virtual time: one host, guests, and a network that delays, cuts and loses peers.
//!
//! The rollback sessions are a model: a session of an epoch comes up after five
//! round trips to everyone in it, and settles a tick whenever everyone can be heard.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use tankwarz::session::message::Hello;
use tankwarz::session::{
    Authority, Build, EndReason, Epoch, Guest, GuestConfig, Host, HostConfig, In, Key, Message,
    Millis, Name, Notice, Out, PeerId, Roster, State, Token,
};
use tankwarz::sim::{Map, RuleSet, World};

/// Milliseconds of one turn of the loop.
const TURN: Millis = 16;

/// Who or what sits at a node.
pub(super) enum Machine {
    /// A host or a guest.
    Peer(Authority),
    /// A peer that says only what the test tells it to.
    Puppet,
}

/// One peer.
pub(super) struct Node {
    /// Its machine.
    pub(super) machine: Machine,
    /// Every epoch it began, with the hash of its first World, oldest first.
    pub(super) begun: Vec<(Millis, Epoch, u64)>,
    /// What its player read.
    pub(super) notices: Vec<Notice>,
    /// Whose word on an epoch that went wrong it took.
    pub(super) heard: Vec<PeerId>,
    /// How it ended.
    pub(super) ended: Option<EndReason>,
    /// What a puppet received.
    pub(super) received: Vec<(PeerId, Message)>,
    /// The model's settled World.
    pub(super) settled: World,
    /// Whose links were to be closed.
    pub(super) shut: Vec<PeerId>,
    synchronized: bool,
    /// The newest epoch; 0 for who asks for a seat, also once more.
    newest: u32,
}

/// The whole room.
pub(super) struct Room {
    /// Milliseconds since it was opened.
    pub(super) now: Millis,
    /// Everyone alive.
    pub(super) nodes: BTreeMap<PeerId, Node>,
    /// One way, least and most.
    pub(super) delay: (Millis, Millis),
    /// Of the password that guests give.
    pub(super) key: Option<Key>,
    /// Dice of the network.
    pub(super) dice: Xoshiro256PlusPlus,
    lines: BTreeMap<(PeerId, PeerId), Line>,
    open: BTreeSet<(PeerId, PeerId)>,
    cut: BTreeSet<(PeerId, PeerId)>,
    never: BTreeSet<(PeerId, PeerId)>,
    /// Lines that come up, and hints of the signalling server.
    coming: Vec<(Millis, PeerId, PeerId, bool)>,
    issued: BTreeMap<(PeerId, u32), (Epoch, u64)>,
    played: BTreeMap<(PeerId, u32, u32), u64>,
    maps: BTreeMap<[u64; 2], Map>,
    last_peer: u128,
}

/// What is under way from one peer to another, and when it is due.
type Line = VecDeque<(Millis, Vec<u8>)>;

fn pair(a: PeerId, b: PeerId) -> (PeerId, PeerId) {
    (a.min(b), a.max(b))
}

fn secret(of: PeerId) -> [u8; 32] {
    [of.0 as u8; 32]
}

/// A name of the tests.
pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A host and guests, all in a running match.
pub(super) fn playing(guests: usize) -> (Room, PeerId, Vec<PeerId>) {
    let mut room = Room::new(1);
    let host = room.host(Room::config(8));
    let guests: Vec<PeerId> = (0..guests).map(|n| room.guest(&format!("Guest {n}"))).collect();
    room.run_until(3000, |room| room.roster(host).players().count() == guests.len() + 1);
    room.run(1000);
    room.command(host, In::Start);
    let mut all = guests.clone();
    all.push(host);
    assert_eq!(room.run_until_all_play(2000, &all), 1);
    room.run(1000);
    (room, host, guests)
}

/// The host and these guests.
pub(super) fn with(host: PeerId, guests: &[PeerId]) -> Vec<PeerId> {
    [&[host], guests].concat()
}

/// Asks for a seat.
pub(super) fn hello(called: &str) -> Message {
    Message::Hello(Hello {
        fingerprint: 7,
        build: Build::new("test"),
        name: name(called),
        token: None,
        second: None,
        colours: [None; 2],
    })
}

impl Room {
    /// An empty room whose network follows a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            now: 0,
            nodes: BTreeMap::new(),
            delay: (20, 30),
            key: None,
            dice: Xoshiro256PlusPlus::seed_from_u64(seed),
            lines: BTreeMap::new(),
            open: BTreeSet::new(),
            cut: BTreeSet::new(),
            never: BTreeSet::new(),
            coming: Vec::new(),
            issued: BTreeMap::new(),
            played: BTreeMap::new(),
            maps: BTreeMap::new(),
            last_peer: 0,
        }
    }

    /// What a host of these tests decides, for so many seats.
    pub(super) fn config(seats: usize) -> HostConfig {
        HostConfig {
            me: PeerId(0),
            name: name("Host"),
            second: None,
            seats,
            bots: Vec::new(),
            set: RuleSet::Modern,
            seconds: 120,
            side: Some(24),
            fingerprint: 7,
            build: Build::new("test"),
            seed: 1,
            key: None,
            secret: [5; 32],
            auto_start: None,
            late_join: true,
            token: None,
            own_relay: false,
            fill: None,
        }
    }

    /// Adds a host.
    pub(super) fn host(&mut self, config: HostConfig) -> PeerId {
        let me = self.next_peer();
        let host = Host::new(HostConfig { me, ..config }, self.now);
        self.enter(me, Machine::Peer(Authority::Host(Box::new(host))));
        me
    }

    /// Adds a guest.
    pub(super) fn guest(&mut self, called: &str) -> PeerId {
        self.guest_with(called, None)
    }

    /// Adds a guest that was here before.
    pub(super) fn guest_with(&mut self, called: &str, token: Option<Token>) -> PeerId {
        self.guests_with([Some(called), None], token)
    }

    /// Adds a machine with two people.
    pub(super) fn two_guests(&mut self, called: [&str; 2], token: Option<Token>) -> PeerId {
        self.guests_with(called.map(Some), token)
    }

    fn guests_with(&mut self, called: [Option<&str>; 2], token: Option<Token>) -> PeerId {
        let me = self.next_peer();
        let [first, second] = called.map(|called| called.map(name));
        let (name, build) = (first.unwrap(), Build::new("test"));
        let key = self.key.clone();
        let config =
            GuestConfig { me, name, second, fingerprint: 7, build, key, token, secret: secret(me) };
        let guest = Box::new(Guest::new(config, self.now));
        self.enter(me, Machine::Peer(Authority::Guest(guest)));
        me
    }

    /// Adds a guest of another simulation.
    pub(super) fn foreign_guest(&mut self) -> PeerId {
        let me = self.next_peer();
        let (name, build) = (name("Foreign"), Build::new("other"));
        let (key, token, second, secret) = (None, None, None, secret(me));
        let config = GuestConfig { me, name, second, fingerprint: 8, build, key, token, secret };
        let guest = Box::new(Guest::new(config, self.now));
        self.enter(me, Machine::Peer(Authority::Guest(guest)));
        me
    }

    /// Adds a peer that says only what it is told to.
    pub(super) fn puppet(&mut self) -> PeerId {
        let me = self.next_peer();
        self.enter(me, Machine::Puppet);
        me
    }

    /// The name the next peer will have.
    pub(super) fn coming_peer(&self) -> PeerId {
        PeerId(self.last_peer + 1)
    }

    /// No line between these two will ever come up.
    pub(super) fn never_link(&mut self, a: PeerId, b: PeerId) {
        self.never.insert(pair(a, b));
    }

    /// The line between two peers carries nothing from now on.
    pub(super) fn cut(&mut self, a: PeerId, b: PeerId) {
        self.cut.insert(pair(a, b));
    }

    /// Cuts every line of a peer.
    pub(super) fn cut_off(&mut self, a: PeerId) {
        for b in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.cut(a, b);
        }
    }

    /// Lines carry again, what waited first.
    pub(super) fn heal(&mut self) {
        self.cut.clear();
    }

    /// The process is gone from one moment to the next; the signalling server
    /// notices within a second, if it does.
    pub(super) fn kill(&mut self, peer: PeerId, signalled: bool) {
        self.nodes.remove(&peer);
        self.lines.retain(|(_, to), _| *to != peer);
        if signalled {
            let when = self.now + 50 + u64::from(self.dice.next_u32() % 900);
            let others: Vec<_> = self.nodes.keys().copied().collect();
            self.coming.extend(others.into_iter().map(|other| (when, other, peer, false)));
        }
    }

    /// The player's wish.
    pub(super) fn command(&mut self, peer: PeerId, wish: In<'_>) {
        self.handle(peer, wish);
    }

    /// Lets guests begin an epoch that a puppet made up.
    pub(super) fn trust(&mut self, epoch: &Epoch) {
        let map = Map::generate(epoch.seeds, &epoch.rules);
        let hash = epoch.first_world(&map).hash();
        self.issued.insert((epoch.host, epoch.id), (epoch.clone(), hash));
    }

    /// A puppet says something.
    pub(super) fn say(&mut self, from: PeerId, to: PeerId, bytes: Vec<u8>) {
        self.send(from, to, bytes);
    }

    /// Lets time go by.
    pub(super) fn run(&mut self, time: Millis) {
        let end = self.now + time;
        while self.now < end {
            self.turn();
        }
    }

    /// Lets time go by until something is so; returns how long it took.
    ///
    /// # Panics
    /// If it takes longer than `within`.
    pub(super) fn run_until(&mut self, within: Millis, so: impl Fn(&Room) -> bool) -> Millis {
        let began = self.now;
        while !so(self) {
            assert!(self.now < began + within, "not within {within} ms: {}", self.picture());
            self.turn();
        }
        self.now - began
    }

    /// Runs until all of these play the same epoch.
    pub(super) fn run_until_all_play(&mut self, within: Millis, peers: &[PeerId]) -> u32 {
        self.run_until(within, |room| room.all_play(peers).is_some());
        self.all_play(peers).unwrap()
    }

    /// The epoch that all of these play, if it is one.
    pub(super) fn all_play(&self, peers: &[PeerId]) -> Option<u32> {
        let playing = |peer: &PeerId| match self.state(*peer) {
            State::Running(id) => Some(id),
            _ => None,
        };
        let first = playing(peers.first()?)?;
        peers.iter().all(|peer| playing(peer) == Some(first)).then_some(first)
    }

    /// Where a peer stands; `Ended` if it is no more.
    pub(super) fn state(&self, peer: PeerId) -> State {
        match self.nodes.get(&peer).map(|node| &node.machine) {
            Some(Machine::Peer(Authority::Host(host))) => host.state(),
            Some(Machine::Peer(Authority::Guest(guest))) => guest.state(),
            Some(Machine::Puppet) | None => State::Ended,
        }
    }

    /// A peer.
    pub(super) fn node(&self, peer: PeerId) -> &Node {
        &self.nodes[&peer]
    }

    /// The newest epoch of a peer.
    pub(super) fn epoch(&self, peer: PeerId) -> &Epoch {
        &self.node(peer).begun.last().unwrap().1
    }

    /// The roster a peer knows.
    pub(super) fn roster(&self, peer: PeerId) -> &Roster {
        match &self.node(peer).machine {
            Machine::Peer(Authority::Host(host)) => host.roster(),
            Machine::Peer(Authority::Guest(guest)) => guest.roster(),
            Machine::Puppet => panic!("a puppet knows nothing"),
        }
    }

    /// The host's machine.
    pub(super) fn host_of(&self, peer: PeerId) -> &Host {
        match &self.node(peer).machine {
            Machine::Peer(Authority::Host(host)) => host,
            _ => panic!("no host: {}", self.picture()),
        }
    }

    /// Whether a peer hosts.
    pub(super) fn hosts(&self, peer: PeerId) -> bool {
        let machine = self.nodes.get(&peer).map(|node| &node.machine);
        matches!(machine, Some(Machine::Peer(Authority::Host(_))))
            && self.state(peer) != State::Ended
    }

    /// What proves a peer's seat.
    pub(super) fn token(&self, peer: PeerId) -> Option<Token> {
        match &self.node(peer).machine {
            Machine::Peer(Authority::Host(host)) => host.token(),
            Machine::Peer(Authority::Guest(guest)) => guest.token(),
            Machine::Puppet => None,
        }
    }

    /// A guest's machine.
    pub(super) fn guest_of(&self, peer: PeerId) -> &Guest {
        match &self.node(peer).machine {
            Machine::Peer(Authority::Guest(guest)) => guest,
            _ => panic!("no guest: {}", self.picture()),
        }
    }

    /// Everyone's state in one line, for a failed test.
    pub(super) fn picture(&self) -> String {
        let one = |(peer, node): (&PeerId, &Node)| {
            format!("{}: {:?} {:?}", peer.0, self.state(*peer), node.ended)
        };
        self.nodes.iter().map(one).collect::<Vec<_>>().join(" | ")
    }

    fn next_peer(&mut self) -> PeerId {
        self.last_peer += 1;
        PeerId(self.last_peer)
    }

    fn enter(&mut self, me: PeerId, machine: Machine) {
        for other in self.nodes.keys().copied().collect::<Vec<_>>() {
            if !self.never.contains(&pair(me, other)) {
                let when = self.now + 100 + u64::from(self.dice.next_u32() % 400);
                self.coming.push((when, me, other, true));
                self.coming.push((when, other, me, true));
            }
        }
        let node = Node {
            machine,
            begun: Vec::new(),
            notices: Vec::new(),
            heard: Vec::new(),
            ended: None,
            received: Vec::new(),
            settled: bytemuck::Zeroable::zeroed(),
            shut: Vec::new(),
            synchronized: false,
            newest: 0,
        };
        self.nodes.insert(me, node);
    }

    fn turn(&mut self) {
        self.now += TURN;
        self.signalling();
        self.deliver();
        self.sessions();
        for peer in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.handle(peer, In::Tick);
        }
    }

    fn signalling(&mut self) {
        let now = self.now;
        let (due, later) = self.coming.drain(..).partition::<Vec<_>, _>(|c| c.0 <= now);
        self.coming = later;
        for (_, at, about, up) in due {
            if !up {
                self.handle(at, In::SignallingLeft(about));
            } else if self.nodes.contains_key(&about) && self.nodes.contains_key(&at) {
                self.open.insert((at, about));
                self.handle(at, In::Connected(about));
            }
        }
    }

    fn deliver(&mut self) {
        let due = |line: &Line| line.front().is_some_and(|(due, _)| *due <= self.now);
        let lines = self.lines.iter().filter(|(_, line)| due(line)).map(|(ends, _)| *ends);
        for line in lines.collect::<Vec<_>>() {
            let (from, to) = line;
            // Both ends of a channel open at their own time; what is early waits.
            if self.cut.contains(&pair(from, to)) || !self.open.contains(&(to, from)) {
                continue;
            }
            while let Some(bytes) = self.lines.get_mut(&line).and_then(|queue| {
                let due = queue.front().is_some_and(|(due, _)| *due <= self.now);
                due.then(|| queue.pop_front()).flatten()
            }) {
                self.handle(to, In::Control { from, bytes: &bytes.1 });
            }
        }
    }

    /// The model of the rollback sessions.
    fn sessions(&mut self) {
        let now = self.now;
        let handshake = 10 * self.delay.1;
        let mut synchronized = Vec::new();
        let mut shaken = Vec::new();
        let mut settle = Vec::new();
        for (&peer, node) in &self.nodes {
            let Some((_, epoch, _)) = node.begun.last() else { continue };
            if node.ended.is_some() {
                continue;
            }
            let up = |other: PeerId, all: bool| {
                other == peer
                    || self.can_talk(peer, other)
                        && self.nodes.get(&other).is_some_and(|n| {
                            n.ended.is_none()
                                && n.begun.last().is_some_and(|(since, theirs, _)| {
                                    (theirs.id, theirs.host) == (epoch.id, epoch.host)
                                        && now >= since + handshake
                                })
                                && (n.synchronized || !all)
                        })
            };
            let peers = epoch.roster.peers();
            let ripe = node.begun.last().is_some_and(|(since, ..)| now >= since + handshake);
            if !node.synchronized {
                if ripe {
                    let hands = peers.iter().copied().filter(|&p| p != peer && up(p, false));
                    shaken.extend(hands.map(|other| (peer, epoch.id, other)));
                }
                if ripe && peers.iter().all(|&p| up(p, false)) {
                    synchronized.push((peer, epoch.id));
                }
            } else if peers.iter().all(|&p| up(p, true)) {
                settle.push(peer);
            }
        }
        for peer in settle {
            let Some(node) = self.nodes.get_mut(&peer) else { continue };
            let Some((_, epoch, _)) = node.begun.last() else { continue };
            node.settled.tick += 1;
            for seat in epoch.roster.handles() {
                node.settled.tanks[usize::from(seat)].score += u32::from(seat) + 1;
            }
            if node.settled.tick.is_multiple_of(60) {
                let key = (epoch.host, epoch.id, node.settled.tick);
                let hash = node.settled.hash();
                let known = *self.played.entry(key).or_insert(hash);
                assert_eq!(known, hash, "two Worlds of one tick: {key:?}");
            }
        }
        for (at, epoch, peer) in shaken {
            self.handle(at, In::PeerSynchronized { epoch, peer });
        }
        for (peer, epoch) in synchronized {
            if let Some(node) = self.nodes.get_mut(&peer) {
                node.synchronized = true;
            }
            self.handle(peer, In::Synchronized { epoch });
        }
    }

    fn can_talk(&self, a: PeerId, b: PeerId) -> bool {
        !self.cut.contains(&pair(a, b))
            && self.open.contains(&(a, b))
            && self.open.contains(&(b, a))
    }

    fn handle(&mut self, peer: PeerId, input: In<'_>) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(&peer) else { return };
        let settled = node.settled;
        let out = match &mut node.machine {
            Machine::Peer(authority) => authority.handle(now, &settled, input),
            Machine::Puppet => {
                if let In::Control { from, bytes } = input {
                    node.received.push((from, Message::decode(bytes).unwrap()));
                }
                return;
            }
        };
        assert!(out.iter().filter(|o| matches!(o, Out::Begin(_))).count() <= 1, "one at a time");
        if let Machine::Peer(Authority::Guest(guest)) = &node.machine
            && guest.state() == State::Joining
        {
            node.newest = 0;
        }
        for out in out {
            match out {
                Out::Send { to, bytes } => self.send(peer, to, bytes),
                Out::Begin(epoch) => self.begin(peer, *epoch),
                Out::Notice(notice) => self.nodes.get_mut(&peer).unwrap().notices.push(notice),
                Out::Ended(why) => self.nodes.get_mut(&peer).unwrap().ended = Some(why),
                Out::Shut(other) => {
                    self.nodes.get_mut(&peer).unwrap().shut.push(other);
                }
                Out::Account { from, .. } | Out::Exhibit { from, .. } => {
                    self.nodes.get_mut(&peer).unwrap().heard.push(from);
                }
                Out::LobbyChanged => {}
            }
        }
    }

    fn begin(&mut self, peer: PeerId, epoch: Epoch) {
        let map = self
            .maps
            .entry(epoch.seeds)
            .or_insert_with(|| Map::generate(epoch.seeds, &epoch.rules));
        let first = epoch.first_world(map);
        let hash = first.hash();
        let (known, known_hash) = self.issued.entry((epoch.host, epoch.id)).or_insert_with(|| {
            assert_eq!(peer, epoch.host, "an epoch its host never began");
            (epoch.clone(), hash)
        });
        assert_eq!((&*known, *known_hash), (&epoch, hash), "one id, two contents");
        let node = self.nodes.get_mut(&peer).unwrap();
        assert!(epoch.id > node.newest, "ids rise: {} after {}", epoch.id, node.newest);
        node.newest = epoch.id;
        assert!(epoch.roster.has(peer), "plays without a seat");
        let legal = Roster::try_from(epoch.roster.seats().clone());
        assert!(legal.is_ok(), "{legal:?}: {:?}", epoch.roster);
        node.settled = first;
        node.synchronized = false;
        node.begun.push((self.now, epoch, hash));
    }

    fn send(&mut self, from: PeerId, to: PeerId, bytes: Vec<u8>) {
        assert!(bytes.len() <= tankwarz::session::message::MAX_BYTES);
        if !self.nodes.contains_key(&to) {
            return;
        }
        let spread = self.delay.1 - self.delay.0 + 1;
        let due = self.now + self.delay.0 + u64::from(self.dice.next_u32()) % spread;
        let queue = self.lines.entry((from, to)).or_default();
        let due = due.max(queue.back().map_or(0, |(last, _)| *last));
        queue.push_back((due, bytes));
    }
}
