//! Who sees which part of the map: everybody at the window in one view, or, when two players
//! are too far apart for that, each in a half of their own. Arithmetic only: draws nothing and
//! knows neither keys nor seats.
//!
//! The first player's half is always the left one and the second's the right one, wherever the
//! tanks are: there each has their corner of the HUD and, at one keyboard, their hands. A half
//! that followed its tank from side to side would have to be looked for in every fight.

use ggez::graphics::Rect;

use super::camera::{CUT, Camera, LEAST};

/// The halves become one view again when that needs no smaller share of its usual size than
/// this: far enough from [`LEAST`] that nobody who drives along the limit sees it flicker.
const JOIN: f32 = 0.7;
/// Seconds from one view to two, and back.
const TURN: f32 = 0.5;
/// A half whose middle has farther to go than this, in tiles, does not glide there: the picture
/// goes dark for a moment instead, and neither rushes by nor leaps.
const GLIDE: f32 = 9.0;

/// What a view follows for one player.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    /// The tank or its wreck, in tiles.
    pub(super) at: (f32, f32),
    /// The middle of a view of this player alone: a little toward where the gun points.
    pub(super) aim: (f32, f32),
    /// Whether the tank is whole.
    pub(super) is_alive: bool,
}

/// The views of the people at the window.
#[derive(Clone, Debug)]
pub struct Eyes {
    shared: Camera,
    /// The view of each player in their half.
    own: [Camera; 2],
    /// What the halves show now: `own`, or something on the way there.
    halves: [Camera; 2],
    /// How far it is from one view to two, 0..=1, and where that goes.
    apart: f32,
    wants_apart: bool,
    /// Whether the halves glide to their places; else the picture goes dark between.
    glides: bool,
    /// Where the tanks were when they were last looked at.
    last: [Option<(f32, f32)>; 2],
}

impl Eyes {
    /// One view over the middle of a map of this side.
    pub(super) fn new(width: f32, height: f32, side: f32) -> Self {
        let shared = Camera::new(width, height, side);
        let own = shared.halves();
        Self {
            halves: own.clone(),
            own,
            shared,
            apart: 0.0,
            wants_apart: false,
            glides: false,
            last: [None; 2],
        }
    }

    /// The same views in other pixels, each so many times smaller.
    pub(super) fn enlarged(&self, times: f32) -> Self {
        let all = |views: &[Camera; 2]| views.each_ref().map(|view| view.enlarged(times));
        Self {
            shared: self.shared.enlarged(times),
            own: all(&self.own),
            halves: all(&self.halves),
            ..self.clone()
        }
    }

    /// What is drawn: one view, or the first player's and the second's beside each other.
    pub fn views(&self) -> &[Camera] {
        if self.is_split() { &self.halves } else { std::slice::from_ref(&self.shared) }
    }

    /// The view of the first player (0) or of the second.
    pub fn of(&self, player: usize) -> &Camera {
        let half = self.halves.get(player).filter(|_| self.is_split());
        half.unwrap_or(&self.shared)
    }

    /// Whether each of two players has a half of the window.
    pub fn is_split(&self) -> bool {
        if self.glides { self.apart > 0.0 } else { self.apart >= 0.5 }
    }

    /// Where the halves meet, in pixels of the window, and how much is to be seen of the line
    /// between them, 0..=1.
    pub fn seam(&self) -> Option<(Rect, f32)> {
        let Rect { x, y, h, .. } = self.halves.last()?.pane();
        let shown = if self.glides { self.eased() } else { 1.0 };
        self.is_split().then_some((Rect::new(x, y, 0.0, h), shown))
    }

    /// How dark the picture is while one view makes place for two, or two for one, 0..=1.
    pub fn dark(&self) -> f32 {
        if self.glides { 0.0 } else { 1.0 - (2.0 * self.apart - 1.0).abs() }
    }

    /// Pixels to a tile when nothing is zoomed out, a whole number: what pictures are made for.
    pub(super) fn rest(&self) -> f32 {
        self.shared.rest()
    }

    /// Size of the window in pixels.
    pub(super) fn screen(&self) -> (f32, f32) {
        self.shared.screen()
    }

    /// The window has another size now.
    pub(super) fn resize(&mut self, width: f32, height: f32) {
        self.shared.resize(width, height);
        for (own, fresh) in self.own.iter_mut().zip(self.shared.halves()) {
            let (x, y) = own.centre();
            *own = fresh;
            own.jump(x, y);
        }
        self.halves = self.own.clone();
    }

    /// Another map: one view of the middle of it.
    pub(super) fn enter(&mut self, side: f32) {
        self.shared.enter(side);
        self.own = self.shared.halves();
        self.join_at_once();
    }

    /// One view of a point, at once.
    pub(super) fn jump(&mut self, x: f32, y: f32) {
        self.shared.jump(x, y);
        self.join_at_once();
    }

    /// Follows the first and the second player, those who are there, for `seconds`. With
    /// reduced motion one view becomes two with a cut. Whether there is anybody to follow.
    pub(super) fn follow(
        &mut self,
        players: [Option<Target>; 2],
        is_calm: bool,
        seconds: f32,
    ) -> bool {
        let has_leapt = self.note(players);
        match players {
            [Some(one), Some(two)] => {
                self.shared.follow_both(one.at, two.at, seconds);
                let share = self.shared.share_for(one.at, two.at);
                // Whoever is destroyed comes back somewhere else: joined over the wreck the
                // views might have to part again at once.
                let can_join = share >= JOIN && one.is_alive && two.is_alive;
                self.want(if self.wants_apart { !can_join } else { share < LEAST });
            }
            // Who is gone for good gives their half to the other.
            [Some(one), None] | [None, Some(one)] => {
                self.shared.follow(one.aim.0, one.aim.1, seconds);
                (self.wants_apart, self.glides) = (false, false);
            }
            [None, None] => return false,
        }
        for (own, target) in self.own.iter_mut().zip(players) {
            if let Some(Target { at, aim, .. }) = target {
                // Half as far ahead in half the width.
                own.follow((at.0 + aim.0) / 2.0, (at.1 + aim.1) / 2.0, seconds);
            }
        }
        let goal = if self.wants_apart { 1.0 } else { 0.0 };
        let step = if is_calm || has_leapt { 1.0 } else { seconds / TURN };
        self.apart += (goal - self.apart).clamp(-step, step);
        self.arrange();
        true
    }

    /// One view or two are wanted from now on.
    fn want(&mut self, apart: bool) {
        if apart != self.wants_apart {
            self.wants_apart = apart;
            // On the way there it stays as it began.
            if self.apart == 0.0 || self.apart == 1.0 {
                let way = |(half, own): (&Camera, &Camera)| {
                    let (from, to) = (half.centre(), own.centre());
                    (from.0 - to.0).hypot(from.1 - to.1)
                };
                self.glides =
                    self.shared.halves().iter().zip(&self.own).map(way).all(|w| w < GLIDE);
            }
        }
    }

    /// Puts the halves where they are seen now.
    fn arrange(&mut self) {
        self.halves = self.own.clone();
        if self.glides && self.apart < 1.0 {
            let part = self.eased();
            for (half, from) in self.halves.iter_mut().zip(self.shared.halves()) {
                *half = from.toward(half, part);
            }
        }
    }

    /// How far the halves have glided, slow at both ends, 0..=1.
    fn eased(&self) -> f32 {
        self.apart * self.apart * (3.0 - 2.0 * self.apart)
    }

    /// Remembers where the tanks are; whether one of them is somewhere else all of a sudden.
    fn note(&mut self, players: [Option<Target>; 2]) -> bool {
        let now = players.map(|target| target.map(|target| target.at));
        let before = std::mem::replace(&mut self.last, now);
        before.into_iter().zip(now).any(|(from, to)| match (from, to) {
            (Some(from), Some(to)) => (from.0 - to.0).hypot(from.1 - to.1) > CUT,
            (None, Some(_)) => true,
            (_, None) => false,
        })
    }

    fn join_at_once(&mut self) {
        (self.apart, self.wants_apart, self.last) = (0.0, false, [None; 2]);
        self.arrange();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: f32 = 1.0 / 60.0;

    fn at(x: f32, y: f32) -> Option<Target> {
        Some(Target { at: (x, y), aim: (x, y), is_alive: true })
    }

    /// Looks for so many ticks; how often one view became two or two one.
    fn look(eyes: &mut Eyes, players: [Option<Target>; 2], ticks: u32) -> u32 {
        let mut changes = 0;
        for _ in 0..ticks {
            let before = eyes.is_split();
            assert!(eyes.follow(players, false, TICK));
            changes += u32::from(eyes.is_split() != before);
        }
        changes
    }

    #[test]
    fn two_tanks_anywhere_are_each_in_their_view_and_never_made_too_small() {
        let (mut shared, mut split) = (0, 0);
        for (width, height) in [(1280.0, 720.0), (960.0, 540.0), (1920.0, 1080.0), (800.0, 900.0)] {
            for side in [24.0, 44.0, 64.0] {
                let (low, high) = (0.7, side - 0.7);
                let corners = [(low, low), (high, high), (low, high), (side / 2.0, low)];
                let mut eyes = Eyes::new(width, height, side);
                for (a, b) in corners.into_iter().flat_map(|a| corners.map(|b| (a, b))) {
                    look(&mut eyes, [at(a.0, a.1), at(b.0, b.1)], 240);
                    split += u32::from(eyes.is_split());
                    shared += u32::from(!eyes.is_split());
                    for (player, (x, y)) in [a, b].into_iter().enumerate() {
                        let view = eyes.of(player);
                        let (x, y) = view.to_screen(x, y);
                        let inside = view.pane().contains([x, y]);
                        assert!(inside, "{a:?} {b:?} in {width}x{height}: {x} {y}");
                        let least = if eyes.is_split() { 1.0 } else { LEAST };
                        assert!(view.scale() >= view.rest() * least * 0.999);
                        assert!(view.scale() <= view.rest());
                    }
                }
                let (x, y) = (side / 2.0, side / 2.0);
                look(&mut eyes, [at(x, y), at(x + 6.0, y + 5.0)], 240);
                assert!(!eyes.is_split(), "two near each other share the window");
                assert_eq!(eyes.of(1).scale(), eyes.rest());
            }
        }
        assert!(shared > 20 && split > 20, "{shared} {split}");
    }

    #[test]
    fn each_half_has_its_own_tank_in_the_middle_on_the_side_of_its_player() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        // The first player is on the right side of the map, and later on the left one.
        for (one, two) in [((50.0, 30.0), (12.0, 30.0)), ((12.0, 30.0), (50.0, 30.0))] {
            look(&mut eyes, [at(one.0, one.1), at(two.0, two.1)], 240);
            assert!(eyes.is_split() && eyes.dark() == 0.0);
            for ((x, y), (player, middle)) in [one, two].into_iter().zip([(0, 320.0), (1, 960.0)]) {
                let (x, y) = eyes.of(player).to_screen(x, y);
                assert!((x - middle).abs() < 2.0 && (y - 360.0).abs() < 2.0, "{x} {y}");
                assert_eq!(eyes.of(player).scale(), eyes.rest());
            }
        }
        assert_eq!(eyes.seam().map(|(at, shown)| (at.x, shown)), Some((640.0, 1.0)));
    }

    #[test]
    fn no_corner_of_the_hud_hides_a_tank_of_two_players() {
        let mut eyes = Eyes::new(1280.0, 720.0, 60.0);
        let (low, high) = (1.6, 58.4);
        // The minimap and both corners with the weapons, in a window of this size.
        let hud = [
            Rect::new(16.0, 16.0, 208.0, 208.0),
            Rect::new(16.0, 524.0, 288.0, 180.0),
            Rect::new(976.0, 524.0, 288.0, 180.0),
        ];
        let corners = [(low, low), (high, high), (low, high), (high, low)];
        let far = corners.into_iter().flat_map(|a| corners.map(|b| (a, b)));
        // And anywhere else when one view shows both.
        let angles = (0..64).map(|step| (step as f32 / 64.0 * std::f32::consts::TAU).sin_cos());
        let around = angles.flat_map(|(sin, cos)| {
            [4.0, 7.0, 10.0, 13.0, 16.0].map(|r| {
                let (dx, dy) = (cos * r, sin * r);
                ((30.0 - dx, 30.0 - dy), (30.0 + dx, 30.0 + dy))
            })
        });
        let mut shared = 0;
        for (a, b) in far.filter(|(a, b)| a != b).chain(around) {
            look(&mut eyes, [at(a.0, a.1), at(b.0, b.1)], 240);
            shared += u32::from(!eyes.is_split());
            for (player, (x, y)) in [a, b].into_iter().enumerate() {
                let (x, y) = eyes.of(player).to_screen(x, y);
                assert!(!hud.iter().any(|rect| rect.contains([x, y])), "{player}: {x} {y}");
            }
        }
        assert!(shared > 100, "{shared}");
    }

    #[test]
    fn a_half_looks_half_as_far_ahead_as_a_view_of_one_tank() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        let one = at(14.0, 30.0).map(|target| Target { aim: (16.0, 30.0), ..target });
        look(&mut eyes, [one, at(50.0, 30.0)], 240);
        assert!((eyes.of(0).centre().0 - 15.0).abs() < 0.01);
        look(&mut eyes, [one, None], 240);
        assert!((eyes.of(0).centre().0 - 16.0).abs() < 0.01);
    }

    #[test]
    fn a_place_in_a_half_is_where_the_mouse_points_for_its_player() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        look(&mut eyes, [at(10.0, 30.0), at(52.0, 33.0)], 240);
        assert!(eyes.is_split());
        for times in [1.0, 2.0] {
            let eyes = eyes.enlarged(times);
            let tile = eyes.of(1).scale();
            let (x, y) = eyes.of(1).to_world(960.0 * times + 3.0 * tile, 360.0 * times - tile);
            assert!((x - 55.0).abs() < 0.1 && (y - 32.0).abs() < 0.1, "{x} {y}");
            let (x, y) = eyes.of(0).to_world(320.0 * times - tile, 360.0 * times + 2.0 * tile);
            assert!((x - 9.0).abs() < 0.1 && (y - 32.0).abs() < 0.1, "{x} {y}");
        }
    }

    #[test]
    fn driving_along_the_limit_does_not_flicker() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        let mut changes = 0;
        look(&mut eyes, [at(20.0, 30.0), at(44.0, 30.0)], 240);
        // Where one view becomes two, found by driving apart.
        let mut limit = 24.0;
        while !eyes.wants_apart {
            limit += 0.05;
            look(&mut eyes, [at(20.0, 30.0), at(20.0 + limit, 30.0)], 1);
        }
        assert!((30.0..38.0).contains(&limit), "{limit}");
        for tick in 0..1200 {
            let far = limit + 2.0 * (tick as f32 / 30.0).sin();
            changes += look(&mut eyes, [at(20.0, 30.0), at(20.0 + far, 30.0)], 1);
        }
        assert!(changes <= 1 && eyes.is_split(), "{changes}");
        // And the same where two become one.
        let mut joint = limit;
        while eyes.wants_apart {
            joint -= 0.05;
            look(&mut eyes, [at(20.0, 30.0), at(20.0 + joint, 30.0)], 1);
        }
        assert!(limit - joint > 4.0, "{limit} {joint}");
        changes = 0;
        for tick in 0..1200 {
            let far = joint + 2.0 * (tick as f32 / 30.0).sin();
            changes += look(&mut eyes, [at(20.0, 30.0), at(20.0 + far, 30.0)], 1);
        }
        assert!(changes <= 1 && !eyes.is_split(), "{changes}");
    }

    #[test]
    fn one_view_becomes_two_and_one_again_without_a_leap() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        look(&mut eyes, [at(20.0, 30.0), at(44.0, 30.0)], 240);
        let path = (0..400).chain((0..400).rev()).map(|step| 24.0 + step as f32 * 0.04);
        let mut seen = (false, 0);
        let mut last = eyes.of(0).to_screen(20.0, 30.0);
        for far in path {
            look(&mut eyes, [at(20.0, 30.0), at(20.0 + far, 30.0)], 1);
            assert_eq!(eyes.dark(), 0.0);
            let here = eyes.of(0).to_screen(20.0, 30.0);
            let step = (here.0 - last.0).hypot(here.1 - last.1);
            assert!(step < 24.0, "{step} pixels in a sixtieth of a second");
            last = here;
            seen = (eyes.is_split(), seen.1 + u32::from(eyes.is_split() != seen.0));
        }
        assert_eq!(seen, (false, 2));
    }

    #[test]
    fn a_way_that_is_too_far_to_glide_is_gone_in_the_dark_or_cut_with_reduced_motion() {
        for is_calm in [false, true] {
            // The first player is on the right: the halves show the other sides.
            let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
            let (mut darkest, mut dark_at_the_cut) = (0.0_f32, None);
            for far in (0..600).map(|step| 20.0 + step as f32 * 0.03) {
                let was_split = eyes.is_split();
                eyes.follow([at(20.0 + far, 30.0), at(20.0, 30.0)], is_calm, TICK);
                darkest = darkest.max(eyes.dark());
                if eyes.is_split() != was_split {
                    dark_at_the_cut = Some(eyes.dark());
                }
            }
            assert!(eyes.is_split() && eyes.dark() == 0.0);
            let wanted = if is_calm { 0.0..0.01 } else { 0.9..1.01 };
            assert!(wanted.contains(&darkest), "{darkest}");
            assert!(dark_at_the_cut.is_some_and(|dark| wanted.contains(&dark)));
        }
    }

    #[test]
    fn a_wreck_stays_in_view_and_views_are_not_joined_over_it() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        look(&mut eyes, [at(10.0, 30.0), at(52.0, 30.0)], 120);
        let wreck = at(52.0, 30.0).map(|target| Target { is_alive: false, ..target });
        look(&mut eyes, [at(46.0, 30.0), wreck], 120);
        assert!(eyes.is_split(), "the other came near the wreck");
        let (x, y) = eyes.of(1).to_screen(52.0, 30.0);
        assert!((x - 960.0).abs() < 2.0 && (y - 360.0).abs() < 2.0);
        // It is back, near the other one.
        look(&mut eyes, [at(46.0, 30.0), at(47.0, 34.0)], 60);
        assert!(!eyes.is_split());
    }

    #[test]
    fn who_leaves_the_match_gives_the_half_to_the_other() {
        for gone in 0..2 {
            let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
            let mut players = [at(14.0, 30.0), at(50.0, 34.0)];
            look(&mut eyes, players, 240);
            assert!(eyes.is_split());
            players[gone] = None;
            look(&mut eyes, players, 120);
            assert!(!eyes.is_split() && eyes.views().len() == 1);
            let stays = players[1 - gone].unwrap().at;
            for player in 0..2 {
                let (x, y) = eyes.of(player).to_screen(stays.0, stays.1);
                assert!((x - 640.0).abs() < 2.0 && (y - 360.0).abs() < 2.0, "{x} {y}");
                assert_eq!(eyes.of(player).scale(), eyes.rest());
            }
        }
    }

    #[test]
    fn the_first_look_at_two_who_are_far_apart_is_split_at_once() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        eyes.enter(60.0);
        look(&mut eyes, [at(5.0, 5.0), at(55.0, 55.0)], 1);
        assert!(eyes.is_split() && eyes.dark() == 0.0);
        assert!(eyes.of(1).sees(55.0, 55.0, 0.0));
        eyes.jump(30.0, 30.0);
        assert!(!eyes.is_split() && eyes.dark() == 0.0);
        assert!(!eyes.follow([None, None], false, TICK));
    }

    #[test]
    fn another_size_of_the_window_keeps_the_halves_and_a_tiny_one_does_no_harm() {
        let mut eyes = Eyes::new(1280.0, 720.0, 64.0);
        let players = [at(14.0, 30.0), at(50.0, 34.0)];
        look(&mut eyes, players, 240);
        for (width, height) in [(1921.0, 1080.0), (1.0, 1.0), (960.0, 540.0)] {
            eyes.resize(width, height);
            look(&mut eyes, players, 120);
            assert!(eyes.is_split());
            let [left, right] = [0, 1].map(|player| eyes.of(player).pane());
            assert!(left.w >= 1.0 && right.w >= 1.0 && left.right() == right.x);
            assert!(eyes.views().iter().all(|view| view.scale() == eyes.rest()));
        }
        let (x, _) = eyes.of(1).to_screen(50.0, 34.0);
        assert!((x - 720.0).abs() < 2.0, "{x}");
    }
}
