//! Which part of the map the window shows. Arithmetic only: draws nothing and
//! reads no input.

use ggez::graphics::Rect;

/// Tiles from the top of the window to its bottom.
const TILES_HIGH: f32 = 14.0;
/// A very wide window never shows more than this many tiles across.
const TILES_WIDE: f32 = 28.0;
/// How far the view may reach over the edge of the map, in tiles: so far that a tank
/// in a corner is not under the minimap or the weapons.
const MARGIN: f32 = 2.75;
/// The same at the upper edge, where the clock and the scores are.
const MARGIN_ABOVE: f32 = 2.25;
/// The same for one of two views beside each other: the minimap is up there then.
const MARGIN_ABOVE_HALF: f32 = 3.6;
/// Seconds after which the camera has come most of the way.
const EASE: f32 = 0.15;
/// Two tanks that are both followed stay within an ellipse of this share of the window, across
/// and down: the rest is for what comes at them, and the corners are the HUD's.
const SHARE: (f32, f32) = (0.72, 0.56);
/// Seconds after which a zoom has come most of the way.
const ZOOM_EASE: f32 = 0.35;
/// A jump farther than this (a respawn) is not eased, in tiles.
pub(super) const CUT: f32 = 12.0;
/// A view of two tanks is never smaller than this share of its usual size: a tank would be a
/// speck of which nobody can tell where its gun points.
pub(super) const LEAST: f32 = 0.55;

/// The view of the world in the window, or in one half of it. World positions are in tiles,
/// screen positions in physical pixels from the top left corner of the window.
#[derive(Clone, Debug)]
pub struct Camera {
    /// Where in the window the view begins.
    corner: (f32, f32),
    screen: (f32, f32),
    /// Pixels to a tile for one tank, a whole number.
    rest: f32,
    /// Pixels to a tile now: fewer where two tanks are far apart.
    scale: f32,
    side: f32,
    /// How far the view may reach over the upper edge of the map, in tiles.
    above: f32,
    centre: (f32, f32),
    velocity: (f32, f32),
    /// Two tanks of this map have not been followed yet.
    is_new: bool,
    /// Top left corner in whole pixels of the map, so that the ground lies on the pixel grid.
    origin: (f32, f32),
}

impl Camera {
    /// A camera over the middle of a map of this side.
    pub(super) fn new(width: f32, height: f32, side: f32) -> Self {
        let mut camera = Self {
            corner: (0.0, 0.0),
            screen: (1.0, 1.0),
            rest: 1.0,
            scale: 1.0,
            side,
            above: MARGIN_ABOVE,
            centre: (side / 2.0, side / 2.0),
            velocity: (0.0, 0.0),
            is_new: true,
            origin: (0.0, 0.0),
        };
        camera.resize(width, height);
        camera
    }

    /// The same view in other pixels, each so many times smaller.
    pub(super) fn enlarged(&self, times: f32) -> Camera {
        Camera {
            corner: (self.corner.0 * times, self.corner.1 * times),
            screen: (self.screen.0 * times, self.screen.1 * times),
            rest: self.rest * times,
            scale: self.scale * times,
            origin: (self.origin.0 * times, self.origin.1 * times),
            ..self.clone()
        }
    }

    /// Where a point of the world is in the window, in pixels.
    pub fn to_screen(&self, x: f32, y: f32) -> (f32, f32) {
        let (left, top) = self.corner;
        (x * self.scale - self.origin.0 + left, y * self.scale - self.origin.1 + top)
    }

    /// Which point of the world is under a pixel of the window.
    pub fn to_world(&self, x: f32, y: f32) -> (f32, f32) {
        let (left, top) = self.corner;
        ((x - left + self.origin.0) / self.scale, (y - top + self.origin.1) / self.scale)
    }

    /// Pixels to a tile.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Pixels to a tile when nothing is zoomed out, a whole number: what pictures are made for.
    pub fn rest(&self) -> f32 {
        self.rest
    }

    /// Size of the view in pixels.
    pub fn screen(&self) -> (f32, f32) {
        self.screen
    }

    /// Where in the window the view is, in pixels.
    pub fn pane(&self) -> Rect {
        Rect::new(self.corner.0, self.corner.1, self.screen.0, self.screen.1)
    }

    /// The visible part of the world in tiles.
    pub fn viewport(&self) -> Rect {
        let (x, y) = self.to_world(self.corner.0, self.corner.1);
        Rect::new(x, y, self.screen.0 / self.scale, self.screen.1 / self.scale)
    }

    /// The point of the world in the middle of the view.
    pub fn centre(&self) -> (f32, f32) {
        self.centre
    }

    /// Whether a thing of this radius in tiles can be seen.
    pub fn sees(&self, x: f32, y: f32, radius: f32) -> bool {
        let view = self.viewport();
        x + radius > view.x
            && y + radius > view.y
            && x - radius < view.x + view.w
            && y - radius < view.y + view.h
    }

    /// The window has another size now.
    pub(super) fn resize(&mut self, width: f32, height: f32) {
        self.screen = (width.max(1.0), height.max(1.0));
        // Whole pixels to a tile keep every edge of a tile on the pixel grid.
        self.rest = (self.screen.1 / TILES_HIGH).max(self.screen.0 / TILES_WIDE).floor().max(4.0);
        self.scale = self.rest;
        self.settle();
    }

    /// Another map: look at the middle of it.
    pub(super) fn enter(&mut self, side: f32) {
        self.side = side;
        self.is_new = true;
        self.jump(side / 2.0, side / 2.0);
    }

    /// Looks at a point at once.
    pub(super) fn jump(&mut self, x: f32, y: f32) {
        self.scale = self.rest;
        self.place(x, y);
    }

    /// Moves toward a point for `seconds`, critically damped.
    pub(super) fn follow(&mut self, x: f32, y: f32, seconds: f32) {
        self.scale = self.rest;
        self.glide(x, y, seconds);
    }

    /// The share of its usual size that a view of two points must have, 1 or less; a view that
    /// follows both is never smaller than [`LEAST`] of it.
    pub(super) fn share_for(&self, a: (f32, f32), b: (f32, f32)) -> f32 {
        let across = (a.0 - b.0) / (self.screen.0 * SHARE.0);
        let down = (a.1 - b.1) / (self.screen.1 * SHARE.1);
        1.0 / (across.hypot(down) * self.rest).max(1.0)
    }

    /// Moves for `seconds` so that two points come into view, from as near as that allows.
    pub(super) fn follow_both(&mut self, a: (f32, f32), b: (f32, f32), seconds: f32) {
        let wanted = self.rest * self.share_for(a, b).max(LEAST);
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        if std::mem::take(&mut self.is_new) {
            self.scale = wanted;
            return self.place(middle.0, middle.1);
        }
        let part = 1.0 - (-seconds.clamp(0.0, 0.25) / ZOOM_EASE).exp();
        self.scale += (wanted - self.scale) * part;
        // Whole pixels again as soon as it makes no difference to the eye.
        if (self.rest - self.scale).abs() < 0.05 {
            self.scale = self.rest;
        }
        self.glide(middle.0, middle.1, seconds);
    }

    /// What this view shows in its left and in its right half, as two views.
    pub(super) fn halves(&self) -> [Camera; 2] {
        let (width, height) = self.screen;
        // A whole pixel, where one half ends and the other begins.
        let seam = (width / 2.0).floor().max(1.0);
        [(0.0, seam), (seam, (width - seam).max(1.0))].map(|(left, width)| {
            let origin = (self.origin.0 + left, self.origin.1);
            let middle = |from: f32, pixels: f32| (from + pixels / 2.0) / self.scale;
            Camera {
                corner: (self.corner.0 + left, self.corner.1),
                screen: (width, height),
                centre: (middle(origin.0, width), middle(origin.1, height)),
                velocity: (0.0, 0.0),
                above: MARGIN_ABOVE_HALF,
                origin,
                ..self.clone()
            }
        })
    }

    /// A view on the way from this one to another in the same place, 0..=1 of it.
    pub(super) fn toward(&self, other: &Camera, part: f32) -> Camera {
        let mix = |from: f32, to: f32| from + (to - from) * part;
        let mut camera = Camera {
            scale: mix(self.scale, other.scale),
            centre: (mix(self.centre.0, other.centre.0), mix(self.centre.1, other.centre.1)),
            ..self.clone()
        };
        camera.align();
        camera
    }

    fn place(&mut self, x: f32, y: f32) {
        self.centre = self.clamped(x, y);
        self.velocity = (0.0, 0.0);
        self.settle();
    }

    fn glide(&mut self, x: f32, y: f32, seconds: f32) {
        let (x, y) = self.clamped(x, y);
        if (x - self.centre.0).hypot(y - self.centre.1) > CUT {
            return self.place(x, y);
        }
        let seconds = seconds.clamp(0.0, 0.25);
        (self.centre.0, self.velocity.0) = ease(self.centre.0, self.velocity.0, x, seconds);
        (self.centre.1, self.velocity.1) = ease(self.centre.1, self.velocity.1, y, seconds);
        self.settle();
    }

    fn settle(&mut self) {
        self.centre = self.clamped(self.centre.0, self.centre.1);
        self.align();
    }

    fn align(&mut self) {
        self.origin = (
            (self.centre.0 * self.scale - self.screen.0 / 2.0).round(),
            (self.centre.1 * self.scale - self.screen.1 / 2.0).round(),
        );
    }

    fn clamped(&self, x: f32, y: f32) -> (f32, f32) {
        // As many pixels of it whatever the scale: the HUD does not get smaller.
        let zoom = self.rest / self.scale;
        let axis = |at: f32, pixels: f32, before: f32| {
            let half = pixels / self.scale / 2.0;
            let (low, high) = (half - before * zoom, self.side + MARGIN * zoom - half);
            if low >= high { self.side / 2.0 } else { at.clamp(low, high) }
        };
        (axis(x, self.screen.0, MARGIN), axis(y, self.screen.1, self.above))
    }
}

/// One step of a critically damped spring: the new position and velocity.
fn ease(at: f32, velocity: f32, to: f32, seconds: f32) -> (f32, f32) {
    let stiffness = 2.0 / EASE;
    let away = at - to;
    let pull = velocity + stiffness * away;
    let decay = (-stiffness * seconds).exp();
    (to + (away + pull * seconds) * decay, (velocity - stiffness * pull * seconds) * decay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn view_never_leaves_the_map_by_more_than_the_margin() {
        let mut camera = Camera::new(1280.0, 720.0, 60.0);
        camera.jump(0.0, 60.0);
        let view = camera.viewport();
        assert!(view.x >= -MARGIN - 0.02, "{view:?}");
        assert!(view.y + view.h <= 60.0 + MARGIN + 0.02, "{view:?}");
    }

    #[test]
    fn map_narrower_than_the_window_is_centred() {
        let mut camera = Camera::new(1920.0, 720.0, 20.0);
        camera.jump(3.0, 12.0);
        assert_eq!(camera.centre().0, 10.0);
    }

    #[test]
    fn screen_and_world_are_inverse() {
        let mut camera = Camera::new(1920.0, 1080.0, 44.0);
        camera.jump(20.3, 17.7);
        let (x, y) = camera.to_screen(21.5, 16.25);
        let (x, y) = camera.to_world(x, y);
        assert!((x - 21.5).abs() < 1e-3 && (y - 16.25).abs() < 1e-3);
    }

    #[test]
    fn camera_arrives_without_overshoot() {
        let mut camera = Camera::new(1280.0, 720.0, 60.0);
        camera.jump(25.0, 30.0);
        for _ in 0..120 {
            camera.follow(30.0, 30.0, 1.0 / 60.0);
            assert!(camera.centre().0 <= 30.001);
        }
        assert!((camera.centre().0 - 30.0).abs() < 0.01);
    }

    #[test]
    fn who_plays_alone_is_never_zoomed_out() {
        let mut camera = Camera::new(1280.0, 720.0, 60.0);
        camera.follow_both((5.0, 5.0), (55.0, 55.0), 1.0 / 60.0);
        assert!(camera.scale() < 30.0, "the first look at a match is not eased");
        camera.follow(20.0, 20.0, 1.0 / 60.0);
        assert_eq!(camera.scale(), camera.rest());
    }

    #[test]
    fn halves_show_what_the_whole_shows() {
        let mut whole = Camera::new(1281.0, 720.0, 60.0);
        whole.follow_both((12.0, 20.0), (35.0, 31.0), 1.0 / 60.0);
        assert!(whole.scale() < whole.rest());
        let [left, right] = whole.halves();
        for (x, y) in [(12.3, 20.1), (35.0, 31.0), (24.0, 25.0)] {
            assert_eq!(left.to_screen(x, y), whole.to_screen(x, y));
            assert_eq!(right.to_screen(x, y), whole.to_screen(x, y));
        }
        assert_eq!((left.pane().right(), right.pane().right()), (right.pane().x, 1281.0));
        let joint = left.viewport().right() - right.viewport().x;
        assert!(joint.abs() < 1e-3, "{joint}");
        let [again, _] = whole.halves();
        let same = again.toward(&left, 0.5);
        let off = same.to_screen(12.3, 20.1).0 - whole.to_screen(12.3, 20.1).0;
        assert!(off.abs() <= 1.0, "on the way from here to here nothing moves: {off}");
    }

    #[test]
    fn height_is_fourteen_tiles_and_width_is_limited() {
        let view = Camera::new(1280.0, 720.0, 60.0).viewport();
        assert!((14.0..14.5).contains(&view.h) && view.w < 25.5);
        assert!(Camera::new(3840.0, 1080.0, 60.0).viewport().w < 28.5);
    }
}
