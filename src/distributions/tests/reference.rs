//! Do the laws agree with mpmath, at 40 digits, far into both tails?

use super::law;
use crate::distributions::Law;
use crate::numerics::Probability;

fn assert_close(found: f64, expected: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < 2e-12, "{what}: {found}, expected {expected}");
}

#[test]
fn quantiles_agree_with_mpmath() {
    let gamma = law("gamma", &[("shape", 2.5), ("scale", 3.0)]);
    let heavy = law("inverse_gaussian", &[("mean", 2.0), ("shape", 0.5)]);
    let compact = law("inverse_gaussian", &[("mean", 2.0), ("shape", 400.0)]);
    let share = law("beta", &[("alpha", 3.0), ("beta", 97.0)]);
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]).truncated(0.0, 250e6).unwrap();
    let (near, far) = (law("normal", &[("mean", 0.0), ("sd", 1.0)]), law("normal", &[("mean", 30.0), ("sd", 2.0)]));
    let peaks = Law::mixture(vec![(0.7, near), (0.3, far)]).unwrap();
    let cases = [
        (&gamma, Probability::lower(1e-12), 0.000_076_869_652_452_458_04),
        (&gamma, Probability::upper(1e-12), 97.857_954_320_051_77),
        (&heavy, Probability::lower(1e-12), 0.009_740_187_581_381_852),
        (&heavy, Probability::upper(1e-9), 227.864_146_437_951_05),
        (&compact, Probability::lower(1e-12), 1.219_716_970_723_339),
        (&compact, Probability::upper(1e-9), 3.038_800_601_604_776),
        (&share, Probability::lower(1e-9), 0.000_018_550_947_622_333_046),
        (&share, Probability::upper(1e-9), 0.238_327_505_454_074_28),
        (&severity, Probability::upper(1e-6), 249_829_693.923_483_63),
        (&peaks, Probability::upper(1e-9), 41.598_225_663_951_07),
    ];
    for (law, p, expected) in cases {
        assert_close(law.quantile(p), expected, &format!("{law} at {p:?}"));
    }
    // Between the peaks the density is so small that the last bit of 0.3 moves the quantile by 1e-11.
    let between = peaks.quantile(Probability::upper(0.3 + 1e-6));
    assert!((between / 4.680_831_082_737_705 - 1.0).abs() < 1e-10, "{between}");
}

#[test]
fn moments_agree_with_mpmath() {
    let severity = law("lognormal", &[("mu", 14.88), ("sigma", 1.37)]).truncated(0.0, 250e6).unwrap();
    assert_close(severity.mean(), 7_193_829.871_521_255, "truncated lognormal mean");
    // Moments that cancel in their closed form.
    let weibull = law("weibull", &[("shape", 25.0), ("scale", 2.0)]);
    assert_close(weibull.mean(), 1.956_876_401_828_489_4, "weibull mean");
    assert_close(weibull.variance(), 0.009_535_990_698_073_234, "weibull variance");
    assert_close(weibull.skewness(), -0.918_454_601_497_993_2, "weibull skewness");
    assert_close(weibull.excess_kurtosis(), 1.451_128_625_262_171_7, "weibull kurtosis");
}
