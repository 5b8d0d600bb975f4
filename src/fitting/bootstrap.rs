//! How often does chance alone take a sample as far from the law that is fitted to it?

use super::fitter::{Fitter, Point};
use super::goodness::{Care, Distances, Heights, Placed, visible};
use super::observations::{Censored, Observations};
use crate::distributions::{Law, Sampler};
use crate::numerics::Probability;
use crate::numerics::elementary::ln;
use crate::outcome::fit::{Goodness, GoodnessTest};
use crate::random::Stream;

/// Samples that must be farther off than the data before the drawing stops: the p-value then has a relative error near a third
/// (Besag and Clifford 1991, doi:10.1093/biomet/78.2.301).
const ENOUGH: u32 = 10;

/// Rows drawn for one candidate at most, and the fewest bootstraps that say anything.
const MOST_ROWS: f64 = 1.6e6;
const FEWEST: u32 = 19;

/// The distances with their p-values by parametric bootstrap: samples of the same size are drawn from the fitted law, seen as the data
/// were (truncated, censored by the reverse product-limit law), and fitted again. Stute, Gonzalez Manteiga, Presedo Quindimil 1993,
/// doi:10.1007/BF02613687.
pub(super) fn goodness(
    fitter: &dyn Fitter,
    point: &Point,
    law: &Law,
    observations: &Observations,
    bootstraps: u32,
    stream: Stream,
) -> Goodness {
    let none = |note: &str| Goodness { note: note.to_owned(), ..Goodness::default() };
    let Some(heights) = Heights::of(observations) else {
        return none("not available: rows are left- or interval-censored, or censored with truncations of their own");
    };
    if observations.exact().is_empty() {
        return none("not available: no row is exact");
    }
    let Ok(placed) = Placed::new(law, observations, Care::Exact) else {
        return none("not available: the fitted law has no probability where the data could be seen");
    };
    let rows = observations.len();
    let found = Distances::new(&placed, &heights, rows);
    let mut notes = Vec::new();
    if matches!(heights, Heights::Product(_)) {
        notes.push("against the product-limit function up to the last exact row".to_owned());
    }
    if !observations.is_complete() && observations.is_truncated() {
        notes.push("against the fitted law conditioned to what could be seen".to_owned());
    }
    let affordable = (MOST_ROWS / fitter.effort() / rows as f64) as u32;
    let most = bootstraps.min(affordable.max(if rows < 4_000 { FEWEST } else { 0 }));
    let bare = |statistic: f64| Some(GoodnessTest { statistic, p_value: None, bootstraps: 0 });
    let draws = (most >= FEWEST).then(|| Draws::new(law, observations)).flatten();
    let Some(draws) = draws else {
        if bootstraps > 0 {
            notes.push(if most < FEWEST {
                "no p-values: too many rows to draw them again often enough".to_owned()
            } else {
                "no p-values: rows have truncations of their own".to_owned()
            });
        }
        return Goodness {
            kolmogorov_smirnov: bare(found.kolmogorov_smirnov),
            anderson_darling: bare(found.anderson_darling),
            cramer_von_mises: bare(found.cramer_von_mises),
            chi_squared: None,
            note: notes.join("; "),
        };
    };
    let mut tests = [Sequential::default(); 3];
    let (mut drawn, mut failed) = (0, 0);
    for replicate in 0..most {
        if tests.iter().all(|test| test.exceeded >= ENOUGH) {
            break;
        }
        drawn += 1;
        let again = draws.sample(stream.event(replicate + 1));
        let distances = again.as_ref().and_then(|again| refitted(fitter, point, again));
        let Some(distances) = distances else {
            failed += 1;
            continue;
        };
        let pairs = [
            (distances.kolmogorov_smirnov, found.kolmogorov_smirnov),
            (distances.anderson_darling, found.anderson_darling),
            (distances.cramer_von_mises, found.cramer_von_mises),
        ];
        for (test, (chance, data)) in tests.iter_mut().zip(pairs) {
            test.add(chance >= data);
        }
    }
    if failed > 0 {
        notes.push(format!("{failed} of {drawn} drawn samples could not be fitted"));
    }
    let test = |statistic: f64, test: Sequential| {
        Some(GoodnessTest { statistic, p_value: test.p_value(), bootstraps: test.drawn })
    };
    Goodness {
        kolmogorov_smirnov: test(found.kolmogorov_smirnov, tests[0]),
        anderson_darling: test(found.anderson_darling, tests[1]),
        cramer_von_mises: test(found.cramer_von_mises, tests[2]),
        chi_squared: None,
        note: notes.join("; "),
    }
}

fn refitted(fitter: &dyn Fitter, point: &Point, again: &Observations) -> Option<Distances> {
    let fit = fitter.point(again, Some(&point.working)).ok()?;
    let law = fitter.law(&fit.natural).ok()?;
    let placed = Placed::new(&law, again, Care::Bootstrap).ok()?;
    Some(Distances::new(&placed, &Heights::of(again)?, again.len()))
}

/// A p-value that is drawn for until it is known well enough.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sequential {
    pub drawn: u32,
    pub exceeded: u32,
}

impl Sequential {
    pub fn add(&mut self, exceeds: bool) {
        if self.exceeded < ENOUGH {
            self.drawn += 1;
            self.exceeded += u32::from(exceeds);
        }
    }

    /// Valid whatever the stopping: exceedances over draws where it stopped early, else both with the data themselves counted.
    pub fn p_value(self) -> Option<f64> {
        if self.exceeded >= ENOUGH {
            Some(f64::from(self.exceeded) / f64::from(self.drawn))
        } else {
            (self.drawn > 0).then(|| f64::from(self.exceeded + 1) / f64::from(self.drawn + 1))
        }
    }

    pub fn is_done(self) -> bool {
        self.exceeded >= ENOUGH
    }
}

/// Samples like the data from a law.
struct Draws<'a> {
    sampler: Sampler,
    observations: &'a Observations,
    /// Places of censoring, ascending, with the probability that a row is censored no later: the reverse product-limit law.
    censoring: Vec<(f64, f64)>,
}

impl<'a> Draws<'a> {
    fn new(law: &Law, observations: &'a Observations) -> Option<Self> {
        let law = visible(law, observations.common_window()?).ok()?;
        let mut at_risk = observations.len() as f64;
        let mut survival = 1.0;
        let mut exact = observations.exact().iter().peekable();
        let mut censoring = Vec::new();
        for row in observations.censored() {
            // An exact row at the same place left before it could be censored.
            while exact.next_if(|x| **x <= row.low).is_some() {
                at_risk -= 1.0;
            }
            survival *= 1.0 - row.count / at_risk;
            at_risk -= row.count;
            censoring.push((row.low, 1.0 - survival));
        }
        Some(Self { sampler: Sampler::compile(&law), observations, censoring })
    }

    /// Ascending from the start: sums of exponential spacings over their total are the order statistics of uniforms.
    fn sample(&self, stream: Stream) -> Option<Observations> {
        let n = self.observations.len();
        let mut sums = Vec::with_capacity(n + 1);
        let mut sum = 0.0;
        for i in 0..=n {
            let uniform = stream.at(i as u64, 0);
            sum += if uniform.is_upper() { -libm::log1p(-uniform.tail()) } else { -ln(uniform.tail()) };
            sums.push(sum);
        }
        let values = sums[..n].iter().map(|s| {
            let p = if *s <= 0.5 * sum { Probability::lower(s / sum) } else { Probability::upper((sum - s) / sum) };
            self.sampler.at(p)
        });
        if self.censoring.is_empty() {
            return Observations::ascending(values.collect(), Vec::new(), self.observations.common_window()?);
        }
        let (mut exact, mut censored) = (Vec::with_capacity(n), Vec::new());
        for (i, x) in values.enumerate() {
            let u = stream.at((n + 1 + i) as u64, 0).p();
            let at = self.censoring.partition_point(|(_, reached)| *reached < u);
            match self.censoring.get(at) {
                Some((limit, _)) if x >= *limit => {
                    censored.push(Censored { low: *limit, high: f64::INFINITY, window: 0, count: 1.0 });
                }
                _ => exact.push(x),
            }
        }
        Observations::ascending(exact, censored, self.observations.common_window()?)
    }
}
