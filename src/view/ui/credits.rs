//! What the page of credits says. Names and licences come from `assets/CREDITS.md` and from
//! the package's manifest, which are kept anyway; nothing of either is written here.

use super::sheet::Article;
use crate::words::{say, say_with};

/// Where every file of the assets comes from: a table of files, what, by whom and licence.
const ORIGINS: &str = include_str!("../../../assets/CREDITS.md");
/// Which libraries the game is built with.
const MANIFEST: &str = include_str!("../../../Cargo.toml");

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
struct Origin {
    files: String,
    what: String,
    by: String,
    licence: String,
}

/// The articles, the game first.
pub(super) fn articles() -> Vec<Article> {
    let mut told = vec![
        plain(
            say_with("credits-game", &[("version", env!("CARGO_PKG_VERSION").into())]),
            say_with("credits-game-text", &[("licence", env!("CARGO_PKG_LICENSE").into())]),
        ),
        plain(say("credits-made"), say("credits-made-text")),
    ];
    for origin in origins(ORIGINS).into_iter().filter(|origin| origin.files.contains("fonts/")) {
        // its name and version come before what was done to it
        let name = origin.what.split(',').next().unwrap_or_default().to_owned();
        let licence = origin.licence.split(',').next().unwrap_or_default().to_owned();
        let from = [("by", origin.by.into()), ("licence", licence.into())];
        told.push(plain(
            say_with("credits-font", &[("font", name.into())]),
            say_with("credits-font-text", &from),
        ));
    }
    let names = libraries(MANIFEST);
    let count = names.len() as u32;
    told.push(plain(
        say("credits-libraries"),
        say_with(
            "credits-libraries-text",
            &[("count", count.into()), ("names", names.join(", ").into())],
        ),
    ));
    told.push(plain(say("credits-thanks"), say("credits-thanks-text")));
    told
}

fn plain(heading: String, text: String) -> Article {
    Article { figure: None, heading, text }
}

/// The rows of the table, without its head.
fn origins(table: &str) -> Vec<Origin> {
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    let origin = |row: &str| {
        let mut cells = row.trim_matches('|').split('|').map(|c| c.trim().replace('`', ""));
        Some(Origin {
            files: cells.next()?,
            what: cells.next()?,
            by: cells.next()?,
            licence: cells.next()?,
        })
    };
    rows.filter_map(origin).collect()
}

/// The libraries of a manifest that are in the game, by name.
fn libraries(manifest: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.split(']').next().unwrap_or_default();
            inside = table == "dependencies";
            // a published package has a table for each
            found.extend(table.strip_prefix("dependencies."));
        } else if inside && let Some((name, _)) = line.split_once(" =") {
            found.push(name);
        }
    }
    found.retain(|name| !name.starts_with('#'));
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, speak};

    #[test]
    fn everybody_whose_work_is_in_the_game_is_named() {
        let table = origins(ORIGINS);
        assert!(table.len() >= 4, "{table:?}");
        for language in Language::ALL {
            speak(language);
            let page: String = articles().into_iter().map(|a| a.heading + &a.text).collect();
            for origin in &table {
                let own = origin.by.ends_with("for this project");
                assert!(own || page.contains(&origin.by), "{origin:?} is not on the page");
                assert!(own || origin.files.contains("fonts/"), "{origin:?} has no article");
            }
            for name in ["ggez", "ggrs", "kira", "matchbox_socket", "resvg", "Saira Stencil One"] {
                assert!(page.contains(name), "{name} is not on the page");
            }
            assert!(page.contains("SIL Open Font License 1.1") && page.contains("Apache-2.0"));
        }
    }

    #[test]
    fn libraries_are_read_from_both_forms_of_a_manifest() {
        let plain =
            "[package]\nname = \"x\"\n[dependencies]\nb = \"1\"\n# c = 1\na = { }\n[lints]\nd = 1";
        assert_eq!(libraries(plain), ["a", "b"]);
        let published = "[dependencies.b]\nversion = \"1\"\n[dependencies.a]\n[dev-dependencies.d]";
        assert_eq!(libraries(published), ["a", "b"]);
    }
}
