//! With a window: the window on the main thread, everything else on the match
//! thread, which shows the title between two matches.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::backdrop::Backdrop;
use super::engine::{Ended, Engine};
use super::find::Search;
use super::plan::{self, Kind, Plan, RelayChoice, Room, Setup, room_code, seed_or_chance};
use super::report::{self, Report};
use super::tell::Setback;
use super::{Failure, Stop, desktop, keeper, recent, seats, wishes};
use crate::config::file::Fault;
use crate::net::address::{self, DEFAULT_PORT};
use crate::session::{BotLevel, Key, Name};
use crate::sim::MAX_SEATS;
use crate::view::settings::Inquiry;
use crate::view::stage::{
    Backstage, Choice, Games, Recent, Rejoin, Screen, Secret, Title, Trouble, stage,
};
use crate::view::{self, WindowOptions};
use crate::words;

/// What the match thread leaves behind.
type Last = (Option<Report>, Option<Failure>);

/// How often the list of games is brought up to date.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Opens the window and plays what the player chooses, beginning with `first`.
///
/// # Errors
/// When there is no window to be had, or the mode named on the command line failed.
pub fn run(first: Option<Plan>, setup: &Setup, stop: &Stop) -> Result<(), Failure> {
    let (front, mut back) = stage();
    let ((bindings, second), fault) = keeper::bindings(&setup.store);
    if let Some(fault) = &fault {
        eprintln!("tankwarz: {fault}");
    }
    let target = match first.as_ref().map(|plan| &plan.kind) {
        Some(Kind::Join(room)) => room.to_string(),
        _ => String::new(),
    };
    let of_plan = first.as_ref().and_then(|plan| plan.second.clone());
    let has_second = of_plan.is_some() || setup.config.second_player;
    // one that cannot be shown is none
    let kept = setup.config.name_2.as_deref().and_then(|name| Name::new(name).ok());
    let second_name = of_plan.or(kept).map_or_else(String::new, |name| name.to_string());
    let settings = keeper::settings_of(&setup.config);
    let desktop = desktop::ask(&settings);
    // The match thread has something to say before the window is there.
    words::speak(settings.language(desktop));
    let (keep, kept) = mpsc::channel();
    let ((ask, asked), (tell, told)) = (mpsc::channel(), mpsc::channel());
    let options = WindowOptions {
        settings,
        desktop,
        inquiry: Some(Inquiry { ask, told }),
        hints_seen: setup.store.config().hints_seen,
        keep: Some(keep),
        target,
        began: Some(setup.began),
        is_silent: false,
        screenshot: setup.screenshot.clone(),
        name: first
            .as_ref()
            .map_or_else(|| setup.name(None), |plan| Ok(plan.name.clone()))?
            .as_str()
            .to_owned(),
        bindings,
        second,
        has_second,
        second_name,
    };
    let (send, receive) = mpsc::channel::<Last>();
    let shown = thread::scope(|scope| {
        let match_thread = thread::Builder::new()
            .name("match".to_owned())
            .spawn_scoped(scope, move || {
                let last = direct(first, setup, fault, stop, &mut back);
                // Letting go of the stage closes the window.
                drop(back);
                // The receiver waits until this thread has ended.
                let _ = send.send(last);
            })
            .map_err(|error| Failure::Failed(format!("cannot start the match thread: {error}")))?;
        let keeper = thread::Builder::new().name("settings".to_owned());
        if let Err(error) = keeper.spawn_scoped(scope, move || keeper::run(&setup.store, &kept)) {
            tracing::warn!("what is set is not kept: {error}");
        }
        let asker = thread::Builder::new().name("desktop".to_owned());
        if let Err(error) = asker.spawn_scoped(scope, move || desktop::run(&asked, &tell)) {
            tracing::warn!("the desktop is not asked again: {error}");
        }
        yield_to_the_match();
        // Letting go of the options ends the keeper and the asker.
        let shown = view::run(front, options);
        stop.set();
        if match_thread.join().is_err() {
            return Err(Failure::Failed("the match stopped unexpectedly; please report it".into()));
        }
        shown.map_err(|error| Failure::Failed(error.to_string()))
    });
    // What the match had kept.
    setup.store.write();
    let (last, failure) = receive.recv().unwrap_or_default();
    if let Some(last) = last {
        report::write(setup, &last)?;
    }
    shown?;
    failure.map_or(Ok(()), Err)
}

/// Where the processor draws, a picture must never make a tick late: this thread,
/// and the drawing threads it will start, take less of the processor when both want it.
fn yield_to_the_match() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(5) {
        tracing::debug!("the window keeps its priority: {error}");
    }
}

/// The match thread: matches, and the title between them.
fn direct(
    first: Option<Plan>,
    setup: &Setup,
    keys: Option<Fault>,
    stop: &Stop,
    stage: &mut Backstage,
) -> Last {
    let began = Instant::now();
    let named = first.is_some();
    let mut next = first;
    let mut last = None;
    // What was asked for on the command line and failed before anything was played.
    let mut failed = None;
    let trouble = setup
        .fault_of_settings
        .as_ref()
        .or(keys.as_ref())
        .map(|fault| Trouble { sentence: keeper::sentence(fault), wants_password: false });
    let mut title = Title { trouble, ..Title::default() };
    loop {
        let plan = match next.take() {
            Some(plan) => plan,
            None => match choose(setup, stop, stage, &mut title, began) {
                Some(plan) => plan,
                None => return (last.or_else(|| Some(nothing_played())), failed),
            },
        };
        let mut trouble = None;
        match Engine::new(plan, setup, stop, Some(stage)) {
            Err(setback) => {
                if named && last.is_none() {
                    return (last, Some(Failure::Failed(setback.plain().to_owned())));
                }
                trouble =
                    Some(Trouble { sentence: setback.shown().to_owned(), wants_password: false });
            }
            Ok(mut engine) => {
                let ended = engine.run();
                let wants_password = engine.wants_password();
                let report = engine.report();
                let played = !report.epochs.is_empty();
                let is_first = last.replace(report).is_none();
                match ended {
                    Ended::Quit | Ended::Done => return (last, None),
                    Ended::OutOfTime(sentence) => return (last, Some(Failure::Failed(sentence))),
                    Ended::Left => {}
                    Ended::Failed(setback) => {
                        tracing::info!("{}", setback.plain());
                        let sentence = setback.shown().to_owned();
                        trouble = Some(Trouble { sentence, wants_password });
                        if named && is_first {
                            failed = Some(setback.into());
                        }
                    }
                }
                if played {
                    failed = None;
                }
            }
        }
        // What is wrong with the settings stands until something else went wrong.
        title.trouble = trouble.or(title.trouble.take().filter(|_| last.is_none()));
    }
}

/// What a report says when only the title was seen.
fn nothing_played() -> Report {
    Report { mode: "title", end: "nothing was played".to_owned(), ..Report::default() }
}

/// Shows the title until the player chose something to play; without a plan the program ends.
fn choose(
    setup: &Setup,
    stop: &Stop,
    stage: &mut Backstage,
    title: &mut Title,
    began: Instant,
) -> Option<Plan> {
    let mut search = None;
    let mut looked = Instant::now();
    let room = seats::last_room();
    title.rejoin =
        room.map(|room| Rejoin { room: room.room().to_owned(), target: room.to_string() });
    title.games = Games::Unwatched;
    title.recent = recent_rooms();
    title.relay = setup.config.relay.clone().unwrap_or_default();
    title.attempt = title.attempt.wrapping_add(1);
    stage.screens.write(Screen::Title(title.clone()));
    let now = || u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut backdrop = Backdrop::new(seed_or_chance(None).unwrap_or_default(), now());
    loop {
        backdrop.turn(now(), stage);
        let late = setup.exit_after.is_some_and(|s| began.elapsed() >= Duration::from_secs(s));
        if stop.is_set() || late {
            return None;
        }
        if looked.elapsed() >= BETWEEN_LOOKS {
            looked = Instant::now();
            if title.trouble.is_none() && setup.store.poll_unsaved() {
                let sentence = words::say("settings-unsaved");
                title.trouble = Some(Trouble { sentence, wants_password: false });
                stage.screens.write(Screen::Title(title.clone()));
            }
            let games = search.as_mut().map_or(Games::Unwatched, Search::games);
            if games != title.games {
                if let Games::Listed(found) = &games {
                    tracing::info!("games on this network: {}", found.len());
                }
                title.games = games;
                stage.screens.write(Screen::Title(title.clone()));
            }
        }
        match stage.choices.pop() {
            Ok(Choice::Quit) => return None,
            Ok(Choice::Watch(true)) => search = search.or_else(|| Some(Search::start())),
            Ok(Choice::Watch(false)) => search = None,
            Ok(Choice::Forget(target)) => {
                recent::forget(&target);
                title.recent = recent_rooms();
                stage.screens.write(Screen::Title(title.clone()));
            }
            Ok(choice) => match plan_of(choice, setup, title.rejoin.as_ref()) {
                Ok(Some(plan)) => return Some(plan),
                Ok(None) => {}
                Err(setback) => {
                    tracing::info!("{}", setback.plain());
                    let sentence = setback.shown().to_owned();
                    title.trouble = Some(Trouble { sentence, wants_password: false });
                    title.attempt = title.attempt.wrapping_add(1);
                    stage.screens.write(Screen::Title(title.clone()));
                }
            },
            Err(_) => thread::sleep(Duration::from_millis(8)),
        }
    }
}

/// The rooms of earlier times, as the window shows them.
fn recent_rooms() -> Vec<Recent> {
    let now = std::time::SystemTime::now();
    let shown = |room: recent::Room| Recent {
        room: room.url.room().to_owned(),
        target: room.url.to_string(),
        host: room.host.to_string(),
        minutes: now
            .duration_since(room.at)
            .map_or(0, |ago| u32::try_from(ago.as_secs() / 60).unwrap_or(u32::MAX)),
    };
    recent::rooms().into_iter().map(shown).collect()
}

fn plan_of(
    choice: Choice,
    setup: &Setup,
    rejoin: Option<&Rejoin>,
) -> Result<Option<Plan>, Setback> {
    let room = |seats, bots, level, rules| -> Result<Room, Failure> {
        Ok(Room {
            seats,
            bots,
            fill: false,
            level,
            rules,
            seconds: 120,
            side: None,
            seed: seed_or_chance(None)?,
        })
    };
    let named = |text: &str| {
        let name = Name::new(text).map_err(|why| Setback::from(&why))?;
        // The next start knows it again.
        setup.store.change(|config| config.name = Some(name.to_string()));
        Ok::<_, Setback>(name)
    };
    let key = |room: &str, password: &Secret| {
        (!password.0.is_empty()).then(|| Key::new(room, &password.0))
    };
    let named_second = |second: &Option<String>| {
        let second = plan::second_name(second.as_deref())?;
        wishes::keep_second(second.as_ref(), &setup.store);
        Ok::<_, Failure>(second)
    };
    let (kind, name, second, key) = match choice {
        Choice::Practice { name, bots, level, rules, second } => {
            let level = super::stagehand::level(level);
            let second = named_second(&second)?;
            let people = plan::people(&second);
            let bots = bots.clamp(1, MAX_SEATS as u8 - people);
            let kind = Kind::Practice(room(bots + people, bots, level, rules)?);
            (kind, named(&name)?, second, None)
        }
        Choice::Host { name, players, bots, rules, fill, remote, map_port, password, second } => {
            let second = named_second(&second)?;
            let bind = ([0, 0, 0, 0], DEFAULT_PORT).into();
            let relay = match &setup.config.relay {
                Some(url) if remote => RelayChoice::Remote(url.clone()),
                _ => RelayChoice::Embedded { bind, map_port },
            };
            let players = players.clamp(2, 8);
            let bots = bots.min(players - plan::people(&second));
            let room = Room { fill, ..room(players, bots, BotLevel::Normal, rules)? };
            let code = room_code(None)?;
            let key = key(&code, &password);
            (Kind::Host { code, relay, announce: true, room }, named(&name)?, second, key)
        }
        Choice::Join { name, target, password, second } => {
            let room = address::parse_target(&target, setup.config.relay.as_deref())
                .map_err(|why| Setback::of_target(&target, &why))?;
            let key = key(room.room(), &password);
            (Kind::Join(room), named(&name)?, named_second(&second)?, key)
        }
        Choice::Rejoin { name, second } => {
            let Some(rejoin) = rejoin else { return Ok(None) };
            let room = address::parse_target(&rejoin.target, None)
                .map_err(|why| Setback::of_target(&rejoin.target, &why))?;
            // The seat that is kept has a name; this one is for when it is gone.
            let name = named(&name).or_else(|_| setup.name(None))?;
            (Kind::Join(room), name, named_second(&second)?, None)
        }
        _ => return Ok(None),
    };
    Ok(Some(Plan { kind, name, second, headless: None, key }))
}
