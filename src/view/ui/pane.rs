//! One view of the field as the HUD sees it: which part of the window it has and whose it is.
//! And what is between two of them. Decides nothing.

use ggez::graphics::Rect;

use super::paint::Paint;
use crate::view::camera::Camera;
use crate::view::eyes::Eyes;
use crate::view::stage::Scene;
use crate::view::theme;

/// The line between two halves, and its bright middle, in units.
const SEAM: (f32, f32) = (6.0, 2.0);
/// How dark the picture gets while one view makes place for two.
const DARKEST: f32 = 0.9;

/// A view and whose tanks it is there for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pane<'a> {
    pub(super) camera: &'a Camera,
    /// Its place in the window, in units.
    pub(super) place: Rect,
    seats: [Option<u8>; 2],
}

impl<'a> Pane<'a> {
    /// The views of the people at this machine, in a window with so many pixels to a unit.
    pub(super) fn all(eyes: &'a Eyes, scene: &Scene, scale: f32) -> Vec<Pane<'a>> {
        let both = [Some(scene.own), scene.second];
        let panes = eyes.views().iter().enumerate().map(|(player, camera)| {
            let Rect { x, y, w, h } = camera.pane();
            let is_of =
                |(of, seat): (usize, Option<u8>)| seat.filter(|_| !eyes.is_split() || of == player);
            let [first, second] = both;
            Pane {
                camera,
                place: Rect::new(x / scale, y / scale, w / scale, h / scale),
                seats: [is_of((0, first)), is_of((1, second))],
            }
        });
        panes.collect()
    }

    /// The seats of those whose view it is.
    pub(super) fn seats(&self) -> impl Iterator<Item = u8> {
        self.seats.into_iter().flatten()
    }

    /// Whether it is the view of who sits there.
    pub(super) fn is_of(&self, seat: u8) -> bool {
        self.seats.contains(&Some(seat))
    }
}

/// Paints the line between the halves, and the dark in which one view becomes two.
pub(super) fn draw_between(paint: &mut Paint<'_>, eyes: &Eyes) {
    let units = paint.units();
    if eyes.dark() > 0.0 {
        let window = Rect::new(0.0, 0.0, units.w, units.h);
        paint.plate(window, 0.0, theme::alpha(theme::DARK, DARKEST * eyes.dark()));
    }
    if let Some((at, shown)) = eyes.seam() {
        for (w, color) in [(SEAM.0, theme::DARK), (SEAM.1, theme::EDGE)] {
            let line = Rect::new(at.x / units.scale - w / 2.0, 0.0, w, units.h);
            paint.plate(line, 0.0, theme::alpha(color, shown));
        }
    }
}
