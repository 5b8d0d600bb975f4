//! How is a formula on packs held against figures worked by hand?

/// Evaluates pack formulas on every level this machine has; `$one` makes a pack of one value.
macro_rules! by_hand {
    ($simd:ident, $one:ident => $body:block == $expected:expr) => {
        use crate::numerics::simd::{Instructions, SimdBase as _, f64x8, on_level};
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let found = on_level!(level, $simd => {
                let $one = |value: f64| f64x8::splat($simd, value);
                $body.map(|pack| pack.to_array())
            });
            for (found, expected) in found.iter().zip($expected) {
                let expected: f64 = expected;
                assert!((found[5] - expected).abs() <= 1e-12 * expected.abs(), "{} for {expected}", found[5]);
            }
        }
    };
}

pub(super) use by_hand;
