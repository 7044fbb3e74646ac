//! What hands do must become what a player means.

use super::*;
use ggez::event::Button as PadButton;
use ggez::input::keyboard::KeyCode;
use ggez::input::mouse::MouseButton;

fn holding(sources: &[Source]) -> impl Fn(Source) -> bool + '_ {
    |s| sources.contains(&s)
}

fn key(code: KeyCode) -> Source {
    Source::Key(code)
}

fn fold(hands: &mut Hands, b: &Bindings, held: &[Source], mouse: Option<u16>) -> Input {
    let heading = Heading { toward_mouse: mouse, ..Heading::default() };
    hands.fold(b, holding(held), Sticks::default(), heading)
}

#[test]
fn the_keys_of_the_original_drive_turn_fire_and_select() {
    let b = Bindings::classic();
    use KeyCode::*;
    let all = [KeyW, KeyS, KeyA, KeyD, KeyJ, KeyL, KeyK, Digit1, Digit2].map(key);
    for (source, action) in all.into_iter().zip(Action::ALL) {
        let bit = action.bit();
        assert_ne!(bit, 0);
        assert_eq!(fold(&mut Hands::default(), &b, &[source], None).held, bit, "{source:?}");
    }
    let both = fold(&mut Hands::default(), &b, &[key(KeyW), key(KeyK)], None);
    assert_eq!(both.held, Input::FORWARD | Input::FIRE);
    assert_eq!(fold(&mut Hands::default(), &b, &[key(F3)], None), Input::default());
}

#[test]
fn every_action_of_the_tank_can_be_moved_to_every_device() {
    let mouse = Source::Mouse(MouseButton::Right);
    for source in [key(KeyCode::KeyP), mouse, Source::Pad(PadButton::West)] {
        for action in Action::ALL {
            let mut b = Bindings::modern();
            assert!(b.bind(action, Some(0), source), "{action:?} {source:?}");
            let input = fold(&mut Hands::default(), &b, &[source], None);
            assert_eq!(input.held, action.bit(), "{action:?} {source:?}");
        }
    }
}

#[test]
fn mouse_steers_the_turret_only_after_it_moved_and_until_keys_do() {
    let b = Bindings::modern();
    let mut hands = Hands::default();
    hands.mouse_at(100.0, 100.0);
    assert_eq!(fold(&mut hands, &b, &[], Some(9)).aim(), None);
    hands.mouse_at(130.0, 100.0);
    assert_eq!(fold(&mut hands, &b, &[], Some(9)).held, Input::AIM);
    let keys = fold(&mut hands, &b, &[key(KeyCode::KeyJ)], Some(9));
    assert_eq!(keys.held, Input::TURRET_LEFT);
    hands.mouse_at(133.0, 100.0);
    assert_eq!(fold(&mut hands, &b, &[], Some(9)).aim(), None, "a nudge of the table");
    hands.mouse_at(150.0, 100.0);
    assert_eq!(fold(&mut hands, &b, &[], Some(9)).held, Input::AIM);
}

#[test]
fn classic_bindings_ignore_the_mouse() {
    let mut hands = Hands::default();
    hands.mouse_at(0.0, 0.0);
    hands.mouse_at(300.0, 0.0);
    let click = [Source::Mouse(MouseButton::Left)];
    let input = fold(&mut hands, &Bindings::classic(), &click, Some(1));
    assert_eq!(input, Input::default());
}

#[test]
fn a_click_on_a_menu_does_not_fire_once_the_menu_closes() {
    let b = Bindings::modern();
    let mut hands = Hands::default();
    let click = [Source::Mouse(MouseButton::Left)];
    hands.menu_is_open();
    assert!(!fold(&mut hands, &b, &click, None).has(Input::FIRE));
    assert!(!fold(&mut hands, &b, &[], None).has(Input::FIRE));
    assert!(fold(&mut hands, &b, &click, None).has(Input::FIRE));
}

#[test]
fn toggled_fire_goes_on_until_pressed_again_or_a_menu_opens() {
    let b = Bindings::classic();
    let mut hands = Hands::default();
    hands.set_fire_toggles(true);
    let key = [Source::Key(KeyCode::KeyK)];
    let fires = |hands: &mut Hands, held: &[Source]| fold(hands, &b, held, None).has(Input::FIRE);
    assert!(fires(&mut hands, &key) && fires(&mut hands, &key), "held, it is one press");
    assert!(fires(&mut hands, &[]), "it goes on by itself");
    assert!(!fires(&mut hands, &key) && !fires(&mut hands, &[]));
    assert!(fires(&mut hands, &key));
    hands.menu_is_open();
    assert!(!fires(&mut hands, &key), "the key that closes the menu does not fire");
    assert!(!fires(&mut hands, &[]) && fires(&mut hands, &key));
    hands.set_fire_toggles(false);
    assert!(!fires(&mut hands, &[]), "held again");
}

#[test]
fn angles_run_clockwise_from_east() {
    assert_eq!(screen_angle(1.0, 0.0), Some(0));
    assert_eq!(screen_angle(0.0, 5.0), Some(16384));
    assert_eq!(screen_angle(-1.0, 0.0), Some(32768));
    assert_eq!(screen_angle(0.0, -0.1), Some(49152));
    assert_eq!(screen_angle(0.0, 0.0), None);
    assert_eq!(screen_angle(f32::NAN, 0.0), None);
}

/// What a tank with its front at `hull` is told by the sticks.
fn pushed(hull: u16, drive: (f32, f32), aim: (f32, f32)) -> Input {
    let heading = Heading { hull: Some(hull), ..Heading::default() };
    Hands::default().fold(&Bindings::modern(), |_| false, Sticks { drive, aim }, heading)
}

const EAST: u16 = 0;
const NORTH: u16 = 49152;

#[test]
fn sticks_count_only_beyond_the_dead_zone() {
    assert_eq!(pushed(EAST, (0.1, 0.1), (0.2, 0.2)), Input::default());
    assert_eq!(pushed(EAST, (1.0, 0.0), (0.0, 0.0)).held, Input::FORWARD);
    let up = pushed(EAST, (0.0, 0.0), (0.0, 1.0));
    assert_eq!((up.held, up.aim), (Input::AIM, NORTH));
}

#[test]
fn the_stick_that_drives_points_on_the_screen() {
    let drive = |hull, x, y| pushed(hull, (x, y), (0.0, 0.0)).held;
    assert_eq!(drive(NORTH, 0.0, 1.0), Input::FORWARD);
    assert_eq!(drive(NORTH, 0.0, -1.0), Input::BACK, "the rear leads, nothing turns");
    assert_eq!(drive(NORTH, 1.0, 0.0), Input::RIGHT, "to the side it turns on the spot");
    assert_eq!(drive(NORTH, -1.0, 0.0), Input::LEFT);
    assert_eq!(drive(NORTH, 0.3, 1.0), Input::FORWARD | Input::RIGHT, "near it on the way");
    assert_eq!(drive(NORTH, 0.3, -1.0), Input::BACK | Input::LEFT);
    assert_eq!(pushed(NORTH, (1.0, 0.0), (1.0, 0.0)).held, Input::RIGHT | Input::AIM);
}

#[test]
fn without_a_tank_a_stick_drives_nothing() {
    let sticks = Sticks { drive: (0.0, 1.0), aim: (0.0, 0.0) };
    let mut hands = Hands::default();
    let input = hands.fold(&Bindings::modern(), |_| false, sticks, Heading::default());
    assert_eq!(input, Input::default());
}

/// Drives a hull with a steady stick for some ticks; the hull, and what was held in each tick.
fn driven(mut hull: u16, stick: (f32, f32), delay: u32, ticks: u32) -> (u16, Vec<u16>) {
    let mut hands = Hands::default();
    let mut way = std::collections::VecDeque::from(vec![0; delay as usize]);
    let mut all = Vec::new();
    for tick in 500..500 + ticks {
        let heading = Heading { hull: Some(hull), tick, delay, toward_mouse: None };
        let sticks = Sticks { drive: stick, aim: (0.0, 0.0) };
        // a window looks more than once in a tick
        hands.fold(&Bindings::modern(), |_| false, sticks, heading);
        let held = hands.fold(&Bindings::modern(), |_| false, sticks, heading).held;
        way.push_back(held);
        all.push(held);
        let now = Input { held: way.pop_front().unwrap(), aim: 0 };
        hull = hull.wrapping_add_signed(now.axis(Input::RIGHT, Input::LEFT) * TURN as i16);
    }
    (hull, all)
}

fn apart(a: u16, b: u16) -> u32 {
    u32::from((a.wrapping_sub(b) as i16).unsigned_abs())
}

/// Numbers 0..1, the same in every run.
fn random() -> impl FnMut() -> f32 {
    let mut seed = 0x7a2c_u64;
    move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 40) as f32 / (1_u32 << 24) as f32
    }
}

#[test]
fn a_held_stick_brings_the_nearer_end_there_and_keeps_it_there_without_a_wobble() {
    let mut random = random();
    for _ in 0..2000 {
        let (hull, wanted) = ((random() * 65536.0) as u16, random() * std::f32::consts::TAU);
        let delay = (random() * 9.0) as u32;
        let case = format!("{hull} {wanted} {delay}");
        let (end, held) = driven(hull, (wanted.cos(), -wanted.sin()), delay, 300);
        let wanted = screen_angle(wanted.cos(), wanted.sin()).unwrap();
        let turn = u32::from(TURN);
        let (front, rear) = (apart(end, wanted), apart(end.wrapping_add(1 << 15), wanted));
        assert!(front.min(rear) <= turn, "{case}: {front} {rear}");
        assert_eq!(held.last() == Some(&Input::BACK), rear < front, "{case}");
        // once it stops turning it never begins again
        let is_turn = |h: &u16| h & (Input::LEFT | Input::RIGHT) != 0;
        let last = held.iter().rposition(is_turn).map_or(0, |last| last + 1);
        let count = held.iter().filter(|h| is_turn(h)).count();
        assert_eq!(last, count, "{case}: it turned without a break");
        assert!(count as u32 * turn <= LEADS as u32 + 2 * turn, "{case}: the short way");
    }
}

#[test]
fn nothing_of_a_dead_zone_counts_and_beyond_it_the_direction_stays() {
    let mut random = random();
    for _ in 0..20_000 {
        let (x, y) = (random() * 2.0 - 1.0, random() * 2.0 - 1.0);
        let dead = random() * f32::from(MOST_DEAD) / 100.0;
        let case = format!("{x} {y} {dead}");
        let length = x.hypot(y);
        let (bx, by) = beyond(dead, (x, y));
        let left = bx.hypot(by);
        assert!(left <= 1.0001, "{case}");
        if length <= dead {
            assert_eq!((bx, by), (0.0, 0.0), "{case}");
        } else if length > 0.001 {
            assert!((x * by - y * bx).abs() < 1e-4 && x * bx + y * by >= 0.0, "{case}");
            let wanted = ((length - dead) / (1.0 - dead)).min(1.0);
            assert!((left - wanted).abs() < 1e-3, "{case}");
        }
        // round: the same in every direction
        let (tx, ty) = beyond(dead, (-y, x));
        assert!((tx.hypot(ty) - left).abs() < 1e-5, "{case}");
        // farther is never less
        let (fx, fy) = beyond(dead, (x * 1.1, y * 1.1));
        assert!(fx.hypot(fy) >= left - 1e-5, "{case}");
    }
}

#[test]
fn a_broken_stick_is_a_stick_at_rest() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(beyond(0.2, (bad, 0.5)), (0.0, 0.0));
        assert_eq!(pushed(NORTH, (bad, 0.5), (0.5, bad)), Input::default());
    }
}
