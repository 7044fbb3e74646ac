//! The page on which every action is bound: a cell waits for whatever is pressed next, what
//! is bound twice is said and resolved, and a scheme brings everything back.
//!
//! Never touches the keys of the menus themselves: those are fixed, and what is bound here
//! only counts in a match.

mod keys;

use self::keys::Keys;
use super::{Item, Kind, Menu, Page, Press};
use crate::view::keys::{Action, Bindings, Device, Labels, MOST_DEAD, SLOTS, Scheme, Source};
use crate::view::split;
use crate::words::{say, say_with};

/// A place in the table: the n-th source of a device for an action.
pub(in crate::view::ui) type Cell = (Action, Device, u8);

/// What both players have bound, and what is being done about it.
#[derive(Debug)]
pub(in crate::view::ui) struct Controls {
    players: [Keys; 2],
    /// Whose keys are shown.
    second: bool,
    /// Whether a second player plays here, and who has a key matters to the first.
    has_second: bool,
    /// The cell that the next press goes to.
    waiting: Option<Cell>,
    /// The action that was given something last, of the first or the second player.
    latest: Option<(bool, Action)>,
    /// Why a press was not taken.
    refusal: Option<String>,
    labels: Labels,
}

/// Something that two actions are bound to and only one can have.
#[derive(Clone, Debug, PartialEq)]
struct Conflict {
    source: Source,
    /// The actions, of the first or the second player.
    users: Vec<(bool, Action)>,
    /// The one that keeps it.
    keeper: (bool, Action),
}

impl Conflict {
    /// Whether each of the players has one of the actions.
    fn is_between(&self) -> bool {
        self.users.iter().any(|user| user.0 != self.keeper.0)
    }
}

/// Percent that one step of a number makes.
const STEP: u8 = 5;

impl Default for Controls {
    fn default() -> Self {
        Self {
            players: [false, true].map(Keys::new),
            second: false,
            has_second: false,
            waiting: None,
            latest: None,
            refusal: None,
            labels: Labels::default(),
        }
    }
}

impl Controls {
    /// What the first player has bound now.
    #[cfg(test)]
    pub(in crate::view::ui) fn bindings(&self) -> &Bindings {
        self.keys(false).bindings()
    }

    /// What the first and the second player have bound now.
    pub(in crate::view::ui) fn both(&self) -> [&Bindings; 2] {
        [false, true].map(|second| self.keys(second).bindings())
    }

    /// What this person's keyboard has on its keys.
    pub(in crate::view::ui) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// What this person's keyboard has on its keys, to be learned.
    pub(in crate::view::ui) fn labels_mut(&mut self) -> &mut Labels {
        &mut self.labels
    }

    /// What the player can do whose keys are shown, in the order of the table.
    pub(in crate::view::ui) fn actions(&self) -> Vec<Action> {
        self.shown().actions()
    }

    /// The cell that waits for a press.
    pub(in crate::view::ui) fn waiting(&self) -> Option<Cell> {
        self.waiting
    }

    /// What is in a cell.
    pub(in crate::view::ui) fn source(&self, (action, device, slot): Cell) -> Option<Source> {
        self.shown().bindings().on(action, device).nth(usize::from(slot))
    }

    /// Whether what is in a cell is bound to another action, too, and only one can have it.
    pub(in crate::view::ui) fn is_shared(&self, cell: Cell) -> bool {
        let Some(source) = self.source(cell) else { return false };
        self.shown().bindings().users(source).len() > 1
            || self.dispute().is_some_and(|(disputed, ..)| disputed == source)
    }

    /// The number of the other player, if they have what is in a cell, too. Each has a gamepad
    /// of their own.
    pub(in crate::view::ui) fn other_user(&self, cell: Cell) -> Option<&'static str> {
        let source = self.source(cell).filter(|source| source.device() != Device::Pad)?;
        let is_both = !self.keys(!self.second).bindings().users(source).is_empty();
        (is_both && self.matters()).then_some(if self.second { "1" } else { "2" })
    }

    /// Whether something is marked as the other player's, too.
    pub(in crate::view::ui) fn is_other_seen(&self) -> bool {
        let cells = self.actions().into_iter().flat_map(cells_of);
        cells.into_iter().any(|cell| self.other_user(cell).is_some())
    }

    /// What a person should know: why a press was not taken, or what is bound twice.
    pub(in crate::view::ui) fn sentence(&self) -> Option<String> {
        self.refusal.clone().or_else(|| {
            let conflict = self.conflict()?;
            let names: Vec<String> =
                conflict.users.iter().map(|(_, action)| say(action.word())).collect();
            let key = ("key", self.labels.name(conflict.source).into());
            Some(match &names[..] {
                [first, second] if conflict.is_between() => say_with(
                    "couch-keys-conflict",
                    &[key, ("first", first.clone().into()), ("second", second.clone().into())],
                ),
                _ => say_with("controls-conflict", &[key, ("actions", names.join(", ").into())]),
            })
        })
    }

    /// Whether the mouse, which aims for one of them only, is the second player's while the
    /// first one's keys are shown.
    pub(in crate::view::ui) fn is_mouse_away(&self) -> bool {
        !self.second && self.has_second && self.keys(true).bindings().mouse_aim
    }

    /// The mouse begins or ceases to aim for the player whose keys are shown; who takes it has
    /// it alone.
    fn swap_mouse(&mut self) {
        if self.is_mouse_away() {
            self.keys_mut(true).change(|bindings| bindings.mouse_aim = false);
            self.change(|bindings| bindings.mouse_aim = true);
        } else {
            self.change(|bindings| bindings.mouse_aim = !bindings.mouse_aim);
        }
    }

    fn keys(&self, second: bool) -> &Keys {
        let [first, other] = &self.players;
        if second { other } else { first }
    }

    fn keys_mut(&mut self, second: bool) -> &mut Keys {
        let [first, other] = &mut self.players;
        if second { other } else { first }
    }

    fn shown(&self) -> &Keys {
        self.keys(self.second)
    }

    fn change(&mut self, edit: impl FnOnce(&mut Bindings)) {
        self.refusal = None;
        self.keys_mut(self.second).change(edit);
    }

    /// Whether the other player's keys say anything here.
    fn matters(&self) -> bool {
        self.second || self.has_second
    }

    fn dispute(&self) -> Option<(Source, Action, Action)> {
        let [first, second] = self.both();
        split::dispute(first, second).filter(|_| self.matters())
    }

    /// What is bound twice, and the action that keeps it: the latest, if it is one of them.
    fn conflict(&self) -> Option<Conflict> {
        let (source, users, else_kept) = match self.shown().bindings().conflict() {
            Some((source, users)) => {
                let users: Vec<_> = users.into_iter().map(|user| (self.second, user)).collect();
                let first = users.first().copied()?;
                (source, users, first)
            }
            None => {
                let (source, first, second) = self.dispute()?;
                let users = vec![(false, first), (true, second)];
                (source, users, (self.second, if self.second { second } else { first }))
            }
        };
        let latest = self.latest.filter(|latest| users.contains(latest));
        Some(Conflict { source, users, keeper: latest.unwrap_or(else_kept) })
    }

    /// Ends a conflict: one action keeps what was bound twice.
    fn resolve(&mut self, conflict: &Conflict) {
        let ((second, action), source) = (conflict.keeper, conflict.source);
        self.refusal = None;
        if conflict.is_between() {
            self.keys_mut(!second).change(|bindings| bindings.retain(|other| *other != source));
        } else {
            self.keys_mut(second).change(|bindings| bindings.keep_only_for(action, source));
        }
    }
}

/// The places of an action in the table, from left to right.
pub(in crate::view::ui) fn cells_of(action: Action) -> Vec<Cell> {
    let of = |device| (0..SLOTS as u8).map(move |slot| (action, device, slot));
    Device::ALL.into_iter().flat_map(of).collect()
}

/// What a scheme is called.
fn scheme_word(scheme: Option<Scheme>) -> &'static str {
    match scheme {
        Some(Scheme::Classic) => "controls-classic",
        Some(Scheme::Modern) => "controls-modern",
        Some(Scheme::Second) => "couch-keys-scheme",
        None => "controls-own",
    }
}

/// What the first or the second player is called here.
fn whose(second: bool) -> String {
    say(if second { "couch-keys-second" } else { "couch-keys-first" })
}

impl Menu {
    /// What every action is bound to.
    pub(in crate::view::ui) fn controls(&self) -> &Controls {
        &self.controls
    }

    /// What this person's keyboard has on its keys, to be learned.
    pub(in crate::view::ui) fn labels_mut(&mut self) -> &mut Labels {
        self.controls.labels_mut()
    }

    /// What the first or the second player had bound before.
    pub(in crate::view::ui) fn set_bindings(&mut self, second: bool, bindings: Bindings) {
        self.controls.keys_mut(second).take(bindings);
    }

    /// What a player has bound now, if that was changed since the previous call.
    pub(in crate::view::ui) fn poll_bindings(&mut self, second: bool) -> Option<Bindings> {
        self.controls.keys_mut(second).poll()
    }

    /// The page is opened: with the keys of the first player.
    pub(super) fn open_controls(&mut self) {
        (self.controls.second, self.controls.latest) = (false, None);
        self.controls.has_second = self.forms.has_second;
    }

    /// Whether the next press goes to a cell: hand it to [`Menu::capture`].
    pub(in crate::view::ui) fn is_waiting(&self) -> bool {
        self.page == Page::Controls && self.controls.waiting.is_some()
    }

    /// Something was pressed while a cell waits for it.
    pub(in crate::view::ui) fn capture(&mut self, source: Source) {
        let Some((action, _, slot)) = self.controls.waiting else { return };
        let controls = &mut self.controls;
        if source.is_fixed() {
            // whoever looks for a way out has found it
            controls.waiting = None;
            controls.refusal = Some(say("controls-fixed"));
            return;
        }
        if source.name().is_none() {
            controls.refusal = Some(say("controls-unknown"));
            return;
        }
        let device = source.device();
        let same = controls.waiting.is_some_and(|(_, waiting, _)| waiting == device);
        let slot = same.then_some(usize::from(slot));
        controls.waiting = None;
        if controls.shown().bindings().of(action).contains(&source) {
            let values = [
                ("key", controls.labels.name(source).into()),
                ("action", say(action.word()).into()),
            ];
            controls.refusal = Some(say_with("controls-already", &values));
            return;
        }
        controls.latest = Some((controls.second, action));
        controls.change(|bindings| _ = bindings.bind(action, slot, source));
        // what is bound twice is one more press away from being resolved
        self.focus = match controls.conflict() {
            Some(conflict) if conflict.source == source => Item::Resolve,
            _ => self.cell_of(action, source),
        };
    }

    /// The lines of the page, in the order in which the focus goes through them.
    pub(super) fn controls_items(&self) -> Vec<Item> {
        let mut items = vec![Item::Whose, Item::Scheme];
        let cells = self.controls.actions().into_iter().flat_map(cells_of);
        items.extend(cells.map(Item::Cell));
        if self.controls.conflict().is_some() {
            items.push(Item::Resolve);
        }
        items.extend([Item::MouseAim, Item::DeadZone, Item::Rumble, Item::ResetKeys, Item::Back]);
        if self.is_waiting() {
            items.extend([Item::Unbind, Item::Cancel]);
        }
        items
    }

    pub(super) fn controls_label(&self, item: Item) -> String {
        match item {
            Item::Whose => say("couch-keys-whose"),
            Item::Scheme => say("controls-scheme"),
            Item::Cell((action, ..)) => say(action.word()),
            Item::MouseAim => say("controls-mouse-aim"),
            Item::DeadZone => say("controls-dead-zone"),
            Item::Rumble => say("controls-rumble"),
            Item::Unbind => say("controls-unbind"),
            Item::Resolve => match self.controls.conflict() {
                Some(conflict) => {
                    let key = ("key", self.controls.labels.name(conflict.source).into());
                    let (second, action) = conflict.keeper;
                    match conflict.is_between() {
                        true => {
                            say_with("couch-keys-resolve", &[key, ("who", whose(second).into())])
                        }
                        false => {
                            let action = ("action", say(action.word()).into());
                            say_with("controls-resolve", &[key, action])
                        }
                    }
                }
                None => String::new(),
            },
            _ => {
                let scheme = say(scheme_word(Some(self.controls.shown().base())));
                say_with("controls-reset", &[("scheme", scheme.into())])
            }
        }
    }

    pub(super) fn controls_kind(&self, item: Item) -> Kind {
        let bindings = self.controls.shown().bindings();
        let percent = |value: u8, most: u8| {
            let shown = match (item, value) {
                (Item::Rumble, 0) => say("settings-off"),
                _ => say_with("percent", &[("percent", u32::from(value).into())]),
            };
            Kind::Slider(shown, (u32::from(value) * 1000 / u32::from(most)) as u16)
        };
        match item {
            Item::Whose => Kind::Choice(whose(self.controls.second)),
            Item::Scheme => Kind::Choice(say(scheme_word(self.controls.shown().scheme()))),
            Item::MouseAim => Kind::Switch(bindings.mouse_aim && !self.controls.is_mouse_away()),
            Item::DeadZone => percent(bindings.dead_zone, MOST_DEAD),
            Item::Rumble => percent(bindings.rumble, 100),
            _ => Kind::Button,
        }
    }

    /// A slider of this page was moved to this place, 0..=1 from left to right.
    pub(super) fn slide_control(&mut self, item: Item, share: f32) {
        self.focus = item;
        let value = |most: u8| {
            let steps = share.clamp(0.0, 1.0) * f32::from(most / STEP);
            steps.round() as u8 * STEP
        };
        self.controls.change(|bindings| match item {
            Item::DeadZone => bindings.dead_zone = value(MOST_DEAD),
            Item::Rumble => bindings.rumble = value(100),
            _ => {}
        });
    }

    /// Left or right of a line of this page.
    pub(super) fn step_control(&mut self, item: Item, up: bool) {
        let step = |value: u8, most: u8| {
            if up { value.saturating_add(STEP).min(most) } else { value.saturating_sub(STEP) }
        };
        match item {
            Item::Whose => {
                self.controls.second = !self.controls.second;
                self.controls.refusal = None;
            }
            Item::Scheme => {
                self.controls.refusal = None;
                self.controls.keys_mut(self.controls.second).step_scheme(up);
            }
            Item::MouseAim => self.controls.swap_mouse(),
            Item::DeadZone => self.controls.change(|b| b.dead_zone = step(b.dead_zone, MOST_DEAD)),
            Item::Rumble => self.controls.change(|b| b.rumble = step(b.rumble, 100)),
            _ => {}
        }
    }

    /// A line of this page was pressed.
    pub(super) fn press_control(&mut self, item: Item) {
        match item {
            Item::Cell(cell) => {
                self.controls.refusal = None;
                self.controls.waiting = Some(cell);
            }
            Item::Whose | Item::Scheme | Item::MouseAim => self.step_control(item, true),
            Item::Cancel => self.stop_waiting(),
            Item::Unbind => {
                if let Some(cell) = self.controls.waiting {
                    self.unbind(cell);
                }
            }
            Item::Resolve => {
                if let Some(conflict) = self.controls.conflict() {
                    self.controls.resolve(&conflict);
                    let here = conflict.users.iter().filter(|user| user.0 == self.controls.second);
                    let action = here
                        .map(|user| user.1)
                        .find(|action| conflict.keeper.1 == *action || conflict.is_between());
                    self.focus = self.cell_of(action.unwrap_or(conflict.keeper.1), conflict.source);
                }
            }
            Item::ResetKeys => {
                self.controls.refusal = None;
                self.controls.keys_mut(self.controls.second).reset();
            }
            _ => {}
        }
    }

    /// Whether a key of the menus meant this page's table.
    pub(super) fn press_in_table(&mut self, press: Press) -> bool {
        if self.is_waiting() {
            match press {
                Press::Escape | Press::Menu => self.stop_waiting(),
                Press::Backspace | Press::Delete => self.press_control(Item::Unbind),
                _ => {}
            }
            return true;
        }
        let Item::Cell(cell) = self.focus else { return false };
        let (action, device, slot) = cell;
        let column = device as usize * SLOTS + usize::from(slot);
        let columns = Device::ALL.len() * SLOTS;
        let (row, column) = match press {
            Press::Left => (action as usize, (column + columns - 1) % columns),
            Press::Right => (action as usize, (column + 1) % columns),
            Press::Up => match (action as usize).checked_sub(1) {
                Some(row) => (row, column),
                None => {
                    self.focus = Item::Scheme;
                    return true;
                }
            },
            Press::Down => (action as usize + 1, column),
            Press::Backspace | Press::Delete => {
                self.unbind(cell);
                return true;
            }
            _ => return false,
        };
        let device = Device::ALL.get(column / SLOTS);
        self.focus = match (self.controls.actions().get(row), device) {
            (Some(action), Some(device)) => Item::Cell((*action, *device, (column % SLOTS) as u8)),
            _ if self.controls.conflict().is_some() => Item::Resolve,
            _ => Item::MouseAim,
        };
        true
    }

    /// Back into the table from the line below or above it; whether that was meant.
    pub(super) fn enter_table(&mut self, press: Press) -> bool {
        let is_below = match self.focus {
            Item::Resolve => true,
            Item::MouseAim => self.controls.conflict().is_none(),
            _ => false,
        };
        let actions = self.controls.actions();
        let action = match press {
            Press::Down if self.focus == Item::Scheme => actions.first(),
            Press::Up if is_below => actions.last(),
            _ => None,
        };
        if let (Page::Controls, Some(action)) = (self.page, action) {
            self.focus = Item::Cell((*action, Device::Keyboard, 0));
            return true;
        }
        false
    }

    /// The page is left, or nothing shall be bound after all.
    pub(super) fn stop_waiting(&mut self) {
        self.controls.waiting = None;
        self.controls.refusal = None;
    }

    /// The place of a source in the table; the first of its device if it has none.
    fn cell_of(&self, action: Action, source: Source) -> Item {
        let device = source.device();
        let place = self.controls.shown().bindings().on(action, device).position(|s| s == source);
        Item::Cell((action, device, place.unwrap_or(0) as u8))
    }

    fn unbind(&mut self, (action, device, slot): Cell) {
        self.controls.waiting = None;
        if self.controls.source((action, device, slot)).is_some() {
            let slot = usize::from(slot);
            self.controls.change(|bindings| _ = bindings.unbind(action, device, slot));
        }
    }
}

#[cfg(test)]
mod tests;
