//! The part of `doctor` that asks the network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::{Check, Findings};
use crate::app::plan::room_code;
use crate::cli::{Common, Doctor};
use crate::config::{Config, DEFAULT_STUN};
use crate::net::address;
use crate::net::probe::{self, Nat, Prober, TurnAnswer};
use crate::net::relay::friend_addresses;

/// Asked beside the usual server when nobody named any: one alone cannot tell the kind of a NAT.
const SECOND_STUN: &str = "stun:stun.cloudflare.com:3478";
/// The most ICE servers that are asked.
const MAX_SERVERS: usize = 8;

pub(super) fn check(findings: &mut Findings, arguments: &Doctor, common: &Common, config: &Config) {
    addresses(findings);
    multicast(findings);
    let url = arguments.relay.as_deref().or(config.relay.as_deref());
    relay(findings, url);
    let given = if common.ice.is_empty() { config.ice.clone() } else { Some(common.ice.clone()) };
    let servers = given.unwrap_or_else(|| vec![DEFAULT_STUN.to_owned(), SECOND_STUN.to_owned()]);
    let user = common.ice_user.as_ref().or(config.ice_user.as_ref());
    let credential = common.ice_credential.as_ref().or(config.ice_credential.as_ref());
    let who = user.zip(credential).map(|(user, credential)| (user.as_str(), credential.as_str()));
    ice(findings, &servers, who);
}

fn addresses(findings: &mut Findings) {
    let all: Vec<IpAddr> = friend_addresses(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))
        .iter()
        .map(SocketAddr::ip)
        .collect();
    let others: Vec<String> =
        all.iter().filter(|ip| !ip.is_loopback()).map(ToString::to_string).collect();
    findings.checks.push(if others.is_empty() {
        Check::warning(
            "addresses",
            "none but this machine itself",
            "connect it to a network to play with others",
        )
    } else {
        Check::ok("addresses", others.join(", "))
    });
    findings.local_addresses = all;
}

fn multicast(findings: &mut Findings) {
    findings.checks.push(match probe::multicast() {
        Ok(()) => Check::ok("multicast", "there is a way for it"),
        Err(_) => Check::fault(
            "multicast",
            "no way for it, and peers cannot find each other without",
            "connect this machine to a network; on Linux without one: ip route add 224.0.0.0/4 dev lo",
        ),
    });
}

fn relay(findings: &mut Findings, url: Option<&str>) {
    let Some(url) = url else {
        let said = "none is set; whoever hosts runs one, and friends join by its address";
        findings.checks.push(Check::ok("relay", said));
        return;
    };
    // In a room of its own, nobody is disturbed.
    let code = room_code(None).unwrap_or_else(|_| "doctor".to_owned());
    let asked = address::room_at(url, &code).and_then(|room| probe::relay_round_trip(&room));
    findings.checks.push(match asked {
        Ok(time) => {
            findings.relay_ms = Some(milliseconds(time));
            Check::ok("relay", format!("{url} answers within {:.1} ms", milliseconds(time)))
        }
        Err(error) => Check::fault(
            "relay",
            error.to_string(),
            "name another with --relay, or host and join by address",
        ),
    });
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn ice(findings: &mut Findings, servers: &[String], who: Option<(&str, &str)>) {
    let prober = match Prober::new() {
        Ok(prober) => prober,
        Err(error) => {
            let remedy = "allow programs to use UDP";
            findings.checks.push(Check::fault("udp", format!("no port is free ({error})"), remedy));
            return;
        }
    };
    let mut asked: Vec<SocketAddr> = Vec::new();
    let mut turn = Vec::new();
    for url in servers.iter().take(MAX_SERVERS) {
        let is_turn = match address::check_ice_url(url) {
            Ok(is_turn) => is_turn,
            Err(error) => {
                let remedy = "correct it: no match starts with it";
                findings.checks.push(Check::fault("ice", error.to_string(), remedy));
                continue;
            }
        };
        let name = if is_turn { "turn" } else { "stun" };
        if url.starts_with("stuns:") || url.starts_with("turns:") || url.ends_with("=tcp") {
            let remedy = "try the same server over UDP";
            let said = format!("{url} is not asked: only UDP is checked");
            findings.checks.push(Check::warning(name, said, remedy));
            continue;
        }
        let server = match probe::ice_address(url) {
            Ok(server) => server,
            Err(why) => {
                let remedy = "check the name, and that this machine reaches the internet";
                findings.checks.push(Check::warning(name, format!("{url}: {why}"), remedy));
                continue;
            }
        };
        if is_turn {
            turn.push((url, server));
        }
        if !asked.contains(&server) {
            asked.push(server);
            stun(findings, &prober, url, server);
        }
    }
    let is_served = turn.iter().fold(false, |served, (url, server)| {
        let answer = prober.turn(*server, who);
        findings.checks.push(turn_line(url, &answer));
        served | matches!(answer, TurnAnswer::Serves(_))
    });
    nat(findings, prober.port(), is_served);
}

fn stun(findings: &mut Findings, prober: &Prober, url: &str, server: SocketAddr) {
    findings.checks.push(match prober.mapped_address(server) {
        Some(seen) => {
            findings.seen_as.push(seen);
            Check::ok("stun", format!("{url} sees this machine as {seen}"))
        }
        None => Check::warning(
            "stun",
            format!("{url} does not answer"),
            "let UDP out of the firewall, or name another server with --ice stun:HOST",
        ),
    });
}

fn turn_line(url: &str, answer: &TurnAnswer) -> Check {
    match answer {
        TurnAnswer::Serves(relayed) => {
            Check::ok("turn", format!("{url} passes packets on, here from {relayed}"))
        }
        TurnAnswer::AsksWhoWeAre => Check::warning(
            "turn",
            format!("{url} answers, and asks for a name and a password; more was not checked"),
            "give both with --ice-user and --ice-credential",
        ),
        TurnAnswer::WrongPassword => Check::warning(
            "turn",
            format!("{url} does not take this name and password"),
            "correct --ice-user and --ice-credential",
        ),
        TurnAnswer::Refuses(code) => Check::warning(
            "turn",
            format!("{url} refuses with error {code}"),
            "ask whoever runs it, or name another",
        ),
        TurnAnswer::Silent => Check::warning(
            "turn",
            format!("{url} does not answer"),
            "let UDP out of the firewall, or check that the server runs",
        ),
    }
}

fn nat(findings: &mut Findings, port: u16, is_served: bool) {
    findings.nat = probe::nat_kind(&findings.local_addresses, port, &findings.seen_as);
    findings.checks.push(match (findings.nat, findings.seen_as.as_slice()) {
        (Some(Nat::None), _) => Check::ok("nat", "none: others reach this machine as it is"),
        (Some(Nat::Cone), _) => Check::ok(
            "nat",
            "a router that keeps ports (cone): others are let in with STUN on both sides",
        ),
        (Some(Nat::Symmetric), _) if is_served => Check::ok(
            "nat",
            "a router with another port for everybody (symmetric): TURN passes the packets on",
        ),
        (Some(Nat::Symmetric), _) => Check::warning(
            "nat",
            "a router with another port for everybody (symmetric)",
            "if your friend's is the same, both need a TURN server: --ice turn:HOST",
        ),
        (None, [_]) => Check::warning(
            "nat",
            "one server's answer does not tell its kind",
            "name a second server with --ice stun:HOST",
        ),
        (None, _) => Check::warning(
            "nat",
            "unknown, because no STUN server answered",
            "at home that does not matter; over the internet name one with --ice stun:HOST",
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::doctor::State;

    fn found(seen: &[&str], is_served: bool) -> Check {
        let seen_as = seen.iter().map(|address| address.parse().unwrap()).collect();
        let mut findings = Findings { seen_as, ..Findings::default() };
        nat(&mut findings, 5000, is_served);
        findings.checks.pop().unwrap()
    }

    #[test]
    fn symmetric_router_needs_turn_and_says_so() {
        let seen = ["203.0.113.1:6000", "203.0.113.1:6001"];
        assert_eq!(found(&seen, true).state, State::Ok);
        let check = found(&seen, false);
        assert_eq!(check.state, State::Warning);
        assert!(check.remedy.is_some_and(|remedy| remedy.contains("turn:")));
        assert_eq!(found(&["203.0.113.1:6000"; 2], false).state, State::Ok);
    }

    #[test]
    fn whatever_is_wrong_has_a_remedy() {
        let turn = [
            TurnAnswer::AsksWhoWeAre,
            TurnAnswer::WrongPassword,
            TurnAnswer::Refuses(486),
            TurnAnswer::Silent,
        ];
        for answer in turn {
            let check = turn_line("turn:a", &answer);
            assert!(check.state == State::Warning && check.remedy.is_some(), "{check:?}");
        }
        assert!(found(&[], false).remedy.is_some());
    }
}
