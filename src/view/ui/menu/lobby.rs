//! What people may change in a room before the match: their own colours and names, and as the
//! host the rules and the bots. The room itself tells what became of it.

use super::words::{colour_name, level_name};
use super::{Item, MAX_LINES, Menu, Situation};
use crate::sim::{MAX_SEATS, RuleSet};
use crate::view::stage::{BotStrength, Choice, Lobby, LobbyPlayer};
use crate::words::{say, say_with};

/// Lengths of a match that can be chosen, in seconds.
const LENGTHS: [u16; 5] = [60, 120, 180, 300, 600];

impl Menu {
    pub(super) fn lobby(&self) -> Option<&Lobby> {
        match &self.situation {
            Situation::Lobby(lobby) => Some(lobby),
            _ => None,
        }
    }

    /// The first or the second player at this machine.
    fn you(&self, second: bool) -> Option<&LobbyPlayer> {
        let players = &self.lobby()?.players;
        players.iter().find(|player| player.is_you && player.is_second == second)
    }

    pub(super) fn is_ready(&self) -> bool {
        self.you(false).is_some_and(|you| you.ready)
    }

    /// How many others have not said that they are ready. The host may start without them
    /// saying so.
    pub(super) fn not_ready(&self) -> u32 {
        let players = self.lobby().map(|lobby| lobby.players.as_slice()).unwrap_or_default();
        players.iter().map(|p| u32::from(!p.ready && !p.is_bot && !p.is_you)).sum()
    }

    pub(super) fn lobby_items(&self) -> Vec<Item> {
        let Some(lobby) = self.lobby() else { return Vec::new() };
        let mut items = vec![Item::CopyCode];
        items.extend((0..lobby.join_lines.len().min(MAX_LINES) as u8).map(Item::CopyLine));
        // in a match that runs nothing of it changes
        if lobby.clock.is_none() && self.you(false).is_some() {
            items.extend([Item::Name, Item::Colour]);
            if self.you(true).is_some() {
                items.extend([Item::SecondName, Item::SecondColour]);
            }
        }
        if lobby.is_host {
            items.extend([Item::RoomRules, Item::Length]);
        }
        // who comes into a match that runs is not waited for
        if lobby.clock.is_none() {
            items.push(Item::Ready);
        }
        if lobby.is_host {
            items.push(Item::Start);
        }
        items.push(Item::Leave);
        items.extend(self.bot_seats().map(Item::Seat));
        items
    }

    /// The seats whose bots the host may change: those of bots, and the next free one.
    fn bot_seats(&self) -> impl Iterator<Item = u8> + use<> {
        let lobby = self.lobby().filter(|lobby| lobby.is_host).cloned().unwrap_or_default();
        let free = self.next_free_seat().filter(|_| lobby.is_host);
        let is_bot = move |seat: &u8| {
            lobby.players.iter().any(|player| player.seat == *seat && player.is_bot)
        };
        (0..MAX_SEATS as u8).filter(move |seat| is_bot(seat) || free == Some(*seat))
    }

    /// Where the next bot or person will sit.
    fn next_free_seat(&self) -> Option<u8> {
        let lobby = self.lobby().filter(|l| l.players.len() < usize::from(l.seats))?;
        (0..MAX_SEATS as u8).find(|seat| lobby.players.iter().all(|player| player.seat != *seat))
    }

    fn bot_at(&self, seat: u8) -> Option<BotStrength> {
        let players = &self.lobby()?.players;
        let bot = players.iter().find(|player| player.seat == seat && player.is_bot);
        bot.map(|bot| bot.level)
    }

    /// The first line beside the column, if something can be changed there.
    pub(super) fn seat_beside(&self) -> Option<Item> {
        let is_stepper = matches!(
            self.focus,
            Item::Colour | Item::SecondColour | Item::RoomRules | Item::Length
        );
        let beside = self.bot_seats().next().map(Item::Seat);
        beside.filter(|_| !is_stepper && !matches!(self.focus, Item::Seat(_)))
    }

    /// The number of the colour that a player asked for last, or else has.
    pub(in crate::view::ui) fn colour(&self, second: bool) -> u8 {
        let wanted = self.wanted_colours.get(usize::from(second)).copied().flatten();
        wanted.or(self.you(second).map(|you| you.colour)).unwrap_or(0)
    }

    /// The value on a line of the lobby.
    pub(super) fn room_value(&self, item: Item) -> String {
        match (item, self.lobby()) {
            (Item::Colour, _) => colour_name(self.colour(false)),
            (Item::SecondColour, _) => colour_name(self.colour(true)),
            (Item::RoomRules, Some(lobby)) => super::rules_name(lobby.rules),
            (Item::Length, Some(lobby)) => length_name(lobby.seconds),
            (Item::Seat(seat), _) => match self.bot_at(seat) {
                Some(level) => level_name(level),
                None => say("lobby-free"),
            },
            _ => String::new(),
        }
    }

    /// Left or right on a line of the lobby.
    pub(super) fn change_room(&mut self, item: Item, up: bool) {
        match item {
            Item::Colour => self.change_colour(false, up),
            Item::SecondColour => self.change_colour(true, up),
            Item::RoomRules => self.choose_rules(|lobby| {
                let other = match lobby.rules {
                    RuleSet::Classic => RuleSet::Modern,
                    RuleSet::Modern => RuleSet::Classic,
                };
                (other, lobby.seconds)
            }),
            Item::Length => {
                self.choose_rules(|lobby| (lobby.rules, next_length(lobby.seconds, up)));
            }
            Item::Seat(seat) => self.change_bot(seat, up),
            _ => {}
        }
    }

    /// Enter on the line of a seat: a bot sits down, or plays better, and after the best again worse.
    pub(super) fn use_seat(&mut self, seat: u8) {
        self.out.push_back(match self.bot_at(seat) {
            None => Choice::AddBot(BotStrength::Normal),
            Some(BotStrength::Hard) => Choice::SetBot { seat, level: Some(BotStrength::Easy) },
            Some(level) => Choice::SetBot { seat, level: better(level) },
        });
    }

    /// A bot is to go.
    pub(super) fn empty_seat(&mut self, seat: u8) {
        if self.bot_at(seat).is_some() {
            self.out.push_back(Choice::SetBot { seat, level: None });
        }
    }

    /// Tells the room of a name that was typed; one that is blank is as it was.
    pub(super) fn tell_name(&mut self, second: bool) {
        let [first, other] = &mut self.called;
        let (called, field) = match second {
            true => (other, &mut self.forms.second),
            false => (first, &mut self.forms.name),
        };
        let name = field.text().trim().to_owned();
        if name.is_empty() {
            field.clear();
            field.insert(called);
        } else if name != *called {
            called.clone_from(&name);
            self.out.push_back(Choice::Name { second, name });
        }
    }

    /// The next colour that no person has or, at this machine, has just asked for.
    fn change_colour(&mut self, second: bool, up: bool) {
        let Some(lobby) = self.lobby() else { return };
        let count = MAX_SEATS as u8;
        let others = |p: &&LobbyPlayer| !(p.is_bot || p.is_you && p.is_second == second);
        let beside = self.you(!second).map(|_| self.colour(!second));
        let is_free = |number: &u8| {
            lobby.players.iter().filter(others).all(|p| p.colour != *number)
                && beside != Some(*number)
        };
        let now = self.colour(second);
        let step = |by: u8| if up { now + by } else { now + count - by } % count;
        if let Some(number) = (1..count).map(step).find(is_free) {
            if let Some(wanted) = self.wanted_colours.get_mut(usize::from(second)) {
                *wanted = Some(number);
            }
            self.out.push_back(Choice::Colour { second, number });
        }
    }

    fn choose_rules(&mut self, change: impl Fn(&Lobby) -> (RuleSet, u16)) {
        if let Some((rules, seconds)) = self.lobby().map(change) {
            self.out.push_back(Choice::Rules { rules, seconds });
        }
    }

    fn change_bot(&mut self, seat: u8, up: bool) {
        match (self.bot_at(seat), up) {
            (None, true) => self.out.push_back(Choice::AddBot(BotStrength::Easy)),
            (None, false) | (Some(BotStrength::Hard), true) => {}
            (Some(level), true) => {
                self.out.push_back(Choice::SetBot { seat, level: better(level) });
            }
            (Some(level), false) => {
                self.out.push_back(Choice::SetBot { seat, level: worse(level) });
            }
        }
    }
}

fn better(level: BotStrength) -> Option<BotStrength> {
    match level {
        BotStrength::Easy => Some(BotStrength::Normal),
        BotStrength::Normal | BotStrength::Hard => Some(BotStrength::Hard),
    }
}

/// Worse than the worst is none at all.
fn worse(level: BotStrength) -> Option<BotStrength> {
    match level {
        BotStrength::Easy => None,
        BotStrength::Normal => Some(BotStrength::Easy),
        BotStrength::Hard => Some(BotStrength::Normal),
    }
}

fn next_length(now: u16, up: bool) -> u16 {
    let next = if up {
        LENGTHS.into_iter().find(|length| *length > now)
    } else {
        LENGTHS.into_iter().rev().find(|length| *length < now)
    };
    next.unwrap_or(now)
}

/// A length of time as a person says it.
pub(in crate::view::ui) fn length_name(seconds: u16) -> String {
    match (seconds / 60, seconds % 60) {
        (0, s) => say_with("length-seconds", &[("seconds", s.into())]),
        (m, 0) => say_with("length-minutes", &[("minutes", m.into())]),
        (m, s) => say_with("length-mixed", &[("clock", format!("{m}:{s:02}").into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Menu, Page, Part, Press};
    use super::*;
    use crate::view::stage::{Recent, Title};
    use crate::words::{self, Language};
    use Press::*;

    /// A room of four seats: you, a friend, then bots, each in the seat's colour.
    fn room(is_host: bool, bots: &[BotStrength]) -> Lobby {
        let person = |seat, is_you| LobbyPlayer {
            seat,
            colour: seat,
            is_you,
            is_host: is_host == is_you,
            ..LobbyPlayer::default()
        };
        let mut players = vec![person(0, true), person(1, false)];
        players.extend((2..).zip(bots).map(|(seat, level)| LobbyPlayer {
            seat,
            colour: seat,
            is_bot: true,
            level: *level,
            ..LobbyPlayer::default()
        }));
        Lobby { is_host, players, seats: 4, seconds: 120, ..Lobby::default() }
    }

    fn in_room(lobby: Lobby) -> Menu {
        let mut menu = Menu::new();
        menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
        menu.follow(Situation::Lobby(lobby));
        menu
    }

    fn keys(menu: &mut Menu, presses: &[Press]) -> Vec<Choice> {
        presses.iter().for_each(|press| menu.press(*press));
        std::iter::from_fn(|| menu.poll_choice()).collect()
    }

    fn click(menu: &mut Menu, item: Item, part: Part) -> Vec<Choice> {
        menu.click(item, part);
        std::iter::from_fn(|| menu.poll_choice()).collect()
    }

    #[test]
    fn a_colour_steps_over_those_of_people_and_takes_those_of_bots() {
        let mut menu = in_room(room(false, &[BotStrength::Easy]));
        assert_eq!(keys(&mut menu, &[Up]), []);
        assert_eq!(menu.focus(), Item::Colour);
        let wears = |number| Choice::Colour { second: false, number };
        assert_eq!(keys(&mut menu, &[Right, Right]), [wears(2), wears(3)]);
        menu.follow(Situation::Lobby(room(false, &[])));
        assert_eq!(keys(&mut menu, &[Left, Left]), [wears(7), wears(6)]);
        assert_eq!(click(&mut menu, Item::Colour, Part::Less), [wears(5)]);
        assert_eq!(keys(&mut menu, &[Confirm]), [wears(6)]);
        // Whatever the room makes of it is what is shown.
        let mut other = room(false, &[]);
        other.players[0].colour = 4;
        menu.follow(Situation::Lobby(other));
        assert_eq!(menu.colour(false), 4);
    }

    #[test]
    fn a_name_is_told_once_it_is_finished_and_not_when_it_is_blank() {
        let mut menu = in_room(room(false, &[]));
        menu.forms_mut().name.clear();
        menu.called[0] = "Ann".into();
        let called = |name: &str| Choice::Name { second: false, name: name.into() };
        assert_eq!(click(&mut menu, Item::Name, Part::Whole), []);
        "Eve".chars().for_each(|c| menu.type_character(c));
        assert_eq!(keys(&mut menu, &[]), [], "not while it is typed");
        assert_eq!(keys(&mut menu, &[Confirm]), [called("Eve")]);
        assert_eq!(keys(&mut menu, &[Up, Down]), [], "it is the same");
        keys(&mut menu, &[Up, Clear]);
        type_and_leave(&mut menu, " ");
        assert_eq!(menu.forms().name.text(), "Eve");
        keys(&mut menu, &[Up]);
        "lyn".chars().for_each(|c| menu.type_character(c));
        let told = click(&mut menu, Item::Ready, Part::Whole);
        assert_eq!(told, [called("Evelyn"), Choice::Ready(true)]);
    }

    #[test]
    fn a_second_player_has_a_name_and_a_colour_of_their_own() {
        let mut menu = in_room(room(false, &[]));
        for item in [Item::SecondName, Item::SecondColour] {
            assert!(!menu.items().contains(&item), "nobody is second");
        }
        let mut two = room(false, &[BotStrength::Easy; 2]);
        (two.players[2].is_bot, two.players[2].is_you, two.players[2].is_second) =
            (false, true, true);
        menu.follow(Situation::Lobby(two.clone()));
        let wears = |second, number| Choice::Colour { second, number };
        let by_mouse = click(&mut menu, Item::SecondColour, Part::More);
        assert_eq!(by_mouse, [wears(true, 3)], "a bot's is to be had");
        assert_eq!(menu.colour(true), 3);
        // By keys, and by a pad, which has the same presses: neither takes the other's.
        assert_eq!(keys(&mut menu, &[Left, Left, Right]), [2, 7, 2].map(|n| wears(true, n)));
        assert_eq!(keys(&mut menu, &[Left]), [wears(true, 7)]);
        keys(&mut menu, &[Up, Up]);
        assert_eq!(menu.focus(), Item::Colour);
        assert_eq!(keys(&mut menu, &[Left]), [wears(false, 6)], "7 was just asked for");
        assert_eq!(keys(&mut menu, &[Down, Clear]), []);
        assert_eq!(menu.focus(), Item::SecondName);
        "Zoe".chars().for_each(|c| menu.type_character(c));
        let told = [Choice::Name { second: true, name: "Zoe".into() }];
        assert_eq!(keys(&mut menu, &[Confirm]), told);
        assert_eq!(menu.focus(), Item::SecondColour);
        assert_ne!(menu.forms().name.text(), "Zoe", "the first one's is as it was");
        two.clock = Some(60);
        menu.follow(Situation::Lobby(two));
        assert!(!menu.items().contains(&Item::SecondColour), "the match runs");
    }

    fn type_and_leave(menu: &mut Menu, text: &str) {
        text.chars().for_each(|c| menu.type_character(c));
        assert_eq!(keys(menu, &[Down]), []);
    }

    #[test]
    fn the_host_alone_chooses_rules_length_and_bots() {
        let bots = [BotStrength::Normal];
        let guest = in_room(room(false, &bots));
        for item in [Item::RoomRules, Item::Length, Item::Start, Item::Seat(2), Item::Seat(3)] {
            assert!(!guest.items().contains(&item), "{item:?}");
        }
        let mut menu = in_room(room(true, &bots));
        let rules = |rules, seconds| Choice::Rules { rules, seconds };
        let chosen = click(&mut menu, Item::RoomRules, Part::More);
        assert_eq!(chosen, [rules(RuleSet::Classic, 120)]);
        let chosen = keys(&mut menu, &[Down, Right, Left]);
        assert_eq!(chosen, [rules(RuleSet::Modern, 180), rules(RuleSet::Modern, 60)]);

        let set = |level| Choice::SetBot { seat: 2, level };
        menu.click(Item::Ready, Part::Whole);
        keys(&mut menu, &[Right]);
        assert_eq!(menu.focus(), Item::Seat(2), "to the right are the seats");
        assert_eq!(keys(&mut menu, &[Right]), [set(Some(BotStrength::Hard))]);
        assert_eq!(keys(&mut menu, &[Left]), [set(Some(BotStrength::Easy))]);
        assert_eq!(keys(&mut menu, &[Confirm]), [set(Some(BotStrength::Hard))]);
        assert_eq!(keys(&mut menu, &[Delete]), [set(None)]);
        assert_eq!(click(&mut menu, Item::Seat(2), Part::Less), [set(Some(BotStrength::Easy))]);
        assert_eq!(keys(&mut menu, &[Down, Confirm]), [Choice::AddBot(BotStrength::Normal)]);
        menu.follow(Situation::Lobby(room(true, &[BotStrength::Easy; 2])));
        assert_eq!(menu.focus(), Item::Seat(3), "there is the bot now");
        let gone = Choice::SetBot { seat: 3, level: None };
        assert_eq!(keys(&mut menu, &[Left]), [gone], "worse than the worst is none");
        assert!(menu.next_free_seat().is_none(), "all seats are taken");
    }

    #[test]
    fn a_host_alone_cannot_start_and_who_waits_for_a_match_changes_nothing() {
        let mut alone = room(true, &[]);
        alone.players.truncate(1);
        assert!(!in_room(alone).is_enabled(Item::Start));
        assert!(in_room(room(true, &[])).is_enabled(Item::Start));
        let waits = Lobby { clock: Some(60), ..room(false, &[]) };
        assert!(!in_room(waits).items().contains(&Item::Colour));
    }

    #[test]
    fn a_host_who_starts_sees_how_many_others_are_not_ready() {
        let label = |lobby| in_room(lobby).label(Item::Start);
        // Neither the host, who starts, nor a bot keeps anybody waiting.
        let mut lobby = room(true, &[BotStrength::Easy]);
        assert_eq!(label(lobby.clone()), "Start anyway (1 not ready)");
        lobby.players[1].ready = true;
        assert_eq!(label(lobby.clone()), "Start the match");
        lobby.players.push(LobbyPlayer { seat: 3, ..lobby.players[1].clone() });
        lobby.players[3].ready = false;
        lobby.players[1].ready = false;
        assert_eq!(label(lobby.clone()), "Start anyway (2 not ready)");
        assert!(in_room(lobby.clone()).is_enabled(Item::Start), "the host may");
        words::speak(Language::German);
        assert_eq!(label(lobby), "Doch starten (2 nicht bereit)");
    }

    #[test]
    fn buttons_of_a_lobby_say_what_will_happen() {
        let mut alone = room(true, &[]);
        alone.players.truncate(1);
        let menu = in_room(alone);
        assert!(!menu.is_enabled(Item::Start));
        assert_eq!(menu.label(Item::Start), "Nobody to play with yet");
        assert_eq!(menu.label(Item::Leave), "Close the room", "without its host it is gone");
        let guest = in_room(room(false, &[]));
        assert_eq!(guest.label(Item::Leave), "Leave");
        assert!(guest.items().contains(&Item::Ready));
        // Who comes into a match that runs has nobody to tell that they are ready.
        let late = in_room(Lobby { clock: Some(30), ..room(false, &[]) });
        assert!(!late.items().contains(&Item::Ready));
        assert_eq!(late.focus(), Item::Leave);
    }

    #[test]
    fn lengths_step_to_the_next_one_that_can_be_chosen() {
        assert_eq!([10, 60, 90, 600].map(|now| next_length(now, true)), [60, 120, 120, 600]);
        assert_eq!([10, 60, 90, 3600].map(|now| next_length(now, false)), [10, 60, 60, 600]);
    }

    fn title_with(recent: &[&str], relay: &str) -> Menu {
        let recent = recent.iter().map(|target| Recent {
            target: (*target).into(),
            room: "AB23CD".into(),
            ..Recent::default()
        });
        let (recent, relay) = (recent.collect(), relay.to_owned());
        let mut menu = Menu::new();
        menu.follow(Situation::Title(Title { attempt: 1, recent, relay, ..Title::default() }));
        menu
    }

    #[test]
    fn right_on_a_value_of_the_join_form_changes_it_and_beside_a_button_leads_to_the_list() {
        let mut menu = title_with(&["ws://a/AB23CD"], "");
        menu.click(Item::Join, Part::Whole);
        menu.click(Item::Second, Part::More);
        assert!(menu.forms().has_second);
        keys(&mut menu, &[Left, Right]);
        assert!(menu.forms().has_second && menu.focus() == Item::Second);
        keys(&mut menu, &[End, Home, Up]);
        menu.hover(Item::Back);
        keys(&mut menu, &[Right]);
        assert_eq!(menu.focus(), Item::Recent(0));
    }

    #[test]
    fn a_recent_room_is_joined_or_forgotten_by_mouse_keys_and_pad() {
        let mut menu = title_with(&["ws://a/AB23CD", "ws://b/AB23CD"], "");
        menu.click(Item::Join, Part::Whole);
        // Down to the list, or straight to the right; a pad has the same presses.
        keys(&mut menu, &[Right]);
        assert_eq!(menu.focus(), Item::Recent(0));
        let forgotten = keys(&mut menu, &[Down, Delete]);
        assert_eq!(forgotten, [Choice::Forget("ws://b/AB23CD".into())]);
        let forgotten = click(&mut menu, Item::Recent(0), Part::Away);
        assert_eq!(forgotten, [Choice::Forget("ws://a/AB23CD".into())]);
        keys(&mut menu, &[Left]);
        assert_eq!(menu.focus(), Item::Target, "nothing is typed that could be joined");
        keys(&mut menu, &[Right]);
        let joined = keys(&mut menu, &[Confirm]);
        assert!(
            matches!(&joined[..], [Choice::Join { target, .. }] if target == "ws://a/AB23CD"),
            "{joined:?}"
        );
    }

    #[test]
    fn paste_is_a_button_too_and_replaces_what_was_there() {
        let mut menu = title_with(&[], "");
        menu.click(Item::Join, Part::Whole);
        "old".chars().for_each(|c| menu.type_character(c));
        menu.click(Item::Paste, Part::Whole);
        assert!(menu.poll_paste());
        menu.paste("10.0.0.2/AB23CD");
        assert_eq!(menu.forms().target.text(), "10.0.0.2/AB23CD");
        assert_eq!(menu.focus(), Item::Target);
    }

    #[test]
    fn the_form_of_a_room_offers_what_the_command_line_does() {
        let switches = |menu: &mut Menu| match &click(menu, Item::Open, Part::Whole)[..] {
            [Choice::Host { fill, remote, map_port, .. }] => [*fill, *remote, *map_port],
            other => panic!("{other:?}"),
        };
        let mut menu = title_with(&[], "");
        menu.click(Item::Host, Part::Whole);
        assert!(!menu.items().contains(&Item::Relay), "there is one place only");
        menu.click(Item::Fill, Part::More);
        menu.click(Item::MapPort, Part::More);
        assert_eq!(switches(&mut menu), [true, false, true]);

        let mut menu = title_with(&[], "wss://relay.example");
        menu.click(Item::Host, Part::Whole);
        assert_eq!(menu.page(), Page::Host);
        assert!(!menu.items().contains(&Item::MapPort), "the router has no part in it");
        let shown = super::super::Kind::Stepper("relay.example".into());
        assert_eq!(menu.kind(Item::Relay), shown);
        assert_eq!(switches(&mut menu), [false, true, false]);
    }
}
