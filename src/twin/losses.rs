//! Which rare losses make the tail of an option's yearly total, or of the difference to another option?
//!
//! Breaches, findings of an audit of claims, new law and fines without a cap, each as an intensity of losses by size. It is known only
//! where everything else has a light tail: what is left then varies as the middle of a run does.

use super::exposure::exposures;
use super::involved::{Moment, in_group, involved};
use super::laws::{hospital_law, is_given, option_law, workforce_law, world_law};
use crate::config::Component::{self, *};
use crate::config::HospitalDriver::{self, *};
use crate::config::WorkforceDriver::{self, *};
use crate::config::WorldDriver::{self, *};
use crate::config::{Driver, Drivers, OptionDriver, Scenario, Value};
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::statistics::{Jumps, Loss, Losses};

/// A law of higher excess kurtosis has a tail of its own: a lognormal of sigma 0.8, a gamma of shape 0.2.
const LIGHT: f64 = 30.0;
/// Values that stand for a factor of a loss, equally likely.
const FACTOR_VALUES: u32 = 12;

/// The losses of an option's total (an index of the scenario); `None` where they are not all that has a heavy tail.
///
/// ```
/// use tailcost::config::{Source, load};
/// let case = load(&Source::Builtin("article".into()), &[]).unwrap();
/// let losses = tailcost::twin::losses(&case.scenario, 0).unwrap();
/// // Breaches 0.02 times a year, findings 0.05 times.
/// assert!((losses.upper.rate() - 0.07).abs() < 1e-3);
/// ```
pub fn losses(scenario: &Scenario, option: usize) -> Option<Losses> {
    of_both(scenario, option, None)
}

/// The losses of what an option costs more than another, and of what it costs less.
pub fn losses_between(scenario: &Scenario, option: usize, baseline: usize) -> Option<Losses> {
    of_both(scenario, option, Some(baseline))
}

fn of_both(scenario: &Scenario, option: usize, baseline: Option<usize>) -> Option<Losses> {
    let choices: Vec<usize> = [Some(option), baseline].into_iter().flatten().collect();
    if choices.iter().any(|choice| !is_light_otherwise(scenario, *choice)) {
        return None;
    }
    let share = |choice: Option<usize>, workforce: usize| {
        let mix = choice.map(|choice| &scenario.options[choice].mix);
        mix.and_then(|mix| mix.iter().find(|(index, _)| *index == workforce)).map(|(_, share)| *share)
    };
    let mut signed: Vec<Loss> = Vec::new();
    for (index, workforce) in scenario.workforces.iter().enumerate() {
        let shares = [share(Some(option), index), share(baseline, index)];
        if shares.iter().any(Option::is_some) {
            Staff { scenario, drivers: &workforce.drivers, shares }.put(&mut signed);
        }
    }
    let side = |sign: f64| Jumps::new(signed.iter().map(|loss| Loss { size: sign * loss.size, ..*loss }).collect());
    Some(Losses { upper: side(1.0), lower: side(-1.0) })
}

/// A workforce with its share in the option and in the baseline.
struct Staff<'a> {
    scenario: &'a Scenario,
    drivers: &'a Drivers<WorkforceDriver>,
    shares: [Option<f64>; 2],
}

impl Staff<'_> {
    fn put(&self, losses: &mut Vec<Loss>) {
        let counted = |component| !self.scenario.simulation.exclude.contains(&component);
        let mut add = |component: Component, of: &dyn Fn(&Self) -> Vec<Loss>| {
            if counted(component) {
                losses.extend(of(self));
            }
        };
        add(Breach, &Self::breaches);
        add(Penalties, &Self::fines);
        add(Compliance, &Self::findings);
        add(Regulation, &Self::new_law);
    }

    /// After recoveries and the policy, which is taken to meet one breach a year.
    fn breaches(&self) -> Vec<Loss> {
        let policy = |key| self.hospital(key).mean();
        let (retention, limit) = (policy(InsuranceRetention), policy(InsuranceLimit));
        let kept = |share: Option<f64>, gross: f64| {
            share.map_or(0.0, |share| share * gross - (share * gross - retention).clamp(0.0, limit))
        };
        let severity = self.law(BreachSeverity);
        let gross = Jumps::losses(self.frequency(), |q| severity.quantile(Probability::upper(q)));
        let mut losses = Vec::new();
        for level in values(&self.law(BreachSeverityLevel)) {
            for recovered in values(&self.law(BreachRecoveredShare)) {
                let factor = level.value * (1.0 - recovered.value);
                losses.extend(gross.iter().map(|loss| Loss {
                    size: kept(self.shares[0], factor * loss.size) - kept(self.shares[1], factor * loss.size),
                    rate: level.weight * recovered.weight * loss.rate,
                }));
            }
        }
        losses
    }

    /// Fines that no cap bounds; they are not scaled by the share.
    fn fines(&self) -> Vec<Loss> {
        if is_given(self.drivers, PenaltyAnnualCap) {
            return Vec::new();
        }
        let sign = self.shares.map(|share| f64::from(u8::from(share.is_some())));
        let amount = self.law(PenaltyAmount);
        let rate = self.frequency() * self.mean(PenaltyProbability) * self.mean(PenaltyProvisions);
        Jumps::losses(rate, |q| (sign[0] - sign[1]) * amount.quantile(Probability::upper(q)))
    }

    /// Repayments that an audit of claims finds.
    fn findings(&self) -> Vec<Loss> {
        let encounters = self.world(Volume).mean() * self.hospital(InpatientEncounters).mean();
        let factor = self.more_share()
            * encounters
            * self.mean(ComplianceOverpaidShare)
            * (1.0 + self.exposed() * self.mean(SwitchErrorUplift));
        let repayment = self.law(ComplianceRepayment);
        let each = Jumps::losses(self.mean(ComplianceProbability), |q| repayment.quantile(Probability::upper(q)));
        let of = |error: Weighted| {
            let factor = factor * error.value;
            each.iter().map(move |loss| Loss { size: factor * loss.size, rate: error.weight * loss.rate })
        };
        values(&self.law(ComplianceErrorRate)).into_iter().flat_map(of).collect()
    }

    /// What new law costs at once and by the hour.
    fn new_law(&self) -> Vec<Loss> {
        let hours = self.world(Volume).mean() * self.hospital(ReferenceHours).mean();
        let by_month = self.mean(RegulationPremiumPerHour) * hours / 12.0;
        let months = values(&self.law(RegulationMonths));
        let one_off = self.law(RegulationOneOff);
        let each = Jumps::losses(self.mean(RegulationProbability), |q| one_off.quantile(Probability::upper(q)));
        let share = self.more_share();
        let of = |months: Weighted| {
            let premium = months.value * by_month;
            each.iter().map(move |loss| Loss { size: share * (loss.size + premium), rate: months.weight * loss.rate })
        };
        months.into_iter().flat_map(of).collect()
    }

    /// Breaches a year.
    fn frequency(&self) -> f64 {
        let switched = 1.0 + self.exposed() * self.mean(SwitchBreachUplift);
        self.mean(BreachFrequency) * self.world(Threat).mean() * switched
    }

    /// Mean share of the year that a switch leaves exposed.
    fn exposed(&self) -> f64 {
        let probability = self.mean(SwitchProbability);
        let points = exposures(probability, &self.law(SwitchSwapWeek), &self.law(SwitchDetectionWeeks));
        points.iter().map(|exposure| exposure.probability * exposure.share).sum()
    }

    /// By how much the option's share of the workforce exceeds the baseline's.
    fn more_share(&self) -> f64 {
        self.shares[0].unwrap_or(0.0) - self.shares[1].unwrap_or(0.0)
    }

    fn law(&self, key: WorkforceDriver) -> Law {
        workforce_law(self.drivers, key)
    }

    fn mean(&self, key: WorkforceDriver) -> f64 {
        self.law(key).mean()
    }

    fn world(&self, key: WorldDriver) -> Law {
        world_law(&self.scenario.world, key)
    }

    fn hospital(&self, key: HospitalDriver) -> Law {
        hospital_law(&self.scenario.hospital, key)
    }
}

#[derive(Clone, Copy)]
struct Weighted {
    value: f64,
    weight: f64,
}

/// A few values that stand for a law with a light tail.
fn values(law: &Law) -> Vec<Weighted> {
    if law.variance() == 0.0 {
        return vec![Weighted { value: law.mean(), weight: 1.0 }];
    }
    let weight = 1.0 / f64::from(FACTOR_VALUES);
    let value = |k: u32| law.quantile(Probability::lower((f64::from(k) + 0.5) * weight));
    (0..FACTOR_VALUES).map(|k| Weighted { value: value(k), weight }).collect()
}

/// Has everything of an option a light tail, but for what [`Staff::put`] takes by size?
fn is_light_otherwise(scenario: &Scenario, option: usize) -> bool {
    let light = |driver: &Driver| match &driver.value {
        Value::Point(_) => true,
        // NaN, where a moment is not finite, is not light.
        Value::Law(law) => law.variance() == 0.0 || law.excess_kurtosis() < LIGHT,
    };
    let choice = &scenario.options[option];
    let of_staff = |workforce: usize| {
        let drivers = &scenario.workforces[workforce].drivers;
        let together =
            |component| in_group(scenario, &involved(scenario, option, workforce, component, Moment::Variance));
        let by_size = [BreachSeverity, PenaltyAmount, ComplianceRepayment, RegulationOneOff];
        drivers.iter().all(|(key, driver)| by_size.contains(&key) || light(driver))
            && [Breach, Compliance, Regulation].into_iter().all(|component| together(component) <= 1)
    };
    scenario.world.iter().all(|(_, driver)| light(driver))
        && scenario.hospital.iter().all(|(_, driver)| light(driver))
        && choice.mix.iter().all(|(workforce, _)| of_staff(*workforce))
        && {
            let cost = option_law(&choice.drivers, OptionDriver::TransitionCost);
            cost.variance() == 0.0 || cost.excess_kurtosis() < LIGHT
        }
}
