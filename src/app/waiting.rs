//! What a guest without a window reads while it waits: who is in the room, and for what.

use crate::session::{Kind, Lobby};

/// Says each state of the room once.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    said: Option<Lobby>,
}

impl Waiting {
    /// The room looks like this now: the line to print, unless nothing but the clock and
    /// who is ready has changed.
    pub(super) fn news(&mut self, lobby: &Lobby) -> Option<String> {
        let seconds = lobby.seconds.map(|_| 0);
        let picture = Lobby { seconds, ready: 0, ..lobby.clone() };
        if self.said.as_ref() == Some(&picture) {
            return None;
        }
        self.said = Some(picture);
        Some(line(lobby))
    }
}

fn line(lobby: &Lobby) -> String {
    let names = lobby.roster.active().map(|(_, player)| match player.kind {
        Kind::Human => player.name.to_string(),
        Kind::Bot(_) => format!("{} (bot)", player.name),
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let taken = lobby.roster.active().count();
    let awaited = match lobby.seconds {
        Some(left) => {
            format!("the match runs, {}:{:02} left; you come in at once", left / 60, left % 60)
        }
        None => "waiting for the host to start the match".to_owned(),
    };
    format!("in the room: {names} ({taken} of {} seats); {awaited}", lobby.seats)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{BotLevel, Name, PeerId, Roster};

    fn lobby() -> Lobby {
        let mut roster = Roster::default();
        roster.add(PeerId(1), &Name::new("Ann").unwrap(), Kind::Human);
        roster.add(PeerId(1), &Name::bot(1), Kind::Bot(BotLevel::Easy));
        Lobby { roster, seats: 4, ..Lobby::default() }
    }

    #[test]
    fn who_waits_reads_who_is_there_and_what_for() {
        let mut waiting = Waiting::default();
        let mut room = lobby();
        assert_eq!(
            waiting.news(&room).as_deref(),
            Some(
                "in the room: Ann, Bot 1 (bot) (2 of 4 seats); \
                 waiting for the host to start the match"
            )
        );
        room.ready = 1;
        assert_eq!(waiting.news(&room), None);
        room.seconds = Some(97);
        assert_eq!(
            waiting.news(&room).as_deref(),
            Some(
                "in the room: Ann, Bot 1 (bot) (2 of 4 seats); \
                 the match runs, 1:37 left; you come in at once"
            )
        );
        room.seconds = Some(96);
        assert_eq!(waiting.news(&room), None, "the clock alone is no news");
        room.roster.park(PeerId(1));
        assert!(waiting.news(&room).is_some());
    }
}
