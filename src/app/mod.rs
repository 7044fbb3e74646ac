//! The glue: clocks, sockets, threads and files belong here and nowhere else.
//!
//! - [`plan`]: what is to be played, from the command line or from a menu
//! - [`link`]: the network of a match, with the bad line made on purpose
//! - [`drivers`]: who holds which keys: people and bots
//! - [`engine`]: the match thread's loop, the same with and without a window
//! - `menu` (feature `window`): the title menu, the lobby and the window's thread
//! - `backdrop` (feature `window`): the living scene behind the title
//! - `keeper` and `desktop` (feature `window`): the settings of the window in the file, and
//!   what the desktop wishes
//! - [`report`]: the JSON file at the end
//! - [`store`]: the settings while the program runs, and the way into their file
//! - [`seats`]: what gets a player the same seat again
//! - [`recent`]: the rooms of earlier times
//! - [`evidence`]: what is kept of a desync, and the mode that explains it
//! - `scene` (feature `window`): prepared moments as pictures
//! - [`relay`], [`find`], [`doctor`] and [`synctest`]: the modes that play no match

#[cfg(feature = "window")]
pub mod backdrop;
#[cfg(feature = "window")]
pub mod desktop;
pub mod doctor;
pub mod drivers;
pub mod engine;
pub mod evidence;
pub mod find;
#[cfg(feature = "window")]
pub mod keeper;
pub mod lateness;
pub mod link;
#[cfg(feature = "window")]
pub mod menu;
pub mod plan;
pub mod recent;
pub mod relay;
pub mod report;
#[cfg(feature = "window")]
pub mod scene;
pub mod seats;
mod sense;
pub mod stagehand;
pub mod store;
pub mod synctest;
pub mod tell;
mod waiting;
pub mod wishes;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::{Cli, Mode};
use crate::session::Build;
use engine::{Ended, Engine};
use plan::{Plan, Setup};

/// Says to every loop of the program that it shall end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on everything ends.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the program shall end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs what the command line asks for. Exit codes: 0 done, 1 it failed, 2 wrong usage.
pub fn run(cli: Cli) -> ExitCode {
    if cli.version {
        say(format_args!("tankwarz {}", Build::own()));
        return ExitCode::SUCCESS;
    }
    // A relay is a service: its log is all there is to see of it.
    let quiet = if matches!(cli.mode, Some(Mode::Relay(_))) { "info" } else { "warn" };
    start_log(cli.common.log.as_deref().unwrap_or(quiet));
    if let Some(Mode::Doctor(arguments)) = &cli.mode {
        return doctor::run(arguments, &cli.common);
    }
    let stop = Stop::default();
    let on_signal = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || on_signal.set()) {
        tracing::warn!("Ctrl-C ends without a goodbye: {error}");
    }
    match dispatch(cli, &stop) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(sentence)) => {
            eprintln!("tankwarz: {sentence}");
            ExitCode::from(2)
        }
        Err(Failure::Failed(sentence)) => {
            eprintln!("tankwarz: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Why a mode did not do what it was asked for; one sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The arguments make no sense.
    Usage(String),
    /// It was tried and failed.
    Failed(String),
}

fn dispatch(cli: Cli, stop: &Stop) -> Result<(), Failure> {
    match cli.mode {
        Some(Mode::Relay(arguments)) => return relay::run(&arguments, &cli.common, stop),
        Some(Mode::Synctest(arguments)) => return synctest::run(&arguments, &cli.common),
        Some(Mode::DiffDesync(arguments)) => return evidence::run(&arguments),
        Some(Mode::Find(arguments)) => return find::run(&arguments, stop),
        #[cfg(feature = "window")]
        Some(Mode::Scene(arguments)) => return scene::run(&arguments),
        _ => {}
    }
    let setup = Setup::new(&cli.common);
    let plan = cli.mode.as_ref().map(|mode| Plan::from_cli(mode, &setup)).transpose()?.flatten();
    match plan {
        Some(plan) if plan.headless.is_some() => {
            let mut engine = Engine::new(plan, &setup, stop, None)?;
            let ended = engine.run();
            report::write(&setup, &engine.report())?;
            match ended {
                Ended::Done | Ended::Left | Ended::Quit => Ok(()),
                Ended::Failed(setback) => Err(setback.into()),
                Ended::OutOfTime(sentence) => Err(Failure::Failed(sentence)),
            }
        }
        plan => windowed(plan, &setup, stop),
    }
}

#[cfg(feature = "window")]
fn windowed(plan: Option<Plan>, setup: &Setup, stop: &Stop) -> Result<(), Failure> {
    menu::run(plan, setup, stop)
}

#[cfg(not(feature = "window"))]
fn windowed(_: Option<Plan>, _: &Setup, _: &Stop) -> Result<(), Failure> {
    Err(Failure::Usage("this build has no window: name a mode and add --headless".to_owned()))
}

/// A line on standard output. Whoever does not listen any more misses it, nothing else.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn start_log(level: &str) {
    use tracing_subscriber::EnvFilter;
    // What the stack below us tells is for its own developers; warnings of ours are for players.
    let quiet = "off,tankwarz=warn";
    let filter =
        if level.contains(['=', ',']) { level.to_owned() } else { format!("off,tankwarz={level}") };
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| {
        eprintln!(
            "tankwarz: `{level}` is no log level; write error, warn, info, debug or trace; \
             this time it is warn"
        );
        EnvFilter::new(quiet)
    });
    // A second log in one process (tests) is refused, and the first goes on.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
