//! Which figure of a result does a text such as `tvar@0.99 of Offshore` mean?
//!
//! `mean difference of Offshore`, `costs more of Offshore`.

use super::{Difference, Estimate, Measures, OptionOutcome};
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
        self.figure.check_level(levels)
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
    /// Is the level one of these?
    ///
    /// # Errors
    /// A level that the run does not have.
    pub fn check_level(self, levels: &[Level]) -> Result<(), MeasureError> {
        match self {
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

    /// Reads a measure without its option, as in `tvar@0.99` or `mean difference`.
    ///
    /// # Errors
    /// What is no measure, or a level that is none.
    pub fn parse(text: &str) -> Result<Self, MeasureError> {
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
