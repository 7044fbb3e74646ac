//! What one player has bound, and the schemes they can go back to. Pure.

use crate::view::keys::{Action, Bindings, Scheme};

/// What one player has bound.
#[derive(Debug)]
pub(super) struct Keys {
    bindings: Bindings,
    /// What the player had bound before they chose a scheme.
    own: Option<Bindings>,
    /// The schemes that the player can choose.
    schemes: &'static [Scheme],
    /// The one that was there last.
    base: Scheme,
    is_changed: bool,
}

impl Keys {
    /// Those of the first or the second player, as they are at first.
    pub(super) fn new(second: bool) -> Self {
        let schemes: &[Scheme] = match second {
            false => &[Scheme::Classic, Scheme::Modern],
            true => &[Scheme::Second],
        };
        let base = if second { Scheme::Second } else { Scheme::default() };
        Self { bindings: base.bindings(), own: None, schemes, base, is_changed: false }
    }

    /// What is bound now.
    pub(super) fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// The scheme that this is; `None` for the player's own.
    pub(super) fn scheme(&self) -> Option<Scheme> {
        self.bindings.scheme().filter(|scheme| self.schemes.contains(scheme))
    }

    /// The scheme that the player goes back to.
    pub(super) fn base(&self) -> Scheme {
        self.base
    }

    /// What the player can do with keys: who is second does nothing to the screen.
    pub(super) fn actions(&self) -> Vec<Action> {
        let is_second = self.schemes.contains(&Scheme::Second);
        Action::ALL.into_iter().filter(|action| !is_second || action.bit() != 0).collect()
    }

    /// What was bound before.
    pub(super) fn take(&mut self, bindings: Bindings) {
        self.bindings = bindings;
        self.base = self.scheme().unwrap_or(self.base);
    }

    /// What is bound now, if that was changed since the previous call.
    pub(super) fn poll(&mut self) -> Option<Bindings> {
        std::mem::take(&mut self.is_changed).then(|| self.bindings.clone())
    }

    pub(super) fn change(&mut self, edit: impl FnOnce(&mut Bindings)) {
        edit(&mut self.bindings);
        self.is_changed = true;
    }

    /// Back to the scheme that was there last.
    pub(super) fn reset(&mut self) {
        self.take_scheme(self.base);
    }

    /// The next or the one before of: the schemes, and the player's own if there are such.
    pub(super) fn step_scheme(&mut self, up: bool) {
        let count = self.schemes.len();
        let at = self.schemes.iter().position(|scheme| Some(*scheme) == self.scheme());
        let places = count + usize::from(at.is_none() || self.own.is_some());
        let next = (at.unwrap_or(count) + if up { 1 } else { places - 1 }) % places;
        match (self.schemes.get(next), self.own.clone()) {
            (Some(scheme), _) => self.take_scheme(*scheme),
            (None, Some(own)) => {
                let (dead_zone, rumble) = (self.bindings.dead_zone, self.bindings.rumble);
                self.change(|b| {
                    *b = own;
                    (b.dead_zone, b.rumble) = (dead_zone, rumble);
                });
            }
            (None, None) => {}
        }
    }

    fn take_scheme(&mut self, scheme: Scheme) {
        if self.scheme().is_none() {
            self.own = Some(self.bindings.clone());
        }
        self.base = scheme;
        self.change(|bindings| bindings.take_scheme(scheme));
    }
}
