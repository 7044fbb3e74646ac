//! The list of the games of the local network: it changes while it is shown, and whoever is
//! about to choose from it must not be led astray by that.

use crate::view::stage::Game;

/// How many games are shown at once.
pub(in crate::view::ui) const ROWS: usize = 8;
/// The same where another list is below.
pub(in crate::view::ui) const ROWS_ABOVE: usize = 2;

/// The games in the order in which they are shown, and the first one that is visible.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::view::ui) struct List {
    games: Vec<Game>,
    first: usize,
    rows: usize,
}

impl Default for List {
    fn default() -> Self {
        Self { games: Vec::new(), first: 0, rows: ROWS }
    }
}

impl List {
    /// Takes over what is known now. Games keep their places, and new ones come last.
    pub(super) fn follow(&mut self, found: &[Game]) {
        let same = |game: &Game| found.iter().find(|other| other.target == game.target).cloned();
        let mut games: Vec<Game> = self.games.iter().filter_map(same).collect();
        for game in found {
            if games.iter().all(|known| known.target != game.target) {
                games.push(game.clone());
            }
        }
        self.games = games;
        self.first = self.first.min(self.last_first());
    }

    /// So many are shown at once from now on, at least one.
    pub(super) fn show_rows(&mut self, rows: usize) {
        self.rows = rows.max(1);
        self.first = self.first.min(self.last_first());
    }

    /// Every game, top to bottom.
    pub(in crate::view::ui) fn games(&self) -> &[Game] {
        &self.games
    }

    /// The game at this place.
    pub(super) fn get(&self, index: u8) -> Option<&Game> {
        self.games.get(usize::from(index))
    }

    /// Where the game with this target is.
    pub(super) fn place_of(&self, target: &str) -> Option<u8> {
        let index = self.games.iter().position(|game| game.target == target)?;
        u8::try_from(index).ok()
    }

    /// The places of the games, top to bottom.
    pub(super) fn places(&self) -> impl Iterator<Item = u8> + use<> {
        0..u8::try_from(self.games.len()).unwrap_or(u8::MAX)
    }

    /// The games that are visible now, with their places.
    pub(in crate::view::ui) fn visible(&self) -> impl Iterator<Item = (u8, &Game)> {
        self.places().zip(&self.games).skip(self.first).take(self.rows)
    }

    /// How many games are above and below what is visible.
    pub(in crate::view::ui) fn hidden(&self) -> (usize, usize) {
        (self.first, self.games.len().saturating_sub(self.first + self.rows))
    }

    /// Moves what is visible as little as it takes to see this place.
    pub(super) fn reveal(&mut self, index: u8) {
        let index = usize::from(index);
        self.first = self.first.clamp((index + 1).saturating_sub(self.rows), index);
    }

    /// Moves what is visible by one game.
    pub(super) fn scroll(&mut self, up: bool) {
        self.first = if up { self.first.saturating_sub(1) } else { self.first + 1 };
        self.first = self.first.min(self.last_first());
    }

    fn last_first(&self) -> usize {
        self.games.len().saturating_sub(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(targets: &[&str]) -> Vec<Game> {
        targets.iter().map(|t| Game { target: (*t).to_owned(), ..Game::default() }).collect()
    }

    fn targets(list: &List) -> Vec<&str> {
        list.games().iter().map(|game| game.target.as_str()).collect()
    }

    #[test]
    fn a_game_keeps_its_place_while_others_come_and_go() {
        let mut shown = List::default();
        shown.follow(&list(&["b", "d"]));
        shown.follow(&list(&["a", "b", "c", "d"]));
        assert_eq!(targets(&shown), ["b", "d", "a", "c"]);
        let mut news = list(&["a", "c", "d"]);
        news[2].players = 3;
        shown.follow(&news);
        assert_eq!(targets(&shown), ["d", "a", "c"]);
        assert_eq!(shown.get(0).map(|game| game.players), Some(3), "what it says is new");
        assert_eq!((shown.place_of("c"), shown.place_of("b")), (Some(2), None));
    }

    #[test]
    fn a_long_list_moves_just_so_far_that_the_wanted_game_is_seen() {
        let names: Vec<String> = (0..20).map(|n| format!("{n:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut shown = List::default();
        shown.follow(&list(&names));
        let places = |shown: &List| shown.visible().map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!((places(&shown), shown.hidden()), ((0..8).collect(), (0, 12)));
        shown.reveal(8);
        assert_eq!(places(&shown), (1..9).collect::<Vec<_>>());
        shown.reveal(5);
        assert_eq!(shown.hidden(), (1, 11), "it was visible already");
        shown.reveal(0);
        shown.scroll(true);
        assert_eq!(shown.hidden(), (0, 12));
        (0..30).for_each(|_| shown.scroll(false));
        assert_eq!((places(&shown), shown.hidden()), ((12..20).collect(), (12, 0)));
        shown.follow(&list(&names[..3]));
        assert_eq!((places(&shown), shown.hidden()), (vec![0, 1, 2], (0, 0)));
    }
}
