//! The title menu's ways into somebody's match: what was typed, the games of the local
//! network, the match that was left; and the way back from an attempt.

use super::list::{ROWS, ROWS_ABOVE};
use super::{Item, Menu, Page, Situation};
use crate::view::stage::{Choice, Games, Recent, Title};

impl Menu {
    /// What the command line wants to join, should that not work at once.
    pub(in crate::view::ui) fn offer(&mut self, target: &str) {
        self.forms.aim_at(target);
        self.tried_on = Page::Join;
    }

    /// The title after something was tried: what was typed is still there to be mended.
    pub(super) fn come_back(&mut self, title: Title) {
        if title.attempt <= 1 {
            // who has a relay in the settings wants rooms to be there
            self.forms.remote = !title.relay.is_empty();
        }
        let wants_password = title.trouble.as_ref().is_some_and(|t| t.wants_password);
        let mut page = match self.page {
            Page::Connecting => self.tried_on,
            form @ (Page::Practice | Page::Host | Page::Join) => form,
            _ => Page::Title,
        };
        if let (Page::Title, true, Some(rejoin)) = (page, wants_password, &title.rejoin) {
            self.forms.aim_at(&rejoin.target);
            page = Page::Join;
        }
        self.open(page);
        if wants_password && page == Page::Join {
            self.focus = Item::Password;
        }
        self.trouble = title.trouble;
    }

    /// Something went wrong that nobody has just tried: it waits for the title.
    pub(super) fn follow_trouble(&mut self, before: &Situation) {
        let (Situation::Title(now), Situation::Title(before)) = (&self.situation, before) else {
            return;
        };
        if now.trouble.is_some() && now.trouble != before.trouble {
            self.late_trouble = now.trouble.clone();
            if self.page == Page::Title {
                self.trouble = self.late_trouble.take();
            }
        }
    }

    /// Takes over the list of games; the focus stays on the game it was on.
    pub(super) fn follow_games(&mut self) {
        let Situation::Title(title) = &self.situation else { return };
        let found = match &title.games {
            Games::Listed(found) => found.as_slice(),
            Games::Unwatched | Games::Failed(_) => &[],
        };
        let focused = match self.focus {
            Item::Game(index) => Some((index, self.games.get(index).map(|g| g.target.clone()))),
            _ => None,
        };
        self.games.follow(found);
        self.games.show_rows(if title.recent.is_empty() { ROWS } else { ROWS_ABOVE });
        if let Some((index, target)) = focused {
            let same = target.and_then(|target| self.games.place_of(&target));
            let last = self.games.places().last();
            let nearest = last.map(|last| Item::Game(same.unwrap_or(index).min(last)));
            self.focus = nearest.unwrap_or(Item::Enter);
            self.reveal_focus();
        }
    }

    pub(super) fn reveal_focus(&mut self) {
        if let Item::Game(index) = self.focus {
            self.games.reveal(index);
        }
    }

    /// Whether the list of games is what is to the right of the focus.
    pub(super) fn is_beside_games(&self) -> bool {
        self.page == Page::Join
            && !(self.games.games().is_empty() && self.recent().is_empty())
            // to the right is the other value
            && !matches!(self.focus, Item::Second | Item::Game(_) | Item::Recent(_))
    }

    /// The topmost of what is to the right of the form.
    pub(super) fn first_beside(&self) -> Item {
        if self.games.games().is_empty() { Item::Recent(0) } else { Item::Game(0) }
    }

    /// The rooms of earlier times.
    pub(in crate::view::ui) fn recent(&self) -> &[Recent] {
        match &self.situation {
            Situation::Title(title) => &title.recent,
            _ => &[],
        }
    }

    /// The relay of the settings, if there is one.
    pub(super) fn relay(&self) -> Option<&str> {
        match &self.situation {
            Situation::Title(title) => Some(title.relay.as_str()).filter(|relay| !relay.is_empty()),
            _ => None,
        }
    }

    /// Joins a room of an earlier time, or goes to what it takes first.
    pub(super) fn join_recent(&mut self, index: u8) {
        let Some(room) = self.recent().get(usize::from(index)) else { return };
        let target = room.target.clone();
        self.forms.aim_at(&target);
        match self.forms.join() {
            None => self.focus = Item::Name,
            join => self.go(join),
        }
    }

    /// Takes a room of an earlier time off the list.
    pub(super) fn forget_room(&mut self, index: u8) {
        if let Some(room) = self.recent().get(usize::from(index)) {
            let target = room.target.clone();
            self.out.push_back(Choice::Forget(target));
        }
    }

    pub(in crate::view::ui) fn room_to_rejoin(&self) -> Option<&str> {
        match &self.situation {
            Situation::Title(title) => title.rejoin.as_ref().map(|rejoin| rejoin.room.as_str()),
            _ => None,
        }
    }

    /// Joins a game of the list, or goes to what it takes first.
    pub(super) fn join_game(&mut self, index: u8) {
        let Some(game) = self.games.get(index) else { return };
        let is_locked = game.is_locked;
        self.forms.aim_at(&game.target);
        match self.forms.join() {
            None => self.focus = Item::Name,
            Some(_) if is_locked && self.forms.password.len() == 0 => self.focus = Item::Password,
            join => self.go(join),
        }
    }
}
