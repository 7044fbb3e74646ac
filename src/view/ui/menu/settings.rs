//! The settings as a part of the menus: which knob is on which page, what stands beside it,
//! and what a step, a place on a slider or Reset makes of it. Pure: what is set here, the
//! window carries out.

use super::{Item, Kind, Menu, Page};
use crate::view::effects::Strength;
use crate::view::settings::{Desktop, Mode, Motion, Settings};
use crate::words::{Language, say, say_with};

/// A page of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Section {
    Sound,
    Picture,
    Window,
    Access,
}

/// One thing that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::ui) enum Knob {
    Master,
    Music,
    Effects,
    Mute,
    Shake,
    Flash,
    Particles,
    Motion,
    Mode,
    Scale,
    Vsync,
    FrameCap,
    TextSize,
    Fire,
    SoundCues,
    BotSpeed,
    Language,
}

/// Pictures a second that the menu offers; 0 is what the display shows.
const CAPS: [u16; 9] = [0, 30, 60, 75, 90, 120, 144, 165, 240];

impl Section {
    /// Every section, top to bottom.
    pub(in crate::view::ui) const ALL: [Section; 4] =
        [Section::Sound, Section::Picture, Section::Window, Section::Access];

    /// What can be set here, top to bottom.
    pub(in crate::view::ui) fn knobs(self) -> &'static [Knob] {
        match self {
            Section::Sound => &[Knob::Master, Knob::Music, Knob::Effects, Knob::Mute],
            Section::Picture => &[Knob::Shake, Knob::Flash, Knob::Particles, Knob::Motion],
            Section::Window => &[Knob::Mode, Knob::Scale, Knob::Vsync, Knob::FrameCap],
            Section::Access => &[Knob::TextSize, Knob::Fire, Knob::SoundCues, Knob::BotSpeed],
        }
    }

    /// What it is called.
    pub(in crate::view::ui) fn label(self) -> String {
        match self {
            Section::Sound => say("settings-sound"),
            Section::Picture => say("settings-picture"),
            Section::Window => say("settings-window"),
            Section::Access => say("settings-access"),
        }
    }
}

impl Knob {
    /// What it is called.
    pub(in crate::view::ui) fn label(self) -> String {
        match self {
            Knob::Master => say("settings-master"),
            Knob::Music => say("settings-music"),
            Knob::Effects => say("settings-effects"),
            Knob::Mute => say("settings-mute"),
            Knob::Shake => say("settings-shake"),
            Knob::Flash => say("settings-flash"),
            Knob::Particles => say("settings-particles"),
            Knob::Motion => say("settings-motion"),
            Knob::Mode => say("settings-mode"),
            Knob::Scale => say("settings-scale"),
            Knob::Vsync => say("settings-vsync"),
            Knob::FrameCap => say("settings-frame-cap"),
            Knob::TextSize => say("settings-text-size"),
            Knob::Fire => say("settings-fire"),
            Knob::SoundCues => say("settings-sound-cues"),
            Knob::BotSpeed => say("settings-bot-speed"),
            Knob::Language => say("settings-language"),
        }
    }

    /// What should be known before it is changed.
    pub(in crate::view::ui) fn note(self) -> Option<String> {
        match self {
            Knob::Motion => Some(say("settings-motion-note")),
            Knob::Scale => Some(say("settings-scale-note")),
            Knob::SoundCues => Some(say("settings-sound-cues-note")),
            Knob::BotSpeed => Some(say("settings-bot-speed-note")),
            _ => None,
        }
    }

    /// How it looks, and what it stands at.
    pub(in crate::view::ui) fn kind(self, settings: &Settings, desktop: Desktop) -> Kind {
        let choice = |text: String| Kind::Choice(text);
        match self {
            Knob::Mute => Kind::Switch(settings.volumes.mute_unfocused),
            Knob::Vsync => Kind::Switch(settings.window.vsync),
            Knob::SoundCues => Kind::Switch(settings.access.sound_cues),
            Knob::Motion => choice(match settings.motion {
                Motion::Auto if desktop.reduced_motion => say("settings-motion-auto-on"),
                Motion::Auto => say("settings-motion-auto-off"),
                Motion::Reduced => say("settings-on"),
                Motion::Full => say("settings-off"),
            }),
            Knob::Mode => choice(match settings.window.mode {
                Mode::Windowed => say("settings-windowed"),
                Mode::Borderless => say("settings-borderless"),
                Mode::Fullscreen => say("settings-fullscreen"),
            }),
            Knob::FrameCap => choice(match settings.window.frame_cap {
                0 => say("settings-frame-cap-none"),
                cap => say_with("settings-frame-cap-at", &[("count", u32::from(cap).into())]),
            }),
            Knob::Fire if settings.access.fire_toggles => choice(say("settings-fire-toggle")),
            Knob::Fire => choice(say("settings-fire-hold")),
            Knob::Language => choice(match settings.language {
                None => say_with("settings-auto", &[("what", desktop.language.own_name().into())]),
                Some(language) => language.own_name().to_owned(),
            }),
            _ => {
                let ([least, most], _) = self.range().unwrap_or(([0, 100], 1));
                let value = self.number(settings).unwrap_or_default();
                let text = say_with("percent", &[("percent", u32::from(value).into())]);
                if self == Knob::TextSize {
                    // A slider would run away from under the mouse: it moves everything.
                    return choice(text);
                }
                let share = f32::from(value.saturating_sub(least)) / f32::from(most - least);
                Kind::Slider(text, (share * 1000.0).round() as u16)
            }
        }
    }

    /// The next value up or down; `wraps` from the last to the first where there are few.
    fn step(self, settings: &mut Settings, up: bool, wraps: bool) {
        if let (Some(([least, most], step)), Some(value)) = (self.range(), self.number(settings)) {
            let next = match up {
                true => (value / step + 1) * step,
                false => value.div_ceil(step).saturating_sub(1) * step,
            };
            return self.set(settings, next.clamp(least, most));
        }
        match self {
            Knob::Mute => settings.volumes.mute_unfocused ^= true,
            Knob::Vsync => settings.window.vsync ^= true,
            Knob::SoundCues => settings.access.sound_cues ^= true,
            Knob::Fire => settings.access.fire_toggles ^= true,
            Knob::Motion => {
                let all = [Motion::Auto, Motion::Reduced, Motion::Full];
                settings.motion = next(&all, settings.motion, up, wraps);
            }
            Knob::Mode => {
                let all = [Mode::Windowed, Mode::Borderless, Mode::Fullscreen];
                settings.window.mode = next(&all, settings.window.mode, up, wraps);
            }
            Knob::Language => {
                let known = Language::ALL.into_iter().map(Some);
                let all: Vec<_> = std::iter::once(None).chain(known).collect();
                settings.language = next(&all, settings.language, up, wraps);
            }
            Knob::FrameCap => {
                let cap = &mut settings.window.frame_cap;
                // One of the file's own lies between two of ours.
                let nearest = CAPS.iter().rev().find(|c| **c <= *cap).copied().unwrap_or(0);
                *cap =
                    if !up && nearest < *cap { nearest } else { next(&CAPS, nearest, up, wraps) };
            }
            _ => {}
        }
    }

    /// The value at a place of its slider, 0..=1 from left to right.
    fn slide(self, settings: &mut Settings, share: f32) {
        let Some(([least, most], step)) = self.range() else { return };
        let way = f32::from(most - least) * share.clamp(0.0, 1.0);
        let value = f32::from(least) + (way / f32::from(step)).round() * f32::from(step);
        self.set(settings, (value as u8).min(most));
    }

    fn reset(self, settings: &mut Settings) {
        let default = Settings::default();
        match self {
            Knob::Mute => settings.volumes.mute_unfocused = default.volumes.mute_unfocused,
            Knob::Vsync => settings.window.vsync = default.window.vsync,
            Knob::SoundCues => settings.access.sound_cues = default.access.sound_cues,
            Knob::Fire => settings.access.fire_toggles = default.access.fire_toggles,
            Knob::Motion => settings.motion = default.motion,
            Knob::Mode => settings.window.mode = default.window.mode,
            Knob::Language => settings.language = default.language,
            Knob::FrameCap => settings.window.frame_cap = default.window.frame_cap,
            _ => {
                if let Some(value) = self.number(&default) {
                    self.set(settings, value);
                }
            }
        }
    }

    /// Least and most of a number, and how far a step goes.
    fn range(self) -> Option<([u8; 2], u8)> {
        match self {
            Knob::Scale => Some(([25, 100], 5)),
            Knob::TextSize => Some(([80, 200], 10)),
            Knob::BotSpeed => Some(([40, 100], 10)),
            Knob::Master | Knob::Music | Knob::Effects => Some(([0, 100], 5)),
            Knob::Shake | Knob::Flash | Knob::Particles => Some(([0, 100], 5)),
            _ => None,
        }
    }

    fn number(self, settings: &Settings) -> Option<u8> {
        self.place(&mut settings.clone()).copied()
    }

    fn set(self, settings: &mut Settings, value: u8) {
        if let Some(place) = self.place(settings) {
            *place = value;
        }
    }

    fn place(self, settings: &mut Settings) -> Option<&mut u8> {
        let Settings { volumes, strength: Strength { shake, flash, particles }, .. } = settings;
        Some(match self {
            Knob::Master => &mut volumes.master,
            Knob::Music => &mut volumes.music,
            Knob::Effects => &mut volumes.effects,
            Knob::Shake => shake,
            Knob::Flash => flash,
            Knob::Particles => particles,
            Knob::Scale => &mut settings.window.scale,
            Knob::TextSize => &mut settings.access.text_size,
            Knob::BotSpeed => &mut settings.access.bot_speed,
            _ => return None,
        })
    }
}

/// The neighbour of a value among all of them.
fn next<T: Copy + PartialEq>(all: &[T], now: T, up: bool, wraps: bool) -> T {
    let at = all.iter().position(|value| *value == now).unwrap_or(0);
    let last = all.len().saturating_sub(1);
    let at = match up {
        true if at == last && wraps => 0,
        true => (at + 1).min(last),
        false => at.saturating_sub(1),
    };
    all.get(at).copied().unwrap_or(now)
}

impl Menu {
    /// What the player has set.
    pub(in crate::view::ui) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was set before the menus were there, and what the desktop wishes.
    pub(in crate::view::ui) fn set_settings(&mut self, settings: Settings, desktop: Desktop) {
        self.settings = settings;
        self.desktop = desktop;
    }

    /// The window has got this size, in units that the desktop scales.
    pub(in crate::view::ui) fn set_window_size(&mut self, size: [u32; 2]) {
        self.settings.window.size = size;
    }

    /// The lines of the page of all settings.
    pub(super) fn settings_items(&self) -> Vec<Item> {
        let sections = Section::ALL.into_iter().map(Item::Section);
        let rest = [Item::Controls, Item::Setting(Knob::Language), Item::Reset, Item::Back];
        sections.chain(rest).collect()
    }

    /// The lines of one section.
    pub(super) fn section_items(&self, section: Section) -> Vec<Item> {
        let knobs = section.knobs().iter().map(|knob| Item::Setting(*knob));
        knobs.chain([Item::Reset, Item::Back]).collect()
    }

    pub(super) fn knob_kind(&self, knob: Knob) -> Kind {
        knob.kind(&self.settings, self.desktop)
    }

    pub(super) fn step_knob(&mut self, knob: Knob, up: bool) {
        knob.step(&mut self.settings, up, false);
    }

    /// A knob was pressed: the next value, and after the last the first. Sliders stay.
    pub(super) fn press_knob(&mut self, knob: Knob) {
        match self.knob_kind(knob) {
            Kind::Slider(..) => {}
            _ if knob == Knob::TextSize && self.settings.access.text_size >= 200 => {
                self.settings.access.text_size = 80;
            }
            _ => knob.step(&mut self.settings, true, true),
        }
    }

    /// A slider was moved to this place, 0..=1 from left to right.
    pub(in crate::view::ui) fn slide(&mut self, item: Item, share: f32) {
        match item {
            _ if !self.items().contains(&item) => {}
            Item::Setting(knob) => {
                self.focus = item;
                knob.slide(&mut self.settings, share);
            }
            _ => self.slide_control(item, share),
        }
    }

    /// The wheel was turned over a line; whether that meant the line.
    pub(in crate::view::ui) fn turn(&mut self, item: Item, up: bool) -> bool {
        let is_here = self.items().contains(&item);
        if is_here {
            self.focus = item;
            self.change(item, up);
        }
        is_here
    }

    /// Everything on this page, and on the pages below it, is as in a new game.
    pub(super) fn reset(&mut self) {
        let sections: &[Section] = match &self.page {
            Page::Section(section) => std::slice::from_ref(section),
            Page::Settings => {
                Knob::Language.reset(&mut self.settings);
                &Section::ALL
            }
            _ => &[],
        };
        for knob in sections.iter().flat_map(|section| section.knobs()) {
            knob.reset(&mut self.settings);
        }
    }
}

#[cfg(test)]
mod tests;
