//! A room with a password: who knows it comes in, and nothing that travels tells it.

use tankwarz::session::{EndReason, HostConfig, In, Key, Message, PeerId, Refusal, State};

use super::room::{Room, hello, playing};

fn locked() -> (Room, PeerId) {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { key: Some(Key::new("ROOM", "open")), ..Room::config(4) });
    (room, host)
}

#[test]
fn who_knows_the_password_comes_in_and_who_does_not_is_told_why() {
    let (mut room, host) = locked();
    let none = room.guest("None");
    room.key = Some(Key::new("ROOM", "shut"));
    let wrong = room.guest("Wrong");
    room.key = Some(Key::new("ROOM", "open"));
    let right = room.guest("Right");
    room.run(2000);
    assert_eq!(room.roster(host).peers(), [host, right]);
    for (guest, why) in [(none, Refusal::PasswordNeeded), (wrong, Refusal::WrongPassword)] {
        assert_eq!(room.node(guest).ended, Some(EndReason::Refused(why)));
    }
    let sentence = room.node(none).ended.clone().unwrap().to_string();
    assert!(sentence.contains("--password"), "{sentence}");
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, right]);
}

#[test]
fn a_room_without_a_password_asks_nobody() {
    let (mut room, host, guests) = playing(1);
    room.key = Some(Key::new("ROOM", "needless"));
    let new = room.guest("New");
    room.run_until_all_play(3000, &[host, guests[0], new]);
}

#[test]
fn an_owner_who_comes_back_needs_no_password() {
    let (mut room, host) = locked();
    room.key = Some(Key::new("ROOM", "open"));
    let ann = room.guest("Ann");
    room.run(1000);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    room.run(500);
    let token = room.guest_of(ann).token();
    room.command(ann, In::Leave);
    room.run(1000);
    room.key = None;
    let back = room.guest_with("Ann", token);
    room.run_until_all_play(3000, &[host, back]);
    assert_eq!(room.roster(host).seat_of(back), Some(1));
}

#[test]
fn an_answer_without_a_challenge_or_a_second_one_is_worth_nothing() {
    let (mut room, host) = locked();
    let puppet = room.puppet();
    room.run(600);
    room.say(puppet, host, Message::Answer { proof: [0; 32] }.encode());
    room.say(puppet, host, hello("Guess").encode());
    for guess in 0..20 {
        room.say(puppet, host, Message::Answer { proof: [guess; 32] }.encode());
    }
    room.run(200);
    let wrong = Message::Refuse(Refusal::WrongPassword);
    let said = room.node(puppet).received.iter().filter(|(_, m)| *m == wrong).count();
    assert_eq!(said, 1);
    assert_eq!(room.host_of(host).ignored().out_of_place, 20);
    assert!(!room.roster(host).has(puppet));
}

#[test]
fn five_wrong_passwords_shut_the_door_for_a_minute() {
    let (mut room, host) = locked();
    let puppet = room.puppet();
    room.run(600);
    let last = |room: &Room| {
        let mut told = room.node(puppet).received.iter().rev().map(|(_, m)| m.clone());
        told.find(|m| matches!(m, Message::Refuse(_) | Message::Challenge { .. }))
    };
    for _ in 0..5 {
        room.say(puppet, host, hello("Guess").encode());
        room.say(puppet, host, Message::Answer { proof: [1; 32] }.encode());
        room.run(20_100);
        assert_eq!(last(&room), Some(Message::Refuse(Refusal::WrongPassword)));
    }
    room.say(puppet, host, hello("Guess").encode());
    room.run(500);
    assert_eq!(last(&room), Some(Message::Refuse(Refusal::DoorShut)));
    room.run(40_000);
    room.say(puppet, host, hello("Guess").encode());
    room.run(500);
    assert!(matches!(last(&room), Some(Message::Challenge { .. })));
}

#[test]
fn an_overheard_proof_opens_no_door() {
    let (mut room, host) = locked();
    let liar = room.puppet();
    room.run(600);
    room.say(liar, host, hello("Liar").encode());
    room.run(100);
    let nonce = room.node(liar).received.iter().find_map(|(_, m)| match m {
        Message::Challenge { nonce } => Some(*nonce),
        _ => None,
    });
    // Passes the host's challenge on to somebody who knows the password.
    room.key = Some(Key::new("ROOM", "open"));
    room.never_link(host, room.coming_peer());
    let ann = room.guest("Ann");
    room.run_until(1000, |room| heard_hello(room, liar));
    room.say(liar, ann, Message::Challenge { nonce: nonce.unwrap() }.encode());
    room.run(100);
    let proof = room.node(liar).received.iter().find_map(|(_, m)| match m {
        Message::Answer { proof } => Some(*proof),
        _ => None,
    });
    room.say(liar, host, Message::Answer { proof: proof.unwrap() }.encode());
    room.run(1000);
    assert!(!room.roster(host).has(liar));
    let told = (host, Message::Refuse(Refusal::WrongPassword));
    assert!(room.node(liar).received.contains(&told), "it was tried");
    assert_eq!(room.state(ann), State::Joining);
}

fn heard_hello(room: &Room, liar: PeerId) -> bool {
    room.node(liar).received.iter().any(|(_, m)| matches!(m, Message::Hello(_)))
}
