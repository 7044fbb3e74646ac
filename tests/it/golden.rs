//! The simulation as a product: scripted matches that come out the same on every machine, in
//! every build and every release that claims to be compatible.

use std::fmt::Write;

use tankwarz::sim::{Events, Map, RuleSet, Rules, World, fingerprint, step};

use crate::{bless, script};

#[test]
fn scripted_matches_come_out_as_in_the_golden_file() {
    let mut now = String::from("# rules seats tick hash\n");
    for (set, name) in [(RuleSet::Classic, "classic"), (RuleSet::Modern, "modern")] {
        for seats in [2u8, 4, 8] {
            let rules = Rules::new(set, 45, 24 + seats);
            let map = Map::generate([0x7a6b, u64::from(seats)], &rules);
            let all: Vec<u8> = (0..seats).collect();
            let mut world = World::create(&map, &all);
            let mut events = Events::new();
            for tick in 0..3000 {
                step(&mut world, &map, &script::all_held(u64::from(seats), tick), &mut events);
                if world.tick.is_multiple_of(100) {
                    writeln!(now, "{name} {seats} {} {:016x}", world.tick, world.hash()).unwrap();
                }
            }
            let hits: u16 = world.tanks.iter().map(|tank| tank.hits).sum();
            assert!(hits > 0, "{name} {seats}: nobody was hit, this shows little");
        }
    }
    writeln!(now, "fingerprint {:016x}", fingerprint()).unwrap();
    bless::compare("worlds.txt", &now);
}
