//! Two players at one window: which keys, which mouse and which gamepads are whose.
//! Asks no device and changes no settings.

use ggez::input::keyboard::KeyCode;

use super::keys::{Action, Bindings, Source};
use super::pads::PadId;

/// The bindings of both while both play. What both have is the second player's: the first
/// one's bindings are made for somebody who has the whole keyboard. In return the first
/// turns the turret with Q and E, too, beside the keys that drive, and fires with space.
/// The mouse aims for one of them only.
pub fn split(first: &Bindings, second: &Bindings) -> [Bindings; 2] {
    let taken: Vec<Source> =
        second.actions().iter().flat_map(|(.., sources)| sources.iter().copied()).collect();
    // Gamepads are told apart by who holds them, so that both may have the same buttons.
    let is_taken = |source: &Source| !matches!(source, Source::Pad(_)) && taken.contains(source);
    let mut first = first.clone();
    first.retain(|source| !is_taken(source));
    let is_free = |bindings: &Bindings, source: Source| {
        !is_taken(&source) && !bindings.actions().iter().any(|(.., s)| s.contains(&source))
    };
    let [q, e, space] = [KeyCode::KeyQ, KeyCode::KeyE, KeyCode::Space].map(Source::Key);
    if is_free(&first, q) && is_free(&first, e) {
        put_first(&mut first, Action::TurretLeft, q);
        put_first(&mut first, Action::TurretRight, e);
    }
    if is_free(&first, space) || first.users(space) == [Action::Fire] {
        put_first(&mut first, Action::Fire, space);
    }
    first.mouse_aim &= !second.mouse_aim;
    [first, second.clone()]
}

/// What the second player takes from the first so that the first can no longer do something
/// while both play, but with a gamepad: a key or button of the mouse, what the first does with
/// it, and what the second.
pub fn dispute(first: &Bindings, second: &Bindings) -> Option<(Source, Action, Action)> {
    let [left, _] = split(first, second);
    let is_at_hand = |source: &&Source| !matches!(source, Source::Pad(_));
    let can = |action: Action| {
        let is_aimed = matches!(action, Action::TurretLeft | Action::TurretRight) && left.mouse_aim;
        is_aimed || left.of(action).iter().any(|source| is_at_hand(&source))
    };
    let lost = Action::ALL.into_iter().filter(|action| action.bit() != 0 && !can(*action));
    lost.flat_map(|action| first.of(action).iter().map(move |source| (*source, action)))
        .filter(|(source, _)| is_at_hand(&source))
        .find_map(|(source, action)| Some((source, action, *second.users(source).first()?)))
}

/// The gamepads of a player, of those that are connected.
pub fn pads_of(player: usize, connected: &[PadId]) -> Vec<PadId> {
    let count = connected.len();
    let pads = connected.iter().enumerate();
    pads.filter(|(pad, _)| has_pad(player, *pad, count)).map(|(_, id)| *id).collect()
}

/// Which of the two players has a gamepad in their hands: who plays with keys shall not hear it
/// rattle on the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Grips([bool; 2]);

impl Grips {
    /// A player holds something of a gamepad, or of keyboard and mouse, or neither.
    pub fn note(&mut self, player: usize, of_pad: bool, of_keys: bool) {
        if let Some(grip) = self.0.get_mut(player) {
            *grip = of_pad || (*grip && !of_keys);
        }
    }

    /// The gamepads on which a player feels something, of those that are connected.
    pub fn pads(&self, player: usize, connected: &[PadId]) -> Vec<PadId> {
        let grips = self.0.get(player).copied().unwrap_or_default();
        if grips { pads_of(player, connected) } else { Vec::new() }
    }
}

/// Whether a gamepad is a player's, by its number among those that are connected. Of two
/// the first is the first player's; a single one is the second player's, as the first has
/// keyboard and mouse.
pub fn has_pad(player: usize, pad: usize, connected: usize) -> bool {
    if connected < 2 { player == 1 } else { pad % 2 == player }
}

fn put_first(bindings: &mut Bindings, action: Action, source: Source) {
    let sources = [&[source], bindings.of(action)].concat();
    bindings.set(action, &sources);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::keys::Scheme;
    use ggez::input::mouse::MouseButton;

    fn second() -> Bindings {
        Scheme::Second.bindings()
    }

    fn of(bindings: &Bindings) -> Vec<(u16, Source)> {
        let actions = bindings.actions();
        let pairs = actions.iter().flat_map(|(_, bit, s)| s.iter().map(move |s| (*bit, *s)));
        pairs.collect()
    }

    #[test]
    fn no_key_and_no_mouse_button_belongs_to_both_and_each_can_do_everything() {
        for first in [Bindings::modern(), Bindings::classic()] {
            let both = split(&first, &second());
            let [a, b] = [of(&both[0]), of(&both[1])];
            let shared = a.iter().find(|(_, s)| {
                !matches!(s, Source::Pad(_)) && b.iter().any(|(_, other)| other == s)
            });
            assert_eq!(shared, None);
            for player in [&a, &b] {
                let mut keys: Vec<u16> =
                    player.iter().filter(|p| matches!(p.1, Source::Key(_))).map(|p| p.0).collect();
                keys.dedup();
                assert_eq!(keys.len(), 9, "every action has a key");
            }
            // One key never does two things.
            for player in [&a, &b] {
                let twice = |s: &Source| player.iter().filter(|(_, other)| other == s).count() > 1;
                assert!(!player.iter().any(|(_, s)| twice(s)));
            }
        }
    }

    #[test]
    fn what_both_have_is_the_seconds_and_the_mouse_is_one_players() {
        let modern = Bindings::modern();
        let [first, _] = split(&modern, &second());
        let keys = |list: &[Source]| list.iter().filter_map(|s| s.name()).collect::<Vec<_>>();
        assert_eq!(keys(first.of(Action::Forward)), ["W", "Pad up"]);
        assert_eq!(keys(first.of(Action::TurretLeft)), ["Q", "J"]);
        assert!(
            first.mouse_aim && first.of(Action::Fire).contains(&Source::Mouse(MouseButton::Left))
        );
        let mut mouse = second();
        mouse.mouse_aim = true;
        mouse.set(Action::Fire, &[Source::Mouse(MouseButton::Left)]);
        let [first, second] = split(&modern, &mouse);
        assert!(!first.mouse_aim && second.mouse_aim);
        assert!(!first.of(Action::Fire).contains(&Source::Mouse(MouseButton::Left)));
    }

    #[test]
    fn keys_that_the_first_player_chose_are_not_given_another_meaning() {
        let q = Source::Key(KeyCode::KeyQ);
        let mut own = Bindings::modern();
        own.set(Action::Piercing, &[q]);
        let [first, _] = split(&own, &second());
        assert!(!first.of(Action::TurretLeft).contains(&q) && *first.of(Action::Piercing) == [q]);
    }

    #[test]
    fn a_key_is_disputed_if_its_loss_leaves_the_first_player_without() {
        for first in [Bindings::modern(), Bindings::classic()] {
            assert_eq!(dispute(&first, &second()), None, "there is another way to do it");
        }
        let (one, w) = (Bindings::modern(), Source::Key(KeyCode::KeyW));
        let mut two = second();
        two.bind(Action::Fire, Some(1), w);
        assert_eq!(dispute(&one, &two), Some((w, Action::Forward, Action::Fire)));
        let mut more = one.clone();
        more.bind(Action::Forward, Some(1), Source::Key(KeyCode::KeyT));
        assert_eq!(dispute(&more, &two), None);
        let mut pad_only = one.clone();
        pad_only.unbind(Action::Forward, crate::view::keys::Device::Keyboard, 0);
        pad_only.unbind(Action::Forward, crate::view::keys::Device::Keyboard, 0);
        assert_eq!(dispute(&pad_only, &two), None, "the key was none of the first one's");
        let mut aims = Bindings::classic();
        two = second();
        two.bind(Action::TurretLeft, Some(0), Source::Key(KeyCode::KeyQ));
        two.bind(Action::TurretLeft, Some(1), Source::Key(KeyCode::KeyJ));
        two.bind(Action::TurretRight, Some(0), Source::Key(KeyCode::KeyE));
        assert!(dispute(&aims, &two).is_some());
        aims.mouse_aim = true;
        assert_eq!(dispute(&aims, &two), None, "the mouse turns the turret");
    }

    #[test]
    fn a_pad_shakes_for_the_player_who_holds_it_and_for_nobody_else() {
        let (one, two) = ([7], [3, 9]);
        let mut grips = Grips::default();
        assert!([0, 1].iter().all(|player| grips.pads(*player, &two).is_empty()), "nobody has one");
        grips.note(1, true, false);
        assert_eq!((grips.pads(0, &two), grips.pads(1, &two)), (vec![], vec![9]));
        assert_eq!((grips.pads(0, &one), grips.pads(1, &one)), (vec![], vec![7]));
        grips.note(0, true, false);
        assert_eq!((grips.pads(0, &two), grips.pads(1, &two)), (vec![3], vec![9]));
        assert_eq!(
            (grips.pads(0, &one), grips.pads(1, &one)),
            (vec![], vec![7]),
            "it is one's only"
        );
        grips.note(1, false, false);
        assert_eq!(grips.pads(1, &two), [9], "a hand that rests holds on");
        grips.note(1, false, true);
        assert_eq!(
            (grips.pads(0, &two), grips.pads(1, &two)),
            (vec![3], vec![]),
            "it plays with keys"
        );
    }

    #[test]
    fn two_pads_are_for_two_and_one_is_for_the_second() {
        assert!(has_pad(1, 0, 1) && !has_pad(0, 0, 1));
        for (pad, player) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
            assert!(has_pad(player, pad, 4) && !has_pad(1 - player, pad, 4));
        }
    }
}
