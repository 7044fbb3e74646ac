//! Evidence of desyncs: kept where this user keeps state, and `diff-desync`, which explains it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use super::plan::Kind;
use super::seats::{private, state_folder, tidy};
use crate::cli::DiffDesync;
use crate::feed::evidence::MAX_BYTES;
use crate::feed::{Evidence, explain};
use crate::sim::fingerprint;

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
    let bytes = read(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let (evidence, map) = Evidence::decode(&bytes).map_err(|error| failed(error.to_string()))?;
    let findings =
        explain(&evidence, &map, fingerprint()).map_err(|why| failed(why.to_string()))?;
    super::say(findings);
    Ok(())
}

/// No more than evidence can have, and one byte.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
