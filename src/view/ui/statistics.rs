//! The numbers of the result: what each column says, and how. Everything is from settled
//! ticks, so that all peers show the same.

use crate::sim::rules::TICKS_PER_SECOND;
use crate::sim::{Deed, Deeds, Tank, World};
use crate::words::{say, say_with};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Points,
    Kills,
    Deaths,
    Shots,
    Accuracy,
    Dealt,
    Taken,
    Way,
    Life,
}

impl Column {
    /// All of them from left to right.
    pub(super) const ALL: [Column; 9] = [
        Column::Points,
        Column::Kills,
        Column::Deaths,
        Column::Shots,
        Column::Accuracy,
        Column::Dealt,
        Column::Taken,
        Column::Way,
        Column::Life,
    ];

    /// What stands above it.
    pub(super) fn heading(self) -> String {
        say(match self {
            Column::Points => "result-points",
            Column::Kills => "result-kills",
            Column::Deaths => "result-deaths",
            Column::Shots => "result-shots",
            Column::Accuracy => "result-accuracy",
            Column::Dealt => "result-dealt",
            Column::Taken => "result-taken",
            Column::Way => "result-way",
            Column::Life => "result-life",
        })
    }

    /// The number of one seat.
    pub(super) fn number(self, tank: &Tank, deed: &Deed) -> String {
        match self {
            Column::Points => tank.score.to_string(),
            Column::Kills => tank.kills.to_string(),
            Column::Deaths => tank.deaths.to_string(),
            Column::Shots => tank.shots.to_string(),
            Column::Accuracy => accuracy(tank.hits, tank.shots),
            Column::Dealt => deed.dealt.to_string(),
            Column::Taken => deed.taken.to_string(),
            Column::Way => deed.tenths().div_ceil(10).to_string(),
            Column::Life => duration(deed.longest),
        }
    }
}

/// So many of the columns, in their order, where there is no room for all.
pub(super) fn most_important(count: usize) -> Vec<Column> {
    use Column::{Accuracy, Dealt, Deaths, Kills, Life, Points, Shots, Taken, Way};
    const RANKED: [Column; 9] = [Points, Kills, Accuracy, Dealt, Deaths, Life, Way, Taken, Shots];
    let is_kept = |column: &Column| RANKED.iter().take(count).any(|kept| kept == column);
    Column::ALL.into_iter().filter(is_kept).collect()
}

/// The number of a seat in a column.
pub(super) fn number(column: Column, world: &World, deeds: &Deeds, seat: u8) -> String {
    let (tank, deed) = (world.tanks.get(usize::from(seat)), deeds.seats.get(usize::from(seat)));
    tank.zip(deed).map(|(tank, deed)| column.number(tank, deed)).unwrap_or_default()
}

/// What has to be said of numbers that do not begin with the match.
pub(super) fn footnote(deeds: &Deeds) -> Option<String> {
    let late = deeds.since.saturating_sub(crate::sim::rules::COUNTDOWN);
    (late > 0).then(|| say_with("result-since", &[("time", duration(late).into())]))
}

/// Minutes and seconds of so many ticks.
fn duration(ticks: u32) -> String {
    let seconds = ticks / TICKS_PER_SECOND;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Hits of shots in percent; a dash for nobody who fired.
fn accuracy(hits: u16, shots: u16) -> String {
    match (u32::from(hits) * 200 + u32::from(shots)).checked_div(u32::from(shots) * 2) {
        Some(percent) => say_with("percent", &[("percent", percent.into())]),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_rounded_and_needs_a_shot() {
        assert_eq!(accuracy(0, 0), "–");
        assert_eq!(accuracy(0, 9), "0%");
        assert_eq!(accuracy(2, 3), "67%");
        assert_eq!(accuracy(65535, 65535), "100%");
    }

    #[test]
    fn only_who_came_in_late_reads_a_footnote() {
        assert_eq!(footnote(&Deeds::default()), None);
        assert_eq!(footnote(&Deeds::since(100)), None, "during the countdown nothing happens");
        let late = footnote(&Deeds::since(180 + 75 * 60)).unwrap();
        assert!(late.contains("1:15"), "{late}");
    }

    #[test]
    fn columns_say_what_was_counted() {
        let mut deed = Deed::default();
        (deed.dealt, deed.taken, deed.longest, deed.way) = (134, 60, 3661, 12 << 16);
        let tank: Tank = bytemuck::Zeroable::zeroed();
        let row: Vec<String> =
            Column::ALL.into_iter().map(|column| column.number(&tank, &deed)).collect();
        assert_eq!(row, ["0", "0", "0", "0", "–", "134", "60", "12", "1:01"]);
    }
}
