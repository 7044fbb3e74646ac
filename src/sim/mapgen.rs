//! Makes the map of a match from its two seeds.
//!
//! Heights and moisture are ranked against the map's own tiles, so that every seed
//! has its share of water and woods and none drowns. Whatever cuts the arena into
//! pieces is opened; what stays too small is made again with less in it. The last
//! try lays nothing in the way, so this never fails.

use super::map::{Ground, Map, Obstacle, Tile};
use super::noise::{Noise, mix};
use super::random::{below, stream};
use super::reach::{Draft, ROW, TILES, block, inset, spread};
use super::rules::{MAX_SEATS, MAX_TREES, RuleSet, Rules};

/// The random stream of map generation, at tick 0.
const STREAM: u32 = 0x6d61_7000;
/// Tries with less and less in the way; the last has nothing.
const TRIES: u16 = 6;
/// The most places to begin; a small map has fewer.
const MAX_SPAWNS: usize = 20;
/// The most crates; a small map has fewer.
const MAX_CRATES: usize = 12;
/// Tiles at least between two places to begin.
const APART: i32 = 4;
/// Tiles at least between a crate and every other crate and place to begin.
const CRATE_APART: i32 = 2;
/// A region a tank cannot reach is joined to the others if it has so many tiles.
const WORTH_JOINING: usize = 10;

pub(super) fn generate(seeds: [u64; 2], rules: &Rules) -> Map {
    let relief = Relief::new(seeds, rules);
    let mut attempt = 1;
    loop {
        let mut draft = relief.draft(TRIES - attempt);
        let region = draft.join_regions(WORTH_JOINING);
        let places = Places::choose(&draft, &region, &relief);
        if attempt == TRIES || places.are_playable(&region, usize::from(rules.side())) {
            return finish(seeds, rules, draft, places);
        }
        attempt += 1;
    }
}

/// What the noise says, before anything is decided.
struct Relief {
    side: usize,
    modern: bool,
    /// Ranks 0..1000 among the tiles of this map.
    height: Vec<u16>,
    moisture: Vec<u16>,
    /// The wishes of trees and rocks to stand on a tile, without regard to its ground.
    woods: Vec<i32>,
    stones: Vec<i32>,
    /// Water, trees and rocks in thousandths: of all, of dry and of dry tiles.
    share: [usize; 3],
    /// Where the search for places to begin starts.
    hint: usize,
}

impl Relief {
    fn new(seeds: [u64; 2], rules: &Rules) -> Relief {
        let side = usize::from(rules.side());
        let mut rng = stream(seeds, 0, STREAM);
        let share = [
            100 + below(&mut rng, 70) as usize,
            75 + below(&mut rng, 30) as usize,
            20 + below(&mut rng, 10) as usize,
        ];
        let middle = 2 + below(&mut rng, side as u32 - 4) as usize;
        let hint = middle * ROW + 2 + below(&mut rng, side as u32 - 4) as usize;
        let key = u64::from(below(&mut rng, u32::MAX)) << 32;

        let hills = Noise { key: seeds[0], wavelength: 18, octaves: 6 };
        let valleys = Noise { key: mix(seeds[0]), wavelength: 22, octaves: 3 };
        let rain = Noise { key: mix(seeds[1]).rotate_left(17), wavelength: 17, octaves: 6 };
        let thickets = Noise { key, wavelength: 6, octaves: 2 };
        let scree = Noise { key: key + 1, wavelength: 5, octaves: 1 };

        let mut height = hills.field(side);
        for (h, valley) in height.iter_mut().zip(valleys.field(side)) {
            // low along the winding lines where the valleys' field changes its sign
            *h += valley.abs();
        }
        let moisture = rain.field(side);
        let mut woods = thickets.field(side);
        let mut stones = scree.field(side);
        // Some stand alone: a thicket is not solid, and an open field has its tree.
        for at in inset(side, 1) {
            woods[at] += below(&mut rng, 60_000) as i32;
            stones[at] += below(&mut rng, 120_000) as i32;
        }
        Relief {
            side,
            modern: rules.set() == RuleSet::Modern,
            height: ranks(&height, side),
            moisture: ranks(&moisture, side),
            woods,
            stones,
            share,
            hint,
        }
    }

    /// The map with `fullness` / ([`TRIES`] - 1) of what may stand in the way.
    fn draft(&self, fullness: u16) -> Draft {
        let part = |share: usize| share * usize::from(fullness) / usize::from(TRIES - 1);
        let [water, trees, rocks] = self.share.map(part);
        let mut draft = Draft {
            side: self.side,
            deep: self.modern,
            ground: vec![Ground::Grass; TILES],
            obstacles: vec![None; TILES],
        };
        for at in inset(self.side, 0) {
            draft.ground[at] = ground(self.height[at], self.moisture[at], water as u16);
        }
        smooth_water(&mut draft);
        if self.modern {
            let dry = draft.interior().filter(|&at| draft.ground[at] != Ground::Water).count();
            plant(&mut draft, Obstacle::Rock, dry * rocks / 1000, &self.stones, rock_liking);
            let trees = (dry * trees / 1000).min(MAX_TREES);
            plant(&mut draft, Obstacle::Tree(0), trees, &self.woods, tree_liking);
        }
        draft
    }
}

/// Takes the single tiles off the shores: puddles dry up, islets sink.
fn smooth_water(draft: &mut Draft) {
    let is_water: Vec<bool> = draft.ground.iter().map(|&g| g == Ground::Water).collect();
    for at in draft.interior() {
        let around = block(at).filter(|&b| is_water[b]).count();
        if is_water[at] && around < 4 {
            draft.ground[at] = Ground::Sand;
        } else if !is_water[at] && around > 5 {
            draft.ground[at] = Ground::Water;
        }
    }
}

/// How many of 1000 tiles are lower than each tile, 0..1000.
fn ranks(field: &[i32], side: usize) -> Vec<u16> {
    // A histogram of fine steps does what sorting would, several times as fast.
    const STEPS: usize = 4096;
    let values = || inset(side, 0).map(|at| i64::from(field[at]));
    let low = values().min().unwrap_or(0);
    let range = values().max().unwrap_or(0) - low + 1;
    let step = |value: i64| ((value - low) * STEPS as i64 / range) as usize;
    let mut lower = vec![0usize; STEPS + 1];
    for value in values() {
        lower[step(value) + 1] += 1;
    }
    for i in 0..STEPS {
        lower[i + 1] += lower[i];
    }
    let mut ranks = vec![0; TILES];
    for at in inset(side, 0) {
        ranks[at] = (lower[step(i64::from(field[at]))] * 1000 / (side * side)) as u16;
    }
    ranks
}

/// The ground for ranks of height and moisture, the lowest `water` of 1000 being water.
fn ground(height: u16, moisture: u16, water: u16) -> Ground {
    use Ground::*;
    if height < water {
        return Water;
    }
    let above = u32::from(height - water) * 1000 / u32::from(1000 - water);
    // from dry to wet: up to which moisture rank the ground is what
    let bands: &[(u16, Ground)] = match above {
        0..=49 if water > 0 => &[(850, Sand), (1000, Grass)],
        0..=119 => &[(330, Sand), (850, Grass), (1000, Shrub)],
        120..=599 => &[(80, Sand), (150, DarkSand), (300, Dirt), (720, Grass), (860, Shrub)],
        _ => &[(110, DarkSand), (360, Dirt), (560, Grass), (760, Shrub)],
    };
    bands.iter().find(|(up_to, _)| moisture < *up_to).map_or(Temperate, |&(_, ground)| ground)
}

/// How much better than elsewhere a tree stands on a ground; `None` where it never does.
fn tree_liking(ground: Ground) -> Option<i32> {
    match ground {
        Ground::Water | Ground::Sand => None,
        Ground::DarkSand => Some(-40_000),
        Ground::Dirt => Some(-25_000),
        Ground::Grass => Some(0),
        Ground::Shrub => Some(12_000),
        Ground::Temperate => Some(22_000),
    }
}

fn rock_liking(ground: Ground) -> Option<i32> {
    match ground {
        Ground::Water => None,
        Ground::DarkSand | Ground::Dirt => Some(35_000),
        _ => Some(0),
    }
}

/// Puts `count` obstacles where the wish and the liking for the ground are greatest together.
fn plant(
    draft: &mut Draft,
    obstacle: Obstacle,
    count: usize,
    wish: &[i32],
    liking: fn(Ground) -> Option<i32>,
) {
    let mut order: Vec<(i32, usize)> = draft
        .interior()
        .filter(|&at| draft.obstacles[at].is_none())
        .filter_map(|at| Some((-liking(draft.ground[at])? - wish[at], at)))
        .collect();
    // The best `count`; of equally good tiles the first.
    if count < order.len() {
        order.select_nth_unstable(count);
        order.truncate(count);
    }
    for (_, at) in order {
        draft.obstacles[at] = Some(obstacle);
    }
}

/// Where tanks and crates appear.
struct Places {
    spawns: Vec<usize>,
    crates: Vec<usize>,
}

impl Places {
    fn choose(draft: &Draft, region: &[usize], relief: &Relief) -> Places {
        let side = draft.side;
        // Not with the back to the wall, and with free ground all around.
        let inner = |at: usize| {
            let margin = 2 + side / 16;
            let within = |v: usize| (margin..side - margin).contains(&v);
            within(at % ROW) && within(at / ROW)
        };
        let is_free = |at: usize| {
            block(at).all(|b| draft.obstacles[b].is_none() && draft.ground[b] != Ground::Water)
        };
        let mut candidates: Vec<usize> =
            region.iter().copied().filter(|&at| inner(at) && is_free(at)).collect();
        // The order in which the region was found must not matter.
        candidates.sort_unstable();
        let mut spawns = Vec::new();
        let count = (2 + side / 3).min(MAX_SPAWNS);
        spread(&candidates, &mut spawns, relief.hint, count, APART);

        let mut crates = Vec::new();
        if relief.modern {
            // As far from every spawn as can be: between them, nobody's own.
            let mut taken = spawns.clone();
            let count = (2 + side / 6).min(MAX_CRATES);
            spread(&candidates, &mut taken, relief.hint, count, CRATE_APART);
            crates = taken.split_off(spawns.len());
        }
        Places { spawns, crates }
    }

    fn are_playable(&self, region: &[usize], side: usize) -> bool {
        let interior = (side - 2) * (side - 2);
        self.spawns.len() >= MAX_SEATS && region.len() * 100 >= interior * 35
    }
}

fn finish(seeds: [u64; 2], rules: &Rules, mut draft: Draft, places: Places) -> Map {
    let tile = |at: usize| Tile { x: (at % ROW) as u8, y: (at / ROW) as u8 };
    let mut trees = Vec::new();
    for at in draft.interior() {
        if let Some(Obstacle::Tree(number)) = &mut draft.obstacles[at] {
            *number = trees.len() as u16;
            trees.push(tile(at));
        }
    }
    Map {
        seeds,
        rules: *rules,
        near: draft.near(),
        passable: draft.passable(),
        ground: draft.ground,
        obstacles: draft.obstacles,
        trees,
        spawns: places.spawns.into_iter().map(tile).collect(),
        crates: places.crates.into_iter().map(tile).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_try_lays_nothing_in_the_way_and_is_playable() {
        for side in [24, 33, 64] {
            for seed in 0..20 {
                let rules = Rules::new(RuleSet::Modern, 120, side);
                let relief = Relief::new([seed, 1], &rules);
                let mut draft = relief.draft(0);
                assert!(draft.obstacles.iter().all(Option::is_none));
                assert!(!draft.ground.contains(&Ground::Water));
                let region = draft.join_regions(WORTH_JOINING);
                assert_eq!(region.len(), (usize::from(side) - 4).pow(2));
                let places = Places::choose(&draft, &region, &relief);
                assert!(places.are_playable(&region, usize::from(side)));
            }
        }
    }

    #[test]
    fn small_or_crowded_arena_is_not_playable() {
        let places = |n: usize| Places { spawns: vec![0; n], crates: Vec::new() };
        assert!(places(8).are_playable(&[0; 200], 24));
        assert!(!places(8).are_playable(&[0; 150], 24));
        assert!(!places(7).are_playable(&[0; 200], 24));
    }

    #[test]
    fn ranks_spread_over_all_thousandths_in_the_order_of_the_field() {
        let mut field = vec![0; TILES];
        for (i, at) in inset(32, 0).enumerate() {
            field[at] = -(i as i32) * 50;
        }
        let ranks = ranks(&field, 32);
        let in_order: Vec<u16> = inset(32, 0).map(|at| ranks[at]).collect();
        assert!(in_order.windows(2).all(|w| w[0] >= w[1]));
        assert_eq!((in_order[0], in_order[512], in_order[1023]), (999, 499, 0));
        assert!(super::ranks(&[7; TILES], 32).iter().all(|&r| r == 0), "a flat field is fine");
    }

    #[test]
    fn puddle_dries_up_and_islet_sinks() {
        let at = |x: usize, y: usize| y * ROW + x;
        let mut draft = Draft {
            side: 24,
            deep: true,
            ground: vec![Ground::Grass; TILES],
            obstacles: vec![None; TILES],
        };
        draft.ground[at(5, 5)] = Ground::Water;
        for b in block(at(15, 15)) {
            draft.ground[b] = Ground::Water;
        }
        draft.ground[at(15, 15)] = Ground::Dirt;
        smooth_water(&mut draft);
        assert_eq!(draft.ground[at(5, 5)], Ground::Sand);
        assert_eq!(draft.ground[at(15, 15)], Ground::Water);
    }

    #[test]
    fn driest_lowest_and_wettest_ground() {
        assert_eq!(ground(99, 500, 100), Ground::Water);
        assert_eq!(ground(100, 500, 100), Ground::Sand);
        assert_eq!(ground(500, 0, 100), Ground::Sand);
        assert_eq!(ground(500, 999, 100), Ground::Temperate);
        assert_eq!(ground(999, 0, 100), Ground::DarkSand);
    }
}
