//! Which moments do the inputs promise, before any year is drawn?
//!
//! A sample of a law without a variance does not show it reliably: a run may look tame and its interval be wrong. The config says
//! it for certain, since every family knows its tail index; such intervals are withheld whatever the sample looks like.

use super::drivers_behind::drivers_behind;
use crate::config::drivers::Absent;
use crate::config::{Choice, Component, Driver, HospitalDriver, Scenario, Value, WorkforceDriver};
use crate::statistics::{Estimate, Judged, Losses, Withheld};
use crate::twin::{losses, losses_between};
use std::sync::Arc;

/// Tail index from which on a law has no variance: means and TVaR have no interval.
const NO_VARIANCE: f64 = 0.5;
/// Tail index from which on a law has no fourth moment: standard deviations have no interval.
const NO_FOURTH_MOMENT: f64 = 0.25;

/// Heaviest tail index among the laws of one option, 0 where all tails are light; by component and of the total.
#[derive(Debug, Clone, PartialEq)]
pub struct LawTails {
    pub total: f64,
    components: Vec<f64>,
    /// Can the component not vary at all? What did not vary in a run may still do so in another.
    certain: Vec<bool>,
    counted: Vec<bool>,
    /// The losses that make the tails of the total, where they are known.
    losses: Option<Arc<Losses>>,
    /// The same of the total less that of the first option.
    losses_to_baseline: Option<Arc<Losses>>,
}

impl LawTails {
    /// Of each option, in the order of the scenario.
    pub fn of(scenario: &Scenario) -> Vec<Self> {
        let shared = scenario.world.iter().map(|(_, driver)| driver);
        let shared = heaviest(shared.chain(scenario.hospital.iter().map(|(_, driver)| driver)));
        scenario
            .options
            .iter()
            .enumerate()
            .map(|(place, option)| {
                let own = heaviest(option.drivers.iter().map(|(_, driver)| driver));
                let components: Vec<f64> = Component::ALL
                    .iter()
                    .map(|component| {
                        let behind = drivers_behind(*component);
                        let drivers = option.mix.iter().flat_map(|(workforce, _)| {
                            let drivers = &scenario.workforces[*workforce].drivers;
                            // A cap leaves fines no tail.
                            let capped = drivers.get(WorkforceDriver::PenaltyAnnualCap).is_some();
                            let kept =
                                move |key: &&WorkforceDriver| !(capped && **key == WorkforceDriver::PenaltyAmount);
                            behind.iter().filter(kept).filter_map(|key| drivers.get(*key))
                        });
                        let transition = if *component == Component::Transition { own } else { 0.0 };
                        heaviest(drivers).max(transition)
                    })
                    .collect();
                let counted = Component::ALL.iter().zip(&components);
                let total = counted
                    .filter(|(component, _)| !scenario.simulation.exclude.contains(component))
                    .fold(shared, |most, (_, index)| most.max(*index));
                let certain = Component::ALL.iter().map(|component| is_certain(scenario, option, *component)).collect();
                let counted = Component::ALL.iter().map(|c| !scenario.simulation.exclude.contains(c)).collect();
                Self {
                    total,
                    components,
                    certain,
                    counted,
                    losses: losses(scenario, place).map(Arc::new),
                    losses_to_baseline: if place == 0 {
                        None
                    } else {
                        losses_between(scenario, place, 0).map(Arc::new)
                    },
                }
            })
            .collect()
    }

    /// Of a total of which nothing but a sample is known.
    pub fn unknown() -> Self {
        let lines = Component::ALL.len();
        let (components, certain, counted) = (vec![0.0; lines], vec![false; lines], vec![true; lines]);
        Self { total: 0.0, components, certain, counted, losses: None, losses_to_baseline: None }
    }

    /// Of the difference to the first option, which is `baseline`.
    pub fn less(&self, baseline: &Self) -> Self {
        let components = self.components.iter().zip(&baseline.components).map(|(a, b)| a.max(*b)).collect();
        let certain = self.certain.iter().zip(&baseline.certain).map(|(a, b)| *a && *b).collect();
        Self {
            total: self.total.max(baseline.total),
            components,
            certain,
            counted: self.counted.clone(),
            losses: self.losses_to_baseline.clone(),
            losses_to_baseline: None,
        }
    }

    /// What is known of the losses that make the tails of the total.
    pub fn losses(&self) -> Option<Arc<Losses>> {
        self.losses.clone()
    }

    pub fn is_certain(&self, component: usize) -> bool {
        self.certain[component]
    }

    /// Can the total not vary at all?
    pub fn all_certain(&self) -> bool {
        self.certain.iter().zip(&self.counted).all(|(certain, counted)| *certain || !*counted)
    }

    /// A figure of a total that did not vary in the run: known where it cannot, without an interval where it can.
    pub fn total_certain(&self, judged: Judged) -> Judged {
        if self.all_certain() || judged.withheld.is_some() {
            return judged;
        }
        Judged { estimate: Estimate::bare(judged.estimate.value), withheld: Some(Withheld::NoVariation) }
    }

    pub fn component(&self, component: usize) -> f64 {
        self.components[component]
    }
}

/// Can the component take one value only? Every driver behind it is a number, and no event feeds it.
fn is_certain(scenario: &Scenario, option: &Choice, component: Component) -> bool {
    use WorkforceDriver as D;
    let fixed = |driver: Option<&Driver>| driver.is_none_or(|driver| matches!(driver.value, Value::Point(_)));
    if component == Component::Transition {
        return option.drivers.iter().all(|(_, driver)| fixed(Some(driver)));
    }
    let setting_fixed = scenario.world.iter().all(|(_, driver)| fixed(Some(driver)))
        && scenario.hospital.iter().all(|(_, driver)| fixed(Some(driver)));
    let worthless = |key: HospitalDriver| match scenario.hospital.get(key).map(|driver| &driver.value) {
        None => true,
        Some(value) => matches!(value, Value::Point(0.0)),
    };
    match component {
        Component::CaseMix if worthless(HospitalDriver::CaseMixValue) => return true,
        Component::Dnfb
            if worthless(HospitalDriver::PaymentPerEncounter) || worthless(HospitalDriver::CostOfCapital) =>
        {
            return true;
        }
        _ => {}
    }
    let premium_fixed = fixed(scenario.hospital.get(HospitalDriver::InsurancePremium));
    option.mix.iter().all(|(workforce, _)| {
        let drivers = &scenario.workforces[*workforce].drivers;
        let zero = |key: D| match drivers.get(key).map(|driver| &driver.value) {
            None => key.spec().absent == Absent::Value(0.0),
            Some(Value::Point(value)) => *value == 0.0,
            Some(Value::Law(_)) => false,
        };
        let any_zero = |keys: &[D]| keys.iter().any(|key| zero(*key));
        let behind_fixed = drivers_behind(component).iter().all(|key| fixed(drivers.get(*key)));
        let steady = setting_fixed && behind_fixed && zero(D::SwitchProbability);
        match component {
            Component::Labour => zero(D::Rate) || steady,
            Component::Management => zero(D::ManagementFee) || steady,
            Component::Queries => any_zero(&[D::QueryRate, D::QueryCost]) || steady,
            Component::Audit => any_zero(&[D::AuditHours, D::AuditorRate]) || steady,
            Component::Onboarding => zero(D::Turnover),
            Component::DenialRework => any_zero(&[D::DenialRate, D::ReworkCost, D::ReworkLevel]),
            Component::DenialWriteOff => {
                any_zero(&[D::DenialRate, D::WriteOffShare, D::DeniedPayment, D::DeniedPaymentLevel])
            }
            Component::CaseMix => {
                (zero(D::CaseMixDrift) && any_zero(&[D::SwitchProbability, D::SwitchCaseMixLoss])) || steady
            }
            Component::Dnfb => {
                let calm = any_zero(&[D::Turnover, D::BacklogShare]) && any_zero(&[D::DenialRate, D::DenialDelayDays]);
                calm && (zero(D::DnfbDays) || steady)
            }
            Component::Breach => any_zero(&[D::BreachFrequency, D::BreachSeverity]) && premium_fixed,
            Component::Penalties => any_zero(&[D::BreachFrequency, D::PenaltyProbability, D::PenaltyAmount]),
            Component::Compliance => {
                any_zero(&[D::ComplianceProbability, D::ComplianceErrorRate, D::ComplianceRepayment])
            }
            Component::Regulation => {
                zero(D::RegulationProbability)
                    || (zero(D::RegulationOneOff) && any_zero(&[D::RegulationMonths, D::RegulationPremiumPerHour]))
            }
            Component::Transition => unreachable!("answered before"),
        }
    })
}

fn heaviest<'a>(drivers: impl Iterator<Item = &'a Driver>) -> f64 {
    drivers
        .map(|driver| match &driver.value {
            Value::Point(_) => 0.0,
            Value::Law(law) => {
                let (lower, upper) = law.tail_indices();
                1.0 / lower.min(upper)
            }
        })
        .fold(0.0, f64::max)
}

/// A mean or TVaR, without its interval where a law of this tail index has no variance.
pub fn needs_variance(judged: Judged, index: f64) -> Judged {
    withheld_from(judged, index, NO_VARIANCE)
}

/// A standard deviation, without its interval where a law of this tail index has no fourth moment.
pub fn needs_fourth_moment(judged: Judged, index: f64) -> Judged {
    withheld_from(judged, index, NO_FOURTH_MOMENT)
}

fn withheld_from(judged: Judged, index: f64, limit: f64) -> Judged {
    let certain = judged.estimate.low.is_some() && judged.estimate.low == judged.estimate.high;
    if index < limit || certain || judged.withheld.is_some() {
        return judged;
    }
    Judged { estimate: Estimate::bare(judged.estimate.value), withheld: Some(Withheld::HeavyTail { index, limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};

    fn tails(overrides: &[&str]) -> Vec<LawTails> {
        let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_string()).collect();
        LawTails::of(&load(&Source::Builtin("article".into()), &overrides).unwrap().scenario)
    }

    #[test]
    fn a_law_without_a_variance_is_known_before_the_run() {
        let severity = "workforce.offshore.breach.severity={dist='gpd', scale=1e6, shape=0.8}";
        let found = tails(&[severity]);
        assert!(found[0].total == 0.0 && (found[1].total - 0.8).abs() < 1e-12 && (found[2].total - 0.8).abs() < 1e-12);
        assert!((found[1].component(Component::Breach as usize) - 0.8).abs() < 1e-12);
        assert_eq!(found[1].component(Component::Labour as usize), 0.0);
        assert_eq!(tails(&[severity, "simulation.exclude=['breach', 'penalties']"])[1].total, 0.0);
        assert!(tails(&[]).iter().all(|option| option.total == 0.0), "the built-in cases have all moments");
    }

    #[test]
    fn what_cannot_vary_is_told_from_what_did_not() {
        let hfma = load(&Source::Builtin("hfma-2018".into()), &[]).unwrap().scenario;
        let [domestic, offshore] = &LawTails::of(&hfma)[..] else { panic!("two options") };
        assert!(domestic.all_certain() && !offshore.all_certain());
        assert!(
            offshore.is_certain(Component::Labour as usize) && !offshore.is_certain(Component::DenialRework as usize)
        );
        let article = &tails(&[])[0];
        assert!(
            article.is_certain(Component::Regulation as usize) && !article.is_certain(Component::Penalties as usize)
        );
    }

    #[test]
    fn intervals_follow() {
        let judged = Judged { estimate: Estimate::between(1.0, 0.5, 2.0), withheld: None };
        assert_eq!(needs_variance(judged, 0.3), judged);
        assert!(
            needs_variance(judged, 0.5).withheld.is_some() && needs_fourth_moment(judged, 0.3).estimate.low.is_none()
        );
    }
}
