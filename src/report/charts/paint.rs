//! How do the marks of a chart become an SVG and a PNG that look the same on every machine?
//!
//! Both go through plotters. Its coordinates are whole pixels and its bitmap lines have hard edges, so that the marks are
//! scaled up: the SVG by its view box, the PNG by averaging blocks of pixels. The fonts are embedded in both.

use super::scene::{Color, Dash, Mark, Point, Scene, Sheet, Stroke, Type, Weight, Words, dashes};
use super::{ChartError, base64, few_colours};
use image::ImageEncoder;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::sync::OnceLock;

pub(super) const FAMILY: &str = "Tailcost Sans";

static REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// Line height of the fonts over their em: the bitmap backend takes the former as the size of a font.
pub(super) const HEIGHT_PER_EM: f64 = 1.362;

/// The SVG backend divides the size of a font by this.
const SVG_SIZE_PER_EM: f64 = 1.24;

/// The SVG backend puts the baseline this many em below the top of a text.
const SVG_TOP_TO_BASELINE: f64 = 0.76;

/// Steps of the SVG's view box to one unit of a chart.
pub(super) const SVG_SCALE: u32 = 8;

/// Bitmap pixels averaged into one, along each side.
const PNG_SCALE: u32 = 3;

/// Pixels of a page's picture to a unit of a chart: 2100 across a page that is 1040 wide at most, so two to a pixel of a usual screen.
const PAGE_SCALE: f64 = 1.75;

/// Makes the embedded fonts known to plotters, once.
pub(super) fn register_fonts() -> Result<(), ChartError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = REGISTERED.get_or_init(|| {
        plotters::style::register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && plotters::style::register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
    });
    if *registered { Ok(()) } else { Err(ChartError::Font) }
}

/// The chart as an SVG of its own: fonts inside, text selectable, its title readable by a screen reader.
pub(super) fn svg(scene: &Scene) -> Result<Vec<u8>, ChartError> {
    let mut body = String::new();
    let size = scaled_size(scene, f64::from(SVG_SCALE));
    {
        let area = SVGBackend::with_string(&mut body, size).into_drawing_area();
        area.fill(&WHITE).map_err(|error| ChartError::Painting(error.to_string()))?;
        paint(scene, &area, Backend::Svg)?;
    }
    // The backend's own first tag gives size and view box; ours keeps the view box and sets the size of the chart.
    let marks = body.split_once('\n').map_or("", |(_, rest)| rest);
    let faces = faces();
    let (width, height) = (scene.sheet.width(), scene.height);
    let title = escape(&scene.title);
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>{faces}\
         text{{font-family:'{FAMILY}',sans-serif;font-kerning:none}}polyline{{stroke-linejoin:round}}</style>\n",
        size.0, size.1
    );
    Ok([head.as_bytes(), marks.as_bytes()].concat())
}

/// The fonts of the charts as style rules.
pub(super) fn faces() -> &'static str {
    static FACES: OnceLock<String> = OnceLock::new();
    FACES.get_or_init(|| {
        [("normal", REGULAR), ("bold", BOLD)]
            .map(|(weight, font)| {
                let data = base64::encode(font);
                format!(
                    "@font-face{{font-family:'{FAMILY}';font-weight:{weight};\
                     src:url(data:font/ttf;base64,{data}) format('truetype')}}\n"
                )
            })
            .concat()
    })
}

/// Without the title above and the notes below.
fn plot_of(scene: &Scene) -> Scene {
    let Words { head, foot, .. } = scene.words;
    let inside = |mark: &&Mark| !matches!(mark, Mark::Text { baseline, .. } if *baseline <= head || *baseline > foot);
    Scene { marks: scene.marks.iter().filter(inside).cloned().collect(), ..scene.clone() }
}

/// The plot alone as a part of a page that has the fonts: no ground, no title, no notes. Its name and description are what a screen
/// reader says.
pub(super) fn part_of_page(scene: &Scene, name: &str, description: &str) -> Result<String, ChartError> {
    let Words { head, foot, .. } = scene.words;
    let plot = plot_of(scene);
    let mut body = String::new();
    {
        let area = SVGBackend::with_string(&mut body, scaled_size(scene, f64::from(SVG_SCALE))).into_drawing_area();
        paint(&plot, &area, Backend::Svg)?;
    }
    let marks = body.split_once('\n').map_or("", |(_, rest)| rest);
    let scale = f64::from(SVG_SCALE);
    let (top, width, height) = (head * scale, scene.sheet.width() * scale, (foot - head) * scale);
    let (title, description) = (escape(&scene.title), escape(description));
    let (name, class) = match scene.sheet {
        Sheet::Desk => (escape(name), "chart desk"),
        Sheet::Phone => (format!("{}-phone", escape(name)), "chart phone"),
    };
    Ok(format!(
        "<svg class=\"{class}\" viewBox=\"0 {top:.0} {width:.0} {height:.0}\" role=\"img\" \
         aria-labelledby=\"{name}-title {name}-desc\"><title id=\"{name}-title\">{title}</title>\
         <desc id=\"{name}-desc\">{description}</desc>\n{marks}"
    ))
}

/// The chart as a PNG of 1200 pixels width.
pub(super) fn png(scene: &Scene) -> Result<Vec<u8>, ChartError> {
    let Pixels { bytes, width, height } = pixels(scene, f64::from(PNG_SCALE), PNG_SCALE)?;
    let mut file = Vec::new();
    image::codecs::png::PngEncoder::new_with_quality(
        &mut file,
        image::codecs::png::CompressionType::Default,
        image::codecs::png::FilterType::Adaptive,
    )
    .write_image(&bytes, width, height, image::ColorType::Rgb8)
    .map_err(|error| ChartError::Painting(error.to_string()))?;
    Ok(file)
}

/// The plot alone as a PNG with two pixels for each of a page on a screen, of at most 256 colours; and its size on the page.
pub(super) fn picture_of_page(scene: &Scene) -> Result<(Vec<u8>, (u32, u32)), ChartError> {
    let Pixels { bytes, width, .. } = pixels(&plot_of(scene), f64::from(PNG_SCALE) * PAGE_SCALE, PNG_SCALE)?;
    let row = |y: f64| (y.max(0.0) * PAGE_SCALE) as usize;
    let (head, foot) = (row(scene.words.head), row(scene.words.foot));
    let line = width as usize * 3;
    let height = (foot - head) as u32;
    let file = few_colours::png(&bytes[head * line..foot * line], width, height)?;
    let size = [width, height].map(|pixels| (f64::from(pixels) / PAGE_SCALE).round() as u32);
    Ok((file, (size[0], size[1])))
}

/// Red, green and blue of each pixel, row by row.
struct Pixels {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// The scene at so many pixels a unit, then squares of `side` pixels averaged into one.
fn pixels(scene: &Scene, scale: f64, side: u32) -> Result<Pixels, ChartError> {
    let (width, height) = scaled_size(scene, scale);
    let mut pixels = vec![0u8; width as usize * height as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        area.fill(&WHITE).map_err(|error| ChartError::Painting(error.to_string()))?;
        paint(scene, &area, Backend::Bitmap(scale))?;
    }
    let (small_width, small_height) = (width / side, height / side);
    let bytes = averaged(&pixels, side as usize, width as usize, small_width as usize, small_height as usize);
    Ok(Pixels { bytes, width: small_width, height: small_height })
}

fn scaled_size(scene: &Scene, scale: f64) -> (u32, u32) {
    ((scene.sheet.width() * scale).round() as u32, (scene.height.round() * scale).round() as u32)
}

/// Mean of each block of pixels.
fn averaged(pixels: &[u8], side: usize, wide: usize, width: usize, height: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(width * height * 3);
    let mut sums = vec![0u16; width * 3];
    for row in 0..height {
        sums.fill(0);
        for line in pixels[row * side * wide * 3..].chunks_exact(wide * 3).take(side) {
            for (sum, block) in sums.chunks_exact_mut(3).zip(line.chunks_exact(3 * side)) {
                for pixel in block.chunks_exact(3) {
                    for (total, channel) in sum.iter_mut().zip(pixel) {
                        *total += u16::from(*channel);
                    }
                }
            }
        }
        let count = (side * side) as u16;
        small.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    small
}

#[derive(Clone, Copy)]
enum Backend {
    Svg,
    /// Pixels to a unit.
    Bitmap(f64),
}

impl Backend {
    fn scale(self) -> f64 {
        match self {
            Backend::Svg => f64::from(SVG_SCALE),
            Backend::Bitmap(scale) => scale,
        }
    }

    /// The size to ask for and how far the top of a text lies above its baseline, so that both backends agree.
    fn font(self, size: f64) -> (f64, f64) {
        let em = size * self.scale();
        match self {
            Backend::Svg => (em * SVG_SIZE_PER_EM, em * SVG_TOP_TO_BASELINE),
            Backend::Bitmap(_) => (em * HEIGHT_PER_EM, em * HEIGHT_PER_EM / 2.0),
        }
    }
}

fn paint<DB: DrawingBackend>(
    scene: &Scene,
    area: &DrawingArea<DB, plotters::coord::Shift>,
    backend: Backend,
) -> Result<(), ChartError> {
    let failed = |error: DrawingAreaErrorKind<DB::ErrorType>| ChartError::Painting(error.to_string());
    let scale = backend.scale();
    let place = |(x, y): Point| ((x * scale).round() as i32, (y * scale).round() as i32);
    for mark in &scene.marks {
        match mark {
            Mark::Line { points, stroke } => {
                let pieces = match stroke.dash {
                    Dash::Solid => vec![points.clone()],
                    Dash::Pattern(pattern) => dashes(points, pattern),
                };
                for piece in pieces {
                    let mut path: Vec<(i32, i32)> = piece.into_iter().map(place).collect();
                    path.dedup();
                    if path.len() > 1 {
                        area.draw(&PathElement::new(path, line_style(stroke, scale))).map_err(failed)?;
                    }
                }
            }
            Mark::Area { points, fill } => {
                let mut path: Vec<(i32, i32)> = points.iter().copied().map(place).collect();
                path.dedup();
                if path.len() > 2 {
                    area.draw(&Polygon::new(path, fill_style(*fill))).map_err(failed)?;
                }
            }
            Mark::Dot { center, radius, fill } => {
                area.draw(&Circle::new(place(*center), (radius * scale).round() as i32, fill_style(*fill)))
                    .map_err(failed)?;
            }
            Mark::Text { text, left, baseline, style, .. } => {
                let (size, above) = backend.font(style.size);
                let (x, y) = place((*left, *baseline));
                let text_style = text_style(style, size);
                area.draw(&Text::new(text.as_str(), (x, y - above.round() as i32), text_style)).map_err(failed)?;
            }
        }
    }
    area.present().map_err(failed)
}

fn line_style(stroke: &Stroke, scale: f64) -> ShapeStyle {
    let width = (stroke.width * scale).round().max(1.0) as u32;
    ShapeStyle { color: rgba(stroke.color), filled: false, stroke_width: width }
}

fn fill_style(color: Color) -> ShapeStyle {
    ShapeStyle { color: rgba(color), filled: true, stroke_width: 0 }
}

fn text_style(style: &Type, size: f64) -> TextStyle<'static> {
    let font_style = match style.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    FontDesc::new(FontFamily::Name(FAMILY), size, font_style)
        .color(&rgba(style.color))
        .pos(Pos::new(HPos::Left, VPos::Top))
}

fn rgba(color: Color) -> RGBAColor {
    let (r, g, b) = color.rgb;
    RGBAColor(r, g, b, color.alpha)
}

/// Text from a config is data, in an attribute and between tags.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
