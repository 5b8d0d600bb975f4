//! What would it be worth to know a driver before choosing an option?

use super::sample::Sample;
use crate::config::{DriverId, Scenario, Value, is_guess};
use crate::engine::{BLOCK, parallel_map};
use crate::model::{FactorKind, Model};
use crate::numerics::Probability;
use crate::outcome::{Caution, ChoiceRange, DriverWorth, Estimate, ExpectedExtra, Knowing, OptionCost, Worth};
use crate::statistics::influence::{Knowledge, Learned, OfDriver, SHOWN, Stretch, cells_of};

/// Standard normal quantile of two-sided 95% intervals.
const Z: f64 = 1.959_963_984_540_054;
/// Years whose uniforms are held at once while they are put into cells.
const CHUNK: u64 = 128 * BLOCK as u64;

/// Why nothing can be said of what knowing is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorthError {
    #[error("the case has one option: with nothing to choose, knowing more is worth nothing")]
    OneOption,
}

/// The expected value of perfect information, and of knowing each yearly driver, in one run of the case.
///
/// # Errors
/// When there is nothing to choose.
///
/// ```
/// use tailcost::analysis::worth;
/// use tailcost::config::{Source, load};
/// let scenario = load(&Source::Builtin("hfma-2018".into()), &[]).unwrap().scenario;
/// let found = worth("HFMA", &scenario, 2018, 2000).unwrap();
/// assert_eq!((found.best.as_str(), found.everything.worth.value), ("Domestic", 0.0));
/// ```
pub fn worth(title: &str, scenario: &Scenario, seed: u64, years: u64) -> Result<Worth, WorthError> {
    if scenario.options.len() < 2 {
        return Err(WorthError::OneOption);
    }
    let model = Model::new(scenario, seed);
    let sample = Sample::of(&model, 0..years);
    let knowledge = Knowledge::new(&sample.totals).ok_or(WorthError::OneOption)?;
    let drivers: Vec<DriverId> = model
        .factors()
        .iter()
        .filter_map(|factor| if let FactorKind::Driver(id) = factor.kind { Some(id) } else { None })
        .collect();
    let cells = cells(&model, years, drivers.len());
    let learned = parallel_map(&cells, |cells| knowledge.of_driver(cells));
    let best = &sample.totals[knowledge.best];
    let mut found: Vec<DriverWorth> = drivers
        .iter()
        .zip(learned)
        .map(|(id, of_driver)| {
            let (margin, rival) = closest(&of_driver, scenario);
            let OfDriver { learned, choices, expected } = of_driver;
            let name = |option: usize| scenario.options[option].name.clone();
            DriverWorth {
                path: scenario.path(*id),
                is_guess: scenario.driver(*id).is_some_and(is_guess),
                unit: id.spec().unit.to_owned(),
                worth: learned.worth,
                changes: learned.changes,
                choices: choices.iter().map(|stretch| range(scenario, *id, stretch)).collect(),
                margin,
                rival,
                expected: expected
                    .into_iter()
                    .map(|(option, over_best)| ExpectedExtra { option: name(option), over_best })
                    .collect(),
            }
        })
        .collect();
    found.sort_by(|a, b| {
        b.worth
            .value
            .total_cmp(&a.worth.value)
            .then_with(|| a.margin.total_cmp(&b.margin))
            .then_with(|| a.path.cmp(&b.path))
    });
    let options = sample
        .options
        .iter()
        .zip(&sample.totals)
        .map(|(name, totals)| {
            let over: Vec<f64> = totals.iter().zip(best).map(|(cost, best)| cost - best).collect();
            OptionCost { name: name.clone(), mean: mean(totals), over_best: mean(&over) }
        })
        .collect();
    let mut worth = Worth {
        title: title.to_owned(),
        years,
        seed,
        best: sample.options[knowledge.best].clone(),
        options,
        everything: knowing(knowledge.of_everything()),
        drivers_together: knowing(knowledge.of_drivers(&cells)),
        percentiles: SHOWN.to_vec(),
        drivers: found,
        cautions: Vec::new(),
    };
    worth.cautions = cautions(&worth);
    Ok(worth)
}

/// The cell of each driver's uniform in each year.
fn cells(model: &Model, years: u64, drivers: usize) -> Vec<Vec<u16>> {
    let mut cells: Vec<Vec<u16>> = vec![Vec::with_capacity(years as usize); drivers];
    for start in (0..years).step_by(CHUNK as usize) {
        let uniforms = model.uniforms(start..years.min(start + CHUNK));
        for (cells, part) in cells.iter_mut().zip(parallel_map(&uniforms, |column| cells_of(column))) {
            cells.extend(part);
        }
    }
    cells
}

fn knowing(learned: Learned) -> Knowing {
    Knowing { worth: learned.worth, changes: learned.changes }
}

/// The least expected extra cost of any option at any percentile shown, and whose it is.
fn closest(of_driver: &OfDriver, scenario: &Scenario) -> (f64, String) {
    let least =
        |(option, over_best): &(usize, Vec<f64>)| (over_best.iter().copied().fold(f64::INFINITY, f64::min), *option);
    let closest = of_driver.expected.iter().map(least).min_by(|a, b| a.0.total_cmp(&b.0));
    let (margin, option) = closest.expect("there is another option");
    (margin, scenario.options[option].name.clone())
}

fn range(scenario: &Scenario, id: DriverId, stretch: &Stretch) -> ChoiceRange {
    let at = |p: f64| match scenario.driver(id).map(|driver| &driver.value) {
        Some(Value::Law(law)) => Some(law.quantile(Probability::lower(p))).filter(|value| value.is_finite()),
        Some(Value::Point(value)) => Some(*value),
        _ => None,
    };
    ChoiceRange {
        option: scenario.options[stretch.option].name.clone(),
        from: stretch.from,
        to: stretch.to,
        from_value: at(stretch.from),
        to_value: at(stretch.to),
    }
}

fn mean(values: &[f64]) -> Estimate {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    if squares == 0.0 {
        return Estimate::exact(mean);
    }
    let half = Z * (squares / (count - 1.0) / count).sqrt();
    Estimate::between(mean, mean - half, mean + half)
}

fn cautions(worth: &Worth) -> Vec<Caution> {
    let tied = |option: &&OptionCost| option.name != worth.best && option.over_best.low.is_some_and(|low| low <= 0.0);
    let tied: Vec<&str> = worth.options.iter().filter(tied).map(|option| option.name.as_str()).collect();
    if tied.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "{} cannot be told from {} on average with these years; run more to know which is the better choice now",
        tied.join(", "),
        worth.best
    );
    vec![Caution { code: "options_tied".into(), message }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};
    use crate::numerics::special::{normal_cdf, normal_pdf};

    fn case(name: &str, overrides: &[&str]) -> Scenario {
        let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
        load(&Source::Builtin(name.into()), &overrides).unwrap_or_else(|errors| panic!("{errors}")).scenario
    }

    /// The HFMA case with a normal offshore rate near its break-even: the difference is `hours x rate` and a constant but for the noise of
    /// denials, so that knowing the rate is worth the normal loss integral. Within 4.5 standard errors, exceeded once in 150,000.
    #[test]
    fn a_normal_rate_is_worth_the_normal_loss_integral() {
        let scenario = case("hfma-2018", &["workforce.offshore.rate={ dist = \"normal\", mean = 33.5, sd = 2.0 }"]);
        let found = worth("", &scenario, 5, 1 << 17).unwrap();
        let id = scenario.find("workforce.offshore.rate").unwrap();
        let difference = |rate: f64| {
            let set = scenario.with_driver(id, Value::Point(rate));
            let totals = Sample::of(&Model::new(&set, 5), 0..1 << 17).totals;
            totals[1].iter().zip(&totals[0]).map(|(own, first)| own - first).sum::<f64>() / f64::from(1 << 17)
        };
        let (mean, hours) = (difference(33.5), difference(34.5) - difference(33.5));
        let sd = 2.0 * hours;
        let far = mean.abs() / sd;
        let exact = sd * (normal_pdf(far) - far * normal_cdf(-far).p());
        let [rate] = found.drivers.as_slice() else { panic!("{found:?}") };
        assert_eq!((rate.path.as_str(), found.best.as_str()), ("workforce.offshore.rate", "Domestic"));
        for known in [rate.worth, found.drivers_together.worth, found.everything.worth] {
            let error = (known.high.unwrap() - known.low.unwrap()) / 3.92;
            assert!((known.value - exact).abs() < 4.5 * error, "{known:?}, {exact}");
        }
        // Offshore below the break-even.
        let [low, high] = rate.choices.as_slice() else { panic!("{:?}", rate.choices) };
        assert_eq!((low.option.as_str(), high.option.as_str()), ("Offshore", "Domestic"));
        let break_even = 33.5 - mean / hours;
        assert!((low.to_value.unwrap() - break_even).abs() < 0.1, "{:?}, {break_even}", low.to_value);
        assert_eq!((low.from_value, rate.unit.as_str()), (None, "USD per worked hour"));
    }

    #[test]
    fn drivers_that_never_change_the_choice_are_worth_nothing() {
        let found = worth("", &case("evidence", &[]), 5, 1 << 14).unwrap();
        assert_eq!(found.best, "Domestic");
        assert!(found.everything.worth.value > found.drivers_together.worth.value);
        let audit = found.drivers.iter().find(|driver| driver.path == "workforce.offshore.audit_hours").unwrap();
        assert_eq!((audit.worth, audit.changes), (Estimate::exact(0.0), 0.0));
        assert!(audit.margin > 0.0 && audit.expected.len() == 2);
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Worth>(&text).unwrap(), found);
    }

    #[test]
    fn one_option_leaves_nothing_to_choose() {
        let mut scenario = case("evidence", &[]);
        scenario.options.truncate(1);
        assert_eq!(worth("", &scenario, 5, 2000), Err(WorthError::OneOption));
    }
}
