//! An epoch that went wrong, while its peers show each other what they settled.
//!
//! Everyone sends everyone an account of its last ticks. Two accounts say since which tick two
//! peers differ; then each sends the other its World of that tick. Whoever's rollback loop
//! disagreed with its own settled World shows both to all. One message a tick, at most four
//! from each peer: nothing a peer sends makes this one say more, or keep more.

use std::collections::{BTreeMap, VecDeque};

use super::clock::Micros;
use super::epoch::Playing;
use super::settle::Kept;
use super::{Authority, Happening, Match};
use crate::feed::{Evidence, Recorder, Testimony};
use crate::session::testimony::EXHIBIT_TICKS;
use crate::session::{Account, Build, Epoch, Exhibit, Message, PeerId, Source, Why};
use crate::sim::{Input, MAX_SEATS, World};

/// How long the next epoch may take to come up before the peers talk of the last one beside it.
const QUIET: Micros = 1_500_000;
/// How long the others have.
const OPEN: Micros = 5_000_000;
/// Messages of one peer that are kept before it is known here that the epoch went wrong: all
/// that it can say without having heard of us.
const EARLY: usize = 3;
/// Ticks of inputs shown before the first that differs.
const BEFORE: u32 = 11;

/// What a peer said of the epoch that is still played here.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// Its account.
    Account(Box<Account>),
    /// One of its Worlds.
    Exhibit(Box<Exhibit>),
}

/// What came of an epoch before this peer knew that it went wrong.
#[derive(Debug, Default)]
pub(super) struct Early(Vec<(PeerId, Said)>);

impl Early {
    /// Keeps what a peer of the epoch said.
    pub(super) fn keep(&mut self, from: PeerId, said: Said) {
        if self.0.iter().filter(|(who, _)| *who == from).count() < EARLY {
            self.0.push((from, said));
        }
    }
}

/// The epoch that went wrong.
pub(super) struct Case {
    me: PeerId,
    epoch: Epoch,
    kept: Vec<Kept>,
    recorder: Recorder,
    account: Account,
    exhibits: Vec<Exhibit>,
    others: BTreeMap<PeerId, Other>,
    outbox: VecDeque<(PeerId, Message)>,
    opened: Micros,
}

/// What another peer of the epoch has said so far.
#[derive(Default)]
struct Other {
    account: Option<Account>,
    /// The first tick its settled Worlds differ from ours.
    differs: Option<u32>,
    exhibits: Vec<Exhibit>,
}

impl Case {
    /// The epoch that `playing` came to.
    pub(super) fn open(me: PeerId, playing: &Playing, early: Early, now: Micros) -> Self {
        let (epoch, settle) = (playing.epoch().clone(), playing.settle());
        let kept: Vec<Kept> = settle.kept().copied().collect();
        let account = Account {
            epoch: epoch.id,
            first: kept.first().map_or(0, |kept| kept.world.tick),
            pages: kept.iter().map(|kept| kept.page).collect(),
            torn: settle.torn().map(|world| world.tick),
        };
        let mut case = Self {
            me,
            kept,
            recorder: settle.recorder().clone(),
            exhibits: Vec::new(),
            others: BTreeMap::new(),
            outbox: VecDeque::new(),
            opened: now,
            account,
            epoch,
        };
        let others = case.epoch.roster.peers().into_iter().filter(|peer| *peer != me);
        case.others = others.map(|peer| (peer, Other::default())).collect();
        case.tell_all(&Message::Account(Box::new(case.account.clone())));
        if let Some(world) = settle.torn() {
            // The predicted one last: who has that waits for nothing more.
            case.show_own(world.tick, world.tick);
            // Who has not settled that tick yet gets there with the inputs that lead to it.
            let before = world.tick.saturating_sub(EXHIBIT_TICKS as u32 - BEFORE);
            let exhibit = case.exhibit(Source::Predicted, world, before);
            case.exhibits.push(exhibit);
            for exhibit in case.exhibits.clone() {
                case.tell_all(&Message::Exhibit(Box::new(exhibit)));
            }
        }
        for (from, said) in early.0 {
            case.handle(from, said);
        }
        case
    }

    /// A peer said something of this epoch, or of another.
    pub(super) fn handle(&mut self, from: PeerId, said: Said) {
        match said {
            Said::Account(account) => self.handle_account(from, *account),
            Said::Exhibit(exhibit) => self.handle_exhibit(from, *exhibit),
        }
    }

    /// The next message, once the new epoch runs or takes its time.
    pub(super) fn poll_send(&mut self, now: Micros, running: bool) -> Option<(PeerId, Message)> {
        let free = running || now >= self.opened + QUIET;
        if free { self.outbox.pop_front() } else { None }
    }

    /// Whether all is said, or the others had their time.
    pub(super) fn is_over(&self, now: Micros) -> bool {
        let complete = self.outbox.is_empty() && self.others.values().all(Other::is_complete);
        complete || now >= self.opened + OPEN
    }

    /// What there is to show, from a build of this name and fingerprint.
    pub(super) fn close(self, build: Build, fingerprint: u64) -> Evidence {
        let (start, tapes) = self.recorder.finish();
        let own = Testimony { peer: self.me, account: self.account, exhibits: self.exhibits };
        let other = |(peer, other): (PeerId, Other)| {
            let exhibits = other.exhibits;
            other.account.map(|account| Testimony { peer, account, exhibits })
        };
        let others = self.others.into_iter().filter_map(other);
        let testimonies = std::iter::once(own).chain(others).collect();
        Evidence { build, fingerprint, me: self.me, epoch: self.epoch, start, tapes, testimonies }
    }

    // --- what follows ---

    fn handle_account(&mut self, from: PeerId, account: Account) {
        let Some(other) = self.others.get_mut(&from) else { return };
        if account.epoch != self.epoch.id || other.account.is_some() {
            return;
        }
        other.differs = self.account.first_world(&account);
        let inputs = self.account.first_inputs(&account);
        let differs = other.differs;
        other.account = Some(account);
        let Some(tick) = differs else { return };
        let around = inputs.map_or(tick, |inputs| inputs.min(tick));
        self.show_own(tick.saturating_sub(1), around);
        self.show_own(tick, around);
        if let Some(kept) = self.kept_at(tick) {
            let exhibit = self.exhibit(Source::Settled, &kept.world, around);
            self.outbox.push_back((from, Message::Exhibit(Box::new(exhibit))));
        }
    }

    /// Keeps a World if it is the one that the peer's account speaks of.
    fn handle_exhibit(&mut self, from: PeerId, exhibit: Exhibit) {
        let Some(other) = self.others.get_mut(&from) else { return };
        let Some(account) = &other.account else { return };
        let same = |e: &Exhibit| (e.source, e.tick) == (exhibit.source, exhibit.tick);
        let known = other.exhibits.iter().any(same);
        let torn = account.torn == Some(exhibit.tick);
        let named = match exhibit.source {
            Source::Settled => {
                let hash = account.page(exhibit.tick).map(|page| page.world);
                (torn || other.differs == Some(exhibit.tick))
                    && hash == Some(exhibit.world().hash())
            }
            Source::Predicted => torn,
        };
        if exhibit.epoch != self.epoch.id || known || !named {
            return;
        }
        let tick = exhibit.tick;
        other.exhibits.push(exhibit);
        self.show_own(tick, tick);
    }

    /// Puts our settled World of a tick into the file, once, with the inputs around another.
    fn show_own(&mut self, tick: u32, around: u32) {
        let settled = |e: &Exhibit| e.source == Source::Settled && e.tick == tick;
        if self.exhibits.iter().any(settled) {
            return;
        }
        if let Some(kept) = self.kept_at(tick) {
            let exhibit = self.exhibit(Source::Settled, &kept.world, around);
            self.exhibits.push(exhibit);
        }
    }

    fn kept_at(&self, tick: u32) -> Option<Kept> {
        self.kept.iter().find(|kept| kept.world.tick == tick).copied()
    }

    /// A World with the inputs around the tick `around`.
    fn exhibit(&self, source: Source, world: &World, around: u32) -> Exhibit {
        let from = around.saturating_sub(BEFORE);
        let later = self.kept.iter().filter(|kept| kept.world.tick >= from);
        let shown: Vec<(u32, [Input; MAX_SEATS])> = later
            .filter_map(|kept| Some((kept.world.tick, kept.inputs?)))
            .take(EXHIBIT_TICKS)
            .collect();
        let first = shown.first().map_or(from, |(tick, _)| *tick);
        let inputs = shown.into_iter().map(|(_, inputs)| inputs).collect();
        Exhibit::new(self.epoch.id, source, world, first, inputs)
    }

    fn tell_all(&mut self, message: &Message) {
        self.outbox.extend(self.others.keys().map(|peer| (*peer, message.clone())));
    }
}

impl Match {
    /// A peer of the match says or shows what came of an epoch that went wrong.
    pub(super) fn hear(&mut self, from: PeerId, said: Said) {
        let of = match &said {
            Said::Account(account) => account.epoch,
            Said::Exhibit(exhibit) => exhibit.epoch,
        };
        match (&self.playing, &mut self.case) {
            (Some(p), _) if p.epoch().id == of && p.plays_with(from) => self.early.keep(from, said),
            (_, Some(case)) => case.handle(from, said),
            _ => {}
        }
    }

    /// This epoch is over: if it went wrong, its peers show each other what they have.
    pub(super) fn close_epoch(&mut self, now: Micros, next: Option<Why>) {
        let early = std::mem::take(&mut self.early);
        if std::mem::take(&mut self.doubt) || next == Some(Why::Desync) {
            self.close_case();
            let me = self.me;
            self.case = self.playing.as_ref().map(|playing| Case::open(me, playing, early, now));
        }
    }

    /// One message about the epoch that went wrong, or what came of it.
    pub(super) fn serve_case(&mut self, now: Micros) {
        let running = self.playing.as_ref().is_some_and(Playing::is_running);
        let Some(case) = &mut self.case else { return };
        if let Some((to, message)) = case.poll_send(now, running) {
            self.control.push_back((to, message.encode()));
        }
        if case.is_over(now) {
            self.close_case();
        }
    }

    /// Whatever is not said yet is not waited for.
    pub(super) fn close_case(&mut self) {
        if let Some(case) = self.case.take() {
            let (build, fingerprint) = match &self.authority {
                Authority::Host(host) => host.build(),
                Authority::Guest(guest) => guest.build(),
            };
            let evidence = case.close(build.clone(), fingerprint);
            self.happenings.push_back(Happening::Evidence(Box::new(evidence)));
        }
    }
}

impl Other {
    fn is_complete(&self) -> bool {
        let Some(account) = &self.account else { return false };
        let has = |source, tick| self.exhibits.iter().any(|e| (e.source, e.tick) == (source, tick));
        self.differs.is_none_or(|tick| has(Source::Settled, tick))
            && account.torn.is_none_or(|tick| has(Source::Predicted, tick))
    }
}
