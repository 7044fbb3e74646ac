//! A page that is higher than the window: how far it is moved up. Arithmetic only.

use ggez::graphics::Rect;

use super::menu::{Item, Menu, Page, Press};

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
    shown: Option<(Page, Option<Item>)>,
    most: f32,
    /// Top and bottom of the line with the focus, as if nothing were moved.
    line: Option<(f32, f32)>,
    /// Of the window, in units.
    height: f32,
}

/// Hands a press to the menu, or moves a page that is higher than the window by it: where there
/// is something to read beyond the first or the last line, and where the line with the focus is
/// out of sight, which must be seen before it is used. Whether the menu got it.
pub(super) fn lead(menu: &mut Menu, scroll: &mut Scroll, press: Press) -> bool {
    let (items, focus) = (menu.items(), menu.focus());
    let ends = (items.first() == Some(&focus), items.last() == Some(&focus));
    let is_taken = match (menu.page().is_read(), press) {
        (true, Press::Up | Press::Down) => {
            scroll.turn(press == Press::Up);
            true
        }
        (is_read, press) => !is_read && scroll.takes(press, ends),
    };
    if !is_taken {
        menu.press(press);
    }
    !is_taken
}

impl Scroll {
    /// How far everything is moved up, in units.
    pub(super) fn offset(&self) -> f32 {
        self.offset
    }

    /// The page was painted: it reaches down to `lowest` in a window of this `height`, and
    /// the line with the focus is at `at`, and whether that is the page's first, before which
    /// only its heading is. All as if nothing were moved. A page that was just opened stands at
    /// its top; whether it was, and the line with the focus is farther down than can be seen.
    #[must_use]
    pub(super) fn follow(
        &mut self,
        (page, focus): (Page, Item),
        at: Option<(Rect, bool)>,
        (lowest, height): (f32, f32),
    ) -> bool {
        let is_opened = self.shown.is_none_or(|(shown, _)| shown != page);
        if is_opened {
            self.offset = 0.0;
        }
        self.height = height;
        self.line = at.map(|(at, _)| (at.y, at.bottom()));
        self.most = (lowest + 12.0 - height).max(0.0);
        if self.shown != Some((page, Some(focus))) {
            self.shown = Some((page, Some(focus)));
            // what is seen at the top of a page that was just opened needs no moving
            if let Some((at, is_first)) = at.filter(|(at, _)| !is_opened || at.bottom() > height) {
                let (first, last) = (at.bottom() + MARGIN - height, at.y - MARGIN);
                let last = if is_first { first.min(last) } else { last };
                self.offset = self.offset.max(first).min(last.max(0.0));
            }
        }
        self.offset = self.offset.clamp(0.0, self.most);
        is_opened && self.offset > 0.0
    }

    /// Whether this press is for the page and not for the menu; `ends` says whether the focus is
    /// on the first and on the last line.
    fn takes(&mut self, press: Press, (is_first, is_last): (bool, bool)) -> bool {
        let Some((top, bottom)) = self.line else { return false };
        let is_above = bottom <= self.offset;
        let is_below = top >= self.offset + self.height;
        match press {
            Press::Up if is_above || is_first && self.offset > 0.0 => self.turn(true),
            Press::Down if is_below || is_last && self.has_more_below() => self.turn(false),
            Press::Confirm | Press::Delete | Press::Left | Press::Right if is_above || is_below => {
                // the next picture brings it into sight
                self.shown = self.shown.map(|(page, _)| (page, None));
                true
            }
            _ => false,
        }
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
        self.shown = Some((page, Some(focus)));
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
    use crate::view::stage::{Choice, Lobby, LobbyPlayer, Title};
    use crate::view::ui::menu::Situation;

    fn line(y: f32) -> Option<(Rect, bool)> {
        Some((Rect::new(0.0, y, 100.0, 48.0), false))
    }

    /// The largest text in the smallest window: so high is a window then, a line, and the list
    /// of who is in the room or of the games that there are none of.
    const LOW: f32 = 360.0;
    const LINE: f32 = 50.0;
    const REST: f32 = 488.0;

    /// A page of menu lines above something to read, as the pages beside a band are then.
    struct Tall {
        menu: Menu,
        scroll: Scroll,
    }

    impl Tall {
        fn of(menu: Menu) -> Tall {
            let mut tall = Tall { menu, scroll: Scroll::default() };
            tall.paint();
            tall
        }

        fn paint(&mut self) {
            let items = self.menu.items();
            let place = items.iter().position(|item| *item == self.menu.focus());
            let at =
                place.map(|n| (Rect::new(0.0, 104.0 + n as f32 * LINE, 400.0, LINE - 8.0), n == 0));
            let lowest = 104.0 + items.len() as f32 * LINE + REST;
            let shown = (self.menu.page(), self.menu.focus());
            if self.scroll.follow(shown, at, (lowest, LOW)) && self.menu.begin_at_top() {
                self.scroll = Scroll::default();
                self.paint();
            }
        }

        fn press(&mut self, press: Press) {
            lead(&mut self.menu, &mut self.scroll, press);
            self.paint();
        }

        fn sees_focus(&self) -> bool {
            let (top, bottom) = self.scroll.line.unwrap();
            top >= self.scroll.offset && bottom <= self.scroll.offset + LOW
        }
    }

    fn joining() -> Menu {
        let mut menu = Menu::new();
        menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
        menu.turn_to("Join");
        menu
    }

    fn guest() -> Menu {
        let mut menu = joining();
        let you = LobbyPlayer { is_you: true, ..LobbyPlayer::default() };
        let lobby = Lobby { players: vec![you], seats: 8, ..Lobby::default() };
        menu.follow(Situation::Lobby(lobby));
        menu
    }

    fn opened(page: &str) -> Tall {
        let mut menu = Menu::new();
        menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
        menu.turn_to(page);
        Tall::of(menu)
    }

    #[test]
    fn a_form_that_is_higher_than_the_window_is_opened_at_its_top_and_its_focus_is_seen() {
        let mut host = opened("Host");
        assert_eq!((host.scroll.offset(), host.menu.focus()), (0.0, host.menu.items()[0]));
        assert!(host.sees_focus() && host.scroll.has_more_below());
        let you = LobbyPlayer { is_you: true, ..LobbyPlayer::default() };
        let join_lines = vec!["10.0.0.2/AB23CD".to_owned(); 2];
        let lobby = Lobby { is_host: true, players: vec![you], join_lines, ..Lobby::default() };
        host.menu.follow(Situation::Lobby(lobby));
        host.paint();
        assert_eq!((host.scroll.offset(), host.menu.focus()), (0.0, Item::CopyCode));
        // A line that is seen keeps the focus, also close to the lower edge.
        let mut scroll = Scroll::default();
        let low = line(LOW - 50.0);
        assert!(!scroll.follow((Page::Lobby, Item::Ready), low, (LOW + 90.0, LOW)));
        assert_eq!(scroll.offset(), 0.0);
        // Who comes back to a line finds it.
        let mut settings = opened("Settings");
        settings.press(Press::End);
        assert!(settings.scroll.offset() > 0.0 && settings.sees_focus());
    }

    #[test]
    fn directions_alone_reach_the_end_of_a_page_and_come_back() {
        for menu in [guest(), joining()] {
            let mut tall = Tall::of(menu);
            let last = *tall.menu.items().last().unwrap();
            (0..tall.menu.items().len()).for_each(|_| tall.press(Press::Down));
            assert_eq!(tall.menu.focus(), last);
            (0..12).for_each(|_| tall.press(Press::Down));
            let lines = tall.menu.items().len();
            let mut ends = 0;
            for _ in 0..lines + 24 {
                tall.press(Press::Down);
                ends += usize::from(!tall.scroll.has_more_below());
            }
            assert!(ends > 0, "the end of the page is seen on the way round");
            // Back up, one press after the other, to where the heading is.
            for _ in 0..lines + 24 {
                let (before, seen) = (tall.menu.focus(), tall.sees_focus());
                tall.press(Press::Up);
                assert!(seen || tall.menu.focus() == before, "what moves the focus shows it");
                if tall.menu.focus() == tall.menu.items()[0] && tall.scroll.offset() == 0.0 {
                    break;
                }
            }
            assert_eq!((tall.menu.focus(), tall.scroll.offset()), (tall.menu.items()[0], 0.0));
        }
    }

    #[test]
    fn a_line_out_of_sight_is_shown_before_it_is_used() {
        let mut tall = Tall::of(guest());
        tall.press(Press::End);
        assert_eq!(tall.menu.focus(), Item::Leave);
        while tall.scroll.has_more_below() {
            tall.press(Press::Down);
        }
        assert!(!tall.sees_focus(), "who is in the room fills the window");
        tall.press(Press::Confirm);
        assert_eq!((tall.menu.poll_choice(), tall.sees_focus()), (Some(Choice::Watch(true)), true));
        assert_eq!(tall.menu.poll_choice(), None, "nobody has left");
        tall.press(Press::Confirm);
        assert_eq!(tall.menu.poll_choice(), Some(Choice::Leave));
    }

    #[test]
    fn the_first_line_is_seen_together_with_the_heading() {
        let mut tall = Tall::of(guest());
        tall.press(Press::End);
        assert!(tall.scroll.offset() > 0.0);
        tall.press(Press::Home);
        assert_eq!(tall.scroll.offset(), 0.0);
    }

    #[test]
    fn a_page_that_fits_stays_where_it_is() {
        let mut scroll = Scroll::default();
        _ = scroll.follow((Page::Pause, Item::Quit), line(600.0), (700.0, 720.0));
        assert!(!scroll.turn(false));
        assert_eq!(scroll.offset(), 0.0);
    }

    #[test]
    fn the_line_with_the_focus_is_brought_into_sight_and_the_wheel_reaches_both_ends() {
        let mut scroll = Scroll::default();
        _ = scroll.follow((Page::Pause, Item::Resume), line(40.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
        _ = scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        assert!(500.0 - scroll.offset() > 0.0 && 548.0 - scroll.offset() < 360.0);
        (0..20).for_each(|_| assert!(scroll.turn(false)));
        assert_eq!(scroll.offset(), 352.0, "to the end and not beyond");
        _ = scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 352.0, "where the wheel left it");
        _ = scroll.follow((Page::Pause, Item::Resume), line(40.0), (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
    }

    #[test]
    fn the_bar_says_how_much_is_seen_and_where() {
        let mut scroll = Scroll::default();
        _ = scroll.follow((Page::Pause, Item::Resume), line(40.0), (708.0, 720.0));
        assert_eq!((scroll.bar(720.0), scroll.has_more_below()), (None, false));
        _ = scroll.follow((Page::Pause, Item::Resume), line(40.0), (708.0, 360.0));
        assert_eq!((scroll.bar(360.0), scroll.has_more_below()), (Some((0.0, 180.0)), true));
        (0..20).for_each(|_| _ = scroll.turn(false));
        assert_eq!((scroll.bar(360.0), scroll.has_more_below()), (Some((180.0, 180.0)), false));
    }

    #[test]
    fn another_page_begins_at_its_top() {
        let mut scroll = Scroll::default();
        _ = scroll.follow((Page::Pause, Item::Quit), line(500.0), (700.0, 360.0));
        _ = scroll.follow((Page::Settings, Item::Back), None, (700.0, 360.0));
        assert_eq!(scroll.offset(), 0.0);
    }
}
