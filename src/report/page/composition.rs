//! Where does the cost come from, on average and in the worst years?

use super::html::Html;
use super::pieces::{Grid, Section, amount_cell, figure, named, plain, unit_of};
use crate::outcome::{Component, ComponentMeasures, Outcome};
use crate::report::charts::Part;
use crate::report::findings::{capitalised, component_name, near_cotvar, near_level, worst_years};

/// Half a cent a year: no option has such a line.
const NOTHING: f64 = 0.005;

pub(super) fn section(outcome: &Outcome, parts: &[Part]) -> Option<Section> {
    let chart = named(parts, "makeup")?;
    let mut section = Section::new("lines", "Where it comes from", "Where does the cost come from?", &chart.title);
    section.text(
        "An average year and the worst years are made of different things. Each column adds up to the option's expected cost, or to the \
         average of its worst years. A negative line is a gain.",
    );
    section.add(figure(chart, table(outcome)));
    Some(section)
}

fn table(outcome: &Outcome) -> Html {
    let level = outcome.options.first().and_then(|o| near_level(&o.total.levels, 0.99)).map(|at| at.level);
    let of = |component: Component| outcome.options.iter().filter_map(move |o| o.components.get(component.key()));
    let is_there = |c: &ComponentMeasures| {
        c.mean.value.abs() >= NOTHING || c.co_tvar.iter().any(|at| at.value.value.abs() >= NOTHING)
    };
    let unit = unit_of(outcome.options.iter().map(|option| option.total.mean.value));
    let mut head = vec!["Cost line".to_string()];
    for option in &outcome.options {
        head.push(format!("{}, average year", option.name));
        head.extend(level.map(|at| format!("{}, {}", option.name, worst_years(at))));
    }
    let mut grid = Grid::new(format!("Cost lines, {}; 95% intervals of sampling error", unit.label()), head);
    for component in Component::ALL {
        if !of(component).any(is_there) {
            continue;
        }
        let excluded = of(component).any(|c| c.excluded);
        let mark = if excluded { " (left out of the total)" } else { "" };
        let cells = outcome.options.iter().flat_map(|option| {
            let line = option.components.get(component.key());
            let mean = line.map_or_else(Html::default, |c| amount_cell(&c.mean, unit));
            let worst = level.map(|at| {
                let tail = line.and_then(|c| near_cotvar(c, at));
                tail.map_or_else(Html::default, |at| amount_cell(&at.value, unit))
            });
            std::iter::once(mean).chain(worst)
        });
        grid.row(format!("{}{mark}", capitalised(component_name(component.key()))), cells);
    }
    let cells = outcome.options.iter().flat_map(|option| {
        let worst = level.map(|_| {
            let at = near_level(&option.total.levels, 0.99);
            at.map_or_else(Html::default, |at| plain(at.tvar.value, unit).into())
        });
        std::iter::once(Html::from(plain(option.total.mean.value, unit))).chain(worst)
    });
    grid.row("Total", cells);
    grid.table()
}
