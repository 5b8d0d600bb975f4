//! Which drivers decide the mean and the variance of a line, so that it is known what a dependence group touches?

use crate::config::Component::{self, *};
use crate::config::HospitalDriver::*;
use crate::config::WorkforceDriver::{self, *};
use crate::config::WorldDriver::*;
use crate::config::{DriverId, Drivers, OptionDriver, Scenario, Value};

/// Which moment is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Mean,
    Variance,
}

/// The yearly drivers that decide a moment of a line of a workforce (an index of the scenario) in an option (another).
pub(super) fn involved(
    scenario: &Scenario,
    option: usize,
    workforce: usize,
    component: Component,
    moment: Moment,
) -> Vec<DriverId> {
    let drivers = &scenario.workforces[workforce].drivers;
    let (mut of_world, mut of_hospital, mut of_staff) = (Vec::new(), Vec::new(), Vec::new());
    let switch = [SwitchProbability, SwitchSwapWeek, SwitchDetectionWeeks];
    let encounters = |of_world: &mut Vec<_>, of_hospital: &mut Vec<_>| {
        of_world.push(Volume);
        of_hospital.push(InpatientEncounters);
    };
    let hours = |of_world: &mut Vec<_>, of_hospital: &mut Vec<_>, of_staff: &mut Vec<_>| {
        of_world.push(Volume);
        of_hospital.push(ReferenceHours);
        of_staff.extend(switch);
        of_staff.extend([Productivity, SwitchProductivityLoss]);
    };
    if matches!(component, Labour | Management | Audit | Onboarding) {
        hours(&mut of_world, &mut of_hospital, &mut of_staff);
    }
    if matches!(component, Audit | Onboarding | Dnfb) {
        of_hospital.push(HoursPerCoder);
    }
    if matches!(component, Queries | DenialRework | DenialWriteOff | CaseMix | Dnfb | Compliance) {
        encounters(&mut of_world, &mut of_hospital);
    }
    if matches!(component, DenialRework | DenialWriteOff | Dnfb) {
        of_world.push(PayerStrictness);
        of_staff.extend(switch);
        of_staff.extend([DenialRate, SwitchDenialUplift]);
        let follows_turnover = !is_zero(drivers, TurnoverDenialUplift);
        if follows_turnover {
            of_staff.extend([TurnoverDenialUplift, Turnover]);
        }
        if moment == Moment::Variance && (follows_turnover || component == Dnfb) {
            hours(&mut of_world, &mut of_hospital, &mut of_staff);
            of_hospital.push(HoursPerCoder);
        }
    }
    if matches!(component, Breach | Penalties) {
        of_world.push(Threat);
        of_staff.extend(switch);
        of_staff.extend([BreachFrequency, SwitchBreachUplift]);
    }
    match component {
        Labour => of_staff.push(Rate),
        Management => of_staff.push(ManagementFee),
        Queries => of_staff.extend([QueryRate, QueryCost]),
        Audit => of_staff.extend([AuditHours, AuditorRate]),
        Onboarding => of_staff.extend([Rate, Turnover, OnboardingOutput, ReplacementCost]),
        DenialRework => of_staff.push(ReworkLevel),
        DenialWriteOff => of_staff.extend([WriteOffShare, DeniedPaymentLevel]),
        CaseMix => {
            of_hospital.push(CaseMixValue);
            of_staff.extend(switch);
            of_staff.extend([CaseMixDrift, SwitchCaseMixLoss]);
        }
        Dnfb => {
            of_hospital.extend([PaymentPerEncounter, CostOfCapital]);
            of_staff.extend([DnfbDays, BacklogShare, OnboardingOutput, Turnover, DenialDelayDays]);
        }
        Breach => {
            of_hospital.extend([InsuranceRetention, InsuranceLimit, InsurancePremium]);
            of_staff.extend([BreachSeverityLevel, BreachRecoveredShare]);
        }
        Penalties => of_staff.extend([PenaltyProbability, PenaltyAnnualCap]),
        Compliance => {
            of_staff.extend(switch);
            of_staff.extend([ComplianceProbability, ComplianceErrorRate, SwitchErrorUplift]);
            of_staff.extend([ComplianceOverpaidShare, ComplianceRepayment]);
        }
        Regulation => {
            of_world.push(Volume);
            of_hospital.push(ReferenceHours);
            of_staff.extend([RegulationProbability, RegulationMonths, RegulationPremiumPerHour, RegulationOneOff]);
        }
        Transition => {}
    }
    let mut all: Vec<DriverId> = of_world.into_iter().map(DriverId::World).collect();
    all.extend(of_hospital.into_iter().map(DriverId::Hospital));
    all.extend(of_staff.into_iter().map(|driver| DriverId::Workforce(workforce, driver)));
    if component == Transition {
        all.push(DriverId::Option(option, OptionDriver::TransitionCost));
    }
    all.sort();
    all.dedup();
    all
}

/// How many of these drivers move together with others.
pub(super) fn in_group(scenario: &Scenario, drivers: &[DriverId]) -> usize {
    let members = scenario.dependence.iter().flat_map(|group| &group.members);
    members.filter(|member| drivers.contains(&member.driver)).count()
}

fn is_zero(drivers: &Drivers<WorkforceDriver>, key: WorkforceDriver) -> bool {
    drivers.get(key).is_none_or(|driver| matches!(driver.value, Value::Point(0.0)))
}
