//! What is told of a match, as sounds on the board. Rollbacks are reconciled as for the eye:
//! what is told again is not played again, what was unmade fades. Pure.

use super::super::reports::{Reports, Show, Verdict};
use super::board::Board;
use super::cue::{Cue, Sound, cue};
use crate::sim::{Event, Map, Told};

/// Names of sounds that no rollback can take back are counted from here; others are far below.
const FIRM: Show = 1 << 63;
/// Ticks after which what happened is not made up for: the window was hidden.
const OLD: u32 = 30;

/// The board, and which events it knows.
#[derive(Default)]
pub struct Listener {
    reports: Reports,
    board: Board,
    firm: Show,
}

impl Listener {
    /// Something happened, or did not happen after all. `now` is the newest tick, `own` the
    /// player's seat. The end of a tank is heard when it is settled.
    pub fn hear(&mut self, told: Told, now: u32, own: u8, map: &Map) {
        let (show, tick, event) = match told {
            Told::Rewound(tick) => return self.reports.rewind(tick),
            Told::Happened(_, Event::Destroyed { .. }) => return,
            Told::Happened(tick, event) => match self.reports.tell(tick, &event) {
                Verdict::Begin(show) => (show, tick, event),
                // It sounds, or has sounded to its end; what has faded by now begins anew.
                Verdict::Same(show) if !self.board.has_faded(show) => {
                    self.board.keep(show);
                    return;
                }
                Verdict::Same(show) => (show, tick, event),
            },
            Told::Settled(tick, event @ Event::Destroyed { .. }) => (self.firm(), tick, event),
            Told::Settled(..) => return,
        };
        if tick.abs_diff(now) < OLD
            && let Some(cue) = cue(&event, own, map, show)
        {
            self.board.begin(show, cue);
        }
    }

    /// Something without an event, in the player's head.
    pub fn say(&mut self, sound: Sound) {
        let show = self.firm();
        self.board.begin(show, Cue::plain(sound));
    }

    /// Before the board is asked what to do: lets what was unmade fade.
    pub fn settle(&mut self, now: u32) -> &mut Board {
        let board = &mut self.board;
        self.reports.doubtful(now, |show, _| board.take_back(show));
        board
    }

    /// Another match.
    pub fn clear(&mut self) {
        self.reports.clear();
        self.board.clear();
    }

    fn firm(&mut self) -> Show {
        self.firm += 1;
        FIRM + self.firm
    }
}
