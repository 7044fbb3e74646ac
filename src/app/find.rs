//! The games of the local network: as a list for people or as JSON (`find`), and for the menu
//! that shows them while it looks.

use super::{Failure, Stop};
use crate::cli::Find;
use crate::view::stage::Games;
#[cfg(feature = "webrtc")]
use crate::words::say_with;

/// Looks for games and prints them.
///
/// # Errors
/// When this machine cannot look for any.
#[cfg(feature = "webrtc")]
pub fn run(arguments: &Find, stop: &Stop) -> Result<(), Failure> {
    use std::time::{Duration, Instant};

    let mut finder =
        crate::net::lan::Finder::start().map_err(|error| Failure::Failed(error.to_string()))?;
    let until = Instant::now() + Duration::from_secs(u64::from(arguments.seconds));
    while !stop.is_set() && Instant::now() < until {
        finder.listen(Duration::from_millis(50));
    }
    let games = finder.games();
    if arguments.json {
        super::say(format_args!("{}", serde_json::json!({ "games": games })));
        return Ok(());
    }
    if games.is_empty() {
        super::say(format_args!(
            "no game found on this network; start one with `tankwarz host`, or type what the host \
             shows (a firewall may hold back UDP port 5353)"
        ));
    }
    for game in &games {
        super::say(format_args!("{}", line(game)));
    }
    Ok(())
}

/// Says that this build cannot do it.
///
/// # Errors
/// Always.
#[cfg(not(feature = "webrtc"))]
pub fn run(_: &Find, _: &Stop) -> Result<(), Failure> {
    Err(Failure::Failed("this build has no network: build it with the feature webrtc".to_owned()))
}

/// Looks for games as long as it lives.
pub struct Search {
    #[cfg(feature = "webrtc")]
    finder: Result<crate::net::lan::Finder, String>,
}

#[cfg(feature = "webrtc")]
impl Search {
    /// Begins to look.
    pub fn start() -> Self {
        let finder = crate::net::lan::Finder::start();
        Self {
            finder: finder
                .map_err(|error| say_with("games-failed", &[("cause", error.to_string().into())])),
        }
    }

    /// What is known now. Does not wait.
    pub fn games(&mut self) -> Games {
        match &mut self.finder {
            Ok(finder) => {
                finder.listen(std::time::Duration::ZERO);
                let mut games: Vec<_> = finder.games().into_iter().map(shown).collect();
                // Two records of one room are one room; the list tells games apart by what is typed.
                let mut seen = std::collections::BTreeSet::new();
                games.retain(|game| seen.insert(game.target.clone()));
                Games::Listed(games)
            }
            Err(why) => Games::Failed(why.clone()),
        }
    }
}

#[cfg(feature = "webrtc")]
fn shown(game: crate::net::lan::LanGame) -> crate::view::stage::Game {
    let crate::net::lan::LanGame { room, target, players, seats, rules, version, password, .. } =
        game;
    crate::view::stage::Game {
        room,
        target,
        players,
        seats,
        rules,
        other_version: (version != env!("CARGO_PKG_VERSION")).then_some(version),
        is_locked: password,
    }
}

#[cfg(not(feature = "webrtc"))]
impl Search {
    /// Nothing begins.
    pub fn start() -> Self {
        Self {}
    }

    /// Says that this build has no network.
    pub fn games(&mut self) -> Games {
        Games::Failed(crate::words::say("trouble-no-webrtc"))
    }
}

#[cfg(feature = "webrtc")]
fn line(game: &crate::net::lan::LanGame) -> String {
    let own = env!("CARGO_PKG_VERSION");
    let crate::net::lan::LanGame { room, players, seats, rules, version, .. } = game;
    let mut line = format!("{room}  {} of {seats} seats taken, {rules}", players);
    if version != own {
        line += &format!(", version {version} (this is {own}; both need the same)");
    }
    if game.password {
        line += ", asks for a password";
    }
    format!("{line}: tankwarz join {}", game.target)
}

#[cfg(all(test, feature = "webrtc"))]
mod tests {
    use super::*;
    use crate::net::lan::LanGame;

    #[test]
    fn line_says_what_to_type_and_what_stands_in_the_way() {
        let mut game = LanGame {
            room: "K7M3XA".into(),
            address: "192.168.1.20:3536".parse().unwrap(),
            target: "192.168.1.20/K7M3XA".into(),
            players: 2,
            seats: 4,
            rules: "modern".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            password: false,
        };
        let plain = "K7M3XA  2 of 4 seats taken, modern: tankwarz join 192.168.1.20/K7M3XA";
        assert_eq!(line(&game), plain);
        game.version = "9.9.9".into();
        game.password = true;
        let text = line(&game);
        assert!(text.contains("version 9.9.9") && text.contains("asks for a password"), "{text}");
    }
}
