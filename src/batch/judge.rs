//! Has a figure moved by more than noise, when hundreds of thousands of figures are asked the same?

use crate::numerics::elementary::ln;
use crate::outcome::Estimate;
use crate::outcome::moved::{BookPairing, FigureVerdict, MovedRule};
use crate::statistics::NORMAL_95;

/// Probability of one false alarm or more in a comparison of two batches, at most.
const FALSE_ALARM: f64 = 0.01;
/// Of the earlier figure: a change beyond this is told where an interval is withheld.
const TOLD_BEYOND: f64 = 0.05;
/// Of a figure: a smaller change is a rounding of another build.
const ROUNDING: f64 = 1e-12;

/// A change with its noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    pub change: f64,
    pub standard_error: Option<f64>,
    pub z: Option<f64>,
    pub verdict: FigureVerdict,
}

/// What decides between change and noise.
pub(super) struct Judge {
    pub rule: MovedRule,
    pairing: BookPairing,
}

impl Judge {
    /// For so many comparisons, whatever their dependence (Bonferroni). The bound on each is `2 exp(-z^2 / 2)`: where nothing has changed, the
    /// difference of two runs of as many years is a sum of terms whose signs are tosses of a coin given their sizes, and such a sum exceeds `z`
    /// roots of the sum of their squares no more often, however heavy their tails (Hoeffding 1963, doi 10.1080/01621459.1963.10500830).
    pub fn new(comparisons: u64, pairing: BookPairing) -> Self {
        let standard_errors = (2.0 * ln(2.0 * comparisons.max(1) as f64 / FALSE_ALARM)).sqrt();
        let rule = MovedRule { comparisons, false_alarm: FALSE_ALARM, standard_errors, told_beyond: TOLD_BEYOND };
        Self { rule, pairing }
    }

    /// By both intervals, as if the batches were independent: where they live through the same years that overstates the noise.
    pub fn by_intervals(&self, measure: &str, before: Estimate, now: Estimate) -> Change {
        self.judged(measure, before.value, now.value, || error_between(before, now))
    }

    /// By a standard error of the change.
    pub fn by_error(&self, measure: &str, before: f64, now: f64, error: impl FnOnce() -> Option<f64>) -> Change {
        self.judged(measure, before, now, error)
    }

    fn judged(&self, measure: &str, before: f64, now: f64, error: impl FnOnce() -> Option<f64>) -> Change {
        let change = now - before;
        // Where there is no figure in both, as an hourly rate without hours, nothing has changed.
        let is_same = before == now
            || (before.is_nan() && now.is_nan())
            || change.abs() <= ROUNDING * before.abs().max(now.abs());
        if is_same {
            return Change { change: 0.0, standard_error: None, z: None, verdict: FigureVerdict::Same };
        }
        let error = error().filter(|error| error.is_finite() && change.is_finite());
        let z = error.filter(|error| *error > 0.0).map(|error| change / error).filter(|z| z.is_finite());
        let verdict = match (error, z) {
            (None, _) => FigureVerdict::NoiseNotKnown,
            (Some(_), Some(z)) if z.abs() <= self.rule.standard_errors => FigureVerdict::WithinNoise,
            (Some(_), Some(_)) => FigureVerdict::Moved,
            // Order statistics at two neighbouring amounts that many years share: other years may choose the other.
            (Some(_), None) if self.pairing == BookPairing::Independent && measure.starts_with("var@") => {
                FigureVerdict::NoiseNotKnown
            }
            (Some(_), None) => FigureVerdict::Moved,
        };
        Change { change, standard_error: error, z, verdict }
    }

    /// Is a change of unknown noise large enough to be told?
    pub fn is_told(&self, before: f64, now: f64) -> bool {
        let change = (now - before).abs();
        // What is no number in one of them is told.
        change.is_nan() || change > self.rule.told_beyond * before.abs()
    }
}

/// From the sides of both intervals that face each other: those of an order statistic or a probability are not of one length (Zou and Donner
/// 2008, doi 10.1002/sim.3095).
pub(super) fn error_between(before: Estimate, now: Estimate) -> Option<f64> {
    let (lower, higher) = if now.value >= before.value { (before, now) } else { (now, before) };
    let up = (lower.high? - lower.value) / NORMAL_95;
    let down = (higher.value - higher.low?) / NORMAL_95;
    // Both must have both bounds: an interval that is withheld on one side is none.
    (lower.low.is_some() && higher.high.is_some()).then(|| (up * up + down * down).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(pairing: BookPairing) -> Judge {
        Judge::new(1000, pairing)
    }

    #[test]
    fn the_limit_grows_slowly_with_the_number_of_comparisons() {
        assert!((judge(BookPairing::SameYears).rule.standard_errors - 4.9411).abs() < 1e-3);
        assert!((Judge::new(1_000_000, BookPairing::SameYears).rule.standard_errors - 6.1835).abs() < 1e-3);
        assert!(Judge::new(0, BookPairing::SameYears).rule.standard_errors > 3.0);
    }

    #[test]
    fn equal_bits_are_no_change_and_small_changes_are_noise() {
        let judge = judge(BookPairing::Independent);
        let around = |value: f64, half: f64| Estimate::between(value, value - half, value + half);
        let verdict = |before, now| judge.by_intervals("mean", before, now).verdict;
        assert_eq!(verdict(around(5.0, 1.0), around(5.0, 1.0)), FigureVerdict::Same);
        assert_eq!(verdict(Estimate::bare(5.0), Estimate::bare(5.0)), FigureVerdict::Same);
        assert_eq!(verdict(Estimate::bare(f64::NAN), Estimate::bare(f64::NAN)), FigureVerdict::Same);
        assert_eq!(verdict(around(5.0, 1.0), around(6.0, 1.0)), FigureVerdict::WithinNoise);
        assert_eq!(verdict(around(5.0, 1.0), around(9.0, 1.0)), FigureVerdict::Moved);
        assert_eq!(verdict(around(9.0, 1.0), around(5.0, 1.0)), FigureVerdict::Moved);
        assert_eq!(verdict(Estimate::exact(5.0), Estimate::exact(5.1)), FigureVerdict::Moved);
    }

    #[test]
    fn withheld_intervals_say_nothing_of_noise() {
        let judge = judge(BookPairing::Independent);
        let known = Estimate::between(6.0, 5.9, 6.1);
        let found = judge.by_intervals("tvar@0.99", Estimate::bare(5.0), known);
        assert_eq!((found.verdict, found.z, found.change), (FigureVerdict::NoiseNotKnown, None, 1.0));
        assert!(judge.is_told(5.0, 6.0) && !judge.is_told(5.0, 5.2) && judge.is_told(0.0, 1e-9));
        assert!(judge.is_told(f64::NAN, 1.0), "what appears is told");
        // Two amounts that many years share: other years may choose the other as their order statistic.
        let steps = (Estimate::exact(5.0), Estimate::exact(6.0));
        assert_eq!(judge.by_intervals("var@0.9", steps.0, steps.1).verdict, FigureVerdict::NoiseNotKnown);
        let same_years = Judge::new(1000, BookPairing::SameYears);
        assert_eq!(same_years.by_intervals("var@0.9", steps.0, steps.1).verdict, FigureVerdict::Moved);
    }

    #[test]
    fn sides_that_face_each_other_count() {
        let low = Estimate::between(0.0, 0.0, NORMAL_95 * 3.0);
        let high = Estimate::between(10.0, 10.0 - NORMAL_95 * 4.0, 100.0);
        assert!((error_between(low, high).unwrap() - 5.0).abs() < 1e-12);
        assert!((error_between(high, low).unwrap() - 5.0).abs() < 1e-12);
    }
}
