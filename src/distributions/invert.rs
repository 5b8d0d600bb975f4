//! At which x does a cdf reach a probability, when only the cdf and its density are known?

use crate::numerics::Probability;
use crate::numerics::elementary::ln_1p;

/// How near a Newton step must start to be the last one. The step squares the gap, the relative miss of the tail.
#[derive(Debug, Clone, Copy)]
pub(super) enum Polish {
    /// What is left is below rounding.
    Exact,
    /// What is left is some 1e-11 of the law's own scale: enough for a table, at half the price.
    Table,
}

impl Polish {
    fn last_gap(self) -> f64 {
        match self {
            Self::Exact => 1e-8,
            Self::Table => 3e-6,
        }
    }
}

/// The x in [low, high] with `cdf(x) = p`, the cdf being continuous and rising there, from a first guess.
///
/// Newton on the logarithm of the nearer tail, which is nearly straight for power and exponential tails alike, kept
/// inside a shrinking bracket and replaced by bisection (on the float bits, so that magnitudes are halved too) where it
/// leaves it. Ends where the step is as [`Polish`] asks or the bracket has closed, whose ends may be infinite.
pub(super) fn invert(
    p: Probability,
    (mut low, mut high): (f64, f64),
    guess: f64,
    polish: Polish,
    cdf: impl Fn(f64) -> Probability,
    density: impl Fn(f64) -> f64,
) -> f64 {
    let mut x = if guess > low && guess < high { guess } else { middle(low, high) };
    let mut last_step = f64::INFINITY;
    for _ in 0..200 {
        let here = cdf(x);
        if here < p {
            low = x;
        } else {
            high = x;
        }
        // Relative gap of the tail on p's side; positive where x is too small.
        let gap = if p.is_upper() { (here.q() - p.tail()) / p.tail() } else { (p.tail() - here.p()) / p.tail() };
        if gap == 0.0 {
            return x;
        }
        let own_tail = if p.is_upper() { here.q() } else { here.p() };
        let logarithmic = if p.is_upper() { ln_1p(gap) } else { -ln_1p(-gap) };
        let step = logarithmic * own_tail / density(x);
        let proposed = x + step;
        if logarithmic.abs() < polish.last_gap() && proposed >= low && proposed <= high {
            return proposed;
        }
        let slow = step.abs() > 0.7 * last_step;
        last_step = step.abs();
        let next = if proposed > low && proposed < high && !slow {
            proposed
        } else if step.abs() <= 4e-16 * x.abs() {
            return x;
        } else {
            last_step = f64::INFINITY;
            middle(low, high)
        };
        if (next - x).abs() <= 4e-16 * next.abs() || next <= low || next >= high {
            return next.clamp(low, high);
        }
        x = next;
    }
    x
}

/// The x with `rising(x) = 0` in [low, high], by bisection with secant steps; the signs at the ends must differ.
pub(super) fn root(rising: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let (mut at_low, mut at_high) = (rising(low), rising(high));
    let mut halve = false;
    for _ in 0..200 {
        let secant = low - at_low * (high - low) / (at_high - at_low);
        let x = if !halve && secant > low && secant < high { secant } else { 0.5 * (low + high) };
        let width = high - low;
        if !(x > low && x < high) || width <= 2e-16 * x.abs() {
            return x.clamp(low, high);
        }
        let here = rising(x);
        if here == 0.0 {
            return x;
        }
        // Illinois: the end that stays has its value halved, so that it moves the next time.
        if here < 0.0 {
            (low, at_low, at_high) = (x, here, 0.5 * at_high);
        } else {
            (high, at_high, at_low) = (x, here, 0.5 * at_low);
        }
        halve = high - low > 0.6 * width;
    }
    0.5 * (low + high)
}

/// Halfway between two numbers in the order of the floats: geometric where magnitudes differ, arithmetic where not.
pub(super) fn middle(low: f64, high: f64) -> f64 {
    if low == f64::NEG_INFINITY && high == f64::INFINITY {
        0.0
    } else if (low >= 0.0 && high > 4.0 * low) || (high <= 0.0 && low < 4.0 * high) {
        let bits = |x: f64| {
            let bits = x.abs().to_bits() as i64;
            if x < 0.0 { -bits } else { bits }
        };
        let half = bits(low) + (bits(high) - bits(low)) / 2;
        let size = f64::from_bits(half.unsigned_abs());
        if half < 0 { -size } else { size }
    } else if low == f64::NEG_INFINITY {
        2.0 * high.min(-1.0)
    } else if high == f64::INFINITY {
        2.0 * low.max(1.0)
    } else {
        0.5 * low + 0.5 * high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_root_it_is_told_of() {
        let found = root(|x| x * x * x - 2.0, 0.0, 100.0);
        assert!((found - 1.259_921_049_894_873_2).abs() < 1e-15);
    }

    #[test]
    fn inverts_a_power_law_far_out_from_a_bad_guess() {
        let cdf = |x: f64| if x > 1.0 { Probability::upper(0.5 / x) } else { Probability::lower(0.5 * x) };
        let density = |x: f64| if x > 1.0 { 0.5 / (x * x) } else { 0.5 };
        for p in [Probability::lower(1e-40), Probability::lower(0.3), Probability::upper(1e-30)] {
            let exact = if p.is_upper() { 0.5 / p.tail() } else { 2.0 * p.tail() };
            let found = invert(p, (0.0, 1e300), 1.0, Polish::Exact, cdf, density);
            assert!((found / exact - 1.0).abs() < 1e-14, "{p:?} {found}");
        }
    }
}
