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
use crate::sim::rules::{COUNTDOWN, TICKS_PER_SECOND};
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
        let mut taken = taken(paint.units(), two, frame, self.graph.is_open());
        if is_waiting(scene, frame) {
            taken.push(message_room(paint.units(), frame));
        }
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
        let bottom = self.notices.draw(paint, &frame.net, room(units), now);
        let world = &frame.now;
        let is_over = frame.settled.phase() == Phase::Over;
        // Two players are told their keys in their own corners.
        if self.hints.are_shown(is_free && !is_over && scene.second.is_none(), now) {
            let room = hints_room(units);
            hints::draw(paint, bindings[0], by_pad, room, bottom.min(room.bottom()));
        }
        if is_over {
            return;
        }
        clock(paint, world);
        // Cut by the edge of a menu it would be half a table.
        if is_free {
            scores(paint, scene, &frame.settled);
        }
        let below = net_corner::draw(paint, &frame.net, net_room(units), with_lines(frame, units));
        let plate = weapons::place(units);
        // Where there is little room, who destroyed the own tank is said in its place.
        if !(units.is_narrow() && is_waiting(scene, frame)) {
            self.feed.draw(paint, scene, now, below.max(under_scores(units)), plate.y - 48.0);
        }
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

    /// Whether something else needs the place of the minimap: where text is large, the graph and
    /// the hints, which are there for ten seconds of the first match.
    pub(super) fn covers_map(&self, units: Units, is_free: bool, is_alone: bool) -> bool {
        let hints = self.hints.are_wanted() && is_free && is_alone;
        units.is_narrow() && (self.graph.is_open() || hints)
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
        let top = (units.h * 0.22).round().max(under_scores(units));
        match frame.now.phase() {
            Phase::Countdown(ticks) => {
                let number = ticks.div_ceil(TICKS_PER_SECOND).to_string();
                countdown(paint, &say("hud-get-ready"), &number, top);
            }
            // Whoever is destroyed reads so once it is certain.
            Phase::Playing(_) if is_waiting(scene, frame) => {
                let words = match self.feed.last_against(scene.own) {
                    Some(by) => say_with("hud-destroyed-by", &[("name", name(scene, by).into())]),
                    None => say("hud-destroyed"),
                };
                let seconds = u32::from(tank.respawn).div_ceil(TICKS_PER_SECOND);
                let back = say_with("hud-back-in", &[("seconds", seconds.into())]);
                two_lines(paint, &words, &back, message_room(units, frame));
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

/// Whether somebody who plays alone at this machine is out for certain and waits to come back.
fn is_waiting(scene: &Scene, frame: &Frame) -> bool {
    let is_playing = matches!(frame.now.phase(), Phase::Playing(_));
    is_playing && scene.second.is_none() && is_certainly_out(frame, scene.own)
}

/// Where the row of scores ends. Where there is little room, it is the row of the clock.
fn under_scores(units: Units) -> f32 {
    MARGIN + CLOCK.1 + GRID + if units.is_narrow() { 0.0 } else { SCORE + GRID }
}

/// Where the net corner begins, and the room that it has: beside the clock, or below it.
fn net_room(units: Units) -> (f32, f32) {
    match units.is_narrow() {
        true => (under_scores(units), units.w / 2.0),
        false => (MARGIN, (units.w - CLOCK.0) / 2.0 - MARGIN - GRID),
    }
}

/// How long the line to each player is shown in a match; after that the graph has it.
const LINES_SHOWN: u32 = COUNTDOWN + 7 * TICKS_PER_SECOND;

/// Whether the single lines are shown: at the beginning, if they have room beside the scores.
/// Later they would lie over whoever comes from there.
fn with_lines(frame: &Frame, units: Units) -> bool {
    let two = frame.scene.as_ref().is_some_and(|scene| scene.second.is_some());
    let right = chips(units, frame.settled.standings().len(), two).last().map_or(0.0, Rect::right);
    let room = units.w - right.max(units.w / 2.0) - MARGIN;
    frame.now.tick < LINES_SHOWN && !units.is_narrow() && room >= net_corner::LINES
}

/// What the hints take, and as many notices as there ever are.
const HIGHEST: f32 = 150.0;

/// The place at the bottom between the corners; above them where there is hardly any.
fn room(units: Units) -> Rect {
    let (left, right) = (MARGIN * 2.0 + minimap::side(units), weapons::place(units).x - MARGIN);
    let half = (units.w / 2.0 - left).min(right - units.w / 2.0);
    if half >= 150.0 {
        return Rect::new(units.w / 2.0 - half, 0.0, half * 2.0, units.h - MARGIN);
    }
    let above = minimap::side(units) + MARGIN + GRID;
    if units.h - above < under_scores(units) + HIGHEST {
        return Rect::new(left, 0.0, (right - left).max(0.0), units.h - MARGIN);
    }
    Rect::new(MARGIN, 0.0, (units.w - MARGIN * 2.0).max(0.0), units.h - above)
}

/// The same for the hints: where text is large they have the place of the minimap, too.
fn hints_room(units: Units) -> Rect {
    if units.is_narrow() {
        let w = weapons::place(units).x - MARGIN * 2.0;
        return Rect::new(MARGIN, 0.0, w.max(0.0), units.h - MARGIN);
    }
    room(units)
}

/// The left edge between the scores and the minimap; over its place where that is too little.
fn graph_room(units: Units) -> Rect {
    let top = under_scores(units);
    let high = units.h - MARGIN - minimap::side(units) - GRID - top;
    let h = if high >= 250.0 { high } else { units.h - MARGIN - top };
    Rect::new(MARGIN, top, units.w, h.max(0.0))
}

/// Where the HUD is, so that nothing else lies there.
fn taken(units: Units, two: bool, frame: &Frame, graph: bool) -> Vec<Rect> {
    let chips = chips(units, frame.settled.standings().len(), two);
    let clock = (units.w - CLOCK.0) / 2.0;
    let left = chips.first().map_or(clock, |chip| chip.x.min(clock));
    let side = minimap::side(units);
    let mut taken = vec![
        Rect::new(MARGIN, units.h - MARGIN - side, side, side),
        weapons::place(units),
        Rect::new(left, 0.0, units.w - left * 2.0, under_scores(units) - GRID),
    ];
    if frame.net.is_online {
        let (top, _) = net_room(units);
        let h = net_corner::height(&frame.net, with_lines(frame, units));
        let w = MARGIN + if frame.net.refused_percent > 0 { 300.0 } else { 216.0 };
        taken.push(Rect::new(units.w - w, 0.0, w, top + h));
    }
    if two {
        // A corner for each, with a name above the weapons, and the map in the third.
        let corner = weapons::place(units);
        let name = Rect::new(corner.x, corner.y - 40.0, corner.w, corner.h + 40.0);
        taken.extend([name, Rect { x: MARGIN, ..name }]);
        taken.push(Rect::new(MARGIN, MARGIN, side, side));
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

/// Where so many scores are, from left to right: in a row below the clock, with names while there
/// is room for them; where there is little room, on both sides of the clock.
fn chips(units: Units, count: usize, two: bool) -> Vec<Rect> {
    let shares = count.max(1) as f32;
    if units.is_narrow() {
        let half = count.div_ceil(2);
        let beside = (units.w - CLOCK.0) / 2.0 - MARGIN;
        let w = (beside / half.max(1) as f32 - GRID).clamp(40.0, 72.0);
        let y = MARGIN + (CLOCK.1 - SCORE) / 2.0;
        let left = units.w / 2.0 - CLOCK.0 / 2.0 - (w + GRID) * half as f32;
        let place = |i: usize| {
            let clock = if i < half { 0.0 } else { CLOCK.0 + GRID };
            Rect::new(left + (w + GRID) * i as f32 + clock, y, w, SCORE)
        };
        return (0..count).map(place).collect();
    }
    // Of two players each has a corner below, so that the minimap is at the top.
    let beside = if two { MARGIN + minimap::side(units) + GRID } else { MARGIN };
    let most = if count <= 4 { 136.0 } else { 72.0 };
    let w = ((units.w - beside * 2.0) / shares - GRID).clamp(48.0, most);
    let left = (units.w - (w + GRID) * count as f32 + GRID) / 2.0;
    let place = |i| Rect::new(left + (w + GRID) * i as f32, MARGIN + CLOCK.1 + GRID, w, SCORE);
    (0..count).map(place).collect()
}

fn scores(paint: &mut Paint<'_>, scene: &Scene, settled: &World) {
    let order = settled.standings();
    let places = chips(paint.units(), order.len(), scene.second.is_some());
    for (seat, rect) in order.iter().zip(places) {
        let Some(tank) = settled.tanks.get(usize::from(*seat)) else { continue };
        let is_there = tank.state() != TankState::Absent;
        chip(paint, scene, *seat, tank.score, is_there, rect);
    }
}

fn chip(paint: &mut Paint<'_>, scene: &Scene, seat: u8, score: u32, is_there: bool, rect: Rect) {
    paint.plate(rect, 6.0, theme::PLATE);
    let fade = if is_there { 1.0 } else { 0.35 };
    let is_small = rect.w < 60.0;
    let (side, pad) = if is_small { (14.0, 4.0) } else { (18.0, 5.0) };
    let badge = Rect::new(rect.x + pad, rect.y + (rect.h - side) / 2.0, side, side);
    emblem::draw(paint, scene.colour(seat), badge, 4.0, fade);
    let is_own = scene.owns(seat);
    if is_own {
        paint.frame(rect, 6.0, 2.0, theme::INK);
    }
    let ink = if is_there { theme::INK } else { theme::FAINT };
    let points = Style::new(Face::Bold, if is_small { size::SMALL } else { size::TEXT }, ink);
    let (before, after) = if is_small { (20.0, 5.0) } else { (28.0, 8.0) };
    let inner = Rect::new(rect.x + before, rect.y, rect.w - before - after, rect.h);
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

/// Where whoever waits to come back reads so: below the corner of the line where that is wide.
fn message_room(units: Units, frame: &Frame) -> Rect {
    let mut top = under_scores(units);
    let mut h = 80.0;
    if !units.is_narrow() {
        (top, h) = ((units.h * 0.22).round().max(top), 96.0);
    } else if frame.net.is_online {
        let (line, _) = net_room(units);
        top = top.max(line + net_corner::height(&frame.net, with_lines(frame, units)) + GRID);
    }
    let w = (units.w - MARGIN * 2.0).min(560.0);
    Rect::new((units.w - w) / 2.0, top, w, h)
}

fn two_lines(paint: &mut Paint<'_>, words: &str, below: &str, room: Rect) {
    let style = Style::new(Face::Bold, size::LARGE, theme::INK);
    let w = (paint.width(words, style) + 64.0).clamp(280.0f32.min(room.w), room.w);
    let rect = Rect { x: room.x + (room.w - w) / 2.0, w, ..room };
    paint.plate(rect, 12.0, theme::PLATE);
    let high = room.h / 2.0 - 12.0;
    let line = Rect::new(rect.x + 16.0, rect.y + 12.0, rect.w - 32.0, high);
    paint.text(words, style, line, Align::Centre);
    let second = Rect { y: line.y + high, ..line };
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
            let place = room(units);
            let line = Rect::new(place.x, place.bottom() - 40.0, place.w, 40.0);
            assert!(place.w >= 240.0, "{units:?}: {place:?}");
            for part in taken(units, false, &frame, false) {
                assert!(!overlap(&line, &part), "{units:?}: {line:?} and {part:?}");
            }
            let hints = hints_room(units);
            assert!(hints.w >= 300.0, "{units:?}: {hints:?}");
            assert!(hints.bottom() >= under_scores(units) + HIGHEST, "{units:?}");
            let graph = Rect { w: WIDTH, ..graph_room(units) };
            let middle = Rect::new(units.w / 2.0 - 1.0, units.h / 2.0 - 40.0, 80.0, 80.0);
            assert!(!overlap(&graph, &middle), "{units:?}: {graph:?}");
            assert!(graph.h >= 190.0, "{units:?}: {graph:?}");
        }
    }

    #[test]
    fn who_waits_to_come_back_reads_so_off_the_corners_and_the_scores() {
        let (mut stage, _backstage) = stage::stage();
        let mut frame = stage.frames.read().clone();
        frame.settled = World::create(&Map::generate([1, 2], &Rules::default()), &[0, 1, 2, 3]);
        frame.net.is_online = true;
        for units in windows() {
            let message = message_room(units, &frame);
            assert!(message.x >= MARGIN && message.h > 70.0, "{units:?}: {message:?}");
            for corner in taken(units, false, &frame, false) {
                assert!(!overlap(&message, &corner), "{units:?}: {message:?} and {corner:?}");
            }
        }
    }

    #[test]
    fn scores_fit_in_every_window() {
        for units in windows() {
            let clock = Rect::new((units.w - CLOCK.0) / 2.0, MARGIN, CLOCK.0, CLOCK.1);
            for (count, two) in (0..=8).flat_map(|count| [(count, false), (count, true)]) {
                let chips = chips(units, count, two);
                assert_eq!(chips.len(), count);
                let mut parts = [&chips[..], &[clock]].concat();
                if two && !units.is_narrow() {
                    let side = minimap::side(units);
                    parts.push(Rect::new(MARGIN, MARGIN, side, side));
                }
                for (i, part) in parts.iter().enumerate() {
                    let inside = part.x >= MARGIN - 0.1 && part.right() <= units.w - MARGIN + 0.1;
                    assert!(inside, "{count} in {units:?}: {part:?}");
                    assert!(part.bottom() <= under_scores(units).max(MARGIN + 208.0));
                    let over = parts.iter().skip(i + 1).find(|other| overlap(part, other));
                    assert_eq!(over, None, "{count} in {units:?}: {part:?}");
                }
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
