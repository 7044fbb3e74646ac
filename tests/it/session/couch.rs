//! Two people at one machine: they come, go, and come back together, and count as one peer.

use tankwarz::session::host::KEPT_FOR;
use tankwarz::session::message::Hello;
use tankwarz::session::{
    BotLevel, Colour, EndReason, HostConfig, In, Kind, Message, Notice, Owner, PeerId, Refusal,
    Roster, Seat, Why,
};

use super::room::{Room, hello, name, playing, with};

/// A host of so many seats, a machine with two people, and one more guest, all playing.
fn couch(config: HostConfig) -> (Room, PeerId, PeerId, PeerId) {
    let mut room = Room::new(1);
    let host = room.host(config);
    let pair = room.two_guests(["Ann", "Eve"], None);
    room.run(1000);
    let single = room.guest("Bob");
    room.run(1000);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, pair, single]);
    room.run(1000);
    (room, host, pair, single)
}

fn people(room: &Room, at: PeerId, of: PeerId) -> Vec<(u8, String)> {
    let roster = room.roster(at);
    let both = [roster.seat_of(of), roster.second_of(of)].into_iter().flatten();
    both.map(|seat| (seat, roster.player(seat).unwrap().name.to_string())).collect()
}

fn told(room: &Room, at: PeerId, notice: &Notice) -> usize {
    room.node(at).notices.iter().filter(|n| *n == notice).count()
}

#[test]
fn both_people_of_a_machine_are_seated_and_everyone_sees_them() {
    let (room, host, pair, single) = couch(Room::config(8));
    for at in [host, pair, single] {
        let both = [(1, "Ann".to_owned()), (2, "Eve".to_owned())];
        assert_eq!(people(&room, at, pair), both);
        assert_eq!(room.roster(at).seat_of(single), Some(3));
        assert_eq!(room.roster(at).peers(), [host, pair, single], "they are one peer");
        assert_eq!(room.roster(at).handles(), [0, 1, 2, 3]);
    }
    for called in ["Ann", "Eve"] {
        assert_eq!(told(&room, host, &Notice::Joined(name(called))), 1);
    }
    assert_eq!(told(&room, pair, &Notice::NoSecondSeat(name("Eve"))), 0);
}

#[test]
fn host_with_two_people_counts_two_seats_of_its_room() {
    let mut room = Room::new(1);
    let second = Some(name("Eve"));
    let bots = vec![BotLevel::Easy; 7];
    let host = room.host(HostConfig { second, bots, ..Room::config(4) });
    assert_eq!(people(&room, host, host), [(0, "Host".to_owned()), (1, "Eve".to_owned())]);
    assert_eq!(room.roster(host).players().count(), 4, "bots take what is left");
    let late = room.guest("Bob");
    room.run(1000);
    assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::RoomFull)));
}

#[test]
fn where_one_seat_is_free_the_first_gets_it_and_is_told() {
    // In the lobby, and into a running match.
    for runs in [false, true] {
        let mut room = Room::new(1);
        let host = room.host(Room::config(3));
        let guest = room.guest("Bob");
        room.run(1000);
        if runs {
            room.command(host, In::Start);
            room.run_until_all_play(2000, &[host, guest]);
        }
        let pair = room.two_guests(["Ann", "Eve"], None);
        room.run(1000);
        if !runs {
            room.command(host, In::Start);
        }
        room.run_until_all_play(4000, &[host, guest, pair]);
        room.run(500);
        assert_eq!(people(&room, pair, pair), [(2, "Ann".to_owned())]);
        assert_eq!(told(&room, pair, &Notice::NoSecondSeat(name("Eve"))), 1, "and only once");
        assert_eq!(room.roster(host).players().count(), 3);
    }
}

#[test]
fn a_full_room_takes_neither() {
    let mut room = Room::new(1);
    room.host(Room::config(2));
    room.guest("Bob");
    room.run(1000);
    let pair = room.two_guests(["Ann", "Eve"], None);
    room.run(1000);
    assert_eq!(room.node(pair).ended, Some(EndReason::Refused(Refusal::RoomFull)));
}

#[test]
fn two_machines_with_two_people_that_come_at_once_never_share_a_seat() {
    // Four of six seats are free, then three: the machine that is later gets one.
    for (seats, expected) in [(6, 4), (5, 3), (4, 2)] {
        let mut room = Room::new(seats as u64);
        let host = room.host(Room::config(seats));
        let guest = room.guest("Bob");
        room.run(1000);
        room.command(host, In::Start);
        room.run_until_all_play(2000, &[host, guest]);
        let pairs = [("Ann", "Eve"), ("Ida", "Zoe")].map(|(a, b)| room.two_guests([a, b], None));
        room.run(4000);
        let seated: usize = pairs.iter().map(|pair| people(&room, host, *pair).len()).sum();
        assert_eq!(seated, expected, "{seats} seats: {}", room.picture());
        assert_eq!(room.roster(host).players().count(), 2 + expected);
    }
}

#[test]
fn equal_names_at_one_machine_are_numbered() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(8));
    let pair = room.two_guests(["Ann", "Ann"], None);
    room.run(1000);
    assert_eq!(people(&room, host, pair), [(1, "Ann".to_owned()), (2, "Ann 2".to_owned())]);
}

#[test]
fn both_seats_are_left_and_had_back_with_one_token() {
    for (fill, killed) in
        [(None, false), (None, true), (Some(BotLevel::Easy), false), (Some(BotLevel::Hard), true)]
    {
        let (mut room, host, pair, single) = couch(HostConfig { fill, ..Room::config(4) });
        let token = room.token(pair);
        let before = room.node(host).settled.tanks.map(|tank| tank.score);
        match killed {
            true => room.kill(pair, true),
            false => room.command(pair, In::Leave),
        }
        room.run_until(4000, |room| !room.roster(host).has(pair));
        room.run_until_all_play(2000, &[host, single]);
        for seat in [1, 2] {
            let player = room.roster(host).player(seat).unwrap();
            assert!(player.is_away() && player.parked == fill.is_none());
            assert_eq!(player.kind, fill.map_or(Kind::Human, Kind::Bot));
        }
        for called in ["Ann", "Eve"] {
            let gone = match killed {
                true => Notice::TimedOut(name(called)),
                false => Notice::Left(name(called)),
            };
            assert_eq!(told(&room, host, &gone), 1, "{gone:?}");
        }
        let back = room.two_guests(["X", "Y"], token);
        room.run_until_all_play(5000, &[host, single, back]);
        let both = [(1, "Ann".to_owned()), (2, "Eve".to_owned())];
        assert_eq!(people(&room, single, back), both, "names and seats are the old ones");
        assert_eq!(room.epoch(host).why, Why::Rejoin);
        let after = room.epoch(host).world.as_ref().unwrap().tanks.map(|tank| tank.score);
        assert!(after[1] >= before[1] && after[2] >= before[2] && before[2] > 0);
        assert!(room.roster(host).players().all(|(_, p)| !p.is_away()));
    }
}

#[test]
fn one_of_two_may_come_back_alone_and_the_other_later() {
    let (mut room, host, pair, single) = couch(Room::config(8));
    let token = room.token(pair);
    room.command(pair, In::Leave);
    room.run_until_all_play(3000, &[host, single]);
    let back = room.guest_with("Ann", token);
    room.run_until_all_play(5000, &[host, single, back]);
    assert_eq!(people(&room, host, back), [(1, "Ann".to_owned())]);
    assert!(room.roster(host).player(2).unwrap().parked, "the second is awaited still");
    room.command(back, In::Leave);
    room.run_until_all_play(3000, &[host, single]);
    let both = room.two_guests(["Ann", "Eve"], token);
    room.run_until_all_play(5000, &[host, single, both]);
    assert_eq!(people(&room, host, both), [(1, "Ann".to_owned()), (2, "Eve".to_owned())]);
}

#[test]
fn who_was_alone_may_bring_somebody_and_gets_the_old_seat() {
    let (mut room, host, guests) = playing(2);
    let token = room.token(guests[0]);
    let seat = room.roster(host).seat_of(guests[0]).unwrap();
    room.command(guests[0], In::Leave);
    room.run_until_all_play(3000, &[host, guests[1]]);
    let both = room.two_guests(["Ann", "Eve"], token);
    room.run_until_all_play(5000, &[host, guests[1], both]);
    assert_eq!(people(&room, host, both), [(seat, "Guest 0".to_owned()), (3, "Eve".to_owned())]);
    assert_eq!(room.epoch(host).why, Why::Join, "somebody is new");
}

#[test]
fn of_two_who_left_together_the_second_loses_the_seat_first() {
    let (mut room, host, pair, single) = couch(Room::config(8));
    let token = room.token(pair);
    let others: Vec<PeerId> = (0..4).map(|n| room.guest(&format!("G{n}"))).collect();
    let all = with(host, &[&[single], others.as_slice()].concat());
    room.run_until_all_play(6000, &all);
    room.command(pair, In::Leave);
    room.run_until_all_play(3000, &all);
    room.run(KEPT_FOR);
    let new = room.guest("New");
    room.run_until_all_play(6000, &with(host, &[new]));
    assert_eq!(room.roster(host).seat_of(new), Some(2), "Eve's, who is away as long as Ann");
    let back = room.two_guests(["Ann", "Eve"], token);
    room.run_until_all_play(6000, &with(host, &[new, back]));
    assert_eq!(people(&room, host, back), [(1, "Ann".to_owned())]);
    assert_eq!(told(&room, back, &Notice::NoSecondSeat(name("Eve"))), 1);
}

#[test]
fn host_with_two_people_dies_and_comes_back_as_a_guest_with_two() {
    for fill in [None, Some(BotLevel::Easy)] {
        let mut room = Room::new(1);
        let host = room.host(HostConfig { second: Some(name("Eve")), fill, ..Room::config(6) });
        let guests = [("Ann", "Ida"), ("Bob", "Zoe")].map(|(a, b)| {
            let guest = room.two_guests([a, b], None);
            room.run(700);
            guest
        });
        room.run(500);
        room.command(host, In::Start);
        room.run_until_all_play(2000, &with(host, &guests));
        room.run(1000);
        let token = room.token(host);
        room.kill(host, true);
        let took = room.run_until(6000, |room| room.all_play(&guests).is_some_and(|id| id > 1));
        // One second for a lower *machine*, not for each of its people.
        assert!(took < 3500, "{took} ms");
        assert!(room.hosts(guests[0]), "the lowest seat takes over: {}", room.picture());
        assert_eq!(room.epoch(guests[0]).why, Why::Migration);
        let away = room.roster(guests[0]).players().filter(|(_, p)| p.is_away());
        assert_eq!(away.map(|(seat, _)| seat).collect::<Vec<_>>(), [0, 1]);
        for guest in guests {
            assert_eq!(people(&room, guest, guest).len(), 2, "theirs are untouched");
        }
        let back = room.two_guests(["Host", "Eve"], token);
        room.run_until_all_play(6000, &[guests[0], guests[1], back]);
        assert_eq!(people(&room, back, back), [(0, "Host".to_owned()), (1, "Eve".to_owned())]);
        // And the heir's own seats are known by its token, both of them.
        let token = room.token(guests[0]);
        room.command(guests[0], In::Leave);
        room.run_until_all_play(4000, &[guests[1], back]);
        let heir = room.two_guests(["Ann", "Ida"], token);
        room.run_until_all_play(6000, &[guests[1], back, heir]);
        assert_eq!(people(&room, back, heir), [(2, "Ann".to_owned()), (3, "Ida".to_owned())]);
    }
}

#[test]
fn a_machine_with_two_people_has_one_turn_to_take_over() {
    // Host and the machine of seats 1 and 2 go at once, and only of the host the relay tells
    // (1 s): whoever is next lets one turn of 1 s pass, not two.
    let (mut room, host, pair, single) = couch(Room::config(8));
    assert!(room.roster(single).heirs().eq([(0, host), (1, pair), (3, single)]));
    room.kill(host, true);
    room.kill(pair, false);
    let took = room.run_until(9000, |room| room.hosts(single));
    assert!((1900..2900).contains(&took), "{took} ms");
}

#[test]
fn a_machine_that_differs_again_and_again_goes_with_both_and_stays_out_with_both() {
    let (mut room, host, pair, single) = couch(Room::config(8));
    let token = room.token(pair);
    for _ in 0..2 {
        let epoch = room.epoch(pair).id;
        room.command(pair, In::Desync { peer: pair, epoch, tick: 0 });
        room.run_until(3000, |room| {
            room.all_play(&[host, pair, single]).is_some_and(|n| n > epoch)
        });
        assert_eq!(people(&room, host, pair).len(), 2, "two of a machine are one strike");
    }
    let epoch = room.epoch(pair).id;
    room.command(pair, In::Desync { peer: pair, epoch, tick: 0 });
    room.run_until_all_play(4000, &[host, single]);
    room.run(500);
    assert_eq!(room.roster(host).people_of(pair).filter(|(_, p)| p.is_away()).count(), 2);
    let back = room.two_guests(["Ann", "Eve"], token);
    room.run(2000);
    assert_eq!(room.node(back).ended, Some(EndReason::Refused(Refusal::Desync)));
}

#[test]
fn a_desync_of_either_is_healed_and_both_play_on() {
    let (mut room, host, pair, single) = couch(Room::config(8));
    let before = room.roster(host).clone();
    let epoch = room.epoch(host).id;
    room.command(host, In::Desync { peer: pair, epoch, tick: 0 });
    room.run_until(3000, |room| room.all_play(&[host, pair, single]).is_some_and(|n| n > epoch));
    assert_eq!((room.epoch(host).why, room.roster(pair)), (Why::Desync, &before));
    assert_eq!(told(&room, host, &Notice::Healed(Some(name("Ann")))), 1);
}

#[test]
fn both_play_on_at_a_rematch() {
    let (mut room, host, pair, single) = couch(Room::config(8));
    room.command(host, In::Rematch { seeds: None });
    room.run_until(3000, |room| room.all_play(&[host, pair, single]).is_some_and(|n| n > 1));
    assert_eq!(people(&room, pair, pair), [(1, "Ann".to_owned()), (2, "Eve".to_owned())]);
}

fn wears(second: bool, number: u8) -> In<'static> {
    In::SetColour { second, colour: Colour::new(number).unwrap() }
}

/// The colours of the first and the second person of a machine, as a peer sees them.
fn colours(room: &Room, by: PeerId, of: PeerId) -> Vec<u8> {
    let people = room.roster(by).people_of(of);
    people.map(|(_, player)| player.colour.number()).collect()
}

/// A host with two people, a machine with two, and one more guest, in the lobby.
fn two_couches() -> (Room, PeerId, PeerId, PeerId) {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { second: Some(name("Ida")), ..Room::config(8) });
    let pair = room.two_guests(["Ann", "Eve"], None);
    room.run(1000);
    let single = room.guest("Bob");
    room.run(1000);
    (room, host, pair, single)
}

#[test]
fn what_the_second_chose_is_seen_by_all_and_outlives_match_rematch_absence_and_host() {
    let (mut room, host, pair, single) = two_couches();
    room.command(pair, wears(true, 7));
    room.command(host, wears(true, 6));
    room.command(pair, In::SetName { second: true, name: &name("Zoe") });
    room.command(host, In::SetName { second: true, name: &name("Mia") });
    room.run(500);
    let same = |room: &Room, peers: &[PeerId], pair: PeerId| {
        for &by in peers {
            assert_eq!(colours(room, by, pair), [2, 7], "the first one's is as it was");
            let called: Vec<_> = people(room, by, pair).into_iter().map(|(_, name)| name).collect();
            assert_eq!(called, ["Ann", "Zoe"]);
        }
    };
    let all = [host, pair, single];
    same(&room, &all, pair);
    assert_eq!(colours(&room, single, host), [0, 6]);
    assert_eq!(people(&room, single, host)[1].1, "Mia");
    room.command(host, In::Start);
    room.run_until_all_play(3000, &all);
    room.run(500);
    room.command(host, In::Rematch { seeds: None });
    room.run_until_all_play(3000, &all);
    same(&room, &all, pair);
    let token = room.token(pair);
    room.command(pair, In::Leave);
    room.run_until_all_play(3000, &[host, single]);
    let back = room.two_guests(["X", "Y"], token);
    room.run_until_all_play(5000, &[host, single, back]);
    same(&room, &[host, single, back], back);
    room.command(host, In::Leave);
    room.run_until(5000, |room| room.hosts(back) && room.all_play(&[back, single]).is_some());
    same(&room, &[back, single], back);
}

#[test]
fn a_second_who_comes_late_gets_the_colour_they_want() {
    let (mut room, host, pair, single) = two_couches();
    room.command(host, In::Start);
    room.run_until_all_play(3000, &[host, pair, single]);
    let late = room.two_guests(["Lea", "Kim"], None);
    room.run_until(3000, |room| room.guest_of(late).host().is_some());
    room.command(late, wears(true, 5));
    room.command(late, wears(false, 7));
    let all = [host, pair, single, late];
    room.run_until_all_play(5000, &all);
    for by in all {
        assert_eq!(colours(&room, by, late), [7, 5]);
    }
    let alone = room.guest("Max");
    room.run_until(3000, |room| room.guest_of(alone).host().is_some());
    room.command(alone, wears(true, 5));
    room.run_until_all_play(5000, &with(host, &[pair, single, late, alone]));
    assert_eq!(colours(&room, single, alone), [6], "there is no second who could want it");
}

#[test]
fn two_at_one_machine_exchange_colours_and_take_none_from_others() {
    let (mut room, host, pair, single) = two_couches();
    room.command(host, wears(false, 1));
    room.command(pair, wears(true, 2));
    room.run(500);
    assert_eq!(colours(&room, single, host), [1, 0]);
    assert_eq!(colours(&room, single, pair), [3, 2]);
    for (peer, taken) in [(pair, 0), (pair, 4), (host, 3)] {
        let before = room.roster(host).clone();
        room.command(peer, wears(true, taken));
        room.run(500);
        assert_eq!(*room.roster(host), before, "{taken} is another's");
    }
}

#[test]
fn three_people_at_one_machine_are_no_message() {
    let mut roster = Roster::default();
    for (peer, called) in [(PeerId(1), "Host"), (PeerId(2), "Ann")] {
        roster.add(peer, &name(called), Kind::Human);
    }
    roster.add_second(PeerId(2), &name("Eve"));
    let lobby = |seats: [Seat; 8]| {
        // The bytes of a lobby without the check that ours go through.
        let mut bytes = vec![tankwarz::session::message::VERSION, 3];
        bytes.extend(postcard::to_allocvec(&seats).unwrap());
        bytes.extend([1, 120, 24, 0, 0, 8]);
        Message::decode(&bytes)
    };
    assert!(lobby(roster.seats().clone()).is_ok(), "the bytes are right");
    let mut three = roster.seats().clone();
    let Seat::Player(mut third) = three[2].clone() else { panic!("nobody") };
    third.name = name("Ida");
    third.owner = Some(Owner([1; 16]));
    for second in [false, true] {
        third.second = second;
        three[3] = Seat::Player(third.clone());
        assert!(lobby(three.clone()).is_err(), "a third, second: {second}");
    }
}

#[test]
fn a_peer_that_asks_twice_never_has_four_seats() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(8));
    let puppet = room.puppet();
    room.run(1000);
    let Message::Hello(one) = hello("Ann") else { panic!("no Hello") };
    let two = Message::Hello(Hello { second: Some(name("Eve")), ..one });
    for _ in 0..2 {
        room.say(puppet, host, two.encode());
        room.run(300);
        assert_eq!(people(&room, host, puppet).len(), 2);
        assert_eq!(room.roster(host).players().count(), 3);
    }
    room.command(host, In::Start);
    room.run(300);
    room.say(puppet, host, two.encode());
    room.run(300);
    assert_eq!(room.roster(host).local_seats(puppet).len(), 0, "it waits for its turn again");
}
