//! The rooms that were joined, or hosted at a relay elsewhere, for the form that joins one.
//!
//! One small file where this user keeps state: what to type, who hosted, when; never a token or
//! a password. A file that cannot be used costs the list, never more, and is kept as `.bad`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::net::address::{self, RoomUrl};
use crate::session::Name;

/// Rooms that are remembered; the oldest go first.
pub const MOST: usize = 8;
/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 8 << 10;
/// The longest URL of a room that is remembered, in bytes.
const MOST_URL: usize = 512;

/// A room of an earlier time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Where it is.
    pub url: RoomUrl,
    /// Who hosted it then.
    pub host: Name,
    /// When it was entered last.
    pub at: SystemTime,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    #[serde(default)]
    room: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    url: String,
    host: String,
    /// Seconds since 1970.
    at: u32,
}

/// The rooms that are remembered, newest first.
pub fn rooms() -> Vec<Room> {
    path().map(|path| read(&path)).unwrap_or_default()
}

/// A room was entered that somebody hosts.
pub fn remember(url: &RoomUrl, host: &Name) {
    let room = Room { url: url.clone(), host: host.clone(), at: SystemTime::now() };
    if let Some(path) = path() {
        keep(&path, |rooms| {
            rooms.retain(|other| other.url != room.url);
            rooms.insert(0, room);
        });
    }
}

/// A room is not to be listed any more.
pub fn forget(url: &str) {
    if let Some(path) = path() {
        keep(&path, |rooms| rooms.retain(|room| room.url.to_string() != url));
    }
}

fn path() -> Option<PathBuf> {
    super::seats::state_folder("recent.toml")
}

fn keep(path: &Path, change: impl FnOnce(&mut Vec<Room>)) {
    let mut rooms = read(path);
    change(&mut rooms);
    rooms.truncate(MOST);
    if let Err(error) = write(path, &rooms) {
        tracing::warn!("the list of rooms cannot be kept in {}: {error}", path.display());
    }
}

fn read(path: &Path) -> Vec<Room> {
    let text = match fs::File::open(path) {
        Ok(file) => {
            let mut bytes = Vec::new();
            match file.take(MOST_BYTES + 1).read_to_end(&mut bytes) {
                Ok(length) if length as u64 <= MOST_BYTES => String::from_utf8(bytes).ok(),
                _ => None,
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(_) => None,
    };
    if let Some(rooms) = text.and_then(|text| rooms_in(&text)) {
        return rooms;
    }
    let bad = path.with_extension("toml.bad");
    tracing::warn!("the list of rooms cannot be read and is kept as {}", bad.display());
    if let Err(error) = fs::rename(path, &bad) {
        tracing::warn!("it cannot be put aside: {error}");
    }
    Vec::new()
}

/// `None` if this is no list of rooms.
fn rooms_in(text: &str) -> Option<Vec<Room>> {
    let lines: Lines = toml::from_str(text).ok()?;
    let mut rooms: Vec<Room> = Vec::new();
    for line in lines.room {
        let short = Some(line.url.as_str()).filter(|url| url.len() <= MOST_URL)?;
        let url = address::parse_target(short, None).ok()?;
        let at = UNIX_EPOCH + Duration::from_secs(line.at.into());
        let host = Name::new(&line.host).ok()?;
        if rooms.iter().all(|room| room.url != url) {
            rooms.push(Room { url, host, at });
        }
    }
    rooms.truncate(MOST);
    Some(rooms)
}

/// Writes beside the file first, so that there is always a whole one.
fn write(path: &Path, rooms: &[Room]) -> std::io::Result<()> {
    let line = |room: &Room| Line {
        url: room.url.to_string(),
        host: room.host.to_string(),
        at: room.at.duration_since(UNIX_EPOCH).map_or(0, |at| at.as_secs() as u32),
    };
    let short = rooms.iter().map(line).filter(|line| line.url.len() <= MOST_URL);
    let lines = Lines { room: short.collect() };
    let text = toml::to_string(&lines).map_err(std::io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("toml.{}", std::process::id()));
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tankwarz-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder.join("recent.toml")
    }

    fn room(target: &str, host: &str) -> Room {
        let url = address::parse_target(target, None).unwrap();
        let at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        Room { url, host: Name::new(host).unwrap(), at }
    }

    fn enter(path: &Path, room: Room) {
        keep(path, |rooms| {
            rooms.retain(|other| other.url != room.url);
            rooms.insert(0, room);
        });
    }

    #[test]
    fn the_newest_eight_rooms_are_remembered_each_once() {
        let path = file("recent");
        assert_eq!(read(&path), []);
        for n in 0..20 {
            enter(&path, room(&format!("10.0.0.{n}/AB23CD"), "Łukasz 🚜"));
        }
        enter(&path, room("10.0.0.15/AB23CD", "Bob \" \\ ü"));
        let rooms = read(&path);
        let ends: Vec<_> = [15, 19, 18, 17, 16, 14, 13, 12]
            .map(|n| format!("ws://10.0.0.{n}:3536/AB23CD"))
            .to_vec();
        assert_eq!(rooms.iter().map(|r| r.url.to_string()).collect::<Vec<_>>(), ends);
        assert_eq!(rooms[0], room("10.0.0.15/AB23CD", "Bob \" \\ ü"));
        keep(&path, |rooms| rooms.retain(|room| room.url.to_string() != ends[0]));
        assert_eq!(read(&path).len(), 7);
        let folder = path.parent().unwrap();
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_bad_file_is_kept_beside_and_costs_nothing_else() {
        let good = "[[room]]\nurl = \"ws://10.0.0.1:3536/AB23CD\"\nhost = \"Ann\"\nat = 1\n";
        assert_eq!(rooms_in(good).map(|rooms| rooms.len()), Some(1));
        let long = format!("# {}", "x".repeat(MOST_BYTES as usize));
        let far = format!("ws://10.0.0.1/{}", "x".repeat(MOST_URL));
        let bad: Vec<Vec<u8>> = vec![
            good.replace("AB23CD", "a b").into(),
            good.replace("ws://10.0.0.1:3536/AB23CD", &far).into(),
            good.replace("Ann", "").into(),
            good.replace("Ann", "A\u{202e}nn").into(),
            good.replace("Ann", &"n".repeat(17)).into(),
            good.replace("at = 1", "at = -1").into(),
            good.replace("at = 1", "token = 1").into(),
            vec![0xFF; 20],
            long.into(),
        ];
        let path = file("recent-bad");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for bytes in bad {
            fs::write(&path, &bytes).unwrap();
            assert_eq!(read(&path), [], "{:?}", String::from_utf8_lossy(&bytes));
            assert_eq!(fs::read(path.with_extension("toml.bad")).unwrap(), bytes);
            assert!(!path.exists());
            enter(&path, room("10.0.0.1/AB23CD", "Ann"));
            assert_eq!(read(&path).len(), 1);
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
