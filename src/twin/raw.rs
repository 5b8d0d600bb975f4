//! How do the first two moments of independent factors and terms combine?

/// First and second moment about 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Raw {
    pub one: f64,
    pub two: f64,
}

impl Raw {
    pub fn constant(x: f64) -> Self {
        Self { one: x, two: x * x }
    }

    /// Of an event: 1 with this probability.
    pub fn event(probability: f64) -> Self {
        Self { one: probability, two: probability }
    }

    /// `constant + factor * X`.
    pub fn shifted(self, constant: f64, factor: f64) -> Self {
        Self {
            one: constant + factor * self.one,
            two: constant * constant + 2.0 * constant * factor * self.one + factor * factor * self.two,
        }
    }

    pub fn variance(self) -> f64 {
        self.two - self.one * self.one
    }

    pub fn is_constant(self) -> bool {
        self.variance().abs() <= 1e-12 * self.two
    }

    /// Sum of N of these, independent of each other and of N.
    pub fn summed(self, count: Raw) -> Self {
        Self { one: count.one * self.one, two: count.one * self.variance() + count.two * self.one * self.one }
    }

    /// Count that is Poisson given its mean.
    pub fn poisson(self) -> Self {
        Self { one: self.one, two: self.two + self.one }
    }

    /// Adds a share of another, of a mixture.
    pub fn mix(&mut self, weight: f64, part: Raw) {
        self.one += weight * part.one;
        self.two += weight * part.two;
    }
}

/// Product of independent factors.
impl std::ops::Mul for Raw {
    type Output = Raw;
    fn mul(self, other: Raw) -> Raw {
        Raw { one: self.one * other.one, two: self.two * other.two }
    }
}

/// Sum of independent terms.
impl std::ops::Add for Raw {
    type Output = Raw;
    fn add(self, other: Raw) -> Raw {
        Raw { one: self.one + other.one, two: self.two + other.two + 2.0 * self.one * other.one }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compound_sum_has_the_textbook_moments() {
        // Poisson 3 of amounts with mean 2 and variance 5: mean 6, variance 3 (5 + 4).
        let sum = Raw { one: 2.0, two: 9.0 }.summed(Raw::constant(3.0).poisson());
        assert_eq!((sum.one, sum.variance()), (6.0, 27.0));
        assert_eq!(Raw::constant(2.0).shifted(1.0, 3.0), Raw::constant(7.0));
        assert!((Raw::event(0.3).variance() - 0.21).abs() < 1e-15);
    }
}
