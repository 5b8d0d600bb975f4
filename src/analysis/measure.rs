//! Which figure of a result does the user mean, and how sure must it be?
//!
//! `tvar@0.99 of Offshore`, `mean difference of Offshore`, `costs more of Offshore`.

use crate::outcome::{Difference, Estimate, OptionOutcome};

pub use crate::outcome::{Figure, Measure, MeasureError, Statistic};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Level;

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
