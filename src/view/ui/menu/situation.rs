//! What the menus are about, as the match thread tells it.

use crate::sim::Phase;
use crate::view::stage::{Frame, Lobby, Screen, Title};

/// What the menus are about right now, told by the mode.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::view::ui) enum Situation {
    Title(Title),
    Connecting(String),
    Lobby(Lobby),
    Match,
    Over { is_host: bool },
}

impl Situation {
    pub(in crate::view::ui) fn of(screen: &Screen, frame: &Frame) -> Situation {
        match screen {
            Screen::Title(title) => Situation::Title(title.clone()),
            Screen::Connecting(what) => Situation::Connecting(what.clone()),
            Screen::Lobby(lobby) => Situation::Lobby(lobby.clone()),
            Screen::Match => match &frame.scene {
                Some(scene) if frame.settled.phase() == Phase::Over => {
                    Situation::Over { is_host: scene.is_host }
                }
                _ => Situation::Match,
            },
        }
    }

    /// Whether this is another situation, and not the same with other details.
    pub(super) fn is_news_after(&self, before: &Situation) -> bool {
        match (self, before) {
            (Situation::Title(now), Situation::Title(before)) => now.attempt != before.attempt,
            _ => std::mem::discriminant(self) != std::mem::discriminant(before),
        }
    }
}
