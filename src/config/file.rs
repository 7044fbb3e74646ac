//! The settings file: read whatever it holds, written without losing a word of it.
//!
//! Only what was changed is written, into the file as it is then: comments, order and what
//! another program changed meanwhile stay. A file is replaced in one step, so that no crash
//! leaves half of one. One that cannot be understood is never lost: before anything is
//! written over it, it is kept beside as `.bad` (or `.bad.1` to `.bad.9`, if those hold
//! something else).

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, TableLike};

use super::Config;

/// A settings file larger than this is not understood.
pub const MAX_BYTES: u64 = 256 * 1024;
/// How many files that were not understood are kept.
const MOST_BAD: u8 = 10;
/// What stands above the settings in a file that the game made.
const HEAD: &str = "# The settings of TankWarz; what is left out keeps its default.\n\n";

/// The settings file, and what it is known to hold.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    written: Config,
    /// What stands in the file and makes no sense; the next change takes it out.
    refused: toml::Table,
    /// Why nothing may be written: the file is there and cannot be read.
    sealed: Option<String>,
}

/// The settings, and what was wrong with the file if anything was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The settings; the defaults if the file could not be used.
    pub config: Config,
    /// Why it could not.
    pub fault: Option<Fault>,
}

/// Why a settings file, or a part of it, could not be used. Displays as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// Where it is wrong first; `None` if it is not about a line.
    pub place: Option<Place>,
    /// Whether it is longer than a settings file ever is.
    pub is_too_long: bool,
    /// What is wrong, in English, and often in the words of a library.
    pub cause: String,
    /// Where a copy of the file is kept.
    pub kept: Option<PathBuf>,
    /// Whether all else in the file is used.
    pub in_part: bool,
}

/// A place in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// The line itself as it may be shown: cut to [`SHOWN`] characters, and without a secret.
    pub text: String,
}

/// So many characters of a line are shown.
pub const SHOWN: usize = 40;
/// What stands behind this in a line is not for everybody to see.
const SECRET: &str = "ice-credential";

impl Place {
    /// The place of this byte of a file; the last one if there are not so many.
    pub fn at(bytes: &[u8], byte: usize) -> Self {
        let before = String::from_utf8_lossy(bytes.get(..byte).unwrap_or(bytes)).into_owned();
        let (line, start) = match before.rsplit_once('\n') {
            Some((lines, start)) => (lines.matches('\n').count() + 2, start),
            None => (1, before.as_str()),
        };
        Self::of(&String::from_utf8_lossy(bytes), line, start.chars().count() + 1)
    }

    /// The place of this line and column of a file, both from 1.
    pub fn of(text: &str, line: usize, column: usize) -> Self {
        let full = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
        let shown = match full.split_once('=') {
            Some((name, _)) if name.contains(SECRET) => format!("{name}= …"),
            _ => full.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        };
        let text = match shown.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
            None => shown,
        };
        Self { line, column, text }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, cause, .. } = self;
        let path = path.display();
        match &self.place {
            Some(Place { line, column, text }) => {
                write!(f, "line {line} of {path} is wrong at column {column}, `{text}` ({cause})")?;
            }
            None if self.in_part => write!(f, "something in {path} is wrong ({cause})")?,
            None => write!(f, "the settings in {path} cannot be used ({cause})")?,
        }
        f.write_str("; correct it")?;
        if let Some(kept) = &self.kept {
            write!(f, " (a copy is kept as {})", kept.display())?;
        }
        f.write_str(match self.in_part {
            true => ", until then what is usual is in its place",
            false => ", until then the defaults are used",
        })
    }
}

impl SettingsFile {
    /// Reads the settings file at `path`; a missing one is the defaults, a bad one is the
    /// defaults and a fault, and is kept beside as `.bad`.
    pub fn open(path: &Path) -> (Self, Loaded) {
        // A file that is only linked to here stays a link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut file = Self::at(path);
        let loaded = match file.read() {
            Ok(None) => Loaded::default(),
            Ok(Some(bytes)) => match understood(&bytes) {
                Ok((config, _)) => Loaded { config, fault: None },
                Err(wrong) => file.refused(wrong, &bytes),
            },
            Err(error) => {
                file.sealed = Some(error.to_string());
                let wrong = Wrong::of_all(error.to_string());
                Loaded { config: Config::default(), fault: Some(file.fault(wrong, None)) }
            }
        };
        file.written = loaded.config.clone();
        (file, loaded)
    }

    /// The words of the file, for whoever understands a part of it better; empty for one that
    /// cannot be read or is too long.
    pub fn words(&self) -> String {
        let bytes = self.read().ok().flatten().filter(|bytes| bytes.len() as u64 <= MAX_BYTES);
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Something in the file makes no sense to whoever knows what it means: `left` is what the
    /// settings are without it. Keeps the file beside as `.bad`; whatever is written next
    /// takes it out.
    pub fn refuse(&mut self, left: Config, place: Option<Place>, cause: String) -> Fault {
        let bytes = self.read().ok().flatten().unwrap_or_default();
        let kept = self.keep(&bytes);
        if let (Ok(before), Ok(left)) = (table(&self.written), table(&left)) {
            let gone = before.into_iter().filter(|(key, value)| left.get(key) != Some(value));
            self.refused.extend(gone);
        }
        self.written = left;
        Fault { in_part: true, ..self.fault(Wrong { place, ..Wrong::of_all(cause) }, kept) }
    }

    /// Writes what differs from what the file was last known to hold.
    ///
    /// # Errors
    /// One sentence for the log. The file is then as it was.
    pub fn write(&mut self, wanted: &Config) -> Result<(), String> {
        if *wanted == self.written {
            return Ok(());
        }
        let at = self.path.display().to_string();
        if let Some(why) = &self.sealed {
            return Err(format!("cannot save the settings in {at}: it cannot be read ({why})"));
        }
        self.try_write(wanted).map_err(|error| {
            format!("cannot save the settings in {at} ({error}); make the folder writable")
        })?;
        self.written = wanted.clone();
        Ok(())
    }

    fn try_write(&self, wanted: &Config) -> io::Result<()> {
        let bytes = self.read()?;
        let known = match bytes.as_deref().map(understood) {
            Some(Ok((config, mut document))) => {
                // What a person mended meanwhile stays.
                let now = table(&config)?;
                for (key, value) in &self.refused {
                    if now.get(key) == Some(value) {
                        document.remove(key);
                    }
                }
                Some(document)
            }
            Some(Err(_)) => {
                keep(&self.path, bytes.as_deref().unwrap_or_default())?;
                None
            }
            None => None,
        };
        let default = Config::default();
        // In a new file stands all that is not the default.
        let (before, mut document) = match known {
            Some(document) => (&self.written, document),
            None => (&default, DocumentMut::new()),
        };
        let is_new = document.is_empty();
        apply(document.as_table_mut(), &table(before)?, &table(wanted)?);
        let head = if is_new { HEAD } else { "" };
        replace(&self.path, format!("{head}{document}").as_bytes())
    }

    /// The file's bytes, one more than it may have at most.
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn refused(&mut self, wrong: Wrong, bytes: &[u8]) -> Loaded {
        let kept = self.keep(bytes);
        Loaded { config: Config::default(), fault: Some(self.fault(wrong, kept)) }
    }

    /// Keeps a copy of the file; what is kept nowhere else is not written over.
    fn keep(&mut self, bytes: &[u8]) -> Option<PathBuf> {
        keep(&self.path, bytes)
            .map_err(|error| {
                self.sealed = Some(format!("it is wrong, and no copy can be kept: {error}"));
            })
            .ok()
    }

    fn fault(&self, wrong: Wrong, kept: Option<PathBuf>) -> Fault {
        let Wrong { place, is_too_long, cause } = wrong;
        Fault { path: self.path.clone(), place, is_too_long, cause, kept, in_part: false }
    }

    fn at(path: PathBuf) -> Self {
        Self { path, written: Config::default(), refused: toml::Table::new(), sealed: None }
    }
}

/// What the settings file at `path` says; changes nothing and keeps nothing.
pub fn look(path: &Path) -> Loaded {
    let file = SettingsFile::at(path.to_owned());
    let wrong = match file.read() {
        Ok(None) => return Loaded::default(),
        Ok(Some(bytes)) => match understood(&bytes) {
            Ok((config, _)) => return Loaded { config, fault: None },
            Err(wrong) => wrong,
        },
        Err(error) => Wrong::of_all(error.to_string()),
    };
    Loaded { config: Config::default(), fault: Some(file.fault(wrong, None)) }
}

/// What is wrong with a file.
struct Wrong {
    place: Option<Place>,
    is_too_long: bool,
    cause: String,
}

impl Wrong {
    fn of_all(cause: String) -> Self {
        Self { place: None, is_too_long: false, cause }
    }
}

fn understood(bytes: &[u8]) -> Result<(Config, DocumentMut), Wrong> {
    if bytes.len() as u64 > MAX_BYTES {
        let cause = format!("it has more than {} KiB", MAX_BYTES / 1024);
        return Err(Wrong { is_too_long: true, ..Wrong::of_all(cause) });
    }
    let wrong_at = |byte: usize, cause: &str| Wrong {
        place: Some(Place::at(bytes, byte)),
        ..Wrong::of_all(cause.to_owned())
    };
    let text = str::from_utf8(bytes).map_err(|error| wrong_at(error.valid_up_to(), "not UTF-8"))?;
    let wrong = |span: Option<std::ops::Range<usize>>, message: &str| {
        let cause = message.lines().next().unwrap_or("not TOML");
        wrong_at(span.map_or(0, |span| span.start), cause)
    };
    let config = toml::from_str(text).map_err(|error| wrong(error.span(), error.message()))?;
    let document =
        text.parse().map_err(|error: toml_edit::TomlError| wrong(error.span(), error.message()))?;
    Ok((config, document))
}

fn table(config: &Config) -> io::Result<toml::Table> {
    toml::Table::try_from(config).map_err(io::Error::other)
}

/// Puts into the document what is in `wanted` and not in `before`, and nothing else.
fn apply(document: &mut dyn TableLike, before: &toml::Table, wanted: &toml::Table) {
    for (key, value) in wanted {
        let old = before.get(key);
        if old == Some(value) {
            continue;
        }
        match value {
            toml::Value::Table(value) => {
                let nothing = toml::Table::new();
                let old = old.and_then(toml::Value::as_table).unwrap_or(&nothing);
                let item = document.entry(key).or_insert_with(toml_edit::table);
                if !item.is_table_like() {
                    *item = toml_edit::table();
                }
                if let Some(inner) = item.as_table_like_mut() {
                    apply(inner, old, value);
                }
            }
            value => put(document.entry(key).or_insert(Item::None), edited(value)),
        }
    }
    for key in before.keys().filter(|key| !wanted.contains_key(*key)) {
        document.remove(key);
    }
}

/// A value in the place of another: what stands around it stays.
fn put(item: &mut Item, mut value: toml_edit::Value) {
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

fn edited(value: &toml::Value) -> toml_edit::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is) => (*is).into(),
        // No setting is a date; as a text none is lost.
        toml::Value::Datetime(when) => when.to_string().into(),
        toml::Value::Array(values) => toml_edit::Value::Array(values.iter().map(edited).collect()),
        toml::Value::Table(table) => toml_edit::Value::InlineTable(
            table.iter().map(|(key, value)| (key.as_str(), edited(value))).collect(),
        ),
    }
}

/// Keeps a copy of a file that was not understood; the same file is kept once.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    for number in 0..MOST_BAD {
        let mut name = path.as_os_str().to_owned();
        name.push(".bad");
        if number > 0 {
            name.push(format!(".{number}"));
        }
        let copy = PathBuf::from(name);
        match is_the_same(path, bytes, &copy) {
            Ok(true) => return Ok(copy),
            Ok(false) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::copy(path, &copy)?;
                return Ok(copy);
            }
            Err(error) => return Err(error),
        }
    }
    let most = format!("there are {MOST_BAD} files .bad already: remove some");
    Err(io::Error::new(io::ErrorKind::AlreadyExists, most))
}

/// Whether a copy holds what the file of these first bytes holds.
fn is_the_same(path: &Path, bytes: &[u8], copy: &Path) -> io::Result<bool> {
    let mut first = Vec::new();
    fs::File::open(copy)?.take(MAX_BYTES + 1).read_to_end(&mut first)?;
    Ok(first == bytes && fs::metadata(path)?.len() == fs::metadata(copy)?.len())
}

/// Replaces a file in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(name);
    let written = fs::File::create(&new).and_then(|mut file| {
        // Whoever let nobody else read their password keeps it that way.
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| fs::rename(&new, path));
    if replaced.is_err() {
        // Nobody needs half a file.
        let _ = fs::remove_file(&new);
    }
    replaced
}

#[cfg(test)]
mod tests;
