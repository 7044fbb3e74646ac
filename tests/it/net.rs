//! Real WebRTC links between sockets of this process, through real relays, in a network
//! namespace of their own.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use async_tungstenite::smol::connect_async;
use async_tungstenite::tungstenite::Message;
use futures::executor::block_on;
use serde_json::json;
use tankwarz::net::address::parse_target;
use tankwarz::net::relay::{Limits, MAX_PEERS, Relay};
use tankwarz::net::webrtc::{IceConfig, Socket, SocketConfig};
use tankwarz::net::{Lane, NetError, NetEvent};
use tankwarz::session::PeerId;

use crate::netns;

/// How long anything may take. A link usually stands after 1 to 2 s.
const LIMIT: Duration = Duration::from_secs(20);
const TURN: Duration = Duration::from_millis(2);

/// A socket, and what it has told so far.
struct Peer {
    socket: Socket,
    events: Vec<NetEvent>,
}

impl Peer {
    fn join(target: &str) -> Self {
        let config = SocketConfig {
            room_url: parse_target(target, None).unwrap(),
            ice: IceConfig::default(),
        };
        Self { socket: Socket::connect(config), events: Vec::new() }
    }

    fn poll(&mut self) {
        self.events.extend(self.socket.poll());
    }

    /// Waits for an event that `pick` takes.
    fn wait<T>(&mut self, what: &str, pick: impl Fn(&NetEvent) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            self.poll();
            if let Some(found) = self.events.iter().find_map(&pick) {
                return found;
            }
            assert!(start.elapsed() < LIMIT, "no {what}; so far: {:?}", self.events);
            sleep(TURN);
        }
    }

    fn ready(&mut self) -> PeerId {
        self.wait("name", |event| match event {
            NetEvent::Ready(id) => Some(*id),
            _ => None,
        })
    }

    fn linked(&mut self) -> PeerId {
        self.wait("link", |event| match event {
            NetEvent::Connected(id) => Some(*id),
            _ => None,
        })
    }

    fn closed(&mut self) -> NetError {
        self.wait("end", |event| match event {
            NetEvent::Closed(error) => Some(error.clone()),
            _ => None,
        })
    }

    fn received(&self, lane: Lane) -> Vec<Vec<u8>> {
        let on_lane = |event: &NetEvent| match event {
            NetEvent::Received { lane: on, bytes, .. } if *on == lane => Some(bytes.to_vec()),
            _ => None,
        };
        self.events.iter().filter_map(on_lane).collect()
    }
}

fn two_linked(target: &str) -> (Peer, Peer) {
    let mut a = Peer::join(target);
    let a_id = a.ready();
    let mut b = Peer::join(target);
    let b_id = b.ready();
    assert_eq!(a.linked(), b_id);
    assert_eq!(b.linked(), a_id);
    (a, b)
}

fn relay() -> Relay {
    Relay::start((Ipv4Addr::LOCALHOST, 0).into(), Limits::default()).unwrap()
}

/// Sends on both lanes in both directions and checks what arrives.
fn exchange(target: &str) {
    let (mut a, mut b) = two_linked(target);
    let seen = |peer: &Peer| peer.events.iter().filter(|e| matches!(e, NetEvent::Seen(_))).count();
    assert_eq!((seen(&a), seen(&b)), (1, 1));
    let (a_id, b_id) = (a.socket.my_id().unwrap(), b.socket.my_id().unwrap());
    assert_ne!(a_id, b_id);
    let big = vec![7; tankwarz::net::webrtc::MAX_MESSAGE];
    for number in 0..100u8 {
        assert!(a.socket.send(b_id, Lane::Reliable, &[number]));
        assert!(b.socket.send(a_id, Lane::Reliable, &[number]));
        assert!(a.socket.send(b_id, Lane::Unreliable, &[number]));
        assert!(b.socket.send(a_id, Lane::Unreliable, &[number]));
    }
    assert!(a.socket.send(b_id, Lane::Reliable, &big));
    assert!(!a.socket.send(b_id, Lane::Reliable, &[0; tankwarz::net::webrtc::MAX_MESSAGE + 1]));
    assert!(!a.socket.send(PeerId(1), Lane::Reliable, &[0]), "nobody has this name");
    let start = Instant::now();
    while b.received(Lane::Reliable).len() < 101
        || a.received(Lane::Reliable).len() < 100
        || a.received(Lane::Unreliable).is_empty()
        || b.received(Lane::Unreliable).is_empty()
    {
        assert!(start.elapsed() < LIMIT, "a: {:?}\nb: {:?}", a.events, b.events);
        a.poll();
        b.poll();
        sleep(TURN);
    }
    let mut expected: Vec<Vec<u8>> = (0..100).map(|number| vec![number]).collect();
    assert_eq!(a.received(Lane::Reliable), expected);
    expected.push(big);
    assert_eq!(b.received(Lane::Reliable), expected);
    a.socket.close();
    b.socket.close();
}

#[test]
fn both_lanes_work_through_our_relay_in_netns() {
    netns::inside("net::both_lanes_work_through_our_relay_in_netns", || {
        let relay = relay();
        exchange(&format!("{}/den", relay.local_addr()));
    });
}

#[test]
fn both_lanes_work_through_matchbox_server_in_netns() {
    netns::inside("net::both_lanes_work_through_matchbox_server_in_netns", || {
        let server = MatchboxServer::start();
        exchange(&format!("{}/den", server.addr));
    });
}

#[test]
fn last_words_arrive_before_the_link_closes_in_netns() {
    netns::inside("net::last_words_arrive_before_the_link_closes_in_netns", || {
        let relay = relay();
        let (mut a, mut b) = two_linked(&format!("{}/den", relay.local_addr()));
        let a_id = a.socket.my_id().unwrap();
        assert!(a.socket.send(b.socket.my_id().unwrap(), Lane::Reliable, b"bye"));
        let start = Instant::now();
        a.socket.close();
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        b.wait("leave", |event| match event {
            NetEvent::SignallingLeft(id) => (*id == a_id).then_some(()),
            _ => None,
        });
        assert_eq!(b.received(Lane::Reliable), [b"bye"]);
    });
}

#[test]
fn link_outlives_the_relay_in_netns() {
    netns::inside("net::link_outlives_the_relay_in_netns", || {
        let relay = relay();
        let (mut a, mut b) = two_linked(&format!("{}/den", relay.local_addr()));
        relay.stop();
        b.wait("news of the relay", |event| (*event == NetEvent::RelayLost).then_some(()));
        assert!(a.socket.send(b.socket.my_id().unwrap(), Lane::Reliable, b"still here"));
        b.wait("message", |event| matches!(event, NetEvent::Received { .. }).then_some(()));
        assert_eq!(b.received(Lane::Reliable), [b"still here"]);
    });
}

#[test]
fn silent_peer_does_not_fill_memory_in_netns() {
    netns::inside("net::silent_peer_does_not_fill_memory_in_netns", || {
        let relay = relay();
        let (mut a, b) = two_linked(&format!("{}/den", relay.local_addr()));
        let b_id = b.socket.my_id().unwrap();
        let mut sent = 0;
        while a.socket.send(b_id, Lane::Unreliable, &[0; 1024]) {
            sent += 1;
            assert!(sent < 1000, "nothing was heard from b, and still it is sent to");
        }
        assert!(sent >= 60, "{sent}");
    });
}

#[test]
fn relay_that_is_not_there_is_told_in_netns() {
    netns::inside("net::relay_that_is_not_there_is_told_in_netns", || {
        let start = Instant::now();
        let mut peer = Peer::join("127.0.0.1:9/den");
        let error = peer.closed();
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert_eq!(
            error.to_string(),
            "cannot reach the relay at ws://127.0.0.1:9: nothing listens there; check the address, \
             or that the host is running"
        );
        assert!(!peer.socket.send(PeerId(1), Lane::Reliable, &[0]));
        peer.socket.close();
    });
}

#[test]
fn relay_that_does_not_answer_is_given_up_in_netns() {
    netns::inside("net::relay_that_does_not_answer_is_given_up_in_netns", || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let addr = listener.local_addr().unwrap();
        let error = Peer::join(&format!("{addr}/den")).closed();
        assert!(error.to_string().contains("no answer within 10 s"), "{error}");
    });
}

#[test]
fn secure_relay_that_is_none_is_told_in_netns() {
    netns::inside("net::secure_relay_that_is_none_is_told_in_netns", || {
        let relay = relay();
        let error = Peer::join(&format!("wss://{}/den", relay.local_addr())).closed();
        assert!(matches!(error, NetError::RelayUnreachable { .. }), "{error:?}");
    });
}

#[test]
fn reason_of_a_full_room_is_told_in_netns() {
    netns::inside("net::reason_of_a_full_room_is_told_in_netns", || {
        let relay = relay();
        let url = format!("ws://{}/den", relay.local_addr());
        let members: Vec<_> =
            (0..MAX_PEERS).map(|_| block_on(connect_async(&url)).unwrap()).collect();
        let error = Peer::join(&url).closed();
        drop(members);
        assert!(matches!(error, NetError::RelayRefused { .. }), "{error:?}");
        assert!(error.to_string().ends_with("this room is full"), "{error}");
    });
}

#[test]
fn end_of_the_relay_is_told_to_whoever_waits_alone_in_netns() {
    netns::inside("net::end_of_the_relay_is_told_to_whoever_waits_alone_in_netns", || {
        let relay = relay();
        let mut peer = Peer::join(&format!("{}/den", relay.local_addr()));
        peer.ready();
        relay.stop();
        assert!(matches!(peer.closed(), NetError::RelayLost { .. }));
    });
}

#[test]
fn machine_without_a_network_is_told_so_in_netns() {
    let name = "net::machine_without_a_network_is_told_so_in_netns";
    netns::inside_without_multicast(name, || {
        let relay = relay();
        let error = Peer::join(&format!("{}/den", relay.local_addr())).closed();
        assert!(matches!(error, NetError::NoNetwork(_)), "{error:?}");
    });
}

/// Session descriptions no WebRTC program would write, the last ones nearly right.
fn broken_descriptions() -> Vec<String> {
    let full = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=application 9 \
                UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=setup:active\r\na=mid:0\r\n\
                a=sctp-port:5000\r\na=ice-ufrag:abcdefgh\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n\
                a=fingerprint:sha-256 00:11\r\n";
    let mut all: Vec<String> = ["", "v=0", "\u{0}"].map(String::from).into();
    for (from, to) in [
        ("a=ice-ufrag:abcdefgh", "a=x"),
        ("a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=x"),
        ("a=fingerprint:sha-256 00:11", "a=x"),
        ("a=fingerprint:sha-256 00:11", "a=fingerprint:"),
        ("a=fingerprint:sha-256 00:11", "a=fingerprint:x"),
        ("a=fingerprint:sha-256 00:11", "a=fingerprint:a b c"),
        ("m=application 9", "m=application x"),
        ("m=application 9 UDP/DTLS/SCTP", "m=application 9 X"),
        ("m=application 9", "m=video 9"),
        ("v=0", "v=x"),
        ("o=- 1 1 IN IP4 0.0.0.0", "o=x"),
        ("t=0 0", "t=x"),
        ("c=IN IP4 0.0.0.0", "c=x"),
        ("a=setup:active", "a=setup:x"),
        ("a=setup:active", "a=setup:actpass"),
        ("a=mid:0", "a=mid:"),
        ("a=mid:0", "a=x"),
        ("a=mid:0", "a=mid:7"),
        ("a=sctp-port:5000", "a=sctp-port:x"),
        ("a=sctp-port:5000", "a=candidate:x"),
        ("a=group:BUNDLE 0", "a=x"),
        ("a=group:BUNDLE 0", "a=ice-lite"),
        ("", ""),
    ] {
        all.push(full.replacen(from, to, 1));
    }
    all
}

#[test]
fn broken_greeting_of_a_stranger_harms_nobody_in_netns() {
    netns::inside("net::broken_greeting_of_a_stranger_harms_nobody_in_netns", || {
        let relay = relay();
        // So many strangers of each kind and two peers fill a room.
        for (room, descriptions) in broken_descriptions().chunks(MAX_PEERS / 2 - 1).enumerate() {
            let target = format!("{}/den{room}", relay.local_addr());
            let stranger = |_| block_on(connect_async(format!("ws://{target}"))).unwrap().0;
            // Who is in a room offers a link to a newcomer, who answers.
            let mut early: Vec<_> = descriptions.iter().map(stranger).collect();
            let mut a = Peer::join(&target);
            let a_id = uuid::Uuid::from_u128(a.ready().0);
            let mut late: Vec<_> = descriptions.iter().map(stranger).collect();
            for (strangers, kind) in [(&mut early, "Offer"), (&mut late, "Answer")] {
                for (stranger, sdp) in strangers.iter_mut().zip(descriptions) {
                    let candidate = json!({ "IceCandidate": "{\"candidate\":\"x\"}" });
                    for data in [json!({ kind: sdp }), candidate] {
                        let signal = json!({ "Signal": { "receiver": a_id, "data": data } });
                        block_on(stranger.send(Message::text(signal.to_string()))).unwrap();
                    }
                }
            }
            let mut b = Peer::join(&target);
            let b_id = b.ready();
            assert_eq!(a.linked(), b_id);
            let is_seen = |event: &&NetEvent| matches!(event, NetEvent::Seen(_));
            assert_eq!(a.events.iter().filter(is_seen).count(), 2 * descriptions.len() + 1);
        }
    });
}

/// The official server, as `./setup.sh --test` installs it. Killed when dropped.
struct MatchboxServer {
    addr: SocketAddr,
    process: Child,
}

impl MatchboxServer {
    fn start() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let addr = free.local_addr().unwrap();
        drop(free);
        let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target =
            target.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target")));
        let program = target.join("tools/bin/matchbox_server");
        let process = Command::new(&program)
            .arg(addr.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{}: {error}; run `./setup.sh --test` first", program.display())
            });
        let server = Self { addr, process };
        let start = Instant::now();
        while TcpStream::connect(addr).is_err() {
            assert!(start.elapsed() < LIMIT, "matchbox_server does not listen");
            sleep(TURN);
        }
        server
    }
}

impl Drop for MatchboxServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
