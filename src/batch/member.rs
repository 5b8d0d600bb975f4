//! What are the figures of one member, under every scenario?

use super::recorded::Recorded;
use super::store::{Catalogue, CatalogueScenario};
use crate::analysis::{LawTails, headline, headline_keys};
use crate::config::{Member, Plan, Scenario};
use crate::engine::{Control, Kernel, Layout, Request, run};
use crate::model::{CommonShelf, Factor, Membership, Model, NotShareable, Shared};
use crate::numerics::simd;
use crate::outcome::book::FigureKey;
use crate::statistics::Estimate;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// A plan made ready: what its members have in common, compiled.
pub(super) struct Members<'p> {
    pub plan: &'p Plan,
    pub level: simd::Level,
    shared: Arc<Shared>,
    shelf: CommonShelf,
    /// By scenario.
    layouts: Vec<Layout>,
    keys: Vec<Vec<FigureKey>>,
}

/// What a member came to.
pub(super) struct Done {
    /// By scenario, in the order of [`Members::keys`].
    pub figures: Vec<Vec<Estimate>>,
    /// Yearly totals in units, by option of each scenario in turn.
    pub totals: Vec<Vec<i64>>,
}

impl<'p> Members<'p> {
    /// Compiles the configs.
    pub fn new(plan: &'p Plan, level: simd::Level) -> Result<Self, NotShareable> {
        let shelf = CommonShelf::default();
        let nobody = Membership { id: String::new(), shared: Arc::default() };
        let bases: Vec<Model> = plan
            .scenarios
            .iter()
            .map(|scenario| Model::member(level, &scenario.loaded.scenario, plan.seed, &nobody, &shelf))
            .collect();
        let factors: Vec<&[Factor]> = bases.iter().map(Model::factors).collect();
        let shared = Arc::new(Shared::new(&plan.shared, &factors)?);
        let layouts: Vec<Layout> = bases.iter().map(|base| base.layout().clone()).collect();
        let levels = plan.scenarios.iter().map(|scenario| &scenario.loaded.scenario.simulation.levels);
        let keys = layouts.iter().zip(levels).map(|(layout, levels)| headline_keys(layout, levels)).collect();
        Ok(Self { plan, level, shared, shelf, layouts, keys })
    }

    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// By scenario, the keys of a member's figures.
    pub fn keys(&self) -> &[Vec<FigureKey>] {
        &self.keys
    }

    /// What a part file's figures are.
    pub fn catalogue(&self) -> Catalogue {
        let scenarios =
            self.plan.scenarios.iter().zip(&self.layouts).zip(&self.keys).map(|((scenario, layout), keys)| {
                let data = scenario.loaded.data_files.iter().map(|file| (file.path.clone(), file.blake3.clone()));
                let (name, options) = (scenario.name.clone(), layout.alternatives.clone());
                CatalogueScenario { name, options, keys: keys.clone(), data: data.collect() }
            });
        Catalogue { mapped: self.plan.mapped.clone(), scenarios: scenarios.collect() }
    }

    /// Options of all scenarios: columns of the sums.
    pub fn columns(&self) -> usize {
        self.layouts.iter().map(|layout| layout.alternatives.len()).sum()
    }

    /// The member's case under a scenario.
    pub fn case(&self, scenario: usize, member: &Member) -> Scenario {
        self.plan.scenario_of(&self.plan.scenarios[scenario], member)
    }

    /// A case with the streams of the member that has this id, compiled.
    pub fn model(&self, case: &Scenario, id: &str) -> Model {
        let membership = Membership { id: id.to_owned(), shared: self.shared.clone() };
        Model::member(self.level, case, self.plan.seed, &membership, &self.shelf)
    }

    /// Runs the member on this thread.
    ///
    /// # Errors
    /// Why it has no figures, for people.
    pub fn run(&self, member: &Member) -> Result<Done, String> {
        let work = || {
            let mut done = Done { figures: Vec::new(), totals: Vec::new() };
            for scenario in 0..self.plan.scenarios.len() {
                let (figures, totals) = self.run_under(scenario, member)?;
                done.figures.push(figures);
                done.totals.extend(totals);
            }
            Ok(done)
        };
        // One member must not end a night's work, whatever is wrong with it.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Err(format!("an internal error, which is worth reporting: {message}"))
        })
    }

    fn run_under(&self, scenario: usize, member: &Member) -> Result<(Vec<Estimate>, Vec<Vec<i64>>), String> {
        let plan = &self.plan.scenarios[scenario];
        let case = self.case(scenario, member);
        let model = self.model(&case, &member.id);
        let levels = &case.simulation.levels;
        let recorded = Recorded::new(&model, self.plan.years);
        let request = Request { years: self.plan.years, threads: 1, levels, level: self.level, rests: &[] };
        let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let control = Control { interrupt: &interrupt, done: &done, stop: None };
        let (tallies, _) = run(&recorded, &request, control).map_err(|error| error.to_string())?;
        let totals = recorded.finish().map_err(|(year, total)| {
            format!(
                "under {}, year {year} costs {total:.4e} USD, expected at most {:.0e}: look at what the table gives this member",
                plan.name,
                super::MOST_A_YEAR
            )
        })?;
        let tails = LawTails::of(&case);
        Ok((headline(model.layout(), &tallies, levels, &tails), totals))
    }
}
