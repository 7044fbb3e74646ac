//! Evidence files: any bytes, and real files with any change.
//!
//! Nothing may panic or take long. What is read has to survive the way back to bytes, and what is
//! found in it has to be told.

use std::sync::LazyLock;

use tankwarz::feed::{Evidence, Recorder, Testimony, explain};
use tankwarz::session::{
    Account, Build, Epoch, Exhibit, Kind, Name, Page, PeerId, Roster, Source, Why,
};
use tankwarz::sim::{Events, Input, MAX_SEATS, Map, RuleSet, Rules, step};

use super::script::Script;

/// Ticks of the real file.
const LENGTH: u32 = 200;
/// Longest replay: whole hours are the business of people, who wait for a second.
const TICKS: u32 = 1000;

/// A real file of two peers, of whom one has another World and other inputs near the end.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let peers = [PeerId(1), PeerId(2)];
    let map = Map::generate([3, 4], &Rules::new(RuleSet::Modern, 10, 24));
    let mut roster = Roster::default();
    for (peer, name) in peers.iter().zip(["Ann", "Bob"]) {
        roster.add(*peer, &Name::new(name).expect("a name"), Kind::Human);
    }
    let (host, why, seeds, rules) = (peers[0], Why::Start, map.seeds(), *map.rules());
    let epoch = Epoch { id: 1, why, host, seeds, rules, roster, world: None };
    let start = epoch.first_world(&map);
    let mut tapes = Vec::new();
    let testimonies = peers.map(|peer| {
        let (mut world, mut recorder) = (start, Recorder::new(start));
        let mut account = Account { epoch: 1, first: LENGTH - 8, pages: Vec::new(), torn: None };
        for tick in 0..LENGTH {
            let mut inputs = [Input::default(); MAX_SEATS];
            inputs[0] = Input { held: (tick / 16) as u16, aim: (tick / 4) as u16 };
            inputs[1].held = u16::from(peer == peers[1] && tick == LENGTH - 4);
            recorder.push(&world, &inputs);
            step(&mut world, &map, &inputs, &mut Events::new());
            world.tanks[0].score += u32::from(peer == peers[1] && world.tick == LENGTH - 1);
            if world.tick >= account.first {
                account.pages.push(Page { world: world.hash(), inputs: recorder.hash() });
            }
        }
        let shown = vec![[Input::default(); MAX_SEATS]; 2];
        let exhibits = vec![Exhibit::new(1, Source::Settled, &world, LENGTH - 5, shown)];
        tapes = recorder.finish().1;
        Testimony { peer, account, exhibits }
    });
    let (build, me, testimonies) = (Build::new("fuzz"), peers[0], testimonies.to_vec());
    Evidence { build, fingerprint: 1, me, epoch, start, tapes, testimonies }.encode()
});

/// Plays a script: a file, or changes of the real one.
pub fn run(bytes: &[u8]) {
    let mut script = Script(bytes);
    let order = script.byte();
    let file = if order & 0x80 == 0 { changed(order, script) } else { script.0.to_vec() };
    let Ok((evidence, map)) = Evidence::decode(&file) else { return };
    let again = Evidence::decode(&evidence.encode()).expect("what was read can be written");
    assert!(again.0 == evidence, "it came back as something else");
    let _ = evidence.first_tick();
    let ticks: u32 = evidence.tapes.iter().map(|tape| tape.ticks()).sum();
    if ticks > TICKS {
        return;
    }
    match explain(&evidence, &map, evidence.fingerprint) {
        Ok(found) => assert!(found.to_string().contains("Verdict: ")),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
}

/// The real file with some bytes changed, taken out or put in.
fn changed(order: u8, mut script: Script<'_>) -> Vec<u8> {
    let mut file = FILE.clone();
    while !script.is_empty() && !file.is_empty() {
        let (at, value) = (usize::from(script.word()) % file.len(), script.byte());
        match order % 4 {
            0 | 1 => file[at] = value,
            2 => drop(file.drain(at..file.len().min(at + usize::from(value)))),
            _ => drop(file.splice(at..at, script.bytes().iter().copied())),
        }
    }
    file
}
