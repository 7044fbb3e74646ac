//! Runs a test in a network namespace of its own, with nothing but loopback in it, so that real
//! sockets can be used and no byte leaves the machine.
//!
//! Tests that need this end in `_in_netns`. Where the machine forbids namespaces they fail and say
//! what to do: they must never count as passed without having run.

use std::env;
use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::RwLock;

/// Set in the process that runs inside.
const INSIDE: &str = "TANKWARZ_TEST_NETNS";
/// What a namespace needs so that WebRTC works in it: it finds peers by multicast.
const WITH_MULTICAST: &str = "ip link set lo up && ip route add 224.0.0.0/4 dev lo";
/// A machine without any network.
const WITHOUT_MULTICAST: &str = "ip link set lo up";

/// Whole programs at once need both processors: what measures a rate is alone among those tests.
static PROCESSORS: RwLock<()> = RwLock::new(());

/// Runs `body` in a fresh namespace: this very test (`name` is its full path, as `cargo test`
/// prints it) is started again inside, by itself. What `body` starts is inside as well.
pub(crate) fn inside(name: &str, body: impl FnOnce()) {
    let _shared = PROCESSORS.read();
    run(name, WITH_MULTICAST, body);
}

/// Like [`inside`], while no other test runs in a namespace.
pub(crate) fn alone_inside(name: &str, body: impl FnOnce()) {
    let _exclusive = PROCESSORS.write();
    run(name, WITH_MULTICAST, body);
}

/// Like [`inside`], on a machine without any network but loopback.
pub(crate) fn inside_without_multicast(name: &str, body: impl FnOnce()) {
    let _shared = PROCESSORS.read();
    run(name, WITHOUT_MULTICAST, body);
}

/// A machine of its own; gone when dropped, with its cables.
pub(crate) struct Machine(Child);

impl Machine {
    pub(crate) fn new() -> Self {
        // Says when it is in its namespace, and stays until its input ends with this process.
        let mut holder = Command::new("unshare")
            .args(["-n", "sh", "-c", "echo; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare can be started");
        let said = holder.stdout.as_mut().map(|out| out.read_exact(&mut [0]));
        let machine = Self(holder);
        assert!(said.is_some_and(|read| read.is_ok()), "no namespace for one more machine");
        machine
    }

    pub(crate) fn pid(&self) -> String {
        self.0.id().to_string()
    }

    /// A program that runs there.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.pid(), "-n", program]);
        command
    }

    pub(crate) fn run(&self, script: &str) {
        run_script(self.command("sh"), script);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A second namespace, joined to that of the test by a cable: a machine next door. Gone when dropped.
pub(crate) struct Neighbour(Machine);

impl Neighbour {
    /// Lays the cable; both ends are given as address and prefix length. To be called inside a namespace.
    pub(crate) fn on_a_cable(own: &str, theirs: &str) -> Self {
        assert!(env::var_os(INSIDE).is_some(), "a neighbour needs a namespace around it");
        let machine = Machine::new();
        let up = |address: &str| {
            format!(
                "ip link set lo up && ip addr add {address} dev cable && ip link set cable up && \
                 ip route add 224.0.0.0/4 dev cable"
            )
        };
        let pid = machine.pid();
        let lay = format!("ip link add cable type veth peer name cable netns {pid} && {}", up(own));
        run_script(Command::new("sh"), &lay);
        machine.run(&up(theirs));
        Self(machine)
    }

    /// A program that runs next door.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.0.command(program)
    }
}

/// Runs a script in a shell; fails with what the shell said.
pub(crate) fn run_script(mut shell: Command, script: &str) {
    let output = shell.args(["-ec", script]).output().expect("sh can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}; is all of `./setup.sh --test` there?");
}

fn run(name: &str, prepare: &str, body: impl FnOnce()) {
    if env::var_os(INSIDE).is_some() {
        body();
        return;
    }
    let script = format!("{prepare} && exec \"$@\"");
    let me = env::current_exe().expect("the path of the test binary");
    let output = unshare(&["sh", "-c", &script, "sh"])
        .arg(me)
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .unwrap_or_else(|error| forbidden(&format!("unshare cannot be started: {error}")));
    let text = text_of(&output);
    if !output.status.success() && !text.contains("running 1 test") {
        forbidden(&text);
    }
    assert!(output.status.success(), "inside the namespace:\n{text}");
    assert!(text.contains("1 passed"), "`{name}` is not the name of this test:\n{text}");
}

/// `unshare` as this user may use it.
fn unshare(args: &[&str]) -> Command {
    let is_allowed = |flag: &str| {
        let mut probe = Command::new("unshare");
        probe.args([flag, "true"]).output().is_ok_and(|output| output.status.success())
    };
    // Root needs no user namespace, and some machines forbid those alone.
    let flag = if is_allowed("-n") { "-n" } else { "-rn" };
    let mut command = Command::new("unshare");
    command.arg(flag).args(args);
    command
}

fn text_of(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn forbidden(cause: &str) -> ! {
    panic!(
        "this test needs a network namespace and could not have one ({}); run `./setup.sh --test`, \
         allow unprivileged user namespaces (or run as root), or leave such tests out with \
         `cargo test -- --skip in_netns`",
        cause.trim()
    );
}
