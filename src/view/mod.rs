//! The picture: everything that draws or sounds. Knows `World` and `Event`,
//! never peers or epochs, and the only user of ggez, kira and resvg.
//!
//! `stage` is what a mode shares with a window, `window` is the window itself.
//! A drawn frame is a `picture`: the `terrain`, then the `actors` (tanks, shells,
//! trees) and the `effects` (smoke, fire) as `sprites` of one `atlas`, seen through a
//! `camera`, or two of them when the `eyes` of two players are on places far apart, and the
//! `ui` on top.

pub mod audio;
pub mod interpolate;
pub mod reports;
#[cfg(feature = "window")]
pub mod settings;
pub mod stage;

#[cfg(feature = "window")]
mod actors;
#[cfg(feature = "window")]
mod atlas;
#[cfg(feature = "window")]
pub mod camera;
#[cfg(feature = "window")]
pub mod check;
#[cfg(feature = "window")]
mod effects;
#[cfg(feature = "window")]
pub mod eyes;
#[cfg(feature = "window")]
pub mod keys;
#[cfg(feature = "window")]
mod lens;
#[cfg(feature = "window")]
pub mod pads;
#[cfg(feature = "window")]
mod picture;
#[cfg(feature = "window")]
pub mod rumble;
#[cfg(feature = "window")]
pub mod split;
#[cfg(feature = "window")]
mod sprites;
#[cfg(feature = "window")]
mod tally;
#[cfg(feature = "window")]
mod terrain;
#[cfg(feature = "window")]
pub mod theme;
#[cfg(feature = "window")]
mod tint;
#[cfg(feature = "window")]
pub mod ui;
#[cfg(feature = "window")]
pub mod vision;
#[cfg(feature = "window")]
pub mod window;

#[cfg(feature = "window")]
pub use effects::Strength;
#[cfg(feature = "window")]
pub use window::{Cost, Studio, ViewError, WindowOptions, run};
