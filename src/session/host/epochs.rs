//! When the host begins an epoch, and what is in it.

use std::cmp::Reverse;

use rand_xoshiro::rand_core::Rng;

use super::super::exchange::send;
use super::super::{
    EndReason, Epoch, Heartbeat, Message, Millis, Out, PeerId, Refusal, Why, order,
};
use super::{
    ATTEMPTS, GATHER, GATHER_AT_MOST, Gone, Host, LINKS_WITHIN, Newcomer, READY_WITHIN, Stage,
};
use crate::sim::{Map, World};

impl Host {
    /// Who has to go because the epoch does not come up. Of two late guests whose
    /// sessions did not shake hands, the one that gets along with fewer peers, else
    /// the one who came last; and whoever is late without such an excuse.
    fn late(&self, now: Millis) -> Vec<(PeerId, Refusal)> {
        let Some(epoch) = &self.epoch else { return Vec::new() };
        let (me, roster) = (self.config.me, &epoch.roster);
        let beat = |a: PeerId| match self.links.get(a) {
            _ if a == me => Heartbeat {
                hears: self.links.hears_mask(now, roster, me),
                shaken: self.links.shaken_mask(epoch.id, roster, me),
                ..Heartbeat::default()
            },
            Some(link) => link.beat_in(epoch.id),
            None => Heartbeat::default(),
        };
        let bits =
            |b: PeerId| roster.local_seats(b).iter().fold(0u8, |mask, seat| mask | 1 << seat);
        let hear =
            |a: PeerId, b: PeerId| bits(b) & !beat(a).hears == 0 && bits(a) & !beat(b).hears == 0;
        let shaken = |a: PeerId, b: PeerId| {
            let done = |a, b| self.ready.contains(&a) || bits(b) & !beat(a).shaken == 0;
            done(a, b) && done(b, a)
        };
        let all = roster.peers();
        let others = |a: PeerId| all.iter().copied().filter(move |&b| b != a);
        let gaps = |a: PeerId| {
            let deaf = others(a).filter(|&b| !hear(a, b)).count();
            deaf + others(a).filter(|&b| !shaken(a, b)).count()
        };
        let age = |a: PeerId| self.seniority.iter().position(|&peer| peer == a);
        let mut late: Vec<PeerId> = others(me).filter(|p| !self.ready.contains(p)).collect();
        // The first to go stands first.
        late.sort_by_key(|&a| Reverse((gaps(a), age(a))));
        let mut gone: Vec<(PeerId, Refusal)> = Vec::new();
        for (at, &a) in late.iter().enumerate() {
            let stays = |b: &PeerId| late.iter().skip(at + 1).any(|later| later == b);
            let blocks = late.iter().any(|b| stays(b) && !(hear(a, *b) && shaken(a, *b)));
            let excused = gone.iter().any(|&(b, _)| !(hear(a, b) && shaken(a, b)));
            if blocks || !excused {
                let deaf_to = others(a).find(|&b| !hear(a, b)).and_then(|b| roster.name_of(b));
                let why = deaf_to.cloned().map_or(Refusal::NotReady, Refusal::NoLink);
                gone.push((a, why));
            }
        }
        gone
    }

    /// Begins the epoch that is due, if one is; `wanted` is the player's wish.
    pub(super) fn advance(
        &mut self,
        now: Millis,
        settled: &World,
        wanted: Option<(Why, Option<[u64; 2]>)>,
        out: &mut Vec<Out>,
    ) {
        if let Some((why, seeds)) = wanted {
            return self.fresh_match(now, settled, why, seeds, out);
        }
        if self.heal.is_due() && self.leaving.is_empty() {
            return self.next_epoch(now, settled, out);
        }
        match self.stage {
            Stage::Lobby => {
                if self.starts_by_itself(now) {
                    self.fresh_match(now, settled, Why::Start, None, out);
                }
            }
            Stage::Starting { since } => {
                if self.leaving.is_empty() && self.everyone_ready() {
                    self.stage = Stage::Running;
                    self.attempts = 0;
                    return self.advance(now, settled, None, out);
                }
                let mut again = false;
                if self.leaving.is_empty() && now >= since + READY_WITHIN {
                    for (peer, why) in self.late(now) {
                        self.depart(now, peer, Gone::Dropped(why), out);
                    }
                    if self.leaving.is_empty() {
                        self.attempts += 1;
                        again = true;
                    }
                }
                if self.attempts >= ATTEMPTS {
                    self.end(EndReason::CannotStart, out);
                } else if again || !self.leaving.is_empty() {
                    self.next_epoch(now, settled, out);
                }
            }
            Stage::Running => {
                self.turn_away(now, out);
                if !self.leaving.is_empty() || self.gathered(now) {
                    self.next_epoch(now, settled, out);
                }
            }
            Stage::Ended => {}
        }
    }

    fn starts_by_itself(&mut self, now: Millis) -> bool {
        let enough = self.config.auto_start.is_some_and(|n| self.roster.players().count() >= n);
        if !enough {
            self.filled = None;
            return false;
        }
        let filled = *self.filled.get_or_insert(now);
        let guests = self.members();
        let all = self.roster.active().fold(0u8, |mask, (seat, _)| mask | 1 << seat);
        let linked =
            |peer: &PeerId| self.links.get(*peer).is_some_and(|l| all & !l.hears_in(0) == 0);
        guests.iter().all(linked) || now >= filled + LINKS_WITHIN
    }

    fn everyone_ready(&self) -> bool {
        self.roster().peers().iter().all(|peer| self.ready.contains(peer))
    }

    /// Whether the newcomers who can come in should come in now.
    fn gathered(&self, now: Millis) -> bool {
        let mut linked = self.queue.iter().filter(|n| self.is_linked(n.peer));
        let Some(first) = linked.next() else { return false };
        let together = |n: &&Newcomer| n.came <= first.came + GATHER;
        let complete = self.queue.iter().filter(together).all(|n| self.is_linked(n.peer));
        now >= first.came + if complete { GATHER } else { GATHER_AT_MOST }
    }

    /// Whether a newcomer hears everyone who plays.
    fn is_linked(&self, peer: PeerId) -> bool {
        let all = self.roster().active().fold(0u8, |mask, (seat, _)| mask | 1 << seat);
        self.links.get(peer).is_some_and(|link| all & !link.hears_in(0) == 0)
    }

    /// Newcomers without a line to somebody who plays: nobody has to stop for them.
    fn turn_away(&mut self, now: Millis, out: &mut Vec<Out>) {
        let stuck = |n: &&Newcomer| now >= n.came + LINKS_WITHIN && !self.is_linked(n.peer);
        let peers: Vec<PeerId> = self.queue.iter().filter(stuck).map(|n| n.peer).collect();
        for peer in peers {
            let heard = self.links.get(peer).map_or(0, |link| link.hears_in(0));
            let missing = self.roster().active().find(|(seat, _)| heard >> seat & 1 == 0);
            let why = missing.map_or(Refusal::NotReady, |(_, p)| Refusal::NoLink(p.name.clone()));
            self.depart(now, peer, Gone::Dropped(why), out);
        }
    }

    fn fresh_match(
        &mut self,
        now: Millis,
        settled: &World,
        why: Why,
        seeds: Option<[u64; 2]>,
        out: &mut Vec<Out>,
    ) {
        let mut roster = self.roster().clone();
        for peer in std::mem::take(&mut self.leaving) {
            roster.remove(peer);
        }
        self.conduct.take();
        roster.remove_parked();
        let newcomers = std::mem::take(&mut self.queue);
        let seated = self.seat(now, &newcomers, &mut roster, &mut None);
        seated.tell(&roster, out);
        self.roster = roster.clone();
        self.epoch = None;
        self.eager.clear();
        self.attempts = 0;
        let seeds = seeds.unwrap_or_else(|| [self.rng.next_u64(), self.rng.next_u64()]);
        let rules = self.rules();
        self.map = Some(Map::generate(seeds, &rules));
        let host = self.config.me;
        self.begin(
            now,
            settled,
            Epoch { id: 0, why, host, seeds, rules, roster, world: None },
            out,
        );
    }

    /// The same match with those who came and without those who went.
    pub(super) fn next_epoch(&mut self, now: Millis, settled: &World, out: &mut Vec<Out>) {
        let (Some(old), Some(map)) = (&self.epoch, &self.map) else { return };
        let mut world = self.newest_world(old, settled);
        let mut roster = old.roster.clone();
        for &peer in &self.leaving {
            match &mut world {
                None => roster.remove(peer),
                Some(world) => self.vacate(peer, &mut roster, world),
            }
        }
        let left = !std::mem::take(&mut self.leaving).is_empty();
        let heals = self.heal.take() && !left;
        let drops = self.conduct.take();
        let mut why = match (self.inherits, left, heals) {
            (true, ..) => Why::Migration,
            (_, true, _) if drops => Why::Dropped,
            (_, true, _) => Why::Leave,
            (_, _, true) => Why::Desync,
            _ => old.why,
        };
        // To be put right is urgent: who plays stays the same.
        let (enter, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut self.queue)
            .into_iter()
            .partition(|n| !heals && self.is_linked(n.peer));
        self.queue = stay;
        let seated = self.seat(now, &enter, &mut roster, &mut world);
        if let Some(world) = &mut world {
            seated.seats.iter().for_each(|seat| world.enter(map, *seat));
        }
        if !seated.seats.is_empty() && !left && !self.inherits {
            why = if seated.is_new { Why::Join } else { Why::Rejoin };
        }
        seated.tell(&roster, out);
        let epoch = Epoch { why, roster, world: world.map(Box::new), ..old.clone() };
        self.begin(now, settled, epoch, out);
    }

    /// Where play goes on: the settled World if the epoch got anywhere, else what it began with.
    fn newest_world(&self, epoch: &Epoch, settled: &World) -> Option<World> {
        let played = self.ready.contains(&self.config.me)
            && settled.seeds == epoch.seeds
            && settled.rules == epoch.rules
            && settled.tick > epoch.tick();
        if played { Some(*settled) } else { epoch.world.as_deref().copied() }
    }

    fn begin(&mut self, now: Millis, settled: &World, epoch: Epoch, out: &mut Vec<Out>) {
        let seat = epoch.roster.seat_of(self.config.me).unwrap_or(0);
        let number = if std::mem::take(&mut self.inherits) { order::after } else { order::next };
        let Some(id) = number(self.last_id, seat) else {
            return self.end(EndReason::CannotStart, out);
        };
        self.last_id = id;
        self.colours
            .retain(|(peer, _), _| self.queue.iter().any(|newcomer| newcomer.peer == *peer));
        let epoch = Epoch { id: self.last_id, ..epoch };
        self.away.note(now, &epoch.roster);
        self.ready.clear();
        self.stage = Stage::Starting { since: now };
        let begin = Message::Begin(Box::new(epoch.seal()));
        for peer in epoch.roster.peers().into_iter().filter(|&peer| peer != self.config.me) {
            send(peer, &begin, out);
        }
        self.epoch = Some(epoch.clone());
        let lobby = Message::Lobby(Box::new(self.lobby(settled)));
        for newcomer in &self.queue {
            send(newcomer.peer, &lobby, out);
        }
        out.push(Out::Begin(Box::new(epoch)));
    }
}
