//! What happened in one year of an option, driver by driver and event by event?
//!
//! The year is simulated as the run simulates it, and what the kernel made of it on the way is read off: totals, lines and events are those
//! of the run to the bit. Nothing of the hot loop is slower for it.

use super::option::OptionPlan;
use super::share::{Lines, Put, Share, ShareScratch};
use super::workforce::{WorkforcePlan, WorkforceYear};
use super::{Model, Scratch};
use crate::config::{Component, Driver, HospitalDriver, Scenario, Value, Workforce, WorkforceDriver};
use crate::distributions::counts::{
    NormalsOf, binomial_draw, binomial_standing, negative_binomial_standing, poisson_standing,
};
use crate::engine::{Kernel, NoWatch, PACKS, Table};
use crate::numerics::Probability;
use crate::numerics::simd::{Column, Pack, Simd, on_level};
use crate::outcome::{
    AmountsOfYear, BreachOfYear, BreachesOfYear, ComplianceOfYear, CountOfYear, DriverOfYear, PolicyOfYear,
    ProvisionOfYear, RegulationOfYear, SwitchOfYear, Usual, WorkforceOfYear,
};
use crate::random::Years;

/// The year stands alone in its block.
const ROW: usize = 0;
const WEEKS: f64 = 52.0;

/// What happened in a year of an option.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionYear {
    /// USD.
    pub total: f64,
    /// By [`Component::ALL`], USD, those left out of the total too.
    pub components: Vec<f64>,
    /// The first option's total in the same year, USD.
    pub baseline: f64,
    pub drivers: Vec<DriverOfYear>,
    pub workforces: Vec<WorkforceOfYear>,
    pub policy: Option<PolicyOfYear>,
}

/// Looks single years up in a case, with the memory that this takes.
pub struct YearTeller<'a> {
    model: &'a Model,
    scenario: &'a Scenario,
    /// Index into the scenario's workforces of each of the model's.
    used: Vec<usize>,
    /// Path, unit and usual value of the drivers that are laws.
    drivers: Vec<Described>,
    scratch: Scratch,
    table: Table,
}

struct Described {
    path: String,
    unit: &'static str,
    usual: f64,
    usual_is: Usual,
}

impl Model {
    /// Looks single years up; `scenario` is the one that the model was compiled from.
    ///
    /// ```
    /// use tailcost::config::{Source, load};
    /// use tailcost::model::Model;
    /// let loaded = load(&Source::Builtin("article".into()), &[]).unwrap();
    /// let model = Model::new(&loaded.scenario, 2026);
    /// let year = model.teller(&loaded.scenario).tell(1, 41);
    /// let lines: f64 = year.components.iter().sum();
    /// assert_eq!(lines, year.total);
    /// assert_eq!(year.workforces[0].name, "offshore");
    /// ```
    pub fn teller<'a>(&'a self, scenario: &'a Scenario) -> YearTeller<'a> {
        let used = (0..scenario.workforces.len())
            .filter(|i| scenario.options.iter().any(|option| option.mix.iter().any(|(workforce, _)| workforce == i)))
            .collect();
        let described = |id| {
            let Value::Law(law) = &scenario.driver(id)?.value else { return None };
            let mean = law.mean();
            let (usual, usual_is) = if mean.is_finite() {
                (mean, Usual::Mean)
            } else {
                (law.quantile(Probability::lower(0.5)), Usual::Median)
            };
            Some(Described { path: scenario.path(id), unit: id.spec().unit, usual, usual_is })
        };
        let drivers = scenario.driver_ids().into_iter().filter_map(described).collect();
        let (scratch, table) = (self.scratch(), Table::new(self.layout()));
        YearTeller { model: self, scenario, used, drivers, scratch, table }
    }
}

impl YearTeller<'_> {
    /// What happened in a year of the option at a place among the case's.
    ///
    /// # Panics
    /// When the case has no such option.
    pub fn tell(&mut self, option: usize, year: u64) -> OptionYear {
        let list = [year];
        let years = Years::List(&list);
        self.model.simulate(years, &mut self.scratch, &mut self.table);
        let plan = &self.model.options[option];
        let model = self.model;
        let workforces = on_level!(model.level, simd => {
            model.inputs.draw_rest(simd, &mut self.scratch.drawn);
            plan.mix().iter().map(|&(index, share)| self.workforce(simd, index, share, year)).collect::<Vec<_>>()
        });
        let policy = self.policy(plan);
        let drivers = self.drivers(option, year, &workforces, policy.as_ref());
        OptionYear {
            total: self.table.total(option)[ROW],
            components: (0..Component::ALL.len()).map(|part| self.table.part(option, part)[ROW]).collect(),
            baseline: self.table.total(0)[ROW],
            drivers,
            workforces,
            policy,
        }
    }

    fn drivers(
        &self,
        option: usize,
        year: u64,
        workforces: &[WorkforceOfYear],
        policy: Option<&PolicyOfYear>,
    ) -> Vec<DriverOfYear> {
        let own = format!("option.{}.", self.scenario.options[option].name);
        let breached = workforces.iter().any(|told| told.breaches.is_some());
        let claimed = policy.is_some_and(|policy| policy.claimed > 0.0);
        let of_year = |(path, value, percentile): (&str, f64, f64)| {
            let workforce = workforces
                .iter()
                .find_map(|told| Some((told, path.strip_prefix(&format!("workforce.{}.", told.name))?)));
            let bore = match workforce {
                Some((told, key)) => bears(key, told),
                None if path.starts_with("workforce.") => return None,
                None if path.starts_with("option.") => {
                    path.starts_with(&own).then_some(())?;
                    true
                }
                None => match path {
                    "world.threat" => breached,
                    "hospital.cyber_insurance.retention" | "hospital.cyber_insurance.limit" => claimed,
                    _ => true,
                },
            };
            let described = self.drivers.iter().find(|driver| driver.path == path)?;
            Some(DriverOfYear {
                path: path.to_owned(),
                unit: described.unit.to_owned(),
                value,
                percentile,
                usual: described.usual,
                usual_is: described.usual_is,
                bore,
            })
        };
        self.model.inputs.row(&self.scratch.drawn, ROW, year).filter_map(of_year).collect()
    }

    fn policy(&self, plan: &OptionPlan) -> Option<PolicyOfYear> {
        use HospitalDriver as H;
        let has = |driver: H| self.scenario.hospital.get(driver).is_some();
        if !has(H::InsuranceLimit) && !has(H::InsurancePremium) {
            return None;
        }
        let setting = self.model.setting.columns(&self.model.inputs, &self.scratch.drawn);
        let mut claimed = 0.0;
        for &(index, share) in plan.mix() {
            if let Some(kept) = self.scratch.workforces[index].breaches.kept.first() {
                claimed += share * kept;
            }
        }
        let (retention, limit) = (setting.retention.at(ROW), setting.limit.at(ROW));
        let paid = (claimed - retention).max(0.0).min(limit);
        Some(PolicyOfYear { claimed, retention, limit, paid, premium: setting.premium.at(ROW) })
    }

    fn workforce<S: Simd>(&self, simd: S, index: usize, share: f64, year: u64) -> WorkforceOfYear {
        let Self { model, scenario, scratch, .. } = self;
        let workforce = &scenario.workforces[self.used[index]];
        let (plan, of_year) = (&model.workforces[index], &scratch.workforces[index]);
        let drivers = |driver: WorkforceDriver| plan.column(&model.inputs, &scratch.drawn, driver);
        let put = Share { share, plan, year: of_year, inputs: &model.inputs, words: &scratch.drawn.words, packs: 1 };
        let mut counts = ShareScratch::new();
        let mut lines = vec![Pack::ZERO; (2 + Component::ALL.len()) * PACKS];
        put.put(simd, &drivers, &mut counts, Put::First, &mut Lines::new(&mut lines), &mut NoWatch);
        let told = Told { simd, model, scratch, workforce, plan, of_year, share, year };
        let events = told.events();
        WorkforceOfYear { counts: told.counts(&counts), lost_hours: counts.lost_hours[0].0[ROW], ..events }
    }
}

/// One workforce of the year.
struct Told<'a, S: Simd> {
    simd: S,
    model: &'a Model,
    scratch: &'a Scratch,
    workforce: &'a Workforce,
    plan: &'a WorkforcePlan,
    of_year: &'a WorkforceYear,
    share: f64,
    year: u64,
}

impl<S: Simd> Told<'_, S> {
    fn value(&self, driver: WorkforceDriver) -> f64 {
        self.plan.value(&self.model.inputs, &self.scratch.drawn, driver, ROW)
    }

    fn driver(&self, driver: WorkforceDriver) -> Option<&Driver> {
        self.workforce.drivers.get(driver)
    }

    /// What happened, without counts and hours.
    fn events(&self) -> WorkforceOfYear {
        use WorkforceDriver as D;
        let own_share = |cost: &f64| self.share * cost;
        let compliance = self.of_year.compliance.costs.first().map(own_share).map(|cost| ComplianceOfYear {
            error_rate: self.value(D::ComplianceErrorRate),
            overpaid_share: self.value(D::ComplianceOverpaidShare),
            repayment: self.value(D::ComplianceRepayment),
            cost,
        });
        let regulation = self.of_year.regulation.costs.first().map(own_share).map(|cost| RegulationOfYear {
            months: self.value(D::RegulationMonths),
            premium_per_hour: self.value(D::RegulationPremiumPerHour),
            one_off: self.value(D::RegulationOneOff),
            cost,
        });
        WorkforceOfYear {
            name: self.workforce.name.clone(),
            share: self.share,
            switch: self.switch(),
            breaches: self.breaches(),
            compliance,
            regulation,
            counts: Vec::new(),
            lost_hours: 0.0,
        }
    }

    fn switch(&self) -> Option<SwitchOfYear> {
        use WorkforceDriver as D;
        let stream = self.plan.switch?;
        // Written as the kernel decides it.
        (stream.at(self.year, 0).p() < self.value(D::SwitchProbability)).then(|| {
            let (week, weeks) = (self.value(D::SwitchSwapWeek), self.value(D::SwitchDetectionWeeks));
            let share_of_year = self.of_year.exposure[0].0[ROW];
            SwitchOfYear {
                week,
                found_in_week: Some(week + weeks).filter(|found| *found <= WEEKS),
                weeks_exposed: share_of_year * WEEKS,
                share_of_year,
            }
        })
    }

    fn breaches(&self) -> Option<BreachesOfYear> {
        use WorkforceDriver as D;
        let plan = self.plan.breaches.as_ref()?;
        let kept_of_all = *self.of_year.breaches.kept.first()?;
        let inputs = &self.model.inputs;
        let count = self.of_year.breach_counts[0];
        let (level, recovered) = (self.value(D::BreachSeverityLevel), self.value(D::BreachRecoveredShare));
        let each = (0..count.0[ROW] as u32).map(|event| {
            let severity = plan.severity.at(inputs, self.year, event);
            let gross = self.share * level * severity;
            BreachOfYear {
                severity,
                percentile: plan.severity.probability(self.year, event),
                gross,
                recovered: gross * recovered,
                kept: gross * (1.0 - recovered),
            }
        });
        let each: Vec<BreachOfYear> = each.collect();
        let probability = Pack::splat(self.value(D::PenaltyProbability));
        let uniforms = plan.fined.uniforms(&self.scratch.drawn.words);
        let mut fined = [Pack::ZERO];
        binomial_draw(self.simd, &[count], Column::constant(&probability), uniforms, NormalsOf(uniforms), &mut fined);
        let fined = fined[0].0[ROW] as u32;
        let cap = self.value(D::PenaltyAnnualCap);
        let provisions = (0..if fined > 0 { plan.provisions } else { 0 }).map(|provision| {
            let fines = (0..fined).map(|k| plan.fine.at(inputs, self.year, k * plan.provisions + provision));
            let fines: Vec<f64> = fines.collect();
            let due = fines.iter().sum::<f64>().min(cap);
            ProvisionOfYear { fines, annual_cap: Some(cap).filter(|cap| cap.is_finite()), due }
        });
        let provisions: Vec<ProvisionOfYear> = provisions.collect();
        let penalties = self.of_year.breaches.penalties[0];
        Some(BreachesOfYear {
            severity_level: level,
            recovered_share: recovered,
            each,
            kept: self.share * kept_of_all,
            fined: u64::from(fined),
            provisions,
            penalties,
        })
    }

    /// Counts with their means, and what the events amounted to.
    fn counts(&self, counts: &ShareScratch) -> Vec<CountOfYear> {
        use WorkforceDriver as D;
        let units = &self.of_year.units;
        let of_year = |what: &str, count: Pack, expected: f64, standing: f64, amounts: Option<AmountsOfYear>| {
            CountOfYear { what: what.into(), count: count.0[ROW] as u64, expected, percentile: standing, amounts }
        };
        let mut told = Vec::new();
        if let Some(plan) = &self.plan.turnover {
            let (count, expected) = (counts.departures[0], self.share * units.departures[0].0[ROW]);
            let amounts = self.amounts(D::OnboardingWeeks, &plan.onboarding, count, &self.of_year.onboarding);
            let standing = poisson_standing(expected, count.0[ROW] as u64);
            told.push(of_year("departures", count, expected, standing, amounts));
        }
        if let Some(plan) = &self.plan.denials {
            let count = counts.denials[0];
            let at_level = counts.mean[0].0[ROW];
            let (expected, standing) = match self.driver(D::DenialDispersion) {
                None => (at_level, poisson_standing(at_level, count.0[ROW] as u64)),
                Some(size) => {
                    let level = self.of_year.denial_level[0].0[ROW];
                    let expected = if level > 0.0 { at_level / level } else { at_level };
                    (expected, negative_binomial_standing(expected, size.point(), count.0[ROW] as u64))
                }
            };
            let amounts = self.amounts(D::ReworkCost, &plan.rework, count, &self.of_year.rework);
            told.push(of_year("denials", count, expected, standing, amounts));
            if !plan.denied_payment.is_zero() {
                let (written_off, share) = (counts.write_offs[0], self.value(D::WriteOffShare));
                let trials = count.0[ROW];
                let standing = binomial_standing(trials as u64, share, written_off.0[ROW] as u64);
                let normals = &self.of_year.denied_payment;
                let amounts = self.amounts(D::DeniedPayment, &plan.denied_payment, written_off, normals);
                told.push(of_year("write_offs", written_off, share * trials, standing, amounts));
            }
        }
        if self.plan.breaches.is_some() {
            let (count, expected) = (self.of_year.breach_counts[0], units.breaches[0].0[ROW]);
            let standing = poisson_standing(expected, count.0[ROW] as u64);
            told.push(of_year("breaches", count, expected, standing, None));
        }
        told
    }

    /// What the events of a line amounted to, where they have a law.
    fn amounts(
        &self,
        driver: WorkforceDriver,
        line: &super::amounts::Sum,
        count: Pack,
        normals: &[Pack],
    ) -> Option<AmountsOfYear> {
        let given = self.driver(driver)?;
        let mut sum = [Pack::ZERO];
        line.fill(self.simd, &self.model.inputs, &self.scratch.drawn.words, &[count], &normals[..1], &mut sum);
        let spec = driver.spec();
        let mean = match &given.value {
            Value::Point(value) => *value,
            Value::Law(law) => law.mean(),
        };
        Some(AmountsOfYear {
            path: format!("workforce.{}.{}", self.workforce.name, spec.key),
            unit: spec.unit.to_owned(),
            sum: sum[0].0[ROW],
            usual: Some(mean).filter(|mean| mean.is_finite()),
            percentile: line.probability(self.year).filter(|_| count.0[ROW] > 0.0),
        })
    }
}

/// Did a driver of the workforce bear on what the year cost? What describes an event, or makes it likely, did so if it happened.
fn bears(key: &str, told: &WorkforceOfYear) -> bool {
    let (swapped, breached) = (told.switch.is_some(), told.breaches.is_some());
    let fined = told.breaches.as_ref().is_some_and(|breaches| breaches.fined > 0);
    match key.split_once('.') {
        Some(("switch", "breach_uplift")) => swapped && breached,
        Some(("switch", "error_uplift")) => swapped && told.compliance.is_some(),
        Some(("switch", _)) => swapped,
        Some(("breach", "penalty.annual_cap" | "penalty.amount")) => fined,
        Some(("breach", _)) => breached,
        Some(("compliance", _)) => told.compliance.is_some(),
        Some(("regulation", _)) => told.regulation.is_some(),
        _ => true,
    }
}
