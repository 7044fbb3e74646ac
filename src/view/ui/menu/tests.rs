//! What the menus must do: keys and clicks in, choices out.

use super::Menu;
use super::*;
use crate::sim::RuleSet;
use crate::view::stage::{BotStrength, Game, Games, Lobby, LobbyPlayer, Rejoin, Secret};

/// The title after so many attempts.
fn title_screen(attempt: u32, sentence: Option<&str>) -> Situation {
    let trouble = sentence.map(|s| Trouble { sentence: s.into(), wants_password: false });
    Situation::Title(Title { attempt, trouble, ..Title::default() })
}

fn title() -> Menu {
    let mut menu = Menu::new();
    menu.follow(title_screen(1, None));
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
    let all = std::iter::from_fn(|| menu.poll_choice());
    all.filter(|choice| !matches!(choice, Choice::Watch(_))).collect()
}

fn type_text(menu: &mut Menu, text: &str) {
    text.chars().for_each(|c| menu.type_character(c));
}

use Press::*;

#[test]
fn enter_enter_is_a_match_against_bots() {
    let mut menu = title();
    press(&mut menu, &[Confirm, Confirm]);
    let (level, rules, second) = (BotStrength::Normal, RuleSet::Modern, None);
    let name = "Player".to_owned();
    let expected = Choice::Practice { name, bots: 3, level, rules, second };
    assert_eq!(choices(&mut menu), [expected]);
}

#[test]
fn steppers_change_what_is_played() {
    let mut menu = title();
    press(&mut menu, &[Confirm, Up, Up, Up, Up, Right, Right]);
    press(&mut menu, &[Down, Left, Down, Right, Down, Down, Confirm]);
    let (level, rules, second) = (BotStrength::Easy, RuleSet::Classic, None);
    let name = "Player".to_owned();
    let expected = Choice::Practice { name, bots: 5, level, rules, second };
    assert_eq!(choices(&mut menu), [expected]);
}

#[test]
fn who_plays_against_bots_has_a_name_too() {
    let mut menu = title();
    press(&mut menu, &[Confirm, Home, Clear]);
    assert_eq!(menu.focus(), Item::Name);
    assert!(!menu.is_enabled(Item::Begin), "without one nothing begins");
    type_text(&mut menu, "Ann");
    press(&mut menu, &[Confirm, End, Up, Confirm]);
    let chosen = choices(&mut menu);
    assert!(matches!(&chosen[..], [Choice::Practice { name, .. }] if name == "Ann"), "{chosen:?}");
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
    let expected = Choice::Join {
        name: "Ann".into(),
        target: "10.0.0.2/AB23CD".into(),
        password: Secret::default(),
        second: None,
    };
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
        menu.follow(title_screen(1, None));
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
    menu.follow(title_screen(2, Some("No such room")));
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
    assert_eq!((menu.focus(), menu.label(Item::Ready)), (Item::Ready, "I am ready".to_owned()));
    press(&mut menu, &[Confirm]);
    menu.follow(Situation::Lobby(lobby(false, true, 1)));
    assert_eq!(
        (menu.focus(), menu.label(Item::Ready)),
        (Item::Ready, "Not ready after all".to_owned())
    );
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [Choice::Ready(true), Choice::Ready(false)]);
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
    press(&mut menu, &[Escape, Down, Down, Confirm]);
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

fn games(attempt: u32, targets: &[&str]) -> Situation {
    let game = |target: &&str| Game {
        target: (*target).into(),
        is_locked: target.contains("LOCKED"),
        ..Game::default()
    };
    let games = Games::Listed(targets.iter().map(game).collect());
    Situation::Title(Title { attempt, games, ..Title::default() })
}

fn join_form(targets: &[&str]) -> Menu {
    let mut menu = title();
    menu.click(Item::Join, Part::Whole);
    menu.follow(games(1, targets));
    menu
}

fn join(target: &str, password: &str) -> Choice {
    let password = Secret(password.into());
    Choice::Join { name: "Player".into(), target: target.into(), password, second: None }
}

#[test]
fn games_are_looked_for_while_the_join_form_is_open() {
    let mut menu = title();
    let mut watch = |presses: &[Press]| {
        press(&mut menu, presses);
        std::iter::from_fn(|| menu.poll_choice()).collect::<Vec<_>>()
    };
    assert_eq!(watch(&[]), []);
    assert_eq!(watch(&[Down, Down, Confirm]), [Choice::Watch(true)]);
    assert_eq!(watch(&[Escape]), [Choice::Watch(false)]);
    menu.click(Item::Join, Part::Whole);
    type_text(&mut menu, "?");
    press(&mut menu, &[Confirm]);
    while menu.poll_choice().is_some() {}
    menu.follow(title_screen(2, Some("that is no room")));
    assert_eq!(menu.poll_choice(), Some(Choice::Watch(true)), "the list is wanted again");
}

#[test]
fn a_list_that_changes_leaves_page_text_and_focus_alone() {
    let mut menu = join_form(&[]);
    type_text(&mut menu, "AB");
    menu.follow(games(1, &["b", "d"]));
    type_text(&mut menu, "CD");
    assert_eq!((menu.page(), menu.focus()), (Page::Join, Item::Target));
    assert_eq!(menu.forms().target.text(), "ABCD");
    press(&mut menu, &[Right, Down]);
    assert_eq!(menu.focus(), Item::Game(1));
    menu.follow(games(1, &["a", "d", "e"]));
    assert_eq!(menu.focus(), Item::Game(0), "on the same game, which has another place now");
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [join("d", "")]);
}

#[test]
fn a_list_that_changes_does_not_let_one_choice_be_made_twice() {
    let mut menu = join_form(&["a"]);
    press(&mut menu, &[Right, Confirm]);
    menu.follow(games(1, &["b", "a"]));
    assert_eq!(menu.focus(), Item::Game(0));
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [join("a", "")]);
}

#[test]
fn the_focus_stays_near_a_game_that_is_gone() {
    let mut menu = join_form(&["a", "b", "c"]);
    press(&mut menu, &[Right, Down, Down]);
    menu.follow(games(1, &["a", "b"]));
    assert_eq!(menu.focus(), Item::Game(1));
    menu.follow(games(1, &[]));
    assert_eq!(menu.focus(), Item::Target, "the first line that is of use");
}

#[test]
fn the_list_is_reached_with_arrows_alone() {
    let mut menu = join_form(&["a", "b"]);
    type_text(&mut menu, "x");
    press(&mut menu, &[Left, Right]);
    assert_eq!(menu.focus(), Item::Target, "in a text an arrow moves the caret");
    press(&mut menu, &[Right]);
    assert_eq!(menu.focus(), Item::Game(0));
    press(&mut menu, &[Left]);
    assert_eq!(menu.focus(), Item::Enter);
    press(&mut menu, &[Down, Down, Down]);
    assert_eq!(menu.focus(), Item::Game(1), "below the form comes the list");
    press(&mut menu, &[Down]);
    assert_eq!(menu.focus(), Item::Name);
    let mut alone = join_form(&[]);
    press(&mut alone, &[Right, Right]);
    assert_eq!(alone.focus(), Item::Target, "there is no list to go to");
}

#[test]
fn a_locked_game_asks_for_its_password_first() {
    let mut menu = join_form(&["LOCKED", "open"]);
    menu.click(Item::Game(0), Part::Whole);
    assert_eq!((choices(&mut menu), menu.focus()), (vec![], Item::Password));
    type_text(&mut menu, "open sesame");
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [join("LOCKED", "open sesame")]);
}

#[test]
fn a_wrong_password_comes_back_with_everything_that_was_typed() {
    let mut menu = join_form(&["LOCKED"]);
    menu.click(Item::Game(0), Part::Whole);
    type_text(&mut menu, "wrong");
    press(&mut menu, &[Confirm]);
    menu.follow(Situation::Connecting("Looking for the host".into()));
    let trouble = Trouble { sentence: "wrong password".into(), wants_password: true };
    let title = Title { attempt: 2, trouble: Some(trouble), ..Title::default() };
    menu.follow(Situation::Title(title));
    assert_eq!((menu.page(), menu.focus()), (Page::Join, Item::Password));
    assert_eq!(menu.trouble(), Some("wrong password"));
    press(&mut menu, &[Backspace, Confirm]);
    assert_eq!(choices(&mut menu), [join("LOCKED", "wrong"), join("LOCKED", "wron")]);
    press(&mut menu, &[Escape]);
    assert_eq!(menu.trouble(), None, "it was about the form");
}

#[test]
fn a_room_that_cannot_be_opened_comes_back_to_its_own_form() {
    let mut menu = join_form(&[]);
    type_text(&mut menu, "AB23CD");
    press(&mut menu, &[Escape, Up, Confirm, Up, Up]);
    assert_eq!((menu.page(), menu.focus()), (Page::Host, Item::Password));
    type_text(&mut menu, "secret");
    press(&mut menu, &[Down, Down, Confirm]);
    let chosen = choices(&mut menu);
    assert!(
        matches!(&chosen[..], [Choice::Host { password, .. }] if password.0 == "secret"),
        "{chosen:?}"
    );
    menu.follow(Situation::Connecting("Connecting to the relay".into()));
    menu.follow(title_screen(2, Some("the relay does not answer")));
    assert_eq!((menu.page(), menu.focus()), (Page::Host, Item::Open));
    assert_eq!(menu.forms().own_password.text(), "secret");
}

#[test]
fn the_same_trouble_twice_does_not_lock_the_form() {
    let mut menu = join_form(&[]);
    type_text(&mut menu, "nonsense");
    for attempt in 2..5 {
        press(&mut menu, &[Confirm]);
        assert_eq!(choices(&mut menu), [join("nonsense", "")], "attempt {attempt}");
        menu.follow(title_screen(attempt, Some("`nonsense` names no relay")));
        assert_eq!(menu.trouble(), Some("`nonsense` names no relay"));
    }
}

#[test]
fn what_went_wrong_meanwhile_waits_for_the_title() {
    let mut menu = Menu::new();
    menu.follow(title_screen(1, None));
    menu.open(Page::Settings);
    menu.follow(title_screen(1, Some("cannot be saved")));
    assert_eq!((menu.page(), menu.trouble()), (Page::Settings, None), "nobody is sent away");
    menu.open(Page::Title);
    assert_eq!(menu.trouble(), Some("cannot be saved"));
    menu.open(Page::Practice);
    menu.open(Page::Title);
    assert_eq!(menu.trouble(), None, "once is enough");
    menu.follow(title_screen(1, None));
    menu.follow(title_screen(1, Some("cannot be saved")));
    assert_eq!(menu.trouble(), Some("cannot be saved"), "at once on the title");
}

fn with_rejoin(attempt: u32, trouble: Option<Trouble>) -> Situation {
    let rejoin = Some(Rejoin { room: "AB23CD".into(), target: "ws://a/AB23CD".into() });
    Situation::Title(Title { attempt, trouble, rejoin, ..Title::default() })
}

#[test]
fn rejoin_is_one_press_away_where_there_is_something_to_rejoin() {
    assert!(!title().items().contains(&Item::Rejoin));
    let mut menu = after(with_rejoin(2, None));
    assert_eq!(menu.focus(), Item::Rejoin);
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [Choice::Rejoin { name: "Player".into(), second: None }]);
    menu.follow(Situation::Connecting("Looking for the host".into()));
    let trouble = Trouble { sentence: "room not found".into(), wants_password: false };
    menu.follow(with_rejoin(3, Some(trouble)));
    assert_eq!((menu.page(), menu.trouble()), (Page::Title, Some("room not found")));
}

#[test]
fn a_seat_that_is_gone_from_a_locked_room_leads_to_its_password() {
    let mut menu = after(with_rejoin(2, None));
    press(&mut menu, &[Confirm]);
    choices(&mut menu);
    menu.follow(Situation::Connecting("Looking for the host".into()));
    let trouble = Trouble { sentence: "it has a password".into(), wants_password: true };
    menu.follow(with_rejoin(3, Some(trouble)));
    assert_eq!((menu.page(), menu.focus()), (Page::Join, Item::Password));
    type_text(&mut menu, "x");
    press(&mut menu, &[Confirm]);
    assert_eq!(choices(&mut menu), [join("ws://a/AB23CD", "x")]);
}

#[test]
fn pages_to_read_are_reached_from_the_title_and_lead_back_to_it() {
    for (item, page) in [(Item::HowTo, Page::HowTo), (Item::Credits, Page::Credits)] {
        for key in [Escape, Confirm] {
            let mut menu = title();
            while menu.focus() != item {
                menu.press(Down);
            }
            press(&mut menu, &[Confirm]);
            assert_eq!((menu.page(), menu.focus()), (page, Item::Back));
            assert!(page.is_read());
            press(&mut menu, &[key]);
            assert_eq!((menu.page(), menu.focus()), (Page::Title, item));
        }
    }
}

#[test]
fn second_player_is_switched_on_by_keys_or_mouse_and_then_has_a_name() {
    let mut menu = title();
    press(&mut menu, &[Down, Confirm]);
    assert!(!menu.items().contains(&Item::SecondName));
    menu.click(Item::Second, Part::Whole);
    menu.click(Item::SecondName, Part::Whole);
    press(&mut menu, &[Clear]);
    type_text(&mut menu, "Eve");
    press(&mut menu, &[Down]);
    assert_eq!(menu.focus(), Item::Open);
    press(&mut menu, &[Confirm]);
    let chosen = choices(&mut menu);
    assert!(
        matches!(&chosen[..], [Choice::Host { second: Some(second), .. }] if second == "Eve"),
        "{chosen:?}"
    );
    let mut menu = title();
    press(&mut menu, &[Confirm, Up, Right, Down, Clear]);
    assert_eq!(menu.focus(), Item::SecondName);
    type_text(&mut menu, "Bob");
    press(&mut menu, &[Down, Confirm]);
    let chosen = choices(&mut menu);
    assert!(
        matches!(&chosen[..], [Choice::Practice { second: Some(second), .. }] if second == "Bob"),
        "{chosen:?}"
    );
}
