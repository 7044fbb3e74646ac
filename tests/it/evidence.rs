//! Evidence of a desync: what whole matches write of one, and what is found in it.

use tankwarz::feed::diff::{Departure, Inputs, Unexplained};
use tankwarz::feed::evidence::{EvidenceError, FORM, MAGIC};
use tankwarz::feed::{Evidence, Findings, Recorder, Tape, Testimony, explain};
use tankwarz::play::Happening;
use tankwarz::session::{
    Account, Build, Epoch, Exhibit, Kind, Message, Name, Page, PeerId, Roster, Source, Why,
};
use tankwarz::sim::snapshot::{Difference, difference};
use tankwarz::sim::{
    Events, Input, MAX_SEATS, Map, RuleSet, Rules, World, fingerprint, snapshot, step,
};

use crate::fleet::{Fleet, Plan, Station, bad_line, side_by_side, slow_line};

// --- what whole matches write ---

#[test]
fn evidence_of_every_peer_names_who_broke_and_the_bit() {
    side_by_side(&[
        ("host, settled", &|| names_the_bit(0, true, 81)),
        ("host, predicted", &|| names_the_bit(0, false, 82)),
        ("guest, settled", &|| names_the_bit(1, true, 83)),
        ("guest, predicted", &|| names_the_bit(1, false, 84)),
        ("last guest, settled", &|| names_the_bit(2, true, 85)),
        ("alone", &a_machine_alone_is_its_own_witness),
        ("bad line", &a_bad_line_loses_no_evidence),
    ]);
}

/// The evidence of a peer as a file, decoded.
fn files(peer: &Station) -> Vec<(Evidence, Map)> {
    let evidence = peer.happenings.iter().filter_map(|happening| match happening {
        Happening::Evidence(evidence) => Some(evidence),
        _ => None,
    });
    evidence
        .map(|evidence| {
            let (again, map) = Evidence::decode(&evidence.encode()).unwrap();
            assert_eq!(again, **evidence);
            (again, map)
        })
        .collect()
}

fn findings(file: &(Evidence, Map)) -> Findings {
    explain(&file.0, &file.1, fingerprint()).unwrap()
}

/// Fails unless the findings are this one bit of this peer, with both values.
fn assert_is_the_bit(found: &Findings, broken: PeerId, source: Source, tick: u32) {
    let [Departure { player, shown: Some((at, Difference { field, a, b })), .. }] =
        &found.departures[..]
    else {
        panic!("{found}");
    };
    let departure = &found.departures[0];
    assert_eq!((player.peer, departure.source), (broken, source), "{found}");
    assert_eq!((departure.tick, *at, departure.exact), (tick, tick, true), "{found}");
    assert_eq!((field.as_str(), a ^ b), ("tanks[0].shots", 1), "{found}");
}

fn names_the_bit(index: usize, settled: bool, seed: u64) {
    let mut fleet = Fleet::running(Plan { pace: 1, ..Plan::new(seed, slow_line(50)) }, 3);
    fleet.play(2);
    // See `Fleet::break_world`.
    let tick = fleet.peers[index].game.settled().tick + 30;
    let epoch = fleet.break_world(index, settled);
    let broken = fleet.peers[index].game.me();
    fleet.until(4, "healed match", |f| f.all_run(|why| why == "desync"));
    fleet.until(6, "evidence", |f| f.peers.iter().all(|peer| !files(peer).is_empty()));
    let source = if settled { Source::Settled } else { Source::Predicted };
    for (seat, peer) in fleet.peers.iter().enumerate() {
        let files = files(peer);
        let [file] = &files[..] else { panic!("{} files of peer {seat}", files.len()) };
        let (evidence, _) = file;
        assert_eq!((evidence.epoch.id, evidence.me), (epoch, peer.game.me()));
        assert_eq!(evidence.first_tick(), tick);
        assert_eq!(evidence.testimonies.len(), 3);
        let found = findings(file);
        assert_is_the_bit(&found, broken, source, tick);
        let Inputs::Same { upto, peers: 2 } = found.inputs else { panic!("{found}") };
        assert!(upto + 10 >= tick, "{found}");
        assert_eq!(found.agreeing.len(), 2, "{found}");
        // Both Worlds of that tick are in every file, and differ in nothing but that bit.
        let shown =
            evidence.testimonies.iter().flat_map(|t| t.exhibits.iter().map(|e| (t.peer, e)));
        let (wrong, right): (Vec<_>, Vec<_>) = shown
            .filter(|(_, exhibit)| exhibit.tick == tick)
            .partition(|(who, exhibit)| (*who, exhibit.source) == (broken, source));
        assert!(!wrong.is_empty() && !right.is_empty(), "{found}");
        for (_, right) in right {
            let bit = snapshot::first_difference(&wrong[0].1.world(), &right.world());
            assert_eq!(bit.as_deref(), Some("tanks[0].shots"), "{found}");
        }
    }
    fleet.play(1);
}

fn a_machine_alone_is_its_own_witness() {
    let mut fleet = Fleet::running(Plan { pace: 1, ..Plan::new(86, slow_line(0)) }, 1);
    for settled in [true, false] {
        fleet.play(1);
        let tick = fleet.peers[0].game.settled().tick + 30;
        fleet.break_world(0, settled);
        let before = files(&fleet.peers[0]).len();
        fleet.until(4, "evidence", |f| files(&f.peers[0]).len() > before);
        let file = files(&fleet.peers[0]).pop().unwrap();
        let source = if settled { Source::Settled } else { Source::Predicted };
        let found = findings(&file);
        assert_is_the_bit(&found, fleet.peers[0].game.me(), source, tick);
        assert_eq!(found.inputs, Inputs::Unknown);
    }
}

fn a_bad_line_loses_no_evidence() {
    let mut fleet = Fleet::running(Plan::new(87, bad_line()), 4);
    fleet.play(2);
    let tick = fleet.peers[3].game.settled().tick + 30;
    fleet.break_world(3, true);
    let broken = fleet.peers[3].game.me();
    fleet.until(10, "evidence", |f| f.peers.iter().all(|peer| !files(peer).is_empty()));
    for peer in &fleet.peers {
        assert_is_the_bit(&findings(&files(peer)[0]), broken, Source::Settled, tick);
    }
}

#[test]
fn lies_and_strangers_add_nothing_to_the_evidence() {
    let mut fleet = Fleet::running(Plan { pace: 1, ..Plan::new(88, slow_line(20)) }, 3);
    fleet.play(1);
    let tick = fleet.peers[1].game.settled().tick + 30;
    let epoch = fleet.break_world(1, true);
    let (broken, honest) = (fleet.peers[1].game.me(), fleet.peers[2].game.me());
    // A stranger tells of this epoch, and a player shows a World that its account will not name.
    let pages = vec![Page::default(); 64];
    let account = Account { epoch, first: tick - 32, pages, torn: Some(tick) };
    let account = Message::Account(Box::new(account)).encode();
    let mut world = *fleet.peers[0].game.settled();
    for source in [Source::Settled, Source::Predicted] {
        world.tick = tick;
        world.tanks[2].score += 1;
        let exhibit = Exhibit::new(epoch, source, &world, tick, Vec::new());
        let exhibit = Message::Exhibit(Box::new(exhibit)).encode();
        for _ in 0..4 {
            fleet.inject_control(0, PeerId(999), &account);
            fleet.inject_control(0, PeerId(999), &exhibit);
            fleet.inject_control(0, honest, &exhibit);
        }
    }
    fleet.until(8, "evidence", |f| !files(&f.peers[0]).is_empty());
    let file = files(&fleet.peers[0]).pop().unwrap();
    assert!(file.0.testimonies.iter().all(|testimony| testimony.peer != PeerId(999)));
    let worlds = file.0.testimonies.iter().flat_map(|testimony| &testimony.exhibits);
    let worlds: Vec<_> = worlds.map(|exhibit| exhibit.world()).collect();
    assert!(worlds.iter().all(|shown| *shown != world), "a false World is in the evidence");
    assert!(worlds.len() > 2, "only {} Worlds are in the evidence", worlds.len());
    assert_is_the_bit(&findings(&file), broken, Source::Settled, tick);
}

// --- what is found in a file ---

const ANN: PeerId = PeerId(1);
const BOB: PeerId = PeerId(2);
const LENGTH: u32 = 300;

fn held(tick: u32) -> [Input; MAX_SEATS] {
    let mut inputs = [Input::default(); MAX_SEATS];
    inputs[0] = Input { held: Input::FORWARD | Input::FIRE, aim: (tick * 7) as u16 };
    inputs[1] = Input { held: Input::BACK | ((tick / 40 % 2) as u16 * Input::LEFT), aim: 0 };
    inputs
}

/// Ann's file of an epoch in which each peer was stepped with its own inputs, and in which
/// `spoil` could change each peer's World after each step.
fn staged(
    inputs: impl Fn(PeerId, u32) -> [Input; MAX_SEATS],
    spoil: impl Fn(PeerId, &mut World),
) -> Evidence {
    let map = Map::generate([5, 6], &Rules::new(RuleSet::Modern, 30, 24));
    let mut roster = Roster::default();
    for (peer, name) in [(ANN, "Ann"), (BOB, "Bob")] {
        roster.add(peer, &Name::new(name).unwrap(), Kind::Human);
    }
    let (host, why, seeds, rules) = (ANN, Why::Start, map.seeds(), *map.rules());
    let epoch = Epoch { id: 1, why, host, seeds, rules, roster, world: None };
    let start = epoch.first_world(&map);
    let mut told = [ANN, BOB].map(|peer| {
        let (mut world, mut recorder) = (start, Recorder::new(start));
        let mut account = Account { epoch: 1, first: LENGTH - 63, pages: Vec::new(), torn: None };
        let mut worlds = Vec::new();
        for tick in 0..LENGTH {
            recorder.push(&world, &inputs(peer, tick));
            step(&mut world, &map, &inputs(peer, tick), &mut Events::new());
            spoil(peer, &mut world);
            if world.tick >= account.first {
                account.pages.push(Page { world: world.hash(), inputs: recorder.hash() });
                worlds.push(world);
            }
        }
        (recorder, worlds, Testimony { peer, account, exhibits: Vec::new() })
    });
    if let Some(tick) = told[0].2.account.first_world(&told[1].2.account) {
        for (_, worlds, testimony) in &mut told {
            let world = worlds.iter().find(|world| world.tick == tick).unwrap();
            let around = (tick - 8..tick + 8).map(|t| inputs(testimony.peer, t)).collect();
            testimony.exhibits.push(Exhibit::new(1, Source::Settled, world, tick - 8, around));
        }
    }
    let [(recorder, _, ann), (_, _, bob)] = told;
    let (start, tapes) = recorder.finish();
    let (build, fingerprint) = (Build::new("test"), fingerprint());
    let testimonies = vec![ann, bob];
    Evidence { build, fingerprint, me: ANN, epoch, start, tapes, testimonies }
}

fn spoilt_at(who: PeerId, tick: u32) -> impl Fn(PeerId, &mut World) {
    move |peer, world| {
        if (peer, world.tick) == (who, tick) {
            world.tanks[1].score += 0x100;
        }
    }
}

fn of_file(evidence: &Evidence) -> Result<Findings, Unexplained> {
    let (evidence, map) = Evidence::decode(&evidence.encode()).unwrap();
    explain(&evidence, &map, fingerprint())
}

#[test]
fn replay_tells_who_went_wrong_and_with_which_values() {
    for (who, name) in [(ANN, "Ann (seat 0)"), (BOB, "Bob (seat 1)")] {
        let found = of_file(&staged(|_, tick| held(tick), spoilt_at(who, 270))).unwrap();
        let told = found.to_string();
        let line = format!(
            "{name}, settled World: first difference at tick 270, tanks[1].score: 256 there, 0 in the replay."
        );
        assert!(told.contains(&line), "{told}");
        assert!(told.contains("Inputs: the same on both sides up to tick 300."), "{told}");
        assert!(told.contains(&format!("Verdict: {name} went wrong")), "{told}");
    }
}

#[test]
fn difference_older_than_the_accounts_is_said_to_be_older() {
    let found = of_file(&staged(|_, tick| held(tick), spoilt_at(BOB, 200))).unwrap();
    assert_eq!((found.departures[0].tick, found.departures[0].exact), (LENGTH - 63, false));
    assert!(found.to_string().contains("at or before tick 237"), "{found}");
}

#[test]
fn replay_follows_who_settled_a_little_more_than_the_writer() {
    let mut evidence = staged(|_, tick| held(tick), |_, _| {});
    let map = Map::generate(evidence.epoch.seeds, &evidence.epoch.rules);
    let (mut world, mut recorder) = (evidence.start, Recorder::new(evidence.start));
    let torn = LENGTH - 2;
    for tick in 0..torn {
        if tick < torn - 10 {
            recorder.push(&world, &held(tick));
        }
        step(&mut world, &map, &held(tick), &mut Events::new());
    }
    world.tanks[0].hits += 9;
    let around = (torn - 16..torn).map(held).collect();
    let predicted = Exhibit::new(1, Source::Predicted, &world, torn - 16, around);
    evidence.tapes = recorder.finish().1;
    evidence.testimonies[0].account.pages.truncate(50);
    evidence.testimonies[1].account.torn = Some(torn);
    evidence.testimonies[1].exhibits.push(predicted);
    let told = of_file(&evidence).unwrap().to_string();
    let line = "Bob (seat 1), predicted World: first difference at tick 298, tanks[0].hits: ";
    assert!(told.contains(line), "{told}");
}

#[test]
fn inputs_that_differ_are_named_with_tick_and_seat() {
    let inputs = |peer, tick| {
        let mut inputs = held(tick);
        if peer == BOB && tick == 280 {
            inputs[0].held ^= Input::FORWARD;
        }
        inputs
    };
    let found = of_file(&staged(inputs, |_, _| {})).unwrap();
    let Inputs::Differ { player, tick: 280, shown: Some((0, own, theirs)) } = &found.inputs else {
        panic!("{found}");
    };
    assert_eq!((player.peer, own.held ^ theirs.held), (BOB, Input::FORWARD));
    assert!(found.to_string().contains("because the inputs did"), "{found}");
}

#[test]
fn nothing_is_explained_where_nothing_differs_or_the_build_is_another() {
    let evidence = staged(|_, tick| held(tick), |_, _| {});
    assert_eq!(of_file(&evidence), Err(Unexplained::NoDifference { peers: 2 }));
    let other = Evidence { fingerprint: 1, ..evidence };
    assert_eq!(of_file(&other), Err(Unexplained::OtherBuild(Build::new("test"))));
}

#[test]
fn world_that_everyone_has_but_no_replay_leads_to_is_nobodys_fault() {
    let spoil = |_, world: &mut World| {
        if world.tick == 270 {
            world.tanks[0].hits += 1;
        }
    };
    let found = of_file(&staged(|_, tick| held(tick), spoil)).unwrap();
    assert_eq!((found.departures.len(), found.agreeing.len()), (2, 0));
    assert!(found.to_string().contains("nobody's World is that of the replay"), "{found}");
}

#[test]
fn broken_files_are_refused_in_words() {
    let good = staged(|_, tick| held(tick), spoilt_at(BOB, 270));
    let bytes = good.encode();
    let refused = |bytes: &[u8]| Evidence::decode(bytes).unwrap_err();
    assert_eq!(refused(b"hello"), EvidenceError::Other);
    assert_eq!(refused(&MAGIC), EvidenceError::Malformed);
    assert_eq!(refused(&[&MAGIC[..], &[FORM + 1]].concat()), EvidenceError::Form(FORM + 1));
    assert_eq!(refused(&[&bytes[..], &vec![0; 4 << 20]].concat()), EvidenceError::TooLong);
    assert_eq!(refused(&[&bytes[..], &[0]].concat()), EvidenceError::Malformed);
    for cut in (4..bytes.len()).step_by(7) {
        assert!(Evidence::decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    let mut world = good.start;
    world.tanks[0].hp = 101;
    assert!(matches!(
        refused(&Evidence { start: world, ..good.clone() }.encode()),
        EvidenceError::Start(_)
    ));
    assert_eq!(refused(&Evidence { me: BOB, ..good.clone() }.encode()), EvidenceError::Malformed);
    let many = vec![Tape::default(); 3];
    assert_eq!(refused(&Evidence { tapes: many, ..good }.encode()), EvidenceError::Malformed);
}

#[test]
fn values_of_a_difference_are_those_of_its_whole_field() {
    let mut a: World = bytemuck::Zeroable::zeroed();
    let mut b = a;
    a.tanks[3].score = 0x1_0000;
    b.tanks[3].score = 0x2_0001;
    let field = "tanks[3].score".to_owned();
    assert_eq!(difference(&a, &b), Some(Difference { field, a: 0x1_0000, b: 0x2_0001 }));
    b = a;
    b.seeds[1] = u64::MAX - 1;
    let field = "seeds[1]".to_owned();
    assert_eq!(difference(&a, &b), Some(Difference { field, a: 0, b: u64::MAX - 1 }));
    assert_eq!(difference(&a, &a), None);
}
