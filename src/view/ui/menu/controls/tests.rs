//! Every action can be bound with any one device, and nothing that is bound locks anybody out.

use ggez::event::Button as PadButton;
use ggez::input::keyboard::KeyCode;
use ggez::input::mouse::MouseButton;

use super::super::{Part, Situation};
use super::*;
use crate::view::stage::Title;

const Q: Source = Source::Key(KeyCode::KeyQ);

fn open() -> Menu {
    open_for(false)
}

/// The page, where a second player is switched on or not.
fn open_for(has_second: bool) -> Menu {
    let mut menu = Menu::new();
    menu.forms_mut().has_second = has_second;
    menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
    menu.follow(Situation::Match);
    for press in [Press::Menu, Press::Down, Press::Confirm] {
        menu.press(press);
    }
    assert_eq!(menu.page(), Page::Controls);
    menu
}

fn of(menu: &Menu, action: Action) -> Vec<Source> {
    menu.controls().bindings().of(action).to_vec()
}

/// Clicks a cell and presses something.
fn put(menu: &mut Menu, cell: Cell, source: Source) {
    menu.click(Item::Cell(cell), Part::Whole);
    assert!(menu.is_waiting());
    menu.capture(source);
}

/// Everything that the menus must still do with the arrows, Enter and Escape (or the cross, A,
/// B and Start) alone.
fn assert_operable(menu: &mut Menu) {
    menu.press(Press::Escape);
    menu.press(Press::Escape);
    menu.press(Press::Escape);
    while menu.is_open() {
        menu.press(Press::Escape);
    }
    menu.press(Press::Menu);
    assert_eq!((menu.page(), menu.focus()), (Page::Pause, Item::Resume));
    menu.press(Press::Down);
    assert_eq!(menu.focus(), Item::Controls);
    menu.press(Press::Confirm);
    assert_eq!((menu.page(), menu.focus()), (Page::Controls, Item::Scheme));
    let lines = 4 + Action::ALL.len() + menu.items().len();
    (0..lines).find(|_| {
        menu.press(Press::Down);
        menu.focus() == Item::Back
    });
    assert_eq!(menu.focus(), Item::Back);
    menu.press(Press::Confirm);
    assert_eq!(menu.page(), Page::Pause);
    menu.press(Press::Escape);
    assert!(!menu.is_open());
}

#[test]
fn every_action_is_bound_with_the_keyboard_alone() {
    for (row, action) in Action::ALL.into_iter().enumerate() {
        let mut menu = open();
        (0..=row).for_each(|_| menu.press(Press::Down));
        assert_eq!(menu.focus(), Item::Cell((action, Device::Keyboard, 0)));
        menu.press(Press::Confirm);
        menu.capture(Q);
        assert!(!menu.is_waiting());
        assert_eq!(menu.poll_bindings(false).map(|b| b.users(Q)), Some(vec![action]));
        assert_eq!(menu.poll_bindings(false), None, "it is told once");
        menu.press(Press::Delete);
        assert!(menu.poll_bindings(false).is_some_and(|b| b.users(Q).is_empty()), "and taken away");
    }
}

#[test]
fn every_action_is_bound_with_the_mouse_alone() {
    let right = Source::Mouse(MouseButton::Right);
    for action in Action::ALL {
        let mut menu = open();
        put(&mut menu, (action, Device::Mouse, 1), right);
        assert!(of(&menu, action).contains(&right), "{action:?}");
        let place = menu.controls().bindings().on(action, Device::Mouse).position(|s| s == right);
        menu.click(Item::Cell((action, Device::Mouse, place.unwrap() as u8)), Part::Whole);
        menu.click(Item::Unbind, Part::Whole);
        assert!(!menu.is_waiting() && !of(&menu, action).contains(&right), "{action:?}");
        menu.click(Item::Cell((action, Device::Mouse, 0)), Part::Whole);
        menu.click(Item::Cancel, Part::Whole);
        assert!(!menu.is_waiting());
    }
}

#[test]
fn every_action_is_bound_with_the_gamepad_alone() {
    let north = Source::Pad(PadButton::North);
    for (row, action) in Action::ALL.into_iter().enumerate() {
        let mut menu = open();
        (0..=row).for_each(|_| menu.press(Press::Down));
        (0..4).for_each(|_| menu.press(Press::Right));
        assert_eq!(menu.focus(), Item::Cell((action, Device::Pad, 0)));
        menu.press(Press::Confirm);
        menu.capture(north);
        assert!(of(&menu, action).contains(&north), "{action:?}");
        menu.press(Press::Confirm);
        menu.capture(Source::Pad(PadButton::Start));
        assert!(!menu.is_waiting() && of(&menu, action).contains(&north), "Start is a way out");
    }
}

#[test]
fn a_press_of_another_device_goes_to_its_own_column() {
    let mut menu = open();
    let pad = Source::Pad(PadButton::West);
    put(&mut menu, (Action::Menu, Device::Keyboard, 0), pad);
    assert_eq!(of(&menu, Action::Menu), [pad]);
    assert_eq!(menu.focus(), Item::Cell((Action::Menu, Device::Pad, 0)));
}

#[test]
fn the_keys_of_the_menu_are_refused_with_a_sentence_and_nothing_changes() {
    let fixed = [
        Source::Key(KeyCode::Escape),
        Source::Key(KeyCode::F1),
        Source::Pad(PadButton::Start),
        Source::Pad(PadButton::Mode),
    ];
    for source in fixed {
        let mut menu = open();
        put(&mut menu, (Action::Fire, Device::Keyboard, 0), source);
        assert_eq!(menu.controls().sentence(), Some(say("controls-fixed")));
        assert_eq!(menu.poll_bindings(false), None);
    }
    let mut menu = open();
    put(&mut menu, (Action::Fire, Device::Mouse, 0), Source::Mouse(MouseButton::Other(77)));
    assert!(menu.is_waiting() && menu.controls().sentence().is_some(), "it waits for a better one");
    menu.press(Press::Escape);
    assert_eq!(
        (menu.page(), menu.is_waiting()),
        (Page::Controls, false),
        "out of the question only"
    );
    assert_eq!(menu.poll_bindings(false), None);
}

#[test]
fn what_is_bound_twice_is_marked_on_both_lines_and_one_press_resolves_it() {
    let mut menu = open();
    let w = Source::Key(KeyCode::KeyW);
    put(&mut menu, (Action::Fire, Device::Keyboard, 1), w);
    assert_eq!(menu.focus(), Item::Resolve);
    let marked = [(Action::Forward, Device::Keyboard, 0), (Action::Fire, Device::Keyboard, 1)];
    for item in menu.items() {
        if let Item::Cell(cell) = item {
            assert_eq!(menu.controls().is_shared(cell), marked.contains(&cell), "{cell:?}");
        }
    }
    let sentence = menu.controls().sentence().unwrap();
    for word in ["W".to_owned(), say("action-forward"), say("action-fire")] {
        assert!(sentence.contains(&word), "{sentence}");
    }
    menu.press(Press::Confirm);
    assert_eq!(menu.controls().bindings().users(w), [Action::Fire], "the latest keeps it");
    assert_eq!(menu.controls().sentence(), None);
    assert!(!menu.items().contains(&Item::Resolve));
    assert_eq!(menu.focus(), Item::Cell((Action::Fire, Device::Keyboard, 1)));
}

#[test]
fn schemes_are_chosen_at_the_top_and_ones_own_is_not_lost() {
    let mut menu = open();
    assert_eq!(menu.focus(), Item::Scheme);
    menu.press(Press::Left);
    assert_eq!(menu.controls().bindings(), &Bindings::classic());
    menu.press(Press::Right);
    assert_eq!(menu.controls().bindings(), &Bindings::modern());
    put(&mut menu, (Action::Fire, Device::Keyboard, 0), Q);
    assert_eq!(menu.kind(Item::Scheme), Kind::Choice(say("controls-own")));
    let own = menu.controls().bindings().clone();
    menu.click(Item::ResetKeys, Part::Whole);
    assert_eq!(menu.controls().bindings(), &Bindings::modern(), "back to where it came from");
    menu.click(Item::Scheme, Part::More);
    assert_eq!(menu.controls().bindings(), &own);
    menu.click(Item::Scheme, Part::More);
    assert_eq!(menu.controls().bindings(), &Bindings::classic());
}

#[test]
fn what_is_set_of_the_devices_is_told() {
    let mut menu = open();
    menu.click(Item::DeadZone, Part::Less);
    menu.slide(Item::Rumble, 0.5);
    menu.click(Item::MouseAim, Part::Whole);
    let told = menu.poll_bindings(false).unwrap();
    assert_eq!((told.dead_zone, told.rumble, told.mouse_aim), (20, 50, false));
    menu.slide(Item::Rumble, 0.0);
    assert_eq!(menu.kind(Item::Rumble), Kind::Slider(say("settings-off"), 0));
    menu.slide(Item::DeadZone, 9.0);
    assert_eq!(menu.poll_bindings(false).map(|b| b.dead_zone), Some(MOST_DEAD));
}

/// What the second player does with keys.
fn of_the_second() -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| action.bit() != 0).collect()
}

#[test]
fn every_action_of_the_second_player_is_bound_with_keyboard_or_gamepad_alone() {
    for (source, column) in [(Q, 0), (Source::Pad(PadButton::North), 4)] {
        for (row, action) in of_the_second().into_iter().enumerate() {
            let mut menu = open();
            menu.press(Press::Up);
            assert_eq!(menu.focus(), Item::Whose);
            menu.press(Press::Right);
            menu.press(Press::Down);
            (0..=row).for_each(|_| menu.press(Press::Down));
            (0..column).for_each(|_| menu.press(Press::Right));
            assert_eq!(menu.focus(), Item::Cell((action, source.device(), 0)));
            menu.press(Press::Confirm);
            menu.capture(source);
            assert_eq!(menu.poll_bindings(true).map(|b| b.users(source)), Some(vec![action]));
            assert_eq!(menu.poll_bindings(false), None, "the first one's are as they were");
            menu.press(Press::Delete);
            let told = menu.poll_bindings(true);
            assert!(told.is_some_and(|b| b.users(source).is_empty()), "{action:?}");
        }
    }
}

#[test]
fn every_action_of_the_second_player_is_bound_with_the_mouse_alone() {
    let right = Source::Mouse(MouseButton::Right);
    for action in of_the_second() {
        let mut menu = open();
        menu.click(Item::Whose, Part::More);
        put(&mut menu, (action, Device::Mouse, 0), right);
        assert_eq!(menu.controls().both()[1].users(right), [action]);
        menu.click(Item::Cell((action, Device::Mouse, 0)), Part::Whole);
        menu.click(Item::Unbind, Part::Whole);
        assert!(menu.controls().both()[1].users(right).is_empty());
        menu.click(Item::ResetKeys, Part::Whole);
        assert_eq!(menu.controls().both()[1], &Scheme::Second.bindings());
        menu.click(Item::Whose, Part::Less);
        assert!(menu.items().contains(&Item::Cell((Action::NetGraph, Device::Keyboard, 0))));
    }
}

#[test]
fn the_screen_and_the_keys_of_the_menu_are_not_the_second_players() {
    let mut menu = open();
    menu.click(Item::Whose, Part::Whole);
    for action in [Action::Menu, Action::NetGraph] {
        assert!(!menu.items().contains(&Item::Cell((action, Device::Keyboard, 0))));
    }
    put(&mut menu, (Action::Fire, Device::Keyboard, 0), Source::Key(KeyCode::F1));
    assert_eq!(menu.controls().sentence(), Some(say("controls-fixed")));
    assert_eq!(menu.poll_bindings(true), None);
    assert_operable(&mut menu);
    assert_eq!(menu.kind(Item::Whose), Kind::Choice(say("couch-keys-first")), "opened anew");
}

#[test]
fn a_key_that_the_first_player_would_miss_is_a_conflict_and_either_can_keep_it() {
    let w = Source::Key(KeyCode::KeyW);
    let (of_one, of_two) =
        ((Action::Forward, Device::Keyboard, 0), (Action::Fire, Device::Keyboard, 1));
    // The second player takes it: the latest keeps it.
    let mut menu = open_for(true);
    menu.click(Item::Scheme, Part::Less);
    menu.click(Item::Whose, Part::Whole);
    put(&mut menu, of_two, w);
    assert_eq!(menu.focus(), Item::Resolve);
    assert!(
        menu.controls().is_shared(of_two) && !menu.controls().is_shared((of_two.0, of_two.1, 0))
    );
    let sentence = menu.controls().sentence().unwrap();
    for word in ["W".to_owned(), say("action-forward"), say("action-fire")] {
        assert!(sentence.contains(&word), "{sentence}");
    }
    menu.press(Press::Confirm);
    assert_eq!((menu.controls().sentence(), menu.focus()), (None, Item::Cell(of_two)));
    let [one, two] = menu.controls().both();
    assert!(one.users(w).is_empty() && two.users(w) == [Action::Fire]);
    assert!(menu.poll_bindings(false).is_some() && menu.poll_bindings(true).is_some());

    // On the page of the first player they keep it.
    let mut menu = open_for(true);
    menu.click(Item::Scheme, Part::Less);
    menu.click(Item::Whose, Part::Whole);
    put(&mut menu, of_two, w);
    menu.press(Press::Escape);
    menu.press(Press::Confirm);
    assert_eq!(menu.kind(Item::Whose), Kind::Choice(say("couch-keys-first")));
    assert!(menu.controls().is_shared(of_one), "it is marked there, too");
    menu.click(Item::Resolve, Part::Whole);
    let [one, two] = menu.controls().both();
    assert!(one.users(w) == [Action::Forward] && two.users(w).is_empty());
    assert_eq!(menu.focus(), Item::Cell(of_one));
}

#[test]
fn keys_of_both_are_marked_where_a_second_player_is_switched_on() {
    let arrow = (Action::Forward, Device::Keyboard, 1);
    let mark = |menu: &Menu, cell| menu.controls().other_user(cell);
    let mut alone = open();
    assert_eq!(mark(&alone, arrow), None, "nobody takes it");
    alone.click(Item::Whose, Part::Whole);
    assert_eq!(mark(&alone, (Action::Forward, Device::Keyboard, 0)), Some("1"));
    let two = open_for(true);
    assert_eq!(mark(&two, arrow), Some("2"));
    assert_eq!(mark(&two, (Action::Forward, Device::Keyboard, 0)), None);
    let pad = (Action::Forward, Device::Pad, 0);
    assert!(two.controls().source(pad).is_some() && mark(&two, pad).is_none(), "two gamepads");
    assert_eq!(two.controls().sentence(), None, "the usual keys of both go together");
}

#[test]
fn whatever_is_bound_in_whatever_order_the_menus_stay_operable() {
    let codes =
        [KeyCode::ArrowUp, KeyCode::ArrowDown, KeyCode::Enter, KeyCode::Escape, KeyCode::F1];
    let buttons = [PadButton::South, PadButton::East, PadButton::Start, PadButton::DPadDown];
    let mut sources: Vec<Source> = codes.map(Source::Key).to_vec();
    sources.extend(buttons.map(Source::Pad));
    sources.extend([MouseButton::Left, MouseButton::Other(9)].map(Source::Mouse));
    sources.extend([Q, Source::Key(KeyCode::F20), Source::Pad(PadButton::Unknown)]);
    let mut seed = 0x5eed_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for _ in 0..60 {
        let mut menu = open();
        for _ in 0..random(60) {
            let items = menu.items();
            match random(4) {
                0 | 1 => menu.click(items[random(items.len())], Part::Whole),
                2 => menu.press([Press::Up, Press::Down, Press::Right, Press::Delete][random(4)]),
                _ => menu.press(Press::Confirm),
            }
            if menu.is_waiting() {
                menu.capture(sources[random(sources.len())]);
            }
            if menu.page() != Page::Controls {
                break;
            }
        }
        for bindings in menu.controls().both() {
            let bound: Vec<Source> =
                Action::ALL.iter().flat_map(|a| bindings.of(*a).to_vec()).collect();
            assert!(bound.iter().all(|source| !source.is_fixed() && source.name().is_some()));
            let text = toml::to_string(bindings).unwrap();
            assert_eq!(&toml::from_str::<Bindings>(&text).unwrap(), bindings, "{text}");
        }
        assert_operable(&mut menu);
    }
}

#[test]
fn the_mouse_is_said_to_be_whose_it_is_and_one_press_takes_it_back() {
    let mut menu = open_for(true);
    assert_eq!(menu.kind(Item::MouseAim), Kind::Switch(true));
    menu.click(Item::Whose, Part::More);
    menu.click(Item::MouseAim, Part::Whole);
    assert_eq!(menu.kind(Item::MouseAim), Kind::Switch(true), "the second player takes it");
    menu.click(Item::Whose, Part::More);
    assert_eq!(menu.kind(Item::MouseAim), Kind::Switch(false));
    assert!(menu.controls().is_mouse_away() && menu.controls().bindings().mouse_aim);
    menu.click(Item::MouseAim, Part::Whole);
    assert_eq!(menu.kind(Item::MouseAim), Kind::Switch(true));
    assert_eq!(menu.poll_bindings(true).map(|second| second.mouse_aim), Some(false));

    // Alone at the machine, the second player's keys say nothing.
    let mut menu = open_for(false);
    menu.click(Item::Whose, Part::More);
    menu.click(Item::MouseAim, Part::Whole);
    menu.click(Item::Whose, Part::More);
    assert_eq!(menu.kind(Item::MouseAim), Kind::Switch(true));
}
