//! Which scenes there are: what the stage shows, which page is open, how it is seen.

#![allow(clippy::needless_update, reason = "what is added to the stage need not be told here")]

use std::time::Duration;

use super::film::{DRAW_SECONDS, Film, Span};
use super::moment::{self, Subject};
use crate::session::{Name, Notice, Refusal};
use crate::sim::{Ground, MAX_SEATS, RuleSet};
use crate::view::settings::Settings;
use crate::view::stage::{
    Game, Games, Line, LineSample, Lobby, LobbyPlayer, NetCorner, Recent, Rejoin, Sample, Screen,
    Title, Trouble,
};
use crate::view::vision::Vision;
use crate::words::Language;

/// What is played behind everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reel {
    /// The living scene of the title.
    Backdrop,
    /// Eight in mid-match.
    Fight,
    /// Before the start.
    Countdown,
    /// The best moment of a kind.
    Of(Subject),
    /// Two players at one machine, so far from each other.
    Couch(Span),
    /// The match is over.
    End,
    /// The same, and nobody has won.
    Draw,
    /// The end for a guest who came in late.
    GuestEnd,
    /// The same with the widest names.
    CrowdEnd,
    /// A match on this ground.
    On(Ground),
}

impl Reel {
    /// Ticks that are shown one by one before the picture: marks, smoke and messages need them.
    pub(super) fn shown(self) -> u32 {
        match self {
            Reel::Of(Subject::Kills) => 360,
            _ => 120,
        }
    }

    /// The film, up to what is shown of it: [`Reel::shown`] ticks more lead to its picture.
    pub(super) fn film(self) -> Film {
        let shown = self.shown();
        let (mut film, tick) = match self {
            Reel::Backdrop => (Film::of_nobody(20), 900),
            // Three tanks and three shells meet here.
            Reel::Fight => (Film::of_eight(5, 120, 0), 2360),
            Reel::Countdown => (Film::of_eight(7, 120, 0), shown + 40),
            Reel::Of(subject) => return Film::of_a_moment(subject, moment::find(subject), shown),
            Reel::Draw => return Film::of_a_draw(DRAW_END, shown),
            Reel::Couch(span) => return Film::of_two(5, span, 2360, shown),
            Reel::End => (Film::of_eight(7, 60, 0), END),
            Reel::GuestEnd => (Film::of_eight(7, 60, 0).for_a_guest(&[]), END),
            Reel::CrowdEnd => (Film::of_eight(7, 60, 0).for_a_guest(&CROWD), END),
            Reel::On(ground) => (Film::on(ground), 180 + 160),
        };
        film.run_to(tick - shown);
        film
    }
}

/// The tick at which the end of a match is shown.
const END: u32 = 180 + 60 * 60 + 90;
/// The same for a match that ends in a draw.
const DRAW_END: u32 = 180 + DRAW_SECONDS as u32 * 60 + 90;

/// One scene.
#[derive(Clone)]
pub(super) struct Script {
    pub(super) name: String,
    pub(super) reel: Reel,
    pub(super) screen: Screen,
    pub(super) net: NetCorner,
    /// The page of the menus that is opened, as the window names it.
    pub(super) page: Option<&'static str>,
    /// So many ticks go by before the picture, in which the match stands.
    pub(super) ticks: u32,
    /// What is pressed there then.
    pub(super) keys: &'static [&'static str],
    pub(super) vision: Vision,
    /// What the player has set.
    pub(super) settings: Settings,
    /// The graph is open, over these measurements.
    pub(super) measured: Vec<(Sample, Duration)>,
    /// The hints of the first match are shown.
    pub(super) with_hints: bool,
    /// What is told at the bottom.
    pub(super) notices: Vec<Notice>,
    /// The relay is gone, which is told as long as the match runs.
    pub(super) is_shut: bool,
}

/// The same after some keys were pressed.
fn keyed(script: Script, keys: &'static [&'static str]) -> Script {
    Script { keys, ..script }
}

/// Every scene.
pub(super) fn all() -> Vec<Script> {
    let title = |name: &str, page, title| scene(name, Reel::Backdrop, Screen::Title(title), page);
    let fight = |name: &str, page| scene(name, Reel::Fight, Screen::Match, page);
    let mut scripts = vec![
        // from a form, a title would come back to that form
        title("title", Some("Title"), Title::default()),
        title("title-after-trouble", None, after_trouble()),
        title("practice", Some("Practice"), Title::default()),
        title("host", Some("Host"), Title::default()),
        title("how-to-play", Some("HowTo"), Title::default()),
        title("credits", Some("Credits"), Title::default()),
        title("settings", Some("Settings"), Title::default()),
        title("settings-sound", Some("Section(Sound)"), Title::default()),
        title("settings-picture", Some("Section(Picture)"), Title::default()),
        title("settings-window", Some("Section(Window)"), Title::default()),
        title("settings-access", Some("Section(Access)"), Title::default()),
        title("join", Some("Join"), Title { games: games(), ..Title::default() }),
        title("join-recent", Some("Join"), been_around()),
        title("password", None, wrong_password()),
        title("host-relay", Some("Host"), been_around()),
        // from Open up to where the room is
        keyed(
            title("host-relay-chosen", Some("Host"), been_around()),
            &["Up", "Up", "Up", "Up", "Right"],
        ),
        keyed(title("host-second", Some("Host"), been_around()), &["Up", "Right"]),
        keyed(title("practice-second", Some("Practice"), Title::default()), &["Up", "Right"]),
        keyed(
            title("join-second", Some("Join"), been_around()),
            &["Down", "Down", "Down", "Right"],
        ),
        scene(
            "connecting",
            Reel::Backdrop,
            Screen::Connecting("Looking for the host".into()),
            None,
        ),
        scene("lobby-host", Reel::Backdrop, Screen::Lobby(lobby(true)), None),
        scene("lobby-crowd", Reel::Backdrop, Screen::Lobby(crowd()), None),
        scene("lobby-bots", Reel::Backdrop, Screen::Lobby(bots()), None),
        scene("lobby-second", Reel::Backdrop, Screen::Lobby(two_here()), None),
        scene("lobby-guest", Reel::Backdrop, Screen::Lobby(lobby(false)), None),
        scene("countdown", Reel::Countdown, Screen::Match, None),
        fight("match", None),
        fight("pause", Some("Pause")),
        fight("controls", Some("Controls")),
        keyed(fight("controls-waiting", Some("Controls")), &["Down", "Enter"]),
        keyed(fight("controls-second", Some("Controls")), &["Up", "Right"]),
        // what is forward already becomes backward, too
        keyed(fight("controls-conflict", Some("Controls")), &["Down", "Down", "Enter", "W"]),
        scene("explosion", Reel::Of(Subject::Explosion), Screen::Match, None),
        scene("melee", Reel::Of(Subject::Melee), Screen::Match, None),
        scene("wreck", Reel::Of(Subject::Wreck), Screen::Match, None),
        scene("destroyed", Reel::Of(Subject::Destroyed), Screen::Match, None),
        scene("protected", Reel::Of(Subject::Protected), Screen::Match, None),
        scene("dry", Reel::Of(Subject::Dry), Screen::Match, None),
        scene("piercing", Reel::Of(Subject::Piercing), Screen::Match, None),
        scene("felled", Reel::Of(Subject::Felled), Screen::Match, None),
        scene("kills", Reel::Of(Subject::Kills), Screen::Match, None),
        scene("results", Reel::End, Screen::Match, None),
        scene("results-draw", Reel::Draw, Screen::Match, None),
        scene("results-guest", Reel::GuestEnd, Screen::Match, None),
        scene("results-crowd", Reel::CrowdEnd, Screen::Match, None),
        scene("couch-near", Reel::Couch(Span::Near), Screen::Match, None),
        scene("couch-apart", Reel::Couch(Span::Between), Screen::Match, None),
        scene("couch-far", Reel::Couch(Span::Far), Screen::Match, None),
        Script { with_hints: true, ..fight("hints", None) },
        graph(),
        notices(),
        pointers(),
    ];
    for (name, vision) in [
        ("protanopia", Vision::Protanopia),
        ("deuteranopia", Vision::Deuteranopia),
        ("tritanopia", Vision::Tritanopia),
    ] {
        scripts.push(Script { vision, ..fight(name, None) });
    }
    // Text of the largest size, and the longer of the two languages.
    let chosen = [
        "title",
        "host",
        "join",
        "host-second",
        "lobby-host",
        "lobby-crowd",
        "lobby-guest",
        "settings-access",
        "pause",
        "controls",
        "controls-waiting",
        "controls-conflict",
        "how-to-play",
        "match",
        "results",
        "results-guest",
        "results-crowd",
        "couch-near",
        "couch-far",
        "graph",
        "hints",
        "notices",
        "pointers",
        "destroyed",
        "kills",
    ];
    let both = [
        "host-second",
        "join-second",
        "lobby-guest",
        "settings-access",
        "controls",
        "results-guest",
        "hints",
        "destroyed",
        "notices",
    ];
    for (suffix, text_size, language, chosen) in [
        ("text-200", 200, Language::English, &chosen[..]),
        ("german", 100, Language::German, &chosen),
        ("german-200", 200, Language::German, &both),
    ] {
        for name in chosen {
            let Some(plain) = scripts.iter().find(|script| script.name == *name) else { continue };
            let mut script = plain.clone();
            script.name = format!("{name}-{suffix}");
            script.settings.access.text_size = text_size;
            script.settings.language = Some(language);
            // A page that is higher than the window is opened at its top.
            if *name == "host-second" && text_size == 200 {
                script.keys = &["Up", "Up", "Up", "Right"];
            }
            scripts.push(script);
        }
    }
    let mut small = fight("match-text-80", None);
    small.settings.access.text_size = 80;
    scripts.push(small);
    // beyond its last line a page is read with the key that leads there
    let ends: [(&str, &str, &[&str]); 2] = [
        ("lobby-guest-end", "lobby-guest-text-200", &["End", "Down", "Down", "Down", "Down"]),
        ("join-end", "join-text-200", &["Down"; 7]),
    ];
    for (name, plain, keys) in ends {
        let Some(plain) = scripts.iter().find(|script| script.name == plain) else { continue };
        scripts.push(Script { name: name.to_owned(), keys, ..plain.clone() });
    }
    // what lasts is told once it has lasted
    let mut waiting = Script { ticks: 30, is_shut: true, ..fight("waiting", None) };
    waiting.net.waiting_for = Some("Maximilian".to_owned());
    let mut frozen = Script { name: "frozen".to_owned(), ..waiting.clone() };
    frozen.net.frozen = true;
    scripts.extend([waiting, frozen]);
    for (name, ground) in [
        ("water", Ground::Water),
        ("sand", Ground::Sand),
        ("dark-sand", Ground::DarkSand),
        ("dirt", Ground::Dirt),
        ("grass", Ground::Grass),
        ("shrub", Ground::Shrub),
        ("temperate", Ground::Temperate),
    ] {
        scripts.push(scene(&format!("match-{name}"), Reel::On(ground), Screen::Match, None));
    }
    // Scenes of one film follow each other: it is played once.
    scripts.sort_by_key(|script| script.reel);
    scripts
}

fn scene(name: &str, reel: Reel, screen: Screen, page: Option<&'static str>) -> Script {
    let net = if screen == Screen::Match { net() } else { NetCorner::default() };
    Script {
        name: name.to_owned(),
        reel,
        screen,
        net,
        page,
        keys: &[],
        ticks: 0,
        vision: Vision::Common,
        settings: Settings::default(),
        measured: Vec::new(),
        with_hints: false,
        notices: Vec::new(),
        is_shut: false,
    }
}

fn after_trouble() -> Title {
    Title {
        trouble: Some(Trouble {
            sentence: "192.168.178.23:3536 does not answer: ask the host whether the room is \
                       still open, or join through the list"
                .to_owned(),
            wants_password: false,
        }),
        rejoin: Some(Rejoin { room: "K7M3XA".into(), target: "192.168.178.23/K7M3XA".into() }),
        ..Title::default()
    }
}

/// The title after a room asked for its password.
fn wrong_password() -> Title {
    let mut title = after_trouble();
    title.trouble = Some(Trouble {
        sentence: "The password is wrong. Ask the host for it and try again.".to_owned(),
        wants_password: true,
    });
    title
}

fn games() -> Games {
    let game = |room: &str, players, seats, rules: &str| Game {
        room: room.to_owned(),
        target: format!("192.168.178.{players}/{room}"),
        players,
        seats,
        rules: rules.to_owned(),
        ..Game::default()
    };
    Games::Listed(vec![
        game("K7M3XA", 3, 8, "modern"),
        Game { is_locked: true, ..game("Q2WE4R", 1, 2, "classic") },
        Game { other_version: Some("0.0.9".to_owned()), ..game("OLDONE", 4, 4, "modern") },
    ])
}

/// A room with every seat taken.
fn lobby(is_host: bool) -> Lobby {
    const NAMES: [&str; MAX_SEATS] =
        ["Ada", "Björn", "Chiara", "Dmitri", "Eve", "Maximilian", "Grace Hopper", "Ho"];
    let own = if is_host { 0 } else { 1 };
    // The window is Ada's in every scene.
    let seated = |seat: usize| if is_host || seat > 1 { seat } else { 1 - seat };
    let names = (0..MAX_SEATS).map(|seat| NAMES.get(seated(seat)).copied().unwrap_or_default());
    let players = (0u8..).zip(names).map(|(seat, name)| LobbyPlayer {
        seat,
        // Nobody has the seat's own.
        colour: (seat + 3) % MAX_SEATS as u8,
        name: name.to_owned(),
        ready: seat % 3 != 1,
        is_bot: seat >= 6,
        is_you: seat == own,
        is_host: seat == 0,
        ping_ms: (seat < 6 && seat != own).then(|| 12 + 37 * u32::from(seat)),
        route: (seat < 6 && seat != own).then_some(if seat % 2 == 0 { "lan" } else { "relayed" }),
        ..LobbyPlayer::default()
    });
    Lobby {
        code: "K7M3XA".to_owned(),
        join_lines: if is_host {
            vec![
                "192.168.178.23/K7M3XA".to_owned(),
                "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:3536/K7M3XA".to_owned(),
            ]
        } else {
            Vec::new()
        },
        is_host,
        players: players.collect(),
        seats: MAX_SEATS as u8,
        rules: RuleSet::Modern,
        seconds: 120,
        ..Lobby::default()
    }
}

/// The widest names.
const CROWD: [&str; MAX_SEATS] = [
    "WWWWWWWWWWWWWWWW",
    "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜß",
    "漢字漢字漢字漢字漢字漢字漢字漢字",
    "MMMM MMMM MMMM M",
    "Łukasz Żółw-Źdźb",
    "@@@@@@@@@@@@@@@@",
    "Grace Hopper 2",
    "Ho",
];

/// The widest names, and as many ways in as are shown.
fn crowd() -> Lobby {
    let mut lobby = lobby(true);
    for (player, name) in lobby.players.iter_mut().zip(CROWD) {
        name.clone_into(&mut player.name);
        player.ping_ms = player.ping_ms.map(|ping| ping + 900);
    }
    lobby.join_lines.insert(0, "tankwarz join 203.0.113.201:53536/K7M3XA".to_owned());
    lobby
}

/// A room in which two people play at this machine.
fn two_here() -> Lobby {
    let mut lobby = lobby(true);
    if let Some(second) = lobby.players.get_mut(1) {
        (second.is_you, second.is_second, second.is_host) = (true, true, true);
        (second.ready, second.ping_ms, second.route) = (true, None, None);
    }
    lobby
}

/// A room in which the host has still something to choose.
fn bots() -> Lobby {
    let mut lobby = lobby(true);
    lobby.players.drain(2..6);
    for (seat, player) in (0u8..).zip(&mut lobby.players) {
        player.seat = seat;
    }
    lobby
}

/// The title of somebody who has joined rooms before and has a relay.
fn been_around() -> Title {
    let recent = |minutes: u32, room: &str, host: &str| Recent {
        room: room.to_owned(),
        target: format!("wss://relay.example/{room}"),
        host: host.to_owned(),
        minutes,
    };
    let hosts = ["Ada", "Björn", "WWWWWWWWWWWWWWWW", "Chiara", "Eve", "Ho", "Max", "Łukasz"];
    let rooms = (0u32..).zip(hosts);
    Title {
        games: games(),
        recent: rooms.map(|(n, host)| recent(n.pow(5), &format!("K7M3X{n}"), host)).collect(),
        relay: "wss://relay.example".to_owned(),
        ..Title::default()
    }
}

/// The graph over ten seconds with three others, one of them far away behind a bad line.
fn graph() -> Script {
    let mut script = scene("graph", Reel::Fight, Screen::Match, None);
    script.net.lines.truncate(3);
    script.net.refused_percent = 3;
    script.measured = (0..600).map(measured).collect();
    script
}

/// What a tick of that match measured.
fn measured(tick: u16) -> (Sample, Duration) {
    // A wave that looks like chance and is the same every time.
    let wave = |period: u16, most: u16| tick.wrapping_mul(37) % period * most / period;
    let is_bad = (350..420).contains(&tick);
    let mut lines = [None; MAX_SEATS];
    for (seat, line) in lines.iter_mut().enumerate().skip(1).take(3) {
        let far = seat as u16;
        let trouble = if is_bad && seat == 3 { 180 } else { 0 };
        *line = Some(LineSample {
            ping_ms: 20 + 31 * far + wave(23, 9 * far) + trouble,
            jitter: 8 * far + wave(17, 20) + trouble,
            loss_percent: if seat == 3 { 4 + (trouble / 15) as u8 } else { 0 },
        });
    }
    let sample = Sample {
        late_us: 200 + u32::from(wave(41, 900)) + if tick == 200 { 6000 } else { 0 },
        rollback: if is_bad { 8 } else { 2 + wave(11, 3) as u8 },
        stood: is_bad && tick.is_multiple_of(9),
        lines,
    };
    (
        sample,
        Duration::from_micros(if tick == 120 { 31_000 } else { 16_200 + u64::from(wave(29, 900)) }),
    )
}

/// As much as is ever told at once.
fn notices() -> Script {
    let mut script = scene("notices", Reel::Fight, Screen::Match, None);
    script.is_shut = true;
    let told = |name: &str, notice: fn(Name) -> Notice| Name::new(name).ok().map(notice);
    script.notices.extend(told("Maximilian", Notice::TimedOut));
    // As long as any.
    let dropped = |name| Notice::Dropped { name, why: Refusal::Desync };
    script.notices.extend(told("WWWWWWWWWWWWWWWW", dropped));
    script
}

/// Everything that points somewhere: hits, tanks out of sight and what is heard.
fn pointers() -> Script {
    let mut script = scene("pointers", Reel::Of(Subject::Pointers), Screen::Match, None);
    script.settings.access.sound_cues = true;
    script
}

/// A line that is not the best.
fn net() -> NetCorner {
    let line = |seat: u8| Line {
        seat,
        colour: seat,
        ping_ms: Some(20 + 31 * u32::from(seat)),
        route: Some("direct"),
        ..Line::default()
    };
    NetCorner {
        is_online: true,
        ping_ms: 144,
        delay: 3,
        rollback: 4,
        lines: (1..=4).map(line).collect(),
        ..NetCorner::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_scenes_have_the_same_name() {
        let mut names: Vec<String> = all().into_iter().map(|script| script.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(count >= 20 && names.len() == count);
    }
}
