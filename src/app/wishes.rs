//! What the people at this machine chose on its way to the session, and what of it the next
//! start knows again: names, colours, whether there are two, the room.

use super::plan::{Kind, Plan, RelayChoice};
use super::recent;
use super::stagehand::level;
use super::store::Store;
use crate::net::address;
use crate::play::Match;
use crate::play::clock::Micros;
use crate::session::{Colour, In, Name};
use crate::view::stage::Choice;
use crate::words::say;

/// What was done once for this match.
#[derive(Debug, Default)]
pub struct Wishes {
    told: bool,
    remembered: bool,
}

impl Wishes {
    /// Tells the room of the people's colours at once, so that they come in with them, and
    /// remembers the room as soon as there is one. A program without a window has nobody who
    /// could choose a room it remembers.
    pub fn begin(&mut self, game: &mut Match, now: Micros, plan: &Plan, store: &Store) {
        if !std::mem::replace(&mut self.told, true) {
            tell_colours(game, now, plan, store);
        }
        let host = game.host().and_then(|host| game.lobby().roster.name_of(host).cloned());
        let Some(host) = host.filter(|_| !self.remembered) else { return };
        self.remembered = true;
        if plan.headless.is_some() {
            return;
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

fn tell_colours(game: &mut Match, now: Micros, plan: &Plan, store: &Store) {
    let [first, other] =
        store.look(|config| [config.colour, config.colour_2]).map(|n| n.and_then(Colour::new));
    if let Some(colour) = first {
        game.handle(now, In::SetColour { second: false, colour });
    }
    // Two at one machine exchange their colours: what the first wants is not taken away again.
    if let Some(colour) = other.filter(|_| plan.second.is_some() && other != first) {
        game.handle(now, In::SetColour { second: true, colour });
    }
}

/// Keeps whether two play here, and how the second one is called if not as usual.
pub fn keep_second(second: Option<&Name>, store: &Store) {
    store.change(|config| {
        config.second_player = second.is_some();
        if let Some(name) = second.map(Name::as_str) {
            // The usual name is another in another language.
            config.name_2 = (name != say("couch-second-name")).then(|| name.to_owned());
        }
    });
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
        Choice::Colour { second, number } => {
            if let Some(colour) = Colour::new(number) {
                store.change(|config| match second {
                    true => config.colour_2 = Some(number),
                    false => config.colour = Some(number),
                });
                game.handle(now, In::SetColour { second, colour });
            }
        }
        Choice::Name { second, name } => {
            if let Ok(name) = Name::new(&name) {
                store.change(|config| match second {
                    true => config.name_2 = Some(name.to_string()),
                    false => config.name = Some(name.to_string()),
                });
                game.handle(now, In::SetName { second, name: &name });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Room;
    use super::*;
    use crate::play::{Authority, Delay};
    use crate::session::host::{Host, HostConfig};
    use crate::session::{BotLevel, Build, PeerId};
    use crate::sim::RuleSet;

    fn name(text: &str) -> Name {
        Name::new(text).unwrap()
    }

    /// Two people of one machine and two bots, in a lobby.
    fn two() -> (Match, Plan) {
        let room = Room {
            seats: 4,
            bots: 2,
            fill: false,
            level: BotLevel::Easy,
            rules: RuleSet::Modern,
            seconds: 60,
            side: None,
            seed: 1,
        };
        let plan = Plan {
            kind: Kind::Practice(room),
            name: name("Ann"),
            second: Some(name("Eve")),
            headless: None,
            key: None,
        };
        let config = HostConfig {
            me: PeerId(1),
            name: plan.name.clone(),
            second: plan.second.clone(),
            seats: 4,
            bots: vec![BotLevel::Easy; 2],
            set: RuleSet::Modern,
            seconds: 60,
            side: None,
            fingerprint: 1,
            build: Build::new("test"),
            seed: 1,
            key: None,
            secret: Default::default(),
            auto_start: None,
            late_join: true,
            token: None,
            own_relay: false,
            fill: None,
        };
        let authority = Authority::Host(Box::new(Host::new(config, 0)));
        (Match::new(PeerId(1), authority, Delay::Auto, 0), plan)
    }

    fn colours(game: &Match) -> [u8; 2] {
        let lobby = game.lobby();
        [0, 1].map(|seat| lobby.roster.player(seat).unwrap().colour.number())
    }

    #[test]
    fn both_people_at_a_machine_get_the_colours_they_had_the_last_time() {
        for (kept, wanted) in [
            ([Some(5), Some(6)], [5, 6]),
            ([None, Some(3)], [0, 3]),
            ([Some(1), Some(0)], [1, 0]),
            ([Some(1), None], [1, 0]),
            ([Some(4), Some(4)], [4, 1]),
        ] {
            let (mut game, plan) = two();
            let store = Store::default();
            store.change(|config| [config.colour, config.colour_2] = kept);
            Wishes::default().begin(&mut game, 0, &plan, &store);
            assert_eq!(colours(&game), wanted, "{kept:?}");
        }
    }

    #[test]
    fn what_the_second_chooses_is_theirs_and_is_kept_beside_the_first_ones() {
        let (mut game, _) = two();
        let store = Store::default();
        for (second, number, called) in [(true, 6, "Zoe"), (false, 5, "Mia")] {
            grant(Choice::Colour { second, number }, &mut game, 0, &store);
            grant(Choice::Name { second, name: called.into() }, &mut game, 0, &store);
        }
        assert_eq!(colours(&game), [5, 6]);
        let called = |seat| game.lobby().roster.player(seat).unwrap().name.to_string();
        assert_eq!([0, 1].map(called), ["Mia", "Zoe"]);
        let config = store.config();
        assert_eq!((config.colour, config.colour_2), (Some(5), Some(6)));
        assert_eq!((config.name.as_deref(), config.name_2.as_deref()), (Some("Mia"), Some("Zoe")));
    }

    #[test]
    fn whether_two_play_is_kept_and_a_name_only_if_somebody_chose_it() {
        let store = Store::default();
        let kept = |second: Option<&str>| {
            keep_second(second.map(name).as_ref(), &store);
            let config = store.config();
            (config.second_player, config.name_2)
        };
        assert_eq!(kept(Some(&say("couch-second-name"))), (true, None));
        assert_eq!(kept(Some("Eve")), (true, Some("Eve".into())));
        assert_eq!(kept(None), (false, Some("Eve".into())), "the name is for the next time");
    }
}
