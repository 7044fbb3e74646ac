//! Newcomers of a match that runs: what they see while they wait, and when they come in.

use tankwarz::session::{Heartbeat, HostConfig, In, Message, PeerId, State, Why};

use super::room::{Room, hello, playing, with};

/// A peer that can come in with the next epoch once it asks: it hears everybody.
fn newcomer(room: &mut Room, host: PeerId) -> PeerId {
    let puppet = room.puppet();
    room.run(600);
    let beat = Heartbeat { hears: 0xFF, ..Heartbeat::default() };
    room.say(puppet, host, Message::Heartbeat(beat).encode());
    puppet
}

#[test]
fn joins_within_half_a_second_are_gathered_into_one_epoch() {
    let (mut room, host, guests) = playing(1);
    let names = ["First", "Second", "Third", "Late"];
    let peers = names.map(|_| newcomer(&mut room, host));
    let asked = room.now;
    for (n, (&peer, called)) in peers.iter().zip(names).enumerate() {
        // At 0, 200, 400 and 900 ms.
        room.run([0, 200, 200, 500][n]);
        room.say(peer, host, hello(called).encode());
    }
    room.run(200);
    let joins: Vec<_> =
        room.node(host).begun.iter().filter(|(_, e, _)| e.why == Why::Join).collect();
    let (when, epoch, _) = joins[0];
    assert_eq!(joins.len(), 1);
    let all = with(host, &[guests[0], peers[0], peers[1], peers[2]]);
    assert_eq!(epoch.roster.peers(), all, "in the order in which they asked");
    assert!((500..650).contains(&(when - asked)), "after {} ms", when - asked);
    let told = |m: &Message| matches!(m, Message::Lobby(l) if l.roster == epoch.roster);
    let news = room.node(peers[3]).received.iter().filter(|(_, m)| told(m)).count();
    assert!(news > 0, "who came later waits for the next one and sees who plays");
}

#[test]
fn a_lone_newcomer_is_in_after_half_a_second() {
    let (mut room, host, _) = playing(2);
    let peer = newcomer(&mut room, host);
    let asked = room.now;
    room.say(peer, host, hello("Lone").encode());
    room.run(800);
    let (when, epoch, _) = room.node(host).begun.last().unwrap();
    assert!(epoch.roster.has(peer));
    assert!((500..650).contains(&(when - asked)), "after {} ms", when - asked);
}

#[test]
fn who_plays_already_knows_who_came_in() {
    let (mut room, host, guests) = playing(1);
    let before = room.guest_of(guests[0]).lobby().roster.clone();
    let peer = newcomer(&mut room, host);
    room.say(peer, host, hello("Lone").encode());
    room.run(800);
    let lobby = room.guest_of(guests[0]).lobby();
    assert!(!before.has(peer) && lobby.roster.has(peer));
    assert_eq!(&lobby.roster, room.roster(host));
}

#[test]
fn who_waits_sees_roster_seats_and_a_clock_that_runs() {
    let mut room = Room::new(1);
    let host = room.host(HostConfig { seconds: 90, ..Room::config(5) });
    let ann = room.guest("Ann");
    room.run(1000);
    assert_eq!(room.guest_of(ann).lobby().seats, 5, "in the lobby as well");
    assert_eq!(room.guest_of(ann).lobby().seconds, None);
    room.command(host, In::Start);
    room.run_until_all_play(2000, &[host, ann]);
    // Its line to Ann takes longer than anybody waits, so it has time to look.
    room.never_link(ann, room.coming_peer());
    let late = room.guest("Late");
    room.run_until(1000, |room| room.state(late) == State::Lobby);
    room.run(100);
    let first = room.guest_of(late).lobby().clone();
    assert_eq!((first.roster, first.seats), (room.roster(host).clone(), 5));
    let clock = first.seconds.unwrap();
    assert!((80..=93).contains(&clock), "{clock} s");
    room.run(3000);
    let later = room.guest_of(late).lobby().seconds.unwrap();
    assert!((2..=4).contains(&(clock - later)), "{clock} s, 3 s later {later} s");
}
