//! How is an amount put on a lattice, so that its mean stays?
//!
//! Local moment matching (Gerber 1982): an amount between two points of the lattice is shared by them so that its mean stays.
//! With the mean survival `A_j` over the `j`-th cell the masses are `1 - A_0` at 0 and `A_(j-1) - A_j` at `j`. What lies beyond
//! the lattice is left out and its probability with it: a sum below the end of the lattice has no amount beyond it.

use crate::distributions::{Kind, Law};

/// Nodes and weights of Gauss and Legendre on [0, 1].
const TWO: [(f64, f64); 2] = [(0.211_324_865_405_187_1, 0.5), (0.788_675_134_594_812_9, 0.5)];
const FOUR: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];
/// Halvings towards a corner of the law.
const HALVINGS: usize = 30;
/// Cells beside 0 that are integrated with care: densities may be infinite there.
const CAREFUL: usize = 16;

/// Masses at `0, step, 2 step, ...`, `cells` of them.
pub(super) fn masses(law: &Law, step: f64, cells: usize) -> Vec<f64> {
    let survival = mean_survival(law, step, cells);
    let mut before = 1.0;
    survival
        .into_iter()
        .map(|mean| {
            let mass = before - mean;
            before = mean;
            mass.max(0.0)
        })
        .collect()
}

/// Mean probability of exceeding the points of each cell.
fn mean_survival(law: &Law, step: f64, cells: usize) -> Vec<f64> {
    let corners = corners(law);
    let mut next = corners.partition_point(|corner| *corner <= 0.0);
    (0..cells)
        .map(|cell| {
            let (low, high) = (cell as f64 * step, (cell + 1) as f64 * step);
            let mut from = low;
            let mut sum = 0.0;
            while next < corners.len() && corners[next] < high {
                sum += piece(law, from, corners[next], cell < CAREFUL);
                from = corners[next];
                next += 1;
            }
            while next < corners.len() && corners[next] <= high {
                next += 1;
            }
            (sum + piece(law, from, high, cell < CAREFUL || from > low)) / step
        })
        .collect()
}

/// Integral of the survival between two places without a corner between them.
fn piece(law: &Law, low: f64, high: f64, careful: bool) -> f64 {
    let gauss = |rule: &[(f64, f64)], low: f64, high: f64| {
        let width = high - low;
        width * rule.iter().map(|(x, w)| w * law.cdf(low + width * x).q()).sum::<f64>()
    };
    if !careful {
        return gauss(&TWO, low, high);
    }
    let mut end = high;
    let mut sum = 0.0;
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + end);
        sum += gauss(&FOUR, middle, end);
        end = middle;
    }
    sum + gauss(&FOUR, low, end)
}

/// Where the survival jumps or turns, ascending.
fn corners(law: &Law) -> Vec<f64> {
    let mut found = Vec::new();
    collect(law, &mut found);
    found.extend(law.atoms().into_iter().map(|(value, _)| value));
    found.retain(|corner| corner.is_finite());
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

fn collect(law: &Law, found: &mut Vec<f64>) {
    let (low, high) = law.support();
    found.extend([low, high]);
    match law.kind() {
        Kind::Mixture(components) => components.iter().for_each(|(_, law)| collect(law, found)),
        Kind::Splice { body, tail, threshold, .. } => {
            found.push(threshold);
            collect(body, found);
            collect(tail, found);
        }
        Kind::Truncated { law, .. } => collect(law, found),
        Kind::Moved { law, shift, scale } => {
            let mut unmoved = Vec::new();
            collect(law, &mut unmoved);
            found.extend(unmoved.into_iter().map(|corner| shift + scale * corner));
        }
        _ => {}
    }
}

/// The step of the lattice on which all values of the law lie, if it has no other values and the step is no less than `least`.
pub(super) fn lattice_step(law: &Law, least: f64) -> Option<f64> {
    let atoms = law.atoms();
    if atoms.iter().map(|(_, weight)| weight).sum::<f64>() < 1.0 - 1e-12 {
        return None;
    }
    let largest = atoms.last()?.0;
    let mut step = largest;
    for (value, _) in atoms {
        let (mut a, mut b) = (step, value);
        while b > 1e-9 * largest {
            (a, b) = (b, a % b);
            if a - b < 1e-9 * largest {
                b = 0.0;
            }
        }
        step = a;
        if !(step >= least && step > 0.0) {
            return None;
        }
    }
    Some(step)
}
