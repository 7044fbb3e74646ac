//! The foot of a column: what should be known of the line with the focus, and which keys the
//! menus have.

use ggez::graphics::Rect;

use super::Column;
use crate::view::keys::Device;
use crate::view::theme::{self, size};
use crate::view::ui::paint::{Align, Paint, Style};
use crate::view::ui::text::Face;
use crate::words::say;

/// Height of a line of small text.
const LINE: f32 = 20.0;
/// So far above the lower edge of the window are the keys.
const KEYS: f32 = 44.0;

impl Column<'_> {
    /// Paints a note on the line with the focus, or else one on the page. Where a page is higher
    /// than the window, a note on the line stays at the lower edge: there it is seen.
    pub(in crate::view::ui) fn foot(
        &mut self,
        paint: &mut Paint<'_>,
        of_line: Option<String>,
        of_page: Option<String>,
    ) {
        let bottom = paint.units().h;
        let style = Style::new(Face::Body, size::SMALL, theme::FAINT);
        let keys = say(if self.look.device == Device::Pad { "menu-keys-pad" } else { "menu-keys" });
        let keys_at = self.y.max(bottom - KEYS);
        let is_of_line = of_line.is_some();
        let note = of_line.or(of_page).unwrap_or_default();
        let height = paint.broken(&note, style, self.w).len() as f32 * LINE;
        let at = |y| Rect::new(self.x, y, self.w, LINE);
        if self.y + height <= bottom - KEYS {
            paint.paragraph(&note, style, at(self.y), Align::Left);
            paint.paragraph(&keys, style, at(keys_at), Align::Left);
        } else if !is_of_line {
            // the keys matter more, unless there is to be scrolled anyway
            let mut y = keys_at;
            if self.y > bottom - KEYS && height > 0.0 {
                y += paint.paragraph(&note, style, at(y), Align::Left) + 8.0;
            }
            paint.paragraph(&keys, style, at(y), Align::Left);
        } else if self.y + height + 12.0 <= bottom {
            paint.paragraph(&note, style, at(bottom - height - 12.0), Align::Left);
        } else {
            paint.paragraph(&keys, style, at(keys_at), Align::Left);
            paint.next_layer();
            paint.still(|paint| {
                let top = bottom - height - 12.0;
                let strip = Rect::new(self.x - 36.0, top, self.w + 72.0, height + 12.0);
                paint.plate(strip, 0.0, theme::DARK);
                paint.plate(Rect { h: 2.0, ..strip }, 0.0, theme::EDGE);
                paint.paragraph(&note, style, at(top + 6.0), Align::Left);
            });
            paint.next_layer();
        }
    }
}
