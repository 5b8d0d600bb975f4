//! What stands around a plot: the finding above it, notes below it, a legend between?

use super::ChartError;
use super::palette;
use super::scene::{Anchor, GREY, INK, Scene, Sheet, Type, WIDTH, Words};
use crate::outcome::Outcome;
use crate::report::findings;

pub(super) const MARGIN: f64 = 40.0;
/// Below the room that is left on a phone: a second line of an axis' caption.
const PHONE_FOOT: f64 = 14.0;
const TITLE: Type = Type::bold(25.0, INK);
const SUBTITLE: Type = Type::regular(16.0, GREY);
const NOTE: Type = Type::regular(14.0, GREY);
const LEGEND: Type = Type::regular(15.0, INK);

/// A chart with its words set, and the room that is left.
pub(super) struct Frame {
    pub scene: Scene,
    pub top: f64,
    pub bottom: f64,
}

impl Frame {
    /// Title and subtitle above, notes below; `extra` makes the chart taller than usual.
    pub(super) fn new(title: &str, subtitle: &str, notes: &[String], extra: f64) -> Result<Self, ChartError> {
        Self::on(Sheet::Desk, title, subtitle, notes, extra)
    }

    /// The same on a sheet. On a phone the page says the words in its own text.
    pub(super) fn on(
        sheet: Sheet,
        title: &str,
        subtitle: &str,
        notes: &[String],
        extra: f64,
    ) -> Result<Self, ChartError> {
        let mut scene = Scene::new(title, (sheet.height() + extra.max(0.0)).round())?;
        if sheet == Sheet::Phone {
            scene.sheet = sheet;
            scene.words.notes = notes.to_vec();
            let bottom = scene.height - PHONE_FOOT;
            return Ok(Self { scene, top: 10.0, bottom });
        }
        let room = WIDTH - 2.0 * MARGIN;
        let mut y = 30.0;
        for line in TITLE.wrapped(title, room) {
            y += 15.0;
            scene.text(&line, MARGIN, y, Anchor::Start, TITLE);
            y += 17.0;
        }
        for line in SUBTITLE.wrapped(subtitle, room).iter().take(2) {
            y += 12.0;
            scene.text(line, MARGIN, y, Anchor::Start, SUBTITLE);
            y += 10.0;
        }
        let lines: Vec<String> = notes.iter().flat_map(|note| NOTE.wrapped(note, room)).collect();
        let bottom = scene.height - 16.0 - 19.0 * lines.len() as f64;
        for (i, line) in lines.iter().enumerate() {
            scene.text(line, MARGIN, bottom + 14.0 + 19.0 * i as f64, Anchor::Start, NOTE);
        }
        scene.words = Words { head: y, foot: bottom, notes: notes.to_vec() };
        Ok(Self { scene, top: y + 10.0, bottom })
    }

    /// A chart about an outcome.
    pub(super) fn of(
        outcome: &Outcome,
        sheet: Sheet,
        title: &str,
        notes: &[String],
        extra: f64,
    ) -> Result<Self, ChartError> {
        Self::on(sheet, title, &findings::subtitle(outcome), notes, extra)
    }

    /// Makes the chart taller, the room that is left with it.
    fn grow(&mut self, by: f64) {
        self.scene.height += by;
        self.scene.words.foot += by;
        self.bottom += by;
    }

    /// The options' lines with their full names, in as many rows as it takes.
    pub(super) fn legend<'a>(&mut self, names: impl IntoIterator<Item = (usize, &'a str)>, key: Key) {
        let sheet = self.scene.sheet;
        let (margin, right) = (sheet.margin(), sheet.width() - sheet.margin());
        let (mut x, mut y) = (margin, self.top + 12.0);
        for (index, name) in names {
            let name = LEGEND.elided(name, right - margin - 50.0);
            let width = 50.0 + LEGEND.width(&name);
            if x > margin && x + width > right {
                x = margin;
                y += 24.0;
                if sheet == Sheet::Phone {
                    self.grow(24.0);
                }
            }
            match key {
                Key::Line => self.scene.line([(x, y), (x + 40.0, y)], palette::stroke(index, 3.0)),
                Key::Bar => self.scene.rect((x + 18.0, y - 7.0), (x + 40.0, y + 7.0), palette::color(index)),
            }
            self.scene.text_beside(&name, x + 48.0, y, Anchor::Start, LEGEND);
            x += width + 26.0;
        }
        self.top = y + 18.0;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Line,
    Bar,
}
