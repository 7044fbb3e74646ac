//! One drawn frame of the world: keeps the painted ground, the atlas and what
//! the eye remembers, and draws them in their layers. Menus and HUD are not its business.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ggez::graphics::{BlendMode, Canvas, DrawParam, InstanceArray, Rect, Text};
use ggez::{Context, GameResult};

use super::actors::{Actors, Moment};
use super::atlas::{Atlas, Brush};
use super::effects::{Effects, Strength};
use super::eyes::{Eyes, Target};
use super::interpolate::{Corrections, Pose, TICK, pose};
use super::lens::Lens;
use super::reports::{Reports, Verdict};
use super::stage::{Frame, Scene, Screen};
use super::terrain::{BEYOND, Terrain};
use crate::sim::{Event, MAX_SEATS, Map, Phase, Rules, TankState, Told};

/// The window keeps its new size so long before the sprites are made anew for it.
const PATIENCE: Duration = Duration::from_millis(250);
/// How far the camera looks ahead of the own tank, as a share of the view's height.
const LOOK_AHEAD: f32 = 0.15;
/// The seeds of the land behind the menus when there is no match to show.
const MENU_SEEDS: [u64; 2] = [7, 20];

/// Everything needed to draw the world.
pub(super) struct Picture {
    /// The views in the field's own pixels.
    field_eyes: Eyes,
    /// The same in the window's.
    eyes: Eyes,
    lens: Lens,
    /// Whether nothing moves that need not.
    is_calm: bool,
    atlas: Atlas,
    /// The sprites of one view, and of a second one beside it: the graphics card gets a list
    /// once a frame.
    lists: [InstanceArray; 2],
    /// The map of the painted ground.
    map: Option<Arc<Map>>,
    terrain: Option<Terrain>,
    /// What is shown behind the menus when there is no match.
    menu_scene: Arc<Scene>,
    actors: Actors,
    effects: Effects,
    reports: Reports,
    corrections: Corrections,
    clock: f32,
    /// When the newest picture is drawn.
    now: Instant,
    /// Draw calls of the newest picture.
    draws: u32,
    /// When the window got its size, while the sprites are still for another.
    resized: Option<Instant>,
}

impl Picture {
    /// Rasterises the sprites for the window as it is.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub(super) fn new(ctx: &Context, look: Look, now: Instant) -> GameResult<Self> {
        let lens = Lens::new(ctx.gfx.drawable_size(), look.scale);
        let (width, height) = lens.size();
        let map = Arc::new(Map::generate(MENU_SEEDS, &Rules::default()));
        let eyes = Eyes::new(width, height, f32::from(map.side()));
        let menu_scene = Scene {
            map,
            seats: Default::default(),
            own: u8::MAX,
            second: None,
            is_host: false,
            host: None,
        };
        let atlas = Atlas::new(ctx, eyes.rest())?;
        let lists = [(); 2].map(|()| InstanceArray::new(ctx, atlas.image()));
        let mut effects = Effects::default();
        effects.set_strength(look.strength);
        Ok(Self {
            eyes: eyes.enlarged(lens.enlarges()),
            field_eyes: eyes,
            lens,
            is_calm: look.is_calm,
            atlas,
            lists,
            map: None,
            terrain: None,
            menu_scene: Arc::new(menu_scene),
            actors: Actors::default(),
            effects,
            reports: Reports::default(),
            corrections: Corrections::default(),
            clock: 0.0,
            now,
            draws: 0,
            resized: None,
        })
    }

    /// The views of the world, in the window's pixels.
    pub(super) fn eyes(&self) -> &Eyes {
        &self.eyes
    }

    /// From now on it looks like this.
    pub(super) fn set_look(&mut self, look: Look) {
        self.effects.set_strength(look.strength);
        self.is_calm = look.is_calm;
        if self.lens.set_percent(look.scale) {
            self.fit();
        }
    }

    /// The window has another size now.
    pub(super) fn resize(&mut self, width: f32, height: f32) {
        self.lens.resize((width, height));
        self.fit();
    }

    fn fit(&mut self) {
        let (width, height) = self.lens.size();
        self.field_eyes.resize(width, height);
        self.eyes = self.field_eyes.enlarged(self.lens.enlarges());
        self.resized = Some(self.now);
    }

    /// A new frame has come from the match.
    pub(super) fn take(&mut self, frame: &Frame) {
        let map = &frame.scene.as_ref().unwrap_or(&self.menu_scene).map;
        if self.map.as_ref().is_none_or(|known| known != map) {
            self.field_eyes.enter(f32::from(map.side()));
            self.map = Some(Arc::clone(map));
            self.terrain = None;
            self.effects.clear();
            self.reports.clear();
            self.corrections.clear();
        }
        let scene = frame.scene.as_deref();
        let owns = |seat| scene.is_some_and(|scene| scene.owns(seat));
        self.corrections.take(&frame.before, &frame.now, owns);
    }

    /// Something happened, or did not happen after all. A neutral effect is shown at once,
    /// the end of a tank when it is settled.
    pub(super) fn report(&mut self, told: Told, frame: &Frame) {
        // What happened long ago, while the window was hidden, is not made up for.
        let is_recent = |tick: u32| tick.abs_diff(frame.now.tick) < 30;
        match told {
            Told::Rewound(tick) => self.reports.rewind(tick),
            Told::Happened(_, Event::Destroyed { .. }) => {}
            Told::Happened(tick, event) => {
                let show = match self.reports.tell(tick, &event) {
                    Verdict::Begin(show) => show,
                    Verdict::Same(show) if self.effects.is_gone(show) => show,
                    Verdict::Same(_) => return,
                };
                if is_recent(tick) {
                    self.begin(show, &event, frame);
                }
            }
            Told::Settled(tick, event @ Event::Destroyed { seat, .. }) => {
                self.actors.mourn(seat, tick);
                if is_recent(tick) {
                    self.begin(0, &event, frame);
                }
            }
            Told::Settled(..) => {}
        }
    }

    fn begin(&mut self, show: u64, event: &Event, frame: &Frame) {
        if let Event::Hit { seat, .. } = event {
            self.actors.flash(*seat, self.clock);
        }
        if let Some(scene) = &frame.scene {
            self.effects.begin(show, event, &self.moment(scene, frame, 1.0));
        }
    }

    /// The match as it is drawn now, if there is one.
    pub(super) fn shown<'a>(&self, frame: &'a Frame) -> Option<Moment<'a>> {
        frame.scene.as_deref().map(|scene| self.moment(scene, frame, self.progress(frame)))
    }

    /// Moves everything on by the time since the last call, to `now`.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub(super) fn update(
        &mut self,
        ctx: &Context,
        frame: &Frame,
        screen: &Screen,
        now: Instant,
        seconds: f32,
    ) -> GameResult {
        self.now = now;
        self.clock += seconds;
        self.corrections.fade(seconds);
        if self.resized.is_some_and(|at| now.duration_since(at) > PATIENCE) {
            self.resized = None;
            if self.atlas.scale() != self.field_eyes.rest() {
                self.atlas = Atlas::new(ctx, self.field_eyes.rest())?;
                self.lists = [(); 2].map(|()| InstanceArray::new(ctx, self.atlas.image()));
                self.terrain = None;
            }
        }
        if self.map.is_none() {
            self.take(frame);
        }
        let part = self.progress(frame);
        let moment = frame.scene.as_deref().map(|scene| self.moment(scene, frame, part));
        if let Some(moment) = &moment {
            self.actors.update(moment);
        }
        let effects = &mut self.effects;
        self.reports.doubtful(frame.now.tick, |show, is_over| effects.doubt(show, is_over));
        self.effects.update(moment.as_ref(), seconds);
        let moment = moment.as_ref().filter(|_| *screen == Screen::Match);
        // As high as a view of one tank is, in tiles.
        let high = self.field_eyes.screen().1 / self.field_eyes.rest();
        let ahead = if self.is_calm { 0.0 } else { high * LOOK_AHEAD };
        let own = moment.and_then(|m| target(m, m.scene.own, ahead));
        let second = moment.and_then(|m| target(m, m.scene.second?, ahead));
        if !self.field_eyes.follow([own, second], self.is_calm, seconds) {
            self.drift();
        }
        self.eyes = self.field_eyes.enlarged(self.lens.enlarges());
        Ok(())
    }

    /// Draws the world and gives back the canvas for what comes on top. Only inside a frame.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub(super) fn draw(&mut self, ctx: &mut Context, frame: &Frame) -> GameResult<Canvas> {
        if self.terrain.is_none()
            && let Some(map) = &self.map
        {
            self.terrain = Some(Terrain::new(ctx, map, &self.atlas)?);
        }
        let mut canvas = self.lens.canvas(ctx, BEYOND);
        let menu_scene = Arc::clone(&self.menu_scene);
        let scene = frame.scene.as_deref().unwrap_or(&menu_scene);
        let moment = self.moment(scene, frame, self.progress(frame));
        self.draws = self.lens.draws();
        for player in 0..self.field_eyes.views().len() {
            self.draw_view(ctx, &mut canvas, player, &moment, is_over(frame));
        }
        canvas.set_default_scissor_rect();
        self.lens.enlarge(ctx, canvas)
    }

    /// Draws one view: the shared one or the first player's, or the second player's.
    fn draw_view(
        &mut self,
        ctx: &Context,
        canvas: &mut Canvas,
        player: usize,
        moment: &Moment,
        is_over: bool,
    ) {
        let (Some(view), Some(list)) =
            (self.field_eyes.views().get(player), self.lists.get_mut(player))
        else {
            return;
        };
        let is_split = self.field_eyes.is_split();
        // A window that just became smaller may be so before it is told here.
        if is_split && canvas.set_scissor_rect(view.pane()).is_err() {
            return;
        }
        let (width, height) = self.field_eyes.screen();
        let (dx, dy) = self.effects.shaken(is_split.then_some(player), height);
        canvas.set_screen_coordinates(Rect::new(dx, dy, width, height));
        if let Some(terrain) = &self.terrain {
            terrain.draw(canvas, view);
        }
        let mut brush = Brush::new(&self.atlas, view, list);
        self.actors.draw_flat(&mut brush, moment);
        self.effects.draw_marks(&mut brush);
        self.actors.draw_shadows(&mut brush, moment);
        self.actors.draw_low(&mut brush, moment);
        self.actors.draw_tanks(&mut brush, moment, self.effects.flash());
        self.actors.draw_shells(&mut brush, moment);
        self.actors.draw_tall(&mut brush, moment);
        self.effects.draw_air(&mut brush);
        if is_over {
            self.actors.hide_names();
        } else {
            self.actors.draw_bars(ctx, &mut brush, moment);
        }
        canvas.set_blend_mode(BlendMode::PREMULTIPLIED);
        canvas.draw(list, DrawParam::new());
        canvas.set_blend_mode(BlendMode::ALPHA);
        // Text does not shake.
        canvas.set_screen_coordinates(Rect::new(0.0, 0.0, width, height));
        let names = u32::from(self.actors.draw_names(canvas));
        // The sprites of all layers are one list.
        self.draws += u32::from(self.terrain.is_some()) + 1 + names;
    }

    fn moment<'a>(&self, scene: &'a Scene, frame: &'a Frame, part: f32) -> Moment<'a> {
        let mut poses = [Pose::default(); MAX_SEATS];
        let pairs = frame.before.tanks.iter().zip(&frame.now.tanks);
        for ((seat, to), (before, now)) in poses.iter_mut().enumerate().zip(pairs) {
            *to = self.corrections.shown(seat, pose(before, now, part));
        }
        let spared = self.actors.spared(frame.now.tick);
        Moment { scene, now: &frame.now, part, poses, spared, clock: self.clock }
    }

    /// How far between its two worlds a frame is now, 0..=1.
    fn progress(&self, frame: &Frame) -> f32 {
        let since = self.now.saturating_duration_since(frame.stepped_at);
        (since.as_secs_f32() / TICK).clamp(0.0, 1.0)
    }

    /// Forgets what the eye remembers and sets the clock of everything that moves to 0.
    pub(super) fn forget(&mut self) {
        self.effects.forget();
        self.actors = Actors::default();
        self.reports.clear();
        self.corrections.clear();
        self.clock = 0.0;
        if let Some(map) = &self.map {
            self.field_eyes.enter(f32::from(map.side()));
        }
    }

    /// The names of the tanks as they are laid out.
    pub(super) fn names(&self) -> impl Iterator<Item = &Text> {
        self.actors.names()
    }

    /// How many pieces of smoke, fire and debris there are.
    pub(super) fn particles(&self) -> usize {
        self.effects.particles()
    }

    /// How many draw calls the newest picture took.
    pub(super) fn draws(&self) -> u32 {
        self.draws
    }

    /// Slowly over the land, for the menus.
    fn drift(&mut self) {
        let Some(map) = &self.map else { return };
        let side = f32::from(map.side());
        let clock = if self.is_calm { 0.0 } else { self.clock };
        let way = |speed: f32| (clock * speed).sin() * side * 0.22 + side / 2.0;
        self.field_eyes.jump(way(0.051), way(0.037));
    }
}

/// What of the settings the picture is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// How much it shakes, flashes and smokes.
    pub(super) strength: Strength,
    /// Whether the camera only follows the own tank.
    pub(super) is_calm: bool,
    /// The share of the window's pixels that the field is drawn with, in percent.
    pub(super) scale: u8,
}

/// Whether the result lies over the field: names and bars would shine through its table.
fn is_over(frame: &Frame) -> bool {
    frame.scene.is_some() && frame.settled.phase() == Phase::Over
}

/// The tank of a seat, and what a view of it alone has in its middle: a place so many tiles
/// ahead, toward its aim.
fn target(moment: &Moment, seat: u8, ahead: f32) -> Option<Target> {
    let (_, tank, pose) = moment.tanks().find(|(other, ..)| *other == seat)?;
    let aim = (pose.at.0 + pose.turret.cos() * ahead, pose.at.1 + pose.turret.sin() * ahead);
    let target = Target { at: pose.at, aim, is_alive: tank.is_alive() };
    (tank.state() != TankState::Absent).then_some(target)
}
