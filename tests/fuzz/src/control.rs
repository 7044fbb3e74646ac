//! Control messages and datagrams of strangers, of a guest and of the host itself, against a host
//! and a guest that meet and play with each other.
//!
//! Nothing may panic, whatever is understood has to survive the way back to bytes, and no answer
//! may be longer than a message can be.

use tankwarz::feed::Evidence;
use tankwarz::play::{Authority, Delay, Happening, Match, Packet};
use tankwarz::session::guest::{Guest, GuestConfig};
use tankwarz::session::host::{Host, HostConfig};
use tankwarz::session::message::{MAX_BYTES, VERSION};
use tankwarz::session::{
    Account, BotLevel, Build, Colour, Epoch, Exhibit, In, Message, Name, Page, PeerId, Source, Why,
};
use tankwarz::sim::{Input, MAX_SEATS, RuleSet};

use super::script::Script;

const HOST: PeerId = PeerId(1);
const GUEST: PeerId = PeerId(2);
/// Most moves of one script.
const MOVES: usize = 40;

/// Plays a script.
pub fn run(bytes: &[u8]) {
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
    let mut room = Room::new();
    let mut script = Script(bytes);
    for _ in 0..MOVES {
        if script.is_empty() {
            break;
        }
        let order = script.byte();
        let to_host = order & 0x40 == 0;
        // Of the others the first is the opposite end of the honest line.
        let from = match (order >> 3) % 4 {
            0 if to_host => GUEST,
            0 => HOST,
            other => PeerId(2 + u128::from(other)),
        };
        match order % 8 {
            0 | 1 => {
                let mut bytes = script.bytes().to_vec();
                if order % 8 == 0 {
                    bytes.insert(0, VERSION);
                }
                room.control(to_host, from, &bytes);
            }
            2 => {
                let (now, bytes) = (room.now, script.bytes());
                room.side(to_host).handle_datagram(now, from, bytes);
            }
            3 => {
                let now = room.now;
                room.side(to_host).handle(now, decision(script.byte(), from));
            }
            4 => room.wait(1 + u32::from(order >> 6)),
            5 if order & 0x80 != 0 => {
                let bytes = room.testimony(&mut script);
                room.control(to_host, from, &bytes);
            }
            5 => room.wait(20 * (1 + u32::from(order >> 6))),
            6 => {
                let bytes = room.begin(&mut script);
                room.control(to_host, from, &bytes);
            }
            _ => room.exchange(),
        }
    }
    room.wait(3);
}

fn decision(order: u8, from: PeerId) -> In<'static> {
    match order % 13 {
        0 if order & 0x80 != 0 => In::RelayLost,
        0 => In::Connected(from),
        1 => In::SignallingLeft(from),
        2 => In::Heard(from),
        3 => In::SetReady(order & 0x80 != 0),
        4 | 5 => In::Start,
        6 => In::Rematch { seeds: (order & 0x80 != 0).then_some([u64::from(order), 1]) },
        7 if order & 0x80 != 0 => {
            let second = order & 0x40 != 0;
            In::SetColour { second, colour: Colour::new(order >> 4 & 7).unwrap_or_default() }
        }
        7 => In::AddBot(BotLevel::Easy),
        8 if order & 0x80 != 0 => In::SetBot { seat: 1, level: Some(BotLevel::Hard) },
        8 => In::RemoveBot,
        9 if order & 0x80 != 0 => In::SetRules { set: RuleSet::Classic, seconds: order.into() },
        9 => In::Seen(from),
        // The last epoch goes wrong, and its peers tell each other of it.
        11 => In::Desync { peer: from, epoch: 1 + u32::from(order >> 6), tick: 1 },
        10 => In::PeerSynchronized { epoch: u32::from(order >> 6), peer: from },
        _ => In::Synchronized { epoch: u32::from(order >> 6) },
    }
}

/// A host and a guest with a line between them.
struct Room {
    host: Match,
    guest: Match,
    now: u64,
}

impl Room {
    fn new() -> Self {
        let name = |text: &str| Name::new(text).expect("a name");
        let build = Build::new("fuzz");
        let host = HostConfig {
            me: HOST,
            name: name("Ann"),
            second: None,
            seats: 4,
            bots: Vec::new(),
            set: RuleSet::Modern,
            seconds: 10,
            side: Some(24),
            fingerprint: 1,
            build: build.clone(),
            seed: 9,
            secret: [9; 32],
            key: None,
            auto_start: None,
            late_join: true,
            token: None,
            own_relay: false,
            fill: None,
        };
        let guest = GuestConfig {
            me: GUEST,
            name: name("Bob"),
            second: None,
            fingerprint: 1,
            build,
            key: None,
            token: None,
            secret: [8; 32],
        };
        let host = Authority::Host(Box::new(Host::new(host, 0)));
        let guest = Authority::Guest(Box::new(Guest::new(guest, 0)));
        let mut room = Self {
            host: Match::new(HOST, host, Delay::Auto, 0),
            guest: Match::new(GUEST, guest, Delay::Auto, 0),
            now: 0,
        };
        room.host.handle(0, In::Connected(GUEST));
        room.guest.handle(0, In::Connected(HOST));
        room.wait(2);
        assert_eq!(room.guest.host(), Some(HOST), "the guest is in");
        room
    }

    fn side(&mut self, host: bool) -> &mut Match {
        if host { &mut self.host } else { &mut self.guest }
    }

    fn control(&mut self, to_host: bool, from: PeerId, bytes: &[u8]) {
        if let Ok(message) = Message::decode(bytes) {
            assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
        let now = self.now;
        self.side(to_host).handle_control(now, from, bytes);
    }

    /// So many ticks, with everything delivered.
    fn wait(&mut self, ticks: u32) {
        let inputs = [Input { held: Input::FORWARD | Input::FIRE, aim: 0 }; MAX_SEATS];
        for _ in 0..ticks {
            self.now += 16_667;
            self.host.update(self.now, &inputs);
            self.guest.update(self.now, &inputs);
            self.exchange();
        }
    }

    /// Delivers what the two have for each other; words to strangers are lost.
    fn exchange(&mut self) {
        for from_host in [true, false] {
            let (from, to) = if from_host { (HOST, GUEST) } else { (GUEST, HOST) };
            let mut sent = Vec::new();
            let sender = self.side(from_host);
            while let Some(packet) = sender.poll_send() {
                sent.push(packet);
            }
            while let Some(happening) = sender.poll_happening() {
                if let Happening::Evidence(evidence) = happening {
                    let file = evidence.encode();
                    let again = Evidence::decode(&file).expect("our own evidence can be read");
                    assert!(again.0 == *evidence, "our own evidence came back as something else");
                }
            }
            sender.poll_settled_events(|_, _| {});
            sender.poll_predicted_events(|_, _| {});
            let now = self.now;
            let receiver = self.side(!from_host);
            for packet in sent {
                match packet {
                    Packet::Control { bytes, .. } if bytes.len() > MAX_BYTES => {
                        panic!("a message of {} bytes", bytes.len());
                    }
                    Packet::Control { to: whom, bytes } if whom == to => {
                        receiver.handle_control(now, from, &bytes);
                    }
                    Packet::Datagram { to: whom, bytes } if whom == to => {
                        receiver.handle_datagram(now, from, &bytes);
                    }
                    _ => {}
                }
            }
        }
    }

    /// What a peer could say of the epoch the host plays or one near it.
    fn testimony(&self, script: &mut Script<'_>) -> Vec<u8> {
        let world = self.host.settled();
        let epoch = self.host.stats().epochs.last().map_or(0, |epoch| epoch.id);
        let epoch = (epoch + 1).wrapping_sub(u32::from(script.byte() % 4));
        let near = |byte: u8| world.tick.wrapping_add(u32::from(byte)).wrapping_sub(32);
        let inputs = [Input { held: script.word(), aim: 0 }; MAX_SEATS];
        let message = match script.byte() {
            order if order % 2 == 0 => {
                let page = Page { world: u64::from(order), inputs: world.hash() };
                let pages = vec![page; usize::from(script.byte() % 65)];
                let torn = (order & 0x80 != 0).then(|| near(script.byte()));
                Message::Account(Box::new(Account {
                    epoch,
                    first: near(script.byte()),
                    pages,
                    torn,
                }))
            }
            order => {
                let source = if order & 0x80 == 0 { Source::Settled } else { Source::Predicted };
                let mut shown = *world;
                shown.tick = near(script.byte());
                let count = usize::from(script.byte() % 17);
                let first = near(script.byte());
                let exhibit = Exhibit::new(epoch, source, &shown, first, vec![inputs; count]);
                Message::Exhibit(Box::new(exhibit))
            }
        };
        message.encode()
    }

    /// The epoch the host plays as if it were a later one, with some bytes changed.
    fn begin(&self, script: &mut Script<'_>) -> Vec<u8> {
        let (Some(map), Some(roster)) = (self.host.map(), self.host.roster()) else {
            return Vec::new();
        };
        let epoch = Epoch {
            id: 2 + u32::from(script.byte()),
            why: Why::Join,
            host: HOST,
            seeds: map.seeds(),
            rules: *map.rules(),
            roster: roster.clone(),
            world: Some(Box::new(*self.host.settled())),
        };
        let mut bytes = Message::Begin(Box::new(epoch.seal())).encode();
        for _ in 0..script.byte() % 8 {
            let at = usize::from(script.word()) % bytes.len();
            bytes[at] = script.byte();
        }
        bytes
    }
}
