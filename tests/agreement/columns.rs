//! What does a kernel make of the years 0 to n, and which figures of them, in batches, can two engines be compared by?
//!
//! Everything here is computed plainly from columns kept in memory, without the product's streaming statistics.

use std::ops::Range;

use tailcost::config::{Component, Scenario};
use tailcost::engine::{BLOCK, Kernel, Table};
use tailcost::random::Years;

/// Years of a batch. Both engines are cut into batches of this size, so that what bias a batch's VaR or TVaR has is the
/// same on both sides.
pub const BATCH: usize = 2_500;

/// All columns of one option.
#[derive(Clone, Default)]
pub struct Columns {
    pub total: Vec<f64>,
    pub peak: Vec<f64>,
    pub parts: Vec<Vec<f64>>,
    pub ratios: Vec<Vec<f64>>,
}

/// Runs the years from 0.
pub fn run<K: Kernel>(kernel: &K, years: usize) -> Vec<Columns> {
    let layout = kernel.layout();
    let (parts, ratios) = (layout.parts.len(), layout.ratios.len());
    let empty = Columns { parts: vec![Vec::new(); parts], ratios: vec![Vec::new(); ratios], ..Columns::default() };
    let mut options = vec![empty; layout.alternatives.len()];
    let (mut scratch, mut table) = (kernel.scratch(), Table::new(layout));
    for start in (0..years).step_by(BLOCK) {
        let years = Years::Range { start: start as u64, len: BLOCK.min(years - start) };
        kernel.simulate(years, &mut scratch, &mut table);
        for (index, option) in options.iter_mut().enumerate() {
            option.total.extend_from_slice(table.total(index));
            option.peak.extend_from_slice(table.peak(index));
            option
                .parts
                .iter_mut()
                .enumerate()
                .for_each(|(part, column)| column.extend_from_slice(table.part(index, part)));
            option
                .ratios
                .iter_mut()
                .enumerate()
                .for_each(|(r, column)| column.extend_from_slice(table.ratio(index, r)));
        }
    }
    options
}

/// A figure with its value in each batch.
pub struct Figure {
    pub name: String,
    pub batches: Vec<f64>,
}

impl Figure {
    pub fn mean(&self) -> f64 {
        self.batches.iter().sum::<f64>() / self.batches.len() as f64
    }

    /// Squared standard error of the mean.
    pub fn error_squared(&self) -> f64 {
        let (n, mean) = (self.batches.len() as f64, self.mean());
        self.batches.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
    }
}

/// Levels at which tails are compared, in thousandths.
const LEVELS: [usize; 2] = [900, 990];

/// Everything that two engines must agree on.
pub fn figures(options: &[Columns], scenario: &Scenario) -> Vec<Figure> {
    let mut figures = Figures { list: Vec::new(), years: options[0].total.len() };
    let first = &scenario.options[0];
    for (columns, option) in options.iter().zip(&scenario.options) {
        let name = &option.name;
        figures.add_tail(&format!("{name}: total"), &columns.total);
        figures.add_tail(&format!("{name}: largest breach"), &columns.peak);
        for (index, ratio) in columns.ratios.iter().enumerate() {
            figures.add(format!("{name}: ratio {index}, mean"), |batch| mean(&ratio[batch]));
            figures.add(format!("{name}: ratio {index}, p90"), |batch| Tail::of(&ratio[batch], 900).value_at_risk);
        }
        for (part, component) in columns.parts.iter().zip(Component::ALL) {
            figures.add(format!("{name}: {component}, mean"), |batch| mean(&part[batch]));
            figures.add(format!("{name}: {component}, sd"), |batch| spread(&part[batch]));
            figures.add(format!("{name}: {component}, co-TVaR 90%"), |batch| {
                Tail::of(&columns.total[batch.clone()], 900).average(&part[batch])
            });
        }
        if name != &first.name {
            let difference: Vec<f64> = columns.total.iter().zip(&options[0].total).map(|(a, b)| a - b).collect();
            // Where two options share a workforce, the reference draws amounts one by one and not by one uniform: means alone
            // are then the same in both engines (MODEL section 2).
            if option.mix.iter().any(|(workforce, _)| first.mix.iter().any(|(other, _)| other == workforce)) {
                figures.add(format!("{name} less {}: mean", first.name), |batch| mean(&difference[batch]));
            } else {
                figures.add_tail(&format!("{name} less {}", first.name), &difference);
            }
        }
    }
    figures.list
}

struct Figures {
    list: Vec<Figure>,
    years: usize,
}

impl Figures {
    fn add(&mut self, name: String, figure: impl Fn(Range<usize>) -> f64) {
        let batches = (0..self.years / BATCH).map(|batch| figure(batch * BATCH..(batch + 1) * BATCH)).collect();
        self.list.push(Figure { name, batches });
    }

    fn add_tail(&mut self, name: &str, column: &[f64]) {
        self.add(format!("{name}, mean"), |batch| mean(&column[batch]));
        for level in LEVELS {
            let percent = level as f64 / 10.0;
            self.add(format!("{name}, VaR {percent}%"), |batch| Tail::of(&column[batch], level).value_at_risk);
            self.add(format!("{name}, TVaR {percent}%"), |batch| {
                Tail::of(&column[batch.clone()], level).average(&column[batch])
            });
        }
    }
}

/// VaR and the weights of TVaR, as MODEL section 4 defines them.
pub struct Tail {
    pub value_at_risk: f64,
    weights: Vec<f64>,
}

impl Tail {
    pub fn of(values: &[f64], thousandths: usize) -> Self {
        let rank = (values.len() * thousandths).div_ceil(1_000);
        let mut sorted = values.to_vec();
        let value_at_risk = *sorted.select_nth_unstable_by(rank - 1, f64::total_cmp).1;
        let above = values.iter().filter(|x| **x > value_at_risk).count();
        let tied = values.iter().filter(|x| **x == value_at_risk).count();
        let weight = values.len() - rank + 1;
        let share = (weight - above) as f64 / tied as f64;
        let weights = values.iter().map(|x| {
            let of_year = if *x > value_at_risk {
                1.0
            } else if *x == value_at_risk {
                share
            } else {
                0.0
            };
            of_year / weight as f64
        });
        Self { value_at_risk, weights: weights.collect() }
    }

    /// Standard error of [`Tail::average`] given the tail's years.
    pub fn error(&self, values: &[f64]) -> f64 {
        let average = self.average(values);
        self.weights.iter().zip(values).map(|(weight, x)| (weight * (x - average)).powi(2)).sum::<f64>().sqrt()
    }

    pub fn average(&self, values: &[f64]) -> f64 {
        self.weights.iter().zip(values).map(|(weight, x)| weight * x).sum()
    }
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn spread(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}
