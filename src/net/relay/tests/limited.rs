//! What a relay refuses, forgets, counts and says at its end.

use std::time::Instant;

use async_tungstenite::tungstenite::client::IntoClientRequest;
use async_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::*;

/// As a player at this address, by the word of a proxy.
async fn join_from(relay: &Relay, room: &str, address: &'static str) -> Result<Client, u16> {
    let url = format!("ws://{}/{room}", relay.local_addr());
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("x-real-ip", address.parse().unwrap());
    match connect_async(request).await {
        Ok((socket, _)) => {
            let mut client = Client { socket, id: PeerId(uuid::Uuid::nil()) };
            client.event().await;
            Ok(client)
        }
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other:?}"),
    }
}

/// Waits until the relay has noticed who has left, and lets somebody in.
async fn admitted_again(relay: &Relay) {
    let again = async {
        while join_from(relay, "den", "192.0.2.1").await.is_err() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(LIMIT, again).await.is_ok(), "whoever has left still counts");
}

#[test]
fn joining_at_once_nobody_is_one_too_many_and_all_hear_of_each_other() {
    with_relay(|relay| async move {
        let url = format!("ws://{}/den", relay.local_addr());
        let together = (0..3 * MAX_PEERS).map(|_| connect_async(&url));
        let mut inside = Vec::new();
        for result in futures::future::join_all(together).await {
            match result {
                Ok((socket, _)) => inside.push(Client { socket, id: PeerId(uuid::Uuid::nil()) }),
                Err(tungstenite::Error::Http(response)) => assert_eq!(response.status(), 503),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(inside.len(), MAX_PEERS);
        let mut order = Vec::new();
        for client in &mut inside {
            match client.event().await {
                JsonPeerEvent::IdAssigned(id) => client.id = id,
                other => panic!("the first event is {other:?}"),
            }
        }
        // Of each two the one that was first is told of the other, once; nobody of himself.
        for client in &mut inside {
            let mut told = Vec::new();
            let (me, mark) = (client.id, json!({ "Offer": "mark" }));
            client.signal(me, "mark").await;
            loop {
                match client.event().await {
                    JsonPeerEvent::NewPeer(id) => told.push(id),
                    JsonPeerEvent::Signal { data, .. } if data == mark => break,
                    other => panic!("{other:?}"),
                }
            }
            told.sort_unstable();
            told.dedup();
            assert!(!told.contains(&me));
            order.push(told.len());
        }
        order.sort_unstable();
        assert_eq!(order, (0..MAX_PEERS).collect::<Vec<_>>());
    });
}

#[test]
fn rooms_are_limited_and_freed_when_empty() {
    let limits = Limits { rooms: 2, ..Limits::default() };
    with_limits(limits, |relay| async move {
        let mut a = Client::join(&relay, "a").await;
        let _b = Client::join(&relay, "b").await;
        let full = (503, "this relay has no room left".to_owned());
        assert_eq!(refusal(&relay, "c").await, full);
        until(&relay, "refusals_total{reason=\"rooms\"}", 1.0).await;
        until(&relay, "rooms", 2.0).await;
        Client::join(&relay, "a").await;
        a.socket.close(None).await.unwrap();
        until(&relay, "rooms", 1.0).await;
        until(&relay, "peers", 1.0).await;
        Client::join(&relay, "c").await;
    });
}

#[test]
fn connections_are_limited() {
    let limits = Limits { connections: 3, ..Limits::default() };
    with_limits(limits, |relay| async move {
        let one = Client::join(&relay, "den").await;
        let _two = Client::join(&relay, "den").await;
        // Whoever says nothing counts as well.
        let silent = TcpStream::connect(relay.local_addr()).await.unwrap();
        let full = (503, "this relay is full; try again in a minute".to_owned());
        assert_eq!(refusal(&relay, "den").await, full);
        drop((one, silent));
        admitted_again(&relay).await;
        let refused = value(&relay, "tankwarz_relay_refusals_total{reason=\"connections\"}").await;
        assert!(refused >= 1.0, "{refused}");
    });
}

#[test]
fn one_address_cannot_take_all_connections() {
    let limits = Limits { per_address: 2, ..Limits::default() };
    with_limits(limits, |relay| async move {
        let one = Client::join(&relay, "den").await;
        // What is said of another address counts for nothing without a proxy to trust.
        let _two = join_from(&relay, "den", "192.0.2.1").await.unwrap();
        let full = (429, "there are too many connections from your network".to_owned());
        assert_eq!(refusal(&relay, "den").await, full);
        assert_eq!(join_from(&relay, "den", "192.0.2.2").await.err(), Some(429));
        drop(one);
        admitted_again(&relay).await;
    });
}

#[test]
fn behind_a_trusted_proxy_each_address_is_counted_by_itself() {
    let limits = Limits { per_address: 1, trust_proxy: true, ..Limits::default() };
    with_limits(limits, |relay| async move {
        let one = join_from(&relay, "den", "192.0.2.1").await.unwrap();
        assert_eq!(join_from(&relay, "den", "192.0.2.1").await.err(), Some(429));
        let _two = join_from(&relay, "den", "192.0.2.2").await.unwrap();
        assert_eq!(join_from(&relay, "den", "2001:db8::1").await.err(), None);
        drop(one);
        until(&relay, "peers", 1.0).await;
        join_from(&relay, "den", "192.0.2.1").await.unwrap();
        until(&relay, "refusals_total{reason=\"address\"}", 1.0).await;
    });
}

#[test]
fn slow_handshake_is_closed() {
    let limits = Limits { handshake: Duration::from_millis(300), ..Limits::default() };
    with_limits(limits, |relay| async move {
        let mut nothing = TcpStream::connect(relay.local_addr()).await.unwrap();
        let mut half = TcpStream::connect(relay.local_addr()).await.unwrap();
        half.write_all(b"GET /den HTTP/1.1\r\nHost: relay\r\n").await.unwrap();
        for stream in [&mut nothing, &mut half] {
            let ended = timeout(LIMIT, stream.read(&mut [0])).await.expect("it is closed");
            assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
        }
        until(&relay, "refusals_total{reason=\"handshake\"}", 2.0).await;
        // A websocket is no handshake any more.
        let mut client = Client::join(&relay, "den").await;
        sleep(Duration::from_millis(600)).await;
        client.hears_nothing().await;
    });
}

#[test]
fn endless_request_is_closed() {
    with_relay(|relay| async move {
        let mut stream = TcpStream::connect(relay.local_addr()).await.unwrap();
        stream.write_all(b"GET /den HTTP/1.1\r\n").await.unwrap();
        let line = format!("X-More: {}\r\n", "x".repeat(1000));
        let began = Instant::now();
        while stream.write_all(line.as_bytes()).await.is_ok() {
            assert!(began.elapsed() < LIMIT, "headers are read for ever");
            sleep(Duration::from_millis(1)).await;
        }
    });
}

#[test]
fn silent_peer_is_closed_with_a_reason_and_keep_alive_is_not_silence() {
    let limits = Limits { idle: Duration::from_secs(2), ..Limits::default() };
    with_limits(limits, |relay| async move {
        let mut awake = Client::join(&relay, "den").await;
        let mut silent = Client::join(&relay, "den").await;
        assert_eq!(awake.event().await, JsonPeerEvent::NewPeer(silent.id));
        let left = loop {
            awake.send(Frame::text("\"KeepAlive\"")).await;
            if let Ok(frame) = timeout(Duration::from_millis(100), awake.socket.next()).await {
                break frame.unwrap().unwrap();
            }
        };
        let expected = JsonPeerEvent::PeerLeft(silent.id).to_string();
        assert_eq!(left.into_text().unwrap().as_str(), expected);
        assert_eq!(silent.reason().await, "it was silent for too long");
        awake.hears_nothing().await;
        until(&relay, "departures_total{reason=\"idle\"}", 1.0).await;
    });
}

#[test]
fn health_and_metrics_are_answered_on_the_same_port() {
    with_relay(|relay| async move {
        let health = get(relay.local_addr(), "/health").await;
        assert!(health.starts_with("HTTP/1.1 200 ") && health.ends_with("ok\n"), "{health}");
        let mut a = Client::join(&relay, "SECRET").await;
        let b = Client::join(&relay, "SECRET").await;
        a.event().await;
        a.signal(b.id, "hello").await;
        until(&relay, "messages_total{direction=\"in\"}", 1.0).await;
        let text = get(relay.local_addr(), "/metrics").await;
        assert!(text.contains("content-type: text/plain; version=0.0.4"), "{text}");
        for line in [
            "tankwarz_relay_rooms 1",
            "tankwarz_relay_peers 2",
            "tankwarz_relay_connections 3",
            "tankwarz_relay_joins_total 2",
            "tankwarz_relay_join_seconds_count 2",
            "tankwarz_relay_join_seconds_bucket{le=\"+Inf\"} 2",
            "tankwarz_relay_refusals_total{reason=\"room_full\"} 0",
            "tankwarz_relay_departures_total{reason=\"left\"} 0",
            "# TYPE tankwarz_relay_join_seconds histogram",
            "# TYPE tankwarz_relay_joins_total counter",
        ] {
            assert!(text.lines().any(|it| it == line), "no `{line}` in {text}");
        }
        // Neither who plays nor where gets into the metrics.
        assert!(!text.contains("SECRET") && !text.contains("127.0.0.1"), "{text}");
        let to_b = JsonPeerEvent::Signal { sender: a.id, data: json!({ "Offer": "hello" }) };
        let bytes = [
            JsonPeerEvent::IdAssigned(a.id),
            JsonPeerEvent::IdAssigned(b.id),
            JsonPeerEvent::NewPeer(b.id),
            to_b,
        ];
        let bytes: usize = bytes.iter().map(|event| event.to_string().len()).sum();
        until(&relay, "message_bytes_total{direction=\"out\"}", bytes as f64).await;
    });
}

#[test]
fn end_is_told_with_a_close_frame_and_nobody_is_said_to_have_left() {
    with_relay(|relay| async move {
        let mut a = Client::join(&relay, "den").await;
        let mut b = Client::join(&relay, "den").await;
        a.event().await;
        let addr = relay.local_addr();
        let relay = Arc::into_inner(relay).unwrap();
        let began = Instant::now();
        let ended = tokio::task::spawn_blocking(|| relay.stop());
        for client in [&mut a, &mut b] {
            match client.frame().await {
                Some(Ok(Frame::Close(Some(frame)))) => {
                    assert_eq!(frame.code, CloseCode::Away);
                    assert_eq!(frame.reason.as_str(), "the relay is closing");
                }
                other => panic!("{other:?}"),
            }
            // Reads on, so that the answer leaves.
            assert!(!matches!(client.frame().await, Some(Ok(_))));
        }
        ended.await.unwrap();
        // Whoever answers is not waited for any longer.
        assert!(began.elapsed() < Limits::default().farewell, "{:?}", began.elapsed());
        assert!(TcpStream::connect(addr).await.is_err());
    });
}

#[test]
fn closing_relay_says_so_and_waits_for_nobody_for_long() {
    let limits = Limits { farewell: Duration::from_secs(2), ..Limits::default() };
    with_limits(limits, |relay| async move {
        // Neither reads nor answers.
        let _mute = Client::join(&relay, "den").await;
        let addr = relay.local_addr();
        let relay = Arc::into_inner(relay).unwrap();
        let began = Instant::now();
        let ended = tokio::task::spawn_blocking(|| relay.stop());
        let closing = async {
            loop {
                let health = get(addr, "/health").await;
                if !health.contains(" 200 ") {
                    break health;
                }
            }
        };
        let health = timeout(LIMIT, closing).await.unwrap();
        assert!(health.starts_with("HTTP/1.1 503 ") && health.ends_with("closing\n"), "{health}");
        match connect_async(format!("ws://{addr}/other")).await {
            Err(tungstenite::Error::Http(response)) => assert_eq!(response.status(), 503),
            other => panic!("{other:?}"),
        }
        ended.await.unwrap();
        assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
    });
}
