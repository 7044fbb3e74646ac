//! The picture: everything that draws or sounds. Knows `World` and `Event`,
//! never peers or epochs, and the only user of ggez, kira and resvg.

#[cfg(feature = "window")]
pub mod camera;
#[cfg(feature = "window")]
pub mod keys;
pub mod stage;
#[cfg(feature = "window")]
pub mod theme;
#[cfg(feature = "window")]
pub mod ui;
