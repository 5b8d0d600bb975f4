//! Which two sides of a question are to be equal?

use super::measure::{Figure, Measure, MeasureError, Statistic};
use super::sample::Sample;
use crate::outcome::breakeven::{MeasureUnit, Question};

/// `MEASURE = NUMBER` or `MEASURE = MEASURE`.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    pub left: Measure,
    pub right: RightSide,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RightSide {
    Number(f64),
    Measure(Measure),
}

/// What cannot be read as an equation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EquationError {
    #[error("expected `MEASURE = NUMBER` or `MEASURE = MEASURE`, as in `mean difference = 0`; found `{0}`")]
    NotTwoSides(String),
    #[error("{0}")]
    Side(#[from] MeasureError),
    #[error("`{text}` is neither a number nor a measure: {reason}")]
    Right { text: String, reason: MeasureError },
    #[error("`{left}` is a probability and `{right}` is not: the two sides are of different units")]
    Units { left: String, right: String },
    #[error("`{0}` is a probability, which lies between 0 and 1; found {1}")]
    NoProbability(String, f64),
    #[error("both sides are `{0}`")]
    SameSides(String),
}

impl Equation {
    /// Reads an equation for a case with these options; ` of OPTION` may be left out.
    ///
    /// ```
    /// use tailcost::analysis::Equation;
    /// let options = ["Domestic".to_string(), "Offshore".to_string()];
    /// let equal = Equation::read("tvar@0.99 of Offshore = tvar@0.99 of Domestic", &options).unwrap();
    /// assert_eq!(equal.to_string(), "tvar@0.99 of Offshore = tvar@0.99 of Domestic");
    /// assert_eq!(Equation::read("costs more = 50%", &options).unwrap().to_string(), "costs more of Offshore = 0.5");
    /// assert!(Equation::read("mean difference", &options).is_err());
    /// ```
    pub fn read(text: &str, options: &[String]) -> Result<Self, EquationError> {
        let Some((left, right)) = text.split_once('=').filter(|(_, right)| !right.contains('=')) else {
            return Err(EquationError::NotTwoSides(text.to_owned()));
        };
        let (left_text, right_text) = (left.trim(), right.trim());
        if left_text.is_empty() || right_text.is_empty() {
            return Err(EquationError::NotTwoSides(text.to_owned()));
        }
        let left = Measure::read(left_text, options)?;
        let right = match number(right_text) {
            Some(number) => RightSide::Number(number),
            None => RightSide::Measure(
                Measure::read(right_text, options)
                    .map_err(|reason| EquationError::Right { text: right_text.to_owned(), reason })?,
            ),
        };
        let unit = unit_of(&left);
        match &right {
            RightSide::Number(number) if unit == MeasureUnit::Probability && !(0.0..=1.0).contains(number) => {
                return Err(EquationError::NoProbability(left.to_string(), *number));
            }
            RightSide::Measure(measure) if unit_of(measure) != unit => {
                let (left, right) = (left.to_string(), measure.to_string());
                return Err(if unit == MeasureUnit::Probability {
                    EquationError::Units { left, right }
                } else {
                    EquationError::Units { left: right, right: left }
                });
            }
            RightSide::Measure(measure) if *measure == left => return Err(EquationError::SameSides(left.to_string())),
            _ => {}
        }
        Ok(Self { left, right })
    }

    /// The left side and how far it is above the right one.
    pub fn sides(&self, sample: &Sample) -> (f64, f64) {
        let left = sample.figure(&self.left);
        let right = match &self.right {
            RightSide::Number(number) => *number,
            RightSide::Measure(measure) => sample.figure(measure),
        };
        (left, left - right)
    }

    /// Each year's influence on the left side less the right one.
    pub fn influence(&self, sample: &Sample) -> Vec<f64> {
        let mut influence = sample.influence(&self.left);
        if let RightSide::Measure(measure) = &self.right {
            influence.iter_mut().zip(sample.influence(measure)).for_each(|(left, right)| *left -= right);
        }
        influence
    }

    /// Does the gap move in steps, since years are counted?
    pub fn counts_years(&self) -> bool {
        matches!(self.left.figure, Figure::CostsMore | Figure::Cheapest)
    }

    /// The question as data; `first` is the option that others are held against.
    pub fn question(&self, first: &str) -> Question {
        let (left, right) = (self.left.to_string(), self.right_text());
        let option = &self.left.option;
        let (below, above) = match (self.left.figure, &self.right) {
            (Figure::Difference(Statistic::Mean), RightSide::Number(0.0)) => {
                (format!("{option} is cheaper on average"), format!("{first} is cheaper on average"))
            }
            (Figure::CostsMore, RightSide::Number(0.5)) => {
                (format!("{option} is cheaper in most years"), format!("{first} is cheaper in most years"))
            }
            (Figure::Total(statistic), RightSide::Measure(measure))
                if measure.figure == self.left.figure && matches!(statistic, Statistic::Mean) =>
            {
                (format!("{option} is cheaper on average"), format!("{} is cheaper on average", measure.option))
            }
            (Figure::Total(statistic), RightSide::Measure(measure)) if measure.figure == self.left.figure => {
                (format!("{option} has the lower {statistic}"), format!("{} has the lower {statistic}", measure.option))
            }
            _ => (format!("{left} is below {right}"), format!("{left} is above {right}")),
        };
        let right_number = match self.right {
            RightSide::Number(number) => Some(number),
            RightSide::Measure(_) => None,
        };
        Question { left, right, right_number, unit: unit_of(&self.left), below, above }
    }

    fn right_text(&self) -> String {
        match &self.right {
            RightSide::Number(number) => written(*number),
            RightSide::Measure(measure) => measure.to_string(),
        }
    }
}

impl std::fmt::Display for Equation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = {}", self.left, self.right_text())
    }
}

/// The shortest decimal of a number, with commas between the thousands of its whole part.
fn written(number: f64) -> String {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

fn unit_of(measure: &Measure) -> MeasureUnit {
    match measure.figure {
        Figure::CostsMore | Figure::Cheapest => MeasureUnit::Probability,
        Figure::Total(_) | Figure::Difference(_) | Figure::Regret => MeasureUnit::Usd,
    }
}

/// A number as people write it: 0.5, 50%, 1_000_000, 1,000,000, 1e6.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace(['_', ','], "");
    let (digits, scale) = plain.strip_suffix('%').map_or((plain.as_str(), 1.0), |digits| (digits.trim_end(), 100.0));
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some(value / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_equation_is_refused() {
        let options = ["A".to_string(), "B".to_string()];
        for text in [
            "",
            "mean difference",
            "mean difference =",
            "= 0",
            "mean = mean = 0",
            "median = 0",
            "mean of C = 0",
            "mean = nan",
            "costs more = 2",
            "costs more = mean",
            "mean = cheapest",
            "mean of B = mean of B",
            "mean difference of A = 0",
        ] {
            assert!(Equation::read(text, &options).is_err(), "{text}");
        }
        let equation = Equation::read("mean of B=1,500_000", &options).unwrap();
        assert_eq!(equation.right, RightSide::Number(1.5e6));
    }

    #[test]
    fn sides_and_influence_are_paired() {
        let totals = vec![vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 3.0, 4.0, 5.0]];
        let sample = Sample { options: vec!["A".into(), "B".into()], totals };
        let equation = Equation::read("mean of B = mean of A", &sample.options).unwrap();
        assert_eq!(equation.sides(&sample), (3.5, 1.0));
        assert!(equation.influence(&sample).iter().all(|influence| *influence == 0.0));
        let question = equation.question("A");
        assert_eq!(
            (question.below.as_str(), question.above.as_str()),
            ("B is cheaper on average", "A is cheaper on average")
        );
    }
}
