//! How much weight does own experience deserve beside that of others?

use crate::outcome::fit::{Credibility, CredibilityGroup};

/// A mean observed with an exposure, as a period's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Experience {
    /// Total of the period (a count, an amount), not its mean.
    pub total: f64,
    pub exposure: f64,
}

/// What is known of others.
#[derive(Debug, Clone)]
pub enum Prior {
    /// Experience of other groups, by name, from which the structure is estimated.
    Groups(Vec<(String, Vec<Experience>)>),
    /// A mean for a unit of exposure and the variance of the groups' true means about it.
    Given { mean: f64, between_variance: f64 },
}

/// Why there is no credibility.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CredibilityError {
    #[error("own experience has {found} periods, expected at least {expected} to see how much they vary")]
    TooFewPeriods { found: usize, expected: usize },
    #[error("the prior has {found} groups with experience, expected at least 2 to see how much groups differ")]
    TooFewGroups { found: usize },
    #[error("{what} is {found}, expected {expected}")]
    Number { what: String, found: f64, expected: &'static str },
}

/// Blends own experience with a prior (Buhlmann and Straub 1970).
///
/// With `w` the exposures, `X` the means of periods, `m` those of groups: within variance `v = sum w (X - m)^2 / sum (periods - 1)` over
/// all groups, own one included; between variance `a = (sum w_i (m_i - m)^2 - (groups - 1) v) / (w - sum w_i^2 / w)`, not below 0;
/// `k = v / a`, `Z = w / (w + k)`, blended mean `Z own + (1 - Z) prior`, the prior being the mean of the others by their own
/// credibility. Buhlmann and Gisler 2005, A Course in Credibility Theory, sections 4.2 and 4.8 (doi:10.1007/3-540-29273-X).
///
/// ```
/// use tailcost::fitting::{Experience, Prior, blend};
/// let own = [Experience { total: 4.0, exposure: 2.0 }, Experience { total: 10.0, exposure: 2.0 }];
/// let blended = blend(&own, &Prior::Given { mean: 2.0, between_variance: 0.5 }, "given").unwrap();
/// // Within variance 2 (2 - 3.5)^2 + 2 (5 - 3.5)^2 = 9, k = 18, Z = 4 / 22.
/// assert!((blended.z - 4.0 / 22.0).abs() < 1e-14 && (blended.blended_mean - (2.0 + 1.5 * 4.0 / 22.0)).abs() < 1e-14);
/// ```
///
/// # Errors
/// Where the periods or groups are too few to estimate a variance, or a number is out of range.
pub fn blend(own: &[Experience], prior: &Prior, prior_source: &str) -> Result<Credibility, CredibilityError> {
    let own_group = Group::new("own", own)?;
    let given = matches!(prior, Prior::Given { .. });
    if given && own.len() < 2 {
        return Err(CredibilityError::TooFewPeriods { found: own.len(), expected: 2 });
    }
    let mut groups = vec![own_group.clone()];
    if let Prior::Groups(others) = prior {
        for (name, periods) in others {
            groups.push(Group::new(name, periods)?);
        }
        if groups.len() < 3 {
            return Err(CredibilityError::TooFewGroups { found: groups.len() - 1 });
        }
    }
    let freedom: f64 = groups.iter().map(|group| group.periods as f64 - 1.0).sum();
    if !(freedom > 0.0) {
        return Err(CredibilityError::TooFewPeriods { found: own.len(), expected: 2 });
    }
    let within = groups.iter().map(|group| group.squares).sum::<f64>() / freedom;
    let (between, raw) = match prior {
        Prior::Given { mean, between_variance } => {
            let number = |what: &str, found: f64, expected| {
                Err(CredibilityError::Number { what: what.to_owned(), found, expected })
            };
            if !mean.is_finite() {
                return number("the prior mean", *mean, "a finite number");
            }
            if !(*between_variance >= 0.0 && between_variance.is_finite()) {
                return number("the variance between groups", *between_variance, "a number from 0");
            }
            (*between_variance, *between_variance)
        }
        Prior::Groups(_) => {
            let total: f64 = groups.iter().map(|group| group.exposure).sum();
            let mean = groups.iter().map(|group| group.exposure * group.mean).sum::<f64>() / total;
            let spread: f64 =
                groups.iter().map(|group| group.exposure * (group.mean - mean) * (group.mean - mean)).sum();
            let square: f64 = groups.iter().map(|group| group.exposure * group.exposure).sum();
            let raw = (spread - (groups.len() as f64 - 1.0) * within) / (total - square / total);
            (raw.max(0.0), raw)
        }
    };
    let k = (between > 0.0).then(|| within / between);
    let z_of = |exposure: f64| k.map_or(0.0, |k| exposure / (exposure + k));
    let prior_mean = match prior {
        Prior::Given { mean, .. } => *mean,
        Prior::Groups(_) => {
            let others = &groups[1..];
            let weight = |group: &Group| if between > 0.0 { z_of(group.exposure) } else { group.exposure };
            let total: f64 = others.iter().map(weight).sum();
            others.iter().map(|group| weight(group) * group.mean).sum::<f64>() / total
        }
    };
    let z = z_of(own_group.exposure);
    let blended_mean = z * own_group.mean + (1.0 - z) * prior_mean;
    // The mean squared error of the blend for a known prior mean is (1 - Z) a.
    let standard_error = ((1.0 - z) * between).sqrt();
    let mut sentence = format!(
        "Own experience of {} periods and exposure {} deserves {:.0}% of the weight (Z = {z:.3}): one unit of exposure varies with variance {}, groups differ with variance {}.",
        own_group.periods,
        own_group.exposure,
        100.0 * z,
        rounded(within),
        rounded(between)
    );
    if raw <= 0.0 {
        sentence += " The groups differ by no more than chance would have them: all weight goes to the prior.";
    }
    Ok(Credibility {
        own_mean: own_group.mean,
        own_exposure: own_group.exposure,
        own_periods: own_group.periods as u64,
        prior_mean,
        prior_source: prior_source.to_owned(),
        within_variance: within,
        between_variance: between,
        k,
        z,
        blended_mean,
        standard_error,
        groups: groups
            .iter()
            .skip(1)
            .map(|group| {
                let z = z_of(group.exposure);
                CredibilityGroup {
                    name: group.name.clone(),
                    mean: group.mean,
                    exposure: group.exposure,
                    z,
                    blended_mean: z * group.mean + (1.0 - z) * prior_mean,
                }
            })
            .collect(),
        sentence,
    })
}

fn rounded(value: f64) -> String {
    format!("{:.3e}", value).parse::<f64>().map_or_else(|_| value.to_string(), |value| value.to_string())
}

#[derive(Debug, Clone)]
struct Group {
    name: String,
    periods: usize,
    exposure: f64,
    mean: f64,
    squares: f64,
}

impl Group {
    fn new(name: &str, periods: &[Experience]) -> Result<Self, CredibilityError> {
        let number = |what: &str, found: f64, expected| {
            Err(CredibilityError::Number { what: format!("{what} of {name}"), found, expected })
        };
        for period in periods {
            if !(period.exposure > 0.0 && period.exposure.is_finite()) {
                return number("the exposure", period.exposure, "a positive number");
            }
            if !period.total.is_finite() {
                return number("the total", period.total, "a finite number");
            }
        }
        if periods.is_empty() {
            return Err(CredibilityError::TooFewPeriods { found: 0, expected: 1 });
        }
        let exposure: f64 = periods.iter().map(|period| period.exposure).sum();
        let mean = periods.iter().map(|period| period.total).sum::<f64>() / exposure;
        let square = |period: &Experience| {
            let distance = period.total / period.exposure - mean;
            period.exposure * distance * distance
        };
        let squares = periods.iter().map(square).sum();
        Ok(Self { name: name.to_owned(), periods: periods.len(), exposure, mean, squares })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand: three groups of two periods with exposure 1 each; totals (0, 2), (4, 6), (8, 10).
    #[test]
    fn a_table_by_hand() {
        let group =
            |a: f64, b: f64| vec![Experience { total: a, exposure: 1.0 }, Experience { total: b, exposure: 1.0 }];
        let prior = Prior::Groups(vec![("b".to_owned(), group(4.0, 6.0)), ("c".to_owned(), group(8.0, 10.0))]);
        let blended = blend(&group(0.0, 2.0), &prior, "table").unwrap();
        // Within: squares 2 in each group over one degree of freedom each. Between: means 1, 5, 9 about 5, so
        // (2 (16 + 0 + 16) - 2 * 2) / (6 - 12 / 6) = 60 / 4 = 15. k = 2 / 15, Z = 2 / (2 + 2/15) = 0.9375.
        assert!((blended.within_variance - 2.0).abs() < 1e-14);
        assert!((blended.between_variance - 15.0).abs() < 1e-13);
        assert!((blended.z - 0.9375).abs() < 1e-14);
        assert!((blended.prior_mean - 7.0).abs() < 1e-14);
        assert!((blended.blended_mean - (0.9375 + 0.0625 * 7.0)).abs() < 1e-13);
    }

    #[test]
    fn groups_that_do_not_differ_get_no_weight() {
        let group = |a: f64| vec![Experience { total: a, exposure: 1.0 }, Experience { total: 2.0 - a, exposure: 1.0 }];
        let prior = Prior::Groups(vec![("b".to_owned(), group(0.1)), ("c".to_owned(), group(0.2))]);
        let blended = blend(&group(0.0), &prior, "table").unwrap();
        assert_eq!((blended.z, blended.k), (0.0, None));
        assert!((blended.blended_mean - 1.0).abs() < 1e-14);
        assert!(blend(&group(0.0)[..1], &Prior::Given { mean: 1.0, between_variance: 1.0 }, "").is_err());
    }
}
