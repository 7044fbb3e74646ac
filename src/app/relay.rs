//! `relay`: the signalling server alone, as a service: it runs until it is told to end, and then
//! takes leave of its peers.

use super::{Failure, Stop};
use crate::cli::{Common, Relay};

/// Runs the mode until it is told to end.
///
/// # Errors
/// When the address cannot be used.
#[cfg(feature = "webrtc")]
pub fn run(arguments: &Relay, common: &Common, stop: &Stop) -> Result<(), Failure> {
    use std::time::{Duration, Instant};

    let limits = limits(arguments);
    allow_open_files(limits.connections);
    let relay = crate::net::relay::Relay::start(arguments.bind, limits)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    super::say(format_args!("relay listens on {}", relay.local_addr()));
    for address in crate::net::relay::friend_addresses(relay.local_addr()) {
        super::say(format_args!("  tankwarz host --relay ws://{address}"));
    }
    let began = Instant::now();
    let limit = common.exit_after.map(Duration::from_secs);
    while !stop.is_set() && limit.is_none_or(|limit| began.elapsed() < limit) {
        std::thread::sleep(Duration::from_millis(50));
    }
    relay.stop();
    Ok(())
}

/// Says that this build cannot do it.
///
/// # Errors
/// Always.
#[cfg(not(feature = "webrtc"))]
pub fn run(_: &Relay, _: &Common, _: &Stop) -> Result<(), Failure> {
    Err(Failure::Failed("this build has no network: build it with the feature webrtc".to_owned()))
}

#[cfg(feature = "webrtc")]
fn limits(arguments: &Relay) -> crate::net::relay::Limits {
    use std::time::Duration;

    // No machine this runs on has so little memory that a u32 does not fit.
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    crate::net::relay::Limits {
        rooms: count(arguments.max_rooms),
        peers: count(arguments.max_peers),
        connections: count(arguments.max_connections),
        per_address: count(arguments.max_per_address),
        messages_per_second: arguments.max_messages,
        handshake: Duration::from_secs(arguments.handshake_timeout.into()),
        idle: Duration::from_secs(arguments.idle_timeout.into()),
        trust_proxy: arguments.trust_proxy,
        ..crate::net::relay::Limits::default()
    }
}

/// Each connection is an open file, and most systems allow a program no more than 1024 unless it
/// asks for more.
#[cfg(all(feature = "webrtc", unix))]
fn allow_open_files(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// Of the program itself, and of whoever is about to be turned away.
    const OTHERS: u64 = 128;
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let reachable = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if current.is_some_and(|current| current < reachable) {
        let limit = Rlimit { current: Some(reachable), maximum };
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!("cannot ask for {reachable} open files: {error}");
        }
    }
    if reachable < wanted {
        tracing::warn!(
            "this system allows {reachable} open files, which is not enough for {connections} \
             connections; raise the limit (ulimit -n, LimitNOFILE=) or lower --max-connections"
        );
    }
}

#[cfg(all(feature = "webrtc", not(unix)))]
fn allow_open_files(_: usize) {}

#[cfg(test)]
#[cfg(feature = "webrtc")]
mod tests {
    use super::*;
    use crate::cli::{Cli, Mode};
    use crate::net::relay::Limits;
    use clap::Parser;

    fn parsed(line: &[&str]) -> Limits {
        let cli = Cli::try_parse_from(["tankwarz", "relay"].iter().chain(line)).unwrap();
        match cli.mode {
            Some(Mode::Relay(arguments)) => limits(&arguments),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_options_the_limits_are_those_of_the_open_internet() {
        assert_eq!(parsed(&[]), Limits::default());
    }

    #[test]
    fn each_option_sets_its_limit() {
        let line = "--max-rooms 2 --max-peers 3 --max-connections 4 --max-per-address 5 \
                    --max-messages 6 --handshake-timeout 7 --idle-timeout 80 --trust-proxy";
        let seconds = std::time::Duration::from_secs;
        let expected = Limits {
            rooms: 2,
            peers: 3,
            connections: 4,
            per_address: 5,
            messages_per_second: 6,
            handshake: seconds(7),
            idle: seconds(80),
            trust_proxy: true,
            ..Limits::default()
        };
        assert_eq!(parsed(&line.split_whitespace().collect::<Vec<_>>()), expected);
    }
}
