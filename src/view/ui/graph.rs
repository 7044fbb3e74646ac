//! The graph behind F3: the last ten seconds of the machine and of the lines to the others.
//! Keeps what each tick measured, in rings of bounded length, and paints it at the left edge.

use std::collections::VecDeque;
use std::time::Duration;

use ggez::graphics::{Color, Rect};

use super::emblem;
use super::lobby::route_name;
use super::paint::{Align, Paint, Style};
use super::result::name;
use super::text::Face;
use crate::view::stage::{LineSample, NetCorner, Sample, Scene};
use crate::view::theme::{self, MARGIN, size};
use crate::words::{say, say_with};

/// Ticks that are shown: ten seconds.
const TICKS: usize = 600;
/// Frames that are kept: ten seconds of a fast display.
const FRAMES: usize = 2400;
/// Bars of a curve.
const BARS: usize = 100;
/// Width of the panel: beside the scores in a window of any shape.
pub(super) const WIDTH: f32 = 296.0;

/// What is known of the last ten seconds.
#[derive(Debug, Default)]
pub(super) struct Graph {
    is_open: bool,
    samples: VecDeque<Sample>,
    frames: VecDeque<f32>,
}

impl Graph {
    /// Opens or closes the panel.
    pub(super) fn toggle(&mut self) {
        self.is_open = !self.is_open;
    }

    /// Forgets everything, and is closed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether it is to be seen.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// A tick was measured.
    pub(super) fn sample(&mut self, sample: Sample) {
        if self.samples.len() >= TICKS {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// A frame was drawn, so long after the one before.
    pub(super) fn frame(&mut self, took: Duration) {
        if self.frames.len() >= FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back(took.as_secs_f32() * 1000.0);
    }

    /// The frame times of the last ten seconds in milliseconds, oldest first.
    fn recent_frames(&self) -> Vec<f32> {
        let mut left = 10_000.0;
        let recent = self.frames.iter().rev().copied().take_while(|ms| {
            left -= ms;
            left > 0.0
        });
        let mut frames: Vec<f32> = recent.collect();
        frames.reverse();
        frames
    }

    /// Paints the panel into `room` at the left edge, if it is open.
    pub(super) fn draw(&self, paint: &mut Paint<'_>, scene: &Scene, net: &NetCorner, room: Rect) {
        if !self.is_open {
            return;
        }
        let lines = if net.is_online { net.lines.len() } else { 0 };
        let curves = if net.is_online { 3 } else { 2 };
        let row = row_height(room.h, curves + lines);
        let mut rows = Rows::new(paint, room, 16.0 + (curves + lines) as f32 * row, row);
        let frames = self.recent_frames();
        rows.curve(&say("graph-frame"), &milliseconds(&frames), &bars(&frames, 33.4), FRAME_LIMITS);
        let late: Vec<f32> = self.samples.iter().map(|s| s.late_us as f32 / 1000.0).collect();
        rows.curve(&say("graph-tick"), &milliseconds(&late), &bars(&late, 8.0), TICK_LIMITS);
        if !net.is_online {
            return;
        }
        let depth: Vec<f32> = self.samples.iter().map(|s| f32::from(s.rollback)).collect();
        let stood: Vec<f32> = self.samples.iter().map(|s| f32::from(u8::from(s.stood))).collect();
        let stalls = stood.iter().sum::<f32>() as u32;
        let most = depth.iter().fold(0.0_f32, |a, b| a.max(*b)) as u32;
        let words =
            say_with("graph-rollback-now", &[("most", most.into()), ("stalls", stalls.into())]);
        rows.curve(&say("graph-rollback"), &words, &bars(&depth, 8.0), (0.5, 0.8));
        rows.marks(&bars(&stood, 1.0));
        for line in &net.lines {
            let history: Vec<Option<LineSample>> = self
                .samples
                .iter()
                .map(|s| s.lines.get(usize::from(line.seat)).copied().flatten())
                .collect();
            rows.line(
                line.colour,
                name(scene, line.seat),
                &line.route.map_or_else(|| "?".to_owned(), route_name),
                &history,
            );
        }
    }
}

/// Height of a curve with its words, and of a line to another player: the usual and the least.
const ROW: (f32, f32) = (58.0, 34.0);
/// Lower rows show what was lost as a number only.
const WITH_LOSS: f32 = 48.0;
/// From which share of the height on a bar is a warning, and bad.
const FRAME_LIMITS: (f32, f32) = (0.55, 0.95);
const TICK_LIMITS: (f32, f32) = (0.25, 0.75);

/// Where on the panel the next thing goes.
struct Rows<'p, 'a> {
    paint: &'p mut Paint<'a>,
    x: f32,
    y: f32,
    w: f32,
    bottom: f32,
    /// Height of a row.
    row: f32,
    /// Where the newest curve lies.
    newest: Rect,
}

impl<'p, 'a> Rows<'p, 'a> {
    fn new(paint: &'p mut Paint<'a>, room: Rect, height: f32, row: f32) -> Self {
        let plate = Rect::new(MARGIN, room.y, WIDTH, height.min(room.h));
        paint.plate(plate, 8.0, theme::PLATE);
        Self {
            paint,
            x: plate.x + 10.0,
            y: plate.y + 8.0,
            w: plate.w - 20.0,
            bottom: plate.bottom(),
            row,
            newest: Rect::new(0.0, 0.0, 0.0, 0.0),
        }
    }

    /// A name, its numbers and a curve below.
    fn curve(&mut self, name: &str, numbers: &str, bars: &[f32], limits: (f32, f32)) {
        if self.y + self.row > self.bottom {
            return;
        }
        self.words(name, numbers, self.x, self.w);
        let rect = Rect::new(self.x, self.y + 20.0, self.w, self.row - 26.0);
        self.bars(rect, bars, limits);
        self.y += self.row;
    }

    /// Marks over the newest curve where something was.
    fn marks(&mut self, bars: &[f32]) {
        let rect = self.newest;
        let step = rect.w / BARS as f32;
        for (index, _) in bars.iter().enumerate().filter(|(_, part)| **part > 0.0) {
            let mark = Rect::new(rect.x + index as f32 * step, rect.y, step, 5.0);
            self.paint.plate(mark, 0.0, theme::BAD);
        }
    }

    /// Another player: who, by which way, and the line's numbers over the curve of its ping.
    fn line(&mut self, colour: u8, name: &str, route: &str, history: &[Option<LineSample>]) {
        if self.y + self.row > self.bottom {
            return;
        }
        let badge = Rect::new(self.x, self.y + 3.0, 14.0, 14.0);
        emblem::draw(self.paint, colour, badge, 3.0, 1.0);
        let latest = history.iter().rev().copied().flatten().next().unwrap_or_default();
        let numbers = say_with(
            "graph-line",
            &[
                ("ping", u32::from(latest.ping_ms).into()),
                ("jitter", tenths(latest.jitter).into()),
                ("loss", u32::from(latest.loss_percent).into()),
            ],
        );
        self.words(&format!("{name}  {route}"), &numbers, self.x + 20.0, self.w - 20.0);
        let pings: Vec<f32> =
            history.iter().map(|line| line.map_or(0.0, |line| f32::from(line.ping_ms))).collect();
        let with_loss = self.row >= WITH_LOSS;
        let h = self.row - if with_loss { 38.0 } else { 26.0 };
        let rect = Rect::new(self.x, self.y + 20.0, self.w, h);
        self.bars(rect, &bars(&pings, 300.0), (0.34, 0.67));
        if !with_loss {
            self.y += self.row;
            return;
        }
        let loss: Vec<f32> = history
            .iter()
            .map(|line| line.map_or(0.0, |line| f32::from(line.loss_percent)))
            .collect();
        let below = Rect::new(self.x, rect.bottom() + 2.0, self.w, 10.0);
        self.bars(below, &bars(&loss, 20.0), (0.1, 0.4));
        self.y += self.row;
    }

    fn words(&mut self, name: &str, numbers: &str, x: f32, w: f32) {
        let faint = Style::new(Face::Body, size::SMALL, theme::FAINT);
        let ink = Style::new(Face::Body, size::SMALL, theme::INK);
        let wide = self.paint.width(numbers, ink);
        let left = Rect::new(x, self.y, (w - wide - 8.0).max(0.0), 20.0);
        // a longer word for a route is written smaller before it is cut
        let fitted = self.paint.fitted(name, faint, left.w, size::SMALL - 3.0);
        self.paint.text(name, fitted, left, Align::Left);
        self.paint.text(numbers, ink, Rect::new(x, self.y, w, 20.0), Align::Right);
    }

    /// Bars of 0..=1 on a darker ground; the newest is at the right.
    fn bars(&mut self, rect: Rect, bars: &[f32], limits: (f32, f32)) {
        self.paint.plate(rect, 0.0, theme::RAISED);
        let step = rect.w / BARS as f32;
        for (index, part) in bars.iter().enumerate().filter(|(_, part)| **part > 0.0) {
            let h = (part * rect.h).max(1.0);
            let bar = Rect::new(rect.x + index as f32 * step, rect.bottom() - h, step, h);
            self.paint.plate(bar, 0.0, light(*part, limits));
        }
        self.newest = rect;
    }
}

/// How high each of so many rows is, so that all of them have room if they can.
fn row_height(room: f32, rows: usize) -> f32 {
    ((room - 16.0) / rows.max(1) as f32).floor().clamp(ROW.1, ROW.0)
}

/// The colour of a bar.
fn light(part: f32, (warning, bad): (f32, f32)) -> Color {
    match part {
        _ if part >= bad => theme::BAD,
        _ if part >= warning => theme::ACCENT,
        _ => theme::GOOD,
    }
}

/// The highest of each of 100 equal parts, as a share of `full`, at most 1. Fewer values than
/// there are bars lie at the right.
fn bars(values: &[f32], full: f32) -> Vec<f32> {
    if values.len() <= BARS {
        let empty = std::iter::repeat_n(0.0, BARS - values.len());
        return empty.chain(values.iter().map(|v| (v / full).clamp(0.0, 1.0))).collect();
    }
    let highest = |index: usize| {
        let at = |index: usize| index * values.len() / BARS;
        let part = values.get(at(index)..at(index + 1)).unwrap_or_default();
        (part.iter().fold(0.0_f32, |a, b| a.max(*b)) / full).clamp(0.0, 1.0)
    };
    (0..BARS).map(highest).collect()
}

/// The newest second's usual and the worst of all, in words.
fn milliseconds(values: &[f32]) -> String {
    let mut newest: Vec<f32> = values.iter().rev().take(60).copied().collect();
    newest.sort_by(f32::total_cmp);
    let usual = newest.get(newest.len() / 2).copied().unwrap_or(0.0);
    let worst = values.iter().fold(0.0_f32, |a, b| a.max(*b));
    say_with(
        "graph-ms",
        &[("usual", format!("{usual:.1}").into()), ("worst", format!("{worst:.1}").into())],
    )
}

/// Tenths as a number with one decimal.
fn tenths(value: u16) -> String {
    format!("{}.{}", value / 10, value % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_hold_ten_seconds_and_no_more() {
        let mut graph = Graph::default();
        for late_us in 0..5000 {
            graph.sample(Sample { late_us, ..Sample::default() });
            graph.frame(Duration::from_millis(5));
        }
        assert_eq!(graph.samples.len(), TICKS);
        assert_eq!(graph.samples.front().map(|s| s.late_us), Some(4400));
        assert!(graph.frames.len() <= FRAMES);
        let frames = graph.recent_frames();
        assert!((1990..=2000).contains(&frames.len()), "{}", frames.len());
        graph.frame(Duration::from_secs(60));
        assert!(graph.recent_frames().is_empty(), "a pause longer than the graph");
    }

    #[test]
    fn bars_show_the_worst_of_their_time_and_never_leave_the_plate() {
        let mut values = vec![1.0; 600];
        values[3] = 7.0;
        values[599] = 900.0;
        let bars = bars(&values, 10.0);
        assert_eq!(bars.len(), BARS);
        assert_eq!((bars[0], bars[1], bars[99]), (0.7, 0.1, 1.0));
    }

    #[test]
    fn rows_are_lower_where_there_is_little_room_and_never_too_low_to_read() {
        assert_eq!(row_height(600.0, 6), ROW.0);
        // A window of 640 x 360 units, with three others.
        assert!((ROW.1..WITH_LOSS).contains(&row_height(234.0, 6)));
        assert!(row_height(234.0, 6) * 6.0 + 16.0 <= 234.0);
        assert_eq!(row_height(100.0, 10), ROW.1);
    }

    #[test]
    fn few_values_lie_at_the_right_where_the_newest_is() {
        let bars = bars(&[2.0, 4.0], 4.0);
        assert_eq!(bars.len(), BARS);
        assert_eq!(bars[97..], [0.0, 0.5, 1.0]);
        assert_eq!(super::bars(&[], 4.0), vec![0.0; BARS]);
    }
}
