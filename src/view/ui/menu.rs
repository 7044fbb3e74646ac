//! The menus as a state machine: which page is open, what can have the focus, and
//! which choices follow from keys and clicks. Pure: draws nothing, asks no device.

mod controls;
mod join;
mod label;
mod list;
mod lobby;
mod notes;
mod settings;
mod situation;
mod typing;
mod words;

use std::collections::VecDeque;

use super::form::Forms;
use crate::view::settings::{Desktop, Settings};
use crate::view::stage::{Choice, Title, Trouble};

pub(super) use controls::{Cell, Controls, cells_of};
pub(super) use list::List;
pub(super) use lobby::length_name;
pub(super) use situation::Situation;
pub(super) use words::{Item, Kind, Page, Part, Press, level_name, rules_name};

/// The menus of the program.
pub(super) struct Menu {
    situation: Situation,
    page: Page,
    focus: Item,
    forms: Forms,
    games: List,
    /// The names that the room was told last, of the first and the second player.
    called: [String; 2],
    /// The colours that they asked for and do not have yet.
    wanted_colours: [Option<u8>; 2],
    /// What went wrong with what this page is about.
    trouble: Option<Trouble>,
    /// What went wrong without anything having been tried: for the title, when it is open.
    late_trouble: Option<Trouble>,
    /// The page that the controls were opened from.
    from: Page,
    /// The page that the latest attempt to play was made from.
    tried_on: Page,
    out: VecDeque<Choice>,
    copied: Option<String>,
    wants_paste: bool,
    wants_quit: bool,
    settings: Settings,
    desktop: Desktop,
    controls: Controls,
    /// A choice that leads to another situation is on its way; for so many frames
    /// more, nothing but leaving can be chosen.
    leaving: u16,
}

impl Menu {
    pub(super) fn new() -> Self {
        Self {
            situation: Situation::Title(Title::default()),
            page: Page::Title,
            focus: Item::Practice,
            forms: Forms::new(),
            games: List::default(),
            called: Default::default(),
            wanted_colours: [None; 2],
            trouble: None,
            late_trouble: None,
            from: Page::Pause,
            tried_on: Page::Title,
            out: VecDeque::new(),
            copied: None,
            wants_paste: false,
            wants_quit: false,
            settings: Settings::default(),
            desktop: Desktop::default(),
            controls: Controls::default(),
            leaving: 0,
        }
    }

    /// Takes notice of where the program is now; called once a frame.
    pub(super) fn follow(&mut self, now: Situation) {
        self.leaving = self.leaving.saturating_sub(1);
        if now == self.situation {
            return;
        }
        let before = std::mem::replace(&mut self.situation, now);
        self.follow_games();
        self.wanted_colours = [None; 2];
        if !self.situation.is_news_after(&before) {
            self.follow_trouble(&before);
            self.keep_focus_on_page();
            return;
        }
        self.leaving = 0;
        match &self.situation {
            Situation::Title(title) => self.come_back(title.clone()),
            Situation::Connecting(_) => self.open(Page::Connecting),
            Situation::Lobby(_) => self.open(Page::Lobby),
            Situation::Match => self.open(Page::Play),
            Situation::Over { .. } => self.open(Page::Result),
        }
    }

    /// Opens a page by its name, as `Page` spells it.
    pub(super) fn turn_to(&mut self, name: &str) -> bool {
        let found = Page::all().into_iter().find(|page| format!("{page:?}") == name);
        if let Some(page) = found {
            self.open(page);
        }
        found.is_some()
    }

    pub(super) fn page(&self) -> Page {
        self.page
    }

    pub(super) fn situation(&self) -> &Situation {
        &self.situation
    }

    /// What went wrong with what this page is about.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_ref().map(|trouble| trouble.sentence.as_str())
    }

    /// The games of the local network.
    pub(super) fn games(&self) -> &List {
        &self.games
    }

    pub(super) fn focus(&self) -> Item {
        self.focus
    }

    pub(super) fn forms(&self) -> &Forms {
        &self.forms
    }

    pub(super) fn forms_mut(&mut self) -> &mut Forms {
        &mut self.forms
    }

    /// Whether keys belong to a menu and not to the tank.
    pub(super) fn is_open(&self) -> bool {
        self.page != Page::Play
    }

    /// Whether the focus is on a text field.
    pub(super) fn is_typing(&self) -> bool {
        matches!(self.focus, Item::Name | Item::SecondName | Item::Target | Item::Password)
            && matches!(self.page, Page::Practice | Page::Host | Page::Join | Page::Lobby)
    }

    /// The next choice that was made.
    pub(super) fn poll_choice(&mut self) -> Option<Choice> {
        self.out.pop_front()
    }

    /// Puts a choice back that could not be handed on.
    pub(super) fn keep_choice(&mut self, choice: Choice) {
        self.out.push_front(choice);
    }

    /// Text to be put into the clipboard.
    pub(super) fn poll_copy(&mut self) -> Option<String> {
        self.copied.take()
    }

    /// Whether the clipboard's text was asked for; answer with [`Menu::paste`].
    pub(super) fn poll_paste(&mut self) -> bool {
        std::mem::take(&mut self.wants_paste)
    }

    pub(super) fn wants_quit(&self) -> bool {
        self.wants_quit
    }

    /// The lines of the open page, top to bottom.
    pub(super) fn items(&self) -> Vec<Item> {
        use Item::*;
        match self.page {
            Page::Title => {
                let rejoin = self.room_to_rejoin().map(|_| Rejoin);
                let rest = [Practice, Host, Join, Settings, HowTo, Credits, Quit];
                rejoin.into_iter().chain(rest).collect()
            }
            Page::Practice => {
                let form = [Name, PracticeBots, Level, Rules, Second].into_iter();
                form.chain(self.second_name()).chain([Begin, Back]).collect()
            }
            Page::Host => {
                let own = !self.forms.remote;
                let relay = self.relay().map(|_| Relay);
                let mut items = vec![Name, Players, Bots, Fill, Rules];
                items.extend(relay.into_iter().chain(own.then_some(MapPort)));
                items.extend([Password, Second].into_iter().chain(self.second_name()));
                items.extend([Open, Back]);
                items
            }
            Page::Join => {
                let form = [Name, Target, Paste, Password, Second].into_iter();
                let form = form.chain(self.second_name()).chain([Enter, Back]);
                let games = self.games.places().map(Game);
                form.chain(games).chain((0..self.recent().len() as u8).map(Recent)).collect()
            }
            Page::Connecting => vec![Leave],
            Page::Lobby => self.lobby_items(),
            Page::Play => Vec::new(),
            Page::Pause => vec![Resume, Controls, Settings, Leave, Quit],
            Page::Settings => self.settings_items(),
            Page::Section(section) => self.section_items(section),
            Page::HowTo | Page::Credits => vec![Back],
            Page::Controls => self.controls_items(),
            Page::Result => match self.situation {
                Situation::Over { is_host: true } => vec![Rematch, Leave],
                _ => vec![Leave],
            },
        }
    }

    /// Whether a line can be used now.
    pub(super) fn is_enabled(&self, item: Item) -> bool {
        if self.leaving > 0 {
            return matches!(item, Item::Leave | Item::Quit);
        }
        match (item, &self.situation) {
            (Item::Begin, _) => self.forms.practice().is_some(),
            (Item::Open, _) => self.forms.host().is_some(),
            (Item::Enter, _) => self.forms.join().is_some(),
            (Item::Start, Situation::Lobby(lobby)) => lobby.players.len() > 1,
            _ => true,
        }
    }

    /// A key of the menus was pressed.
    pub(super) fn press(&mut self, press: Press) {
        if self.is_typing() && self.edit(press) {
            return;
        }
        if self.page == Page::Controls && (self.press_in_table(press) || self.enter_table(press)) {
            return;
        }
        let was = self.focus;
        match press {
            Press::Delete | Press::Backspace => self.take_away(),
            Press::Up | Press::Previous => self.move_focus(false),
            Press::Down | Press::Next => self.move_focus(true),
            Press::Left if matches!(self.focus, Item::Game(_) | Item::Recent(_)) => {
                self.focus = Item::Enter;
                self.keep_focus_on_page();
            }
            Press::Right if self.is_beside_games() => self.focus = self.first_beside(),
            Press::Right if self.seat_beside().is_some() => {
                self.focus = self.seat_beside().unwrap_or(self.focus);
            }
            Press::Left => self.change(self.focus, false),
            Press::Right => self.change(self.focus, true),
            Press::Home => self.focus = self.items().first().copied().unwrap_or(self.focus),
            Press::End => self.focus = self.items().last().copied().unwrap_or(self.focus),
            Press::Confirm if self.is_open() => self.activate(self.focus),
            Press::Escape => self.back(),
            Press::Menu => match self.page {
                Page::Play => self.open(Page::Pause),
                Page::Pause => self.open(Page::Play),
                Page::Settings | Page::Section(_) | Page::Controls if self.is_in_match() => {
                    self.open(Page::Play);
                }
                _ => {}
            },
            Press::Copy if self.page == Page::Lobby => {
                let item = match self.focus {
                    line @ Item::CopyLine(_) => line,
                    _ => Item::CopyCode,
                };
                self.activate(item);
            }
            _ => {}
        }
        self.leave_name(was);
        self.reveal_focus();
    }

    /// Whether this goes on while it is held: through lines, letters and numbers, but not
    /// through a few values each of which does something.
    pub(super) fn repeats(&self, press: Press) -> bool {
        match press {
            Press::Up | Press::Down => true,
            Press::Left | Press::Right => match self.kind(self.focus) {
                Kind::Slider(..) | Kind::Field => true,
                Kind::Stepper(_) => {
                    matches!(self.focus, Item::PracticeBots | Item::Players | Item::Bots)
                }
                _ => matches!(self.focus, Item::Cell(_)),
            },
            _ => false,
        }
    }

    /// The mouse moved onto a line.
    pub(super) fn hover(&mut self, item: Item) {
        // a pointer that passes over must not take the caret from a field
        if !self.is_typing() && !self.is_waiting() && self.is_enabled(item) {
            self.focus = item;
        }
    }

    /// The wheel of the mouse was turned.
    pub(super) fn scroll(&mut self, up: bool) {
        if self.page == Page::Join {
            self.games.scroll(up);
        }
    }

    /// A line was clicked.
    pub(super) fn click(&mut self, item: Item, part: Part) {
        if !self.is_enabled(item) || !self.items().contains(&item) {
            return;
        }
        let was = std::mem::replace(&mut self.focus, item);
        self.leave_name(was);
        match part {
            Part::Away => self.take_away(),
            Part::Slide => {}
            Part::Less => self.change(item, false),
            Part::More => self.change(item, true),
            // A click into a field is for writing there, not for what Enter does.
            Part::Whole if self.is_typing() => {}
            Part::Whole => self.activate(item),
        }
    }

    /// The line for the name of a second player, where there is one.
    fn second_name(&self) -> Option<Item> {
        self.forms.has_second.then_some(Item::SecondName)
    }

    /// A name that was changed in the lobby is told once the focus leaves it.
    fn leave_name(&mut self, was: Item) {
        if self.page == Page::Lobby && self.focus != was {
            match was {
                Item::Name => self.tell_name(false),
                Item::SecondName => self.tell_name(true),
                _ => {}
            }
        }
    }

    /// What the focus is on shall be there no longer: a bot, or a room of an earlier time.
    fn take_away(&mut self) {
        match self.focus {
            Item::Seat(seat) => self.empty_seat(seat),
            Item::Recent(index) => self.forget_room(index),
            _ => {}
        }
    }

    fn open(&mut self, page: Page) {
        if page == Page::Lobby {
            let Forms { name, second, .. } = &self.forms;
            self.called = [name, second].map(|field| field.text().trim().to_owned());
        }
        self.stop_waiting();
        if page == Page::Controls {
            self.open_controls();
        }
        let was = std::mem::replace(&mut self.page, page);
        if was != page {
            tracing::info!("page {page:?}");
        }
        if page == Page::Join {
            self.out.push_back(Choice::Watch(true));
        } else if was == Page::Join && page == Page::Title {
            self.out.push_back(Choice::Watch(false));
        }
        self.trouble = self.late_trouble.take_if(|_| page == Page::Title);
        self.focus_first();
    }

    /// The line that a person most likely wants first.
    fn focus_first(&mut self) {
        let wanted = match self.page {
            Page::Lobby if self.lobby().is_some_and(|lobby| lobby.clock.is_some()) => Item::Leave,
            Page::Lobby => Item::Ready,
            Page::Practice => Item::Begin,
            Page::Controls => Item::Scheme,
            Page::Host => Item::Open,
            Page::Join if self.forms.name.is_blank() => Item::Name,
            Page::Join => Item::Target,
            _ => self.items().first().copied().unwrap_or(Item::Resume),
        };
        self.focus = wanted;
    }

    /// The open page is higher than the window: it is read from its top, and the line there has
    /// the focus instead of the button that leads on. Whether that was so.
    pub(super) fn begin_at_top(&mut self) -> bool {
        let leads_on = matches!(self.focus, Item::Begin | Item::Open | Item::Ready);
        let first = self.items().first().copied().filter(|_| leads_on);
        self.focus = first.unwrap_or(self.focus);
        leads_on
    }

    fn keep_focus_on_page(&mut self) {
        // a line that only waits for what was chosen keeps the focus
        let is_usable = self.leaving > 0 || self.is_enabled(self.focus);
        if !self.items().contains(&self.focus) || !is_usable {
            self.focus_first();
        }
    }

    fn move_focus(&mut self, down: bool) {
        let items = self.items();
        let count = items.len();
        let Some(at) = items.iter().position(|i| *i == self.focus) else {
            return self.focus_first();
        };
        for step in 1..count {
            let next = if down { at + step } else { at + count - step } % count;
            if let Some(&item) = items.get(next)
                && self.is_enabled(item)
            {
                self.focus = item;
                return;
            }
        }
    }

    fn change(&mut self, item: Item, up: bool) {
        match item {
            Item::PracticeBots => self.forms.step_practice_bots(up),
            Item::Second => self.forms.swap_second(),
            Item::Players => self.forms.step_players(up),
            Item::Bots => self.forms.step_bots(up),
            Item::Level => self.forms.step_level(up),
            Item::Rules => self.forms.swap_rules(),
            Item::Setting(knob) => self.step_knob(knob, up),
            Item::Fill => self.forms.fill = !self.forms.fill,
            Item::MapPort => self.forms.map_port = !self.forms.map_port,
            Item::Relay => self.forms.remote = !self.forms.remote,
            _ if self.page == Page::Controls => self.step_control(item, up),
            _ => self.change_room(item, up),
        }
    }

    fn activate(&mut self, item: Item) {
        if !self.is_enabled(item) {
            return;
        }
        match item {
            Item::Rejoin => self.go(Some(self.forms.rejoin())),
            Item::Practice => self.open(Page::Practice),
            Item::Host => self.open(Page::Host),
            Item::Join => self.open(Page::Join),
            Item::Back => self.back(),
            Item::Resume => self.open(Page::Play),
            Item::Controls => {
                self.from = self.page;
                self.open(Page::Controls);
            }
            Item::Settings => self.open(Page::Settings),
            Item::HowTo => self.open(Page::HowTo),
            Item::Credits => self.open(Page::Credits),
            Item::Section(section) => self.open(Page::Section(section)),
            Item::Setting(knob) => self.press_knob(knob),
            Item::Reset => self.reset(),
            Item::Rules => self.forms.swap_rules(),
            Item::Second => self.forms.swap_second(),
            Item::PracticeBots | Item::Level | Item::Players | Item::Bots => {}
            Item::Name | Item::SecondName => self.move_focus(true),
            Item::Fill | Item::MapPort | Item::Relay => self.change(item, true),
            Item::Colour | Item::SecondColour => self.change(item, true),
            Item::RoomRules | Item::Length => self.change(item, true),
            Item::Seat(seat) => self.use_seat(seat),
            Item::Paste => {
                (self.focus, self.wants_paste) = (Item::Target, true);
                self.forms.target.clear();
            }
            Item::Begin => self.go(self.forms.practice()),
            Item::Open => self.go(self.forms.host()),
            Item::Password if self.page == Page::Host => self.move_focus(true),
            Item::Enter | Item::Target | Item::Password => self.go(self.forms.join()),
            Item::Game(index) => self.join_game(index),
            Item::Recent(index) => self.join_recent(index),
            Item::Start => self.go(Some(Choice::Start)),
            Item::Rematch => self.go(Some(Choice::Rematch)),
            Item::Leave => self.go(Some(Choice::Leave)),
            Item::Ready => self.out.push_back(Choice::Ready(!self.is_ready())),
            Item::CopyCode | Item::CopyLine(_) => self.copied = self.text_to_copy(item),
            Item::Quit => {
                self.out.push_back(Choice::Quit);
                self.wants_quit = true;
            }
            _ => self.press_control(item),
        }
    }

    /// Makes a choice that leads to another situation; only one at a time.
    fn go(&mut self, choice: Option<Choice>) {
        if let Some(choice) = choice {
            self.out.push_back(choice);
            self.leaving = PATIENCE;
            self.tried_on = self.page;
        }
    }

    fn back(&mut self) {
        match self.page {
            Page::Practice | Page::Host | Page::Join | Page::HowTo | Page::Credits => {
                let from = match self.page {
                    Page::Practice => Item::Practice,
                    Page::Host => Item::Host,
                    Page::HowTo => Item::HowTo,
                    Page::Credits => Item::Credits,
                    _ => Item::Join,
                };
                self.open(Page::Title);
                self.focus = from;
            }
            Page::Controls => {
                self.open(self.from);
                self.focus = Item::Controls;
            }
            Page::Section(section) => {
                self.open(Page::Settings);
                self.focus = Item::Section(section);
            }
            Page::Settings => {
                let is_title = matches!(self.situation, Situation::Title(_));
                self.open(if is_title { Page::Title } else { Page::Pause });
                self.focus = Item::Settings;
            }
            Page::Play => self.open(Page::Pause),
            Page::Pause => self.open(Page::Play),
            Page::Connecting => self.activate(Item::Leave),
            // Escape alone never ends anything that took time to arrange
            Page::Title => self.focus = Item::Quit,
            Page::Lobby | Page::Result if self.focus == Item::Leave => self.activate(Item::Leave),
            Page::Lobby | Page::Result => self.focus = Item::Leave,
        }
    }

    fn is_in_match(&self) -> bool {
        self.situation == Situation::Match
    }

    fn text_to_copy(&self, item: Item) -> Option<String> {
        let Situation::Lobby(lobby) = &self.situation else { return None };
        match item {
            Item::CopyCode => Some(lobby.code.clone()),
            Item::CopyLine(line) => lobby.join_lines.get(usize::from(line)).cloned(),
            _ => None,
        }
    }
}

/// Frames after which a choice that led nowhere may be made again.
const PATIENCE: u16 = 120;

/// How many join lines a lobby shows.
pub(super) const MAX_LINES: usize = 3;

#[cfg(test)]
mod tests;
