//! What is typed goes into the field with the focus.

use super::{Item, Menu, Page, Press};
use crate::view::ui::form::TextField;

impl Menu {
    /// A character was typed.
    pub(in crate::view::ui) fn type_character(&mut self, character: char) {
        let mut buffer = [0; 4];
        if let Some(field) = self.field() {
            field.insert(character.encode_utf8(&mut buffer));
        }
    }

    /// The clipboard's text, after it was asked for.
    pub(in crate::view::ui) fn paste(&mut self, text: &str) {
        if let Some(field) = self.field() {
            field.paste(text);
        }
    }

    /// Whether the field with the focus took the key.
    pub(super) fn edit(&mut self, press: Press) -> bool {
        if press == Press::Paste {
            self.wants_paste = true;
            return true;
        }
        let leads_out = self.is_beside_games();
        let Some(field) = self.field() else { return false };
        match press {
            Press::Right if leads_out && field.is_at_end() => return false,
            Press::Left => field.step(false),
            Press::Right => field.step(true),
            Press::Home => field.jump(false),
            Press::End => field.jump(true),
            Press::Backspace => field.backspace(),
            Press::Delete => field.delete(),
            Press::Clear => field.clear(),
            _ => return false,
        }
        true
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            _ if !self.is_typing() => None,
            Item::Name => Some(&mut self.forms.name),
            Item::SecondName => Some(&mut self.forms.second),
            Item::Target => Some(&mut self.forms.target),
            Item::Password if self.page == Page::Host => Some(&mut self.forms.own_password),
            Item::Password => Some(&mut self.forms.password),
            _ => None,
        }
    }
}
