//! The brush of the user interface: plates, rings, pictures and text in units of
//! a window 720 units high, gathered into a few draw calls.
//!
//! Shapes have soft edges of their own, so that they are smooth without multisampling.

use ggez::Context;
use ggez::graphics::{
    BlendMode, Canvas, Color, DrawParam, Drawable, Image, LinearColor, Mesh, MeshData, Rect, Text,
    Vertex,
};

use super::text::{Face, Lettering, shortened};
use crate::view::theme::size;

/// How units map to the window's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Units {
    /// Pixels to a unit.
    pub(super) scale: f32,
    /// Width of the window in units, at least 960 unless the window is tiny.
    pub(super) w: f32,
    /// Height of the window in units, at least 720 unless the window is tiny.
    pub(super) h: f32,
}

impl Units {
    /// The units of a window of this size in pixels.
    pub(super) fn of(width: f32, height: f32) -> Units {
        let (width, height) = (width.max(1.0), height.max(1.0));
        let scale = (height / 720.0).min(width / 960.0).clamp(0.5, 6.0);
        Units { scale, w: width / scale, h: height / scale }
    }

    /// The units of a window in which everything is this much larger, in percent: then it has
    /// fewer of them. Nothing gets so small that it cannot be read.
    pub(super) fn zoomed(width: f32, height: f32, percent: u8) -> Units {
        let plain = Units::of(width, height);
        let readable = (LEAST_TEXT / size::SMALL).min(plain.scale);
        let scale = (plain.scale * f32::from(percent) / 100.0).max(readable);
        Units { scale, w: width.max(1.0) / scale, h: height.max(1.0) / scale }
    }

    /// Whether there is little room beside each other: a narrow window, or large text.
    pub(super) fn is_narrow(self) -> bool {
        self.w < 900.0
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) face: Face,
    /// Height of an em in units.
    pub(super) size: f32,
    pub(super) color: Color,
}

impl Style {
    pub(super) const fn new(face: Face, size: f32, color: Color) -> Style {
        Style { face, size, color }
    }
}

/// On which side of the given place a text lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// What lasts from picture to picture: laid out texts and meshes.
pub(super) struct Easel {
    letters: Lettering,
    meshes: Vec<Kept>,
    /// Draw calls of the newest picture.
    draws: u32,
}

/// A mesh and what it was made from.
#[derive(Default)]
struct Kept {
    shapes: Shapes,
    mesh: Option<Mesh>,
}

impl Easel {
    pub(super) fn new(letters: Lettering) -> Easel {
        Easel { letters, meshes: Vec::new(), draws: 0 }
    }

    /// The texts of the newest picture, always in the same order.
    pub(super) fn texts(&self) -> Vec<&Text> {
        self.letters.texts()
    }

    /// How many draw calls the newest picture took.
    pub(super) fn draws(&self) -> u32 {
        self.draws
    }
}

/// The brush while one picture is drawn. What is painted later lies above, but in
/// one layer shapes lie under pictures, overlays above them and text on top.
pub(super) struct Paint<'a> {
    ctx: &'a Context,
    canvas: &'a mut Canvas,
    easel: &'a mut Easel,
    units: Units,
    layer: usize,
    shapes: Shapes,
    overlay: Shapes,
    on_overlay: bool,
    /// How far everything is moved up, in units.
    moved: f32,
    lowest: f32,
    /// The layer has text, which takes one draw call together.
    has_text: bool,
}

/// Above everything of the world; each layer takes four depths.
const FIRST_DEPTH: i32 = 10_000;
/// Texts smaller than this are not readable, whatever the window's size; in pixels.
const LEAST_TEXT: f32 = 11.0;

impl<'a> Paint<'a> {
    pub(super) fn new(
        ctx: &'a Context,
        canvas: &'a mut Canvas,
        easel: &'a mut Easel,
        units: Units,
    ) -> Self {
        easel.letters.begin();
        easel.draws = 0;
        Self {
            ctx,
            canvas,
            easel,
            units,
            layer: 0,
            shapes: Shapes::default(),
            overlay: Shapes::default(),
            on_overlay: false,
            moved: 0.0,
            lowest: 0.0,
            has_text: false,
        }
    }

    pub(super) fn units(&self) -> Units {
        self.units
    }

    /// Everything painted from now on is this much higher than it says, in units.
    pub(super) fn move_up(&mut self, by: f32) {
        self.moved = by;
        self.lowest = 0.0;
    }

    /// Paints something that stays where it says.
    pub(super) fn still(&mut self, paint: impl FnOnce(&mut Self)) {
        let (moved, lowest) = (std::mem::take(&mut self.moved), self.lowest);
        paint(self);
        (self.moved, self.lowest) = (moved, lowest);
    }

    /// How far down something was painted since it was said how far everything moves up, as
    /// it was said.
    pub(super) fn lowest(&self) -> f32 {
        self.lowest
    }

    /// Everything painted from now on lies above everything painted so far.
    pub(super) fn next_layer(&mut self) {
        let depth = self.depth();
        for (which, z) in [(0, depth), (1, depth + 2)] {
            let shapes = if which == 0 { &mut self.shapes } else { &mut self.overlay };
            let shapes = std::mem::take(shapes);
            let slot = self.layer * 2 + which;
            if self.easel.meshes.len() <= slot {
                self.easel.meshes.resize_with(slot + 1, Kept::default);
            }
            let Some(kept) = self.easel.meshes.get_mut(slot) else { continue };
            if kept.shapes != shapes {
                let data = MeshData { vertices: &shapes.vertices, indices: &shapes.indices };
                let mesh = (!shapes.indices.is_empty()).then(|| Mesh::from_data(self.ctx, data));
                *kept = Kept { mesh, shapes };
            }
            if let Some(mesh) = &kept.mesh {
                self.canvas.draw(mesh, DrawParam::new().z(z));
                self.easel.draws += 1;
            }
        }
        self.layer += 1;
        self.easel.draws += u32::from(std::mem::take(&mut self.has_text));
        self.on_overlay = false;
    }

    /// Shapes lie above the pictures of this layer from now on.
    pub(super) fn over_pictures(&mut self) {
        self.on_overlay = true;
    }

    /// A plate with round corners.
    pub(super) fn plate(&mut self, rect: Rect, radius: f32, color: Color) {
        let (rect, radius) = (self.snap(rect), radius * self.units.scale);
        self.brush().rounded(rect, radius, color);
    }

    /// The line around a plate, inside its edge.
    pub(super) fn frame(&mut self, rect: Rect, radius: f32, width: f32, color: Color) {
        let (rect, scale) = (self.snap(rect), self.units.scale);
        self.brush().frame(rect, radius * scale, (width * scale).max(1.0), color);
    }

    /// A round spot.
    pub(super) fn dot(&mut self, x: f32, y: f32, radius: f32, color: Color) {
        let (s, y) = (self.units.scale, y - self.moved);
        self.brush().arc((x * s, y * s), (0.0, radius * s), (0.0, 1.0), color);
    }

    /// A part of a ring, in turns clockwise from the top.
    pub(super) fn arc(
        &mut self,
        (x, y): (f32, f32),
        (inner, outer): (f32, f32),
        (from, to): (f32, f32),
        color: Color,
    ) {
        let (s, y) = (self.units.scale, y - self.moved);
        self.brush().arc((x * s, y * s), (inner * s, outer * s), (from, to), color);
    }

    /// A convex polygon, its corners clockwise as seen on the screen.
    pub(super) fn convex(&mut self, corners: &[(f32, f32)], color: Color) {
        let (s, up) = (self.units.scale, self.moved);
        let corners: Vec<_> = corners.iter().map(|(x, y)| (x * s, (y - up) * s)).collect();
        self.brush().convex(&corners, color);
    }

    /// A picture stretched into a rectangle.
    pub(super) fn picture(&mut self, image: &Image, rect: Rect) {
        let rect = self.snap(rect);
        let (w, h) = (image.width().max(1) as f32, image.height().max(1) as f32);
        let param = DrawParam::new()
            .dest([rect.x, rect.y])
            .scale([rect.w / w, rect.h / h])
            .z(self.depth() + 1);
        // pictures are premultiplied, shapes are not
        self.canvas.set_blend_mode(BlendMode::PREMULTIPLIED);
        image.draw(self.canvas, param);
        self.easel.draws += 1;
        self.canvas.set_blend_mode(BlendMode::ALPHA);
    }

    /// Width of a text in units.
    pub(super) fn width(&mut self, s: &str, style: Style) -> f32 {
        let size = self.pixels(style.size);
        self.easel.letters.measure(self.ctx, style.face, size, s).0 / self.units.scale
    }

    /// The style in which a text of one line has this room, in units; never smaller than `least`.
    pub(super) fn fitted(&mut self, s: &str, mut style: Style, room: f32, least: f32) -> Style {
        let width = self.width(s, style);
        if width > room {
            style.size = (style.size * room / width).max(least);
        }
        // letters come in half pixels: the nearest size may be the next larger one
        if self.width(s, style) > room {
            style.size = (style.size - 0.5 / self.units.scale).max(least);
        }
        style
    }

    /// A text of one line, centred between top and bottom of `rect` and aligned in
    /// it; shortened if it is too wide.
    pub(super) fn text(&mut self, s: &str, style: Style, rect: Rect, align: Align) {
        if s.is_empty() {
            return;
        }
        self.lowest = self.lowest.max(rect.bottom());
        let rect = Rect::new(rect.x, rect.y - self.moved, rect.w, rect.h);
        self.has_text = true;
        let size = self.pixels(style.size);
        let (ctx, scale, z) = (self.ctx, self.units.scale, self.depth() + 3);
        let room = (rect.w * scale).ceil() + 1.0;
        let letters = &mut self.easel.letters;
        let short;
        let s = if letters.measure(ctx, style.face, size, s).0 <= room {
            s
        } else {
            short = shortened(s, |s| letters.measure(ctx, style.face, size, s).0 <= room);
            &short
        };
        let canvas = &mut *self.canvas;
        letters.draw(ctx, style.face, size, s, |text, w, h| {
            let x = match align {
                Align::Left => rect.x * scale,
                Align::Centre => (rect.x + rect.w / 2.0) * scale - w / 2.0,
                Align::Right => (rect.x + rect.w) * scale - w,
            };
            let y = (rect.y + rect.h / 2.0) * scale - h / 2.0;
            let param = DrawParam::new().dest([x.round(), y.round()]).color(style.color).z(z);
            canvas.draw(text, param);
        });
    }

    /// A text of several lines, broken at blanks that may be broken at; gives the height used.
    pub(super) fn paragraph(&mut self, s: &str, style: Style, rect: Rect, align: Align) -> f32 {
        let line_height = (style.size * 1.4).round();
        let mut y = rect.y;
        for line in self.broken(s, style, rect.w) {
            self.text(&line, style, Rect::new(rect.x, y, rect.w, line_height), align);
            y += line_height;
        }
        y - rect.y
    }

    /// The lines of a text that is broken at blanks to this width.
    pub(super) fn broken(&mut self, s: &str, style: Style, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        // what a no-break space holds together stays together
        for word in s.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|w| !w.is_empty())
        {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && self.width(&longer, style) > width {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The lines of an address that is broken to this width, best after what separates its parts.
    pub(super) fn parted(&mut self, s: &str, style: Style, width: f32) -> Vec<String> {
        let mut parts = vec![String::new()];
        for piece in s.split_inclusive([' ', ':', '/', '.']) {
            let longer = parts.last().map(|last| format!("{last}{piece}")).unwrap_or_default();
            match parts.last_mut() {
                Some(last) if last.is_empty() || self.width(&longer, style) <= width => {
                    *last = longer;
                }
                _ => parts.push(piece.to_owned()),
            }
        }
        parts
    }

    fn brush(&mut self) -> &mut Shapes {
        if self.on_overlay { &mut self.overlay } else { &mut self.shapes }
    }

    fn depth(&self) -> i32 {
        FIRST_DEPTH + self.layer as i32 * 4
    }

    fn pixels(&self, size: f32) -> f32 {
        (size * self.units.scale).max(LEAST_TEXT)
    }

    /// The rectangle in whole pixels.
    fn snap(&mut self, r: Rect) -> Rect {
        self.lowest = self.lowest.max(r.bottom());
        let s = self.units.scale;
        let r = Rect::new(r.x, r.y - self.moved, r.w, r.h);
        let (x, y) = ((r.x * s).round(), (r.y * s).round());
        Rect::new(x, y, ((r.x + r.w) * s).round() - x, ((r.y + r.h) * s).round() - y)
    }
}

/// Triangles in pixels of the window.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shapes {
    vertices: Vec<Vertex>,
    indices: Vec<u32>,
}

/// Half the width of a soft edge in pixels.
const SOFT: f32 = 0.5;

impl Shapes {
    fn rounded(&mut self, r: Rect, radius: f32, color: Color) {
        if r.w <= 0.0 || r.h <= 0.0 {
            return;
        }
        if radius < 1.0 {
            let base = self.vertices.len() as u32;
            for (x, y) in [(r.x, r.y), (r.right(), r.y), (r.right(), r.bottom()), (r.x, r.bottom())]
            {
                self.vertex(x, y, color, 1.0);
            }
            self.indices.extend([0, 1, 2, 0, 2, 3].map(|i| base + i));
        } else {
            self.convex(&rounded_corners(r, radius), color);
        }
    }

    fn frame(&mut self, r: Rect, radius: f32, width: f32, color: Color) {
        if r.w <= 0.0 || r.h <= 0.0 {
            return;
        }
        let corners = rounded_corners(r, radius.max(0.5));
        let rails = [(SOFT, 0.0), (-SOFT, 1.0), (SOFT - width, 1.0), (-SOFT - width, 0.0)];
        self.rails(&corners, &rails, color);
    }

    fn convex(&mut self, corners: &[(f32, f32)], color: Color) {
        let n = corners.len() as u32;
        if n < 3 {
            return;
        }
        let base = self.vertices.len() as u32;
        self.rails(corners, &[(-SOFT, 1.0), (SOFT, 0.0)], color);
        // the inner rail is every other vertex
        for i in 1..n - 1 {
            self.indices.extend([base, base + i * 2, base + i * 2 + 2]);
        }
    }

    fn arc(
        &mut self,
        (x, y): (f32, f32),
        (inner, outer): (f32, f32),
        (from, to): (f32, f32),
        color: Color,
    ) {
        if outer <= 0.0 || to <= from {
            return;
        }
        let turns = (to - from).min(1.0);
        let steps = ((outer * 6.0 * turns) as u32).clamp(8, 96);
        let rails: &[(f32, f32)] = if inner <= 0.0 {
            &[(0.0, 1.0), ((outer - SOFT).max(0.0), 1.0), (outer + SOFT, 0.0)]
        } else {
            &[
                ((inner - SOFT).max(0.0), 0.0),
                (inner + SOFT, 1.0),
                (outer - SOFT, 1.0),
                (outer + SOFT, 0.0),
            ]
        };
        let base = self.vertices.len() as u32;
        let per_step = rails.len() as u32;
        for step in 0..=steps {
            let turn = from + turns * step as f32 / steps as f32;
            let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
            for &(radius, opacity) in rails {
                self.vertex(x + sin * radius, y - cos * radius, color, opacity);
            }
        }
        for step in 0..steps {
            self.quads(base + step * per_step, base + (step + 1) * per_step, per_step);
        }
    }

    /// Strips along a closed convex outline: each rail lies so far outside of it and is so opaque.
    fn rails(&mut self, corners: &[(f32, f32)], rails: &[(f32, f32)], color: Color) {
        let base = self.vertices.len() as u32;
        let per_corner = rails.len() as u32;
        let n = corners.len();
        let around = corners.iter().cycle();
        let before = around.clone().skip(n.saturating_sub(1));
        let after = around.clone().skip(1);
        for ((&p, &a), &b) in corners.iter().zip(before).zip(after) {
            let (mx, my) = miter(a, p, b);
            for &(distance, opacity) in rails {
                self.vertex(p.0 + mx * distance, p.1 + my * distance, color, opacity);
            }
        }
        let n = n as u32;
        for i in 0..n {
            self.quads(base + i * per_corner, base + (i + 1) % n * per_corner, per_corner);
        }
    }

    /// The quads between two rows of vertices.
    fn quads(&mut self, row: u32, next: u32, count: u32) {
        for k in 0..count - 1 {
            let (a, b, c, d) = (row + k, row + k + 1, next + k + 1, next + k);
            self.indices.extend([a, b, c, a, c, d]);
        }
    }

    fn vertex(&mut self, x: f32, y: f32, color: Color, opacity: f32) {
        let mut c = LinearColor::from(color);
        c.a *= opacity;
        self.vertices.push(Vertex { position: [x, y], uv: [0.0, 0.0], color: c.into() });
    }
}

/// Where a corner moves when both its edges move out by one; corners run clockwise.
fn miter(before: (f32, f32), at: (f32, f32), after: (f32, f32)) -> (f32, f32) {
    let outward = |from: (f32, f32), to: (f32, f32)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        (dy / length, -dx / length)
    };
    let (a, b) = (outward(before, at), outward(at, after));
    // a very sharp corner would move very far
    let k = 1.0 / (1.0 + a.0 * b.0 + a.1 * b.1).max(0.25);
    ((a.0 + b.0) * k, (a.1 + b.1) * k)
}

/// The outline of a rectangle with round corners, clockwise.
fn rounded_corners(r: Rect, radius: f32) -> Vec<(f32, f32)> {
    let radius = radius.min(r.w / 2.0).min(r.h / 2.0);
    let steps = ((radius * 0.8) as usize).clamp(2, 12);
    let centres = [
        (r.right() - radius, r.y + radius),
        (r.right() - radius, r.bottom() - radius),
        (r.x + radius, r.bottom() - radius),
        (r.x + radius, r.y + radius),
    ];
    let mut corners = Vec::with_capacity(4 * (steps + 1));
    for (quarter, (cx, cy)) in centres.into_iter().enumerate() {
        for step in 0..=steps {
            let turn = (quarter as f32 + step as f32 / steps as f32) / 4.0;
            let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
            corners.push((cx + sin * radius, cy - cos * radius));
        }
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(shapes: &Shapes) -> f32 {
        let at = |i: u32| shapes.vertices[i as usize].position;
        shapes
            .indices
            .chunks(3)
            .map(|t| {
                let (a, b, c) = (at(t[0]), at(t[1]), at(t[2]));
                ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() / 2.0
            })
            .sum()
    }

    #[test]
    fn the_units_of_a_window_grow_with_it_and_never_get_narrow() {
        assert_eq!(Units::of(1280.0, 720.0), Units { scale: 1.0, w: 1280.0, h: 720.0 });
        assert_eq!(Units::of(1920.0, 1080.0).scale, 1.5);
        let tall = Units::of(600.0, 1000.0);
        assert!(tall.w >= 960.0 && tall.h > 720.0, "{tall:?}");
        let none = Units::of(0.0, 0.0);
        assert!(none.scale.is_finite() && none.w.is_finite());
    }

    #[test]
    fn shapes_cover_what_they_should() {
        let white = Color::WHITE;
        let mut plain = Shapes::default();
        plain.rounded(Rect::new(10.0, 10.0, 40.0, 20.0), 0.0, white);
        assert_eq!(area(&plain), 800.0);

        let mut round = Shapes::default();
        round.rounded(Rect::new(0.0, 0.0, 40.0, 40.0), 10.0, white);
        // the square without its corners, and half a pixel of soft edge around it
        let expected = 1600.0 - (400.0 - 314.0) + 0.5 * 143.0;
        assert!((area(&round) - expected).abs() < 10.0, "{} {expected}", area(&round));

        let mut ring = Shapes::default();
        ring.arc((0.0, 0.0), (10.0, 20.0), (0.0, 0.5), white);
        let expected = 300.0 * std::f32::consts::PI / 2.0;
        assert!((area(&ring) - expected).abs() < expected * 0.15, "{}", area(&ring));
    }

    #[test]
    fn soft_edges_lie_outside_of_the_shape() {
        let mut shapes = Shapes::default();
        shapes.convex(&[(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)], Color::WHITE);
        for v in &shapes.vertices {
            let [x, y] = v.position;
            let inside = (10.0..=30.0).contains(&x) && (10.0..=30.0).contains(&y);
            assert_eq!(inside, v.color[3] > 0.0, "{:?}", v.position);
        }
    }

    #[test]
    fn nothing_is_painted_for_empty_shapes() {
        let mut shapes = Shapes::default();
        shapes.rounded(Rect::new(0.0, 0.0, 0.0, 5.0), 3.0, Color::WHITE);
        shapes.frame(Rect::new(0.0, 0.0, -1.0, 5.0), 3.0, 1.0, Color::WHITE);
        shapes.arc((0.0, 0.0), (3.0, 5.0), (0.2, 0.2), Color::WHITE);
        shapes.convex(&[(0.0, 0.0), (1.0, 1.0)], Color::WHITE);
        assert!(shapes.vertices.is_empty());
    }
}
