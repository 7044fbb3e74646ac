//! Plays an evidence file again, from the World of its epoch with its inputs, and compares what
//! its peers settled with that: since when who is wrong, and in which field.

use std::fmt;

use super::evidence::{Evidence, Testimony};
use super::tape::{self, Tape};
use crate::session::testimony::EXHIBIT_TICKS;
use crate::session::{Build, PeerId, Source, Why};
use crate::sim::snapshot::{self, Difference};
use crate::sim::{Events, Input, Map, World, step};

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The epoch's number, and what had made it necessary.
    pub epoch: (u32, Why),
    /// The tick the replay begins at, and the one it ends at.
    pub ticks: (u32, u32),
    /// Who wrote it.
    pub writer: Player,
    /// Whose Worlds the replay does not lead to, by the tick since when.
    pub departures: Vec<Departure>,
    /// Whose Worlds are all those of the replay.
    pub agreeing: Vec<Player>,
    /// Whether the others had the inputs of who wrote the file.
    pub inputs: Inputs,
}

/// A peer of the epoch, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// Its peer.
    pub peer: PeerId,
    /// Its first seat; `None` for somebody who is not in the roster.
    pub seat: Option<u8>,
    /// The name of the player there.
    pub name: String,
}

/// A World that the replay does not lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Whose.
    pub player: Player,
    /// Which of its Worlds.
    pub source: Source,
    /// The first tick of which that is known.
    pub tick: u32,
    /// Whether the World of the tick before is known to be right.
    pub exact: bool,
    /// The tick of a World in the file, its first field that differs, what the replay has there
    /// (`a`) and what the World has (`b`). `None` if that World did not get into the file.
    pub shown: Option<(u32, Difference)>,
}

/// Whether all had the same inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Nobody else's account is in the file.
    Unknown,
    /// All that led to the Worlds up to this tick were the same, for so many other peers.
    Same {
        /// The newest tick they could be compared at.
        upto: u32,
        /// Peers compared with.
        peers: usize,
    },
    /// They were not.
    Differ {
        /// Who had others than the writer.
        player: Player,
        /// The first tick that they differ for, or one after it.
        tick: u32,
        /// The seat, what the writer had for it, and what the other had; `None` if that did
        /// not get into the file.
        shown: Option<(u8, Input, Input)>,
    },
}

/// Why a file explains nothing. One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// The file is from a build that plays differently.
    OtherBuild(Build),
    /// All Worlds in the file are those of the replay.
    NoDifference {
        /// Peers whose account is in the file.
        peers: usize,
    },
}

/// Plays the evidence again; `fingerprint` is this build's.
///
/// # Errors
/// See [`Unexplained`].
pub fn explain(evidence: &Evidence, map: &Map, fingerprint: u64) -> Result<Findings, Unexplained> {
    if evidence.fingerprint != fingerprint {
        return Err(Unexplained::OtherBuild(evidence.build.clone()));
    }
    let mut witnesses: Vec<Witness<'_>> = evidence.testimonies.iter().map(Witness::new).collect();
    let mut world = evidence.start;
    let mut events = Events::new();
    witnesses.iter_mut().for_each(|witness| witness.look(&world));
    for inputs in evidence.tapes.iter().flat_map(Tape::iter) {
        events.clear();
        step(&mut world, map, &inputs, &mut events);
        witnesses.iter_mut().for_each(|witness| witness.look(&world));
    }
    // Somebody may have settled a little more than who wrote the file.
    for _ in 0..EXHIBIT_TICKS {
        let Some(inputs) = shown_inputs(evidence, world.tick) else { break };
        events.clear();
        step(&mut world, map, inputs, &mut events);
        witnesses.iter_mut().for_each(|witness| witness.look(&world));
    }
    let (mut departures, mut agreeing) = (Vec::new(), Vec::new());
    for witness in witnesses {
        let player = player(evidence, witness.testimony.peer);
        let found = witness.departures(&player, evidence.start.tick);
        if found.is_empty() {
            agreeing.push(player);
        }
        departures.extend(found);
    }
    departures.sort_by_key(|departure| (departure.tick, departure.player.seat));
    let inputs = compare_inputs(evidence);
    if departures.is_empty() && !matches!(inputs, Inputs::Differ { .. }) {
        return Err(Unexplained::NoDifference { peers: evidence.testimonies.len() });
    }
    Ok(Findings {
        epoch: (evidence.epoch.id, evidence.epoch.why),
        ticks: (evidence.start.tick, world.tick),
        writer: player(evidence, evidence.me),
        departures,
        agreeing,
        inputs,
    })
}

/// The inputs that anybody shows for a tick.
fn shown_inputs(evidence: &Evidence, tick: u32) -> Option<&tape::Inputs> {
    let mut exhibits = evidence.testimonies.iter().flat_map(|testimony| &testimony.exhibits);
    exhibits.find_map(|exhibit| exhibit.inputs_at(tick))
}

/// What the replay says about one peer.
struct Witness<'a> {
    testimony: &'a Testimony,
    /// The first tick of another World than the replay's.
    departed: Option<u32>,
    /// The first exhibit of each source that differs from the replay.
    shown: Vec<(Source, u32, Difference)>,
}

impl<'a> Witness<'a> {
    fn new(testimony: &'a Testimony) -> Self {
        Self { testimony, departed: None, shown: Vec::new() }
    }

    /// The replay has come to this World.
    fn look(&mut self, world: &World) {
        if self.departed.is_none()
            && let Some(page) = self.testimony.account.page(world.tick)
            && page.world != world.hash()
        {
            self.departed = Some(world.tick);
        }
        for exhibit in self.testimony.exhibits.iter().filter(|e| e.tick == world.tick) {
            let known = self.shown.iter().any(|(source, ..)| *source == exhibit.source);
            if !known && let Some(difference) = snapshot::difference(world, &exhibit.world()) {
                self.shown.push((exhibit.source, world.tick, difference));
            }
        }
    }

    fn departures(&self, player: &Player, start: u32) -> Vec<Departure> {
        let account = &self.testimony.account;
        let shown_of = |source| {
            let found = self.shown.iter().find(|(of, ..)| *of == source);
            found.map(|(_, tick, difference)| (*tick, difference.clone()))
        };
        let of = |source, tick, exact| {
            let shown = shown_of(source);
            Departure { player: player.clone(), source, tick, exact, shown }
        };
        let settled = self.departed.map(|tick| {
            of(Source::Settled, tick, tick > account.first || tick <= start.saturating_add(1))
        });
        // A World of the rollback loop is only shown where it is another than the settled one.
        let predicted = shown_of(Source::Predicted)
            .map(|(tick, _)| of(Source::Predicted, tick, account.torn == Some(tick)));
        settled.into_iter().chain(predicted).collect()
    }
}

fn compare_inputs(evidence: &Evidence) -> Inputs {
    let Some((own, others)) = evidence.testimonies.split_first() else { return Inputs::Unknown };
    let mut same = None;
    let mut peers = 0;
    for other in others {
        if let Some(tick) = own.account.first_inputs(&other.account) {
            // Inputs lead to the World of the tick after theirs.
            let at = tick.saturating_sub(1);
            let shown = |of: &Testimony| of.exhibits.iter().find_map(|e| e.inputs_at(at).copied());
            let shown = shown(own).zip(shown(other)).and_then(|(a, b)| {
                let pairs = a.into_iter().zip(b);
                (0..).zip(pairs).find(|(_, (a, b))| a != b).map(|(seat, (a, b))| (seat, a, b))
            });
            let player = player(evidence, other.peer);
            return Inputs::Differ { player, tick: at, shown };
        }
        let both = |(tick, _): &(u32, _)| other.account.page(*tick).is_some();
        if let Some((tick, _)) = own.account.ticks().filter(both).last() {
            same = same.max(Some(tick));
            peers += 1;
        }
    }
    same.map_or(Inputs::Unknown, |upto| Inputs::Same { upto, peers })
}

fn player(evidence: &Evidence, peer: PeerId) -> Player {
    let roster = &evidence.epoch.roster;
    let seat = roster.seat_of(peer);
    let name = roster.name_of(peer).map_or_else(|| peer.to_string(), |name| name.to_string());
    Player { peer, seat, name }
}

impl fmt::Display for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seat {
            Some(seat) => write!(f, "{} (seat {seat})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((epoch, why), (from, to)) = (self.epoch, self.ticks);
        writeln!(f, "Epoch {epoch} ({why}), ticks {from} to {to}, written by {}.", self.writer)?;
        for departure in &self.departures {
            writeln!(f, "{departure}")?;
        }
        writeln!(f, "{}", self.inputs)?;
        let names = |players: &mut dyn Iterator<Item = &Player>| {
            let mut names: Vec<String> = players.map(Player::to_string).collect();
            names.dedup();
            names.join(", ")
        };
        let wrong = names(&mut self.departures.iter().map(|departure| &departure.player));
        match (&self.inputs, self.agreeing.is_empty()) {
            (Inputs::Differ { .. }, _) => f.write_str(
                "Verdict: the Worlds differ because the inputs did; a fault of the exchange, not \
                 of the rules.",
            ),
            (_, true) => f.write_str(
                "Verdict: nobody's World is that of the replay; this build plays differently \
                 from theirs, or the recorded inputs are not those that were played.",
            ),
            (_, false) => {
                let right = names(&mut self.agreeing.iter());
                write!(f, "Verdict: {wrong} went wrong; the replay agrees with {right}.")
            }
        }
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { player, source, tick, exact, shown } = self;
        let since = if *exact { "at" } else { "at or before" };
        write!(f, "{player}, {source} World: first difference {since} tick {tick}")?;
        match shown {
            Some((at, Difference { field, a, b })) => {
                if at != tick {
                    write!(f, ", seen at tick {at}")?;
                }
                write!(f, ", {field}: {b} there, {a} in the replay.")
            }
            None => f.write_str("; that World did not get into this file."),
        }
    }
}

impl fmt::Display for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Inputs: nobody else's are in this file."),
            Self::Same { upto, peers: 1 } => {
                write!(f, "Inputs: the same on both sides up to tick {upto}.")
            }
            Self::Same { upto, peers } => {
                write!(f, "Inputs: the same on all {} sides up to tick {upto}.", peers + 1)
            }
            Self::Differ { player, tick, shown } => {
                write!(f, "Inputs: {player} had others than the writer at tick {tick}")?;
                match shown {
                    Some((seat, own, theirs)) => write!(
                        f,
                        ": seat {seat} held {:#06x} and aimed at {} there, {:#06x} and {} here.",
                        theirs.held, theirs.aim, own.held, own.aim
                    ),
                    None => f.write_str(", or before."),
                }
            }
        }
    }
}

impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherBuild(build) => write!(
                f,
                "is from a build that plays differently ({build}): look at it with that build"
            ),
            Self::NoDifference { peers: 1 } => f.write_str(
                "holds no difference, and only one player's Worlds: ask the others for theirs",
            ),
            Self::NoDifference { peers } => write!(
                f,
                "holds no difference: the Worlds of its {peers} players are all those of the replay"
            ),
        }
    }
}

impl std::error::Error for Unexplained {}
