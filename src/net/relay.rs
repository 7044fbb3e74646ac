//! The relay: a matchbox signalling server. Peers of a room are introduced to each other here and
//! then talk directly; no byte of a match passes through.
//!
//! Speaks matchbox's protocol, full mesh: whoever is in the room is told of a newcomer and offers
//! it a link. Unlike matchbox's own server everything is bounded: rooms, peers, connections,
//! message sizes, rates and what waits for a slow reader. That is why the front door (HTTP, the
//! websocket and its limits) is ours. Nothing a client sends may make it panic.
//!
//! - `limits`: what is allowed, and the words of a refusal
//! - `front`: accepts connections and answers their request: a room, `/health`, `/metrics`
//! - `visitors`: how many connections there are, and from where
//! - `rooms`: who is where; a place is taken before its peer is let in
//! - `mesh`: one peer's stay in its room
//! - `metrics`: what is counted

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::{oneshot, watch};
use tracing::{info, warn};

use super::NetError;

mod front;
mod limits;
mod mesh;
mod metrics;
mod rooms;
mod visitors;

pub use limits::{Limits, MAX_MESSAGE, MAX_PEERS};

/// A running relay, on a thread of its own. Stops when dropped.
#[derive(Debug)]
pub struct Relay {
    local_addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Starts a relay that listens at `bind`; port 0 takes any free port.
    ///
    /// # Errors
    /// [`NetError::Bind`] when the address cannot be used.
    pub fn start(bind: SocketAddr, limits: Limits) -> Result<Self, NetError> {
        let cannot = |error: io::Error| bind_error(bind, &error);
        let broken = |error: &dyn std::fmt::Display| NetError::Broken(error.to_string());
        let listener = TcpListener::bind(bind).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let local_addr = listener.local_addr().map_err(cannot)?;
        let house = House::new(limits).map_err(|error| broken(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("relay".to_owned())
            // The runtime goes last, and takes along all connections that are left.
            .spawn(move || runtime.block_on(front::serve(listener, house, stopped)))
            .map_err(|error| broken(&error))?;
        info!("relay listens on {local_addr}");
        Ok(Self { local_addr, stop: Some(stop), thread: Some(thread) })
    }

    /// The address it really listens at.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Lets nobody in any more, takes leave of the peers and waits until they are gone and the port
    /// is free, at most for [`Limits::farewell`].
    pub fn stop(self) {
        // Dropping does it.
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself, which is just as well.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the relay had stopped unexpectedly");
        }
    }
}

/// What all connections of a relay share.
struct House {
    limits: Limits,
    visitors: Arc<visitors::Visitors>,
    rooms: Arc<rooms::Rooms>,
    metrics: metrics::Metrics,
    /// True when the relay takes leave. Every peer's connection holds a receiver while it lasts.
    closing: watch::Sender<bool>,
}

impl House {
    fn new(limits: Limits) -> prometheus::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            visitors: visitors::Visitors::new(limits.connections, limits.per_address),
            rooms: rooms::Rooms::new(limits.rooms, limits.peers),
            metrics: metrics::Metrics::new()?,
            closing: watch::Sender::new(false),
            limits,
        }))
    }

    fn close(&self) {
        self.rooms.close();
        self.closing.send_replace(true);
    }
}

/// The addresses under which other machines reach something that listens at `bound`, the likeliest
/// first: private IPv4, other IPv4, IPv6, and this machine's loopback at the end.
pub fn friend_addresses(bound: SocketAddr) -> Vec<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return vec![bound];
    }
    let mut ips: Vec<IpAddr> = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().map(if_addrs::Interface::ip).collect(),
        Err(error) => {
            warn!("cannot list this machine's addresses: {error}");
            Vec::new()
        }
    };
    ips.retain(|ip| match ip {
        IpAddr::V4(ip) => !ip.is_link_local(),
        // A link-local IPv6 address means nothing without an interface name.
        IpAddr::V6(ip) => bound.is_ipv6() && !ip.is_unicast_link_local(),
    });
    ips.sort_by_key(|ip| (rank(ip), *ip));
    ips.dedup();
    ips.into_iter().map(|ip| SocketAddr::new(ip, bound.port())).collect()
}

/// How unlikely a friend reaches an address; the likeliest is 0.
pub(super) fn rank(ip: &IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() => 3,
        IpAddr::V4(ip) if ip.is_private() => 0,
        IpAddr::V4(_) => 1,
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() || *ip == Ipv6Addr::UNSPECIFIED => 3,
        IpAddr::V6(_) => 2,
    }
}

fn bind_error(bind: SocketAddr, error: &io::Error) -> NetError {
    let cause = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program uses this port; stop it, or choose another port with --bind".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "the system does not allow this port; choose one above 1023 with --bind".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have this address; use --bind 0.0.0.0:3536 for all it has"
                .to_owned()
        }
        _ => format!("{error}; choose another address with --bind"),
    };
    NetError::Bind { addr: bind.to_string(), cause }
}

#[cfg(test)]
mod tests;
