#!/usr/bin/env bash
# Installs what building and playing TankWarz needs, and with --test what its tests use.
# Does nothing, needs neither root nor the network, when all of it is there.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: ./setup.sh [--test]

Installs what the build and the window need, on Debian, Ubuntu, Fedora and Arch.
Needs root or sudo only if something is missing. Rust has to be there: https://rustup.rs

  --test      also what the tests use: a virtual display, a Vulkan driver without a
              graphics card, network tools and servers (coturn, nginx and miniupnpd, of
              which no test uses the service), and matchbox_server into target/tools
  -h, --help  this text
TEXT
}

# The official signalling server, which the tests play through as well.
MATCHBOX_SERVER=0.15.0

main() {
    local with_tests=no
    case "$*" in
        "") ;;
        --test) with_tests=yes ;;
        -h | --help) usage; exit 0 ;;
        *) echo "setup: I do not know '$*'; run './setup.sh --help' to see what there is." >&2; exit 2 ;;
    esac
    cd "$(dirname "${BASH_SOURCE[0]}")"

    find_cargo
    install_packages "$with_tests"
    install_toolchain "$with_tests"
    if [ "$with_tests" = yes ]; then
        install_matchbox_server
    fi
    say "done."
}

say() { echo "setup: $*"; }

fail() {
    echo "setup: $*" >&2
    exit 1
}

# --- Rust -------------------------------------------------------------------

find_cargo() {
    if command -v cargo >/dev/null; then
        return
    fi
    if [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        fail "Rust is installed, but this shell does not find it: run '. \"${CARGO_HOME:-$HOME/.cargo}/env\"' and start again."
    fi
    if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then
        fail "root has no Rust: run ./setup.sh without sudo, it asks for sudo when it needs it."
    fi
    fail "Rust is missing: run 'curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh', open a new shell and start again."
}

# The compiler that rust-toolchain.toml names. Without rustup any compiler from that version on will do.
install_toolchain() {
    local with_tests=$1 channel missing=()
    channel=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
    if ! command -v rustup >/dev/null; then
        local version
        version=$(cargo --version | cut -d ' ' -f 2)
        if [ "$(printf '%s\n' "$channel" "$version" | sort -V | head -n 1)" != "$channel" ]; then
            fail "cargo $version is too old, the game needs $channel: install Rust with https://rustup.rs instead."
        fi
        return
    fi
    if ! rustup run "$channel" rustc --version >/dev/null 2>&1; then
        say "installing Rust $channel"
        rustup toolchain install "$channel" --profile minimal --component rustfmt --component clippy ||
            fail "rustup could not install Rust $channel: see its message above."
    fi
    if [ "$with_tests" = yes ]; then
        rustup run "$channel" cargo-fmt --version >/dev/null 2>&1 || missing+=(rustfmt)
        rustup run "$channel" cargo-clippy --version >/dev/null 2>&1 || missing+=(clippy)
    fi
    if [ ${#missing[@]} -gt 0 ]; then
        say "adding to Rust $channel: ${missing[*]}"
        rustup component add --toolchain "$channel" "${missing[@]}" ||
            fail "rustup could not add ${missing[*]}: see its message above."
    fi
}

# --- packages of the system -------------------------------------------------

install_packages() {
    local with_tests=$1 ID=unknown ID_LIKE="" NAME="this system"
    if [ -r /etc/os-release ]; then
        # shellcheck source=/dev/null
        . /etc/os-release
    fi
    case " $ID $ID_LIKE " in
        *" debian "* | *" ubuntu "*) packages_for_debian "$with_tests" ;;
        *" fedora "* | *" rhel "*) packages_for_fedora "$with_tests" ;;
        *" arch "*) packages_for_arch "$with_tests" ;;
        *)
            fail "I know Debian, Ubuntu, Fedora and Arch, not $NAME: install a C compiler, pkg-config, the headers" \
                "of ALSA, udev and D-Bus, and a Vulkan driver by hand, then run 'cargo run --release'."
            ;;
    esac
}

packages_for_debian() {
    local packages=(
        # build: a linker, and the headers of sound, gamepads and the sound thread's priority
        ca-certificates gcc libc6-dev pkg-config libasound2-dev libudev-dev
        # window: looked up at run time, so the build does not miss them
        libvulkan1 mesa-vulkan-drivers libxkbcommon0 libwayland-client0
        libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6 libxkbcommon-x11-0
    )
    if [ "$1" = yes ]; then
        packages+=(xvfb xdotool imagemagick iproute2 nftables procps util-linux jq coturn nginx openssl)
        packages+=(miniupnpd miniupnpd-nftables)
    fi
    local package missing=()
    for package in "${packages[@]}"; do
        # shellcheck disable=SC2016 # the braces are dpkg's
        case $(dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null) in
            *" ok installed"*) ;;
            *) missing+=("$package") ;;
        esac
    done
    if nothing_in "${missing[@]}"; then
        return
    fi
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
    as_root "${apt[@]}" update
    as_root "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

packages_for_fedora() {
    local packages=(
        ca-certificates gcc pkgconf-pkg-config alsa-lib-devel systemd-devel
        vulkan-loader mesa-vulkan-drivers libxkbcommon libwayland-client
        libX11 libX11-xcb libxcb libXcursor libXi libxkbcommon-x11
    )
    if [ "$1" = yes ]; then
        # Fedora has no miniupnpd: the test of `host --map-port` fails there and says so.
        packages+=(xorg-x11-server-Xvfb xdotool ImageMagick iproute nftables procps-ng util-linux jq coturn nginx openssl)
    fi
    local package missing=()
    for package in "${packages[@]}"; do
        rpm --query --quiet --whatprovides "$package" || missing+=("$package")
    done
    if nothing_in "${missing[@]}"; then
        return
    fi
    as_root dnf -q -y --setopt=install_weak_deps=False install "${missing[@]}"
}

packages_for_arch() {
    local packages=(
        ca-certificates gcc pkgconf alsa-lib systemd-libs
        vulkan-icd-loader libxkbcommon wayland
        libx11 libxcb libxcursor libxi libxkbcommon-x11
    )
    # Arch has one package for each maker of graphics cards; the last resort draws with the processor.
    if [ "$1" = yes ] || ! pacman -T vulkan-driver >/dev/null; then
        packages+=(vulkan-swrast)
    fi
    if [ "$1" = yes ]; then
        packages+=(xorg-server-xvfb xdotool imagemagick iproute2 nftables procps-ng util-linux jq coturn nginx openssl miniupnpd)
    fi
    local missing=()
    mapfile -t missing < <(pacman -T "${packages[@]}" || true)
    if nothing_in "${missing[@]}"; then
        return
    fi
    as_root pacman -S --needed --noconfirm "${missing[@]}"
}

# Says what is missing; true if nothing is.
nothing_in() {
    if [ $# = 0 ]; then
        say "all packages are there"
        return 0
    fi
    say "installing: $*"
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@" </dev/null || fail "this failed, see its message above: $*"
    elif command -v sudo >/dev/null; then
        sudo "$@" || fail "this failed, see its message above: sudo $*"
    else
        fail "there is no sudo here: become root, run this and start again: $*"
    fi
}

# --- matchbox_server --------------------------------------------------------

install_matchbox_server() {
    local tools=target/tools build=${CARGO_TARGET_DIR:-target}/tools-build
    if [ -x "$tools/bin/matchbox_server" ] &&
        grep -q "\"matchbox_server $MATCHBOX_SERVER " "$tools/.crates.toml" 2>/dev/null; then
        say "matchbox_server $MATCHBOX_SERVER is there"
        return
    fi
    say "installing matchbox_server $MATCHBOX_SERVER from crates.io into $tools"
    # Unoptimised, which builds faster: all it does is introduce players to each other.
    CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=0 \
        cargo install matchbox_server --version "=$MATCHBOX_SERVER" --locked --debug --force --quiet \
        --root "$tools" --target-dir "$build" ||
        fail "cargo could not install matchbox_server $MATCHBOX_SERVER: see its message above."
}

main "$@"
