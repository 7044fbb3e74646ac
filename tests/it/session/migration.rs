//! The host goes: the lowest seat that is left goes on with the match.

use tankwarz::session::{
    BotLevel, EndReason, Epoch, HostConfig, In, Key, Message, Notice, PeerId, Refusal, Roster,
    State, Why,
};
use tankwarz::sim::TankState;

use super::room::{Room, name, playing, with};

/// The guests in the order of their seats.
fn by_seat(room: &Room, host: PeerId) -> Vec<PeerId> {
    room.roster(host).peers().into_iter().filter(|&peer| peer != host).collect()
}

/// A host and guests in a running match, the guests by their seats.
fn playing_in_order(guests: usize) -> (Room, PeerId, Vec<PeerId>) {
    let (room, host, _) = playing(guests);
    let guests = by_seat(&room, host);
    (room, host, guests)
}

/// All of these play one epoch that the first of them hosts; how long that took.
fn until_led(room: &mut Room, within: u64, peers: &[PeerId]) -> u64 {
    room.run_until(within, |room| {
        room.all_play(peers).is_some()
            && room.hosts(peers[0])
            && room.epoch(peers[0]).host == peers[0]
    })
}

fn cut_between(room: &mut Room, here: &[PeerId], there: &[PeerId]) {
    for &a in here {
        for &b in there {
            room.cut(a, b);
        }
    }
}

#[test]
fn after_a_goodbye_the_lowest_seat_goes_on_within_a_second() {
    let (mut room, host, guests) = playing_in_order(3);
    room.delay = (50, 50);
    let before = room.node(guests[0]).settled;
    let (seat, called) = (0, name("Host"));
    room.command(host, In::Leave);
    let took = until_led(&mut room, 1000, &guests);
    println!("{took} ms");
    for &guest in &guests {
        let epoch = room.epoch(guest);
        assert_eq!((epoch.why, epoch.host), (Why::Migration, guests[0]));
        assert_eq!(room.node(guest).begun.len(), 2, "one epoch for it");
        let world = epoch.world.as_ref().unwrap();
        assert!(world.tick >= before.tick, "same match, same clock");
        assert!(world.tanks.iter().zip(before.tanks).all(|(now, then)| now.score >= then.score));
        assert_eq!(world.tanks[0].state(), TankState::Absent);
        let old = epoch.roster.player(seat).unwrap();
        assert!(old.parked && old.name == called && old.owner.is_some(), "kept for its owner");
        assert_eq!(room.node(guest).ended, None);
        let told = room.roster(guest).name_of(guests[0]).cloned().map(Notice::NewHost);
        assert_eq!(room.node(guest).notices.last(), told.as_ref());
    }
    room.run(1000);
    assert!(room.node(guests[2]).settled.tick > before.tick + 30, "the match goes on");
}

#[test]
fn a_killed_host_is_replaced_within_two_and_a_half_seconds() {
    let (mut room, host, guests) = playing_in_order(3);
    room.delay = (50, 50);
    room.kill(host, true);
    let took = until_led(&mut room, 2500, &guests);
    println!("{took} ms");
    assert!(took > 1000, "silence of a moment is no verdict: {took} ms");
    assert_eq!(room.epoch(guests[1]).id, room.epoch(guests[0]).id);
}

#[test]
fn a_host_whose_line_is_cut_is_replaced_within_seven_seconds_and_plays_on_alone() {
    let (mut room, host, guests) = playing_in_order(3);
    room.delay = (50, 50);
    room.cut_off(host);
    let took = until_led(&mut room, 7000, &guests);
    println!("{took} ms");
    assert!(took > 5000, "{took} ms");
    room.run_until(3000, |room| matches!(room.state(host), State::Running(_)));
    assert_eq!(room.roster(host).peers(), [host]);
    assert_ne!(room.epoch(host).id, room.epoch(guests[0]).id);
}

#[test]
fn a_relay_that_ends_with_its_host_tells_as_much_as_the_relay_would() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { own_relay: true, ..Room::config(4) });
    let guests = [room.guest("Ann"), room.guest("Bob")];
    room.run(1500);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &with(host, &guests));
    room.run(1000);
    let guests = by_seat(&room, host);
    room.kill(host, false);
    for &guest in &guests {
        room.command(guest, In::RelayLost);
    }
    until_led(&mut room, 2500, &guests);
}

#[test]
fn losing_a_relay_of_somebody_else_accuses_nobody() {
    let (mut room, host, guests) = playing_in_order(2);
    for &guest in &guests {
        room.command(guest, In::RelayLost);
    }
    room.cut_off(host);
    room.run(4000);
    room.heal();
    room.run(2000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn bots_go_on_under_the_new_host() {
    let mut room = Room::new(1);
    let bots = vec![BotLevel::Easy, BotLevel::Hard];
    let host = room.host(HostConfig { bots, ..Room::config(8) });
    let ann = room.guest("Ann");
    room.run(1500);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    room.run(1000);
    room.command(host, In::Leave);
    until_led(&mut room, 1000, &[ann]);
    assert_eq!(room.roster(ann).local_seats(ann), [1, 2, 3]);
    let world = room.epoch(ann).world.as_ref().unwrap();
    assert!([1, 2].iter().all(|&bot: &usize| world.tanks[bot].state() != TankState::Absent));
}

#[test]
fn host_and_lowest_guest_go_in_the_same_second() {
    type Gone = fn(&mut Room, PeerId);
    let ways: [(Gone, u64); 3] = [
        (|room, peer| room.command(peer, In::Leave), 1500),
        (|room, peer| room.kill(peer, true), 3500),
        (|room, peer| room.cut_off(peer), 8000),
    ];
    for (go, within) in ways {
        for guest_first in [false, true] {
            let (mut room, host, guests) = playing_in_order(4);
            let (first, second) = if guest_first { (guests[0], host) } else { (host, guests[0]) };
            go(&mut room, first);
            room.run(400);
            go(&mut room, second);
            let took = until_led(&mut room, within, &guests[1..]);
            println!("{took} ms");
            assert_eq!(room.roster(guests[3]).peers(), &guests[1..]);
        }
    }
}

#[test]
fn every_host_in_turn_is_replaced_until_one_plays_alone() {
    let (mut room, host, guests) = playing_in_order(4);
    let mut tick = 0;
    let mut all = with(host, &guests);
    while all.len() > 1 {
        let gone = all.remove(0);
        room.command(gone, In::Leave);
        until_led(&mut room, 1500, &all);
        room.run(500);
        assert!(room.node(all[0]).settled.tick > tick, "the clock goes on");
        tick = room.node(all[0]).settled.tick;
    }
    assert_eq!(room.roster(all[0]).players().count(), 5, "four seats are kept");
}

#[test]
fn two_halves_of_a_broken_network_each_play_on() {
    let (mut room, host, guests) = playing_in_order(4);
    let (here, there) = ([host, guests[2]], [guests[0], guests[1], guests[3]]);
    cut_between(&mut room, &here, &there);
    room.run_until(9000, |room| {
        room.all_play(&here).is_some_and(|id| id > 1)
            && room.all_play(&there).is_some_and(|id| id > 1)
    });
    assert_eq!(
        (room.roster(host).peers(), room.roster(there[0]).peers()),
        (here.to_vec(), there.to_vec())
    );
    room.run(1000);
    // Each has its own players, so neither gives way when they hear of each other again.
    room.heal();
    room.run(5000);
    let ids = (room.all_play(&here).unwrap(), room.all_play(&there).unwrap());
    assert_ne!(ids.0, ids.1);
    // A player who comes back to the room plays in the match that is there.
    let back = room.guest_with("Back", room.token(guests[2]));
    room.command(guests[2], In::Leave);
    room.run(4000);
    let led = |host: PeerId| room.roster(host).has(back);
    assert!(led(host) || led(there[0]), "{}", room.picture());
}

#[test]
fn who_is_left_alone_comes_back_when_the_line_does() {
    let (mut room, host, guests) = playing_in_order(3);
    let lost = guests[1];
    let seat = room.roster(host).seat_of(lost).unwrap();
    room.cut_off(lost);
    room.run_until(9000, |room| room.hosts(lost) && matches!(room.state(lost), State::Running(_)));
    room.run(10_000);
    let score = room.node(host).settled.tanks[usize::from(seat)].score;
    room.heal();
    room.run_until(5000, |room| room.all_play(&with(host, &guests)).is_some());
    let epoch = room.epoch(lost);
    assert_eq!((epoch.why, epoch.host), (Why::Rejoin, host));
    assert_eq!(epoch.roster.seat_of(lost), Some(seat));
    assert!(room.node(lost).settled.tanks[usize::from(seat)].score >= score);
}

#[test]
fn a_host_that_was_cut_off_comes_back_as_a_guest() {
    for guests in [1, 2, 4] {
        let (mut room, host, guests) = playing_in_order(guests);
        room.cut_off(host);
        until_led(&mut room, 7500, &guests);
        room.run(5000);
        room.heal();
        let mut all = guests.clone();
        all.push(host);
        until_led(&mut room, 5000, &all);
        assert_eq!(room.roster(guests[0]).seat_of(host), Some(0));
        room.run(2000);
        assert!(room.all_play(&all).is_some(), "and stays");
    }
}

#[test]
fn of_two_who_claim_to_host_the_lower_seat_stays() {
    let (mut room, host, guests) = playing_in_order(4);
    // The lowest seat takes over at once, but nobody hears of it until the next has, too.
    cut_between(&mut room, &[guests[0]], &guests[1..]);
    room.kill(host, true);
    room.run_until(4000, |room| room.hosts(guests[1]));
    assert!(room.hosts(guests[0]));
    room.heal();
    let took = until_led(&mut room, 1500, &guests);
    println!("{took} ms");
    for &guest in &guests {
        assert!(room.node(guest).ended.is_none());
    }
}

#[test]
fn claims_that_cross_each_other_end_in_one_match() {
    // The second heir waits for a first that is just too slow.
    for delay in [20, 100, 200] {
        let (mut room, host, guests) = playing_in_order(3);
        room.delay = (delay, delay + 50);
        room.kill(host, true);
        room.command(guests[1], In::SignallingLeft(guests[0]));
        room.command(guests[2], In::SignallingLeft(guests[0]));
        room.cut(guests[0], guests[1]);
        room.cut(guests[0], guests[2]);
        room.run(1700);
        room.heal();
        let took = room.run_until(6000, |room| room.all_play(&guests).is_some());
        println!("{took} ms");
        room.run(2000);
        assert!(room.all_play(&guests).is_some() && room.all_play(&guests) > Some(1));
    }
}

#[test]
fn an_epoch_of_the_old_host_that_some_have_and_some_have_not() {
    for cut in [0, 1, 2] {
        let (mut room, host, guests) = playing_in_order(3);
        // The rematch reaches all but one, and then the host is gone.
        room.cut(host, guests[cut]);
        room.command(host, In::Rematch { seeds: Some([3, 4]) });
        room.run(100);
        room.kill(host, true);
        until_led(&mut room, 6000, &guests);
        let matches: Vec<_> = guests.iter().map(|&guest| room.epoch(guest).seeds).collect();
        assert!(matches.iter().all(|seeds| *seeds == matches[0]), "{matches:?}");
    }
}

#[test]
fn what_the_old_host_said_last_comes_too_late() {
    let (mut room, host, guests) = playing_in_order(2);
    let old = room.epoch(host).clone();
    room.kill(host, true);
    until_led(&mut room, 3000, &guests);
    let id = room.epoch(guests[0]).id;
    assert!(id > old.id + 500, "no number that the old host could have given");
    for &guest in &guests {
        let late = Epoch { id: old.id + 1, why: Why::Leave, ..old.clone() };
        room.say(host, guest, Message::Begin(Box::new(late.seal())).encode());
        room.say(host, guest, Message::Bye.encode());
    }
    room.run(2000);
    assert_eq!(room.all_play(&guests), Some(id));
}

#[test]
fn nobody_takes_over_while_the_host_is_heard() {
    let (mut room, host, guests) = playing_in_order(3);
    // Only the lowest guest has lost it: it is the one that is cut off.
    room.cut(host, guests[0]);
    room.run(9000);
    assert!(room.hosts(host) && !room.hosts(guests[0]), "{}", room.picture());
    let rest = [host, guests[1], guests[2]];
    assert!(room.all_play(&rest).is_some(), "{}", room.picture());
    // It looks for the host again, and gets its seat back when it hears it.
    assert_eq!(room.state(guests[0]), State::Joining);
    room.heal();
    room.run_until(5000, |room| room.all_play(&with(host, &guests)).is_some());
    assert_eq!(room.roster(host).seat_of(guests[0]), Some(1));
}

#[test]
fn a_guest_cannot_take_the_match_from_a_host_that_is_there() {
    let (mut room, host, guests) = playing_in_order(3);
    let epoch = room.epoch(host).clone();
    // The number that the lowest guest would have as the host.
    let id = 1 << 13 | 6 << 10 | 1;
    let forged = Epoch { id, host: guests[0], why: Why::Migration, ..epoch };
    for peer in [host, guests[1], guests[2]] {
        room.say(guests[0], peer, Message::Begin(Box::new(forged.seal())).encode());
    }
    room.run(3000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
    // Later, when the host is gone, nobody remembers it.
    room.command(host, In::Leave);
    until_led(&mut room, 1500, &guests);
    assert!(room.epoch(guests[1]).world.as_ref().unwrap().tick > 60);
}

#[test]
fn a_stranger_cannot_take_over_a_match_without_a_host() {
    let (mut room, host, guests) = playing_in_order(2);
    let stranger = room.puppet();
    room.run(600);
    let old = room.epoch(host).clone();
    let mut roster: Roster = old.roster.clone();
    roster.remove(host);
    roster.add(stranger, &name("Mallory"), tankwarz::session::Kind::Human);
    let id = 7 << 13 | 7 << 10 | 1;
    let forged = Epoch { id, host: stranger, why: Why::Migration, roster, ..old };
    room.kill(host, true);
    for _ in 0..20 {
        for &guest in &guests {
            room.say(stranger, guest, Message::Begin(Box::new(forged.seal())).encode());
        }
        room.run(100);
    }
    until_led(&mut room, 2000, &guests);
}

#[test]
fn the_old_host_comes_back_into_its_seat() {
    for killed in [false, true] {
        let (mut room, host, guests) = playing_in_order(2);
        let token = room.token(host);
        if killed {
            room.kill(host, true);
        } else {
            room.command(host, In::Leave);
        }
        until_led(&mut room, 3000, &guests);
        room.run(2000);
        let score = room.node(guests[0]).settled.tanks[0].score;
        let back = room.guest_with("Another name", token);
        let all = [guests[0], guests[1], back];
        until_led(&mut room, 4000, &all);
        assert_eq!(room.epoch(back).why, Why::Rejoin);
        let roster = room.roster(back);
        assert_eq!((roster.seat_of(back), roster.name_of(back)), (Some(0), Some(&name("Host"))));
        let tank = room.epoch(back).world.as_ref().unwrap().tanks[0];
        assert!(tank.score >= score && score > 0 && tank.state() != TankState::Absent);
    }
}

#[test]
fn who_hosts_again_gets_the_seat_in_the_match_that_is_there() {
    let (mut room, host, guests) = playing_in_order(2);
    let token = room.token(host);
    room.kill(host, true);
    until_led(&mut room, 3000, &guests);
    let back = room.host(HostConfig { token, ..Room::config(8) });
    let all = [guests[0], guests[1], back];
    until_led(&mut room, 5000, &all);
    assert_eq!(room.roster(back).seat_of(back), Some(0));
    // Who never played here is told that the room is taken, with a token of elsewhere too.
    for token in [None, Some(tankwarz::session::Token([3; 16]))] {
        let other = room.host(HostConfig { token, secret: [6; 32], ..Room::config(8) });
        room.run(2500);
        assert_eq!(room.node(other).ended, Some(EndReason::RoomTaken));
    }
    room.run(1000);
    assert!(room.all_play(&all).is_some());
}

#[test]
fn a_new_host_does_all_that_a_host_does() {
    let (mut room, host, guests) = playing_in_order(3);
    let token = room.token(guests[2]);
    room.command(host, In::Leave);
    until_led(&mut room, 1000, &guests);
    let first = room.epoch(guests[0]).id;

    let new = room.guest("New");
    let mut all = guests.clone();
    all.push(new);
    until_led(&mut room, 4000, &all);
    assert_eq!((room.epoch(new).why, room.roster(new).seat_of(new)), (Why::Join, Some(4)));
    assert_eq!(room.epoch(new).id, first + 1);
    assert_ne!(room.token(new), room.token(guests[0]));

    room.command(guests[2], In::Leave);
    let all = [guests[0], guests[1], new];
    room.run_until(500, |room| room.epoch(new).why == Why::Leave);
    until_led(&mut room, 1500, &all);

    let back = room.guest_with("Back", token);
    let all = [guests[0], guests[1], new, back];
    until_led(&mut room, 4000, &all);
    assert_eq!((room.epoch(new).why, room.roster(new).seat_of(back)), (Why::Rejoin, Some(3)));

    let (epoch, tick) = (room.epoch(new).id, room.node(new).settled.tick);
    room.command(new, In::Desync { peer: guests[0], epoch, tick });
    until_led(&mut room, 1500, &all);
    room.run(1000);
    assert_eq!(room.epoch(new).why, Why::Desync);

    room.command(guests[0], In::Rematch { seeds: None });
    room.run_until(2000, |room| room.epoch(new).why == Why::Rematch);
    until_led(&mut room, 1500, &all);
    let (before, after) = (room.epoch(new).clone(), room.node(host).begun[0].1.clone());
    assert_ne!(before.seeds, after.seeds);
    assert_eq!(before.rules, after.rules);
}

#[test]
fn who_waits_at_the_door_is_let_in_by_the_new_host() {
    let (mut room, host, guests) = playing_in_order(2);
    let late = room.guest("Late");
    room.run_until(1000, |room| room.state(late) == State::Lobby);
    room.kill(host, true);
    let all = [guests[0], guests[1], late];
    until_led(&mut room, 8000, &all);
    // Who is still looking for a host finds the new one, too.
    let looking = room.guest("Looking");
    room.run(200);
    room.command(guests[0], In::Leave);
    until_led(&mut room, 5000, &[guests[1], late, looking]);
}

#[test]
fn the_password_is_asked_for_after_the_host_has_gone() {
    let key = |password: &str| Some(Key::new("ROOM", password));
    let mut room = Room::new(1);
    let host = room.host(HostConfig { key: key("open"), ..Room::config(8) });
    room.key = key("open");
    let ann = room.guest("Ann");
    room.run(1500);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    room.run(500);
    let token = room.token(host);
    room.command(host, In::Leave);
    until_led(&mut room, 1500, &[ann]);
    room.key = None;
    let none = room.guest("None");
    room.key = key("shut");
    let wrong = room.guest("Wrong");
    room.key = key("open");
    let right = room.guest("Right");
    room.run_until(5000, |room| room.all_play(&[ann, right]).is_some());
    for (guest, why) in [(none, Refusal::PasswordNeeded), (wrong, Refusal::WrongPassword)] {
        assert_eq!(room.node(guest).ended, Some(EndReason::Refused(why)));
    }
    room.key = None;
    let back = room.guest_with("Host", token);
    until_led(&mut room, 5000, &[ann, right, back]);
    // That one does not know the password. As the host it lets nobody new in, but owners.
    let ann_s = room.token(ann);
    room.command(ann, In::Leave);
    room.run_until(2000, |room| room.all_play(&[back, right]).is_some() && room.hosts(back));
    room.key = key("open");
    let new = room.guest("New");
    room.run(3000);
    assert_eq!(room.node(new).ended, Some(EndReason::Refused(Refusal::MatchClosed)));
    let ann = room.guest_with("Ann", ann_s);
    until_led(&mut room, 5000, &[back, right, ann]);
}

#[test]
fn a_room_without_a_password_has_none_under_a_new_host() {
    let (mut room, host, _) = playing(0);
    room.key = Some(Key::new("ROOM", "needless"));
    let ann = room.guest("Ann");
    room.run_until_all_play(3000, &[host, ann]);
    room.run(300);
    room.command(host, In::Leave);
    until_led(&mut room, 1500, &[ann]);
    room.key = None;
    let bob = room.guest("Bob");
    until_led(&mut room, 4000, &[ann, bob]);
}

#[test]
fn a_room_that_takes_nobody_or_few_stays_so() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { late_join: false, ..Room::config(2) });
    let ann = room.guest("Ann");
    room.run(1500);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    room.run(500);
    room.command(host, In::Leave);
    until_led(&mut room, 1500, &[ann]);
    let late = room.guest("Late");
    room.run(1500);
    assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::MatchClosed)));
}

#[test]
fn a_lobby_ends_with_its_host() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(4));
    let (ann, bob) = (room.guest("Ann"), room.guest("Bob"));
    room.run(1500);
    room.command(bob, In::Leave);
    room.command(host, In::Leave);
    room.run(100);
    assert_eq!(room.node(ann).ended, Some(EndReason::HostLeft));
}

#[test]
fn who_was_sent_away_cannot_come_back_as_the_host() {
    // Before the host began anything without it, and after.
    for wait in [50, 1500] {
        let (mut room, host, guests) = playing_in_order(3);
        let epoch = room.epoch(host).clone();
        room.command(guests[0], In::Leave);
        room.run(wait);
        let id = 1 << 13 | 6 << 10 | 1;
        let forged = Epoch { id, host: guests[0], why: Why::Migration, ..epoch };
        let bytes = Message::Begin(Box::new(forged.seal())).encode();
        room.kill(host, true);
        for _ in 0..30 {
            for &guest in &guests[1..] {
                room.say(guests[0], guest, bytes.clone());
            }
            room.run(100);
        }
        until_led(&mut room, 2000, &guests[1..]);
    }
}

#[test]
fn bots_stand_in_for_the_old_host_and_for_whoever_was_away_before() {
    let mut room = Room::new(1);
    let fill = Some(BotLevel::Easy);
    let host = room.host(HostConfig { fill, ..Room::config(4) });
    let guests = [room.guest("Ann"), room.guest("Bob"), room.guest("Cid")];
    room.run(1500);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &with(host, &guests));
    room.run(500);
    let guests = by_seat(&room, host);
    let tokens = [host, guests[2]].map(|peer| room.token(peer));
    room.command(guests[2], In::Leave);
    room.run_until(2000, |room| room.all_play(&[host, guests[0], guests[1]]) > Some(1));
    room.kill(host, true);
    until_led(&mut room, 2500, &guests[..2]);
    let roster = room.roster(guests[1]);
    assert_eq!(roster.local_seats(guests[0]), [0, 1, 3]);
    assert!([0, 3].iter().all(|&seat| roster.player(seat).unwrap().stands_in()));
    let back = tokens.map(|token| room.guest_with("Back", token));
    until_led(&mut room, 5000, &[guests[0], guests[1], back[0], back[1]]);
    let roster = room.roster(guests[1]);
    assert_eq!(back.map(|peer| roster.seat_of(peer)), [Some(0), Some(3)]);
    assert_eq!(roster.local_seats(guests[0]), [1]);
}
