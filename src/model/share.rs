//! What does a workforce cost that does a share of an option's volume?

use super::inputs::Inputs;
use super::turnover;
use super::workforce::{WorkforcePlan, WorkforceYear};
use crate::config::{Component, WorkforceDriver};
use crate::distributions::counts::{NormalsOf, binomial_draw, poisson_draw};
use crate::engine::{PACKS, Stage, Watch};
use crate::numerics::simd::{Column, Pack, Simd, SimdBase, f64x8};
use crate::random::YearWords;

/// One workforce in one option.
pub(super) struct Share<'a> {
    pub share: f64,
    pub plan: &'a WorkforcePlan,
    pub year: &'a WorkforceYear,
    pub inputs: &'a Inputs,
    pub words: &'a YearWords,
    pub packs: usize,
}

/// Does the workforce write the option's lines first, or add to those of others?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    First,
    Add,
}

/// Working columns, used by one share after the other.
pub(super) struct ShareScratch {
    pub departures: Vec<Pack>,
    pub lost_hours: Vec<Pack>,
    pub denials: Vec<Pack>,
    pub write_offs: Vec<Pack>,
    /// Mean denials at the year's level, once the share is put.
    pub mean: Vec<Pack>,
    sum: Vec<Pack>,
}

/// The columns of an option, by index.
pub(super) struct Lines<'a> {
    packs: &'a mut [Pack],
}

impl<'a> Lines<'a> {
    /// From the columns of [`Table::packs_mut`](crate::engine::Table::packs_mut).
    pub fn new(packs: &'a mut [Pack]) -> Self {
        Self { packs }
    }

    fn column(&mut self, index: usize) -> &mut [Pack] {
        &mut self.packs[index * PACKS..(index + 1) * PACKS]
    }

    pub fn peak(&mut self) -> &mut [Pack] {
        self.column(1)
    }

    pub fn part(&mut self, component: Component) -> &mut [Pack] {
        self.column(2 + component as usize)
    }

    /// Every column, for reading one while another is written.
    pub fn all(&mut self) -> &mut [Pack] {
        self.packs
    }
}

impl ShareScratch {
    pub fn new() -> Self {
        let column = || vec![Pack::ZERO; PACKS];
        Self {
            departures: column(),
            lost_hours: column(),
            denials: column(),
            write_offs: column(),
            mean: column(),
            sum: column(),
        }
    }
}

impl Share<'_> {
    /// Writes the lines that every year has; those of rare events the option adds.
    pub fn put<'d, S: Simd, W: Watch>(
        &self,
        simd: S,
        drivers: &impl Fn(WorkforceDriver) -> Column<'d>,
        scratch: &mut ShareScratch,
        put: Put,
        out: &mut Lines<'_>,
        watch: &mut W,
    ) {
        use Component as C;
        let units = &self.year.units;
        for (component, unit) in [
            (C::Labour, &units.labour),
            (C::Management, &units.management),
            (C::Queries, &units.queries),
            (C::Audit, &units.audit),
            (C::CaseMix, &units.case_mix),
        ] {
            if !self.plan.is_off(component) {
                scaled(simd, self.share, &unit[..self.packs], put, out.part(component));
            }
        }
        self.turnover(simd, drivers, scratch, put, out, watch);
        self.denials(simd, drivers, scratch, put, out, watch);
        self.carrying(simd, scratch, put, out.part(C::Dnfb));
    }

    fn turnover<'d, S: Simd, W: Watch>(
        &self,
        simd: S,
        drivers: &impl Fn(WorkforceDriver) -> Column<'d>,
        scratch: &mut ShareScratch,
        put: Put,
        out: &mut Lines<'_>,
        watch: &mut W,
    ) {
        use WorkforceDriver as D;
        let ShareScratch { departures, lost_hours, mean, .. } = scratch;
        let [departures, lost_hours, mean] = [departures, lost_hours, mean].map(|column| &mut column[..self.packs]);
        let Some(plan) = &self.plan.turnover else {
            departures.fill(Pack::ZERO);
            lost_hours.fill(Pack::ZERO);
            return;
        };
        scaled(simd, self.share, &self.year.units.departures[..self.packs], Put::First, mean);
        watch.enter(Stage::Counts);
        let uniforms = plan.departures.uniforms(self.words);
        poisson_draw(simd, mean, uniforms, NormalsOf(uniforms), departures);
        watch.enter(Stage::Sums);
        plan.onboarding.fill(simd, self.inputs, self.words, departures, &self.year.onboarding, lost_hours);
        watch.enter(Stage::Mechanisms);
        let (output, rate, replacement) = (drivers(D::OnboardingOutput), drivers(D::Rate), drivers(D::ReplacementCost));
        let cost = out.part(Component::Onboarding);
        each_pack(
            simd,
            self.packs,
            #[inline(always)]
            |i| {
                let lost = turnover::lost_hours(simd, output.load(simd, i), lost_hours[i].load(simd));
                lost_hours[i].store(lost);
                let of_departures = (departures[i].load(simd), replacement.load(simd, i));
                let value = turnover::onboarding(rate.load(simd, i), lost, of_departures.0, of_departures.1);
                put_pack(simd, put, value, &mut cost[i]);
            },
        );
    }

    fn denials<'d, S: Simd, W: Watch>(
        &self,
        simd: S,
        drivers: &impl Fn(WorkforceDriver) -> Column<'d>,
        scratch: &mut ShareScratch,
        put: Put,
        out: &mut Lines<'_>,
        watch: &mut W,
    ) {
        use WorkforceDriver as D;
        let ShareScratch { departures, denials, write_offs, mean, sum, .. } = scratch;
        let [denials, write_offs, mean, sum] = [denials, write_offs, mean, sum].map(|column| &mut column[..self.packs]);
        let Some(plan) = &self.plan.denials else {
            denials.fill(Pack::ZERO);
            return;
        };
        let units = &self.year.units;
        let share = f64x8::splat(simd, self.share);
        each_pack(
            simd,
            self.packs,
            #[inline(always)]
            |i| {
                let rise = units.rise_per_departure[i].load(simd) * departures[i].load(simd);
                mean[i].store(units.denials[i].load(simd) * (share + rise));
            },
        );
        watch.enter(Stage::Counts);
        poisson_draw(simd, mean, plan.count.uniforms(self.words), &self.year.denials[..], denials);
        if !plan.rework.is_zero() {
            watch.enter(Stage::Sums);
            plan.rework.fill(simd, self.inputs, self.words, denials, &self.year.rework, sum);
            watch.enter(Stage::Mechanisms);
            at_level(simd, drivers(D::ReworkLevel), sum, put, out.part(Component::DenialRework));
        }
        if !plan.denied_payment.is_zero() {
            let uniforms = plan.write_offs.uniforms(self.words);
            let share = drivers(D::WriteOffShare);
            watch.enter(Stage::Counts);
            binomial_draw(simd, denials, share, uniforms, &self.year.write_offs[..], write_offs);
            watch.enter(Stage::Sums);
            plan.denied_payment.fill(simd, self.inputs, self.words, write_offs, &self.year.denied_payment, sum);
            watch.enter(Stage::Mechanisms);
            at_level(simd, drivers(D::DeniedPaymentLevel), sum, put, out.part(Component::DenialWriteOff));
        }
    }

    /// Money that comes later: of the volume, of lost hours, of denied claims.
    fn carrying<S: Simd>(&self, simd: S, scratch: &ShareScratch, put: Put, out: &mut [Pack]) {
        let units = &self.year.units;
        let share = f64x8::splat(simd, self.share);
        each_pack(
            simd,
            self.packs,
            #[inline(always)]
            |i| {
                let of_volume = share * units.carrying_volume[i].load(simd);
                let of_hours = scratch.lost_hours[i].load(simd) * units.carrying_lost_hour[i].load(simd);
                let of_denials = scratch.denials[i].load(simd) * units.carrying_denial[i].load(simd);
                put_pack(simd, put, of_volume + of_hours + of_denials, &mut out[i]);
            },
        );
    }
}

/// Runs over the packs of a block with the level's instructions.
#[inline(always)]
pub(super) fn each_pack<S: Simd>(simd: S, packs: usize, mut body: impl FnMut(usize)) {
    simd.vectorize(
        #[inline(always)]
        || {
            for i in 0..packs {
                body(i);
            }
        },
    );
}

#[inline(always)]
fn put_pack<S: Simd>(simd: S, put: Put, value: f64x8<S>, out: &mut Pack) {
    match put {
        Put::First => out.store(value),
        Put::Add => out.store(out.load(simd) + value),
    }
}

#[inline(never)]
fn scaled<S: Simd>(simd: S, share: f64, unit: &[Pack], put: Put, out: &mut [Pack]) {
    let share = f64x8::splat(simd, share);
    each_pack(
        simd,
        unit.len(),
        #[inline(always)]
        |i| put_pack(simd, put, share * unit[i].load(simd), &mut out[i]),
    );
}

/// A sum of claims at the year's level.
#[inline(never)]
fn at_level<S: Simd>(simd: S, level: Column<'_>, sum: &[Pack], put: Put, out: &mut [Pack]) {
    each_pack(
        simd,
        sum.len(),
        #[inline(always)]
        |i| put_pack(simd, put, level.load(simd, i) * sum[i].load(simd), &mut out[i]),
    );
}
