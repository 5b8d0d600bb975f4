//! What does a year cost, read row by row from MODEL section 3?

use rand_distr::{Bernoulli, Binomial, Gamma, Poisson};

use super::counts;
use super::drivers::{Scope, Values};
use super::streams::Line;
use crate::config::Component::{self, *};
use crate::config::HospitalDriver::*;
use crate::config::WorkforceDriver::{self, *};
use crate::config::WorldDriver::*;
use crate::config::{HospitalDriver, OptionDriver, WorldDriver};

/// Weeks in the model's year.
const WEEKS: f64 = 52.0;
/// Hours in a coder's week.
const HOURS_A_WEEK: f64 = 40.0;
const DAYS: f64 = 365.0;
const MONTHS: f64 = 12.0;

/// The 14 lines of a bill, in the order of [`Component::ALL`].
pub type Lines = [f64; Component::ALL.len()];

/// What an option, or a workforce's part of it, comes to in a year.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bill {
    pub lines: Lines,
    /// `h0`, the hours that the work takes at productivity 1.
    pub reference_hours: f64,
    /// Largest single breach, after recoveries and before insurance.
    pub largest_breach: f64,
}

/// Workforce lines that are not drivers: events and counts.
pub struct Events {
    switch: Line,
    departures: Line,
    denial_heterogeneity: Line,
    denials: Line,
    write_offs: Line,
    breaches: Line,
    fines: Line,
    compliance: Line,
    regulation: Line,
}

impl Events {
    pub fn new(seed: u64, scope: &[&str]) -> Self {
        let line = |name| Line::new(seed, scope, name);
        Self {
            switch: line("event: switch"),
            departures: line("count: departures"),
            denial_heterogeneity: line("count: denials, gamma"),
            denials: line("count: denials"),
            write_offs: line("count: write-offs"),
            breaches: line("count: breaches"),
            fines: line("count: fines"),
            compliance: line("event: compliance"),
            regulation: line("event: regulation"),
        }
    }
}

/// World and hospital in one year.
pub struct Surroundings {
    pub world: Values<WorldDriver>,
    pub hospital: Values<HospitalDriver>,
}

/// What a workforce's year holds whatever its share: the same in every option (MODEL section 2).
pub struct WorkforceYear<'a> {
    year: u64,
    scope: &'a Scope<WorkforceDriver>,
    pub drivers: Values<WorkforceDriver>,
    /// `f`, the share of the year that works with swapped coders.
    exposed: f64,
    departures: f64,
    /// Gamma of mean 1 that mixes the Poisson count of denials into a negative binomial one.
    denial_heterogeneity: f64,
    denials: f64,
    write_offs: f64,
    /// Gross, before the year's level.
    severities: Vec<f64>,
    penalties: f64,
    audited: bool,
    outlawed: bool,
}

impl<'a> WorkforceYear<'a> {
    pub fn draw(
        year: u64,
        scope: &'a Scope<WorkforceDriver>,
        events: &Events,
        drivers: Values<WorkforceDriver>,
        threat: f64,
    ) -> Self {
        let d = &drivers;

        // Bait-and-switch.
        let swapped = happens(&events.switch, year, d[SwitchProbability]);
        let weeks = d[SwitchDetectionWeeks].min(WEEKS - d[SwitchSwapWeek]).clamp(0.0, WEEKS);
        let exposed = if swapped { weeks / WEEKS } else { 0.0 };

        // Breaches and fines.
        let frequency = d[BreachFrequency] * threat * (1.0 + exposed * d[SwitchBreachUplift]);
        let breaches = if frequency > 0.0 {
            events.breaches.first(year, Poisson::new(frequency).expect("a positive mean")) as u64
        } else {
            0
        };
        let severities = scope.amounts(BreachSeverity, year).take(breaches as usize).collect();
        let fine = Binomial::new(breaches, d[PenaltyProbability].clamp(0.0, 1.0)).expect("a share");
        let fines = events.fines.first(year, fine) as usize;
        let mut amounts = scope.amounts(PenaltyAmount, year);
        let provisions = d[PenaltyProvisions] as usize;
        let penalties =
            (0..provisions).map(|_| amounts.by_ref().take(fines).sum::<f64>().min(d[PenaltyAnnualCap])).sum();
        drop(amounts);

        // A gamma of infinite size is the constant 1, and the count plain Poisson.
        let size = d[DenialDispersion];
        let denial_heterogeneity = if size.is_finite() {
            events.denial_heterogeneity.first(year, Gamma::new(size, 1.0 / size).expect("a positive size"))
        } else {
            1.0
        };

        Self {
            year,
            scope,
            exposed,
            departures: events.departures.uniform(year),
            denial_heterogeneity,
            denials: events.denials.uniform(year),
            write_offs: events.write_offs.uniform(year),
            severities,
            penalties,
            audited: happens(&events.compliance, year, d[ComplianceProbability]),
            outlawed: happens(&events.regulation, year, d[RegulationProbability]),
            drivers,
        }
    }

    /// The bill of a share `w` of the volume; breach cost is what is left after recoveries, before insurance.
    pub fn bill(&self, w: f64, surroundings: &Surroundings) -> Bill {
        let (d, f) = (&self.drivers, self.exposed);
        let Surroundings { world, hospital } = surroundings;

        let encounters = w * world[Volume] * hospital[InpatientEncounters];
        let reference_hours = w * world[Volume] * hospital[ReferenceHours];
        let productivity = d[Productivity] * (1.0 - f * d[SwitchProductivityLoss]);
        let hours = reference_hours / productivity;
        let coders = hours / hospital[HoursPerCoder];

        let departures = counts::poisson(coders * d[Turnover], self.departures);
        let lost_hours = (1.0 - d[OnboardingOutput]) * HOURS_A_WEEK * self.sum(OnboardingWeeks, departures);

        let denial_mean = d[DenialRate]
            * encounters
            * world[PayerStrictness]
            * (1.0 + f * d[SwitchDenialUplift])
            * (1.0 + d[TurnoverDenialUplift] * ratio(departures as f64, coders));
        let denials = counts::poisson(denial_mean * self.denial_heterogeneity, self.denials);
        let write_offs = counts::binomial(denials, d[WriteOffShare], self.write_offs);

        let uncoded_days = d[DnfbDays] + DAYS * d[BacklogShare] * ratio(lost_hours, hours);
        let uncollected = uncoded_days * encounters + d[DenialDelayDays] * denials as f64;

        let after_recovery = w * (1.0 - d[BreachRecoveredShare]) * d[BreachSeverityLevel];
        let overpaid = d[ComplianceErrorRate] * (1.0 + f * d[SwitchErrorUplift]) * d[ComplianceOverpaidShare];

        let lines = Component::ALL.map(|component| match component {
            Labour => d[Rate] * hours,
            Management => d[ManagementFee] * hours,
            Queries => encounters * d[QueryRate] * d[QueryCost],
            Audit => coders * MONTHS * d[AuditHours] * d[AuditorRate],
            Onboarding => d[Rate] * lost_hours + departures as f64 * d[ReplacementCost],
            DenialRework => d[ReworkLevel] * self.sum(ReworkCost, denials),
            DenialWriteOff => d[DeniedPaymentLevel] * self.sum(DeniedPayment, write_offs),
            CaseMix => -(d[CaseMixDrift] - f * d[SwitchCaseMixLoss]) * hospital[CaseMixValue] * encounters,
            Dnfb => uncollected * hospital[PaymentPerEncounter] * hospital[CostOfCapital] / DAYS,
            Breach => after_recovery * self.severities.iter().sum::<f64>(),
            Penalties => self.penalties,
            Compliance => when(self.audited) * overpaid * encounters * d[ComplianceRepayment],
            Regulation => {
                let premium = d[RegulationPremiumPerHour] * world[Volume] * hospital[ReferenceHours];
                when(self.outlawed) * w * (d[RegulationMonths] / MONTHS * premium + d[RegulationOneOff])
            }
            Transition => 0.0,
        });
        let largest_breach = after_recovery * self.severities.iter().fold(0.0, |largest, x| x.max(largest));
        Bill { lines, reference_hours, largest_breach }
    }

    /// Sum of the year's first `count` amounts.
    fn sum(&self, driver: WorkforceDriver, count: u64) -> f64 {
        self.scope.amounts(driver, self.year).take(count as usize).sum()
    }
}

/// An option's bill: its workforces line by line, the breach cost of all through the policy, the cost of the transition.
pub fn total_bill(
    workforces: impl Iterator<Item = Bill>,
    hospital: &Values<HospitalDriver>,
    option: &Values<OptionDriver>,
) -> Bill {
    let mut bill = workforces.fold(Bill::default(), |sum, part| Bill {
        lines: std::array::from_fn(|line| sum.lines[line] + part.lines[line]),
        reference_hours: sum.reference_hours + part.reference_hours,
        largest_breach: sum.largest_breach.max(part.largest_breach),
    });
    let breach = &mut bill.lines[Breach as usize];
    *breach = insured(*breach, hospital[InsuranceRetention], hospital[InsuranceLimit], hospital[InsurancePremium]);
    bill.lines[Transition as usize] = option[OptionDriver::TransitionCost];
    bill
}

/// What the hospital bears of a yearly loss: annual aggregate cover, premium due in any case.
fn insured(loss: f64, retention: f64, limit: f64, premium: f64) -> f64 {
    loss - (loss - retention).max(0.0).min(limit) + premium
}

fn happens(line: &Line, year: u64, probability: f64) -> bool {
    line.first(year, Bernoulli::new(probability.clamp(0.0, 1.0)).expect("a probability"))
}

fn when(event: bool) -> f64 {
    if event { 1.0 } else { 0.0 }
}

/// `part / whole`, 0 where there is no whole.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::insured;

    #[test]
    fn the_policy_pays_between_retention_and_limit() {
        // Retention 500, limit 1000, premium 20: below, inside, above the layer.
        for (loss, borne) in [(0.0, 20.0), (400.0, 420.0), (900.0, 520.0), (1_500.0, 520.0), (2_000.0, 1_020.0)] {
            assert_eq!(insured(loss, 500.0, 1_000.0, 20.0), borne, "loss {loss}");
        }
        assert_eq!(insured(700.0, 0.0, 0.0, 0.0), 700.0, "no policy");
    }
}
