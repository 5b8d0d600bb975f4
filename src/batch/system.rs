//! What do all members cost together in a year, and how sure is that?

use super::sums::UNIT;
use crate::analysis::{SystemFigures, system_figures};
use crate::engine::{Control, EngineError, Kernel, Layout, Request, Table, run};
use crate::numerics::simd;
use crate::random::Years;
use crate::statistics::Level;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The system's years as a kernel: what was added up is read again, year by year.
struct SystemYears<'s> {
    layout: Layout,
    /// By option, in units.
    columns: &'s [Vec<i64>],
}

impl Kernel for SystemYears<'_> {
    type Scratch = ();

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) {}

    fn simulate(&self, years: Years<'_>, _scratch: &mut (), table: &mut Table) {
        table.set_rows(years.len());
        for (option, column) in self.columns.iter().enumerate() {
            let columns = table.alternative_mut(option);
            columns.peak.fill(0.0);
            for (row, total) in columns.total.iter_mut().enumerate() {
                // The pilot may look beyond a short run.
                let year = years.at(row) as usize % column.len();
                *total = column[year] as f64 * UNIT;
            }
        }
    }

    fn input_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn inputs<'a>(&self, _scratch: &'a mut ()) -> Vec<&'a [f64]> {
        Vec::new()
    }
}

/// The figures of a system from its yearly totals, a column an option. VaR and TVaR are exact, all years being at hand.
pub(super) fn figures(
    options: &[String],
    columns: &[Vec<i64>],
    levels: &[Level],
    level: simd::Level,
    threads: usize,
) -> Result<SystemFigures, EngineError> {
    let years = columns.first().map_or(0, Vec::len) as u64;
    let layout = Layout {
        alternatives: options.to_vec(),
        parts: Vec::new(),
        counted: Vec::new(),
        ratios: Vec::new(),
        zero_parts: Vec::new(),
    };
    let kernel = SystemYears { layout, columns };
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let request = Request { years, threads, levels, level, rests: &[] };
    let (tallies, _) = run(&kernel, &request, Control { interrupt: &interrupt, done: &done, stop: None })?;
    let mut figures = system_figures(&kernel.layout, &tallies, levels);
    let difference = |option: &Vec<i64>| option.iter().zip(&columns[0]).map(|(a, b)| a - b).collect::<Vec<i64>>();
    let differences: Vec<Vec<i64>> = columns[1..].iter().map(difference).collect();
    for (measures, column) in figures.totals.iter_mut().zip(columns.iter().chain(&differences)) {
        for (measure, level) in measures.levels.iter_mut().zip(levels) {
            let tail = Tail::of(column, *level);
            measure.var.value = tail.var as f64 * UNIT;
            measure.tvar.value = tail.mean(|year| column[year as usize]) * UNIT;
        }
    }
    Ok(figures)
}

/// The years that make a TVaR, and what each weighs.
pub(super) struct Tail {
    pub var: i64,
    /// Worst first; among equals the earlier year first.
    pub years: Vec<u64>,
    /// The first so many years weigh 1.
    above: usize,
    /// What each of the others weighs: they are tied with VaR.
    tied: f64,
}

impl Tail {
    /// MODEL section 4: years above VaR, the order statistic of rank `ceil(n level)`, weigh 1; those tied with it share the rest.
    pub fn of(column: &[i64], level: Level) -> Self {
        let n = column.len();
        let rank = level.rank(n as u64) as usize;
        let mut sorted = column.to_vec();
        let (_, var, _) = sorted.select_nth_unstable(rank - 1);
        let var = *var;
        let mut years: Vec<u64> = (0..n as u64).filter(|year| column[*year as usize] >= var).collect();
        years.sort_by_key(|year| (std::cmp::Reverse(column[*year as usize]), *year));
        let above = years.partition_point(|year| column[*year as usize] > var);
        let weight = n - rank + 1;
        let tied = (weight - above) as f64 / (years.len() - above) as f64;
        Self { var, years, above, tied }
    }

    pub fn weight(&self, place: usize) -> f64 {
        if place < self.above { 1.0 } else { self.tied }
    }

    /// Sum of all weights.
    pub fn total_weight(&self) -> f64 {
        self.above as f64 + self.tied * (self.years.len() - self.above) as f64
    }

    /// The mean of whole amounts over the tail: sums are exact, so that means of parts add up to the mean of the whole.
    pub fn mean(&self, amount: impl Fn(u64) -> i64) -> f64 {
        let sum = |years: &[u64]| years.iter().map(|year| i128::from(amount(*year))).sum::<i128>() as f64;
        let (above, tied) = self.years.split_at(self.above);
        (sum(above) + self.tied * sum(tied)) / self.total_weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_tied_with_var_share_what_is_left() {
        let years = [1, 2, 3, 4, 5, 6, 7, 7, 8, 9].map(|dollars| dollars * 64);
        let tail = Tail::of(&years, Level::new(0.8).unwrap());
        assert_eq!(tail.var, 7 * 64);
        assert_eq!(tail.years, [9, 8, 6, 7]);
        assert_eq!((tail.weight(1), tail.weight(2), tail.total_weight()), (1.0, 0.5, 3.0));
        assert_eq!(tail.mean(|year| years[year as usize]) * UNIT, 8.0);
    }

    #[test]
    fn a_system_that_never_varies_is_its_own_tail() {
        let options = ["A".to_owned(), "B".to_owned()];
        let columns = vec![vec![640; 5000], vec![1280; 5000]];
        let levels = [Level::new(0.99).unwrap()];
        let level = simd::Instructions::best();
        let figures = figures(&options, &columns, &levels, level, 1).unwrap();
        assert_eq!(figures.totals[0].levels[0].tvar.value, 10.0);
        assert_eq!(figures.totals[2].mean.value, 10.0);
        assert_eq!(figures.costs_more[0].value, 1.0);
    }
}
