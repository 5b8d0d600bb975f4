//! How far is a sample from a law, and how often does chance alone take it as far?

use crate::numerics::elementary::exp;

/// The largest distance between the distribution function of a sample and that of a law, on both sides of every value:
/// `sup |F_n - F|`, Kolmogorov's. `below` and `up_to` are the law's probabilities below a value and up to it, which differ at atoms.
///
/// Exact, though the law is asked for few of the values: between two values looked at neither function leaves what they have there, so
/// a stretch that cannot hold the largest distance is not looked into.
///
/// ```
/// use tailcost::statistics::kolmogorov_distance;
/// let uniform = |x: f64| x;
/// assert!((kolmogorov_distance(&[0.1, 0.25, 0.9], uniform, uniform) - (2.0 / 3.0 - 0.25)).abs() < 1e-15);
/// ```
///
/// # Panics
/// Without values.
pub fn kolmogorov_distance(sorted: &[f64], below: impl Fn(f64) -> f64, up_to: impl Fn(f64) -> f64) -> f64 {
    assert!(!sorted.is_empty(), "a sample has values");
    if !sorted.iter().all(|x| x.is_finite()) {
        return 1.0;
    }
    let share = |values: usize| values as f64 / sorted.len() as f64;
    let look = |at: usize| {
        let x = sorted[at];
        let first = sorted.partition_point(|y| *y < x);
        let past = first + sorted[first..].partition_point(|y| *y <= x);
        Look { first, past, below: below(x), up_to: up_to(x) }
    };
    let distance = |look: &Look| (share(look.past) - look.up_to).abs().max((share(look.first) - look.below).abs());
    let last = sorted.len() - 1;
    let looks: Vec<Look> = (0..=GRID).map(|i| look(last * i / GRID)).collect();
    let mut largest = looks.iter().map(distance).fold(0.0, f64::max);
    let mut stretches: Vec<(Look, Look)> = looks.windows(2).map(|pair| (pair[0], pair[1])).collect();
    while let Some((left, right)) = stretches.pop() {
        let most = (share(right.first) - left.up_to).max(right.below - share(left.past));
        if left.past < right.first && most > largest {
            let middle = look((left.past + right.first) / 2);
            largest = largest.max(distance(&middle));
            stretches.extend([(left, middle), (middle, right)]);
        }
    }
    largest
}

/// Stretches to begin with.
const GRID: usize = 512;

/// A value of the sample.
#[derive(Clone, Copy)]
struct Look {
    /// Values below it, and up to it.
    first: usize,
    past: usize,
    /// What the law says of both.
    below: f64,
    up_to: f64,
}

/// How often a sample of so many values comes as far from its own law, if that has no atoms; with atoms less often (Noether 1963).
///
/// Kolmogorov's series at `sqrt(n) d + 1 / (6 sqrt(n)) + (sqrt(n) d - 1) / (4 n)`, the corrections of Bolshev and of Vrbik
/// (2018, Small-sample corrections to Kolmogorov-Smirnov test statistic): from 1000 values on within 0.1% of the exact
/// probability where that is above 0.01, and at most 2.5% above it down to 1e-7.
///
/// ```
/// use tailcost::statistics::kolmogorov_p_value;
/// assert!((kolmogorov_p_value(1.358e-3, 1_000_000) - 0.05).abs() < 1e-4);
/// ```
pub fn kolmogorov_p_value(distance: f64, count: u64) -> f64 {
    use std::f64::consts::PI;
    let n = count as f64;
    let scaled = n.sqrt() * distance;
    let z = scaled + 1.0 / (6.0 * n.sqrt()) + (scaled - 1.0) / (4.0 * n);
    if z < 0.2 {
        return 1.0;
    }
    // Two forms of one theta function: few terms of either suffice on its side.
    if z < 1.0 {
        let term = |k: i32| exp(-f64::from((2 * k - 1) * (2 * k - 1)) * PI * PI / (8.0 * z * z));
        return 1.0 - (2.0 * PI).sqrt() / z * (1..=4).map(term).sum::<f64>();
    }
    let term = |k: i32| f64::from(if k % 2 == 1 { 2 } else { -2 }) * exp(-2.0 * f64::from(k * k) * z * z);
    (1..=5).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact distribution function, by powers of a matrix: Marsaglia, Tsang, Wang 2003, doi 10.18637/jss.v008.i18.
    fn exact(n: usize, distance: f64) -> f64 {
        let scaled = n as f64 * distance;
        let k = scaled as usize + 1;
        let (h, m) = (k as f64 - scaled, 2 * k - 1);
        let power = |base: f64, exponent: usize| (0..exponent).fold(1.0, |product, _| product * base);
        let mut matrix = vec![vec![0.0f64; m]; m];
        for (i, row) in matrix.iter_mut().enumerate() {
            for (j, slot) in row.iter_mut().enumerate().filter(|(j, _)| *j <= i + 1) {
                let mut value = 1.0;
                if j == 0 {
                    value -= power(h, i + 1);
                }
                if i == m - 1 {
                    value -= power(h, m - j);
                    if j == 0 && 2.0 * h > 1.0 {
                        value += power(2.0 * h - 1.0, m);
                    }
                }
                *slot = (1..=i + 1 - j).fold(value, |value, factor| value / factor as f64);
            }
        }
        let product = |a: &[Vec<f64>], b: &[Vec<f64>]| -> Vec<Vec<f64>> {
            a.iter()
                .map(|row| {
                    let mut out = vec![0.0; m];
                    for (x, row) in row.iter().zip(b) {
                        out.iter_mut().zip(row).for_each(|(out, y)| *out += x * y);
                    }
                    out
                })
                .collect()
        };
        // Powers of two taken out, so that nothing overflows.
        const BIG: f64 = 1.329_227_995_784_916e36; // 2^120
        let reduced = |mut a: Vec<Vec<f64>>, mut scale: i32| {
            while a[k - 1][k - 1] > BIG {
                a.iter_mut().flatten().for_each(|x| *x /= BIG);
                scale += 120;
            }
            (a, scale)
        };
        let unit: Vec<Vec<f64>> = (0..m).map(|i| (0..m).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        let mut result = (unit, 0);
        let (mut square, mut exponent) = ((matrix, 0), n);
        while exponent > 0 {
            if exponent % 2 == 1 {
                result = reduced(product(&result.0, &square.0), result.1 + square.1);
            }
            square = reduced(product(&square.0, &square.0), 2 * square.1);
            exponent /= 2;
        }
        let (mut value, mut scale) = (result.0[k - 1][k - 1], result.1);
        for i in 1..=n {
            value *= i as f64 / n as f64;
            if value < 1.0 / BIG {
                value *= BIG;
                scale -= 120;
            }
        }
        (0..scale.abs()).fold(value, |value, _| if scale > 0 { value * 2.0 } else { value / 2.0 })
    }

    #[test]
    fn the_exact_function_is_that_of_its_authors() {
        assert!((exact(10, 0.274) - 0.628_479_615_456_504_3).abs() < 1e-14);
    }

    #[test]
    fn odds_are_the_exact_ones_from_a_thousand_values_on() {
        let n = 1000;
        for scaled in [0.45, 0.6, 0.8, 0.95, 1.05, 1.3, 1.6, 2.0, 2.4, 2.8] {
            let distance = scaled / (n as f64).sqrt();
            let (found, exact) = (kolmogorov_p_value(distance, n as u64), 1.0 - exact(n, distance));
            assert!(exact > 1e-7);
            let limit = if exact > 0.01 { 1e-3 } else { 2.5e-2 };
            assert!((-1e-3..limit).contains(&(found / exact - 1.0)), "{scaled}: {found}, exact {exact}");
        }
        assert_eq!(kolmogorov_p_value(0.0, 1000), 1.0);
    }

    /// A fixed, well mixed sequence in (0, 1): Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195.
    fn unit(index: u64) -> f64 {
        let mut z = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    #[test]
    fn looking_at_few_values_finds_what_looking_at_all_finds() {
        for (n, lattice, bend) in
            [(1, 0.0, 0.0), (7, 0.0, 0.0), (700, 0.0, 0.1), (20_000, 0.0, 0.0), (20_000, 0.05, 0.3)]
        {
            let mut sample: Vec<f64> =
                (0..n).map(|i| if lattice > 0.0 { (unit(i) / lattice).ceil() * lattice } else { unit(i) }).collect();
            sample.sort_by(f64::total_cmp);
            let bent = |x: f64| (x + bend * x * (1.0 - x)).clamp(0.0, 1.0);
            let up_to = |x: f64| if lattice > 0.0 { bent((x / lattice + 1e-9).floor() * lattice) } else { bent(x) };
            let below = |x: f64| if lattice > 0.0 { bent((x / lattice - 1e-9).floor() * lattice) } else { bent(x) };
            let mut all = 0.0f64;
            let mut at = 0;
            while at < sample.len() {
                let past = at + sample[at..].partition_point(|x| *x == sample[at]);
                all = all.max((past as f64 / n as f64 - up_to(sample[at])).abs());
                all = all.max((at as f64 / n as f64 - below(sample[at])).abs());
                at = past;
            }
            let asked = std::cell::Cell::new(0);
            let counted = |x: f64| {
                asked.set(asked.get() + 1);
                up_to(x)
            };
            assert_eq!(kolmogorov_distance(&sample, below, counted), all, "{n} {lattice} {bend}");
            assert!(n < 10_000 || asked.get() < n / 4, "{} of {n}", asked.get());
        }
    }

    #[test]
    fn what_is_not_a_number_is_as_far_as_can_be() {
        assert_eq!(kolmogorov_distance(&[0.5, f64::NAN], |x| x, |x| x), 1.0);
    }
}
