//! The relay: a matchbox signalling server. Peers of a room are introduced to each other here and
//! then talk directly; no byte of a match passes through.
//!
//! Speaks matchbox's protocol, full mesh: whoever is in the room is told of a newcomer and offers
//! it a link. Unlike matchbox's own server everything is bounded: rooms, peers, connections,
//! message sizes, rates and what waits for a slow reader. That is why the front door (HTTP, the
//! websocket and its limits) is ours. Nothing a client sends may make it panic.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use matchbox_protocol::{JsonPeerEvent, PeerId, PeerRequest};
use matchbox_signaling::common_logic::{SignalingChannel, parse_request};
use matchbox_signaling::{
    ClientRequestError, NoCallbacks, SignalingState, SignalingTopology, WsStateMeta,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout};
use tracing::{debug, info, warn};

use super::NetError;
use super::address::is_room_name;

mod listener;

/// The most peers in one room.
pub const MAX_PEERS: usize = 16;
/// The most rooms at a time.
pub const MAX_ROOMS: usize = 256;
/// The longest message, in bytes.
pub const MAX_MESSAGE: usize = 16 * 1024;

/// The most connections at a time, those that have not yet said what they want included.
const MAX_CONNECTIONS: usize = 1024;
/// What may wait for a peer that reads slowly, in bytes; beyond it the peer is cut off.
const MAX_BACKLOG: usize = 256 * 1024;
/// A peer may send this many messages at once, enough to greet a full room several times ...
const BURST: u32 = 1024;
/// ... and one more each time this passes.
const REFILL: Duration = Duration::from_millis(20);
/// A silent peer is gone; matchbox's sockets send something every 10 s.
const IDLE_LIMIT: Duration = Duration::from_secs(45);
/// How long one message may take to leave.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// A running relay, on a thread of its own. Stops when dropped.
#[derive(Debug)]
pub struct Relay {
    local_addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Starts a relay that listens at `bind`; port 0 takes any free port.
    ///
    /// # Errors
    /// [`NetError::Bind`] when the address cannot be used.
    pub fn start(bind: SocketAddr) -> Result<Self, NetError> {
        let cannot = |error: io::Error| bind_error(bind, &error);
        let listener = TcpListener::bind(bind).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let local_addr = listener.local_addr().map_err(cannot)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| NetError::Broken(error.to_string()))?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("relay".to_owned())
            .spawn(move || runtime.block_on(serve(listener, stopped)))
            .map_err(|error| NetError::Broken(error.to_string()))?;
        info!("relay listens on {local_addr}");
        Ok(Self { local_addr, stop: Some(stop), thread: Some(thread) })
    }

    /// The address it really listens at.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Closes all connections and waits until the port is free.
    pub fn stop(self) {
        // Dropping does it.
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself, which is just as well.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the relay had stopped unexpectedly");
        }
    }
}

/// The addresses under which other machines reach something that listens at `bound`, the likeliest
/// first: private IPv4, other IPv4, IPv6, and this machine's loopback at the end.
pub fn friend_addresses(bound: SocketAddr) -> Vec<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return vec![bound];
    }
    let mut ips: Vec<IpAddr> = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().map(if_addrs::Interface::ip).collect(),
        Err(error) => {
            warn!("cannot list this machine's addresses: {error}");
            Vec::new()
        }
    };
    ips.retain(|ip| match ip {
        IpAddr::V4(ip) => !ip.is_link_local(),
        // A link-local IPv6 address means nothing without an interface name.
        IpAddr::V6(ip) => bound.is_ipv6() && !ip.is_unicast_link_local(),
    });
    ips.sort_by_key(|ip| (rank(ip), *ip));
    ips.dedup();
    ips.into_iter().map(|ip| SocketAddr::new(ip, bound.port())).collect()
}

/// How unlikely a friend reaches an address; the likeliest is 0.
pub(super) fn rank(ip: &IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() => 3,
        IpAddr::V4(ip) if ip.is_private() => 0,
        IpAddr::V4(_) => 1,
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() || *ip == Ipv6Addr::UNSPECIFIED => 3,
        IpAddr::V6(_) => 2,
    }
}

fn bind_error(bind: SocketAddr, error: &io::Error) -> NetError {
    let cause = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program uses this port; stop it, or choose another port with --bind".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "the system does not allow this port; choose one above 1023 with --bind".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have this address; use --bind 0.0.0.0:3536 for all it has"
                .to_owned()
        }
        _ => format!("{error}; choose another address with --bind"),
    };
    NetError::Bind { addr: bind.to_string(), cause }
}

async fn serve(listener: TcpListener, stopped: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener::Limited::new(listener, MAX_CONNECTIONS),
        Err(error) => {
            warn!("the relay cannot listen: {error}");
            return;
        }
    };
    let app = Router::new().route("/{room}", get(enter)).with_state(Rooms::default());
    tokio::select! {
        ended = async { axum::serve(listener, app).await } => {
            if let Err(error) = ended {
                warn!("the relay stopped: {error}");
            }
        }
        // Also when the Relay was dropped. The runtime goes next and takes all connections along.
        _ = stopped => {}
    }
}

/// The front door: one HTTP request, answered by a websocket or by a reason.
async fn enter(
    State(rooms): State<Rooms>,
    Path(room): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_room_name(&room) {
        return (StatusCode::BAD_REQUEST, "this is not a room name").into_response();
    }
    if let Err(refusal) = rooms.lock().check(&room) {
        return (StatusCode::SERVICE_UNAVAILABLE, refusal).into_response();
    }
    let peer_id = PeerId(uuid::Uuid::new_v4());
    upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE).on_upgrade(
        move |socket| async move {
            let (sink, receiver) = socket.split();
            let (sender, outgoing) = unbounded_channel();
            let line = Arc::new(Line::default());
            let writer = tokio::spawn(write(outgoing, sink, Arc::clone(&line)));
            let hello = JsonPeerEvent::IdAssigned(peer_id).to_string();
            line.send(&sender, Message::Text(hello.into()));
            RoomMesh::state_machine(WsStateMeta {
                room,
                peer_id,
                sender,
                receiver,
                callbacks: NoCallbacks::default(),
                state: Seat { rooms, line },
            })
            .await;
            // The last sender is gone by now: what was said last still leaves, then it ends.
            let _ = writer.await;
        },
    )
}

/// Writes what waits for one peer, until nobody can add to it or the peer does not take it.
async fn write(
    mut outgoing: UnboundedReceiver<Result<Message, axum::Error>>,
    mut sink: SplitSink<WebSocket, Message>,
    line: Arc<Line>,
) {
    while let Some(Ok(message)) = outgoing.recv().await {
        let size = size_of_message(&message);
        match timeout(WRITE_LIMIT, sink.send(message)).await {
            Ok(Ok(())) => line.waiting.fetch_sub(size, Ordering::Relaxed),
            _ => {
                line.cut.notify_one();
                return;
            }
        };
    }
    let _ = timeout(WRITE_LIMIT, sink.close()).await;
}

/// One peer's stay in a room, from its websocket's opening to its end.
#[derive(Debug)]
struct RoomMesh;

#[async_trait]
impl SignalingTopology<NoCallbacks, Seat> for RoomMesh {
    async fn state_machine(upgrade: WsStateMeta<NoCallbacks, Seat>) {
        let WsStateMeta { room, peer_id, sender, mut receiver, state, .. } = upgrade;
        let Seat { rooms, line } = state;
        let member = Member { sender: sender.clone(), line: Arc::clone(&line) };
        let joined = rooms.lock().join(&room, peer_id, member);
        if let Err(refusal) = joined {
            line.send(&sender, closing(close_code::AGAIN, refusal));
            return;
        }
        debug!("{peer_id} enters {room}");
        let mut allowance = Allowance::new();
        let why = loop {
            let next = tokio::select! {
                next = timeout(IDLE_LIMIT, receiver.next()) => next,
                () = line.cut.notified() => break Some("it did not read what it was sent"),
            };
            let Ok(next) = next else { break Some("it was silent for too long") };
            let Some(next) = next else { break None };
            if !allowance.take() {
                break Some("it sent too many messages");
            }
            match parse_request(next) {
                Ok(PeerRequest::Signal { receiver, data }) => {
                    let event = JsonPeerEvent::Signal { sender: peer_id, data }.to_string();
                    rooms.lock().tell(&room, &receiver, Message::Text(event.into()));
                }
                Ok(PeerRequest::KeepAlive) => {}
                Err(ClientRequestError::Json(_) | ClientRequestError::UnsupportedType(_)) => {}
                Err(ClientRequestError::Close) => break None,
                Err(ClientRequestError::Axum(_)) => {
                    break Some("its message was broken or too long");
                }
            }
        };
        rooms.lock().leave(&room, &peer_id);
        if let Some(why) = why {
            debug!("{peer_id} is cut off: {why}");
            line.send(&sender, closing(close_code::POLICY, why));
        }
    }
}

/// What one connection's state machine starts with.
#[derive(Clone)]
struct Seat {
    rooms: Rooms,
    line: Arc<Line>,
}

impl SignalingState for Seat {}

/// What is known of a peer's outgoing line.
#[derive(Default)]
struct Line {
    /// Bytes that wait to be written.
    waiting: AtomicUsize,
    /// Told when the peer is to be cut off.
    cut: Notify,
}

impl Line {
    fn send(&self, sender: &SignalingChannel, message: Message) {
        let size = size_of_message(&message);
        if self.waiting.load(Ordering::Relaxed) + size > MAX_BACKLOG {
            self.cut.notify_one();
            return;
        }
        self.waiting.fetch_add(size, Ordering::Relaxed);
        if sender.send(Ok(message)).is_err() {
            self.cut.notify_one();
        }
    }
}

/// A peer in a room, as the others reach it.
struct Member {
    sender: SignalingChannel,
    line: Arc<Line>,
}

/// All rooms, shared by all connections. The lock is never held across an await.
#[derive(Clone, Default)]
struct Rooms(Arc<Mutex<RoomTable>>);

impl Rooms {
    fn lock(&self) -> MutexGuard<'_, RoomTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct RoomTable {
    rooms: HashMap<String, BTreeMap<PeerId, Member>>,
}

impl RoomTable {
    /// Whether one more peer may enter; otherwise a reason for the player.
    fn check(&self, room: &str) -> Result<(), &'static str> {
        match self.rooms.get(room) {
            Some(members) if members.len() >= MAX_PEERS => Err("this room is full"),
            None if self.rooms.len() >= MAX_ROOMS => Err("this relay has no room left"),
            _ => Ok(()),
        }
    }

    fn join(&mut self, room: &str, peer: PeerId, member: Member) -> Result<(), &'static str> {
        self.check(room)?;
        self.tell_all(room, &JsonPeerEvent::NewPeer(peer));
        self.rooms.entry(room.to_owned()).or_default().insert(peer, member);
        Ok(())
    }

    fn leave(&mut self, room: &str, peer: &PeerId) {
        let Some(members) = self.rooms.get_mut(room) else { return };
        members.remove(peer);
        if members.is_empty() {
            self.rooms.remove(room);
        } else {
            self.tell_all(room, &JsonPeerEvent::PeerLeft(*peer));
        }
    }

    fn tell(&self, room: &str, to: &PeerId, message: Message) {
        if let Some(member) = self.rooms.get(room).and_then(|members| members.get(to)) {
            member.line.send(&member.sender, message);
        }
    }

    fn tell_all(&self, room: &str, event: &JsonPeerEvent) {
        let text = event.to_string();
        for member in self.rooms.get(room).into_iter().flat_map(BTreeMap::values) {
            member.line.send(&member.sender, Message::Text(text.as_str().into()));
        }
    }
}

/// How many messages a peer may still send.
struct Allowance {
    left: u32,
    filled: Instant,
}

impl Allowance {
    fn new() -> Self {
        Self { left: BURST, filled: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let earned = self.filled.elapsed().as_millis() / REFILL.as_millis();
        if earned > 0 {
            let earned = u32::try_from(earned).unwrap_or(BURST);
            self.left = self.left.saturating_add(earned).min(BURST);
            self.filled = Instant::now();
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}

fn closing(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}

fn size_of_message(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

#[cfg(test)]
mod tests;
