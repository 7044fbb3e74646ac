//! The match thread's loop: network in, ticks, network out, and the window's
//! stage if there is one. Headless modes are this loop without a stage.

use std::thread;
use std::time::{Duration, Instant};

use super::drivers::Drivers;
use super::lateness::Lateness;
use super::link::{self, Link};
use super::plan::{Kind, Plan, RelayChoice, Room, Setup, entropy};
use super::report::{LatenessLine, Report, ScoreLine};
use super::seats::SeatFile;
use super::stagehand::{Routes, Stagehand};
use super::tell::Setback;
use super::waiting::Waiting;
use super::wishes::{self, Wishes};
use super::{Failure, Stop, evidence};
use crate::net::{Lane, NetEvent, address};
use crate::play::clock::Micros;
use crate::play::{Authority, Happening, Match};
use crate::session::guest::{Guest, GuestConfig};
use crate::session::host::{Host, HostConfig};
use crate::session::{Build, EndReason, In, PeerId, Refusal, State};
use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Phase, fingerprint};
use crate::view::stage::{Backstage, Choice, Screen};
use crate::words::say;

/// How long a relay may take to let us in.
const READY_WITHIN: Micros = 15_000_000;
/// How long a peer that has what it wanted plays on, so that the others get there too.
const LINGER: Micros = 1_000_000;
/// How long a host then waits for its guests to leave first.
const LINGER_HOST: Micros = 3_000_000;

/// How a match ended for this peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// What was asked for is done.
    Done,
    /// The player left.
    Left,
    /// The player wants the program to end.
    Quit,
    /// It failed.
    Failed(Setback),
    /// `--exit-after` came before what was asked for; one sentence that says so.
    OutOfTime(String),
}

/// One match from its plan to its end.
pub struct Engine<'a> {
    plan: Plan,
    setup: &'a Setup,
    stop: &'a Stop,
    stage: Option<Stagehand<'a>>,
    began: Instant,
    link: Option<Link>,
    /// What the network told together with our name in the room, before there was a game.
    early: Vec<NetEvent>,
    game: Option<Match>,
    drivers: Drivers,
    lateness: Lateness,
    driven: f32,
    routes: Routes,
    report: Report,
    /// The settled tick of the last line about it in the log.
    told: u32,
    /// Since when a peer that is done waits for the others.
    lingering: Option<Micros>,
    /// Where the token of our seat is kept.
    seat_file: Option<SeatFile>,
    wants_password: bool,
    /// What a guest without a window was told of the room.
    waiting: Waiting,
    wishes: Wishes,
}

impl<'a> Engine<'a> {
    /// Opens what the plan needs: nothing for practice, a relay and a link for a room.
    ///
    /// # Errors
    /// When the relay's address or an ICE server cannot be used.
    pub fn new(
        plan: Plan,
        setup: &'a Setup,
        stop: &'a Stop,
        stage: Option<&'a mut Backstage>,
    ) -> Result<Self, Setback> {
        let (link, join_lines) = link::open_for(&plan, setup)?;
        join_lines.iter().for_each(super::say);
        let stage = stage.map(|stage| Stagehand::new(stage, &plan, join_lines, setup.fault));
        let seat_file = match &plan.kind {
            Kind::Join(room) => SeatFile::open(&room.to_string()),
            Kind::Host { code, relay: RelayChoice::Remote(url), .. } => {
                address::room_at(url, code).ok().and_then(|room| SeatFile::open(&room.to_string()))
            }
            // A room of one's own ends with its relay, and nobody waits there.
            Kind::Practice(_) | Kind::Host { .. } => None,
        };
        let report = Report { mode: plan.mode(), ..Report::default() };
        Ok(Self {
            plan,
            setup,
            stop,
            stage,
            began: Instant::now(),
            link,
            early: Vec::new(),
            game: None,
            drivers: Drivers::default(),
            lateness: Lateness::default(),
            driven: 0.0,
            routes: Routes::new(),
            report,
            told: 0,
            lingering: None,
            seat_file,
            wants_password: false,
            waiting: Waiting::default(),
            wishes: Wishes::default(),
        })
    }

    /// Plays until the end, says goodbye, and returns how it ended.
    pub fn run(&mut self) -> Ended {
        let ended = match self.enter_room() {
            Ok(me) => self.play(me),
            Err(ended) => ended,
        };
        self.say_goodbye();
        self.report.end = match &ended {
            Ended::Done => "done".to_owned(),
            Ended::Left | Ended::Quit => "left".to_owned(),
            Ended::Failed(setback) => setback.plain().to_owned(),
            Ended::OutOfTime(sentence) => sentence.clone(),
        };
        ended
    }

    /// What was played and measured.
    pub fn report(&self) -> Report {
        self.report.clone()
    }

    /// Whether the host would let us in with another password.
    pub fn wants_password(&self) -> bool {
        self.wants_password
    }

    /// Waits until the relay has given this peer its name.
    fn enter_room(&mut self) -> Result<PeerId, Ended> {
        let Some(link) = &mut self.link else { return Ok(PeerId(1)) };
        if let Some(stage) = &mut self.stage {
            stage.show(Screen::Connecting(say("connecting-relay")));
        }
        loop {
            let mut events = link.poll().into_iter();
            while let Some(event) = events.next() {
                match event {
                    NetEvent::Ready(me) => {
                        self.early = events.collect();
                        return Ok(me);
                    }
                    NetEvent::Closed(error) => return Err(Ended::Failed(Setback::from(&error))),
                    _ => {}
                }
            }
            let now = micros(self.began);
            let choice = self.stage.as_mut().and_then(Stagehand::poll_choice);
            match choice {
                Some(Choice::Quit) => return Err(Ended::Quit),
                Some(Choice::Leave) => return Err(Ended::Left),
                _ if self.stop.is_set() => return Err(Ended::Quit),
                _ if is_late(self.setup, now) => {
                    return Err(Ended::OutOfTime(
                        "the time was up before the relay answered: give --exit-after more seconds"
                            .to_owned(),
                    ));
                }
                _ if now > READY_WITHIN => {
                    return Err(Ended::Failed(Setback::new(
                        "the relay does not answer; check its address and the network",
                        "trouble-relay-silent",
                    )));
                }
                _ => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn play(&mut self, me: PeerId) -> Ended {
        let now = micros(self.began);
        let authority = match self.authority(me, now / 1000) {
            Ok(authority) => authority,
            Err(failure) => return Ended::Failed(failure.into()),
        };
        let mut game = Match::new(me, authority, self.setup.delay, now);
        game.inject(self.setup.fault);
        self.wishes.begin(&mut game, now, &self.plan, &self.setup.store);
        self.game = Some(game);
        if matches!(self.plan.kind, Kind::Practice(_)) {
            self.handle(now, In::Start);
        }
        loop {
            if let Some(ended) = self.turn() {
                return ended;
            }
            let deadline = self.game.as_ref().map_or(0, Match::deadline);
            let now = micros(self.began);
            thread::sleep(Duration::from_micros(deadline.saturating_sub(now)));
        }
    }

    /// One turn of the loop: about one tick.
    fn turn(&mut self) -> Option<Ended> {
        let now = micros(self.began);
        if let Some(ended) = self.receive(now).or_else(|| self.take_choices(now)) {
            return Some(ended);
        }
        let held = self.stage.as_ref().map_or_else(Default::default, Stagehand::held);
        // An aid for who plays at this window; where others play too, bots are as they are.
        if self.stage.is_some() && matches!(self.plan.kind, Kind::Practice(_)) {
            self.drivers.set_pace(self.setup.store.look(|config| config.access.bot_speed));
        }
        let game = self.game.as_mut()?;
        let deadline = game.deadline();
        let late = now.saturating_sub(deadline);
        if deadline <= now {
            self.lateness.add(late);
        }
        let inputs = match game.map() {
            Some(map) => self.drivers.inputs(game.predicted(), map, held),
            None => Default::default(),
        };
        let own = game.roster().and_then(|roster| roster.seat_of(game.me()));
        let due = game.update(now, &inputs);
        if due > 0 {
            self.stage.iter().for_each(|stage| stage.take_held(held));
            self.driven += own.map_or(0.0, |seat| way_of(game, seat));
        }
        self.send(now);
        if let Some(ended) = self.take_happenings(now) {
            return Some(ended);
        }
        if due > 0 {
            self.show(now, late);
        }
        self.check_limits(now)
    }

    fn receive(&mut self, now: Micros) -> Option<Ended> {
        let mut events = std::mem::take(&mut self.early);
        events.extend(self.link.as_mut().map(Link::poll).unwrap_or_default());
        let mut closed = false;
        for event in events {
            let game = self.game.as_mut()?;
            match event {
                NetEvent::Connected(peer) => game.handle(now, In::Connected(peer)),
                NetEvent::SignallingLeft(peer) => game.handle(now, In::SignallingLeft(peer)),
                NetEvent::Received { from, lane: Lane::Unreliable, bytes } => {
                    game.handle_datagram(now, from, &bytes);
                }
                NetEvent::Received { from, lane: Lane::Reliable, bytes } => {
                    game.handle_control(now, from, &bytes);
                }
                // Whoever plays goes on without the others, on the same clock.
                NetEvent::Closed(_)
                    if matches!(game.state(), State::Starting(_) | State::Running(_)) =>
                {
                    closed = true;
                }
                NetEvent::Closed(error) => return Some(Ended::Failed(Setback::from(&error))),
                NetEvent::RelayLost => {
                    game.handle(now, In::RelayLost);
                    tracing::warn!("the relay is gone: newcomers cannot join, the others play on");
                    if let Some(stage) = &mut self.stage {
                        stage.shut_the_door();
                    }
                }
                NetEvent::Route(peer, route) => {
                    self.routes.insert(peer, route);
                }
                NetEvent::Seen(peer) => game.handle(now, In::Seen(peer)),
                NetEvent::Ready(_) => {}
            }
        }
        if closed {
            let game = self.game.as_mut()?;
            let others = game.roster().map(|roster| roster.peers()).unwrap_or_default();
            for peer in others {
                game.handle(now, In::SignallingLeft(peer));
            }
            self.link = None;
            tracing::warn!("the network is gone: nobody else is there any more");
        }
        None
    }

    fn take_choices(&mut self, now: Micros) -> Option<Ended> {
        if self.stop.is_set() {
            return Some(Ended::Quit);
        }
        while let Some(choice) = self.stage.as_mut().and_then(Stagehand::poll_choice) {
            match choice {
                Choice::Quit => return Some(Ended::Quit),
                Choice::Leave => return Some(Ended::Left),
                choice => {
                    if let Some(game) = &mut self.game {
                        wishes::grant(choice, game, now, &self.setup.store);
                    }
                }
            }
        }
        None
    }

    fn send(&mut self, now: Micros) {
        let Some(game) = &mut self.game else { return };
        while let Some(packet) = game.poll_send() {
            if let Some(link) = &mut self.link {
                link.send(now / 1000, packet);
            }
        }
        if let Some(link) = &mut self.link {
            link.release(now / 1000);
        }
    }

    fn take_happenings(&mut self, now: Micros) -> Option<Ended> {
        let game = self.game.as_mut()?;
        self.wishes.begin(game, now, &self.plan, &self.setup.store);
        if let (Some(file), Some(token)) = (&mut self.seat_file, game.token()) {
            file.keep(token, game.roster().is_some());
        }
        while let Some(happening) = game.poll_happening() {
            match happening {
                Happening::Begun => {
                    if let Some(roster) = game.roster() {
                        let seed = game.predicted().seeds[0];
                        let old = std::mem::take(&mut self.drivers);
                        self.drivers =
                            Drivers::new(old, game.me(), roster, seed, self.plan.headless);
                    }
                    if let Some(stage) = &mut self.stage {
                        stage.begin(game);
                    }
                    if let Some(epoch) = game.stats().epochs.last() {
                        tracing::info!(
                            "epoch {} ({}) from tick {}",
                            epoch.id,
                            epoch.why,
                            epoch.tick
                        );
                    }
                }
                Happening::LobbyChanged => {
                    let waits = matches!(self.plan.kind, Kind::Join(_))
                        && self.stage.is_none()
                        && game.state() == State::Lobby;
                    if let Some(line) = waits.then(|| self.waiting.news(&game.lobby())).flatten() {
                        super::say(line);
                    }
                }
                Happening::Evidence(evidence) => evidence::keep(&self.plan.kind, &evidence),
                Happening::Notice(notice) => {
                    tracing::info!("{notice:?}");
                    if let Some(stage) = &mut self.stage {
                        stage.tell(&notice);
                    }
                }
                Happening::Shut(peer) => {
                    if let Some(link) = &mut self.link {
                        link.shut(peer);
                    }
                }
                Happening::Ended(reason) => {
                    self.learn_from(&reason);
                    return Some(self.ended_by(&reason));
                }
            }
        }
        None
    }

    /// Remembers what the end means for the next attempt.
    fn learn_from(&mut self, reason: &EndReason) {
        use Refusal::{DoorShut, PasswordNeeded, WrongPassword};
        match reason {
            EndReason::Refused(PasswordNeeded | WrongPassword | DoorShut) => {
                self.wants_password = true;
            }
            EndReason::HostLeft => {
                if let Some(file) = &mut self.seat_file {
                    file.forget();
                }
            }
            _ => {}
        }
    }

    /// What the end of the session means for what was asked for.
    fn ended_by(&self, reason: &EndReason) -> Ended {
        let over = self.game.as_ref().is_some_and(|game| game.settled().phase() == Phase::Over);
        match reason {
            EndReason::Left => Ended::Left,
            // Without a window that was all; at a window the player is told.
            EndReason::HostLeft | EndReason::HostGone
                if over && self.game_began() && self.stage.is_none() =>
            {
                Ended::Done
            }
            other => Ended::Failed(Setback::from(other)),
        }
    }

    fn game_began(&self) -> bool {
        self.game.as_ref().is_some_and(|game| !game.stats().epochs.is_empty())
    }

    fn show(&mut self, now: Micros, late: Micros) {
        let Some(game) = &mut self.game else { return };
        let settled = game.settled().tick;
        if settled / TICKS_PER_SECOND != self.told / TICKS_PER_SECOND {
            self.told = settled;
            tracing::debug!("settled tick {settled}");
        }
        if let Some(link) = &mut self.link {
            link.tell_players(|| game.lobby().roster.players().count());
        }
        match &mut self.stage {
            Some(stage) => {
                let routes = self.link.is_some().then_some(&self.routes);
                stage.set_the_stage(game, &self.routes);
                stage.publish(now, game, routes);
                stage.measure(late, game, self.link.is_some());
            }
            None => game.poll_told(|_| {}),
        }
    }

    /// Ends what was asked to end: after a time, after so many ticks, or, without a
    /// window, with the match.
    fn check_limits(&mut self, now: Micros) -> Option<Ended> {
        let game = self.game.as_ref()?;
        if is_late(self.setup, now) {
            return Some(self.time_is_up());
        }
        let settled = game.settled().tick;
        let reached = match self.setup.ticks {
            Some(ticks) => settled >= ticks,
            None => {
                self.setup.exit_after.is_none()
                    && self.plan.headless.is_some()
                    && self.game_began()
                    && game.settled().phase() == Phase::Over
            }
        };
        if !reached && self.lingering.is_none() {
            return None;
        }
        if self.lingering.is_none() {
            self.summarise();
        }
        let since = *self.lingering.get_or_insert(now);
        let game = self.game.as_ref()?;
        let others = game.roster().is_some_and(|roster| roster.peers().len() > 1);
        let longest = if game.is_host() { LINGER_HOST } else { LINGER };
        let wait = others && now - since < longest;
        (!wait).then_some(Ended::Done)
    }

    /// The end that `--exit-after` asked for; without the ticks that were asked for, it failed.
    fn time_is_up(&self) -> Ended {
        let settled = self.game.as_ref().map_or(0, |game| game.settled().tick);
        match self.setup.ticks {
            Some(ticks) if settled < ticks => Ended::OutOfTime(format!(
                "the time was up at tick {settled} of {ticks}: give --exit-after more seconds"
            )),
            _ => Ended::Done,
        }
    }

    fn say_goodbye(&mut self) {
        if self.lingering.is_none() {
            self.summarise();
        }
        let now = micros(self.began);
        self.handle(now, In::Leave);
        // What is not said yet of a desync is kept all the same.
        self.take_happenings(now);
        self.send(now);
        if let Some(link) = self.link.take() {
            link.close();
        }
    }

    fn handle(&mut self, now: Micros, input: In<'_>) {
        if let Some(game) = &mut self.game {
            game.handle(now, input);
        }
    }

    fn authority(&self, me: PeerId, now: u64) -> Result<Authority, Failure> {
        let build = Build::own();
        let (name, second) = (self.plan.name.clone(), self.plan.second.clone());
        let key = self.plan.key.clone();
        let room = match &self.plan.kind {
            Kind::Practice(room) | Kind::Host { room, .. } => room,
            Kind::Join(_) => {
                let token = self.seat_file.as_ref().and_then(SeatFile::token);
                let (fingerprint, secret) = (fingerprint(), entropy()?);
                let config =
                    GuestConfig { me, name, second, fingerprint, build, key, token, secret };
                return Ok(Authority::Guest(Box::new(Guest::new(config, now))));
            }
        };
        let Room { seats, bots, level, fill, rules, seconds, side, seed } = *room;
        let config = HostConfig {
            me,
            name,
            second,
            seats: usize::from(seats),
            bots: vec![level; usize::from(bots)],
            set: rules,
            seconds,
            side,
            fingerprint: fingerprint(),
            build,
            seed,
            key,
            secret: entropy()?,
            auto_start: self.plan.headless.map(|_| usize::from(seats)),
            late_join: true,
            token: self.seat_file.as_ref().and_then(SeatFile::token),
            own_relay: matches!(
                self.plan.kind,
                Kind::Host { relay: RelayChoice::Embedded { .. }, .. }
            ),
            fill: fill.then_some(level),
        };
        Ok(Authority::Host(Box::new(Host::new(config, now))))
    }

    fn summarise(&mut self) {
        let Some(game) = &self.game else { return };
        let report = &mut self.report;
        report.count(game.stats());
        report.ping_ms = game.worst_round_trip();
        report.input_delay = game.input_delay();
        report.tiles_driven = self.driven;
        report.tick_late_us = LatenessLine {
            p50: self.lateness.percentile(50),
            p99: self.lateness.percentile(99),
            worst: self.lateness.worst(),
        };
        let Some(roster) = game.roster() else { return };
        report.seat = roster.seat_of(game.me());
        report.second_seat = roster.second_of(game.me());
        report.seats = roster.players().count();
        report.host = game.host().and_then(|host| roster.seat_of(host));
        let route = |(seat, player): (u8, &crate::session::Player)| {
            Some((seat, self.routes.get(&player.peer)?.name()))
        };
        report.routes = roster.players().filter_map(route).collect();
        let result = |(seat, player): (u8, &crate::session::Player)| {
            let tank = game.settled().tanks.get(usize::from(seat))?;
            Some(ScoreLine {
                seat,
                name: player.name.as_str().to_owned(),
                colour: player.colour.number(),
                score: tank.score,
                kills: tank.kills,
                deaths: tank.deaths,
                shots: tank.shots,
                hits: tank.hits,
            })
        };
        report.scores = roster.players().filter_map(result).collect();
    }
}

/// The way a seat's tank moved in the newest tick, in tiles.
fn way_of(game: &Match, seat: u8) -> f32 {
    let seat = usize::from(seat);
    match (game.before().tanks.get(seat), game.predicted().tanks.get(seat)) {
        (Some(a), Some(b)) if a.is_alive() && b.is_alive() => (b.at - a.at).length().to_num(),
        _ => 0.0,
    }
}

/// Whether `--exit-after` has come.
fn is_late(setup: &Setup, now: Micros) -> bool {
    setup.exit_after.is_some_and(|seconds| now >= seconds.saturating_mul(1_000_000))
}

fn micros(since: Instant) -> Micros {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
