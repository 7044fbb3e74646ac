//! Questions to the network for whoever looks for a fault: does the relay answer, what does a STUN
//! server see, does a TURN server serve us. Every question ends within a few seconds, whatever
//! comes back, and changes nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use async_tungstenite::smol::connect_async_with_config;
use async_tungstenite::tungstenite::Message as Frame;
use async_tungstenite::tungstenite::protocol::WebSocketConfig;
use futures::StreamExt;
use serde::Serialize;
use tokio::time::timeout;

use super::address::{RoomUrl, ice_place};
use super::stun::{Class, Credentials, MAX_MESSAGE, Message};
use super::{NetError, signal, webrtc};

/// How long a relay may take for each of its answers.
const RELAY_LIMIT: Duration = Duration::from_secs(5);
/// The longest message of a relay that is read, in bytes.
const MAX_FRAME: usize = 64 * 1024;
/// How long the name of a server may take to become an address.
const NAME_LIMIT: Duration = Duration::from_secs(4);
/// When a question is asked again, counted from the first time, and when it is given up.
const ASK_AT: [Duration; 3] =
    [Duration::ZERO, Duration::from_millis(300), Duration::from_millis(900)];
const ANSWER_LIMIT: Duration = Duration::from_millis(2200);
/// How often a TURN server may change its challenge.
const MAX_ROUNDS: u32 = 3;

/// Where the room of a relay answers, and how long a message takes to it and back.
///
/// # Errors
/// The sentence that a player who wants to join there would read.
pub fn relay_round_trip(room: &RoomUrl) -> Result<Duration, NetError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| NetError::Broken(error.to_string()))?;
    let silent = |_| NetError::RelayUnreachable {
        relay: room.relay().to_owned(),
        cause: format!("no answer within {} s", RELAY_LIMIT.as_secs()),
    };
    let failed = |error| signal::judge(room.relay(), &error).0;
    runtime.block_on(async {
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MAX_FRAME);
        config.max_frame_size = Some(MAX_FRAME);
        let url = room.to_string();
        let connecting = timeout(RELAY_LIMIT, connect_async_with_config(&url, Some(config)));
        let (mut websocket, _) = connecting.await.map_err(silent)?.map_err(failed)?;
        let asked = Instant::now();
        websocket.send(Frame::Ping(Vec::new().into())).await.map_err(failed)?;
        timeout(RELAY_LIMIT, async {
            loop {
                match websocket.next().await {
                    Some(Ok(Frame::Pong(_))) => return Ok(asked.elapsed()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(failed(error)),
                    None => return Err(NetError::RelayLost { relay: room.relay().to_owned() }),
                }
            }
        })
        .await
        .map_err(silent)?
    })
}

/// Whether multicast works, without which peers do not find each other.
///
/// # Errors
/// [`NetError::NoNetwork`] when it does not.
pub fn multicast() -> Result<(), NetError> {
    webrtc::check_multicast()
}

/// The IPv4 address of an ICE server (`stun:…` or `turn:…`), or in words why there is none.
///
/// # Errors
/// When its name has no IPv4 address, or nobody tells in time.
pub fn ice_address(url: &str) -> Result<SocketAddr, String> {
    let Some((host, port)) = ice_place(url) else { return Err("it has no host".to_owned()) };
    let (told, answer) = mpsc::channel();
    let asked = host.clone();
    // The system's resolver cannot be interrupted: it may finish by itself.
    let resolver = thread::Builder::new().name("resolver".to_owned()).spawn(move || {
        // Nobody may wait any more.
        let _ = told.send((asked.as_str(), port).to_socket_addrs().map(Vec::from_iter));
    });
    resolver.map_err(|error| error.to_string())?;
    let unknown = format!("nobody knows a machine called {host}");
    let found = answer.recv_timeout(NAME_LIMIT).map_err(|_| unknown.clone())?;
    let found = found.map_err(|_| unknown)?;
    found.into_iter().find(SocketAddr::is_ipv4).ok_or_else(|| format!("{host} has no IPv4 address"))
}

/// One port of this machine, from which servers are asked.
pub struct Prober {
    socket: UdpSocket,
    port: u16,
}

/// What a TURN server said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TurnAnswer {
    /// It passes on what is sent to this address.
    Serves(SocketAddr),
    /// It answers, and asks for a name and a password that nobody gave.
    AsksWhoWeAre,
    /// It does not take this name and password.
    WrongPassword,
    /// It refused for another reason: its error number.
    Refuses(u16),
    /// Nothing came back.
    Silent,
}

/// What stands between this machine and the internet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nat {
    /// Nothing: this machine has a public address, or the server is on its own network.
    None,
    /// A router that shows everybody the same port: others can be let in.
    Cone,
    /// A router that shows everybody another port: what STUN finds is of no use to others.
    Symmetric,
}

impl Prober {
    /// Takes a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn new() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let port = socket.local_addr()?.port();
        Ok(Self { socket, port })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Our address as a STUN server sees it; `None` without an answer.
    pub fn mapped_address(&self, server: SocketAddr) -> Option<SocketAddr> {
        let question = Message::binding(transaction_id()?);
        let answer = self.ask(server, &question, &question.encode())?;
        (answer.class == Class::Success).then(|| answer.mapped_address())?
    }

    /// Asks a TURN server for a relayed address, and gives it back at once.
    pub fn turn(&self, server: SocketAddr, who: Option<(&str, &str)>) -> TurnAnswer {
        let mut credentials: Option<Credentials> = None;
        for _ in 0..MAX_ROUNDS {
            let Some(id) = transaction_id() else { return TurnAnswer::Silent };
            let question = Message::allocate(id);
            let bytes = match &credentials {
                Some(credentials) => question.encode_signed(credentials),
                None => question.encode(),
            };
            let Some(answer) = self.ask(server, &question, &bytes) else {
                return TurnAnswer::Silent;
            };
            if let (Class::Success, Some(relayed)) = (answer.class, answer.relayed_address()) {
                self.release(server, credentials.as_ref());
                return TurnAnswer::Serves(relayed);
            }
            let code = answer.error_code().unwrap_or_default();
            // 438: the challenge is too old. Nothing is wrong with the password.
            match (code, who, answer.challenge()) {
                (401, None, _) => return TurnAnswer::AsksWhoWeAre,
                (401, Some(_), _) if credentials.is_some() => return TurnAnswer::WrongPassword,
                (401 | 438, Some((username, password)), Some((realm, nonce))) => {
                    credentials = Some(Credentials {
                        username: username.to_owned(),
                        password: password.to_owned(),
                        realm: realm.to_vec(),
                        nonce: nonce.to_vec(),
                    });
                }
                _ => return TurnAnswer::Refuses(code),
            }
        }
        TurnAnswer::Refuses(438)
    }

    fn release(&self, server: SocketAddr, credentials: Option<&Credentials>) {
        let Some(id) = transaction_id() else { return };
        let question = Message::release(id);
        let bytes = match credentials {
            Some(credentials) => question.encode_signed(credentials),
            None => question.encode(),
        };
        // Unheard, it ends by itself after ten minutes.
        let _ = self.socket.send_to(&bytes, server);
    }

    /// Asks until the answer to this very question comes from this very server.
    fn ask(&self, server: SocketAddr, question: &Message, bytes: &[u8]) -> Option<Message> {
        let began = Instant::now();
        let mut times = ASK_AT.iter().peekable();
        let mut buffer = [0; MAX_MESSAGE];
        while began.elapsed() < ANSWER_LIMIT {
            if times.next_if(|at| began.elapsed() >= **at).is_some() {
                // Where there is no way to the server, there is no answer either.
                self.socket.send_to(bytes, server).ok()?;
            }
            let until = times.peek().map_or(ANSWER_LIMIT, |at| **at);
            let wait = until.saturating_sub(began.elapsed()).max(Duration::from_millis(1));
            self.socket.set_read_timeout(Some(wait)).ok()?;
            let Ok((length, from)) = self.socket.recv_from(&mut buffer) else { continue };
            let answer = buffer.get(..length).and_then(Message::decode).filter(|answer| {
                let is_answer = answer.class != Class::Request && from == server;
                is_answer && (answer.id, answer.method) == (question.id, question.method)
            });
            if answer.is_some() {
                return answer;
            }
        }
        None
    }
}

/// What kind of NAT made `seen` of our `port`: one entry for each server that answered. `None` when
/// that cannot be told, because fewer than two answered.
pub fn nat_kind(own: &[IpAddr], port: u16, seen: &[SocketAddr]) -> Option<Nat> {
    let first = seen.first()?;
    if seen.iter().all(|address| own.contains(&address.ip()) && address.port() == port) {
        return Some(Nat::None);
    }
    if seen.iter().any(|address| address != first) {
        return Some(Nat::Symmetric);
    }
    (seen.len() > 1).then_some(Nat::Cone)
}

/// 96 bits that nobody can guess; `None` where the system has none.
fn transaction_id() -> Option<[u8; 12]> {
    let mut id = [0; 12];
    getrandom::fill(&mut id).ok()?;
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_of_nat_follows_from_what_two_servers_see() {
        let own = ["192.168.1.7".parse().unwrap()];
        let kind = |seen: &[&str]| {
            let seen: Vec<SocketAddr> = seen.iter().map(|a| a.parse().unwrap()).collect();
            nat_kind(&own, 5000, &seen)
        };
        assert_eq!(kind(&[]), None);
        assert_eq!(kind(&["192.168.1.7:5000"]), Some(Nat::None));
        assert_eq!(kind(&["203.0.113.1:5000"]), None, "one server tells nothing");
        assert_eq!(kind(&["203.0.113.1:5000", "203.0.113.1:5000"]), Some(Nat::Cone));
        assert_eq!(kind(&["203.0.113.1:6000", "203.0.113.1:6000"]), Some(Nat::Cone));
        assert_eq!(kind(&["203.0.113.1:6000", "203.0.113.1:6001"]), Some(Nat::Symmetric));
        assert_eq!(kind(&["203.0.113.1:6000", "203.0.113.2:6000"]), Some(Nat::Symmetric));
        assert_eq!(kind(&["192.168.1.7:6000"]), None, "a port that was changed is a NAT");
    }
}
