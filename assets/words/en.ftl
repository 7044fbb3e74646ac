# Every text of the window, in English. German: de.ftl. A test compares the two.

# Title
title-practice = Play against bots
title-host = Host a game
title-join = Join a game
title-quit = Quit
