//! Which lines of a case are sums of independent amounts, and which case has such a line as its only cost?
//!
//! In the case that is derived, the line's yearly drivers are points at their mean, but for those that the exact law mixes over
//! (how often breaches occur and the year's threat; denials keep their dispersion). Every other driver and component is absent.

use crate::compound::{Frequency, Sum, Terms};
use crate::config::{
    Choice, Component, Driver, Drivers, HospitalDriver, OptionDriver, Scenario, Value, Workforce, WorkforceDriver,
    WorldDriver,
};
use crate::distributions::Law;
use crate::numerics::Probability;

/// A line that is a sum of independent amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Before the cyber policy, after recovery.
    Breach,
    InsuredBreach,
    Penalties,
    DenialRework,
    DenialWriteOff,
    Compliance,
}

/// A case whose total is one line of one workforce, and the exact law of that line.
#[derive(Debug, Clone)]
pub struct Isolated {
    pub scenario: Scenario,
    pub sum: Sum,
}

impl Line {
    pub const ALL: [Self; 6] = [
        Self::Breach,
        Self::InsuredBreach,
        Self::Penalties,
        Self::DenialRework,
        Self::DenialWriteOff,
        Self::Compliance,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Breach => "breach, gross",
            Self::InsuredBreach => "breach, insured",
            Self::Penalties => "penalties",
            Self::DenialRework => "denial_rework",
            Self::DenialWriteOff => "denial_write_off",
            Self::Compliance => "compliance",
        }
    }

    fn component(self) -> Component {
        match self {
            Self::Breach | Self::InsuredBreach => Component::Breach,
            Self::Penalties => Component::Penalties,
            Self::DenialRework => Component::DenialRework,
            Self::DenialWriteOff => Component::DenialWriteOff,
            Self::Compliance => Component::Compliance,
        }
    }

    /// Drivers that are kept: of the world, of the hospital, of the workforce.
    fn kept(self) -> (&'static [WorldDriver], &'static [HospitalDriver], &'static [WorkforceDriver]) {
        use HospitalDriver as H;
        use WorkforceDriver as D;
        use WorldDriver as W;
        const BREACH: &[D] = &[D::BreachFrequency, D::BreachSeverity, D::BreachSeverityLevel, D::BreachRecoveredShare];
        match self {
            Self::Breach => (&[W::Threat], &[], BREACH),
            Self::InsuredBreach => {
                (&[W::Threat], &[H::InsuranceRetention, H::InsuranceLimit, H::InsurancePremium], BREACH)
            }
            Self::Penalties => (
                &[W::Threat],
                &[],
                &[
                    D::BreachFrequency,
                    D::PenaltyProbability,
                    D::PenaltyProvisions,
                    D::PenaltyAmount,
                    D::PenaltyAnnualCap,
                ],
            ),
            Self::DenialRework => (
                &[W::Volume, W::PayerStrictness],
                &[H::InpatientEncounters],
                &[D::DenialRate, D::DenialDispersion, D::ReworkCost, D::ReworkLevel],
            ),
            Self::DenialWriteOff => (
                &[W::Volume, W::PayerStrictness],
                &[H::InpatientEncounters],
                &[D::DenialRate, D::DenialDispersion, D::WriteOffShare, D::DeniedPayment, D::DeniedPaymentLevel],
            ),
            Self::Compliance => (
                &[W::Volume],
                &[H::InpatientEncounters],
                &[D::ComplianceProbability, D::ComplianceErrorRate, D::ComplianceOverpaidShare, D::ComplianceRepayment],
            ),
        }
    }
}

/// The line of a workforce alone; `None` where it costs nothing.
pub fn isolated(scenario: &Scenario, workforce: usize, line: Line) -> Option<Isolated> {
    let (world, hospital, own) = line.kept();
    let kept = &scenario.workforces[workforce];
    let mut derived = scenario.clone();
    derived.world = only(&scenario.world, |key| world.contains(&key).then_some(key == WorldDriver::Threat));
    derived.hospital = only(&scenario.hospital, |key| hospital.contains(&key).then_some(false));
    let drivers = only(&kept.drivers, |key| own.contains(&key).then_some(is_law(key)));
    derived.workforces = vec![Workforce { name: kept.name.clone(), drivers }];
    let name = format!("{}: {}", kept.name, line.name());
    let transition = Drivers::<OptionDriver>::new(Vec::new());
    derived.options = vec![Choice { name, mix: vec![(0, 1.0)], drivers: transition }];
    derived.dependence = None;
    derived.simulation.exclude = Component::ALL.into_iter().filter(|other| *other != line.component()).collect();
    let sum = sum(&derived, line)?;
    Some(Isolated { scenario: derived, sum })
}

/// Does the line's law follow all of the driver's law?
fn is_law(driver: WorkforceDriver) -> bool {
    use WorkforceDriver as D;
    matches!(
        driver,
        D::BreachFrequency
            | D::BreachSeverity
            | D::PenaltyAmount
            | D::ReworkCost
            | D::DeniedPayment
            | D::ComplianceRepayment
    )
}

/// The drivers for which `keep` says something: with their law, or as a point at its mean.
fn only<K: Copy + Ord>(drivers: &Drivers<K>, keep: impl Fn(K) -> Option<bool>) -> Drivers<K> {
    let kept = drivers.iter().filter_map(|(key, driver)| {
        let value = if keep(key)? { driver.value.clone() } else { Value::Point(mean(&driver.value)) };
        Some((key, Driver { value, source: None, biography: None }))
    });
    Drivers::new(kept.collect())
}

fn mean(value: &Value) -> f64 {
    match value {
        Value::Point(value) => *value,
        Value::Law(law) if law.mean().is_finite() => law.mean(),
        Value::Law(law) => law.quantile(Probability::lower(0.5)),
    }
}

/// The line of a derived case as a sum.
fn sum(scenario: &Scenario, line: Line) -> Option<Sum> {
    use HospitalDriver as H;
    use WorkforceDriver as D;
    use WorldDriver as W;
    let drivers = &scenario.workforces[0].drivers;
    let own = |driver: D, absent: f64| drivers.get(driver).map_or(absent, |driver| mean(&driver.value));
    let world = |driver: W| scenario.world.get(driver).map_or(1.0, |driver| mean(&driver.value));
    let hospital = |driver: H| scenario.hospital.get(driver).map_or(0.0, |driver| mean(&driver.value));
    let law = |driver: Option<&Driver>, absent: f64| match driver.map(|driver| &driver.value) {
        Some(Value::Law(law)) => law.clone(),
        Some(Value::Point(value)) => Law::point(*value).expect("a checked number"),
        None => Law::point(absent).expect("a number"),
    };
    let breaches = |share: f64| {
        let factors = [law(drivers.get(D::BreachFrequency), 0.0), law(scenario.world.get(W::Threat), 1.0)];
        Frequency::mixed_poisson(&factors, share)
    };
    let encounters = world(W::Volume) * hospital(H::InpatientEncounters);
    let denials = |share: f64| {
        let mean = own(D::DenialRate, 0.0) * encounters * world(W::PayerStrictness) * share;
        match drivers.get(D::DenialDispersion) {
            Some(size) => Frequency::NegativeBinomial { mean, size: size.point() },
            None => Frequency::Poisson { mean },
        }
    };
    let (frequency, amount, scale, terms) = match line {
        Line::Breach | Line::InsuredBreach => {
            let scale = own(D::BreachSeverityLevel, 1.0) * (1.0 - own(D::BreachRecoveredShare, 0.0));
            let terms = match line {
                Line::Breach => Terms::Plain,
                _ => Terms::Policy {
                    retention: hospital(H::InsuranceRetention),
                    limit: hospital(H::InsuranceLimit),
                    premium: hospital(H::InsurancePremium),
                },
            };
            (breaches(1.0), D::BreachSeverity, scale, terms)
        }
        Line::Penalties => {
            let provisions = own(D::PenaltyProvisions, 1.0) as u32;
            let cap = own(D::PenaltyAnnualCap, f64::INFINITY);
            (breaches(own(D::PenaltyProbability, 0.0)), D::PenaltyAmount, 1.0, Terms::Capped { provisions, cap })
        }
        Line::DenialRework => (denials(1.0), D::ReworkCost, own(D::ReworkLevel, 1.0), Terms::Plain),
        Line::DenialWriteOff => {
            (denials(own(D::WriteOffShare, 0.0)), D::DeniedPayment, own(D::DeniedPaymentLevel, 1.0), Terms::Plain)
        }
        Line::Compliance => {
            let probability = own(D::ComplianceProbability, 0.0);
            let cases = own(D::ComplianceErrorRate, 0.0) * own(D::ComplianceOverpaidShare, 0.0) * encounters;
            (Frequency::Binomial { trials: 1, probability }, D::ComplianceRepayment, cases, Terms::Plain)
        }
    };
    let amount = law(drivers.get(amount), 0.0);
    let uninsured = matches!(terms, Terms::Policy { limit, .. } if limit == 0.0);
    let costs = frequency.mean() > 0.0 && scale > 0.0 && amount.support().1 > 0.0 && !uninsured;
    costs.then_some(Sum { frequency, amount, scale, terms })
}
