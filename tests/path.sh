#!/bin/sh
# A person's way through the game, in a real window on a display of its own: title, settings,
# practice, pause, leave, host, a friend joins, match, results, rematch, quit. A picture of
# each step goes to docs/path. Takes three minutes; needs what `./setup.sh --test` installs.
#
#   tests/path.sh target/release/tankwarz
set -eu
game=$(realpath "${1:?which program?}")
out=$(realpath "$(dirname "$0")/../docs/path")
if [ -z "${TANKWARZ_PATH_INSIDE:-}" ]; then
    # Nothing leaves this machine.
    TANKWARZ_PATH_INSIDE=1 exec unshare -n "$0" "$game"
fi
ip link set lo up
ip route add 224.0.0.0/4 dev lo
home=$(mktemp -d)
export XDG_CONFIG_HOME="$home/config" XDG_STATE_HOME="$home/state" LANG=C
export VK_ICD_FILENAMES="${VK_ICD_FILENAMES:-/usr/share/vulkan/icd.d/lvp_icd.x86_64.json}"
mkfifo "$home/number"
Xvfb -displayfd 3 -screen 0 1280x720x24 -nolisten tcp -noreset 3>"$home/number" 2>/dev/null &
display=$!
read -r number <"$home/number"
export DISPLAY=":$number"
trap 'kill $display; rm -rf "$home"' EXIT

"$game" --log info 2>"$home/log" &
player=$!

until grep -q "first picture after" "$home/log"; do sleep 0.2; done
window=$(xdotool search --onlyvisible --name '^TankWarz$')
xdotool windowfocus --sync "$window"
keys() { for key; do xdotool key "$key"; sleep 0.4; done; }
# Waits until the log says something so many times.
heard() { until [ "$(grep -c "$1" "$home/log")" -ge "$2" ]; do kill -0 $player; sleep 0.2; done; }
shot() {
    sleep 1
    import -window root "$home/shot.png"
    convert "$home/shot.png" -resize 960x540 -quality 82 "$out/$1.jpg"
}

sleep 3
shot 1-title
keys Down Down Down Return
shot 2-settings
keys Return
shot 3-sound
keys Escape Escape Home Return
shot 4-practice
keys Return
heard "first picture of the match" 1
sleep 4
xdotool keydown w
xdotool keydown space
sleep 10
shot 5-drive
xdotool keyup w
xdotool keydown d
sleep 10
xdotool keyup d
xdotool keyup space
keys Escape
shot 6-pause
# Leaving is the last line but one.
keys End Up Return
sleep 7
keys Home Down Return
sleep 1
shot 7-host
keys Return
heard "relay listens" 1
sleep 4
shot 8-lobby-alone
room=$("$game" find --json | grep -o '"room": *"[^"]*"' | head -1 | cut -d'"' -f4)
"$game" join "127.0.0.1/$room" --name Grace --headless --exit-after 260 >/dev/null 2>&1 &
friend=$!
sleep 8
shot 9-lobby
keys Down Return
heard "first picture of the match" 2
sleep 10
shot 10-match
# Three seconds until the start, then two minutes.
sleep 118
shot 11-results
keys Return
sleep 7
shot 12-rematch
keys Escape End Return
wait $player
kill $friend 2>/dev/null || true
wait $friend 2>/dev/null || true
echo "12 steps, room $room, the game ended by itself"
