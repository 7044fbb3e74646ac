//! One peer's running match: the only user of ggrs, itself without I/O.
//!
//! Bytes go in, bytes come out, time is an argument. [`Match`] joins the machine
//! that has the authority ([`Authority`]: host or guest) with the rollback loop of
//! the current epoch. Nothing from the network may reach ggrs except through [`guard`].

pub mod budget;
pub mod bundle;
mod case;
pub mod clock;
pub mod delay;
mod epoch;
pub mod fault;
pub mod guard;
pub mod holdup;
pub mod ledger;
pub mod meter;
pub mod rollback;
pub mod settle;
pub mod stats;
pub mod synctest;
#[cfg(test)]
pub(crate) mod testing;
pub mod wire;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::feed::Evidence;
pub use crate::session::Authority;
use crate::session::{
    EndReason, In, Lobby, Message, Millis, Name, Notice, Out, PeerId, Roster, State, Token,
};
use crate::sim::{Deeds, Event, Events, Input, MAX_SEATS, Map, Told, World};
use budget::{Budgets, Verdict, Way};
use case::{Case, Early, Said};
use clock::{Clock, Micros};
pub use delay::Delay;
use epoch::Playing;
use fault::Fault;
use holdup::{HoldUp, Laggard};
use ledger::Ledger;
use meter::Quality;
use stats::{EpochRecord, Stats};

/// Something a peer wants sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// On lane 0: may be lost or overtaken.
    Datagram {
        /// To whom.
        to: PeerId,
        /// What.
        bytes: Vec<u8>,
    },
    /// On lane 1: reliable and in order.
    Control {
        /// To whom.
        to: PeerId,
        /// What.
        bytes: Vec<u8>,
    },
}

/// Something the owner of a match wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A new epoch begins.
    Begun,
    /// The lobby looks different.
    LobbyChanged,
    /// Something for the player to read.
    Notice(Notice),
    /// Nothing of this peer is wanted any more: its link is to be closed.
    Shut(PeerId),
    /// Worlds differed, and this is what there is to show of it.
    Evidence(Box<Evidence>),
    /// It is over.
    Ended(EndReason),
}

/// One peer of a match, without a socket.
pub struct Match {
    me: PeerId,
    authority: Authority,
    delay: Delay,
    chooser: delay::Chooser,
    clock: Clock,
    playing: Option<Playing>,
    /// What the machines of `session` see before the first epoch.
    nothing: Box<World>,
    control: VecDeque<(PeerId, Vec<u8>)>,
    happenings: VecDeque<Happening>,
    predicted_events: Events,
    settled_events: Events,
    last_step: Option<Millis>,
    stats: Stats,
    ledger: Ledger,
    fault: Fault,
    budgets: Budgets,
    hold_up: HoldUp,
    /// Whether a difference was seen in this epoch.
    doubt: bool,
    /// What peers said of this epoch, should it turn out to have gone wrong.
    early: Early,
    /// The last epoch that went wrong, until all is said about it.
    case: Option<Case>,
}

impl Match {
    /// A peer named `me` under this authority; its clock begins at `now`.
    pub fn new(me: PeerId, authority: Authority, delay: Delay, now: Micros) -> Self {
        Self {
            me,
            authority,
            delay,
            chooser: delay::Chooser::default(),
            clock: Clock::new(now),
            playing: None,
            nothing: Box::new(bytemuck::Zeroable::zeroed()),
            control: VecDeque::new(),
            happenings: VecDeque::new(),
            predicted_events: Events::new(),
            settled_events: Events::new(),
            last_step: None,
            stats: Stats::default(),
            ledger: Ledger::default(),
            fault: Fault::default(),
            budgets: Budgets::default(),
            hold_up: HoldUp::default(),
            doubt: false,
            early: Early::default(),
            case: None,
        }
    }

    /// Breaks this peer's Worlds on purpose, so that others see what is done about it.
    pub fn inject(&mut self, fault: Fault) {
        self.fault = fault;
        if let Some(playing) = &mut self.playing {
            playing.inject(fault);
        }
    }

    /// A datagram (lane 0) came.
    pub fn handle_datagram(&mut self, now: Micros, from: PeerId, bytes: &[u8]) {
        self.stats.received(bytes.len());
        if !self.may_send(now, from, Way::Datagram, bytes.len()) {
            return;
        }
        let checked = match &mut self.playing {
            Some(playing) => playing.handle_datagram(now, from, bytes),
            None => Err(guard::Reject::StaleEpoch),
        };
        match checked {
            Ok(reports) => {
                self.stats.checksums_compared += u64::from(reports);
                self.decide(now, In::Heard(from));
            }
            Err(reason) => self.stats.drop_datagram(reason.name()),
        }
    }

    /// A control message (lane 1) came.
    pub fn handle_control(&mut self, now: Micros, from: PeerId, bytes: &[u8]) {
        self.stats.received(bytes.len());
        if !self.may_send(now, from, Way::Control, bytes.len()) {
            return;
        }
        if let Ok(Message::Heartbeat(beat)) = Message::decode(bytes)
            && let Some(playing) = &mut self.playing
            && playing.plays_with(from)
            && beat.epoch == playing.epoch().id
            && let Some(same) = playing.compare(from, beat.tick, beat.hash)
        {
            self.stats.compared(same);
            if !same {
                let (epoch, tick) = (beat.epoch, playing.settled().tick);
                self.decide(now, In::Desync { peer: from, epoch, tick });
            }
        }
        self.decide(now, In::Control { from, bytes });
    }

    /// Something else happened: a link opened, a player decided.
    pub fn handle(&mut self, now: Micros, input: In<'_>) {
        if matches!(input, In::Leave) {
            self.close_case();
        }
        self.decide(now, input);
    }

    /// Runs the ticks that are due, with what each local seat holds (indexed by
    /// seat; others are ignored). Returns how many ticks were due.
    pub fn update(&mut self, now: Micros, inputs: &[Input; MAX_SEATS]) -> u32 {
        let slow = self.playing.as_ref().is_some_and(Playing::is_ahead);
        let due = self.clock.due(now, slow);
        for _ in 0..due {
            self.decide(now, In::Tick);
            self.follow_lines(now);
            self.tick(now, inputs);
            self.serve_case(now);
        }
        due
    }

    /// When [`Match::update`] should be called next.
    pub fn deadline(&self) -> Micros {
        self.clock.deadline()
    }

    /// The next thing to send.
    pub fn poll_send(&mut self) -> Option<Packet> {
        let packet = if let Some((to, bytes)) = self.control.pop_front() {
            Packet::Control { to, bytes }
        } else {
            let (to, bytes) = self.playing.as_mut()?.poll_send()?;
            Packet::Datagram { to, bytes }
        };
        let (Packet::Datagram { bytes, .. } | Packet::Control { bytes, .. }) = &packet;
        self.stats.sent(bytes.len());
        Some(packet)
    }

    /// The next thing the owner should know.
    pub fn poll_happening(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    /// Takes the events of the predicted world since the last call; a rollback brings
    /// events of a tick again, or different ones.
    pub fn poll_predicted_events(&mut self, mut take: impl FnMut(u32, &Event)) {
        for (tick, event) in self.predicted_events.iter() {
            take(*tick, event);
        }
        self.predicted_events.clear();
    }

    /// Takes all that is to be told of both worlds since the last call of this and of its
    /// two siblings: first the predicted events with the rollbacks between them, then the
    /// settled ones, each of those exactly once.
    pub fn poll_told(&mut self, mut take: impl FnMut(Told)) {
        self.predicted_events.told().for_each(&mut take);
        self.predicted_events.clear();
        self.poll_settled_events(|tick, event| take(Told::Settled(tick, *event)));
    }

    /// Takes the events of the settled world since the last call: each exactly once.
    pub fn poll_settled_events(&mut self, mut take: impl FnMut(u32, &Event)) {
        for (tick, event) in self.settled_events.iter() {
            take(*tick, event);
        }
        self.settled_events.clear();
    }

    /// This peer's name in the room.
    pub fn me(&self) -> PeerId {
        self.me
    }

    /// Whether this peer arbitrates.
    pub fn is_host(&self) -> bool {
        matches!(self.authority, Authority::Host(_))
    }

    /// Where the machine stands.
    pub fn state(&self) -> State {
        match &self.authority {
            Authority::Host(host) => host.state(),
            Authority::Guest(guest) => guest.state(),
        }
    }

    /// The room as its players see it.
    pub fn lobby(&self) -> Lobby {
        match &self.authority {
            Authority::Host(host) => host.lobby(self.settled()),
            Authority::Guest(guest) => guest.lobby().clone(),
        }
    }

    /// Who plays the current epoch.
    pub fn roster(&self) -> Option<&Roster> {
        self.playing.as_ref().map(|p| &p.epoch().roster)
    }

    /// Who hosts, once that is known.
    pub fn host(&self) -> Option<PeerId> {
        match &self.authority {
            Authority::Host(_) => Some(self.me),
            Authority::Guest(guest) => guest.host(),
        }
    }

    /// What proves this peer's seat to the host on its next visit.
    pub fn token(&self) -> Option<Token> {
        match &self.authority {
            Authority::Host(host) => host.token(),
            Authority::Guest(guest) => guest.token(),
        }
    }

    /// The map of the current epoch.
    pub fn map(&self) -> Option<&Arc<Map>> {
        self.playing.as_ref().map(Playing::map)
    }

    /// The newest predicted world; all zero before the first epoch.
    pub fn predicted(&self) -> &World {
        self.playing.as_ref().map_or(&self.nothing, Playing::predicted)
    }

    /// The predicted world one tick before.
    pub fn before(&self) -> &World {
        self.playing.as_ref().map_or(&self.nothing, Playing::before)
    }

    /// The newest settled world; all zero before the first epoch.
    pub fn settled(&self) -> &World {
        self.playing.as_ref().map_or(&self.nothing, Playing::settled)
    }

    /// Whether play stands still because an epoch is being agreed on.
    pub fn is_frozen(&self) -> bool {
        self.playing.as_ref().is_some_and(|p| !p.is_running())
    }

    /// The input delay in ticks, as it is now.
    pub fn input_delay(&self) -> usize {
        self.playing.as_ref().map_or(0, Playing::delay)
    }

    /// The player everyone waits for.
    pub fn waiting_for(&self, now: Micros) -> Option<&Name> {
        match &self.authority {
            Authority::Host(host) => host.waiting_for(now / 1000),
            Authority::Guest(guest) => guest.waiting_for(now / 1000),
        }
    }

    /// Round trip to a peer in milliseconds, once measured.
    pub fn round_trip(&self, peer: PeerId) -> Option<u32> {
        match &self.authority {
            Authority::Host(host) => host.round_trip(peer),
            Authority::Guest(guest) => guest.round_trip(peer),
        }
    }

    /// Round trip to the slowest peer of the epoch in milliseconds.
    pub fn worst_round_trip(&self) -> Option<u32> {
        let roster = self.roster()?;
        roster.peers().into_iter().filter_map(|peer| self.round_trip(peer)).max()
    }

    /// What everyone did in this match up to its newest settled tick.
    pub fn deeds(&self) -> &Deeds {
        self.ledger.deeds()
    }

    /// How what a peer sent in this epoch arrived.
    pub fn quality(&self, peer: PeerId) -> Option<Quality> {
        self.playing.as_ref()?.quality(peer)
    }

    /// What was counted so far.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    // --- what follows ---

    /// Whether what came from a peer is within its budget. Above it a guest reads
    /// nothing until the budget has filled again; a host shuts the peer out.
    fn may_send(&mut self, now: Micros, from: PeerId, way: Way, length: usize) -> bool {
        match self.budgets.take(now, from, way, length) {
            Verdict::Within => return true,
            Verdict::Over(excess) if self.is_host() => {
                tracing::warn!("peer {from} sent too many {excess}: it is shut out for a minute");
                self.budgets.shut(now, from);
                self.decide(now, In::Floods(from));
            }
            Verdict::Over(excess) => {
                tracing::warn!("peer {from} sends too many {excess}: what is too much is not read");
            }
            Verdict::Ignored => {}
        }
        self.stats.drop_datagram("flood");
        false
    }

    fn decide(&mut self, now: Micros, input: In<'_>) {
        self.doubt |= matches!(input, In::Desync { .. });
        let settled = self.playing.as_ref().map_or(&*self.nothing, Playing::settled);
        let was_host = self.is_host();
        let outs = self.authority.handle(now / 1000, settled, input);
        if !was_host && self.is_host() {
            // Whom a guest merely ignored a host sends away.
            self.budgets = Budgets::default();
        }
        for out in outs {
            match out {
                Out::Send { to, bytes } => self.control.push_back((to, bytes)),
                Out::Begin(epoch) => self.begin(now, *epoch),
                Out::LobbyChanged => self.happenings.push_back(Happening::LobbyChanged),
                Out::Notice(notice) => self.happenings.push_back(Happening::Notice(notice)),
                Out::Shut(peer) => self.happenings.push_back(Happening::Shut(peer)),
                Out::Account { from, account } => self.hear(from, Said::Account(account)),
                Out::Exhibit { from, exhibit } => self.hear(from, Said::Exhibit(exhibit)),
                Out::Ended(reason) => {
                    self.close_epoch(now, None);
                    self.close_case();
                    self.happenings.push_back(Happening::Ended(reason));
                }
            }
        }
    }

    fn begin(&mut self, now: Micros, epoch: crate::session::Epoch) {
        self.close_epoch(now, Some(epoch.why));
        let delay = match self.delay {
            Delay::Fixed(ticks) => ticks.min(rollback::MAX_DELAY),
            Delay::Auto => {
                let trips = self.round_trips(&epoch.roster);
                self.chooser.begin(now / 1000, trips.into_iter())
            }
        };
        if epoch.host != self.me {
            self.stats.join_match_of(epoch.host, self.me);
        }
        self.stats.begin_epoch(EpochRecord {
            id: epoch.id,
            why: epoch.why.name(),
            tick: epoch.tick(),
            frozen_ms: 0,
            host: epoch.host,
            peers: epoch.roster.peers(),
        });
        self.hold_up.clear();
        if self.last_step.is_none() {
            self.last_step = Some(now / 1000);
        }
        if let Some(playing) = &self.playing {
            self.fault = playing.fault_to_come();
        }
        let old_map = self.map().cloned();
        match Playing::new(self.me, epoch, delay, old_map) {
            Ok(mut playing) => {
                playing.inject(self.fault);
                let world = playing.settled();
                self.stats.rewind(world.tick, world.hash());
                self.ledger.begin(world);
                self.predicted_events.rewind(world.tick);
                self.playing = Some(playing);
                self.happenings.push_back(Happening::Begun);
            }
            // The machines of `session` only begin epochs that can be played.
            Err(error) => {
                tracing::error!("the epoch cannot be played: {error}");
                self.happenings.push_back(Happening::Ended(EndReason::BadEpoch));
            }
        }
    }

    /// The newest round trip to each other peer of a roster.
    fn round_trips(&self, roster: &Roster) -> Vec<(PeerId, Option<u32>)> {
        let others = roster.peers().into_iter().filter(|peer| *peer != self.me);
        others.map(|peer| (peer, self.round_trip(peer))).collect()
    }

    /// Has the delay follow the lines, unless it is fixed.
    fn follow_lines(&mut self, now: Micros) {
        let Some(roster) = self.roster().filter(|_| self.delay == Delay::Auto) else { return };
        if self.chooser.is_due(now / 1000) {
            let trips = self.round_trips(roster);
            self.chooser.look(now / 1000, trips.into_iter());
        }
        let delay = self.chooser.delay();
        if let Some(playing) = &mut self.playing
            && playing.delay() != delay
            && playing.change_delay(delay)
        {
            self.stats.delay_changes += 1;
        }
    }

    fn tick(&mut self, now: Micros, inputs: &[Input; MAX_SEATS]) {
        let Some(playing) = &mut self.playing else { return };
        let epoch = playing.epoch().id;
        let (shaken, complete) = playing.poll_synchronized();
        for peer in shaken {
            self.decide(now, In::PeerSynchronized { epoch, peer });
        }
        if complete {
            self.decide(now, In::Synchronized { epoch });
        }
        // The machine may have begun another epoch.
        let Some(playing) = &mut self.playing else { return };
        if !playing.is_running() {
            return;
        }
        let ticked = playing.tick(
            inputs,
            &mut self.predicted_events,
            &mut self.settled_events,
            |tick, hash| {
                self.stats.settled(tick, hash);
            },
        );
        self.ledger.follow(playing.settle().kept(), &self.settled_events);
        if ticked.advanced.stepped {
            let frozen = self.last_step.replace(now / 1000).map_or(0, |last| now / 1000 - last);
            self.stats.stepped(frozen, &ticked);
            self.hold_up.played();
        } else {
            self.stats.stood();
        }
        let mut differing = Vec::new();
        if ticked.followed.differing > 0 {
            differing.push(self.me);
        }
        while let Some((peer, same)) = playing.poll_compared() {
            self.stats.compared(same);
            if !same {
                differing.push(peer);
            }
        }
        differing.extend(playing.poll_differing());
        let tick = playing.settled().tick;
        let held_up = match &self.authority {
            Authority::Host(_) if !ticked.advanced.stepped => {
                self.hold_up.stood(&playing.laggards(self.me))
            }
            _ => Vec::new(),
        };
        for peer in differing {
            self.decide(now, In::Desync { peer, epoch, tick });
        }
        for Laggard { peer, waits_for } in held_up {
            tracing::warn!("play stands: the inputs of peer {peer} do not come");
            self.decide(now, In::HoldsUp { epoch, peer, waits_for });
        }
    }
}
