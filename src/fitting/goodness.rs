//! How far is a sample from the law that was fitted to it?

use super::observations::{Observations, Window};
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::ln;

/// The empirical distribution function at the exact rows, on the probability scale of a fitted law.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// Fitted probabilities below and above each exact row, ascending.
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// Height of the empirical distribution function after each exact row: the share of rows up to it, or with right-censored rows what
/// Kaplan and Meier (1958, doi:10.1080/01621459.1958.10501452) make of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heights {
    Even { rows: usize },
    Product(Vec<f64>),
}

impl Heights {
    /// None where rows are left- or interval-censored, or censored with windows of their own.
    pub fn of(observations: &Observations) -> Option<Self> {
        let censored = observations.censored();
        if censored.is_empty() {
            return Some(Self::Even { rows: observations.len() });
        }
        if observations.right_censored() as f64 != censored.iter().map(|row| row.count).sum::<f64>()
            || observations.common_window().is_none()
        {
            return None;
        }
        let mut at_risk = observations.len() as f64;
        let mut survival = 1.0;
        let mut rows = censored.iter().peekable();
        let mut heights = Vec::with_capacity(observations.exact().len());
        for x in observations.exact() {
            // Rows censored at x itself are still at risk there.
            while let Some(row) = rows.next_if(|row| row.low < *x) {
                at_risk -= row.count;
            }
            survival *= 1.0 - 1.0 / at_risk;
            at_risk -= 1.0;
            heights.push(1.0 - survival);
        }
        Some(Self::Product(heights))
    }

    pub fn after(&self, index: usize) -> f64 {
        match self {
            Self::Even { rows } => (index + 1) as f64 / *rows as f64,
            Self::Product(heights) => heights[index],
        }
    }

    pub fn before(&self, index: usize) -> f64 {
        if index == 0 { 0.0 } else { self.after(index - 1) }
    }
}

/// The law of what could be seen.
pub(super) fn visible(law: &Law, window: Window) -> Result<Law, LawError> {
    if window.is_all() { Ok(law.clone()) } else { law.truncated(window.from, window.to) }
}

/// Rows between two places at which the law is asked; the others by cubic interpolation with its density.
const STRIDE: usize = 16;

/// Samples of up to so many rows are asked for one by one.
const SMALL: usize = 400;

/// How the probabilities of the exact rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Each from the law.
    Exact,
    /// Interpolated between every sixteenth, the outermost from the law: to a hundredth of what chance moves them, or much better.
    Bootstrap,
}

impl Placed {
    pub fn new(law: &Law, observations: &Observations, care: Care) -> Result<Self, LawError> {
        let exact = observations.exact();
        if let Some(window) = observations.common_window() {
            let law = visible(law, window)?;
            return Ok(match care {
                Care::Bootstrap if exact.len() > SMALL => Self::interpolated(&law, exact),
                _ => Self::one_by_one(exact.iter().map(|x| law.cdf(*x))),
            });
        }
        let laws: Result<Vec<Law>, LawError> =
            observations.windows().iter().map(|window| visible(law, *window)).collect();
        let laws = laws?;
        let place = |(index, x): (usize, &f64)| {
            let window = observations.window_of(index);
            let at = observations.windows().iter().position(|w| *w == window).unwrap_or(0);
            laws[at].cdf(*x)
        };
        let mut all: Vec<_> = exact.iter().enumerate().map(place).collect();
        all.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        Ok(Self::one_by_one(all.into_iter()))
    }

    fn one_by_one(all: impl Iterator<Item = crate::numerics::Probability>) -> Self {
        let (lower, upper) = all.map(|p| (p.p(), p.q())).unzip();
        Self { lower, upper }
    }

    fn interpolated(law: &Law, exact: &[f64]) -> Self {
        let n = exact.len();
        let mut lower = vec![0.0; n];
        let mut upper = vec![0.0; n];
        let ends = 2 * STRIDE;
        for i in (0..ends).chain(n - ends..n) {
            let p = law.cdf(exact[i]);
            (lower[i], upper[i]) = (p.p(), p.q());
        }
        let mut from = ends - 1;
        let mut start = (lower[from], law.density(exact[from]));
        while from < n - ends {
            let to = (from + STRIDE).min(n - ends);
            let end = (law.cdf(exact[to]).p(), law.density(exact[to]));
            let width = exact[to] - exact[from];
            for i in from + 1..=to {
                let t = if width > 0.0 { (exact[i] - exact[from]) / width } else { 1.0 };
                let s = 1.0 - t;
                let p = s * s * (1.0 + 2.0 * t) * start.0
                    + t * t * (1.0 + 2.0 * s) * end.0
                    + t * s * width * (s * start.1 - t * end.1);
                // A density that is infinite or jumps between leaves the straight line.
                let p = if p >= start.0 && p <= end.0 { p } else { s * start.0 + t * end.0 };
                (lower[i], upper[i]) = (p, 1.0 - p);
            }
            (from, start) = (to, end);
        }
        Self { lower, upper }
    }
}

/// The three distances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Distances {
    pub kolmogorov_smirnov: f64,
    pub anderson_darling: f64,
    pub cramer_von_mises: f64,
}

impl Distances {
    /// Kolmogorov-Smirnov `sup |F_n - F|`; Cramer-von Mises `n int (F_n - F)^2 dF`; Anderson-Darling the same divided by `F (1 - F)`.
    /// With right-censored rows `F_n` is the product-limit function and the integrals end at the last exact row. Stephens 1974,
    /// doi:10.1080/01621459.1974.10480196; for censored rows Koziol and Green 1976, doi:10.1093/biomet/63.3.465.
    pub fn new(placed: &Placed, heights: &Heights, rows: usize) -> Self {
        let (lower, upper) = (&placed.lower, &placed.upper);
        let n = rows as f64;
        let mut ks = 0.0f64;
        for (i, u) in lower.iter().enumerate() {
            ks = ks.max((heights.after(i) - u).abs()).max((u - heights.before(i)).abs());
        }
        let (anderson_darling, cramer_von_mises) = match heights {
            Heights::Even { .. } => {
                let (mut ad, mut cvm) = (0.0, 1.0 / (12.0 * n));
                for (i, (u, q)) in lower.iter().zip(upper).enumerate() {
                    let odd = (2 * i + 1) as f64;
                    ad += odd * ln(u.max(1e-300)) + (2.0 * n - odd) * ln(q.max(1e-300));
                    let distance = u - odd / (2.0 * n);
                    cvm += distance * distance;
                }
                (-n - ad / n, cvm)
            }
            Heights::Product(_) => {
                // Between two rows F_n is constant: both integrals are elementary there.
                let (mut ad, mut cvm) = (0.0, 0.0);
                let mut before = (0.0f64, 1.0f64);
                for (i, (&u, &q)) in lower.iter().zip(upper).enumerate() {
                    let s = heights.before(i);
                    let cube = |d: f64| d * d * d;
                    cvm += (cube(u - s) - cube(before.0 - s)) / 3.0;
                    let left = if s > 0.0 { s * s * ln(u / before.0) } else { 0.0 };
                    ad += left - (1.0 - s) * (1.0 - s) * ln(q / before.1) - (u - before.0);
                    before = (u, q);
                }
                (n * ad, n * cvm)
            }
        };
        Self { kolmogorov_smirnov: ks, anderson_darling, cramer_von_mises }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitting::observations::{Bound, Columns};

    #[test]
    fn distances_by_hand_and_both_forms_agree() {
        let law = Law::from_parameters("uniform", &[("min", 0.0), ("max", 1.0)]).unwrap();
        let seen = Observations::new(&Columns::of(&[0.1, 0.25, 0.9])).unwrap();
        let placed = Placed::new(&law, &seen, Care::Exact).unwrap();
        let even = Distances::new(&placed, &Heights::of(&seen).unwrap(), 3);
        assert!((even.kolmogorov_smirnov - (2.0 / 3.0 - 0.25)).abs() < 1e-15);
        let cvm: f64 = 1.0 / 36.0
            + [(0.1, 1.0 / 6.0), (0.25, 0.5), (0.9, 5.0 / 6.0)]
                .iter()
                .map(|(u, s): &(f64, f64)| (u - s) * (u - s))
                .sum::<f64>();
        assert!((even.cramer_von_mises - cvm).abs() < 1e-15);
        // The same as steps, but for what lies beyond the last row, where F_n = 1.
        let steps = Heights::Product(vec![1.0 / 3.0, 2.0 / 3.0, 1.0]);
        let product = Distances::new(&placed, &steps, 3);
        assert!((product.cramer_von_mises + 3.0 * 0.001 / 3.0 - even.cramer_von_mises).abs() < 1e-14);
        let rest = -ln(0.9) - 0.1;
        assert!((product.anderson_darling + 3.0 * rest - even.anderson_darling).abs() < 1e-13);
    }

    #[test]
    fn the_product_limit_by_hand() {
        // 1, 2+, 3, 4+: the steps are 1/4 and 3/4 * 1/2.
        let columns = Columns { is_censored: Some(&[false, true, false, true]), ..Columns::of(&[1.0, 2.0, 3.0, 4.0]) };
        let seen = Observations::new(&columns).unwrap();
        assert_eq!(Heights::of(&seen).unwrap(), Heights::Product(vec![0.25, 1.0 - 0.75 * 0.5]));
        let truncated = Columns {
            truncated_below: Some(Bound::Column(&[0.0, 0.5])),
            censored_above: Some(Bound::Constant(2.0)),
            ..Columns::of(&[1.0, 3.0])
        };
        assert!(Heights::of(&Observations::new(&truncated).unwrap()).is_none());
    }

    #[test]
    fn interpolation_is_far_below_chance() {
        let law = Law::from_parameters("lognormal", &[("mu", 2.0), ("sigma", 2.0)]).unwrap();
        let n = 2000;
        let values: Vec<f64> =
            (0..n).map(|i| law.quantile(crate::numerics::Probability::lower((i as f64 + 0.5) / n as f64))).collect();
        let other = Law::from_parameters("gamma", &[("shape", 0.5), ("scale", 80.0)]).unwrap();
        let seen = Observations::new(&Columns::of(&values)).unwrap();
        let (exact, fast) =
            (Placed::new(&other, &seen, Care::Exact).unwrap(), Placed::new(&other, &seen, Care::Bootstrap).unwrap());
        let worst = exact.lower.iter().zip(&fast.lower).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 1e-4, "{worst}");
    }
}
