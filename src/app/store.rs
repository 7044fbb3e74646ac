//! The settings while the program runs: every thread may look at them and change them, and
//! what was changed gets into the file a moment later, on a thread that nobody waits for.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Config;
use crate::config::file::{Fault, Place, SettingsFile};

/// The settings of this program; clones share them.
///
/// ```no_run
/// # use tankwarz::app::store::Store;
/// # let store = Store::default();
/// store.change(|config| config.name = Some("Ann".to_owned()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Store {
    now: Arc<Mutex<Config>>,
    /// Held while the disk works, which may take long; `now` never is.
    file: Arc<Mutex<Option<SettingsFile>>>,
    /// What was changed could not be saved, and nobody has been told.
    unsaved: Arc<AtomicBool>,
}

impl Store {
    /// Reads the settings file, if there is a place for one; says what was wrong with it.
    pub fn open(path: Option<&Path>) -> (Self, Option<Fault>) {
        let Some(path) = path else { return (Self::default(), None) };
        let (file, loaded) = SettingsFile::open(path);
        let now = Arc::new(Mutex::new(loaded.config));
        let file = Arc::new(Mutex::new(Some(file)));
        (Self { now, file, unsaved: Arc::default() }, loaded.fault)
    }

    /// The settings as they are now. Never waits for the disk.
    pub fn config(&self) -> Config {
        lock(&self.now).clone()
    }

    /// One thing of the settings as they are now. Never waits for the disk.
    pub fn look<T>(&self, at: impl FnOnce(&Config) -> T) -> T {
        at(&lock(&self.now))
    }

    /// Changes settings; [`Store::write`] brings them into the file. Never waits for the disk.
    pub fn change(&self, edit: impl FnOnce(&mut Config)) {
        edit(&mut lock(&self.now));
    }

    /// The words of the settings file as it is now; empty without one. Waits for the disk.
    pub fn words(&self) -> String {
        lock(&self.file).as_ref().map(SettingsFile::words).unwrap_or_default()
    }

    /// Something in the settings makes no sense: `forget` takes it out of them, and the file
    /// is kept beside as `.bad`. Says so, if there is a file. Waits for the disk.
    pub fn refuse(
        &self,
        forget: impl FnOnce(&mut Config),
        place: Option<Place>,
        cause: String,
    ) -> Option<Fault> {
        let mut file = lock(&self.file);
        self.change(forget);
        let left = self.config();
        file.as_mut().map(|file| file.refuse(left, place, cause))
    }

    /// Brings what was changed into the file. Waits for the disk.
    pub fn write(&self) {
        let mut file = lock(&self.file);
        let wanted = self.config();
        if let Some(Err(sentence)) = file.as_mut().map(|file| file.write(&wanted)) {
            tracing::warn!("{sentence}");
            // It would be the same the next time.
            *file = None;
            self.unsaved.store(true, Ordering::Relaxed);
        }
    }

    /// Whether since the last look it turned out that nothing can be saved.
    pub fn poll_unsaved(&self) -> bool {
        self.unsaved.swap(false, Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked with it left settings that are whole: they are replaced field by field.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_clone_changes_every_clone_sees_and_the_file_keeps() {
        let folder = std::env::temp_dir().join(format!("tankwarz-store-{}", std::process::id()));
        let path = folder.join("tankwarz.toml");
        let (store, fault) = Store::open(Some(&path));
        assert_eq!(fault, None);
        let clone = store.clone();
        clone.change(|config| config.sound.music = 7);
        assert_eq!(store.config().sound.music, 7);
        assert!(!path.exists(), "a change does not wait for the disk");
        store.write();
        assert_eq!(Store::open(Some(&path)).0.config().sound.music, 7);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_saved_is_told_once_and_lasts_as_long_as_the_program() {
        let folder = std::env::temp_dir().join(format!("tankwarz-unsaved-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // Where a folder should be is a file.
        let blocked = folder.join("file");
        std::fs::write(&blocked, "").unwrap();
        let (store, _) = Store::open(Some(&blocked.join("tankwarz.toml")));
        store.write();
        assert!(!store.poll_unsaved(), "nothing was to be saved");
        store.change(|config| config.sound.music = 7);
        store.write();
        assert!(store.poll_unsaved());
        store.write();
        assert!(!store.poll_unsaved(), "it has been told");
        assert_eq!(store.config().sound.music, 7);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn without_a_file_settings_last_as_long_as_the_program() {
        let store = Store::default();
        store.change(|config| config.sound.music = 7);
        store.write();
        assert_eq!(store.config().sound.music, 7);
    }
}
