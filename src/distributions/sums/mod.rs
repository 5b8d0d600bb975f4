//! What is the sum of N independent amounts, as one quantile function of a count and a uniform?

mod closed;
mod convolution;
mod fourier;
mod general;
mod patches;
mod points;
mod steps;
mod table;

use super::{Kind, Law};
use crate::numerics::simd::{Level, Pack, Simd, SimdBase, SimdFloat, f64x8, on_level};
use crate::numerics::{Probability, special};
use crate::random::Uniforms;
use general::General;
use patches::Patches;

/// The laws of all sums of one amount, compiled: `S = F_N^-1(u)`, `F_N` the law of the sum of `N` independent amounts.
///
/// **Method.** Points multiply; normal, gamma, exponential and inverse gaussian amounts stay in their family. Sums of few
/// discrete amounts are enumerated. All others come from Fourier grids, one for each scale a factor 4 apart, tilted so
/// that what wraps round is negligible: an amount above its floor can only add, so a grid never needs what lies beyond
/// it, and heavy tails (infinite mean included) cost a few grids more. Counts up to 16 have a law of their own (more for
/// discrete amounts, up to where their ripples have died out); beyond, nodes stand four to an octave, and the log of the
/// sum is interpolated by a cubic in `1 / sqrt(N)`, the variable of Edgeworth's series. A call reads one table or four.
/// Tables end at tails of 7.5e-9: above, a sum grows as its largest amount or its normal limit does, whichever is faster.
/// Nodes reach to `largest_count`, 4096 or `1000 skewness^2`, whichever is most, and at most 4,194,304; further out the
/// deviation from the normal limit fades as `1 / sqrt(N)`, or follows the stable law's scaling where there is no variance.
///
/// **Accuracy**, as measured by the tests of this module (relative, quantiles from 0.001 to 0.999):
///
/// | amounts | quantile | mean | variance | against |
/// |---|---|---|---|---|
/// | normal, gamma, exponential, inverse gaussian | 1e-5 | 1e-8 | 1e-6 | exact quantile |
/// | gamma on the Fourier path, shape 0.3 to 30 | 2e-4 at shape 0.3, else below 1e-4 | | | exact quantile |
/// | lognormal, sigma 0.55 and 0.7 | 2e-5 | 1e-6 | 2e-5 | plain Fourier |
/// | lognormal, sigma 1.37 | 3e-4 (the check's own) | 1e-6 | 1e-5 | plain Fourier |
/// | uniform, beta, Weibull 0.7 | 3e-5, 3e-5, 1e-4 | 1e-6 | 2e-5 | plain Fourier, quadrature |
/// | lognormal 2.5, Pareto 2.5 | 4.5 standard errors of 200,000 drawn sums | 1e-5 | 1e-4, at `N` = 10,000 2e-4 | drawn one by one |
/// | Pareto 0.8, 1.5, lognormal 3, `N` = 2 | 1e-3 in probability to tails of 1e-10 | | | quadrature |
/// | zero or gamma | 5e-4 at `N` = 2 | | | binomial mixture |
/// | lattice | the right point but for 1e-5 in probability | | | direct convolution |
///
/// Known limits: without a lower bound, an amount is cut at its quantile of 1e-10. Amounts that mix a density with atoms
/// other than the least value are known to a grid step (1e-3 of the sum) near the sums of their atoms. A lattice law
/// with more than 4096 sums before its ripples die out (a rare large value beside small ones) is rounded to its lattice
/// from a smooth law.
///
/// ```
/// use tailcost::distributions::Law;
/// use tailcost::distributions::sums::CompiledSum;
/// use tailcost::numerics::Probability;
/// let hours = Law::from_parameters("exponential", &[("mean", 2.0)]).unwrap();
/// let sum = CompiledSum::compile(&hours, 1000.0);
/// // The median of the sum of three is that of a gamma law of shape 3: 2 x 2.674060.
/// assert!((sum.quantile(3.0, Probability::lower(0.5)) - 5.348121).abs() < 1e-4);
/// assert_eq!(sum.quantile(0.0, Probability::lower(0.5)), 0.0);
/// ```
pub struct CompiledSum {
    plan: Plan,
}

/// A factor on every sum.
#[cfg(feature = "planted-faults")]
const PLANTED: f64 = 1.005;

enum Plan {
    Point { value: f64 },
    Normal { mean: f64, sd: f64 },
    General { law: Box<General>, patches: Option<Patches> },
}

impl CompiledSum {
    /// Compiles the sums of `amount` for counts up to about `largest_count`; larger ones are answered by an expansion.
    pub fn compile(amount: &Law, largest_count: f64) -> Self {
        let plan = match amount.kind() {
            Kind::Point { value } => Plan::Point { value },
            Kind::Normal { mean, sd } => Plan::Normal { mean, sd },
            _ => match amount.atoms().as_slice() {
                [(value, weight)] if *weight >= 1.0 => Plan::Point { value: *value },
                _ => {
                    let law = General::compile(amount, largest_count);
                    // Laws with atoms jump: there is nothing smooth to resample.
                    let patches = law.is_smooth().then(|| Patches::build(&law, largest_count));
                    Plan::General { law: Box::new(law), patches }
                }
            },
        };
        Self { plan }
    }

    /// The sum of `count` amounts (a whole number) at probability `p`; 0 when there are none.
    #[inline]
    pub fn quantile(&self, count: f64, p: Probability) -> f64 {
        if count < 1.0 {
            return 0.0;
        }
        #[cfg(feature = "planted-faults")]
        if crate::planted::is(crate::planted::Fault::Sum) {
            return PLANTED * self.of_some(count, p);
        }
        self.of_some(count, p)
    }

    #[inline]
    fn of_some(&self, count: f64, p: Probability) -> f64 {
        match &self.plan {
            Plan::Point { value } => count * value,
            Plan::Normal { mean, sd } => count * mean + count.sqrt() * sd * special::normal_quantile(p),
            Plan::General { law, .. } => law.quantile(count, p),
        }
    }

    /// One sum a year, of `counts` amounts at `uniforms`, whose normal quantiles are `normals`.
    #[inline(never)]
    pub fn fill<S: Simd>(&self, simd: S, counts: &[Pack], normals: &[Pack], uniforms: impl Uniforms, out: &mut [Pack]) {
        simd.vectorize(
            #[inline(always)]
            || self.fill_packs(simd, counts, normals, uniforms, out),
        );
        #[cfg(feature = "planted-faults")]
        if crate::planted::is(crate::planted::Fault::Sum) {
            out.iter_mut().flat_map(|pack| &mut pack.0).for_each(|sum| *sum *= PLANTED);
        }
    }

    /// [`CompiledSum::fill`] on a level.
    pub fn on(&self, level: Level, counts: &[Pack], normals: &[Pack], uniforms: impl Uniforms, out: &mut [Pack]) {
        on_level!(level, simd => self.fill(simd, counts, normals, uniforms, out));
    }

    #[inline(always)]
    fn fill_packs<S: Simd>(
        &self,
        simd: S,
        counts: &[Pack],
        normals: &[Pack],
        uniforms: impl Uniforms,
        out: &mut [Pack],
    ) {
        match &self.plan {
            Plan::Point { value } => {
                for (out, count) in out.iter_mut().zip(counts) {
                    out.store(count.load(simd) * f64x8::splat(simd, *value));
                }
            }
            Plan::Normal { mean, sd } => {
                let (mean, sd) = (f64x8::splat(simd, *mean), f64x8::splat(simd, *sd));
                for ((out, count), z) in out.iter_mut().zip(counts).zip(normals) {
                    let count = count.load(simd);
                    out.store(count * mean + count.sqrt() * sd * z.load(simd));
                }
            }
            Plan::General { law, patches: Some(patches) } => {
                patches.fill(simd, law, counts, normals, uniforms, out);
            }
            Plan::General { law, patches: None } => {
                for (i, (out, count)) in out.iter_mut().zip(counts).enumerate() {
                    let folded = uniforms.pack(simd, i).to_array();
                    for ((out, count), folded) in out.0.iter_mut().zip(count.0).zip(folded) {
                        *out = if count < 1.0 { 0.0 } else { law.quantile(count, Probability::from_folded(folded)) };
                    }
                }
            }
        }
    }

    /// Share of the years that the plain law answers, at its worst over the counts that have polynomials.
    pub fn plain_share(&self) -> f64 {
        match &self.plan {
            Plan::Point { .. } | Plan::Normal { .. } => 0.0,
            Plan::General { patches, .. } => patches.as_ref().map_or(1.0, Patches::plain_share),
        }
    }

    /// Memory of the tables, in bytes.
    pub fn bytes(&self) -> usize {
        match &self.plan {
            Plan::General { law, patches } => law.bytes() + patches.as_ref().map_or(0, Patches::bytes),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod patches_tests;
#[cfg(test)]
mod tests;
