//! The rollback loop: one ggrs session over one epoch, and the predicted world it drives.
//!
//! Serves what ggrs asks for, in order: Save (copy and hash), Load (copy),
//! Advance (`sim::step`). It remembers for each frame the inputs and the hash it
//! used last, so that the settled world can follow. It must never disconnect
//! anyone inside ggrs: removing a peer is a new epoch.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::time::Duration;

use ggrs::{
    DesyncDetection, GgrsError, GgrsEvent, GgrsRequest, Message, NonBlockingSocket, P2PSession,
    PlayerType, SessionBuilder, SessionState,
};

use super::delay::Gate;
use super::fault::Flip;
use crate::session::{PeerId, Roster};
use crate::sim::{Events, Input, MAX_SEATS, Map, World, step};

/// Frames that may be predicted beyond the last confirmed one.
pub const MAX_PREDICTION: usize = 8;
/// Frames between two checksum reports.
pub const CHECKSUM_INTERVAL: u32 = 10;
/// Largest input delay in ticks.
pub const MAX_DELAY: usize = 6;
/// Longer than any match: ggrs itself never gives up on a peer.
const NEVER: Duration = Duration::from_secs(3600);
/// Frames whose inputs and hashes are remembered; above prediction window and delay.
const MEMORY: usize = 64;

/// How ggrs sees the game.
pub struct Game;

impl ggrs::Config for Game {
    type Input = Input;
    type InputPredictor = ggrs::PredictRepeatLast;
    type State = World;
    type Address = PeerId;
}

/// What one call of [`Rollback::advance`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Advanced {
    /// Whether a new frame was stepped; false at the prediction limit.
    pub stepped: bool,
    /// Frames stepped again, 0 without a rollback.
    pub rolled_back: u32,
    /// Frames for which ggrs found that a peer has another checksum.
    pub desyncs: u32,
}

/// What was used for one frame when it was last stepped and saved.
#[derive(Clone, Copy)]
struct Used {
    frame: i32,
    inputs: [Input; MAX_SEATS],
    hash: u64,
    world: World,
}

/// One ggrs session and its predicted world.
pub struct Rollback {
    session: P2PSession<Game>,
    incoming: mpsc::Sender<(PeerId, Message)>,
    outgoing: mpsc::Receiver<(PeerId, Message)>,
    /// The seat of each handle.
    seats: Vec<u8>,
    /// The handles driven from here, in order.
    local: Vec<usize>,
    used: Box<[Used; MEMORY]>,
    before: World,
    now: World,
    frame: i32,
    gate: Gate,
    /// Whose checksums differ from ours, since they were asked for last.
    differing: BTreeSet<PeerId>,
    flip: Flip,
}

impl Rollback {
    /// A session for `roster` that goes on from `world`; `delay` is the input delay in ticks.
    ///
    /// # Errors
    /// When ggrs refuses the roster: nobody in it, or nobody of it here.
    pub fn new(me: PeerId, roster: &Roster, world: World, delay: usize) -> Result<Self, GgrsError> {
        let seats = roster.handles();
        let mut builder = SessionBuilder::<Game>::new()
            .with_num_players(seats.len())?
            .with_max_prediction_window(MAX_PREDICTION)
            .with_input_delay(delay.min(MAX_DELAY))
            .with_fps(60)?
            .with_desync_detection_mode(DesyncDetection::On { interval: CHECKSUM_INTERVAL })
            .with_disconnect_timeout(NEVER)
            .with_disconnect_notify_delay(Duration::from_millis(500));
        let mut local = Vec::new();
        for (handle, (_, player)) in roster.active().enumerate() {
            let kind = if player.peer == me {
                local.push(handle);
                PlayerType::Local
            } else {
                PlayerType::Remote(player.peer)
            };
            builder = builder.add_player(kind, handle)?;
        }
        let (incoming, received) = mpsc::channel();
        let (sent, outgoing) = mpsc::channel();
        let session = builder.start_p2p_session(Queues { sent, received })?;
        let unused = Used { frame: -1, inputs: [Input::default(); MAX_SEATS], hash: 0, world };
        Ok(Self {
            session,
            incoming,
            outgoing,
            seats,
            local,
            used: Box::new([unused; MEMORY]),
            before: world,
            now: world,
            frame: 0,
            gate: Gate::new(delay.min(MAX_DELAY)),
            differing: BTreeSet::new(),
            flip: Flip::default(),
        })
    }

    /// Whether the handshake with every peer is done.
    pub fn is_running(&self) -> bool {
        self.session.current_state() == SessionState::Running
    }

    /// Gives ggrs a message that passed the guard.
    pub fn handle_message(&mut self, from: PeerId, message: Message) {
        // The session keeps the other end as long as it lives.
        let _ = self.incoming.send((from, message));
    }

    /// The next message that ggrs wants sent.
    pub fn poll_message(&mut self) -> Option<(PeerId, Message)> {
        self.outgoing.try_recv().ok()
    }

    /// Lets ggrs work without stepping: before the handshake is done.
    pub fn poll(&mut self) {
        self.session.poll_remote_clients();
    }

    /// One tick: local inputs (by seat) in, rollback where a prediction was wrong, one new frame.
    /// What happens in the predicted world is added to `events`, rolled-back ticks again.
    ///
    /// # Errors
    /// When ggrs refuses to advance; before the handshake is done that is always so.
    pub fn advance(
        &mut self,
        inputs: &[Input; MAX_SEATS],
        map: &Map,
        events: &mut Events,
    ) -> Result<Advanced, GgrsError> {
        for &handle in &self.local {
            let seat = self.seats.get(handle).copied().unwrap_or_default();
            let input = inputs.get(usize::from(seat)).copied().unwrap_or_default();
            self.session.add_local_input(handle, input)?;
        }
        let start = self.frame;
        let mut done = Advanced::default();
        let requests = self.session.advance_frame()?;
        self.gate.give(start);
        for request in requests {
            match request {
                GgrsRequest::SaveGameState { cell, frame } => {
                    let hash = self.now.hash();
                    let world = self.now;
                    let slot = self.slot(frame);
                    (slot.hash, slot.world) = (hash, world);
                    cell.save(frame, Some(self.now), Some(u128::from(hash)));
                }
                GgrsRequest::LoadGameState { cell, frame } => {
                    done.rolled_back = (start - frame).unsigned_abs();
                    if let Some(world) = cell.data() {
                        self.now = *world;
                    }
                    events.rewind(self.now.tick);
                    self.frame = frame;
                }
                GgrsRequest::AdvanceFrame { inputs } => {
                    let by_seat = self.by_seat(inputs.iter().map(|(input, _)| *input));
                    self.slot(self.frame).inputs = by_seat;
                    self.before = self.now;
                    step(&mut self.now, map, &by_seat, events);
                    self.flip.touch(&mut self.now);
                    self.frame += 1;
                }
            }
        }
        done.stepped = self.frame > start;
        done.desyncs = self.drain_events();
        Ok(done)
    }

    /// The input delay in ticks.
    pub fn delay(&self) -> usize {
        self.gate.delay()
    }

    /// Has local inputs wait so many ticks (6 at most) from the next frame on, if ggrs can take
    /// a change now; otherwise nothing happens, and in a few frames it can. A longer delay holds
    /// the newest input for the ticks between, a shorter one skips the inputs of as many.
    pub fn change_delay(&mut self, delay: usize) -> bool {
        let delay = delay.min(MAX_DELAY);
        if !self.gate.change(delay) {
            return false;
        }
        for &handle in &self.local {
            if let Err(error) = self.session.set_input_delay(handle, delay) {
                tracing::error!("a local player has no input delay: {error}");
            }
        }
        true
    }

    /// The newest predicted world.
    pub fn now(&self) -> &World {
        &self.now
    }

    /// The predicted world one tick before [`Rollback::now`].
    pub fn before(&self) -> &World {
        &self.before
    }

    /// Frames stepped since the epoch began.
    pub fn frame(&self) -> i32 {
        self.frame
    }

    /// Whether this peer is ahead of the others and should run slower.
    pub fn is_ahead(&self) -> bool {
        self.session.frames_ahead() > 0
    }

    /// The last frame whose inputs are all known and used; only right after [`Rollback::advance`].
    pub fn confirmed(&self) -> i32 {
        self.session.confirmed_frame().min(self.frame - 1)
    }

    /// The inputs by seat that frame `frame` was last stepped with.
    pub fn inputs_of(&self, frame: i32) -> Option<&[Input; MAX_SEATS]> {
        self.remembered(frame).map(|used| &used.inputs)
    }

    /// The hash of the world at `frame` when it was last saved.
    pub fn hash_of(&self, frame: i32) -> Option<u64> {
        self.remembered(frame).map(|used| used.hash)
    }

    /// The world at `frame` when it was last saved.
    pub fn world_of(&self, frame: i32) -> Option<&World> {
        self.remembered(frame).map(|used| &used.world)
    }

    fn remembered(&self, frame: i32) -> Option<&Used> {
        let used = self.used.get(usize::try_from(frame).ok()? % MEMORY)?;
        (used.frame == frame).then_some(used)
    }

    // A frame is saved before it is stepped, so its slot is claimed by the save.
    #[allow(clippy::indexing_slicing, reason = "the index is a remainder of the length")]
    fn slot(&mut self, frame: i32) -> &mut Used {
        let used = &mut self.used[frame.unsigned_abs() as usize % MEMORY];
        used.frame = frame;
        used
    }

    fn by_seat(&self, inputs: impl Iterator<Item = Input>) -> [Input; MAX_SEATS] {
        let mut by_seat = [Input::default(); MAX_SEATS];
        for (&seat, input) in self.seats.iter().zip(inputs) {
            if let Some(slot) = by_seat.get_mut(usize::from(seat)) {
                *slot = input;
            }
        }
        by_seat
    }

    /// With whom hands were shaken since the last call; to be asked until the session runs.
    pub(super) fn poll_shaken(&mut self) -> Vec<PeerId> {
        let shaken = |event| match event {
            GgrsEvent::Synchronized { addr } => Some(addr),
            _ => None,
        };
        self.session.events().filter_map(shaken).collect()
    }

    /// The peers for which ggrs found another checksum since the last call.
    pub(super) fn poll_differing(&mut self) -> BTreeSet<PeerId> {
        std::mem::take(&mut self.differing)
    }

    /// Breaks the world of a tick on purpose.
    pub fn inject(&mut self, at: Option<u32>) {
        self.flip = Flip::new(at);
    }

    /// The tick that is still to be broken.
    pub fn fault_to_come(&self) -> Option<u32> {
        self.flip.to_come()
    }

    fn drain_events(&mut self) -> u32 {
        let mut frames = BTreeSet::new();
        for event in self.session.events() {
            if let GgrsEvent::DesyncDetected { frame, addr, .. } = event {
                frames.insert(frame);
                self.differing.insert(addr);
            }
        }
        frames.len() as u32
    }
}

/// ggrs owns its socket: this one is two queues, and the match keeps their other ends.
struct Queues {
    sent: mpsc::Sender<(PeerId, Message)>,
    received: mpsc::Receiver<(PeerId, Message)>,
}

impl NonBlockingSocket<PeerId> for Queues {
    fn send_to(&mut self, message: &Message, to: &PeerId) {
        // Fails only while the match is being dropped.
        let _ = self.sent.send((*to, message.clone()));
    }

    fn receive_all_messages(&mut self) -> Vec<(PeerId, Message)> {
        self.received.try_iter().collect()
    }
}
