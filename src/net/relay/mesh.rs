//! One peer's stay in a room, from its websocket's opening to its end: matchbox's full mesh, with
//! a limit on everything a peer can do. It must never trust a byte of what it passes on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use matchbox_protocol::{JsonPeerEvent, PeerId, PeerRequest};
use matchbox_signaling::common_logic::{SignalingChannel, parse_request};
use matchbox_signaling::{
    ClientRequestError, NoCallbacks, SignalingState, SignalingTopology, WsStateMeta,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout};

use super::House;
use super::limits::{Departure, Limits};
use super::metrics::Way;
use super::rooms::{Member, Place};

/// What may wait for a peer that reads slowly, in bytes; beyond it the peer is cut off.
const MAX_BACKLOG: usize = 256 * 1024;
/// How long one message may take to leave.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// How long a peer may take to answer a farewell, and how much it may still say.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);
const ANSWER_MESSAGES: usize = 64;

/// Serves a websocket to its end. `began` is when its connection was accepted.
pub(super) async fn serve(socket: WebSocket, house: Arc<House>, place: Place, began: Instant) {
    // The relay ends no sooner than all of these are dropped, or their time is over.
    let stay = house.closing.subscribe();
    let peer_id = PeerId(uuid::Uuid::new_v4());
    let (sink, receiver) = socket.split();
    let (sender, outgoing) = unbounded_channel();
    let line = Arc::new(Line::default());
    let writer = tokio::spawn(write(outgoing, sink, Arc::clone(&line), Arc::clone(&house), began));
    let hello = JsonPeerEvent::IdAssigned(peer_id).to_string();
    line.send(&sender, Message::Text(hello.into()));
    RoomMesh::state_machine(WsStateMeta {
        room: String::new(), // the place knows it
        peer_id,
        sender,
        receiver,
        callbacks: NoCallbacks::default(),
        state: Seat { house, line, place: Arc::new(Mutex::new(Some(place))) },
    })
    .await;
    // The last sender is gone by now: what was said last still leaves, then it ends.
    let _ = writer.await;
    drop(stay);
}

/// Writes what waits for one peer, until nobody can add to it or the peer does not take it.
async fn write(
    mut outgoing: UnboundedReceiver<Result<Message, axum::Error>>,
    mut sink: SplitSink<WebSocket, Message>,
    line: Arc<Line>,
    house: Arc<House>,
    began: Instant,
) {
    let mut unnamed = Some(began);
    while let Some(Ok(message)) = outgoing.recv().await {
        let size = size_of_message(&message);
        match timeout(WRITE_LIMIT, sink.send(message)).await {
            Ok(Ok(())) => line.waiting.fetch_sub(size, Ordering::Relaxed),
            _ => {
                line.cut.notify_one();
                return;
            }
        };
        house.metrics.message(Way::Out, size);
        if let Some(began) = unnamed.take() {
            house.metrics.named(began.elapsed());
        }
    }
    let _ = timeout(WRITE_LIMIT, sink.close()).await;
}

/// The topology: everybody in a room is linked with everybody else.
#[derive(Debug)]
struct RoomMesh;

#[async_trait]
impl SignalingTopology<NoCallbacks, Seat> for RoomMesh {
    async fn state_machine(upgrade: WsStateMeta<NoCallbacks, Seat>) {
        let WsStateMeta { peer_id, sender, mut receiver, state, .. } = upgrade;
        let Seat { house, line, place } = state;
        let Some(mut place) = place.lock().await.take() else { return };
        let mut closing = house.closing.subscribe();
        house.metrics.joined();
        place.enter(peer_id, Member { sender: sender.clone(), line: Arc::clone(&line) });
        let why = tokio::select! {
            why = listen(&mut receiver, peer_id, &place, &house) => why,
            () = line.cut.notified() => Departure::SlowReader,
            _ = closing.wait_for(|closing| *closing) => Departure::Closing,
        };
        house.metrics.departed(why);
        drop(place);
        if let Some((code, reason)) = why.last_words() {
            let reason = Utf8Bytes::from_static(reason);
            line.send(&sender, Message::Close(Some(CloseFrame { code, reason })));
            // Whoever closes with something unread may take the farewell back.
            let _ = timeout(ANSWER_LIMIT, receiver.take(ANSWER_MESSAGES).count()).await;
        }
    }
}

/// Passes a peer's messages on until it goes or goes too far.
async fn listen(
    receiver: &mut SplitStream<WebSocket>,
    from: PeerId,
    place: &Place,
    house: &House,
) -> Departure {
    let mut allowance = Allowance::new(&house.limits, Instant::now());
    loop {
        let Ok(next) = timeout(house.limits.idle, receiver.next()).await else {
            return Departure::Idle;
        };
        let Some(next) = next else { return Departure::Left };
        if let Ok(message) = &next {
            house.metrics.message(Way::In, size_of_message(message));
        }
        if !allowance.take(Instant::now()) {
            return Departure::Flood;
        }
        match parse_request(next) {
            Ok(PeerRequest::Signal { receiver, data }) => {
                let event = JsonPeerEvent::Signal { sender: from, data }.to_string();
                place.tell(&receiver, Message::Text(event.into()));
            }
            Ok(PeerRequest::KeepAlive) => {}
            Err(ClientRequestError::Json(_) | ClientRequestError::UnsupportedType(_)) => {}
            Err(ClientRequestError::Close) => return Departure::Left,
            Err(ClientRequestError::Axum(error)) if is_too_long(&error) => {
                return Departure::TooLong;
            }
            Err(ClientRequestError::Axum(_)) => return Departure::Left,
        }
    }
}

/// What one connection's state machine starts with. It is cloned by nobody, but has to be able to.
#[derive(Clone)]
struct Seat {
    house: Arc<House>,
    line: Arc<Line>,
    place: Arc<Mutex<Option<Place>>>,
}

impl SignalingState for Seat {}

/// What is known of a peer's outgoing line.
#[derive(Default)]
pub(super) struct Line {
    /// Bytes that wait to be written.
    waiting: AtomicUsize,
    /// Told when the peer is to be cut off.
    cut: Notify,
}

impl Line {
    /// Queues a message; when too much waits already, the peer is cut off instead.
    pub(super) fn send(&self, sender: &SignalingChannel, message: Message) {
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

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

/// How many messages a peer may still send.
struct Allowance {
    left: u32,
    most: u32,
    /// One more is earned each time this passes.
    each: Duration,
    filled: Instant,
}

impl Allowance {
    fn new(limits: &Limits, now: Instant) -> Self {
        let each = Duration::from_secs(1) / limits.messages_per_second.max(1);
        Self { left: limits.burst(), most: limits.burst(), each, filled: now }
    }

    fn take(&mut self, now: Instant) -> bool {
        let earned = now.duration_since(self.filled).as_micros() / self.each.as_micros().max(1);
        if let Ok(earned) = u32::try_from(earned)
            && let Some(passed) = self.each.checked_mul(earned)
        {
            self.left = self.left.saturating_add(earned).min(self.most);
            self.filled += passed;
        } else {
            self.left = self.most;
            self.filled = now;
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}

/// Whether a message was refused for its length alone; only the words of the websocket tell.
fn is_too_long(error: &axum::Error) -> bool {
    error.to_string().contains("too long")
}

fn size_of_message(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_earned_with_time() {
        let limits = Limits { messages_per_second: 10, ..Limits::default() };
        let began = Instant::now();
        let mut allowance = Allowance::new(&limits, began);
        let mut taken_at = |ms| {
            let now = began + Duration::from_millis(ms);
            std::iter::from_fn(|| allowance.take(now).then_some(())).count()
        };
        assert_eq!((taken_at(0), taken_at(1050)), (200, 10));
        // The 50 ms from before count as well.
        assert_eq!(taken_at(1100), 1);
        assert_eq!(taken_at(3_600_000), 200);
    }
}
