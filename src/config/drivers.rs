//! Which drivers does the schema have, and what may each one be?
//!
//! One table a scope holds everything that is said of a driver: its key, its domain, its default, its unit, its meaning.
//! The parser, the diagnostics, `tailcost schema`, `tailcost init` and `tailcost check` all read these tables.

/// How a driver is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// One draw a year.
    Yearly,
    /// One draw for each event of the year: a hire, a denied claim, a breach, a fine.
    Each,
    /// A number, never a law.
    Fixed,
}

/// Where the values of a driver must lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Shares and probabilities, `[0, 1]`.
    Share,
    /// A share that never reaches 1: `[0, 1)`.
    ShareBelowOne,
    /// Rates, counts, costs, hours: `[0, inf)`.
    NotNegative,
    /// `(0, inf)`.
    Positive,
    /// A whole number, 1 or more.
    CountingNumber,
    /// Any finite number.
    AnySign,
}

/// What stands in where a key is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Absent {
    Value(f64),
    /// The mechanism has no such limit: annual caps, the dispersion of a Poisson.
    Unlimited,
}

/// All that is said of one driver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriverSpec {
    /// Dotted key below its scope, as in `breach.penalty.annual_cap`.
    pub key: &'static str,
    pub used: Use,
    pub domain: Domain,
    pub absent: Absent,
    pub unit: &'static str,
    pub meaning: &'static str,
}

macro_rules! drivers {
    ($(#[$doc:meta])* $name:ident { $($variant:ident: $key:literal, $used:ident, $domain:ident, $absent:expr, $unit:literal, $meaning:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $meaning] $variant),* }

        impl $name {
            /// Every driver of the scope, in the order of the schema.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// What the schema says of this driver.
            pub fn spec(self) -> &'static DriverSpec {
                const SPECS: &[DriverSpec] = &[$(DriverSpec {
                    key: $key, used: Use::$used, domain: Domain::$domain, absent: $absent, unit: $unit, meaning: $meaning,
                }),*];
                &SPECS[self as usize]
            }
        }
    };
}

use Absent::{Unlimited, Value};

drivers! {
    /// Drivers of the world, shared by all hospitals and options.
    WorldDriver {
        Volume: "volume", Yearly, NotNegative, Value(1.0), "ratio", "Volume of the year against the plan, scaling encounters and hours";
        PayerStrictness: "payer_strictness", Yearly, NotNegative, Value(1.0), "ratio", "Strictness of payers, scaling every denial rate";
        Threat: "threat", Yearly, NotNegative, Value(1.0), "ratio", "Cyber threat level, scaling every breach frequency";
    }
}

drivers! {
    /// Drivers of the hospital, the same for every option.
    HospitalDriver {
        InpatientEncounters: "inpatient_encounters", Yearly, NotNegative, Value(0.0), "encounters a year", "Inpatient encounters to be coded in a year";
        ReferenceHours: "reference_hours", Yearly, NotNegative, Value(0.0), "hours a year", "Hours that the reference productivity of 1 needs for them";
        PaymentPerEncounter: "payment_per_encounter", Yearly, NotNegative, Value(0.0), "USD per encounter", "Average payment for an encounter";
        CaseMixValue: "case_mix_value", Yearly, NotNegative, Value(0.0), "USD per 1.0 of case mix per encounter", "What 1.0 of case-mix index is worth";
        CostOfCapital: "cost_of_capital", Yearly, NotNegative, Value(0.0), "per year", "Rate at which unbilled and denied claims are financed";
        HoursPerCoder: "hours_per_coder", Yearly, Positive, Value(1920.0), "hours per coder and year", "Hours that one coder works in a year";
        InsuranceRetention: "cyber_insurance.retention", Yearly, NotNegative, Value(0.0), "USD a year", "Yearly breach cost that the hospital keeps";
        InsuranceLimit: "cyber_insurance.limit", Yearly, NotNegative, Value(0.0), "USD a year", "Most that the policy pays in a year, above the retention";
        InsurancePremium: "cyber_insurance.premium", Yearly, NotNegative, Value(0.0), "USD a year", "Premium, due with or without a breach";
    }
}

drivers! {
    /// Drivers of a workforce.
    WorkforceDriver {
        Rate: "rate", Yearly, NotNegative, Value(0.0), "USD per worked hour", "What an hour of coding is billed at";
        Productivity: "productivity", Yearly, Positive, Value(1.0), "ratio", "Reference hours done in a worked hour";
        Turnover: "turnover", Yearly, NotNegative, Value(0.0), "departures per coder and year", "Coders who leave and must be replaced";
        OnboardingWeeks: "onboarding_weeks", Each, NotNegative, Value(0.0), "weeks, each hire", "Weeks until a hire is fully productive";
        OnboardingOutput: "onboarding_output", Yearly, Share, Value(1.0), "share", "Output of a hire during onboarding";
        ReplacementCost: "replacement_cost", Yearly, NotNegative, Value(0.0), "USD per departure", "Recruiting and training cost of a replacement";
        ManagementFee: "management_fee", Yearly, NotNegative, Value(0.0), "USD per worked hour", "Oversight that the client bears outside the rate";
        AuditHours: "audit_hours", Yearly, NotNegative, Value(0.0), "hours per coder-month", "Quality review that the client does";
        AuditorRate: "auditor_rate", Yearly, NotNegative, Value(0.0), "USD per hour", "Cost of an auditor's hour";
        QueryRate: "query_rate", Yearly, NotNegative, Value(0.0), "queries per encounter", "Questions back to clinicians, from friction of time zone and language";
        QueryCost: "query_cost", Yearly, NotNegative, Value(0.0), "USD per query", "Cost of answering one query";
        DenialRate: "denial_rate", Yearly, NotNegative, Value(0.0), "denials per encounter", "Coding-caused denials";
        DenialDispersion: "denial_dispersion", Fixed, Positive, Unlimited, "size", "Size of the negative binomial count of denials; absent is Poisson";
        TurnoverDenialUplift: "turnover_denial_uplift", Yearly, NotNegative, Value(0.0), "ratio", "Rise of denials when the whole team is replaced";
        ReworkCost: "rework_cost", Each, NotNegative, Value(0.0), "USD, each denial", "Cost of reworking a denied claim";
        ReworkLevel: "rework_level", Yearly, NotNegative, Value(1.0), "ratio", "Level of rework costs in the year";
        WriteOffShare: "write_off_share", Yearly, Share, Value(0.0), "share", "Denied claims that are never paid";
        DeniedPayment: "denied_payment", Each, NotNegative, Value(0.0), "USD, each write-off", "Payment lost with a written-off claim";
        DeniedPaymentLevel: "denied_payment_level", Yearly, NotNegative, Value(1.0), "ratio", "Level of denied payments in the year";
        DenialDelayDays: "denial_delay_days", Yearly, NotNegative, Value(0.0), "days per denial", "Days until a denied claim is settled";
        CaseMixDrift: "case_mix_drift", Yearly, AnySign, Value(0.0), "case-mix index", "Shift of the case-mix index; a loss is negative";
        DnfbDays: "dnfb_days", Yearly, AnySign, Value(0.0), "days", "Extra days between discharge and final bill";
        BacklogShare: "backlog_share", Yearly, Share, Value(0.0), "share", "Share of lost work still uncoded, averaged over the year";
        SwitchProbability: "switch.probability", Yearly, Share, Value(0.0), "probability a year", "Experienced coders are swapped for novices";
        SwitchSwapWeek: "switch.swap_week", Yearly, NotNegative, Value(0.0), "week", "Week of the swap";
        SwitchDetectionWeeks: "switch.detection_weeks", Yearly, NotNegative, Value(0.0), "weeks", "Weeks until the swap is found";
        SwitchProductivityLoss: "switch.productivity_loss", Yearly, ShareBelowOne, Value(0.0), "share", "Productivity lost while swapped";
        SwitchDenialUplift: "switch.denial_uplift", Yearly, NotNegative, Value(0.0), "ratio", "Rise of denials while swapped";
        SwitchCaseMixLoss: "switch.case_mix_loss", Yearly, NotNegative, Value(0.0), "case-mix index", "Case mix lost while swapped";
        SwitchBreachUplift: "switch.breach_uplift", Yearly, NotNegative, Value(0.0), "ratio", "Rise of breach frequency while swapped";
        SwitchErrorUplift: "switch.error_uplift", Yearly, NotNegative, Value(0.0), "ratio", "Rise of the coding error rate while swapped";
        BreachFrequency: "breach.frequency", Yearly, NotNegative, Value(0.0), "breaches a year", "Expected data breaches";
        BreachSeverity: "breach.severity", Each, NotNegative, Value(0.0), "USD, each breach", "Gross cost of a breach";
        BreachSeverityLevel: "breach.severity_level", Yearly, NotNegative, Value(1.0), "ratio", "Level of breach costs in the year";
        BreachRecoveredShare: "breach.recovered_share", Yearly, Share, Value(0.0), "share", "Share recovered from the vendor";
        PenaltyProbability: "breach.penalty.probability", Yearly, Share, Value(0.0), "probability per breach", "A breach is fined";
        PenaltyProvisions: "breach.penalty.provisions", Fixed, CountingNumber, Value(1.0), "provisions", "Provisions violated, each fined up to the cap";
        PenaltyAmount: "breach.penalty.amount", Each, NotNegative, Value(0.0), "USD, each fine", "Fine for one breach under one provision";
        PenaltyAnnualCap: "breach.penalty.annual_cap", Yearly, NotNegative, Unlimited, "USD a year and provision", "Most that one provision is fined in a year; absent is no cap";
        ComplianceProbability: "compliance.probability", Yearly, Share, Value(0.0), "probability a year", "A payer or regulator audits the coding";
        ComplianceErrorRate: "compliance.error_rate", Yearly, Share, Value(0.0), "share", "Encounters coded wrongly";
        ComplianceOverpaidShare: "compliance.overpaid_share", Yearly, Share, Value(0.0), "share", "Wrong encounters that were overpaid";
        ComplianceRepayment: "compliance.repayment", Yearly, NotNegative, Value(0.0), "USD per overpaid case", "Average repayment of the year for an overpaid case";
        RegulationProbability: "regulation.probability", Yearly, Share, Value(0.0), "probability a year", "A law forces the work back on shore";
        RegulationMonths: "regulation.months", Yearly, NotNegative, Value(0.0), "months", "Months of the year under the law";
        RegulationPremiumPerHour: "regulation.premium_per_hour", Yearly, NotNegative, Value(0.0), "USD per reference hour", "Extra cost of replacement coding";
        RegulationOneOff: "regulation.one_off", Yearly, NotNegative, Value(0.0), "USD", "One-off cost of the move";
    }
}

drivers! {
    /// Drivers of an option.
    OptionDriver {
        TransitionCost: "transition_cost", Yearly, AnySign, Value(0.0), "USD a year", "Cost of moving to the option";
    }
}

impl WorkforceDriver {
    /// The mechanism's table must be present for the driver to act: `switch`, `breach`, `breach.penalty`, ...
    pub fn table(self) -> Option<&'static str> {
        self.spec().key.rsplit_once('.').map(|(table, _)| table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_follow_from_keys() {
        assert_eq!(WorkforceDriver::PenaltyAmount.table(), Some("breach.penalty"));
        assert_eq!(WorkforceDriver::Rate.table(), None);
    }

    #[test]
    fn each_drivers_are_those_of_the_schema() {
        let each: Vec<_> =
            WorkforceDriver::ALL.iter().map(|d| d.spec()).filter(|s| s.used == Use::Each).map(|s| s.key).collect();
        assert_eq!(
            each,
            ["onboarding_weeks", "rework_cost", "denied_payment", "breach.severity", "breach.penalty.amount"]
        );
    }
}
