//! The window: opens it, turns its events into calls, paces the drawing and closes
//! it. The only part of the picture that waits for anything, and what it waits for
//! never holds up the match.
//!
//! The loop is our own and not ggez's: that one draws as fast as it can and spins
//! while the window is covered, so that it could not even be closed.

mod desk;
mod error;
mod photo;
mod shape;
mod studio;

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use ggez::conf::{Conf, WindowMode, WindowSetup};
use ggez::event::{process_device_event, process_window_event};
use ggez::graphics::GraphicsContext;
use ggez::input::keyboard::KeyInput;
use ggez::winit::application::ApplicationHandler;
use ggez::winit::dpi::LogicalSize;
use ggez::winit::event::{
    DeviceEvent, DeviceId, ElementState, Ime, KeyEvent, MouseScrollDelta, StartCause, WindowEvent,
};
use ggez::winit::event_loop::{ActiveEventLoop, ControlFlow};
use ggez::winit::platform::run_on_demand::EventLoopExtRunOnDemand;
use ggez::winit::window::WindowId;
use ggez::{Context, ContextBuilder, GameError, GameResult};

use super::audio::Audio;
use super::keys::{Bindings, Second};
use super::pads::{self, Motors};
use super::picture::{Look, Picture};
use super::rumble::{Shake, feel};
use super::settings::{Desktop, Inquiry, Keep, Mode, Settings};
use super::stage::{Choice, Frame, Screen, Stage};
use super::tally::Tally;
use super::ui::Ui;
use crate::words;

pub use studio::{Cost, Studio};

pub use self::error::ViewError;

/// What desktops know the program by.
const NAME: &str = "tankwarz";
/// Frames per second where the display does not say.
const COMMON_RATE: f32 = 60.0;
/// How often a window that cannot be seen looks whether it can, or has to close.
const HIDDEN: Duration = Duration::from_millis(100);

/// How to open the window.
#[derive(Debug, Default)]
pub struct WindowOptions {
    /// Where to write a picture of the window, and at which tick of the World; the window
    /// closes after that.
    pub screenshot: Option<(PathBuf, u32)>,
    /// The name that the forms offer first; empty for none.
    pub name: String,
    /// The room that the command line wants to join; empty for none.
    pub target: String,
    /// What keys, mouse and gamepad are bound to.
    pub bindings: Bindings,
    /// The same for the second player at this machine.
    pub second: Second,
    /// Whether the forms begin with a second player at this machine.
    pub has_second: bool,
    /// The name of the second player that the forms offer first; empty for the usual one.
    pub second_name: String,
    /// What the player has set before.
    pub settings: Settings,
    /// What the desktop wishes.
    pub desktop: Desktop,
    /// Who asks the desktop again; `None` if nobody does.
    pub inquiry: Option<Inquiry>,
    /// Whether the hints for the keys have been seen before.
    pub hints_seen: bool,
    /// Where everything goes that shall still be so at the next start.
    pub keep: Option<mpsc::Sender<Keep>>,
    /// When the program began, for the log; `None` is now.
    pub began: Option<Instant>,
    /// No sound, without a word about it.
    pub is_silent: bool,
}

/// Opens the window and shows the stage until it is closed, by whom- or whatever:
/// the person, a menu, the taken screenshot, or the match thread that let go of its
/// ends. Then [`Choice::Quit`] has been put into the queue. Call it on the main thread.
///
/// # Errors
/// Why the window could not be opened or had to close.
pub fn run(mut stage: Stage, options: WindowOptions) -> Result<(), ViewError> {
    let outcome = open(&options, options.settings.window.size).and_then(|(mut ctx, mut events)| {
        let app = App::new(&mut ctx, &mut stage, &options).map_err(broken)?;
        let mut app = Running { ctx, app };
        loop {
            let ended = events.run_app_on_demand(&mut app);
            app.app.outcome.clone()?;
            ended.map_err(|error| ViewError::Broken(error.to_string()))?;
            if !std::mem::take(&mut app.app.wants_new_window) {
                return Ok(());
            }
            app.reopen(&events).map_err(broken)?;
        }
    });
    // A full queue means that the match does not listen; it will see that the stage is gone.
    let _ = stage.choices.push(Choice::Quit);
    outcome
}

type Events = ggez::winit::event_loop::EventLoop<()>;

fn open(options: &WindowOptions, size: [u32; 2]) -> Result<(Context, Events), ViewError> {
    let mode = window_mode(size);
    // Without vsync the picture of a screenshot does not wait for a display.
    let vsync = options.settings.window.vsync && options.screenshot.is_none();
    let setup = window_setup(vsync);
    ContextBuilder::new(NAME, NAME)
        .with_conf_file(false)
        .window_mode(mode)
        .window_setup(setup)
        .build()
        .map_err(|error| match error {
            GameError::EventLoopError(_) | GameError::WindowCreationError(_) => {
                ViewError::NoDisplay
            }
            GameError::GraphicsInitializationError | GameError::RequestDeviceError(_) => {
                ViewError::NoGraphics
            }
            other => broken(other),
        })
}

/// A window of this size, in units that the desktop scales.
fn window_mode(size: [u32; 2]) -> WindowMode {
    let [width, height] = size.map(|side| side as f32);
    WindowMode {
        width,
        height,
        logical_size: Some(LogicalSize::new(width, height)),
        resizable: true,
        // Else ggez cuts the window to so many pixels on a display with small ones.
        resize_on_scale_factor_change: true,
        ..WindowMode::default().min_dimensions(480.0, 270.0)
    }
}

fn window_setup(vsync: bool) -> WindowSetup {
    WindowSetup::default().title("TankWarz").vsync(vsync)
}

/// What the picture shall look like.
fn look(settings: Settings, desktop: Desktop) -> Look {
    Look {
        strength: settings.strength(desktop),
        is_calm: settings.is_calm(desktop),
        scale: settings.window.scale,
    }
}

fn broken(error: GameError) -> ViewError {
    ViewError::Broken(error.to_string())
}

/// Everything behind the window.
struct App<'a> {
    stage: &'a mut Stage,
    options: &'a WindowOptions,
    picture: Picture,
    ui: Ui,
    audio: Audio,
    motors: Motors,
    /// The strongest of what the first and the second player felt since it was last handed to
    /// the gamepads.
    felt: [Option<Shake>; 2],
    frame: Frame,
    screen: Screen,
    /// Nobody can see the window.
    is_covered: bool,
    has_focus: bool,
    /// Of the window, before it filled the screen.
    corner: shape::Corner,
    /// Something was set that only a new window can do.
    wants_new_window: bool,
    /// The settings that are in force.
    settings: Settings,
    /// What the desktop wishes by now.
    desktop: Desktop,
    /// When the next frame is to be drawn.
    due: Instant,
    drawn: Instant,
    tally: Tally,
    outcome: Result<(), ViewError>,
}

impl<'a> App<'a> {
    fn new(
        ctx: &mut Context,
        stage: &'a mut Stage,
        options: &'a WindowOptions,
    ) -> GameResult<App<'a>> {
        let frame = stage.frames.read().clone();
        let screen = stage.screens.read().clone();
        let now = Instant::now();
        let mut ui = Ui::new(ctx, now)?;
        let motors = Motors::new(ctx);
        ui.set_pads(pads::present(ctx));
        ui.set_bindings([options.bindings.clone(), options.second.0.clone()]);
        let (settings, desktop) = (options.settings, options.desktop);
        ui.set_settings(settings, desktop);
        ui.set_hints_wanted(!options.hints_seen && options.screenshot.is_none());
        words::speak(settings.language(desktop));
        if settings.window.mode != Mode::Windowed {
            shape::show(ctx.gfx.window(), settings.window.mode, None);
        }
        if !options.name.is_empty() {
            ui.set_name(&options.name);
        }
        ui.set_second(options.has_second, &options.second_name);
        if !options.target.is_empty() {
            ui.set_target(&options.target);
        }
        Ok(App {
            picture: Picture::new(ctx, look(settings, desktop), now)?,
            ui,
            audio: if options.is_silent { Audio::silent() } else { Audio::open(settings.volumes) },
            settings,
            desktop,
            motors,
            felt: [None; 2],
            stage,
            options,
            frame,
            screen,
            is_covered: false,
            corner: None,
            has_focus: true,
            wants_new_window: false,
            due: now,
            drawn: now,
            tally: Tally::new(options.began.unwrap_or(now)),
            outcome: Ok(()),
        })
    }

    /// Takes what the match thread has put on the stage.
    fn take(&mut self) {
        if self.stage.screens.update() {
            self.screen = self.stage.screens.output_buffer().clone();
        }
        if self.stage.frames.update() {
            self.frame = self.stage.frames.output_buffer().clone();
            self.picture.take(&self.frame);
        }
        while let Ok(told) = self.stage.events.pop() {
            self.picture.report(told, &self.frame);
            self.audio.report(told, &self.frame);
            if let Some(scene) = &self.frame.scene {
                for (seat, felt) in scene.own_seats().zip(&mut self.felt) {
                    *felt = (*felt).max(feel(&told, seat));
                }
            }
            self.ui.report(told, &self.frame);
        }
        while let Ok(sample) = self.stage.samples.pop() {
            self.ui.sample(sample);
        }
        while let Ok(words) = self.stage.notices.pop() {
            self.ui.notify(words);
        }
    }

    /// What is heard after `seconds` more.
    fn sound(&mut self, seconds: f32) {
        while let Some(sound) = self.ui.poll_sound() {
            self.audio.say(sound);
        }
        let moment = self.picture.shown(&self.frame);
        let eyes = self.picture.eyes();
        let settled = &self.frame.settled;
        self.audio.update(moment.as_ref(), settled, eyes, &self.screen, self.has_focus, seconds);
    }

    /// Does as the player has set since the last time, and has it kept.
    fn apply_settings(&mut self, ctx: &Context) {
        self.follow_desktop();
        let wanted = self.ui.settings();
        if wanted == self.settings {
            return;
        }
        let before = std::mem::replace(&mut self.settings, wanted);
        let desktop = self.desktop;
        self.ask_if_new(before);
        words::speak(wanted.language(desktop));
        self.audio.set_volumes(wanted.volumes);
        self.picture.set_look(look(wanted, desktop));
        if wanted.window.mode != before.window.mode {
            let window = ctx.gfx.window();
            if before.window.mode == Mode::Windowed {
                self.corner = shape::corner(window);
            }
            shape::show(window, wanted.window.mode, self.corner);
        }
        self.wants_new_window |= wanted.window.vsync != before.window.vsync;
        self.keep(Keep::Settings(wanted));
    }

    /// Makes everything anew that belongs to a window.
    fn reopen(&mut self, ctx: &mut Context) -> GameResult {
        let (settings, desktop) = (self.settings, self.desktop);
        self.ui.reopen(ctx)?;
        self.motors = Motors::new(ctx);
        self.ui.set_pads(pads::present(ctx));
        self.picture = Picture::new(ctx, look(settings, desktop), self.drawn)?;
        if settings.window.mode != Mode::Windowed {
            shape::show(ctx.gfx.window(), settings.window.mode, self.corner);
        }
        self.due = Instant::now();
        Ok(())
    }

    /// Shakes the gamepads of whoever plays with one, each for its own player, and has kept what a player changed
    /// outside the settings: new bindings, and that the hints for the first match are seen.
    fn serve_hands(&mut self, ctx: &Context) {
        let felt = std::mem::take(&mut self.felt);
        for ((player, felt), bindings) in felt.into_iter().enumerate().zip(self.ui.bindings()) {
            if let Some(shake) = felt.and_then(|felt| felt.scaled(bindings.rumble)) {
                self.motors.shake(ctx, &self.ui.pads_in_hand(player, &self.frame), shake);
            }
        }
        for second in [false, true] {
            if let Some(bindings) = self.ui.poll_bindings(second) {
                self.keep(Keep::Bindings { second, bindings });
            }
        }
        if self.ui.poll_hints_seen() {
            self.keep(Keep::HintsSeen);
        }
    }

    /// Has something kept for the next start.
    fn keep(&self, what: Keep) {
        if let Some(keep) = &self.options.keep {
            // Whoever listened may be gone already: then the program ends.
            let _ = keep.send(what);
        }
    }

    /// Tells the match what is held.
    fn hold(&mut self, ctx: &Context) {
        let input = if self.has_focus {
            self.ui.input(ctx, &self.frame, self.picture.eyes())
        } else {
            Default::default()
        };
        self.stage.held.set(input);
    }

    /// One drawn frame.
    fn draw(&mut self, ctx: &mut Context) -> GameResult {
        ctx.time.tick();
        self.advance(ctx, Instant::now())?;
        self.paint(ctx)
    }

    /// Takes notice of all that happened up to `now`.
    fn advance(&mut self, ctx: &mut Context, now: Instant) -> GameResult {
        let seconds = now.duration_since(self.drawn).as_secs_f32().min(0.25);
        self.drawn = now;
        self.ui.set_clock(now);
        self.take();
        self.ui.update(&self.screen, &self.frame, &mut self.stage.choices);
        self.apply_settings(ctx);
        self.serve_hands(ctx);
        self.hold(ctx);
        self.picture.update(ctx, &self.frame, &self.screen, now, seconds)?;
        self.sound(seconds);
        Ok(())
    }

    /// Draws what is to be seen now.
    fn paint(&mut self, ctx: &mut Context) -> GameResult {
        ctx.gfx.begin_frame()?;
        self.encode(ctx)?;
        ctx.gfx.end_frame()?;
        let in_match = self.screen == Screen::Match && self.frame.scene.is_some();
        self.tally.drew(self.draws(), in_match);
        ctx.mouse.reset_delta();
        ctx.keyboard.save_keyboard_state();
        ctx.mouse.save_mouse_state();
        Ok(())
    }

    /// Tells the graphics card what to draw. Only inside a frame.
    fn encode(&mut self, ctx: &mut Context) -> GameResult {
        let mut canvas = self.picture.draw(ctx, &self.frame)?;
        self.ui.draw(ctx, &mut canvas, &self.screen, &self.frame, self.picture.eyes())?;
        canvas.finish(ctx)
    }

    /// How many draw calls the newest picture took.
    fn draws(&self) -> u32 {
        self.picture.draws() + self.ui.draws()
    }

    /// Writes the wanted picture once its tick has come; then the window is done.
    fn photograph(&mut self, ctx: &Context) -> bool {
        let Some((path, tick)) = &self.options.screenshot else { return false };
        if self.frame.now.tick < *tick {
            return false;
        }
        self.outcome = photo::write(ctx, path)
            .map_err(|error| ViewError::Screenshot(path.clone(), error.to_string()));
        true
    }

    fn is_over(&self) -> bool {
        self.ui.wants_quit() || self.stage.choices.is_abandoned() || self.outcome.is_err()
    }
}

/// The window while its loop runs.
struct Running<'a> {
    ctx: Context,
    app: App<'a>,
}

impl Running<'_> {
    /// Opens the window again: whether it waits for the display is decided when it opens.
    fn reopen(&mut self, events: &Events) -> GameResult {
        let place = shape::Place::of(self.ctx.gfx.window());
        let settings = self.app.settings;
        let mode = place.reopened(window_mode(settings.window.size));
        let setup = window_setup(settings.window.vsync);
        let conf = Conf { window_mode: mode, window_setup: setup, ..Conf::default() };
        self.ctx.gfx = GraphicsContext::new(NAME, events, &conf, &self.ctx.fs)?;
        place.restore(self.ctx.gfx.window());
        self.app.reopen(&mut self.ctx)
    }

    /// Time between two drawn frames: that of the player's cap, or a little less than the
    /// display's, which then sets the pace where it can.
    fn pace(&self) -> Duration {
        if let cap @ 1.. = self.app.settings.window.frame_cap {
            return Duration::from_secs_f32(1.0 / f32::from(cap));
        }
        let monitor = self.ctx.gfx.window().current_monitor();
        let rate = monitor
            .and_then(|monitor| monitor.refresh_rate_millihertz())
            .map_or(COMMON_RATE, |rate| rate as f32 / 1000.0)
            .clamp(COMMON_RATE, 240.0);
        Duration::from_secs_f32(1.0 / (rate * 1.1))
    }

    fn is_hidden(&self) -> bool {
        let window = self.ctx.gfx.window();
        self.app.is_covered
            || window.is_minimized() == Some(true)
            || window.is_visible() == Some(false)
    }

    fn draw(&mut self, events: &ActiveEventLoop) {
        self.app.due = Instant::now() + self.pace();
        match self.app.draw(&mut self.ctx) {
            Ok(()) if self.app.photograph(&self.ctx) => events.exit(),
            Ok(()) => {}
            Err(error) => {
                self.app.outcome = Err(broken(error));
                events.exit();
            }
        }
    }

    fn key(&mut self, event: KeyEvent) {
        self.app.tally.choose();
        if event.state == ElementState::Pressed {
            let mods = self.ctx.keyboard.active_modifiers;
            let (text, repeated) = (event.text.clone(), event.repeat);
            self.app.ui.key_down(KeyInput { event, mods }, repeated, &self.app.screen);
            if !mods.control_key() && !mods.super_key() {
                self.write(text.as_deref().unwrap_or_default());
            }
        }
        self.app.hold(&self.ctx);
    }

    fn write(&mut self, text: &str) {
        for character in text.chars().filter(|c| !c.is_control()) {
            self.app.ui.text_input(character);
        }
    }
}

impl ApplicationHandler<()> for Running<'_> {
    fn new_events(&mut self, events: &ActiveEventLoop, _: StartCause) {
        if self.app.is_over() || self.app.wants_new_window {
            events.exit();
        }
    }

    fn resumed(&mut self, _: &ActiveEventLoop) {}

    fn window_event(&mut self, events: &ActiveEventLoop, mut id: WindowId, mut event: WindowEvent) {
        if id != self.ctx.gfx.window().id() {
            // Of a window that another has taken the place of.
            return;
        }
        process_window_event(&mut self.ctx, &mut id, &mut event);
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => events.exit(),
            WindowEvent::RedrawRequested => self.draw(events),
            WindowEvent::Resized(size) => {
                self.app.picture.resize(size.width as f32, size.height as f32);
                if let Some(size) = shape::free_size(self.ctx.gfx.window(), size) {
                    self.app.ui.set_window_size(size);
                }
            }
            WindowEvent::Occluded(covered) => self.app.is_covered = covered,
            WindowEvent::Focused(focus) => {
                if focus && !self.app.has_focus {
                    self.app.ask_desktop();
                }
                self.app.has_focus = focus;
                if !focus {
                    self.app.ui.let_go();
                }
                self.app.hold(&self.ctx);
            }
            WindowEvent::KeyboardInput { event, .. } => self.key(event),
            WindowEvent::Ime(Ime::Commit(text)) => self.write(&text),
            WindowEvent::CursorMoved { position, .. } => {
                self.app.ui.mouse_moved(position.x as f32, position.y as f32);
                self.app.hold(&self.ctx);
            }
            WindowEvent::MouseInput { state, button, .. } => {
                if state == ElementState::Pressed {
                    self.app.tally.choose();
                    let at = self.ctx.mouse.position();
                    self.app.ui.mouse_down(button, at.x, at.y, &self.app.screen);
                } else {
                    self.app.ui.mouse_up();
                }
                self.app.hold(&self.ctx);
            }
            WindowEvent::MouseWheel { delta, .. } => {
                let y = match delta {
                    MouseScrollDelta::LineDelta(_, y) => y,
                    MouseScrollDelta::PixelDelta(way) => way.y as f32,
                };
                if y != 0.0 {
                    self.app.ui.mouse_wheel(y > 0.0);
                }
            }
            _ => {}
        }
    }

    fn device_event(&mut self, _: &ActiveEventLoop, mut id: DeviceId, mut event: DeviceEvent) {
        process_device_event(&mut self.ctx, &mut id, &mut event);
    }

    fn about_to_wait(&mut self, events: &ActiveEventLoop) {
        // The gamepads' state is only as new as the last event taken from them.
        for news in pads::poll_news(&mut self.ctx) {
            self.app.ui.pad(news, &self.app.screen, self.app.has_focus);
            // Each by itself: a button that was tapped since the last one is up again already.
            self.app.hold(&self.ctx);
        }
        let now = Instant::now();
        if now >= self.app.due {
            if self.is_hidden() {
                // Nothing to draw, but what has happened must not pile up.
                self.app.take();
                self.app.sound(HIDDEN.as_secs_f32());
                self.app.due = now + HIDDEN;
            } else {
                self.ctx.gfx.window().request_redraw();
                // A desktop that never asks for the redraw must not make the loop spin.
                self.app.due = now + self.pace();
            }
        }
        events.set_control_flow(ControlFlow::WaitUntil(self.app.due));
    }
}
