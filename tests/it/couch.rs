//! Whole matches with two people at some machines: both seats of each are played, settled,
//! healed, left and had back together.

use tankwarz::play::Happening;
use tankwarz::session::{BotLevel, Kind, Notice, Roster};
use tankwarz::sim::World;

use crate::fleet::{Fleet, Plan, bad_line, side_by_side, slow_line};

#[test]
fn two_people_at_a_machine_play_with_others_over_a_bad_line() {
    side_by_side(&[
        ("alone against bots", &alone_against_bots),
        ("two and one", &|| plays(&[1], 2, 301)),
        ("two and two", &|| plays(&[0, 1], 2, 302)),
        ("a host of two and two guests", &|| plays(&[0], 3, 303)),
        ("two, two and two", &|| plays(&[0, 1, 2], 3, 304)),
    ]);
}

#[test]
fn two_people_at_a_machine_are_healed_leave_and_come_back() {
    side_by_side(&[
        ("healed guest", &|| heals(1, true, 311)),
        ("healed host", &|| heals(0, false, 312)),
        ("back after goodbye", &|| comes_back(false, None, 313)),
        ("back after a crash, bots stood in", &|| comes_back(true, Some(BotLevel::Hard), 314)),
        ("the host of two dies", &|| host_dies(None, 315)),
        ("the host of two dies, bots stand in", &|| host_dies(Some(BotLevel::Normal), 316)),
        ("late", &come_in_late),
    ]);
}

fn fleet(couches: &[usize], count: usize, plan: Plan) -> Fleet {
    Fleet::running(Plan { couches: couches.to_vec(), ..plan }, count)
}

fn roster(fleet: &Fleet, index: usize) -> &Roster {
    fleet.peers[index].game.roster().unwrap()
}

/// The seats of the first and the second person at a machine, as it knows them itself.
fn seats(fleet: &Fleet, index: usize) -> Vec<u8> {
    let (me, roster) = (fleet.peers[index].game.me(), roster(fleet, index));
    [roster.seat_of(me), roster.second_of(me)].into_iter().flatten().collect()
}

fn settled(fleet: &Fleet, index: usize) -> World {
    *fleet.peers[index].game.settled()
}

/// Every seat of these was driven, each by inputs of its own. One that stands at a wall, or was
/// destroyed meanwhile, is driven, too.
fn assert_driven(before: &World, after: &World, seats: &[u8]) {
    let tank = |world: &World, seat: u8| world.tanks[usize::from(seat)];
    for seat in seats {
        let (was, is) = (tank(before, *seat), tank(after, *seat));
        let moved =
            (was.at, was.hull, was.turret, was.shots) != (is.at, is.hull, is.turret, is.shots);
        assert!(moved || !is.is_alive(), "nobody drives the tank of seat {seat}");
    }
    for pair in seats.windows(2) {
        let angles = |seat: u8| (tank(after, seat).hull, tank(after, seat).turret);
        assert!(angles(pair[0]) != angles(pair[1]), "seats {pair:?} have the same inputs");
    }
}

fn alone_against_bots() {
    let bots = vec![BotLevel::Normal; 2];
    let mut fleet = fleet(&[0], 1, Plan { bots, ..Plan::new(300, slow_line(0)) });
    assert_eq!((seats(&fleet, 0), roster(&fleet, 0).players().count()), (vec![0, 1], 4));
    fleet.play(3);
    let before = settled(&fleet, 0);
    fleet.play(2);
    assert_driven(&before, &settled(&fleet, 0), &[0, 1]);
    fleet.assert_played_as_one();
}

fn plays(couches: &[usize], machines: usize, seed: u64) {
    let mut fleet = fleet(couches, machines, Plan::new(seed, bad_line()));
    fleet.play(4);
    let before = settled(&fleet, 0);
    fleet.play(4);
    for index in 0..machines {
        let own = seats(&fleet, index);
        assert_eq!(own.len(), 1 + usize::from(couches.contains(&index)), "machine {index}");
        assert_driven(&before, &settled(&fleet, 0), &own);
    }
    let people = roster(&fleet, 0).active().filter(|(_, p)| p.kind == Kind::Human).count();
    assert_eq!(people, machines + couches.len());
    // Rollbacks, checksums that were compared, the same events everywhere.
    fleet.assert_played_as_one();
}

fn heals(index: usize, in_settled: bool, seed: u64) {
    let mut fleet = fleet(&[0, 1], 2, Plan::new(seed, slow_line(50)));
    fleet.play(3);
    let before = roster(&fleet, 0).clone();
    let broken = fleet.break_world(index, in_settled);
    fleet.until(5, "healed match", |f| f.all_run(|why| why == "desync"));
    let (healed, world) = (fleet.same_hashes, settled(&fleet, 0));
    fleet.play(3);
    assert!(fleet.same_hashes > healed + 100, "{} hashes are the same", fleet.same_hashes);
    assert_eq!(roster(&fleet, 1), &before, "everybody is where they were");
    for machine in [0, 1] {
        let epochs = &fleet.peers[machine].game.stats().epochs;
        assert_eq!(epochs.last().map(|e| e.id), Some(broken + 1), "one epoch heals both seats");
        assert_driven(&world, &settled(&fleet, 0), &seats(&fleet, machine));
    }
}

fn comes_back(crash: bool, fill: Option<BotLevel>, seed: u64) {
    let plan = Plan { fill, ..Plan::new(seed, slow_line(50)) };
    let mut fleet = fleet(&[1, 3], 3, plan);
    fleet.play(3);
    let (token, own) = (fleet.peers[1].game.token(), seats(&fleet, 1));
    if crash {
        fleet.kill(1);
    } else {
        fleet.leave(1);
    }
    fleet.until(8, "match without them", |f| f.all_run(|why| why == "leave"));
    let before = settled(&fleet, 0);
    fleet.play(2);
    for seat in &own {
        let player = roster(&fleet, 2).player(*seat).unwrap();
        assert_eq!(
            (player.parked, player.kind),
            (fill.is_none(), fill.map_or(Kind::Human, Kind::Bot))
        );
    }
    if fill.is_some() {
        let turned = |seat: &u8| {
            let turret = |world: &World| world.tanks[usize::from(*seat)].turret;
            turret(&before) != turret(&settled(&fleet, 0))
        };
        assert!(own.iter().all(turned), "a bot drives each of the two");
    }
    let back = fleet.join_with(token);
    fleet.until(6, "match with them", |f| f.all_run(|why| why == "rejoin"));
    assert_eq!(seats(&fleet, back), own);
    let names: Vec<_> =
        own.iter().map(|seat| roster(&fleet, 0).player(*seat).unwrap().name.to_string()).collect();
    assert_eq!(names, ["Guest 1", "Second 1"], "names are the old ones");
    let world = settled(&fleet, 0);
    let scores =
        |world: &World| own.iter().map(|s| world.tanks[usize::from(*s)].score).sum::<u32>();
    assert!(scores(&world) >= scores(&before));
    fleet.play(3);
    assert_driven(&world, &settled(&fleet, 0), &own);
    assert!(fleet.peers.iter().filter(|p| !p.is_gone).all(|p| p.game.stats().desyncs == 0));
}

fn host_dies(fill: Option<BotLevel>, seed: u64) {
    let plan = Plan { fill, ..Plan::new(seed, bad_line()) };
    let mut fleet = fleet(&[0, 2, 3], 3, plan);
    fleet.play(3);
    let token = fleet.peers[0].game.token();
    fleet.kill(0);
    fleet.until(8, "match under the next", |f| {
        f.leader() != 0 && f.all_run(|why| why == "migration" || why == "leave")
    });
    for seat in [0, 1] {
        assert!(roster(&fleet, 2).player(seat).unwrap().is_away(), "seat {seat}");
    }
    let before = settled(&fleet, 1);
    fleet.play(2);
    assert_driven(&before, &settled(&fleet, 1), &seats(&fleet, 2));
    let back = fleet.join_with(token);
    fleet.until(8, "match with the old host", |f| f.all_run(|why| why == "rejoin"));
    assert_eq!(seats(&fleet, back), [0, 1]);
    let before = settled(&fleet, 1);
    fleet.play(2);
    assert_driven(&before, &settled(&fleet, 1), &[0, 1]);
    assert!(fleet.peers.iter().filter(|p| !p.is_gone).all(|p| p.game.stats().desyncs == 0));
}

fn come_in_late() {
    // Five of eight seats are taken; two come, and of the next two only the first.
    let bots = vec![BotLevel::Easy; 3];
    let mut fleet = fleet(&[2, 3], 2, Plan { bots, ..Plan::new(317, slow_line(50)) });
    fleet.play(1);
    let pair = fleet.join();
    fleet.until(6, "match with both", |f| f.all_run(|why| why == "join") && seats(f, 0) == [0]);
    assert_eq!(seats(&fleet, pair).len(), 2);
    fleet.play(1);
    let last = fleet.join();
    fleet.until(6, "match with one more", |f| {
        f.all_run(|why| why == "join") && roster(f, 0).players().count() == 8
    });
    assert_eq!(seats(&fleet, last).len(), 1);
    let told = |h: &Happening| matches!(h, Happening::Notice(Notice::NoSecondSeat(_)));
    fleet.run(100);
    assert!(fleet.peers[last].happenings.iter().any(told), "the player is told");
    assert!(!fleet.peers[pair].happenings.iter().any(told));
    fleet.play(1);
}
