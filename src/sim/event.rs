//! What happened in a tick, told to whoever draws, sounds or records it.
//! Events never influence the simulation.

use super::map::Tile;
use super::math::{Angle, Vec2};
use super::rules::Ammo;

/// Something that happened in one tick. Seats are indices below `MAX_SEATS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The countdown is over; inputs count from the next tick on.
    Started,
    /// The time is up; nothing moves any more.
    Ended,
    /// A tank fired; `shell` is the slot of the new shell.
    Fired {
        /// Who fired.
        seat: u8,
        /// What.
        ammo: Ammo,
        /// Slot of the shell in the World.
        shell: u8,
        /// The muzzle.
        at: Vec2,
        /// The way it flies.
        direction: Angle,
    },
    /// Fire was pressed with none of the selected rounds left.
    Dry {
        /// Whose gun.
        seat: u8,
    },
    /// The gun can fire again.
    Reloaded {
        /// Whose gun.
        seat: u8,
    },
    /// Another kind of ammunition was selected.
    Selected {
        /// Who selected.
        seat: u8,
        /// The kind.
        ammo: Ammo,
    },
    /// A shell ended without hurting a tank.
    Stopped {
        /// Slot of the shell.
        shell: u8,
        /// What it was.
        ammo: Ammo,
        /// Where.
        at: Vec2,
        /// What stopped it.
        by: Stop,
    },
    /// A tree fell.
    Felled {
        /// Where it stood.
        tile: Tile,
    },
    /// A shell hit a tank.
    Hit {
        /// Slot of the shell.
        shell: u8,
        /// What it was.
        ammo: Ammo,
        /// Who fired it.
        by: u8,
        /// Who was hit.
        seat: u8,
        /// Where.
        at: Vec2,
        /// Hit points left; 0 means destroyed.
        left: u8,
    },
    /// A tank was destroyed.
    Destroyed {
        /// Whose tank.
        seat: u8,
        /// Who fired the shell that did it.
        by: u8,
        /// Where.
        at: Vec2,
    },
    /// A tank came (back) onto the map.
    Spawned {
        /// Whose tank.
        seat: u8,
        /// Where.
        at: Vec2,
    },
    /// A crate appeared.
    Appeared {
        /// Index of the place in the map's list of crate places.
        spot: u8,
        /// What it holds.
        crate_kind: Crate,
    },
    /// A tank took a crate.
    Taken {
        /// Who.
        seat: u8,
        /// Index of the place in the map's list of crate places.
        spot: u8,
        /// What it held.
        crate_kind: Crate,
    },
}

/// What stopped a shell without being hurt by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The wall around the map.
    Wall,
    /// A rock.
    Rock,
    /// A tree, which may have fallen.
    Tree,
    /// A tank under spawn protection.
    Shield,
}

/// What a crate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crate {
    /// Ten regular rounds and one armour-piercing.
    Ammo = 1,
    /// Thirty hit points.
    Repair = 2,
}

/// What a stream of events says when some of it may have to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It happened in the predicted World of this tick.
    Happened(u32, Event),
    /// What was told to have happened after this tick is taken back; what is still true is
    /// told again after this.
    Rewound(u32),
    /// It happened in the settled World of this tick and is never taken back.
    Settled(u32, Event),
}

/// The events of the ticks stepped since it was last cleared, each with its tick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    tick: u32,
    list: Vec<(u32, Event)>,
    /// Where in the list a rollback began, and the tick it went back to.
    rewinds: Vec<(usize, u32)>,
}

impl Events {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all events, keeps the memory.
    pub fn clear(&mut self) {
        self.list.clear();
        self.rewinds.clear();
    }

    /// A rollback: what follows are the events after this tick, told again.
    pub fn rewind(&mut self, tick: u32) {
        self.rewinds.push((self.list.len(), tick));
    }

    /// The events and the rollbacks between them, in order.
    pub fn told(&self) -> impl Iterator<Item = Told> {
        (0..=self.list.len()).flat_map(|i| {
            let rewinds = self.rewinds.iter().filter(move |(at, _)| *at == i);
            let event = self.list.get(i).map(|(tick, event)| Told::Happened(*tick, *event));
            rewinds.map(|(_, tick)| Told::Rewound(*tick)).chain(event)
        })
    }

    /// The events in order, each with the tick of the World that it led to.
    pub fn iter(&self) -> impl Iterator<Item = &(u32, Event)> {
        self.list.iter()
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn begin(&mut self, tick: u32) {
        self.tick = tick;
    }

    pub(super) fn push(&mut self, event: Event) {
        self.list.push((self.tick, event));
    }
}
