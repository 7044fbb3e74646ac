//! The user interface over the picture: menus, lobby, HUD, and what keys and mouse
//! mean.

use ggez::graphics::Canvas;
use ggez::input::keyboard::KeyInput;
use ggez::input::mouse::MouseButton;
use ggez::{Context, GameError, GameResult};

use super::camera::Camera;
use super::stage::{Choice, Frame, Screen};
use crate::sim::{Event, Input};

/// Menus, HUD and hands.
pub struct Ui;

#[allow(missing_docs, clippy::unused_self)]
impl Ui {
    pub fn new(_: &mut Context) -> Result<Ui, GameError> {
        Ok(Ui)
    }
    pub fn update(
        &mut self,
        _: &mut Context,
        _: &Screen,
        _: &Frame,
        _: &mut rtrb::Producer<Choice>,
    ) {
    }
    pub fn event(&mut self, _: u32, _: &Event, _: &Frame) {}
    pub fn draw(
        &mut self,
        _: &mut Context,
        _: &mut Canvas,
        _: &Screen,
        _: &Frame,
        _: &Camera,
    ) -> GameResult {
        Ok(())
    }
    pub fn key_down(&mut self, _: KeyInput, _: bool, _: &Screen) {}
    pub fn text_input(&mut self, _: char) {}
    pub fn mouse_down(&mut self, _: MouseButton, _: f32, _: f32) {}
    pub fn mouse_moved(&mut self, _: f32, _: f32) {}
    pub fn input(&mut self, _: &Context, _: &Frame, _: &Camera) -> Input {
        Input::default()
    }
    pub fn wants_quit(&self) -> bool {
        false
    }
}
