//! The links to the peers of a room, over WebRTC: two lanes each.
//!
//! A [`Socket`] lives on the match thread and never blocks; matchbox's message loop runs on a
//! thread of its own. What arrives waits in a bounded inbox in between. matchbox panics in some
//! situations (no network, a broken greeting): that ends the socket with a reason, never the
//! program.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc::UnboundedSender;
use matchbox_socket::{
    CandidatePair, CandidateType, Error, MessageLoopFuture, Packet, PeerState, RtcIceServerConfig,
    WebRtcSocket, WebRtcSocketBuilder,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{debug, warn};

use super::address::{RoomUrl, check_ice_url};
use super::signal::Door;
use super::{Lane, NetError, NetEvent, Route};
use crate::session::PeerId;

/// The longest message a lane takes, in bytes.
pub const MAX_MESSAGE: usize = 16 * 1024;

/// How long the relay may take to let us in.
const RELAY_DEADLINE: Duration = Duration::from_secs(10);
/// How often matchbox is asked which peers are linked now, and by which way: it keeps the ways only
/// for who asks, and does not say when there is news.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The most events one [`Socket::poll`] hands out.
const MAX_POLL: usize = 512;
/// What may wait in the inbox from one peer: messages, and bytes.
const MAX_HELD: usize = 1024;
const MAX_HELD_BYTES: usize = 1024 * 1024;
/// What may be sent to a peer, in bytes, before anything is heard from it again. At play's rate of
/// a few KiB/s this is many seconds; a peer that stays silent for so long is gone.
const MAX_UNHEARD: usize = 64 * 1024;
/// The same for the reliable lane, which carries whole Worlds.
const MAX_UNHEARD_RELIABLE: usize = 1024 * 1024;
/// After [`Socket::close`]: how long messages may leave, then links close; how long a link may take
/// to open, as matchbox at its other end breaks down if it never does; when not to wait at all.
const FLUSH: Duration = Duration::from_millis(350);
const HANG_UP: Duration = Duration::from_millis(100);
const SHAKE: Duration = Duration::from_millis(1500);
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// The servers that help two peers behind routers to find a way to each other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IceConfig {
    /// `stun:` and `turn:` URLs; none by default, which is right on one network.
    pub urls: Vec<String>,
    /// The user name for the `turn:` servers.
    pub username: Option<String>,
    /// The password for the `turn:` servers.
    pub credential: Option<String>,
}

impl IceConfig {
    /// Checks what a player typed.
    ///
    /// # Errors
    /// [`NetError::BadAddress`] with a sentence that says what to do.
    pub fn check(&self) -> Result<(), NetError> {
        for url in &self.urls {
            let needs_user = check_ice_url(url)?;
            if needs_user && (self.username.is_none() || self.credential.is_none()) {
                return Err(NetError::BadAddress(format!(
                    "`{url}` needs a user name and a password; add --ice-user and --ice-credential"
                )));
            }
        }
        Ok(())
    }
}

/// What a [`Socket`] connects to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SocketConfig {
    /// The relay and the room.
    pub room_url: RoomUrl,
    /// How peers beyond a router are found.
    pub ice: IceConfig,
}

/// A place in a room, with a link to each other peer there.
#[derive(Debug)]
pub struct Socket {
    inbox: Arc<Inbox>,
    outbox: Option<[UnboundedSender<(matchbox_socket::PeerId, Packet)>; 2]>,
    stop: Option<oneshot::Sender<()>>,
    ended: mpsc::Receiver<()>,
    my_id: Option<PeerId>,
    /// The linked peers, and how many bytes were sent to each since it was last heard.
    unheard: BTreeMap<PeerId, usize>,
}

impl Socket {
    /// Starts to connect; never blocks. How it went is told by [`Socket::poll`]: with
    /// [`NetEvent::Ready`], or with [`NetEvent::Closed`] at most 10 s later.
    pub fn connect(config: SocketConfig) -> Self {
        let inbox = Arc::new(Inbox::default());
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let outbox = match start(&config, &inbox, stopped, end) {
            Ok(outbox) => Some(outbox),
            Err(error) => {
                inbox.put(NetEvent::Closed(error));
                None
            }
        };
        Self { inbox, outbox, stop: Some(stop), ended, my_id: None, unheard: BTreeMap::new() }
    }

    /// What happened since the last call, oldest first; at most a few hundred events, the rest
    /// comes next time. Never blocks.
    pub fn poll(&mut self) -> Vec<NetEvent> {
        let events = self.inbox.take(MAX_POLL);
        for event in &events {
            match event {
                NetEvent::Ready(id) => self.my_id = Some(*id),
                NetEvent::Connected(peer) => {
                    self.unheard.insert(*peer, 0);
                }
                NetEvent::Received { from, .. } => {
                    self.unheard.entry(*from).and_modify(|bytes| *bytes = 0);
                }
                NetEvent::Closed(_) => self.outbox = None,
                NetEvent::Seen(_)
                | NetEvent::Route(..)
                | NetEvent::SignallingLeft(_)
                | NetEvent::RelayLost => {}
            }
        }
        events
    }

    /// Sends a message; never blocks. False when it was not sent: there is no link to the peer,
    /// the message is longer than [`MAX_MESSAGE`], or too much was sent since the peer was last
    /// heard. For the reliable lane this means that the peer is as good as gone.
    pub fn send(&mut self, to: PeerId, lane: Lane, bytes: &[u8]) -> bool {
        let (Some(outbox), Some(unheard)) = (&self.outbox, self.unheard.get_mut(&to)) else {
            return false;
        };
        let limit = match lane {
            Lane::Unreliable => MAX_UNHEARD,
            Lane::Reliable => MAX_UNHEARD_RELIABLE,
        };
        if bytes.len() > MAX_MESSAGE || unheard.saturating_add(bytes.len()) > limit {
            return false;
        }
        *unheard += bytes.len();
        let [unreliable, reliable] = outbox;
        let channel = match lane {
            Lane::Unreliable => unreliable,
            Lane::Reliable => reliable,
        };
        let peer = matchbox_socket::PeerId(uuid::Uuid::from_u128(to.0));
        channel.unbounded_send((peer, Packet::copy_from_slice(bytes))).is_ok()
    }

    /// Takes nothing of a peer any more, neither what comes nor what waits; never blocks.
    /// matchbox cannot close one link of several, so what still comes is thrown away unread.
    pub fn shut(&mut self, peer: PeerId) {
        self.inbox.shut(peer);
    }

    /// Our own name in the room, once the relay has given it.
    pub fn my_id(&self) -> Option<PeerId> {
        self.my_id
    }

    /// Leaves the room: what was sent gets a moment to leave, then the links close. Blocks for
    /// about half a second when there are linked peers, and at most 2 s, when there nearly are.
    pub fn close(mut self) {
        if let Some(stop) = self.stop.take()
            && stop.send(()).is_ok()
        {
            // Both answers mean that the thread has nothing left to say.
            let _ = self.ended.recv_timeout(CLOSE_LIMIT);
        }
    }
}

/// What waits between the network thread and the match thread. Bounded: a peer that sends more
/// than is taken loses unreliable messages, or is cut off when it is the reliable lane.
#[derive(Debug, Default)]
pub(super) struct Inbox(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    events: VecDeque<NetEvent>,
    /// Messages and bytes in `events`, by peer.
    load: BTreeMap<PeerId, (usize, usize)>,
    linked: BTreeSet<PeerId>,
    /// Peers in the room that have no link yet.
    unlinked: BTreeSet<PeerId>,
    /// Reliable messages that overtook the news of their own link.
    early: BTreeMap<PeerId, Vec<Box<[u8]>>>,
    /// Peers that are not listened to any more.
    cut: BTreeSet<PeerId>,
}

/// How many reliable messages may come from a peer before the news of its link.
const MAX_EARLY: usize = 64;

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds anything but a message. Callers see to it that these are few.
    pub(super) fn put(&self, event: NetEvent) {
        let mut held = self.lock();
        match &event {
            NetEvent::Seen(peer) => _ = held.unlinked.insert(*peer),
            NetEvent::SignallingLeft(peer) => _ = held.unlinked.remove(peer),
            _ => {}
        }
        held.events.push_back(event);
    }

    fn is_shaking_hands(&self) -> bool {
        !self.lock().unlinked.is_empty()
    }

    fn link(&self, peer: PeerId) {
        let mut held = self.lock();
        held.unlinked.remove(&peer);
        if held.linked.insert(peer) {
            held.events.push_back(NetEvent::Connected(peer));
            for bytes in held.early.remove(&peer).unwrap_or_default() {
                held.receive(peer, Lane::Reliable, bytes);
            }
        }
    }

    fn receive(&self, from: PeerId, lane: Lane, bytes: &[u8]) {
        let mut held = self.lock();
        if held.linked.contains(&from) {
            held.receive(from, lane, Box::from(bytes));
        } else if lane == Lane::Reliable && bytes.len() <= MAX_MESSAGE {
            let early = held.early.entry(from).or_default();
            if early.len() < MAX_EARLY {
                early.push(Box::from(bytes));
            }
        }
    }

    fn shut(&self, peer: PeerId) {
        let mut held = self.lock();
        held.cut.insert(peer);
        held.load.remove(&peer);
        held.early.remove(&peer);
        let of_peer =
            |event: &NetEvent| matches!(event, NetEvent::Received { from, .. } if *from == peer);
        held.events.retain(|event| !of_peer(event));
    }

    pub(super) fn take(&self, limit: usize) -> Vec<NetEvent> {
        let mut held = self.lock();
        let count = held.events.len().min(limit);
        let events: Vec<NetEvent> = held.events.drain(..count).collect();
        for event in &events {
            if let NetEvent::Received { from, bytes, .. } = event
                && let Some((messages, size)) = held.load.get_mut(from)
            {
                *messages = messages.saturating_sub(1);
                *size = size.saturating_sub(bytes.len());
            }
        }
        events
    }
}

impl Held {
    fn receive(&mut self, from: PeerId, lane: Lane, bytes: Box<[u8]>) {
        if self.cut.contains(&from) {
            return;
        }
        let (messages, size) = self.load.entry(from).or_default();
        let fits = bytes.len() <= MAX_MESSAGE
            && *messages < MAX_HELD
            && *size + bytes.len() <= MAX_HELD_BYTES;
        if fits {
            *messages += 1;
            *size += bytes.len();
            self.events.push_back(NetEvent::Received { from, lane, bytes });
        } else if lane == Lane::Reliable {
            // A reliable lane with a hole is worse than none: silence will be noticed.
            warn!("peer {from} sends more than can be taken; it is not listened to any more");
            self.cut.insert(from);
        }
    }
}

type Outbox = [UnboundedSender<(matchbox_socket::PeerId, Packet)>; 2];

fn start(
    config: &SocketConfig,
    inbox: &Arc<Inbox>,
    stopped: oneshot::Receiver<()>,
    end: mpsc::Sender<()>,
) -> Result<Outbox, NetError> {
    config.ice.check()?;
    check_multicast()?;
    let broken = |error: &dyn std::fmt::Display| NetError::Broken(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| broken(&error))?;
    let door = Door::new(config.room_url.relay(), Arc::clone(inbox));
    let (mut socket, message_loop) = WebRtcSocketBuilder::new(config.room_url.to_string())
        .ice_server(RtcIceServerConfig {
            urls: config.ice.urls.clone(),
            username: config.ice.username.clone(),
            credential: config.ice.credential.clone(),
        })
        .signaller_builder(Arc::new(door.clone()))
        .add_unreliable_channel()
        .add_reliable_channel()
        .build();
    let mut take = |lane: Lane| {
        socket
            .take_channel(lane.index())
            .map(matchbox_socket::WebRtcChannel::split)
            .map_err(|error| broken(&error))
    };
    let (unreliable_tx, unreliable) = take(Lane::Unreliable)?;
    let (reliable_tx, reliable) = take(Lane::Reliable)?;
    let wires = Wires { socket, unreliable, reliable, message_loop };
    let relay = config.room_url.relay().to_owned();
    let inbox = Arc::clone(inbox);
    let run = move || {
        // A panic inside matchbox leaves nothing of ours half changed: its future is dropped.
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(drive(wires, &inbox, &door, &relay, stopped))
        }));
        let error = match result {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(panic) => Some(check_multicast().err().unwrap_or_else(|| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                NetError::Broken(text.unwrap_or("unknown cause").to_owned())
            })),
        };
        if let Some(error) = error {
            inbox.put(NetEvent::Closed(error));
        }
        // Nobody may be waiting for it.
        let _ = end.send(());
    };
    thread::Builder::new().name("network".to_owned()).spawn(run).map_err(|error| broken(&error))?;
    Ok([unreliable_tx, reliable_tx])
}

/// WebRTC finds peers on the same network by multicast; without any route for it matchbox panics.
pub(super) fn check_multicast() -> Result<(), NetError> {
    const MDNS_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .and_then(|socket| socket.join_multicast_v4(&MDNS_GROUP, &Ipv4Addr::UNSPECIFIED))
        .map_err(|error| NetError::NoNetwork(error.to_string()))
}

/// matchbox's ends.
struct Wires {
    socket: WebRtcSocket,
    unreliable: Incoming,
    reliable: Incoming,
    message_loop: MessageLoopFuture,
}

type Incoming = futures::channel::mpsc::UnboundedReceiver<(matchbox_socket::PeerId, Packet)>;

/// Runs matchbox until it ends by itself (an error) or is told to (`Ok`).
async fn drive(
    mut wires: Wires,
    inbox: &Inbox,
    door: &Door,
    relay: &str,
    mut stopped: oneshot::Receiver<()>,
) -> Result<(), NetError> {
    let deadline = Instant::now() + RELAY_DEADLINE;
    let mut is_in = false;
    let mut last_word: Option<Instant> = None;
    let mut linked = BTreeMap::new();
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            result = &mut wires.message_loop => return match last_word {
                Some(_) => Ok(()),
                None => Err(end_of_loop(result, door, relay)),
            },
            // First the news of a link, then what came over it.
            _ = look.tick() => look_at_links(&mut wires.socket, inbox, &mut linked),
            Some((from, packet)) = wires.reliable.next() => {
                inbox.receive(PeerId(from.0.as_u128()), Lane::Reliable, &packet);
            }
            Some((from, packet)) = wires.unreliable.next() => {
                inbox.receive(PeerId(from.0.as_u128()), Lane::Unreliable, &packet);
            }
            told = &mut stopped, if last_word.is_none() => {
                let shakes = inbox.is_shaking_hands();
                // Nobody waits for the end of a socket that was just dropped.
                if told.is_err() || linked.is_empty() && !shakes {
                    break;
                }
                last_word = Some(Instant::now() + if shakes { SHAKE } else { FLUSH });
            }
            () = sleep_until(deadline), if !is_in && last_word.is_none() => {
                is_in = wires.socket.id().is_some();
                if !is_in {
                    return Err(NetError::RelayUnreachable {
                        relay: relay.to_owned(),
                        cause: format!("no answer within {} s", RELAY_DEADLINE.as_secs()),
                    });
                }
            }
            () = sleep_until(last_word.unwrap_or(deadline)), if last_word.is_some() => break,
        }
        if last_word.is_some() && linked.is_empty() && !inbox.is_shaking_hands() {
            break;
        }
    }
    drop(wires);
    // The links close on another thread, and the program may end right after us.
    sleep(HANG_UP).await;
    Ok(())
}

/// Tells which peers are linked, and by which way, where that is news. What matchbox says once its
/// loop has ended is not of interest: the loop's own result says it better.
fn look_at_links(
    socket: &mut WebRtcSocket,
    inbox: &Inbox,
    linked: &mut BTreeMap<PeerId, Option<Route>>,
) {
    for (peer, state) in socket.try_update_peers().unwrap_or_default() {
        let peer = PeerId(peer.0.as_u128());
        match state {
            PeerState::Connected => {
                linked.insert(peer, None);
                inbox.link(peer);
            }
            PeerState::Disconnected => {
                linked.remove(&peer);
                inbox.put(NetEvent::SignallingLeft(peer));
            }
        }
    }
    for (peer, known) in linked {
        let name = matchbox_socket::PeerId(uuid::Uuid::from_u128(peer.0));
        let route = socket.candidate_pair(name).map(route_of);
        if let Some(route) = route.filter(|route| *known != Some(*route)) {
            *known = Some(route);
            inbox.put(NetEvent::Route(*peer, route));
        }
    }
}

fn route_of(pair: CandidatePair) -> Route {
    if pair.is_relayed() {
        Route::Relayed
    } else if pair.local == CandidateType::Host && pair.remote == CandidateType::Host {
        Route::Lan
    } else {
        Route::Direct
    }
}

fn end_of_loop(result: Result<(), Error>, door: &Door, relay: &str) -> NetError {
    if let Some(error) = door.failure() {
        return error;
    }
    debug!("the message loop ended: {result:?}");
    let relay = relay.to_owned();
    match result {
        Err(Error::ConnectionFailed(error)) => {
            NetError::RelayUnreachable { relay, cause: error.to_string() }
        }
        Ok(()) | Err(Error::Disconnected(_)) => NetError::RelayLost { relay },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerId = PeerId(1);
    const OTHER: PeerId = PeerId(2);

    fn bytes_of(events: &[NetEvent]) -> Vec<u8> {
        let first = |event: &NetEvent| match event {
            NetEvent::Received { bytes, .. } => bytes.first().copied(),
            _ => None,
        };
        events.iter().filter_map(first).collect()
    }

    #[test]
    fn flood_loses_unreliable_messages_and_nobody_elses() {
        let inbox = Inbox::default();
        inbox.link(PEER);
        inbox.link(OTHER);
        for _ in 0..MAX_HELD * 3 {
            inbox.receive(PEER, Lane::Unreliable, &[1]);
        }
        inbox.receive(OTHER, Lane::Unreliable, &[2]);
        let events = inbox.take(usize::MAX);
        assert_eq!(events.len(), 2 + MAX_HELD + 1);
        // What was taken makes room again.
        inbox.receive(PEER, Lane::Unreliable, &[3]);
        assert_eq!(bytes_of(&inbox.take(usize::MAX)), [3]);
    }

    #[test]
    fn large_messages_are_counted_by_their_bytes() {
        let inbox = Inbox::default();
        inbox.link(PEER);
        for _ in 0..MAX_HELD {
            inbox.receive(PEER, Lane::Unreliable, &[1; MAX_MESSAGE]);
        }
        inbox.receive(PEER, Lane::Unreliable, &[1; MAX_MESSAGE + 1]);
        assert_eq!(bytes_of(&inbox.take(usize::MAX)).len(), MAX_HELD_BYTES / MAX_MESSAGE);
    }

    #[test]
    fn reliable_lane_never_has_a_hole() {
        let inbox = Inbox::default();
        inbox.link(PEER);
        for _ in 0..=MAX_HELD {
            inbox.receive(PEER, Lane::Reliable, &[1]);
        }
        assert_eq!(bytes_of(&inbox.take(usize::MAX)).len(), MAX_HELD);
        inbox.receive(PEER, Lane::Reliable, &[2]);
        inbox.receive(PEER, Lane::Unreliable, &[2]);
        assert_eq!(inbox.take(usize::MAX), []);
    }

    #[test]
    fn who_is_shut_out_is_not_heard_and_what_waited_is_gone() {
        let inbox = Inbox::default();
        inbox.link(PEER);
        inbox.link(OTHER);
        for (peer, lane) in [(PEER, Lane::Reliable), (OTHER, Lane::Reliable)] {
            inbox.receive(peer, lane, &[u8::from(peer == OTHER)]);
        }
        inbox.shut(PEER);
        inbox.receive(PEER, Lane::Unreliable, &[2]);
        inbox.receive(PEER, Lane::Reliable, &[3]);
        inbox.receive(OTHER, Lane::Unreliable, &[4]);
        assert_eq!(bytes_of(&inbox.take(usize::MAX)), [1, 4]);
    }

    #[test]
    fn news_of_a_link_comes_before_its_messages() {
        let inbox = Inbox::default();
        inbox.receive(PEER, Lane::Reliable, &[1]);
        inbox.receive(PEER, Lane::Unreliable, &[2]);
        assert_eq!(inbox.take(usize::MAX), []);
        inbox.link(PEER);
        let events = inbox.take(usize::MAX);
        assert_eq!(events.first(), Some(&NetEvent::Connected(PEER)));
        assert_eq!(bytes_of(&events), [1]);
    }

    #[test]
    fn one_poll_takes_a_bounded_number_in_order() {
        let inbox = Inbox::default();
        inbox.link(PEER);
        for number in 0..100 {
            inbox.receive(PEER, Lane::Reliable, &[number]);
        }
        assert_eq!(inbox.take(11).len(), 11);
        assert_eq!(bytes_of(&inbox.take(10)), (10..20).collect::<Vec<u8>>());
    }

    #[test]
    fn ice_servers_are_checked_before_they_reach_matchbox() {
        let turn = IceConfig { urls: vec!["turn:box".to_owned()], ..Default::default() };
        assert!(turn.check().unwrap_err().to_string().contains("--ice-user"));
        let with_user = IceConfig {
            username: Some("me".to_owned()),
            credential: Some("secret".to_owned()),
            ..turn
        };
        assert_eq!(with_user.check(), Ok(()));
        assert!(IceConfig { urls: vec!["box".to_owned()], ..Default::default() }.check().is_err());
    }
}
