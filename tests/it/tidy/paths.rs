//! What a file names: modules of ours, crates, members of `std`. Paths in `use` lines and in code alike.

use super::lex::{Kind, Token};

/// The modules of ours that `tokens` name, each with its line: what follows `crate::`, `tankwarz::` or enough
/// `super::` to reach the crate's root, inside braces as well. The root as a whole is named `crate`.
///
/// `path` is the file the tokens are from; it says how many `super` there are above.
pub(super) fn own_modules(path: &str, tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = members(tokens, &["crate", "tankwarz"]);
    found.extend(whole_root(tokens));
    found.extend(above(tokens, depth(path)));
    found
}

/// Every `member` of `root::member`, with its line.
pub(super) fn members(tokens: &[Token], roots: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let root = tokens[at].word().is_some_and(|word| roots.contains(&word));
        // `x::std::y` is somebody else's `std`; `::std::y` is the one.
        let inside = continues_path(tokens, at);
        if root && !inside && is_path(tokens.get(at + 1)) {
            first_words(tokens, at + 2, &mut found);
        }
    }
    found
}

/// Every name that may be a crate: the start of a path, or a bare name in a `use` or `extern crate` line.
pub(super) fn crates(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_use = false;
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Mark(';') => in_use = false,
            Kind::Word(word) if word == "use" || is_extern_crate(tokens, at) => in_use = true,
            Kind::Word(word) if !continues_path(tokens, at) => {
                let starts_path = is_path(tokens.get(at + 1));
                let bare = in_use && !within_group_of_path(tokens, at);
                if starts_path || bare {
                    found.push((token.line, word.clone()));
                }
            }
            _ => {}
        }
    }
    found
}

/// The first word of the path at `at`, or of each path if a group starts there.
fn first_words(tokens: &[Token], at: usize, found: &mut Vec<(usize, String)>) {
    let Some(token) = tokens.get(at) else { return };
    match &token.kind {
        Kind::Word(word) if word == "self" => found.push((token.line, "crate".to_owned())),
        Kind::Word(word) => found.push((token.line, word.clone())),
        Kind::Mark('*') => found.push((token.line, "crate".to_owned())),
        Kind::Mark('{') => {
            let mut element = at + 1;
            while tokens.get(element).is_some_and(|t| !t.is('}')) {
                first_words(tokens, element, found);
                element = element_end(tokens, element);
            }
        }
        _ => {}
    }
}

/// Past the comma that ends the element of a group at `at`; at the `}` if it is the last.
fn element_end(tokens: &[Token], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Mark(',') => return at + 1,
            Kind::Mark('}') => return at,
            Kind::Mark('{') => at = super::lex::closed(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// `use crate as x`: everything at once.
fn whole_root(tokens: &[Token]) -> Vec<(usize, String)> {
    let pairs = tokens.windows(2);
    pairs
        .filter(|two| two[0].word() == Some("crate") && two[1].word() == Some("as"))
        .map(|two| (two[0].line, "crate".to_owned()))
        .collect()
}

/// What is named through `super` from the crate's root, in a file that is `depth` modules below it.
fn above(tokens: &[Token], depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // For each open brace: whether it is the body of a module.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is('{') {
            let named = at >= 2 && tokens[at - 2].word() == Some("mod");
            open.push(named && tokens[at - 1].word().is_some());
        } else if tokens[at].is('}') {
            open.pop();
        } else if tokens[at].word() == Some("super") {
            let mut supers = 0;
            while tokens.get(at).and_then(Token::word) == Some("super")
                && is_path(tokens.get(at + 1))
            {
                supers += 1;
                at += 2;
            }
            let below = depth + open.iter().filter(|module| **module).count();
            if supers > 0 && supers >= below {
                first_words(tokens, at, &mut found);
            }
            if supers > 0 {
                continue;
            }
        }
        at += 1;
    }
    found
}

/// How many modules deep a file of `src` is: 1 for `src/bot.rs` and `src/sim/mod.rs`, 2 for `src/sim/map.rs`.
fn depth(path: &str) -> usize {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let parts = inside.split('/').count();
    let folder_itself = ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| {
        inside.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    });
    parts - usize::from(folder_itself)
}

fn is_path(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.kind == Kind::Path)
}

/// Whether the word at `at` is a later part of a path, a field or a method.
fn continues_path(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let Some(previous) = before(1) else {
        return false;
    };
    // `::ggrs` after nothing that ends a path is the crate itself.
    let continues = is_path(Some(previous))
        && before(2).is_some_and(|t| {
            t.is('>')
                || t.word().is_some_and(|word| !matches!(word, "use" | "as" | "in" | "return"))
        });
    continues || previous.is('.')
}

/// Whether the word at `at` stands in braces that follow a path: `a` in `x::{a, b}`.
fn within_group_of_path(tokens: &[Token], at: usize) -> bool {
    let mut depth = 0usize;
    for back in (0..at).rev() {
        match tokens[back].kind {
            Kind::Mark(';') => return false,
            Kind::Mark('}') => depth += 1,
            Kind::Mark('{') if depth > 0 => depth -= 1,
            Kind::Mark('{') if back > 0 && is_path(tokens.get(back - 1)) => return true,
            _ => {}
        }
    }
    false
}

fn is_extern_crate(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).and_then(Token::word);
    tokens[at].word() == Some("extern") && next == Some("crate")
}
