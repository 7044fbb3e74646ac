//! How people see colours who lack one kind of cone. Arithmetic only.

/// A kind of colour vision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vision {
    /// All three kinds of cones.
    #[default]
    Common,
    /// Without the long ones.
    Protanopia,
    /// Without the middle ones.
    Deuteranopia,
    /// Without the short ones.
    Tritanopia,
}

impl Vision {
    /// Every kind.
    pub const ALL: [Vision; 4] =
        [Vision::Common, Vision::Protanopia, Vision::Deuteranopia, Vision::Tritanopia];

    /// What is seen of linear light: Machado, Oliveira and Fernandes, "A Physiologically-based
    /// Model for Simulation of Color Vision Deficiency" (2009), at full severity.
    pub fn matrix(self) -> [[f32; 3]; 3] {
        match self {
            Vision::Common => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Vision::Protanopia => [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            Vision::Deuteranopia => [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            Vision::Tritanopia => [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        }
    }

    /// What is seen of linear light of this colour.
    pub fn seen(self, light: [f32; 3]) -> [f32; 3] {
        times(&self.matrix(), light).map(|v| v.clamp(0.0, 1.0))
    }

    /// A picture of sRGB pixels, four bytes each, as it is seen.
    pub fn show(self, pixels: &mut [u8]) {
        if self == Vision::Common {
            return;
        }
        let linear: Vec<f32> = (0..=255).map(|v| decode(v as f32 / 255.0)).collect();
        for pixel in pixels.chunks_exact_mut(4) {
            let light = |i: usize| {
                pixel.get(i).and_then(|v| linear.get(usize::from(*v))).copied().unwrap_or_default()
            };
            let seen = self.seen([light(0), light(1), light(2)]);
            for (to, v) in pixel.iter_mut().zip(seen) {
                *to = encode(v);
            }
        }
    }
}

/// A matrix times a column.
pub fn times(rows: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    rows.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

fn decode(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode(v: f32) -> u8 {
    let v = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (v * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_grey_for_everybody() {
        for vision in Vision::ALL {
            let mut pixels = [128, 128, 128, 255];
            vision.show(&mut pixels);
            assert!(pixels[..3].iter().all(|v| v.abs_diff(128) <= 1), "{vision:?} {pixels:?}");
            assert_eq!(pixels[3], 255);
        }
    }

    #[test]
    fn red_is_dark_without_the_long_cones() {
        let mut pixels = [255, 0, 0, 255];
        Vision::Protanopia.show(&mut pixels);
        assert!(pixels[0] < 140, "{pixels:?}");
    }
}
