//! How is the variance of a measure's yearly score divided among the factors of a case?

use super::{Case, role, score_in_words};
use crate::analysis::sample::Sample;
use crate::engine::parallel_map;
use crate::outcome::{Estimate, FactorRole, ShapleyDivision, ShapleyEffect, VarianceDivision, VarianceOfFactor};
use crate::statistics::influence::{Experiment, PickFreeze, ShapleyPlan, VarianceShares, shapley_effects};
use std::collections::BTreeSet;
use std::ops::Range;

/// Random orders of the factors for Shapley effects, each walked forwards and backwards.
const ORDERS: usize = 32;
/// Fewest years of a walk.
const WALK: u64 = 512;

/// What the dependence group is called among the factors.
pub(super) const GROUP: &str = "dependence group";

/// A case's yearly score as a function of its factors in two worlds.
struct Scores<'a> {
    case: &'a Case<'a>,
    anchor: f64,
}

impl Experiment for Scores<'_> {
    fn factors(&self) -> usize {
        self.case.model.factors().len()
    }

    fn outcomes(&self, second: &[bool], years: Range<u64>) -> Vec<f64> {
        let question = self.case.question;
        let model = self.case.model.worlds(question.scenario, second);
        Sample::of(&model, years).scores(question.measure, self.anchor)
    }
}

/// Sobol' indices of every factor, members of the dependence group as one; and the paths of all that take any part.
pub(super) fn sobol(case: &Case<'_>) -> (VarianceDivision, BTreeSet<String>) {
    let (question, factors, group) = (case.question, case.model.factors(), case.model.group());
    let scores = Scores { case, anchor: case.base.anchor(question.measure) };
    let years = 0..question.years;
    let first = case.base.scores(question.measure, scores.anchor);
    let second = scores.outcomes(&vec![true; factors.len()], years.clone());
    let alone = (0..factors.len()).filter(|place| !group.contains(place)).map(|place| vec![place]);
    let sets: Vec<Vec<usize>> = (!group.is_empty()).then(|| group.to_vec()).into_iter().chain(alone).collect();
    let shares = parallel_map(&sets, |set| {
        let only: Vec<bool> = (0..factors.len()).map(|place| set.contains(&place)).collect();
        let others: Vec<bool> = only.iter().map(|only| !only).collect();
        let first_but_one = scores.outcomes(&only, years.clone());
        // What changes no year does nothing, whichever way round.
        if first_but_one == first {
            return Some(VarianceShares { first: Estimate::exact(0.0), total: Estimate::exact(0.0) });
        }
        let second_but_one = scores.outcomes(&others, years.clone());
        let runs = PickFreeze {
            first: &first,
            second: &second,
            first_but_one: &first_but_one,
            second_but_one: &second_but_one,
        };
        runs.shares()
    });
    let mut acting = BTreeSet::new();
    let mut found: Vec<VarianceOfFactor> = Vec::new();
    for (set, shares) in sets.iter().zip(shares) {
        let Some(VarianceShares { first, total }) = shares else { continue };
        let paths = || set.iter().map(|place| factors[*place].path.clone());
        if total.value > 0.0 {
            acting.extend(paths());
        }
        found.push(match set.as_slice() {
            [place] if !case.in_group(*place) => VarianceOfFactor {
                path: factors[*place].path.clone(),
                role: role(factors[*place].kind),
                members: Vec::new(),
                first,
                total,
            },
            _ => VarianceOfFactor {
                path: GROUP.into(),
                role: FactorRole::Group,
                members: paths().collect(),
                first,
                total,
            },
        });
    }
    found.sort_by(|a, b| b.total.value.total_cmp(&a.total.value).then_with(|| a.path.cmp(&b.path)));
    let alone = found.iter().map(|factor| factor.first.value).sum();
    let score = score_in_words(question.measure);
    (VarianceDivision { score, years: question.years, factors: found, alone }, acting)
}

/// Shapley effects of all factors that take part, in about as many years as one variant has.
pub(super) fn shapley(case: &Case<'_>, acting: &BTreeSet<String>) -> Option<ShapleyDivision> {
    let (question, factors) = (case.question, case.model.factors());
    let scores = Scores { case, anchor: case.base.anchor(question.measure) };
    let places: Vec<usize> = (0..factors.len()).filter(|place| acting.contains(&factors[*place].path)).collect();
    let players: Vec<Vec<usize>> = places.iter().map(|place| vec![*place]).collect();
    let walks = 2 * ORDERS as u64;
    let plan = ShapleyPlan { orders: ORDERS, years: (question.years / walks).max(WALK), seed: question.seed };
    let found = shapley_effects(&scores, &players, &plan)?;
    let effect = |(place, effect): (&usize, Estimate)| ShapleyEffect {
        path: factors[*place].path.clone(),
        role: role(factors[*place].kind),
        in_group: case.in_group(*place),
        effect,
    };
    let mut effects: Vec<ShapleyEffect> = places.iter().zip(found.effects).map(effect).collect();
    effects.sort_by(|a, b| b.effect.value.total_cmp(&a.effect.value).then_with(|| a.path.cmp(&b.path)));
    Some(ShapleyDivision { years: found.years, orders: ORDERS as u64, effects })
}
