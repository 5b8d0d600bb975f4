//! For which share of the year do switched coders work, and how likely is each share?

use crate::distributions::Law;

const WEEKS: f64 = 52.0;
/// Cells between two values that have a probability of their own. Within a cell of 1/128 of a year the share is taken at its mean:
/// what a line's curvature makes of that is below 1e-6 of it.
const CELLS: usize = 128;
/// Nodes and weights of Gauss-Legendre on [0, 1].
const RULE: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_92),
    (0.330_009_478_207_571_9, 0.326_072_577_431_273_1),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_1),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_92),
];

/// A share of the year `f` with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exposure {
    pub probability: f64,
    pub share: f64,
}

/// The law of `f`: 0 without a switch, else `clamp(min(detection, 52 - swap), 0, 52) / 52`, as points.
pub(super) fn exposures(probability: f64, swap: &Law, detection: &Law) -> Vec<Exposure> {
    let mut points = vec![Exposure { probability: 1.0 - probability, share: 0.0 }];
    if probability == 0.0 {
        return points;
    }
    // P(f > x) and P(f >= x) for x above 0.
    let above = |x: f64| detection.cdf(WEEKS * x).q() * swap.below(WEEKS * (1.0 - x)).p();
    let at_least = |x: f64| detection.below(WEEKS * x).q() * swap.cdf(WEEKS * (1.0 - x)).p();
    let mut edges: Vec<f64> = vec![0.0, 1.0];
    edges.extend(detection.atoms().iter().map(|(week, _)| week / WEEKS));
    edges.extend(swap.atoms().iter().map(|(week, _)| 1.0 - week / WEEKS));
    edges.retain(|edge| (0.0..=1.0).contains(edge));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let mut add = |share: f64, mass: f64| {
        if mass > 0.0 {
            points.push(Exposure { probability: probability * mass, share });
        }
    };
    add(0.0, 1.0 - above(0.0));
    for edge in &edges[1..] {
        add(*edge, at_least(*edge) - if *edge < 1.0 { above(*edge) } else { 0.0 });
    }
    for pair in edges.windows(2) {
        let width = (pair[1] - pair[0]) / CELLS as f64;
        for cell in 0..CELLS {
            let low = pair[0] + cell as f64 * width;
            let high = if cell + 1 == CELLS { pair[1] } else { low + width };
            let (mass_above, beyond) = (above(low), at_least(high));
            let mass = mass_above - beyond;
            if mass > 0.0 {
                // E[f; low < f < high] = low P + integral of P(x < f < high).
                let inner: f64 = RULE.iter().map(|(at, weight)| weight * (above(low + at * width) - beyond)).sum();
                add(low + width * inner / mass, mass);
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
        Law::from_parameters(family, parameters).unwrap()
    }

    /// By the midpoint rule in both laws, which is right to about 1e-5.
    fn plain(probability: f64, swap: &Law, detection: &Law, g: impl Fn(f64) -> f64) -> f64 {
        use crate::numerics::Probability;
        const POINTS: usize = 700;
        let values = |law: &Law| -> Vec<f64> {
            let p = |i: usize| Probability::lower((i as f64 + 0.5) / POINTS as f64);
            (0..POINTS).map(|i| law.quantile(p(i))).collect()
        };
        let (swaps, detections) = (values(swap), values(detection));
        let pairs =
            swaps.iter().flat_map(|w| detections.iter().map(move |d| d.min(WEEKS - w).clamp(0.0, WEEKS) / WEEKS));
        (1.0 - probability) * g(0.0) + probability * pairs.map(g).sum::<f64>() / (POINTS * POINTS) as f64
    }

    #[test]
    fn averages_are_those_of_both_laws() {
        let point = |x: f64| Law::point(x).unwrap();
        let gamma = law("gamma", &[("mean", 16.0), ("sd", 8.0)]);
        let uniform = law("uniform", &[("min", 4.0), ("max", 60.0)]);
        let steps = Law::discrete(&[0.0, 8.0, 20.0, 80.0], &[1.0, 2.0, 3.0, 1.0]).unwrap();
        let laws = [point(0.0), point(10.0), point(60.0), gamma, uniform, steps];
        for swap in &laws {
            for detection in &laws {
                let points = exposures(0.3, swap, detection);
                let mass: f64 = points.iter().map(|point| point.probability).sum();
                assert!((mass - 1.0).abs() < 1e-12, "{swap} {detection}: {mass}");
                assert!(points.iter().all(|point| (0.0..=1.0).contains(&point.share)));
                for g in [|f: f64| f, |f: f64| 1.0 / (1.0 - 0.4 * f), |f: f64| (1.0 + 0.5 * f) * (1.0 + 0.5 * f)] {
                    let found: f64 = points.iter().map(|point| point.probability * g(point.share)).sum();
                    let expected = plain(0.3, swap, detection, g);
                    assert!((found - expected).abs() <= 2e-4 * expected, "{swap} {detection}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn two_points_are_one_share() {
        let point = |x: f64| Law::point(x).unwrap();
        let shares: Vec<Exposure> = exposures(0.25, &point(4.0), &point(13.0));
        assert_eq!(shares, [Exposure { probability: 0.75, share: 0.0 }, Exposure { probability: 0.25, share: 0.25 }]);
    }
}
