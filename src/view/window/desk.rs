//! What the desktop wishes while the window is open. It is asked again when a person comes
//! back to the window, who may have been in the desktop's settings, and when they leave
//! motion to the desktop. Never waits for an answer.

use super::{App, look};
use crate::view::settings::{Motion, Settings};

impl App<'_> {
    /// Asks, if the player leaves it to the desktop.
    pub(super) fn ask_desktop(&self) {
        if let Some(inquiry) = &self.options.inquiry
            && self.settings.motion == Motion::Auto
        {
            // Whoever answered may be gone already: then the program ends.
            let _ = inquiry.ask.send(());
        }
    }

    /// The player has just left it to the desktop.
    pub(super) fn ask_if_new(&self, before: Settings) {
        if before.motion != Motion::Auto {
            self.ask_desktop();
        }
    }

    /// Does as the desktop wishes by now.
    pub(super) fn follow_desktop(&mut self) {
        let answers = self.options.inquiry.iter().flat_map(|inquiry| inquiry.told.try_iter());
        let Some(reduced_motion) = answers.last() else { return };
        if reduced_motion != self.desktop.reduced_motion {
            self.desktop.reduced_motion = reduced_motion;
            tracing::info!("the desktop wishes less motion: {reduced_motion}");
            self.ui.set_settings(self.ui.settings(), self.desktop);
            self.picture.set_look(look(self.settings, self.desktop));
        }
    }
}
