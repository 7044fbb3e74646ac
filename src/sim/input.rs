//! What a player holds down during one tick. Held state, never edges: the
//! simulation finds edges against the previous input kept in the tank, so that
//! repeating the last input is nearly always the right prediction.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use super::math::Angle;

/// One tick of one player. Every bit pattern is legal; unknown bits mean nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, Serialize, Deserialize)]
pub struct Input {
    /// Held actions, an or of the constants of this type.
    pub held: u16,
    /// Where the turret shall point, in binary angle units; only looked at with [`Input::AIM`].
    pub aim: u16,
}

impl Input {
    /// Drive forward.
    pub const FORWARD: u16 = 1 << 0;
    /// Drive back.
    pub const BACK: u16 = 1 << 1;
    /// Turn the hull anticlockwise.
    pub const LEFT: u16 = 1 << 2;
    /// Turn the hull clockwise.
    pub const RIGHT: u16 = 1 << 3;
    /// Turn the turret anticlockwise.
    pub const TURRET_LEFT: u16 = 1 << 4;
    /// Turn the turret clockwise.
    pub const TURRET_RIGHT: u16 = 1 << 5;
    /// Fire as soon as the gun is loaded.
    pub const FIRE: u16 = 1 << 6;
    /// Load regular shells.
    pub const REGULAR: u16 = 1 << 7;
    /// Load armour-piercing shells.
    pub const PIERCING: u16 = 1 << 8;
    /// Turn the turret toward [`Input::aim`]; beats the turret keys.
    pub const AIM: u16 = 1 << 9;

    /// Whether all of `actions` are held.
    #[inline]
    pub fn has(self, actions: u16) -> bool {
        self.held & actions == actions
    }

    /// The held actions `plus` and `minus` as a direction: 1, -1, or 0 for none or both.
    #[inline]
    pub fn axis(self, plus: u16, minus: u16) -> i16 {
        i16::from(self.has(plus)) - i16::from(self.has(minus))
    }

    /// The wanted direction of the turret, if there is one.
    #[inline]
    pub fn aim(self) -> Option<Angle> {
        self.has(Self::AIM).then_some(Angle(self.aim))
    }
}
