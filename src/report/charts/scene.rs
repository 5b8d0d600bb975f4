//! What is on a chart, as plain marks that any backend can paint and a test can measure?
//!
//! Charts are built as a list of marks in a space of 1200 units width and painted afterwards, so that both files of a
//! chart show the same thing and layout rules (nothing clipped, no two texts on top of each other) hold by test.

use super::ChartError;
use super::axis::Axis;
use super::paint::{self, FAMILY};
use crate::report::format::printable;
use plotters::style::{FontDesc, FontFamily, FontStyle};

/// Width of a chart on a desk.
pub(super) const WIDTH: f64 = 1200.0;
/// Height of a chart that is not made taller by many rows.
pub(super) const HEIGHT: f64 = 750.0;

/// On what a chart is looked at. The type has one size; a narrow chart has less room for all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    /// A screen, a slide, paper.
    Desk,
    /// A phone held upright: names of rows stand above their bars, nothing stands beside anything.
    Phone,
}

impl Sheet {
    #[cfg(test)]
    pub(super) const BOTH: [Sheet; 2] = [Sheet::Desk, Sheet::Phone];

    pub(super) const fn width(self) -> f64 {
        match self {
            Sheet::Desk => WIDTH,
            Sheet::Phone => 440.0,
        }
    }

    /// Left free on both sides.
    pub(super) const fn margin(self) -> f64 {
        self.of(40.0, 20.0)
    }

    /// Height of a chart that is not made taller by many rows.
    pub(super) const fn height(self) -> f64 {
        self.of(HEIGHT, 440.0)
    }

    /// What suits a desk, or what suits a phone.
    pub(super) const fn of(self, desk: f64, phone: f64) -> f64 {
        match self {
            Sheet::Desk => desk,
            Sheet::Phone => phone,
        }
    }

    /// Ticks that have room for their labels.
    pub(super) fn ticks(self, wanted: usize) -> usize {
        match self {
            Sheet::Desk => wanted,
            Sheet::Phone => wanted.min(4),
        }
    }

    /// Height that rows add to a chart which has so much room for them on a desk.
    pub(super) fn extra(self, rows: f64, usual: f64) -> f64 {
        rows - self.of(usual, 330.0)
    }

    /// Height of a row of bars that takes so much on a desk.
    pub(super) const fn row(self, desk: f64) -> f64 {
        self.of(desk, desk + Self::NAME)
    }

    /// Height of a name above its bars.
    const NAME: f64 = 20.0;

    /// The middle of a row's bars and the height that they share.
    pub(super) fn bars(self, (top, step): (f64, f64)) -> (f64, f64) {
        let above = self.of(0.0, Self::NAME);
        (top + above + 0.5 * (step - above), step - above)
    }

    /// Where the bars begin whose names take so much on a desk.
    pub(super) const fn labels(self, desk: f64) -> f64 {
        self.of(desk, self.margin())
    }
}

/// Height of the capital letters over the font size, for centring text on a line.
const CAP_HEIGHT: f64 = 0.714;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Color {
    pub rgb: (u8, u8, u8),
    pub alpha: f64,
}

impl Color {
    pub(super) const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { rgb: (r, g, b), alpha: 1.0 }
    }

    pub(super) const fn faded(self, alpha: f64) -> Self {
        Self { rgb: self.rgb, alpha }
    }
}

pub(super) const INK: Color = Color::new(0x22, 0x22, 0x22);
pub(super) const PAPER: Color = Color::new(0xff, 0xff, 0xff);
pub(super) const GREY: Color = Color::new(0x5f, 0x63, 0x68);
pub(super) const RULE: Color = Color::new(0xdd, 0xdf, 0xe2);

/// A point, right and down from the upper left corner.
pub(super) type Point = (f64, f64);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Dash {
    Solid,
    /// Lengths drawn and skipped in turn.
    Pattern(&'static [f64]),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stroke {
    pub color: Color,
    pub width: f64,
    pub dash: Dash,
}

impl Stroke {
    pub(super) const fn solid(color: Color, width: f64) -> Self {
        Self { color, width, dash: Dash::Solid }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Size, weight and colour of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    pub size: f64,
    pub weight: Weight,
    pub color: Color,
}

impl Type {
    pub(super) const fn regular(size: f64, color: Color) -> Self {
        Self { size, weight: Weight::Regular, color }
    }

    pub(super) const fn bold(size: f64, color: Color) -> Self {
        Self { size, weight: Weight::Bold, color }
    }

    /// Advance width of `text`.
    pub(super) fn width(self, text: &str) -> f64 {
        // Measured large, since the library returns whole pixels.
        const MEASURE: f64 = 1000.0;
        let style = match self.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let font = FontDesc::new(FontFamily::Name(FAMILY), paint::HEIGHT_PER_EM * MEASURE, style);
        // The fonts are registered before a scene exists; the fallback is the width of an average letter.
        let measured = font.layout_box(text).map(|((left, _), (right, _))| f64::from(right - left) / MEASURE);
        measured.unwrap_or(0.55 * text.chars().count() as f64) * self.size
    }

    /// `text`, shortened with an ellipsis until it fits.
    pub(super) fn elided(self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_string();
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.len() > 1 {
            kept.pop();
            let shorter = format!("{}…", kept.iter().collect::<String>().trim_end());
            if self.width(&shorter) <= room {
                return shorter;
            }
        }
        "…".to_string()
    }

    /// `text` in at most so many lines, the last one cut where it takes more.
    pub(super) fn folded(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let mut lines = self.wrapped(text, room);
        if lines.len() > most {
            let rest = lines.split_off(most - 1).join(" ");
            lines.push(self.elided(&rest, room));
        }
        lines
    }

    /// `text` in lines no wider than `room`, broken at spaces; a longer word is elided.
    pub(super) fn wrapped(self, text: &str, room: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let joined = lines.last().map(|line| format!("{line} {word}"));
            match joined {
                Some(joined) if self.width(&joined) <= room => {
                    *lines.last_mut().expect("there is a last line") = joined
                }
                _ => lines.push(self.elided(word, room)),
            }
        }
        lines
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Line { points: Vec<Point>, stroke: Stroke },
    Area { points: Vec<Point>, fill: Color },
    Dot { center: Point, radius: f64, fill: Color },
    Text { text: String, left: f64, baseline: f64, width: f64, style: Type },
}

/// The marks of one chart in painting order.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub sheet: Sheet,
    pub height: f64,
    pub title: String,
    pub marks: Vec<Mark>,
    /// What stands around the plot, for a page that says it in its own words.
    pub words: Words,
    /// Where values lie, for a page on which they can be read off.
    pub plane: Option<Plane>,
}

/// Title above the plot, notes below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    /// The plot begins here.
    pub head: f64,
    /// The plot ends here.
    pub foot: f64,
    pub notes: Vec<String>,
}

/// The axes of a plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    pub x: Axis,
    pub y: Axis,
}

impl Scene {
    /// An empty chart; `title` is what a screen reader says.
    pub(super) fn new(title: &str, height: f64) -> Result<Self, ChartError> {
        paint::register_fonts()?;
        let words = Words { head: 0.0, foot: height, notes: Vec::new() };
        Ok(Self { sheet: Sheet::Desk, height, title: printable(title), marks: Vec::new(), words, plane: None })
    }

    pub(super) fn line(&mut self, points: impl IntoIterator<Item = Point>, stroke: Stroke) {
        let points: Vec<Point> = points.into_iter().filter(finite).collect();
        if points.len() > 1 {
            self.marks.push(Mark::Line { points, stroke });
        }
    }

    pub(super) fn area(&mut self, points: impl IntoIterator<Item = Point>, fill: Color) {
        let points: Vec<Point> = points.into_iter().filter(finite).collect();
        if points.len() > 2 {
            self.marks.push(Mark::Area { points, fill });
        }
    }

    pub(super) fn rect(&mut self, (x0, y0): Point, (x1, y1): Point, fill: Color) {
        self.area([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill);
    }

    pub(super) fn dot(&mut self, center: Point, radius: f64, fill: Color) {
        if finite(&center) {
            self.marks.push(Mark::Dot { center, radius, fill });
        }
    }

    /// Text whose anchor lies at `x` on `baseline`; returns its left and right end.
    pub(super) fn text(&mut self, text: &str, x: f64, baseline: f64, anchor: Anchor, style: Type) -> (f64, f64) {
        let text = printable(text);
        let width = style.width(&text);
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        if !text.is_empty() && finite(&(left, baseline)) {
            self.marks.push(Mark::Text { text, left, baseline, width, style });
        }
        (left, left + width)
    }

    /// The name of a row of bars that begin at `labels`: before them on a desk, above them on a phone; cut where it is too long.
    pub(super) fn row_name(&mut self, name: &str, style: Type, labels: f64, (top, step): (f64, f64)) {
        let margin = self.sheet.margin();
        match self.sheet {
            Sheet::Desk => {
                let name = style.elided(name, labels - margin - 10.0);
                self.text_beside(&name, labels - 10.0, top + 0.5 * step, Anchor::End, style);
            }
            Sheet::Phone => {
                let name = style.elided(name, self.sheet.width() - 2.0 * margin);
                // Paper below it, so that no line of the plot strikes the name through.
                self.rect((margin - 2.0, top + 3.0), (margin + style.width(&name) + 3.0, top + 20.0), PAPER.faded(0.9));
                self.text(&name, margin, top + 16.0, Anchor::Start, style);
            }
        }
    }

    /// The name of a row in the room before its bars, on a phone in two lines where it takes them.
    pub(super) fn row_label(&mut self, name: &str, style: Type, (left, right): (f64, f64), y: f64) {
        let lines = style.folded(name, right - left, self.sheet.of(1.0, 2.0) as usize);
        for (i, line) in lines.iter().enumerate() {
            let by = (style.size + 3.0) * (i as f64 - 0.5 * (lines.len() as f64 - 1.0));
            self.text_beside(line, right, y + by, Anchor::End, style);
        }
    }

    /// Text centred vertically on `y`.
    pub(super) fn text_beside(&mut self, text: &str, x: f64, y: f64, anchor: Anchor, style: Type) -> (f64, f64) {
        self.text(text, x, y + style.size * CAP_HEIGHT / 2.0, anchor, style)
    }
}

fn finite(point: &Point) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// Splits a line into the pieces that its dash pattern draws.
pub(super) fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, pattern.first().copied().unwrap_or(f64::INFINITY));
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let t = left / length;
            from = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            length -= left;
            if index % 2 == 0 {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            index += 1;
            left = pattern[index % pattern.len()].max(0.5);
        }
        left -= length;
        if index % 2 == 0 {
            piece.push(to);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let pieces = dashes(&[(0.0, 0.0), (30.0, 0.0), (30.0, 70.0)], &[6.0, 4.0]);
        let drawn: f64 =
            pieces.iter().flat_map(|p| p.windows(2)).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
        assert!((drawn - 60.0).abs() < 1e-9, "6 of every 10 units of 100, drew {drawn}");
    }

    #[test]
    fn text_is_measured_elided_and_wrapped() {
        paint::register_fonts().unwrap();
        let style = Type::regular(10.0, INK);
        // Noto Sans digits are 572 units of 1000 wide.
        assert!((style.width("0123456789") - 57.2).abs() < 0.05);
        assert_eq!(style.elided("short", 100.0), "short");
        let long = style.elided("a rather long option name that cannot stay", 100.0);
        assert!(long.ends_with('…') && style.width(&long) <= 100.0, "{long}");
        let lines = style.wrapped("a rather long option name that cannot stay on a line", 100.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| style.width(line) <= 100.0), "{lines:?}");
    }
}
