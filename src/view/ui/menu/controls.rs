//! The page on which every action is bound: a cell waits for whatever is pressed next, what
//! is bound twice is said and resolved, and a scheme brings everything back.
//!
//! Never touches the keys of the menus themselves: those are fixed, and what is bound here
//! only counts in a match.

use super::{Item, Kind, Menu, Page, Press};
use crate::view::keys::{Action, Bindings, Device, Labels, MOST_DEAD, SLOTS, Scheme, Source};
use crate::words::{say, say_with};

/// A place in the table: the n-th source of a device for an action.
pub(in crate::view::ui) type Cell = (Action, Device, u8);

/// What is bound, and what is being done about it.
#[derive(Debug, Default)]
pub(in crate::view::ui) struct Controls {
    bindings: Bindings,
    /// What a person had bound before they chose a scheme.
    own: Option<Bindings>,
    /// The scheme that was there last.
    base: Scheme,
    /// The cell that the next press goes to.
    waiting: Option<Cell>,
    /// The action that was given something last.
    latest: Option<Action>,
    /// Why a press was not taken.
    refusal: Option<String>,
    labels: Labels,
    is_changed: bool,
}

/// Percent that one step of a number makes.
const STEP: u8 = 5;

impl Controls {
    /// What is bound now.
    pub(in crate::view::ui) fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// What this person's keyboard has on its keys.
    pub(in crate::view::ui) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// What this person's keyboard has on its keys, to be learned.
    pub(in crate::view::ui) fn labels_mut(&mut self) -> &mut Labels {
        &mut self.labels
    }

    /// The cell that waits for a press.
    pub(in crate::view::ui) fn waiting(&self) -> Option<Cell> {
        self.waiting
    }

    /// What is in a cell.
    pub(in crate::view::ui) fn source(&self, (action, device, slot): Cell) -> Option<Source> {
        self.bindings.on(action, device).nth(usize::from(slot))
    }

    /// Whether what is in a cell is bound to another action, too.
    pub(in crate::view::ui) fn is_shared(&self, cell: Cell) -> bool {
        self.source(cell).is_some_and(|source| self.bindings.users(source).len() > 1)
    }

    /// What a person should know: why a press was not taken, or what is bound twice.
    pub(in crate::view::ui) fn sentence(&self) -> Option<String> {
        self.refusal.clone().or_else(|| {
            let (source, users) = self.bindings.conflict()?;
            let names: Vec<String> = users.iter().map(|user| say(user.word())).collect();
            let key = self.labels.name(source).into();
            Some(say_with(
                "controls-conflict",
                &[("key", key), ("actions", names.join(", ").into())],
            ))
        })
    }

    /// The source that is bound twice, and the action that keeps it.
    fn verdict(&self) -> Option<(Source, Action)> {
        let (source, users) = self.bindings.conflict()?;
        let latest = self.latest.filter(|latest| users.contains(latest));
        Some((source, latest.or(users.first().copied())?))
    }

    fn take(&mut self, bindings: Bindings) {
        self.base = bindings.scheme().unwrap_or(self.base);
        self.bindings = bindings;
    }

    fn change(&mut self, edit: impl FnOnce(&mut Bindings)) {
        edit(&mut self.bindings);
        self.refusal = None;
        self.is_changed = true;
    }

    fn take_scheme(&mut self, scheme: Scheme) {
        if self.bindings.scheme().is_none() {
            self.own = Some(self.bindings.clone());
        }
        self.base = scheme;
        self.change(|bindings| bindings.take_scheme(scheme));
    }

    /// The next or the one before of: the schemes, and the person's own if there are such.
    fn step_scheme(&mut self, up: bool) {
        let is_own = self.bindings.scheme().is_none();
        let at = match self.bindings.scheme() {
            Some(Scheme::Classic) => 0,
            Some(Scheme::Modern) => 1,
            None => 2,
        };
        let count = if is_own || self.own.is_some() { 3 } else { 2 };
        match (at + if up { 1 } else { count - 1 }) % count {
            0 => self.take_scheme(Scheme::Classic),
            1 => self.take_scheme(Scheme::Modern),
            _ => {
                if let Some(own) = self.own.clone() {
                    let (dead_zone, rumble) = (self.bindings.dead_zone, self.bindings.rumble);
                    self.change(|b| {
                        *b = own;
                        (b.dead_zone, b.rumble) = (dead_zone, rumble);
                    });
                }
            }
        }
    }
}

/// What a scheme is called.
fn scheme_word(scheme: Option<Scheme>) -> &'static str {
    match scheme {
        Some(Scheme::Classic) => "controls-classic",
        Some(Scheme::Modern) => "controls-modern",
        None => "controls-own",
    }
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

    /// What was bound before.
    pub(in crate::view::ui) fn set_bindings(&mut self, bindings: Bindings) {
        self.controls.take(bindings);
    }

    /// What is bound now, if that was changed since the previous call.
    pub(in crate::view::ui) fn poll_bindings(&mut self) -> Option<Bindings> {
        let is_changed = std::mem::take(&mut self.controls.is_changed);
        is_changed.then(|| self.controls.bindings.clone())
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
        if controls.bindings.of(action).contains(&source) {
            let values = [
                ("key", controls.labels.name(source).into()),
                ("action", say(action.word()).into()),
            ];
            controls.refusal = Some(say_with("controls-already", &values));
            return;
        }
        controls.latest = Some(action);
        controls.change(|bindings| _ = bindings.bind(action, slot, source));
        let place = controls.bindings.on(action, device).position(|other| other == source);
        // what is bound twice is one more press away from being resolved
        self.focus = match controls.bindings.users(source).len() {
            0 | 1 => Item::Cell((action, device, place.unwrap_or(0) as u8)),
            _ => Item::Resolve,
        };
    }

    /// The lines of the page, in the order in which the focus goes through them.
    pub(super) fn controls_items(&self) -> Vec<Item> {
        let mut items = vec![Item::Scheme];
        for action in Action::ALL {
            items.extend(Device::ALL.into_iter().flat_map(|device| {
                (0..SLOTS as u8).map(move |slot| Item::Cell((action, device, slot)))
            }));
        }
        if self.controls.verdict().is_some() {
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
            Item::Scheme => say("controls-scheme"),
            Item::Cell((action, ..)) => say(action.word()),
            Item::MouseAim => say("controls-mouse-aim"),
            Item::DeadZone => say("controls-dead-zone"),
            Item::Rumble => say("controls-rumble"),
            Item::Unbind => say("controls-unbind"),
            Item::Resolve => match self.controls.verdict() {
                Some((source, action)) => {
                    let key = self.controls.labels.name(source).into();
                    let values = [("key", key), ("action", say(action.word()).into())];
                    say_with("controls-resolve", &values)
                }
                None => String::new(),
            },
            _ => {
                let scheme = say(scheme_word(Some(self.controls.base)));
                say_with("controls-reset", &[("scheme", scheme.into())])
            }
        }
    }

    pub(super) fn controls_kind(&self, item: Item) -> Kind {
        let bindings = &self.controls.bindings;
        let percent = |value: u8, most: u8| {
            let shown = match (item, value) {
                (Item::Rumble, 0) => say("settings-off"),
                _ => say_with("percent", &[("percent", u32::from(value).into())]),
            };
            Kind::Slider(shown, (u32::from(value) * 1000 / u32::from(most)) as u16)
        };
        match item {
            Item::Scheme => Kind::Choice(say(scheme_word(bindings.scheme()))),
            Item::MouseAim => Kind::Switch(bindings.mouse_aim),
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
            Item::Scheme => self.controls.step_scheme(up),
            Item::MouseAim => self.controls.change(|b| b.mouse_aim = !b.mouse_aim),
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
            Item::Scheme | Item::MouseAim => self.step_control(item, true),
            Item::Cancel => self.stop_waiting(),
            Item::Unbind => {
                if let Some(cell) = self.controls.waiting {
                    self.unbind(cell);
                }
            }
            Item::Resolve => {
                if let Some((source, action)) = self.controls.verdict() {
                    self.controls.change(|bindings| bindings.keep_only_for(action, source));
                    let device = source.device();
                    let place = self.controls.bindings.on(action, device).position(|s| s == source);
                    self.focus = Item::Cell((action, device, place.unwrap_or(0) as u8));
                }
            }
            Item::ResetKeys => self.controls.take_scheme(self.controls.base),
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
        self.focus = match (Action::ALL.get(row), device) {
            (Some(action), Some(device)) => Item::Cell((*action, *device, (column % SLOTS) as u8)),
            _ if self.controls.verdict().is_some() => Item::Resolve,
            _ => Item::MouseAim,
        };
        true
    }

    /// Back into the table from the line below or above it; whether that was meant.
    pub(super) fn enter_table(&mut self, press: Press) -> bool {
        let is_below = match self.focus {
            Item::Resolve => true,
            Item::MouseAim => self.controls.verdict().is_none(),
            _ => false,
        };
        let action = match press {
            Press::Down if self.focus == Item::Scheme => Action::ALL.first(),
            Press::Up if is_below => Action::ALL.last(),
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

    fn unbind(&mut self, (action, device, slot): Cell) {
        self.controls.waiting = None;
        if self.controls.bindings.on(action, device).nth(slot.into()).is_some() {
            let slot = usize::from(slot);
            self.controls.change(|bindings| _ = bindings.unbind(action, device, slot));
        }
    }
}

#[cfg(test)]
mod tests;
