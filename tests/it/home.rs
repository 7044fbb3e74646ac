//! Where the programs that tests start keep their settings: a folder of their own each, so that
//! no person's settings have a say, nor what another test left behind.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A temporary folder that nobody else has; it is there once something is kept in it.
pub(crate) fn empty() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = format!("tankwarz-home-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    // A process of the same number may have been here.
    let _ = std::fs::remove_dir_all(&folder);
    folder
}
