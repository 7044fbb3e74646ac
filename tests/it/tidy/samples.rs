//! That every rule of tidy finds what it forbids, and passes what it does not.

use super::*;

/// The offences of `rule` in a file at `path` with this text, without their places.
fn offences(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> Vec<String> {
    let found = rule(&Source::new(path, text));
    let place_and_what = found.iter().map(|offence| offence.split_once(": ").unwrap());
    place_and_what.map(|(_, what)| what.to_owned()).collect()
}

fn count(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    offences(rule, path, text).len()
}

#[test]
fn wrong_arrow_is_found_however_it_is_written() {
    for text in [
        "use crate::view::Stage;",
        "pub(crate) use crate::view;",
        "use crate::{sim::{World, Map}, view::Stage};",
        "use {std::fmt, crate::{view as window}};",
        "fn f() { crate::view::open(); }",
        "use super::view::Stage;",
        "mod inner { use super::super::view::Stage; }",
        "macro_rules! m { () => { $crate::view::open() } }",
        "#[cfg(not(test))] use crate::view::Stage;",
    ] {
        let found = offences(wrong_arrows, "src/session/mod.rs", text);
        assert_eq!(found, ["`session` may not use `view`"], "{text}");
    }
    let deeper = "use super::super::view;";
    assert_eq!(count(wrong_arrows, "src/session/host.rs", deeper), 1);
    for text in ["use crate::*;", "use crate::{self as game};", "use crate as game;"] {
        assert_eq!(count(wrong_arrows, "src/session/mod.rs", text), 1, "{text}");
    }
}

#[test]
fn right_arrow_is_passed() {
    let text = r#"
        //! crate::view is a word here.
        use crate::sim::{World, view::Thing};
        use super::{host, guest::{self, Guest}};
        use std::{fmt, view::Stage};
        mod inner { use super::view; }
        const NAME: &str = "crate::view";
        pub(crate) fn f(x: Thing) { self::view(); x.view::<u8>(); }
        #[cfg(test)] mod tests { use crate::view::Stage; }
    "#;
    assert_eq!(offences(wrong_arrows, "src/session/host.rs", text), [""; 0]);
    assert_eq!(count(wrong_arrows, "src/lib.rs", "pub mod view; use crate::view::X;"), 0);
}

#[test]
fn binary_sees_only_the_front_of_the_library() {
    assert_eq!(count(wrong_arrows, "src/main.rs", "use tankwarz::{app, cli::Cli};"), 0);
    assert_eq!(count(wrong_arrows, "src/main.rs", "fn main() { tankwarz::sim::x() }"), 1);
}

#[test]
fn every_module_has_its_arrows() {
    assert_eq!(count(wrong_arrows, "src/helpers.rs", "//! Helpers."), 1);
    for (module, to) in ARROWS {
        assert!(to.iter().all(|to| ARROWS.iter().any(|(name, _)| name == to)), "{module}");
    }
}

#[test]
fn borrowed_crate_is_found() {
    for text in [
        "use ggrs::Session;",
        "use ggrs;",
        "use {std::fmt, ggrs as rollback};",
        "use ::ggrs::{Config};",
        "extern crate ggrs;",
        "fn f() -> ggrs::Frame { 0 }",
        "#[derive(ggrs::Thing)] struct S;",
    ] {
        let found = offences(borrowed_crates, "src/app/mod.rs", text);
        assert_eq!(found, ["only `play` may use ggrs"], "{text}");
        assert_eq!(count(borrowed_crates, "src/play/mod.rs", text), 0, "{text}");
    }
    let own = "fn f(ggrs: u8) { self.ggrs = ggrs; crate::play::ggrs::go(); let s = \"ggrs::\"; }";
    assert_eq!(count(borrowed_crates, "src/app/mod.rs", own), 0);
}

#[test]
fn reachable_panic_is_found() {
    let text = "fn f() { a.unwrap(); b?.expect(\"b\"); }";
    for path in ["src/net/relay.rs", "src/config.rs", "src/app/mod.rs"] {
        assert_eq!(count(reachable_panics, path, text), 2, "{path}");
    }
    let silenced = "#[allow(clippy::indexing_slicing)] fn f() {}";
    assert_eq!(count(reachable_panics, "src/play/guard.rs", silenced), 1);
    assert_eq!(count(reachable_panics, "src/play/guard.rs", "#![expect(clippy::unwrap_used)]"), 1);
}

#[test]
fn harmless_call_is_passed() {
    let text = "
        fn f() { a.unwrap_or(b).unwrap_or_default(); /* a.unwrap() */ expect(c); }
        #[allow(clippy::indexing_slicing, reason = \"seats are in range\")] fn g() {}
        #[cfg(test)] mod tests { fn f() { a.unwrap() } }
    ";
    assert_eq!(offences(reachable_panics, "src/net/relay.rs", text), [""; 0]);
    assert_eq!(count(reachable_panics, "src/net/tests.rs", "fn f() { a.unwrap() }"), 0);
    assert_eq!(count(reachable_panics, "src/sim/tank.rs", "fn f() { a.unwrap() }"), 0);
}

#[test]
fn impure_word_is_found() {
    for word in IMPURE_WORDS {
        let text = format!("fn f() -> {word} {{}}");
        for path in ["src/sim/math.rs", "src/session/mod.rs", "src/feed/mod.rs", "src/bot.rs"] {
            assert_eq!(count(impure_words, path, &text), 1, "{path} {word}");
        }
        assert_eq!(count(impure_words, "src/view/mod.rs", &text), 0);
        assert_eq!(count(impure_words, "src/bot.rs", &format!("// {word}")), 0);
    }
    assert_eq!(count(impure_words, "src/bot.rs", "let a = 1f32 + 2_f64; let b = 0x1f32;"), 2);
}

#[test]
fn unwatched_module_is_found() {
    let half = "#![deny(clippy::float_arithmetic)] #![allow(clippy::disallowed_types)]";
    let whole = "//! Sim.\n#![deny(clippy::float_arithmetic, clippy::disallowed_types)]";
    for path in ["src/sim/mod.rs", "src/bot.rs"] {
        assert_eq!(count(unwatched, path, "//! Silent."), 2, "{path}");
        assert_eq!(count(unwatched, path, half), 1, "{path}");
        assert_eq!(count(unwatched, path, whole), 0, "{path}");
    }
    assert_eq!(count(unwatched, "src/sim/tank.rs", ""), 0);
    assert_eq!(count(unwatched, "src/view/mod.rs", ""), 0);
}

#[test]
fn hidden_io_is_found() {
    for text in [
        "use std::fs::File;",
        "use std::{fmt, net::UdpSocket};",
        "fn f() { std::thread::spawn(g); }",
    ] {
        assert_eq!(count(hidden_io, "src/play/mod.rs", text), 1, "{text}");
        assert_eq!(count(hidden_io, "src/app/mod.rs", text), 0, "{text}");
    }
    assert_eq!(count(hidden_io, "src/play/mod.rs", "use std::time::Duration;"), 0);
}

#[test]
fn long_file_is_found() {
    let lines = |n| "//! Line.\n".repeat(n);
    assert_eq!(count(too_long, "src/sim/mod.rs", &lines(MAX_LINES)), 0);
    assert_eq!(count(too_long, "tests/it/net.rs", &lines(MAX_LINES + 1)), 1);
}

#[test]
fn unexplained_file_is_found() {
    assert_eq!(count(unexplained, "src/sim/mod.rs", "use std::fmt;\n//! Late."), 1);
    assert_eq!(count(unexplained, "src/sim/mod.rs", "//! What it is."), 0);
}

#[test]
fn unfinished_work_is_found() {
    for text in [
        concat!("// TO", "DO: later"),
        concat!("/// FIX", "ME(me)"),
        concat!("fn f() { to", "do!() }"),
        concat!("fn f() { unimple", "mented!(\"x\") }"),
        concat!("#[cfg(test)] mod t { #[test] #[ig", "nore] fn f() {} }"),
    ] {
        assert_eq!(count(unfinished, "tests/it/net.rs", text), 1, "{text}");
    }
    let finished = "#[ignore = \"this machine forbids namespaces\"] fn f() { todos(METHOD); }";
    assert_eq!(count(unfinished, "src/app/mod.rs", finished), 0);
}

#[test]
fn uncredited_asset_is_found() {
    let credits = "| `assets/sprites/*.svg` | own |\n- sounds/bang.ogg: CC0\n- `fonts/sans/` (OFL)";
    let check = |asset: &str| uncredited(&[asset.to_owned()], credits).len();
    for credited in ["CREDITS.md", "sprites/tank.svg", "sounds/bang.ogg", "fonts/sans/a/b.ttf"] {
        assert_eq!(check(credited), 0, "{credited}");
    }
    for missing in ["sprites/tank.png", "sprites/old/tank.svg", "sounds/boom.ogg", "fonts/x.ttf"] {
        assert_eq!(check(missing), 1, "{missing}");
    }
    let everything = ["assets/", "assets/*", "*", "/", "`/`"];
    for vague in everything {
        assert_eq!(uncredited(&["sprites/tank.svg".to_owned()], vague).len(), 1, "{vague}");
    }
}

#[test]
fn offence_says_where() {
    let source = Source::new("src/sim/mod.rs", "//! Sim.\n\nuse crate::net::X;");
    assert_eq!(wrong_arrows(&source), ["src/sim/mod.rs:3: `sim` may not use `net`"]);
}

#[test]
fn texts_in_the_code_that_draws_are_found() {
    let found = |text: &str| count(unsaid, "src/view/ui/hud.rs", text);
    for text in [
        r#"fn f() { paint.text("Waiting", style) }"#,
        r#"fn f() { format!("{name} wins") }"#,
        r#"fn f() { format!("{} of {} players", a, b) }"#,
        r##"const HINT: &str = r#"press a key"#;"##,
        r#"fn f() { "EMPTY".to_owned() }"#,
        r#"fn f() { paint.text("waiting", style) }"#,
        r#"fn f() { format!("{ms}ms") }"#,
        r#"fn f() { if a { "empty" } else { "hud-empty" } }"#,
        r#"fn f() { Some("waiting") }"#,
        r#"fn f() { ["red", "hud-empty"].map(|c| paint.text(c)) }"#,
    ] {
        assert_eq!(found(text), 1, "{text}");
        assert_eq!(count(unsaid, "src/view/actors.rs", text), 0, "{text}");
    }
    for text in [
        r#"fn f() { paint.text(&say("hud-empty"), style) }"#,
        r#"fn f() { say_with("hud-destroyed-by", &[("name", name.into())]) }"#,
        r#"fn f() { table(b"head") }"#,
        r#"fn f() { format!("{}:{:02}", a, b) }"#,
        r#"fn f() { format!("{a} {b}   {c}") }"#,
        r#"fn f() { tracing::warn!("no clipboard: {error}") }"#,
        r#"#[allow(clippy::x, reason = "it is short")] const SVG: &str = "<svg><g id='a b'/></svg>";"#,
        r#"fn f(c: &str) { match c { Some("Comma") => {} "v" | "lan" | "\u{2022}" => {} _ => {} } }"#,
        r#"#[cfg(test)] mod tests { const A: &str = "A text"; }"#,
        "// Some words",
    ] {
        assert_eq!(offences(unsaid, "src/view/ui/hud.rs", text), [""; 0], "{text}");
    }
}
