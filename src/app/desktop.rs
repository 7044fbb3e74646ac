//! What the desktop wishes: its language, and whether it does without animations.
//!
//! Known are: on Linux and BSD GNOME and everything that keeps its settings as GNOME does
//! (`gsettings`), KDE Plasma (`kdeglobals`) and GTK's own file; Windows' "animation effects";
//! macOS' "reduce motion". Whatever cannot be asked wishes nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::view::settings::{Desktop, Motion, Settings};
use crate::words::Language;

/// How long the desktop may take to answer; a window is not kept waiting for it.
const PATIENCE: Duration = Duration::from_millis(300);

/// Asks the desktop for what the settings leave to it.
pub fn ask(settings: &Settings) -> Desktop {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok());
    Desktop {
        language: language(&variables),
        reduced_motion: settings.motion == Motion::Auto && soon(reduced_motion).unwrap_or(false),
    }
}

/// Asks the desktop again whenever the window wants to know, until the window is gone.
pub fn run(asked: &Receiver<()>, tell: &Sender<bool>) {
    answer(asked, tell, || soon(reduced_motion));
}

fn answer(asked: &Receiver<()>, tell: &Sender<bool>, question: impl Fn() -> Option<bool>) {
    while asked.recv().is_ok() {
        // Whatever was asked meanwhile has the same answer.
        while asked.try_recv().is_ok() {}
        let Some(answer) = question() else { continue };
        if tell.send(answer).is_err() {
            return;
        }
    }
}

/// The language of the first of these variables that says something.
fn language(variables: &[Option<String>]) -> Language {
    let first = variables.iter().flatten().find(|value| !value.is_empty());
    first.and_then(|locale| Language::of(locale)).unwrap_or_default()
}

/// The answer, if it comes in time.
fn soon(question: fn() -> Option<bool>) -> Option<bool> {
    let (send, receive) = mpsc::channel();
    let asked = thread::Builder::new().name("desktop".to_owned()).spawn(move || {
        // Nobody waits any more for an answer that comes late.
        let _ = send.send(question());
    });
    asked.ok()?;
    receive.recv_timeout(PATIENCE).ok().flatten()
}

#[cfg(target_os = "macos")]
fn reduced_motion() -> Option<bool> {
    let answer = answer_of("defaults", &["read", "com.apple.universalaccess", "reduceMotion"])?;
    Some(answer.trim() == "1")
}

#[cfg(target_os = "windows")]
fn reduced_motion() -> Option<bool> {
    let key = r"HKCU\Control Panel\Desktop";
    answer_of("reg", &["query", key, "/v", "UserPreferencesMask"]).and_then(|a| of_windows(&a))
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn reduced_motion() -> Option<bool> {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let folders = directories::BaseDirs::new();
    let file = |name: &str| {
        let folder = folders.as_ref()?.config_dir();
        read(&folder.join(name))
    };
    if desktop.contains("KDE") {
        return of_kde(&file("kdeglobals")?);
    }
    let gnome = ["get", "org.gnome.desktop.interface", "enable-animations"];
    let asked = answer_of("gsettings", &gnome).and_then(|answer| of_gnome(&answer));
    asked
        .or_else(|| of_gtk(&file("gtk-4.0/settings.ini")?))
        .or_else(|| of_gtk(&file("gtk-3.0/settings.ini")?))
}

fn answer_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// A file of a reasonable size.
fn read(path: &Path) -> Option<String> {
    let length = std::fs::metadata(path).ok()?.len();
    (length < 1 << 20).then(|| std::fs::read_to_string(path).ok()).flatten()
}

/// What `gsettings` says of animations.
fn of_gnome(answer: &str) -> Option<bool> {
    match answer.trim() {
        "false" => Some(true),
        "true" => Some(false),
        _ => None,
    }
}

/// What Plasma's settings say of animations: how long they take, 0 for none.
fn of_kde(file: &str) -> Option<bool> {
    let factor: f32 = value(file, "KDE", "AnimationDurationFactor")?.parse().ok()?;
    Some(factor <= 0.0)
}

/// What GTK's settings say of animations.
fn of_gtk(file: &str) -> Option<bool> {
    let is_on = value(file, "Settings", "gtk-enable-animations")?;
    Some(matches!(is_on, "0" | "false"))
}

/// What Windows' mask of preferences says of animations: bit 33.
#[cfg(any(test, target_os = "windows"))]
fn of_windows(answer: &str) -> Option<bool> {
    let mask = answer.split_whitespace().skip_while(|word| *word != "REG_BINARY").nth(1)?;
    let byte = u8::from_str_radix(mask.get(8..10)?, 16).ok()?;
    Some(byte & 0x02 == 0)
}

/// The value of a key in a section of an INI file.
fn value<'a>(file: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let head = format!("[{section}]");
    let lines = file.lines().map(str::trim).skip_while(|line| *line != head).skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn language_is_that_of_the_first_variable_that_is_set() {
        let of = |values: [&str; 3]| language(&values.map(|v| Some(v.to_owned())));
        assert_eq!(of(["", "", "de_DE.UTF-8"]), Language::German);
        assert_eq!(of(["C.UTF-8", "de_DE", "de_DE"]), Language::English);
        assert_eq!(language(&[None, Some("de".to_owned()), None]), Language::German);
        assert_eq!(language(&[]), Language::English);
    }

    #[test]
    fn desktop_is_asked_again_whenever_the_window_wants_to_know() {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let question = || match ASKED.fetch_add(1, Ordering::Relaxed) {
            0 => Some(false),
            // A desktop that does not answer changes nothing.
            1 => None,
            _ => Some(true),
        };
        let ((ask, asked), (tell, told)) = (mpsc::channel(), mpsc::channel());
        thread::scope(|scope| {
            scope.spawn(move || answer(&asked, &tell, question));
            ask.send(()).unwrap();
            assert_eq!(told.recv(), Ok(false));
            // No answer, then one; or one for both, if they were taken as one question.
            let said = loop {
                ask.send(()).unwrap();
                if let Ok(said) = told.try_recv() {
                    break said;
                }
                thread::yield_now();
            };
            assert!(said && ASKED.load(Ordering::Relaxed) >= 3);
            drop(ask);
        });
    }

    #[test]
    fn desktops_are_understood() {
        assert_eq!(of_gnome("false\n"), Some(true));
        assert_eq!(of_gnome("true\n"), Some(false));
        assert_eq!(of_gnome("No such schema"), None);
        let kde =
            |factor: &str| format!("[General]\na=1\n[KDE]\nAnimationDurationFactor={factor}\n");
        assert_eq!(of_kde(&kde("0")), Some(true));
        assert_eq!(of_kde(&kde("0.5")), Some(false));
        assert_eq!(of_kde("[Other]\nAnimationDurationFactor=0\n"), None);
        assert_eq!(of_gtk("[Settings]\ngtk-enable-animations = 0\n"), Some(true));
        assert_eq!(of_gtk("[Settings]\ngtk-enable-animations=true\n"), Some(false));
        assert_eq!(of_gtk(""), None);
        let windows = |mask: &str| format!("\r\nHKEY\r\n    Name    REG_BINARY    {mask}\r\n");
        assert_eq!(of_windows(&windows("9E1E078012000000")), Some(false));
        assert_eq!(of_windows(&windows("9012038010000000")), Some(true));
        assert_eq!(of_windows("ERROR"), None);
    }
}
