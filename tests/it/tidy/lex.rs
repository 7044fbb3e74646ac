//! Rust source as a row of tokens, just good enough to read paths and attributes.
//!
//! Comments are dropped, so that a word in a sentence is never taken for code. What a string says stays in the string.

/// One token and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier, a keyword or a number with its suffix.
    Word(String),
    /// `::`
    Path,
    /// Any other single character of punctuation.
    Mark(char),
    /// A string or character literal, as it is written.
    Text(String),
    /// A lifetime or a loop label.
    Lifetime,
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// What a string or character literal says, its escapes as they are written.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(written) => {
                let inside = written.trim_start_matches(['b', 'c', 'r', '#']);
                Some(inside.trim_matches(['"', '\'', '#']))
            }
            _ => None,
        }
    }

    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// The tokens of `source`, in order.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let (end, mut kind) = next(&chars, at);
        if let Some(Kind::Text(written)) = &mut kind {
            *written = chars[at..end].iter().collect();
        }
        if let Some(kind) = kind {
            found.push(Token { line, kind });
        }
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

/// `tokens` without what only a test build compiles: every item under `#[test]` or `#[cfg(test)]`.
pub(super) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = attribute_end(tokens, at);
        if end > at && is_for_tests(&tokens[at..end]) {
            at = item_end(tokens, end);
        } else {
            let end = end.max(at + 1);
            kept.extend_from_slice(&tokens[at..end]);
            at = end;
        }
    }
    kept
}

/// Where the bracket that opens at `open` has been closed again; the end of the tokens if it never is.
pub(super) fn closed(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Past the outer attribute that starts at `at`; `at` itself if none does.
fn attribute_end(tokens: &[Token], at: usize) -> usize {
    match tokens.get(at..at + 2) {
        Some([hash, bracket]) if hash.is('#') && bracket.is('[') => closed(tokens, at + 1),
        _ => at,
    }
}

fn is_for_tests(attribute: &[Token]) -> bool {
    let words: Vec<&str> = attribute.iter().filter_map(Token::word).collect();
    match words.as_slice() {
        ["test"] => true,
        ["cfg", conditions @ ..] => {
            conditions.contains(&"test") && !conditions.iter().any(|c| matches!(*c, "not" | "any"))
        }
        _ => false,
    }
}

/// Past the item that starts at `at`: its further attributes, then everything up to its `;` or the end of its body.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while attribute_end(tokens, at) > at {
        at = attribute_end(tokens, at);
    }
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Mark(';') => return at + 1,
            Kind::Mark('{') => {
                let end = closed(tokens, at);
                // `use a::{b, c};` goes on to its semicolon.
                let semicolon = tokens.get(end).is_some_and(|t| t.is(';'));
                return if semicolon { end + 1 } else { end };
            }
            Kind::Mark('(' | '[') => at = closed(tokens, at),
            // The end of what the item stands in: a field or a match arm without a comma.
            Kind::Mark('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Where the token at `at` ends, and what it is; `None` for space and comments.
fn next(chars: &[char], at: usize) -> (usize, Option<Kind>) {
    let peek = |ahead: usize| chars.get(at + ahead).copied().unwrap_or('\0');
    match (chars[at], peek(1)) {
        (c, _) if c.is_whitespace() => (at + 1, None),
        ('/', '/') => (past(chars, at, |c| c != '\n'), None),
        ('/', '*') => (comment_end(chars, at), None),
        (':', ':') => (at + 2, Some(Kind::Path)),
        ('"', _) => (string_end(chars, at), Some(Kind::Text(String::new()))),
        ('\'', _) => quote(chars, at),
        (c, _) if is_word(c) => word(chars, at),
        (c, _) => (at + 1, Some(Kind::Mark(c))),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first place from `from` on where `go_on` no longer holds.
fn past(chars: &[char], from: usize, go_on: impl Fn(char) -> bool) -> usize {
    let rest = chars[from..].iter();
    from + rest.take_while(|c| go_on(**c)).count()
}

/// A word, or the string literal it is the prefix of (`b"…"`, `r#"…"#`, `c"…"`), or a raw identifier.
fn word(chars: &[char], at: usize) -> (usize, Option<Kind>) {
    let end = past(chars, at, is_word);
    let name: String = chars[at..end].iter().collect();
    let after_hashes = past(chars, end, |c| c == '#');
    let hashes = after_hashes - end;
    match (name.as_str(), chars.get(after_hashes)) {
        ("r" | "br" | "cr", Some('"')) => {
            (raw_end(chars, after_hashes, hashes), Some(Kind::Text(String::new())))
        }
        ("b" | "c", Some('"')) if hashes == 0 => {
            (string_end(chars, end), Some(Kind::Text(String::new())))
        }
        ("b", Some('\'')) if hashes == 0 => quote(chars, end),
        ("r", Some(c)) if hashes == 1 && is_word(*c) => word(chars, after_hashes),
        _ => (end, Some(Kind::Word(name))),
    }
}

/// A character literal or a lifetime: `'a'` closes after one character, `'a` does not.
fn quote(chars: &[char], at: usize) -> (usize, Option<Kind>) {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let end = past(chars, at + 3, |c| c != '\'');
            ((end + 1).min(chars.len()), Some(Kind::Text(String::new())))
        }
        (Some(_), Some('\'')) => (at + 3, Some(Kind::Text(String::new()))),
        _ => (past(chars, at + 1, is_word), Some(Kind::Lifetime)),
    }
}

fn string_end(chars: &[char], open: usize) -> usize {
    let mut at = open + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn raw_end(chars: &[char], open: usize, hashes: usize) -> usize {
    let mut at = open + 1;
    while at < chars.len() {
        if chars[at] == '"' && past(chars, at + 1, |c| c == '#') >= at + 1 + hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    chars.len()
}

fn comment_end(chars: &[char], open: usize) -> usize {
    let (mut at, mut depth) = (open, 0usize);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (at, depth) = (at + 2, depth + 1),
            ('*', Some('/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let all = tokens(source);
        all.iter().filter_map(|t| t.word().map(str::to_owned)).collect()
    }

    #[test]
    fn comments_and_literals_hold_no_words() {
        let source = r####"
            a // line
            /* block /* nested */ still */ b
            "text \" more" c b"bytes" d r#"raw " end"# e 'x' f '\'' g '\u{41}' h b'z' i
            fn j<'life>(r#type: &'static str) {}
        "####;
        let expected = "a b c d e f g h i fn j type str";
        assert_eq!(words(source).join(" "), expected);
    }

    #[test]
    fn tokens_know_their_line() {
        let source = "one\n\"a\nb\" /* c\n */ two";
        let lines: Vec<usize> = tokens(source).iter().map(|t| t.line).collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn test_items_are_cut_and_only_they() {
        let source = "
            use before::x;
            #[cfg(test)] use cut::{y, z};
            #[test] #[should_panic] fn cut(a: [u8; 2]) -> u8 { if a { b } else { c } }
            #[cfg(all(test, unix))] mod cut { fn cut() {} }
            #[cfg(not(test))] fn kept() {}
            #[derive(Debug)] struct After;
        ";
        let left = without_tests(&tokens(source));
        let words: Vec<&str> = left.iter().filter_map(Token::word).collect();
        let expected = "use before x cfg not test fn kept derive Debug struct After";
        assert_eq!(words.join(" "), expected);
    }
}
