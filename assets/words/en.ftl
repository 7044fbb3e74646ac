# Every text of the window, in English. German: de.ftl. A test compares the two.
# A match is played in a room, a person is a player, a place in a match is a seat.

# Title
title-rejoin = Rejoin
title-practice = Play against bots
title-host = Host a game
title-join = Join a game
title-quit = Quit

# Every menu
menu-back = Back
menu-cancel = Cancel
menu-leave = Leave
menu-copy = Copy
menu-copied = Copied
menu-keys = Arrows choose, Enter confirms, Esc goes back

# Forms
form-practice = Against bots
form-bots = Bots
form-skill = Skill
form-rules = Rules
form-begin = Start
form-name = Your name
form-players = Players
form-open = Open the room
form-target = Room
form-target-hint = Code or address
form-target-note = Your friend's screen shows what to type: HOST/ROOM, a ws:// address or a code. Ctrl+V pastes.
form-password = Password
form-password-hint = If the room has one
form-enter = Join
skill-easy = Easy
skill-normal = Normal
skill-hard = Hard
rules-classic = Classic
rules-classic-note = Classic: open ground, no obstacles and no crates, as in the original.
rules-modern = Modern
rules-modern-note = Modern: water stops tanks, sand slows them; trees, rocks and crates.

# Notes on a line of a form
form-note-second = Somebody beside you plays along, with keys of their own or a gamepad.
form-note-fill = When a player leaves, a bot plays on in their place.
form-note-map-port = Asks your router to let friends on the internet reach this machine.
form-note-own-machine = Friends connect to this machine.
form-note-relay = Friends meet you at { $relay }.
form-note-letters = Some letters of this name cannot be drawn: everybody sees a ? in their place.
menu-keys-pad = D-pad chooses, A confirms, B goes back
lobby-recent-forget-pad = X forgets one

# Games of the local network
games-heading = Games on this network
games-none = None yet. A game that is hosted on this network appears here by itself.
games-failed = Games cannot be looked for here ({ $cause }). Type what the host's screen shows.
games-above = { $above } more above
games-below = { $below } more below
games-around = { $above } more above, { $below } below
games-rules = { $rules } rules
games-full = full
games-version = version { $version }: yours is another
games-locked = Password

# Connecting
connecting-heading = Connecting
connecting-relay = Connecting to the relay
connecting-host = Looking for the host

# Lobby
lobby-code = Room code
lobby-join-lines = What a friend types to join
lobby-players = Players
lobby-count = { $players } of { $seats }
lobby-free = Free seat
lobby-ready = Ready
lobby-say-ready = I am ready
lobby-not-ready = Not ready after all
lobby-waiting = Waiting
lobby-bot = BOT
lobby-host = HOST
lobby-you = YOU
lobby-start = Start the match
lobby-start-anyway = Start anyway ({ $count } not ready)
lobby-start-alone = Nobody to play with yet
lobby-alone = Add a bot, or wait for a friend.
lobby-close = Close the room
lobby-add-bot = Add a bot
lobby-match-runs = The match runs, { $clock } left. You come in now.
lobby-host-starts = The host starts the match.
lobby-rules = { $rules } rules, { $length }
length-seconds =
    { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
length-minutes =
    { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }
length-mixed = { $clock } minutes

# How to play
howto-title = How to play
howto-or-mouse = { $keys } or the mouse
howto-drive = Drive
howto-drive-text = { $keys } drive and turn the hull. Under modern rules sand slows you to { $sand }%, and water stops you.
howto-aim = Aim and fire
howto-aim-text = { $aim } turns the turret. It takes its time, so aim ahead. { $fire } fires; then the gun reloads for { $seconds } s.
howto-regular = Regular shells
howto-regular-text = Key { $key }. You carry { $rounds }. Each takes { $damage } of { $health } health.
howto-piercing = Armour-piercing shells
howto-piercing-text = Key { $key }. You carry only { $rounds }. They fly faster, and each takes { $damage } of { $health } health.
howto-cover = Cover
howto-cover-text = Walls and rocks stop every shell. A tree stops { $hits } regular shells before it falls, but only one that pierces armour.
howto-crates = Crates
howto-crates-text = Ammunition: { $regular } regular and { $piercing } armour-piercing. Repair: { $health } health. The next one comes after { $least } to { $most } s.
howto-score = Score
howto-score-text = Each hit on a living tank is { $points } points. Most points win; if they are equal, more kills, then fewer deaths.
howto-respawn = Destroyed?
howto-respawn-text = After { $seconds } s you are back, with everything full. For { $protection } s nothing can hurt you, unless you fire.

# How to play: two at one machine
howto-two = Two at one machine
howto-two-text = Set “{ $line }” to “{ $on }” before a game begins. Player 1: { $first }. Player 2: { $second }. A gamepad is player 2’s, of two each has one.
howto-two-keys = { $drive } drive, { $aim } turn the turret, { $fire } fires, { $shells } choose shells

# Credits
credits-title = Credits
credits-game = TankWarz { $version }
credits-game-text = A tank game that friends play from machine to machine, after the rules of the original TankWarz. Licence: { $licence }, as you like.
credits-made = Pictures, sounds, music, texts
credits-made-text = All of them were made for this game and may be used under the same licence.
credits-font = Font: { $font }
credits-font-text = By { $by }. Licence: { $licence }.
credits-libraries = Libraries
credits-libraries-text =
    { $count ->
        [one] One library carries this game: { $names }.
       *[other] { $count } libraries carry this game: { $names }.
    }
credits-thanks = Thank you
credits-thanks-text = To everybody who writes free software and lets others build on it. And to you, for playing.

# Pause and controls
pause-heading = Menu
pause-goes-on = The match goes on meanwhile.
pause-resume = Resume
pause-controls = Controls
pause-leave = Leave the match
action-forward = Forward
action-back = Backward
action-left = Turn left
action-right = Turn right
action-turret-left = Turret left
action-turret-right = Turret right
action-fire = Fire
action-regular = Regular shells
action-piercing = Armour-piercing

# HUD
hud-loaded = READY
hud-empty = EMPTY
hud-get-ready = Get ready
hud-destroyed = Destroyed
hud-destroyed-by = Destroyed by { $name }
hud-back-in = Back in { $seconds } s
hud-waiting-for = Waiting for { $name }
hud-frozen = One moment, the players are being brought together
percent = { $percent }%

# Network
net-numbers = { $ms } ms   delay { $delay }   rollback { $rollback }
net-refused = refused { $percent }%
net-ping = { $ms } ms
route-lan = LAN
route-direct = direct
route-relayed = relayed

# Results
result-points = Points
result-kills = Kills
result-deaths = Deaths
result-accuracy = Accuracy
result-you-win = You win
result-wins = { $name } wins
result-draw = A draw
result-rematch = Rematch
result-wait = The host can start a rematch.

# What the match tells in passing
notice-joined = { $name } joined
notice-left = { $name } left
notice-gone = { $name } is gone: nothing was heard for 5{"\u00A0"}s
notice-refused = { $name } was refused: { $why }
notice-dropped = { $name } was dropped: { $why }
notice-healed = { $name } was out of step: put right
notice-healed-all = The players were out of step: put right
notice-new-host = { $name } is the host now
notice-shut = The relay is gone: newcomers cannot join
reason-version = other program version
reason-build = other build
reason-room-full = every seat is taken
reason-match-closed = the match has begun
reason-not-host = asked somebody who does not host
reason-barred = came and went too often
reason-not-ready = not ready in time
reason-no-link = no line to another player
reason-silent = nothing was heard for too long
reason-desync = played another match three times
reason-password-needed = no password given
reason-wrong-password = wrong password
reason-door-shut = too many wrong passwords
reason-flood = sent far too much
reason-holds-up = kept everybody waiting

# Why something did not work
trouble-target = “{ $target }” leads to no room: type what the host's screen shows, such as 192.168.1.20/AB23CD.
trouble-relay-unreachable = The relay at { $relay } cannot be reached: { $cause }. Check the address, and that the host is running.
trouble-relay-refused = The relay at { $relay } did not let you in: { $cause }
trouble-relay-lost = The relay at { $relay } closed the connection. Join again, or check that the host is running.
trouble-relay-silent = The relay does not answer. Check its address and the network.
trouble-no-network = This machine has no network to play on ({ $cause }). Connect it to one and try again.
trouble-bind = No room can be opened at { $address }: { $cause }
trouble-port = No port of the router leads here: { $cause }. Forward TCP port { $port } to this machine on the router's own pages.
trouble-broken = The network stopped unexpectedly ({ $cause }). Join again, and report it if it happens twice.
trouble-no-webrtc = This build has no network. Install one that has it, or play against bots.
trouble-name-empty = Your name needs at least one visible character.
trouble-name-long = A name has at most { $most } characters: choose a shorter one.
trouble-name-hidden = Your name contains an invisible character: type it again.
trouble-name-untidy = A name has only single spaces between its words.
end-left = You left the match.
end-room-not-found = Room not found: nobody hosts it. Check the code with your friend and try again.
end-host-unreachable = The room is there, but its host cannot be reached. Both of you may need a STUN or TURN server (--ice).
end-host-gone = The host is gone. Host a game yourself, or join again later.
end-host-left = The host ended the match. Host a game yourself to play on.
end-removed = The match went on without you. Join again to take a new seat.
end-bad-epoch = The host sent a match that this build cannot play. Update both programs to the same build.
end-room-taken = Somebody else already hosts this room. Join it, or host with another code.
end-cannot-start = The match did not start. Leave the room and host it again.
refused-version-yours = The host speaks protocol version { $host }, your TankWarz the older { $guest }: update yours.
refused-version-theirs = The host speaks protocol version { $host }, your TankWarz the newer { $guest }: ask the host to update.
refused-build = The host plays TankWarz { $host } and you play { $guest }: install the same build on both machines (tankwarz --version tells which one is there).
refused-room-full = Every seat is taken. Try again when somebody has left.
refused-match-closed = The match has begun and takes nobody. Try again after it.
refused-not-host = That player is not the host. Join again.
refused-barred = You came and went too often. Try again in a minute.
refused-not-ready = Your program was not ready in time. Check your network and join again.
refused-no-link = No line between you and { $name } came up. One of you may need a TURN server (--ice).
refused-silent = Nothing was heard of you for too long. Check your network and join again.
refused-desync = Your program played another match than the others three times within a minute. Install the same build as theirs; if it is the same, test your machine's memory.
refused-password-needed = The room has a password. Ask the host for it.
refused-wrong-password = The password is wrong. Ask the host for it and try again.
refused-door-shut = Too many wrong passwords came from you. Try again in a minute.
refused-flood = Your program sent far more than a match takes. Install the same build as the host's and join again in a minute.
refused-holds-up = Everybody waited for you. Check network and machine and join again in a minute.

# What the network says was the cause
cause-nobody = no game answers there
cause-no-answer = no answer
cause-no-way = there is no way to this machine
cause-no-name = no machine of this name can be found
cause-no-relay = what answers there is no relay
cause-port-taken = another program, perhaps a second TankWarz, uses this port. End it and try again.
cause-port-forbidden = the system does not allow this port. Start the game with --bind and one above 1023.
cause-address = this machine does not have this address. Start the game with --bind 0.0.0.0:3536.
cause-room-full = this room is full. Ask the host for another.
cause-no-room = it has no room left. Try again in a minute.
cause-relay-full = it is full. Try again in a minute.
cause-many = there are too many connections from your network. Try again in a minute.
cause-closing = it is closing. Try again in a minute.
cause-router-slow = the router takes too long to answer
cause-no-router = no router answers, or UPnP is switched off in it
cause-no-way-to-router = there is no way to the router
cause-router-refuses = the router refuses

# Keys
key-up = Up
key-down = Down
key-left = Left
key-right = Right
key-space = Space
key-enter = Enter
key-tab = Tab
key-backspace = Backspace
key-delete = Delete
key-insert = Insert
key-home = Home
key-end = End
key-page-up = Page up
key-page-down = Page down
key-left-shift = Left shift
key-right-shift = Right shift
key-left-control = Left control
key-right-control = Right control
key-left-alt = Left alt
key-right-alt = Right alt
key-minus = Minus
key-equal = Equal
key-comma = Comma
key-period = Period
key-slash = Slash
key-semicolon = Semicolon
key-quote = Quote
key-backquote = Backquote
key-left-bracket = Left bracket
key-right-bracket = Right bracket
key-backslash = Backslash
key-international-backslash = International backslash
key-numpad-0 = Numpad 0
key-numpad-1 = Numpad 1
key-numpad-2 = Numpad 2
key-numpad-3 = Numpad 3
key-numpad-4 = Numpad 4
key-numpad-5 = Numpad 5
key-numpad-6 = Numpad 6
key-numpad-7 = Numpad 7
key-numpad-8 = Numpad 8
key-numpad-9 = Numpad 9
key-numpad-plus = Numpad plus
key-numpad-minus = Numpad minus
key-numpad-times = Numpad times
key-numpad-slash = Numpad slash
key-numpad-point = Numpad point
key-numpad-enter = Numpad enter
key-left-mouse = Left mouse
key-right-mouse = Right mouse
key-middle-mouse = Middle mouse
key-mouse-back = Mouse back
key-mouse-forward = Mouse forward
key-pad-a = Pad A
key-pad-b = Pad B
key-pad-x = Pad X
key-pad-y = Pad Y
key-left-shoulder = Left shoulder
key-right-shoulder = Right shoulder
key-left-trigger = Left trigger
key-right-trigger = Right trigger
key-left-stick-press = Left stick press
key-right-stick-press = Right stick press
key-pad-up = Pad up
key-pad-down = Pad down
key-pad-left = Pad left
key-pad-right = Pad right
key-pad-select = Pad select

# Settings
settings-title = Settings
settings-sound = Sound
settings-picture = Picture
settings-window = Window
settings-access = Accessibility
settings-language = Language
settings-reset = Reset to defaults
settings-on = On
settings-off = Off
settings-auto = Automatic ({ $what })
settings-master = Master volume
settings-music = Music
settings-effects = Effects
settings-mute = Mute in the background
settings-shake = Screen shake
settings-flash = Flashes of light
settings-particles = Smoke, dust and debris
settings-motion = Reduced motion
settings-motion-auto-on = Automatic (on)
settings-motion-auto-off = Automatic (off)
settings-motion-note = No shake, faint flashes and a calm camera. Automatic follows your desktop.
settings-mode = Display mode
settings-windowed = Window
settings-borderless = Borderless
settings-fullscreen = Fullscreen
settings-scale = Sharpness of the field
settings-scale-note = Less is faster on a slow computer.
settings-vsync = Wait for the display (vsync)
settings-frame-cap = Frames per second
settings-frame-cap-none = Same as the display
settings-frame-cap-at = At most { $count }
settings-text-size = Text size
settings-fire = Fire key
settings-fire-hold = Hold to fire
settings-fire-toggle = Press to start and stop
settings-sound-cues = Show important sounds
settings-sound-cues-note = Marks at the edge of the picture say where a sound came from.
settings-bot-speed = Speed of bots in practice
settings-bot-speed-note = How fast bots think, aim and drive when you practise alone.
settings-bad-line = Correct line { $line } of { $file }, it is wrong at column { $column }: “{ $text }”. Until then the defaults are used.
settings-bad-file = { $file } cannot be read: see whether you may open it. Until then the defaults are used.
settings-bad-line-part = Correct line { $line } of { $file }, it is wrong at column { $column }: “{ $text }”. All else in it is used.
settings-bad-length = { $file } has more than { $most } KiB and is not read: remove what is too much. Until then the defaults are used.
settings-bad-part = Something in { $file } is wrong: correct it, as the log says. All else in it is used.
settings-unsaved = What you set cannot be saved and lasts until you quit: make the folder of the settings writable.
settings-bad-kept = Your file is kept as { $file }.

# Couch: two players at one machine
couch-no-seat = There is one free seat only: {$name} cannot play along
couch-second = Second player
couch-second-field = Second player's name
couch-second-name = Player 2
couch-colour = Second colour
couch-on = On
couch-off = Off
couch-destroyed = Destroyed
couch-destroyed-by = Destroyed by {$name}
couch-back-in = Back in {$seconds} s
couch-mouse = mouse
couch-drive = Drive
couch-aim = Aim
couch-fire = Fire
couch-shells = Shells
couch-keys-whose = Keys of
couch-keys-first = Player 1
couch-keys-second = Player 2
couch-keys-scheme = Right side
couch-keys-conflict = { $key } is bound for both players: { $first } for player 1, { $second } for player 2. Player 1 is left without a key for it.
couch-keys-resolve = { $key } only for { $who }
couch-keys-mouse-away = Off: player 2 has the mouse
couch-keys-note = A small number: that player has the key, too. While both play, it is player 2's.

# Lobby: what can be changed
lobby-length = Length
lobby-colour = Colour
lobby-colour-amber = Amber
lobby-colour-sky = Sky
lobby-colour-green = Green
lobby-colour-yellow = Yellow
lobby-colour-blue = Blue
lobby-colour-red = Red
lobby-colour-violet = Violet
lobby-colour-white = White
lobby-bot-level = Bot, { $level }

# Lobby: forms that lead there
lobby-form-fill = Bots fill in
lobby-form-relay = Where
lobby-form-own-relay = This machine
lobby-form-map-port = Open router
lobby-form-paste = Paste
lobby-form-no-password = None: anybody may join
lobby-form-on = On
lobby-form-off = Off
lobby-recent = Recent rooms
lobby-recent-forget = Del forgets one
lobby-ago-now = just now
lobby-ago-minutes = { $minutes } min ago
lobby-ago-hours = { $hours } h ago
lobby-ago-days = { $days } d ago

# HUD: more of it
hud-go = Go

# Notices
notice-lag = Slow line: { $ms }{"\u00A0"}ms

# Network graph
graph-frame = Frame
graph-tick = Tick late by
graph-rollback = Rollback
graph-rollback-now = { $most } ticks, { $stalls } stalled
graph-ms = { $usual } ms, worst { $worst }
graph-line = { $ping } ms ±{ $jitter }, { $loss }% lost

# Hints
hints-drive = Drive
hints-aim = Aim
hints-fire = Fire
hints-shells = Choose shells
hints-mouse = Mouse
hints-left-stick = Left stick
hints-right-stick = Right stick

# Sound cues
cue-ammo = + Ammunition
cue-repair = + Repair

# Result: statistics
result-may-rematch = { $name } can start a rematch.
result-shots = Shots
result-dealt = Damage
result-taken = Taken
result-way = Tiles
result-life = Survived
result-since = Damage, tiles and survival are counted from { $time }, when you came in.

# Rebinding of keys
action-menu = Menu
action-net-graph = Net graph
controls-scheme = Scheme
controls-classic = Classic
controls-modern = Modern
controls-own = Your own
controls-keyboard = Keyboard
controls-device-mouse = Mouse
controls-pad = Gamepad
controls-mouse-aim = Turret follows the mouse
controls-dead-zone = Stick dead zone
controls-rumble = Gamepad rumble
controls-reset = Reset to { $scheme }
controls-resolve = { $key } only for { $action }
controls-unbind = Leave it empty
controls-conflict = { $key } is bound twice: { $actions }.
controls-already = { $key } is bound to { $action } already.
controls-fixed = Esc, F1 and Start always open the menu and cannot be bound.
controls-unknown = This key is unknown here and cannot be bound; take another.
controls-question = { $action }: press a key, a mouse button or a gamepad button.
controls-question-note = Esc or Start cancels, Del empties the place.
controls-help = Enter binds, Del or X on the gamepad empties. Esc, F1, Start, arrows and Enter always work in menus.

# Gamepads
pads-came = { $name } is ready
pads-went = { $name } is gone
