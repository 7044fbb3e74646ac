//! What the pages of settings must do with keyboard, mouse and gamepad alone.

use super::*;
use crate::view::stage::Title;
use crate::view::ui::menu::{Part, Press, Situation};

/// Every knob and the section it is in; `None` for the page above.
fn knobs() -> Vec<(Option<Section>, Knob)> {
    let of = |section: Section| section.knobs().iter().map(move |knob| (Some(section), *knob));
    let mut all: Vec<_> = Section::ALL.into_iter().flat_map(of).collect();
    all.push((None, Knob::Language));
    all
}

fn title() -> Menu {
    let mut menu = Menu::new();
    menu.follow(Situation::Title(Title { attempt: 1, ..Title::default() }));
    menu
}

/// A match with its menu open.
fn pause() -> Menu {
    let mut menu = title();
    menu.follow(Situation::Match);
    menu.press(Press::Menu);
    menu
}

/// Moves the focus to a line with one of the four directions, as pads and keyboards can.
fn go_to(menu: &mut Menu, item: Item) {
    for _ in 0..menu.items().len() {
        if menu.focus() == item {
            return;
        }
        menu.press(Press::Down);
    }
    panic!("{item:?} cannot be reached on {:?}", menu.page());
}

/// From any page that has it, to the page of a knob, by pressing only.
fn open(menu: &mut Menu, section: Option<Section>) {
    go_to(menu, Item::Settings);
    menu.press(Press::Confirm);
    if let Some(section) = section {
        go_to(menu, Item::Section(section));
        menu.press(Press::Confirm);
        assert_eq!(menu.page(), Page::Section(section));
    }
}

#[test]
fn every_knob_turns_both_ways_with_directions_alone_from_title_and_pause() {
    for begin in [title, pause] {
        for (section, knob) in knobs() {
            let mut menu = begin();
            open(&mut menu, section);
            go_to(&mut menu, Item::Setting(knob));
            let before = *menu.settings();
            let mut ways = Vec::new();
            for way in [Press::Left, Press::Right] {
                menu.press(way);
                ways.push(*menu.settings());
            }
            assert!(ways.iter().any(|now| *now != before), "{knob:?} does nothing");
            assert_eq!(menu.focus(), Item::Setting(knob), "the focus stays on {knob:?}");
            menu.press(Press::Escape);
            assert_ne!(menu.page(), Page::Play);
        }
    }
}

#[test]
fn every_knob_turns_with_clicks_and_slides_alone() {
    for (section, knob) in knobs() {
        let mut menu = pause();
        menu.click(Item::Settings, Part::Whole);
        if let Some(section) = section {
            menu.click(Item::Section(section), Part::Whole);
        }
        let (item, before) = (Item::Setting(knob), *menu.settings());
        match menu.kind(item) {
            Kind::Slider(..) => {
                menu.slide(item, 0.5);
                assert_ne!(*menu.settings(), before, "{knob:?} does not slide");
                menu.slide(item, 7.0);
                let most = *menu.settings();
                menu.slide(item, 1.0);
                assert_eq!(*menu.settings(), most, "no farther than its end");
                assert!(menu.turn(item, false) && *menu.settings() != most, "the wheel");
            }
            Kind::Switch(_) => menu.click(item, Part::Whole),
            Kind::Choice(_) => menu.click(item, Part::More),
            other => panic!("{knob:?} is no knob: {other:?}"),
        }
        assert_ne!(*menu.settings(), before, "{knob:?} does nothing");
        assert_eq!(menu.focus(), item);
    }
}

#[test]
fn confirm_alone_reaches_every_value_of_what_is_no_slider() {
    for (section, knob) in knobs() {
        let mut menu = title();
        open(&mut menu, section);
        go_to(&mut menu, Item::Setting(knob));
        if matches!(menu.kind(Item::Setting(knob)), Kind::Slider(..)) {
            continue;
        }
        let first = *menu.settings();
        let presses = (1..40).find(|_| {
            menu.press(Press::Confirm);
            *menu.settings() == first
        });
        assert!(presses.is_some_and(|n| n > 1), "{knob:?} comes round after {presses:?}");
    }
}

#[test]
fn numbers_stay_in_their_ranges_and_come_to_round_values() {
    for (_, knob) in knobs() {
        let Some(([least, most], step)) = knob.range() else { continue };
        let mut settings = Settings::default();
        knob.set(&mut settings, least + 1);
        knob.step(&mut settings, true, false);
        assert_eq!(knob.number(&settings).unwrap() % step, 0, "{knob:?}");
        for (up, end) in [(true, most), (false, least)] {
            (0..100).for_each(|_| knob.step(&mut settings, up, false));
            assert_eq!(knob.number(&settings), Some(end), "{knob:?}");
        }
        for (share, end) in [(-1.0, least), (f32::NAN, least), (2.0, most)] {
            knob.slide(&mut settings, share);
            assert!(knob.number(&settings).is_some_and(|n| n == end || share.is_nan()));
        }
    }
}

#[test]
fn a_cap_of_the_file_lies_between_two_of_the_menu() {
    let with = |frame_cap, up| {
        let mut settings = Settings::default();
        settings.window.frame_cap = frame_cap;
        Knob::FrameCap.step(&mut settings, up, false);
        settings.window.frame_cap
    };
    assert_eq!((with(100, true), with(100, false)), (120, 90));
    assert_eq!((with(90, true), with(90, false)), (120, 75));
    assert_eq!((with(0, false), with(500, true)), (0, 240));
}

#[test]
fn reset_is_about_the_page_it_stands_on() {
    let mut menu = title();
    open(&mut menu, Some(Section::Sound));
    menu.settings.volumes.music = 1;
    menu.settings.strength.shake = 1;
    menu.settings.language = Some(Language::German);
    menu.settings.window.size = [800, 600];
    menu.press(Press::Down);
    go_to(&mut menu, Item::Reset);
    menu.press(Press::Confirm);
    assert_eq!(menu.settings.volumes, Settings::default().volumes);
    assert_eq!(menu.settings.strength.shake, 1, "it is on another page");
    menu.press(Press::Escape);
    go_to(&mut menu, Item::Reset);
    menu.press(Press::Confirm);
    assert_eq!(menu.settings.strength.shake, 100);
    assert_eq!(menu.settings.language, None);
    assert_eq!(menu.settings.window.size, [800, 600], "the window is as a hand has drawn it");
}

#[test]
fn escape_leads_back_step_by_step_to_where_the_settings_were_opened() {
    for (mut menu, top) in [(title(), Page::Title), (pause(), Page::Pause)] {
        open(&mut menu, Some(Section::Access));
        menu.press(Press::Escape);
        assert_eq!((menu.page(), menu.focus()), (Page::Settings, Item::Section(Section::Access)));
        go_to(&mut menu, Item::Controls);
        menu.press(Press::Confirm);
        assert_eq!(menu.page(), Page::Controls);
        menu.press(Press::Escape);
        assert_eq!((menu.page(), menu.focus()), (Page::Settings, Item::Controls));
        menu.press(Press::Escape);
        assert_eq!((menu.page(), menu.focus()), (top, Item::Settings));
    }
}

#[test]
fn the_key_of_the_menu_leads_from_the_settings_into_the_match() {
    let mut menu = pause();
    open(&mut menu, Some(Section::Picture));
    menu.press(Press::Menu);
    assert_eq!(menu.page(), Page::Play);
    let mut menu = title();
    open(&mut menu, Some(Section::Picture));
    menu.press(Press::Menu);
    assert_eq!(menu.page(), Page::Section(Section::Picture), "there is no match to go to");
}
