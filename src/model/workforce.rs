//! What does a workforce do in a year, whatever share of the volume it gets?

use super::amounts::{Single, Sum};
use super::breach::{BreachColumns, Breaches, Conditions};
use super::inputs::{Builder, InputScratch, Inputs, Slot, absent};
use super::setting::{Setting, SettingSlots};
use super::{compliance, regulation, switch};
use crate::config::{DriverId, Workforce, WorkforceDriver};
use crate::distributions::{Law, Sampler};
use crate::engine::BLOCK;
use crate::numerics::Probability;
use crate::random::{Stream, Years};

/// A workforce, compiled: its yearly drivers, its lines of events, and which mechanisms are on.
pub(super) struct WorkforcePlan {
    slots: Vec<Slot>,
    switch: Option<Stream>,
    pub turnover: Option<Turnover>,
    pub denials: Option<Denials>,
    breaches: Option<Breaches>,
    compliance: Option<Stream>,
    regulation: Option<Stream>,
}

/// Departures and the onboarding that follows.
pub(super) struct Turnover {
    pub departures: Stream,
    pub onboarding: Sum,
}

/// Denied claims, their rework and write-off.
pub(super) struct Denials {
    pub count: Stream,
    /// The year's gamma level of a negative binomial count.
    pub level: Option<(Stream, Sampler)>,
    pub rework: Sum,
    pub write_offs: Stream,
    pub denied_payment: Sum,
}

impl WorkforcePlan {
    /// Compiles a workforce; `largest_volume` is the most encounters and coders worth planning sums for.
    pub fn new(index: usize, workforce: &Workforce, setting: &SettingSlots, builder: &mut Builder<'_>) -> Self {
        let scope = ["workforce", workforce.name.as_str()];
        let drivers = &workforce.drivers;
        let slots: Vec<Slot> = WorkforceDriver::ALL
            .iter()
            .map(|&driver| {
                builder.yearly(&scope, DriverId::Workforce(index, driver), driver.spec(), drivers.get(driver))
            })
            .collect();
        let slot = |driver: WorkforceDriver| slots[driver as usize];
        let zero = |driver: WorkforceDriver| builder.is_zero(slot(driver));
        let large = |driver: WorkforceDriver| builder.large(slot(driver));
        let line = |name: &str| builder.stream(&scope, name);
        let sum = |driver: WorkforceDriver, largest: f64| {
            Sum::new(drivers.get(driver), absent(driver.spec()), largest, line(driver.spec().key))
        };
        use WorkforceDriver as D;
        let turnover = (!zero(D::Turnover)).then(|| {
            let least_productivity = drivers.get(D::Productivity).map_or(1.0, |driver| driver.low());
            let coders = setting.largest_hours(builder) / least_productivity.max(1e-3);
            Turnover {
                departures: line("departures"),
                onboarding: sum(D::OnboardingWeeks, largest_count(coders * large(D::Turnover))),
            }
        });
        let denials = (!zero(D::DenialRate)).then(|| {
            let largest = largest_count(setting.largest_denials(builder) * large(D::DenialRate));
            let level = drivers.get(D::DenialDispersion).map(|driver| {
                let size = driver.point();
                let law = Law::from_parameters("gamma", &[("shape", size), ("scale", 1.0 / size)])
                    .expect("the dispersion was checked to be positive");
                (line("denial_level"), Sampler::compile(&law))
            });
            Denials {
                count: line("denials"),
                level,
                rework: sum(D::ReworkCost, largest),
                write_offs: line("write_offs"),
                denied_payment: sum(D::DeniedPayment, largest),
            }
        });
        let breaches = (!zero(D::BreachFrequency)).then(|| {
            let single = |driver: D| Single::new(drivers.get(driver), absent(driver.spec()), line(driver.spec().key));
            Breaches {
                count: line("breaches"),
                severity: single(D::BreachSeverity),
                fined: line("fined"),
                fine: single(D::PenaltyAmount),
                provisions: drivers.get(D::PenaltyProvisions).map_or(1, |driver| driver.point() as u32),
            }
        });
        let on = |driver: WorkforceDriver, name: &str| (!zero(driver)).then(|| line(name));
        Self {
            switch: on(D::SwitchProbability, "switch"),
            turnover,
            denials,
            breaches,
            compliance: on(D::ComplianceProbability, "compliance"),
            regulation: on(D::RegulationProbability, "regulation"),
            slots,
        }
    }

    /// The block's values of one driver.
    pub fn column<'a>(&self, inputs: &Inputs, drawn: &'a InputScratch, driver: WorkforceDriver) -> &'a [f64] {
        inputs.column(drawn, self.slots[driver as usize])
    }

    /// Everything of the workforce that no option changes.
    pub fn fill(
        &self,
        years: Years<'_>,
        setting: &Setting<'_>,
        inputs: &Inputs,
        drawn: &InputScratch,
        out: &mut WorkforceYear,
    ) {
        use WorkforceDriver as D;
        let rows = years.len();
        let column = |driver| self.column(inputs, drawn, driver);
        let WorkforceYear { uniforms, work, exposure, productivity, .. } = out;
        let (uniforms, work) = (&mut uniforms[..rows], &mut work[..rows]);
        match self.switch {
            None => exposure[..rows].fill(0.0),
            Some(stream) => {
                stream.fill(years, 0, uniforms);
                switch::exposure(
                    uniforms,
                    column(D::SwitchProbability),
                    column(D::SwitchSwapWeek),
                    column(D::SwitchDetectionWeeks),
                    &mut exposure[..rows],
                );
            }
        }
        let exposure = &exposure[..rows];
        switch::productivity(
            column(D::Productivity),
            exposure,
            column(D::SwitchProductivityLoss),
            &mut productivity[..rows],
        );
        if let Some(turnover) = &self.turnover {
            turnover.departures.fill(years, 0, &mut out.departures[..rows]);
            turnover.onboarding.uniforms(years, &mut out.onboarding[..rows]);
        }
        if let Some(denials) = &self.denials {
            denials.count.fill(years, 0, &mut out.denials[..rows]);
            if let Some((stream, sampler)) = &denials.level {
                stream.fill(years, 0, uniforms);
                sampler.fill(uniforms, &mut out.denial_level[..rows]);
            }
            denials.rework.uniforms(years, &mut out.rework[..rows]);
            denials.write_offs.fill(years, 0, &mut out.write_offs[..rows]);
            denials.denied_payment.uniforms(years, &mut out.denied_payment[..rows]);
        }
        if let Some(breaches) = &self.breaches {
            let conditions = Conditions {
                frequency: column(D::BreachFrequency),
                threat: setting.threat,
                exposure,
                uplift: column(D::SwitchBreachUplift),
                severity_level: column(D::BreachSeverityLevel),
                penalty_probability: column(D::PenaltyProbability),
                annual_cap: column(D::PenaltyAnnualCap),
            };
            breaches.fill(years, &conditions, uniforms, work, &mut out.breaches);
        }
        if let Some(stream) = self.compliance {
            stream.fill(years, 0, uniforms);
            let audit = compliance::Audit {
                probability: column(D::ComplianceProbability),
                error_rate: column(D::ComplianceErrorRate),
                exposure,
                error_uplift: column(D::SwitchErrorUplift),
                overpaid_share: column(D::ComplianceOverpaidShare),
                encounters: setting.encounters,
                volume: setting.volume,
                repayment: column(D::ComplianceRepayment),
            };
            audit.fill(uniforms, &mut out.compliance[..rows]);
        }
        if let Some(stream) = self.regulation {
            stream.fill(years, 0, uniforms);
            let mandate = regulation::Mandate {
                probability: column(D::RegulationProbability),
                months: column(D::RegulationMonths),
                premium_per_hour: column(D::RegulationPremiumPerHour),
                volume: setting.volume,
                reference_hours: setting.reference_hours,
                one_off: column(D::RegulationOneOff),
            };
            mandate.fill(uniforms, &mut out.regulation[..rows]);
        }
    }
}

/// Columns of one workforce that its options share. Lines that are off stay at 0.
pub(super) struct WorkforceYear {
    uniforms: Vec<Probability>,
    work: Vec<f64>,
    pub exposure: Vec<f64>,
    pub productivity: Vec<f64>,
    pub departures: Vec<Probability>,
    pub onboarding: Vec<Probability>,
    pub denials: Vec<Probability>,
    pub denial_level: Vec<f64>,
    pub rework: Vec<Probability>,
    pub write_offs: Vec<Probability>,
    pub denied_payment: Vec<Probability>,
    pub breaches: BreachColumns,
    pub compliance: Vec<f64>,
    pub regulation: Vec<f64>,
}

impl WorkforceYear {
    pub fn new() -> Self {
        let uniforms = || vec![Probability::lower(0.5); BLOCK];
        let values = || vec![0.0; BLOCK];
        Self {
            uniforms: uniforms(),
            work: values(),
            exposure: values(),
            productivity: values(),
            departures: uniforms(),
            onboarding: uniforms(),
            denials: uniforms(),
            denial_level: values(),
            rework: uniforms(),
            write_offs: uniforms(),
            denied_payment: uniforms(),
            breaches: BreachColumns::new(BLOCK),
            compliance: values(),
            regulation: values(),
        }
    }
}

/// Counts worth compiling sums for: ten standard deviations of a dispersed count above the largest mean.
fn largest_count(mean: f64) -> f64 {
    (4.0 * mean + 20.0).ceil()
}
