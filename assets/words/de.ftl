# Alle Texte des Fensters, auf Deutsch. Englisch: en.ftl. Ein Test vergleicht beide.

# Title
title-practice = Gegen Bots spielen
title-host = Spiel eröffnen
title-join = Spiel beitreten
title-quit = Beenden
