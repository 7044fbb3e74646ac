//! Bots: they find each other and fight, the better ones win, and nothing confuses them.

use tankwarz::bot::{Bot, Level};
use tankwarz::sim::math::ratio;
use tankwarz::sim::rules::COUNTDOWN;
use tankwarz::sim::{
    Ammo, Crate, Event, Events, Input, MAX_SEATS, Map, RuleSet, Rules, TankState, World, snapshot,
    step,
};

/// A match of bots, one for each seat from 0.
struct Match {
    map: Map,
    world: World,
    bots: Vec<Bot>,
    events: Vec<Event>,
}

impl Match {
    fn new(set: RuleSet, seed: u64, seconds: u16, levels: &[Level]) -> Self {
        let rules = Rules::new(set, seconds, Rules::default_side(set, levels.len()));
        let map = Map::generate([seed, seed ^ 0x5eed], &rules);
        let seats: Vec<u8> = (0..levels.len() as u8).collect();
        let world = World::create(&map, &seats);
        let bots = levels.iter().zip(seed * 8..).map(|(&level, seed)| Bot::new(level, seed));
        Self { bots: bots.collect(), map, world, events: Vec::new() }
    }

    fn inputs(&mut self) -> [Input; MAX_SEATS] {
        let mut inputs = [Input::default(); MAX_SEATS];
        for ((bot, input), seat) in self.bots.iter_mut().zip(&mut inputs).zip(0..) {
            *input = bot.input(&self.world, &self.map, seat);
        }
        inputs
    }

    fn play(mut self) -> Self {
        let mut events = Events::new();
        for _ in 0..COUNTDOWN + self.world.rules.match_ticks() {
            let inputs = self.inputs();
            step(&mut self.world, &self.map, &inputs, &mut events);
        }
        self.events = events.iter().map(|(_, event)| *event).collect();
        self
    }
}

/// How often `a` wins of 100 duels against `b`, in alternating seats.
fn wins(a: Level, b: Level) -> usize {
    let won = |seed: &u64| {
        let (levels, seat) = if seed.is_multiple_of(2) { ([a, b], 0) } else { ([b, a], 1) };
        Match::new(RuleSet::Modern, *seed, 60, &levels).play().world.winner() == Some(seat)
    };
    (0..100).filter(won).count()
}

#[test]
fn hard_beats_easy_in_nine_of_ten_duels() {
    let won = wins(Level::Hard, Level::Easy);
    assert!(won >= 90, "{won} of 100");
}

#[test]
fn normal_beats_easy_in_seven_of_ten_duels() {
    let won = wins(Level::Normal, Level::Easy);
    assert!(won >= 70, "{won} of 100");
}

#[test]
fn hard_beats_normal_in_six_of_ten_duels() {
    let won = wins(Level::Hard, Level::Normal);
    assert!(won >= 60, "{won} of 100");
}

#[test]
fn a_slowed_bot_still_fights_and_mostly_loses_to_its_equal() {
    for level in Level::ALL {
        let (mut lost, mut won, mut shots) = (0, 0, 0);
        for seed in 0..40 {
            let mut game = Match::new(RuleSet::Modern, seed, 60, &[level; 2]);
            let slowed = seed as usize % 2;
            game.bots[slowed].set_pace(40);
            let world = game.play().world;
            shots += u32::from(world.tanks[slowed].shots);
            lost += usize::from(world.winner() == Some(1 - slowed as u8));
            won += usize::from(world.winner() == Some(slowed as u8));
        }
        assert!(shots >= 80, "{level:?}: {shots} shots in 40 minutes are no fight");
        assert!(lost >= 2 * won && lost >= 20, "{level:?}: {lost} of 40 lost, {won} won");
    }
}

#[test]
fn bots_find_and_hit_each_other() {
    for level in Level::ALL {
        for seed in 0..20 {
            let world = Match::new(RuleSet::Modern, seed, 60, &[level; 2]).play().world;
            let [a, b] = [world.tanks[0], world.tanks[1]];
            assert!(a.shots > 4 && b.shots > 4, "{level:?} seed {seed}: {} {}", a.shots, b.shots);
            assert!(a.hits + b.hits > 0, "{level:?} seed {seed}");
        }
    }
}

#[test]
fn eight_bots_fight_under_both_rule_sets() {
    let levels = [Level::Easy, Level::Normal, Level::Hard].repeat(3);
    for set in [RuleSet::Classic, RuleSet::Modern] {
        let game = Match::new(set, 5, 120, &levels[..8]).play();
        for (seat, tank) in game.world.tanks.iter().enumerate() {
            assert!(tank.shots >= 10, "{set:?} seat {seat}: {} shots", tank.shots);
        }
        let crates = game.events.iter().filter(|e| matches!(e, Event::Taken { .. })).count();
        assert_eq!(crates > 0, set == RuleSet::Modern);
        assert!(game.events.iter().any(|e| matches!(e, Event::Destroyed { .. })));
    }
}

#[test]
fn same_seeds_play_the_same_match() {
    let levels = [Level::Easy, Level::Normal, Level::Hard, Level::Hard];
    let hash = |seed| Match::new(RuleSet::Modern, seed, 60, &levels).play().world.hash();
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));

    let mut other = Match::new(RuleSet::Modern, 1, 60, &levels);
    other.bots = (100..104).zip(levels).map(|(seed, level)| Bot::new(level, seed)).collect();
    assert_ne!(other.play().world.hash(), hash(1), "a bot's seed must matter");
}

#[test]
fn asked_again_for_a_tick_a_bot_says_the_same() {
    let ask = |times: usize| {
        let mut game = Match::new(RuleSet::Modern, 3, 30, &[Level::Hard, Level::Normal]);
        for _ in 0..COUNTDOWN + 1200 {
            let inputs = game.inputs();
            for _ in 1..times {
                assert_eq!(game.inputs(), inputs);
            }
            step(&mut game.world, &game.map, &inputs, &mut Events::new());
        }
        game.world.hash()
    };
    assert_eq!(ask(1), ask(3));
}

#[test]
fn bot_without_a_living_tank_holds_nothing() {
    let mut game = Match::new(RuleSet::Modern, 4, 60, &[Level::Hard, Level::Easy]).play();
    let mut bot = Bot::new(Level::Hard, 1);
    assert_eq!(bot.input(&game.world, &game.map, 0), Input::default(), "the match is over");
    game.world.tick = COUNTDOWN + 60;
    for seat in [2, 7, 8, 255] {
        assert_eq!(Bot::new(Level::Hard, 1).input(&game.world, &game.map, seat), Input::default());
    }
    game.world.park(0);
    assert_eq!(Bot::new(Level::Hard, 1).input(&game.world, &game.map, 0), Input::default());
}

#[test]
fn bot_alone_drives_about_and_keeps_its_shells() {
    for level in Level::ALL {
        let mut game = Match::new(RuleSet::Modern, 6, 60, &[level]);
        let start = game.world.tanks[0].at;
        game = game.play();
        assert_ne!(game.world.tanks[0].at, start);
        assert_eq!(game.world.tanks[0].shots, 0);
    }
}

#[test]
fn players_who_come_and_go_do_not_confuse_a_bot() {
    for seed in 0..4u64 {
        let mut game = Match::new(RuleSet::Modern, seed, 120, &[Level::Hard; 8]);
        let mut draw = seed;
        for tick in 0..4000 {
            if tick % 50 == 0 {
                draw = draw.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                let seat = (draw >> 60) as u8 & 7;
                match game.world.tanks[usize::from(seat)].state() {
                    TankState::Absent => game.world.enter(&game.map, seat),
                    _ => game.world.park(seat),
                }
            }
            if tick % 700 == 0 {
                // A new epoch may begin at any tick.
                game.world.tick = COUNTDOWN + (draw >> 40) as u32 % 5000;
            }
            let inputs = game.inputs();
            step(&mut game.world, &game.map, &inputs, &mut Events::new());
        }
    }
}

#[test]
fn no_legal_world_makes_a_bot_panic() {
    let mut game = Match::new(RuleSet::Modern, 9, 120, &[Level::Hard; 4]);
    let mut draw = 1u64;
    let mut next = || {
        draw = draw.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (draw >> 33) as usize
    };
    let mut legal = 0;
    for round in 0..40 {
        for _ in 0..60 {
            let inputs = game.inputs();
            step(&mut game.world, &game.map, &inputs, &mut Events::new());
        }
        for _ in 0..300 {
            let mut world = game.world;
            let bytes = bytemuck::bytes_of_mut(&mut world.tanks);
            for _ in 0..1 + next() % 2 {
                bytes[next() % bytes.len()] = next() as u8;
            }
            world.tick = (next() % 8000) as u32;
            let bytes = bytemuck::bytes_of(&world);
            let Ok(mut world) = snapshot::decode(bytes, &game.map) else { continue };
            legal += 1;
            for level in Level::ALL {
                let mut bot = Bot::new(level, round);
                for _ in 0..4 {
                    let mut inputs = [Input::default(); MAX_SEATS];
                    inputs[0] = bot.input(&world, &game.map, 0);
                    step(&mut world, &game.map, &inputs, &mut Events::new());
                }
            }
        }
    }
    assert!(legal > 200, "{legal}");
}

#[test]
fn bots_save_piercing_rounds_for_sure_shots() {
    let mut fired = 0;
    for seed in 0..6 {
        let mut game = Match::new(RuleSet::Modern, seed, 120, &[Level::Hard, Level::Normal]);
        let mut events = Events::new();
        for _ in 0..COUNTDOWN + game.world.rules.match_ticks() {
            let before = game.world.tanks;
            let inputs = game.inputs();
            events.clear();
            step(&mut game.world, &game.map, &inputs, &mut events);
            for (_, event) in events.iter() {
                let Event::Fired { seat, ammo: Ammo::Piercing, .. } = event else { continue };
                let (me, enemy) = (before[usize::from(*seat)], before[1 - usize::from(*seat)]);
                let near = (me.at - enemy.at).length() <= ratio(85, 10);
                let worth = enemy.hp > Ammo::Regular.damage() && near;
                assert!(worth || me.rounds(Ammo::Regular) == 0, "seed {seed}: {me:?} {enemy:?}");
                fired += 1;
            }
        }
    }
    assert!(fired > 20, "{fired}");
}

#[test]
fn hurt_bot_fetches_a_repair_crate() {
    let mut repaired = 0;
    for seed in 0..10 {
        let mut game = Match::new(RuleSet::Modern, seed, 60, &[Level::Normal]);
        game.world.tanks[0].hp = 20;
        let game = game.play();
        let taken = |e: &&Event| matches!(e, Event::Taken { crate_kind: Crate::Repair, .. });
        repaired += usize::from(game.events.iter().filter(taken).count() > 0);
    }
    assert!(repaired >= 8, "{repaired} of 10");
}
