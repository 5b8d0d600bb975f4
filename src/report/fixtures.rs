//! Which outcomes do the report's tests draw: the usual case and every awkward one?

use crate::outcome::Component;
use crate::outcome::*;
use rand::SeedableRng;
use rand_distr::{Distribution, LogNormal, Normal, Poisson};
use std::collections::BTreeMap;

/// A year of an option: its components, its largest breach.
type Year = ([f64; 14], f64);

const LEVELS: [f64; 5] = [0.90, 0.95, 0.99, 0.995, 0.999];

struct Sampled {
    name: String,
    quoted: Option<f64>,
    hours: f64,
    years: Vec<Year>,
}

fn share_of(component: Component) -> usize {
    component as usize
}

/// An option around the article's figures: `offshore` is the share of volume coded offshore.
fn article_option(name: &str, offshore: f64, years: usize) -> Sampled {
    // Seeded by nothing but the case, so that options share their years as in a run.
    let mut rng = chacha20::ChaCha8Rng::seed_from_u64(2026);
    let noise = Normal::new(0.0, 1.0).unwrap();
    let severity = LogNormal::new(14.2f64, 1.6).unwrap();
    let often = Poisson::new(0.06).unwrap();
    let hours = 8_000.0;
    let years = (0..years)
        .map(|_| {
            let mut draw = || noise.sample(&mut rng);
            let mut year = [0.0; 14];
            let productivity = 0.66 * (0.12f64 * draw()).exp();
            year[share_of(Component::Labour)] =
                hours * ((1.0 - offshore) * 60.0 * (1.0 + 0.03 * draw()) + offshore * 35.0 / productivity);
            year[share_of(Component::Management)] = offshore * hours * 4.0 * (0.2 * draw()).exp();
            year[share_of(Component::Queries)] = 9_000.0 * (1.0 + 2.0 * offshore) * (0.3 * draw()).exp();
            year[share_of(Component::Audit)] = offshore * hours * 1.87 * (0.2 * draw()).exp();
            year[share_of(Component::Onboarding)] = 21_000.0 * (1.0 + 1.5 * offshore) * (0.5 * draw()).exp();
            year[share_of(Component::DenialRework)] = 64_000.0 * (0.4 + 1.2 * offshore) * (0.15 * draw()).exp();
            year[share_of(Component::DenialWriteOff)] = 330_000.0 * (0.4 + 1.2 * offshore) * (0.4 * draw()).exp();
            year[share_of(Component::CaseMix)] = 4_100_000.0 * offshore * (0.55 * draw()).exp() - 250_000.0;
            year[share_of(Component::Dnfb)] = 22_000.0 * (1.0 + offshore) * (0.2 * draw()).exp();
            year[share_of(Component::Compliance)] = if draw() > 2.0 { 700_000.0 * (0.3 + offshore) } else { 0.0 };
            let events = often.sample(&mut rng) as usize;
            let gross: Vec<f64> = (0..events).map(|_| severity.sample(&mut rng) * (0.15 + offshore)).collect();
            year[share_of(Component::Breach)] = gross.iter().sum();
            year[share_of(Component::Penalties)] = 0.1 * year[share_of(Component::Breach)].min(4e6);
            (year, gross.into_iter().fold(0.0, f64::max))
        })
        .collect();
    Sampled { name: name.into(), quoted: Some(60.0 - 25.0 * offshore), hours, years }
}

/// Three options of the article's case.
pub(crate) fn article() -> Outcome {
    let years = 20_000;
    let options = [("Domestic", 0.0), ("Offshore", 1.0), ("Blended 60/40", 0.4)];
    outcome(
        "What coding really costs a 12,000-encounter hospital",
        options.map(|(n, s)| article_option(n, s, years)),
        &[],
    )
}

/// Two options only, case mix left out of the total.
pub(crate) fn two_without_case_mix() -> Outcome {
    let domestic = article_option("Domestic", 0.0, 20_000);
    let mut offshore = article_option("Offshore", 1.0, 20_000);
    // A saving that leaves the difference on both sides of zero.
    offshore.years.iter_mut().for_each(|(year, _)| year[share_of(Component::Labour)] -= 480_000.0);
    outcome("The study's own comparison", [domestic, offshore], &[Component::CaseMix])
}

/// The study's arithmetic: no uncertainty at all.
pub(crate) fn hfma() -> Outcome {
    let point = |name: &str, quoted: f64, labour: f64, audit: f64, rework: f64| {
        let mut year = [0.0; 14];
        year[share_of(Component::Labour)] = labour * 8_000.0;
        year[share_of(Component::Audit)] = audit * 8_000.0;
        year[share_of(Component::DenialRework)] = rework * 8_000.0;
        Sampled { name: name.into(), quoted: Some(quoted), hours: 8_000.0, years: vec![(year, 0.0); 1_000] }
    };
    outcome("HFMA 2018", [point("Domestic", 60.0, 60.0, 0.0, 0.0), point("Offshore", 35.0, 52.85, 1.87, 8.38)], &[])
}

/// Three options with every amount multiplied.
pub(crate) fn scaled(factor: f64) -> Outcome {
    let options = [("Domestic", 0.0), ("Offshore", 1.0), ("Blended 60/40", 0.4)].map(|(name, share)| {
        let mut option = article_option(name, share, 1_000);
        for (year, largest) in &mut option.years {
            year.iter_mut().for_each(|amount| *amount *= factor);
            *largest *= factor.abs();
        }
        // A larger hospital has more hours, not dearer ones.
        option.hours *= factor.abs().max(1e-3);
        option
    });
    outcome("Amounts of another size", options, &[])
}

pub(crate) fn single() -> Outcome {
    outcome("One option alone", [article_option("Domestic", 0.3, 5_000)], &[])
}

/// Eight options, with long, equal-looking and hostile names.
pub(crate) fn eight() -> Outcome {
    let names = [
        "Domestic",
        "Offshore",
        "Blended 60/40",
        "Regional partner network with shared quality office, phase 2",
        "<script>alert(\"1\")</script> & 'sons'",
        "Zürich – Łódź ≤ 日本",
        "In-house",
        "in house",
    ];
    let options = names.iter().enumerate().map(|(i, name)| article_option(name, i as f64 / 7.0, 4_000));
    outcome("Eight ways to staff a coding department, compared over the same simulated years", options, &[])
}

pub(crate) fn twelve() -> Outcome {
    let long = "An option whose name is exactly sixty characters long, no. ";
    let options =
        (0..12).map(|i| article_option(&format!("{long}{}", (b'a' + i as u8) as char), i as f64 / 11.0, 2_000));
    outcome("Twelve options", options, &[])
}

/// Case-mix gains outweigh every cost, no breach.
pub(crate) fn negative() -> Outcome {
    let options = [("Domestic", 0.0), ("Offshore", 0.6)].map(|(name, share)| {
        let mut option = article_option(name, share, 5_000);
        for (year, largest) in &mut option.years {
            year[share_of(Component::CaseMix)] -= 9_000_000.0;
            year[share_of(Component::Breach)] = 0.0;
            *largest = 0.0;
        }
        option
    });
    outcome("Gains that outweigh every cost", options, &[])
}

/// Too few years for intervals in the tail.
pub(crate) fn withheld() -> Outcome {
    let mut outcome =
        outcome("Fifty years", [("Domestic", 0.0), ("Offshore", 1.0)].map(|(n, s)| article_option(n, s, 50)), &[]);
    let bare = |estimate: &mut Estimate| (estimate.low, estimate.high) = (None, None);
    for option in &mut outcome.options {
        option.total.levels.iter_mut().for_each(|at| {
            bare(&mut at.var);
            bare(&mut at.tvar);
        });
        option.exceedance.iter_mut().for_each(|point| bare(&mut point.probability));
        bare(&mut option.total.sd);
    }
    for difference in &mut outcome.differences {
        bare(&mut difference.probability_costs_more);
        bare(&mut difference.total.mean);
    }
    outcome.cautions.push(Caution {
        code: "thin_tail".into(),
        message: "50 years leave 1 beyond the VaR at 99%: its interval is withheld; run at least 10,000 years.".into(),
    });
    outcome
}

pub(crate) fn all() -> Vec<(&'static str, Outcome)> {
    vec![
        ("article", article()),
        ("two", two_without_case_mix()),
        ("hfma", hfma()),
        ("single", single()),
        ("eight", eight()),
        ("twelve", twelve()),
        ("negative", negative()),
        ("withheld", withheld()),
    ]
}

fn outcome(title: &str, sampled: impl IntoIterator<Item = Sampled>, exclude: &[Component]) -> Outcome {
    let sampled: Vec<Sampled> = sampled.into_iter().collect();
    let totals: Vec<Vec<f64>> = sampled
        .iter()
        .map(|o| {
            let sum = |year: &[f64; 14]| {
                Component::ALL.into_iter().filter(|c| !exclude.contains(c)).map(|c| year[c as usize]).sum()
            };
            o.years.iter().map(|(year, _)| sum(year)).collect()
        })
        .collect();
    let years = totals[0].len();
    let least: Vec<f64> = (0..years).map(|y| totals.iter().map(|t| t[y]).fold(f64::INFINITY, f64::min)).collect();
    let options = sampled.iter().zip(&totals).map(|(o, total)| option_outcome(o, total, &least, exclude)).collect();
    let differences = (1..sampled.len())
        .map(|i| {
            let difference: Vec<f64> = totals[i].iter().zip(&totals[0]).map(|(a, b)| a - b).collect();
            let means = Component::ALL.map(|c| {
                let of = |s: &Sampled| s.years.iter().map(|(year, _)| year[c as usize]).sum::<f64>() / years as f64;
                (c.key().to_string(), MeanOnly { mean: exact(of(&sampled[i]) - of(&sampled[0])) })
            });
            Difference {
                option: sampled[i].name.clone(),
                baseline: sampled[0].name.clone(),
                total: measures(&difference),
                components: means.into_iter().collect(),
                probability_costs_more: share(&difference, |d| *d > 0.0),
                exceedance: curve(&difference),
                density: density(&difference),
            }
        })
        .collect();
    Outcome {
        schema: SCHEMA,
        title: title.into(),
        years: years as u64,
        seed: 2026,
        value_version: 1,
        options,
        differences,
        appetite: Vec::new(),
        cautions: vec![Caution {
            code: "heavy_tail".into(),
            message: "The worst years of Offshore are ruled by a few breaches (tail index 0.71): the TVaR's interval is wide, \
                      and more years narrow it only slowly."
                .into(),
        }],
        uncertainty: None,
        stress: None,
        break_even: Vec::new(),
        stories: Vec::new(),
        provenance: provenance(&sampled),
        sensitivity: None,
        worth: None,
        verification: None,
    }
}

fn provenance(sampled: &[Sampled]) -> Provenance {
    Provenance {
        program_version: "0.1.0".into(),
        engine: "fast".into(),
        config: "schema = 1\n".into(),
        config_hash: "0".repeat(64),
        data_files: vec![DataFile { path: "claims.csv".into(), blake3: "1".repeat(64), location: None }],
        analysis: None,
        quoted_rates: sampled.iter().filter_map(|s| Some((s.name.clone(), s.quoted?))).collect(),
        dependence_note: None,
        inputs: None,
        member: None,
        run: RunRecord {
            command: vec!["tailcost".into(), "run".into()],
            threads: 2,
            host_cores: 2,
            wall_seconds: 1.25,
            years_per_second: 16_000.0,
            profile: None,
        },
    }
}

fn option_outcome(sampled: &Sampled, total: &[f64], least: &[f64], exclude: &[Component]) -> OptionOutcome {
    let years = total.len();
    let mut order: Vec<usize> = (0..years).collect();
    order.sort_by(|a, b| total[*b].total_cmp(&total[*a]));
    let components: BTreeMap<String, ComponentMeasures> = Component::ALL
        .into_iter()
        .map(|c| {
            let values: Vec<f64> = sampled.years.iter().map(|(year, _)| year[c as usize]).collect();
            let co_tvar = LEVELS
                .map(|level| {
                    let worst = (((1.0 - level) * years as f64).round() as usize).max(1);
                    let mean = order[..worst].iter().map(|y| values[*y]).sum::<f64>() / worst as f64;
                    CoTvar { level, value: exact(mean) }
                })
                .to_vec();
            let (mean, sd) = mean_sd(&values);
            let (min, max) = extremes(&values);
            (
                c.key().to_string(),
                ComponentMeasures { mean, sd: sd.value, min, max, excluded: exclude.contains(&c), co_tvar, twin: None },
            )
        })
        .collect();
    let hourly: BTreeMap<String, f64> = ["labour", "audit", "denial_rework"]
        .map(|key| (key.to_string(), components[key].mean.value / sampled.hours))
        .into_iter()
        .collect();
    let rate = |values: Vec<f64>| {
        let (mean, sd) = mean_sd(&values);
        let (min, max) = extremes(&values);
        Some(RateMeasures { mean, sd: sd.value, min, max, quantiles: quantiles(&values) })
    };
    let effective = |(year, _): &Year| {
        [Component::Labour, Component::Audit, Component::DenialRework].map(|c| year[c as usize]).iter().sum::<f64>()
            / sampled.hours
    };
    let largest: Vec<f64> = sampled.years.iter().map(|(_, largest)| *largest).collect();
    let cheapest: Vec<bool> = total.iter().zip(least).map(|(t, l)| t == l).collect();
    let regret: Vec<f64> = total.iter().zip(least).map(|(t, l)| t - l).collect();
    OptionOutcome {
        name: sampled.name.clone(),
        total: measures(total),
        components,
        effective_hourly_rate: rate(sampled.years.iter().map(effective).collect()),
        all_in_hourly_rate: rate(total.iter().map(|t| t / sampled.hours).collect()),
        hourly,
        probability_cheapest: share(&cheapest, |c| *c),
        expected_regret: mean_sd(&regret).0,
        exceedance: curve(total),
        oep: if largest.iter().any(|l| *l > 0.0) { curve(&largest) } else { Vec::new() },
        density: density(total),
    }
}

fn exact(value: f64) -> Estimate {
    Estimate { value, low: Some(value), high: Some(value) }
}

fn around(value: f64, half: f64) -> Estimate {
    Estimate { value, low: Some(value - half), high: Some(value + half) }
}

fn share<T>(values: &[T], of: impl Fn(&T) -> bool) -> Estimate {
    let n = values.len() as f64;
    let p = values.iter().filter(|v| of(v)).count() as f64 / n;
    let half = 1.96 * (p * (1.0 - p) / n).sqrt();
    Estimate { value: p, low: Some((p - half).max(0.0)), high: Some((p + half).min(1.0)) }
}

fn mean_sd(values: &[f64]) -> (Estimate, Estimate) {
    let n = values.len() as f64;
    if values.iter().all(|v| *v == values[0]) {
        return (exact(values[0]), exact(0.0));
    }
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (around(mean, 1.96 * sd / n.sqrt()), around(sd, 1.96 * sd / (2.0 * n).sqrt()))
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)))
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn quantiles(values: &[f64]) -> Vec<Quantile> {
    let sorted = sorted(values);
    let at = |p: f64| sorted[((p * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1];
    [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map(|p| Quantile { p, value: at(p) }).to_vec()
}

fn measures(values: &[f64]) -> Measures {
    let (mean, sd) = mean_sd(values);
    let (min, max) = extremes(values);
    let sorted = sorted(values);
    let n = sorted.len();
    let levels = LEVELS
        .map(|level| {
            let rank = ((level * n as f64).ceil() as usize).clamp(1, n);
            let half = (1.96 * (level * (1.0 - level) * n as f64).sqrt()).ceil() as usize;
            let tail = &sorted[rank - 1..];
            let tvar = mean_sd(tail).0;
            let var = Estimate {
                value: sorted[rank - 1],
                low: Some(sorted[rank.saturating_sub(half).max(1) - 1]),
                high: Some(sorted[(rank + half).min(n) - 1]),
            };
            LevelMeasures { level, return_period: (1.0 / (1.0 - level)).round(), var, tvar }
        })
        .to_vec();
    let skewness =
        (sd.value > 0.0).then(|| sorted.iter().map(|v| ((v - mean.value) / sd.value).powi(3)).sum::<f64>() / n as f64);
    Measures { mean, sd, skewness, min, max, quantiles: quantiles(values), levels, twin: None, mean_adjusted: None }
}

/// Exceedance at falling probabilities, twelve to a decade.
fn curve(values: &[f64]) -> Vec<ExceedancePoint> {
    let sorted = sorted(values);
    let n = sorted.len();
    let mut points = Vec::new();
    for k in 0..=72 {
        let p = 10f64.powf(-f64::from(k) / 12.0);
        let beyond = (p * n as f64).floor() as usize;
        if beyond == 0 {
            break;
        }
        let amount = sorted[n - beyond];
        let above = n - sorted.partition_point(|v| *v <= amount);
        let exceeded = above as f64 / n as f64;
        let half = 1.96 * (exceeded * (1.0 - exceeded) / n as f64).sqrt();
        let probability =
            Estimate { value: exceeded, low: Some((exceeded - half).max(0.0)), high: Some((exceeded + half).min(1.0)) };
        points.push(ExceedancePoint { amount, probability });
    }
    points.dedup_by(|a, b| a.amount == b.amount);
    points
}

/// Bins between quantiles, as an engine with a quantile sketch would give them.
fn density(values: &[f64]) -> Vec<DensityBin> {
    let sorted = sorted(values);
    let n = sorted.len();
    if sorted[0] == sorted[n - 1] {
        return vec![DensityBin { low: sorted[0], high: sorted[0], share: 1.0 }];
    }
    let (low, high) = (sorted[n / 1000], sorted[n - 1 - n / 200]);
    let width = (high - low) / 200.0;
    let mut edges: Vec<f64> = (0..=200).map(|i| low + width * f64::from(i)).collect();
    edges.insert(0, sorted[0]);
    edges.push(sorted[n - 1]);
    edges
        .windows(2)
        .enumerate()
        .map(|(i, pair)| {
            let last = i + 2 == edges.len();
            let below = |x: f64| if last && x == pair[1] { n } else { sorted.partition_point(|v| *v < x) };
            DensityBin { low: pair[0], high: pair[1], share: (below(pair[1]) - below(pair[0])) as f64 / n as f64 }
        })
        .filter(|bin| bin.share > 0.0)
        .collect()
}
