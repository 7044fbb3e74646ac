//! The command line: arguments only, one struct per mode. Nothing here does anything.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the comments are the help text, where HOST[:PORT] is no link"
)]

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sim::RuleSet;

/// A top-down tank game that friends play peer to peer, with rollback.
///
/// Without a mode the title menu opens: play against bots, host, or join a friend.
#[derive(Debug, Parser)]
#[command(name = "tankwarz", disable_version_flag = true, max_term_width = 100)]
pub struct Cli {
    /// Print version and build: who plays together needs the same
    #[arg(short = 'V', long)]
    pub version: bool,
    /// What to do; nothing opens the title menu
    #[command(subcommand)]
    pub mode: Option<Mode>,
    /// Options of every mode
    #[command(flatten)]
    pub common: Common,
}

/// The modes.
#[derive(Debug, Subcommand)]
pub enum Mode {
    /// Play against bots, at once
    Practice(Practice),
    /// Open a room that friends join, and decide its rules
    Host(Host),
    /// Join a friend's room
    Join(Join),
    /// List the games of the local network
    Find(Find),
    /// Check what a match takes: graphics, sound, settings, relay, routers
    Doctor(Doctor),
    /// Explain a desync: play the evidence of it again and say what differed first
    DiffDesync(DiffDesync),
    /// Run the matchbox signalling server alone, for others to meet at
    Relay(Relay),
    /// Step a match of bots with a rollback in every frame; every frame must come out the same
    Synctest(SyncTest),
    /// Draw prepared moments of the game into PNG files, the same every time
    #[cfg(feature = "window")]
    #[command(hide = true)]
    Scene(Scene),
}

/// `practice`
#[derive(Clone, Debug, Args)]
pub struct Practice {
    /// Bots to play against
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = whole(1_u8..=7))]
    pub bots: u8,
    /// Your name in the match
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Seed of the map and of the bots; without it every match is another
    #[arg(long, value_name = "S", value_parser = whole(0..=u64::MAX))]
    pub seed: Option<u64>,
    /// Rule set
    #[arg(long, value_enum, default_value_t)]
    pub rules: RulesArg,
    /// Length of the match in seconds
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = whole(10_u16..=3600))]
    pub seconds: u16,
    /// Side of the map in tiles; by default it follows the number of tanks
    #[arg(long, value_name = "N", value_parser = whole(24_u8..=64))]
    pub map: Option<u8>,
    /// The name of a second player at this machine, who plays in the same window
    #[arg(long, value_name = "NAME")]
    pub second: Option<String>,
    #[allow(missing_docs)]
    #[command(flatten)]
    pub headless: Headless,
}

/// `host`
#[derive(Clone, Debug, Args)]
pub struct Host {
    /// Code of the room; by default a new one is made up
    #[arg(long, value_name = "CODE")]
    pub room: Option<String>,
    /// Seats of the match, bots included
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = whole(1_u8..=8))]
    pub players: u8,
    /// How many of the seats bots take
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = whole(0_u8..=7))]
    pub bots: u8,
    /// A bot (of --level) takes the seat of a player who goes, until they return
    #[arg(long)]
    pub fill_bots: bool,
    /// Where the embedded relay listens
    #[arg(long, default_value = "0.0.0.0:3536", value_name = "ADDR", value_parser = listening, conflicts_with = "relay")]
    pub bind: SocketAddr,
    /// Meet at this relay instead of embedding one: HOST[:PORT] or a ws or wss URL
    #[arg(long, value_name = "URL", env = "TANKWARZ_RELAY")]
    pub relay: Option<String>,
    /// Ask the router by UPnP for a port that leads to the embedded relay, as long as the room is open
    #[arg(long, conflicts_with = "relay")]
    pub map_port: bool,
    /// Do not tell the local network of the room; friends then type what the host shows
    #[arg(long)]
    pub no_announce: bool,
    /// Your name in the match
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Let in only who knows this password
    #[arg(long, value_name = "SECRET", env = "TANKWARZ_PASSWORD", hide_env_values = true, value_parser = secret)]
    pub password: Option<String>,
    /// Rule set
    #[arg(long, value_enum, default_value_t)]
    pub rules: RulesArg,
    /// Length of the match in seconds
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = whole(10_u16..=3600))]
    pub seconds: u16,
    /// Side of the map in tiles; by default it follows the number of tanks
    #[arg(long, value_name = "N", value_parser = whole(24_u8..=64))]
    pub map: Option<u8>,
    /// Seed of the map and of the bots; without it every match is another
    #[arg(long, value_name = "S", value_parser = whole(0..=u64::MAX))]
    pub seed: Option<u64>,
    /// The name of a second player at this machine, who plays in the same window
    #[arg(long, value_name = "NAME")]
    pub second: Option<String>,
    #[allow(missing_docs)]
    #[command(flatten)]
    pub headless: Headless,
}

/// `join`
#[derive(Clone, Debug, Args)]
pub struct Join {
    /// What the host shows: HOST[:PORT]/ROOM, a ws or wss URL with the room, or a room code with --relay
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// The relay of a bare room code: HOST[:PORT] or a ws or wss URL
    #[arg(long, value_name = "URL", env = "TANKWARZ_RELAY")]
    pub relay: Option<String>,
    /// Your name in the match
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The password of the room
    #[arg(long, value_name = "SECRET", env = "TANKWARZ_PASSWORD", hide_env_values = true, value_parser = secret)]
    pub password: Option<String>,
    /// The name of a second player at this machine, who plays in the same window
    #[arg(long, value_name = "NAME")]
    pub second: Option<String>,
    #[allow(missing_docs)]
    #[command(flatten)]
    pub headless: Headless,
}

/// `find`
#[derive(Clone, Debug, Args)]
pub struct Find {
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
    /// How long to look, in seconds
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = whole(1_u8..=60))]
    pub seconds: u8,
}

/// `doctor`
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// The relay to try: HOST[:PORT] or a ws or wss URL
    #[arg(long, value_name = "URL", env = "TANKWARZ_RELAY")]
    pub relay: Option<String>,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// `diff-desync`
#[derive(Clone, Debug, Args)]
pub struct DiffDesync {
    /// The file that the log named when it happened
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// `relay`
#[derive(Clone, Debug, Args)]
pub struct Relay {
    /// Where to listen; /health and /metrics are answered there as well
    #[arg(long, default_value = "0.0.0.0:3536", value_name = "ADDR", value_parser = listening)]
    pub bind: SocketAddr,
    /// Rooms at a time
    #[arg(long, default_value_t = 1024, value_name = "N", value_parser = whole(1_u32..=100_000))]
    pub max_rooms: u32,
    /// Peers in one room
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = whole(2_u32..=64))]
    pub max_peers: u32,
    /// Connections at a time
    #[arg(long, default_value_t = 4096, value_name = "N", value_parser = whole(1_u32..=100_000))]
    pub max_connections: u32,
    /// Connections at a time from one address
    #[arg(long, default_value_t = 64, value_name = "N", value_parser = whole(1_u32..=100_000))]
    pub max_per_address: u32,
    /// Messages a peer may send in a second; twenty times as many at once after a silence
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = whole(1_u32..=10_000))]
    pub max_messages: u32,
    /// How long a connection may take to say what it wants, in seconds
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = whole(1_u16..=300))]
    pub handshake_timeout: u16,
    /// How long a peer may be silent, in seconds; the game says something every 10 s
    #[arg(long, default_value_t = 45, value_name = "SECONDS", value_parser = whole(15_u16..=3600))]
    pub idle_timeout: u16,
    /// Believe X-Real-IP and X-Forwarded-For; only for a relay that is reached through a proxy alone
    #[arg(long)]
    pub trust_proxy: bool,
}

/// `synctest`
#[derive(Clone, Debug, Args)]
pub struct SyncTest {
    /// Frames to step
    #[arg(long, default_value_t = 3000, value_name = "N", value_parser = whole(1..=u32::MAX))]
    pub frames: u32,
    /// Tanks, all driven by bots
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = whole(1_u8..=8))]
    pub players: u8,
    /// Seed of the map and of the bots
    #[arg(long, default_value_t = 1, value_name = "S", value_parser = whole(0..=u64::MAX))]
    pub seed: u64,
    /// Frames of the rollback in every frame
    #[arg(long, default_value_t = 7, value_name = "D", value_parser = whole(1_u8..=32))]
    pub check_distance: u8,
    /// Rule set
    #[arg(long, value_enum, default_value_t)]
    pub rules: RulesArg,
}

/// `scene`
#[cfg(feature = "window")]
#[derive(Clone, Debug, Args)]
pub struct Scene {
    /// Which; none means all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Print the names of all scenes and draw none
    #[arg(long)]
    pub list: bool,
    /// Size of the window in pixels
    #[arg(long, default_value = "1280x720", value_name = "WxH", value_parser = size)]
    pub size: (f32, f32),
    /// The folder for the pictures
    #[arg(long, default_value = "scenes", value_name = "FOLDER")]
    pub out: PathBuf,
    /// Draw so many frames of a full match instead, and say what one costs
    #[arg(long, value_name = "FRAMES", value_parser = whole(100_u32..=100_000))]
    pub time: Option<u32>,
}

/// Playing without a window.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Headless {
    /// No window: bots drive the local tanks
    #[arg(long)]
    pub headless: bool,
    /// How well bots play
    #[arg(long, value_enum, default_value_t)]
    pub level: LevelArg,
}

/// Options of every mode.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every mode")]
pub struct Common {
    /// Delay everything sent by so many milliseconds
    #[arg(long, global = true, default_value_t = 0, value_name = "MS", value_parser = whole(0_u32..=5000))]
    pub fake_lag: u32,
    /// ... and by up to so many more, at random
    #[arg(long, global = true, default_value_t = 0, value_name = "MS", value_parser = whole(0_u32..=5000))]
    pub fake_jitter: u32,
    /// Lose so many of 100 datagrams
    #[arg(long, global = true, default_value_t = 0.0, value_name = "PCT", value_parser = percent)]
    pub fake_loss: f32,
    /// Send so many of 100 datagrams twice
    #[arg(long, global = true, default_value_t = 0.0, value_name = "PCT", value_parser = percent)]
    pub fake_dup: f32,
    /// A stun: or turn: server that helps peers behind routers to find each other; may be given again
    #[arg(long, global = true, value_name = "URL", action = clap::ArgAction::Append)]
    pub ice: Vec<String>,
    /// User name for the turn: servers
    #[arg(long, global = true, value_name = "NAME")]
    pub ice_user: Option<String>,
    /// Password for the turn: servers
    #[arg(
        long,
        global = true,
        value_name = "SECRET",
        env = "TANKWARZ_ICE_CREDENTIAL",
        hide_env_values = true
    )]
    pub ice_credential: Option<String>,
    /// Ticks an input waits so that it reaches the others in time: auto, or 0 to 6
    #[arg(long, global = true, value_name = "auto|N")]
    pub input_delay: Option<DelayArg>,
    /// What to log: error, warn, info, debug, trace, or a filter such as tankwarz=debug
    #[arg(long, global = true, value_name = "LEVEL", env = "TANKWARZ_LOG")]
    pub log: Option<String>,
    /// Write what was played and measured to this file as JSON, at the end
    #[arg(long, global = true, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// End after so many seconds; a failure if --ticks were asked for and not reached
    #[arg(long, global = true, value_name = "SECONDS", value_parser = whole(0..=u64::MAX))]
    pub exit_after: Option<u64>,
    /// End once so many ticks are settled
    #[arg(long, global = true, value_name = "N", value_parser = whole(0..=u32::MAX))]
    pub ticks: Option<u32>,
    /// For tests: flip one bit of the predicted world at this tick of the match
    #[arg(long, global = true, value_name = "TICK", value_parser = whole(0..=u32::MAX))]
    pub inject_desync: Option<u32>,
    /// For tests: flip one bit of the settled world at this tick of the match
    #[arg(long, global = true, value_name = "TICK", value_parser = whole(0..=u32::MAX))]
    pub inject_desync_settled: Option<u32>,
    /// Write a picture of the window to this PNG file, then end
    #[arg(long, global = true, value_name = "FILE")]
    pub screenshot: Option<PathBuf>,
    /// The tick of the match the picture is taken at
    #[arg(long, global = true, default_value_t = 0, value_name = "N", value_parser = whole(0..=u32::MAX), requires = "screenshot")]
    pub at_tick: u32,
}

/// A rule set by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RulesArg {
    /// The original's rules: terrain is scenery
    Classic,
    /// Water stops tanks, sand slows them, trees, rocks and crates
    #[default]
    Modern,
}

impl From<RulesArg> for RuleSet {
    fn from(rules: RulesArg) -> Self {
        match rules {
            RulesArg::Classic => RuleSet::Classic,
            RulesArg::Modern => RuleSet::Modern,
        }
    }
}

/// How well bots play, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // the names say it
pub enum LevelArg {
    Easy,
    #[default]
    Normal,
    Hard,
}

/// An input delay: automatic, or a number of ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DelayArg {
    /// From the line to the others.
    #[default]
    Auto,
    /// Always so many ticks.
    Fixed(usize),
}

impl std::str::FromStr for DelayArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        match text.parse() {
            Ok(ticks @ 0..=6) => Ok(Self::Fixed(ticks)),
            _ => Err("write auto, or a number of ticks from 0 to 6".to_owned()),
        }
    }
}

#[cfg(feature = "window")]
fn size(text: &str) -> Result<(f32, f32), String> {
    let number = |text: &str| text.parse().ok().filter(|v: &u16| (64..=7680).contains(v));
    let pair = text.split_once('x').and_then(|(w, h)| Some((number(w)?, number(h)?)));
    let (w, h) = pair.ok_or("write a size such as 1280x720")?;
    Ok((f32::from(w), f32::from(h)))
}

/// Takes whole numbers of a range, and says so of anything else.
fn whole<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!("write a whole number from {} to {}", range.start(), range.end())),
    }
}

fn listening(text: &str) -> Result<SocketAddr, String> {
    let example = "write an address and a port, such as 0.0.0.0:3536 for every address there is";
    text.parse().map_err(|_| example.to_owned())
}

/// Only what is refused is repeated, which is nothing here.
fn secret(text: &str) -> Result<String, String> {
    match text.is_empty() {
        true => Err("an empty password keeps nobody out; write one, or leave it away".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn percent(text: &str) -> Result<f32, String> {
    match text.trim_end_matches('%').parse() {
        Ok(value @ 0.0..=100.0) => Ok(value),
        _ => Err("write a percentage from 0 to 100".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_of_every_mode_are_taken_after_the_mode() {
        let cli = Cli::try_parse_from([
            "tankwarz",
            "join",
            "AB/CD",
            "--headless",
            "--ticks",
            "9",
            "--ice",
            "stun:a",
            "--ice",
            "stun:b",
            "--input-delay",
            "3",
        ])
        .unwrap();
        assert_eq!(cli.common.ticks, Some(9));
        assert_eq!(cli.common.ice, ["stun:a", "stun:b"]);
        assert_eq!(cli.common.input_delay, Some(DelayArg::Fixed(3)));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            &["practice", "--bots", "8"][..],
            &["host", "--players", "9"],
            &["join"],
            &["diff-desync"],
            &["synctest", "--fake-loss", "101"],
            &["practice", "--input-delay", "7"],
            &["host", "--relay", "a", "--bind", "1.2.3.4:5"],
            &["host", "--relay", "a", "--map-port"],
            &["relay", "--max-per-address", "0"],
            &["relay", "--idle-timeout", "10"],
        ] {
            let args = std::iter::once("tankwarz").chain(line.iter().copied());
            assert!(Cli::try_parse_from(args).is_err(), "{line:?}");
        }
    }

    #[test]
    fn what_is_refused_is_told_what_would_do() {
        for (line, told) in [
            (&["practice", "--bots", "x"][..], "a whole number from 1 to 7"),
            (&["practice", "--bots", "8"], "a whole number from 1 to 7"),
            (&["host", "--seconds", "9"], "a whole number from 10 to 3600"),
            (&["synctest", "--frames", "0"], "a whole number from 1 to 4294967295"),
            (&["relay", "--bind", "3536"], "such as 0.0.0.0:3536"),
            (&["practice", "--input-delay", "7"], "ticks from 0 to 6"),
            (&["host", "--password", ""], "keeps nobody out"),
            (&["join", "AB/CD", "--password="], "keeps nobody out"),
        ] {
            let args = std::iter::once("tankwarz").chain(line.iter().copied());
            let said = Cli::try_parse_from(args).unwrap_err().to_string();
            assert!(said.contains(told), "{line:?}: {said}");
        }
    }
}
