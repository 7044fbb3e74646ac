# Alle Texte des Fensters, auf Deutsch. Englisch: en.ftl. Ein Test vergleicht beide.
# Ein Match wird in einem Raum gespielt; wer spielt, ist ein Spieler und hat einen Platz.

# Title
title-rejoin = Zurück ins Match
title-practice = Gegen Bots spielen
title-host = Spiel eröffnen
title-join = Spiel beitreten
title-quit = Beenden

# Every menu
menu-back = Zurück
menu-cancel = Abbrechen
menu-leave = Verlassen
menu-copy = Kopieren
menu-copied = Kopiert
menu-keys = Pfeile wählen, Enter bestätigt, Esc geht zurück

# Forms
form-practice = Gegen Bots
form-bots = Bots
form-skill = Spielstärke
form-rules = Regeln
form-begin = Starten
form-name = Dein Name
form-players = Spieler
form-open = Raum öffnen
form-target = Raum
form-target-hint = Code oder Adresse
form-target-note = Was du eintippst, steht auf dem Bildschirm des Hosts: HOST/RAUM, eine ws://-Adresse oder ein Code. Strg+V fügt ein.
form-password = Passwort
form-password-hint = Falls der Raum eins hat
form-enter = Beitreten
skill-easy = Leicht
skill-normal = Normal
skill-hard = Schwer
rules-classic = Klassisch
rules-classic-note = Klassisch: offenes Gelände ohne Hindernisse und Kisten, wie im Original.
rules-modern = Modern
rules-modern-note = Modern: Wasser hält Panzer auf, Sand bremst sie; dazu Bäume, Felsen und Kisten.

# Notes on a line of a form
form-note-second = Jemand neben dir spielt mit, mit eigenen Tasten oder einem Gamepad.
form-note-fill = Geht jemand, spielt dort ein Bot weiter.
form-note-map-port = Bittet deinen Router, Freunde aus dem Internet zu diesem Rechner durchzulassen.
form-note-own-machine = Freunde verbinden sich mit diesem Rechner.
form-note-relay = Freunde treffen dich bei { $relay }.
form-note-letters = Manche Buchstaben dieses Namens lassen sich nicht zeichnen: Alle sehen dort ein „?“.
menu-keys-pad = Steuerkreuz wählt, A bestätigt, B geht zurück
lobby-recent-forget-pad = X vergisst einen

# Games of the local network
games-heading = Spiele in diesem Netz
games-none = Noch keins. Wird in diesem Netz ein Spiel eröffnet, erscheint es hier von selbst.
games-failed = Hier lassen sich keine Spiele suchen ({ $cause }). Tippe ein, was der Host auf dem Bildschirm sieht.
games-above = { $above } weitere darüber
games-below = { $below } weitere darunter
games-around = { $above } weitere darüber, { $below } darunter
games-rules = Regeln: { $rules }
games-full = voll
games-version = Version { $version }: deine ist eine andere
games-locked = Passwort

# Connecting
connecting-heading = Verbinden
connecting-relay = Verbindung zum Relay wird aufgebaut
connecting-host = Der Host wird gesucht

# Lobby
lobby-code = Raumcode
lobby-join-lines = Das tippen Freunde ein, um beizutreten
lobby-players = Spieler
lobby-count = { $players } von { $seats }
lobby-free = Freier Platz
lobby-ready = Bereit
lobby-say-ready = Ich bin bereit
lobby-not-ready = Doch nicht bereit
lobby-waiting = Wartet
lobby-bot = BOT
lobby-host = HOST
lobby-you = DU
lobby-start = Match starten
lobby-start-anyway = Doch starten ({ $count } nicht bereit)
lobby-start-alone = Noch kein Mitspieler da
lobby-alone = Füge einen Bot hinzu oder warte auf jemanden.
lobby-close = Raum schließen
lobby-add-bot = Bot hinzufügen
lobby-match-runs = Das Match läuft, noch { $clock }. Du kommst gleich dazu.
lobby-host-starts = Der Host startet das Match.
lobby-rules = Regeln: { $rules }, { $length }
length-seconds =
    { $seconds ->
        [one] { $seconds } Sekunde
       *[other] { $seconds } Sekunden
    }
length-minutes =
    { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }
length-mixed = { $clock } Minuten

# How to play
howto-title = Spielanleitung
howto-or-mouse = { $keys } oder die Maus
howto-drive = Fahren
howto-drive-text = { $keys } fahren und drehen die Wanne. Mit modernen Regeln bremst dich Sand auf { $sand } %, und Wasser hält dich auf.
howto-aim = Zielen und feuern
howto-aim-text = { $aim } dreht den Turm. Das dauert, also ziele voraus. { $fire } feuert; danach lädt die Kanone { $seconds } s nach.
howto-regular = Standardgranaten
howto-regular-text = Taste { $key }. Du hast { $rounds } dabei. Jede kostet { $damage } von { $health } Lebenspunkten.
howto-piercing = Panzerbrecher
howto-piercing-text = Taste { $key }. Du hast nur { $rounds } dabei. Sie fliegen schneller, und jeder kostet { $damage } von { $health } Lebenspunkten.
howto-cover = Deckung
howto-cover-text = Mauern und Felsen halten jede Granate auf. Ein Baum hält { $hits } Standardgranaten aus, bis er fällt, aber nur einen Panzerbrecher.
howto-crates = Kisten
howto-crates-text = Munition: { $regular } Standardgranaten und { $piercing } Panzerbrecher. Reparatur: { $health } Lebenspunkte. Die nächste kommt nach { $least } bis { $most } s.
howto-score = Punkte
howto-score-text = Jeder Treffer auf einen lebenden Panzer bringt { $points } Punkte. Die meisten Punkte gewinnen; bei Gleichstand mehr Abschüsse, dann weniger Tode.
howto-respawn = Zerstört?
howto-respawn-text = Nach { $seconds } s bist du wieder da, mit vollem Vorrat. { $protection } s lang kann dir nichts passieren, solange du nicht feuerst.

# How to play: two at one machine
howto-two = Zu zweit an einem Rechner
howto-two-text = Stell vor dem Spiel „{ $line }“ auf „{ $on }“. Spieler 1: { $first }. Spieler 2: { $second }. Ein Gamepad gehört Spieler 2, von zweien hat jeder eins.
howto-two-keys = { $drive } fahren, { $aim } drehen den Turm, { $fire } feuert, { $shells } wählen die Munition

# Credits
credits-title = Mitwirkende
credits-game = TankWarz { $version }
credits-game-text = Ein Panzerspiel, das Freunde direkt von Rechner zu Rechner spielen, nach den Regeln des ursprünglichen TankWarz. Lizenz: { $licence }, wie du magst.
credits-made = Bilder, Klänge, Musik, Texte
credits-made-text = Alles wurde für dieses Spiel gemacht und steht unter derselben Lizenz.
credits-font = Schrift: { $font }
credits-font-text = Von { $by }. Lizenz: { $licence }.
credits-libraries = Bibliotheken
credits-libraries-text =
    { $count ->
        [one] Eine Bibliothek trägt dieses Spiel: { $names }.
       *[other] { $count } Bibliotheken tragen dieses Spiel: { $names }.
    }
credits-thanks = Danke
credits-thanks-text = An alle, die freie Software schreiben und andere darauf bauen lassen. Und an dich, fürs Spielen.

# Pause and controls
pause-heading = Menü
pause-goes-on = Das Match läuft währenddessen weiter.
pause-resume = Weiterspielen
pause-controls = Steuerung
pause-leave = Match verlassen
action-forward = Vorwärts
action-back = Rückwärts
action-left = Nach links
action-right = Nach rechts
action-turret-left = Turm links
action-turret-right = Turm rechts
action-fire = Feuern
action-regular = Standard
action-piercing = Panzerbrecher

# HUD
hud-loaded = BEREIT
hud-empty = LEER
hud-get-ready = Gleich geht’s los
hud-destroyed = Zerstört
hud-destroyed-by = Zerstört von { $name }
hud-back-in = Zurück in { $seconds } s
hud-waiting-for = Warten auf { $name }
hud-frozen = Moment, die Spieler werden zusammengebracht
percent = { $percent } %

# Network
net-numbers = { $ms } ms   Delay { $delay }   Rollback { $rollback }
net-refused = abgewiesen { $percent } %
net-ping = { $ms } ms
route-lan = LAN
route-direct = direkt
route-relayed = Relay

# Results
result-points = Punkte
result-kills = Abschüsse
result-deaths = Tode
result-accuracy = Treffer
result-you-win = Du gewinnst
result-wins = { $name } gewinnt
result-draw = Unentschieden
result-rematch = Revanche
result-wait = Der Host kann eine Revanche starten.

# What the match tells in passing
notice-joined = { $name } ist dabei
notice-left = { $name } ist gegangen
notice-gone = { $name } ist weg: seit 5{"\u00A0"}s nichts gehört
notice-refused = { $name } wurde abgewiesen: { $why }
notice-dropped = { $name } wurde entfernt: { $why }
notice-healed = { $name } war nicht mehr synchron: behoben
notice-healed-all = Die Spieler waren nicht mehr synchron: behoben
notice-new-host = { $name } ist jetzt der Host
notice-shut = Das Relay ist weg: Neue können nicht beitreten
reason-version = andere Programmversion
reason-build = anderer Build
reason-room-full = alle Plätze sind belegt
reason-match-closed = das Match hat begonnen
reason-not-host = hat jemanden gefragt, der nicht Host ist
reason-barred = kam und ging zu oft
reason-not-ready = nicht rechtzeitig bereit
reason-no-link = keine Verbindung zu einem Mitspieler
reason-silent = zu lange nichts gehört
reason-desync = dreimal ein anderes Match gespielt
reason-password-needed = kein Passwort angegeben
reason-wrong-password = falsches Passwort
reason-door-shut = zu viele falsche Passwörter
reason-flood = hat viel zu viel gesendet
reason-holds-up = ließ alle warten

# Why something did not work
trouble-target = „{ $target }“ führt zu keinem Raum: Tippe ein, was der Host auf dem Bildschirm sieht, etwa 192.168.1.20/AB23CD.
trouble-relay-unreachable = Das Relay { $relay } ist nicht erreichbar: { $cause }. Prüfe die Adresse und ob der Host läuft.
trouble-relay-refused = Das Relay { $relay } hat dich nicht hereingelassen: { $cause }
trouble-relay-lost = Das Relay { $relay } hat die Verbindung beendet. Tritt noch einmal bei oder prüfe, ob der Host läuft.
trouble-relay-silent = Das Relay antwortet nicht. Prüfe seine Adresse und das Netzwerk.
trouble-no-network = Dieser Rechner hat kein Netzwerk zum Spielen ({ $cause }). Verbinde ihn und versuch es noch einmal.
trouble-bind = An { $address } lässt sich kein Raum öffnen: { $cause }
trouble-port = Kein Port des Routers führt hierher: { $cause }. Leite TCP-Port { $port } auf den Seiten des Routers an diesen Rechner weiter.
trouble-broken = Das Netzwerk ist unerwartet ausgefallen ({ $cause }). Tritt noch einmal bei und melde es, wenn es wieder passiert.
trouble-no-webrtc = Dieser Build hat kein Netzwerk. Installiere einen mit Netzwerk oder spiel gegen Bots.
trouble-name-empty = Dein Name braucht mindestens ein sichtbares Zeichen.
trouble-name-long = Ein Name hat höchstens { $most } Zeichen: Wähle einen kürzeren.
trouble-name-hidden = Dein Name enthält ein unsichtbares Zeichen: Tippe ihn neu ein.
trouble-name-untidy = Zwischen den Wörtern eines Namens steht nur ein Leerzeichen.
end-left = Du hast das Match verlassen.
end-room-not-found = Raum nicht gefunden: Niemand hostet ihn. Vergleicht den Code und versuch es noch einmal.
end-host-unreachable = Den Raum gibt es, aber sein Host ist nicht erreichbar. Vielleicht braucht ihr beide einen STUN- oder TURN-Server (--ice).
end-host-gone = Der Host ist weg. Eröffne selbst ein Spiel oder tritt später noch einmal bei.
end-host-left = Der Host hat das Match beendet. Eröffne selbst ein Spiel, um weiterzuspielen.
end-removed = Das Match ging ohne dich weiter. Tritt noch einmal bei, um einen neuen Platz zu bekommen.
end-bad-epoch = Der Host schickt ein Match, das dieser Build nicht spielen kann. Bringt beide Programme auf denselben Build.
end-room-taken = Diesen Raum hostet schon jemand. Tritt ihm bei oder eröffne ein Spiel mit anderem Code.
end-cannot-start = Das Match ist nicht gestartet. Verlass den Raum und eröffne ihn neu.
refused-version-yours = Der Host spricht Protokollversion { $host }, dein TankWarz die ältere { $guest }: Aktualisiere deins.
refused-version-theirs = Der Host spricht Protokollversion { $host }, dein TankWarz die neuere { $guest }: Bitte den Host, seins zu aktualisieren.
refused-build = Der Host spielt TankWarz { $host } und du { $guest }: Installiert auf beiden Rechnern denselben Build (tankwarz --version zeigt, welcher da ist).
refused-room-full = Alle Plätze sind belegt. Versuch es wieder, wenn jemand gegangen ist.
refused-match-closed = Das Match hat begonnen und nimmt niemanden auf. Versuch es danach noch einmal.
refused-not-host = Dieser Spieler ist nicht der Host. Tritt noch einmal bei.
refused-barred = Du bist zu oft gekommen und gegangen. Versuch es in einer Minute wieder.
refused-not-ready = Dein Programm war nicht rechtzeitig bereit. Prüfe dein Netzwerk und tritt noch einmal bei.
refused-no-link = Zwischen dir und { $name } kam keine Verbindung zustande. Einer von euch braucht vielleicht einen TURN-Server (--ice).
refused-silent = Von dir kam zu lange nichts an. Prüfe dein Netzwerk und tritt noch einmal bei.
refused-desync = Dein Programm hat innerhalb einer Minute dreimal ein anderes Match gespielt als die übrigen. Installiere denselben Build; ist er schon gleich, teste den Arbeitsspeicher.
refused-password-needed = Der Raum hat ein Passwort. Frag den Host danach.
refused-wrong-password = Das Passwort ist falsch. Frag den Host danach und versuch es noch einmal.
refused-door-shut = Von dir kamen zu viele falsche Passwörter. Versuch es in einer Minute wieder.
refused-flood = Dein Programm hat viel mehr gesendet, als ein Match braucht. Installiere denselben Build wie der Host und tritt in einer Minute wieder bei.
refused-holds-up = Alle haben auf dich gewartet. Prüfe Netzwerk und Rechner und tritt in einer Minute wieder bei.

# What the network says was the cause
cause-nobody = dort antwortet kein Spiel
cause-no-answer = keine Antwort
cause-no-way = es führt kein Weg zu diesem Rechner
cause-no-name = kein Rechner dieses Namens ist zu finden
cause-no-relay = was dort antwortet, ist kein Relay
cause-port-taken = ein anderes Programm, vielleicht ein zweites TankWarz, benutzt diesen Port. Beende es und versuch es noch einmal.
cause-port-forbidden = das System erlaubt diesen Port nicht. Starte das Spiel mit --bind und einem über 1023.
cause-address = dieser Rechner hat diese Adresse nicht. Starte das Spiel mit --bind 0.0.0.0:3536.
cause-room-full = dieser Raum ist voll. Frag den Host nach einem anderen.
cause-no-room = es hat keinen Raum mehr frei. Versuch es in einer Minute wieder.
cause-relay-full = es ist voll. Versuch es in einer Minute wieder.
cause-many = aus deinem Netz kommen zu viele Verbindungen. Versuch es in einer Minute wieder.
cause-closing = es wird gerade beendet. Versuch es in einer Minute wieder.
cause-router-slow = der Router antwortet zu langsam
cause-no-router = kein Router antwortet, oder UPnP ist darin abgeschaltet
cause-no-way-to-router = es führt kein Weg zum Router
cause-router-refuses = der Router lehnt ab

# Keys
key-up = Hoch
key-down = Runter
key-left = Links
key-right = Rechts
key-space = Leertaste
key-enter = Enter
key-tab = Tab
key-backspace = Rücktaste
key-delete = Entf
key-insert = Einfg
key-home = Pos1
key-end = Ende
key-page-up = Bild auf
key-page-down = Bild ab
key-left-shift = Shift links
key-right-shift = Shift rechts
key-left-control = Strg links
key-right-control = Strg rechts
key-left-alt = Alt links
key-right-alt = Alt rechts
key-minus = Minus
key-equal = Gleich
key-comma = Komma
key-period = Punkt
key-slash = Schrägstrich
key-semicolon = Strichpunkt
key-quote = Anführungszeichen
key-backquote = Gravis
key-left-bracket = Klammer auf
key-right-bracket = Klammer zu
key-backslash = Backslash
key-international-backslash = Spitze Klammer
key-numpad-0 = Num 0
key-numpad-1 = Num 1
key-numpad-2 = Num 2
key-numpad-3 = Num 3
key-numpad-4 = Num 4
key-numpad-5 = Num 5
key-numpad-6 = Num 6
key-numpad-7 = Num 7
key-numpad-8 = Num 8
key-numpad-9 = Num 9
key-numpad-plus = Num plus
key-numpad-minus = Num minus
key-numpad-times = Num mal
key-numpad-slash = Num geteilt
key-numpad-point = Num Komma
key-numpad-enter = Num Enter
key-left-mouse = Linke Maustaste
key-right-mouse = Rechte Maustaste
key-middle-mouse = Mittlere Maustaste
key-mouse-back = Maus zurück
key-mouse-forward = Maus vor
key-pad-a = Pad A
key-pad-b = Pad B
key-pad-x = Pad X
key-pad-y = Pad Y
key-left-shoulder = Linke Schulter
key-right-shoulder = Rechte Schulter
key-left-trigger = Linker Trigger
key-right-trigger = Rechter Trigger
key-left-stick-press = Linker Stick
key-right-stick-press = Rechter Stick
key-pad-up = Pad hoch
key-pad-down = Pad runter
key-pad-left = Pad links
key-pad-right = Pad rechts
key-pad-select = Pad Select

# Settings
settings-title = Einstellungen
settings-sound = Ton
settings-picture = Bild
settings-window = Fenster
settings-access = Bedienhilfen
settings-language = Sprache
settings-reset = Zurücksetzen
settings-on = An
settings-off = Aus
settings-auto = Automatisch ({ $what })
settings-master = Gesamtlautstärke
settings-music = Musik
settings-effects = Effekte
settings-mute = Stumm im Hintergrund
settings-shake = Wackeln des Bildes
settings-flash = Lichtblitze
settings-particles = Rauch, Staub und Trümmer
settings-motion = Weniger Bewegung
settings-motion-auto-on = Automatisch (an)
settings-motion-auto-off = Automatisch (aus)
settings-motion-note = Kein Wackeln, schwache Blitze, ruhige Kamera. Automatisch heißt: wie dein Desktop.
settings-mode = Darstellung
settings-windowed = Fenster
settings-borderless = Randlos
settings-fullscreen = Vollbild
settings-scale = Schärfe des Spielfelds
settings-scale-note = Weniger ist auf langsamen Rechnern schneller.
settings-vsync = Auf den Bildschirm warten (VSync)
settings-frame-cap = Bilder pro Sekunde
settings-frame-cap-none = Wie der Bildschirm
settings-frame-cap-at = Höchstens { $count }
settings-text-size = Schriftgröße
settings-fire = Feuertaste
settings-fire-hold = Halten zum Feuern
settings-fire-toggle = Drücken: an und aus
settings-sound-cues = Wichtige Töne zeigen
settings-sound-cues-note = Zeichen am Bildrand sagen, woher ein Ton kam.
settings-bot-speed = Tempo der Bots beim Üben
settings-bot-speed-note = Wie schnell Bots denken, zielen und fahren, wenn du allein übst.
settings-bad-line = Verbessere Zeile { $line } von { $file }, sie ist ab Zeichen { $column } falsch: „{ $text }“. Bis dahin gelten die Vorgaben.
settings-bad-file = { $file } lässt sich nicht lesen: Sieh nach, ob du sie öffnen darfst. Bis dahin gelten die Vorgaben.
settings-bad-line-part = Verbessere Zeile { $line } von { $file }, sie ist ab Zeichen { $column } falsch: „{ $text }“. Alles andere darin gilt.
settings-bad-length = { $file } hat mehr als { $most } KiB und wird nicht gelesen: Nimm heraus, was zu viel ist. Bis dahin gelten die Vorgaben.
settings-bad-part = In { $file } ist etwas falsch: Verbessere es, wie es im Log steht. Alles andere darin gilt.
settings-unsaved = Was du einstellst, lässt sich nicht speichern und gilt, bis du beendest: Gib Schreibrecht auf den Ordner der Einstellungen.
settings-bad-kept = Deine Datei liegt noch als { $file } da.

# Couch: zwei an einem Rechner
couch-no-seat = Es ist nur ein Platz frei: {$name} kann nicht mitspielen
couch-second = Zweiter Spieler
couch-second-field = Name des zweiten Spielers
couch-second-name = Spieler 2
couch-colour = Zweite Farbe
couch-on = An
couch-off = Aus
couch-destroyed = Zerstört
couch-destroyed-by = Zerstört von {$name}
couch-back-in = Zurück in {$seconds} s
couch-mouse = Maus
couch-drive = Fahren
couch-aim = Zielen
couch-fire = Feuern
couch-shells = Munition
couch-keys-whose = Tasten von
couch-keys-first = Spieler 1
couch-keys-second = Spieler 2
couch-keys-scheme = Rechte Seite
couch-keys-conflict = { $key } ist für beide belegt: { $first } für Spieler 1, { $second } für Spieler 2. Spieler 1 bleibt dafür keine Taste.
couch-keys-resolve = { $key } nur für { $who }
couch-keys-mouse-away = Aus: Spieler 2 hat die Maus
couch-keys-note = Eine kleine Zahl: Diese Taste hat auch der andere Spieler. Spielen beide, gehört sie Spieler 2.

# Lobby: what can be changed
lobby-length = Dauer
lobby-colour = Farbe
lobby-colour-amber = Bernstein
lobby-colour-sky = Himmel
lobby-colour-green = Grün
lobby-colour-yellow = Gelb
lobby-colour-blue = Blau
lobby-colour-red = Rot
lobby-colour-violet = Violett
lobby-colour-white = Weiß
lobby-bot-level = Bot, { $level }

# Lobby: forms that lead there
lobby-form-fill = Bots rücken nach
lobby-form-relay = Wo
lobby-form-own-relay = Dieser Rechner
lobby-form-map-port = Router öffnen
lobby-form-paste = Einfügen
lobby-form-no-password = Keins: alle dürfen rein
lobby-form-on = An
lobby-form-off = Aus
lobby-recent = Frühere Räume
lobby-recent-forget = Entf vergisst einen
lobby-ago-now = gerade eben
lobby-ago-minutes = vor { $minutes } min
lobby-ago-hours = vor { $hours } h
lobby-ago-days = vor { $days } T

# HUD: more of it
hud-go = Los

# Notices
notice-lag = Langsame Leitung: { $ms }{"\u00A0"}ms

# Network graph
graph-frame = Bild
graph-tick = Tick zu spät um
graph-rollback = Rollback
graph-rollback-now = { $most } Ticks, { $stalls } gestanden
graph-ms = { $usual } ms, höchstens { $worst }
graph-line = { $ping } ms ±{ $jitter }, { $loss } % verloren

# Hints
hints-drive = Fahren
hints-aim = Zielen
hints-fire = Feuern
hints-shells = Munition wählen
hints-mouse = Maus
hints-left-stick = Linker Stick
hints-right-stick = Rechter Stick

# Sound cues
cue-ammo = + Munition
cue-repair = + Reparatur

# Result: statistics
result-may-rematch = { $name } kann eine Revanche starten.
result-shots = Schüsse
result-dealt = Schaden
result-taken = Erlitten
result-way = Felder
result-life = Überlebt
result-since = Schaden, Felder und Überleben zählen ab { $time }, seit du dabei bist.

# Rebinding of keys
action-menu = Menü
action-net-graph = Netzgraph
controls-scheme = Schema
controls-classic = Klassisch
controls-modern = Modern
controls-own = Eigenes
controls-keyboard = Tastatur
controls-device-mouse = Maus
controls-pad = Gamepad
controls-mouse-aim = Turm folgt der Maus
controls-dead-zone = Totzone der Sticks
controls-rumble = Gamepad rüttelt
controls-reset = Zurücksetzen auf { $scheme }
controls-resolve = { $key } nur für { $action }
controls-unbind = Leer lassen
controls-conflict = { $key } ist doppelt belegt: { $actions }.
controls-already = { $key } ist schon mit { $action } belegt.
controls-fixed = Esc, F1 und Start öffnen immer das Menü und lassen sich nicht belegen.
controls-unknown = Diese Taste ist hier unbekannt und lässt sich nicht belegen; nimm eine andere.
controls-question = { $action }: drück eine Taste, eine Maustaste oder einen Knopf am Gamepad.
controls-question-note = Esc oder Start bricht ab, Entf leert den Platz.
controls-help = Enter belegt, Entf oder X am Gamepad leert. Esc, F1, Start, Pfeile und Enter gelten in Menüs immer.

# Gamepads
pads-came = { $name } ist bereit
pads-went = { $name } ist weg
