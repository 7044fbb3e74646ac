//! What each action is bound to: the two schemes, changes to them, what is bound twice, and
//! how all of it stands in the settings file.
//!
//! Never holds what opens and operates the menus: those keys are fixed, see [`Source::is_fixed`].

use ggez::event::Button as PadButton;
use ggez::input::keyboard::KeyCode;
use ggez::input::mouse::MouseButton;
use serde::{Deserialize, Serialize};

use super::Source;
use crate::sim::Input;

/// How many sources of one device an action can have.
pub const SLOTS: usize = 2;
/// Largest dead zone of a stick, in percent.
pub const MOST_DEAD: u8 = 80;

/// Something that a person can do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Drive forward.
    Forward,
    /// Drive back.
    Back,
    /// Turn the hull left.
    Left,
    /// Turn the hull right.
    Right,
    /// Turn the turret left.
    TurretLeft,
    /// Turn the turret right.
    TurretRight,
    /// Fire.
    Fire,
    /// Load regular shells.
    Regular,
    /// Load armour-piercing shells.
    Piercing,
    /// Open the menu of the match, besides the fixed keys.
    Menu,
    /// Show or hide the graph of the line.
    NetGraph,
}

/// A kind of device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// The keyboard.
    #[default]
    Keyboard,
    /// The mouse.
    Mouse,
    /// A gamepad.
    Pad,
}

/// A set of bindings that comes with the game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The keys of the original game, and no mouse.
    Classic,
    /// The original's keys plus arrows, space, mouse and gamepad.
    #[default]
    Modern,
    /// Of a second player at the same machine: the right side of the keyboard, and a gamepad.
    Second,
}

/// What each action is bound to, and how the devices behave. In settings every source is
/// its [`Source::name`]; what is not said there is as the scheme has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Bindings {
    /// For each action, in the order of [`Action::ALL`].
    sources: Vec<Vec<Source>>,
    /// Whether the turret follows the mouse.
    pub mouse_aim: bool,
    /// How far a stick must be moved before it counts, in percent of its way, up to [`MOST_DEAD`].
    pub dead_zone: u8,
    /// How strongly gamepads shake, in percent; 0 is not at all.
    pub rumble: u8,
}

impl Action {
    /// Every action, in the order in which it is shown.
    pub const ALL: [Action; 11] = [
        Action::Forward,
        Action::Back,
        Action::Left,
        Action::Right,
        Action::TurretLeft,
        Action::TurretRight,
        Action::Fire,
        Action::Regular,
        Action::Piercing,
        Action::Menu,
        Action::NetGraph,
    ];

    /// Its bit in [`Input::held`]; 0 for what is done to the screen and not to the tank.
    pub fn bit(self) -> u16 {
        match self {
            Self::Forward => Input::FORWARD,
            Self::Back => Input::BACK,
            Self::Left => Input::LEFT,
            Self::Right => Input::RIGHT,
            Self::TurretLeft => Input::TURRET_LEFT,
            Self::TurretRight => Input::TURRET_RIGHT,
            Self::Fire => Input::FIRE,
            Self::Regular => Input::REGULAR,
            Self::Piercing => Input::PIERCING,
            Self::Menu | Self::NetGraph => 0,
        }
    }

    /// The key of what the window calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => "action-forward",
            Self::Back => "action-back",
            Self::Left => "action-left",
            Self::Right => "action-right",
            Self::TurretLeft => "action-turret-left",
            Self::TurretRight => "action-turret-right",
            Self::Fire => "action-fire",
            Self::Regular => "action-regular",
            Self::Piercing => "action-piercing",
            Self::Menu => "action-menu",
            Self::NetGraph => "action-net-graph",
        }
    }
}

impl Device {
    /// Every device, in the order in which it is shown.
    pub const ALL: [Device; 3] = [Device::Keyboard, Device::Mouse, Device::Pad];
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Scheme; 3] = [Scheme::Modern, Scheme::Classic, Scheme::Second];

    /// What this scheme binds.
    pub fn bindings(self) -> Bindings {
        use KeyCode::*;
        if self == Self::Second {
            return right_side();
        }
        let mut b = Bindings {
            sources: vec![Vec::new(); Action::ALL.len()],
            mouse_aim: self == Self::Modern,
            dead_zone: 25,
            rumble: 100,
        };
        let keys = [KeyW, KeyS, KeyA, KeyD, KeyJ, KeyL, KeyK, Digit1, Digit2];
        for (action, code) in Action::ALL.into_iter().zip(keys) {
            b.add(action, Source::Key(code));
        }
        b.add(Action::NetGraph, Source::Key(F3));
        if self == Self::Modern {
            for (action, code, button) in [
                (Action::Forward, ArrowUp, PadButton::DPadUp),
                (Action::Back, ArrowDown, PadButton::DPadDown),
                (Action::Left, ArrowLeft, PadButton::DPadLeft),
                (Action::Right, ArrowRight, PadButton::DPadRight),
                (Action::Fire, Space, PadButton::RightTrigger2),
            ] {
                b.add(action, Source::Key(code));
                b.add(action, Source::Pad(button));
            }
            b.add(Action::Fire, Source::Mouse(MouseButton::Left));
            b.add(Action::Fire, Source::Pad(PadButton::LeftTrigger2));
            b.add(Action::Regular, Source::Pad(PadButton::LeftTrigger));
            b.add(Action::Piercing, Source::Pad(PadButton::RightTrigger));
            b.add(Action::NetGraph, Source::Pad(PadButton::Select));
        }
        b
    }
}

/// The right side of the keyboard, and the buttons of a gamepad. The screen is the first
/// player's.
fn right_side() -> Bindings {
    use KeyCode::*;
    let (key, pad) = (Source::Key, Source::Pad);
    let mut b = Scheme::Classic.bindings();
    let triggers = [pad(PadButton::LeftTrigger2), pad(PadButton::RightTrigger2)];
    for (action, sources) in [
        (Action::Forward, &[key(ArrowUp), pad(PadButton::DPadUp)][..]),
        (Action::Back, &[key(ArrowDown), pad(PadButton::DPadDown)]),
        (Action::Left, &[key(ArrowLeft), pad(PadButton::DPadLeft)]),
        (Action::Right, &[key(ArrowRight), pad(PadButton::DPadRight)]),
        (Action::TurretLeft, &[key(Comma)]),
        (Action::TurretRight, &[key(Period)]),
        (Action::Fire, &[key(ControlRight), key(Enter), triggers[0], triggers[1]]),
        (Action::Regular, &[key(Minus), pad(PadButton::LeftTrigger)]),
        (Action::Piercing, &[key(Equal), pad(PadButton::RightTrigger)]),
        (Action::NetGraph, &[]),
    ] {
        b.set(action, sources);
    }
    b
}

impl Bindings {
    /// The keys of the original game.
    pub fn classic() -> Self {
        Scheme::Classic.bindings()
    }

    /// The original's keys plus arrows, space, mouse and gamepad.
    pub fn modern() -> Self {
        Scheme::Modern.bindings()
    }

    /// What the tank does: the key of its name, its bit in [`Input::held`], what it is bound to.
    pub fn actions(&self) -> [(&'static str, u16, &[Source]); 9] {
        let [a, b, c, d, e, f, g, h, i, _, _] = Action::ALL;
        [a, b, c, d, e, f, g, h, i].map(|action| (action.word(), action.bit(), self.of(action)))
    }

    /// What an action is bound to.
    pub fn of(&self, action: Action) -> &[Source] {
        self.sources.get(action as usize).map_or(&[], Vec::as_slice)
    }

    /// What an action is bound to on one device, in the order of its slots.
    pub fn on(&self, action: Action, device: Device) -> impl Iterator<Item = Source> {
        self.of(action).iter().copied().filter(move |source| source.device() == device)
    }

    /// Binds an action to these sources and no others; of one device as many as have room.
    pub fn set(&mut self, action: Action, sources: &[Source]) {
        if let Some(list) = self.sources.get_mut(action as usize) {
            list.clear();
        }
        sources.iter().for_each(|source| self.add(action, *source));
    }

    /// Lets go of every source that is not to be kept.
    pub fn retain(&mut self, keep: impl Fn(&Source) -> bool) {
        self.sources.iter_mut().for_each(|list| list.retain(&keep));
    }

    /// The scheme that this is; `None` for a person's own.
    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| {
            let theirs = scheme.bindings();
            theirs.sources == self.sources && theirs.mouse_aim == self.mouse_aim
        })
    }

    /// Takes a scheme's sources; what is set of the devices themselves stays.
    pub fn take_scheme(&mut self, scheme: Scheme) {
        let theirs = scheme.bindings();
        *self = Self { dead_zone: self.dead_zone, rumble: self.rumble, ..theirs };
    }

    /// Binds a source to an action, in place of what is in this slot of its device, or in a
    /// free one if `slot` is none. False for what cannot be bound or is bound to it already.
    pub fn bind(&mut self, action: Action, slot: Option<usize>, source: Source) -> bool {
        if source.name().is_none() || self.of(action).contains(&source) {
            return false;
        }
        let device = source.device();
        let count = self.on(action, device).count();
        let slot = slot.unwrap_or(count).min(SLOTS - 1);
        let Some(list) = self.sources.get_mut(action as usize) else { return false };
        match list.iter_mut().filter(|other| other.device() == device).nth(slot) {
            Some(old) => *old = source,
            None => list.push(source),
        }
        true
    }

    /// Lets go of what is in this slot of a device; false for an empty one.
    pub fn unbind(&mut self, action: Action, device: Device, slot: usize) -> bool {
        let Some(source) = self.on(action, device).nth(slot) else { return false };
        self.release(action, source);
        true
    }

    /// A source that several actions share, with the actions; `None` if there is no such one.
    pub fn conflict(&self) -> Option<(Source, Vec<Action>)> {
        Action::ALL.into_iter().flat_map(|action| self.of(action)).find_map(|source| {
            let users = self.users(*source);
            (users.len() > 1).then_some((*source, users))
        })
    }

    /// The actions that a source is bound to.
    pub fn users(&self, source: Source) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| self.of(*action).contains(&source)).collect()
    }

    /// Takes a source from all actions but one.
    pub fn keep_only_for(&mut self, action: Action, source: Source) {
        for other in Action::ALL.into_iter().filter(|other| *other != action) {
            self.release(other, source);
        }
    }

    fn release(&mut self, action: Action, source: Source) {
        if let Some(list) = self.sources.get_mut(action as usize) {
            list.retain(|other| *other != source);
        }
    }

    /// Binds a source where there is room for it.
    fn add(&mut self, action: Action, source: Source) {
        if self.on(action, source.device()).count() < SLOTS {
            self.bind(action, None, source);
        }
    }
}

impl Default for Bindings {
    fn default() -> Self {
        Self::modern()
    }
}

/// What is wrong with the bindings of a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: usize,
    /// The byte of the whole text where it is wrong.
    pub byte: usize,
    /// What is wrong with it.
    pub cause: String,
}

/// The bindings of a settings file: of the player, and of a second one on the same machine.
/// What the file does not have is the default.
///
/// # Errors
/// What is wrong with the first of them that cannot be understood.
pub fn in_file(text: &str) -> Result<[Bindings; 2], Wrong> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Tables {
        keys: Bindings,
        #[serde(rename = "keys-2")]
        keys_2: Second,
    }
    let tables: Tables = toml::from_str(text).map_err(|error| {
        let byte = error.span().map_or(0, |span| span.start);
        let before = text.get(..byte).unwrap_or_default();
        let cause = error.message().lines().next().unwrap_or_default().to_owned();
        Wrong { line: before.matches('\n').count() + 1, byte, cause }
    })?;
    Ok([tables.keys, tables.keys_2.0])
}

/// The bindings of a second player as they stand in the settings file: what is not said there
/// is as in [`Scheme::Second`], unless another scheme is named.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub struct Second(pub Bindings);

impl Default for Second {
    fn default() -> Self {
        Self(Scheme::Second.bindings())
    }
}

impl From<Written> for Second {
    fn from(mut written: Written) -> Self {
        written.scheme = written.scheme.or(Some(Scheme::Second));
        Self(written.into())
    }
}

/// Bindings as they stand in the settings file: what differs from a scheme.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<Scheme>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forward: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "turret_left")]
    turret_left: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "turret_right")]
    turret_right: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fire: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    piercing: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    menu: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_graph: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "mouse_aim")]
    mouse_aim: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "dead_zone")]
    dead_zone: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rumble: Option<u8>,
}

impl Written {
    /// In the order of [`Action::ALL`].
    fn lists(&mut self) -> [&mut Option<Vec<Source>>; Action::ALL.len()] {
        [
            &mut self.forward,
            &mut self.back,
            &mut self.left,
            &mut self.right,
            &mut self.turret_left,
            &mut self.turret_right,
            &mut self.fire,
            &mut self.regular,
            &mut self.piercing,
            &mut self.menu,
            &mut self.net_graph,
        ]
    }
}

impl From<Written> for Bindings {
    /// More sources of one device than there are slots are left out.
    fn from(mut written: Written) -> Self {
        let mut b = written.scheme.unwrap_or_default().bindings();
        for (action, list) in Action::ALL.into_iter().zip(written.lists()) {
            let Some(list) = list.take() else { continue };
            b.set(action, &list);
        }
        b.mouse_aim = written.mouse_aim.unwrap_or(b.mouse_aim);
        b.dead_zone = written.dead_zone.unwrap_or(b.dead_zone).min(MOST_DEAD);
        b.rumble = written.rumble.unwrap_or(b.rumble).min(100);
        b
    }
}

impl From<Bindings> for Written {
    fn from(b: Bindings) -> Self {
        let differing = |scheme: &Scheme| {
            let theirs = scheme.bindings();
            let lists = Action::ALL.iter().filter(|a| theirs.of(**a) != b.of(**a)).count();
            lists + usize::from(theirs.mouse_aim != b.mouse_aim)
        };
        // the first of equals: the one a person most likely began with
        let nearest = Scheme::ALL.into_iter().min_by_key(differing).unwrap_or_default();
        let mut written = Written { scheme: Some(nearest), ..Written::default() };
        let theirs = nearest.bindings();
        for (action, list) in Action::ALL.into_iter().zip(written.lists()) {
            *list = (theirs.of(action) != b.of(action)).then(|| b.of(action).to_vec());
        }
        written.mouse_aim = (theirs.mouse_aim != b.mouse_aim).then_some(b.mouse_aim);
        written.dead_zone = (theirs.dead_zone != b.dead_zone).then_some(b.dead_zone);
        written.rumble = (theirs.rumble != b.rumble).then_some(b.rumble);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(b: &Bindings) -> String {
        let text = toml::to_string(b).unwrap();
        assert_eq!(toml::from_str::<Bindings>(&text).unwrap(), *b, "{text}");
        text
    }

    #[test]
    fn bindings_survive_the_settings_file() {
        assert_eq!(round(&Bindings::classic()), "scheme = \"classic\"\n");
        assert_eq!(round(&Bindings::modern()), "scheme = \"modern\"\n");
        let mut own = Bindings::modern();
        own.bind(Action::Fire, Some(1), Source::Key(KeyCode::KeyQ));
        own.unbind(Action::Menu, Device::Keyboard, 0);
        own.unbind(Action::Regular, Device::Pad, 0);
        (own.dead_zone, own.rumble, own.mouse_aim) = (40, 0, false);
        let text = round(&own);
        assert!(text.contains("fire = [") && !text.contains("forward"), "{text}");
        let one: Bindings = toml::from_str("fire = [\"left MOUSE\"]").unwrap();
        assert_eq!(one.of(Action::Fire), [Source::Mouse(MouseButton::Left)]);
        assert_eq!(
            one.of(Action::Left),
            Bindings::modern().of(Action::Left),
            "not said: as it was"
        );
    }

    #[test]
    fn what_the_file_may_not_say_is_named_or_cut() {
        for (wrong, what) in [
            ("fire = [\"Any key\"]", "Any key"),
            ("fly = []", "fly"),
            ("menu = [\"Escape\"]", "Escape"),
        ] {
            let error = toml::from_str::<Bindings>(wrong).unwrap_err();
            assert!(error.to_string().contains(what), "{error}");
        }
        let much: Bindings = toml::from_str(
            "scheme = \"classic\"\nfire = [\"A\", \"B\", \"B\", \"C\", \"Pad A\"]\ndead-zone = 200\n\
             rumble = 255",
        )
        .unwrap();
        let key = |code| Source::Key(code);
        let kept = [key(KeyCode::KeyA), key(KeyCode::KeyB), Source::Pad(PadButton::South)];
        assert_eq!(much.of(Action::Fire), kept);
        assert_eq!((much.dead_zone, much.rumble), (MOST_DEAD, 100));
    }

    #[test]
    fn a_file_holds_the_keys_of_two_and_a_bad_line_of_them_is_named() {
        let text = "name = \"Ann\"\n[keys]\nscheme = \"classic\"\n[keys-2]\nfire = [\"Right\"]\n";
        let [first, second] = in_file(text).unwrap();
        assert_eq!(first, Bindings::classic());
        assert_eq!(second.of(Action::Fire), [Source::Key(KeyCode::ArrowRight)]);
        assert_eq!(in_file("").unwrap(), [Bindings::modern(), Scheme::Second.bindings()]);
        for (bad, line, cause) in [
            ("\n[keys]\nfire = [\"W\"]\nback = [\"Nope\"]\n", 4, "Nope"),
            ("[keys]\nscheme = \"own\"\n", 2, "own"),
            ("[keys]\nrumble = -1\n", 2, "-1"),
            ("[keys-2]\n\nfire = 3\n", 3, "3"),
            ("keys = 7\n", 1, "7"),
        ] {
            let wrong = in_file(bad).unwrap_err();
            assert_eq!(wrong.line, line, "{bad}: {wrong:?}");
            assert!(wrong.cause.contains(cause), "{wrong:?}");
        }
    }

    #[test]
    fn a_changed_scheme_is_a_persons_own_until_it_is_changed_back() {
        let mut b = Bindings::classic();
        b.dead_zone = 10;
        assert_eq!(b.scheme(), Some(Scheme::Classic), "a pad's dead zone is of no scheme");
        assert!(b.bind(Action::Fire, Some(0), Source::Key(KeyCode::KeyQ)));
        assert_eq!(b.scheme(), None);
        assert!(b.bind(Action::Fire, Some(0), Source::Key(KeyCode::KeyK)));
        assert_eq!(b.scheme(), Some(Scheme::Classic));
        b.take_scheme(Scheme::Modern);
        assert_eq!((b.scheme(), b.dead_zone), (Some(Scheme::Modern), 10));
    }

    #[test]
    fn schemes_have_nothing_bound_twice() {
        assert_eq!(Bindings::classic().conflict(), None);
        assert_eq!(Bindings::modern().conflict(), None);
    }

    #[test]
    fn what_is_bound_twice_is_found_and_given_to_one() {
        let mut b = Bindings::modern();
        let source = Source::Key(KeyCode::KeyW);
        assert!(b.bind(Action::Fire, Some(1), source));
        assert_eq!(b.conflict(), Some((source, vec![Action::Forward, Action::Fire])));
        b.keep_only_for(Action::Fire, source);
        assert_eq!((b.conflict(), b.users(source)), (None, vec![Action::Fire]));
    }

    #[test]
    fn a_slot_takes_one_source_and_a_device_no_more_than_it_has_slots() {
        let mut b = Bindings::classic();
        let [q, e, r] = [KeyCode::KeyQ, KeyCode::KeyE, KeyCode::KeyR].map(Source::Key);
        assert!(b.bind(Action::Fire, None, q) && b.bind(Action::Fire, None, e));
        assert_eq!(b.of(Action::Fire), [Source::Key(KeyCode::KeyK), e], "the last slot gave way");
        assert!(b.bind(Action::Fire, Some(0), r) && !b.bind(Action::Fire, Some(1), r));
        assert_eq!(b.of(Action::Fire), [r, e]);
        assert!(b.unbind(Action::Fire, Device::Keyboard, 0));
        assert!(!b.unbind(Action::Fire, Device::Keyboard, 1));
        assert!(!b.bind(Action::Fire, None, Source::Key(KeyCode::Escape)));
        assert_eq!(b.of(Action::Fire), [e]);
    }
}
