//! What must be said beside the figures?

use crate::config::{Scenario, WorkforceDriver, is_guess};
use crate::outcome::{Caution, Difference, Estimate};
use crate::statistics::{Judged, Withheld};
use std::collections::BTreeMap;

/// Intervals that were withheld, by reason.
#[derive(Debug, Default)]
pub struct Notes {
    withheld: BTreeMap<&'static str, Vec<(String, Withheld)>>,
}

impl Notes {
    /// Takes the estimate and keeps in mind why it has no interval.
    pub fn keep(&mut self, subject: &str, figure: &str, judged: Judged) -> Estimate {
        if let Some(reason) = judged.withheld {
            self.withheld.entry(code(&reason)).or_default().push((format!("{figure} of {subject}"), reason));
        }
        judged.estimate
    }

    /// One caution a kind of reason, naming the figures concerned.
    pub fn cautions(&self) -> Vec<Caution> {
        self.withheld
            .iter()
            .map(|(code, figures)| {
                let names: Vec<&str> = figures.iter().map(|(name, _)| name.as_str()).collect();
                let reason = &figures[0].1;
                let advice = match reason {
                    Withheld::TooFewYears { .. } => "run more years",
                    Withheld::HeavyTail { .. } => {
                        "read quantiles rather than averages, or truncate the law that causes it"
                    }
                    Withheld::NotFinite { .. } => "look for a law whose amounts have no bound",
                    Withheld::TailNotReached { .. } => "run with another seed, or more levels",
                    Withheld::NoVariation => "compare the VaR itself",
                };
                let message = format!("no 95% interval for {}: {reason}; {advice}", listed(&names));
                Caution { code: (*code).to_string(), message }
            })
            .collect()
    }
}

fn code(reason: &Withheld) -> &'static str {
    match reason {
        Withheld::TooFewYears { .. } => "thin_tail",
        Withheld::HeavyTail { .. } => "heavy_tail",
        Withheld::NotFinite { .. } => "not_finite",
        Withheld::TailNotReached { .. } => "tail_not_reached",
        Withheld::NoVariation => "no_variation",
    }
}

fn listed(names: &[&str]) -> String {
    const MOST: usize = 6;
    match names.len() {
        n if n > MOST => format!("{} and {} more", names[..MOST].join(", "), n - MOST),
        _ => names.join(", "),
    }
}

/// Guesses among the drivers behind the component that decides each difference.
pub fn guesses(scenario: &Scenario, differences: &[Difference]) -> Option<Caution> {
    let mut deciding: Vec<&str> = Vec::new();
    for difference in differences {
        let largest = difference
            .components
            .iter()
            .filter(|(_, component)| component.mean.value != 0.0)
            .max_by(|a, b| a.1.mean.value.abs().total_cmp(&b.1.mean.value.abs()));
        if let Some((key, _)) = largest.filter(|(key, _)| !deciding.contains(&key.as_str())) {
            deciding.push(key);
        }
    }
    let mut guesses = Vec::new();
    for workforce in &scenario.workforces {
        for (key, driver) in workforce.drivers.iter() {
            if is_guess(driver) && deciding.iter().any(|component| behind(component).contains(&key)) {
                guesses.push(format!("workforce.{}.{}", workforce.name, key.spec().key));
            }
        }
    }
    let names: Vec<&str> = guesses.iter().map(String::as_str).collect();
    (!guesses.is_empty()).then(|| Caution {
        code: "guesses_decide".into(),
        message: format!(
            "the difference is decided by {}, which rests on guesses: {}; look for data there first",
            deciding.join(", "),
            listed(&names)
        ),
    })
}

/// Drivers that feed a component directly.
fn behind(component: &str) -> &'static [WorkforceDriver] {
    use WorkforceDriver as D;
    match component {
        "labour" => &[D::Rate, D::Productivity, D::SwitchProbability, D::SwitchProductivityLoss],
        "management" => &[D::ManagementFee, D::Productivity],
        "queries" => &[D::QueryRate, D::QueryCost],
        "audit" => &[D::AuditHours, D::AuditorRate, D::Productivity],
        "onboarding" => &[D::Turnover, D::OnboardingWeeks, D::OnboardingOutput, D::ReplacementCost],
        "denial_rework" => &[D::DenialRate, D::ReworkCost, D::ReworkLevel, D::SwitchDenialUplift],
        "denial_write_off" => &[D::DenialRate, D::WriteOffShare, D::DeniedPayment, D::DeniedPaymentLevel],
        "case_mix" => &[D::CaseMixDrift, D::SwitchProbability, D::SwitchCaseMixLoss],
        "dnfb" => &[D::DnfbDays, D::BacklogShare, D::DenialDelayDays, D::DenialRate],
        "breach" => &[D::BreachFrequency, D::BreachSeverity, D::BreachSeverityLevel, D::BreachRecoveredShare],
        "penalties" => &[D::BreachFrequency, D::PenaltyProbability, D::PenaltyAmount, D::PenaltyAnnualCap],
        "compliance" => {
            &[D::ComplianceProbability, D::ComplianceErrorRate, D::ComplianceOverpaidShare, D::ComplianceRepayment]
        }
        "regulation" => {
            &[D::RegulationProbability, D::RegulationMonths, D::RegulationPremiumPerHour, D::RegulationOneOff]
        }
        _ => &[],
    }
}
