//! A parked seat is its owner's, whoever else comes.

use tankwarz::session::{EndReason, HostConfig, In, Message, PeerId, Refusal, State, Token, Why};
use tankwarz::sim::TankState;

use super::room::{Room, playing, with};

fn token(room: &Room, guest: PeerId) -> Token {
    room.guest_of(guest).token().unwrap()
}

#[test]
fn every_owner_gets_seat_score_tank_and_name_back() {
    for index in 0..3 {
        for killed in [false, true] {
            let (mut room, host, guests) = playing(3);
            let (gone, token) = (guests[index], token(&room, guests[index]));
            let seat = room.roster(host).seat_of(gone).unwrap();
            let called = room.roster(host).name_of(gone).unwrap().clone();
            if killed {
                room.kill(gone, false);
            } else {
                room.command(gone, In::Leave);
            }
            let rest: Vec<PeerId> = guests.iter().copied().filter(|g| *g != gone).collect();
            room.run_until(8000, |room| room.all_play(&with(host, &rest)) == Some(2));
            let score = room.node(host).settled.tanks[usize::from(seat)].score;
            room.run(2000);
            // Somebody new comes first, and takes another seat.
            let new = room.guest("New");
            let back = room.guest_with("Another name", Some(token));
            let all = [&with(host, &rest)[..], &[new, back]].concat();
            room.run_until_all_play(5000, &all);
            let roster = room.roster(host);
            assert_eq!((roster.seat_of(back), roster.name_of(back)), (Some(seat), Some(&called)));
            assert_eq!(roster.seat_of(new), Some(4));
            let tank = room.epoch(host).world.as_ref().unwrap().tanks[usize::from(seat)];
            assert!(score > 0 && tank.score >= score && tank.state() != TankState::Absent);
            assert_eq!(room.guest_of(back).token(), Some(token));
        }
    }
}

#[test]
fn a_return_is_an_epoch_of_its_own_kind() {
    let (mut room, host, guests) = playing(1);
    let token = token(&room, guests[0]);
    room.command(guests[0], In::Leave);
    room.run_until(1000, |room| room.all_play(&[host]) == Some(2));
    let back = room.guest_with("Back", Some(token));
    assert_eq!(room.run_until_all_play(3000, &[host, back]), 3);
    assert_eq!(room.epoch(back).why, Why::Rejoin);
}

#[test]
fn an_owner_who_is_back_before_anyone_noticed_gets_the_seat_too() {
    let (mut room, host, guests) = playing(2);
    let token = token(&room, guests[0]);
    let seat = room.roster(host).seat_of(guests[0]).unwrap();
    room.kill(guests[0], false);
    room.run(400);
    let back = room.guest_with("Back", Some(token));
    room.run_until_all_play(4000, &[host, guests[1], back]);
    assert_eq!(room.roster(host).seat_of(back), Some(seat));
}

#[test]
fn a_second_program_with_the_same_token_takes_nothing_away() {
    let (mut room, host, guests) = playing(1);
    let token = token(&room, guests[0]);
    let copy = room.guest_with("Copy", Some(token));
    room.run_until_all_play(3000, &[host, guests[0], copy]);
    assert_eq!(room.roster(host).seat_of(guests[0]), Some(1));
    assert_eq!(room.roster(host).seat_of(copy), Some(2));
    assert_ne!(room.guest_of(copy).token(), Some(token));
}

#[test]
fn a_wrong_token_is_worth_nothing() {
    let (mut room, host, guests) = playing(2);
    room.command(guests[0], In::Leave);
    room.run_until(1000, |room| room.all_play(&[host, guests[1]]) == Some(2));
    // What everybody knows of an owner is no token.
    let known = room.roster(guests[1]).player(1).unwrap().owner.unwrap();
    let thief = room.guest_with("Thief", Some(Token(known.0)));
    room.run_until_all_play(3000, &[host, guests[1], thief]);
    assert_eq!(room.roster(host).seat_of(thief), Some(3));
    assert!(room.roster(host).player(1).unwrap().parked);
}

#[test]
fn a_token_is_shown_to_a_host_only() {
    let (mut room, host, guests) = playing(1);
    let puppet = room.puppet();
    let token = token(&room, guests[0]);
    room.command(guests[0], In::Leave);
    room.run(1000);
    let back = room.guest_with("Back", Some(token));
    room.run_until_all_play(3000, &[host, back]);
    let hello = |(_, m): &(PeerId, Message)| matches!(m, Message::Hello(_));
    assert!(!room.node(puppet).received.iter().any(hello), "it does not host");
}

#[test]
fn an_owner_returns_to_a_match_that_takes_nobody_new() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { late_join: false, ..Room::config(2) });
    let ann = room.guest("Ann");
    room.run(1000);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    room.run(500);
    let token = token(&room, ann);
    room.command(ann, In::Leave);
    room.run(1000);
    let late = room.guest("Late");
    room.run(1000);
    assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::MatchClosed)));
    let back = room.guest_with("Ann", Some(token));
    room.run_until_all_play(3000, &[host, back]);
}

#[test]
fn in_a_lobby_a_token_gives_a_seat_like_any_other() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(4));
    let ann = room.guest_with("Ann", Some(Token([9; 16])));
    room.run_until(2000, |room| room.state(ann) == State::Lobby);
    assert_eq!(room.roster(host).seat_of(ann), Some(1));
}
