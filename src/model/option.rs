//! What does an option cost in a year, all of its workforces together?

use super::breach;
use super::inputs::{InputScratch, Inputs, Slot};
use super::layout::fill_rates;
use super::setting::Setting;
use super::share::{Lines, Put, Share, ShareScratch, each_pack};
use super::workforce::{WorkforcePlan, WorkforceYear};
use crate::config::{Component, WorkforceDriver};
use crate::engine::{BLOCK, PACKS, Watch};
use crate::numerics::simd::{Pack, Simd, SimdBase, f64x8, flat_mut, packs_for};

/// A mix of workforces, compiled.
pub(super) struct OptionPlan {
    /// (index among the workforces, share).
    mix: Vec<(usize, f64)>,
    share_sum: f64,
    transition: Slot,
    /// Lines that are 0 in every year.
    off: Vec<Component>,
    /// Lines that make up the total.
    counted: Vec<Component>,
}

/// Working memory of the options, used by one after the other.
pub(super) struct OptionScratch {
    share: ShareScratch,
    /// Breach cost before insurance by row; 0 but while an option is worked on.
    breach: Vec<f64>,
}

impl OptionScratch {
    pub fn new() -> Self {
        Self { share: ShareScratch::new(), breach: vec![0.0; BLOCK] }
    }
}

impl OptionPlan {
    pub fn new(
        mix: Vec<(usize, f64)>,
        workforces: &[WorkforcePlan],
        transition: (Slot, bool),
        premium_is_zero: bool,
        excluded: &[Component],
    ) -> Self {
        let off = |component: Component| match component {
            Component::Transition => transition.1,
            Component::Breach => premium_is_zero && mix.iter().all(|(i, _)| workforces[*i].is_off(component)),
            _ => mix.iter().all(|(i, _)| workforces[*i].is_off(component)),
        };
        let off: Vec<Component> = Component::ALL.into_iter().filter(|component| off(*component)).collect();
        let counted =
            Component::ALL.into_iter().filter(|part| !excluded.contains(part) && !off.contains(part)).collect();
        Self { share_sum: mix.iter().map(|(_, share)| share).sum(), mix, transition: transition.0, off, counted }
    }

    pub fn uses(&self, workforce: usize) -> bool {
        self.mix.iter().any(|(index, _)| *index == workforce)
    }

    /// Its workforces, by index, and their shares.
    pub fn mix(&self) -> &[(usize, f64)] {
        &self.mix
    }

    /// Lines that are 0 in every year.
    pub fn off(&self) -> &[Component] {
        &self.off
    }

    /// The option's columns for a block of years.
    #[expect(clippy::too_many_arguments, reason = "the floors below, each once")]
    pub fn fill<S: Simd, W: Watch>(
        &self,
        simd: S,
        workforces: &[WorkforcePlan],
        years: &[WorkforceYear],
        inputs: &Inputs,
        drawn: &InputScratch,
        setting: &Setting<'_>,
        scratch: &mut OptionScratch,
        packs: &mut [Pack],
        watch: &mut W,
    ) {
        let mut out = Lines::new(packs);
        let used = packs_for(drawn.rows());
        out.peak()[..used].fill(Pack::ZERO);
        for component in &self.off {
            out.part(*component)[..used].fill(Pack::ZERO);
        }
        for (place, &(index, share)) in self.mix.iter().enumerate() {
            let plan = &workforces[index];
            let drivers = |driver: WorkforceDriver| plan.column(inputs, drawn, driver);
            let share = Share { share, plan, year: &years[index], inputs, words: &drawn.words, packs: used };
            let put = if place == 0 { Put::First } else { Put::Add };
            if put == Put::First {
                self.clear_where_the_first_is_off(plan, used, &mut out);
            }
            share.put(simd, &drivers, &mut scratch.share, put, &mut out, watch);
        }
        self.events(years, setting, drawn, scratch, &mut out);
        let transition = inputs.column(drawn, self.transition);
        if !self.off.contains(&Component::Transition) {
            let part = out.part(Component::Transition);
            each_pack(
                simd,
                used,
                #[inline(always)]
                |i| part[i].store(transition.load(simd, i)),
            );
        }
        self.total(simd, used, out.all());
        fill_rates(simd, used, self.share_sum, setting, out.all());
    }

    /// What the first workforce does not write, the others add to.
    fn clear_where_the_first_is_off(&self, first: &WorkforcePlan, used: usize, out: &mut Lines<'_>) {
        for component in Component::ALL {
            if first.is_off(component) && !self.off.contains(&component) {
                out.part(component)[..used].fill(Pack::ZERO);
            }
        }
    }

    /// Breaches with the cyber policy, fines, repayments and new law: lines that few years have.
    fn events(
        &self,
        years: &[WorkforceYear],
        setting: &Setting<'_>,
        drawn: &InputScratch,
        scratch: &mut OptionScratch,
        out: &mut Lines<'_>,
    ) {
        use Component as C;
        let used = packs_for(drawn.rows());
        if !self.off.contains(&C::Breach) {
            for (i, part) in out.part(C::Breach)[..used].iter_mut().enumerate() {
                *part = setting.premium.pack(i);
            }
        }
        for component in [C::Penalties, C::Compliance, C::Regulation] {
            out.part(component)[..used].fill(Pack::ZERO);
        }
        for &(index, share) in &self.mix {
            let year = &years[index];
            let breaches = &year.breaches;
            for (i, &row) in breaches.rows.iter().enumerate() {
                scratch.breach[row] += share * breaches.kept[i];
                let peak = &mut flat_mut(out.peak())[row];
                *peak = peak.max(share * breaches.largest[i]);
                flat_mut(out.part(C::Penalties))[row] += breaches.penalties[i];
            }
            year.compliance.add_to(share, flat_mut(out.part(C::Compliance)));
            year.regulation.add_to(share, flat_mut(out.part(C::Regulation)));
        }
        let breach = flat_mut(out.part(C::Breach));
        for &(index, _) in &self.mix {
            for &row in &years[index].breaches.rows {
                // A row that two workforces share is insured once.
                if scratch.breach[row] != 0.0 {
                    let (retention, limit) = (setting.retention.at(row), setting.limit.at(row));
                    breach[row] = breach::insured(scratch.breach[row], retention, limit, setting.premium.at(row));
                    scratch.breach[row] = 0.0;
                }
            }
        }
    }

    #[inline(never)]
    fn total<S: Simd>(&self, simd: S, used: usize, packs: &mut [Pack]) {
        let (total, rest) = packs.split_at_mut(2 * PACKS);
        each_pack(
            simd,
            used,
            #[inline(always)]
            |i| {
                let mut sum = f64x8::splat(simd, 0.0);
                for component in &self.counted {
                    sum += rest[*component as usize * PACKS + i].load(simd);
                }
                total[i].store(sum);
            },
        );
    }
}
