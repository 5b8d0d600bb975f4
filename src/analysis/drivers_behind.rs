//! Which drivers stand behind a cost line?

use crate::config::{Component, WorkforceDriver};

/// Drivers that feed a component directly.
pub fn drivers_behind(component: Component) -> &'static [WorkforceDriver] {
    use Component as C;
    use WorkforceDriver as D;
    match component {
        C::Labour => &[D::Rate, D::Productivity, D::SwitchProbability, D::SwitchProductivityLoss],
        C::Management => &[D::ManagementFee, D::Productivity],
        C::Queries => &[D::QueryRate, D::QueryCost],
        C::Audit => &[D::AuditHours, D::AuditorRate, D::Productivity],
        C::Onboarding => &[D::Turnover, D::OnboardingWeeks, D::OnboardingOutput, D::ReplacementCost],
        C::DenialRework => &[D::DenialRate, D::ReworkCost, D::ReworkLevel, D::SwitchDenialUplift],
        C::DenialWriteOff => &[D::DenialRate, D::WriteOffShare, D::DeniedPayment, D::DeniedPaymentLevel],
        C::CaseMix => &[D::CaseMixDrift, D::SwitchProbability, D::SwitchCaseMixLoss],
        C::Dnfb => &[D::DnfbDays, D::BacklogShare, D::DenialDelayDays, D::DenialRate],
        C::Breach => &[D::BreachFrequency, D::BreachSeverity, D::BreachSeverityLevel, D::BreachRecoveredShare],
        C::Penalties => &[D::BreachFrequency, D::PenaltyProbability, D::PenaltyAmount, D::PenaltyAnnualCap],
        C::Compliance => {
            &[D::ComplianceProbability, D::ComplianceErrorRate, D::ComplianceOverpaidShare, D::ComplianceRepayment]
        }
        C::Regulation => {
            &[D::RegulationProbability, D::RegulationMonths, D::RegulationPremiumPerHour, D::RegulationOneOff]
        }
        C::Transition => &[],
    }
}
