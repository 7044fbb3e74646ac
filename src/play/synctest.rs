//! The sync-test: every frame is rolled back and stepped again, and must come out the same.

use std::collections::BTreeMap;

use ggrs::{GgrsError, GgrsRequest, SessionBuilder};

use super::rollback::Game;
use crate::sim::{Events, Input, MAX_SEATS, Map, World, snapshot, step};

/// What a sync-test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every frame came out the same.
    Same {
        /// How many saved worlds were compared with an earlier save of the same frame.
        compared: u64,
        /// The last world.
        world: Box<World>,
    },
    /// A frame came out differently.
    Differs {
        /// The first bad frame.
        frame: u32,
        /// The first differing field of the World, such as `tanks[3].hp`.
        field: String,
    },
}

/// Steps `frames` frames of a match from `world`, each rolled back `distance` frames
/// again and again. `inputs` says what every seat holds in a frame; `save` is what
/// is kept of a World (the World itself, unless a test breaks it on purpose).
///
/// # Errors
/// When ggrs refuses the numbers: `distance` must be below 64.
pub fn run(
    mut world: World,
    map: &Map,
    seats: &[u8],
    frames: u32,
    distance: usize,
    mut inputs: impl FnMut(&World) -> [Input; MAX_SEATS],
    save: impl Fn(&World) -> World,
) -> Result<Verdict, GgrsError> {
    let mut session = SessionBuilder::<Game>::new()
        .with_num_players(seats.len())?
        .with_max_prediction_window(distance + 1)
        .with_check_distance(distance)
        .start_synctest_session()?;
    let mut first_saves: BTreeMap<i32, World> = BTreeMap::new();
    let mut events = Events::new();
    let mut compared = 0;
    for _ in 0..frames {
        let held = inputs(&world);
        for (handle, &seat) in seats.iter().enumerate() {
            let input = held.get(usize::from(seat)).copied().unwrap_or_default();
            session.add_local_input(handle, input)?;
        }
        for request in session.advance_frame()? {
            match request {
                GgrsRequest::SaveGameState { cell, frame } => {
                    cell.save(frame, Some(save(&world)), Some(u128::from(world.hash())));
                    match first_saves.get(&frame) {
                        None => {
                            first_saves.insert(frame, world);
                            first_saves.remove(&(frame - 2 * distance as i32 - 2));
                        }
                        Some(first) => {
                            compared += 1;
                            if let Some(field) = snapshot::first_difference(first, &world) {
                                return Ok(Verdict::Differs { frame: frame as u32, field });
                            }
                        }
                    }
                }
                GgrsRequest::LoadGameState { cell, .. } => {
                    if let Some(saved) = cell.data() {
                        world = *saved;
                    }
                }
                GgrsRequest::AdvanceFrame { inputs } => {
                    let mut by_seat = [Input::default(); MAX_SEATS];
                    for (&seat, (input, _)) in seats.iter().zip(&inputs) {
                        if let Some(slot) = by_seat.get_mut(usize::from(seat)) {
                            *slot = *input;
                        }
                    }
                    events.clear();
                    step(&mut world, map, &by_seat, &mut events);
                }
            }
        }
    }
    Ok(Verdict::Same { compared, world: Box::new(world) })
}
