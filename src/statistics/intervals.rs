//! How sure are a mean, a standard deviation and a proportion?

use crate::numerics::Probability;
use crate::numerics::elementary::{exp, pow};
use crate::numerics::special::beta_quantile;

use super::estimate::{Estimate, Judged, Withheld};
use super::moments::{Moments, MomentsTo};
use super::tail_fit::{Corrections, TailFit, Tails};

/// 97.5% point of the standard normal law: intervals are two-sided, 95%.
pub const Z: f64 = 1.959_963_984_540_054;
/// A sample understates the skewness of a skewed law; towards the long tail it is taken this much larger. For a lognormal
/// of sigma 1.5 in 2% of years, n = 10,000, the mean's interval then covers 0.954 of 2,000 runs, 0.928 with the skewness as found.
const LONG_TAIL_SKEWNESS: f64 = 1.5;
/// The law has no second moment from a tail index of 1/2 on, but a lognormal loss that is rare, or one with a ceiling, shows an
/// index of 0.5 to 0.9 over the farthest years of a run, and its mean is covered; at 1 even the mean is infinite.
const MEAN_LIMIT: f64 = 0.85;
/// The fitted second moment is taken at no higher an index than this, short of its pole at 1/2.
const MEAN_INDEX_CAP: f64 = 0.45;
/// From this tail index on the law has no fourth moment.
const SD_LIMIT: f64 = 0.25;
/// The fitted fourth moment is taken at no higher an index than this, short of its pole at 1/4.
const SD_INDEX_CAP: f64 = 0.24;

/// The mean with an interval that allows for skewness.
///
/// Where the losses that make a tail are known ([`OrderStatistics::with_losses`](super::OrderStatistics::with_losses)) the normal interval
/// with the variance in which the farthest years have the moments of their law: covered by 4,000 runs of n = 10,000 as METHODS.md section 10
/// says. Else:
///
/// Hall's transformation of the studentised mean (Hall 1992, "On the removal of skewness by transformation", JRSS B 54,
/// doi:10.1111/j.2517-6161.1992.tb01876.x), with the skewness raised towards the long tail, and on each side the variance raised to
/// what that side's fitted tail promises beyond the sample. Exact where all years are equal; withheld where a tail is surely too heavy.
///
/// Covered by 1,000 runs of n = 10,000: normal 0.966, exponential 0.961, lognormal sigma 1: 0.959, 1.5: 0.963, 2: 0.961, gpd index 0.2:
/// 0.953, 0.4: 0.953, 0.6: 0.962, 0.8: 0.901; a lognormal of sigma 1.5 in 2% of years 0.974.
///
/// ```
/// use tailcost::statistics::{Moments, Tails, mean_estimate};
/// let years: Vec<f64> = (0..1000).map(|i| f64::from(i % 10)).collect();
/// let none = Tails::default();
/// let mean = mean_estimate(&Moments::from_slice(&years), &none).estimate;
/// assert!((mean.high.unwrap() - 4.5 - 1.96 * 2.8737 / 1000f64.sqrt()).abs() < 1e-3);
/// ```
pub fn mean_estimate<const ORDER: usize>(moments: &MomentsTo<ORDER>, tails: &Tails) -> Judged {
    let value = moments.mean();
    let sampled = if tails.known.is_none() { tails.heavier_than(MEAN_LIMIT) } else { None };
    match sampled {
        _ if moments.is_constant() => Judged::sure(Estimate::exact(value)),
        Some(index) => Judged::withheld(value, Withheld::HeavyTail { index, limit: MEAN_LIMIT }),
        None if !(moments.count() >= 2 && value.is_finite()) => {
            Judged::withheld(value, Withheld::TooFewYears { beyond: moments.count(), needed: 2 })
        }
        None => {
            let n = moments.count() as f64;
            if let Some(variance) = tails.known.and_then(|known| corrected_variance(moments, known)) {
                let half = Z * (variance / n).sqrt();
                return Judged::sure(Estimate::between(value, value - half, value + half));
            }
            let (error, skewness) = (moments.sd() / n.sqrt(), moments.skewness() / n.sqrt());
            let towards = |fit: Option<TailFit>| {
                let more = fit.map_or(0.0, |fit| {
                    let more = fit.law_moments(MEAN_INDEX_CAP)[1] - fit.sample_moments()[1];
                    more.max(0.0) * fit.years as f64 / n
                });
                (error * error + more / n).sqrt() / error
            };
            let (low, high) = skewed_interval(value, error, skewness);
            let low = value - (value - low) * towards(tails.lower);
            let high = value + (high - value) * towards(tails.upper);
            Judged::sure(Estimate::between(value, low, high))
        }
    }
}

/// The variance with the moments that the law of the farthest years has in place of those that they happen to have; `None` where nothing
/// is known of them.
fn corrected_variance<const ORDER: usize>(moments: &MomentsTo<ORDER>, known: Corrections) -> Option<f64> {
    let (n, mean) = (moments.count() as f64, moments.mean());
    let mut sides = known
        .of_mean
        .iter()
        .zip([-1.0, 1.0])
        .filter_map(|(side, sign)| side.map(|side| (side.from(mean), sign)))
        .peekable();
    sides.peek()?;
    let [first, second] =
        sides.fold([0.0, 0.0], |[one, two], ([first, second], sign)| [one + sign * first, two + second]);
    let variance = moments.variance() + second / n - (first / n) * (first / n);
    (variance > 0.0).then_some(variance)
}

/// The standard deviation, with an interval on the scale of its logarithm.
///
/// `Var(s^2) = (m4 / n - s^4) / n`. Towards larger values the fourth moment has its tails replaced by those of the fitted
/// laws where these promise more than the sample happened to have. Withheld where a tail is surely so heavy that the fourth
/// moment is infinite.
///
/// Covered by 1,000 runs of n = 10,000, of those reported: normal 0.955, exponential 0.948, lognormal sigma 0.5: 0.962, 1: 0.952 (99% reported),
/// 1.5: 0.952 (79%), 2: 0.923 (39%); gpd index 0.2: 0.951, 0.4 (no fourth moment): 0.916 (75%).
pub fn sd_estimate(moments: &Moments, tails: &Tails) -> Judged {
    let value = moments.sd();
    match tails.heavier_than(SD_LIMIT) {
        _ if moments.is_constant() => Judged::sure(Estimate::exact(0.0)),
        Some(index) => Judged::withheld(value, Withheld::HeavyTail { index, limit: SD_LIMIT }),
        None if !(moments.count() >= 2 && value.is_finite()) => {
            Judged::withheld(value, Withheld::TooFewYears { beyond: moments.count(), needed: 2 })
        }
        None => {
            let n = moments.count() as f64;
            let variance = value * value;
            let promised: f64 = tails
                .both()
                .map(|fit| {
                    let from_mean = (fit.threshold - moments.mean()).abs();
                    let fourth = |raw: [f64; 4]| {
                        let d = from_mean;
                        4.0 * d * d * d * raw[0] + 6.0 * d * d * raw[1] + 4.0 * d * raw[2] + raw[3]
                    };
                    let more = fourth(fit.law_moments(SD_INDEX_CAP)) - fourth(fit.sample_moments());
                    more.max(0.0) * fit.years as f64 / n
                })
                .sum();
            let log_error = |kurtosis: f64| 0.5 * ((kurtosis - 1.0).max(0.0) / n).sqrt();
            let kurtosis = moments.excess_kurtosis() + 3.0;
            let low = value * exp(-Z * log_error(kurtosis));
            let high = value * exp(Z * log_error(kurtosis + promised / (variance * variance)));
            Judged::sure(Estimate::between(value, low, high))
        }
    }
}

/// The share of years in which something happened: Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404, which covers at
/// least 95% for any share.
///
/// ```
/// use tailcost::statistics::proportion;
/// let none_of_hundred = proportion(0, 100);
/// assert!((none_of_hundred.high.unwrap() - 0.036217).abs() < 1e-6);
/// ```
pub fn proportion(successes: u64, years: u64) -> Estimate {
    if years == 0 {
        return Estimate::bare(f64::NAN);
    }
    let (hits, misses) = (successes as f64, (years - successes) as f64);
    let low = if successes == 0 { 0.0 } else { beta_quantile(hits, misses + 1.0, Probability::lower(0.025)) };
    let high = if successes == years { 1.0 } else { beta_quantile(hits + 1.0, misses, Probability::upper(0.025)) };
    Estimate::between(hits / years as f64, low, high)
}

/// The mean share of a prize that goes to one winner or to several in equal parts: `won[k]` years were shared by `k + 1`.
///
/// Without ties a proportion; with ties the normal interval of the mean of shares, cut at 0 and 1.
///
/// ```
/// use tailcost::statistics::shared_proportion;
/// // Of 10 years 3 are won alone and 4 by two.
/// assert_eq!(shared_proportion(&[3, 4], 10).value, 0.5);
/// ```
pub fn shared_proportion(won: &[u64], years: u64) -> Estimate {
    let tied = won.iter().skip(1).any(|&years| years > 0);
    if !tied || years < 2 {
        return if tied {
            Estimate::bare(share_sum(won) / years as f64)
        } else {
            proportion(won.first().copied().unwrap_or(0), years)
        };
    }
    let (n, mean) = (years as f64, share_sum(won) / years as f64);
    let squares: f64 = won.iter().zip(1..).map(|(&years, winners)| years as f64 / f64::from(winners * winners)).sum();
    if won.contains(&years) {
        return Estimate::exact(mean);
    }
    let half = Z * ((squares - n * mean * mean).max(0.0) / (n - 1.0) / n).sqrt();
    Estimate::between(mean, (mean - half).max(0.0), (mean + half).min(1.0))
}

/// Prizes won, those shared counting as their part.
fn share_sum(won: &[u64]) -> f64 {
    won.iter().zip(1..).map(|(&years, winners)| years as f64 / f64::from(winners)).sum()
}

/// Around a mean of standard error `error`, `skewness` being that of one term over the root of their number.
pub(super) fn skewed_interval(mean: f64, error: f64, skewness: f64) -> (f64, f64) {
    let towards_low = if skewness < 0.0 { LONG_TAIL_SKEWNESS * skewness } else { skewness };
    let towards_high = if skewness > 0.0 { LONG_TAIL_SKEWNESS * skewness } else { skewness };
    (mean - error * studentised(Z, towards_low), mean - error * studentised(-Z, towards_high))
}

/// Point of the studentised mean that corresponds to a normal point: the inverse of Hall's cubic.
fn studentised(normal: f64, skewness: f64) -> f64 {
    if skewness.abs() < 1e-6 {
        return normal;
    }
    let cube = 1.0 + skewness * (normal - skewness / 6.0);
    3.0 / skewness * (pow(cube.abs(), 1.0 / 3.0).copysign(cube) - 1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::statistics::testing::{Stream, lognormal};
    use crate::statistics::{Grid, Sketch};

    const NO_TAILS: Tails = Tails { lower: None, upper: None, known: None };

    /// Of the intervals that 1,000 runs of 10,000 years report, the shares that cover the true mean and standard deviation; a true
    /// 0.95 gives a share below 0.93 once in 500.
    fn coverage(draw: impl Fn(&mut Stream) -> f64, mean: f64, sd: f64) -> (f64, f64) {
        let mut stream = Stream::new(7);
        let mut years = vec![0.0; 10_000];
        let (mut mean_hits, mut sd_hits, mut reported) = (0, 0, [0.0; 2]);
        for _ in 0..1000 {
            years.fill_with(|| draw(&mut stream));
            let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years[..4096])));
            sketch.insert(&years);
            let (moments, tails) = (Moments::from_slice(&years), Tails::of(&sketch.ranked()));
            let covers = |judged: Judged, truth: f64| {
                let Estimate { low, high, .. } = judged.estimate;
                usize::from(low.is_some_and(|low| low <= truth) && high.is_some_and(|high| truth <= high))
            };
            let judged = [mean_estimate(&moments, &tails), sd_estimate(&moments, &tails)];
            mean_hits += covers(judged[0], mean);
            sd_hits += covers(judged[1], sd);
            reported.iter_mut().zip(judged).for_each(|(count, judged)| *count += f64::from(judged.withheld.is_none()));
        }
        let shares = (mean_hits as f64 / reported[0], sd_hits as f64 / reported[1]);
        // The table of METHODS.md: `cargo test --release --lib statistics::intervals -- --nocapture`.
        println!(
            "mean {mean:.3}, sd {sd:.3}: covered {shares:.3?}, reported {:.3?}",
            reported.map(|runs| runs / 1000.0)
        );
        shares
    }

    fn lognormal_coverage(sigma: f64) -> (f64, f64) {
        let square = sigma * sigma;
        let mean = exp(0.5 * square);
        coverage(|stream| lognormal(stream, sigma), mean, mean * (exp(square) - 1.0).sqrt())
    }

    #[test]
    fn mean_and_sd_cover_for_light_tails() {
        let normal = coverage(|stream| 5.0 + 2.0 * stream.normal(), 5.0, 2.0);
        let mild = lognormal_coverage(0.5);
        assert!([normal.0, normal.1, mild.0, mild.1].iter().all(|&share| share >= 0.93), "{normal:?} {mild:?}");
    }

    #[test]
    fn mean_and_sd_cover_for_skewed_laws() {
        for sigma in [1.0, 1.5] {
            let (mean, sd) = lognormal_coverage(sigma);
            assert!(mean >= 0.93 && sd >= 0.93, "sigma {sigma}: {mean} {sd}");
        }
    }

    #[test]
    fn mean_covers_for_losses_in_few_years() {
        let rare_loss = |stream: &mut Stream| if stream.uniform() < 0.02 { lognormal(stream, 1.5) } else { 0.0 };
        let (mean, _) = coverage(rare_loss, 0.02 * exp(1.125), f64::NAN);
        assert!(mean >= 0.93, "{mean}");
    }

    /// Lomax laws: the mean has no variance from an index of 1/2 on, and at 0.8 is covered less, as METHODS.md says.
    #[test]
    fn mean_covers_for_power_tails() {
        for (index, least) in [(0.4f64, 0.93), (0.6, 0.93), (0.8, 0.85)] {
            let (mean, _) =
                coverage(|stream| (pow(stream.uniform(), -index) - 1.0) / index, 1.0 / (1.0 - index), f64::NAN);
            assert!(mean >= least, "index {index}: {mean}");
        }
    }

    #[test]
    fn constants_are_exact() {
        let constant = Moments::from_slice(&[3.25; 1000]);
        assert_eq!(mean_estimate(&constant, &NO_TAILS).estimate, Estimate::exact(3.25));
        assert_eq!(sd_estimate(&constant, &NO_TAILS).estimate, Estimate::exact(0.0));
    }

    #[test]
    fn too_little_has_no_interval() {
        assert!(mean_estimate(&Moments::EMPTY, &NO_TAILS).withheld.is_some());
        assert!(sd_estimate(&Moments::from_slice(&[1.0, f64::NAN]), &NO_TAILS).estimate.low.is_none());
        assert_eq!(proportion(0, 0).low, None);
    }

    #[test]
    fn heavy_tails_withhold_the_standard_deviation() {
        let mut stream = Stream::new(3);
        let years: Vec<f64> = (0..100_000).map(|_| pow(stream.uniform(), -0.7)).collect();
        let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&years[..4096])));
        sketch.insert(&years);
        let tails = Tails::of(&sketch.ranked());
        assert!(matches!(sd_estimate(&Moments::from_slice(&years), &tails).withheld, Some(Withheld::HeavyTail { .. })));
    }

    #[test]
    fn shares_with_ties_are_means_of_parts() {
        assert_eq!(shared_proportion(&[30, 0], 100), proportion(30, 100));
        assert_eq!(shared_proportion(&[0, 100], 100), Estimate::exact(0.5));
        // 20 times 1, 30 times 1/2, 50 times 0: mean 0.35, second moment 0.275.
        let found = shared_proportion(&[20, 30], 100);
        let half = Z * ((0.275f64 - 0.35 * 0.35) / 99.0).sqrt();
        assert!((found.low.unwrap() - 0.35 + half).abs() < 1e-12 && (found.high.unwrap() - 0.35 - half).abs() < 1e-12);
        assert_eq!(shared_proportion(&[0, 1], 1), Estimate::bare(0.5));
    }

    #[test]
    fn clopper_pearson_values() {
        // Clopper and Pearson: 10 of 100 lies between 0.04901 and 0.17622; the interval of the complement mirrors it.
        let ten = proportion(10, 100);
        assert!((ten.low.unwrap() - 0.049005).abs() < 1e-6 && (ten.high.unwrap() - 0.176223).abs() < 1e-6);
        let ninety = proportion(90, 100);
        assert!((ninety.low.unwrap() + ten.high.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!((proportion(5, 5).high, proportion(0, 5).low), (Some(1.0), Some(0.0)));
        let many = proportion(300_000_000, 1_000_000_000);
        let half = Z * (0.3f64 * 0.7 / 1e9).sqrt();
        assert!(
            (many.high.unwrap() - 0.3 - half).abs() < 1e-3 * half
                && (0.3 - many.low.unwrap() - half).abs() < 1e-3 * half
        );
    }
}
