//! Everything chance has found to send, played again: see tests/fuzz/src/lib.rs.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "public where it is a package of its own")]
mod targets;

/// Gives each script of a target to it, and one more of nothing at all.
fn replay(target: &str, run: fn(&[u8])) {
    run(&[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut scripts: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.sort();
    assert!(scripts.len() >= 10, "only {} scripts in {}", scripts.len(), folder.display());
    for script in scripts {
        // Named first, for the report of a panic.
        println!("{}", script.display());
        run(&fs::read(script).unwrap());
    }
}

#[test]
fn hostile_datagrams_do_no_harm() {
    replay("guard", targets::guard::run);
}

#[test]
fn hostile_control_messages_do_no_harm() {
    replay("control", targets::control::run);
}

#[test]
fn evidence_from_outside_is_refused_or_explained() {
    replay("evidence", targets::evidence::run);
}

#[test]
fn worlds_from_outside_are_refused_or_playable() {
    replay("snapshot", targets::snapshot::run);
}
