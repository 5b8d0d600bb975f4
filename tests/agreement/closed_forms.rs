//! What are the exact mean and variance of each line of a bill?
//!
//! Every line is worked out given the exposed share `f` of the year, as a first and second moment, and then averaged
//! over the law of `f`. Given `f`, drivers are independent (the cases with a dependence group are left out here), so that a
//! product's second moment is the product of second moments, and sums of events are compound:
//! `E S = E N mu`, `E S^2 = E N sigma^2 + E N^2 mu^2`.

use tailcost::config::Component::{self, *};
use tailcost::config::HospitalDriver::*;
use tailcost::config::WorkforceDriver::*;
use tailcost::config::WorldDriver::*;
use tailcost::config::{
    Choice, Driver, Drivers, HospitalDriver, OptionDriver, Scenario, Value, WorkforceDriver, WorldDriver,
};
use tailcost::distributions::Law;
use tailcost::numerics::Probability;

/// Exact figures of a line; the variance where its closed form is within reach.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    pub mean: f64,
    pub variance: Option<f64>,
}

/// First and second moment about 0.
#[derive(Debug, Clone, Copy, Default)]
struct Raw {
    one: f64,
    two: f64,
}

impl Raw {
    fn constant(x: f64) -> Self {
        Self { one: x, two: x * x }
    }

    /// `constant + factor * X`.
    fn shifted(self, constant: f64, factor: f64) -> Self {
        Self {
            one: constant + factor * self.one,
            two: constant * constant + 2.0 * constant * factor * self.one + factor * factor * self.two,
        }
    }

    fn variance(self) -> f64 {
        self.two - self.one * self.one
    }

    fn is_constant(self) -> bool {
        self.variance().abs() <= 1e-12 * self.two
    }

    /// Sum of N of these, independent of each other and of N.
    fn summed(self, count: Raw) -> Self {
        Self { one: count.one * self.one, two: count.one * self.variance() + count.two * self.one * self.one }
    }

    /// Count that is Poisson given its mean.
    fn poisson(self) -> Self {
        Self { one: self.one, two: self.two + self.one }
    }
}

/// Product of independent factors.
impl std::ops::Mul for Raw {
    type Output = Raw;
    fn mul(self, other: Raw) -> Raw {
        Raw { one: self.one * other.one, two: self.two * other.two }
    }
}

/// Sum of independent terms.
impl std::ops::Add for Raw {
    type Output = Raw;
    fn add(self, other: Raw) -> Raw {
        Raw { one: self.one + other.one, two: self.two + other.two + 2.0 * self.one * other.one }
    }
}

/// `E g(X)` by the midpoint rule over the quantile function.
fn expected(law: &Law, points: usize, g: impl Fn(f64) -> f64) -> f64 {
    midpoints(law, points).into_iter().map(g).sum::<f64>() / points as f64
}

fn midpoints(law: &Law, points: usize) -> Vec<f64> {
    (0..points).map(|i| law.quantile(Probability::lower((i as f64 + 0.5) / points as f64))).collect()
}

fn law_of(driver: Option<&Driver>, absent: f64) -> Law {
    match driver.map(|driver| &driver.value) {
        None => Law::point(absent).unwrap(),
        Some(Value::Point(value)) => Law::point(*value).unwrap(),
        Some(Value::Law(law)) => law.clone(),
    }
}

fn raw(law: &Law) -> Raw {
    Raw { one: law.mean(), two: law.variance() + law.mean() * law.mean() }
}

/// `1/X` for a law that stays away from 0; the midpoint rule errs by less than 1e-6 there.
fn inverse(law: &Law) -> Raw {
    if law.variance() == 0.0 {
        return Raw::constant(1.0 / law.mean());
    }
    Raw { one: expected(law, 20_000, |x| 1.0 / x), two: expected(law, 20_000, |x| 1.0 / (x * x)) }
}

macro_rules! lookup {
    ($name:ident, $key:ty) => {
        fn $name(drivers: &Drivers<$key>, key: $key) -> Law {
            use tailcost::config::drivers::Absent;
            let absent = match key.spec().absent {
                Absent::Value(value) => value,
                Absent::Unlimited => f64::MAX,
            };
            law_of(drivers.get(key), absent)
        }
    };
}

lookup!(world_law, WorldDriver);
lookup!(hospital_law, HospitalDriver);
lookup!(workforce_law, WorkforceDriver);
lookup!(option_law, OptionDriver);

/// Mean and variance of each line of an option, in the order of [`Component::ALL`].
pub fn lines(scenario: &Scenario, option: &Choice) -> [Exact; 14] {
    let parts: Vec<[Option<Raw>; 14]> = option
        .mix
        .iter()
        .map(|(workforce, share)| Staff::new(scenario, &scenario.workforces[*workforce].drivers, *share).lines())
        .collect();
    let policy = |key| raw(&hospital_law(&scenario.hospital, key));
    let insured = policy(InsuranceLimit).one > 0.0;
    Component::ALL.map(|component| {
        let line = component as usize;
        let each: Vec<Raw> = parts.iter().filter_map(|part| part[line]).collect();
        if each.len() < parts.len() {
            return Exact { mean: f64::NAN, variance: None };
        }
        let mut mean: f64 = each.iter().map(|part| part.one).sum();
        // What workforces share makes them covary: given the shared factor G their means are proportional to it.
        let alone = each.iter().filter(|part| part.two > 0.0).count() <= 1;
        let variation = if alone { Some(0.0) } else { shared_variation(scenario, component) };
        let covariance = variation.map(|variation| {
            let squares: f64 = each.iter().map(|part| part.one * part.one).sum();
            (mean * mean - squares) * variation
        });
        let mut variance =
            covariance.map(|covariance| each.iter().map(|part| part.variance()).sum::<f64>() + covariance);
        match component {
            Breach if insured && parts.len() > 1 => return Exact { mean: f64::NAN, variance: None },
            Breach => {
                mean += policy(InsurancePremium).one;
                variance = variance.map(|variance| variance + policy(InsurancePremium).variance());
            }
            Transition => {
                let law = option_law(&option.drivers, OptionDriver::TransitionCost);
                (mean, variance) = (law.mean(), Some(law.variance()));
            }
            _ => {}
        }
        Exact { mean, variance }
    })
}

/// `Var G / (E G)^2` of the factor that all workforces' conditional means of a line share.
fn shared_variation(scenario: &Scenario, component: Component) -> Option<f64> {
    let world = |key| raw(&world_law(&scenario.world, key));
    let hospital = |key| raw(&hospital_law(&scenario.hospital, key));
    let encounters = world(Volume) * hospital(InpatientEncounters);
    let hours = world(Volume) * hospital(ReferenceHours);
    let coders = hours * inverse(&hospital_law(&scenario.hospital, HoursPerCoder));
    let shared = match component {
        Labour | Management => hours,
        Audit | Onboarding => coders,
        Queries | Compliance => encounters,
        DenialRework | DenialWriteOff => encounters * world(PayerStrictness),
        CaseMix => encounters * hospital(CaseMixValue),
        Breach => world(Threat),
        Transition => Raw::constant(1.0),
        // Not proportional to one factor: a closed form only where nothing shared varies.
        Dnfb => {
            let all = encounters * world(PayerStrictness) * hospital(PaymentPerEncounter) * hospital(CostOfCapital);
            return (all * coders).is_constant().then_some(0.0);
        }
        Penalties => return world(Threat).is_constant().then_some(0.0),
        Regulation => {
            // Shares of the mix scale one and the same law, whose premium part alone is shared.
            return hours.is_constant().then_some(0.0);
        }
    };
    if shared.one == 0.0 {
        return Some(0.0);
    }
    Some(shared.variance() / (shared.one * shared.one))
}

/// A workforce at a share of the volume.
struct Staff<'a> {
    scenario: &'a Scenario,
    drivers: &'a Drivers<WorkforceDriver>,
    share: f64,
    /// `1/productivity`, `1/A`, and `1/H` where there are hours.
    slowness: Raw,
    coders_per_hour: Raw,
    inverse_hours: Raw,
}

impl<'a> Staff<'a> {
    fn new(scenario: &'a Scenario, drivers: &'a Drivers<WorkforceDriver>, share: f64) -> Self {
        let hours = hospital_law(&scenario.hospital, ReferenceHours);
        Self {
            scenario,
            drivers,
            share,
            slowness: inverse(&workforce_law(drivers, Productivity)),
            coders_per_hour: inverse(&hospital_law(&scenario.hospital, HoursPerCoder)),
            inverse_hours: if hours.mean() > 0.0 { inverse(&hours) } else { Raw::constant(0.0) },
        }
    }

    fn law(&self, key: WorkforceDriver) -> Law {
        workforce_law(self.drivers, key)
    }

    fn d(&self, key: WorkforceDriver) -> Raw {
        raw(&self.law(key))
    }

    fn world(&self, key: WorldDriver) -> Raw {
        raw(&world_law(&self.scenario.world, key))
    }

    fn hospital(&self, key: HospitalDriver) -> Raw {
        raw(&hospital_law(&self.scenario.hospital, key))
    }

    /// Averages the conditional moments over the exposed share.
    fn lines(&self) -> [Option<Raw>; 14] {
        let mut sums = [Some(Raw::default()); 14];
        for (weight, f) in self.exposures() {
            for (sum, line) in sums.iter_mut().zip(self.given(f)) {
                *sum = match (*sum, line) {
                    (Some(sum), Some(line)) => {
                        Some(Raw { one: sum.one + weight * line.one, two: sum.two + weight * line.two })
                    }
                    _ => None,
                };
            }
        }
        sums
    }

    /// Weights and values of f: 0 without a switch, else `clamp(min(D, 52 - W), 0, 52) / 52`.
    fn exposures(&self) -> Vec<(f64, f64)> {
        let probability = self.d(SwitchProbability).one;
        let mut exposures = vec![(1.0 - probability, 0.0)];
        if probability > 0.0 {
            let points = |law: Law| if law.variance() == 0.0 { vec![law.mean()] } else { midpoints(&law, 50) };
            let (weeks, found) = (points(self.law(SwitchSwapWeek)), points(self.law(SwitchDetectionWeeks)));
            let weight = probability / (weeks.len() * found.len()) as f64;
            for week in &weeks {
                exposures.extend(found.iter().map(|d| (weight, d.min(52.0 - week).clamp(0.0, 52.0) / 52.0)));
            }
        }
        exposures
    }

    fn given(&self, f: f64) -> [Option<Raw>; 14] {
        let w = Raw::constant(self.share);
        let volume = self.world(Volume);
        let encounters = w * volume * self.hospital(InpatientEncounters);
        let slow_down = self.d(SwitchProductivityLoss).one;
        assert!(self.d(SwitchProductivityLoss).is_constant(), "closed forms take a constant productivity loss");
        let slowness = self.slowness * Raw::constant(1.0 / (1.0 - f * slow_down));
        let productivity = self.d(Productivity) * Raw::constant(1.0 - f * slow_down);
        let reference_hours = w * volume * self.hospital(ReferenceHours);
        let hours = reference_hours * slowness;
        let coders = hours * self.coders_per_hour;
        let uplift = |key| self.d(key).shifted(1.0, f);
        let lost_per_week = self.d(OnboardingOutput).shifted(1.0, -1.0) * Raw::constant(40.0);

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
        let clumping = self.law(DenialDispersion).mean();
        let clumping = if clumping == f64::MAX { 1.0 } else { 1.0 + 1.0 / clumping };
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
        let backlog = self.d(BacklogShare) * Raw::constant(365.0);
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
        let carrying = self.hospital(PaymentPerEncounter) * self.hospital(CostOfCapital) * Raw::constant(1.0 / 365.0);

        let drift = self.d(CaseMixDrift).shifted(0.0, -1.0) + self.d(SwitchCaseMixLoss).shifted(0.0, f);
        let error = self.d(ComplianceErrorRate) * uplift(SwitchErrorUplift) * self.d(ComplianceOverpaidShare);
        let event = |key| {
            let probability = self.d(key).one;
            Raw { one: probability, two: probability }
        };
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

    /// After recoveries and policy, before the premium. Under a policy only where the count alone varies.
    fn breach(&self, f: f64) -> Option<Raw> {
        let mean = self.breaches(f);
        let level =
            Raw::constant(self.share) * self.d(BreachSeverityLevel) * self.d(BreachRecoveredShare).shifted(1.0, -1.0);
        let limit = self.hospital(InsuranceLimit);
        if limit.one == 0.0 {
            return Some(level * self.d(BreachSeverity).summed(mean.poisson()));
        }
        let (retention, severity) = (self.hospital(InsuranceRetention), self.d(BreachSeverity));
        let certain = [mean, level, limit, retention, severity].into_iter().all(Raw::is_constant);
        certain.then(|| {
            over_counts(mean.one, |count| {
                let loss = count * level.one * severity.one;
                loss - (loss - retention.one).max(0.0).min(limit.one)
            })
        })
    }

    /// Fines are Poisson too, thinned, and shared by all provisions. Under a cap only where the count alone varies.
    fn penalties(&self, f: f64) -> Option<Raw> {
        let fines = self.breaches(f) * self.d(PenaltyProbability);
        let (amount, provisions) = (self.d(PenaltyAmount), self.d(PenaltyProvisions).one);
        let cap = self.law(PenaltyAnnualCap).mean();
        if cap == f64::MAX {
            let count = fines.poisson();
            return Some(Raw {
                one: provisions * count.one * amount.one,
                two: provisions * count.one * amount.variance()
                    + provisions * provisions * count.two * amount.one * amount.one,
            });
        }
        let certain = [fines, amount, self.d(PenaltyAnnualCap)].into_iter().all(Raw::is_constant);
        certain.then(|| over_counts(fines.one, |count| provisions * (count * amount.one).min(cap)))
    }
}

/// Moments of a function of a Poisson count, summed over the counts.
fn over_counts(mean: f64, g: impl Fn(f64) -> f64) -> Raw {
    let (mut probability, mut sum) = ((-mean).exp(), Raw::default());
    for count in 0..200 {
        let value = g(f64::from(count));
        sum.one += probability * value;
        sum.two += probability * value * value;
        probability *= mean / f64::from(count + 1);
    }
    sum
}
