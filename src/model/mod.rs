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
mod factors;
mod happened;
mod inputs;
mod labour;
mod layout;
mod membership;
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
#[cfg(test)]
mod variants_tests;
mod workforce;

pub use copula_group::group_uniforms;
pub use factors::{Factor, FactorKind};
pub use inputs::CommonShelf;
pub use layout::{RATIOS, layout};
pub use membership::{Membership, NotShareable, Shared};
pub use story::{OptionYear, YearTeller};

use crate::config::{Component, DependenceGroup, DriverId, HospitalDriver, OptionDriver, Scenario, Value};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler};
use crate::engine::{BLOCK, Kernel, Layout, NoWatch, Stage, Table, Watch, parallel_map};
use crate::numerics::simd::{Instructions, Level, Simd, on_level};
use crate::random::Years;
use factors::{Worlds, group_places};
use inputs::{Builder, InputScratch, Inputs, Shelf, When};
use option::{OptionPlan, OptionScratch};
use setting::SettingSlots;
use std::ops::Range;
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
    seed: u64,
    factors: Vec<Factor>,
    group: Vec<usize>,
    shelf: Shelf,
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
        Self::build(level, scenario, seed, &Worlds::default(), &Shelf::default())
    }

    fn build(level: Level, scenario: &Scenario, seed: u64, worlds: &Worlds, shelf: &Shelf) -> Self {
        let mut builder = Builder::new(scenario, seed, worlds);
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
        let (inputs, factors, shelf) = builder.finish(shelf);
        let group = group_places(&factors, scenario);
        Self { layout, level, inputs, setting, workforces, options, seed, factors, group, shelf }
    }

    /// Another scenario under the same seed: laws that were compiled are shared, and the years are those of a model made anew.
    pub fn changed(&self, scenario: &Scenario) -> Self {
        Self::build(self.level, scenario, self.seed, &Worlds::default(), &self.shelf)
    }

    /// The case of a member of a batch, whose own draws no other member has; what members have in common is compiled once, on `shelf`.
    pub fn member(level: Level, scenario: &Scenario, seed: u64, membership: &Membership, shelf: &CommonShelf) -> Self {
        let mut scenario = scenario.clone();
        // What all members see alike must not depend on a draw of one of them.
        let shared_first = |group: DependenceGroup| group.reordered(|member| membership.shared.holds(&member.path));
        scenario.dependence = scenario.dependence.map(shared_first);
        let model = Self::build(level, &scenario, seed, &Worlds::of_member(membership), &shelf.all());
        shelf.keep(&model.shelf);
        model
    }

    /// The same case with some factors drawn from an independent second world: `second[i]` says so of [`Model::factors`]`[i]`.
    ///
    /// Members of the dependence group that are drawn anew are drawn given those that are not, so that the years of every such model have the
    /// law of the case.
    pub fn worlds(&self, scenario: &Scenario, second: &[bool]) -> Self {
        Self::build(self.level, scenario, self.seed, &Worlds::new(&self.factors, second), &self.shelf)
    }

    /// Everything that is random in a year, each piece once, sorted by path.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Places among the factors of the drivers that move together; empty without dependence.
    pub fn group(&self) -> &[usize] {
        &self.group
    }

    /// The probability of each yearly driver's value in these years, in the order of the factors that are such drivers: uniform on (0, 1), a
    /// monotone function of the value, for members of the dependence group after the copula.
    pub fn uniforms(&self, years: Range<u64>) -> Vec<Vec<f64>> {
        let drivers: Vec<DriverId> = self
            .factors
            .iter()
            .filter_map(|factor| match factor.kind {
                FactorKind::Driver(id) => Some(id),
                FactorKind::Each(_) | FactorKind::Chance => None,
            })
            .collect();
        let starts: Vec<u64> = years.clone().step_by(BLOCK).collect();
        let blocks = parallel_map(&starts, |&start| {
            let len = BLOCK.min((years.end - start) as usize);
            let (years, mut scratch) = (Years::Range { start, len }, self.inputs.scratch());
            on_level!(self.level, simd => self.inputs.probabilities(simd, &drivers, years, &mut scratch))
        });
        let mut columns = vec![Vec::with_capacity((years.end - years.start) as usize); drivers.len()];
        for block in blocks {
            for (column, values) in columns.iter_mut().zip(block) {
                column.extend(values);
            }
        }
        columns
    }

    /// Every law that a year is drawn from, compiled, each once: those of yearly drivers and of events that are told apart.
    pub fn samplers(&self) -> impl Iterator<Item = &Sampler> {
        self.inputs.samplers()
    }

    /// Every amount whose sums a year is drawn from, with its sums compiled.
    pub fn sums(&self) -> impl Iterator<Item = &(Law, CompiledSum)> {
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
