//! What drawing takes: how many draw calls a picture needs, how many pictures there were,
//! and how long the first of them took. Counts only; the log tells it at the end.

use std::time::Instant;

/// What was drawn since the window opened.
pub(super) struct Tally {
    /// When the program began.
    began: Instant,
    opened: Option<Instant>,
    last: Instant,
    pictures: u32,
    most_draws: u32,
    /// Whether the newest picture was one of a match, and when a person last chose something.
    in_match: bool,
    chosen: Instant,
}

impl Tally {
    /// Nothing drawn yet, by a program that began then.
    pub(super) fn new(began: Instant) -> Self {
        Self {
            began,
            opened: None,
            last: began,
            pictures: 0,
            most_draws: 0,
            in_match: false,
            chosen: began,
        }
    }

    /// A person pressed a key or a button; a match may follow from it.
    pub(super) fn choose(&mut self) {
        if !self.in_match {
            self.chosen = Instant::now();
        }
    }

    /// One picture is on the screen. It took so many draw calls.
    pub(super) fn drew(&mut self, draws: u32, in_match: bool) {
        self.last = Instant::now();
        if self.opened.is_none() {
            self.opened = Some(self.last);
            tracing::info!("first picture after {} ms", (self.last - self.began).as_millis());
        }
        if in_match && !self.in_match {
            tracing::info!(
                "first picture of the match after {} ms",
                (self.last - self.chosen).as_millis()
            );
        }
        self.in_match = in_match;
        self.pictures += 1;
        self.most_draws = self.most_draws.max(draws);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let Some(opened) = self.opened else { return };
        let seconds = (self.last - opened).as_secs_f32().max(0.001);
        tracing::info!(
            "drew {} pictures in {seconds:.1} s, {:.1} a second, with at most {} draw calls",
            self.pictures,
            self.pictures.saturating_sub(1) as f32 / seconds,
            self.most_draws,
        );
    }
}
