//! The rules of the game, one test each: what a player relies on.

use crate::arena::{Arena, hundredths, press};
use tankwarz::sim::rules::{COUNTDOWN, FULL_HP, PROTECTION, RELOAD, RESPAWN};
use tankwarz::sim::{
    Ammo, Angle, Event, Input, Phase, RuleSet, Rules, Stop, TankState, World, snapshot,
};

const EAST: Angle = Angle(0);
const SOUTH: Angle = Angle(0x4000);
const WEST: Angle = Angle(0x8000);

#[test]
fn tank_drives_two_tiles_a_second_forward_and_back() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.hold(0, Input::FORWARD, 60);
    assert!((hundredths(a.world.tanks[0].at.x) - 1200).abs() <= 1);
    a.hold(0, Input::BACK, 120);
    assert!((hundredths(a.world.tanks[0].at.x) - 800).abs() <= 1);
    assert_eq!(hundredths(a.world.tanks[0].at.y), 1000);
}

#[test]
fn hull_and_turret_turn_one_radian_a_second_independently() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.hold(0, Input::RIGHT | Input::TURRET_LEFT, 60);
    let radian = 65536.0 / std::f64::consts::TAU;
    let (hull, turret) = (a.world.tanks[0].hull.0, a.world.tanks[0].turret.0);
    assert!((f64::from(hull) - radian).abs() < 20.0, "{hull}");
    assert!((f64::from(turret.wrapping_neg()) - radian).abs() < 20.0, "{turret}");
}

#[test]
fn opposite_keys_cancel_out() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    let before = a.world.tanks[0];
    a.hold(0, Input::FORWARD | Input::BACK | Input::LEFT | Input::RIGHT, 30);
    assert_eq!((a.world.tanks[0].at, a.world.tanks[0].hull), (before.at, before.hull));
}

#[test]
fn turret_follows_the_aim_no_faster_than_its_keys() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.run(60, |_| Input { held: Input::AIM, aim: 0xc000 });
    assert_eq!(a.world.tanks[0].turret.0.wrapping_neg(), 60 * 174);
    a.run(60, |_| Input { held: Input::AIM, aim: 0xc000 });
    assert_eq!(a.world.tanks[0].turret.0, 0xc000);
}

#[test]
fn nothing_moves_before_the_countdown_is_over() {
    let rules = Rules::new(RuleSet::Classic, 120, 32);
    let mut a = Arena::of(rules, [1, 2], &[0]);
    a.world = World::create(&a.map, &[0]);
    let start = a.world.tanks[0].at;
    a.hold(0, Input::FORWARD | Input::FIRE, COUNTDOWN);
    assert_eq!(a.world.tanks[0].at, start);
    assert_eq!(a.count(|e| matches!(e, Event::Started)), 1);
    assert_eq!(a.count(|e| matches!(e, Event::Fired { .. })), 0);
    a.hold(0, Input::FORWARD | Input::FIRE, 1);
    assert_ne!(a.world.tanks[0].at, start);
    assert_eq!(a.count(|e| matches!(e, Event::Fired { .. })), 1);
}

#[test]
fn match_ends_when_the_time_is_up_and_freezes() {
    let mut a = Arena::of(Rules::new(RuleSet::Classic, 10, 32), [1, 2], &[0, 1]);
    a.hold(0, Input::FORWARD, 600);
    assert_eq!(a.world.phase(), Phase::Over);
    assert_eq!(a.count(|e| matches!(e, Event::Ended)), 1);
    let end = a.world.tanks[0].at;
    a.hold(0, Input::BACK, 60);
    assert_eq!(a.world.tanks[0].at, end);
    assert_eq!(a.count(|e| matches!(e, Event::Ended)), 1);
}

#[test]
fn regular_shell_does_ten_damage_and_ten_points() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 2000, 1000, SOUTH);
    a.hold(0, Input::FIRE, 60);
    assert_eq!(a.world.tanks[1].hp, 90);
    assert_eq!((a.world.tanks[0].score, a.world.tanks[0].hits), (10, 1));
    assert_eq!(a.world.tanks[0].rounds(Ammo::Regular), 39);
}

#[test]
fn regular_shell_needs_half_a_second_for_ten_tiles() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.hold(0, Input::FIRE, 1);
    assert_eq!(hundredths(a.world.shells[0].at.x), 1100, "the first tick is the barrel");
    a.run(30, |_| Input::default());
    assert!((hundredths(a.world.shells[0].at.x) - 2100).abs() <= 1);
}

#[test]
fn piercing_shell_does_thirty_four_damage_and_there_are_five() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 2000, 1000, SOUTH);
    a.hold(0, Input::PIERCING, 1);
    assert_eq!(a.count(|e| matches!(e, Event::Selected { seat: 0, ammo: Ammo::Piercing })), 1);
    a.hold(0, Input::FIRE, 60);
    assert_eq!(a.world.tanks[1].hp, 66);
    a.put(1, 2000, 2000, SOUTH);
    a.hold(0, Input::FIRE, 10 * u32::from(RELOAD));
    assert_eq!(a.world.tanks[0].rounds(Ammo::Piercing), 0);
    assert_eq!(a.world.tanks[0].shots, 5);
}

#[test]
fn firing_an_empty_kind_clicks_once_and_does_nothing() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.world.tanks[0].ammo = [0, 0];
    a.hold(0, Input::FIRE, 30);
    assert_eq!(a.count(|e| matches!(e, Event::Dry { seat: 0 })), 1);
    assert_eq!(a.world.tanks[0].shots, 0);
    a.hold(0, 0, 1);
    a.hold(0, Input::FIRE, 1);
    assert_eq!(a.count(|e| matches!(e, Event::Dry { seat: 0 })), 2);
}

#[test]
fn gun_reloads_in_two_seconds() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.hold(0, Input::FIRE, 3 * u32::from(RELOAD) + 1);
    let shots: Vec<u32> = a
        .events
        .iter()
        .filter(|(_, e)| matches!(e, Event::Fired { .. }))
        .map(|(tick, _)| *tick)
        .collect();
    assert_eq!(shots.len(), 4);
    assert!(shots.windows(2).all(|w| w[1] - w[0] == u32::from(RELOAD)), "{shots:?}");
    assert_eq!(a.count(|e| matches!(e, Event::Reloaded { seat: 0 })), 3);
}

#[test]
fn shell_stops_at_wall() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 2500, 1000, EAST);
    a.hold(0, Input::FIRE, 60);
    let stopped: Vec<_> = a
        .events
        .iter()
        .filter_map(|(_, e)| match e {
            Event::Stopped { at, by: Stop::Wall, .. } => Some(hundredths(at.x)),
            _ => None,
        })
        .collect();
    assert_eq!(stopped, [3100]);
    assert!(a.world.shells.iter().all(|s| s.ammo().is_none()));
}

#[test]
fn shell_never_tunnels_through_a_tank() {
    // A piercing shell moves half a tile a tick: try every phase of its steps.
    for offset in 0..100 {
        let mut a = Arena::classic(&[0, 1]);
        a.put(0, 800 + offset, 1000, EAST);
        a.put(1, 2000, 1060, EAST);
        a.hold(0, Input::PIERCING, 1);
        a.hold(0, Input::FIRE, 60);
        assert_eq!(a.world.tanks[1].hp, 66, "offset {offset}");
    }
}

#[test]
fn shell_hits_at_point_blank_range() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 1135, 1000, EAST);
    a.hold(0, Input::FIRE, 2);
    assert_eq!(a.world.tanks[1].hp, 90);
}

#[test]
fn shell_never_hits_the_tank_that_fired_it() {
    let mut a = Arena::classic(&[0]);
    a.put(0, 1000, 1000, EAST);
    a.run(120, |_| press(Input::FIRE | Input::FORWARD));
    assert_eq!(a.world.tanks[0].hp, FULL_HP);
    assert_eq!(a.world.tanks[0].score, 0);
}

#[test]
fn two_shots_in_one_tick_can_destroy_both() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 1500, 1000, WEST);
    a.world.tanks[0].hp = 5;
    a.world.tanks[1].hp = 5;
    a.run(60, |_| press(Input::FIRE));
    let died: Vec<u32> = a
        .events
        .iter()
        .filter(|(_, e)| matches!(e, Event::Destroyed { .. }))
        .map(|(tick, _)| *tick)
        .collect();
    assert_eq!(died.len(), 2);
    assert_eq!(died[0], died[1]);
    for tank in &a.world.tanks[..2] {
        assert_eq!((tank.kills, tank.deaths, tank.score), (1, 1, 10));
        assert_eq!(tank.state(), TankState::Destroyed);
    }
}

#[test]
fn destroyed_tank_comes_back_after_three_seconds_protected_and_far_away() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 1500, 1000, WEST);
    a.world.tanks[1].hp = 5;
    a.world.tanks[1].score = 70;
    a.hold(0, Input::FIRE, 20);
    assert_eq!(a.world.tanks[1].state(), TankState::Destroyed);
    let back = a.events.iter().find(|(_, e)| matches!(e, Event::Destroyed { .. })).unwrap().0
        + u32::from(RESPAWN);
    a.run(back - a.world.tick, |_| Input::default());
    let tank = a.world.tanks[1];
    assert_eq!(tank.state(), TankState::Alive);
    assert_eq!((tank.hp, tank.score, tank.protection), (FULL_HP, 70, PROTECTION));
    assert_eq!(tank.ammo, [40, 5]);
    let gap = (tank.at - a.world.tanks[0].at).length();
    assert!(hundredths(gap) > 1000, "{gap}");
    assert_eq!(a.count(|e| matches!(e, Event::Spawned { seat: 1, .. })), 1);
}

#[test]
fn protected_tank_cannot_be_hurt_until_it_fires() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 2000, 1000, WEST);
    a.world.tanks[1].protection = PROTECTION;
    a.hold(0, Input::FIRE, 60);
    assert_eq!((a.world.tanks[1].hp, a.world.tanks[0].score), (FULL_HP, 0));
    assert_eq!(a.count(|e| matches!(e, Event::Stopped { by: Stop::Shield, .. })), 1);
    a.hold(1, Input::FIRE, 1);
    assert_eq!(a.world.tanks[1].protection, 0);
}

#[test]
fn tanks_push_each_other() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 1200, 1000, EAST);
    a.hold(0, Input::FORWARD, 240);
    let (pusher, pushed) = (a.world.tanks[0].at.x, a.world.tanks[1].at.x);
    assert!(hundredths(pushed) > 1300, "{pushed}");
    assert!(hundredths(pushed - pusher) >= 130, "hulls stay apart: {}", pushed - pusher);
}

#[test]
fn parked_tank_is_out_of_the_match_and_keeps_its_score() {
    let mut a = Arena::classic(&[0, 1]);
    a.put(0, 1000, 1000, EAST);
    a.put(1, 2000, 1000, WEST);
    a.world.tanks[1].score = 30;
    a.world.park(1);
    a.run(60, |_| press(Input::FIRE | Input::FORWARD));
    assert_eq!(a.world.tanks[1].state(), TankState::Absent);
    assert_eq!((a.world.tanks[0].score, a.world.tanks[1].score), (0, 30));
    a.world.enter(&a.map, 1);
    assert_eq!(a.world.tanks[1].state(), TankState::Alive);
    assert_eq!(a.world.tanks[1].score, 30);
}

#[test]
fn most_points_win_then_kills_then_fewer_deaths_else_a_draw() {
    let mut a = Arena::classic(&[0, 1, 2]);
    assert_eq!(a.world.winner(), None, "nobody has done anything");
    a.world.tanks[2].deaths = 1;
    a.world.tanks[1].score = 50;
    a.world.tanks[0].score = 50;
    assert_eq!(a.world.winner(), None);
    a.world.tanks[1].deaths = 1;
    assert_eq!(a.world.winner(), Some(0));
    a.world.tanks[1].kills = 1;
    assert_eq!(a.world.winner(), Some(1));
    a.world.tanks[2].score = 60;
    assert_eq!(a.world.standings(), [2, 1, 0]);
}

#[test]
fn world_is_at_most_four_kib() {
    assert!(size_of::<World>() <= 4096, "{}", size_of::<World>());
}

#[test]
fn own_snapshots_are_legal_and_spoiled_ones_are_named() {
    let mut a = Arena::modern([7, 8], 32, &[0, 1, 2, 3]);
    a.run(900, |s| Input { held: [0x41, 0x49, 0x45, 0x11][s % 4], aim: 0 });
    let bytes = bytemuck::bytes_of(&a.world).to_vec();
    assert_eq!(snapshot::decode(&bytes, &a.map), Ok(a.world));
    assert_eq!(
        snapshot::decode(&bytes[1..], &a.map),
        Err(snapshot::SnapshotError::Size(bytes.len() - 1))
    );
    let mut bad = a.world;
    bad.tanks[2].hp = 101;
    let error = snapshot::decode(bytemuck::bytes_of(&bad), &a.map).unwrap_err();
    assert_eq!(error, snapshot::SnapshotError::Field("tanks[2]".into()));
    assert_eq!(snapshot::first_difference(&a.world, &bad).as_deref(), Some("tanks[2].hp"));
}
