//! Games of the local network: a host announces its room by mDNS (`_tankwarz._tcp.local.`), and
//! whoever looks for a game collects the announcements.
//!
//! Anybody on the network can announce anything. What comes in is checked field by field, cut to a
//! fixed number of games, and never reaches a screen before; a record that is not exactly what a
//! host of ours announces is passed over in silence.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mdns_sd::{IfKind, Receiver, ServiceDaemon, ServiceEvent, ServiceInfo};
use serde::Serialize;
use tracing::{debug, warn};

use super::NetError;
use super::address::{self, is_room_name};
use super::relay::rank;

/// The most games a list shows; what is announced beyond them is passed over.
pub const MAX_GAMES: usize = 64;

/// What our service is called on the network.
const SERVICE: &str = "_tankwarz._tcp.local.";
/// The form of the record; another form is another program's business.
const FORM: &str = "1";
/// The most addresses of one game that are looked at.
const MAX_ADDRESSES: usize = 16;
/// The most seats of a match.
const MAX_SEATS: u8 = 8;
/// The longest name of a rule set, and the longest version, in characters.
const MAX_WORD: usize = 24;
/// How long a goodbye may take to leave.
const GOODBYE: Duration = Duration::from_millis(300);
/// How long between two questions for the number of players.
const BETWEEN_NEWS: Duration = Duration::from_secs(1);

/// What a host says about its room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// The room's code.
    pub room: String,
    /// Where the relay of the room listens; an unspecified address stands for all of them.
    pub relay: SocketAddr,
    /// Seats that are taken, bots included.
    pub players: u8,
    /// Seats, 1 to 8.
    pub seats: u8,
    /// The rule set's name.
    pub rules: String,
    /// The program's version.
    pub version: String,
    /// Whether a password is asked for.
    pub password: bool,
}

/// A room of ours that the local network hears of, until this is dropped.
pub struct Announcer {
    daemon: ServiceDaemon,
    /// Unique on the network, so that two rooms never share a record.
    label: String,
    said: Announcement,
    asked_at: Instant,
}

impl Announcer {
    /// Starts to announce a room.
    ///
    /// # Errors
    /// [`NetError::Broken`] when this machine cannot do it.
    pub fn start(announcement: Announcement) -> Result<Self, NetError> {
        let daemon = ServiceDaemon::new().map_err(broken)?;
        let label = format!("tankwarz-{:08x}", uuid::Uuid::new_v4().as_fields().0);
        daemon.register(record(&label, &announcement)?).map_err(broken)?;
        Ok(Self { daemon, label, said: announcement, asked_at: Instant::now() })
    }

    /// Whether it is time to ask for the number of players again.
    pub fn is_due(&self) -> bool {
        self.asked_at.elapsed() >= BETWEEN_NEWS
    }

    /// Tells how many seats are taken now, if that is news.
    pub fn set_players(&mut self, players: u8) {
        self.asked_at = Instant::now();
        if self.said.players == players {
            return;
        }
        let news = Announcement { players, ..self.said.clone() };
        let told = record(&self.label, &news)
            .and_then(|record| self.daemon.register(record).map_err(broken));
        match told {
            Ok(()) => self.said = news,
            Err(error) => debug!("the room's announcement is not renewed: {error}"),
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        shut_down(&self.daemon);
    }
}

/// A game that was found, fit to be shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LanGame {
    /// The room's code.
    pub room: String,
    /// Where its relay listens.
    pub address: SocketAddr,
    /// What a player types after `join`.
    pub target: String,
    /// Seats that are taken, bots included.
    pub players: u8,
    /// Seats.
    pub seats: u8,
    /// The rule set's name.
    pub rules: String,
    /// The version of the host's program.
    pub version: String,
    /// Whether a password is asked for.
    pub password: bool,
}

impl LanGame {
    /// The game of a record, or `None` if no host of ours would announce it so. `text` gives the
    /// values of the record's text, `near` says whether an address is on a network of this machine.
    fn from_record<'a>(
        text: impl Fn(&str) -> Option<&'a str>,
        port: u16,
        addresses: impl Iterator<Item = IpAddr>,
        near: impl Fn(&IpAddr) -> bool,
    ) -> Option<Self> {
        let word = |key| text(key).filter(|word| is_word(word)).map(str::to_owned);
        let number = |key| text(key)?.parse::<u8>().ok();
        if text("form")? != FORM || port == 0 {
            return None;
        }
        let room = text("room").filter(|room| is_room_name(room))?.to_owned();
        let seats = number("seats").filter(|seats| (1..=MAX_SEATS).contains(seats))?;
        let players = number("players").filter(|players| *players <= seats)?;
        let password = match text("password")? {
            "yes" => true,
            "no" => false,
            _ => return None,
        };
        let ip = addresses
            .take(MAX_ADDRESSES)
            .filter(is_place)
            .min_by_key(|ip| (ip.is_loopback(), !near(ip), rank(ip), *ip))?;
        let address = SocketAddr::new(ip, port);
        Some(Self {
            target: format!("{}/{room}", address::place(address)),
            room,
            address,
            players,
            seats,
            rules: word("rules")?,
            version: word("version")?,
            password,
        })
    }
}

/// Looks for games of the local network until it is dropped.
pub struct Finder {
    daemon: ServiceDaemon,
    events: Receiver<ServiceEvent>,
    /// By the name of their record.
    games: BTreeMap<String, LanGame>,
}

impl Finder {
    /// Starts to ask for games.
    ///
    /// # Errors
    /// [`NetError::Broken`] when this machine cannot do it.
    pub fn start() -> Result<Self, NetError> {
        let daemon = ServiceDaemon::new().map_err(broken)?;
        let events = daemon.browse(SERVICE).map_err(broken)?;
        Ok(Self { daemon, events, games: BTreeMap::new() })
    }

    /// Collects answers for so long.
    pub fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok(event) = self.events.recv_deadline(until) {
            self.take(event);
        }
        // A list that ended early (the search broke down) still takes its time, for callers that loop.
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
    }

    /// The games known now: those that can be joined first, then by room.
    pub fn games(&self) -> Vec<LanGame> {
        let mut games: Vec<LanGame> = self.games.values().cloned().collect();
        games.sort_by(|a, b| {
            let full = |game: &LanGame| game.players >= game.seats;
            (full(a), &a.room, a.address).cmp(&(full(b), &b.room, b.address))
        });
        games
    }

    fn take(&mut self, event: ServiceEvent) {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let nets = if_addrs::get_if_addrs().unwrap_or_default();
                let game = LanGame::from_record(
                    |key| service.get_property_val_str(key),
                    service.get_port(),
                    service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr),
                    |ip| nets.iter().any(|net| contains(net, ip)),
                );
                match game {
                    Some(game)
                        if self.games.len() < MAX_GAMES
                            || self.games.contains_key(&service.fullname) =>
                    {
                        self.games.insert(service.fullname.clone(), game);
                    }
                    // What it said before is no longer true either.
                    _ => _ = self.games.remove(&service.fullname),
                }
            }
            ServiceEvent::ServiceRemoved(_, name) => _ = self.games.remove(&name),
            _ => {}
        }
    }
}

impl Drop for Finder {
    fn drop(&mut self) {
        shut_down(&self.daemon);
    }
}

fn record(label: &str, said: &Announcement) -> Result<ServiceInfo, NetError> {
    let text = [
        ("form", FORM),
        ("room", &said.room),
        ("players", &said.players.to_string()),
        ("seats", &said.seats.to_string()),
        ("rules", &said.rules),
        ("version", &said.version),
        ("password", if said.password { "yes" } else { "no" }),
    ];
    let ip = said.relay.ip();
    let addresses: Vec<IpAddr> = if ip.is_unspecified() { Vec::new() } else { vec![ip] };
    let host = format!("{label}.local.");
    let port = said.relay.port();
    let mut info =
        ServiceInfo::new(SERVICE, label, &host, &addresses[..], port, &text[..]).map_err(broken)?;
    // Nobody else has this label: there is nothing to ask before.
    info.set_requires_probe(false);
    if ip.is_unspecified() {
        info = info.enable_addr_auto();
        if ip.is_ipv4() {
            info.set_interfaces(vec![IfKind::IPv4]);
        }
    }
    Ok(info)
}

fn shut_down(daemon: &ServiceDaemon) {
    // Says goodbye first. A daemon that has ended already has nothing to say.
    if let Ok(done) = daemon.shutdown() {
        let _ = done.recv_timeout(GOODBYE);
    }
}

/// Letters, digits and what stands in version numbers.
fn is_word(word: &str) -> bool {
    (1..=MAX_WORD).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b))
}

/// Whether something can be joined there: link-local IPv6 means nothing without an interface.
fn is_place(ip: &IpAddr) -> bool {
    let link_local = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    !ip.is_unspecified() && !ip.is_multicast() && !link_local
}

fn contains(net: &if_addrs::Interface, ip: &IpAddr) -> bool {
    match (&net.addr, ip) {
        (if_addrs::IfAddr::V4(own), IpAddr::V4(ip)) => {
            let mask = own.netmask.to_bits();
            own.ip.to_bits() & mask == ip.to_bits() & mask
        }
        (if_addrs::IfAddr::V6(own), IpAddr::V6(ip)) => {
            let mask = own.netmask.to_bits();
            own.ip.to_bits() & mask == ip.to_bits() & mask
        }
        _ => false,
    }
}

fn broken(error: mdns_sd::Error) -> NetError {
    warn!("mDNS does not work here: {error}");
    NetError::Broken(format!("mDNS: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 7] = [
        ("form", "1"),
        ("room", "K7M3XA"),
        ("players", "2"),
        ("seats", "4"),
        ("rules", "modern"),
        ("version", "0.1.0"),
        ("password", "no"),
    ];

    fn game(text: &[(&str, &str)], port: u16, ips: &[&str]) -> Option<LanGame> {
        let value = |key: &str| text.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
        let ips = ips.iter().map(|ip| ip.parse().unwrap());
        LanGame::from_record(value, port, ips, |ip| ip.to_string().starts_with("192.168.7."))
    }

    fn with(key: &'static str, value: &'static str) -> Option<LanGame> {
        let text = GOOD.map(|(k, v)| if k == key { (k, value) } else { (k, v) });
        game(&text, 3536, &["192.168.7.2"])
    }

    #[test]
    fn record_of_a_host_is_shown_with_what_to_type() {
        let found = game(&GOOD, 3536, &["192.168.7.2"]).unwrap();
        assert_eq!(found.target, "192.168.7.2/K7M3XA");
        assert_eq!((found.players, found.seats, found.password), (2, 4, false));
        let other = game(&GOOD, 4000, &["fd00::7"]).unwrap();
        assert_eq!(other.target, "[fd00::7]:4000/K7M3XA");
        assert!(with("password", "yes").unwrap().password);
    }

    #[test]
    fn record_our_hosts_would_not_announce_is_passed_over() {
        for (key, values) in [
            ("form", &["", "2"][..]),
            ("room", &["", "a b", "x\u{1b}[2J", "..", "a/b", "\u{202e}abc"]),
            ("players", &["", "5", "-1", "256", "two"]),
            ("seats", &["0", "9", "4 ", "99999999999999999999"]),
            ("rules", &["", "mod ern", "\u{7}", "a-name-that-is-much-too-long-for-a-list"]),
            ("version", &["", "1\n2", "1;rm", "\u{1b}]0;x\u{7}"]),
            ("password", &["", "maybe"]),
        ] {
            for value in values {
                assert_eq!(with(key, value), None, "{key}={value:?}");
            }
            let without: Vec<_> = GOOD.into_iter().filter(|(k, _)| *k != key).collect();
            assert_eq!(game(&without, 3536, &["192.168.7.2"]), None, "without {key}");
        }
        assert_eq!(game(&GOOD, 0, &["192.168.7.2"]), None);
        assert_eq!(game(&GOOD, 3536, &[]), None);
        assert_eq!(game(&GOOD, 3536, &["0.0.0.0", "224.0.0.1", "fe80::1"]), None);
    }

    #[test]
    fn address_on_a_common_network_is_preferred() {
        let ips = ["127.0.0.1", "172.17.0.1", "8.8.8.8", "192.168.7.2", "10.0.0.1"];
        assert_eq!(game(&GOOD, 3536, &ips).unwrap().target, "192.168.7.2/K7M3XA");
        assert_eq!(game(&GOOD, 3536, &ips[..3]).unwrap().target, "172.17.0.1/K7M3XA");
        assert_eq!(game(&GOOD, 3536, &ips[..1]).unwrap().target, "127.0.0.1/K7M3XA");
    }

    #[test]
    fn only_so_many_addresses_and_words_are_looked_at() {
        let many: Vec<String> = (0..100).map(|n| format!("10.1.1.{n}")).collect();
        let mut ips: Vec<&str> = many.iter().map(String::as_str).collect();
        ips.push("192.168.7.2");
        assert_eq!(game(&GOOD, 3536, &ips).unwrap().target, "10.1.1.0/K7M3XA");
        assert!(is_word(&"a".repeat(MAX_WORD)) && !is_word(&"a".repeat(MAX_WORD + 1)));
    }
}
