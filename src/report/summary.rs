//! What does a result say in a terminal?

use super::findings::{self, near_level};
use super::format::{
    Unit, decimals_for, duration, grouped, half_width, level, percent_and_interval, printable, significant_decimals,
};
use super::twin::{twin_sentence, worth};
use crate::outcome::Outcome;
use crate::statistics::Estimate;
use comfy_table::{CellAlignment, Table, presets};
use std::path::{Path, PathBuf};

/// Whether headings carry terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Colour,
}

/// The whole result in lines of at most `width` columns (no less than 60), with the files it was written to.
pub fn summary(outcome: &Outcome, width: usize, style: Style, files: &[PathBuf]) -> String {
    let mut page = Page { lines: Vec::new(), width: width.max(60), style };
    page.heading(&outcome.title);
    let run = &outcome.provenance.run;
    page.paragraph(
        "",
        &format!(
            "{}, seed {}, in {} ({} engine)",
            findings::simulated_years(outcome.years),
            outcome.seed,
            duration(run.wall_seconds),
            outcome.provenance.engine
        ),
    );
    let unit = unit(outcome);
    options(&mut page, outcome, unit);
    differences(&mut page, outcome, unit);
    chances(&mut page, outcome, unit);
    appetite(&mut page, outcome);
    exact(&mut page, outcome, unit);
    cautions(&mut page, outcome);
    written(&mut page, files);
    page.lines.join("\n") + "\n"
}

struct Page {
    lines: Vec<String>,
    width: usize,
    style: Style,
}

impl Page {
    fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        for line in wrapped(text, self.width) {
            self.lines.push(match self.style {
                Style::Plain => line,
                Style::Colour => format!("\u{1b}[1m{line}\u{1b}[0m"),
            });
        }
    }

    /// Wrapped text whose first line begins with `lead` and whose others are indented as far.
    fn paragraph(&mut self, lead: &str, text: &str) {
        let indent = display_width(lead);
        for (i, line) in wrapped(text, self.width - indent).into_iter().enumerate() {
            let start = if i == 0 { lead.to_string() } else { " ".repeat(indent) };
            self.lines.push(format!("{start}{line}"));
        }
    }

    /// A table of names and right-aligned cells. Names that leave no room for the cells stand on lines of their own.
    fn table(&mut self, header: &[String], rows: &[(String, Vec<Cell>)]) {
        let columns = header.len();
        let padded = aligned(rows, columns);
        let build = |named: bool| {
            let mut table = Table::new();
            table.load_style(presets::NOTHING);
            let top = if named { vec![String::new()] } else { Vec::new() };
            table.set_header(top.into_iter().chain(header.iter().cloned()).collect::<Vec<_>>());
            for ((name, _), cells) in rows.iter().zip(&padded) {
                let first = if named { vec![printable(name)] } else { Vec::new() };
                table.add_row(first.into_iter().chain(cells.iter().cloned()).collect::<Vec<_>>());
            }
            for (i, column) in table.column_iter_mut().enumerate() {
                let text = named && i == 0;
                column.set_cell_alignment(if text { CellAlignment::Left } else { CellAlignment::Right });
                column.set_padding((0, 2));
            }
            table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<String>>()
        };
        // Tables without names are indented by two.
        let width = self.width;
        let fits = |lines: &[String], indent| lines.iter().all(|line| indent + display_width(line) <= width);
        let with_names = build(true);
        if fits(&with_names, 0) {
            self.lines.extend(with_names);
            return;
        }
        let bare = build(false);
        if !fits(&bare, 2) && columns > 1 {
            // Two tables where one is too wide.
            let half = columns.div_ceil(2);
            for range in [0..half, half..columns] {
                let part: Vec<(String, Vec<Cell>)> =
                    rows.iter().map(|(name, cells)| (name.clone(), cells[range.clone()].to_vec())).collect();
                self.table(&header[range], &part);
            }
            return;
        }
        let mut lines = bare.into_iter();
        self.lines.extend(lines.next().map(|line| format!("  {line}")));
        for ((name, _), cells) in rows.iter().zip(&padded) {
            self.paragraph("", name);
            let height = cells.iter().map(|cell| cell.lines().count()).max().unwrap_or(1);
            self.lines.extend(lines.by_ref().take(height).map(|line| format!("  {line}")));
        }
    }
}

/// A figure and what stands under it.
#[derive(Debug, Clone)]
struct Cell {
    value: String,
    interval: String,
}

impl Cell {
    /// An estimate in `unit`, to the decimals that its interval supports.
    fn of(estimate: &Estimate, unit: f64) -> Self {
        let half = half_width(estimate).map(|half| half / unit);
        let value = estimate.value / unit;
        let decimals = match half {
            Some(half) if half > 0.0 => decimals_for(half, 4),
            Some(_) => significant_decimals(value, 4).min(4),
            None => significant_decimals(value, 3).min(4),
        };
        Self { value: grouped(value, decimals), interval: interval(estimate, unit, decimals) }
    }

    fn empty() -> Self {
        Self { value: "-".into(), interval: String::new() }
    }
}

/// The interval of an estimate: nothing where it is exact, half its width where it lies evenly around the figure, its
/// bounds where it does not.
fn interval(estimate: &Estimate, unit: f64, decimals: usize) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low == high => String::new(),
        (Some(low), Some(high)) => {
            let (below, above) = (estimate.value - low, high - estimate.value);
            if (above - below).abs() <= 0.2 * (high - low) {
                format!("±{}", grouped(below.max(above) / unit, decimals))
            } else {
                format!("{}..{}", grouped(low / unit, decimals), grouped(high / unit, decimals))
            }
        }
        _ => "(withheld)".into(),
    }
}

/// Cells as text, the figures of a column padded so that their points stand under each other.
fn aligned(rows: &[(String, Vec<Cell>)], columns: usize) -> Vec<Vec<String>> {
    let after_point = |value: &str| value.find('.').map_or(0, |at| value.len() - at);
    let room: Vec<usize> = (0..columns)
        .map(|c| {
            rows.iter().filter_map(|(_, cells)| cells.get(c)).map(|cell| after_point(&cell.value)).max().unwrap_or(0)
        })
        .collect();
    let text = |(c, cell): (usize, &Cell)| {
        let value = format!("{}{}", cell.value, " ".repeat(room[c] - after_point(&cell.value)));
        // Trailing blanks count as content, so that right alignment keeps the points in line.
        if cell.interval.is_empty() { value } else { format!("{value}\n{}", cell.interval) }
    };
    rows.iter().map(|(_, cells)| cells.iter().enumerate().map(text).collect()).collect()
}

/// The unit of all amounts on the page.
fn unit(outcome: &Outcome) -> Unit {
    let means = outcome.options.iter().map(|o| o.total.mean.value.abs());
    Unit::of(means.fold(0.0, f64::max))
}

/// Levels of the outcome nearest to those a reader looks for, none twice.
fn shown_levels(outcome: &Outcome) -> Vec<f64> {
    let Some(first) = outcome.options.first() else { return Vec::new() };
    let mut levels: Vec<f64> =
        [0.95, 0.99, 0.995].iter().filter_map(|wanted| Some(near_level(&first.total.levels, *wanted)?.level)).collect();
    levels.dedup();
    levels
}

fn options(page: &mut Page, outcome: &Outcome, unit: Unit) {
    page.heading(&format!("Cost of a year, {} (95% intervals below)", unit.label()));
    let levels = shown_levels(outcome);
    let tail = outcome.options.first().and_then(|o| near_level(&o.total.levels, 0.99)).map(|at| at.level);
    let mut header = vec!["Mean".to_string()];
    header.extend(levels.iter().map(|at| format!("VaR {}", level(*at))));
    header.extend(tail.map(|at| format!("TVaR {}", level(at))));
    header.push("USD/hour".into());
    let rows: Vec<(String, Vec<Cell>)> = outcome
        .options
        .iter()
        .map(|option| {
            let at = |wanted: f64| option.total.levels.iter().find(|l| l.level == wanted);
            let mut cells = vec![Cell::of(&option.total.mean, unit.dollars())];
            cells.extend(levels.iter().map(|l| at(*l).map_or_else(Cell::empty, |m| Cell::of(&m.var, unit.dollars()))));
            cells.extend(tail.map(|l| at(l).map_or_else(Cell::empty, |m| Cell::of(&m.tvar, unit.dollars()))));
            cells.push(option.all_in_hourly_rate.as_ref().map_or_else(Cell::empty, |rate| {
                let mut cell = Cell::of(&rate.mean, 1.0);
                if cell.interval.is_empty() {
                    cell.value = grouped(rate.mean.value, 2);
                }
                cell
            }));
            (option.name.clone(), cells)
        })
        .collect();
    page.table(&header, &rows);
    page.paragraph("", "USD/hour: total cost over reference hours (all-in hourly rate).");
}

fn differences(page: &mut Page, outcome: &Outcome, unit: Unit) {
    let Some(first) = outcome.differences.first() else { return };
    page.heading(&format!("More than {} in the same simulated year, {}", first.baseline, unit.label()));
    for difference in &outcome.differences {
        page.paragraph("", &difference.option);
        let mean = with_interval(&difference.total.mean, unit);
        let mut text = format!("mean {mean}");
        if let Some(at) =
            near_level(&difference.total.levels, 0.99).filter(|_| !findings::is_certain(&difference.total))
        {
            text += &format!(", VaR {} {}", level(at.level), with_interval(&at.var, unit));
        }
        page.paragraph("  ", &text);
        let (share, interval) = percent_and_interval(&difference.probability_costs_more);
        page.paragraph("  ", format!("costs more in {share} of years {interval}").trim_end());
        let drivers = findings::made_of(outcome, difference, unit);
        if !drivers.is_empty() {
            page.paragraph("  driven by ", &drivers.join(", "));
        }
    }
}

fn with_interval(estimate: &Estimate, unit: Unit) -> String {
    let cell = Cell::of(estimate, unit.dollars());
    let sign = if estimate.value > 0.0 { "+" } else { "" };
    format!("{sign}{} {}", cell.value, cell.interval).trim_end().to_string()
}

fn chances(page: &mut Page, outcome: &Outcome, unit: Unit) {
    if outcome.options.len() < 2 {
        return;
    }
    page.heading(&format!("How often each option is the cheapest; expected regret in {}", unit.label()));
    let rows: Vec<(String, Vec<Cell>)> = outcome
        .options
        .iter()
        .map(|option| {
            let (value, interval) = percent_and_interval(&option.probability_cheapest);
            let interval = interval.trim_matches(['(', ')']).replace(" to ", "..");
            let interval = if interval.contains("withheld") { "(withheld)".to_string() } else { interval };
            (option.name.clone(), vec![Cell { value, interval }, Cell::of(&option.expected_regret, unit.dollars())])
        })
        .collect();
    page.table(&["Cheapest in".into(), "Regret".into()], &rows);
}

/// The committee's limits, one line each.
fn appetite(page: &mut Page, outcome: &Outcome) {
    if outcome.appetite.is_empty() {
        return;
    }
    page.heading(&findings::appetite(&outcome.appetite));
    for line in &outcome.appetite {
        page.paragraph("  ", &findings::appetite_line(line));
    }
}

/// The twin, and means in which it is put in.
fn exact(page: &mut Page, outcome: &Outcome, unit: Unit) {
    let totals = outcome.options.iter().map(|option| (option.name.clone(), &option.total));
    let differences = outcome.differences.iter().map(|d| (format!("{} less {}", d.option, d.baseline), &d.total));
    let rows: Vec<(String, Vec<Cell>)> = totals
        .chain(differences)
        .filter_map(|(name, total)| {
            let adjusted = total.mean_adjusted?;
            let worth = Cell { value: worth(adjusted.variance_ratio), interval: String::new() };
            Some((name, vec![Cell::of(&adjusted.mean, unit.dollars()), worth]))
        })
        .collect();
    if !rows.is_empty() {
        page.heading(&format!("Means with the exact ones of known lines put in, {}", unit.label()));
        page.table(&["Mean".into(), "Certainty".into()], &rows);
    }
    if let Some(text) = twin_sentence(outcome) {
        page.heading("Checked against exact means");
        page.paragraph("", &text);
    }
}

fn cautions(page: &mut Page, outcome: &Outcome) {
    if outcome.cautions.is_empty() {
        return;
    }
    page.heading("Cautions");
    for caution in &outcome.cautions {
        page.paragraph("  ", &format!("{}: {}", caution.code, caution.message));
    }
}

/// Files by folder; names that differ in their ending only are written once.
fn written(page: &mut Page, files: &[PathBuf]) {
    if files.is_empty() {
        return;
    }
    page.heading("Files");
    let mut folders: Vec<Folder> = Vec::new();
    for file in files {
        let folder = file.parent().unwrap_or(Path::new(""));
        let part = |text: Option<&std::ffi::OsStr>| text.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, ending) = (part(file.file_stem()), part(file.extension()));
        let at = folders.iter().position(|known| known.path == folder).unwrap_or_else(|| {
            folders.push(Folder { path: folder, files: Vec::new() });
            folders.len() - 1
        });
        match folders[at].files.iter_mut().find(|(known, _)| *known == stem) {
            Some((_, endings)) => endings.push(ending),
            None => folders[at].files.push((stem, vec![ending])),
        }
    }
    for folder in folders {
        page.lines.push(printable(&folder.path.display().to_string()));
        let name = |(stem, endings): &(String, Vec<String>)| match endings.as_slice() {
            [only] if only.is_empty() => stem.clone(),
            [only] => format!("{stem}.{only}"),
            several => format!("{stem}.{{{}}}", several.join(",")),
        };
        page.paragraph("  ", &folder.files.iter().map(name).collect::<Vec<_>>().join("  "));
    }
}

struct Folder<'a> {
    path: &'a Path,
    /// Names without ending, and the endings they come with.
    files: Vec<(String, Vec<String>)>,
}

/// Lines of at most `width` columns, broken at blanks; a word that is longer is broken where the line ends.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in printable(text).split_whitespace() {
        let mut rest: &str = word;
        let wide = display_width(rest);
        if let Some(line) = lines.last_mut()
            && used + 1 + wide <= width
        {
            line.push(' ');
            line.push_str(rest);
            used += 1 + wide;
            continue;
        }
        while display_width(rest) > width {
            let mut end = 0;
            let mut columns = 0;
            for (at, c) in rest.char_indices() {
                columns += display_width(c.encode_utf8(&mut [0; 4]));
                if columns > width {
                    break;
                }
                end = at + c.len_utf8();
            }
            let end = end.max(rest.chars().next().map_or(rest.len(), char::len_utf8));
            lines.push(rest[..end].to_string());
            rest = &rest[end..];
        }
        lines.push(rest.to_string());
        used = display_width(rest);
    }
    lines
}

/// Terminal columns of a text: East Asian wide letters take two, marks that combine none.
fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1faff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    fn files() -> Vec<PathBuf> {
        ["outcome.json", "charts/totals.svg", "charts/totals.png", "charts/makeup.svg", "charts/makeup.png"]
            .map(|name| Path::new("outputs/article-0123abcd").join(name))
            .to_vec()
    }

    #[test]
    fn every_page_keeps_to_its_width() {
        for (case, outcome) in fixtures::all() {
            for width in [80, 100, 60] {
                let text = summary(&outcome, width, Style::Plain, &files());
                if std::env::var_os("TAILCOST_CHART_DIR").is_some() && width == 80 {
                    println!("==== {case}\n{text}");
                }
                for line in text.lines() {
                    assert!(display_width(line) <= width, "{case} at {width}: {line}");
                    assert_eq!(line, line.trim_end(), "{case}: trailing blanks");
                }
                for option in &outcome.options {
                    let squeezed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert!(squeezed.contains(option.name.trim()), "{case} at {width}: {} is missing", option.name);
                }
                assert!(!text.contains("NaN") && !text.contains("inf "), "{case}");
            }
        }
    }

    #[test]
    fn amounts_of_any_size_keep_to_the_width() {
        for factor in [1e-7, 1e4, 1e9, -1e5, 0.0] {
            let text = summary(&fixtures::scaled(factor), 80, Style::Plain, &[]);
            assert!(text.lines().all(|line| display_width(line) <= 80), "times {factor}:\n{text}");
        }
    }

    #[test]
    fn intervals_are_short_and_honest() {
        let show = |value, low, high| {
            let cell = Cell::of(&Estimate { value, low, high }, 1.0);
            format!("{} {}", cell.value, cell.interval)
        };
        assert_eq!(show(13.4217, Some(13.37), Some(13.47)), "13.42 ±0.05");
        assert_eq!(show(18.9, Some(17.8), Some(21.6)), "18.9 17.8..21.6");
        assert_eq!(show(63.1, Some(63.1), Some(63.1)), "63.10 ");
        assert_eq!(show(5.0, None, None), "5.00 (withheld)");
        assert_eq!(show(-8.54, Some(-8.6), Some(-8.3)), "-8.54 -8.60..-8.30");
    }

    #[test]
    fn colour_is_a_choice_and_nothing_else_changes() {
        let outcome = fixtures::single();
        let plain = summary(&outcome, 80, Style::Plain, &[]);
        let colour = summary(&outcome, 80, Style::Colour, &[]);
        assert!(!plain.contains('\u{1b}'));
        assert_eq!(colour.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
    }

    #[test]
    fn names_cannot_command_the_terminal() {
        let mut outcome = fixtures::hfma();
        outcome.options[1].name = "\u{1b}[2JOffshore\r".into();
        outcome.title = "a\u{7}b".into();
        outcome.cautions[0].message = "\u{9b}31m".into();
        let text = summary(&outcome, 80, Style::Plain, &[]);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }

    #[test]
    fn files_are_listed_by_folder_once() {
        let text = summary(&fixtures::single(), 80, Style::Plain, &files());
        assert!(text.contains("outputs/article-0123abcd/charts\n  totals.{svg,png} makeup.{svg,png}"), "{text}");
    }
}
