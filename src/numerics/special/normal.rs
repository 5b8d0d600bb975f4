//! What is the density, the cdf and the quantile of the standard normal law?

use super::pieces::INV_ROOT_TWO_PI;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln};
use std::f64::consts::FRAC_1_SQRT_2;

/// Standard normal density.
pub fn normal_pdf(x: f64) -> f64 {
    INV_ROOT_TWO_PI * exp(-0.5 * x * x)
}

/// Standard normal cdf; the nearer tail has a relative error below 1e-14 for `|x| < 6`, below 3e-13 to the end of `f64`.
///
/// ```
/// use tailcost::numerics::special::normal_cdf;
/// assert!((normal_cdf(8.0).q() / 6.220960574271785e-16 - 1.0).abs() < 1e-13);
/// ```
pub fn normal_cdf(x: f64) -> Probability {
    let tail = 0.5 * libm::erfc(x.abs() * FRAC_1_SQRT_2);
    if x > 0.0 { Probability::upper(tail) } else { Probability::lower(tail) }
}

/// `exp(x^2) erfc(x)` for x >= 0; relative error below 1e-14.
///
/// ```
/// use tailcost::numerics::special::scaled_erfc;
/// assert!((scaled_erfc(4.0) / 0.136_999_457_625_061_38 - 1.0).abs() < 1e-14);
/// ```
pub fn scaled_erfc(x: f64) -> f64 {
    if x < 4.0 {
        return exp(x * x) * libm::erfc(x);
    }
    // Laplace's continued fraction, from its 60th term inwards.
    let fraction = (1..=60).rev().fold(x, |tail, k| x + 0.5 * f64::from(k) / tail);
    1.0 / (std::f64::consts::PI.sqrt() * fraction)
}

/// Standard normal quantile, the rational functions PPND16 of Wichura (1988, AS 241, doi 10.2307/2347330).
///
/// ```
/// use tailcost::numerics::{Probability, special::normal_quantile};
/// assert!((normal_quantile(Probability::upper(0.025)) - 1.959963984540054).abs() < 1e-15);
/// ```
#[inline]
pub fn normal_quantile(p: Probability) -> f64 {
    let tail = p.tail();
    let distance = 0.5 - tail;
    let size = if distance <= 0.425 {
        let r = 0.180_625 - distance * distance;
        distance * (polynomial(r, &CENTRE_OVER) / polynomial(r, &CENTRE_UNDER))
    } else {
        far_quantile(tail)
    };
    if p.is_upper() { size } else { -size }
}

/// Size of the quantile of a tail probability below 0.075.
fn far_quantile(tail: f64) -> f64 {
    if tail == 0.0 {
        return f64::INFINITY;
    }
    let r = (-ln(tail)).sqrt();
    if r <= 5.0 {
        polynomial(r - 1.6, &MIDDLE_OVER) / polynomial(r - 1.6, &MIDDLE_UNDER)
    } else {
        polynomial(r - 5.0, &FAR_OVER) / polynomial(r - 5.0, &FAR_UNDER)
    }
}

/// Coefficients from the highest power down.
#[inline]
fn polynomial(x: f64, coefficients: &[f64; 8]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

const CENTRE_OVER: [f64; 8] = [
    2.509_080_928_730_122_7e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_3e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_5,
];
const CENTRE_UNDER: [f64; 8] = [
    5.226_495_278_852_854e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_659_7e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const MIDDLE_OVER: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_4e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_UNDER: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_OVER: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_UNDER: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_88e-1,
    1.0,
];
