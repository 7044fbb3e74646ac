//! What people chose before and in the lobby is what everybody sees in the match, with real
//! rollback sessions and a line between them: colours, names, rules and length.

use tankwarz::session::{Colour, In, Name, Roster};
use tankwarz::sim::RuleSet;

use crate::fleet::{Fleet, Plan, bad_line, side_by_side, slow_line};

#[test]
fn what_people_chose_is_what_everybody_sees_through_migration_and_rematch() {
    side_by_side(&[
        ("slow line", &|| chosen_is_seen(Plan::new(401, slow_line(50)))),
        ("bad line", &|| chosen_is_seen(Plan::new(402, bad_line()))),
    ]);
}

fn chosen_is_seen(plan: Plan) {
    let mut fleet = Fleet::new(Plan { couches: vec![1], ..plan });
    // As soon as they know their host, as the program does with what the settings say. Both
    // want the same; who is first has it.
    let ann = fleet.join();
    fleet.until(5, "a host", |f| f.peers[ann].game.host().is_some());
    wants(&mut fleet, ann, false, 6);
    let bob = fleet.join();
    fleet.until(5, "a host", |f| f.peers[bob].game.host().is_some());
    wants(&mut fleet, bob, false, 6);
    let complete = |f: &Fleet| {
        [0, ann, bob].iter().all(|i| f.peers[*i].game.lobby().roster.players().count() == 4)
    };
    fleet.until(5, "everybody in the lobby", complete);

    // In the lobby everything can be changed.
    let me = fleet.peers[ann].game.me();
    assert!(fleet.peers[0].game.lobby().roster.second_of(me).is_some());
    called(&mut fleet, ann, false, "Ann");
    called(&mut fleet, ann, true, "Eva");
    wants(&mut fleet, ann, true, 4);
    called(&mut fleet, bob, false, "Bobby");
    wants(&mut fleet, bob, false, 5);
    called(&mut fleet, 0, false, "Hans");
    wants(&mut fleet, 0, false, 7);
    fleet.tell(0, In::SetRules { set: RuleSet::Classic, seconds: 420 });
    fleet.run(1000);
    let expected = [("Hans", 7), ("Ann", 6), ("Eva", 4), ("Bobby", 5)];
    for index in [0, ann, bob] {
        let lobby = fleet.peers[index].game.lobby();
        assert_looks(&lobby.roster, &expected, index);
        assert_eq!((lobby.rules.set(), lobby.rules.match_ticks()), (RuleSet::Classic, 420 * 60));
    }
    fleet.start();
    fleet.play(2);
    assert_all_see(&fleet, &expected);

    // Who comes late gets its colour, too, unless somebody has it.
    let late = fleet.join();
    fleet.until(5, "a host", |f| f.peers[late].game.host().is_some());
    wants(&mut fleet, late, false, 1);
    fleet.until(8, "match with the late one", |f| f.all_run(|why| why == "join"));
    let expected = [&expected[..], &[("Guest 3", 1)]].concat();
    assert_all_see(&fleet, &expected);

    fleet.leave(0);
    fleet.until(9, "new host", |f| f.all_run(|why| why == "migration"));
    assert_all_see(&fleet, &expected);

    let leader = fleet.leader();
    assert_ne!(leader, 0);
    fleet.tell(leader, In::Rematch { seeds: None });
    fleet.until(8, "rematch", |f| f.all_run(|why| why == "rematch"));
    // The old host's seat is empty now.
    assert_all_see(&fleet, &expected[1..]);
    fleet.play(2);
}

fn wants(fleet: &mut Fleet, index: usize, second: bool, colour: u8) {
    fleet.tell(index, In::SetColour { second, colour: Colour::new(colour).unwrap() });
}

fn called(fleet: &mut Fleet, index: usize, second: bool, name: &str) {
    fleet.tell(index, In::SetName { second, name: &Name::new(name).unwrap() });
}

/// Names and colours, in the order of seats.
fn assert_looks(roster: &Roster, expected: &[(&str, u8)], index: usize) {
    let looks = |roster: &Roster| -> Vec<(String, u8)> {
        let look =
            |(_, p): (u8, &tankwarz::session::Player)| (p.name.to_string(), p.colour.number());
        roster.players().map(look).collect()
    };
    let expected: Vec<_> = expected.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect();
    assert_eq!(looks(roster), expected, "peer {index}");
}

/// Everybody in the match has these people, and a World with the rules that were chosen.
fn assert_all_see(fleet: &Fleet, expected: &[(&str, u8)]) {
    for index in (0..fleet.peers.len()).filter(|i| !fleet.is_gone(*i)) {
        let game = &fleet.peers[index].game;
        assert_looks(game.roster().unwrap(), expected, index);
        for world in [game.settled(), game.predicted()] {
            let rules = (world.rules.set(), world.rules.match_ticks());
            assert_eq!(rules, (RuleSet::Classic, 420 * 60), "peer {index}");
        }
    }
}
