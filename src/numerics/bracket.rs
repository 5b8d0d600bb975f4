//! Where between two values does a function cross zero?

/// A crossing and how it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    pub x: f64,
    pub value: f64,
}

/// Most trials of [`crossing`]: halving alone takes 60 to narrow any bracket to rounding.
const MOST_TRIALS: usize = 80;

/// The crossing of zero between `a` and `b`, at which the function has values of opposite signs: inverse quadratic interpolation, kept safe by
/// halving (Chandrupatla 1997, doi 10.1016/S0965-9978(96)00051-8), begun with a secant, since many functions asked for are straight
/// lines. Ends where `enough` says so of a value and the slope of the bracket around it, or where the bracket is narrower than `width`.
///
/// ```
/// use tailcost::numerics::bracket::{Crossing, crossing};
/// let ends = [Crossing { x: 0.0, value: -2.0 }, Crossing { x: 2.0, value: 6.0 }];
/// let found = crossing(|x| x * x * x - 2.0, ends, 1e-15, |_, _, _| false);
/// assert!((found.x - 2f64.cbrt()).abs() < 1e-14);
/// ```
pub fn crossing(
    mut function: impl FnMut(f64) -> f64,
    [a, b]: [Crossing; 2],
    width: f64,
    mut enough: impl FnMut(f64, f64, f64) -> bool,
) -> Crossing {
    let (mut b, mut a) = (a, b);
    if a.value == 0.0 {
        return a;
    }
    if b.value == 0.0 {
        return b;
    }
    let mut share = a.value / (a.value - b.value);
    for _ in 0..MOST_TRIALS {
        let x = a.x + share * (b.x - a.x);
        let found = Crossing { x, value: function(x) };
        let c;
        if (found.value > 0.0) == (a.value > 0.0) {
            c = a;
        } else {
            c = b;
            b = a;
        }
        a = found;
        let best = if a.value.abs() < b.value.abs() { a } else { b };
        let gap = (b.x - a.x).abs();
        let slope = ((b.value - a.value) / (b.x - a.x)).abs();
        if best.value == 0.0 || gap <= width || enough(best.x, best.value, slope) {
            return best;
        }
        let (xi, phi) = ((a.x - b.x) / (c.x - b.x), (a.value - b.value) / (c.value - b.value));
        let interpolates = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        share = if interpolates {
            a.value / (b.value - a.value) * c.value / (b.value - c.value)
                + (c.x - a.x) / (b.x - a.x) * a.value / (c.value - a.value) * b.value / (c.value - b.value)
        } else {
            0.5
        };
        // A trial is never at an end, so that the bracket shrinks from both sides.
        let least = (0.5 * width / gap).min(0.5);
        share = if share.is_finite() { share.clamp(least, 1.0 - least) } else { 0.5 };
    }
    if a.value.abs() < b.value.abs() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(function: impl Fn(f64) -> f64, low: f64, high: f64) -> (Crossing, usize) {
        let mut trials = 0;
        let ends = [low, high].map(|x| Crossing { x, value: function(x) });
        let counted = |x: f64| {
            trials += 1;
            function(x)
        };
        (crossing(counted, ends, 1e-13, |x, value, slope| value.abs() <= slope * 1e-13 * x.abs()), trials)
    }

    #[test]
    fn a_straight_line_takes_one_trial() {
        let (found, trials) = solve(|x| 5.0 * (x - 0.3), -7.0, 40.0);
        assert!((found.x - 0.3).abs() < 1e-12 && trials <= 2, "{found:?} in {trials}");
    }

    #[test]
    fn bent_flat_and_stepped_functions_are_crossed() {
        type Case<'a> = (&'a dyn Fn(f64) -> f64, f64, f64, f64);
        let cases: [Case<'_>; 4] = [
            (&|x| x * x * x, -1.0, 2.5, 0.0),
            (&|x| 1.0 / x - 4.0, 0.01, 90.0, 0.25),
            (&|x| 1.0 - x * x, 0.0, 30.0, 1.0),
            (&|x| if x < 0.7 { -1.0 } else { 1.0 }, 0.0, 1.0, 0.7),
        ];
        for (function, low, high, root) in cases {
            let (found, trials) = solve(function, low, high);
            assert!((found.x - root).abs() < 1e-4 && trials <= 80, "{found:?} for {root} in {trials}");
        }
        let (stepped, _) = solve(|x| (x * 1000.0).floor() - 333.5, 0.0, 1.0);
        assert!((stepped.x - 0.334).abs() < 1e-12, "{stepped:?}");
    }
}
