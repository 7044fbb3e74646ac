//! Peers that flood, hold play up or lie about their World: they go, nobody else.

use tankwarz::session::{EndReason, In, Message, Notice, PeerId, Refusal, Token, Why};

use super::room::{Room, hello, playing, with};

fn token(room: &Room, guest: PeerId) -> Token {
    room.guest_of(guest).token().unwrap()
}

/// What the host's own session says of a peer whose inputs do not come.
fn holds_up(room: &mut Room, host: PeerId, peer: PeerId, waits_for: Option<PeerId>) {
    let epoch = room.epoch(host).id;
    room.command(host, In::HoldsUp { epoch, peer, waits_for });
}

#[test]
fn who_floods_is_parked_at_once_and_the_others_play_on() {
    for index in 0..3 {
        let (mut room, host, guests) = playing(3);
        let gone = guests[index];
        let seat = room.roster(host).seat_of(gone).unwrap();
        room.command(host, In::Floods(gone));
        let rest: Vec<PeerId> = guests.iter().copied().filter(|g| *g != gone).collect();
        room.run_until(1000, |room| room.all_play(&with(host, &rest)) == Some(2));
        assert_eq!(room.epoch(host).why, Why::Dropped);
        assert!(room.roster(host).player(seat).unwrap().parked);
        assert_eq!(room.node(host).shut, [gone]);
        let told = |n: &Notice| matches!(n, Notice::Dropped { why: Refusal::Flood, .. });
        assert!(room.node(host).notices.iter().any(told));
        assert_eq!(room.node(gone).ended, Some(EndReason::Refused(Refusal::Flood)));
    }
}

#[test]
fn who_was_sent_away_comes_back_to_its_seat_after_a_minute_not_before() {
    let (mut room, host, guests) = playing(2);
    let (token, seat) = (token(&room, guests[0]), room.roster(host).seat_of(guests[0]));
    room.command(host, In::Floods(guests[0]));
    let sent_away = room.now;
    room.run_until(1000, |room| room.all_play(&[host, guests[1]]) == Some(2));
    let early = room.guest_with("Early", Some(token));
    room.run(2000);
    assert_eq!(room.node(early).ended, Some(EndReason::Refused(Refusal::Flood)));
    room.run(60_000 - (room.now - sent_away));
    let back = room.guest_with("Back", Some(token));
    room.run_until_all_play(4000, &[host, guests[1], back]);
    assert_eq!((room.roster(host).seat_of(back), room.epoch(host).why), (seat, Why::Rejoin));
}

#[test]
fn a_stranger_that_floods_is_shut_out_and_no_epoch_is_needed() {
    let (mut room, host, guests) = playing(2);
    let stranger = room.puppet();
    room.run(600);
    room.command(host, In::Floods(stranger));
    room.run(500);
    assert_eq!(room.node(host).shut, [stranger]);
    room.say(stranger, host, hello("Flood").encode());
    room.run(1000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
    assert!(!room.roster(host).has(stranger));
}

#[test]
fn a_flood_in_the_lobby_costs_the_seat() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(4));
    let (ann, bob) = (room.guest("Ann"), room.guest("Bob"));
    room.run(1000);
    room.command(host, In::Floods(ann));
    room.run(500);
    assert_eq!(room.roster(host).peers(), [host, bob]);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, bob]);
    room.command(bob, In::Leave);
    room.run(500);
    assert_eq!(room.epoch(host).why, Why::Leave, "what was before the match does not count");
}

#[test]
fn who_keeps_its_inputs_back_is_parked() {
    let (mut room, host, guests) = playing(3);
    holds_up(&mut room, host, guests[1], None);
    room.run_until(1000, |room| room.all_play(&[host, guests[0], guests[2]]) == Some(2));
    assert_eq!(room.epoch(host).why, Why::Dropped);
    assert_eq!(room.node(guests[1]).ended, Some(EndReason::Refused(Refusal::HoldsUp)));
}

#[test]
fn of_two_that_wait_for_each_other_one_goes() {
    let (mut room, host, guests) = playing(2);
    let oldest = room.roster(host).player(1).unwrap().peer;
    let newest = guests.iter().copied().find(|guest| *guest != oldest).unwrap();
    holds_up(&mut room, host, oldest, Some(newest));
    room.run_until(1000, |room| room.all_play(&[host, oldest]) == Some(2));
    let gone = room.node(newest).ended.clone();
    assert_eq!(gone, Some(EndReason::Refused(Refusal::HoldsUp)), "who came last");
}

#[test]
fn who_does_not_get_along_with_one_after_the_other_goes() {
    let (mut room, host, guests) = playing(3);
    // By the seats, which are given in the order in which they came.
    let by_age: Vec<PeerId> = (1..4).map(|s| room.roster(host).player(s).unwrap().peer).collect();
    assert_eq!(by_age.len(), guests.len());
    holds_up(&mut room, host, by_age[2], Some(by_age[0]));
    room.run_until(1000, |room| room.all_play(&[host, by_age[0], by_age[1]]) == Some(2));
    room.run(1000);
    holds_up(&mut room, host, by_age[1], Some(by_age[0]));
    room.run_until(1000, |room| room.all_play(&[host, by_age[1]]) == Some(3));
    assert_eq!(
        room.node(by_age[0]).ended,
        Some(EndReason::Refused(Refusal::HoldsUp)),
        "the second time it is the one who was there the first time"
    );
}

#[test]
fn who_says_it_waits_for_the_host_goes_itself() {
    let (mut room, host, guests) = playing(2);
    holds_up(&mut room, host, guests[0], Some(host));
    room.run_until(1000, |room| room.all_play(&[host, guests[1]]) == Some(2));
}

#[test]
fn old_news_and_news_of_strangers_send_nobody_away() {
    let (mut room, host, guests) = playing(2);
    let stranger = room.puppet();
    room.run(600);
    room.command(host, In::HoldsUp { epoch: 7, peer: guests[0], waits_for: None });
    holds_up(&mut room, host, stranger, Some(guests[0]));
    holds_up(&mut room, host, host, None);
    room.command(host, In::Floods(host));
    // A guest has nobody to send away.
    room.command(guests[0], In::Floods(guests[1]));
    room.command(guests[0], In::HoldsUp { epoch: 1, peer: guests[1], waits_for: None });
    room.run(1000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn a_liar_about_its_world_parks_itself_and_nobody_else() {
    let (mut room, host, guests) = playing(3);
    let (liar, honest) = (guests[1], [guests[0], guests[2]]);
    let token = token(&room, liar);
    let seat = room.roster(host).seat_of(liar).unwrap();
    let mut newest = liar;
    // It says so to the host and differs from everybody; the others see it as well.
    for round in 0..3 {
        let epoch = room.epoch(host).id;
        for &guest in &honest {
            room.command(guest, In::Desync { peer: newest, epoch, tick: 60 });
        }
        let lie = Message::Desync { epoch, tick: 60 };
        room.say(newest, host, lie.encode());
        room.run(1500);
        assert!(honest.iter().all(|&guest| room.roster(host).has(guest)), "round {round}");
    }
    assert!(!room.roster(host).has(newest));
    assert_eq!(room.node(newest).ended, Some(EndReason::Refused(Refusal::Desync)));
    let epoch = room.epoch(host).id;
    assert_eq!(epoch, 4, "two heals and the goodbye");
    // With its token it is not back before a minute is over.
    for _ in 0..3 {
        newest = room.guest_with("Liar", Some(token));
        room.run(2000);
        assert_eq!(room.node(newest).ended, Some(EndReason::Refused(Refusal::Desync)));
    }
    assert_eq!(room.all_play(&with(host, &honest)), Some(epoch));
    room.run(60_000);
    newest = room.guest_with("Liar", Some(token));
    room.run_until(4000, |room| room.roster(host).has(newest));
    assert_eq!(room.roster(host).owned_by(token.owner()).map(|(seat, _)| seat), Some(seat));
}
