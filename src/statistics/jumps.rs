//! How heavy is a tail whose losses are known before a year is drawn?
//!
//! A run of `n` years has met few of the losses that come once in `n` years or less often, and its own variance says too little or too
//! much of them. Where the config says how often a loss of each size comes, the far tail of the total is worked out from that: one
//! large loss beside a rest that varies as the middle of the run does. The error of the approximation is that of one large loss in place
//! of a sum, which vanishes towards the tail for laws heavier than the exponential (Embrechts, Klüppelberg and Mikosch 1997, *Modelling
//! Extremal Events*, section 1.3, doi:10.1007/978-3-642-33483-2).

use crate::numerics::elementary::{exp, ln};
use crate::numerics::special::{normal_cdf, normal_pdf};

/// Sizes to a factor of two that are told apart.
const BINS: f64 = 8.0;
/// Normal deviations beyond which a rest has no part.
const FARTHEST: f64 = 8.0;
/// Bisections, to 1e-12 of the range.
const BISECTIONS: usize = 40;
/// Losses make the far tail where they bring this share of its second moment: else the rest does, of which the middle of the run says
/// nothing.
const PREDOMINANT: f64 = 0.5;

/// How often a year has a loss of each size: an intensity, years with several counting several times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Jumps {
    /// Ascending in size, which is above 0.
    losses: Vec<Loss>,
}

/// Losses of about a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// As the total's unit, towards the tail.
    pub size: f64,
    /// A year.
    pub rate: f64,
}

/// The losses that make the tails of a total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Losses {
    /// That raise the total.
    pub upper: Jumps,
    /// That lower it, as sizes above 0: those of the option a difference is taken to.
    pub lower: Jumps,
}

impl Losses {
    /// Every size times a positive factor.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self { upper: self.upper.scaled(factor), lower: self.lower.scaled(factor) }
    }
}

/// What a year has beside a large loss: about normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rest {
    pub middle: f64,
    pub spread: f64,
}

/// The law of the farthest years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarTail {
    /// What they exceed.
    pub threshold: f64,
    /// Mean excess and mean square of the excess.
    pub first: f64,
    pub second: f64,
}

impl Jumps {
    /// Losses of size 0 or below are left out; near sizes are put together, which keeps their rate and their sum.
    ///
    /// ```
    /// use tailcost::statistics::{Jumps, Loss};
    /// let losses = Jumps::new(vec![Loss { size: 100.0, rate: 0.01 }, Loss { size: 101.0, rate: 0.03 }]);
    /// assert!((losses.rate() - 0.04).abs() < 1e-15);
    /// ```
    pub fn new(mut losses: Vec<Loss>) -> Self {
        losses.retain(|loss| loss.size > 0.0 && loss.size.is_finite() && loss.rate > 0.0);
        losses.sort_by(|a, b| a.size.total_cmp(&b.size));
        let bin = |loss: &Loss| (BINS / std::f64::consts::LN_2 * ln(loss.size)).floor();
        let together = losses.chunk_by(|a, b| bin(a) == bin(b)).map(|chunk| {
            let rate: f64 = chunk.iter().map(|loss| loss.rate).sum();
            let size = chunk.iter().map(|loss| loss.size * loss.rate).sum::<f64>() / rate;
            Loss { size, rate }
        });
        Self { losses: together.collect() }
    }

    /// Losses at `rate` a year whose size exceeds `size(q)` with probability `q`, in equal steps of the logarithm of `q`.
    ///
    /// ```
    /// use tailcost::statistics::Jumps;
    /// // Exponential losses of mean 5, three a year.
    /// let losses = Jumps::losses(3.0, |exceedance| -5.0 * exceedance.ln());
    /// let mean: f64 = losses.iter().map(|loss| loss.rate * loss.size).sum();
    /// assert!((mean / 15.0 - 1.0).abs() < 0.01);
    /// ```
    pub fn losses(rate: f64, size: impl Fn(f64) -> f64) -> Vec<Loss> {
        const TO_A_DECADE: i32 = 16;
        const DECADES: i32 = 12;
        let exceedance = |step: i32| exp(-std::f64::consts::LN_10 * f64::from(step) / f64::from(TO_A_DECADE));
        let cell = |high: f64, low: f64| Loss { size: size(0.5 * (high + low)), rate: rate * (high - low) };
        let last = TO_A_DECADE * DECADES;
        let steps = (0..last).map(|step| cell(exceedance(step), exceedance(step + 1)));
        steps.chain([cell(exceedance(last), 0.0)]).collect()
    }

    /// Losses a year.
    pub fn rate(&self) -> f64 {
        self.losses.iter().map(|loss| loss.rate).sum()
    }

    /// Every size times a positive factor.
    #[must_use]
    fn scaled(&self, factor: f64) -> Self {
        Self { losses: self.losses.iter().map(|loss| Loss { size: factor * loss.size, ..*loss }).collect() }
    }

    /// The farthest share of the years, without the largest losses, of which `rarest` come a year; `None`
    /// where the losses are not what makes those years.
    ///
    /// ```
    /// use tailcost::statistics::{Jumps, Loss, Rest};
    /// let losses = Jumps::new([10.0, 40.0].map(|size| Loss { size, rate: 0.01 }).to_vec());
    /// let far = losses.far_tail(Rest { middle: 0.0, spread: 0.0 }, 0.015, 0.0).unwrap();
    /// // Two in three of them exceed 10 by 30.
    /// assert!((far.threshold - 10.0).abs() < 1e-9 && (far.first - 20.0).abs() < 1e-9);
    /// ```
    pub fn far_tail(&self, rest: Rest, share: f64, rarest: f64) -> Option<FarTail> {
        let met = self.without_the_rarest(rarest);
        let threshold = met.exceeded_by(rest, share)?;
        let [_, first, second] = met.beyond(rest, threshold);
        let [_, _, of_rest] = rest.beyond(threshold);
        let made_by_losses = second - of_rest >= PREDOMINANT * second && second > 0.0;
        made_by_losses.then_some(FarTail { threshold, first: first / share, second: second / share })
    }

    /// Less so much of the rate of the largest losses.
    fn without_the_rarest(&self, mut rate: f64) -> Self {
        let mut losses = self.losses.clone();
        while let Some(largest) = losses.last_mut() {
            if largest.rate > rate {
                largest.rate -= rate;
                break;
            }
            rate -= largest.rate;
            losses.pop();
        }
        Self { losses }
    }

    /// The amount that this share of the years exceeds.
    fn exceeded_by(&self, rest: Rest, share: f64) -> Option<f64> {
        let (mut low, mut high) = (rest.middle, rest.middle + FARTHEST * rest.spread + self.losses.last()?.size);
        if !(high.is_finite() && self.beyond(rest, low)[0] > share) {
            return None;
        }
        for _ in 0..BISECTIONS {
            let middle = 0.5 * (low + high);
            if self.beyond(rest, middle)[0] > share { low = middle } else { high = middle }
        }
        Some(high)
    }

    /// `P(Y > y)`, `E (Y - y)+` and `E (Y - y)+^2` for the total `Y`.
    fn beyond(&self, rest: Rest, y: f64) -> [f64; 3] {
        let mut sums = rest.beyond(y);
        // What is no larger than the rest varies is a part of it.
        for loss in self.losses.iter().rev().take_while(|loss| loss.size > rest.spread) {
            let beside = Rest { middle: rest.middle + loss.size, ..rest };
            let of_loss = beside.beyond(y);
            if of_loss[0] == 0.0 {
                break;
            }
            sums.iter_mut().zip(of_loss).for_each(|(sum, more)| *sum += loss.rate * more);
        }
        sums
    }
}

impl Rest {
    fn beyond(self, y: f64) -> [f64; 3] {
        let over = self.middle - y;
        if over >= FARTHEST * self.spread && over > 0.0 {
            return [1.0, over, over * over + self.spread * self.spread];
        }
        if over <= -FARTHEST * self.spread {
            return [0.0; 3];
        }
        let z = over / self.spread;
        let (above, density) = (normal_cdf(z).p(), normal_pdf(z));
        let spread = self.spread;
        [above, over * above + spread * density, (over * over + spread * spread) * above + over * spread * density]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pareto losses of index `1 / alpha` from 1 on, `rate` a year.
    fn pareto(alpha: f64, rate: f64) -> Jumps {
        Jumps::new(Jumps::losses(rate, |exceedance| exp(-ln(exceedance) / alpha)))
    }

    const NOTHING: Rest = Rest { middle: 0.0, spread: 0.0 };

    #[test]
    fn a_pareto_law_has_its_mean_excess() {
        // Beyond u the excess has mean u / (alpha - 1) and mean square 2 u^2 / ((alpha - 1)(alpha - 2)).
        let jumps = pareto(4.0, 0.02);
        let far = jumps.far_tail(NOTHING, 1e-4, 0.0).unwrap();
        let u = exp(ln(200.0) / 4.0);
        // Sizes are told apart to 9%, and exceedances to 15%.
        assert!((far.threshold / u - 1.0).abs() < 0.05, "{far:?} {u}");
        assert!((far.first / (u / 3.0) - 1.0).abs() < 0.15, "{far:?}");
        assert!((far.second / (u * u / 3.0) - 1.0).abs() < 0.1, "{far:?}");
    }

    #[test]
    fn the_rarest_losses_are_left_out() {
        let losses = [(1.0, 0.1), (10.0, 0.01), (100.0, 0.001), (1000.0, 0.0001)];
        let jumps = Jumps::new(losses.map(|(size, rate)| Loss { size, rate }).to_vec());
        let far = |rarest: f64| jumps.far_tail(NOTHING, 0.0011, rarest).unwrap();
        // Beyond 10: 90 in 10 of 11 years and 990 in one, or in half of one, or 90 in 9 of 11.
        assert!((far(0.0).first - (90.0 * 10.0 + 990.0) / 11.0).abs() < 1e-6, "{:?}", far(0.0));
        assert!((far(0.00005).first - (90.0 * 10.0 + 990.0 / 2.0) / 11.0).abs() < 1e-6, "{:?}", far(0.00005));
        assert!((far(0.0002).first - 90.0 * 9.0 / 11.0).abs() < 1e-6, "{:?}", far(0.0002));
    }

    #[test]
    fn where_the_rest_makes_the_tail_nothing_is_known() {
        let rest = Rest { middle: 0.0, spread: 1000.0 };
        assert!(pareto(4.0, 0.02).far_tail(rest, 1e-3, 0.0).is_none());
        assert!(Jumps::default().far_tail(rest, 1e-3, 0.0).is_none());
    }

    #[test]
    fn a_normal_rest_has_its_partial_moments() {
        // E Z+ = 1 / sqrt(2 pi), E Z+^2 = 1/2.
        let [above, first, second] = Rest { middle: 0.0, spread: 1.0 }.beyond(0.0);
        assert!((above - 0.5).abs() < 1e-15 && (first - 0.398_942_280_401_432_7).abs() < 1e-12);
        assert!((second - 0.5).abs() < 1e-12);
    }
}
