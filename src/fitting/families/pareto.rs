//! What are the likelihoods of the Pareto (Lomax) and the generalised Pareto laws?

use super::{Figures, LnProduct};
use crate::fitting::jet::Jet;
use crate::fitting::sample::Sample;
use crate::numerics::elementary::{exp, exp_m1, ln, ln_1p, log2};

/// `shape ln(1 + y / scale)`, from the logarithms of both.
pub(super) fn pareto_hazard<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    at[0].exp() * ((-at[1]).exp() * y).ln_1p()
}

pub(super) fn pareto_ln_density<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    at[0] - at[1] - (at[0].exp() + 1.0) * ((-at[1]).exp() * y).ln_1p()
}

pub(super) fn pareto_sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let n = sample.count();
    let rate = exp(-at[1].v);
    let mut product = LnProduct::new();
    // By ln scale, ln(1 + y/s) has the derivatives -w and w (1 - w) with w = y / (s + y).
    let (mut w1, mut w2) = (0.0, 0.0);
    for y in sample.values() {
        let stretch = 1.0 + rate * y;
        product.times(stretch);
        let inverse = 1.0 / stretch;
        let w = rate * y * inverse;
        w1 += w;
        w2 += w * inverse;
    }
    let logs = at[1].chain(product.ln(), -w1, w2);
    (at[0] - at[1]) * n - (at[0].exp() + 1.0) * logs
}

/// `ln(1 + k z) / k` with its derivatives `[k, z]` and `[kk, kz, zz]`; smooth at k = 0, infinite beyond the end of the support.
fn hazard_of(k: f64, z: f64) -> (f64, [f64; 2], [f64; 3]) {
    let u = k * z;
    let stretch = 1.0 + u;
    if !(stretch > 0.0) {
        return (f64::INFINITY, [f64::NAN; 2], [f64::NAN; 3]);
    }
    let inverse = 1.0 / stretch;
    let by_z = inverse;
    let (by_zz, by_kz) = (-k * inverse * inverse, -z * inverse * inverse);
    let (g, by_k, by_kk) = if u.abs() < SMALL {
        // z times the series of ln(1 + u) / u in u, and its derivatives.
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for i in (0..TERMS).rev() {
            let coefficient = if i % 2 == 0 { 1.0 } else { -1.0 } / (i + 1) as f64;
            second = second * u + 2.0 * first;
            first = first * u + sum;
            sum = sum * u + coefficient;
        }
        (z * sum, z * z * first, z * z * z * second)
    } else {
        let g = ln_1p(u) / k;
        let by_k = (z * inverse - g) / k;
        (g, by_k, (-z * z * inverse * inverse - 2.0 * by_k) / k)
    };
    (g, [by_k, by_z], [by_kk, by_kz, by_zz])
}

/// Below it the closed form of the second derivative has lost more than the series leaves out: `0.06^12 / 13` is below 1e-15.
const SMALL: f64 = 0.06;
const TERMS: usize = 12;

pub(super) fn gpd_hazard<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    let z = (-at[0]).exp() * y;
    let (g, first, second) = hazard_of(at[1].v, z.v);
    Jet::chain2(at[1], z, g, first, second)
}

pub(super) fn gpd_ln_density<const P: usize>(y: f64, at: &[Jet<P>]) -> Jet<P> {
    -at[0] - (at[1] + 1.0) * gpd_hazard(y, at)
}

pub(super) fn gpd_sum<const P: usize>(sample: &Sample, at: &[Jet<P>]) -> Jet<P> {
    let n = sample.count();
    let (rate, k) = (exp(-at[0].v), at[1].v);
    if !(1.0 + k * rate * sample.largest() > 0.0) {
        return Jet::constant(f64::NEG_INFINITY);
    }
    let mut product = LnProduct::new();
    // Sums of z/(1+kz) and z^2/(1+kz)^2 over the rows whose closed form is precise, and of the others' derivatives.
    let (mut ratio, mut ratio_squared) = (0.0, 0.0);
    let mut near = [0.0; 3];
    let (mut z_first, mut z_second, mut mixed) = (0.0, 0.0, 0.0);
    for y in sample.values() {
        let z = rate * y;
        let stretch = 1.0 + k * z;
        let w = z / stretch;
        if (k * z).abs() < SMALL {
            let (g, [by_k, _], [by_kk, _, _]) = hazard_of(k, z);
            near[0] += g;
            near[1] += by_k;
            near[2] += by_kk;
        } else {
            product.times(stretch);
            ratio += w;
            ratio_squared += w * w;
        }
        // By ln scale: dz = -z.
        z_first += w;
        z_second += w / stretch;
        mixed += w * w;
    }
    let (mut g, mut by_k, mut by_kk) = (near[0], near[1], near[2]);
    if ratio > 0.0 {
        let far = product.ln() / k;
        let far_by_k = (ratio - far) / k;
        g += far;
        by_k += far_by_k;
        by_kk += (-ratio_squared - 2.0 * far_by_k) / k;
    }
    // d/dl of g is -z g_z; twice: z g_z + z^2 g_zz = w - k w^2 = w / (1 + k z); with k: -z g_kz = w^2.
    let hazards = Jet::chain2(at[0], at[1], g, [-z_first, by_k], [z_second, mixed, by_kk]);
    -at[0] * n - (at[1] + 1.0) * hazards
}

/// Shape from two quartiles (`q75 / q50 - 1 = 2^shape`), scale from the median.
fn by_quartiles(figures: &Figures) -> (f64, f64) {
    let [_, median, upper] = figures.quartiles;
    let shape = if median > 0.0 && upper > median { log2(upper / median - 1.0).clamp(-0.4, 3.0) } else { 0.1 };
    let scale_for = |shape: f64| {
        let unit = exp_m1(shape * std::f64::consts::LN_2) / shape;
        (if median > 0.0 { median } else { figures.mean }) / unit
    };
    let shape = if shape.abs() < 1e-3 { 1e-3 } else { shape };
    let scale = scale_for(shape);
    // A bounded law must reach the largest value.
    if shape < 0.0 && -shape * figures.largest >= 0.9 * scale { (0.1, scale_for(0.1)) } else { (shape, scale) }
}

pub(super) fn gpd_start(figures: &Figures) -> Vec<f64> {
    let (shape, scale) = by_quartiles(figures);
    vec![ln(scale), shape]
}

pub(super) fn pareto_start(figures: &Figures) -> Vec<f64> {
    let (shape, scale) = by_quartiles(figures);
    let tail = shape.max(0.1);
    vec![-ln(tail), ln(scale / tail)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both forms on either side of the change, against ln_1p and differences of it.
    #[test]
    fn the_hazard_is_smooth_through_a_shape_of_0() {
        for z in [0.01, 1.0, 30.0] {
            for sign in [-1.0, 1.0] {
                let k = sign * SMALL / z;
                let (inside, outside) = (hazard_of(k * (1.0 - 1e-9), z), hazard_of(k * (1.0 + 1e-9), z));
                assert!((inside.0 / outside.0 - 1.0).abs() < 1e-8);
                assert!((inside.1[0] / outside.1[0] - 1.0).abs() < 1e-7);
                assert!((inside.2[0] / outside.2[0] - 1.0).abs() < 1e-7, "{inside:?} {outside:?}");
            }
        }
        let (g, [by_k, by_z], [by_kk, by_kz, by_zz]) = hazard_of(0.0, 2.0);
        assert_eq!((g, by_k, by_z), (2.0, -2.0, 1.0));
        assert!((by_kk - 16.0 / 3.0).abs() < 1e-14);
        assert_eq!((by_kz, by_zz), (-2.0, 0.0));
    }
}
