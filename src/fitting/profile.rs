//! Between which values of one parameter does the likelihood, the others at their best, stay near its maximum?

use super::optimum::{Likelihood, Optimum, maximise};

/// Half the 95% quantile of the chi-squared law of one degree of freedom.
const DROP: f64 = 1.920_729_410_347_062;

/// The square root of twice the drop: 1.96.
const TARGET: f64 = 1.959_963_984_540_054;

/// Distance in coordinates (logarithms of scales and shapes) beyond which an end counts as infinite.
const FAR: f64 = 20.0;

/// Ends of the 95% profile-likelihood interval in the working coordinate; none where the likelihood never falls so far.
///
/// The signed root of twice the drop is nearly linear in the coordinate (exactly so for a normal likelihood), and its slope is known:
/// the partial derivative at the constrained maximum. So a few Newton steps, kept within a bracket, find each end. Venzon and
/// Moolgavkar 1988, doi:10.2307/2347496, say why such intervals hold better than Wald's in small samples.
pub(super) fn profile(likelihood: &dyn Likelihood, optimum: &Optimum, index: usize, se: f64) -> [Option<f64>; 2] {
    [-1.0, 1.0].map(|side| end(likelihood, optimum, index, se, side))
}

fn end(likelihood: &dyn Likelihood, optimum: &Optimum, index: usize, se: f64, side: f64) -> Option<f64> {
    let best = optimum.at[index];
    let mut start = optimum.at.clone();
    // The signed root at a coordinate, its slope, and where the others then are.
    let look = |c: f64, start: &[f64]| {
        let held = maximise(likelihood, start, Some((index, c)));
        let drop = (optimum.value - held.value).max(0.0);
        let root = (2.0 * drop).sqrt();
        let slope = if root > 0.0 { (held.gradient[index] / root).abs() } else { f64::NAN };
        (root, slope, held.at)
    };
    let mut inside = 0.0;
    let mut outside = f64::INFINITY;
    let mut distance = if se.is_finite() && se > 0.0 { (TARGET * se).min(4.0) } else { 1.0 };
    for _ in 0..60 {
        let (root, slope, at) = look(best + side * distance, &start);
        if root.is_nan() || root == f64::INFINITY {
            outside = distance;
            distance = 0.5 * (inside + outside);
            continue;
        }
        if (root - TARGET).abs() < 1e-4 {
            // The root is good to 1e-4; one last step along the slope.
            let last = (TARGET - root) / slope;
            return Some(best + side * (distance + if last.is_finite() { last } else { 0.0 }));
        }
        if root < TARGET {
            inside = distance;
            start = at;
        } else {
            outside = distance;
        }
        if inside > FAR {
            return None;
        }
        if outside - inside < 1e-9 * (1.0 + outside) {
            return Some(best + side * outside);
        }
        let newton = distance + (TARGET - root) / slope;
        let bracketed = newton > inside && newton < outside && newton < 3.0 * distance + 1.0;
        distance = match (bracketed, outside.is_finite()) {
            (true, _) => newton,
            (false, true) => 0.5 * (inside + outside),
            (false, false) => 2.0 * distance + 0.1,
        };
    }
    None
}

/// Does a drop stay within the 95% limit?
pub(super) fn is_within(drop: f64) -> bool {
    drop <= DROP
}
