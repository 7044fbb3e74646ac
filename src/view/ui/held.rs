//! What the people at the window hold right now, as inputs of their tanks. Which key, mouse or
//! gamepad is whose, [`split`] says.

use ggez::Context;
use ggez::winit::keyboard::PhysicalKey;

use super::Ui;
use crate::sim::Input;
use crate::view::camera::Camera;
use crate::view::eyes::Eyes;
use crate::view::keys::{Bindings, Device, Heading, Source, screen_angle};
use crate::view::pads::PadId;
use crate::view::split;
use crate::view::stage::Frame;

/// Nothing held.
const IDLE: Input = Input { held: 0, aim: 0 };

impl Ui {
    /// Everything held right now as inputs of the tanks of the first and the second player;
    /// nothing while a menu is open.
    pub fn input(&mut self, ctx: &Context, frame: &Frame, eyes: &Eyes) -> [Input; 2] {
        let Some(scene) = frame.scene.as_ref().filter(|_| !self.menu.is_open()) else {
            return Default::default();
        };
        let [first, other] = self.bindings().map(Bindings::clone);
        let Some(second) = scene.second else {
            return [self.held(ctx, 0, &first, None, (frame, scene.own), eyes.of(0)), IDLE];
        };
        let [one, two] = split::split(&first, &other);
        let ids: Vec<PadId> = self.pads.ids().collect();
        let of = |player| split::pads_of(player, &ids);
        [
            self.held(ctx, 0, &one, Some(&of(0)), (frame, scene.own), eyes.of(0)),
            self.held(ctx, 1, &two, Some(&of(1)), (frame, second), eyes.of(1)),
        ]
    }

    /// The gamepads on which a player feels what happens to their tank: those in the player's
    /// hands.
    pub fn pads_in_hand(&self, player: usize, frame: &Frame) -> Vec<PadId> {
        let ids: Vec<PadId> = self.pads.ids().collect();
        match frame.scene.as_ref().and_then(|scene| scene.second) {
            Some(_) => self.grips.pads(player, &ids),
            None if self.device == Device::Pad => ids,
            None => Vec::new(),
        }
    }

    /// What one player holds, with these gamepads or with all, for the tank of a seat.
    fn held(
        &mut self,
        ctx: &Context,
        player: usize,
        bindings: &Bindings,
        pads: Option<&[PadId]>,
        (frame, seat): (&Frame, u8),
        camera: &Camera,
    ) -> Input {
        let tank = frame.now.tanks.get(usize::from(seat));
        let toward_mouse = tank.and_then(|tank| {
            let (x, y) = camera.to_world(self.mouse.0, self.mouse.1);
            screen_angle(x - tank.at.x.to_num::<f32>(), y - tank.at.y.to_num::<f32>())
        });
        let is_held = |source| match source {
            Source::Key(code) => ctx.keyboard.is_physical_key_pressed(&PhysicalKey::Code(code)),
            Source::Mouse(button) => ctx.mouse.button_pressed(button),
            Source::Pad(button) => self.pads.is_held(pads, button),
        };
        let heading = Heading {
            hull: tank.map(|tank| tank.hull.0),
            tick: frame.now.tick,
            delay: frame.net.delay,
            toward_mouse,
        };
        let sticks = self.pads.sticks(pads);
        let holds = |pad: bool| {
            let all = bindings.actions().into_iter().flat_map(|(.., sources)| sources);
            all.into_iter()
                .any(|source| (source.device() == Device::Pad) == pad && is_held(*source))
        };
        let dead = f32::from(bindings.dead_zone) / 100.0;
        let leans = [sticks.drive, sticks.aim].iter().any(|(x, y)| x.hypot(*y) > dead);
        let (of_pad, of_keys) = (leans || holds(true), holds(false));
        self.grips.note(player, of_pad, of_keys);
        let hands = self.hands.get_mut(player);
        hands.map_or(IDLE, |hands| hands.fold(bindings, is_held, sticks, heading))
    }
}
