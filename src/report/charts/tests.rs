//! Do the charts of every kind of outcome keep to the page, and do both files of each open?

use super::scene::{Mark, Scene, Sheet};
use super::*;
use crate::report::fixtures;

/// Everything lies on the page, no two texts overlap.
pub(super) fn check_layout(name: &str, scene: &Scene) {
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
            let inside = (-0.5..=scene.sheet.width() + 0.5).contains(&x) && (-0.5..=scene.height + 0.5).contains(&y);
            assert!(inside, "{name}: {mark:?} leaves the page");
        }
    }
    for (i, (a, [al, ar, at, ab])) in texts.iter().enumerate() {
        for (b, [bl, br, bt, bb]) in &texts[i + 1..] {
            assert!(!(al < br && bl < ar && at < bb && bt < ab), "{name}: \"{a}\" and \"{b}\" overlap");
        }
    }
}

/// The charts of an outcome for a desk and for a phone.
fn on_both(outcome: &Outcome) -> Vec<(String, Scene)> {
    let on = |sheet: Sheet| {
        let named = move |(name, scene)| (format!("{name} ({sheet:?})"), scene);
        scenes(outcome, sheet).unwrap().into_iter().map(named)
    };
    Sheet::BOTH.into_iter().flat_map(on).collect()
}

#[test]
fn nothing_is_clipped_and_no_texts_overlap() {
    for (case, outcome) in fixtures::all() {
        for (name, scene) in on_both(&outcome) {
            check_layout(&format!("{case}/{name}"), &scene);
        }
    }
}

#[test]
fn amounts_of_any_size_keep_to_the_page() {
    for factor in [1e-7, 1e-3, 1e4, 1e9, -1.0, -1e5, 0.0] {
        for (name, scene) in on_both(&fixtures::scaled(factor)) {
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
        for (name, scene) in on_both(&outcome) {
            check_layout(&format!("bare {case}/{name}"), &scene);
        }
    }
}

#[test]
fn stories_keep_to_the_page() {
    let outcome = fixtures::article();
    let long = "a vendor with a rather long name & a branch in several cities of a country that is far away <b>";
    for (option, workforce) in [("Offshore", "offshore"), (long, long)] {
        for factor in [1.0, 1e-7, 1e-3, 1e4, -1.0, 0.0] {
            let mut told = crate::report::story_tests::storm(option, workforce);
            for line in &mut told.components {
                (line.amount, line.mean) = (factor * line.amount, factor * line.mean);
            }
            // As many drivers as three workforces have.
            let drivers = told.drivers.clone();
            told.drivers.extend((0..25).flat_map(|_| drivers.clone()));
            told.sentences = crate::report::story_words::sentences(&told);
            for sheet in Sheet::BOTH {
                let costs = story::costs(&outcome, &told, 1, sheet).unwrap();
                check_layout(&format!("{option}: costs times {factor} ({sheet:?})"), &costs);
            }
            check_layout(&format!("{option}: drivers"), &story::drivers(&outcome, &told, 1).unwrap());
        }
    }
    let told = crate::report::story_tests::storm("Offshore", "offshore");
    let names: Vec<String> =
        story_charts(&outcome, &[told.clone(), told]).unwrap().into_iter().map(|chart| chart.name).collect();
    let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!((names.len(), distinct.len()), (4, 4), "a year told twice is drawn once: {names:?}");
}

#[test]
fn text_of_a_config_is_never_markup() {
    for (name, scene) in scenes(&fixtures::eight(), Sheet::Desk).unwrap() {
        let svg = String::from_utf8(paint::svg(&scene).unwrap()).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("</script"), "{name}");
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{name}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count(), "{name}");
    }
    let svg = String::from_utf8(paint::svg(&totals::scene(&fixtures::eight(), Sheet::Desk).unwrap()).unwrap()).unwrap();
    assert!(svg.contains("&lt;script&gt;alert(&quot;"));
}

#[test]
fn pictures_have_their_size_and_are_the_same_every_time() {
    let scene = totals::scene(&fixtures::hfma(), Sheet::Desk).unwrap();
    let png = paint::png(&scene).unwrap();
    let decoded = image::load_from_memory(&png).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (1200, 750));
    assert_eq!(png, paint::png(&scene).unwrap());
    let svg = paint::svg(&scene).unwrap();
    assert!(svg.len() < 150_000, "fonts and marks: {} bytes", svg.len());
}

#[test]
fn every_outcome_has_its_charts() {
    let names =
        |outcome: &Outcome| scenes(outcome, Sheet::Desk).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
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

/// A fit whose every figure is stretched: `scale` times values from 1 to about 3,000, or around 0 where `around_zero`.
fn fit(scale: f64, around_zero: bool, rows: u64) -> crate::outcome::fit::Fit {
    use crate::outcome::fit::*;
    let n = rows.min(160) as usize;
    let place = |i: usize| {
        let share = (i as f64 + 0.5) / n as f64;
        if around_zero { scale * (2.0 * share - 1.0) } else { scale * (8.0 * share).exp() }
    };
    let values: Vec<f64> = (0..n).map(place).collect();
    let xy = |x: f64, y: f64| XY { x, y };
    let band =
        |value: f64| Some(Interval { low: Some(value - 0.3 * value.abs()), high: Some(value + 0.3 * value.abs()) });
    let rank = |i: usize| (i as f64 + 0.5) / n as f64;
    let names = ["splice of inverse_gaussian and gpd", "lognormal", "mixture of two lognormal", "weibull", "gamma"];
    let parameter = |name: &str, estimate: f64| Parameter {
        name: name.into(),
        estimate,
        role: ParameterRole::Estimated,
        standard_error: Some(0.1 * estimate.abs()),
        wald: band(estimate),
        profile: None,
        exact: None,
    };
    let candidate = |at: usize| Candidate {
        name: names[at].into(),
        family: "any".into(),
        state: FitState::Converged,
        parameters: vec![parameter("scale", scale)],
        covariance: Vec::new(),
        correlation: Vec::new(),
        log_likelihood: Some(-100.0 - at as f64),
        aic: Some(200.0 + at as f64),
        bic: Some(200.0 + at as f64),
        law: None,
        goodness: Goodness {
            kolmogorov_smirnov: Some(GoodnessTest { statistic: 0.1, p_value: Some(0.004), bootstraps: 199 }),
            ..Goodness::default()
        },
        tail_index: None,
        mean: None,
        sd: None,
        toml: None,
        notes: Vec::new(),
    };
    let curve = |at: usize| CandidateCurves {
        candidate: names[at].into(),
        density: values.iter().map(|x| xy(*x, 1.0 / (x.abs() + scale))).collect(),
        survival: values.iter().enumerate().map(|(i, x)| xy(*x, (1.0 - rank(i)) / (1.0 + at as f64))).collect(),
        qq: values.iter().map(|x| xy(x * (1.0 + at as f64), *x)).collect(),
        pp: (0..n).map(|i| xy(rank(i).powi(2), rank(i))).collect(),
    };
    let bin = |pair: &[f64]| HistogramBin {
        low: pair[0],
        high: pair[1],
        count: 1,
        density: 1.0 / (pair[1] - pair[0]) / n as f64,
    };
    let level = |period: f64| {
        let value = place(((1.0 - 1.0 / period) * n as f64) as usize);
        ReturnLevel { period, value, band: band(value) }
    };
    let tail = GpdTail {
        threshold: values[n / 2],
        exceedances: rows / 2,
        share: 0.5,
        xi: parameter("shape", 0.7),
        beta: parameter("scale", scale),
        covariance: Vec::new(),
        log_likelihood: -50.0,
        goodness: Goodness::default(),
        toml: String::new(),
    };
    let beyond = names.iter().enumerate().map(|(at, name)| BeyondPoint {
        candidate: (*name).into(),
        probability: 0.1 / rows as f64,
        value: Some(scale * 1e4 * (at + 1) as f64),
    });
    Fit {
        schema: 1,
        program_version: "0".into(),
        data: DataFacts {
            path: "folder/a_file_with_a_name_that_is_long_enough_to_be_a_nuisance.csv".into(),
            hash: "blake3:0".into(),
            column: "a_column_with_a_long_name_too".into(),
            filter: Some("date>=2019-01-01,state=TX,a_column_with_a_long_name_too>501".into()),
            rows_read: rows,
            rows_kept: rows,
            exact: rows,
            left_censored: 0,
            right_censored: 0,
            interval_censored: 0,
            truncated: rows,
            truncation: "left-truncated at 501".into(),
            censoring: String::new(),
            summary: Summary::default(),
        },
        subject: Subject::Amounts,
        seed: 1,
        candidates: (0..names.len()).map(candidate).collect(),
        choice: Some(Choice { name: names[0].into(), reason: "lowest AIC".into(), rejected: Vec::new() }),
        tail: Some(TailNote {
            sentence: String::new(),
            quantile_99: 1.0,
            above_99: 1,
            expected_above_99: 1.0,
            largest: 1.0,
            largest_probability: None,
            typical_largest: None,
            tail_index: None,
            mean_finite: true,
            variance_finite: true,
            beyond: beyond.collect(),
        }),
        gpd: Some(tail.figures()),
        threshold: Some(ThresholdReport {
            mean_excess: (0..n)
                .map(|i| MeanExcessPoint {
                    threshold: values[i],
                    exceedances: (n - i) as u64,
                    mean_excess: scale.abs() * (i + 1) as f64,
                    band: band(scale.abs() * (i + 1) as f64),
                })
                .collect(),
            stability: (0..n)
                .map(|i| StabilityPoint {
                    threshold: values[i],
                    exceedances: (n - i) as u64,
                    xi: (i as f64).sin(),
                    xi_interval: band((i as f64).sin()),
                    modified_scale: scale * (i as f64).cos(),
                    modified_scale_interval: band(scale * (i as f64).cos()),
                })
                .collect(),
            hill: (1..n)
                .map(|k| HillPoint {
                    k: k as u64,
                    threshold: values[n - k],
                    xi: 0.7 + 1.0 / k as f64,
                    interval: Interval { low: Some(0.1), high: Some(2.0) },
                })
                .collect(),
            tail: Some(tail),
            note: "censored rows are left out".into(),
        }),
        counts: Some(CountReport {
            periods: n as u64,
            total: 10.0 * n as f64,
            exposure: n as f64 * scale.abs(),
            mean: 10.0,
            variance: 20.0,
            dispersion: 2.0,
            zeros: 0,
            classes: (0..n as u64 / 4)
                .map(|from| CountClass {
                    from: 1000 * from,
                    to: Some(1000 * from + 999),
                    observed: from,
                    expected: names.map(|name| Expected { candidate: name.into(), periods: 2.0 }).into(),
                })
                .collect(),
            by_period: (0..n)
                .map(|i| CountPeriod { label: format!("period {i} of many"), count: i as f64, exposure: scale.abs() })
                .collect(),
        }),
        credibility: None,
        charts: Some(FitCharts {
            logarithmic: !around_zero,
            histogram: values.windows(2).map(bin).collect(),
            empirical_survival: values.iter().enumerate().map(|(i, x)| xy(*x, 1.0 - rank(i))).collect(),
            curves: (0..names.len()).map(curve).collect(),
            return_levels: (0..30).map(|i| level(2.0 * 1.4f64.powi(i))).collect(),
            return_points: values.iter().enumerate().map(|(i, x)| xy(1.0 / (1.0 - rank(i)), *x)).collect(),
        }),
        fragment: None,
        cautions: Vec::new(),
    }
}

#[test]
fn fits_of_any_size_keep_to_the_page() {
    for scale in [1e-7, 0.01, 1.0, 4.2e3, 1e6, 7e11] {
        for (around_zero, rows) in [(false, 24), (false, 160), (false, 5_000_000), (true, 24), (true, 9_000)] {
            let scenes = super::fit::scenes(&fit(scale, around_zero, rows)).unwrap();
            assert_eq!(scenes.len(), 10, "{scale} {around_zero} {rows}");
            for (name, scene) in scenes {
                check_layout(&format!("{name} at {scale}, {rows} rows, around 0 {around_zero}"), &scene);
            }
        }
    }
}

#[test]
fn a_fit_without_its_optional_parts_is_drawn_all_the_same() {
    let mut bare = fit(3.0, false, 40);
    bare.choice = None;
    bare.tail = None;
    bare.gpd = None;
    let report = bare.threshold.as_mut().unwrap();
    report.tail = None;
    report.mean_excess.iter_mut().for_each(|point| point.band = None);
    let charts = bare.charts.as_mut().unwrap();
    charts.return_levels.clear();
    charts.curves.truncate(1);
    for (name, scene) in super::fit::scenes(&bare).unwrap() {
        check_layout(&format!("bare {name}"), &scene);
    }
    bare.charts = None;
    bare.threshold = None;
    bare.counts = None;
    assert!(super::fit::scenes(&bare).unwrap().is_empty());
}

#[test]
fn ranks_and_correlations_keep_to_the_page() {
    use crate::outcome::{
        CopulaFit, DataOrigin, DependenceEstimate, DependenceTest, PairDependence, RankCorrelation, SampledRows,
        TCopulaFit,
    };
    for size in [2usize, 3, 7, 12] {
        let rank =
            |value: f64| RankCorrelation { value, standard_error: 0.1, low: value - 0.3, high: (value + 0.2).min(1.0) };
        let pairs: Vec<PairDependence> = (0..size)
            .flat_map(|first| (first + 1..size).map(move |second| (first, second)))
            .map(|(first, second)| PairDependence {
                first,
                second,
                spearman: rank(0.95 - 0.2 * second as f64),
                kendall: rank(-0.3),
                gaussian: 0.0,
                t: None,
                tail_dependence: None,
                upper_together: 0.1,
                lower_together: 0.2,
            })
            .collect();
        let fit = CopulaFit { correlation: Vec::new(), log_likelihood: 1.0, parameters: 1, aic: 0.0 };
        let estimate = DependenceEstimate {
            program_version: "0".into(),
            data: DataOrigin {
                path:
                    "a/long/path/to/a/file/of/data/that/does/not/end/where/one/would/like/it/to/end/but/goes/on.parquet"
                        .into(),
                hash: "blake3:0".into(),
                filter: "year>=2019,state=TX,affected>501,type!=Theft,entity='Healthcare Provider',another!=thing"
                    .into(),
                rows_read: 1_000_000,
                rows_kept: 999_999,
            },
            columns: (0..size).map(|column| format!("a_column_with_quite_a_long_name_{column}")).collect(),
            drivers: Vec::new(),
            pairs,
            gaussian: fit.clone(),
            t: Some(TCopulaFit { dof: 3.2, dof_low: 2.0, dof_high: None, fit }),
            test: DependenceTest {
                likelihood_ratio: 9.0,
                p_value: 0.005,
                replicates: 199,
                seed: 1,
                prefers_t: size > 2,
            },
            copula_rows: 5000,
            proposed: Vec::new(),
            repair: 0.0,
            sample: SampledRows { rows: (1..200).map(|row| vec![f64::from(row) / 200.0; size]).collect() },
            cautions: Vec::new(),
            fragment: String::new(),
        };
        for (name, scene) in super::dependence::scenes(&estimate).unwrap() {
            check_layout(&format!("{size} columns/{name}"), &scene);
        }
    }
}
