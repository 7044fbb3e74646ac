//! Seats of players who are away: bots stand in for them, owners get them back, and
//! they do not fill the room for ever.

use tankwarz::session::host::KEPT_FOR;
use tankwarz::session::{
    BotLevel, EndReason, HostConfig, In, Kind, Notice, PeerId, Refusal, State, Token, Why,
};
use tankwarz::sim::TankState;

use super::room::{Room, name, playing, with};

fn token(room: &Room, guest: PeerId) -> Token {
    room.guest_of(guest).token().unwrap()
}

/// A host that fills up with bots and guests, all in a running match of so many seats.
fn filled(guests: usize, seats: usize) -> (Room, PeerId, Vec<PeerId>) {
    let mut room = Room::new(1);
    let fill = Some(BotLevel::Hard);
    let host = room.host(HostConfig { fill, ..Room::config(seats) });
    let guests: Vec<PeerId> = (0..guests).map(|n| room.guest(&format!("Guest {n}"))).collect();
    room.run_until(3000, |room| room.roster(host).players().count() == guests.len() + 1);
    room.run(1000);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &with(host, &guests));
    room.run(1000);
    (room, host, guests)
}

#[test]
fn a_bot_drives_the_same_tank_until_its_owner_is_back() {
    for killed in [false, true] {
        let (mut room, host, guests) = filled(2, 3);
        let (gone, token) = (guests[0], token(&room, guests[0]));
        let seat = room.roster(host).seat_of(gone).unwrap();
        let called = room.roster(host).name_of(gone).unwrap().clone();
        if killed {
            room.kill(gone, false);
        } else {
            room.command(gone, In::Leave);
        }
        let rest = [host, guests[1]];
        room.run_until(8000, |room| room.all_play(&rest) == Some(2));
        let epoch = room.epoch(guests[1]);
        let player = epoch.roster.player(seat).unwrap();
        assert_eq!((player.peer, player.kind), (host, Kind::Bot(BotLevel::Hard)));
        assert_eq!((epoch.why, &player.name), (Why::Leave, &called));
        let tank = epoch.world.as_ref().unwrap().tanks[usize::from(seat)];
        assert!(tank.state() != TankState::Absent && tank.score > 0, "the same tank goes on");
        room.run(2000);
        let earned = room.node(host).settled.tanks[usize::from(seat)].score;
        assert!(earned > tank.score, "and earns points for its owner");

        let back = room.guest_with("Another name", Some(token));
        room.run_until_all_play(4000, &[host, guests[1], back]);
        let epoch = room.epoch(back);
        let player = epoch.roster.player(seat).unwrap();
        assert_eq!((player.peer, player.kind, &player.name), (back, Kind::Human, &called));
        assert_eq!(epoch.why, Why::Rejoin);
        let tank = epoch.world.as_ref().unwrap().tanks[usize::from(seat)];
        assert!(tank.score >= earned && tank.state() != TankState::Absent);
        assert_eq!(epoch.roster.local_seats(host), [0], "the bot is gone");
    }
}

#[test]
fn a_bot_stands_down_for_a_newcomer_and_the_owner_keeps_the_seat() {
    let (mut room, host, guests) = filled(1, 2);
    let ann = token(&room, guests[0]);
    room.command(guests[0], In::Leave);
    room.run_until(1000, |room| room.all_play(&[host]) == Some(2));
    assert_eq!(room.roster(host).local_seats(host), [0, 1]);
    let new = room.guest("New");
    room.run_until_all_play(3000, &[host, new]);
    let roster = room.roster(host);
    assert_eq!((roster.seat_of(new), roster.local_seats(host)), (Some(2), vec![0]));
    assert!(roster.player(1).unwrap().parked);
    let late = room.guest("One too many");
    room.run(2000);
    assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::RoomFull)));
    let back = room.guest_with("Ann", Some(ann));
    room.run_until_all_play(3000, &[host, new, back]);
    assert_eq!(room.roster(host).seat_of(back), Some(1));
}

#[test]
fn a_bot_that_stands_in_is_there_at_the_rematch_and_the_owner_too() {
    let (mut room, host, guests) = filled(2, 3);
    let ann = token(&room, guests[0]);
    room.command(guests[0], In::Leave);
    room.run_until(1000, |room| room.all_play(&[host, guests[1]]) == Some(2));
    room.command(host, In::Rematch { seeds: None });
    room.run_until_all_play(2000, &[host, guests[1]]);
    assert_eq!(room.roster(host).active().count(), 3);
    let back = room.guest_with("Ann", Some(ann));
    room.run_until_all_play(4000, &[host, guests[1], back]);
    assert_eq!(room.roster(host).active().count(), 3);
    // And one who is back when a rematch begins plays in it, in the same seat.
    let bob = token(&room, guests[1]);
    let seat = room.roster(host).seat_of(guests[1]);
    room.command(guests[1], In::Leave);
    room.run(1000);
    let bob = room.guest_with("Bob", Some(bob));
    room.run_until(2000, |room| room.state(bob) == State::Lobby);
    room.command(host, In::Rematch { seeds: None });
    room.run_until_all_play(6000, &[host, back, bob]);
    assert_eq!(room.roster(host).seat_of(bob), seat);
    assert_eq!(room.epoch(bob).why, Why::Rematch);
}

#[test]
fn a_bot_stands_in_for_a_host_that_goes_and_for_whoever_goes_after_it() {
    let (mut room, host, guests) = filled(3, 4);
    let old = room.host_of(host).token().unwrap();
    room.command(host, In::Leave);
    room.run_until(4000, |room| room.all_play(&guests).is_some_and(|id| id > 1));
    let heir = room.epoch(guests[0]).host;
    let player = room.roster(heir).player(0).unwrap().clone();
    assert_eq!((player.peer, player.kind), (heir, Kind::Bot(BotLevel::Hard)));
    assert_eq!((player.left, player.name), (Some(host), name("Host")));
    let next = guests.iter().copied().find(|guest| *guest != heir).unwrap();
    let rest: Vec<PeerId> = guests.iter().copied().filter(|guest| *guest != next).collect();
    room.command(next, In::Leave);
    room.run_until(2000, |room| {
        room.all_play(&rest).is_some() && room.roster(heir).local_seats(heir).len() == 3
    });
    let back = room.guest_with("Host", Some(old));
    room.run_until_all_play(4000, &[&rest[..], &[back]].concat());
    assert_eq!(room.roster(heir).seat_of(back), Some(0));
    assert_eq!(room.roster(heir).local_seats(heir).len(), 2);
}

#[test]
fn the_seat_of_who_has_been_away_longest_goes_to_a_newcomer_but_not_within_a_minute() {
    for filled_up in [false, true] {
        let (mut room, host, guests) = if filled_up { filled(7, 8) } else { playing(7) };
        let [first, second] = [guests[4], guests[2]];
        let tokens = [first, second].map(|guest| token(&room, guest));
        let seats = [first, second].map(|guest| room.roster(host).seat_of(guest));
        let left = room.now;
        room.command(first, In::Leave);
        room.run(20_000);
        room.command(second, In::Leave);
        room.run(20_000);
        let early = room.guest("Early");
        room.run(2000);
        assert_eq!(room.node(early).ended, Some(EndReason::Refused(Refusal::RoomFull)));
        room.run(KEPT_FOR + 100 - (room.now - left));
        let new = room.guest("New");
        let rest: Vec<PeerId> =
            guests.iter().copied().filter(|g| ![first, second].contains(g)).collect();
        room.run_until_all_play(4000, &[&with(host, &rest)[..], &[new]].concat());
        let roster = room.roster(host);
        assert_eq!(roster.seat_of(new), seats[0], "who left first has lost it");
        assert_eq!(roster.player(seats[0].unwrap()).unwrap().name, name("New"));
        let tank = room.epoch(host).world.as_ref().unwrap().tanks[usize::from(seats[0].unwrap())];
        assert_eq!(tank.score, 0, "nobody plays on with another's points");
        let late = room.guest_with("Late", Some(tokens[0]));
        room.run(2000);
        assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::RoomFull)));
        let back = room.guest_with("Back", Some(tokens[1]));
        room.run_until_all_play(4000, &[&with(host, &rest)[..], &[new, back]].concat());
        assert_eq!(room.roster(host).seat_of(back), seats[1]);
    }
}

#[test]
fn players_who_come_and_go_do_not_fill_the_room_for_ever() {
    let (mut room, host, _) = playing(0);
    for n in 0..20 {
        let guest = room.guest(&format!("Guest {n}"));
        room.run_until(4000, |room| {
            room.all_play(&[host, guest]).is_some() && room.roster(host).has(guest)
        });
        room.command(guest, In::Leave);
        room.run(12_000);
    }
    let joined = |n: &&Notice| matches!(n, Notice::Joined(_));
    assert_eq!(room.node(host).notices.iter().filter(joined).count(), 20);
}
