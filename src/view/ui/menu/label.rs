//! What stands on the lines of the menus, and how each of them looks and behaves.

use super::notes::relay_name;
use super::words::switch_name;
use super::{Item, Kind, Menu, Page, level_name, rules_name};
use crate::words::{say, say_with};

impl Menu {
    /// The words on a line.
    pub(in crate::view::ui) fn label(&self, item: Item) -> String {
        say(match item {
            Item::Rejoin => "title-rejoin",
            Item::Practice => "title-practice",
            Item::Host => "title-host",
            Item::Join => "title-join",
            Item::Quit => "title-quit",
            Item::PracticeBots | Item::Bots => "form-bots",
            Item::Level => "form-skill",
            Item::Rules | Item::RoomRules => "form-rules",
            Item::Length => "lobby-length",
            Item::Colour => "lobby-colour",
            Item::SecondColour => "couch-colour",
            Item::Fill => "lobby-form-fill",
            Item::Relay => "lobby-form-relay",
            Item::MapPort => "lobby-form-map-port",
            Item::Paste => "lobby-form-paste",
            Item::Seat(_) => "lobby-bot",
            Item::Begin => "form-begin",
            Item::Name => "form-name",
            Item::Second => "couch-second",
            Item::SecondName => "couch-second-field",
            Item::Players => "form-players",
            Item::Open => "form-open",
            Item::Target => "form-target",
            Item::Password => "form-password",
            Item::Enter | Item::Game(_) | Item::Recent(_) => "form-enter",
            Item::Back => "menu-back",
            Item::CopyCode | Item::CopyLine(_) => "menu-copy",
            Item::Ready if self.is_ready() => "lobby-not-ready",
            Item::Ready => "lobby-say-ready",
            Item::Start => match self.not_ready() {
                0 if !self.is_enabled(item) => "lobby-start-alone",
                0 => "lobby-start",
                count => return say_with("lobby-start-anyway", &[("count", count.into())]),
            },
            Item::Leave => match self.page {
                Page::Connecting => "menu-cancel",
                Page::Pause => "pause-leave",
                Page::Lobby if self.lobby().is_some_and(|lobby| lobby.is_host) => "lobby-close",
                _ => "menu-leave",
            },
            Item::Rematch => "result-rematch",
            Item::Resume => "pause-resume",
            Item::Controls => "pause-controls",
            Item::HowTo => "howto-title",
            Item::Credits => "credits-title",
            Item::Settings => "settings-title",
            Item::Section(section) => return section.label(),
            Item::Setting(knob) => return knob.label(),
            Item::Reset => "settings-reset",
            Item::Cancel => "menu-cancel",
            _ => return self.controls_label(item),
        })
    }

    /// How a line looks and behaves.
    pub(in crate::view::ui) fn kind(&self, item: Item) -> Kind {
        let forms = &self.forms;
        match item {
            Item::PracticeBots => Kind::Stepper(forms.practice_bots.to_string()),
            Item::Players => Kind::Stepper(forms.players.to_string()),
            Item::Bots => Kind::Stepper(forms.bots.to_string()),
            Item::Level => Kind::Stepper(level_name(forms.level)),
            Item::Rules => Kind::Stepper(rules_name(forms.rules)),
            Item::Fill => Kind::Stepper(switch_name(forms.fill)),
            Item::MapPort => Kind::Stepper(switch_name(forms.map_port)),
            Item::Relay if forms.remote => {
                Kind::Stepper(relay_name(self.relay().unwrap_or_default()).to_owned())
            }
            Item::Relay => Kind::Stepper(say("lobby-form-own-relay")),
            Item::Colour | Item::SecondColour | Item::RoomRules | Item::Length | Item::Seat(_) => {
                Kind::Stepper(self.room_value(item))
            }
            Item::Name | Item::SecondName | Item::Target | Item::Password => Kind::Field,
            Item::Second => {
                Kind::Stepper(say(if forms.has_second { "couch-on" } else { "couch-off" }))
            }
            Item::CopyCode | Item::CopyLine(_) => {
                Kind::Copy(self.text_to_copy(item).unwrap_or_default())
            }
            Item::Setting(knob) => self.knob_kind(knob),
            _ => self.controls_kind(item),
        }
    }
}
