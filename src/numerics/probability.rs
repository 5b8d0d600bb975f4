//! How is a probability held so that both tails keep full precision?

use std::cmp::Ordering;
use std::fmt;

/// A probability `p`, stored as its distance from the nearer end.
///
/// A plain `f64` near 1 has a spacing of 1.1e-16, so that the far upper tail of a law could not be told apart. Here
/// `p <= 1/2` is stored as `p` and `p > 1/2` as `-(1 - p)`: the sign says which end is nearer, the magnitude is the
/// tail probability in `[0, 1/2]`, precise to the last bit on both sides.
///
/// ```
/// use tailcost::numerics::Probability;
/// let far = Probability::upper(1e-30);
/// assert_eq!(far.q(), 1e-30);
/// assert_eq!(far.p(), 1.0);
/// assert!(Probability::lower(0.25) < far);
/// ```
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub struct Probability(f64);

impl Probability {
    /// The probability whose lower-tail value is `p` in `[0, 1]`.
    pub fn lower(p: f64) -> Self {
        if p <= 0.5 { Self(p) } else { Self(-(1.0 - p)) }
    }

    /// The probability whose upper-tail value (`1 - p`) is `q` in `[0, 1]`.
    pub fn upper(q: f64) -> Self {
        if q < 0.5 { Self(-q) } else { Self(1.0 - q) }
    }

    /// From 64 random bits: the top bit chooses the side, the others the tail probability, never 0.
    #[inline]
    pub fn from_bits(bits: u64) -> Self {
        const STEP: f64 = 1.0 / 18_446_744_073_709_551_616.0;
        let tail = ((bits & (u64::MAX >> 1)) as f64 + 0.5) * STEP;
        Self(f64::from_bits(tail.to_bits() | (bits & (1 << 63))))
    }

    /// The stored number: `p` on the lower side, `-(1 - p)` on the upper.
    #[inline]
    pub fn folded(self) -> f64 {
        self.0
    }

    /// Back from [`Probability::folded`].
    #[inline]
    pub fn from_folded(folded: f64) -> Self {
        Self(folded)
    }

    /// Is the upper end the nearer one?
    #[inline]
    pub fn is_upper(self) -> bool {
        self.0.is_sign_negative()
    }

    /// Probability of the nearer tail, in `[0, 1/2]`.
    #[inline]
    pub fn tail(self) -> f64 {
        self.0.abs()
    }

    /// Lower-tail value.
    #[inline]
    pub fn p(self) -> f64 {
        if self.is_upper() { 1.0 + self.0 } else { self.0 }
    }

    /// Upper-tail value, `1 - p`.
    #[inline]
    pub fn q(self) -> f64 {
        if self.is_upper() { -self.0 } else { 1.0 - self.0 }
    }

    /// `1 - p` as a probability of its own: the same distance from the other end.
    #[inline]
    pub fn complement(self) -> Self {
        Self(-self.0)
    }
}

impl PartialOrd for Probability {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.is_upper(), other.is_upper()) {
            (false, true) => Some(Ordering::Less),
            (true, false) => Some(Ordering::Greater),
            _ => self.0.partial_cmp(&other.0),
        }
    }
}

impl fmt::Debug for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_upper() { write!(f, "1 - {:e}", self.tail()) } else { write!(f, "{:e}", self.tail()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_round_trip() {
        for p in [0.0, 1e-300, 1e-17, 0.25, 0.5, 0.75, 1.0] {
            assert_eq!(Probability::lower(p).p(), p);
            assert_eq!(Probability::upper(p).q(), p);
        }
    }

    #[test]
    fn order_follows_the_lower_tail() {
        let rising =
            [0.0, 1e-9, 0.5].map(Probability::lower).into_iter().chain([0.4, 1e-9, 0.0].map(Probability::upper));
        assert!(rising.is_sorted());
    }

    #[test]
    fn bits_never_give_an_end() {
        for bits in [0, u64::MAX, 1 << 63, (1 << 63) - 1] {
            let probability = Probability::from_bits(bits);
            assert!(probability.tail() > 0.0 && probability.tail() <= 0.5);
        }
    }
}
