//! The way to the loudspeaker. A machine without one plays in silence: opening
//! the device may fail and nothing else notices.

use kira::{AudioManager, AudioManagerSettings, DefaultBackend};

/// The mixer, if there is a device to play on.
pub(super) struct Audio {
    _mixer: Option<AudioManager<DefaultBackend>>,
}

impl Audio {
    /// Opens the default device, or says in the log why there will be no sound.
    pub(super) fn open() -> Self {
        let mixer = match AudioManager::<DefaultBackend>::new(AudioManagerSettings::default()) {
            Ok(mixer) => Some(mixer),
            Err(error) => {
                tracing::warn!("no sound: {error}");
                None
            }
        };
        Self { _mixer: mixer }
    }
}
