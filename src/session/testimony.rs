//! What peers whose Worlds differed tell each other, so that each can show both Worlds.
//!
//! First an [`Account`]: what the last ticks of the epoch came to. Two accounts say since when
//! two peers differ; then each shows the other its World of that tick, an [`Exhibit`]. Both are
//! claims: nothing here is played, and a World in an exhibit may be broken in any way.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::epoch::WorldBytes;
use crate::sim::{Input, MAX_SEATS, World};

/// Most ticks of an account.
pub const ACCOUNT_TICKS: usize = 64;
/// Most ticks of inputs in an exhibit.
pub const EXHIBIT_TICKS: usize = 16;

/// What one tick came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Hash of the settled World.
    pub world: u64,
    /// Hash of all inputs since the epoch began that led to it, in their order.
    pub inputs: u64,
}

/// What a peer settled in the last ticks of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The epoch's number.
    pub epoch: u32,
    /// The World's tick of the first page; the others follow without a gap.
    pub first: u32,
    /// At most [`ACCOUNT_TICKS`].
    #[serde(with = "pages")]
    pub pages: Vec<Page>,
    /// The first tick whose World came out differently in the peer's own rollback loop.
    pub torn: Option<u32>,
}

/// Where a World comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// From confirmed inputs only.
    Settled,
    /// From the rollback loop.
    Predicted,
}

/// A World of a peer, and the inputs around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhibit {
    /// The epoch's number.
    pub epoch: u32,
    /// Where the World comes from.
    pub source: Source,
    /// The World's tick.
    pub tick: u32,
    world: WorldBytes,
    /// The tick that `inputs` begin at: the first of them is what the World of that tick was
    /// stepped with.
    pub first: u32,
    /// By seat, at most [`EXHIBIT_TICKS`].
    #[serde(with = "inputs")]
    pub inputs: Vec<[Input; MAX_SEATS]>,
}

impl Account {
    /// What the World of a tick came to, if the account goes so far back.
    pub fn page(&self, tick: u32) -> Option<Page> {
        let index = usize::try_from(tick.checked_sub(self.first)?).ok()?;
        self.pages.get(index).copied()
    }

    /// All pages with their ticks.
    pub fn ticks(&self) -> impl Iterator<Item = (u32, Page)> {
        let pages = (0u32..).zip(self.pages.iter().copied());
        pages.filter_map(|(after, page)| Some((self.first.checked_add(after)?, page)))
    }

    /// The first tick that both tell of and that `differs` in.
    pub fn first_tick(&self, other: &Self, differs: impl Fn(Page, Page) -> bool) -> Option<u32> {
        let both = |(tick, own)| Some((tick, own, other.page(tick)?));
        let found = self.ticks().filter_map(both).find(|(_, own, theirs)| differs(*own, *theirs));
        found.map(|(tick, ..)| tick)
    }

    /// The first tick whose Worlds differ.
    pub fn first_world(&self, other: &Self) -> Option<u32> {
        self.first_tick(other, |a, b| a.world != b.world)
    }

    /// The first tick whose Worlds came from different inputs.
    pub fn first_inputs(&self, other: &Self) -> Option<u32> {
        self.first_tick(other, |a, b| a.inputs != b.inputs)
    }
}

impl Exhibit {
    /// A World, and inputs from the tick `first` on.
    pub fn new(
        epoch: u32,
        source: Source,
        world: &World,
        first: u32,
        inputs: Vec<[Input; MAX_SEATS]>,
    ) -> Self {
        Self { epoch, source, tick: world.tick, world: WorldBytes::of(world), first, inputs }
    }

    /// The World as it is shown: of any content, to be looked at and never to be stepped.
    pub fn world(&self) -> World {
        self.world.as_shown()
    }

    /// The inputs that the World of a tick was stepped with, if the exhibit has them.
    pub fn inputs_at(&self, tick: u32) -> Option<&[Input; MAX_SEATS]> {
        self.inputs.get(usize::try_from(tick.checked_sub(self.first)?).ok()?)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settled => "settled",
            Self::Predicted => "predicted",
        })
    }
}

/// Pages as bytes, so that a length that lies costs nothing.
mod pages {
    use super::{ACCOUNT_TICKS, Page};
    use serde::{Deserializer, Serializer};

    const LEN: usize = 16;

    pub(super) fn serialize<S: Serializer>(pages: &[Page], s: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = pages
            .iter()
            .flat_map(|page| [page.world.to_le_bytes(), page.inputs.to_le_bytes()])
            .flatten()
            .collect();
        s.serialize_bytes(&bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Page>, D::Error> {
        d.deserialize_bytes(super::Items(LEN, ACCOUNT_TICKS, |bytes: &[u8]| {
            let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
            let (world, inputs) = bytes.split_at_checked(8).unwrap_or_default();
            Page { world: word(world), inputs: word(inputs) }
        }))
    }
}

/// Inputs as bytes.
mod inputs {
    use super::{EXHIBIT_TICKS, Input, MAX_SEATS};
    use serde::{Deserializer, Serializer};

    type Inputs = [Input; MAX_SEATS];

    pub(super) fn serialize<S: Serializer>(inputs: &[Inputs], s: S) -> Result<S::Ok, S::Error> {
        let words = inputs.iter().flatten().flat_map(|input| [input.held, input.aim]);
        s.serialize_bytes(&words.flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Inputs>, D::Error> {
        d.deserialize_bytes(super::Items(4 * MAX_SEATS, EXHIBIT_TICKS, |bytes: &[u8]| {
            let mut inputs = Inputs::default();
            for (input, bytes) in inputs.iter_mut().zip(bytes.chunks_exact(4)) {
                if let &[a, b, c, d] = bytes {
                    let [held, aim] = [[a, b], [c, d]].map(u16::from_le_bytes);
                    *input = Input { held, aim };
                }
            }
            inputs
        }))
    }
}

/// Reads a list of things of so many bytes each, at most so many.
struct Items<F>(usize, usize, F);

impl<'de, T, F: Fn(&[u8]) -> T> serde::de::Visitor<'de> for Items<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} times {} bytes", self.1, self.0)
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
        let items = bytes.chunks_exact(self.0);
        if items.len() > self.1 || !items.remainder().is_empty() {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(items.map(self.2).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(first: u32, worlds: &[u64]) -> Account {
        let pages = worlds.iter().map(|&world| Page { world, inputs: 1 }).collect();
        Account { epoch: 1, first, pages, torn: None }
    }

    #[test]
    fn first_difference_is_looked_for_where_both_tell() {
        let (a, b) = (account(10, &[1, 2, 3, 4]), account(11, &[2, 3, 5, 6]));
        assert_eq!(a.first_world(&b), Some(13));
        assert_eq!(b.first_world(&a), Some(13));
        assert_eq!(a.first_inputs(&b), None);
        assert_eq!(a.first_world(&account(90, &[7])), None);
        assert_eq!(account(u32::MAX, &[1, 2]).first_world(&a), None);
    }

    #[test]
    fn more_ticks_than_allowed_are_refused() {
        let mut longest = account(0, &[9; ACCOUNT_TICKS]);
        let bytes = |account: &Account| postcard::to_allocvec(account).unwrap();
        assert_eq!(postcard::from_bytes(&bytes(&longest)), Ok(longest.clone()));
        longest.pages.push(Page::default());
        assert!(postcard::from_bytes::<Account>(&bytes(&longest)).is_err());
    }
}
