//! Why there is no window.

use std::fmt;
use std::path::PathBuf;

/// Why there is no window, in a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewError {
    /// No desktop to open a window on.
    NoDisplay,
    /// Nothing that can draw.
    NoGraphics,
    /// The picture could not be written there; the text says why.
    Screenshot(PathBuf, String),
    /// Anything else; the text says what.
    Broken(String),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay => write!(
                f,
                "there is no display to open a window on: start the game from a desktop, \
                 or add --headless"
            ),
            Self::NoGraphics => write!(
                f,
                "there is no graphics card or driver that can draw: install a Vulkan driver \
                 (./setup.sh does), or add --headless"
            ),
            Self::Screenshot(path, why) => write!(
                f,
                "cannot write the screenshot to {}: {why}; choose another file",
                path.display()
            ),
            Self::Broken(what) => write!(
                f,
                "the window failed ({what}): update the graphics driver, or add --headless"
            ),
        }
    }
}

impl std::error::Error for ViewError {}
