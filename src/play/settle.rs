//! The settled world: stepped once per tick from confirmed inputs only, so that
//! nothing it says has to be taken back within this epoch.
//!
//! It gives the World that a new epoch starts from, the hash that peers compare,
//! the scores of the report, and what is shown of an epoch that went wrong. It must never run ahead of the last confirmed frame.

use std::collections::{BTreeMap, VecDeque};

use super::fault::Flip;
use super::rollback::Rollback;
use crate::feed::Recorder;
use crate::session::testimony::ACCOUNT_TICKS;
use crate::session::{Page, PeerId};
use crate::sim::{Events, Input, MAX_SEATS, Map, World, step};

/// Settled worlds kept, the newest included.
pub const KEPT: usize = ACCOUNT_TICKS;
/// Settled ticks between two hashes of the report.
pub const REPORT_INTERVAL: u32 = 60;

/// The settled world of an epoch and its recent past.
pub struct Settle {
    world: World,
    frame: i32,
    first_tick: u32,
    kept: VecDeque<Kept>,
    /// Every input since the epoch began.
    recorder: Recorder,
    /// The first World of the rollback loop that differed from the settled one.
    torn: Option<Box<World>>,
    /// What peers said of ticks that are not settled here yet.
    open: BTreeMap<PeerId, (u32, u64)>,
    flip: Flip,
}

/// A settled world of the recent past.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The world.
    pub world: World,
    /// What peers compare of it.
    pub page: Page,
    /// What it was stepped with; nothing yet for the newest.
    pub inputs: Option<[Input; MAX_SEATS]>,
}

/// What [`Settle::follow`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Hashes compared with the rollback loop's.
    pub compared: u32,
    /// How many of them differ.
    pub differing: u32,
}

impl Settle {
    /// Settled at the first world of an epoch.
    pub fn new(world: World) -> Self {
        let mut settle = Self {
            world,
            frame: 0,
            first_tick: world.tick,
            kept: VecDeque::with_capacity(KEPT),
            recorder: Recorder::new(world),
            torn: None,
            open: BTreeMap::new(),
            flip: Flip::default(),
        };
        settle.keep();
        settle
    }

    /// The newest settled world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The hash of the newest settled world.
    pub fn hash(&self) -> u64 {
        self.kept.back().map_or(0, |kept| kept.page.world)
    }

    /// The last settled worlds, oldest first.
    pub fn kept(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }

    /// Every input since the epoch began.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The first World of the rollback loop that differed from the settled one of its tick.
    pub fn torn(&self) -> Option<&World> {
        self.torn.as_deref()
    }

    /// Steps up to what the rollback loop has confirmed. Each step's hash is
    /// compared with the rollback loop's, and `settled` is told tick and hash.
    pub fn follow(
        &mut self,
        rollback: &Rollback,
        map: &Map,
        events: &mut Events,
        mut settled: impl FnMut(u32, u64),
    ) -> Followed {
        let mut found = Followed::default();
        while self.frame < rollback.confirmed() {
            let Some(inputs) = rollback.inputs_of(self.frame) else { break };
            self.recorder.push(&self.world, inputs);
            if let Some(newest) = self.kept.back_mut() {
                newest.inputs = Some(*inputs);
            }
            step(&mut self.world, map, inputs, events);
            self.flip.touch(&mut self.world);
            self.frame += 1;
            let hash = self.keep();
            settled(self.world.tick, hash);
            if let Some(saved) = rollback.hash_of(self.frame) {
                found.compared += 1;
                found.differing += u32::from(saved != hash);
                if saved != hash && self.torn.is_none() {
                    self.torn = rollback.world_of(self.frame).map(|world| Box::new(*world));
                }
            }
        }
        found
    }

    /// A peer says that its settled world of `tick` has this hash. Whether it is
    /// the same here; `None` while that cannot be said (not settled yet, or long gone).
    pub fn compare(&mut self, peer: PeerId, tick: u32, hash: u64) -> Option<bool> {
        if tick > self.world.tick {
            self.open.insert(peer, (tick, hash));
            return None;
        }
        self.find(tick).map(|own| own == hash)
    }

    /// The comparisons that had to wait and can be made now: who, and whether it is the same.
    pub fn poll_compared(&mut self) -> Option<(PeerId, bool)> {
        let tick = self.world.tick;
        let (&peer, &(at, hash)) = self.open.iter().find(|(_, (at, _))| *at <= tick)?;
        self.open.remove(&peer);
        self.find(at).map(|own| (peer, own == hash))
    }

    /// Breaks the world of a tick on purpose.
    pub fn inject(&mut self, at: Option<u32>) {
        self.flip = Flip::new(at);
    }

    /// The tick that is still to be broken.
    pub fn fault_to_come(&self) -> Option<u32> {
        self.flip.to_come()
    }

    fn find(&self, tick: u32) -> Option<u64> {
        let newest = self.world.tick;
        let age = usize::try_from(newest.checked_sub(tick)?).ok()?;
        let index = self.kept.len().checked_sub(age + 1)?;
        debug_assert!(tick >= self.first_tick);
        self.kept.get(index).filter(|kept| kept.world.tick == tick).map(|kept| kept.page.world)
    }

    fn keep(&mut self) -> u64 {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let page = Page { world: self.world.hash(), inputs: self.recorder.hash() };
        self.kept.push_back(Kept { world: self.world, page, inputs: None });
        page.world
    }
}
