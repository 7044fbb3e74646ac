//! What a relay counts, for Prometheus. Numbers only: no address and no room's name gets in here.

use std::time::Duration;

use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};

use super::limits::{Departure, Refusal};

/// Upper bounds of the join times that are told apart, in seconds.
const JOIN_BUCKETS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The counters of one relay.
pub(super) struct Metrics {
    registry: Registry,
    rooms: IntGauge,
    peers: IntGauge,
    connections: IntGauge,
    joins: IntCounter,
    join_seconds: Histogram,
    refusals: IntCounterVec,
    departures: IntCounterVec,
    messages: IntCounterVec,
    bytes: IntCounterVec,
}

/// Which way a message went.
#[derive(Clone, Copy)]
pub(super) enum Way {
    In,
    Out,
}

impl Way {
    const ALL: [Self; 2] = [Self::In, Self::Out];

    const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl Metrics {
    /// Counters that stand at zero.
    ///
    /// # Errors
    /// When two of them have the same name, which a test would show.
    pub(super) fn new() -> prometheus::Result<Self> {
        let name = |name: &str| format!("tankwarz_relay_{name}");
        let gauge = |it: &str, help: &str| IntGauge::new(name(it), help);
        let vector = |it: &str, help: &str, label: &str| {
            IntCounterVec::new(Opts::new(name(it), help), &[label])
        };
        let join_seconds = HistogramOpts::new(
            name("join_seconds"),
            "From a connection's first byte to the name its peer is given.",
        );
        let this = Self {
            registry: Registry::new(),
            rooms: gauge("rooms", "Rooms with somebody in them.")?,
            peers: gauge("peers", "Peers in rooms.")?,
            connections: gauge("connections", "Connections, those without a room included.")?,
            joins: IntCounter::new(name("joins_total"), "Peers that came into a room.")?,
            join_seconds: Histogram::with_opts(join_seconds.buckets(JOIN_BUCKETS.to_vec()))?,
            refusals: vector("refusals_total", "Connections that were not let in.", "reason")?,
            departures: vector("departures_total", "Peers that left a room.", "reason")?,
            messages: vector("messages_total", "Messages from and to peers.", "direction")?,
            bytes: vector("message_bytes_total", "Bytes in these messages.", "direction")?,
        };
        let registry = &this.registry;
        for it in [&this.rooms, &this.peers, &this.connections] {
            registry.register(Box::new(it.clone()))?;
        }
        for it in [&this.refusals, &this.departures, &this.messages, &this.bytes] {
            registry.register(Box::new(it.clone()))?;
        }
        registry.register(Box::new(this.joins.clone()))?;
        registry.register(Box::new(this.join_seconds.clone()))?;
        // What has not happened yet is shown as zero, so that its first time is seen as a change.
        for reason in Refusal::ALL {
            this.refusals.with_label_values(&[reason.name()]);
        }
        for reason in Departure::ALL {
            this.departures.with_label_values(&[reason.name()]);
        }
        for way in Way::ALL {
            this.messages.with_label_values(&[way.name()]);
            this.bytes.with_label_values(&[way.name()]);
        }
        Ok(this)
    }

    pub(super) fn joined(&self) {
        self.joins.inc();
    }

    /// A peer was told its name, so long after its connection was accepted.
    pub(super) fn named(&self, after: Duration) {
        self.join_seconds.observe(after.as_secs_f64());
    }

    pub(super) fn refused(&self, reason: Refusal) {
        self.refusals.with_label_values(&[reason.name()]).inc();
    }

    pub(super) fn departed(&self, reason: Departure) {
        self.departures.with_label_values(&[reason.name()]).inc();
    }

    pub(super) fn message(&self, way: Way, bytes: usize) {
        self.messages.with_label_values(&[way.name()]).inc();
        self.bytes.with_label_values(&[way.name()]).inc_by(bytes as u64);
    }

    /// How many came in, and how many were refused.
    pub(super) fn totals(&self) -> (u64, u64) {
        let refused = |reason: Refusal| self.refusals.with_label_values(&[reason.name()]).get();
        (self.joins.get(), Refusal::ALL.into_iter().map(refused).sum())
    }

    /// Everything in Prometheus's text format, with its media type.
    ///
    /// # Errors
    /// When a value cannot be written, which does not happen in memory.
    pub(super) fn text(
        &self,
        rooms: usize,
        peers: usize,
        connections: usize,
    ) -> prometheus::Result<(String, String)> {
        let set = |gauge: &IntGauge, value| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        set(&self.rooms, rooms);
        set(&self.peers, peers);
        set(&self.connections, connections);
        let encoder = TextEncoder::new();
        let text = encoder.encode_to_string(&self.registry.gather())?;
        Ok((encoder.format_type().to_owned(), text))
    }
}
