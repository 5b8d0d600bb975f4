//! What does a workforce cost that does a share of an option's volume?

use super::setting::Setting;
use super::workforce::{WorkforcePlan, WorkforceYear};
use super::{audit, breach, case_mix, cash_flow, denials, labour, turnover};
use crate::config::{Component, WorkforceDriver};
use crate::engine::{AlternativeMut, BLOCK};

/// One workforce in one option.
pub(super) struct Share<'a> {
    pub share: f64,
    pub plan: &'a WorkforcePlan,
    pub year: &'a WorkforceYear,
    pub setting: &'a Setting<'a>,
}

/// Working columns, used by one share after the other.
pub(super) struct ShareScratch {
    encounters: Vec<f64>,
    hours: Vec<f64>,
    coders: Vec<f64>,
    departures: Vec<f64>,
    lost_hours: Vec<f64>,
    denials: Vec<f64>,
    write_offs: Vec<f64>,
    mean: Vec<f64>,
    sum: Vec<f64>,
}

impl ShareScratch {
    pub fn new() -> Self {
        let values = || vec![0.0; BLOCK];
        Self {
            encounters: values(),
            hours: values(),
            coders: values(),
            departures: values(),
            lost_hours: values(),
            denials: values(),
            write_offs: values(),
            mean: values(),
            sum: values(),
        }
    }
}

impl Share<'_> {
    /// Adds the share's costs to the option's columns, mechanism by mechanism.
    pub fn add<'d>(
        &self,
        drivers: &impl Fn(WorkforceDriver) -> &'d [f64],
        scratch: &mut ShareScratch,
        out: &mut AlternativeMut<'_>,
    ) {
        use Component as C;
        use WorkforceDriver as D;
        let rows = out.total.len();
        let (year, setting) = (self.year, self.setting);
        let exposure = &year.exposure[..rows];
        let ShareScratch { encounters, hours, coders, departures, lost_hours, denials, write_offs, mean, sum } =
            scratch;
        let [encounters, hours, coders, departures, lost_hours] =
            [encounters, hours, coders, departures, lost_hours].map(|column| &mut column[..rows]);
        let [denied, written_off, mean, sum] = [denials, write_offs, mean, sum].map(|column| &mut column[..rows]);

        for i in 0..rows {
            encounters[i] = self.share * setting.volume[i] * setting.encounters[i];
        }
        labour::worked_hours(self.share, setting.volume, setting.reference_hours, &year.productivity[..rows], hours);
        labour::coders(hours, setting.hours_per_coder, coders);
        labour::add_hourly(drivers(D::Rate), hours, out.parts[C::Labour as usize]);
        labour::add_hourly(drivers(D::ManagementFee), hours, out.parts[C::Management as usize]);
        audit::add_queries(encounters, drivers(D::QueryRate), drivers(D::QueryCost), out.parts[C::Queries as usize]);
        audit::add_audit(coders, drivers(D::AuditHours), drivers(D::AuditorRate), out.parts[C::Audit as usize]);

        departures.fill(0.0);
        lost_hours.fill(0.0);
        if let Some(plan) = &self.plan.turnover {
            turnover::departures(coders, drivers(D::Turnover), &year.departures[..rows], mean, departures);
            plan.onboarding.fill(departures, &year.onboarding[..rows], lost_hours);
            turnover::lost_hours(drivers(D::OnboardingOutput), lost_hours);
            let cost = &mut out.parts[C::Onboarding as usize];
            turnover::add_onboarding(drivers(D::Rate), lost_hours, departures, drivers(D::ReplacementCost), cost);
        }

        denied.fill(0.0);
        if let Some(plan) = &self.plan.denials {
            let expected = denials::Mean {
                encounters,
                denial_rate: drivers(D::DenialRate),
                strictness: setting.strictness,
                exposure,
                switch_uplift: drivers(D::SwitchDenialUplift),
                turnover_uplift: drivers(D::TurnoverDenialUplift),
                departures,
                coders,
            };
            expected.fill(mean);
            let level = plan.level.is_some().then_some(&year.denial_level[..rows]);
            denials::denials(mean, level, &year.denials[..rows], denied);
            if !plan.rework.is_zero() {
                plan.rework.fill(denied, &year.rework[..rows], sum);
                denials::add_at_level(drivers(D::ReworkLevel), sum, out.parts[C::DenialRework as usize]);
            }
            if !plan.denied_payment.is_zero() {
                denials::write_offs(denied, drivers(D::WriteOffShare), &year.write_offs[..rows], written_off);
                plan.denied_payment.fill(written_off, &year.denied_payment[..rows], sum);
                denials::add_at_level(drivers(D::DeniedPaymentLevel), sum, out.parts[C::DenialWriteOff as usize]);
            }
        }

        let (drift, loss) = (drivers(D::CaseMixDrift), drivers(D::SwitchCaseMixLoss));
        case_mix::add(drift, exposure, loss, setting.case_mix_value, encounters, out.parts[C::CaseMix as usize]);
        let delay = cash_flow::Delay {
            dnfb_days: drivers(D::DnfbDays),
            backlog_share: drivers(D::BacklogShare),
            lost_hours,
            hours,
            encounters,
            denial_delay_days: drivers(D::DenialDelayDays),
            denials: denied,
            payment: setting.payment,
            cost_of_capital: setting.cost_of_capital,
        };
        delay.add(out.parts[C::Dnfb as usize]);

        let recovered = drivers(D::BreachRecoveredShare);
        breach::add_net(self.share, recovered, &year.breaches, out.parts[C::Breach as usize], out.peak);
        for i in 0..rows {
            out.parts[C::Penalties as usize][i] += year.breaches.penalties[i];
            out.parts[C::Compliance as usize][i] += self.share * year.compliance[i];
            out.parts[C::Regulation as usize][i] += self.share * year.regulation[i];
        }
    }
}
