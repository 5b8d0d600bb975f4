//! Which tables of a result does someone want in a spreadsheet: figures, inputs, curves?

use super::csv::{Cell, csv};
use crate::outcome::{DriverKind, Estimate, ExceedancePoint, Measures, Outcome};

/// The name of a file and its bytes: `figures.csv`, `exceedance.csv` and, where the result keeps its inputs, `inputs.csv`.
pub fn csv_tables(outcome: &Outcome) -> Vec<(&'static str, Vec<u8>)> {
    let mut tables = vec![("figures.csv", figures(outcome)), ("exceedance.csv", curves(outcome))];
    tables.extend(inputs(outcome).map(|bytes| ("inputs.csv", bytes)));
    tables
}

type Row = [Cell; 8];

fn row(of: (&str, &str), figure: &str, level: Option<f64>, unit: &str, value: &Estimate) -> Row {
    let (option, baseline) = of;
    let Estimate { value, low, high } = *value;
    [option.into(), baseline.into(), figure.into(), level.into(), unit.into(), value.into(), low.into(), high.into()]
}

fn measures(of: (&str, &str), measures: &Measures, rows: &mut Vec<Row>) {
    const USD: &str = "USD a year";
    rows.push(row(of, "mean", None, USD, &measures.mean));
    rows.push(row(of, "sd", None, USD, &measures.sd));
    for at in &measures.levels {
        rows.push(row(of, "var", Some(at.level), USD, &at.var));
        rows.push(row(of, "tvar", Some(at.level), USD, &at.tvar));
    }
    for quantile in &measures.quantiles {
        rows.push(row(of, "quantile", Some(quantile.p), USD, &Estimate::bare(quantile.value)));
    }
}

/// Every figure with its interval: a row without one has none in the result.
fn figures(outcome: &Outcome) -> Vec<u8> {
    let mut rows = Vec::new();
    for option in &outcome.options {
        let of = (option.name.as_str(), "");
        measures(of, &option.total, &mut rows);
        rows.push(row(of, "cheapest", None, "share of years", &option.probability_cheapest));
        rows.push(row(of, "regret", None, "USD a year", &option.expected_regret));
        for component in crate::outcome::Component::ALL {
            let Some(line) = option.components.get(component.key()) else { continue };
            rows.push(row(of, &format!("{} mean", component.key()), None, "USD a year", &line.mean));
            for at in &line.co_tvar {
                rows.push(row(of, &format!("{} co-tvar", component.key()), Some(at.level), "USD a year", &at.value));
            }
        }
        for (name, rate) in [("effective", &option.effective_hourly_rate), ("all-in", &option.all_in_hourly_rate)] {
            rows.extend(rate.iter().map(|rate| row(of, &format!("{name} rate"), None, "USD an hour", &rate.mean)));
        }
    }
    for difference in &outcome.differences {
        let of = (difference.option.as_str(), difference.baseline.as_str());
        measures(of, &difference.total, &mut rows);
        rows.push(row(of, "costs more", None, "share of years", &difference.probability_costs_more));
    }
    csv(["option", "less", "figure", "level", "unit", "value", "low_95", "high_95"], rows)
}

fn curves(outcome: &Outcome) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut add = |option: &str, baseline: &str, curve: &str, points: &[ExceedancePoint]| {
        rows.extend(points.iter().map(|point| {
            let Estimate { value, low, high } = point.probability;
            [option.into(), baseline.into(), curve.into(), point.amount.into(), value.into(), low.into(), high.into()]
        }));
    };
    for option in &outcome.options {
        add(&option.name, "", "yearly total (AEP)", &option.exceedance);
        add(&option.name, "", "largest breach (OEP)", &option.oep);
    }
    for difference in &outcome.differences {
        add(&difference.option, &difference.baseline, "yearly total (AEP)", &difference.exceedance);
    }
    csv(["option", "less", "curve", "amount_usd", "probability_exceeded", "low_95", "high_95"], rows)
}

fn inputs(outcome: &Outcome) -> Option<Vec<u8>> {
    let inputs = outcome.provenance.inputs.as_ref()?;
    let rows = inputs.drivers.iter().map(|driver| {
        let kind = match driver.kind {
            DriverKind::Number => "number",
            DriverKind::Yearly => "one draw a year",
            DriverKind::Each => "one draw for each event",
        };
        let words = |text: &str| Cell::from(text);
        [
            words(&driver.path),
            words(&driver.meaning),
            words(&driver.unit),
            words(kind),
            words(&driver.law),
            driver.mean.into(),
            driver.sd.into(),
            driver.p5.into(),
            driver.p50.into(),
            driver.p95.into(),
            words(if driver.is_guess { "guess" } else { "" }),
            words(driver.source.as_deref().unwrap_or("")),
        ]
    });
    let head = ["input", "meaning", "unit", "kind", "law", "mean", "sd", "p5", "p50", "p95", "guess", "source"];
    Some(csv(head, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(bytes);
        reader.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect()
    }

    #[test]
    fn every_figure_reads_back_to_the_same_bits() {
        let outcome = fixtures::article();
        let tables = csv_tables(&outcome);
        let rows = read(&tables[0].1);
        let find = |option: &str, less: &str, figure: &str, level: &str| {
            let is = |row: &&Vec<String>| row[..4] == [option, less, figure, level];
            rows.iter().find(is).map(|row| row[5].parse::<f64>().unwrap())
        };
        assert_eq!(find("Offshore", "", "mean", ""), Some(outcome.options[1].total.mean.value));
        assert_eq!(find("Offshore", "", "tvar", "0.99"), Some(outcome.options[1].total.levels[2].tvar.value));
        assert_eq!(find("Offshore", "Domestic", "mean", ""), Some(outcome.differences[0].total.mean.value));
        let points: usize = outcome.options.iter().map(|o| o.exceedance.len() + o.oep.len()).sum();
        let gaps: usize = outcome.differences.iter().map(|d| d.exceedance.len()).sum();
        assert_eq!(read(&tables[1].1).len(), points + gaps);
    }

    #[test]
    fn words_of_a_config_are_no_formulas() {
        let mut outcome = crate::report::page::hostile();
        outcome.options[0].name = "=cmd|' /C calc'!A0".into();
        let drivers = &mut outcome.provenance.inputs.as_mut().unwrap().drivers;
        drivers[0].source = Some("@SUM(1+1)*cmd|' /C calc'!A0".into());
        for (name, bytes) in csv_tables(&outcome) {
            for cell in read(&bytes).into_iter().flatten().filter(|cell| cell.parse::<f64>().is_err()) {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            }
        }
    }
}
