//! The authority of a room: who is in it, when a match begins, and from which
//! World it goes on when somebody comes or goes.
//!
//! ```text
//! Lobby -start-> Starting{n} -everyone Ready-> Running{n} -join | leave | rematch-> Starting{n+1}
//!                Starting{n} -somebody is not Ready in time-> Starting{n+1} without them
//! ```
//! Never trusts a peer outside the roster with more than asking for a seat.

mod conduct;
mod door;
mod epochs;
mod heal;
mod lobby;
mod places;
mod succession;

use std::collections::{BTreeMap, BTreeSet};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::exchange::{begins, send};
use super::links::{Ignored, Links};
use super::message::Hosting;
use super::token::Mint;
use super::{
    BotLevel, Build, Colour, EndReason, Epoch, Heartbeat, In, Key, Kind, Lobby, Message, Millis,
    Name, Notice, Out, Owner, PeerId, Refusal, Roster, SealedEpoch, State, Token, Why,
};
use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{MAX_SEATS, Map, Phase, RuleSet, Rules, World};
use conduct::Conduct;
use heal::Heal;
use lobby::Gossip;
use places::Away;
pub use places::KEPT_FOR;

/// From [`Out::Begin`] until everyone has to play.
pub const READY_WITHIN: Millis = 5000;
/// Newcomers this close to each other come in with one epoch.
pub const GATHER: Millis = 500;
/// A newcomer of the same moment whose lines are still being made holds the others up no longer.
const GATHER_AT_MOST: Millis = 2000;
/// How long lines between guests may take before a newcomer is sent away, or an
/// automatic start goes on without them.
const LINKS_WITHIN: Millis = 5000;
/// So long a host stands by what it told another one of its right to the room.
const CLAIM_HOLDS: Millis = 1000;
/// Attempts of the host's own session to come up while everyone else is ready.
const ATTEMPTS: u8 = 3;

/// What a host decides before anybody comes.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Its own name on the signalling server.
    pub me: PeerId,
    /// Its player's name.
    pub name: Name,
    /// The name of the second player at the same machine, if there is one.
    pub second: Option<Name>,
    /// Seats of the room, bots included: 1 to 8.
    pub seats: usize,
    /// Bots from the beginning.
    pub bots: Vec<BotLevel>,
    /// The rule set.
    pub set: RuleSet,
    /// Length of a match.
    pub seconds: u16,
    /// Side of the map; `None` follows the number of tanks.
    pub side: Option<u8>,
    /// Of the simulation.
    pub fingerprint: u64,
    /// Named in refusals.
    pub build: Build,
    /// Root of the seeds of all maps.
    pub seed: u64,
    /// The password's key; `None` lets everyone in.
    pub key: Option<Key>,
    /// Root of the tokens; known to nobody else.
    pub secret: [u8; 32],
    /// From an earlier visit to the same room: if its match goes on under another
    /// host, the seat there is wanted back.
    pub token: Option<Token>,
    /// Start by itself once so many seats are taken.
    pub auto_start: Option<usize>,
    /// Whether newcomers may enter a match that runs.
    pub late_join: bool,
    /// Whether the relay runs in this program.
    pub own_relay: bool,
    /// How well bots play that stand in for players who are away; `None` parks their seats.
    pub fill: Option<BotLevel>,
}

/// The machine of the peer that arbitrates.
#[derive(Debug)]
pub struct Host {
    config: HostConfig,
    since: Millis,
    stage: Stage,
    links: Links,
    rng: Xoshiro256PlusPlus,
    mint: Mint,
    /// Of the lobby; once a match runs, the epoch's counts.
    roster: Roster,
    /// Which colours those who come in want, the first and the second person of each.
    colours: BTreeMap<(PeerId, bool), Colour>,
    /// Who pressed "ready" in the lobby.
    eager: BTreeSet<PeerId>,
    epoch: Option<Epoch>,
    map: Option<Map>,
    last_id: u32,
    /// Whose session of the epoch runs.
    ready: BTreeSet<PeerId>,
    attempts: u8,
    /// Accepted while a match runs, waiting for the next epoch.
    queue: Vec<Newcomer>,
    /// Gone since the last epoch; never survives a call of `handle`.
    leaving: BTreeSet<PeerId>,
    /// Everyone ever accepted, oldest first: who came last gives way.
    seniority: Vec<PeerId>,
    /// When enough seats were taken for an automatic start.
    filled: Option<Millis>,
    /// Whose World differed from ours.
    heal: Heal,
    /// This player was in the room before.
    was_here: bool,
    /// Who played under the host before us.
    elders: Roster,
    /// The next epoch is the first after another host; never survives a call of `handle`.
    inherits: bool,
    /// Who goes before us, and the epoch it began; never survives a call of `handle`.
    steps_back: Option<(PeerId, Option<SealedEpoch>)>,
    /// Who flooded the others or held them up.
    conduct: Conduct,
    /// Whose owner has been away how long.
    away: Away,
    /// When those who wait for a seat are next told of the room.
    next_news: Millis,
    /// What everyone is still to be told of the lobby.
    gossip: Gossip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Lobby,
    Starting { since: Millis },
    Running,
    Ended,
}

#[derive(Debug)]
struct Newcomer {
    peer: PeerId,
    name: Name,
    came: Millis,
    owner: Owner,
    /// The second person at the machine: the name, and whose seat it was or will be.
    second: Option<(Name, Owner)>,
}

impl Newcomer {
    /// Everyone who comes in with it, by the mark of their seats.
    fn owners(&self) -> impl Iterator<Item = Owner> {
        std::iter::once(self.owner).chain(self.second.as_ref().map(|(_, owner)| *owner))
    }
}

/// How somebody went.
#[derive(Clone, Debug)]
enum Gone {
    Goodbye,
    Silent,
    Dropped(Refusal),
}

impl Host {
    /// Opens a room. Values of the configuration out of range are brought into it.
    pub fn new(mut config: HostConfig, now: Millis) -> Self {
        config.seats = config.seats.clamp(1, MAX_SEATS);
        let mut roster = Roster::default();
        roster.add(config.me, &config.name, Kind::Human);
        let mut mint = Mint::new(config.secret);
        let was_here = config.token.is_some();
        let token = *config.token.get_or_insert_with(|| Token(mint.bytes()));
        roster.give(0, token.owner());
        let second = config.second.as_ref().filter(|_| config.seats > 1);
        if let Some(seat) = second.and_then(|name| roster.add_second(config.me, name)) {
            roster.give(seat, token.second_owner());
        }
        let free = config.seats - roster.players().count();
        for (n, level) in (1..).zip(config.bots.iter().take(free)) {
            roster.add(config.me, &Name::bot(n), Kind::Bot(*level));
        }
        Self {
            rng: Xoshiro256PlusPlus::seed_from_u64(config.seed),
            mint,
            config,
            since: now,
            stage: Stage::Lobby,
            links: Links::default(),
            roster,
            colours: BTreeMap::new(),
            eager: BTreeSet::new(),
            epoch: None,
            map: None,
            last_id: 0,
            ready: BTreeSet::new(),
            attempts: 0,
            queue: Vec::new(),
            leaving: BTreeSet::new(),
            seniority: Vec::new(),
            filled: None,
            heal: Heal::default(),
            was_here,
            elders: Roster::default(),
            inherits: false,
            steps_back: None,
            conduct: Conduct::default(),
            away: Away::default(),
            next_news: 0,
            gossip: Gossip::default(),
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
        let mut why = None;
        match input {
            In::Seen(_) => {}
            In::Connected(peer) => self.greet(now, peer, &mut out),
            In::Control { from, bytes } => self.control(now, settled, from, bytes, &mut out),
            In::Heard(peer) => self.links.heard(now, peer),
            In::SignallingLeft(peer) => self.links.left_signalling(peer),
            In::PeerSynchronized { epoch, peer } => self.links.shake(epoch, peer),
            In::Synchronized { epoch } => self.synchronized(self.config.me, epoch),
            In::Desync { peer, epoch, .. } => self.differs(now, peer, epoch, &mut out),
            In::Floods(peer) => self.floods(now, peer, &mut out),
            In::HoldsUp { epoch, peer, waits_for } => {
                self.holds_up(now, (epoch, peer, waits_for), &mut out);
            }
            In::Tick | In::RelayLost => {}
            In::Start if self.stage == Stage::Lobby => why = Some((Why::Start, None)),
            In::Rematch { seeds } if self.epoch.is_some() => why = Some((Why::Rematch, seeds)),
            In::Start | In::Rematch { .. } => {}
            In::SetReady(ready) => self.set_ready(self.config.me, ready, &mut out),
            In::AddBot(level) => self.add_bot(level, &mut out),
            In::RemoveBot => self.remove_bot(&mut out),
            In::SetBot { seat, level } => self.set_bot(seat, level, &mut out),
            In::SetRules { set, seconds } => self.set_rules(set, seconds, &mut out),
            In::SetColour { second, colour } => {
                self.set_colour(self.config.me, second, colour, &mut out);
            }
            In::SetName { second, name } => {
                self.set_name(self.config.me, second, name, &mut out);
            }
            In::Leave => self.end(EndReason::Left, &mut out),
        }
        if self.steps_back.is_some() {
            return out;
        }
        if self.stage != Stage::Ended {
            self.count_out(now, &mut out);
            self.spread(now, settled, &mut out);
            self.advance(now, settled, why, &mut out);
            self.tell_newcomers(now, settled, &mut out);
        }
        // Until the next call `settled` still belongs to the epoch before.
        if self.stage != Stage::Ended && !begins(&out) {
            self.beat(now, settled, &mut out);
        }
        out
    }

    /// Who has a seat.
    pub fn roster(&self) -> &Roster {
        self.epoch.as_ref().map_or(&self.roster, |epoch| &epoch.roster)
    }

    /// Where the room stands.
    pub fn state(&self) -> State {
        let id = self.epoch.as_ref().map_or(0, |epoch| epoch.id);
        match self.stage {
            Stage::Lobby => State::Lobby,
            Stage::Starting { .. } => State::Starting(id),
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

    /// The room as its players see it.
    pub fn lobby(&self, settled: &World) -> Lobby {
        let rules = self.epoch.as_ref().map_or_else(|| self.rules(), |epoch| epoch.rules);
        let is_ready = |p: &super::Player| p.kind != Kind::Human || self.eager.contains(&p.peer);
        let ready = self.roster().active().filter(|(_, p)| is_ready(p));
        Lobby {
            roster: self.roster().clone(),
            rules,
            ready: ready.fold(0, |mask, (seat, _)| mask | 1 << seat),
            seconds: self.epoch.is_some().then(|| seconds_left(settled)),
            // At most eight.
            seats: self.config.seats as u8,
        }
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
        if peer != self.config.me && self.links.connect(now, peer) {
            self.claim(now, peer, out);
        }
    }

    /// Tells a peer our right to the room.
    fn claim(&mut self, now: Millis, peer: PeerId, out: &mut Vec<Out>) -> Hosting {
        let claim = Hosting {
            guests: self.has_guests(),
            epoch: self.epoch.as_ref().map_or(0, |epoch| epoch.id),
            age: u32::try_from(now.saturating_sub(self.since)).unwrap_or(u32::MAX),
        };
        if let Some(link) = self.links.get_mut(peer) {
            link.claimed = Some((claim, now));
        }
        send(peer, &Message::Hosting(claim), out);
        claim
    }

    fn control(
        &mut self,
        now: Millis,
        settled: &World,
        from: PeerId,
        bytes: &[u8],
        out: &mut Vec<Out>,
    ) {
        let message = match self.links.receive(now, from, bytes) {
            Ok(message) => message,
            Err(version) => {
                if let Some(theirs) = version {
                    self.tell_version(now, from, theirs, out);
                }
                return;
            }
        };
        let member = self.is_member(from);
        match message {
            Message::Hello(hello) => self.hello(now, settled, from, &hello, out),
            Message::Answer { proof } => self.answer(now, settled, from, &proof, out),
            Message::Hosting(claim) => self.other_host(now, from, claim, out),
            Message::Heartbeat(beat) if beat.host == Some(from) => {
                self.answer_claim(now, from, out);
            }
            Message::Heartbeat(beat) => self.follows_another(now, from, &beat, out),
            Message::Begin(sealed) => self.overruled(from, *sealed),
            Message::Ready { epoch } if member => self.synchronized(from, epoch),
            Message::Desync { epoch, .. } if member => {
                self.differs(now, from, epoch, out);
            }
            Message::Account(account) if member => out.push(Out::Account { from, account }),
            Message::Exhibit(exhibit) if member => out.push(Out::Exhibit { from, exhibit }),
            Message::SetReady(ready) if member => self.set_ready(from, ready, out),
            Message::SetColour { second, colour } if member && self.may_wish(now, from) => {
                if !self.set_colour(from, second, colour, out) {
                    self.links.out_of_place();
                }
            }
            Message::SetName { second, name } if member && self.may_wish(now, from) => {
                if !self.set_name(from, second, &name, out) {
                    self.links.out_of_place();
                }
            }
            Message::Bye => {
                self.links.said_bye(from);
                self.depart(now, from, Gone::Goodbye, out);
            }
            _ => self.links.out_of_place(),
        }
    }

    /// A player of ours that plays a greater epoch of somebody else has left: it is heard, and yet
    /// nothing more will come of it here.
    fn follows_another(&mut self, now: Millis, from: PeerId, beat: &Heartbeat, out: &mut Vec<Out>) {
        let elsewhere = beat.host.is_some_and(|host| host != self.config.me);
        let newer = self.epoch.as_ref().is_some_and(|epoch| beat.epoch > epoch.id);
        if elsewhere && newer && self.roster().has(from) {
            self.depart(now, from, Gone::Goodbye, out);
        }
    }

    fn synchronized(&mut self, peer: PeerId, epoch: u32) {
        let current = self.epoch.as_ref().is_some_and(|e| e.id == epoch && e.roster.has(peer));
        if current {
            self.ready.insert(peer);
        }
    }

    // --- who is gone ---

    /// Everyone whose silence is a verdict.
    fn count_out(&mut self, now: Millis, out: &mut Vec<Out>) {
        for peer in self.members() {
            if self.links.is_gone(now, peer) {
                self.depart(now, peer, Gone::Silent, out);
            }
        }
    }

    fn depart(&mut self, now: Millis, peer: PeerId, how: Gone, out: &mut Vec<Out>) {
        if !self.is_member(peer) {
            return;
        }
        let queued = self.queue.iter().position(|n| n.peer == peer).map(|at| self.queue.remove(at));
        let names: Vec<Name> = match queued {
            Some(n) => std::iter::once(n.name).chain(n.second.map(|(name, _)| name)).collect(),
            None => self.names_of(peer),
        };
        let told = match &how {
            Gone::Goodbye => None,
            Gone::Silent => Some(Refusal::Silent),
            Gone::Dropped(why) => Some(why.clone()),
        };
        if let Some(why) = told {
            send(peer, &Message::Refuse(why), out);
        }
        for name in names {
            out.push(Out::Notice(match &how {
                Gone::Goodbye => Notice::Left(name),
                Gone::Silent => Notice::TimedOut(name),
                Gone::Dropped(why) => Notice::Dropped { name, why: why.clone() },
            }));
        }
        self.eager.remove(&peer);
        self.colours.retain(|(whose, _), _| *whose != peer);
        self.heal.forget(peer);
        if self.stage == Stage::Lobby {
            self.roster.remove(peer);
            self.tell_lobby(out);
            if !self.has_guests() {
                for (other, theirs) in self.links.rivals() {
                    self.claim(now, other, out);
                    self.other_host(now, other, theirs, out);
                }
            }
        } else if self.roster().has(peer) {
            self.leaving.insert(peer);
        }
    }

    // --- small things ---

    fn beat(&mut self, now: Millis, settled: &World, out: &mut Vec<Out>) {
        let (epoch, me) = (self.epoch.as_ref(), self.config.me);
        let roster = epoch.map_or(&self.roster, |epoch| &epoch.roster);
        let beats = self.links.heartbeats(now, |links| Heartbeat {
            epoch: epoch.map_or(0, |epoch| epoch.id),
            tick: epoch.map_or(0, |_| settled.tick),
            hash: epoch.map_or(0, |_| settled.hash()),
            host: Some(me),
            hears: links.hears_mask(now, roster, me),
            shaken: epoch.map_or(0, |epoch| links.shaken_mask(epoch.id, roster, me)),
            ..Heartbeat::default()
        });
        for (peer, beat) in beats {
            send(peer, &beat, out);
        }
    }

    fn rules(&self) -> Rules {
        let tanks = self.roster.players().count();
        let side = self.config.side.unwrap_or_else(|| Rules::default_side(self.config.set, tanks));
        Rules::new(self.config.set, self.config.seconds, side)
    }

    fn has_guests(&self) -> bool {
        !self.members().is_empty()
    }

    /// Everyone accepted but ourselves: with a seat, or waiting for one.
    fn members(&self) -> Vec<PeerId> {
        let mut members = self.roster().peers();
        members.retain(|peer| *peer != self.config.me && !self.leaving.contains(peer));
        members.extend(self.queue.iter().map(|n| n.peer));
        members
    }

    fn is_member(&self, peer: PeerId) -> bool {
        self.members().contains(&peer)
    }

    /// The names of the people who play at a machine.
    fn names_of(&self, peer: PeerId) -> Vec<Name> {
        let here = self.roster().people_of(peer).filter(|(_, player)| !player.is_away());
        here.map(|(_, player)| player.name.clone()).collect()
    }

    fn end(&mut self, why: EndReason, out: &mut Vec<Out>) {
        self.stage = Stage::Ended;
        for peer in self.links.peers() {
            send(peer, &Message::Bye, out);
        }
        out.push(Out::Ended(why));
    }
}

fn seconds_left(world: &World) -> u16 {
    let ticks = match world.phase() {
        Phase::Countdown(ticks) => ticks + world.rules.match_ticks(),
        Phase::Playing(ticks) => ticks,
        Phase::Over => 0,
    };
    u16::try_from(ticks.div_ceil(TICKS_PER_SECOND)).unwrap_or(u16::MAX)
}
