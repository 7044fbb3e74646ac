//! The loudspeaker: carries out the orders of the board through kira. A machine without a
//! device plays in silence: opening it may fail, and nothing else notices.
//!
//! The sounds are in the program and are unpacked by a thread of their own, so that the
//! window does not wait for them; what is wanted before that is not heard.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kira::sound::static_sound::{StaticSoundData, StaticSoundHandle};
use kira::track::{TrackBuilder, TrackHandle};
use kira::{AudioManager, AudioManagerSettings, Decibels, DefaultBackend, Panning, Tween};

use super::super::reports::Show;
use super::board::{FADE, Heard, Hum, Order};
use super::cue::{Cue, Sound};
use super::{Volumes, decibels};

/// Room above the loudest moment, in decibels.
const HEADROOM: f32 = 6.0;
/// How much quieter everything else is after an explosion, for how many seconds.
const DUCK: (f32, f32) = (-8.0, 0.55);
/// Seconds in which loops follow the board, short enough not to lag, long enough not to click.
const SLIDE: f32 = 0.05;
/// Seconds in which one track of music gives way to the other.
const CROSSFADE: f32 = 1.2;

macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!("../../../assets/sounds/", $name, ".flac"))
    };
}

/// A track of music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Track {
    Menu,
    Match,
}

/// Every sound, unpacked.
struct Bank {
    shots: BTreeMap<Sound, StaticSoundData>,
    engine: StaticSoundData,
    tracks: StaticSoundData,
    music: BTreeMap<Track, StaticSoundData>,
}

/// The open device and what plays on it.
pub(super) struct Player {
    manager: AudioManager<DefaultBackend>,
    music: TrackHandle,
    effects: TrackHandle,
    /// Explosions, which nothing makes quieter.
    loud: TrackHandle,
    unpacked: mpsc::Receiver<Option<Bank>>,
    bank: Option<Bank>,
    shots: BTreeMap<Show, StaticSoundHandle>,
    hums: BTreeMap<u8, StaticSoundHandle>,
    playing: Option<(Track, StaticSoundHandle)>,
    volumes: Volumes,
    is_muted: bool,
    /// Seconds for which everything but explosions stays quieter.
    ducked: f32,
}

impl Player {
    /// Opens the default device, or says in the log why there will be no sound.
    pub(super) fn open(volumes: Volumes) -> Option<Self> {
        let opened = Self::try_open(volumes);
        opened.map_err(|why| tracing::warn!("the game plays without sound: {why}")).ok()
    }

    fn try_open(volumes: Volumes) -> Result<Self, Box<dyn std::error::Error>> {
        let mut manager = AudioManager::<DefaultBackend>::new(AudioManagerSettings::default())?;
        let music = manager.add_sub_track(TrackBuilder::new())?;
        let effects = manager.add_sub_track(TrackBuilder::new())?;
        let loud = manager.add_sub_track(TrackBuilder::new())?;
        let (send, unpacked) = mpsc::channel();
        thread::Builder::new().name("sounds".to_owned()).spawn(move || {
            let bank = Bank::unpack().map_err(|why| tracing::warn!("no sound: {why}")).ok();
            // The window may be closed already.
            let _ = send.send(bank);
        })?;
        let mut player = Self {
            manager,
            music,
            effects,
            loud,
            unpacked,
            bank: None,
            shots: BTreeMap::new(),
            hums: BTreeMap::new(),
            playing: None,
            volumes,
            is_muted: false,
            ducked: 0.0,
        };
        player.set_levels(0.0);
        Ok(player)
    }

    /// From now on it is this loud.
    pub(super) fn set_volumes(&mut self, volumes: Volumes) {
        self.volumes = volumes;
        // Also after a change of what happens without the focus.
        self.set_levels(SLIDE);
    }

    /// Everything but explosions is quieter for a second.
    pub(super) fn duck(&mut self) {
        self.ducked = DUCK.1;
        self.set_levels(0.06);
    }

    /// Does what the board says.
    pub(super) fn follow(&mut self, order: Order) {
        let Some(bank) = &self.bank else { return };
        match order {
            Order::Start(show, cue, heard) => {
                let Some(sound) = bank.shots.get(&cue.sound) else { return };
                let track = match cue.sound {
                    Sound::Explosion => &mut self.loud,
                    _ => &mut self.effects,
                };
                // A full track refuses the sound, which is then not heard.
                if let Ok(handle) = track.play(placed(sound, &cue, heard)) {
                    self.shots.insert(show, handle);
                }
            }
            Order::Fade(show) => {
                if let Some(handle) = self.shots.get_mut(&show) {
                    handle.set_volume(Decibels::SILENCE, tween(FADE));
                }
            }
            Order::Swell(show, heard) => {
                if let Some(handle) = self.shots.get_mut(&show) {
                    handle.set_volume(Decibels(heard.gain), tween(FADE));
                }
            }
            Order::Stop(show) => {
                if let Some(mut handle) = self.shots.remove(&show) {
                    handle.stop(tween(0.03));
                }
            }
            Order::Hum(hum, heard) => self.hum(hum, heard),
            Order::Hush(id) => {
                if let Some(mut handle) = self.hums.remove(&id) {
                    handle.stop(tween(0.12));
                }
            }
        }
    }

    /// Time goes by: which music plays, and whether anything is heard at all.
    pub(super) fn update(&mut self, track: Track, has_focus: bool, seconds: f32) {
        if let Ok(bank) = self.unpacked.try_recv() {
            self.bank = bank;
        }
        let muted = self.volumes.mute_unfocused && !has_focus;
        if muted != self.is_muted {
            self.is_muted = muted;
            self.set_levels(0.15);
        }
        if self.ducked > 0.0 {
            self.ducked -= seconds;
            if self.ducked <= 0.0 {
                self.set_levels(0.45);
            }
        }
        self.play_music(track);
    }

    fn hum(&mut self, hum: Hum, heard: Heard) {
        let (volume, rate) = (Decibels(heard.gain + hum.gain), f64::from(hum.rate));
        if let Some(handle) = self.hums.get_mut(&hum.id) {
            handle.set_volume(volume, tween(SLIDE));
            handle.set_panning(Panning(heard.side), tween(SLIDE));
            handle.set_playback_rate(rate, tween(SLIDE));
            return;
        }
        let Some(bank) = &self.bank else { return };
        let sound = if hum.id.is_multiple_of(2) { &bank.engine } else { &bank.tracks };
        // Two tanks do not begin at the same stroke.
        let from = f64::from(hum.id) * 0.117 % 2.0;
        let sound = sound.volume(volume).playback_rate(rate).start_position(from);
        let sound = sound.panning(Panning(heard.side)).loop_region(0.0..);
        if let Ok(handle) = self.effects.play(sound.fade_in_tween(tween(0.15))) {
            self.hums.insert(hum.id, handle);
        }
    }

    fn play_music(&mut self, track: Track) {
        if self.playing.as_ref().is_some_and(|(playing, _)| *playing == track) {
            return;
        }
        let Some(sound) = self.bank.as_ref().and_then(|bank| bank.music.get(&track)) else {
            return;
        };
        if let Some((_, mut old)) = self.playing.take() {
            old.stop(tween(CROSSFADE));
        }
        let sound = sound.loop_region(0.0..).fade_in_tween(tween(CROSSFADE));
        self.playing = self.music.play(sound).ok().map(|handle| (track, handle));
    }

    fn set_levels(&mut self, seconds: f32) {
        let duck = if self.ducked > 0.0 { DUCK.0 } else { 0.0 };
        let master = if self.is_muted { -60.0 } else { decibels(self.volumes.master) - HEADROOM };
        let (music, effects) = (decibels(self.volumes.music), decibels(self.volumes.effects));
        let tween = tween(seconds);
        self.manager.main_track().set_volume(Decibels(master), tween);
        self.music.set_volume(Decibels(music + duck), tween);
        self.effects.set_volume(Decibels(effects + duck), tween);
        self.loud.set_volume(Decibels(effects), tween);
    }
}

impl Bank {
    fn unpack() -> Result<Self, kira::sound::FromFileError> {
        let shots = Sound::ALL.into_iter().map(|sound| Ok((sound, unpacked(bytes(sound))?)));
        let music: [(Track, &[u8]); 2] =
            [(Track::Menu, embedded!("music_menu")), (Track::Match, embedded!("music_match"))];
        let music = music.into_iter().map(|(track, bytes)| Ok((track, unpacked(bytes)?)));
        Ok(Self {
            shots: shots.collect::<Result<_, kira::sound::FromFileError>>()?,
            engine: unpacked(embedded!("engine"))?,
            tracks: unpacked(embedded!("tracks"))?,
            music: music.collect::<Result<_, kira::sound::FromFileError>>()?,
        })
    }
}

fn unpacked(bytes: &'static [u8]) -> Result<StaticSoundData, kira::sound::FromFileError> {
    StaticSoundData::from_cursor(Cursor::new(bytes))
}

fn placed(sound: &StaticSoundData, cue: &Cue, heard: Heard) -> StaticSoundData {
    let sound = sound.volume(Decibels(heard.gain)).panning(Panning(heard.side));
    sound.playback_rate(f64::from(cue.rate()))
}

fn tween(seconds: f32) -> Tween {
    Tween { duration: Duration::from_secs_f32(seconds), ..Tween::default() }
}

fn bytes(sound: Sound) -> &'static [u8] {
    match sound {
        Sound::FireRegular => embedded!("fire_regular"),
        Sound::FirePiercing => embedded!("fire_piercing"),
        Sound::Explosion => embedded!("explosion"),
        Sound::Hit => embedded!("hit"),
        Sound::Ricochet => embedded!("ricochet"),
        Sound::Thud => embedded!("thud"),
        Sound::Felled => embedded!("felled"),
        Sound::Reload => embedded!("reload"),
        Sound::Dry => embedded!("dry"),
        Sound::Select => embedded!("select"),
        Sound::Pickup => embedded!("pickup"),
        Sound::Countdown => embedded!("countdown"),
        Sound::Start => embedded!("start"),
        Sound::Finish => embedded!("finish"),
        Sound::Win => embedded!("win"),
        Sound::Loss => embedded!("loss"),
        Sound::Draw => embedded!("draw"),
        Sound::MenuMove => embedded!("menu_move"),
        Sound::MenuChoose => embedded!("menu_choose"),
        Sound::MenuBack => embedded!("menu_back"),
    }
}
