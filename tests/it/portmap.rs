//! A home with a router that speaks UPnP (Debian's miniupnpd) and a friend on the internet: whole
//! programs in namespaces of their own.
//!
//! ```text
//! home (192.168.1.2) - router (192.168.1.1, 11.0.0.2) - the test itself, which is the internet (11.0.0.1)
//! ```
//! miniupnpd refuses ports for addresses that are not on the internet, those for documentation
//! included; so this one has an address that is. It does not leave its namespace.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::netns;
use crate::netns::{Machine, run_script};
use crate::processes::Program;

const LIMIT: Duration = Duration::from_secs(60);
const TURN: Duration = Duration::from_millis(50);

/// A home: a machine and the router before it, whose nftables are as miniupnpd's own script leaves them.
fn home() -> (Machine, Machine) {
    let (machine, router) = (Machine::new(), Machine::new());
    let lay = format!(
        "ip link add street type veth peer name out netns {}
         ip addr add 11.0.0.1/24 dev street && ip link set street up",
        router.pid()
    );
    run_script(Command::new("sh"), &lay);
    router.run(&format!(
        "echo 1 > /proc/sys/net/ipv4/ip_forward
         ip link set lo up
         ip link add in type veth peer name eth netns {}
         ip addr add 11.0.0.2/24 dev out && ip link set out up
         ip addr add 192.168.1.1/24 dev in && ip link set in up
         ip route add 239.0.0.0/8 dev in
         ip route add default via 11.0.0.1
         nft 'table inet filter {{
             chain forward {{
                 type filter hook forward priority 0; policy drop;
                 ct state established,related accept
                 iifname in accept
                 jump miniupnpd
             }}
             chain miniupnpd {{ }}
             chain prerouting {{ type nat hook prerouting priority -100; jump prerouting_miniupnpd; }}
             chain postrouting {{
                 type nat hook postrouting priority 100;
                 jump postrouting_miniupnpd
                 oifname out masquerade
             }}
             chain prerouting_miniupnpd {{ }}
             chain postrouting_miniupnpd {{ }}
         }}'",
        machine.pid()
    ));
    machine.run(
        "ip link set lo up
         ip addr add 192.168.1.2/24 dev eth && ip addr add 192.168.1.3/24 dev eth
         ip link set eth up
         ip route add default via 192.168.1.1",
    );
    (machine, router)
}

/// miniupnpd at a router; gone when dropped, with its settings.
struct Daemon {
    _program: Program,
    settings: PathBuf,
}

impl Daemon {
    fn start(router: &Machine) -> Self {
        let settings = std::env::temp_dir().join(format!("tankwarz-upnp-{}", std::process::id()));
        let text = "ext_ifname=out\nlistening_ip=in\nipv6_disable=yes\nenable_natpmp=no\n\
                    secure_mode=no\nuuid=00000000-0000-4000-8000-000000000001\n\
                    upnp_table_name=filter\nupnp_nat_table_name=filter\n\
                    allow 1024-65535 192.168.1.0/24 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535\n";
        fs::write(&settings, text).expect("a file");
        let mut daemon = router.command("sh");
        // Debian keeps it where only root's path leads.
        let script = "PATH=$PATH:/usr/sbin exec miniupnpd -d -P /dev/null -f \"$0\"";
        daemon.args(["-c", script]).arg(&settings);
        daemon.stdout(Stdio::null()).stderr(Stdio::null());
        Self { _program: Program::other(&mut daemon), settings }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.settings);
    }
}

/// A host at home who asks for a port, and the lines of its output and its log.
struct Host(Child, Receiver<String>);

impl Host {
    fn start(machine: &Machine, bind: &str) -> Self {
        let mut game = machine.command(env!("CARGO_BIN_EXE_tankwarz"));
        game.args(["host", "--room", "ABC347", "--headless", "--no-announce", "--map-port"]);
        game.args(["--players", "2", "--log", "info", "--bind", bind])
            .env("XDG_CONFIG_HOME", crate::home::empty());
        game.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut game = game.spawn().expect("the game starts");
        let (sender, lines) = channel();
        let out = BufReader::new(game.stdout.take().expect("output"));
        let log = BufReader::new(game.stderr.take().expect("log"));
        let other = sender.clone();
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
        });
        std::thread::spawn(move || {
            log.lines().map_while(Result::ok).try_for_each(|l| other.send(l))
        });
        Self(game, lines)
    }

    /// Waits for a line that holds `part`.
    fn says(&self, part: &str) -> String {
        let began = Instant::now();
        let mut said = Vec::new();
        while let Ok(line) = self.1.recv_timeout(LIMIT.saturating_sub(began.elapsed())) {
            if line.contains(part) {
                return line;
            }
            said.push(line);
        }
        panic!("the host never says `{part}` but {said:#?}");
    }

    /// Ends it as Ctrl-C does, and waits.
    fn interrupt(mut self) {
        // `nsenter` has become the game.
        let told = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()));
        assert!(self.0.wait().is_ok_and(|status| status.success()));
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a friend on the internet reaches something at this address.
fn reaches(address: &str) -> bool {
    let address = address.parse().expect("an address");
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok()
}

/// Waits until nobody is reached there any more.
fn closes(address: &str) {
    let began = Instant::now();
    while reaches(address) {
        assert!(began.elapsed() < LIMIT, "{address} is still open");
        std::thread::sleep(TURN);
    }
}

#[test]
fn router_opens_a_port_for_the_host_and_closes_it_in_netns() {
    netns::inside("portmap::router_opens_a_port_for_the_host_and_closes_it_in_netns", || {
        let (machine, router) = home();
        let _daemon = Daemon::start(&router);
        // Until the daemon listens.
        let began = Instant::now();
        let listens = || {
            let mut ask = router.command("sh");
            ask.args(["-c", "ss -Hlun sport = :1900"]).output().is_ok_and(|o| !o.stdout.is_empty())
        };
        while !listens() {
            assert!(began.elapsed() < LIMIT, "miniupnpd does not listen; run `./setup.sh --test`");
            std::thread::sleep(TURN);
        }
        assert!(!reaches("11.0.0.2:3536"));
        let usual = Host::start(&machine, "0.0.0.0:3536");
        assert_eq!(usual.says("tankwarz join 11"), "tankwarz join 11.0.0.2/ABC347");
        assert!(reaches("11.0.0.2:3536"));
        usual.interrupt();
        closes("11.0.0.2:3536");

        // Two who host at once, as if on two machines: the second gets the next port.
        let first = Host::start(&machine, "192.168.1.2:3536");
        assert_eq!(first.says("tankwarz join 11"), "tankwarz join 11.0.0.2/ABC347");
        let second = Host::start(&machine, "192.168.1.3:3536");
        assert_eq!(second.says("tankwarz join 11"), "tankwarz join 11.0.0.2:3537/ABC347");
        assert!(reaches("11.0.0.2:3536") && reaches("11.0.0.2:3537"));
        first.interrupt();
        closes("11.0.0.2:3536");
        assert!(reaches("11.0.0.2:3537"), "each gives back its own port");
        second.interrupt();
        closes("11.0.0.2:3537");
    });
}

#[test]
fn host_without_such_a_router_is_told_what_to_do_in_netns() {
    netns::inside("portmap::host_without_such_a_router_is_told_what_to_do_in_netns", || {
        let (machine, _router) = home();
        let host = Host::start(&machine, "0.0.0.0:3536");
        let line = host.says("no port of the router leads here");
        assert!(line.contains("no router answers"), "{line}");
        assert!(line.contains("forward TCP port 3536 to this machine"), "{line}");
        // The room is open all the same.
        host.says("tankwarz join 192.168.1.2/ABC347");
        host.interrupt();
    });
}
