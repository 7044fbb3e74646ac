//! The files in assets/sounds, as kira plays them: none clipped, all of a kind equally loud,
//! loops without a seam, and together small enough to be in the program.

use std::fs;
use std::path::{Path, PathBuf};

use ebur128::{EbuR128, Mode};
use kira::backend::{Backend, Renderer};
use kira::sound::static_sound::StaticSoundData;
use kira::{AudioManager, AudioManagerSettings, Frame};
use tankwarz::view::audio::cue::Sound;

/// Effects that stand for the same kind of thing.
const KINDS: &[&[&str]] = &[
    &["fire_regular", "fire_piercing"],
    &["hit", "ricochet", "thud", "felled"],
    &["reload", "dry", "select"],
    &["pickup", "countdown", "start", "finish"],
    &["win", "loss", "draw"],
    &["menu_move", "menu_choose", "menu_back"],
    &["explosion"],
    &["engine", "tracks"],
    &["music_menu", "music_match"],
];
/// The loops, and their length in samples.
const LOOPS: &[(&str, usize)] = &[
    ("engine", 2 * 44_100),
    ("tracks", 2 * 44_100),
    ("music_menu", 40 * 32_000),
    ("music_match", 40 * 32_000),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sounds")
}

fn load(name: &str) -> StaticSoundData {
    let path = folder().join(format!("{name}.flac"));
    StaticSoundData::from_file(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().copied().flatten().copied()
}

/// The loudest 400 ms, in LUFS; silence after it, because some sounds are shorter.
fn loudness(sound: &StaticSoundData) -> f64 {
    let mut meter = EbuR128::new(2, sound.sample_rate, Mode::M).unwrap();
    let quiet = vec![Frame::ZERO; sound.sample_rate as usize * 2 / 5];
    let frames: Vec<f32> =
        sound.frames.iter().chain(&quiet).flat_map(|f| [f.left, f.right]).collect();
    let mut loudest = f64::NEG_INFINITY;
    for part in frames.chunks(sound.sample_rate as usize / 50) {
        meter.add_frames_f32(&part[..part.len() / 2 * 2]).unwrap();
        loudest = loudest.max(meter.loudness_momentary().unwrap());
    }
    loudest
}

/// A device that keeps what it is given to play.
struct Tape {
    rate: u32,
    samples: Vec<f32>,
    renderer: Option<Renderer>,
}

impl Backend for Tape {
    /// The sample rate.
    type Settings = u32;
    type Error = std::convert::Infallible;

    fn setup(rate: u32, size: usize) -> Result<(Self, u32), Self::Error> {
        Ok((Self { rate, samples: vec![0.0; size * 2], renderer: None }, rate))
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), Self::Error> {
        self.renderer = Some(renderer);
        Ok(())
    }
}

impl Tape {
    /// The next samples, left and right in turn.
    fn next(&mut self) -> Vec<f32> {
        let renderer = self.renderer.as_mut().expect("a started device");
        renderer.on_change_sample_rate(self.rate);
        renderer.on_start_processing();
        renderer.process(&mut self.samples, 2);
        self.samples.clone()
    }
}

#[test]
fn no_sample_is_clipped_and_no_sound_is_silence() {
    for name in names() {
        let sound = load(name);
        let sides = sound.frames.iter().flat_map(|frame| [frame.left, frame.right]);
        let peak = sides.fold(0.0_f32, |peak, x| peak.max(x.abs()));
        assert!((0.05..0.9).contains(&peak), "{name} reaches {peak}");
    }
}

#[test]
fn effects_of_a_kind_are_equally_loud() {
    for kind in KINDS {
        let levels: Vec<(f64, &str)> =
            kind.iter().map(|name| (loudness(&load(name)), *name)).collect();
        let high = levels.iter().map(|level| level.0).fold(f64::MIN, f64::max);
        let low = levels.iter().map(|level| level.0).fold(f64::MAX, f64::min);
        assert!(high - low <= 3.0, "{levels:?}");
        assert!((-30.0..=-10.0).contains(&low), "{levels:?}");
    }
}

#[test]
fn the_files_are_exactly_the_known_sounds_and_fit_into_six_mebibytes() {
    let mut known: Vec<String> = names().map(|name| format!("{name}.flac")).collect();
    known.sort();
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let (mut files, mut bytes) = (Vec::new(), 0);
    for entry in entries {
        bytes += entry.metadata().unwrap().len();
        files.push(entry.file_name().into_string().unwrap());
    }
    files.sort();
    assert_eq!(files, known);
    assert!(bytes < 6 * 1024 * 1024, "{bytes} bytes");
}

#[test]
fn each_sound_lasts_as_long_as_the_game_believes() {
    for sound in Sound::ALL {
        let (name, seconds) = sound.file();
        let real = load(name).duration().as_secs_f32();
        assert!((real - seconds).abs() < 0.001, "{name}: {real} s");
    }
}

#[test]
fn one_shots_begin_and_end_in_silence() {
    for sound in Sound::ALL {
        let data = load(sound.file().0);
        let (first, last) = (data.frames[0], data.frames[data.frames.len() - 1]);
        assert!(first.left.abs() < 0.002 && last.left.abs() < 0.002, "{sound:?}");
    }
}

#[test]
fn loops_have_whole_length_and_no_step_at_the_seam() {
    for (name, length) in LOOPS {
        let frames = load(name).frames;
        assert_eq!(frames.len(), *length, "{name}");
        let step = |a: Frame, b: Frame| (a.left - b.left).abs().max((a.right - b.right).abs());
        let mut steps: Vec<f32> = frames.windows(2).map(|w| step(w[0], w[1])).collect();
        steps.sort_by(f32::total_cmp);
        let seam = step(frames[frames.len() - 1], frames[0]);
        // What the sound itself does once in a thousand samples.
        let usual = steps[steps.len() * 999 / 1000];
        assert!(seam <= usual, "{name}: {seam} at the seam, {usual} elsewhere");
    }
}

#[test]
fn a_loop_goes_on_with_its_first_sample_after_its_last() {
    for (name, _) in LOOPS {
        let sound = load(name);
        let rate = sound.sample_rate;
        let settings = AudioManagerSettings { backend_settings: rate, ..Default::default() };
        let mut manager = AudioManager::<Tape>::new(settings).unwrap();
        let frames = sound.frames.clone();
        // A tenth of a second before the end.
        let from = frames.len() - rate as usize / 10;
        let start = from as f64 / f64::from(rate);
        manager.play(sound.loop_region(0.0..).start_position(start)).unwrap();
        let mut heard: Vec<f32> = Vec::new();
        while heard.len() < rate as usize * 2 / 5 {
            heard.extend(manager.backend_mut().next());
        }
        // The same samples in the same order across the seam; kira takes some frames to begin.
        let wanted = |at: usize| frames[(from + at) % frames.len()].left;
        let lefts: Vec<f32> = heard.chunks(2).map(|frame| frame[0]).collect();
        let fits = |late: usize| {
            (100..lefts.len() - 10).all(|at| (lefts[at] - wanted(at - late)).abs() < 1e-4)
        };
        assert!((0..8).any(fits), "{name} does not loop sample by sample");
    }
}
