//! The relay as a client sees it: real websockets over loopback.

use std::future::Future;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::time::Duration;

use async_tungstenite::WebSocketStream;
use async_tungstenite::smol::{ConnectStream, connect_async};
use async_tungstenite::tungstenite::{self, Message as Frame};
use futures::StreamExt;
use matchbox_protocol::{JsonPeerEvent, JsonPeerRequest, PeerId};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::*;

mod limited;

/// Far longer than anything here takes; only a failing test waits for it.
const LIMIT: Duration = Duration::from_secs(10);

struct Client {
    socket: WebSocketStream<ConnectStream>,
    id: PeerId,
}

impl Client {
    async fn join(relay: &Relay, room: &str) -> Self {
        let url = format!("ws://{}/{room}", relay.local_addr());
        let (socket, _) = connect_async(url).await.unwrap();
        let mut client = Client { socket, id: PeerId(uuid::Uuid::nil()) };
        match client.event().await {
            JsonPeerEvent::IdAssigned(id) => client.id = id,
            other => panic!("the first event is {other:?}"),
        }
        client
    }

    async fn frame(&mut self) -> Option<Result<Frame, tungstenite::Error>> {
        timeout(LIMIT, self.socket.next()).await.expect("an answer in time")
    }

    async fn event(&mut self) -> JsonPeerEvent {
        match self.frame().await {
            Some(Ok(Frame::Text(text))) => JsonPeerEvent::from_str(&text).unwrap(),
            other => panic!("no event but {other:?}"),
        }
    }

    /// Reads to the end, and gives the reason the relay closed with.
    async fn reason(&mut self) -> String {
        let mut reason = String::new();
        while let Some(Ok(frame)) = self.frame().await {
            if let Frame::Close(Some(frame)) = frame {
                reason = frame.reason.to_string();
            }
        }
        reason
    }

    async fn send(&mut self, frame: Frame) {
        self.socket.send(frame).await.unwrap();
    }

    async fn signal(&mut self, to: PeerId, data: &str) {
        let request = JsonPeerRequest::Signal { receiver: to, data: json!({ "Offer": data }) };
        self.send(Frame::text(request.to_string())).await;
    }

    /// Everything before this call has been handled, and nothing was sent to us.
    async fn hears_nothing(&mut self) {
        let (me, mark) = (self.id, "mark");
        self.signal(me, mark).await;
        let expected = JsonPeerEvent::Signal { sender: me, data: json!({ "Offer": mark }) };
        assert_eq!(self.event().await, expected);
    }
}

fn with_relay<F: Future<Output = ()>>(test: impl FnOnce(Arc<Relay>) -> F) {
    with_limits(Limits::default(), test);
}

fn with_limits<F: Future<Output = ()>>(limits: Limits, test: impl FnOnce(Arc<Relay>) -> F) {
    let relay = Arc::new(Relay::start((Ipv4Addr::LOCALHOST, 0).into(), limits).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test(relay));
}

/// Why a room cannot be entered: status and reason.
async fn refusal(relay: &Relay, room: &str) -> (u16, String) {
    match connect_async(format!("ws://{}/{room}", relay.local_addr())).await {
        Err(tungstenite::Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (response.status().as_u16(), String::from_utf8(body).unwrap())
        }
        other => panic!("{other:?}"),
    }
}

/// The whole answer to a request by HTTP.
async fn get(addr: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(LIMIT, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

/// A value from the metrics, by the whole name with its labels.
async fn value(relay: &Relay, name: &str) -> f64 {
    let answer = get(relay.local_addr(), "/metrics").await;
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {answer}")).trim().parse().unwrap()
}

/// Waits until a value of the metrics is what it should be.
async fn until(relay: &Relay, name: &str, expected: f64) {
    let wait = async {
        while value(relay, &format!("tankwarz_relay_{name}")).await != expected {
            sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(LIMIT, wait).await.is_ok(), "{name} never became {expected}");
}

#[test]
fn room_is_told_of_a_newcomer_and_the_newcomer_is_not() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "den").await;
        assert_eq!(a.event().await, JsonPeerEvent::NewPeer(b.id));
        b.hears_nothing().await;
        let mut c = Client::join(&relay, "den").await;
        assert_eq!(a.event().await, JsonPeerEvent::NewPeer(c.id));
        assert_eq!(b.event().await, JsonPeerEvent::NewPeer(c.id));
        c.hears_nothing().await;
    });
}

#[test]
fn signal_reaches_only_its_receiver() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "den").await;
        let mut c = Client::join(&relay, "den").await;
        a.event().await;
        a.event().await;
        b.event().await;
        c.signal(b.id, "hello").await;
        let expected = JsonPeerEvent::Signal { sender: c.id, data: json!({ "Offer": "hello" }) };
        assert_eq!(b.event().await, expected);
        c.hears_nothing().await;
        a.hears_nothing().await;
    });
}

#[test]
fn rooms_know_nothing_of_each_other() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "Den").await;
        b.signal(a.id, "hello").await;
        b.hears_nothing().await;
        a.hears_nothing().await;
    });
}

#[test]
fn room_is_told_who_leaves() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut polite = Client::join(&relay, "den").await;
        let rude = Client::join(&relay, "den").await;
        a.event().await;
        a.event().await;
        polite.socket.close(None).await.unwrap();
        assert_eq!(a.event().await, JsonPeerEvent::PeerLeft(polite.id));
        let id = rude.id;
        drop(rude);
        assert_eq!(a.event().await, JsonPeerEvent::PeerLeft(id));
    });
}

#[test]
fn full_room_refuses_with_a_reason_until_somebody_leaves() {
    with_relay(|relay| async move {
        let mut members = Vec::new();
        for _ in 0..MAX_PEERS {
            members.push(Client::join(&relay, "den").await);
        }
        assert_eq!(refusal(&relay, "den").await, (503, "this room is full".to_owned()));
        Client::join(&relay, "other").await;
        let gone = members.pop().unwrap().id;
        let watcher = &mut members[MAX_PEERS - 2];
        watcher.event().await;
        assert_eq!(watcher.event().await, JsonPeerEvent::PeerLeft(gone));
        Client::join(&relay, "den").await;
    });
}

#[test]
fn room_names_are_checked() {
    with_relay(|relay| async move {
        let long = "a".repeat(65);
        for room in [long.as_str(), "a%20b", "%00", "a.b", "a/b", ""] {
            let url = format!("ws://{}/{room}", relay.local_addr());
            assert!(connect_async(url).await.is_err(), "{room}");
        }
        Client::join(&relay, "still-works").await;
    });
}

#[test]
fn too_long_message_ends_only_its_sender() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "den").await;
        a.event().await;
        let fits = "x".repeat(MAX_MESSAGE - 200);
        b.signal(a.id, &fits).await;
        assert!(matches!(a.event().await, JsonPeerEvent::Signal { .. }));
        b.signal(a.id, &"x".repeat(MAX_MESSAGE)).await;
        assert_eq!(a.event().await, JsonPeerEvent::PeerLeft(b.id));
        a.hears_nothing().await;
        assert_eq!(b.reason().await, "its message was too long");
        until(&relay, "departures_total{reason=\"size\"}", 1.0).await;
    });
}

#[test]
fn announced_length_alone_ends_the_sender() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let b = Client::join(&relay, "den").await;
        a.event().await;
        // The head of a masked text frame of 1 MiB, and not one byte of it.
        let mut stream = b.socket.into_inner();
        let head = [0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4];
        futures::AsyncWriteExt::write_all(&mut stream, &head).await.unwrap();
        assert_eq!(a.event().await, JsonPeerEvent::PeerLeft(b.id));
    });
}

#[test]
fn nonsense_is_ignored() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let deep = "[".repeat(10_000);
        for text in ["", "null", "{}", "{\"Signal\":{}}", "\"KeepAlive\"", deep.as_str()] {
            a.send(Frame::text(text)).await;
        }
        a.send(Frame::binary(vec![0xff; 100])).await;
        a.hears_nothing().await;
    });
}

#[test]
fn flood_ends_its_sender_with_a_reason() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        for _ in 0..Limits::default().burst() * 2 {
            if a.socket.send(Frame::text("\"KeepAlive\"")).await.is_err() {
                break;
            }
        }
        assert_eq!(a.reason().await, "it sent too many messages");
        until(&relay, "departures_total{reason=\"rate\"}", 1.0).await;
    });
}

#[test]
fn peer_that_does_not_read_is_cut_off() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "den").await;
        a.event().await;
        // Enough to fill what the systems on the way buffer, and the backlog.
        let big = "x".repeat(MAX_MESSAGE - 200);
        let most = Limits::default().burst() - 100;
        let mut sent = 0;
        let left = loop {
            if sent < most {
                a.signal(b.id, &big).await;
                sent += 1;
            }
            if let Ok(Some(Ok(frame))) = timeout(Duration::from_millis(1), a.socket.next()).await {
                break frame;
            }
            assert!(sent < most, "b was never cut off");
        };
        let expected = JsonPeerEvent::PeerLeft(b.id).to_string();
        assert_eq!(left.into_text().unwrap().as_str(), expected);
        assert!(b.frame().await.is_some());
        until(&relay, "departures_total{reason=\"slow_reader\"}", 1.0).await;
    });
}

#[test]
fn port_in_use_is_one_sentence_with_advice() {
    let relay = Relay::start((Ipv4Addr::LOCALHOST, 0).into(), Limits::default()).unwrap();
    let error = Relay::start(relay.local_addr(), Limits::default()).unwrap_err().to_string();
    assert!(error.contains("another program uses this port"), "{error}");
    let addr = relay.local_addr();
    relay.stop();
    Relay::start(addr, Limits::default()).unwrap();
}

#[test]
fn friends_get_addresses_with_the_port() {
    let one: SocketAddr = "192.0.2.7:4000".parse().unwrap();
    assert_eq!(friend_addresses(one), [one]);
    let all = friend_addresses((Ipv4Addr::UNSPECIFIED, 4000).into());
    assert!(all.contains(&(Ipv4Addr::LOCALHOST, 4000).into()), "{all:?}");
    assert!(all.iter().all(|addr| addr.port() == 4000 && addr.is_ipv4()));
    assert!(all.is_sorted_by_key(|addr| rank(&addr.ip())));
}
