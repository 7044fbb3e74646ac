//! What is heard inside the tank: engine, tracks, loading, switching.

use crate::dsp::{Filter, Noise, RATE, decay, looped, metal, render, sine, soft};

/// Seconds of the loops: whole numbers of cycles of everything in them fit in.
const LOOP: f64 = 2.0;

/// Noise that repeats after the loop.
fn periodic_noise(seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    (0..(LOOP * RATE) as usize).map(|_| noise.next()).collect()
}

/// Six cylinders at idle. Its pitch is made to follow the speed while it plays.
pub fn engine() -> Vec<f64> {
    const STROKES: f64 = 28.0;
    let noise = periodic_noise(71);
    // No two cylinders of an old engine are alike.
    let hard = [1.0, 0.82, 0.93, 0.76, 1.0, 0.86];
    let [mut pipe, mut block, mut hiss, mut warm]: [Filter; 4] = Default::default();
    looped(LOOP, |t, i| {
        let stroke = t * STROKES;
        let since = stroke.fract() / STROKES;
        let cylinder = hard[stroke as usize % hard.len()];
        let bang = cylinder * decay(since, 0.011) * (1.0 - decay(since, 0.0012));
        let n = noise[i];
        let rumble = pipe.band(n * bang * 3.0 + bang * 2.0, 92.0, 1.1);
        let knock = block.band(n * bang, 410.0, 1.4);
        let hiss = hiss.high(n, 2500.0) * (0.25 + bang);
        // Detuned saws: every frequency is a multiple of half a hertz, so the loop closes.
        let saws: f64 = [(56.0, 0.30), (56.5, 0.26), (84.0, 0.16), (28.0, 0.34)]
            .iter()
            .map(|(hertz, strength)| strength * saw(hertz * t, 9))
            .sum();
        let warm = warm.low(saws, 420.0);
        soft(0.7 * warm + 1.3 * rumble + 2.4 * knock + 0.05 * hiss)
    })
}

/// The links of the tracks over the wheels, at a middling speed.
pub fn tracks() -> Vec<f64> {
    const LINKS: usize = 26;
    let noise = periodic_noise(73);
    let mut chance = Noise::new(79);
    let links: Vec<(f64, f64, f64)> = (0..LINKS)
        .map(|i| {
            let at = (i as f64 + chance.between(-0.16, 0.16)) / LINKS as f64 * LOOP;
            (at.rem_euclid(LOOP), chance.between(0.55, 1.0), chance.between(0.93, 1.08))
        })
        .collect();
    let [mut grind, mut plate, mut dull]: [Filter; 3] = Default::default();
    looped(LOOP, |t, i| {
        let n = noise[i];
        let clanks: f64 = links
            .iter()
            .map(|(at, hard, high)| {
                let since = (t - at).rem_euclid(LOOP);
                let ring = [
                    (518.0 * high, 0.30, 0.022),
                    (803.0 * high, 0.26, 0.018),
                    (1340.0 * high, 0.17, 0.012),
                    (2290.0 * high, 0.08, 0.008),
                ];
                hard * (metal(since, &ring) + 0.9 * n * decay(since, 0.006))
                    * (1.0 - decay(since, 0.0006))
            })
            .sum();
        let grind = grind.band(n, 640.0, 0.9) * (0.55 + 0.25 * sine(t * 13.0));
        let plate = plate.pass(clanks, 1500.0, 0.6, RATE).low;
        soft(0.85 * plate + 0.30 * dull.low(grind, 1800.0))
    })
}

/// A brass round slides in and the breech closes.
pub fn reload() -> Vec<f64> {
    let mut noise = Noise::new(83);
    let [mut slide, mut bolt, mut edge]: [Filter; 3] = Default::default();
    let brass =
        [(2093.0, 0.5, 0.07), (3371.0, 0.38, 0.055), (4710.0, 0.22, 0.04), (6127.0, 0.1, 0.03)];
    let steel = [(392.0, 0.6, 0.03), (731.0, 0.5, 0.026), (1190.0, 0.3, 0.02)];
    render(0.5, |t| {
        let n = noise.next();
        let slide =
            slide.band(n, 1500.0 + 3000.0 * t, 1.6) * sine((t / 0.24).clamp(0.0, 0.5)).max(0.0);
        let shut = t - 0.14;
        let bolt = bolt.low(n, 1700.0) * if shut > 0.0 { decay(shut, 0.012) } else { 0.0 };
        let edge = edge.high(n, 3500.0) * if shut > 0.0 { decay(shut, 0.004) } else { 0.0 };
        soft(
            0.35 * slide
                + 1.2 * bolt
                + 0.4 * edge
                + 0.9 * metal(shut, &steel)
                + 0.42 * metal(shut - 0.045, &brass),
        )
    })
}

/// The trigger of an empty gun.
pub fn dry() -> Vec<f64> {
    let mut noise = Noise::new(89);
    let [mut first, mut second]: [Filter; 2] = Default::default();
    let pin = [(1180.0, 0.5, 0.010), (1930.0, 0.35, 0.008), (3120.0, 0.2, 0.005)];
    render(0.2, |t| {
        let n = noise.next();
        let back = t - 0.055;
        let snap = first.band(n, 1900.0, 1.1) * decay(t, 0.005);
        let fall = second.band(n, 1100.0, 1.1) * if back > 0.0 { decay(back, 0.007) } else { 0.0 };
        soft(1.2 * snap + 1.0 * fall + 0.8 * metal(t, &pin) + 0.5 * metal(back, &pin))
    })
}

/// The lever of the ammunition rack goes over.
pub fn select() -> Vec<f64> {
    let mut noise = Noise::new(97);
    let [mut click, mut clack]: [Filter; 2] = Default::default();
    let lever = [(640.0, 0.5, 0.02), (1010.0, 0.4, 0.016), (1660.0, 0.25, 0.01)];
    let stop = [(860.0, 0.5, 0.024), (1375.0, 0.42, 0.02), (2280.0, 0.25, 0.014)];
    render(0.28, |t| {
        let n = noise.next();
        let over = t - 0.075;
        let click = click.band(n, 1500.0, 1.0) * decay(t, 0.006);
        let clack = clack.band(n, 2100.0, 1.0) * if over > 0.0 { decay(over, 0.008) } else { 0.0 };
        soft(0.8 * click + 1.0 * clack + 0.6 * metal(t, &lever) + 0.8 * metal(over, &stop))
    })
}

/// A saw wave of so many harmonics.
fn saw(turns: f64, harmonics: u32) -> f64 {
    (1..=harmonics).map(|h| sine(turns * f64::from(h)) / f64::from(h)).sum::<f64>() * 0.63
}
