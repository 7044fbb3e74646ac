//! What the page on how to play says. Its numbers are those of the rules, its keys those that
//! are bound; nothing of either is written here.

use super::figure::Figure;
use super::sheet::Article;
use crate::sim::rules::{
    CRATE_DELAY, CRATE_PIERCING, CRATE_REGULAR, CRATE_REPAIR, DRIVE, DRIVE_SAND, FULL_HP,
    POINTS_PER_HIT, PROTECTION, RELOAD, RESPAWN, TICKS_PER_SECOND, TREE_STRENGTH,
};
use crate::sim::{Ammo, Input};
use crate::view::keys::Bindings;
use crate::view::split;
use crate::words::{Value, say, say_with};

/// The articles, in the order in which a new player needs them, for whom the first and the
/// second player have bound this.
pub(super) fn articles([bindings, second]: [&Bindings; 2]) -> Vec<Article> {
    let sand = (DRIVE_SAND / DRIVE * crate::sim::Fx::from_num(100)).round().to_num::<u32>();
    let drive = [Input::FORWARD, Input::LEFT, Input::BACK, Input::RIGHT];
    let aim = keys(bindings, &[Input::TURRET_LEFT, Input::TURRET_RIGHT]);
    let shells = |ammo: Ammo, bit: u16| {
        [
            ("key", keys(bindings, &[bit]).into()),
            ("rounds", ammo.rounds().into()),
            ("damage", ammo.damage().into()),
            ("health", FULL_HP.into()),
        ]
    };
    vec![
        article(
            Figure::Drive,
            say("howto-drive"),
            say_with(
                "howto-drive-text",
                &[("keys", keys(bindings, &drive).into()), ("sand", sand.into())],
            ),
        ),
        article(
            Figure::Aim,
            say("howto-aim"),
            say_with(
                "howto-aim-text",
                &[
                    ("aim", or_mouse(bindings, aim).into()),
                    ("fire", or_mouse(bindings, keys(bindings, &[Input::FIRE])).into()),
                    ("seconds", seconds(RELOAD.into())),
                ],
            ),
        ),
        article(
            Figure::Regular,
            say("howto-regular"),
            say_with("howto-regular-text", &shells(Ammo::Regular, Input::REGULAR)),
        ),
        article(
            Figure::Piercing,
            say("howto-piercing"),
            say_with("howto-piercing-text", &shells(Ammo::Piercing, Input::PIERCING)),
        ),
        article(
            Figure::Cover,
            say("howto-cover"),
            say_with("howto-cover-text", &[("hits", TREE_STRENGTH.into())]),
        ),
        article(
            Figure::Crates,
            say("howto-crates"),
            say_with(
                "howto-crates-text",
                &[
                    ("regular", CRATE_REGULAR.into()),
                    ("piercing", CRATE_PIERCING.into()),
                    ("health", CRATE_REPAIR.into()),
                    ("least", seconds(CRATE_DELAY.into())),
                    ("most", seconds(u32::from(CRATE_DELAY) * 2)),
                ],
            ),
        ),
        article(
            Figure::Hit,
            say("howto-score"),
            say_with("howto-score-text", &[("points", POINTS_PER_HIT.into())]),
        ),
        article(
            Figure::Respawn,
            say("howto-respawn"),
            say_with(
                "howto-respawn-text",
                &[("seconds", seconds(RESPAWN.into())), ("protection", seconds(PROTECTION.into()))],
            ),
        ),
        article(Figure::Together, say("howto-two"), together(bindings, second)),
    ]
}

/// How two play at one machine, each with what is left to them while both play.
fn together(first: &Bindings, second: &Bindings) -> String {
    let [one, two] = split::split(first, second).map(|bindings| {
        let keys = |bits: &[u16]| keys(&bindings, bits);
        let drive = keys(&[Input::FORWARD, Input::LEFT, Input::BACK, Input::RIGHT]);
        let aim = or_mouse(&bindings, keys(&[Input::TURRET_LEFT, Input::TURRET_RIGHT]));
        let values = [
            ("drive", drive.into()),
            ("aim", aim.into()),
            ("fire", keys(&[Input::FIRE]).into()),
            ("shells", keys(&[Input::REGULAR, Input::PIERCING]).into()),
        ];
        say_with("howto-two-keys", &values)
    });
    let values = [
        ("line", say("couch-second").into()),
        ("on", say("couch-on").into()),
        ("first", one.into()),
        ("second", two.into()),
    ];
    say_with("howto-two-text", &values)
}

fn article(figure: Figure, heading: String, text: String) -> Article {
    Article { figure: Some(figure), heading, text }
}

/// The first key of each of these actions.
fn keys(bindings: &Bindings, bits: &[u16]) -> String {
    let first = |bit: &u16| {
        let actions = bindings.actions();
        let sources = actions.iter().find(|(_, b, _)| b == bit).map(|(_, _, sources)| *sources);
        let shown = sources.into_iter().flatten().find_map(|source| source.shown());
        shown.unwrap_or_else(|| "–".to_owned())
    };
    bits.iter().map(first).collect::<Vec<_>>().join(" ")
}

fn or_mouse(bindings: &Bindings, keys: String) -> String {
    if bindings.mouse_aim { say_with("howto-or-mouse", &[("keys", keys.into())]) } else { keys }
}

/// Whole seconds of so many ticks.
fn seconds(ticks: u32) -> Value {
    (ticks / TICKS_PER_SECOND).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::keys::Scheme;
    use crate::words::{Language, speak};

    fn page(first: &Bindings) -> Vec<Article> {
        articles([first, &Scheme::Second.bindings()])
    }

    #[test]
    fn the_page_tells_the_numbers_of_the_rules_and_the_keys_that_are_bound() {
        for language in Language::ALL {
            speak(language);
            let told: Vec<String> =
                page(&Bindings::classic()).into_iter().map(|a| a.text).collect();
            assert!(told[0].contains("W A S D") && told[0].contains("75"), "{}", told[0]);
            assert!(told[1].contains("J L") && told[1].contains('2'), "{}", told[1]);
            assert!(told[2].contains("40") && told[2].contains("10"), "{}", told[2]);
            assert!(told[3].contains('5') && told[3].contains("34"), "{}", told[3]);
            assert!(told[5].contains("15") && told[5].contains("30"), "{}", told[5]);
            assert!(told[7].contains('3') && told[7].contains('2'), "{}", told[7]);
        }
    }

    #[test]
    fn two_at_one_machine_are_told_the_keys_that_each_has_then() {
        for language in Language::ALL {
            speak(language);
            let told = page(&Bindings::modern()).pop().map(|a| a.text).unwrap_or_default();
            let (first, second) = told.split_once("2: ").unwrap();
            let name = |key| language.say(key, &[]);
            let (up, down) = (name("key-up"), name("key-down"));
            // The arrows are the second player's, and the first one's turret has Q and E for it.
            assert!(first.contains("W A S D") && first.contains("Q E"), "{told}");
            assert!(!first.contains(&up) && second.contains(&up), "{told}");
            assert!(second.contains(&down) && second.contains(&name("key-comma")), "{told}");
            assert!(told.contains(&name("couch-second")), "{told}");
        }
    }

    #[test]
    fn what_is_counted_in_whole_seconds_lasts_whole_seconds() {
        for ticks in [RELOAD.into(), RESPAWN.into(), PROTECTION.into(), CRATE_DELAY.into()] {
            let ticks: u32 = ticks;
            assert!(ticks.is_multiple_of(TICKS_PER_SECOND), "{ticks} ticks");
        }
    }
}
