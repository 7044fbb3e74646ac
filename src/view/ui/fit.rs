//! Tests that every text has room where it stands, in every language: measured with the fonts
//! of the game at the smallest window that is promised, 960 x 540.

#![cfg(test)]

use super::glyphs::{glyph, table, u16_at};
use super::text::Face;
use crate::view::theme::size;
use crate::words::Language;

/// Pixels to a unit in a window of 960 x 540.
const SCALE: f32 = 0.75;
/// Texts are never smaller; in pixels.
const LEAST: f32 = 11.0;

/// Width of a menu's line without its triangle and its edge.
const LINE: f32 = 360.0;
/// Width of the menus' column.
const COLUMN: f32 = 400.0;

/// A name as long as they come, of letters as wide as the usual.
const NAME: &str = "Maximilian Bauer";

/// A place, how it is written there, how wide it is in units, and the texts that stand there.
type Place = (Face, f32, f32, &'static [&'static str]);

const PLACES: &[Place] = &[
    (
        Face::Bold,
        size::LARGE,
        LINE,
        &[
            "title-rejoin",
            "title-practice",
            "title-host",
            "title-join",
            "title-quit",
            "settings-title",
            "howto-title",
            "credits-title",
            "menu-cancel",
            "menu-leave",
            "form-begin",
            "form-open",
            "form-enter",
            "lobby-say-ready",
            "lobby-not-ready",
            "lobby-start",
            "lobby-start-anyway",
            "lobby-start-alone",
            "lobby-close",
            "pause-resume",
            "pause-controls",
            "pause-leave",
            "result-rematch",
        ],
    ),
    // beside the title of a page that is read
    (Face::Bold, size::LARGE, 128.0, &["menu-back"]),
    (Face::Bold, size::LARGE, 160.0, &["form-bots", "form-skill", "form-rules", "form-players"]),
    (
        Face::Bold,
        size::LARGE,
        120.0,
        &["skill-easy", "skill-normal", "skill-hard", "rules-classic", "rules-modern"],
    ),
    (
        Face::Body,
        size::SMALL,
        COLUMN,
        &[
            "form-name",
            "form-target",
            "form-password",
            "lobby-code",
            "lobby-join-lines",
            "menu-keys",
            "menu-keys-pad",
        ],
    ),
    (
        Face::Body,
        size::TEXT,
        376.0,
        &["form-target-hint", "form-password-hint", "lobby-form-no-password"],
    ),
    // the rows of seats without a player
    (Face::Body, size::TEXT, 264.0, &["lobby-add-bot", "lobby-free"]),
    (Face::Bold, size::LARGE, 160.0, &["lobby-colour", "lobby-length", "lobby-form-relay"]),
    (Face::Bold, size::LARGE, 124.0, &["couch-on", "couch-off"]),
    // a longer name of a line is written smaller, but not smaller than this
    (
        Face::Bold,
        size::TEXT,
        160.0,
        &["couch-second", "couch-colour", "lobby-form-fill", "lobby-form-map-port"],
    ),
    // the lines beside the table of keys, and what is chosen there
    (Face::Bold, size::TEXT, 296.0, &["couch-keys-whose", "controls-mouse-aim"]),
    (
        Face::Bold,
        size::TEXT,
        232.0,
        &["couch-keys-first", "couch-keys-second", "couch-keys-scheme"],
    ),
    (Face::Bold, size::SMALL, 240.0, &["couch-keys-mouse-away"]),
    // over the corner of one of two players
    (Face::Body, size::SMALL, 84.0, &["couch-drive", "couch-aim", "couch-fire", "couch-shells"]),
    (Face::Bold, size::TEXT, 264.0, &["couch-destroyed"]),
    (Face::Bold, size::SMALL, 264.0, &["couch-destroyed-by"]),
    (Face::Body, size::TEXT, 264.0, &["couch-back-in"]),
    (
        Face::Display,
        size::HUGE,
        COLUMN,
        &[
            "form-practice",
            "title-host",
            "title-join",
            "connecting-heading",
            "pause-heading",
            "pause-controls",
            "lobby-players",
            "howto-title",
            "credits-title",
        ],
    ),
    (Face::Bold, size::SMALL, 80.0, &["menu-copy", "menu-copied"]),
    (Face::Body, size::SMALL, 60.0, &["lobby-ready", "lobby-waiting"]),
    (Face::Body, size::SMALL, 64.0, &["route-lan", "route-direct", "route-relayed"]),
    (Face::Bold, size::SMALL, 56.0, &["hud-loaded", "hud-empty"]),
    (Face::Body, size::TEXT, 160.0, &["hud-get-ready"]),
];

/// Notes that are read below a column: they have room for two lines there.
const NOTES: &[&str] = &[
    "form-note-second",
    "form-note-fill",
    "form-note-map-port",
    "form-note-own-machine",
    "form-note-letters",
    "couch-keys-note",
    "rules-classic-note",
    "rules-modern-note",
    "settings-motion-note",
    "settings-scale-note",
    "settings-sound-cues-note",
    "settings-bot-speed-note",
];

/// What stands beside a field of a long form.
const LABELS: &[&str] = &["form-name", "form-target", "form-password", "couch-second-field"];

/// Width of a text in ems.
fn ems(face: Face, text: &str) -> f32 {
    let font = face.bytes();
    let number = |tag: &[u8; 4], at| u16_at(table(font, tag).unwrap(), at).unwrap();
    let (em, wide) = (f32::from(number(b"head", 18)), number(b"hhea", 34));
    let advance = |c: char| {
        let glyph = glyph(font, c).unwrap_or(0);
        assert!(glyph > 0, "{face:?} has no {c:?}, which is in {text:?}");
        f32::from(number(b"hmtx", usize::from(glyph.min(wide - 1)) * 4))
    };
    text.chars().map(advance).sum::<f32>() / em
}

#[test]
fn texts_fit_where_they_stand_in_the_smallest_window() {
    let mut wide = Vec::new();
    for language in Language::ALL {
        for (face, size, room, keys) in PLACES {
            for key in *keys {
                // As many players as there can be besides the host.
                let values =
                    [("count", 7_u8.into()), ("seconds", 3_u8.into()), ("name", NAME.into())];
                let text =
                    language.find(key, &values).unwrap_or_else(|| panic!("no text for {key}"));
                let width = ems(*face, &text) * (size * SCALE).max(LEAST) / SCALE;
                if width > *room {
                    wide.push(format!("{language:?} {key}: {text:?} takes {width} of {room}"));
                }
            }
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

/// How many lines of small text this takes in so much room.
fn lines(text: &str, width: f32) -> u32 {
    let size = (size::SMALL * SCALE).max(LEAST) / SCALE;
    let (mut lines, mut room) = (1, width);
    for word in text.split(' ') {
        let word = ems(Face::Body, word) * size;
        if word > room {
            (lines, room) = (lines + 1, width);
        }
        room -= word + ems(Face::Body, " ") * size;
    }
    lines
}

#[test]
fn notes_and_labels_beside_fields_take_two_lines_at_most() {
    let notes = NOTES.iter().map(|key| (*key, COLUMN));
    let labels = LABELS.iter().map(|key| (*key, 124.0));
    for (key, room) in notes.chain(labels) {
        for language in Language::ALL {
            let text = language.find(key, &[]).unwrap_or_else(|| panic!("no text for {key}"));
            let lines = lines(&text, room);
            assert!(lines <= 2, "{language:?} {key}: {text:?} takes {lines} lines");
        }
    }
}

#[test]
fn the_fonts_have_every_letter_of_every_text() {
    for text in Language::ALL.map(Language::source) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for face in [Face::Body, Face::Bold] {
                assert!(ems(face, line) >= 0.0);
            }
        }
    }
    assert!(ems(Face::Display, "ÄÖÜäöüß") > 3.0);
    assert!(ems(Face::Body, "mm") > ems(Face::Body, "ii"));
}
