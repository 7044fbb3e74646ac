//! Checks every datagram before ggrs sees it: ggrs trusts its peers, and one
//! hostile packet can end the process (allocation bombs, endless numbers,
//! failed assertions, maps that grow for ever).
//!
//! The guard decodes a mirror of each message, compares every field with what
//! this session can legally receive, and only then hands it on. It must never
//! refuse what an honest ggrs session sends, except packets so late that ggrs
//! would ignore them, and it never reads a clock: budgets refill per tick.

use std::collections::{BTreeMap, VecDeque};

use super::bundle::split;
use super::wire::{PackError, WireBody, WireInput, WireMessage, take_varint};
use crate::session::PeerId;
use crate::sim::MAX_SEATS;

/// Bytes of one [`crate::sim::Input`] in ggrs's encoding.
const INPUT_BYTES: usize = 4;
/// Most unacknowledged inputs ggrs keeps, and the length of its input queues.
const PENDING: usize = 128;
/// A datagram larger than this is never legal: 128 inputs of eight players fit.
const MAX_RECEIVED: usize = 5 * 1024;
/// Own clock readings remembered per peer; at five a second, about 13 s.
const PINGS: usize = 64;
/// Checksums ggrs keeps per peer; older reports are of no use to it.
const CHECKSUMS: i32 = 32;
/// Largest believable frame advantage, a minute of play.
const MAX_ADVANTAGE: u16 = 3600;
/// Clock readings above this are no milliseconds since 1970.
const MAX_PING: u128 = 1 << 48;
/// Datagrams per peer: so many at once (a hang of eight seconds), then so many per tick.
const DATAGRAMS: (u32, u32) = (512, 4);
/// Messages per peer that ggrs answers: so many at once, then so many per tick.
const ANSWERED: (u32, u32) = (128, 1);

/// What a peer said so many ticks ago is no news: 1 s.
const STALE: u32 = 60;

/// What the guard must know about one session.
#[derive(Clone, Debug)]
pub struct GuardConfig {
    /// Number of the epoch this session plays.
    pub epoch: u32,
    /// The remote peers, and how many players each controls; 0 for a spectator.
    pub peers: BTreeMap<PeerId, usize>,
    /// Players of the session, local ones included.
    pub num_players: usize,
    /// Prediction window in frames, the same on every peer.
    pub max_prediction: usize,
    /// Largest input delay, in frames, that any peer may choose.
    pub input_delay_max: usize,
    /// Frames between two checksum reports; 0 if there are none.
    pub checksum_interval: u32,
}

/// What the session looks like when a datagram arrives.
#[derive(Clone, Copy, Debug)]
pub struct SessionView {
    /// The frame `P2PSession::current_frame` tells, 0 while synchronising.
    pub current_frame: i32,
}

/// Why a datagram was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reject {
    /// Too short for an epoch and one message.
    Short,
    /// The sender has no part in this session.
    UnknownPeer,
    /// The sender only watches.
    Spectator,
    /// From another epoch's session.
    StaleEpoch,
    /// Larger than any legal datagram.
    TooLarge,
    /// More datagrams than a peer may send.
    Budget,
    /// No bundle of whole messages.
    Malformed,
    /// Not the magic number this peer began with.
    Magic,
    /// More messages to be answered than a peer may send.
    SyncFlood,
    /// Inputs that leave a gap, are ancient, or lie in an impossible future.
    StartFrame,
    /// Acknowledges a frame never sent.
    AckFrame,
    /// Statuses of the wrong number or with impossible content.
    ConnectStatus,
    /// Asks to be disconnected, which happens outside ggrs here.
    DisconnectRequested,
    /// A number in the packed inputs does not end.
    Varint,
    /// The packed inputs unpack to more than can be pending.
    RunLength,
    /// The inputs are none, or not of this game's size.
    InputShape,
    /// A checksum of a frame that cannot be reported now.
    Checksum,
    /// Impossible frame advantage or clock reading.
    Quality,
}

impl Reject {
    /// Stable short name, the key in a report's `dropped_datagrams`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::UnknownPeer => "unknown_peer",
            Self::Spectator => "spectator",
            Self::StaleEpoch => "stale_epoch",
            Self::TooLarge => "too_large",
            Self::Budget => "budget",
            Self::Malformed => "malformed",
            Self::Magic => "magic",
            Self::SyncFlood => "sync_flood",
            Self::StartFrame => "start_frame",
            Self::AckFrame => "ack_frame",
            Self::ConnectStatus => "connect_status",
            Self::DisconnectRequested => "disconnect_requested",
            Self::Varint => "varint",
            Self::RunLength => "run_length",
            Self::InputShape => "input_shape",
            Self::Checksum => "checksum",
            Self::Quality => "quality",
        }
    }
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Stands between the network and one ggrs session.
#[derive(Debug)]
pub struct Guard {
    config: GuardConfig,
    peers: BTreeMap<PeerId, Peer>,
}

impl Guard {
    /// A guard for a session that has neither sent nor received anything yet.
    pub fn new(config: GuardConfig) -> Self {
        let peers = config.peers.iter().map(|(&id, &players)| (id, Peer::new(players))).collect();
        Self { config, peers }
    }

    /// Must be told each message ggrs sends: only what was sent can be answered.
    pub fn handle_sent(&mut self, to: PeerId, message: &ggrs::Message) {
        let (Some(peer), Ok(message)) = (self.peers.get_mut(&to), WireMessage::from_ggrs(message))
        else {
            return;
        };
        match message.body {
            WireBody::Input(input) => {
                let count = input.count();
                peer.last_sent = peer.last_sent.max(input.start_frame + count as i32 - 1);
            }
            WireBody::QualityReport { ping, .. } => {
                if peer.pings.len() == PINGS {
                    peer.pings.pop_front();
                }
                peer.pings.push_back(ping);
            }
            _ => {}
        }
    }

    /// One tick has passed: budgets refill.
    pub fn tick(&mut self) {
        for peer in self.peers.values_mut() {
            peer.datagrams = (peer.datagrams + DATAGRAMS.1).min(DATAGRAMS.0);
            peer.silent = peer.silent.saturating_add(1);
            peer.answered = (peer.answered + ANSWERED.1).min(ANSWERED.0);
        }
    }

    /// The messages of a datagram, in order, all of them safe for ggrs. They
    /// must be given to ggrs, in the order of the datagrams.
    ///
    /// # Errors
    /// The first reason found. Then no message of the datagram may be used.
    pub fn check(
        &mut self,
        from: PeerId,
        datagram: &[u8],
        view: SessionView,
    ) -> Result<Vec<ggrs::Message>, Reject> {
        let mut bundle = datagram;
        let epoch = take_varint(&mut bundle).ok_or(Reject::Short)?;
        if bundle.is_empty() {
            return Err(Reject::Short);
        }
        let peer = self.peers.get_mut(&from).ok_or(Reject::UnknownPeer)?;
        if peer.players == 0 {
            return Err(Reject::Spectator);
        }
        if epoch != u64::from(self.config.epoch) {
            return Err(Reject::StaleEpoch);
        }
        peer.datagrams = peer.datagrams.checked_sub(1).ok_or(Reject::Budget)?;
        if datagram.len() > MAX_RECEIVED {
            return Err(Reject::TooLarge);
        }
        let mut seen = peer.seen;
        let mut messages = Vec::new();
        for bytes in split(bundle).ok_or(Reject::Malformed)? {
            let mut message = WireMessage::decode(bytes).map_err(|_| Reject::Malformed)?;
            peer.check_message(&self.config, view, &mut seen, &mut message)?;
            messages.push(message.to_ggrs().map_err(|_| Reject::Malformed)?);
        }
        peer.seen = seen;
        peer.silent = 0;
        Ok(messages)
    }

    /// The newest frame whose inputs came from a peer; -1 for none.
    pub fn newest(&self, peer: PeerId) -> i32 {
        self.peers.get(&peer).map_or(ggrs::NULL_FRAME, |peer| peer.seen.newest)
    }

    /// The newest frame that a peer says it has inputs for, by handle, -1 for none;
    /// `None` once nothing that makes sense came from it for a second.
    pub fn known_to(&self, peer: PeerId) -> Option<[i32; MAX_SEATS]> {
        let peer = self.peers.get(&peer).filter(|peer| peer.silent < STALE)?;
        Some(peer.seen.known)
    }
}

/// Everything known about one remote peer.
#[derive(Debug)]
struct Peer {
    players: usize,
    /// Newest frame of ours that was sent to it, -1 for none.
    last_sent: i32,
    /// Our clock readings it may echo.
    pings: VecDeque<u128>,
    /// Datagrams it may still send.
    datagrams: u32,
    /// Messages it may still have answered.
    answered: u32,
    /// Ticks since its last datagram that was let through.
    silent: u32,
    seen: Seen,
}

/// What ggrs knows from this peer once it has read all accepted messages.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The peer's magic number, 0 before its first message.
    magic: u16,
    /// First frame received, meaningless before `newest` is set.
    first: i32,
    /// Newest frame received, -1 for none.
    newest: i32,
    /// Newest frame a checksum was reported for.
    checksum: i32,
    /// Newest frame the peer says it has inputs for, by handle.
    known: [i32; MAX_SEATS],
}

impl Peer {
    fn new(players: usize) -> Self {
        Self {
            players,
            last_sent: ggrs::NULL_FRAME,
            pings: VecDeque::new(),
            datagrams: DATAGRAMS.0,
            answered: ANSWERED.0,
            silent: 0,
            seen: Seen {
                magic: 0,
                first: 0,
                newest: ggrs::NULL_FRAME,
                checksum: 0,
                known: [ggrs::NULL_FRAME; MAX_SEATS],
            },
        }
    }

    fn check_message(
        &mut self,
        config: &GuardConfig,
        view: SessionView,
        seen: &mut Seen,
        message: &mut WireMessage,
    ) -> Result<(), Reject> {
        // An endpoint keeps its magic as long as its session lives, and the
        // epoch names the session.
        if message.magic == 0 || (seen.magic != 0 && seen.magic != message.magic) {
            return Err(Reject::Magic);
        }
        seen.magic = message.magic;
        match &mut message.body {
            WireBody::SyncRequest { .. } | WireBody::SyncReply { .. } => self.spend_answer(),
            WireBody::Input(input) => self.check_input(config, view, seen, input),
            WireBody::InputAck { frame } => self.check_ack(*frame),
            WireBody::QualityReport { frame_advantage, ping } => {
                if frame_advantage.unsigned_abs() > MAX_ADVANTAGE || *ping > MAX_PING {
                    return Err(Reject::Quality);
                }
                self.spend_answer()
            }
            // ggrs multiplies the round trip; an invented reading overflows.
            WireBody::QualityReply { pong } if !self.pings.contains(pong) => Err(Reject::Quality),
            WireBody::QualityReply { .. } => Ok(()),
            WireBody::ChecksumReport { frame, .. } => self.check_checksum(config, seen, *frame),
            WireBody::KeepAlive => Ok(()),
        }
    }

    fn spend_answer(&mut self) -> Result<(), Reject> {
        self.answered = self.answered.checked_sub(1).ok_or(Reject::SyncFlood)?;
        Ok(())
    }

    fn check_ack(&self, frame: i32) -> Result<(), Reject> {
        if (ggrs::NULL_FRAME..=self.last_sent).contains(&frame) {
            Ok(())
        } else {
            Err(Reject::AckFrame)
        }
    }

    fn check_input(
        &self,
        config: &GuardConfig,
        view: SessionView,
        seen: &mut Seen,
        input: &mut WireInput,
    ) -> Result<(), Reject> {
        if input.disconnect_requested {
            return Err(Reject::DisconnectRequested);
        }
        let newest_legal = self.newest_legal(config, view);
        let possible = |frame| (ggrs::NULL_FRAME..=newest_legal).contains(&frame);
        if input.statuses.len() != config.num_players
            || input.statuses.iter().any(|s| s.disconnected || !possible(s.last_frame))
        {
            return Err(Reject::ConnectStatus);
        }
        self.check_ack(input.ack_frame)?;

        // From here on the bytes are ours: ggrs sees nothing that a peer packed.
        let count =
            input.expand(INPUT_BYTES * self.players, PENDING).map_err(|error| match error {
                PackError::Varint => Reject::Varint,
                PackError::RunLength => Reject::RunLength,
                PackError::Shape => Reject::InputShape,
            })?;

        // The first frame ever sent is the one the input delay leads to; later
        // ones follow what we acknowledged, so there is never a gap.
        let (lowest, highest) = if seen.newest == ggrs::NULL_FRAME {
            (0, delay(config))
        } else {
            ((seen.newest - PENDING as i32).max(0), seen.newest + 1)
        };
        if !(lowest..=highest).contains(&input.start_frame) {
            return Err(Reject::StartFrame);
        }
        let last = input.start_frame + count as i32 - 1;
        if last > newest_legal {
            return Err(Reject::StartFrame);
        }
        seen.note_input(config, input.start_frame, last);
        // Datagrams overtake each other.
        for (known, status) in seen.known.iter_mut().zip(&input.statuses) {
            *known = status.last_frame.max(*known);
        }
        Ok(())
    }

    /// The newest frame that any player can have sent an input for: a peer
    /// runs at most the prediction window ahead of our newest input, and
    /// its inputs run ahead of it by its delay (twice, right after a change).
    fn newest_legal(&self, config: &GuardConfig, view: SessionView) -> i32 {
        let ours = self.last_sent.max(view.current_frame.saturating_add(delay(config)));
        let honest = ours.saturating_add(prediction(config)).saturating_add(2 * delay(config));
        // Whatever the configuration says, ggrs's input queues must not overflow.
        let room = PENDING as i32 - prediction(config) - 4;
        honest.min(view.current_frame.saturating_add(room))
    }

    fn check_checksum(
        &self,
        config: &GuardConfig,
        seen: &mut Seen,
        frame: i32,
    ) -> Result<(), Reject> {
        let interval = i32::try_from(config.checksum_interval).unwrap_or(i32::MAX);
        // A peer reports a frame only once it has our input for it. Late
        // reports are fine inside the window that bounds ggrs's map.
        let oldest = seen.checksum.saturating_sub((CHECKSUMS - 1).saturating_mul(interval));
        let legal = interval > 0
            && frame > 0
            && frame % interval == 0
            && (oldest..=self.last_sent).contains(&frame);
        if !legal {
            return Err(Reject::Checksum);
        }
        seen.checksum = seen.checksum.max(frame);
        Ok(())
    }
}

impl Seen {
    /// Follows ggrs: it reads inputs only if it still holds the one before
    /// their start, and forgets those older than two prediction windows.
    fn note_input(&mut self, config: &GuardConfig, start: i32, last: i32) {
        if self.newest == ggrs::NULL_FRAME {
            (self.first, self.newest) = (start, last);
            return;
        }
        let forgotten = self.newest - 2 * prediction(config);
        let reference = start - 1;
        let held = reference == ggrs::NULL_FRAME || reference >= self.first;
        if held && reference >= forgotten {
            self.newest = self.newest.max(last);
        }
    }
}

fn delay(config: &GuardConfig) -> i32 {
    i32::try_from(config.input_delay_max).unwrap_or(i32::MAX / 8)
}

fn prediction(config: &GuardConfig) -> i32 {
    i32::try_from(config.max_prediction).unwrap_or(i32::MAX / 8)
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod legal;
