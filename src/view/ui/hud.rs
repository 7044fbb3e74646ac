//! What stands in the corners during a match: clock and scores in the middle of the top, and
//! the other corners in their order and in their places. Points and deaths are told from the
//! settled World; what the own tank does is shown at once.

use std::time::{Duration, Instant};

use ggez::graphics::Rect;

use super::cues::Cues;
use super::damage::Damage;
use super::graph::{Graph, WIDTH};
use super::hints::{self, Hints};
use super::kills::KillFeed;
use super::notices::Notices;
use super::paint::{Align, Paint, Style, Units};
use super::pane::{self, Pane};
use super::result::name;
use super::text::Face;
use super::{arrows, couch, emblem, minimap, net_corner, weapons};
use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Phase, Tank, TankState, Told, World};
use crate::view::eyes::Eyes;
use crate::view::keys::Bindings;
use crate::view::stage::{Frame, Sample, Scene};
use crate::view::theme::{self, GRID, MARGIN, size};
use crate::words::{say, say_with};

/// What the HUD remembers from frame to frame.
#[derive(Default)]
pub(super) struct Hud {
    feed: KillFeed,
    damage: Damage,
    pub(super) notices: Notices,
    pub(super) cues: Cues,
    pub(super) graph: Graph,
    pub(super) hints: Hints,
}

/// What the HUD is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) scene: &'a Scene,
    pub(super) frame: &'a Frame,
    pub(super) eyes: &'a Eyes,
    pub(super) bindings: [&'a Bindings; 2],
    /// A gamepad is what the player uses.
    pub(super) by_pad: bool,
    /// No menu lies over the match.
    pub(super) is_free: bool,
    pub(super) now: Instant,
}

impl Hud {
    /// Something happened in the match, or did not happen after all.
    pub(super) fn report(&mut self, told: Told, frame: &Frame, now: Instant) {
        let Some(scene) = &frame.scene else { return };
        self.cues.report(told, scene, frame, now);
        if let Told::Settled(tick, event) = told {
            self.feed.event(tick, &event, now);
            self.damage.event(&event, scene, frame, now);
        }
    }

    /// A tick was measured.
    pub(super) fn sample(&mut self, sample: Sample) {
        self.graph.sample(sample);
    }

    /// A frame was drawn, so long after the one before.
    pub(super) fn frame_took(&mut self, took: Duration) {
        self.graph.frame(took);
    }

    /// Another match begins.
    pub(super) fn clear(&mut self) {
        self.feed.clear();
        self.cues.clear();
        self.damage = Damage::default();
    }

    /// With the graph and the hints or without, and without notices and measurements.
    pub(super) fn lay_out(&mut self, with_graph: bool, with_hints: bool) {
        self.notices.clear();
        self.graph.clear();
        if with_graph {
            self.graph.toggle();
        }
        self.hints.set_wanted(with_hints);
    }

    /// Another scene: nothing is left of the one before.
    pub(super) fn forget(&mut self) {
        self.clear();
        self.notices.clear();
        self.graph.clear();
    }

    /// Paints what points out of the views of the field, and what is between them: below
    /// everything else of the HUD.
    pub(super) fn draw_pointers(&mut self, paint: &mut Paint<'_>, sight: Sight<'_>) {
        let Sight { scene, frame, eyes, now, .. } = sight;
        pane::draw_between(paint, eyes);
        if frame.now.phase() == Phase::Over {
            return;
        }
        let two = scene.second.is_some();
        let taken = taken(paint.units(), two, frame, self.graph.is_open());
        for pane in Pane::all(eyes, scene, paint.units().scale) {
            self.damage.draw(paint, frame, &pane, now);
            arrows::draw(paint, scene, frame, &pane, &taken);
            self.cues.draw(paint, &pane, &taken, now);
        }
    }

    /// Paints everything but the minimap; once the match is over, only the notices.
    /// The numbers of the line would shine through the table of the result.
    pub(super) fn draw(&mut self, paint: &mut Paint<'_>, sight: Sight<'_>) {
        let Sight { scene, frame, bindings, by_pad, is_free, now, .. } = sight;
        let units = paint.units();
        let room = room(units);
        let mut bottom = self.notices.draw(paint, &frame.net, room, now);
        let world = &frame.now;
        let is_over = frame.settled.phase() == Phase::Over;
        // Two players are told their keys in their own corners.
        if self.hints.are_shown(is_free && !is_over && scene.second.is_none(), now) {
            bottom = bottom.min(room.bottom());
            hints::draw(paint, bindings[0], by_pad, room, bottom);
        }
        if is_over {
            return;
        }
        clock(paint, world);
        scores(paint, scene, &frame.settled);
        let below =
            net_corner::draw(paint, &frame.net, beside_clock(units), with_lines(frame, units));
        let plate = weapons::place(units);
        self.feed.draw(paint, scene, now, below.max(under_scores()), plate.y - 48.0);
        if let Some(tank) = world.tanks.get(usize::from(scene.own)) {
            if scene.second.is_some() {
                couch::draw(paint, sight, &self.feed, self.cues.crews());
            } else {
                let [crew, _] = self.cues.crews();
                weapons::draw(paint, plate, tank, ["1", "2"], (crew, now));
                crew.draw_taken(paint, plate, now);
            }
            self.middle(paint, scene, frame, tank, now);
        }
        self.graph.draw(paint, scene, &frame.net, graph_room(units));
    }

    /// The few things that may stand in the upper third: countdown and respawn.
    fn middle(
        &self,
        paint: &mut Paint<'_>,
        scene: &Scene,
        frame: &Frame,
        tank: &Tank,
        now: Instant,
    ) {
        let units = paint.units();
        let top = (units.h * 0.22).round().max(under_scores());
        match frame.now.phase() {
            Phase::Countdown(ticks) => {
                let number = ticks.div_ceil(TICKS_PER_SECOND).to_string();
                countdown(paint, &say("hud-get-ready"), &number, top);
            }
            // Whoever is destroyed reads so once it is certain.
            Phase::Playing(_) if scene.second.is_none() && is_certainly_out(frame, scene.own) => {
                let words = match self.feed.last_against(scene.own) {
                    Some(by) => say_with("hud-destroyed-by", &[("name", name(scene, by).into())]),
                    None => say("hud-destroyed"),
                };
                let seconds = u32::from(tank.respawn).div_ceil(TICKS_PER_SECOND);
                let back = say_with("hud-back-in", &[("seconds", seconds.into())]);
                two_lines(paint, &words, &back, top);
            }
            Phase::Playing(_) if self.cues.has_started(now) => {
                countdown(paint, "", &say("hud-go"), top);
            }
            _ => {}
        }
    }
}

/// Whether a seat's tank is destroyed, in the settled World and in the predicted one.
pub(super) fn is_certainly_out(frame: &Frame, seat: u8) -> bool {
    let is_out = |world: &World| {
        world.tanks.get(usize::from(seat)).is_some_and(|t| t.state() == TankState::Destroyed)
    };
    is_out(&frame.now) && is_out(&frame.settled)
}

/// Where the row of scores ends.
fn under_scores() -> f32 {
    MARGIN + CLOCK.1 + GRID + SCORE + GRID
}

/// Whether there is little room: a narrow window, or large text.
fn is_narrow(units: Units) -> bool {
    units.w < 900.0
}

/// The room between the clock and the right edge.
fn beside_clock(units: Units) -> f32 {
    (units.w - CLOCK.0) / 2.0 - MARGIN - GRID
}

/// Whether the single lines have room beside the scores.
fn with_lines(frame: &Frame, units: Units) -> bool {
    let chips = frame.settled.standings().len();
    let scores = (chip_width(
        units,
        chips,
        frame.scene.as_ref().is_some_and(|scene| scene.second.is_some()),
    ) + GRID)
        * chips as f32;
    (units.w - scores) / 2.0 - MARGIN >= net_corner::LINES
}

/// What the hints take, and as many notices as there ever are.
const HIGHEST: f32 = 150.0;

/// The place at the bottom between the corners; above them where there is hardly any, and
/// over the minimap where it would reach up to the scores.
fn room(units: Units) -> Rect {
    let (left, right) = (MARGIN * 2.0 + minimap::SIDE, weapons::place(units).x - MARGIN);
    let half = (units.w / 2.0 - left).min(right - units.w / 2.0);
    if half >= 150.0 {
        return Rect::new(units.w / 2.0 - half, 0.0, half * 2.0, units.h - MARGIN);
    }
    let above = minimap::SIDE + MARGIN + GRID;
    if units.h - above < under_scores() + HIGHEST {
        let w = weapons::place(units).x - MARGIN * 2.0;
        return Rect::new(MARGIN, 0.0, w.max(0.0), units.h - MARGIN);
    }
    Rect::new(MARGIN, 0.0, (units.w - MARGIN * 2.0).max(0.0), units.h - above)
}

/// The left edge between the scores and the minimap; over the minimap where that is too little.
fn graph_room(units: Units) -> Rect {
    let top = under_scores();
    let high = units.h - MARGIN - minimap::SIDE - GRID - top;
    let h = if high >= 250.0 { high } else { units.h - MARGIN - top };
    Rect::new(MARGIN, top, units.w, h.max(0.0))
}

/// Where the HUD is, so that nothing else lies there.
fn taken(units: Units, two: bool, frame: &Frame, graph: bool) -> Vec<Rect> {
    let chips = frame.settled.standings().len();
    let w = (chip_width(units, chips, two) + GRID) * chips as f32;
    let mut taken = vec![
        Rect::new(MARGIN, units.h - MARGIN - minimap::SIDE, minimap::SIDE, minimap::SIDE),
        weapons::place(units),
        Rect::new((units.w - w.max(CLOCK.0)) / 2.0, 0.0, w.max(CLOCK.0), under_scores() - GRID),
    ];
    if frame.net.is_online {
        let h = net_corner::height(&frame.net, with_lines(frame, units));
        taken.push(Rect::new(units.w - MARGIN - 216.0, 0.0, 216.0 + MARGIN, MARGIN + h));
    }
    if two {
        // A corner for each, with a name above the weapons, and the map in the third.
        let corner = weapons::place(units);
        let name = Rect::new(corner.x, corner.y - 40.0, corner.w, corner.h + 40.0);
        taken.extend([name, Rect { x: MARGIN, ..name }]);
        taken.push(Rect::new(MARGIN, MARGIN, minimap::SIDE, minimap::SIDE));
    }
    if graph {
        taken.push(Rect { w: WIDTH, ..graph_room(units) });
    }
    taken
}

/// Width and height of the clock, and height of a score.
const CLOCK: (f32, f32) = (128.0, 48.0);
const SCORE: f32 = 30.0;

fn clock(paint: &mut Paint<'_>, world: &World) {
    let ticks = match world.phase() {
        Phase::Countdown(_) => world.rules.match_ticks(),
        Phase::Playing(left) => left,
        Phase::Over => 0,
    };
    let ink = if ticks <= 10 * TICKS_PER_SECOND { theme::ACCENT } else { theme::INK };
    let (w, h) = CLOCK;
    let rect = Rect::new(paint.units().w / 2.0 - w / 2.0, MARGIN, w, h);
    paint.plate(rect, 8.0, theme::PLATE);
    paint.text(&clock_text(ticks), Style::new(Face::Bold, size::HUGE, ink), rect, Align::Centre);
}

/// Minutes and seconds; a begun second counts whole.
fn clock_text(ticks: u32) -> String {
    let seconds = ticks.div_ceil(TICKS_PER_SECOND);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Width of a score among so many: names only while there is room for them.
fn chip_width(units: Units, count: usize, two: bool) -> f32 {
    if two {
        // The minimap is at the top.
        let room = units.w - (MARGIN + minimap::SIDE + GRID) * 2.0;
        let most = if count <= 4 { 136.0 } else { 72.0 };
        return (room / count.max(1) as f32 - GRID).clamp(48.0, most);
    }
    if count <= 4 && !is_narrow(units) {
        return 136.0;
    }
    let room = (units.w - MARGIN * 2.0) / count.max(1) as f32 - GRID;
    room.clamp(48.0, 72.0)
}

fn scores(paint: &mut Paint<'_>, scene: &Scene, settled: &World) {
    let order = settled.standings();
    let w = chip_width(paint.units(), order.len(), scene.second.is_some());
    let total = order.len() as f32 * (w + GRID) - GRID;
    let mut x = (paint.units().w - total) / 2.0;
    for seat in &order {
        let Some(tank) = settled.tanks.get(usize::from(*seat)) else { continue };
        let rect = Rect::new(x, MARGIN + CLOCK.1 + GRID, w, SCORE);
        let is_there = tank.state() != TankState::Absent;
        chip(paint, scene, *seat, tank.score, is_there, rect);
        x += w + GRID;
    }
}

fn chip(paint: &mut Paint<'_>, scene: &Scene, seat: u8, score: u32, is_there: bool, rect: Rect) {
    paint.plate(rect, 6.0, theme::PLATE);
    let fade = if is_there { 1.0 } else { 0.35 };
    let badge = Rect::new(rect.x + 5.0, rect.y + (rect.h - 18.0) / 2.0, 18.0, 18.0);
    emblem::draw(paint, scene.colour(seat), badge, 4.0, fade);
    let is_own = scene.owns(seat);
    if is_own {
        paint.frame(rect, 6.0, 2.0, theme::INK);
    }
    let ink = if is_there { theme::INK } else { theme::FAINT };
    let points = Style::new(Face::Bold, size::TEXT, ink);
    let inner = Rect::new(rect.x + 28.0, rect.y, rect.w - 36.0, rect.h);
    let score = score.to_string();
    paint.text(&score, points, inner, Align::Right);
    let room = inner.w - paint.width(&score, points) - 6.0;
    if rect.w > 100.0 {
        let style = Style::new(Face::Body, size::SMALL, ink);
        let left = Rect::new(inner.x, rect.y, room, rect.h);
        paint.text(name(scene, seat), style, left, Align::Left);
    }
}

/// A large number or word with a small one above.
fn countdown(paint: &mut Paint<'_>, above: &str, large: &str, top: f32) {
    let style = Style::new(Face::Display, size::GIANT, theme::ACCENT);
    let w = (paint.width(large, style) + 48.0).max(176.0);
    let rect = Rect::new((paint.units().w - w) / 2.0, top, w, 144.0);
    paint.plate(rect, 12.0, theme::PLATE);
    let label = Rect::new(rect.x, rect.y + 10.0, rect.w, 26.0);
    let small = Style::new(Face::Body, size::TEXT, theme::INK);
    paint.text(above, small, label, Align::Centre);
    let shift = if above.is_empty() { 12.0 } else { 40.0 };
    let below = Rect::new(rect.x, rect.y + shift, rect.w, rect.h - shift - 12.0);
    paint.text(large, style, below, Align::Centre);
}

fn two_lines(paint: &mut Paint<'_>, words: &str, below: &str, top: f32) {
    let style = Style::new(Face::Bold, size::LARGE, theme::INK);
    let units = paint.units();
    let w = (paint.width(words, style) + 64.0).clamp(280.0, 560.0).min(units.w - MARGIN * 2.0);
    let rect = Rect::new((units.w - w) / 2.0, top, w, 96.0);
    paint.plate(rect, 12.0, theme::PLATE);
    let line = Rect::new(rect.x + 16.0, rect.y + 12.0, rect.w - 32.0, 36.0);
    paint.text(words, style, line, Align::Centre);
    let second = Rect::new(rect.x, rect.y + 50.0, rect.w, 32.0);
    let style = Style::new(Face::Body, size::TEXT, theme::ACCENT);
    paint.text(below, style, second, Align::Centre);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Map, Rules};
    use crate::view::stage;

    #[test]
    fn the_clock_ends_at_zero_and_begins_at_the_full_time() {
        assert_eq!(clock_text(7200), "2:00");
        assert_eq!(clock_text(7199), "2:00");
        assert_eq!(clock_text(7140), "1:59");
        assert_eq!(clock_text(1), "0:01");
        assert_eq!(clock_text(0), "0:00");
    }

    /// Windows as people have them, and as they are with large text.
    fn windows() -> [Units; 5] {
        [(1280.0, 720.0), (1720.0, 720.0), (960.0, 720.0), (800.0, 450.0), (640.0, 360.0)]
            .map(|(w, h)| Units { scale: 1.0, w, h })
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
    }

    #[test]
    fn notices_and_graph_never_lie_over_the_corners_or_the_middle() {
        let (mut stage, _backstage) = stage::stage();
        let mut frame = stage.frames.read().clone();
        frame.settled = World::create(&Map::generate([1, 2], &Rules::default()), &[0, 1, 2, 3]);
        frame.net.is_online = true;
        for units in windows() {
            let room = room(units);
            let line = Rect::new(room.x, room.bottom() - 40.0, room.w, 40.0);
            assert!(room.w >= 240.0, "{units:?}: {room:?}");
            // Over the minimap only where there is no other place.
            let spared = usize::from(units.h < 500.0);
            for corner in taken(units, false, &frame, false).iter().take(2).skip(spared) {
                assert!(!overlap(&line, corner), "{units:?}: {line:?} and {corner:?}");
            }
            assert!(room.bottom() >= under_scores() + HIGHEST, "{units:?}");
            let graph = Rect { w: WIDTH, ..graph_room(units) };
            let middle = Rect::new(units.w / 2.0 - 1.0, units.h / 2.0 - 40.0, 80.0, 80.0);
            assert!(!overlap(&graph, &middle), "{units:?}: {graph:?}");
            assert!(graph.h >= 190.0, "{units:?}: {graph:?}");
        }
    }

    #[test]
    fn scores_fit_in_every_window() {
        for units in windows() {
            for count in 0..=8 {
                let w = (chip_width(units, count, false) + GRID) * count as f32 - GRID;
                assert!(w <= units.w - MARGIN, "{count} in {units:?}");
                let w = (chip_width(units, count, true) + GRID) * count as f32 - GRID;
                let left = (units.w - w) / 2.0;
                assert!(left >= MARGIN + minimap::SIDE || units.w < 900.0, "{count} in {units:?}");
            }
        }
    }

    #[test]
    fn destroyed_is_said_once_it_is_settled() {
        let (mut stage, _backstage) = stage::stage();
        let mut frame = stage.frames.read().clone();
        let alive = World::create(&Map::generate([1, 2], &Rules::default()), &[0, 1]);
        let mut out = alive;
        // Where a tank says that it waits to come back.
        bytemuck::bytes_of_mut(&mut out.tanks[0])[28] = 2;
        assert_eq!(out.tanks[0].state(), TankState::Destroyed);
        for (now, settled, wanted) in
            [(alive, alive, false), (out, alive, false), (alive, out, false), (out, out, true)]
        {
            (frame.now, frame.settled) = (now, settled);
            assert_eq!(is_certainly_out(&frame, 0), wanted);
        }
    }
}
