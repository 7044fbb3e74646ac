//! Which letters the fonts of the game have, and what stands for the others: a name that a peer
//! chose is always shown somehow. Reads a font's own table of characters; draws nothing.

use std::borrow::Cow;

use super::text::Face;

/// What is drawn for a letter that a font does not have.
const STAND_IN: char = '?';

/// The face in which a text is drawn: the display face has Latin letters only, and one word in
/// two faces would look broken.
pub(super) fn face_for(face: Face, text: &str) -> Face {
    match face {
        Face::Display if !is_complete(Face::Display, text) => Face::Bold,
        _ => face,
    }
}

/// Whether a face has every letter of a text.
pub(super) fn is_complete(face: Face, text: &str) -> bool {
    text.is_ascii() || text.chars().all(|c| has(face, c))
}

/// The text with a `?` for each letter that the face does not have. What has no width of its
/// own is left out there, and blanks of other scripts are blanks.
pub(super) fn legible(face: Face, text: &str) -> Cow<'_, str> {
    if is_complete(face, text) {
        return Cow::Borrowed(text);
    }
    let drawn = text.chars().filter_map(|c| match c {
        c if has(face, c) => Some(c),
        c if c.is_whitespace() => Some(' '),
        c if is_part_of_another(c) => None,
        _ => Some(STAND_IN),
    });
    let drawn: String = drawn.collect();
    // nothing but marks without a letter
    Cow::Owned(if drawn.is_empty() { STAND_IN.to_string() } else { drawn })
}

/// Marks over letters, joiners, and what chooses a colour or a picture for an emoji.
fn is_part_of_another(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e01ef}')
}

fn has(face: Face, c: char) -> bool {
    // blanks have glyphs that nobody sees
    c == ' ' || c.is_control() || glyph(face.bytes(), c).is_some_and(|glyph| glyph > 0)
}

/// The number of a character's glyph, by the table of segments that every font has; 0 or none
/// where there is no such glyph.
pub(super) fn glyph(font: &[u8], c: char) -> Option<u16> {
    let code = u16::try_from(u32::from(c)).ok()?;
    let cmap = table(font, b"cmap")?;
    let tables = (0..usize::from(u16_at(cmap, 2)?)).filter_map(|i| {
        let at = u32::from_be_bytes(cmap.get(8 + i * 8..12 + i * 8)?.try_into().ok()?);
        cmap.get(usize::try_from(at).ok()?..)
    });
    let segments = tables.into_iter().find(|t| u16_at(t, 0) == Some(4))?;
    let double = usize::from(u16_at(segments, 6)?);
    let found =
        (0..double / 2).find(|i| u16_at(segments, 14 + i * 2).is_some_and(|e| e >= code))?;
    let start_at = 16 + double + found * 2;
    let (start, delta) = (u16_at(segments, start_at)?, u16_at(segments, start_at + double)?);
    let offset_at = start_at + 2 * double;
    match u16_at(segments, offset_at)? {
        _ if start > code => None,
        0 => Some(code.wrapping_add(delta)),
        offset => {
            let at = offset_at + usize::from(offset) + usize::from(code - start) * 2;
            u16_at(segments, at).filter(|glyph| *glyph > 0).map(|glyph| glyph.wrapping_add(delta))
        }
    }
}

/// A font's table of this name, and what comes after it.
pub(super) fn table<'f>(font: &'f [u8], tag: &[u8; 4]) -> Option<&'f [u8]> {
    let count = usize::from(u16_at(font, 4)?);
    let entry = (0..count).map(|i| 12 + i * 16).find(|at| font.get(*at..at + 4) == Some(tag))?;
    let at = u32::from_be_bytes(font.get(entry + 8..entry + 12)?.try_into().ok()?);
    font.get(usize::try_from(at).ok()?..)
}

/// A number of two bytes.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_font_has_stay_and_each_other_is_a_question_mark() {
        for face in [Face::Body, Face::Bold] {
            for name in ["Ada", "Łukasz Żółw-Źdźb", "Ελένη", "Дмитрий", "ÄÖÜß…–"]
            {
                assert_eq!(legible(face, name), name, "{face:?}");
            }
            assert_eq!(legible(face, "漢字 Bo"), "?? Bo");
            assert_eq!(legible(face, "김\u{3000}ひ"), "? ?", "a blank is a blank");
            assert_eq!(legible(face, "\u{1f44d}\u{1f3fd}\u{fe0f}!"), "?!", "one sign, one mark");
        }
    }

    #[test]
    fn a_name_from_anywhere_is_never_drawn_as_nothing() {
        for code in (0x21..0x11_0000).step_by(7).filter_map(char::from_u32) {
            let name = code.to_string();
            if code.is_whitespace() || code.is_control() {
                continue;
            }
            let drawn = legible(Face::Body, &name);
            assert!(drawn == "?" || drawn == name && has(Face::Body, code), "{code:?}: {drawn}");
        }
    }

    #[test]
    fn what_the_display_face_lacks_is_bold_as_a_whole() {
        assert_eq!(face_for(Face::Display, "Ädä wins"), Face::Display);
        assert_eq!(face_for(Face::Display, "Дмитрий wins"), Face::Bold);
        assert_eq!(face_for(Face::Body, "漢"), Face::Body);
    }

    #[test]
    fn a_broken_font_has_no_letters() {
        let whole = Face::Body.bytes();
        for cut in [0, 3, 11, 60, 200, 5000] {
            assert_eq!(glyph(&whole[..cut], 'a'), None, "{cut} bytes");
        }
    }
}
