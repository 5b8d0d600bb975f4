//! What moves a measure of a case: which drivers, which amounts, which chances, and what do its worst years have in common?

mod division;
mod swings;
mod worst;

use super::measure::{Figure, Measure, Statistic};
use super::sample::Sample;
use crate::config::{DriverId, Scenario, is_guess};
use crate::model::{Factor, FactorKind, Model};
use crate::outcome::{Caution, Estimate, FactorRole, MeasureUnit, Sensitivity};
use crate::statistics::influence::rank_regression;
use std::collections::BTreeSet;

/// What is asked of a case.
#[derive(Debug, Clone, Copy)]
pub struct SensitivityQuestion<'a> {
    pub title: &'a str,
    pub scenario: &'a Scenario,
    pub measure: &'a Measure,
    pub seed: u64,
    /// Years of each variant.
    pub years: u64,
    pub shares: Shares,
}

/// Which division of the variance is wanted beside Sobol' indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shares {
    /// Shapley effects where drivers depend on each other.
    WhereDependent,
    /// Shapley effects in any case.
    Shapley,
}

/// Shares of the variance below this go without a caution.
const WORTH_NAMING: f64 = 0.01;
/// Standard normal quantile of two-sided 95% intervals.
const Z: f64 = 1.959_963_984_540_054;

/// Simulates the variants of a case that tell what moves a measure of it.
///
/// Every variant is of the same years: drivers at their 10% and 90% quantiles, then each factor from an independent second world, alone
/// and with all others. See METHODS.md.
///
/// ```
/// use tailcost::analysis::{Measure, SensitivityQuestion, Shares, sensitivity};
/// use tailcost::config::{Source, load};
/// let scenario = load(&Source::Builtin("hfma-2018".into()), &[]).unwrap().scenario;
/// let measure = Measure::parse("mean difference of Offshore").unwrap();
/// let shares = Shares::WhereDependent;
/// let found =
///     sensitivity(&SensitivityQuestion { title: "HFMA", scenario: &scenario, measure: &measure, seed: 1, years: 1000, shares });
/// let first = &found.variance.factors[0];
/// assert_eq!((first.path.as_str(), first.first.value), ("workforce.offshore.denials", 1.0));
/// ```
pub fn sensitivity(question: &SensitivityQuestion<'_>) -> Sensitivity {
    let SensitivityQuestion { scenario, measure, seed, years, .. } = *question;
    let model = Model::new(scenario, seed);
    let base = Sample::of(&model, 0..years);
    let case = Case { question, model: &model, base: &base };
    let tornado = swings::tornado(&case);
    let (variance, acting) = division::sobol(&case);
    let wanted = question.shares == Shares::Shapley || !model.group().is_empty();
    let shapley = if wanted { division::shapley(&case, &acting) } else { None };
    let paths = driver_paths(&model);
    let amount = base.scores(&amount_of(measure), 0.0);
    let (names, columns): (Vec<String>, Vec<Vec<f64>>) =
        paths.into_iter().zip(model.uniforms(0..years)).filter(|(path, _)| acting.contains(path)).unzip();
    let ranks = rank_regression(&columns, &amount).map(|found| worst::rank_influence(names.clone(), &found, years));
    let tail = worst::tail(&case, &names, &columns, &amount);
    let influence = base.influence(measure);
    let mut found = Sensitivity {
        title: question.title.to_owned(),
        measure: measure.to_string(),
        unit: unit_of(measure),
        years,
        seed,
        base: around(base.figure(measure), &influence),
        tornado,
        variance,
        shapley,
        ranks,
        tail,
        cautions: Vec::new(),
    };
    found.cautions = cautions(&case, &found);
    found
}

/// What all parts of the answer look at.
struct Case<'a> {
    question: &'a SensitivityQuestion<'a>,
    model: &'a Model,
    base: &'a Sample,
}

impl Case<'_> {
    fn is_guess(&self, id: DriverId) -> bool {
        self.question.scenario.driver(id).is_some_and(is_guess)
    }

    fn in_group(&self, place: usize) -> bool {
        self.model.group().contains(&place)
    }
}

fn role(kind: FactorKind) -> FactorRole {
    match kind {
        FactorKind::Driver(_) => FactorRole::Driver,
        FactorKind::Each(_) => FactorRole::Amounts,
        FactorKind::Chance => FactorRole::Chance,
    }
}

/// A figure with the interval that yearly influences give it.
fn around(figure: f64, influence: &[f64]) -> Estimate {
    let half = Z * Sample::standard_error(influence);
    if half.is_finite() { Estimate::between(figure, figure - half, figure + half) } else { Estimate::bare(figure) }
}

/// Paths of the yearly drivers, in the order of [`Model::uniforms`].
fn driver_paths(model: &Model) -> Vec<String> {
    let is_driver = |factor: &&Factor| matches!(factor.kind, FactorKind::Driver(_));
    model.factors().iter().filter(is_driver).map(|factor| factor.path.clone()).collect()
}

/// The yearly amount that a measure is about, whatever is asked of it.
fn amount_of(measure: &Measure) -> Measure {
    let figure = match measure.figure {
        Figure::Total(_) => Figure::Total(Statistic::Mean),
        Figure::Difference(_) | Figure::CostsMore => Figure::Difference(Statistic::Mean),
        Figure::Cheapest | Figure::Regret => Figure::Regret,
    };
    Measure { figure, option: measure.option.clone() }
}

fn unit_of(measure: &Measure) -> MeasureUnit {
    match measure.figure {
        Figure::Total(_) | Figure::Difference(_) | Figure::Regret => MeasureUnit::Usd,
        Figure::CostsMore | Figure::Cheapest => MeasureUnit::Probability,
    }
}

/// What the amount is called whose variance is divided.
fn score_in_words(measure: &Measure) -> String {
    let (statistic, amount) = match measure.figure {
        Figure::Total(statistic) => (statistic, format!("the yearly total of {}", measure.option)),
        Figure::Difference(statistic) => (statistic, format!("the yearly difference of {}", measure.option)),
        Figure::CostsMore => return format!("whether {} costs more in a year", measure.option),
        Figure::Cheapest => return format!("whether {} is the cheapest of a year", measure.option),
        Figure::Regret => return format!("the yearly regret of {}", measure.option),
    };
    match statistic {
        Statistic::Mean => amount,
        Statistic::Sd => format!("the squared distance of {amount} from its mean"),
        Statistic::Var(_) => format!("whether {amount} is beyond its VaR"),
        Statistic::Tvar(_) => format!("the excess of {amount} over its VaR"),
    }
}

fn cautions(case: &Case<'_>, found: &Sensitivity) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut say = |code: &str, message: String| cautions.push(Caution { code: code.into(), message });
    let bare = |estimate: &Estimate| estimate.low.is_none();
    let unsure: BTreeSet<&str> = found
        .variance
        .factors
        .iter()
        .filter(|factor| factor.total.value >= WORTH_NAMING && (bare(&factor.first) || bare(&factor.total)))
        .map(|factor| factor.path.as_str())
        .collect();
    if !unsure.is_empty() {
        say(
            "few_years_decide",
            format!(
                "no interval for the shares of {}: fewer than a dozen years decide them; run more years, or ask for a measure that a few \
                 extreme years do not rule, such as `costs more`",
                unsure.into_iter().collect::<Vec<_>>().join(", ")
            ),
        );
    }
    if !case.model.group().is_empty() {
        say(
            "moved_alone",
            "drivers of the dependence group are moved alone in the tornado, as if someone set them; in Sobol' indices the group is one \
             factor, which the Shapley effects divide"
                .into(),
        );
    }
    if found.tail.is_none() {
        say("no_tail", "too few worst years to say what they have in common; run more years".into());
    }
    cautions
}

#[cfg(test)]
mod tests;
