//! Lettering: the two faces, texts that are laid out once and kept while they are
//! used, and their widths. Sizes here are in pixels of the window.

use std::collections::HashMap;

use ggez::graphics::{FontData, PxScale, Text, TextFragment};
use ggez::{Context, GameError};

use super::glyphs::{face_for, legible, table, u16_at};

/// A typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Face {
    /// The stencil face of titles and the room code.
    Display,
    /// Everything else.
    Body,
    /// What must be found at a glance.
    Bold,
}

impl Face {
    fn font(self) -> &'static str {
        match self {
            Face::Display => "tankwarz-display",
            Face::Body => "tankwarz-body",
            Face::Bold => "tankwarz-bold",
        }
    }

    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Face::Display => include_bytes!("../../../assets/fonts/display.ttf"),
            Face::Body => include_bytes!("../../../assets/fonts/body.ttf"),
            Face::Bold => include_bytes!("../../../assets/fonts/body-bold.ttf"),
        }
    }
}

/// A text as it was laid out.
struct Setting {
    text: Text,
    width: f32,
    height: f32,
    used: u32,
}

/// All texts of the last second, by face, size and content.
pub(super) struct Lettering {
    settings: HashMap<(Face, u16), HashMap<String, Setting>>,
    /// From the size of a face to the height that ggez wants for it.
    stretch: [f32; 3],
    frame: u32,
}

/// Frames a text is kept after it was used last.
const KEPT: u32 = 120;

impl Lettering {
    /// Loads the faces.
    pub(super) fn new(ctx: &mut Context) -> Result<Self, GameError> {
        add_faces(ctx)?;
        let mut stretch = [1.0; 3];
        for face in [Face::Display, Face::Body, Face::Bold] {
            if let Some(s) = stretch.get_mut(face as usize) {
                *s = line_per_em(face.bytes()).unwrap_or(1.2);
            }
        }
        Ok(Self { settings: HashMap::new(), stretch, frame: 0 })
    }

    /// The texts of the newest picture, always in the same order.
    pub(super) fn texts(&self) -> Vec<&Text> {
        let all = self.settings.iter().flat_map(|((face, size), texts)| {
            texts.iter().map(move |(s, text)| ((*face as usize, *size, s), text))
        });
        let mut new: Vec<_> = all.filter(|(_, text)| text.used == self.frame).collect();
        new.sort_by_key(|(key, _)| *key);
        new.into_iter().map(|(_, text)| &text.text).collect()
    }

    /// A new picture begins; forgets what was not used for a while.
    pub(super) fn begin(&mut self) {
        self.frame = self.frame.wrapping_add(1);
        if self.frame.is_multiple_of(KEPT) {
            let now = self.frame;
            for texts in self.settings.values_mut() {
                texts.retain(|_, t| now.wrapping_sub(t.used) < KEPT);
            }
            self.settings.retain(|_, texts| !texts.is_empty());
        }
    }

    /// Width and height of a text in pixels; `size` is the height of an em in pixels.
    pub(super) fn measure(&mut self, ctx: &Context, face: Face, size: f32, s: &str) -> (f32, f32) {
        self.with(ctx, face, size, s, |t| (t.width, t.height))
    }

    /// Hands the laid out text, and its width and height, to `draw`.
    pub(super) fn draw(
        &mut self,
        ctx: &Context,
        face: Face,
        size: f32,
        s: &str,
        draw: impl FnOnce(&Text, f32, f32),
    ) {
        self.with(ctx, face, size, s, |t| draw(&t.text, t.width, t.height));
    }

    fn with<R>(
        &mut self,
        ctx: &Context,
        face: Face,
        size: f32,
        s: &str,
        f: impl FnOnce(&Setting) -> R,
    ) -> R {
        let size = (size.clamp(6.0, 400.0) * 2.0).round() as u16;
        let texts = self.settings.entry((face, size)).or_default();
        if let Some(known) = texts.get_mut(s) {
            known.used = self.frame;
            return f(known);
        }
        let face = face_for(face, s);
        let stretch = self.stretch.get(face as usize).copied().unwrap_or(1.2);
        let height = f32::from(size) / 2.0 * stretch;
        let fragment =
            TextFragment::new(legible(face, s)).font(face.font()).scale(PxScale::from(height));
        let mut text = Text::new(fragment);
        text.set_wrap(false);
        let width = text.measure(ctx).map_or(0.0, |m| m.x);
        f(texts.entry(s.to_owned()).or_insert(Setting { text, width, height, used: self.frame }))
    }
}

/// Adds the faces to a window. Added again they are others to it, of which no letter is drawn yet.
///
/// # Errors
/// Only where the fonts in the program are broken.
pub(in crate::view) fn add_faces(ctx: &mut Context) -> Result<(), GameError> {
    for face in [Face::Display, Face::Body, Face::Bold] {
        ctx.gfx.add_font(face.font(), FontData::from_slice(face.bytes())?);
    }
    Ok(())
}

/// Height of a line (ascent and descent) in ems, read from a font file.
/// ggez sizes text by that height, designers by the em.
fn line_per_em(font: &[u8]) -> Option<f32> {
    let (em, line) = (u16_at(table(font, b"head")?, 18)?, table(font, b"hhea")?);
    let (ascent, descent) = (u16_at(line, 4)? as i16, u16_at(line, 6)? as i16);
    (em > 0).then(|| (f32::from(ascent) - f32::from(descent)) / f32::from(em))
}

/// The longest beginning of `s` that `fits`, with an ellipsis if something is left out.
pub(super) fn shortened(s: &str, mut fits: impl FnMut(&str) -> bool) -> String {
    if fits(s) {
        return s.to_owned();
    }
    let chars: Vec<char> = s.chars().collect();
    for keep in (1..chars.len()).rev() {
        let mut shorter: String = chars.iter().take(keep).collect();
        shorter.truncate(shorter.trim_end().len());
        shorter.push('…');
        if fits(&shorter) {
            return shorter;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_is_a_font_with_a_plausible_line() {
        for face in [Face::Display, Face::Body, Face::Bold] {
            let line = line_per_em(face.bytes()).unwrap();
            assert!((0.9..1.6).contains(&line), "{face:?}: {line}");
            assert!(FontData::from_slice(face.bytes()).is_ok());
        }
    }

    #[test]
    fn broken_fonts_have_no_line() {
        let whole = Face::Body.bytes();
        for cut in [0, 3, 11, 60, 200] {
            assert_eq!(line_per_em(&whole[..cut.min(whole.len())]), None, "{cut} bytes");
        }
    }

    #[test]
    fn text_that_does_not_fit_ends_with_an_ellipsis() {
        let at_most = |n: usize| move |s: &str| s.chars().count() <= n;
        assert_eq!(shortened("Maximilian", at_most(10)), "Maximilian");
        assert_eq!(shortened("Maximilian", at_most(4)), "Max…");
        assert_eq!(shortened("a bcd", at_most(3)), "a…");
        assert_eq!(shortened("Maximilian", at_most(0)), "…");
    }
}
