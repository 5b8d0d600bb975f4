//! What are the mean, spread, skewness and extremes of a set of years, and how do those of two sets merge?

use super::reducer::Merge;
use super::stored::Nonsense;
use serde::{Deserialize, Serialize};

/// Lanes of the sums: a fixed number, so that the bits do not depend on how the loop is vectorised.
pub(super) const LANES: usize = 8;

/// Count, mean, central sums up to the fourth, and extremes of a set of years.
pub type Moments = MomentsTo<4>;

/// [`Moments`] without the fourth: what the interval of a mean needs.
pub type Moments3 = MomentsTo<3>;

/// Count, mean, central sums up to a given order (2, 3 or 4), and extremes of a set of years.
///
/// Definition: with `d_i = x_i - mean`, `m2 = sum d_i^2`, `m3 = sum d_i^3`, `m4 = sum d_i^4`. Support: finite values; a
/// non-finite one makes the mean NaN or infinite, never a panic. Sets merge by the pairwise formulas. Merging is not
/// associative in floating point, so callers merge in the canonical tree of [`Reducer`](super::Reducer).
///
/// [`from_slice`](Self::from_slice) is the plain reference, in two passes (mean, then central sums, with the mean corrected by
/// the residual); a run adds up with [`PowerSums`](super::PowerSums), which agrees with it.
///
/// Accuracy: the certified digits of all nine NIST StRD univariate sets (see the tests).
/// Reference: Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
/// moments", Sandia 2008, doi:10.2172/1028931.
///
/// ```
/// use tailcost::statistics::Moments;
/// let years = Moments::from_slice(&[1.0, 2.0, 3.0, 6.0]);
/// assert_eq!(years.mean(), 3.0);
/// assert_eq!(years.variance(), 14.0 / 3.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "StoredMoments", try_from = "StoredMoments")]
pub struct MomentsTo<const ORDER: usize> {
    count: u64,
    /// The mean, then the central sums of order 2 and up.
    powers: [f64; ORDER],
    min: f64,
    max: f64,
}

/// [`MomentsTo`] of whatever order, as they travel.
#[derive(Serialize, Deserialize)]
struct StoredMoments {
    count: u64,
    powers: Vec<f64>,
    min: f64,
    max: f64,
}

impl<const ORDER: usize> From<MomentsTo<ORDER>> for StoredMoments {
    fn from(MomentsTo { count, powers, min, max }: MomentsTo<ORDER>) -> Self {
        Self { count, powers: powers.to_vec(), min, max }
    }
}

impl<const ORDER: usize> TryFrom<StoredMoments> for MomentsTo<ORDER> {
    type Error = Nonsense;

    fn try_from(StoredMoments { count, powers, min, max }: StoredMoments) -> Result<Self, Nonsense> {
        let powers = powers.try_into().map_err(|_| Nonsense("moments of another order"))?;
        Ok(Self { count, powers, min, max })
    }
}

impl<const ORDER: usize> MomentsTo<ORDER> {
    /// No years: the neutral element of merging.
    pub const EMPTY: Self = Self { count: 0, powers: [0.0; ORDER], min: f64::INFINITY, max: f64::NEG_INFINITY };

    pub fn from_slice(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self::EMPTY;
        }
        let FirstPass { mean: pivot, min, max } = first_pass(values);
        let mut sums = [[0.0; LANES]; ORDER];
        let (chunks, rest) = values.as_chunks::<LANES>();
        for chunk in chunks.iter().map(|chunk| &chunk[..]).chain([rest]) {
            for (lane, &value) in chunk.iter().enumerate() {
                let deviation = value - pivot;
                let mut power = 1.0;
                for sum in &mut sums {
                    power *= deviation;
                    sum[lane] += power;
                }
            }
        }
        let sums = sums.map(|lanes| fold(lanes, |a, b| a + b));
        Self::about(pivot, values.len() as u64, sums, min, max)
    }

    /// From sums of powers of the distances from a pivot, order 1 first.
    pub(super) fn about(pivot: f64, count: u64, sums: [f64; ORDER], min: f64, max: f64) -> Self {
        const { assert!(ORDER >= 2 && ORDER <= 4) };
        if min == max && sums[0].is_finite() {
            // Equal years have exactly their value as mean and no spread, which the sums would miss by a rounding.
            let mut powers = [0.0; ORDER];
            powers[0] = min;
            return Self { count, powers, min, max };
        }
        let shift = sums[0] / count as f64;
        let square = shift * shift;
        let mut powers = [0.0; ORDER];
        powers[0] = pivot + shift;
        powers[1] = not_negative(sums[1] - shift * sums[0]);
        if ORDER >= 3 {
            powers[2] = sums[2] - 3.0 * shift * sums[1] + 2.0 * square * sums[0];
        }
        if ORDER >= 4 {
            let around = 6.0 * square * sums[1] - 3.0 * square * shift * sums[0];
            powers[3] = not_negative(sums[3] - 4.0 * shift * sums[2] + around);
        }
        Self { count, powers, min, max }
    }

    /// That many years of the same value.
    pub fn of_equal(value: f64, count: u64) -> Self {
        if count == 0 {
            return Self::EMPTY;
        }
        Self::about(value, count, [0.0; ORDER], value, value)
    }

    /// Those of the same years with the opposite sign.
    pub fn negated(&self) -> Self {
        let mut powers = self.powers;
        powers[0] = 0.0 - powers[0];
        if ORDER >= 3 {
            powers[2] = 0.0 - powers[2];
        }
        Self { count: self.count, powers, min: 0.0 - self.max, max: 0.0 - self.min }
    }

    /// Without the orders above `LOWER`.
    pub fn lowered<const LOWER: usize>(&self) -> MomentsTo<LOWER> {
        const { assert!(LOWER <= ORDER) };
        let mut powers = [0.0; LOWER];
        powers.copy_from_slice(&self.powers[..LOWER]);
        MomentsTo { count: self.count, powers, min: self.min, max: self.max }
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// NaN without years.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.powers[0] }
    }

    /// `m2 / (n - 1)`; 0 with one year, NaN without.
    pub fn variance(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.powers[1] / (self.count - 1).max(1) as f64 }
    }

    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }

    /// `sqrt(n) m3 / m2^1.5`; 0 when all years are equal.
    pub fn skewness(&self) -> f64 {
        const { assert!(ORDER >= 3, "skewness needs the third order") };
        let m2 = self.powers[1];
        if m2 == 0.0 {
            return 0.0;
        }
        let sd = (m2 / self.count as f64).sqrt();
        self.powers[2] / self.count as f64 / (sd * sd * sd)
    }

    /// `n m4 / m2^2 - 3`; 0 when all years are equal.
    pub fn excess_kurtosis(&self) -> f64 {
        const { assert!(ORDER >= 4, "kurtosis needs the fourth order") };
        let m2 = self.powers[1];
        if m2 == 0.0 {
            return 0.0;
        }
        let variance = m2 / self.count as f64;
        self.powers[3] / self.count as f64 / variance / variance - 3.0
    }

    /// Infinite without years.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// Minus infinity without years.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Are all years equal (and finite)? A single year does not say so.
    pub fn is_constant(&self) -> bool {
        self.count >= 2 && self.min == self.max && self.powers[0] == self.min
    }
}

impl<const ORDER: usize> Merge for MomentsTo<ORDER> {
    fn merge(&mut self, right: &Self) {
        if right.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *right;
            return;
        }
        let (a, b) = (self.count as f64, right.count as f64);
        let n = a + b;
        let delta = right.powers[0] - self.powers[0];
        let (share_a, share_b) = (a / n, b / n);
        // delta^2 a b / n, the between-blocks part of m2, from which the higher ones follow.
        let between = delta * delta * a * share_b;
        let mut powers = [0.0; ORDER];
        powers[0] = self.powers[0] + delta * share_b;
        powers[1] = self.powers[1] + right.powers[1] + between;
        if ORDER >= 3 {
            powers[2] = self.powers[2]
                + right.powers[2]
                + between * delta * (share_a - share_b)
                + 3.0 * delta * (share_a * right.powers[1] - share_b * self.powers[1]);
        }
        if ORDER >= 4 {
            powers[3] = self.powers[3]
                + right.powers[3]
                + between * delta * delta * (share_a * share_a - share_a * share_b + share_b * share_b)
                + 6.0 * delta * delta * (share_a * share_a * right.powers[1] + share_b * share_b * self.powers[1])
                + 4.0 * delta * (share_a * right.powers[2] - share_b * self.powers[2]);
        }
        *self = Self {
            count: self.count + right.count,
            powers,
            min: self.min.min(right.min),
            max: self.max.max(right.max),
        };
    }
}

/// Rounding may leave a sum of even powers just below 0. `max` would turn NaN into 0.
fn not_negative(sum: f64) -> f64 {
    if sum < 0.0 { 0.0 } else { sum }
}

struct FirstPass {
    mean: f64,
    min: f64,
    max: f64,
}

fn first_pass(values: &[f64]) -> FirstPass {
    let (mut sums, mut min, mut max) = ([0.0; LANES], f64::INFINITY, f64::NEG_INFINITY);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks.iter().map(|chunk| &chunk[..]).chain([rest]) {
        for (lane, &value) in chunk.iter().enumerate() {
            // Adding 0 makes -0 into 0, whose sign would otherwise depend on the order.
            let value = value + 0.0;
            sums[lane] += value;
            min = if value < min { value } else { min };
            max = if value > max { value } else { max };
        }
    }
    FirstPass { mean: fold(sums, |a, b| a + b) / values.len() as f64, min, max }
}

pub(super) fn fold(lanes: [f64; LANES], combine: impl Fn(f64, f64) -> f64) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    combine(combine(combine(a, e), combine(c, g)), combine(combine(b, f), combine(d, h)))
}

#[cfg(test)]
mod tests {
    // Oracles of tests decide no drawn value: std's functions are a second opinion on our own.
    #![allow(clippy::disallowed_methods)]

    use super::*;

    /// Name, mean, standard deviation as certified, and to how many digits the double data allow them.
    const CERTIFIED: [(&str, f64, f64, f64); 9] = [
        ("PiDigits", 4.53480000000000, 2.86733906028871, 14.0),
        ("Lottery", 518.958715596330, 291.699727470969, 14.0),
        ("Lew", -177.435000000000, 277.332168044316, 14.0),
        ("Mavro", 2.00185600000000, 0.000429123454003053, 11.0),
        ("Michelso", 299.852400000000, 0.0790105478190518, 11.0),
        ("NumAcc1", 10000002.0, 1.0, 15.0),
        ("NumAcc2", 1.2, 0.1, 14.0),
        ("NumAcc3", 1000000.2, 0.1, 9.0),
        ("NumAcc4", 10000000.2, 0.1, 8.0),
    ];

    fn nist(name: &str) -> Vec<f64> {
        let path = format!("{}/configs/data/nist_strd/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        // Two forms of header: 60 lines, or up to the last line of hashes.
        let hashes = text.lines().enumerate().filter(|(_, line)| line.starts_with("####")).map(|(index, _)| index + 1);
        let header = hashes.last().unwrap_or(60);
        text.lines().skip(header).flat_map(str::split_whitespace).map(|number| number.parse().unwrap()).collect()
    }

    /// Digits that agree.
    fn digits(found: f64, certified: f64) -> f64 {
        let error = ((found - certified) / certified).abs();
        if error == 0.0 { 16.0 } else { -error.log10() }
    }

    #[test]
    fn nist_reference_sets() {
        for (name, mean, sd, expected) in CERTIFIED {
            let data = nist(name);
            for block in [data.len(), 64, 7, 1] {
                let merged = data.chunks(block).map(Moments::from_slice).reduce(|mut left, right| {
                    left.merge(&right);
                    left
                });
                let merged = merged.unwrap();
                let light = data.chunks(block).map(Moments3::from_slice).reduce(|mut left, right| {
                    left.merge(&right);
                    left
                });
                assert!(digits(merged.mean(), mean) >= 14.0, "{name} by {block}: mean {}", merged.mean());
                // Blocks of one merged in a chain are the worst case; a tree does not lose that digit.
                let expected = if block == data.len() { expected } else { expected - 1.5 };
                assert!(digits(merged.sd(), sd) >= expected, "{name} by {block}: sd {}", merged.sd());
                assert_eq!((light.unwrap().sd(), light.unwrap().mean()), (merged.sd(), merged.mean()));
            }
        }
    }

    #[test]
    fn shape_by_hand() {
        // Deviations from 3: -2, -1, 0, 3.
        let moments = Moments::from_slice(&[1.0, 2.0, 3.0, 6.0]);
        let skewness = (18.0 / 4.0) / (14.0f64 / 4.0).powf(1.5);
        assert!((moments.skewness() - skewness).abs() < 1e-15);
        assert!((moments.excess_kurtosis() - ((98.0 / 4.0) / (3.5 * 3.5) - 3.0)).abs() < 1e-15);
        assert_eq!((moments.min(), moments.max(), moments.count()), (1.0, 6.0, 4));
    }

    #[test]
    fn merged_shape_equals_the_whole() {
        let values: Vec<f64> = (0..5000).map(|i| 1e7 + (f64::from(i) * 0.37).sin().exp() * 1e3).collect();
        let whole = Moments::from_slice(&values);
        let mut merged = Moments::EMPTY;
        values.chunks(17).for_each(|block| merged.merge(&Moments::from_slice(block)));
        for (a, b) in [
            (merged.mean(), whole.mean()),
            (merged.sd(), whole.sd()),
            (merged.skewness(), whole.skewness()),
            (merged.excess_kurtosis(), whole.excess_kurtosis()),
        ] {
            assert!(((a - b) / b).abs() < 1e-10, "{a} {b}");
        }
    }

    #[test]
    fn equal_years_have_no_spread() {
        let mut moments = Moments::from_slice(&[0.1; 1001]);
        moments.merge(&Moments::from_slice(&[0.1; 77]));
        assert_eq!((moments.mean(), moments.sd(), moments.skewness()), (0.1, 0.0, 0.0));
        assert!(Moments::EMPTY.mean().is_nan() && Moments::EMPTY.sd().is_nan());
        let one = Moments::from_slice(&[2.0]);
        assert!(one.sd() == 0.0 && !one.is_constant());
    }

    #[test]
    fn a_value_that_is_not_finite_shows_in_the_mean() {
        let with_nan = Moments::from_slice(&[1.0, f64::NAN]);
        assert!(with_nan.mean().is_nan() && with_nan.sd().is_nan() && !with_nan.is_constant());
        assert!(!Moments3::from_slice(&[1.0, f64::INFINITY]).mean().is_finite());
    }
}
