//! The title menu's ways into somebody's match: what was typed, the games of the local
//! network, the match that was left; and the way back from an attempt.

use super::{Item, Menu, Page, Situation};
use crate::view::stage::{Games, Title};

impl Menu {
    /// What the command line wants to join, should that not work at once.
    pub(in crate::view::ui) fn offer(&mut self, target: &str) {
        self.forms.aim_at(target);
        self.tried_on = Page::Join;
    }

    /// The title after something was tried: what was typed is still there to be mended.
    pub(super) fn come_back(&mut self, title: Title) {
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
            && !self.games.games().is_empty()
            && !matches!(self.focus, Item::Game(_))
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
