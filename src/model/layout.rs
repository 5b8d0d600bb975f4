//! Which columns does a year have, and how do costs become hourly rates?

use super::setting::Setting;
use super::share::each_pack;
use crate::config::{Component, Scenario};
use crate::engine::{Layout, PACKS, Ratio};
use crate::numerics::simd::{Pack, Select, Simd, SimdBase, f64x8};

/// Ratios of a year, in the order of the table: name, and whether quantiles are wanted.
pub const RATIOS: [(&str, bool); 5] = [
    ("effective_hourly_rate", true),
    ("all_in_hourly_rate", true),
    ("labour_per_hour", false),
    ("audit_per_hour", false),
    ("denial_rework_per_hour", false),
];

/// The table of a case: options, the 14 components, the hourly rates.
pub fn layout(scenario: &Scenario) -> Layout {
    Layout {
        alternatives: scenario.options.iter().map(|option| option.name.clone()).collect(),
        parts: Component::ALL.iter().map(|component| component.key().to_string()).collect(),
        counted: Component::ALL.iter().map(|component| !scenario.simulation.exclude.contains(component)).collect(),
        ratios: RATIOS
            .iter()
            .map(|(name, quantiles)| Ratio { name: (*name).to_string(), quantiles: *quantiles })
            .collect(),
        zero_parts: Vec::new(),
    }
}

/// Fills the rates per reference hour: effective `= (labour + audit + denial_rework) / h0`, all-in `= total / h0`, with
/// `h0 = sum of w v H`. A year without reference hours has rates of 0.
#[inline(never)]
pub(super) fn fill_rates<S: Simd>(simd: S, used: usize, share_sum: f64, setting: &Setting<'_>, packs: &mut [Pack]) {
    use Component as C;
    let (costs, rates) = packs.split_at_mut((2 + Component::ALL.len()) * PACKS);
    let zero = f64x8::splat(simd, 0.0);
    each_pack(
        simd,
        used,
        #[inline(always)]
        |i| {
            let hours =
                f64x8::splat(simd, share_sum) * setting.volume.load(simd, i) * setting.reference_hours.load(simd, i);
            let some = hours.simd_gt(zero);
            let part = |component: Component| costs[(2 + component as usize) * PACKS + i].load(simd);
            let (labour, audit, rework) = (part(C::Labour), part(C::Audit), part(C::DenialRework));
            // Divided, not multiplied by a reciprocal: 60.00 USD an hour shall read 60.
            let mut rate = |index: usize, cost: f64x8<S>| {
                rates[index * PACKS + i].store(some.select(cost / hours, zero));
            };
            rate(0, labour + audit + rework);
            rate(1, costs[i].load(simd));
            rate(2, labour);
            rate(3, audit);
            rate(4, rework);
        },
    );
}
