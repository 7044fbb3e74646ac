//! How the game looks: every scene of `tankwarz scene`, drawn by the processor on a display of
//! its own, against the pictures in `tests/golden/pictures`.
//!
//! `TANKWARZ_BLESS=1` in the environment takes what is drawn now as the new pictures. What
//! differs is written to `tankwarz-pictures` in the folder for temporary files, new and old.

mod compare;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::window::Display;
use compare::{Small, Verdict};

/// The pictures are drawn in the least comfortable size, where text is first too large.
const SIZE: &str = "960x540";
/// Draw calls that a picture may take.
const MOST_DRAWS: u32 = 24;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pictures")
}

/// Draws scenes, all if none is named, into a folder; gives the draw calls of each.
fn draw(out: &Path, names: &[&str]) -> BTreeMap<String, u32> {
    let display = Display::new();
    let output = Command::new(env!("CARGO_BIN_EXE_tankwarz"))
        .args(["scene", "--size", SIZE, "--out"])
        .arg(out)
        .args(names)
        .envs(display.settings())
        .output()
        .expect("the game starts");
    let (said, log) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}{log}");
    let line = |line: &str| {
        let mut words = line.split(' ');
        let (name, size) = (words.next()?, words.next()?);
        assert_eq!(size, SIZE, "{line}: the display made another window");
        Some((name.to_owned(), words.next()?.parse().ok()?))
    };
    said.lines().filter_map(line).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_scene_looks_as_it_did() {
    let bless = env::var_os("TANKWARZ_BLESS").is_some_and(|v| v == "1");
    let folder = env::temp_dir().join("tankwarz-pictures");
    let _ = fs::remove_dir_all(&folder);
    let draws = draw(&folder.join("whole"), &[]);
    assert!(draws.len() >= 25, "{draws:?}");
    for (name, draws) in &draws {
        assert!(*draws <= MOST_DRAWS, "{name} takes {draws} draw calls");
    }
    if bless {
        let _ = fs::remove_dir_all(golden());
        fs::create_dir_all(golden()).unwrap();
    }
    let mut wrong = Vec::new();
    for name in draws.keys() {
        let file = format!("{name}.png");
        let new = Small::of(&folder.join("whole").join(&file));
        if bless {
            new.save(&golden().join(&file));
        }
        let path = golden().join(&file);
        let old = path.exists().then(|| Small::load(&path));
        let verdict = old.as_ref().map(|old| new.compared_with(old));
        if !verdict.as_ref().is_some_and(Verdict::is_same) {
            new.save(&folder.join(format!("{name}.new.png")));
            if let Some(old) = old {
                old.save(&folder.join(format!("{name}.old.png")));
            }
            wrong.push(format!("{name}: {verdict:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these scenes look different; see {}, and if that is meant, run with TANKWARZ_BLESS=1:\n{}",
        folder.display(),
        wrong.join("\n"),
    );
    let kept: BTreeSet<String> = fs::read_dir(golden())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let drawn: BTreeSet<String> = draws.keys().map(|name| format!("{name}.png")).collect();
    assert_eq!(kept, drawn, "a picture without a scene; TANKWARZ_BLESS=1 removes it");
}

#[test]
fn pictures_of_the_scenes_are_small() {
    let sizes: Vec<u64> = fs::read_dir(golden())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .collect();
    let (bytes, count) = (sizes.iter().sum::<u64>(), sizes.len() as u64);
    assert!(bytes < count * (80 << 10), "{count} pictures, {bytes} bytes");
}

/// What a fault may look like: each must be noticed in a picture of the menus and of a match.
#[test]
fn faults_of_a_picture_are_noticed() {
    for name in ["host", "match", "lobby-host", "results"] {
        let old = Small::load(&golden().join(format!("{name}.png")));
        assert!(old.compared_with(&old).is_same());
        for (fault, new) in old.faults() {
            let verdict = new.compared_with(&old);
            assert!(!verdict.is_same(), "{name}: {fault} is not noticed: {verdict:?}");
        }
    }
}

#[test]
fn another_driver_is_no_fault() {
    for name in ["host", "match", "lobby-host", "results"] {
        let old = Small::load(&golden().join(format!("{name}.png")));
        let verdict = old.rounded_otherwise().compared_with(&old);
        assert!(verdict.is_same(), "{name}: {verdict:?}");
    }
}
