//! Arrows at the edge of a view toward the opponents who are outside of it. They never lie
//! over the corners of the HUD, point exactly, and are the larger the nearer the opponent.

use ggez::graphics::Rect;

use super::emblem;
use super::paint::Paint;
use super::pane::Pane;
use crate::sim::Tank;
use crate::view::camera::Camera;
use crate::view::stage::{Frame, Scene};
use crate::view::theme;

/// Half the size of the largest arrow, and its distance from everything.
const REACH: f32 = 24.0;
/// Up to this distance an arrow is as large as it gets, in tiles ...
const NEAR: f32 = 10.0;
/// ... and from here on as small.
const FAR: f32 = 40.0;
/// How far a place is moved at a time to get off the HUD.
const STEP: f32 = 4.0;
/// No arrow is nearer to the middle, where the own tank is: it would hide the fight, and the
/// minimap shows that opponent, too.
const LEAST: f32 = 84.0;

/// Paints an arrow for every opponent on the map that cannot be seen in a view; of two players
/// who have a half each, one is the other's opponent. `taken` is where the HUD is.
pub(super) fn draw(
    paint: &mut Paint<'_>,
    scene: &Scene,
    frame: &Frame,
    pane: &Pane<'_>,
    taken: &[Rect],
) {
    let scale = paint.units().scale;
    let mut taken = taken.to_vec();
    for (seat, tank) in (0_u8..).zip(&frame.now.tanks) {
        let (x, y) = (tank.at.x.to_num::<f32>(), tank.at.y.to_num::<f32>());
        if pane.is_of(seat) || !tank.is_alive() || pane.camera.sees(x, y, 0.0) {
            continue;
        }
        let to = on_screen(pane.camera, scale, (x, y));
        let place = place(pane.place, &taken, REACH, to);
        let is_free = |place: &Place| !hides_the_fight(pane.place, place);
        let Some(place) = place.filter(is_free) else { continue };
        taken.push(around(place));
        arrow(paint, scene.colour(seat), place, size(distance(pane.seats(), frame, (x, y))));
    }
}

/// How far a place is from the nearest tank of these seats, in tiles.
fn distance(own: impl Iterator<Item = u8>, frame: &Frame, (x, y): (f32, f32)) -> f32 {
    let own = own.filter_map(|seat| frame.now.tanks.get(usize::from(seat)));
    let away = |tank: &Tank| (tank.at.x.to_num::<f32>() - x).hypot(tank.at.y.to_num::<f32>() - y);
    own.map(away).fold(FAR, f32::min)
}

/// Where a point of the world is in the window, in units.
pub(super) fn on_screen(camera: &Camera, scale: f32, (x, y): (f32, f32)) -> (f32, f32) {
    let (x, y) = camera.to_screen(x, y);
    (x / scale, y / scale)
}

/// Something at the edge of the window that points outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Its middle.
    pub(super) at: (f32, f32),
    /// Where it points, of length 1.
    pub(super) way: (f32, f32),
}

/// Where in a window something of this radius points from its middle to a place outside:
/// as near to the edge as what is `taken` lets it be. `None` for a place in the very middle.
pub(super) fn place(window: Rect, taken: &[Rect], radius: f32, to: (f32, f32)) -> Option<Place> {
    let middle = (window.x + window.w / 2.0, window.y + window.h / 2.0);
    let (dx, dy) = (to.0 - middle.0, to.1 - middle.1);
    let far = dx.hypot(dy);
    if !far.is_finite() || far < 1.0 {
        return None;
    }
    let way = (dx / far, dy / far);
    let room = |half: f32, part: f32| ((half - radius).max(0.0)) / part.abs().max(1e-6);
    let mut length = room(window.w / 2.0, way.0).min(room(window.h / 2.0, way.1));
    let at = |length: f32| (middle.0 + way.0 * length, middle.1 + way.1 * length);
    while length > 0.0 && taken.iter().any(|rect| is_over(rect, radius, at(length))) {
        length = (length - STEP).max(0.0);
    }
    Some(Place { at: at(length), way })
}

/// Where the next arrow does not go, so that each can be told: together with its own reach it
/// keeps 30 units from the middle of this one.
fn around(place: Place) -> Rect {
    const HALF: f32 = 30.0 - REACH;
    Rect::new(place.at.0 - HALF, place.at.1 - HALF, HALF * 2.0, HALF * 2.0)
}

/// Whether the HUD left no room for an arrow but over the own tank.
fn hides_the_fight(window: Rect, place: &Place) -> bool {
    let (x, y) = (window.x + window.w / 2.0, window.y + window.h / 2.0);
    (place.at.0 - x).hypot(place.at.1 - y) < LEAST
}

/// Whether something of this radius touches a rectangle.
fn is_over(rect: &Rect, radius: f32, (x, y): (f32, f32)) -> bool {
    x > rect.x - radius
        && x < rect.right() + radius
        && y > rect.y - radius
        && y < rect.bottom() + radius
}

/// The size of an arrow at this distance in tiles, 0.6..=1.
fn size(tiles: f32) -> f32 {
    1.0 - 0.4 * ((tiles - NEAR) / (FAR - NEAR)).clamp(0.0, 1.0)
}

fn arrow(paint: &mut Paint<'_>, colour: u8, place: Place, size: f32) {
    let ((x, y), (dx, dy)) = (place.at, place.way);
    let mut tip = |from: f32, to: f32, half: f32, color| {
        let (nx, ny) = (-dy * half, dx * half);
        let (bx, by) = (x + dx * from, y + dy * from);
        paint.convex(&[(x + dx * to, y + dy * to), (bx + nx, by + ny), (bx - nx, by - ny)], color);
    };
    tip(2.0 * size, (REACH + 1.0) * size, 15.0 * size, theme::DARK);
    tip(4.0 * size, (REACH - 3.0) * size, 11.5 * size, theme::player(colour));
    let back = (x - dx * 4.0 * size, y - dy * 4.0 * size);
    paint.dot(back.0, back.1, 14.5 * size, theme::DARK);
    emblem::round(paint, colour, back, 12.0 * size, 1.0);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sim::math::ratio;
    use crate::sim::{Map, Rules, Vec2, World};
    use crate::view::stage;

    fn corners(w: f32, h: f32) -> [Rect; 4] {
        [
            Rect::new(16.0, h - 224.0, 208.0, 208.0),
            Rect::new(w - 304.0, h - 160.0, 288.0, 144.0),
            Rect::new(w / 2.0 - 300.0, 16.0, 600.0, 86.0),
            Rect::new(w - 240.0, 16.0, 224.0, 90.0),
        ]
    }

    #[test]
    fn arrow_is_in_the_window_off_the_hud_and_points_there_from_every_angle() {
        for (w, h) in [(1280.0, 720.0), (960.0, 720.0), (1720.0, 720.0), (640.0, 360.0)] {
            let window = Rect::new(0.0, 0.0, w, h);
            let taken = corners(w, h);
            let mut left_out = 0;
            for step in 0..720 {
                let (sin, cos) = (step as f32 / 720.0 * std::f32::consts::TAU).sin_cos();
                for far in [1000.0, 20_000.0] {
                    let to = (w / 2.0 + cos * far, h / 2.0 + sin * far);
                    let found = place(window, &taken, REACH, to).unwrap();
                    left_out += usize::from(hides_the_fight(window, &found));
                    let Place { at, way } = found;
                    let inside = |v: f32, most: f32| v >= REACH - 0.1 && v <= most - REACH + 0.1;
                    assert!(inside(at.0, w) && inside(at.1, h), "{w}x{h} {step}: {at:?}");
                    let is_middle = (at.0 - w / 2.0).hypot(at.1 - h / 2.0) < 1.0;
                    let over = taken.iter().any(|rect| is_over(rect, REACH, at));
                    assert!(!over || is_middle, "{w}x{h} {step}: {at:?} lies on the HUD");
                    assert!((way.0 - cos).abs() < 0.01 && (way.1 - sin).abs() < 0.01);
                }
            }
            // only where the HUD is nearly as large as the window
            assert_eq!(left_out > 0, h < 720.0, "{w}x{h}: {left_out} of 1440 are left out");
        }
    }

    #[test]
    fn arrows_to_opponents_in_one_direction_stand_one_behind_the_other() {
        let window = Rect::new(0.0, 0.0, 1280.0, 720.0);
        let mut taken = vec![];
        let mut found: Vec<Place> = Vec::new();
        for far in [700.0, 900.0, 1200.0, 2000.0] {
            let place = place(window, &taken, REACH, (640.0 + far, 360.0 + far / 10.0)).unwrap();
            taken.push(around(place));
            let away = |other: &Place| {
                let (dx, dy) = (other.at.0 - place.at.0, other.at.1 - place.at.1);
                dx.abs().max(dy.abs())
            };
            assert!(found.iter().all(|other| away(other) >= 29.9), "{found:?} {place:?}");
            found.push(place);
        }
    }

    #[test]
    fn arrow_is_at_the_edge_where_nothing_is_in_its_way() {
        let window = Rect::new(0.0, 0.0, 1280.0, 720.0);
        let at = place(window, &[], REACH, (9000.0, 360.0)).unwrap().at;
        assert!((at.0 - (1280.0 - REACH)).abs() < 0.1 && at.1 == 360.0, "{at:?}");
    }

    #[test]
    fn tiny_windows_and_places_that_are_none_do_no_harm() {
        let tiny = Rect::new(0.0, 0.0, 20.0, 10.0);
        let at = place(tiny, &[tiny], REACH, (500.0, 3.0)).unwrap().at;
        assert_eq!(at, (10.0, 5.0));
        assert_eq!(place(tiny, &[], REACH, (10.0, 5.0)), None);
        assert_eq!(place(tiny, &[], REACH, (f32::NAN, 5.0)), None);
        assert_eq!(place(tiny, &[], REACH, (f32::INFINITY, 5.0)), None);
    }

    #[test]
    fn of_two_players_the_nearer_one_counts() {
        let (mut stage, _backstage) = stage::stage();
        let mut frame = stage.frames.read().clone();
        let map = Arc::new(Map::generate([1, 2], &Rules::default()));
        frame.now = World::create(&map, &[0, 1, 2]);
        frame.now.tanks[0].at = Vec2::new(ratio(10, 1), ratio(10, 1));
        frame.now.tanks[2].at = Vec2::new(ratio(30, 1), ratio(10, 1));
        let seats = Default::default();
        let alone = Scene { map, seats, own: 0, second: None, is_host: true, host: None };
        assert_eq!(distance(alone.own_seats(), &frame, (33.0, 14.0)), 23.0_f32.hypot(4.0));
        let two = Scene { second: Some(2), ..alone };
        assert_eq!(distance(two.own_seats(), &frame, (33.0, 14.0)), 5.0);
        assert_eq!(distance(two.own_seats(), &frame, (6.0, 7.0)), 5.0);
    }

    #[test]
    fn near_opponents_have_larger_arrows() {
        assert_eq!((size(3.0), size(100.0)), (1.0, 0.6));
        assert!(size(15.0) > size(25.0));
    }
}
