//! Which law do counts by period follow, and how many events does a unit of exposure bring?

use super::fitter::{Estimated, Intervals, fixed, smooth_described, smooth_point};
use super::jet::Jet;
use super::optimum::{Expansion, Likelihood, maximise};
use super::sample::expansion;
use super::scale::Scale;
use crate::numerics::elementary::{exp, ln};
use crate::numerics::special::ln_factorial;
use crate::outcome::fit::{FitState, Parameter, ParameterRole};

/// The families of counts.
pub const COUNT_FAMILIES: &[&str] =
    &["poisson", "negative_binomial", "zero_inflated_poisson", "zero_inflated_negative_binomial"];

/// Counts by period, with the exposure of each: the expected count is in proportion to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    counts: Vec<f64>,
    exposures: Vec<f64>,
    labels: Vec<String>,
    /// Distinct (count, exposure) with the number of periods.
    cells: Vec<(f64, f64, f64)>,
}

/// Why columns are not counts; `row` counts from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CountError {
    #[error("there are no periods, expected at least one")]
    NoRows,
    #[error("the count is {found}, expected a whole number from 0")]
    Count { row: usize, found: f64 },
    #[error("the exposure is {found}, expected a positive number")]
    Exposure { row: usize, found: f64 },
    #[error("{found} exposures for {expected} counts, expected one for each")]
    Lengths { found: usize, expected: usize },
}

impl CountError {
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::Count { row, .. } | Self::Exposure { row, .. } => Some(*row),
            _ => None,
        }
    }
}

impl Counts {
    /// Without exposures every period has one of 1; without labels they are numbered from 1.
    ///
    /// # Errors
    /// Without periods, where a count is not a whole number from 0, where an exposure is not positive.
    pub fn new(counts: &[f64], exposures: Option<&[f64]>, labels: Option<&[String]>) -> Result<Self, CountError> {
        if counts.is_empty() {
            return Err(CountError::NoRows);
        }
        if let Some(found) = exposures.map(<[f64]>::len).filter(|found| *found != counts.len()) {
            return Err(CountError::Lengths { found, expected: counts.len() });
        }
        for (row, &found) in counts.iter().enumerate() {
            if !(found >= 0.0 && found == found.floor() && found < 9e15) {
                return Err(CountError::Count { row, found });
            }
        }
        let exposures = exposures.map_or_else(|| vec![1.0; counts.len()], <[f64]>::to_vec);
        for (row, &found) in exposures.iter().enumerate() {
            if !(found > 0.0 && found.is_finite()) {
                return Err(CountError::Exposure { row, found });
            }
        }
        let labels = match labels {
            Some(labels) if labels.len() == counts.len() => labels.to_vec(),
            _ => (1..=counts.len()).map(|i| i.to_string()).collect(),
        };
        let cells = cells_of(counts, &exposures);
        Ok(Self { counts: counts.to_vec(), exposures, labels, cells })
    }

    pub(super) fn redrawn(&self, counts: Vec<f64>) -> Self {
        let cells = cells_of(&counts, &self.exposures);
        Self { counts, exposures: self.exposures.clone(), labels: Vec::new(), cells }
    }

    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    pub fn exposures(&self) -> &[f64] {
        &self.exposures
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub fn total(&self) -> f64 {
        self.counts.iter().sum()
    }

    pub fn exposure(&self) -> f64 {
        self.exposures.iter().sum()
    }

    /// Pearson's ratio of the squared deviations to the Poisson variance, over the degrees of freedom: near 1 for Poisson counts.
    pub fn dispersion(&self) -> Option<f64> {
        let rate = self.total() / self.exposure();
        let n = self.counts.len();
        let square = |(count, exposure): (&f64, &f64)| {
            let expected = rate * exposure;
            (count - expected) * (count - expected) / expected
        };
        (n > 1 && rate > 0.0).then(|| self.counts.iter().zip(&self.exposures).map(square).sum::<f64>() / (n - 1) as f64)
    }
}

fn cells_of(counts: &[f64], exposures: &[f64]) -> Vec<(f64, f64, f64)> {
    let mut pairs: Vec<(f64, f64)> = counts.iter().copied().zip(exposures.iter().copied()).collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut cells: Vec<(f64, f64, f64)> = Vec::new();
    for (count, exposure) in pairs {
        match cells.last_mut() {
            Some(last) if last.0 == count && last.1 == exposure => last.2 += 1.0,
            _ => cells.push((count, exposure, 1.0)),
        }
    }
    cells
}

/// A family of counts: which of its three parameters vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountFamily {
    Poisson,
    NegativeBinomial,
    ZeroInflatedPoisson,
    ZeroInflatedNegativeBinomial,
}

impl CountFamily {
    pub fn named(name: &str) -> Option<Self> {
        let all =
            [Self::Poisson, Self::NegativeBinomial, Self::ZeroInflatedPoisson, Self::ZeroInflatedNegativeBinomial];
        COUNT_FAMILIES.iter().position(|known| *known == name).map(|at| all[at])
    }

    pub fn name(self) -> &'static str {
        COUNT_FAMILIES[self as usize]
    }

    fn is_inflated(self) -> bool {
        matches!(self, Self::ZeroInflatedPoisson | Self::ZeroInflatedNegativeBinomial)
    }

    fn has_size(self) -> bool {
        matches!(self, Self::NegativeBinomial | Self::ZeroInflatedNegativeBinomial)
    }

    /// `mean` for a unit of exposure, then `size` (variance `m + m^2 / size` of a period's mean m), then the share of periods that
    /// have no events whatever their mean.
    pub fn parameters(self, unit: f64) -> Vec<Estimated> {
        let mut parameters = vec![Estimated { name: "mean".to_owned(), scale: Scale::Positive { unit } }];
        if self.has_size() {
            parameters.push(Estimated { name: "size".to_owned(), scale: Scale::SHAPE });
        }
        if self.is_inflated() {
            let scale = Scale::Between { low: 0.0, high: 1.0 };
            parameters.push(Estimated { name: "zero_share".to_owned(), scale });
        }
        parameters
    }

    /// Log-probability of a count from the logarithm of its mean, ln size and the logit of the share of zeros.
    fn ln_probability<const P: usize>(self, count: f64, ln_mean: Jet<P>, rest: &[Jet<P>]) -> Jet<P> {
        let mean = ln_mean.exp();
        let plain = if self.has_size() {
            let size = rest[0].exp();
            // (size / (size + mean))^size and (mean / (size + mean))^count.
            let ln_ratio = (mean / size).ln_1p();
            let mut ln_p = -(size + count) * ln_ratio + (ln_mean - rest[0]) * count - ln_factorial(count);
            ln_p = if count < 200.0 {
                // Gamma(size + count) / Gamma(size) as a product keeps its precision for a large size.
                (0..count as u32).fold(ln_p, |sum, i| sum + (size + f64::from(i)).ln())
            } else {
                ln_p + (size + count).ln_gamma() - size.ln_gamma()
            };
            ln_p
        } else {
            ln_mean * count - mean - ln_factorial(count)
        };
        if !self.is_inflated() {
            return plain;
        }
        let logit = rest[usize::from(self.has_size())];
        let ln_rest = -logit_softplus(logit);
        if count > 0.0 { plain + ln_rest } else { ((plain).exp() * (-logit).exp() + 1.0).ln() + logit + ln_rest }
    }
}

/// `ln(1 + exp(c))`.
fn logit_softplus<const P: usize>(c: Jet<P>) -> Jet<P> {
    let share = 1.0 / (1.0 + exp(-c.v));
    let value = if c.v > 30.0 { c.v } else { crate::numerics::elementary::ln_1p(exp(c.v)) };
    c.chain(value, share, share * (1.0 - share))
}

struct CountLikelihood<'a> {
    family: CountFamily,
    counts: &'a Counts,
    unit: f64,
}

impl CountLikelihood<'_> {
    fn jet<const P: usize>(&self, at: &[f64]) -> Expansion {
        let point: [f64; P] = std::array::from_fn(|i| at[i]);
        let at = Jet::all(&point);
        let mut total = Jet::constant(0.0);
        for (count, exposure, periods) in &self.counts.cells {
            let ln_mean = at[0] + ln(self.unit * exposure);
            total = total + self.family.ln_probability(*count, ln_mean, &at[1..]) * *periods;
        }
        expansion(&total)
    }
}

impl Likelihood for CountLikelihood<'_> {
    fn expand(&self, at: &[f64]) -> Expansion {
        match at.len() {
            1 => self.jet::<1>(at),
            2 => self.jet::<2>(at),
            _ => self.jet::<3>(at),
        }
    }
}

/// One count family, fitted.
#[derive(Debug, Clone)]
pub struct FittedCounts {
    pub family: &'static str,
    pub state: FitState,
    pub parameters: Vec<Parameter>,
    pub covariance: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    pub free: usize,
    /// For a unit of exposure.
    pub mean: f64,
    /// Infinite where it is a Poisson law.
    pub size: f64,
    pub zero_share: f64,
    working: Vec<f64>,
}

impl FittedCounts {
    /// Probability of a count in a period with this exposure.
    pub fn probability(&self, count: u64, exposure: f64) -> f64 {
        let family = match (self.size.is_finite(), self.zero_share > 0.0) {
            (false, false) => CountFamily::Poisson,
            (true, false) => CountFamily::NegativeBinomial,
            (false, true) => CountFamily::ZeroInflatedPoisson,
            (true, true) => CountFamily::ZeroInflatedNegativeBinomial,
        };
        let mut rest = Vec::new();
        if self.size.is_finite() {
            rest.push(Jet::<0>::constant(ln(self.size)));
        }
        if self.zero_share > 0.0 {
            rest.push(Jet::constant(ln(self.zero_share / (1.0 - self.zero_share))));
        }
        exp(family.ln_probability(count as f64, Jet::constant(ln(self.mean * exposure)), &rest).v)
    }
}

/// Fits one family of counts by maximum likelihood.
///
/// ```
/// use tailcost::fitting::{Counts, Intervals, fit_counts};
/// let counts = Counts::new(&[3.0, 0.0, 5.0, 2.0], Some(&[1.0, 0.5, 2.0, 1.5]), None).unwrap();
/// let fit = fit_counts("poisson", &counts, Intervals::Wald).unwrap();
/// assert!((fit.mean - 10.0 / 5.0).abs() < 1e-12);
/// ```
///
/// # Errors
/// Without any event; an unknown family.
pub fn fit_counts(family: &str, counts: &Counts, intervals: Intervals) -> Result<FittedCounts, String> {
    let family = CountFamily::named(family).ok_or_else(|| format!("{family} is not a family of counts"))?;
    counted(family, counts, None, Some(intervals))
}

/// With `intervals` absent only the point.
pub(super) fn counted(
    family: CountFamily,
    counts: &Counts,
    warm: Option<&[f64]>,
    intervals: Option<Intervals>,
) -> Result<FittedCounts, String> {
    let unit = counts.total() / counts.exposure();
    if !(unit > 0.0) {
        return Err("no period has an event: only an upper limit of the mean can be said".to_owned());
    }
    // No over-dispersion: the likelihood of a negative binomial law rises towards an infinite size, which is Poisson's; no more zeros
    // than Poisson's: towards no share of them.
    let excess: f64 = counts
        .cells
        .iter()
        .map(|(count, exposure, periods)| {
            let mean = unit * exposure;
            periods * ((count - mean) * (count - mean) - count)
        })
        .sum();
    let zero_gain: f64 = counts
        .cells
        .iter()
        .map(|(count, exposure, periods)| periods * if *count == 0.0 { exp(unit * exposure) - 1.0 } else { -1.0 })
        .sum();
    let edge = match family {
        CountFamily::NegativeBinomial if excess <= 0.0 => {
            Some("counts vary no more than Poisson's: the size grows without bound, where the law is Poisson's")
        }
        CountFamily::ZeroInflatedPoisson if zero_gain <= 0.0 => {
            Some("there are no more periods without events than a Poisson law has: the share of zeros is 0")
        }
        _ => None,
    };
    if let Some(why) = edge {
        let mut poisson = counted(CountFamily::Poisson, counts, None, intervals)?;
        poisson.family = family.name();
        poisson.state = FitState::Boundary(why.to_owned());
        poisson.free = family.parameters(1.0).len();
        if family.is_inflated() {
            poisson.parameters.push(fixed("zero_share", 0.0, ParameterRole::ReadOff));
        }
        return Ok(poisson);
    }
    let parameters = family.parameters(unit);
    let likelihood = CountLikelihood { family, counts, unit };
    let start = warm.map_or_else(
        || match family {
            CountFamily::Poisson => vec![0.0],
            CountFamily::NegativeBinomial => {
                let squares: f64 = counts.cells.iter().map(|(_, e, periods)| periods * unit * e * unit * e).sum();
                vec![0.0, ln((squares / excess).clamp(1e-3, 1e4))]
            }
            CountFamily::ZeroInflatedPoisson => vec![0.3, -1.0],
            CountFamily::ZeroInflatedNegativeBinomial => vec![0.1, 0.7, -2.0],
        },
        <[f64]>::to_vec,
    );
    let (point, _) = smooth_point(&likelihood, &start, &parameters)?;
    let value = |name: &str, otherwise: f64| {
        parameters.iter().position(|p| p.name == name).map_or(otherwise, |at| point.natural[at])
    };
    let (mean, size, zero_share) = (value("mean", unit), value("size", f64::INFINITY), value("zero_share", 0.0));
    let state = match point.state {
        _ if size.is_finite() && size > 1e5 => FitState::Boundary(
            "the size grows without bound: a Poisson law, with the same share of zeros, says as much".to_owned(),
        ),
        _ if family.is_inflated() && zero_share < 1e-5 => {
            FitState::Boundary("the share of zeros falls to 0: the law without it says as much".to_owned())
        }
        state => state,
    };
    let (described, covariance) = match intervals {
        Some(intervals) => {
            let optimum = maximise(&likelihood, &point.working, None);
            let at_edge = !matches!(state, FitState::Converged);
            smooth_described(&likelihood, &optimum, &parameters, intervals, at_edge)
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(FittedCounts {
        family: family.name(),
        state,
        parameters: described,
        covariance,
        log_likelihood: point.log_likelihood,
        free: parameters.len(),
        mean,
        size,
        zero_share,
        working: point.working,
    })
}

impl FittedCounts {
    pub(super) fn working(&self) -> &[f64] {
        &self.working
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_and_edges() {
        let counts = Counts::new(&[2.0, 3.0, 4.0], None, None).unwrap();
        let poisson = fit_counts("poisson", &counts, Intervals::Wald).unwrap();
        assert!((poisson.mean - 3.0).abs() < 1e-12);
        assert!((poisson.parameters[0].standard_error.unwrap() - 1.0).abs() < 1e-9);
        assert!((1..40).map(|k| poisson.probability(k, 1.0)).sum::<f64>() + exp(-3.0) - 1.0 < 1e-12);
        let edge = fit_counts("negative_binomial", &counts, Intervals::Wald).unwrap();
        assert!(matches!(edge.state, FitState::Boundary(_)) && edge.size == f64::INFINITY);
        assert_eq!(edge.log_likelihood, poisson.log_likelihood);
    }

    /// Of a negative binomial law without exposures the mean is the sample's; the size solves the score, checked by its two sides.
    #[test]
    fn over_dispersed_counts() {
        let values: Vec<f64> = [0, 0, 0, 0, 1, 0, 9, 2, 0, 14, 0, 3, 0, 0, 1, 25].map(f64::from).to_vec();
        let counts = Counts::new(&values, None, None).unwrap();
        let fit = fit_counts("negative_binomial", &counts, Intervals::Profile).unwrap();
        let mean = values.iter().sum::<f64>() / 16.0;
        assert_eq!(fit.state, FitState::Converged);
        assert!((fit.mean / mean - 1.0).abs() < 1e-10);
        let value = |size: f64| FittedCounts { size, ..fit.clone() };
        let sum = |fit: &FittedCounts| values.iter().map(|k| ln(fit.probability(*k as u64, 1.0))).sum::<f64>();
        assert!((sum(&fit) - fit.log_likelihood).abs() < 1e-9);
        assert!(
            sum(&value(fit.size * 1.001)) < fit.log_likelihood && sum(&value(fit.size * 0.999)) < fit.log_likelihood
        );
        let inflated = fit_counts("zero_inflated_poisson", &counts, Intervals::Wald).unwrap();
        // With all zeros beyond Poisson's in the share, the mean solves mean / (1 - exp(-mean)) = mean of the positive counts.
        let positive = values.iter().sum::<f64>() / values.iter().filter(|k| **k > 0.0).count() as f64;
        assert!((inflated.mean / (1.0 - exp(-inflated.mean)) / positive - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bad_counts_name_their_row() {
        assert_eq!(Counts::new(&[1.0, 2.5], None, None).unwrap_err().row(), Some(1));
        assert_eq!(Counts::new(&[1.0, 2.0], Some(&[1.0, 0.0]), None).unwrap_err().row(), Some(1));
    }
}
