//! Whether this machine can show and sound the game, for whoever looks for a fault. Opens no
//! window and plays nothing.

use kira::{AudioManager, AudioManagerSettings, DefaultBackend};
use wgpu::{Backends, Instance, InstanceDescriptor, PowerPreference, RequestAdapterOptions};

/// The name of what would draw the game: the adapter, and how it is spoken to.
///
/// # Errors
/// When there is none; the text says why.
pub fn adapter_name() -> Result<String, String> {
    // In the order in which the window tries them.
    adapter_of(Backends::PRIMARY).or_else(|_| adapter_of(Backends::SECONDARY))
}

/// Whether there is a desktop to open a window on, as far as can be told without opening one.
pub fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Opens the loudspeaker for a moment.
///
/// # Errors
/// When there is none; the text says why.
pub fn sound() -> Result<(), String> {
    let mixer = AudioManager::<DefaultBackend>::new(AudioManagerSettings::default());
    mixer.map(drop).map_err(|error| error.to_string())
}

fn adapter_of(backends: Backends) -> Result<String, String> {
    let instance = Instance::new(InstanceDescriptor {
        backends,
        ..InstanceDescriptor::new_without_display_handle()
    });
    let wanted = RequestAdapterOptions {
        power_preference: PowerPreference::HighPerformance,
        ..RequestAdapterOptions::default()
    };
    let adapter = pollster::block_on(instance.request_adapter(&wanted));
    let info = adapter.map_err(|error| error.to_string())?.get_info();
    Ok(format!("{} ({})", info.name, info.backend))
}
