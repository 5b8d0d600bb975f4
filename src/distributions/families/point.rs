//! What is the law of a number that is certain?

use super::{Family, Kind};
use crate::distributions::moments::Moments;
use crate::numerics::Probability;

/// All probability on one value: `P(X = x) = 1`.
#[derive(Debug)]
pub(in crate::distributions) struct Point(pub(in crate::distributions) f64);

impl Family for Point {
    fn kind(&self) -> Kind<'_> {
        Kind::Point { value: self.0 }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x >= self.0 { Probability::upper(0.0) } else { Probability::lower(0.0) }
    }

    fn below(&self, x: f64) -> Probability {
        if x > self.0 { Probability::upper(0.0) } else { Probability::lower(0.0) }
    }

    fn quantile(&self, _p: Probability) -> f64 {
        self.0
    }

    fn density(&self, _x: f64) -> f64 {
        0.0
    }

    fn support(&self) -> (f64, f64) {
        (self.0, self.0)
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        vec![(self.0, 1.0)]
    }

    fn breaks(&self) -> Vec<f64> {
        vec![self.0]
    }

    fn moments(&self) -> Option<Moments> {
        Some(Moments { mean: self.0, variance: 0.0, third: 0.0, fourth: 0.0 })
    }
}
