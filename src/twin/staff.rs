//! What does each line of a workforce cost on average, and how much does it vary?
//!
//! Every line is worked out given the exposed share `f` of the year, as a first and second moment, and then averaged over the law of
//! `f`. Given `f`, drivers are independent, so that a product's second moment is the product of second moments, and sums of events
//! are compound: `E S = E N mu`, `E S^2 = E N sigma^2 + E N^2 mu^2`.

use super::events::Events;
use super::exposure::{Exposure, exposures};
use super::laws::{hospital_law, is_given, workforce_law, world_law};
use super::raw::Raw;
use crate::config::Component::{self, *};
use crate::config::HospitalDriver::{self, *};
use crate::config::WorkforceDriver::{self, *};
use crate::config::WorldDriver::{self, *};
use crate::config::{Drivers, Scenario};
use crate::distributions::{Kind, Law};
use crate::numerics::elementary::exp;

/// Lines of a bill.
pub(super) const LINES: usize = Component::ALL.len();
const HOURS_A_WEEK: f64 = 40.0;
const DAYS_A_YEAR: f64 = 365.0;

/// A workforce at a share of the volume.
pub(super) struct Staff<'a> {
    scenario: &'a Scenario,
    drivers: &'a Drivers<WorkforceDriver>,
    share: f64,
    exposures: Vec<Exposure>,
    /// `1/productivity`, `1/A`, and `1/H` where there are hours.
    slowness: Raw,
    coders_per_hour: Raw,
    inverse_hours: Raw,
    /// Size of the negative binomial count of denials; absent is Poisson.
    dispersion: Option<f64>,
    /// Values of the productivity that a switch takes, with their probabilities.
    loss: Vec<(f64, f64)>,
}

/// `1/X` for a law that stays away from 0.
pub(super) fn inverse(law: &Law) -> Raw {
    match law.kind() {
        Kind::Point { value } => Raw::constant(1.0 / value),
        Kind::Lognormal { mu, sigma } => {
            Raw { one: exp(0.5 * sigma * sigma - mu), two: exp(2.0 * sigma * sigma - 2.0 * mu) }
        }
        _ => {
            let nodes = law.nodes();
            let mean = |g: &dyn Fn(f64) -> f64| nodes.iter().map(|(p, x)| p * g(*x)).sum();
            Raw { one: mean(&|x| 1.0 / x), two: mean(&|x| 1.0 / (x * x)) }
        }
    }
}

impl<'a> Staff<'a> {
    pub fn new(scenario: &'a Scenario, drivers: &'a Drivers<WorkforceDriver>, share: f64) -> Self {
        let hours = hospital_law(&scenario.hospital, ReferenceHours);
        let law = |key| workforce_law(drivers, key);
        let probability = law(SwitchProbability).mean();
        let loss = match law(SwitchProductivityLoss) {
            law if law.variance() == 0.0 => vec![(1.0, law.mean())],
            law => law.nodes(),
        };
        Self {
            scenario,
            drivers,
            share,
            exposures: exposures(probability, &law(SwitchSwapWeek), &law(SwitchDetectionWeeks)),
            slowness: inverse(&law(Productivity)),
            coders_per_hour: inverse(&hospital_law(&scenario.hospital, HoursPerCoder)),
            inverse_hours: if hours.mean() > 0.0 { inverse(&hours) } else { Raw::constant(0.0) },
            dispersion: is_given(drivers, DenialDispersion).then(|| law(DenialDispersion).mean()),
            loss,
        }
    }

    fn law(&self, key: WorkforceDriver) -> Law {
        workforce_law(self.drivers, key)
    }

    fn d(&self, key: WorkforceDriver) -> Raw {
        moments(&self.law(key))
    }

    fn world(&self, key: WorldDriver) -> Raw {
        moments(&world_law(&self.scenario.world, key))
    }

    fn hospital(&self, key: HospitalDriver) -> Raw {
        moments(&hospital_law(&self.scenario.hospital, key))
    }

    /// Mean and square of each line, premium and transition left out; nothing where neither closed forms nor quadrature reach.
    pub fn lines(&self) -> [Option<Raw>; LINES] {
        let mut sums = [Some(Raw::default()); LINES];
        for exposure in &self.exposures {
            for (sum, line) in sums.iter_mut().zip(self.given(exposure.share)) {
                *sum = sum.zip(line).map(|(mut sum, line)| {
                    sum.mix(exposure.probability, line);
                    sum
                });
            }
        }
        let events = Events::new(self.scenario, self.drivers, self.share, &self.exposures);
        sums[Breach as usize] = sums[Breach as usize].or_else(|| events.insured_breach());
        sums[Penalties as usize] = sums[Penalties as usize].or_else(|| events.capped_penalties());
        sums
    }

    /// `1 / (1 - f loss)`.
    fn slowed(&self, f: f64) -> Raw {
        let mut sum = Raw::default();
        self.loss.iter().for_each(|(p, loss)| sum.mix(*p, Raw::constant(1.0 / (1.0 - f * loss))));
        sum
    }

    /// Each line given the exposed share.
    fn given(&self, f: f64) -> [Option<Raw>; LINES] {
        let w = Raw::constant(self.share);
        let volume = self.world(Volume);
        let encounters = w * volume * self.hospital(InpatientEncounters);
        let slowness = self.slowness * self.slowed(f);
        let productivity = self.d(Productivity) * self.d(SwitchProductivityLoss).shifted(1.0, -f);
        let reference_hours = w * volume * self.hospital(ReferenceHours);
        let hours = reference_hours * slowness;
        let coders = hours * self.coders_per_hour;
        let uplift = |key| self.d(key).shifted(1.0, f);
        let lost_per_week = self.d(OnboardingOutput).shifted(1.0, -1.0) * Raw::constant(HOURS_A_WEEK);

        // Onboarding: per departure rate * (1 - o) * 40 * weeks + cost, the weeks alone drawn for each.
        let turnover = self.d(Turnover);
        let departures = coders * turnover;
        let price = self.d(Rate) * lost_per_week;
        let weeks = self.d(OnboardingWeeks);
        let per_departure = price * Raw::constant(weeks.one) + self.d(ReplacementCost);
        let onboarding = Raw {
            one: departures.one * per_departure.one,
            two: departures.one * price.two * weeks.variance() + departures.poisson().two * per_departure.two,
        };

        // Denials: m = base * (1 + u K/n), base = denial_rate * V * s * (1 + f * uplift); E[K/n | n] = turnover and
        // E[(K/n)^2 | n] = turnover/n + turnover^2. Where 1/n meets V^2, V^2/n = V v E A p / (v H).
        let base = self.d(DenialRate) * self.world(PayerStrictness) * uplift(SwitchDenialUplift);
        let u = self.d(TurnoverDenialUplift);
        let turns = if reference_hours.one > 0.0 { turnover } else { Raw::constant(0.0) };
        // E[V^2 / h] and E[V^2 / n], 0 where there are no hours.
        let encounters_squared = self.hospital(InpatientEncounters).two;
        let squared_per_hour = self.share * volume.one * encounters_squared * productivity.one * self.inverse_hours.one;
        let squared_per_coder = squared_per_hour * self.hospital(HoursPerCoder).one;
        let denial_mean = Raw {
            one: base.one * encounters.one * (1.0 + u.one * turns.one),
            two: base.two
                * (encounters.two * (1.0 + 2.0 * u.one * turns.one + u.two * turns.two)
                    + u.two * turns.one * squared_per_coder),
        };
        let clumping = self.dispersion.map_or(1.0, |size| 1.0 + 1.0 / size);
        let mixed = Raw { one: denial_mean.one, two: denial_mean.two * clumping };
        let denials = mixed.poisson();
        let write_offs = (mixed * self.d(WriteOffShare)).poisson();

        // Carrying cost: (days + 365 b l) V + delay N, l = L/h; given h, K is Poisson with mean turnover h / A.
        let per_year = self.coders_per_hour;
        let lost = lost_per_week;
        let squared_weeks = weeks.two;
        let l_one = lost.one * weeks.one * turns.one * per_year.one;
        // E[l^2 V^2] and E[l V^2 (1 + u K/n)].
        let l_two = lost.two
            * (turns.one * squared_weeks * per_year.one * squared_per_hour
                + turns.two * weeks.one * weeks.one * per_year.two * encounters.two);
        let l_denials = lost.one
            * weeks.one
            * (turns.one * per_year.one * encounters.two
                + u.one * (turns.one * squared_per_hour + turns.two * per_year.one * encounters.two));
        let (days, delay) = (self.d(DnfbDays), self.d(DenialDelayDays));
        let backlog = self.d(BacklogShare) * Raw::constant(DAYS_A_YEAR);
        let waiting = Raw {
            one: (days.one + backlog.one * l_one) * encounters.one + delay.one * denials.one,
            two: days.two * encounters.two
                + 2.0 * days.one * backlog.one * l_one * encounters.two
                + backlog.two * l_two
                + delay.two * denials.two
                + 2.0
                    * delay.one
                    * base.one
                    * (days.one * encounters.two * (1.0 + u.one * turns.one) + backlog.one * l_denials),
        };
        let carrying =
            self.hospital(PaymentPerEncounter) * self.hospital(CostOfCapital) * Raw::constant(1.0 / DAYS_A_YEAR);

        let drift = self.d(CaseMixDrift).shifted(0.0, -1.0) + self.d(SwitchCaseMixLoss).shifted(0.0, f);
        let error = self.d(ComplianceErrorRate) * uplift(SwitchErrorUplift) * self.d(ComplianceOverpaidShare);
        let event = |key| Raw::event(self.d(key).one);
        let premium = self.d(RegulationMonths)
            * Raw::constant(1.0 / 12.0)
            * self.d(RegulationPremiumPerHour)
            * volume
            * self.hospital(ReferenceHours);

        Component::ALL.map(|component| match component {
            Labour => Some(self.d(Rate) * hours),
            Management => Some(self.d(ManagementFee) * hours),
            Queries => Some(encounters * self.d(QueryRate) * self.d(QueryCost)),
            Audit => Some(coders * Raw::constant(12.0) * self.d(AuditHours) * self.d(AuditorRate)),
            Onboarding => Some(onboarding),
            DenialRework => Some(self.d(ReworkLevel) * self.d(ReworkCost).summed(denials)),
            DenialWriteOff => Some(self.d(DeniedPaymentLevel) * self.d(DeniedPayment).summed(write_offs)),
            CaseMix => Some(drift * self.hospital(CaseMixValue) * encounters),
            Dnfb => Some(waiting * carrying),
            Breach => self.breach(f),
            Penalties => self.penalties(f),
            Compliance => Some(event(ComplianceProbability) * error * encounters * self.d(ComplianceRepayment)),
            Regulation => Some(event(RegulationProbability) * w * (premium + self.d(RegulationOneOff))),
            Transition => Some(Raw::constant(0.0)),
        })
    }

    /// Mean count of breaches given f.
    fn breaches(&self, f: f64) -> Raw {
        self.d(BreachFrequency) * self.world(Threat) * self.d(SwitchBreachUplift).shifted(1.0, f)
    }

    /// After recoveries, without a policy.
    fn breach(&self, f: f64) -> Option<Raw> {
        let level =
            Raw::constant(self.share) * self.d(BreachSeverityLevel) * self.d(BreachRecoveredShare).shifted(1.0, -1.0);
        let insured = self.hospital(InsuranceLimit).one > 0.0;
        (!insured).then(|| level * self.d(BreachSeverity).summed(self.breaches(f).poisson()))
    }

    /// Fines are Poisson too, thinned, and shared by all provisions; without a cap.
    fn penalties(&self, f: f64) -> Option<Raw> {
        let count = (self.breaches(f) * self.d(PenaltyProbability)).poisson();
        let (amount, provisions) = (self.d(PenaltyAmount), self.d(PenaltyProvisions).one);
        (!is_given(self.drivers, PenaltyAnnualCap)).then(|| Raw {
            one: provisions * count.one * amount.one,
            two: provisions * count.one * amount.variance()
                + provisions * provisions * count.two * amount.one * amount.one,
        })
    }
}

pub(super) fn moments(law: &Law) -> Raw {
    Raw { one: law.mean(), two: law.variance() + law.mean() * law.mean() }
}
