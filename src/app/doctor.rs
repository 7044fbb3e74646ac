//! `doctor`: what stands between this machine and a match, one line for each thing it takes, with
//! a remedy where something is wrong. It changes nothing.

use std::io;
use std::process::ExitCode;

use serde::Serialize;

use crate::cli::{Common, DelayArg, Doctor};
use crate::config::{Config, file};
use crate::session::Name;

#[cfg(feature = "webrtc")]
mod network;

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Ok,
    /// A match is possible without it, though not every match.
    Warning,
    /// No match is possible like this.
    Fault,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    /// What was found.
    said: String,
    /// What to do about it.
    remedy: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
struct Findings {
    /// Whether a match is possible.
    possible: bool,
    checks: Vec<Check>,
    /// A message to the relay and back, in milliseconds.
    relay_ms: Option<f64>,
    local_addresses: Vec<std::net::IpAddr>,
    /// This machine as STUN servers see it.
    seen_as: Vec<std::net::SocketAddr>,
    #[cfg(feature = "webrtc")]
    nat: Option<crate::net::probe::Nat>,
}

/// Checks everything and prints what was found. Succeeds when a match is possible.
pub fn run(arguments: &Doctor, common: &Common) -> ExitCode {
    let mut findings = Findings::default();
    let (config, line) = config();
    screen(&mut findings);
    findings.checks.push(line);
    network(&mut findings, arguments, common, &config);
    findings.possible = findings.checks.iter().all(|check| check.state != State::Fault);
    let printed = print(&findings, arguments.json);
    match printed {
        Ok(()) if findings.possible => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn print(findings: &Findings, json: bool) -> io::Result<()> {
    use io::Write;

    let mut out = io::stdout().lock();
    if json {
        return writeln!(out, "{}", serde_json::to_string_pretty(findings)?);
    }
    for check in &findings.checks {
        writeln!(out, "{}", check.line())?;
    }
    let verdict = if findings.possible {
        "a match is possible"
    } else {
        "no match is possible until the faults above are gone"
    };
    writeln!(out, "{verdict}")
}

impl Check {
    fn ok(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, state: State::Ok, said: said.into(), remedy: None }
    }

    fn warning(name: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, state: State::Warning, said: said.into(), remedy: Some(remedy.into()) }
    }

    fn fault(name: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, state: State::Fault, said: said.into(), remedy: Some(remedy.into()) }
    }

    fn line(&self) -> String {
        let state = match self.state {
            State::Ok => "ok     ",
            State::Warning => "warning",
            State::Fault => "FAULT  ",
        };
        // What came from a server or a file must not move the cursor.
        let plain = |text: &str| text.replace(char::is_control, " ");
        let remedy = self.remedy.as_deref().map(|text| format!(" -> {}", plain(text)));
        format!("{state}  {}: {}{}", self.name, plain(&self.said), remedy.unwrap_or_default())
    }
}

#[cfg(feature = "window")]
fn screen(findings: &mut Findings) {
    use crate::view::check;

    let checks = &mut findings.checks;
    checks.push(match check::adapter_name() {
        Ok(name) => Check::ok("graphics", name),
        Err(_) => Check::fault(
            "graphics",
            "nothing that can draw",
            "install a Vulkan driver; on Debian: apt install mesa-vulkan-drivers",
        ),
    });
    checks.push(if check::has_display() {
        Check::ok("screen", "there is a desktop to open a window on")
    } else {
        Check::warning(
            "screen",
            "no desktop to open a window on",
            "start the game from a desktop, or play with --headless",
        )
    });
    checks.push(match check::sound() {
        Ok(()) => Check::ok("sound", "the loudspeaker opens"),
        Err(why) => Check::warning(
            "sound",
            format!("no device to play on ({why})"),
            "connect one; without it the game is silent",
        ),
    });
}

#[cfg(not(feature = "window"))]
fn screen(findings: &mut Findings) {
    findings.checks.push(Check::warning(
        "graphics",
        "this build has no window",
        "play with --headless, or build it with the feature window",
    ));
}

/// The settings file, and what is wrong with it.
fn config() -> (Config, Check) {
    let Some(path) = Config::path() else {
        let remedy = "set HOME; the defaults are used";
        let check = Check::warning("settings", "no place for a settings file", remedy);
        return (Config::default(), check);
    };
    let loaded = file::look(&path);
    let config = loaded.config;
    let delay = config.input_delay.as_deref().map_or(Ok(DelayArg::Auto), str::parse);
    let name = config.name.as_deref().map(Name::new).transpose();
    let place = path.display().to_string();
    let check = match (loaded.fault, delay, name) {
        (Some(fault), ..) => {
            Check::warning("settings", fault.to_string(), "look again once it is correct")
        }
        (_, Err(why), _) => {
            Check::warning("settings", format!("input-delay in {place} is wrong"), why)
        }
        (_, _, Err(why)) => {
            Check::warning("settings", format!("the name in {place} is wrong"), why.to_string())
        }
        _ if let Some(wrong) = wrong_keys(&path) => Check::warning(
            "settings",
            format!("{wrong}; the usual keys are used"),
            "correct the file, or bind the keys anew in the game's controls",
        ),
        _ if path.exists() => Check::ok("settings", format!("{place} is fine")),
        _ => Check::ok("settings", format!("no file at {place}: the defaults")),
    };
    (config, check)
}

/// What is wrong with the keys in a settings file that is right otherwise.
#[cfg(feature = "window")]
fn wrong_keys(path: &std::path::Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let wrong = crate::view::keys::in_file(&text).err()?;
    Some(format!("line {} of {} is wrong ({})", wrong.line, path.display(), wrong.cause))
}

/// Without a window nobody has keys.
#[cfg(not(feature = "window"))]
fn wrong_keys(_path: &std::path::Path) -> Option<String> {
    None
}

#[cfg(feature = "webrtc")]
fn network(findings: &mut Findings, arguments: &Doctor, common: &Common, config: &Config) {
    network::check(findings, arguments, common, config);
}

#[cfg(not(feature = "webrtc"))]
fn network(findings: &mut Findings, _: &Doctor, _: &Common, _: &Config) {
    findings.checks.push(Check::fault(
        "network",
        "this build has no network",
        "build it with the feature webrtc; `tankwarz practice` needs none",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_one_line_whatever_was_answered() {
        let check = Check::warning("relay", "said\n\u{1b}[2Jthis", "do that\r");
        assert_eq!(check.line(), "warning  relay: said  [2Jthis -> do that ");
        assert_eq!(Check::ok("sound", "on").line(), "ok       sound: on");
    }
}
