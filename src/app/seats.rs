//! The tokens of seats, kept where this user keeps state, so that the same command
//! gets the same seat back even after a crash.
//!
//! One small file for each room and each program that is in it at the same time on
//! this machine. A file that cannot be used costs the seat, never the match.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::session::Token;

/// Programs of one user in one room.
const SLOTS: u8 = 8;
/// Files kept; the oldest go first.
const MOST_FILES: usize = 64;

/// The place of one token, ours alone as long as this lives.
pub struct SeatFile {
    file: File,
    token: Option<Token>,
}

impl SeatFile {
    /// The place for a room, given by its whole URL; `None` where nothing can be kept.
    pub fn open(room: &str) -> Option<Self> {
        Self::open_in(&state_folder("seats")?, room)
    }

    fn open_in(folder: &Path, room: &str) -> Option<Self> {
        if let Err(error) = fs::create_dir_all(folder) {
            tracing::warn!("seats cannot be kept in {}: {error}", folder.display());
            return None;
        }
        tidy(folder, MOST_FILES);
        let room = xxhash_rust::xxh3::xxh3_64(room.as_bytes());
        (0..SLOTS).find_map(|slot| {
            let path = folder.join(format!("{room:016x}-{slot}"));
            let mut file = private(&path).ok()?;
            // Another program of this user has that seat.
            file.try_lock().ok()?;
            let token = read(&mut file);
            Some(Self { file, token })
        })
    }

    /// The token of the last visit.
    pub fn token(&self) -> Option<Token> {
        self.token
    }

    /// Keeps a token, if it is another than the last.
    pub fn keep(&mut self, token: Token) {
        if self.token == Some(token) {
            return;
        }
        self.token = Some(token);
        let written = self.file.seek(SeekFrom::Start(0));
        if let Err(error) = written.and_then(|_| self.file.write_all(&token.0)) {
            tracing::warn!("the seat cannot be kept for a return: {error}");
        }
    }
}

/// A folder of this user's state; nothing is made.
pub(super) fn state_folder(name: &str) -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "tankwarz")?;
    let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    Some(state.join(name))
}

fn read(file: &mut File) -> Option<Token> {
    let mut bytes = [0; 16];
    file.read_exact(&mut bytes).ok()?;
    Some(Token(bytes))
}

/// A file that only this user can read.
pub(super) fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes the oldest files, so that with one more there are at most so many.
pub(super) fn tidy(folder: &Path, most: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let age = |entry: fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut files: Vec<(_, PathBuf)> = entries.filter_map(|entry| age(entry.ok()?)).collect();
    files.sort();
    let many = (files.len() + 1).saturating_sub(most);
    for (_, path) in files.into_iter().take(many) {
        // One that is in use or gone already is no trouble.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tankwarz-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn token_is_there_after_a_crash_and_only_for_its_room() {
        let folder = folder("seats");
        let mut first = SeatFile::open_in(&folder, "ws://a/ROOM").unwrap();
        assert_eq!(first.token(), None);
        first.keep(Token([1; 16]));
        first.keep(Token([2; 16]));
        drop(first);
        assert_eq!(SeatFile::open_in(&folder, "ws://a/OTHER").unwrap().token(), None);
        assert_eq!(
            SeatFile::open_in(&folder, "ws://a/ROOM").unwrap().token(),
            Some(Token([2; 16]))
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn two_programs_at_once_have_two_seats() {
        let folder = folder("two-seats");
        let mut first = SeatFile::open_in(&folder, "ROOM").unwrap();
        first.keep(Token([1; 16]));
        let mut second = SeatFile::open_in(&folder, "ROOM").unwrap();
        assert_eq!(second.token(), None);
        second.keep(Token([2; 16]));
        drop(first);
        assert_eq!(SeatFile::open_in(&folder, "ROOM").unwrap().token(), Some(Token([1; 16])));
        drop(second);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn files_are_private_and_few() {
        let folder = folder("few-seats");
        for room in 0..100 {
            SeatFile::open_in(&folder, &format!("ROOM{room}")).unwrap().keep(Token([1; 16]));
        }
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|f| f.unwrap()).collect();
        assert_eq!(files.len(), MOST_FILES);
        #[cfg(unix)]
        for file in files {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
