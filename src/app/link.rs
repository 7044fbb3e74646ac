//! The network of one match: a place in a room, the embedded relay if there is
//! one, and the bad line made on purpose between the match and the socket.

use crate::net::address::RoomUrl;
use crate::net::fakelag::FakeLag;
use crate::net::{Lane, NetError, NetEvent};
use crate::play::Packet;
use crate::session::{Millis, PeerId};

use super::plan::{Kind, Plan, Setup};
use super::tell::Setback;

/// A place in a room.
pub struct Link {
    #[cfg(feature = "webrtc")]
    socket: crate::net::webrtc::Socket,
    #[cfg(feature = "webrtc")]
    _relay: Option<crate::net::relay::Relay>,
    #[cfg(feature = "webrtc")]
    port_map: Option<crate::net::portmap::PortMap>,
    #[cfg(feature = "webrtc")]
    announcer: Option<crate::net::lan::Announcer>,
    lag: Option<FakeLag>,
}

/// What a plan needs of the network, and what a friend must type to come in:
/// nothing for practice, a relay of its own or a remote one for a room.
///
/// # Errors
/// When the relay cannot listen, or an address or ICE server makes no sense.
#[cfg(feature = "webrtc")]
pub fn open_for(plan: &Plan, setup: &Setup) -> Result<(Option<Link>, Vec<String>), Setback> {
    use super::plan::RelayChoice;
    use crate::net::address;
    use crate::net::relay::{Limits, Relay, friend_addresses};

    let failed = |error: crate::net::NetError| Setback::from(&error);
    let seed = super::plan::seed_or_chance(None)?;
    let mut port_map = None;
    let (room, relay, lines) = match &plan.kind {
        Kind::Practice(_) => return Ok((None, Vec::new())),
        Kind::Join(room) => (room.clone(), None, Vec::new()),
        Kind::Host { code, relay: RelayChoice::Remote(url), .. } => {
            let room =
                address::room_at(url, code).map_err(|error| Setback::of_target(url, &error))?;
            let line = format!("tankwarz join {room}");
            (room, None, vec![line])
        }
        Kind::Host { code, relay: RelayChoice::Embedded { bind, map_port }, .. } => {
            let relay = Relay::start(*bind, Limits::embedded()).map_err(failed)?;
            let port = relay.local_addr().port();
            port_map = map_port.then(|| mapped(relay.local_addr())).flatten();
            let public = port_map.as_ref().map(crate::net::portmap::PortMap::public);
            let lines = public
                .into_iter()
                .chain(friend_addresses(relay.local_addr()))
                .map(|address| format!("tankwarz join {}/{code}", address::place(address)))
                .collect();
            let ip = relay.local_addr().ip();
            let own = match ip {
                std::net::IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{port}"),
                std::net::IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{port}"),
                _ => relay.local_addr().to_string(),
            };
            let room: RoomUrl = address::room_at(&format!("ws://{own}"), code).map_err(failed)?;
            (room, Some(relay), lines)
        }
    };
    let announcer = relay.as_ref().and_then(|relay| announce(plan, relay.local_addr()));
    let mut link = Link::open(room, relay, setup, seed).map_err(failed)?;
    link.announcer = announcer;
    link.port_map = port_map;
    Ok((Some(link), lines))
}

/// A port of the router. Without it the room is there all the same, for whoever reaches this machine.
#[cfg(feature = "webrtc")]
fn mapped(relay: std::net::SocketAddr) -> Option<crate::net::portmap::PortMap> {
    match crate::net::portmap::PortMap::open(relay) {
        Ok(map) => Some(map),
        Err(error) => {
            tracing::warn!("{error}");
            None
        }
    }
}

/// Tells the local network of a room with a relay of its own. A room at a relay elsewhere is for
/// whoever is given its code.
#[cfg(feature = "webrtc")]
fn announce(plan: &Plan, relay: std::net::SocketAddr) -> Option<crate::net::lan::Announcer> {
    let Kind::Host { code, room, announce: true, .. } = &plan.kind else { return None };
    let announcement = crate::net::lan::Announcement {
        room: code.clone(),
        relay,
        players: room.bots + 1,
        seats: room.seats,
        rules: rules_name(room.rules).to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        password: plan.key.is_some(),
    };
    match crate::net::lan::Announcer::start(announcement) {
        Ok(announcer) => Some(announcer),
        Err(error) => {
            tracing::warn!("`tankwarz find` will not show this room: {error}");
            None
        }
    }
}

#[cfg(feature = "webrtc")]
fn rules_name(rules: crate::sim::RuleSet) -> &'static str {
    match rules {
        crate::sim::RuleSet::Classic => "classic",
        crate::sim::RuleSet::Modern => "modern",
    }
}

/// Practice needs nothing; a room cannot be had in this build.
///
/// # Errors
/// For a room.
#[cfg(not(feature = "webrtc"))]
pub fn open_for(plan: &Plan, _: &Setup) -> Result<(Option<Link>, Vec<String>), Setback> {
    match plan.kind {
        Kind::Practice(_) => Ok((None, Vec::new())),
        _ => Err(Setback::new(
            "this build has no network: build it with the feature webrtc",
            "trouble-no-webrtc",
        )),
    }
}

#[cfg(feature = "webrtc")]
impl Link {
    /// Starts to connect to a room; how it goes is told by [`Link::poll`].
    ///
    /// # Errors
    /// When an ICE server makes no sense.
    pub fn open(
        room: RoomUrl,
        relay: Option<crate::net::relay::Relay>,
        setup: &Setup,
        seed: u64,
    ) -> Result<Self, NetError> {
        let ice = crate::net::webrtc::IceConfig {
            urls: setup.ice_for(room.relay()),
            username: setup.ice_user.clone(),
            credential: setup.ice_credential.clone(),
        };
        ice.check()?;
        let config = crate::net::webrtc::SocketConfig { room_url: room, ice };
        Ok(Self {
            socket: crate::net::webrtc::Socket::connect(config),
            _relay: relay,
            port_map: None,
            announcer: None,
            lag: (!setup.fake.is_off()).then(|| FakeLag::new(setup.fake, seed)),
        })
    }

    /// What happened since the last call. Never blocks.
    pub fn poll(&mut self) -> Vec<NetEvent> {
        self.socket.poll()
    }

    /// Takes nothing of a peer any more.
    pub fn shut(&mut self, peer: PeerId) {
        self.socket.shut(peer);
    }

    /// Tells the local network, if it hears of this room, how many seats are taken. They are
    /// counted about once a second.
    pub fn tell_players(&mut self, count: impl FnOnce() -> usize) {
        if let Some(announcer) = self.announcer.as_mut().filter(|announcer| announcer.is_due()) {
            announcer.set_players(u8::try_from(count()).unwrap_or(u8::MAX));
        }
    }

    /// Says goodbye for good: what waits leaves now, then the links close.
    pub fn close(mut self) {
        self.release(Millis::MAX);
        self.socket.close();
    }

    fn transmit(&mut self, to: PeerId, lane: Lane, bytes: &[u8]) {
        // A peer that takes nothing any more is noticed by its silence.
        let _ = self.socket.send(to, lane, bytes);
    }
}

#[cfg(not(feature = "webrtc"))]
impl Link {
    /// Says that this build has no network.
    ///
    /// # Errors
    /// Always.
    pub fn open(_: RoomUrl, _: Option<()>, _: &Setup, _: u64) -> Result<Self, NetError> {
        Err(NetError::Broken("this build has no network: build it with the feature webrtc".into()))
    }

    /// Nothing ever happens.
    pub fn poll(&mut self) -> Vec<NetEvent> {
        Vec::new()
    }

    /// There is no link.
    pub fn shut(&mut self, _: PeerId) {}

    /// Nobody is told.
    pub fn tell_players(&mut self, _: impl FnOnce() -> usize) {}

    /// Ends it.
    pub fn close(mut self) {
        self.release(Millis::MAX);
    }

    fn transmit(&mut self, _: PeerId, _: Lane, _: &[u8]) {}
}

impl Link {
    /// Sends a packet, through the bad line if there is one.
    pub fn send(&mut self, now: Millis, packet: Packet) {
        let (to, lane, bytes) = match packet {
            Packet::Datagram { to, bytes } => (to, Lane::Unreliable, bytes),
            Packet::Control { to, bytes } => (to, Lane::Reliable, bytes),
        };
        match &mut self.lag {
            Some(lag) => lag.push(now, to, lane, bytes.into_boxed_slice()),
            None => self.transmit(to, lane, &bytes),
        }
    }

    /// Lets go what the bad line held back until now.
    pub fn release(&mut self, now: Millis) {
        while let Some((to, lane, bytes)) = self.lag.as_mut().and_then(|lag| lag.poll(now)) {
            self.transmit(to, lane, &bytes);
        }
    }
}
