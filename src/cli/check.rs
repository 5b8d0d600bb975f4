//! `tailcost check`: is the config valid, and what does every driver amount to?

use super::args::Check;
use super::case::load_case;
use super::exit::Failure;
use crate::analysis::{AchievedCorrelation, achieved_correlations};
use crate::config::{Change, Changes, Driver, DriverDescription, Loaded, Value, describe, drivers_by_path, is_plan};
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::outcome::Caution;
use crate::report::biography::biography_lines;
use crate::report::charts::{Marginal, MarginalShape, marginals};
use crate::report::files::write_whole;
use crate::report::format::{figure, grouped};
use crate::report::summary::wrapped;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Points of a drawn marginal.
const POINTS: usize = 240;
const DIGITS: i32 = 4;
/// Years of which the correlations are shown: their error is near 0.003.
const YEARS_RANKED: usize = 100_000;
const WIDTH: usize = 80;

pub fn check(arguments: &Check) -> Result<(), Failure> {
    if is_plan(&arguments.case.config) {
        return super::check_plan::check(arguments);
    }
    let mut loaded = load_case(&arguments.case)?;
    let changed = changed_data(&loaded, &arguments.case.config);
    loaded.cautions.extend(changed);
    super::print(&report(&loaded))?;
    if let Some(directory) = &arguments.charts {
        let charts = marginals(&loaded.scenario.title, &drawn(&loaded)).map_err(Failure::internal)?;
        let mut text = String::from("\nCharts\n");
        for chart in charts {
            let path = directory.join(&chart.name);
            write_whole(&path, &chart.bytes).map_err(Failure::internal)?;
            let _ = writeln!(text, "  {}", path.display());
        }
        super::print(&text)?;
    }
    Ok(())
}

/// A caution for each data file that drivers were made from and that is another one now. Biographies name files from where the law was
/// fitted: the folder of the config, or the one the program was started in; what stands in neither is not looked at.
fn changed_data(loaded: &Loaded, config: &str) -> Vec<Caution> {
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let mut files: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for driver in describe(&loaded.scenario) {
        if let Some((data, hash)) = driver.biography.and_then(|biography| biography.data.zip(biography.hash)) {
            files.entry((data, hash)).or_default().push(driver.path);
        }
    }
    let changed = |((data, hash), drivers): ((String, String), Vec<String>)| {
        let places = [folder.join(&data), PathBuf::from(&data)];
        let found: Vec<String> = places
            .iter()
            .filter(|place| place.is_file())
            .filter_map(|place| std::fs::read(place).ok())
            .map(|bytes| format!("blake3:{}", blake3::hash(&bytes).to_hex()))
            .collect();
        let first = found.first().filter(|_| !found.contains(&hash))?;
        let message = format!(
            "{data} is not the file that {} {} made from: its contents have the hash {}, the biography says {}; fit again, or bring \
             the file back",
            drivers.join(", "),
            if drivers.len() == 1 { "was" } else { "were" },
            shortened(first),
            shortened(&hash)
        );
        Some(Caution { code: "data_changed".into(), message })
    };
    files.into_iter().filter_map(changed).collect()
}

/// The first digits of a hash.
fn shortened(hash: &str) -> String {
    const LETTERS: usize = "blake3:".len() + 16;
    format!("{}...", hash.get(..LETTERS).unwrap_or(hash))
}

fn report(loaded: &Loaded) -> String {
    let scenario = &loaded.scenario;
    let drivers = describe(scenario);
    let guesses = drivers.iter().filter(|driver| driver.is_guess).count();
    let mut text = format!(
        "{}\nvalid; {} drivers given, {guesses} of them guesses (marked ?); config {}\n",
        scenario.title,
        drivers.len(),
        &loaded.hash[..8]
    );
    for option in &scenario.options {
        let mix = option.mix.iter().map(|(i, share)| format!("{} {share}", scenario.workforces[*i].name));
        let _ = writeln!(text, "  option {}: {}", option.name, mix.collect::<Vec<_>>().join(" + "));
    }
    for stress in &loaded.stresses {
        let what = stress.description.as_ref().map_or(String::new(), |what| format!(": {what}"));
        let _ = writeln!(text, "  {}", wrapped(&format!("stress {}{what}", stress.name), WIDTH - 4).join("\n    "));
    }
    if let Some(settings) = &loaded.uncertainty {
        let (blocks, _) = loaded.ignorance(settings);
        let parameters: usize = blocks.iter().map(|block| block.parameters.len()).sum();
        let (outer, inner) = (grouped(settings.outer as f64, 0), grouped(settings.inner as f64, 0));
        let _ = writeln!(text, "  uncertainty: {parameters} parameters, {outer} draws of {inner} years");
    }
    let mut scope = String::new();
    for driver in &drivers {
        let (in_scope, key) = split(&driver.path);
        if scope != in_scope {
            scope = in_scope.to_string();
            let _ = write!(text, "\n{scope}\n");
        }
        describe_driver(&mut text, driver, key);
        for parameter in loaded.uncertain.iter().filter(|parameter| parameter.driver == driver.path) {
            let name = parameter.path.strip_prefix(&format!("{}.", driver.path)).unwrap_or(&parameter.path);
            let source = parameter.source.as_ref().map_or(String::new(), |source| format!("; source: {source}"));
            let line = format!("uncertain: {name} ~ {}{source}", parameter.law);
            let _ = writeln!(text, "      {}", wrapped(&line, WIDTH - 8).join("\n        "));
        }
    }
    if let Some(group) = &scenario.dependence {
        let _ = write!(text, "\ndependence, {}\n", copula(group.copula_dof()));
        for pair in achieved_correlations(scenario, YEARS_RANKED) {
            let AchievedCorrelation { first, second, requested, achieved } = pair;
            let _ = writeln!(
                text,
                "  {first} ~ {second}: rank correlation {requested}, achieved {:.4} +- {:.4}",
                achieved.value,
                1.96 * achieved.standard_error
            );
        }
        let mut note = format!(
            "achieved: Spearman's of the values of the first {} years, with its 95% sampling error",
            grouped(YEARS_RANKED as f64, 0)
        );
        if group.copula_dof().is_some() {
            note += "; under t it is a little nearer 0 than what was asked for";
        }
        let _ = writeln!(text, "  {}", wrapped(&note, WIDTH - 2).join("\n  "));
    }
    if let Some(changes) = &loaded.changes {
        describe_changes(&mut text, changes);
    }
    if !loaded.cautions.is_empty() {
        text.push_str("\nCautions\n");
        for caution in &loaded.cautions {
            for line in wrapped(&format!("{}: {}", caution.code, caution.message), WIDTH - 2) {
                let _ = writeln!(text, "  {line}");
            }
        }
    }
    text
}

fn copula(dof: Option<f64>) -> String {
    dof.map_or("Gaussian copula".into(), |dof| format!("t copula with {dof} degrees of freedom"))
}

/// `workforce.offshore` and `switch.probability`, of `workforce.offshore.switch.probability`.
fn split(path: &str) -> (&str, &str) {
    let depth = if path.starts_with("workforce.") || path.starts_with("option.") { 2 } else { 1 };
    let end = path.match_indices('.').nth(depth - 1).map_or(path.len(), |(at, _)| at);
    (&path[..end], path.get(end + 1..).unwrap_or(""))
}

fn describe_driver(text: &mut String, driver: &DriverDescription, key: &str) {
    let mark = if driver.is_guess { '?' } else { ' ' };
    if driver.family == "value" {
        let _ = writeln!(text, "{mark} {key} = {} {}", number(driver.mean), driver.unit);
    } else {
        let law = wrapped(&format!("{key} ~ {}, {}", driver.law, driver.unit), WIDTH - 2);
        let _ = writeln!(text, "{mark} {}", law.join("\n      "));
        let _ = writeln!(
            text,
            "      mean {}  sd {}  P5 {}  P50 {}  P95 {}",
            number(driver.mean),
            number(driver.sd),
            number(driver.p5),
            number(driver.p50),
            number(driver.p95)
        );
    }
    let source = driver.source.iter().map(|source| format!("source: {source}"));
    let biography = driver.biography.iter().flat_map(|biography| biography_lines(biography));
    for line in source.chain(biography) {
        // What a line is continued by stands deeper.
        let _ = writeln!(text, "      {}", wrapped(&line, WIDTH - 8).join("\n        "));
    }
}

fn describe_changes(text: &mut String, changes: &Changes) {
    let _ = write!(text, "\nWhat differs from {}: {} values\n", changes.parent, changes.values.len());
    for Change { path, parent, own } in &changes.values {
        let _ = writeln!(text, "  {path}");
        let _ = writeln!(text, "    - {}", parent.as_deref().unwrap_or("absent"));
        let _ = writeln!(text, "    + {}", own.as_deref().unwrap_or("absent"));
    }
}

fn number(value: f64) -> String {
    figure(value, DIGITS)
}

/// The marginals of all drivers that vary.
fn drawn(loaded: &Loaded) -> Vec<Marginal> {
    let described = describe(&loaded.scenario);
    drivers_by_path(&loaded.scenario)
        .into_iter()
        .zip(described)
        .filter_map(|(driver, description): (&Driver, DriverDescription)| match &driver.value {
            Value::Point(_) => None,
            Value::Law(law) => Some(Marginal {
                name: description.path,
                unit: description.unit.to_string(),
                shape: shape(law),
                mean: Some(description.mean).filter(|mean| mean.is_finite()),
                p5: description.p5,
                p95: description.p95,
            }),
        })
        .collect()
}

fn shape(law: &Law) -> MarginalShape {
    let at = |p| law.quantile(Probability::lower(p));
    let atoms = law.atoms();
    if !atoms.is_empty() {
        let levels = (0..=POINTS).map(|i| i as f64 / POINTS as f64).map(|p| p.clamp(1e-4, 0.999));
        return MarginalShape::Cumulative(levels.map(|p| (at(p), law.cdf(at(p)).p())).collect());
    }
    let (low, high) = (at(0.001), law.quantile(Probability::upper(0.005)));
    let step = (high - low) / POINTS as f64;
    let points = (0..=POINTS).map(|i| low + i as f64 * step).map(|x| (x, law.density(x)));
    MarginalShape::Density(points.filter(|(_, density)| density.is_finite()).collect())
}
