//! What a mode shows a window, and what the window gives back. Plain data and
//! queues: the window never calls the match and the match never waits for the window.
//!
//! The match thread publishes a [`Frame`] after each tick and a [`Screen`] when
//! something about the menus changes; the window writes held keys into one
//! atomic and puts [`Choice`]s into a queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::sim::{Deeds, Input, MAX_SEATS, Map, RuleSet, Told, World};

/// Everything the window needs to draw one moment of a match.
#[derive(Clone)]
pub struct Frame {
    /// What does not change while an epoch lasts; `None` outside a match.
    pub scene: Option<Arc<Scene>>,
    /// The predicted world one tick ago.
    pub before: World,
    /// The newest predicted world.
    pub now: World,
    /// The newest settled world: points, deaths and the end of the match are told from it.
    pub settled: World,
    /// What everyone did up to the settled world.
    pub deeds: Deeds,
    /// When `now` was stepped: the clock of the interpolation.
    pub stepped_at: Instant,
    /// The line to the other peers.
    pub net: NetCorner,
}

/// What stays the same during one epoch.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The ground.
    pub map: Arc<Map>,
    /// Who sits where.
    pub seats: [SeatLabel; MAX_SEATS],
    /// The seat that the camera follows and the HUD speaks of.
    pub own: u8,
    /// The seat of the second player at this machine, if there is one: it is followed, too,
    /// and the HUD speaks of both.
    pub second: Option<u8>,
    /// Whether this peer may start a rematch.
    pub is_host: bool,
    /// The seat of the player who may, once that is known.
    pub host: Option<u8>,
}

impl Scene {
    /// Whether a seat is of somebody at this machine who holds keys.
    pub fn owns(&self, seat: u8) -> bool {
        seat == self.own || Some(seat) == self.second
    }

    /// The seats of the people at this machine, the first player's first.
    pub fn own_seats(&self) -> impl Iterator<Item = u8> {
        std::iter::once(self.own).chain(self.second)
    }

    /// The number of the colour and pattern in which a seat is drawn, here and everywhere.
    pub fn colour(&self, seat: u8) -> u8 {
        self.seats.get(usize::from(seat)).and_then(|label| label.colour).unwrap_or(seat)
    }
}

/// Who sits in a seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatLabel {
    /// The name to show; empty for an empty seat.
    pub name: String,
    /// Whether a bot plays.
    pub is_bot: bool,
    /// Whether it is driven from this machine.
    pub is_local: bool,
    /// The number of its player's colour and pattern; `None` is the seat's own.
    pub colour: Option<u8>,
}

/// The numbers in the net corner of the HUD.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetCorner {
    /// Whether there is anyone remote.
    pub is_online: bool,
    /// Round trip to the slowest peer in milliseconds.
    pub ping_ms: u32,
    /// Input delay in ticks.
    pub delay: u32,
    /// Ticks rolled back in the latest tick.
    pub rollback: u32,
    /// Datagrams refused since the match began, in percent of all received.
    pub refused_percent: u32,
    /// The player everyone is waiting for.
    pub waiting_for: Option<String>,
    /// A short line that stands at the bottom of the screen as long as it is true.
    pub standing: Option<String>,
    /// Play is frozen while a new epoch begins.
    pub frozen: bool,
    /// The line to each other player, by seat.
    pub lines: Vec<Line>,
}

/// The line to one other player.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where the player sits.
    pub seat: u8,
    /// The number of the player's colour.
    pub colour: u8,
    /// Round trip in milliseconds, once known.
    pub ping_ms: Option<u32>,
    /// The way, once known: `lan`, `direct` or `relayed`.
    pub route: Option<&'static str>,
}

/// What one tick measured, for the graph. The times are in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// How late the tick began.
    pub late_us: u32,
    /// Ticks that it rolled back.
    pub rollback: u8,
    /// Whether play stood still, because the inputs of somebody did not come.
    pub stood: bool,
    /// The lines to others, by seat; `None` where there is none.
    pub lines: [Option<LineSample>; MAX_SEATS],
}

/// What one tick knew of the line to another player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineSample {
    /// Round trip in milliseconds; 0 while it is not known.
    pub ping_ms: u16,
    /// By how much the times between two arrivals are off, in tenths of a millisecond.
    pub jitter: u16,
    /// Datagrams lost on the way here, in percent of the last two seconds'.
    pub loss_percent: u8,
}

/// What is on the screen apart from the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// The title menu and its forms.
    Title(Title),
    /// Waiting for the network; the text says for what.
    Connecting(String),
    /// The room before the match.
    Lobby(Lobby),
    /// The match, and its result when the World says it is over.
    Match,
}

/// The title menu: what went wrong before, and what there is to join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// Counts up each time something that was tried comes back here, so that the same
    /// trouble twice is seen to be another.
    pub attempt: u32,
    /// Why it came back, if there is a reason.
    pub trouble: Option<Trouble>,
    /// The match that was left last and can be had back.
    pub rejoin: Option<Rejoin>,
    /// The games of the local network.
    pub games: Games,
    /// The rooms joined or hosted elsewhere before, newest first.
    pub recent: Vec<Recent>,
    /// The relay of the settings; empty where there is none.
    pub relay: String,
}

/// A room of an earlier time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// The room's code.
    pub room: String,
    /// What a person would type to join it; no two have the same.
    pub target: String,
    /// The name of who hosted it then.
    pub host: String,
    /// Minutes since.
    pub minutes: u32,
}

/// Why something that was tried did not work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// One sentence that says what to do.
    pub sentence: String,
    /// Whether another password would help.
    pub wants_password: bool,
}

/// A match with a seat that is kept for this player.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejoin {
    /// The room's code.
    pub room: String,
    /// What a person would type to join it.
    pub target: String,
}

/// The games of the local network, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Games {
    /// Nobody looks for any: see [`Choice::Watch`].
    #[default]
    Unwatched,
    /// These were found up to now.
    Listed(Vec<Game>),
    /// They cannot be looked for; the sentence says why.
    Failed(String),
}

/// A game of the local network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Game {
    /// The room's code.
    pub room: String,
    /// What a person would type to join it; no two games have the same.
    pub target: String,
    /// Seats that are taken, bots included.
    pub players: u8,
    /// Seats.
    pub seats: u8,
    /// The rule set's name.
    pub rules: String,
    /// The version of the host's program, if it is not this one's.
    pub other_version: Option<String>,
    /// Whether a password is asked for.
    pub is_locked: bool,
}

/// A password on its way from a form. It shows itself to no log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The room before the match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lobby {
    /// The room's code.
    pub code: String,
    /// What a friend types to join, one line for each address; empty for a guest.
    pub join_lines: Vec<String>,
    /// Whether this peer may start and change the room.
    pub is_host: bool,
    /// Who is there, by seat.
    pub players: Vec<LobbyPlayer>,
    /// Seats of the match.
    pub seats: u8,
    /// The rule set of the match.
    pub rules: RuleSet,
    /// Length of the match in seconds.
    pub seconds: u16,
    /// Seconds left of the match that runs, for who waits to come in; `None` before it.
    pub clock: Option<u16>,
}

/// One line of the lobby.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LobbyPlayer {
    /// The seat.
    pub seat: u8,
    /// The number of the player's colour.
    pub colour: u8,
    /// The name.
    pub name: String,
    /// Whether the player said to be ready; bots always are.
    pub ready: bool,
    /// Whether a bot plays.
    pub is_bot: bool,
    /// How well the bot plays.
    pub level: BotStrength,
    /// Whether this is a player at this machine.
    pub is_you: bool,
    /// Whether it is the second one at their machine.
    pub is_second: bool,
    /// Whether this is the host.
    pub is_host: bool,
    /// Round trip in milliseconds, once known.
    pub ping_ms: Option<u32>,
    /// The way to this player, once known: `lan`, `direct` or `relayed`.
    pub route: Option<&'static str>,
}

/// How strong a bot is, as the menus name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum BotStrength {
    Easy,
    #[default]
    Normal,
    Hard,
}

/// What a person decided in a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A match against bots, now.
    Practice {
        /// The player's name.
        name: String,
        /// How many, 1..=7.
        bots: u8,
        /// How strong.
        level: BotStrength,
        /// Under which rules.
        rules: RuleSet,
        /// The name of a second player at this machine, if there is one.
        second: Option<String>,
    },
    /// Open a room.
    Host {
        /// The player's name.
        name: String,
        /// Seats, 2..=8.
        players: u8,
        /// Bots among them.
        bots: u8,
        /// Under which rules.
        rules: RuleSet,
        /// Whether bots play for people who go, until they are back.
        fill: bool,
        /// Whether the room is at [`Title::relay`] and not on this machine.
        remote: bool,
        /// Whether the router is asked to let friends on the internet in.
        map_port: bool,
        /// Asked of everybody who joins; empty for none.
        password: Secret,
        /// The name of a second player at this machine, if there is one.
        second: Option<String>,
    },
    /// Join a room.
    Join {
        /// The player's name.
        name: String,
        /// What the friend said: `HOST[:PORT]/ROOM`, a ws or wss URL, or a code.
        target: String,
        /// Of the room; empty for none.
        password: Secret,
        /// The name of a second player at this machine, if there is one.
        second: Option<String>,
    },
    /// Back into the match of [`Title::rejoin`].
    Rejoin {
        /// The player's name, should the seat be gone.
        name: String,
        /// The name of a second player at this machine, if there is one.
        second: Option<String>,
    },
    /// In the title: this is no longer to be listed in [`Title::recent`].
    Forget(String),
    /// In the title: look for games of the local network, or no longer.
    Watch(bool),
    /// In the lobby: ready or not.
    Ready(bool),
    /// In the lobby: the colour to be seen in.
    Colour {
        /// The second player at this machine wants it, and not the first.
        second: bool,
        /// Its number.
        number: u8,
    },
    /// In the lobby: what to be called.
    Name {
        /// The second player at this machine wants it, and not the first.
        second: bool,
        /// The name.
        name: String,
    },
    /// In the lobby, as host: begin.
    Start,
    /// In the lobby, as host: what will be played.
    Rules {
        /// The rule set.
        rules: RuleSet,
        /// Length of the match.
        seconds: u16,
    },
    /// In the lobby, as host: one bot more.
    AddBot(BotStrength),
    /// In the lobby, as host: the bot of a seat plays better or worse, or goes.
    SetBot {
        /// Whose.
        seat: u8,
        /// Its new strength; without one it goes.
        level: Option<BotStrength>,
    },
    /// After a match, as host: again with new seeds.
    Rematch,
    /// Back to the title; says goodbye to the peers.
    Leave,
    /// End the program; says goodbye to the peers.
    Quit,
}

/// The input that the first and the second player hold right now, shared by the window
/// and the match thread. A tap that began and ended between two ticks counts for one tick.
#[derive(Debug, Default)]
pub struct HeldKeys([HeldByOne; 2]);

/// What one player holds, and what was pressed since the match last took notice of it.
#[derive(Debug, Default)]
struct HeldByOne {
    now: AtomicU32,
    pressed: AtomicU32,
}

impl HeldKeys {
    /// The window says what is held.
    pub fn set(&self, inputs: [Input; 2]) {
        for (keys, input) in self.0.iter().zip(inputs) {
            let now = u32::from(input.held) | u32::from(input.aim) << 16;
            let before = keys.now.swap(now, Ordering::Relaxed);
            // Where to aim says nothing any more once nobody aims.
            let pressed = now & !before & u32::from(!Input::AIM);
            keys.pressed.fetch_or(pressed, Ordering::Relaxed);
        }
    }

    /// What is held, and what was tapped since it was last taken.
    pub fn get(&self) -> [Input; 2] {
        [0, 1].map(|player: usize| {
            let keys = self.0.get(player);
            let bits = keys.map_or(0, |keys| {
                keys.now.load(Ordering::Relaxed) | keys.pressed.load(Ordering::Relaxed)
            });
            Input { held: bits as u16, aim: (bits >> 16) as u16 }
        })
    }

    /// A tick was played with this: taps in it are over.
    pub fn take(&self, inputs: [Input; 2]) {
        for (keys, input) in self.0.iter().zip(inputs) {
            keys.pressed.fetch_and(!u32::from(input.held), Ordering::Relaxed);
        }
    }
}

/// The window's ends of everything that it shares with the match thread.
pub struct Stage {
    /// The newest frame.
    pub frames: triple_buffer::Output<Frame>,
    /// What happened, with what a rollback takes back of it.
    pub events: rtrb::Consumer<Told>,
    /// What each tick measured.
    pub samples: rtrb::Consumer<Sample>,
    /// What the player is to be told once, in one sentence each.
    pub notices: rtrb::Consumer<String>,
    /// The newest menu state.
    pub screens: triple_buffer::Output<Screen>,
    /// Where the window says what is held.
    pub held: Arc<HeldKeys>,
    /// Where menu choices go; a full queue drops the choice.
    pub choices: rtrb::Producer<Choice>,
}

/// The match thread's ends of a [`Stage`].
pub struct Backstage {
    /// Where frames are published.
    pub frames: triple_buffer::Input<Frame>,
    /// Where events go; a full queue drops the newest.
    pub events: rtrb::Producer<Told>,
    /// Where measurements go; a full queue drops the newest.
    pub samples: rtrb::Producer<Sample>,
    /// Where notices go; a full queue drops the newest.
    pub notices: rtrb::Producer<String>,
    /// Where menu state is published.
    pub screens: triple_buffer::Input<Screen>,
    /// What is held.
    pub held: Arc<HeldKeys>,
    /// What a person decided.
    pub choices: rtrb::Consumer<Choice>,
}

/// Both ends of a new stage, showing the title.
pub fn stage() -> (Stage, Backstage) {
    let empty: World = bytemuck::Zeroable::zeroed();
    let frame = Frame {
        scene: None,
        before: empty,
        now: empty,
        settled: empty,
        deeds: Deeds::default(),
        stepped_at: Instant::now(),
        net: NetCorner::default(),
    };
    let (frames_in, frames_out) = triple_buffer::triple_buffer(&frame);
    let (screens_in, screens_out) = triple_buffer::triple_buffer(&Screen::Title(Title::default()));
    let (events_in, events_out) = rtrb::RingBuffer::new(4096);
    let (samples_in, samples_out) = rtrb::RingBuffer::new(256);
    let (notices_in, notices_out) = rtrb::RingBuffer::new(32);
    let (choices_in, choices_out) = rtrb::RingBuffer::new(64);
    let held = Arc::new(HeldKeys::default());
    (
        Stage {
            frames: frames_out,
            events: events_out,
            samples: samples_out,
            notices: notices_out,
            screens: screens_out,
            held: Arc::clone(&held),
            choices: choices_in,
        },
        Backstage {
            frames: frames_in,
            events: events_in,
            samples: samples_in,
            notices: notices_in,
            screens: screens_in,
            held,
            choices: choices_out,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Input = Input { held: 0, aim: 0 };

    fn held(bits: u16) -> Input {
        Input { held: bits, aim: 0 }
    }

    #[test]
    fn tap_between_two_ticks_counts_for_one_tick() {
        let keys = HeldKeys::default();
        keys.set([held(Input::FIRE), NOTHING]);
        keys.set([NOTHING; 2]);
        // A turn without a tick must not lose it.
        assert_eq!(keys.get(), [held(Input::FIRE), NOTHING]);
        assert_eq!(keys.get(), [held(Input::FIRE), NOTHING]);
        keys.take(keys.get());
        assert_eq!(keys.get(), [NOTHING; 2]);
    }

    #[test]
    fn key_that_was_held_for_ticks_is_let_go_at_once() {
        let keys = HeldKeys::default();
        for _ in 0..3 {
            keys.set([NOTHING, held(Input::FORWARD)]);
            keys.take(keys.get());
            assert_eq!(keys.get(), [NOTHING, held(Input::FORWARD)]);
        }
        keys.set([NOTHING; 2]);
        assert_eq!(keys.get(), [NOTHING; 2]);
    }

    #[test]
    fn nobody_aims_any_more_after_looking_away() {
        let keys = HeldKeys::default();
        keys.set([Input { held: Input::AIM, aim: 0xFFFF }, NOTHING]);
        keys.set([NOTHING; 2]);
        assert_eq!(keys.get(), [NOTHING; 2]);
    }
}
