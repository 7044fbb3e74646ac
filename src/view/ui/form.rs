//! What a person fills in: text fields and the numbers of the forms. Pure state;
//! knows neither window nor clipboard.

use crate::sim::RuleSet;
use crate::view::stage::{BotStrength, Choice, Secret};
use crate::words::say;

/// Longest name of a player, in characters.
pub const NAME_LENGTH: usize = 16;
/// Longest thing a person may type to join, in characters.
const TARGET_LENGTH: usize = 200;
/// Longest password, in characters.
const PASSWORD_LENGTH: usize = 64;

/// One line of editable text with a caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextField {
    text: Vec<char>,
    caret: usize,
    limit: usize,
}

impl TextField {
    /// A field with this text and the caret behind it.
    pub(super) fn new(text: &str, limit: usize) -> Self {
        let mut field = Self { text: Vec::new(), caret: 0, limit };
        field.insert(text);
        field
    }

    /// The text.
    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// The text before the caret.
    pub(super) fn before_caret(&self) -> String {
        self.text.iter().take(self.caret).collect()
    }

    /// How many characters there are.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the caret is behind the last character.
    pub(super) fn is_at_end(&self) -> bool {
        self.caret == self.text.len()
    }

    /// Whether there is nothing but blanks.
    pub(super) fn is_blank(&self) -> bool {
        self.text.iter().all(|c| c.is_whitespace())
    }

    /// Types text at the caret. Control characters are left out, and whatever is over the limit.
    pub(super) fn insert(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.text.len() >= self.limit {
                return;
            }
            self.text.insert(self.caret, c);
            self.caret += 1;
        }
    }

    /// Inserts the first line of a clipboard's text, without blanks around it.
    pub(super) fn paste(&mut self, text: &str) {
        self.insert(text.trim().lines().next().unwrap_or_default().trim());
    }

    pub(super) fn backspace(&mut self) {
        if self.caret > 0 {
            self.caret -= 1;
            self.text.remove(self.caret);
        }
    }

    pub(super) fn delete(&mut self) {
        if self.caret < self.text.len() {
            self.text.remove(self.caret);
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.caret = 0;
    }

    /// Moves the caret by one character.
    pub(super) fn step(&mut self, right: bool) {
        let to = if right { self.caret + 1 } else { self.caret.saturating_sub(1) };
        self.caret = to.min(self.text.len());
    }

    /// Moves the caret to the beginning or the end.
    pub(super) fn jump(&mut self, to_end: bool) {
        self.caret = if to_end { self.text.len() } else { 0 };
    }
}

/// Everything the forms of the title menu hold. One name serves all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forms {
    pub(super) name: TextField,
    pub(super) target: TextField,
    /// Of the room to open.
    pub(super) own_password: TextField,
    /// Of the room to join: a password of one's own goes to nobody else's room.
    pub(super) password: TextField,
    pub(super) level: BotStrength,
    pub(super) rules: RuleSet,
    /// Whether a second player is at this machine, and their name.
    pub(super) has_second: bool,
    pub(super) second: TextField,
    /// Bots of a practice match, 1..=7.
    pub(super) practice_bots: u8,
    /// Seats of a room, 2..=8.
    pub(super) players: u8,
    /// Bots of a room, below its seats.
    pub(super) bots: u8,
    /// Whether bots of a room play for people who go.
    pub(super) fill: bool,
    /// Whether a room is at the relay of the settings.
    pub(super) remote: bool,
    /// Whether the router is asked to let friends on the internet in.
    pub(super) map_port: bool,
}

impl Forms {
    pub(super) fn new() -> Self {
        Self {
            name: TextField::new("Player", NAME_LENGTH),
            target: TextField::new("", TARGET_LENGTH),
            own_password: TextField::new("", PASSWORD_LENGTH),
            password: TextField::new("", PASSWORD_LENGTH),
            level: BotStrength::default(),
            rules: RuleSet::default(),
            has_second: false,
            second: TextField::new(&say("couch-second-name"), NAME_LENGTH),
            practice_bots: 3,
            players: 4,
            bots: 0,
            fill: false,
            remote: false,
            map_port: false,
        }
    }

    pub(super) fn step_practice_bots(&mut self, up: bool) {
        self.practice_bots = step(self.practice_bots, up, 1, 8 - self.people());
    }

    /// How many people play at this machine.
    fn people(&self) -> u8 {
        1 + u8::from(self.has_second)
    }

    /// A second player comes to this machine, or goes.
    pub(super) fn swap_second(&mut self) {
        self.has_second = !self.has_second;
        self.practice_bots = self.practice_bots.min(8 - self.people());
        self.bots = self.bots.min(self.players - self.people());
    }

    pub(super) fn step_players(&mut self, up: bool) {
        self.players = step(self.players, up, 2, 8);
        self.bots = self.bots.min(self.players - self.people());
    }

    pub(super) fn step_bots(&mut self, up: bool) {
        self.bots = step(self.bots, up, 0, self.players - self.people());
    }

    pub(super) fn step_level(&mut self, up: bool) {
        const LEVELS: [BotStrength; 3] =
            [BotStrength::Easy, BotStrength::Normal, BotStrength::Hard];
        let now = LEVELS.iter().position(|l| *l == self.level).unwrap_or(1);
        let next = if up { now + 1 } else { now.saturating_sub(1) };
        self.level = LEVELS.get(next).copied().unwrap_or(self.level);
    }

    pub(super) fn swap_rules(&mut self) {
        self.rules = match self.rules {
            RuleSet::Classic => RuleSet::Modern,
            RuleSet::Modern => RuleSet::Classic,
        };
    }

    /// The match against bots; `None` while there is no name.
    pub(super) fn practice(&self) -> Option<Choice> {
        let (name, second) = (self.good_name()?, self.second_name());
        let Self { practice_bots: bots, level, rules, .. } = *self;
        Some(Choice::Practice { name, bots, level, rules, second })
    }

    /// The room to open; `None` while there is no name.
    pub(super) fn host(&self) -> Option<Choice> {
        let name = self.good_name()?;
        let password = Secret(self.own_password.text());
        let Self { players, bots, rules, fill, remote, map_port, .. } = *self;
        let (map_port, second) = (map_port && !remote, self.second_name());
        Some(Choice::Host { name, players, bots, rules, fill, remote, map_port, password, second })
    }

    /// The room to join; `None` while there is no name or no target.
    pub(super) fn join(&self) -> Option<Choice> {
        let name = self.good_name()?;
        let target = self.target.text().trim().to_owned();
        let password = Secret(self.password.text());
        let second = self.second_name();
        (!target.is_empty()).then_some(Choice::Join { name, target, password, second })
    }

    /// Back to where a seat is kept. That one has its name already.
    pub(super) fn rejoin(&self) -> Choice {
        let (name, second) = (self.good_name().unwrap_or_default(), self.second_name());
        Choice::Rejoin { name, second }
    }

    /// Makes this what is joined; a password for somewhere else is forgotten.
    pub(super) fn aim_at(&mut self, target: &str) {
        if self.target.text().trim() != target {
            self.target = TextField::new(target, TARGET_LENGTH);
            self.password.clear();
        }
    }

    /// The name of the second player, if there is one: without a name they have the usual one.
    fn second_name(&self) -> Option<String> {
        let name = self.second.text().trim().to_owned();
        let name = if name.is_empty() { say("couch-second-name") } else { name };
        self.has_second.then_some(name)
    }

    fn good_name(&self) -> Option<String> {
        let name = self.name.text().trim().to_owned();
        (!name.is_empty()).then_some(name)
    }
}

fn step(value: u8, up: bool, least: u8, most: u8) -> u8 {
    let next = if up { value.saturating_add(1) } else { value.saturating_sub(1) };
    next.clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_happens_at_the_caret() {
        let mut field = TextField::new("ac", 10);
        field.step(false);
        field.insert("b");
        assert_eq!((field.text().as_str(), field.before_caret().as_str()), ("abc", "ab"));
        field.backspace();
        field.delete();
        assert_eq!(field.text(), "a");
        field.jump(false);
        field.backspace();
        field.insert("ü");
        assert_eq!(field.text(), "üa");
        field.jump(true);
        field.delete();
        field.step(true);
        assert_eq!(field.before_caret(), "üa");
        field.clear();
        field.backspace();
        assert!(field.is_blank());
    }

    #[test]
    fn a_field_takes_no_control_characters_and_no_more_than_its_limit() {
        let mut field = TextField::new("", 4);
        field.insert("a\rb\u{16}c\u{7f}de");
        assert_eq!(field.text(), "abcd");
    }

    #[test]
    fn paste_takes_the_first_line_without_blanks() {
        let mut field = TextField::new("x/", 40);
        field.paste("  \n 10.0.0.2/AB23CD \r\nsecond line");
        assert_eq!(field.text(), "x/10.0.0.2/AB23CD");
    }

    #[test]
    fn numbers_stay_in_their_ranges() {
        let mut forms = Forms::new();
        for _ in 0..20 {
            forms.step_practice_bots(true);
            forms.step_players(true);
            forms.step_bots(true);
            forms.step_level(true);
        }
        assert_eq!((forms.practice_bots, forms.players, forms.bots), (7, 8, 7));
        assert_eq!(forms.level, BotStrength::Hard);
        for _ in 0..20 {
            forms.step_practice_bots(false);
            forms.step_players(false);
            forms.step_level(false);
        }
        assert_eq!((forms.practice_bots, forms.players), (1, 2));
        assert_eq!(forms.bots, 1, "at least one seat is for a person");
        assert_eq!(forms.level, BotStrength::Easy);
    }

    #[test]
    fn second_player_takes_a_seat_from_the_bots_and_is_named() {
        let mut forms = Forms::new();
        for _ in 0..8 {
            forms.step_practice_bots(true);
            forms.step_players(true);
            forms.step_bots(true);
        }
        forms.swap_second();
        assert_eq!((forms.practice_bots, forms.players, forms.bots), (6, 8, 6));
        forms.step_practice_bots(true);
        forms.step_bots(true);
        assert_eq!((forms.practice_bots, forms.bots), (6, 6));
        (0..8).for_each(|_| forms.step_players(false));
        assert_eq!((forms.players, forms.bots), (2, 0));
        forms.second.clear();
        let second = |choice| match choice {
            Choice::Practice { second, .. } | Choice::Host { second, .. } => second,
            other => panic!("{other:?}"),
        };
        assert_eq!(second(forms.practice().unwrap()), Some(say("couch-second-name")));
        forms.second.insert(" Eve ");
        assert_eq!(second(forms.host().unwrap()).as_deref(), Some("Eve"));
        forms.swap_second();
        assert_eq!(second(forms.practice().unwrap()), None);
    }

    #[test]
    fn every_match_needs_a_name_and_joining_a_target() {
        let mut forms = Forms::new();
        forms.name.clear();
        forms.name.insert("  ");
        assert_eq!((forms.practice(), forms.host(), forms.join()), (None, None, None));
        forms.name.insert("Ann ");
        assert_eq!(forms.join(), None);
        forms.target.paste(" AB23CD ");
        let (name, target) = ("Ann".to_owned(), "AB23CD".to_owned());
        let password = Secret::default();
        let second = None;
        assert_eq!(forms.join(), Some(Choice::Join { name, target, password, second }));
        assert!(forms.host().is_some() && forms.practice().is_some());
    }

    #[test]
    fn a_password_stays_with_the_room_it_was_typed_for() {
        let mut forms = Forms::new();
        forms.own_password.insert("mine");
        forms.aim_at("10.0.0.2/AB23CD");
        forms.password.insert("theirs");
        forms.aim_at("10.0.0.2/AB23CD");
        let password = |choice| match choice {
            Some(Choice::Host { password, .. } | Choice::Join { password, .. }) => password.0,
            other => panic!("{other:?}"),
        };
        assert_eq!(password(forms.join()), "theirs");
        assert_eq!(password(forms.host()), "mine");
        assert!(!format!("{:?}", forms.join()).contains("theirs"), "logs are read by others");
        forms.aim_at("10.0.0.3/EF45GH");
        assert_eq!(password(forms.join()), "");
    }
}
