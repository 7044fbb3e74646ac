//! A real window on a display of its own (Xvfb, software Vulkan), played with
//! real key events (xdotool).

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::netns;
use crate::processes::{Log, Program, same_hashes, wait_for_port};

/// How long a window may take to appear.
const LIMIT: Duration = Duration::from_secs(60);

/// A display without a screen; ended when dropped.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub(crate) fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x720x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; run `./setup.sh --test`");
        let mut number = String::new();
        let out = server.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut number).expect("Xvfb names its display");
        let name = format!(":{}", number.trim());
        assert_ne!(name, ":", "Xvfb did not start");
        Self { server, name }
    }

    /// The game on this display, drawn by the processor.
    fn game(&self, arguments: &[&str]) -> Program {
        Program::game_with(arguments, &self.settings())
    }

    /// The game with a log, a folder for what it keeps, and its window with the focus.
    fn game_with_log(&self, arguments: &[&str], state: &Path) -> (Program, Log) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tankwarz"));
        command.args(arguments).args(["--log", "info"]).stderr(Stdio::piped());
        command.envs(self.settings()).env("XDG_STATE_HOME", state);
        let mut game = Program::game_by(command);
        let log = game.log();
        let window = self.window();
        self.xdotool(&["windowfocus", "--sync", &window]);
        let began = Instant::now();
        while colours(&self.screenshot()) < 100 {
            assert!(began.elapsed() < LIMIT, "the window stays empty");
            sleep(Duration::from_millis(100));
        }
        (game, log)
    }

    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        let vulkan = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
        let mut settings = vec![("DISPLAY", self.name.as_str())];
        if Path::new(vulkan).exists() {
            settings.push(("VK_ICD_FILENAMES", vulkan));
        }
        settings
    }

    /// Presses keys, one after the other, as slowly as a quick person.
    fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.xdotool(&["key", key]);
            sleep(Duration::from_millis(100));
        }
    }

    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .expect("xdotool starts; run `./setup.sh --test`");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The game's window, once it is there.
    fn window(&self) -> String {
        let began = Instant::now();
        loop {
            let found = self.xdotool(&["search", "--onlyvisible", "--name", "^TankWarz$"]);
            if let Some(window) = found.lines().next() {
                return window.to_owned();
            }
            assert!(began.elapsed() < LIMIT, "no window appeared");
            sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the window of a program that has ended is gone.
    fn wait_until_empty(&self) {
        let began = Instant::now();
        while !self.xdotool(&["search", "--onlyvisible", "--name", "^TankWarz$"]).is_empty() {
            assert!(began.elapsed() < LIMIT, "the window stays");
            sleep(Duration::from_millis(50));
        }
    }

    fn screenshot(&self) -> Vec<u8> {
        let file: PathBuf = env::temp_dir().join(format!("tankwarz{}.ppm", self.name));
        let done = Command::new("import")
            .args(["-window", "root", "-depth", "8"])
            .arg(&file)
            .env("DISPLAY", &self.name)
            .status();
        assert!(done.is_ok_and(|status| status.success()), "import takes no picture");
        let picture = std::fs::read(&file).expect("a picture");
        let _ = std::fs::remove_file(&file);
        picture
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Waits until a log says these words.
fn wait_for(log: &mut Log, words: &str) {
    log.wait(words, |line| line.contains(words).then_some(()));
}

/// Waits until a log says one of these, and tells which.
fn wait_for_one(log: &mut Log, words: &[&str]) -> usize {
    log.wait(&words.join(" or "), |line| words.iter().position(|words| line.contains(words)))
}

/// How many colours a picture has.
fn colours(picture: &[u8]) -> usize {
    picture.chunks(3).collect::<std::collections::BTreeSet<_>>().len()
}

/// How many bytes of two pictures differ clearly, in percent.
fn difference(a: &[u8], b: &[u8]) -> usize {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).filter(|(x, y)| x.abs_diff(**y) > 24).count() * 100 / a.len()
}

#[test]
fn a_person_drives_a_tank_in_a_real_window() {
    let display = Display::new();
    let game = display.game(&["practice", "--seed", "7", "--bots", "1", "--exit-after", "14"]);
    let window = display.window();
    display.xdotool(&["windowfocus", "--sync", &window]);
    // The countdown takes three seconds.
    sleep(Duration::from_secs(4));
    let before = display.screenshot();
    let colours = colours(&before);
    assert!(colours > 1000, "the picture is empty: {colours} colours");
    display.xdotool(&["keydown", "w"]);
    sleep(Duration::from_secs(3));
    display.xdotool(&["keyup", "w"]);
    let after = display.screenshot();
    let changed = difference(&before, &after);
    assert!(changed >= 5, "only {changed} % of the picture changed");
    let report = game.report();
    let driven = report["tiles_driven"].as_f64().expect("a way");
    assert!(driven > 1.0, "the tank drove {driven} tiles: {report:#}");
    assert!(report["settled_tick"].as_u64() > Some(300), "{report:#}");
}

#[test]
fn a_report_is_written_when_only_the_title_was_seen() {
    let display = Display::new();
    let report = display.game(&["--exit-after", "2"]).report();
    assert_eq!(report["mode"], "title", "{report:#}");
    assert_eq!(report["epochs"], serde_json::json!([]), "{report:#}");
}

#[test]
fn a_hidden_window_stalls_nobody_in_netns() {
    netns::alone_inside("window::a_hidden_window_stalls_nobody_in_netns", || {
        let display = Display::new();
        let host = Program::game(&[
            "host",
            "--room",
            "HIDDEN",
            "--players",
            "2",
            "--headless",
            "--ticks",
            "900",
        ]);
        wait_for_port(3536);
        let guest = display.game(&["join", "127.0.0.1/HIDDEN", "--ticks", "900"]);
        let window = display.window();
        // Well into the match, the window goes away for three seconds.
        sleep(Duration::from_secs(8));
        display.xdotool(&["windowunmap", "--sync", &window]);
        let visible = display.xdotool(&["search", "--onlyvisible", "--name", "^TankWarz$"]);
        assert_eq!(visible, "", "the window is hidden");
        sleep(Duration::from_secs(3));
        display.xdotool(&["windowmap", "--sync", &window]);
        let (guest, host) = (guest.report(), host.report());
        assert!(host["settled_tick"].as_u64() >= Some(900), "{host:#}");
        assert!(same_hashes(&host["hashes"], &guest["hashes"]) >= 14, "{host:#}");
        // 0 where the machine has time; had the match stood with its window, about 170.
        assert!(host["stalled_ticks"].as_u64() < Some(60), "{host:#}");
    });
}

#[test]
fn a_game_is_chosen_from_the_list_and_rejoined_after_a_crash_in_netns() {
    let name = "window::a_game_is_chosen_from_the_list_and_rejoined_after_a_crash_in_netns";
    netns::alone_inside(name, || {
        let state = env::temp_dir().join(format!("tankwarz-state-{}", std::process::id()));
        let display = Display::new();
        let host = Program::game(&[
            "host",
            "--room",
            "K7M3XA",
            "--players",
            "2",
            "--password",
            "hush",
            "--headless",
            "--ticks",
            "1500",
        ]);
        wait_for_port(3536);
        let (guest, mut log) = display.game_with_log(&[], &state);
        // The title, its third line, and there the list.
        display.keys(&["Down", "Down", "Return"]);
        wait_for(&mut log, "games on this network: 1");
        // The game asks for a password, and it is not this one. The window shows the list with
        // its next picture; keys that came before that went into the field beside it.
        let outcomes = ["the password is wrong", "`no` names no relay"];
        display.keys(&["Right", "Return", "n", "o", "Return"]);
        while wait_for_one(&mut log, &outcomes) != 0 {
            sleep(Duration::from_secs(1));
            display.keys(&["BackSpace", "BackSpace", "Right", "Return", "n", "o", "Return"]);
        }
        sleep(Duration::from_secs(3));
        display.keys(&["BackSpace", "BackSpace", "h", "u", "s", "h", "Return"]);
        wait_for(&mut log, "(start) from tick 0");
        sleep(Duration::from_secs(2));
        guest.kill();
        display.wait_until_empty();
        let (guest, mut log) = display.game_with_log(&["--ticks", "1500"], &state);
        display.keys(&["Return"]);
        wait_for(&mut log, "(rejoin)");
        let (guest, host) = (guest.report(), host.report());
        let why: Vec<_> = host["epochs"].as_array().unwrap().iter().map(|e| &e["why"]).collect();
        assert_eq!(why, ["start", "leave", "rejoin"], "{host:#}");
        assert_eq!((&guest["mode"], &guest["seat"]), (&"join".into(), &1.into()), "{guest:#}");
        assert!(guest["routes"]["0"].is_string(), "{guest:#}");
        assert!(same_hashes(&host["hashes"], &guest["hashes"]) >= 5, "{host:#} {guest:#}");
        let _ = std::fs::remove_dir_all(state);
    });
}
