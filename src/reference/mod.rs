//! What does a plain, slow, independent reading of the model say?
//!
//! The reference engine is MODEL section 3 transcribed row by row (`year.rs` holds the formulas), with rand_distr's
//! samplers, another generator, and every hire, claim, breach and fine drawn one by one. It shares nothing with
//! the fast engine but the scenario it reads and the tallies that add its years up, so that agreement of the two means
//! something. `tailcost run --engine reference` runs it.
//!
//! Common random numbers (MODEL section 2): every driver, event and count of a workforce is a function of seed, name and
//! year, and so the same in every option. Departures, denials and write-offs are generalised inverses of one
//! uniform each; the negative binomial count of denials is a Poisson inverse at a mean multiplied by the workforce's
//! gamma of the year. The sum of N amounts takes the first N of the year's amounts, whatever the option: its marginal law is
//! exact. The joint law of two options with different shares of the *same* workforce is then not that of
//! `F_N^-1(u)`: given both counts the sums are less dependent here than there, so that spread and tail of a
//! difference between two such options may differ from the fast engine's; its mean, and everything about one option
//! or about options without a common workforce, may not.

// The second opinion uses the platform's elementary functions on purpose: it shares no code with the fast engine.
#![allow(clippy::disallowed_methods)]

mod counts;
mod dependence;
mod drivers;
mod sampling;
mod streams;
mod year;

use self::dependence::Group;
use self::drivers::Scope;
use self::year::{Bill, Events, Surroundings, WorkforceYear};
use crate::config::{Component, DriverId, HospitalDriver, OptionDriver, Scenario, WorkforceDriver, WorldDriver};
use crate::engine::{Kernel, Layout, Ratio, Table};
use crate::random::Years;

/// The reference engine for one scenario.
pub struct ReferenceKernel {
    layout: Layout,
    world: Scope<WorldDriver>,
    hospital: Scope<HospitalDriver>,
    workforces: Vec<(Scope<WorkforceDriver>, Events)>,
    options: Vec<Mix>,
    group: Option<Group>,
}

/// An option: shares by workforce, and drivers of its own.
struct Mix {
    shares: Vec<(usize, f64)>,
    drivers: Scope<OptionDriver>,
}

/// Values of the inputs that vary, for the years simulated last.
pub struct Inputs {
    columns: Vec<Vec<f64>>,
}

impl ReferenceKernel {
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let member = |driver: DriverId| {
            let group = scenario.dependence.as_ref()?;
            group.members.iter().map(|member| member.driver).find(|member| *member == driver)
        };
        let layout = Layout {
            alternatives: scenario.options.iter().map(|option| option.name.clone()).collect(),
            parts: Component::ALL.map(|component| component.key().to_owned()).to_vec(),
            counted: Component::ALL.map(|component| !scenario.simulation.exclude.contains(&component)).to_vec(),
            ratios: RATIOS
                .iter()
                .map(|(name, quantiles)| Ratio { name: (*name).to_owned(), quantiles: *quantiles })
                .collect(),
            zero_parts: Vec::new(),
        };
        let workforces = scenario.workforces.iter().enumerate().map(|(index, workforce)| {
            let path = ["workforce", &workforce.name];
            let drivers = Scope::new(seed, &path, &workforce.drivers, |key| member(DriverId::Workforce(index, key)));
            (drivers, Events::new(seed, &path))
        });
        let options = scenario.options.iter().enumerate().map(|(index, option)| Mix {
            shares: option.mix.clone(),
            drivers: Scope::new(seed, &["option", &option.name], &option.drivers, |key| {
                member(DriverId::Option(index, key))
            }),
        });
        Self {
            layout,
            world: Scope::new(seed, &["world"], &scenario.world, |key| member(DriverId::World(key))),
            hospital: Scope::new(seed, &["hospital"], &scenario.hospital, |key| member(DriverId::Hospital(key))),
            workforces: workforces.collect(),
            options: options.collect(),
            group: scenario.dependence.as_ref().map(|group| Group::new(seed, scenario, group)),
        }
    }

    /// One year: the bill of each option, and the inputs that vary in the order of [`Kernel::input_names`].
    fn year(&self, year: u64) -> (Vec<Bill>, Vec<f64>) {
        let together = self.group.as_ref().map_or_else(Vec::new, |group| group.values(year));
        let surroundings =
            Surroundings { world: self.world.year(year, &together), hospital: self.hospital.year(year, &together) };
        let threat = surroundings.world[WorldDriver::Threat];
        let workforces: Vec<WorkforceYear> = self
            .workforces
            .iter()
            .map(|(scope, events)| WorkforceYear::draw(year, scope, events, scope.year(year, &together), threat))
            .collect();
        let own: Vec<_> = self.options.iter().map(|option| option.drivers.year(year, &together)).collect();

        let bills = self.options.iter().zip(&own).map(|(option, own)| {
            let parts = option.shares.iter().map(|(index, share)| workforces[*index].bill(*share, &surroundings));
            year::total_bill(parts, &surroundings.hospital, own)
        });
        let bills = bills.collect();

        let mut inputs: Vec<f64> = self.world.varying().map(|(key, _)| surroundings.world[key]).collect();
        inputs.extend(self.hospital.varying().map(|(key, _)| surroundings.hospital[key]));
        for ((scope, _), workforce) in self.workforces.iter().zip(&workforces) {
            inputs.extend(scope.varying().map(|(key, _)| workforce.drivers[key]));
        }
        for (option, own) in self.options.iter().zip(&own) {
            inputs.extend(option.drivers.varying().map(|(key, _)| own[key]));
        }
        (bills, inputs)
    }
}

/// Names of the ratios, and whether their quantiles are wanted.
const RATIOS: [(&str, bool); 5] = [
    ("effective_hourly_rate", true),
    ("all_in_hourly_rate", true),
    ("labour_per_hour", false),
    ("audit_per_hour", false),
    ("denial_rework_per_hour", false),
];

impl Kernel for ReferenceKernel {
    type Scratch = Inputs;

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) -> Inputs {
        Inputs { columns: vec![Vec::new(); self.input_names().len()] }
    }

    fn simulate(&self, years: Years<'_>, scratch: &mut Inputs, table: &mut Table) {
        table.set_rows(years.len());
        scratch.columns.iter_mut().for_each(Vec::clear);
        for row in 0..years.len() {
            let (bills, inputs) = self.year(years.at(row));
            for (column, value) in scratch.columns.iter_mut().zip(inputs) {
                column.push(value);
            }
            for (alternative, bill) in bills.iter().enumerate() {
                self.write(bill, row, alternative, table);
            }
        }
    }

    fn input_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.world.varying().map(|(_, path)| path).collect();
        names.extend(self.hospital.varying().map(|(_, path)| path));
        names.extend(self.workforces.iter().flat_map(|(scope, _)| scope.varying()).map(|(_, path)| path));
        names.extend(self.options.iter().flat_map(|option| option.drivers.varying()).map(|(_, path)| path));
        names
    }

    fn inputs<'a>(&self, scratch: &'a mut Inputs) -> Vec<&'a [f64]> {
        scratch.columns.iter().map(Vec::as_slice).collect()
    }
}

impl ReferenceKernel {
    fn write(&self, bill: &Bill, row: usize, alternative: usize, table: &mut Table) {
        let line = |component: Component| bill.lines[component as usize];
        let per_hour = |cost: f64| if bill.reference_hours > 0.0 { cost / bill.reference_hours } else { 0.0 };
        let total: f64 =
            bill.lines.iter().zip(&self.layout.counted).filter(|(_, counted)| **counted).map(|(cost, _)| cost).sum();
        let effective = line(Component::Labour) + line(Component::Audit) + line(Component::DenialRework);
        let ratios = [
            per_hour(effective),
            per_hour(total),
            per_hour(line(Component::Labour)),
            per_hour(line(Component::Audit)),
            per_hour(line(Component::DenialRework)),
        ];

        let mut columns = table.alternative_mut(alternative);
        columns.total[row] = total;
        columns.peak[row] = bill.largest_breach;
        for (column, cost) in columns.parts.iter_mut().zip(bill.lines) {
            column[row] = cost;
        }
        for (column, ratio) in columns.ratios.iter_mut().zip(ratios) {
            column[row] = ratio;
        }
    }
}

#[cfg(test)]
mod tests;
