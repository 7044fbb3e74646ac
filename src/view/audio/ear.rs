//! What the window tells about the match and its menus, as sounds: the one thing that the
//! window holds of all this.

use super::super::actors::Moment;
use super::super::camera::Camera;
use super::super::eyes::Eyes;
use super::super::stage::{Frame, Screen};
use super::Volumes;
use super::board::{Ear, Hum, Order};
use super::cue::{Cue, Sound};
use super::finale::Finale;
use super::listen::Listener;
use super::player::{Player, Track};
use crate::sim::{Event, MAX_SEATS, Phase, Told, World};

/// Tiles per second of a tank at full speed on good ground.
const FULL_SPEED: f32 = 3.0;
/// Seconds after which the sound of an engine has followed most of a change.
const INERTIA: f32 = 0.18;
/// A second of everything else being quieter, after an explosion nearer than this.
const DUCK_RANGE: f32 = 9.0;

/// The way from what happens to the loudspeaker.
pub(in crate::view) struct Audio {
    player: Option<Player>,
    listener: Listener,
    newest: u32,
    /// How fast each tank drives, eased, as a share of full speed.
    pace: [f32; MAX_SEATS],
    last: [(f32, f32); MAX_SEATS],
    /// Seconds of the countdown left, when last looked at.
    count: Option<u32>,
    finale: Finale,
    seeds: [u64; 2],
}

impl Audio {
    /// Opens the default device, or says in the log why there will be no sound.
    pub(in crate::view) fn open(volumes: Volumes) -> Self {
        Self { player: Player::open(volumes), ..Self::silent() }
    }

    /// Opens no device; nothing is heard.
    pub(in crate::view) fn silent() -> Self {
        Self {
            player: None,
            listener: Listener::default(),
            newest: 0,
            pace: [0.0; MAX_SEATS],
            last: [(0.0, 0.0); MAX_SEATS],
            count: None,
            finale: Finale::default(),
            seeds: [0; 2],
        }
    }

    /// From now on it is this loud.
    pub(in crate::view) fn set_volumes(&mut self, volumes: Volumes) {
        if let Some(player) = &mut self.player {
            player.set_volumes(volumes);
        }
    }

    /// Something happened in the match, or did not happen after all.
    pub(in crate::view) fn report(&mut self, told: Told, frame: &Frame) {
        if let Some(scene) = &frame.scene {
            let crew = match told {
                Told::Happened(_, event) | Told::Settled(_, event) => seat_of(&event),
                Told::Rewound(_) => None,
            };
            // What only a crew hears, each of two players hears of their own.
            let own = crew.filter(|seat| scene.owns(*seat)).unwrap_or(scene.own);
            self.listener.hear(told, frame.now.tick, own, &scene.map);
        }
    }

    /// Something without an event, in the player's head.
    pub(in crate::view) fn say(&mut self, sound: Sound) {
        self.listener.say(sound);
    }

    /// Once per drawn frame, and now and then while the window is hidden.
    pub(in crate::view) fn update(
        &mut self,
        moment: Option<&Moment>,
        settled: &World,
        eyes: &Eyes,
        screen: &Screen,
        has_focus: bool,
        seconds: f32,
    ) {
        let moment = moment.filter(|_| *screen == Screen::Match);
        let mut hums = Vec::new();
        match moment {
            Some(moment) => {
                self.newest = moment.now.tick;
                self.announce(moment, settled);
                self.engines(moment, seconds, &mut hums);
            }
            None => self.count = None,
        }
        let ear = |view: &Camera| Ear { at: view.centre(), half_width: view.viewport().w / 2.0 };
        let ears: Vec<Ear> = eyes.views().iter().map(ear).collect();
        let player = &mut self.player;
        self.listener.settle(self.newest).update(seconds, &ears, &hums, |order| {
            let Some(player) = player else { return };
            if let Order::Start(_, Cue { sound: Sound::Explosion, .. }, heard) = order
                && heard.distance < DUCK_RANGE
            {
                player.duck();
            }
            player.follow(order);
        });
        if let Some(player) = player {
            let over = moment.is_some_and(|moment| moment.now.phase() == Phase::Over);
            let track = if moment.is_some() && !over { Track::Match } else { Track::Menu };
            player.update(track, has_focus, seconds);
        }
    }

    /// The countdown, which the tick alone says, and the result.
    fn announce(&mut self, moment: &Moment, settled: &World) {
        if moment.scene.map.seeds() != self.seeds {
            self.seeds = moment.scene.map.seeds();
            self.count = None;
            self.listener.clear();
        }
        let count = match moment.now.phase() {
            Phase::Countdown(left) => Some(left.div_ceil(60)),
            _ => None,
        };
        if count.is_some() && count != self.count {
            self.say(Sound::Countdown);
        }
        self.count = count;
        if let Some(sound) = self.finale.look(settled, |seat| moment.scene.owns(seat)) {
            self.say(sound);
        }
    }

    /// An engine and a pair of tracks for each living tank.
    fn engines(&mut self, moment: &Moment, seconds: f32, hums: &mut Vec<Hum>) {
        if moment.now.phase() == Phase::Over {
            return;
        }
        let keep = (-seconds / INERTIA).exp();
        let states = self.pace.iter_mut().zip(&mut self.last);
        for ((seat, tank, pose), (pace, last)) in moment.tanks().zip(states) {
            let step = (pose.at.0 - last.0).hypot(pose.at.1 - last.1);
            *last = pose.at;
            let speed = if step < 1.0 && seconds > 0.0 { step / seconds / FULL_SPEED } else { 0.0 };
            *pace = speed.min(1.3) + (*pace - speed.min(1.3)) * keep;
            if !tank.is_alive() {
                continue;
            }
            let own = moment.scene.owns(seat);
            let at = (!own).then_some(pose.at);
            // A tank of one's own is quieter than it would be: it is always there.
            let base = if own { -7.0 } else { -4.0 };
            // No two engines run alike.
            let tuned = 1.0 + 0.025 * (f32::from(seat) - 3.5);
            hums.push(Hum {
                id: seat * 2,
                at,
                gain: base - 5.0 * (1.0 - pace.min(1.0)),
                rate: tuned * (0.78 + 0.72 * *pace),
            });
            if *pace > 0.04 {
                let gain = base - 3.0 - 18.0 * (1.0 - pace.min(1.0)).powi(2);
                hums.push(Hum { id: seat * 2 + 1, at, gain, rate: 0.45 + 0.75 * *pace });
            }
        }
    }
}

/// Whose tank did something that its crew hears otherwise than others do.
fn seat_of(event: &Event) -> Option<u8> {
    match *event {
        Event::Taken { seat, .. }
        | Event::Dry { seat }
        | Event::Reloaded { seat }
        | Event::Selected { seat, .. } => Some(seat),
        _ => None,
    }
}
