//! Which figures does the article's case have? Those of `configs/article.toml`, typed in as one would for a single study.

use super::law::{Amount, Law};
use rand_distr::LogNormal;

pub const INPATIENT_ENCOUNTERS: f64 = 18_300.0;
pub const REFERENCE_HOURS: f64 = 7_322.0;
pub const PAYMENT_PER_ENCOUNTER: f64 = 13_500.0;
pub const CASE_MIX_VALUE: f64 = 45_000.0;
pub const HOURS_PER_CODER: f64 = 1_920.0;
pub const INSURANCE_RETENTION: f64 = 500_000.0;
pub const INSURANCE_LIMIT: f64 = 10_000_000.0;
pub const INSURANCE_PREMIUM: f64 = 150_000.0;

pub const ONBOARDING_OUTPUT: f64 = 0.70;
pub const DENIAL_DISPERSION: f64 = 15.0;
pub const BACKLOG_SHARE: f64 = 0.15;
pub const DENIAL_DELAY_DAYS: f64 = 60.0;
pub const LARGEST_SEVERITY: f64 = 250_000_000.0;
pub const PENALTY_PROBABILITY: f64 = 0.02;
pub const PENALTY_PROVISIONS: usize = 3;
pub const PENALTY_ANNUAL_CAP: f64 = 1_500_000.0;
pub const COMPLIANCE_PROBABILITY: f64 = 0.05;
pub const OVERPAID_SHARE: f64 = 0.5;

/// Options: name, and the shares of domestic and offshore work.
pub const OPTIONS: [(&str, [f64; 2]); 3] =
    [("Domestic", [1.0, 0.0]), ("Offshore", [0.0, 1.0]), ("Blended 60/40", [0.6, 0.4])];

pub struct Case {
    pub cost_of_capital: Law,
    pub volume: Law,
    pub payer_strictness: Law,
    pub threat: Law,
    /// Gamma of mean 1 that turns a Poisson count of denials into a negative binomial one.
    pub denial_heterogeneity: Law,
    pub rework_cost: Amount,
    pub denied_payment: Amount,
    pub severity: LogNormal<f64>,
    pub penalty: LogNormal<f64>,
    pub repayment: Law,
    /// Domestic, offshore.
    pub workforces: [Workforce; 2],
}

pub struct Workforce {
    pub rate: f64,
    pub productivity: Law,
    pub turnover: Law,
    pub onboarding_weeks: Amount,
    pub management_fee: Law,
    pub audit_hours: Law,
    pub auditor_rate: Law,
    pub query_rate: Law,
    pub query_cost: f64,
    pub denial_rate: Law,
    pub write_off_share: Law,
    pub case_mix_drift: Law,
    pub dnfb_days: Law,
    pub switch: Option<Switch>,
    pub breach_frequency: Law,
    pub recovered_share: Law,
    pub error_rate: Law,
    pub regulation: Option<Regulation>,
}

/// The vendor's coders are swapped for weaker ones after a while.
pub struct Switch {
    pub probability: f64,
    pub swap_week: Law,
    pub detection_weeks: Law,
    pub productivity_loss: f64,
    pub denial_uplift: f64,
    pub case_mix_loss: f64,
}

pub struct Regulation {
    pub probability: Law,
    pub months: Law,
    pub premium_per_hour: f64,
    pub one_off: f64,
}

impl Case {
    pub fn new() -> Self {
        Self {
            cost_of_capital: Law::pert(0.045, 0.06, 0.09),
            volume: Law::lognormal(1.0, 0.04),
            payer_strictness: Law::gamma(1.0, 0.20),
            threat: Law::gamma(1.0, 0.50),
            denial_heterogeneity: Law::gamma(1.0, (1.0 / DENIAL_DISPERSION).sqrt()),
            rework_cost: Amount { mean: 118.0, sd: 70.0 },
            denied_payment: Amount::lognormal_with_median(9_000.0, 0.7),
            severity: LogNormal::new(14.88, 1.37).expect("a valid law"),
            penalty: LogNormal::new(12.6, 1.2).expect("a valid law"),
            repayment: Law::lognormal(5_316.0, 300.0),
            workforces: [domestic(), offshore()],
        }
    }
}

fn domestic() -> Workforce {
    Workforce {
        rate: 60.0,
        productivity: Law::lognormal(1.0, 0.08),
        turnover: Law::gamma(0.15, 0.06),
        onboarding_weeks: Amount { mean: 16.0, sd: 6.0 },
        management_fee: Law::Point(0.0),
        audit_hours: Law::gamma(4.0, 1.5),
        auditor_rate: Law::pert(40.0, 50.0, 65.0),
        query_rate: Law::beta(0.06, 0.015),
        query_cost: 12.0,
        denial_rate: Law::beta(0.030, 0.006),
        write_off_share: Law::beta(0.25, 0.08),
        case_mix_drift: Law::normal(0.0, 0.004),
        dnfb_days: Law::Point(0.0),
        switch: None,
        breach_frequency: Law::gamma(0.020, 0.010),
        recovered_share: Law::beta(0.50, 0.20),
        error_rate: Law::beta(0.05, 0.02),
        regulation: None,
    }
}

fn offshore() -> Workforce {
    Workforce {
        rate: 35.0,
        productivity: Law::pert(0.52, 0.67, 0.86),
        turnover: Law::gamma(0.30, 0.10),
        onboarding_weeks: Amount { mean: 22.0, sd: 9.0 },
        management_fee: Law::pert(0.0, 2.0, 5.0),
        audit_hours: Law::gamma(10.0, 2.5),
        auditor_rate: Law::pert(40.0, 50.0, 65.0),
        query_rate: Law::beta(0.09, 0.02),
        query_cost: 20.0,
        denial_rate: Law::beta(0.0563, 0.012),
        write_off_share: Law::beta(0.25, 0.08),
        case_mix_drift: Law::normal(-0.0978, 0.03),
        dnfb_days: Law::gamma(2.0, 1.0),
        switch: Some(Switch {
            probability: 0.25,
            swap_week: Law::uniform(4.0, 16.0),
            detection_weeks: Law::gamma(16.0, 8.0),
            productivity_loss: 0.15,
            denial_uplift: 0.5,
            case_mix_loss: 0.03,
        }),
        breach_frequency: Law::lognormal_with_median(0.020, 0.60),
        recovered_share: Law::beta(0.10, 0.08),
        error_rate: Law::beta(0.07, 0.025),
        regulation: Some(Regulation {
            probability: Law::pert(0.01, 0.03, 0.10),
            months: Law::pert(3.0, 6.0, 12.0),
            premium_per_hour: 25.0,
            one_off: 150_000.0,
        }),
    }
}
