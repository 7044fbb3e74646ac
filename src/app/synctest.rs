//! `synctest`: a match of bots, rolled back in every frame.

use super::Failure;
use super::report;
use crate::bot::{Bot, Level};
use crate::cli::{Common, SyncTest};
use crate::play::synctest::{self, Verdict};
use crate::sim::{Input, MAX_SEATS, Map, Rules, World};

/// Runs the mode.
///
/// # Errors
/// When a frame came out differently, with the frame and the field.
pub fn run(arguments: &SyncTest, common: &Common) -> Result<(), Failure> {
    let seats: Vec<u8> = (0..arguments.players).collect();
    let side = Rules::default_side(arguments.rules.into(), seats.len());
    // The match lasts as long as the test, up to an hour.
    let seconds = (arguments.frames / 60 + 1).clamp(10, 3600) as u16;
    let rules = Rules::new(arguments.rules.into(), seconds, side);
    let map = Map::generate([arguments.seed, !arguments.seed], &rules);
    let world = World::create(&map, &seats);
    let mut bots: Vec<Bot> =
        seats.iter().map(|&seat| Bot::new(Level::Hard, arguments.seed ^ u64::from(seat))).collect();
    let inputs = |world: &World| {
        let mut inputs = [Input::default(); MAX_SEATS];
        for ((slot, bot), &seat) in inputs.iter_mut().zip(&mut bots).zip(&seats) {
            *slot = bot.input(world, &map, seat);
        }
        inputs
    };
    let distance = usize::from(arguments.check_distance);
    let verdict =
        synctest::run(world, &map, &seats, arguments.frames, distance, inputs, |world| *world)
            .map_err(|error| Failure::Failed(format!("the sync-test could not run: {error}")))?;
    if let Some(path) = &common.report {
        report::write_json(path, &report::of_synctest(&verdict, arguments.frames))?;
    }
    match verdict {
        Verdict::Same { compared, world } => {
            super::say(format_args!(
                "{} frames, {compared} saved worlds compared, all the same; last world {:016x}",
                arguments.frames,
                world.hash()
            ));
            Ok(())
        }
        Verdict::Differs { frame, field } => Err(Failure::Failed(format!(
            "frame {frame} came out differently when it was stepped again: the first difference is in {field}"
        ))),
    }
}
