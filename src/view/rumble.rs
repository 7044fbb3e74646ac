//! What of a match is felt in the hands: hits and the end of the own tank, once they are
//! settled, so that nothing shakes that a rollback unmakes. Decides only; pure.

use crate::sim::{Event, Told};

/// How a gamepad shakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shake {
    /// How strongly, 1..=100.
    pub percent: u8,
    /// For how long.
    pub millis: u32,
}

impl Shake {
    /// Every length that there is, shortest first.
    pub const LENGTHS: [u32; 3] = [150, 250, 500];

    /// The same with so many percent of its strength; `None` where nothing is left.
    pub fn scaled(self, percent: u8) -> Option<Shake> {
        let percent = (u32::from(self.percent) * u32::from(percent.min(100))).div_ceil(100);
        (percent > 0).then_some(Shake { percent: percent as u8, ..self })
    }
}

/// What the player of this seat feels of something; nothing of most.
pub fn feel(told: &Told, seat: u8) -> Option<Shake> {
    let Told::Settled(_, event) = told else { return None };
    let [short, medium, long] = Shake::LENGTHS;
    match *event {
        // the end of the tank is told by itself
        Event::Hit { left: 0, .. } => None,
        Event::Hit { seat: hit, ammo, .. } if hit == seat => {
            let damage = ammo.damage();
            let percent = (25 + u32::from(damage) * 3 / 2).min(90) as u8;
            Some(Shake { percent, millis: if damage < 20 { short } else { medium } })
        }
        Event::Destroyed { seat: destroyed, .. } if destroyed == seat => {
            Some(Shake { percent: 100, millis: long })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Ammo, Vec2};

    fn hit(seat: u8, ammo: Ammo, left: u8) -> Event {
        Event::Hit { shell: 0, ammo, by: 5, seat, at: Vec2::ZERO, left }
    }

    fn destroyed(seat: u8) -> Event {
        Event::Destroyed { seat, by: 5, at: Vec2::ZERO }
    }

    #[test]
    fn only_what_is_settled_is_felt() {
        for event in [hit(2, Ammo::Regular, 90), destroyed(2)] {
            assert!(feel(&Told::Settled(7, event), 2).is_some());
            assert_eq!(feel(&Told::Happened(7, event), 2), None, "a rollback may unmake it");
        }
        assert_eq!(feel(&Told::Rewound(7), 2), None);
    }

    #[test]
    fn only_what_happens_to_the_own_tank_is_felt() {
        for event in [hit(1, Ammo::Piercing, 50), destroyed(1), Event::Started, Event::Ended] {
            assert_eq!(feel(&Told::Settled(7, event), 2), None, "{event:?}");
        }
    }

    #[test]
    fn more_damage_is_felt_more_and_the_end_most() {
        let felt = |event| feel(&Told::Settled(7, event), 2).unwrap();
        let regular = felt(hit(2, Ammo::Regular, 90));
        let piercing = felt(hit(2, Ammo::Piercing, 66));
        assert!(regular < piercing && piercing < felt(destroyed(2)));
        assert!(regular.millis < piercing.millis);
        assert_eq!(feel(&Told::Settled(7, hit(2, Ammo::Piercing, 0)), 2), None, "felt once");
        for shake in [regular, piercing, felt(destroyed(2))] {
            assert!(Shake::LENGTHS.contains(&shake.millis));
        }
    }

    #[test]
    fn strength_is_a_share_and_none_is_silence() {
        let shake = Shake { percent: 40, millis: 150 };
        assert_eq!(shake.scaled(0), None);
        assert_eq!(shake.scaled(50), Some(Shake { percent: 20, millis: 150 }));
        assert_eq!(shake.scaled(255), Some(shake));
        assert_eq!(Shake { percent: 1, millis: 150 }.scaled(10).map(|s| s.percent), Some(1));
    }
}
