//! Worlds that differ: one epoch puts it right, and who differs again and again goes.

use tankwarz::session::{
    Account, EndReason, Exhibit, In, Message, Notice, PeerId, Refusal, Source, State, Why,
};

use super::room::{Room, name, playing, with};

/// A peer finds that its World differs from another's, in the epoch it plays.
fn differs(room: &mut Room, who: PeerId, from: PeerId) {
    let (epoch, tick) = (room.epoch(who).id, room.node(who).settled.tick);
    room.command(who, In::Desync { peer: from, epoch, tick });
}

#[test]
fn a_difference_is_put_right_from_the_hosts_world() {
    for seat in 0..4 {
        let (mut room, host, guests) = playing(3);
        let all = with(host, &guests);
        let before = room.node(host).settled;
        // The host sees it itself, of itself or of a guest.
        differs(&mut room, host, all[seat]);
        assert_eq!(room.run_until_all_play(1000, &all), 2);
        let epoch = room.epoch(guests[0]);
        assert_eq!((epoch.why, &epoch.roster), (Why::Desync, &room.node(host).begun[0].1.roster));
        let world = epoch.world.as_ref().unwrap();
        assert!(world.tick >= before.tick, "no settled tick is lost");
        assert_eq!(world.tanks.map(|t| t.score), before.tanks.map(|t| t.score));
        assert!(room.node(guests[1]).notices.contains(&Notice::Healed(None)));
    }
}

#[test]
fn a_guest_that_differs_tells_the_host() {
    let (mut room, host, guests) = playing(2);
    differs(&mut room, guests[0], host);
    let all = with(host, &guests);
    room.run_until(1500, |room| room.all_play(&all) == Some(2));
    differs(&mut room, guests[1], guests[1]);
    room.run_until(1500, |room| room.all_play(&all) == Some(3));
    let told = Notice::Healed(room.roster(host).name_of(guests[1]).cloned());
    assert_eq!(room.node(host).notices.last(), Some(&told));
}

#[test]
fn only_players_are_heard_about_an_epoch_that_went_wrong() {
    let (mut room, host, guests) = playing(2);
    let stranger = room.puppet();
    room.run(600);
    let account = Account { epoch: 1, first: 0, pages: Vec::new(), torn: None };
    let exhibit = Exhibit::new(1, Source::Settled, &room.node(host).settled, 0, Vec::new());
    let words = [Message::Account(Box::new(account)), Message::Exhibit(Box::new(exhibit))];
    for word in &words {
        for to in [host, guests[0]] {
            room.say(stranger, to, word.encode());
            room.say(guests[1], to, word.encode());
        }
    }
    room.run(500);
    for peer in [host, guests[0]] {
        assert_eq!(room.node(peer).heard, [guests[1], guests[1]]);
    }
}

#[test]
fn what_differs_between_two_guests_is_the_hosts_to_see() {
    let (mut room, host, guests) = playing(2);
    differs(&mut room, guests[0], guests[1]);
    room.run(1000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn many_words_of_one_difference_lead_to_one_epoch() {
    let (mut room, host, guests) = playing(3);
    let all = with(host, &guests);
    for _ in 0..3 {
        for &guest in &guests {
            for peer in [host, guest] {
                room.command(guest, In::Desync { peer, epoch: 1, tick: 60 });
            }
            room.command(host, In::Desync { peer: guest, epoch: 1, tick: 60 });
        }
        room.run(32);
    }
    room.run_until_all_play(1500, &all);
    room.run(2000);
    assert_eq!(room.all_play(&all), Some(2));
}

#[test]
fn the_third_time_within_a_minute_is_the_last() {
    let (mut room, host, guests) = playing(2);
    let all = with(host, &guests);
    for epoch in 2..4 {
        differs(&mut room, guests[0], host);
        room.run_until(1500, |room| room.all_play(&all) == Some(epoch));
        room.run(500);
    }
    differs(&mut room, guests[0], host);
    room.run_until(1500, |room| room.all_play(&[host, guests[1]]) == Some(4));
    assert_eq!(room.epoch(host).why, Why::Leave);
    let gone = room.node(guests[0]).ended.clone();
    assert_eq!(gone, Some(EndReason::Refused(Refusal::Desync)));
    let sentence = gone.unwrap().to_string();
    assert!(sentence.contains("same build") && sentence.contains("memory"), "{sentence}");
    let seat = room.node(host).begun[0].1.roster.seat_of(guests[0]).unwrap();
    assert!(room.roster(host).player(seat).unwrap().parked);
}

#[test]
fn a_difference_now_and_then_costs_nobody_the_seat() {
    let (mut room, host, guests) = playing(1);
    let all = with(host, &guests);
    for epoch in 2..8 {
        differs(&mut room, guests[0], host);
        room.run_until(1500, |room| room.all_play(&all) == Some(epoch));
        room.run(31_000);
    }
}

#[test]
fn the_host_is_healed_however_often_it_differs_from_itself() {
    let (mut room, host, guests) = playing(1);
    let all = with(host, &guests);
    for epoch in 2..7 {
        differs(&mut room, host, host);
        room.run_until(1500, |room| room.all_play(&all) == Some(epoch));
    }
}

#[test]
fn old_words_and_words_of_strangers_change_nothing() {
    let (mut room, host, guests) = playing(2);
    let stranger = room.puppet();
    room.run(600);
    room.say(stranger, host, Message::Desync { epoch: 1, tick: 60 }.encode());
    room.command(host, In::Desync { peer: stranger, epoch: 1, tick: 60 });
    room.command(host, In::Desync { peer: guests[0], epoch: 7, tick: 60 });
    room.run(500);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
    room.command(host, In::Rematch { seeds: None });
    room.command(host, In::Desync { peer: guests[0], epoch: 1, tick: 60 });
    room.run(1500);
    assert_eq!(room.all_play(&with(host, &guests)), Some(2));
}

#[test]
fn a_newcomer_at_the_door_waits_until_it_is_put_right() {
    let (mut room, host, guests) = playing(2);
    let late = room.guest("Late");
    room.run_until(1000, |room| room.state(late) == State::Lobby);
    differs(&mut room, guests[0], host);
    let all = with(host, &[guests[0], guests[1], late]);
    assert_eq!(room.run_until_all_play(4000, &all), 3);
    let why: Vec<_> = room.node(host).begun.iter().map(|(_, e, _)| e.why).collect();
    assert_eq!(why, [Why::Start, Why::Desync, Why::Join]);
    assert!(room.node(guests[1]).notices.contains(&Notice::Joined(name("Late"))));
}
