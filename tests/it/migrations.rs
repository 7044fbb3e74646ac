//! Whole programs whose host is killed or whose line is cut: the match goes on, and who
//! comes back to the room has the old seat.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::netns::{self, Neighbour};
use crate::processes::{Log, Program, same_hashes, wait_for_port};

/// Real time is measured on machines that do much else; the exact bounds are those of
/// the matches in memory.
const HEADROOM: u64 = 3;

/// A player's folder for what the game keeps; gone when dropped.
struct State(PathBuf);

impl State {
    fn new(name: &str) -> Self {
        let folder = format!("tankwarz-state-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(folder))
    }

    /// A game of this player, and its log.
    fn game(&self, command: Command, arguments: &[&str]) -> (Program, Log) {
        let mut command = command;
        command.args(arguments).args(["--headless", "--log", "debug"]);
        command.env("XDG_STATE_HOME", &self.0).stderr(Stdio::piped());
        let mut program = Program::game_by(command);
        let log = program.log();
        (program, log)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn here() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tankwarz"))
}

fn relay() -> Program {
    let mut command = here();
    command.args(["relay", "--bind", "0.0.0.0:3536"]).stdout(Stdio::null());
    let relay = Program::other(&mut command);
    wait_for_port(3536);
    relay
}

fn epochs<'a>(report: &'a Value, why: &str) -> Vec<&'a Value> {
    let epochs = report["epochs"].as_array().expect("epochs");
    epochs.iter().filter(|epoch| epoch["why"] == why).collect()
}

/// Three players; the host is killed at tick 1,200 and comes back at 2,400 by this command.
fn killed_and_back(name: &str, back: &[&str]) {
    let relay = relay();
    let states = ["a", "b", "c"].map(|player| State::new(&format!("{name}-{player}")));
    let until = ["--ticks", "3300"];
    let hosting = ["host", "--relay", "ws://127.0.0.1:3536", "--room", "FALLEN", "--players", "3"];
    let hosting = [&hosting[..], &["--name", "Ann"]].concat();
    let (host, mut host_log) = states[0].game(here(), &hosting);
    let join = ["join", "127.0.0.1:3536/FALLEN", "--name"];
    let (bob, mut bob_log) = states[1].game(here(), &[&join[..], &["Bob"], &until].concat());
    let (cid, _cid_log) = states[2].game(here(), &[&join[..], &["Cid"], &until].concat());
    host_log.wait_for_tick(1200);
    host.kill();
    bob_log.wait_for_tick(2400);
    let (ann, _ann_log) = states[0].game(here(), &[back, &until].concat());
    let reports = [ann, bob, cid].map(Program::report);
    drop(relay);
    for report in &reports {
        println!("{:#}", report["epochs"]);
        assert_eq!(report["desyncs"], 0, "{report:#}");
        assert_eq!(epochs(report, "rejoin").len(), 1, "{report:#}");
        assert_ne!(report["host"], 0, "the host is one of those who stayed: {report:#}");
        assert_eq!(report["scores"][0]["name"], "Ann", "{report:#}");
    }
    assert_eq!(reports[0]["seat"], 0, "{:#}", reports[0]);
    for report in &reports[1..] {
        let migrations = epochs(report, "migration");
        assert_eq!(migrations.len(), 1, "{report:#}");
        assert!(migrations[0]["tick"].as_u64() >= Some(1100), "{report:#}");
        assert!(migrations[0]["frozen_ms"].as_u64() <= Some(2500 * HEADROOM), "{report:#}");
        assert!(epochs(report, "rejoin")[0]["tick"].as_u64() >= Some(2300), "{report:#}");
    }
    assert!(same_hashes(&reports[1]["hashes"], &reports[2]["hashes"]) >= 50);
    assert!(same_hashes(&reports[0]["hashes"], &reports[1]["hashes"]) >= 8);
}

#[test]
fn a_killed_host_joins_its_match_again_in_netns() {
    netns::inside("migrations::a_killed_host_joins_its_match_again_in_netns", || {
        killed_and_back("join", &["join", "127.0.0.1:3536/FALLEN"]);
    });
}

#[test]
fn a_killed_host_hosts_again_and_has_its_seat_in_netns() {
    netns::inside("migrations::a_killed_host_hosts_again_and_has_its_seat_in_netns", || {
        let relay = ["--relay", "ws://127.0.0.1:3536"];
        let again = ["host", "--room", "FALLEN", "--players", "3", "--name", "Ann"];
        killed_and_back("host", &[&again[..], &relay].concat());
    });
}

#[test]
fn guests_of_a_killed_relay_play_on_and_are_told_that_nobody_can_join_in_netns() {
    let name = "guests_of_a_killed_relay_play_on_and_are_told_that_nobody_can_join_in_netns";
    netns::inside(&format!("migrations::{name}"), || {
        let state = State::new("relay");
        let (host, mut host_log) =
            state.game(here(), &["host", "--room", "LONELY", "--players", "4", "--bots", "1"]);
        wait_for_port(3536);
        let join = ["join", "127.0.0.1:3536/LONELY", "--ticks", "1200"];
        let (bob, mut bob_log) = state.game(here(), &join);
        let (cid, mut cid_log) = state.game(here(), &join);
        host_log.wait_for_tick(400);
        host.kill();
        for log in [&mut bob_log, &mut cid_log] {
            log.wait("word of the relay", |line| {
                line.contains("newcomers cannot join").then_some(())
            });
            log.wait_for_tick(900);
        }
        let reports = [bob, cid].map(Program::report);
        for report in &reports {
            let migrations = epochs(report, "migration");
            println!("{:#}", report["epochs"]);
            assert_eq!(migrations.len(), 1, "{report:#}");
            assert!(migrations[0]["frozen_ms"].as_u64() <= Some(2500 * HEADROOM), "{report:#}");
            assert_eq!((&report["desyncs"], &report["end"]), (&0.into(), &"done".into()));
        }
        assert!(same_hashes(&reports[0]["hashes"], &reports[1]["hashes"]) >= 15);
    });
}

#[test]
fn a_cut_line_costs_nothing_for_three_seconds_and_the_seat_for_none_in_netns() {
    let name = "a_cut_line_costs_nothing_for_three_seconds_and_the_seat_for_none_in_netns";
    // The cable is where peers find each other by multicast.
    netns::inside_without_multicast(&format!("migrations::{name}"), || {
        let door = Neighbour::on_a_cable("10.9.0.1/24", "10.9.0.2/24");
        let relay = relay();
        let states = ["a", "b", "c"].map(|player| State::new(&format!("cut-{player}")));
        let until = ["--ticks", "4500"];
        let hosting = ["host", "--relay", "ws://127.0.0.1:3536", "--room", "CUTOFF"];
        let hosting = [&hosting[..], &["--players", "3", "--seconds", "120"], &until].concat();
        let (host, mut host_log) = states[0].game(here(), &hosting);
        let join = ["join", "10.9.0.1:3536/CUTOFF"];
        let (near, _near_log) = states[1].game(here(), &[&join[..], &until].concat());
        let game = door.command(env!("CARGO_BIN_EXE_tankwarz"));
        let (far, mut far_log) = states[2].game(game, &[&join[..], &until].concat());
        host_log.wait_for_tick(300);
        nft("add table inet cut; add chain inet cut in { type filter hook input priority 0; };
             add chain inet cut out { type filter hook output priority 0; }");
        let cut = || {
            nft(
                "add rule inet cut in iifname cable drop; add rule inet cut out oifname cable drop",
            );
        };
        cut();
        std::thread::sleep(std::time::Duration::from_secs(3));
        nft("flush table inet cut");
        host_log.wait_for_tick(900);
        assert!(!host_log.has("(leave)"), "no epoch for three seconds");
        cut();
        std::thread::sleep(std::time::Duration::from_secs(20));
        assert!(!far_log.has("(rejoin)"));
        nft("flush table inet cut");
        host_log.wait("leave", |line| line.contains("(leave)").then_some(()));
        far_log.wait("return", |line| line.contains("(rejoin)").then_some(()));
        let reports = [host, near, far].map(Program::report);
        drop(relay);
        for report in &reports {
            println!("{:#}", report["epochs"]);
            assert_eq!(epochs(report, "rejoin").len(), 1, "{report:#}");
            assert_eq!(report["host"], 0, "{report:#}");
        }
        for report in &reports[..2] {
            assert_eq!(epochs(report, "leave").len(), 1, "{report:#}");
            assert_eq!(epochs(report, "migration").len(), 0, "{report:#}");
        }
        assert!(same_hashes(&reports[0]["hashes"], &reports[2]["hashes"]) >= 8);
    });
}

fn nft(rules: &str) {
    let output = Command::new("nft").arg(rules).output().expect("nft can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{rules}: {said}; is all of `./setup.sh --test` there?");
}
