//! How is a step of a count's cdf found exactly once it is nearly known?

/// The smallest count from 0 to `most` at which `reached` holds, for a `reached` that stays true once it is.
///
/// Gallops away from `guess` and bisects: as many evaluations as the error of the guess has bits, and two.
pub(super) fn smallest(guess: f64, most: f64, reached: impl Fn(f64) -> bool) -> f64 {
    // `reached` holds at `above` and fails at `below`.
    let start = guess.clamp(0.0, most);
    let (mut below, mut above) = (-1.0, most);
    let mut stride = 1.0;
    if start >= most || reached(start) {
        above = start;
        while above - stride > below {
            if reached(above - stride) {
                above -= stride;
                stride *= 2.0;
            } else {
                below = above - stride;
            }
        }
    } else {
        below = start;
        while below + stride < above {
            if reached(below + stride) {
                above = below + stride;
            } else {
                below += stride;
                stride *= 2.0;
            }
        }
    }
    while above - below > 1.0 {
        let middle = (0.5 * (above + below)).floor();
        if reached(middle) {
            above = middle;
        } else {
            below = middle;
        }
    }
    above
}

/// Relative error that a sum of probabilities from zero stays below, for the few dozen terms it is used for.
const SUM_ERROR: f64 = 4e-14;

/// How the sum of a law's first probabilities compares with a target.
pub(super) enum Summed {
    /// The count is decided.
    Count(f64),
    /// The sum up to this count is too near the target to tell.
    Near(f64),
}

/// Adds up probabilities from that of zero on, until they reach `target`.
///
/// `ratio(k)` is the probability of `k` over that of `k - 1`, counts end at `most`.
#[inline(always)]
pub(super) fn sum_to(target: f64, of_zero: f64, most: f64, ratio: impl Fn(f64) -> f64) -> Summed {
    let enough = target * (1.0 - SUM_ERROR);
    let (mut count, mut term, mut sum) = (0.0, of_zero, of_zero);
    while sum < enough && count < most {
        count += 1.0;
        term *= ratio(count);
        sum += term;
    }
    if sum > target * (1.0 + SUM_ERROR) { Summed::Count(count) } else { Summed::Near(count) }
}
