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
/// Seconds after which the camera has come most of the way.
const EASE: f32 = 0.15;
/// Two tanks that are both followed stay within this share of the window, across and
/// down: the rest is for what comes at them, and for the HUD.
const SHARE: (f32, f32) = (0.72, 0.56);
/// Seconds after which a zoom has come most of the way.
const ZOOM_EASE: f32 = 0.35;
/// A jump farther than this (a respawn) is not eased, in tiles.
const CUT: f32 = 12.0;

/// The view of the world. World positions are in tiles, screen positions in
/// physical pixels from the top left corner of the window.
#[derive(Clone, Debug)]
pub struct Camera {
    screen: (f32, f32),
    /// Pixels to a tile for one tank, a whole number.
    rest: f32,
    /// Pixels to a tile now: fewer where two tanks are far apart.
    scale: f32,
    side: f32,
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
            screen: (1.0, 1.0),
            rest: 1.0,
            scale: 1.0,
            side,
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
            screen: (self.screen.0 * times, self.screen.1 * times),
            rest: self.rest * times,
            scale: self.scale * times,
            origin: (self.origin.0 * times, self.origin.1 * times),
            ..self.clone()
        }
    }

    /// Where a point of the world is in the window, in pixels.
    pub fn to_screen(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.scale - self.origin.0, y * self.scale - self.origin.1)
    }

    /// Which point of the world is under a pixel of the window.
    pub fn to_world(&self, x: f32, y: f32) -> (f32, f32) {
        ((x + self.origin.0) / self.scale, (y + self.origin.1) / self.scale)
    }

    /// Pixels to a tile.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Pixels to a tile when nothing is zoomed out, a whole number: what pictures are made for.
    pub fn rest(&self) -> f32 {
        self.rest
    }

    /// Size of the window in pixels.
    pub fn screen(&self) -> (f32, f32) {
        self.screen
    }

    /// The visible part of the world in tiles.
    pub fn viewport(&self) -> Rect {
        let (x, y) = self.to_world(0.0, 0.0);
        Rect::new(x, y, self.screen.0 / self.scale, self.screen.1 / self.scale)
    }

    /// The point of the world in the middle of the window.
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

    /// Moves for `seconds` so that two points come into view, from as near as that allows.
    pub(super) fn follow_both(&mut self, a: (f32, f32), b: (f32, f32), seconds: f32) {
        let across = self.screen.0 * SHARE.0 / (a.0 - b.0).abs().max(0.1);
        let down = self.screen.1 * SHARE.1 / (a.1 - b.1).abs().max(0.1);
        let wanted = self.rest.min(across).min(down).max(1.0);
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
        self.origin = (
            (self.centre.0 * self.scale - self.screen.0 / 2.0).round(),
            (self.centre.1 * self.scale - self.screen.1 / 2.0).round(),
        );
    }

    fn clamped(&self, x: f32, y: f32) -> (f32, f32) {
        let axis = |at: f32, pixels: f32, before: f32| {
            let half = pixels / self.scale / 2.0;
            let (low, high) = (half - before, self.side + MARGIN - half);
            if low >= high { self.side / 2.0 } else { at.clamp(low, high) }
        };
        (axis(x, self.screen.0, MARGIN), axis(y, self.screen.1, MARGIN_ABOVE))
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
    fn two_tanks_anywhere_are_both_in_view_and_near_ones_are_not_made_small() {
        for (width, height) in [(1280.0, 720.0), (960.0, 540.0), (1920.0, 1080.0), (800.0, 900.0)] {
            for side in [24.0, 44.0, 64.0] {
                let (low, high) = (0.7, side - 0.7);
                let corners = [(low, low), (high, high), (low, high), (side / 2.0, low)];
                let mut camera = Camera::new(width, height, side);
                for (a, b) in corners.into_iter().flat_map(|a| corners.map(|b| (a, b))) {
                    (0..240).for_each(|_| camera.follow_both(a, b, 1.0 / 60.0));
                    for (x, y) in [a, b] {
                        let (x, y) = camera.to_screen(x, y);
                        let inside = (0.0..width).contains(&x) && (0.0..height).contains(&y);
                        assert!(inside, "{a:?} {b:?} in {width}x{height}: {x} {y}");
                    }
                    assert!(camera.scale() <= camera.rest());
                }
                let near = ((side / 2.0, side / 2.0), (side / 2.0 + 6.0, side / 2.0 + 5.0));
                (0..240).for_each(|_| camera.follow_both(near.0, near.1, 1.0 / 60.0));
                assert_eq!(camera.scale(), camera.rest());
            }
        }
    }

    #[test]
    fn who_plays_alone_is_never_zoomed_out() {
        let mut camera = Camera::new(1280.0, 720.0, 60.0);
        camera.follow_both((5.0, 5.0), (55.0, 55.0), 1.0 / 60.0);
        assert!(camera.scale() < 20.0, "the first look at a match is not eased");
        camera.follow(20.0, 20.0, 1.0 / 60.0);
        assert_eq!(camera.scale(), camera.rest());
    }

    #[test]
    fn height_is_fourteen_tiles_and_width_is_limited() {
        let view = Camera::new(1280.0, 720.0, 60.0).viewport();
        assert!((14.0..14.5).contains(&view.h) && view.w < 25.5);
        assert!(Camera::new(3840.0, 1080.0, 60.0).viewport().w < 28.5);
    }
}
