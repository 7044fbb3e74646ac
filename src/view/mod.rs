//! The picture: everything that draws or sounds. Knows `World` and `Event`,
//! never peers or epochs, and the only user of ggez, kira and resvg.

pub mod stage;
