//! What should be known of the line with the focus, in a sentence or two, before it is changed.

use super::{Item, Menu, Page};
use crate::sim::RuleSet;
use crate::view::ui::glyphs::is_complete;
use crate::view::ui::text::Face;
use crate::words::{say, say_with};

impl Menu {
    /// What should be known of the line with the focus.
    pub(in crate::view::ui) fn note(&self) -> Option<String> {
        let forms = &self.forms;
        match self.focus {
            Item::Setting(knob) => knob.note(),
            Item::Name => letters(&forms.name.text()),
            Item::SecondName => letters(&forms.second.text()),
            Item::Rules => Some(rules(forms.rules)),
            Item::RoomRules => self.lobby().map(|lobby| rules(lobby.rules)),
            Item::Second => Some(say("form-note-second")),
            Item::Fill => Some(say("form-note-fill")),
            Item::MapPort => Some(say("form-note-map-port")),
            Item::Relay if forms.remote => {
                let relay = self.relay().unwrap_or_default();
                Some(say_with("form-note-relay", &[("relay", relay.into())]))
            }
            Item::Relay => Some(say("form-note-own-machine")),
            _ => None,
        }
    }

    /// What should be known of a page, where nothing else is.
    pub(in crate::view::ui) fn page_note(&self) -> Option<String> {
        match self.page {
            Page::Practice | Page::Host => Some(rules(self.forms.rules)),
            Page::Join => Some(say("form-target-note")),
            _ => None,
        }
    }
}

fn rules(rules: RuleSet) -> String {
    say(match rules {
        RuleSet::Classic => "rules-classic-note",
        RuleSet::Modern => "rules-modern-note",
    })
}

/// That others will see something else than what was typed.
fn letters(name: &str) -> Option<String> {
    (!is_complete(Face::Bold, name)).then(|| say("form-note-letters"))
}

/// Where a relay is, without what every relay's address has around it.
pub(super) fn relay_name(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = bare.split(['/', '?']).next().unwrap_or_default();
    if host.is_empty() { address } else { host }
}

#[cfg(test)]
mod tests {
    use super::super::{Menu, Part, Situation};
    use super::*;
    use crate::view::stage::Title;

    fn host_with(relay: &str) -> Menu {
        let mut menu = Menu::new();
        let relay = relay.to_owned();
        menu.follow(Situation::Title(Title { attempt: 1, relay, ..Title::default() }));
        menu.turn_to("Host");
        menu
    }

    #[test]
    fn a_line_that_needs_a_word_has_one_and_the_whole_address_of_a_relay_can_be_read() {
        let mut menu = host_with("wss://relay.example:3536/games");
        menu.focus = Item::Relay;
        assert!(menu.note().is_some_and(|note| note.contains("wss://relay.example:3536/games")));
        menu.click(Item::Relay, Part::Less);
        assert!(menu.note().is_some_and(|note| !note.contains("relay.example")));
        for item in [Item::Fill, Item::MapPort, Item::Second, Item::Rules] {
            menu.focus = item;
            assert!(menu.items().contains(&item) && menu.note().is_some(), "{item:?}");
        }
    }

    #[test]
    fn a_name_says_that_it_cannot_be_drawn_while_it_is_typed_and_may_be_used_all_the_same() {
        let mut menu = host_with("");
        menu.focus = Item::Name;
        assert_eq!(menu.note(), None);
        menu.type_character('Ж');
        assert_eq!(menu.note(), None, "that one can be drawn");
        menu.type_character('漢');
        assert_eq!(menu.note(), Some(say("form-note-letters")));
        assert!(menu.is_enabled(Item::Open));
    }

    #[test]
    fn a_relay_is_called_by_its_host() {
        let names = ["wss://relay.example/", "ws://10.0.0.2:3536/a?b", "relay.example", "wss://"];
        let shown = ["relay.example", "10.0.0.2:3536", "relay.example", "wss://"];
        assert_eq!(names.map(relay_name), shown);
    }
}
