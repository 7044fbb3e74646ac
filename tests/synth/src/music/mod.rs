//! The two tracks of music. Each is written into a ring as long as the loop, so that what
//! sounds on past its end is heard again at the beginning, and the loop has no seam.

mod band;
mod fight;
mod march;
mod score;

use crate::dsp::{Filter, sine};

/// Samples per second of the music: nothing in it is as high as half of that.
pub const RATE: f64 = 32_000.0;

/// Left and right.
pub type Stereo = (Vec<f64>, Vec<f64>);

/// The music of the menus.
pub fn menu() -> Stereo {
    march::play()
}

/// The music of a match.
pub fn game() -> Stereo {
    fight::play()
}

/// A ring of samples that instruments play into.
pub struct Ring {
    left: Vec<f64>,
    right: Vec<f64>,
    /// What goes into the room around the players.
    room: Vec<f64>,
    /// Samples of a beat, a whole number.
    beat: usize,
}

impl Ring {
    /// So many beats of so many samples.
    pub fn new(beats: usize, beat: usize) -> Self {
        let empty = vec![0.0; beats * beat];
        Self { left: empty.clone(), right: empty.clone(), room: empty, beat }
    }

    /// Seconds of so many beats.
    pub fn seconds(&self, beats: f64) -> f64 {
        beats * self.beat as f64 / RATE
    }

    /// A sound begins at a beat; `side` is -1 (left) to 1, `room` how much of it echoes.
    pub fn add(&mut self, beat: f64, sound: &[f64], loud: f64, side: f64, room: f64) {
        let start = (beat * self.beat as f64).round() as usize;
        let (right, left) = (sine((side + 1.0) / 8.0), sine((side + 1.0) / 8.0 + 0.25));
        let length = self.left.len();
        for (i, sample) in sound.iter().enumerate() {
            let at = (start + i) % length;
            self.left[at] += sample * loud * left;
            self.right[at] += sample * loud * right;
            self.room[at] += sample * loud * room;
        }
    }

    /// The ring with its room: a few echoes that lose their top, different on each side.
    pub fn finish(self) -> Stereo {
        let wet = [
            echoes(&self.room, &[1557, 1617, 1491, 1277]),
            echoes(&self.room, &[1580, 1640, 1514, 1300]),
        ];
        let [wet_left, wet_right] = wet;
        let mix = |dry: &[f64], wet: &[f64]| -> Vec<f64> {
            dry.iter().zip(wet).map(|(dry, wet)| dry + wet).collect()
        };
        (mix(&self.left, &wet_left), mix(&self.right, &wet_right))
    }
}

/// A plain reverberation: echoes in parallel, then two that smear them. The ring goes
/// round twice, so that the second time begins with what the first left over.
fn echoes(dry: &[f64], lengths: &[usize]) -> Vec<f64> {
    let mut combs: Vec<(Vec<f64>, f64)> = lengths.iter().map(|n| (vec![0.0; *n], 0.0)).collect();
    let mut smears: Vec<Vec<f64>> = [225, 556].iter().map(|n| vec![0.0; *n]).collect();
    let mut low_cut = Filter::default();
    let mut wet = vec![0.0; dry.len()];
    for round in 0..2 {
        for (i, x) in dry.iter().enumerate() {
            let step = round * dry.len() + i;
            let mut sum = 0.0;
            for (line, dull) in &mut combs {
                let at = step % line.len();
                *dull += (line[at] - *dull) * 0.55;
                sum += line[at];
                line[at] = x + *dull * 0.74;
            }
            for line in &mut smears {
                let at = step % line.len();
                let late = line[at];
                line[at] = sum + late * 0.5;
                sum = late - sum * 0.5;
            }
            wet[i] = low_cut.pass(sum * 0.22, 160.0, 0.7, RATE).high;
        }
    }
    wet
}
