//! What would it be worth to know a driver before choosing an option?

use super::sample::Sample;
use crate::config::{DriverId, Scenario, Value, is_guess};
use crate::engine::{BLOCK, parallel_map};
use crate::model::{FactorKind, Model};
use crate::numerics::Probability;
use crate::outcome::{Caution, ChoiceRange, DriverWorth, Estimate, Knowing, OptionCost, Worth};
use crate::statistics::influence::{Knowledge, Learned, Stretch, cells_of};

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
    let learned = parallel_map(&cells, |cells| (knowledge.of_driver(cells), knowledge.choices(cells)));
    let best = &sample.totals[knowledge.best];
    let mut found: Vec<DriverWorth> = drivers
        .iter()
        .zip(learned)
        .map(|(id, (learned, stretches))| DriverWorth {
            path: scenario.path(*id),
            is_guess: scenario.driver(*id).is_some_and(is_guess),
            unit: id.spec().unit.to_owned(),
            worth: learned.worth,
            changes: learned.changes,
            choices: stretches.iter().map(|stretch| range(scenario, *id, stretch)).collect(),
        })
        .collect();
    found.sort_by(|a, b| b.worth.value.total_cmp(&a.worth.value).then_with(|| a.path.cmp(&b.path)));
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
