//! Guns and what their shells do: thumps, clangs, a whine, an explosion.

use crate::dsp::{Filter, Noise, Phase, RATE, decay, metal, render, rise, sine, soft};

/// The gun with an ordinary shell: a chunky thump with a short low tail.
pub fn fire_regular() -> Vec<f64> {
    let (mut noise, mut body) = (Noise::new(11), Phase::default());
    let (mut blast, mut tail, mut crack) =
        (Filter::default(), Filter::default(), Filter::default());
    render(0.75, |t| {
        let n = noise.next();
        let thump = sine(body.turn(58.0 + 210.0 * decay(t, 0.028), RATE)) * decay(t, 0.12);
        let blast = blast.low(n, 420.0 + 4800.0 * decay(t, 0.04)) * decay(t, 0.085);
        let tail = tail.low(n, 340.0) * decay(t, 0.19) * rise(t, 0.03);
        let crack = crack.high(n, 2200.0) * decay(t, 0.006);
        soft(1.0 * soft(1.8 * thump) + 4.2 * blast + 4.5 * tail + 0.6 * crack)
    })
}

/// The gun with a piercing shell: a harder crack over the same thump, and steel in it.
pub fn fire_piercing() -> Vec<f64> {
    let (mut noise, mut body) = (Noise::new(23), Phase::default());
    let (mut blast, mut tail, mut crack) =
        (Filter::default(), Filter::default(), Filter::default());
    let ring =
        [(612.0, 0.30, 0.10), (987.0, 0.22, 0.08), (1733.0, 0.16, 0.06), (2911.0, 0.1, 0.04)];
    render(0.85, |t| {
        let n = noise.next();
        let thump = sine(body.turn(66.0 + 360.0 * decay(t, 0.022), RATE)) * decay(t, 0.11);
        let blast = blast.low(n, 500.0 + 8200.0 * decay(t, 0.05)) * decay(t, 0.085);
        let tail = tail.band(n, 330.0, 0.8) * decay(t, 0.24) * rise(t, 0.02);
        let crack = crack.high(n, 3000.0) * decay(t, 0.013);
        soft(
            0.9 * soft(2.0 * thump)
                + 3.2 * blast
                + 4.0 * tail
                + 0.9 * crack
                + 1.2 * metal(t, &ring),
        )
    })
}

/// A shell that glances off rock or wall: a whine that falls away.
pub fn ricochet() -> Vec<f64> {
    let (mut noise, mut whine, mut second) = (Noise::new(31), Phase::default(), Phase::default());
    let (mut spray, mut air) = (Filter::default(), Filter::default());
    let ping = [(1730.0, 0.5, 0.03), (2610.0, 0.4, 0.025), (4380.0, 0.25, 0.015)];
    render(0.6, |t| {
        let n = noise.next();
        let hertz = 900.0 + 1500.0 * decay(t, 0.16);
        let wobble = 1.0 + 0.012 * sine(t * 31.0);
        let tone =
            sine(whine.turn(hertz * wobble, RATE)) + 0.4 * sine(second.turn(hertz * 1.506, RATE));
        let body = tone * rise(t, 0.015) * decay(t, 0.14);
        let air = air.band(n, hertz * 1.2, 4.0) * rise(t, 0.02) * decay(t, 0.12);
        let spray = spray.band(n, 2400.0, 0.8) * decay(t, 0.018);
        soft(0.5 * body + 0.5 * air + 1.1 * spray + 0.7 * metal(t, &ping))
    })
}

/// A shell that ends in wood or earth, or at a shield: a dull knock.
pub fn thud() -> Vec<f64> {
    let (mut noise, mut body) = (Noise::new(37), Phase::default());
    let (mut bark, mut dirt) = (Filter::default(), Filter::default());
    render(0.45, |t| {
        let n = noise.next();
        let knock = sine(body.turn(105.0 + 190.0 * decay(t, 0.018), RATE)) * decay(t, 0.055);
        let bark = bark.band(n, 900.0, 1.2) * decay(t, 0.025);
        let dirt = dirt.low(n, 700.0) * decay(t, 0.09);
        soft(0.8 * knock + 5.0 * bark + 3.5 * dirt)
    })
}

/// A shell that bites into armour: a clang over a punch.
pub fn hit() -> Vec<f64> {
    let (mut noise, mut body) = (Noise::new(41), Phase::default());
    let (mut spark, mut scrape) = (Filter::default(), Filter::default());
    let plate = [
        (286.0, 0.55, 0.16),
        (433.0, 0.45, 0.13),
        (671.0, 0.38, 0.11),
        (902.0, 0.30, 0.09),
        (1427.0, 0.24, 0.07),
        (2210.0, 0.16, 0.05),
        (3170.0, 0.10, 0.03),
    ];
    render(0.6, |t| {
        let n = noise.next();
        let punch = sine(body.turn(62.0 + 210.0 * decay(t, 0.02), RATE)) * decay(t, 0.09);
        let spark = spark.high(n, 3200.0) * decay(t, 0.012);
        let scrape = scrape.band(n, 1300.0, 0.9) * decay(t, 0.05);
        soft(1.1 * punch + 0.7 * spark + 2.2 * scrape + 1.0 * metal(t, &plate))
    })
}

/// A tank that blows up: a low blow, a fireball that loses its top, and debris.
pub fn explosion() -> Vec<f64> {
    let (mut noise, mut body) = (Noise::new(53), Phase::default());
    let mut filters: [Filter; 4] = Default::default();
    // When each piece of debris comes down, how hard, and how high it sounds.
    let mut chance = Noise::new(59);
    let debris: Vec<(f64, f64, f64)> = (0..16)
        .map(|i| {
            let at = 0.28 + 0.09 * f64::from(i) + chance.between(-0.04, 0.04);
            (at, chance.between(0.25, 0.7) * decay(at, 1.1), chance.between(300.0, 1400.0))
        })
        .collect();
    render(2.3, |t| {
        let n = noise.next();
        let [ball, roar, crack, grit] = &mut filters;
        let blow = sine(body.turn(41.0 + 120.0 * decay(t, 0.07), RATE)) * decay(t, 0.36);
        let ball = ball.low(n, 260.0 + 5600.0 * decay(t, 0.12)) * decay(t, 0.3);
        let roar = roar.low(n, 150.0 + 480.0 * decay(t, 0.5)) * rise(t, 0.05) * decay(t, 0.62);
        let crack = crack.high(n, 1800.0) * decay(t, 0.011);
        let falls: f64 = debris
            .iter()
            .filter(|(at, ..)| t >= *at)
            .map(|(at, hard, hertz)| {
                hard * decay(t - at, 0.016) * (0.5 * sine((t - at) * hertz) + 0.5 * n)
            })
            .sum();
        let grit = grit.low(falls, 2600.0);
        soft(1.0 * soft(1.6 * blow) + 4.2 * ball + 7.5 * roar + 0.7 * crack + 0.9 * grit)
    })
}

/// A tree that breaks and comes down.
pub fn felled() -> Vec<f64> {
    let mut noise = Noise::new(61);
    let (mut wood, mut leaves) = (Filter::default(), Filter::default());
    let mut chance = Noise::new(67);
    let cracks: Vec<(f64, f64)> = (0..9)
        .map(|i| (0.02 + 0.035 * f64::from(i) * chance.between(0.6, 1.2), chance.between(0.4, 1.0)))
        .collect();
    render(1.0, |t| {
        let n = noise.next();
        let snaps: f64 = cracks
            .iter()
            .filter(|(at, _)| t >= *at)
            .map(|(at, hard)| hard * decay(t - at, 0.007))
            .sum();
        let snap = wood.band(n * snaps, 1100.0, 1.5);
        let swish = leaves.band(n, 3200.0 - 1800.0 * t, 0.6) * rise(t, 0.25) * decay(t - 0.2, 0.2);
        let fall = sine(58.0 * t) * rise(t - 0.42, 0.02) * decay((t - 0.42).max(0.0), 0.09);
        soft(3.0 * snap + 0.8 * swish.clamp(-1.0, 1.0) + 0.35 * fall)
    })
}
