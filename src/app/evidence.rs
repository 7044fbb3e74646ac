//! Evidence of desyncs: kept where this user keeps state, and `diff-desync`, which explains it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Failure;
use super::plan::Kind;
use super::seats::{private, state_folder, tidy};
use crate::cli::DiffDesync;
use crate::feed::diff::{Departure, Findings, Inputs, Player};
use crate::feed::evidence::MAX_BYTES;
use crate::feed::{Evidence, explain};
use crate::sim::snapshot::Difference;
use crate::sim::{Input, fingerprint};

/// Files kept; the oldest go first.
const MOST_FILES: usize = 16;

/// Keeps what there is to show of an epoch that went wrong, and says where in the log.
pub fn keep(kind: &Kind, evidence: &Evidence) {
    let room = match kind {
        Kind::Practice(_) => "practice",
        Kind::Host { code, .. } => code,
        Kind::Join(url) => url.room(),
    };
    let Some(folder) = state_folder("evidence") else {
        tracing::warn!("worlds differed, and this user has no place to keep the evidence");
        return;
    };
    match keep_in(&folder, room, evidence) {
        Ok(path) => tracing::warn!(
            "worlds differed; what happened is told by: tankwarz diff-desync '{}'",
            path.display()
        ),
        Err(error) => tracing::warn!(
            "worlds differed, and the evidence cannot be kept in {}: {error}",
            folder.display()
        ),
    }
}

fn keep_in(folder: &Path, room: &str, evidence: &Evidence) -> std::io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    tidy(folder, MOST_FILES);
    let room: String = room.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let (epoch, tick) = (evidence.epoch.id, evidence.first_tick());
    let seat = evidence.epoch.roster.seat_of(evidence.me).unwrap_or_default();
    let path = folder.join(format!("{room}-epoch{epoch}-tick{tick}-seat{seat}.evidence"));
    let mut file = private(&path)?;
    file.set_len(0)?;
    file.write_all(&evidence.encode())?;
    Ok(path)
}

/// Runs `diff-desync`.
///
/// # Errors
/// When the file cannot be read or explains nothing.
pub fn run(arguments: &DiffDesync) -> Result<(), Failure> {
    let path = &arguments.file;
    let failed = |why: String| Failure::Failed(format!("{} {why}", path.display()));
    let bytes = read(path).map_err(|error| {
        failed(format!("cannot be read ({error}): give the file that the log named"))
    })?;
    let (evidence, map) = Evidence::decode(&bytes).map_err(|error| failed(error.to_string()))?;
    let findings =
        explain(&evidence, &map, fingerprint()).map_err(|why| failed(why.to_string()))?;
    if arguments.json {
        super::say(json(&findings));
    } else {
        super::say(findings);
    }
    Ok(())
}

/// The same for a program to read; what is not known is null.
fn json(findings: &Findings) -> Value {
    let player = |player: &Player| json!({ "seat": player.seat, "name": player.name });
    let departure = |departure: &Departure| {
        let shown = departure.shown.as_ref().map(|(tick, Difference { field, a, b })| {
            json!({ "tick": tick, "field": field, "replay": a, "world": b })
        });
        json!({
            "player": player(&departure.player),
            "world": departure.source.to_string(),
            "tick": departure.tick,
            "exact": departure.exact,
            "shown": shown,
        })
    };
    let input = |input: &Input| json!({ "held": input.held, "aim": input.aim });
    let inputs = match &findings.inputs {
        Inputs::Unknown => json!({ "are": "unknown" }),
        Inputs::Same { upto, peers } => json!({ "are": "same", "upto": upto, "peers": peers }),
        Inputs::Differ { player: other, tick, shown } => {
            let shown = shown.as_ref().map(|(seat, own, theirs)| {
                json!({ "seat": seat, "writer": input(own), "player": input(theirs) })
            });
            json!({ "are": "different", "player": player(other), "tick": tick, "shown": shown })
        }
    };
    let ((epoch, why), (from, to)) = (findings.epoch, findings.ticks);
    json!({
        "epoch": epoch,
        "why": why.to_string(),
        "from_tick": from,
        "to_tick": to,
        "writer": player(&findings.writer),
        "departures": findings.departures.iter().map(departure).collect::<Vec<_>>(),
        "agreeing": findings.agreeing.iter().map(player).collect::<Vec<_>>(),
        "inputs": inputs,
    })
}

/// No more than evidence can have, and one byte.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Tape, Testimony};
    use crate::session::{Account, Build, Epoch, Name, PeerId, Roster, Why};
    use crate::sim::{Map, RuleSet, Rules};

    fn evidence(tick: u32) -> Evidence {
        let me = PeerId(7);
        let map = Map::generate([1, 2], &Rules::new(RuleSet::Classic, 30, 24));
        let mut roster = Roster::default();
        roster.add(me, &Name::bot(1), crate::session::Kind::Human);
        let (why, seeds, rules) = (Why::Start, map.seeds(), *map.rules());
        let epoch = Epoch { id: 3, why, host: me, seeds, rules, roster, world: None };
        let account = Account { epoch: 3, first: 0, pages: Vec::new(), torn: Some(tick) };
        Evidence {
            build: Build::new("test"),
            fingerprint: 1,
            me,
            start: epoch.first_world(&map),
            epoch,
            tapes: vec![Tape::default()],
            testimonies: vec![Testimony { peer: me, account, exhibits: Vec::new() }],
        }
    }

    #[test]
    fn a_program_is_told_the_same_as_a_person() {
        let player = |seat, name: &str| Player { peer: PeerId(1), seat, name: name.into() };
        let difference = Difference { field: "tanks[0].shots".into(), a: 2, b: 3 };
        let findings = Findings {
            epoch: (1, Why::Start),
            ticks: (0, 412),
            writer: player(Some(0), "Ann"),
            departures: vec![Departure {
                player: player(Some(1), "Bob"),
                source: crate::session::Source::Settled,
                tick: 400,
                exact: true,
                shown: Some((400, difference)),
            }],
            agreeing: vec![player(None, "Ann")],
            inputs: Inputs::Differ {
                player: player(Some(1), "Bob"),
                tick: 410,
                shown: Some((1, Input { held: 1, aim: 2 }, Input { held: 3, aim: 4 })),
            },
        };
        let told = json(&findings);
        assert_eq!((&told["epoch"], &told["to_tick"]), (&json!(1), &json!(412)));
        assert_eq!((&told["why"], &told["writer"]["name"]), (&json!("start"), &json!("Ann")));
        let gone = &told["departures"][0];
        assert_eq!((&gone["tick"], &gone["world"]), (&json!(400), &json!("settled")));
        assert_eq!((&gone["shown"]["replay"], &gone["shown"]["world"]), (&json!(2), &json!(3)));
        assert_eq!(told["agreeing"][0]["seat"], Value::Null);
        assert_eq!(told["inputs"]["shown"]["player"]["held"], json!(3));
        let same = Findings { inputs: Inputs::Same { upto: 9, peers: 1 }, ..findings };
        assert_eq!(json(&same)["inputs"], json!({ "are": "same", "upto": 9, "peers": 1 }));
    }

    #[test]
    fn newest_files_are_kept_private_and_whole() {
        let folder = std::env::temp_dir().join(format!("tankwarz-evidence-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let paths: Vec<PathBuf> =
            (0..40).map(|tick| keep_in(&folder, "../A B", &evidence(tick)).unwrap()).collect();
        assert!(paths[39].ends_with("AB-epoch3-tick39-seat0.evidence"), "{:?}", paths[39]);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), MOST_FILES);
        let (again, _) = Evidence::decode(&read(&paths[39]).unwrap()).unwrap();
        assert_eq!(again, evidence(39));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&paths[39]).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
