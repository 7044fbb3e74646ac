//! Puts what the match thread knows onto the window's stage, and takes from it
//! what the player wants.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::plan::{Kind, Plan};
use super::tell::reason;
use crate::net::Route;
use crate::play::Match;
use crate::play::clock::Micros;
use crate::play::fault::Fault;
use crate::session::{self, BotLevel, Name, Notice, PeerId, State};
use crate::sim::{Input, MAX_SEATS};
use crate::view::stage::{
    Backstage, BotStrength, Choice, Frame, Line, LineSample, Lobby, LobbyPlayer, NetCorner, Sample,
    Scene, Screen, SeatLabel,
};
use crate::words::{Value, say, say_with};

/// The way to each peer, as far as it is known.
pub type Routes = BTreeMap<PeerId, Route>;

/// The match thread's side of the window.
pub struct Stagehand<'a> {
    stage: &'a mut Backstage,
    scene: Option<Arc<Scene>>,
    /// Ticks at which play had stood, when last looked at.
    stalled: u64,
    screen: Option<Screen>,
    join_lines: Vec<String>,
    code: String,
    seats: u8,
    /// What is broken on purpose.
    fault: Option<String>,
    /// Nobody new can come in any more.
    is_shut: bool,
}

impl<'a> Stagehand<'a> {
    /// A hand for one plan.
    pub fn new(
        stage: &'a mut Backstage,
        plan: &Plan,
        join_lines: Vec<String>,
        fault: Fault,
    ) -> Self {
        let (code, seats) = match &plan.kind {
            Kind::Host { code, room, .. } => (code.clone(), room.seats),
            Kind::Join(room) => (room.room().to_owned(), MAX_SEATS as u8),
            Kind::Practice(room) => (String::new(), room.seats),
        };
        Self {
            stage,
            scene: None,
            stalled: 0,
            screen: None,
            join_lines,
            code,
            seats,
            fault: fault.warning(),
            is_shut: false,
        }
    }

    /// What the first and the second player hold.
    pub fn held(&self) -> [Input; 2] {
        self.stage.held.get()
    }

    /// A tick was played with that.
    pub fn take_held(&self, inputs: [Input; 2]) {
        self.stage.held.take(inputs);
    }

    /// The next thing the player decided.
    pub fn poll_choice(&mut self) -> Option<Choice> {
        self.stage.choices.pop().ok()
    }

    /// Shows a screen, unless it is there already.
    pub fn show(&mut self, screen: Screen) {
        if self.screen.as_ref() != Some(&screen) {
            self.stage.screens.write(screen.clone());
            self.screen = Some(screen);
        }
    }

    /// Tells the player something for a few seconds.
    pub fn tell(&mut self, notice: &Notice) {
        // A window that takes nothing for long has missed worse.
        let _ = self.stage.notices.push(sentence(notice));
    }

    /// What the latest tick measured, which began so many microseconds late.
    pub fn measure(&mut self, late: Micros, game: &Match, is_online: bool) {
        let stats = game.stats();
        let stood = stats.stalled_ticks > self.stalled;
        self.stalled = stats.stalled_ticks;
        let mut sample = Sample {
            late_us: u32::try_from(late).unwrap_or(u32::MAX),
            rollback: u8::try_from(stats.last_rollback).unwrap_or(u8::MAX),
            stood,
            ..Sample::default()
        };
        for (seat, player) in others(game).filter(|_| is_online) {
            let quality = game.quality(player.peer).unwrap_or_default();
            if let Some(line) = sample.lines.get_mut(usize::from(seat)) {
                *line = Some(LineSample {
                    ping_ms: game
                        .round_trip(player.peer)
                        .map_or(0, |ms| ms.try_into().unwrap_or(u16::MAX)),
                    jitter: (quality.jitter_us / 100).try_into().unwrap_or(u16::MAX),
                    loss_percent: quality.loss_percent,
                });
            }
        }
        // A hidden window takes nothing: what it misses it does not show.
        let _ = self.stage.samples.push(sample);
    }

    /// From now on the player sees that nobody new can come in.
    pub fn shut_the_door(&mut self) {
        self.is_shut = true;
    }

    /// A new epoch began: who sits where has changed.
    pub fn begin(&mut self, game: &Match) {
        let (Some(roster), Some(map)) = (game.roster(), game.map()) else { return };
        let mut seats: [SeatLabel; MAX_SEATS] = Default::default();
        for (seat, player) in roster.players() {
            if let Some(label) = seats.get_mut(usize::from(seat)) {
                *label = SeatLabel {
                    name: player.name.as_str().to_owned(),
                    is_bot: player.kind != session::Kind::Human,
                    is_local: player.peer == game.me(),
                    colour: Some(player.colour.number()),
                };
            }
        }
        self.scene = Some(Arc::new(Scene {
            map: Arc::clone(map),
            seats,
            own: roster.seat_of(game.me()).unwrap_or(0),
            second: roster.second_of(game.me()),
            is_host: game.is_host(),
            host: game.host().and_then(|host| roster.seat_of(host)),
        }));
    }

    /// The lobby or the match, whichever it is now.
    pub fn set_the_stage(&mut self, game: &Match, routes: &Routes) {
        match game.state() {
            State::Joining => self.show(Screen::Connecting(say("connecting-host"))),
            State::Lobby => {
                let lobby = self.lobby(game, routes);
                self.show(Screen::Lobby(lobby));
            }
            State::Starting(_) | State::Running(_) | State::Ended => {
                if self.scene.is_some() {
                    self.show(Screen::Match);
                }
            }
        }
    }

    /// After a tick: the newest frame and its events. `routes` of a match with a network.
    pub fn publish(&mut self, now: Micros, game: &mut Match, routes: Option<&Routes>) {
        let stats = game.stats();
        let dropped: u64 = stats.dropped_datagrams.values().sum();
        let net = NetCorner {
            is_online: routes.is_some(),
            ping_ms: game.worst_round_trip().unwrap_or(0),
            delay: game.input_delay() as u32,
            rollback: stats.last_rollback,
            refused_percent: (dropped * 100 / stats.datagrams_received.max(1)) as u32,
            waiting_for: game.waiting_for(now).map(|name| name.as_str().to_owned()),
            standing: self.fault.clone().or_else(|| self.is_shut.then(|| say("notice-shut"))),
            frozen: game.is_frozen(),
            lines: routes.map(|routes| lines(game, routes)).unwrap_or_default(),
        };
        self.stage.frames.write(Frame {
            scene: self.scene.clone(),
            before: *game.before(),
            now: *game.predicted(),
            settled: *game.settled(),
            deeds: *game.deeds(),
            stepped_at: Instant::now(),
            net,
        });
        let events = &mut self.stage.events;
        game.poll_told(|told| {
            // A window that takes nothing for seconds misses effects, nothing else.
            let _ = events.push(told);
        });
    }

    fn lobby(&self, game: &Match, routes: &Routes) -> Lobby {
        let lobby = game.lobby();
        let host = game.host();
        let players = lobby.roster.players().map(|(seat, player)| LobbyPlayer {
            seat,
            colour: player.colour.number(),
            level: match player.kind {
                session::Kind::Bot(level) => strength(level),
                session::Kind::Human => BotStrength::default(),
            },
            name: player.name.as_str().to_owned(),
            ready: lobby.ready & (1 << seat) != 0,
            is_bot: player.kind != session::Kind::Human,
            is_you: player.peer == game.me() && player.kind == session::Kind::Human,
            is_second: player.second,
            is_host: Some(player.peer) == host && player.kind == session::Kind::Human,
            ping_ms: game.round_trip(player.peer),
            route: routes.get(&player.peer).map(|route| route.name()),
        });
        Lobby {
            code: self.code.clone(),
            join_lines: self.join_lines.clone(),
            is_host: game.is_host(),
            players: players.collect(),
            // Told by the host; until then this is what there can be.
            seats: if lobby.seats == 0 { self.seats } else { lobby.seats.min(MAX_SEATS as u8) },
            rules: lobby.rules.set(),
            seconds: (lobby.rules.match_ticks() / 60) as u16,
            clock: lobby.seconds,
        }
    }
}

/// The line to each other person in the match, by seat.
fn lines(game: &Match, routes: &Routes) -> Vec<Line> {
    let line = |(seat, player): (u8, &session::Player)| Line {
        seat,
        colour: player.colour.number(),
        ping_ms: game.round_trip(player.peer),
        route: routes.get(&player.peer).map(|route| route.name()),
    };
    others(game).map(line).collect()
}

/// The other people in the match, by seat.
fn others(game: &Match) -> impl Iterator<Item = (u8, &session::Player)> {
    let me = game.me();
    let active = game.roster().into_iter().flat_map(|roster| roster.active());
    active.filter(move |(_, player)| player.peer != me && player.kind == session::Kind::Human)
}

/// What the window calls a level.
fn strength(level: BotLevel) -> BotStrength {
    match level {
        BotLevel::Easy => BotStrength::Easy,
        BotLevel::Normal => BotStrength::Normal,
        BotLevel::Hard => BotStrength::Hard,
    }
}

/// The session's name for what the window calls so.
pub fn level(strength: BotStrength) -> BotLevel {
    match strength {
        BotStrength::Easy => BotLevel::Easy,
        BotStrength::Normal => BotLevel::Normal,
        BotStrength::Hard => BotLevel::Hard,
    }
}

/// What the window tells of this, in the language that is spoken.
pub(super) fn sentence(notice: &Notice) -> String {
    match notice {
        Notice::Joined(name) => say_with("notice-joined", &named(name)),
        Notice::NoSecondSeat(name) => say_with("couch-no-seat", &named(name)),
        Notice::Left(name) => say_with("notice-left", &named(name)),
        Notice::TimedOut(name) => say_with("notice-gone", &named(name)),
        Notice::Refused { name, why } => {
            let [name] = named(name);
            say_with("notice-refused", &[name, ("why", reason(why).into())])
        }
        Notice::Healed(Some(name)) => say_with("notice-healed", &named(name)),
        Notice::Healed(None) => say("notice-healed-all"),
        Notice::NewHost(name) => say_with("notice-new-host", &named(name)),
        Notice::Dropped { name, why } => {
            let [name] = named(name);
            say_with("notice-dropped", &[name, ("why", reason(why).into())])
        }
    }
}

fn named(name: &Name) -> [(&'static str, Value); 1] {
    [("name", name.as_str().into())]
}
