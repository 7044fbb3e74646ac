//! `relay`: the signalling server alone.

use super::{Failure, Stop};
use crate::cli::{Common, Relay};

/// Runs the mode until it is told to end.
///
/// # Errors
/// When the address cannot be used.
#[cfg(feature = "webrtc")]
pub fn run(arguments: &Relay, common: &Common, stop: &Stop) -> Result<(), Failure> {
    use std::time::{Duration, Instant};

    let relay = crate::net::relay::Relay::start(arguments.bind)
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
