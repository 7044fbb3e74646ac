//! The vocabulary of the menus: keys, pages, lines and what they are called.

use super::controls::Cell;
use super::settings::{Knob, Section};
use crate::sim::RuleSet;
use crate::view::stage::BotStrength;
use crate::words::say;

/// A key of the menus, whatever device it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Press {
    Up,
    Down,
    Left,
    Right,
    Next,
    Previous,
    Confirm,
    /// Back, and in a match the menu.
    Escape,
    /// Opens and closes the menu of a match.
    Menu,
    Backspace,
    Delete,
    Clear,
    Home,
    End,
    /// Copy whatever this page is about.
    Copy,
    Paste,
}

impl Page {
    /// Whether it is only there to be read, and the arrows move it.
    pub(in crate::view::ui) fn is_read(self) -> bool {
        matches!(self, Page::HowTo | Page::Credits)
    }
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Page {
    Title,
    Practice,
    Host,
    Join,
    Connecting,
    Lobby,
    /// The match itself: no menu.
    Play,
    Pause,
    Settings,
    Section(Section),
    Controls,
    HowTo,
    Credits,
    Result,
}

impl Page {
    /// Every page.
    pub(in crate::view::ui) fn all() -> Vec<Page> {
        let mut all = vec![
            Page::Title,
            Page::Practice,
            Page::Host,
            Page::Join,
            Page::Connecting,
            Page::Lobby,
            Page::Play,
            Page::Pause,
            Page::Settings,
            Page::Controls,
            Page::HowTo,
            Page::Credits,
            Page::Result,
        ];
        all.extend(Section::ALL.map(Page::Section));
        all
    }
}

/// A line of a menu that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Item {
    Rejoin,
    Practice,
    Host,
    Join,
    Quit,
    PracticeBots,
    Level,
    Rules,
    Begin,
    Name,
    /// Whether a second player is at this machine.
    Second,
    SecondName,
    Players,
    Bots,
    Fill,
    Relay,
    MapPort,
    Open,
    Target,
    Paste,
    Password,
    Enter,
    /// A game of the local network, by its place in the list.
    Game(u8),
    /// A room of an earlier time, by its place in the list.
    Recent(u8),
    Back,
    CopyCode,
    CopyLine(u8),
    Ready,
    Start,
    /// The seat of a bot, or the free one where the next bot will sit.
    Seat(u8),
    Colour,
    SecondColour,
    RoomRules,
    Length,
    Leave,
    Rematch,
    Resume,
    Controls,
    HowTo,
    Credits,
    Settings,
    Section(Section),
    Setting(Knob),
    Reset,
    /// Whose keys are shown.
    Whose,
    Scheme,
    /// A place in the table of the controls.
    Cell(Cell),
    MouseAim,
    DeadZone,
    Rumble,
    /// Ends that one key does two things.
    Resolve,
    ResetKeys,
    /// Empties the cell that waits for a press.
    Unbind,
    /// Nothing is bound after all.
    Cancel,
}

/// How a line looks and behaves.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::view::ui) enum Kind {
    /// Pressing it does something.
    Button,
    /// Left and right change a value.
    Stepper(String),
    /// The same with more room for both: what it is called above, the value below.
    Choice(String),
    /// On or off.
    Switch(bool),
    /// A number, and its place between left and right in thousandths.
    Slider(String, u16),
    /// Text is typed into it.
    Field,
    /// Pressing it copies; the text is what is copied.
    Copy(String),
}

/// The part of a line that was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Part {
    Whole,
    Less,
    More,
    /// A slider: where it is clicked matters.
    Slide,
    /// What takes the line away.
    Away,
}

/// What the menus call a strength.
pub(in crate::view::ui) fn level_name(level: BotStrength) -> String {
    say(match level {
        BotStrength::Easy => "skill-easy",
        BotStrength::Normal => "skill-normal",
        BotStrength::Hard => "skill-hard",
    })
}

/// What the menus call the colour of this number.
pub(in crate::view::ui) fn colour_name(number: u8) -> String {
    say(match number {
        0 => "lobby-colour-amber",
        1 => "lobby-colour-sky",
        2 => "lobby-colour-green",
        3 => "lobby-colour-yellow",
        4 => "lobby-colour-blue",
        5 => "lobby-colour-red",
        6 => "lobby-colour-violet",
        _ => "lobby-colour-white",
    })
}

/// What the menus call a switch.
pub(in crate::view::ui) fn switch_name(on: bool) -> String {
    say(if on { "lobby-form-on" } else { "lobby-form-off" })
}

/// What the menus call a rule set.
pub(in crate::view::ui) fn rules_name(rules: RuleSet) -> String {
    say(match rules {
        RuleSet::Classic => "rules-classic",
        RuleSet::Modern => "rules-modern",
    })
}
