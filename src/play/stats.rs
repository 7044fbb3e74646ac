//! What a peer counts during its match, for the report and the net corner.

use std::collections::BTreeMap;

use super::epoch::Ticked;
use super::settle::REPORT_INTERVAL;
use crate::session::PeerId;

/// Hashes kept for the report: an hour of settled seconds.
const MOST_HASHES: usize = 3700;

/// One epoch in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochRecord {
    /// Its number.
    pub id: u32,
    /// What made it necessary.
    pub why: &'static str,
    /// The World's tick it began at.
    pub tick: u32,
    /// How long play stood still for it.
    pub frozen_ms: u64,
    /// Who decided it.
    pub host: PeerId,
    /// Who played it.
    pub peers: Vec<PeerId>,
}

/// Everything counted since the match began.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// The epochs so far.
    pub epochs: Vec<EpochRecord>,
    /// Newest settled tick.
    pub settled_tick: u32,
    /// Hash of the newest settled world.
    pub settled_hash: u64,
    /// One hash every 60 settled ticks, by tick.
    pub hashes: BTreeMap<u32, u64>,
    /// Rollbacks.
    pub rollbacks: u64,
    /// Ticks stepped again by them.
    pub rollback_ticks: u64,
    /// The deepest of them in ticks.
    pub max_rollback: u32,
    /// Ticks rolled back by the newest tick.
    pub last_rollback: u32,
    /// Ticks at which play stood at the prediction limit.
    pub stalled_ticks: u64,
    /// Changes of the input delay while playing.
    pub delay_changes: u64,
    /// Differences found between peers, or between the two worlds of this one.
    pub desyncs: u64,
    /// Hashes compared with other peers, by heartbeat and by ggrs's reports.
    pub checksums_compared: u64,
    /// Hashes of the settled world compared with this peer's own rollback loop.
    pub self_checks: u64,
    /// Messages sent, on both lanes.
    pub datagrams_sent: u64,
    /// Their payload.
    pub bytes_sent: u64,
    /// Messages received, on both lanes.
    pub datagrams_received: u64,
    /// Their payload.
    pub bytes_received: u64,
    /// Datagrams refused, by reason.
    pub dropped_datagrams: BTreeMap<&'static str, u64>,
    /// An epoch has begun and not stepped yet.
    begun: bool,
}

impl Stats {
    pub(super) fn begin_epoch(&mut self, record: EpochRecord) {
        self.epochs.push(record);
        self.begun = true;
    }

    /// This peer, a host until now, goes on in the match of another one: what it hosted
    /// without that one is no part of it.
    pub(super) fn join_match_of(&mut self, host: PeerId, me: PeerId) {
        let own = |epoch: &&EpochRecord| epoch.host == me && !epoch.peers.contains(&host);
        if let Some(first) = self.epochs.iter().rev().take_while(own).last() {
            self.hashes.split_off(&(first.tick + 1));
        }
    }

    /// What was settled after `tick` did not happen: another epoch goes on from there.
    pub(super) fn rewind(&mut self, tick: u32, hash: u64) {
        self.hashes.split_off(&(tick + 1));
        (self.settled_tick, self.settled_hash) = (tick, hash);
    }

    pub(super) fn settled(&mut self, tick: u32, hash: u64) {
        (self.settled_tick, self.settled_hash) = (tick, hash);
        if tick.is_multiple_of(REPORT_INTERVAL) {
            self.hashes.insert(tick, hash);
            if self.hashes.len() > MOST_HASHES {
                self.hashes.pop_first();
            }
        }
    }

    pub(super) fn stepped(&mut self, frozen_ms: u64, ticked: &Ticked) {
        if std::mem::take(&mut self.begun)
            && let Some(epoch) = self.epochs.last_mut()
        {
            epoch.frozen_ms = frozen_ms;
        }
        let depth = ticked.advanced.rolled_back;
        self.last_rollback = depth;
        self.rollbacks += u64::from(depth > 0);
        self.rollback_ticks += u64::from(depth);
        self.max_rollback = self.max_rollback.max(depth);
        self.desyncs += u64::from(ticked.advanced.desyncs + ticked.followed.differing);
        self.self_checks += u64::from(ticked.followed.compared);
    }

    /// A tick at which play stood at the prediction limit.
    pub(super) fn stood(&mut self) {
        self.stalled_ticks += 1;
        self.last_rollback = 0;
    }

    pub(super) fn compared(&mut self, same: bool) {
        self.checksums_compared += 1;
        self.desyncs += u64::from(!same);
    }

    pub(super) fn sent(&mut self, bytes: usize) {
        self.datagrams_sent += 1;
        self.bytes_sent += bytes as u64;
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.datagrams_received += 1;
        self.bytes_received += bytes as u64;
    }

    pub(super) fn drop_datagram(&mut self, reason: &'static str) {
        *self.dropped_datagrams.entry(reason).or_default() += 1;
    }
}
