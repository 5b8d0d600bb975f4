//! What if every guess may be wrong by so much?
//!
//! The user's assumption, not the config's: each driver whose source calls itself a guess has its whole law multiplied by one factor a draw,
//! lognormal with mean 1 and the stated standard deviation. A share is moved on its odds, so that it stays one; a driver of either sign is
//! shifted by a normal amount, that standard deviation times its size `sqrt(mean^2 + variance)`. Of a level, whose mean is the schema's 1 by
//! what the word means, only the spread is a guess: its deviation is multiplied.

use super::cautions::is_guess;
use super::drivers::{Absent, Domain, DriverSpec, Use};
use super::ignorance::BlockParameter;
use super::scenario::{DriverId, Scenario, Value};
use crate::distributions::{Kind, Law, LawError};
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln};
use crate::numerics::special::normal_quantile;

/// How one guess is moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moved {
    /// By a factor, lognormal with mean 1.
    Factor { sigma: f64 },
    /// The odds of its mean by such a factor.
    Odds { sigma: f64 },
    /// By an amount, normal with mean 0.
    Shift { sd: f64 },
    /// Its distance from its mean by a factor.
    Spread { sigma: f64 },
}

/// Every driver whose source is a guess, sorted by the schema, with how it is moved.
pub(crate) fn of(scenario: &Scenario, spread: f64) -> Vec<(String, DriverId, Moved)> {
    let sigma = ln(1.0 + spread * spread).sqrt();
    let mut found = Vec::new();
    for id in scenario.driver_ids() {
        let Some(driver) = scenario.driver(id).filter(|driver| is_guess(driver)) else { continue };
        let spec = id.spec();
        if spec.used == Use::Fixed || matches!(driver.value, Value::Point(value) if value == 0.0) {
            continue;
        }
        let moved = match spec.domain {
            _ if is_level(spec, &driver.value) => match &driver.value {
                Value::Law(law) if spread_by(law, 1.0).is_some() => Moved::Spread { sigma },
                _ => continue,
            },
            Domain::Share | Domain::ShareBelowOne => Moved::Odds { sigma },
            Domain::AnySign if has_both_signs(&driver.value) => Moved::Shift { sd: spread * size(&driver.value) },
            _ => Moved::Factor { sigma },
        };
        found.push((scenario.path(id), id, moved));
    }
    found
}

/// Does 1 stand for the plan, the usual year, the reference, so that nothing is guessed of where the law lies?
fn is_level(spec: &DriverSpec, value: &Value) -> bool {
    /// A mean that was written as 1.
    const CLOSE: f64 = 1e-9;
    let mean = match value {
        Value::Point(value) => *value,
        Value::Law(law) => law.mean(),
    };
    spec.absent == Absent::Value(1.0) && (mean - 1.0).abs() < CLOSE
}

fn has_both_signs(value: &Value) -> bool {
    match value {
        Value::Point(_) => true,
        Value::Law(law) => law.support().0 < 0.0,
    }
}

/// Root of the mean square, or the median's size where there is none.
fn size(value: &Value) -> f64 {
    match value {
        Value::Point(value) => value.abs(),
        Value::Law(law) => {
            let square = law.mean() * law.mean() + law.variance();
            if square.is_finite() { square.sqrt() } else { law.quantile(Probability::lower(0.5)).abs() }
        }
    }
}

impl Moved {
    pub fn parameter(&self, driver: &str) -> BlockParameter {
        let (what, central) = match self {
            Moved::Factor { .. } => ("factor", 1.0),
            Moved::Odds { .. } => ("odds factor", 1.0),
            Moved::Shift { .. } => ("shift", 0.0),
            Moved::Spread { .. } => ("spread factor", 1.0),
        };
        let at = |p| self.draw(Probability::lower(p));
        BlockParameter { path: format!("{driver} {what}"), central, p5: at(0.05), p95: at(0.95) }
    }

    /// The factor or shift at a probability.
    pub fn draw(&self, uniform: Probability) -> f64 {
        let z = normal_quantile(uniform);
        match self {
            Moved::Factor { sigma } | Moved::Odds { sigma } | Moved::Spread { sigma } => {
                exp(sigma * z - 0.5 * sigma * sigma)
            }
            Moved::Shift { sd } => sd * z,
        }
    }
}

/// The case with a driver moved.
///
/// # Errors
/// What is wrong with the law then.
pub(crate) fn put(scenario: &Scenario, id: DriverId, moved: &Moved, by: f64) -> Result<Scenario, String> {
    let driver = scenario.driver(id).ok_or("the driver is absent")?;
    let value = match (&driver.value, moved) {
        (Value::Point(value), Moved::Factor { .. }) => Value::Point(value * by),
        (Value::Point(value), Moved::Shift { .. }) => Value::Point(value + by),
        (Value::Point(value), Moved::Odds { .. }) => Value::Point(odds(*value, by)),
        (Value::Point(value), Moved::Spread { .. }) => Value::Point(*value),
        (Value::Law(law), Moved::Spread { .. }) => {
            let spread = spread_by(law, by).ok_or("its spread cannot be changed alone")?;
            Value::Law(spread.map_err(|error| error.to_string())?)
        }
        (Value::Law(law), Moved::Factor { .. }) => Value::Law(law.moved(0.0, by).map_err(|error| error.to_string())?),
        (Value::Law(law), Moved::Shift { .. }) => Value::Law(law.moved(by, 1.0).map_err(|error| error.to_string())?),
        (Value::Law(law), Moved::Odds { .. }) => Value::Law(of_odds(law, by).map_err(|error| error.to_string())?),
    };
    if !value.lies_in(id.spec().domain) {
        return Err(format!("it leaves {}", super::driver::described(id.spec().domain)));
    }
    Ok(scenario.with_driver(id, value))
}

/// The share whose odds are `factor` times those of `share`.
fn odds(share: f64, factor: f64) -> f64 {
    share * factor / (1.0 - share + share * factor)
}

/// A beta law keeps `alpha + beta`, what it was worth in observations, and has its mean moved; ends and mode of another law of shares are moved
/// one by one; a law of another kind is multiplied.
fn of_odds(law: &Law, factor: f64) -> Result<Law, LawError> {
    match law.kind() {
        Kind::Beta { alpha, beta, min: 0.0, max: 1.0 } => {
            let worth = alpha + beta;
            let mean = odds(alpha / worth, factor);
            Law::from_parameters("beta", &[("alpha", mean * worth), ("beta", (1.0 - mean) * worth)])
        }
        Kind::Uniform { min, max } => {
            Law::from_parameters("uniform", &[("min", odds(min, factor)), ("max", odds(max, factor))])
        }
        Kind::Triangular { min, mode, max } => Law::from_parameters(
            "triangular",
            &[("min", odds(min, factor)), ("mode", odds(mode, factor)), ("max", odds(max, factor))],
        ),
        Kind::Pert { min, mode, max, lambda, .. } => Law::from_parameters(
            "pert",
            &[("min", odds(min, factor)), ("mode", odds(mode, factor)), ("max", odds(max, factor)), ("lambda", lambda)],
        ),
        Kind::Truncated { law, low, high } => of_odds(law, factor)?.truncated(low, high),
        _ => law.moved(0.0, factor),
    }
}

/// The law with the same mean and its deviation multiplied; `None` of a family without a way to say so.
fn spread_by(law: &Law, factor: f64) -> Option<Result<Law, LawError>> {
    let mean = law.mean();
    let sd = law.variance().sqrt() * factor;
    match law.kind() {
        Kind::Lognormal { .. } | Kind::Gamma { .. } | Kind::Normal { .. } => {
            Some(Law::from_parameters(law.family(), &[("mean", mean), ("sd", sd)]))
        }
        Kind::InverseGaussian { shape, .. } => {
            Some(Law::from_parameters("inverse_gaussian", &[("mean", mean), ("shape", shape / (factor * factor))]))
        }
        Kind::Beta { .. } | Kind::Uniform { .. } | Kind::Triangular { .. } | Kind::Pert { .. } => {
            Some(law.moved(mean * (1.0 - factor), factor))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_scaled_as_its_values_are() {
        let laws = [
            Law::from_parameters("normal", &[("mean", 3.0), ("sd", 1.0)]).unwrap(),
            Law::from_parameters("lognormal", &[("mean", 3.0), ("sd", 1.0)]).unwrap(),
            Law::from_parameters("gamma", &[("mean", 3.0), ("sd", 1.0)]).unwrap(),
            Law::from_parameters("weibull", &[("shape", 2.0), ("scale", 1.0)]).unwrap(),
            Law::from_parameters("inverse_gaussian", &[("mean", 2.0), ("shape", 3.0)]).unwrap(),
            Law::from_parameters("student_t", &[("location", 2.0), ("scale", 3.0), ("dof", 5.0)]).unwrap(),
            Law::from_parameters("pareto", &[("shape", 3.0), ("scale", 3.0)]).unwrap(),
            Law::from_parameters("gpd", &[("threshold", 1.0), ("scale", 3.0), ("shape", 0.2)]).unwrap(),
            Law::from_parameters("pert", &[("min", 1.0), ("mode", 2.0), ("max", 5.0)]).unwrap(),
            Law::metalog(&[(0.1, 1.0), (0.5, 2.0), (0.9, 5.0)], Some(0.0), None).unwrap(),
            Law::discrete(&[1.0, 4.0], &[1.0, 3.0]).unwrap(),
        ];
        let severity = Law::splice(laws[1].clone(), laws[7].clone(), 4.0, None).unwrap();
        let all = laws.into_iter().chain([severity.clone(), severity.truncated(1.0, 9.0).unwrap()]);
        for law in all {
            let moved = law.moved(0.0, 1.5).unwrap();
            for p in [0.01, 0.3, 0.5, 0.97].map(Probability::lower) {
                let (found, expected) = (moved.quantile(p), 1.5 * law.quantile(p));
                assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{law}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn a_share_stays_one_and_keeps_its_worth() {
        let share = Law::from_parameters("beta", &[("mean", 0.9), ("sd", 0.05)]).unwrap();
        let moved = of_odds(&share, 2.0).unwrap();
        assert!((moved.mean() - 18.0 / 19.0).abs() < 1e-12 && moved.support() == (0.0, 1.0));
        assert_eq!(odds(0.7, 1.0), 0.7);
    }

    #[test]
    fn a_level_keeps_its_mean() {
        for family in ["lognormal", "gamma", "normal"] {
            let law = Law::from_parameters(family, &[("mean", 1.0), ("sd", 0.1)]).unwrap();
            let wider = spread_by(&law, 1.5).unwrap().unwrap();
            assert!((wider.mean() - 1.0).abs() < 1e-12 && (wider.variance().sqrt() - 0.15).abs() < 1e-12, "{wider}");
        }
        let law = Law::from_parameters("pert", &[("min", 0.5), ("mode", 1.0), ("max", 1.5)]).unwrap();
        assert!((spread_by(&law, 2.0).unwrap().unwrap().mean() - 1.0).abs() < 1e-12);
    }

    /// The factor has mean 1 and the stated deviation: by 10,000 equal steps of probability, to the error of that rule.
    #[test]
    fn the_factor_is_as_stated() {
        let spread: f64 = 0.25;
        let moved = Moved::Factor { sigma: ln(1.0 + spread * spread).sqrt() };
        let draws: Vec<f64> = (0..10_000).map(|i| moved.draw(Probability::lower((f64::from(i) + 0.5) / 1e4))).collect();
        let mean = draws.iter().sum::<f64>() / 1e4;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e4;
        assert!((mean - 1.0).abs() < 1e-4 && (variance.sqrt() - spread).abs() < 1e-3, "{mean} {variance}");
    }
}
