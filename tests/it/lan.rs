//! Games announced on a local network and found there: whole programs, in one network namespace
//! over loopback and in two that a cable joins.

use std::collections::BTreeSet;
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mdns_sd::{ServiceDaemon, ServiceInfo};
use serde_json::Value;

use crate::netns::{self, Neighbour};
use crate::processes::{Program, wait_for_port};

const GAME: &str = env!("CARGO_BIN_EXE_tankwarz");
/// How long a change may take to reach the list.
const LIMIT: Duration = Duration::from_secs(30);

/// What `find --json` lists.
fn found(seconds: u32) -> Vec<Value> {
    let output = Command::new(GAME)
        .args(["find", "--json", "--seconds", &seconds.to_string()])
        .stdin(Stdio::null())
        .output()
        .expect("the game starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&output.stdout).expect("the list is JSON");
    list["games"].as_array().expect("games").clone()
}

/// Looks again until the list is as it should be.
fn wait_until_found(what: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let began = Instant::now();
    loop {
        // A host that has just answered somebody is silent for a second: mDNS wants it so.
        let games = found(2);
        if fits(&games) {
            return games;
        }
        assert!(began.elapsed() < LIMIT, "{what}: {games:#?}");
    }
}

fn host<'a>(room: &'a str, more: &[&'a str]) -> Program {
    let mut arguments = vec!["host", "--room", room, "--headless", "--exit-after", "60"];
    arguments.extend(more);
    Program::game(&arguments)
}

#[test]
fn host_is_found_with_its_players_until_it_leaves_in_netns() {
    netns::inside("lan::host_is_found_with_its_players_until_it_leaves_in_netns", || {
        let host = host("K7M3XA", &["--players", "3", "--bots", "1", "--rules", "classic"]);
        let _silent = self::host("SECRET", &["--bind", "0.0.0.0:4000", "--no-announce"]);
        wait_for_port(4000);
        let games = wait_until_found("the host is announced", |games| !games.is_empty());
        assert_eq!(games.len(), 1, "{games:#?}");
        let game = &games[0];
        assert_eq!(game["room"], "K7M3XA");
        assert_eq!(game["target"], "127.0.0.1/K7M3XA");
        assert_eq!(game["address"], "127.0.0.1:3536");
        assert_eq!((&game["players"], &game["seats"]), (&Value::from(2), &Value::from(3)));
        assert_eq!((&game["rules"], &game["password"]), (&"classic".into(), &false.into()));
        assert_eq!(game["version"], env!("CARGO_PKG_VERSION"));

        let _guest = Program::game(&["join", "127.0.0.1/K7M3XA", "--headless"]);
        wait_until_found("the guest is counted", |games| {
            games.first().is_some_and(|game| game["players"] == 3)
        });
        let interrupt = Command::new("kill").args(["-INT", &host.pid().to_string()]).status();
        assert!(interrupt.is_ok_and(|status| status.success()));
        wait_until_found("the room that is gone is gone", <[Value]>::is_empty);
    });
}

#[test]
fn game_is_found_and_joined_from_a_neighbour_in_netns() {
    let name = "lan::game_is_found_and_joined_from_a_neighbour_in_netns";
    netns::inside_without_multicast(name, || {
        let neighbour = Neighbour::on_a_cable("10.77.0.1/24", "10.77.0.2/24");
        let report = std::env::temp_dir().join(format!("tankwarz-lan-{}.json", std::process::id()));
        let mut command = neighbour.command(GAME);
        command.args(["host", "--room", "K7M3XA", "--headless", "--ticks", "300", "--report"]);
        command.arg(&report).env("XDG_CONFIG_HOME", crate::home::empty()).stdout(Stdio::null());
        let host = Program::other(&mut command);
        let games = wait_until_found("the neighbour's host", |games| !games.is_empty());
        assert_eq!(games.len(), 1, "{games:#?}");
        let target = games[0]["target"].as_str().expect("what to type");
        assert_eq!(target, "10.77.0.2/K7M3XA");
        let guest = Program::game(&["join", target, "--headless", "--ticks", "300"]).report();
        assert_eq!(guest["desyncs"], 0, "{guest:#}");
        assert!(guest["settled_tick"].as_u64() >= Some(300), "{guest:#}");
        drop(host);
        let _ = std::fs::remove_file(report);
    });
}

#[test]
fn nothing_hostile_gets_into_the_list_in_netns() {
    netns::inside("lan::nothing_hostile_gets_into_the_list_in_netns", || {
        let _host = host("K7M3XA", &[]);
        wait_until_found("the host is announced", |games| !games.is_empty());
        let stranger = ServiceDaemon::new().unwrap();
        let announce = |label: &str, room: &str, version: &str, port: u16| {
            let text = [
                ("form", "1"),
                ("room", room),
                ("players", "1"),
                ("seats", "2"),
                ("rules", "modern"),
                ("version", version),
                ("password", "no"),
            ];
            let name = format!("{label}.local.");
            let service = "_tankwarz._tcp.local.";
            let mut info =
                ServiceInfo::new(service, label, &name, "127.0.0.1", port, &text[..]).unwrap();
            info.set_requires_probe(false);
            while stranger.register(info.clone()).is_err() {
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        announce("escape", "\u{1b}[2JROOM", "1", 1);
        announce("newline", "ROOM", "1\nfake line", 1);
        announce("bidi", "\u{202e}ROOM", "1", 1);
        announce("long", &"R".repeat(200), "1", 1);
        announce("no port", "ROOM", "1", 0);
        for number in 0..80 {
            announce(&format!("fake-{number}"), &format!("FAKE-{number}"), "1", 1);
        }
        // Bytes that are no DNS message, and some that begin like one.
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        let garbage = std::thread::spawn(move || {
            let until = Instant::now() + Duration::from_secs(3);
            let mut seed = 1u64;
            while Instant::now() < until {
                let mut bytes = vec![0, 0, 0x84, 0, 0, 0, 0, 9, 0, 0, 0, 0];
                for _ in 0..seed % 400 {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    bytes.push((seed >> 56) as u8);
                }
                seed = seed.wrapping_add(1);
                // A full buffer is as good a flood as any.
                let _ = socket.send_to(&bytes, "224.0.0.251:5353");
            }
        });
        let games = found(4);
        garbage.join().unwrap();
        assert!((2..=64).contains(&games.len()), "{} games", games.len());
        let rooms: BTreeSet<&str> = games.iter().filter_map(|game| game["room"].as_str()).collect();
        for room in rooms {
            assert!(room == "K7M3XA" || room.starts_with("FAKE-"), "{room:?}");
        }
        // The list of the next who looks is as good, once the stranger is gone.
        stranger.shutdown().unwrap().recv().unwrap();
        let games = wait_until_found("the host is still there", |games| games.len() == 1);
        assert_eq!(games[0]["room"], "K7M3XA");
    });
}
