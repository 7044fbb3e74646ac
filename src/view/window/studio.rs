//! A window without a person and without a clock of its own: time goes on when it is told to,
//! so that the same scene gives the same picture. It draws what the real window draws, through
//! the same code.

use std::path::Path;
use std::time::{Duration, Instant};

use ggez::graphics::{Canvas, Color, DrawParam, Sampler};
use ggez::{Context, GameResult};

use super::super::settings::Settings;
use super::super::stage::{Sample, Stage};
use super::super::ui::add_faces;
use super::super::vision::Vision;
use super::photo::{pixels, save};
use super::{App, Events, ViewError, WindowOptions, broken, open};
use crate::words;

/// The clock's step: one tick.
const STEP: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// A window that does as it is told. Drop it to close it.
pub struct Studio<'a> {
    ctx: Context,
    app: App<'a>,
    now: Instant,
    /// Without it there is no window.
    _events: Events,
}

/// What the newest picture took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Time to move everything on by one tick.
    pub update: Duration,
    /// Time to tell the graphics card what to draw. It has not been drawn then.
    pub encode: Duration,
    /// Draw calls.
    pub draws: u32,
    /// Pieces of smoke, fire and debris.
    pub particles: usize,
}

impl<'a> Studio<'a> {
    /// Opens a window of this size in pixels that shows the stage. On the main thread.
    ///
    /// # Errors
    /// Why there is no window.
    pub fn open(
        stage: &'a mut Stage,
        options: &'a WindowOptions,
        size: (f32, f32),
    ) -> Result<Self, ViewError> {
        let (mut ctx, events) = open(options, [size.0 as u32, size.1 as u32])?;
        let app = App::new(&mut ctx, stage, options).map_err(broken)?;
        Ok(Self { now: app.drawn, ctx, app, _events: events })
    }

    /// The time of the next picture: when a frame that is put on the stage now was stepped.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Size of the window in pixels.
    pub fn size(&self) -> (f32, f32) {
        self.ctx.gfx.drawable_size()
    }

    /// Another match: nothing is left of the one before.
    pub fn begin(&mut self) {
        self.app.picture.forget();
        self.app.ui.forget();
    }

    /// One tick goes by; what is on the stage is taken from it.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub fn go_on(&mut self) -> Result<(), ViewError> {
        self.now += STEP;
        self.app.advance(&mut self.ctx, self.now).map_err(broken)
    }

    /// So many ticks go by in front of a picture that is there already.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub fn wait(&mut self, ticks: u32) -> Result<(), ViewError> {
        if ticks > 0 {
            self.app.paint(&mut self.ctx).map_err(broken)?;
        }
        (0..ticks).try_for_each(|_| self.go_on())
    }

    /// No time goes by; what is on the stage is taken from it.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub fn look(&mut self) -> Result<(), ViewError> {
        self.app.advance(&mut self.ctx, self.now).map_err(broken)
    }

    /// As a player has set it from now on, with menus in which nothing was done yet.
    pub fn set(&mut self, settings: Settings) {
        // what the forms offer first is said in the language of that time
        words::speak(settings.language(self.app.desktop));
        self.app.ui.renew(&self.app.options.name);
        self.app.ui.set_settings(settings, self.app.desktop);
        self.app.ui.roll_up();
    }

    /// The HUD with the graph and the first match's hints or without, and without notices.
    pub fn lay_out(&mut self, with_graph: bool, with_hints: bool) {
        self.app.ui.lay_out(with_graph, with_hints);
    }

    /// A tick was measured, and a frame took so long: what the graph shows.
    pub fn measure(&mut self, sample: Sample, took: Duration) {
        self.app.ui.measure(sample, took);
    }

    /// Opens a page of the menus by its name, if the situation has it.
    pub fn turn_to(&mut self, page: &str) -> bool {
        self.app.ui.turn_to(page)
    }

    /// Does in a menu what a key does, by its name; a cell that waits gets that key. Whether
    /// there is such a key.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub fn press(&mut self, key: &str) -> Result<bool, ViewError> {
        // how far a page is moved depends on where its lines are
        self.app.paint(&mut self.ctx).map_err(broken)?;
        Ok(self.app.ui.press_named(key))
    }

    /// Draws the picture and writes it to a PNG file as it is seen with this vision. How many
    /// draw calls it took.
    ///
    /// # Errors
    /// What the graphics card refuses, or why the file could not be written.
    pub fn shoot(&mut self, vision: Vision, file: &Path) -> Result<u32, ViewError> {
        // How high a page is, is known once it was painted.
        for _ in 0..2 {
            self.app.paint(&mut self.ctx).map_err(broken)?;
        }
        self.draw_letters().map_err(broken)?;
        self.app.paint(&mut self.ctx).map_err(broken)?;
        let refused = |error: Box<dyn std::error::Error>| {
            ViewError::Screenshot(file.to_owned(), error.to_string())
        };
        let mut picture = pixels(&self.ctx).map_err(refused)?;
        vision.show(&mut picture.0);
        save(picture, file).map_err(refused)?;
        Ok(self.app.draws())
    }

    /// Has every letter of the newest picture drawn anew, one text after the other. A letter is
    /// drawn once and serves wherever it is needed at nearly the same part of a pixel; which of
    /// these places it is exactly right for would depend on older pictures, and on chance.
    fn draw_letters(&mut self) -> GameResult {
        add_faces(&mut self.ctx)?;
        self.ctx.gfx.begin_frame()?;
        let mut canvas = Canvas::from_frame(&self.ctx, Color::BLACK);
        let samplers = [Sampler::linear_clamp(), Sampler::nearest_clamp()];
        let texts = self.app.ui.texts().into_iter().chain(self.app.picture.names());
        // Texts that follow each other are drawn together unless something else changes.
        for (text, sampler) in texts.zip(samplers.into_iter().cycle()) {
            canvas.set_sampler(sampler);
            canvas.draw(text, DrawParam::new());
        }
        canvas.finish(&mut self.ctx)?;
        self.ctx.gfx.end_frame()
    }

    /// One tick goes by and is drawn; what that took.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub fn time(&mut self) -> Result<Cost, ViewError> {
        let began = Instant::now();
        self.go_on()?;
        let updated = Instant::now();
        self.ctx.gfx.begin_frame().map_err(broken)?;
        let encoding = Instant::now();
        self.app.encode(&mut self.ctx).map_err(broken)?;
        let encoded = Instant::now();
        self.ctx.gfx.end_frame().map_err(broken)?;
        Ok(Cost {
            update: updated - began,
            encode: encoded - encoding,
            draws: self.app.draws(),
            particles: self.app.picture.particles(),
        })
    }
}
