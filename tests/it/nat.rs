//! Two players behind a router each, and an internet between them: whole programs in five network
//! namespaces, with a relay and coturn, over each way WebRTC can find.
//!
//! ```text
//! a (192.168.1.2) - na (198.51.100.2) - r (198.51.100.1, 203.0.113.1) - nb (203.0.113.2) - b (192.168.2.2)
//! ```
//! `r` is the namespace of the test itself. The others live as long as what holds them.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::netns::{self, Machine, run_script};
use crate::processes::{Program, same_hashes, wait_for_port};

const RELAY: &str = "198.51.100.1:3536";
const STUN: &str = "stun:198.51.100.1:3478";
const TURN: &str = "turn:198.51.100.1:3478";
/// The one of docs/deploy/turnserver.conf.
const TURN_SECRET: &str = "choose-a-long-secret";
const LIMIT: Duration = Duration::from_secs(60);
/// How long a player waits at most before it is told.
const JOIN_WITHIN: Duration = Duration::from_secs(15);

/// How a router chooses the port it sends from.
#[derive(Clone, Copy)]
enum Nat {
    /// The one the player's machine chose.
    KeepsPorts,
    /// Another one for each destination, so that what STUN saw is of no use.
    Symmetric,
}

/// The game on a machine, with its name for the TURN server.
fn game(machine: &Machine, arguments: &[&str]) -> Command {
    let mut command = machine.command(env!("CARGO_BIN_EXE_tankwarz"));
    command.args(arguments).args(["--ice-user", "tank", "--ice-credential", TURN_SECRET]);
    command
}

/// The internet with what runs in it, and two homes.
struct World {
    a: Machine,
    b: Machine,
    _routers: [Machine; 2],
    _servers: [Program; 2],
}

impl World {
    fn new(nat: Nat) -> Self {
        // Addresses at home are routed into nothing, as on the internet: an answer that there is no
        // way to them would end coturn's sessions.
        run_script(
            Command::new("sh"),
            "echo 1 > /proc/sys/net/ipv4/ip_forward
             ip link add void type veth peer name depth
             ip link set depth up && ip link set void arp off up
             ip route add default dev void",
        );
        let (a, na) = home("ra", "198.51.100", "192.168.1", nat);
        let (b, nb) = home("rb", "203.0.113", "192.168.2", nat);
        let mut relay = Command::new(env!("CARGO_BIN_EXE_tankwarz"));
        relay.args(["relay", "--bind", "0.0.0.0:3536"]).stdout(Stdio::null());
        let database = std::env::temp_dir().join(format!("tankwarz-turn-{}", std::process::id()));
        let mut turn = Command::new("turnserver");
        // What docs/deploy.md tells people to use, word for word.
        turn.args(["-c", &turnserver_conf(), "--log-file=stdout", "--pidfile=/dev/null"])
            .arg(format!("--userdb={}", database.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let servers = [Program::other(&mut relay), Program::other(&mut turn)];
        wait_for_port(3536);
        let began = Instant::now();
        while TcpStream::connect("198.51.100.1:3478").is_err() {
            assert!(began.elapsed() < LIMIT, "coturn does not listen; run `./setup.sh --test`");
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = std::fs::remove_file(database);
        Self { a, b, _routers: [na, nb], _servers: servers }
    }
}

/// The path of coturn's settings; docs/deploy.md has to quote what is there.
fn turnserver_conf() -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let path = docs.join("deploy/turnserver.conf");
    let settings = fs::read_to_string(&path).expect("turnserver.conf");
    let quoted = fs::read_to_string(docs.join("deploy.md")).expect("deploy.md");
    assert!(quoted.contains(&settings), "docs/deploy.md quotes another turnserver.conf");
    path.display().to_string()
}

/// A machine at home, and the router between it and the internet.
fn home(cable: &str, public: &str, private: &str, nat: Nat) -> (Machine, Machine) {
    let (machine, router) = (Machine::new(), Machine::new());
    let lay = format!(
        "ip link add {cable} type veth peer name out netns {}
         ip addr add {public}.1/24 dev {cable} && ip link set {cable} up",
        router.pid()
    );
    run_script(Command::new("sh"), &lay);
    let ports = match nat {
        Nat::KeepsPorts => "",
        Nat::Symmetric => "fully-random",
    };
    // New packets from outside are dropped before connection tracking remembers them, or the first
    // knock of a stranger would take the port that punching through needs.
    router.run(&format!(
        "echo 1 > /proc/sys/net/ipv4/ip_forward
         ip link set lo up
         ip link add in type veth peer name eth netns {}
         ip addr add {public}.2/24 dev out && ip link set out up
         ip addr add {private}.1/24 dev in && ip link set in up
         ip route add default via {public}.1
         nft 'table ip home {{
             chain nat {{ type nat hook postrouting priority 100; oifname out masquerade {ports}; }}
             chain inward {{ type filter hook input priority 0; iifname out ct state new drop; }}
             chain through {{ type filter hook forward priority 0; iifname out ct state new drop; }}
         }}'",
        machine.pid()
    ));
    machine.run(&format!(
        "ip link set lo up
         ip addr add {private}.2/24 dev eth && ip link set eth up
         ip route add default via {private}.1"
    ));
    (machine, router)
}

fn ice<'a>(urls: &[&'a str]) -> Vec<&'a str> {
    urls.iter().flat_map(|url| ["--ice", *url]).collect()
}

const HOST: [&str; 9] =
    ["host", "--headless", "--room", "NATNAT", "--players", "2", "--seconds", "10", "--relay"];

/// Plays a short match and checks by which route the two met, and how soon.
fn play(nat: Nat, urls: &[&str], route: &str) {
    let world = World::new(nat);
    let relay = format!("ws://{RELAY}");
    let host = [&HOST[..], &[&relay, "--ticks", "420"], &ice(urls)].concat();
    let room = format!("{RELAY}/NATNAT");
    let guest = [&["join", &room, "--headless", "--ticks", "420"][..], &ice(urls)].concat();
    let programs =
        [Program::game_by(game(&world.a, &host)), Program::game_by(game(&world.b, &guest))];
    let reports: Vec<Value> = programs.into_iter().map(Program::report).collect();
    for (report, other) in reports.iter().zip(["1", "0"]) {
        assert_eq!(report["end"], "done", "{report:#}");
        assert_eq!(report["desyncs"], 0, "{report:#}");
        assert_eq!(report["routes"][other], route, "{report:#}");
        assert!(report["checksums_compared"].as_u64() > Some(5), "{report:#}");
    }
    let common = same_hashes(&reports[0]["hashes"], &reports[1]["hashes"]);
    assert!(common >= 6, "only {common} seconds in common");
}

#[test]
fn routers_that_keep_ports_are_met_through_directly_in_netns() {
    netns::inside("nat::routers_that_keep_ports_are_met_through_directly_in_netns", || {
        play(Nat::KeepsPorts, &[STUN], "direct");
    });
}

#[test]
fn symmetric_routers_are_met_around_by_turn_in_netns() {
    netns::inside("nat::symmetric_routers_are_met_around_by_turn_in_netns", || {
        play(Nat::Symmetric, &[STUN, TURN], "relayed");
    });
}

#[test]
fn turn_alone_is_enough_for_symmetric_routers_in_netns() {
    netns::inside("nat::turn_alone_is_enough_for_symmetric_routers_in_netns", || {
        play(Nat::Symmetric, &[TURN], "relayed");
    });
}

#[test]
fn players_that_cannot_meet_are_told_so_within_15_s_in_netns() {
    netns::inside("nat::players_that_cannot_meet_are_told_so_within_15_s_in_netns", || {
        let world = World::new(Nat::Symmetric);
        let relay = format!("ws://{RELAY}");
        let host = [&HOST[..], &[&relay], &ice(&[STUN])].concat();
        let _host = Program::game_by(game(&world.a, &host));
        let room = format!("{RELAY}/NATNAT");
        let guest = [&["join", &room, "--headless"][..], &ice(&[STUN])].concat();
        let began = Instant::now();
        let mut guest = game(&world.b, &guest);
        let output =
            guest.env("XDG_CONFIG_HOME", crate::home::empty()).stdin(Stdio::null()).output();
        let output = output.expect("the game starts");
        // The guest's own 15 s are exact in `session::cases`, which run in virtual time; here it only
        // matters that the way to the screen adds no other deadline.
        println!("told so after {:?}", began.elapsed());
        assert!(began.elapsed() < 3 * JOIN_WITHIN, "{:?}", began.elapsed());
        let sentence = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{sentence}");
        assert!(sentence.contains("its host cannot be reached"), "{sentence}");
        assert!(sentence.contains("TURN server (--ice)"), "{sentence}");
    });
}
