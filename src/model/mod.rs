//! What does a year cost? One file a mechanism; this one puts them in order.
//!
//! [`Model`] is the fast kernel of MODEL's year: columns of a block of years, values by key, every draw by inversion. The
//! plain second opinion is [`crate::reference`].

mod amounts;
mod audit;
mod breach;
mod case_mix;
mod cash_flow;
mod compliance;
mod copula_group;
mod denials;
mod events;
mod inputs;
mod labour;
mod layout;
mod option;
mod regulation;
mod setting;
mod share;
mod story;
#[cfg(test)]
mod story_tests;
mod switch;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod turnover;
mod units;
mod workforce;

pub use copula_group::group_uniforms;
pub use layout::{RATIOS, layout};
pub use story::{OptionYear, YearTeller};

use crate::config::{Component, DriverId, HospitalDriver, OptionDriver, Scenario, Value};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler};
use crate::engine::{Kernel, Layout, NoWatch, Stage, Table, Watch};
use crate::numerics::simd::{Instructions, Level, Simd, on_level};
use crate::random::Years;
use inputs::{Builder, InputScratch, Inputs, When};
use option::{OptionPlan, OptionScratch};
use setting::SettingSlots;
use workforce::{WorkforcePlan, WorkforceYear};

/// A case, compiled: the fast kernel.
pub struct Model {
    layout: Layout,
    level: Level,
    inputs: Inputs,
    setting: SettingSlots,
    /// Those that some option uses, sorted by name.
    workforces: Vec<WorkforcePlan>,
    options: Vec<OptionPlan>,
}

/// Working memory of one thread.
pub struct Scratch {
    drawn: InputScratch,
    workforces: Vec<WorkforceYear>,
    option: OptionScratch,
}

impl Model {
    /// Compiles a case for a seed, to run on the best instructions of this machine.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self::on(Instructions::best(), scenario, seed)
    }

    /// Compiles a case for a seed, to run on a level's instructions: figures do not depend on it.
    pub fn on(level: Level, scenario: &Scenario, seed: u64) -> Self {
        let mut builder = Builder::new(scenario, seed);
        let setting = SettingSlots::new(scenario, &mut builder);
        let used: Vec<usize> = (0..scenario.workforces.len())
            .filter(|i| scenario.options.iter().any(|option| option.mix.iter().any(|(workforce, _)| workforce == i)))
            .collect();
        let workforces: Vec<WorkforcePlan> =
            used.iter().map(|&i| WorkforcePlan::new(i, &scenario.workforces[i], &setting, &mut builder)).collect();
        let premium_is_zero = scenario
            .hospital
            .get(HospitalDriver::InsurancePremium)
            .is_none_or(|driver| matches!(driver.value, Value::Point(0.0)));
        let options: Vec<OptionPlan> = scenario
            .options
            .iter()
            .enumerate()
            .map(|(i, option)| {
                let driver = OptionDriver::TransitionCost;
                let (scope, id) = (["option", &option.name], DriverId::Option(i, driver));
                let transition = builder.yearly(&scope, id, driver.spec(), option.drivers.get(driver), When::Always);
                let place = |workforce: &usize| used.binary_search(workforce).expect("a used workforce");
                let mix = option.mix.iter().map(|(workforce, share)| (place(workforce), *share)).collect();
                let transition = (transition, builder.is_zero(transition));
                OptionPlan::new(mix, &workforces, transition, premium_is_zero, &scenario.simulation.exclude)
            })
            .collect();
        let mut layout = layout(scenario);
        let place = |component: &Component| *component as usize;
        layout.zero_parts = options.iter().map(|option| option.off().iter().map(place).collect()).collect();
        Self { layout, level, inputs: builder.finish(), setting, workforces, options }
    }

    /// Every law that a year is drawn from, compiled, each once: those of yearly drivers and of events that are told apart.
    pub fn samplers(&self) -> &[Sampler] {
        self.inputs.samplers()
    }

    /// Every amount whose sums a year is drawn from, with its sums compiled.
    pub fn sums(&self) -> &[(Law, CompiledSum)] {
        self.inputs.sums()
    }

    /// The columns of an option for a block of years, or of all of them.
    #[inline(always)]
    fn block<S: Simd, W: Watch>(
        &self,
        simd: S,
        only: Option<usize>,
        years: Years<'_>,
        scratch: &mut Scratch,
        table: &mut Table,
        watch: &mut W,
    ) {
        watch.enter(Stage::Draws);
        let Scratch { drawn, workforces, option: option_scratch } = scratch;
        self.inputs.draw(simd, years, drawn);
        let setting = self.setting.columns(&self.inputs, drawn);
        for (index, (plan, year)) in self.workforces.iter().zip(workforces.iter_mut()).enumerate() {
            if only.is_some_and(|only| !self.options[only].uses(index)) {
                continue;
            }
            plan.fill(simd, years, &setting, &self.inputs, drawn, year, watch);
        }
        for (alternative, option) in self.options.iter().enumerate() {
            if only.is_some_and(|only| only != alternative) {
                continue;
            }
            option.fill(
                simd,
                &self.workforces,
                workforces,
                &self.inputs,
                drawn,
                &setting,
                option_scratch,
                table.packs_mut(alternative),
                watch,
            );
        }
    }
}

impl Kernel for Model {
    type Scratch = Scratch;

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) -> Scratch {
        let workforces = self.workforces.iter().map(|_| WorkforceYear::new()).collect();
        Scratch { drawn: self.inputs.scratch(), workforces, option: OptionScratch::new() }
    }

    fn simulate(&self, years: Years<'_>, scratch: &mut Scratch, table: &mut Table) {
        self.simulate_watched(years, scratch, table, &mut NoWatch);
    }

    fn simulate_watched<W: Watch>(&self, years: Years<'_>, scratch: &mut Scratch, table: &mut Table, watch: &mut W) {
        table.set_rows(years.len());
        if !years.is_empty() {
            on_level!(self.level, simd => self.block(simd, None, years, scratch, table, watch));
        }
    }

    fn simulate_alternative(&self, alternative: usize, years: Years<'_>, scratch: &mut Scratch, table: &mut Table) {
        table.set_rows(years.len());
        if !years.is_empty() {
            let only = Some(alternative);
            on_level!(self.level, simd => self.block(simd, only, years, scratch, table, &mut NoWatch));
        }
    }

    fn draws(&self) -> Option<usize> {
        Some(self.inputs.draws() + self.workforces.iter().map(WorkforcePlan::draws).sum::<usize>())
    }

    fn input_names(&self) -> Vec<String> {
        self.inputs.names()
    }

    fn inputs<'a>(&self, scratch: &'a mut Scratch) -> Vec<&'a [f64]> {
        on_level!(self.level, simd => self.inputs.draw_rest(simd, &mut scratch.drawn));
        self.inputs.drawn_columns(&scratch.drawn)
    }
}
