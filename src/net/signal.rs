//! Our end of the connection to the relay, handed to matchbox as its signaller.
//!
//! matchbox's own would do the talking just as well, but it tells neither why a relay refused nor
//! who is in the room before a link stands, tries for ever where an answer is due, and lets a
//! relay grow its lists without bound. It must never let through what would make matchbox panic.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use async_tungstenite::WebSocketStream;
use async_tungstenite::smol::{ConnectStream, connect_async_with_config};
use async_tungstenite::tungstenite::protocol::WebSocketConfig;
use async_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use async_tungstenite::tungstenite::{self, Message};
use futures::StreamExt;
use matchbox_socket::{
    PeerEvent, PeerRequest, PeerSignal, SignalingError, Signaller, SignallerBuilder,
};
use tracing::{debug, warn};

use super::sdp::{self, Kind};
use super::webrtc::Inbox;
use super::{NetError, NetEvent};
use crate::session::PeerId;

/// How often a relay that cannot be reached is tried, and the pause between.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(700);
/// The longest message a relay may send, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;
/// The most other peers a relay may tell of while we are connected, those that left included:
/// matchbox never forgets one.
const MAX_PEERS: usize = 256;
/// The most messages one peer may send through the relay. A greeting takes about a dozen.
const MAX_SIGNALS: u32 = 512;
/// In place of the number of messages: the peer has left.
const GONE: u32 = u32::MAX;
/// The longest reason of a relay that is shown to a player, in characters.
const MAX_REASON: usize = 120;

/// Opens the connection to a relay, and remembers why it could not be had or did not last.
#[derive(Clone, Debug)]
pub(super) struct Door {
    relay: String,
    inbox: Arc<Inbox>,
    failure: Arc<Mutex<Option<NetError>>>,
}

impl Door {
    pub(super) fn new(relay: &str, inbox: Arc<Inbox>) -> Self {
        Self { relay: relay.to_owned(), inbox, failure: Arc::default() }
    }

    /// Why the relay is of no use any more, if it is known.
    pub(super) fn failure(&self) -> Option<NetError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fail(&self, error: NetError) -> SignalingError {
        let sentence = error.to_string();
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        SignalingError::UserImplementationError(sentence)
    }

    fn refused(&self, cause: String) -> NetError {
        NetError::RelayRefused { relay: self.relay.clone(), cause }
    }
}

#[async_trait]
impl SignallerBuilder for Door {
    async fn new_signaller(
        &self,
        _attempts: Option<u16>,
        room_url: String,
    ) -> Result<Box<dyn Signaller>, SignalingError> {
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MAX_MESSAGE);
        config.max_frame_size = Some(MAX_MESSAGE);
        let mut attempt = 1;
        loop {
            match connect_async_with_config(&room_url, Some(config)).await {
                Ok((websocket, _)) => {
                    return Ok(Box::new(RelayLink {
                        door: self.clone(),
                        websocket,
                        guests: GuestBook::default(),
                    }));
                }
                Err(error) => {
                    let (error, may_pass) = judge(&self.relay, &error);
                    if !may_pass || attempt == ATTEMPTS {
                        return Err(self.fail(error));
                    }
                    debug!("{error}; trying again");
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

struct RelayLink {
    door: Door,
    websocket: WebSocketStream<ConnectStream>,
    guests: GuestBook,
}

#[async_trait]
impl Signaller for RelayLink {
    async fn send(&mut self, request: PeerRequest) -> Result<(), SignalingError> {
        let text = serde_json::to_string(&request)
            .map_err(|error| SignalingError::UserImplementationError(error.to_string()))?;
        let sent = self.websocket.send(Message::Text(text.into())).await;
        sent.map_err(|error| self.lost(SignalingError::from(error)))
    }

    async fn next_message(&mut self) -> Result<PeerEvent, SignalingError> {
        self.listen().await.map_err(|error| self.lost(error))
    }
}

impl RelayLink {
    /// Tells the player, once, that the relay is gone. matchbox says so only if nobody is linked.
    fn lost(&mut self, error: SignalingError) -> SignalingError {
        if std::mem::take(&mut self.guests.has_name) {
            self.door.inbox.put(NetEvent::RelayLost);
        }
        error
    }

    async fn listen(&mut self) -> Result<PeerEvent, SignalingError> {
        loop {
            match self.websocket.next().await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(event) => match self.guests.admit(event, &self.door.inbox) {
                        Some(event) => return Ok(event),
                        None => debug!("a message of the relay is out of place, ignored"),
                    },
                    Err(error) => debug!("a message of the relay is not understood: {error}"),
                },
                // A relay that ends has nothing against us.
                Some(Ok(Message::Close(Some(frame)))) if frame.code != CloseCode::Away => {
                    let reason = readable(&frame.reason);
                    if !reason.is_empty() {
                        return Err(self.door.fail(self.door.refused(reason)));
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(SignalingError::from(error)),
                None => return Err(SignalingError::StreamExhausted),
            }
        }
    }
}

/// Who the relay has told of; decides what of its words reaches matchbox.
#[derive(Default)]
struct GuestBook {
    has_name: bool,
    /// How many messages came from each peer.
    peers: BTreeMap<PeerId, u32>,
}

impl GuestBook {
    /// Tells the player about an event of the relay, and gives back what matchbox may see of it.
    fn admit(&mut self, event: PeerEvent, inbox: &Inbox) -> Option<PeerEvent> {
        match event {
            PeerEvent::IdAssigned(id) => {
                let is_first = !std::mem::replace(&mut self.has_name, true);
                if is_first {
                    inbox.put(NetEvent::Ready(PeerId(id.0.as_u128())));
                }
                is_first.then_some(event)
            }
            PeerEvent::NewPeer(id) => {
                let peer = PeerId(id.0.as_u128());
                let is_new = !self.peers.contains_key(&peer);
                (is_new && self.see(peer, inbox).is_some()).then_some(event)
            }
            PeerEvent::PeerLeft(id) => {
                // A second farewell would find nothing more to end.
                let count = self.peers.get_mut(&PeerId(id.0.as_u128()))?;
                let is_first = *count != GONE;
                *count = GONE;
                is_first.then_some(event)
            }
            PeerEvent::Signal { sender, data } => {
                let peer = PeerId(sender.0.as_u128());
                let count = self.see(peer, inbox).filter(|count| *count < MAX_SIGNALS)?;
                self.peers.insert(peer, count + 1);
                checked(data).map(|data| PeerEvent::Signal { sender, data })
            }
        }
    }

    /// Notes a peer, and tells how many messages came from it; `None` when there are too many peers.
    fn see(&mut self, peer: PeerId, inbox: &Inbox) -> Option<u32> {
        if let Some(count) = self.peers.get(&peer) {
            return Some(*count);
        }
        if self.peers.len() >= MAX_PEERS {
            warn!("the relay told of more than {MAX_PEERS} peers; the others are ignored");
            return None;
        }
        self.peers.insert(peer, 0);
        inbox.put(NetEvent::Seen(peer));
        Some(0)
    }
}

/// The signal as matchbox may see it, if it may.
fn checked(signal: PeerSignal) -> Option<PeerSignal> {
    match signal {
        PeerSignal::Offer(sdp) => sdp::rewrite(&sdp, Kind::Offer).map(PeerSignal::Offer),
        PeerSignal::Answer(sdp) => sdp::rewrite(&sdp, Kind::Answer).map(PeerSignal::Answer),
        PeerSignal::IceCandidate(json) => {
            sdp::is_candidate(&json).then_some(PeerSignal::IceCandidate(json))
        }
    }
}

/// What a failed attempt means, and whether another may end better.
pub(super) fn judge(relay: &str, error: &tungstenite::Error) -> (NetError, bool) {
    let unreachable = |cause: String| NetError::RelayUnreachable { relay: relay.to_owned(), cause };
    match error {
        tungstenite::Error::Http(response) => {
            let status = response.status();
            let body = response.body().as_deref().unwrap_or_default();
            let reason = readable(&String::from_utf8_lossy(body));
            let cause = if reason.is_empty() { status.to_string() } else { reason };
            (
                NetError::RelayRefused { relay: relay.to_owned(), cause },
                status.is_server_error() && status.as_u16() != 503,
            )
        }
        tungstenite::Error::Io(error) => (unreachable(io_cause(error)), true),
        tungstenite::Error::Tls(error) => (unreachable(error.to_string()), false),
        tungstenite::Error::Protocol(_) => {
            (unreachable("what answers there is no relay".to_owned()), false)
        }
        other => (unreachable(other.to_string()), false),
    }
}

/// A reason from the relay as it can be shown: one short line without control characters.
fn readable(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default().trim();
    line.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()
}

fn io_cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        io::ErrorKind::TimedOut => "no answer".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "there is no way to this machine".to_owned()
        }
        // A name that nobody knows has no kind of its own.
        _ if error.to_string().contains("lookup address") => {
            "no machine of this name can be found".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u128) -> matchbox_socket::PeerId {
        matchbox_socket::PeerId(uuid::Uuid::from_u128(number))
    }

    fn candidate(from: u128) -> PeerEvent {
        let data = PeerSignal::IceCandidate("null".to_owned());
        PeerEvent::Signal { sender: name(from), data }
    }

    /// How many of the events reach matchbox, and what the player is told.
    fn admitted(events: impl IntoIterator<Item = PeerEvent>) -> (usize, Vec<NetEvent>) {
        let (mut guests, inbox) = (GuestBook::default(), Inbox::default());
        let count = events.into_iter().filter_map(|event| guests.admit(event, &inbox)).count();
        (count, inbox.take(usize::MAX))
    }

    #[test]
    fn own_name_is_given_once() {
        let (count, told) = admitted([1, 2].map(|n| PeerEvent::IdAssigned(name(n))));
        assert_eq!((count, told), (1, vec![NetEvent::Ready(PeerId(1))]));
    }

    #[test]
    fn peer_is_seen_once_whether_it_offers_or_is_offered_to() {
        let events = [candidate(5), PeerEvent::NewPeer(name(6)), candidate(6), candidate(5)];
        let (count, told) = admitted(events);
        assert_eq!(told, [5, 6].map(|n| NetEvent::Seen(PeerId(n))));
        assert_eq!(count, 4);
        assert_eq!(admitted([PeerEvent::NewPeer(name(6)), PeerEvent::NewPeer(name(6))]).0, 1);
    }

    #[test]
    fn relay_cannot_fill_memory() {
        let (count, told) = admitted((0..2000).map(|n| PeerEvent::NewPeer(name(n))));
        assert_eq!((count, told.len()), (MAX_PEERS, MAX_PEERS));
        let (count, told) = admitted((0..100_000).map(|_| candidate(1)));
        assert_eq!((count as u32, told.len()), (MAX_SIGNALS, 1));
        let goodbyes = (0..100).map(|_| PeerEvent::PeerLeft(name(1)));
        assert_eq!(admitted(goodbyes.clone()).0, 0);
        assert_eq!(admitted([candidate(1)].into_iter().chain(goodbyes)).0, 2);
    }

    #[test]
    fn reasons_of_a_relay_are_one_short_clean_line() {
        assert_eq!(readable("this room is full"), "this room is full");
        assert_eq!(readable("a\u{1b}[31mb\nc"), "a[31mb");
        assert_eq!(readable(&"x".repeat(1000)).len(), MAX_REASON);
    }
}
