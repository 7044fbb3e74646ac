//! Bots: that they find each other and fight, that the better ones win, and that nothing confuses them.

use tankwarz::bot::{Bot, Level};
use tankwarz::sim::rules::COUNTDOWN;
use tankwarz::sim::{Events, Input, MAX_SEATS, Map, RuleSet, Rules, World, step};

/// Plays a whole match of `levels`, seat by seat, without a window.
fn play(seed: u64, seconds: u16, levels: &[Level]) -> World {
    let rules =
        Rules::new(RuleSet::Modern, seconds, Rules::default_side(RuleSet::Modern, levels.len()));
    let map = Map::generate([seed, seed ^ 0x5eed], &rules);
    let seats: Vec<u8> = (0..levels.len() as u8).collect();
    let mut world = World::create(&map, &seats);
    let mut bots: Vec<Bot> =
        levels.iter().zip(seed * 8..).map(|(&level, seed)| Bot::new(level, seed)).collect();
    let mut events = Events::new();
    for _ in 0..COUNTDOWN + rules.match_ticks() {
        let mut inputs = [Input::default(); MAX_SEATS];
        for ((bot, input), seat) in bots.iter_mut().zip(&mut inputs).zip(0..) {
            *input = bot.input(&world, &map, seat);
        }
        events.clear();
        step(&mut world, &map, &inputs, &mut events);
    }
    world
}

/// How often `a` wins of 100 duels against `b`, in alternating seats.
fn wins(a: Level, b: Level, seconds: u16) -> usize {
    (0..100)
        .filter(|&seed| {
            let (levels, seat) = if seed % 2 == 0 { ([a, b], 0) } else { ([b, a], 1) };
            play(seed, seconds, &levels).winner() == Some(seat)
        })
        .count()
}

#[test]
fn hard_beats_easy() {
    let won = wins(Level::Hard, Level::Easy, 60);
    println!("{won}");
    assert!(won >= 90, "{won} of 100");
}

#[test]
fn normal_beats_easy() {
    let won = wins(Level::Normal, Level::Easy, 60);
    println!("{won}");
    assert!(won >= 70, "{won} of 100");
}

#[test]
fn hard_beats_normal() {
    let won = wins(Level::Hard, Level::Normal, 60);
    println!("{won}");
    assert!(won >= 60, "{won} of 100");
}

#[test]
fn bots_find_and_hit_each_other() {
    for seed in 0..20 {
        let world = play(seed, 60, &[Level::Normal; 2]);
        let t = |s: usize| (world.tanks[s].shots, world.tanks[s].hits, world.tanks[s].deaths);
        println!("{seed}: {:?} {:?}", t(0), t(1));
        assert!(world.tanks.iter().map(|t| t.hits).sum::<u16>() > 0, "seed {seed}");
    }
}
