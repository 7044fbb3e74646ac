//! `tankwarz scene`: prepared moments of the game as pictures, without a person and without a
//! clock, the same every time. For whoever changes how the game looks, and for the tests.

mod film;
mod moment;
mod script;

use std::path::Path;
use std::time::Duration;

use film::Film;
use script::{Reel, Script};

use super::{Failure, say, stagehand};
use crate::cli;
use crate::sim::{Angle, Event, Fx, MAX_SEATS, Shell, Told};
use crate::view::stage::{Backstage, Frame, NetCorner, Screen, stage};
use crate::view::{Cost, Studio, ViewError, WindowOptions};
use crate::words;

/// What the budget of a frame is measured with: shells in flight, pieces of smoke and fire.
const SHELLS: usize = 32;
const PARTICLES: usize = 500;
/// Frames that are drawn before the first that counts, so that everything is there.
const LEAD: u32 = 60;
/// In so many ticks of the film somebody fires.
const PATIENCE: u32 = 1200;

/// Draws the scenes that were asked for; none named means all.
///
/// # Errors
/// When a name is none of a scene, there is no window, or a file cannot be written.
pub fn run(arguments: &cli::Scene) -> Result<(), Failure> {
    let scripts = script::all();
    if arguments.list {
        scripts.iter().for_each(|script| say(&script.name));
        return Ok(());
    }
    if let Some(name) = arguments.names.iter().find(|n| scripts.iter().all(|s| s.name != **n)) {
        return Err(Failure::Usage(format!("there is no scene `{name}`: --list names them all")));
    }
    let wanted =
        |script: &&Script| arguments.names.is_empty() || arguments.names.contains(&script.name);
    std::fs::create_dir_all(&arguments.out).map_err(|why| {
        Failure::Failed(format!("cannot make the folder {}: {why}", arguments.out.display()))
    })?;
    let (mut front, back) = stage();
    let options = WindowOptions {
        is_silent: true,
        hints_seen: true,
        name: "Ada".to_owned(),
        ..Default::default()
    };
    let studio = Studio::open(&mut front, &options, arguments.size).map_err(failed)?;
    // none is the title's first: that one sets switches of the forms
    let mut set = Shooting { studio, back, attempt: 1, playing: None };
    match arguments.time {
        Some(frames) => set.time(frames),
        None => {
            scripts.iter().filter(wanted).try_for_each(|script| set.shoot(script, &arguments.out))
        }
    }
    .map_err(failed)
}

fn failed(error: ViewError) -> Failure {
    Failure::Failed(error.to_string())
}

/// The window, and who stands behind its stage.
struct Shooting<'a> {
    studio: Studio<'a>,
    back: Backstage,
    attempt: u32,
    /// The film that is in.
    playing: Option<Playing>,
}

/// A film and how far it was shown.
struct Playing {
    reel: Reel,
    start: Film,
    now: Film,
    /// Time went by after its last tick: smoke has gone on, and the view has moved.
    is_late: bool,
}

impl Shooting<'_> {
    /// One scene: its picture as a file named after it, and a line about it.
    fn shoot(&mut self, script: &Script, out: &Path) -> Result<(), ViewError> {
        self.play(script)?;
        let file = out.join(format!("{}.png", script.name));
        let draws = self.studio.shoot(script.vision, &file)?;
        let (w, h) = self.studio.size();
        say(format!("{} {w}x{h} {draws} draw calls", script.name));
        Ok(())
    }

    /// Leads up to the moment of the picture.
    fn play(&mut self, script: &Script) -> Result<(), ViewError> {
        self.attempt += 1;
        let mut screen = script.screen.clone();
        if let Screen::Title(title) = &mut screen {
            // Something new, so that the title's own page is open.
            title.attempt = self.attempt;
        }
        self.back.screens.write(screen);
        self.studio.set(script.settings);
        let mut playing = match self.playing.take() {
            Some(playing) if playing.reel == script.reel && !playing.is_late => playing,
            Some(playing) if playing.reel == script.reel => self.lead(playing)?,
            _ => {
                let start = script.reel.film();
                let now = start.clone();
                let playing = Playing { reel: script.reel, start, now, is_late: false };
                self.lead(playing)?
            }
        };
        self.studio.lay_out(!script.measured.is_empty(), script.with_hints);
        // The same moment, whatever was open before.
        let mut net = script.net.clone();
        net.standing = script.is_shut.then(|| words::say("notice-shut"));
        self.show(&playing.now, &net);
        playing.is_late = script.ticks > 0;
        self.playing = Some(playing);
        self.studio.look()?;
        let page = script.page.or(match (&script.screen, script.reel) {
            (Screen::Match, Reel::End | Reel::Draw | Reel::GuestEnd | Reel::CrowdEnd) => {
                Some("Result")
            }
            (Screen::Match, _) => Some("Play"),
            _ => None,
        });
        if let Some(page) = page.filter(|page| !self.studio.turn_to(page)) {
            return Err(ViewError::Broken(format!("there is no page {page}")));
        }
        self.studio.wait(script.ticks)?;
        for key in script.keys {
            if !self.studio.press(key)? {
                return Err(ViewError::Broken(format!("there is no key {key} in a menu")));
            }
        }
        for (sample, took) in &script.measured {
            self.studio.measure(*sample, *took);
        }
        for notice in &script.notices {
            // A few fit into the queue at any time.
            let _ = self.back.notices.push(stagehand::sentence(notice));
        }
        self.studio.look()
    }

    /// Shows a film from its start up to the moment of the picture.
    fn lead(&mut self, mut playing: Playing) -> Result<Playing, ViewError> {
        self.studio.begin();
        playing.now = playing.start.clone();
        for _ in 0..playing.reel.shown() {
            playing.now.step();
            self.show(&playing.now, &NetCorner::default());
            self.studio.go_on()?;
        }
        playing.now.events.clear();
        Ok(playing)
    }

    /// Puts the newest tick of a film onto the stage.
    fn show(&mut self, film: &Film, net: &NetCorner) {
        for (tick, event) in film.events.iter() {
            // The queue is emptied in every tick.
            let _ = self.back.events.push(Told::Happened(*tick, *event));
            let _ = self.back.events.push(Told::Settled(*tick, *event));
        }
        self.back.frames.write(Frame {
            scene: Some(film.scene.clone()),
            // Between two ticks nobody would see the same picture twice.
            before: film.now,
            now: film.now,
            settled: film.now,
            deeds: film.deeds,
            stepped_at: self.studio.now(),
            net: net.clone(),
        });
    }

    /// Draws a match that is fuller than any and says what a frame costs.
    fn time(&mut self, frames: u32) -> Result<(), ViewError> {
        let Some(script) = script::all().into_iter().find(|script| script.name == "match") else {
            return Ok(());
        };
        self.play(&script)?;
        let mut film = Reel::Fight.film();
        let mut costs: Vec<Cost> = Vec::new();
        let mut particles = 0;
        let template = first_shell(&mut film)
            .ok_or_else(|| ViewError::Broken("nobody fires in this film".to_owned()))?;
        // A processor that draws takes its time, and nothing else is said meanwhile.
        say(format!("drawing {frames} frames"));
        for frame in 0..frames {
            film.step();
            let mut full = film.clone();
            fill_with_shells(&mut full, template, frame);
            self.show(&full, &script.net);
            self.fill_with_smoke(&film, PARTICLES.saturating_sub(particles));
            let cost = self.studio.time()?;
            particles = cost.particles;
            if frame >= LEAD {
                costs.push(cost);
            }
        }
        let least = costs.iter().map(|cost| cost.particles).min().unwrap_or_default();
        say(format!(
            "8 tanks, {SHELLS} shells, at least {least} particles, {} frames",
            costs.len()
        ));
        for (name, of) in [
            ("update", (|cost| cost.update) as fn(&Cost) -> Duration),
            ("encode", |cost| cost.encode),
            ("both", |cost| cost.update + cost.encode),
        ] {
            let mut times: Vec<Duration> = costs.iter().map(of).collect();
            times.sort();
            let at = |percent: usize| {
                times.get(times.len() * percent / 100).map_or(0, Duration::as_micros)
            };
            say(format!("{name}: median {} us, p99 {} us", at(50), at(99)));
        }
        let draws = costs.iter().map(|cost| cost.draws).max().unwrap_or_default();
        say(format!("at most {draws} draw calls"));
        Ok(())
    }

    /// Lets something explode near the own tank if that many pieces of smoke are missing.
    fn fill_with_smoke(&mut self, film: &Film, missing: usize) {
        let own = film.now.tanks.get(usize::from(film.scene.own));
        if let Some(at) = own.map(|tank| tank.at).filter(|_| missing > 0) {
            let event = Event::Destroyed { seat: film.scene.own, by: film.scene.own, at };
            let _ = self.back.events.push(Told::Settled(film.now.tick, event));
        }
    }
}

/// Goes on until a shell flies, and tells which; none if nobody fires for too long.
fn first_shell(film: &mut Film) -> Option<Shell> {
    (0..PATIENCE).find_map(|_| {
        film.step();
        film.now.shells.iter().find(|shell| shell.ammo().is_some()).copied()
    })
}

/// Puts copies of a shell all around the own tank; what a match would do with them does not matter.
fn fill_with_shells(film: &mut Film, template: Shell, frame: u32) {
    let Some(tank) = film.now.tanks.get(usize::from(film.scene.own)).copied() else { return };
    for (place, shell) in (0_u16..).zip(film.now.shells.iter_mut().take(SHELLS)) {
        // Round and round: an angle wraps by itself.
        let turned = (frame as u16).wrapping_mul(64);
        let direction = Angle(place.wrapping_mul(2048).wrapping_add(turned));
        let way = direction.direction();
        *shell = template;
        shell.at = tank.at + way.scale(Fx::from_num(2 + place % 4));
        shell.velocity = way.scale(template.velocity.length());
        shell.born = film.now.tick.saturating_sub(20);
        shell.direction = direction;
        shell.owner = (usize::from(place) % MAX_SEATS) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_surround_the_own_tank_in_every_frame_however_late() {
        let mut film = Reel::Fight.film();
        let template = first_shell(&mut film).expect("somebody fires");
        for frame in [0, 1023, 1024, 65_536, u32::MAX] {
            fill_with_shells(&mut film, template, frame);
            let flying = film.now.shells.iter().filter(|shell| shell.ammo().is_some()).count();
            assert!(flying >= SHELLS, "{flying} shells in frame {frame}");
        }
    }

    #[test]
    fn a_film_in_which_nobody_fires_is_given_up() {
        let mut film = Reel::End.film();
        film.run_to(film.now.tick + Reel::End.shown());
        film.now.shells.fill(bytemuck::Zeroable::zeroed());
        assert!(first_shell(&mut film).is_none());
    }
}
