//! Real ggrs sessions behind guards on a bad in-memory link, for the tests of
//! this folder.

#![cfg(test)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ggrs::{
    DesyncDetection, GgrsEvent, GgrsRequest, P2PSession, PlayerType, PredictRepeatLast,
    SessionBuilder, SessionState,
};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::bundle::Bundler;
use super::delay::Gate;
use super::guard::{Guard, GuardConfig, Reject, SessionView};
use super::wire::WireMessage;
use crate::session::PeerId;
use crate::sim::Input;

/// Epoch number of all rooms.
pub(crate) const EPOCH: u32 = 41;
/// Frames between checksum reports in all rooms.
pub(crate) const INTERVAL: u32 = 10;

#[derive(Debug)]
struct Game;

impl ggrs::Config for Game {
    type Input = Input;
    type InputPredictor = PredictRepeatLast;
    type State = u64;
    type Address = PeerId;
}

/// The two queues a session sends to and receives from.
#[derive(Default)]
struct Post {
    inbox: Vec<(PeerId, ggrs::Message)>,
    outbox: Vec<(PeerId, ggrs::Message)>,
}

struct Socket(Rc<RefCell<Post>>);

impl ggrs::NonBlockingSocket<PeerId> for Socket {
    fn send_to(&mut self, message: &ggrs::Message, to: &PeerId) {
        self.0.borrow_mut().outbox.push((*to, message.clone()));
    }

    fn receive_all_messages(&mut self) -> Vec<(PeerId, ggrs::Message)> {
        std::mem::take(&mut self.0.borrow_mut().inbox)
    }
}

/// How a room's sessions and link are set up. Link values are in turns and per mille.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    /// Players of each peer.
    pub(crate) players: Vec<usize>,
    pub(crate) max_prediction: usize,
    pub(crate) delay: usize,
    pub(crate) delay_max: usize,
    /// Turns until a datagram arrives.
    pub(crate) latency: u64,
    /// Up to so many turns more.
    pub(crate) jitter: u64,
    pub(crate) loss: u64,
    pub(crate) duplicates: u64,
}

/// One peer.
pub(crate) struct Station {
    pub(crate) id: PeerId,
    pub(crate) guard: Guard,
    pub(crate) rollbacks: u32,
    pub(crate) desyncs: u32,
    session: P2PSession<Game>,
    post: Rc<RefCell<Post>>,
    bundler: Bundler,
    state: u64,
    handles: Vec<usize>,
    held: u16,
    gate: Gate,
}

/// Some peers and the link between them.
pub(crate) struct Room {
    pub(crate) stations: Vec<Station>,
    /// If set, all messages sent are kept here.
    pub(crate) capture: Option<Vec<ggrs::Message>>,
    /// What honest traffic the guards refused.
    pub(crate) refused: Vec<(PeerId, Reject)>,
    /// Datagrams and bytes put on the link.
    pub(crate) sent: (u64, u64),
    /// How the link behaves from now on.
    pub(crate) setup: Setup,
    magics: BTreeMap<(PeerId, PeerId), u16>,
    flying: Vec<(u64, PeerId, PeerId, Vec<u8>)>,
    turn: u64,
    rng: Xoshiro256PlusPlus,
}

impl Room {
    /// Two peers with one player each, on a short and perfect link.
    pub(crate) fn pair(seed: u64) -> Self {
        Self::new(Setup {
            seed,
            players: vec![1, 1],
            max_prediction: 8,
            delay: 2,
            delay_max: 6,
            latency: 2,
            jitter: 0,
            loss: 0,
            duplicates: 0,
        })
    }

    pub(crate) fn new(setup: Setup) -> Self {
        let ids: Vec<_> = (0..setup.players.len()).map(|i| PeerId(i as u128 + 1)).collect();
        let stations = ids.iter().map(|&id| Station::new(&setup, &ids, id)).collect();
        Self {
            stations,
            capture: None,
            refused: Vec::new(),
            sent: (0, 0),
            magics: BTreeMap::new(),
            flying: Vec::new(),
            turn: 0,
            rng: Xoshiro256PlusPlus::seed_from_u64(setup.seed),
            setup,
        }
    }

    /// Whether a chance of so many per mille comes true.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    /// The magic number of `from`'s endpoint for `to`.
    pub(crate) fn magic(&self, from: usize, to: usize) -> u16 {
        self.magics[&(self.stations[from].id, self.stations[to].id)]
    }

    /// The lowest frame of all peers.
    pub(crate) fn frame(&self) -> i32 {
        self.stations.iter().map(|s| s.session.current_frame()).min().unwrap()
    }

    /// Runs until every peer has reached `frame`, and fails after half a minute.
    pub(crate) fn run_to(&mut self, frame: i32) {
        let start = std::time::Instant::now();
        while self.frame() < frame {
            assert!(
                start.elapsed().as_secs() < 30,
                "stuck at {} of {frame}, refused {:?}",
                self.frame(),
                self.refused
            );
            self.turn();
        }
    }

    /// One tick of every peer.
    pub(crate) fn turn(&mut self) {
        self.turn += 1;
        self.deliver();
        let mut advanced = false;
        for index in 0..self.stations.len() {
            if self.chance(120) {
                self.stations[index].held = self.below(1 << 10) as u16;
            }
            advanced |= self.stations[index].tick();
            self.send(index);
        }
        if !advanced {
            // Only ggrs's timers, which read the real clock, can help now.
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    fn deliver(&mut self) {
        let turn = self.turn;
        let (due, later) = std::mem::take(&mut self.flying).into_iter().partition(|f| f.0 <= turn);
        self.flying = later;
        let due: Vec<(u64, PeerId, PeerId, Vec<u8>)> = due;
        for (_, from, to, bytes) in due {
            let station = self.stations.iter_mut().find(|s| s.id == to).unwrap();
            if let Err(reason) = station.receive(from, &bytes) {
                self.refused.push((to, reason));
            }
        }
    }

    fn send(&mut self, index: usize) {
        let station = &mut self.stations[index];
        let from = station.id;
        let out = std::mem::take(&mut station.post.borrow_mut().outbox);
        for (to, message) in out {
            let magic = WireMessage::from_ggrs(&message).unwrap().magic;
            self.magics.insert((from, to), magic);
            station.guard.handle_sent(to, &message);
            station.bundler.push(to, &message);
            if let Some(capture) = &mut self.capture {
                capture.push(message);
            }
        }
        while let Some((to, bytes)) = self.stations[index].bundler.poll_send() {
            self.sent = (self.sent.0 + 1, self.sent.1 + bytes.len() as u64);
            let copies = 1 + u64::from(self.chance(self.setup.duplicates));
            for _ in 0..copies {
                if !self.chance(self.setup.loss) {
                    let extra = self.below(self.setup.jitter + 1);
                    let due = self.turn + self.setup.latency + extra;
                    self.flying.push((due, from, to, bytes.clone()));
                }
            }
        }
    }
}

impl Station {
    fn new(setup: &Setup, ids: &[PeerId], id: PeerId) -> Self {
        let num_players = setup.players.iter().sum();
        let mut builder = SessionBuilder::<Game>::new()
            .with_num_players(num_players)
            .unwrap()
            .with_max_prediction_window(setup.max_prediction)
            .with_input_delay(setup.delay)
            .with_disconnect_timeout(std::time::Duration::from_secs(3600))
            .with_desync_detection_mode(DesyncDetection::On { interval: INTERVAL });
        let mut handles = Vec::new();
        let mut handle = 0;
        for (&peer, &players) in ids.iter().zip(&setup.players) {
            for _ in 0..players {
                let player = if peer == id { PlayerType::Local } else { PlayerType::Remote(peer) };
                builder = builder.add_player(player, handle).unwrap();
                if peer == id {
                    handles.push(handle);
                }
                handle += 1;
            }
        }
        let post = Rc::<RefCell<Post>>::default();
        let others = ids.iter().copied().zip(setup.players.iter().copied());
        Self {
            id,
            guard: Guard::new(GuardConfig {
                epoch: EPOCH,
                peers: others.filter(|&(other, _)| other != id).collect(),
                num_players,
                max_prediction: setup.max_prediction,
                input_delay_max: setup.delay_max,
                checksum_interval: INTERVAL,
            }),
            rollbacks: 0,
            desyncs: 0,
            session: builder.start_p2p_session(Socket(post.clone())).unwrap(),
            post,
            bundler: Bundler::new(EPOCH),
            state: 0,
            handles,
            held: 0,
            gate: Gate::new(setup.delay),
        }
    }

    pub(crate) fn frame(&self) -> i32 {
        self.session.current_frame()
    }

    /// Whether inputs are exchanged yet.
    pub(crate) fn is_running(&self) -> bool {
        self.session.current_state() == SessionState::Running
    }

    /// What `Match` does with a datagram from the network.
    pub(crate) fn receive(&mut self, from: PeerId, datagram: &[u8]) -> Result<(), Reject> {
        let view = SessionView { current_frame: self.session.current_frame() };
        let messages = self.guard.check(from, datagram, view)?;
        self.post.borrow_mut().inbox.extend(messages.into_iter().map(|m| (from, m)));
        Ok(())
    }

    pub(crate) fn set_delay(&mut self, delay: usize) {
        for handle in self.handles.clone() {
            self.session.set_input_delay(handle, delay).unwrap();
        }
    }

    /// What `Rollback` does with a delay that was chosen; whether ggrs could take it.
    pub(crate) fn change_delay(&mut self, delay: usize) -> bool {
        let may = self.gate.change(delay);
        if may {
            self.set_delay(delay);
        }
        may
    }

    /// One tick; whether the game went a frame further.
    fn tick(&mut self) -> bool {
        self.guard.tick();
        if !self.is_running() {
            self.session.poll_remote_clients();
            return false;
        }
        let before = self.session.current_frame();
        for (n, handle) in self.handles.clone().into_iter().enumerate() {
            let input = Input { held: self.held.rotate_left(n as u32), aim: before as u16 >> 3 };
            self.session.add_local_input(handle, input).unwrap();
        }
        let requests = self.session.advance_frame().unwrap();
        self.gate.give(before);
        for request in requests {
            match request {
                GgrsRequest::SaveGameState { cell, frame } => {
                    cell.save(frame, Some(self.state), Some(u128::from(self.state)));
                }
                GgrsRequest::LoadGameState { cell, .. } => {
                    self.rollbacks += 1;
                    self.state = cell.load().unwrap();
                }
                GgrsRequest::AdvanceFrame { inputs } => {
                    for (input, _) in inputs {
                        let word = u64::from(input.held) << 16 | u64::from(input.aim);
                        self.state = (self.state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    }
                }
            }
        }
        for event in self.session.events() {
            self.desyncs += u32::from(matches!(event, GgrsEvent::DesyncDetected { .. }));
        }
        self.session.current_frame() > before
    }
}

/// `count` inputs of `size` zero bytes, packed the way ggrs packs them.
pub(crate) fn packed_inputs(count: usize, size: u8) -> Vec<u8> {
    (0..count).flat_map(|_| [4, size, 0, u8::from(size > 0) + (size << 2)]).collect()
}
