//! What the menus must do: keys and clicks in, choices out.

use super::Menu;
use super::*;
use crate::sim::RuleSet;
use crate::view::stage::{BotStrength, LobbyPlayer};

fn title() -> Menu {
    let mut menu = Menu::new();
    menu.follow(Situation::Title { trouble: None });
    menu
}

fn after(situation: Situation) -> Menu {
    let mut menu = title();
    menu.follow(situation);
    menu
}

fn lobby(is_host: bool, ready: bool, bots: usize) -> Lobby {
    let you = LobbyPlayer { is_you: true, ready, is_host, ..LobbyPlayer::default() };
    let bot = LobbyPlayer { is_bot: true, ready: true, ..LobbyPlayer::default() };
    let mut players = vec![you];
    players.extend(std::iter::repeat_n(bot, bots));
    Lobby {
        code: "AB23CD".into(),
        join_lines: vec!["10.0.0.2/AB23CD".into(), "10.0.1.2/AB23CD".into()],
        is_host,
        players,
        seats: 4,
        ..Lobby::default()
    }
}

fn press(menu: &mut Menu, presses: &[Press]) {
    for p in presses {
        menu.press(*p);
    }
}

fn choices(menu: &mut Menu) -> Vec<Choice> {
    std::iter::from_fn(|| menu.poll_choice()).collect()
}

fn type_text(menu: &mut Menu, text: &str) {
    text.chars().for_each(|c| menu.type_character(c));
}

use Press::*;

#[test]
fn enter_enter_is_a_match_against_bots() {
    let mut menu = title();
    press(&mut menu, &[Confirm, Confirm]);
    let expected = Choice::Practice { bots: 3, level: BotStrength::Normal, rules: RuleSet::Modern };
    assert_eq!(choices(&mut menu), [expected]);
}

#[test]
fn steppers_change_what_is_played() {
    let mut menu = title();
    press(&mut menu, &[Confirm, Home, Right, Right, Down, Left, Down, Right, Down, Confirm]);
    let expected = Choice::Practice { bots: 5, level: BotStrength::Easy, rules: RuleSet::Classic };
    assert_eq!(choices(&mut menu), [expected]);
}

#[test]
fn focus_goes_around_in_both_directions() {
    let mut menu = title();
    let items = menu.items();
    for item in items.iter().chain(items.first()) {
        assert_eq!(menu.focus(), *item);
        menu.press(Next);
    }
    press(&mut menu, &[Previous, Previous]);
    assert_eq!(menu.focus(), Item::Quit);
}

#[test]
fn quit_is_a_choice_and_escape_alone_never_quits() {
    let mut menu = title();
    press(&mut menu, &[Escape, Escape, Escape]);
    assert_eq!((choices(&mut menu), menu.wants_quit()), (vec![], false));
    press(&mut menu, &[Confirm]);
    assert_eq!((choices(&mut menu), menu.wants_quit()), (vec![Choice::Quit], true));
}

#[test]
fn joining_takes_typed_and_pasted_text() {
    let mut menu = title();
    press(&mut menu, &[Down, Down, Confirm]);
    assert_eq!((menu.page(), menu.focus()), (Page::Join, Item::Target));
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [], "nothing typed, nothing joined");
    type_text(&mut menu, "x");
    press(&mut menu, &[Backspace, Paste]);
    assert!(menu.poll_paste() && !menu.poll_paste());
    menu.paste("10.0.0.2/AB23CD\n");
    press(&mut menu, &[Up, Clear]);
    type_text(&mut menu, "Ann");
    press(&mut menu, &[Down, Confirm]);
    let expected = Choice::Join { name: "Ann".into(), target: "10.0.0.2/AB23CD".into() };
    assert_eq!(choices(&mut menu), [expected]);
}

#[test]
fn typing_reaches_only_the_field_with_the_focus() {
    let mut menu = title();
    type_text(&mut menu, "abc");
    press(&mut menu, &[Paste, Backspace]);
    assert!(!menu.poll_paste());
    assert_eq!(menu.page(), Page::Title);
    press(&mut menu, &[Down, Down, Confirm, Down]);
    type_text(&mut menu, "abc");
    assert!(menu.forms().target.is_blank(), "the focus is on the button");
}

#[test]
fn a_second_enter_does_not_open_a_second_room() {
    let mut menu = title();
    press(&mut menu, &[Down, Confirm, Confirm, Confirm, Confirm]);
    assert_eq!(choices(&mut menu).len(), 1);
    for _ in 0..=PATIENCE {
        menu.follow(Situation::Title { trouble: None });
    }
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu).len(), 1, "a choice that led nowhere may be made again");
}

#[test]
fn a_failed_join_comes_back_to_what_was_typed() {
    let mut menu = title();
    press(&mut menu, &[Down, Down, Confirm]);
    type_text(&mut menu, "AB23CD");
    press(&mut menu, &[Confirm]);
    menu.follow(Situation::Connecting("Looking for the room".into()));
    assert_eq!(menu.page(), Page::Connecting);
    menu.follow(Situation::Title { trouble: Some("No such room".into()) });
    assert_eq!((menu.page(), menu.focus()), (Page::Join, Item::Target));
    assert_eq!(menu.forms().target.text(), "AB23CD");
}

#[test]
fn connecting_can_be_cancelled_with_enter_and_escape() {
    for key in [Confirm, Escape] {
        let mut menu = after(Situation::Connecting("...".into()));
        press(&mut menu, &[key]);
        assert_eq!(choices(&mut menu), [Choice::Leave]);
    }
}

#[test]
fn ready_changes_to_and_fro() {
    let mut menu = after(Situation::Lobby(lobby(false, false, 1)));
    assert_eq!((menu.focus(), menu.label(Item::Ready)), (Item::Ready, "Ready"));
    press(&mut menu, &[Confirm]);
    menu.follow(Situation::Lobby(lobby(false, true, 1)));
    assert_eq!((menu.focus(), menu.label(Item::Ready)), (Item::Ready, "Not ready"));
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [Choice::Ready(true), Choice::Ready(false)]);
}

#[test]
fn only_the_host_starts_and_changes_bots() {
    let guest = after(Situation::Lobby(lobby(false, false, 1)));
    for item in [Item::Start, Item::AddBot, Item::RemoveBot] {
        assert!(!guest.items().contains(&item), "{item:?}");
    }
    let mut host = after(Situation::Lobby(lobby(true, false, 0)));
    assert!(!host.is_enabled(Item::Start) && !host.is_enabled(Item::RemoveBot));
    host.click(Item::Start, Part::Whole);
    host.click(Item::AddBot, Part::Whole);
    assert_eq!(choices(&mut host), [Choice::AddBot]);
    host.follow(Situation::Lobby(lobby(true, false, 3)));
    assert!(!host.is_enabled(Item::AddBot), "all seats are taken");
    host.click(Item::RemoveBot, Part::Whole);
    host.click(Item::Start, Part::Whole);
    assert_eq!(choices(&mut host), [Choice::RemoveBot, Choice::Start]);
}

#[test]
fn the_focus_leaves_a_line_that_can_no_longer_be_used() {
    let mut menu = after(Situation::Lobby(lobby(true, false, 2)));
    menu.click(Item::AddBot, Part::Whole);
    assert_eq!(menu.focus(), Item::AddBot);
    menu.follow(Situation::Lobby(lobby(true, false, 3)));
    assert_eq!(menu.focus(), Item::Ready);
}

#[test]
fn code_and_join_lines_can_be_copied() {
    let mut menu = after(Situation::Lobby(lobby(true, false, 0)));
    menu.click(Item::CopyCode, Part::Whole);
    assert_eq!(menu.poll_copy().as_deref(), Some("AB23CD"));
    menu.click(Item::CopyLine(1), Part::Whole);
    assert_eq!(menu.poll_copy().as_deref(), Some("10.0.1.2/AB23CD"));
    assert_eq!(menu.poll_copy(), None);
    menu.click(Item::Ready, Part::Whole);
    press(&mut menu, &[Copy]);
    assert_eq!(menu.poll_copy().as_deref(), Some("AB23CD"));
}

#[test]
fn escape_in_the_lobby_asks_once_before_it_leaves() {
    let mut menu = after(Situation::Lobby(lobby(true, false, 0)));
    press(&mut menu, &[Escape]);
    assert_eq!((choices(&mut menu), menu.focus()), (vec![], Item::Leave));
    press(&mut menu, &[Escape]);
    assert_eq!(choices(&mut menu), [Choice::Leave]);
}

#[test]
fn the_match_has_the_keys_until_its_menu_opens() {
    let mut menu = after(Situation::Match);
    assert!(!menu.is_open());
    press(&mut menu, &[Confirm, Up, Left, Copy]);
    assert!(!menu.is_open() && choices(&mut menu).is_empty());
    for (open, close) in [(Escape, Escape), (Press::Menu, Press::Menu), (Escape, Confirm)] {
        press(&mut menu, &[open]);
        assert_eq!(menu.page(), Page::Pause);
        press(&mut menu, &[close]);
        assert!(!menu.is_open());
    }
    press(&mut menu, &[Escape, Down, Confirm]);
    assert_eq!(menu.page(), Page::Controls);
    press(&mut menu, &[Escape, Down, Confirm]);
    assert_eq!(choices(&mut menu), [Choice::Leave]);
}

#[test]
fn only_the_host_is_offered_a_rematch() {
    let mut host = after(Situation::Over { is_host: true });
    press(&mut host, &[Confirm]);
    assert_eq!(choices(&mut host), [Choice::Rematch]);
    let guest = after(Situation::Over { is_host: false });
    assert_eq!(guest.items(), [Item::Leave]);
}

#[test]
fn the_end_of_the_match_closes_its_menu() {
    let mut menu = after(Situation::Match);
    press(&mut menu, &[Escape]);
    menu.follow(Situation::Over { is_host: true });
    assert_eq!(menu.page(), Page::Result);
    menu.follow(Situation::Match);
    assert!(!menu.is_open(), "the rematch begins at once");
}

#[test]
fn a_click_on_the_arrows_of_a_stepper_steps() {
    let mut menu = title();
    menu.click(Item::Practice, Part::Whole);
    menu.click(Item::PracticeBots, Part::More);
    menu.click(Item::PracticeBots, Part::More);
    menu.click(Item::PracticeBots, Part::Less);
    assert_eq!(menu.forms().practice_bots, 4);
    menu.click(Item::Rematch, Part::Whole);
    assert!(choices(&mut menu).is_empty(), "not on this page");
}

#[test]
fn the_pointer_does_not_take_the_caret_away() {
    let mut menu = title();
    menu.hover(Item::Quit);
    assert_eq!(menu.focus(), Item::Quit);
    menu.click(Item::Join, Part::Whole);
    menu.hover(Item::Back);
    type_text(&mut menu, "AB");
    assert_eq!(menu.forms().target.text(), "AB");
}
