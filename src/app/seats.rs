//! The tokens of seats, kept where this user keeps state, so that the same command
//! gets the same seat back even after a crash.
//!
//! One small file for each room and each program that is in it at the same time on
//! this machine: the token and the room's URL. A file that cannot be used costs the
//! seat, never the match.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::net::address::{self, RoomUrl};
use crate::session::Token;

/// Programs of one user in one room.
const SLOTS: u8 = 8;
/// Files kept; the oldest go first.
const MOST_FILES: usize = 64;
/// The longest URL of a room that is read back, in bytes.
const MOST_URL: u64 = 512;
/// How long a match that was left is offered again.
const OFFERED: Duration = Duration::from_secs(12 * 60 * 60);

/// The place of one token, ours alone as long as this lives.
pub struct SeatFile {
    file: File,
    room: String,
    token: Option<Token>,
    /// Whether this visit has written the room into the file.
    is_kept: bool,
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
        let hash = xxhash_rust::xxh3::xxh3_64(room.as_bytes());
        (0..SLOTS).find_map(|slot| {
            let path = folder.join(format!("{hash:016x}-{slot}"));
            let mut file = private(&path).ok()?;
            // Another program of this user has that seat.
            file.try_lock().ok()?;
            let token = read(&mut file);
            Some(Self { file, room: room.to_owned(), token, is_kept: false })
        })
    }

    /// The token of the last visit.
    pub fn token(&self) -> Option<Token> {
        self.token
    }

    /// Keeps a token, if it is another than the last. The room is kept with it once a match
    /// was played there: only then there is something to return to.
    pub fn keep(&mut self, token: Token, played: bool) {
        if self.token == Some(token) && (self.is_kept || !played) {
            return;
        }
        self.token = Some(token);
        self.is_kept = played;
        let room = if played { self.room.as_str() } else { "" };
        if let Err(error) = self.write(&[&token.0, room.as_bytes()].concat()) {
            tracing::warn!("the seat cannot be kept for a return: {error}");
        }
    }

    /// The room is no more: there is nothing to return to.
    pub fn forget(&mut self) {
        self.token = None;
        if let Err(error) = self.write(&[]) {
            tracing::warn!("the seat of a room that is gone is still kept: {error}");
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(bytes)
    }
}

/// The room in which a seat was taken last and may still be kept: not long ago, and no other
/// program of this user sits there now.
pub fn last_room() -> Option<RoomUrl> {
    last_room_in(&state_folder("seats")?, SystemTime::now())
}

fn last_room_in(folder: &Path, now: SystemTime) -> Option<RoomUrl> {
    let mut files = by_age(folder);
    files.retain(|(at, _)| now.duration_since(*at).unwrap_or_default() < OFFERED);
    let room = |path: &Path| {
        let mut file = File::open(path).ok()?;
        file.try_lock_shared().ok()?;
        read(&mut file)?;
        let mut url = String::new();
        file.take(MOST_URL).read_to_string(&mut url).ok()?;
        address::parse_target(&url, None).ok()
    };
    files.iter().rev().find_map(|(_, path)| room(path))
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
    let files = by_age(folder);
    let many = (files.len() + 1).saturating_sub(most);
    for (_, path) in files.into_iter().take(many) {
        // One that is in use or gone already is no trouble.
        let _ = fs::remove_file(path);
    }
}

/// The files of a folder with the time they were written, the oldest first.
fn by_age(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let age = |entry: fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut files: Vec<_> = entries.filter_map(|entry| age(entry.ok()?)).collect();
    files.sort();
    files
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
        first.keep(Token([1; 16]), false);
        first.keep(Token([2; 16]), false);
        drop(first);
        assert_eq!(SeatFile::open_in(&folder, "ws://a/OTHER").unwrap().token(), None);
        assert_eq!(
            SeatFile::open_in(&folder, "ws://a/ROOM").unwrap().token(),
            Some(Token([2; 16]))
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_last_room_is_offered_until_it_is_gone_or_long_ago() {
        let folder = folder("last-room");
        let now = SystemTime::now;
        let last = |now| last_room_in(&folder, now).map(|room| room.to_string());
        assert_eq!(last(now()), None);
        let (older, newer) = ("ws://10.0.0.2:3536/AB23CD", "wss://relay.example/prefix/EF45GH");
        let visit = |room: &str, hours: u64| {
            let mut file = SeatFile::open_in(&folder, room).unwrap();
            file.keep(Token([3; 16]), true);
            file.file.set_modified(now() - Duration::from_secs(hours * 3600)).unwrap();
            file
        };
        drop(visit(older, 2));
        drop(visit(newer, 1));
        assert_eq!(last(now()).as_deref(), Some(newer));
        let mut lobby = SeatFile::open_in(&folder, "ws://10.0.0.3/LOBBY1").unwrap();
        lobby.keep(Token([4; 16]), false);
        drop(lobby);
        assert_eq!(last(now()).as_deref(), Some(newer), "no match was played in the lobby");
        let mut again = SeatFile::open_in(&folder, newer).unwrap();
        again.keep(Token([3; 16]), false);
        drop(again);
        assert_eq!(last(now()).as_deref(), Some(newer), "a visit that breaks off changes nothing");
        let mut there = visit(newer, 0);
        assert_eq!(last(now()).as_deref(), Some(older), "another program sits in the newer one");
        there.forget();
        drop(there);
        assert_eq!(last(now()).as_deref(), Some(older), "the newer one is gone");
        assert_eq!(last(now() + OFFERED), None, "too long ago");
        // a file of before rooms were written into it, and one that is no file of ours
        fs::write(folder.join("0000000000000000-0"), [1; 16]).unwrap();
        fs::write(folder.join("0000000000000000-1"), [0xff; 4000]).unwrap();
        assert_eq!(last(now()).as_deref(), Some(older));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn two_programs_at_once_have_two_seats() {
        let folder = folder("two-seats");
        let mut first = SeatFile::open_in(&folder, "ROOM").unwrap();
        first.keep(Token([1; 16]), false);
        let mut second = SeatFile::open_in(&folder, "ROOM").unwrap();
        assert_eq!(second.token(), None);
        second.keep(Token([2; 16]), false);
        drop(first);
        assert_eq!(SeatFile::open_in(&folder, "ROOM").unwrap().token(), Some(Token([1; 16])));
        drop(second);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn files_are_private_and_few() {
        let folder = folder("few-seats");
        for room in 0..100 {
            SeatFile::open_in(&folder, &format!("ROOM{room}")).unwrap().keep(Token([1; 16]), false);
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
