//! Randomness that everyone draws alike: a stream is named by the seeds of the
//! match, a tick and a number, and nothing else goes into it.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use xxhash_rust::xxh3::xxh3_64;

/// The random numbers of stream number `stream` at `tick`. Different names give
/// independent numbers; the same name always gives the same.
pub(super) fn stream(seeds: [u64; 2], tick: u32, stream: u32) -> Xoshiro256PlusPlus {
    let mut name = [0; 24];
    name[..8].copy_from_slice(&seeds[0].to_le_bytes());
    name[8..16].copy_from_slice(&seeds[1].to_le_bytes());
    name[16..20].copy_from_slice(&tick.to_le_bytes());
    name[20..].copy_from_slice(&stream.to_le_bytes());
    Xoshiro256PlusPlus::seed_from_u64(xxh3_64(&name))
}

/// A number of 0..`n`, each as likely as the others to within `n` / 2^32; 0 if `n` is 0.
pub(super) fn below(rng: &mut Xoshiro256PlusPlus, n: u32) -> u32 {
    (((rng.next_u64() >> 32) * u64::from(n)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_name_changes_the_stream() {
        let first = |seeds, tick, number| stream(seeds, tick, number).next_u64();
        let all = [
            first([1, 2], 3, 4),
            first([2, 1], 3, 4),
            first([1, 3], 3, 4),
            first([1, 2], 4, 3),
            first([1, 2], 3, 5),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(a), "{all:x?}");
        }
        assert_eq!(first([1, 2], 3, 4), all[0]);
    }

    #[test]
    fn below_reaches_every_number_about_equally_often() {
        let mut rng = stream([7, 8], 0, 0);
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[below(&mut rng, 6) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(below(&mut rng, 1), 0);
        assert_eq!(below(&mut rng, 0), 0);
    }
}
