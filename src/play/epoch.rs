//! One epoch being played: the session, what guards it, and its two worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bundle::Bundler;
use super::clock::Micros;
use super::fault::Fault;
use super::guard::{Guard, GuardConfig, Reject, SessionView};
use super::holdup::Laggard;
use super::meter::{Meter, Quality};
use super::rollback::{Advanced, CHECKSUM_INTERVAL, MAX_DELAY, MAX_PREDICTION, Rollback};
use super::settle::{Followed, Settle};
use super::wire::{WireBody, WireMessage};
use crate::session::{Epoch, PeerId};
use crate::sim::{Events, Input, MAX_SEATS, Map, World};

/// The current epoch of one peer.
pub(super) struct Playing {
    epoch: Epoch,
    map: Arc<Map>,
    rollback: Rollback,
    settle: Settle,
    guard: Guard,
    bundler: Bundler,
    meters: BTreeMap<PeerId, Meter>,
    running: bool,
}

/// What one tick did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ticked {
    /// Of the rollback loop.
    pub(super) advanced: Advanced,
    /// Of the settled world.
    pub(super) followed: Followed,
}

impl Playing {
    /// Begins an epoch; `old_map` saves making the map again if it is the same.
    pub(super) fn new(
        me: PeerId,
        epoch: Epoch,
        delay: usize,
        old_map: Option<Arc<Map>>,
    ) -> Result<Self, ggrs::GgrsError> {
        let map = old_map
            .filter(|map| map.seeds() == epoch.seeds && *map.rules() == epoch.rules)
            .unwrap_or_else(|| Arc::new(Map::generate(epoch.seeds, &epoch.rules)));
        let world = match &epoch.world {
            Some(world) => **world,
            None => World::create(&map, &epoch.roster.handles()),
        };
        let roster = &epoch.roster;
        let others = roster.peers().into_iter().filter(|peer| *peer != me);
        let meters = others.clone().map(|peer| (peer, Meter::default())).collect();
        let guard = Guard::new(GuardConfig {
            epoch: epoch.id,
            peers: others.map(|peer| (peer, roster.local_seats(peer).len())).collect(),
            num_players: roster.handles().len(),
            max_prediction: MAX_PREDICTION,
            input_delay_max: MAX_DELAY,
            checksum_interval: CHECKSUM_INTERVAL,
        });
        Ok(Self {
            rollback: Rollback::new(me, roster, world, delay)?,
            settle: Settle::new(world),
            guard,
            bundler: Bundler::new(epoch.id),
            meters,
            running: false,
            map,
            epoch,
        })
    }

    /// Hands the messages of a datagram to ggrs if all of them are legal; how many
    /// checksum reports were among them.
    pub(super) fn handle_datagram(
        &mut self,
        now: Micros,
        from: PeerId,
        bytes: &[u8],
    ) -> Result<u32, Reject> {
        let view = SessionView { current_frame: self.rollback.frame() };
        let mut reports = 0;
        for message in self.guard.check(from, bytes, view)? {
            let body = WireMessage::from_ggrs(&message).map(|mirror| mirror.body);
            reports += u32::from(matches!(body, Ok(WireBody::ChecksumReport { .. })));
            if let (Ok(WireBody::Input(input)), Some(meter)) = (&body, self.meters.get_mut(&from)) {
                meter.arrived(now, input.start_frame.saturating_add(input.count() as i32));
            }
            self.rollback.handle_message(from, message);
        }
        Ok(reports)
    }

    /// Lets an epoch that does not run yet shake hands: with whom it did just now,
    /// and, once, that it has with everyone.
    pub(super) fn poll_synchronized(&mut self) -> (Vec<PeerId>, bool) {
        if self.running {
            return (Vec::new(), false);
        }
        self.guard.tick();
        self.bundler.tick();
        self.rollback.poll();
        self.collect();
        self.running = self.rollback.is_running();
        (self.rollback.poll_shaken(), self.running)
    }

    /// One tick of a running epoch. `settled` is told tick and hash of each settled world.
    pub(super) fn tick(
        &mut self,
        inputs: &[Input; MAX_SEATS],
        predicted_events: &mut Events,
        settled_events: &mut Events,
        settled: impl FnMut(u32, u64),
    ) -> Ticked {
        self.guard.tick();
        self.bundler.tick();
        let advanced = match self.rollback.advance(inputs, &self.map, predicted_events) {
            Ok(advanced) => advanced,
            Err(error) => {
                tracing::warn!("a tick was skipped: {error}");
                Advanced::default()
            }
        };
        let followed = self.settle.follow(&self.rollback, &self.map, settled_events, settled);
        self.collect();
        Ticked { advanced, followed }
    }

    /// The next datagram to send.
    pub(super) fn poll_send(&mut self) -> Option<(PeerId, Vec<u8>)> {
        self.bundler.poll_send()
    }

    /// See [`Settle::compare`].
    pub(super) fn compare(&mut self, peer: PeerId, tick: u32, hash: u64) -> Option<bool> {
        self.settle.compare(peer, tick, hash)
    }

    /// See [`Settle::poll_compared`].
    pub(super) fn poll_compared(&mut self) -> Option<(PeerId, bool)> {
        self.settle.poll_compared()
    }

    /// See [`Rollback::poll_differing`].
    pub(super) fn poll_differing(&mut self) -> BTreeSet<PeerId> {
        self.rollback.poll_differing()
    }

    /// How what a peer sent in this epoch arrived.
    pub(super) fn quality(&self, peer: PeerId) -> Option<Quality> {
        self.meters.get(&peer).map(Meter::quality)
    }

    /// See [`Match::inject`](super::Match::inject).
    pub(super) fn inject(&mut self, fault: Fault) {
        self.rollback.inject(fault.predicted);
        self.settle.inject(fault.settled);
    }

    /// What of it has not happened yet.
    pub(super) fn fault_to_come(&self) -> Fault {
        Fault { predicted: self.rollback.fault_to_come(), settled: self.settle.fault_to_come() }
    }

    /// The peers whose inputs are furthest behind, and for whom they say they wait.
    pub(super) fn laggards(&self, me: PeerId) -> Vec<Laggard> {
        let roster = &self.epoch.roster;
        let others: Vec<PeerId> = roster.peers().into_iter().filter(|peer| *peer != me).collect();
        let Some(lowest) = others.iter().map(|&peer| self.guard.newest(peer)).min() else {
            return Vec::new();
        };
        let furthest = others.into_iter().filter(|&peer| self.guard.newest(peer) == lowest);
        let laggard = |peer: PeerId| {
            let known = self.guard.known_to(peer);
            let seats = roster.active().zip(known.into_iter().flatten());
            // Who waits has predicted as far as it may beyond what it knows.
            let waits = |frame: i32| frame.saturating_add(MAX_PREDICTION as i32) <= lowest;
            let waits = seats
                .filter(|((_, player), frame)| player.peer != peer && waits(*frame))
                .min_by_key(|(_, frame)| *frame);
            Laggard { peer, waits_for: waits.map(|((_, player), _)| player.peer) }
        };
        furthest.map(laggard).collect()
    }

    /// What was settled, to be shown if something went wrong.
    pub(super) fn settle(&self) -> &Settle {
        &self.settle
    }

    pub(super) fn plays_with(&self, peer: PeerId) -> bool {
        self.epoch.roster.has(peer)
    }

    pub(super) fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    pub(super) fn map(&self) -> &Arc<Map> {
        &self.map
    }

    pub(super) fn is_running(&self) -> bool {
        self.running
    }

    pub(super) fn is_ahead(&self) -> bool {
        self.running && self.rollback.is_ahead()
    }

    /// See [`Rollback::delay`].
    pub(super) fn delay(&self) -> usize {
        self.rollback.delay()
    }

    /// See [`Rollback::change_delay`].
    pub(super) fn change_delay(&mut self, delay: usize) -> bool {
        let changed = self.rollback.change_delay(delay);
        self.collect();
        changed
    }

    pub(super) fn predicted(&self) -> &World {
        self.rollback.now()
    }

    pub(super) fn before(&self) -> &World {
        self.rollback.before()
    }

    pub(super) fn settled(&self) -> &World {
        self.settle.world()
    }

    fn collect(&mut self) {
        while let Some((to, message)) = self.rollback.poll_message() {
            self.guard.handle_sent(to, &message);
            self.bundler.push(to, &message);
        }
    }
}
