//! The relay as it stands on the internet: whole programs that meet through nginx, with TLS, over
//! two relays. nginx's configuration is the one that docs/deploy.md tells people to use.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::netns;
use crate::processes::{Program, http_get, same_hashes, wait_for_port};

const RELAYS: [u16; 2] = [3601, 3602];
/// nginx sends the first two to one relay and the others to the other one.
const ROOMS: [&str; 4] = ["SOUTH", "SUMMER", "NORTH", "SPRING"];
const LIMIT: Duration = Duration::from_secs(60);
const TURN: Duration = Duration::from_millis(50);

/// A folder for this test; gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("tankwarz-nginx-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.file(name);
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A certificate that nobody but this test trusts, for a name and for this machine.
fn certificate(folder: &Folder) -> (String, String) {
    let wishes = "[req]\ndistinguished_name=name\nx509_extensions=more\nprompt=no\n\
                  [name]\nCN=relay.example.org\n\
                  [more]\nbasicConstraints=critical,CA:FALSE\n\
                  subjectAltName=DNS:relay.example.org,IP:127.0.0.1\n";
    let wishes = folder.write("openssl.cnf", wishes);
    let (certificate, key) = (folder.file("cert.pem"), folder.file("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-config", &wishes, "-keyout", &key, "-out", &certificate])
        .output()
        .expect("openssl is missing; run `./setup.sh --test`");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// nginx with the configuration of docs/deploy.md, and in front of it what Debian's nginx.conf says.
fn nginx(folder: &Folder, certificate: &str, key: &str) -> Program {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let tested = fs::read_to_string(docs.join("deploy/nginx.conf")).expect("nginx.conf");
    let quoted = fs::read_to_string(docs.join("deploy.md")).expect("deploy.md");
    assert!(quoted.contains(&tested), "docs/deploy.md quotes another docs/deploy/nginx.conf");
    let unit = fs::read_to_string(docs.join("deploy/tankwarz-relay@.service")).expect("the unit");
    assert!(quoted.contains(&unit), "docs/deploy.md quotes another unit for systemd");
    let mut server = tested.clone();
    for (path, ours) in [
        ("/etc/letsencrypt/live/relay.example.org/fullchain.pem", certificate),
        ("/etc/letsencrypt/live/relay.example.org/privkey.pem", key),
    ] {
        assert_eq!(server.matches(path).count(), 1, "{path}");
        server = server.replace(path, ours);
    }
    let server = folder.write("tankwarz.conf", &server);
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};\n", folder.file(name)))
        .concat();
    // One process in the foreground, which needs no other user.
    let main = folder.write(
        "nginx.conf",
        &format!(
            "daemon off; master_process off; pid {}; error_log stderr warn;\n\
             events {{ worker_connections 768; }}\n\
             http {{\n{temporary}include {server};\n}}\n",
            folder.file("nginx.pid")
        ),
    );
    // Debian keeps it where only root's path leads.
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-c", "exec nginx -e stderr -c \"$0\"", &main]).env("PATH", path);
    command.stdout(Stdio::null());
    let nginx = Program::other(&mut command);
    wait_for_port(443);
    nginx
}

fn relay(port: u16) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tankwarz"));
    command.args(["relay", "--trust-proxy", "--max-per-address", "8", "--log", "warn"]);
    let relay = Program::other(command.args(["--bind", &format!("127.0.0.1:{port}")]));
    wait_for_port(port);
    relay
}

/// How many rooms and peers each relay has.
fn rooms_and_peers() -> [(u64, u64); 2] {
    RELAYS.map(|port| {
        let text = http_get(port, "/metrics");
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or_else(|| panic!("{text}"))
        };
        (value("tankwarz_relay_rooms "), value("tankwarz_relay_peers "))
    })
}

/// Waits until the relays have so many rooms and peers, and gives up when they never do.
fn wait_for(expected: [(u64, u64); 2]) {
    let began = Instant::now();
    while rooms_and_peers() != expected {
        let found = rooms_and_peers();
        assert!(began.elapsed() < LIMIT, "rooms and peers are {found:?}, not {expected:?}");
        std::thread::sleep(TURN);
    }
}

/// What nginx answers to whoever asks it for a page by HTTPS.
fn https_get(certificate: &str, path: &str) -> String {
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-connect", "127.0.0.1:443", "-CAfile", certificate])
        .args(["-verify_return_error", "-servername", "relay.example.org"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is there");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: relay.example.org\r\nConnection: close\r\n\r\n");
    let sent = client.stdin.as_mut().map(|stdin| stdin.write_all(request.as_bytes()));
    assert!(sent.is_some_and(|sent| sent.is_ok()));
    let output = client.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn four_rooms_play_through_nginx_over_two_relays_in_netns() {
    netns::inside("nginx::four_rooms_play_through_nginx_over_two_relays_in_netns", || {
        let folder = Folder::new();
        let (certificate, key) = certificate(&folder);
        let _relays = RELAYS.map(relay);
        let _nginx = nginx(&folder, &certificate, &key);
        let trusting = [("SSL_CERT_FILE", certificate.as_str())];
        let relay = ["--relay", "wss://127.0.0.1", "--headless"];

        // The hosts first, who wait for their guests: all four rooms are there at once.
        let mut hosts: Vec<Program> = Vec::new();
        for room in ROOMS {
            let host = [&["host", "--room", room, "--players", "2", "--ticks", "240"][..], &relay];
            hosts.push(Program::game_with(&host.concat(), &trusting));
        }
        wait_for([(2, 2), (2, 2)]);

        // The guests in pairs, so that a slow machine plays two rooms at a time.
        let mut guests = Vec::new();
        let mut of_hosts: Vec<Value> = Vec::new();
        for (index, room) in ROOMS.into_iter().enumerate() {
            let guest = [&["join", room, "--ticks", "240"][..], &relay].concat();
            guests.push(Program::game_with(&guest, &trusting));
            if index == 1 {
                // Each guest has reached the relay that its host is at: there is no fifth room.
                wait_for([(2, 4), (2, 2)]);
            }
            if index % 2 == 1 {
                of_hosts.extend(hosts.drain(..2).map(Program::report));
            }
        }
        let of_guests = guests.into_iter().map(Program::report);
        for (room, (host, guest)) in ROOMS.iter().zip(of_hosts.iter().zip(of_guests)) {
            for report in [host, &guest] {
                assert_eq!(report["end"], "done", "{room}: {report:#}");
                assert_eq!(report["desyncs"], 0, "{room}: {report:#}");
                assert!(report["settled_tick"].as_u64() >= Some(240), "{room}: {report:#}");
            }
            let common = same_hashes(&host["hashes"], &guest["hashes"]);
            assert!(common >= 3, "{room}: only {common} seconds in common");
        }
        wait_for([(0, 0), (0, 0)]);
    });
}

#[test]
fn nginx_shows_health_but_not_metrics_and_needs_to_be_trusted_in_netns() {
    netns::inside(
        "nginx::nginx_shows_health_but_not_metrics_and_needs_to_be_trusted_in_netns",
        || {
            let folder = Folder::new();
            let (certificate, key) = certificate(&folder);
            let _relays = RELAYS.map(relay);
            let _nginx = nginx(&folder, &certificate, &key);
            let health = https_get(&certificate, "/health");
            assert!(health.starts_with("HTTP/1.1 200 ") && health.ends_with("ok\n"), "{health}");
            assert!(https_get(&certificate, "/metrics").starts_with("HTTP/1.1 403 "));

            let asked = |trusted: &str| {
                let output = Command::new(env!("CARGO_BIN_EXE_tankwarz"))
                    .args(["doctor", "--json", "--relay", "wss://127.0.0.1"])
                    .env("XDG_CONFIG_HOME", crate::home::empty())
                    .env("SSL_CERT_FILE", trusted)
                    .stdin(Stdio::null())
                    .output()
                    .expect("the game starts");
                String::from_utf8_lossy(&output.stdout).into_owned()
            };
            let stranger = folder.0.join("other");
            fs::create_dir_all(&stranger).expect("a folder");
            let stranger = Folder(stranger);
            let (other, _) = self::certificate(&stranger);
            let (known, unknown) = (asked(&certificate), asked(&other));
            assert!(!known.contains("certificate"), "{known}");
            assert!(unknown.contains("certificate"), "{unknown}");
        },
    );
}
