//! The cases that break naive versions of the epoch transition, one test each.

use tankwarz::session::{
    BotLevel, Build, EndReason, Host, HostConfig, In, Kind, Message, Notice, PeerId, Refusal,
    State, Why,
};
use tankwarz::sim::TankState;

use super::room::{Room, hello, name, playing, with};

#[test]
fn lobby_shows_who_is_there_and_who_is_ready() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(4));
    room.command(host, In::AddBot(BotLevel::Hard));
    let ann = room.guest("Ann");
    let other_ann = room.guest("Ann");
    room.run(2000);
    room.command(ann, In::SetReady(true));
    room.run(500);
    for peer in [ann, other_ann] {
        let lobby = room.guest_of(peer).lobby();
        let names: Vec<String> = lobby.roster.players().map(|(_, p)| p.name.to_string()).collect();
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(sorted, ["Ann", "Ann 2", "Bot 1", "Host"]);
        let seat = lobby.roster.seat_of(ann).unwrap();
        assert_eq!(lobby.ready, 1 << seat | 1 << 1, "the guest and the bot");
        assert_eq!(lobby.seconds, None);
    }
    room.command(host, In::RemoveBot);
    room.command(other_ann, In::Leave);
    room.run(500);
    assert_eq!(room.guest_of(ann).lobby().roster.players().count(), 2);
    assert_eq!(room.node(other_ann).ended, Some(EndReason::Left));
}

#[test]
fn start_gives_everyone_the_same_first_epoch() {
    let (room, host, guests) = playing(3);
    for peer in with(host, &guests) {
        let epoch = room.epoch(peer);
        assert_eq!((epoch.id, epoch.why, epoch.world.is_some()), (1, Why::Start, false));
        assert_eq!(epoch, room.epoch(host));
        assert!(room.node(peer).settled.tick > 30, "the match goes on");
    }
}

#[test]
fn a_host_alone_plays_against_its_bots() {
    let mut room = Room::new(1);
    let config = Room::config(4);
    let host = room.host(HostConfig { bots: vec![BotLevel::Easy, BotLevel::Hard], ..config });
    room.command(host, In::Start);
    room.run(1000);
    assert_eq!(room.state(host), State::Running(1));
    assert_eq!(room.roster(host).local_seats(host), [0, 1, 2]);
    assert_eq!(room.roster(host).player(2).unwrap().kind, Kind::Bot(BotLevel::Hard));
}

#[test]
fn headless_host_starts_by_itself_once_everyone_hears_everyone() {
    let mut room = Room::new(1);
    let config = Room::config(3);
    let host = room.host(HostConfig { auto_start: Some(3), ..config });
    let first = room.guest("Ann");
    room.run(3000);
    assert_eq!(room.state(host), State::Lobby);
    let second = room.guest("Bob");
    assert_eq!(room.run_until_all_play(3000, &[host, first, second]), 1);
}

#[test]
fn headless_host_waits_five_seconds_for_lines_at_most() {
    let mut room = Room::new(1);
    let config = Room::config(3);
    let host = room.host(HostConfig { auto_start: Some(3), ..config });
    let first = room.guest("Ann");
    room.never_link(first, room.coming_peer());
    let second = room.guest("Bob");
    room.run_until(1000, |room| room.roster(host).players().count() == 3);
    room.run(4900);
    assert_eq!(room.state(host), State::Lobby);
    room.run(200);
    assert_eq!(room.state(host), State::Starting(1));
    // Who came last gives way, the others play.
    let newest = room.roster(host).players().map(|(_, p)| p.peer).last().unwrap();
    let oldest = if newest == first { second } else { first };
    assert_eq!(room.run_until_all_play(6000, &[host, oldest]), 2);
    let gone = room.node(newest).ended.clone();
    assert!(matches!(gone, Some(EndReason::Refused(Refusal::NoLink(_)))), "{gone:?}");
}

#[test]
fn refusals_say_why() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { late_join: false, ..Room::config(2) });
    let foreign = room.foreign_guest();
    room.run(1000);
    let why = Refusal::Build { host: Build::new("test"), guest: Build::new("other") };
    assert_eq!(room.node(foreign).ended, Some(EndReason::Refused(why)));
    let ann = room.guest("Ann");
    room.run(1000);
    let late = room.guest("Bob");
    room.run(1000);
    assert_eq!(room.node(late).ended, Some(EndReason::Refused(Refusal::RoomFull)));
    room.command(ann, In::Leave);
    room.command(host, In::Start);
    room.run(1000);
    let later = room.guest("Cid");
    room.run(1000);
    assert_eq!(room.node(later).ended, Some(EndReason::Refused(Refusal::MatchClosed)));
    let sentence = room.node(later).ended.clone().unwrap().to_string();
    assert_eq!(
        sentence,
        "the host refused: the match has begun and takes nobody, try again after it"
    );
}

#[test]
fn a_guest_finds_the_host_among_guests() {
    let (mut room, host, guests) = playing(3);
    let puppet = room.puppet();
    room.run(600);
    room.say(puppet, guests[0], hello("Who hosts").encode());
    room.run(200);
    let told = Message::Refuse(Refusal::NotHost(Some(host)));
    assert!(room.node(puppet).received.contains(&(guests[0], told)));
}

#[test]
fn a_room_without_a_host_is_not_found_within_fifteen_seconds() {
    let mut room = Room::new(1);
    let (ann, bob) = (room.guest("Ann"), room.guest("Bob"));
    room.run(14_900);
    assert_eq!(room.state(ann), State::Joining);
    room.run(200);
    assert_eq!(room.node(ann).ended, Some(EndReason::RoomNotFound));
    assert_eq!(room.node(bob).ended, Some(EndReason::RoomNotFound));
}

#[test]
fn a_host_that_cannot_be_reached_is_another_sentence() {
    let (mut room, host, _) = playing(1);
    room.never_link(host, room.coming_peer());
    let late = room.guest("Late");
    room.run(15_100);
    assert_eq!(room.node(late).ended, Some(EndReason::HostUnreachable));
    assert_eq!(room.epoch(host).id, 1, "nobody stopped for it");
}

#[test]
fn join_during_a_match_goes_on_from_the_settled_world() {
    let (mut room, host, guests) = playing(2);
    let score = room.node(host).settled.tanks[1].score;
    let late = room.guest("Late");
    let all = with(host, &[guests[0], guests[1], late]);
    assert_eq!(room.run_until_all_play(3000, &all), 2);
    let epoch = room.epoch(late);
    assert_eq!((epoch.why, epoch.roster.seat_of(late)), (Why::Join, Some(3)));
    let world = epoch.world.clone().unwrap();
    assert!(world.tick > 30 && world.tanks[1].score >= score && score > 0);
    assert_ne!(world.tanks[3].state(), TankState::Absent);
    assert!(room.node(guests[0]).notices.contains(&Notice::Joined(name("Late"))));
    room.run(500);
    let ran: Vec<_> = all.iter().map(|&peer| room.node(peer).settled.tick).collect();
    assert!(ran.iter().all(|&tick| tick > world.tick), "{ran:?}");
}

#[test]
fn newcomers_of_the_same_moment_come_in_with_one_epoch() {
    let (mut room, host, guests) = playing(1);
    let first = room.guest("First");
    room.run(200);
    let second = room.guest("Second");
    let all = with(host, &[guests[0], first, second]);
    assert_eq!(room.run_until_all_play(4000, &all), 2, "one epoch for both");
    room.run(2000);
    assert_eq!(room.epoch(host).id, 2);
}

#[test]
fn join_while_starting_waits_for_the_next_epoch() {
    let (mut room, host, guests) = playing(1);
    let first = room.guest("First");
    room.run_until(3000, |room| room.state(host) == State::Starting(2));
    // A session that does not come up keeps the host in Starting{2} for a while.
    room.cut(guests[0], first);
    let second = room.guest("Second");
    room.run(1500);
    assert_eq!(room.state(host), State::Starting(2));
    assert_eq!(room.state(second), State::Lobby, "accepted, waiting");
    assert_eq!(room.guest_of(second).lobby().seconds.map(|s| s > 100), Some(true));
    room.heal();
    let all = with(host, &[guests[0], first, second]);
    assert_eq!(room.run_until_all_play(3000, &all), 3);
    assert_eq!(room.epoch(second).why, Why::Join);
}

#[test]
fn the_awaited_peer_leaves() {
    let (mut room, host, guests) = playing(2);
    room.cut(guests[0], guests[1]);
    let late = room.guest("Late");
    room.run_until(3000, |room| room.state(host) == State::Starting(2));
    room.run(1000);
    assert_eq!(room.state(host), State::Starting(2), "waits for the two");
    room.command(guests[1], In::Leave);
    let took = room.now;
    assert_eq!(room.run_until_all_play(1500, &[host, guests[0], late]), 3);
    assert!(room.now - took < 1500);
    assert_eq!(room.epoch(host).why, Why::Leave);
    assert!(room.epoch(host).roster.has(late), "and the newcomer stayed");
}

#[test]
fn begin_overtakes_ready() {
    let guest = PeerId(2);
    let world = bytemuck::Zeroable::zeroed();
    let mut host = Host::new(HostConfig { me: PeerId(1), ..Room::config(2) }, 0);
    let mut tell = |input: In<'_>| {
        host.handle(0, &world, input);
        host.state()
    };
    tell(In::Connected(guest));
    tell(In::Control { from: guest, bytes: &hello("Slow").encode() });
    assert_eq!(tell(In::Start), State::Starting(1));
    assert_eq!(tell(In::Rematch { seeds: None }), State::Starting(2));
    assert_eq!(tell(In::Synchronized { epoch: 2 }), State::Starting(2));
    // It was ready for the epoch before, which must not count for this one.
    let ready = |epoch| Message::Ready { epoch }.encode();
    assert_eq!(tell(In::Control { from: guest, bytes: &ready(1) }), State::Starting(2));
    assert_eq!(tell(In::Control { from: guest, bytes: &ready(2) }), State::Running(2));
}

#[test]
fn two_guests_without_a_line_the_newer_is_turned_away_and_nobody_stops() {
    let (mut room, host, guests) = playing(2);
    room.never_link(guests[0], room.coming_peer());
    let late = room.guest("Late");
    room.run(7000);
    let name_of_other = room.roster(host).name_of(guests[0]).unwrap().clone();
    let why = EndReason::Refused(Refusal::NoLink(name_of_other));
    assert_eq!(room.node(late).ended, Some(why));
    assert_eq!(room.all_play(&with(host, &guests)), Some(1), "no epoch was needed");
}

#[test]
fn a_line_lost_while_starting_costs_the_newer_guest_its_seat() {
    let (mut room, host, guests) = playing(2);
    room.cut(guests[0], guests[1]);
    room.command(host, In::Rematch { seeds: None });
    room.run(5200);
    let oldest = if room.roster(host).has(guests[0]) { guests[0] } else { guests[1] };
    let newest = if oldest == guests[0] { guests[1] } else { guests[0] };
    assert_eq!(room.run_until_all_play(1500, &[host, oldest]), 3);
    let gone = room.node(newest).ended.clone();
    assert!(matches!(gone, Some(EndReason::Refused(Refusal::NoLink(_)))), "{gone:?}");
    let dropped = |n: &Notice| matches!(n, Notice::Dropped { why: Refusal::NoLink(_), .. });
    assert!(room.node(host).notices.iter().any(dropped));
}

#[test]
fn a_guest_that_never_gets_ready_is_dropped_at_the_deadline() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(8));
    let (ann, puppet) = (room.guest("Ann"), room.puppet());
    room.run(600);
    room.say(puppet, host, hello("Stuck").encode());
    room.run(500);
    room.command(host, In::Start);
    let began = room.now;
    // It is there and hears everyone, but its session never comes up.
    while room.state(host) == State::Starting(1) {
        let beat = tankwarz::session::Heartbeat { epoch: 1, hears: 0xFF, ..Default::default() };
        room.say(puppet, host, Message::Heartbeat(beat).encode());
        room.say(puppet, ann, Message::Heartbeat(beat).encode());
        room.run(250);
    }
    assert!((4900..5400).contains(&(room.now - began)));
    let told = Message::Refuse(Refusal::NotReady);
    room.run(100);
    assert!(room.node(puppet).received.contains(&(host, told)));
    assert_eq!(room.run_until_all_play(1500, &[host, ann]), 2);
}

#[test]
fn a_goodbye_counts_at_once() {
    let (mut room, host, guests) = playing(3);
    room.command(guests[1], In::Leave);
    let rest = [host, guests[0], guests[2]];
    room.run_until(1000, |room| room.all_play(&rest) == Some(2));
    let epoch = room.epoch(host);
    assert_eq!(epoch.why, Why::Leave);
    let seat = room.node(host).begun[0].1.roster.seat_of(guests[1]).unwrap();
    assert!(epoch.roster.player(seat).unwrap().parked);
    let world = epoch.world.as_ref().unwrap();
    let tank = world.tanks[usize::from(seat)];
    assert!(tank.state() == TankState::Absent && tank.score > 0, "away, but not forgotten");
}

#[test]
fn a_killed_process_is_gone_after_a_second_of_silence() {
    let (mut room, host, guests) = playing(2);
    room.kill(guests[1], true);
    let took = room.run_until(4000, |room| room.all_play(&[host, guests[0]]) == Some(2));
    assert!((1000..2500).contains(&took), "{took} ms");
    assert!(room.node(host).notices.iter().any(|n| matches!(n, Notice::TimedOut(_))));
}

#[test]
fn a_silent_peer_is_waited_for_and_gone_after_five_seconds() {
    let (mut room, host, guests) = playing(2);
    let lost = room.roster(host).name_of(guests[1]).unwrap().clone();
    room.cut_off(guests[1]);
    room.run(1400);
    assert_eq!(room.host_of(host).waiting_for(room.now), Some(&lost));
    assert_eq!(room.guest_of(guests[0]).waiting_for(room.now), Some(&lost));
    room.run(3000);
    assert_eq!(room.epoch(host).id, 1, "not gone yet");
    room.run_until(2500, |room| room.all_play(&[host, guests[0]]) == Some(2));
    assert_eq!(room.host_of(host).waiting_for(room.now), None);
    assert!(room.hosts(guests[1]), "it plays on by itself");
}

#[test]
fn a_short_silence_changes_nothing() {
    let (mut room, host, guests) = playing(2);
    room.cut_off(guests[1]);
    room.run(3000);
    room.heal();
    room.run(3000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn the_signalling_server_alone_is_no_verdict() {
    let (mut room, host, guests) = playing(2);
    room.command(host, In::SignallingLeft(guests[0]));
    room.run(6000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn two_guests_drop_in_the_same_second() {
    let (mut room, host, guests) = playing(4);
    room.kill(guests[0], true);
    room.run(400);
    room.kill(guests[3], false);
    let rest = [host, guests[1], guests[2]];
    room.run_until(9000, |room| room.all_play(&rest) == Some(3));
    assert_eq!(room.roster(host).active().count(), 3);
}

#[test]
fn rematch_takes_everyone_along_and_forgets_who_left() {
    let (mut room, host, guests) = playing(2);
    room.command(guests[0], In::Leave);
    room.run_until(2000, |room| room.all_play(&[host, guests[1]]) == Some(2));
    let old = room.epoch(host).seeds;
    room.command(host, In::Rematch { seeds: None });
    room.run_until_all_play(2000, &[host, guests[1]]);
    let epoch = room.epoch(guests[1]);
    assert_eq!((epoch.id, epoch.why, epoch.world.is_some()), (3, Why::Rematch, false));
    assert_eq!(epoch.roster.players().count(), 2);
    assert_ne!(epoch.seeds, old);
    room.command(host, In::Rematch { seeds: Some([3, 4]) });
    room.run_until_all_play(2000, &[host, guests[1]]);
    assert_eq!(room.epoch(guests[1]).seeds, [3, 4]);
}

#[test]
fn round_trips_are_known_on_every_line() {
    let (room, host, guests) = playing(2);
    let known =
        [room.host_of(host).round_trip(guests[0]), room.guest_of(guests[0]).round_trip(guests[1])];
    for trip in known {
        // 20 to 30 ms each way, seen in turns of 16 ms.
        assert!(trip.is_some_and(|ms| (40..=100).contains(&ms)), "{trip:?}");
    }
}

#[test]
fn a_host_that_steps_back_plays_with_a_stranger_who_declined_its_seat() {
    let (mut room, old, guests) = playing(1);
    let new = guests[0];
    room.cut(old, new);
    room.run_until(15_000, |room| room.hosts(new) && room.roster(old).peers() == [old]);
    // Plays with the new host when the old one, too, has a seat for it, and says goodbye to it.
    let third = room.guest("Third");
    room.cut(third, old);
    room.run_until_all_play(4000, &[new, third]);
    room.heal();
    room.cut(old, new);
    room.run(1000);
    room.heal();
    room.run_until_all_play(12_000, &[new, third, old]);
    assert!(!room.hosts(old));
}

#[test]
fn a_host_that_steps_back_plays_with_an_old_guest_who_declined_its_seat() {
    let (mut room, old, guests) = playing(2);
    let (new, third) = (guests[0], guests[1]);
    room.cut(old, new);
    room.cut(old, third);
    room.run_until(15_000, |room| room.hosts(new) && room.roster(old).peers() == [old]);
    room.run_until_all_play(4000, &[new, third]);
    assert!(room.roster(old).place_of(third).is_some(), "its seat there is kept");
    // The host of before is met again by the guest first, who is in no need of it.
    room.heal();
    room.cut(old, new);
    room.say(third, old, Message::Bye.encode());
    room.run(1000);
    room.heal();
    room.run_until_all_play(12_000, &[new, third, old]);
    assert!(!room.hosts(old));
}
