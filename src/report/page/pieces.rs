//! Which pieces is every section of the page made of: headings, tables, charts with their figures?

use super::html::{Element, Html, el};
use crate::outcome::Outcome;
use crate::report::charts::Part;
use crate::report::findings::money_and_interval;
use crate::report::format::{Unit, decimals_for, grouped, half_width, percent_and_interval, significant_decimals};
use crate::statistics::Estimate;

/// A section with its finding as heading.
pub(super) struct Section {
    /// Where links lead.
    pub id: &'static str,
    /// In the list of contents.
    pub label: &'static str,
    pub body: Html,
}

impl Section {
    pub(super) fn new(id: &'static str, label: &'static str, question: &str, finding: &str) -> Self {
        let mut body = Html::default();
        body.add(el("p").class("asked").add(question));
        body.add(el("h2").with("id", format!("{id}-finding")).add(finding));
        Self { id, label, body }
    }

    pub(super) fn add(&mut self, part: impl Into<Html>) -> &mut Self {
        self.body.add(part);
        self
    }

    pub(super) fn text(&mut self, text: impl Into<Html>) -> &mut Self {
        self.add(el("p").add(text))
    }

    pub(super) fn finished(self) -> Element {
        el("section").with("id", self.id).with("aria-labelledby", format!("{}-finding", self.id)).add(self.body)
    }
}

/// A table: headings, then rows whose first cell names them.
pub(super) struct Grid {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Html>>,
}

impl Grid {
    pub(super) fn new(caption: impl Into<String>, head: impl IntoIterator<Item = String>) -> Self {
        Self { caption: caption.into(), head: head.into_iter().collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, name: impl Into<Html>, cells: impl IntoIterator<Item = Html>) {
        self.rows.push(std::iter::once(name.into()).chain(cells).collect());
    }

    pub(super) fn table(&self) -> Html {
        let head = self.head.iter().map(|text| el("th").with("scope", "col").add(text));
        let body = self.rows.iter().map(|row| {
            let cells = row.iter().enumerate().map(|(i, cell)| match i {
                0 => el("th").with("scope", "row").add(cell.clone()),
                _ => el("td").add(cell.clone()),
            });
            el("tr").all(cells)
        });
        let table = el("table")
            .add(el("caption").add(&self.caption))
            .add(el("thead").add(el("tr").all(head)))
            .add(el("tbody").all(body));
        scroller(&self.caption, table)
    }
}

/// A wide thing in a box of its own that scrolls where the page is narrow, by keyboard too.
pub(super) fn scroller(label: &str, inner: impl Into<Html>) -> Html {
    el("div").class("wide").with("role", "region").with("aria-label", label).with("tabindex", 0).add(inner).into()
}

/// Something to be opened.
pub(super) fn disclosure(label: &str, inner: impl Into<Html>) -> Html {
    el("details").add(el("summary").add(label)).add(inner).into()
}

/// A chart with its notes, and its figures behind a disclosure: what a picture shows is there to be read too.
pub(super) fn figure(part: &Part, figures: Html) -> Html {
    let label = format!("Chart: {}", part.title);
    let chart = el("div").class("plot").with("role", "group").with("aria-label", &label).with("tabindex", 0);
    let mut figure = el("figure").with("data-chart", &part.name).add(chart.add(Html::chart(part)));
    if !part.notes.is_empty() {
        figure = figure.add(el("figcaption").add(part.notes.join(" ")));
    }
    figure.add(disclosure("The figures of this chart", figures)).into()
}

/// The chart of that name.
pub(super) fn named<'p>(parts: &'p [Part], name: &str) -> Option<&'p Part> {
    parts.iter().find(|part| part.name == name)
}

/// A swatch in the option's colour, and its name.
pub(super) fn option_name(outcome: &Outcome, name: &str) -> Html {
    swatched(outcome.options.iter().position(|option| option.name == name), name)
}

/// The same of an option of this place.
pub(super) fn swatched(index: Option<usize>, name: &str) -> Html {
    let mut html = Html::default();
    if let Some(index) = index {
        html.add(el("span").class(&format!("swatch o{}", index % COLOURS)).with("aria-hidden", "true"));
    }
    html.add(el("span").class("name").add(name));
    html
}

/// As many colours as the charts have.
pub(super) const COLOURS: usize = 8;

/// A figure and its interval under it.
pub(super) fn cell(value: &str, interval: &str) -> Html {
    let mut html = Html::default();
    html.add(el("span").class("figure").add(value));
    if !interval.is_empty() {
        html.add(el("span").class("interval").add(interval));
    }
    html
}

/// An amount in a unit that the table's head names.
pub(super) fn amount_cell(estimate: &Estimate, unit: Unit) -> Html {
    let scaled = |amount: f64| amount / unit.dollars();
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => {
            let decimals = decimals_for(scaled(high - low) / 2.0, 4);
            let show = |amount: f64| grouped(scaled(amount), decimals);
            cell(&show(estimate.value), &format!("{} to {}", show(low), show(high)))
        }
        (Some(_), Some(_)) => cell(&plain(estimate.value, unit), ""),
        _ => cell(&plain(estimate.value, unit), "interval withheld"),
    }
}

/// An amount without an interval.
pub(super) fn plain(amount: f64, unit: Unit) -> String {
    let scaled = amount / unit.dollars();
    grouped(scaled, significant_decimals(scaled, 3).min(4))
}

/// A share of years.
pub(super) fn share_cell(estimate: &Estimate) -> Html {
    let (value, interval) = percent_and_interval(estimate);
    cell(&value, interval.trim_matches(['(', ')']))
}

/// An amount in words and its interval: `8.12 million USD` and `95% interval 8.06 to 8.18`.
pub(super) fn amount_words(estimate: &Estimate) -> (String, String) {
    let text = money_and_interval(estimate);
    match text.split_once(" (") {
        Some((value, interval)) => (value.to_string(), interval_words(interval.trim_end_matches(')'))),
        None => (text, "exact".into()),
    }
}

/// A share in words and its interval.
pub(super) fn share_words(estimate: &Estimate) -> (String, String) {
    let (value, interval) = percent_and_interval(estimate);
    match interval.trim_matches(['(', ')']) {
        "" => (value, "exact".into()),
        interval => (value, interval_words(interval)),
    }
}

fn interval_words(interval: &str) -> String {
    if interval.contains("withheld") { interval.to_string() } else { format!("95% interval {interval}") }
}

/// The unit in which the larger of some amounts has one to three digits.
pub(super) fn unit_of(amounts: impl Iterator<Item = f64>) -> Unit {
    Unit::of(amounts.fold(0.0, |most: f64, amount| most.max(amount.abs())))
}

/// Half the interval's width over the figure, as in `0.4%`.
pub(super) fn relative_width(estimate: &Estimate) -> Option<f64> {
    let half = half_width(estimate)?;
    (estimate.value != 0.0).then(|| half / estimate.value.abs())
}
