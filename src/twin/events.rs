//! What do breaches and fines cost on average where a policy or a cap bends the sum?
//!
//! From the exact law of the compound sum, by FFT; the number of events is mixed over what it depends on.

use super::exposure::Exposure;
use super::laws::{hospital_law, workforce_law, world_law};
use super::raw::Raw;
use crate::compound::{Frequency, Lattice, capped, nodes};
use crate::config::HospitalDriver::{InsuranceLimit, InsuranceRetention};
use crate::config::WorkforceDriver::{self, *};
use crate::config::WorldDriver::Threat;
use crate::config::{Drivers, Scenario};
use crate::distributions::Law;
use crate::numerics::Probability;

/// Cells of the lattice of a sum. Its step moves the mean beyond a retention by about `density step^2 / 12`: below 1e-5 of it for the
/// built-in cases.
const CELLS: usize = 1 << 15;
/// Cells of a cap.
const CAP_CELLS: usize = 1 << 11;
/// More events than this a year are left to the simulation: mixing their number would take too long for every run.
const MOST_EVENTS: f64 = 20.0;
/// What lies beyond the lattice of a sum has this probability.
const BEYOND: f64 = 1e-9;
/// Nodes to a normal deviation of a factor of the amounts.
const STEPS: f64 = 8.0;

pub(super) struct Events<'a> {
    scenario: &'a Scenario,
    drivers: &'a Drivers<WorkforceDriver>,
    share: f64,
    exposures: &'a [Exposure],
}

impl<'a> Events<'a> {
    pub fn new(
        scenario: &'a Scenario,
        drivers: &'a Drivers<WorkforceDriver>,
        share: f64,
        exposures: &'a [Exposure],
    ) -> Self {
        Self { scenario, drivers, share, exposures }
    }

    /// Mean of breaches after recoveries and policy, before the premium. The square is not known.
    pub fn insured_breach(&self) -> Option<Raw> {
        let retention = number(&hospital_law(&self.scenario.hospital, InsuranceRetention))?;
        let limit = number(&hospital_law(&self.scenario.hospital, InsuranceLimit))?;
        let frequency = self.frequency(None)?;
        let severity = self.law(BreachSeverity);
        let gross = frequency.mean() * severity.mean();
        if gross == 0.0 {
            return Some(Raw::default());
        }
        let rare = (BEYOND / frequency.mean()).min(0.5);
        let span = (5.0 + 2.0 * frequency.mean()) * severity.quantile(Probability::upper(rare));
        let span = span.min(100.0 * (retention + limit) / self.share);
        if !(gross.is_finite() && span > 0.0) {
            return None;
        }
        let sum = Lattice::compound(&frequency, &severity, span, CELLS);
        let mut mean = 0.0;
        for (p, level) in nodes(&self.law(BreachSeverityLevel), STEPS) {
            for (q, recovered) in nodes(&self.law(BreachRecoveredShare), STEPS) {
                let scale = self.share * level * (1.0 - recovered);
                let kept = |bound: f64| {
                    let from = bound / scale;
                    if from < span { sum.stop_loss(from) } else { 0.0 }
                };
                if scale > 0.0 {
                    mean += p * q * scale * (sum.mean() - kept(retention) + kept(retention + limit));
                }
            }
        }
        Some(Raw { one: rounded(mean), two: f64::NAN })
    }

    /// Mean and square of fines of which each provision's are capped.
    pub fn capped_penalties(&self) -> Option<Raw> {
        let cap = number(&self.law(PenaltyAnnualCap))?;
        let provisions = number(&self.law(PenaltyProvisions))? as u32;
        let frequency = self.frequency(Some(&self.law(PenaltyProbability)))?;
        let amount = self.law(PenaltyAmount);
        if cap == 0.0 || frequency.mean() == 0.0 || amount.support().1 == 0.0 {
            return Some(Raw::default());
        }
        let sum = capped(&frequency, &amount, provisions, cap, CAP_CELLS);
        Some(Raw { one: rounded(sum.mean()), two: rounded(sum.square_within()) })
    }

    fn law(&self, key: WorkforceDriver) -> Law {
        workforce_law(self.drivers, key)
    }

    /// The number of events a year: frequency, threat, switch and, of fines, their probability; none where too much varies.
    fn frequency(&self, thinning: Option<&Law>) -> Option<Frequency> {
        let uplift = number(&self.law(SwitchBreachUplift))?;
        let mut factors = vec![self.law(BreachFrequency), world_law(&self.scenario.world, Threat)];
        factors.extend(thinning.cloned());
        if uplift > 0.0 && self.exposures.len() > 1 {
            let (values, weights): (Vec<f64>, Vec<f64>) =
                self.exposures.iter().map(|exposure| (1.0 + exposure.share * uplift, exposure.probability)).unzip();
            factors.push(Law::discrete(&values, &weights).ok()?);
        }
        let mean: f64 = factors.iter().map(Law::mean).product();
        let varying = factors.iter().filter(|law| number(law).is_none()).count();
        (varying <= 2 && mean <= MOST_EVENTS).then(|| Frequency::mixed_poisson(&factors, 1.0))
    }
}

/// In nine digits, more than it is good for: transforms take the instructions of the machine, and a result shall have the same bits on
/// every one.
fn rounded(x: f64) -> f64 {
    format!("{x:.8e}").parse().unwrap_or(x)
}

/// The value of a law that does not vary.
fn number(law: &Law) -> Option<f64> {
    (law.variance() == 0.0).then(|| law.mean())
}
