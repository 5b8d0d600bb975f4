//! What is the sum of a few amounts that can only take a few values?

use super::convolution::CountLaw;
use crate::numerics::Probability;
use crate::numerics::elementary::{cos, pow, sin};

/// Most values of a sum that are kept one by one.
const MOST_VALUES: usize = 4096;
/// Values closer than this share of the largest are one value.
const SAME: f64 = 1e-11;
/// Probability below which an outermost value is dropped.
const NEGLIGIBLE: f64 = 1e-18;

/// A law with atoms, searched by bisection.
pub(super) struct Steps {
    law: CountLaw,
    between: Between,
}

/// What lies between two heights of a stepped law.
#[derive(Clone, Copy, PartialEq)]
enum Between {
    Nothing,
    EvenDensity,
}

impl Steps {
    /// A law that mixes atoms and densities, known on a fine grid.
    pub fn on_grid(law: CountLaw) -> Self {
        Self { law, between: Between::EvenDensity }
    }

    /// All values of a sum, ascending, with their probabilities.
    pub fn of_values(values: &[(f64, f64)]) -> Self {
        let running = |sum: &mut f64, weight: f64| {
            *sum += weight;
            Some(*sum)
        };
        let lower: Vec<f64> = values.iter().map(|v| v.1).scan(0.0, running).collect();
        let mut upper: Vec<f64> = values.iter().rev().map(|v| v.1).scan(0.0, running).collect();
        upper.reverse();
        upper.remove(0);
        upper.push(0.0);
        Self {
            law: CountLaw { heights: values.iter().map(|v| v.0).collect(), lower, upper },
            between: Between::Nothing,
        }
    }

    /// Height at a probability: the least value whose cdf reaches it.
    pub fn at(&self, p: Probability) -> f64 {
        let law = &self.law;
        let last = law.heights.len() - 1;
        let (side, tail) = if p.is_upper() { (&law.upper, p.q()) } else { (&law.lower, p.p()) };
        let index =
            if p.is_upper() { side.partition_point(|q| *q > tail) } else { side.partition_point(|f| *f < tail) };
        match self.between {
            Between::Nothing => law.heights[index.min(last)],
            Between::EvenDensity => law.between(index.min(last), tail, side),
        }
    }

    pub fn bytes(&self) -> usize {
        self.law.heights.len() * 3 * size_of::<f64>()
    }
}

/// The values of `sum` plus one more amount; nothing when they become too many.
pub(super) fn plus_one(sum: &[(f64, f64)], amount: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    if sum.len() * amount.len() > 64 * MOST_VALUES {
        return None;
    }
    let mut all: Vec<(f64, f64)> =
        sum.iter().flat_map(|&(s, p)| amount.iter().map(move |&(x, w)| (s + x, p * w))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let tolerance = SAME * all.iter().map(|v| v.0.abs()).fold(0.0, f64::max);
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (value, weight) in all {
        match merged.last_mut() {
            Some(last) if value - last.0 <= tolerance => last.1 += weight,
            _ => merged.push((value, weight)),
        }
    }
    let first = merged.iter().position(|v| v.1 > NEGLIGIBLE)?;
    let last = merged.iter().rposition(|v| v.1 > NEGLIGIBLE)?;
    let kept = merged[first..=last].to_vec();
    (kept.len() <= MOST_VALUES).then_some(kept)
}

/// The largest step of which all heights are multiples, when there is one that matters.
pub(super) fn lattice_step(atoms: &[(f64, f64)]) -> Option<f64> {
    let largest = atoms.last()?.0;
    let tolerance = 1e-10 * largest;
    let mut step = 0.0;
    for &(height, _) in atoms {
        let (mut a, mut b): (f64, f64) = (height, step);
        while b > tolerance {
            (a, b) = (b, (a - b * (a / b).round()).abs());
        }
        step = a;
    }
    (step > 1e-6 * largest && step > 0.0).then_some(step)
}

/// The power of two, between two bounds, from which sums of lattice amounts show no ripple beside their bell: all
/// frequencies beyond the bell's own (six over its deviation) have died out.
pub(super) fn rippled_counts(atoms: &[(f64, f64)], step: f64, variance: f64, least: u64, most: u64) -> u64 {
    const FREQUENCIES: u32 = 512;
    let sizes: Vec<f64> = (1..=FREQUENCIES)
        .map(|k| {
            let turn = std::f64::consts::PI * f64::from(k) / f64::from(FREQUENCIES) / step;
            let (re, im) = atoms.iter().fold((0.0, 0.0), |(re, im), (height, weight)| {
                (re + weight * cos(turn * height), im + weight * sin(turn * height))
            });
            (re * re + im * im).sqrt()
        })
        .collect();
    let mut count = least;
    while count < most {
        let edge = 6.0 / (variance * count as f64).sqrt();
        let first = (edge * step / std::f64::consts::PI * f64::from(FREQUENCIES)) as usize;
        let largest = sizes.iter().skip(first).copied().fold(0.0, f64::max);
        if first < sizes.len() && pow(largest, count as f64) < 1e-7 {
            break;
        }
        count *= 2;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binomial_sums_are_exact() {
        let amount = [(0.0, 0.7), (2.5, 0.3)];
        let mut sum = amount.to_vec();
        for _ in 1..6 {
            sum = plus_one(&sum, &amount).unwrap();
        }
        assert_eq!(sum.len(), 7);
        let steps = Steps::of_values(&sum);
        // P(no claim of six) is 0.117649; at most one is 0.420175.
        assert_eq!(steps.at(Probability::lower(0.1176)), 0.0);
        assert_eq!(steps.at(Probability::lower(0.1177)), 2.5);
        assert_eq!(steps.at(Probability::lower(0.4201)), 2.5);
        assert_eq!(steps.at(Probability::lower(0.4202)), 5.0);
        // All six: 0.000729.
        assert_eq!(steps.at(Probability::upper(0.00072)), 15.0);
        assert_eq!(steps.at(Probability::upper(0.00074)), 12.5);
    }

    #[test]
    fn steps_of_decimals_are_found() {
        assert!((lattice_step(&[(0.0, 0.1), (0.3, 0.1), (0.5, 0.8)]).unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(lattice_step(&[(0.0, 0.5), (1.0, 0.25), (std::f64::consts::SQRT_2, 0.25)]), None);
    }
}
