//! Liars, strangers, floods and second hosts: what they may not bring about.

use tankwarz::session::message::{Hosting, VERSION};
use tankwarz::session::{
    EndReason, Epoch, Host, HostConfig, In, Kind, Lobby, Message, Out, PeerId, Refusal, Roster,
    State, Terms,
};

use super::room::{Machine, Room, hello, name, playing, with};

#[test]
fn another_protocol_version_is_told_so_in_a_form_it_can_read() {
    let mut room = Room::new(1);
    let host = room.host(Room::config(2));
    let puppet = room.puppet();
    room.run(600);
    let mut hello = hello("Old").encode();
    hello[0] = 200;
    room.say(puppet, host, hello);
    room.run(200);
    let told = Message::Refuse(Refusal::Version { host: VERSION, guest: 200 });
    assert!(room.node(puppet).received.contains(&(host, told)));
    assert!(!room.roster(host).has(puppet));
}

#[test]
fn a_second_host_in_a_room_is_told_so() {
    let (mut room, host, guests) = playing(1);
    let second = room.host(Room::config(4));
    room.run(1000);
    assert_eq!(room.node(second).ended, Some(EndReason::RoomTaken));
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn of_two_lonely_hosts_the_later_one_gives_way() {
    for seed in 0..20 {
        let mut room = Room::new(seed);
        let first = room.host(Room::config(4));
        room.run(16 * (seed % 3));
        let second = room.host(Room::config(4));
        room.run(3000);
        let ended = [first, second].map(|host| room.node(host).ended.clone());
        assert_eq!(ended, [None, Some(EndReason::RoomTaken)], "seed {seed}");
    }
}

#[test]
fn of_two_hosts_at_once_one_stays_and_a_guest_knows_where_it_is() {
    for seed in 0..40 {
        let mut room = Room::new(seed);
        let hosts = [room.host(Room::config(4)), room.host(Room::config(4))];
        let guest = room.guest("Ann");
        room.run(3000);
        let stayed: Vec<PeerId> =
            hosts.into_iter().filter(|&host| room.node(host).ended.is_none()).collect();
        assert_eq!(stayed.len(), 1, "seed {seed}: {}", room.picture());
        let seated = room.roster(stayed[0]).has(guest);
        let told = room.node(guest).ended == Some(EndReason::HostLeft);
        assert!(seated != told, "seed {seed}: {}", room.picture());
    }
}

#[test]
fn a_liar_cannot_take_the_room_from_a_host_with_guests() {
    let (mut room, host, guests) = playing(1);
    let liar = room.puppet();
    room.run(600);
    let claim = Message::Hosting(Hosting { guests: true, epoch: u32::MAX, age: u32::MAX });
    room.say(liar, host, claim.encode());
    room.run(1000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn forged_messages_of_a_stranger_change_nothing() {
    let (mut room, host, guests) = playing(2);
    let stranger = room.puppet();
    room.run(600);
    let mut forged = room.epoch(host).clone();
    forged.id = 99;
    let mut own = forged.clone();
    own.host = stranger;
    let mut roster = own.roster.clone();
    roster.add(stranger, &name("Mallory"), Kind::Human);
    own.roster = roster;
    let lobby = Lobby::default();
    for message in [
        Message::Begin(Box::new(forged.seal())),
        Message::Begin(Box::new(own.seal())),
        Message::Lobby(Box::new(lobby)),
        Message::Ready { epoch: 1 },
        Message::SetReady(true),
        Message::Refuse(Refusal::Silent),
        Message::Refuse(Refusal::RoomFull),
        Message::Accept { token: None, terms: Terms::default() },
        Message::Bye,
    ] {
        for peer in with(host, &guests) {
            room.say(stranger, peer, message.encode());
        }
    }
    room.run(2000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
    for peer in with(host, &guests) {
        assert_eq!(room.node(peer).begun.len(), 1);
        assert_eq!(room.roster(peer), &room.epoch(host).roster);
    }
    assert!(room.host_of(host).ignored().out_of_place > 0);
    assert!(room.guest_of(guests[0]).ignored().out_of_place > 0);
}

#[test]
fn a_guest_in_the_roster_cannot_give_orders_either() {
    let (mut room, host, guests) = playing(2);
    let mut forged = room.epoch(host).clone();
    forged.id = 50;
    room.say(guests[0], guests[1], Message::Begin(Box::new(forged.seal())).encode());
    room.say(guests[0], host, Message::Begin(Box::new(forged.seal())).encode());
    room.run(1000);
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
}

#[test]
fn a_flood_does_not_disturb_the_match() {
    let (mut room, host, guests) = playing(2);
    let flooder = room.puppet();
    room.run(600);
    for _ in 0..200 {
        for _ in 0..50 {
            room.say(flooder, host, hello("Flood").encode());
        }
        room.run(16);
    }
    room.run(500);
    assert!(room.host_of(host).ignored().over_budget > 5000);
    // It may ask for a seat a few times, as anybody; the others keep theirs.
    let roster = room.roster(host).clone();
    assert!(guests.iter().all(|&guest| roster.has(guest)));
    room.run_until(12_000, |room| {
        room.all_play(&with(host, &guests)).is_some() && !room.roster(host).has(flooder)
    });
    assert!(room.epoch(host).id <= 8, "{} epochs", room.epoch(host).id);
}

#[test]
fn an_epoch_whose_world_is_illegal_ends_the_guest_not_the_process() {
    let (mut room, host, guest, mut epoch) = fooled();
    epoch.world.as_mut().unwrap().tanks[1].hp = 255;
    room.say(host, guest, Message::Begin(Box::new(epoch.seal())).encode());
    room.run(100);
    assert_eq!(room.node(guest).ended, Some(EndReason::BadEpoch));
}

#[test]
fn an_epoch_with_a_tank_in_an_empty_seat_is_refused() {
    let (mut room, host, guest, mut epoch) = fooled();
    epoch.world.as_mut().unwrap().park(0);
    room.say(host, guest, Message::Begin(Box::new(epoch.seal())).encode());
    room.run(100);
    assert_eq!(room.node(guest).ended, Some(EndReason::BadEpoch));
}

#[test]
fn a_guest_left_out_of_the_roster_is_told_so() {
    let (mut room, host, guest, mut epoch) = fooled();
    epoch.roster.remove(guest);
    room.say(host, guest, Message::Begin(Box::new(epoch.seal())).encode());
    room.run(100);
    assert_eq!(room.node(guest).ended, Some(EndReason::Removed));
}

#[test]
fn noise_reaches_no_one() {
    let (mut room, host, guests) = playing(1);
    let stranger = room.puppet();
    room.run(600);
    for n in 0..40u8 {
        room.say(stranger, host, vec![1, n % 12, n, n ^ 0x5A, 0xFF, 0xFF, 0xFF]);
        room.say(stranger, guests[0], vec![n; 4096]);
        room.run(50);
    }
    assert_eq!(room.all_play(&with(host, &guests)), Some(1));
    assert!(room.host_of(host).ignored().malformed > 10);
    assert!(matches!(room.node(stranger).machine, Machine::Puppet));
}

/// A guest that a puppet has accepted, and an epoch of theirs that could be played.
fn fooled() -> (Room, PeerId, PeerId, Epoch) {
    let mut room = Room::new(1);
    let (host, guest) = (room.puppet(), room.guest("Ann"));
    room.run(600);
    room.say(host, guest, Message::Accept { token: None, terms: Terms::default() }.encode());
    room.run(100);
    let (donor, donor_host, _) = playing(1);
    let mut roster = Roster::default();
    roster.add(host, &name("Host"), Kind::Human);
    roster.add(guest, &name("Ann"), Kind::Human);
    let world = Some(Box::new(donor.node(donor_host).settled));
    let epoch = Epoch { id: 5, host, roster, world, ..donor.epoch(donor_host).clone() };
    (room, host, guest, epoch)
}

#[test]
fn a_guest_takes_only_higher_numbers() {
    let (mut room, host, guest, epoch) = fooled();
    for id in [5, 4, 5, 1, 6] {
        room.trust(&Epoch { id, ..epoch.clone() });
        let epoch = Epoch { id, ..epoch.clone() };
        room.say(host, guest, Message::Begin(Box::new(epoch.seal())).encode());
        room.run(100);
    }
    let ids: Vec<u32> = room.node(guest).begun.iter().map(|(_, e, _)| e.id).collect();
    assert_eq!(ids, [5, 6]);
}

#[test]
fn who_comes_and_goes_too_often_is_barred() {
    let (mut room, host, _) = playing(1);
    let restless = room.puppet();
    room.run(600);
    for _ in 0..4 {
        room.say(restless, host, hello("Restless").encode());
        room.say(restless, host, Message::Bye.encode());
    }
    room.run(200);
    let answers = |is: fn(&Message) -> bool| {
        room.node(restless).received.iter().filter(|(_, m)| is(m)).count()
    };
    assert_eq!(answers(|m| matches!(m, Message::Accept { token: Some(_), .. })), 3);
    assert_eq!(answers(|m| *m == Message::Refuse(Refusal::Barred)), 1);
}

#[test]
fn a_host_whose_own_session_never_runs_gives_up() {
    let world = bytemuck::Zeroable::zeroed();
    let mut host = Host::new(HostConfig { me: PeerId(1), ..Room::config(2) }, 0);
    let mut begun = Vec::new();
    let mut out = host.handle(0, &world, In::Start);
    for now in (0..20_000).step_by(16) {
        for out in out.drain(..) {
            match out {
                Out::Begin(epoch) => begun.push(epoch.id),
                Out::Ended(why) => assert_eq!(why, EndReason::CannotStart),
                _ => {}
            }
        }
        out = host.handle(now, &world, In::Tick);
    }
    assert_eq!((begun.as_slice(), host.state()), (&[1, 2, 3][..], State::Ended));
}
