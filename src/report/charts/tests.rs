//! Do the charts of every kind of outcome keep to the page, and do both files of each open?

use super::scene::{Mark, Scene, WIDTH};
use super::*;
use crate::report::fixtures;

/// Everything lies on the page, no two texts overlap.
fn check_layout(name: &str, scene: &Scene) {
    let mut texts: Vec<(String, [f64; 4])> = Vec::new();
    for mark in &scene.marks {
        let points: Vec<(f64, f64)> = match mark {
            Mark::Line { points, .. } | Mark::Area { points, .. } => points.clone(),
            Mark::Dot { center, .. } => vec![*center],
            Mark::Text { text, left, baseline, width, style } => {
                let (top, base) = (baseline - 0.72 * style.size, baseline + 0.02 * style.size);
                texts.push((text.clone(), [*left, left + width, top, base]));
                vec![(*left, top), (left + width, base + 0.2 * style.size)]
            }
        };
        for (x, y) in points {
            let inside = (-0.5..=WIDTH + 0.5).contains(&x) && (-0.5..=scene.height + 0.5).contains(&y);
            assert!(inside, "{name}: {mark:?} leaves the page");
        }
    }
    for (i, (a, [al, ar, at, ab])) in texts.iter().enumerate() {
        for (b, [bl, br, bt, bb]) in &texts[i + 1..] {
            assert!(!(al < br && bl < ar && at < bb && bt < ab), "{name}: \"{a}\" and \"{b}\" overlap");
        }
    }
}

#[test]
fn nothing_is_clipped_and_no_texts_overlap() {
    for (case, outcome) in fixtures::all() {
        for (name, scene) in scenes(&outcome).unwrap() {
            check_layout(&format!("{case}/{name}"), &scene);
        }
    }
}

#[test]
fn amounts_of_any_size_keep_to_the_page() {
    for factor in [1e-7, 1e-3, 1e4, 1e9, -1.0, -1e5, 0.0] {
        for (name, scene) in scenes(&fixtures::scaled(factor)).unwrap() {
            check_layout(&format!("times {factor}/{name}"), &scene);
        }
    }
}

#[test]
fn a_result_without_its_optional_parts_is_drawn_all_the_same() {
    for (case, mut outcome) in fixtures::all() {
        outcome.provenance.quoted_rates.clear();
        outcome.differences.truncate(1);
        for option in &mut outcome.options {
            option.total.levels.clear();
            option.density.clear();
            option.exceedance.clear();
            option.oep.clear();
            option.components.clear();
            option.hourly.clear();
        }
        for difference in &mut outcome.differences {
            difference.density.clear();
        }
        for (name, scene) in scenes(&outcome).unwrap() {
            check_layout(&format!("bare {case}/{name}"), &scene);
        }
    }
}

#[test]
fn text_of_a_config_is_never_markup() {
    for (name, scene) in scenes(&fixtures::eight()).unwrap() {
        let svg = String::from_utf8(paint::svg(&scene).unwrap()).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("</script"), "{name}");
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{name}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count(), "{name}");
    }
    let svg = String::from_utf8(paint::svg(&totals::scene(&fixtures::eight()).unwrap()).unwrap()).unwrap();
    assert!(svg.contains("&lt;script&gt;alert(&quot;"));
}

#[test]
fn pictures_have_their_size_and_are_the_same_every_time() {
    let scene = totals::scene(&fixtures::hfma()).unwrap();
    let png = paint::png(&scene).unwrap();
    let decoded = image::load_from_memory(&png).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (1200, 750));
    assert_eq!(png, paint::png(&scene).unwrap());
    let svg = paint::svg(&scene).unwrap();
    assert!(svg.len() < 150_000, "fonts and marks: {} bytes", svg.len());
}

#[test]
fn every_outcome_has_its_charts() {
    let names = |outcome: &Outcome| scenes(outcome).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let expected =
        ["totals", "exceedance", "oep", "difference-offshore", "difference-blended-60-40", "makeup", "hourly-rate"];
    assert_eq!(names(&fixtures::article()), expected);
    assert_eq!(names(&fixtures::hfma()), ["totals", "exceedance", "difference-offshore", "makeup", "hourly-rate"]);
    let eight = names(&fixtures::eight());
    let distinct: std::collections::BTreeSet<&String> = eight.iter().collect();
    assert_eq!(distinct.len(), eight.len(), "{eight:?}");
}

/// A page of inputs of every kind: smooth, stepped, constant, far-flung.
fn inputs() -> Vec<Marginal> {
    let normal = |mean: f64, sd: f64| {
        let point = |i: i32| {
            let z = f64::from(i) / 20.0;
            (mean + sd * z, (-z * z / 2.0).exp())
        };
        MarginalShape::Density((-70..=70).map(point).collect())
    };
    let steps = MarginalShape::Cumulative(vec![(0.0, 0.0), (2.0, 0.0), (2.0, 0.4), (5.0, 0.4), (5.0, 1.0), (8.0, 1.0)]);
    let names = ["productivity", "denial_rate", "breach.severity", "switch.detection_weeks", "rate"];
    let mut inputs: Vec<Marginal> = (0..19)
        .map(|i| {
            let (mean, sd) = (10f64.powi(i % 8 - 2), 0.2 * 10f64.powi(i % 8 - 2));
            Marginal {
                name: format!("workforce.offshore.{}", names[i as usize % names.len()]),
                unit: if i % 2 == 0 { "USD".into() } else { String::new() },
                shape: if i % 6 == 5 { steps.clone() } else { normal(mean, sd) },
                mean: (i % 7 != 6).then_some(if i % 6 == 5 { 3.8 } else { mean }),
                p5: if i % 6 == 5 { 2.0 } else { mean - 1.645 * sd },
                p95: if i % 6 == 5 { 5.0 } else { mean + 1.645 * sd },
            }
        })
        .collect();
    inputs[3].shape = MarginalShape::Density(vec![(4.0, f64::INFINITY)]);
    (inputs[3].mean, inputs[3].p5, inputs[3].p95) = (Some(4.0), 4.0, 4.0);
    inputs
}

#[test]
fn inputs_are_drawn_on_pages() {
    let files = marginals("The article's case", &inputs()).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["marginals-1.svg", "marginals-1.png", "marginals-2.svg", "marginals-2.png"]);
    for shown in inputs().chunks(16) {
        check_layout("marginals", &super::marginals::scene("19 uncertain inputs", "A case", shown).unwrap());
    }
    assert!(marginals("none", &[]).unwrap().is_empty());
    if let Some(directory) = std::env::var_os("TAILCOST_CHART_DIR") {
        for file in files {
            std::fs::write(std::path::Path::new(&directory).join(file.name), file.bytes).unwrap();
        }
    }
}

/// Writes what the tests draw to a directory of the reader's choice.
#[test]
fn charts_can_be_looked_at() {
    let Some(directory) = std::env::var_os("TAILCOST_CHART_DIR") else { return };
    for (case, outcome) in fixtures::all() {
        let folder = std::path::Path::new(&directory).join(case);
        std::fs::create_dir_all(&folder).unwrap();
        for file in charts(&outcome).unwrap() {
            std::fs::write(folder.join(file.name), file.bytes).unwrap();
        }
    }
}

/// A law with a density of some shape, stretched.
fn elicited_law(family: &str, from: f64, scale: f64, grid: &[f64]) -> crate::outcome::ElicitedLaw {
    use crate::outcome::{ElicitedLaw, LawSummary, Quantile};
    let z = |x: f64| (x - from) / scale;
    let density = |x: f64| Some((-z(x) * z(x)).exp() / scale).filter(|density| density.is_finite());
    let quantile = |p: f64| Quantile { p, value: from + scale * (p - 0.5) };
    ElicitedLaw {
        family: family.into(),
        law: family.into(),
        written: Vec::new(),
        is_exact: true,
        miss: 0.0,
        fitted: Vec::new(),
        summary: LawSummary {
            mean: Some(from),
            sd: None,
            quantiles: [0.05, 0.5, 0.95].map(quantile).into(),
            density: grid.iter().map(|x| density(*x)).collect(),
            cumulative: grid.iter().map(|x| 1.0 / (1.0 + (-z(*x)).exp())).collect(),
        },
    }
}

#[test]
fn what_experts_said_keeps_to_the_page() {
    use crate::outcome::{Disagreement, Elicitation, ExpertOpinion, Judgement, Pool, Quantile};
    for (experts, scale) in [(1usize, 1.0), (2, 1e-7), (3, 4.2e9), (14, 3e4)] {
        let grid: Vec<f64> = (0..160).map(|i| scale * (f64::from(i) / 20.0 - 4.0)).collect();
        let opinion = |index: usize| ExpertOpinion {
            name: format!("Expert {index} with a name that is long enough to be a nuisance"),
            weight: 1.0 / experts as f64,
            judgement: if index % 3 == 2 {
                Judgement::Pert { min: -scale, mode: 0.0, max: scale }
            } else {
                Judgement::Quantiles([0.1, 0.5, 0.9].map(|p| Quantile { p, value: scale * (p - 0.5) }).into())
            },
            laws: (0..8).map(|law| elicited_law("inverse_gaussian", 0.0, scale * (1.0 + law as f64), &grid)).collect(),
            refused: Vec::new(),
            infeasible: None,
            distance_from_pool: None,
        };
        let law = elicited_law("mixture", 0.0, scale, &grid);
        let disagreement = Disagreement { variance_share: Some(0.5), width_ratio: 1.5, apart: Vec::new() };
        let pool = Pool { law: law.law.clone(), written: Vec::new(), summary: law.summary.clone(), disagreement };
        let elicitation = Elicitation {
            program_version: "0".into(),
            driver: "workforce.offshore.productivity".into(),
            min: None,
            max: None,
            grid: grid.clone(),
            experts: (0..experts).map(opinion).collect(),
            pool: (experts > 1).then_some(pool),
            cautions: Vec::new(),
            fragment: String::new(),
        };
        for (name, scene) in super::elicitation::scenes(&elicitation).unwrap() {
            check_layout(&format!("{experts} experts/{name}"), &scene);
        }
    }
}
