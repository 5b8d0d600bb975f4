//! What does a year cost? One file a mechanism; this one puts them in order.
//!
//! [`Model`] is the fast kernel of MODEL's year: columns of a block of years, values by key, every draw by inversion. The
//! plain second opinion is [`crate::reference`].

// Mechanisms walk many columns by one row index, as the formulas do.
#![allow(clippy::needless_range_loop)]

mod amounts;
mod audit;
mod breach;
mod case_mix;
mod cash_flow;
mod compliance;
mod copula_group;
mod denials;
mod inputs;
mod labour;
mod layout;
mod regulation;
mod setting;
mod share;
mod switch;
#[cfg(test)]
mod tests;
mod turnover;
mod workforce;

pub use layout::{RATIOS, layout};

use crate::config::{DriverId, OptionDriver, Scenario, WorkforceDriver};
use crate::engine::{AlternativeMut, Kernel, Layout, Table};
use crate::random::Years;
use inputs::{Builder, InputScratch, Inputs, Slot};
use setting::{Setting, SettingSlots};
use share::{Share, ShareScratch};
use workforce::{WorkforcePlan, WorkforceYear};

/// A case, compiled: the fast kernel.
pub struct Model {
    layout: Layout,
    inputs: Inputs,
    setting: SettingSlots,
    /// Those that some option uses, sorted by name.
    workforces: Vec<WorkforcePlan>,
    options: Vec<OptionPlan>,
}

struct OptionPlan {
    /// (index into [`Model::workforces`], share).
    mix: Vec<(usize, f64)>,
    share_sum: f64,
    transition: Slot,
}

/// Working memory of one thread.
pub struct Scratch {
    drawn: InputScratch,
    /// One each: a line that is off stays at 0.
    workforces: Vec<WorkforceYear>,
    share: ShareScratch,
}

impl Model {
    /// Compiles a case for a seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let mut builder = Builder::new(scenario, seed);
        let setting = SettingSlots::new(scenario, &mut builder);
        let used: Vec<usize> = (0..scenario.workforces.len())
            .filter(|i| scenario.options.iter().any(|option| option.mix.iter().any(|(workforce, _)| workforce == i)))
            .collect();
        let workforces =
            used.iter().map(|&i| WorkforcePlan::new(i, &scenario.workforces[i], &setting, &mut builder)).collect();
        let options = scenario
            .options
            .iter()
            .enumerate()
            .map(|(i, option)| {
                let driver = OptionDriver::TransitionCost;
                let id = DriverId::Option(i, driver);
                let transition =
                    builder.yearly(&["option", &option.name], id, driver.spec(), option.drivers.get(driver));
                let place = |workforce: &usize| used.binary_search(workforce).expect("a used workforce");
                let mix: Vec<_> = option.mix.iter().map(|(workforce, share)| (place(workforce), *share)).collect();
                OptionPlan { share_sum: mix.iter().map(|(_, share)| share).sum(), mix, transition }
            })
            .collect();
        Self { layout: layout(scenario), inputs: builder.finish(), setting, workforces, options }
    }

    /// What only the whole option knows: the cyber policy, transition, the total, the hourly rates.
    fn finish(&self, option: &OptionPlan, setting: &Setting<'_>, transition: &[f64], out: &mut AlternativeMut<'_>) {
        use crate::config::Component as C;
        breach::insure(setting.retention, setting.limit, setting.premium, out.parts[C::Breach as usize]);
        out.parts[C::Transition as usize].copy_from_slice(transition);
        out.total.fill(0.0);
        for (part, counted) in out.parts.iter().zip(&self.layout.counted) {
            if *counted {
                for (total, value) in out.total.iter_mut().zip(part.iter()) {
                    *total += value;
                }
            }
        }
        layout::fill_ratios(option.share_sum, setting.volume, setting.reference_hours, out);
    }
}

impl Kernel for Model {
    type Scratch = Scratch;

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) -> Scratch {
        let workforces = self.workforces.iter().map(|_| WorkforceYear::new()).collect();
        Scratch { drawn: self.inputs.scratch(), workforces, share: ShareScratch::new() }
    }

    fn simulate(&self, years: Years<'_>, scratch: &mut Scratch, table: &mut Table) {
        table.set_rows(years.len());
        self.inputs.draw(years, &mut scratch.drawn);
        let setting = self.setting.columns(&self.inputs, &scratch.drawn);
        for alternative in 0..self.options.len() {
            let out = table.alternative_mut(alternative);
            out.peak.fill(0.0);
            for part in out.parts {
                part.fill(0.0);
            }
        }
        for (index, workforce) in self.workforces.iter().enumerate() {
            workforce.fill(years, &setting, &self.inputs, &scratch.drawn, &mut scratch.workforces[index]);
            for (alternative, option) in self.options.iter().enumerate() {
                for &(_, share) in option.mix.iter().filter(|(workforce, _)| *workforce == index) {
                    let drivers = |driver: WorkforceDriver| workforce.column(&self.inputs, &scratch.drawn, driver);
                    let share = Share { share, plan: workforce, year: &scratch.workforces[index], setting: &setting };
                    share.add(&drivers, &mut scratch.share, &mut table.alternative_mut(alternative));
                }
            }
        }
        for (alternative, option) in self.options.iter().enumerate() {
            let transition = self.inputs.column(&scratch.drawn, option.transition);
            self.finish(option, &setting, transition, &mut table.alternative_mut(alternative));
        }
    }

    fn input_names(&self) -> Vec<String> {
        self.inputs.names()
    }

    fn inputs<'a>(&self, scratch: &'a Scratch) -> Vec<&'a [f64]> {
        self.inputs.drawn_columns(&scratch.drawn)
    }
}
