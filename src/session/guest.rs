//! A peer that follows a host: finds it, asks for a seat, and plays every epoch it is sent.
//!
//! ```text
//! Joining -Accept-> Waiting -Begin(n)-> Starting{n} -session runs-> Running{n}
//!         Begin(m) from the host: taken iff m > n; host gone: see `heir`
//! ```
//! Believes nobody but its host, and its host only what can be checked.

mod heir;

use std::collections::{BTreeMap, BTreeSet};

use super::exchange::{begins, send};
use super::links::{Ignored, Links};
use super::message::Hello;
use super::{
    Build, Colour, EndReason, Epoch, Heartbeat, In, Key, Kind, Lobby, Message, Millis, Name,
    Notice, Out, PeerId, Refusal, Roster, SealedEpoch, State, Terms, Token, Why, order,
};
use crate::sim::{Map, World};

pub use heir::SUCCEED_WITHIN;

/// From the beginning until a host must have answered.
pub const JOIN_WITHIN: Millis = 15_000;
/// The same for who played already and looks for the host again. What was on its way
/// when their line was cut is tried again after waits that double, up to a minute (RFC 9260,
/// 6.3.3), and everything reliable waits behind it.
pub const LOOK_WITHIN: Millis = 60_000;

/// What a guest says of itself.
#[derive(Clone, Debug)]
pub struct GuestConfig {
    /// Its own name on the signalling server.
    pub me: PeerId,
    /// What its player wants to be called.
    pub name: Name,
    /// The name of the second player at the same machine, if there is one.
    pub second: Option<Name>,
    /// Of the simulation.
    pub fingerprint: u64,
    /// Named in refusals.
    pub build: Build,
    /// The password's key, if the player gave one.
    pub key: Option<Key>,
    /// From an earlier visit to the same room.
    pub token: Option<Token>,
    /// Root of the tokens it gives when it takes over; known to nobody else.
    pub secret: [u8; 32],
}

/// The machine of a peer that follows.
#[derive(Debug)]
pub struct Guest {
    config: GuestConfig,
    /// In which colours the first and the second player want to be seen.
    colours: [Option<Colour>; 2],
    since: Millis,
    /// How long we look for a host before we give up.
    patience: Millis,
    stage: Stage,
    links: Links,
    /// Who accepted us.
    host: Option<PeerId>,
    /// Who is said to host, while nobody has accepted us.
    rumour: Option<PeerId>,
    /// Who was asked for a seat, and may still say yes.
    asked: BTreeSet<PeerId>,
    /// Somebody was seen in the room, reached or not.
    company: bool,
    lobby: Lobby,
    epoch: Option<Epoch>,
    map: Option<Map>,
    /// The newest epoch in which the host was told that the Worlds differ.
    reported: u32,
    /// What the host decided about the room.
    terms: Terms,
    /// In whose program the relay runs.
    relay_of: Option<PeerId>,
    /// The player was told that there is no seat for the second one.
    told_alone: bool,
    /// A seat other than the old one is not wanted.
    only_back: bool,
    /// The host was heard a moment ago.
    host_heard: bool,
    /// The host says that another one is.
    abdicated: bool,
    /// Since when the host is gone.
    lost: Option<Millis>,
    /// Epochs of peers who may take over once the host is gone.
    orders: BTreeMap<PeerId, SealedEpoch>,
    /// The greatest number of an epoch so far: what we give out must be beyond it.
    highest: u32,
    /// Who played under the host before this one.
    elders: Roster,
    /// We take over from these; never survives a call of `handle`.
    inherits: Option<Vec<PeerId>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Joining,
    Waiting,
    Starting,
    Running,
    Ended,
}

impl Guest {
    /// Begins to look for the host of the room.
    pub fn new(config: GuestConfig, now: Millis) -> Self {
        Self {
            config,
            colours: [None; 2],
            since: now,
            patience: JOIN_WITHIN,
            stage: Stage::Joining,
            links: Links::default(),
            host: None,
            rumour: None,
            company: false,
            lobby: Lobby::default(),
            epoch: None,
            map: None,
            reported: 0,
            asked: BTreeSet::new(),
            terms: Terms::default(),
            relay_of: None,
            told_alone: false,
            only_back: false,
            host_heard: false,
            abdicated: false,
            lost: None,
            orders: BTreeMap::new(),
            highest: 0,
            elders: Roster::default(),
            inherits: None,
        }
    }

    /// Takes something that happened and returns what is to be done, in its order.
    ///
    /// `settled` is the settled World of the newest epoch; before the first
    /// [`Out::Begin`] any World will do.
    pub fn handle(&mut self, now: Millis, settled: &World, input: In<'_>) -> Vec<Out> {
        let mut out = Vec::new();
        if self.stage == Stage::Ended {
            return out;
        }
        match input {
            In::Seen(_) => self.company = true,
            In::Connected(peer) => self.greet(now, peer, &mut out),
            In::Control { from, bytes } => self.control(now, from, bytes, &mut out),
            In::Heard(peer) => self.links.heard(now, peer),
            In::SignallingLeft(peer) => self.links.left_signalling(peer),
            In::RelayLost => {
                if let Some(peer) = self.relay_of {
                    self.links.left_signalling(peer);
                }
            }
            In::PeerSynchronized { epoch, peer } => self.links.shake(epoch, peer),
            In::Synchronized { epoch } => self.synchronized(epoch, &mut out),
            In::Desync { peer, epoch, tick } => self.differs(peer, epoch, tick, &mut out),
            In::SetReady(ready) => {
                if let Some(host) = self.host {
                    send(host, &Message::SetReady(ready), &mut out);
                }
            }
            In::SetColour { second, colour } => self.set_colour(second, colour, &mut out),
            In::SetName { second, name } => self.set_name(second, name, &mut out),
            In::Leave => self.end(EndReason::Left, &mut out),
            // What only a host decides.
            In::Start | In::Rematch { .. } | In::SetRules { .. } => {}
            In::AddBot(_) | In::RemoveBot | In::SetBot { .. } => {}
            In::Tick | In::Floods(_) | In::HoldsUp { .. } => {}
        }
        if self.stage != Stage::Ended && !begins(&out) {
            self.watch(now, &mut out);
        }
        // Until the next call `settled` still belongs to the epoch before.
        if self.stage != Stage::Ended && !begins(&out) && self.inherits.is_none() {
            self.beat(now, settled, &mut out);
        }
        out
    }

    /// Who has a seat, as far as is known.
    pub fn roster(&self) -> &Roster {
        self.epoch.as_ref().map_or(&self.lobby.roster, |epoch| &epoch.roster)
    }

    /// Where this guest stands.
    pub fn state(&self) -> State {
        let id = self.epoch.as_ref().map_or(0, |epoch| epoch.id);
        match self.stage {
            Stage::Joining => State::Joining,
            Stage::Waiting => State::Lobby,
            Stage::Starting => State::Starting(id),
            Stage::Running => State::Running(id),
            Stage::Ended => State::Ended,
        }
    }

    /// The newest epoch.
    pub fn epoch(&self) -> Option<&Epoch> {
        self.epoch.as_ref()
    }

    /// The map of the newest epoch.
    pub fn map(&self) -> Option<&Map> {
        self.map.as_ref()
    }

    /// The room as the host last told it; who is in it, also as the newest epoch has it.
    pub fn lobby(&self) -> &Lobby {
        &self.lobby
    }

    /// The host, once it accepted us.
    pub fn host(&self) -> Option<PeerId> {
        self.host
    }

    /// What proves our seat, for the next visit.
    pub fn token(&self) -> Option<Token> {
        self.config.token
    }

    /// The player everyone waits for: silent for more than 1 s, less than 5 s.
    pub fn waiting_for(&self, now: Millis) -> Option<&Name> {
        self.links.waiting_for(now, self.roster(), self.config.me)
    }

    /// Round trip to a peer in milliseconds.
    pub fn round_trip(&self, peer: PeerId) -> Option<u32> {
        self.links.round_trip(peer)
    }

    /// This peer's build and the fingerprint of its simulation.
    pub fn build(&self) -> (&Build, u64) {
        (&self.config.build, self.config.fingerprint)
    }

    /// What was thrown away so far.
    pub fn ignored(&self) -> Ignored {
        self.links.ignored()
    }

    // --- what peers say ---

    fn greet(&mut self, now: Millis, peer: PeerId, out: &mut Vec<Out>) {
        if peer == self.config.me || !self.links.connect(now, peer) {
            return;
        }
        self.asked.remove(&peer);
        // A token is shown to nobody but a host, so we wait until one says so.
        if self.config.token.is_none() {
            self.ask_once(peer, out);
        }
    }

    /// Asks a peer for a seat, unless we have one or wait for its answer.
    fn ask_once(&mut self, peer: PeerId, out: &mut Vec<Out>) {
        if self.stage == Stage::Joining && self.asked.insert(peer) {
            let hello = Hello {
                fingerprint: self.config.fingerprint,
                build: self.config.build.clone(),
                name: self.config.name.clone(),
                token: self.config.token,
                second: self.config.second.clone(),
                colours: self.colours,
            };
            send(peer, &Message::Hello(hello), out);
        }
    }

    /// A player wants another colour, now and wherever we ask for a seat later.
    fn set_colour(&mut self, second: bool, colour: Colour, out: &mut Vec<Out>) {
        let [first, other] = &mut self.colours;
        *(if second { other } else { first }) = Some(colour);
        if let Some(host) = self.host {
            send(host, &Message::SetColour { second, colour }, out);
        }
    }

    /// A player wants another name, now and wherever we ask for a seat later.
    fn set_name(&mut self, second: bool, name: &Name, out: &mut Vec<Out>) {
        match &mut self.config.second {
            Some(called) if second => called.clone_from(name),
            None if second => return,
            _ => self.config.name = name.clone(),
        }
        if let Some(host) = self.host {
            send(host, &Message::SetName { second, name: name.clone() }, out);
        }
    }

    fn control(&mut self, now: Millis, from: PeerId, bytes: &[u8], out: &mut Vec<Out>) {
        let Ok(message) = self.links.receive(now, from, bytes) else { return };
        let from_host = self.host == Some(from);
        match message {
            Message::Hello(_) => send(from, &Message::Refuse(Refusal::NotHost(self.host)), out),
            Message::Accept { token, terms } => self.accepted(from, token, terms, out),
            Message::Refuse(why) => self.refused(from, why, out),
            Message::Challenge { nonce } => self.challenged(from, &nonce, out),
            Message::Hosting(_) if self.host.is_none() => {
                self.rumour = Some(from);
                self.ask_once(from, out);
            }
            Message::Heartbeat(beat) => self.heard_beat(from, &beat, out),
            Message::Hosting(_) => {}
            Message::Lobby(lobby) if from_host => {
                self.lobby = *lobby;
                self.count_seats(out);
                out.push(Out::LobbyChanged);
                // The host waits to learn whom of them we hear.
                self.links.beat_soon();
            }
            Message::Account(account) if self.roster().has(from) => {
                out.push(Out::Account { from, account });
            }
            Message::Exhibit(exhibit) if self.roster().has(from) => {
                out.push(Out::Exhibit { from, exhibit });
            }
            Message::Begin(sealed) => self.begin(now, from, *sealed, out),
            Message::Bye => self.links.said_bye(from),
            _ => self.links.out_of_place(),
        }
    }

    fn heard_beat(&mut self, from: PeerId, beat: &Heartbeat, out: &mut Vec<Out>) {
        if self.orders.get(&from).is_some_and(|sealed| sealed.id != beat.epoch) {
            self.orders.remove(&from);
        }
        let hosts = beat.host == Some(from);
        match self.host {
            Some(host) if host == from => self.abdicated = !hosts,
            Some(_) => {}
            None if hosts => {
                self.rumour = Some(from);
                self.ask_once(from, out);
            }
            None if self.config.token.is_some() => self.rumour = self.rumour.or(beat.host),
            None => {}
        }
    }

    /// Answers whoever asks: what is said to one peer is of no use to it elsewhere.
    fn challenged(&mut self, from: PeerId, nonce: &[u8; 16], out: &mut Vec<Out>) {
        if self.stage != Stage::Joining {
            return self.links.out_of_place();
        }
        match &self.config.key {
            Some(key) => {
                let proof = key.proof(from, self.config.me, nonce);
                send(from, &Message::Answer { proof }, out);
            }
            None => self.refused(from, Refusal::PasswordNeeded, out),
        }
    }

    fn accepted(&mut self, from: PeerId, token: Option<Token>, terms: Terms, out: &mut Vec<Out>) {
        match self.host {
            None if self.only_back && token != self.config.token => {
                self.end(EndReason::RoomTaken, out);
            }
            None => {
                self.host = Some(from);
                self.stage = Stage::Waiting;
                self.config.token = token.or(self.config.token);
                self.terms = terms;
                self.relay_of = Some(from).filter(|_| terms.own_relay);
                (self.only_back, self.abdicated, self.host_heard) = (false, false, true);
            }
            Some(host) if host == from => {}
            // The room has a second host; its seat is not wanted.
            Some(_) => send(from, &Message::Bye, out),
        }
    }

    fn refused(&mut self, from: PeerId, why: Refusal, out: &mut Vec<Out>) {
        if self.host == Some(from) {
            return self.end(EndReason::Refused(why), out);
        }
        match why {
            Refusal::NotHost(host) if self.host.is_none() => {
                self.asked.remove(&from);
                self.rumour = host.or(self.rumour);
            }
            // An answer to our Hello; the others are to those who were in.
            Refusal::Version { .. }
            | Refusal::Build { .. }
            | Refusal::RoomFull
            | Refusal::MatchClosed
            | Refusal::Barred
            | Refusal::PasswordNeeded
            | Refusal::WrongPassword
            | Refusal::DoorShut
            | Refusal::Desync
            | Refusal::Flood
            | Refusal::HoldsUp
                if self.host.is_none() && self.rumour.is_none_or(|host| host == from) =>
            {
                self.end(EndReason::Refused(why), out);
            }
            _ => self.links.out_of_place(),
        }
    }

    fn begin(&mut self, now: Millis, from: PeerId, sealed: SealedEpoch, out: &mut Vec<Out>) {
        // Whoever hosts gives greater numbers than all before; anything else is old.
        let newest = self.epoch.as_ref().map_or(0, |epoch| epoch.id);
        if sealed.host != from || sealed.id <= newest {
            return self.links.out_of_place();
        }
        if self.host != Some(from) {
            return self.heir_begins(now, from, sealed, out);
        }
        if !sealed.roster.has(self.config.me) {
            return self.end(EndReason::Removed, out);
        }
        if !self.take(from, &sealed, out) {
            self.end(EndReason::BadEpoch, out);
        }
    }

    /// Plays an epoch from now on; false, and nothing else, if it cannot be played.
    fn take(&mut self, from: PeerId, sealed: &SealedEpoch, out: &mut Vec<Out>) -> bool {
        let known = |map: &&Map| map.seeds() == sealed.seeds && *map.rules() == sealed.rules;
        let made = match self.map.as_ref().filter(known) {
            Some(_) => None,
            None => Some(Map::generate(sealed.seeds, &sealed.rules)),
        };
        let Some(map) = made.as_ref().or(self.map.as_ref()) else { return false };
        let Ok(epoch) = sealed.open(map) else { return false };
        self.tell_changes(&epoch.roster, out);
        if epoch.why == Why::Desync {
            out.push(Out::Notice(Notice::Healed(None)));
        }
        if self.host != Some(from) {
            self.host = Some(from);
            if let Some(old) = self.epoch.take_if(|old| !order::are_rivals(old.id, epoch.id)) {
                self.elders = old.roster;
            }
            (self.lost, self.abdicated, self.host_heard) = (None, false, true);
            if let Some(name) = epoch.roster.name_of(from) {
                out.push(Out::Notice(Notice::NewHost(name.clone())));
            }
        }
        self.orders.clear();
        self.highest = self.highest.max(epoch.id);
        self.map = made.or(self.map.take());
        self.stage = Stage::Starting;
        self.lobby.roster.clone_from(&epoch.roster);
        self.epoch = Some(epoch.clone());
        self.count_seats(out);
        self.links.beat_soon();
        out.push(Out::Begin(Box::new(epoch)));
        true
    }

    /// Where there is a seat for the first player and none for the second, says so once.
    fn count_seats(&mut self, out: &mut Vec<Out>) {
        let (me, roster) = (self.config.me, self.roster());
        let alone = roster.seat_of(me).is_some() && roster.second_of(me).is_none();
        if let Some(second) = self.config.second.as_ref().filter(|_| alone && !self.told_alone) {
            out.push(Out::Notice(Notice::NoSecondSeat(second.clone())));
            self.told_alone = true;
        }
    }

    /// Who came and who went, seen from one roster to the next.
    fn tell_changes(&self, next: &Roster, out: &mut Vec<Out>) {
        let people = |roster: &Roster| {
            let humans = roster.active().filter(|(_, p)| p.kind == Kind::Human);
            humans.map(|(_, p)| (p.peer, p.name.clone())).collect::<Vec<_>>()
        };
        let (before, after) = (people(self.roster()), people(next));
        for (_, name) in after.iter().filter(|p| !before.contains(p)) {
            out.push(Out::Notice(Notice::Joined(name.clone())));
        }
        for (_, name) in before.iter().filter(|p| !after.contains(p)) {
            out.push(Out::Notice(Notice::Left(name.clone())));
        }
    }

    fn synchronized(&mut self, epoch: u32, out: &mut Vec<Out>) {
        let current = self.epoch.as_ref().is_some_and(|e| e.id == epoch);
        if let (true, Stage::Starting, Some(host)) = (current, self.stage, self.host) {
            self.stage = Stage::Running;
            send(host, &Message::Ready { epoch }, out);
        }
    }

    /// Once an epoch the host learns that our World differs from its own, or from
    /// itself. What differs from another guest's, the host sees by itself.
    fn differs(&mut self, peer: PeerId, epoch: u32, tick: u32, out: &mut Vec<Out>) {
        let current = self.epoch.as_ref().is_some_and(|e| e.id == epoch);
        let ours = peer == self.config.me || self.host == Some(peer);
        if let (true, true, Some(host)) = (current && self.reported < epoch, ours, self.host) {
            self.reported = epoch;
            send(host, &Message::Desync { epoch, tick }, out);
        }
    }

    // --- time ---

    fn watch(&mut self, now: Millis, out: &mut Vec<Out>) {
        match self.host {
            Some(host) => self.mind_the_host(now, host, out),
            None if now >= self.since + self.patience => {
                let linked = !self.links.peers().is_empty();
                let met = self.rumour.is_some() || (self.company && !linked);
                let why = if met { EndReason::HostUnreachable } else { EndReason::RoomNotFound };
                self.end(why, out);
            }
            _ => {}
        }
    }

    fn beat(&mut self, now: Millis, settled: &World, out: &mut Vec<Out>) {
        let (epoch, me, host) = (self.epoch.as_ref(), self.config.me, self.host);
        let roster = epoch.map_or(&self.lobby.roster, |epoch| &epoch.roster);
        let beats = self.links.heartbeats(now, |links| Heartbeat {
            epoch: epoch.map_or(0, |epoch| epoch.id),
            tick: epoch.map_or(0, |_| settled.tick),
            hash: epoch.map_or(0, |_| settled.hash()),
            host,
            hears: links.hears_mask(now, roster, me),
            shaken: epoch.map_or(0, |epoch| links.shaken_mask(epoch.id, roster, me)),
            ..Heartbeat::default()
        });
        for (peer, beat) in beats {
            send(peer, &beat, out);
        }
    }

    fn end(&mut self, why: EndReason, out: &mut Vec<Out>) {
        self.stage = Stage::Ended;
        for peer in self.links.peers() {
            send(peer, &Message::Bye, out);
        }
        out.push(Out::Ended(why));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    fn end_of_a_guest_who_saw(company: bool) -> Option<EndReason> {
        let me = PeerId(1);
        let name = Name::bot(1);
        let build = crate::session::Build::new("test");
        let config = GuestConfig {
            me,
            name,
            second: None,
            fingerprint: 0,
            build,
            key: None,
            token: None,
            secret: [0; 32],
        };
        let mut guest = Guest::new(config, 0);
        let world = World::zeroed();
        if company {
            assert_eq!(guest.handle(1000, &world, In::Seen(PeerId(2))), []);
        }
        assert_eq!(guest.handle(JOIN_WITHIN - 1, &world, In::Tick), []);
        match guest.handle(JOIN_WITHIN, &world, In::Tick).pop() {
            Some(Out::Ended(reason)) => Some(reason),
            _ => None,
        }
    }

    #[test]
    fn an_empty_room_and_an_unreachable_host_are_told_apart() {
        assert_eq!(end_of_a_guest_who_saw(false), Some(EndReason::RoomNotFound));
        assert_eq!(end_of_a_guest_who_saw(true), Some(EndReason::HostUnreachable));
    }
}
