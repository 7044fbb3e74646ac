//! Important sounds made visible, for who does not hear them: marks at the edge of the window
//! toward what sounds outside of it, and what the own crew hears shown at the weapons.
//! Off unless it is asked for. docs/hud.md lists which sound is seen where.

use std::time::{Duration, Instant};

use ggez::graphics::Rect;

use super::arrows::{Place, on_screen, place};
use super::paint::{Align, Paint, Style};
use super::pane::Pane;
use super::text::Face;
use crate::sim::{Crate, Event, Told};
use crate::view::audio::board::RANGE;
use crate::view::audio::cue::{Sound, cue};
use crate::view::stage::{Frame, Scene};
use crate::view::theme::{self, size};
use crate::words::say;

/// How long a mark at the edge is seen.
const SHOWN: Duration = Duration::from_millis(900);
/// How long something at the weapons is.
const FLASH: Duration = Duration::from_millis(500);
/// How long it is said what was picked up.
const SAID: Duration = Duration::from_millis(1600);
/// Marks at a time.
const MOST: usize = 12;
/// Half the size of a mark; it lies inside of the arrows.
const REACH: f32 = 52.0;

/// Where a sound is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// In the field, or by a mark at the edge while it is outside of the window.
    Mark,
    /// On the plate with the weapons.
    Weapons,
    /// As words over the weapons.
    Words,
    /// In the middle of the upper third: the countdown, and its end.
    Countdown,
    /// The clock at zero and the headline of the result.
    Result,
    /// The focus of the menu moves, or its page changes.
    Menu,
}

/// Where a sound is seen. Every sound has its place.
pub(super) fn seen(sound: Sound) -> Seen {
    match sound {
        Sound::FireRegular
        | Sound::FirePiercing
        | Sound::Explosion
        | Sound::Hit
        | Sound::Ricochet
        | Sound::Thud
        | Sound::Felled => Seen::Mark,
        Sound::Reload | Sound::Dry | Sound::Select => Seen::Weapons,
        Sound::Pickup => Seen::Words,
        Sound::Countdown | Sound::Start => Seen::Countdown,
        Sound::Finish | Sound::Win | Sound::Loss | Sound::Draw => Seen::Result,
        Sound::MenuMove | Sound::MenuChoose | Sound::MenuBack => Seen::Menu,
    }
}

/// What a mark looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A gun, of this seat.
    Shot(u8),
    /// The end of a tank.
    Explosion,
    /// Something was hit.
    Noise,
}

/// What is to be seen of sounds now.
#[derive(Debug, Default)]
pub(super) struct Cues {
    is_on: bool,
    marks: Vec<(Kind, (f32, f32), Instant)>,
    /// What the crews of the first and the second player at this machine hear.
    crews: [Crew; 2],
    started: Option<Instant>,
}

/// What only one crew hears.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crew {
    /// Ticks of what a rollback may tell again, and when it was told first.
    dry: Option<(u32, Instant)>,
    reloaded: Option<(u32, Instant)>,
    taken: Option<(Crate, Instant)>,
}

impl Crew {
    /// Something happened to the tank of this crew, or its crew did something.
    fn hear(&mut self, told: Told, now: Instant) {
        let again = |known: Option<(u32, Instant)>, tick: u32| {
            known.filter(|(at, _)| at.abs_diff(tick) <= 12).map_or(now, |(_, when)| when)
        };
        match told {
            Told::Happened(tick, Event::Dry { .. }) => {
                self.dry = Some((tick, again(self.dry, tick)));
            }
            Told::Happened(tick, Event::Reloaded { .. }) => {
                self.reloaded = Some((tick, again(self.reloaded, tick)));
            }
            Told::Settled(_, Event::Taken { crate_kind, .. }) => {
                self.taken = Some((crate_kind, now));
            }
            _ => {}
        }
    }

    /// Whether the gun clicked just now, and nothing came out.
    pub(super) fn is_dry(&self, now: Instant) -> bool {
        self.dry.is_some_and(|(_, at)| now.saturating_duration_since(at) < FLASH)
    }

    /// How much of the moment is left in which the gun was loaded, 0..=1.
    pub(super) fn loaded(&self, now: Instant) -> f32 {
        self.reloaded.map_or(0.0, |(_, at)| left(at, FLASH, now))
    }

    /// What was picked up just now, in words over the weapons.
    pub(super) fn draw_taken(&self, paint: &mut Paint<'_>, weapons: Rect, now: Instant) {
        let Some((kind, at)) = self.taken.filter(|(_, at)| left(*at, SAID, now) > 0.0) else {
            return;
        };
        let words = say(match kind {
            Crate::Ammo => "cue-ammo",
            Crate::Repair => "cue-repair",
        });
        let fade = (left(at, SAID, now) * 4.0).min(1.0);
        let style = Style::new(Face::Bold, size::TEXT, theme::alpha(theme::ACCENT, fade));
        let w = (paint.width(&words, style) + 24.0).min(weapons.w);
        let rect = Rect::new(weapons.right() - w, weapons.y - 40.0, w, 32.0);
        paint.plate(rect, 6.0, theme::alpha(theme::PLATE, theme::PLATE.a * fade));
        paint.text(&words, style, rect, Align::Centre);
    }
}

impl Cues {
    /// Whether sounds are to be seen.
    pub(super) fn set_on(&mut self, is_on: bool) {
        self.is_on = is_on;
        if !is_on {
            self.marks.clear();
        }
    }

    /// Something happened. Others' sounds are seen when they are settled, the own guns at once.
    pub(super) fn report(&mut self, told: Told, scene: &Scene, frame: &Frame, now: Instant) {
        let fresh = |tick: u32| tick.abs_diff(frame.now.tick) < 30;
        if let Told::Happened(_, Event::Dry { seat } | Event::Reloaded { seat })
        | Told::Settled(_, Event::Taken { seat, .. }) = told
            && let Some(player) = scene.own_seats().position(|own| own == seat)
        {
            if let Some(crew) = self.crews.get_mut(player) {
                crew.hear(told, now);
            }
            return;
        }
        match told {
            Told::Settled(_, Event::Started) => self.started = Some(now),
            Told::Settled(tick, event) if self.is_on && fresh(tick) => {
                self.mark(&event, scene, now);
            }
            _ => {}
        }
    }

    fn mark(&mut self, event: &Event, scene: &Scene, now: Instant) {
        let Some(heard) = cue(event, scene.own, &scene.map, 0) else { return };
        let (Seen::Mark, Some(at)) = (seen(heard.sound), heard.at) else { return };
        let kind = match *event {
            Event::Fired { seat, .. } if scene.owns(seat) => return,
            Event::Fired { seat, .. } => Kind::Shot(scene.colour(seat)),
            Event::Destroyed { .. } => Kind::Explosion,
            _ => Kind::Noise,
        };
        if self.marks.len() >= MOST {
            self.marks.remove(0);
        }
        self.marks.push((kind, at, now));
    }

    /// What the crews of the first and the second player hear.
    pub(super) fn crews(&self) -> &[Crew; 2] {
        &self.crews
    }

    /// Whether the match began just now.
    pub(super) fn has_started(&self, now: Instant) -> bool {
        self.started.is_some_and(|at| now.saturating_duration_since(at) < SAID / 2)
    }

    /// Forgets everything, for another match.
    pub(super) fn clear(&mut self) {
        *self = Self { is_on: self.is_on, ..Self::default() };
    }

    /// The marks at the edge of a view, off everything that is `taken`.
    pub(super) fn draw(
        &mut self,
        paint: &mut Paint<'_>,
        pane: &Pane<'_>,
        taken: &[Rect],
        now: Instant,
    ) {
        self.marks.retain(|(_, _, at)| left(*at, SHOWN, now) > 0.0);
        let (scale, camera) = (paint.units().scale, pane.camera);
        for &(kind, (x, y), at) in &self.marks {
            let (mx, my) = camera.centre();
            if camera.sees(x, y, 0.0) || (x - mx).hypot(y - my) > RANGE {
                continue;
            }
            let to = on_screen(camera, scale, (x, y));
            if let Some(place) = place(pane.place, taken, REACH, to) {
                mark(paint, kind, place, left(at, SHOWN, now));
            }
        }
    }
}

/// The share of a time that is left, 0..=1.
fn left(at: Instant, of: Duration, now: Instant) -> f32 {
    1.0 - (now.saturating_duration_since(at).as_secs_f32() / of.as_secs_f32()).min(1.0)
}

/// Waves that come from outside; an explosion has a star in front of them.
fn mark(paint: &mut Paint<'_>, kind: Kind, place: Place, fade: f32) {
    let (waves, color) = match kind {
        Kind::Shot(colour) => (2, theme::player(colour)),
        Kind::Explosion => (3, theme::ACCENT),
        Kind::Noise => (1, theme::INK),
    };
    let (dx, dy) = place.way;
    let source = (place.at.0 + dx * 30.0, place.at.1 + dy * 30.0);
    // Back toward the middle, in turns clockwise from the top.
    let turn = (-dx).atan2(dy) / std::f32::consts::TAU;
    for wave in 0..waves {
        let inner = 12.0 + wave as f32 * 11.0;
        let (from, to) = (turn - 0.12, turn + 0.12);
        let under = theme::alpha(theme::DARK, 0.8 * fade);
        paint.arc(source, (inner - 1.5, inner + 7.5), (from - 0.01, to + 0.01), under);
        paint.arc(source, (inner, inner + 6.0), (from, to), theme::alpha(color, fade));
    }
    if kind == Kind::Explosion {
        let (x, y) = (place.at.0 - dx * 12.0, place.at.1 - dy * 12.0);
        for flip in [1.0, -1.0] {
            let corner = |u: f32, v: f32| (x + u * 12.0, y + v * 12.0 * flip);
            let corners = [corner(0.0, -1.0), corner(0.87, 0.5), corner(-0.87, 0.5)];
            let clockwise = if flip > 0.0 { corners } else { [corners[0], corners[2], corners[1]] };
            paint.convex(&clockwise, theme::alpha(theme::BAD, fade));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sim::{Ammo, Angle, Map, Rules, Stop, Tile, Vec2};
    use crate::view::stage;

    fn scene() -> Scene {
        let map = Arc::new(Map::generate([1, 2], &Rules::default()));
        Scene { map, seats: Default::default(), own: 0, second: None, is_host: true, host: None }
    }

    /// Everything of others that is heard from a place.
    fn events_of_others() -> Vec<Event> {
        let at = Vec2::ZERO;
        let fired = |ammo| Event::Fired { seat: 3, ammo, shell: 0, at, direction: Angle(0) };
        let stopped = |by| Event::Stopped { shell: 0, ammo: Ammo::Regular, at, by };
        vec![
            fired(Ammo::Regular),
            fired(Ammo::Piercing),
            stopped(Stop::Wall),
            stopped(Stop::Tree),
            Event::Felled { tile: Tile { x: 3, y: 3 } },
            Event::Hit { shell: 0, ammo: Ammo::Regular, by: 2, seat: 3, at, left: 10 },
            Event::Destroyed { seat: 3, by: 2, at },
        ]
    }

    #[test]
    fn every_important_sound_can_be_seen() {
        let (scene, now) = (scene(), Instant::now());
        let (mut stage, _backstage) = stage::stage();
        let frame = stage.frames.read().clone();
        let mut shown = Vec::new();
        for event in events_of_others() {
            let mut cues = Cues::default();
            cues.set_on(true);
            cues.report(Told::Settled(1, event), &scene, &frame, now);
            assert_eq!(cues.marks.len(), 1, "{event:?}");
            shown.extend(cue(&event, 0, &scene.map, 0).map(|cue| cue.sound));
        }
        let mut cues = Cues::default();
        cues.report(Told::Happened(1, Event::Dry { seat: 0 }), &scene, &frame, now);
        cues.report(Told::Happened(1, Event::Reloaded { seat: 0 }), &scene, &frame, now);
        let crate_kind = Crate::Ammo;
        let taken = Event::Taken { seat: 0, spot: 0, crate_kind };
        cues.report(Told::Settled(1, taken), &scene, &frame, now);
        cues.report(Told::Settled(1, Event::Started), &scene, &frame, now);
        let crew = cues.crews[0];
        assert!(crew.is_dry(now) && crew.loaded(now) > 0.9 && cues.has_started(now));
        assert_eq!(crew.taken.map(|(kind, _)| kind), Some(crate_kind));
        // What is left is always seen: the selected slot, countdown, result and menus.
        let rest = Sound::ALL.into_iter().filter(|sound| !shown.contains(sound));
        for sound in rest {
            assert_ne!(seen(sound), Seen::Mark, "{sound:?} is never marked");
        }
    }

    #[test]
    fn nothing_is_marked_unless_asked_for_and_never_the_own_gun() {
        let (scene, now) = (scene(), Instant::now());
        let (mut stage, _backstage) = stage::stage();
        let frame = stage.frames.read().clone();
        let mut cues = Cues::default();
        for event in events_of_others() {
            cues.report(Told::Settled(1, event), &scene, &frame, now);
        }
        assert!(cues.marks.is_empty());
        cues.set_on(true);
        let (at, ammo) = (Vec2::ZERO, Ammo::Regular);
        let own = Event::Fired { seat: 0, ammo, shell: 0, at, direction: Angle(0) };
        cues.report(Told::Settled(1, own), &scene, &frame, now);
        assert!(cues.marks.is_empty());
        for _ in 0..100 {
            cues.report(Told::Settled(1, events_of_others()[0]), &scene, &frame, now);
        }
        assert_eq!(cues.marks.len(), MOST);
    }

    #[test]
    fn each_of_two_players_sees_what_their_own_crew_hears_and_no_mark_for_either_gun() {
        let (scene, now) = (Scene { second: Some(4), ..scene() }, Instant::now());
        let (mut stage, _backstage) = stage::stage();
        let frame = stage.frames.read().clone();
        for (player, seat) in [(0, 0), (1, 4)] {
            let mut cues = Cues::default();
            cues.set_on(true);
            let crate_kind = Crate::Repair;
            cues.report(Told::Happened(1, Event::Dry { seat }), &scene, &frame, now);
            cues.report(Told::Happened(1, Event::Reloaded { seat }), &scene, &frame, now);
            let taken = Event::Taken { seat, spot: 0, crate_kind };
            cues.report(Told::Settled(1, taken), &scene, &frame, now);
            let (at, ammo) = (Vec2::ZERO, Ammo::Regular);
            let gun = Event::Fired { seat, ammo, shell: 0, at, direction: Angle(0) };
            cues.report(Told::Settled(1, gun), &scene, &frame, now);
            let sees =
                |crew: &Crew| [crew.is_dry(now), crew.loaded(now) > 0.9, crew.taken.is_some()];
            assert_eq!(sees(&cues.crews[player]), [true; 3], "seat {seat}");
            assert_eq!(sees(&cues.crews[1 - player]), [false; 3], "seat {seat}");
            assert!(cues.marks.is_empty(), "both tanks are in the window");
        }
    }

    #[test]
    fn click_that_a_rollback_tells_again_does_not_begin_anew() {
        let (scene, now) = (scene(), Instant::now());
        let (mut stage, _backstage) = stage::stage();
        let frame = stage.frames.read().clone();
        let mut cues = Cues::default();
        let dry = |tick| Told::Happened(tick, Event::Dry { seat: 0 });
        cues.report(dry(100), &scene, &frame, now);
        cues.report(dry(101), &scene, &frame, now + FLASH / 2);
        assert!(!cues.crews[0].is_dry(now + FLASH));
        cues.report(dry(160), &scene, &frame, now + FLASH);
        assert!(cues.crews[0].is_dry(now + FLASH));
    }
}
