//! The numbers of epochs, so made that two hosts never give the same one and the
//! greater number is always the one to follow.
//!
//! ```text
//! 19 bits: how often another peer took over | 3 bits: 7 less the host's seat | 10 bits: counted by the host
//! ```
//! Who takes over goes beyond every number it has seen. Two who take over from the
//! same host are told apart by their seats, and the lower seat has the greater
//! number. Who opened the room has 0 in front, so its numbers are 1, 2, 3 ...

use crate::sim::MAX_SEATS;

const SEAT: u32 = 10;
const TURN: u32 = SEAT + 3;
const COUNT: u32 = (1 << SEAT) - 1;
const LAST_SEAT: u8 = MAX_SEATS as u8 - 1;

/// The number after `last` of the same host, which sits in `seat`; `None` once there are no more.
pub(super) fn next(last: u32, seat: u8) -> Option<u32> {
    if last & COUNT < COUNT { Some(last + 1) } else { after(last, seat) }
}

/// The first number of a peer in `seat` that takes over after `last`; `None` once there are no more.
pub(super) fn after(last: u32, seat: u8) -> Option<u32> {
    let turn = (last >> TURN) + 1;
    let rank = u32::from(LAST_SEAT.checked_sub(seat)?);
    (turn < 1 << (32 - TURN)).then_some(turn << TURN | rank << SEAT | 1)
}

/// Whether the host of this number took over from another, and sits in `seat`.
pub(super) fn is_heirs(id: u32, seat: u8) -> bool {
    id >> TURN > 0 && LAST_SEAT.checked_sub(seat).map(u32::from) == Some(id >> SEAT & 7)
}

/// Whether the hosts of two numbers took over from the same one.
pub(super) fn are_rivals(a: u32, b: u32) -> bool {
    a >> TURN == b >> TURN && a >> TURN > 0 && a >> SEAT != b >> SEAT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_no_two_hosts_share_one() {
        let mut seen = Vec::new();
        for seat in 0..8 {
            let mut id = after(5, seat).unwrap();
            for _ in 0..3000 {
                assert!(id > 5 && is_heirs(id, seat));
                seen.push(id);
                let next = next(id, seat).unwrap();
                assert!(next > id);
                id = next;
            }
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn who_opened_the_room_counts_from_one() {
        assert_eq!([next(0, 0), next(1, 0), next(41, 0)], [Some(1), Some(2), Some(42)]);
        assert!(!(1..1000).any(|id| (0..8).any(|seat| is_heirs(id, seat))));
    }

    #[test]
    fn of_two_who_take_over_the_lower_seat_has_the_greater_number() {
        let (low, high) = (after(9, 1).unwrap(), after(9, 4).unwrap());
        assert!(low > high && are_rivals(low, high));
        // However often the higher one goes on meanwhile.
        let much_later = (0..500).fold(high, |id, _| next(id, 4).unwrap());
        assert!(low > much_later && are_rivals(low, much_later));
        assert!(after(low, 4).unwrap() > low, "who takes over later is greater");
        assert!(!are_rivals(after(low, 4).unwrap(), low));
        assert!(!are_rivals(low, low + 1) && !are_rivals(1, 2));
    }

    #[test]
    fn numbers_stay_short_and_end_without_a_surprise() {
        // Two bytes as a varint for the first heir, three for many more.
        assert!(
            after(900, 7).unwrap() < 1 << 14 && after(after(900, 7).unwrap(), 0).unwrap() < 1 << 21
        );
        assert_eq!([after(u32::MAX, 0), next(u32::MAX, 0), after(0, 8)], [None; 3]);
    }
}
