//! Which rank correlations do the drivers of a case really have, against those that were asked for?

use crate::association::{ranks, spearman};
use crate::config::{DriverId, Scenario, Value};
use crate::distributions::Law;
use crate::model::group_uniforms;
use crate::numerics::Probability;
use crate::outcome::RankCorrelation;

/// A pair of drivers of the dependence group.
#[derive(Debug, Clone, PartialEq)]
pub struct AchievedCorrelation {
    pub first: String,
    pub second: String,
    /// Spearman's, from the config.
    pub requested: f64,
    /// Spearman's of the values in the first years of the run, with its sampling error.
    pub achieved: RankCorrelation,
}

/// Draws the members of the dependence group in the first `years` of the case, as a run does, and ranks their values; nothing without
/// dependence.
///
/// Values that a law gives often (data columns, discrete laws) share their ranks, so that their correlation is nearer 0 than that of the
/// uniforms; under a t copula all are a little nearer 0 (see [`Copula`](crate::dependence::Copula)).
pub fn achieved_correlations(scenario: &Scenario, years: usize) -> Vec<AchievedCorrelation> {
    let Some(group) = &scenario.dependence else { return Vec::new() };
    let uniforms = group_uniforms(group, scenario, scenario.simulation.seed, years);
    let ranked: Vec<Vec<f64>> = group
        .members
        .iter()
        .zip(&uniforms)
        .map(|(member, uniforms)| ranks(&values(law(member.driver, scenario), uniforms)))
        .collect();
    let achieved = |&(first, second, requested): &(usize, usize, f64)| AchievedCorrelation {
        first: group.members[first].path.clone(),
        second: group.members[second].path.clone(),
        requested,
        achieved: spearman(&ranked[first], &ranked[second]),
    };
    group.requested.iter().map(achieved).collect()
}

/// What has the order of the values: the uniforms themselves, unless the law gives one value for many of them.
fn values(law: Option<&Law>, uniforms: &[Probability]) -> Vec<f64> {
    match law {
        Some(law) if !law.atoms().is_empty() => uniforms.iter().map(|uniform| law.quantile(*uniform)).collect(),
        _ => uniforms.iter().map(|uniform| uniform.p()).collect(),
    }
}

fn law(driver: DriverId, scenario: &Scenario) -> Option<&Law> {
    match &scenario.driver(driver)?.value {
        Value::Law(law) => Some(law),
        Value::Point(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};

    fn achieved(copula: &str, laws: [&str; 2]) -> AchievedCorrelation {
        let text = format!(
            "schema = 1\ntitle = \"T\"\nhospital.reference_hours = 1\noption = [{{ name = \"A\", mix = {{ a = 1 }} }}]\n\
             workforce.a = {{ rate = {}, productivity = {} }}\n\
             dependence = {{ {copula}, rank_correlations = [[\"workforce.a.rate\", \"workforce.a.productivity\", 0.7]] }}",
            laws[0], laws[1]
        );
        let loaded = load(&Source::Text { name: "t".into(), text }, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        achieved_correlations(&loaded.scenario, 20_000).remove(0)
    }

    /// Five standard errors of 20,000 years; false alarm below 1e-6. The figure under t is that of `dependence::Copula`.
    #[test]
    fn what_is_achieved_is_what_was_asked_for_or_what_the_copula_gives() {
        let smooth = "{ dist = \"gamma\", mean = 5, sd = 1 }";
        for (copula, expected) in [("copula = \"gaussian\"", 0.7), ("copula = \"t\", dof = 3", 0.6794)] {
            let found = achieved(copula, [smooth, smooth]);
            assert_eq!(found.requested, 0.7);
            let error = found.achieved.standard_error;
            assert!((0.002..0.01).contains(&error), "{found:?}");
            assert!((found.achieved.value - expected).abs() < 5.0 * error, "{found:?}");
        }
        let coarse = "{ dist = \"discrete\", values = [1, 2], weights = [1, 1] }";
        assert!(achieved("copula = \"gaussian\"", [smooth, coarse]).achieved.value < 0.65, "ties bring it nearer 0");
    }
}
