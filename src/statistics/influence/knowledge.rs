//! What would it be worth to know a driver before choosing, in the unit of the costs?

use super::basis::{CELLS, cells};
use super::ratio::from_parts;
use crate::numerics::parallel::parallel_map;
use crate::statistics::Estimate;

/// Parts of the years: each is decided by what the others say.
pub const FOLDS: usize = 32;

/// Yearly costs of options, and which of them is chosen when nothing more is known.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// The option of least mean cost.
    pub best: usize,
    /// The others, and what each costs more than the best, by year.
    others: Vec<(usize, Vec<f64>)>,
    years: usize,
}

/// What knowing something before choosing is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Saved a year on average, in the unit of the costs.
    pub worth: Estimate,
    /// Share of years in which another option than the best one would be chosen.
    pub changes: f64,
}

/// What knowing one driver is worth, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct OfDriver {
    pub learned: Learned,
    /// Which option to choose at which percentiles, by the regression on all years; neighbours differ.
    pub choices: Vec<Stretch>,
    /// By option other than the best: expected extra cost over the best at the percentiles [`SHOWN`].
    pub expected: Vec<(usize, Vec<f64>)>,
}

/// Percentiles, as shares, at which expected costs are given.
pub const SHOWN: [f64; 21] = [
    0.01, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90,
    0.95, 0.99,
];

/// A range of a driver's percentiles, as shares, in which an option is the best choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
    pub option: usize,
}

impl Knowledge {
    /// From a column of yearly costs for each option. `None` with fewer than two options, or with fewer than two years a fold.
    pub fn new(costs: &[Vec<f64>]) -> Option<Self> {
        let years = costs.first()?.len();
        if costs.len() < 2 || years < 2 * FOLDS {
            return None;
        }
        // Against the first, so that what options share does not blur which is the cheapest.
        let extra = |cost: &[f64]| cost.iter().zip(&costs[0]).map(|(cost, first)| cost - first).sum::<f64>();
        let means: Vec<f64> = costs.iter().map(|cost| extra(cost)).collect();
        let best = (0..costs.len()).min_by(|a, b| means[*a].total_cmp(&means[*b])).expect("two options");
        let others = (0..costs.len()).filter(|option| *option != best).map(|option| {
            let more = costs[option].iter().zip(&costs[best]).map(|(cost, best)| cost - best);
            (option, more.collect())
        });
        Some(Self { best, others: others.collect(), years })
    }

    /// The expected value of perfect information: to know all that the year will bring, chance included.
    /// `min over options of E[C] - E[min over options of C]`, the mean regret of the best option.
    ///
    /// ```
    /// use tailcost::statistics::influence::Knowledge;
    /// // Every other year the second option saves 1; in the others it costs 3 more.
    /// let first = vec![10.0; 640];
    /// let second: Vec<f64> = (0..640).map(|year| if year % 2 == 0 { 9.0 } else { 13.0 }).collect();
    /// let all = Knowledge::new(&[first, second]).unwrap().of_everything();
    /// assert_eq!((all.worth.value, all.changes), (0.5, 0.5));
    /// ```
    pub fn of_everything(&self) -> Learned {
        let mut parts = vec![0.0; FOLDS];
        let mut changed = 0usize;
        for (fold, part) in parts.iter_mut().enumerate() {
            for year in self.fold(fold) {
                let least = self.others.iter().map(|(_, more)| more[year]).fold(0.0, f64::min);
                *part -= least;
                changed += usize::from(least < 0.0);
            }
        }
        self.learned(parts, changed)
    }

    /// The expected value of knowing one driver, given the cell of its uniform in each year:
    /// `min over options of E[C] - E[min over options of E[C | X]]`.
    ///
    /// Each option's extra cost over the best is regressed on polynomials of the driver that are orthonormal, in its uniform (Legendre's)
    /// or in its normal score (Hermite's), whichever family and degree has the least estimated risk,
    /// `sum over the terms of (2 se^2 - c^2)` (Mallows 1973, doi 10.1080/00401706.1973.10489103). For each of 32 folds the regression of the
    /// *other* folds says which option to take at each value of the driver (regression as in Strong, Oakley, Brennan 2014, doi
    /// 10.1177/0272989X13505910); what that saves in the fold itself, in its own years, is averaged. So an overfit earns nothing and a
    /// truncated series loses nothing but what a wrongly placed switch costs, which is of second order: the estimate is, but for sampling
    /// error, never above the worth and close below it. Where no value of the driver would change the choice it is 0, exactly.
    ///
    /// The interval is Student's t over folds; worth is never negative, so it is cut at 0.
    ///
    /// # Panics
    /// If there is not a cell for each year.
    pub fn of_driver(&self, cells_of_years: &[u16]) -> OfDriver {
        let ledger = self.ledger(cells_of_years);
        let (mut parts, mut changed) = (vec![0.0; FOLDS], 0);
        for (fold, part) in parts.iter_mut().enumerate() {
            let fits = ledger.fits(Some(fold));
            let sums = &ledger.sums[fold];
            for cell in 0..CELLS {
                if let Some(choice) = choice(fits.iter().map(|fit| fit[cell])) {
                    *part -= sums.more[choice][cell];
                    changed += sums.years[cell];
                }
            }
        }
        let fits = ledger.fits(None);
        let mut choices: Vec<Stretch> = Vec::new();
        for cell in 0..CELLS {
            let option = choice(fits.iter().map(|fit| fit[cell])).map_or(self.best, |place| self.others[place].0);
            let (from, to) = (cells().edge(cell), cells().edge(cell + 1));
            match choices.last_mut() {
                Some(last) if last.option == option => last.to = to,
                _ => choices.push(Stretch { from, to, option }),
            }
        }
        let at = |fit: &Vec<f64>| SHOWN.iter().map(|p| fit[usize::from(cells().of(*p))]).collect();
        let expected = self.others.iter().zip(&fits).map(|((option, _), fit)| (*option, at(fit))).collect();
        OfDriver { learned: self.learned(parts, changed), choices, expected }
    }

    /// What knowing all these drivers together is worth, at least: the choice follows the sum of the single regressions, which leaves out
    /// how drivers work together; by folds as [`Knowledge::of_driver`].
    ///
    /// # Panics
    /// If there is not a cell of each driver for each year.
    pub fn of_drivers(&self, drivers: &[Vec<u16>]) -> Learned {
        let ledgers: Vec<Ledger> = parallel_map(drivers, |cells| self.ledger(cells));
        let folds: Vec<usize> = (0..FOLDS).collect();
        let decided: Vec<(f64, usize)> = parallel_map(&folds, |&fold| {
            let years = self.fold(fold);
            let mut expected: Vec<Vec<f64>> = Vec::new();
            for place in 0..self.others.len() {
                let mean = ledgers.first().map_or(0.0, |ledger| ledger.mean(place, fold));
                expected.push(vec![mean; years.len()]);
            }
            for (ledger, cells) in ledgers.iter().zip(drivers) {
                for (place, (fit, expected)) in ledger.fits(Some(fold)).iter().zip(&mut expected).enumerate() {
                    let mean = ledger.mean(place, fold);
                    for (expected, cell) in expected.iter_mut().zip(&cells[years.clone()]) {
                        *expected += fit[usize::from(*cell)] - mean;
                    }
                }
            }
            let (mut saved, mut changed) = (0.0, 0);
            for (at, year) in years.enumerate() {
                if let Some(choice) = choice(expected.iter().map(|expected| expected[at])) {
                    saved -= self.others[choice].1[year];
                    changed += 1;
                }
            }
            (saved, changed)
        });
        let changed = decided.iter().map(|(_, changed)| changed).sum();
        self.learned(decided.into_iter().map(|(saved, _)| saved).collect(), changed)
    }

    fn fold(&self, fold: usize) -> std::ops::Range<usize> {
        fold * self.years / FOLDS..(fold + 1) * self.years / FOLDS
    }

    fn learned(&self, mut saved: Vec<f64>, changed: usize) -> Learned {
        let years = self.years as f64;
        let worth = saved.iter().sum::<f64>() / years;
        saved.iter_mut().for_each(|part| *part *= FOLDS as f64 / years);
        let found = from_parts(worth, &saved);
        let cut = |bound: Option<f64>| bound.map(|bound| bound.max(0.0));
        let worth = Estimate { value: worth.max(0.0), low: cut(found.low), high: cut(found.high) };
        Learned { worth, changes: changed as f64 / years }
    }

    fn ledger(&self, cells_of_years: &[u16]) -> Ledger {
        assert_eq!(cells_of_years.len(), self.years, "a cell for each year");
        let sums: Vec<Sums> = (0..FOLDS)
            .map(|fold| {
                let years = self.fold(fold);
                let mut sums = Sums { years: vec![0; CELLS], more: vec![vec![0.0; CELLS]; self.others.len()] };
                for cell in &cells_of_years[years.clone()] {
                    sums.years[usize::from(*cell)] += 1;
                }
                for (sum, (_, more)) in sums.more.iter_mut().zip(&self.others) {
                    for (cell, more) in cells_of_years[years.clone()].iter().zip(&more[years.clone()]) {
                        sum[usize::from(*cell)] += more;
                    }
                }
                sums
            })
            .collect();
        Ledger::new(sums)
    }
}

/// The place of the least expected extra cost, if that is below 0.
fn choice(expected: impl Iterator<Item = f64>) -> Option<usize> {
    let (mut least, mut choice) = (0.0, None);
    for (place, expected) in expected.enumerate() {
        if expected < least {
            (least, choice) = (expected, Some(place));
        }
    }
    choice
}

/// Of a fold: years, and extra costs of each other option, by cell of the driver.
struct Sums {
    years: Vec<usize>,
    more: Vec<Vec<f64>>,
}

/// What a regression on a driver needs: the folds' sums and coefficients.
struct Ledger {
    sums: Vec<Sums>,
    /// By option, family, degree and fold.
    coefficients: Vec<[Vec<Vec<f64>>; 2]>,
}

impl Ledger {
    fn new(sums: Vec<Sums>) -> Self {
        let count = |sums: &Sums| sums.years.iter().sum::<usize>() as f64;
        let all: f64 = sums.iter().map(count).sum();
        let coefficients = (0..sums[0].more.len())
            .map(|place| {
                let mean = sums.iter().flat_map(|sums| &sums.more[place]).sum::<f64>() / all;
                // Around the mean: the sample's polynomials do not average 0, and the mean would leak into every coefficient.
                let rests: Vec<Vec<f64>> = sums
                    .iter()
                    .map(|sums| {
                        let years = count(sums);
                        let rest = |(more, in_cell): (&f64, &usize)| (more - mean * *in_cell as f64) / years;
                        sums.more[place].iter().zip(&sums.years).map(rest).collect()
                    })
                    .collect();
                [0, 1].map(|family: usize| {
                    let of_degree = |(degree, polynomial): (usize, &Vec<f64>)| -> Vec<f64> {
                        let along = |rest: &Vec<f64>| rest.iter().zip(polynomial).map(|(a, b)| a * b).sum::<f64>();
                        let shift = if degree == 0 { mean } else { 0.0 };
                        rests.iter().map(|rest| shift + along(rest)).collect()
                    };
                    cells().families[family].iter().enumerate().map(of_degree).collect()
                })
            })
            .collect();
        Self { sums, coefficients }
    }

    /// Mean extra cost of an option outside a fold.
    fn mean(&self, place: usize, without: usize) -> f64 {
        mean_and_error(&self.coefficients[place][0][0], Some(without)).0
    }

    /// By option, the expected extra cost in each cell, from all folds or all but one.
    fn fits(&self, without: Option<usize>) -> Vec<Vec<f64>> {
        self.coefficients
            .iter()
            .map(|families| {
                let fits = families.iter().zip(&cells().families).map(|(coefficients, polynomials)| {
                    let terms: Vec<(f64, f64)> =
                        coefficients.iter().map(|folds| mean_and_error(folds, without)).collect();
                    let (mut risk, mut least, mut degree) = (0.0, 0.0, 0);
                    for (at, (coefficient, square_error)) in terms.iter().enumerate().skip(1) {
                        risk += 2.0 * square_error - coefficient * coefficient;
                        if risk < least {
                            (least, degree) = (risk, at);
                        }
                    }
                    (least, terms, degree, polynomials)
                });
                let (_, terms, degree, polynomials) = fits.min_by(|a, b| a.0.total_cmp(&b.0)).expect("two families");
                let mut fit = vec![0.0; CELLS];
                for ((coefficient, _), polynomial) in terms.iter().zip(polynomials).take(degree + 1) {
                    fit.iter_mut().zip(polynomial).for_each(|(fit, p)| *fit += coefficient * p);
                }
                fit
            })
            .collect()
    }
}

/// The mean over folds, all or all but one, and its squared standard error.
fn mean_and_error(folds: &[f64], without: Option<usize>) -> (f64, f64) {
    let kept = || folds.iter().enumerate().filter(|(fold, _)| Some(*fold) != without).map(|(_, value)| value);
    let count = kept().count() as f64;
    let mean = kept().sum::<f64>() / count;
    let squares: f64 = kept().map(|value| (value - mean) * (value - mean)).sum();
    (mean, squares / (count - 1.0) / count)
}
