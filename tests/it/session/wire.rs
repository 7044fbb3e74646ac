//! The bytes of the control messages do not change by accident.

use tankwarz::session::message::{Echo, Hello, Hosting};
use tankwarz::session::{
    Account, BotLevel, Build, Colour, Epoch, Exhibit, Heartbeat, Kind, Lobby, Message, Name, Owner,
    Page, PeerId, Refusal, Roster, Source, Terms, Token, Why,
};
use tankwarz::sim::{Input, MAX_SEATS, RuleSet, Rules, World};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn samples() -> Vec<(&'static str, Message)> {
    let (ann, bob) = (PeerId(0xA11), PeerId(u128::MAX - 1));
    let mut roster = Roster::default();
    roster.add(ann, &name("Ann"), Kind::Human);
    roster.add(bob, &name("Bob"), Kind::Human);
    roster.give(1, Owner([8; 16]));
    roster.add(ann, &name("Bot 1"), Kind::Bot(BotLevel::Hard));
    let rules = Rules::new(RuleSet::Modern, 120, 44);
    let lobby = Lobby { roster: roster.clone(), rules, ready: 0b101, seconds: None, seats: 4 };
    roster.park(bob);
    let mut world: World = bytemuck::Zeroable::zeroed();
    (world.seeds, world.tick, world.rules) = ([1, 2], 600, rules);
    let start = Epoch {
        id: 1,
        why: Why::Start,
        host: ann,
        seeds: [1, 2],
        rules,
        roster: lobby.roster.clone(),
        world: None,
    };
    let leave =
        Epoch { id: 2, why: Why::Leave, roster, world: Some(Box::new(world)), ..start.clone() };
    let terms = Terms {
        seats: 4,
        side: Some(24),
        late_join: true,
        locked: false,
        own_relay: true,
        fill: Some(BotLevel::Easy),
    };
    let refuse = Message::Refuse;
    vec![
        ("refuse-version", refuse(Refusal::Version { host: 1, guest: 2 })),
        (
            "refuse-build",
            refuse(Refusal::Build { host: Build::new("0.1.0"), guest: Build::new("0.2.0") }),
        ),
        ("refuse-room-full", refuse(Refusal::RoomFull)),
        ("refuse-match-closed", refuse(Refusal::MatchClosed)),
        ("refuse-not-host", refuse(Refusal::NotHost(Some(bob)))),
        ("refuse-barred", refuse(Refusal::Barred)),
        ("refuse-not-ready", refuse(Refusal::NotReady)),
        ("refuse-no-link", refuse(Refusal::NoLink(name("Bob")))),
        ("refuse-silent", refuse(Refusal::Silent)),
        (
            "hello",
            Message::Hello(Hello {
                fingerprint: 0x0123_4567_89AB_CDEF,
                build: Build::new("0.1.0"),
                name: name("Łukasz 🚜"),
                token: None,
                second: None,
                colours: [None; 2],
            }),
        ),
        (
            "hello-two",
            Message::Hello(Hello {
                fingerprint: 1,
                build: Build::new("0.1.0"),
                name: name("Ann"),
                token: Some(Token([7; 16])),
                second: Some(name("Eve")),
                colours: [None, Colour::new(6)],
            }),
        ),
        ("accept", Message::Accept { token: Some(Token([7; 16])), terms }),
        ("lobby", Message::Lobby(Box::new(lobby))),
        ("set-ready", Message::SetReady(true)),
        ("begin-start", Message::Begin(Box::new(start.seal()))),
        ("begin-leave", Message::Begin(Box::new(leave.seal()))),
        ("ready", Message::Ready { epoch: 300 }),
        (
            "heartbeat",
            Message::Heartbeat(Heartbeat {
                epoch: 2,
                tick: 601,
                hash: 0xFEDC_BA98_7654_3210,
                host: Some(ann),
                hears: 0b111,
                shaken: 0b101,
                sent_at: 123_456,
                echo: Some(Echo { sent_at: 654_321, held: 12 }),
            }),
        ),
        ("hosting", Message::Hosting(Hosting { guests: false, epoch: 0, age: 1500 })),
        ("bye", Message::Bye),
        ("desync", Message::Desync { epoch: 300, tick: 601 }),
        ("refuse-desync", refuse(Refusal::Desync)),
        ("refuse-password-needed", refuse(Refusal::PasswordNeeded)),
        ("refuse-wrong-password", refuse(Refusal::WrongPassword)),
        ("refuse-door-shut", refuse(Refusal::DoorShut)),
        ("refuse-flood", refuse(Refusal::Flood)),
        ("refuse-holds-up", refuse(Refusal::HoldsUp)),
        ("challenge", Message::Challenge { nonce: [9; 16] }),
        ("answer", Message::Answer { proof: [10; 32] }),
        (
            "account",
            Message::Account(Box::new(Account {
                epoch: 2,
                first: 601,
                pages: vec![Page { world: 0xFEDC_BA98_7654_3210, inputs: 1 }; 2],
                torn: Some(602),
            })),
        ),
        (
            "exhibit",
            Message::Exhibit(Box::new(Exhibit::new(
                2,
                Source::Settled,
                &world,
                599,
                vec![[Input { held: Input::FIRE, aim: 0x1234 }; MAX_SEATS]],
            ))),
        ),
        ("set-colour", Message::SetColour { second: false, colour: Colour::new(7).unwrap() }),
        ("set-name", Message::SetName { second: true, name: name("Łukasz 🚜") }),
    ]
}

#[test]
fn wire_bytes_are_those_of_the_golden_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/control.txt");
    let mut now = String::new();
    for (kind, message) in samples() {
        let bytes = message.encode();
        assert_eq!(Message::decode(&bytes), Ok(message), "{kind}");
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        now += &format!("{kind} {hex}\n");
    }
    if std::env::var_os("TANKWARZ_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(path, &now).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    for (is, was) in now.lines().zip(golden.lines()) {
        assert_eq!(is, was, "the wire changed: raise message::VERSION, then TANKWARZ_BLESS=1");
    }
    assert_eq!(now, golden, "the kinds of message changed");
}
