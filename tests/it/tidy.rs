//! The shape of the source: rules of docs/architecture.md that neither the compiler nor clippy can check.
//!
//! Each rule is a function from one file to its offences, so that it can be shown a file that offends.

mod lex;
mod paths;
mod samples;

use lex::{Kind, Token};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The arrows: a module of `src`, and the modules of ours it may name.
/// Named by `main`: the library from outside.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["app", "cli"]),
    ("app", &["view", "play", "net", "feed", "bot", "cli", "config", "session", "sim", "words"]),
    ("view", &["sim", "words"]),
    ("play", &["session", "feed", "sim"]),
    ("net", &["session"]),
    ("feed", &["session", "sim"]),
    ("session", &["sim"]),
    ("bot", &["sim"]),
    ("cli", &["sim"]),
    ("config", &["sim"]),
    ("sim", &[]),
    ("words", &[]),
];

/// Crates that only one module may use, so that only one place has to know their traps.
const OWNED_CRATES: &[(&str, &str)] = &[
    ("ggrs", "play"),
    ("matchbox_socket", "net"),
    ("matchbox_signaling", "net"),
    ("matchbox_protocol", "net"),
    ("mdns_sd", "net"),
    ("igd_next", "net"),
    ("prometheus", "net"),
    ("ggez", "view"),
    ("wgpu", "view"),
    ("kira", "view"),
    ("resvg", "view"),
];

/// What gives another answer on another machine, or in another run.
const PURE: &[&str] = &["sim", "session", "feed", "bot"];
const IMPURE_WORDS: &[&str] = &["f32", "f64", "Instant", "SystemTime", "HashMap", "HashSet"];
const PURE_LINTS: &[&str] = &["disallowed_types", "float_arithmetic"];

/// Without I/O and threads: bytes go in, bytes come out.
const SANS_IO: &[&str] = &["sim", "session", "feed", "bot", "play"];
const IO_OF_STD: &[&str] = &["env", "fs", "io", "net", "process", "thread"];

/// Read what came from a peer or a file: a panic here can be sent by a stranger.
const EXPOSED: &[&str] = &["play", "net", "session", "feed", "app", "config"];
const PANICKING: &[&str] = &["unwrap", "expect", "unwrap_err", "expect_err"];
const PANIC_LINTS: &[&str] = &["unwrap_used", "expect_used", "indexing_slicing"];

/// Where everything that is drawn comes from the catalogue of texts.
const DRAWN: &str = "src/view/ui/";
/// Drawn all the same: the game's name and what a player is called who has chosen no name.
const NO_TEXTS: &[&str] = &["TANKWARZ", "Player"];
/// Words in a file that draws which it never draws: what it looks for, and what things are called among themselves.
const NOT_DRAWN: &[(&str, &[&str])] = &[
    ("credits.rs", &["fonts/", "dependencies", "dependencies."]),
    ("text.rs", &["tankwarz-display", "tankwarz-body", "tankwarz-bold"]),
];

const MAX_LINES: usize = 600;

/// One Rust file of this package.
struct Source {
    /// From the package's root, with `/`: `src/sim/tank.rs`.
    path: String,
    text: String,
    /// What an ordinary build compiles of it.
    tokens: Vec<Token>,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let all = lex::tokens(text);
        // A file of tests says so with its name or at its top, because its `#[cfg(test)]` stands elsewhere.
        let tests_only = path.ends_with("/tests.rs")
            || path.contains("/tests/")
            || text.contains("\n#![cfg(test)]\n");
        let tokens = if tests_only { Vec::new() } else { lex::without_tests(&all) };
        Self { path: path.to_owned(), text: text.to_owned(), tokens }
    }

    /// The module directly under the crate's root this file belongs to: `sim`, `bot`, `main`, `lib`.
    fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = inside.split('/').next().unwrap_or(inside);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_in(&self, modules: &[&str]) -> bool {
        self.path.starts_with("src/") && modules.contains(&self.module())
    }

    fn offence(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Rule: a module names only the modules of ours that its arrows point at.
fn wrong_arrows(source: &Source) -> Vec<String> {
    let from = source.module();
    if !source.path.starts_with("src/") || from == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == from) else {
        return vec![source.offence(1, &format!("`{from}` is no module of docs/architecture.md"))];
    };
    paths::own_modules(&source.path, &source.tokens)
        .into_iter()
        .filter(|(_, to)| to != from && !allowed.contains(&to.as_str()))
        .map(|(line, to)| source.offence(line, &format!("`{from}` may not use `{to}`")))
        .collect()
}

/// Rule: a crate with an owner is used by its owner only.
fn borrowed_crates(source: &Source) -> Vec<String> {
    paths::crates(&source.tokens)
        .into_iter()
        .filter_map(|(line, name)| {
            let (_, owner) = OWNED_CRATES.iter().find(|(owned, _)| *owned == name)?;
            let ours = source.path.starts_with("src/") && source.module() != *owner;
            ours.then(|| source.offence(line, &format!("only `{owner}` may use {name}")))
        })
        .collect()
}

/// Rule: a stranger's bytes cannot reach an `unwrap`, and silencing clippy's word on it takes a reason.
fn reachable_panics(source: &Source) -> Vec<String> {
    if !source.is_in(EXPOSED) {
        return Vec::new();
    }
    let tokens = &source.tokens;
    let calls = tokens.windows(3).filter_map(|three| {
        let name = three[1].word()?;
        let call = three[0].is('.') && three[2].is('(') && PANICKING.contains(&name);
        call.then(|| source.offence(three[1].line, &format!("`.{name}()` can panic")))
    });
    let silenced = (0..tokens.len()).filter_map(|at| {
        let attribute = silencing_attribute(tokens, at)?;
        let words: Vec<&str> = attribute.iter().filter_map(Token::word).collect();
        let lint = words.iter().find(|word| PANIC_LINTS.contains(word))?;
        let what = format!("`{lint}` is silenced without a `reason`");
        (!words.contains(&"reason")).then(|| source.offence(attribute[0].line, &what))
    });
    calls.chain(silenced).collect()
}

/// Rule: what every machine must agree on knows no float, no clock and no hash order.
fn impure_words(source: &Source) -> Vec<String> {
    if !source.is_in(PURE) {
        return Vec::new();
    }
    let impure = |word: &str| {
        let float = word.starts_with(|c: char| c.is_ascii_digit())
            && (word.ends_with("f32") || word.ends_with("f64"))
            && !word.starts_with("0x");
        float || IMPURE_WORDS.contains(&word)
    };
    let words = source.tokens.iter().filter_map(|t| Some((t.line, t.word()?)));
    words
        .filter(|(_, word)| impure(word))
        .map(|(line, word)| source.offence(line, &format!("`{}` uses {word}", source.module())))
        .collect()
}

/// Rule: a pure module asks clippy to watch over it too, which sees floats that no word gives away.
fn unwatched(source: &Source) -> Vec<String> {
    let file = source.path.strip_prefix("src/").unwrap_or_default();
    let top =
        PURE.iter().any(|name| file == format!("{name}.rs") || file == format!("{name}/mod.rs"));
    let tokens = &source.tokens;
    let denied = (0..tokens.len()).filter_map(|at| {
        let start = tokens.get(at..at + 4)?;
        let deny = start[0].is('#') && start[1].is('!') && start[3].word() == Some("deny");
        deny.then(|| &tokens[at..lex::closed(tokens, at + 2)])
    });
    let words: Vec<&str> = denied.flatten().filter_map(Token::word).collect();
    let missing = PURE_LINTS.iter().filter(|lint| top && !words.contains(lint));
    missing
        .map(|lint| source.offence(1, &format!("`#![deny(clippy::{lint})]` is missing")))
        .collect()
}

/// Rule: the core neither reads nor writes anything by itself, and starts no thread.
fn hidden_io(source: &Source) -> Vec<String> {
    if !source.is_in(SANS_IO) {
        return Vec::new();
    }
    paths::members(&source.tokens, &["std"])
        .into_iter()
        .filter(|(_, member)| IO_OF_STD.contains(&member.as_str()))
        .map(|(line, member)| {
            source.offence(line, &format!("`{}` uses std::{member}", source.module()))
        })
        .collect()
}

/// Rule: what is drawn is said in the player's language, so no text stands in the code that draws. A text is a
/// literal that a person would read, other than the key of a text and the name of what is put into one.
fn unsaid(source: &Source) -> Vec<String> {
    if !source.path.starts_with(DRAWN) {
        return Vec::new();
    }
    let tokens = &source.tokens;
    let offence = |(at, token): (usize, &Token)| {
        let said = token.text()?;
        // For a log, for the reader of the code, or the name of a file.
        let before = &tokens[at.saturating_sub(4)..at];
        let unseen = before.iter().filter_map(Token::word).any(|word| {
            matches!(
                word,
                "tracing"
                    | "warn"
                    | "debug"
                    | "info"
                    | "reason"
                    | "include_str"
                    | "include_bytes"
                    | "env"
            )
        });
        let is_picture = said.contains('<')
            || said.contains("=\"")
            || said.contains("url(")
            || said.ends_with('=');
        // What a text is compared with is not drawn.
        let mut after = tokens[at + 1..].iter().skip_while(|token| token.is(')'));
        let compared = match (after.next(), after.next()) {
            (Some(first), Some(second)) => first.is('|') || (first.is('=') && second.is('>')),
            _ => false,
        };
        let named = names_a_value(tokens, at) || catalogue().contains(said);
        let mut known = NOT_DRAWN.iter().filter(|(file, _)| source.path.ends_with(file));
        let bytes = matches!(&token.kind, Kind::Text(written) if written.starts_with('b'));
        let never_drawn =
            bytes || NO_TEXTS.contains(&said) || known.any(|(_, words)| words.contains(&said));
        let text = is_text(said) && !unseen && !compared && !is_picture && !named && !never_drawn;
        text.then(|| source.offence(token.line, &format!("`{said}` is drawn without `say`")))
    };
    tokens.iter().enumerate().filter_map(offence).collect()
}

/// Whether a person would read this: what is put into it, and escapes, left out.
fn is_text(literal: &str) -> bool {
    let mut words = String::new();
    let mut depth = 0;
    let mut escaped = false;
    for c in literal.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => depth -= 1,
            c if depth == 0 => words.push(c),
            _ => {}
        }
    }
    // A single letter is what a key is called.
    words.split_whitespace().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
}

/// Whether the literal at `at` is the first of a pair, as in `("name", value)`.
fn names_a_value(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let opens = before(1).is_some_and(|token| token.is('('));
    let called =
        before(2).is_some_and(|token| token.word().is_some() || token.is('!') || token.is('>'));
    opens && !called && tokens.get(at + 1).is_some_and(|token| token.is(','))
}

/// The keys of all texts.
fn catalogue() -> &'static HashSet<String> {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let text = read("assets/words/en.ftl");
        let keys = text.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
        keys.filter(|key| !key.starts_with([' ', '#'])).map(str::to_owned).collect()
    });
    assert!(KEYS.len() > 20, "the catalogue was not read");
    &KEYS
}

/// Rule: a file fits into a head.
fn too_long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let what = format!("{lines} lines, {MAX_LINES} are the limit");
    (lines > MAX_LINES).then(|| source.offence(lines, &what)).into_iter().collect()
}

/// Rule: every file of the game starts by saying what it is.
fn unexplained(source: &Source) -> Vec<String> {
    let silent = source.path.starts_with("src/") && !source.text.starts_with("//!");
    let what = "does not start with `//!`: say what the module is and what it must never do";
    silent.then(|| source.offence(1, what)).into_iter().collect()
}

/// Rule: nothing is left for later, and a test is put aside only for a stated reason.
fn unfinished(source: &Source) -> Vec<String> {
    let notes = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
    let noted = source.text.lines().enumerate().filter_map(|(at, line)| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let note = words.find(|word| notes.contains(word))?;
        Some(source.offence(at + 1, &format!("{note}: do it, or write an issue")))
    });
    // Also inside tests, which `source.tokens` leaves out.
    let tokens = lex::tokens(&source.text);
    let left_open = tokens.windows(2).filter_map(|two| {
        let name = two[0].word()?;
        let open = matches!(name, "todo" | "unimplemented") && two[1].is('!');
        open.then(|| source.offence(two[0].line, &format!("`{name}!` left in the code")))
    });
    let put_aside = tokens.windows(4).filter_map(|four| {
        let bare = four[0].is('#') && four[1].is('[') && four[3].is(']');
        let ignored = bare && four[2].word() == Some("ignore");
        ignored.then(|| source.offence(four[2].line, "`#[ignore]` without a reason"))
    });
    noted.chain(left_open).chain(put_aside).collect()
}

/// Rule: the origin and licence of every asset are on record. `assets` are paths inside the folder `assets`.
fn uncredited(assets: &[String], credits: &str) -> Vec<String> {
    let words = credits.split(|c: char| c.is_whitespace() || "`|(),;<>[]\"".contains(c));
    let names: Vec<&str> = words
        .map(|word| word.strip_prefix("assets/").unwrap_or(word).trim_end_matches(':'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut missing: Vec<String> = Vec::new();
    for asset in assets.iter().filter(|asset| *asset != "CREDITS.md") {
        if !names.iter().any(|name| credits_asset(name, asset)) {
            missing.push(format!("assets/{asset}: not named in assets/CREDITS.md"));
        }
    }
    missing
}

/// Whether `name`, a word of the credits, stands for `asset`: its path, its folder with a `/` at the end, or a path
/// with one `*` after the folder.
fn credits_asset(name: &str, asset: &str) -> bool {
    let Some((folder, pattern)) = name.rsplit_once('/') else {
        return name == asset;
    };
    let Some((asset_folder, file)) = asset.rsplit_once('/') else {
        return false;
    };
    if pattern.is_empty() {
        return asset.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    }
    let fits = match pattern.split_once('*') {
        Some((start, end)) => {
            file.len() >= start.len() + end.len() && file.starts_with(start) && file.ends_with(end)
        }
        None => file == pattern,
    };
    folder == asset_folder && fits
}

/// The attribute `#[allow(…)]`, `#[expect(…)]` or its inner form that starts at `at`.
fn silencing_attribute(tokens: &[Token], at: usize) -> Option<&[Token]> {
    let rest = &tokens[at..];
    let inner = rest.get(1)?.is('!');
    let open = 1 + usize::from(inner);
    let starts = rest[0].is('#') && rest.get(open)?.is('[');
    let silences = matches!(rest.get(open + 1)?.word(), Some("allow" | "expect"));
    (starts && silences).then(|| &rest[..lex::closed(rest, open)])
}

/// Every file under `folder` of the package, as paths from the package's root.
fn files_under(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_under(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust file the rules speak about.
fn sources() -> Vec<Source> {
    let paths = [files_under("src"), files_under("tests/it")].concat();
    let rust = paths.iter().filter(|path| path.ends_with(".rs"));
    let sources: Vec<Source> = rust.map(|path| Source::new(path, &read(path))).collect();
    for known in ["src/lib.rs", "src/main.rs", "tests/it/tidy.rs"] {
        assert!(sources.iter().any(|s| s.path == known), "{known} was not read");
    }
    sources
}

fn check_all(rule: fn(&Source) -> Vec<String>) {
    let offences: Vec<String> = sources().iter().flat_map(rule).collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn modules_follow_the_arrows() {
    check_all(wrong_arrows);
}

#[test]
fn crates_with_an_owner_stay_with_it() {
    check_all(borrowed_crates);
}

#[test]
fn no_panic_on_bytes_from_outside() {
    check_all(reachable_panics);
}

#[test]
fn pure_modules_stay_pure() {
    check_all(impure_words);
    check_all(unwatched);
    check_all(hidden_io);
}

#[test]
fn everything_drawn_is_said_in_the_players_language() {
    check_all(unsaid);
}

#[test]
fn files_are_short() {
    check_all(too_long);
}

#[test]
fn files_say_what_they_are() {
    check_all(unexplained);
}

#[test]
fn nothing_is_left_for_later() {
    check_all(unfinished);
}

#[test]
fn assets_are_credited() {
    let files = files_under("assets");
    let inside = |path: &String| path.strip_prefix("assets/").map(str::to_owned);
    let assets: Vec<String> = files.iter().filter_map(inside).collect();
    if assets.is_empty() {
        return;
    }
    let missing = uncredited(&assets, &read("assets/CREDITS.md"));
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}
