//! How much of the screen the window takes, changed while it is open.

use ggez::winit::dpi::PhysicalSize;
use ggez::winit::window::{Fullscreen, Window};

use crate::view::settings::Mode;

/// Gives the window this mode.
pub(super) fn show(window: &Window, mode: Mode) {
    let borderless = || Fullscreen::Borderless(None);
    match mode {
        Mode::Windowed => window.set_fullscreen(None),
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
