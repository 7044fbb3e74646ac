//! Who plays, and from which World: the bytes on the wire, and whole rooms in virtual time.

mod cases;
mod conduct;
mod couch;
mod distrust;
mod heal;
mod late;
mod lobby;
mod migration;
mod password;
mod places;
mod rejoin;
mod room;
mod storm;
mod wire;
