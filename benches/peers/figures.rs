//! Which figures of a program's result are compared?
//!
//! `outcome.json` and the lines that the peers print have the same shape where they are read here, but for means and
//! standard deviations, which the peers print as bare numbers: means of totals, differences and components, VaR 99 of
//! totals and differences.

use serde_json::Value;
use std::fmt;

/// Distance of a 95% bound from its estimate in standard errors.
const Z: f64 = 1.959963984540054;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Mean,
    Var99,
}

/// An estimate with its standard error, which is printed after the `±`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub measure: Measure,
    pub subject: String,
    pub value: f64,
    pub se: f64,
}

/// All figures of a result; the error is what the result lacks.
pub fn read(result: &Value, years: u64) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for option in list(result, "options")? {
        let name = text(option, "name")?;
        figures.push(mean(&option["total"], years, name.clone())?);
        figures.push(var_99(&option["total"], name.clone())?);
        for (component, measures) in option["components"].as_object().ok_or("components")? {
            figures.push(mean(measures, years, format!("{component} of {name}"))?);
        }
    }
    for difference in list(result, "differences")? {
        let subject = format!("{} less the first option", text(difference, "option")?);
        figures.push(mean(&difference["total"], years, subject.clone())?);
        figures.push(var_99(&difference["total"], subject)?);
    }
    Ok(figures)
}

fn mean(measures: &Value, years: u64, subject: String) -> Result<Figure, String> {
    let se = number(measures, "sd")? / (years as f64).sqrt();
    Ok(Figure { measure: Measure::Mean, subject, value: number(measures, "mean")?, se })
}

fn var_99(total: &Value, subject: String) -> Result<Figure, String> {
    let level = list(total, "levels")?.iter().find(|level| level["level"].as_f64() == Some(0.99));
    let var = &level.ok_or("level 0.99")?["var"];
    let se = (number(var, "high")? - number(var, "low")?) / (2.0 * Z);
    Ok(Figure { measure: Measure::Var99, subject, value: number(var, "value")?, se })
}

pub fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value[key].as_array().ok_or_else(|| key.to_string())
}

/// A number, or an estimate's value.
pub fn number(value: &Value, key: &str) -> Result<f64, String> {
    value[key].as_f64().or_else(|| value[key]["value"].as_f64()).ok_or_else(|| key.to_string())
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    value[key].as_str().map(str::to_string).ok_or_else(|| key.to_string())
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measure = match self.measure {
            Measure::Mean => "mean",
            Measure::Var99 => "VaR 99",
        };
        write!(f, "{measure} of {}: {:.0} ± {:.0}", self.subject, self.value, self.se)
    }
}
