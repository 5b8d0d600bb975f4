//! Which figure of a result does the user mean, and how sure must it be?
//!
//! `tvar@0.99 of Offshore`, `mean difference of Offshore`, `costs more of Offshore`.

use crate::outcome::{Difference, Estimate, Measures, OptionOutcome};
use crate::statistics::Level;
use std::fmt;

/// A figure of an outcome that has an interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub figure: Figure,
    /// Name of the option, as in the config.
    pub option: String,
}

/// Which figure of the option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    Total(Statistic),
    /// Of the option less the first.
    Difference(Statistic),
    CostsMore,
    Cheapest,
    Regret,
}

/// A statistic of a yearly amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    Mean,
    Sd,
    Var(Level),
    Tvar(Level),
}

/// When a run has seen enough: the 95% interval's half-width is within a bound.
#[derive(Debug, Clone, PartialEq)]
pub struct StopRule {
    pub measure: Measure,
    pub within: Precision,
}

/// How narrow an interval must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    /// Of the figure's size.
    Relative(f64),
    /// In the figure's unit.
    Absolute(f64),
}

/// What cannot be read as a measure or a stop rule.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MeasureError {
    #[error("expected `MEASURE of OPTION`, as in `tvar@0.99 of Offshore`; found `{0}`")]
    NoOption(String),
    #[error(
        "unknown measure `{0}`; measures are mean, sd, var@LEVEL, tvar@LEVEL, each also with ` difference`, costs more, \
         cheapest, regret"
    )]
    Unknown(String),
    #[error("`{text}`: {reason}")]
    Level { text: String, reason: String },
    #[error("level {level} is not among the run's levels {known}; add it to `levels` in [simulation]")]
    LevelNotRun { level: f64, known: String },
    #[error("no option is named `{found}`; options are {known}")]
    NoSuchOption { found: String, known: String },
    #[error("`{0}` is the first option, so it has no difference to itself")]
    FirstOption(String),
    #[error("expected `MEASURE of OPTION within 0.5%` (or an amount); found `{0}`")]
    NoPrecision(String),
    #[error("a precision is a positive number or percentage; found `{0}`")]
    Precision(String),
}

impl Measure {
    /// Reads `MEASURE of OPTION`.
    ///
    /// ```
    /// use tailcost::analysis::{Figure, Measure};
    /// let measure = Measure::parse("costs more of Offshore").unwrap();
    /// assert_eq!(measure.figure, Figure::CostsMore);
    /// assert!(Measure::parse("tvar of Offshore").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, MeasureError> {
        let (figure, option) = text.split_once(" of ").ok_or_else(|| MeasureError::NoOption(text.to_string()))?;
        Ok(Self { figure: Figure::parse(figure.trim())?, option: option.trim().to_string() })
    }

    /// Reads `MEASURE` or `MEASURE of OPTION` for a case with these options: without an option the second is meant, or the only one. Any
    /// level will do.
    ///
    /// # Errors
    /// What cannot be read, an option that the case does not have, or a difference of the first option.
    ///
    /// ```
    /// use tailcost::analysis::Measure;
    /// let options = ["Domestic".to_string(), "Offshore".to_string()];
    /// assert_eq!(Measure::read("mean difference", &options).unwrap().option, "Offshore");
    /// assert_eq!(Measure::read("tvar@0.99 of Domestic", &options).unwrap().option, "Domestic");
    /// assert!(Measure::read("mean difference of Domestic", &options).is_err());
    /// ```
    pub fn read(text: &str, options: &[String]) -> Result<Self, MeasureError> {
        let text = text.trim();
        let measure = match text.split_once(" of ") {
            Some(_) => Self::parse(text)?,
            None => {
                let option = options.get(1).or(options.first()).cloned().unwrap_or_default();
                Self { figure: Figure::parse(text)?, option }
            }
        };
        measure.check_option(options)?;
        Ok(measure)
    }

    /// Is the option one of these, and not the first where it is compared with it?
    fn check_option(&self, options: &[String]) -> Result<(), MeasureError> {
        let Some(place) = options.iter().position(|name| *name == self.option) else {
            return Err(MeasureError::NoSuchOption { found: self.option.clone(), known: options.join(", ") });
        };
        let compared = matches!(self.figure, Figure::Difference(_) | Figure::CostsMore);
        if place == 0 && compared { Err(MeasureError::FirstOption(self.option.clone())) } else { Ok(()) }
    }

    /// Is the option one of these, and is the level one of the run's?
    pub fn check(&self, options: &[String], levels: &[Level]) -> Result<(), MeasureError> {
        self.check_option(options)?;
        match self.figure {
            Figure::Total(Statistic::Var(level) | Statistic::Tvar(level))
            | Figure::Difference(Statistic::Var(level) | Statistic::Tvar(level))
                if !levels.contains(&level) =>
            {
                let known = levels.iter().map(|level| level.value().to_string()).collect::<Vec<_>>().join(", ");
                Err(MeasureError::LevelNotRun { level: level.value(), known })
            }
            _ => Ok(()),
        }
    }

    /// The figure in a result; `None` when the option or level is not there.
    pub fn find(&self, options: &[OptionOutcome], differences: &[Difference]) -> Option<Estimate> {
        let option = || options.iter().find(|option| option.name == self.option);
        let difference = || differences.iter().find(|difference| difference.option == self.option);
        match self.figure {
            Figure::Total(statistic) => option().and_then(|option| statistic.find(&option.total)),
            Figure::Difference(statistic) => difference().and_then(|difference| statistic.find(&difference.total)),
            Figure::CostsMore => difference().map(|difference| difference.probability_costs_more),
            Figure::Cheapest => option().map(|option| option.probability_cheapest),
            Figure::Regret => option().map(|option| option.expected_regret),
        }
    }
}

impl Figure {
    fn parse(text: &str) -> Result<Self, MeasureError> {
        match text {
            "costs more" => return Ok(Figure::CostsMore),
            "cheapest" => return Ok(Figure::Cheapest),
            "regret" => return Ok(Figure::Regret),
            _ => {}
        }
        let (statistic, figure): (&str, fn(Statistic) -> Figure) =
            match text.strip_suffix(" difference").or_else(|| text.strip_prefix("difference ")) {
                Some(statistic) => (statistic.trim(), Figure::Difference),
                None => (text, Figure::Total),
            };
        Ok(figure(Statistic::parse(statistic)?))
    }
}

impl Statistic {
    fn parse(text: &str) -> Result<Self, MeasureError> {
        let level = |digits: &str| {
            let fail = |reason: String| MeasureError::Level { text: text.to_string(), reason };
            let value: f64 = digits.parse().map_err(|_| fail(format!("`{digits}` is not a level such as 0.99")))?;
            Level::new(value).map_err(|error| fail(error.to_string()))
        };
        match text.split_once('@') {
            None if text == "mean" => Ok(Statistic::Mean),
            None if text == "sd" => Ok(Statistic::Sd),
            Some(("var", digits)) => Ok(Statistic::Var(level(digits)?)),
            Some(("tvar", digits)) => Ok(Statistic::Tvar(level(digits)?)),
            _ => Err(MeasureError::Unknown(text.to_string())),
        }
    }

    fn find(self, measures: &Measures) -> Option<Estimate> {
        let at = |level: Level| measures.levels.iter().find(|found| found.level == level.value());
        match self {
            Statistic::Mean => Some(measures.mean),
            Statistic::Sd => Some(measures.sd),
            Statistic::Var(level) => at(level).map(|found| found.var),
            Statistic::Tvar(level) => at(level).map(|found| found.tvar),
        }
    }
}

impl StopRule {
    /// Reads `MEASURE of OPTION within 0.5%`, or an amount in place of the percentage.
    pub fn parse(text: &str) -> Result<Self, MeasureError> {
        let (measure, within) =
            text.rsplit_once(" within ").ok_or_else(|| MeasureError::NoPrecision(text.to_string()))?;
        let within = within.trim();
        let fail = || MeasureError::Precision(within.to_string());
        let number = |digits: &str| {
            let value: f64 = digits.trim().replace(['_', ','], "").parse().map_err(|_| fail())?;
            if value > 0.0 && value.is_finite() { Ok(value) } else { Err(fail()) }
        };
        let within = match within.strip_suffix('%') {
            Some(digits) => Precision::Relative(number(digits)? / 100.0),
            None => Precision::Absolute(number(within)?),
        };
        Ok(Self { measure: Measure::parse(measure)?, within })
    }

    /// Is the interval narrow enough? A withheld one never is.
    pub fn satisfied(&self, options: &[OptionOutcome], differences: &[Difference]) -> bool {
        self.measure.find(options, differences).is_some_and(|estimate| self.within.holds(&estimate))
    }
}

impl Precision {
    /// Is the interval narrow enough? A withheld one never is.
    pub fn holds(self, estimate: &Estimate) -> bool {
        let (Some(low), Some(high)) = (estimate.low, estimate.high) else { return false };
        let bound = match self {
            Precision::Relative(share) => share * estimate.value.abs(),
            Precision::Absolute(amount) => amount,
        };
        (high - low) / 2.0 <= bound
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.figure, self.option)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Total(statistic) => statistic.fmt(f),
            Figure::Difference(statistic) => write!(f, "{statistic} difference"),
            Figure::CostsMore => f.write_str("costs more"),
            Figure::Cheapest => f.write_str("cheapest"),
            Figure::Regret => f.write_str("regret"),
        }
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statistic::Mean => f.write_str("mean"),
            Statistic::Sd => f.write_str("sd"),
            Statistic::Var(level) => write!(f, "var@{}", level.value()),
            Statistic::Tvar(level) => write!(f, "tvar@{}", level.value()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_rules_read_as_written() {
        let rule = StopRule::parse("tvar@0.99 of Blended 60/40 within 0.5%").unwrap();
        assert_eq!(rule.measure.to_string(), "tvar@0.99 of Blended 60/40");
        assert_eq!(rule.within, Precision::Relative(0.005));
        let rule = StopRule::parse("mean difference of Offshore within 10_000").unwrap();
        assert_eq!(rule.measure.figure, Figure::Difference(Statistic::Mean));
        assert_eq!(rule.within, Precision::Absolute(10_000.0));
    }

    #[test]
    fn what_is_not_a_rule_is_refused() {
        for text in [
            "tvar@0.99 of A",
            "tvar@1.5 of A within 1%",
            "median of A within 1%",
            "mean of A within 0%",
            "mean within 1%",
        ] {
            assert!(StopRule::parse(text).is_err(), "{text}");
        }
        let levels = [Level::new(0.9).unwrap()];
        let options = ["A".to_string(), "B".to_string()];
        assert!(Measure::parse("var@0.9 of B").unwrap().check(&options, &levels).is_ok());
        for text in ["var@0.99 of B", "mean of C", "costs more of A"] {
            assert!(Measure::parse(text).unwrap().check(&options, &levels).is_err(), "{text}");
        }
    }
}
