//! Does the fit find in the committed data what others found, and do its p-values mean what they say?

// Oracles of tests decide no fitted value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]

use tailcost::distributions::{Law, Sampler};
use tailcost::fitting::{
    Bound, Columns, Counts, DataSource, Ends, Intervals, Observations, Request, fit_amounts, fit_counts, fit_family,
    fit_periods,
};
use tailcost::numerics::Probability;
use tailcost::outcome::fit::{Fit, FitState};
use tailcost::random::{Key, Stream};

fn column(file: &str, keep: impl Fn(&csv::StringRecord) -> Option<f64>) -> Vec<f64> {
    let path = format!("{}/configs/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().filter_map(|record| keep(&record.unwrap())).collect()
}

/// Records per breach, 2019 to 2024, without the placeholders 500 and 501.
fn breaches() -> Vec<f64> {
    column("hhs_ocr_breaches_trim.csv", |row| {
        let (date, affected) = (&row[0], row[3].parse::<f64>().ok()?);
        (("2019-01-01"..="2024-12-31").contains(&date) && affected > 501.0).then_some(affected)
    })
}

fn truncated_at(values: &[f64], from: f64) -> Observations {
    Observations::new(&Columns { truncated_below: Some(Bound::Constant(from)), ..Columns::of(values) }).unwrap()
}

fn estimate(fit: &tailcost::fitting::Fitted, name: &str) -> f64 {
    fit.parameter(name).unwrap().estimate
}

/// configs/data/README.md, found independently: mu 7.12 and sigma 3.12 from 3,916 rows, Kolmogorov-Smirnov distance .016.
#[test]
fn records_per_breach() {
    let observations = truncated_at(&breaches(), 501.0);
    assert_eq!(observations.len(), 3916);
    let fit = fit_family("lognormal", &observations, Ends::default(), Intervals::Profile).unwrap();
    assert!((estimate(&fit, "mu") - 7.12).abs() < 0.05, "{fit:?}");
    assert!((estimate(&fit, "sigma") - 3.12).abs() < 0.05, "{fit:?}");
    assert!(fit.correlation()[0][1] < -0.9, "location and spread of a truncated tail move against each other");
    let request = Request {
        families: vec!["lognormal".to_owned()],
        bootstraps: 0,
        ..Request::all_amounts(DataSource::default())
    };
    let whole = fit_amounts(&request, &observations);
    let distance = whole.candidates[0].goodness.kolmogorov_smirnov.unwrap().statistic;
    assert!((distance - 0.016).abs() < 0.001, "{distance}");
}

/// The same: generalised Pareto above 100,000 with shape about .90; providers .60, business associates 1.25.
#[test]
fn the_tail_of_breaches() {
    let (tail, _) = truncated_at(&breaches(), 501.0).above(1e5);
    let ends = Ends { threshold: Some(1e5), ..Ends::default() };
    let fit = fit_family("gpd", &tail.unwrap(), ends, Intervals::Profile).unwrap();
    assert!((estimate(&fit, "shape") - 0.90).abs() < 0.01, "{fit:?}");
    // The threshold as left truncation is the same thing.
    let above: Vec<f64> = breaches().into_iter().filter(|x| *x > 1e5).collect();
    let same = fit_family("gpd", &truncated_at(&above, 1e5), Ends::default(), Intervals::Wald).unwrap();
    assert!((estimate(&same, "shape") / estimate(&fit, "shape") - 1.0).abs() < 1e-9);
    assert!((estimate(&same, "scale") / estimate(&fit, "scale") - 1.0).abs() < 1e-9);
    // And the Pareto law seen above a threshold is a generalised Pareto one of shape 1 / shape.
    let pareto = fit_family("pareto", &truncated_at(&above, 1e5), Ends::default(), Intervals::Wald).unwrap();
    assert!((1.0 / estimate(&pareto, "shape") / estimate(&fit, "shape") - 1.0).abs() < 1e-6, "{pareto:?}");
    assert!((pareto.log_likelihood - same.log_likelihood).abs() < 1e-6);
}

/// The same: case-mix index of 2018 lognormal with .444 and .234, n 3,382. Its maximum is closed, so it must hold to rounding.
#[test]
fn case_mix() {
    let values = column("cms_medicare_cmi_by_hospital_2006_2018.csv", |row| {
        (&row[1] == "2018").then(|| row[2].parse().ok()).flatten()
    });
    assert_eq!(values.len(), 3382);
    let observations = Observations::new(&Columns::of(&values)).unwrap();
    let fit = fit_family("lognormal", &observations, Ends::default(), Intervals::Wald).unwrap();
    let logs: Vec<f64> = values.iter().map(|x| x.ln()).collect();
    let mu = logs.iter().sum::<f64>() / logs.len() as f64;
    let sigma = (logs.iter().map(|x| (x - mu) * (x - mu)).sum::<f64>() / logs.len() as f64).sqrt();
    assert!((estimate(&fit, "mu") - mu).abs() < 1e-12 && (estimate(&fit, "sigma") - sigma).abs() < 1e-12);
    assert!((mu - 0.444).abs() < 0.0005 && (sigma - 0.234).abs() < 0.0005, "{mu} {sigma}");
}

/// The same: denial rates of issuers (in network, with at least 1,000 claims) beta(3.19, 14.23), n 168.
#[test]
fn denial_rates() {
    let values = column("cms_tic_puf_py2024_issuer.csv", |row| {
        let (received, denied) = (row[3].parse::<f64>().ok()?, row[5].parse::<f64>().ok()?);
        let rate = denied / received;
        (received >= 1000.0 && rate > 0.0 && rate < 1.0).then_some(rate)
    });
    assert_eq!(values.len(), 168);
    let observations = Observations::new(&Columns::of(&values)).unwrap();
    let fit = fit_family("beta", &observations, Ends::default(), Intervals::Profile).unwrap();
    assert!((estimate(&fit, "alpha") - 3.19).abs() < 0.005, "{fit:?}");
    assert!((estimate(&fit, "beta") - 14.23).abs() < 0.005, "{fit:?}");
}

/// statrs' densities, which share no code with ours, are highest at our estimates: every parameter moved by a thousandth of itself
/// lowers the likelihood.
#[test]
fn another_library_agrees_on_the_maximum() {
    use statrs::distribution::{Beta, Continuous, Gamma, LogNormal, StudentsT, Weibull};
    let law = Law::from_parameters("gamma", &[("shape", 3.0), ("scale", 0.05)]).unwrap();
    let values: Vec<f64> = (0..500).map(|i| law.quantile(Probability::lower((i as f64 + 0.5) / 500.0))).collect();
    let observations = Observations::new(&Columns::of(&values)).unwrap();
    let density = |family: &str, p: &[f64], x: f64| match family {
        "gamma" => Gamma::new(p[0], 1.0 / p[1]).unwrap().ln_pdf(x),
        "beta" => Beta::new(p[0], p[1]).unwrap().ln_pdf(x),
        "lognormal" => LogNormal::new(p[0], p[1]).unwrap().ln_pdf(x),
        "weibull" => Weibull::new(p[0], p[1]).unwrap().ln_pdf(x),
        _ => StudentsT::new(p[0], p[1], p[2]).unwrap().ln_pdf(x),
    };
    for family in ["gamma", "beta", "lognormal", "weibull", "student_t"] {
        let fit = fit_family(family, &observations, Ends::default(), Intervals::Wald).unwrap();
        let count = fit.free;
        let point: Vec<f64> = fit.parameters.iter().take(count).map(|p| p.estimate).collect();
        let value = |p: &[f64]| values.iter().map(|x| density(family, p, *x)).sum::<f64>();
        let best = value(&point);
        assert!((best / fit.log_likelihood - 1.0).abs() < 1e-9, "{family}: {best} {}", fit.log_likelihood);
        for i in 0..count {
            for by in [0.999, 1.001] {
                let mut moved = point.clone();
                moved[i] *= by;
                assert!(value(&moved) < best, "{family} {i}");
            }
        }
    }
}

fn drawn(law: &Law, n: usize, name: &str) -> Vec<f64> {
    let stream = Stream::new(Key { seed: 5, scope: &["tests", "fitting"], driver: name, replicate: 0 });
    let sampler = Sampler::compile(law);
    (0..n).map(|i| sampler.at(stream.at(i as u64, 0))).collect()
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// Of 100 samples from the fitted family itself about 5 p-values are below 0.05: more than 13 has the probability 5e-4 for a valid
/// test. Of samples from another family nearly all are.
#[test]
fn p_values_are_uniform_under_the_family_and_small_under_another() {
    let law = Law::from_parameters("lognormal", &[("mu", 2.0), ("sigma", 0.7)]).unwrap();
    let low = |family: &str, from: f64, limit: Option<f64>| {
        (0..100)
            .filter(|i| {
                let values: Vec<f64> =
                    drawn(&law, 120, &format!("sample {i}")).into_iter().filter(|x| *x > from).collect();
                let columns = Columns {
                    truncated_below: (from > 0.0).then_some(Bound::Constant(from)),
                    censored_above: limit.map(Bound::Constant),
                    ..Columns::of(&values)
                };
                let request = Request {
                    families: names(&[family]),
                    bootstraps: 99,
                    ..Request::all_amounts(DataSource::default())
                };
                let fit = fit_amounts(&request, &Observations::new(&columns).unwrap());
                fit.candidates[0].goodness.anderson_darling.unwrap().p_value.unwrap() <= 0.05
            })
            .count()
    };
    for (from, limit) in [(0.0, None), (3.0, None), (0.0, Some(14.0)), (3.0, Some(14.0))] {
        let found = low("lognormal", from, limit);
        assert!(found <= 13, "{found} of 100, from {from} to {limit:?}");
    }
    assert!(low("normal", 0.0, None) > 90);
}

fn mixed() -> Observations {
    let law = |mu: f64, sigma: f64| Law::from_parameters("lognormal", &[("mu", mu), ("sigma", sigma)]).unwrap();
    let truth = Law::mixture(vec![(0.7, law(1.0, 0.5)), (0.3, law(4.0, 1.0))]).unwrap();
    Observations::new(&Columns::of(&drawn(&truth, 3000, "mixture"))).unwrap()
}

/// Estimates within 4.5 standard errors of the truth: five of them, false alarm 3e-5.
#[test]
fn a_mixture_is_found_again() {
    let request = Request {
        families: names(&["lognormal", "weibull"]),
        mixtures: vec![["lognormal".to_owned(), "lognormal".to_owned()]],
        bootstraps: 19,
        ..Request::all_amounts(DataSource::default())
    };
    let fit = fit_amounts(&request, &mixed());
    let best = &fit.candidates[0];
    assert_eq!(best.name, "mixture of two lognormal");
    for (name, truth) in [("mu 1", 1.0), ("sigma 1", 0.5), ("mu 2", 4.0), ("sigma 2", 1.0), ("weight 1", 0.7)] {
        let found = best.parameters.iter().find(|p| p.name == name).unwrap();
        let z = (found.estimate - truth) / found.standard_error.unwrap();
        assert!(z.abs() < 4.5, "{name} {} z {z}", found.estimate);
    }
}

/// A body cut at its threshold and a tail above it; the same bounds as above.
#[test]
fn a_splice_is_found_again() {
    let body = Law::from_parameters("lognormal", &[("mu", 2.0), ("sigma", 1.0)]).unwrap();
    let tail = Law::from_parameters("gpd", &[("threshold", 20.0), ("scale", 15.0), ("shape", 0.6)]).unwrap();
    let truth = Law::splice(body, tail, 20.0, Some(0.2)).unwrap();
    for from in [0.0, 3.0] {
        let values: Vec<f64> = drawn(&truth, 6000, "splice").into_iter().filter(|x| *x > from).collect();
        let observations =
            if from > 0.0 { truncated_at(&values, from) } else { Observations::new(&Columns::of(&values)).unwrap() };
        let request = Request {
            families: names(&["lognormal"]),
            splices: names(&["lognormal"]),
            threshold: Some(20.0),
            bootstraps: 19,
            ..Request::all_amounts(DataSource::default())
        };
        let fit = fit_amounts(&request, &observations);
        let best = &fit.candidates[0];
        assert_eq!(best.family, "splice");
        for (name, truth) in
            [("body mu", 2.0), ("body sigma", 1.0), ("tail scale", 15.0), ("tail shape", 0.6), ("tail_weight", 0.2)]
        {
            let found = best.parameters.iter().find(|p| p.name == name).unwrap();
            let z = (found.estimate - truth) / found.standard_error.unwrap();
            assert!(z.abs() < 4.5, "{name} {} z {z}, from {from}", found.estimate);
        }
        let tail = fit.threshold.unwrap().tail.unwrap();
        assert!((tail.xi.estimate - best.parameters[3].estimate).abs() < 1e-9);
    }
}

fn whole() -> Fit {
    let source = DataSource {
        path: "breaches.csv".into(),
        hash: "blake3:00".into(),
        column: "affected".into(),
        ..DataSource::default()
    };
    let request = Request {
        families: names(&["lognormal", "weibull", "gpd", "pert", "beta"]),
        mixtures: vec![["lognormal".to_owned(), "gamma".to_owned()]],
        splices: names(&["weibull"]),
        threshold: Some(1e5),
        bootstraps: 39,
        ..Request::all_amounts(source)
    };
    let some: Vec<f64> = breaches().into_iter().step_by(4).collect();
    fit_amounts(&request, &truncated_at(&some, 501.0))
}

#[test]
fn the_outcome_is_whole_and_survives_its_file() {
    let fit = whole();
    let text = serde_json::to_string(&fit).unwrap();
    assert!(!text.contains("null,null,null,null,null"));
    assert_eq!(serde_json::from_str::<Fit>(&text).unwrap(), fit);
    assert_eq!(whole(), fit, "the same bits every time");
    assert_eq!(fit.candidates.len(), 7);
    assert!(fit.candidates.windows(2).all(|pair| pair[0].aic.is_none() <= pair[1].aic.is_none()));
    let refused = fit.candidates.last().unwrap();
    assert!(matches!(&refused.state, FitState::Refused(why) if why.contains("between 0 and 1")), "{refused:?}");
    let charts = fit.charts.unwrap();
    assert!(charts.logarithmic && charts.histogram.len() >= 8 && charts.curves.len() == 6);
    let rows: u64 = charts.histogram.iter().map(|bin| bin.count).sum();
    assert_eq!(rows, fit.data.exact);
    assert!(charts.return_levels.iter().all(|level| level.band.is_some()));
    assert!(charts.return_levels.is_sorted_by(|a, b| a.value <= b.value));
    let threshold = fit.threshold.unwrap();
    assert!(threshold.mean_excess.len() > 20 && threshold.stability.len() > 20 && threshold.hill.len() > 20);
    let fragment = fit.fragment.unwrap();
    assert!(fragment.conditional && fragment.source.contains("left-truncated at 501"), "{fragment:?}");
    assert!(!fit.tail.unwrap().sentence.is_empty());
}

/// Every law a fit proposes reads back from its TOML as itself.
#[test]
fn fragments_are_drivers() {
    for candidate in whole().candidates.iter().filter(|candidate| candidate.toml.is_some()) {
        let text = candidate.toml.as_ref().unwrap();
        let table: toml::Table = format!("driver = {text}").parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(table["driver"].get("dist").is_some(), "{text}");
    }
}

#[test]
fn deductibles_and_limits() {
    // Losses of mean 100 over a deductible of 50 up to a limit of 300: the memoryless law needs neither.
    let law = Law::from_parameters("exponential", &[("mean", 100.0)]).unwrap();
    let paid: Vec<f64> =
        drawn(&law, 5000, "losses").into_iter().filter(|x| *x > 50.0).map(|x| x.min(300.0) - 50.0).collect();
    let observations = Observations::from_payments(&paid, Bound::Constant(50.0), Some(Bound::Constant(300.0))).unwrap();
    let fit = fit_family("exponential", &observations, Ends::default(), Intervals::Wald).unwrap();
    let exact = paid.iter().filter(|x| **x < 250.0).count() as f64;
    assert!((estimate(&fit, "mean") / (paid.iter().sum::<f64>() / exact) - 1.0).abs() < 1e-9);
    let own: Vec<f64> = paid.iter().enumerate().map(|(i, _)| if i % 2 == 0 { 50.0 } else { 60.0 }).collect();
    let columns = Observations::from_payments(&paid, Bound::Column(&own), None).unwrap();
    assert!(fit_family("gamma", &columns, Ends::default(), Intervals::Wald).is_ok());
}

/// Breaches reported by year, 2010 to 2023: far more varied than Poisson's; the mean is the sample's.
#[test]
fn breaches_by_year() {
    let years = column("hhs_ocr_breaches_trim.csv", |row| row[0][..4].parse().ok());
    let counts: Vec<f64> =
        (2010..=2023).map(|year| years.iter().filter(|y| **y == f64::from(year)).count() as f64).collect();
    let counts = Counts::new(&counts, None, None).unwrap();
    let poisson = fit_counts("poisson", &counts, Intervals::Wald).unwrap();
    let negative = fit_counts("negative_binomial", &counts, Intervals::Profile).unwrap();
    assert!(counts.dispersion().unwrap() > 50.0);
    assert!((negative.mean / poisson.mean - 1.0).abs() < 1e-9);
    assert!(negative.log_likelihood > poisson.log_likelihood + 100.0);
    let fit = fit_periods(&Request::all_counts(DataSource::default()), &counts);
    assert_eq!(fit.choice.unwrap().name, "negative_binomial");
    assert!(fit.fragment.unwrap().law.contains("dist = \"gamma\""));
    let report = fit.counts.unwrap();
    assert_eq!(report.classes.iter().map(|class| class.observed).sum::<u64>(), 14);
}

#[test]
fn bad_data_is_refused_in_words() {
    let equal = Observations::new(&Columns::of(&[3.0; 10])).unwrap();
    for family in tailcost::fitting::AMOUNT_FAMILIES {
        // Laws with one parameter of size have a maximum even there; the others say why not, and none may panic.
        if let Err(why) = fit_family(family, &equal, Ends::default(), Intervals::Profile) {
            assert!(!why.is_empty());
        }
    }
    let request = Request { bootstraps: 19, ..Request::all_amounts(DataSource::default()) };
    for values in [&[3.0][..], &[1.0, 2.0], &[0.0, 0.0, 1.0], &[-1e300, 1e300, 5.0], &[1e-300, 1e-299, 1e-290]] {
        let fit = fit_amounts(&request, &Observations::new(&Columns::of(values)).unwrap());
        assert_eq!(fit.candidates.len(), tailcost::fitting::AMOUNT_FAMILIES.len());
        assert!(fit.cautions.iter().any(|caution| caution.code == "few_rows"));
    }
    let nan = Observations::new(&Columns::of(&[1.0, f64::NAN])).unwrap_err();
    assert_eq!(nan.row(), Some(1));
    let outside = Columns { truncated_below: Some(Bound::Constant(2.0)), ..Columns::of(&[3.0, 1.0]) };
    assert_eq!(Observations::new(&outside).unwrap_err().row(), Some(1));
}
