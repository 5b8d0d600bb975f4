//! What do the arguments of `tailcost fit` mean, word by word?

use super::exit::Failure;
use crate::data::nearest;
use crate::fitting::{AMOUNT_FAMILIES, COUNT_FAMILIES, Calendar, Prior};

/// A number for all rows, a column with one for each, or the word that there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    Constant(f64),
    Column(String),
    None,
}

/// `501`, `deductible`, `none`.
pub(super) fn bound(text: &str) -> Result<Bound, String> {
    let text = text.trim();
    let plain = text.replace('_', "");
    match plain.parse::<f64>() {
        Ok(value) if value.is_nan() => Err("expected a number, the name of a column, or none".to_owned()),
        Ok(value) if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) && value.is_finite() => {
            Ok(Bound::Constant(value))
        }
        _ if text.is_empty() => Err("expected a number, the name of a column, or none".to_owned()),
        _ if text == "none" => Ok(Bound::None),
        _ => Ok(Bound::Column(text.to_owned())),
    }
}

/// Lower and upper end of intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalColumns {
    pub low: String,
    pub high: String,
}

/// `low,high`: two columns.
pub(super) fn interval(text: &str) -> Result<IntervalColumns, String> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    match names[..] {
        [low, high] if low != high => Ok(IntervalColumns { low: low.to_owned(), high: high.to_owned() }),
        _ => Err("expected two columns, as in low,high".to_owned()),
    }
}

/// By what rows are counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Periods {
    /// Rows are counted by the calendar, from a column of dates.
    Calendar { column: String, calendar: Calendar },
    /// A column that names the period of a row.
    Column(String),
}

/// `date:year`, `date:quarter`, `date:month`, or a column.
pub(super) fn periods(text: &str) -> Result<Periods, String> {
    let Some((column, kind)) = text.rsplit_once(':') else { return Ok(Periods::Column(text.trim().to_owned())) };
    let kinds = [("year", Calendar::Year), ("quarter", Calendar::Quarter), ("month", Calendar::Month)];
    match kinds.iter().find(|(name, _)| *name == kind.trim()) {
        Some((_, calendar)) => Ok(Periods::Calendar { column: column.trim().to_owned(), calendar: *calendar }),
        None => Err(format!("after the colon stands {kind:?}, expected year, quarter or month, as in date:year")),
    }
}

/// `mean=0.02,between=0.0001`.
pub(super) fn prior(text: &str) -> Result<GivenPrior, String> {
    const FORM: &str = "expected mean=X,between=Y: the mean of others and the variance of their true means about it";
    let (mut mean, mut between) = (None, None);
    for part in text.split(',') {
        let (key, value) = part.split_once('=').ok_or_else(|| format!("found {part:?}, {FORM}"))?;
        let value: f64 = value.trim().replace('_', "").parse().map_err(|_| format!("found {value:?}, {FORM}"))?;
        match key.trim() {
            "mean" => mean = Some(value),
            "between" => between = Some(value),
            other => return Err(format!("no key {other:?}, {FORM}")),
        }
    }
    let (mean, between_variance) = mean.zip(between).ok_or(FORM)?;
    if !mean.is_finite() || !between_variance.is_finite() || between_variance < 0.0 {
        return Err(format!("mean {mean} and between {between_variance} must be finite, between from 0; {FORM}"));
    }
    Ok(GivenPrior { mean, between_variance })
}

/// What is known of others, in two figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GivenPrior {
    pub mean: f64,
    pub between_variance: f64,
}

impl From<GivenPrior> for Prior {
    fn from(given: GivenPrior) -> Self {
        Prior::Given { mean: given.mean, between_variance: given.between_variance }
    }
}

/// Every name checked against the families that there are.
pub(super) fn families(asked: &[String], counts: bool) -> Result<Vec<String>, Failure> {
    let known = if counts { COUNT_FAMILIES } else { AMOUNT_FAMILIES };
    for name in asked {
        if !known.contains(&name.as_str()) {
            let close = nearest(name, known.iter().copied());
            let help = close.map_or(String::new(), |close| format!("\n  help: did you mean {close}?"));
            let what = if counts { "counts" } else { "amounts" };
            return Err(Failure::input(format!(
                "error: --family: no family {name:?} of {what}; families are {}{help}",
                known.join(", ")
            )));
        }
    }
    Ok(if asked.is_empty() { known.iter().map(|name| (*name).to_owned()).collect() } else { asked.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_names_are_columns() {
        assert_eq!(bound("1_000").unwrap(), Bound::Constant(1000.0));
        assert_eq!(bound("-2.5e3").unwrap(), Bound::Constant(-2500.0));
        assert_eq!(bound("infinity_of_things").unwrap(), Bound::Column("infinity_of_things".into()));
        assert_eq!(bound("inf").unwrap(), Bound::Column("inf".into()), "no bound is said by `none`");
        assert_eq!(bound("none").unwrap(), Bound::None);
        assert!(bound(" ").is_err());
    }

    #[test]
    fn periods_and_priors_are_read() {
        let by_year = Periods::Calendar { column: "a:b".into(), calendar: Calendar::Year };
        assert_eq!(periods("a:b:year").unwrap(), by_year);
        assert!(periods("date:week").unwrap_err().contains("quarter"));
        assert_eq!(prior("between=0.5, mean=2").unwrap(), GivenPrior { mean: 2.0, between_variance: 0.5 });
        for bad in ["mean=2", "mean=2,between=-1", "mean=x,between=1", "mode=2,between=1", "2,3"] {
            assert!(prior(bad).is_err(), "{bad}");
        }
        assert!(interval("low").is_err() && interval("a,a").is_err());
    }
}
