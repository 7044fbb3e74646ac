//! How much of the screen the window takes, changed while it is open.

use ggez::conf::WindowMode;
use ggez::winit::dpi::{PhysicalPosition, PhysicalSize};
use ggez::winit::window::{Fullscreen, Window};

use crate::view::settings::Mode;

/// Where the corner of a window is, if the desktop tells.
pub(super) type Corner = Option<PhysicalPosition<i32>>;

/// Where the corner of this window is now.
pub(super) fn corner(window: &Window) -> Corner {
    window.outer_position().ok()
}

/// Gives the window this mode. Its corner comes back to `corner`, if that is known: nobody else
/// remembers it beyond a change from one way of filling the screen to the other.
pub(super) fn show(window: &Window, mode: Mode, corner: Corner) {
    let borderless = || Fullscreen::Borderless(None);
    match mode {
        Mode::Windowed => {
            window.set_fullscreen(None);
            if let Some(corner) = corner {
                window.set_outer_position(corner);
            }
        }
        Mode::Borderless => window.set_fullscreen(Some(borderless())),
        Mode::Fullscreen => {
            let best = window.current_monitor().and_then(|monitor| {
                let size = |mode: &ggez::winit::monitor::VideoModeHandle| {
                    let PhysicalSize { width, height } = mode.size();
                    let area = u64::from(width) * u64::from(height);
                    (area, mode.refresh_rate_millihertz(), mode.bit_depth())
                };
                monitor.video_modes().max_by_key(size)
            });
            window.set_fullscreen(Some(best.map_or_else(borderless, Fullscreen::Exclusive)));
            // Some desktops give no program the screen for itself.
            if window.fullscreen().is_none() {
                window.set_fullscreen(Some(borderless()));
            }
        }
    }
}

/// The size of a window that a person may have chosen, in units that the desktop scales;
/// `None` for one that the screen decides.
pub(super) fn free_size(window: &Window, size: PhysicalSize<u32>) -> Option<[u32; 2]> {
    let is_free = window.fullscreen().is_none() && !window.is_maximized();
    let size = size.to_logical::<u32>(window.scale_factor());
    (is_free && size.width >= 480 && size.height >= 270).then_some([size.width, size.height])
}

/// Where a window is, for another that takes its place.
pub(super) struct Place {
    /// Its size in pixels and where its corner is, if the desktop tells and neither is the
    /// screen's: then the next one is as large as the player once chose.
    free: Option<(PhysicalSize<u32>, Corner)>,
    is_maximized: bool,
}

impl Place {
    /// The place of this window.
    pub(super) fn of(window: &Window) -> Self {
        let is_maximized = window.is_maximized();
        let is_free = window.fullscreen().is_none() && !is_maximized;
        let free = is_free.then(|| (window.inner_size(), corner(window)));
        Self { free, is_maximized }
    }

    /// How to open the next window, where it would be opened like `usual` without a place.
    pub(super) fn reopened(&self, usual: WindowMode) -> WindowMode {
        let mode = WindowMode { maximized: self.is_maximized, ..usual };
        match self.free {
            Some((size, _)) => WindowMode {
                width: size.width as f32,
                height: size.height as f32,
                logical_size: None,
                ..mode
            },
            None => mode,
        }
    }

    /// Moves the next window there.
    pub(super) fn restore(&self, window: &Window) {
        if let Some((_, Some(corner))) = self.free {
            window.set_outer_position(corner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_that_filled_the_screen_gets_the_size_back_that_the_player_chose() {
        let usual = WindowMode::default().dimensions(1280.0, 720.0);
        let place = Place { free: None, is_maximized: false };
        let next = place.reopened(usual);
        assert_eq!((next.width, next.height, next.maximized), (1280.0, 720.0, false));
        let place = Place { free: None, is_maximized: true };
        let next = place.reopened(usual);
        assert_eq!((next.width, next.height, next.maximized), (1280.0, 720.0, true));
    }

    #[test]
    fn window_that_did_not_stays_as_large() {
        let size = PhysicalSize::new(900, 700);
        let place = Place { free: Some((size, None)), is_maximized: false };
        let next = place.reopened(WindowMode::default().dimensions(1280.0, 720.0));
        assert_eq!((next.width, next.height, next.logical_size), (900.0, 700.0, None));
    }
}
