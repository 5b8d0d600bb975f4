//! What would all of the volume cost this workforce, before an option gives it a share?
//!
//! Hours, encounters and most lines are in proportion to the share, so they are worked out once for all options.

use super::setting::Setting;
use super::{audit, breach, case_mix, cash_flow, denials, labour, switch};
use crate::engine::PACKS;
use crate::numerics::simd::{Column, Pack, Simd};

/// Columns of a block for a share of 1.
pub(super) struct Units {
    pub labour: Vec<Pack>,
    pub management: Vec<Pack>,
    pub queries: Vec<Pack>,
    pub audit: Vec<Pack>,
    pub case_mix: Vec<Pack>,
    /// Carrying cost of the volume, of a lost hour and of a denied claim, USD.
    pub carrying_volume: Vec<Pack>,
    pub carrying_lost_hour: Vec<Pack>,
    pub carrying_denial: Vec<Pack>,
    /// Mean departures.
    pub departures: Vec<Pack>,
    /// Mean denials before turnover.
    pub denials: Vec<Pack>,
    /// Relative rise of denials for each departure.
    pub rise_per_departure: Vec<Pack>,
    /// Mean breaches, whatever the share.
    pub breaches: Vec<Pack>,
}

impl Units {
    pub fn new() -> Self {
        let column = || vec![Pack::ZERO; PACKS];
        Self {
            labour: column(),
            management: column(),
            queries: column(),
            audit: column(),
            case_mix: column(),
            carrying_volume: column(),
            carrying_lost_hour: column(),
            carrying_denial: column(),
            departures: column(),
            denials: column(),
            rise_per_departure: column(),
            breaches: column(),
        }
    }
}

/// The yearly drivers that they depend on.
pub(super) struct UnitDrivers<'a> {
    pub rate: Column<'a>,
    pub productivity: Column<'a>,
    pub productivity_loss: Column<'a>,
    pub management_fee: Column<'a>,
    pub query_rate: Column<'a>,
    pub query_cost: Column<'a>,
    pub audit_hours: Column<'a>,
    pub auditor_rate: Column<'a>,
    pub case_mix_drift: Column<'a>,
    pub case_mix_loss: Column<'a>,
    pub dnfb_days: Column<'a>,
    pub backlog_share: Column<'a>,
    pub denial_delay_days: Column<'a>,
    pub turnover: Column<'a>,
    pub denial_rate: Column<'a>,
    pub denial_uplift: Column<'a>,
    pub turnover_denial_uplift: Column<'a>,
    pub breach_frequency: Column<'a>,
    pub breach_uplift: Column<'a>,
}

impl Units {
    /// Fills so many packs; `exposure` is the exposed share of each year.
    #[inline(never)]
    pub fn fill<S: Simd>(
        &mut self,
        simd: S,
        packs: usize,
        setting: &Setting<'_>,
        drivers: &UnitDrivers<'_>,
        exposure: &[Pack],
    ) {
        simd.vectorize(
            #[inline(always)]
            || {
                (0..packs).for_each(
                    #[inline(always)]
                    |i| self.fill_pack(simd, i, setting, drivers, &exposure[i]),
                )
            },
        );
    }

    #[inline(always)]
    fn fill_pack<S: Simd>(
        &mut self,
        simd: S,
        i: usize,
        setting: &Setting<'_>,
        drivers: &UnitDrivers<'_>,
        exposure: &Pack,
    ) {
        let exposure = exposure.load(simd);
        let volume = setting.volume.load(simd, i);
        let encounters = volume * setting.encounters.load(simd, i);
        let productivity = switch::productivity(
            simd,
            drivers.productivity.load(simd, i),
            exposure,
            drivers.productivity_loss.load(simd, i),
        );
        let hours = labour::worked_hours(volume, setting.reference_hours.load(simd, i), productivity);
        let coders = labour::coders(hours, setting.hours_per_coder.load(simd, i));
        self.labour[i].store(labour::hourly(drivers.rate.load(simd, i), hours));
        self.management[i].store(labour::hourly(drivers.management_fee.load(simd, i), hours));
        self.queries[i].store(audit::queries(
            encounters,
            drivers.query_rate.load(simd, i),
            drivers.query_cost.load(simd, i),
        ));
        self.audit[i].store(audit::audit(
            simd,
            coders,
            drivers.audit_hours.load(simd, i),
            drivers.auditor_rate.load(simd, i),
        ));
        self.case_mix[i].store(case_mix::case_mix(
            drivers.case_mix_drift.load(simd, i),
            exposure,
            drivers.case_mix_loss.load(simd, i),
            setting.case_mix_value.load(simd, i),
            encounters,
        ));
        let carrying = cash_flow::Delay {
            dnfb_days: drivers.dnfb_days.load(simd, i),
            backlog_share: drivers.backlog_share.load(simd, i),
            hours,
            encounters,
            denial_delay_days: drivers.denial_delay_days.load(simd, i),
            payment: setting.payment.load(simd, i),
            cost_of_capital: setting.cost_of_capital.load(simd, i),
        }
        .carrying(simd);
        self.carrying_volume[i].store(carrying.volume);
        self.carrying_lost_hour[i].store(carrying.lost_hour);
        self.carrying_denial[i].store(carrying.denial);
        self.departures[i].store(coders * drivers.turnover.load(simd, i));
        let expected = denials::Expected {
            encounters,
            denial_rate: drivers.denial_rate.load(simd, i),
            strictness: setting.strictness.load(simd, i),
            exposure,
            switch_uplift: drivers.denial_uplift.load(simd, i),
        };
        self.denials[i].store(expected.mean(simd));
        let turnover_uplift = drivers.turnover_denial_uplift.load(simd, i);
        self.rise_per_departure[i].store(denials::rise_per_departure(simd, turnover_uplift, coders));
        self.breaches[i].store(breach::expected(
            simd,
            drivers.breach_frequency.load(simd, i),
            setting.threat.load(simd, i),
            exposure,
            drivers.breach_uplift.load(simd, i),
        ));
    }
}
