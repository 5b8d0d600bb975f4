//! What does a year cost in each of the three options?
//!
//! The drivers of world, hospital and workforces are drawn once a year and shared by the options. The blended option gets
//! its departures, denials and write-offs by thinning: each one of the whole workforce falls to it with the probability of
//! its share, which gives the right law and moves with the whole. The normal deviate of each claim sum is shared.

use super::case::*;
use rand::{Rng, RngExt};
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};

/// The cost lines, in the order in which they are summed.
pub const COMPONENTS: [&str; 14] = [
    "labour",
    "management",
    "queries",
    "audit",
    "onboarding",
    "denial_rework",
    "denial_write_off",
    "case_mix",
    "dnfb",
    "breach",
    "penalties",
    "compliance",
    "regulation",
    "transition",
];
pub const LABOUR: usize = 0;
pub const AUDIT: usize = 3;
pub const DENIAL_REWORK: usize = 5;
const BREACH: usize = 9;

const WEEKS: f64 = 52.0;
const HOURS_A_WEEK: f64 = 40.0;
const MONTHS: f64 = 12.0;
const DAYS: f64 = 365.0;

#[derive(Clone, Copy)]
pub struct Year {
    pub reference_hours: f64,
    pub options: [Bill; OPTIONS.len()],
}

#[derive(Clone, Copy)]
pub struct Bill {
    pub total: f64,
    pub components: [f64; COMPONENTS.len()],
    /// After recoveries, before insurance.
    pub largest_breach: f64,
}

/// World and hospital.
struct Surroundings {
    volume: f64,
    payer_strictness: f64,
    threat: f64,
    cost_of_capital: f64,
}

/// What a workforce's year holds if it does all of the work.
struct WorkforceYear<'a> {
    workforce: &'a Workforce,
    productivity: f64,
    management_fee: f64,
    audit_hours: f64,
    auditor_rate: f64,
    query_rate: f64,
    case_mix_change: f64,
    dnfb_days: f64,
    departures: u64,
    denials: u64,
    write_offs: u64,
    onboarding_z: f64,
    rework_z: f64,
    payment_z: f64,
    /// Gross of insurance, net of recoveries.
    breaches: f64,
    largest_breach: f64,
    penalties: f64,
    compliance: f64,
    regulation: f64,
}

pub fn simulate(case: &Case, rng: &mut impl Rng) -> Year {
    let surroundings = Surroundings {
        volume: case.volume.sample(rng),
        payer_strictness: case.payer_strictness.sample(rng),
        threat: case.threat.sample(rng),
        cost_of_capital: case.cost_of_capital.sample(rng),
    };
    let workforces = case.workforces.each_ref().map(|workforce| draw(case, workforce, &surroundings, rng));
    let options = OPTIONS.map(|(_, mix)| {
        let mut components = [0.0; COMPONENTS.len()];
        let mut largest_breach: f64 = 0.0;
        for (workforce, share) in workforces.iter().zip(mix) {
            if share > 0.0 {
                for (sum, part) in components.iter_mut().zip(workforce.bill(case, share, &surroundings, rng)) {
                    *sum += part;
                }
                largest_breach = largest_breach.max(share * workforce.largest_breach);
            }
        }
        components[BREACH] = insured(components[BREACH]);
        Bill { total: components.iter().sum(), components, largest_breach }
    });
    Year { reference_hours: surroundings.volume * REFERENCE_HOURS, options }
}

fn draw<'a>(
    case: &Case,
    workforce: &'a Workforce,
    surroundings: &Surroundings,
    rng: &mut impl Rng,
) -> WorkforceYear<'a> {
    let encounters = surroundings.volume * INPATIENT_ENCOUNTERS;
    let mut productivity = workforce.productivity.sample(rng);
    let mut denial_mean = workforce.denial_rate.sample(rng) * encounters * surroundings.payer_strictness;
    let mut case_mix_change = workforce.case_mix_drift.sample(rng);
    if let Some(switch) = &workforce.switch
        && rng.random_bool(switch.probability)
    {
        let weeks = switch.detection_weeks.sample(rng).min(WEEKS - switch.swap_week.sample(rng));
        let exposed = weeks.clamp(0.0, WEEKS) / WEEKS;
        productivity *= 1.0 - exposed * switch.productivity_loss;
        denial_mean *= 1.0 + exposed * switch.denial_uplift;
        case_mix_change -= exposed * switch.case_mix_loss;
    }

    let coders = surroundings.volume * REFERENCE_HOURS / productivity / HOURS_PER_CODER;
    let departures = poisson(coders * workforce.turnover.sample(rng), rng);
    let denials = poisson(denial_mean * case.denial_heterogeneity.sample(rng), rng);
    let write_off_share = workforce.write_off_share.sample(rng);

    let (breaches, largest_breach, penalties) = breaches(case, workforce, surroundings.threat, rng);
    let compliance = if rng.random_bool(COMPLIANCE_PROBABILITY) {
        workforce.error_rate.sample(rng) * OVERPAID_SHARE * encounters * case.repayment.sample(rng)
    } else {
        0.0
    };
    let regulation = workforce.regulation.as_ref().map_or(0.0, |regulation| {
        let probability = regulation.probability.sample(rng);
        if !rng.random_bool(probability) {
            return 0.0;
        }
        let premium = regulation.premium_per_hour * surroundings.volume * REFERENCE_HOURS;
        regulation.months.sample(rng) / MONTHS * premium + regulation.one_off
    });

    WorkforceYear {
        workforce,
        productivity,
        management_fee: workforce.management_fee.sample(rng),
        audit_hours: workforce.audit_hours.sample(rng),
        auditor_rate: workforce.auditor_rate.sample(rng),
        query_rate: workforce.query_rate.sample(rng),
        case_mix_change,
        dnfb_days: workforce.dnfb_days.sample(rng),
        departures,
        denials,
        write_offs: binomial(denials, write_off_share, rng),
        onboarding_z: StandardNormal.sample(rng),
        rework_z: StandardNormal.sample(rng),
        payment_z: StandardNormal.sample(rng),
        breaches,
        largest_breach,
        penalties,
        compliance,
        regulation,
    }
}

/// Cost of the year's breaches after recoveries, the largest of them, and the fines.
fn breaches(case: &Case, workforce: &Workforce, threat: f64, rng: &mut impl Rng) -> (f64, f64, f64) {
    let count = poisson(workforce.breach_frequency.sample(rng) * threat, rng);
    if count == 0 {
        return (0.0, 0.0, 0.0);
    }
    let borne = 1.0 - workforce.recovered_share.sample(rng);
    let (mut sum, mut largest) = (0.0, 0.0f64);
    for _ in 0..count {
        let severity = loop {
            let severity = case.severity.sample(rng);
            if severity <= LARGEST_SEVERITY {
                break severity;
            }
        };
        sum += borne * severity;
        largest = largest.max(borne * severity);
    }
    let fines = binomial(count, PENALTY_PROBABILITY, rng);
    let mut penalties = 0.0;
    for _ in 0..PENALTY_PROVISIONS {
        let provision: f64 = (0..fines).map(|_| case.penalty.sample(rng)).sum();
        penalties += provision.min(PENALTY_ANNUAL_CAP);
    }
    (sum, largest, penalties)
}

impl WorkforceYear<'_> {
    /// The bill for a share of the work, the breach line before insurance.
    fn bill(
        &self,
        case: &Case,
        share: f64,
        surroundings: &Surroundings,
        rng: &mut impl Rng,
    ) -> [f64; COMPONENTS.len()] {
        let (departures, denials, write_offs) = if share < 1.0 {
            let write_offs = binomial(self.write_offs, share, rng);
            let others = binomial(self.denials - self.write_offs, share, rng);
            (binomial(self.departures, share, rng), write_offs + others, write_offs)
        } else {
            (self.departures, self.denials, self.write_offs)
        };

        let encounters = share * surroundings.volume * INPATIENT_ENCOUNTERS;
        let hours = share * surroundings.volume * REFERENCE_HOURS / self.productivity;
        let coders = hours / HOURS_PER_CODER;
        let weeks = self.workforce.onboarding_weeks.sum(departures as f64, self.onboarding_z);
        let lost_hours = (1.0 - ONBOARDING_OUTPUT) * HOURS_A_WEEK * weeks;
        let uncoded_days = self.dnfb_days + DAYS * BACKLOG_SHARE * lost_hours / hours;
        let uncollected = uncoded_days * encounters + DENIAL_DELAY_DAYS * denials as f64;

        [
            self.workforce.rate * hours,
            self.management_fee * hours,
            encounters * self.query_rate * self.workforce.query_cost,
            coders * MONTHS * self.audit_hours * self.auditor_rate,
            self.workforce.rate * lost_hours,
            case.rework_cost.sum(denials as f64, self.rework_z),
            case.denied_payment.sum(write_offs as f64, self.payment_z),
            -self.case_mix_change * CASE_MIX_VALUE * encounters,
            uncollected * PAYMENT_PER_ENCOUNTER * surroundings.cost_of_capital / DAYS,
            share * self.breaches,
            self.penalties,
            share * self.compliance,
            share * self.regulation,
            0.0,
        ]
    }
}

/// What the hospital bears of a yearly loss: annual aggregate cover, premium due in any case.
fn insured(loss: f64) -> f64 {
    loss - (loss - INSURANCE_RETENTION).clamp(0.0, INSURANCE_LIMIT) + INSURANCE_PREMIUM
}

fn poisson(mean: f64, rng: &mut impl Rng) -> u64 {
    Poisson::new(mean).expect("a positive mean").sample(rng) as u64
}

fn binomial(trials: u64, share: f64, rng: &mut impl Rng) -> u64 {
    Binomial::new(trials, share).expect("a share").sample(rng)
}
