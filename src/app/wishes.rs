//! What a person chose in a lobby on its way to the session, and what of it the next start
//! knows again: the name, the colour, the room.

use super::plan::{Kind, Plan, RelayChoice};
use super::recent;
use super::stagehand::level;
use super::store::Store;
use crate::net::address;
use crate::play::Match;
use crate::play::clock::Micros;
use crate::session::{Colour, In, Name};
use crate::view::stage::Choice;

/// What was done once for this match.
#[derive(Debug, Default)]
pub struct Wishes {
    told: bool,
}

impl Wishes {
    /// Tells the room of the person's colour, and remembers the room, as soon as there is one.
    /// A program without a window has nobody who chose anything.
    pub fn begin(&mut self, game: &mut Match, now: Micros, plan: &Plan, store: &Store) {
        if self.told || plan.headless.is_some() {
            return;
        }
        let host = game.host().and_then(|host| game.lobby().roster.name_of(host).cloned());
        let Some(host) = host else { return };
        self.told = true;
        let colour = store.config().colour.and_then(Colour::new);
        if let Some(colour) = colour {
            game.handle(now, In::SetColour { second: false, colour });
        }
        match &plan.kind {
            Kind::Join(url) => recent::remember(url, &host),
            Kind::Host { code, relay: RelayChoice::Remote(url), .. } => {
                if let Ok(url) = address::room_at(url, code) {
                    recent::remember(&url, &host);
                }
            }
            // A room of one's own ends with its relay.
            Kind::Practice(_) | Kind::Host { .. } => {}
        }
    }
}

/// Does what a person chose in the lobby; what only the title offers does nothing.
pub fn grant(choice: Choice, game: &mut Match, now: Micros, store: &Store) {
    match choice {
        Choice::Ready(ready) => game.handle(now, In::SetReady(ready)),
        Choice::Start => game.handle(now, In::Start),
        Choice::Rematch => game.handle(now, In::Rematch { seeds: None }),
        Choice::Rules { rules, seconds } => {
            game.handle(now, In::SetRules { set: rules, seconds });
        }
        Choice::AddBot(strength) => game.handle(now, In::AddBot(level(strength))),
        Choice::SetBot { seat, level: strength } => {
            game.handle(now, In::SetBot { seat, level: strength.map(level) });
        }
        Choice::Colour(number) => {
            if let Some(colour) = Colour::new(number) {
                store.change(|config| config.colour = Some(number));
                game.handle(now, In::SetColour { second: false, colour });
            }
        }
        Choice::Name(text) => {
            if let Ok(name) = Name::new(&text) {
                store.change(|config| config.name = Some(name.to_string()));
                game.handle(now, In::SetName { second: false, name: &name });
            }
        }
        _ => {}
    }
}
