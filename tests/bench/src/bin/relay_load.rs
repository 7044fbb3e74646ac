//! Many players at one relay: how long joining takes, and what each of them costs.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --features relay --bin relay-load -- target/release/tankwarz`
//!
//! Starts the relay itself, on loopback. Every player speaks matchbox's protocol as the game does:
//! whoever is told of a newcomer offers a link, the newcomer answers, both send three candidates,
//! and everybody says something every 10 s. It fails when somebody is not let in or hears nothing
//! of the others, but never because of a time: a busy machine is no bug.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::rc::Rc;
use std::str::FromStr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use matchbox_protocol::{JsonPeerEvent, JsonPeerRequest, PeerId};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const ROOMS: usize = 500;
const PEERS_PER_ROOM: usize = 4;
const PEERS: usize = ROOMS * PEERS_PER_ROOM;
/// Players that come in a second, while the rooms fill and afterwards in place of others.
const JOINS_PER_SECOND: u64 = 100;
/// How many come in place of others.
const CHANGES: usize = 3000;
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// For what has to happen at all, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(60);
/// About as long as a real offer with its candidates left out, and as a real candidate.
const OFFER: usize = 1200;
const CANDIDATE: usize = 160;

type Error = Box<dyn std::error::Error>;

/// What all players have seen.
#[derive(Default)]
struct Seen {
    /// When each player began to connect.
    began: HashMap<PeerId, Instant>,
    /// Who was told of a newcomer before the newcomer himself had read his name.
    early: HashMap<PeerId, Vec<Instant>>,
    /// From connecting to one's own name, and to each other player's hearing of it; in ms.
    named: Vec<f64>,
    told: Vec<f64>,
    faults: usize,
}

impl Seen {
    fn named(&mut self, id: PeerId, began: Instant) {
        self.named.push(ms(began.elapsed()));
        self.began.insert(id, began);
        for at in self.early.remove(&id).unwrap_or_default() {
            self.told.push(ms(at - began));
        }
    }

    fn told_of(&mut self, id: PeerId) {
        let now = Instant::now();
        match self.began.get(&id) {
            Some(&began) => self.told.push(ms(now - began)),
            None => self.early.entry(id).or_default().push(now),
        }
    }

    /// The times since the last call.
    fn take(&mut self) -> (Vec<f64>, Vec<f64>) {
        (std::mem::take(&mut self.named), std::mem::take(&mut self.told))
    }
}

type Shared = Rc<RefCell<Seen>>;

struct Player {
    quit: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Player {
    fn start(relay: SocketAddr, room: usize, seen: &Shared) -> Self {
        let (quit, told_to_quit) = oneshot::channel();
        let seen = Rc::clone(seen);
        let task = spawn_local(async move {
            if let Err(error) = play(relay, room, &seen, told_to_quit).await {
                eprintln!("a player in room {room}: {error}");
                seen.borrow_mut().faults += 1;
            }
        });
        Self { quit, task }
    }

    async fn end(self) {
        let _ = self.quit.send(());
        let _ = self.task.await;
    }
}

async fn play(
    relay: SocketAddr,
    room: usize,
    seen: &Shared,
    mut quit: oneshot::Receiver<()>,
) -> Result<(), Error> {
    let began = Instant::now();
    let stream = TcpStream::connect(relay).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let url = format!("ws://{relay}/ROOM{room}");
    let (mut socket, _) = client_async_with_config(url, stream, Some(config)).await?;
    let mut keep_alive = interval(KEEP_ALIVE);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep_alive.reset();
    loop {
        let message = tokio::select! {
            message = socket.next() => message.ok_or("the relay closed")??,
            _ = keep_alive.tick() => {
                socket.send(Message::text(JsonPeerRequest::KeepAlive.to_string())).await?;
                continue;
            }
            _ = &mut quit => {
                socket.close(None).await?;
                return Ok(());
            }
        };
        let Message::Text(text) = message else { return Err(format!("{message:?}").into()) };
        let (to, signals) = match JsonPeerEvent::from_str(&text)? {
            JsonPeerEvent::IdAssigned(id) => {
                seen.borrow_mut().named(id, began);
                continue;
            }
            JsonPeerEvent::NewPeer(id) => {
                seen.borrow_mut().told_of(id);
                (id, vec![json!({ "Offer": "o".repeat(OFFER) })])
            }
            JsonPeerEvent::Signal { sender, data } => {
                let candidates = || {
                    let candidate = json!({ "IceCandidate": "c".repeat(CANDIDATE) });
                    std::iter::repeat_n(candidate, 3)
                };
                let answer = json!({ "Answer": "a".repeat(OFFER) });
                if data.get("Offer").is_some() {
                    (sender, std::iter::once(answer).chain(candidates()).collect())
                } else if data.get("Answer").is_some() {
                    (sender, candidates().collect())
                } else {
                    continue;
                }
            }
            JsonPeerEvent::PeerLeft(_) => continue,
        };
        for data in signals {
            let request = JsonPeerRequest::Signal { receiver: to, data };
            socket.send(Message::text(request.to_string())).await?;
        }
    }
}

/// The relay under test; ended when dropped.
struct Relay {
    process: Child,
    addr: SocketAddr,
}

impl Relay {
    fn start(program: &str) -> Result<Self, Error> {
        let mut process = Command::new(program)
            .args(["relay", "--bind", "127.0.0.1:0", "--log", "warn"])
            .args(["--max-per-address", "4096", "--max-connections", "4096"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program}: {error}; build it first"))?;
        let mut line = String::new();
        let stdout = process.stdout.take().ok_or("no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let addr = line.trim().rsplit(' ').next().ok_or("no address")?.parse()?;
        Ok(Self { process, addr })
    }

    /// A line of `/proc/PID/status` that is in KiB.
    fn kib(&self, name: &str) -> Result<f64, Error> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let value = line.and_then(|line| line.split_whitespace().next());
        Ok(value.ok_or("no such line")?.parse()?)
    }

    /// Seconds of processor time so far.
    fn cpu(&self) -> Result<f64, Error> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let after = stat.rsplit(')').next().ok_or("no name")?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }

    async fn value(&self, name: &str) -> Result<f64, Error> {
        let mut stream = TcpStream::connect(self.addr).await?;
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n")
            .await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(line.ok_or("no such metric")?.parse()?)
    }

    async fn until_peers(&self, peers: usize) -> Result<(), Error> {
        let wait = async {
            while self.value("tankwarz_relay_peers").await? != peers as f64 {
                sleep(Duration::from_millis(50)).await;
            }
            Ok::<(), Error>(())
        };
        timeout(LIMIT, wait).await.map_err(|_| format!("there are never {peers} peers"))?
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print_row(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let (middle, p99, most) = (at(0.5), at(0.99), at(1.0));
    println!("| {name} | {} | {middle:.2} | {p99:.2} | {most:.2} |", times.len());
}

async fn measure(program: &str) -> Result<(), Error> {
    let relay = Relay::start(program)?;
    let empty = relay.kib("VmRSS:")?;
    let seen = Shared::default();
    let mut pace = interval(Duration::from_secs(1) / JOINS_PER_SECOND as u32);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);

    let mut players = Vec::new();
    for number in 0..PEERS {
        pace.tick().await;
        players.push(Player::start(relay.addr, number % ROOMS, &seen));
    }
    relay.until_peers(PEERS).await?;
    // Until the last greetings are over.
    sleep(Duration::from_secs(2)).await;
    let rooms = relay.value("tankwarz_relay_rooms").await?;
    if rooms != ROOMS as f64 {
        return Err(format!("{rooms} rooms instead of {ROOMS}").into());
    }
    let full = relay.kib("VmRSS:")?;
    let (named, told) = seen.borrow_mut().take();
    let expected = ROOMS * PEERS_PER_ROOM * (PEERS_PER_ROOM - 1) / 2;
    if (named.len(), told.len()) != (PEERS, expected) {
        return Err(format!("{} names and {} greetings", named.len(), told.len()).into());
    }

    println!("| join, {PEERS} peers in {ROOMS} rooms | joins | median ms | p99 ms | longest ms |");
    println!("|---|---:|---:|---:|---:|");
    print_row("while the rooms fill, to one's own name", named);
    print_row("while the rooms fill, to another player's hearing of it", told);

    let (cpu, began) = (relay.cpu()?, Instant::now());
    for number in 0..CHANGES {
        pace.tick().await;
        // A stride that meets every player, and not room after room.
        let index = number * 7 % PEERS;
        let next = Player::start(relay.addr, index % ROOMS, &seen);
        std::mem::replace(&mut players[index], next).end().await;
    }
    relay.until_peers(PEERS).await?;
    sleep(Duration::from_secs(2)).await;
    let share = 100.0 * (relay.cpu()? - cpu) / began.elapsed().as_secs_f64();
    let (named, told) = seen.borrow_mut().take();
    if named.len() != CHANGES || told.len() < CHANGES * (PEERS_PER_ROOM - 1) {
        return Err(format!("{} names and {} greetings", named.len(), told.len()).into());
    }
    print_row("while players come and go, to one's own name", named);
    print_row("while players come and go, to another player's hearing of it", told);
    println!();
    println!(
        "memory: {empty:.0} KiB empty, {full:.0} KiB with all peers, which is {:.1} KiB a peer,",
        (full - empty) / PEERS as f64
    );
    println!("and {:.0} KiB at the most", relay.kib("VmHWM:")?);
    println!("processor: {share:.0}% of one core at {JOINS_PER_SECOND} joins a second");
    match seen.borrow().faults {
        0 => Ok(()),
        faults => Err(format!("{faults} players had a fault").into()),
    }
}

fn main() -> ExitCode {
    let Some(program) = std::env::args().nth(1) else {
        eprintln!("name the game's program: relay-load target/release/tankwarz");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let measured = runtime
        .map_err(Error::from)
        .and_then(|runtime| LocalSet::new().block_on(&runtime, measure(&program)));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay-load: {error}");
            ExitCode::FAILURE
        }
    }
}
