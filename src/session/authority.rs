//! The machine of one peer, whichever of the two it is now: a guest becomes the host
//! when the host is gone, and a host becomes a guest where another one goes before it.
//!
//! Decides nothing by itself; see [`Guest`] and [`Host`] for when that is.

use super::links::Links;
use super::message::Terms;
use super::{Epoch, Guest, GuestConfig, Host, In, Millis, Out, PeerId, Roster, SealedEpoch};
use crate::sim::{Map, World};

/// The machine that decides for this peer.
#[derive(Debug)]
pub enum Authority {
    /// This peer arbitrates.
    Host(Box<Host>),
    /// This peer follows a host.
    Guest(Box<Guest>),
}

/// What passes from one machine to the other.
#[derive(Debug)]
pub(super) struct Estate {
    pub(super) config: GuestConfig,
    pub(super) terms: Terms,
    pub(super) links: Links,
    pub(super) epoch: Option<Epoch>,
    /// The greatest number of an epoch so far, also of a match that was left for another.
    pub(super) highest: u32,
    pub(super) map: Option<Map>,
    /// Who played under the host before the one that is: any of them may have taken over.
    pub(super) elders: Roster,
}

/// A guest takes over.
#[derive(Debug)]
pub(super) struct Inheritance {
    pub(super) estate: Estate,
    /// Who is gone; the old host first.
    pub(super) lost: Vec<PeerId>,
    /// Our session of the newest epoch ran.
    pub(super) played: bool,
}

/// A host steps back.
#[derive(Debug)]
pub(super) struct Abdication {
    pub(super) estate: Estate,
    /// Who goes before it.
    pub(super) to: PeerId,
    /// The epoch we have a seat in already; else we have to ask for one.
    pub(super) order: Option<SealedEpoch>,
    /// Only our old seat is wanted, no new one.
    pub(super) only_back: bool,
}

impl Authority {
    /// Takes something that happened and returns what is to be done, in its order;
    /// see [`Host::handle`] and [`Guest::handle`].
    pub fn handle(&mut self, now: Millis, settled: &World, input: In<'_>) -> Vec<Out> {
        match self {
            Self::Host(host) => {
                let mut out = host.handle(now, settled, input);
                if let Some(abdication) = host.poll_abdication() {
                    let guest = Guest::follow(abdication, now, &mut out);
                    *self = Self::Guest(Box::new(guest));
                }
                out
            }
            Self::Guest(guest) => {
                let mut out = guest.handle(now, settled, input);
                if let Some(inheritance) = guest.poll_inheritance() {
                    let host = Host::inherit(inheritance, now, settled, &mut out);
                    *self = Self::Host(Box::new(host));
                }
                out
            }
        }
    }
}
