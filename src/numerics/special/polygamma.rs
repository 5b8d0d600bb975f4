//! What are the first two derivatives of the logarithm of the gamma function?

use crate::numerics::elementary::ln;

/// From here on the asymptotic series is exact to rounding.
const FAR: f64 = 12.0;

/// Derivative of `ln Gamma` at `x > 0`; absolute error below 1e-14 times the larger of 1 and the value.
///
/// Recurrence up to 12, then <https://dlmf.nist.gov/5.11.E2>.
///
/// ```
/// use tailcost::numerics::special::digamma;
/// assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// ```
pub fn digamma(x: f64) -> f64 {
    let (mut y, mut less) = (x, 0.0);
    while y < FAR {
        less += 1.0 / y;
        y += 1.0;
    }
    let r = 1.0 / (y * y);
    let series = r
        * (1.0 / 12.0
            - r * (1.0 / 120.0
                - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0 - r * (691.0 / 32760.0 - r / 12.0))))));
    ln(y) - 0.5 / y - series - less
}

/// Second derivative of `ln Gamma` at `x > 0`; relative error below 1e-14.
///
/// ```
/// use tailcost::numerics::special::trigamma;
/// assert!((trigamma(1.0) - std::f64::consts::PI * std::f64::consts::PI / 6.0).abs() < 1e-14);
/// ```
pub fn trigamma(x: f64) -> f64 {
    let (mut y, mut more) = (x, 0.0);
    while y < FAR {
        more += 1.0 / (y * y);
        y += 1.0;
    }
    let r = 1.0 / (y * y);
    let series = r
        * (1.0 / 6.0
            - r * (1.0 / 30.0
                - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0 - r * (691.0 / 2730.0 - r * 7.0 / 6.0))))));
    more + 1.0 / y + 0.5 * r + series / y
}
