//! Many rooms with random joins, goodbyes, crashes, cut lines and liars. The
//! invariants of every moment are asserted by the room itself; here is what must
//! be so once the faults stop.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use tankwarz::session::guest::LOOK_WITHIN;
use tankwarz::session::{
    BotLevel, Colour, Epoch, HostConfig, In, Kind, Message, Notice, PeerId, State, Token,
};
use tankwarz::sim::RuleSet;

use super::room::{Node, Room, name};

/// Faults happen until here.
const STORM: u64 = 16_000;
/// Silence is noticed (5 s), an epoch without a session is given up (5 s), and the
/// next one comes up.
const CALM: u64 = 12_000;
/// The same, and who lost its host and finds no other gives up (15 s).
const LONG_CALM: u64 = 25_000;

/// From this seed on people change their minds about colours, names, rules and bots, too.
const MOODY: u64 = 9000;

struct Dice(Xoshiro256PlusPlus);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n
    }

    fn pick(&mut self, from: &[PeerId]) -> Option<PeerId> {
        (!from.is_empty()).then(|| from[self.below(from.len() as u64) as usize])
    }
}

#[derive(Debug, Default)]
struct Seen {
    epochs: usize,
    joins: usize,
    rejoins: usize,
    leaves: usize,
    rematches: usize,
    desyncs: usize,
    forged: usize,
    together: usize,
    migrations: usize,
    steps_back: usize,
    /// Machines at which two people play at the end.
    couches: usize,
    /// Machines with two people that came back with both.
    couches_back: usize,
    /// Machines with a seat for the first and none for the second.
    alone: usize,
    old_hosts: usize,
    matches: usize,
    /// Rosters in which somebody has a colour other than the seat's.
    painted: usize,
}

/// Whoever hosts, the first one first.
fn hosts(room: &Room, all: &[PeerId]) -> Vec<PeerId> {
    all.iter().copied().filter(|&peer| room.hosts(peer)).collect()
}

/// With `mortal` the host can fall, too; with `couches` two people play at some machines.
fn storm(seed: u64, mortal: bool, couches: bool, seen: &mut Seen) {
    let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut room = Room::new(seed);
    let least = 5 + dice.below(60);
    room.delay = (least, least + dice.below(60));
    let config = Room::config(2 + dice.below(7) as usize);
    let fill = seed.is_multiple_of(3).then_some(BotLevel::Easy);
    let second = (couches && seed.is_multiple_of(4)).then(|| name("Eve"));
    let host = room.host(HostConfig { seed, fill, second, ..config });
    let liar = room.puppet();
    // Everyone but the host; with `mortal` the first host is one of many.
    let (first, mut guests, mut here) = (host, Vec::<PeerId>::new(), vec![host]);
    let mut tokens: Vec<Token> = Vec::new();
    let mut moods = Dice(Xoshiro256PlusPlus::seed_from_u64(!seed));
    let mut started = false;
    while room.now < STORM {
        room.run(16 * (1 + dice.below(40)));
        here.retain(|&peer| room.state(peer) != State::Ended);
        let led = hosts(&room, &here);
        let Some(host) = dice.pick(&led) else { break };
        let host = if mortal || !led.contains(&first) { host } else { first };
        guests.clone_from(&here);
        guests.retain(|&guest| guest != host && (mortal || guest != first));
        let someone = dice.pick(&guests);
        if seed >= MOODY {
            wish(&mut room, &mut moods, &here);
        }
        let keeper = dice.pick(if mortal { &here } else { &guests });
        if let Some(token) = keeper.and_then(|peer| room.token(peer)) {
            tokens.insert(0, token);
            tokens.truncate(6);
        }
        match dice.below(if mortal { 30 } else { 24 }) {
            0..=4 | 28 | 29 if here.len() < 8 => {
                let newcomer = room.coming_peer();
                if let (Some(other), 0) = (someone, dice.below(6)) {
                    room.never_link(newcomer, other);
                }
                let called = ["Ann", "Bob", "Cid"][dice.below(3) as usize];
                // Some were here before; some bring a token that another one shows already.
                let at = dice.below(2 * tokens.len() as u64 + 1) as usize;
                let token = tokens.get(at).copied();
                here.push(match couches && newcomer.0.is_multiple_of(2) {
                    true => room.two_guests([called, "Eve"], token),
                    false => room.guest_with(called, token),
                });
            }
            5..=8 if !started && (!mortal || here.len() > 2) => {
                started = true;
                room.command(host, In::Start);
            }
            9 => {
                if let Some(guest) = someone {
                    room.command(guest, In::Leave);
                }
            }
            10 => {
                if let Some(guest) = someone {
                    let signalled = dice.below(2) == 0;
                    room.kill(guest, signalled);
                }
            }
            11 => {
                if let (Some(a), Some(b)) = (someone, dice.pick(&guests)) {
                    room.cut(a, if a == b { host } else { b });
                }
            }
            12 => {
                if let Some(guest) = someone {
                    room.cut_off(guest);
                }
            }
            13..=15 if !mortal || dice.below(3) == 0 => room.heal(),
            16 if started => room.command(host, In::Rematch { seeds: None }),
            17 => {
                if let Some(guest) = someone {
                    room.command(host, In::SignallingLeft(guest));
                }
            }
            18..=20 => {
                lie(&mut room, &mut dice, liar, host, &guests);
                seen.forged += 1;
            }
            21 | 22 => {
                if let (Some(guest), true) = (someone, started) {
                    let (who, from) =
                        if dice.below(2) == 0 { (host, guest) } else { (guest, host) };
                    if let Some((_, epoch, _)) = room.node(who).begun.last() {
                        let epoch = epoch.id;
                        room.command(who, In::Desync { peer: from, epoch, tick: 0 });
                    }
                }
            }
            24 | 25 if started => {
                // What it leaves behind, others show as theirs later.
                tokens.extend(room.token(host));
                match dice.below(5) {
                    0 => room.command(host, In::Leave),
                    1 | 2 => room.cut_off(host),
                    signalled => room.kill(host, signalled == 3),
                }
                seen.old_hosts += usize::from(host != first);
            }
            26 if started => {
                for &a in &here {
                    for &b in &here {
                        if (a.0 ^ b.0) & 1 == 1 {
                            room.cut(a, b);
                        }
                    }
                }
            }
            27 if started => {
                let config = Room::config(8);
                let token = dice.pick(&here).and_then(|peer| room.token(peer));
                let name = name("Host");
                here.push(room.host(HostConfig { seed, token, name, secret: [7; 32], ..config }));
            }
            _ => {}
        }
    }
    room.heal();
    for host in hosts(&room, &here) {
        // Of a lobby only.
        room.command(host, In::Start);
    }
    room.run(if mortal { LONG_CALM } else { CALM });
    while here.iter().any(|&peer| room.state(peer) == State::Joining)
        && room.now < STORM + LONG_CALM + LOOK_WITHIN
    {
        room.run(1000);
    }
    here.retain(|&peer| room.state(peer) != State::Ended);
    // A guest that hears nobody takes over, and a host that is as lonely may then follow it.
    let taken = |node: &Node| node.begun.iter().any(|(_, e, _)| e.why.name() == "migration");
    let may_end = mortal || room.nodes.values().any(taken);
    assert!(may_end || room.state(first) != State::Ended, "the host is gone: {}", room.picture());

    // Whoever is there plays, and plays with whoever is in its roster.
    let matches = hosts(&room, &here);
    assert!(!matches.is_empty() || here.is_empty(), "nobody hosts: {}", room.picture());
    seen.matches = seen.matches.max(matches.len());
    let mut seated: Vec<PeerId> = Vec::new();
    for &host in &matches {
        the_match_goes_on(&mut room, host, liar);
        seated.extend(room.roster(host).peers());
    }
    seated.sort();
    here.sort();
    assert_eq!(seated, here, "the rosters are who plays: {}", room.picture());
    for peer in here {
        let begun = &room.node(peer).begun;
        let count = |why: &str| begun.iter().filter(|(_, e, _)| e.why.name() == why).count();
        if matches.contains(&peer) {
            seen.epochs += begun.len();
            seen.joins += count("join");
            seen.rejoins += count("rejoin");
            seen.leaves += count("leave");
            seen.rematches += count("rematch");
            seen.desyncs += count("desync");
            seen.together += usize::from(room.roster(peer).peers().len() > 2);
            seen.migrations += count("migration");
        }
        let alone = |n: &&Notice| matches!(n, Notice::NoSecondSeat(_));
        seen.alone += room.node(peer).notices.iter().filter(alone).count();
        let has_two = |e: &Epoch| e.roster.second_of(peer).is_some();
        let two = begun.last().is_some_and(|(_, epoch, _)| has_two(epoch));
        seen.couches += usize::from(two);
        let back = begun.iter().any(|(_, e, _)| e.why.name() == "rejoin" && has_two(e));
        seen.couches_back += usize::from(two && back);
        let painted = |epoch: &Epoch| {
            epoch.roster.players().any(|(seat, player)| player.colour.number() != seat)
        };
        seen.painted += begun.iter().filter(|(_, epoch, _)| painted(epoch)).count();
        let led = begun.iter().filter(|(_, e, _)| e.host == peer).count();
        seen.steps_back += usize::from(led > 0 && !matches.contains(&peer));
    }
}

fn the_match_goes_on(room: &mut Room, host: PeerId, liar: PeerId) {
    let State::Running(id) = room.state(host) else {
        panic!("the host is not playing: {}", room.picture());
    };
    let all = room.roster(host).peers();
    assert_eq!(room.all_play(&all), Some(id), "not everyone plays: {}", room.picture());
    let ticks: Vec<u32> = all.iter().map(|&peer| room.node(peer).settled.tick).collect();
    room.run(1000);
    for (&peer, before) in all.iter().zip(ticks) {
        assert!(room.node(peer).settled.tick > before, "time stands still for {peer:?}");
    }
    let begun = &room.node(host).begun;
    for (_, epoch, _) in begun {
        assert!(!epoch.roster.players().any(|(_, p)| p.peer == liar), "a stranger got a seat");
    }
    let own = begun.iter().map(|(_, epoch, _)| epoch).filter(|epoch| epoch.host == host);
    scores_never_go_back(own);
}

/// Within a match the score of a seat only rises from epoch to epoch, as long as it is the same owner's.
fn scores_never_go_back<'a>(epochs: impl Iterator<Item = &'a Epoch>) {
    let mut last = [0; 8];
    let mut owners = [None; 8];
    let mut turn = 0;
    for epoch in epochs {
        // Between two turns as the host it may have been a guest of another match.
        if epoch.id >> 13 != turn {
            (turn, last) = (epoch.id >> 13, [0; 8]);
        }
        for (seat, player) in epoch.roster.players().map(|(seat, p)| (usize::from(seat), p)) {
            if owners[seat] != player.owner {
                (owners[seat], last[seat]) = (player.owner, 0);
            }
        }
        match &epoch.world {
            None => last = [0; 8],
            Some(world) => {
                let now = world.tanks.map(|tank| tank.score);
                assert!(now.iter().zip(last).all(|(now, last)| *now >= last), "epoch {}", epoch.id);
                last = now;
            }
        }
    }
}

/// Somebody here wants another colour, name, rules or bots, whether that can be had or not.
fn wish(room: &mut Room, moods: &mut Dice, here: &[PeerId]) {
    let Some(peer) = moods.pick(here) else { return };
    let second = moods.below(3) == 0;
    let colour = Colour::new(moods.below(8) as u8).unwrap();
    let called = name(["Ann", "Bob", "Cid", "Bot 1"][moods.below(4) as usize]);
    let place = moods.below(8) as u8;
    let level = (moods.below(2) == 0).then_some(BotLevel::Hard);
    match moods.below(12) {
        0 | 1 => room.command(peer, In::SetColour { second, colour }),
        2 => room.command(peer, In::SetName { second, name: &called }),
        3 => {
            let set = if place < 4 { RuleSet::Classic } else { RuleSet::Modern };
            room.command(peer, In::SetRules { set, seconds: 120 });
        }
        4 => room.command(peer, In::SetBot { seat: place, level }),
        _ => {}
    }
}

/// Somebody outside the roster says what only others may say.
fn lie(room: &mut Room, dice: &mut Dice, liar: PeerId, host: PeerId, guests: &[PeerId]) {
    let victim = dice.pick(guests).unwrap_or(host);
    let newest = room.node(host).begun.last().map(|(_, epoch, _)| epoch.clone());
    let message = match (dice.below(6), newest) {
        (0 | 1, Some(mut epoch)) => {
            epoch.id += 1 + dice.below(3) as u32;
            if dice.below(2) == 0 {
                epoch.host = liar;
                epoch.roster.add(liar, &name("Liar"), Kind::Human);
            }
            Message::Begin(Box::new(epoch.seal()))
        }
        (2, Some(epoch)) => Message::Ready { epoch: epoch.id },
        (3, _) => Message::Bye,
        (4, _) => Message::SetReady(true),
        _ => Message::Lobby(Box::default()),
    };
    let mut bytes = message.encode();
    if dice.below(3) == 0 {
        let at = dice.below(bytes.len() as u64) as usize;
        bytes[at] = dice.below(256) as u8;
        // A well-formed Hello would be let in, and rightly so.
        if matches!(Message::decode(&bytes), Ok(Message::Hello(_))) {
            return;
        }
    }
    room.say(liar, victim, bytes.clone());
    room.say(liar, host, bytes);
}

fn storms(seeds: std::ops::Range<u64>, mortal: bool) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let one = number("TANKWARZ_SEED");
    // So many from the same one on, for a long night.
    let seeds = seeds.start..number("TANKWARZ_STORMS").map_or(seeds.end, |n| seeds.start + n);
    let mut seen = Seen::default();
    for seed in one.map_or(seeds, |seed| seed..seed + 1) {
        let couches = seed.is_multiple_of(2);
        let run = std::panic::AssertUnwindSafe(|| storm(seed, mortal, couches, &mut seen));
        if let Err(panic) = std::panic::catch_unwind(run) {
            eprintln!("TANKWARZ_SEED={seed} shows this failure alone");
            std::panic::resume_unwind(panic);
        }
    }
    let enough = seen.joins > 100
        && seen.rejoins > 50
        && seen.leaves > 600
        && seen.rematches > 200
        && seen.desyncs > 200
        && seen.forged > 1000
        && seen.together > 100;
    let enough = if mortal {
        seen.migrations > 70
            && seen.steps_back > 0
            && seen.old_hosts > 10
            && seen.matches > 1
            && seen.together > 50
    } else {
        enough
    };
    let enough = enough && seen.couches > 30 && seen.couches_back > 2 && seen.alone > 5;
    assert!(one.is_some() || enough, "these storms were no storms: {seen:?}");
}

// In pieces, for several cores.

#[test]
fn rooms_survive_storms() {
    storms(0..250, false);
}

#[test]
fn rooms_survive_more_storms() {
    storms(250..500, false);
}

#[test]
fn matches_survive_the_fall_of_their_hosts() {
    storms(1000..1125, true);
}

#[test]
fn matches_survive_the_fall_of_many_hosts() {
    storms(1250..1375, true);
}

#[test]
fn rooms_survive_people_who_change_their_minds() {
    let mut seen = Seen::default();
    for seed in MOODY..MOODY + 80 {
        storm(seed, true, seed.is_multiple_of(2), &mut seen);
    }
    assert!(seen.painted > 300 && seen.migrations > 20 && seen.joins > 20, "{seen:?}");
}

/// Each found a mistake once.
#[test]
fn storms_that_were_too_much_once_are_weathered() {
    for (seed, mortal) in
        [(14, false), (257, false), (1257, true), (2112, false), (3291, true), (3752, true)]
    {
        storm(seed, mortal, false, &mut Seen::default());
    }
}
