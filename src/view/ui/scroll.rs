//! A page that is higher than the window: how far it is moved up. Arithmetic only.

use ggez::graphics::Rect;

use super::menu::{Item, Page};

/// Units that one step of the wheel moves a page by.
const STEP: f32 = 64.0;
/// What is seen above and below the line with the focus, in units.
const MARGIN: f32 = 56.0;

/// How far the open page is moved up.
#[derive(Debug, Default)]
pub(super) struct Scroll {
    /// In units.
    offset: f32,
    /// The page, and the line that was last brought into sight.
    shown: Option<(Page, Item)>,
    most: f32,
}

impl Scroll {
    /// How far everything is moved up, in units.
    pub(super) fn offset(&self) -> f32 {
        self.offset
    }

    /// The page was painted: it reaches down to `lowest` in a window of this `height`, and
    /// the line with the focus is at `at`. All as if nothing were moved.
    pub(super) fn follow(
        &mut self,
        (page, focus): (Page, Item),
        at: Option<Rect>,
        (lowest, height): (f32, f32),
    ) {
        if self.shown.is_none_or(|(shown, _)| shown != page) {
            self.offset = 0.0;
        }
        self.most = (lowest + 12.0 - height).max(0.0);
        if self.shown != Some((page, focus)) {
            self.shown = Some((page, focus));
            if let Some(at) = at {
                let (first, last) = (at.bottom() + MARGIN - height, at.y - MARGIN);
                self.offset = self.offset.max(first).min(last.max(0.0));
            }
        }
        self.offset = self.offset.clamp(0.0, self.most);
    }

    /// Whether there is more of the page below what is seen.
    pub(super) fn has_more_below(&self) -> bool {
        self.offset < self.most
    }

    /// Where the part that is seen lies on a bar as high as the window: its top and its
    /// length in units. None where all of the page is seen.
    pub(super) fn bar(&self, height: f32) -> Option<(f32, f32)> {
        let whole = height + self.most;
        (self.most > 0.0).then(|| (self.offset * height / whole, height * height / whole))
    }

    /// The mouse is on a line: it need not be brought into sight.
    pub(super) fn see(&mut self, page: Page, focus: Item) {
        self.shown = Some((page, focus));
    }

    /// The wheel was turned; whether there was anything to move.
    pub(super) fn turn(&mut self, up: bool) -> bool {
        let way = if up { -STEP } else { STEP };
        self.offset = (self.offset + way).clamp(0.0, self.most);
        self.most > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(y: f32) -> Option<Rect> {
        Some(Rect::new(0.0, y, 100.0, 48.0))
    }

    #[test]
    fn a_page_that_fits_stays_where_it_is() {
        let mut scroll = Scroll::default();
        scroll.follow((Page::Pause, Item::Quit), line(600.0), (700.0, 720.0));
        assert!(!scroll.turn(false));
        assert_eq!(scroll.offset(), 0.0);
    }

    #[test]
    fn the_line_with_the_focus_is_brought_into_sight_and_the_wheel_reaches_both_ends() {
        let mut scroll = Scroll::default();
        scroll.follow((Page::Pause, Item::Resume), line(40.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
        scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        assert!(500.0 - scroll.offset() > 0.0 && 548.0 - scroll.offset() < 360.0);
        (0..20).for_each(|_| assert!(scroll.turn(false)));
        assert_eq!(scroll.offset(), 352.0, "to the end and not beyond");
        scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 352.0, "where the wheel left it");
        scroll.follow((Page::Pause, Item::Resume), line(40.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
    }

    #[test]
    fn the_bar_says_how_much_is_seen_and_where() {
        let mut scroll = Scroll::default();
        scroll.follow((Page::Pause, Item::Resume), line(40.0), (708.0, 720.0));
        assert_eq!((scroll.bar(720.0), scroll.has_more_below()), (None, false));
        scroll.follow((Page::Pause, Item::Resume), line(40.0), (708.0, 360.0));
        assert_eq!((scroll.bar(360.0), scroll.has_more_below()), (Some((0.0, 180.0)), true));
        (0..20).for_each(|_| _ = scroll.turn(false));
        assert_eq!((scroll.bar(360.0), scroll.has_more_below()), (Some((180.0, 180.0)), false));
    }

    #[test]
    fn another_page_begins_at_its_top() {
        let mut scroll = Scroll::default();
        scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        scroll.follow((Page::Settings, Item::Back), None, (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
    }
}
