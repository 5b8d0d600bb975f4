//! How many intervals of a figure hold the truth, and on which side do the others lie?

use super::repeated::Repeated;
use crate::outcome::Measures;
use crate::statistics::Estimate;
use std::fmt;

/// A figure of a run that has an interval.
pub struct Figure {
    pub subject: String,
    pub is_difference: bool,
    /// `mean`, `VaR` or `TVaR`.
    pub measure: &'static str,
    pub level: Option<f64>,
    pub estimate: Estimate,
}

impl Figure {
    pub fn half_width(&self) -> Option<f64> {
        half_width(&self.estimate)
    }
}

fn half_width(estimate: &Estimate) -> Option<f64> {
    Some((estimate.high? - estimate.low?) / 2.0)
}

/// Mean, then VaR and TVaR by level, of each total and each difference.
pub fn figures(totals: &[(String, Measures)]) -> Vec<Figure> {
    let options = totals.len().div_ceil(2);
    let of = |(place, (subject, measures)): (usize, &(String, Measures))| {
        let figure = |measure, level, estimate| Figure {
            subject: subject.clone(),
            is_difference: place >= options,
            measure,
            level,
            estimate,
        };
        let mut all = vec![figure("mean", None, measures.mean)];
        for at in &measures.levels {
            all.push(figure("VaR", Some(at.level), at.var));
            all.push(figure("TVaR", Some(at.level), at.tvar));
        }
        all
    };
    totals.iter().enumerate().flat_map(of).collect()
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            None => write!(f, "{}, {}", self.subject, self.measure),
            Some(level) => write!(f, "{}, {} {level}", self.subject, self.measure),
        }
    }
}

/// Of many intervals.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Cover {
    pub runs: u64,
    /// With an interval.
    pub reported: u64,
    /// Intervals that lie below the truth, and above it.
    below: u64,
    above: u64,
    /// Share of intervals that end at the truth.
    pub touched: f64,
    /// Mean half-width.
    half_width: f64,
    truth: f64,
    truth_half_width: f64,
}

impl Cover {
    pub fn of(estimates: impl Iterator<Item = Estimate>, truth: &Estimate) -> Self {
        let truth_half_width = half_width(truth).unwrap_or(f64::NAN);
        let mut cover = Self { truth: truth.value, truth_half_width, ..Self::default() };
        for estimate in estimates {
            cover.runs += 1;
            let (Some(low), Some(high)) = (estimate.low, estimate.high) else { continue };
            cover.reported += 1;
            cover.below += u64::from(high < truth.value);
            cover.above += u64::from(low > truth.value);
            cover.touched += f64::from(u8::from(low == truth.value || high == truth.value));
            cover.half_width += (high - low) / 2.0;
        }
        cover.touched /= cover.reported as f64;
        cover.half_width /= cover.reported as f64;
        cover
    }

    pub fn share(&self) -> f64 {
        1.0 - (self.below + self.above) as f64 / self.reported as f64
    }

    /// Half-width of the truth, of that of an interval; 0 where all is exact.
    pub fn truth_error(&self) -> f64 {
        if self.truth_half_width == 0.0 { 0.0 } else { self.truth_half_width / self.half_width }
    }
}

impl fmt::Display for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |count: u64| 100.0 * count as f64 / self.reported as f64;
        write!(f, "{} of {} runs report it; ", self.reported, self.runs)?;
        if self.half_width == 0.0 {
            return f.write_str("exact");
        }
        write!(f, "{:.1}% lie below the truth, {:.1}% above; ", share(self.below), share(self.above))?;
        write!(f, "half-width {:.2}%", 100.0 * self.half_width / self.truth.abs())
    }
}

/// By figure: its name, and how its intervals cover.
pub fn counted(repeated: &Repeated, truth: &[Figure]) -> Vec<(String, Cover)> {
    let of = |(column, place): (usize, &usize)| {
        let estimates = repeated.runs.iter().map(|run| run[column]);
        (truth[*place].to_string(), Cover::of(estimates, &truth[*place].estimate))
    };
    repeated.places.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told_apart() {
        let intervals =
            [(0.0, 1.0), (1.0, 2.0), (3.0, 4.0), (1.5, 3.0)].map(|(low, high)| Estimate::between(low, low, high));
        let all = intervals.into_iter().chain([Estimate::bare(0.0)]);
        let cover = Cover::of(all, &Estimate::between(2.0, 1.99, 2.01));
        assert_eq!((cover.runs, cover.reported, cover.below, cover.above, cover.touched), (5, 4, 1, 1, 0.25));
        assert_eq!(cover.share(), 0.5);
        assert!((cover.truth_error() - 0.01 / 0.5625).abs() < 1e-12);
    }
}
