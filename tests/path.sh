#!/bin/sh
# A person's way through the game, in a real window on a display of its own: title, settings,
# another key for driving, practice, pause, leave, host, a friend joins, match, results, rematch,
# quit. Every step waits for what the program says of itself and fails where it does not come;
# at the end the report must tell of both matches, and that the new key drove the tank. A picture
# of each step goes to docs/path, or to another folder. Takes about three minutes; needs what
# `./setup.sh --test` installs.
#
#   tests/path.sh target/release/tankwarz [FOLDER]
set -eu
game=$(realpath "${1:?which program?}")
out=$(realpath "${2:-$(dirname "$0")/../docs/path}")
if [ -z "${TANKWARZ_PATH_INSIDE:-}" ]; then
    # Nothing leaves this machine.
    TANKWARZ_PATH_INSIDE=1 exec unshare -n "$0" "$game" "$out"
fi
ip link set lo up
ip route add 224.0.0.0/4 dev lo
home=$(mktemp -d)
export HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_STATE_HOME="$home/state" LANG=C
export VK_ICD_FILENAMES="${VK_ICD_FILENAMES:-/usr/share/vulkan/icd.d/lvp_icd.x86_64.json}"
# From elsewhere: all that the program needs is in it.
cd "$home"
mkfifo "$home/number"
Xvfb -displayfd 3 -screen 0 1280x720x24 -nolisten tcp -noreset 3>"$home/number" 2>/dev/null &
display=$!
player='' friend=''
trap 'kill $player $friend $display 2>/dev/null || true; rm -rf "$home"' EXIT
read -r number <"$home/number"
export DISPLAY=":$number"

fail() {
    echo "path.sh: $*" >&2
    tail -20 "$home/log" >&2
    import -window root "${TMPDIR:-/tmp}/tankwarz-path-failed.png" || true
    exit 1
}
# Waits up to $1 seconds until the rest, a command, succeeds.
await() {
    left=$(($1 * 10))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || fail "waited in vain for: $*"
        kill -0 $player 2>/dev/null || fail "the game ended while waiting for: $*"
        sleep 0.1
    done
}
said() { [ "$(grep -c -- "$1" "$home/log")" -ge "$2" ]; }
# Waits until the log said this so many times.
heard() { await 90 said "$1" "$2"; }
# Presses keys that lead to this page, and waits for it to open.
to() {
    page=$1
    shift
    before=$(grep -c "page $page\$" "$home/log" || true)
    keys "$@"
    heard "page $page\$" $((before + 1))
}
keys() { for key; do xdotool key "$key"; sleep 0.25; done; }
shot() {
    sleep 0.7
    import -window root "$home/shot.png"
    convert "$home/shot.png" -resize 960x540 +dither -colors 160 -strip "png8:$out/$1.png"
}

touch "$home/log"
"$game" --log info --report "$home/report" 2>"$home/log" &
player=$!
heard "first picture after" 1
window=$(xdotool search --onlyvisible --name '^TankWarz$' | head -1)
xdotool windowfocus --sync "$window"
rm -f "$out"/*.png

sleep 2
shot 01-title
to Settings Down Down Down Return
shot 02-settings
to Controls Down Down Down Down Return
# The first cell of the table is the first key of driving forward.
keys Down Return
shot 03-waits-for-a-key
keys t
await 20 grep -rqis 'forward.*"t"' "$XDG_CONFIG_HOME"
shot 04-another-key
to Settings Escape
to Title Escape
to Practice Home Return
shot 05-practice
to Play Return
heard "first picture of the match" 1
# The countdown.
sleep 4
shot 06-start
xdotool keydown t keydown space
sleep 9
shot 07-drive
xdotool keydown d
sleep 9
xdotool keyup d keyup space keyup t
to Pause Escape
shot 08-pause
# Leaving is the last line but one.
to Title End Up Return
to Host Home Down Return
shot 09-host
to Lobby Return
await 30 sh -c "'$game' find --json 2>/dev/null | grep -q '\"room\"'"
shot 10-lobby-alone
room=$("$game" find --json | grep -o '"room": *"[^"]*"' | head -1 | cut -d'"' -f4)
# Above `Ready` is how long the match takes: the shortest.
keys Up Left
"$game" join "127.0.0.1/$room" --name Grace --headless --exit-after 170 >/dev/null 2>&1 &
friend=$!
heard "Joined" 1
sleep 1
shot 11-lobby
# From the length over `Ready` to the start.
to Play Down Down Return
heard "first picture of the match" 2
sleep 4
xdotool keydown space
# In three directions: water or a rock stands in the way of one, never of all.
for _ in 1 2 3; do
    xdotool keydown t
    sleep 2
    xdotool keyup t keydown d
    sleep 0.8
    xdotool keyup d
done
shot 12-match
xdotool keyup space
heard 'page Result$' 1
shot 13-results
keys Return
heard "(rematch)" 1
sleep 5
shot 14-rematch
to Pause Escape
keys End Return
wait $player || fail "the game ended with $?"
player=''
cat "$home/report" >"$home/kept"
for wanted in '"mode": *"host"' '"why": *"start"' '"why": *"rematch"' '"desyncs": *0'; do
    grep -q "$wanted" "$home/report" || { cat "$home/report" >&2; fail "the report has no $wanted"; }
done
driven=$(grep -o '"tiles_driven": *[0-9.]*' "$home/report" | grep -o '[0-9.]*$')
[ "${driven%.*}" -ge 1 ] || fail "the new key drove the tank only $driven tiles"
[ "$(find "$out" -name '*.png' | wc -l)" = 14 ] || fail "not every step has its picture"
echo "14 steps, room $room, the game ended by itself; driven in the room: $driven tiles"
