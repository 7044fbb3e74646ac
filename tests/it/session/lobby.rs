//! What people change in the lobby: colours, names, rules and bots; everyone sees the same of it,
//! and what was chosen lasts as long as the match and all that follow.

use tankwarz::session::{BotLevel, Colour, HostConfig, In, Kind, Message, PeerId};
use tankwarz::sim::RuleSet;

use super::room::{Room, hello, name, playing, with};

fn colour(number: u8) -> Colour {
    Colour::new(number).unwrap()
}

fn wears(number: u8) -> In<'static> {
    In::SetColour { second: false, colour: colour(number) }
}

/// The colour of the first person of a peer, as another peer sees it.
fn seen(room: &Room, by: PeerId, peer: PeerId) -> Option<u8> {
    let roster = room.roster(by);
    roster.player(roster.place_of(peer)?).map(|player| player.colour.number())
}

/// A host and guests in a lobby.
fn waiting(guests: usize) -> (Room, PeerId, Vec<PeerId>) {
    let mut room = Room::new(1);
    let host = room.host(Room::config(8));
    let guests: Vec<PeerId> = (0..guests).map(|n| room.guest(&format!("Guest {n}"))).collect();
    room.run_until(3000, |room| room.roster(host).players().count() == guests.len() + 1);
    room.run(500);
    (room, host, guests)
}

#[test]
fn who_comes_last_before_the_start_has_the_wanted_colour_in_that_match() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { auto_start: Some(5), ..Room::config(5) });
    let first = room.guest("First");
    room.command(first, wears(7));
    room.run_until(3000, |room| seen(room, host, first) == Some(7));
    // The room starts in the moment in which it is full. What somebody has is not to be had.
    let two = room.two_guests(["Ann", "Eve"], None);
    let last = room.guest("Last");
    room.command(two, wears(7));
    room.command(two, In::SetColour { second: true, colour: colour(6) });
    room.command(last, wears(5));
    let all = with(host, &[first, two, last]);
    assert_eq!(room.run_until_all_play(3000, &all), 1, "nobody came late");
    for by in all {
        let second = room.roster(by).second_of(two);
        let second =
            second.and_then(|seat| room.roster(by).player(seat)).map(|p| p.colour.number());
        let got = [seen(&room, by, first), second, seen(&room, by, last)];
        assert_eq!(got, [Some(7), Some(6), Some(5)], "seen by {}", by.0);
    }
}

#[test]
fn a_chosen_colour_is_seen_by_all_and_outlives_match_host_and_absence() {
    let (mut room, host, guests) = waiting(3);
    let (ann, bob) = (guests[0], guests[1]);
    room.command(ann, wears(7));
    room.command(bob, wears(5));
    room.command(host, wears(6));
    room.run(500);
    let all = with(host, &guests);
    let same = |room: &Room, peers: &[PeerId]| {
        for &by in peers {
            let colours = [host, ann, bob].map(|peer| seen(room, by, peer));
            assert_eq!(colours, [Some(6), Some(7), Some(5)], "seen by {}", by.0);
        }
    };
    same(&room, &all);
    room.command(host, In::Start);
    room.run_until_all_play(3000, &all);
    same(&room, &all);
    room.command(host, In::Rematch { seeds: None });
    room.run_until_all_play(3000, &all);
    same(&room, &all);

    // Somebody comes late and wants a colour that is taken, somebody one that is free.
    let late = [room.guest("Late"), room.guest("Later")];
    room.run_until(3000, |room| late.iter().all(|&peer| room.guest_of(peer).host().is_some()));
    room.command(late[0], wears(7));
    room.command(late[1], wears(4));
    let all = [&all[..], &late].concat();
    room.run_until_all_play(5000, &all);
    same(&room, &all);
    assert_eq!(seen(&room, ann, late[1]), Some(4));
    assert_ne!(seen(&room, ann, late[0]), Some(7));

    // One goes and comes back as another peer.
    let token = room.token(bob).unwrap();
    room.command(bob, In::Leave);
    let rest: Vec<PeerId> = all.iter().copied().filter(|&peer| peer != bob).collect();
    room.run(500);
    room.run_until_all_play(3000, &rest);
    let back = room.guest_with("Bob", Some(token));
    let all = [&rest[..], &[back]].concat();
    room.run_until_all_play(5000, &all);
    assert!(all.iter().all(|&by| seen(&room, by, back) == Some(5)));

    // The host goes; whoever takes over knows what everybody wears.
    room.command(host, In::Leave);
    let rest: Vec<PeerId> = all.iter().copied().filter(|&peer| peer != host).collect();
    room.run_until(5000, |room| {
        rest.iter().any(|&peer| room.hosts(peer)) && room.all_play(&rest).is_some()
    });
    for &by in &rest {
        let colours = [ann, back, late[1]].map(|peer| seen(&room, by, peer));
        assert_eq!(colours, [Some(7), Some(5), Some(4)]);
    }
    let heir = rest.iter().copied().find(|&peer| room.hosts(peer)).unwrap();
    room.command(heir, In::Rematch { seeds: None });
    room.run(500);
    room.run_until_all_play(3000, &rest);
    assert!(rest.iter().all(|&by| seen(&room, by, ann) == Some(7)));
}

#[test]
fn of_two_who_want_one_colour_at_once_one_gets_it() {
    let mut gone_to_first = 0;
    for seed in 0..20 {
        let mut room = Room::new(seed);
        room.delay = (20, 200);
        let host = room.host(Room::config(8));
        let guests = [room.guest("Ann"), room.guest("Bob")];
        room.run_until(4000, |room| room.roster(host).players().count() == 3);
        room.run(500);
        let before = guests.map(|guest| seen(&room, host, guest));
        guests.iter().for_each(|&guest| room.command(guest, wears(7)));
        room.run(1000);
        let now = guests.map(|guest| seen(&room, host, guest));
        for &guest in &guests {
            assert_eq!(guests.map(|other| seen(&room, guest, other)), now, "seed {seed}");
        }
        let first = now == [Some(7), before[1]];
        assert!(first || now == [before[0], Some(7)], "seed {seed}: {now:?}");
        gone_to_first += usize::from(first);
    }
    assert!((1..20).contains(&gone_to_first), "there was no race: {gone_to_first}");
}

#[test]
fn a_bot_gives_its_colour_away_and_takes_the_old_one() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { bots: vec![BotLevel::Easy], ..Room::config(4) });
    room.command(host, wears(1));
    let colours: Vec<u8> = room.roster(host).players().map(|(_, p)| p.colour.number()).collect();
    assert_eq!(colours, [1, 0]);
}

#[test]
fn names_change_in_the_lobby_and_stay_different() {
    let (mut room, host, guests) = waiting(2);
    let wish = name("Łukasz 🚜");
    for &guest in &guests {
        room.command(guest, In::SetName { second: false, name: &wish });
        room.run(300);
    }
    room.command(host, In::SetName { second: false, name: &name("Boss") });
    room.run(300);
    for by in with(host, &guests) {
        let roster = room.roster(by);
        let people = with(host, &guests);
        let called: Vec<&str> =
            people.iter().map(|&peer| roster.name_of(peer).unwrap().as_str()).collect();
        assert_eq!(called, ["Boss", "Łukasz 🚜", "Łukasz 🚜 2"]);
    }
}

#[test]
fn rules_and_bots_are_the_hosts_and_guests_see_them_at_once() {
    let (mut room, host, guests) = waiting(1);
    let ann = guests[0];
    let rules = |room: &Room| {
        let rules = room.guest_of(ann).lobby().rules;
        (rules.set(), rules.match_ticks() / 60)
    };
    let before = rules(&room);
    room.command(ann, In::SetRules { set: RuleSet::Classic, seconds: 60 });
    room.command(ann, In::AddBot(BotLevel::Hard));
    room.run(300);
    assert_eq!(rules(&room), before, "a guest changes nothing");
    room.command(host, In::SetRules { set: RuleSet::Classic, seconds: 180 });
    room.command(host, In::AddBot(BotLevel::Easy));
    room.command(host, In::AddBot(BotLevel::Easy));
    room.command(host, In::SetBot { seat: 2, level: Some(BotLevel::Hard) });
    room.command(host, In::SetBot { seat: 3, level: None });
    room.command(host, In::SetBot { seat: 1, level: None });
    room.command(host, In::SetBot { seat: 7, level: Some(BotLevel::Hard) });
    room.run(300);
    assert_eq!(rules(&room), (RuleSet::Classic, 180));
    let kinds: Vec<Kind> = room.roster(ann).players().map(|(_, player)| player.kind).collect();
    assert_eq!(kinds, [Kind::Human, Kind::Human, Kind::Bot(BotLevel::Hard)]);
    room.command(host, In::Start);
    room.run_until_all_play(3000, &[host, ann]);
    assert_eq!(room.epoch(ann).rules.set(), RuleSet::Classic);
    room.command(host, In::SetBot { seat: 2, level: None });
    room.command(host, In::SetRules { set: RuleSet::Modern, seconds: 0 });
    room.run(300);
    assert_eq!(room.roster(host).players().count(), 3, "nobody is taken out of a match");
    room.command(host, In::Rematch { seeds: None });
    room.run_until(3000, |room| room.epoch(ann).rules.set() == RuleSet::Modern);
    assert_eq!(room.epoch(ann).rules.match_ticks(), 600, "brought into its range");
}

#[test]
fn nobody_changes_what_is_not_theirs_nor_more_than_a_few_times_a_second() {
    let (mut room, host, _) = waiting(1);
    let (puppet, stranger) = (room.puppet(), room.puppet());
    room.run(600);
    room.say(puppet, host, hello("Puppet").encode());
    room.run_until(1000, |room| room.roster(host).has(puppet));
    let before = room.roster(host).clone();
    let set = |second, number| Message::SetColour { second, colour: colour(number) }.encode();
    let call = |second, called| Message::SetName { second, name: name(called) }.encode();
    let mut wild = set(false, 7);
    *wild.last_mut().unwrap() = 200;
    let mut third = set(false, 7);
    *third.get_mut(2).unwrap() = 2;
    let mut long = call(false, "Sixteen letters!");
    long.push(b'!');
    *long.get_mut(3).unwrap() += 1;
    // Nobody is second there, the host has that colour, and the rest makes no sense.
    for bytes in [set(true, 7), set(false, 0), call(true, "Mallory"), wild, third, long] {
        room.say(puppet, host, bytes);
        room.run(400);
        assert_eq!(*room.roster(host), before);
    }
    room.say(stranger, host, set(false, 7));
    room.run(400);
    assert_eq!(*room.roster(host), before);

    let lobbies = |room: &Room| {
        let told = room.node(puppet).received.iter();
        told.filter(|(_, message)| matches!(message, Message::Lobby(_))).count()
    };
    let told = lobbies(&room);
    for n in 0..50 {
        room.say(puppet, host, set(false, 4 + n % 2));
    }
    room.run(1000);
    assert!((8..24).contains(&(lobbies(&room) - told)), "{}", lobbies(&room) - told);
    assert!(room.roster(host).has(puppet));
}

#[test]
fn what_guests_make_the_host_tell_never_drowns_what_it_has_to_say() {
    let (mut room, host, guests) = waiting(1);
    let puppets = [room.puppet(), room.puppet(), room.puppet()];
    room.run(600);
    for puppet in puppets {
        room.say(puppet, host, hello("Puppet").encode());
    }
    room.run_until(1000, |room| room.roster(host).players().count() == 5);
    // Each as often as the host listens: all of them together are more than a guest listens to.
    for n in 0..400 {
        for puppet in puppets {
            room.say(puppet, host, Message::SetReady(n % 2 == 0).encode());
        }
        room.run(17);
    }
    room.command(guests[0], In::SetReady(true));
    room.run(500);
    let seat = room.roster(guests[0]).seat_of(guests[0]).unwrap();
    assert!(room.guest_of(guests[0]).lobby().ready & 1 << seat != 0, "the newest is told");
    let ignored = room.guest_of(guests[0]).ignored();
    assert_eq!(ignored.over_budget, 0, "{ignored:?}");
}

#[test]
fn a_match_that_runs_keeps_its_colours_and_names() {
    let (mut room, host, guests) = playing(1);
    let before = room.roster(host).clone();
    room.command(guests[0], wears(7));
    room.command(guests[0], In::SetName { second: false, name: &name("Eve") });
    room.command(host, wears(6));
    room.run(500);
    assert_eq!(*room.roster(host), before);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}
