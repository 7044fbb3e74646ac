//! What is to be played, and the settings it is played with: the one form that
//! the command line and the menus lead to.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Instant;

use super::store::Store;
use super::{Failure, sense};
use crate::bot::Level;
use crate::cli::{Common, DelayArg, Headless, LevelArg, Mode};
use crate::config::{self, Config, DEFAULT_STUN};
use crate::net::address::{self, RoomUrl};
use crate::net::fakelag::FakeLagConfig;
use crate::play::Delay;
use crate::play::fault::Fault;
use crate::session::{BotLevel, Key, Name};
use crate::sim::{MAX_SEATS, RuleSet};

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Practice, host or join.
    pub kind: Kind,
    /// The player's name.
    pub name: Name,
    /// The name of the second player at this machine, if there is one.
    pub second: Option<Name>,
    /// Without a window: the bot that drives the local tank.
    pub headless: Option<Level>,
    /// Of the room's password, if it has one.
    pub key: Option<Key>,
}

/// The three ways to play.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Against bots, without a network.
    Practice(Room),
    /// In a room of one's own.
    Host {
        /// The room's code.
        code: String,
        /// Where peers meet.
        relay: RelayChoice,
        /// Whether the local network is told of the room.
        announce: bool,
        /// The match.
        room: Room,
    },
    /// In somebody else's room.
    Join(RoomUrl),
}

/// Where the peers of a hosted room meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayChoice {
    /// At a relay that this program runs.
    Embedded {
        /// Where it listens.
        bind: SocketAddr,
        /// Whether the router is asked for a port that leads to it.
        map_port: bool,
    },
    /// At this one.
    Remote(String),
}

/// What a host decides about the match.
#[derive(Clone, Debug)]
pub struct Room {
    /// Seats, bots included.
    pub seats: u8,
    /// How many of them bots take.
    pub bots: u8,
    /// Whether a bot takes the seat of a player who is away, until they return.
    pub fill: bool,
    /// How well bots play.
    pub level: BotLevel,
    /// The rule set.
    pub rules: RuleSet,
    /// Length of the match.
    pub seconds: u16,
    /// Side of the map, if it shall not follow the number of tanks.
    pub side: Option<u8>,
    /// Root of all chance of the match.
    pub seed: u64,
}

/// The settings of this run.
#[derive(Clone, Debug)]
pub struct Setup {
    /// When the program began.
    pub began: Instant,
    /// From the settings file, as it was when the program began.
    pub config: Config,
    /// The settings as they are now; what is changed in it is kept in the file.
    pub store: Store,
    /// ICE servers as given; `None` if nobody said anything.
    pub ice: Option<Vec<String>>,
    /// User name for turn: servers.
    pub ice_user: Option<String>,
    /// Password for turn: servers.
    pub ice_credential: Option<String>,
    /// The bad line made on purpose.
    pub fake: FakeLagConfig,
    /// Input delay.
    pub delay: Delay,
    /// Where the report goes.
    pub report: Option<PathBuf>,
    /// End after so many seconds.
    pub exit_after: Option<u64>,
    /// End once so many ticks are settled.
    pub ticks: Option<u32>,
    /// Where to write a picture of the window, and at which tick; the window then closes.
    pub screenshot: Option<(PathBuf, u32)>,
    /// What to break on purpose.
    pub fault: Fault,
    /// Why the settings file could not be used.
    pub fault_of_settings: Option<config::file::Fault>,
}

impl Setup {
    /// The settings from command line, environment and file.
    pub fn new(common: &Common) -> Self {
        let began = Instant::now();
        let (store, fault) = Store::open(Config::path().as_deref());
        let fault = fault.or_else(|| sense::judge(&store));
        if let Some(fault) = &fault {
            eprintln!("tankwarz: {fault}");
        }
        let config = store.config();
        let in_file = config.input_delay.as_deref().and_then(|delay| delay.parse().ok());
        let delay = match common.input_delay.or(in_file).unwrap_or_default() {
            DelayArg::Auto => Delay::Auto,
            DelayArg::Fixed(ticks) => Delay::Fixed(ticks),
        };
        let given = (!common.ice.is_empty()).then(|| common.ice.clone());
        Self {
            began,
            ice: given.or_else(|| config.ice.clone()),
            ice_user: common.ice_user.clone().or_else(|| config.ice_user.clone()),
            ice_credential: common.ice_credential.clone().or_else(|| config.ice_credential.clone()),
            fake: FakeLagConfig {
                lag_ms: common.fake_lag,
                jitter_ms: common.fake_jitter,
                loss_pct: common.fake_loss,
                dup_pct: common.fake_dup,
            },
            delay,
            report: common.report.clone(),
            exit_after: common.exit_after,
            ticks: common.ticks,
            screenshot: common.screenshot.clone().map(|file| (file, common.at_tick)),
            fault: Fault { predicted: common.inject_desync, settled: common.inject_desync_settled },
            config,
            store,
            fault_of_settings: fault,
        }
    }

    /// The ICE servers for a relay: what was configured, else none on a network of
    /// one's own (an embedded relay, a private address), else one public server.
    pub fn ice_for(&self, relay: &str) -> Vec<String> {
        match &self.ice {
            Some(urls) => urls.clone(),
            None if is_local_relay(relay) => Vec::new(),
            None => vec![DEFAULT_STUN.to_owned()],
        }
    }

    /// The player's name: as given, from the settings file, or the user's.
    ///
    /// # Errors
    /// When the name that was given cannot be shown.
    pub fn name(&self, given: Option<&str>) -> Result<Name, Failure> {
        if let Some(name) = given {
            return Name::new(name).map_err(|why| Failure::Usage(why.to_string()));
        }
        let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok();
        let mut known = [self.config.name.as_deref(), user.as_deref(), Some("Player")].into_iter();
        Ok(known.find_map(|name| Name::new(name?).ok()).unwrap_or_else(|| Name::bot(0)))
    }
}

impl Plan {
    /// The plan of a mode; `None` for modes that play no match.
    ///
    /// # Errors
    /// When an argument cannot be used.
    pub fn from_cli(mode: &Mode, setup: &Setup) -> Result<Option<Self>, Failure> {
        Ok(Some(match mode {
            Mode::Practice(p) => {
                let second = second_name(p.second.as_deref())?;
                let people = people(&second);
                if p.bots + people > MAX_SEATS as u8 {
                    return Err(Failure::Usage(
                        "7 bots leave no seat for a second player; give --bots 6 or fewer".into(),
                    ));
                }
                Self {
                    kind: Kind::Practice(Room {
                        seats: p.bots + people,
                        bots: p.bots,
                        fill: false,
                        level: bot_level(p.headless.level),
                        rules: p.rules.into(),
                        seconds: p.seconds,
                        side: p.map,
                        seed: seed_or_chance(p.seed)?,
                    }),
                    name: setup.name(p.name.as_deref())?,
                    second,
                    headless: level_if_headless(p.headless),
                    key: None,
                }
            }
            Mode::Host(h) => {
                let second = second_name(h.second.as_deref())?;
                let people = people(&second);
                let least = h.bots + people;
                if least > h.players {
                    let whom = match (&second, h.bots) {
                        (None, bots) => format!("{bots} bots leave no seat for a player"),
                        (Some(_), 0) => "one seat is too few for two players".to_owned(),
                        (Some(_), bots) => {
                            format!("{bots} bots leave too few seats for two players")
                        }
                    };
                    return Err(Failure::Usage(match least {
                        9.. => format!("{whom}; give --bots 6 or fewer"),
                        _ => format!("{whom}; give --players {least} or more"),
                    }));
                }
                let embedded = RelayChoice::Embedded { bind: h.bind, map_port: h.map_port };
                let relay = h.relay.clone().map_or(embedded, RelayChoice::Remote);
                let code = room_code(h.room.as_deref())?;
                Self {
                    key: h.password.as_deref().map(|password| Key::new(&code, password)),
                    kind: Kind::Host {
                        code,
                        relay,
                        announce: !h.no_announce,
                        room: Room {
                            seats: h.players,
                            bots: h.bots,
                            fill: h.fill_bots,
                            level: bot_level(h.headless.level),
                            rules: h.rules.into(),
                            seconds: h.seconds,
                            side: h.map,
                            seed: seed_or_chance(h.seed)?,
                        },
                    },
                    name: setup.name(h.name.as_deref())?,
                    second,
                    headless: level_if_headless(h.headless),
                }
            }
            Mode::Join(j) => {
                let relay = j.relay.as_deref().or(setup.config.relay.as_deref());
                let room = address::parse_target(&j.target, relay);
                let room = room.map_err(|why| Failure::Usage(why.to_string()))?;
                Self {
                    key: j.password.as_deref().map(|password| Key::new(room.room(), password)),
                    kind: Kind::Join(room),
                    name: setup.name(j.name.as_deref())?,
                    second: second_name(j.second.as_deref())?,
                    headless: level_if_headless(j.headless),
                }
            }
            Mode::Relay(_)
            | Mode::Synctest(_)
            | Mode::Find(_)
            | Mode::Doctor(_)
            | Mode::DiffDesync(_) => return Ok(None),
            #[cfg(feature = "window")]
            Mode::Scene(_) => return Ok(None),
        }))
    }

    /// The mode's name in the report.
    pub fn mode(&self) -> &'static str {
        match self.kind {
            Kind::Practice(_) => "practice",
            Kind::Host { .. } => "host",
            Kind::Join(_) => "join",
        }
    }
}

/// The name of the second player at this machine, if there is one.
///
/// # Errors
/// When the name cannot be shown.
pub fn second_name(given: Option<&str>) -> Result<Option<Name>, Failure> {
    let name = given.map(Name::new).transpose();
    name.map_err(|why| Failure::Usage(format!("the second player's name is wrong: {why}")))
}

/// How many people play at this machine.
pub fn people(second: &Option<Name>) -> u8 {
    1 + u8::from(second.is_some())
}

/// The room code that was typed, or a new one.
///
/// # Errors
/// When the code cannot name a room.
pub fn room_code(typed: Option<&str>) -> Result<String, Failure> {
    match typed {
        // As every friend will have it, however they type it: the password depends on it.
        Some(code) => address::room_at("localhost", code)
            .map(|room| room.room().to_owned())
            .map_err(|error| Failure::Usage(error.to_string())),
        None => Ok(address::room_code(entropy()?)),
    }
}

/// The seed that was given, or one from the operating system.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn seed_or_chance(given: Option<u64>) -> Result<u64, Failure> {
    match given {
        Some(seed) => Ok(seed),
        None => Ok(u64::from_le_bytes(entropy()?)),
    }
}

/// The session's name for a level of the command line.
pub fn bot_level(level: LevelArg) -> BotLevel {
    match level {
        LevelArg::Easy => BotLevel::Easy,
        LevelArg::Normal => BotLevel::Normal,
        LevelArg::Hard => BotLevel::Hard,
    }
}

fn level_if_headless(headless: Headless) -> Option<Level> {
    headless.headless.then(|| super::drivers::level(bot_level(headless.level)))
}

/// Bytes that nobody can guess.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn entropy<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::Failed(format!("the operating system gives no random numbers ({error})"))
    })?;
    Ok(bytes)
}

/// Whether the relay is on a network of one's own: then peers meet without help
/// from the internet, and asking for it would only take time.
fn is_local_relay(relay: &str) -> bool {
    let place = relay.split_once("://").map_or(relay, |(_, rest)| rest);
    let place = place.split('/').next().unwrap_or(place);
    let host = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6,
        None => place.rsplit_once(':').map_or(place, |(host, _)| host),
    };
    match host.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => host.eq_ignore_ascii_case("localhost") || host.ends_with(".local"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_the_same_however_it_is_typed() {
        assert_eq!(room_code(Some("tank47")), room_code(Some("TANK47")));
        assert!(matches!(room_code(Some("a b")), Err(Failure::Usage(_))));
        assert_ne!(room_code(None), room_code(None));
    }

    #[test]
    fn relay_on_ones_own_network_needs_no_help_from_the_internet() {
        for local in
            ["ws://127.0.0.1:3536", "192.168.1.7", "ws://[::1]:3", "localhost:9", "ws://pc.local"]
        {
            assert!(is_local_relay(local), "{local}");
        }
        for remote in
            ["wss://relay.example", "203.0.113.7:3536", "ws://a.b/prefix", "[2001:db8::1]"]
        {
            assert!(!is_local_relay(remote), "{remote}");
        }
    }
}
