//! Makes every sound of the game from nothing but arithmetic, the same bytes each time:
//! effects (`guns`, `cabin`, `signals`) and `music`, brought to the loudness of their kind
//! (`level`) and written as FLAC (`flac`) into assets/sounds. With `--check` it writes
//! nothing and fails if a file there does not hold the very samples that it makes: those are
//! the same on every machine, but how FLAC packs them may depend on the last bit of a cosine.

mod cabin;
mod dsp;
mod flac;
mod guns;
mod level;
mod music;
mod signals;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use level::Target;

/// A sound, its file, and how loud it is to be.
struct Recipe {
    file: &'static str,
    target: Target,
    make: fn() -> Vec<f64>,
}

/// Loudness of one moment, the loudest, in LUFS.
const fn peak(lufs: f64) -> Target {
    Target::Moment(lufs)
}

const EFFECTS: &[Recipe] = &[
    Recipe { file: "fire_regular", target: peak(-15.0), make: guns::fire_regular },
    Recipe { file: "fire_piercing", target: peak(-14.5), make: guns::fire_piercing },
    Recipe { file: "explosion", target: peak(-12.0), make: guns::explosion },
    Recipe { file: "hit", target: peak(-17.0), make: guns::hit },
    Recipe { file: "ricochet", target: peak(-19.0), make: guns::ricochet },
    Recipe { file: "thud", target: peak(-19.0), make: guns::thud },
    Recipe { file: "felled", target: peak(-19.0), make: guns::felled },
    Recipe { file: "reload", target: peak(-23.0), make: cabin::reload },
    Recipe { file: "dry", target: peak(-24.0), make: cabin::dry },
    Recipe { file: "select", target: peak(-24.0), make: cabin::select },
    Recipe { file: "pickup", target: peak(-19.0), make: signals::pickup },
    Recipe { file: "countdown", target: peak(-19.0), make: signals::countdown },
    Recipe { file: "start", target: peak(-17.0), make: signals::start },
    Recipe { file: "finish", target: peak(-17.0), make: signals::finish },
    Recipe { file: "win", target: peak(-16.0), make: signals::win },
    Recipe { file: "loss", target: peak(-16.5), make: signals::loss },
    Recipe { file: "draw", target: peak(-16.5), make: signals::draw },
    Recipe { file: "menu_move", target: peak(-28.0), make: signals::menu_move },
    Recipe { file: "menu_choose", target: peak(-26.5), make: signals::menu_choose },
    Recipe { file: "menu_back", target: peak(-26.5), make: signals::menu_back },
    Recipe { file: "engine", target: Target::Whole(-22.0), make: cabin::engine },
    Recipe { file: "tracks", target: Target::Whole(-24.0), make: cabin::tracks },
];

/// A track of music and its file.
type Track = (&'static str, fn() -> music::Stereo);

const MUSIC: &[Track] = &[("music_menu", music::menu), ("music_match", music::game)];
/// Of both tracks, in LUFS over all of it.
const MUSIC_LOUDNESS: f64 = -16.0;

fn main() -> ExitCode {
    let check = std::env::args().skip(1).any(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sounds");
    let (mut bytes, mut wrong) = (0, 0);
    let mut finish = |name: &str, channels: &mut [Vec<f64>], rate: f64, target: Target| {
        let began = Instant::now();
        let levels = level::bring_to(channels, rate, target);
        let file = flac::encode(channels, rate);
        let path = folder.join(format!("{name}.flac"));
        bytes += file.len();
        if check {
            let known = std::fs::read(&path).unwrap_or_default();
            let verdict = if known == file {
                "as made"
            } else if flac::samples(&known).is_some_and(|known| Some(known) == flac::samples(&file))
            {
                "as made, packed otherwise"
            } else {
                wrong += 1;
                "DIFFERS"
            };
            println!("{name:14} {verdict}");
        } else {
            std::fs::create_dir_all(&folder).expect("assets/sounds");
            std::fs::write(&path, &file).expect("a sound is written");
            let seconds = channels[0].len() as f64 / rate;
            let kib = file.len() / 1024;
            println!(
                "{name:14} {seconds:6.2} s {kib:5} KiB {levels} ({:.1} s)",
                began.elapsed().as_secs_f32()
            );
        }
    };
    for recipe in EFFECTS {
        finish(recipe.file, &mut [(recipe.make)()], dsp::RATE, recipe.target);
    }
    for (file, make) in MUSIC {
        let (left, right) = make();
        finish(file, &mut [left, right], music::RATE, Target::Whole(MUSIC_LOUDNESS));
    }
    println!("{} KiB in all", bytes / 1024);
    if wrong > 0 {
        eprintln!("{wrong} files are not what the program makes: run it without --check");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
