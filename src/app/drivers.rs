//! Who holds which keys: one or two people at the window, or a bot for each seat it drives.

use crate::bot::{Bot, Level};
use crate::session::{BotLevel, Kind, PeerId, Roster};
use crate::sim::{Input, MAX_SEATS, Map, World};

/// The drivers of this peer's seats in one epoch.
#[derive(Default)]
pub struct Drivers {
    bots: Vec<(u8, Bot)>,
    /// The seats of the first and the second person.
    people: [Option<u8>; 2],
}

impl Drivers {
    /// Drivers for the seats of `me`; with `autopilot` a bot of that level drives
    /// the people's tanks as well. Bots that go on driving their seat keep their memory.
    pub fn new(
        mut old: Self,
        me: PeerId,
        roster: &Roster,
        seed: u64,
        autopilot: Option<Level>,
    ) -> Self {
        let mut drivers = Self::default();
        for (seat, player) in roster.active().filter(|(_, player)| player.peer == me) {
            let driver = match (player.kind, autopilot) {
                (Kind::Bot(own), _) => level(own),
                (Kind::Human, Some(autopilot)) => autopilot,
                (Kind::Human, None) => {
                    let [first, second] = &mut drivers.people;
                    *(if player.second { second } else { first }) = Some(seat);
                    continue;
                }
            };
            let kept = old.bots.iter().position(|(s, _)| *s == seat);
            let bot = match kept {
                Some(index) => old.bots.swap_remove(index).1,
                None => Bot::new(driver, seed ^ (u64::from(seat) << 56)),
            };
            drivers.bots.push((seat, bot));
        }
        drivers
    }

    /// From now on the bots play at this share of their speed, 40..=100 percent.
    pub fn set_pace(&mut self, percent: u8) {
        for (_, bot) in &mut self.bots {
            bot.set_pace(percent);
        }
    }

    /// What every local seat holds now; `held` is what the first and the second person hold.
    pub fn inputs(&mut self, world: &World, map: &Map, held: [Input; 2]) -> [Input; MAX_SEATS] {
        let mut inputs = [Input::default(); MAX_SEATS];
        let mut put = |seat: u8, input| {
            if let Some(slot) = inputs.get_mut(usize::from(seat)) {
                *slot = input;
            }
        };
        for (seat, held) in self.people.into_iter().zip(held) {
            if let Some(seat) = seat {
                put(seat, held);
            }
        }
        for (seat, bot) in &mut self.bots {
            put(*seat, bot.input(world, map, *seat));
        }
        inputs
    }
}

/// The bot's own name for a level of the session.
pub fn level(level: BotLevel) -> Level {
    match level {
        BotLevel::Easy => Level::Easy,
        BotLevel::Normal => Level::Normal,
        BotLevel::Hard => Level::Hard,
    }
}
