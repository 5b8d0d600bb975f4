//! How are the ends of a uniform law found, and how sure are they?

use super::fitter::{Described, Estimated, Fitter, Intervals, Point, fixed, given, smooth_described};
use super::fragment::rounded;
use super::jet::Jet;
use super::observations::Observations;
use super::optimum::{Expansion, Likelihood, maximise};
use super::sample::expansion;
use super::scale::Scale;
use super::single::{Ends, bounds};
use crate::distributions::{Law, LawError};
use crate::numerics::elementary::{exp, ln, pow};
use crate::outcome::fit::{FitState, Interval, ParameterRole};

/// The uniform law. Its likelihood has no smooth maximum: it is largest where the ends are the least and the largest value, always inside
/// the true ones. The estimates are these, moved outwards by what they lie inside on average (a row's share of the range; not past 0 where no
/// row is), so that they have no bias. Their intervals are exact and reach outwards from the sample alone. With `n` rows, range `R` and both
/// ends unknown, `P((x_1 - min) / R > t) = (1 + t)^-(n-1)`; with the other end known, `P((max - min) / (x_n - min) > t) = t^-n`.
///
/// With right-censored rows the largest value is not the last: the upper end then has a smooth likelihood.
#[derive(Debug, Clone)]
pub(super) struct Uniform {
    min: End,
    max: End,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Free,
    Given(f64),
    /// Where the data are cut, beyond which the law cannot be seen.
    Cut(f64),
}

impl End {
    fn known(self) -> Option<f64> {
        match self {
            Self::Free => None,
            Self::Given(x) | Self::Cut(x) => Some(x),
        }
    }
}

impl Uniform {
    pub fn new(observations: &Observations, ends: Ends) -> Result<Self, String> {
        let window = observations.common_window().ok_or("rows are truncated at different places")?;
        if observations.left_censored() + observations.interval_censored() > 0 {
            return Err("rows are left- or interval-censored, for which its ends are not worked out".to_owned());
        }
        let end = |given: Option<f64>, cut: f64, inside: bool| match given {
            Some(x) if inside => End::Given(x),
            _ if cut.is_finite() => End::Cut(cut),
            Some(x) => End::Given(x),
            None => End::Free,
        };
        let min = end(ends.min, window.from, ends.min.is_some_and(|x| x > window.from));
        let max = end(ends.max, window.to, ends.max.is_some_and(|x| x < window.to));
        if min.known().is_some() && max.known().is_some() {
            return Err("both ends are given or cut off by the truncation: nothing is left to estimate".to_owned());
        }
        let (least, most) = bounds(observations);
        if min.known().is_some_and(|x| least < x) || max.known().is_some_and(|x| most > x) {
            return Err(format!("values lie outside the given ends, they run from {least} to {most}"));
        }
        if !(least < most) {
            return Err("all values are equal".to_owned());
        }
        Ok(Self { min, max })
    }

    /// The ends without bias, from the sample's (or from those that the likelihood gives).
    fn unbiased(&self, low: f64, high: f64, rows: f64, upper_is_read_off: bool) -> [f64; 2] {
        let both = upper_is_read_off && matches!((self.min, self.max), (End::Free, End::Free));
        let step = (high - low) / if both { rows - 1.0 } else { rows };
        // A law of costs has no end below 0.
        let moved = |x: f64, by: f64| if x * (x + by) < 0.0 { 0.0 } else { x + by };
        let min = if matches!(self.min, End::Free) { moved(low, -step) } else { low };
        let max = if upper_is_read_off && matches!(self.max, End::Free) { moved(high, step) } else { high };
        [min, max]
    }

    fn censored<'a>(&self, observations: &'a Observations) -> Option<Censored<'a>> {
        let (least, most) = bounds(observations);
        let upper_is_open = matches!(self.max, End::Free) && observations.right_censored() > 0;
        upper_is_open.then(|| Censored { low: self.min.known().unwrap_or(least), from: most, observations })
    }
}

/// The upper end as `from + exp(c)`.
struct Censored<'a> {
    low: f64,
    from: f64,
    observations: &'a Observations,
}

impl Likelihood for Censored<'_> {
    fn expand(&self, at: &[f64]) -> Expansion {
        let beyond = Jet::<1>::parameter(at[0], 0).exp();
        let width = beyond + (self.from - self.low);
        let mut total = width.ln() * -(self.observations.len() as f64);
        for row in self.observations.censored() {
            total = total + (beyond + (self.from - row.low)).ln() * row.count;
        }
        expansion(&total)
    }
}

impl Fitter for Uniform {
    fn name(&self) -> String {
        "uniform".to_owned()
    }

    fn family(&self) -> &'static str {
        "uniform"
    }

    fn free(&self) -> usize {
        [self.min, self.max].iter().filter(|end| matches!(end, End::Free)).count()
    }

    fn point(&self, observations: &Observations, _: Option<&[f64]>) -> Result<Point, String> {
        let (least, most) = bounds(observations);
        let low = self.min.known().unwrap_or(least);
        if let Some(likelihood) = self.censored(observations) {
            let start = ln(0.2 * (likelihood.from - low));
            let optimum = maximise(&likelihood, &[start], None);
            if !optimum.is_maximum {
                return Err("too many rows are censored for an upper end".to_owned());
            }
            let high = likelihood.from + exp(optimum.at[0]);
            let natural = self.unbiased(low, high, observations.len() as f64, false).to_vec();
            return Ok(Point {
                working: optimum.at,
                natural,
                log_likelihood: optimum.value,
                state: FitState::Converged,
            });
        }
        let high = self.max.known().unwrap_or(most);
        let mut log_likelihood = -(observations.len() as f64) * ln(high - low);
        for row in observations.censored() {
            log_likelihood += row.count * ln(high - row.low.max(low));
        }
        let natural = self.unbiased(low, high, observations.len() as f64, true).to_vec();
        Ok(Point { working: Vec::new(), natural, log_likelihood, state: FitState::Converged })
    }

    fn describe(&self, observations: &Observations, point: &Point, intervals: Intervals) -> Described {
        let n = observations.len() as f64;
        let (least, most) = bounds(observations);
        let censored = self.censored(observations);
        let low = self.min.known().unwrap_or(least);
        let high = if censored.is_some() { point.natural[1] } else { self.max.known().unwrap_or(most) };
        let mut notes = Vec::new();
        // How far a known end reaches beyond the sample at 5%, in units of the range.
        let reach = match (self.min, self.max) {
            (End::Free, End::Free) if censored.is_none() => pow(0.05, -1.0 / (n - 1.0)) - 1.0,
            _ => pow(0.05, -1.0 / n) - 1.0,
        } * (high - low);
        let describe = |name: &str, end: End, value: f64, outer: [f64; 2]| match end {
            End::Given(x) | End::Cut(x) => given(name, x),
            End::Free => {
                let mut parameter = fixed(name, value, ParameterRole::ReadOff);
                parameter.exact = Some(Interval { low: Some(outer[0]), high: Some(outer[1]) });
                parameter
            }
        };
        let min = describe("min", self.min, point.natural[0], [low - reach, low]);
        let mut max = describe("max", self.max, point.natural[1], [high, high + reach]);
        if let Some(likelihood) = &censored {
            let optimum = maximise(likelihood, &point.working, None);
            let scale = Scale::Positive { unit: 1.0 };
            let beyond = [Estimated { name: "max".to_owned(), scale }];
            let (mut parameters, _) = smooth_described(likelihood, &optimum, &beyond, intervals, false);
            let shifted = |interval: Interval| Interval {
                low: interval.low.map(|x| x + likelihood.from),
                high: interval.high.map(|x| x + likelihood.from),
            };
            max = parameters.remove(0);
            max.estimate = high;
            max.wald = max.wald.map(shifted);
            max.profile = max.profile.map(shifted);
        }
        let free: Vec<String> = [(self.min, "least", low), (self.max, "largest", high)]
            .into_iter()
            .filter(|(end, name, _)| matches!(end, End::Free) && (*name == "least" || censored.is_none()))
            .map(|(_, name, value)| format!("{name} {}", rounded(value)))
            .collect();
        notes.push(format!(
            "The ends of a uniform law are read off the sample ({}), always inside the true ones, and moved outwards by what that is on \
             average; the log-likelihood is the one before. Their intervals are exact and reach outwards from the sample.",
            free.join(", ")
        ));
        for (end, name) in [(self.min, "min"), (self.max, "max")] {
            if let End::Cut(x) = end {
                notes.push(format!(
                    "{name} lies at or beyond the truncation at {x} and cannot be seen: the law is that of what can be."
                ));
            }
        }
        let covariance = match (max.role, max.standard_error) {
            (ParameterRole::Estimated, Some(se)) => vec![vec![se * se]],
            _ => Vec::new(),
        };
        let parameters = if covariance.is_empty() { vec![min, max] } else { vec![max, min] };
        Described { parameters, covariance, notes }
    }

    fn law(&self, natural: &[f64]) -> Result<Law, LawError> {
        Law::from_parameters("uniform", &[("min", natural[0]), ("max", natural[1])])
    }
}
