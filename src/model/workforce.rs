//! What does a workforce do in a year, whatever share of the volume it gets?

use super::amounts::{Single, Sum};
use super::breach::{BreachYears, Breaches, Conditions};
use super::events::{EventCosts, EventRows};
use super::inputs::{Builder, InputScratch, Inputs, LawSlot, Slot, When, absent};
use super::setting::{Setting, SettingSlots};
use super::units::{UnitDrivers, Units};
use super::{compliance, regulation, switch};
use crate::config::{Component, DriverId, Workforce, WorkforceDriver};
use crate::distributions::counts::{NormalsOf, poisson_draw};
use crate::distributions::{Law, standard_normal};
use crate::engine::{PACKS, Stage, Watch};
use crate::numerics::simd::{Column, Pack, Simd, flat, flat_mut, packs_for};
use crate::random::{Stream, YearWords, Years};

/// A workforce, compiled: its yearly drivers, its lines of events, and which mechanisms are on.
pub(super) struct WorkforcePlan {
    slots: Vec<Slot>,
    pub switch: Option<Stream>,
    pub turnover: Option<Turnover>,
    pub denials: Option<Denials>,
    pub breaches: Option<Breaches>,
    compliance: Option<Stream>,
    regulation: Option<Stream>,
    off: Vec<Component>,
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
    pub level: Option<(Stream, LawSlot)>,
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
                let id = DriverId::Workforce(index, driver);
                builder.yearly(&scope, id, driver.spec(), drivers.get(driver), needed(driver))
            })
            .collect();
        let slot = |driver: WorkforceDriver| slots[driver as usize];
        use WorkforceDriver as D;
        let zeros: Vec<bool> = slots.iter().map(|slot| builder.is_zero(*slot)).collect();
        let zero = |driver: D| zeros[driver as usize];
        let large = |driver: D, builder: &Builder<'_>| builder.large(slot(driver));
        let amounts = |driver: D, builder: &mut Builder<'_>| {
            builder.amounts(&scope, DriverId::Workforce(index, driver), drivers.get(driver))
        };
        let sum = |driver: D, largest: f64, builder: &mut Builder<'_>| {
            let stream = amounts(driver, builder);
            Sum::new(drivers.get(driver), absent(driver.spec()), largest, stream, builder)
        };
        let turnover = (!zero(D::Turnover)).then(|| {
            let least_productivity = drivers.get(D::Productivity).map_or(1.0, |driver| driver.low());
            let coders = setting.largest_hours(builder) / least_productivity.max(1e-3);
            let largest = largest_count(coders * large(D::Turnover, builder));
            let departures = builder.chance(&scope, "departures", "departures");
            Turnover { departures, onboarding: sum(D::OnboardingWeeks, largest, builder) }
        });
        let denials = (!zero(D::DenialRate)).then(|| {
            let largest = largest_count(setting.largest_denials(builder) * large(D::DenialRate, builder));
            let level = drivers.get(D::DenialDispersion).map(|driver| {
                let size = driver.point();
                let law = Law::from_parameters("gamma", &[("shape", size), ("scale", 1.0 / size)])
                    .expect("the dispersion was checked to be positive");
                (builder.chance(&scope, "denial_level", "denials"), builder.law(&law))
            });
            Denials {
                count: builder.chance(&scope, "denials", "denials"),
                level,
                rework: sum(D::ReworkCost, largest, builder),
                write_offs: builder.chance(&scope, "write_offs", "write_offs"),
                denied_payment: sum(D::DeniedPayment, largest, builder),
            }
        });
        let breaches = (!zero(D::BreachFrequency)).then(|| {
            let single = |driver: D, builder: &mut Builder<'_>| {
                let stream = amounts(driver, builder);
                Single::new(drivers.get(driver), absent(driver.spec()), stream, builder)
            };
            Breaches {
                count: builder.chance(&scope, "breaches", "breaches"),
                severity: single(D::BreachSeverity, builder),
                fined: builder.chance(&scope, "fined", "fined"),
                fine: single(D::PenaltyAmount, builder),
                provisions: drivers.get(D::PenaltyProvisions).map_or(1, |driver| driver.point() as u32),
            }
        });
        let mut on = |driver: WorkforceDriver, name: &str| (!zero(driver)).then(|| builder.chance(&scope, name, name));
        let switch = on(D::SwitchProbability, "switch");
        let compliance = on(D::ComplianceProbability, "compliance");
        let regulation = on(D::RegulationProbability, "regulation");
        let mut off = Vec::new();
        let mut if_zero = |component: Component, zero: bool| {
            if zero {
                off.push(component);
            }
        };
        use Component as C;
        if_zero(C::Labour, zero(D::Rate));
        if_zero(C::Management, zero(D::ManagementFee));
        if_zero(C::Queries, zero(D::QueryRate) || zero(D::QueryCost));
        if_zero(C::Audit, zero(D::AuditHours) || zero(D::AuditorRate));
        if_zero(C::Onboarding, turnover.is_none());
        if_zero(C::DenialRework, denials.as_ref().is_none_or(|plan| plan.rework.is_zero()));
        if_zero(C::DenialWriteOff, denials.as_ref().is_none_or(|plan| plan.denied_payment.is_zero()));
        if_zero(C::CaseMix, zero(D::CaseMixDrift) && (zero(D::SwitchProbability) || zero(D::SwitchCaseMixLoss)));
        if_zero(C::Breach, breaches.is_none());
        if_zero(C::Penalties, breaches.is_none() || zero(D::PenaltyProbability));
        if_zero(C::Compliance, zero(D::ComplianceProbability));
        if_zero(C::Regulation, zero(D::RegulationProbability));
        Self { off, switch, turnover, denials, breaches, compliance, regulation, slots }
    }

    /// Is the line 0 in every year?
    pub fn is_off(&self, component: Component) -> bool {
        self.off.contains(&component)
    }

    /// Uniforms that its lines take in every year.
    pub fn draws(&self) -> usize {
        let lines =
            [self.switch.is_some(), self.breaches.is_some(), self.compliance.is_some(), self.regulation.is_some()];
        let turnover = self.turnover.as_ref().map_or(0, |plan| 1 + plan.onboarding.draws());
        let denials = self.denials.as_ref().map_or(0, |plan| {
            2 + usize::from(plan.level.is_some()) + plan.rework.draws() + plan.denied_payment.draws()
        });
        lines.into_iter().filter(|on| *on).count() + turnover + denials
    }

    /// The block's values of one driver.
    #[inline]
    pub fn column<'a>(&self, inputs: &'a Inputs, drawn: &'a InputScratch, driver: WorkforceDriver) -> Column<'a> {
        inputs.column(drawn, self.slots[driver as usize])
    }

    /// The value of one driver in a row of the block, with what describes events once [`Inputs::draw_rest`] has drawn it.
    pub fn value(&self, inputs: &Inputs, drawn: &InputScratch, driver: WorkforceDriver, row: usize) -> f64 {
        inputs.value(drawn, self.slots[driver as usize], row)
    }

    /// Everything of the workforce that no option changes.
    #[expect(clippy::too_many_arguments, reason = "the floors below, each once")]
    pub fn fill<S: Simd, W: Watch>(
        &self,
        simd: S,
        years: Years<'_>,
        setting: &Setting<'_>,
        inputs: &Inputs,
        drawn: &InputScratch,
        out: &mut WorkforceYear,
        watch: &mut W,
    ) {
        let block = Block { simd, plan: self, years, setting, inputs, drawn };
        watch.enter(Stage::Mechanisms);
        block.switches(out);
        block.units(out);
        watch.enter(Stage::Draws);
        block.normals(out);
        watch.enter(Stage::Counts);
        block.breaches(out);
        watch.enter(Stage::Mechanisms);
        block.compliance(out);
        block.regulation(out);
    }
}

/// A block of years of one workforce.
struct Block<'a, S: Simd> {
    simd: S,
    plan: &'a WorkforcePlan,
    years: Years<'a>,
    setting: &'a Setting<'a>,
    inputs: &'a Inputs,
    drawn: &'a InputScratch,
}

impl<S: Simd> Block<'_, S> {
    fn column(&self, driver: WorkforceDriver) -> Column<'_> {
        self.plan.column(self.inputs, self.drawn, driver)
    }

    /// The values of some drivers in the rows of an event.
    fn packed<const N: usize>(&self, drivers: [WorkforceDriver; N], events: &EventRows, out: &mut PackedColumns) {
        for (driver, out) in drivers.into_iter().zip(&mut out.0) {
            self.inputs.packed(self.simd, self.drawn, self.plan.slots[driver as usize], events, out);
        }
    }

    fn words(&self) -> &YearWords {
        &self.drawn.words
    }

    /// The exposed share of each year.
    fn switches(&self, out: &mut WorkforceYear) {
        use WorkforceDriver as D;
        out.exposure.fill(Pack::ZERO);
        let Some(stream) = self.plan.switch else { return };
        let uniforms = stream.uniforms(self.words());
        let probability = self.column(D::SwitchProbability);
        out.events.happening(self.simd, self.words(), self.years.len(), uniforms, probability);
        self.packed([D::SwitchSwapWeek, D::SwitchDetectionWeeks], &out.events, &mut out.packed);
        let [swap_week, detection_weeks, ..] = out.packed.all();
        let exposure = flat_mut(&mut out.exposure);
        for (i, row) in out.events.rows().enumerate() {
            exposure[row] = switch::exposure(swap_week[i], detection_weeks[i]);
        }
    }

    /// What all of the volume would cost, line by line, and the means of counts.
    fn units(&self, out: &mut WorkforceYear) {
        use WorkforceDriver as D;
        let drivers = UnitDrivers {
            rate: self.column(D::Rate),
            productivity: self.column(D::Productivity),
            productivity_loss: self.column(D::SwitchProductivityLoss),
            management_fee: self.column(D::ManagementFee),
            query_rate: self.column(D::QueryRate),
            query_cost: self.column(D::QueryCost),
            audit_hours: self.column(D::AuditHours),
            auditor_rate: self.column(D::AuditorRate),
            case_mix_drift: self.column(D::CaseMixDrift),
            case_mix_loss: self.column(D::SwitchCaseMixLoss),
            dnfb_days: self.column(D::DnfbDays),
            backlog_share: self.column(D::BacklogShare),
            denial_delay_days: self.column(D::DenialDelayDays),
            turnover: self.column(D::Turnover),
            denial_rate: self.column(D::DenialRate),
            denial_uplift: self.column(D::SwitchDenialUplift),
            turnover_denial_uplift: self.column(D::TurnoverDenialUplift),
            breach_frequency: self.column(D::BreachFrequency),
            breach_uplift: self.column(D::SwitchBreachUplift),
        };
        out.units.fill(self.simd, packs_for(self.years.len()), self.setting, &drivers, &out.exposure);
    }

    /// Normal quantiles of the lines' uniforms, and the year's level of denials.
    fn normals(&self, out: &mut WorkforceYear) {
        let (simd, words) = (self.simd, self.words());
        let packs = packs_for(self.years.len());
        if let Some(turnover) = &self.plan.turnover {
            turnover.onboarding.normals(simd, words, &mut out.onboarding[..packs]);
        }
        if let Some(denials) = &self.plan.denials {
            standard_normal().draw(simd, denials.count.uniforms(words), &mut out.denials[..packs]);
            standard_normal().draw(simd, denials.write_offs.uniforms(words), &mut out.write_offs[..packs]);
            denials.rework.normals(simd, words, &mut out.rework[..packs]);
            denials.denied_payment.normals(simd, words, &mut out.denied_payment[..packs]);
            if let Some((stream, law)) = &denials.level {
                self.inputs.sampler(*law).draw(simd, stream.uniforms(words), &mut out.denial_level[..packs]);
                for (mean, level) in out.units.denials[..packs].iter_mut().zip(&out.denial_level) {
                    for (mean, level) in mean.0.iter_mut().zip(level.0) {
                        *mean *= level;
                    }
                }
            }
        }
    }

    fn breaches(&self, out: &mut WorkforceYear) {
        use WorkforceDriver as D;
        out.breaches.clear();
        let Some(plan) = &self.plan.breaches else { return };
        let simd = self.simd;
        let packs = packs_for(self.years.len());
        let uniforms = plan.count.uniforms(self.words());
        let counts = &mut out.breach_counts[..packs];
        poisson_draw(simd, &out.units.breaches[..packs], uniforms, NormalsOf(uniforms), counts);
        out.events.counted(simd, self.words(), self.years.len(), counts);
        if out.events.is_empty() {
            return;
        }
        let drivers = [D::BreachSeverityLevel, D::BreachRecoveredShare, D::PenaltyProbability, D::PenaltyAnnualCap];
        self.packed(drivers, &out.events, &mut out.packed);
        let [severity_level, recovered_share, penalty_probability, annual_cap] = &out.packed.0;
        let conditions = Conditions { severity_level, recovered_share, penalty_probability, annual_cap };
        plan.fill(simd, self.inputs, self.years, &out.events, counts, &conditions, &mut out.breaches);
    }

    fn compliance(&self, out: &mut WorkforceYear) {
        use WorkforceDriver as D;
        out.compliance.clear();
        let Some(stream) = self.plan.compliance else { return };
        let uniforms = stream.uniforms(self.words());
        let probability = self.column(D::ComplianceProbability);
        out.events.happening(self.simd, self.words(), self.years.len(), uniforms, probability);
        let drivers =
            [D::ComplianceErrorRate, D::SwitchErrorUplift, D::ComplianceOverpaidShare, D::ComplianceRepayment];
        self.packed(drivers, &out.events, &mut out.packed);
        let [error_rate, error_uplift, overpaid_share, repayment] = out.packed.all();
        for (i, row) in out.events.rows().enumerate() {
            let audit = compliance::Audit {
                error_rate: error_rate[i],
                uplift: flat(&out.exposure)[row] * error_uplift[i],
                overpaid_share: overpaid_share[i],
                encounters: self.setting.volume.at(row) * self.setting.encounters.at(row),
                repayment: repayment[i],
            };
            out.compliance.push(row, audit.cost());
        }
    }

    fn regulation(&self, out: &mut WorkforceYear) {
        use WorkforceDriver as D;
        out.regulation.clear();
        let Some(stream) = self.plan.regulation else { return };
        let uniforms = stream.uniforms(self.words());
        let probability = self.column(D::RegulationProbability);
        out.events.happening(self.simd, self.words(), self.years.len(), uniforms, probability);
        let drivers = [D::RegulationMonths, D::RegulationPremiumPerHour, D::RegulationOneOff];
        self.packed(drivers, &out.events, &mut out.packed);
        let [months, premium_per_hour, one_off, _] = out.packed.all();
        for (i, row) in out.events.rows().enumerate() {
            let mandate = regulation::Mandate {
                months: months[i],
                premium_per_hour: premium_per_hour[i],
                reference_hours: self.setting.volume.at(row) * self.setting.reference_hours.at(row),
                one_off: one_off[i],
            };
            out.regulation.push(row, mandate.cost());
        }
    }
}

/// Values of up to four drivers in the rows of an event.
struct PackedColumns([Vec<Pack>; 4]);

impl PackedColumns {
    fn all(&self) -> [&[f64]; 4] {
        let [a, b, c, d] = &self.0;
        [flat(a), flat(b), flat(c), flat(d)]
    }
}

/// Columns of one workforce that its options share.
pub(super) struct WorkforceYear {
    events: EventRows,
    packed: PackedColumns,
    pub breach_counts: Vec<Pack>,
    pub exposure: Vec<Pack>,
    pub units: Units,
    /// Normal quantiles of the lines' uniforms.
    pub onboarding: Vec<Pack>,
    pub denials: Vec<Pack>,
    pub rework: Vec<Pack>,
    pub write_offs: Vec<Pack>,
    pub denied_payment: Vec<Pack>,
    pub denial_level: Vec<Pack>,
    pub breaches: BreachYears,
    pub compliance: EventCosts,
    pub regulation: EventCosts,
}

impl WorkforceYear {
    pub fn new() -> Self {
        let column = || vec![Pack::ZERO; PACKS];
        Self {
            events: EventRows::new(),
            packed: PackedColumns([column(), column(), column(), column()]),
            breach_counts: column(),
            exposure: column(),
            units: Units::new(),
            onboarding: column(),
            denials: column(),
            rework: column(),
            write_offs: column(),
            denied_payment: column(),
            denial_level: column(),
            breaches: BreachYears::new(),
            compliance: EventCosts::new(),
            regulation: EventCosts::new(),
        }
    }
}

/// When a driver's value is needed: what describes an event, in its years alone.
fn needed(driver: WorkforceDriver) -> When {
    use WorkforceDriver as D;
    match driver {
        D::SwitchSwapWeek
        | D::SwitchDetectionWeeks
        | D::SwitchErrorUplift
        | D::BreachSeverityLevel
        | D::BreachRecoveredShare
        | D::PenaltyProbability
        | D::PenaltyAnnualCap
        | D::ComplianceErrorRate
        | D::ComplianceOverpaidShare
        | D::ComplianceRepayment
        | D::RegulationMonths
        | D::RegulationPremiumPerHour
        | D::RegulationOneOff => When::WithEvent,
        _ => When::Always,
    }
}

/// Counts worth compiling sums for: ten standard deviations of a dispersed count above the largest mean.
fn largest_count(mean: f64) -> f64 {
    (4.0 * mean + 20.0).ceil()
}
