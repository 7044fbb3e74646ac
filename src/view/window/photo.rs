//! Pictures of the window: its own frame as pixels, and those in a file.

use std::path::Path;

use ggez::Context;
use resvg::tiny_skia::{IntSize, Pixmap};

/// Pixels, width and height.
pub(super) type Pixels = (Vec<u8>, u32, u32);

/// Writes what the window shows as a PNG file.
pub(super) fn write(ctx: &Context, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    save(pixels(ctx)?, path)
}

/// The window's own frame: opaque RGBA. The card's is BGRA.
pub(super) fn pixels(ctx: &Context) -> Result<Pixels, Box<dyn std::error::Error>> {
    let image = ctx.gfx.frame();
    let mut pixels = image.to_pixels(ctx)?;
    for pixel in pixels.chunks_exact_mut(4) {
        pixel.swap(0, 2);
        if let Some(alpha) = pixel.last_mut() {
            *alpha = 255;
        }
    }
    Ok((pixels, image.width(), image.height()))
}

/// Writes a picture as a PNG file.
pub(super) fn save((pixels, w, h): Pixels, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let size = IntSize::from_wh(w, h).ok_or("the window has no size")?;
    let picture = Pixmap::from_vec(pixels, size).ok_or("the picture has a wrong size")?;
    picture.save_png(path)?;
    Ok(())
}
