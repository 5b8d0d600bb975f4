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

    /// One caution a kind of reason, naming the figures concerned. Kinds of figures differ in what they need: each is named with its
    /// own limit.
    pub fn cautions(&self) -> Vec<Caution> {
        self.withheld
            .iter()
            .map(|(code, figures)| {
                let mut groups: Vec<(Withheld, Vec<&str>)> = Vec::new();
                for (name, reason) in figures {
                    match groups.iter_mut().find(|(other, _)| need(other) == need(reason)) {
                        Some((mildest, names)) => {
                            *mildest = milder(*mildest, *reason);
                            names.push(name);
                        }
                        None => groups.push((*reason, vec![name])),
                    }
                }
                let told: Vec<String> =
                    groups.iter().map(|(reason, names)| format!("{}: {reason}", listed(names))).collect();
                let advice = match groups[0].0 {
                    Withheld::TooFewYears { .. } => "run more years",
                    Withheld::HeavyTail { .. } => {
                        "read quantiles rather than averages, or truncate the law that causes it"
                    }
                    Withheld::NotFinite { .. } => "look for a law whose amounts have no bound",
                    Withheld::TailNotReached { .. } => "run with another seed, or more levels",
                    Withheld::NoVariation => "compare the VaR itself",
                };
                let message = format!("no 95% interval for {}; {advice}", told.join("; for "));
                Caution { code: (*code).to_string(), message }
            })
            .collect()
    }
}

/// What an interval would have needed.
fn need(reason: &Withheld) -> f64 {
    match reason {
        Withheld::TooFewYears { needed, .. } => *needed as f64,
        Withheld::HeavyTail { limit, .. } => *limit,
        Withheld::NotFinite { .. } | Withheld::TailNotReached { .. } | Withheld::NoVariation => 0.0,
    }
}

/// Of two reasons that need the same, the one that comes nearer to it.
fn milder(one: Withheld, other: Withheld) -> Withheld {
    match (one, other) {
        (Withheld::TooFewYears { beyond: a, .. }, Withheld::TooFewYears { beyond: b, .. }) if b > a => other,
        (Withheld::HeavyTail { index: a, .. }, Withheld::HeavyTail { index: b, .. }) if b < a => other,
        _ => one,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_figure_is_named_with_the_limit_it_missed() {
        let judged = |withheld| Judged { estimate: Estimate::bare(1.0), withheld: Some(withheld) };
        let heavy = |index, limit| judged(Withheld::HeavyTail { index, limit });
        let mut notes = Notes::default();
        notes.keep("A", "the mean", heavy(0.9, 0.85));
        notes.keep("A", "the standard deviation", heavy(0.9, 0.25));
        notes.keep("B", "the standard deviation", heavy(0.4, 0.25));
        for beyond in [1, 50] {
            notes.keep("A", "TVaR", judged(Withheld::TooFewYears { beyond, needed: 100 }));
        }
        let messages: Vec<String> = notes.cautions().into_iter().map(|caution| caution.message).collect();
        assert_eq!(
            messages,
            [
                "no 95% interval for the mean of A: the tail index is about 0.90 or more, and an interval needs it below \
                 0.85; for the standard deviation of A, the standard deviation of B: the tail index is about 0.40 or more, \
                 and an interval needs it below 0.25; read quantiles rather than averages, or truncate the law that causes it",
                "no 95% interval for TVaR of A, TVaR of A: no more than 50 of the 100 years needed; run more years",
            ]
        );
    }
}
