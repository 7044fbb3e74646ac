//! What `doctor` finds, in network namespaces where it is known: a relay that is there or not, no
//! way for multicast, and STUN and TURN servers of the test's own.

use std::net::{SocketAddr, UdpSocket};
use std::process::{Command, Stdio};

use serde_json::Value;
use tankwarz::net::relay::{Limits, Relay};
use tankwarz::net::stun::{ALLOCATE, BINDING, Class, Credentials, Message};

use crate::netns;

/// The exit code and what was printed.
fn asked(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tankwarz"))
        .arg("doctor")
        .args(arguments)
        .env("XDG_CONFIG_HOME", crate::home::empty())
        .stdin(Stdio::null())
        .output()
        .expect("the game starts");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

fn found(arguments: &[&str]) -> (Option<i32>, Value) {
    let (code, text) = asked(&[&["--json"], arguments].concat());
    let findings: Value = serde_json::from_str(&text).expect("the findings are JSON");
    assert_eq!(findings["possible"], code == Some(0), "{findings:#}");
    (code, findings)
}

/// State and words of the one check with this name.
fn check<'a>(findings: &'a Value, name: &str) -> (&'a str, &'a str) {
    let checks = findings["checks"].as_array().expect("checks");
    let mut named = checks.iter().filter(|check| check["name"] == name);
    let check = named.next().unwrap_or_else(|| panic!("no {name} in {findings:#}"));
    assert!(named.next().is_none(), "more than one {name} in {findings:#}");
    assert_eq!(check["remedy"].is_null(), check["state"] == "ok", "{check:#}");
    (check["state"].as_str().expect("a state"), check["said"].as_str().expect("words"))
}

/// A server that answers each datagram with what `answer` makes of it and its sender. Ends with the test.
fn server(answer: impl Fn(&[u8], SocketAddr) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 2000];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            for bytes in answer(&buffer[..length], from) {
                socket.send_to(&bytes, from).unwrap();
            }
        }
    });
    address
}

/// A STUN server behind whose router every sender looks like `seen`.
fn stun_server(seen: impl Fn(SocketAddr) -> SocketAddr + Send + 'static) -> String {
    let answer = move |bytes: &[u8], from| match Message::decode(bytes) {
        Some(question) if question.method == BINDING => {
            vec![Message::new(BINDING, Class::Success, question.id).sees(seen(from)).encode()]
        }
        _ => Vec::new(),
    };
    format!("stun:{}", server(answer))
}

fn as_seen_by_all(_: SocketAddr) -> SocketAddr {
    "203.0.113.7:6000".parse().unwrap()
}

#[test]
fn relay_is_there_or_not_and_a_match_is_possible_or_not_in_netns() {
    let name = "doctor::relay_is_there_or_not_and_a_match_is_possible_or_not_in_netns";
    netns::inside(name, || {
        let relay = Relay::start("127.0.0.1:0".parse().unwrap(), Limits::default()).unwrap();
        let stun = stun_server(|from| from);
        let url = format!("ws://{}", relay.local_addr());
        let arguments = ["--relay", &url, "--ice", &stun];
        let (code, findings) = found(&arguments);
        assert_eq!(code, Some(0), "{findings:#}");
        assert_eq!(check(&findings, "relay").0, "ok");
        assert!(findings["relay_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{findings:#}");
        assert_eq!(check(&findings, "multicast").0, "ok");
        assert_eq!(check(&findings, "addresses").0, "warning", "only loopback is there");
        assert_eq!((check(&findings, "stun").0, &findings["nat"]), ("ok", &"none".into()));

        relay.stop();
        let (code, findings) = found(&arguments);
        assert_eq!(code, Some(1), "{findings:#}");
        let (state, said) = check(&findings, "relay");
        assert!(state == "fault" && said.contains("cannot reach the relay"), "{said}");
        assert!(findings["relay_ms"].is_null());
    });
}

#[test]
fn missing_multicast_is_the_fault_and_has_a_remedy_in_netns() {
    let name = "doctor::missing_multicast_is_the_fault_and_has_a_remedy_in_netns";
    netns::inside_without_multicast(name, || {
        let stun = stun_server(|from| from);
        let (code, text) = asked(&["--ice", &stun]);
        assert_eq!(code, Some(1), "{text}");
        let faults: Vec<&str> = text.lines().filter(|line| line.starts_with("FAULT")).collect();
        assert_eq!(faults.len(), 1, "{text}");
        assert!(faults[0].contains("multicast") && faults[0].contains(" -> "), "{text}");
        for line in text.lines().filter(|line| line.starts_with("warning")) {
            assert!(line.contains(" -> "), "{line}");
        }
    });
}

#[test]
fn kind_of_nat_is_told_by_two_servers_in_netns() {
    netns::inside("doctor::kind_of_nat_is_told_by_two_servers_in_netns", || {
        let same = [stun_server(as_seen_by_all), stun_server(as_seen_by_all)];
        let (code, findings) = found(&["--ice", &same[0], "--ice", &same[1]]);
        assert_eq!((code, &findings["nat"]), (Some(0), &"cone".into()), "{findings:#}");
        assert_eq!(findings["seen_as"][1], "203.0.113.7:6000");

        let other = stun_server(|_| "203.0.113.7:6001".parse().unwrap());
        let (code, findings) = found(&["--ice", &same[0], "--ice", &other]);
        assert_eq!((code, &findings["nat"]), (Some(0), &"symmetric".into()), "{findings:#}");
        assert_eq!(check(&findings, "nat").0, "warning");

        let (_, findings) = found(&["--ice", &same[0]]);
        assert!(findings["nat"].is_null(), "one alone cannot tell: {findings:#}");
        let deaf = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (code, findings) = found(&["--ice", &format!("stun:{}", deaf.local_addr().unwrap())]);
        assert_eq!((code, check(&findings, "stun").0), (Some(0), "warning"), "{findings:#}");
    });
}

#[test]
fn only_the_answer_to_the_question_counts_in_netns() {
    netns::inside("doctor::only_the_answer_to_the_question_counts_in_netns", || {
        let stun = server(|bytes, from| {
            let Some(question) = Message::decode(bytes) else { return Vec::new() };
            let mut id = question.id;
            id[0] ^= 1;
            let wrong = "198.51.100.1:1".parse().unwrap();
            vec![
                vec![0xff; 1400],
                Message::new(BINDING, Class::Success, id).sees(wrong).encode(),
                Message::new(ALLOCATE, Class::Success, question.id).sees(wrong).encode(),
                Message::new(BINDING, Class::Request, question.id).sees(wrong).encode(),
                Message::new(BINDING, Class::Success, question.id).sees(from).encode(),
            ]
        });
        let (_, findings) = found(&["--ice", &format!("stun:{stun}")]);
        let (state, said) = check(&findings, "stun");
        assert!(state == "ok" && said.contains("as 127.0.0.1:"), "{said}");
    });
}

#[test]
fn turn_server_serves_who_knows_the_password_in_netns() {
    netns::inside("doctor::turn_server_serves_who_knows_the_password_in_netns", || {
        let ann = Credentials {
            username: "ann".to_owned(),
            password: "secret".to_owned(),
            realm: b"den".to_vec(),
            nonce: b"n0".to_vec(),
        };
        let turn = server(move |bytes, from| {
            let Some(question) = Message::decode(bytes) else { return Vec::new() };
            let success = Message::new(question.method, Class::Success, question.id);
            let refusal = Message::new(question.method, Class::Error, question.id);
            let answer = match question.method {
                BINDING => success.sees(from),
                _ if Message::is_signed(bytes, &ann) => {
                    success.relays("198.51.100.1:50000".parse().unwrap())
                }
                _ => refusal.refuses(401, "Unauthorized", b"den", b"n0"),
            };
            vec![answer.encode()]
        });
        let url = format!("turn:{turn}?transport=udp");
        let said = |who: &[&str]| {
            let (code, findings) = found(&[&["--ice", &url], who].concat());
            assert_eq!(code, Some(0), "{findings:#}");
            let (state, said) = check(&findings, "turn");
            (state.to_owned(), said.to_owned())
        };
        let (state, words) = said(&["--ice-user", "ann", "--ice-credential", "secret"]);
        assert!(state == "ok" && words.contains("198.51.100.1:50000"), "{words}");
        let (state, words) = said(&["--ice-user", "ann", "--ice-credential", "guess"]);
        assert!(state == "warning" && words.contains("does not take"), "{words}");
        let (state, words) = said(&[]);
        assert!(state == "warning" && words.contains("asks for a name"), "{words}");
    });
}

#[test]
fn nonsense_for_a_server_is_a_fault_in_netns() {
    netns::inside("doctor::nonsense_for_a_server_is_a_fault_in_netns", || {
        let (code, findings) = found(&["--ice", "x:y", "--relay", "a b"]);
        assert_eq!(code, Some(1));
        assert_eq!(check(&findings, "ice").0, "fault", "{findings:#}");
        assert_eq!(check(&findings, "relay").0, "fault", "{findings:#}");
    });
}
