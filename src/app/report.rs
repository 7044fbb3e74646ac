//! The report: what was played and measured, as one JSON file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::Failure;
use super::plan::Setup;
use crate::play::stats::Stats;
use crate::play::synctest::Verdict;

/// Everything the report of a match says. Hashes are 16 hexadecimal digits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// `practice`, `host` or `join`.
    pub mode: &'static str,
    /// How it ended, in words.
    pub end: String,
    /// The seat of the local player.
    pub seat: Option<u8>,
    /// The seat of the second player at this machine.
    pub second_seat: Option<u8>,
    /// Occupied seats.
    pub seats: usize,
    /// The seat of the host.
    pub host: Option<u8>,
    /// The epochs, oldest first.
    pub epochs: Vec<EpochLine>,
    /// Newest settled tick.
    pub settled_tick: u32,
    /// Hash of the newest settled world.
    pub settled_hash: String,
    /// One hash every 60 settled ticks, by tick.
    pub hashes: BTreeMap<u32, String>,
    /// Rollbacks.
    pub rollbacks: u64,
    /// Ticks stepped again by them.
    pub rollback_ticks: u64,
    /// The deepest rollback in ticks.
    pub max_rollback: u32,
    /// Ticks at which play stood at the prediction limit.
    pub stalled_ticks: u64,
    /// Differences found.
    pub desyncs: u64,
    /// Hashes compared with other peers.
    pub checksums_compared: u64,
    /// Hashes of the settled world compared with this peer's own rollback loop.
    pub self_checks: u64,
    /// Messages sent on both lanes.
    pub datagrams_sent: u64,
    /// Their payload.
    pub bytes_sent: u64,
    /// Messages received on both lanes.
    pub datagrams_received: u64,
    /// Their payload.
    pub bytes_received: u64,
    /// Datagrams refused, by reason.
    pub dropped_datagrams: BTreeMap<&'static str, u64>,
    /// Round trip to the slowest peer.
    pub ping_ms: Option<u32>,
    /// The way to each seat of another peer: `lan`, `direct` or `relayed`.
    pub routes: BTreeMap<u8, &'static str>,
    /// Input delay in ticks, at the end.
    pub input_delay: usize,
    /// How often it changed while playing.
    pub input_delay_changes: u64,
    /// How late ticks started after their deadline.
    pub tick_late_us: LatenessLine,
    /// Way the local tank drove in the predicted world, in tiles.
    pub tiles_driven: f32,
    /// Every seat with its result.
    pub scores: Vec<ScoreLine>,
}

/// One epoch.
#[derive(Clone, Debug, Serialize)]
pub struct EpochLine {
    /// Its number.
    pub id: u32,
    /// What made it necessary.
    pub why: &'static str,
    /// The tick it began at.
    pub tick: u32,
    /// How long play stood still for it.
    pub frozen_ms: u64,
}

/// One seat's result.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreLine {
    /// The seat.
    pub seat: u8,
    /// Its player.
    pub name: String,
    /// The number of its colour, 0 to 7.
    pub colour: u8,
    /// Points.
    pub score: u32,
    /// Tanks destroyed.
    pub kills: u16,
    /// Times destroyed.
    pub deaths: u16,
    /// Shells fired.
    pub shots: u16,
    /// Shells that hit.
    pub hits: u16,
}

/// Microseconds between deadline and start of a tick.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LatenessLine {
    /// Half of the ticks were no later.
    pub p50: u64,
    /// 99 of 100 ticks were no later.
    pub p99: u64,
    /// The latest.
    pub worst: u64,
}

impl Report {
    /// Takes over what the match counted.
    pub fn count(&mut self, stats: &Stats) {
        let hex = |hash: u64| format!("{hash:016x}");
        self.epochs = stats
            .epochs
            .iter()
            .map(|e| EpochLine { id: e.id, why: e.why, tick: e.tick, frozen_ms: e.frozen_ms })
            .collect();
        self.settled_tick = stats.settled_tick;
        self.settled_hash = hex(stats.settled_hash);
        self.hashes = stats.hashes.iter().map(|(tick, hash)| (*tick, hex(*hash))).collect();
        self.rollbacks = stats.rollbacks;
        self.rollback_ticks = stats.rollback_ticks;
        self.max_rollback = stats.max_rollback;
        self.stalled_ticks = stats.stalled_ticks;
        self.input_delay_changes = stats.delay_changes;
        self.desyncs = stats.desyncs;
        self.checksums_compared = stats.checksums_compared;
        self.self_checks = stats.self_checks;
        self.datagrams_sent = stats.datagrams_sent;
        self.bytes_sent = stats.bytes_sent;
        self.datagrams_received = stats.datagrams_received;
        self.bytes_received = stats.bytes_received;
        self.dropped_datagrams = stats.dropped_datagrams.clone();
    }
}

/// Writes the report of a match where the player wanted it, if anywhere.
///
/// # Errors
/// When the file cannot be written.
pub fn write(setup: &Setup, report: &Report) -> Result<(), Failure> {
    setup.report.as_deref().map_or(Ok(()), |path| write_json(path, report))
}

/// Writes any report.
///
/// # Errors
/// When the file cannot be written.
pub fn write_json(path: &Path, report: &impl Serialize) -> Result<(), Failure> {
    let failed = |error: String| {
        Failure::Failed(format!(
            "cannot write the report to {}: {error}; choose another file",
            path.display()
        ))
    };
    let text = serde_json::to_string_pretty(report).map_err(|error| failed(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| failed(error.to_string()))
}

/// The report of a sync-test.
pub fn of_synctest(verdict: &Verdict, frames: u32) -> impl Serialize + use<> {
    match verdict {
        Verdict::Same { compared, world } => serde_json::json!({
            "mode": "synctest", "frames": frames, "compared": compared,
            "settled_tick": world.tick, "settled_hash": format!("{:016x}", world.hash()),
        }),
        Verdict::Differs { frame, field } => serde_json::json!({
            "mode": "synctest", "frames": frames, "bad_frame": frame, "field": field,
        }),
    }
}
