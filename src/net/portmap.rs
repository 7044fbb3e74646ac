//! A port of the home's router that leads to the embedded relay, so that friends on the internet
//! can come in. Asked for by UPnP, kept while the room is open, and given back at its end; should
//! that fail, the router forgets it by itself. It must never keep a player waiting for a router.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use igd_next::{AddPortError, Gateway, PortMappingProtocol, SearchOptions, search_gateway};
use tracing::{info, warn};

use super::NetError;

/// How long a router has to answer the search, and to do all that is asked of it.
const SEARCH_LIMIT: Duration = Duration::from_secs(3);
const LIMIT: Duration = Duration::from_secs(8);
/// How long to wait for a router to take the port back.
const FAREWELL_LIMIT: Duration = Duration::from_secs(2);
/// After this many seconds a router forgets a port that nobody asks for again, as after a crash.
const LEASE: u32 = 600;
const RENEW: Duration = Duration::from_secs(240);
/// What the router's own pages call it.
const DESCRIPTION: &str = "TankWarz";

/// A port of the router; given back when dropped.
#[derive(Debug)]
pub struct PortMap {
    public: SocketAddr,
    stop: Option<Sender<()>>,
    ended: Receiver<()>,
}

impl PortMap {
    /// Asks the router for a port that leads to `local`, the address a relay listens at. Takes 8 s
    /// at the most.
    ///
    /// # Errors
    /// [`NetError::PortMap`] when no router answers, when it refuses, or when it has no public
    /// address itself.
    pub fn open(local: SocketAddr) -> Result<Self, NetError> {
        let port = local.port();
        let failed = |cause: String| NetError::PortMap { port, cause };
        if local.ip().is_loopback() || local.is_ipv6() && !local.ip().is_unspecified() {
            return Err(failed(format!("the relay listens at {local} and not at 0.0.0.0")));
        }
        let (stop, stopped) = channel();
        let (answer, answered) = channel();
        let (end, ended) = channel();
        thread::Builder::new()
            .name("portmap".to_owned())
            .spawn(move || {
                keep(local, &answer, &stopped);
                drop(end);
            })
            .map_err(|error| NetError::Broken(error.to_string()))?;
        match answered.recv_timeout(LIMIT) {
            Ok(Ok(public)) => {
                info!("the router leads port {} to the relay", public.port());
                Ok(Self { public, stop: Some(stop), ended })
            }
            Ok(Err(cause)) => Err(failed(cause)),
            // Once it is through after all, it finds nobody there and gives the port back.
            Err(_) => Err(failed("the router takes too long to answer".to_owned())),
        }
    }

    /// Where friends on the internet reach the relay.
    pub fn public(&self) -> SocketAddr {
        self.public
    }
}

impl Drop for PortMap {
    fn drop(&mut self) {
        self.stop = None;
        // Its end is told by dropping as well.
        let _ = self.ended.recv_timeout(FAREWELL_LIMIT);
    }
}

/// Opens a port, tells how it went, and keeps it until nobody wants it any more.
fn keep(local: SocketAddr, answer: &Sender<Result<SocketAddr, String>>, stopped: &Receiver<()>) {
    let (port, public) = match Port::open(local) {
        Ok(opened) => opened,
        Err(cause) => {
            let _ = answer.send(Err(cause));
            return;
        }
    };
    // Whoever asked may have given up, and has dropped the other end of `stopped` then.
    let _ = answer.send(Ok(public));
    while stopped.recv_timeout(RENEW) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = port.ask() {
            warn!("the router did not keep the port for friends on the internet: {error}");
        }
    }
    if let Err(error) = port.gateway.remove_port(PortMappingProtocol::TCP, port.external) {
        warn!("the router did not take its port {} back: {error}", port.external);
    }
}

/// A port at a router, and where it leads.
struct Port {
    gateway: Gateway,
    external: u16,
    local: SocketAddr,
    lease: u32,
}

impl Port {
    fn open(local: SocketAddr) -> Result<(Self, SocketAddr), String> {
        let mut options = SearchOptions::default();
        options.timeout = Some(SEARCH_LIMIT);
        let gateway = search_gateway(options)
            .map_err(|_| "no router answers, or UPnP is switched off in it".to_owned())?;
        let ip = gateway
            .get_external_ip()
            .map_err(|error| format!("the router does not know its own address ({error})"))?;
        if !is_public(ip) {
            return Err(format!("the router's own address, {ip}, is not on the internet"));
        }
        let local = SocketAddr::new(own_address(local, gateway.addr)?, local.port());
        let mut port = Self { gateway, external: local.port(), local, lease: LEASE };
        port.ask_or_change().map_err(|error| format!("the router refuses ({error})"))?;
        let public = SocketAddr::new(ip, port.external);
        Ok((port, public))
    }

    fn ask(&self) -> Result<(), AddPortError> {
        let tcp = PortMappingProtocol::TCP;
        self.gateway.add_port(tcp, self.external, self.local, self.lease, DESCRIPTION)
    }

    /// Asks, and again for what this router can do.
    fn ask_or_change(&mut self) -> Result<(), AddPortError> {
        match self.ask() {
            Err(AddPortError::OnlyPermanentLeasesSupported) => {
                self.lease = 0;
                self.ask()
            }
            // Another machine at home hosts as well.
            Err(AddPortError::PortInUse) => {
                let own = self.local.port();
                let next = (1..=16).filter_map(|step| own.checked_add(step));
                for external in next {
                    self.external = external;
                    match self.ask() {
                        Err(AddPortError::PortInUse) => {}
                        other => return other,
                    }
                }
                Err(AddPortError::PortInUse)
            }
            other => other,
        }
    }
}

/// This machine's address as the router sees it.
fn own_address(local: SocketAddr, router: SocketAddr) -> Result<IpAddr, String> {
    if !local.ip().is_unspecified() {
        return Ok(local.ip());
    }
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .and_then(|socket| socket.connect(router).and_then(|()| socket.local_addr()))
        .map(|address| address.ip())
        .map_err(|error| format!("there is no way to the router ({error})"))
}

/// Whether friends on the internet can reach this address. A provider that has too few addresses
/// gives its customers some of its own network, 100.64.0.0/10.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let of_provider = a == 100 && (64..128).contains(&b);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || of_provider)
        }
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unspecified()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_behind_another_router_is_not_public() {
        for (ip, public) in [
            ("203.0.113.7", true),
            ("100.63.0.1", true),
            ("100.64.0.1", false),
            ("100.127.255.1", false),
            ("192.168.1.1", false),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
        }
    }

    #[test]
    fn relay_for_this_machine_alone_gets_no_port() {
        let error = PortMap::open("127.0.0.1:3536".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:3536") && error.contains("forward TCP port 3536"));
    }
}
