//! The user interface over the picture: menus, lobby, HUD, and what keys and mouse
//! mean. Speaks to the match only through [`Choice`] and [`Input`](crate::sim::Input).

mod arrows;
mod controls;
mod couch;
mod credits;
mod cues;
mod damage;
mod emblem;
mod figure;
mod fit;
mod form;
mod games;
mod glyphs;
mod graph;
mod held;
mod hints;
mod howto;
mod hud;
mod kills;
mod lobby;
mod menu;
mod minimap;
mod net_corner;
mod notices;
mod paint;
mod pane;
mod panel;
mod presses;
mod recent;
mod result;
mod scroll;
mod sheet;
mod statistics;
mod text;
mod weapons;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ggez::graphics::{BlendMode, Canvas, Image, Rect, Sampler, Text};
use ggez::input::mouse::MouseButton;
use ggez::{Context, GameError, GameResult};

use self::hud::{Hud, Sight};
use self::menu::{Item, Menu, Page, Part, Situation};
use self::paint::{Easel, Paint, Units};
use self::panel::{Look, Target};
use self::scroll::Scroll;
use super::audio::cue::Sound;
use super::eyes::Eyes;
use super::keys::{Bindings, Device, Hands, Source};
use super::pads::Pads;
use super::settings::{Desktop, Settings};
use super::split::Grips;
use super::stage::{Choice, Frame, Sample, Screen};
use super::theme;
use crate::sim::Told;
use crate::words::say;

pub use self::form::NAME_LENGTH;
pub(super) use self::text::add_faces;

/// Menus, HUD and hands.
pub struct Ui {
    menu: Menu,
    /// Of the first and the second player.
    hands: [Hands; 2],
    pads: Pads,
    grips: Grips,
    /// Two people at this machine are in the match.
    is_shared: bool,
    /// What is held on a gamepad to move on and on in a menu.
    repeat: presses::Repeat,
    /// What was used last.
    device: Device,
    /// A gamepad came or went while no match is shown: what is said about it, and since when.
    pad_notice: Option<(String, Instant)>,
    easel: Easel,
    minimap: minimap::Minimap,
    /// The logo, and for which scale it was made.
    logo: Option<(f32, Option<Image>)>,
    figures: sheet::Figures,
    hud: Hud,
    /// When the newest picture was drawn.
    drawn: Option<Instant>,
    targets: Vec<Target>,
    scroll: Scroll,
    /// The slider that the mouse holds.
    dragged: Option<Target>,
    units: Units,
    mouse: (f32, f32),
    clipboard: Option<arboard::Clipboard>,
    copied: Option<(Item, Instant)>,
    /// Whether the latest key was pressed together with control: its character is no text.
    is_command: bool,
    /// When the newest picture is drawn: the only clock there is here.
    now: Instant,
    /// When something was last typed or moved: the caret is visible right after it.
    touched: Instant,
    /// The match that the HUD is about, by its map's seeds.
    seeds: [u64; 2],
    /// What the menus want heard.
    sounds: VecDeque<Sound>,
}

impl Ui {
    /// Loads the fonts. Fails only where the fonts in the program are broken.
    pub fn new(ctx: &mut Context, now: Instant) -> Result<Ui, GameError> {
        let (w, h) = ctx.gfx.drawable_size();
        Ok(Ui {
            menu: Menu::new(),
            hands: Default::default(),
            pads: Pads::default(),
            grips: Grips::default(),
            is_shared: false,
            repeat: presses::Repeat::default(),
            device: Device::default(),
            pad_notice: None,
            easel: Easel::new(text::Lettering::new(ctx)?),
            minimap: minimap::Minimap::default(),
            logo: None,
            figures: sheet::Figures::default(),
            hud: Hud::default(),
            drawn: None,
            targets: Vec::new(),
            scroll: Scroll::default(),
            dragged: None,
            units: Units::of(w, h),
            mouse: (0.0, 0.0),
            clipboard: None,
            copied: None,
            is_command: false,
            now,
            touched: now,
            seeds: [0; 2],
            sounds: VecDeque::new(),
        })
    }

    /// The next picture is drawn at this time.
    pub(super) fn set_clock(&mut self, now: Instant) {
        self.now = now;
    }

    /// Another window has taken the place of the one before: what belongs to it is made anew.
    ///
    /// # Errors
    /// Only where the fonts in the program are broken.
    pub(super) fn reopen(&mut self, ctx: &mut Context) -> GameResult {
        self.easel = Easel::new(text::Lettering::new(ctx)?);
        self.minimap = minimap::Minimap::default();
        self.logo = None;
        self.pads = Pads::default();
        Ok(())
    }

    /// The name that the forms offer first.
    pub fn set_name(&mut self, name: &str) {
        self.menu.forms_mut().name = form::TextField::new(name.trim(), NAME_LENGTH);
    }

    /// Whether the forms begin with a second player at this machine, and the name that they
    /// offer for one; empty is the usual.
    pub fn set_second(&mut self, is_there: bool, name: &str) {
        let forms = self.menu.forms_mut();
        if !name.trim().is_empty() {
            forms.second = form::TextField::new(name.trim(), NAME_LENGTH);
        }
        if forms.has_second != is_there {
            forms.swap_second();
        }
    }

    /// The room that the command line wants to join, for the form.
    pub fn set_target(&mut self, target: &str) {
        self.menu.offer(target);
    }

    /// What keys, mouse and gamepad are bound to, for the first and the second player.
    pub fn set_bindings(&mut self, both: [Bindings; 2]) {
        let [first, second] = both;
        self.menu.set_bindings(false, first);
        self.menu.set_bindings(true, second);
    }

    /// What keys, mouse and gamepad are bound to now, for the first and the second player.
    pub fn bindings(&self) -> [&Bindings; 2] {
        self.menu.controls().both()
    }

    /// What they are bound to now for one of them, if a person changed that since the previous
    /// call.
    pub(super) fn poll_bindings(&mut self, second: bool) -> Option<Bindings> {
        self.menu.poll_bindings(second)
    }

    /// The gamepads that are there.
    pub fn pads(&self) -> &Pads {
        &self.pads
    }

    /// What was set before, and what the desktop wishes.
    pub fn set_settings(&mut self, settings: Settings, desktop: Desktop) {
        self.menu.set_settings(settings, desktop);
    }

    /// What the player has set.
    pub fn settings(&self) -> Settings {
        *self.menu.settings()
    }

    /// The window has this size now, in units that the desktop scales.
    pub fn set_window_size(&mut self, size: [u32; 2]) {
        self.menu.set_window_size(size);
    }

    /// Once per drawn frame: follows the screen and hands on the choices that were made. A
    /// choice that finds the queue full waits.
    pub fn update(&mut self, screen: &Screen, frame: &Frame, choices: &mut rtrb::Producer<Choice>) {
        self.menu.follow(Situation::of(screen, frame));
        self.is_shared = frame.scene.as_ref().is_some_and(|scene| scene.second.is_some());
        self.repeat();
        let seeds = frame.scene.as_ref().map_or([0; 2], |s| s.map.seeds());
        if seeds != self.seeds {
            self.seeds = seeds;
            self.hud.clear();
        }
        self.hud.cues.set_on(self.menu.settings().access.sound_cues);
        if *screen != Screen::Match {
            self.hud.notices.clear();
        }
        let toggles = self.menu.settings().access.fire_toggles;
        self.hands.iter_mut().for_each(|hands| hands.set_fire_toggles(toggles));
        if self.menu.is_open() {
            self.hands.iter_mut().for_each(Hands::menu_is_open);
        }
        self.serve_clipboard();
        while let Some(choice) = self.menu.poll_choice() {
            if let Err(rtrb::PushError::Full(choice)) = choices.push(choice) {
                self.menu.keep_choice(choice);
                break;
            }
        }
    }

    /// Whether the hints for the keys are still to be shown; see [`Ui::poll_hints_seen`].
    pub fn set_hints_wanted(&mut self, are_wanted: bool) {
        self.hud.hints.set_wanted(are_wanted);
    }

    /// Whether the hints have been seen to the end just now: said once, to be remembered.
    pub fn poll_hints_seen(&mut self) -> bool {
        self.hud.hints.poll_seen()
    }

    /// Tells the player something for a few seconds, in one short sentence.
    pub fn notify(&mut self, words: String) {
        self.hud.notices.tell(words);
    }

    /// Something happened in the match, or did not happen after all; call once for each.
    pub fn report(&mut self, told: Told, frame: &Frame) {
        self.hud.report(told, frame, self.now);
    }

    /// A tick was measured; call once for each.
    pub fn sample(&mut self, sample: Sample) {
        self.hud.sample(sample);
    }

    /// Draws HUD and menus over everything that is on the canvas.
    pub fn draw(
        &mut self,
        ctx: &mut Context,
        canvas: &mut Canvas,
        screen: &Screen,
        frame: &Frame,
        eyes: &Eyes,
    ) -> GameResult {
        let (w, h) = ctx.gfx.drawable_size();
        let text_size = match self.menu.settings().access.text_size {
            // Two corners of the largest size would cover the field.
            size if self.is_shared && self.menu.page() == Page::Play => size.min(COUCH_TEXT),
            size => size,
        };
        self.units = Units::zoomed(w, h, text_size);
        canvas.set_default_shader();
        canvas.set_blend_mode(BlendMode::ALPHA);
        canvas.set_sampler(Sampler::linear_clamp());
        canvas.set_screen_coordinates(Rect::new(0.0, 0.0, w, h));

        let now = self.now;
        if let Some(then) = self.drawn.replace(now) {
            self.hud.frame_took(now.duration_since(then));
        }
        let blink = (now.duration_since(self.touched).as_millis() / 530).is_multiple_of(2);
        self.copied = self.copied.filter(|(_, at)| now.duration_since(*at) < COPIED_SHOWS);
        let look =
            Look { caret: blink, copied: self.copied.map(|(item, _)| item), device: self.device };

        if self.logo.as_ref().is_none_or(|(scale, _)| *scale != self.units.scale) {
            self.logo = Some((self.units.scale, panel::logo_picture(ctx, self.units.scale)));
        }
        let logo = self.logo.as_ref().and_then(|(_, picture)| picture.as_ref());
        let mut paint = Paint::new(ctx, canvas, &mut self.easel, self.units);
        let scene = frame.scene.as_deref().filter(|_| *screen == Screen::Match);
        if let Some(scene) = scene {
            let sight = Sight {
                scene,
                frame,
                eyes,
                bindings: self.menu.controls().both(),
                by_pad: self.device == Device::Pad,
                is_free: !self.menu.is_open(),
                now,
            };
            self.hud.draw_pointers(&mut paint, sight);
            paint.next_layer();
            // The table of the result needs the place.
            let is_covered =
                self.hud.covers_map(self.units, !self.menu.is_open(), scene.second.is_none());
            if self.menu.page() != Page::Result && !is_covered {
                self.minimap.draw(ctx, &mut paint, scene, frame, eyes);
            }
            paint.next_layer();
            self.hud.draw(&mut paint, sight);
            paint.next_layer();
        }
        paint.move_up(self.scroll.offset());
        self.targets = match (self.menu.page(), self.menu.situation(), scene) {
            (Page::Play, ..) => Vec::new(),
            (Page::Lobby, Situation::Lobby(room), _) => {
                lobby::draw(&mut paint, &self.menu, room, look)
            }
            (Page::Result, _, Some(scene)) => {
                result::draw(&mut paint, &self.menu, scene, frame, look)
            }
            (Page::Join, ..) => {
                let mut targets = panel::draw(&mut paint, &self.menu, look, logo);
                targets.extend(games::draw(&mut paint, &self.menu, look));
                targets
            }
            (Page::HowTo, ..) => {
                let told = (say("howto-title"), howto::articles(self.menu.controls().both()));
                let told = (told.0.as_str(), told.1.as_slice());
                sheet::draw((ctx, &mut self.figures), &mut paint, &self.menu, look, told)
            }
            (Page::Credits, ..) => {
                let told = (say("credits-title"), credits::articles());
                let told = (told.0.as_str(), told.1.as_slice());
                sheet::draw((ctx, &mut self.figures), &mut paint, &self.menu, look, told)
            }
            (Page::Controls, ..) => controls::draw(&mut paint, &self.menu, look),
            _ => panel::draw(&mut paint, &self.menu, look, logo),
        };
        let lowest = paint.lowest();
        paint.next_layer();
        if let Some((top, length)) = self.scroll.bar(self.units.h) {
            let bar = Rect::new(self.units.w - 8.0, top, 6.0, length);
            paint.still(|paint| paint.plate(bar, 3.0, theme::FAINT));
            paint.next_layer();
        }
        self.pad_notice.take_if(|(_, at)| now.duration_since(*at) >= NOTICE_SHOWS);
        if let Some((words, _)) = &self.pad_notice {
            paint.still(|paint| controls::draw_notice(paint, words));
            paint.next_layer();
        }
        self.follow_page(lowest);
        Ok(())
    }

    /// A character was typed; control characters, and the V of Ctrl+V, are ignored.
    pub fn text_input(&mut self, character: char) {
        if !self.is_command {
            self.menu.type_character(character);
            self.touched = self.now;
        }
    }

    /// A mouse button was pressed at this place of the window, in pixels.
    pub fn mouse_down(&mut self, button: MouseButton, x: f32, y: f32, screen: &Screen) {
        self.mouse = (x, y);
        self.device = Device::Mouse;
        let is_on_a_line = button == MouseButton::Left && self.target_at(x, y).is_some();
        if self.menu.is_waiting() && !is_on_a_line {
            return self.capture(Source::Mouse(button));
        }
        self.screen_action(Source::Mouse(button), screen);
        if button != MouseButton::Left {
            return;
        }
        if let Some(target) = self.target_at(x, y) {
            if target.part == Part::Slide {
                self.dragged = Some(target);
                self.drag(x);
            }
            self.menu.click(target.item, target.part);
            self.sounds.push_back(Sound::MenuChoose);
            self.touched = self.now;
        }
    }

    /// The mouse is at this place of the window, in pixels.
    pub fn mouse_moved(&mut self, x: f32, y: f32) {
        self.mouse = (x, y);
        self.hands.iter_mut().for_each(|hands| hands.mouse_at(x, y));
        if self.dragged.is_some() {
            return self.drag(x);
        }
        if let Some(target) = self.target_at(x, y) {
            let focus = self.menu.focus();
            self.menu.hover(target.item);
            self.scroll.see(self.menu.page(), self.menu.focus());
            if self.menu.focus() != focus {
                self.sounds.push_back(Sound::MenuMove);
            }
        }
    }

    /// The wheel of the mouse was turned.
    pub fn mouse_wheel(&mut self, up: bool) {
        let (x, y) = self.mouse;
        if let Some(Target { item, part: Part::Slide, .. }) = self.target_at(x, y)
            && self.menu.turn(item, up)
        {
            self.touched = self.now;
        } else if !self.scroll.turn(up) {
            self.menu.scroll(up);
        }
    }

    /// A mouse button was let go.
    pub fn mouse_up(&mut self) {
        self.dragged = None;
    }

    /// The mouse moves the slider that it holds.
    fn drag(&mut self, x: f32) {
        if let Some(Target { item, rect, .. }) = self.dragged {
            let share = (x / self.units.scale - rect.x) / rect.w.max(1.0);
            self.menu.slide(item, share);
        }
    }

    /// Moves the page, which reaches down to `lowest`, so that the focus can be seen.
    fn follow_page(&mut self, lowest: f32) {
        let (page, focus) = (self.menu.page(), self.menu.focus());
        let is_first = self.menu.items().first() == Some(&focus);
        let at = self.targets.iter().find(|target| target.item == focus);
        let at = at.map(|target| (target.rect, is_first));
        let moved = self.scroll.offset();
        for target in &mut self.targets {
            target.rect.y -= moved;
        }
        let is_low = self.scroll.follow((page, focus), at, (lowest, self.units.h));
        if is_low && self.menu.begin_at_top() {
            self.scroll = Scroll::default();
        }
    }

    /// Whether a person chose to end the program.
    pub fn wants_quit(&self) -> bool {
        self.menu.wants_quit()
    }

    /// Forgets what is told of the match.
    pub(super) fn forget(&mut self) {
        self.hud.forget();
        self.touched = self.now;
    }

    /// The HUD with the graph and the first match's hints or without, and without notices.
    pub(super) fn lay_out(&mut self, with_graph: bool, with_hints: bool) {
        self.hud.lay_out(with_graph, with_hints);
    }

    /// A tick was measured, and a frame took so long.
    pub(super) fn measure(&mut self, sample: Sample, took: Duration) {
        self.hud.sample(sample);
        self.hud.frame_took(took);
    }

    /// Whatever page is open begins at its top.
    pub(super) fn roll_up(&mut self) {
        self.scroll = Scroll::default();
    }

    /// Menus in which nothing was done yet, for a player of this name.
    pub(super) fn renew(&mut self, name: &str) {
        self.menu = Menu::new();
        self.set_name(name);
    }

    /// Opens a page by its name, if the situation has it.
    pub(super) fn turn_to(&mut self, page: &str) -> bool {
        self.menu.turn_to(page)
    }

    /// The texts of the newest picture, always in the same order.
    pub(super) fn texts(&self) -> Vec<&Text> {
        self.easel.texts()
    }

    /// How many draw calls the newest picture took.
    pub(super) fn draws(&self) -> u32 {
        self.easel.draws()
    }

    /// The next thing that the menus want heard.
    pub(super) fn poll_sound(&mut self) -> Option<Sound> {
        self.sounds.pop_front()
    }

    fn target_at(&self, x: f32, y: f32) -> Option<Target> {
        Target::at(&self.targets, x / self.units.scale, y / self.units.scale)
    }

    fn serve_clipboard(&mut self) {
        if let Some(text) = self.menu.poll_copy() {
            let done = self.clipboard().is_some_and(|c| c.set_text(text).is_ok());
            self.copied = done.then(|| (self.menu.focus(), self.now));
        }
        if self.menu.poll_paste()
            && let Some(text) = self.clipboard().and_then(|c| c.get_text().ok())
        {
            self.menu.paste(&text);
        }
    }

    /// The clipboard, kept for as long as the window: on X11 its text goes with its owner.
    fn clipboard(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.clipboard.is_none() {
            match arboard::Clipboard::new() {
                Ok(clipboard) => self.clipboard = Some(clipboard),
                Err(error) => tracing::warn!("no clipboard: {error}"),
            }
        }
        self.clipboard.as_mut()
    }
}

/// The largest head-up display of two players at one machine, in percent.
const COUCH_TEXT: u8 = 130;

/// How long it is said that a gamepad came or went.
const NOTICE_SHOWS: Duration = Duration::from_secs(4);
/// How long a line says that it was copied.
const COPIED_SHOWS: Duration = Duration::from_secs(2);
