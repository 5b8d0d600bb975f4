//! Which elementary functions give the same bits on every machine?
//!
//! Rust's std leaves `ln` and `exp` to the platform's C library, which differs between machines. Whatever decides a
//! value uses these instead: pure Rust, from the `libm` crate. `sqrt`, `abs`, `floor` and `mul_add` of std are exact.

pub use libm::{asin, atan2, cos, exp, exp2, expm1 as exp_m1, log as ln, log1p as ln_1p, log2, pow, sin, tan};
