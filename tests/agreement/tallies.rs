//! Does a whole run report what its own years say?
//!
//! The streaming statistics of a run against plain ones over the same years, kept in memory and sorted: moments to
//! rounding, VaR and TVaR within a tenth of the standard error that the run itself states (MODEL section 4), co-TVaR within a
//! tenth of its own; and co-TVaRs that add up to the TVaR.

use std::sync::atomic::{AtomicBool, AtomicU64};

use crate::columns::{Columns, Tail, mean, spread};
use tailcost::analysis::{Profiling, Settings, run_case};
use tailcost::config::{Component, Loaded};
use tailcost::engine::Kernel;
use tailcost::numerics::simd::Instructions;
use tailcost::outcome::{Estimate, Measures};

/// Most that a reported co-TVaR may differ from that over exactly the years of the tail, in standard errors: a run weighs
/// all years of the cell that VaR lies in alike.
const CO_TVAR: f64 = 0.1;
/// Width of a 95% interval in standard errors.
const WIDTH: f64 = 3.92;

/// What a run of as many years as there are columns reports otherwise than its columns say.
pub fn misreported<K: Kernel>(kernel: &K, loaded: &Loaded, columns: &[Columns]) -> Vec<String> {
    let years = columns[0].total.len() as u64;
    let settings = Settings {
        years,
        seed: loaded.scenario.simulation.seed,
        threads: 1,
        until: None,
        engine: "fast",
        command: Vec::new(),
        level: Instructions::best(),
        profiling: Profiling::Off,
        control_variates: false,
    };
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let (outcome, _, _) = run_case(kernel, loaded, &settings, &interrupt, &done).expect("a run");
    let mut report = Report { faults: Vec::new() };
    for (option, columns) in outcome.options.iter().zip(columns) {
        report.measures(&format!("{}: total", option.name), &option.total, &columns.total);
        for (component, part) in Component::ALL.iter().zip(&columns.parts) {
            let reported = &option.components[component.key()];
            let name = format!("{}: {component}", option.name);
            report.exact(&format!("{name}, mean"), reported.mean.value, mean(part), part);
            report.exact(&format!("{name}, sd"), reported.sd, spread(part), part);
            for level in &reported.co_tvar {
                let tail = Tail::of(&columns.total, thousandths(level.level));
                let plain = tail.average(part);
                let most = CO_TVAR * tail.error(part) + 1e-10 * plain.abs();
                report.hold(&format!("{name}, co-TVaR {}", level.level), level.value.value, plain, most);
            }
        }
        for (index, level) in option.total.levels.iter().enumerate() {
            let counted = option.components.values().filter(|component| !component.excluded);
            let sum: f64 = counted.map(|component| component.co_tvar[index].value.value).sum();
            report.exact(&format!("{}: sum of co-TVaRs {}", option.name, level.level), sum, level.tvar.value, &[]);
        }
    }
    for (difference, option) in outcome.differences.iter().zip(&columns[1..]) {
        let column: Vec<f64> = option.total.iter().zip(&columns[0].total).map(|(a, b)| a - b).collect();
        let name = format!("{} less {}", difference.option, difference.baseline);
        report.measures(&name, &difference.total, &column);
        // Totals that rounding alone tells apart are ties.
        let more = option.total.iter().zip(&columns[0].total).filter(|(a, b)| *a - *b > 1e-12 * a.abs().max(b.abs()));
        let more = more.count() as f64 / years as f64;
        report.exact(&format!("{name}, costs more"), difference.probability_costs_more.value, more, &[1.0]);
    }
    report.faults
}

fn thousandths(level: f64) -> usize {
    (level * 1_000.0).round() as usize
}

struct Report {
    faults: Vec<String>,
}

impl Report {
    fn measures(&mut self, name: &str, reported: &Measures, column: &[f64]) {
        self.exact(&format!("{name}, mean"), reported.mean.value, mean(column), column);
        self.exact(&format!("{name}, sd"), reported.sd.value, spread(column), column);
        self.exact(&format!("{name}, min"), reported.min, column.iter().copied().fold(f64::INFINITY, f64::min), &[]);
        self.exact(
            &format!("{name}, max"),
            reported.max,
            column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            &[],
        );
        for level in &reported.levels {
            let tail = Tail::of(column, thousandths(level.level));
            self.sampled(&format!("{name}, VaR {}", level.level), level.var, tail.value_at_risk);
            self.sampled(&format!("{name}, TVaR {}", level.level), level.tvar, tail.average(column));
        }
    }

    /// Equal to rounding on the scale of the column.
    fn exact(&mut self, name: &str, reported: f64, plain: f64, column: &[f64]) {
        let scale = column.iter().fold(plain.abs(), |scale, x| scale.max(x.abs()));
        self.hold(name, reported, plain, 1e-10 * scale);
    }

    /// Equal to a tenth of the standard error that is stated, or to 0.1% where none is.
    fn sampled(&mut self, name: &str, reported: Estimate, plain: f64) {
        let width = match (reported.low, reported.high) {
            (Some(low), Some(high)) => 0.1 * (high - low) / WIDTH,
            _ => 1e-3 * plain.abs(),
        };
        self.hold(name, reported.value, plain, width + 1e-10 * plain.abs());
    }

    fn hold(&mut self, name: &str, reported: f64, plain: f64, most: f64) {
        let holds = (reported - plain).abs() <= most;
        if !holds {
            self.faults.push(format!("{name}: reported {reported}, the years say {plain}, expected within {most:e}"));
        }
    }
}
