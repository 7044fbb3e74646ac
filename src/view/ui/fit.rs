//! Tests that every text has room where it stands, in every language: measured with the fonts
//! of the game at the smallest window that is promised, 960 x 540.

#![cfg(test)]

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
            "lobby-ready",
            "lobby-not-ready",
            "lobby-start",
            "lobby-start-anyway",
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
            "form-own-password",
            "lobby-code",
            "lobby-join-lines",
            "menu-keys",
        ],
    ),
    (Face::Body, size::TEXT, 376.0, &["form-target-hint"]),
    // the rows of seats without a player
    (Face::Body, size::TEXT, 264.0, &["lobby-add-bot", "lobby-free"]),
    (Face::Bold, size::LARGE, 160.0, &["lobby-colour", "lobby-length", "lobby-form-relay"]),
    // a longer name of a line is written smaller, but not smaller than this
    (Face::Bold, size::TEXT, 160.0, &["couch-second", "lobby-form-fill", "lobby-form-map-port"]),
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

/// A font's table of this name.
fn table<'f>(font: &'f [u8], tag: &[u8; 4]) -> &'f [u8] {
    let count = usize::from(u16_at(font, 4));
    let entry = (0..count).map(|i| 12 + i * 16).find(|at| &font[*at..at + 4] == tag).unwrap();
    let at = u32::from_be_bytes(font[entry + 8..entry + 12].try_into().unwrap()) as usize;
    &font[at..]
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// The glyph of a character, by the table of segments that every font has; 0 if it has none.
fn glyph(font: &[u8], c: char) -> u16 {
    let cmap = table(font, b"cmap");
    let tables = (0..usize::from(u16_at(cmap, 2))).map(|i| {
        let at = u32::from_be_bytes(cmap[8 + i * 8..12 + i * 8].try_into().unwrap());
        &cmap[at as usize..]
    });
    let segments = tables.into_iter().find(|t| u16_at(t, 0) == 4).unwrap();
    let (double, code) = (usize::from(u16_at(segments, 6)), u16::try_from(u32::from(c)).unwrap());
    let found = (0..double / 2).find(|i| u16_at(segments, 14 + i * 2) >= code).unwrap();
    let start_at = 16 + double + found * 2;
    let (start, delta) = (u16_at(segments, start_at), u16_at(segments, start_at + double));
    let offset_at = start_at + 2 * double;
    match u16_at(segments, offset_at) {
        _ if start > code => 0,
        0 => code.wrapping_add(delta),
        offset => {
            let at = offset_at + usize::from(offset) + usize::from(code - start) * 2;
            u16_at(segments, at).wrapping_add(delta)
        }
    }
}

/// Width of a text in ems.
fn ems(face: Face, text: &str) -> f32 {
    let font = face.bytes();
    let em = f32::from(u16_at(table(font, b"head"), 18));
    let (metrics, wide) = (table(font, b"hmtx"), u16_at(table(font, b"hhea"), 34));
    let advance = |c: char| {
        let glyph = glyph(font, c);
        assert!(glyph > 0, "{face:?} has no {c:?}, which is in {text:?}");
        f32::from(u16_at(metrics, usize::from(glyph.min(wide - 1)) * 4))
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
                let values = [("count", 7_u8.into())];
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
