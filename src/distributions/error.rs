//! Why is this not a law, and which parameter is to blame?

use std::fmt;

/// A law that cannot be built. [`LawError::parameter`] names the config key to underline.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{problem}")]
pub struct LawError {
    /// The parameter at fault, where one parameter is.
    pub parameter: Option<String>,
    /// What is wrong with it.
    pub problem: LawProblem,
}

/// The violated condition.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LawProblem {
    #[error("{found:?} is not a family of laws, expected one of {}", FamilyNames)]
    UnknownFamily { found: String },
    #[error("{family} is not built from plain parameters, expected its own form: {form}")]
    NotParametric { family: String, form: String },
    #[error("{family} has no parameter {found:?}, expected {expected}")]
    UnknownParameter { family: String, found: String, expected: String },
    #[error("{family} lacks {missing:?}, expected {expected}")]
    MissingParameter { family: String, missing: String, expected: String },
    #[error("{name} is given twice")]
    Repeated { name: String },
    #[error("{name} is {found}, expected {expected}")]
    OutOfRange { name: String, found: f64, expected: String },
    #[error("{family} cannot be found from two quantiles, expected one of {expected}")]
    NotElicitable { family: String, expected: String },
    #[error("no {family} law has these quantiles: {reason}")]
    NoSuchQuantiles { family: String, reason: String },
    #[error(
        "the metalog through these quantiles is not a law: its density is not positive near p = {near}; move the quantiles there or give fewer"
    )]
    InfeasibleMetalog { near: f64 },
    #[error("no values, expected at least one")]
    NoValues,
    #[error("{values} values and {weights} weights, expected as many of one as of the other")]
    UnequalLengths { values: usize, weights: usize },
    #[error(
        "the law has no probability in [{low}, {high}], expected an interval it can reach; its support is [{support_low}, {support_high}]"
    )]
    EmptyInterval { low: f64, high: f64, support_low: f64, support_high: f64 },
}

impl LawError {
    pub(super) fn of(parameter: &str, problem: LawProblem) -> Self {
        Self { parameter: Some(parameter.to_owned()), problem }
    }

    pub(super) fn whole(problem: LawProblem) -> Self {
        Self { parameter: None, problem }
    }

    pub(super) fn range(name: &str, found: f64, expected: impl Into<String>) -> Self {
        Self::of(name, LawProblem::OutOfRange { name: name.to_owned(), found, expected: expected.into() })
    }
}

/// A positive finite number; NaN fails.
pub(super) fn positive(name: &str, value: f64) -> Result<f64, LawError> {
    if value > 0.0 && value < f64::INFINITY {
        Ok(value)
    } else {
        Err(LawError::range(name, value, "a positive number"))
    }
}

/// A finite number; NaN fails.
pub(super) fn finite(name: &str, value: f64) -> Result<f64, LawError> {
    if value.is_finite() { Ok(value) } else { Err(LawError::range(name, value, "a finite number")) }
}

/// A spread: 0 would be a point, which a config writes as a plain number.
pub(super) fn spread(name: &str, value: f64) -> Result<f64, LawError> {
    if value == 0.0 {
        return Err(LawError::range(name, value, "a positive number (for a fixed value write the plain number)"));
    }
    positive(name, value)
}

/// `low < high`, both finite.
pub(super) fn interval(low_name: &str, low: f64, high_name: &str, high: f64) -> Result<(), LawError> {
    finite(low_name, low)?;
    finite(high_name, high)?;
    if low < high { Ok(()) } else { Err(LawError::range(high_name, high, format!("a number above {low_name} {low}"))) }
}

/// Prints the names of all families.
struct FamilyNames;

impl fmt::Display for FamilyNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = super::FAMILIES.iter().map(|family| family.name).collect();
        f.write_str(&names.join(", "))
    }
}
