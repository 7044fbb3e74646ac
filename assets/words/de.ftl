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
form-own-password = Passwort (leer: alle dürfen beitreten)
form-open = Raum öffnen
form-target = Raum
form-target-hint = Code oder Adresse
form-target-note = Was du eintippst, steht auf dem Bildschirm des Hosts: HOST/RAUM, eine ws://-Adresse oder ein Code. Strg+V fügt ein.
form-password = Passwort, falls der Raum eins hat
form-enter = Beitreten
skill-easy = Leicht
skill-normal = Normal
skill-hard = Schwer
rules-classic = Klassisch
rules-classic-note = Klassisch: offenes Gelände ohne Hindernisse und Kisten, wie im Original.
rules-modern = Modern
rules-modern-note = Modern: Wasser hält Panzer auf, Sand bremst sie; dazu Bäume, Felsen und Kisten.

# Games of the local network
games-heading = Spiele in diesem Netz
games-none = Noch keins. Wird in diesem Netz ein Spiel eröffnet, erscheint es hier von selbst.
games-above = { $above } weitere darüber
games-below = { $below } weitere darunter
games-around = { $above } weitere darüber, { $below } darunter
games-rules = Regeln: { $rules }
games-full = voll
games-version = Version { $version }: deine ist eine andere
games-locked = Passwort

# Connecting
connecting-heading = Verbinden

# Lobby
lobby-code = Raumcode
lobby-join-lines = Das tippen Freunde ein, um beizutreten
lobby-players = Spieler
lobby-count = { $players } von { $seats }
lobby-free = frei
lobby-ready = Bereit
lobby-not-ready = Nicht bereit
lobby-waiting = Wartet
lobby-bot = BOT
lobby-host = HOST
lobby-you = DU
lobby-start = Match starten
lobby-add-bot = Bot hinzufügen
lobby-remove-bot = Bot entfernen
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

# Pause and controls
pause-heading = Menü
pause-goes-on = Das Match läuft währenddessen weiter.
pause-resume = Weiterspielen
pause-controls = Steuerung
pause-leave = Match verlassen
controls-mouse = Der Turm folgt der Maus oder dem rechten Stick.
action-forward = Vorwärts
action-back = Rückwärts
action-left = Nach links
action-right = Nach rechts
action-turret-left = Turm links
action-turret-right = Turm rechts
action-fire = Feuern
action-regular = Standard
action-piercing = Panzerbrechend

# HUD
hud-loaded = BEREIT
hud-empty = LEER
hud-get-ready = Gleich geht’s los
hud-destroyed = Zerstört
hud-destroyed-by = Zerstört von { $name }
hud-back-in = Zurück in { $seconds }
hud-waiting-for = Warten auf { $name }
hud-frozen = Moment, die Spieler werden zusammengebracht
hud-hint = { $drive } fahren, { $aim } zielen, { $fire } feuert, { $shells } Munition wählen
hud-hint-or-mouse = { $keys } oder Maus
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
result-accuracy = Trefferquote
result-you-win = Du gewinnst
result-wins = { $name } gewinnt
result-draw = Unentschieden
result-rematch = Revanche
result-wait = Der Host kann eine Revanche starten.

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
settings-bot-speed = Bots beim Üben
settings-bot-speed-note = Wie schnell Bots denken, zielen und fahren, wenn du allein übst.
settings-bad-line = Zeile { $line } von { $file } ist falsch: { $cause }. Es gelten die Vorgaben.
settings-bad-file = { $file } ist nicht zu gebrauchen: { $cause }. Es gelten die Vorgaben.
settings-bad-kept = Deine Datei liegt noch als { $file } da.
