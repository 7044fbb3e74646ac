//! The field drawn with fewer pixels than the window has, and then enlarged: what a slow
//! computer can draw in time. Menus and head-up display stay as sharp as the window.

use ggez::graphics::{Canvas, Color, DrawParam, Image, Sampler};
use ggez::{Context, GameResult};

/// How sharp the field is drawn.
pub(super) struct Lens {
    share: f32,
    window: (f32, f32),
    image: Option<Image>,
}

impl Lens {
    /// For a window of this size, with so many percent of its width and height.
    pub(super) fn new(window: (f32, f32), percent: u8) -> Self {
        Self { share: f32::from(percent.clamp(25, 100)) / 100.0, window, image: None }
    }

    /// The window has another size.
    pub(super) fn resize(&mut self, window: (f32, f32)) {
        self.window = window;
    }

    /// The field has so many percent of the window's width and height; whether that is news.
    pub(super) fn set_percent(&mut self, percent: u8) -> bool {
        let before = self.share;
        *self = Self::new(self.window, percent);
        before != self.share
    }

    /// The field's size in its own pixels.
    pub(super) fn size(&self) -> (f32, f32) {
        let side = |pixels: f32| (pixels * self.share).round().max(1.0);
        (side(self.window.0), side(self.window.1))
    }

    /// Pixels of the window to a pixel of the field.
    pub(super) fn enlarges(&self) -> f32 {
        self.window.1.max(1.0) / self.size().1
    }

    /// How many draw calls it takes to enlarge the field.
    pub(super) fn draws(&self) -> u32 {
        u32::from(self.image.is_some())
    }

    /// Where the field is drawn. Only inside a frame.
    pub(super) fn canvas(&mut self, ctx: &mut Context, ground: Color) -> Canvas {
        if self.share >= 1.0 {
            self.image = None;
            return Canvas::from_frame(ctx, ground);
        }
        let (width, height) = self.size();
        let (width, height) = (width as u32, height as u32);
        let fits = |image: &Image| image.width() == width && image.height() == height;
        let image = self.image.take().filter(fits);
        let image = image.unwrap_or_else(|| Image::new_canvas_image(ctx, width, height, 1));
        let canvas = Canvas::from_image(ctx, image.clone(), ground);
        self.image = Some(image);
        canvas
    }

    /// The field is drawn: the canvas for what comes on top of it, in the window's pixels.
    ///
    /// # Errors
    /// What the graphics card refuses.
    pub(super) fn enlarge(&self, ctx: &mut Context, canvas: Canvas) -> GameResult<Canvas> {
        let Some(image) = &self.image else { return Ok(canvas) };
        canvas.finish(ctx)?;
        let mut canvas = Canvas::from_frame(ctx, Color::BLACK);
        canvas.set_sampler(Sampler::linear_clamp());
        let (width, height) = self.size();
        let scale = [self.window.0 / width, self.window.1 / height];
        canvas.draw(image, DrawParam::new().scale(scale));
        Ok(canvas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_has_its_share_of_the_windows_pixels() {
        let mut lens = Lens::new((1280.0, 720.0), 100);
        assert_eq!((lens.size(), lens.enlarges()), ((1280.0, 720.0), 1.0));
        assert!(lens.set_percent(50) && !lens.set_percent(50));
        assert_eq!((lens.size(), lens.enlarges()), ((640.0, 360.0), 2.0));
        lens.set_percent(1);
        assert_eq!(lens.size(), (320.0, 180.0), "never less than a quarter");
        lens.resize((1.0, 1.0));
        assert_eq!(lens.size(), (1.0, 1.0));
    }
}
