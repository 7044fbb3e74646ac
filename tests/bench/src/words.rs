//! What it costs to say a text: head-up display and menus say theirs anew for every picture.

use std::hint::black_box;

use tankwarz::words::Language;

use crate::timer::Bench;

/// A text as it is, texts with a number and words in them, and one that counts.
pub fn benches() -> Vec<Bench> {
    vec![
        Bench::new("a text", Some(2.0), || {
            black_box(Language::German.say(black_box("title-quit"), &[]));
        }),
        Bench::new("a text with a number", Some(2.0), || {
            let values = [("ms", black_box(47_u16).into())];
            black_box(Language::German.say(black_box("net-ping"), &values));
        }),
        Bench::new("a text with a name", Some(2.0), || {
            let values = [("name", black_box("Ann").into())];
            black_box(Language::German.say(black_box("hud-destroyed-by"), &values));
        }),
        Bench::new("a text that counts", Some(2.0), || {
            let values = [("minutes", black_box(2_u16).into())];
            black_box(Language::German.say(black_box("length-minutes"), &values));
        }),
    ]
}
