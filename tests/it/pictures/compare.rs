//! Whether two pictures look the same to a person: small pictures, slightly blurred, compared
//! in OKLab, where equal distances look equally different.

use std::path::Path;

use resvg::tiny_skia::{IntSize, Pixmap};

/// Width of a kept picture in pixels. A line of text is then three pixels high: what it says is
/// not to be read, where it is and whether it is there can be seen.
const WIDTH: usize = 360;
/// Steps of a colour in a kept picture, which make its file half as large.
const STEP: u8 = 4;
/// Side of a block in pixels.
const BLOCK: usize = 6;
/// A block differs when its pixels are so far apart on average. 0.02 can just be noticed where
/// two colours touch; rounding to steps of 4 and another driver's rounding stay below 0.006.
const NOTICED: f32 = 0.02;
/// So many blocks of all may differ: two, of 2040. A driver that places one edge otherwise
/// differs there; a word that is gone or moved is five blocks and more.
const BLOCKS: usize = 2;
/// The distance of all pixels on average: a change of everything that no block shows alone.
const MEAN: f32 = 0.006;

/// A small picture, opaque.
#[derive(Clone)]
pub(super) struct Small {
    w: usize,
    h: usize,
    /// sRGB.
    pixels: Vec<[u8; 3]>,
}

/// How far two pictures are apart.
#[derive(Debug)]
pub(super) struct Verdict {
    mean: f32,
    blocks: usize,
}

impl Verdict {
    pub(super) fn is_same(&self) -> bool {
        self.mean < MEAN && self.blocks <= BLOCKS
    }
}

impl Small {
    /// A picture from a file, made small.
    pub(super) fn of(file: &Path) -> Small {
        let whole = Small::load(file);
        let h = whole.h * WIDTH / whole.w;
        let mut pixels = Vec::new();
        for y in 0..h {
            for x in 0..WIDTH {
                let span = |at: usize, to: usize, of: usize| {
                    let from = at * of / to;
                    from..((at + 1) * of).div_ceil(to).max(from + 1)
                };
                let mut sum = [0.0; 3];
                let mut count = 0.0;
                for row in span(y, h, whole.h) {
                    for column in span(x, WIDTH, whole.w) {
                        let light = whole.pixels[row * whole.w + column].map(decode);
                        sum = [sum[0] + light[0], sum[1] + light[1], sum[2] + light[2]];
                        count += 1.0;
                    }
                }
                let step = |v: f32| encode(v / count).saturating_add(STEP / 2) / STEP * STEP;
                pixels.push(sum.map(step));
            }
        }
        Small { w: WIDTH, h, pixels }
    }

    /// A picture from a file as it is.
    pub(super) fn load(file: &Path) -> Small {
        let picture =
            Pixmap::load_png(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let pixels = picture.pixels().iter().map(|p| [p.red(), p.green(), p.blue()]).collect();
        Small { w: picture.width() as usize, h: picture.height() as usize, pixels }
    }

    pub(super) fn save(&self, file: &Path) {
        let bytes = self.pixels.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
        let size = IntSize::from_wh(self.w as u32, self.h as u32).unwrap();
        Pixmap::from_vec(bytes, size).unwrap().save_png(file).unwrap();
    }

    pub(super) fn compared_with(&self, other: &Small) -> Verdict {
        if (self.w, self.h) != (other.w, other.h) {
            return Verdict { mean: f32::INFINITY, blocks: usize::MAX };
        }
        let (a, b) = (self.blurred(), other.blurred());
        let far: Vec<f32> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt())
            .collect();
        let mean = far.iter().sum::<f32>() / far.len() as f32;
        let differs = |column: usize, row: usize| {
            let (x, y) = (column * BLOCK, row * BLOCK);
            let (right, below) = ((x + BLOCK).min(self.w), (y + BLOCK).min(self.h));
            let of_row = |y| far[y * self.w + x..y * self.w + right].iter().sum::<f32>();
            let sum: f32 = (y..below).map(of_row).sum();
            sum / ((right - x) * (below - y)) as f32 > NOTICED
        };
        let (columns, rows) = (self.w.div_ceil(BLOCK), self.h.div_ceil(BLOCK));
        let blocks = (0..rows)
            .flat_map(|y| (0..columns).map(move |x| (x, y)))
            .filter(|(x, y)| differs(*x, *y));
        Verdict { mean, blocks: blocks.count() }
    }

    /// In OKLab, each pixel mixed with those around it: what is one pixel off looks the same.
    fn blurred(&self) -> Vec<[f32; 3]> {
        let lab: Vec<[f32; 3]> = self.pixels.iter().map(|p| oklab(p.map(decode))).collect();
        let mut mixed = Vec::new();
        for y in 0..self.h {
            for x in 0..self.w {
                let (mut sum, mut count) = ([0.0; 3], 0.0);
                for row in y.saturating_sub(1)..(y + 2).min(self.h) {
                    for column in x.saturating_sub(1)..(x + 2).min(self.w) {
                        let [l, a, b] = lab[row * self.w + column];
                        sum = [sum[0] + l, sum[1] + a, sum[2] + b];
                        count += 1.0;
                    }
                }
                mixed.push(sum.map(|v| v / count));
            }
        }
        mixed
    }

    /// The picture with one fault each.
    pub(super) fn faults(&self) -> Vec<(&'static str, Small)> {
        let mut faults = Vec::new();
        // The busiest part, where text or a tank is.
        let (x, y) = self.busiest(60, 12);
        let mut moved = self.clone();
        for row in y..y + 12 {
            for column in x..x + 56 {
                moved.pixels[row * self.w + column] = self.pixels[row * self.w + column + 4];
            }
        }
        faults.push(("a text four pixels to the left", moved));
        let mut gone = self.clone();
        for row in y..y + 12 {
            for column in x..x + 60 {
                gone.pixels[row * self.w + column] = self.pixels[y * self.w + x];
            }
        }
        faults.push(("a text that is not there", gone));
        let mut darker = self.clone();
        darker.pixels.iter_mut().for_each(|p| *p = p.map(|v| v.saturating_sub(v / 16)));
        faults.push(("everything a little darker", darker));
        let mut swapped = self.clone();
        swapped.pixels.iter_mut().for_each(|p| p.swap(0, 2));
        faults.push(("red for blue", swapped));
        let mut turned = self.clone();
        turned.pixels.rotate_left(self.w * 3);
        faults.push(("everything three pixels higher", turned));
        faults
    }

    /// Each second pixel a little lighter or darker, as another driver may round.
    pub(super) fn rounded_otherwise(&self) -> Small {
        let mut other = self.clone();
        for (i, pixel) in other.pixels.iter_mut().enumerate() {
            *pixel = pixel.map(|v| match i % 4 {
                0 => v.saturating_add(STEP),
                2 => v.saturating_sub(STEP),
                _ => v,
            });
        }
        other
    }

    /// Where neighbours differ most.
    fn busiest(&self, w: usize, h: usize) -> (usize, usize) {
        let busy = |(x, y): &(usize, usize)| -> u32 {
            let row = |y: usize| {
                let row = &self.pixels[y * self.w + x..y * self.w + x + w];
                row.windows(2).map(|p| u32::from(p[0][1].abs_diff(p[1][1]))).sum::<u32>()
            };
            (*y..y + h).map(row).sum()
        };
        let places = (0..self.h - h)
            .step_by(4)
            .flat_map(|y| (0..self.w - w).step_by(4).map(move |x| (x, y)));
        places.max_by_key(busy).unwrap()
    }
}

fn decode(v: u8) -> f32 {
    let v = f32::from(v) / 255.0;
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode(v: f32) -> u8 {
    let v = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (v * 255.0).round() as u8
}

/// OKLab of linear light (Ottosson 2020).
fn oklab([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}
